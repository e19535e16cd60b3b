import { getBackendSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { PLUGIN_ID } from '../constants';
import { type ApiError, toApiError } from './error';

export const RESOURCES = `/api/plugins/${PLUGIN_ID}/resources`;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface RequestOptions {
  data?: unknown;
  params?: Record<string, string | number>;
  responseType?: 'json' | 'blob';
  headers?: Record<string, string>;
}

/**
 * One call to Grafana; a path that begins with "/" is Grafana's own, any other a resource of our backend.
 * Rejects with an {@link ApiError}. Grafana's toast is off: pages show errors where they belong.
 */
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const url = path.startsWith('/') ? path : `${RESOURCES}/${path}`;
  try {
    const answer = getBackendSrv().fetch<T>({
      method,
      url,
      showErrorAlert: false,
      showSuccessAlert: false,
      ...options,
    });
    return (await lastValueFrom(answer)).data;
  } catch (error) {
    throw await readError(error);
  }
}

/** Answers to blob requests carry their error message as a blob too. */
async function readError(error: unknown): Promise<ApiError> {
  const data: unknown = typeof error === 'object' && error !== null && 'data' in error ? error.data : undefined;
  if (!(data instanceof Blob)) {
    return toApiError(error);
  }
  const text = await data.text();
  try {
    return toApiError({ ...(error as object), data: JSON.parse(text) });
  } catch {
    return toApiError({ ...(error as object), data: { message: text } });
  }
}

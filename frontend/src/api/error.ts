/** Why a call failed, in words for people. */
export class ApiError extends Error {
  constructor(
    /** HTTP status; 0 when there was no answer. */
    public readonly status: number,
    message: string
  ) {
    super(message);
  }
}

/** From what `getBackendSrv().fetch` rejects with, or anything else that was thrown. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) {
    return error;
  }
  if (typeof error !== 'object' || error === null) {
    return new ApiError(0, String(error));
  }
  const { status, statusText, data, message } = error as Record<string, unknown>;
  const fromBody = typeof data === 'object' && data !== null ? (data as Record<string, unknown>).message : undefined;
  const text = [fromBody, message, statusText].find((candidate) => typeof candidate === 'string' && candidate !== '');
  return new ApiError(
    typeof status === 'number' ? status : 0,
    typeof text === 'string' ? text : 'Grafana cannot be reached'
  );
}

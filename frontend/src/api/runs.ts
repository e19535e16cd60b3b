import { request } from './client';
import type { Run, RunDetails, RunState } from './types';

/** As many as one page of the history shows. */
export const PAGE_SIZE = 50;

interface RunFilter {
  state?: RunState;
  /** Runs older than this one. */
  before?: number;
}

export const getRuns = (reportId: string, { state, before }: RunFilter) =>
  request<Run[]>('GET', `reports/${encodeURIComponent(reportId)}/runs`, {
    params: { limit: PAGE_SIZE, ...(state && { state }), ...(before !== undefined && { before }) },
  });

export const getRun = (id: number) => request<RunDetails>('GET', `reports/runs/${id}`);
export const cancelRun = (id: number) => request<{ message: string }>('DELETE', `reports/runs/${id}`);

/** A file as it was sent. */
export const getRunFile = (id: number, index: number) =>
  request<Blob>('GET', `reports/runs/${id}/files/${index}`, { responseType: 'blob' });

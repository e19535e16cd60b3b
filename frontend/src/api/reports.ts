import { previewParams } from '../model/preview';
import { request } from './client';
import type { Checked, DashboardHit, Report, ReportBody, ReportOutlook, ReportSchedule, ReportState } from './types';

export const getReports = () => request<Report[]>('GET', 'reports');
export const getOverview = () => request<Record<string, ReportOutlook>>('GET', 'reports/overview');
export const getReport = (id: string) => request<Report>('GET', `reports/${encodeURIComponent(id)}`);
export const getOccurrences = (schedule: ReportSchedule) =>
  request<{ occurrences: string[] }>('POST', 'reports/occurrences', { data: { schedule, count: 3 } });

export const createReport = (body: ReportBody) =>
  request<{ id: number; message: string }>('POST', 'reports', { data: body });
export const updateReport = (id: string, body: ReportBody) =>
  request<{ message: string }>('PUT', `reports/${encodeURIComponent(id)}`, { data: body });
export const deleteReport = (id: number) => request<{ message: string }>('DELETE', `reports/${id}`);

/** Pauses an active report, resumes any other. */
export const togglePause = (id: number, state: ReportState) =>
  request<{ message: string }>('POST', `reports/${id}/${state === 'scheduled' ? 'pause' : 'resume'}`);

/** A copy as a draft. */
export const duplicateReport = (id: number) =>
  request<{ id: number; message: string }>('POST', `reports/${id}/duplicate`);

/** Begins a run and does not wait for it. The same key again is the same run; no `emails` are the report's own recipients. */
export const startRun = (id: number, key: string, emails: string) =>
  request<{ runId: number; message: string }>('POST', `reports/${id}/run`, {
    data: emails === '' ? {} : { emails },
    headers: { 'Idempotency-Key': key },
  });

/** Sends a report that need not be stored; waits until the mail is handed over. */
export const sendTestMail = (body: ReportBody) =>
  request<{ message: string; refused?: Array<{ address: string; reply: string }> }>('POST', 'reports/test-email', {
    data: body,
  });

export const checkReport = (body: ReportBody) => request<Checked>('POST', 'reports/check', { data: body });

/** The PDF as it would be sent now. */
export const renderPdf = (body: ReportBody) =>
  request<Blob>('GET', 'reports/render/pdfs', { params: previewParams(body), responseType: 'blob' });

/** A zip with the tables as they would be sent now; empty when no panel has one. */
export const renderCsv = (body: ReportBody) =>
  request<Blob | null>('GET', 'reports/render/csvs', { params: previewParams(body), responseType: 'blob' });

export const searchDashboards = (query: string) =>
  request<DashboardHit[]>('GET', '/api/search', { params: { type: 'dash-db', query, limit: 50 } });

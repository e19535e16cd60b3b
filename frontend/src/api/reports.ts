import { previewParams } from '../model/preview';
import { request } from './client';
import type { DashboardHit, Report, ReportBody, ReportOutlook, ReportSchedule, ReportState, Run } from './types';

export const getReports = () => request<Report[]>('GET', 'reports');
export const getOverview = () => request<Record<string, ReportOutlook>>('GET', 'reports/overview');
export const getReport = (id: string) => request<Report>('GET', `reports/${encodeURIComponent(id)}`);
export const getRuns = (id: string) =>
  request<Run[]>('GET', `reports/${encodeURIComponent(id)}/runs`, { params: { limit: 50 } });

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

interface SendAnswer {
  message: string;
  refused?: Array<{ address: string; reply: string }>;
}

/** Waits until the mail is handed over. */
export const sendReport = (id: number) =>
  request<SendAnswer>('POST', 'reports/email', { data: { id: String(id), useEmailsFromReport: true } });

/** The PDF as it would be sent now. */
export const renderPdf = (body: ReportBody) =>
  request<Blob>('GET', 'reports/render/pdfs', { params: previewParams(body), responseType: 'blob' });

export const searchDashboards = (query: string) =>
  request<DashboardHit[]>('GET', '/api/search', { params: { type: 'dash-db', query, limit: 50 } });

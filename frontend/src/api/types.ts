// The bodies of the Reporting API, with the specification's names. What we do not edit is kept as it came.

export type ReportState = 'draft' | 'scheduled' | 'paused' | 'expired';
export type Frequency = 'once' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'custom' | 'never';
export type IntervalFrequency = 'hours' | 'days' | 'weeks' | 'months';
export type Format = 'pdf' | 'csv' | 'image';
export type Orientation = 'landscape' | 'portrait';
export type Layout = 'grid' | 'simple';

export interface ReportSchedule {
  startDate: string | null;
  endDate: string | null;
  frequency: Frequency | '';
  intervalFrequency: IntervalFrequency | '';
  intervalAmount: number;
  workdaysOnly: boolean;
  dayOfMonth: string;
  timeZone: string;
}

export interface ReportTimeRange {
  from: string;
  to: string;
}

export interface ReportDashboard {
  dashboard: { id?: number; uid: string; name?: string };
  timeRange: ReportTimeRange;
  reportVariables: Record<string, string | string[]>;
}

export interface ReportOptions {
  orientation: Orientation;
  layout: Layout;
  pdfCombineOneFile: boolean;
  pdfShowTemplateVariables: boolean;
}

/** `CreateOrUpdateReport` */
export interface ReportBody {
  name: string;
  subject: string;
  recipients: string;
  replyTo: string;
  message: string;
  schedule: ReportSchedule;
  options: ReportOptions;
  enableDashboardUrl: boolean;
  enableCsv: boolean;
  state?: ReportState;
  dashboards: ReportDashboard[];
  formats: Format[];
  scaleFactor: number;
}

export interface Report extends ReportBody {
  id: number;
  uid: string;
  state: ReportState;
  created: string;
  updated: string;
  /** Only there when a file defines it. */
  provisioned?: Provisioned;
}

/** The file a report comes from, and what was changed since. */
export interface Provisioned {
  file: string;
  allowUiUpdates: boolean;
  drifted: boolean;
  /** Fields such as `subject` or `schedule.timeZone`. */
  drift: string[];
}

export type RunState = 'due' | 'running' | 'sending' | 'sent' | 'failed' | 'skipped';

/** One entry of a report's ledger; times are RFC 3339. */
export interface Run {
  id: number;
  reportId: number | null;
  trigger: 'schedule' | 'manual' | 'test';
  state: RunState;
  due: string | null;
  attempts: number;
  started: string | null;
  finished: string | null;
  elapsedMs: number | null;
  error: string;
  warnings: RunWarning[] | null;
  recipients: RunRecipient[] | null;
  files: RunFile[] | null;
  progress: RunProgress | null;
}

export interface RunWarning {
  panelTitle?: string;
  message: string;
}

export interface RunRecipient {
  address: string;
  accepted: boolean;
  reply: string;
}

export interface RunFile {
  name: string;
  contentType: string;
  bytes: number;
  /** Whether it can still be downloaded. */
  kept: boolean;
}

/** How far a run is that is under way. */
export interface RunProgress {
  stage: 'waiting' | 'gather' | 'draw' | 'send';
  panelsDone: number;
  panelsTotal: number;
}

export interface RunPanel {
  dashboardUid: string;
  id: number;
  title: string;
  type: string;
  queryMs: number | null;
  errors: string[];
}

/** `GET reports/runs/{run}` */
export interface RunDetails extends Run {
  panels: RunPanel[];
}

export type Verdict = 'native' | 'picture' | 'needsPicture' | 'notDrawn';

export interface CheckedPanel {
  id: number;
  title: string;
  type: string;
  verdict: Verdict;
  reasons: string[];
}

export interface CheckedDashboard {
  uid: string;
  title: string;
  problem: string | null;
  panels: CheckedPanel[];
  variables: Array<{ name: string; problem: 'unknown' | 'stale'; values: string[] }>;
  dataSources: Array<{ uid: string; name: string; type: string; errors: string[] }>;
  warnings: string[];
  pages: number;
}

/** `POST reports/check` */
export interface Checked {
  ok: boolean;
  problems: string[];
  dashboards: CheckedDashboard[];
  pages: number;
}

export type ReportTheme = 'light' | 'dark' | 'current';

export interface Branding {
  reportLogoUrl: string;
  emailLogoUrl: string;
  emailFooterMode: 'sent-by' | 'none';
  emailFooterText: string;
  emailFooterLink: string;
}

export interface ReportSettings {
  branding: Branding;
  pdfTheme: ReportTheme;
  embeddedImageTheme: ReportTheme;
  /** Set when a file defines them. */
  provisioned?: Provisioned;
}

/** What the list shows beside a report: `GET reports/overview`, by report id. */
export interface ReportOutlook {
  nextDue: string | null;
  lastRun: Run | null;
}

export type CredentialSource = 'org_api_token' | 'api_token' | 'stored' | 'managed' | 'settings';

/** One way in to Grafana; times are RFC 3339. */
export interface Credential {
  source: CredentialSource;
  inUse: boolean;
  state: 'verified' | 'unverified' | 'refused' | 'unreadable';
  /** Why it cannot be used; empty when it can. */
  message: string;
  login: string;
  problems: string[];
  limits: string[];
  since: string | null;
  verified: string | null;
}

export interface Connection {
  connected: boolean;
  state: 'connected' | 'unverified' | 'unreachable' | 'needs_reconnect' | 'not_connected';
  /** What is wrong and what to do; empty when nothing is. */
  message: string;
  login: string;
  problems: string[];
  /** What the account may not, and reports can live without. */
  limits: string[];
  source: CredentialSource | null;
  since: string | null;
  verified: string | null;
  /** In the order in which they are tried. */
  credentials: Credential[];
}

export interface Status {
  version: string;
  connection: Connection;
  /** Whether the app is switched on in the organisation; null: not known. */
  appEnabled: boolean | null;
  nextDue: string | null;
  runs: Partial<Record<RunState, number>>;
}

/** A hit of Grafana's `/api/search`. */
export interface DashboardHit {
  uid: string;
  title: string;
  folderTitle?: string;
}

import type {
  Format,
  Frequency,
  IntervalFrequency,
  Layout,
  Orientation,
  Report,
  ReportBody,
  ReportDashboard,
  ReportState,
} from '../api/types';

/** "monthly" on the last day is a frequency of its own for people, an extra field for the API. */
export type FormFrequency = Frequency | 'last';

/** What the editor edits. Dates are `YYYY-MM-DD`, times `HH:mm`, both in `timeZone`. */
export interface ReportForm {
  name: string;
  subject: string;
  recipients: string;
  replyTo: string;
  message: string;
  dashboards: ReportDashboard[];
  frequency: FormFrequency;
  intervalAmount: string;
  intervalFrequency: IntervalFrequency;
  startDate: string;
  startTime: string;
  endDate: string;
  endTime: string;
  timeZone: string;
  workdaysOnly: boolean;
  orientation: Orientation;
  layout: Layout;
  scaleFactor: number;
  combineOneFile: boolean;
  showVariables: boolean;
  formats: Format[];
  enableDashboardUrl: boolean;
}

export const emptyDashboard = (): ReportDashboard => ({
  dashboard: { uid: '', name: '' },
  timeRange: { from: '', to: '' },
  reportVariables: {},
});

export function emptyForm(timeZone: string): ReportForm {
  return {
    name: '',
    subject: '',
    recipients: '',
    replyTo: '',
    message: 'Hi,\nPlease find the report attached.',
    dashboards: [emptyDashboard()],
    frequency: 'weekly',
    intervalAmount: '2',
    intervalFrequency: 'weeks',
    startDate: '',
    startTime: '',
    endDate: '',
    endTime: '',
    timeZone,
    workdaysOnly: false,
    orientation: 'landscape',
    layout: 'grid',
    scaleFactor: 1,
    combineOneFile: false,
    showVariables: false,
    formats: ['pdf'],
    enableDashboardUrl: true,
  };
}

export function fromReport(report: Report): ReportForm {
  const { schedule, options } = report;
  const start = splitTime(schedule.startDate);
  const end = splitTime(schedule.endDate);
  const isLast = schedule.frequency === 'monthly' && schedule.dayOfMonth === 'last';
  return {
    name: report.name,
    subject: report.subject,
    recipients: spaced(report.recipients),
    replyTo: spaced(report.replyTo),
    message: report.message,
    dashboards: report.dashboards.length > 0 ? report.dashboards : [emptyDashboard()],
    frequency: isLast ? 'last' : schedule.frequency || 'once',
    intervalAmount: String(schedule.intervalAmount || 1),
    intervalFrequency: schedule.intervalFrequency || 'weeks',
    startDate: start.date,
    startTime: start.time,
    endDate: end.date,
    endTime: end.time,
    timeZone: schedule.timeZone || 'UTC',
    workdaysOnly: schedule.workdaysOnly,
    orientation: options.orientation,
    layout: options.layout,
    scaleFactor: report.scaleFactor,
    combineOneFile: options.pdfCombineOneFile,
    showVariables: options.pdfShowTemplateVariables,
    formats: withCsvSwitch(report),
    enableDashboardUrl: report.enableDashboardUrl,
  };
}

/** The whole report; `state` is left out to keep what it is. */
export function toBody(form: ReportForm, state?: ReportState): ReportBody {
  const isCustom = form.frequency === 'custom';
  return {
    name: form.name.trim(),
    subject: form.subject.trim(),
    recipients: form.recipients,
    replyTo: form.replyTo,
    message: form.message,
    schedule: {
      startDate: joinTime(form.startDate, form.startTime),
      endDate: form.frequency === 'once' ? null : joinTime(form.endDate, form.endTime || '23:59'),
      frequency: form.frequency === 'last' ? 'monthly' : form.frequency,
      intervalFrequency: isCustom ? form.intervalFrequency : '',
      intervalAmount: isCustom ? Number(form.intervalAmount) : 0,
      workdaysOnly: form.workdaysOnly && canSkipWeekends(form),
      dayOfMonth: form.frequency === 'last' ? 'last' : '',
      timeZone: form.timeZone,
    },
    options: {
      orientation: form.orientation,
      layout: form.layout,
      pdfCombineOneFile: form.combineOneFile,
      pdfShowTemplateVariables: form.showVariables,
    },
    enableDashboardUrl: form.enableDashboardUrl,
    enableCsv: form.formats.includes('csv'),
    state,
    dashboards: form.dashboards.filter(({ dashboard }) => dashboard.uid !== ''),
    formats: form.formats,
    scaleFactor: form.scaleFactor,
  };
}

/** Schedules that can fall on a weekend without being meant to. */
export const canSkipWeekends = ({ frequency, intervalFrequency }: ReportForm) =>
  frequency === 'hourly' ||
  frequency === 'daily' ||
  (frequency === 'custom' && (intervalFrequency === 'hours' || intervalFrequency === 'days'));

/**
 * The wall clock of an API time. The API gives times with the offset of the report's own zone, so the text before the offset is
 * what the clock shows there.
 */
function splitTime(time: string | null): { date: string; time: string } {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(time ?? '');
  return { date: match?.[1] ?? '', time: match?.[2] ?? '' };
}

/** Without an offset: the backend reads it in the schedule's zone and so knows its daylight saving. */
function joinTime(date: string, time: string): string | null {
  return date === '' ? null : `${date}T${time || '00:00'}:00`;
}

/** `enableCsv` is the API's older way to ask for CSV. */
function withCsvSwitch(report: Report): Format[] {
  const formats: Format[] = report.formats.length > 0 ? report.formats : ['pdf'];
  return report.enableCsv && !formats.includes('csv') ? [...formats, 'csv'] : formats;
}

const spaced = (addresses: string) => splitAddresses(addresses).join(', ');

/** Commas, semicolons, blanks and line breaks separate addresses, as people paste them. */
export function splitAddresses(text: string): string[] {
  return text.split(/[\s,;]+/).filter((address) => address !== '');
}

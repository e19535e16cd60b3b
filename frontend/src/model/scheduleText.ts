import type { ReportSchedule } from '../api/types';

/** A schedule in a few words: "Every 2 weeks", "Daily on workdays". */
export function describeSchedule(schedule: ReportSchedule): string {
  const { frequency, dayOfMonth, intervalAmount, intervalFrequency, workdaysOnly } = schedule;
  const onWorkdays = workdaysOnly ? ' on workdays' : '';
  switch (frequency) {
    case '':
      return 'Not scheduled';
    case 'once':
      return 'Once';
    case 'hourly':
      return `Hourly${onWorkdays}`;
    case 'daily':
      return `Daily${onWorkdays}`;
    case 'weekly':
      return 'Weekly';
    case 'monthly':
      return dayOfMonth === 'last' ? 'Last day of the month' : 'Monthly';
    case 'custom':
      return intervalAmount === 1
        ? `Every ${intervalFrequency.replace(/s$/, '')}`
        : `Every ${intervalAmount} ${intervalFrequency}`;
    case 'never':
      return 'By hand only';
  }
}

/** `2026-11-23T09:00:00+01:00` as "Mon 2026-11-23, 09:00", on the clock of the offset it carries. */
export function describeOccurrence(time: string): string {
  const [date = '', rest = ''] = time.split('T');
  const weekday = new Date(`${date}T00:00:00Z`).toLocaleDateString('en', { weekday: 'short', timeZone: 'UTC' });
  return `${weekday} ${date}, ${rest.slice(0, 5)}`;
}

/** Several of them; the first one after clocks have changed says so. */
export function describeOccurrences(times: string[]): string[] {
  const offset = (time: string | undefined) => time?.slice(19);
  return times.map((time, idx) => {
    const isChanged = idx > 0 && offset(time) !== offset(times[idx - 1]);
    return describeOccurrence(time) + (isChanged ? ' (clocks have changed)' : '');
  });
}

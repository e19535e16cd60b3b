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

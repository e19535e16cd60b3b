import { expect, it } from 'vitest';

import type { ReportSchedule } from '../api/types';
import { describeOccurrence, describeOccurrences, describeSchedule } from './scheduleText';

const schedule: ReportSchedule = {
  startDate: null,
  endDate: null,
  frequency: 'daily',
  intervalFrequency: '',
  intervalAmount: 0,
  workdaysOnly: false,
  dayOfMonth: '',
  timeZone: 'UTC',
};

it.each<[Partial<ReportSchedule>, string]>([
  [{}, 'Daily'],
  [{ workdaysOnly: true }, 'Daily on workdays'],
  [{ frequency: '' }, 'Not scheduled'],
  [{ frequency: 'never' }, 'By hand only'],
  [{ frequency: 'monthly' }, 'Monthly'],
  [{ frequency: 'monthly', dayOfMonth: 'last' }, 'Last day of the month'],
  [{ frequency: 'custom', intervalAmount: 2, intervalFrequency: 'weeks' }, 'Every 2 weeks'],
  [{ frequency: 'custom', intervalAmount: 1, intervalFrequency: 'days' }, 'Every day'],
])('%o is %s', (patch, expected) => {
  expect(describeSchedule({ ...schedule, ...patch })).toBe(expected);
});

it('says an occurrence on its own clock', () => {
  expect(describeOccurrence('2026-11-23T23:30:00-05:00')).toBe('Mon 2026-11-23, 23:30');
});

it('marks a change of clocks', () => {
  const times = ['2027-03-27T08:00:00+01:00', '2027-03-28T08:00:00+02:00', '2027-03-29T08:00:00+02:00'];
  expect(describeOccurrences(times)).toEqual([
    'Sat 2027-03-27, 08:00',
    'Sun 2027-03-28, 08:00 (clocks have changed)',
    'Mon 2027-03-29, 08:00',
  ]);
});

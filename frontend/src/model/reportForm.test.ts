import { describe, expect, it } from 'vitest';

import type { Report, ReportBody } from '../api/types';
import { emptyForm, fromReport, type ReportForm, splitAddresses, toBody } from './reportForm';

const REPORT: Report = {
  id: 3,
  uid: 'abc',
  name: 'Shop',
  subject: '',
  recipients: 'a@x.org,b@y.org',
  replyTo: '',
  message: 'Hi',
  schedule: {
    startDate: '2026-10-02T09:30:00+02:00',
    endDate: '2026-12-31T23:59:00+01:00',
    frequency: 'monthly',
    intervalFrequency: '',
    intervalAmount: 0,
    workdaysOnly: false,
    dayOfMonth: 'last',
    timeZone: 'Europe/Warsaw',
  },
  options: { orientation: 'portrait', layout: 'simple', pdfCombineOneFile: true, pdfShowTemplateVariables: false },
  enableDashboardUrl: false,
  enableCsv: false,
  state: 'paused',
  dashboards: [
    {
      dashboard: { id: 1, uid: 'u1', name: 'One' },
      timeRange: { from: 'now-1d', to: 'now' },
      reportVariables: { a: ['1', '2'] },
    },
    { dashboard: { id: 2, uid: 'u2', name: 'Two' }, timeRange: { from: '', to: '' }, reportVariables: {} },
  ],
  formats: ['pdf', 'image'],
  scaleFactor: 2,
  created: '2026-01-01T00:00:00Z',
  updated: '2026-01-01T00:00:00Z',
};

const form = (patch: Partial<ReportForm>): ReportForm => ({ ...emptyForm('UTC'), ...patch });

describe('a stored report', () => {
  it('comes back as it was, on the wall clock of its zone', () => {
    const { id: _, uid: __, created: ___, updated: ____, ...expected } = REPORT;
    const body = toBody(fromReport(REPORT), 'paused');
    expect(body).toEqual({
      ...expected,
      recipients: 'a@x.org, b@y.org',
      schedule: { ...expected.schedule, startDate: '2026-10-02T09:30:00', endDate: '2026-12-31T23:59:00' },
    });
  });

  it.each<[string, Partial<Report>, Partial<ReportForm>]>([
    ['without dashboards has one to fill in', { dashboards: [] }, { dashboards: emptyForm('UTC').dashboards }],
    ['with the old CSV switch', { enableCsv: true }, { formats: ['pdf', 'image', 'csv'] }],
    ['without formats is a PDF', { formats: [] }, { formats: ['pdf'] }],
    ['on the last day', {}, { frequency: 'last' }],
    [
      'of a draft without schedule',
      { schedule: { ...REPORT.schedule, startDate: null, frequency: '', dayOfMonth: '', timeZone: '' } },
      { frequency: 'once', startDate: '', startTime: '', timeZone: 'UTC' },
    ],
  ])('%s', (_, patch, expected) => {
    expect(fromReport({ ...REPORT, ...patch })).toMatchObject(expected);
  });
});

describe('the schedule of a body', () => {
  it.each<[string, Partial<ReportForm>, Partial<ReportBody['schedule']>]>([
    ['without dates', {}, { startDate: null, endDate: null }],
    ['a date alone begins at midnight', { startDate: '2026-11-21' }, { startDate: '2026-11-21T00:00:00' }],
    ['an end without time is the end of the day', { endDate: '2026-11-30' }, { endDate: '2026-11-30T23:59:00' }],
    ['once has no end', { frequency: 'once', endDate: '2026-11-30' }, { endDate: null }],
    ['the last day is monthly', { frequency: 'last' }, { frequency: 'monthly', dayOfMonth: 'last' }],
    [
      'an interval only when custom',
      { frequency: 'custom', intervalAmount: '3', intervalFrequency: 'days' },
      { frequency: 'custom', intervalAmount: 3, intervalFrequency: 'days' },
    ],
    [
      'no interval when daily',
      { frequency: 'daily', intervalAmount: '3' },
      { intervalAmount: 0, intervalFrequency: '' },
    ],
    ['workdays when daily', { frequency: 'daily', workdaysOnly: true }, { workdaysOnly: true }],
    ['no workdays when weekly', { frequency: 'weekly', workdaysOnly: true }, { workdaysOnly: false }],
  ])('%s', (_, patch, expected) => {
    expect(toBody(form(patch)).schedule).toMatchObject(expected);
  });
});

it('leaves out rows without a dashboard', () => {
  expect(toBody(form({})).dashboards).toEqual([]);
});

it('splits addresses as people paste them', () => {
  expect(splitAddresses(' a@x.org;b@y.org,\n c@z.org  d@w.org ')).toEqual(['a@x.org', 'b@y.org', 'c@z.org', 'd@w.org']);
});

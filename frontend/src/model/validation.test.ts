import { describe, expect, it } from 'vitest';

import { emptyForm, type ReportForm } from './reportForm';
import { errorsFromServer, type FormErrors, type FormField, validate, validateDraft } from './validation';

const complete: ReportForm = {
  ...emptyForm('UTC'),
  name: 'Shop',
  recipients: 'a@x.org',
  dashboards: [{ dashboard: { uid: 'u' }, timeRange: { from: '', to: '' }, reportVariables: {} }],
};

describe('validate', () => {
  it.each<[string, Partial<ReportForm>, FormField[]]>([
    ['a complete report', {}, []],
    ['no name', { name: ' ' }, ['name']],
    ['no dashboard', { dashboards: emptyForm('UTC').dashboards }, ['dashboards']],
    ['no recipients', { recipients: ' , ' }, ['recipients']],
    ['a bad recipient', { recipients: 'a@x.org, oops' }, ['recipients']],
    ['a name beside an address', { recipients: 'Ada <a@x.org>' }, ['recipients']],
    ['a bad reply address', { replyTo: '@x.org' }, ['replyTo']],
    ['a custom interval of nothing', { frequency: 'custom', intervalAmount: '0' }, ['intervalAmount']],
    ['a broken interval', { frequency: 'custom', intervalAmount: '1.5' }, ['intervalAmount']],
    ['an interval nobody asked for', { frequency: 'daily', intervalAmount: 'x' }, []],
    ['a time without date', { startTime: '09:00' }, ['startDate']],
    ['an end before the start', { startDate: '2026-11-21', endDate: '2026-11-20' }, ['endDate']],
    ['an end on the day of the start', { startDate: '2026-11-21', startTime: '09:00', endDate: '2026-11-21' }, []],
    ['an end that once does not have', { frequency: 'once', startDate: '2026-11-21', endDate: '2026-11-20' }, []],
    ['no formats', { formats: [] }, ['formats']],
  ])('%s', (_, patch, expected) => {
    expect(Object.keys(validate({ ...complete, ...patch }))).toEqual(expected);
  });

  it('asks of a draft only its name', () => {
    expect(Object.keys(validateDraft(emptyForm('UTC')))).toEqual(['name']);
    expect(validateDraft({ ...emptyForm('UTC'), name: 'x', recipients: 'oops' })).toEqual({});
  });
});

describe('errorsFromServer', () => {
  it.each<[string, FormErrors]>([
    ['recipients: "oops" is not an e-mail address', { recipients: '"oops" is not an e-mail address' }],
    ['schedule.endDate: is before startDate', { endDate: 'is before startDate' }],
    ['dashboards[1].dashboard.uid: is required', { dashboards: 'is required' }],
    ['schedule.intervalAmount: expected 0 to 10000, got 20000', { intervalAmount: 'expected 0 to 10000, got 20000' }],
    ['scaleFactor: expected 1, 2 or 3, got 9', {}],
    ['dashboard nope: Dashboard not found', {}],
    ['Internal server error', {}],
  ])('%s', (message, expected) => {
    expect(errorsFromServer(message)).toEqual(expected);
  });
});

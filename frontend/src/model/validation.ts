import { splitAddresses, type ReportForm } from './reportForm';

/** Fields that can carry a message of their own. */
export type FormField =
  | 'name'
  | 'dashboards'
  | 'recipients'
  | 'replyTo'
  | 'intervalAmount'
  | 'startDate'
  | 'endDate'
  | 'formats'
  | 'timeZone';

export type FormErrors = Partial<Record<FormField, string>>;

/** What keeps a report from being scheduled. The backend checks again; this is to say it beside the field. */
export function validate(form: ReportForm): FormErrors {
  const errors: FormErrors = {};
  if (form.name.trim() === '') {
    errors.name = 'A report needs a name';
  }
  if (form.dashboards.every(({ dashboard }) => dashboard.uid === '')) {
    errors.dashboards = 'Choose a dashboard';
  }
  if (splitAddresses(form.recipients).length === 0) {
    errors.recipients = 'Name at least one e-mail address';
  } else {
    checkAddresses(form, 'recipients', errors);
  }
  checkAddresses(form, 'replyTo', errors);
  if (form.frequency === 'custom' && !/^[1-9]\d{0,3}$/.test(form.intervalAmount.trim())) {
    errors.intervalAmount = 'A whole number from 1 to 9999';
  }
  if (form.startTime !== '' && form.startDate === '') {
    errors.startDate = 'The start time needs a date';
  }
  if (form.frequency !== 'once' && endsBeforeStart(form)) {
    errors.endDate = 'The end is before the start';
  }
  if (form.formats.length === 0) {
    errors.formats = 'Choose at least one';
  }
  return errors;
}

/** A draft may be incomplete, but needs a name to be found again. */
export function validateDraft(form: ReportForm): FormErrors {
  const { name } = validate(form);
  return name === undefined ? {} : { name };
}

export const isValid = (errors: FormErrors) => Object.keys(errors).length === 0;

const FIELD_OF_PATH: Array<[RegExp, FormField]> = [
  [/^name$/, 'name'],
  [/^dashboards/, 'dashboards'],
  [/^recipients$/, 'recipients'],
  [/^replyTo$/, 'replyTo'],
  [/^schedule\.interval/, 'intervalAmount'],
  [/^schedule\.startDate$/, 'startDate'],
  [/^schedule\.endDate$/, 'endDate'],
  [/^schedule\.timeZone$/, 'timeZone'],
  [/^formats/, 'formats'],
];

/** The backend's messages begin with the path of the field they are about: `recipients: "x" is not an e-mail address`. */
export function errorsFromServer(message: string): FormErrors {
  const [, path, problem] = /^([\w.[\]]+): (.+)$/s.exec(message) ?? [];
  const field = FIELD_OF_PATH.find(([pattern]) => path !== undefined && pattern.test(path))?.[1];
  return field === undefined || problem === undefined ? {} : { [field]: problem };
}

function checkAddresses(form: ReportForm, field: 'recipients' | 'replyTo', errors: FormErrors) {
  const bad = splitAddresses(form[field]).find((address) => !/^[^@<>]+@[^@<>]+$/.test(address));
  if (bad !== undefined) {
    errors[field] = `“${bad}” is not an e-mail address`;
  }
}

/** Both are wall clocks of one zone in a form that sorts as text. */
function endsBeforeStart(form: ReportForm): boolean {
  if (form.endDate === '' || form.startDate === '') {
    return false;
  }
  return `${form.endDate}T${form.endTime || '23:59'}` < `${form.startDate}T${form.startTime || '00:00'}`;
}

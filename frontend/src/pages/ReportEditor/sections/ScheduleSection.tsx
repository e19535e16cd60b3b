import { Checkbox, Combobox, type ComboboxOption, Field, Input, Stack, TimeZonePicker } from '@grafana/ui';
import { InternalTimeZones } from '@grafana/data';
import React from 'react';

import type { IntervalFrequency } from '../../../api/types';
import { canSkipWeekends, type FormFrequency } from '../../../model/reportForm';
import { Section, type SectionProps } from '../Section';
import { NextSends } from './NextSends';

const FREQUENCIES: Array<ComboboxOption<FormFrequency>> = [
  { value: 'once', label: 'Once' },
  { value: 'hourly', label: 'Hourly' },
  { value: 'daily', label: 'Daily' },
  { value: 'weekly', label: 'Weekly' },
  { value: 'monthly', label: 'Monthly', description: 'On the day of the start date' },
  { value: 'last', label: 'Last day of the month' },
  { value: 'custom', label: 'Custom' },
  { value: 'never', label: 'Never', description: 'Sent by hand only' },
];

const INTERVALS: Array<ComboboxOption<IntervalFrequency>> = [
  { value: 'hours', label: 'hours' },
  { value: 'days', label: 'days' },
  { value: 'weeks', label: 'weeks' },
  { value: 'months', label: 'months' },
];

export const ScheduleSection = ({ form, errors, change }: SectionProps) => {
  const isTimed = form.frequency !== 'never';
  return (
    <Section title="Schedule">
      <Stack gap={2} alignItems="flex-start" wrap="wrap">
        <Field noMargin label="Frequency" htmlFor="report-frequency">
          <Combobox
            id="report-frequency"
            width={30}
            options={FREQUENCIES}
            value={form.frequency}
            onChange={({ value }) => change({ frequency: value })}
          />
        </Field>
        {form.frequency === 'custom' && (
          <>
            <Field noMargin label="Every" invalid={!!errors.intervalAmount} error={errors.intervalAmount}>
              <Input
                id="report-interval-amount"
                type="number"
                min={1}
                width={12}
                value={form.intervalAmount}
                onChange={({ currentTarget }) => change({ intervalAmount: currentTarget.value })}
              />
            </Field>
            <Field noMargin label="Unit" htmlFor="report-interval-unit">
              <Combobox
                id="report-interval-unit"
                width={16}
                options={INTERVALS}
                value={form.intervalFrequency}
                onChange={({ value }) => change({ intervalFrequency: value })}
              />
            </Field>
          </>
        )}
      </Stack>
      {isTimed && <DateFields form={form} errors={errors} change={change} />}
      {canSkipWeekends(form) && (
        <div>
          <Checkbox
            label="Workdays only (Monday to Friday)"
            value={form.workdaysOnly}
            onChange={({ currentTarget }) => change({ workdaysOnly: currentTarget.checked })}
          />
        </div>
      )}
      {isTimed && <NextSends form={form} />}
    </Section>
  );
};

// The browser's own date and time fields: they speak the wall clock of no zone, which is what a schedule means.
const DateFields = ({ form, errors, change }: SectionProps) => (
  <>
    <Stack gap={2} alignItems="flex-start" wrap="wrap">
      <Field
        noMargin
        label="Start date"
        description="Empty: as soon as it is scheduled"
        invalid={!!errors.startDate}
        error={errors.startDate}
      >
        <Input
          id="report-start-date"
          type="date"
          width={30}
          value={form.startDate}
          onChange={({ currentTarget }) => change({ startDate: currentTarget.value })}
        />
      </Field>
      <Field noMargin label="Start time" description="On the clock of the time zone">
        <Input
          id="report-start-time"
          type="time"
          width={30}
          value={form.startTime}
          onChange={({ currentTarget }) => change({ startTime: currentTarget.value })}
        />
      </Field>
    </Stack>
    {form.frequency !== 'once' && (
      <Stack gap={2} alignItems="flex-start" wrap="wrap">
        <Field noMargin label="End date" description="Empty: no end" invalid={!!errors.endDate} error={errors.endDate}>
          <Input
            id="report-end-date"
            type="date"
            width={30}
            value={form.endDate}
            onChange={({ currentTarget }) => change({ endDate: currentTarget.value })}
          />
        </Field>
        <Field noMargin label="End time" description="Empty: end of the day">
          <Input
            id="report-end-time"
            type="time"
            width={30}
            value={form.endTime}
            onChange={({ currentTarget }) => change({ endTime: currentTarget.value })}
          />
        </Field>
      </Stack>
    )}
    <Field noMargin label="Time zone" htmlFor="report-time-zone" invalid={!!errors.timeZone} error={errors.timeZone}>
      <TimeZonePicker
        inputId="report-time-zone"
        width={62}
        includeInternal={[InternalTimeZones.utc]}
        value={form.timeZone === 'UTC' ? InternalTimeZones.utc : form.timeZone}
        onChange={(zone) => change({ timeZone: zone === InternalTimeZones.utc ? 'UTC' : (zone ?? 'UTC') })}
      />
    </Field>
  </>
);

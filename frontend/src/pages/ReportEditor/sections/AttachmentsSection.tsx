import { Checkbox, Field, RadioButtonGroup, Stack } from '@grafana/ui';
import React from 'react';

import type { Format } from '../../../api/types';
import { Section, type SectionProps } from '../Section';

const FORMATS: Array<{ value: Format; label: string; description: string }> = [
  { value: 'pdf', label: 'PDF', description: 'The dashboard as a document' },
  { value: 'csv', label: 'CSV', description: 'One file for each table' },
  { value: 'image', label: 'Image', description: 'A picture inside the mail' },
];

export const AttachmentsSection = ({ form, errors, change }: SectionProps) => {
  const toggle = (format: Format, isOn: boolean) =>
    // In the order of the list, whatever the order of clicks.
    change({
      formats: FORMATS.map(({ value }) => value).filter((f) => (f === format ? isOn : form.formats.includes(f))),
    });
  return (
    <Section title="Attachments">
      <Field noMargin label="Formats" invalid={!!errors.formats} error={errors.formats}>
        <Stack gap={4} wrap="wrap">
          {FORMATS.map(({ value, label, description }) => (
            <Checkbox
              key={value}
              label={label}
              description={description}
              value={form.formats.includes(value)}
              onChange={({ currentTarget }) => toggle(value, currentTarget.checked)}
            />
          ))}
        </Stack>
      </Field>
      <Stack gap={4} wrap="wrap">
        <Field noMargin label="Orientation">
          <RadioButtonGroup
            aria-label="Orientation"
            options={[
              { value: 'landscape' as const, label: 'Landscape' },
              { value: 'portrait' as const, label: 'Portrait' },
            ]}
            value={form.orientation}
            onChange={(orientation) => change({ orientation })}
          />
        </Field>
        <Field noMargin label="Layout">
          <RadioButtonGroup
            aria-label="Layout"
            options={[
              { value: 'grid' as const, label: 'Grid', description: 'Panels as on the dashboard' },
              { value: 'simple' as const, label: 'Simple', description: 'One panel below the other' },
            ]}
            value={form.layout}
            onChange={(layout) => change({ layout })}
          />
        </Field>
        <Field noMargin label="Zoom">
          <RadioButtonGroup
            aria-label="Zoom"
            options={[
              { value: 1, label: '1×' },
              { value: 2, label: '2×' },
              { value: 3, label: '3×' },
            ]}
            value={form.scaleFactor}
            onChange={(scaleFactor) => change({ scaleFactor })}
          />
        </Field>
      </Stack>
      <Stack direction="column" gap={1} alignItems="flex-start">
        <Checkbox
          label="Show the values of variables"
          value={form.showVariables}
          onChange={({ currentTarget }) => change({ showVariables: currentTarget.checked })}
        />
        {form.dashboards.length > 1 && (
          <Checkbox
            label="One PDF for all dashboards"
            value={form.combineOneFile}
            onChange={({ currentTarget }) => change({ combineOneFile: currentTarget.checked })}
          />
        )}
      </Stack>
    </Section>
  );
};

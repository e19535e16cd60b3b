import { Button, Combobox, Field, IconButton, Input, Stack, Text } from '@grafana/ui';
import React from 'react';

import { searchDashboards } from '../../../api/reports';
import type { ReportDashboard } from '../../../api/types';
import { emptyDashboard } from '../../../model/reportForm';
import { Section, type SectionProps } from '../Section';

export const ReportSection = ({ form, errors, change }: SectionProps) => {
  const replace = (idx: number, dashboard: ReportDashboard) =>
    change({ dashboards: form.dashboards.map((old, at) => (at === idx ? dashboard : old)) });
  return (
    <Section title="Report">
      <Field noMargin label="Report name" required invalid={!!errors.name} error={errors.name}>
        <Input
          id="report-name"
          value={form.name}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        />
      </Field>
      {form.dashboards.map((dashboard, idx) => (
        <DashboardFields
          key={idx}
          idx={idx}
          value={dashboard}
          error={errors.dashboards}
          onChange={(next) => replace(idx, next)}
          onRemove={
            form.dashboards.length > 1
              ? () => change({ dashboards: form.dashboards.filter((_, at) => at !== idx) })
              : undefined
          }
        />
      ))}
      <div>
        <Button
          variant="secondary"
          size="sm"
          icon="plus"
          onClick={() => change({ dashboards: [...form.dashboards, emptyDashboard()] })}
        >
          Add another dashboard
        </Button>
      </div>
    </Section>
  );
};

interface FieldsProps {
  idx: number;
  value: ReportDashboard;
  error?: string;
  onChange: (value: ReportDashboard) => void;
  onRemove?: () => void;
}

const DashboardFields = ({ idx, value, error, onChange, onRemove }: FieldsProps) => {
  const { dashboard, timeRange } = value;
  const id = (name: string) => `report-dashboard-${idx}-${name}`;
  const isMissing = error !== undefined && dashboard.uid === '';
  const variables = Object.entries(value.reportVariables);
  return (
    <Stack direction="column" gap={2}>
      <Stack gap={2} alignItems="flex-end">
        <div style={{ flexGrow: 1 }}>
          <Field noMargin label="Dashboard" required htmlFor={id('uid')} invalid={isMissing} error={isMissing && error}>
            <Combobox
              id={id('uid')}
              placeholder="Search dashboards"
              invalid={isMissing}
              options={dashboardOptions}
              value={dashboard.uid === '' ? null : { value: dashboard.uid, label: dashboard.name || dashboard.uid }}
              onChange={(option) =>
                onChange({
                  ...value,
                  dashboard: { uid: option.value, name: option.label },
                  // Another dashboard has other variables.
                  reportVariables: option.value === dashboard.uid ? value.reportVariables : {},
                })
              }
            />
          </Field>
        </div>
        {onRemove && <IconButton name="trash-alt" size="lg" tooltip="Remove this dashboard" onClick={onRemove} />}
      </Stack>
      <Stack gap={2}>
        <Field noMargin label="From" htmlFor={id('from')} description="Empty: the dashboard's own range">
          <Input
            id={id('from')}
            width={30}
            placeholder="now-7d"
            value={timeRange.from}
            onChange={({ currentTarget }) =>
              onChange({ ...value, timeRange: { ...timeRange, from: currentTarget.value } })
            }
          />
        </Field>
        <Field noMargin label="To" htmlFor={id('to')} description="As in Grafana's time picker">
          <Input
            id={id('to')}
            width={30}
            placeholder="now"
            value={timeRange.to}
            onChange={({ currentTarget }) =>
              onChange({ ...value, timeRange: { ...timeRange, to: currentTarget.value } })
            }
          />
        </Field>
      </Stack>
      {variables.length > 0 && (
        <Text variant="bodySmall" color="secondary">
          {`Variables: ${variables.map(([name, values]) => `${name} = ${[values].flat().join(', ')}`).join('; ')}`}
        </Text>
      )}
    </Stack>
  );
};

async function dashboardOptions(query: string) {
  const hits = await searchDashboards(query);
  return hits.map(({ uid, title, folderTitle }) => ({ value: uid, label: title, description: folderTitle }));
}

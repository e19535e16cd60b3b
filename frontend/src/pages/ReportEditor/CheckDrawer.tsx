import { Alert, Badge, type BadgeColor, Drawer, LoadingPlaceholder, Stack, Text } from '@grafana/ui';
import React, { useCallback, useState } from 'react';

import { checkReport } from '../../api/reports';
import type { Checked, CheckedDashboard, CheckedPanel, ReportBody, Verdict } from '../../api/types';
import { LoadFailed } from '../../components/LoadFailed';
import { useLoaded } from '../../components/useLoaded';

interface Props {
  body: ReportBody;
  onClose: () => void;
}

/** A dry run: what the report would look like, and what keeps it from going out. */
export const CheckDrawer = ({ body, onClose }: Props) => {
  const [opened] = useState(body);
  const load = useCallback(() => checkReport(opened), [opened]);
  const { data: checked, error, isLoading, reload } = useLoaded(load);
  return (
    <Drawer title="Check" subtitle={opened.name} size="md" onClose={onClose}>
      {error && <LoadFailed what="the check" error={error} onRetry={() => void reload()} />}
      {isLoading && !checked && <LoadingPlaceholder text="Asking every data source…" />}
      {checked && <Result checked={checked} />}
    </Drawer>
  );
};

const Result = ({ checked }: { checked: Checked }) => (
  <Stack direction="column" gap={2}>
    {checked.ok && <Alert severity="success" title={`Everything would be shown, on ${pages(checked.pages)}`} />}
    {checked.problems.length > 0 && (
      <Alert severity="error" title="The report cannot be sent yet">
        <List items={checked.problems} />
      </Alert>
    )}
    {checked.dashboards.map((dashboard, idx) => (
      <Dashboard key={idx} dashboard={dashboard} />
    ))}
  </Stack>
);

const Dashboard = ({ dashboard }: { dashboard: CheckedDashboard }) => {
  if (dashboard.problem !== null) {
    return (
      <Alert severity="error" title={`The dashboard ${dashboard.uid} cannot be read`}>
        {dashboard.problem}
      </Alert>
    );
  }
  const values = dashboard.variables.map(({ name, problem, values }) =>
    problem === 'unknown' ? `The dashboard has no variable ${name}` : `${name} no longer offers ${values.join(', ')}`
  );
  const sources = dashboard.dataSources.flatMap(({ name, uid, errors }) =>
    errors.map((error) => `${name || uid}: ${error}`)
  );
  return (
    <section aria-label={dashboard.title}>
      <Stack direction="column" gap={1}>
        <Text element="h4">{`${dashboard.title}, ${pages(dashboard.pages)}`}</Text>
        {sources.length > 0 && (
          <Alert severity="error" title="Data sources that did not answer">
            <List items={sources} />
          </Alert>
        )}
        {(values.length > 0 || dashboard.warnings.length > 0) && (
          <Alert severity="warning" title="Look at these">
            <List items={[...values, ...dashboard.warnings]} />
          </Alert>
        )}
        {dashboard.panels.map((panel, idx) => (
          <Panel key={idx} panel={panel} />
        ))}
      </Stack>
    </section>
  );
};

const VERDICT: Record<Verdict, [string, BadgeColor]> = {
  native: ['Drawn', 'green'],
  picture: ['Picture', 'green'],
  needsPicture: ['Needs a picture', 'orange'],
  notDrawn: ['Not drawn', 'red'],
};

const Panel = ({ panel }: { panel: CheckedPanel }) => {
  const [text, color] = VERDICT[panel.verdict] ?? [panel.verdict, 'darkgrey'];
  return (
    <Stack gap={1} alignItems="flex-start">
      <div style={{ minWidth: 110 }}>
        <Badge text={text} color={panel.verdict === 'native' && panel.reasons.length > 0 ? 'orange' : color} />
      </div>
      <Stack direction="column" gap={0}>
        <Text>{panel.title || `Panel ${panel.id}`}</Text>
        <Text variant="bodySmall" color="secondary">
          {[panel.type, ...panel.reasons].join(' · ')}
        </Text>
      </Stack>
    </Stack>
  );
};

const List = ({ items }: { items: string[] }) => (
  <ul>
    {items.map((item) => (
      <li key={item}>{item}</li>
    ))}
  </ul>
);

const pages = (n: number) => (n === 1 ? '1 page' : `${n} pages`);

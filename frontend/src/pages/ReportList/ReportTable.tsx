import { InteractiveTable, Stack, Text, TextLink, type CellProps, type Column } from '@grafana/ui';
import React, { useMemo } from 'react';

import { ProvisionedBadge, RunBadge, StateBadge } from '../../components/badges';
import { Time } from '../../components/Time';
import { paths } from '../../constants';
import { describeSchedule } from '../../model/scheduleText';
import type { ReportRow } from './ReportListPage';
import { RowActions } from './RowActions';

interface Props {
  rows: ReportRow[];
  onChanged: () => Promise<void>;
}

export const ReportTable = ({ rows, onChanged }: Props) => {
  const columns = useMemo<Array<Column<ReportRow>>>(
    () => [
      { id: 'name', header: 'Name', cell: NameCell, sortType: byText(({ report }) => report.name) },
      {
        id: 'state',
        header: 'State',
        cell: StateCell,
        disableGrow: true,
        sortType: byText(({ report }) => report.state),
      },
      { id: 'schedule', header: 'Schedule', cell: ScheduleCell },
      { id: 'next', header: 'Next run', cell: NextCell, sortType: byText(({ outlook }) => outlook?.nextDue ?? '~') },
      {
        id: 'last',
        header: 'Last run',
        cell: LastCell,
        sortType: byText(({ outlook }) => outlook?.lastRun?.started ?? ''),
      },
      {
        id: 'actions',
        header: '',
        disableGrow: true,
        cell: ({ row }: Cell) => <RowActions report={row.original.report} onChanged={onChanged} />,
      },
    ],
    [onChanged]
  );
  return <InteractiveTable columns={columns} data={rows} getRowId={({ report }) => String(report.id)} />;
};

type Cell = CellProps<ReportRow>;

const NameCell = ({ row }: Cell) => {
  const { id, name, dashboards } = row.original.report;
  return (
    <Stack direction="column" gap={0}>
      <TextLink href={paths.edit(id)} inline={false}>
        {name || 'Unnamed draft'}
      </TextLink>
      <Text variant="bodySmall" color="secondary">
        {dashboards.map(({ dashboard }) => dashboard.name || dashboard.uid).join(', ')}
      </Text>
    </Stack>
  );
};

const StateCell = ({ row }: Cell) => {
  const { state, provisioned } = row.original.report;
  return (
    <Stack gap={0.5} wrap="wrap">
      <StateBadge state={state} />
      {provisioned && <ProvisionedBadge provisioned={provisioned} />}
    </Stack>
  );
};

const ScheduleCell = ({ row }: Cell) => <>{describeSchedule(row.original.report.schedule)}</>;

const NextCell = ({ row }: Cell) => <Time time={row.original.outlook?.nextDue} />;

const LastCell = ({ row }: Cell) => {
  const run = row.original.outlook?.lastRun;
  return run ? (
    <Stack gap={1} alignItems="center">
      <Time time={run.finished ?? run.started ?? run.due} />
      <RunBadge run={run} />
    </Stack>
  ) : (
    <Time time={null} />
  );
};

const byText = (text: (row: ReportRow) => string) => (a: { original: ReportRow }, b: { original: ReportRow }) =>
  text(a.original).localeCompare(text(b.original));

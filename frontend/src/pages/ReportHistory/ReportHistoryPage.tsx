import { PluginPage } from '@grafana/runtime';
import {
  EmptyState,
  InteractiveTable,
  LoadingPlaceholder,
  Stack,
  Text,
  type CellProps,
  type Column,
} from '@grafana/ui';
import React, { useCallback } from 'react';
import { useParams } from 'react-router';

import { getReport, getRuns } from '../../api/reports';
import type { Run } from '../../api/types';
import { RunBadge } from '../../components/badges';
import { LoadFailed } from '../../components/LoadFailed';
import { Time } from '../../components/Time';
import { useLoaded } from '../../components/useLoaded';
import { paths } from '../../constants';

/** The ledger of one report: what was due and what became of it. */
export const ReportHistoryPage = () => {
  const { id = '' } = useParams();
  const load = useCallback(async () => {
    const [report, runs] = await Promise.all([getReport(id), getRuns(id)]);
    return { report, runs };
  }, [id]);
  const { data, error, isLoading, reload } = useLoaded(load);
  const name = data?.report.name ?? 'Report';
  return (
    <PluginPage pageNav={{ text: `Runs of ${name}`, parentItem: { text: 'Reporting', url: paths.list } }}>
      {error && <LoadFailed what="runs" error={error} onRetry={() => void reload()} />}
      {!data && isLoading && <LoadingPlaceholder text="Loading runs…" />}
      {data?.runs.length === 0 && <EmptyState variant="not-found" message="This report was never due and never sent" />}
      {data && data.runs.length > 0 && (
        <InteractiveTable columns={COLUMNS} data={data.runs} getRowId={(run) => String(run.id)} />
      )}
    </PluginPage>
  );
};

type Cell = CellProps<Run>;

const TRIGGER = { schedule: 'Schedule', manual: 'By hand', test: 'Test' };

const COLUMNS: Array<Column<Run>> = [
  { id: 'state', header: 'Result', disableGrow: true, cell: ({ row }: Cell) => <RunBadge run={row.original} /> },
  {
    id: 'trigger',
    header: 'Asked by',
    disableGrow: true,
    cell: ({ row }: Cell) => <>{TRIGGER[row.original.trigger]}</>,
  },
  {
    id: 'time',
    header: 'Time',
    disableGrow: true,
    cell: ({ row }: Cell) => <Time time={row.original.started ?? row.original.due} />,
  },
  { id: 'elapsed', header: 'Took', disableGrow: true, cell: ({ row }: Cell) => <>{seconds(row.original.elapsedMs)}</> },
  { id: 'details', header: 'Details', cell: DetailsCell },
];

function DetailsCell({ row }: Cell) {
  const { error, warnings, recipients, files } = row.original;
  const refused = (recipients ?? []).filter(({ accepted }) => !accepted);
  const nAccepted = (recipients ?? []).length - refused.length;
  return (
    <Stack direction="column" gap={0}>
      {error !== '' && <Text color="error">{error}</Text>}
      {nAccepted > 0 && (
        <Text color="secondary">{`To ${nAccepted} ${nAccepted === 1 ? 'recipient' : 'recipients'}`}</Text>
      )}
      {refused.map(({ address, reply }) => (
        <Text key={address} color="error">{`${address}: ${reply}`}</Text>
      ))}
      {(warnings ?? []).map(({ panelTitle, message }, idx) => (
        <Text key={idx} color="warning">
          {panelTitle ? `${panelTitle}: ${message}` : message}
        </Text>
      ))}
      {files && files.length > 0 && <Text color="secondary">{files.map(({ name }) => name).join(', ')}</Text>}
    </Stack>
  );
}

const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)}\u00a0s`);

import { hasPermission, PluginPage } from '@grafana/runtime';
import {
  Button,
  EmptyState,
  InteractiveTable,
  LoadingPlaceholder,
  RadioButtonGroup,
  Stack,
  type CellProps,
  type Column,
} from '@grafana/ui';
import React, { useCallback, useEffect, useMemo, useState } from 'react';
import { useParams } from 'react-router';

import { getReport } from '../../api/reports';
import { cancelRun, getRuns, PAGE_SIZE } from '../../api/runs';
import type { Report, Run, RunState } from '../../api/types';
import { RunBadge } from '../../components/badges';
import { LoadFailed } from '../../components/LoadFailed';
import { notifyFailure, notifySuccess } from '../../components/notify';
import { Time } from '../../components/Time';
import { useLoaded } from '../../components/useLoaded';
import { actions, paths } from '../../constants';
import { isCancellable, isUnderWay, seconds } from '../../model/runText';
import { RunNotes } from './RunNotes';
import { RunPanels } from './RunPanels';

const POLL_MS = 1500;

/** The ledger of one report: what was due and what became of it. */
export const ReportHistoryPage = () => {
  const { id = '' } = useParams();
  const load = useCallback(() => getReport(id), [id]);
  const { data: report, error, isLoading, reload } = useLoaded(load);
  return (
    <PluginPage
      pageNav={{ text: `Runs of ${report?.name ?? 'Report'}`, parentItem: { text: 'Reporting', url: paths.list } }}
    >
      {error && <LoadFailed what="runs" error={error} onRetry={() => void reload()} />}
      {!report && isLoading && <LoadingPlaceholder text="Loading runs…" />}
      {report && <History report={report} />}
    </PluginPage>
  );
};

type Filter = RunState | 'all';

const FILTERS: Array<{ value: Filter; label: string }> = [
  { value: 'all', label: 'All' },
  { value: 'sent', label: 'Sent' },
  { value: 'failed', label: 'Failed' },
  { value: 'skipped', label: 'Skipped' },
];

const History = ({ report }: { report: Report }) => {
  const [filter, setFilter] = useState<Filter>('all');
  const { runs, error, hasMore, reload, loadMore } = useRuns(String(report.id), filter);
  const columns = useMemo(() => columnsOf(reload), [reload]);
  return (
    <Stack direction="column" gap={2} alignItems="stretch">
      <div>
        <RadioButtonGroup aria-label="Result" options={FILTERS} value={filter} onChange={setFilter} />
      </div>
      {error && <LoadFailed what="runs" error={error} onRetry={reload} />}
      {runs?.length === 0 && (
        <EmptyState
          variant="not-found"
          message={filter === 'all' ? 'This report was never due and never sent' : 'There are no such runs'}
        />
      )}
      {runs && runs.length > 0 && (
        <InteractiveTable
          columns={columns}
          data={runs}
          getRowId={(run) => String(run.id)}
          renderExpandedRow={(run) => <RunPanels runId={run.id} />}
        />
      )}
      {hasMore && (
        <div>
          <Button variant="secondary" onClick={loadMore}>
            Older runs
          </Button>
        </div>
      )}
    </Stack>
  );
};

/** Runs as far as they were asked for; the newest are asked for again while one is under way. */
function useRuns(reportId: string, filter: Filter) {
  const state = filter === 'all' ? undefined : filter;
  const [older, setOlder] = useState<{ of: Filter; runs: Run[]; isEnd: boolean }>();
  const load = useCallback(() => getRuns(reportId, { state }), [reportId, state]);
  const { data: newest, error, reload: reloadNewest } = useLoaded(load);
  const reload = useCallback(() => void reloadNewest(), [reloadNewest]);

  const isActive = newest?.some(isUnderWay) === true;
  useEffect(() => {
    const timer = isActive ? setTimeout(reload, POLL_MS) : undefined;
    return () => clearTimeout(timer);
    // Anew after each answer.
  }, [isActive, newest, reload]);

  const more = older?.of === filter ? older : undefined;
  const runs = newest && withoutTwins([...newest, ...(more?.runs ?? [])]);
  const loadMore = async () => {
    try {
      const before = runs?.[runs.length - 1]?.id;
      const next = await getRuns(reportId, { state, before });
      setOlder({ of: filter, runs: [...(more?.runs ?? []), ...next], isEnd: next.length < PAGE_SIZE });
    } catch (error) {
      notifyFailure('Older runs could not be loaded', error);
    }
  };
  const hasMore = more ? !more.isEnd : newest?.length === PAGE_SIZE;
  return { runs, error, hasMore, reload, loadMore: () => void loadMore() };
}

/** New runs push others from the newest page into what was loaded before. */
const withoutTwins = (runs: Run[]) =>
  [...new Map(runs.map((run) => [run.id, run])).values()].sort((a, b) => b.id - a.id);

type Cell = CellProps<Run>;

const TRIGGER = { schedule: 'Schedule', manual: 'By hand', test: 'Test' };

const columnsOf = (reload: () => void): Array<Column<Run>> => [
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
  { id: 'details', header: 'Details', cell: ({ row }: Cell) => <RunNotes run={row.original} /> },
  {
    id: 'actions',
    header: '',
    disableGrow: true,
    cell: ({ row }: Cell) => <CancelButton run={row.original} onChanged={reload} />,
  },
];

const CancelButton = ({ run, onChanged }: { run: Run; onChanged: () => void }) => {
  if (!isCancellable(run)) {
    return null;
  }
  const cancel = async () => {
    try {
      const { message } = await cancelRun(run.id);
      notifySuccess(message);
    } catch (error) {
      notifyFailure('The run was not cancelled', error);
    }
    onChanged();
  };
  return (
    <Button
      size="sm"
      variant="secondary"
      icon="times"
      disabled={!hasPermission(actions.send)}
      onClick={() => void cancel()}
    >
      Cancel
    </Button>
  );
};

import { hasPermission, PluginPage } from '@grafana/runtime';
import { Alert, EmptyState, LinkButton, LoadingPlaceholder, Stack } from '@grafana/ui';
import React, { useCallback } from 'react';

import { getOverview, getReports } from '../../api/reports';
import type { Report, ReportOutlook } from '../../api/types';
import { ConnectionNotice } from '../../components/ConnectionNotice';
import { LoadFailed } from '../../components/LoadFailed';
import { useLoaded } from '../../components/useLoaded';
import { actions, paths } from '../../constants';
import { ReportTable } from './ReportTable';

export const ReportListPage = () => {
  const { data, error, isLoading, reload } = useLoaded(loadList);
  const reloadQuietly = useCallback(() => void reload(), [reload]);
  const isEmpty = data?.rows.length === 0;
  const create = hasPermission(actions.create) && (
    <LinkButton icon="plus" href={paths.create}>
      Create report
    </LinkButton>
  );
  const settings = hasPermission(actions.readSettings) && (
    <LinkButton icon="cog" variant="secondary" href={paths.settings}>
      Settings
    </LinkButton>
  );
  const pageActions = (
    <Stack>
      {settings}
      {data && !isEmpty && create}
    </Stack>
  );
  return (
    <PluginPage subTitle="Dashboards as PDF by mail, on schedule" actions={pageActions}>
      <ConnectionNotice />
      {error && <LoadFailed what="reports" error={error} onRetry={reloadQuietly} />}
      {!data && isLoading && <LoadingPlaceholder text="Loading reports…" />}
      {data && isEmpty && (
        <EmptyState variant="call-to-action" message="You have no reports yet" button={create}>
          A report sends a dashboard to people by mail: once, or as often as you say.
        </EmptyState>
      )}
      {data && !isEmpty && (
        <>
          {data.outlookError !== undefined && (
            <Alert severity="warning" title="Due times and last runs are not known">
              {data.outlookError}
            </Alert>
          )}
          <ReportTable rows={data.rows} onChanged={reload} />
        </>
      )}
    </PluginPage>
  );
};

export interface ReportRow {
  report: Report;
  outlook?: ReportOutlook;
}

interface List {
  rows: ReportRow[];
  outlookError?: string;
}

/** Reports are what counts: they show also when nothing is known about their runs. */
async function loadList(): Promise<List> {
  const outlooks = getOverview().then(
    (found) => ({ found, error: undefined }),
    (error: Error) => ({ found: {}, error: error.message })
  );
  const reports = await getReports();
  const { found, error }: { found: Record<string, ReportOutlook>; error?: string } = await outlooks;
  return { rows: reports.map((report) => ({ report, outlook: found[report.id] })), outlookError: error };
}

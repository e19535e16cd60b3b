import { config, PluginPage } from '@grafana/runtime';
import { LoadingPlaceholder } from '@grafana/ui';
import React, { useCallback } from 'react';
import { useLocation, useParams } from 'react-router';

import { getReport } from '../../api/reports';
import { ConnectionNotice } from '../../components/ConnectionNotice';
import { LoadFailed } from '../../components/LoadFailed';
import { useLoaded } from '../../components/useLoaded';
import { paths } from '../../constants';
import { prefill } from '../../model/prefill';
import { fromReport } from '../../model/reportForm';
import { ReportEditor } from './ReportEditor';

/** `/reports/new?…` and `/reports/:id/edit`. */
export const ReportEditorPage = () => {
  const { id } = useParams();
  return id === undefined ? <NewReport /> : <StoredReport key={id} id={id} />;
};

const NewReport = () => {
  const { search } = useLocation();
  return (
    <PluginPage pageNav={{ text: 'New report', parentItem: PARENT }}>
      <ConnectionNotice />
      <ReportEditor initial={prefill(new URLSearchParams(search), ownTimeZone())} />
    </PluginPage>
  );
};

const StoredReport = ({ id }: { id: string }) => {
  const load = useCallback(() => getReport(id), [id]);
  const { data: report, error, isLoading, reload } = useLoaded(load);
  return (
    <PluginPage pageNav={{ text: report?.name || 'Edit report', parentItem: PARENT }}>
      <ConnectionNotice />
      {error && <LoadFailed what="this report" error={error} onRetry={() => void reload()} />}
      {!report && isLoading && <LoadingPlaceholder text="Loading report…" />}
      {report && <ReportEditor stored={report} initial={fromReport(report)} />}
    </PluginPage>
  );
};

const PARENT = { text: 'Reporting', url: paths.list };

/** The zone of whoever is signed in, "browser" and nothing resolved. */
function ownTimeZone(): string {
  const zone = config.bootData.user.timezone;
  if (zone === 'utc') {
    return 'UTC';
  }
  return zone === '' || zone === 'browser' ? Intl.DateTimeFormat().resolvedOptions().timeZone : zone;
}

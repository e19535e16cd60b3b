import { type AppRootProps } from '@grafana/data';
import { PluginPage } from '@grafana/runtime';
import { EmptyState, LinkButton } from '@grafana/ui';
import React from 'react';
import { Route, Routes } from 'react-router';

import { paths } from './constants';
import { ReportEditorPage } from './pages/ReportEditor/ReportEditorPage';
import { ReportHistoryPage } from './pages/ReportHistory/ReportHistoryPage';
import { ReportListPage } from './pages/ReportList/ReportListPage';
import { SettingsPage } from './pages/Settings/SettingsPage';

const App = (_: AppRootProps) => (
  <Routes>
    <Route index element={<ReportListPage />} />
    <Route path="reports" element={<ReportListPage />} />
    <Route path="reports/new" element={<ReportEditorPage />} />
    <Route path="reports/:id/edit" element={<ReportEditorPage />} />
    <Route path="reports/:id/history" element={<ReportHistoryPage />} />
    <Route path="settings" element={<SettingsPage />} />
    <Route path="*" element={<NotFound />} />
  </Routes>
);

const NotFound = () => (
  <PluginPage pageNav={{ text: 'Not found' }}>
    <EmptyState
      variant="not-found"
      message="There is no such page"
      button={<LinkButton href={paths.list}>All reports</LinkButton>}
    />
  </PluginPage>
);

export default App;

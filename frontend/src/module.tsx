import { AppPlugin, type AppRootProps, type PluginConfigPageProps, type AppPluginMeta } from '@grafana/data';
import { hasPermission, locationService } from '@grafana/runtime';
import React, { Suspense, lazy } from 'react';

import { commandPaletteLink, dashboardLink } from './extensions/links';

// Loaded on every dashboard because of the links: pages come only when they are opened.
const App = lazy(() => import('./App'));
const ConnectionPage = lazy(() => import('./pages/Connection/ConnectionPage'));

const Root = (props: AppRootProps) => (
  <Suspense fallback={null}>
    <App {...props} />
  </Suspense>
);

const Config = (props: PluginConfigPageProps<AppPluginMeta>) => (
  <Suspense fallback={null}>
    <ConnectionPage {...props} />
  </Suspense>
);

const here = {
  hasPermission,
  location: () => locationService.getLocation(),
  navigate: (path: string) => locationService.push(path),
};

export const plugin = new AppPlugin()
  .setRootPage(Root)
  .addConfigPage({ title: 'Connection', icon: 'plug', id: 'connection', body: Config })
  .addLink(dashboardLink(here))
  .addLink(commandPaletteLink(here));

import type { PluginExtensionAddedLinkConfig, PluginExtensionPanelContext } from '@grafana/data';

import { actions, paths } from '../constants';

// Grafana loads module.js on every dashboard because of these links: nothing here may pull in more than it needs.

/** What the links need from Grafana, so that tests can stand in for it. */
export interface Surroundings {
  hasPermission: (action: string) => boolean;
  /** `pathname` and `search` of the page that is open. */
  location: () => { pathname: string; search: string };
  navigate: (path: string) => void;
}

const DESCRIPTION = 'Send this dashboard by mail, once or again and again';

/** In a panel's menu and, from Grafana 13.2, in the dashboard's sidebar. Titles as in plugin.json, or Grafana refuses them. */
export function dashboardLink(
  here: Surroundings
): PluginExtensionAddedLinkConfig<Partial<PluginExtensionPanelContext>> {
  return {
    targets: ['grafana/dashboard/panel/menu', 'grafana/dashboard/sidebar/v1'],
    title: 'Schedule a report',
    description: DESCRIPTION,
    icon: 'envelope',
    path: paths.create,
    configure: (context) => {
      if (!here.hasPermission(actions.create)) {
        return undefined;
      }
      const { dashboard, timeRange, timeZone } = context ?? {};
      return {
        path: createPath({
          dashboardUid: dashboard?.uid ?? dashboardUidOf(here.location().pathname),
          dashboardTitle: dashboard?.title,
          from: rawTime(timeRange?.from),
          to: rawTime(timeRange?.to),
          tz: timeZone,
        }),
      };
    },
  };
}

/** In the command palette. Grafana remembers what `configure` says, so the dashboard is read when the link is used. */
export function commandPaletteLink(here: Surroundings): PluginExtensionAddedLinkConfig {
  return {
    targets: ['grafana/commandpalette/action'],
    title: 'Create a report of this dashboard',
    description: DESCRIPTION,
    icon: 'envelope',
    configure: () => (here.hasPermission(actions.create) ? {} : undefined),
    onClick: () => {
      const { pathname, search } = here.location();
      const query = new URLSearchParams(search);
      const kept = [...query].filter(([key]) => key === 'from' || key === 'to' || key.startsWith('var-'));
      const path = createPath({ dashboardUid: dashboardUidOf(pathname) });
      const rest = new URLSearchParams(kept).toString();
      here.navigate(rest === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${rest}`);
    },
  };
}

/** The uid in `/d/<uid>/<slug>`, also below a sub-path. */
export const dashboardUidOf = (pathname: string) => /\/d\/([^/]+)/.exec(pathname)?.[1];

function createPath(values: Record<string, string | undefined>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(given).toString();
  return query === '' ? paths.create : `${paths.create}?${query}`;
}

/** A range is text ("now-6h") or a moment object that knows its milliseconds. */
function rawTime(time: string | { valueOf(): number } | undefined): string | undefined {
  return time === undefined || typeof time === 'string' ? time : String(time.valueOf());
}

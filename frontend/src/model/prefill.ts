import { emptyDashboard, emptyForm, type ReportForm } from './reportForm';

/**
 * A new report from the query of a link on a dashboard: `dashboardUid`, `dashboardTitle`, `from`, `to`, `tz` and `var-…`.
 * Anything else (Grafana adds `uel_pid` and the like) is ignored.
 */
export function prefill(query: URLSearchParams, ownTimeZone: string): ReportForm {
  const zone = query.get('tz') ?? '';
  const form = emptyForm(zone === '' || zone === 'browser' ? ownTimeZone : zone);
  const uid = query.get('dashboardUid');
  if (uid === null || uid === '') {
    return form;
  }
  const title = query.get('dashboardTitle') ?? '';
  const dashboard = {
    ...emptyDashboard(),
    dashboard: { uid, name: title || uid },
    timeRange: { from: query.get('from') ?? '', to: query.get('to') ?? '' },
    reportVariables: variables(query),
  };
  return { ...form, name: title, dashboards: [dashboard] };
}

/** Repeated `var-x` are several values of one variable. */
function variables(query: URLSearchParams): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = {};
  for (const key of new Set(query.keys())) {
    const name = key.startsWith('var-') ? key.slice('var-'.length) : '';
    if (name !== '') {
      const values = query.getAll(key);
      found[name] = values.length === 1 ? (values[0] ?? '') : values;
    }
  }
  return found;
}

import type { ReportBody } from '../api/types';

/** Parameters of `GET reports/render/pdfs` for a report that may not be stored. */
export function previewParams(body: ReportBody): Record<string, string | number> {
  return {
    title: body.name || 'Report',
    dashboards: JSON.stringify(body.dashboards),
    orientation: body.options.orientation,
    layout: body.options.layout,
    scaleFactor: body.scaleFactor,
  };
}

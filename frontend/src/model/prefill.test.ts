import { describe, expect, it } from 'vitest';

import { prefill } from './prefill';
import { emptyForm } from './reportForm';

describe('prefill', () => {
  it('is an empty form without a dashboard', () => {
    expect(prefill(new URLSearchParams('uel_pid=x'), 'Europe/Warsaw')).toEqual(emptyForm('Europe/Warsaw'));
  });

  it('takes dashboard, range, zone and variables', () => {
    const query =
      'dashboardUid=u&dashboardTitle=Shop&from=now-7d&to=now&tz=Asia/Tokyo&var-a=1&var-b=x&var-b=y&uel_pid=z';
    expect(prefill(new URLSearchParams(query), 'UTC')).toMatchObject({
      name: 'Shop',
      timeZone: 'Asia/Tokyo',
      dashboards: [
        {
          dashboard: { uid: 'u', name: 'Shop' },
          timeRange: { from: 'now-7d', to: 'now' },
          reportVariables: { a: '1', b: ['x', 'y'] },
        },
      ],
    });
  });

  it('knows "browser" is no zone of a report', () => {
    expect(prefill(new URLSearchParams('dashboardUid=u&tz=browser'), 'UTC').timeZone).toBe('UTC');
  });
});

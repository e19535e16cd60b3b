import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { commandPaletteLink, dashboardLink, type Surroundings } from './links';

const CREATE = '/a/broadsheet-reports-app/reports/new';

function surroundings(patch: Partial<Surroundings> = {}): Surroundings & { visited: string[] } {
  const visited: string[] = [];
  return {
    visited,
    hasPermission: () => true,
    location: () => ({ pathname: '/d/abc/shop', search: '?orgId=1&from=now-1h&to=now&var-a=1&var-a=2' }),
    navigate: (path) => visited.push(path),
    ...patch,
  };
}

describe('the link on dashboards', () => {
  const configure = (context: unknown, here = surroundings()) =>
    dashboardLink(here).configure?.(
      context as Parameters<NonNullable<ReturnType<typeof dashboardLink>['configure']>>[0]
    );

  it.each<[string, unknown, string]>([
    [
      'of a panel',
      {
        dashboard: { uid: 'xyz', title: 'A & B', tags: [] },
        timeRange: { from: 'now-6h', to: 'now' },
        timeZone: 'utc',
      },
      '?dashboardUid=xyz&dashboardTitle=A+%26+B&from=now-6h&to=now&tz=utc',
    ],
    [
      'with moments',
      { dashboard: { uid: 'xyz' }, timeRange: { from: new Date(5), to: new Date(9) } },
      '?dashboardUid=xyz&from=5&to=9',
    ],
    ['of the sidebar that tells nothing', undefined, '?dashboardUid=abc'],
  ])('%s', (_, context, query) => {
    expect(configure(context)).toEqual({ path: CREATE + query });
  });

  it('is not there for those who may not create reports', () => {
    expect(configure({}, surroundings({ hasPermission: () => false }))).toBeUndefined();
  });
});

describe('the link in the command palette', () => {
  const use = (here: Surroundings) => commandPaletteLink(here).onClick?.(undefined, {} as never);

  it('reads the page that is open when it is used', () => {
    const here = surroundings();
    use(here);
    expect(here.visited).toEqual([`${CREATE}?dashboardUid=abc&from=now-1h&to=now&var-a=1&var-a=2`]);
  });

  it('begins with nothing where no dashboard is open', () => {
    const here = surroundings({ location: () => ({ pathname: '/explore', search: '' }) });
    use(here);
    expect(here.visited).toEqual([CREATE]);
  });
});

it('is announced in plugin.json in the same words', () => {
  const manifest = JSON.parse(readFileSync('src/plugin.json', 'utf8'));
  const links = [dashboardLink(surroundings()), commandPaletteLink(surroundings())];
  expect(manifest.extensions.addedLinks).toEqual(
    links.map(({ targets, title, description }) => ({ targets, title, description }))
  );
});

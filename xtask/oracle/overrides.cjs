// overrides.json: field config applied to frames, names, and the values of stat-like panels.
'use strict';

const { write } = require('./write.cjs');
const { applied, displays, fieldShown } = require('./config.cjs');

const T = 1700000000000;
const field = (name, type, values, rest = {}) => ({ name, type, values, config: {}, ...rest });
const times = (...minutes) => field('Time', 'time', minutes.map((m) => T + m * 60000));
const SETS = {
  empty: [],
  nothing: [{ refId: 'A', fields: [] }],
  prometheus: ['api', 'db', 'web'].map((job, i) => ({
    refId: i === 2 ? 'B' : 'A',
    meta: { typeVersion: [0, 1] },
    fields: [times(0, 1, 2), field('Value', 'number', [i, i * 10.5, i === 1 ? null : -3], { labels: { job, instance: 'x' }, config: i === 1 ? { displayNameFromDS: 'the db', unit: 'bytes', links: [{ title: 'ds', url: 'd' }] } : {} })],
  })),
  single: ['api', 'db'].map((job, i) => ({ refId: 'A', fields: [times(0, 1), field('up', 'number', [i, 7 * i], { labels: { job } })] })),
  named: ['first', 'second', ''].map((name, i) => ({ refId: 'ABC'[i], name, fields: [times(0, 1), field('Value', 'number', [100 * i, 50])] })),
  testdata: ['A-series', 'B-series'].map((name, i) => ({ refId: 'AB'[i], name, fields: [times(0, 1), field(name, 'number', [i, 5.25], { labels: {} })] })),
  table: [
    {
      refId: 'A',
      fields: [
        times(0, 1, 2),
        field('host', 'string', ['web-1', 'web-2', '']),
        field('cpu', 'number', [12.5, 99, null], { config: { unit: 'percent', max: 100 } }),
        field('mem', 'number', [1e9, 2.5e9, 3]),
        field('up', 'boolean', [true, false, null]),
        field('cpu', 'number', [1, 2, 3]),
      ],
    },
  ],
  zeros: [{ refId: 'A', fields: [times(0, 1), field('a', 'number', [0, 0]), field('b', 'number', [null, null])] }, { refId: 'B', fields: [field('Value', 'number', [], { labels: { __name__: 'Value' } })] }],
};

const steps = (...pairs) => pairs.map(([value, color]) => ({ value, color }));
const thresholds = { mode: 'absolute', steps: steps([null, 'green'], [10, 'orange'], [60, 'red']) };
const rule = (id, options, ...properties) => ({ matcher: { id, options }, properties: properties.map(([id, value]) => ({ id, value })) });
const SOURCES = [
  { defaults: {}, overrides: [] },
  { defaults: { unit: 'ms', decimals: 1, thresholds, color: { mode: 'thresholds' }, custom: { lineWidth: 2, hideFrom: { legend: true } } }, overrides: [] },
  { defaults: { displayName: '${__field.labels.job} of ${__field.name}', thresholds, color: { mode: 'palette-classic' } }, overrides: [] },
  { defaults: { min: 5, max: 1, noValue: 'none', links: [{ title: 'panel', url: 'p' }], mappings: [{ type: 'value', options: { 1: { text: 'one', index: 0 } } }] }, overrides: [rule('byType', 'number', ['mappings', [{ type: 'special', options: { match: 'null', result: { text: 'nil', index: 0 } } }]], ['links', [{ title: 'rule', url: 'r' }]])] },
  { defaults: { fieldMinMax: true, color: { mode: 'continuous-GrYlRd' } }, overrides: [rule('byName', 'cpu', ['unit', 'short'], ['custom.width', 120])] },
  { defaults: { color: { mode: 'continuous-BlPu' }, max: 200 }, overrides: [rule('byRegexp', '/^(a|the|first)/', ['displayName', 'Matched'], ['color', { mode: 'fixed', fixedColor: 'purple' }])] },
  { defaults: { thresholds: { mode: 'percentage', steps: steps([null, 'blue'], [50, 'yellow']) } }, overrides: [rule('byFrameRefID', 'A', ['decimals', 2], ['unit', 'bytes']), rule('byName', 'Value', ['decimals', null])] },
  { defaults: {}, overrides: [rule('byNames', { mode: 'exclude', names: ['Time', 'host', 'A-series', 'the db'] }, ['custom.hideFrom', { viz: true }], ['noValue', 'n/a'])] },
  { defaults: {}, overrides: [rule('byValue', { reducer: 'max', op: 'gte', value: 50 }, ['color', { mode: 'fixed', fixedColor: 'red' }]), rule('byValue', { reducer: 'allIsZero', op: 'gte', value: 0 }, ['displayName', 'zero']), rule('byValue', { reducer: 'allIsNull', op: 'gte', value: 0 }, ['displayName', 'null'])] },
  { defaults: {}, overrides: [rule('numeric', undefined, ['unit', 'percent']), rule('time', undefined, ['unit', 'time:HH:mm']), rule('first', undefined, ['displayName', 'When']), rule('firstTimeField', undefined, ['custom.width', 90]), rule('unknown', 'x', ['unit', 'bytes'])] },
  { defaults: { displayName: 'All' }, overrides: [rule('byName', 'All', ['displayName', '$__field_name'], ['displayName', '${__field.name} [${__field.labels}]']), rule('byRegexpOrNames', { pattern: '/mem/', names: ['up'] }, ['unit', 'none'])] },
  { defaults: { color: { mode: 'palette-classic-by-name' } }, overrides: [rule('byName', 'api', ['displayName', 'API']), rule('byName', 'API', ['color', { mode: 'shades', fixedColor: 'green' }])] },
];
const REDUCE = [
  { values: false, calcs: ['lastNotNull'], fields: '' },
  { values: false, calcs: ['mean', 'max', 'count'], fields: '/.*/' },
  { values: false, calcs: [], fields: '/^(cpu|up|Value|first|api)$/' },
  { values: true, calcs: [], fields: '' },
  { values: true, calcs: [], fields: '/.*/', limit: 4 },
];

const cases = [];
SOURCES.forEach((source, i) => {
  for (const [set, frames] of Object.entries(SETS)) {
    const after = applied(frames, source);
    const fields = after.map((frame) => frame.fields.map((f) => fieldShown(f, frame, after)));
    const reduceOptions = REDUCE[(i + Object.keys(SETS).indexOf(set)) % REDUCE.length];
    const shown = [reduceOptions, REDUCE[0]].map((options) => ({ options, values: displays(frames, source, options) }));
    cases.push({ source: i, set, fields, displays: shown });
  }
});
write('overrides.json', { sets: SETS, sources: SOURCES, cases }, 2);

// overrides.json: field config applied to frames, names, and the values of stat-like panels.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');

const theme = data.createTheme({ colors: { mode: 'light' } });
const only = (...types) => (field) => types.includes(field.type);
const all = () => true;
const property = (id, process, shouldApply, settings = {}, rest = {}) => ({ id, path: rest.path ?? id, name: id, process, shouldApply, settings, ...rest });
const custom = (path) => property(`custom.${path}`, data.identityOverrideProcessor, all, {}, { path, isCustom: true });
const registry = new data.FieldConfigOptionsRegistry(() => [
  property('unit', data.stringOverrideProcessor, all),
  property('min', data.numberOverrideProcessor, only('number')),
  property('max', data.numberOverrideProcessor, only('number')),
  property('fieldMinMax', data.booleanOverrideProcessor ?? data.identityOverrideProcessor, only('number')),
  property('decimals', data.numberOverrideProcessor, only('number')),
  property('displayName', data.displayNameOverrideProcessor, all, { expandTemplateVars: true }),
  property('color', data.identityOverrideProcessor, all),
  property('noValue', data.stringOverrideProcessor, all),
  property('links', data.dataLinksOverrideProcessor, all),
  property('mappings', data.valueMappingsOverrideProcessor, (field) => field.type !== 'time'),
  property('thresholds', data.thresholdsOverrideProcessor, all),
  property('filterable', data.identityOverrideProcessor, all),
  custom('lineWidth'),
  custom('width'),
  custom('hideFrom'),
  custom('footer.reducers'),
]);

// An unknown matcher is told to the console.
console.warn = () => {};
console.error = () => {};

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

/** The few macros a name may hold; the real ones live in another package. */
function replace(text, scoped) {
  const context = scoped?.__dataContext?.value;
  if (!context) return text;
  const { field } = context;
  return text
    .replace(/\$\{__field\.labels\.(\w+)\}/g, (_, key) => field.labels?.[key] ?? '')
    .replace(/\$\{__field\.labels\}/g, () => data.formatLabels(field.labels ?? {}, '', true))
    .replace(/\$\{__field\.name\}/g, () => field.name);
}

const copy = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
const toFrame = (frame) => ({ ...data.createDataFrame(copy(frame)), meta: frame.meta });
/** As Grafana does when it loads a panel: JSON has no -Infinity. */
function loaded(source) {
  const result = copy(source);
  const first = result.defaults.thresholds?.steps[0];
  if (first) first.value = -Infinity;
  return result;
}

const hex = (color) => (color === undefined ? null : color);
function fieldShown(f, frame, frames) {
  const { config, state } = f;
  const shown = f.values.slice(0, 3).map((value) => {
    const d = f.display(value);
    return [`${d.prefix ?? ''}|${d.text}|${d.suffix ?? ''}`, hex(d.color), d.percent ?? null];
  });
  const links = (config.links ?? []).map((link) => link.title);
  const range = state.range ? [state.range.min ?? null, state.range.max ?? null] : null;
  const custom = config.custom && Object.keys(config.custom).length ? config.custom : {};
  return {
    name: data.getFieldDisplayName(f, frame, frames),
    seriesIndex: state.seriesIndex,
    range,
    unit: config.unit ?? null,
    decimals: config.decimals ?? null,
    min: config.min ?? null,
    max: config.max ?? null,
    noValue: config.noValue ?? null,
    mode: config.color?.mode ?? null,
    links,
    custom,
    nMappings: (config.mappings ?? []).length,
    shown,
    series: hex(data.getFieldSeriesColor(f, theme).color),
  };
}

function displayShown(d) {
  const { display } = d;
  return [d.name, display.title ?? null, `${display.prefix ?? ''}|${display.text}|${display.suffix ?? ''}`, display.numeric, hex(display.color), d.rowIndex ?? null, d.field.min ?? null, d.field.max ?? null];
}

for (const item of data.fieldColorModeRegistry.list()) {
  if (item.isContinuous && !/viridis|magma|plasma|inferno|cividis/.test(item.id)) item.interpolator = undefined;
}
const cases = [];
SOURCES.forEach((source, i) => {
  for (const [set, frames] of Object.entries(SETS)) {
    const apply = () => {
      const applied = data.applyFieldOverrides({ data: frames.map(toFrame), fieldConfig: loaded(source), fieldConfigRegistry: registry, replaceVariables: replace, theme, timeZone: 'UTC' });
      // "palette-classic-by-name" goes by the field's bare name until someone has asked for its name, as a time series panel does.
      data.cacheFieldDisplayNames(applied);
      return applied;
    };
    const applied = apply();
    const fields = applied.map((frame) => frame.fields.map((f) => fieldShown(f, frame, applied)));
    const reduceOptions = REDUCE[(i + Object.keys(SETS).indexOf(set)) % REDUCE.length];
    const displays = [reduceOptions, REDUCE[0]].map((options) => ({
      options,
      values: data.getFieldDisplayValues({ data: apply(), reduceOptions: options, fieldConfig: loaded(source), replaceVariables: replace, theme, timeZone: 'UTC' }).map(displayShown),
    }));
    cases.push({ source: i, set, fields, displays });
  }
});
write('overrides.json', { sets: SETS, sources: SOURCES, cases }, 2);

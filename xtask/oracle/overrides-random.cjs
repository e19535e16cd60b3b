// overrides-random.json: random field configs with random overrides on random frames.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');
const { Random, frames: randomFrames } = require('./random.cjs');
const { known, anyOf } = require('./steps.cjs');
const { packed } = require('./transform.cjs');
const { applied, displays, fieldShown } = require('./config.cjs');

const N_SETS = 160;
const N_SOURCES = 13;
const MODES = data.fieldColorModeRegistry.list().map((mode) => mode.id).filter((id) => !/viridis|magma|plasma|inferno|cividis/.test(id));
const UNITS = ['ms', 's', 'bytes', 'decbytes', 'percent', 'percentunit', 'short', 'none', 'string', 'bool', 'bool_on_off', 'currencyUSD', 'dtdurations', 'dateTimeAsIso', 'time:YYYY-MM-DD', 'suffix:x', 'prefix:~', 'si:W', 'count:req', 'currency:CHF', 'locale', 'hex', 'sci', 'µs', 'celsius', 'humidity', 'nonsense'];
const COLORS = ['red', 'semi-dark-blue', '#123456', 'rgba(1,2,3,0.4)', 'text', 'transparent', 'light-green', 'purple'];
const REDUCERS = data.fieldReducers.list().map((info) => info.id).filter((id) => !/allValues|uniqueValues|median|^p\d/.test(id));

const result = (r, i) => ({ ...(r.chance(0.8) ? { text: r.pick(['low', 'HIGH', 'OK', '']) } : {}), ...(r.chance(0.6) ? { color: r.pick(COLORS) } : {}), index: i });
const mapping = (r, k, i) =>
  r.weighted([
    [3, () => ({ type: 'value', options: Object.fromEntries(r.shuffled([...k.cells.map(String), '1', '0', 'true', 'ok']).slice(0, r.between(1, 3)).map((key) => [key, result(r, i)])) })],
    [2, () => ({ type: 'range', options: { from: r.pick([null, -5, 0, 1]), to: r.pick([null, 5, 100, 1e6]), result: result(r, i) } })],
    [1, () => ({ type: 'regex', options: { pattern: r.pick(['/^web(.*)/', 'ok', '/(\\w)b/', '/[0-9]/', '/(?<n>a)/i']), result: { ...result(r, i), text: r.pick(['$1!', 'matched', 'x$1']) } } })],
    [2, () => ({ type: 'special', options: { match: r.pick(['true', 'false', 'null', 'nan', 'null+nan', 'empty']), result: result(r, i) } })],
  ])();
const thresholds = (r) => ({
  mode: r.chance(0.75) ? 'absolute' : 'percentage',
  steps: [{ value: null, color: r.pick(COLORS) }, ...[0, 5, 50, 80].filter(() => r.chance(0.5)).map((value) => ({ value, color: r.pick(COLORS) }))],
});
const color = (r) => ({ mode: r.pick([...MODES, 'fixed', 'shades', 'thresholds', 'palette-classic', 'palette-classic-by-name']), ...(r.chance(0.6) ? { fixedColor: r.pick(COLORS) } : {}), ...(r.chance(0.4) ? { seriesBy: r.pick(['last', 'min', 'max']) } : {}) });
const NAMES = ['Renamed', '${__field.name}', '${__field.labels.job} / ${__field.name}', '${__field.labels}', 'a', ''];

const PROPERTIES = {
  unit: [6, (r) => r.pick(UNITS)],
  decimals: [4, (r) => r.pick([0, 1, 2, 5, null])],
  min: [3, (r) => r.pick([0, -10, 5, 0.5])],
  max: [3, (r) => r.pick([100, 1, 5, 1e6])],
  fieldMinMax: [1, (r) => r.chance(0.7)],
  displayName: [4, (r) => r.pick(NAMES)],
  color: [5, color],
  noValue: [2, (r) => r.pick(['none', '-', '0', ''])],
  mappings: [4, (r, k) => Array.from({ length: r.between(1, 3) }, (_, i) => mapping(r, k, i))],
  thresholds: [4, thresholds],
  links: [1, (r) => [{ title: r.pick(['one', 'two']), url: 'u' }]],
  filterable: [0.5, (r) => r.chance(0.5)],
  'custom.lineWidth': [1, (r) => r.below(4)],
  'custom.width': [1, (r) => r.between(50, 200)],
  'custom.hideFrom': [1, (r) => ({ viz: r.chance(0.5), legend: r.chance(0.5), tooltip: false })],
};

function matcher(r, k) {
  return r.weighted([
    [6, () => ({ id: 'byName', options: anyOf(r, k.all) })],
    [3, () => ({ id: 'byRegexp', options: r.pick(['/.*/', '/^V/', 'Value', '/a/i', '/(?=.*e)/', '']) })],
    [2, () => ({ id: 'byRegexpOrNames', options: { pattern: '/^up/', names: r.some(k.all, 0.3) } })],
    [3, () => ({ id: 'byType', options: r.pick(['number', 'string', 'time', 'boolean']) })],
    [2, () => ({ id: 'byFrameRefID', options: r.pick(['A', 'B']) })],
    [2, () => ({ id: 'byNames', options: { mode: r.pick(['include', 'exclude']), names: r.some(k.all, 0.4) } })],
    [3, () => ({ id: 'byValue', options: { reducer: r.pick(REDUCERS), op: r.pick(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']), value: r.pick([0, 1, 3, 100, null]) } })],
    [1, () => r.pick([{ id: 'numeric' }, { id: 'time' }, { id: 'first' }, { id: 'firstTimeField' }, { id: 'unknown', options: 'x' }, { id: 'anyMatch', options: [{ id: 'numeric' }, { id: 'byName', options: 'host' }] }, { id: 'invertMatch', options: { id: 'numeric' } }])],
  ])();
}

function randomSource(r, frames) {
  const k = known(frames);
  const value = (id) => PROPERTIES[id][1](r, k);
  const defaults = {};
  for (const [id, [weight]] of Object.entries(PROPERTIES)) {
    if (!r.chance(weight / 12)) continue;
    if (id.startsWith('custom.')) defaults.custom = { ...defaults.custom, [id.slice(7)]: value(id) };
    else if (value(id) !== null) defaults[id] = value(id);
  }
  if (defaults.decimals === null) delete defaults.decimals;
  const overrides = Array.from({ length: r.weighted([[2, 0], [3, 1], [3, 2], [1, 4]]) }, () => ({
    matcher: matcher(r, k),
    properties: Array.from({ length: r.between(1, 3) }, () => r.weighted(Object.entries(PROPERTIES).map(([id, [weight]]) => [weight, id]))).map((id) => ({ id, value: value(id) })),
  }));
  return { defaults, overrides };
}

const reduceOptions = (r) => ({ values: r.chance(0.3), calcs: r.chance(0.85) ? r.shuffled(REDUCERS).slice(0, r.between(1, 2)) : [], fields: r.pick(['', '', '/.*/', '/^V/', '/a/']), ...(r.chance(0.2) ? { limit: r.pick([1, 3, 5]) } : {}) });

const r = new Random(77);
const sets = [];
const cases = [];
for (let set = 0; set < N_SETS; set++) {
  const frames = randomFrames(r);
  // A column of mixed types is taken for the type of its first cell there.
  for (const field of frames.flatMap((frame) => frame.fields)) if (field.type === 'other') field.values = field.values.map((v) => (v === null || typeof v === 'object' ? v : { v }));
  sets.push(packed(frames));
  for (let i = 0; i < N_SOURCES; i++) {
    const source = randomSource(r, frames);
    const options = reduceOptions(r);
    const after = applied(frames, source);
    const fields = after.map((frame) => frame.fields.map((f) => Object.values({ ...fieldShown(f, frame, after), shown: fieldShown(f, frame, after).shown.slice(0, 2) })));
    cases.push([set, source, fields, options, displays(frames, source, options).slice(0, 6)]);
  }
}
console.log(`overrides-random: ${cases.length} cases`);
write('overrides-random.json', { sets, cases }, 2);

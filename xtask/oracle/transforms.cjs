// transforms.json: what the standard transformations make of small frames.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');

// Some stand there under two names.
const transformers = new Map(Object.values(data.standardTransformers).map((transformation) => [transformation.id, transformation]));
data.standardTransformersRegistry.setInit(() => [...transformers.values()].map((transformation) => ({ id: transformation.id, name: transformation.name, transformation })));

// filterByValue tells the console of every field it does not find.
console.warn = () => {};

const T = 1700000000000;
const field = (name, type, values, rest = {}) => ({ name, type, values, config: {}, ...rest });
const times = (...minutes) => field('Time', 'time', minutes.map((m) => T + m * 60000));

const SETS = {
  empty: [],
  one: [{ refId: 'A', fields: [times(0, 1, 2, 3), field('Value', 'number', [1, null, 3.5, -2], { labels: { job: 'api' } })] }],
  two: [
    { refId: 'A', name: 'A-series', fields: [times(0, 1, 2), field('Value', 'number', [1, 2, 3])] },
    { refId: 'B', name: 'B-series', fields: [times(1, 2, 3), field('Value', 'number', [20, null, 40])] },
  ],
  labelled: [
    { refId: 'A', fields: [times(0, 1), field('up', 'number', [1, 0], { labels: { job: 'api', instance: 'a:1' } })] },
    { refId: 'A', fields: [times(0, 1), field('up', 'number', [5, 6], { labels: { job: 'db', instance: 'b:2' } })] },
    { refId: 'B', fields: [times(0, 2), field('mem', 'number', [7, 8], { labels: { job: 'db', instance: 'b:2' }, config: { displayNameFromDS: 'memory of db', unit: 'bytes' } })] },
  ],
  table: [
    {
      refId: 'A',
      name: 'servers',
      fields: [
        times(0, 1, 2, 3, 4, 5),
        field('server', 'string', ['web 10', 'web 9', 'db', null, 'web 9', 'db']),
        field('state', 'string', ['ok', 'bad', 'ok', '', 'ok', 'bad']),
        field('cpu', 'number', [10, 20.5, null, 40, 55, 1e3], { config: { unit: 'percent' } }),
        field('live', 'boolean', [true, false, null, true, true, false]),
      ],
    },
  ],
  tables: [
    { refId: 'A', fields: [field('id', 'string', ['a', 'b', 'b', 'c']), field('x', 'number', [1, 2, 3, 4])] },
    { refId: 'B', fields: [field('id', 'string', ['b', 'd', 'a', 'b']), field('y', 'number', [10, 20, 30, 40])] },
    { refId: 'C', fields: [field('id', 'string', ['c', 'a']), field('x', 'number', [4, 1]), field('z', 'string', ['zc', 'za'])] },
  ],
  numbers: [{ refId: 'A', fields: [field('a', 'number', [1, 2, 3, 4, 5, 6]), field('b', 'number', [10, null, 30, 0, -5, 2.5]), field('c', 'number', [0.1, 0.2, 0.3, 0.4, 0.5, 0.6])] }],
  long: [{ refId: 'A', meta: { type: 'timeseries-long' }, fields: [times(0, 0, 1, 1), field('v', 'number', [1, 2, 3, 4]), field('host', 'string', ['a', 'b', 'a', 'b'])] }],
  texts: [{ refId: 'A', fields: [field('t', 'string', ['1,234', ' 5', 'x', null, '2024-01-02T03:04:05Z', 'hello big World']), field('n', 'number', [0, 1, null, 1700000000, 3, 4])] }],
  duplicates: [{ refId: 'A', fields: [times(0, 1), field('v', 'number', [1, 2]), field('v', 'number', [3, 4]), field('w', 'number', [5, 6], { config: { displayName: 'Double U' } })] }],
};

const calc = (options) => ['calculateField', options];
const reduceRow = (reducer, rest = {}) => calc({ mode: 'reduceRow', reduce: { reducer, ...rest.reduce }, ...rest.top });
const byName = (name) => ({ matcher: { id: 'byName', options: name } });
const STEPS = [
  ['organize', { excludeByName: { Time: true, state: true }, indexByName: { cpu: 0, server: 1, b: 0, a: 2 }, renameByName: { cpu: 'CPU %', a: 'Alpha', 'A-series': 'First', Value: 'V' } }],
  ['organize', { includeByName: { a: true, cpu: true, Time: true }, indexByName: {}, renameByName: {} }],
  ['organize', { orderByMode: 'auto', orderBy: [{ type: 'name', desc: true }], excludeByName: {}, indexByName: {}, renameByName: {} }],
  ['merge', {}],
  ['filterFieldsByName', { include: { names: ['cpu', 'Time', 'a', 'up'] } }],
  ['filterFieldsByName', { include: { pattern: '/^(c|s|V)/' }, exclude: { names: ['state'] } }],
  ['filterFieldsByName', { exclude: { pattern: '/job="db"/' } }],
  ['filterFieldsByName', { byVariable: true, include: { variable: '{a,b,cpu}' } }],
  ['filterByRefId', { include: 'A' }],
  ['filterByRefId', { exclude: '/A|C/' }],
  ['renameByRegex', { regex: '(.*)-series', renamePattern: 'series $1' }],
  ['renameByRegex', { regex: '/[aeiou]/g', renamePattern: '<$&>' }],
  ...['sum', 'mean', 'max', 'lastNotNull', 'count', 'median', 'allIsNull', 'p50', 'diffperc', 'range', 'stdDev', 'changeCount'].map((r) => reduceRow(r)),
  reduceRow('mean', { reduce: { include: ['a', 'c', 'cpu'] }, top: { alias: 'average', replaceFields: true } }),
  reduceRow('sum', { reduce: { nullValueMode: 'connected' }, top: { timeSeries: false } }),
  calc({ mode: 'binary', binary: { left: byName('a'), operator: '*', right: { fixed: '2' } } }),
  calc({ mode: 'binary', binary: { left: 'a', operator: '/', right: 'b' }, alias: 'ratio' }),
  calc({ mode: 'binary', binary: { left: { matcher: { id: 'byType', options: 'number' } }, operator: '-', right: { fixed: '1' } }, replaceFields: true }),
  calc({ mode: 'binary', binary: { left: byName('A-series'), operator: '+', right: byName('B-series') } }),
  calc({ mode: 'binary', binary: { left: byName('missing'), operator: '+', right: { fixed: '1' } }, replaceFields: true }),
  ...['abs', 'exp', 'ln', 'round', 'floor', 'ceil', 'percent'].map((operator) => calc({ mode: 'unary', unary: { operator, fieldName: 'b' } })),
  calc({ mode: 'index', index: { asPercentile: false } }),
  calc({ mode: 'index', index: { asPercentile: true }, replaceFields: true }),
  calc({ mode: 'cumulativeFunctions', cumulative: { field: 'b', reducer: 'sum' } }),
  calc({ mode: 'cumulativeFunctions', cumulative: { reducer: 'mean' } }),
  ...['mean', 'stdDev', 'variance'].flatMap((reducer) => [
    calc({ mode: 'windowFunctions', window: { reducer, field: 'b', windowAlignment: 'trailing', windowSizeMode: 'fixed', windowSize: 3 } }),
    calc({ mode: 'windowFunctions', window: { reducer, field: 'b', windowAlignment: 'centered', windowSizeMode: 'fixed', windowSize: 4 } }),
    calc({ mode: 'windowFunctions', window: { reducer, windowAlignment: 'centered', windowSizeMode: 'percentage', windowSize: 0.4 } }),
  ]),
  ['joinByField', {}],
  ['joinByField', { byField: 'Time' }],
  ['joinByField', { byField: 'id', mode: 'outer' }],
  ['joinByField', { byField: 'id', mode: 'inner' }],
  ['joinByField', { byField: 'id', mode: 'outerTabular' }],
  ['joinByField', { byField: 'Time', mode: 'outerTabular' }],
  ['groupBy', { fields: { server: { operation: 'groupby', aggregations: [] }, cpu: { operation: 'aggregate', aggregations: ['sum', 'lastNotNull', 'count'] } } }],
  ['groupBy', { fields: { state: { operation: 'groupby', aggregations: ['count'] }, server: { operation: 'groupby', aggregations: [] }, live: { operation: 'aggregate', aggregations: ['first', 'allIsNull'] } } }],
  ['groupBy', { fields: { id: { operation: 'groupby', aggregations: [] }, x: { operation: 'aggregate', aggregations: ['max', 'distinctCount'] } } }],
  ['groupBy', { fields: { Time: { operation: 'groupby', aggregations: [] }, 'up {instance="a:1", job="api"}': { operation: 'aggregate', aggregations: ['sum'] }, 'Value': { operation: 'aggregate', aggregations: ['sum'] }, 'api': { operation: 'aggregate', aggregations: ['mean'] } } }],
  ['reduce', { reducers: ['max', 'lastNotNull', 'count'] }],
  ['reduce', { reducers: ['mean'], labelsToFields: true }],
  ['reduce', { reducers: ['sum'], mode: 'reduceFields' }],
  ['reduce', { reducers: ['min', 'last'], mode: 'reduceFields', includeTimeField: true }],
  ['reduce', { reducers: ['first', 'allValues'], fields: { id: 'numeric' } }],
  ['sortBy', { sort: [{ field: 'cpu', desc: true }] }],
  ['sortBy', { sort: [{ field: 'server' }] }],
  ['sortBy', { sort: [{ field: 'live', desc: true }] }],
  ['sortBy', { sort: [{ field: 'Time', desc: true }] }],
  ['sortBy', { sort: [{ field: 'b' }] }],
  ['labelsToFields', {}],
  ['labelsToFields', { mode: 'rows' }],
  ['labelsToFields', { keepLabels: ['job'], valueLabel: 'instance' }],
  ['labelsToFields', { mode: 'rows', keepLabels: ['job'] }],
  ['seriesToRows', {}],
  ['filterByValue', { type: 'include', match: 'any', filters: [{ fieldName: 'cpu', config: { id: 'greater', options: { value: 15 } } }, { fieldName: 'state', config: { id: 'equal', options: { value: 'ok' } } }] }],
  ['filterByValue', { type: 'include', match: 'all', filters: [{ fieldName: 'cpu', config: { id: 'lowerOrEqual', options: { value: 40 } } }, { fieldName: 'server', config: { id: 'regex', options: { value: '^web' } } }] }],
  ['filterByValue', { type: 'exclude', match: 'any', filters: [{ fieldName: 'cpu', config: { id: 'isNull', options: {} } }] }],
  ['filterByValue', { type: 'include', match: 'any', filters: [{ fieldName: 'server', config: { id: 'substring', options: { value: 'WEB' } } }] }],
  ['filterByValue', { type: 'include', match: 'any', filters: [{ fieldName: 'server', config: { id: 'notSubstring', options: { value: 'web' } } }] }],
  ['filterByValue', { type: 'exclude', match: 'all', filters: [{ fieldName: 'b', config: { id: 'between', options: { from: -1, to: 20 } } }] }],
  ['filterByValue', { type: 'include', match: 'any', filters: [{ fieldName: 'b', config: { id: 'notEqual', options: { value: '30' } } }] }],
  ['filterByValue', { type: 'include', match: 'any', filters: [{ fieldName: 'missing', config: { id: 'isNotNull', options: {} } }] }],
  ['convertFieldType', { conversions: [{ targetField: 't', destinationType: 'number' }, { targetField: 'n', destinationType: 'boolean' }] }],
  ['convertFieldType', { conversions: [{ targetField: 'n', destinationType: 'time' }, { targetField: 'cpu', destinationType: 'string' }] }],
  ['convertFieldType', { conversions: [{ targetField: 'Time', destinationType: 'string', dateFormat: 'YYYY-MM-DD HH:mm', timezone: 'utc' }, { targetField: 'live', destinationType: 'number' }] }],
  ['convertFieldType', { conversions: [{ targetField: 'server', destinationType: 'string' }, { targetField: 'state', destinationType: 'enum', enumConfig: { text: ['ok', 'bad'] } }] }],
  ['formatTime', { timeField: 'Time', outputFormat: 'DD.MM. HH:mm', timezone: 'utc' }],
  ...['Upper Case', 'Sentence Case', 'Title Case', 'Pascal Case', 'Camel Case', 'Snake Case', 'Kebab Case'].map((outputFormat) => ['formatString', { stringField: 'host', outputFormat }]),
  ['formatString', { stringField: 'state', outputFormat: 'Substring', substringStart: 1, substringEnd: 3 }],
  ['limit', { limitField: 2 }],
  ['limit', { limitField: '-3' }],
  ['concatenate', {}],
  ['concatenate', { frameNameMode: 'label', frameNameLabel: 'from' }],
  ['concatenate', { frameNameMode: 'drop' }],
  ['groupingToMatrix', { columnField: 'state', rowField: 'server', valueField: 'cpu' }],
  ['groupingToMatrix', { columnField: 'host', rowField: 'Time', valueField: 'v', emptyValue: 'null' }],
  ['transpose', {}],
  ['transpose', { firstFieldName: 'Name', restFieldsName: 'Row' }],
  ['histogram', {}],
  ['histogram', { bucketSize: 2, combine: true }],
  ['histogram', { bucketSize: 0.25, bucketOffset: 0.1 }],
];

const copy = (value) => JSON.parse(JSON.stringify(value));
const toFrame = (frame) => ({ ...data.createDataFrame(copy(frame)), meta: frame.meta });

function shown(frames) {
  return frames.map((frame) => ({
    name: frame.name ?? null,
    refId: frame.refId ?? null,
    fields: frame.fields.map((f) => {
      const bare = { ...f, state: undefined };
      const all = frames.map((one) => ({ ...one, fields: one.fields.map((g) => (g === f ? bare : { ...g, state: undefined })) }));
      const own = all[frames.indexOf(frame)];
      const labels = Object.fromEntries(Object.entries(f.labels ?? {}).map(([key, value]) => [key, String(value)]));
      return [f.name, f.type, labels, data.getFieldDisplayName(bare, own, all), Array.from(f.values, (v) => (v === undefined ? null : v))];
    }),
  }));
}

async function run(id, options, frames) {
  try {
    let result;
    const stream = data.transformDataFrame([{ id, options: copy(options) }], frames.map(toFrame), { interpolate: (text) => text });
    await new Promise((resolve, reject) => stream.subscribe({ next: (value) => (result = value), error: reject, complete: resolve }));
    return shown(result);
  } catch (error) {
    return { error: error.message };
  }
}

module.exports = (async () => {
  const cases = [];
  for (const [id, options] of STEPS) {
    for (const [set, frames] of Object.entries(SETS)) {
      const untouched = JSON.stringify(shown(frames.map(toFrame)));
      const result = await run(id, options, frames);
      // A join of tables without a common field throws there; we leave the frames as they are and warn.
      if (result.error) continue;
      // Where nothing happens one such case a step is enough.
      if (JSON.stringify(result) === untouched && set !== 'one') continue;
      cases.push({ id, options, set, result });
    }
  }
  write('transforms.json', { sets: SETS, cases }, 2);
})();

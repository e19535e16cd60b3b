// Random options for each transformation, from the names and types of the frames it is to meet.
'use strict';

const { data } = require('./grafana.cjs');

const REDUCERS = data.fieldReducers.list().map((info) => info.id);
const MATH = ['+', '-', '*', '/', '+', '-', '*', '/', '%'];

/** What a step can name. */
function known(frames) {
  const copies = frames.map((frame) => ({ ...frame, fields: frame.fields.map((field) => ({ ...field, state: undefined })) }));
  const fields = copies.flatMap((frame) => frame.fields.map((field) => ({ field, frame })));
  const shown = fields.map(({ field, frame }) => ({ name: data.getFieldDisplayName(field, frame, copies), bare: field.name, type: field.type, field }));
  const of = (...types) => shown.filter((one) => types.includes(one.type)).map((one) => one.name);
  return {
    all: shown.map((one) => one.name),
    bare: shown.map((one) => one.bare),
    numbers: of('number'),
    texts: of('string'),
    times: of('time'),
    others: of('other', 'string'),
    enums: of('enum'),
    labels: [...new Set(fields.flatMap(({ field }) => Object.keys(field.labels ?? {})))],
    hasNaN: shown.some((one) => Array.from(one.field.values ?? []).some(Number.isNaN)),
    refIds: [...new Set(frames.map((frame) => frame.refId))],
    cells: shown.flatMap((one) => Array.from(one.field.values ?? [])).filter((cell) => ['string', 'number'].includes(typeof cell) && Number.isFinite(typeof cell === 'number' ? cell : 0)),
    /** Columns that a sort orders fully: no NaN, no mix of types. */
    sortable: shown.filter((one) => one.type !== 'other' && one.type !== 'nestedFrames' && !Array.from(one.field.values ?? []).some((v) => typeof v === 'number' && !Number.isFinite(v))).map((one) => one.name),
  };
}

const anyOf = (r, list) => (list.length > 0 && r.chance(0.95) ? r.pick(list) : r.pick(['missing', 'Value', 'Time']));
const regexOf = (r, list) => {
  const name = anyOf(r, list);
  const quoted = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return r.pick([`/${quoted}/`, quoted, `/^${quoted[0] === '\\' ? 'a' : quoted[0]}/i`, '/[aeiou]/', '(.*)-series', '/^(?<first>.)(.*)$/', '/\\d+/g', '(?=.*a)', '^(?!a).*', '/x|a/']);
};
/** Not those that sort where there is NaN: JavaScript's order around it is of no meaning. */
const sound = (k) => REDUCERS.filter((id) => id !== 'allValues' && !(k.hasNaN && (id === 'median' || /^p\d+$/.test(id))));
const reducers = (r, k) => r.shuffled(sound(k)).slice(0, r.between(1, 4));
const emptyValue = (r, out) => (r.chance(0.5) ? { ...out, emptyValue: r.pick(['', 'null', 'true', 'false', 'zero']) } : out);

const side = (r, k) =>
  r.weighted([
    [4, () => ({ matcher: { id: 'byName', options: anyOf(r, k.numbers.length ? k.numbers : k.all) } })],
    [2, () => ({ fixed: r.pick(['2', '0.5', '-1', '0', '', 'abc']) })],
    [1, () => anyOf(r, k.numbers)],
    [1, () => r.pick(['3', '10', ''])],
  ])();

/** A name of number fields and of no others: text in sums is glued together there. */
function onlyNumber(r, k) {
  const names = k.numbers.filter((name) => k.all.filter((other) => other === name).length === 1 && k.bare.filter((other) => other === name).length <= 1);
  return names.length > 0 ? r.pick(names) : 'missing';
}

function calculate(r, k) {
  const field = () => (r.chance(0.6) ? { field: onlyNumber(r, k) } : {});
  const mode = r.weighted([
    [5, () => ({ mode: 'reduceRow', reduce: { ...(r.chance(0.95) ? { reducer: r.pick(sound(k)) } : {}), ...(r.chance(0.5) ? { include: r.some(k.numbers, 0.6) } : {}), ...(r.chance(0.2) ? { nullValueMode: r.pick(['connected', 'null as zero', 'null']) } : {}) } })],
    [5, () => ({ mode: 'binary', binary: { left: side(r, k), operator: r.pick(MATH), right: side(r, k) } })],
    [2, () => ({ mode: 'binary', binary: { left: { matcher: { id: 'byType', options: r.pick(['number', 'number', 'boolean']) } }, operator: r.pick(MATH), right: side(r, k) } })],
    [2, () => ({ mode: 'unary', unary: { operator: r.pick(['abs', 'exp', 'ln', 'round', 'floor', 'ceil', 'percent']), fieldName: anyOf(r, k.numbers) } })],
    [2, () => ({ mode: 'cumulativeFunctions', cumulative: { ...field(), reducer: r.pick(['sum', 'mean']) } })],
    [3, () => ({ mode: 'windowFunctions', window: { ...field(), reducer: r.pick(['mean', 'stdDev', 'variance']), windowAlignment: r.pick(['trailing', 'centered']), ...r.pick([{ windowSizeMode: 'fixed', windowSize: r.between(1, 5) }, { windowSizeMode: 'percentage', windowSize: r.pick([0.1, 0.4, 0.5, 1]) }]) } })],
    [1, () => ({ mode: 'index', ...(r.chance(0.5) ? { index: { asPercentile: r.chance(0.6) } } : {}) })],
    [0.3, () => ({})],
  ])();
  const top = {};
  if (r.chance(0.3)) top.alias = r.pick(['result', 'a', 'Value']);
  if (r.chance(0.2)) top.replaceFields = true;
  if (r.chance(0.2)) top.timeSeries = r.chance(0.5);
  return { ...mode, ...top };
}

function organize(r, k) {
  const map = (p, value) => Object.fromEntries(r.some(k.all, p).map((name) => [name, value(name)]));
  const out = { excludeByName: map(0.25, () => r.chance(0.9)), indexByName: {}, renameByName: {} };
  if (r.chance(0.3)) out.includeByName = map(0.7, () => r.chance(0.9));
  if (r.chance(0.6)) out.indexByName = Object.fromEntries(r.shuffled(k.all).slice(0, r.below(k.all.length + 1)).map((name, i) => [name, i]));
  if (r.chance(0.6)) out.renameByName = map(0.4, () => r.pick(['CPU %', 'Alpha', 'a', '', 'Time']));
  if (r.chance(0.25)) {
    out.orderByMode = 'auto';
    out.orderBy = Array.from({ length: r.between(1, 2) }, () => (r.chance(0.6) || k.labels.length === 0 ? { type: 'name', desc: r.chance(0.5) } : { type: 'label', name: r.pick(k.labels), desc: r.chance(0.5) }));
  }
  return out;
}

const nameFilter = (r, k) => {
  const out = {};
  if (r.chance(0.7)) out.names = r.some(k.all, 0.5);
  if (!out.names || r.chance(0.2)) out.pattern = regexOf(r, k.all);
  return out;
};

function valueFilter(r, k) {
  const value = () => (k.cells.length > 0 && r.chance(0.8) ? r.pick(k.cells) : r.pick([0, 5, '5', 'web', '', '-1']));
  const config = r.weighted([
    [3, () => ({ id: r.pick(['greater', 'greaterOrEqual', 'lower', 'lowerOrEqual']), options: { value: r.pick([value(), r.between(-2, 10)]) } })],
    [2, () => ({ id: r.pick(['equal', 'notEqual']), options: { value: value() } })],
    [1, () => ({ id: r.pick(['isNull', 'isNotNull']), options: {} })],
    [1, () => ({ id: r.pick(['substring', 'notSubstring']), options: { value: String(value()).slice(0, 3) } })],
    [1, () => ({ id: 'regex', options: { value: r.pick(['^web', '\\d+', '', '/a/', 'a|b', '^(?!web)']) } })],
    [1, () => ({ id: 'between', options: { from: r.pick([-5, 0, '1', '2.9']), to: r.pick([5, 10, '8', 1e9]) } })],
  ])();
  return { fieldName: anyOf(r, k.all), config };
}

const groupFields = (r, k) => {
  const fields = {};
  for (const name of r.some(k.all, 0.7)) {
    fields[name] = r.weighted([
      [4, () => ({ operation: 'groupby', aggregations: [] })],
      [5, () => ({ operation: 'aggregate', aggregations: reducers(r, k) })],
      [1, () => ({ operation: null, aggregations: [] })],
      [0.5, () => ({ aggregations: [] })],
    ])();
  }
  if (k.all.length > 0 && r.chance(0.8)) fields[r.pick(k.all)] = { operation: 'groupby', aggregations: [] };
  return { fields };
};

const conversion = (r, k) =>
  r.weighted([
    [3, () => ({ targetField: anyOf(r, k.all), destinationType: 'number' })],
    [2, () => ({ targetField: anyOf(r, k.all), destinationType: 'time', ...(r.chance(0.4) ? { dateFormat: r.pick(['X', 'YYYY-MM-DD', 'YYYY-MM-DD HH:mm:ss', 'x']) } : {}) })],
    [3, () => ({ targetField: anyOf(r, k.all), destinationType: 'string', ...(r.chance(0.5) ? { dateFormat: r.pick(['YYYY-MM-DD HH:mm', 'MMM Do', 'x', 'X', 'LLL']) } : {}), ...(r.chance(0.5) ? { timezone: r.pick(['utc', 'Europe/Zurich', 'America/New_York']) } : {}), ...(r.chance(0.3) ? { joinWith: r.pick([', ', '|', '']) } : {}) })],
    [2, () => ({ targetField: anyOf(r, k.all), destinationType: 'boolean' })],
    [1, () => ({ targetField: anyOf(r, k.all), destinationType: 'enum', enumConfig: { text: r.pick([['ok', 'bad', 'web1'], ['off', 'on'], []]) } })],
    [1, () => ({ targetField: anyOf(r, k.others), destinationType: 'other' })],
  ])();

/** Options by id; ids of `@grafana/data` itself. */
const STANDARD = {
  organize: [8, organize],
  order: [1, organize],
  rename: [1, organize],
  merge: [6, () => ({})],
  filterFieldsByName: [5, (r, k) => r.weighted([[5, { include: nameFilter(r, k) }], [3, { exclude: nameFilter(r, k) }], [2, { include: nameFilter(r, k), exclude: nameFilter(r, k) }], [1, { byVariable: true, include: { variable: r.pick([k.all.join(','), `{${r.some(k.all).join(',')}}`]) } }]])],
  filterByRefId: [2, (r, k) => ({ [r.pick(['include', 'exclude'])]: r.pick([...k.refIds, 'A|B', '/A|C/', 'A', 'Z', '/^joinByField/']) })],
  filterFields: [1, (r, k) => ({ [r.pick(['include', 'exclude'])]: r.pick([{ id: 'byType', options: 'number' }, { id: 'byRegexp', options: regexOf(r, k.all) }, { id: 'byRegexpOrNames', options: { pattern: regexOf(r, k.all), names: r.some(k.all) } }, { id: 'first' }, { id: 'firstTimeField' }, { id: 'numeric' }, { id: 'byFrameRefID', options: 'A' }, { id: 'byValue', options: { reducer: r.pick(sound(k)), op: r.pick(['gt', 'gte', 'lt', 'lte', 'eq', 'neq']), value: r.pick([0, 3, '5', null]) } }, { id: 'invertMatch', options: { id: 'byName', options: anyOf(r, k.all) } }, { id: 'anyMatch', options: [{ id: 'time' }, { id: 'byName', options: anyOf(r, k.all) }] }, { id: 'allMatch', options: [{ id: 'numeric' }, { id: 'byRegexp', options: regexOf(r, k.all) }] }]) })],
  filterFrames: [1, (r) => ({ [r.pick(['include', 'exclude'])]: r.pick([{ id: 'byName', options: '/series/' }, { id: 'byRefId', options: 'A' }, { id: 'alwaysMatch' }, { id: 'invertMatch', options: { id: 'byRefId', options: 'B' } }]) })],
  filterByValue: [8, (r, k) => ({ type: r.pick(['include', 'exclude']), match: r.pick(['any', 'all']), filters: Array.from({ length: r.between(1, 3) }, () => valueFilter(r, k)) })],
  renameByRegex: [4, (r, k) => ({ regex: regexOf(r, k.all), renamePattern: r.pick(['series $1', '<$&>', '$2-$1', '', '$<first>', 'x$$', "$`|$'"]) })],
  calculateField: [14, calculate],
  joinByField: [12, (r, k) => ({ ...(r.chance(0.8) ? { byField: r.chance(0.8) && k.all.length ? r.pick(k.all) : anyOf(r, k.times) } : {}), ...(r.chance(0.7) ? { mode: r.pick(['outer', 'inner', 'outerTabular']) } : {}) })],
  groupBy: [8, groupFields],
  groupToNestedTable: [4, (r, k) => ({ ...groupFields(r, k), ...(r.chance(0.5) ? { showSubframeHeaders: r.chance(0.5) } : {}) })],
  reduce: [8, (r, k) => ({ ...(r.chance(0.9) ? { reducers: r.chance(0.8) ? reducers(r, k) : r.pick([['allValues'], ['uniqueValues', 'allValues'], []]) } : {}), ...(r.chance(0.5) ? { mode: r.pick(['reduceFields', 'seriesToRows']) } : {}), ...(r.chance(0.3) ? { includeTimeField: r.chance(0.7) } : {}), ...(r.chance(0.3) ? { labelsToFields: true } : {}), ...(r.chance(0.15) ? { fields: r.pick([{ id: 'numeric' }, { id: 'byName', options: anyOf(r, k.all) }]) } : {}) })],
  sortBy: [5, (r, k) => ({ sort: r.chance(0.95) ? [{ field: r.chance(0.9) && k.sortable.length ? r.pick(k.sortable) : 'missing', ...(r.chance(0.6) ? { desc: r.chance(0.6) } : {}) }] : [] })],
  labelsToFields: [5, (r, k) => ({ ...(r.chance(0.6) ? { mode: r.pick(['columns', 'rows']) } : {}), ...(r.chance(0.4) ? { keepLabels: r.some(['job', ...k.labels], 0.5) } : {}), ...(r.chance(0.4) ? { valueLabel: r.pick(['job', 'name', ...k.labels]) } : {}) })],
  seriesToRows: [3, () => ({})],
  convertFieldType: [8, (r, k) => ({ conversions: Array.from({ length: r.between(1, 2) }, () => conversion(r, k)) })],
  convertFrameType: [1, (r) => ({ targetType: r.pick(['exemplar', 'timeRegion', 'annotation']) })],
  formatTime: [3, (r, k) => ({ timeField: anyOf(r, k.times), outputFormat: r.pick(['DD.MM. HH:mm', 'YYYY', '[W]WW', 'dddd, MMMM Do YYYY, h:mm:ss a', 'X', 'HH:mm:ss.SSS Z', '']), ...(r.chance(0.6) ? { timezone: r.pick(['utc', 'browser', 'Asia/Tokyo', 'America/New_York']) } : {}) })],
  formatString: [4, (r, k) => ({ stringField: anyOf(r, k.texts), outputFormat: r.pick(['Upper Case', 'Lower Case', 'Sentence Case', 'Title Case', 'Pascal Case', 'Camel Case', 'Snake Case', 'Kebab Case', 'Trim', 'Substring']), ...(r.chance(0.5) ? { substringStart: r.between(-1, 4), substringEnd: r.between(0, 8) } : {}) })],
  limit: [3, (r) => (r.chance(0.9) ? { limitField: r.pick([0, 1, 2, 3, 5, '2', '-2', -3, 10, 'abc']) } : {})],
  concatenate: [5, (r) => ({ ...(r.chance(0.8) ? { frameNameMode: r.pick(['field', 'label', 'drop']) } : {}), ...(r.chance(0.4) ? { frameNameLabel: 'from' } : {}) })],
  groupingToMatrix: [5, (r, k) => emptyValue(r, { columnField: anyOf(r, k.all), rowField: anyOf(r, k.all), valueField: anyOf(r, k.all) })],
  transpose: [5, (r) => emptyValue(r, { ...(r.chance(0.4) ? { firstFieldName: 'Name' } : {}), ...(r.chance(0.4) ? { restFieldsName: r.pick(['Row', '']) } : {}) })],
  histogram: [4, (r) => ({ ...(r.chance(0.5) ? { bucketSize: r.pick([1, 2, 0.25, 0.1, 100]) } : {}), ...(r.chance(0.3) ? { bucketCount: r.pick([5, 10]) } : {}), ...(r.chance(0.3) ? { bucketOffset: r.pick([0.1, 1]) } : {}), ...(r.chance(0.4) ? { combine: r.chance(0.8) } : {}) })],
  ensureColumns: [1, () => ({})],
  noop: [0.2, () => ({})],
};

/** A step of the table that fits the frames. */
function randomStep(r, frames, table) {
  const id = r.weighted(Object.entries(table).map(([id, [weight]]) => [weight, id]));
  const step = { id, options: table[id][1](r, known(frames), frames) };
  if (r.chance(0.03)) step.filter = { id: 'byRefId', options: r.pick(['A', 'B', '/A|B/']) };
  return step;
}

module.exports = { STANDARD, randomStep, known, anyOf };

// links.json: titles and addresses of data links on random cells and values, by the real @grafana/data and @grafana/scenes.
'use strict';

const { scenes, version } = require('./scenes.cjs');
const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');
const { Random, frames: randomFrames } = require('./random.cjs');
const { packed, toFrame } = require('./transform.cjs');
const { sceneGraph, EmbeddedScene, SceneVariableSet, CustomVariable, SceneTimeRange, SceneFlexLayout } = scenes;

// The address as it is before anything unsafe is taken out.
data.locationUtil.initialize({ config: { appSubUrl: '', disableSanitizeHtml: true }, getVariablesUrlParams: () => ({}), getTimeRangeForUrl: () => ({}) });

const RANGE = { from: '2024-03-14T10:00:00.000Z', to: '2024-03-15T14:30:45.678Z' };
const VARIABLES = [
  { kind: 'custom', name: 'one', value: "a b/ü&x='1'", text: 'One' },
  { kind: 'custom', name: 'many', multi: true, value: ['x', 'y z'], text: ['X', 'Y'] },
  { kind: 'custom', name: 'all', multi: true, include_all: true, value: ['$__all'], text: ['All'], options: ['p', 'q r'] },
];
const variable = (spec) =>
  new CustomVariable({ name: spec.name, isMulti: !!spec.multi, includeAll: !!spec.include_all, value: spec.value, text: spec.text, options: (spec.options ?? []).map((value) => ({ label: value, value })), query: '' });
const scene = new EmbeddedScene({
  $timeRange: new SceneTimeRange({ ...RANGE, timeZone: 'utc' }),
  $variables: new SceneVariableSet({ variables: VARIABLES.map(variable) }),
  body: new SceneFlexLayout({ children: [] }),
});
const replaceVariables = (text, scoped, format) => sceneGraph.interpolate(scene, text, scoped, format);

const r = new Random(4711);
const LABELS = ['job', 'host', 'name', 'instance', 'missing'];
const FORMATS = ['raw', 'percentencode', 'uriencode', 'csv', 'json', 'regex', 'glob', 'queryparam', 'sqlstring', 'lucene', 'date', 'date:iso', 'date:YYYY-MM', 'doublequote', 'text', 'singlequote', 'pipe', 'distributed', 'join', 'html', 'nope'];

function reference(names) {
  const name = r.chance(0.9) && names.length ? r.pick(names) : r.pick(['missing', 'Value', 'Time']);
  const at = r.pick([`[${r.below(4)}]`, `["${name}"]`, `['${name}']`, `.${name}`, `[${name}]`]);
  const path = r.weighted([
    [6, () => `__value${r.pick(['', '.raw', '.numeric', '.text', '.time', '.calc', '.odd'])}`],
    [4, () => `__field${r.pick(['.name', '.displayName', '.labels', '.formattedLabels', `.labels.${r.pick(LABELS)}`, `.labels["${r.pick(LABELS)}"]`, '.labels.__values', '.odd', ''])}`],
    [7, () => `__data${r.pick(['.fields', '.fields', '.fields', '.name', '.refId', '', '.odd']).replace(/^\.fields$/, `.fields${at}${r.pick(['', '', '.text', '.numeric', '.prefix', '.suffix', '.odd'])}`)}`],
    [1, () => `__series${r.pick(['.name', '', '.odd'])}`],
    [2, () => r.pick(['one', 'many', 'all', 'none', '__from', '__to', '__url_time_range', '__all_variables'])],
  ])();
  const format = r.chance(0.3) ? `:${r.pick(FORMATS)}` : '';
  return r.weighted([
    [12, () => `\${${path}${format}}`],
    [1, () => `$${path}`],
    [1, () => `[[${path}${format}]]`],
  ])();
}

function link(names) {
  const piece = () => r.pick(['/d/x?a=', '&b=', ' - ', 'https://e.org/', '?', '#', 'ü ', '$', '${', '[[', '%20', "'", '+']);
  return Array.from({ length: r.between(1, 3) }, () => (r.chance(0.5) ? piece() : '') + reference(names)).join('') + (r.chance(0.2) ? piece() : '');
}

const sets = [];
const cases = [];
let n = 0;
for (let set = 0; set < 90; set++) {
  const frames = randomFrames(r);
  const fields = frames.flatMap((frame) => frame.fields);
  for (const field of fields) {
    field.config = { ...field.config };
    if (r.chance(0.15)) field.config.displayName = r.pick(['Shown', 'a b', '${__field.name} x']);
    if (r.chance(0.3) && field.type === 'number') field.config.unit = r.pick(['ms', 'bytes', 'percent', 'currencyUSD', 'suffix: %&']);
    if (r.chance(0.1)) field.config.mappings = [{ type: 'value', options: { 1: { text: 'one & all', index: 0 }, ok: { text: 'OK/', index: 1 } } }];
  }
  const names = [...new Set(fields.map((field) => field.name))];
  sets.push(packed(frames));
  const withLinks = (links) =>
    data.applyFieldOverrides({ data: frames.map(toFrame), fieldConfig: { defaults: { links }, overrides: [] }, replaceVariables, theme: data.createTheme(), timeZone: 'utc', fieldConfigRegistry: data.standardFieldConfigEditorRegistry });
  const usable = frames.flatMap((frame, at) => frame.fields.map((field, index) => [at, index])).filter(([at, index]) => (frames[at].fields[index].values ?? []).length > 0);
  if (usable.length === 0) continue;
  for (let i = 0; i < 14; i++) {
    const [at, index] = r.pick(usable);
    const [title, url] = [link(names), link(names)];
    // An own link of every field, for registries are not asked here.
    const result = withLinks([]);
    const field = result[at].fields[index];
    field.config.links = [{ title, url }];
    try {
      if (r.chance(0.75)) {
        const row = r.below(field.values.length);
        const shown = field.getLinks({ valueRowIndex: row })[0];
        cases.push([sets.length - 1, at, index, row, title, url, shown.title, shown.href]);
      } else if (field.type === 'number') {
        const calc = r.pick(['lastNotNull', 'max', 'mean', 'count', 'first']);
        const reduced = data.reduceField({ field, reducers: [calc] });
        const value = field.display(reduced[calc]);
        const shown = field.getLinks({ calculatedValue: value, valueRowIndex: result[at].length === 1 ? 0 : undefined })[0];
        cases.push([sets.length - 1, at, index, calc, title, url, shown.title, shown.href]);
      }
      n++;
    } catch (error) {
      // What breaks there nobody relies on.
    }
  }
}
console.log(`links.json: ${cases.length} cases`);
write('links.json', { scenes: version, range: [Date.parse(RANGE.from), Date.parse(RANGE.to)], variables: VARIABLES, sets, cases }, 2);

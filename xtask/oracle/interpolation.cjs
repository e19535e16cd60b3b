// interpolation.json: variables written into texts, in every format and syntax, by the real @grafana/scenes.
'use strict';

const { scenes, version } = require('./scenes.cjs');
const { write, seeded } = require('./write.cjs');
const { sceneGraph, EmbeddedScene, SceneVariableSet, CustomVariable, TextBoxVariable, ConstantVariable, SceneTimeRange, SceneFlexLayout } = scenes;

const random = seeded(7);
const pick = (list) => list[Math.floor(random() * list.length)];

const VALUES = ['a', 'a.b', "it's", 'say "x"', 'back\\slash', 'a|b', 'a,b', 'a b', 'ü€', '0', 'null', '{x}', '(y)', '[z]', '100%', 'a&b=c', '*', '/path/x', `a'b"c\\d`, '1594671549254', 'A+B', '^$', '#~!', 'x:y', 'a\nb', '<b>', 'host-1.example.org:9100', '-', 'true'];

/** How a variable is: kind, value, text, options, allValue. */
const variables = [];
for (const value of VALUES) variables.push({ kind: 'custom', multi: false, value, text: `T ${value}` });
for (let i = 0; i < 14; i++) {
  const value = Array.from({ length: i % 4 }, () => pick(VALUES));
  variables.push({ kind: 'custom', multi: true, value, text: value.map((one) => `T ${one}`) });
}
for (const all of [undefined, '.*', "it's all", '(a|b)']) {
  variables.push({ kind: 'custom', multi: true, include_all: true, value: ['$__all'], text: ['All'], options: ['a', 'b.c', "d'e"], all_value: all });
  variables.push({ kind: 'custom', multi: false, include_all: true, value: '$__all', text: 'All', options: ['a', 'b.c', "d'e"], all_value: all });
}
for (const value of ['', 'plain', "O'Brien & co"]) {
  variables.push({ kind: 'textbox', value, text: value });
  variables.push({ kind: 'constant', value, text: value });
}

function make(spec, name = 'v') {
  if (spec.kind === 'textbox') return new TextBoxVariable({ name, value: spec.value });
  if (spec.kind === 'constant') return new ConstantVariable({ name, value: spec.value });
  return new CustomVariable({
    name,
    isMulti: spec.multi,
    includeAll: spec.include_all,
    allValue: spec.all_value,
    value: spec.value,
    text: spec.text,
    options: (spec.options ?? []).map((value) => ({ label: value, value })),
    query: '',
  });
}

const RANGE = { from: '2024-03-14T10:00:00.000Z', to: '2024-03-15T14:30:45.678Z' };
const scene = (list) =>
  new EmbeddedScene({
    $timeRange: new SceneTimeRange({ ...RANGE, timeZone: 'UTC' }),
    $variables: new SceneVariableSet({ variables: list }),
    body: new SceneFlexLayout({ children: [] }),
  });

const FORMATS = ['csv', 'json', 'regex', 'glob', 'pipe', 'singlequote', 'doublequote', 'sqlstring', 'lucene', 'percentencode', 'queryparam', 'date', 'date:iso', 'date:YYYY-MM', 'text', 'raw', 'customqueryparam', 'customqueryparam:p-x', 'customqueryparam:p-x:v-', 'distributed', 'join', 'join: or ', 'html', 'uriencode', 'nope'];
const EXPRESSIONS = ['$v', '${v}', '[[v]]', ...FORMATS.map((format) => `\${v:${format}}`), '[[v:csv]]', '[[v:pipe]]'];
const values = variables.map((spec) => [spec, EXPRESSIONS.map((text) => sceneGraph.interpolate(scene([make(spec)]), text))]);
const titles = variables.map((spec) => ['$v', '${v}', '${v:raw}'].map((text) => sceneGraph.interpolate(scene([make(spec)]), text, undefined, 'text')));

// Syntax: what is a reference and what is not, around two variables.
const PIECES = ['$one', '${one}', '[[one]]', '${one:csv}', '[[one:pipe]]', '${many}', '$many', '${many:regex}', '$none', '${none}', '${none:csv}', '[[none]]', '$onex', 'x$one', '$one.', '$one-$many', '$', '$$', '$$one', '${', '${one', '${one}}', '{$one}', '${one }', '${ one}', '${}', '${one:}', '${one.text}', '${one.value}', '${many.text}', '[one]', '[[one', '[[one]', '[[ one ]]', '$1', '${1}', '$_', '\\$one', '%{one}', '#', ' ', '/', '"', "'", 'é$one', '$oné', '${one:text}', '${many:text}', '$__from', '${__to}', '${__from:date}', '${__to:date:YYYY-MM-DD}', '${__from:date:seconds}', '${__to:date:iso}', '$__timezone', '$__interval', '$timeFilter', '$__rate_interval'];
const two = () => scene([
  make({ kind: 'custom', multi: false, value: 'a.b', text: 'A B' }, 'one'),
  make({ kind: 'custom', multi: true, value: ['x', 'y/z'], text: ['X', 'Y'] }, 'many'),
]);
const texts = [...PIECES, ...Array.from({ length: 900 }, () => Array.from({ length: 2 + Math.floor(random() * 4) }, () => pick(PIECES)).join(''))];
const syntax = [...new Set(texts)].map((text) => [text, sceneGraph.interpolate(two(), text)]);

// Values that a repeat or a query fixes on top.
const scoped = VALUES.map((value) => {
  const vars = { one: { text: `T ${value}`, value }, __interval: { text: '15s', value: '15s' } };
  return [value, ['$one', '${one:regex}', '${one:sqlstring}', '${one:text}', '${one:json}', '$__interval', '${many}'].map((text) => sceneGraph.interpolate(two(), text, vars))];
});

write('interpolation.json', {
  scenes: version, range: [Date.parse(RANGE.from), Date.parse(RANGE.to)], expressions: EXPRESSIONS, values, titles, syntax, scoped,
}, 2);

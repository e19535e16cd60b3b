// fields.json: what fields show (display processor), their series colours and what reducers make of them.
'use strict';

const { data } = require('./grafana.cjs');
const { write, seeded } = require('./write.cjs');

const random = seeded(99);
const themes = { light: data.createTheme({ colors: { mode: 'light' } }), dark: data.createTheme({ colors: { mode: 'dark' } }) };

const COLUMNS = {
  number: [
    [1, 2, 3.5, null, 100, -4, 0, 55.5, 80, 1e6],
    [null, null],
    [],
    [0, 0, 0],
    [null, 0, null, 5, null],
    [10, 8, 12, 3, 4, 4, 4, 20],
    [-5, -1.25, -20],
    [1700000000000, 1710513045678],
    Array.from({ length: 25 }, () => Number((random() * 200 - 50).toPrecision(6))),
    Array.from({ length: 13 }, () => (random() < 0.3 ? null : Number((random() * 2e4).toPrecision(4)))),
    [5],
    [0.1, 0.2, 0.30000000000000004],
  ],
  string: [['a', 'b', null, '', 'error 500', '42', '7.5 apples', 'OK', '3'], [null, 'x', 'x'], []],
  boolean: [[true, false, null, true], [false, false]],
  time: [[1700000000000, 1710513045678, null, 0], [1710460800000]],
};

const steps = (...pairs) => pairs.map(([value, color]) => ({ value, color }));
const thresholds = (mode, ...pairs) => ({ thresholds: { mode, steps: steps([null, 'green'], ...pairs) } });
const MAPPINGS = [
  { type: 'value', options: { 100: { text: 'full', color: 'purple', index: 0 }, a: { text: 'Alpha', index: 1 }, OK: { color: 'blue', index: 2 }, true: { text: 'up', color: 'green', index: 3 } } },
  { type: 'range', options: { from: 2, to: 4, result: { text: 'few', color: '#112233', index: 4 } } },
  { type: 'range', options: { from: null, to: -10, result: { text: 'cold', index: 5 } } },
  { type: 'regex', options: { pattern: '/^error (.*)$/', result: { text: 'E$1', color: 'red', index: 6 } } },
  { type: 'special', options: { match: 'null', result: { text: 'N/A', color: 'text', index: 7 } } },
  { type: 'special', options: { match: 'false', result: { text: 'down', color: 'red', index: 8 } } },
  { type: 'special', options: { match: 'empty', result: { text: 'blank', index: 9 } } },
];
const CONFIGS = [
  {},
  { unit: 'bytes' },
  { unit: 'percent', min: 0, max: 100, ...thresholds('absolute', [50, 'orange'], [80, 'red']) },
  { unit: 'ms', decimals: 1, ...thresholds('percentage', [25, 'yellow'], [75, 'dark-red']) },
  { unit: 'short', color: { mode: 'continuous-GrYlRd' } },
  { unit: 'none', min: 0, color: { mode: 'continuous-BlPu' }, decimals: 3 },
  { color: { mode: 'fixed', fixedColor: 'semi-dark-purple' }, noValue: 'nothing' },
  { color: { mode: 'palette-classic' }, unit: 'currencyEUR' },
  { color: { mode: 'palette-classic-by-name' }, displayName: 'cpu usage' },
  { color: { mode: 'thresholds', seriesBy: 'max' }, ...thresholds('absolute', [3, 'blue'], [60, '#ff00ff']) },
  { color: { mode: 'continuous-viridis', seriesBy: 'min' } },
  { color: { mode: 'shades', fixedColor: 'blue' } },
  { mappings: MAPPINGS, unit: 's' },
  { mappings: MAPPINGS, noValue: '-', color: { mode: 'thresholds' }, ...thresholds('absolute', [2.5, 'orange']) },
  { unit: 'string' },
  { unit: 'bool_on_off' },
  { unit: 'dateTimeAsIso' },
  { unit: 'time:YYYY' },
  { unit: 'percentunit', max: 2, color: { mode: 'continuous-reds' } },
  { unit: 'kbytes', decimals: 0, min: 5, max: 5 },
  { thresholds: { mode: 'absolute', steps: [] } },
  { unit: 'locale', decimals: 2, noValue: '0' },
];

function frames() {
  const all = [];
  for (const [type, columns] of Object.entries(COLUMNS)) {
    columns.forEach((values, at) => {
      // Number columns meet every configuration in turn, the others all of them once.
      const configs = type === 'number' ? CONFIGS.filter((_, i) => (i + at) % 2 === 0) : CONFIGS.filter((_, i) => (i + at) % 3 === 0);
      configs.forEach((config) => all.push({ schema: { name: 'frame', fields: [{ name: 'value', type, config }] }, data: { values: [values] } }));
    });
  }
  return all;
}

/** A colour as "#rrggbb" or "rgba(r, g, b, a)". */
const shown = (display) => {
  const { prefix = '', text, suffix = '', percent, color } = display;
  return [`${prefix}|${text}|${suffix}`, display.numeric, percent ?? null, color ?? null];
};

function ask(json, mode) {
  const frame = data.dataFrameFromJSON(JSON.parse(JSON.stringify(json)));
  const field = frame.fields[0];
  field.state = { seriesIndex: 3 };
  for (const item of data.fieldColorModeRegistry.list()) {
    if (item.isContinuous && !/viridis|magma|plasma|inferno|cividis/.test(item.id)) item.interpolator = undefined;
  }
  const display = data.getDisplayProcessor({ field, theme: themes[mode], timeZone: 'UTC' });
  return { cells: field.values.map((value) => shown(display(value))), series: data.getFieldSeriesColor(field, themes[mode]).color };
}

const displays = frames().map((json, i) => {
  const mode = i % 2 ? 'dark' : 'light';
  return { mode, frame: json, ...ask(json, mode) };
});

const REDUCERS = data.fieldReducers.list().map((item) => item.id);
const clean = (value) => (value === undefined ? null : value);
const reduced = Object.entries(COLUMNS).flatMap(([type, columns]) =>
  columns.map((values) => {
    const results = REDUCERS.map((reducer) => {
      const field = { name: 'value', type, config: {}, values: [...values] };
      return clean(data.reduceField({ field, reducers: [reducer] })[reducer]);
    });
    return { type, values, results };
  })
);

write('fields.json', { displays, reducers: REDUCERS, reduced }, 2);

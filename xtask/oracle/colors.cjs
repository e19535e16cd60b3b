// colors.json: what colour values and series take in every mode, by value, by series and by name, in both themes.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');
const { Random } = require('./random.cjs');

const r = new Random(99);
const modes = data.fieldColorModeRegistry.list();
const RAMPS = /viridis|magma|plasma|inferno|cividis/;
const FIXED = ['green', 'dark-red', 'semi-dark-orange', 'super-light-blue', '#1f60c4', 'rgba(10, 200, 30, 0.5)', 'text', 'transparent', 'purple', '#abc', undefined];
const NAMES = ['Value', 'cpu', 'requests {status="500"}', 'ü', 'A-series', 'node', 'a b'];

function field(mode) {
  const size = r.between(1, 6);
  const values = Array.from({ length: size }, () => r.weighted([[8, r.between(-50, 150)], [3, r.between(0, 1000) / 10], [1, null], [0.5, 0]]));
  const color = { mode, ...(r.chance(0.7) ? { fixedColor: r.pick(FIXED) } : {}), ...(r.chance(0.7) ? { seriesBy: r.pick(['last', 'min', 'max']) } : {}) };
  if (color.fixedColor === undefined) delete color.fixedColor;
  const config = { color };
  if (r.chance(0.4)) config.min = r.pick([0, -100, 10]);
  if (r.chance(0.4)) config.max = r.pick([100, 50, 1000]);
  if (r.chance(0.6)) config.thresholds = { mode: r.pick(['absolute', 'percentage']), steps: [{ value: null, color: r.pick(['green', 'blue', '#123456']) }, { value: r.pick([0, 10, 50]), color: 'orange' }, { value: 80, color: 'dark-red' }] };
  if (r.chance(0.15)) config.mappings = [{ type: 'value', options: { [String(values[0])]: { color: 'purple', text: 'P', index: 0 } } }];
  return { name: r.pick(NAMES), type: r.chance(0.07) ? 'boolean' : 'number', values, config };
}

const cases = [];
for (const theme of ['light', 'dark']) {
  const look = data.createTheme({ colors: { mode: theme } });
  // A scheme keeps the spline of the first theme it was asked for.
  for (const mode of modes) if (mode.isContinuous && !RAMPS.test(mode.id)) mode.interpolator = undefined;
  for (const mode of [...modes.map((one) => one.id), 'unknown']) {
    for (let i = 0; i < 24; i++) {
      const one = field(mode);
      if (one.type === 'boolean') one.values = one.values.map((value) => value === null ? null : value > 20);
      const state = { seriesIndex: r.below(70), ...(r.chance(0.5) ? { displayName: r.pick(NAMES) } : {}) };
      const copy = JSON.parse(JSON.stringify(one));
      if (copy.config.thresholds) copy.config.thresholds.steps[0].value = -Infinity;
      const real = { ...copy, state };
      real.display = data.getDisplayProcessor({ field: real, theme: look, timeZone: 'UTC' });
      cases.push([theme, one, state.seriesIndex, state.displayName ?? null, one.values.map((value) => real.display(value).color ?? null), data.getFieldSeriesColor(real, look).color ?? null]);
    }
  }
}
console.log(`colors.json: ${cases.length} fields, ${cases.reduce((sum, one) => sum + one[4].length + 1, 0)} colours`);
write('colors.json', { cases }, 2);

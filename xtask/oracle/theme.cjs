// theme.json: colours by role and by name, palettes, schemes, contrast.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');

const SPECIAL = ['transparent', 'panel-bg', 'text', '', '#abc', '#11223344', 'rgb(1, 2, 3)', 'rgba(1,2,3,0.4)'];
const CSS = ['aqua', 'aliceblue', 'Crimson', 'darkgray', 'gold', 'black', 'white', 'magenta', 'teal', 'tomato', 'navy'];
const BACKGROUNDS = ['#000000', '#ffffff', '#73bf69', '#56a64b', '#f2cc0c', '#3274d9', '#808080', '#949494', '#969696', 'rgba(224, 47, 68, 0.3)', '#ff9830', '#e02f44'];
const RAMPS = ['viridis', 'magma', 'plasma', 'inferno', 'cividis'].map((name) => `continuous-${name}`);
const NAMES = ['A-series', 'cpu', 'memory', '10.0.0.1:9090', 'ünïcode ✓', '', 'a', 'requests {status="500"}', 'Value', 'B-series'];

function describe(mode) {
  const theme = data.createTheme({ colors: { mode } });
  const { colors, visualization } = theme;
  const names = visualization.hues.flatMap((hue) => hue.shades.map((shade) => shade.name));
  const field = (config, state) => ({ name: 'x', type: 'number', config, values: [], state });
  const modes = data.fieldColorModeRegistry.list().filter((item) => item.isContinuous);
  const at = (item) => {
    // A scheme keeps the spline of the first theme it was asked for.
    if (!RAMPS.includes(item.id)) item.interpolator = undefined;
    const calculate = item.getCalculator(field({ color: { mode: item.id } }), theme);
    return Array.from({ length: 21 }, (_, i) => calculate(0, i / 20));
  };
  const shades = (fixedColor) =>
    Array.from({ length: 12 }, (_, seriesIndex) =>
      data.fieldColorModeRegistry.get('shades').getCalculator(field({ color: { mode: 'shades', fixedColor } }, { seriesIndex }), theme)(0, 0)
    );
  const byName = data.fieldColorModeRegistry.get('palette-classic-by-name');
  return {
    roles: {
      canvas: colors.background.canvas, panel: colors.background.primary, secondary: colors.background.secondary,
      border_weak: colors.border.weak, border_medium: colors.border.medium, border_strong: colors.border.strong,
      text_primary: colors.text.primary, text_secondary: colors.text.secondary, text_disabled: colors.text.disabled,
      text_link: colors.text.link, text_max_contrast: colors.text.maxContrast,
      primary: colors.primary.main, success: colors.success.main, warning: colors.warning.main, error: colors.error.main,
    },
    named: Object.fromEntries([...names, ...SPECIAL, ...CSS].map((name) => [name, visualization.getColorByName(name)])),
    palette: visualization.palette.map(visualization.getColorByName),
    palette_by_name: byName.getColors(theme),
    series_names: Object.fromEntries(
      NAMES.map((displayName) => [displayName, byName.getCalculator(field({ color: { mode: byName.id } }, { displayName }), theme)(0, 0)])
    ),
    continuous: Object.fromEntries(modes.map((item) => [item.id, { colors: item.getColors(theme), at: at(item) }])),
    contrast: Object.fromEntries(BACKGROUNDS.map((color) => [color, colors.getContrastText(color)])),
    shades: Object.fromEntries(['green', 'dark-red', 'blue', '#808080', '#ffffff', 'yellow'].map((color) => [color, shades(color)])),
  };
}

write('theme.json', { light: describe('light'), dark: describe('dark') }, 4);

// Field config applied by Grafana, and what comes of it in few words.
'use strict';

const { data } = require('./grafana.cjs');
const { toFrame, copy } = require('./transform.cjs');

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

const configured = (frames, source) =>
  data.applyFieldOverrides({ data: frames.map(toFrame), fieldConfig: loaded(source), fieldConfigRegistry: registry, replaceVariables: replace, theme, timeZone: 'UTC' });

/** Frames with a field config applied, every field asked for its name once, as a time series panel does. */
function applied(frames, source) {
  const out = configured(frames, source);
  data.cacheFieldDisplayNames(out);
  return out;
}

/** The values of a stat-like panel, which asks for no name beforehand. */
function displays(frames, source, reduceOptions) {
  return data.getFieldDisplayValues({ data: configured(frames, source), reduceOptions, fieldConfig: loaded(source), replaceVariables: replace, theme, timeZone: 'UTC' }).map(displayShown);
}

module.exports = { applied, displays, fieldShown };

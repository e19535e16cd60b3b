// Running transformations, and their results in few bytes.
'use strict';

const { data } = require('./grafana.cjs');

console.warn = () => {};
console.error = () => {};

/** Registers transformations by their ids; some stand there under two names. */
function register(list) {
  const byId = new Map(list.map((transformation) => [transformation.id, transformation]));
  data.standardTransformersRegistry.setInit(() => [...byId.values()].map((transformation) => ({ id: transformation.id, name: transformation.name, transformation })));
}

function copy(value) {
  if (Array.isArray(value)) return value.map(copy);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copy(v)]));
  return value;
}

const toFrame = (frame) => ({ ...data.createDataFrame(copy(frame)), meta: copy(frame.meta) });

/** The frames after the steps, or `{error}`. */
async function transform(frames, steps) {
  try {
    let result;
    const stream = data.transformDataFrame(copy(steps), frames.map(toFrame), { interpolate: (text) => text });
    await new Promise((resolve, reject) => stream.subscribe({ next: (value) => (result = value), error: reject, complete: resolve }));
    return result;
  } catch (error) {
    return { error: error?.message ?? String(error) };
  }
}

const CONFIG = ['unit', 'displayName', 'displayNameFromDS', 'decimals', 'min', 'max', 'noValue', 'color', 'thresholds', 'mappings'];

/** A cell; frames inside cells are shown as frames. */
function cell(value) {
  if (value === undefined) return null;
  if (Array.isArray(value) && value.length > 0 && value[0] && Array.isArray(value[0].fields)) return { frames: shown(value) };
  if (value && Array.isArray(value.fields)) return { frame: shown([value])[0] };
  return copy(value);
}

/** Frames as `[name, refId, [[name, type, display name, labels, config, values] …]]`. */
function shown(frames) {
  return frames.map((frame) => [
    frame.name ?? null,
    frame.refId ?? null,
    frame.fields.map((field) => {
      const bare = { ...field, state: undefined };
      const all = frames.map((one) => ({ ...one, fields: one.fields.map((other) => (other === field ? bare : { ...other, state: undefined })) }));
      const labels = Object.fromEntries(Object.entries(field.labels ?? {}).map(([key, value]) => [key, value === undefined ? '' : String(value)]));
      const config = Object.fromEntries(CONFIG.filter((key) => field.config?.[key] !== undefined && field.config[key] !== null).map((key) => [key, field.config[key]]));
      if (config.color) config.color = { ...config.color, fixedColor: config.color.fixedColor === undefined ? undefined : String(config.color.fixedColor) };
      const name = data.getFieldDisplayName(bare, all[frames.indexOf(frame)], all);
      return [field.name ?? '', field.type === 'nestedFrames' ? 'frame' : field.type, name === field.name ? 0 : name, Object.keys(labels).length ? labels : 0, Object.keys(config).length ? config : 0, Array.from(field.values ?? [], cell)];
    }),
  ]);
}

/** Input frames in the same form, with whole configs. */
function packed(frames) {
  return frames.map((frame) => [
    frame.name ?? null,
    frame.refId ?? null,
    frame.fields.map((field) => [field.name, field.type, 0, field.labels ?? 0, Object.keys(field.config ?? {}).length ? field.config : 0, field.values]),
    ...(frame.meta ? [frame.meta] : []),
  ]);
}

module.exports = { register, transform, shown, packed, toFrame, copy };

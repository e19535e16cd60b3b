// Writes one corpus file: short lines, so that a change reads well in a diff.
'use strict';

const fs = require('fs');
const path = require('path');
const { version } = require('./grafana.cjs');

const FOLDER = path.join(__dirname, '..', '..', 'tests', 'corpus', 'oracle');

/** Numbers that JSON does not know are written as strings. */
function plain(value) {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  if (Object.is(value, -0)) return 0;
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return value;
}

/** Objects and arrays down to `depth` are broken into lines. */
function text(value, depth, indent = '') {
  if (depth === 0 || value === null || typeof value !== 'object') return JSON.stringify(value);
  const inner = indent + ' ';
  const rows = Array.isArray(value)
    ? value.map((item) => inner + text(item, depth - 1, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${text(item, depth - 1, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return rows.length === 0 ? open + close : `${open}\n${rows.join(',\n')}\n${indent}${close}`;
}

function write(name, content, depth) {
  fs.mkdirSync(FOLDER, { recursive: true });
  const all = { source: `@grafana/data ${version}, written by xtask/oracle/generate.cjs`, ...plain(content) };
  const out = text(all, depth) + '\n';
  fs.writeFileSync(path.join(FOLDER, name), out);
  console.log(`${name}: ${(out.length / 1024).toFixed(0)} KB`);
}

/** Numbers between 0 and 1 that are the same on every run (mulberry32). */
function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

module.exports = { write, seeded };

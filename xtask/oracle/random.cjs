// Random frames, the same on every run: all types, nulls, NaN and infinities, duplicates, labels, several frames and none.
'use strict';

const { seeded } = require('./write.cjs');

const T = 1700000000000;
const NAMES = ['Value', 'a', 'b', 'c', 'host', 'cpu %', 'Größe', 'server', 'A-series', '10', 'x y', 'Time', 'state', 'kv'];
const TEXTS = ['web1', 'web2', 'web10', 'Web1', 'db', 'äb', 'ab', 'ok', 'bad', '', 'hello big World', '1,234', ' 5', '42', 'true', 'é', 'Zürich', 'a/b', 'null'];
const STRUCTURED = ['{"a":1,"b":{"c":[1,"x"]},"n":null}', '{"a":2,"d":true}', 'a=1 b=two c', 'level="info" msg="two words"', 'x:1;y:2&z', '[1,2]', 'not json', 'a, b ,c', 'GET /path 200', '{"t":"x"}'];
const DATES = ['2024-01-02T03:04:05Z', '2024-01-02T03:04:05.678+02:00', '2024-02-30', '2024-06-01', '2023-12-31 23:59:59', 'yesterday', '1700000000', '', '2024-03-10T02:30:00'];
const ENUM = { enum: { text: ['off', 'on', 'idle'], color: ['red', 'green', 'blue'] } };
const UNITS = ['ms', 'percent', 'bytes', 'short', 'none'];

class Random {
  constructor(seed) {
    this.next = seeded(seed);
  }
  below(n) {
    return Math.floor(this.next() * n);
  }
  between(from, to) {
    return from + this.below(to - from + 1);
  }
  chance(p) {
    return this.next() < p;
  }
  pick(list) {
    return list[this.below(list.length)];
  }
  /** By weight: `[[weight, item], …]`. */
  weighted(rows) {
    let at = this.next() * rows.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of rows) {
      at -= weight;
      if (at < 0) return item;
    }
    return rows[rows.length - 1][1];
  }
  /** Some of the list, in its order. */
  some(list, p = 0.5) {
    return list.filter(() => this.chance(p));
  }
  shuffled(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j], copy[i]];
    }
    return copy;
  }
}

function number(r, isOdd) {
  if (isOdd && r.chance(0.12)) return r.pick([NaN, Infinity, -Infinity]);
  return r.weighted([
    [6, () => r.between(-3, 12)],
    [2, () => r.between(-1000, 100000)],
    [2, () => r.between(-999, 999) / 100],
    [1, () => r.next() * 10 ** r.between(-3, 6)],
    [1, () => r.pick([0, 0.1, 0.30000000000000004, 1e21, 1e-7, -1])],
  ])();
}

function cells(r, type, rows, isOdd, isSorted) {
  const nulls = r.pick([0, 0, 0.15, 0.4]);
  const texts = r.weighted([[5, TEXTS], [1, STRUCTURED], [1, DATES]]);
  const few = r.shuffled(texts).slice(0, r.between(2, 6));
  let time = T + r.between(-5, 5) * 60000;
  const values = [];
  for (let i = 0; i < rows; i++) {
    if (r.chance(type === 'time' && isSorted ? 0 : nulls)) values.push(null);
    else if (type === 'time') values.push(isSorted ? (time += r.pick([60000, 60000, 60000, 120000, 1500])) : T + r.between(0, 6) * 60000 + r.pick([0, 0, 250]));
    else if (type === 'number') values.push(number(r, isOdd));
    else if (type === 'boolean') values.push(r.chance(0.5));
    else if (type === 'enum') values.push(r.below(4));
    else if (type === 'other') values.push(r.pick([{ a: 1, b: { c: 'x' } }, { a: 'y' }, [1, 2], ['p', 'q'], [], {}, 'text', 7]));
    else values.push(r.pick(few));
  }
  return values;
}

/** `{labels}`, or nothing: sources leave out what is empty. */
function labelled(r, keys) {
  const out = {};
  for (const key of r.some(keys, 0.7)) out[key] = r.pick(['api', 'db', 'a', 'b', '10', 'eu-1']);
  return Object.keys(out).length > 0 ? { labels: out } : {};
}

function config(r, type) {
  const out = {};
  if (r.chance(0.12)) out.unit = r.pick(UNITS);
  if (r.chance(0.07)) out.displayName = r.pick(['Shown', 'a', 'Double U', 'Value']);
  if (r.chance(0.07)) out.displayNameFromDS = r.pick(['from ds', 'A-series', 'legend {job}']);
  if (r.chance(0.05)) out.decimals = r.below(3);
  if (r.chance(0.05)) out.custom = { spanNulls: r.pick([true, false, -1, 3600000]) };
  if (type === 'enum') out.type = ENUM;
  return out;
}

const TYPES = [[8, 'number'], [6, 'string'], [3, 'time'], [2, 'boolean'], [2, 'other'], [1, 'enum']];

function series(r, isOdd) {
  const keys = r.pick([[], ['job'], ['job', 'instance'], ['name', 'env'], ['job']]);
  const isWide = r.chance(0.25);
  const timeName = r.pick(['Time', 'Time', 'Time', 'time', 't']);
  return Array.from({ length: r.weighted([[3, 1], [4, 2], [3, 3], [1, 5]]) }, (_, i) => {
    const rows = r.weighted([[1, 0], [1, 1], [6, r.between(2, 6)]]);
    const own = isWide ? r.between(1, 3) : 1;
    const frame = { refId: 'ABCDE'[i % r.between(1, 5)], fields: [{ name: timeName, type: 'time', config: {}, values: cells(r, 'time', rows, false, !r.chance(0.1)) }] };
    if (r.chance(0.4)) frame.name = r.pick(['A-series', 'B-series', 'up', 'x y']);
    if (r.chance(0.2)) frame.meta = { type: r.pick(['timeseries-multi', 'timeseries-wide', 'timeseries-long']) };
    for (let k = 0; k < own; k++) {
      frame.fields.push({ name: r.pick(['Value', 'Value', 'Value', 'v', 'up']), type: 'number', ...labelled(r, keys), config: config(r), values: cells(r, 'number', rows, isOdd) });
    }
    return frame;
  });
}

function tables(r, isOdd) {
  const schema = r.shuffled(NAMES).slice(0, r.between(1, 6)).map((name) => [name, name === 'Time' ? 'time' : r.weighted(TYPES)]);
  return Array.from({ length: r.weighted([[5, 1], [4, 2], [2, 3]]) }, (_, i) => {
    const rows = r.weighted([[1, 0], [1, 1], [6, r.between(2, 7)]]);
    const chosen = r.chance(0.3) ? r.shuffled(schema) : r.some(schema, 0.85);
    const fields = chosen.map(([name, type]) => {
      const field = { name, type, config: config(r, type), values: cells(r, type, rows, isOdd, r.chance(0.5)) };
      if (r.chance(0.1)) Object.assign(field, labelled(r, ['job', 'env']));
      return field;
    });
    if (r.chance(0.1) && fields.length > 0) fields.push({ ...fields[0], values: cells(r, fields[0].type, rows, isOdd) });
    const frame = { refId: 'ABC'[i], fields };
    if (r.chance(0.2)) frame.name = r.pick(['A-series', 'table', 'up']);
    return frame;
  });
}

/** A panel's frames. */
function frames(r) {
  const isOdd = r.chance(0.2);
  return r.weighted([[5, () => series(r, isOdd)], [7, () => tables(r, isOdd)], [0.3, () => []], [0.4, () => [...series(r, isOdd), { refId: 'E', fields: [] }]], [1, () => [...series(r, isOdd), ...tables(r, isOdd)]]])();
}

module.exports = { Random, frames, cells, config, labelled, T, TEXTS };

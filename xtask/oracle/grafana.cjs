// Loads the real @grafana/data into Node. It is written for a browser, so the few browser things it touches while loading are given here.
'use strict';

process.env.TZ = 'UTC';

/** The moment that every "now" is: 2024-03-15T14:30:45.678Z. */
const NOW = Date.UTC(2024, 2, 15, 14, 30, 45, 678);
Date.now = () => NOW;

const items = new Map();
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
globalThis.localStorage = {
  getItem: (key) => items.get(key) ?? null,
  setItem: (key, value) => items.set(key, value),
  removeItem: (key) => items.delete(key),
};
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en-US'], language: 'en-US' }, configurable: true });

// react-use draws into a document while it loads; nothing here draws.
const Module = require('module');
const load = Module._load;
Module._load = function (request, ...rest) {
  return /^react-use(\/|$)/.test(request) ? {} : load.call(this, request, ...rest);
};
console.info = () => {};
require('moment').suppressDeprecationWarnings = true;
const data = require('@grafana/data');

module.exports = { data, NOW, version: require('@grafana/data/package.json').version };

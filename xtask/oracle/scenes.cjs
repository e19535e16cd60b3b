// Loads the real @grafana/scenes, which interpolates variables in Grafana 12.4. What it draws with is not needed and is left out.
'use strict';

require('./grafana.cjs');

/** Answers to every name, call and `new` with itself. */
const anything = new Proxy(function () {}, {
  get: (target, key) => {
    if (key === Symbol.toPrimitive) return () => '';
    if (key === Symbol.iterator) return function* () {};
    if (key === '__esModule') return true;
    if (key === 'prototype') return target.prototype;
    return key === 'then' ? undefined : anything;
  },
  apply: () => anything,
  construct: () => ({}),
  set: () => true,
});

/** The page's address has no parameters. */
const locationService = new Proxy({ getSearchObject: () => ({}) }, { get: (target, key) => target[key] ?? anything });
const runtime = new Proxy({ locationService }, { get: (target, key) => target[key] ?? (key === '__esModule' ? true : anything) });

const Module = require('module');
const load = Module._load;
const DRAWS = /^(react-use|@grafana\/(ui|runtime|e2e-selectors|i18n)|react-grid-layout|react-router|react-dom|@emotion|@floating-ui|@tanstack|@leeoniya)(\/|-|$)/;
Module._load = function (request, ...rest) {
  if (request === '@grafana/runtime') return runtime;
  return DRAWS.test(request) ? anything : load.call(this, request, ...rest);
};
globalThis.IntersectionObserver = class {};
globalThis.location = { href: 'http://localhost/', pathname: '/', search: '', origin: 'http://localhost' };
console.error = () => {};

module.exports = { scenes: require('@grafana/scenes'), version: require('@grafana/scenes/package.json').version };

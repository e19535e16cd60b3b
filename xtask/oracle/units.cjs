// units.json and units-random.json: what every unit writes.
'use strict';

const { data, NOW } = require('./grafana.cjs');
const { write, seeded } = require('./write.cjs');

const VALUES = [
  0, 1, -1, 0.1, 0.5, 1.5, 2.25, 2.5, 12.345, 59.9, 60, 61, 99.995, 100, 999.9, 999.999, 1000, 1023, 1024, 1500, 3600, 5025.5,
  86399, 86400, 604800, 1e6, 1048576, 1234567.891, 31536000, 1e9, 1e12, 1700000000000, 1710460800000, 1e15, 1e18, 1e21, 1e24,
  1e27, -0.001, -1234.5, 0.00099, 0.000123456, 1e-6, 1e-9, 1e-16,
];
const DECIMALS = [null, 0, 2];

const FORMS = [
  '', 'farenheit', 'suffix:req', 'suffix:', 'prefix:~', 'prefix:', 'time:YYYY', 'time:', 'time:MMM Do, HH:mm', 'si:mW', 'si:W', 'si:kB', 'si:µA',
  'si:', 'count:jobs', 'count:', 'currency:$', 'currency:Fr.', 'currency:', 'currency:financial:$', 'currency:financial:€:suffix',
  'currency:financial:€:prefix', 'currency:financial', 'currency:financial:', 'bool:up/down', 'bool:up', 'bool:', 'bool:/', 'unknown', 'my:unit', ':x', 'widgets/s',
];

function full(unit, value, decimals) {
  const { prefix = '', text, suffix = '' } = data.getValueFormat(unit)(value, decimals ?? undefined, undefined, 'UTC');
  return `${prefix}|${text}|${suffix}`;
}

const ids = data.getValueFormats().flatMap((category) => category.submenu.map((format) => format.value));
const cases = (unit) => Object.fromEntries(DECIMALS.map((decimals) => [String(decimals), VALUES.map((value) => full(unit, value, decimals))]));

write('units.json', { now: NOW, values: VALUES, units: Object.fromEntries([...ids, ...FORMS].map((unit) => [unit, cases(unit)])) }, 3);

const RANDOM_UNITS = [
  'none', 'short', 'sishort', 'bytes', 'decbytes', 'percent', 'percentunit', 'locale', 'sci', 'hex', 'hex0x', 'currencyUSD', 'currencySEK',
  'currency:financial:$', 'reqps', 'ns', 'µs', 'ms', 's', 'm', 'h', 'd', 'dtdurations', 'dtdurationms', 'dthms', 'dtdhms', 'timeticks', 'clockms',
  'clocks', 'dateTimeAsIso', 'dateTimeFromNow', 'mohm', 'ffarad', 'pbytes', 'string',
];
const random = seeded(20240315);
const round = (value, digits) => Number(value.toPrecision(digits));
const randomCases = RANDOM_UNITS.map((unit) =>
  Array.from({ length: 90 }, () => {
    const value = round((random() < 0.2 ? -1 : 1) * 10 ** (random() * 26 - 8), 1 + Math.floor(random() * 17));
    const decimals = [null, null, 0, 1, 2, 3, 4, 6][Math.floor(random() * 8)];
    return [unit, value, decimals, full(unit, value, decimals)];
  })
).flat();
const EDGE_VALUES = [Infinity, -Infinity, NaN, 1e300, -1e300, 1e-20, 1e-100, 8.64e15, 8.65e15, 1e30];
const edgeCases = [...ids, 'count:jobs', 'currency:$'].flatMap((unit) =>
  EDGE_VALUES.slice(0, RANDOM_UNITS.includes(unit) ? EDGE_VALUES.length : 3).map((value) => [unit, value, null, full(unit, value, null)])
);
write('units-random.json', { now: NOW, cases: [...randomCases, ...edgeCases] }, 2);

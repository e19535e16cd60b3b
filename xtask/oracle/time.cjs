// datemath.json, moment.json, ranges.json and intervals.json: time.
'use strict';

const { data, NOW } = require('./grafana.cjs');
const { write, seeded } = require('./write.cjs');
const { dateMath, rangeUtil, dateTime, dateTimeParse, dateTimeFormat, dateTimeFormatTimeAgo } = data;

// --- date math
const EXPRESSIONS = [
  'now', 'now-5m', 'now-6h', 'now-24h', 'now-2d', 'now-7d', 'now-90d', 'now-6M', 'now-1y', 'now+1h', 'now-1w', 'now-1Q', 'now-3Q',
  'now/s', 'now/m', 'now/h', 'now/d', 'now/w', 'now/M', 'now/Q', 'now/y', 'now/fQ', 'now/fy', 'now-1Q/fQ', 'now-1y/fy', 'now-1d/d', 'now-2d/d', 'now-7d/d',
  'now-1w/w', 'now-1M/M', 'now-1y/y', 'now-1d/d+8h', 'now/d+6h', 'now-1M/M+2d', 'now - 1d / d', 'now-30s', 'now-1h/h', 'now-1d', 'now+1d', 'now-13M', 'now-36h/h',
  'now/1d', 'now/2d', 'now-5', 'now-', 'now/', 'now*2', 'now-1x', 'now/fd', 'now-1fM', 'now-0d', 'now-123456789h', 'now-12345678901h', 'nowx', 'now-1d/', 'now/d-1s',
  '2024-01-31||+1M', '2024-02-29T12:00:00Z||-1y/y', '2024-01-31T10:20:30.123Z||/h',
];
const NOWS = ['2024-03-15T14:30:45.678Z', '2024-02-29T23:59:59.999Z', '2024-03-31T01:15:00.000Z', '2024-10-27T00:30:00.000Z', '2024-10-27T01:30:00.000Z', '2024-03-10T07:30:00.000Z', '2024-11-03T06:30:00.000Z', '2023-01-01T00:00:00.000Z', '2025-12-31T18:45:00.001Z'];
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Pacific/Apia'];
const WEEKS = [['sunday', 0, 0], ['monday', 1, 3], ['saturday', 6, 11]];

const milliseconds = (value) => (value && value.isValid() ? value.valueOf() : null);
function mathRow(zone, now, fiscal) {
  return EXPRESSIONS.map((text) =>
    [false, true].map((roundUp) =>
      milliseconds(dateMath.toDateTime(text, { roundUp, timezone: zone, fiscalYearStartMonth: fiscal, now: Date.parse(now) }))
    )
  );
}
const math = [];
for (const zone of ZONES) {
  for (const now of NOWS) {
    const [name, weekStart, fiscal] = WEEKS[math.length % WEEKS.length];
    data.setWeekStart(name);
    math.push({ zone, now: Date.parse(now), week_start: weekStart, fiscal, results: mathRow(zone, now, fiscal) });
  }
}
data.setWeekStart('');

const ABSOLUTE = ['2024-01-31 10:20:30', '2024-07-01 00:00:00', '2024-01-31T10:20:30.123Z', '2024-03-31 02:30:00', '2024-10-27 02:30:00', '2024-01-31 10:20', '2024-01-31', '2024-02-30 00:00:00', 'nonsense', '1999-12-31 23:59:59'];
const absolute = ZONES.map((zone) => ({ zone, results: ABSOLUTE.map((text) => milliseconds(dateTimeParse(text, { timeZone: zone }))) }));
write('datemath.json', { expressions: EXPRESSIONS, clocks: math, absolute_texts: ABSOLUTE, absolute }, 3);

// --- patterns
const PATTERNS = [
  '', 'YYYY-MM-DD HH:mm:ss', 'YYYY-MM-DD HH:mm:ss.SSS', 'HH:mm', 'MM/DD HH:mm', 'MM/DD', 'YYYY-MM', 'YYYY', 'LLLL', 'LLL', 'LL', 'L', 'LT', 'LTS', 'l', 'll', 'lll', 'llll',
  'dddd, MMMM Do YYYY, h:mm:ss a', 'ddd D MMM YY', 'dd d do e E', 'DDD DDDo DDDD', 'w wo ww W Wo WW', 'gg gggg ggggg GG GGGG GGGGG', 'Q Qo', 'M Mo MM MMM MMMM', 'H HH h hh k kk',
  'm mm s ss S SS SSS SSSS SSSSSS SSSSSSSSS', 'x X', 'Z ZZ z zz', 'A a', 'Hmm hmm Hmmss hmmss', 'Y YY YYYY YYYYY YYYYYY', 'y yy yyyy yo', 'N NN NNN NNNN NNNNN',
  '[literal] YYYY [L]', '\\Y\\M YYYY', '[week] w', 'YYYY年M月D日', '[a[b]c] D', '[]D', 'D]', '[D', '[x]D]', "h 'o''clock'", 'ZZZ', 'DDDDD', 'MMMMM', 'Do [of] MMMM', 'YYYYMMDDTHHmmss',
  'dddd dd', 'P T', 'HH\\h mm\\m', '[]', '[[D]]', 'LLLLL', '\\[D\\]', 'yyyyy',
];
const TIMES = [
  0, 1, NOW, 1704067199999, 1704067200000, 1709208000000, 1711846800000, 1711850400000, 1729989000000, 1729992600000, 1735689599000, 1609459200000, 951782400000,
  -1, -62135596800000, -62200000000000, 253402300799999, 253402300800000, 1700000000000000, 8.64e15, 8.64e15 + 1, -2208988800000, 4102444800000, 1710000000123.9, -1.5,
];
const FORMAT_ZONES = ['UTC', 'Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu'];
// moment-timezone knows changes of clocks up to 2037 only, and its oldest offsets are cut to minutes: far moments are asked for in UTC.
const near = (at) => at > 0 && at < 2.1e12;
const formats = FORMAT_ZONES.flatMap((zone) =>
  TIMES.filter((at) => zone === 'UTC' || near(at)).map((at) => ({ zone, at, texts: PATTERNS.map((format) => dateTimeFormat(at, { format, timeZone: zone })) }))
);
data.setWeekStart('monday');
const WEEK_PATTERN = 'e w ww gg gggg d E W';
const weeks = Array.from({ length: 80 }, (_, i) => Date.UTC(2020, 11, 20) + i * 23 * 86400000).map((at) => [at, dateTimeFormat(at, { format: WEEK_PATTERN, timeZone: 'UTC' })]);
data.setWeekStart('');
const ABBREVIATION_ZONES = ['America/New_York', 'America/Sao_Paulo', 'Asia/Tokyo', 'Asia/Kolkata', 'Australia/Sydney', 'Africa/Johannesburg', 'Asia/Dubai', 'Pacific/Auckland', 'Europe/London', 'Europe/Moscow', 'Asia/Shanghai', 'Etc/GMT+5', 'utc'];
const abbreviations = ABBREVIATION_ZONES.flatMap((zone) => [1705320000000, 1720000000000].map((at) => [zone, at, dateTimeFormat(at, { format: 'z Z', timeZone: zone })]));
const random = seeded(7);
const deltas = [0, 1, 44e3, 45e3, 89e3, 90e3, 44 * 6e4, 45 * 6e4, 89 * 6e4, 90 * 6e4, 21.4 * 36e5, 22 * 36e5, 35 * 36e5, 36 * 36e5, 25 * 864e5, 26 * 864e5, 45 * 864e5, 46 * 864e5, 319 * 864e5, 320 * 864e5, 547 * 864e5, 548 * 864e5, 20 * 31536e6]
  .concat(Array.from({ length: 120 }, () => Math.floor(10 ** (3 + random() * 9.5))));
const ago = deltas.flatMap((delta) => [delta, -delta]).map((delta) => [delta, dateTimeFormatTimeAgo(NOW + delta, { timeZone: 'UTC' })]);
write('moment.json', { now: NOW, patterns: PATTERNS, formats, week_pattern: WEEK_PATTERN, weeks, abbreviations, ago }, 3);

// --- ranges in words
const SPANS = ['now-5m', 'now-1m', 'now-1h', 'now-6h', 'now-24h', 'now-7d', 'now-3w', 'now-1M', 'now-2y', 'now-45s', 'now-1Q', 'now/d', 'now/w', 'now/fy', 'now-1d/d', 'now-1M/M', 'now-3d/d', 'now+1h', '5m', '+2h', 'now-10x', 'now'];
const ENDS = ['now', 'now/d', 'now/w', 'now/fy', 'now-1d/d', 'now-1M/M', 'now-3d/d', 'now+1h', 'now+3w', 'now+6h', 'now-5m'];
const relative = SPANS.flatMap((from) => ENDS.map((to) => [from, to, rangeUtil.describeTimeRange({ from, to }, 'Europe/Berlin')]));
const iso = ['2024-03-01T00:00:00.000Z', '2024-03-14T10:11:12.000Z'];
const mixed = [[iso[0], iso[1]], [iso[0], 'now'], [iso[0], 'now-1h'], ['now-6h', iso[1]], [iso[0], 'now/d'], ['now-1d/d', iso[1]]].map(([from, to]) => [
  from, to, rangeUtil.describeTimeRange({ from: iso.includes(from) ? dateTime(from) : from, to: iso.includes(to) ? dateTime(to) : to }, 'Europe/Berlin'),
]);
write('ranges.json', { now: NOW, zone: 'Europe/Berlin', ranges: [...relative, ...mixed] }, 2);

// --- intervals
const attempt = (run) => { try { return run(); } catch { return null; } };
const TEXTS = ['5m', '1d', '30s', '1M', '1y', '2w', '100ms', '15', '0', '-5', '1.5h', '-2m', '1h30m', '10x', '', 'm', '5 m', '1e3', '0x10', ' 7 ', '1.s', 'Infinity'];
const MS = [0, 0.4, 1, 10, 999, 1000, 1500, 59999, 60000, 300000, 3599999, 3600000, 86400000, 90000000, 2592000000, 31535999000, 31536000000, 1e12, -1000, -60000];
const bounds = [10, 15, 35, 75, 150, 350, 750, 1500, 3500, 7500, 12500, 17500, 25000, 45000, 90000, 210000, 450000, 750000, 1050000, 1500000, 2700000, 5400000, 9000000, 16200000, 32400000, 86400000, 604800000, 1814400000, 3628800000];
const rounds = [0, -5, 1e13].concat(bounds.flatMap((bound) => [bound - 0.5, bound, bound + 1])).map((ms) => [ms, rangeUtil.roundInterval(ms)]);
const calculate = (length, resolution, limit) => rangeUtil.calculateInterval({ from: dateTime(NOW - length), to: dateTime(NOW), raw: {} }, resolution, limit).intervalMs;
const calculated = [300e3, 3600e3, 21600e3, 86400e3, 604800e3, 2592e6, 31536e6].flatMap((length) =>
  [1, 100, 500, 1043, 1900].flatMap((resolution) => [undefined, '10s', '1m', '15'].map((limit) => [length, resolution, limit ?? null, calculate(length, resolution, limit)]))
);
write('intervals.json', {
  texts: TEXTS.map((text) => [text, attempt(() => rangeUtil.intervalToMs(text))]),
  hms: MS.map((ms) => [ms, rangeUtil.secondsToHms(ms / 1000)]),
  rounds,
  calculated,
}, 2);

// javascript.json: the browser's own numbers, order and regexes.
'use strict';

const { data } = require('./grafana.cjs');
const { write, seeded } = require('./write.cjs');

const random = seeded(42);
const numbers = [0, 1, -1, 0.1, 0.5, -0.5, 1.5, 2.5, -2.5, 1.005, 1.45, 8.345, 123456789, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, 255.75, -10.5, 1 / 3, 2 / 3, 1e15 + 0.5, 0.000001234, 999999.9999]
  .concat(Array.from({ length: 400 }, () => Number(((random() < 0.3 ? -1 : 1) * 10 ** (random() * 40 - 15)).toPrecision(1 + Math.floor(random() * 17)))));
const rows = numbers.map((x) => [
  x, String(x), x.toFixed(0), x.toFixed(2), x.toFixed(7), Math.round(x), x.toExponential(), x.toExponential(0), x.toExponential(3), x.toString(16),
  x.toLocaleString('en-US'), x.toLocaleString('en-US', { maximumFractionDigits: 0 }), x.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
]);

const TEXTS = ['', ' ', '12', ' 12.5 ', '12.5px', 'px', '.5', '5.', '.', '-', '+7', '-0', '1e3', '1e', '1e+', '1E-2x', '0x1F', '0b101', '0o17', '-0x1', 'Infinity', '-Infinity', 'infinity', 'inf', 'NaN', 'nan', '1_000', '1,000', '\u00a012', '\n3\t', '1 2', 'e5', '0x', '00012', '1.2.3', 'true', 'Infinityx'];
const parsed = TEXTS.map((text) => [text, Number(text), parseFloat(text), parseInt(text, 10)]);

const WORDS = ['', ' ', '_', '-', '--', 'a', 'A', 'b', 'B', 'a b', 'a-b', 'a_b', 'ab', 'a1', 'a2', 'a10', 'A10', 'a01', 'a-1', 'a.1', '1', '2', '10', '010', '1a', '1.5', '1.10', '-1', '-2', 'é', 'e', 'E', 'É', 'résumé', 'resume', 'zebra', 'Zebra', 'ä', 'z', 'ß', 'ss', '{', '$', '#1', '@', 'server-2', 'server-10', 'server_1', 'Server 3', '10.0.0.2', '10.0.0.10', 'µs', 'ñ', 'n', 'o', 'ø', '/', '\\', '(', ')', '"', "'", '+', '=', '<', '>', '|', '~', '^', '`', '%', '&', '*', '!', '?', ':', ';', ',', '.', '[', ']', '}', 'cpu{a="1"}', 'cpu{a="2"}', 'CPU{a="10"}'];
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const byLocale = new Intl.Collator('en');
const signs = (compare) => WORDS.map((a) => WORDS.map((b) => '<=>'[Math.sign(compare(a, b)) + 1]).join(''));

const LETTERS = [...'aAbBcCzZéÉüñß0123456789019 -_./:,{}="()[]#@%$+*|<>~^\'&!?;\\`'];
const pick = () => LETTERS[Math.floor(random() * LETTERS.length)];
const unsorted = [...new Set(Array.from({ length: 700 }, () => Array.from({ length: 1 + Math.floor(random() * 7) }, pick).join('')))];

const PATTERNS = ['/a/', '/A/i', '/^a/m', '/a.b/s', '/a.b/', '\\d+', '^\\w+$', '\\bcat\\b', '\\Bat', '(?<y>\\d{4})-(?<m>\\d\\d)', '(a)\\1', '(?<q>a)\\k<q>', '(?=x)x', '(?!x)y', '(?<=\\$)\\d+', '(?<!\\$)\\b\\d+', '[^]', '[]', '[a-z&&[b]]', '[\\d-x]', 'a{2,3}', 'a{,3}', 'a{x}', '{', '}', ']', '\\/', '\\-', '\\u0041', '\\x41', '\\cJ', '\\0', '[\\b]', '\\s', '\\S+', 'a|b|', '(?:a|b)+', 'a*?b', 'a+?', '$', '^', '^$', 'é', '\\w', '\\D', '\\W', '[\\w]', '[\\W]', '[\\D]', '[^\\w]', '[^\\s]', '.', '#', 'a b', ' # ', '\\p', '\\e', '\\_', '[[]', '[a\\]b]', '[-a]', '[a-]', '[\\w-]', '^(?:foo|bar)$', '.*(cpu|mem).*', '/x/g', '/x/gi', 'server-(\\d+)\\.prod', '[~~a]', '[a||b]', '[a--b]', 'x$\\n', '\\$\\{', '\\v'];
const SUBJECTS = ['', 'a', 'A', 'b', 'ab', 'a\nb', 'b\na', '42', '٤٢', 'é', 'my cat.', 'scatter', '2024-05', 'aa', 'aaa', 'xy', 'y', '$12', '12', 'a{x}', 'a{,3}', '{', '}', ']', '[', '/', '-', '_', '\n', '\0', '\b', ' ', '\u00a0', 'foo', 'foo\n', 'node_cpu_seconds', 'server-12.prod', 'x', 'a b', '#', '&', '~', '|', '\u2028', 'É', '${v}', '\v'];
function outcome(pattern) {
  let regex;
  const literal = /^\/(.*)\/([a-z]*)$/s.exec(pattern);
  try {
    regex = literal ? new RegExp(literal[1], literal[2].replace('g', '')) : new RegExp(pattern);
  } catch {
    return null;
  }
  return SUBJECTS.map((subject) => { const found = regex.exec(subject); return found ? found[0] : null; });
}
const WHOLE = ['cpu', '/cpu/', '/CPU/gi', '/a/b/', '/cpu', '/cpu/x', '/cpu/ig', '//', '/', '', 'a|b', '/a/gimys'];
const whole = WHOLE.map((text) => {
  try { const regex = data.stringToJsRegex(text); return [text, ['cpu', 'cpu2', 'CPU', 'a/b', 'a', 'xb', ''].map((subject) => subject.search(regex) >= 0)]; } catch { return [text, null]; }
});

write('javascript.json', {
  numbers: rows, parsed, words: WORDS, natural: signs(natural.compare), locale: signs(byLocale.compare),
  unsorted, natural_sorted: unsorted.toSorted(natural.compare), locale_sorted: unsorted.toSorted(byLocale.compare),
  subjects: SUBJECTS, patterns: PATTERNS.map((pattern) => [pattern, outcome(pattern)]), whole,
}, 2);

// names.json: the order a browser gives names: collation of letters, case, accents, digits, punctuation and other scripts.
'use strict';

const { write } = require('./write.cjs');
const { Random } = require('./random.cjs');

const PIECES = ['a', 'b', 'A', 'B', 'z', 'Z', 'é', 'É', 'e', 'ä', 'Ä', 'ö', 'ß', 'ss', 'ñ', 'n', 'ø', 'o', 'æ', 'ł', 'ð', 'þ', '0', '1', '2', '9', '10', '007', '12', ' ', '-', '_', '.', '/', ':', ',', '(', ')', '[', ']', '{', '}', '=', '"', "'", '@', '#', '$', '%', '&', '*', '+', '<', '>', '|', '~', '^', '!', '?', ';', '\\', '`', '€', '°', 'µ', 'web', 'Web', 'server'];
const SCRIPTS = ['α', 'Ω', 'β', 'ж', 'Я', 'а', 'é', '中', '文', '日本', 'あ', 'ア', '한', 'ع', 'א', '…', '–', '—', '·', '№', '™',  'Ǆ', 'ﬁ', '１'];
const r = new Random(12);
const word = (pieces, n) => Array.from({ length: r.between(1, n) }, () => r.pick(pieces)).join('');
const words = [...new Set([...Array.from({ length: 110 }, () => word(PIECES, 4)), ...Array.from({ length: 50 }, () => word([...SCRIPTS, ...PIECES], 3)), ...PIECES, ...SCRIPTS, ''])];
const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare;
const base = new Intl.Collator('en', { sensitivity: 'base' }).compare;
const locale = new Intl.Collator('en').compare;
const sign = (n) => (n < 0 ? '<' : n > 0 ? '>' : '=');
const matrix = (compare) => words.map((a) => words.map((b) => sign(compare(a, b))).join(''));

write('names.json', { words, natural: matrix(natural), base: matrix(base), locale: matrix(locale) }, 2);

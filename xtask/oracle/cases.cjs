// Random steps on random frames, and what Grafana makes of them.
'use strict';

const { write } = require('./write.cjs');
const { Random, frames: randomFrames } = require('./random.cjs');
const { randomStep } = require('./steps.cjs');
const { transform, shown, packed } = require('./transform.cjs');

/** What JavaScript makes of mixed types and of NaN in sorts, which nobody wants to see again. */
function isGarbled(result, steps) {
  if (!Array.isArray(result)) return false;
  const fields = result.flatMap((frame) => frame.fields);
  const isText = (value) => typeof value === 'string';
  const calculates = steps.some((step) => step.id === 'calculateField');
  if (calculates && fields.some((field) => field.type === 'number' && Array.from(field.values).some(isText))) return true;
  return steps.some((step) => step.id === 'histogram') && fields.some((field) => field.name === 'xMin' && Array.from(field.values).some(Number.isNaN));
}

/**
 * `{sets, cases}`: a case is `[set, [[id, options, filter?] …], frames]`, frames being 0 where nothing changes.
 * A fifth of the cases has a second step out of `second`.
 */
async function writeCases(file, { seed, nSets, nSteps, table, second }) {
  const r = new Random(seed);
  const sets = [];
  const cases = [];
  const counts = {};
  for (let set = 0; set < nSets; set++) {
    const frames = randomFrames(r);
    sets.push(packed(frames));
    for (let i = 0; i < nSteps; i++) {
      const steps = [randomStep(r, frames, table)];
      let result = await transform(frames, steps);
      if (Array.isArray(result) && r.chance(0.2)) {
        steps.push(randomStep(r, result, second));
        result = await transform(frames, steps);
      }
      const out = Array.isArray(result) ? shown(result) : { error: result.error };
      // Where nothing happens one such case a set is enough.
      const last = cases[cases.length - 1];
      const isSame = JSON.stringify(out) === JSON.stringify(shown(frames));
      if (steps.length === 1 && isSame && last && last[2] === 0 && last[0] === set) continue;
      if (JSON.stringify(out).length > 6000 || isGarbled(result, steps)) continue;
      for (const step of steps) counts[step.id] = (counts[step.id] ?? 0) + 1;
      cases.push([set, steps.map((step) => [step.id, step.options, ...(step.filter ? [step.filter] : [])]), isSame ? 0 : out]);
    }
  }
  console.log(`${file}: ${cases.length} cases`, JSON.stringify(counts));
  write(file, { sets, cases }, 2);
}

module.exports = { writeCases };

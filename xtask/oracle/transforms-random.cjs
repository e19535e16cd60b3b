// transforms-random.json: what the standard transformations make of random frames, alone and one after the other.
'use strict';

const { data } = require('./grafana.cjs');
const { write } = require('./write.cjs');
const { Random, frames: randomFrames } = require('./random.cjs');
const { STANDARD, randomStep } = require('./steps.cjs');
const { register, transform, shown, packed } = require('./transform.cjs');

register(Object.values(data.standardTransformers));

const N_SETS = 330;
const N_STEPS = 11;

/** What JavaScript makes of mixed types and of NaN in sorts, which nobody wants to see again. */
function isGarbled(result, steps) {
  if (!Array.isArray(result)) return false;
  const fields = result.flatMap((frame) => frame.fields);
  const isText = (value) => typeof value === 'string';
  const calculates = steps.some((step) => step.id === 'calculateField');
  if (calculates && fields.some((field) => field.type === 'number' && Array.from(field.values).some(isText))) return true;
  return steps.some((step) => step.id === 'histogram') && fields.some((field) => field.name === 'xMin' && Array.from(field.values).some(Number.isNaN));
}

module.exports = (async () => {
  const r = new Random(20261121);
  const sets = [];
  const cases = [];
  const counts = {};
  for (let set = 0; set < N_SETS; set++) {
    const frames = randomFrames(r);
    sets.push(packed(frames));
    for (let i = 0; i < N_STEPS; i++) {
      const steps = [randomStep(r, frames, STANDARD)];
      let result = await transform(frames, steps);
      if (Array.isArray(result) && r.chance(0.2)) {
        steps.push(randomStep(r, result, STANDARD));
        result = await transform(frames, steps);
      }
      const out = Array.isArray(result) ? shown(result) : { error: result.error };
      // Where nothing happens one such case a set is enough.
      const last = cases[cases.length - 1];
      if (steps.length === 1 && JSON.stringify(out) === JSON.stringify(shown(frames)) && last && last[2] === 0 && last[0] === set) continue;
      if (JSON.stringify(out).length > 6000 || isGarbled(result, steps)) continue;
      for (const step of steps) counts[step.id] = (counts[step.id] ?? 0) + 1;
      cases.push([set, steps.map((step) => [step.id, step.options, ...(step.filter ? [step.filter] : [])]), JSON.stringify(out) === JSON.stringify(shown(frames)) ? 0 : out]);
    }
  }
  console.log(`transforms-random: ${cases.length} cases`, JSON.stringify(counts));
  write('transforms-random.json', { sets, cases }, 2);
})();

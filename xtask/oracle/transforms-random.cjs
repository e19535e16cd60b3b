// transforms-random.json: what the standard transformations make of random frames, alone and one after the other.
'use strict';

const { data } = require('./grafana.cjs');
const { STANDARD } = require('./steps.cjs');
const { register } = require('./transform.cjs');
const { writeCases } = require('./cases.cjs');

register(Object.values(data.standardTransformers));
module.exports = writeCases('transforms-random.json', { seed: 20261121, nSets: 330, nSteps: 11, table: STANDARD, second: STANDARD });

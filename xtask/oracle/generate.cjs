// Runs the real @grafana/data over chosen inputs and writes what it answers to tests/corpus/oracle/, so that nobody here invents expected results.
// Use: npm ci && npm run generate (Node 20 or later with full ICU).
'use strict';

require('./units.cjs');
require('./theme.cjs');
require('./time.cjs');
require('./fields.cjs');
require('./overrides.cjs');
require('./overrides-random.cjs');
require('./transforms.cjs');
require('./transforms-random.cjs');
require('./transforms-app.cjs');
require('./javascript.cjs');
require('./names.cjs');
require('./interpolation.cjs');

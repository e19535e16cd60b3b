// Runs the real @grafana/data over chosen inputs and writes what it answers to tests/corpus/oracle/, so that nobody here invents expected results.
// Use: npm ci && npm run generate (Node 20 or later with full ICU).
// Not written here: transforms-app.json, see crates/grafana/tests/oracle/transform_random.rs.
'use strict';

const { execFileSync } = require('child_process');
const path = require('path');

// Each in a process of its own: what Grafana registers, it registers once.
const FILES = ['units', 'theme', 'colors', 'time', 'fields', 'overrides', 'overrides-random', 'transforms', 'transforms-random', 'javascript', 'names', 'interpolation', 'links'];
for (const file of FILES) execFileSync(process.execPath, [path.join(__dirname, `${file}.cjs`)], { stdio: 'inherit' });

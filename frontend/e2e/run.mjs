// The app in a real browser with the real backend behind it: see README.md. Prints one line a test and `N passed, N failed`.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

import { buildHost } from '../host/build.mjs';
import { startBackend, startDemo } from './backend.mjs';
import { startGrafana } from './grafana.mjs';
import { tests } from './tests.mjs';

const out = path.join(path.dirname(fileURLToPath(import.meta.url)), 'out');

/** A browser on a machine without screen, sandbox or network. */
const BROWSER = {
  executablePath: process.env.CHROMIUM_BIN ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--no-first-run',
  ],
};

/** Longest wait for anything the page shows. The backend may be a debug build on a busy machine. */
const PATIENCE_MS = 30_000;

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const stops = [];
let failed = 0;
let passed = 0;
try {
  const [demo] = await Promise.all([startDemo(path.join(out, 'demo')), buildHost()]);
  stops.push(demo.stop);
  const grafana = await startGrafana(demo.grafana);
  stops.push(grafana.close);
  const files = path.join(out, 'provisioning');
  mkdirSync(files);
  const folder = path.join(out, 'state');
  const backend = await startBackend({ grafana: grafana.address, smtp: demo.smtp, folder, files });
  stops.push(backend.stop);
  grafana.backend = backend.url;
  const browser = await chromium.launch(BROWSER);
  stops.push(() => browser.close());

  /** A page of its own for each user and theme. */
  const open = async (user, theme = 'dark') => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      timezoneId: 'UTC',
      locale: 'en-US',
    });
    const cookie = (name, value) => ({ name, value, url: grafana.address });
    await context.addCookies([cookie('user', user), cookie('theme', theme)]);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    const problems = [];
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    return { page, problems, goto: (where) => page.goto(grafana.address + where) };
  };
  const admin = await open('admin');
  const world = {
    admin,
    open,
    demo,
    grafana,
    files,
    screenshot: (page, name) => page.screenshot({ path: path.join(out, `${name}.png`) }),
  };
  for (const [name, test] of Object.entries(tests)) {
    const began = Date.now();
    try {
      await test(world);
      assert.deepEqual(admin.problems, [], 'errors thrown in the page');
      passed += 1;
      console.log(`ok   ${name} (${Date.now() - began} ms)`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}\n${admin.problems.join('\n')}`);
      await admin.page.screenshot({ path: path.join(out, 'failure.png'), fullPage: true });
      // Each test goes on where the one before it ended.
      break;
    }
  }
} catch (error) {
  failed += 1;
  console.log(`FAIL could not start\n${error.stack}`);
} finally {
  for (const stop of stops.reverse()) {
    await stop();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

// What people do, in order: each test goes on where the one before it ended. Things are found by role and name.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = path.join(path.dirname(fileURLToPath(import.meta.url)), '../dist');

/** What the host page shares too: a part of Grafana's list. */
const SHARED = [
  'module',
  '@emotion/css',
  '@grafana/data',
  '@grafana/runtime',
  '@grafana/ui',
  'react',
  'react/jsx-runtime',
  'react-router',
  'rxjs',
];

const LIST = '/a/broadsheet-reports-app/reports';

const heading = (page, name) => page.getByRole('heading', { name, level: 1 }).waitFor();
const row = (page, name) => page.getByRole('row').filter({ hasText: name });
const rowAction = (page, report, action) => row(page, report).getByRole('button', { name: action }).click();
const button = (page, name) => page.getByRole('button', { name, exact: true });

async function chooseDashboard(page, title) {
  await page.getByRole('combobox', { name: 'Dashboard' }).click();
  await page.keyboard.type(title.slice(0, 4));
  await page.getByRole('option', { name: title }).click();
}

async function chooseFrequency(page, label) {
  await page.getByLabel('Frequency').click();
  await page.getByRole('option', { name: label }).click();
}

/** Asks again until it is so; the browser's own waiting is the pause. */
async function until(isSo) {
  const end = Date.now() + 30_000;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, 'it did not become so in time');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const tests = {
  'the bundle leans only on what every supported Grafana shares': () => {
    const module = readFileSync(path.join(DIST, 'module.js'), 'utf8');
    const needed = JSON.parse(/define\((\[.*?\])/.exec(module)[1]);
    const unknown = needed.filter((name) => !SHARED.includes(name));
    assert.deepEqual(unknown, []);
    // Grafana fetches it on every dashboard.
    assert.ok(module.length <= 8 * 1024, `module.js has ${module.length} bytes`);
    for (const file of readdirSync(DIST).filter((name) => name.endsWith('.js'))) {
      // React 18 inside the bundle, or what React 19 no longer has.
      assert.doesNotMatch(
        readFileSync(path.join(DIST, file), 'utf8'),
        /__SECRET_INTERNALS|react\.element|findDOMNode/,
        file
      );
    }
    const manifest = JSON.parse(readFileSync(path.join(DIST, 'plugin.json'), 'utf8'));
    assert.ok(existsSync(path.join(DIST, manifest.info.logos.small)));
  },

  'an organisation is connected': async ({ admin: { page, goto }, grafana, screenshot }) => {
    await goto('/plugins/broadsheet-reports-app');
    await page.getByText('This organisation is not connected').waitFor();
    await button(page, 'Connect this organisation').click();
    await page.getByText('Connected as sa-1-broadsheet').waitFor();
    assert.equal(grafana.settings.enabled, true);
    assert.equal(grafana.accounts[0].role, 'Viewer');
    assert.ok(grafana.tokens.has(grafana.settings.secureJsonData.apiToken));
    await screenshot(page, 'connection');
  },

  'a new token takes the place of the old one, with the role that is chosen': async ({
    admin: { page, goto },
    grafana,
    screenshot,
  }) => {
    for (const role of ['Admin', 'Viewer']) {
      const [old] = grafana.tokens.keys();
      await page.getByRole('radio', { name: new RegExp(`^${role}: `) }).click();
      await button(page, 'Replace the token').click();
      await until(() => grafana.tokens.size === 1 && !grafana.tokens.has(old));
      await page.getByText('Connected as sa-1-broadsheet').waitFor();
      assert.equal(grafana.accounts[0].role, role);
      // What is there is what is offered.
      await goto('/plugins/broadsheet-reports-app');
      await until(() => page.getByRole('radio', { name: new RegExp(`^${role}: `) }).isChecked());
      await screenshot(page, `connection-${role}`);
    }
  },

  'a deleted token is told, and connected again': async ({ admin: { page, goto }, grafana, screenshot }) => {
    grafana.tokens.clear();
    await until(async () => {
      await goto('/plugins/broadsheet-reports-app');
      await page.getByText('Backend version').waitFor();
      return page.getByText('This organisation needs to be connected again').isVisible();
    });
    await screenshot(page, 'reconnect');
    await goto(LIST);
    await page.getByText('Reports of this organisation cannot be made at present').waitFor();
    await screenshot(page, 'reconnect-list');
    await page.getByRole('link', { name: 'Open the connection' }).click();
    await button(page, 'Connect again').click();
    await page.getByText('Connected as sa-1-broadsheet').waitFor();
    await button(page, 'Disconnect').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disconnect' }).click();
    await page.getByText('This organisation is not connected').waitFor();
    assert.equal(grafana.settings.secureJsonData.apiToken, '');
    await button(page, 'Connect this organisation').click();
    await page.getByText('Connected as sa-1-broadsheet').waitFor();
  },

  'an empty list invites': async ({ admin: { page, goto }, screenshot }) => {
    await goto(LIST);
    await page.getByText('You have no reports yet').waitFor();
    await screenshot(page, 'empty');
    await page.getByRole('link', { name: 'Create report' }).click();
    await heading(page, 'New report');
  },

  'an incomplete report says what is missing': async ({ admin: { page } }) => {
    await button(page, 'Schedule report').click();
    for (const text of ['A report needs a name', 'Choose a dashboard', 'Name at least one e-mail address']) {
      await page.getByText(text).waitFor();
    }
  },

  'a report is created': async ({ admin: { page }, screenshot }) => {
    await chooseDashboard(page, 'Shop performance');
    await page.getByLabel('Report name').fill('Weekly figures');
    await page.getByLabel('From').fill('now-24h');
    await page.getByRole('textbox', { name: /^To/ }).fill('now');
    await page.getByLabel('Recipients').fill('ada@example.org; grace@example.org');
    await page.getByLabel('Start date').fill('2030-01-07');
    await page.getByLabel('Start time').fill('09:00');
    await page.getByText('Mon 2030-01-14, 09:00').waitFor();
    await screenshot(page, 'editor');
    await page.getByRole('heading', { name: 'Attachments' }).scrollIntoViewIfNeeded();
    await screenshot(page, 'editor-end');
    await button(page, 'Schedule report').click();
    await heading(page, 'Reporting');
    await row(page, 'Weekly figures').getByText('Scheduled').waitFor();
    await row(page, 'Weekly figures').getByText('2030-01-07 09:00').waitFor();
    await row(page, 'Weekly figures').getByText('Shop performance').waitFor();
  },

  'it is edited and keeps what was not touched': async ({ admin: { page } }) => {
    await page.getByRole('link', { name: 'Weekly figures' }).click();
    await heading(page, 'Weekly figures');
    assert.equal(await page.getByLabel('Recipients').inputValue(), 'ada@example.org, grace@example.org');
    assert.equal(await page.getByLabel('Start time').inputValue(), '09:00');
    await page.getByLabel('Report name').fill('Daily figures');
    await chooseFrequency(page, 'Daily');
    await page.getByText('Workdays only').click();
    await button(page, 'Update report').click();
    await row(page, 'Daily figures').getByText('Daily on workdays').waitFor();
    await row(page, 'Daily figures').getByText('2030-01-07 09:00').waitFor();
  },

  'what the backend refuses is said beside the field': async ({ admin: { page } }) => {
    await rowAction(page, 'Daily figures', 'Edit');
    await heading(page, 'Daily figures');
    await page.getByLabel('Report name').fill('x'.repeat(501));
    await button(page, 'Update report').click();
    await page.getByText('The report was not saved').waitFor();
    assert.equal(await page.getByText(/has 501 characters, at most 500/).count(), 2, 'on top and beside the field');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await row(page, 'Daily figures').waitFor();
  },

  'it is paused and resumed': async ({ admin: { page } }) => {
    await rowAction(page, 'Daily figures', 'Pause');
    await row(page, 'Daily figures').getByText('Paused').waitFor();
    await rowAction(page, 'Daily figures', 'Resume');
    await row(page, 'Daily figures').getByText('Scheduled').waitFor();
  },

  'it is sent now, with progress, and the mail arrives': async ({ admin: { page }, demo, screenshot }) => {
    const arrival = demo.nextMailTo('ada@example.org');
    await rowAction(page, 'Daily figures', 'Send now');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('ada@example.org and 1 more').waitFor();
    await screenshot(page, 'send');
    await button(dialog, 'Send').click();
    await dialog.getByRole('progressbar').waitFor();
    await screenshot(page, 'send-progress');
    const mail = readFileSync(await arrival(), 'utf8');
    assert.ok(
      /^Subject: Daily figures/m.test(mail) && /filename="Shop performance\.pdf"/.test(mail),
      mail.slice(0, 2000)
    );
    await page.getByText('Report was sent').waitFor();
    await dialog.getByText('Sent', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await row(page, 'Daily figures').getByText(/^Sent/).waitFor();
  },

  'it is sent to other people this one time': async ({ admin: { page }, demo }) => {
    const arrival = demo.nextMailTo('linus@example.org');
    await rowAction(page, 'Daily figures', 'Send now');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'Other people' }).click();
    assert.ok(await button(dialog, 'Send').isDisabled());
    await dialog.getByLabel('Addresses').fill('linus@example.org');
    await button(dialog, 'Send').click();
    await arrival();
    await dialog.getByText('Sent', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  },

  'a run is cancelled before it is sent': async ({ admin: { page } }) => {
    await rowAction(page, 'Daily figures', 'Send now');
    const dialog = page.getByRole('dialog');
    await button(dialog, 'Send').click();
    await button(dialog, 'Cancel run').click();
    await dialog.getByText('cancelled by admin').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await row(page, 'Daily figures').getByText('Skipped').waitFor();
  },

  'runs are in its history, with the files that were sent': async ({ admin: { page }, screenshot }) => {
    await rowAction(page, 'Daily figures', 'Runs');
    await heading(page, 'Runs of Daily figures');
    const run = row(page, 'To 2 recipients');
    await run.getByText('By hand').waitFor();
    const downloading = page.waitForEvent('download');
    await run.getByRole('button', { name: 'Shop performance.pdf' }).click();
    const file = await downloading;
    assert.equal(file.suggestedFilename(), 'Shop performance.pdf');
    assert.equal(readFileSync(await file.path(), 'latin1').slice(0, 5), '%PDF-');
    await run.getByRole('button', { name: /expand/i }).click();
    await page.getByRole('table', { name: 'Panels' }).getByText('Orders by region', { exact: true }).waitFor();
    await screenshot(page, 'history');
    await page.getByRole('radio', { name: 'Skipped' }).click();
    await row(page, 'cancelled by admin').waitFor();
    await run.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Reporting' }).click();
  },

  'a copy is a draft of its own': async ({ admin: { page } }) => {
    await rowAction(page, 'Daily figures', 'Duplicate');
    await heading(page, 'Copy of Daily figures');
    assert.equal(await page.getByLabel('Recipients').inputValue(), 'ada@example.org, grace@example.org');
    await page.getByRole('link', { name: 'Cancel' }).click();
    await row(page, 'Copy of Daily figures').getByText('Draft').waitFor();
    await rowAction(page, 'Copy of Daily figures', 'Delete');
    await button(page, 'Delete').last().click();
    // Behind an open dialog no row is found either.
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row(page, 'Copy of Daily figures').waitFor({ state: 'detached' });
  },

  'a check says what would be shown': async ({ admin: { page }, screenshot }) => {
    await page.getByRole('link', { name: 'Daily figures', exact: true }).click();
    await heading(page, 'Daily figures');
    await button(page, 'Check').click();
    await page.getByText('Everything would be shown').waitFor();
    await page.getByText('Orders by region', { exact: true }).waitFor();
    await screenshot(page, 'check');
    await page.keyboard.press('Escape');
    await page.getByText('Everything would be shown').waitFor({ state: 'detached' });
    await page.getByLabel('Recipients').fill('nobody');
    await button(page, 'Check').click();
    await page.getByText('recipients: "nobody" is not an e-mail address').waitFor();
    await page.keyboard.press('Escape');
  },

  'a test mail is sent of what is not saved': async ({ admin: { page }, demo, screenshot }) => {
    const arrival = demo.nextMailTo('me@example.org');
    await page.getByLabel('Report name').fill('Tried out');
    await button(page, 'Send test mail').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('To').fill('me@example.org');
    await screenshot(page, 'test-mail');
    await button(dialog, 'Send test mail').click();
    assert.match(readFileSync(await arrival(), 'utf8'), /^Subject: Tried out/m);
    await page.getByText('Test email sent').waitFor();
    await page.getByRole('link', { name: 'Cancel' }).click();
    await row(page, 'Daily figures').waitFor();
  },

  'logos, footer and themes are set': async ({ admin: { page, goto }, screenshot }) => {
    await page.getByRole('link', { name: 'Settings' }).click();
    await heading(page, 'Report settings');
    const logo = path.join(path.dirname(fileURLToPath(import.meta.url)), 'logo.png');
    await page.locator('input[type=file]').first().setInputFiles(logo);
    const shown = page.getByRole('img', { name: 'Logo of the pages' });
    await shown.waitFor();
    await shown.evaluate((image) => image.decode());
    await page.getByRole('textbox', { name: /^Name/ }).fill('The data team');
    await page.getByRole('radiogroup', { name: 'Theme of PDFs' }).getByRole('radio', { name: 'Dark' }).click();
    await screenshot(page, 'settings');
    await button(page, 'Save settings').click();
    await page.getByText('Report settings saved').waitFor();
    await goto('/a/broadsheet-reports-app/settings');
    await heading(page, 'Report settings');
    await page.getByRole('img', { name: 'Logo of the pages' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: /^Name/ }).inputValue(), 'The data team');
    await page.getByRole('radiogroup', { name: 'Theme of PDFs' }).getByRole('radio', { name: 'Light' }).click();
    await button(page, 'Save settings').click();
    await page.getByText('Report settings saved').waitFor();
    await page.getByRole('link', { name: 'Reporting' }).click();
    await row(page, 'Daily figures').waitFor();
  },

  'the preview is a PDF': async ({ admin: { page }, screenshot }) => {
    await rowAction(page, 'Daily figures', 'Edit');
    await button(page, 'Preview PDF').click();
    const frame = page.getByTitle('PDF preview');
    await frame.waitFor();
    const start = await frame.evaluate(async ({ src }) => (await (await fetch(src)).text()).slice(0, 5));
    assert.equal(start, '%PDF-');
    await page.getByRole('link', { name: 'Download PDF' }).waitFor();
    const downloading = page.waitForEvent('download');
    await button(page, 'Download CSV').click();
    assert.equal((await downloading).suggestedFilename(), 'Daily figures.zip');
    await screenshot(page, 'preview');
    await page.keyboard.press('Escape');
    await frame.waitFor({ state: 'detached' });
  },

  'a link on a dashboard begins a report of it': async ({ admin: { page, goto }, screenshot }) => {
    const link = await page.evaluate(() =>
      window.addedLinkConfigs[0].configure({
        dashboard: { uid: 'sample-servers', title: 'Servers', tags: [] },
        timeRange: { from: 'now-2d', to: 'now' },
        timeZone: 'Europe/Warsaw',
      })
    );
    await goto(`${link.path}&uel_pid=${encodeURIComponent('ignored')}`);
    await heading(page, 'New report');
    assert.equal(await page.getByLabel('Report name').inputValue(), 'Servers');
    assert.equal(await page.getByLabel('From').inputValue(), 'now-2d');
    await page.getByText('Europe/Warsaw').first().waitFor();
    await screenshot(page, 'prefilled');
    await page.getByLabel('Report name').fill('Servers, unfinished');
    await button(page, 'Save draft').click();
    await row(page, 'Servers, unfinished').getByText('Draft').waitFor();
    await screenshot(page, 'list');
  },

  'a backend that is away is told, and asked again': async ({ admin: { page, goto } }) => {
    await page.route('**/resources/reports', (route) => route.abort());
    await goto(LIST);
    await page.getByText('Could not load reports').waitFor();
    await page.unroute('**/resources/reports');
    await button(page, 'Retry').click();
    await row(page, 'Daily figures').waitFor();
  },

  'the light theme is drawn as well': async ({ open, screenshot }) => {
    const { page, goto } = await open('admin', 'light');
    await goto(LIST);
    await row(page, 'Daily figures').waitFor();
    await screenshot(page, 'list-light');
    await page.context().close();
  },

  'a viewer is refused': async ({ open, screenshot }) => {
    const { page, goto } = await open('viewer');
    await goto(LIST);
    await page.getByText('You may not see reports').waitFor();
    await page.getByText("You'll need the organization role Admin").waitFor();
    assert.equal(await page.getByRole('link', { name: 'Create report' }).count(), 0);
    const links = await page.evaluate(() => window.addedLinkConfigs.map((link) => link.configure({})));
    assert.deepEqual(links, [undefined, undefined]);
    await screenshot(page, 'viewer');
    await page.context().close();
  },

  'reports are deleted after asking': async ({ admin: { page }, screenshot }) => {
    await rowAction(page, 'Daily figures', 'Delete');
    await page.getByText('Delete “Daily figures”?').waitFor();
    await screenshot(page, 'delete');
    await button(page, 'Cancel').click();
    await row(page, 'Daily figures').waitFor();
    await rowAction(page, 'Daily figures', 'Delete');
    await button(page, 'Delete').last().click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await row(page, 'Daily figures').waitFor({ state: 'detached' });
    await rowAction(page, 'Servers, unfinished', 'Delete');
    await button(page, 'Delete').last().click();
    await page.getByText('You have no reports yet').waitFor();
  },

  'reports and settings of files are locked, or say how they differ': async ({
    admin: { page, goto },
    files,
    screenshot,
  }) => {
    const report = (uid, name, more) =>
      `  - {uid: ${uid}, name: ${name}, recipients: ada@example.org, schedule: {frequency: daily, timeZone: UTC}, ` +
      `dashboards: [{dashboard: {uid: sample-shop}}]${more}}\n`;
    const reports = report('locked', 'From a file', '') + report('open', 'Open to all', ', allowUiUpdates: true');
    writeFileSync(path.join(files, 'shop.yaml'), `apiVersion: 1\nreports:\n${reports}`);
    const call = (method, what, body) =>
      page.evaluate(
        async ([method, what, body]) => {
          const answer = await fetch(`/api/plugins/broadsheet-reports-app/resources/reports/${what}`, {
            method,
            body: JSON.stringify(body),
          });
          return answer.json();
        },
        [method, what, body]
      );
    const { problems } = await call('POST', 'provisioning/reload', {});
    assert.deepEqual(problems, []);
    await call('PUT', 'open', { subject: 'Another' });
    await goto(LIST);
    await row(page, 'From a file').getByText('Locked').waitFor();
    await row(page, 'Open to all').getByText('Differs from file').waitFor();
    await screenshot(page, 'files-list');
    await rowAction(page, 'From a file', 'View');
    await page.getByText('Defined in shop.yaml, which alone may change it').first().waitFor();
    assert.ok(await page.getByLabel('Report name').isDisabled());
    await screenshot(page, 'files-locked');
    await goto(LIST);
    await rowAction(page, 'Open to all', 'Edit');
    await page.getByText('Subject is not as shop.yaml says').first().waitFor();
    assert.ok(await page.getByLabel('Report name').isEnabled());
    await screenshot(page, 'files-drift');
    const settings = (more) => writeFileSync(path.join(files, 'looks.yaml'), `apiVersion: 1\nsettings: [{${more}}]\n`);
    settings('pdfTheme: dark');
    await call('POST', 'provisioning/reload', {});
    await goto('/a/broadsheet-reports-app/settings');
    await page.getByText('Defined in looks.yaml, which alone may change it').waitFor();
    assert.ok(await button(page, 'Save settings').isDisabled());
    await screenshot(page, 'files-settings-locked');
    settings('pdfTheme: dark, allowUiUpdates: true');
    await call('POST', 'provisioning/reload', {});
    await goto('/a/broadsheet-reports-app/settings');
    await page.getByText('These settings are defined in looks.yaml').waitFor();
    await page.getByRole('radiogroup', { name: 'Theme of PDFs' }).getByRole('radio', { name: 'Light' }).click();
    await button(page, 'Save settings').click();
    await page.getByText('PDF theme is not as looks.yaml says').waitFor();
    await screenshot(page, 'files-settings-drift');
  },
};

// The desk in the office's console: a section as its inspectors recorded it, with its photos, and
// the visit that it belongs to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { expectJson, request } from '../support/http.mjs';
import { DESK, openBrowser, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, heading, openConsole, passwordOf } from './console.mjs';

const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR } = process.env;
const API = `${ORIGIN}/liancha/planner/v1`;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

// The first reviewer who has accepted a section with a photo, and that section.
async function reviewed() {
  const { accounts } = JSON.parse(readFileSync(join(VAR, 'demo-accounts.json'), 'utf8'));
  for (const login of Object.keys(accounts).filter((one) => one.endsWith('.reviewer'))) {
    const { token } = expectJson(await request(`${API}/sessions`,
      { json: { login, password: passwordOf(login) } }), 201);
    const get = async (path) => expectJson(await request(`${API}${path}`, { token }));
    const { sections } = await get('/sections?state=accepted&limit=20');
    for (const section of sections) {
      const { evidence } = await get(`/sections/${section.id}/evidence?verified=1&kind=photo`);
      if (evidence.length > 0) return { login, section };
    }
  }
  return assert.fail('no reviewer has a section with a photo');
}

async function onPage(login, size, run) {
  const view = await openConsole(browser, size, login);
  try {
    await run(view);
    assert.deepEqual(view.faults, []);
  } finally {
    await view.page.context().close();
  }
}

describe('a section', () => {
  for (const size of [DESK, PHONE])
    test(`opens from its list, with answers and photos, and leads to its visit, at ${size.name} px`,
      async () => {
        const { login, section } = await reviewed();
        await onPage(login, size, async (view) => {
          const { page } = view;
          await page.goto(`${CONSOLE}/sections?state=accepted&subject=${section.subject_code}`);
          await page.locator(`tbody a[href$="/sections/${section.id}"]`).first().click();
          await heading(view, `${section.subject_name} 的检查单`);
          await page.getByRole('heading', { level: 2, name: '检查事项' }).waitFor();
          await checkConsole(view, 'section');
          await page.getByRole('button', { name: '查看', exact: true }).first().click();
          const photo = page.getByRole('img', { name: /拍摄的/ });
          await photo.waitFor();
          assert.ok(await photo.evaluate((img) => img.decode().then(() => img.naturalWidth)) > 0);
          await checkConsole(view, 'section-photo');
          await page.keyboard.press('Escape');
          await page.getByRole('link', { name: section.visit, exact: true }).click();
          await heading(view, `${section.subject_name} 的入企检查`);
          await checkConsole(view, 'visit');
        });
      });
});

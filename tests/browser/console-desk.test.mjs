// The desk in the office's console: a section as its inspectors recorded it, with its photos, and
// the visit that it belongs to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { expectJson, request } from '../support/http.mjs';
import { DESK, openBrowser, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, heading, onConsole, passwordOf } from './console.mjs';

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

// A reviewer of a department with a public result, and the id of an objection to it, just sent.
async function objected() {
  const { accounts } = JSON.parse(readFileSync(join(VAR, 'demo-accounts.json'), 'utf8'));
  for (const login of Object.keys(accounts).filter((one) => one.endsWith('.reviewer'))) {
    const { token } = expectJson(await request(`${API}/sessions`,
      { json: { login, password: passwordOf(login) } }), 201);
    const get = async (path) => expectJson(await request(`${API}${path}`, { token }));
    const { publications: [one] } = await get('/publications?state=published&limit=1');
    if (!one) continue;
    const form = `${ORIGIN}/liancha/public/results/${one.id}/objection`;
    const [, code] = (await request(form)).text.match(/name="code" value="([\w-]+)"/);
    const sent = await request(form, { method: 'POST', body: new URLSearchParams({ code,
      content: '公示的检查日期与实际不符（样例）', name: '样例异议人', contact: '13800000000' })
      .toString(), headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    assert.equal(sent.status, 303, sent.text);
    const { objections } = await get('/objections?state=received&limit=200');
    return { login, id: objections.at(-1).id };
  }
  return assert.fail('no department has a public result');
}

describe('an objection', () => {
  for (const size of [DESK, PHONE])
    test(`is taken up and answered at the desk, at ${size.name} px`, async () => {
      const { login, id } = await objected();
      await onConsole(browser, { login, size }, async (view) => {
        const { page } = view;
        await page.goto(`${CONSOLE}/objections?state=received&sort=-id`);
        await page.locator(`tbody a[href$="/objections/${id}"]`).first().click();
        await heading(view, /的异议$/);
        await page.getByText('13800000000').waitFor();
        await checkConsole(view, 'objection');
        await page.getByRole('button', { name: '受理…' }).click();
        await page.getByRole('dialog').getByRole('button', { name: '受理', exact: true }).click();
        await page.getByRole('heading', { level: 2, name: '答复' }).waitFor();
        await page.getByRole('combobox', { name: '结论' }).click();
        await page.getByRole('option', { name: '异议不成立' }).click();
        await page.getByLabel('答复', { exact: true }).fill('与检查记录一致（样例）');
        await checkConsole(view, 'objection-answer');
        await page.getByRole('button', { name: '答复', exact: true }).click();
        await page.getByText('与检查记录一致（样例）').waitFor();
      });
    });
});

describe('a section', () => {
  for (const size of [DESK, PHONE])
    test(`opens from its list, with answers and photos, and leads to its visit, at ${size.name} px`,
      async () => {
        const { login, section } = await reviewed();
        await onConsole(browser, { login, size }, async (view) => {
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

// The enterprise's side of a visit in a browser: the office prints the notice, its code is opened
// on a phone, what comes is seen and rated, once; the office sees no more of it than it may.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { APP, codeFor, enrolled, openSections, sql } from './app.mjs';
import { checkPage, DESK, openBrowser, openPage, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, heading, openConsole } from './console.mjs';

const { LIANCHA_BASE_URL: ORIGIN } = process.env;
const HOME = 'H410400';
const TEXT = `样例意见 ${randomBytes(4).toString('hex')}`;
const QUESTIONS = ['lawful', 'burden', 'conduct', 'guidance'];
const TODAY = 'DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)';

let browser;
let visit; // of a district below HOME, which initiated its campaign; open, and from today on
let former;
const dated = (shift) =>
  sql(`UPDATE visit SET planned_on = ${TODAY} ${shift} WHERE id = ${visit.visit}`);
before(async () => {
  browser = await openBrowser();
  const about = openSections().find(({ visit: id, department }) => department !== HOME &&
    department.startsWith('H') && sql('SELECT 1 FROM visit v JOIN campaign c ON ' +
      'c.id = v.campaign_id JOIN department d ON d.id = c.department_id ' +
      'JOIN department l ON l.id = v.lead_department_id ' +
      `WHERE v.id = ${id} AND d.code = '${HOME}' AND l.code = '${department}' AND ` +
      'v.joint_id IS NULL').length > 0);
  assert.ok(about, 'a visit that nobody wrote to');
  const [[code, campaign, day]] = sql('SELECT v.code, c.code, v.planned_on FROM visit v ' +
    `JOIN campaign c ON c.id = v.campaign_id WHERE v.id = ${about.visit}`);
  visit = { ...about, code, campaign };
  former = day;
  dated('+ INTERVAL 1 DAY'); // when a notice may be made out again
  sql('DELETE r FROM visit_rating r JOIN section s ON s.id = r.section_id WHERE ' +
    `s.visit_id = ${visit.visit}`); // of a run before this one
});
after(async () => {
  if (former) sql(`UPDATE visit SET planned_on = '${former}' WHERE id = ${visit.visit}`);
  await browser?.close();
});

async function onConsole(role, size, run) {
  const view = await openConsole(browser, size, `${HOME.toLowerCase()}.${role}`);
  try {
    await run(view);
    assert.deepEqual(view.faults, []);
  } finally {
    await view.page.context().close();
  }
}

// Only faults that this test provoked.
const refusals = (view, status) => {
  const faults = view.faults.splice(0);
  assert.ok(faults.every((fault) => fault.includes(`status of ${status}`)), faults.join());
};

async function answers({ page }, score) {
  for (const question of QUESTIONS) await page.selectOption(`#${question}`, String(score));
}

// The address of the notice's page, as the printed paper shows it: this site's.
let address;
for (const size of [DESK, PHONE])
  test(`the office makes out the notice, at ${size.name} px`, () =>
    onConsole('planner', size, async (view) => {
      const { page } = view;
      await page.goto(`${CONSOLE}/visits/${encodeURIComponent(visit.code)}/notice`);
      await heading(view, '检查通知书');
      await page.getByRole('button', { name: /^(重新)?出具…$/ }).click();
      await page.getByRole('dialog').getByText('共用一份通知书').waitFor();
      await checkConsole(view, 'notice-issue');
      await page.getByRole('dialog').getByRole('button', { name: /^(重新)?出具$/ }).click();
      const shown = await page.locator('code.secret').textContent();
      await page.getByRole('img', { name: /二维码/ }).waitFor();
      await page.getByRole('button', { name: '打印' }).waitFor();
      await page.locator('dl.facts dd').filter({ hasText: visit.card }).first().waitFor();
      await checkConsole(view, 'notice');
      address = ORIGIN + new URL(shown).pathname;
    }));

test('from the day on who made it out gets one more paper, and nobody else', () =>
  onConsole('planner', DESK, async (view) => {
    const { page } = view;
    const notices = `visit_notice WHERE entry = ${visit.visit}`;
    const by = (who) => sql(`UPDATE visit_notice SET issued_by = ${who} WHERE entry = ${
      visit.visit}`);
    const [[author]] = sql(`SELECT DISTINCT issued_by FROM ${notices}`);
    dated('');
    await page.goto(`${CONSOLE}/visits/${encodeURIComponent(visit.code)}/notice`);
    await page.getByRole('button', { name: '再出具一份…' }).click();
    await page.getByRole('dialog').getByText('仍然有效').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '再出具一份' }).click();
    await page.locator('code.secret').waitFor();
    assert.equal(sql(`SELECT 1 FROM ${notices}`).length, 2);
    by(`(SELECT MIN(id) FROM account WHERE id <> ${author})`);
    await page.reload();
    await page.getByText('从检查当天起不再更换').waitFor();
    assert.equal(await page.getByRole('button', { name: /出具/ }).count(), 0);
    await checkConsole(view, 'notice-kept');
    by(author);
  }));

describe('the page of the notice', () => {
  let view;
  before(async () => { view = await openPage(browser, PHONE); });
  after(() => view?.page.context().close());
  const step = (name, run) => test(name, async () => {
    await run(view);
    assert.deepEqual(view.faults.splice(0), []);
  });

  step('tells who comes and for what', async ({ page }) => {
    assert.equal((await page.goto(address)).status(), 200);
    await checkPage(view, 'notice');
    const text = await page.locator('main').textContent();
    for (const known of [visit.campaign, visit.card, visit.other]) assert.ok(text.includes(known));
    assert.ok(!text.includes(visit.code), 'nothing more');
  });

  step('a guessed code opens nothing', async ({ page }) => {
    const guess = address.replace(/[^/]+$/, 'A'.repeat(43));
    for (const at of [guess, `${guess}/rating`]) {
      assert.equal((await page.goto(at)).status(), 404);
      await page.getByText('没有这份检查通知').waitFor();
      refusals(view, 404);
    }
    await checkPage(view, 'notice-guessed');
  });

  step('the phone of an inspector rates nothing', async () => {
    const phone = await enrolled(browser, visit, await codeFor(visit));
    try {
      assert.ok(phone.page.url().startsWith(APP));
      const shown = await phone.page.context().newPage();
      assert.equal((await shown.goto(address)).status(), 200, 'he may read it');
      assert.equal((await shown.goto(`${address}/rating`)).status(), 403);
      await shown.getByText('本机用于执法检查').waitFor();
    } finally {
      await phone.page.context().close();
    }
  });

  step('it is rated, once', async ({ page }) => {
    await page.goto(address);
    await page.getByRole('link', { name: '评价这次检查' }).click();
    await page.getByRole('heading', { level: 1, name: '评价这次检查' }).waitFor();
    await checkPage(view, 'rating');
    const second = await page.context().newPage();
    await second.goto(`${address}/rating`);
    await answers({ page }, 4);
    await page.fill('#content', TEXT);
    await page.getByRole('button', { name: '提交评价' }).click();
    await page.getByText('已经收到您的评价，谢谢。').waitFor();
    assert.equal(page.url(), address);
    await checkPage(view, 'notice-rated');
    await answers({ page: second }, 1);
    await second.getByRole('button', { name: '提交评价' }).click();
    await second.getByText('只能评价一次').waitFor();
    await second.close();
    assert.equal((await page.goto(`${address}/rating`)).status(), 409);
    refusals(view, 409);
    assert.deepEqual(sql('SELECT lawful, content FROM visit_rating r JOIN section s ON ' +
      `s.id = r.section_id WHERE s.visit_id = ${visit.visit} AND leads`), [['4', TEXT]]);
  });
});

describe('what the office sees of it', () => {
  for (const size of [DESK, PHONE]) {
    test(`its auditors what was said of a department below, at ${size.name} px`, () =>
      onConsole('auditor', size, async (view) => {
        const { page } = view;
        await page.goto(`${CONSOLE}/ratings?department=${visit.department}`);
        await heading(view, '企业评价');
        await page.locator('.sheet').getByText(TEXT).first().waitFor();
        assert.ok(!(await page.locator('main').textContent()).includes(visit.code));
        await checkConsole(view, 'ratings-department');
      }));
    test(`everybody else no averages of so few, at ${size.name} px`, () =>
      onConsole('planner', size, async (view) => {
        await view.page.goto(`${CONSOLE}/campaigns/${visit.campaign}/ratings`);
        await heading(view, `${visit.campaign} 的企业评价`);
        await view.page.getByText('没有符合条件的记录').or(view.page.getByText(/暂无|没有/)).first()
          .waitFor();
        await checkConsole(view, 'campaign-ratings');
      }));
  }

  test('averages of five', () => {
    const [[department, campaign]] = sql('SELECT d.id, v.campaign_id FROM visit v, department d ' +
      `WHERE v.id = ${visit.visit} AND d.code = '${visit.department}'`);
    for (let i = 1; i <= 5; i++)
      sql('INSERT INTO visit_rating (section_id, campaign_id, department_id, form_hash, lawful, ' +
        `burden, conduct, guidance, leads, content, rated_in) VALUES (${i} + 90000000, ` +
        `${campaign}, ${department}, UNHEX(SHA2(RAND(), 256)), 3, 3, 3, 3, TRUE, '', ` +
        `LEFT(${TODAY}, 7))`);
    return onConsole('planner', DESK, async (view) => {
      await view.page.goto(`${CONSOLE}/campaigns/${visit.campaign}/ratings`);
      await view.page.locator('.sheet tbody tr').getByText('3.2').first().waitFor();
      await checkConsole(view, 'campaign-ratings-five');
      sql('DELETE FROM visit_rating WHERE section_id > 90000000');
    });
  });

  test('a check without the code of the door is explained by a reviewer', async () => {
    const login = `${visit.department.toLowerCase()}.reviewer`;
    sql(`UPDATE section SET code_state = 'missing' WHERE id = ${visit.section}`);
    for (const size of [PHONE, DESK]) {
      const view = await openConsole(browser, size, login);
      const { page } = view;
      await page.goto(`${CONSOLE}/code-alerts`);
      await heading(view, '未见检查码');
      const row = page.locator('.sheet tbody tr').filter({ hasText: String(visit.section) });
      await row.getByRole('button', { name: '说明…' }).click();
      await page.getByRole('dialog').getByLabel('原因').fill('样例原因：企业停电');
      await checkConsole(view, 'code-alert');
      if (size === DESK) {
        await page.getByRole('dialog').getByRole('button', { name: '说明', exact: true }).click();
        await page.getByText('说明已记录').first().waitFor();
        await row.waitFor({ state: 'detached' });
      }
      assert.deepEqual(view.faults, []);
      await page.context().close();
    }
    sql(`UPDATE section SET code_state = 'none', code_reason = NULL, code_explained_by = NULL,
      code_explained_at = NULL WHERE id = ${visit.section}`);
  });
});

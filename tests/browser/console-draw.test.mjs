// Plans and campaigns in the office's console: from a printed table to a frozen draw by clicks, the
// whole state of a campaign on one page, and the draw on a projector.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DESK, openBrowser, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, heading, onConsole, takePicture } from './console.mjs';

const PLANNER = 'h410400.planner';
const PROJECTOR = { name: '1920', width: 1920, height: 1080 };
const LEGIBLE_PX = 32;
const VERIFY_MS = 120000;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const onPage = (name, of, run) =>
  test(name, () => onConsole(browser, { login: PLANNER, ...of }, run));

// Opens the first of a list by its name, and gives its address.
async function openFirst({ page }, list, state) {
  await page.goto(`${CONSOLE}${list}?state=${state}`);
  await page.locator('tbody a').first().click();
  await page.waitForURL((url) => url.pathname !== `/liancha/console${list}`);
  return page.url();
}

const button = (page, name) => page.getByRole('button', { name });
const inDialog = (page, name) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });

async function choose(page, label, option) {
  await page.getByLabel(label, { exact: true }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

describe('a plan', () => {
  for (const size of [DESK, PHONE])
    onPage(`has its table as it was printed, at ${size.name} px`, { size }, async (view) => {
      await openFirst(view, '/plans', 'filed');
      await view.page.getByRole('columnheader', { name: '医疗卫生' }).waitFor();
      await checkConsole(view, 'plan');
    });

  // In one go, as the later steps need the earlier.
  onPage('goes from a printed table to a frozen draw by clicks', {}, async (view) => {
    const { page } = view;
    await page.goto(`${CONSOLE}/plans/new`);
    const first = await page.getByLabel('计划编号').inputValue();
    let code;
    do code = `${first}9${String(Math.floor(Math.random() * 1000)).padStart(3, '0')}`;
    while ((await page.request.get(`${CONSOLE}/../planner/v1/plans/${code}`,
      { headers: { 'X-Liancha-Console': '1' } })).ok());
    await page.getByLabel('计划编号').fill(code);
    await page.getByLabel('计划名称').fill('从任务表建立的计划（测试）');
    await page.getByLabel('截止日期').first().fill('2030年12月31日');
    await page.keyboard.press('Enter');
    await button(page, '建立计划').click();
    await heading(view, '从任务表建立的计划（测试）');

    await page.locator('#plan-file').setInputFiles({ name: '任务表.csv', mimeType: 'text/csv',
      buffer: Buffer.from('region,total,医疗卫生,学校卫生\n新华区,4,2,1\n卫东区,1,1,0\n合计,5,3,1\n') });
    await button(page, '读入任务表').click();
    await page.getByText('印发的任务表有').waitFor();
    await page.getByText('3（原表 4）').first().waitFor();
    await button(page, '试算').click();
    await page.getByText('新华区 · 医疗卫生').waitFor();
    await checkConsole(view, 'plan-draft');
    await button(page, '报备…').click();
    await inDialog(page, '报备').click();
    await page.getByRole('link', { name: '加入联合抽查' }).click();

    await heading(view, '发起联合抽查');
    const started = await page.getByLabel('编号', { exact: true }).inputValue();
    const campaign = started.slice(0, -4) + code.slice(-4);
    await page.getByLabel('编号', { exact: true }).fill(campaign);
    await page.getByLabel('名称', { exact: true }).fill('逐步点击的联合抽查（测试）');
    await button(page, '发起').click();
    await heading(view, '逐步点击的联合抽查（测试）');
    await page.getByText(/^冻结名录：0 \/ 1/).waitFor();
    await page.getByText('等待：平顶山市卫生健康委员会').waitFor();
    await button(page, '冻结…').click();
    await inDialog(page, '冻结').click();
    await page.getByText(/^公告：/).waitFor();
    await page.getByLabel('公共随机值的来源').waitFor();
    await checkConsole(view, 'campaign-announce');
  });
});

describe('a campaign', () => {
  for (const size of [DESK, PHONE])
    onPage(`is whole on one page, at ${size.name} px`, { size }, async (view) => {
      await openFirst(view, '/campaigns', 'drawn');
      await view.page.getByRole('heading', { name: '下一步' }).waitFor();
      await view.page.getByRole('heading', { name: '公开的证明' }).waitFor();
      if (size === DESK) await takePicture(view, 'readme');
      await checkConsole(view, 'campaign');
      await view.page.getByRole('link', { name: '台账', exact: true }).click();
      await view.page.getByRole('heading', { name: '完成情况' }).waitFor();
      await checkConsole(view, 'ledger');
      await button(view.page, '印发通报…').click();
      await view.page.getByLabel('说明').fill(`请各部门抓紧（${Date.now()}）。`);
      await button(view.page, '印发').click();
      await view.page.getByText('二、进度落后的部门').waitFor();
      await checkConsole(view, 'bulletin');
    });

  for (const size of [DESK, PHONE])
    onPage(`is reported on by period, and printed on A4, at ${size.name} px`, { size },
      async (view) => {
        const { page } = view;
        await page.goto(`${CONSOLE}/reports`);
        await button(page, '专题报告…').click();
        await page.getByLabel('说明').fill(`下一步抓紧未检的任务（${Date.now()}）。`);
        await checkConsole(view, 'reports');
        await button(page, '印发').click();
        await page.getByText('三、各次联合抽查完成情况').waitFor();
        await checkConsole(view, 'report');
        await page.emulateMedia({ media: 'print' });
        // A4 less the margins of @page, in CSS pixels.
        await page.setViewportSize({ width: 657, height: 971 });
        const wide = await page.evaluate(() => [document.documentElement,
          ...document.querySelectorAll('.bulletin, .bulletin .sheet')]
          .filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.className || e.tagName));
        assert.deepEqual(wide, [], 'nothing is cut at the width of the paper');
        const pdf = await page.pdf({ preferCSSPageSize: true });
        const text = pdf.toString('latin1');
        assert.match(text, /\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
        assert.ok((text.match(/\/Type \/Page\b/g) ?? []).length >= 1);
        await page.emulateMedia({ media: null });
        await page.setViewportSize({ width: size.width, height: size.height });
      });

  for (const size of [DESK, PHONE])
    onPage(`has its visits in a calendar, by who goes and by place, at ${size.name} px`, { size },
      async (view) => {
        const { page } = view;
        const code = (await openFirst(view, '/campaigns', 'drawn')).split('/').pop();
        const { visits } = await (await page.request.get(
          `${CONSOLE}/../planner/v1/campaigns/${code}/visits?limit=1`,
          { headers: { 'X-Liancha-Console': '1' } })).json();
        const [{ subject_name: name, planned_on: day }] = visits;
        const link = page.getByRole('link', { name }).first();
        await page.goto(`${CONSOLE}/visits?day=${day}`);
        await page.locator('.visit-chip').first().waitFor();
        await checkConsole(view, 'calendar-month');
        for (const by of ['inspector', 'team', 'department']) {
          await page.goto(`${CONSOLE}/visits?day=${day}&span=week&by=${by}`);
          await link.waitFor();
          await checkConsole(view, `calendar-${by}`);
        }
        await page.goto(`${CONSOLE}/visits?day=${day}&span=week&view=places`);
        await link.waitFor();
        await checkConsole(view, 'places');
        // By the list: a point may lie below another.
        await page.getByRole('row').getByRole('link', { name }).first().click();
        await heading(view, `${name} 的入企检查`);
        await page.getByRole('heading', { name: '改期' }).waitFor();
        await checkConsole(view, 'visit-planner');
      });

  onPage('stands on a projector, legible from afar, and is drawn again by that browser',
    { size: PROJECTOR }, async (view) => {
      const { page } = view;
      const address = await openFirst(view, '/campaigns', 'drawn');
      await page.goto(`${address}/screen`);
      await page.getByText('扫码保存公告').waitFor();
      const small = await page.evaluate((least) => [...document.querySelectorAll('.screen *')]
        .filter((e) => e.getClientRects().length > 0 && e.textContent.trim() &&
          parseFloat(getComputedStyle(e).fontSize) < least).map((e) => e.outerHTML.slice(0, 100)),
      LEGIBLE_PX);
      assert.deepEqual(small, []);
      await button(page, '在这台电脑上验算').click();
      await page.getByText(/验算通过/).waitFor({ timeout: VERIFY_MS });
      await checkConsole(view, 'screen');
      assert.equal(await page.evaluate(() => document.documentElement.scrollHeight > innerHeight),
        false, 'it fits the projector');
    });
});

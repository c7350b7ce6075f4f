// The office's console: who gets in, what each role sees, lists and their addresses, every page.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { DESK, openBrowser, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, fillSignIn, heading, onConsole, passwordOf } from './console.mjs';

const HOME = 'h410400';
const AUDITOR = `${HOME}.auditor`;
const PLANNER = `${HOME}.planner`;
const REVIEWER = `${HOME}.reviewer`;
const PUBLISHER = `${HOME}.publisher`;
const ADMINISTRATOR = `${HOME}.administrator`;

// Every page that opens by its address alone: [name of its pictures, address, account, heading].
const PAGES = [
  ['workbench', '/', PLANNER, '工作台'],
  ['account', '/account', PLANNER, '我的账号'],
  ['audit', '/audit', AUDITOR, '操作日志'],
  ['directories', '/directories', PLANNER, '检查对象名录'],
  ['inspectors', '/inspectors', PLANNER, '执法检查人员'],
  ['items', '/items', PLANNER, '抽查事项'],
  ['imports', '/imports', PLANNER, '导入'],
  ['import', '/import', PLANNER, '导入文件'],
  ['checklists', '/checklists', PLANNER, '检查表'],
  ['rules', '/rules', PLANNER, '规则参数'],
  ['recusals', '/recusals', PLANNER, '回避'],
  ['proposals', '/proposals', PLANNER, '资料建议'],
  ['departments', '/departments', PLANNER, '部门'],
  ['calendar', '/calendar', PLANNER, '节假日安排'],
  ['accounts', '/accounts', ADMINISTRATOR, '账号'],
  ['account-new', '/accounts/new', ADMINISTRATOR, '新建账号'],
  ['devices', '/devices', ADMINISTRATOR, '移动设备'],
  ['calendar-visits', '/visits', PLANNER, '检查日历'],
  ['clues', '/clues', PLANNER, '线索'],
  ['progress', '/progress', PLANNER, '任务落实'],
  ['workbench-reviewer', '/', REVIEWER, '工作台'],
  ['sections', '/sections', REVIEWER, '部门检查单'],
  ['corrections', '/corrections', REVIEWER, '更正'],
  ['disposals', '/disposals', REVIEWER, '后续处置'],
  ['code-alerts', '/code-alerts', REVIEWER, '未见检查码'],
  ['ratings', '/ratings', AUDITOR, '企业评价'],
  ['publications', '/publications', PUBLISHER, '公示事项'],
  ['objections', '/objections', PUBLISHER, '异议'],
  ['delivery-differences', '/delivery-differences', PUBLISHER, '报送差异月报'],
  ['penalties', '/penalties', PUBLISHER, '行政处罚'],
  ['plans', '/plans', PLANNER, '抽查计划'],
  ['plan-new', '/plans/new', PLANNER, '新建计划'],
  ['campaigns', '/campaigns', PLANNER, '联合抽查'],
  ['campaign-new', '/campaigns/new', PLANNER, '发起联合抽查'],
  ['joint', '/joint', PLANNER, '统筹排期'],
  ['not-found', '/no-such-page', PLANNER, '没有这个页面'],
  ['refused', '/audit', PLANNER, '无权查看'],
];

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const onPage = (name, of, run) => test(name, () => onConsole(browser, of, run));

describe('signing in', () => {
  const keyboard = { expected: /401/ };
  onPage('goes by the keyboard, to the page that was asked for', keyboard, async (view) => {
    await view.page.goto(`${CONSOLE}/audit?actor=nobody`);
    await heading(view, /联查/);
    await view.page.keyboard.press('Tab');
    await view.page.keyboard.type(AUDITOR);
    await view.page.keyboard.press('Tab');
    await view.page.keyboard.type(passwordOf(AUDITOR));
    await view.page.keyboard.press('Enter');
    await heading(view, '操作日志');
    assert.equal(new URL(view.page.url()).search, '?actor=nobody');
    await view.page.getByText('没有符合条件的记录').waitFor();
  });

  for (const size of [DESK, PHONE])
    onPage(`that fails says why and keeps the login, at ${size.name} px`, { size, expected: /401/ },
      async (view) => {
        await view.page.goto(`${CONSOLE}/sign-in`);
        await checkConsole(view, 'sign-in');
        await fillSignIn(view, PLANNER, 'wrong');
        await view.page.getByRole('alert').getByText('登录名或密码不正确').waitFor();
        assert.equal(await view.page.getByLabel('登录名').inputValue(), PLANNER);
        await checkConsole(view, 'sign-in-refused');
      });

  onPage('again, over the page whose session ended, goes on with what was asked', {
    login: AUDITOR, own: true, expected: /401/ }, async (view) => {
    const { page } = view;
    await page.goto(`${CONSOLE}/audit`);
    await page.locator('.sheet tbody tr').first().waitFor();
    await page.context().clearCookies();
    await page.getByLabel('操作者').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: '请重新登录' }).waitFor();
    await checkConsole(view, 'sign-in-again');
    await page.getByLabel('密码').fill(passwordOf(AUDITOR));
    await page.keyboard.press('Enter');
    await page.getByText('没有符合条件的记录').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
  });

  onPage('out ends the session on the server, and the door is shut', { expected: /401/ },
    async (view) => {
      const { page } = view;
      await page.goto(`${CONSOLE}/sign-in`);
      await fillSignIn(view, PLANNER);
      await heading(view, '工作台');
      await page.getByRole('button', { name: '退出', exact: true }).click();
      await heading(view, /联查/);
      await page.goto(`${CONSOLE}/account`);
      await heading(view, /联查/);
    });
});

describe('the menu', () => {
  for (const [login, there] of [[AUDITOR, true], [PLANNER, false]])
    onPage(`of ${login} has the pages of its role`, { login }, async ({ page }) => {
      await page.goto(`${CONSOLE}/`);
      await page.getByRole('navigation', { name: '主菜单' }).getByText('工作台').waitFor();
      const entry = page.getByRole('navigation', { name: '主菜单' }).getByText('操作日志');
      assert.equal(await entry.count(), there ? 1 : 0);
    });
});

describe('a list', () => {
  const auditor = { login: AUDITOR };
  onPage('keeps its filter in the address: back and reload work', auditor, async ({ page }) => {
    const actor = `account:${PLANNER}`;
    await page.goto(`${CONSOLE}/audit`);
    const rows = page.locator('.sheet tbody tr');
    await rows.first().waitFor();
    await page.getByLabel('操作者').fill(actor);
    await page.keyboard.press('Enter');
    await page.waitForURL(/actor=/);
    await page.waitForFunction((wanted) => [...document.querySelectorAll('.sheet td:nth-child(3)')]
      .every((cell) => cell.textContent.trim() === wanted), actor);
    assert.ok(await rows.count() > 0);
    await page.reload();
    await rows.first().waitFor();
    assert.equal(await page.getByLabel('操作者').inputValue(), actor);
    await page.goBack();
    await page.waitForURL((url) => url.search === '');
    assert.equal(await page.getByLabel('操作者').inputValue(), '');
  });

  onPage('goes forward and back by pages, and says how many there are', { login: AUDITOR },
    async ({ page }) => {
      await page.goto(`${CONSOLE}/audit?limit=20`);
      await page.getByText(/^(共|多于) [\d,]+ 条$/).waitFor();
      const first = () => page.locator('.sheet tbody td').first().textContent();
      await page.locator('.sheet tbody tr').first().waitFor();
      const top = await first();
      await page.getByRole('button', { name: '下一页' }).click();
      await page.getByText('第 2 页').waitFor();
      const changed = (same) => page.waitForFunction(([was, wanted]) =>
        (document.querySelector('.sheet td').textContent === was) === wanted, [top, same]);
      await changed(false);
      await page.getByRole('button', { name: '上一页' }).click();
      await changed(true);
    });

  onPage('comes as a file for a spreadsheet, with its filter', auditor, async ({ page }) => {
    await page.goto(`${CONSOLE}/audit?actor=${PLANNER}`);
    for (const [button, ending] of [['导出 Excel', '.xlsx'], ['导出 CSV', '.csv']]) {
      const [file] = await Promise.all([page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click()]);
      assert.ok(file.suggestedFilename().endsWith(ending), file.suggestedFilename());
    }
  });
});

describe('each page is whole', () => {
  for (const size of [DESK, PHONE])
    for (const [name, address, login, title] of PAGES)
      onPage(`${name} at ${size.name} px`, { login, size }, async (view) => {
        await view.page.goto(CONSOLE + address);
        await heading(view, title);
        await checkConsole(view, name);
      });
});

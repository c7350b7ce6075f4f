// One record in the office's console: made, changed while another changes it, its history told.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESK, openBrowser, PHONE } from './browser.mjs';
import { checkConsole, CONSOLE, heading, onConsole } from './console.mjs';

const PLANNER = 'h410400.planner';
const CODE = `T-CLICK-${Date.now()}`;
const API = `${CONSOLE}/../planner/v1/items/${CODE}`;
const PAGE = { 'X-Liancha-Console': '1' };

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

const onPage = (of, run) => onConsole(browser, { login: PLANNER, ...of }, run);

const button = (page, name) => page.getByRole('button', { name, exact: true });

async function choose(page, label, option) {
  await page.getByLabel(label, { exact: true }).first().click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

// Another planner's change, made while the form is open.
async function changeMeanwhile(page) {
  const read = await page.request.get(API, { headers: PAGE });
  const { specialty, category, method, legal_basis: basis, content } = await read.json();
  const reply = await page.request.put(API, { headers: { ...PAGE, 'If-Match': read.headers().etag },
    data: { specialty, category, method, legal_basis: basis, content, name: '他人改过的事项（样例）' } });
  assert.equal(reply.status(), 201, await reply.text());
}

test('an item is made by clicks, a stale change is shown side by side, the history tells both', () =>
  onPage({ expected: /412/ }, async (view) => {
    const { page } = view;
    await page.goto(`${CONSOLE}/items`);
    await button(page, '新增事项…').click();
    await page.getByLabel('事项编号').last().fill(CODE);
    await button(page, '下一步').click();
    await heading(view, `新增抽查事项 ${CODE}`);
    await choose(page, '专业', '医疗卫生');
    await page.getByLabel('检查事项').fill('逐条录入的事项（样例）');
    await choose(page, '类别', '一般检查事项');
    await choose(page, '方式', '现场检查');
    await page.getByLabel('法律依据').fill('合成样例依据');
    await page.getByLabel('检查内容').fill('合成样例内容');
    await checkConsole(view, 'record-new');
    await button(page, '保存').click();
    await heading(view, '逐条录入的事项（样例）');

    await page.getByRole('link', { name: '修改', exact: true }).click();
    await heading(view, `修改抽查事项 ${CODE}`);
    await page.getByLabel('检查内容').fill('我改的内容（样例）');
    await changeMeanwhile(page);
    await button(page, '保存').click();
    await page.getByRole('heading', { name: '您填写期间，他人已更改此记录' }).waitFor();
    await page.getByRole('cell', { name: '他人改过的事项（样例）' }).waitFor();
    await page.getByRole('cell', { name: '我改的内容（样例）' }).waitFor();
    await checkConsole(view, 'record-stale');
    await button(page, '保留我填写的，核对后再保存').click();
    assert.equal(await page.getByLabel('检查内容').inputValue(), '我改的内容（样例）');
    await page.getByText('停用：此后的检查不再检查此项').click();
    await button(page, '保存').click();

    await heading(view, '逐条录入的事项（样例）');
    await page.getByText('检查内容：合成样例内容 → 我改的内容（样例）').waitFor();
    await page.getByText('检查事项：逐条录入的事项（样例） → 他人改过的事项（样例）').waitFor();
  }));

for (const size of [DESK, PHONE])
  test(`pages of records are whole at ${size.name} px`, () => onPage({ size }, async (view) => {
    const { page } = view;
    await page.goto(`${CONSOLE}/items/${CODE}`);
    await heading(view, '逐条录入的事项（样例）');
    await page.getByRole('heading', { name: '变更记录' }).waitFor();
    await checkConsole(view, 'record-item');
    await page.goto(`${CONSOLE}/directories`);
    await page.locator('tbody a').first().click();
    await heading(view, /的检查对象$/);
    await page.getByRole('link', { name: '修改', exact: true }).first().click();
    await heading(view, /^修改检查对象/);
    await page.getByLabel('地址').waitFor();
    await checkConsole(view, 'record-subject');
  }));

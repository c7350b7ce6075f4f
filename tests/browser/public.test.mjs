// The disclosure pages as a citizen gets them, on a desk and on a phone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { checkPage, DESK, openBrowser, openPage, PHONE, PUBLIC, tabTo } from './browser.mjs';

const RESULT = 'main a[href*="/public/results/"]';
const SUBJECT = 'main a[href*="/public/subjects/"]';
const OBJECT = 'main a[href$="/objection"]';
const CAMPAIGN = 'main a[href*="/public/draws/"]';
const DRAW = 'main a[href*="/public/draws/"]:not([href*=".tar"])';
const HEADER_STOPS = 12; // Tab from the top of a page to its search
const FORM_STOPS = 20; // and from there, past parts of dates, to the results

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

async function go(view, path, status = 200) {
  const response = await view.page.goto(PUBLIC + path);
  assert.equal(response.status(), status, path);
}

// Follows the first link, as a click does; its text.
async function follow(view, selector) {
  const link = view.page.locator(selector).first();
  const text = (await link.textContent()).trim();
  await Promise.all([view.page.waitForURL(await link.evaluate((a) => a.href)), link.click()]);
  return text;
}

async function search(view, words) {
  await view.page.fill('#q', words);
  await Promise.all([view.page.waitForURL(/[?&]q=/), view.page.press('#q', 'Enter')]);
}

function suite(size) {
  describe(`${size.width} px`, () => {
    let view;
    before(async () => { view = await openPage(browser, size); });
    after(() => view?.page.context().close());
    const page = (name, run) => test(name, async () => {
      view.faults.length = 0;
      await run();
      assert.deepEqual(view.faults, []);
    });

    page('the list of results', async () => {
      await go(view, '/');
      await checkPage(view, 'list');
      assert.ok(await view.page.locator(RESULT).count() > 1);
    });

    page('a search that finds, and one that does not', async () => {
      await go(view, '/');
      const name = (await view.page.locator(RESULT).first().textContent()).trim();
      await search(view, name);
      await checkPage(view, 'search');
      const found = await view.page.locator(RESULT).allTextContents();
      assert.ok(found.length > 0, name);
      assert.ok(found.every((text) => text.includes(name)), `${name}: ${found}`);
      await search(view, '没有这样的名称');
      await checkPage(view, 'search-empty');
      assert.equal(await view.page.locator(RESULT).count(), 0);
    });

    page('one result', async () => {
      await go(view, '/');
      const name = await follow(view, RESULT);
      await checkPage(view, 'result');
      assert.ok((await view.page.locator('main').textContent()).includes(name));
    });

    page('all of one enterprise', async () => {
      await go(view, '/');
      await follow(view, RESULT);
      const name = await follow(view, SUBJECT);
      await checkPage(view, 'subject');
      assert.equal(await view.page.locator('h1').textContent(), name);
      assert.ok(await view.page.locator(RESULT).count() > 0);
    });

    page('plans and items, each with its results', async () => {
      for (const [path, key] of [['/plans', 'plan'], ['/items', 'item']]) {
        await go(view, path);
        await checkPage(view, `${key}s`);
        await follow(view, `main a[href*="?${key}="]`);
        assert.equal(await view.page.locator(`input[name=${key}]`).count(), 1);
        await checkPage(view, `${key}-results`);
      }
    });

    page('large print is chosen once, and stays on every page', async () => {
      await go(view, '/');
      await view.page.getByRole('button', { name: '大字版' }).click();
      await go(view, '/draws');
      await checkPage(view, 'large');
      const size = () => view.page.evaluate(() => getComputedStyle(document.body).fontSize);
      assert.equal(await size(), '24px');
      await view.page.getByRole('button', { name: '大字版' }).click();
      assert.equal(await size(), '16px');
    });

    page('the form of an objection, a fault of it, and its receipt', async () => {
      await go(view, '/');
      await follow(view, RESULT);
      await follow(view, OBJECT);
      await checkPage(view, 'objection');
      await view.page.fill('#content', '公示的检查日期与实际不符（样例）');
      await view.page.fill('#name', '样例异议人');
      await view.page.fill('#contact', '\u3000\u3000\u3000\u3000\u3000');
      await view.page.getByRole('button', { name: '提交异议' }).click();
      await view.page.getByRole('alert').getByText('请填写能联系到您').waitFor();
      assert.equal(await view.page.inputValue('#name'), '样例异议人');
      assert.deepEqual(view.faults.splice(0).filter((fault) => !/422/.test(fault)), []);
      await checkPage(view, 'objection-fault');
      await view.page.fill('#contact', '13800000000');
      await Promise.all([view.page.waitForURL(/\/objections\/[\w-]{43}$/),
        view.page.getByRole('button', { name: '提交异议' }).click()]);
      await checkPage(view, 'objection-receipt');
      assert.match(await view.page.locator('main').textContent(), /已收到/);
    });

    page('the draws, the proof of one, and what it drew', async () => {
      await go(view, '/draws');
      await checkPage(view, 'draws');
      await follow(view, CAMPAIGN);
      await checkPage(view, 'proof');
      assert.ok(await view.page.locator('a[href$="/bundle.tar"]').count() > 0);
      await follow(view, DRAW);
      await checkPage(view, 'drawn');
    });

    test('an address that does not exist', async () => {
      view.faults.length = 0;
      await go(view, '/results/999999999', 404);
      await checkPage(view, 'missing');
      assert.deepEqual(view.faults.filter((fault) => !fault.includes('status of 404')), []);
    });
  });
}

suite(DESK);
suite(PHONE);

test('by the keyboard alone: skip link, search, results', async () => {
  const view = await openPage(browser, DESK);
  await go(view, '/');
  assert.equal(await tabTo(view, 'a[href="#main"]', 1), 1);
  await view.page.keyboard.press('Enter');
  assert.equal(await view.page.evaluate(() => document.activeElement.localName), 'main');

  await go(view, '/');
  await tabTo(view, '#q', HEADER_STOPS);
  await view.page.keyboard.type('平顶山');
  await Promise.all([view.page.waitForURL(/[?&]q=/), view.page.keyboard.press('Enter')]);
  await go(view, '/');
  await tabTo(view, '#q', HEADER_STOPS);
  await tabTo(view, RESULT, FORM_STOPS);
  await Promise.all([view.page.waitForURL(/\/results\/[0-9]+$/),
    view.page.keyboard.press('Enter')]);

  await tabTo(view, OBJECT, HEADER_STOPS);
  await Promise.all([view.page.waitForURL(/\/objection$/), view.page.keyboard.press('Enter')]);
  await tabTo(view, '#content', HEADER_STOPS);
  for (const words of ['公示的检查日期与实际不符（样例）', '样例异议人', '13800000000']) {
    await view.page.keyboard.type(words);
    await view.page.keyboard.press('Tab');
  }
  await Promise.all([view.page.waitForURL(/\/objections\//), view.page.keyboard.press('Enter')]);
  assert.deepEqual(view.faults, []);
  await view.page.context().close();
});

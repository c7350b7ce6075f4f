// The check of a draw in the citizen's own browser: a true bundle, forged ones, none, no script.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { rebundle } from '../support/bundle.mjs';
import { checkPage, DESK, openBrowser, openPage, PHONE, PUBLIC, tabTo } from './browser.mjs';

const CAMPAIGN = 'main a[href*="/public/draws/"]';
const BUTTON = '#verify button';
const STATUS = '#verify [role=status]';
const WHOLE_JOB_MS = 20000; // some 35,000 lines in the demo
const STOPS = 400; // Tab from the top of the page, past the links of all strata

let browser;
let proof; // the newest campaign's page
before(async () => {
  browser = await openBrowser();
  const { page } = await openPage(browser, DESK);
  await page.goto(`${PUBLIC}/draws`);
  proof = await page.locator(CAMPAIGN).first().evaluate((a) => a.href);
  await page.context().close();
});
after(() => browser?.close());

async function opened(size = DESK, forge = null) {
  const view = await openPage(browser, size);
  if (forge) {
    await view.page.route('**/bundle.tar', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: forge(await response.body()) });
    });
  }
  await view.page.goto(proof);
  return view;
}

const outcome = (page) =>
  page.waitForSelector('#verify:not([data-state=busy])[data-state]', { timeout: WHOLE_JOB_MS });

// Presses the button and waits; what the section says then.
async function check({ page }) {
  await page.click(BUTTON);
  await outcome(page);
  return { status: await page.textContent(STATUS),
    items: await page.locator('#verify ol li').allTextContents(),
    state: await page.getAttribute('#verify', 'data-state') };
}

for (const size of [DESK, PHONE])
  test(`the true bundle, ${size.name} px`, async () => {
    const view = await opened(size);
    const start = Date.now();
    const { status, items, state } = await check(view);
    console.log(`${Date.now() - start} ms: ${status}`);
    assert.match(status, /^验算通过：/);
    assert.deepEqual([state, items], ['sound', []]);
    await checkPage(view, 'verified');
    // Visits of the demo are still to be made: its teams are held back.
    assert.match(status, /检查组尚未抽取，或尚未公开/);
    assert.match((await check(view)).status, /^验算通过：/, 'once more');
    assert.deepEqual(view.faults, []);
    await view.page.context().close();
  });

const json = (fn) => (archive) => rebundle(archive, 'draw.json', (bytes) => {
  const doc = JSON.parse(bytes.toString('utf8'));
  fn(doc);
  return Buffer.from(JSON.stringify(doc));
});
// One character of a line of the first file of that kind.
const line = (kind, number, from, to) => (archive) => {
  const name = archive.toString('latin1').match(new RegExp(`${kind}-[^\\0]+\\.txt`))[0];
  return rebundle(archive, name, (bytes) => {
    const all = bytes.toString('utf8').split('\n');
    assert.notEqual(all[number - 1].replace(from, to), all[number - 1]);
    all[number - 1] = all[number - 1].replace(from, to);
    return Buffer.from(all.join('\n'));
  });
};
const announced = (fn) => (archive) => rebundle(archive, 'announcement.txt', (bytes) =>
  Buffer.from(fn(bytes.toString('utf8'))));
const other = (hex) => (hex[0] === 'a' ? 'b' : 'a') + hex.slice(1);

const FORGED = {
  'a byte of the snapshot': [line('snapshot', 100, /.$/, '!'),
    /snapshot-.*bytes \d+-\d+.*第 \d+ 至 \d+ 行/],
  'the announcement': [announced((text) => text.replace('latest\t20', 'latest\t21')),
    /announcement\.txt：公告不是公布的那一份/],
  'the public value': [json((doc) => { doc.public_value = other(doc.public_value); }),
    /draw\.json：\/public_value：不是信标这一轮的值/],
  'the seed': [json((doc) => { doc.seed = other(doc.seed); }), /draw\.json：\/seed：.*被改动的是公示的种子/],
  'a roster': [line('roster', 2, /\t1\t(\d+\t\d+\t\d+\t)/, '\t0\t$1'), /roster-.*人员名单不是公告的那一份/],
  'a result': [line('result', 3, /[0-9A-Z]{18}/, '9'.repeat(18)),
    /result-.*line 3, bytes \d+-\d+：.*抽查层 \d{6}\.\w+ 第 \d+ 位 [0-9A-Z]{15,18}/],
};

describe('forged', () => {
  for (const [what, [forge, said]] of Object.entries(FORGED))
    test(what, async () => {
      const view = await opened(DESK, forge);
      const { status, items, state } = await check(view);
      assert.equal(state, 'unsound');
      assert.match(status, /^验算不通过：共 \d+ 处不符/);
      assert.ok(items.some((text) => said.test(text)), items.join('\n'));
      if (what === 'a result') await checkPage(view, 'forged');
      assert.deepEqual(view.faults, []);
      await view.page.context().close();
    });
});

test('the digest that a citizen noted: the same, another, none', async () => {
  const view = await opened();
  const { announcement } = await view.page.evaluate(() =>
    ({ ...document.getElementById('verify').dataset }));
  assert.match((await check(view)).status, /没有提供事先记下的公告摘要/);
  await view.page.fill('#kept-digest', `https://example.invalid/announcements/${announcement}`);
  assert.match((await check(view)).status, /^验算通过.*就是您事先记下的那一份/);
  await view.page.fill('#kept-digest', other(announcement));
  const { state, items } = await check(view);
  assert.equal(state, 'unsound');
  assert.match(items.join(), /公告不是您事先记下的那一份/);
  await view.page.fill('#kept-digest', 'x');
  assert.match((await check(view)).status, /不是公告摘要/);
  await view.page.context().close();
});

test('by the keyboard, with the focus kept, in a live region', async () => {
  const view = await opened();
  await tabTo(view, BUTTON, STOPS);
  await view.page.keyboard.press('Enter');
  await outcome(view.page);
  assert.equal(await view.page.evaluate(() => document.activeElement.localName), 'button');
  assert.match(await view.page.textContent(STATUS), /^验算通过/);
  await view.page.context().close();
});

// Runs in the page: what the bar and the words beside it say, as they change.
function watchProgress() {
  const seen = { values: [], texts: [] };
  const bar = document.querySelector('#verify progress');
  const count = bar.nextElementSibling;
  new MutationObserver(() => { if (bar.position > 0) seen.values.push(bar.position); })
    .observe(bar, { attributes: true });
  new MutationObserver(() => seen.texts.push(count.textContent))
    .observe(count, { childList: true });
  window.seen = seen;
}

test('the bar tells how far it is while workers draw, and never goes back', async () => {
  const view = await opened();
  const { page } = view;
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  let workers = 0;
  page.on('worker', () => { workers++; });
  await page.evaluate(watchProgress);
  assert.match((await check(view)).status, /^验算通过/);
  const { values, texts } = await page.evaluate(() => window.seen);
  assert.ok(workers > 0);
  assert.ok(values.some((at) => at < 1), values.join());
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
  assert.ok(texts.some((text) => /^正在计算抽取 \S+：\d+ \/ \d+ 行$/.test(text)), texts.join('\n'));
  assert.equal(await page.locator('#verify progress').isVisible(), false, 'gone with the verdict');
  assert.deepEqual(view.faults, []);
  await page.context().close();
});

test('a browser without workers draws in the page', async () => {
  const view = await openPage(browser, DESK);
  await view.page.addInitScript(() => { delete window.Worker; });
  await view.page.goto(proof);
  assert.match((await check(view)).status, /^验算通过/);
  assert.deepEqual(view.faults, []);
  await view.page.context().close();
});

test('a bundle that does not come is no verdict', async () => {
  const view = await opened();
  await view.page.route('**/bundle.tar', (route) => route.fulfill({ status: 503, body: '' }));
  const { state, status } = await check(view);
  assert.equal(state, 'failed');
  assert.match(status, /^没有得出结论/);
  await view.page.context().close();
});

test('without script the section says what else there is', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(proof);
  assert.equal(await page.locator(BUTTON).count(), 0);
  assert.match(await page.textContent('#verify'), /lianchactl draw verify/);
  await context.close();
});

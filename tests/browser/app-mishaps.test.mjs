// What happens to the inspector's app: its page is killed while a photo goes up, its clock stands
// wrong, its PIN is forgotten. Nothing is lost by it, and nothing comes twice.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { photo } from '../support/phone/photo.mjs';
import { APP, checkScreen, codeFor, enrol, enrolled, fill, followed, goTo, offline, openSections,
  queued, reopen, setPin, sql, syncNow, unlock, untilQueued } from './app.mjs';
import { openBrowser } from './browser.mjs';

const NOTE = `合成记录 ${randomBytes(4).toString('hex')}`;
const PIECE = 1048576;
const DAY_MS = 86400000;
const OTHER_PIN = '147036';

let browser;
let about; // a section that no other test takes
let phone;

before(async () => {
  browser = await openBrowser();
  const all = openSections();
  about = all[Math.floor(all.length / 2)];
  phone = await enrolled(browser, about, await codeFor(about));
});
after(() => browser?.close());

const noteOf = () => sql(`SELECT note FROM section WHERE id = ${about.section}`)[0][0];

test('a page that is killed during an upload goes on where it was, with no piece and no photo twice',
  async () => {
    const { page } = phone;
    const bytes = Buffer.concat([photo(NOTE), randomBytes(5 * PIECE)]);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const taken = []; // offsets of the pieces that the server has
    let begun = 0;
    let twoThere;
    const two = new Promise((resolve) => { twoThere = resolve; });
    page.on('response', (response) => {
      const request = response.request();
      if (!request.url().includes('/evidence')) return;
      if (request.method() === 'POST' && response.status() === 201) begun++;
      if (request.method() !== 'PATCH' || response.status() !== 204) return;
      taken.push(Number(request.headers()['upload-offset']) / PIECE);
      if (taken.length === 2) twoThere();
    });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Network.enable');
    const line = (upload) => devtools.send('Network.emulateNetworkConditions',
      { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: upload });
    await line(2 * PIECE);
    await goTo(phone, `section/${about.section}`);
    await page.getByLabel('从相册选').setInputFiles({ name: 'a.png', mimeType: 'image/png',
      buffer: bytes });
    await two;
    await page.goto('about:blank');
    assert.ok(taken.length < 5, `${taken}`);
    await line(-1);
    await page.goto(APP);
    await unlock(phone);
    await syncNow(phone);
    // What was on its way when the page died is there, or is sent again; none is taken twice.
    assert.deepEqual(taken, [...new Set(taken)].sort((a, b) => a - b));
    assert.deepEqual([begun, taken[0], taken.at(-1)], [1, 0, 5], `${taken}`);
    assert.deepEqual(sql(`SELECT section_id, verified_at IS NOT NULL FROM evidence
      WHERE sha256 = UNHEX('${sha256}')`), [[String(about.section), '1']]);
    await goTo(phone, `section/${about.section}`);
    await page.getByRole('img', { name: /照片/ }).waitFor();
    assert.equal(await page.getByRole('img', { name: /照片/ }).count(), 1);
  });

for (const [what, ahead] of [['a day slow', -DAY_MS], ['two years fast', 2 * 365 * DAY_MS]])
  test(`a phone whose clock is ${what} hands over all, and the office is told of the clock`,
    async () => {
      const { page } = phone;
      const text = `${NOTE} ${what}`;
      const clock = (by) => page.evaluate((ms) => localStorage.setItem('test-ahead', ms), by);
      await clock(ahead);
      await reopen(phone, `section/${about.section}`);
      await fill(phone, '备注', text);
      await syncNow(phone);
      assert.equal(noteOf(), text);
      const [[off]] = sql(`SELECT k.offset_ms FROM device_clock k
        JOIN device d ON d.id = k.device_id JOIN inspector i ON i.id = d.inspector_id
        WHERE i.card_no = '${about.card}' ORDER BY k.at DESC LIMIT 1`);
      assert.ok(Math.abs(Number(off) - ahead) < 60000, off);
      await clock(0);
      await reopen(phone, `section/${about.section}`);
      assert.equal(await page.getByLabel('备注').inputValue(), text);
      await fill(phone, '当事人陈述', text);
      await syncNow(phone);
      assert.deepEqual(sql(`SELECT note, statement FROM section WHERE id = ${about.section}`),
        [[text, text]]);
    });

test('who forgot the PIN begins anew by another code; what was there opens when it comes to mind',
  async () => {
    const { page } = phone;
    const before = noteOf();
    const kept = await queued(phone);
    await offline(phone, true);
    await reopen(phone, `section/${about.section}`);
    await fill(phone, '备注', `${NOTE} 未上交`);
    await untilQueued(phone, kept + 1);
    await offline(phone, false);
    await page.reload();
    await page.getByText('忘记了 PIN').click();
    await checkScreen(phone, 'forgotten');
    await page.getByRole('button', { name: '另设 PIN，重新登记' }).click();
    await page.getByRole('heading', { name: '设置 PIN' }).waitFor();
    await setPin(phone, OTHER_PIN);
    await enrol(phone, await codeFor(about));
    await goTo(phone, '');
    await followed(phone, about);
    await goTo(phone, `section/${about.section}`);
    await fill(phone, '检查意见', NOTE);
    await syncNow(phone);
    assert.deepEqual(sql(`SELECT note, opinion FROM section WHERE id = ${about.section}`),
      [[before, NOTE]]);

    await page.reload();
    await page.getByRole('button', { name: /^改为打开本机的另一份记录/ }).click();
    await page.waitForFunction(() => localStorage.getItem('store') === 'liancha');
    await unlock(phone, OTHER_PIN);
    await page.getByText('PIN 不对').waitFor();
    await unlock(phone);
    await page.getByRole('navigation', { name: '主菜单' }).waitFor();
    await syncNow(phone);
    assert.deepEqual(sql(`SELECT note, opinion FROM section WHERE id = ${about.section}`),
      [[`${NOTE} 未上交`, NOTE]]);
    const left = phone.faults.filter((fault) => !fault.includes('INTERNET_DISCONNECTED'));
    assert.deepEqual(left, []);
  });

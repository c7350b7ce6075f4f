// What the inspector's app holds fast: a full queue over a new version, another store, a full disk
// and a PIN that somebody tries; two departments at one visit; a lost phone, which holds nothing.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { photo } from '../support/phone/photo.mjs';
import { APP, checkScreen, codeFor, enrolled, fill, goTo, loseDevice, offline, openSections,
  queued, reopen, sql, syncNow, unlock, untilQueued } from './app.mjs';
import { openBrowser } from './browser.mjs';

const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR } = process.env;
const NOTE = `合成记录 ${randomBytes(4).toString('hex')}`;

let browser;
let mine; // one department's section of a joint visit
let theirs; // another department's
let phone;

// The last visit that several departments have before them; other tests take the first ones.
function joint() {
  const all = openSections();
  const [second, first] = all.filter(({ visit }) => all.filter((one) =>
    one.visit === visit).length > 1).reverse();
  return [first, second];
}

before(async () => {
  browser = await openBrowser();
  [mine, theirs] = joint();
  phone = await enrolled(browser, mine, await codeFor(mine));
});
after(() => browser?.close());

// Runs in the page: makes the database anew as its version `number` had it, with `more` stores
// beside, and with all that it holds now. Waits until no page holds it.
async function asVersion({ number, more }) {
  const STORES = { rows: 'key', pieces: ['sha256', 'n'], keys: 'name' }; // of version 1
  const done = (asking, upgrade) => new Promise((resolve, reject) => {
    asking.onsuccess = () => resolve(asking.result);
    asking.onerror = () => reject(asking.error);
    asking.onupgradeneeded = () => upgrade?.(asking.result);
  });
  const old = await done(indexedDB.open('liancha'));
  const kept = await Promise.all(Object.keys(STORES).map(async (name) => [name,
    await done(old.transaction(name).objectStore(name).getAll())]));
  old.close();
  await done(indexedDB.deleteDatabase('liancha'));
  const made = await done(indexedDB.open('liancha', number), (database) => {
    for (const [name, keyPath] of Object.entries({ ...STORES, ...more }))
      database.createObjectStore(name, { keyPath });
  });
  for (const [name, rows] of kept) {
    const transaction = made.transaction(name, 'readwrite');
    await Promise.all(rows.map((row) => done(transaction.objectStore(name).put(row))));
  }
  made.close();
  return kept.map(([name, rows]) => [name, rows.length]);
}

// Runs in the page: writes into a database of its own until there is no room. For half a minute the
// browser believes in the room that it found last.
async function fillUp() {
  const opening = indexedDB.open('filler', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('rows', { autoIncrement: true });
  const database = await new Promise((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const write = () => new Promise((resolve) => {
    const transaction = database.transaction('rows', 'readwrite');
    transaction.objectStore('rows').put(1);
    transaction.oncomplete = () => resolve(true);
    transaction.onabort = () => resolve(false);
  });
  while (await write()) await new Promise((resolve) => { setTimeout(resolve, 250); });
  database.close();
}

describe('a phone with a full queue', () => {
  before(async () => {
    await offline(phone, true);
    await reopen(phone, `section/${mine.section}`);
    await fill(phone, '备注', NOTE);
    await fill(phone, '当事人陈述', NOTE);
    await phone.page.getByLabel('从相册选').setInputFiles({ name: 'a.png', mimeType: 'image/png',
      buffer: photo(NOTE) });
    await phone.page.getByText('待上传').waitFor();
    await untilQueued(phone, 2);
  });

  const whole = async () => {
    const { page } = phone;
    await page.getByRole('heading', { name: '文书' }).waitFor();
    assert.equal(await page.getByLabel('备注').inputValue(), NOTE);
    await page.getByRole('img', { name: /照片/ }).waitFor(); // its bytes are whole
    assert.equal(await queued(phone), 2);
  };

  test('lets a new version wait for its user, who loses nothing by it', async () => {
    const { page } = phone;
    const worker = join(VAR, 'app/sw.js');
    const before = readFileSync(worker);
    try {
      appendFileSync(worker, '// another version\n');
      await reopen(phone, `section/${mine.section}`);
      const update = page.getByRole('button', { name: '更新' });
      await update.waitFor();
      await page.getByLabel('检查意见').fill(NOTE); // typed until the last moment
      await checkScreen(phone, 'update');
      const waiting = () => navigator.serviceWorker.getRegistration().then((one) =>
        one.waiting !== null);
      assert.equal(await page.evaluate(waiting), true);
      await Promise.all([page.waitForEvent('load'), update.click()]);
      await page.getByRole('button', { name: '解锁' }).waitFor();
      assert.equal(await page.evaluate(waiting), false);
    } finally {
      writeFileSync(worker, before);
    }
    await unlock(phone);
    await goTo(phone, `section/${mine.section}`);
    await whole();
    assert.equal(await page.getByLabel('检查意见').inputValue(), NOTE);
  });

  for (const [what, number, more] of [['the first version', 10, {}],
    ['a version that is yet to come', 9990, { later: 'id' }]])
    test(`is whole on a store of ${what}`, async () => {
      await phone.page.goto(`${APP}icon.svg`); // no page of the app holds the store
      const kept = await phone.page.evaluate(asVersion, { number, more });
      assert.ok(kept.every(([, rows]) => rows > 0), `${kept}`);
      await phone.page.goto(APP);
      await unlock(phone);
      await phone.page.getByRole('navigation', { name: '主菜单' }).waitFor();
      await goTo(phone, `section/${mine.section}`);
      await whole();
    });

  test('says what a full disk did not take, keeps it, and writes it when there is room', async () => {
    const { page } = phone;
    const latest = `${NOTE} 满`.repeat(20);
    const devtools = await page.context().newCDPSession(page);
    const quota = (most) => devtools.send('Storage.overrideQuotaForOrigin',
      { origin: ORIGIN, ...most });
    await quota({ quotaSize: 1 });
    await page.evaluate(fillUp);
    await fill(phone, '备注', latest);
    await page.getByText('本机空间已满，最新的记录还没有保存').waitFor();
    await page.getByLabel('从相册选').setInputFiles({ name: 'b.png', mimeType: 'image/png',
      buffer: photo(latest) });
    await page.getByText('照片没有存下').waitFor();
    assert.equal(await page.getByLabel('备注').inputValue(), latest);
    await checkScreen(phone, 'full');
    // A page that still holds what is nowhere else does not go.
    await goTo(phone, 'settings');
    await page.getByRole('button', { name: '锁定' }).click();
    await page.getByRole('heading', { name: '保存和读回' }).waitFor();
    await quota();
    await page.getByText('最新的记录还没有保存').waitFor({ state: 'detached' });
    // Full as it is, the phone can still be opened.
    await quota({ quotaSize: 1 });
    await page.evaluate(fillUp);
    await reopen(phone, `section/${mine.section}`);
    await quota();
    assert.equal(await page.getByLabel('备注').inputValue(), latest);
    await fill(phone, '备注', NOTE);
    await untilQueued(phone, 2);
    await whole();
  });

  test('is not erased by wrong PINs, which only take longer and longer', async () => {
    const { page } = phone;
    await page.reload();
    await page.evaluate(() => { // a clock that is years ahead, for a while
      const now = Date.now;
      globalThis.ahead = 2 * 365 * 86400000;
      Date.now = () => now() + globalThis.ahead;
    });
    for (let n = 0; n < 5; n++) {
      await unlock(phone, '000001');
      await page.getByRole('button', { name: '解锁', disabled: false }).waitFor();
      await page.getByText('PIN 不对').waitFor();
    }
    await page.getByText('以后再试，记录不会丢失').waitFor();
    await unlock(phone); // the right one, too early
    await page.getByText('以后再试，记录不会丢失').waitFor();
    await page.evaluate(() => { globalThis.ahead = 0; });
    await unlock(phone);
    await page.getByRole('alert').waitFor();
    await page.evaluate(() => { globalThis.ahead = 31000; });
    await unlock(phone);
    await page.getByRole('navigation', { name: '主菜单' }).waitFor();
    await goTo(phone, `section/${mine.section}`);
    await whole();
  });
});

test('phones of two departments see each other at one visit, each writes its own section', async () => {
  const other = await enrolled(browser, theirs, await codeFor(theirs));
  await offline(phone, false);
  await reopen(phone, `visit/${mine.visit}`);
  const door = await phone.page.locator('strong', { hasText: /^[A-Z0-9-]{6,}$/ }).first()
    .textContent();
  await goTo(phone, `section/${mine.section}`);
  for (const box of await phone.page.locator('li input[type=checkbox]').all()) await box.check();
  await fill(phone, '检查码', door);
  await phone.page.getByRole('button', { name: '签到', exact: true }).click();
  await phone.page.getByText('到达').first().waitFor();
  await syncNow(phone);
  assert.deepEqual(sql(`SELECT note, opinion, statement FROM section WHERE id = ${mine.section}`),
    [[NOTE, NOTE, NOTE]]);

  await syncNow(other);
  await goTo(other, `visit/${mine.visit}`);
  await other.page.getByText('已到').first().waitFor();
  await other.page.getByText('未到').first().waitFor();
  await checkScreen(other, 'joint');
  assert.equal(await other.page.locator(`a[href="#/section/${mine.section}"]`).count(), 0);
  await other.page.locator(`a[href="#/section/${theirs.section}"]`).click();
  await fill(other, '备注', NOTE);
  await syncNow(other);
  assert.deepEqual(sql(`SELECT note FROM section WHERE id = ${theirs.section}`), [[NOTE]]);
  assert.deepEqual(other.faults, []);
  await other.page.context().close();
});

test('two phones of one section that wrote the same field decide where it stands', async () => {
  const other = await enrolled(browser, mine, await codeFor({ ...mine, card: mine.other }));
  for (const [one, text] of [[phone, '甲的意见'], [other, '乙的意见']]) {
    await offline(one, true);
    await reopen(one, `section/${mine.section}`);
    await fill(one, '检查意见', text);
    await offline(one, false);
  }
  await reopen(phone, 'sync');
  await syncNow(phone);
  await reopen(other, 'sync');
  await syncNow(other);
  const page = other.page;
  await goTo(other, `section/${mine.section}`);
  await page.getByText('现在的值：甲的意见').waitFor();
  await page.getByText(/本机.*填写：乙的意见/).waitFor();
  await checkScreen(other, 'conflict');
  await page.getByRole('button', { name: '改用后填的值' }).click();
  await page.getByText('已作决定，待上交').or(page.getByText('冲突（1）')).first()
    .waitFor({ state: 'visible' });
  await syncNow(other);
  assert.deepEqual(sql(`SELECT opinion, conflicts FROM section WHERE id = ${mine.section}`),
    [['乙的意见', '0']]);
  await page.context().close();
});

test('a lost phone is wiped by the next word of the server, and says so', async () => {
  const { page } = phone;
  await offline(phone, true);
  await reopen(phone, `section/${mine.section}`);
  await fill(phone, '备注', `${NOTE} 未上交`);
  await page.getByLabel('从相册选').setInputFiles({ name: 'c.png', mimeType: 'image/png',
    buffer: photo(`${NOTE} c`) });
  await page.getByText('待上传').waitFor();
  const [[device]] = sql(`SELECT d.id FROM device d JOIN inspector i ON i.id = d.inspector_id
    WHERE i.card_no = '${mine.card}' ORDER BY d.id DESC LIMIT 1`);
  await loseDevice(mine, device);
  await offline(phone, false);
  await page.reload();
  await unlock(phone);
  await page.getByText('本机已被办公室挂失').waitFor();
  await checkScreen(phone, 'lost');
  const left = await page.evaluate(asVersion, { number: 10, more: {} });
  assert.deepEqual(left, [['rows', 0], ['pieces', 0], ['keys', 1]]);
  assert.deepEqual(sql(`SELECT note FROM section WHERE id = ${mine.section}`), [[NOTE]]);
});

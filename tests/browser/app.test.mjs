// The inspector's app in a browser: from the office's code to the sealed section, the first part of
// it without a network, its page killed in the middle; what it keeps is not to be read on the disk.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { photo } from '../support/phone/photo.mjs';
import { APP, checkScreen, codeFor, enrol, goTo, openPhone, openSections, setPin, sql, syncNow,
  unlock, untilQueued } from './app.mjs';
import { openBrowser } from './browser.mjs';

const NOTE = `合成备注 ${randomBytes(4).toString('hex')}`;

let browser;
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

// Runs in the page: all bytes that its databases hold, as text.
async function stored() {
  const database = await new Promise((resolve, reject) => {
    const opening = indexedDB.open('liancha');
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const decoder = new TextDecoder();
  const texts = [];
  const words = (value) => {
    if (value instanceof ArrayBuffer) texts.push(decoder.decode(value));
    else if (value instanceof CryptoKey) texts.push(value.extractable && value.type === 'private'
      ? 'EXTRACTABLE' : '');
    else if (value !== null && typeof value === 'object') Object.values(value).forEach(words);
    else texts.push(String(value));
  };
  for (const name of database.objectStoreNames) {
    const rows = await new Promise((resolve) => {
      const asking = database.transaction(name).objectStore(name).getAll();
      asking.onsuccess = () => resolve(asking.result);
    });
    rows.forEach(words);
    const pair = rows.find((row) => row.pair)?.pair;
    if (pair) words(pair.privateKey);
  }
  database.close();
  return texts.join('\n');
}

test('from the code to the receipt and the sign-off, without a network, with a page that dies', async () => {
  const [about] = openSections();
  const { section, visit, check } = about;
  const phone = await openPhone(browser);
  const { page, faults } = phone;
  const context = page.context();
  await page.goto(APP);
  await setPin(phone, '111111');
  await page.getByText('不能是同一个数字').waitFor();
  await checkScreen(phone, 'pin');
  await setPin(phone);
  await page.getByRole('heading', { name: '登记本机' }).waitFor();
  await checkScreen(phone, 'enrol');
  await enrol(phone, await codeFor(about));
  const mine = page.locator(`a[href="#/visit/${visit}"]`).first();
  await mine.waitFor();
  await checkScreen(phone, 'visits');
  await page.getByRole('link', { name: '附近' }).click();
  await page.getByRole('img', { name: /示意图/ }).waitFor();
  await page.getByText(/^\d+ · [东南西北]+ [\d.]+ (米|公里)/).first().waitFor();
  assert.match(await page.getByRole('link', { name: /^用手机地图打开/ }).first()
    .getAttribute('href'), /^geo:[\d.]+,[\d.]+\?q=/);
  await checkScreen(phone, 'near');
  await page.getByRole('link', { name: '日历' }).click();
  await page.getByRole('table').getByRole('button', { name: /[1-9]\d* 次检查/ }).first().click();
  await page.locator('a.card').first().waitFor();
  await checkScreen(phone, 'calendar');
  await page.getByRole('link', { name: '按日期' }).click();
  await mine.click();
  await page.getByRole('heading', { name: '出示给企业' }).waitFor();
  const [[number]] = sql(`SELECT telephone FROM inspector WHERE card_no = '${about.other}'`);
  assert.equal(await page.getByRole('link', { name: number }).getAttribute('href'),
    `tel:${number.replace('-', '')}`);
  await page.getByRole('heading', { name: '以往检查' }).waitFor();
  await checkScreen(phone, 'visit');
  const door = await page.locator('strong', { hasText: /^[A-Z0-9-]{6,}$/ }).first().textContent();
  await page.locator(`a[href="#/section/${section}"]`).click();
  await page.getByRole('heading', { name: '检查单' }).waitFor();
  await page.waitForFunction(() => !document.body.textContent.includes('正在同步'));

  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await context.setOffline(true);
  await page.getByLabel('备注').fill(NOTE);
  const people = await page.locator('li input[type=checkbox]').all();
  for (const box of people) await box.check();
  await page.getByLabel('检查码').fill(door);
  await page.getByRole('button', { name: '签到', exact: true }).click();
  await page.getByText('到达').first().waitFor();
  await page.getByLabel('从相册选').setInputFiles({ name: 'a.png', mimeType: 'image/png',
    buffer: photo(NOTE) });
  await page.getByText('待上传').waitFor();
  await page.getByRole('button', { name: '录音', exact: true }).click();
  await page.getByText('正在录音，1 秒').waitFor();
  await page.getByRole('button', { name: '停止录音' }).click();
  await page.getByRole('button', { name: /^听.*的录音/ }).click();
  await page.waitForFunction(() => document.querySelector('audio')?.readyState > 0);
  await page.getByRole('button', { name: '登记样品' }).click();
  for (const [label, text] of [['样品编号', 'Y-1'], ['样品名称', '合成样品'], ['样品数量', '2.50'],
    ['单位', '千克'], ['检验机构', '合成检验机构']]) await page.getByLabel(label).fill(text);
  await page.getByRole('button', { name: '移交检验机构' }).click();
  await page.getByText('Y-1 合成样品').waitFor();
  await page.locator(`a[href="#/check/${check}"]`).first().click();
  await page.getByLabel('检查结果').selectOption('1');
  await checkScreen(phone, 'check');
  // The section, the check, photo, voice and sample, and each who arrived.
  await untilQueued(phone, people.length + 5);

  // Killed: the app starts without a network, and has what was recorded, for who knows the PIN.
  await page.goto('about:blank');
  await page.goto(APP);
  await unlock(phone, '000001');
  await page.getByText('PIN 不对').waitFor();
  await unlock(phone);
  await page.locator(`a[href="#/visit/${visit}"]`).first().click();
  await page.locator(`a[href="#/section/${section}"]`).click();
  assert.equal(await page.getByLabel('备注').inputValue(), NOTE);
  await checkScreen(phone, 'section');
  const kept = await page.evaluate(stored);
  assert.ok(kept.length > 1000);
  for (const secret of [NOTE, door, 'access_token', 'EXTRACTABLE', 'IHDR'])
    assert.ok(!kept.includes(secret), `in clear: ${secret}`);
  assert.deepEqual(sql(`SELECT note FROM section WHERE id = ${section}`), [['NULL']]);

  await context.setOffline(false);
  await syncNow(phone);
  await page.getByText('与服务器核对一致').waitFor();
  await checkScreen(phone, 'sync');
  assert.deepEqual(sql(`SELECT note FROM section WHERE id = ${section}`), [[NOTE]]);
  assert.deepEqual(sql(`SELECT result_code FROM check_result WHERE id = ${check}`), [['1']]);
  assert.deepEqual(sql(`SELECT kind, verified_at IS NOT NULL FROM evidence
    WHERE section_id = ${section} AND media_type LIKE 'audio/%'`), [['document', '1']]);
  assert.match(sql(`SELECT body FROM door_record WHERE section_id = ${section}
    AND kind = 'sample'`).join(), /"quantity":"2.5"/);
  const receipt = await page.locator('code').textContent();
  const [[server]] = sql(`SELECT LOWER(HEX(receipt)) FROM device ORDER BY id DESC LIMIT 1`);
  assert.equal(receipt, server);

  // What a sign-off lacks is named and one tap away, until nothing is.
  await goTo(phone, `section/${section}`);
  const sign = page.getByRole('button', { name: '检查人员签字' });
  assert.equal(await sign.isDisabled(), true);
  const lacking = page.getByRole('list', { name: '还缺少' }).getByRole('link');
  for (let left = await lacking.count(); left > 0; left = await lacking.count()) {
    await lacking.first().click();
    await page.getByLabel('检查结果').selectOption('6');
    await page.getByRole('link', { name: '返回检查单' }).click();
    await page.getByRole('heading', { name: '检查单' }).waitFor();
    assert.ok(await lacking.count() < left);
  }
  await page.getByRole('button', { name: '拒绝签字' }).click();
  await page.getByLabel('拒签原因').fill('合成原因');
  await page.getByLabel('见证人').fill('合成见证人');
  await page.getByRole('button', { name: '记录拒签' }).click();
  await page.getByText('拒绝签字：合成原因').waitFor();
  await sign.click();
  await page.getByRole('button', { name: '确定签字' }).click();
  await page.getByText(/未签字|签字待上交|已签字/).first().waitFor();
  await syncNow(phone);
  await page.getByText('与服务器核对一致').waitFor();
  assert.deepEqual(sql(`SELECT state FROM section WHERE id = ${section}`), [['signed']]);

  // The queue as a file: nobody reads it without its password, and nothing comes back twice.
  await page.getByRole('link', { name: '设置' }).click();
  await page.getByLabel('文件口令').fill('合成口令 0123456789');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '保存到文件' }).click();
  const saved = readFileSync(await (await download).path());
  assert.ok(saved.length > 1000 && !saved.includes(NOTE));
  const file = { name: 'a.queue', mimeType: 'application/octet-stream', buffer: saved };
  await page.getByLabel('读回文件').setInputFiles(file);
  await page.getByText('读回 0 条').waitFor();
  await page.getByLabel('文件口令').fill('另一个口令 0123456789');
  await page.getByLabel('读回文件').setInputFiles(file);
  await page.getByText('口令不对').waitFor();
  await checkScreen(phone, 'settings');

  // A start with nothing new takes nothing from the network but the word that there is nothing.
  const fetched = [];
  page.on('response', (response) => {
    if (!response.fromServiceWorker()) fetched.push([response.status(), response.url()]);
  });
  await page.reload();
  const pulled = page.waitForResponse(/\/mobile\/v1\/pull/);
  await unlock(phone);
  await (await pulled).finished();
  assert.deepEqual(fetched.filter(([status, url]) => status !== 304 || !url.includes('/pull')), []);
  assert.deepEqual(faults.filter((fault) => !fault.includes('INTERNET_DISCONNECTED')), []);
  await context.close();
});

// Bytes of a reply as they come over the wire, its head too.
const wireBytes = (url) => new Promise((resolve, reject) => {
  get(url, { agent: false, headers: { 'accept-encoding': 'gzip' } }, (reply) => {
    const { socket, statusCode } = reply;
    assert.equal(statusCode, 200, url);
    reply.resume().on('end', () => resolve(socket.bytesRead)).on('error', reject);
  }).on('error', reject);
});

test('a first start takes 600 KB over the wire at most', async () => {
  const folder = join(process.env.LIANCHA_VAR, 'app');
  const files = readdirSync(folder, { recursive: true })
    .filter((name) => statSync(join(folder, name)).isFile());
  let bytes = 0;
  for (const name of files) bytes += await wireBytes(`${APP}${name}`);
  assert.ok(bytes > 100000 && bytes <= 600 * 1024, `${bytes} bytes`);
});

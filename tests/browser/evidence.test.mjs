// tus-js-client in a real browser, unchanged: a photo is uploaded in pieces, the page dies in the
// middle, and the next page goes on where it was, from what the client remembered.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Client, expectJson, signIn } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { openBrowser, openPage, PHONE } from './browser.mjs';

const PIECE = 1048576;
const SIZE = 5 * PIECE + 123;
const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR, LIANCHA_BIN: BIN,
  LIANCHA_CONFIG: CONFIG } = process.env;
const BASE = `${ORIGIN}/liancha`;
const CLIENT = new URL('node_modules/tus-js-client/dist/tus.min.js', import.meta.url);

let browser;
let phone;
before(async () => {
  phone = await enrol();
  browser = await openBrowser();
});
after(() => browser?.close());

// Of any inspector that there is, by a planner made for this.
async function enrol() {
  const [[card, department]] = execFileSync('mariadb',
    ['--no-defaults', '--batch', '--skip-column-names',
    `--socket=${join(VAR, 'run/mariadb.sock')}`, `--user=${userInfo().username}`, 'liancha',
    '--execute',
    'SELECT i.card_no, d.code FROM inspector i ' +
      'JOIN department d ON d.id = i.department_id LIMIT 1'],
  { encoding: 'utf8' }).trim().split('\n').map((line) => line.split('\t'));
  const login = `browser-${randomBytes(4).toString('hex')}`;
  const { password } = JSON.parse(execFileSync(join(BIN, 'lianchactl'),
    ['--config', CONFIG, '--json',
    'user', 'add', login, '--name', '测试planner', '--department', department, '--roles', 'planner'],
  { encoding: 'utf8' }));
  const office = new Client(BASE);
  office.token = (await signIn(office, login, password)).token;
  const { code } = expectJson(await office.post(`/planner/v1/inspectors/${card}/enrolments`), 201);
  const made = new Phone({ base: BASE });
  await made.enrol(code, '测试浏览器');
  return made;
}

// Runs in the page: the same photo for a seed; dies with the page when `pause` bytes are there.
async function uploadInPage({ token, seed, size, piece, pause }) {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 12)) & 255;
  new DataView(bytes.buffer).setUint32(0, seed);
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
  const digest = (of) => crypto.subtle.digest('SHA-256', of);
  const sha256 = Array.from(new Uint8Array(await digest(bytes)),
    (byte) => byte.toString(16).padStart(2, '0')).join('');
  const file = new File([bytes], '现场照片.jpg', { type: 'image/jpeg', lastModified: 1700000000000 });
  await new Promise((resolve, reject) => {
    const upload = new tus.Upload(file, { endpoint: '/liancha/mobile/v1/evidence', chunkSize: piece,
      headers: { Authorization: `Bearer ${token}` }, metadata: { sha256, filename: file.name },
      async onBeforeRequest(req) {
        if (req.getMethod() !== 'PATCH') return;
        const offset = Number(req.getHeader('Upload-Offset'));
        req.setHeader('Upload-Checksum',
          `sha256 ${encode(await digest(bytes.slice(offset, offset + piece)))}`);
      },
      onChunkComplete(_, accepted) {
        if (accepted === pause) resolve();
      },
      onSuccess: resolve, onError: reject });
    upload.findPreviousUploads().then(([previous]) => {
      if (previous) upload.resumeFromPreviousUpload(previous);
      upload.start();
    });
  });
  return sha256;
}

test('an upload goes on in the next page, with no byte sent twice', async () => {
  const { page, faults } = await openPage(browser, PHONE);
  const offsets = [];
  page.on('response', (response) => {
    const request = response.request();
    if (request.method() === 'PATCH' && response.status() === 204)
      offsets.push(Number(request.headers()['upload-offset']) / PIECE);
  });
  await page.route('**/tus-client', (route) => route.fulfill({ contentType: 'text/html',
    body: '<!DOCTYPE html><html lang="zh-CN"><link rel="icon" href="data:,"><title>测试</title>' +
      '<script src="tus.js"></script>' }));
  await page.route('**/tus.js', (route) => route.fulfill({ contentType: 'text/javascript',
    body: readFileSync(CLIENT) }));
  const seed = randomBytes(4).readUInt32BE(); // what an earlier run uploaded is there already
  const about = { token: phone.token, seed, size: SIZE, piece: PIECE };
  await page.goto(`${BASE}/public/tus-client`);
  await page.evaluate(uploadInPage, { ...about, pause: 2 * PIECE });
  await page.goto(`${BASE}/public/tus-client`); // the first page and its client are gone
  const sha256 = await page.evaluate(uploadInPage, { ...about, pause: null });
  // A piece that was on its way when the page died is there, or is sent again; none is taken twice.
  assert.deepEqual(offsets, [...new Set(offsets)].sort((a, b) => a - b));
  assert.deepEqual([offsets[0], offsets[1], offsets.at(-1)], [0, 1, 5], offsets.join());
  const stored = readFileSync(join(VAR, 'evidence', sha256.slice(0, 2), sha256));
  assert.equal(stored.length, SIZE);
  assert.equal(createHash('sha256').update(stored).digest('hex'), sha256);
  assert.deepEqual(faults, []);
  await page.context().close();
});

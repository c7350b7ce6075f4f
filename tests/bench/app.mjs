// app.mjs - the inspector's app on a phone that holds much: 500 visits, and 300 photos that wait
// for a network. Its pages as they are built, before a server that tells those visits alone.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { openBrowser, PHONE } from '../browser/browser.mjs';
import { photo } from '../support/phone/photo.mjs';
import { median } from './figures.mjs';

const VISITS = 500;
const PHOTOS = 300;
const PHOTO_BYTES = 400000; // as a phone sends them, when they are made smaller
const PIN = '258036';
const SLOW = 4; // times: the phone of a county, beside this machine
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css',
  '.svg': 'image/svg+xml', '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json' };

const named = (code, name) => ({ code, name });
const item = (entity, id, body) => ({ entity, id, seq: id + 1, version: 1, body });

const sectionOf = (n, department) => ({ department, inspectors: [1, 2].map((i) =>
  ({ card_no: `HC-${department.code}-${i}`, name: `合成执法员-${i}`, telephone: null })),
state: 'open', arrived_at: null, left_at: null, note: null, result_class: null, conflicts: 0,
signed_by: null, signed_at: null, review_reason: null, opinion: null, statement: null,
attendance_reason: null });

// A visit of three departments with three items each, as in the main job.
function visit(n) {
  const departments = ['H410402', 'M410400', 'F410400'].map((code) => named(code, `合成部门 ${code}`));
  const day = new Date(Date.UTC(2026, 0, 1 + n % 180)).toISOString().slice(0, 10);
  const items = [item('visit', n, { code: `C-${n}`, planned_on: day, door_code: 'ABCD2345',
    campaign: named('C', '合成批次'), lead_department: departments[0], departments, earlier: [],
    subject: { code: `91410402HC${n}`, name: `合成企业第 ${n} 号`, type: '专科医院',
      address: `河南省平顶山市合成路 ${n} 号`, region: named('410402', '新华区'), lon: 113.3 + n / 1e4,
      lat: 33.7 } })];
  departments.forEach((department, i) => {
    items.push(item('section', 10 * n + i, sectionOf(n, department)));
    for (let k = 0; k < 3; k++)
      items.push(item('check_result', 100 * n + 10 * i + k, { section_id: 10 * n + i,
        result_code: null, problem: null, disposal: null, checklist: null, answers: {},
        item: { id: k, code: `item-${k}`, version: 1, specialty: 'medical', name: `合成事项 ${k}`,
          method: 'onsite', legal_basis: '合成依据'.repeat(8), content: '合成内容'.repeat(20) } }));
  });
  return { feed: `visit:${n}`, reset: true, items };
}

const FEEDS = [{ feed: 'dept:1', reset: true, items: [item('department', 1,
  { ...named('H410402', '合成部门 H410402'), region: named('410402', '新华区') })] },
...Array.from({ length: VISITS }, (_, i) => visit(i + 1))];

const TOKENS = { device_id: 1, access_token: 'a'.repeat(43), refresh_token: 'r'.repeat(43),
  access_expires_at: '2099-01-01T00:00:00.000Z', refresh_expires_at: '2099-01-01T00:00:00.000Z' };

function answer(req) {
  const { pathname, searchParams } = new URL(req.url, 'http://phone');
  if (req.method === 'POST' && pathname.endsWith('/enrolments')) return [201, TOKENS];
  if (!pathname.endsWith('/pull')) return [503];
  const from = Number(searchParams.get('cursor') ?? 0);
  const to = Math.min(from + 100, FEEDS.length);
  return from === FEEDS.length ? [304] : [200, { cursor: String(to), more: to < FEEDS.length,
    feeds: FEEDS.slice(from, to) }];
}

function serve(folder) {
  const server = createServer((req, res) => {
    const path = /^\/liancha\/app\/([\w./-]*)$/.exec(req.url.split('?')[0])?.[1];
    if (path !== undefined && !path.includes('..')) {
      const file = path === '' ? 'index.html' : path;
      res.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      return res.end(readFileSync(join(folder, file)));
    }
    const [status, json] = answer(req);
    res.writeHead(status, json ? { 'content-type': 'application/json' } : { 'retry-after': '9' });
    return res.end(json && JSON.stringify(json));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

// Runs in the page: milliseconds from the PIN to a list that can be used.
async function unlocked(pin) {
  const input = document.querySelector('input[type=password]');
  input.value = pin;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise((resolve) => { setTimeout(resolve); });
  const before = performance.now();
  document.querySelector('button[type=submit]').click();
  await new Promise((resolve) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector('a.card')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(resolve));
    }).observe(document.body, { childList: true, subtree: true });
  });
  return performance.now() - before;
}

// Runs in the page: scrolls a list to its end by a screen each 100 ms; the longest time between two
// pictures, and how often no card was in the middle of the screen.
async function scrolled() {
  let longest = 0;
  let gaps = 0;
  let steps = 0;
  let last = performance.now();
  let going = true;
  const look = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    if (going) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const end = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  for (; !end() && steps < 1000; steps++) {
    scrollBy(0, innerHeight);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
    const seen = [0.3, 0.5, 0.7].some((part) => document
      .elementFromPoint(innerWidth / 2, innerHeight * part)?.closest('a.card, h2'));
    gaps += seen ? 0 : 1;
  }
  going = false;
  return { longest, gaps, steps };
}

async function fill(page) {
  await page.getByLabel('PIN', { exact: true }).fill(PIN);
  await page.getByLabel('再输入一次').fill(PIN);
  await page.getByRole('button', { name: '设置' }).click();
  await page.getByLabel('登记码').fill('ABCD-EFGH');
  await page.getByRole('button', { name: '登记' }).click();
  await page.getByRole('link', { name: /合成企业第 500 号/ }).waitFor({ timeout: 60000 });
  await page.goto(`${page.url().split('#')[0]}#/section/10`);
  const pad = Buffer.alloc(PHOTO_BYTES, 7);
  for (let n = 0; n < PHOTOS; n += 10) {
    await page.getByLabel('从相册选').setInputFiles(Array.from({ length: 10 }, (_, i) => ({
      name: `${n + i}.png`, mimeType: 'image/png',
      buffer: Buffer.concat([photo(`photo ${n + i}`), pad]) })));
    await page.waitForFunction((most) => document.querySelectorAll('main img').length >= most,
      n + 10, { timeout: 60000 });
  }
}

export async function measureApp({ rounds }) {
  const server = await serve(join(process.env.LIANCHA_VAR, 'app'));
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: PHONE, isMobile: true, hasTouch: true });
    const page = await context.newPage();
    const at = `http://127.0.0.1:${server.address().port}/liancha/app/`;
    await page.goto(at);
    await fill(page);
    const devtools = await context.newCDPSession(page);
    const times = { 1: [], [SLOW]: [] };
    let scroll;
    for (let round = 0; round < rounds; round++)
      for (const rate of [1, SLOW]) {
        await devtools.send('Emulation.setCPUThrottlingRate', { rate });
        await page.goto('about:blank');
        await page.goto(at);
        await page.getByRole('heading', { name: '输入 PIN' }).waitFor();
        const shown = await page.evaluate(() => performance.now());
        const opened = await page.evaluate(unlocked, PIN);
        times[rate].push({ shown, opened });
        if (rate === SLOW) scroll = await page.evaluate(scrolled);
      }
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
    assert.equal(scroll.gaps, 0, 'no card in the middle of the screen');
    return report(times, scroll);
  } finally {
    await browser.close();
    server.close();
  }
}

function report(times, scroll) {
  const of = (rate, name) => Math.round(median(times[rate].map((one) => one[name])));
  const result = { visits: VISITS, photos: PHOTOS, scroll };
  console.log(`\napp: ${VISITS} visits, ${PHOTOS} photos that wait; milliseconds`);
  for (const [rate, name] of [[1, 'this machine'], [SLOW, `${SLOW} times slower`]]) {
    result[name] = { shown: of(rate, 'shown'), opened: of(rate, 'opened') };
    console.log(`  ${name.padEnd(15)} until the PIN is asked ${result[name].shown}, from the PIN ` +
      `to the list ${result[name].opened}`);
  }
  console.log(`  scrolling, slower: ${scroll.steps} screens, without a gap, at most ` +
    `${Math.round(scroll.longest)} between two pictures`);
  return result;
}

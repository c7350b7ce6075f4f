// app.mjs - the inspector's app in a browser: whom a phone is for, its code, what it keeps.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Client, expectJson, signIn } from '../support/http.mjs';
import { openPage, PHONE, severe } from './browser.mjs';

const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR, LIANCHA_BIN: BIN,
  LIANCHA_CONFIG: CONFIG } = process.env;
export const BASE = `${ORIGIN}/liancha`;
export const APP = `${BASE}/app/`;
export const PIN = '258036';

export const sql = (query) => execFileSync('mariadb', ['--no-defaults', '--batch',
  '--skip-column-names', `--socket=${join(VAR, 'run/mariadb.sock')}`,
  `--user=${userInfo().username}`, 'liancha', '--execute', query], { encoding: 'utf8' })
  .split('\n').filter((line) => line !== '').map((line) => line.split('\t'));

const offices = new Map(); // by department

// Signed in as a planner of that department.
async function officeOf(department) {
  if (!offices.has(department)) {
    const login = `app-${randomBytes(4).toString('hex')}`;
    const { password } = JSON.parse(execFileSync(join(BIN, 'lianchactl'), ['--config', CONFIG,
      '--json', 'user', 'add', login, '--name', '测试planner', '--department', department,
      '--roles', 'planner'], { encoding: 'utf8' }));
    const office = new Client(BASE);
    office.token = (await signIn(office, login, password)).token;
    offices.set(department, office);
  }
  return offices.get(department);
}

// A code for the phone of an inspector.
export async function codeFor({ card, department }) {
  const office = await officeOf(department);
  return expectJson(await office.post(`/planner/v1/inspectors/${card}/enrolments`), 201).code;
}

export async function loseDevice({ department }, device) {
  const office = await officeOf(department);
  expectJson(await office.post(`/planner/v1/devices/${device}/revocation`, { state: 'lost' }));
}

// The open sections of dispatched visits that nobody wrote to, those of a visit side by side.
export function openSections() {
  return sql(`SELECT v.id, s.id, d.code, MIN(i.card_no), MAX(i.card_no), MIN(c.id) FROM section s
    JOIN visit v ON v.id = s.visit_id JOIN department d ON d.id = s.department_id
    JOIN assignment a ON a.section_id = s.id JOIN inspector i ON i.id = a.inspector_id
    JOIN check_result c ON c.section_id = s.id
    WHERE s.state = 'open' AND v.state = 'dispatched' AND s.version = 0
      AND i.department_id = d.id GROUP BY v.id, s.id, d.code ORDER BY v.id, s.id`)
    .map(([visit, section, department, card, other, check]) => ({ visit: Number(visit),
      section: Number(section), department, card, other, check: Number(check) }));
}

// A browser of its own for a phone. `localStorage['test-offline']`: it believes to have no network;
// `test-ahead`: by how many milliseconds its clock is ahead.
export async function openPhone(browser, size = PHONE) {
  const phone = await openPage(browser, size);
  const context = phone.page.context();
  await context.grantPermissions(['geolocation', 'microphone'], { origin: ORIGIN });
  await context.setGeolocation({ longitude: 113.3, latitude: 33.7, accuracy: 20 });
  await context.addInitScript(() => {
    if (location.protocol.startsWith('http') && localStorage.getItem('test-offline') === '1')
      Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false });
    const ahead = location.protocol.startsWith('http') &&
      Number(localStorage.getItem('test-ahead') ?? 0);
    if (!ahead) return;
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...parts) { super(...(parts.length > 0 ? parts : [Right.now() + ahead])); }

      static now() { return Right.now() + ahead; }
    };
  });
  return phone;
}

export async function setPin({ page }, pin = PIN, again = pin) {
  await page.getByLabel('PIN', { exact: true }).fill(pin);
  await page.getByLabel('再输入一次').fill(again);
  await page.getByRole('button', { name: '设置' }).click();
}

export async function unlock({ page }, pin = PIN) {
  await page.getByLabel('PIN').fill(pin);
  await page.getByRole('button', { name: '解锁' }).click();
}

export async function enrol({ page }, code) {
  await page.getByLabel('登记码').fill(code);
  await page.getByRole('button', { name: '登记' }).click();
}

// A phone of its own that follows the visit of a section.
export async function enrolled(browser, about, code) {
  const one = await openPhone(browser);
  await one.page.goto(APP);
  await setPin(one);
  await enrol(one, code);
  await followed(one, about);
  return one;
}

export async function followed({ page }, { visit }) {
  await page.locator(`a[href="#/visit/${visit}"]`).first().waitFor();
  await page.waitForFunction(() => !document.body.textContent.includes('正在同步'));
}

export const offline = ({ page }, is) =>
  page.evaluate((flag) => localStorage.setItem('test-offline', flag), is ? '1' : '0');

// Loads the page anew, unlocks it, and goes to that place.
export async function reopen(one, place) {
  await one.page.reload();
  await unlock(one);
  await one.page.getByRole('navigation', { name: '主菜单' }).waitFor();
  await goTo(one, place);
}

export async function fill({ page }, label, text) {
  await page.getByLabel(label).fill(text);
  await page.getByLabel(label).blur();
}

// No page is loaded anew.
export const goTo = ({ page }, place) => page.goto(`${APP}#/${place}`);

export async function syncNow(phone) {
  const { page } = phone;
  await goTo(phone, 'sync');
  await page.getByRole('button', { name: '立即同步' }).click();
  await page.getByText('待上交：0 条记录，0 个文件').waitFor();
  await page.getByRole('button', { name: '立即同步' }).waitFor();
}

// How many operations are in the queue on the disk.
export function queued({ page }) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    const opening = indexedDB.open('liancha');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const asking = opening.result.transaction('rows').objectStore('rows')
        .count(IDBKeyRange.bound('op:', 'op:\uffff'));
      asking.onsuccess = () => {
        opening.result.close();
        resolve(asking.result);
      };
    };
  }));
}

// Waits until so many are.
export async function untilQueued(phone, expected) {
  for (let n = 0; await queued(phone) !== expected; n++) {
    assert.ok(n < 100, `${await queued(phone)} operations on the disk, not ${expected}`);
    await phone.page.waitForTimeout(100);
  }
}

export const shot = ({ page }, name) => page.screenshot({ fullPage: true,
  path: join(VAR, 'browser', `app-${name}.png`) });

// The screen as it stands: nothing serious for axe-core, dark too; one h1; no scrolling sideways on
// a small phone or a tablet; targets for a thumb. Takes its pictures.
export async function checkScreen(phone, name) {
  const { page } = phone;
  const { width, height } = page.viewportSize();
  const toggle = () => document.documentElement.classList.toggle('dark');
  assert.deepEqual(await severe(page), [], name);
  await page.evaluate(toggle);
  assert.deepEqual(await severe(page, ['color-contrast']), [], `${name}, in dark`);
  await page.evaluate(toggle);
  for (const wide of [320, 820]) {
    await page.setViewportSize({ width: wide, height });
    assert.deepEqual(await page.evaluate(look), { sideways: 0, headings: 1, small: [] },
      `${name} at ${wide} px`);
    if (wide === 820) await shot(phone, `${name}-820`);
  }
  await page.setViewportSize({ width, height });
  await shot(phone, name);
}

// Runs in the page.
function look() {
  const root = document.documentElement;
  const small = [...document.querySelectorAll('a, button, select, textarea, summary, .pick, ' +
    'input:not([type=checkbox], [type=radio], [type=file])')].filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && (height < 44 || width < 44);
  }).map((element) => element.outerHTML.slice(0, 100));
  return { sideways: Math.max(root.scrollWidth - root.clientWidth, 0),
    headings: document.querySelectorAll('h1').length, small };
}

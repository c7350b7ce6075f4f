// console.mjs - the office's pages in a browser: signed in as an account; what holds for each page.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DESK, openPage, severe } from './browser.mjs';

const { LIANCHA_BASE_URL: ORIGIN, LIANCHA_VAR: VAR } = process.env;
const SHOTS = join(VAR, 'screens');
export const CONSOLE = `${ORIGIN}/liancha/console`;

// Of the demo, made by conf/main-job: department.role.
export function passwordOf(login) {
  return JSON.parse(readFileSync(join(VAR, 'demo-accounts.json'), 'utf8')).accounts[login];
}

export async function fillSignIn({ page }, login, password = passwordOf(login)) {
  await page.getByLabel('登录名').fill(login);
  await page.getByLabel('密码').fill(password);
  await page.keyboard.press('Enter');
}

const cookies = new Map(); // of logins: signing in is made to be slow

// A page of that size, signed in. It has the members of openPage.
export async function openConsole(browser, size, login) {
  const view = await openPage(browser, size);
  if (cookies.has(login)) {
    await view.page.context().addCookies(cookies.get(login));
    return view;
  }
  await view.page.goto(`${CONSOLE}/sign-in`);
  await fillSignIn(view, login);
  await heading(view, '工作台');
  cookies.set(login, await view.page.context().cookies());
  return view;
}

const contexts = new Map(); // by account and size

// Runs on a page of that size, signed in as that account if one is named; whatever went wrong on it
// fails, but what `expected` says. As in an official's own browser, what was loaded once is there
// for the next page, which halves the work; who ends its session asks for a context of its `own`.
export async function onConsole(browser, { login, size = DESK, expected, own = !login }, run) {
  const key = `${login} ${size.name}`;
  let view;
  if (!own && contexts.has(key)) view = await openPage(browser, size, contexts.get(key));
  else if (login) view = await openConsole(browser, size, login);
  else view = await openPage(browser, size);
  if (!own) contexts.set(key, view.page.context());
  try {
    await run(view);
    assert.deepEqual(view.faults.filter((fault) => !expected?.test(fault)), []);
  } finally {
    await (own ? view.page.context() : view.page).close();
  }
}

// Waits for the page of that heading.
export const heading = ({ page }, name) =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

// Waits until the page is at rest: nothing moves, nothing is being read unless a dialog holds it.
async function settle({ page }) {
  if (await page.getByRole('dialog').count() === 0) {
    await page.waitForLoadState('networkidle');
    await page.waitForFunction(() =>
      !document.querySelector('[aria-busy="true"], .el-skeleton'));
  }
  await page.waitForFunction(() => document.getAnimations()
    .every(({ playState }) => playState !== 'running'));
}

// What of the page is seen without scrolling, as the README shows it.
export async function takePicture(view, name) {
  await settle(view);
  mkdirSync(SHOTS, { recursive: true });
  await view.page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

// The page as it stands: nothing serious for axe-core, one h1, a title, no scrolling sideways;
// takes its picture.
export async function checkConsole(view, name) {
  const { page, size } = view;
  await settle(view);
  const violations = await severe(page);
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}-${size}.png`), fullPage: true });
  assert.deepEqual(violations, [], name);
  const about = await page.evaluate(() => ({ title: document.title,
    h1: document.querySelectorAll('h1').length,
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth }));
  assert.match(about.title, /\p{Script=Han}.* — 联查$/u, name);
  assert.equal(about.h1, 1, `one h1: ${name}`);
  assert.ok(about.wide <= 0, `scrolls sideways: ${name} at ${size} px`);
}

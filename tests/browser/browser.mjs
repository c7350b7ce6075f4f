// browser.mjs - Chromium and a page that remembers everything that went wrong on it.
//
// LIANCHA_BASE_URL names the running Liancha; screenshots go to browser/ of LIANCHA_VAR.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
  '--use-fake-device-for-media-stream'];
const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
const SEVERE = ['serious', 'critical'];
const PATIENCE_MS = 15000;
export const DESK = { name: '1280', width: 1280, height: 900 };
export const PHONE = { name: '390', width: 390, height: 844 };

function setting(name) {
  if (!process.env[name]) throw new Error(`${name} is not set: it names a running Liancha`);
  return process.env[name];
}

const ORIGIN = setting('LIANCHA_BASE_URL');
const SHOTS = join(setting('LIANCHA_VAR'), 'browser');
export const PUBLIC = `${ORIGIN}/liancha/public`;

export function openBrowser() {
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS, timeout: 60000 });
}

// Runs in the page, before anything of it.
function reportViolations() {
  document.addEventListener('securitypolicyviolation', (event) =>
    console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
}

async function openContext(browser, { width, height }) {
  const phone = width === PHONE.width;
  const context = await browser.newContext({ viewport: { width, height }, locale: 'zh-CN',
    isMobile: phone, hasTouch: phone });
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(reportViolations);
  return context;
}

// A page of that size, in a context of its own or in one that another page of that size had;
// `faults` gets a line for each console error, violation of the content security policy, exception,
// failed request, and request to another site.
export async function openPage(browser, size, kept) {
  const page = await (kept ?? await openContext(browser, size)).newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) {
      faults.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
  page.on('requestfailed', (request) => {
    const { errorText } = request.failure();
    // Aborted: the page was left before its icon came.
    if (errorText !== 'net::ERR_ABORTED') faults.push(`failed: ${request.url()} ${errorText}`);
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== ORIGIN) faults.push(`elsewhere: ${request.url()}`);
  });
  return { page, faults, size: size.width };
}

// Runs in the page: what a reader without a mouse or without eyes depends on.
function inspect() {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (element) => element.getClientRects().length > 0;
  const name = (element) => `<${element.localName} id="${element.id}">${element.textContent.trim()
    .slice(0, 30)}`;
  const root = document.documentElement;
  const labelled = (field) => field.labels?.length > 0 || field.getAttribute('aria-label');
  return {
    language: root.lang,
    title: document.title,
    headings: all('h1, h2, h3, h4, h5, h6').filter(seen)
      .map((h) => ({ level: Number(h.localName[1]), text: h.textContent.trim() })),
    landmarks: ['main', 'nav', 'header', 'footer'].filter((tag) => all(tag).length === 0),
    nameless: [
      ...all('a, button').filter((e) => seen(e) && !e.textContent.trim() && !e.ariaLabel),
      ...all('input:not([type=hidden]), select, textarea').filter((e) => !labelled(e)),
      ...all('img:not([alt])'), ...all('th:not([scope])'),
    ].map(name),
    wide: root.scrollWidth > root.clientWidth
      ? all('body *').filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
        .map(name).slice(0, 5).concat(`${root.scrollWidth} > ${root.clientWidth}`) : [],
  };
}

// What axe-core finds serious or critical on the page as it stands, by these rules.
export async function severe(page, runOnly = RULES) {
  await page.evaluate(AXE);
  const violations = await page.evaluate(async (rules) => (await globalThis.axe.run(
    document.querySelector('[role="dialog"]') ?? document, // what a dialog covers is out of reach
    { runOnly: rules, resultTypes: ['violations'] })).violations, runOnly);
  return violations.filter(({ impact }) => SEVERE.includes(impact)).map((v) =>
    `${v.id}: ${v.nodes.slice(0, 3).map(({ html }) => html.slice(0, 200)).join(' | ')}`);
}

function checkHeadings(headings, where) {
  assert.equal(headings.filter(({ level }) => level === 1).length, 1, `one h1: ${where}`);
  assert.equal(headings[0].level, 1, `the h1 comes first: ${where}`);
  headings.forEach(({ level, text }, i) => {
    assert.ok(text, `an empty heading: ${where}`);
    assert.ok(i === 0 || level <= headings[i - 1].level + 1,
      `a level is left out: ${where}: ${text}`);
  });
}

// The page as it stands now: its language, headings, names, width; takes its picture.
export async function checkPage({ page, size }, name) {
  const where = `${page.url()} at ${size} px`;
  const found = await page.evaluate(inspect);
  assert.equal(found.language, 'zh-CN', where);
  assert.match(found.title, /\p{Script=Han}/u, where);
  assert.deepEqual(found.landmarks, [], `landmarks that are missing: ${where}`);
  assert.deepEqual(found.nameless, [], `without a name or a scope: ${where}`);
  assert.deepEqual(found.wide, [], `scrolls sideways: ${where}`);
  checkHeadings(found.headings, where);
  await page.screenshot({ path: join(SHOTS, `${name}-${size}.png`), fullPage: true });
}

// Presses Tab until `selector` has the focus; at each stop the focus can be seen.
export async function tabTo({ page }, selector, most) {
  for (let n = 1; n <= most; n++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      return { there: element.matches(wanted), what: element.outerHTML.slice(0, 200),
        // Chromium marks the part of a date that has the focus, not the field.
        shown: (element.type === 'date' ||
            (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0)) && box.width > 0 &&
          box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight };
    }, selector);
    assert.ok(at.shown, `the focus cannot be seen: ${at.what}`);
    if (at.there) return n;
  }
  return assert.fail(`Tab does not reach ${selector} in ${most} steps`);
}

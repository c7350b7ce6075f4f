// page.mjs - the check of a campaign's bundle as a citizen makes it: the page's own, in Chromium.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { DESK, openBrowser, openPage, PUBLIC } from '../browser/browser.mjs';

const PATIENCE_MS = 600000;
const CHILDREN = (pid) => readdirSync(`/proc/${pid}/task`).flatMap((task) =>
  readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean));

// Processor seconds of all processes below this one.
const spent = (pid = process.pid) => CHILDREN(pid).reduce((sum, child) => {
  const fields = readFileSync(`/proc/${child}/stat`, 'utf8').split(') ').at(-1).split(' ');
  return sum + (Number(fields[11]) + Number(fields[12])) / 100 + spent(child);
}, 0);

// {page, processor}: seconds by the page's own clock, behind the download, and of all processors.
export async function checkInPage(campaign) {
  const browser = await openBrowser();
  try {
    const { page, faults } = await openPage(browser, DESK);
    await page.goto(`${PUBLIC}/draws/${campaign}`);
    const before = spent();
    await page.click('#verify button');
    await page.waitForSelector('#verify:not([data-state=busy])[data-state]',
      { timeout: PATIENCE_MS });
    const processor = spent() - before;
    const said = await page.textContent('#verify [role=status]');
    assert.match(said, /^验算通过/, said);
    assert.deepEqual(faults, []);
    return { page: Number(said.match(/用时 ([0-9.]+) 秒/)[1]), processor };
  } finally {
    await browser.close();
  }
}

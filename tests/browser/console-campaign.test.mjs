// One campaign of three departments by clicks alone: from the files of an office through plan,
// announcement, the value that two departments type, visits and reviews to the publication. Only
// the phones are programs, with the codes that the pages show.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { answerFields, answersOf } from '../../conf/main-job/answers.mjs';
import { recordAttendance } from '../../conf/main-job/door.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { Phone } from '../support/phone.mjs';
import { DESK, openBrowser } from './browser.mjs';
import { checkConsole, CONSOLE, heading, openConsole } from './console.mjs';

const BASE = `${process.env.LIANCHA_BASE_URL}/liancha`;
const RUN = String(Date.now()).slice(-6);
const DAY = today();
const REGION = '410400';
const NAME = `三部门联合抽查（样例 ${RUN}）`;
const VALUE = '03 08 14 19 25 31 07'; // of the lottery, which both type
const MINUTE = 60000;

// The first initiates. Two enterprises that all three have, of which each draws one.
const DEPARTMENTS = [
  { code: 'H410400', name: '平顶山市卫生健康委员会', specialty: 'medical', word: '医疗卫生' },
  { code: 'M410400', name: '平顶山市市场监督管理局', specialty: 'food_service', word: '餐饮服务食品安全' },
  { code: 'F410400', name: '平顶山市消防救援支队', specialty: 'fire_safety', word: '消防安全' },
].map((department, i) => ({ ...department, directory: `T-${department.code}-${RUN}`,
  list: `样例名录 ${department.code} ${RUN}`,
  plan: `${REGION}${DAY.slice(0, 4)}8${String((Number(RUN) + i) % 1000).padStart(3, '0')}` }));
const CODES = [1, 2].map((i) => makeUscc('91', REGION, Number(RUN) % 400000 * 2 + i));
const CAMPAIGN = `C${REGION}${DAY.replaceAll('-', '')}8${RUN.slice(-3)}`;
const SOON = new Date(Date.parse(DAY) + 60 * 86400000).toISOString().slice(0, 10);
const LATER = `${Number(DAY.slice(0, 4)) + 1}-12-31`;

const csv = (rows) => Buffer.from([Object.keys(rows[0]), ...rows.map((row) => Object.values(row))]
  .map((line) => `${line.join()}\n`).join(''));

const filesOf = ({ code, name, directory, list, specialty }) => [
  ['名录', csv([{ code: directory, name: list, refreshed_on: DAY }])],
  ['检查对象', csv(CODES.map((uscc, i) => ({ code: uscc, name: `联合样例${i}号 ${RUN}`, type: '综合体',
    address: `合成样例路${i}号`, region: REGION, lon: 113.3, lat: 33.7, state: 'open',
    credit_class: 'B', key: 0, complaints: 0, specialties: specialty, verified_on: DAY,
    synthetic: 1 })))],
  ['执法检查人员', csv([1, 2].map((i) => ({ card_no: `T-${code}-${RUN}-${i}`,
    name: `样例员${name.slice(4, 6)}${i}`, card_expires_on: LATER, specialties: specialty,
    areas: REGION, on_duty: 1, max_daily: 4, max_total: 200, synthetic: 1 })))],
];

let browser;
const views = new Map();
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

// The page of an account, signed in once.
async function as(department, role) {
  const login = `${department.code.toLowerCase()}.${role}`;
  if (!views.has(login)) views.set(login, await openConsole(browser, DESK, login));
  return views.get(login);
}

const button = (page, name) => page.getByRole('button', { name, exact: true });
const go = ({ page }, path) => page.goto(CONSOLE + path);

async function confirm(page, label) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: label, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

async function choose(page, label, option) {
  // A chosen value lies over the field.
  await page.getByLabel(label, { exact: true }).first().click({ force: true });
  const wanted = page.getByRole('option', { name: option, exact: true });
  await wanted.click();
  await wanted.waitFor({ state: 'hidden' }); // what folds lies over the next field
}

async function importFile(view, department, kind, buffer) {
  const { page } = view;
  await go(view, '/import');
  await choose(page, '文件的内容', kind);
  if (kind === '检查对象') await choose(page, '名录', department.list);
  await page.locator('#import-file').setInputFiles({ name: `${kind}.csv`, mimeType: 'text/csv',
    buffer });
  await button(page, '导入').click();
  await page.waitForURL(/\/imports\/\d+$/);
  await page.getByText('拒绝').first().waitFor();
}

async function makePlan(view, { list, plan, word }) {
  const { page } = view;
  await go(view, '/plans/new');
  await page.getByLabel('计划编号').fill(plan);
  await choose(page, '名录', list);
  await page.getByLabel('计划名称').fill(`样例计划 ${plan}`);
  await page.getByLabel('截止日期').first().fill(dayText(LATER));
  await page.keyboard.press('Enter');
  await button(page, '添加一行').click();
  await choose(page, '第 1 行的区划', '平顶山市');
  await choose(page, '第 1 行的专业', word);
  await page.getByLabel('第 1 行的数量').fill('1');
  await button(page, '建立计划').click();
  await heading(view, `样例计划 ${plan}`);
  await button(page, '报备…').click();
  await confirm(page, '报备');
}

async function beginCampaign(view) {
  const { page } = view;
  await go(view, '/campaigns/new');
  await page.getByLabel('编号', { exact: true }).fill(CAMPAIGN);
  await page.getByLabel('名称', { exact: true }).fill(NAME);
  for (const { plan } of DEPARTMENTS) {
    await page.getByRole('combobox', { name: '参加的计划' }).fill(plan);
    await page.getByRole('option').filter({ hasText: plan }).first().click();
  }
  await page.keyboard.press('Escape');
  await button(page, '发起').click();
  await heading(view, NAME);
}

async function freeze(department) {
  const view = await as(department, 'planner');
  await go(view, `/campaigns/${CAMPAIGN}`);
  await button(view.page, '冻结…').click();
  await confirm(view.page, '冻结');
}

const dayText = (day) => day.replace(/(\d+)-(\d+)-(\d+)/, '$1年$2月$3日');
const official = (ms) => new Date(ms + 8 * 60 * MINUTE).toISOString();
const timeText = (ms) => official(ms)
  .replace(/^(\d+)-(\d+)-(\d+)T([\d:]+)\..*/, '$1年$2月$3日 $4');

async function fillTime(page, label, ms) {
  await page.getByLabel(label, { exact: true }).fill(timeText(ms));
  await page.keyboard.press('Enter');
}

// `pace`: what a round of the three departments takes here, so that the times leave room.
async function announce(view, pace) {
  const { page } = view;
  await go(view, `/campaigns/${CAMPAIGN}`);
  await page.getByLabel('来源', { exact: true }).fill('双色球（样例）');
  await page.getByLabel('期号或轮次', { exact: true }).fill('2026001');
  await page.getByLabel('形式', { exact: true }).fill('6x01-33<+1x01-16');
  await page.getByLabel('公布处', { exact: true }).fill('样例公布处');
  await page.getByLabel('抽检查组用的期号或轮次', { exact: true }).fill('2026002');
  await page.getByRole('combobox', { name: '录入部门' }).click();
  for (const { name } of DEPARTMENTS.slice(0, 2))
    await page.getByRole('option', { name, exact: true }).click();
  await page.keyboard.press('Escape');
  const at = Math.ceil((Date.now() + pace) / 1000) * 1000;
  await fillTime(page, '公共随机值公布的时间', at);
  await fillTime(page, '抽检查组的公共随机值公布的时间', at + 3 * pace);
  await button(page, '公告…').click();
  await confirm(page, '公告');
  await page.getByRole('heading', { name: '公开的证明' }).waitFor();
}

// Both departments type it once its time has come: the page itself counts down.
async function typeValue(pace) {
  for (const department of DEPARTMENTS.slice(0, 2)) {
    const view = await as(department, 'planner');
    await go(view, `/campaigns/${CAMPAIGN}`);
    const field = view.page.getByLabel('公共随机值', { exact: true });
    await field.fill(VALUE, { timeout: 4 * pace });
    await button(view.page, '提交').click();
    await field.waitFor({ state: 'detached' }); // typed, and by the second drawn
  }
}

async function afterDraw(view) {
  const { page } = view;
  await go(view, `/campaigns/${CAMPAIGN}`);
  await button(page, '生成入企检查…').click();
  await confirm(page, '生成');
  await button(page, '封存…').click();
  await confirm(page, '封存');
}

// Consent, a plan beside all that stands, its publication, which a second look finds in force.
async function planJointly(view) {
  const { page } = view;
  await go(view, '/joint');
  await page.getByRole('row').filter({ hasText: CAMPAIGN }).getByRole('button', { name: '参加…' })
    .click();
  await button(page, `${CAMPAIGN} 参加统筹排期`).click();
  await page.getByRole('row').filter({ hasText: CAMPAIGN }).getByRole('button', { name: '退出…' })
    .waitFor();
  await page.getByLabel('截止日期', { exact: true }).fill(dayText(SOON));
  await page.keyboard.press('Enter');
  await button(page, '预览').click();
  await page.getByRole('heading', { name: '排期结果' }).waitFor();
  await checkConsole(view, 'joint-plan');
  await button(page, '发布…').click();
  await confirm(page, '发布');
  await page.getByText('统筹排期已发布').first().waitFor();
  await button(page, '预览').click();
  await page.getByText('没有一次检查的日期会变。').waitFor();
}

const REFUSED = /status of 422 .*\/visits\/[^/]+\/move$/; // as decideByHand wants it

// A visit's day is kept from schedules, and given back; a day that breaks a rule is refused.
async function decideByHand(view) {
  const { page } = view;
  await go(view, `/campaigns/${CAMPAIGN}/visits`);
  await page.locator('tbody a[href*="/visits/"]').first().click();
  await page.getByRole('heading', { name: '改期' }).waitFor();
  for (const [label, next] of [['锁定日期', '解除锁定'], ['解除锁定', '锁定日期']]) {
    await button(page, `${label}…`).click();
    const asked = page.getByRole('dialog');
    await asked.getByLabel('理由').fill('企业当日盘点');
    await button(asked, label).click();
    await button(page, `${next}…`).waitFor();
  }
  await checkConsole(view, 'visit-by-hand');
  await page.getByLabel('检查日期').first().fill(dayText('2026-01-04'));
  await page.keyboard.press('Enter');
  await page.getByLabel('理由').first().fill('企业申请改期');
  await button(page, '改期').click();
  await page.getByText('检查日期不得早于今天').waitFor();
}

async function dispatch(view) {
  const { page } = view;
  await go(view, `/campaigns/${CAMPAIGN}`);
  await page.getByLabel('截止日期').first().fill(dayText(SOON));
  await page.keyboard.press('Enter');
  await button(page, '排定日期').click();
  await button(page, '派发…').waitFor();
  await planJointly(view);
  await decideByHand(view);
  await go(view, `/campaigns/${CAMPAIGN}`);
  await button(page, '派发…').click();
  await confirm(page, '派发');
  await page.getByText('各步都已完成，检查正在进行。').waitFor();
}

// The first inspector of each department at the campaign's visits, with the visits: by the pages.
async function teamOf(department) {
  const view = await as(department, 'planner');
  const { page } = view;
  await go(view, `/campaigns/${CAMPAIGN}/visits`);
  await page.locator('tbody tr').first().waitFor();
  const visits = await page.locator('tbody a').evaluateAll((links) => links
    .map(({ href }) => href).filter((href) => href.includes('/visits/')));
  for (const href of new Set(visits)) {
    await page.goto(href);
    const part = page.locator('section').filter({ hasText: department.name });
    await page.getByRole('heading', { name: '检查人员' }).first().waitFor();
    if (await part.count() === 0) continue;
    const text = await part.locator('li').first().textContent();
    return /（(.+?)）/.exec(text)[1];
  }
  return assert.fail(`no visit of ${department.code}`);
}

async function enrol(department, card) {
  const view = await as(department, 'planner');
  const { page } = view;
  await go(view, `/inspectors/${card}`);
  await button(page, '登记移动设备…').click();
  await confirm(page, '生成登记码');
  const phone = new Phone({ base: BASE });
  await phone.enrol((await page.locator('code.secret').textContent()).trim(), `样例手机 ${RUN}`);
  await phone.pull();
  return phone;
}

// What the inspectors record: nothing found, both there, signed.
async function inspect(phone) {
  const now = Date.now();
  const ago = (minutes) => new Date(now - minutes * MINUTE).toISOString();
  for (const { id, body } of phone.items('section').filter(({ body: of }) => of.state === 'open')) {
    for (const check of phone.items('check_result').filter((c) => c.body.section_id === id)) {
      const checklist = phone.checklistOf(check);
      phone.record('check_result', check.id, { result_code: '1', ...(checklist === undefined ? {}
        : answerFields(answersOf(checklist, { seed: check.id, day: DAY, problem: false }))) });
    }
    recordAttendance(phone, { id, body }, { arrived: now - 50 * MINUTE });
    phone.record('section', id, { arrived_at: ago(50), left_at: ago(5), note: '样例记录' });
    phone.record('section_sign', id, {});
  }
  await phone.sync();
}

async function review(department) {
  const view = await as(department, 'reviewer');
  const { page } = view;
  await go(view, '/sections?state=signed&sort=-id');
  await page.getByRole('row').filter({ hasText: RUN }).getByRole('link').first().click();
  await page.locator('#main').getByRole('heading', { name: '审核', exact: true }).waitFor();
  await choose(page, '决定', '通过');
  await button(page, '提交审核决定').click();
  await page.getByText(/审核已通过/).waitFor();
}

async function publish(department) {
  const view = await as(department, 'publisher');
  const { page } = view;
  await go(view, '/publications?state=due&sort=-id&limit=200');
  const row = page.getByRole('row').filter({ hasText: RUN });
  await row.first().locator('a[href*="/publications/"]').click();
  await button(page, '公示…').click();
  await confirm(page, '公示');
  await page.getByText('公示：已完成').first().waitFor();
}

test('three departments carry a campaign from their files to publication by clicks', async () => {
  const [first] = DEPARTMENTS;
  for (const department of DEPARTMENTS) {
    const view = await as(department, 'planner');
    for (const [kind, buffer] of filesOf(department))
      await importFile(view, department, kind, buffer);
    await makePlan(view, department);
  }
  const initiator = await as(first, 'planner');
  await beginCampaign(initiator);
  const begun = Date.now();
  for (const department of DEPARTMENTS) await freeze(department);
  const pace = 2000 + 2 * (Date.now() - begun);
  await announce(initiator, pace);
  await typeValue(pace);
  await afterDraw(initiator);
  await typeValue(pace);
  await dispatch(initiator);
  for (const department of DEPARTMENTS) {
    const phone = await enrol(department, await teamOf(department));
    await inspect(phone);
    await review(department);
    await publish(department);
  }
  for (const [login, { faults }] of views)
    assert.deepEqual(faults.filter((line) => !REFUSED.test(line)), [], login);
});

// publishing.mjs - step 7: signed sections are reviewed, penalties entered, everything due is
// published and delivered to a platform that fails on purpose; then all sides are compared.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectJson, request } from '../../tests/support/http.mjs';
import { HOME } from './draws.mjs';
import { all, get, pool, post, sectionsOf } from './office.mjs';
import { PRIVATE } from './recording.mjs';

const WIDTH = 6;
const RULE_DAYS = { inspection: 20, penalty: 7 };
const DELIVERY_MS = 120000;
// Late is later than [target.henan] timeout_ms of the demo (conf/services.sh).
const FAULTS = {
  probabilities: { 'error500-before': 0.05, 'error500-after': 0.04, 'drop-before': 0.03,
    'drop-after': 0.04, 'wrong-json': 0.02, 429: 0.02, 'slow-drip': 0.01, 'bad-receipt': 0.02 },
  list: [{ nth: 3, fault: 'late' }, { nth: 40, fault: 'late' }],
  lateMs: 3000, dripMs: 2, maxAttempt: 3,
};

class Platform {
  constructor({ origin, ca }) {
    this.origin = origin;
    this.ca = readFileSync(ca);
  }

  async faults(plan) {
    const res = await request(`${this.origin}/_sim/faults`,
      { method: 'PUT', json: plan, ca: this.ca });
    if (res.status !== 204) throw new Error(`${res.line}: ${res.status} ${res.text}`);
  }

  async accepted() {
    return expectJson(await request(`${this.origin}/_sim/accepted`, { ca: this.ca }));
  }
}

// ---- review -------------------------------------------------------------------------------------

function penaltyOf(world, { id, department }) {
  const { name } = world.departments.find(({ code }) => code === department);
  return { decision_no: `合成罚〔${world.today.slice(0, 4)}〕${id}号`, act_type: '合成演示违法行为',
    content: `警告并处罚款500元；当事人电话${PRIVATE.phone}，身份证号${PRIVATE.id}，` +
      `账户${PRIVATE.card}`, authority: name, decided_on: world.today };
}

async function reviewDepartment(office, report, world, { code }) {
  const reviewer = await office.role(code, 'reviewer');
  const signed = await sectionsOf(reviewer, 'signed');
  await pool(signed, WIDTH, ({ id }) =>
    post(reviewer, `/planner/v1/sections/${id}/review`, { decision: 'accept' }));
  const accepted = await sectionsOf(reviewer, 'accepted');
  await pool(accepted.filter(({ result_class }) => result_class === 'penalty'), WIDTH,
    async (section) => {
      const res = await reviewer.post(`/planner/v1/sections/${section.id}/penalties`,
        penaltyOf(world, section));
      // 409: an earlier start entered this decision.
      if (res.status !== 409) expectJson(res, 201);
    });
  report.progress(`审核 ${code}：${accepted.length}`);
  return accepted;
}

// ---- deadlines ----------------------------------------------------------------------------------

// The n-th working day after a day, by the State Council's notices; the day itself does not count.
function workingDayAfter(holidays, day, n) {
  const kinds = new Map(holidays.map(({ date, kind }) => [date, kind]));
  const at = new Date(`${day}T00:00:00Z`);
  for (let left = n; left > 0;) {
    at.setUTCDate(at.getUTCDate() + 1);
    const date = at.toISOString().slice(0, 10);
    const weekend = at.getUTCDay() === 0 || at.getUTCDay() === 6;
    if (kinds.has(date) ? kinds.get(date) === 'work' : !weekend) left--;
  }
  return at.toISOString().slice(0, 10);
}

function checkDeadlines(report, world, publications) {
  const years = new Set(world.holidays.map(({ notice_year }) => notice_year));
  for (const { id, kind, trigger_on, due_on, provisional } of publications) {
    const due = workingDayAfter(world.holidays, trigger_on, RULE_DAYS[kind]);
    report.same({ due_on, provisional }, { due_on: due, provisional: !years.has(due.slice(0, 4)) },
      `公示 ${id}（${kind}，自 ${trigger_on} 起）的期限`);
  }
}

// ---- publication and delivery -------------------------------------------------------------------

const publicationsOf = (client, state) =>
  all(client, `/planner/v1/publications?state=${state}`, 'publications', ({ id }) => id);

async function publishDepartment(office, report, world, { code }) {
  const publisher = await office.role(code, 'publisher');
  const due = await publicationsOf(publisher, 'due');
  checkDeadlines(report, world, due);
  await pool(due, WIDTH, ({ id }) => post(publisher, `/planner/v1/publications/${id}/publish`));
  report.progress(`公示 ${code}：${due.length}`);
  return due.length;
}

// Waits until nothing is on its way any more.
async function awaitDelivery(office, report) {
  for (const end = Date.now() + DELIVERY_MS; ; await sleep(300)) {
    const { out } = await office.ctl(['outbox', 'status']);
    const count = (state) => out[state] ?? 0;
    report.same(count('rejected'), 0, '平台拒收的消息数');
    const open = count('ready') + count('uncertain');
    report.progress(`推送：已回执 ${count('accepted')}，未完成 ${open}`);
    if (open === 0) return count('accepted');
    report.check(Date.now() < end, `${DELIVERY_MS / 1000} 秒内没有推送完，还有 ${open} 条`);
  }
}

// Every publication has the receipt of exactly one message that the platform accepted once.
function checkReceipts(report, publications, platform) {
  const byReceipt = new Map(platform.accepted.map((entry) => [entry.receipt, entry]));
  report.same(byReceipt.size, platform.accepted.length, '平台回执（不重复）');
  report.same(new Set(platform.accepted.map(({ messageId }) => messageId)).size,
    platform.accepted.length, '平台接收的消息编号（不重复）');
  report.same(publications.length, platform.accepted.length, '公示数与平台接收数');
  report.same(platform.unaccepted, {}, '发出而平台没有接收的消息');
  for (const { id, kind, receipt, subject_code } of publications) {
    const entry = byReceipt.get(receipt);
    report.check(entry !== undefined, `公示 ${id} 的回执 ${receipt} 平台没有`);
    report.same({ kind: entry.kind, subject: entry.body.uscCode },
      { kind: kind === 'penalty' ? 'penalty' : 'result', subject: subject_code },
      `公示 ${id} 与平台所收内容`);
  }
}

// Nothing private at the platform or on a public page; what was masked is marked.
async function checkMasking(office, report, publications, platform) {
  const secrets = Object.values(PRIVATE);
  const clean = (text, where) => {
    for (const secret of secrets) report.check(!text.includes(secret), `${where}含有 ${secret}`);
  };
  clean(JSON.stringify(platform.accepted), '平台所收内容');
  const penalties = platform.accepted.filter(({ kind }) => kind === 'penalty');
  for (const { body } of penalties)
    report.check(body.penContent.includes('＊'), `处罚 ${body.penDecNo} 未作遮盖`);
  clean((await office.page('/')).text, '公示首页');
  await pool(publications, WIDTH, async ({ id }) => {
    const { status, text } = await office.page(`/results/${id}`);
    report.same(status, 200, `公示页 ${id}`);
    clean(text, `公示页 ${id}`);
  });
  return penalties.length;
}

// Completed and closed: the tasks of what the phones signed, for each department and in all (R27).
async function checkIndicators(office, report, { campaign, expected }, recorded) {
  const planner = await office.role(HOME, 'planner');
  const shown = await get(planner, `/planner/v1/campaigns/${campaign.code}/indicators`);
  const done = new Map();
  for (const { subject, department } of recorded)
    done.set(department,
      (done.get(department) ?? 0) + expected.subjects.get(subject).get(department));
  for (const { department, completed, closed } of shown.departments)
    report.same({ completed, closed },
      { completed: done.get(department) ?? 0, closed: done.get(department) ?? 0 },
      `${department} 已完成、已完结的任务数`);
  report.same(shown.tasks, expected.tasks, '指标中的任务数');
  return shown;
}

export async function publish({ office, report, world, platform: where, drawn, recorded }) {
  report.begin('审核、公示与推送');
  const platform = new Platform(where);
  await platform.faults({ ...FAULTS, seed: world.seed });
  const accepted = (await pool(world.departments, 2,
    (department) => reviewDepartment(office, report, world, department))).flat();
  report.same(Object.fromEntries(accepted.map(({ id, result_class }) => [id, result_class])),
    Object.fromEntries(recorded.map(({ id, result }) => [id, result])), '审核通过的检查单及结果类别');
  await pool(world.departments, 2,
    (department) => publishDepartment(office, report, world, department));
  const delivered = await awaitDelivery(office, report);

  const publications = (await pool(world.departments, 4, async ({ code }) =>
    publicationsOf(await office.role(code, 'publisher'), 'published'))).flat();
  checkDeadlines(report, world, publications);
  const state = await platform.accepted();
  report.same(delivered, publications.length, '已回执的消息数与公示数');
  checkReceipts(report, publications, state);
  const penalties = await checkMasking(office, report, publications, state);
  const rates = await checkIndicators(office, report, drawn, recorded);
  await office.ctl(['audit', 'verify']);
  const faults = Object.values(state.faults).reduce((a, b) => a + b, 0);
  report.end(`审核 ${accepted.length} 份，公示 ${publications.length} 件（处罚 ${penalties}），` +
    `期限按工作日核对；平台收到请求 ${state.posts} 次（其中故意出错 ${faults} 次），` +
    `每件恰好接收一次，回执一致；个人信息未外露；完成率 ${rates.completion_rate} %、` +
    `完结率 ${rates.closing_rate} %；审计链完整`);
}

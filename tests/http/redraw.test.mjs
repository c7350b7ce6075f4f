// A plan that is drawn again: what was sent out stays with its first draw and lowers the quota; all
// else of the first draw stays back while the second stands. A joint visit is never torn.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { brokenRules } from '../support/visit-rules.mjs';
import { DrawWorld, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, MARKET, PLANS, seed } from './world.mjs';

const QUOTA = 4;
const REASON = '本计划先前已抽中并派发';
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);

let stack;
let unruly; // what the files before this one have bent
let draws;
let home;
let plans;
let first;
let held; // visits of the first draw that did not go out, by code

before(async () => {
  stack = await startStack();
  unruly = await brokenRules((query) => stack.sql(query), ['dispatched']);
  await seed(stack);
  draws = new DrawWorld(stack, 750);
  home = await stack.office.role(HOME, 'planner');
  plans = [];
  for (const { code, quotas: [quota], department, ...plan } of PLANS) {
    const mine = `${code.slice(0, -3)}75${plans.length}`;
    const planner = await stack.office.role(department, 'planner');
    await post(planner, '/planner/v1/plans',
      { ...plan, code: mine, quotas: [{ ...quota, count: QUOTA }] });
    await post(planner, `/planner/v1/plans/${mine}/file`);
    plans.push(mine);
  }
  first = await draws.advance(await draws.campaignOf(plans), 'value');
});
after(() => stack.stop());

const TELEPHONE = '13812345678';
const path = (step, { code }) => `/planner/v1/campaigns/${code}/${step}`;
const redraw = (codes) => draws.campaignOf(codes,
  { reason: `首次抽取有误，请致电${TELEPHONE}` });
const visitsOf = async (campaign) =>
  (await get(home, `${path('visits', campaign)}?limit=200`)).visits;
const draw = (campaign, department) => campaign.draws.find((one) => one.department === department);

// The tasks of a plan that will be inspected: code of the subject -> state of its visit.
const tasksOf = async (plan, state) => (await stack.sql(`SELECT u.code FROM draw w
  JOIN task t ON t.draw_id = w.id JOIN subject u ON u.id = t.subject_id
  JOIN section s ON s.id = t.section_id JOIN visit v ON v.id = s.visit_id
  JOIN plan p ON p.id = w.plan_id
  WHERE p.code = '${plan}' AND v.state = '${state}' ORDER BY u.code`)).flat();

test('a joint visit that has not gone out holds its plans together', async () => {
  await post(home, path('visits', first));
  await draws.teams(first);
  await post(home, path('schedule', first), { from: today(), to: addDays(today(), 40) });
  const visits = await visitsOf(first);
  assert.ok(visits.some(({ departments }) => departments > 1), 'the draws meet');
  const res = await home.post('/planner/v1/campaigns', { code: `${first.code.slice(0, -3)}799`,
    name: '重抽', region: '410400', plans: [plans[0]], reason: '首次抽取有误' });
  assert.match(expectProblem(res, 409, 'wrong-state', { pointer: '/plans' }).detail, /联合检查.*一并重抽/);
});

test('nothing of the first draw goes out while the second stands, and all when it is abandoned', async () => {
  const visits = await visitsOf(first);
  held = visits.slice(0, 2).map(({ code }) => code);
  await stack.operate(`UPDATE visit SET planned_on = NULL WHERE code IN ('${held.join("','")}')`);
  const again = await redraw(plans);
  expectProblem(await home.post(path('dispatch', first), {}), 409, 'wrong-state');
  assert.match(expectProblem(await home.post(
    `/planner/v1/draws/${draw(first, HOME).code}/substitutes`,
    { subject: visits[0].subject_code, stratum: '410402.medical', reason: '测试' }), 409,
  'wrong-state').detail, /重新抽取/);
  await post(home, path('abandon', again), { reason: '测试作废' });
  const sent = expectJson(await home.post(path('dispatch', first), {}));
  assert.equal(sent.dispatched, visits.length - held.length);
  assert.deepEqual(sent.held_visits.map(({ visit }) => visit), held);
});

test('what went out stays with its draw, excluded with the reason, and lowers the quota', async () => {
  const sent = await tasksOf(plans[0], 'dispatched');
  const again = await redraw(plans);
  for (const { code, department } of again.draws) {
    const planner = await stack.office.role(department, 'planner');
    const frozen = expectJson(await planner.post(`/planner/v1/draws/${code}/freeze`, {}));
    const stay = await tasksOf(plans[department === HOME ? 0 : 1], 'dispatched');
    assert.equal(frozen.staying, stay.length);
    assert.deepEqual(frozen.strata.map(({ quota, lines, eligible }) => [quota, lines, eligible]),
      [[QUOTA - stay.length, 13, 13 - stay.length]]);
  }
  for (const step of ['announce', 'value'])
    for (const res of await draws.step(again, step)) assert.equal(res.status, 200, res.text);
  const bundle = await draws.bundle(again);
  assert.deepEqual(strangersCheck(bundle), []);
  // The announcement says how many went out, and each page names the other draw.
  const [, , ...named] = untar(bundle).get('announcement.txt').toString('utf8').split('\n')
    .map((line) => line.split('\t'))
    .find(([key, code]) => key === 'earlier' && code === first.code);
  const out = (await visitsOf(first)).filter(({ state }) => state === 'dispatched').length;
  assert.deepEqual([...named.slice(0, 2), named[3]], ['plan', 'drawn', String(out)]);
  for (const [one, other] of [[first, again], [again, first]]) {
    const { text } = await request(`${stack.base}/public/draws/${one.code}`);
    assert.ok(text.includes(other.code) && text.includes('首次抽取有误，请致电＊＊＊'));
    assert.ok(!text.includes(TELEPHONE));
  }
  assert.ok(named.includes('首次抽取有误，请致电＊＊＊'), named.join());
  const lines = untar(bundle).get(`snapshot-${draw(again, HOME).code}.txt`).toString('utf8')
    .split('\n');
  assert.deepEqual(lines.filter((line) => line.includes(`\t0\t${REASON}\t`))
    .map((line) => line.split('\t')[0]), sent);

  await post(home, path('visits', again));
  for (const plan of plans) {
    const gone = await tasksOf(plan, 'dispatched');
    const fresh = (await stack.sql(
      `SELECT u.code FROM campaign c JOIN draw w ON w.campaign_id = c.id
      JOIN plan p ON p.id = w.plan_id JOIN task t ON t.draw_id = w.id JOIN subject u ON
      u.id = t.subject_id WHERE c.code = '${again.code}' AND p.code = '${plan}'`)).flat();
    assert.equal(new Set([...gone, ...fresh]).size, QUOTA,
      'the plan comes to its number, nobody twice');
    assert.equal(gone.length + fresh.length, QUOTA);
  }
});

test('what did not go out stays back for ever, named', async () => {
  await stack.operate(`UPDATE visit SET planned_on = CURDATE() WHERE code IN
    ('${held.join("','")}')`);
  expectProblem(await home.post(path('dispatch', first), {}), 409, 'wrong-state');
  const states = (await visitsOf(first)).filter(({ code }) => held.includes(code));
  assert.deepEqual(states.map(({ state }) => state), ['planned', 'planned']);
  assert.equal((await get(home, `/planner/v1/campaigns/${first.code}`)).draws[0].selected, QUOTA);
});

test('a plan that went out as a whole has nothing left to draw', async () => {
  const again = await redraw([PLANS[0].code]);
  const frozen = expectJson(await home.post(`/planner/v1/draws/${again.draws[0].code}/freeze`, {}));
  assert.equal(frozen.staying, PLANS[0].quotas[0].count);
  assert.equal(frozen.strata[0].quota, 0);
  const market = await stack.office.role(MARKET, 'planner');
  expectProblem(await market.post(path('abandon', again), { reason: '测试' }), 403, 'forbidden');
  await post(home, path('abandon', again), { reason: '测试作废' });
});

test('no visit that went out breaks a rule of planning', async () => {
  const now = await brokenRules((query) => stack.sql(query), ['dispatched']);
  assert.deepEqual(now.filter((line) => !unruly.includes(line)), []);
});

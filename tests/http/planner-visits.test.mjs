// From drawn tasks to dated visits with inspectors: each step once, in order, by the initiating
// department; what others may see of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, OUTSIDER, PLANS, seed } from './world.mjs';

const QUOTA = 4; // of each of the two plans

let stack;
let world;
let draws;
let campaign;
let home;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  draws = new DrawWorld(stack, 700);
  home = await stack.office.role(HOME, 'planner');
  campaign = await draws.advance(await draws.campaignOf(await makePlans()), 'reveal');
});
after(() => stack.stop());

// Plans that end soon: cards have to be valid to their end.
async function makePlans() {
  const codes = [];
  for (const { code, quotas: [quota], ...plan } of PLANS) {
    const planner = await stack.office.role(plan.department, 'planner');
    const { department, ...body } = plan;
    const mine = `${code.slice(0, -3)}70${codes.length}`;
    await post(planner, '/planner/v1/plans',
      { ...body, code: mine, quotas: [{ ...quota, count: QUOTA }] });
    await post(planner, `/planner/v1/plans/${mine}/file`);
    codes.push(mine);
  }
  return codes;
}

const path = (step, code = campaign.code) => `/planner/v1/campaigns/${code}/${step}`;
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const window = () => ({ from: today(), to: addDays(today(), 40) });

// What a refused step leaves untouched.
const counts = () => stack.sql('SELECT (SELECT COUNT(*) FROM visit), (SELECT COUNT(*) FROM section),' +
  ' (SELECT COUNT(*) FROM task), (SELECT COUNT(*) FROM check_result),' +
  ' (SELECT COUNT(*) FROM assignment), (SELECT COUNT(*) FROM visit WHERE planned_on IS NOT NULL),' +
  " (SELECT COUNT(*) FROM visit WHERE state = 'dispatched')");

async function refused(client, step, body, status, type, options) {
  const earlier = await counts();
  const problem = expectProblem(await client.post(path(step), body), status, type, options);
  assert.deepEqual(await counts(), earlier);
  return problem;
}

test('the steps refuse to be taken out of order', async () => {
  await refused(home, 'inspectors', {}, 409, 'wrong-state');
  await refused(home, 'schedule', window(), 409, 'wrong-state');
  await refused(home, 'dispatch', {}, 409, 'wrong-state');
  const undrawn = await draws.advance(await draws.campaign(), 'public-value');
  expectProblem(await home.post(path('visits', undrawn.code), {}), 409, 'wrong-state');
  expectJson(await home.post(path('abandon', undrawn.code), { reason: '测试作废' }));
});

test('only the initiating department takes them', async () => {
  for (const department of [DISTRICT, MARKET, OUTSIDER])
    for (const step of ['visits', 'inspectors', 'dispatch'])
      await refused(await stack.office.role(department, 'planner'), step, {}, 403, 'forbidden');
});

test('two planners at once make the visits once', async () => {
  const replies = await Promise.all([1, 2, 3].map(() => home.post(path('visits'), {})));
  const made = replies.filter(({ status }) => status === 201);
  assert.equal(made.length, 1, replies.map(({ text }) => text).join('\n'));
  for (const res of replies.filter(({ status }) => status !== 201))
    expectProblem(res, 409, 'wrong-state');
  const { tasks, visits, joint_visits, visits_saved, sections, checks } = made[0].json;
  assert.equal(tasks, 2 * QUOTA);
  assert.equal(sections, 2 * QUOTA);
  // The draws share a seed and a frame, so they overlap as far as weights allow (draw.md 6).
  assert.equal(visits, tasks - visits_saved);
  assert.equal(joint_visits, visits_saved);
  const [[rows]] = await stack.sql('SELECT COUNT(*) FROM check_result k JOIN section s ON s.id = ' +
    `k.section_id JOIN visit v ON v.id = s.visit_id WHERE v.code LIKE '${campaign.code}-%'`);
  assert.equal(Number(rows), checks);
});

test('each task is with the department of its kind in the region, each item is in its newest version',
  async () => {
    const sections = await stack.sql('SELECT d.code, t.specialty, COUNT(*) FROM visit v ' +
      'JOIN section s ON s.visit_id = v.id JOIN task t ON t.section_id = s.id ' +
      'JOIN department d ON d.id = s.department_id ' +
      `WHERE v.code LIKE '${campaign.code}-%' GROUP BY 1, 2 ORDER BY 1`);
    assert.deepEqual(sections, [[DISTRICT, 'medical', String(QUOTA)],
      [MARKET, 'food_service', String(QUOTA)]]);
    const [[foreign]] = await stack.sql('SELECT COUNT(*) FROM check_result k ' +
      'JOIN inspection_item i ON i.id = k.item_id JOIN section s ON s.id = k.section_id ' +
      'WHERE NOT EXISTS (SELECT 1 FROM task t WHERE t.section_id = s.id ' +
      'AND t.specialty = i.specialty) OR EXISTS (SELECT 1 FROM inspection_item n ' +
      'WHERE n.code = i.code AND n.version > i.version)');
    assert.equal(foreign, '0');
  });

test('inspectors are drawn once: two and two for each department, nobody twice at a visit',
  async () => {
    const replies = await Promise.all([1, 2].map(() => home.post(path('inspectors'), {})));
    const drawn = replies.filter(({ status }) => status === 201);
    assert.equal(drawn.length, 1, replies.map(({ text }) => text).join('\n'));
    assert.equal(drawn[0].json.assignments, 4 * QUOTA);
    assert.deepEqual(drawn[0].json.short, []);
    await refused(home, 'inspectors', {}, 409, 'wrong-state');
    const { visits } = expectJson(await home.get(path('visits')));
    for (const { code } of visits) {
      const { parts } = expectJson(await home.get(`/planner/v1/visits/${code}`));
      const cards = parts.flatMap(({ inspectors }) => inspectors.map(({ card_no }) => card_no));
      assert.equal(new Set(cards).size, 2 * parts.length);
      for (const { inspectors } of parts)
        for (const { source } of inspectors) assert.equal(source, 'drawn');
    }
  });

test('a window that breaks its rules is named, and dates nothing', async () => {
  const { from, to } = window();
  const bad = [[{ from: addDays(from, -1), to }, '/from'], [{ from: to, to: from }, '/to'],
    [{ from, to: addDays(from, 4000) }, '/to'], [{ from }, '/to'], [{ from, to: '2030-02-30' }, '/to']];
  for (const [body, pointer] of bad)
    await refused(home, 'schedule', body, 422, 'invalid', { pointer });
  await refused(home, 'dispatch', {}, 409, 'wrong-state'); // nothing is dated
});

test('visits get working days; a window without room says which are left out', async () => {
  const saturday = addDays(today(), (6 - new Date(`${today()}T00:00:00Z`).getUTCDay() + 7) % 7 || 7);
  const [[off]] = await stack.sql("SELECT COUNT(*) FROM calendar_day WHERE kind = 'work' " +
    `AND day = '${saturday}'`);
  if (off === '0') {
    const none = expectJson(await home.post(path('schedule'), { from: saturday, to: saturday }));
    assert.equal(none.dated, 0);
    assert.equal(none.undated, none.undated_visits.length);
  }
  const all = expectJson(await home.post(path('schedule'), window()));
  assert.equal(all.undated, 0);
  const days = await stack.sql('SELECT v.planned_on, a.inspector_id, COUNT(DISTINCT v.id) FROM visit v ' +
    'JOIN section s ON s.visit_id = v.id JOIN assignment a ON a.section_id = s.id ' +
    `WHERE v.code LIKE '${campaign.code}-%' GROUP BY 1, 2`);
  for (const [day, , visits] of days) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    assert.ok(Number(visits) <= 4, `${visits} visits of one inspector on ${day}`);
    assert.ok(weekday >= 1 && weekday <= 5 || off !== '0', day);
  }
});

test('nothing is planned or substituted before the secret of the draw is public', async () => {
  const drawn = await draws.advance(await draws.campaign(), 'draw');
  for (const step of ['visits', 'inspectors', 'schedule', 'dispatch']) {
    const res = await home.post(path(step, drawn.code), step === 'schedule' ? window() : {});
    assert.match(expectProblem(res, 409, 'wrong-state').detail, /尚未公开/, step);
  }
  const own = drawn.draws.find(({ department }) => department === HOME);
  expectProblem(await home.post(`/planner/v1/draws/${own.code}/substitutes`,
    { subject: 'X', stratum: '410402.medical', reason: '测试' }), 409, 'wrong-state');
  expectJson(await home.post(path('abandon', drawn.code), { reason: '测试作废' }));
});

test('lists come in pages, and a department sees what it takes part in', async () => {
  const first = expectJson(await home.get(`${path('visits')}?limit=2`));
  assert.equal(first.visits.length, 2);
  const rest = expectJson(await home.get(`${path('visits')}?limit=200&after=${first.next}`));
  assert.ok(rest.visits.every(({ code }) => code > first.next));
  const market = await stack.office.role(MARKET, 'planner');
  assert.equal(expectJson(await market.get(path('visits'))).visits.length, QUOTA);
  const outsider = await stack.office.role(OUTSIDER, 'planner');
  expectProblem(await outsider.get(path('visits')), 403, 'forbidden');
  expectProblem(await outsider.get(`/planner/v1/visits/${first.visits[0].code}`), 403, 'forbidden');
  expectProblem(await home.get('/planner/v1/visits/nothing'), 404, 'not-found');
  expectProblem(await home.get(path('visits', 'nothing')), 404, 'not-found');
  assert.equal((await home.get(`${path('visits')}?limit=201`)).status, 422);
});

test('what was dispatched is not dispatched or dated again', async () => {
  const { visits } = world;
  assert.ok(visits.every(({ state, planned_on }) => state === 'dispatched' && planned_on));
  expectProblem(await home.post(path('dispatch', CAMPAIGN), {}), 409, 'wrong-state');
  expectProblem(await home.post(path('schedule', CAMPAIGN),
    { from: today(), to: PLANS[0].ends_on }), 409, 'wrong-state');
  for (const { door_code } of visits) assert.match(door_code, /^[2-9A-HJKMNP-Z]{8}$/);
  assert.equal(new Set(visits.map(({ door_code }) => door_code)).size, visits.length);
});

test('indicators count tasks by department; those who take no part are refused', async () => {
  const all = expectJson(await home.get(path('indicators')));
  assert.deepEqual([all.tasks, all.completed, all.closed], [2 * QUOTA, 0, 0]);
  assert.deepEqual(all.departments.map(({ department, tasks }) => [department, tasks]),
    [[DISTRICT, QUOTA], [MARKET, QUOTA]]);
  const outsider = await stack.office.role(OUTSIDER, 'planner');
  expectProblem(await outsider.get(path('indicators')), 403, 'forbidden');
});

test('an enrolment code is the own department\'s to give', async () => {
  const district = await stack.office.role(DISTRICT, 'planner');
  const give = (client, card) => client.post(`/planner/v1/inspectors/${card}/enrolments`, {});
  const { code, expires_at } = expectJson(await give(district, world.cards[0]), 201);
  assert.ok(Buffer.from(code, 'base64url').length >= 16);
  assert.ok(Math.abs(Date.parse(expires_at) - Date.now() - 86400000) < 60000);
  const stored = await stack.sql('SELECT LOWER(HEX(code_hash)) FROM enrolment');
  assert.ok(!stored.flat().includes(Buffer.from(code, 'base64url').toString('hex')));
  expectProblem(await give(home, world.cards[0]), 403, 'forbidden');
  expectProblem(await give(district, 'nobody'), 404, 'not-found');
});

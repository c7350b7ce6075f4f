// From drawn tasks to dated visits with inspectors: each step once, in order, by the initiating
// department; what others may see of it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { brokenRules } from '../support/visit-rules.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { digestOf, nobodyIsBookedTwice } from './visit-checks.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, OUTSIDER, PLANS, SUBJECTS, seed } from './world.mjs';

const QUOTA = 4; // of each of the two plans

let stack;
let unruly; // what the files before this one have bent
let world;
let draws;
let campaign;
let home;

before(async () => {
  stack = await startStack();
  unruly = await brokenRules((query) => stack.sql(query), ['dispatched']);
  world = await seed(stack);
  draws = new DrawWorld(stack, 700);
  home = await stack.office.role(HOME, 'planner');
  campaign = await draws.advance(await draws.campaignOf(await makePlans()), 'value');
});
after(() => stack.stop());

// Plans that end soon: cards have to be valid to their end.
async function makePlans(first = 700, count = QUOTA) {
  const codes = [];
  for (const { code, quotas: [quota], ...plan } of PLANS) {
    const planner = await stack.office.role(plan.department, 'planner');
    const { department, ...body } = plan;
    const mine = `${code.slice(0, -3)}${first + codes.length}`;
    await post(planner, '/planner/v1/plans',
      { ...body, code: mine, quotas: [{ ...quota, count }] });
    await post(planner, `/planner/v1/plans/${mine}/file`);
    codes.push(mine);
  }
  return codes;
}

const path = (step, code = campaign.code) => `/planner/v1/campaigns/${code}/${step}`;
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const window = () => ({ from: today(), to: addDays(today(), 40) });

// What a refused step leaves untouched.
const counts = () => stack.sql(
  'SELECT (SELECT COUNT(*) FROM visit), (SELECT COUNT(*) FROM section),' +
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
  await refused(home, 'close', {}, 409, 'wrong-state');
  await refused(home, 'inspectors', await draws.body(campaign, 'inspectors'), 409, 'wrong-state');
  await refused(home, 'schedule', window(), 409, 'wrong-state');
  await refused(home, 'dispatch', {}, 409, 'wrong-state');
  const undrawn = await draws.advance(await draws.campaign(), 'announce');
  expectProblem(await home.post(path('visits', undrawn.code), {}), 409, 'wrong-state');
  expectJson((await draws.step(undrawn, 'value'))[0]);
});

test('only the initiating department takes them', async () => {
  for (const department of [DISTRICT, MARKET, OUTSIDER])
    for (const step of ['visits', 'close', 'dispatch'])
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

test('a check of more items than can be published is not planned, until some are retired',
  async () => {
    const long = await draws.advance(await draws.campaign(), 'value');
    await stack.operate('INSERT INTO inspection_item (code, version, specialty, name, category, ' +
      "method, legal_basis, content) SELECT CONCAT('VISITS-', seq), 1, 'food_service', '事项', " +
      "'general', 'onsite', '依据', '内容' FROM seq_1_to_1000");
    const tables = await stack.sql('SELECT COUNT(*) FROM visit');
    const { detail } = expectProblem(await home.post(path('visits', long.code), {}), 409,
      'wrong-state');
    assert.match(detail, /抽查事项超过 1000 项/);
    assert.deepEqual(await stack.sql('SELECT COUNT(*) FROM visit'), tables);
    await stack.operate("UPDATE inspection_item SET retired = 1 WHERE code LIKE 'VISITS-%'");
    expectJson(await home.post(path('visits', long.code), {}), 201);
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
    const value = await draws.body(campaign, 'inspectors');
    const replies = await Promise.all([1, 2].map(() => home.post(path('inspectors'), value)));
    const drawn = replies.filter(({ status }) => status === 201);
    assert.equal(drawn.length, 1, replies.map(({ text }) => text).join('\n'));
    assert.equal(drawn[0].json.assignments, 4 * QUOTA);
    assert.deepEqual(drawn[0].json.short, []);
    await refused(home, 'inspectors', value, 409, 'wrong-state');
    const { visits } = expectJson(await home.get(path('visits')));
    for (const { code } of visits) {
      const { sections } = expectJson(await home.get(`/planner/v1/visits/${code}`));
      const cards = sections.flatMap(({ inspectors }) => inspectors.map(({ card_no }) => card_no));
      assert.equal(new Set(cards).size, 2 * sections.length);
      for (const { inspectors } of sections)
        for (const { source } of inspectors) assert.equal(source, 'drawn');
    }
  });

test('a window that breaks its rules is named, and dates nothing', async () => {
  const { from, to } = window();
  const bad = [[{ from: addDays(from, -1), to }, '/from'], [{ from: to, to: from }, '/to'],
    [{ from, to: addDays(from, 4000) }, '/to'], [{ from }, '/to'],
    [{ from, to: '2030-02-30' }, '/to']];
  for (const [body, pointer] of bad)
    await refused(home, 'schedule', body, 422, 'invalid', { pointer });
  await refused(home, 'dispatch', {}, 409, 'wrong-state'); // nothing is dated
});

test('visits get working days; a window without room says which are left out', async () => {
  const saturday = addDays(today(),
    (6 - new Date(`${today()}T00:00:00Z`).getUTCDay() + 7) % 7 || 7);
  const [[off]] = await stack.sql("SELECT COUNT(*) FROM calendar_day WHERE kind = 'work' " +
    `AND day = '${saturday}'`);
  if (off === '0') {
    const none = expectJson(await home.post(path('schedule'), { from: saturday, to: saturday }));
    assert.equal(none.dated, 0);
    assert.equal(none.undated, none.undated_visits.length);
  }
  const all = expectJson(await home.post(path('schedule'), window()));
  assert.equal(all.undated, 0);
  await nobodyIsBookedTwice(stack);
  await entriesAreWhole();
  const days = await stack.sql('SELECT DISTINCT planned_on FROM visit ' +
    `WHERE code LIKE '${campaign.code}-%'`);
  for (const [day] of days) {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    assert.ok(weekday >= 1 && weekday <= 5 || off !== '0', day);
  }
});

test('nothing is planned or substituted before the draw', async () => {
  const drawn = await draws.advance(await draws.campaign(), 'announce');
  for (const step of ['visits', 'close', 'inspectors', 'schedule', 'dispatch']) {
    const res = await home.post(path(step, drawn.code), step === 'schedule' ? window() : {});
    assert.match(expectProblem(res, 409, 'wrong-state').detail, /尚未抽取/, step);
  }
  const own = drawn.draws.find(({ department }) => department === HOME);
  expectProblem(await home.post(`/planner/v1/draws/${own.code}/substitutes`,
    { subject: 'X', stratum: '410402.medical', reason: '测试' }), 409, 'wrong-state');
  expectJson((await draws.step(drawn, 'value'))[0]);
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

test('a calendar has the dated visits of six weeks, with those who go; others see none of it',
  async () => {
    const { code, planned_on: day } = world.visits[0];
    const of = async (client, from, query = '') => expectJson(await client.get(
      `/planner/v1/visits/from/${from}?limit=200&planned_to=${day}${query}`)).visits
      .find((visit) => visit.code === code);
    const visit = await of(home, day);
    assert.equal(visit.planned_on, day);
    assert.ok(visit.sections >= 1 && visit.departments.includes(DISTRICT));
    const [card] = visit.cards.split(',');
    assert.equal(visit.cards.split(',').length, visit.inspectors.split('、').length);
    const his = `&inspector=${card}`;
    assert.deepEqual(await of(home, addDays(day, -41), his), visit);
    assert.equal(await of(home, addDays(day, -42), his), undefined);
    assert.equal(await of(home, day, '&inspector=nobody'), undefined);
    assert.equal(await of(await stack.office.role(OUTSIDER, 'planner'), day), undefined);
    expectProblem(await home.get('/planner/v1/visits/from/tomorrow'), 422);
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

test('the ledger has the same tasks by region and specialty, of others no more than their own',
  async () => {
    const { cells } = expectJson(await home.get(path('ledger')));
    const told = ({ region, specialty, tasks, completed, closing_rate: rate }) =>
      [region, specialty, tasks, completed, rate];
    assert.deepEqual(cells.map(told), [['410402', 'food_service', QUOTA, 0, 0],
      ['410402', 'medical', QUOTA, 0, 0]]);
    const market = await stack.office.role(MARKET, 'planner');
    assert.deepEqual(expectJson(await market.get(path('ledger'))).cells.map(told),
      [['410402', 'food_service', QUOTA, 0, 0]]);
    const outsider = await stack.office.role(OUTSIDER, 'planner');
    expectProblem(await outsider.get(path('ledger')), 403, 'forbidden');
  });

test('a bulletin stays as it was issued, names who lags, and is read by all that take part',
  async () => {
    const bulletins = path('bulletins');
    const asked = { title: '第一期通报', note: '请抓紧。' };
    const market = await stack.office.role(MARKET, 'planner');
    expectProblem(await market.post(bulletins, asked), 403, 'forbidden');
    const issued = expectJson(await home.post(bulletins, asked), 201);
    const { figures } = issued;
    assert.equal(issued.digest, digestOf(issued));
    assert.deepEqual([issued.number, issued.state, issued.title, issued.as_of],
      [1, 'intact', '第一期通报', today()]);
    assert.deepEqual([figures.tasks, figures.completed, figures.late], [2 * QUOTA, 0, 0]);
    assert.deepEqual(figures.departments.map(({ department, lags }) => [department, lags]).sort(),
      [[DISTRICT, false], [MARKET, false]]);
    assert.equal(figures.cells.length, 2);
    assert.deepEqual(expectJson(await market.get(`${bulletins}/1`)), issued);
    // A request that is sent again is no second bulletin; of others none is lost.
    assert.equal(expectProblem(await home.post(bulletins, asked), 409).pointer, '/title');
    assert.equal(expectJson(await home.post(bulletins, { title: '第二期通报' }), 201).number, 2);
    const listed = expectJson(await market.get(bulletins)).bulletins;
    assert.deepEqual(listed.map(({ number }) => number), [2, 1]);
    await stack.operate('UPDATE report r JOIN campaign c ON c.id = r.campaign_id SET ' +
      `r.figures = REPLACE(r.figures, '"completed":0', '"completed":9') ` +
      `WHERE c.code = '${campaign.code}' AND r.number = 1`);
    assert.equal(expectJson(await market.get(`${bulletins}/1`)).state, 'changed');
    const outsider = await stack.office.role(OUTSIDER, 'planner');
    expectProblem(await outsider.get(bulletins), 403, 'forbidden');
    expectProblem(await home.get(`${bulletins}/3`), 404, 'not-found');
    expectProblem(await home.get(`${bulletins}/x`), 404, 'not-found');
  });

const REPORTS = '/planner/v1/reports';
const monday = (ago) => addDays(today(), -((new Date(today()).getUTCDay() + 6) % 7) - 7 * ago);
const report = (from, to, more = {}) =>
  ({ kind: 'special', from, to, title: '测试报告', ...more });

test('a report is about a whole period that has ended', async () => {
  const refusedAt = async (pointer, body) =>
    assert.equal(expectProblem(await home.post(REPORTS, body), 422).pointer, pointer);
  const weekly = { kind: 'weekly' };
  await refusedAt('/from', report(addDays(monday(2), 1), addDays(monday(1), 0), weekly));
  await refusedAt('/to', report(monday(2), addDays(monday(1), -2), weekly));
  await refusedAt('/to', report(monday(0), addDays(monday(0), 6), weekly));
  await refusedAt('/to', report(addDays(today(), -3), today()));
  await refusedAt('/from', report('2025-10-02', '2025-10-31', { kind: 'monthly' }));
  await refusedAt('/to', report('2025-10-01', '2025-10-30', { kind: 'monthly' }));
  await refusedAt('/to', report('2025-01-01', '2025-09-30', { kind: 'annual' }));
  await refusedAt('/kind', report('2025-01-01', '2025-12-31', { kind: 'bulletin' }));
  assert.deepEqual(await stack.sql("SELECT * FROM report WHERE kind <> 'bulletin'"), []);
});

test('a report holds the tasks of its department and of those below, and is issued once',
  async () => {
    const asked = report(monday(1), addDays(monday(1), 6), { kind: 'weekly', note: '请审阅。' });
    const replies = await Promise.all([1, 2, 3].map(() => home.post(REPORTS, asked)));
    const [made] = replies.filter(({ status }) => status === 201);
    for (const reply of replies.filter((r) => r !== made)) expectProblem(reply, 409, 'conflict');
    const issued = expectJson(made, 201);
    const { figures, kind, starts_on: from, ends_on: to, as_of: asOf, state } = issued;
    assert.deepEqual([kind, from, to, asOf, state], ['weekly', asked.from, asked.to, today(),
      'intact']);
    assert.equal(issued.digest, digestOf(issued));
    const line = figures.lines.find(({ campaign: code }) => code === campaign.code);
    assert.deepEqual([line.department, line.tasks, line.period_completed], [DISTRICT, QUOTA, 0]);
    assert.ok(figures.definitions.some(({ title }) => title === '本期已检'));
    const one = `${REPORTS}/${issued.id}`;
    assert.deepEqual(expectJson(await home.get(one)), issued);
    const district = await stack.office.role(DISTRICT, 'planner');
    assert.deepEqual(expectJson(await home.get(`${one}/lines`)).lines, figures.lines);
    for (const path_ of [one, `${one}/lines`]) {
      expectProblem(await district.get(path_), 404, 'not-found');
      expectProblem(await (await stack.office.role(OUTSIDER, 'planner')).get(path_), 404);
    }
    // What the district reports, the city reads.
    const below = expectJson(await district.post(REPORTS, asked), 201);
    assert.deepEqual(expectJson(await home.get(`${REPORTS}/${below.id}`)), below);
    assert.deepEqual(expectJson(await home.get(`${REPORTS}?kind=weekly`)).reports
      .map(({ department }) => department), [DISTRICT, HOME]);
    assert.deepEqual(expectJson(await district.get(REPORTS)).reports
      .map(({ department }) => department), [DISTRICT]);
  });

test('of special reports at one moment each has a number, and one that is sent again has no second',
  async () => {
    const period = [addDays(today(), -9), addDays(today(), -1)];
    const asked = [1, 2, 3, 3, 4, 1].map((i) => report(...period, { title: `专题${i}` }));
    const replies = await Promise.all(asked.map((body) => home.post(REPORTS, body)));
    const made = replies.filter(({ status }) => status === 201).map((r) => expectJson(r, 201));
    assert.deepEqual(made.map(({ title }) => title).sort(), ['专题1', '专题2', '专题3', '专题4']);
    const numbers = made.map(({ number }) => number).sort();
    assert.deepEqual(numbers, numbers.map((_, i) => numbers[0] + i));
    for (const reply of replies.filter(({ status }) => status !== 201))
      expectProblem(reply, 409, 'conflict');
    for (const body of asked) expectProblem(await home.post(REPORTS, body), 409, 'conflict');
    // Another note or another period is another report.
    for (const body of [{ ...asked[0], note: '更正' }, { ...asked[0], from: addDays(today(), -8) }])
      expectJson(await home.post(REPORTS, body), 201);
  });

test('special reports count on, and the tables of a report are taken away as they were issued',
  async () => {
    const asked = report(addDays(today(), -9), addDays(today(), -1));
    const issued = expectJson(await home.post(REPORTS, asked), 201);
    const next = expectJson(await home.post(REPORTS, { ...asked, note: '第二期' }), 201);
    assert.equal(next.number, issued.number + 1);
    const { text } = await home.get(`${REPORTS}/${issued.id}/lines?format=csv`);
    assert.match(text, new RegExp(`${campaign.code}.*,${QUOTA},`));
  });

test('a report that somebody changed in the database is told, and not to be taken away',
  async () => {
    const ids = [];
    for (let i = 0; i < 4; i++)
      ids.push(expectJson(await home.post(REPORTS,
        report('2026-01-01', '2026-01-31', { note: `${i}` })), 201).id);
    const digest = "digest = UNHEX(SHA2('x', 256))";
    for (const [i, set] of [`figures = REPLACE(figures, '"late":0', '"late":5')`,
      "title = '另一个标题'", digest, 'as_of = as_of - INTERVAL 1 DAY'].entries()) {
      const one = `${REPORTS}/${ids[i]}`;
      assert.equal(expectJson(await home.get(one)).state, 'intact');
      await stack.operate(`UPDATE report SET ${set} WHERE id = ${ids[i]}`);
      assert.equal(expectJson(await home.get(one)).state, 'changed', set);
      expectProblem(await home.get(`${one}/lines?format=csv`), 409, 'wrong-state');
    }
    // A digest that fits what is there now, but was never issued.
    const forged = expectJson(await home.post(REPORTS, report('2026-01-01', '2026-01-31')), 201);
    const title = '没有发现问题';
    await stack.operate(`UPDATE report SET title = '${title}', digest = UNHEX('${
      digestOf({ ...forged, title })}') WHERE id = ${forged.id}`);
    assert.equal(expectJson(await home.get(`${REPORTS}/${forged.id}`)).state, 'changed');
  });

test('a summary that is due waits on the workbench of who has tasks, until it is issued', async (t) => {
  const waits = async (department) => expectJson(await (await stack.office.role(department,
    'planner')).get('/planner/v1/workbench')).works.find(({ kind }) => kind === 'report.annual');
  const day = (ahead) => Number(addDays(today(), ahead).slice(5).replace('-', ''));
  const year = today().slice(0, 4);
  const rule = (value) => stack.operate(`UPDATE rule SET value = ${value} ` +
    "WHERE name = 'report.annual.day' AND region = '410400'");
  t.after(() => rule(1110));
  await rule(0);
  assert.equal((await waits(DISTRICT)).count, 0);
  await rule(day(0));
  const { count, due, list } = await waits(DISTRICT);
  // Until then it is of the year before, in which nothing was drawn.
  if (today().slice(5) <= '10-01') return assert.equal(count, 0);
  assert.deepEqual([count, due, list], [1, today(), 'reports']);
  assert.equal((await waits(OUTSIDER)).count, 0);
  const district = await stack.office.role(DISTRICT, 'planner');
  const asked = report(`${year}-01-01`, addDays(today(), -1), { kind: 'annual' });
  expectJson(await district.post(REPORTS, asked), 201);
  return assert.equal((await waits(DISTRICT)).count, 0);
});

test('a district sees what it owes, the city what its districts owe, others nothing of it',
  async () => {
    const of = async (department) => expectJson(await (await stack.office.role(department,
      'planner')).get(`/planner/v1/progress?campaign=${campaign.code}`)).lines
      .map(({ department: whose, initiator, tasks, completed, late }) =>
        [whose, initiator, tasks, completed, late]);
    const owed = [DISTRICT, HOME, QUOTA, 0, 0];
    assert.deepEqual(await of(DISTRICT), [owed]);
    assert.deepEqual(await of(HOME), [owed]);
    assert.deepEqual(await of(MARKET), [[MARKET, HOME, QUOTA, 0, 0]]);
    assert.deepEqual(await of(OUTSIDER), []);
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

// Visits that are one entry: on one day at one enterprise, by one door code.
async function entriesAreWhole() {
  const torn = await stack.sql('SELECT COALESCE(joint_id, id) AS entry FROM visit GROUP BY entry ' +
    'HAVING COUNT(DISTINCT subject_id) > 1 OR COUNT(DISTINCT planned_on) > 1 ' +
    'OR COUNT(DISTINCT door_code) > 1 OR COUNT(DISTINCT campaign_id) < COUNT(*)');
  assert.deepEqual(torn, []);
}

test('campaigns of one city are dated together: by consent, as previewed, and all at once',
  async () => {
    // Of so many that some enterprise is drawn for both, whatever the draws.
    const most = SUBJECTS - QUOTA + 1;
    const other = await draws.advance(await draws.campaignOf(await makePlans(710, most)), 'value');
    expectJson(await home.post(path('visits', other.code), {}), 201);
    await draws.teams(other);
    const plan = (step = '/preview', more = {}) =>
      home.post(`/planner/v1/joint-schedules${step}`,
        { from: today(), to: PLANS[0].ends_on, ...more });
    const offer = (body, client = home, code = other.code) =>
      client.post(path('joint', code), body);
    expectProblem(await plan(), 403, 'forbidden');
    const market = await stack.office.role(MARKET, 'planner');
    expectProblem(await offer({ notice: 'given' }, market), 403, 'forbidden');
    expectProblem(await offer({ notice: 'perhaps' }), 422, 'invalid', { pointer: '/notice' });
    for (const { code } of [campaign, other])
      assert.equal((await offer({ notice: 'given' }, home, code)).status, 204);

    const earlier = await counts();
    const shown = expectJson(await plan());
    assert.deepEqual(await counts(), earlier);
    assert.equal(shown.campaigns, 2);
    assert.equal(shown.tasks, 2 * (QUOTA + most));
    assert.equal(shown.undated, 0);
    assert.equal(shown.moved, 0); // what is dated already keeps its day
    assert.ok(shown.entries + shown.joined <= shown.visits && shown.shared > 0);
    assert.equal(shown.days.reduce((n, day) => n + day.visits, 0), shown.visits);
    const offered = expectJson(await home.get('/planner/v1/joint-campaigns')).campaigns;
    assert.deepEqual(offered.map((row) => [row.code, row.department, row.unannounced]),
      [other, campaign].map(({ code }) => [code, HOME, false]));
    assert.equal(offered.reduce((n, row) => n + row.planned, 0), shown.visits);
    assert.ok(shown.loads.every(({ most_a_day: most }) => most <= 4));

    expectProblem(await plan('', { version: 'x'.repeat(64) }), 409, 'conflict');
    assert.deepEqual(await counts(), earlier);
    const { version } = shown;
    // Twice at once, and again: one record of it, and each answer tells what it says.
    const replies = await Promise.all([1, 2].map(() => plan('', { version })));
    replies.push(await plan('', { version }));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 201]);
    for (const { json } of replies) {
      assert.equal(json.version, version);
      assert.equal(json.entries, shown.entries);
    }
    await nobodyIsBookedTwice(stack);
    await entriesAreWhole();
    const { schedules } = expectJson(await home.get('/planner/v1/joint-schedules'));
    assert.deepEqual(schedules.map((row) => row.version), [version]);
    assert.equal(schedules[0].entries, shown.entries);

    // Somebody else changed what was previewed, a day or who takes part: nothing of it is written.
    const stale = async () => {
      const changed = await counts();
      expectProblem(await plan('', { version }), 409, 'conflict');
      assert.deepEqual(await counts(), changed);
    };
    const dates = async () => (await stack.sql('SELECT planned_on FROM visit WHERE code LIKE ' +
      `'${other.code}-%' ORDER BY code`)).flat();
    const published = await dates();
    // From behind the last of them on, if there is room; else from a later and later day. One that
    // were left without a day would be dated as published, and one that is moved to join another
    // may come to stand where it was: then what was previewed is still what would be written.
    const elsewhere = async (days) => !days.includes('NULL') &&
      !isDeepStrictEqual(days, published) && expectJson(await plan()).version !== version;
    const days = [addDays([...published].sort().at(-1), 1),
      ...Array.from({ length: 20 }, (_, i) => addDays(today(), i + 2))];
    for (const from of days.filter((day) => day <= PLANS[0].ends_on)) {
      await stack.operate(`UPDATE visit SET planned_on = NULL WHERE code LIKE '${other.code}-%'`);
      expectJson(await home.post(path('schedule', other.code), { from, to: PLANS[0].ends_on }));
      if (await elsewhere(await dates())) break;
    }
    assert.ok(await elsewhere(await dates()));
    await stale();
    assert.equal((await home.delete(path('joint', campaign.code))).status, 204);
    await stale();
    assert.equal((await offer({ notice: 'given' }, home, campaign.code)).status, 204);

    expectJson(await home.post(path('dispatch', other.code), {}));
    await nobodyIsBookedTwice(stack);
    await entriesAreWhole();
    assert.equal((await home.delete(path('joint', campaign.code))).status, 204);
    expectProblem(await home.delete(path('joint', campaign.code)), 409, 'wrong-state');
  });

test('what another campaign has filled since is named before the dispatch, and not sent', async () => {
  // As two planners at once could have dated it before they took turns.
  const [[day]] = await stack.sql("SELECT planned_on FROM visit WHERE state = 'dispatched' " +
    'AND planned_on IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1');
  await stack.operate(`UPDATE visit SET planned_on = '${day}' ` +
    `WHERE code LIKE '${campaign.code}-%'`);
  const daily = (most) => stack.operate(`UPDATE inspector SET max_daily = ${most}`);
  await daily(1);
  const sent = await home.post(path('dispatch'), {});
  await nobodyIsBookedTwice(stack, "'dispatched'");
  const said = sent.status === 200
    ? expectJson(sent).held_visits.map(({ reason }) => reason).join()
    : expectProblem(sent, 409, 'wrong-state').detail;
  assert.match(said, /与其他检查冲突/);
  await daily(4);
  if (expectJson(await home.get(path('visits'))).visits.some(({ state }) => state === 'planned')) {
    expectJson(await home.post(path('schedule'), window()));
    await nobodyIsBookedTwice(stack);
  }
});

test('no visit that went out breaks a rule of planning', async () => {
  const now = await brokenRules((query) => stack.sql(query), ['dispatched']);
  assert.deepEqual(now.filter((line) => !unruly.includes(line)), []);
});

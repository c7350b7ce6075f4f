// Inspectors after the draw: neighbours and direct assignment, recusals, adjustments up to 15.0 %,
// substitutes in the order of the reserves; and the bundle in which all of it is replayed.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, loginOf, post } from '../../conf/main-job/office.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { rebundle } from '../support/bundle.mjs';
import { brokenRules } from '../support/visit-rules.mjs';
import { DrawWorld, strangersCheck } from './draw-world.mjs';
import { rows, strangersTeams, strangersUse, strangersVisits } from './match-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const MANY = 'H410404'; // twenty inspectors
const FEW = 'H410403'; // one
const QUOTA = 10;
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const pad = (n) => String(n).padStart(2, '0');
const card = (department, n) => `T-${department}-${pad(n)}`;
const REASON = { reason: '测试理由' };

let stack;
let unruly; // what the files before this one have bent
let world;
let draws;
let home;
let planner; // of MANY
let reviewer;
let campaign; // ten visits in MANY's region
let draw;
let parts; // {visit, subject, section, inspectors}, one department each

function writeFiles(folder) {
  const day = today();
  const subjects = [...Array(24)].map((_, i) => ['410404', 880000 + i])
    .concat([...Array(6)].map((_, i) => ['410403', 890000 + i]));
  mkdirSync(folder, { recursive: true });
  writeCsv(join(folder, 'directories.csv'), ['code', 'department', 'name', 'refreshed_on'],
    [{ code: 'T-match', department: HOME, name: '匹配测试名录', refreshed_on: day }]);
  writeCsv(join(folder, 'subjects.csv'), ['directories', 'code', 'name', 'type', 'address',
    'region', 'lon', 'lat', 'state', 'credit_class', 'key', 'complaints', 'specialties',
    'verified_on', 'synthetic'], subjects.map(([region, n]) => ({
    directories: 'T-match', code: makeUscc('91', region, n), name: `匹配样例${n}`,
    type: '专科医院', address: `合成样例路${n}号`, region, lon: '', lat: '', state: 'open',
    credit_class: 'B', key: 0, complaints: 0, specialties: 'medical;blood', verified_on: day,
    synthetic: 1 })));
  const person = (department, n, specialties) => ({ card_no: card(department, n),
    name: `测试匹配员${n}`, department, card_expires_on: addDays(day, 700), specialties,
    areas: department.slice(1), on_duty: 1, max_daily: 4, max_total: 100, synthetic: 1 });
  writeCsv(join(folder, 'inspectors.csv'), ['card_no', 'name', 'department', 'card_expires_on',
    'specialties', 'areas', 'on_duty', 'max_daily', 'max_total', 'synthetic'],
  [...[...Array(20)].map((_, i) => person(MANY, i + 1, 'medical')),
    person(FEW, 1, 'medical;blood')]);
}

async function account(login, department, roles, more = []) {
  if (stack.office.knows(login)) return;
  const args = ['user', 'add', login, '--name', '测试', '--department', department, '--roles', roles];
  stack.office.keep(login, (await stack.office.ctl([...args, ...more])).out.password);
}

// A campaign of one plan over T-match, drawn, as a dispatch asks for.
async function drawn(serial, region, specialty, count, teamsMs) {
  const code = `410400${today().slice(0, 4)}8${serial}`;
  await post(home, '/planner/v1/plans', { code, directory: 'T-match', name: '匹配测试',
    ends_on: addDays(today(), 60), quotas: [{ region, specialty, count }] });
  await post(home, `/planner/v1/plans/${code}/file`);
  draws.teamsMs = teamsMs;
  return draws.advance(await draws.campaignOf([code]), 'value');
}

const path = (step, made = campaign) => `/planner/v1/campaigns/${made.code}/${step}`;

async function partsOf(made) {
  const { visits } = await get(home, `${path('visits', made)}?limit=200`);
  const out = [];
  for (const { code, subject_code: subject, state } of visits)
    for (const part of (await get(home, `/planner/v1/visits/${code}`)).sections)
      out.push({ visit: code, subject, state, section: part.section,
        inspectors: part.inspectors });
  return out;
}

const cardsOf = ({ inspectors }) => inspectors.map(({ card_no }) => card_no);
const partNow = async ({ visit }) => (await partsOf(campaign)).find((part) => part.visit === visit);

before(async () => {
  stack = await startStack();
  unruly = await brokenRules((query) => stack.sql(query), ['dispatched']);
  world = await seed(stack);
  const files = join(stack.var, 'match-world');
  writeFiles(files);
  for (const kind of ['directories', 'subjects', 'inspectors'])
    await stack.office.ctl(['import', kind, join(files, `${kind}.csv`)]);
  for (const department of [MANY, FEW])
    for (const role of ['planner', 'reviewer'])
      await account(loginOf(department, role), department, role);
  await stack.office.ctl(['user', 'except', MANY, '--roles', 'planner,reviewer', '--document',
    '测试批复1号', '--reason', '测试：人员不足', '--until', addDays(today(), 60)]);
  await account('match.both', MANY, 'planner,reviewer');
  await account('match.inspector', MANY, 'inspector', ['--inspector', card(MANY, 7)]);
  // Before the first deadline of a draw, which is seconds away.
  for (const login of ['match.both', 'match.inspector']) await stack.office.as(login);
  draws = new DrawWorld(stack, 900);
  home = await stack.office.role(HOME, 'planner');
  planner = await stack.office.role(MANY, 'planner');
  reviewer = await stack.office.role(MANY, 'reviewer');
});
after(() => stack.stop());

// ---- recusal before the draw --------------------------------------------------------------------

test('who is recused before the draw is not drawn', async () => {
  campaign = await drawn(951, '410404', 'medical', QUOTA, 20000);
  draw = campaign.draws[0].code;
  await post(home, path('visits'));
  const [{ subject }] = await partsOf(campaign);
  for (let n = 1; n <= 16; n++)
    await post(planner, `/planner/v1/inspectors/${card(MANY, n)}/recusals`, { subject, ...REASON });
  expectProblem(await planner.post(`/planner/v1/inspectors/${card(MANY, 1)}/recusals`,
    { subject, ...REASON }), 409, 'wrong-state');
  expectProblem(await planner.post(`/planner/v1/inspectors/${card(FEW, 1)}/recusals`,
    { subject, ...REASON }), 403, 'forbidden');
  const self = await stack.office.as('match.inspector');
  expectProblem(await self.post(`/planner/v1/inspectors/${card(MANY, 8)}/recusals`,
    { subject, ...REASON }), 403, 'forbidden');
  for (let n = 1; n <= 16; n++) await draws.approve(campaign, card(MANY, n), MANY);
  await post(home, path('close'));
  const { assignments, open_sections } = await draws.teams(campaign);
  assert.equal(assignments, 2 * QUOTA);
  assert.equal(open_sections, 0);
  parts = await partsOf(campaign);
  for (const who of cardsOf(parts.find((part) => part.subject === subject)))
    assert.ok(Number(who.slice(-2)) > 16, who);
  // Everybody once: the loads are even.
  assert.equal(new Set(parts.flatMap(cardsOf)).size, 20);
  await post(home, path('schedule'), { from: today(), to: addDays(today(), 40) });
  await post(home, path('dispatch'));
});

test('three clean visits of one inspector to one enterprise in a year recuse by rule', async () => {
  // Earlier visits, as an operator would find them: campaigns of their own, accepted, clean.
  const made = await drawn(955, '410404', 'medical', 1, 15000);
  await post(home, path('visits', made));
  const [{ subject, visit }] = await partsOf(made);
  const who = card(MANY, 20);
  for (let n = 1; n <= 3; n++)
    await stack.operate(`INSERT INTO campaign (code, name, region_code, department_id, rule, state)
        SELECT 'CLEAN${n}', '测试', region_code, department_id, rule, 'open' FROM campaign
        WHERE code = '${made.code}';
      INSERT INTO visit (code, campaign_id, subject_id, lead_department_id, state, door_code)
        SELECT 'CLEAN${n}', (SELECT id FROM campaign WHERE code = 'CLEAN${n}'), subject_id,
        lead_department_id, 'dispatched', door_code FROM visit WHERE code = '${visit}';
      INSERT INTO section (visit_id, department_id, state, result_class, signed_at)
        SELECT id, lead_department_id, 'accepted', 'no_problem', NOW(3) FROM visit
        WHERE code = 'CLEAN${n}';
      INSERT INTO assignment SELECT s.id, i.id, 'drawn', '', REPEAT('x', 32) FROM section s
        JOIN visit v ON v.id = s.visit_id JOIN inspector i WHERE v.code = 'CLEAN${n}'
        AND i.card_no = '${who}'`);
  await post(home, path('close', made));
  await draws.teams(made);
  const [[text]] = await stack.sql('SELECT body FROM match_part m JOIN campaign c ON ' +
    `c.id = m.campaign_id WHERE c.code = '${made.code}' AND m.name = 'inspectors'`);
  const line = text.replaceAll('\\n', '\n').replaceAll('\\t', '\t').split('\n')
    .find((row) => row.startsWith(`${who}\t`));
  assert.equal(line.split('\t').at(-1), subject);
});

// ---- shortage -----------------------------------------------------------------------------------

test('one short: a neighbour of the same kind joins, with source and reason', async () => {
  const made = await drawn(952, '410403', 'medical', 1);
  await post(home, path('visits', made));
  const { drawn: own, neighbour, short } = await draws.teams(made);
  assert.deepEqual([own, neighbour], [1, 1]);
  assert.equal(short.length, 1);
  assert.equal(short[0].open, false);
  assert.match(short[0].reason, /邻近区域匹配 1 名/);
  const [{ inspectors }] = await partsOf(made);
  const helper = inspectors.find(({ source }) => source === 'neighbour');
  assert.notEqual(helper.department, FEW);
  assert.match(helper.reason, /邻近区域/);
});

test('nobody to be found: open, held, and assigned by hand with a reason', async () => {
  const made = await drawn(953, '410403', 'blood', 1);
  await post(home, path('visits', made));
  const { open_sections, short } = await draws.teams(made);
  assert.equal(open_sections, 1);
  assert.match(short[0].reason, /须直接委派/);
  await post(home, path('schedule', made), { from: today(), to: addDays(today(), 40) });
  expectProblem(await home.post(path('dispatch', made), {}), 409, 'wrong-state');
  const [{ section }] = await partsOf(made);
  const assign = (client, inspector, more = REASON) =>
    client.post(`/planner/v1/sections/${section}/assignments`, { inspector, ...more });
  const few = await stack.office.role(FEW, 'planner');
  expectProblem(await assign(planner, card(MANY, 3)), 403, 'forbidden');
  expectProblem(await assign(few, card(MANY, 3), {}), 422, 'invalid', { pointer: '/reason' });
  expectProblem(await assign(few, 'nobody'), 422, 'invalid', { pointer: '/inspector' });
  expectProblem(await assign(few, card(FEW, 1)), 409, 'wrong-state'); // in the team
  expectProblem(await assign(few, 'T-M410400-1'), 409, 'wrong-state'); // another kind
  expectJson(await assign(few, card(MANY, 3)), 201);
  expectProblem(await assign(few, card(MANY, 4)), 409, 'wrong-state'); // no longer short
  const [{ inspectors }] = await partsOf(made);
  const hand = inspectors.find(({ card_no }) => card_no === card(MANY, 3));
  assert.deepEqual([hand.source, hand.reason], ['direct', REASON.reason]);
  // He is elsewhere on that day, perhaps: the visit is dated anew, among all that he has.
  await post(home, path('schedule', made), { from: today(), to: addDays(today(), 40) });
  assert.equal((await post(home, path('dispatch', made))).dispatched, 1);
  const market = await stack.office.role('F410400', 'planner');
  expectProblem(await market.get(path('adjustments', made)), 403, 'forbidden');
  const { adjustments } = await get(home, path('adjustments', made));
  assert.deepEqual(adjustments.map(({ kind, state, replacement }) => [kind, state, replacement]),
    [['direct', 'approved', card(MANY, 3)]]);
  assert.equal((await get(home, path('indicators', made))).inspectors_changed, 0);
});

// ---- adjustments --------------------------------------------------------------------------------

const ask = (client, part, inspector, more = {}) =>
  client.post(`/planner/v1/sections/${part.section}/adjustments`,
    { inspector, ...REASON, ...more });
const decide = (client, id, decision = 'approve', more = {}) =>
  client.post(`/planner/v1/adjustments/${id}/decision`, { decision, ...more });

test('an approved change: the next by the rule joins, and the phones follow', async () => {
  const part = parts[1];
  const [leaver] = cardsOf(part);
  const phone = await world.newPhone(leaver);
  await phone.pull();
  const had = phone.items('visit').map(({ body }) => body.code);
  assert.ok(had.includes(part.visit));
  const both = await stack.office.as('match.both');
  const { id } = expectJson(await ask(both, part, leaver), 201);
  expectProblem(await ask(planner, part, leaver), 409, 'wrong-state'); // is asked already
  expectProblem(await decide(both, id), 403, 'forbidden'); // not one's own
  expectProblem(await decide(await stack.office.role(FEW, 'reviewer'), id), 403, 'forbidden');
  expectProblem(await decide(reviewer, id, 'perhaps'), 422, 'invalid', { pointer: '/decision' });
  const replies = await Promise.all([1, 2].map(() => decide(reviewer, id)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
  const { replacement, source } = replies.find(({ status }) => status === 200).json;
  assert.equal(source, 'drawn');
  // All have one visit: the smallest ticket of who is neither in the team nor recused.
  const [[seedOf]] = await stack.sql(
    `SELECT teams_seed FROM campaign WHERE code = '${campaign.code}'`);
  const ticket = (who) => createHash('sha256')
    .update(`${seedOf}|visit|${part.visit}|inspector|${who}|1`).digest('hex');
  const loads = new Map(parts.flatMap(cardsOf).map((who) => [who, 1]));
  const others = [...loads.keys()].filter((who) => !cardsOf(part).includes(who));
  assert.equal(replacement, others.sort((a, b) => (ticket(a) < ticket(b) ? -1 : 1))[0]);
  assert.deepEqual(cardsOf(await partNow(part)).sort(),
    [...cardsOf(part).filter((who) => who !== leaver), replacement].sort());
  await phone.pull();
  assert.ok(!phone.items('visit').some(({ body }) => body.code === part.visit));
  const joined = await world.newPhone(replacement);
  await joined.pull();
  assert.ok(joined.items('visit').some(({ body }) => body.code === part.visit));
  assert.ok(joined.items('section').some(({ id: one }) => one === part.section));
  assert.ok(joined.items('check_result').some(({ body }) => body.section_id === part.section));
});

test('who joins a visit that was dispatched keeps the caps of the day and the year', async () => {
  const part = parts[2];
  const [replacement] = cardsOf(parts[7]);
  const { id } = expectJson(await ask(planner, part, cardsOf(part)[1], { replacement }), 201);
  for (const [column, said] of [['max_daily', /每日上限 0 次/], ['max_total', /全年上限 0 次/]]) {
    const [[cap]] = await stack.sql(
      `SELECT ${column} FROM inspector WHERE card_no = '${replacement}'`);
    const set = (n) => stack.operate(
      `UPDATE inspector SET ${column} = ${n} WHERE card_no = '${replacement}'`);
    await set(0);
    assert.match(expectProblem(await decide(reviewer, id), 409, 'wrong-state').detail, said);
    await set(cap);
  }
  expectJson(await decide(reviewer, id, 'refuse', REASON));
  assert.deepEqual(cardsOf(await partNow(part)), cardsOf(part));
});

test('a refused change changes nothing and does not count', async () => {
  const part = parts[2];
  const { id } = expectJson(await ask(planner, part, cardsOf(part)[0]), 201);
  expectProblem(await decide(reviewer, id, 'refuse'), 422, 'invalid', { pointer: '/reason' });
  assert.equal(expectJson(await decide(reviewer, id, 'refuse', REASON)).state, 'refused');
  expectProblem(await decide(reviewer, id), 409, 'wrong-state');
  assert.deepEqual(cardsOf(await partNow(part)), cardsOf(part));
  assert.equal((await get(home, path('indicators'))).inspectors_changed, 1);
});

test('15.0 % of the inspectors drawn pass, the next is refused', async () => {
  const { inspectors_drawn } = await get(home, path('indicators'));
  assert.equal(inspectors_drawn, 20);
  // The second by name of a replacement, the third because of a recusal: 3 of 20.
  const replacement = cardsOf(parts[5])[0];
  const { id } = expectJson(await ask(planner, parts[3], cardsOf(parts[3])[0],
    { replacement }), 201);
  const named = expectJson(await decide(reviewer, id));
  assert.deepEqual([named.replacement, named.source], [replacement, 'direct']);
  const [asked, approved] = await Promise.all([planner, reviewer].map((client) =>
    get(client, '/planner/v1/session')));
  assert.deepEqual([named.requested_by, named.decided_by], [asked.login, approved.login]);
  const recused = await post(planner, `/planner/v1/inspectors/${cardsOf(parts[4])[0]}/recusals`,
    { subject: parts[4].subject, ...REASON });
  assert.equal(recused.adjustments_requested, 1);
  // The open request counts: nobody else may be asked for now.
  const fourth = cardsOf(parts[6])[0];
  expectProblem(await ask(planner, parts[6], fourth), 409, 'wrong-state');
  const { adjustments: open } = await get(home, `${path('adjustments')}?state=requested`);
  assert.deepEqual(open.map(({ inspector }) => inspector), [cardsOf(parts[4])[0]]);
  expectJson(await decide(reviewer, open[0].id));
  assert.equal((await get(home, path('indicators'))).inspectors_changed, 3);
  const problem = expectProblem(await ask(planner, parts[6], fourth), 409, 'wrong-state');
  assert.match(problem.detail, /20 名.*15%/);
  // A recusal is declared even so; the change that it asks for cannot be approved.
  await post(planner, `/planner/v1/inspectors/${fourth}/recusals`,
    { subject: parts[6].subject, ...REASON });
  const late = (await get(home, path('adjustments'))).adjustments.at(-1);
  assert.equal(late.inspector, fourth);
  expectProblem(await decide(reviewer, late.id), 409, 'wrong-state');
  expectJson(await decide(reviewer, late.id, 'refuse', REASON));
});

// ---- substitutes --------------------------------------------------------------------------------

const STRATUM = '410404.medical';
const substitute = (subject, more = {}, client = home) =>
  client.post(`/planner/v1/draws/${draw}/substitutes`,
    { subject, stratum: STRATUM, reason: '已注销', ...more });
const decideOn = async ({ id }, more = { exception: true, reason: '例外' }, by = 'reviewer') =>
  (await stack.office.role(HOME, by)).post(`/planner/v1/substitutes/${id}/decision`,
    { decision: 'approve', ...more });
// Asked for and approved, beyond the limit too.
async function substituted(subject, more) {
  const res = await substitute(subject, more);
  return res.status === 201 ? decideOn(res.json) : res;
}
const reserves = async () => (await stack.sql('SELECT u.code FROM draw_result r JOIN subject u ' +
  `ON u.id = r.subject_id JOIN draw w ON w.id = r.draw_id WHERE w.code = '${draw}' ` +
  'AND NOT r.selected ORDER BY r.position')).flat();

// What `feeds restored` does to every record, once a backup came back.
async function raiseVersions({ section }) {
  await stack.operate(`UPDATE section SET version = version + 1000000 WHERE id = ${section}`);
  await stack.operate(`UPDATE check_result SET version = version + 1000000
    WHERE section_id = ${section}`);
}

test('substitutes come in the order of the reserves, one for two who ask at once', async () => {
  const order = await reserves();
  const part = parts[7];
  const phone = await world.newPhone(cardsOf(part)[0]);
  await phone.pull();
  assert.ok(phone.items('visit').some(({ body }) => body.code === part.visit));
  expectProblem(await substitute(part.subject, {}, planner), 403, 'forbidden');
  expectProblem(await substitute(order[0]), 409, 'wrong-state'); // not selected
  expectProblem(await substitute(part.subject, { reason: '一\n二' }), 422, 'invalid');
  expectProblem(await substitute(part.subject, { stratum: '410403.medical' }), 422, 'invalid');
  await raiseVersions(part); // nothing was recorded by that
  const replies = await Promise.all([1, 2].map(() => substitute(part.subject)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409]);
  const asked = replies.find(({ status }) => status === 201).json;
  assert.equal(asked.state, 'requested');
  assert.ok((await partsOf(campaign)).some(({ visit }) => visit === part.visit),
    'nothing happens yet');
  expectProblem(await decideOn(asked, {}, 'planner'), 403, 'forbidden');
  expectProblem(await (await stack.office.role(FEW, 'reviewer')).post(
    `/planner/v1/substitutes/${asked.id}/decision`, { decision: 'approve' }), 403, 'forbidden');
  expectProblem(await decideOn(asked, { decision: 'perhaps' }), 422, 'invalid',
    { pointer: '/decision' });
  expectProblem(await decideOn(asked, { exception: true }), 422, 'invalid', { pointer: '/reason' });
  await stack.operate('INSERT INTO inspection_item (code, version, specialty, name, category, ' +
    "method, legal_basis, content) SELECT CONCAT('MATCH-', seq), 1, 'medical', '事项', " +
    "'general', 'onsite', '依据', '内容' FROM seq_1_to_1000");
  const { detail } = expectProblem(await decideOn(asked, {}), 409, 'wrong-state');
  assert.match(detail, /抽查事项超过 1000 项/);
  await stack.operate("UPDATE inspection_item SET retired = 1 WHERE code LIKE 'MATCH-%'");
  const made = expectJson(await decideOn(asked, {}), 200);
  expectProblem(await decideOn(asked, {}), 409, 'wrong-state');
  assert.equal(made.exception, false, 'one of ten');
  assert.deepEqual([made.substitute, made.position, made.inspectors, made.short],
    [order[0], QUOTA + 1, 2, null]);
  await phone.pull();
  assert.ok(!phone.items('visit').some(({ body }) => body.code === part.visit));
  const now = await partsOf(campaign);
  assert.equal(now.length, QUOTA);
  assert.ok(!now.some(({ visit }) => visit === part.visit));
  const next = now.find(({ visit }) => visit === made.visit);
  assert.equal(next.state, 'planned');
  assert.equal(next.inspectors.length, 2);
  // A substitute may be substituted, by the next reserve; the second of ten is beyond the limit.
  const second = expectJson(await substitute(order[0]), 201);
  assert.match(expectProblem(await decideOn(second, {}), 409, 'wrong-state',
    { pointer: '/exception' }).detail, /10%/);
  const beyond = expectJson(await decideOn(second), 200);
  assert.deepEqual([beyond.substitute, beyond.exception], [order[1], true]);
  await post(home, path('schedule'), { from: today(), to: addDays(today(), 40) });
  assert.equal((await post(home, path('dispatch'))).dispatched, 1);
  const { substitutes } = await get(home, `/planner/v1/draws/${draw}/substitutes`);
  assert.deepEqual(substitutes.map((row) => [row.subject, row.substitute, row.reason]),
    [[part.subject, order[0], '已注销'], [order[0], order[1], '已注销']]);
});

test('a visit that was begun keeps its subject', async () => {
  const part = parts[8];
  const phone = await world.newPhone(cardsOf(await partNow(part))[0]);
  await phone.pull();
  phone.record('section', part.section, { note: '已到场' });
  await phone.sync();
  await raiseVersions(part);
  expectProblem(await substitute(part.subject), 409, 'wrong-state');
});

test('the last reserve is followed by none', async () => {
  const order = await reserves();
  let [, subject] = order;
  for (const expected of order.slice(2)) {
    assert.equal(expectJson(await substituted(subject), 200).substitute, expected);
    subject = expected;
  }
  const problem = expectProblem(await substituted(subject), 409, 'wrong-state');
  assert.match(problem.detail, /用完/);
});

test('before the visits are made, a substitute takes the place in them and in the bundle', async () => {
  const made = await drawn(954, '410404', 'medical', 2);
  const [[subject], [reserve]] =
    await stack.sql('SELECT u.code FROM draw_result r JOIN subject u ' +
    `ON u.id = r.subject_id JOIN draw w ON w.id = r.draw_id
      WHERE w.code = '${made.draws[0].code}' ` +
    'AND r.position IN (1, 3) ORDER BY r.position');
  expectJson(await decideOn(await post(home, `/planner/v1/draws/${made.draws[0].code}/substitutes`,
    { subject, stratum: STRATUM, reason: '已迁出，经办人电话13812345678' })), 200);
  assert.equal((await post(home, path('visits', made))).visits, 2);
  const subjects = (await partsOf(made)).map((part) => part.subject);
  assert.ok(subjects.includes(reserve) && !subjects.includes(subject));
  await draws.teams(made);
  const bytes = await draws.bundle(made);
  assert.deepEqual((await verify(bytes, 0)).findings, []);
  assert.deepEqual((await checkBundle(bytes)).findings, []);
  assert.deepEqual(strangersVisits(untar(bytes)), []);
  const told = [...untar(bytes).values()].map((file) => file.toString('utf8'));
  assert.ok(told.some((text) => text.includes('已迁出，经办人电话＊＊＊')));
  assert.ok(!told.some((text) => text.includes('13812345678')));
  // As if it had been decided behind the closing: then the visits would be those of the first.
  const later = rebundle(bytes, 'substitutes.txt', (all) => Buffer.from(all.toString('utf8')
    .replace(/\t20\d\d-/, '\t2099-')));
  for (const { findings } of [await verify(later, 1), await checkBundle(later)])
    assert.ok(findings.some(({ file }) => file === 'visits.txt'));
  assert.ok(strangersVisits(untar(later)).length > 0);
});

// ---- the bundle ---------------------------------------------------------------------------------

async function verify(bytes, code) {
  const file = join(stack.var, 'match-bundle.tar');
  writeFileSync(file, bytes);
  return (await stack.office.ctl(['draw', 'verify', file], { codes: [code] })).out;
}

test('the bundle replays: lianchactl and a stranger agree, and what is changed is named', async () => {
  const bytes = await draws.bundle(campaign);
  const out = await verify(bytes, 0);
  assert.deepEqual(out.findings, []);
  assert.deepEqual([out.match.sections, out.match.assignments, out.match.inspectors_drawn,
    out.match.inspectors_changed, out.substitutes], [QUOTA, 2 * QUOTA, 20, 3, QUOTA]);
  const files = untar(bytes);
  assert.deepEqual(strangersTeams(files), rows(files, 'teams.txt'));
  assert.deepEqual(strangersUse(files), []);
  assert.deepEqual(strangersVisits(files), []);
  assert.deepEqual((await checkBundle(bytes)).findings, []);
  assert.ok(!files.get('adjustments.txt').toString('utf8').includes(REASON.reason));
  const line = (n, fn) => (all) => Buffer.from(all.toString('utf8').split('\n')
    .map((text, i) => (i === n ? fn(text) : text)).join('\n'));
  const forged = {
    'teams.txt': [line(3, (text) => text.replace(/T-H410404-\d+/, 'T-H410404-99')), /^line 4$/],
    'inspectors.txt': [(all) => Buffer.from(all.toString('utf8')
      .replace(/(T-H410404-02.*)\t1\t4\t/, '$1\t0\t4\t')), null],
    'visits.txt': [line(1, (text) => text.replaceAll(/91410404\w+/g, '9'.repeat(18))), null],
    'adjustments.txt': [line(1, (text) => text.slice(0, -4) + '0000'), /^line 2$/],
    'adjustments.txt: a kind': [line(1, (text) => text.replace('\tchange\t', '\tdirect\t')),
      /^line 2$/],
    'adjustments.txt: a source': [line(1, (text) => text.replace('\tdrawn\t', '\tx\t')),
      /^line 2$/],
    'adjustments.txt: twice': [line(1, (text) => `${text}\n${text}`), /^line 3$/],
    'adjustments.txt: another visit': [line(1, (text) => text.replace(/^[^\t]+/, `$&9`)),
      /^line 2$/],
    'substitutes.txt': [line(1, (text) => text.replace('\t11\t', '\t12\t')), /^line 2$/],
    'substitutes.txt: a limit': [line(2,
      (text) => text.replace('\texception\t', '\tlimit\t')), /^$/],
    'substitutes.txt: a time otherwise written': [line(1,
      (text) => text.replace(/\.\d{3}Z\t/, 'Z\t')), /^line 2$/],
    'substitutes.txt: a position otherwise written': [line(1,
      (text) => text.replace('\t11\t', '\t011\t')), /^line 2$/],
    'substitutes.txt: an opening': [line(1, (text) => text.replace(/\t[0-9a-f]{64}\t/,
      `\t${'0'.repeat(64)}\t`)), /^line 2$/],
    'substitutes.txt: a time': [line(2, (text) => text.replace(/\t20\d\d-/, '\t2019-')),
      /^line 3$/],
  };
  for (const [what, [change, where]] of Object.entries(forged)) {
    const [name] = what.split(':');
    const changed = rebundle(bytes, name, change);
    const { findings } = await verify(changed, 1);
    const named = (list) => list.some((f) => where === null ||
      (f.file === name && where.test(f.where)));
    assert.ok(named(findings), `${what}: ${JSON.stringify(findings)}`);
    assert.ok(named((await checkBundle(changed)).findings), `${what}: the page`);
    if (/^(adj|sub)/.test(what))
      assert.ok(strangersVisits(untar(changed)).length + strangersCheck(changed).length > 0,
        `${what}: a stranger`);
  }
  assert.deepEqual(strangersCheck(rebundle(bytes, 'adjustments.txt',
    forged['adjustments.txt'][0])), ['tickets of adjustments']);
  for (const name of new Set(Object.keys(forged).map((what) => what.split(':')[0]))) {
    const { findings } = await verify(rebundle(bytes, name, () => null), 1);
    assert.ok(findings.some((f) => f.file === name), `${name} left out`);
  }
});

test('no visit that went out breaks a rule of planning', async () => {
  const now = await brokenRules((query) => stack.sql(query), ['dispatched']);
  assert.deepEqual(now.filter((line) => !unruly.includes(line)), []);
});

// Rosters: between the commitment and the match inspectors leave, fall ill, are trained, are
// appointed. Nobody comes into reach of the match that way; whoever goes out of it is explained by
// the department, and stands in the bundle with cause, time and department. What is forged is named
// by all verifiers.

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, loginOf, post } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { rebundle } from '../support/bundle.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { DrawWorld, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { rows, strangersTeams, strangersUse } from './match-world.mjs';
import { HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const OFFICE = 'H410421';
const REGION = '410421';
const QUOTA = 8;
const STAFF = 12;
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const card = (n) => `R-${String(n).padStart(2, '0')}`;
const UNTIL = addDays(today(), 700);
const HIDDEN = '骨折住院';

let stack;
let draws;
let home;
let planner; // of OFFICE
let campaign;
let bundle;

const person = (n, more = {}) => ({ card_no: card(n), name: `测试名单员${n}`, department: OFFICE,
  card_expires_on: UNTIL, specialties: 'medical;school', areas: REGION, on_duty: 1, max_daily: 4,
  max_total: 100, synthetic: 1, ...more });

async function importFile(kind, columns, list) {
  const folder = join(stack.var, 'roster-world');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${kind}.csv`);
  writeCsv(file, columns, list);
  await stack.office.ctl(['import', kind, file]);
}

const importInspectors = (list) => importFile('inspectors', Object.keys(person(0)), list);

async function importDirectory() {
  await importFile('directories', ['code', 'department', 'name', 'refreshed_on'],
    [{ code: 'T-roster', department: HOME, name: '名单测试名录', refreshed_on: today() }]);
  await importFile('subjects', ['directories', 'code', 'name', 'type', 'address', 'region',
    'lon', 'lat',
    'state', 'credit_class', 'key', 'complaints', 'specialties', 'verified_on', 'synthetic'],
  [...Array(20)].map((_, i) => ({ directories: 'T-roster', code: makeUscc('91', REGION, 870000 + i),
    name: `名单样例${i}`, type: '专科医院', address: `合成样例路${i}号`, region: REGION, lon: '', lat: '',
    state: 'open', credit_class: 'B', key: 0, complaints: 0, specialties: 'medical',
    verified_on: today(), synthetic: 1 })));
}

async function drawn(serial, plans, teamsMs) {
  const codes = [];
  for (let i = 0; i < plans; i++) {
    const code = `410400${today().slice(0, 4)}8${serial + i}`;
    await post(home, '/planner/v1/plans', { code, directory: 'T-roster', name: '名单测试',
      ends_on: addDays(today(), 60 + i),
      quotas: [{ region: REGION, specialty: 'medical', count: QUOTA }] });
    await post(home, `/planner/v1/plans/${code}/file`);
    codes.push(code);
  }
  draws.teamsMs = teamsMs;
  const made = await draws.advance(await draws.campaignOf(codes), 'value');
  await post(home, path('visits', made));
  return made;
}

const path = (step, made = campaign) => `/planner/v1/campaigns/${made.code}/${step}`;
const differences = async () => (await get(home, path('differences'))).differences;
const say = (client, inspector, cause = 'absent', reason = HIDDEN) =>
  client.post(path('differences'), { inspector, cause, reason });

before(async () => {
  stack = await startStack();
  await seed(stack);
  await importDirectory();
  await importInspectors([...Array(STAFF)].map((_, i) => person(i + 1)));
  const login = loginOf(OFFICE, 'planner');
  if (!stack.office.knows(login))
    stack.office.keep(login, (await stack.office.ctl(['user', 'add', login, '--name', '测试',
      '--department', OFFICE, '--roles', 'planner'])).out.password);
  draws = new DrawWorld(stack, 870);
  home = await stack.office.role(HOME, 'planner');
  planner = await stack.office.role(OFFICE, 'planner');
});
after(() => stack.stop());

// ---- what changes between commitment and match --------------------------------------------------

// 1 ill, 2 gone to another department, 3 another card, 4 fewer visits, 5 another field, 6 trained;
// 7 recused by declaration; 90 and 91 appointed.
async function change() {
  await importInspectors([person(1, { on_duty: 0 }), person(2, { department: HOME }),
    person(3, { card_expires_on: addDays(today(), 5) }), person(4, { max_daily: 1 }),
    person(5, { specialties: 'school' }), person(6, { specialties: 'medical;school;blood',
      card_expires_on: addDays(UNTIL, 700), max_daily: 9 }), person(90), person(91)]);
}

test('without a change nothing differs, and nothing has to be explained', async () => {
  const made = await drawn(850, 1, 15000);
  assert.deepEqual(await get(home, path('differences', made)),
    { count: 0, unexplained: 0, unapproved: 0, differences: [] });
  await post(home, path('close', made));
  const { assignments, differences: n } = await draws.teams(made);
  assert.deepEqual([assignments, n], [2 * QUOTA, 0]);
  const files = untar(await draws.bundle(made));
  assert.equal(files.get('differences.txt').toString(), `liancha-differences/1\t${made.code}\n`);
  assert.deepEqual(rows(files, 'inspectors.txt'), rows(files, `roster-${made.draws[0].code}.txt`)
    .filter(([who]) => rows(files, 'inspectors.txt').some(([one]) => one === who)));
  expectProblem(await home.get(path('differences', made)), 409, 'wrong-state');
});

test('whoever is taken out of reach is explained and approved first, by those who may', async () => {
  campaign = await drawn(860, 2, 25000);
  await change();
  const { subject_code: subject } = (await get(home, `${path('visits')}?limit=1`)).visits[0];
  await post(planner, `/planner/v1/inspectors/${card(7)}/recusals`, { subject, reason: HIDDEN });
  const refused = expectProblem(await home.post(path('close'), {}), 409, 'wrong-state');
  for (const n of [1, 2, 3, 4, 5, 7]) assert.match(refused.detail, new RegExp(card(n)));
  for (const n of [6, 90, 91]) assert.doesNotMatch(refused.detail, new RegExp(card(n)));
  const found = (await differences()).filter(({ field }) => field !== 'carried')
    .filter(({ inspector }) => inspector.startsWith('R-'));
  assert.deepEqual(found.map(({ inspector, field, committed, used, cause, by }) =>
    [inspector, field, committed, used, cause, by]), [
    [card(1), 'duty', '1', '0', null, null],
    [card(2), 'duty', '1', '0', null, null],
    [card(3), 'card', UNTIL, addDays(today(), 5), null, null],
    [card(4), 'daily', '4', '1', null, null],
    [card(5), 'specialties', 'medical,school', 'school', null, null],
    [card(7), 'recusal', '-', subject, 'declared', OFFICE]]);
  const market = await draws.planner(MARKET);
  const outsider = await draws.planner(OUTSIDER);
  expectProblem(await say(market, card(1)), 403, 'forbidden');
  expectProblem(await outsider.get(path('differences')), 403, 'forbidden');
  expectProblem(await say(planner, card(1), 'because'), 422, 'invalid', { pointer: '/cause' });
  expectProblem(await say(planner, 'nobody'), 422, 'invalid', { pointer: '/inspector' });
  expectProblem(await say(planner, card(8)), 409, 'wrong-state'); // does not differ
  expectProblem(await say(planner, card(7)), 409, 'wrong-state'); // explains itself
  expectProblem(await say(planner, card(90)), 422, 'invalid'); // in no roster
  expectJson(await say(planner, card(1)), 201);
  expectJson(await say(home, card(2), 'left'), 201); // that froze the roster
  expectJson(await say(planner, card(3), 'card'), 201);
  expectJson(await say(planner, card(5), 'duty'), 201);
  expectProblem(await home.post(path('close'), {}), 409, 'wrong-state');
  expectJson(await say(planner, card(4), 'correction'), 201);
  // What was said is about that value only.
  await importInspectors([person(4, { max_daily: 2 })]);
  expectProblem(await home.post(path('close'), {}), 409, 'wrong-state');
  await importInspectors([person(4, { max_daily: 1 })]);
  const reviewer = await stack.office.as(await reviewerOfOffice());
  const approve = (client, inspector) => client.post(path('approvals'), { inspector });
  expectProblem(await approve(planner, card(1)), 403, 'forbidden');
  expectProblem(await approve(await stack.office.role(OUTSIDER, 'reviewer'), card(1)), 403,
    'forbidden');
  for (const n of [1, 2, 3, 4, 5]) expectJson(await approve(reviewer, card(n)), 201);
  expectProblem(await approve(reviewer, card(1)), 409, 'wrong-state'); // already
  assert.match(expectProblem(await home.post(path('close'), {}), 409, 'wrong-state').detail,
    /R-07/);
  expectJson(await approve(reviewer, card(7)), 201);
  await post(home, path('close'));
  const { assignments, displaced } = await draws.teams(campaign);
  assert.ok(assignments >= 2 * QUOTA);
  assert.equal(displaced, 4, 'all twelve would have been drawn: 1, 2, 3 and 5 are not, 4 is');
});

test('the match draws nobody who is new, and nobody by what is new', async () => {
  const codes = (await get(home, `${path('visits')}?limit=200`)).visits.map(({ code }) => code);
  const teams = [];
  for (const code of codes)
    teams.push(...(await get(home,
      `/planner/v1/visits/${code}`)).sections.flatMap(({ inspectors }) =>
      inspectors.map(({ card_no }) => card_no)));
  // 3: the card ends before the window, 5: lacks the field
  const gone = [1, 2, 3, 5, 90, 91].map(card);
  assert.deepEqual(teams.filter((who) => gone.includes(who)), []);
  assert.ok(teams.includes(card(6)));
  bundle = await draws.bundle(campaign);
  const six = rows(untar(bundle), 'inspectors.txt').find(([who]) => who === card(6));
  assert.deepEqual([six[4], six[6], six[9]], [UNTIL, '4', 'medical,school']);
});

// ---- the bundle ---------------------------------------------------------------------------------

async function lianchactl(bytes, code) {
  const file = join(stack.var, 'roster-bundle.tar');
  writeFileSync(file, bytes);
  return (await stack.office.ctl(['draw', 'verify', file], { codes: [code] })).out;
}

test('the bundle replays from the rosters and the listed differences, for all verifiers', async () => {
  const files = untar(bundle);
  const listed = rows(files, 'differences.txt').filter(([, field]) => field !== 'carried');
  assert.deepEqual(listed.map(([who, field, , , cause]) => [who, field, cause]), [
    [card(1), 'duty', 'absent'], [card(2), 'duty', 'left'], [card(3), 'card', 'card'],
    [card(4), 'daily', 'correction'], [card(5), 'specialties', 'duty'],
    [card(7), 'recusal', 'declared']]);
  assert.deepEqual(listed.map((row) => row[6]), [OFFICE, HOME, OFFICE, OFFICE, OFFICE, OFFICE]);
  for (const row of listed) assert.ok(Date.now() - Date.parse(row[5]) < 600000, row[5]);
  assert.ok(!bundle.includes(HIDDEN), 'reasons are on record, not in the bundle');
  assert.ok(!bundle.includes('测试名单员'), 'nor are names');
  assert.deepEqual(strangersCheck(bundle), []);
  assert.deepEqual(strangersUse(files), []);
  assert.deepEqual(strangersTeams(files), rows(files, 'teams.txt'));
  const out = await lianchactl(bundle, 0);
  assert.deepEqual([out.rosters, out.match.differences, out.findings],
    [true, rows(files, 'differences.txt').length, []]);
  const page = await checkBundle(bundle);
  assert.deepEqual([page.rosters, page.findings], [true, []]);
  assert.deepEqual([page.match, out.match.displaced],
    [{ differences: out.match.differences, displaced: 4 }, 4]);
});

const edit = (fn) => (bytes) => Buffer.from(fn(bytes.toString('utf8').split('\n')).join('\n'));
const line = (who, fn) => edit((all) =>
  all.map((text) => (text.startsWith(`${who}\t`) ? fn(text) : text)));
const without = (who) => edit((all) => all.filter((text) => !text.startsWith(`${who}\t`)));
const field = (n, value) => (text) =>
  text.split('\t').map((one, i) => (i === n ? value : one)).join('\t');

// What is forged -> which files and how; the file and what has to be said of it; the stranger's
// words.
const FORGED = {
  'a difference that is not listed': { changes: { 'differences.txt': without(card(1)) },
    said: ['inspectors.txt', /^R-01 的 duty 承诺时是“1”，匹配时用的是“0”，差异记录中没有/],
    stranger: /^R-01 differs$/ },
  'a difference that is none': { changes: { 'differences.txt': line(card(7), (text) =>
    `${text}\n${card(8)}\tduty\t1\t0\tabsent\t-\t-`) },
  said: ['differences.txt', /^R-08 没有这一处差异/], stranger: /^R-08 differs$/ },
  'a difference that widens': { changes: { 'inspectors.txt': line(card(8), field(6, '9')),
    'differences.txt': line(card(7),
      (text) => `${text}\n${card(8)}\tdaily\t4\t9\tcorrection\t-\t-`) },
  said: ['inspectors.txt', /^R-08 的 daily 由“4”改为“9”：承诺之后只能收窄/],
  stranger: /^R-08 daily does not narrow$/ },
  'an inspector put in': { changes: { 'inspectors.txt': line(card(9), (text) =>
    `${text}\n${text.replace(card(9), 'R-09a')}`) },
  said: ['inspectors.txt', /^R-09a 的 listed 承诺时是“0”/], stranger: /^R-09a differs$/ },
  'an inspector left out': { changes: { 'inspectors.txt': without(card(8)) },
    said: ['inspectors.txt', /^R-08 的 listed 承诺时是“1”/], stranger: /^R-08 differs$/ },
  'somebody off duty of whom nothing is said': { changes: { 'inspectors.txt': line(card(8),
    field(5, '0')) },
    said: ['inspectors.txt', /^R-08 的 duty .*差异记录中没有/], stranger: /^R-08 differs$/ },
  'a cause of another field': { changes: { 'differences.txt': line(card(1),
    field(4, 'elsewhere')) },
    said: ['differences.txt', /缘由与差异不符/] },
  'the differences left out': { changes: { 'differences.txt': () => null },
    said: ['differences.txt', /没有这个文件/] },
  'the last day': { changes: { 'visits.txt': edit((all) => all.map((text, i) =>
    (i === 0 ? field(2, addDays(today(), 61))(text) : text))) },
  said: ['visits.txt', /最早的/], stranger: /^last day$/ },
  'a wrong assignment': { changes: { 'teams.txt': edit((all) => all.map((text, i) =>
    (i === 2 ? field(2, card(90))(text) : text))) },
  said: ['teams.txt', /不是按规则抽取的：这一行应为“/] },
};

for (const [what, { changes, said: [file, words], stranger }] of Object.entries(FORGED))
  test(`forged: ${what}`, async () => {
    let forged = bundle;
    for (const [name, fn] of Object.entries(changes)) {
      const next = rebundle(forged, name, fn);
      assert.ok(!next.equals(forged), `${name} is changed`);
      forged = next;
    }
    const named = (findings) =>
      assert.ok(findings.some((f) => f.file === file && words.test(f.problem)),
      JSON.stringify(findings, null, 1));
    if (stranger) assert.ok(strangersUse(untar(forged)).some((text) => stranger.test(text)));
    named((await lianchactl(forged, 1)).findings);
    named((await checkBundle(forged)).findings);
  });

test('forged: a roster, and what was drawn from it as the department would like it', async () => {
  const name = `roster-${campaign.draws[0].code}.txt`;
  const change = line(card(8), field(5, '0'));
  const forged = rebundle(rebundle(bundle, name, change), 'inspectors.txt', change);
  const said = (findings) => assert.ok(findings.some((f) => f.file === name &&
    /不是公告的那一份/.test(f.problem)), JSON.stringify(findings));
  said((await lianchactl(forged, 1)).findings);
  said((await checkBundle(forged)).findings);
  assert.ok(strangersCheck(forged).includes(name));
});

// ---- after the match ----------------------------------------------------------------------------

test('who was appointed since joins by hand only, and a roster changed in the database stops all of it',
  async () => {
    const [{ code }] = (await get(home, `${path('visits')}?limit=1`)).visits;
    const [{ section, inspectors }] = (await get(home, `/planner/v1/visits/${code}`)).sections;
    const leaver = inspectors[0].card_no;
    const ask = (more) => planner.post(`/planner/v1/sections/${section}/adjustments`,
      { inspector: leaver, reason: HIDDEN, ...more });
    const reviewer = await stack.office.as(await reviewerOfOffice());
    const decide = (id, decision = 'approve') =>
      reviewer.post(`/planner/v1/adjustments/${id}/decision`,
      { decision, reason: HIDDEN });
    const draw = campaign.draws[0].code;
    const { id } = expectJson(await ask(), 201);
    await stack.operate(`UPDATE roster_part SET body = REPLACE(body, 'medical', 'Medical')
      WHERE draw_id =
      (SELECT id FROM draw WHERE code = '${draw}')`);
    const stopped = expectProblem(await decide(id), 409, 'wrong-state');
    assert.match(stopped.detail, /人员名单不是公告的那一份/);
    await stack.operate(`UPDATE roster_part SET body = REPLACE(body, 'Medical', 'medical')
      WHERE draw_id =
      (SELECT id FROM draw WHERE code = '${draw}')`);
    expectJson(await decide(id, 'refuse'));
    const byHand = expectJson(await ask({ replacement: card(90) }), 201);
    assert.equal(expectJson(await decide(byHand.id)).source, 'direct');
    const bytes = await draws.bundle(campaign);
    assert.deepEqual((await lianchactl(bytes, 0)).findings, []);
    const forged = rebundle(bytes, 'adjustments.txt', edit((all) => all.map((text) =>
      text.replace('\tdirect\t', '\tdrawn\t'))));
    const { findings } = await lianchactl(forged, 1);
    assert.ok(findings.some(({ file, problem }) => file === 'adjustments.txt' &&
      /R-90 不在承诺的人员名单中/.test(problem)), JSON.stringify(findings));
  });

async function reviewerOfOffice() {
  const login = loginOf(OFFICE, 'reviewer');
  if (!stack.office.knows(login))
    stack.office.keep(login, (await stack.office.ctl(['user', 'add', login, '--name', '测试',
      '--department', OFFICE, '--roles', 'reviewer'])).out.password);
  return login;
}

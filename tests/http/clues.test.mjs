// clues.test.mjs - complaints, transfers and findings of monitoring: handed in once, buried by no
// one alone, checked outside of any draw, and counted beside what is drawn.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { DAYS, LAST, addDays, begin, broken, campaigns, codesOf, home, move, path, show, stack,
} from './visit-world.mjs';
import { DISTRICT, HOME, MARKET } from './world.mjs';

const CLUES = '/planner/v1/clues';
const TEAM = [`P-${DISTRICT}-1`, `P-${DISTRICT}-2`];
let reporter;
let planner;
let reviewer;
let subject; // of a planned visit
let code; // of that visit
let serial = 0;

before(async () => {
  await begin();
  const window = { from: today(), to: addDays(today(), LAST) };
  await post(home, path('schedule', campaigns[0]), window);
  [reporter, planner, reviewer] = await Promise.all(['reporter', 'planner', 'reviewer']
    .map((role) => stack.office.role(DISTRICT, role)));
  [code] = (await codesOf(campaigns[0])).filter((one) => one.includes('-91410402'));
  subject = (await show(code)).subject_code;
});
after(() => stack.stop());

const body = (more = {}) => ({ number: `水质-${++serial}`, source: 'monitoring', subject,
  content: '二次供水余氯低于限值', found_on: today(), ...more });
const handIn = async (more) => expectJson(await reporter.post(CLUES, body(more)), 201);
const act = (client, step, { id, version }, more) =>
  client.post(`${CLUES}/${id}/${step}`, { version, ...more });
const triage = (clue, more, client = planner) =>
  act(client, 'triage', clue, { reason: '属于本部门职责', ...more });
const decide = (clue, decision = 'approve', client = reviewer) =>
  act(client, 'decision', clue, { decision, reason: '情况属实' });
const end = (clue) => act(reviewer, 'end', clue, { outcome: 'corrected', note: '已责令整改' });
const shown = async ({ id }) => expectJson(await planner.get(`${CLUES}/${id}`));
const own = (on, inspectors = TEAM) => ({ plan: 'visit', planned_on: on, inspectors });
const day = async ({ id }, on) =>
  stack.operate(`UPDATE clue SET planned_on = '${on}' WHERE id = ${id}`);

test('a clue that is sent again is the same one, whatever became of it, and another one is refused',
  async () => {
    const sent = body();
    const replies = await Promise.all([1, 2, 3].map(() => reporter.post(CLUES, sent)));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 200, 201]);
    const [{ json: clue }] = replies;
    assert.deepEqual([clue.state, clue.department, clue.subject_code, clue.number],
      ['received', DISTRICT, subject, sent.number]);
    expectJson(await triage(clue, { plan: 'reject' }));
    assert.equal(expectJson(await reporter.post(CLUES, sent)).state, 'proposed');
    for (const other of [{ content: '另一件事' }, { source: 'complaint' }, { department: HOME }])
      expectProblem(await reporter.post(CLUES, { ...sent, ...other }), 409, 'conflict',
        { pointer: '/number' });
    // Of another sender it is another one.
    expectJson(await planner.post(CLUES, sent), 201);
    const [[count]] = await stack.sql(`SELECT COUNT(*) FROM clue WHERE number = '${sent.number}'`);
    assert.equal(count, '2');
  });

test('what is wrong with a clue is named, and nothing is stored', async () => {
  const count = async () => (await stack.sql('SELECT COUNT(*) FROM clue'))[0][0];
  const before_ = await count();
  for (const [more, pointer] of [[{ subject: '914104020000000000' }, '/subject'],
    [{ found_on: addDays(today(), 1) }, '/found_on'], [{ department: 'X999999' }, '/department'],
    [{ source: 'rumour' }, '/source'], [{ content: ' ' }, '/content'],
    [{ number: undefined }, '/number'], [{ content: 'x'.repeat(1001) }, '/content']])
    expectProblem(await reporter.post(CLUES, body(more)), 422, 'invalid', { pointer });
  assert.equal(await count(), before_);
});

test('who hands in reads nothing, and other departments read and decide nothing', async () => {
  const clue = await handIn();
  for (const where of [CLUES, `${CLUES}/${clue.id}`, '/planner/v1/directories'])
    expectProblem(await reporter.get(where), 403, 'forbidden');
  expectProblem(await triage(clue, { plan: 'reject' }, reporter), 403, 'forbidden');
  const stranger = await stack.office.role(MARKET, 'planner');
  expectProblem(await stranger.get(`${CLUES}/${clue.id}`), 403, 'forbidden');
  expectProblem(await triage(clue, { plan: 'reject' }, stranger), 403, 'forbidden');
  assert.deepEqual(expectJson(await stranger.get(CLUES)).clues, []);
  // Handed over, it is theirs alone.
  const theirs = await handIn({ department: MARKET });
  assert.deepEqual(expectJson(await stranger.get(CLUES)).clues.map(({ id }) => id), [theirs.id]);
  expectProblem(await planner.get(`${CLUES}/${theirs.id}`), 403, 'forbidden');
});

test('nobody buries a clue alone: what is said of it holds when another account has decided so',
  async () => {
    const clue = await handIn({ source: 'complaint' });
    expectProblem(await decide(clue), 409, 'wrong-state');
    for (const more of [{ plan: 'reject', reason: ' ' }, { plan: 'none' },
      { plan: 'reject', planned_on: today() }, { plan: 'reject', visit: code },
      { plan: 'reject', inspectors: TEAM }, { plan: 'join' }, { plan: 'visit' }])
      expectProblem(await triage(clue, more), 422, 'invalid');
    const proposed = expectJson(await triage(clue, { plan: 'reject' }));
    assert.deepEqual([proposed.state, proposed.plan], ['proposed', 'reject']);
    expectProblem(await triage(proposed, { plan: 'reject' }), 409, 'wrong-state');
    expectProblem(await decide(clue), 412, 'stale');
    expectProblem(await decide(proposed, 'approve', planner), 403, 'forbidden');
    // Also where one account has both duties.
    const [[both]] = await stack.sql('SELECT proposed_by FROM clue WHERE id = ' + clue.id);
    await stack.operate(`UPDATE clue SET proposed_by = (SELECT id FROM account WHERE login =
      '${DISTRICT.toLowerCase()}.reviewer') WHERE id = ${clue.id}`);
    assert.match(expectProblem(await decide(proposed), 403, 'forbidden').detail, /以外的账号/);
    await stack.operate(`UPDATE clue SET proposed_by = ${both} WHERE id = ${clue.id}`);
    const back = expectJson(await decide(proposed, 'refuse'));
    assert.deepEqual([back.state, back.decision_reason], ['received', '情况属实']);
    const again = expectJson(await triage(back, { plan: 'reject' }));
    const replies = await Promise.all([1, 2].map(() => decide(again)));
    assert.equal(replies.filter(({ status }) => status === 200).length, 1, 'two at once');
    assert.equal((await shown(clue)).state, 'rejected');
    expectProblem(await triage(await shown(clue), { plan: 'reject' }), 409, 'wrong-state');
    const events = await stack.sql('SELECT action FROM audit_event WHERE target = ' +
      `'clue:${clue.id}' ORDER BY at, seq`);
    assert.deepEqual(events.flat(), ['clue.create', 'clue.triage', 'clue.decide', 'clue.triage',
      'clue.decide']);
  });

test('a check of its own has a team by hand that can come, when it is said and when it is decided',
  async () => {
    const clue = await handIn();
    const on = DAYS[3];
    const people = (card, set) =>
      stack.operate(`UPDATE inspector SET ${set} WHERE card_no = '${card}'`);
    expectProblem(await triage(clue, own(addDays(today(), -1))), 422, 'invalid',
      { pointer: '/planned_on' });
    for (const [team, pointer] of [[[TEAM[0]], '/inspectors'],
      [[TEAM[0], TEAM[0]], '/inspectors/1'], [[TEAM[0], `P-${MARKET}-1`], '/inspectors/1'],
      [[TEAM[0], 'nobody'], '/inspectors/1']])
      expectProblem(await triage(clue, own(on, team)), 422, 'invalid', { pointer });
    const recusal = `SELECT i.id AS who, s.id AS whom FROM inspector i JOIN subject s
      ON s.code = '${subject}' WHERE i.card_no = '${TEAM[1]}'`;
    const unfit = [
      [() => people(TEAM[1], 'on_duty = 0'), () => people(TEAM[1], 'on_duty = 1')],
      [() => people(TEAM[1], `card_expires_on = '${addDays(on, -1)}'`),
        () => people(TEAM[1], `card_expires_on = '${addDays(today(), 700)}'`)],
      [() => stack.operate('INSERT INTO inspector_recusal (inspector_id, subject_id, reason) ' +
        `SELECT x.*, '' FROM (${recusal}) x`), () => stack.operate('DELETE r FROM ' +
        `inspector_recusal r JOIN inspector i ON i.id = r.inspector_id WHERE
        i.card_no = '${TEAM[1]}' AND r.reason = ''`)],
    ];
    for (const [make, undo] of unfit) {
      await make();
      expectProblem(await triage(clue, own(on)), 422, 'invalid', { pointer: '/inspectors/1' });
      await undo();
    }
    assert.deepEqual((await shown(clue)).version, clue.version);
    const proposed = expectJson(await triage(clue, own(on)));
    for (const [make, undo] of unfit) {
      await make();
      assert.match(expectProblem(await decide(proposed), 409, 'wrong-state').detail, /不得少于/);
      await undo();
    }
    await day(clue, addDays(today(), -1));
    assert.match(expectProblem(await decide(proposed), 409, 'wrong-state').detail, /日期已过/);
    await day(clue, on);
    const tasks = async () => stack.sql('SELECT COUNT(*) FROM task UNION ALL SELECT COUNT(*) ' +
      'FROM visit UNION ALL SELECT COUNT(*) FROM draw_result');
    const drawn = await tasks();
    const planned = expectJson(await decide(proposed));
    assert.deepEqual([planned.state, planned.planned_on], ['planned', on]);
    assert.match(expectProblem(await end(planned), 409, 'wrong-state').detail, /日期未到/);
    // It did not come about: weighed anew.
    const anew = expectJson(await decide(expectJson(await triage(planned, own(today())))));
    const checked = expectJson(await end(anew));
    assert.deepEqual([checked.state, checked.outcome, checked.note],
      ['checked', 'corrected', '已责令整改']);
    expectProblem(await end(checked), 409, 'wrong-state');
    assert.deepEqual(await tasks(), drawn, 'no draw knows of it');
    await stack.operate(`DELETE FROM clue_inspector WHERE clue_id = ${clue.id}`);
    await stack.operate(`DELETE FROM clue WHERE id = ${clue.id}`);
  });

// Visits that are dated on a day with one of the team.
const busy = (on) => stack.sql('SELECT DISTINCT v.code FROM visit v JOIN section s ON ' +
  's.visit_id = v.id JOIN assignment a ON a.section_id = s.id JOIN inspector i ON ' +
  `i.id = a.inspector_id WHERE i.card_no IN ('${TEAM.join("', '")}') AND v.planned_on = '${on}'`);

test('a check of a clue counts in the caps of its enterprise and in the days of its inspectors',
  async () => {
    const schedule = async (from, to) => {
      for (const campaign of campaigns) await home.post(path('schedule', campaign), { from, to });
    };
    await stack.operate("UPDATE rule SET value = 1 WHERE name = 'load.daily'");
    const all = [today(), addDays(today(), LAST)];
    await schedule(...all);
    // A day of theirs, on which the enterprise has none of another campaign.
    const days = await stack.sql("SELECT DISTINCT planned_on FROM visit WHERE state = 'planned' " +
      `AND planned_on > '${today()}' ORDER BY 1`);
    let on;
    for (const [one] of days) if (!on && (await busy(one)).length > 0) on = one;
    const clue = await handIn();
    const proposed = expectJson(await triage(clue, own(on)));
    // Said, it counts for nothing yet.
    await schedule(...all);
    assert.ok((await busy(on)).length > 0);
    const planned = expectJson(await decide(proposed));
    // What is dated there by now is held at the dispatch; dated anew it goes elsewhere.
    await schedule(addDays(on, 1), all[1]);
    await schedule(...all);
    assert.deepEqual(await busy(on), []);
    await stack.operate("UPDATE rule SET value = 4 WHERE name = 'load.daily'");
    await schedule(addDays(on, 1), all[1]);
    const { version } = await show(code);
    assert.match(expectProblem(await move(home, code, on, version), 409, 'wrong-state').detail,
      /该企业当日已有检查/);
    // What is weighed anew leaves the day free.
    expectJson(await triage(planned, { plan: 'reject' }));
    expectJson(await move(home, code, on, version));
    assert.deepEqual(await broken(), []);
  });

test('a clue goes along with a visit of its enterprise, and is ended by what was found there',
  async () => {
    const clue = await handIn();
    const other = (await codesOf(campaigns[0])).find((one) => !one.endsWith(subject));
    for (const visit of [other, 'nothing'])
      expectProblem(await triage(clue, { plan: 'join', visit }), 422, 'invalid',
        { pointer: '/visit' });
    const joined = expectJson(await decide(expectJson(await triage(clue,
      { plan: 'join', visit: code }))));
    const { planned_on: on, sections } = await show(code);
    assert.deepEqual([joined.state, joined.visit, joined.planned_on], ['joined', code, on]);
    assert.match(expectProblem(await end(joined), 409, 'wrong-state').detail, /尚未签字/);
    const { section } = sections.find(({ department }) => department === DISTRICT);
    const set = (to, plan) => stack.operate(`UPDATE section SET state = '${to}' WHERE id = ${
      section}; UPDATE visit SET planned_on = '${plan}' WHERE code = '${code}'`);
    await set('signed', today());
    assert.equal(expectJson(await end(joined)).state, 'checked');
    const late = await handIn();
    assert.match(expectProblem(await triage(late, { plan: 'join', visit: code }), 409,
      'wrong-state').detail, /已经开始/);
    await set('open', on);
    // Where the visit goes, the clue stays.
    await stack.operate(`UPDATE clue SET state = 'joined', visit_id = NULL WHERE id = ${clue.id}`);
    const lost = await shown(clue);
    assert.match(expectProblem(await end(lost), 409, 'wrong-state').detail, /重新研判/);
    assert.equal(expectJson(await triage(lost, { plan: 'reject' })).state, 'proposed');
  });

test('what waits is on the workbench of who has to do it, and the list has its filters', async () => {
  const works = async (client) => Object.fromEntries(expectJson(await client
    .get('/planner/v1/workbench')).works.map(({ kind, count }) => [kind, count]));
  const before_ = [await works(planner), await works(reviewer)];
  const clue = await handIn({ source: 'transfer' });
  assert.equal((await works(planner))['clue.triage'], (before_[0]['clue.triage'] ?? 0) + 1);
  expectJson(await triage(clue, own(DAYS[4])));
  assert.equal((await works(planner))['clue.triage'], before_[0]['clue.triage'] ?? 0);
  assert.equal((await works(reviewer))['clue.decide'], (before_[1]['clue.decide'] ?? 0) + 1);
  const found = expectJson(await planner.get(`${CLUES}?source=transfer&state=proposed&subject=${
    subject}`)).clues;
  assert.deepEqual(found.map(({ id, inspectors }) => [id, inspectors]),
    [[clue.id, '统筹执法员1、统筹执法员2']]);
  const csv = await planner.get(`${CLUES}?format=csv&source=transfer`);
  assert.ok(csv.text.includes('二次供水余氯低于限值'));
});

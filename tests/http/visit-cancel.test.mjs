// visit-cancel.test.mjs - visits whose day is cancelled: what is owed stays owed, and whoever
// waited for it learns it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { DAYS, LAST, addDays, begin, broken, campaigns, cancel, codesOf, home, issue, movable, move,
  moveSomewhere, path, show, stack, world } from './visit-world.mjs';
import { HOME, MARKET } from './world.mjs';

before(async () => {
  await begin();
  for (const campaign of campaigns.slice(0, 2)) await post(home, path('schedule', campaign),
    { from: today(), to: addDays(today(), LAST) });
  expectJson(await home.post(path('dispatch', campaigns[0]), {}));
});
after(() => stack.stop());

const tasksOf = (code) => stack.sql('SELECT t.draw_id, t.specialty, t.section_id FROM task t ' +
  `JOIN section s ON s.id = t.section_id JOIN visit v ON v.id = s.visit_id ` +
  `WHERE v.code = '${code}' ORDER BY 1, 2`);

test('a cancelled visit loses its day alone: it is owed as before, and is dated like any', async () => {
  await home.post(path('schedule', campaigns[1]), { from: today(), to: addDays(today(), LAST) });
  const [code] = await codesOf(campaigns[1]);
  await moveSomewhere(code);
  const before_ = await show(code);
  const tasks = await tasksOf(code);
  for (const body of [{ kind: 'none' }, { kind: undefined }, { reason: ' ' },
    { reason: undefined }])
    expectProblem(await cancel(home, code, before_.version, body), 422, 'invalid');
  expectProblem(await cancel(await stack.office.role(MARKET, 'planner'), code, before_.version),
    403, 'forbidden');
  expectProblem(await cancel(await stack.office.role(HOME, 'reviewer'), code, before_.version),
    403, 'forbidden');
  expectProblem(await cancel(home, 'nothing', before_.version), 404, 'not-found');
  expectProblem(await cancel(home, code, before_.version - 1), 412, 'stale');
  assert.deepEqual(await show(code), before_);
  const replies = await Promise.all([1, 2].map(() => cancel(home, code, before_.version)));
  assert.equal(replies.filter(({ status }) => status === 200).length, 1, 'two at once');
  const shown = await show(code);
  assert.deepEqual([shown.planned_on, shown.pinned, shown.state, shown.cancelled_from,
    shown.cancelled_kind, shown.cancelled_reason, shown.version],
  [null, false, 'planned', before_.planned_on, 'subject', '企业停产检修', before_.version + 1]);
  assert.match(expectProblem(await cancel(home, code, shown.version), 409, 'wrong-state').detail,
    /没有排定日期/);
  assert.deepEqual(await tasksOf(code), tasks);
  const rows = async () => expectJson(await home.get(`${path('visits', campaigns[1])}?cancelled=1`))
    .visits.map((row) => row.code);
  assert.deepEqual(await rows(), [code]);
  const { works } = expectJson(await home.get('/planner/v1/workbench'));
  assert.deepEqual(works.filter(({ kind }) => kind === 'visit.cancel')
    .map(({ count, list, filter }) => [count, list, filter]),
  [[1, `campaigns/${campaigns[1].code}/visits`, 'cancelled=1']]);
  const [[detail]] = await stack.sql('SELECT detail FROM audit_event WHERE action = ' +
    `'visit.cancel' AND target = 'visit:${code}'`);
  assert.ok(detail.includes('企业停产检修') && detail.includes(before_.planned_on), detail);
  await home.post(path('schedule', campaigns[1]), { from: today(), to: addDays(today(), LAST) });
  const again = await show(code);
  assert.ok(again.planned_on);
  assert.deepEqual([again.cancelled_from, again.cancelled_kind, again.cancelled_reason],
    [null, null, null]);
  assert.deepEqual(await rows(), []);
  assert.deepEqual(await broken(), []);
});

test('nobody is spared by a cancelled day: not when it is over, not when no other day is left',
  async () => {
    const [code] = await codesOf(campaigns[1]);
    const { version, planned_on: on } = await show(code);
    const day = (to) =>
      stack.operate(`UPDATE visit SET planned_on = '${to}' WHERE code = '${code}'`);
    await day(addDays(today(), -1));
    assert.match(expectProblem(await cancel(home, code, version), 409, 'wrong-state').detail,
      /日期已过/);
    await day(on);
    const ends = (to) => stack.operate(`UPDATE plan SET ends_on = '${to}' WHERE id IN (SELECT ` +
      `plan_id FROM draw w JOIN campaign c ON c.id = w.campaign_id WHERE c.code = '${
        campaigns[1].code}')`);
    await ends(today());
    assert.match(expectProblem(await cancel(home, code, version), 409, 'wrong-state').detail,
      /没有其他工作日.*替换/);
    await ends(addDays(today(), LAST));
    assert.deepEqual([(await show(code)).planned_on, (await show(code)).version], [on, version]);
  });

test('a visit that is out and cancelled stays on the phones of its team, who may have begun it; ' +
  'its notice says that nobody comes, until it has another day', async () => {
  const [id, code] = await movable();
  await stack.operate(`DELETE FROM visit_notice WHERE entry = ${id}`);
  const { version, planned_on: on, door_code: door, sections } = await show(code);
  const [{ section, inspectors: [{ card_no: card }] }] = sections;
  const phone = await world.newPhone(card);
  await phone.pull();
  const { address } = expectJson(await issue(code, { replace: true }), 201);
  const set = (to) => stack.operate(`UPDATE section SET ${to} WHERE id = ${section}`);
  await set("attended = '1'");
  assert.match(expectProblem(await cancel(home, code, version), 409, 'wrong-state').detail,
    /已经开始/);
  await set("attended = ''");
  const heads = async () => new Map((await stack.sql('SELECT kind, owner_id, seq FROM feed_head'))
    .map(([kind, owner, seq]) => [`${kind} ${owner}`, seq]));
  const former = await heads();
  expectJson(await cancel(home, code, version, { kind: 'team' }));
  const reached = [...await heads()].filter(([feed, seq]) => former.get(feed) !== seq)
    .map(([feed]) => feed).sort();
  const own = (await stack.sql("SELECT CONCAT('1 ', a.inspector_id) FROM visit v JOIN section s " +
    `ON s.visit_id = v.id JOIN assignment a ON a.section_id = s.id WHERE v.code = '${code}' ` +
    `UNION SELECT CONCAT('2 ', v.id) FROM visit v WHERE v.code = '${code}'`)).flat().sort();
  assert.deepEqual(reached, own);
  const before_ = phone.items('visit').find(({ body }) => body.code === code).body;
  assert.equal(before_.planned_on, on);
  await phone.pull();
  const { body } = phone.items('visit').find((item) => item.body.code === code);
  assert.deepEqual(body, { ...before_, planned_on: null });
  assert.equal((await show(code)).state, 'dispatched');

  const shown = await request(address);
  assert.equal(shown.status, 200);
  for (const text of ['已经取消', on, '检查组方面的原因'])
    assert.ok(shown.text.includes(text), text);
  assert.ok(!shown.text.includes(card), 'nobody comes');
  assert.ok(!shown.text.includes('企业停产检修'), 'the words are the office\'s');
  assert.equal((await request(`${address}/rating`)).status, 409);
  expectProblem(await issue(code, { replace: true }), 409, 'wrong-state');

  // A phone that was there without a network, and comes back.
  await moveSomewhere(code);
  const again = await request(address);
  assert.ok(!again.text.includes('已经取消') && again.text.includes(card));
  expectJson(await cancel(home, code, (await show(code)).version));
  const op = phone.record('attendance', undefined, { section_id: section, card_no: card,
    event: 'arrived', at: new Date().toISOString(), how: 'typed', door_code: door });
  await phone.sync();
  assert.equal(phone.outcomes.get(op).outcome, 'applied');
  assert.match(expectProblem(await move(home, code, DAYS[5], (await show(code)).version), 409,
    'wrong-state').detail, /已经开始/);
  assert.deepEqual(await broken(), []);
});

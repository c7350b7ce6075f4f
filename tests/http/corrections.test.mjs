// What the phones recorded and could not be written: edits after the sign-off, by an inspector who
// was replaced, on what was deleted; operations without effect. All of it waits at the desk.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const INSTANT = '2026-03-02T01:30:00.000Z';

let stack;
let world;
let work;

before(async () => {
  stack = await startStack({ own: true }); // takes assignments away, which others rely on
  world = await seed(stack);
  work = new Fieldwork(stack, world);
  await work.leaveWritten();
});
after(() => stack.stop());

const ask = (method, path, json, role = 'reviewer', department = DISTRICT) =>
  request(`${stack.base}/planner/v1${path}`, { method, json,
    token: world.tokenOf(role, department) });
const list = async (state = 'open', department = DISTRICT) => expectJson(await ask('GET',
  `/corrections?state=${state}&limit=200`, undefined, 'reviewer', department)).corrections;
const heldOf = async (id, state, department) =>
  (await list(state, department)).find(({ operation }) => operation?.id === id);
const decide = (id, json, role, department) =>
  ask('POST', `/corrections/${id}/decision`, json, role, department);
const outcome = (phone, id) => phone.outcomes.get(id);
const kind = ({ problem }) => problem?.type.split(':').at(-1);
const review = (part, decision = 'accept') => ask('POST', `/sections/${part.section}/review`,
  { decision, reason: '测试' });

test('an edit after the sign-off is a correction request; accepted, it reopens the section', async () => {
  const part = work.take(DISTRICT);
  const { phone, checks } = await work.sign(part);
  const edit = phone.record('check_result', checks[0].id, { problem: '签字后补记' });
  const manifest = phone.record('evidence', undefined, { section_id: part.section,
    sha256: 'cd'.repeat(32), size: 10, type: 'image/png', taken_at: INSTANT });
  const sign = phone.record('section_sign', part.section, {});
  await phone.sync();
  assert.deepEqual([outcome(phone, edit).outcome, kind(outcome(phone, edit))],
    ['conflict', 'section-sealed']);
  assert.deepEqual([outcome(phone, manifest).outcome, kind(outcome(phone, manifest))],
    ['conflict', 'section-sealed']);
  assert.deepEqual([outcome(phone, sign).outcome, kind(outcome(phone, sign))],
    ['rejected', 'section-sealed']);
  assert.equal(phone.item('check_result', checks[0].id).body.problem, null, 'nothing took effect');

  const held = await heldOf(edit);
  assert.deepEqual([held.kind, held.section, held.entity, held.entity_id, held.inspector],
    ['sealed', part.section, 'check_result', checks[0].id, part.inspectors[0].card_no]);
  assert.deepEqual(held.operation.fields, { problem: '签字后补记' });
  assert.equal(held.result.id, edit);
  assert.equal((await heldOf(sign)).kind, 'rejected');
  expectProblem(await review(part), 409, 'wrong-state');
  assert.equal((await decide(held.id, { decision: 'accept' }, 'reviewer', MARKET)).status, 403);
  expectProblem(await decide(held.id, { decision: 'refuse' }), 422, 'invalid',
    { pointer: '/reason' });
  expectProblem(await decide(held.id, { decision: 'perhaps' }), 422, 'invalid',
    { pointer: '/decision' });

  assert.equal(expectJson(await decide(held.id, { decision: 'accept' })).state, 'accepted');
  expectProblem(await decide(held.id, { decision: 'accept' }), 409, 'wrong-state');
  expectJson(await decide((await heldOf(manifest)).id, { decision: 'accept' }));
  await phone.pull();
  const { state, signed_by } = phone.item('section', part.section).body;
  assert.deepEqual([state, signed_by], ['returned', null],
    'an inspector has to sign what it says now');
  assert.equal(phone.item('check_result', checks[0].id).body.problem, '签字后补记');
  assert.ok(phone.items('evidence').some(({ body }) => body.sha256 === 'cd'.repeat(32)));
  phone.record('section_sign', part.section, {});
  await phone.sync();
  expectJson(await review(part));
});

test('a refused correction changes nothing, and the section can be accepted', async () => {
  const part = work.take(DISTRICT);
  const { phone } = await work.sign(part);
  const edit = phone.record('section', part.section, { note: '另一说法' });
  await phone.sync();
  const { id } = await heldOf(edit);
  const sections = await stack.sql(`SELECT * FROM section WHERE id = ${part.section}`);
  expectJson(await decide(id, { decision: 'refuse', reason: '与事实不符' }));
  assert.deepEqual(await stack.sql(`SELECT * FROM section WHERE id = ${part.section}`), sections);
  assert.equal((await heldOf(edit, 'refused')).reason, '与事实不符');
  expectJson(await review(part));
  const late = phone.record('section', part.section, { note: '太迟' });
  await phone.sync();
  expectProblem(await decide((await heldOf(late)).id, { decision: 'accept' }), 409, 'wrong-state');
  assert.ok(await heldOf(late), 'still there');
});

// As a reassignment leaves it: the assignment gone, and the inspector told so.
async function replace(part, card) {
  const [[inspector]] = await stack.sql(`SELECT id FROM inspector WHERE card_no = '${card}'`);
  await stack.operate(`START TRANSACTION;
    DELETE FROM assignment WHERE section_id = ${part.section} AND inspector_id = ${inspector};
    UPDATE feed_head SET seq = LAST_INSERT_ID(seq + 1) WHERE kind = 1 AND owner_id = ${inspector};
    UPDATE feed_item SET seq = LAST_INSERT_ID(), deleted = 1, body = '{}' WHERE kind = 1
      AND owner_id = ${inspector} AND entity = 'visit' AND entity_id = (SELECT visit_id FROM section
        WHERE id = ${part.section});
    COMMIT`);
}

test('an edit of an inspector who was replaced meanwhile is kept, and can be taken over', async () => {
  const part = work.take(DISTRICT);
  const phone = await work.phoneOf(part);
  const other = await work.phoneOf(part, 1);
  const edit = phone.record('section', part.section, { note: '离线时所记', arrived_at: INSTANT });
  const sign = phone.record('section_sign', part.section, {});
  const wrong = phone.record('check_result', 999999999, { problem: '无此对象' });
  await replace(part, part.inspectors[0].card_no);
  await phone.sync();
  assert.deepEqual([outcome(phone, edit).outcome, kind(outcome(phone, edit))],
    ['conflict', 'reassigned']);
  assert.deepEqual([outcome(phone, sign).outcome, kind(outcome(phone, sign))],
    ['rejected', 'reassigned']);
  assert.deepEqual([outcome(phone, wrong).outcome, kind(outcome(phone, wrong))],
    ['rejected', 'not-found']);
  assert.equal(phone.item('section', part.section), undefined, 'out of its sight');
  const held = await heldOf(edit);
  assert.equal(held.kind, 'reassigned');
  expectJson(await decide(held.id, { decision: 'accept' }));
  await other.pull();
  const { note, arrived_at, state } = other.item('section', part.section).body;
  assert.deepEqual([note, arrived_at, state], ['离线时所记', INSTANT, 'open']);
});

test('an edit on what was deleted meanwhile is kept', async () => {
  const part = work.take(DISTRICT);
  const phone = await work.phoneOf(part);
  const check = phone.items('check_result').find(({ body }) => body.section_id === part.section);
  await stack.operate(`START TRANSACTION;
    DELETE FROM check_result WHERE id = ${check.id};
    UPDATE feed_head SET seq = LAST_INSERT_ID(seq + 1) WHERE kind = 2 AND owner_id =
    (SELECT visit_id
      FROM section WHERE id = ${part.section});
    UPDATE feed_item SET seq = LAST_INSERT_ID(), deleted = 1, body = '{}' WHERE kind = 2
      AND owner_id = (SELECT visit_id FROM section WHERE id = ${part.section})
      AND entity = 'check_result' AND entity_id = ${check.id};
    COMMIT`);
  const edit = phone.record('check_result', check.id, { result_code: '1' });
  await phone.sync();
  assert.deepEqual([outcome(phone, edit).outcome, kind(outcome(phone, edit))],
    ['conflict', 'deleted']);
  const { id, kind: why } = await heldOf(edit);
  assert.equal(why, 'deleted');
  expectProblem(await decide(id, { decision: 'accept' }), 409, 'wrong-state');
  expectJson(await decide(id, { decision: 'refuse', reason: '事项已撤销' }));
});

test('rejected and deferred operations stand at the desk; a deferred one goes when it took effect', async () => {
  const part = work.take(MARKET);
  const phone = await work.phoneOf(part);
  const missing = uuidv7();
  const waiting = phone.record('section', part.section, { note: '其后' }, { after: missing });
  assert.deepEqual(await phone.push(), { deferred: 1 });
  assert.equal(phone.queue.size, 1, 'the phone keeps it');
  assert.equal((await heldOf(waiting, 'open', MARKET)).kind, 'deferred');
  const operation = { id: missing, counter: ++phone.counter, entity: 'section',
    entity_id: part.section, base_version: phone.item('section', part.section).version,
    fields: { arrived_at: INSTANT } };
  await phone.pushBatch([operation]);
  assert.deepEqual(await phone.push(), { applied: 1 },
    'and sends it again; nobody else wrote meanwhile');
  assert.equal(phone.queue.size, 0);
  assert.equal(await heldOf(waiting, 'open', MARKET), undefined);
  assert.equal((await heldOf(waiting, 'settled', MARKET)).kind, 'deferred');
  await phone.pull();
  assert.equal(phone.item('section', part.section).body.note, '其后');
});

test('a group of which one operation is kept for the desk fails as a whole when another fails', async () => {
  const part = work.take(MARKET);
  const { phone, checks } = await work.sign(part);
  const group = uuidv7();
  const edit = phone.record('section', part.section, { note: '组内' }, { group });
  phone.record('check_result', checks[0].id, { result_code: 'ZZ' }, { group });
  await phone.sync();
  assert.deepEqual([outcome(phone, edit).outcome, kind(outcome(phone, edit))],
    ['rejected', 'group-failed']);
  const kept = (await list('open', MARKET)).filter(({ operation }) => operation?.id === edit);
  assert.deepEqual(kept.map((held) => held.kind), ['rejected'], 'kept once, as what it is');
});

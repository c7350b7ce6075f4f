// Merge: whose value stays and what is kept beside it, where operations come late, twice, in
// another order, on bases that nobody gave out, or in thousands; who decides a conflict.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { expectJson, request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

let stack;
let world;
let mine;
let colleague;
let check; // a check result that both may write
let one; // fields of it that nobody wrote yet
let two;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  const part = world.visits.flatMap(({ sections }) => sections)
    .find(({ department }) => department === DISTRICT);
  const cards = part.inspectors.map(({ card_no }) => card_no);
  mine = await world.newPhone(cards[0]);
  colleague = await world.newPhone(cards[1]);
  await mine.pull();
  check = mine.items('check_result').find(({ body }) => body.section_id === part.section);
});
after(() => stack.stop());
let serial = 0;
beforeEach(async () => {
  one = `answer.one_${++serial}`;
  two = `answer.two_${serial}`;
  await mine.pull();
  await colleague.pull();
});

const counters = new Map();
function edit(phone, fields, more = {}) {
  const counter = (counters.get(phone) ?? 0) + 1;
  counters.set(phone, counter);
  return { id: uuidv7(), counter, entity: 'check_result', entity_id: check.id,
    base_version: phone.item('check_result', check.id).version, fields, ...more };
}
const push = async (phone, ...operations) =>
  expectJson(await request(`${stack.base}/mobile/v1/push`,
  { json: { operations }, token: phone.token })).outcomes.map(({ outcome, problem }) =>
  (outcome === 'rejected' ? problem.type.split(':').at(-1) : outcome));
const stands = async () => {
  await mine.pull();
  return mine.item('check_result', check.id).body.answers[one.slice('answer.'.length)] ?? null;
};
const open = async () => {
  await mine.pull();
  return mine.items('conflict').filter(({ body }) => [one, two].includes(body.field))
    .map(({ body: { field, kept, other } }) => [field, kept, other]).sort();
};
const counted = async () => Number((await stack.sql(
  `SELECT conflicts FROM section WHERE id = ${check.body.section_id}`))[0][0]);

test('a base above the version of the record has seen nothing: no value gives way, no conflict ends', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  await push(mine, edit(mine, { [one]: '乙' }));
  assert.deepEqual(await open(), [[one, '甲', '乙']]);
  const { version } = mine.item('check_result', check.id);
  for (const ahead of [1, 2, 1000, 2 ** 40, 2 ** 53 - version]) {
    const [outcome] = await push(mine, edit(mine, { [one]: `丙 ${ahead}` },
      { base_version: version + ahead + 1 }));
    assert.equal(outcome, 'conflict', String(ahead));
    assert.deepEqual(await open(), [[one, '甲', `丙 ${ahead}`]], 'one word of each phone');
  }
  assert.deepEqual(await push(mine,
    edit(mine, { [two]: '丁' }, { base_version: 10 ** 9 })), ['merged'],
    'of what nobody wrote there is nothing unseen');
  assert.equal(await stands(), '甲');
});

// What a test leaves open is decided.
afterEach(async () => {
  await mine.pull();
  await push(mine, edit(mine, { [one]: '定', [two]: '定' }));
  assert.equal(await counted(), 0);
});

// The three edits of one field in every order of sending, those that wait sent again.
for (const order of [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  for (const chained of [true, false])
    test(`a phone is in no conflict with itself: ${order}${chained ? ', each after the one before' : ''}`, async () => {
      const ops = [];
      for (const value of ['一', '二', '三'])
        ops.push(edit(mine, { [one]: value },
          chained && ops.length > 0 ? { after: ops.at(-1).id } : {}));
      const last = [];
      for (let round = 0; round < 3; round++)
        for (const i of round === 0 ? order : [0, 1, 2])
          if (last[i] !== 'applied') [last[i]] = await push(mine, ops[i]);
      assert.deepEqual(last, ['applied', 'applied', 'applied']);
      assert.equal(await stands(), '三');
      assert.equal(await counted(), 0);
    });

test('nor where somebody else wrote another field, or its own came between', async () => {
  const [a, b, c] = ['一', '二', '三'].map((value) => edit(mine, { [one]: value }));
  assert.deepEqual(await push(mine, a), ['applied']);
  assert.deepEqual(await push(colleague, edit(colleague, { [two]: '甲' })), ['merged']);
  assert.deepEqual(await push(mine, c, b), ['merged', 'merged']);
  assert.equal(await stands(), '三');
  assert.deepEqual(await open(), []);
});

test('an edit that decides a conflict decides it behind another own edit on the same base, too', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  await push(mine, edit(mine, { [one]: '乙' }));
  assert.deepEqual(await open(), [[one, '甲', '乙']]);
  const [other, decision] = [edit(mine, { [two]: '丙' }), edit(mine, { [one]: '乙' })];
  assert.deepEqual(await push(mine, other, decision), ['applied', 'applied']);
  assert.deepEqual(await open(), []);
  assert.equal(await stands(), '乙');
  assert.equal(await counted(), 0);
});

test('and behind one of somebody else, of another field', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  await push(mine, edit(mine, { [one]: '乙' }));
  assert.equal((await open()).length, 1);
  const decision = edit(mine, { [one]: '甲' }); // the same value as stands: that is a decision too
  await colleague.pull();
  assert.deepEqual(await push(colleague, edit(colleague, { [two]: '丙' })), ['applied']);
  assert.deepEqual(await push(mine, decision), ['merged']);
  assert.deepEqual(await open(), []);
});

test('who has not seen a conflict does not decide it', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  await colleague.pull();
  // on the newest version, as far as this phone knows
  const blind = edit(colleague, { [one]: '丙' });
  await push(mine, edit(mine, { [one]: '乙' }));
  assert.deepEqual(await push(colleague, blind), ['applied'], 'its own value it may replace');
  assert.deepEqual(await open(), [[one, '甲', '乙']], 'what mine said is still to be decided');
  assert.deepEqual(await push(mine, edit(mine, { [one]: '丁' })), ['applied']);
  assert.deepEqual(await open(), []);
});

test('what a phone said before gives way to what it says later, also where neither was taken', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  const [a, b, c] = ['乙', '丙', '丁'].map((value) => edit(mine, { [one]: value }));
  const agreed = edit(mine, { [one]: '甲' });
  assert.deepEqual(await push(mine, a, c), ['conflict', 'conflict']);
  assert.deepEqual(await open(), [[one, '甲', '丁']]);
  assert.deepEqual(await push(mine, b), ['conflict']);
  assert.deepEqual(await open(), [[one, '甲', '丁']], 'the last word, though another came later');
  assert.equal(await counted(), 1);
  assert.deepEqual(await push(mine, agreed), ['merged'], 'now it says what stands there');
  assert.deepEqual(await open(), []);
  const kept = await stack.sql(
    `SELECT other FROM sync_conflict WHERE field = '${one}' ORDER BY id`);
  assert.deepEqual(kept.flat(), ['乙', '丁', '丙'], 'nothing is lost');
});

test('thousands of conflicts about one field are one, and deciding it costs what a push costs', async () => {
  await push(colleague, edit(colleague, { [one]: '甲' }));
  const { version } = mine.item('check_result', check.id);
  for (let batch = 0; batch < 10; batch++) {
    const outcomes = await push(mine, ...Array.from({ length: 200 }, (_, i) =>
      edit(mine, { [one]: `${batch}.${i}` }, { base_version: version })));
    assert.ok(outcomes.every((outcome) => outcome === 'conflict'));
  }
  assert.deepEqual(await open(), [[one, '甲', '9.199']]);
  assert.equal(await counted(), 1);
  assert.ok(await colleague.pull() < 40, 'and nobody is told more');
  const begin = performance.now();
  assert.deepEqual(await push(mine, edit(mine, { [one]: '定' })), ['applied']);
  assert.ok(performance.now() - begin < 2000);
  assert.equal(await counted(), 0);
});

test('a section holds so many open conflicts and says so', async () => {
  const id = check.body.section_id;
  await stack.operate(`INSERT INTO sync_conflict
    (section_id, entity, entity_id, field, kept, other, op_id,
    device_id, counter, version, at)
    SELECT ${id}, 'check_result', ${check.id}, CONCAT('answer.q', seq), 'a', 'b',
    UNHEX(MD5(seq)), ${colleague.deviceId}, seq, 1, UTC_TIMESTAMP() FROM seq_1_to_500`);
  await stack.operate(`UPDATE section SET conflicts = conflicts + 500 WHERE id = ${id}`);
  await push(colleague, edit(colleague, { [one]: '甲' }));
  const late = edit(mine, { [one]: '乙' });
  assert.deepEqual(await push(mine, late, edit(mine, { [two]: '丙' })), ['conflicts-full', 'merged'],
    'what is in no conflict is taken');
  assert.equal(await counted(), 500);
  await mine.pull();
  const decisions = Array.from({ length: 100 },
    (_, i) => edit(mine, { [`answer.q${i + 1}`]: 'a' }));
  assert.ok((await push(mine, ...decisions)).every((outcome) => outcome === 'applied'));
  assert.equal(await counted(), 400);
  await stack.operate(`DELETE FROM sync_conflict WHERE section_id = ${id}`);
  await stack.operate(`UPDATE section SET conflicts = 0 WHERE id = ${id}`);
});

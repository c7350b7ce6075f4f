// Checklists: published as versions that never change, pinned to the visits planned with them,
// answered question by question, asked for at the sign-off, seen at the desk.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, seed } from './world.mjs';

const ITEM = 'food_service-02'; // published before the visits of the world were planned

let stack;
let world;
let work;
let part; // a section of the market regulators that nobody signs, with two of its phones
let mine;
let colleague;
let check; // of that item

before(async () => {
  // publishes versions, which visits planned later would have
  stack = await startStack({ own: true });
  world = await seed(stack);
  work = new Fieldwork(stack, world);
  part = work.take(MARKET);
  mine = await world.newPhone(part.inspectors[0].card_no);
  colleague = await world.newPhone(part.inspectors[1].card_no);
  await mine.pull();
  await colleague.pull();
  check = checkOf(mine);
});
after(() => stack.stop());

const checkOf = (phone, item = ITEM, section = part.section) => phone.items('check_result')
  .find(({ body }) => body.section_id === section && body.item.code === item);
const counters = new Map();
function edit(phone, fields, more = {}) {
  const counter = (counters.get(phone) ?? phone.counter) + 1;
  counters.set(phone, counter);
  return { id: uuidv7(), counter, entity: 'check_result', entity_id: check.id,
    base_version: phone.item('check_result', check.id).version, fields, ...more };
}
const push = async (phone, ...operations) => expectJson(await request(
  `${stack.base}/mobile/v1/push`, { json: { operations }, token: phone.token })).outcomes;
const names = (outcomes) => outcomes.map(({ outcome }) => outcome);
const answers = async (phone) => {
  await phone.pull();
  return phone.item('check_result', check.id).body.answers;
};
const publish = (checklists, { role = 'planner', department = MARKET } = {}) =>
  request(`${stack.base}/planner/v1/checklists`,
    { json: { checklists }, token: world.tokenOf(role, department) });
const desk = async (section) => expectJson(await request(
  `${stack.base}/planner/v1/sections/${section}`, { token: world.tokenOf('reviewer', MARKET) }));
const small = (version, text = '有无记录', item = ITEM) => ({ item, version, title: '测试用（示例）',
  questions: [{ id: 'records', type: 'yes_no', text, required: true, problem: ['no'] }] });

// RFC 8785, as far as checklists need it.
const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return value !== null && typeof value === 'object'
    ? `{${Object.keys(value).sort().map((k) =>
      `${JSON.stringify(k)}:${canonical(value[k])}`).join()}}`
    : JSON.stringify(value);
};

test('a phone gets the checklists by the dictionary, and can prove what was published', () => {
  const items = mine.items('checklist', 'dict');
  assert.ok(items.length >= 3);
  for (const { body, version } of items) {
    assert.equal(createHash('sha256').update(canonical(body.checklist)).digest('hex'), body.sha256);
    assert.equal(body.checklist.version, version);
  }
  assert.equal(mine.checklistOf(check).item, ITEM);
  assert.equal(check.body.checklist.version, 1);
  assert.deepEqual(check.body.answers, {});
});

test('answers are kept by question, and one that breaks the rules of its question is named', async () => {
  const good = { 'answer.purchase': 'yes', 'answer.fridge': '4.5', 'answer.canteen': 'no' };
  assert.deepEqual(names(await push(mine, edit(mine, good))), ['applied']);
  assert.deepEqual(await answers(mine), { purchase: 'yes', fridge: '4.5', canteen: 'no' });
  const bad = { 'answer.purchase': 'ja', 'answer.fridge': '4.50', 'answer.samples': 'perhaps',
    'answer.canteen': 1, 'answer.': 'x', 'answer.Upper': 'x', 'answer.later': '', answers: 'x' };
  const before = await stack.sql(`SELECT * FROM check_result WHERE id = ${check.id}`);
  for (const [field, value] of Object.entries(bad)) {
    const [outcome] = await push(mine, edit(mine, { 'answer.separate': 'yes', [field]: value }));
    assert.deepEqual([outcome.outcome, outcome.problem?.pointer], ['rejected', `/fields/${field}`]);
    assert.match(outcome.problem.detail, /\p{Script=Han}/u);
  }
  assert.equal((await push(mine, edit(mine, { 'answer.fridge': '61' })))[0].problem.pointer,
    '/fields/answer.fridge', 'beyond what is possible');
  assert.deepEqual(await stack.sql(`SELECT * FROM check_result WHERE id = ${check.id}`), before);
  await push(mine, edit(mine, { 'answer.fridge': null }));
  assert.deepEqual(await answers(mine), { purchase: 'yes', canteen: 'no' }, 'taken back');
});

test('an answer to a question of a later version is preserved', async () => {
  assert.deepEqual(names(await push(mine, edit(mine, { 'answer.from_2031': '新题' }))), ['applied']);
  assert.equal((await answers(colleague)).from_2031, '新题');
  const shown = (await desk(part.section)).checks.find(({ id }) => id === check.id);
  assert.deepEqual(shown.answers.find(({ question }) => question === 'from_2031'),
    { question: 'from_2031', text: null, value: '新题', state: null });
});

test('two inspectors answer other questions: merged; the same one otherwise: a conflict of that question', async () => {
  await answers(mine);
  await answers(colleague);
  const [a] = await push(mine, edit(mine, { 'answer.separate': 'yes' }));
  const [b] = await push(colleague, edit(colleague, { 'answer.fridge': '3' }));
  const [c] = await push(colleague,
    { ...edit(colleague, { 'answer.separate': 'no', problem: '另记' }) });
  assert.deepEqual(names([a, b, c]), ['applied', 'merged', 'conflict']);
  const kept = await answers(mine);
  assert.deepEqual([kept.separate, kept.fridge], ['yes', '3']);
  assert.equal(mine.item('check_result', check.id).body.problem, '另记',
    'the other field took effect');
  const open = mine.items('conflict').filter(({ body }) => body.entity_id === check.id);
  assert.deepEqual(open.map(({ body: { field, kept: ours, other } }) => [field, ours, other]),
    [['answer.separate', 'yes', 'no']]);
  assert.deepEqual(names(await push(mine, edit(mine, { 'answer.separate': 'no' }))), ['applied']);
  assert.equal((await answers(mine)).separate, 'no');
  assert.equal(mine.item('section', part.section).body.conflicts, 0);
});

test('a phone that answers a question twice while offline does not conflict with itself', async () => {
  const base = mine.item('check_result', check.id).version;
  const ops = ['1', '2', '3'].map((value) => edit(mine, { 'answer.fridge': value }));
  assert.ok(ops.every(({ base_version }) => base_version === base));
  assert.deepEqual(names(await push(mine, ...ops)), ['applied', 'applied', 'applied']);
  assert.equal((await answers(mine)).fridge, '3');
});

test('answers of a group that fails are taken back', async () => {
  const before = await answers(mine);
  const group = uuidv7();
  const outcomes = await push(mine, edit(mine, { 'answer.fridge': '9' }, { group }),
    ...Array.from({ length: 20 }, (_, i) => edit(mine, { [`answer.new_${i}`]: 'x' }, { group })),
    edit(mine, { 'answer.fridge': '10', result_code: 'zz' }, { group }));
  assert.ok(outcomes.every(({ outcome }) => outcome === 'rejected'));
  assert.deepEqual(names(await push(mine, edit(mine, { disposal: '不相干' }))), ['applied']);
  assert.deepEqual(await answers(mine), before);
});

test('answers have bounds of number and size, and what is beyond changes nothing', async () => {
  const before = await answers(mine);
  const many = (n, value) => Object.fromEntries(
    Array.from({ length: n }, (_, i) => [`answer.more_${i}`, value]));
  for (const fields of [many(195, 'x'.repeat(100)), many(9, '字'.repeat(2000)), many(300, 'x')]) {
    const [outcome] = await push(mine, edit(mine, fields));
    assert.deepEqual([outcome.outcome, outcome.problem.pointer], ['rejected', '/fields']);
  }
  assert.deepEqual(await answers(mine), before);
  const two = [edit(mine, many(5, '字'.repeat(1000))), edit(mine, many(7, '字'.repeat(900)))];
  assert.deepEqual(names(await push(mine, ...two)), ['applied', 'rejected'], 'all together count');
  await push(mine, edit(mine, many(5, null)));
  assert.deepEqual(await answers(mine), before);
});

test('answers within the bounds are told whatever characters they are of', async () => {
  const before = await answers(mine);
  for (const text of ['\t', '\n', '\r', '"', '\\'].map((c) => c.repeat(2000))) {
    const many = Object.fromEntries(Array.from({ length: 7 },
      (_, i) => [`answer.more_${i}`, text]));
    const rest = { problem: text, disposal: text };
    assert.deepEqual(names(await push(mine, edit(mine, { ...many, ...rest }))), ['applied']);
    assert.equal((await answers(mine)).more_6, text);
    assert.equal(mine.item('check_result', check.id).body.problem, text);
  }
  await push(mine, edit(mine, { problem: null, disposal: null,
    ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`answer.more_${i}`, null])) }));
  assert.deepEqual(await answers(mine), before);
});

test('answers that found no room take none from the operations behind them', async () => {
  const before = await answers(mine);
  const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`answer.more_${i}`, 'x']));
  const outcomes = await push(mine, edit(mine, many), edit(mine, { 'answer.fridge': '5' }));
  assert.deepEqual(names(outcomes), ['rejected', 'applied']);
  assert.deepEqual(await answers(mine), { ...before, fridge: '5' });
});

test('the sign-off asks for required answers, and a problem cannot be signed as none', async () => {
  const own = work.take(MARKET);
  const phone = await work.phoneOf(own);
  const sign = async () => {
    const id = phone.record('section_sign', own.section, {});
    await phone.sync();
    return phone.outcomes.get(id);
  };
  work.attend(phone, own.section);
  phone.record('section', own.section, { arrived_at: new Date().toISOString() });
  const checks = phone.items('check_result').filter(({ body }) => body.section_id === own.section);
  const [first] = checks.filter(({ body }) => body.item.code === ITEM);
  for (const one of checks)
    phone.record('check_result', one.id, { result_code: '1',
      ...(one !== first && work.answers(phone, one)) });
  const missing = await sign();
  assert.deepEqual([missing.outcome, missing.problem.type],
    ['rejected', 'urn:liancha:problem:incomplete']);
  assert.match(missing.problem.detail, /“purchase”/);
  phone.record('check_result', first.id, work.answers(phone, first, { problem: true }));
  assert.match((await sign()).problem.detail, /不符合要求，检查结果不能是未发现问题/);
  phone.record('check_result', first.id, { result_code: 'E', problem: '已当场改正' });
  assert.equal((await sign()).outcome, 'applied');
  const shown = (await desk(own.section)).checks.find(({ id }) => id === first.id);
  assert.equal(shown.checklist_version, 1);
  assert.deepEqual(shown.answers.filter(({ state }) => state === 'problem').length, 1);
  assert.ok(shown.answers.every(({ state }) => state !== 'missing'));

  const late = phone.record('check_result', first.id, { 'answer.fridge': '7.9' });
  await phone.sync();
  assert.equal(phone.outcomes.get(late).outcome, 'conflict', 'sealed: a correction request');
  const { corrections } = expectJson(await request(
    `${stack.base}/planner/v1/corrections?state=open&limit=200`,
    { token: world.tokenOf('reviewer', MARKET) }));
  const held = corrections.find(({ operation }) => operation?.id === late);
  expectJson(await request(`${stack.base}/planner/v1/corrections/${held.id}/decision`,
    { json: { decision: 'accept' }, token: world.tokenOf('reviewer', MARKET) }));
  await phone.pull();
  assert.equal(phone.item('check_result', first.id).body.answers.fridge, '7.9');
});

test('where nobody could be met, no checklist has to be answered', async () => {
  const own = work.take(MARKET);
  const phone = await work.phoneOf(own);
  phone.record('section', own.section, { arrived_at: new Date().toISOString(),
    attendance_reason: '已关闭，一人核实' });
  for (const { id, body } of phone.items('check_result'))
    if (body.section_id === own.section) phone.record('check_result', id, { result_code: '7' });
  const sign = phone.record('section_sign', own.section, {});
  await phone.sync();
  assert.equal(phone.outcomes.get(sign).outcome, 'applied');
});

test('a version is published once: the same again changes nothing, another content is refused', async () => {
  const first = expectJson(await publish([small(7)]), 201);
  assert.deepEqual(first, { created: 1, unchanged: 0 });
  const rows = await stack.sql('SELECT * FROM checklist ORDER BY id');
  assert.deepEqual(expectJson(await publish([small(7)]), 201), { created: 0, unchanged: 1 });
  const refused = expectProblem(await publish([small(8), small(7, '改过的题')]), 409, 'conflict',
    { pointer: '/checklists/1/version' });
  assert.match(refused.detail, /不得更改/);
  assert.deepEqual(await stack.sql('SELECT * FROM checklist ORDER BY id'), rows,
    'all of a file or nothing');
  const path = join(stack.var, 'edited.json');
  writeFileSync(path, JSON.stringify({ checklists: [small(7, '改过的题')] }));
  const { code, err } = await stack.office.ctl(['import', 'checklists', path], { codes: [1] });
  assert.equal(code, 1);
  assert.match(err, /不得更改/);
  const races = await Promise.all([1, 2, 3].map(() => publish([small(9)])));
  const counts = races.map((res) => expectJson(res, 201).created);
  assert.equal(counts.reduce((a, b) => a + b), 1, 'at once, too');
});

test('visits planned before keep their version; phones get the new one beside it', async () => {
  await mine.pull();
  assert.equal(mine.item('check_result', check.id).body.checklist.version, 1);
  const versions = mine.items('checklist').filter(({ body }) => body.checklist.item === ITEM)
    .map(({ version }) => version);
  assert.deepEqual(versions.sort((a, b) => a - b), [1, 7, 9]);
  const [[pinned]] = await stack.sql(`SELECT COUNT(DISTINCT c.version) FROM check_result k
    JOIN checklist c ON c.id = k.checklist_id WHERE c.item_code = '${ITEM}'`);
  assert.equal(pinned, '1');
});

test('a department publishes for its own specialties, a planner, in the documented form', async () => {
  expectProblem(await publish([small(10)], { department: HOME }), 403, 'forbidden',
    { pointer: '/checklists/0/item' });
  assert.equal((await publish([small(10)], { role: 'reviewer' })).status, 403);
  expectProblem(await publish([small(1, '题', 'no-such-item')]), 404, 'not-found');
  const cases = [[[], '/checklists'], [[5], '/checklists/0'], [[small(0)], '/checklists/0/version'],
    [[small(11), { ...small(11), more: 1 }], '/checklists/1/more'],
    [[{ ...small(11), questions: [{ id: 'a', type: 'date' }] }], '/checklists/0/questions/0/text']];
  for (const [checklists, pointer] of cases)
    expectProblem(await publish(checklists), 422, 'invalid', { pointer });
  const list = expectJson(await request(`${stack.base}/planner/v1/checklists?item=${ITEM}`,
    { token: world.tokenOf('planner', DISTRICT) })).checklists;
  assert.deepEqual(list.map(({ version }) => version), [1, 7, 9]);
  const shown = expectJson(await request(`${stack.base}/planner/v1/checklists/${ITEM}/7`,
    { token: world.tokenOf('auditor', HOME) }));
  assert.equal(createHash('sha256').update(canonical(shown.checklist)).digest('hex'), shown.sha256);
});

test('a question too long to be told whole does not fail the sign-off that lacks its answer', async () => {
  const own = work.take(MARKET);
  const phone = await work.phoneOf(own);
  const first = checkOf(phone, ITEM, own.section);
  const list = small(99, '题'.repeat(299));
  expectJson(await publish([list]), 201);
  await stack.operate(`UPDATE check_result SET checklist_id =
    (SELECT id FROM checklist WHERE item_code = '${ITEM}' AND version = 99)
    WHERE id = ${first.id}`);
  work.attend(phone, own.section);
  phone.record('section', own.section, { arrived_at: new Date().toISOString() });
  for (const one of phone.items('check_result'))
    if (one.body.section_id === own.section)
      phone.record('check_result', one.id, { result_code: '1',
        ...(one.id !== first.id && work.answers(phone, one)) });
  const sign = phone.record('section_sign', own.section, {});
  await phone.sync();
  const { outcome, problem } = phone.outcomes.get(sign);
  assert.deepEqual([outcome, problem.type], ['rejected', 'urn:liancha:problem:incomplete']);
  assert.match(problem.detail, /“records”：题+$/);
});

// Push: the outcome of each operation, the ledger, merge and conflict, groups and dependencies, the
// sign-off, and what is refused, with the field at fault.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { link, NO_RECEIPT } from '../support/phone/checksum.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const INSTANT = '2026-03-02T01:30:00.000Z';

let stack;
let world;
let mine; // two phones of two inspectors of one section, and one of another department
let mineCard;
let colleague;
let section; // of the health department, new for each test
let checks;
let left; // sections not used yet

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  const parts = world.visits.flatMap((visit) => visit.sections)
    .filter(({ department }) => department === DISTRICT);
  const states = new Map((await stack.sql('SELECT id, state FROM section')));
  left = parts.filter(({ section: id }) => states.get(String(id)) === 'open');
  const pairs = new Map();
  for (const { inspectors } of left) {
    const pair = inspectors.slice(0, 2).map(({ card_no }) => card_no).sort().join();
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  const [[pair]] = [...pairs].sort((a, b) => b[1] - a[1]);
  const cards = pair.split(',');
  left = left.filter(({ inspectors }) =>
    cards.every((card) => inspectors.some(({ card_no }) => card_no === card)));
  [mineCard] = cards;
  mine = await world.newPhone(mineCard);
  colleague = await world.newPhone(cards[1]);
});
after(() => stack.stop());

// Tests that do not sign share one section, with whatever state the ones before left.
beforeEach(async () => {
  section = left[0].section;
  await mine.pull();
  checks = mine.items('check_result').filter(({ body }) => body.section_id === section)
    .map(({ id }) => id);
});

const counters = new Map();
function operation(phone, entity, entity_id, fields, more = {}) {
  const counter = (counters.get(phone) ?? 0) + 1;
  counters.set(phone, counter);
  return { id: uuidv7(), counter, entity, entity_id,
    base_version: phone.item(entity, entity_id)?.version ?? 0, fields, ...more };
}

const send = (phone, operations) => request(`${stack.base}/mobile/v1/push`,
  { json: { operations }, token: phone.token });
const push = async (phone, ...operations) => expectJson(await send(phone, operations)).outcomes;
const names = (outcomes) => outcomes.map(({ outcome }) => outcome);
const kind = ({ problem }) => problem?.type.split(':').at(-1);
const stored = async (id) => (await stack.sql(
  `SELECT outcome FROM sync_op WHERE op_id = UNHEX('${id.replaceAll('-', '')}')`))[0]?.[0];
const note = () => `合成 ${uuidv7()}`;

test('an edit is applied once; the same again is a duplicate with the first result', async () => {
  const op = operation(mine, 'check_result', checks[0], { result_code: '1', problem: '无' });
  const reply = expectJson(await send(mine, [op]));
  const [first] = reply.outcomes;
  assert.equal(first.outcome, 'applied');
  assert.ok(first.version > 0);
  const again = expectJson(await send(mine, [op, op]));
  assert.deepEqual(again.outcomes, [1, 2].map(() =>
    ({ id: op.id, outcome: 'duplicate', result: first })));
  assert.equal(again.receipt, reply.receipt);
  const reordered = Object.fromEntries(Object.entries(op).reverse());
  assert.deepEqual(names(await push(mine, reordered)), ['duplicate'],
    'the order of members is no change');
  await mine.pull();
  const { body, version } = mine.item('check_result', checks[0]);
  assert.deepEqual([body.result_code, body.problem, version], ['1', '无', first.version]);
});

test('an id with another body, and a counter with another id, are refused and change nothing', async () => {
  const op = operation(mine, 'section', section, { note: note() });
  await push(mine, op);
  const [reused] = await push(mine, { ...op, fields: { note: '别的' } });
  assert.deepEqual([reused.outcome, kind(reused), reused.problem.pointer],
    ['rejected', 'id-reused', '/id']);
  const forked = { ...operation(mine, 'section', section, { note: '别的' }), counter: op.counter };
  const fine = operation(mine, 'check_result', checks[0], { problem: note() });
  const outcomes = await push(mine, forked, fine);
  assert.deepEqual(names(outcomes), ['rejected', 'applied'], 'one bad operation fails no other');
  assert.equal(kind(outcomes[0]), 'device-forked');
  assert.equal(await stored(forked.id), undefined);
  const other = await push(colleague, { ...op, counter: 900000 });
  assert.equal(kind(other[0]), 'id-reused', 'an id of another phone');
  await mine.pull();
  assert.equal(mine.item('section', section).body.note, op.fields.note);
});

test('two inspectors: other fields merge, the same field is a conflict, and one of them decides', async () => {
  await mine.pull();
  await colleague.pull();
  const [check] = checks;
  const a = operation(mine, 'check_result', check, { problem: note() });
  const b = operation(colleague, 'check_result', check, { disposal: note() });
  const c = operation(colleague, 'check_result', check,
    { problem: note(), disposal: b.fields.disposal });
  assert.deepEqual(names(await push(mine, a)), ['applied']);
  assert.deepEqual(names(await push(colleague, b, c)), ['merged', 'conflict']);
  await mine.pull();
  const { body } = mine.item('check_result', check);
  assert.deepEqual([body.problem, body.disposal], [a.fields.problem, b.fields.disposal]);
  assert.equal(mine.item('section', section).body.conflicts, 1);
  const [conflict] = mine.items('conflict').filter(({ body: k }) => k.section_id === section);
  assert.deepEqual([conflict.body.field, conflict.body.kept, conflict.body.other],
    ['problem', a.fields.problem, c.fields.problem]);
  const [sign] = await push(mine, operation(mine, 'section_sign', section, {}));
  assert.deepEqual([sign.outcome, kind(sign)], ['rejected', 'conflict-open']);
  const decision = operation(mine, 'check_result', check, { problem: c.fields.problem });
  assert.deepEqual(names(await push(mine, decision)), ['applied']);
  await mine.pull();
  assert.equal(mine.item('section', section).body.conflicts, 0);
  assert.equal(mine.item('check_result', check).body.problem, c.fields.problem);
  assert.deepEqual(mine.items('conflict').filter(({ body: k }) => k.section_id === section), []);
});

test('a phone that edits a field twice while offline does not conflict with itself', async () => {
  const base = mine.item('section', section).version;
  const ops = [1, 2, 3].map((i) => operation(mine, 'section', section, { note: `第 ${i} 次` }));
  assert.ok(ops.every(({ base_version }) => base_version === base));
  assert.deepEqual(names(await push(mine, ...ops)), ['applied', 'applied', 'applied']);
  const late = { ...operation(mine, 'section', section, { note: '迟到' }), base_version: base };
  const last = operation(mine, 'section', section, { note: '最后' });
  assert.deepEqual(names(await push(mine, last, late)), ['applied', 'applied'],
    'an earlier edit that comes late was overtaken by a later one of the same phone');
  await mine.pull();
  assert.equal(mine.item('section', section).body.note, '最后');
  assert.equal(mine.item('section', section).body.conflicts, 0);
});

test('two phones push into one visit at the same time: nothing is lost', async () => {
  await colleague.pull();
  const rounds = 12;
  const work = (phone, field) => Array.from({ length: rounds }, (_, i) => operation(phone,
    'check_result', checks[0], { [field]: `${field} ${i}` }));
  const [a, b] = [work(mine, 'problem'), work(colleague, 'disposal')];
  const outcomes = await Promise.all([...a, ...b].map((op, i) =>
    push(i < rounds ? mine : colleague, op)));
  assert.ok(outcomes.flat().every(({ outcome }) =>
    ['applied', 'merged', 'conflict'].includes(outcome)));
  const [[rows]] = await stack.sql(`SELECT COUNT(*) FROM sync_op WHERE op_id IN (${[...a, ...b]
    .map(({ id }) => `UNHEX('${id.replaceAll('-', '')}')`).join()})`);
  assert.equal(Number(rows), 2 * rounds);
  await mine.pull();
  for (let open = 1; open > 0;) { // whatever came out of order is decided now
    await push(mine, operation(mine, 'check_result', checks[0], { problem: '定', disposal: '定' }));
    await mine.pull();
    open = mine.item('section', section).body.conflicts;
  }
});

test('a group takes effect as a whole or not at all', async () => {
  const before = mine.item('section', section).body.note;
  const group = uuidv7();
  const good = () => operation(mine, 'section', section, { note: note() }, { group });
  const bad = () => operation(mine, 'check_result', checks[0], { result_code: 'ZZ' }, { group });
  const outcomes = await push(mine, good(), bad(), good());
  assert.deepEqual(names(outcomes), ['rejected', 'rejected', 'rejected']);
  assert.deepEqual(outcomes.map(kind), ['group-failed', 'invalid', 'group-failed']);
  await mine.pull();
  assert.equal(mine.item('section', section).body.note, before);
  const other = uuidv7();
  const pair = [operation(mine, 'section', section, { note: note() }, { group: other }),
    operation(mine, 'check_result', checks[0], { result_code: 'E' }, { group: other })];
  assert.deepEqual(names(await push(mine, ...pair)), ['applied', 'applied']);
  const apart = uuidv7();
  const split = await push(mine,
    operation(mine, 'section', section, { note: note() }, { group: apart }),
    operation(mine, 'check_result', checks[0], { problem: '无' }),
    operation(mine, 'section', section, { note: note() }, { group: apart }));
  assert.deepEqual([names(split), kind(split[2])],
    [['applied', 'applied', 'rejected'], 'group-split']);
});

test('a group that fails takes back the conflicts that it made, and those that it decided', async () => {
  const conflicts = async () => {
    await mine.pull();
    return mine.item('section', section).body.conflicts;
  };
  const failing = (phone) => {
    const group = uuidv7();
    return [operation(phone, 'section', section, { note: note() }, { group }),
      operation(phone, 'check_result', checks[0], { result_code: 'ZZ' }, { group })];
  };
  await colleague.pull();
  await push(mine, operation(mine, 'section', section, { note: note() }));
  const made = await push(colleague, ...failing(colleague),
    operation(colleague, 'section', section, { statement: note() }));
  assert.deepEqual(names(made), ['rejected', 'rejected', 'merged']);
  assert.equal(await conflicts(), 0);
  assert.deepEqual(names(await push(colleague,
    operation(colleague, 'section', section, { note: note() }))),
    ['conflict']);
  assert.equal(await conflicts(), 1);
  const decided = await push(mine, ...failing(mine),
    operation(mine, 'section', section, { opinion: note() }));
  assert.deepEqual(names(decided), ['rejected', 'rejected', 'applied']);
  assert.equal(await conflicts(), 1, 'still to be decided');
  await push(mine, operation(mine, 'section', section, { note: note() }));
  assert.equal(await conflicts(), 0);
});

test('what was sent twice in a group that fails is not called applied', async () => {
  const group = uuidv7();
  const good = operation(mine, 'section', section, { note: note() }, { group });
  const bad = operation(mine, 'check_result', checks[0], { result_code: 'Z' }, { group });
  const outcomes = await push(mine, good, good, bad);
  assert.deepEqual(names(outcomes), ['rejected', 'duplicate', 'rejected']);
  assert.equal(outcomes[1].result.outcome, 'rejected');
  assert.equal(kind(outcomes[1].result), 'group-failed');
});

test('an operation waits for the one it depends on', async () => {
  const first = operation(mine, 'section', section, { note: note() });
  const second = operation(mine, 'check_result', checks[0], { problem: note() },
    { after: first.id });
  const [waiting] = await push(mine, second);
  assert.deepEqual([waiting.outcome, kind(waiting)], ['deferred', 'dependency-missing']);
  assert.equal(await stored(second.id), 'deferred');
  assert.deepEqual(names(await push(mine, first, second)), ['applied', 'applied']);
  assert.equal(await stored(second.id), 'applied');
  assert.deepEqual(names(await push(mine, second)), ['duplicate']);
  const bad = operation(mine, 'section', section, { note: 5 });
  const hopeless = operation(mine, 'section', section, { note: note() }, { after: bad.id });
  const outcomes = await push(mine, bad, hopeless);
  assert.deepEqual([names(outcomes), kind(outcomes[1])],
    [['rejected', 'rejected'], 'dependency-rejected']);
});

test('the receipt chains what was acknowledged, so that a phone can compute it too', async () => {
  const phone = await world.newPhone(mine.item('section', section).body.inspectors[0].card_no);
  await phone.pull();
  const ops = [operation(phone, 'section', section, { note: note() }),
    operation(phone, 'section', section, { note: 7 })];
  const { outcomes, receipt } = expectJson(await send(phone, ops));
  assert.equal(receipt, ops.reduce((chain, op, i) => link(chain, op, outcomes[i].outcome),
    NO_RECEIPT));
});

test('each faulty operation is rejected with the field at fault', async () => {
  const edit = (fields, more) => operation(mine, 'check_result', checks[0], fields, more);
  const manifest = (fields) => operation(mine, 'evidence', undefined, { section_id: section,
    sha256: '0'.repeat(64), size: 10, type: 'image/png', taken_at: INSTANT, ...fields },
  { base_version: undefined });
  const cases = [
    [edit({ result_code: 'zz' }), 'invalid', '/fields/result_code'],
    [edit({ result_code: 1 }), 'invalid', '/fields/result_code'],
    [edit({ problem: 'x'.repeat(2001) }), 'invalid', '/fields/problem'],
    [edit({ problem: 'a\u0001b' }), 'invalid', '/fields/problem'],
    [edit({ nothing: '1' }), 'invalid', '/fields/nothing'],
    [edit({}), 'invalid', '/fields'],
    [edit([]), 'malformed', '/fields'],
    [edit({ problem: '无' }, { base_version: -1 }), 'malformed', '/base_version'],
    [edit({ problem: '无' }, { base_version: '1' }), 'malformed', '/base_version'],
    [edit({ problem: '无' }, { entity_id: 0 }), 'malformed', '/entity_id'],
    [edit({ problem: '无' }, { entity_id: 999999999 }), 'not-found', '/entity_id'],
    [edit({ problem: '无' }, { entity: 'visit' }), 'malformed', '/entity'],
    [edit({ problem: '无' }, { group: '' }), 'malformed', '/group'],
    [edit({ problem: '无' }, { after: 'x' }), 'malformed', '/after'],
    [edit({ problem: '无' }, { more: 1 }), 'malformed', undefined],
    [operation(mine, 'section', section, { arrived_at: 'gestern' }), 'invalid',
      '/fields/arrived_at'],
    [operation(mine, 'section', section, { result_class: 'fine' }), 'invalid',
      '/fields/result_class'],
    [manifest({ sha256: 'x' }), 'invalid', '/fields/sha256'],
    [manifest({ size: 0 }), 'invalid', '/fields/size'],
    [manifest({ kind: 'film' }), 'invalid', '/fields/kind'],
    [operation(mine, 'section', section, { attendance_reason: '两\n行' }), 'invalid',
      '/fields/attendance_reason'],
    [manifest({ size: 2 ** 40 }), 'invalid', '/fields/size'],
    [manifest({ type: 'png' }), 'invalid', '/fields/type'],
    [manifest({ taken_at: 5 }), 'invalid', '/fields/taken_at'],
    [manifest({ lon: 113 }), 'invalid', '/fields/lat'],
    [manifest({ lon: 181, lat: 0 }), 'invalid', '/fields/lon'],
    [manifest({ section_id: 0 }), 'invalid', '/fields/section_id'],
    [manifest({ section_id: 999999999 }), 'not-found', '/fields/section_id'],
    [manifest({ check_result_id: 999999999 }), 'not-found', '/fields/check_result_id'],
  ];
  const before = await stack.sql('SELECT * FROM check_result ORDER BY id');
  const outcomes = await push(mine, ...cases.map(([op]) => op));
  outcomes.forEach((outcome, i) => assert.deepEqual(
    [outcome.outcome, kind(outcome), outcome.problem?.pointer],
    ['rejected', cases[i][1], cases[i][2]], JSON.stringify(cases[i][0])));
  for (const { problem } of outcomes) assert.match(problem.detail, /\p{Script=Han}/u);
  assert.deepEqual(await stack.sql('SELECT * FROM check_result ORDER BY id'), before);
  const again = await push(mine, ...cases.map(([op]) => op));
  assert.deepEqual(names(again), again.map(() => 'duplicate'), 'a rejection is kept, too');
});

test('a name that is too long to be told whole is cut between its characters', async () => {
  const cut = (n) => 'x'.repeat(n) + '字';
  const outcomes = await push(mine, operation(mine, 'section', section, { [cut(59)]: '1' }),
    operation(mine, 'section', section, { note: note() }, { [cut(39)]: 1 }),
    operation(mine, 'section', section, { note: note() }));
  assert.deepEqual(names(outcomes), ['rejected', 'rejected', 'applied']);
  for (const { problem } of outcomes.slice(0, 2))
    assert.doesNotMatch(problem.detail + problem.pointer, /\uFFFD/);
});

test('only the inspectors of a section write into it', async () => {
  await mine.pull();
  const [{ id: theirs }] = mine.items('section').filter(({ body }) =>
    !body.inspectors.some(({ card_no }) => card_no === mineCard));
  const outcomes = await push(mine, operation(mine, 'section', theirs, { note: '别人' }),
    operation(mine, 'section_sign', theirs, {}));
  assert.deepEqual(outcomes.map(kind), ['not-assigned', 'not-assigned'],
    'which the phone sees in its visit');
});

test('a stranger is told the same of what is not his and of what there is not', async () => {
  const NONE = 999999999;
  const seen = new Set(mine.items('section').map(({ id }) => String(id)));
  const unseen = (await stack.sql(
    'SELECT section_id, MIN(id) FROM check_result GROUP BY section_id'))
    .find(([id]) => !seen.has(id)).map(Number);
  const body = { sha256: '0'.repeat(64), size: 10, type: 'image/png', taken_at: INSTANT };
  const door = { card_no: 'x', event: 'arrived', at: INSTANT, how: 'typed' };
  const all = (section_id, check) => [
    operation(mine, 'section', section_id, { note: '别人' }),
      operation(mine, 'section', section_id, { no: 1 }),
    operation(mine, 'section_sign', section_id, {}),
    operation(mine, 'check_result', check, { problem: 'x' }),
    operation(mine, 'check_result', check, { 'answer.a': 'x', 'answer.B': 1 }),
    operation(mine, 'evidence', undefined, { section_id, ...body }, { base_version: undefined }),
    operation(mine, 'attendance', undefined, { section_id, ...door, door_code: 'A' },
      { base_version: undefined }),
    operation(mine, 'attendance', undefined, { section_id, ...door, more: 1 },
      { base_version: undefined }),
    operation(mine, 'sample', undefined, { section_id, check_result_id: check },
      { base_version: undefined })];
  const there = await push(mine, ...all(...unseen));
  const nowhere = await push(mine, ...all(NONE, NONE));
  const told = (outcomes) => outcomes.map(({ id, ...rest }) => rest);
  assert.deepEqual(told(there), told(nowhere));
  assert.ok(there.every((outcome) => kind(outcome) === 'not-found'), JSON.stringify(there));
});

test('nothing is recorded at a visit that was not dispatched', async () => {
  const [[visit]] = await stack.sql(`SELECT visit_id FROM section WHERE id = ${section}`);
  const before = await stack.sql(`SELECT version, note FROM section WHERE id = ${section}`);
  await stack.operate(`UPDATE visit SET state = 'planned' WHERE id = ${visit}`);
  try {
    const [outcome] = await push(mine, operation(mine, 'section', section, { note: note() }));
    assert.deepEqual([outcome.outcome, kind(outcome)], ['rejected', 'not-assigned']);
  } finally {
    await stack.operate(`UPDATE visit SET state = 'dispatched' WHERE id = ${visit}`);
  }
  assert.deepEqual(await stack.sql(`SELECT version, note FROM section WHERE id = ${section}`),
    before);
});

test('names of schemes, media types and codings ignore case', async () => {
  const body = () => JSON.stringify(
    { operations: [operation(mine, 'section', section, { note: note() })] });
  const one = (headers) => request(`${stack.base}/mobile/v1/push`, { body: body(),
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${mine.token}`,
      ...headers } });
  for (const scheme of ['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  '])
    expectJson(await one({ Authorization: `${scheme} ${mine.token}` }));
  for (const type of ['application/json', 'Application/JSON', 'APPLICATION/JSON; charset=UTF-8',
    'application/Json ;v=1']) expectJson(await one({ 'Content-Type': type }));
  for (const coding of ['identity', 'Identity', 'IDENTITY'])
    expectJson(await one({ 'Content-Encoding': coding }));
  for (const scheme of ['Basic', 'Bearer:', 'Bear'])
    expectProblem(await one({ Authorization: `${scheme} ${mine.token}` }), 401, 'unauthenticated');
  for (const type of ['application/jsonx', 'text/json', 'application'])
    expectProblem(await one({ 'Content-Type': type }), 415, 'unsupported-media-type');
});

test('a batch that cannot be answered is refused as a whole', async () => {
  const good = operation(mine, 'section', section, { note: note() });
  const refused = async (json, status, type, pointer) =>
    expectProblem(await request(`${stack.base}/mobile/v1/push`,
      { json, token: mine.token }), status,
      type, pointer === undefined ? {} : { pointer });
  await refused({ operations: [good, { ...good, id: 'x' }] }, 422, 'invalid', '/operations/1/id');
  await refused({ operations: [{ ...good, id: good.id.toUpperCase() }] }, 422, 'invalid',
    '/operations/0/id');
  await refused({ operations: [{ ...good, counter: 0 }] }, 422, 'invalid', '/operations/0/counter');
  await refused({ operations: [{ ...good, counter: 1.5 }] }, 422, 'invalid',
    '/operations/0/counter');
  await refused({ operations: [good, 5] }, 422, 'invalid', '/operations/1');
  await refused({ operations: [] }, 422, 'invalid', '/operations');
  await refused({ operations: Array(201).fill(good) }, 422, 'invalid', '/operations');
  await refused({ operations: good }, 422, 'invalid', '/operations');
  await refused([], 422, 'invalid', '/operations');
  await refused({ operations: [good], more: 1 }, 422, 'invalid');
  const raw = (body, headers = { 'Content-Type': 'application/json' }) =>
    request(`${stack.base}/mobile/v1/push`, { body, headers, token: mine.token });
  expectProblem(await raw('{'), 400, 'malformed');
  expectProblem(await raw(Buffer.from([0x22, 0xff, 0x22])), 400, 'malformed');
  expectProblem(await raw(`${'['.repeat(40)}${']'.repeat(40)}`), 400, 'malformed');
  expectProblem(await raw('{}', { 'Content-Type': 'text/plain' }), 415);
  assert.equal((await raw(' '.repeat(1048577))).status, 413);
  assert.equal(await stored(good.id), undefined);
});

test('the sign-off asks for all results, classifies, and seals', async () => {
  const { section: id } = left.pop();
  const own = mine.items('check_result').filter(({ body }) => body.section_id === id);
  const sign = () => operation(mine, 'section_sign', id, {});
  const why = async () => kind((await push(mine, sign()))[0]);
  assert.equal(await why(), 'incomplete', 'no arrival');
  await push(mine, operation(mine, 'section', id, { arrived_at: '2026-03-02T09:30:00+08:00' }));
  assert.equal(await why(), 'incomplete', 'nobody checked in');
  const { door_code } = mine.items('visit').find(({ body }) =>
    body.code === world.visits.find(({ sections }) =>
      sections.some((part) => part.section === id)).code).body;
  for (const { card_no } of mine.item('section', id).body.inspectors.slice(0, 2))
    await push(mine, operation(mine, 'attendance', undefined, { section_id: id, card_no,
      event: 'arrived', at: INSTANT, how: 'typed', door_code }, { base_version: undefined }));
  assert.equal(await why(), 'incomplete', 'no results');
  await push(mine, ...own.map((check, i) =>
    operation(mine, 'check_result', check.id, { result_code: i === 0 ? 'B' : '1' })));
  assert.equal(await why(), 'incomplete', 'code B alone does not say the class');
  const [first] = own;
  const outcomes = await push(mine, operation(mine, 'section', id, { result_class: 'corrected',
    left_at: '2026-03-02T02:30:00Z' }), sign(),
  operation(mine, 'check_result', first.id, { problem: '签字之后' }),
  operation(mine, 'evidence', undefined, { section_id: id, sha256: 'a'.repeat(64), size: 1,
    type: 'image/png', taken_at: INSTANT }, { base_version: undefined }));
  assert.deepEqual(names(outcomes), ['applied', 'applied', 'conflict', 'conflict']);
  assert.deepEqual(outcomes.slice(2).map(kind), ['section-sealed', 'section-sealed']);
  assert.equal(kind((await push(mine, sign()))[0]), 'section-sealed');
  await colleague.pull();
  const { body } = colleague.item('section', id);
  assert.deepEqual([body.state, body.result_class, body.arrived_at],
    ['signed', 'corrected', '2026-03-02T01:30:00.000Z']);
  assert.ok(body.inspectors.some(({ card_no }) => card_no === body.signed_by));
});

test('a manifest reaches the other phones, unverified until its file is there', async () => {
  const bytes = Buffer.from(note());
  const sha256 = mine.attach(section, bytes, { type: 'text/plain', taken_at: INSTANT, lon: 113.25,
    lat: 33.75 });
  const [queued] = mine.nextBatch();
  const op = { ...queued, counter: operation(mine, 'section', section, {}).counter };
  assert.deepEqual(names(await push(mine, op)), ['applied']);
  const seen = async () => {
    await colleague.pull();
    return colleague.items('evidence').find(({ body }) => body.sha256 === sha256)?.body;
  };
  const { verified, ...manifest } = await seen();
  assert.equal(verified, false);
  assert.deepEqual(manifest, { section_id: section, check_result_id: null, sha256,
    size: bytes.length, type: 'text/plain', kind: 'photo', taken_at: INSTANT, lon: 113.25,
    lat: 33.75, written_off: null });
  await mine.upload();
  assert.equal((await seen()).verified, true);
});

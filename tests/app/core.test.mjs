// The core against a server that says what a test wants: what is recorded stays, grows and goes out
// as it should; what is no reply of the server is none; what is shown is the server's with one's
// own on it.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { missing, shown } from '../../mobile-api/app/dist-core/core.mjs';
import { link, NO_RECEIPT, operationDigest } from '../support/phone/checksum.mjs';
import { MemoryRows, newClient } from '../support/app-phone.mjs';

const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_TYPE = { 'content-type': 'application/problem+json; charset=utf-8' };
const TOKENS = { device_id: 7, access_token: 'a1', access_expires_at: '2999-01-01T00:00:00.000Z',
  refresh_token: 'r1', refresh_expires_at: '2999-01-01T00:00:00.000Z' };

const ok = (json, status = 200) => ({ status, headers: JSON_TYPE, text: JSON.stringify(json) });
const problem = (status, name, more = {}, headers = {}) => ({ status,
  headers: { ...PROBLEM_TYPE, ...headers }, text: JSON.stringify({ title: '', detail: '测试',
    type: `urn:liancha:problem:${name}`, status, instance: 'x', ...more }) });

const section = (body = {}) => ({ entity: 'section', id: 1, seq: 1, version: 3, body: {
  department: { code: 'H', name: '卫健委' }, inspectors: [{ card_no: 'A', name: '甲' },
    { card_no: 'B', name: '乙' }], state: 'open', arrived_at: null, left_at: null, note: '旧',
  result_class: null, conflicts: 0, signed_by: null, signed_at: null, review_reason: null,
  opinion: null, statement: null, attendance_reason: null, ...body } });
const check = (body = {}) => ({ entity: 'check_result', id: 2, seq: 2, version: 5, body: {
  section_id: 1, result_code: null, problem: null, disposal: null, item: { name: '事项' },
  checklist: { id: 4, version: 1 }, answers: { q1: 'yes' }, ...body } });
const dict = { feed: 'dict', reset: true, items: [
  { entity: 'result_codes', id: 1, seq: 1, version: 1, body: { codes: [
    { code: '1', name: '未发现问题', result_class: 'no_problem' },
    { code: '6', name: '无法联系', result_class: 'unreachable' },
    { code: 'E', name: '其他', result_class: null }] } },
  { entity: 'checklist', id: 4, seq: 2, version: 1, body: { sha256: '', checklist: { item: 'i',
    version: 1, title: '表', questions: [
      { id: 'q1', type: 'yes_no', text: '一', required: true, problem: ['no'] },
      { id: 'q2', type: 'integer', text: '二', required: true,
        when: { question: 'q1', in: ['no'] } }] } } }] };
const page = (items = [section(), check()], more = {}) => ok({ cursor: 'c1', more: false,
  feeds: [dict, { feed: 'visit:9', reset: true, items }], ...more });

let script; // what the server says next, each a reply or a function of the request
let asked;
let waits;
let now;
let receipt;

// What a server would say to a push: each operation gets that outcome, linked to its receipt.
const pushed = (outcome = 'applied', more = {}) => ({ options: { json: { operations } } }) => {
  for (const operation of operations) receipt = link(receipt, operation, outcome);
  return ok({ receipt, outcomes: operations.map(({ id }) => ({ id, outcome, ...more })) });
};

const wire = {
  async ask(url, options) {
    asked.push({ path: new URL(url).pathname.split('/v1')[1], url, options });
    const next = script.shift();
    assert.ok(next, `nobody expected ${url}`);
    const reply = typeof next === 'function' ? next({ url, options }) : next;
    if (reply instanceof Error) throw reply;
    return reply;
  },
  async pause(least) { waits.push(least); },
};
const broken = () => Object.assign(new Error('cut'), { code: 'ECONNRESET' });

function phone(store = new MemoryRows()) {
  const client = newClient({ base: 'http://server/liancha', store, wire, now: () => now,
    vault: {} });
  if (!client.state.tokens) client.state.enrolled(TOKENS);
  client.state.change({ checkedAt: now });
  return client;
}

beforeEach(() => {
  script = [];
  asked = [];
  waits = [];
  now = Date.UTC(2026, 2, 2);
  receipt = NO_RECEIPT;
});

const paths = () => asked.map(({ path }) => path);
const operationsOf = (i) => asked[i].options.json.operations;

test('what a hotel says is a line that broke: nothing leaves the queue, no token ends', async () => {
  const client = phone();
  client.record('section', 1, { note: '新' });
  const html = { 'content-type': 'text/html' };
  for (const reply of [{ status: 200, headers: html, text: '<html>' },
    { status: 302, headers: html, text: '' }, { status: 401, headers: html, text: '' },
    { status: 403, headers: html, text: 'blocked' },
    { status: 200, headers: JSON_TYPE, text: '{' }]) {
    script = Array(6).fill(reply);
    await assert.rejects(client.push(), { code: 'ELINE' }, JSON.stringify(reply));
    assert.equal(client.state.waiting().length, 1);
    assert.deepEqual(client.state.tokens, TOKENS);
  }
});

test('a batch without an answer goes out again as it was, and what was recorded since comes behind',
  async () => {
    const client = phone();
    const first = client.record('section', 1, { note: '一' });
    script = Array(6).fill(broken());
    await assert.rejects(client.push(), { code: 'ECONNRESET' });
    const second = client.record('section', 1, { note: '二' });
    assert.notEqual(second, first, 'what was on the network never changes');
    script = [pushed(), pushed()];
    await client.push();
    assert.deepEqual([operationsOf(6), operationsOf(7)].map((list) => list.map(({ id }) => id)),
      [[first], [second]]);
    assert.deepEqual(operationsOf(0), operationsOf(6));
    assert.equal(client.state.meta.receipt.own, receipt);
    assert.equal(client.state.meta.receipt.differs, undefined);
  });

test('an edit that was never on the network grows; one that hangs on others does not', () => {
  const client = phone();
  const first = client.record('section', 1, { note: '一' });
  assert.equal(client.record('section', 1, { opinion: '意见' }), first);
  assert.notEqual(client.record('section', 1, { note: '二' }, { group: 'g' }), first);
  const [{ operation }] = client.state.waiting();
  assert.deepEqual(operation.fields, { note: '一', opinion: '意见' });
});

test('a phone that is switched off goes on where it was', async () => {
  const store = new MemoryRows();
  const before = phone(store);
  script = [page()];
  await before.pull();
  const id = before.record('section', 1, { note: '新' });
  const after = phone(store);
  assert.equal(shown.section(after.state, 1).note, '新');
  assert.deepEqual(after.state.waiting()[0].operation,
    { id, counter: 1, entity: 'section', entity_id: 1, base_version: 3, fields: { note: '新' } });
});

test('nothing goes out that is not kept', async () => {
  const store = new MemoryRows();
  const client = phone(store);
  const full = new Error('QuotaExceededError');
  const { write } = store;
  store.write = () => { throw full; };
  client.record('section', 1, { note: '新' });
  await assert.rejects(client.push(), full);
  assert.deepEqual(asked, []);
  assert.equal(client.state.journal.failure, full);
  store.write = write;
  script = [pushed()];
  await client.push();
  assert.equal(phone(store).state.meta.receipt.own, receipt);
});

test('a server that is busy says when; a phone that comes too often waits longer', async () => {
  const client = phone();
  client.record('section', 1, { note: '新' });
  const busy = problem(503, 'unavailable', {}, { 'retry-after': '4' });
  script = [busy, busy, busy, busy, broken(), pushed()];
  await client.push();
  assert.deepEqual(waits, [4000, 8000, 12000, 12000, 100]);
});

test('the token is renewed once for all that wait, and the same request goes out again', async () => {
  const vault = {};
  const client = newClient({ base: 'http://server/liancha', wire, now: () => now, vault });
  script = [ok(TOKENS, 201)];
  await client.enrol('CODE', '测试');
  client.state.change({ checkedAt: now });
  client.record('section', 1, { note: '新' });
  script = [problem(401, 'unauthenticated'), broken(), ok({ ...TOKENS, access_token: 'a2',
    refresh_token: 'r2' }), pushed()];
  await client.push();
  assert.deepEqual(paths(), ['/enrolments', '/push', '/tokens', '/tokens', '/push']);
  assert.deepEqual(asked[2].options.json, asked[3].options.json);
  assert.deepEqual([asked[1], asked[4]].map(({ options }) => options.token), ['a1', 'a2']);
});

test('what no batch can hold is set aside, alone, and the others go', async () => {
  const client = phone();
  const ids = ['一', '二', '三'].map((note, i) => client.record('section', i + 1, { note }));
  script = [problem(422, 'invalid', { pointer: '/operations/1/counter' }), pushed()];
  await client.push();
  assert.deepEqual(operationsOf(1).map(({ id }) => id), [ids[0], ids[2]]);
  assert.deepEqual(shown.troubled(client.state).map(({ operation }) => operation.id), [ids[1]]);

  const more = ['四', '五'].map((note, i) => client.record('section', i + 1, { note }));
  script = [problem(400, 'malformed'), pushed(), problem(400, 'malformed')];
  await client.push();
  assert.deepEqual(shown.troubled(client.state).map(({ operation }) => operation.id),
    [ids[1], more[1]]);
  assert.equal(client.state.waiting().length, 0);
});

test('a batch has at most 200 operations and a MiB, and keeps a group together', async () => {
  const client = phone();
  for (let i = 0; i < 199; i++) client.record('check_result', i + 1, { problem: '字' });
  for (let i = 0; i < 3; i++) client.record('section', 1, { note: `${i}` }, { group: 'g' });
  assert.equal(client.nextBatch().length, 199);
  script = [pushed()];
  script.push(({ options }) => pushed()({ options }));
  await client.push();
  assert.deepEqual(operationsOf(1).map(({ group }) => group), ['g', 'g', 'g']);
});

test('a receipt that is another one is said, and hinders nothing', async () => {
  const client = phone();
  client.record('section', 1, { note: '新' });
  receipt = 'ab'.repeat(32);
  script = [pushed()];
  await client.push();
  const { own, differs } = client.state.meta.receipt;
  assert.equal(own, receipt);
  assert.equal(differs.server, receipt);
  client.record('section', 1, { note: '再' });
  script = [pushed()];
  await client.push();
  assert.equal(client.state.meta.receipt.own, receipt);
});

test('after a restore all that was ever recorded goes there again, and the receipt begins anew',
  async () => {
    const client = phone();
    const id = client.record('section', 1, { note: '新' });
    script = [pushed(), page()];
    await client.sync();
    script = [problem(409, 'epoch-changed'), page([])];
    await client.pull();
    assert.deepEqual(client.state.waiting().map(({ operation }) => operation.id), [id]);
    assert.doesNotMatch(asked.at(-1).url, /cursor/);
    const restored = 'cd'.repeat(32);
    script = [({ options: { json: { operations } } }) => ok({ receipt: restored,
      outcomes: operations.map((one) => ({ id: one.id, outcome: 'duplicate',
        result: { id: one.id, outcome: 'applied', version: 4 } })) })];
    await client.push();
    assert.equal(client.state.meta.receipt.own, restored);
    assert.equal(client.state.meta.receipt.differs, undefined);
  });

test('a phone that was reported lost leaves nothing; a retired one first hands over', async () => {
  const store = new MemoryRows();
  const lost = phone(store);
  lost.record('section', 1, { note: '新' });
  script = [problem(403, 'device-lost')];
  await assert.rejects(lost.push());
  assert.deepEqual([...store.rows], []);

  const retired = phone();
  retired.record('section', 1, { note: '新' });
  script = [broken(), broken(), broken(), broken(), broken(), broken()];
  await assert.rejects(retired.sync());
  script = [pushed(), problem(403, 'device-retired')];
  await assert.rejects(retired.sync());
  assert.equal(retired.state.meta.device, null);
});

test('a counter that another phone used keeps the operation for the device enrolled next', async () => {
  const client = phone();
  const id = client.record('section', 1, { note: '新' });
  script = [({ options: { json: { operations } } }) => ok({ receipt: NO_RECEIPT, outcomes: [
    { id: operations[0].id, outcome: 'rejected', problem: { title: '', detail: '',
      type: 'urn:liancha:problem:device-forked' } }] })];
  await client.push();
  assert.equal(client.state.meta.standing, 'forked');
  assert.deepEqual(client.state.waiting().map(({ operation }) => operation.id), [id]);
  client.state.enrolled({ ...TOKENS, device_id: 8 });
  script = [pushed()];
  await client.push();
  assert.equal(client.state.waiting().length, 0);
});

test('what is shown is the server\'s with one\'s own on it, until a pull tells of it', async () => {
  const client = phone();
  script = [page()];
  await client.pull();
  client.record('check_result', 2, { result_code: '1', 'answer.q1': null, 'answer.q3': '新' });
  const now = () => shown.check(client.state, 2);
  assert.deepEqual([now().result_code, now().answers], ['1', { q3: '新' }]);
  script = [pushed('merged', { version: 7 })];
  await client.push();
  assert.equal(now().result_code, '1', 'between outcome and pull');
  script = [page([section(), { ...check({ result_code: 'E' }), version: 7 }])];
  await client.pull();
  assert.equal(now().result_code, 'E', 'the pull has told');
  script = [pushed('rejected', { problem: { type: 'urn:liancha:problem:invalid', title: '',
    detail: '' } })];
  const id = client.record('check_result', 2, { problem: 'x' });
  await client.push();
  assert.equal(now().problem, null, 'what was refused changes no value');
  assert.deepEqual(shown.troubled(client.state).map(({ operation }) => operation.id), [id]);
});

test('what the phone has for sign-off is named, and nothing once it is there', async () => {
  const client = phone();
  script = [page()];
  await client.pull();
  const names = () => missing(client.state, 1).map(({ what }) => what);
  assert.deepEqual(names(), ['arrived_at', 'inspectors', 'result_code']);
  for (const card_no of ['A', 'B'])
    client.record('attendance', undefined, { section_id: 1, card_no, event: 'arrived',
      at: '2026-03-02T01:00:00.000Z', how: 'typed', door_code: 'X' });
  client.record('section', 1, { arrived_at: '2026-03-02T01:00:00.000Z' });
  assert.deepEqual(names(), ['result_code']);
  client.record('check_result', 2, { result_code: '1', 'answer.q1': 'no' });
  assert.deepEqual(names(), ['code_contradicts', 'answer']);
  client.record('check_result', 2, { result_code: 'E', 'answer.q2': '3' });
  assert.deepEqual(names(), ['result_class']);
  client.record('section', 1, { result_class: 'unreachable' });
  assert.deepEqual(names(), ['which_unreachable']);
  client.record('check_result', 2, { result_code: '6' });
  assert.deepEqual(names(), []);
});

test('a feed that differs from the server\'s is fetched again', async () => {
  const client = phone();
  script = [page(), ok({ next: null, feeds: [{ feed: 'dict', items: 2, checksum: '0'.repeat(64) },
    { feed: 'visit:9' }] }), page()];
  await client.pull();
  assert.deepEqual(await client.selfCheck(), ['dict']);
  assert.match(asked.at(-1).url, /again=dict/);
});

test('a saved queue is read by another phone: nothing twice, counters of its own', async () => {
  const [from, to] = [phone(), phone()];
  from.record('section', 1, { note: '一' });
  to.record('section', 1, { opinion: '二' });
  const saved = structuredClone([...from.state.entries.values()]);
  assert.equal(to.state.adopt(saved, []), 1);
  assert.equal(to.state.adopt(saved, []), 0);
  assert.deepEqual(to.state.waiting().map(({ operation: { counter } }) => counter), [1, 2]);
  assert.notEqual(operationDigest(to.state.waiting()[1].operation), '');
});

test('to look at all visits reads feeds and queue once, however many there are', () => {
  const client = phone();
  const { state } = client;
  const VISITS = 500;
  const bodies = { 1: section().body, 2: check().body };
  state.page({ cursor: 'c', feeds: Array.from({ length: VISITS }, (_one, n) => ({
    feed: `visit:${n}`, items: [{ entity: 'section', id: n + 1, seq: 1, version: 1,
      body: bodies[1] }, { entity: 'check_result', id: n + 1, seq: 2, version: 1,
      body: { ...bodies[2], section_id: n + 1 } }] })) });
  for (let n = 1; n <= VISITS; n++) client.record('section', n, { note: `新 ${n}` });
  let reads = 0;
  for (const kept of [state.feeds, state.entries]) {
    const values = kept.values.bind(kept);
    kept.values = () => {
      reads++;
      return values();
    };
  }
  for (let n = 1; n <= VISITS; n++) assert.equal(shown.section(state, n).note, `新 ${n}`);
  assert.equal(reads, 2);
  client.record('section', 7, { note: '更新' });
  assert.equal(shown.section(state, 7).note, '更新');
});

// records.test.mjs - one subject, one inspector, one item: made, changed by whoever saw it as it
// is, retired, each by the rules and the owners of a file, and told in its history.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { all } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { HOME, MARKET, seed } from './world.mjs';

const V1 = '/planner/v1';
const DAY = today();
const DIRECTORY = 'T-records';
const CODE = makeUscc('91', '410402', 960001);
const PATHS = { subject: `/directories/${DIRECTORY}/subjects/${CODE}`,
  inspector: '/inspectors/T-records-1', item: '/items/T-RECORDS-1' };
const HISTORY = { subject: `/subjects/${CODE}/history`,
  inspector: `${PATHS.inspector}/history`, item: `${PATHS.item}/history` };
const BODIES = {
  subject: { name: '单条"样例"，一号', type: '诊所', address: '合成样例路1号', region: '410402',
    lon: '113.3', lat: '33.7', state: 'open', credit_class: 'B', complaints: 0,
    specialties: ['medical', 'school'], verified_on: DAY },
  inspector: { name: '单条样例员', card_expires_on: '2099-12-31', specialties: ['medical'],
    areas: ['410403'], on_duty: true, max_daily: 2, max_total: 100, telephone: '0375-1234567' },
  item: { specialty: 'medical', name: '单条样例事项', category: 'general', method: 'onsite',
    legal_basis: '合成样例依据', content: '合成样例内容' },
};

let stack;
let planner;
let other;

before(async () => {
  stack = await startStack();
  await seed(stack);
  planner = await stack.office.role(HOME, 'planner');
  other = await stack.office.role(MARKET, 'planner');
  expectJson(await request(`${stack.base}${V1}/imports?kind=directories`, { method: 'POST',
    token: planner.token, headers: { 'Content-Type': 'text/csv' },
    body: `code,name,refreshed_on\n${DIRECTORY},单条样例名录,${DAY}\n` }), 201);
});
after(() => stack?.stop());

const put = (kind, body, version, client = planner) => client.put(V1 + PATHS[kind], body,
  { headers: version === undefined ? {} : { 'If-Match': version } });

async function read(kind) {
  const res = await planner.get(V1 + PATHS[kind]);
  return { record: expectJson(res), version: res.headers.etag };
}

const historyOf = (kind) => all(planner, V1 + HISTORY[kind], 'changes', ({ id }) => id);

for (const kind of Object.keys(PATHS))
  test(`a new ${kind} is made once, and whoever makes it again is shown what is there`, async () => {
    expectProblem(await put(kind, BODIES[kind], '"none"'), 404, 'not-found');
    assert.equal(expectJson(await put(kind, BODIES[kind]), 201).change, 'created');
    const { present } = expectProblem(await put(kind, BODIES[kind]), 412, 'stale');
    const { record, version } = await read(kind);
    assert.equal(present.name, BODIES[kind].name);
    assert.deepEqual(present, record);
    assert.match(version, /^"[0-9a-f]{16}"$/);
  });

for (const kind of Object.keys(PATHS))
  test(`of two who change one ${kind} at once one has his way, the other is told`, async () => {
    const { version } = await read(kind);
    const both = await Promise.all(['甲', '乙'].map((name) =>
      put(kind, { ...BODIES[kind], name: `${BODIES[kind].name}${name}` }, version)));
    const won = both.findIndex(({ status }) => status < 300);
    const { present } = expectProblem(both[1 - won], 412, 'stale');
    assert.equal(present.name, `${BODIES[kind].name}${'甲乙'[won]}`);
    assert.equal((await read(kind)).record.name, present.name);
    expectProblem(await put(kind, BODIES[kind], version), 412, 'stale');
  });

// [kind, what of its body differs, pointer]
const REFUSED = [
  ['subject', { region: '999999' }, '/region'],
  ['subject', { verified_on: '2999-01-01' }, '/verified_on'],
  ['subject', { verified_on: '2001-01-01' }, '/verified_on'],
  ['subject', { lon: '181' }, '/lon'],
  ['subject', { specialties: ['none'] }, '/specialties'],
  ['inspector', { areas: ['999999'] }, '/areas'],
  ['inspector', { specialties: ['none'] }, '/specialties'],
  ['inspector', { telephone: '问办公室' }, '/telephone'],
  ['item', { specialty: 'food_service' }, '/specialty'], // another department's
  ['item', { method: 'by post' }, '/method'],
];

test('what a file would be refused for is refused beside its field, and nothing changes', async () => {
  for (const [kind, differs, pointer] of REFUSED) {
    const { record, version } = await read(kind);
    expectProblem(await put(kind, { ...BODIES[kind], ...differs }, version), 422, 'invalid',
      { pointer });
    assert.deepEqual((await read(kind)).record, record);
  }
});

test('a telephone is kept by a file that has no column for it, and taken away by an empty one', async () => {
  const CARD = PATHS.inspector.split('/').at(-1);
  const bring = async (telephone) => expectJson(await request(
    `${stack.base}${V1}/imports?kind=inspectors`, { method: 'POST', token: planner.token,
      headers: { 'Content-Type': 'text/csv' },
      body: `姓名,执法证号,有效期至,专业,执法区域,是否在岗,每日上限,年度上限${telephone[0]}\n` +
        `${BODIES.inspector.name},${CARD},2099-12-31,medical,410403,1,2,100${telephone[1]}\n` }),
  201);
  const now = async () => (await read('inspector')).record.telephone;
  assert.equal(await now(), '0375-1234567');
  await bring(['', '']);
  assert.equal(await now(), '0375-1234567');
  await bring([',办公电话', ',']);
  assert.equal(await now(), '');
  await bring([',办公电话', ',0375-7654321']);
  assert.equal(await now(), '0375-7654321');
});

test('nobody changes what is another department\'s', async () => {
  for (const kind of ['subject', 'inspector']) {
    const { version } = await read(kind);
    expectProblem(await put(kind, BODIES[kind], version, other), 403, 'forbidden');
  }
  const { version } = await read('item');
  expectProblem(await put('item', { ...BODIES.item, specialty: 'food_service' }, version, other),
    422, 'invalid');
});

test('an identity number is refused in an address', async () => {
  const path = PATHS.subject.replace(CODE, '11010519491231002X');
  expectProblem(await planner.put(V1 + path, BODIES.subject), 422, 'invalid');
});

test('a subject leaves for some specialties or the whole directory, an inspector goes off duty, ' +
  'an item is no longer inspected', async () => {
  const { version } = await read('subject');
  expectJson(await put('subject', { ...BODIES.subject, specialties: ['medical'] }, version));
  const { record, version: later } = await read('subject');
  assert.equal(record.specialties, 'medical');
  const leave = (seen) => planner.post(`${V1}${PATHS.subject}/departure`, { reason: '已迁出（样例）' },
    { headers: { 'If-Match': seen } });
  expectProblem(await leave(version), 412, 'stale');
  assert.equal((await leave(later)).status, 204);
  expectProblem(await planner.get(V1 + PATHS.subject), 404, 'not-found');

  for (const [kind, differs] of [['inspector', { on_duty: false }], ['item', { retired: true }]]) {
    const seen = (await read(kind)).version;
    expectJson(await put(kind, { ...BODIES[kind], ...differs }, seen), [200, 201]);
  }
  assert.equal((await read('inspector')).record.on_duty, false);
  assert.equal((await read('item')).record.retired, true);
});

test('the history tells who changed what, and from what to what', async () => {
  const acts = { subject: ['created', 'joined', 'changed', 'changed', 'changed', 'left'],
    inspector: ['created', ...Array(5).fill('changed')], item: ['created', 'changed', 'changed'] };
  for (const [kind, expected] of Object.entries(acts)) {
    const changes = (await historyOf(kind)).reverse();
    assert.deepEqual(changes.map(({ act }) => act), expected, kind);
    for (const { account, at } of changes) {
      assert.equal(account, 'h410400.planner');
      assert.ok(!Number.isNaN(Date.parse(at)));
    }
    const [field, before, after] = changes.find(({ act }) => act === 'changed').changes
      .find(([name]) => name === 'name');
    assert.deepEqual([field, before], ['name', BODIES[kind].name]);
    assert.match(after, /[甲乙]$/);
  }
  const [left] = await historyOf('subject');
  assert.deepEqual(left.changes, [['specialties', 'medical', '']]);
  assert.match(left.source, /已迁出/);
});

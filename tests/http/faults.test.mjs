// A database that does not serve for a while - read-only, interrupted, locked, of another schema -
// costs nobody more than a 503 that says when to come again, and no worker.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectJson, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { CAMPAIGN, HOME, PLANS, seed } from './world.mjs';
import { workersOf } from './workers.mjs';

const PROGRAMS = ['liancha-planner', 'liancha-mobile', 'liancha-public', 'liancha-pushd'];
const HELD_MS = 12000; // a lock that lasts
const PATIENCE_MS = 9000; // longest that a request may wait for it

let stack;
let world;
let home;
let next = 0;

before(async () => {
  stack = await startStack({ own: true });
  world = await seed(stack);
  home = await stack.office.role(HOME, 'planner');
});
after(() => stack.stop());

const health = (program, rest = '') => request(`${stack.base}/${program}/health${rest}`);
const everyHealth = (rest) => Promise.all(['planner/v1', 'mobile/v1', 'public'].map((program) =>
  health(program, rest)));
const statuses = (replies) => replies.map(({ status }) => status);
const makePlan = () => home.post('/planner/v1/plans', { code: `4104001998${5000 + next++}`,
  directory: 'T-health', name: '故障', ends_on: PLANS[0].ends_on,
  quotas: [{ region: '410402', specialty: 'medical', count: 1 }] });

function comeAgain(res) {
  assert.equal(res.status, 503, res.text);
  assert.match(res.headers['retry-after'], /^[1-9][0-9]*$/);
  assert.match(res.json.type, /^urn:liancha:problem:(unavailable|retry|uncertain)$/);
}

// Until asking is answered as wanted.
async function until(ask, status) {
  for (const end = Date.now() + 20000; ; await sleep(100)) {
    const res = await ask();
    if (res.status === status) return res;
    assert.ok([200, 201, 503].includes(res.status), res.text);
    if (Date.now() > end) assert.fail(`${res.status} ${res.text}`);
  }
}

test('read-only: what is read is answered, what would be written comes again', async () => {
  expectJson(await makePlan(), 201);
  await stack.operate('SET GLOBAL read_only = 1');
  try {
    comeAgain(await makePlan());
    const [phone] = world.phones;
    const section = phone.items('section')[0]?.id ?? 1;
    phone.record('section', section, { note: '只读' });
    comeAgain(await request(`${stack.base}/mobile/v1/push`,
      { json: { operations: phone.nextBatch() }, token: phone.token }));
    comeAgain(await request(`${stack.base}/planner/v1/sessions`,
      { json: { login: 'nobody', password: 'x' } }));
    assert.equal((await home.get('/planner/v1/plans')).status, 200);
    assert.equal((await stack.office.page('/')).status, 200);
    const ready = await everyHealth();
    assert.deepEqual(statuses(ready), [503, 503, 200], 'the public pages write nothing');
    assert.match(ready[0].json.detail, /只读/);
    assert.deepEqual(statuses(await everyHealth('/live')), [200, 200, 200]);
  } finally {
    await stack.operate('SET GLOBAL read_only = 0');
  }
  expectJson(await makePlan(), 201);
  assert.deepEqual(statuses(await everyHealth()), [200, 200, 200]);
});

const threads = (where) =>
  stack.sql(`SELECT id FROM information_schema.processlist WHERE ${where}`);
const aThread = async (where) => {
  for (const end = Date.now() + 10000; Date.now() < end; await sleep(20)) {
    const ids = await threads(where);
    if (ids.length) return ids;
  }
  return assert.fail(`no thread where ${where}`);
};

// Somebody holds the campaigns' rows, and nobody knows for how long; resolves when he does.
async function hold() {
  const held = stack.operate('BEGIN; SELECT id FROM campaign FOR UPDATE; ' +
    `DO SLEEP(${HELD_MS / 1000}); ROLLBACK`);
  await aThread("info LIKE 'DO SLEEP%'");
  return { held };
}
const locking = () => home.post(`/planner/v1/campaigns/${CAMPAIGN}/schedule`,
  { from: PLANS[0].ends_on, to: PLANS[0].ends_on });
test('a lock that lasts holds no worker longer than some seconds', async () => {
  const { held } = await hold();
  const start = Date.now();
  const replies = await Promise.all([locking(), locking(), locking()]); // as many as workers
  assert.ok(Date.now() - start < PATIENCE_MS, `${Date.now() - start} ms`);
  for (const res of replies) comeAgain(res);
  await held;
});

test('a statement that is interrupted, and a connection that is ended, come again', async () => {
  for (const how of ['KILL QUERY', 'KILL']) {
    const { held } = await hold();
    const answer = locking();
    for (const [id] of await aThread("user = 'liancha_planner' AND info LIKE 'UPDATE campaign%'"))
      await stack.operate(`${how} ${id}`);
    comeAgain(await answer);
    await held;
  }
  assert.notEqual((await locking()).status, 500);
});

test('strangers who take all that the public pages have slow neither phones nor the office', async () => {
  const pids = workersOf(stack, 'liancha-public');
  for (const pid of pids) process.kill(pid, 'SIGSTOP'); // as busy as can be
  const strangers = Array.from({ length: 4 * pids.length }, () => stack.office.page('/?q=测试'));
  let waiting = strangers.length;
  for (const one of strangers) one.then(() => waiting--, () => waiting--);
  try {
    const [phone] = world.phones;
    await phone.pull();
    assert.equal((await home.get('/planner/v1/plans')).status, 200);
    expectJson(await makePlan(), 201);
    assert.equal(waiting, strangers.length, 'all the while no stranger was served');
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
  for (const { status } of await Promise.all(strangers))
    assert.ok([200, 429, 503].includes(status), String(status));
});

test('SIGHUP ends no program', async () => {
  const before_ = PROGRAMS.map((program) => workersOf(stack, program).sort());
  assert.ok(before_.every((pids) => pids.length > 0));
  for (const pid of before_.flat()) process.kill(pid, 'SIGHUP');
  assert.deepEqual(statuses(await everyHealth()), [200, 200, 200]);
  await sleep(300);
  assert.deepEqual(PROGRAMS.map((program) => workersOf(stack, program).sort()), before_);
});

test('workers wait for the schema that they were built for, and say so', async () => {
  const pids = () => PROGRAMS.map((program) => workersOf(stack, program).sort());
  const mine = pids();
  await stack.operate("INSERT INTO schema_file (name, sha256, done, begun, applied_at) " +
    "VALUES ('9999_newer.sql', REPEAT('0', 64), 1, 0, NOW(3))");
  // Fields of old: a statement that the new schema has no place for.
  await stack.operate('RENAME TABLE plan_quota TO plan_quota_newer');
  try {
    for (let i = 0; i < 6; i++) comeAgain(await makePlan());
    const said = await until(() => health('planner/v1'), 503);
    assert.match(said.json.detail, /数据库结构/);
    await until(() => health('public'), 503);
    assert.deepEqual(statuses(await everyHealth('/live')), [200, 200, 200]);
  } finally {
    await stack.operate('RENAME TABLE plan_quota_newer TO plan_quota');
    await stack.operate("DELETE FROM schema_file WHERE name = '9999_newer.sql'");
  }
  await until(makePlan, 201);
  await until(() => health('mobile/v1'), 200);
  assert.deepEqual(pids(), mine, 'the same workers');
});

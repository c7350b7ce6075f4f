// Workers killed by SIGKILL in the middle of their requests: whatever was acknowledged is there,
// once, and the next request works.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { uuidv7 } from '../support/phone.mjs';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../support/http.mjs';
import { newKey, prove, publicKey } from '../support/phone/key.mjs';
import { photo } from '../support/phone/photo.mjs';
import { startStack } from './harness.mjs';
import { digitsOf, stepNow } from './totp.mjs';
import { kill, workersOf } from './workers.mjs';
import { DISTRICT, HOME, PLANS, seed } from './world.mjs';

// A supervisor gives up on what dies young: each worker lives for more than a second.
const KILLS = 8;
const KILLS_MAX = 100;
const PAUSE_MS = 400;
const UNDERWAY_MS = 1000;
const INTERRUPTED = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED']);

let stack;
let world;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
});
after(() => stack.stop());

// Kills workers one after the other while `work` (a function of a stop flag) runs, until some
// request was cut: a worker that happens to be idle proves nothing, so each dies while a request
// that counts is under way.
async function killDuring(program, cut, work) {
  const flag = { stop: false };
  const working = work(flag);
  for (let i = 0; i < KILLS || (cut.count === 0 && i < KILLS_MAX); i++) {
    await sleep(PAUSE_MS);
    const [oldest] = workersOf(stack, program);
    assert.ok(oldest, `${program} runs`);
    for (const end = Date.now() + UNDERWAY_MS; cut.underway === 0 && Date.now() < end;)
      await sleep(1);
    await kill(oldest);
    const path = program === 'liancha-mobile' ? 'mobile' : 'planner';
    const res = await request(`${stack.base}/${path}/v1/health`, { timeoutMs: 5000 });
    assert.equal(res.status, 200, 'the next request works');
  }
  flag.stop = true;
  return working;
}

// Asks until there is an answer; `cut` counts the requests under way, and the connections that
// broke.
async function insist(cut, ask) {
  for (;;) {
    try {
      cut.underway++;
      const res = await ask().finally(() => cut.underway--);
      if (res.status === 429) { // the entries take so many of one address only
        await sleep(100);
        continue;
      }
      if (res.status < 500) return res;
      assert.ok([503, 504].includes(res.status), `${res.status} ${res.text}`);
    } catch (error) {
      if (!INTERRUPTED.has(error.code)) throw error;
    }
    cut.count++;
    await sleep(20);
  }
}

test('planner: plans that were acknowledged exist once', async () => {
  const planner = world.tokenOf('planner');
  const cut = { count: 0, underway: 0 };
  const made = [];
  let serial = 0;
  const tag = `崩溃 ${uuidv7()}`;
  const year = randomInt(1000, 8000);
  const worker = async (flag) => {
    while (!flag.stop) {
      const number = String(serial % 1000).padStart(3, '0');
      const code = `410400${year + Math.floor(serial++ / 1000)}3${number}`;
      const json = { code, directory: 'T-health', name: tag, ends_on: PLANS[0].ends_on,
        quotas: [{ region: '410402', specialty: 'medical', count: 1 }] };
      const res = await insist(cut, () =>
        request(`${stack.base}/planner/v1/plans`, { json, token: planner }));
      assert.ok([201, 409].includes(res.status), res.text);
      made.push(code);
      await sleep(3);
    }
  };
  await killDuring('liancha-planner', cut, (flag) =>
    Promise.all(Array.from({ length: 6 }, () => worker(flag))));
  assert.ok(cut.count > 0, 'no request was cut: nothing was tested');
  const rows = await stack.sql(`SELECT p.code, COUNT(q.plan_id) FROM plan p LEFT JOIN plan_quota q
    ON q.plan_id = p.id WHERE p.name = '${tag}' GROUP BY p.code ORDER BY p.code`);
  assert.deepEqual(rows, made.sort().map((code) => [code, '1']));
});

test('mobile: operations that were acknowledged took effect once, in order', async () => {
  const cut = { count: 0, underway: 0 };
  const card = world.cards[1];
  const section = world.visits.flatMap(({ sections }) => sections)
    .find(({ department, inspectors }) =>
    department === DISTRICT && inspectors.some(({ card_no }) => card_no === card)).section;
  const phone = await world.newPhone(card);
  await phone.pull();
  let last;
  let acknowledged = 0;
  await killDuring('liancha-mobile', cut, async (flag) => {
    for (let i = 0; !flag.stop; i++) {
      last = `记录 ${i}`;
      phone.record('section', section, { note: last });
      phone.attach(section, photo(`crash ${i}`),
        { type: 'image/png', taken_at: new Date().toISOString() });
      const operations = phone.nextBatch();
      const res = await insist(cut, () => request(`${stack.base}/mobile/v1/push`,
        { json: { operations }, token: phone.token, timeoutMs: 10000 }));
      assert.equal(res.status, 200, res.text);
      for (const { outcome } of res.json.outcomes)
        assert.ok(['applied', 'merged', 'duplicate'].includes(outcome), res.text);
      await phone.pushBatch(operations); // a second time, as a phone that lost the reply
      acknowledged += operations.length;
      await phone.upload();
      await phone.pull();
    }
  });
  assert.ok(cut.count > 0, 'no request was cut: nothing was tested');
  const [[rows]] = await stack.sql(
    `SELECT COUNT(*) FROM sync_op WHERE device_id = ${phone.deviceId}`);
  assert.equal(Number(rows), acknowledged, 'one ledger row an operation');
  assert.equal(phone.item('section', section).body.note, last);
  const [[photos]] = await stack.sql(
    'SELECT COUNT(*) FROM evidence WHERE verified_at IS NOT NULL ' +
    `AND device_id = ${phone.deviceId}`);
  assert.equal(Number(photos), acknowledged / 2, 'every photo arrived and was verified');
});

test('mobile: a device that is renewed or enrolled meanwhile keeps its tokens, and stays one', async () => {
  const cut = { count: 0, underway: 0 };
  const planner = world.tokenOf('planner', DISTRICT);
  const knock = (path, json) => insist(cut, () => request(`${stack.base}/mobile/v1/${path}`,
    { json, timeoutMs: 10000 }));
  let enrolled = 0;
  const worker = async (flag) => {
    while (!flag.stop) {
      const { code } = (await insist(cut, () => request(
        `${stack.base}/planner/v1/inspectors/${world.cards[0]}/enrolments`,
        { json: {}, token: planner }))).json;
      const key = newKey();
      let res = await knock('enrolments', { code, device_name: '崩溃', public_key: publicKey(key),
        signature: prove(key, 'enrolment', code) });
      assert.equal(res.status, 201, res.text);
      enrolled++;
      const { device_id } = res.json;
      for (let n = 0; n < 5 && !flag.stop; n++) {
        const { refresh_token } = res.json;
        res = await knock('tokens',
          { refresh_token, signature: prove(key, 'renewal', refresh_token) });
        assert.equal(res.status, 200, res.text);
        assert.equal(res.json.device_id, device_id);
        await sleep(3);
      }
      res = await insist(cut, () =>
        request(`${stack.base}/mobile/v1/pull`, { token: res.json.access_token }));
      assert.equal(res.status, 200, res.text);
    }
  };
  await killDuring('liancha-mobile', cut, (flag) =>
    Promise.all(Array.from({ length: 6 }, () => worker(flag))));
  assert.ok(cut.count > 0, 'no request was cut: nothing was tested');
  const [[devices, forked]] = await stack.sql("SELECT COUNT(*), COUNT(forked_at) FROM device " +
    "WHERE name = '崩溃' AND state = 'active'");
  assert.deepEqual([devices, forked].map(Number), [enrolled, 0]);
});

// What an account went through: each step asked until it was answered, where an answer that was cut
// off may stand for a step that was done. Its password and the secret of its authenticator.
async function officeLife(cut, administrator, login) {
  const ask = (path, json, token, method = 'POST') => insist(cut, () =>
    request(`${stack.base}/planner/v1/${path}`, { method, json, token, timeoutMs: 60000 }));
  const version = async () => (await ask(`accounts?login=${login}`, undefined, administrator,
    'GET')).json.accounts[0].version;
  const change = async (what, body) => ask(`accounts/${login}/${what}`,
    { version: await version(), ...body }, administrator);
  const one = async (res, ...allowed) => {
    const { status, text } = await res;
    assert.ok(allowed.includes(status), text);
    return text ? (await res).json : {};
  };
  let made = await one(ask('accounts', { login, name: '崩溃', department: HOME,
    roles: ['planner'] }, administrator), 201, 409);
  await one(change('roles', { roles: ['reviewer'] }), 200, 409);
  // The password is told once: whoever did not hear it resets again.
  while (!(made = await one(change('reset'), 200, 409)).password);
  const { token } = await one(ask('sessions', { login, password: made.password }), 201);
  const password = 'Stapel-47-Korn';
  const changed = await one(ask('session/password', { current: made.password, password }, token),
    204, 422);
  assert.ok([undefined, '/current'].includes(changed.pointer), 'or else it was changed already');
  let begun;
  while (!(begun = await one(ask('session/totp', { current: password }, token), 201)).secret);
  const confirm = () => one(ask('session/totp/confirm',
    { code: digitsOf(begun.secret, stepNow()) }, token), 204, 409, 422);
  while ((await confirm()).pointer === '/code'); // its time had passed
  return { login, password, secret: begun.secret };
}

test('planner: what becomes of an account becomes of it whole, once, and stands on the log', async () => {
  const administrator = (await stack.office.role(HOME, 'administrator')).token;
  const cut = { count: 0, underway: 0 };
  const tag = `crash.${randomInt(1e9).toString(36)}`;
  const lives = [];
  let serial = 0;
  const worker = async (flag) => {
    while (!flag.stop)
      lives.push(await officeLife(cut, administrator, `${tag}.${serial++}`));
  };
  await killDuring('liancha-planner', cut, (flag) =>
    Promise.all(Array.from({ length: 3 }, () => worker(flag))));
  assert.ok(cut.count > 0, 'no request was cut: nothing was tested');
  const rows = await stack.sql(`SELECT a.login, a.roles = MAX(b.roles), a.must_change,
    a.totp_active, a.version = 1 + (SELECT COUNT(*) FROM audit_event e
      WHERE e.target = CONCAT('account:', a.login)
      AND e.action IN ('account.roles', 'account.reset'))
    FROM account a JOIN account b ON b.login LIKE '${tag}.%'
    WHERE a.login LIKE '${tag}.%' GROUP BY a.login`);
  const logins = lives.map(({ login }) => login).sort();
  assert.deepEqual(rows.sort(), logins.map((login) => [login, '1', '0', '1', '1']));
  const { login, password, secret } = lives.at(-1);
  const enter = (more) => insist(cut, () => request(`${stack.base}/planner/v1/sessions`,
    { json: { login, password, ...more } }));
  assert.equal((await enter()).status, 401);
  assert.equal((await enter({ code: digitsOf(secret, stepNow() + 1) })).status, 201);
});

test('the audit log is whole after all that', async () => {
  const { out } = await stack.office.ctl(['audit', 'verify']);
  assert.equal(out.intact, true);
});

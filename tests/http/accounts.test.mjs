// Accounts of the office: who makes and changes them, passwords, sessions, failures at the door.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get, post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { Client, expectJson, expectProblem, signIn } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { digitsOf, stepNow } from './totp.mjs';
import { HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const V1 = '/planner/v1';
const SESSIONS = 3;
const GOOD = ['Stapel-47-Korn', 'Becher-11-Salz'];

let stack;
let world;
let administrator;

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_SESSIONS: String(SESSIONS) } });
  world = await seed(stack);
  administrator = await stack.office.role(HOME, 'administrator');
});
after(() => stack.stop());

const anyone = () => new Client(stack.base);
const enter = (login, password) => anyone().post(`${V1}/sessions`, { login, password });
const lineOf = async (login, by = administrator) =>
  (await get(by, `${V1}/accounts?login=${login}`)).accounts.find((one) => one.login === login);
const step = async (login, name, body = {}, by = administrator) => by.post(
  `${V1}/accounts/${login}/${name}`, { version: (await lineOf(login, by)).version, ...body });
const reason = { reason: '测试' };

let made = 0;
// A new account: {login, password}, its first one.
async function create(roles = ['planner'], more = {}) {
  const login = `acct.${++made}`;
  const { password } = await post(administrator, `${V1}/accounts`,
    { login, name: '测试', department: HOME, roles, ...more });
  return { login, password };
}

// One that may work at once, as if it had chosen that password: {login, password, client}.
async function settle(roles) {
  const { login, password } = await create(roles);
  await stack.operate(`UPDATE account SET must_change = FALSE WHERE login = '${login}'`);
  const client = anyone();
  client.token = (await signIn(client, login, password)).token;
  return { login, password, client };
}

const eventsOf = async (login, department = HOME) =>
  (await get(await stack.office.role(department, 'auditor'),
    `${V1}/audit-events?target=account:${login}&limit=200`)).events
    .filter(({ target }) => target === `account:${login}`);

test('with a password that somebody else chose, an account changes it and does nothing else', async () => {
  const { login, password } = await create();
  const session = expectJson(await enter(login, password), 201);
  assert.equal(session.must_change, true);
  const client = anyone();
  client.token = session.token;
  for (const path of ['plans', 'departments', 'campaigns', 'imports'])
    expectProblem(await client.get(`${V1}/${path}`), 403, 'password-change-required');
  assert.equal((await get(client, `${V1}/session`)).login, login);
  const change = (body) => client.post(`${V1}/session/password`, body);
  expectProblem(await change({ current: password, password }), 422, 'invalid',
    { pointer: '/password' });
  assert.equal((await change({ current: password, password: GOOD[0] })).status, 204);
  assert.equal((await client.get(`${V1}/plans`)).status, 200);
  expectProblem(await change({ current: password, password: GOOD[1] }), 422, 'invalid',
    { pointer: '/current' });
  expectProblem(await enter(login, password), 401, 'unauthenticated');
  assert.equal(expectJson(await enter(login, GOOD[0]), 201).must_change, false);
});

test('a new password is long, mixed, not known, not the login\'s and none of the last five', async () => {
  const { login, password, client } = await settle();
  let current = password;
  const change = (wanted) => client.post(`${V1}/session/password`, { current, password: wanted });
  for (const bad of ['Stapel-47-K', 'stapel und korn', 'stapelkorn47xy', 'Password-2026!',
    'P@ssw0rd123456!', `X-47-${login}-Y`, 'Aa1!Aa1!Aa1!Aa1!', '中'.repeat(43)])
    expectProblem(await change(bad), 422, 'invalid', { pointer: '/password' });
  for (const next of GOOD.slice(0, 2)) {
    assert.equal((await change(next)).status, 204, next);
    current = next;
  }
  for (const used of [GOOD[0], password]) expectProblem(await change(used), 422, 'invalid');
});

test('two changes of a password at once: one has its effect, the other is told', async () => {
  const { login, password, client } = await settle();
  const replies = await Promise.all(GOOD.slice(0, 2).map((wanted) =>
    client.post(`${V1}/session/password`, { current: password, password: wanted })));
  const won = replies.findIndex(({ status }) => status === 204);
  assert.ok([409, 422, 429].includes(replies[1 - won].status), replies[1 - won].text);
  assert.equal((await enter(login, GOOD[won])).status, 201);
});

test('who resets, disables, enables, retires, and what holds afterwards', async () => {
  const { login, password, client } = await settle();
  const other = anyone();
  other.token = (await signIn(other, login, password)).token;

  const { password: second } = expectJson(await step(login, 'reset'));
  for (const one of [client, other])
    expectProblem(await one.get(`${V1}/session`), 401, 'unauthenticated');
  expectProblem(await enter(login, password), 401, 'unauthenticated');
  client.token = (await signIn(client, login, second)).token;

  const disabled = expectJson(await step(login, 'disable', reason));
  assert.equal(disabled.state, 'disabled');
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  expectProblem(await step(login, 'disable', reason), 409, 'wrong-state');
  const { password: third } = expectJson(await step(login, 'reset'));
  expectProblem(await enter(login, third), 401, 'unauthenticated');
  assert.equal(expectJson(await step(login, 'enable', reason)).state, 'active');
  client.token = (await signIn(client, login, third)).token;
  assert.equal((await client.get(`${V1}/plans`)).status, 200);

  assert.equal(expectJson(await step(login, 'retire', reason)).state, 'retired');
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  for (const [name, body] of [['enable', reason], ['disable', reason], ['retire', reason],
    ['reset', {}], ['roles', { roles: ['planner'] }], ['move', { department: MARKET, ...reason }]])
    expectProblem(await step(login, name, body), 409, 'wrong-state');
  expectProblem(await administrator.post(`${V1}/accounts`,
    { login, name: '测试', department: HOME, roles: ['planner'] }), 409, 'conflict');
  const events = (await eventsOf(login)).map(({ action }) => action);
  assert.deepEqual(events.filter((action) => action.startsWith('account.')),
    ['account.create', 'account.reset', 'account.disable', 'account.reset', 'account.enable',
      'account.retire']);
});

test('of two changes at once, and of one sent again, one has its effect', async () => {
  for (const [name, body] of [['reset', {}], ['disable', reason],
    ['roles', { roles: ['reviewer'] }], ['retire', reason],
    ['move', { department: MARKET, ...reason }]]) {
    const { login } = await create();
    const { version } = await lineOf(login);
    const ask = async () => {
      const res = await administrator.post(`${V1}/accounts/${login}/${name}`, { version, ...body });
      return res.status === 429 ? ask() : res;
    };
    const replies = await Promise.all([ask(), ask(), ask()]);
    const won = replies.filter(({ status }) => status === 200);
    assert.equal(won.length, 1, `${name}: ${replies.map(({ text }) => text)}`);
    if (name === 'reset') assert.equal((await enter(login, won[0].json.password)).status, 201);
    if (name !== 'move') {
      const { present } = expectProblem(await ask(), 412, 'stale', { pointer: '/version' });
      const now = await lineOf(login);
      assert.deepEqual([present.version, present.state], [now.version, now.state]);
    }
    const events = (await eventsOf(login)).filter(({ action }) => action === `account.${name}`);
    assert.equal(events.length, 1, name);
  }
});

test('roles change at once, and duties that exclude one another do not meet', async () => {
  const { login, client } = await settle(['planner']);
  assert.equal((await client.get(`${V1}/plans`)).status, 200);
  const changed = expectJson(await step(login, 'roles', { roles: ['reviewer'] }));
  assert.deepEqual(changed.roles, ['reviewer']);
  expectProblem(await client.get(`${V1}/plans`), 403, 'forbidden');
  for (const roles of [['planner', 'reviewer'], ['planner', 'publisher'], ['reviewer', 'publisher'],
    ['auditor', 'planner'], ['auditor', 'inspector'], ['administrator', 'auditor'],
    ['administrator', 'inspector'], ['planner', 'reviewer', 'publisher']]) {
    expectProblem(await step(login, 'roles', { roles }), 422, 'invalid', { pointer: '/roles' });
    expectProblem(await administrator.post(`${V1}/accounts`,
      { login: 'acct.none', name: '测试', department: HOME, roles }), 422, 'invalid',
    { pointer: '/roles' });
  }
  const { code, err } = await stack.office.ctl(['user', 'add', 'acct.none', '--name', '测试',
    '--department', HOME, '--roles', 'planner,publisher'], { codes: [1] });
  assert.ok(code === 1 && err.includes('批准'), err);
});

test('duties meet where an exception is on record, as long as it lasts', async () => {
  const roles = ['reviewer', 'publisher'];
  const except = (department, list, until, codes = [0]) => stack.office.ctl(['user', 'except',
    department, '--roles', list, '--document', '平联办〔测试〕1号', '--reason', '测试：人员不足',
    '--until', until], { codes });
  await except(HOME, 'auditor,planner', '2099-12-31', [1]);
  await except(HOME, 'reviewer,publisher', today());
  const { exceptions } = await get(administrator, `${V1}/duty-exceptions`);
  assert.deepEqual(exceptions.map(({ roles: of, document, ends_on: on }) => [of, document, on]),
    [['reviewer,publisher', '平联办〔测试〕1号', today()]]);
  const { login, password, client } = await settle(roles);
  assert.equal((await client.get(`${V1}/sections?state=signed`)).status, 200);
  expectProblem(await step(login, 'roles', { roles: [...roles, 'planner'] }), 422, 'invalid');
  expectProblem(await (await stack.office.role(MARKET, 'administrator')).post(`${V1}/accounts`,
    { login: 'acct.none', name: '测试', department: MARKET, roles }), 422, 'invalid');
  await stack.operate("UPDATE duty_exception SET ends_on = '2020-01-01'");
  expectProblem(await enter(login, password), 403, 'forbidden');
  await stack.operate('DELETE FROM duty_exception');
});

test('an account that moves is for its new department to decide about', async () => {
  const { login, password, client } = await settle(['planner']);
  const there = await stack.office.role(MARKET, 'administrator');
  expectProblem(await step(login, 'move', { department: 'X999999', ...reason }), 422, 'invalid');
  expectProblem(await step(login, 'move', { department: HOME, ...reason }), 422, 'invalid');
  assert.equal(expectJson(await step(login, 'move', { department: MARKET, ...reason })).state,
    'disabled');
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  expectProblem(await enter(login, password), 401, 'unauthenticated');
  expectProblem(await administrator.post(`${V1}/accounts/${login}/enable`,
    { version: 1, ...reason }), 403, 'forbidden');
  expectProblem(await step(login, 'enable', reason, there), 409, 'wrong-state');
  expectJson(await step(login, 'roles', { roles: ['reviewer'] }, there));
  const { password: fresh } = expectJson(await step(login, 'reset', {}, there));
  expectJson(await step(login, 'enable', reason, there));
  client.token = (await signIn(client, login, fresh)).token;
  const { department, roles } = await get(client, `${V1}/session`);
  assert.deepEqual([department, roles], [MARKET, ['reviewer']]);
});

test('nobody changes the own account, nor one of another department', async () => {
  const own = (await get(administrator, `${V1}/session`)).login;
  const outsider = await stack.office.role(OUTSIDER, 'administrator');
  for (const [name, body] of [['disable', reason], ['retire', reason], ['reset', {}],
    ['roles', { roles: ['planner'] }], ['move', { department: MARKET, ...reason }]]) {
    expectProblem(await step(own, name, body), 403, 'forbidden');
    const other = await outsider.post(`${V1}/accounts/${own}/${name}`, { version: 1, ...body });
    expectProblem(other, 403, 'forbidden');
  }
  expectProblem(await outsider.post(`${V1}/accounts/${own}/unlock`, {}), 403, 'forbidden');
});

test('failures lock their address out, cost one event, and are told at the next sign-in', async () => {
  const { login, password } = await settle(['auditor']);
  const before = await eventsOf(login);
  for (let i = 0; i < 5; i++)
    expectProblem(await enter(login, 'wrong password'), 401, 'unauthenticated');
  const locked = expectProblem(await enter(login, password), 401, 'unauthenticated');
  const unknown = expectProblem(await enter('no.such.login', 'x'), 401, 'unauthenticated');
  assert.equal(locked.detail, unknown.detail, 'the answer does not tell accounts from others');
  for (let i = 0; i < 20; i++) expectProblem(await enter(login, password), 401, 'unauthenticated');
  assert.ok((await lineOf(login)).locked_until);
  const { accounts } = await get(administrator, `${V1}/accounts?locked=1`);
  assert.deepEqual(accounts.map((one) => one.login), [login]);
  const added = (await eventsOf(login)).slice(before.length);
  assert.deepEqual(added.map(({ action, detail }) => [action, detail.outcome]),
    [['session.open', 'locked']]);

  // The lock is the address's: its end is a new beginning, and the owner comes in from elsewhere.
  await stack.operate(`UPDATE sign_in SET source = '10.9.8.7' WHERE login = '${login}'`);
  const session = expectJson(await enter(login, password), 201);
  assert.equal(session.failures, 5);
  assert.equal(session.last.remote, '127.0.0.1');
  assert.equal(expectJson(await enter(login, password), 201).failures, 0);
  await stack.operate(`UPDATE sign_in SET source = '127.0.0.1', locked_until = UTC_TIMESTAMP(3)
    WHERE login = '${login}'`);
  for (let i = 0; i < 4; i++) await enter(login, 'wrong password');
  assert.equal((await enter(login, password)).status, 201);

  for (let i = 0; i < 5; i++) await enter(login, 'wrong password');
  expectProblem(await enter(login, password), 401, 'unauthenticated');
  assert.equal((await administrator.post(`${V1}/accounts/${login}/unlock`, {})).status, 204);
  assert.equal((await enter(login, password)).status, 201);
});

test('a session that was left open does not help to guess the password', async () => {
  const { password, client } = await settle();
  const change = (current) => client.post(`${V1}/session/password`,
    { current, password: GOOD[0] });
  for (let i = 0; i < 5; i++)
    expectProblem(await change('wrong password'), 422, 'invalid', { pointer: '/current' });
  const res = await change(password);
  expectProblem(res, 429, 'too-many-requests');
  assert.match(res.headers['retry-after'], /^[0-9]+$/);
});

test('many who sign in at once leave the others their workers', async () => {
  const { login, password, client } = await settle();
  const entries = Array.from({ length: 12 }, () => enter(login, password));
  const begun = Date.now();
  assert.equal((await client.get(`${V1}/session`)).status, 200);
  const waited = Date.now() - begun;
  const replies = await Promise.all(entries);
  const took = Date.now() - begun;
  for (const res of replies)
    if (res.status !== 201) {
      expectProblem(res, 429, 'too-many-requests');
      assert.match(res.headers['retry-after'], /^[0-9]+$/);
    }
  assert.ok(replies.some(({ status }) => status === 201));
  assert.ok(waited < Math.max(took, 1000), `${waited} of ${took} ms`);
});

test('an account with an authenticator is entered with its digits too, each once', async () => {
  const { login, password, client } = await settle();
  const begin = (current) => client.post(`${V1}/session/totp`, { current });
  expectProblem(await begin('wrong password'), 422, 'invalid', { pointer: '/current' });
  const confirm = (code) => client.post(`${V1}/session/totp/confirm`, { code });
  expectProblem(await confirm('123456'), 409, 'wrong-state');
  const { secret, uri } = expectJson(await begin(password), 201);
  assert.ok(uri.includes(secret));
  assert.equal((await enter(login, password)).status, 201, 'not before it was shown to work');
  const first = stepNow();
  expectProblem(await confirm(digitsOf(secret, first + 1000)), 422, 'invalid',
    { pointer: '/code' });
  assert.equal((await confirm(digitsOf(secret, first))).status, 204);
  expectProblem(await begin(password), 409, 'wrong-state');
  assert.equal((await lineOf(login)).totp_active, true);

  const come = (code) => anyone().post(`${V1}/sessions`, { login, password, code });
  expectProblem(await enter(login, password), 401, 'unauthenticated', { pointer: '/code' });
  expectProblem(await come(digitsOf(secret, first)), 401, 'unauthenticated');
  expectProblem(await come(digitsOf(secret, first + 1000)), 401, 'unauthenticated');
  assert.equal(expectProblem(await enter(login, 'wrong password'), 401).pointer, undefined);
  const next = digitsOf(secret, first + 1);
  assert.equal((await come(next)).status, 201);
  expectProblem(await come(next), 401, 'unauthenticated');
  const [[stored]] = await stack.sql('SELECT LENGTH(totp_secret) FROM account ' +
    `WHERE login = '${login}'`);
  assert.equal(stored, String(20 + 40), 'sealed');

  const { password: fresh } = expectJson(await step(login, 'reset'));
  assert.equal((await enter(login, fresh)).status, 201, 'a reset takes the authenticator away');
});

test('an account has so many sessions, and ends all of them everywhere', async () => {
  const { login, password, client } = await settle();
  const open = [client.token];
  for (let i = 0; i < SESSIONS; i++) {
    const one = anyone();
    open.push((await signIn(one, login, password)).token);
  }
  const alive = async () => (await Promise.all(open.map(async (token) =>
    (await new Client(stack.base, { token }).get(`${V1}/session`)).status === 200)));
  assert.deepEqual(await alive(), [false, true, true, true]);
  client.token = open[1];
  assert.equal((await client.delete(`${V1}/sessions`)).status, 204);
  assert.deepEqual(await alive(), [false, false, false, false]);
});

test('a session that nobody uses ends', async () => {
  const { client } = await settle();
  await stack.operate('UPDATE session SET ends_at = UTC_TIMESTAMP(3) ' +
    'ORDER BY created_at DESC LIMIT 1');
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
});

test('lianchactl resets, unlocks and disables; a password that it is given keeps the rules', async () => {
  const { login, client } = await settle();
  const { out } = await stack.office.ctl(['user', 'password', login]);
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  client.token = (await signIn(client, login, out.password)).token;
  await stack.office.ctl(['user', 'unlock', login]);
  await stack.office.ctl(['user', 'disable', login]);
  expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  await stack.office.ctl(['user', 'disable', login], { codes: [1] });
  await stack.office.ctl(['user', 'disable', 'no.such.login'], { codes: [1] });
});

test('keys are replaced without a phone that notices', async () => {
  const phone = world.phones[0];
  await phone.pull();
  const { deviceId } = phone;
  for (const expected of ['accepted', 'used']) {
    for (const purpose of ['token', 'cursor', 'draw', 'account', 'person', 'objection',
      'audit.planner', 'audit.mobile']) {
      const { out } = await stack.office.ctl(['key', 'rotate', purpose]);
      assert.deepEqual(out, { purpose, step: expected });
    }
    await stack.services('start', 'planner', 'mobile', 'evidence');
    await phone.pull();
    await phone.refresh();
    await phone.pull();
    await settle();
  }
  assert.equal(phone.deviceId, deviceId);
  await stack.office.ctl(['key', 'rotate', 'no.such'], { codes: [2] });
  assert.equal((await stack.office.ctl(['audit', 'verify'])).out.intact, true);
});

// The last of all: it leaves a log that is broken.
test('exported heads name a chain that was removed, cut or rewritten', async () => {
  const verify = async (file, code) =>
    (await stack.office.ctl(['audit', 'verify', '--heads', file], { codes: [code] })).out;
  const { file, chains } = (await stack.office.ctl(['audit', 'export-heads', stack.var])).out;
  assert.ok(chains > 1);
  const { login } = await settle();
  assert.equal((await verify(file, 0)).intact, true);
  const text = readFileSync(file, 'utf8');
  const wrong = join(stack.var, 'heads');
  for (const spoiled of ['', 'x', text.slice(0, -1), text.replace('heads/1', 'heads/2'),
    `${text}x\n`, text.replace(/^dept.*\n/m, ''),
    text.replace(/[0-9a-f]{64}/, '0'.repeat(64))]) {
    writeFileSync(wrong, spoiled);
    await stack.office.ctl(['audit', 'verify', '--heads', wrong], { codes: [1, 3] });
  }
  const chain = `dept:${MARKET}`;
  for (const table of ['audit_event', 'audit_chain'])
    await stack.operate(`DELETE FROM ${table} WHERE chain = '${chain}'`);
  assert.equal((await stack.office.ctl(['audit', 'verify'])).out.intact, true);
  assert.equal((await verify(file, 1)).broken, `${chain}#1`);
  assert.ok((await eventsOf(login)).length > 0);
});

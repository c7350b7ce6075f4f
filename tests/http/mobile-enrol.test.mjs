// Enrolment of phones and their tokens: a code works once, a lost reply locks nobody out, and a phone
// that was retired or lost is refused at its next request.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

let stack;
let world;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
});
after(() => stack.stop());

const post = (path, json) => request(`${stack.base}${path}`, { json });
const pull = (token) => request(`${stack.base}/mobile/v1/pull`, { token });

async function newCode() {
  const res = await request(
    `${stack.base}/planner/v1/inspectors/${world.cards[0]}/enrolments`,
    { json: {}, token: world.tokenOf('planner', DISTRICT) });
  return expectJson(res, 201).code;
}

const enrol = async () => expectJson(await post('/mobile/v1/enrolments',
  { code: await newCode(), device_name: '测试手机' }), 201);
const renew = (refresh_token) => post('/mobile/v1/tokens', { refresh_token });

test('a code enrols one phone, once', async () => {
  const code = await newCode();
  const body = { code, device_name: '测试手机' };
  const made = expectJson(await post('/mobile/v1/enrolments', body), 201);
  assert.ok(Number.isInteger(made.device_id));
  assert.ok(Date.parse(made.access_expires_at) < Date.parse(made.refresh_expires_at));
  expectJson(await pull(made.access_token));
  expectProblem(await post('/mobile/v1/enrolments', body), 409, 'wrong-state', { pointer: '/code' });
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM device WHERE id >= ${made.device_id}`);
  assert.equal(count, '1');
});

test('two phones with the same code at once: one is enrolled', async () => {
  const body = { code: await newCode(), device_name: '测试手机' };
  const replies = await Promise.all(Array.from({ length: 6 }, () => post('/mobile/v1/enrolments', body)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
});

test('unknown and expired codes', async () => {
  const device_name = '测试手机';
  expectProblem(await post('/mobile/v1/enrolments', { code: 'x'.repeat(43), device_name }), 404,
    'not-found', { pointer: '/code' });
  const code = await newCode();
  await stack.operate("UPDATE enrolment SET expires_at = '2020-01-01' WHERE device_id IS NULL");
  expectProblem(await post('/mobile/v1/enrolments', { code, device_name }), 410, 'gone',
    { pointer: '/code' });
  expectProblem(await post('/mobile/v1/enrolments', { code }), 422, 'invalid',
    { pointer: '/device_name' });
});

test('refresh tokens rotate, and survive a lost reply until the new ones are used', async () => {
  const first = await enrol();
  const lost = expectJson(await renew(first.refresh_token));
  const second = expectJson(await renew(first.refresh_token)); // as if `lost` never arrived
  expectProblem(await pull(first.access_token), 401, 'unauthenticated');
  expectProblem(await pull(lost.access_token), 401, 'unauthenticated');
  expectJson(await pull(second.access_token));
  expectProblem(await renew(first.refresh_token), 401, 'unauthenticated',
    { pointer: '/refresh_token' });
  expectProblem(await renew(lost.refresh_token), 401, 'unauthenticated');
  const third = expectJson(await renew(second.refresh_token));
  const fourth = expectJson(await renew(third.refresh_token)); // the refresh token counts as use
  expectProblem(await renew(second.refresh_token), 401, 'unauthenticated');
  expectJson(await pull(fourth.access_token));
});

test('an expired access token asks for a refresh, an expired refresh token for enrolment', async () => {
  const tokens = await enrol();
  await stack.operate(`UPDATE device SET access_expires_at = '2020-01-01' WHERE id = ${tokens.device_id}`);
  expectProblem(await pull(tokens.access_token), 401, 'unauthenticated');
  const renewed = expectJson(await renew(tokens.refresh_token));
  expectJson(await pull(renewed.access_token));
  await stack.operate(`UPDATE device SET refresh_expires_at = '2020-01-01' WHERE id = ${tokens.device_id}`);
  expectProblem(await renew(renewed.refresh_token), 401, 'unauthenticated');
});

const revoke = (device, json, role = 'planner', department = DISTRICT) =>
  request(`${stack.base}/planner/v1/devices/${device}/revocation`,
    { json, token: world.tokenOf(role, department) });
const devices = async () => expectJson(await request(
  `${stack.base}/planner/v1/inspectors/${world.cards[0]}/devices`,
  { token: world.tokenOf('administrator', DISTRICT) })).devices;

test('a retired phone hands over what it has, and gets nothing more', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const [section] = phone.items('section').filter(({ body }) =>
    body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
  const operation = phone.record('section', section.id, { note: '停用之前所记' });
  const sha256 = phone.attach(section.id, Buffer.from(operation),
    { type: 'text/plain', taken_at: '2026-03-02T01:30:00.000Z' });
  assert.equal(expectJson(await revoke(phone.deviceId, { state: 'retired' })).state, 'retired');
  expectProblem(await pull(phone.token), 403, 'device-retired');
  await phone.refresh();
  const { applied = 0, conflict = 0 } = await phone.push(); // the latter when it is signed already
  assert.equal(applied + conflict, 2);
  assert.equal(await phone.upload(), 1);
  expectProblem(await pull(phone.token), 403, 'device-retired');
  assert.ok(phone.files.get(sha256).uploaded);
  expectProblem(await revoke(phone.deviceId, { state: 'retired' }), 409, 'wrong-state');
  assert.equal((await devices()).find(({ id }) => id === phone.deviceId).state, 'retired');
  expectJson(await revoke(phone.deviceId, { state: 'lost' }, 'administrator'));
});

test('a lost phone is refused at its next request, whatever token it holds, and erases itself', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const [section] = phone.items('section');
  phone.record('section', section.id, { note: '不再提交' });
  const { token, deviceId } = phone;
  const operations = phone.nextBatch();
  expectJson(await revoke(deviceId, { state: 'lost' }));
  const refused = (res) => expectProblem(res, 403, 'device-lost');
  refused(await pull(token));
  refused(await request(`${stack.base}/mobile/v1/push`, { token, json: { operations } }));
  await stack.operate(`UPDATE device SET access_expires_at = '2020-01-01' WHERE id = ${deviceId}`);
  refused(await pull(token));
  await assert.rejects(phone.sync());
  assert.deepEqual([phone.queue.size, phone.feeds.size, phone.cursor, phone.token],
    [0, 0, '', undefined]);
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM sync_op WHERE device_id = ${deviceId}`);
  assert.equal(count, '0');
  expectProblem(await revoke(deviceId, { state: 'retired' }), 409, 'wrong-state');
});

test('a renewal of a lost phone is refused, too', async () => {
  const tokens = await enrol();
  expectJson(await revoke(tokens.device_id, { state: 'lost' }));
  expectProblem(await renew(tokens.refresh_token), 403, 'device-lost');
});

test('only the own department revokes a phone, and only to a state that there is', async () => {
  const { device_id: id, access_token } = await enrol();
  assert.equal((await revoke(id, { state: 'lost' }, 'planner', MARKET)).status, 403);
  expectProblem(await revoke(id, { state: 'active' }), 422, 'invalid', { pointer: '/state' });
  expectProblem(await revoke(999999999, { state: 'lost' }), 404, 'not-found');
  expectJson(await pull(access_token));
});

test('tokens are stored hashed, and the audit log has no secret', async () => {
  const tokens = await enrol();
  const dump = (await stack.sql('SELECT HEX(access_hash), HEX(refresh_hash) FROM device')).flat()
    .concat((await stack.sql('SELECT detail FROM audit_event')).flat()).join('\n');
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    assert.ok(!dump.includes(token));
    assert.ok(!dump.toLowerCase().includes(Buffer.from(token).toString('hex')));
  }
});

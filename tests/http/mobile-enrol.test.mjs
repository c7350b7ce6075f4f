// Enrolment of phones and their tokens: a code works for one key, a lost reply locks nobody out, a
// token without the key is worth nothing, and a phone that was retired or lost is refused at its
// next request.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { newKey, prove, publicKey } from '../support/phone/key.mjs';
import { Phone } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

let stack;
let world;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
});
after(() => stack.stop());

// One address plays every phone here, and nginx lets it knock at the entries so often only.
async function post(path, json) {
  for (;;) {
    const res = await request(`${stack.base}${path}`, { json });
    if (res.status !== 429) return res;
    await sleep(100);
  }
}
const pull = (token) => request(`${stack.base}/mobile/v1/pull`, { token });

const invite = async () => expectJson(await request(
  `${stack.base}/planner/v1/inspectors/${world.cards[0]}/enrolments`,
  { json: {}, token: world.tokenOf('planner', DISTRICT) }), 201);
const newCode = async () => (await invite()).code;

const application = (key, code) => ({ code, device_name: '测试手机', public_key: publicKey(key),
  signature: prove(key, 'enrolment', code) });
async function enrol() {
  const key = newKey();
  const tokens = expectJson(await post('/mobile/v1/enrolments',
    application(key, await newCode())), 201);
  return { key, ...tokens };
}
const renewal = (key, refresh_token) =>
  ({ refresh_token, signature: prove(key, 'renewal', refresh_token) });
const renew = ({ key }, { refresh_token }) =>
  post('/mobile/v1/tokens', renewal(key, refresh_token));
// As if the tokens that a device has now had been issued so long ago.
const age = (device, time) => stack.operate('UPDATE device SET access_expires_at = ' +
  `access_expires_at - INTERVAL ${time} WHERE id = ${device}`);
const vaultOf = (credentials) => ({ kept: structuredClone(credentials), get() { return this.kept; },
  set(all) { this.kept = all; } });
const listed = async (id) => (await devices()).find((device) => device.id === id);

test('a code enrols one phone, once', async () => {
  const body = application(newKey(), await newCode());
  const made = expectJson(await post('/mobile/v1/enrolments', body), 201);
  assert.ok(Number.isInteger(made.device_id));
  assert.ok(Date.parse(made.access_expires_at) < Date.parse(made.refresh_expires_at));
  expectJson(await pull(made.access_token));
  expectProblem(await post('/mobile/v1/enrolments', body), 409, 'wrong-state',
    { pointer: '/code' });
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM device WHERE id >= ${made.device_id}`);
  assert.equal(count, '1');
});

test('what the phone scans names the server and the code, and is drawn for it alone', async () => {
  const [one, other] = [await invite(), await invite()];
  const { protocol, pathname, searchParams } = new URL(one.uri);
  assert.equal(protocol + pathname, 'liancha:enrol');
  assert.deepEqual(Object.fromEntries(searchParams), { code: one.code, server: stack.base });
  assert.match(one.qr_svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 \d+ \d+"/);
  assert.ok(!one.qr_svg.includes(one.code)); // only the modules hold it
  assert.notEqual(one.qr_svg, other.qr_svg);
  expectJson(await post('/mobile/v1/enrolments',
    application(newKey(), searchParams.get('code'))), 201);
});

test('an enrolment whose reply was lost gives the same tokens again, until one is used', async () => {
  const code = await newCode();
  const key = newKey();
  const first = expectJson(await post('/mobile/v1/enrolments', application(key, code)), 201);
  expectProblem(await post('/mobile/v1/enrolments', application(newKey(), code)), 409,
    'wrong-state',
    { pointer: '/code' });
  await stack.operate("UPDATE enrolment SET expires_at = '2020-01-01' WHERE device_id IS NOT NULL");
  const again = await Promise.all(Array.from({ length: 4 }, () =>
    post('/mobile/v1/enrolments', application(key, code))));
  for (const res of again) assert.deepEqual(expectJson(res, 201), first);
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM device WHERE id >= ${first.device_id}`);
  assert.equal(count, '1');
  expectJson(await renew({ key }, first));
  expectProblem(await post('/mobile/v1/enrolments', application(key, code)), 409, 'wrong-state');
});

test('two phones with the same code at once: one is enrolled', async () => {
  const code = await newCode();
  const replies = await Promise.all(Array.from({ length: 6 }, () =>
    post('/mobile/v1/enrolments', application(newKey(), code))));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [201, 409, 409, 409, 409, 409]);
});

test('unknown and expired codes', async () => {
  expectProblem(await post('/mobile/v1/enrolments', application(newKey(), 'x'.repeat(43))), 404,
    'not-found', { pointer: '/code' });
  const code = await newCode();
  await stack.operate("UPDATE enrolment SET expires_at = '2020-01-01' WHERE device_id IS NULL");
  expectProblem(await post('/mobile/v1/enrolments', application(newKey(), code)), 410, 'gone',
    { pointer: '/code' });
});

test('nobody is enrolled without a key that is one, and the proof of holding it', async () => {
  const code = await newCode();
  const key = newKey();
  const sound = application(key, code);
  const flip = (text) => (text[0] === 'A' ? 'B' : 'A') + text.slice(1);
  const off = Buffer.from(publicKey(key), 'base64url');
  off[64] ^= 1; // not on the curve any more
  for (const [change, status, type, pointer] of [
    [{ device_name: undefined }, 422, 'invalid', '/device_name'],
    [{ public_key: undefined }, 422, 'invalid', '/public_key'],
    [{ public_key: off.toString('base64url') }, 422, 'invalid', '/public_key'],
    [{ public_key: sound.public_key.slice(0, -4) }, 422, 'invalid', '/public_key'],
    [{ public_key: publicKey(newKey()) }, 401, 'invalid-proof', '/signature'],
    [{ signature: undefined }, 422, 'invalid', '/signature'],
    [{ signature: sound.signature.slice(0, -2) }, 422, 'invalid', '/signature'],
    [{ signature: flip(sound.signature) }, 401, 'invalid-proof', '/signature'],
    [{ signature: prove(key, 'renewal', code) }, 401, 'invalid-proof', '/signature'],
    [{ signature: prove(key, 'enrolment', `${code}x`) }, 401, 'invalid-proof', '/signature'],
  ]) expectProblem(await post('/mobile/v1/enrolments', { ...sound, ...change }), status, type,
    { pointer });
  expectJson(await post('/mobile/v1/enrolments', sound), 201);
});

test('refresh tokens rotate; a lost reply comes again, the same, until its tokens are used', async () => {
  const device = await enrol();
  const [lost, second] = (await Promise.all([renew(device, device), renew(device, device)]))
    .map((res) => expectJson(res));
  assert.deepEqual(lost, second);
  expectProblem(await pull(device.access_token), 401, 'unauthenticated');
  expectJson(await pull(second.access_token));
  expectProblem(await renew(device, device), 401, 'unauthenticated', { pointer: '/refresh_token' });
  const third = expectJson(await renew(device, second));
  const fourth = expectJson(await renew(device, third)); // the refresh token counts as use
  for (const late of [second, device, second])
    expectProblem(await renew(device, late), 401, 'unauthenticated', { pointer: '/refresh_token' });
  expectJson(await pull(fourth.access_token), 200,
    'overtaken twice within minutes: that harms nobody');
  await age(device.device_id, '1 HOUR');
  expectProblem(await renew(device, second), 403, 'device-forked', { pointer: '/refresh_token' });
  assert.equal((await pull(fourth.access_token)).status, 403);
});

test('a renewal that comes late, after another took its place, harms nobody', async () => {
  const device = await enrol();
  const next = expectJson(await renew(device, device));
  expectJson(await pull(next.access_token));
  expectProblem(await renew(device, device), 401, 'unauthenticated', { pointer: '/refresh_token' });
  expectJson(await pull(next.access_token));
  assert.deepEqual([await listed(device.device_id)]
    .map(({ state, forked_at }) => [state, forked_at]),
    [['active', null]]);
});

test('a stolen refresh token is worth nothing without the key', async () => {
  const device = await enrol();
  const { refresh_token } = device;
  for (const [body, status, type] of [
    [{ refresh_token }, 422, 'invalid'],
    [{ refresh_token, signature: '' }, 422, 'invalid'],
    [{ refresh_token, signature: 'AAAA' }, 422, 'invalid'],
    [renewal(newKey(), refresh_token), 401, 'invalid-proof'],
    [{ refresh_token, signature: prove(device.key, 'enrolment', refresh_token) }, 401,
      'invalid-proof'],
    [{ refresh_token, signature: prove(device.key, 'renewal', device.access_token) }, 401,
      'invalid-proof'],
  ]) expectProblem(await post('/mobile/v1/tokens', body), status, type, { pointer: '/signature' });
  const other = await enrol();
  expectProblem(await post('/mobile/v1/tokens', renewal(device.key, other.refresh_token)), 401,
    'invalid-proof');
  for (const made of ['x', 'x'.repeat(64), other.access_token,
    Buffer.concat([Buffer.from(other.refresh_token, 'base64url').subarray(0, 16),
      Buffer.from(refresh_token, 'base64url').subarray(16)]).toString('base64url')])
    expectProblem(await post('/mobile/v1/tokens', renewal(device.key, made)), 401,
      'unauthenticated',
      { pointer: '/refresh_token' });
  expectJson(await renew(device, device)); // nothing of that cost the device anything
});

test('a copied phone is found out by its old token, retired, and enrolled anew', async () => {
  const phone = await world.newPhone(world.cards[0]);
  const copy = new Phone({ base: stack.base, vault: vaultOf(phone.credentials) });
  await phone.refresh();
  await phone.pull();
  const [section] = phone.items('section').filter(({ body }) =>
    body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
  await age(phone.deviceId, '1 HOUR');
  const since = Date.now();
  await assert.rejects(copy.refresh(), /device-forked/);
  const seen = await listed(phone.deviceId);
  assert.equal(seen.state, 'retired');
  assert.ok(Math.abs(Date.parse(seen.forked_at) - since) < 60000);
  expectProblem(await pull(phone.token), 403, 'device-retired');
  await assert.rejects(copy.refresh(), /device-forked/);
  assert.equal((await listed(phone.deviceId)).forked_at, seen.forked_at, 'since the first time');
  const [[detail]] = await stack.sql('SELECT detail FROM audit_event WHERE chain = ' +
    `'device:${phone.deviceId}' AND action = 'device.renew' ORDER BY seq DESC LIMIT 1`);
  assert.deepEqual(JSON.parse(detail), { forked: true });
  const id = phone.record('section', section.id, { note: '重新注册之后提交' });
  const former = phone.deviceId;
  await phone.enrol(await newCode(), '测试手机');
  assert.notEqual(phone.deviceId, former);
  await phone.sync();
  assert.ok(['applied', 'conflict'].includes(phone.outcomes.get(id).outcome));
  assert.deepEqual([(await listed(phone.deviceId)).state, (await listed(phone.deviceId)).forked_at],
    ['active', null]);
});

test('a counter used twice shows at the desk; enrolled anew, all of it is handed over once', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const [section] = phone.items('section').filter(({ body }) =>
    body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
  const manifest = (text) => ({ section_id: section.id, sha256: createHash('sha256').update(text)
    .digest('hex'), size: 3, type: 'text/plain', taken_at: '2026-03-02T01:30:00.000Z' });
  const twin = new Phone({ base: stack.base, vault: vaultOf(phone.credentials) });
  phone.record('evidence', undefined, manifest(`${phone.deviceId}:1`));
  await phone.pushAndDrop('answered'); // the server has it, and the phone does not know
  twin.record('evidence', undefined, manifest(`${phone.deviceId}:2`)); // takes counter 1, too
  const files = [1, 2].map((n) => manifest(`${phone.deviceId}:${n}`).sha256);
  await twin.push();
  assert.deepEqual([twin.forked, twin.queue.size], [true, 1]);
  const { state, forked_at } = await listed(phone.deviceId);
  assert.equal(state, 'active');
  assert.ok(Date.parse(forked_at) > 0);
  await phone.enrol(await newCode(), '测试手机');
  await twin.enrol(await newCode(), '测试手机');
  assert.deepEqual(await phone.push(), { duplicate: 1 }); // as the first device handed it over
  assert.deepEqual(await twin.push(), { applied: 1 });
  const rows = await stack.sql(`SELECT LOWER(HEX(sha256)) FROM evidence WHERE HEX(sha256) IN (${
    files.map((sha256) => `'${sha256.toUpperCase()}'`).join()})`);
  assert.deepEqual(rows.flat().sort(), files.sort());
});

test('after a restore of the server from a backup a phone goes on with its newer tokens', async () => {
  const device = await enrol();
  const columns = 'generation, settled, HEX(access_hash), access_expires_at, refresh_expires_at';
  const [backup] = await stack.sql(`SELECT ${columns} FROM device WHERE id = ${device.device_id}`);
  let newest = device;
  for (let n = 0; n < 3; n++) newest = expectJson(await renew(device, newest));
  const [generation, settled, hash, access, refresh] = backup;
  await stack.operate(`UPDATE device SET generation = ${generation}, settled = ${settled}, ` +
    `access_hash = UNHEX('${hash}'), access_expires_at = '${access}', ` +
    `refresh_expires_at = '${refresh}' WHERE id = ${device.device_id}`);
  expectProblem(await pull(newest.access_token), 401, 'unauthenticated');
  const next = expectJson(await renew(device, newest));
  expectJson(await pull(next.access_token));
  assert.equal((await listed(device.device_id)).forked_at, null);
});

test('an expired access token asks for a refresh, an expired refresh token for enrolment', async () => {
  const tokens = await enrol();
  await age(tokens.device_id, '1 DAY');
  expectProblem(await pull(tokens.access_token), 401, 'unauthenticated');
  const renewed = expectJson(await renew(tokens, tokens));
  expectJson(await pull(renewed.access_token));
  await stack.operate(`UPDATE device SET refresh_expires_at = '2020-01-01'
    WHERE id = ${tokens.device_id}`);
  expectProblem(await renew(tokens, renewed), 401, 'unauthenticated');
});

const revoke = (device, json, role = 'planner', department = DISTRICT) =>
  request(`${stack.base}/planner/v1/devices/${device}/revocation`,
    { json, token: world.tokenOf(role, department) });
const devices = async () => expectJson(await request(
  `${stack.base}/planner/v1/devices?inspector=${world.cards[0]}`,
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

test('a retired phone hears of a restore first: the server may have forgotten what it handed over', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  expectJson(await revoke(phone.deviceId, { state: 'retired' }));
  const [[epoch]] = await stack.sql('SELECT epoch FROM sync_epoch');
  await stack.operate('UPDATE sync_epoch SET epoch = UUID()');
  try {
    const cursor = encodeURIComponent(phone.cursor);
    expectProblem(await request(`${stack.base}/mobile/v1/pull?cursor=${cursor}`,
      { token: phone.token }),
      409, 'epoch-changed', { pointer: '/cursor' });
    expectProblem(await pull(phone.token), 403, 'device-retired');
  } finally {
    await stack.operate(`UPDATE sync_epoch SET epoch = '${epoch}'`);
  }
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

test('a renewal of a lost phone is refused, and so is its repeated enrolment', async () => {
  const code = await newCode();
  const key = newKey();
  const { device_id } = expectJson(await post('/mobile/v1/enrolments',
    application(key, code)), 201);
  expectJson(await revoke(device_id, { state: 'lost' }));
  expectProblem(await post('/mobile/v1/enrolments', application(key, code)), 403, 'device-lost');
  const tokens = await enrol();
  expectJson(await revoke(tokens.device_id, { state: 'lost' }));
  expectProblem(await renew(tokens, tokens), 403, 'device-lost');
  expectProblem(await post('/mobile/v1/tokens', renewal(newKey(), tokens.refresh_token)), 403,
    'device-lost'); // whoever holds the phone now
});

test('only the own department revokes a phone, and only to a state that there is', async () => {
  const { device_id: id, access_token } = await enrol();
  assert.equal((await revoke(id, { state: 'lost' }, 'planner', MARKET)).status, 403);
  expectProblem(await revoke(id, { state: 'active' }), 422, 'invalid', { pointer: '/state' });
  expectProblem(await revoke(999999999, { state: 'lost' }), 404, 'not-found');
  expectJson(await pull(access_token));
});

test('neither database nor audit log holds a token, a code or a key that signs', async () => {
  const code = await newCode();
  const key = newKey();
  const tokens = expectJson(await post('/mobile/v1/enrolments', application(key, code)), 201);
  const next = expectJson(await renew({ key }, tokens));
  const dump = (await Promise.all(['device', 'enrolment', 'audit_event'].map((table) =>
    stack.sql(`SELECT * FROM ${table}`)))).flat(2).join('\n');
  const logs = readdirSync(join(stack.var, 'log')).map((name) =>
    readFileSync(join(stack.var, 'log', name), 'latin1')).join('\n');
  for (const secret of [code, key.d, tokens.access_token, tokens.refresh_token, next.access_token,
    next.refresh_token])
    for (const form of [secret, Buffer.from(secret).toString('hex'),
      Buffer.from(secret, 'base64url').toString('hex'),
      Buffer.from(secret, 'base64url').toString('latin1')]) {
      assert.ok(!dump.includes(form) && !dump.toLowerCase().includes(form));
      assert.ok(!logs.includes(form));
    }
});

test('who is off duty, or whose card has expired, gets nothing more and hands over what was recorded', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const { cursor } = phone;
  const [section] = phone.items('section').filter(({ body }) =>
    body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
  const set = (text) => stack.operate(
    `UPDATE inspector SET ${text} WHERE card_no = '${world.cards[0]}'`);
  const [[expires]] = await stack.sql(
    `SELECT card_expires_on FROM inspector WHERE card_no = '${world.cards[0]}'`);
  const beijing = (days) => new Date(Date.now() + (8 + 24 * days) * 3600000).toISOString()
    .slice(0, 10);
  for (const [state, serves] of [['on_duty = 0', false],
    [`on_duty = 1, card_expires_on = '${beijing(-1)}'`, false],
    [`card_expires_on = '${beijing(0)}'`, true], [`card_expires_on = '2020-01-01'`, false],
    [`card_expires_on = '${expires}'`, true]]) {
    await set(state);
    for (const path of ['pull', `pull?cursor=${cursor}`, `feeds?cursor=${cursor}`]) {
      const res = await request(`${stack.base}/mobile/v1/${path}`, { token: phone.token });
      if (serves) assert.ok([200, 304].includes(res.status), `${state}: ${path}: ${res.text}`);
      else expectProblem(res, 403, 'off-duty');
    }
    const note = phone.record('section', section.id, { note: `合成 ${state}` });
    phone.attach(section.id, Buffer.from(`${state} ${phone.deviceId}`),
      { type: 'text/plain', taken_at: '2026-03-02T01:30:00.000Z' });
    await phone.push();
    await phone.upload();
    await phone.refresh();
    assert.equal(phone.outcomes.get(note).outcome === 'rejected', false, state);
    assert.equal(phone.queue.size, 0, state);
  }
  await phone.pull();
});

test('an address that asks for tokens too often is told so, and when to come again', async () => {
  const answers = await Promise.all(Array.from({ length: 240 }, () =>
    request(`${stack.base}/mobile/v1/tokens`, { json: { refresh_token: 'x'.repeat(43) } })));
  const told = answers.filter(({ status }) => status === 429);
  assert.ok(told.length > 0);
  for (const res of told) {
    expectProblem(res, 429, 'too-many-requests');
    assert.match(res.headers['retry-after'], /^[1-9]\d*$/);
  }
});

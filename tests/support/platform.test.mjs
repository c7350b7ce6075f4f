// The simulated platform against its own contract: the pusher's tests rest on it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { request } from './http.mjs';
import { startPlatform } from './platform.mjs';
import { drawFault, faultPlan, FAULTS } from './platform/faults.mjs';
import { RECEIPT, sign } from './platform/wire.mjs';

const RESULT = {
  uscCode: '12410402HC0000018A', entName: '合成样例第000001号医院',
  raninsPlanId: '41040020261001', raninsPlaneName: '合成样例计划',
  raninsTaskId: '410400202611231001', raninsTaskName: '合成样例任务', raninsTypeName: '定向',
  insAuth: '平顶山市卫生健康委员会', insDate: '2026-11-23',
  details: [{ seqno: 1, raninsItemName: '事项一', raninsCheckResName: '未发现问题' },
    { seqno: 2, raninsItemName: '事项二', raninsCheckResName: '发现问题经责令已改正' }],
};
const PENALTY = {
  uscCode: '410402990000015', entName: '合成样例第000002号宾馆', penDecNo: '合成罚〔2026〕1号',
  illegActType: '合成样例', penContent: '警告\n罚款五百元', penAuth_CN: '平顶山市卫生健康委员会',
  penDecIssDate: '2026-11-20', publicDate: '2026-11-23',
};

let dir;
let platform;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'liancha-platform-'));
  platform = await startPlatform({ port: 0, dir });
});
after(async () => {
  await platform.close();
  rmSync(dir, { recursive: true });
});
beforeEach(() => faults({}));

function ca() { return readFileSync(platform.caFile); }

async function faults(plan, expected = 204) {
  const res = await request(`${platform.url}/_sim/faults`, { method: 'PUT', json: plan, ca: ca() });
  assert.equal(res.status, expected, res.text);
  return res;
}

async function report() {
  return (await request(`${platform.url}/_sim/accepted`, { ca: ca() })).json;
}

// A signed request; `change` alters its headers after signing.
function send(method, path, { value, bytes, messageId, change = {}, url = platform.url,
  timeoutMs } = {}) {
  const body = bytes ?? (value === undefined ? undefined : JSON.stringify(value));
  const timestamp = String(change.at ?? Math.floor(Date.now() / 1000));
  const nonce = change.nonce ?? randomUUID();
  const headers = {
    'X-App-Id': platform.credential.appId, 'X-Timestamp': timestamp, 'X-Nonce': nonce,
    'X-Signature': sign(platform.credential.secret, { method, path, timestamp, nonce, body }),
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(messageId === undefined ? {} : { 'X-Message-Id': messageId }),
    ...change.headers,
  };
  return request(url + path, { method, body, headers, ca: ca(), timeoutMs });
}

function publish(value, messageId, rest) {
  return send('POST', '/api/v1/publications', { value, messageId, ...rest });
}

function receiptOf(messageId, rest) {
  return send('GET', `/api/v1/receipts/${messageId}`, rest);
}

function refused(res, status, code, field) {
  assert.equal(res.status, status, res.text);
  assert.equal(res.json.code, code);
  assert.equal(res.json.field, field);
}

test('accepts a result and a penalty once each, with a receipt to ask for', async () => {
  for (const [kind, value] of [['result', RESULT], ['penalty', PENALTY]]) {
    const id = randomUUID();
    refused(await receiptOf(id), 404, 'NOT_FOUND');
    const first = await publish(value, id);
    assert.equal(first.status, 200, first.text);
    assert.equal(first.json.code, '0');
    assert.equal(first.json.messageId, id);
    assert.match(first.json.receipt, RECEIPT);
    const again = await publish(value, id);
    refused(again, 409, 'DUPLICATE');
    assert.equal(again.json.receipt, first.json.receipt);
    const asked = await receiptOf(id);
    assert.deepEqual([asked.status, asked.json.receipt], [200, first.json.receipt]);
    refused(await publish({ ...value, entName: '另一名称' }, id), 409, 'MESSAGE_ID_REUSED');
    const entries = (await report()).accepted.filter((entry) => entry.messageId === id);
    assert.equal(entries.length, 1);
    assert.deepEqual([entries[0].kind, entries[0].posts, entries[0].body], [kind, 3, value]);
  }
});

test('the signature follows the contract, written out', async () => {
  const { createHash, createHmac } = await import('node:crypto');
  const [, appId, secret] = readFileSync(platform.credentialFile, 'utf8')
    .match(/^app_id=(\S+)\nsecret=([0-9a-f]{64})\n$/);
  const body = JSON.stringify(RESULT);
  const timestamp = Math.floor(Date.now() / 1000);
  const nonce = 'abcdefghijklmnop';
  const hash = createHash('sha256').update(body).digest('hex');
  const signature = createHmac('sha256', secret)
    .update(`POST\n/api/v1/publications\n${timestamp}\n${nonce}\n${hash}`).digest('hex');
  const res = await request(`${platform.url}/api/v1/publications`, { body, ca: ca(), headers: {
    'Content-Type': 'application/json; charset=utf-8', 'X-App-Id': appId,
    'X-Timestamp': timestamp, 'X-Nonce': nonce, 'X-Signature': signature,
    'X-Message-Id': randomUUID() } });
  assert.equal(res.status, 200, res.text);
  assert.equal(statSync(platform.credentialFile).mode & 0o777, 0o600);
});

test('refuses what is not signed as it should be', async () => {
  const id = randomUUID();
  const now = Math.floor(Date.now() / 1000);
  const cases = [
    [{ headers: { 'X-App-Id': 'SOMEBODY' } }, 'BAD_APP_ID'],
    [{ at: now - 301 }, 'BAD_TIMESTAMP'],
    [{ at: now + 302 }, 'BAD_TIMESTAMP'],
    [{ headers: { 'X-Timestamp': 'now' } }, 'BAD_TIMESTAMP'],
    [{ headers: { 'X-Nonce': 'short' } }, 'BAD_NONCE'],
    [{ headers: { 'X-Signature': '0'.repeat(64) } }, 'BAD_SIGNATURE'],
    [{ headers: { 'X-Signature': '' } }, 'BAD_SIGNATURE'],
    [{ headers: { 'X-Timestamp': String(now - 1) } }, 'BAD_SIGNATURE'],
  ];
  for (const [change, code] of cases) refused(await publish(RESULT, id, { change }), 401, code);
  const nonce = randomUUID();
  refused(await receiptOf(id, { change: { nonce } }), 404, 'NOT_FOUND');
  refused(await receiptOf(id, { change: { nonce } }), 401, 'NONCE_USED');
  assert.equal((await report()).unaccepted[id], undefined);
});

test('refuses a body that is not exactly in form', async () => {
  const id = randomUUID();
  const without = (object, name) => {
    const { [name]: gone, ...rest } = object;
    return rest;
  };
  const detail = (change) => ({ ...RESULT, details: [{ ...RESULT.details[0], ...change }] });
  const cases = [
    [{ ...RESULT, extra: 1 }, 'UNKNOWN_FIELD', '/extra'],
    [{ ...RESULT, penContent: '警告' }, 'UNKNOWN_FIELD', '/penContent'],
    [detail({ disposal: '' }), 'UNKNOWN_FIELD', '/details/0/disposal'],
    [{ ...RESULT, uscCode: '12410402hc00000182' }, 'BAD_VALUE', '/uscCode'],
    [{ ...RESULT, entName: null }, 'BAD_VALUE', '/entName'],
    [{ ...RESULT, entName: '名'.repeat(201) }, 'BAD_VALUE', '/entName'],
    [{ ...RESULT, insDate: '2026-02-30' }, 'BAD_VALUE', '/insDate'],
    [{ ...RESULT, raninsTaskId: 'C410400202611231001' }, 'BAD_VALUE', '/raninsTaskId'],
    [{ ...RESULT, details: [] }, 'BAD_VALUE', '/details'],
    [detail({ seqno: 2 }), 'BAD_VALUE', '/details/0/seqno'],
    [detail({ seqno: '1' }), 'BAD_VALUE', '/details/0/seqno'],
    [detail({ raninsCheckResName: '没问题' }), 'BAD_VALUE', '/details/0/raninsCheckResName'],
    [{ ...PENALTY, publicDate: '2026-11-19' }, 'BAD_VALUE', '/publicDate'],
    [{ ...PENALTY, penContent: '警告\t' }, 'BAD_VALUE', '/penContent'],
    ...Object.keys(RESULT).map((name) => [without(RESULT, name), 'MISSING_FIELD', `/${name}`]),
    ...Object.keys(PENALTY).filter((name) => name !== 'penDecNo')
      .map((name) => [without(PENALTY, name), 'MISSING_FIELD', `/${name}`]),
  ];
  for (const [value, code, field] of cases)
    refused(await publish(value, id), 400, code, field);
  for (const bytes of ['', '[]', 'null', '{', '\ufeff{}', Buffer.from([0x7b, 0xff, 0x7d])])
    refused(await publish(undefined, id, { bytes }), 400, 'BAD_JSON');
  refused(await publish(RESULT, id.toUpperCase()), 400, 'BAD_MESSAGE_ID');
  refused(await publish(RESULT, undefined), 400, 'BAD_MESSAGE_ID');
  refused(await publish(undefined, id, { bytes: ' '.repeat(65537) }), 413, 'TOO_LARGE');
  refused(await publish(RESULT, id, { change: { headers: { 'Content-Type': 'text/plain' } } }),
    415, 'BAD_CONTENT_TYPE');
  refused(await send('GET', '/api/v1/publications'), 405, 'BAD_METHOD');
  refused(await send('GET', '/api/v2/publications'), 404, 'NOT_FOUND');
  refused(await receiptOf(id), 404, 'NOT_FOUND');
});

// What each fault looks like to the sender, and whether the message stands afterwards.
const SEEN = {
  'error500-before': [false, (res) => refused(res, 500, 'INTERNAL')],
  'error500-after': [true, (res) => refused(res, 500, 'INTERNAL')],
  'drop-before': [false, 'ECONNRESET'],
  'drop-after': [true, 'ECONNRESET'],
  late: [true, 'ETIMEDOUT'],
  'wrong-json': [true, (res) => {
    assert.equal(res.status, 200);
    assert.throws(() => JSON.parse(res.text));
  }],
  429: [false, (res) => {
    refused(res, 429, 'TOO_MANY');
    assert.equal(res.headers['retry-after'], '2');
  }],
  'slow-drip': [true, 'ETIMEDOUT'],
  mark: [true, (res) => {
    assert.equal(res.status, 200);
    assert.equal(res.body.subarray(0, 3).toString('hex'), 'efbbbf');
  }],
  'bad-receipt': [true, (res) => {
    assert.deepEqual([res.status, res.json.code], [200, '0']);
    assert.doesNotMatch(res.json.receipt, RECEIPT);
  }],
};

test('every fault shows as the contract says, and the resend meets the truth', async () => {
  assert.deepEqual(Object.keys(SEEN).sort(), [...FAULTS].sort());
  for (const [fault, [accepted, seen]] of Object.entries(SEEN)) {
    await faults({ list: [{ nth: 1, fault }], lateMs: 700, dripMs: 20, retryAfter: 2 });
    const before = (await report()).faults[fault] ?? 0;
    const id = randomUUID();
    const first = publish(RESULT, id, { timeoutMs: 400 });
    if (typeof seen === 'string') await assert.rejects(first, { code: seen }, fault);
    else seen(await first);
    assert.equal((await receiptOf(id)).status, accepted ? 200 : 404, fault);
    const again = await publish(RESULT, id);
    assert.equal(again.status, accepted ? 409 : 200, fault);
    assert.match(again.json.receipt, RECEIPT);
    const seenNow = await report();
    assert.equal(seenNow.faults[fault], before + 1);
    assert.equal(seenNow.accepted.filter((entry) => entry.messageId === id).length, 1);
  }
});

test('late and slow answers do arrive', async () => {
  for (const fault of ['late', 'slow-drip']) {
    await faults({ list: [{ nth: 1, fault }], lateMs: 300, dripMs: 2 });
    const started = Date.now();
    const res = await publish(RESULT, randomUUID());
    assert.equal(res.status, 200, res.text);
    assert.ok(Date.now() - started >= 200, fault);
  }
});

test('faults depend on seed, message and attempt only, and near their probabilities', async () => {
  const plan = faultPlan({ seed: 's', probabilities: { 'drop-after': 0.2, 429: 0.1 } });
  const ids = Array.from({ length: 4000 }, (_, i) => `message-${i}`);
  const drawn = ids.map((id) => drawFault(plan, id, 1));
  assert.deepEqual(drawn, ids.map((id) => drawFault({ ...plan }, id, 1)));
  assert.notDeepEqual(drawn, ids.map((id) => drawFault({ ...plan, seed: 't' }, id, 1)));
  assert.notDeepEqual(drawn, ids.map((id) => drawFault(plan, id, 2)));
  assert.ok(ids.every((id) => drawFault(plan, id, 4) === null));
  const share = (fault) => drawn.filter((f) => f === fault).length / ids.length;
  assert.ok(Math.abs(share('drop-after') - 0.2) < 0.03);
  assert.ok(Math.abs(share('429') - 0.1) < 0.03);

  const put = { seed: 's', probabilities: { 'error500-before': 1 }, maxAttempt: 2,
    receipts: true };
  await faults(put);
  const shown = (await request(`${platform.url}/_sim/faults`, { ca: ca() })).json;
  assert.deepEqual(shown, faultPlan(put));
  const id = randomUUID();
  const statuses = [];
  for (let i = 0; i < 3; i++) statuses.push((await publish(RESULT, id)).status);
  for (let i = 0; i < 3; i++) statuses.push((await receiptOf(id)).status);
  assert.deepEqual(statuses, [500, 500, 200, 500, 500, 200]);
  for (const bad of [[], { seed: 1 }, { probabilities: { late: 2 } }, { list: [{ fault: 'x' }] },
    { probabilities: { x: 0.1 } }, { list: [{ fault: 'late' }] }, { lateMs: -1 }, { other: 1 }])
    await faults(bad, 400);
});

// A platform in a process of its own; {url, child, exited}.
async function spawnPlatform(at) {
  const script = fileURLToPath(new URL('./platform.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', '0', '--dir', at],
    { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = new Promise((resolve) => child.once('exit', (code, signal) =>
    resolve({ code, signal })));
  const [line] = await Promise.race([
    new Promise((resolve) => child.stdout.once('data', (data) =>
      resolve(String(data).split('\n')))),
    exited.then(({ code }) => assert.fail(`the platform ended with ${code}`)),
  ]);
  assert.match(line, /^ready https:\/\/127\.0\.0\.1:[0-9]+$/);
  return { url: line.slice('ready '.length), child, exited };
}

test('a restart keeps certificates, credential and records; SIGTERM ends it with 0', async () => {
  const at = mkdtempSync(join(tmpdir(), 'liancha-platform-'));
  const own = platform;
  const running = [];
  try {
    const id = randomUUID();
    const first = await spawnPlatform(at);
    running.push(first);
    const text = (name) => readFileSync(join(at, name), 'utf8');
    const kept = ['ca.pem', 'server.pem', 'credential.txt'];
    const before = kept.map(text);
    const [, appId, secret] = text('credential.txt').match(/^app_id=(.*)\nsecret=(.*)\n$/);
    platform = { caFile: join(at, 'ca.pem'), credential: { appId, secret }, url: first.url };
    const receipt = (await publish(RESULT, id)).json.receipt;
    first.child.kill('SIGKILL');
    await first.exited;
    appendFileSync(join(at, 'records.jsonl'), '{"type":"accepted","mess');

    const second = await spawnPlatform(at);
    running.push(second);
    platform = { ...platform, url: second.url };
    assert.deepEqual(kept.map(text), before);
    assert.equal((await receiptOf(id)).json.receipt, receipt);
    const again = await publish(RESULT, id);
    assert.deepEqual([again.status, again.json.receipt], [409, receipt]);
    assert.equal((await report()).accepted[0].posts, 2);

    await faults({ list: [{ nth: 1, fault: 'late' }], lateMs: 500 });
    const inHand = publish(RESULT, randomUUID());
    for (let i = 0; i < 200 && (await report()).accepted.length < 2; i++);
    second.child.kill('SIGTERM');
    assert.equal((await inHand).status, 200);
    assert.deepEqual(await second.exited, { code: 0, signal: null });
  } finally {
    platform = own;
    for (const { child } of running) child.kill('SIGKILL');
    rmSync(at, { recursive: true });
  }
});

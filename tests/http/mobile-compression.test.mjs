// Compression: replies when the client asks for it, a push's body with a cap on what it inflates
// to, everything else refused by name.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { routesOf, startStack } from './harness.mjs';
import { seed } from './world.mjs';

const MIB = 1048576;
const GZIP = { 'Accept-Encoding': 'gzip' };

let stack;
let world;
let phone;
let section;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  [phone] = world.phones;
  await phone.pull();
  section = phone.items('section').find(({ body }) => body.inspectors.some(({ card_no }) =>
    card_no === world.cards[0]));
});
after(() => stack.stop());

const operation = (fields) => {
  const id = phone.record('section', section.id, fields);
  const operation = phone.queue.get(id);
  phone.queue.delete(id);
  return operation;
};
const push = (options) => request(`${stack.base}/mobile/v1/push`,
  { token: phone.token, ...options });
const pushBytes = (body, coding = 'gzip') => push({ body,
  headers: { 'Content-Type': 'application/json', 'Content-Encoding': coding } });
const outcomeOf = (res) => expectJson(res).outcomes.map(({ outcome }) => outcome);
const batch = (operation) => JSON.stringify({ operations: [operation] });

test('a compressed push is the same push: ledger and audit know its content only', async () => {
  const text = batch(operation({ note: `合成压缩 ${uuidv7()}` }));
  assert.deepEqual(outcomeOf(await pushBytes(gzipSync(text))), ['applied']);
  assert.deepEqual(outcomeOf(await pushBytes(gzipSync(text, { level: 1 }), 'X-GZip')),
    ['duplicate']);
  assert.deepEqual(outcomeOf(await push({ json: JSON.parse(text) })), ['duplicate']);
  assert.deepEqual(outcomeOf(await pushBytes(text, 'identity')), ['duplicate']);
  const digest = createHash('sha256').update(text).digest('hex');
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM audit_event WHERE action = 'sync.push'
    AND detail LIKE '%${digest}%'`);
  assert.equal(count, '4');
});

test('a body may inflate to as much as a plain one may have, and not to a byte more', async () => {
  const text = Buffer.from(batch(operation({ note: `合成满额 ${uuidv7()}` })));
  const padded = (size) => gzipSync(Buffer.concat([text, Buffer.alloc(size - text.length, ' ')]));
  expectProblem(await pushBytes(padded(MIB + 1)), 413, 'too-large');
  assert.deepEqual(outcomeOf(await pushBytes(padded(MIB))), ['applied']);
});

// Highest memory of each worker of the mobile program, in bytes.
function peaks() {
  const found = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))) {
    try {
      const mine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${stack.config}\0`);
      if (!mine || basename(readlinkSync(`/proc/${pid}/exe`)) !== 'liancha-mobile') continue;
      const [, kib] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
      found.set(pid, Number(kib) * 1024);
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

test('a gibibyte of zeros in a mebibyte costs a worker its cap and no more', async () => {
  const piece = deflateRawSync(Buffer.alloc(16 * MIB), { finishFlush: constants.Z_FULL_FLUSH });
  const head = gzipSync('').subarray(0, 10);
  const bomb = Buffer.concat([head, ...Array(64).fill(piece)]);
  assert.ok(bomb.length <= MIB, `${bomb.length} bytes pass nginx`);
  const before = peaks();
  assert.ok(before.size > 0, 'the workers are found');
  for (let i = 0; i < 16; i++) expectProblem(await pushBytes(bomb), 413, 'too-large');
  const after = peaks();
  for (const [pid, peak] of before) {
    assert.ok(after.has(pid), 'no worker died of it');
    // A sanitized worker keeps freed memory for a while.
    assert.ok(after.get(pid) - peak < 64 * MIB, `${(after.get(pid) - peak) / MIB} MiB more`);
  }
});

test('what is not one whole gzip stream is malformed, and nothing of it counts', async () => {
  const op = operation({ note: `合成残缺 ${uuidv7()}` });
  const whole = gzipSync(batch(op));
  const flipped = Buffer.from(whole);
  flipped[flipped.length - 6] ^= 1;
  for (const [what, body] of Object.entries({
    'no gzip': Buffer.from(batch(op)), 'zlib': deflateSync(batch(op)),
      'one byte': whole.subarray(0, 1),
    'half': whole.subarray(0, whole.length / 2), 'all but the last byte': whole.subarray(0, -1),
    'a wrong check sum': flipped, 'a byte behind it': Buffer.concat([whole, Buffer.from('x')]),
    'two members': Buffer.concat([whole, gzipSync('')]),
    'twice compressed': gzipSync(whole) })) {
    const res = await pushBytes(body);
    assert.equal(res.status, 400, `${what}: ${res.status} ${res.text}`);
    expectProblem(res, 400, 'malformed');
  }
  assert.deepEqual(outcomeOf(await pushBytes(whole)), ['applied']);
});

test('other codings are refused with those that are taken', async () => {
  const text = batch(operation({ note: '合成' }));
  for (const coding of ['br', 'deflate', 'zstd', 'compress', 'gzip, gzip', 'gzip,identity', '*']) {
    const res = await pushBytes(gzipSync(text), coding);
    expectProblem(res, 415, 'unsupported-media-type');
    assert.equal(res.headers['accept-encoding'], 'gzip', coding);
  }
  const routes = (await routesOf('liancha-mobile')).concat(await routesOf('liancha-planner'));
  for (const { method, path, who } of routes.filter(({ method, path }) =>
    ['POST', 'PATCH'].includes(method) && path !== '/mobile/v1/push')) {
    const token = who === 'anyone' ? undefined : who === 'device' ? phone.token
      : world.tokenOf(who === 'session' ? 'planner' : who.split(',')[0]);
    const res = await request(stack.base + path.replace(/\{[^}]+\}/g, '0'), { method, token,
      body: gzipSync('{}'), headers: { 'Content-Type': 'application/json',
        'Content-Encoding': 'gzip' } });
    if (res.status === 429) continue; // the doors without a token
    expectProblem(res, 415, 'unsupported-media-type');
    assert.equal(res.headers['accept-encoding'], 'identity', path);
  }
});

test('a pull comes compressed to who asks, with the same content; a secret never does', async () => {
  const get = (headers) => request(`${stack.base}/mobile/v1/pull`, { token: phone.token, headers });
  const plain = await get({});
  const small = await get(GZIP);
  assert.equal(plain.headers['content-encoding'], undefined);
  assert.equal(small.headers['content-encoding'], 'gzip');
  assert.match(small.headers.vary, /Accept-Encoding/i);
  assert.deepEqual(expectJson(small), expectJson(plain));
  assert.ok(small.wireSize * 3 < plain.wireSize, `${small.wireSize} of ${plain.wireSize} bytes`);
  const tokens = await request(`${stack.base}/mobile/v1/tokens`,
    { json: { refresh_token: 'x'.repeat(100) }, headers: GZIP });
  assert.equal(tokens.headers['content-encoding'], undefined);
});

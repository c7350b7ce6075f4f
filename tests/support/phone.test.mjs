// The phone against a server that only counts: what it keeps, and that a repetition stays the same.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { FileStore, MemoryStore, Phone, uuidv7 } from './phone.mjs';
import { photo } from './phone/photo.mjs';

const SECTION = { entity: 'section', id: 5, seq: 1, version: 3, body: { state: 'open' } };

let server;
let base;
let dir;
let seen; // what the server was asked, in order
let ledger; // operation id -> its text
let files; // upload path -> bytes
let hook; // (req, res, body) -> true when it answered itself

const routes = {
  'POST /mobile/v1/enrolments': () =>
    [201, { device_id: 7, access_token: 'a', refresh_token: 'r' }],
  'POST /mobile/v1/tokens': () => [200, { device_id: 7, access_token: 'b', refresh_token: 's' }],
  'GET /mobile/v1/pull': (req) => (req.url.includes('cursor=') ? [304]
    : [200, { cursor: 'c1', more: false, feeds: [{ feed: 'visit:1', items: [SECTION] }] }]),
  'POST /mobile/v1/push': (req, body) => [200, { receipt: 'x', outcomes:
    JSON.parse(body).operations.map((operation) => {
      const known = ledger.has(operation.id);
      if (known) assert.equal(JSON.stringify(operation), ledger.get(operation.id));
      ledger.set(operation.id, JSON.stringify(operation));
      return { id: operation.id, outcome: known ? 'duplicate' : 'applied' };
    }) }],
};

function answerUpload(req, body) {
  const path = req.url;
  if (req.method === 'POST') {
    const location = `/mobile/v1/evidence/${files.size + 1}`;
    files.set(location, Buffer.alloc(0));
    return [201, undefined, { Location: location, 'Tus-Resumable': '1.0.0' }];
  }
  const held = files.get(path);
  if (req.method === 'HEAD')
    return held ? [200, undefined, { 'Upload-Offset': held.length }] : [404];
  assert.equal(Number(req.headers['upload-offset']), held.length);
  const [, sum] = req.headers['upload-checksum'].split(' ');
  assert.equal(sum, createHash('sha256').update(body).digest('base64'));
  files.set(path, Buffer.concat([held, body]));
  return [204, undefined, { 'Upload-Offset': held.length + body.length }];
}

before(async () => {
  dir = mkdtempSync(join(tmpdir(), 'liancha-phone-'));
  server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const body = req.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const line = `${req.method} ${req.url.split('?')[0]}`;
    seen.push(line);
    if (hook?.(req, res, body)) return;
    const [status, json, headers = {}] = req.url.startsWith('/mobile/v1/evidence')
      ? answerUpload(req, body) : routes[line](req, body);
    res.writeHead(status, { ...(json && { 'Content-Type': 'application/json' }), ...headers });
    res.end(json && JSON.stringify(json));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(dir, { recursive: true });
});
beforeEach(() => {
  seen = [];
  ledger = new Map();
  files = new Map();
  hook = null;
});

async function enrolled(options = {}) {
  const phone = new Phone({ base, ...options });
  await phone.enrol('code', 'name');
  await phone.pull();
  return phone;
}

test('ids are UUIDv7, in order of time', () => {
  assert.match(uuidv7(), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(uuidv7(1000) < uuidv7(2000));
});

test('an edit grows until it was on the network, then never changes', async () => {
  const phone = await enrolled();
  const id = phone.record('section', 5, { note: 'a' });
  assert.equal(phone.record('section', 5, { left_at: 'x' }), id);
  const [first] = phone.nextBatch();
  assert.deepEqual([first.counter, first.base_version, first.fields],
    [1, 3, { note: 'a', left_at: 'x' }]);
  await phone.pushAndDrop('answered');
  assert.equal(phone.queue.size, 1, 'unanswered is not done');
  assert.notEqual(phone.record('section', 5, { note: 'b' }), id);
  assert.deepEqual(await phone.push(), { duplicate: 1, applied: 1 });
  assert.deepEqual(phone.recorded.get('section:5').fields, { note: 'b', left_at: 'x' });
  assert.equal(ledger.size, 2);
});

test('what grows keeps its counter, and no later operation gets it again', async () => {
  const phone = await enrolled();
  phone.record('section', 5, { note: 'a' });
  phone.record('attendance', undefined, { section_id: 5 });
  phone.record('section', 5, { left_at: 'x' });
  phone.record('attendance', undefined, { section_id: 5 });
  assert.deepEqual(phone.nextBatch().map(({ counter }) => counter), [1, 2, 3]);
  assert.equal(phone.recorded.size, 3, 'what is appended is never the same');
});

test('offline nothing leaves, and nothing is lost', async () => {
  const phone = await enrolled();
  seen = [];
  phone.offline = true;
  phone.record('section', 5, { note: 'a' });
  for (const act of [() => phone.push(), () => phone.pull(), () => phone.sync()])
    await assert.rejects(act, { code: 'EOFFLINE' });
  assert.deepEqual(seen, []);
  phone.offline = false;
  await phone.sync();
  assert.equal(ledger.size, 1);
});

test('a phone over the same journal goes on where it ended, after half a line too', async () => {
  const path = join(dir, 'journal.jsonl');
  const vault = { get() { return this.kept; }, set(credentials) { this.kept = credentials; } };
  const store = new FileStore(path);
  const phone = await enrolled({ store, vault });
  phone.record('section', 5, { note: 'a' });
  phone.attach(5, photo('x'), { type: 'image/png' });
  await phone.pushAndDrop('sent');
  store.close();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  appendFileSync(path, '{"is":"outco');

  const again = new Phone({ base, store: new FileStore(path), vault });
  assert.deepEqual([again.deviceId, again.counter, again.cursor, again.queue.size],
    [7, 2, 'c1', 2]);
  assert.deepEqual([...again.queue.values()], [...phone.queue.values()]);
  again.record('section', 5, { note: 'b' });
  assert.equal(again.counter, 3, 'what may have arrived is left alone');
  await again.sync();
  assert.deepEqual([...files.values()], [photo('x')]);
  const last = new Phone({ base, store: new FileStore(path), vault });
  assert.deepEqual([last.queue.size, [...last.files.values()][0].uploaded], [0, true]);
});

test('broken lines and busy servers are asked again, a refusal is not', async () => {
  const phone = await enrolled({ store: new MemoryStore() });
  let left = 2;
  hook = (req, res) => {
    if (req.url !== '/mobile/v1/push' || left-- === 0) return false;
    if (left === 1) res.destroy();
    else res.writeHead(503).end();
    return true;
  };
  phone.record('section', 5, { note: 'a' });
  assert.deepEqual(await phone.push(), { applied: 1 });
  hook = (req, res) => Boolean(res.writeHead(422, { 'Content-Type': 'application/problem+json' })
    .end('{}'));
  phone.record('section', 5, { note: 'b' });
  seen = [];
  await assert.rejects(phone.push(), /422/);
  assert.equal(seen.length, 1);
  assert.equal(phone.queue.size, 1);
});

test('an expired token is renewed once and kept', async () => {
  const phone = await enrolled();
  const refuse = (res) => Boolean(res.writeHead(401).end());
  hook = (req, res) => req.headers.authorization === 'Bearer a' && refuse(res);
  phone.record('section', 5, { note: 'a' });
  await phone.push();
  assert.equal(phone.token, 'b');
  hook = (req, res) => req.headers.authorization !== undefined && refuse(res);
  await assert.rejects(phone.pull(), /401/);
});

test('a busy server is asked again when it said, and not before', async () => {
  const phone = await enrolled();
  const times = [];
  hook = (req, res) => {
    if (req.url !== '/mobile/v1/push') return false;
    times.push(performance.now());
    return times.length <= 2 &&
      Boolean(res.writeHead(503, { 'Retry-After': '1' }).end());
  };
  phone.record('section', 5, { note: 'a' });
  assert.deepEqual(await phone.push(), { applied: 1 });
  assert.deepEqual(phone.refusals,
    [{ status: 503, retryAfter: 1 }, { status: 503, retryAfter: 1 }]);
  assert.ok(times[1] - times[0] >= 990, 'the first wait');
  assert.ok(times[2] - times[1] >= 1990, 'a longer one');
});

test('an enrolment whose reply was lost is asked again with the same key', async () => {
  const bodies = [];
  hook = (req, res, body) => req.url === '/mobile/v1/enrolments' &&
    bodies.push(JSON.parse(body)) < 3 &&
    Boolean(res.destroy());
  const phone = new Phone({ base });
  await phone.enrol('code', 'name');
  assert.equal(phone.deviceId, 7);
  assert.equal(bodies.length, 3);
  assert.equal(new Set(bodies.map(({ public_key }) => public_key)).size, 1);
  const other = new Phone({ base });
  await other.enrol('code', 'name');
  assert.notEqual(bodies[3].public_key, bodies[0].public_key);
});

test('requests that meet an expired token together renew it once', async () => {
  const phone = await enrolled();
  hook = (req, res) => req.headers.authorization === 'Bearer a' &&
    Boolean(res.writeHead(401).end());
  seen = [];
  await Promise.all([phone.pull(), phone.pull(), phone.pull()]);
  assert.equal(seen.filter((line) => line.endsWith('/tokens')).length, 1);
});

test('what a forked device could not hand over waits for its new enrolment', async () => {
  const phone = await enrolled();
  const id = phone.record('section', 5, { note: 'a' });
  hook = (req, res) => req.url === '/mobile/v1/push' && Boolean(res.writeHead(200,
    { 'Content-Type': 'application/json' }).end(JSON.stringify({ receipt: 'x', outcomes: [{ id,
      outcome: 'rejected', problem: { type: 'urn:liancha:problem:device-forked' } }] })));
  await phone.push();
  assert.deepEqual([phone.forked, [...phone.queue.keys()]], [true, [id]]);
  hook = null;
  await phone.enrol('another', 'name');
  assert.deepEqual(await phone.push(), { applied: 1 });
});

test('an upload goes on behind what the server holds', async () => {
  const phone = await enrolled();
  const bytes = photo('a large one');
  phone.attach(5, bytes, { type: 'image/png' });
  let patches = 0;
  hook = (req, res) => req.method === 'PATCH' && ++patches === 3 && Boolean(res.destroy());
  await phone.upload({ chunk: 50 });
  assert.deepEqual([...files.values()], [bytes]);
  assert.ok(seen.includes('HEAD /mobile/v1/evidence/1'));
  assert.equal(await phone.upload(), 0);
});

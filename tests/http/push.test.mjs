// liancha-pushd against an unreliable platform: each publication is accepted exactly once, its
// receipt stored, whatever fails or dies on the way.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, renameSync, unlinkSync,
  writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { constants } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { BIN, ROOT, startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const TIMEOUT_MS = 600; // of the pusher for one answer; its leases follow from it
const PATIENT = { timeout_ms: 20000 }; // where no answer is too late, on however busy a machine
const DRIPPING_MS = 2500; // where an answer that comes byte by byte, for 0.4 s at best, is in time
const LEASE_MS = 2 * TIMEOUT_MS + 5000;
const DRAIN_MS = 60000;
// What each fault costs: POSTs of a message that meets it once.
const FAULTS = [['error500-before', 2], ['error500-after', 1], ['drop-before', 2],
  ['drop-after', 1],
  ['late', 1], ['wrong-json', 1], ['429', 2], ['slow-drip', 1], ['bad-receipt', 1],
  ['mark', 1]];

let stack;
let platform;
let secret;
let messages; // ids, one for each publication
let published; // the same, as they were first
let output = ''; // of every pusher here

before(async () => {
  stack = await startStack({ own: true });
  await stack.services('stop', 'pushd');
  platform = { ca: readFileSync(join(stack.var, 'platform/ca.pem')) };
  [, secret] = readFileSync(join(stack.var, 'platform/credential.txt'), 'utf8')
    .match(/secret=(.*)/);
  const work = new Fieldwork(stack, await seed(stack));
  for (const [department, codes] of [[DISTRICT, '1EA61'], [MARKET, '1EA61']])
    for (const code of codes) await work.publish(work.take(department), { code });
  await readMessages();
  assert.equal(messages.length, FAULTS.length);
  published = messages;
});
after(async () => {
  assert.ok(!output.includes(secret), 'the credential is in no log');
  await stack.stop();
});

const sim = (path, options) => request(`${stack.platform}/_sim/${path}`,
  { ...platform, ...options });
// What the platform accepted of the present messages.
const accepted = async () => expectJson(await sim('accepted')).accepted
  .filter(({ messageId }) => messages.includes(messageId));
const faults = async (plan) => assert.equal((await sim('faults',
  { method: 'PUT', json: plan })).status,
  204);
const status = async () => (await stack.office.ctl(['outbox', 'status'])).out;
const rows = async () => new Map((await stack.sql('SELECT message_id, state, attempts, ' +
  "IFNULL(receipt, ''), IFNULL(last_error, '') FROM outbox")).map(([id, state, attempts, receipt,
  error]) => [id, { state, attempts: Number(attempts), receipt, error }]));

// The settings with other values of [target.henan], in a file of its own.
function configure(name, values) {
  let text = readFileSync(stack.config, 'utf8');
  for (const [key, value] of Object.entries({ timeout_ms: TIMEOUT_MS, idle_ms: 50, ...values }))
    text = text.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`);
  const path = join(stack.var, `${name}.ini`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

function push(config, ...args) {
  const child = spawn(`${BIN}/liancha-pushd`, ['--config', config, ...args],
    { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.setEncoding('utf8').on('data', (text) => { output += text; });
  child.ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return child;
}

async function readMessages() {
  messages = (await stack.sql('SELECT message_id FROM outbox ORDER BY id')).flat();
}

// Makes new messages of the old ones, which nobody has sent yet.
async function renew() {
  await stack.operate("UPDATE outbox SET state = 'ready', attempts = 0, receipt = NULL, " +
    'accepted_at = NULL, lease_until = NULL, last_error = NULL, next_at = UTC_TIMESTAMP(3), ' +
    'message_id = UUID()');
  await readMessages();
}
// As in a backup of the time before it was published.
const unpublish = (id) => stack.operate(`DELETE d FROM delivery_difference d JOIN outbox o
  ON o.id = d.outbox_id WHERE o.publication_id = ${id};
  DELETE FROM outbox WHERE publication_id = ${id};
  DELETE FROM publication_suffix WHERE publication_id = ${id};
  DELETE FROM publication_version WHERE publication_id = ${id};
  UPDATE publication SET state = 'due', published_at = NULL, payload = NULL WHERE id = ${id}`);
const due = () => stack.operate('UPDATE outbox SET next_at = UTC_TIMESTAMP(3)');

// Waits until a pusher has a message in hand.
async function inHand() {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(20))
    if ([...(await rows()).values()].some(({ state }) => state === 'uncertain')) return;
  assert.fail('no pusher took anything');
}

// Whether a program handles SIGTERM; one that has only just begun is ended by it.
const handlesTerm = (pid) => (BigInt('0x' +
  readFileSync(`/proc/${pid}/status`, 'utf8').match(/^SigCgt:\s*(\w+)$/m)[1]) >>
  BigInt(constants.signals.SIGTERM - 1) & 1n) === 1n;

// Lets pushers run until nothing waits.
async function drain(config) {
  const child = push(config);
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(100)) {
    const { ready, uncertain } = await status();
    if (ready + uncertain === 0 && handlesTerm(child.pid)) break;
  }
  child.kill('SIGTERM');
  assert.equal(await child.ended, 0);
}

// Each message is accepted once, at the platform and here, under one receipt.
async function reconcile() {
  const there = await accepted();
  const here = await rows();
  assert.deepEqual(there.map(({ messageId }) => messageId).sort(), [...messages].sort());
  for (const { messageId, receipt } of there)
    assert.deepEqual({ state: here.get(messageId).state, receipt: here.get(messageId).receipt },
      { state: 'accepted', receipt });
}

test('what never left is not counted as sent: an authority that we do not trust, a handshake ' +
  'that never ends', async () => {
  const mute = createServer((socket) => socket.on('error', () => {}));
  await new Promise((resolve) => mute.listen(0, '127.0.0.1', resolve));
  for (const [name, values] of [['other-ca', { ca_file: '/etc/ssl/certs/ca-certificates.crt' }],
    ['mute', { url: `https://127.0.0.1:${mute.address().port}` }]]) {
    assert.equal(await push(configure(name, values), '--once').ended, 0);
    for (const { state, error } of (await rows()).values()) {
      assert.equal(state, 'ready', name);
      assert.match(error, /无法连接平台/, name);
    }
    assert.equal(expectJson(await sim('accepted')).posts, 0);
    await due();
  }
  mute.close();
});

test('a credential that the platform refuses is no message\'s fault', async () => {
  const file = join(stack.var, 'wrong.credential');
  writeFileSync(file, `app_id=LIANCHA-410400\nsecret=${'0'.repeat(64)}\n`, { mode: 0o600 });
  const config = configure('wrong', { ...PATIENT, credential_file: file });
  assert.equal(await push(config, '--once').ended, 0);
  for (const { state, error } of (await rows()).values()) {
    assert.equal(state, 'ready');
    assert.match(error, /401 BAD_SIGNATURE/);
  }
  const { faults: shown, oldest_waiting } = await status();
  assert.equal(shown.length, messages.length);
  assert.ok(Date.parse(oldest_waiting) <= Date.now());
  await due();
});

test('pushers killed by SIGKILL in the middle of late answers: once each', async () => {
  const config = configure('kill', {});
  await faults({ seed: 'kill', probabilities: { late: 0.6, 'drop-after': 0.2 }, lateMs: 300,
    maxAttempt: 2 });
  for (let i = 0; i < 2; i++) {
    const pair = [push(config), push(config)];
    await inHand();
    pair.forEach((child) => child.kill('SIGKILL'));
    for (const child of pair) assert.equal(await child.ended, 'SIGKILL');
    await sleep(LEASE_MS);
  }
  await faults({});
  await drain(config);
  await reconcile();
});

test('every fault: once each, and never sent again before the platform was asked', async () => {
  await renew();
  await faults({ list: FAULTS.map(([fault], i) => ({ messageId: messages[i], attempt: 1, fault })),
    lateMs: 2 * DRIPPING_MS, dripMs: 2, retryAfter: 1 });
  await drain(configure('fault', { timeout_ms: DRIPPING_MS }));
  await reconcile();
  const posts = new Map((await accepted()).map((entry) => [entry.messageId, entry.posts]));
  assert.deepEqual(FAULTS.map(([fault], i) => [fault, posts.get(messages[i])]), FAULTS);
  const here = await rows();
  for (const [i, [fault]] of FAULTS.entries())
    assert.equal(here.get(messages[i]).attempts, ['slow-drip', 'mark'].includes(fault) ? 1 : 2,
      fault);
});

test('faults of the answers about receipts too', async () => {
  await renew();
  const each = Object.fromEntries(FAULTS.map(([fault]) => [fault, 0.07]));
  await faults({ seed: 'both', probabilities: each, lateMs: 2 * TIMEOUT_MS, dripMs: 2,
    maxAttempt: 2,
    receipts: true });
  await drain(configure('both', {}));
  await reconcile();
  await faults({});
});

// ---- certificates that are replaced while a pusher runs ----

const openssl = (...args) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });

// A certificate for a client, with its key, by the authority whose files these are.
function clientOf(name, { ca, key }) {
  const at = (kind) => join(stack.var, `${name}.${kind}`);
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', at('key'), '-subj', `/CN=${name}`, '-out', at('csr'));
  openssl('x509', '-req', '-in', at('csr'), '-CA', ca, '-CAkey', key, '-set_serial', '7',
    '-days', '2', '-out', at('pem'));
  return { cert: at('pem'), key: at('key') };
}

function strangeAuthority() {
  const files = { ca: join(stack.var, 'strange.pem'), key: join(stack.var, 'strange.key') };
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
    '-keyout', files.key, '-days', '2', '-subj', '/CN=Strange authority', '-out', files.ca);
  return files;
}

// Before the platform, who asks for a certificate of the platform's authority.
async function frontDoor() {
  const at = (name) => readFileSync(join(stack.var, 'platform', name));
  const refused = [];
  const server = createTlsServer({ key: at('server-key.pem'), cert: at('server.pem'),
    ca: at('ca.pem'), requestCert: true, rejectUnauthorized: false }, (client) => {
    if (!client.authorized) {
      refused.push(String(client.authorizationError));
      client.destroy();
      return;
    }
    const behind = connectTls({ port: Number(new URL(stack.platform).port), host: '127.0.0.1',
      ca: at('ca.pem') });
    for (const [one, other] of [[client, behind], [behind, client]])
      one.on('error', () => other.destroy()).on('close', () => other.destroy()).pipe(other);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${server.address().port}`, refused,
    close: () => server.close() };
}

// Over an old file, in one step.
function replace(path, from) {
  copyFileSync(from, `${path}.new`);
  renameSync(`${path}.new`, path);
}

// What holds while the messages are tried again and again, and then at last.
async function until(what, holds) {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(200)) {
    if (await holds()) return;
    await due();
  }
  assert.fail(what);
}

test('an authority and our own certificate that are replaced count while the pusher runs',
  async (t) => {
    await renew();
    await faults({});
    const strange = strangeAuthority();
    const ours = { ca: join(stack.var, 'platform/ca.pem'),
      key: join(stack.var, 'platform/ca-key.pem') };
    const [wrong, right] = [clientOf('wrong-client', strange), clientOf('right-client', ours)];
    const files = Object.fromEntries(['ca', 'cert', 'key'].map((kind) =>
      [kind, join(stack.var, `target.${kind}.pem`)]));
    replace(files.ca, strange.ca);
    for (const kind of ['cert', 'key']) replace(files[kind], wrong[kind]);
    const door = await frontDoor();
    const child = push(configure('replaced', { ...PATIENT, url: door.url, ca_file: files.ca,
      client_cert: files.cert, client_key: files.key, break_after: 1000 }));
    t.after(() => {
      child.kill('SIGKILL');
      door.close();
    });
    const errors = async () => [...(await rows()).values()].map(({ error }) => error);
    await until('a strange authority is not trusted', async () =>
      (await errors()).every((error) => /无法连接平台/.test(error)));
    assert.equal((await accepted()).length, 0);
    assert.deepEqual(door.refused, []);
    replace(files.ca, ours.ca);
    await until('a certificate of nobody is refused at the door', () =>
      door.refused.some((why) => /ISSUER|VERIFY/.test(why)));
    assert.equal((await accepted()).length, 0);
    for (const kind of ['cert', 'key']) replace(files[kind], right[kind]);
    await until('what is trusted on both sides is delivered', async () =>
      (await accepted()).length === messages.length);
    child.kill('SIGTERM');
    assert.equal(await child.ended, 0);
    await drain(configure('after', PATIENT));
    await reconcile();
  });

test('a certificate without its key is refused at the start', async () => {
  const child = push(configure('half', { client_cert: '/x.pem' }), '--once');
  assert.equal(await child.ended, 3);
  assert.match(output, /client_key.*客户端证书与其私钥须一并设置/);
});

test('SIGTERM waits for the answer in hand, and stores it', async () => {
  await renew();
  await faults({ probabilities: { late: 1 }, lateMs: 400, maxAttempt: 1000 });
  const child = push(configure('term', PATIENT));
  await inHand();
  child.kill('SIGTERM');
  assert.equal(await child.ended, 0);
  const states = [...(await rows()).values()].map(({ state }) => state);
  assert.ok(states.includes('accepted'));
  assert.ok(!states.includes('uncertain'), states.join());
  await faults({});
  assert.equal(await push(configure('term', PATIENT), '--once').ended, 0);
  await reconcile();
});

test('what is published again after a restore is not delivered again', async () => {
  const [[publication]] = await stack.sql('SELECT publication_id FROM outbox ORDER BY id LIMIT 1');
  const there = expectJson(await sim('accepted'));
  const { receipt } = there.accepted.find(({ messageId }) => messageId === published[0]);
  // And the enterprise has another name by now.
  await unpublish(publication);
  await stack.operate(`UPDATE subject u JOIN visit v ON v.subject_id = u.id JOIN section s ON
    s.visit_id = v.id JOIN publication p ON p.section_id = s.id SET u.name = CONCAT(u.name, '改')
    WHERE p.id = ${publication}`);
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  const again = await publisher.post(`/planner/v1/publications/${publication}/publish`, {});
  assert.equal(expectJson(again).messages.henan, published[0], 'it follows from what is published');
  assert.equal(await push(configure('again', PATIENT), '--once').ended, 0);
  assert.deepEqual((await rows()).get(published[0]),
    { state: 'accepted', attempts: 1, receipt, error: '' });
  const now = expectJson(await sim('accepted'));
  assert.deepEqual([now.accepted.length, now.posts], [there.accepted.length, there.posts]);
  await readMessages();
});

test('a refusal is final and shown, here and to the publisher', async () => {
  await renew();
  const [id] = messages;
  await stack.operate(`UPDATE outbox SET body = '{"uscCode":"x"}' WHERE message_id = '${id}'`);
  assert.equal(await push(configure('refused', PATIENT), '--once').ended, 0);
  const { state, error } = (await rows()).get(id);
  assert.equal(state, 'rejected');
  assert.match(error, /^HTTP 400 [A-Z_]+ .*\/[A-Za-z]+$/);
  const { rejected, faults: shown } = await status();
  assert.equal(rejected, 1);
  assert.equal(shown[0].state, 'rejected');
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  const { publications } = expectJson(
    await publisher.get('/planner/v1/publications?state=published'));
  assert.equal(publications.filter(({ delivery, delivery_error }) =>
    delivery === 'rejected' && delivery_error === error).length, 1);
  assert.equal(await push(configure('refused', PATIENT), '--once').ended, 0); // not sent again
  const { refused } = expectJson(await sim('accepted'));
  // NONCE_USED: a GET that curl repeated on a connection which the platform had dropped.
  const other = ['NOT_FOUND', 'BAD_SIGNATURE', 'NONCE_USED'];
  assert.equal(Object.entries(refused).filter(([code]) => !other.includes(code))
    .reduce((sum, [, n]) => sum + n, 0), 1, JSON.stringify(refused));
});

test('the audit log has each receipt', async () => {
  const [[events]] = await stack.sql("SELECT COUNT(*) FROM audit_event WHERE chain = 'pushd' " +
    "AND action = 'outbox.accepted'");
  assert.ok(Number(events) >= messages.length);
  await stack.office.ctl(['audit', 'verify']);
});

test('usage', async () => {
  assert.equal(await push('/nowhere.ini').ended, 3);
  assert.equal(await push(stack.config, '--what').ended, 2);
  assert.equal(await push(stack.config, 'more').ended, 2);
  assert.equal(await push(stack.config, '--help').ended, 0);
});

test('what was not sent yet when it is taken back is never sent', async () => {
  await renew();
  const id = messages[0];
  const [[publication]] = await stack.sql('SELECT publication_id FROM outbox ' +
    `WHERE message_id = '${id}'`);
  const there = expectJson(await sim('accepted'));
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  expectJson(await publisher.post(`/planner/v1/publications/${publication}/retract`,
    { cause: 'error', reason: '尚未报送', since: '2026-01-01' }));
  // And one that a pusher has in hand, whose end nobody knows.
  const [[other]] = await stack.sql('SELECT publication_id FROM outbox ' +
    `WHERE message_id = '${messages[1]}'`);
  await stack.operate(`UPDATE outbox SET state = 'uncertain' WHERE publication_id = ${other}`);
  expectJson(await publisher.post(`/planner/v1/publications/${other}/retract`,
    { cause: 'error', reason: '结果未知', since: '2026-01-01' }));
  assert.equal(await push(configure('back', PATIENT), '--once').ended, 0);
  await due();
  assert.equal(await push(configure('back', PATIENT), '--once').ended, 0);
  const states = await stack.sql('SELECT action, state FROM outbox WHERE publication_id IN ' +
    `(${publication}, ${other}) ORDER BY 1, 2`);
  assert.deepEqual(states, [['publish', 'withdrawn'], ['publish', 'withdrawn'],
    ['retract', 'withdrawn'], ['retract', 'withdrawn']], 'the platform has nothing of them');
  const now = expectJson(await sim('accepted'));
  assert.ok(!now.accepted.some(({ messageId }) => messages.slice(0, 2).includes(messageId)));
  assert.equal(now.accepted.filter(({ kind }) => kind === 'retraction').length,
    there.accepted.filter(({ kind }) => kind === 'retraction').length);
});

const HERE = [...Array(3).keys()];
let exchange; // the directory of the example of files
let fronted; // the messages of the files, and their publications

// As the front-end machine does: what was handed over, and is taken away.
const fetched = () => readdirSync(join(exchange, 'out')).sort().map((name) => {
  const bytes = readFileSync(join(exchange, 'out', name));
  unlinkSync(join(exchange, 'out', name));
  return [name, bytes];
});
const note = (name, bytes, what = 'receipts') => {
  const head = `what=${what}\nfile=${name}\nbytes=${bytes.length}\n` +
    `digest=${createHash('sm3').update(bytes).digest('hex')}\n`;
  return `${head}signature=${createHmac('sm3', secret).update(head).digest('hex')}\n`;
};
const bring = (name, bytes, half = bytes.length) => {
  writeFileSync(join(exchange, 'in', `${name}.csv`), bytes.subarray(0, half));
  writeFileSync(join(exchange, 'in', `${name}.manifest`), note(`${name}.csv`, bytes));
};
const states = async () => (await stack.sql("SELECT state, IFNULL(receipt, ''), " +
  "IFNULL(last_error, '') FROM outbox WHERE target = 'front' ORDER BY id"));

test('a target that is down is left alone and holds up no other; each takes its kinds', async () => {
  const text = readFileSync(stack.config, 'utf8');
  const [section] = text.match(/^\[target\.henan\][^]*?(?=^\[(?!target\.henan))/m);
  const like = (name, values) => Object.entries(values).reduce((made, [key, value]) =>
    made.replace(new RegExp(`^${key}=.*$`, 'm'), `${key}=${value}`),
  section.replaceAll('[target.henan', `[target.${name}`));
  exchange = join(stack.var, 'front');
  mkdirSync(exchange);
  const front = readFileSync(join(ROOT, 'conf/target-front.ini.example'), 'utf8')
    .replace(/^directory=.*$/m, `directory=${exchange}`)
    .replace(/^credential_file=.*$/m, /^credential_file=.*$/m.exec(section)[0]);
  writeFileSync(stack.config, text + like('city', {}) + like('fines', { kinds: 'penalty' }) +
    front + like('down',
    { url: 'https://127.0.0.1:1', at_once: 1, break_after: 2, break_ms: 300000 }));
  await stack.services('start', 'planner');
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  for (const end = Date.now() + DRAIN_MS;
    (await publisher.get('/planner/v1/health')).status !== 200; await sleep(50))
    assert.ok(Date.now() < end, 'the planner is back');
  const path = '/planner/v1/publications';
  const { publications: again } = expectJson(await publisher.get(`${path}?state=published`));
  assert.equal(again.length, 3);
  fronted = [];
  for (const { id } of again) {
    await unpublish(id);
    const { messages: told } = expectJson(await publisher.post(`${path}/${id}/publish`, {}));
    assert.deepEqual(Object.keys(told), ['henan', 'city', 'front', 'down']);
    fronted.push({ id: told.front, publication: id });
  }
  assert.equal(await push(configure('many', PATIENT), '--once').ended, 0);
  const told = await stack.sql("SELECT target, state, IF(target = 'front', '', " +
    'attempts) FROM outbox ' + // a file's receipt may be looked for again at any time
    `WHERE publication_id IN (${again.map(({ id }) => id)}) ORDER BY target, attempts DESC`);
  assert.deepEqual(told, [...Array(3).fill(['city', 'accepted', '1']), ['down', 'ready', '1'],
    ['down', 'ready', '1'], ['down', 'ready', '0'], ...Array(3).fill(['front', 'uncertain', '']),
    ...Array(3).fill(['henan', 'accepted', '1'])]);
  const { publications } = expectJson(
    await publisher.get(`${path}?state=published&delivery=ready`));
  assert.deepEqual(publications.map(({ target }) => target), Array(3).fill('down'));
  const { deliveries } = expectJson(await publisher.get(`${path}/${again[0].id}/deliveries`));
  assert.deepEqual(deliveries.map(({ target, state }) => [target, state]), [['henan', 'accepted'],
    ['city', 'accepted'], ['front', 'uncertain'], ['down', 'ready']]);
});

test('files: handed over once in the machine\'s own form, signed; receipts come late, half, in any order', async () => {
  const files = new Map(fetched());
  assert.deepEqual([...files.keys()], fronted.map(({ id }) => id).sort()
    .flatMap((id) => [`${id}.csv`, `${id}.manifest`]));
  for (const { id } of fronted) {
    const bytes = files.get(`${id}.csv`);
    assert.equal(files.get(`${id}.manifest`).toString(), note(`${id}.csv`, bytes, 'message'));
    const [header, ...rows] = new TextDecoder('gb18030', { fatal: true }).decode(bytes).trim()
      .split('\r\n');
    assert.match(header, /^报文编号,统一社会信用代码,企业名称,.*,抽查结果代码$/);
    assert.ok(rows.length > 0 && rows.every((row) => row.startsWith(id) && /,[1-9A-G]$/.test(row)));
  }
  const config = configure('front', PATIENT);
  const again = async () => {
    await due();
    assert.equal(await push(config, '--once').ended, 0);
    assert.deepEqual(fetched(), [], 'nothing is handed over twice');
  };
  await again();
  assert.deepEqual(await states(), HERE.map(() => ['uncertain', '', '']));
  const table = (...lines) => Buffer.concat(['message,code,receipt,text', ...lines, '']
    .flatMap((line, i) => i ? [Buffer.from('\r\n'), Buffer.from(line)] : [Buffer.from(line)]));
  const receipt = (n) => `QZJ${String(n).padStart(8, '0')}0123ABCD`;
  const late = table(`${fronted[0].id},0,${receipt(1)},`);
  bring('b-late', late, 40);
  bring('a-early', table(`${fronted[2].id},0,${receipt(3)},`, `${fronted[1].id},7,,bad name`,
    `${fronted[2].id},0,${receipt(4)},`, `${messages[0]},0,${receipt(5)},`));
  await again();
  assert.deepEqual(await states(), [['uncertain', '', ''], ['rejected', '', '7 bad name'],
    ['accepted', receipt(3), '']]);
  bring('b-late', late);
  await again();
  assert.deepEqual((await states())[0], ['accepted', receipt(1), '']);
});

test('files: what is taken back is a file of its own', async () => {
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  const { publication, id } = fronted[0];
  expectJson(await publisher.post(`/planner/v1/publications/${publication}/retract`,
    { cause: 'error', reason: '测试撤下', since: '2026-01-01' }));
  assert.equal(await push(configure('front', PATIENT), '--once').ended, 0);
  const [[, table]] = fetched();
  const [header, row] = new TextDecoder('gb18030').decode(table).split('\r\n');
  assert.equal(header, '报文编号,撤回的报文编号,撤回理由,撤回日期');
  assert.equal(row.split(',')[1], id);
});

test('what a target has otherwise than it was delivered is found, named, and sent again', async () => {
  const publisher = await stack.office.role(DISTRICT, 'publisher');
  const config = configure('compare', PATIENT);
  const path = '/planner/v1/deliveries';
  const compare = async () => {
    await stack.operate('UPDATE outbox SET compare_at = UTC_TIMESTAMP(3) WHERE compare_at ' +
      'IS NOT NULL');
    assert.equal(await push(config, '--once').ended, 0);
  };
  const list = async (filter) => expectJson(await publisher.get(`${path}?${filter}`)).deliveries;
  const of = async (difference) => (await list(`difference=${difference}`)).map(({ id }) => id);
  const delivered = (taken) => stack.sql('SELECT o.id, o.receipt FROM outbox o WHERE o.state = ' +
    `'accepted' AND o.target = 'city' AND o.action = 'publish' AND ${taken ? '' : 'NOT '}EXISTS ` +
    "(SELECT 1 FROM outbox r WHERE r.publication_id = o.publication_id AND r.target = 'city' " +
    "AND r.version = o.version AND r.action = 'retract') ORDER BY o.id");
  await compare();
  const [[never]] = await stack.sql("SELECT COUNT(*) FROM outbox WHERE target = 'city' AND state " +
    "= 'accepted' AND (compared_at IS NULL OR difference IS NOT NULL)");
  assert.equal(Number(never), 0, 'all were compared, and none differs');
  const [[other, receipt], [gone]] = await delivered(false);
  const [[back]] = await delivered(true);
  await stack.operate(`UPDATE outbox SET receipt = 'HN0' WHERE id = ${other};
    UPDATE outbox SET message_id = UUID() WHERE id IN (${gone}, ${back})`);
  await compare();
  assert.deepEqual([await of('receipt'), await of('missing')], [[Number(other)], [Number(gone)]]);
  const [found] = await list('difference=receipt');
  assert.deepEqual([found.shown, found.receipt, found.advice], [receipt, 'HN0', 'receipt']);
  const { works } = expectJson(await publisher.get('/planner/v1/workbench'));
  assert.deepEqual(works.filter(({ list: of }) => of === 'deliveries')
    .map(({ kind, count }) => [kind, count]),
  [['delivery.retry', 1], ['delivery.missing', 1], ['delivery.receipt', 1]]);

  const reason = { reason: '平台已核实' };
  const retry = (id, client = publisher) => client.post(`${path}/${id}/retry`, reason);
  expectProblem(await retry(other), 409, 'wrong-state');
  expectProblem(await retry(999999), 404, 'not-found');
  expectProblem(await retry(gone, await stack.office.role(MARKET, 'publisher')), 403, 'forbidden');
  assert.equal(expectJson(await retry(gone)).state, 'ready');
  await stack.operate(`UPDATE outbox SET receipt = '${receipt}' WHERE id = ${other}`);
  await compare();
  assert.deepEqual([await of('receipt'), await of('missing')], [[], []]);
  const [[state]] = await stack.sql(`SELECT state FROM outbox WHERE id = ${gone}`);
  assert.equal(state, 'accepted');

  const [refused] = await list('state=rejected');
  assert.deepEqual([refused.target, refused.advice], ['front', 'rejected']);
  expectJson(await retry(refused.id));
  assert.equal(await push(config, '--once').ended, 0);
  assert.equal(fetched().length, 2, 'a table and its note, once more');

  // The report of the month: what was found with each, and what was done.
  const report = async (filter, client = publisher) => expectJson(await client.get(
    `/planner/v1/delivery-differences?limit=200${filter}`)).delivery_differences;
  const month = new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 7);
  const all = await report(`&found_from=${month}-01`);
  const whose = await stack.sql('SELECT id, outbox_id FROM delivery_difference');
  const told = (id) => all.filter((row) => whose.some(([one, of]) =>
    Number(one) === row.id && Number(of) === Number(id)))
    .map(({ kind, said, ending, reason: why, ender }) => [kind, said, ending, why, ender !== null]);
  assert.deepEqual(told(other), [['receipt', receipt, 'agreed', null, false]]);
  assert.deepEqual(told(gone), [['missing', null, 'resent', reason.reason, true]]);
  assert.deepEqual(told(refused.id).map(([kind, , ...rest]) => [kind, ...rest]),
    [['rejected', 'resent', reason.reason, true]]);
  assert.ok(all.some(({ kind, ending }) => kind === 'rejected' && ending === 'withdrawn'),
    'what was refused and then taken back');
  assert.deepEqual(await report(`&found_by=${month}-01&found_from=2020-01-01`),
    all.filter(({ found_on: on }) => on === `${month}-01`));
  const market = await report('', await stack.office.role(MARKET, 'publisher'));
  assert.ok(!market.some(({ id }) => all.some((row) => row.id === id)));
  const csv = await publisher.get('/planner/v1/delivery-differences?format=csv');
  assert.ok(csv.text.includes('平台查无此报文') && csv.text.includes('已重新报送'));
});

test('a target is tried by hand: the bytes that it would get, and whether it answers', () => {
  const tried = (name) => {
    const { status: code, stdout, stderr } = spawnSync(`${BIN}/lianchactl`,
      ['--config', stack.config, 'target', 'test', name]);
    return { code, stdout, text: stdout.toString(), stderr: stderr.toString() };
  };
  const henan = tried('henan');
  assert.equal(henan.code, 0, henan.stderr);
  for (const part of [/^POST https:.*\/api\/v1\/retractions$/m, /^X-Signature: [0-9a-f]{64}$/m,
    /^{.*"penDecNo":.*}$/m, /查询接口可用/]) assert.match(henan.text, part);
  const front = tried('front');
  assert.equal(front.code, 0, front.stderr);
  assert.ok(front.stdout.includes(Buffer.from('B2E2CAD4C6F3D2B5', 'hex')), '测试企业 in GB18030');
  assert.match(front.text, /^signature=[0-9a-f]{64}$/m);
  const down = tried('down');
  assert.equal(down.code, 1);
  assert.match(down.stderr, /无法连接平台/);
  assert.equal(tried('nowhere').code, 2);
  assert.ok(![henan, front, down].some(({ text, stderr }) => (text + stderr).includes(secret)));
});

// liancha-pushd against an unreliable platform: each publication is accepted exactly once, its receipt
// stored, whatever fails or dies on the way.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectJson, request } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { BIN, startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const TIMEOUT_MS = 600; // of the pusher for one answer; its leases follow from it
const PATIENT = { timeout_ms: 20000 }; // where no answer is too late, on however busy a machine
const DRIPPING_MS = 2500; // where an answer that comes byte by byte, for 0.4 s at best, is in time
const LEASE_MS = 2 * TIMEOUT_MS + 5000;
const DRAIN_MS = 60000;
// What each fault costs: POSTs of a message that meets it once.
const FAULTS = [['error500-before', 2], ['error500-after', 1], ['drop-before', 2], ['drop-after', 1],
  ['late', 1], ['wrong-json', 1], ['429', 2], ['slow-drip', 1], ['bad-receipt', 1]];

let stack;
let platform;
let secret;
let messages; // ids, one for each publication
let output = ''; // of every pusher here

before(async () => {
  stack = await startStack({ own: true });
  await stack.services('stop', 'pushd');
  platform = { ca: readFileSync(join(stack.var, 'platform/ca.pem')) };
  [, secret] = readFileSync(join(stack.var, 'platform/credential.txt'), 'utf8').match(/secret=(.*)/);
  const work = new Fieldwork(stack, await seed(stack));
  for (const [department, codes] of [[DISTRICT, '1EA61'], [MARKET, '1EA6']])
    for (const code of codes) await work.publish(work.take(department), { code });
  await readMessages();
  assert.equal(messages.length, FAULTS.length);
});
after(async () => {
  assert.ok(!output.includes(secret), 'the credential is in no log');
  await stack.stop();
});

const sim = (path, options) => request(`${stack.platform}/_sim/${path}`, { ...platform, ...options });
// What the platform accepted of the present messages.
const accepted = async () => expectJson(await sim('accepted')).accepted
  .filter(({ messageId }) => messages.includes(messageId));
const faults = async (plan) => assert.equal((await sim('faults', { method: 'PUT', json: plan })).status,
  204);
const status = async () => (await stack.office.ctl(['outbox', 'status'])).out;
const rows = async () => new Map((await stack.sql('SELECT message_id, state, attempts, ' +
  "IFNULL(receipt, ''), IFNULL(last_error, '') FROM outbox")).map(([id, state, attempts, receipt,
  error]) => [id, { state, attempts: Number(attempts), receipt, error }]));

// The settings with other values of [credit], in a file of its own.
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
const due = () => stack.operate('UPDATE outbox SET next_at = UTC_TIMESTAMP(3)');

// Waits until a pusher has a message in hand.
async function inHand() {
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(20))
    if ([...(await rows()).values()].some(({ state }) => state === 'uncertain')) return;
  assert.fail('no pusher took anything');
}

// Lets pushers run until nothing waits.
async function drain(config) {
  const child = push(config);
  for (const end = Date.now() + DRAIN_MS; Date.now() < end; await sleep(100)) {
    const { ready, uncertain } = await status();
    if (ready + uncertain === 0) break;
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

test('what never left is not counted as sent: an authority that we do not trust', async () => {
  const other = configure('other-ca', { ca_file: '/etc/ssl/certs/ca-certificates.crt' });
  assert.equal(await push(other, '--once').ended, 0);
  for (const { state, error } of (await rows()).values()) {
    assert.equal(state, 'ready');
    assert.match(error, /无法连接平台/);
  }
  assert.equal(expectJson(await sim('accepted')).posts, 0);
  await due();
});

test('a credential that the platform refuses is no message\'s fault', async () => {
  const file = join(stack.var, 'wrong.credential');
  writeFileSync(file, `app_id=LIANCHA-410400\nsecret=${'0'.repeat(64)}\n`, { mode: 0o600 });
  assert.equal(await push(configure('wrong', { credential_file: file }), '--once').ended, 0);
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
    assert.equal(here.get(messages[i]).attempts, fault === 'slow-drip' ? 1 : 2, fault);
});

test('faults of the answers about receipts too', async () => {
  await renew();
  const each = Object.fromEntries(FAULTS.map(([fault]) => [fault, 0.07]));
  await faults({ seed: 'both', probabilities: each, lateMs: 2 * TIMEOUT_MS, dripMs: 2, maxAttempt: 2,
    receipts: true });
  await drain(configure('both', {}));
  await reconcile();
  await faults({});
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
  const { publications } = expectJson(await publisher.get('/planner/v1/publications?state=published'));
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

// Nine o'clock: several hundred phones begin at once, at few workers. Every one is served in the
// end, none twice; who has to wait is told so at once and until when; and the office notices
// little.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pool } from '../../conf/main-job/office.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { startProbe } from './probe.mjs';
import { CAMPAIGN, seed } from './world.mjs';

const PHONES = 300;
const WORKERS = 2;
const QUEUE = 12;

let stack;
let world;
let phones;
let idle; // how the office's pages answer when nobody else asks

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_WORKERS: '2',
    LIANCHA_MOBILE_WORKERS: String(WORKERS), LIANCHA_QUEUE: String(QUEUE),
    LIANCHA_ENTRY_RATE: '100000r/s' } });
  world = await seed(stack);
  phones = await pool(Array.from({ length: PHONES }, (_, i) => i), 6, newPhone);
  idle = await probing(() => sleep(2000));
});
after(() => stack.stop());

const agents = [];
after(() => agents.forEach((agent) => agent.destroy()));

// Each has a connection of its own, as phones do.
async function newPhone(i) {
  const card = world.cards[i % world.cards.length];
  const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
  agents.push(agent);
  const phone = new Phone({ base: stack.base, agent });
  const { code } = expectJson(await request(
    `${stack.base}/planner/v1/inspectors/${card}/enrolments`,
    { json: {}, token: world.tokenOf('planner', card.split('-')[1]) }), 201);
  await phone.enrol(code, `测试手机 ${i}`);
  return Object.assign(phone, { card });
}

async function probing(work) {
  const probe = startProbe(`${stack.base}/planner/v1/campaigns/${CAMPAIGN}/visits`,
    { token: world.tokenOf('planner') });
  const [done] = await Promise.allSettled([work()]);
  const seen = await probe.stop();
  if (done.status === 'rejected') throw done.reason;
  return { ...seen, result: done.value };
}

const middle = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];

function assertOfficeServed(t, { statuses, times }) {
  t.diagnostic(`${times.length} pages of the office, ${middle(times).toFixed(1)} ms each, ` +
    `${middle(idle.times).toFixed(1)} ms when idle`);
  assert.ok(statuses.length >= 10, `${statuses.length} pages asked for`);
  assert.deepEqual([...new Set(statuses)], [200], 'every page came');
  assert.ok(middle(times) <= 25 * middle(idle.times));
}

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// A first sync, a photo's manifest, and what is new after that.
async function begin(phone) {
  await phone.pull();
  const section = phone.items('section').find(({ body }) =>
    body.inspectors.some(({ card_no }) => card_no === phone.card));
  phone.record('evidence', undefined, { section_id: section.id, sha256: sha256(`${phone.deviceId}`),
    size: 5, type: 'text/plain', taken_at: new Date().toISOString() });
  const counts = await phone.push();
  await phone.pull();
  return counts;
}

test('all phones at once: each is served, none twice, and the office keeps its pages', async (t) => {
  const seen = await probing(() => Promise.all(phones.map(begin)));
  for (const counts of seen.result)
    assert.equal((counts.applied ?? 0) + (counts.duplicate ?? 0), 1);
  assertOfficeServed(t, seen);
  const refusals = phones.flatMap((phone) => phone.refusals);
  t.diagnostic(`${refusals.length} requests of ${PHONES} phones were told to come again`);
  assert.ok(refusals.length >= PHONES / 10,
    `only ${refusals.length} had to wait: nothing was tested`);
  assert.ok(refusals.every(({ status }) => [429, 503].includes(status)));
  const waits = new Set(refusals.map(({ retryAfter }) => retryAfter));
  assert.ok(waits.size >= 4, `told to come again after ${[...waits]} s`);

  const [[ledger], [manifests]] = await stack.sql(`SELECT COUNT(*) FROM sync_op UNION ALL
    SELECT COUNT(DISTINCT op_id) FROM evidence`);
  assert.deepEqual([ledger, manifests].map(Number), [PHONES, PHONES]);
  await pool(phones, WORKERS, (phone) => phone.pull());
  const known = new Map();
  for (const phone of phones) {
    const state = JSON.stringify([...phone.feeds]
      .map(([feed, items]) => [feed, [...items].sort()]).sort());
    assert.equal(state, known.get(phone.card) ?? state, 'phones of one inspector know the same');
    known.set(phone.card, state);
    assert.equal(phone.queue.size, 0);
    assert.ok(phone.items('evidence')
      .some(({ body }) => body.sha256 === sha256(`${phone.deviceId}`)));
  }
});

// So many clients ask again and again for a while, those that are refused after a moment; returns
// how many were served.
async function load(clients, ms) {
  const end = performance.now() + ms;
  let served = 0;
  let refused = 0;
  const client = async (phone) => {
    const { token, cursor } = phone;
    while (performance.now() < end) {
      const res = await request(`${stack.base}/mobile/v1/pull?cursor=${encodeURIComponent(cursor)}`,
        { token, agent: agents[phones.indexOf(phone)] });
      if (res.status === 304) {
        served++;
        continue;
      }
      expectProblem(res, 503, 'unavailable');
      assert.match(res.headers['retry-after'], /^[1-8]$/);
      refused++;
      await sleep(100);
    }
  };
  await Promise.all(phones.slice(0, clients).map(client));
  return { served, refused };
}

test('three times as much as the workers can do is not done more slowly by much', async (t) => {
  const one = await load(WORKERS + QUEUE / 2, 4000); // fits, with room to spare
  assert.equal(one.refused, 0);
  const seen = await probing(() => load(3 * (WORKERS + QUEUE), 4000));
  const three = seen.result;
  t.diagnostic(`served: ${one.served} requests with nobody refused, ${three.served} beside ` +
    `${three.refused} refusals`);
  assert.ok(three.refused > 0, 'none was refused: nothing was tested');
  assert.ok(three.served >= one.served / 2, `${three.served} served, ${one.served} before`);
  assertOfficeServed(t, seen);
});

test('uploads have workers of their own: without any, phones are still in sync', async () => {
  await stack.services('stop', 'evidence');
  expectProblem(await request(`${stack.base}/mobile/v1/evidence`,
    { method: 'POST', token: phones[0].token,
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': '5' } }), 503, 'unavailable');
  await phones[0].pull();
  await stack.services('start', 'evidence');
});

// Phones at work while one node is killed and comes back, and while another one is cut off and
// comes
// back: nothing acknowledged is lost, nothing doubled, and no reader misses a row, whichever node
// it asks next.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, request } from '../support/http.mjs';
import { photo } from '../support/phone/photo.mjs';
import { Phone, uuidv7 } from '../support/phone.mjs';
import { seed } from '../http/world.mjs';
import { assertEqualNodes, startNodes, until } from './nodes.mjs';

const BUSY_MS = 1500;
const MORE = 10; // acknowledged batches of each phone that show that work goes on
const BROKEN = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT']);
const DONE = ['applied', 'merged', 'duplicate'];

let front;
let nodes;
let workers;
let flag;
let working;

// As a phone does, until it gets through; `worker.cut` counts the attempts that did not.
async function insist(worker, attempt) {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!BROKEN.has(error.code) && !(error.status >= 502 && error.status <= 504)) throw error;
    }
    worker.cut++;
    await sleep(50);
  }
}

// An inspector who writes one section, which nobody else does, and reads it back through the front
// after each batch; and a colleague who asks one node after the other, directly, with one cursor.
class Worker {
  constructor(section, phone, colleague) {
    Object.assign(this, { section, phone, colleague, cut: 0, batches: 0, longest: 0,
      last: Date.now(), seen: 0 });
  }

  async write() {
    while (!flag.stop) {
      this.note = `记录 ${this.batches} ${uuidv7()}`;
      this.phone.record('section', this.section, { note: this.note });
      if (this.batches % 10 === 0) this.phone.attach(this.section, photo(this.note),
        { type: 'image/png', taken_at: new Date().toISOString() });
      const operations = this.phone.nextBatch();
      await this.push(operations);
      const outcomes = await insist(this, () => this.phone.pushBatch(operations));
      for (const { outcome } of outcomes) assert.equal(outcome, 'duplicate');
      this.batches++;
      this.longest = Math.max(this.longest, Date.now() - this.last);
      this.last = Date.now();
      await insist(this, () => this.phone.upload());
      await insist(this, () => this.phone.pull());
      assert.equal(this.phone.item('section', this.section).body.note, this.note,
        'what was acknowledged is what the next reply tells');
    }
  }

  // Until it is acknowledged; the reply is lost on the way.
  push(operations) {
    return insist(this, async () => {
      const res = await request(`${front.base}/mobile/v1/push`, { token: this.phone.token,
        json: { operations } });
      if (res.status !== 200) throw Object.assign(new Error(res.text), { status: res.status });
      for (const { outcome } of res.json.outcomes) assert.ok(DONE.includes(outcome), res.text);
    });
  }

  async read() {
    for (let n = 0; !flag.stop; n++) {
      this.colleague.base = nodes[n % nodes.length].base;
      try {
        await this.colleague.pull();
      } catch (error) { // a node that does not serve: the next one
        if (!BROKEN.has(error.code) && !(error.status >= 502)) throw error;
        continue;
      }
      const { version } = this.colleague.item('section', this.section);
      assert.ok(version >= this.seen, 'no node tells what was before');
      this.seen = version;
      await sleep(5);
    }
  }
}

before(async () => {
  ({ front, nodes } = await startNodes());
  const world = await seed(front);
  const open = new Set((await front.sql("SELECT id FROM section WHERE state = 'open'")).flat());
  const parts = world.visits.flatMap((visit) => visit.sections)
    .filter(({ section }) => open.has(String(section))).slice(0, 4);
  assert.equal(parts.length, 4, 'open sections');
  workers = [];
  for (const { section, inspectors: [one, other] } of parts) {
    const phones = [await world.newPhone(one.card_no), await world.newPhone(other.card_no)];
    for (const phone of phones) await phone.pull();
    workers.push(new Worker(section, ...phones));
  }
  flag = { stop: false };
  working = Promise.all(workers.flatMap((worker) => [worker.write(), worker.read()]));
  working.catch(() => {}); // told by whoever awaits it next
});
after(async () => {
  flag.stop = true;
  await front.stop();
});

// Fails with the work, should it fail meanwhile.
const during = (promise) => Promise.race([promise, working.then(() => assert.fail('ended early'))]);

async function goOn(t, what) {
  const reached = workers.map(({ batches }) => batches + MORE);
  await during(until(what, () => workers.every(({ batches }, i) => batches >= reached[i])));
  const longest = workers.map((worker) => worker.longest);
  t.diagnostic(`${what}: the longest waits between two acknowledgements: ${longest.join(', ')} ms`);
  for (const worker of workers) worker.longest = 0;
}

const phones = () => workers.map(({ phone }) => phone);

test('phones work on three nodes', async (t) => {
  await during(sleep(BUSY_MS));
  await goOn(t, 'three nodes');
});

test('one node is killed: the others serve, and it comes back with everything', async (t) => {
  const [, , node] = nodes;
  await node.kill();
  await goOn(t, 'one killed');
  const start = Date.now();
  await during(node.services('start', 'mariadb'));
  await during(until(node.name, () => node.synced(3)));
  t.diagnostic(`back after ${Date.now() - start} ms`);
  await goOn(t, 'back');
  // Its workers never ended: they found their database again by themselves.
  const res = await request(`${node.base}/mobile/v1/pull`, { token: phones()[0].token });
  assert.equal(res.status, 200, res.text);
});

test('one node is cut off: it takes nothing, and its phones go elsewhere', async (t) => {
  const [, node] = nodes;
  const [phone] = phones();
  t.after(() => node.isolate(false));
  await node.isolate(true);
  const start = Date.now();
  const pull = () => request(`${node.base}/mobile/v1/pull`, { token: phone.token });
  const refused = await during(until('a refusal', async () => {
    const res = await pull();
    return res.status === 503 && res;
  }));
  t.diagnostic(`refuses after ${Date.now() - start} ms`);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  // Neither does it take what a phone brings, and a worker that starts now says the same.
  const push = await request(`${node.base}/mobile/v1/push`,
    { token: phone.token, json: { operations:
    [{ id: uuidv7(), counter: 1, entity: 'section', entity_id: 1, base_version: 0,
      fields: {} }] } });
  assert.equal(push.status, 503, push.text);
  await node.services('start', 'mobile');
  expectProblem(await pull(), 503, 'unavailable');
  await goOn(t, 'one cut off');
  await node.isolate(false);
  const healed = Date.now();
  await during(until(node.name, () => node.synced(3)));
  t.diagnostic(`back after ${Date.now() - healed} ms`);
  await during(until('its workers', async () => (await pull()).status === 200));
  await goOn(t, 'back');
});

test('all that was acknowledged is there once, and all tell the same', async (t) => {
  flag.stop = true;
  await working;
  t.diagnostic(`${workers.reduce((sum, { batches }) => sum + batches, 0)} batches, ` +
    `${workers.reduce((sum, { cut }) => sum + cut, 0)} of them asked again`);
  assert.ok(workers.some(({ cut }) => cut > 0), 'nothing was interrupted: nothing was tested');
  for (const { phone, section, note } of workers) {
    const [[name, done, wrong]] = await front.sql('SELECT ' +
      `(SELECT note FROM section WHERE id = ${section}), COUNT(*), COUNT(IF(outcome IN
        ('applied', ` +
      `'merged'), NULL, 1)) FROM sync_op WHERE device_id = ${phone.deviceId}`);
    assert.deepEqual([name, Number(done), wrong], [note, phone.counter, '0']);
    const stored = (await front.sql('SELECT LOWER(HEX(op_id)) FROM sync_op WHERE device_id = ' +
      `${phone.deviceId} ORDER BY counter`)).flat();
    assert.deepEqual(stored, [...phone.done.keys()].map((id) => id.replaceAll('-', '')));
    assert.ok([...phone.files.values()].every(({ uploaded }) => uploaded));
    const [[missing]] = await front.sql('SELECT COUNT(*) FROM evidence WHERE verified_at IS NULL ' +
      `AND device_id = ${phone.deviceId}`);
    assert.equal(missing, '0', 'every photo was verified');
  }
  await assertEqualNodes(nodes);
  assert.equal((await front.office.ctl(['audit', 'verify'])).out.intact, true);
});

// What a phone holds, in one order.
const held = (phone) => [...phone.feeds].map(([feed, items]) =>
  [feed, [...items].sort(([a], [b]) => (a < b ? -1 : 1))]).sort(([a], [b]) => (a < b ? -1 : 1));

test('phones that followed one cursor over all nodes hold what a new phone gets from each', async () => {
  for (const phone of workers.flatMap(({ phone: writer, colleague }) => [writer, colleague])) {
    phone.base = nodes[0].base;
    await phone.pull();
    for (const { base } of nodes) {
      const fresh = new Phone({ base, vault: { get: () => phone.credentials, set: assert.fail } });
      await fresh.pull();
      assert.deepEqual(held(phone), held(fresh));
    }
  }
});

test('the numbers of each feed were given once, and none is above its head', async () => {
  const [[doubled, above]] = await front.sql(
    'SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM feed_item ' +
    'GROUP BY kind, owner_id, seq HAVING COUNT(*) > 1) AS twice), ' +
    '(SELECT COUNT(*) FROM feed_item i ' +
    'LEFT JOIN feed_head h ON h.kind = i.kind AND h.owner_id = i.owner_id WHERE h.seq IS NULL OR ' +
    'i.seq > h.seq)');
  assert.deepEqual([doubled, above], ['0', '0']);
});

// The database made read-only, killed by SIGKILL and shut down in order, while phones push and the
// office works: whoever meets that is told when to come again, never of an inner fault; it comes
// back with all that was acknowledged, once, and the same workers go on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { endDatabase } from './workers.mjs';
import { PLANS, seed } from './world.mjs';

const ENDS = ['SIGKILL', 'SIGTERM', 'SIGKILL']; // SIGTERM: an orderly shutdown
const BUSY_MS = 500;

let stack;
let world;

before(async () => {
  stack = await startStack({ own: true }); // its database is its own to kill
  world = await seed(stack);
});
after(() => stack.stop());

// Asks until there is an answer; `cut` counts the attempts that the database did not survive.
async function insist(cut, path, json, token) {
  for (;;) {
    const res = await request(`${stack.base}${path}`, { json, token, timeoutMs: 20000 });
    if (res.status < 500) return res;
    assert.ok([503, 504].includes(res.status), `${path}: ${res.status} ${res.text}`);
    assert.match(res.headers['retry-after'] ?? '', /^[1-9][0-9]*$/, `${path}: ${res.status}`);
    cut.count++;
    await sleep(20);
  }
}

test('what was acknowledged outlives the database, once', async () => {
  const flag = { stop: false };
  const cut = { count: 0 };
  const [phone] = world.phones;
  await phone.pull();
  const section = phone.items('section').find(({ body }) => body.state === 'open' &&
    body.inspectors.some(({ card_no }) => card_no === world.cards[0])).id;
  const ids = [];
  const plans = [];
  let note;
  const push = async () => {
    while (!flag.stop) {
      note = `断电 ${uuidv7()}`;
      ids.push(phone.record('section', section, { note }));
      const operations = phone.nextBatch();
      const res = await insist(cut, '/mobile/v1/push', { operations }, phone.token);
      assert.equal(res.status, 200, res.text);
      assert.ok(['applied', 'merged', 'duplicate']
        .includes(res.json.outcomes[0].outcome), res.text);
      await phone.pushBatch(operations);
    }
  };
  const plan = async () => {
    while (!flag.stop) {
      const code = `4104001999${4000 + plans.length}`;
      const res = await insist(cut, '/planner/v1/plans', { code, directory: 'T-health', name: '断电',
        ends_on: PLANS[0].ends_on, quotas: [{ region: '410402', specialty: 'medical', count: 1 }] },
      world.tokenOf('planner'));
      assert.ok([201, 409].includes(res.status), res.text);
      plans.push(code);
    }
  };
  const working = Promise.all([push(), plan()]);
  for (const signal of ENDS) {
    await Promise.race([working, sleep(BUSY_MS)]); // a fault of the work ends the test at once
    await stack.operate('SET GLOBAL read_only = 1');
    await Promise.race([working, sleep(BUSY_MS)]);
    await stack.operate('SET GLOBAL read_only = 0');
    await Promise.race([working, sleep(BUSY_MS)]);
    await endDatabase(stack, signal);
    await stack.services('start', 'mariadb');
  }
  await sleep(BUSY_MS);
  flag.stop = true;
  await working;
  assert.ok(cut.count > 0, 'no request met the dead database: nothing was tested');
  const rows = await stack.sql('SELECT LOWER(HEX(op_id)) FROM sync_op WHERE device_id = ' +
    `${phone.deviceId} ORDER BY counter`);
  assert.deepEqual(rows.flat(), ids.map((id) => id.replaceAll('-', '')));
  assert.deepEqual((await stack.sql(`SELECT note FROM section WHERE id = ${section}`))[0], [note]);
  assert.deepEqual((await stack.sql("SELECT p.code, COUNT(*) FROM plan p JOIN plan_quota q ON " +
    "q.plan_id = p.id WHERE p.name = '断电' GROUP BY p.code ORDER BY p.code")),
  plans.map((code) => [code, '1']));
  await phone.pull();
  assert.equal(phone.item('section', section).body.note, note);
  const { out } = await stack.office.ctl(['audit', 'verify']);
  assert.equal(out.intact, true);
});

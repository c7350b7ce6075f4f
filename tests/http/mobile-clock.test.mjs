// Clocks of the phones: what they say at a push is kept, decides nothing, and is shown when it is
// off.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

let stack;
let world;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
});
after(() => stack.stop());

const devicesOf = async (card) => expectJson(await request(
  `${stack.base}/planner/v1/devices?inspector=${card}`,
  { token: world.tokenOf('administrator', DISTRICT) })).devices;

test('what the clocks of a phone say is kept beside the server\'s time, and shown when it is off', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const push = (clock) => request(`${stack.base}/mobile/v1/push`,
    { token: phone.token, json: { clock,
    operations: [{ id: uuidv7(), counter: ++phone.counter, entity: 'section', fields: {} }] } });
  const shown = async () => (await devicesOf(world.cards[0]))
    .find(({ id }) => id === phone.deviceId);
  assert.deepEqual([(await shown()).clock_at, (await shown()).clock_off], [null, false]);
  for (const [ahead, off] of [[0, false], [119000, false], [130000, true], [-130000, true],
    [-50 * 365 * 86400000, true], [90 * 365 * 86400000, true], [-1000, false]]) {
    const device_at = new Date(Date.now() + ahead).toISOString();
    const gps_at = new Date().toISOString();
    expectJson(await push({ device_at, monotonic_ms: 5, gps_at }));
    const clock = await shown();
    assert.deepEqual([clock.clock_device_at, clock.clock_monotonic_ms, clock.clock_gps_at,
      clock.clock_off],
      [device_at, 5, gps_at, off]);
    assert.equal(clock.clock_offset_ms, Date.parse(device_at) - Date.parse(clock.clock_at));
  }
  expectJson(await push({ device_at: '2026-03-02T09:30:00+08:00', monotonic_ms: 0, gps_at: null }));
  assert.equal((await shown()).clock_gps_at, null);
  const [[count]] = await stack.sql(
    `SELECT COUNT(*) FROM device_clock WHERE device_id = ${phone.deviceId}`);
  assert.equal(count, '8', 'each of them');
});

test('a batch that was here before leaves no second reading, one without a clock none', async () => {
  const phone = await world.newPhone(world.cards[0]);
  const operations = [{ id: uuidv7(), counter: 1, entity: 'section', fields: {} }];
  const push = (body) => request(`${stack.base}/mobile/v1/push`,
    { token: phone.token, json: body });
  const clock = { device_at: new Date().toISOString(), monotonic_ms: 1 };
  for (let n = 0; n < 2; n++) expectJson(await push({ clock, operations }));
  expectJson(await push({ operations: [{ ...operations[0], id: uuidv7(), counter: 2 }] }));
  const rows = await stack.sql(
    `SELECT monotonic_ms FROM device_clock WHERE device_id = ${phone.deviceId}`);
  assert.deepEqual(rows, [['1']]);
});

test('a clock that makes no sense is passed over, and never refuses a batch', async () => {
  const phone = await world.newPhone(world.cards[0]);
  const { token } = phone;
  const now = new Date().toISOString();
  const push = async (clock) => {
    const operations = [{ id: uuidv7(), counter: ++phone.counter, entity: 'section', fields: {} }];
    const body = `{"clock":${clock},"operations":${JSON.stringify(operations)}}`;
    expectJson(await request(`${stack.base}/mobile/v1/push`, { token, body,
      headers: { 'Content-Type': 'application/json' } }));
  };
  const kept = async () => stack.sql(`SELECT monotonic_ms, gps_at IS NULL FROM device_clock
    WHERE device_id = ${phone.deviceId} ORDER BY at DESC LIMIT 1`);
  for (const clock of [1, null, [], {}, 'now', { device_at: 'now', monotonic_ms: 1 },
    { device_at: '9999-12-31T23:59:59Z', monotonic_ms: 1 },
    { device_at: '0001-01-01T00:00:00Z', monotonic_ms: 1 },
    { device_at: '+010000-01-01T00:00:00Z', monotonic_ms: 1 }, { device_at: null, monotonic_ms: 1 },
    { device_at: 1764580000000, monotonic_ms: 1 }, { device_at: now },
    { device_at: now, monotonic_ms: -1 },
    { device_at: now, monotonic_ms: '5' }, { device_at: now, monotonic_ms: 1e300 }])
    await push(JSON.stringify(clock));
  for (const text of ['1e999', '{"device_at":"\\ud83d"}', '{"a":1,"a":2}', 'NaN', '"\n"'])
    await push(text);
  assert.deepEqual(await kept(), []);
  const sense = { device_at: now, monotonic_ms: 8123456.700000003 };
  await push(JSON.stringify(sense));
  assert.deepEqual(await kept(), [['8123456', '1']], 'performance.now() has fractions');
  for (const gps_at of [7, 'x', '9999-01-01T00:00:00Z', ''])
    await push(JSON.stringify({ ...sense, monotonic_ms: 0.4, gps_at }));
  await push(JSON.stringify({ ...sense, monotonic_ms: 0.4, zone: 8 }));
  assert.deepEqual(await kept(), [['0', '1']], 'what makes sense of one that does not');
  expectProblem(await request(`${stack.base}/mobile/v1/push`, { token,
    json: { operations: [{ id: uuidv7(), counter: ++phone.counter, entity: 'section', fields: {} }],
      time: 1 } }),
  422, 'invalid');
});

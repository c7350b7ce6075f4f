// Clocks of the phones: what they say at a push is kept, decides nothing, and is shown when it is off.

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
  `${stack.base}/planner/v1/inspectors/${card}/devices`,
  { token: world.tokenOf('administrator', DISTRICT) })).devices;

test('what the clocks of a phone say is kept beside the server\'s time, and shown when it is off', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const push = (clock) => request(`${stack.base}/mobile/v1/push`, { token: phone.token, json: { clock,
    operations: [{ id: uuidv7(), counter: ++phone.counter, entity: 'section', fields: {} }] } });
  const shown = async () => (await devicesOf(world.cards[0])).find(({ id }) => id === phone.deviceId).clock;
  assert.equal(await shown(), null);
  for (const [ahead, off] of [[0, false], [119000, false], [130000, true], [-130000, true],
    [-50 * 365 * 86400000, true], [90 * 365 * 86400000, true], [-1000, false]]) {
    const device_at = new Date(Date.now() + ahead).toISOString();
    const gps_at = new Date().toISOString();
    expectJson(await push({ device_at, monotonic_ms: 5, gps_at }));
    const clock = await shown();
    assert.deepEqual([clock.device_at, clock.monotonic_ms, clock.gps_at, clock.off],
      [device_at, 5, gps_at, off]);
    assert.equal(clock.offset_ms, Date.parse(device_at) - Date.parse(clock.at));
  }
  expectJson(await push({ device_at: '2026-03-02T09:30:00+08:00', monotonic_ms: 0, gps_at: null }));
  assert.equal((await shown()).gps_at, null);
  const [[count]] = await stack.sql(`SELECT COUNT(*) FROM device_clock WHERE device_id = ${phone.deviceId}`);
  assert.equal(count, '8', 'each of them');
});

test('a batch that was here before leaves no second reading, one without a clock none', async () => {
  const phone = await world.newPhone(world.cards[0]);
  const operations = [{ id: uuidv7(), counter: 1, entity: 'section', fields: {} }];
  const push = (body) => request(`${stack.base}/mobile/v1/push`, { token: phone.token, json: body });
  const clock = { device_at: new Date().toISOString(), monotonic_ms: 1 };
  for (let n = 0; n < 2; n++) expectJson(await push({ clock, operations }));
  expectJson(await push({ operations: [{ ...operations[0], id: uuidv7(), counter: 2 }] }));
  const rows = await stack.sql(`SELECT monotonic_ms FROM device_clock WHERE device_id = ${phone.deviceId}`);
  assert.deepEqual(rows, [['1']]);
});

test('a clock that is none refuses the batch, with a pointer', async () => {
  const { token } = world.phones[0];
  const operations = [{ id: uuidv7(), counter: 1, entity: 'section', fields: {} }];
  for (const [clock, pointer] of [[1, '/clock'], [null, '/clock'], [{}, '/clock/device_at'],
    [{ device_at: 'now', monotonic_ms: 1 }, '/clock/device_at'],
    [{ device_at: '2026-03-02T01:30:00Z', monotonic_ms: -1 }, '/clock/monotonic_ms'],
    [{ device_at: '2026-03-02T01:30:00Z', monotonic_ms: 1, gps_at: 7 }, '/clock/gps_at'],
    [{ device_at: '2026-03-02T01:30:00Z', monotonic_ms: 1, zone: 8 }, '/clock/zone']])
    expectProblem(await request(`${stack.base}/mobile/v1/push`, { token, json: { clock, operations } }),
      422, 'invalid', { pointer });
  expectProblem(await request(`${stack.base}/mobile/v1/push`, { token,
    json: { operations, time: 1 } }), 422, 'invalid');
});

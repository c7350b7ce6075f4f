// Logs as JSON, where a site wants them: one object a line, of programs and of nginx, and one
// number by which a request is found in each of them and on the audit log.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const FLUSH_MS = 10000; // nginx writes its lines once a second

let stack;
let world;

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_LOG_JSON: 'yes' } });
  world = await seed(stack);
});
after(() => stack.stop());

const linesOf = (name) => readFileSync(join(stack.var, 'log', `${name}.log`), 'utf8').split('\n')
  .slice(0, -1).map((line) => JSON.parse(line));

async function lineOf(name, id) {
  for (const end = Date.now() + FLUSH_MS; ; await sleep(50)) {
    const found = linesOf(name).filter((line) => line.request === id);
    if (found.length > 0) return found;
    assert.ok(Date.now() < end, `${name}: nothing of ${id}`);
  }
}

test('a request has one number at nginx, in the program, for people and on the audit log',
  async () => {
    const send = (path, options) => request(`${stack.base}${path}`, options);
    const asked = [
      ['planner', 200, 'plan.list', await send('/planner/v1/plans',
        { token: world.tokenOf('planner') })],
      ['planner', 401, 'session.open', await send('/planner/v1/sessions',
        { json: { login: `${HOME}-"\\`, password: 'x'.repeat(12) } })],
      ['mobile', 401, 'sync.pull', await send('/mobile/v1/pull', { token: 'x'.repeat(43) })],
      ['public', 404, 'result', await send('/public/results/999999999')],
    ];
    for (const [program, status, route, reply] of asked) {
      const id = reply.headers['x-request-id'];
      assert.match(id, /^[0-9a-f]{32}$/);
      assert.equal(reply.status, status, reply.text);
      const [front] = await lineOf('nginx-access', id);
      assert.deepEqual([front.program, front.status, front.method], ['nginx', status,
        route === 'session.open' ? 'POST' : 'GET']);
      const line = (await lineOf(program, id)).find(({ message }) => message === 'access');
      assert.deepEqual([line.program, line.level, line.status, line.route],
        [`liancha-${program}`, 'info', status, route]);
      assert.equal(typeof line.ms, 'number');
      if (status >= 400) assert.ok(reply.text.includes(id), reply.text);
    }
  });

test('the audit event of a write has the number of its request', async () => {
  const [phone] = world.phones;
  await phone.pull();
  const [section] = phone.items('section');
  phone.record('section', section.id, { note: '合成：编号' });
  await phone.sync();
  const events = await stack.sql(`SELECT DISTINCT request_id FROM audit_event WHERE chain =
    'device:${phone.deviceId}'`);
  assert.ok(events.length > 0);
  for (const [id] of events) {
    const [front] = await lineOf('nginx-access', id);
    assert.match(front.uri, /^\/liancha\/mobile\/v1\//);
    const [line] = (await lineOf('mobile', id)).filter(({ message }) => message === 'access');
    assert.equal(line.actor, `device:${phone.deviceId}`);
  }
});

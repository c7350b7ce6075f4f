// A node that is in its cluster and does not keep up: whoever reads there waits for what others
// were promised, and not for ever.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectProblem, request } from '../support/http.mjs';
import { seed } from '../http/world.mjs';
import { assertEqualNodes, startNodes, until } from './nodes.mjs';

const ANSWER_MS = 10000; // within so long a phone is told to go elsewhere

let front;
let nodes;
let phone;
let section;

before(async () => {
  ({ front, nodes } = await startNodes());
  const world = await seed(front);
  const [part] = world.visits.flatMap(({ sections }) => sections);
  section = part.section;
  phone = await world.newPhone(part.inspectors[0].card_no);
  await phone.pull();
});
after(() => front.stop());

// The node applies nothing until what this returns is called; the others do not wait for it.
async function stall(node) {
  const client = spawn('mariadb', ['--no-defaults', '--batch', '--unbuffered',
    `--socket=${join(node.var, 'run/mariadb.sock')}`, `--user=${userInfo().username}`],
  { stdio: ['pipe', 'pipe', 'inherit'] });
  client.stdin.write('SET GLOBAL wsrep_desync = ON; FLUSH TABLES WITH READ LOCK; SELECT "held";\n');
  for (let text = ''; !text.includes('held');) text += (await once(client.stdout, 'data'))[0];
  return async () => {
    client.stdin.end('UNLOCK TABLES; SET GLOBAL wsrep_desync = OFF;\n');
    await once(client, 'close');
  };
}

async function write(note) {
  phone.record('section', section, { note });
  const outcomes = await phone.pushBatch(phone.nextBatch());
  for (const { outcome } of outcomes) assert.ok(['applied', 'merged'].includes(outcome), outcome);
}

const pull = (base) => request(`${base}/mobile/v1/pull`, { token: phone.token });

test('a node that lags refuses within ten seconds, and the front asks another', async (t) => {
  const [first, , node] = nodes;
  const release = await stall(node);
  t.after(release);
  phone.base = first.base;
  await write('落后的节点尚未看到');
  const start = Date.now();
  // By the wait for what others wrote, or already by what a new connection asks first.
  const { type } = expectProblem(await pull(node.base), 503);
  assert.ok(['retry', 'unavailable'].includes(type.split(':').at(-1)), type);
  const took = Date.now() - start;
  t.diagnostic(`refused after ${took} ms`);
  assert.ok(took < ANSWER_MS, `${took} ms`);
  const res = await pull(front.base);
  assert.equal(res.status, 200, res.text);
});

test('once it has caught up, it serves, and holds the same', async () => {
  const [, , node] = nodes;
  await until(node.name, () => node.synced(nodes.length));
  await until('its workers', async () => (await pull(node.base)).status === 200);
  await write('追上之后');
  await assertEqualNodes(nodes);
});

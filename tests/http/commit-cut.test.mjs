// The connection to the database breaks at the COMMIT of a push or of an upload's creation, before
// it or behind it: nobody knows then, the phone is told so and nothing else, and the same again
// finds the truth.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { BIN, startStack } from './harness.mjs';
import { known, Tus } from './tus.mjs';
import { seed } from './world.mjs';

const COMMIT = Buffer.from('\x03COMMIT', 'latin1'); // COM_QUERY of the database's protocol

let stack;
let world;
let proxy;
const workers = [];
let cut = null; // what happens to the next COMMIT: 'before' or 'behind' it the connection breaks

// Between the worker and the database.
function startProxy(path) {
  const server = createServer((client) => {
    const database = connect(join(stack.var, 'run/mariadb.sock'));
    const end = () => [client, database].forEach((socket) => socket.destroy());
    client.on('data', (chunk) => {
      const here = cut !== null && chunk.includes(COMMIT);
      if (!here) return database.write(chunk);
      const behind = cut === 'behind';
      cut = null;
      if (!behind) return end();
      database.removeAllListeners('data').once('data', end); // its answer: it is done
      return database.write(chunk);
    });
    database.on('data', (chunk) => client.write(chunk));
    for (const socket of [client, database]) socket.on('error', end).on('close', end);
  });
  return new Promise((resolve) => server.listen(path, () => resolve(server)));
}

// One worker in the place of a pool of the stack's own, its database behind the proxy.
async function startWorker(pool, proxied) {
  const socket = join(stack.var, `run/${pool}.sock`);
  const config = join(stack.var, 'proxied.ini');
  writeFileSync(config, readFileSync(stack.config, 'utf8').split('\n')
    .map((line) => (line.startsWith('socket=') ? `socket=${proxied}` : line)).join('\n'));
  await stack.services('stop', pool);
  rmSync(socket, { force: true });
  const child = spawn('spawn-fcgi', ['-n', '-s', socket, '--', `${BIN}/liancha-mobile`, '--config',
    config], { stdio: 'ignore' });
  while (!existsSync(socket)) await sleep(5);
  chmodSync(socket, 0o666); // nginx has an account of its own
  return child;
}

before(async () => {
  stack = await startStack({ own: true });
  world = await seed(stack);
  const path = join(stack.var, 'tmp/proxy.sock');
  proxy = await startProxy(path);
  for (const pool of ['mobile', 'evidence']) workers.push(await startWorker(pool, path));
});
after(async () => {
  for (const worker of workers) worker.kill();
  proxy.close();
  await stack.stop();
});

const push = (phone, operations) => request(`${stack.base}/mobile/v1/push`,
  { json: { operations }, token: phone.token });

for (const [where, again] of [['before', 'applied'], ['behind', 'duplicate']])
  test(`the connection breaks ${where} the COMMIT: uncertain, and the same again is ${again}`, async () => {
    const [phone] = world.phones;
    await phone.pull();
    const section = phone.items('section').find(({ body }) => body.state === 'open' &&
      body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
    const note = `断在提交 ${where}`;
    const id = phone.record('section', section.id, { note });
    const operations = phone.nextBatch();
    cut = where;
    expectProblem(await push(phone, operations), 503, 'uncertain');
    assert.equal(cut, null, 'a COMMIT was cut');
    const [outcome] = expectJson(await push(phone, operations)).outcomes;
    assert.equal(outcome.outcome, again);
    await phone.sync();
    const rows = await stack.sql(`SELECT COUNT(*) FROM sync_op WHERE op_id = UNHEX('${
      id.replaceAll('-', '')}')`);
    assert.deepEqual(rows, [['1']]);
    assert.equal(phone.item('section', section.id).body.note, note);
  });

for (const [where, kept] of [['before', 0], ['behind', 1]])
  test(`the connection breaks ${where} the COMMIT of a creation: no header of what may not be there`, async () => {
    const bytes = randomBytes(1000);
    const tus = new Tus(stack, world.phones[0]);
    const uploads = async () =>
      Number((await stack.sql('SELECT COUNT(*) FROM evidence_upload'))[0][0]);
    const already = await uploads();
    cut = where;
    const res = await tus.create(bytes);
    expectProblem(res, 503, 'uncertain');
    assert.equal(cut, null, 'a COMMIT was cut');
    assert.equal(await uploads(), already + kept);
    for (const name of ['location', 'upload-offset', 'upload-expires'])
      assert.equal(res.headers[name], undefined, name);
    await tus.upload(bytes);
    assert.equal(await known(stack, bytes), true);
  });

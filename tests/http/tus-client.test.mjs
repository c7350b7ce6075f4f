// A client that is not ours: tus-js-client as published uploads, pauses and goes on against the
// server, over lines that break, workers that are killed, and after its own death.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProxy } from './cutting-proxy.mjs';
import { startStack } from './harness.mjs';
import { filesOf, known, pathOf } from './tus.mjs';
import { optionsFor, PIECE, startUpload } from './tus-upload.mjs';
import { aWorkerOf, kill } from './workers.mjs';
import { seed } from './world.mjs';

const SCRIPT = new URL('tus-upload.mjs', import.meta.url).pathname;

let stack;
let phone;
let endpoint;
let folder;

before(async () => {
  stack = await startStack();
  const world = await seed(stack);
  phone = await world.newPhone(world.cards[0]);
  endpoint = `${stack.base}/mobile/v1/evidence`;
  folder = mkdtempSync(join(tmpdir(), 'liancha-tus-'));
});
after(() => {
  rmSync(folder, { recursive: true, force: true });
  return stack.stop();
});

// An upload of these bytes and the replies that it got.
function begin(bytes, options = {}) {
  const replies = [];
  const { through, ...rest } = options;
  const job = startUpload(bytes, { ...optionsFor({ bytes, token: phone.token,
    endpoint: through ? endpoint.replace(/:\d+/, `:${through.port}`) : endpoint,
    onReply: (reply) => replies.push(reply) }), ...rest });
  return Object.assign(job, { replies });
}
async function assertArrived(bytes) {
  assert.equal(await known(stack, bytes), true);
  assert.ok(readFileSync(pathOf(join(stack.var, 'evidence'), bytes)).equals(bytes), 'every byte');
}
const statuses = ({ replies }, method) =>
  replies.filter((reply) => reply.method === method).map(({ status }) => status);

test('it uploads a file in pieces, each with its checksum', async () => {
  const bytes = randomBytes(3 * PIECE + 4321);
  const job = begin(bytes);
  await job.done;
  assert.deepEqual(job.replies.map(({ method, status }) => `${method} ${status}`),
    ['POST 201', 'PATCH 204', 'PATCH 204', 'PATCH 204', 'PATCH 204']);
  await assertArrived(bytes);
});

test('it pauses and goes on where it was', async () => {
  const bytes = randomBytes(4 * PIECE);
  const paused = new Promise((resolve) => {
    const job = begin(bytes, { onChunkComplete(size, accepted) {
      if (accepted !== 2 * PIECE) return;
      job.upload.abort();
      resolve(job);
    } });
  });
  const job = await paused;
  assert.equal(await known(stack, bytes), false);
  job.upload.start();
  await job.done;
  assert.deepEqual(job.replies.map(({ method, offset }) => `${method} ${offset / PIECE}`),
    ['POST 0', 'PATCH 0', 'PATCH 1', 'HEAD 0', 'PATCH 2', 'PATCH 3'], 'no byte twice');
  await assertArrived(bytes);
});

test('it goes on in another process after its own was killed', async () => {
  const bytes = randomBytes(4 * PIECE + 99);
  const file = join(folder, 'photo');
  writeFileSync(file, bytes);
  const run = async (env) => {
    const child = spawn(process.execPath, [SCRIPT, endpoint, file, join(folder, 'urls.json')],
      { env: { ...process.env, TUS_TOKEN: phone.token, ...env },
        stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => { text += chunk; });
    const [code, signal] = await once(child, 'close');
    return { code, signal, replies: text.trim().split('\n').map((line) => JSON.parse(line)) };
  };
  const first = await run({ TUS_DIE_AFTER: '2' });
  assert.equal(first.signal, 'SIGKILL');
  assert.equal(await known(stack, bytes), false);
  const second = await run({});
  assert.equal(second.code, 0);
  assert.deepEqual(second.replies.map(({ method, offset }) => `${method} ${offset / PIECE}`),
    ['HEAD 0', 'PATCH 2', 'PATCH 3', 'PATCH 4']);
  await assertArrived(bytes);
});

test('it gets through a line that breaks in pieces, in replies and in between', async () => {
  const bytes = randomBytes(12 * PIECE + 777);
  // Of three connections one breaks in a piece, one loses a reply, one lives for two pieces; never
  // in turn, for a client that opens one for each request could meet the same one at each attempt.
  const proxy = await startProxy(Number(new URL(stack.origin).port), () =>
    [{ up: randomInt(1, PIECE) }, { down: randomInt(1, 200) }, { up: randomInt(PIECE, 2 * PIECE) }][
      randomInt(3)]);
  try {
    const job = begin(bytes, { through: proxy });
    await job.done;
    assert.ok(proxy.cuts > 5, `${proxy.cuts} cuts`);
    assert.ok(!statuses(job, 'PATCH').includes(460));
  } finally {
    await proxy.stop();
  }
  await assertArrived(bytes);
});

test('it gets through workers that are killed', async () => {
  let stop = false;
  let cut = 0;
  const sent = [];
  const uploader = async () => {
    while (!stop) {
      const bytes = randomBytes(2 * PIECE + randomInt(PIECE));
      const job = begin(bytes);
      await job.done;
      cut += job.replies.filter(({ status }) => status === 503).length;
      sent.push(bytes);
    }
  };
  const uploaders = Promise.all([1, 2, 3].map(uploader));
  // A supervisor gives up on what dies young: each of the three lives for more than a second.
  for (let i = 0; i < 8 || (cut === 0 && i < 60); i++) {
    await sleep(400);
    await kill(await aWorkerOf(stack, 'liancha-mobile', 'evidence'));
  }
  stop = true;
  await uploaders;
  assert.ok(cut > 0, 'no request was cut: nothing was tested');
  for (const bytes of sent) await assertArrived(bytes);
});

test('two at once on one upload: one writes, the other is told where to go on', async () => {
  const bytes = randomBytes(8 * PIECE);
  const first = begin(bytes);
  while (!first.upload.url) await sleep(1);
  const others = [1, 2].map(() => begin(bytes, { uploadUrl: first.upload.url }));
  const jobs = [first, ...others];
  await Promise.all(jobs.map(({ done }) => done));
  const all = jobs.flatMap((job) => statuses(job, 'PATCH'));
  assert.equal(all.filter((status) => status === 204).length, 8, 'each piece was taken once');
  assert.ok(all.every((status) => [204, 409].includes(status)), all.join());
  assert.ok(all.includes(409), 'they never met: nothing was tested');
  await assertArrived(bytes);
});

test('what expired begins anew', async () => {
  const bytes = randomBytes(3 * PIECE);
  const paused = new Promise((resolve) => {
    const job = begin(bytes, { onChunkComplete() {
      job.upload.options.onChunkComplete = null;
      job.upload.abort();
      resolve(job);
    } });
  });
  const job = await paused;
  const old = job.upload.url;
  await stack.operate("UPDATE evidence_upload SET expires_at = '2020-01-01' WHERE id = " +
    `UNHEX('${old.split('/').at(-1)}')`);
  job.upload.start();
  await job.done;
  assert.deepEqual(statuses(job, 'HEAD'), [410]);
  assert.deepEqual(statuses(job, 'POST'), [201, 201]);
  assert.notEqual(job.upload.url, old);
  await assertArrived(bytes);
});

test('the same file again is complete without being sent', async () => {
  const bytes = randomBytes(2 * PIECE + 5);
  await begin(bytes).done;
  const before = filesOf(join(stack.var, 'evidence')).contents.length;
  const again = begin(bytes);
  await again.done;
  assert.deepEqual(again.replies.map(({ method, status }) => `${method} ${status}`),
    ['POST 201', 'PATCH 409', 'HEAD 200'], 'the client asks only when its first piece is refused');
  assert.equal(filesOf(join(stack.var, 'evidence')).contents.length, before, 'stored once');
});

test('it uploads where PATCH does not get through', async () => {
  const bytes = randomBytes(PIECE + 12);
  const job = begin(bytes, { overridePatchMethod: true, onBeforeRequest: () => {} });
  await job.done;
  assert.deepEqual(job.replies.map(({ method, status }) => `${method} ${status}`),
    ['POST 201', 'POST 204', 'POST 204']);
  await assertArrived(bytes);
});

// Uploads whose worker dies by SIGKILL at each step there is: between write, sync, rename and
// commit. What was acknowledged is there, half a file never counts, and what is left lying is
// cleared away.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync }
  from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { exifPhoto } from './exif.mjs';
import { BIN, startStack } from './harness.mjs';
import { digest, filesOf, known, pathOf, Tus } from './tus.mjs';
import { workersOf } from './workers.mjs';
import { DISTRICT, seed } from './world.mjs';

// A supervisor gives up on what dies young: workers live for more than a second.
const YOUNG_MS = 1100;
const FIRST = 40000;
const LENGTH = 50000;
const DAY = 86400;

let stack;
let world;
let tus;
let phone;
let section;
let order; // the file that tells a worker to die
let folder;

before(async () => {
  stack = await startStack({ own: true });
  world = await seed(stack);
  phone = await world.newPhone(world.cards[0]);
  section = world.visits.flatMap(({ sections }) => sections).find(({ department, inspectors }) =>
    department === DISTRICT && inspectors.some(({ card_no }) =>
      card_no === world.cards[0])).section;
  tus = new Tus(stack, phone);
  folder = join(stack.var, 'evidence');
  order = join(stack.var, 'tmp/crash');
  await stack.services('stop', 'evidence');
  await stack.servicesBy(['env', `LD_PRELOAD=${join(BIN, 'liancha_crash.so')}`,
    `LIANCHA_CRASH=${order}`], 'start', 'evidence');
  await phone.pull();
});
after(() => stack.stop());

async function grownUp() {
  for (;;) {
    const ages = workersOf(stack, 'liancha-mobile', 'evidence').map((pid) => {
      try {
        return Date.now() - statSync(`/proc/${pid}`).ctimeMs;
      } catch {
        return 0;
      }
    });
    if (ages.length === 3 && Math.min(...ages) > YOUNG_MS) return;
    await sleep(20);
  }
}

// Tells the next worker that comes to this step to die there.
async function arm(step, when, n) {
  await grownUp();
  writeFileSync(order, `${step} ${when} ${n}\n`);
  chmodSync(order, 0o666);
}
const died = () => !existsSync(order);

// As a phone does it: asks how far it is, and sends what lacks; a 503 is a worker that died.
async function finish(url, bytes) {
  for (;;) {
    const offset = await tus.offsetOf(url);
    if (offset === bytes.length) return;
    const res = await tus.patch(url, offset, bytes.subarray(offset));
    assert.ok([204, 409].includes(res.status), res.text);
  }
}
async function declare(bytes) {
  phone.record('evidence', undefined, { section_id: section, size: bytes.length, type: 'image/png',
    sha256: digest(bytes).toString('hex'), taken_at: '2026-03-01T01:30:00Z' });
  assert.deepEqual(await phone.push(), { applied: 1 });
}
const verified = async (bytes) =>
  (await stack.sql('SELECT verified_at IS NOT NULL FROM evidence WHERE ' +
  `sha256 = UNHEX('${digest(bytes).toString('hex')}')`))[0][0] === '1';

// What counts is whole; what is acknowledged is kept.
async function assertSound(url, bytes, acknowledged) {
  const offset = await tus.offsetOf(url);
  assert.ok(offset === acknowledged || offset === bytes.length, `${offset} of ${acknowledged}`);
  const counts = await known(stack, bytes);
  assert.equal(await verified(bytes), counts);
  assert.equal(offset === bytes.length, counts, 'complete and counted are one');
  if (counts) assert.ok(readFileSync(pathOf(folder, bytes)).equals(bytes));
  else assert.ok(readFileSync(existsSync(pathOf(folder, bytes)) ? pathOf(folder, bytes)
    : join(folder, 'partial', url.split('/').at(-1))).subarray(0, offset)
    .equals(bytes.subarray(0, offset)));
}

for (const [step, moments] of [['fdatasync', ['before', 'after']], ['fsync', ['before', 'after']],
  ['mkdir', ['before', 'after']], ['rename', ['before', 'after']], ['COMMIT', ['before', 'after']]])
  for (const when of moments)
    test(`a worker that dies ${when} each ${step} of the last piece loses nothing`, async () => {
      let n = 1;
      for (;; n++) {
        const bytes = randomBytes(LENGTH);
        const url = await tus.created(bytes);
        await declare(bytes);
        assert.equal((await tus.patch(url, 0, bytes.subarray(0, FIRST))).status, 204);
        rmSync(join(folder, digest(bytes).toString('hex').slice(0, 2)),
          { recursive: true, force: true });
        await arm(step, when, n);
        const res = await tus.patch(url, FIRST, bytes.subarray(FIRST));
        if (!died()) {
          rmSync(order);
          assert.equal(res.status, 204, 'nobody came to this step');
          break;
        }
        assert.equal(res.status, 503);
        await assertSound(url, bytes, FIRST);
        await finish(url, bytes);
        await assertSound(url, bytes, LENGTH);
      }
      assert.ok(n > 1, `no ${step} was met: nothing was tested`);
    });

test('a worker that dies at each step of the first piece loses nothing', async () => {
  for (const [step, when] of [['mkdir', 'after'], ['fdatasync', 'after'], ['fsync', 'after'],
    ['COMMIT', 'before'], ['COMMIT', 'after']]) {
    const bytes = randomBytes(LENGTH);
    const url = await tus.created(bytes);
    await arm(step, when, 1);
    assert.equal((await tus.patch(url, 0, bytes.subarray(0, FIRST))).status, 503);
    assert.ok(died());
    const offset = await tus.offsetOf(url);
    assert.ok(offset === (step === 'COMMIT' && when === 'after' ? FIRST : 0), `${offset}`);
    await finish(url, bytes);
    assert.equal(await known(stack, bytes), true);
  }
});

test('other bytes under a digest win nothing, though the worker dies as it refuses them', async () => {
  const bytes = randomBytes(LENGTH);
  await tus.upload(bytes);
  const holders = () => stack.sql('SELECT inspector_id FROM evidence_possession WHERE ' +
    `sha256 = UNHEX('${digest(bytes).toString('hex')}')`);
  const before = await holders();
  const other = new Tus(stack, await world.newPhone(world.cards[1]));
  const url = await other.created(bytes);
  const wrong = randomBytes(LENGTH);
  assert.equal((await other.patch(url, 0, wrong.subarray(0, FIRST))).status, 204);
  await arm('COMMIT', 'before', 1);
  assert.equal((await other.patch(url, FIRST, wrong.subarray(FIRST))).status, 503);
  assert.ok(died());
  assert.equal(await other.offsetOf(url), FIRST);
  assert.equal((await other.patch(url, FIRST, wrong.subarray(FIRST))).status, 409);
  assert.equal(await other.offsetOf(url), 0);
  assert.equal((await other.patch(url, 0, wrong)).status, 460);
  assert.deepEqual(await holders(), before);
});

// ---- the parser of photos ----

test('a photo that breaks or holds up its parser is kept, without its origin', async () => {
  const origin = async (words) => {
    const bytes = exifPhoto({ time: '2026:03:01 09:30:00', end: words });
    await tus.upload(bytes);
    assert.equal(await known(stack, bytes), true);
    return (await stack.sql('SELECT exif_taken_at FROM evidence_blob WHERE sha256 = ' +
      `UNHEX('${digest(bytes).toString('hex')}')`))[0][0];
  };
  const read = '2026-03-01 01:30:00.000';
  assert.equal(await origin('a photo'), read);
  assert.equal(await origin('break the parser'), 'NULL');
  assert.equal(await origin('spin in the parser'), 'NULL');
  assert.equal(await origin('sleep in the parser'), 'NULL');
  assert.equal(await origin('take the parser over'), read,
    'it can open, connect and start nothing');
});

// ---- what is left lying ----

const tidy = async () => (await stack.office.ctl(['evidence', 'tidy'])).out;
const age = (path, days) => {
  const then = Date.now() / 1000 - days * DAY;
  utimesSync(path, then, then);
};

test('files that a crash left are cleared away after a week, and nothing else is', async () => {
  await tidy(); // what the tests above left is too young, and stays
  const whole = randomBytes(LENGTH);
  await tus.upload(whole);
  const lost = randomBytes(LENGTH); // got its name, but no commit
  const url = await tus.created(lost);
  assert.equal((await tus.patch(url, 0, lost.subarray(0, FIRST))).status, 204);
  await arm('COMMIT', 'before', 1);
  assert.equal((await tus.patch(url, FIRST, lost.subarray(FIRST))).status, 503);
  assert.ok(existsSync(pathOf(folder, lost)));
  const open = randomBytes(LENGTH);
  const going = await tus.created(open);
  assert.equal((await tus.patch(going, 0, open.subarray(0, FIRST))).status, 204);
  const stray = join(folder, 'partial', 'ab'.repeat(16));
  writeFileSync(stray, 'x');
  const foreign = join(folder, 'partial', 'README');
  writeFileSync(foreign, 'x');

  assert.deepEqual(await tidy(),
    { expired_uploads: 0, partial_files: 0, content_files: 0, bytes: 0 });
  for (const path of [pathOf(folder, whole), pathOf(folder, lost), stray, foreign,
    join(folder, 'partial', going.split('/').at(-1))]) age(path, 8);
  assert.deepEqual(await tidy(),
    { expired_uploads: 0, partial_files: 1, content_files: 1, bytes: LENGTH + 1 });
  assert.deepEqual([whole, lost].map((bytes) => existsSync(pathOf(folder, bytes))), [true, false]);
  assert.deepEqual([existsSync(stray), existsSync(foreign)], [false, true]);
  assert.deepEqual(await tidy(),
    { expired_uploads: 0, partial_files: 0, content_files: 0, bytes: 0 });
  assert.deepEqual(await stack.sql(
    "SELECT COUNT(*) FROM evidence_blob WHERE stored_at IS NULL AND " +
    `sha256 = UNHEX('${digest(lost).toString('hex')}')`), [['0']], 'and no trace of the look');

  await finish(going, open);
  assert.equal(await known(stack, open), true, 'an upload that goes on keeps its bytes');
  await finish(url, lost);
  assert.equal(await known(stack, lost), true, 'what was cleared away is sent once more');
});

test('expired uploads are cleared away with their bytes', async () => {
  const bytes = randomBytes(LENGTH);
  const url = await tus.created(bytes);
  assert.equal((await tus.patch(url, 0, bytes.subarray(0, FIRST))).status, 204);
  const id = url.split('/').at(-1);
  await stack.operate(`UPDATE evidence_upload SET expires_at = '2020-01-01'
    WHERE id = UNHEX('${id}')`);
  assert.equal((await tidy()).expired_uploads, 1);
  assert.equal(filesOf(folder).partial.includes(id), false);
  assert.equal((await tus.head(url)).status, 404);
});

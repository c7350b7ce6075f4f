// A disk that is full: 507, what was acknowledged stays, and the upload goes on when there is room.
//
// The phones' workers see a small file system in the place of their folder: mounted in a mount
// namespace of theirs, or where there can be none (a plain chroot, whose / is no mount point) for
// all to see, or else the small /dev/shm of a container, filled up. Where none of these is to be
// had, or not as root, the tests are skipped by name.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, mkdtempSync, openSync, readFileSync, renameSync, rmdirSync, rmSync,
  statfsSync, statSync, symlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { known, pathOf, PIECE, Tus } from './tus.mjs';
import { optionsFor, startUpload } from './tus-upload.mjs';
import { aWorkerOf } from './workers.mjs';
import { seed } from './world.mjs';

const MIB = 1048576;
const SMALL = 8 * MIB;
const SHM_MAX = 1024 * MIB; // more is not filled up for a test

const attempt = (command, ...args) => {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
const IN_NAMESPACE = ['unshare', '--mount', '--propagation', 'private'];

function shmIsSmall() {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    return bavail * bsize <= SHM_MAX;
  } catch {
    return false;
  }
}

// The way to a file system that is small enough to fill, or undefined.
function means() {
  if (attempt(...IN_NAMESPACE, 'sh', '-c', 'mount -t tmpfs tmpfs /mnt')) return mountedForThem;
  const probe = mkdtempSync(join(tmpdir(), 'liancha-mount-'));
  try {
    if (attempt('mount', '-t', 'tmpfs', 'tmpfs', probe)) {
      execFileSync('umount', [probe]);
      return mounted;
    }
  } finally {
    rmdirSync(probe);
  }
  return shmIsSmall() ? shared : undefined;
}

const small = process.getuid() === 0 ? means() : undefined;
const skip = !small && 'NOT TESTED: no file system that is small enough to fill can be had here ' +
  `(${process.getuid() === 0 ? 'no right to mount, and /dev/shm is none' : 'not root'})`;

let stack;
let tus;
let folder; // the workers' folder of evidence, as this process reaches it
let ballast = [];
let clear = () => {};

const place = () => join(stack.var, 'evidence');
function tmpfsOptions() {
  const { uid, gid } = statSync(place());
  return `size=${SMALL},mode=0700,uid=${uid},gid=${gid}`;
}

// A file system of their own in the place of evidence/, gone with the last worker.
async function mountedForThem() {
  await stack.servicesBy([...IN_NAMESPACE, 'sh', '-c',
    `mount -t tmpfs -o ${tmpfsOptions()} tmpfs "$0" && exec "$@"`, place()], 'start', 'evidence');
  return `/proc/${await aWorkerOf(stack, 'liancha-mobile', 'evidence')}/root${place()}`;
}

// The same for all to see.
async function mounted() {
  execFileSync('mount', ['-t', 'tmpfs', '-o', tmpfsOptions(), 'tmpfs', place()]);
  const path = place();
  clear = () => attempt('umount', '--lazy', path);
  process.prependOnceListener('exit', clear); // before the stack is removed
  await stack.services('start', 'evidence');
  return path;
}

// /dev/shm as a container has it. The folder moves there.
async function shared() {
  const { uid, gid } = statSync(place());
  const there = mkdtempSync('/dev/shm/liancha-');
  clear = () => rmSync(there, { recursive: true, force: true });
  chownSync(there, uid, gid);
  renameSync(place(), `${place()}.before`);
  symlinkSync(there, place());
  await stack.services('start', 'evidence');
  return there;
}

before(async () => {
  if (skip) return;
  stack = await startStack({ own: true });
  const world = await seed(stack);
  tus = new Tus(stack, await world.newPhone(world.cards[0]));
  await stack.services('stop', 'evidence');
  folder = await small();
  while ((await request(`${stack.base}/mobile/v1/health`)).status !== 200) await sleep(50);
});
after(async () => {
  if (skip) return;
  await stack.services('stop', 'evidence');
  clear();
  await stack.stop();
});

const space = () => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

// Leaves so many bytes, rounded down to a page.
function fill(leave) {
  const name = join(folder, `ballast-${ballast.length}`);
  const block = Buffer.alloc(64 * 1024);
  const fd = openSync(name, 'w');
  ballast.push(name);
  try {
    for (let left = space() - leave; left > 0;)
      left -= writeSync(fd, block, 0, Math.min(left, block.length));
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error;
  } finally {
    closeSync(fd);
  }
}
function free() {
  for (const name of ballast) rmSync(name);
  ballast = [];
}
const partial = (url) => readFileSync(join(folder, 'partial', url.split('/').at(-1)));

test('a piece that does not fit is 507, and all before it stays', { skip }, async () => {
  const bytes = randomBytes(3 * PIECE);
  const url = await tus.created(bytes);
  const piece = (i) => bytes.subarray(i * PIECE, (i + 1) * PIECE);
  for (const i of [0, 1]) assert.equal((await tus.patch(url, i * PIECE, piece(i))).status, 204);
  for (const leave of [0, 300000]) {
    fill(leave);
    const before = space();
    for (let i = 0; i < 2; i++) {
      expectProblem(await tus.patch(url, 2 * PIECE, piece(2)), 507, 'no-space');
      assert.equal(await tus.offsetOf(url), 2 * PIECE);
      assert.ok(partial(url).equals(bytes.subarray(0, 2 * PIECE)),
        'acknowledged bytes are untouched');
      assert.equal(space(), before, 'what did not fit takes no room');
    }
    if (leave === 0) free();
  }
  assert.equal((await request(`${stack.base}/mobile/v1/health`)).status, 200);
  free();
  assert.equal((await tus.patch(url, 2 * PIECE, piece(2))).status, 204);
  assert.equal(await known(stack, bytes), true);
  assert.ok(readFileSync(pathOf(folder, bytes)).equals(bytes));
  rmSync(pathOf(folder, bytes));
});

test('an upload that cannot even begin is 507, and begins when there is room', { skip }, async () => {
  fill(0);
  const bytes = randomBytes(5000);
  const url = await tus.created(bytes);
  expectProblem(await tus.patch(url, 0, bytes), 507, 'no-space');
  assert.equal(await tus.offsetOf(url), 0);
  assert.equal(await known(stack, bytes), false);
  free();
  assert.equal((await tus.patch(url, 0, bytes)).status, 204);
  assert.equal(await known(stack, bytes), true);
});

test('tus-js-client waits for room and completes', { skip }, async () => {
  const bytes = randomBytes(3 * PIECE);
  const replies = [];
  fill(2 * PIECE + 100000);
  const job = startUpload(bytes, { ...optionsFor({ bytes, token: tus.phone.token,
    endpoint: tus.endpoint, onReply: ({ status }) => {
      replies.push(status);
      if (replies.filter((one) => one === 507).length === 3) free();
    } }) });
  await job.done;
  assert.ok(replies.filter((status) => status === 507).length >= 3, replies.join());
  assert.equal(await known(stack, bytes), true);
  assert.ok(readFileSync(pathOf(folder, bytes)).equals(bytes));
});


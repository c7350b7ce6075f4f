// The drill: a site is backed up under load, lost, and made again from its backup on empty ground;
// the phones go on, and nothing that was acknowledged is missing. And what goes wrong on the way:
// killed at each stage, a full disk, another key, a byte that changed, a place that is not empty.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync,
  truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { photo } from '../support/phone/photo.mjs';
import { BIN, startStack } from './harness.mjs';
import { DISTRICT, seed } from './world.mjs';

const FILES = ['database.mbstream.age', 'evidence.tar.age', 'settings.tar.age'];
const STAGES = ['work', ...FILES, 'manifest'];
const STAGE_MS = 30000;
const CUT_AT = 100000; // bytes that fit on the full disk

let stack;
let folder; // of backups
let to;
let identity;
let mine;
let colleague;
let section;
let check;
let whole; // the first backup's name

const backup = (...args) => stack.office.ctl(['backup', folder, '--to', to, ...args]);
const made = () => readdirSync(folder).filter((name) => name !== 'part').sort();
const verify = (name, ...args) =>
  stack.office.ctl(['backup', 'verify', join(folder, name), ...args]);
const restore = (name, key = identity) => stack.office.ctl(['restore', `${join(folder, name)}/`,
  '--identity', key, '--datadir', `${join(stack.var, 'mariadb')}/`]); // as a shell completes them
const refused = async (promise, wanted) => assert.rejects(promise, wanted);

function makeKey(name) {
  const path = join(stack.var, name);
  execFileSync('age-keygen', ['-o', path], { stdio: 'ignore' });
  return path;
}

before(async () => {
  stack = await startStack({ own: true });
  const world = await seed(stack);
  [mine] = world.phones;
  const part = world.visits.flatMap(({ sections }) => sections).find(({ department, inspectors }) =>
    department === DISTRICT && inspectors.some(({ card_no }) => card_no === world.cards[0]));
  colleague = await world.newPhone(part.inspectors.find(({ card_no }) =>
    card_no !== world.cards[0]).card_no);
  folder = join(stack.var, 'backups');
  mkdirSync(folder, { mode: 0o700 });
  identity = makeKey('backup.key');
  to = join(stack.var, 'backup.pub');
  writeFileSync(to, execFileSync('age-keygen', ['-y', identity]));
  await Promise.all([mine.pull(), colleague.pull()]);
  section = mine.items('section').find(({ id, body }) => body.department.code === DISTRICT &&
    colleague.item('section', id) && body.inspectors.length > 1);
  check = mine.items('check_result').find(({ body }) => body.section_id === section.id);
});
after(() => stack.stop());

// Records and hands over until it is told to end; how often.
async function work(phone, name, until) {
  let n = 0;
  while (!until()) {
    phone.record('check_result', check.id, { [name]: `合成：${name} ${++n}` });
    await phone.sync();
  }
  return n;
}

const attach = (phone, text) => phone.attach(section.id, photo(text), { type: 'image/png',
  taken_at: '2026-01-01T00:00:00.000Z' });

test('a backup under load is whole, read again, opens with the key and is on record', async () => {
  attach(mine, '合成：完整备份之前');
  await mine.sync();
  let ended = false;
  const load = [work(mine, 'problem', () => ended), work(colleague, 'disposal', () => ended)];
  const { out } = await backup().finally(() => { ended = true; });
  for (const n of await Promise.all(load)) assert.ok(n > 1, `${n} edits during the backup`);
  whole = out.name;
  assert.deepEqual(made(), [whole]);
  assert.deepEqual(readdirSync(join(folder, whole)).sort(), [...FILES, 'manifest'].sort());
  const sizes = FILES.map((name) => statSync(join(folder, whole, name)).size);
  assert.equal(out.bytes, sizes.reduce((sum, size) => sum + size));
  assert.equal((await verify(whole, '--identity', identity)).out.sha256, out.sha256);
  const [[detail]] = await stack.sql(`SELECT detail FROM audit_event WHERE chain = 'admin' AND
    action = 'backup.make' AND target = 'backup:${whole}'`);
  assert.deepEqual(JSON.parse(detail), { base: '', sha256: out.sha256 });
  const stored = FILES.map((name) => readFileSync(join(folder, whole, name), 'latin1')).join();
  for (const secret of ['draw.key', 'admin.password'])
    assert.ok(!stored.includes(readFileSync(join(stack.var, 'secret', secret), 'utf8').trim()));
});

test('killed at any stage, there is no half of a backup, and the next one is whole', async () => {
  const cut = [];
  for (const stage of STAGES) {
    const known = made();
    const child = spawn(join(BIN, 'lianchactl'),
      ['--config', stack.config, 'backup', folder, '--to', to], { stdio: 'ignore' });
    const gone = new Promise((resolve) => { child.on('close', resolve); });
    const end = Date.now() + STAGE_MS;
    while (!existsSync(join(folder, 'part', stage)) && child.exitCode === null) {
      assert.ok(Date.now() < end, stage);
      await sleep(1);
    }
    child.kill('SIGKILL');
    await gone;
    const more = made().filter((name) => !known.includes(name));
    for (const name of more) await verify(name, '--identity', identity);
    if (more.length === 0) cut.push(stage);
    for (const name of more) rmSync(join(folder, name), { recursive: true });
  }
  // What follows the database is over in milliseconds here, and may be whole before the kill.
  assert.deepEqual(cut.slice(0, 2), STAGES.slice(0, 2));
  const { out } = await backup();
  await verify(out.name, '--identity', identity);
  assert.equal(existsSync(join(folder, 'part')), false);
  rmSync(join(folder, out.name), { recursive: true });
});

test('where the disk is full, no public key or no folder is there, nothing is left', async () => {
  const full = await new Promise((resolve) => {
    let said = '';
    const child = spawn('prlimit', [`--fsize=${CUT_AT}`, join(BIN, 'lianchactl'), '--config',
      stack.config, 'backup', folder, '--to', to], { stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
    child.on('close', (code) => resolve({ code, said }));
  });
  assert.equal(full.code, 3, full.said);
  assert.match(full.said, /磁盘已满，未写完：.*database\.mbstream\.age/);
  await refused(stack.office.ctl(['backup', folder, '--to', identity]), /退出码 3：[^]*age/);
  await refused(stack.office.ctl(['backup', folder, '--to', join(stack.var, 'nobody')]),
    /退出码 3：[^]*age/);
  await refused(stack.office.ctl(['backup', join(folder, 'nowhere'), '--to', to]),
    /退出码 3：[^]*没有这个目录/);
  await refused(stack.office.ctl(['backup', folder]), /退出码 2/);
  assert.deepEqual(readdirSync(folder), [whole]);
});

test('however the settings spell their files they are in it; one that is not is named', async () => {
  const text = readFileSync(stack.config, 'utf8');
  const secret = join(stack.var, 'secret');
  const odd = text.replaceAll(`${secret}/`, `${stack.var}//secret/../secret/./`);
  const listed = (path) => execFileSync('sh', ['-c', 'age -d -i "$0" "$1" | tar t', identity,
    path], { encoding: 'utf8' });
  try {
    writeFileSync(stack.config, odd);
    const { out } = await backup();
    const files = listed(join(folder, out.name, FILES[2]));
    for (const name of ['draw.key', 'objection.key'])
      assert.match(files, new RegExp(`^secret/.*${name}$`, 'm'));
    rmSync(join(folder, out.name), { recursive: true });
    writeFileSync(stack.config, text.replaceAll(join(secret, 'objection.key'),
      join(folder, whole, 'manifest.key')));
    await refused(backup(), /退出码 3：[^]*manifest\.key/);
  } finally {
    writeFileSync(stack.config, text);
  }
  assert.deepEqual(made(), [whole]);
});

test('a changed byte, a cut and a missing file are refused by name', async () => {
  const copy = join(folder, 'copy');
  for (const name of [...FILES, 'manifest']) {
    const path = join(copy, name);
    for (const spoil of [
      () => {
        const bytes = readFileSync(path);
        bytes[bytes.length >> 1] ^= 1;
        writeFileSync(path, bytes);
      },
      () => truncateSync(path, statSync(path).size - 1),
      () => rmSync(path)]) {
      cpSync(join(folder, whole), copy, { recursive: true });
      spoil();
      const told = new RegExp(`退出码 1：[^]*${name === 'manifest' ? 'copy' : name}`);
      await refused(verify('copy'), told);
      await refused(restore('copy'), told);
      rmSync(copy, { recursive: true });
    }
  }
  await refused(verify(whole, '--identity', makeKey('other.key')), /退出码 3：[^]*age/);
});

test('a restore never goes over what is there', async () => {
  await refused(restore(whole), /退出码 1：[^]*空目录/);
  const empty = join(stack.var, 'empty');
  mkdirSync(empty);
  await refused(stack.office.ctl(['restore', join(folder, whole), '--identity', identity,
    '--datadir', empty]), /退出码 1：[^]*正在运行/);
  assert.deepEqual(readdirSync(empty), []);
  await stack.sql('SELECT 1');
});

test('after the clock was put back nothing is built on a backup that is later', async () => {
  const at = '2099-01-01T00:00:00.000Z';
  const later = join(folder, at.replaceAll(':', '-'));
  cpSync(join(folder, whole), later, { recursive: true });
  const [body] = readFileSync(join(later, 'manifest'), 'utf8').replace(/^at\t.*$/m, `at\t${at}`)
    .split(/^end/m);
  const sum = createHash('sha256').update(body).digest('hex');
  writeFileSync(join(later, 'manifest'), `${body}end\t${sum}\n`);
  await refused(backup('--incremental'), /退出码 1：[^]*时钟在它之后曾被调回/);
  rmSync(later, { recursive: true });
  // Nor once its time has come: what was stored since is much older by its time.
  const old = "sha256 = UNHEX(SHA2('put back', 256))";
  await stack.operate(`INSERT INTO evidence_blob SET ${old}, size = 1, stored_at = ` +
    'UTC_TIMESTAMP(3) - INTERVAL 27 HOUR');
  await refused(backup('--incremental'), /退出码 1：[^]*时钟在它之后曾被调回/);
  await stack.operate(`DELETE FROM evidence_blob WHERE ${old}`);
  assert.deepEqual(made(), [whole]);
});

function lose() {
  for (const name of ['mariadb', 'evidence', 'secret', 'liancha.ini']) {
    const path = join(stack.var, name);
    const { uid, gid, mode } = statSync(path);
    rmSync(path, { recursive: true });
    if (name !== 'mariadb') continue;
    mkdirSync(path, { mode });
    chownSync(path, uid, gid);
  }
}

// With a server that ends at once and calls that a success.
async function withoutServer(name) {
  const { PATH } = process.env;
  const programs = join(stack.var, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'mariadbd'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  process.env.PATH = `${programs}:${PATH}`;
  await refused(restore(name), /退出码 3：[^]*没有启动/).finally(() => { process.env.PATH = PATH; });
  assert.deepEqual(readdirSync(join(stack.var, 'mariadb')), []);
  rmSync(join(stack.var, 'mariadb.restoring'), { recursive: true }); // else a stage of the next one
}

const left = () => existsSync(join(stack.var, 'mariadb.restoring'));

// Killed where the private database is being made, and where it runs.
async function interrupted(name, stage) {
  const datadir = join(stack.var, 'mariadb');
  const child = spawn(join(BIN, 'lianchactl'), ['--config', stack.config, 'restore',
    join(folder, name), '--identity', identity, '--datadir', datadir],
  { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => { said += text; });
  const gone = new Promise((resolve) => { child.on('close', resolve); });
  const end = Date.now() + STAGE_MS;
  while (!existsSync(join(`${datadir}.restoring`, stage))) {
    assert.ok(Date.now() < end && child.exitCode === null, `${stage}: ${said}`);
    await sleep(1);
  }
  child.kill('SIGSTOP');
  await refused(restore(name), /退出码 1：[^]*另一个恢复/).finally(() => child.kill('SIGKILL'));
  await gone;
  assert.deepEqual(readdirSync(datadir), [], stage);
}

test('after the loss of everything the restored site has all that was acknowledged', async () => {
  attach(mine, '合成：增量备份之前');
  await mine.sync();
  const { out } = await backup('--incremental');
  assert.equal(out.base, whole);
  const { size } = statSync(join(folder, out.name, FILES[0]));
  assert.ok(size < statSync(join(folder, whole, FILES[0])).size / 2, `${size} bytes of changes`);

  // Acknowledged, and in no backup.
  await colleague.pull();
  colleague.record('section', section.id, { note: '合成：备份之后' });
  await colleague.sync();
  await mine.pull();
  mine.record('check_result', check.id, { problem: '合成：最后' });
  const lost = attach(mine, '合成：备份之后');
  await mine.sync();
  const [[operations]] = await stack.sql('SELECT COUNT(*) FROM sync_op');
  const [[files]] = await stack.sql('SELECT COUNT(*) FROM evidence');
  const expected = mine.item('check_result', check.id).body;
  const receipts = [mine.receipt, colleague.receipt]; // chained over all that was acknowledged

  await stack.services('stop');
  lose();
  await refused(restore(out.name, join(stack.var, 'other.key')), /退出码 3：[^]*age/);
  await withoutServer(out.name);
  await interrupted(out.name, 'liancha');
  await interrupted(out.name, 's');
  const done = await restore(out.name);
  assert.ok(done.out.chains > 3 && done.out.events > 0);
  assert.equal(left(), false);
  assert.equal(existsSync(join(stack.var, 'evidence/restoring')), false);
  await stack.services('start');
  assert.ok(Number((await stack.sql('SELECT COUNT(*) FROM sync_op'))[0][0]) < Number(operations));
  const { out: scrubbed } = await stack.office.ctl(['evidence', 'scrub']);
  assert.deepEqual([scrubbed.files, scrubbed.missing, scrubbed.changed], [2, 0, 0]);

  for (let i = 0; i < 2; i++) for (const phone of [mine, colleague]) await phone.sync();
  await Promise.all([mine.pull(), colleague.pull()]);
  assert.deepEqual(await stack.sql('SELECT COUNT(*) FROM sync_op'), [[operations]]);
  assert.deepEqual(await stack.sql('SELECT COUNT(*) FROM evidence'), [[files]]);
  assert.equal(mine.item('section', section.id).body.note, '合成：备份之后');
  const present = mine.item('check_result', check.id).body;
  assert.deepEqual([present.problem, present.disposal], [expected.problem, expected.disposal]);
  assert.equal(mine.items('evidence').find(({ body }) => body.sha256 === lost).body.verified, true);
  assert.deepEqual([mine.receipt, colleague.receipt], receipts);
  assert.deepEqual([await mine.selfCheck(), await colleague.selfCheck()], [[], []]);
  assert.equal((await stack.office.ctl(['audit', 'verify'])).out.intact, true);
  assert.equal((await stack.office.ctl(['evidence', 'scrub'])).out.files, 3);
});

test('after a restore nothing is built on a backup from before', async () => {
  await refused(backup('--incremental'), /退出码 1：[^]*完整备份/);
  const { out } = await backup();
  await verify(out.name, '--identity', identity);
});

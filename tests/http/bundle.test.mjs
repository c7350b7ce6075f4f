// The published bundle: a stranger's script and `lianchactl draw verify` find it sound, and whatever
// is changed in it is named.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DrawWorld, rebundle, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { seed } from './world.mjs';

let stack;
let bundle;
let draw; // the first draw's code

before(async () => {
  stack = await startStack();
  await seed(stack);
  const world = new DrawWorld(stack, 500);
  const campaign = await world.advance(await world.campaign(), 'reveal');
  bundle = await world.bundle(campaign);
  assert.deepEqual(await world.bundle(campaign), bundle, 'the same bytes at every download');
  draw = campaign.draws[0].code;
});
after(() => stack.stop());

async function verify(bytes, code) {
  const path = join(stack.var, 'bundle.tar');
  writeFileSync(path, bytes);
  return (await stack.office.ctl(['draw', 'verify', path], { codes: [code] })).out;
}

test('sound: a stranger and lianchactl agree', async () => {
  assert.deepEqual(strangersCheck(bundle), []);
  const out = await verify(bundle, 0);
  assert.equal(out.intact, true);
  assert.deepEqual(out.findings, []);
  assert.deepEqual(out.draws.map(({ lines, selected, reserves }) => [lines, selected, reserves]),
    [[13, 4, 4], [13, 4, 4]]);
});

const other = (hex) => (hex[0] === 'a' ? 'b' : 'a') + hex.slice(1);
const document = (fn) => (bytes) => {
  const doc = JSON.parse(bytes.toString('utf8'));
  fn(doc);
  return Buffer.from(JSON.stringify(doc));
};
const lines = (fn) => (bytes) => Buffer.from(fn(bytes.toString('utf8').split('\n')).join('\n'));
const swap = (list, i, j) => { [list[i], list[j]] = [list[j], list[i]]; return list; };

// What is changed -> file, where, and a word of what has to be said, in any of the findings.
const CHANGES = {
  'a weight in the snapshot': [() => `snapshot-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 5 ? line.replace('\t2\t', '\t9\t') : line))),
    () => [`snapshot-${draw}.txt`, /^bytes 0-/, /第 1 至 14 行/]],
  'a line of the snapshot that breaks its format': [() => `snapshot-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 5 ? line.replace('\t2\t', '\t999\t') : line))),
    () => [`snapshot-${draw}.txt`, /^line 6, bytes /, /权重/]],
  'the order of the snapshot': [() => `snapshot-${draw}.txt`, lines((all) => swap(all, 3, 4)),
    () => [`snapshot-${draw}.txt`, /^line 5, /, /顺序/]],
  'a line left out of the snapshot': [() => `snapshot-${draw}.txt`,
    lines((all) => all.filter((_, i) => i !== 7)),
    () => [`snapshot-${draw}.txt`, /^$/, /不是承诺的那一份/]],
  'the commitment': [() => 'draw.json', document((doc) => { doc.secret_hash = other(doc.secret_hash); }),
    () => ['draw.json', /^\/secret_hash$/, /承诺/]],
  'the secret': [() => 'draw.json', document((doc) => { doc.secret = other(doc.secret); }),
    () => ['draw.json', /^\/secret_hash$/, /承诺/]],
  'the public value': [() => 'draw.json', document((doc) => { doc.public_value += 'x'; }),
    () => ['draw.json', /^\/seed$/, /种子/]],
  'the seed': [() => 'draw.json', document((doc) => { doc.seed = other(doc.seed); }),
    () => ['draw.json', /^\/seed$/, /种子/]],
  'the digest of a snapshot': [() => 'draw.json',
    document((doc) => { doc.draws[0].snapshot_sha256 = other(doc.draws[0].snapshot_sha256); }),
    () => [`snapshot-${draw}.txt`, /^$/, /不是承诺的那一份/]],
  'a quota': [() => 'draw.json', document((doc) => { doc.draws[0].quotas['410402.medical'] = 3; }),
    () => [`result-${draw}.txt`, /^line 4, bytes /, /410402\.medical 第 4 位/]],
  'the order of the draws': [() => 'draw.json', document((doc) => { doc.draws.reverse(); }),
    () => ['draw.json', /^\/draws\/1\/draw$/, /编号/]],
  'a time': [() => 'draw.json', document((doc) => { doc.times.drawn = '2020-01-01T00:00:00.000Z'; }),
    () => ['draw.json', /^\/times\/drawn$/, /早于/]],
  'a result': [() => `result-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 1 ? line.replace(/[0-9A-Z]{18}/, '9'.repeat(18)) : line))),
    () => [`result-${draw}.txt`, /^line 2, bytes /, /410402\.\w+ 第 2 位/]],
  'the order of the results': [() => `result-${draw}.txt`, lines((all) => swap(all, 0, 1)),
    () => [`result-${draw}.txt`, /^line 1, /, /第 1 位/]],
  'a reserve left out': [() => `result-${draw}.txt`, lines((all) => all.slice(0, 7).concat('')),
    () => [`result-${draw}.txt`, /^line 8, /, /备选/]],
  'a line added to the results': [() => `result-${draw}.txt`,
    lines((all) => [...all.slice(0, -1), all[0], '']),
    () => [`result-${draw}.txt`, /^line 9, /, /多出/]],
  'the digests of the blocks': [() => `blocks-${draw}.txt`, (bytes) => { bytes[20] ^= 1; return bytes; },
    () => [`blocks-${draw}.txt`, /^$/, /分段摘要/]],
  'a file left out': [() => `result-${draw}.txt`, () => null,
    () => [`result-${draw}.txt`, /^$/, /没有这个文件/]],
  'a document that is no JSON': [() => 'draw.json', (bytes) => bytes.subarray(0, -3),
    () => ['draw.json', /^/, /./]],
};

describe('changed', () => {
  for (const [what, [name, change, expected]] of Object.entries(CHANGES))
    test(what, async () => {
      const { intact, findings } = await verify(rebundle(bundle, name(), change), 1);
      const [file, where, problem] = expected();
      assert.equal(intact, false);
      assert.ok(findings.some((f) => f.file === file && where.test(f.where) &&
        problem.test(f.problem)), JSON.stringify(findings, null, 1));
    });

  test('a broken archive', async () => {
    const { findings } = await verify(bundle.subarray(0, 2000), 1);
    assert.ok(findings.some(({ problem }) => /不是完整的 tar/.test(problem)));
  });

  test('one bit in every 97 bytes, noticed wherever it counts', async () => {
    const end = bundle.length;
    for (let at = 0; at < end; at += 97) {
      const forged = Buffer.from(bundle);
      forged[at] ^= 0x10;
      const path = join(stack.var, 'bundle.tar');
      writeFileSync(path, forged);
      const { code } = await stack.office.ctl(['draw', 'verify', path], { codes: [0, 1] });
      if (code === 0) assert.ok(covers(at), `byte ${at} is changed unnoticed`);
    }
  });
});

// Names and remarks in draw.json bear on nothing that is computed; padding is no content.
function covers(at) {
  const files = [];
  for (let offset = 0; bundle[offset] !== 0;) {
    const size = parseInt(bundle.subarray(offset + 124, offset + 135).toString(), 8);
    const name = bundle.subarray(offset, offset + 100).toString().replace(/\0.*$/s, '');
    files.push({ name, offset, from: offset + 512, to: offset + 512 + size });
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  const inside = files.find(({ from, to }) => at >= from && at < to);
  return !inside || inside.name === 'draw.json';
}

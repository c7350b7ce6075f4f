// The published bundle: a stranger's script, the page's script and `lianchactl draw verify` find it
// sound, with both digests, and each names whatever is changed in it. Bundles of rule 1 stay sound
// for ever.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { drawPart } from '../../fcgi/public/static/draw-again.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { Malformed } from '../../fcgi/public/static/snapshot.mjs';
import { rebundle } from '../support/bundle.mjs';
import { expectProblem } from '../support/http.mjs';
import { DrawWorld, MATCH_FILES, strangersCheck, verifyAll } from './draw-world.mjs';
import { ROOT, startStack } from './harness.mjs';
import { HOME, MARKET, seed } from './world.mjs';

const SM3 = 'liancha-draw/2-sm3';
let stack;
let world;
const bundles = {}; // by rule
let bundle;
let draw; // the first draw's code

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 500);
  const plans = [await world.plan(HOME), await world.plan(MARKET)];
  const national = await world.advance(await world.campaignOf(plans, { rule: SM3 }), 'value');
  assert.equal(national.rule, SM3);
  bundles.sm3 = { bytes: await world.bundle(national), draw: national.draws[0].code };
  const campaign = await world.advance(await world.campaign(), 'value');
  bundle = await world.bundle(campaign);
  assert.deepEqual(await world.bundle(campaign), bundle, 'the same bytes at every download');
  draw = campaign.draws[0].code;
  bundles.sha256 = { bytes: bundle, draw };
});
after(() => stack.stop());

async function verify(bytes, code) {
  const path = join(stack.var, 'bundle.tar');
  writeFileSync(path, bytes);
  return (await stack.office.ctl(['draw', 'verify', path], { codes: [code] })).out;
}

const counts = ({ lines, selected, reserves }) => [lines, selected, reserves];
const found = (findings, [file, where, problem]) => assert.ok(findings.some((f) =>
  f.file === file && where.test(f.where) && problem.test(f.problem)),
  JSON.stringify(findings, null, 1));

test('sound: a stranger, the page and lianchactl agree', async () => {
  assert.deepEqual(strangersCheck(bundle), []);
  const out = await verify(bundle, 0);
  assert.equal(out.intact, true);
  assert.deepEqual(out.findings, []);
  assert.deepEqual(out.draws.map(counts), [[13, 4, 4], [13, 4, 4]]);
  const page = await checkBundle(bundle);
  assert.deepEqual([page.announced, page.isVoid, page.campaign, page.rosters, page.findingCount,
    page.findings],
    [true, false, out.campaign, true, 0, []]);
  assert.equal(out.rosters, true);
  assert.deepEqual(page.draws, out.draws);
});

test('SM3: a stranger, the page and lianchactl agree', async () => {
  const { bytes } = bundles.sm3;
  assert.equal(JSON.parse(untar(bytes).get('draw.json')).rule, SM3);
  assert.deepEqual(strangersCheck(bytes), []);
  const out = await verify(bytes, 0);
  assert.equal(out.intact, true);
  assert.deepEqual(out.draws.map(counts), [[13, 4, 4], [13, 4, 4]]);
  const page = await checkBundle(bytes);
  assert.deepEqual([page.draws, page.findings], [out.draws, []]);
});

for (const name of ['rule-1', 'rule-1-sm3'])
  test(`a bundle of ${name}, drawn before there were announcements, is sound`, async () => {
    const bytes = readFileSync(join(ROOT, `tests/support/bundles/${name}.tar`));
    assert.deepEqual(strangersCheck(bytes), []);
    const out = await verify(bytes, 0);
    const page = await checkBundle(bytes);
    assert.deepEqual([out.intact, page.announced, page.findings], [true, false, []]);
    assert.deepEqual([page.draws, page.match.differences], [out.draws, out.match.differences]);
    const forged = rebundle(bytes, 'draw.json', document((doc) => { doc.seed = other(doc.seed); }));
    found((await verify(forged, 1)).findings, ['draw.json', /^\/seed$/, /被改动的是公示的种子/]);
    found((await checkBundle(forged)).findings, ['draw.json', /^\/seed$/, /被改动的是公示的种子/]);
  });

// As the page's workers, one after the other.
const workers = (count) => ({
  count,
  async draw(jobs, tick) {
    const parts = [];
    for (const job of jobs) {
      const own = { ...job, bytes: job.bytes.slice() };
      parts.push(await drawPart(own, tick).catch((error) => {
        assert.ok(error instanceof Malformed);
        return null;
      }));
    }
    return parts.includes(null) ? null : parts;
  },
});

test('drawn in parts beside each other it is the same, and a fault is named where it is', async () => {
  const rule1 = readFileSync(join(ROOT, 'tests/support/bundles/rule-1.tar'));
  const { draw: code, snapshot_sha256: digest } =
    JSON.parse(untar(rule1).get('draw.json')).draws[0];
  const snapshot = Buffer.concat([untar(rule1).get(`snapshot-${code}.txt`), Buffer.from('x\ty\n')]);
  const longer = rebundle(rebundle(rule1, `snapshot-${code}.txt`, () => snapshot), 'draw.json',
    (text) => Buffer.from(text.toString().replaceAll(digest,
      createHash('sha256').update(snapshot).digest('hex'))));
  found((await checkBundle(longer)).findings, [`snapshot-${code}.txt`, /^line 15,/, /字段数有误/]);
  for (const bytes of [bundle, bundles.sm3.bytes, rule1, longer]) {
    const whole = await checkBundle(bytes);
    for (const count of [1, 2, 3, 7, 40])
      assert.deepEqual(await checkBundle(bytes, { workers: workers(count) }), whole, `${count}`);
  }
});

test('who kept the digest of another announcement learns that it is another', async () => {
  const kept = 'a'.repeat(64);
  const path = join(stack.var, 'bundle.tar');
  writeFileSync(path, bundle);
  const args = ['draw', 'verify', path, '--announcement'];
  const { out } = await stack.office.ctl([...args, kept], { codes: [1] });
  const wanted = ['announcement.txt', /^$/, /不是您事先记下的那一份/];
  found(out.findings, wanted);
  found((await checkBundle(bundle, { kept })).findings, wanted);
  assert.deepEqual(strangersCheck(bundle, kept), ['not the announcement that was kept']);
  const { announcement } = JSON.parse(untar(bundle).get('draw.json'));
  assert.deepEqual((await stack.office.ctl([...args, announcement])).out.findings, []);
  assert.deepEqual((await checkBundle(bundle, { kept: announcement })).findings, []);
  assert.deepEqual((await checkBundle(bundle,
    { kept: untar(bundle).get('announcement.txt') })).findings, []);
});

test('a rule that does not exist makes no campaign', async () => {
  const planner = await world.planner(HOME);
  expectProblem(await planner.post('/planner/v1/campaigns',
    { code: 'C410400203001018501', name: 'x',
    region: '410400', plans: [await world.plan(HOME)], rule: 'liancha-draw/1' }), 422, 'invalid',
  { pointer: '/rule' });
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
// Last, a line of the stranger's.
const CHANGES = {
  'a weight in the snapshot': [() => `snapshot-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 5 ? line.replace('\t2\t', '\t9\t') : line))),
    () => [`snapshot-${draw}.txt`, /^bytes 0-/, /第 1 至 14 行/], /^snapshot-/],
  'a line of the snapshot that breaks its format': [() => `snapshot-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 5 ? line.replace('\t2\t', '\t999\t') : line))),
    () => [`snapshot-${draw}.txt`, /^line 6, bytes /, /权重/], /^snapshot-/],
  'a line of a roster': [() => `roster-${draw}.txt`, lines((all) => all.map((line, i) =>
    (i === 1 ? line.replace('\t1\t4\t', '\t0\t4\t') : line))),
    () => [`roster-${draw}.txt`, /^$/, /不是公告的那一份/], /^roster-/],
  'the order of the snapshot': [() => `snapshot-${draw}.txt`, lines((all) => swap(all, 3, 4)),
    () => [`snapshot-${draw}.txt`, /^line 5, /, /顺序/], /^block 0 /],
  'a line left out of the snapshot': [() => `snapshot-${draw}.txt`,
    lines((all) => all.filter((_, i) => i !== 7)),
    () => [`snapshot-${draw}.txt`, /^$/, /不是承诺的那一份/], /^snapshot-/],
  'the digest of the announcement': [() => 'draw.json',
    document((doc) => { doc.announcement = other(doc.announcement); }),
    () => ['announcement.txt', /^$/, /不是公布的那一份/], /^digest of the announcement/],
  'the secret': [() => 'draw.json', document((doc) => { doc.secret = other(doc.secret); }),
    () => ['draw.json', /^\/secret$/, /不是公告的秘密值/], /^secret$/],
  'the public value': [() => 'draw.json',
    document((doc) => { doc.public_value = other(doc.public_value); }),
    () => ['draw.json', /^\/public_value$/, /不是信标这一轮的值/], /^pulse$/],
  'the seed': [() => 'draw.json', document((doc) => { doc.seed = other(doc.seed); }),
    () => ['draw.json', /^\/seed$/, /被改动的是公示的种子/], /^seed$/],
  'a quota': [() => 'announcement.txt', lines((all) =>
    all.map((line) => line.replace('quota\t410402.medical\t4', 'quota\t410402.medical\t3'))),
    () => ['announcement.txt', /^$/, /不是公布的那一份/], /^digest of the announcement/],
  'the source of the value': [() => 'announcement.txt', lines((all) =>
    all.map((line) => line.replace(/^value\tbeacon\t/, 'value\tlottery\t'))),
    () => ['announcement.txt', /^line /, /信标|只有/], /^digest of the announcement/],
  'a predecessor left out': [() => 'announcement.txt', lines((all) => {
    const at = all.findIndex((line) => line.startsWith('earlier\t'));
    return all.filter((_, i) => i !== at);
  }), () => ['announcement.txt', /^$/, /不是公布的那一份/], /^digest of the announcement/],
  'the order of the draws': [() => 'announcement.txt', lines((all) => {
    const at = all.flatMap((line, i) => (line.startsWith('draw\t') ? [i] : []));
    return [...all.slice(0, at[0]), ...all.slice(at[1], -1), ...all.slice(at[0], at[1]), ''];
  }), () => ['announcement.txt', /^line /, /./], /^lists of the announcement/],
  'a time': [() => 'draw.json',
    document((doc) => { doc.times.drawn = '2020-01-01T00:00:00.000Z'; }),
    () => ['draw.json', /^\/times\/drawn$/, /早于/], /^times$/],
  'a time of the opening': [() => 'draw.json',
    document((doc) => { doc.times.opened = doc.times.announced; }),
    () => ['draw.json', /^\/times\/opened$/, /同一个动作/], /^times$/],
  'a state': [() => 'draw.json', document((doc) => { doc.state = 'void'; }),
    () => ['draw.json', /^\/void_why$/, /作废须有理由/], /^state$/],
  'a member put in': [() => 'draw.json', document((doc) => { doc.note = 'x'; }),
    () => ['draw.json', /^\/note$/, /不认识的成员/], /^members of draw.json$/],
  'the pulse': [() => 'pulse.txt', lines((all) => all.map((line) =>
    (line.startsWith('value\t') ? `value\t${other(line.slice(6))}` : line))),
    () => ['pulse.txt', /^$/, /签/], /^pulse$/],
  "the beacon's key": [() => 'beacon.pem', (bytes) => { bytes[100] ^= 1; return bytes; },
    () => ['beacon.pem', /^$/, /不是公告的信标公钥/], /^pulse$/],
  'a result': [() => `result-${draw}.txt`,
    lines((all) => all.map((line, i) =>
      (i === 1 ? line.replace(/[0-9A-Z]{18}/, '9'.repeat(18)) : line))),
    () => [`result-${draw}.txt`, /^line 2, bytes /, /410402\.\w+ 第 2 位/], /^result-.* line 2$/],
  'the order of the results': [() => `result-${draw}.txt`, lines((all) => swap(all, 0, 1)),
    () => [`result-${draw}.txt`, /^line 1, /, /第 1 位/], /^result-.* line 1$/],
  'a reserve left out': [() => `result-${draw}.txt`, lines((all) => all.slice(0, 7).concat('')),
    () => [`result-${draw}.txt`, /^line 8, /, /备选/], /^result-.* line 8$/],
  'a line added to the results': [() => `result-${draw}.txt`,
    lines((all) => [...all.slice(0, -1), all[0], '']),
    () => [`result-${draw}.txt`, /^line 9, /, /多出/], /^result-.* line 9$/],
  'the digests of the blocks': [() => `blocks-${draw}.txt`,
    (bytes) => { bytes[20] ^= 1; return bytes; },
    () => [`blocks-${draw}.txt`, /^$/, /分段摘要/], /^block 0 /],
  'a file left out': [() => `result-${draw}.txt`, () => null,
    () => [`result-${draw}.txt`, /^$/, /没有这个文件/], /^missing result-/],
  'a document that is no JSON': [() => 'draw.json', (bytes) => bytes.subarray(0, -3),
    () => ['draw.json', /^/, /./], null],
};

for (const rule of ['sha256', 'sm3'])
  describe(`changed, ${rule}`, () => {
    before(() => ({ bytes: bundle, draw } = bundles[rule]));
    for (const [what, [name, change, expected, stranger]] of Object.entries(CHANGES))
      test(what, async () => {
        const forged = rebundle(bundle, name(), change);
        const { intact, findings } = await verify(forged, 1);
        assert.equal(intact, false);
        found(findings, expected());
        if (stranger) assert.ok(strangersCheck(forged).some((line) => stranger.test(line)),
          strangersCheck(forged).join('\n'));
        found((await checkBundle(forged)).findings, expected());
      });
  });

// Both changed together: nothing but the seed, and whoever kept the announcement, tells.
test('a roster and its digest', async () => {
  for (const rule of ['sha256', 'sm3']) {
    ({ bytes: bundle, draw } = bundles[rule]);
    const hash = (bytes) => createHash(rule).update(bytes).digest('hex');
    const files = untar(bundle);
    const { announcement } = JSON.parse(files.get('draw.json'));
    const roster = files.get(`roster-${draw}.txt`);
    const less = roster.toString('utf8').split('\n').filter((_, i) => i !== 1).join('\n');
    const text = files.get('announcement.txt').toString('utf8').replace(hash(roster), hash(less));
    const forged = rebundle(rebundle(rebundle(bundle, `roster-${draw}.txt`,
      () => Buffer.from(less)),
      'announcement.txt', () => Buffer.from(text)), 'draw.json',
    document((doc) => { doc.announcement = hash(text); }));
    const expected = ['draw.json', /^\/public_value$/, /公共随机值或公告/];
    found((await verify(forged, 1)).findings, expected);
    found((await checkBundle(forged, { kept: announcement })).findings, expected);
    assert.deepEqual(strangersCheck(forged, announcement),
      ['not the announcement that was kept', 'seed', ...resultsOf(files)]);
  }
});

const resultsOf = (files) => [...files.keys()].filter((name) => name.startsWith('result-'))
  .map(() => 'results follow the stated seed');

describe('broken', () => {
  before(() => ({ bytes: bundle, draw } = bundles.sha256));

  test('a broken archive', async () => {
    const { findings } = await verify(bundle.subarray(0, 2000), 1);
    found(findings, ['', /^$/, /不是完整的 tar/]);
    found((await checkBundle(bundle.subarray(0, 2000))).findings, ['', /^$/, /不是完整的 tar/]);
  });

  test('one bit in every 97 bytes, noticed wherever it counts', async () => {
    const places = Array.from({ length: Math.ceil(bundle.length / 97) }, (_, i) => 97 * i);
    const forged = places.map((at) => {
      const copy = Buffer.from(bundle);
      copy[at] ^= 0x10;
      return copy;
    });
    for (const [i, { intact }] of (await verifyAll(stack, forged)).entries()) {
      const at = places[i];
      if (intact) assert.ok(covers(at), `byte ${at} is changed unnoticed`);
      const { findingCount } = await checkBundle(forged[i]);
      if (!MATCH_FILES.includes(fileAt(at)?.name)) // which the page leaves to lianchactl
        assert.equal(findingCount === 0, intact, `byte ${at}: the page and lianchactl disagree`);
    }
  });
});

// The file of the bundle whose content holds that byte.
function fileAt(at) {
  const files = [];
  for (let offset = 0; bundle[offset] !== 0;) {
    const size = parseInt(bundle.subarray(offset + 124, offset + 135).toString(), 8);
    const name = bundle.subarray(offset, offset + 100).toString().replace(/\0.*$/s, '');
    files.push({ name, offset, from: offset + 512, to: offset + 512 + size });
    offset += 512 + Math.ceil(size / 512) * 512;
  }
  return files.find(({ from, to }) => at >= from && at < to);
}

// Names and remarks in draw.json bear on nothing that is computed; padding is no content.
function covers(at) {
  const inside = fileAt(at);
  return !inside || inside.name === 'draw.json';
}

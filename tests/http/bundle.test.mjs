// The published bundle: a stranger's script, the page's script and `lianchactl draw verify` find it
// sound, under both rules, and each names whatever is changed in it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, post } from '../../conf/main-job/office.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { rebundle } from '../support/bundle.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { DrawWorld, MATCH_FILES, STEPS, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { rows, strangersTeams } from './match-world.mjs';
import { HOME, MARKET, seed } from './world.mjs';

const SM3 = 'liancha-draw/1-sm3';
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
  const national = await world.advance(await world.campaignOf(plans, { rule: SM3 }), 'reveal');
  assert.equal(national.rule, SM3);
  bundles.sm3 = { bytes: await world.bundle(national), draw: national.draws[0].code };
  const campaign = await world.advance(await world.campaign(), 'reveal');
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
  f.file === file && where.test(f.where) && problem.test(f.problem)), JSON.stringify(findings, null, 1));

test('sound: a stranger, the page and lianchactl agree', async () => {
  assert.deepEqual(strangersCheck(bundle), []);
  const out = await verify(bundle, 0);
  assert.equal(out.intact, true);
  assert.deepEqual(out.findings, []);
  assert.deepEqual(out.draws.map(counts), [[13, 4, 4], [13, 4, 4]]);
  const page = await checkBundle(bundle);
  assert.deepEqual([page.unsupported, page.campaign, page.rosters, page.findingCount, page.findings],
    [false, out.campaign, true, 0, []]);
  assert.equal(out.rosters, true);
  assert.deepEqual(page.draws, out.draws);
});

test('SM3: a stranger and lianchactl agree, the page says that it cannot', async () => {
  const { bytes } = bundles.sm3;
  assert.equal(JSON.parse(untar(bytes).get('draw.json')).rule, SM3);
  assert.deepEqual(strangersCheck(bytes), []);
  const out = await verify(bytes, 0);
  assert.equal(out.intact, true);
  assert.deepEqual(out.draws.map(counts), [[13, 4, 4], [13, 4, 4]]);
  const page = await checkBundle(bytes);
  assert.deepEqual([page.unsupported, page.draws, page.findings], [true, [], []]);
});

test('a rule that does not exist makes no campaign', async () => {
  const planner = await world.planner(HOME);
  expectProblem(await planner.post('/planner/v1/campaigns', { code: 'C410400203001018501', name: 'x',
    region: '410400', plans: [await world.plan(HOME)], rule: 'liancha-draw/2' }), 422, 'invalid',
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
    () => [`roster-${draw}.txt`, /^$/, /不是承诺的那一份/], /^roster-/],
  'the digest of a roster': [() => 'draw.json',
    document((doc) => { doc.draws[0].roster_sha256 = other(doc.draws[0].roster_sha256); }),
    () => ['draw.json', /^\/draws\/0\/roster_sha256$/, /被改动的是公示的摘要/], /^roster-/],
  'the nonce': [() => 'draw.json', document((doc) => { doc.nonce = other(doc.nonce); }),
    () => ['roster-*.txt', /^$/, /合成不了秘密值/], /^rosters and secret$/],
  'the nonce left out': [() => 'draw.json', document((doc) => { doc.nonce = null; }),
    () => ['draw.json', /^\/nonce$/, /一同公示/], /^extra roster-/],
  'the order of the snapshot': [() => `snapshot-${draw}.txt`, lines((all) => swap(all, 3, 4)),
    () => [`snapshot-${draw}.txt`, /^line 5, /, /顺序/], /^block 0 /],
  'a line left out of the snapshot': [() => `snapshot-${draw}.txt`,
    lines((all) => all.filter((_, i) => i !== 7)),
    () => [`snapshot-${draw}.txt`, /^$/, /不是承诺的那一份/], /^snapshot-/],
  'the commitment': [() => 'draw.json', document((doc) => { doc.secret_hash = other(doc.secret_hash); }),
    () => ['draw.json', /^\/secret_hash$/, /被改动的是承诺/], /^commitment/],
  'the secret': [() => 'draw.json', document((doc) => { doc.secret = other(doc.secret); }),
    () => ['draw.json', /^\/secret$/, /被改动的是秘密值/], /^commitment/],
  'the public value': [() => 'draw.json', document((doc) => { doc.public_value += 'x'; }),
    () => ['draw.json', /^\/public_value$/, /被改动的是公共随机值/], /^seed$/],
  'the seed': [() => 'draw.json', document((doc) => { doc.seed = other(doc.seed); }),
    () => ['draw.json', /^\/seed$/, /被改动的是公示的种子/], /^seed$/],
  'the digest of a snapshot': [() => 'draw.json',
    document((doc) => { doc.draws[0].snapshot_sha256 = other(doc.draws[0].snapshot_sha256); }),
    () => [`snapshot-${draw}.txt`, /^$/, /不是承诺的那一份/], /^snapshot-/],
  'a quota': [() => 'draw.json', document((doc) => { doc.draws[0].quotas['410402.medical'] = 3; }),
    () => [`result-${draw}.txt`, /^line 4, bytes /, /410402\.medical 第 4 位/], /^result-.* line 4$/],
  'the order of the draws': [() => 'draw.json', document((doc) => { doc.draws.reverse(); }),
    () => ['draw.json', /^\/draws\/1\/draw$/, /编号/], /^order of draws$/],
  'a time': [() => 'draw.json', document((doc) => { doc.times.drawn = '2020-01-01T00:00:00.000Z'; }),
    () => ['draw.json', /^\/times\/drawn$/, /早于/], /^times$/],
  'a result': [() => `result-${draw}.txt`,
    lines((all) => all.map((line, i) => (i === 1 ? line.replace(/[0-9A-Z]{18}/, '9'.repeat(18)) : line))),
    () => [`result-${draw}.txt`, /^line 2, bytes /, /410402\.\w+ 第 2 位/], /^result-.* line 2$/],
  'the order of the results': [() => `result-${draw}.txt`, lines((all) => swap(all, 0, 1)),
    () => [`result-${draw}.txt`, /^line 1, /, /第 1 位/], /^result-.* line 1$/],
  'a reserve left out': [() => `result-${draw}.txt`, lines((all) => all.slice(0, 7).concat('')),
    () => [`result-${draw}.txt`, /^line 8, /, /备选/], /^result-.* line 8$/],
  'a line added to the results': [() => `result-${draw}.txt`,
    lines((all) => [...all.slice(0, -1), all[0], '']),
    () => [`result-${draw}.txt`, /^line 9, /, /多出/], /^result-.* line 9$/],
  'the digests of the blocks': [() => `blocks-${draw}.txt`, (bytes) => { bytes[20] ^= 1; return bytes; },
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
        const page = await checkBundle(forged);
        if (rule === 'sha256' || !stranger) found(page.findings, expected());
        else assert.equal(page.unsupported, true);
      });
  });

// Both changed together: nothing but the secret tells.
test('a roster and its digest', async () => {
  for (const rule of ['sha256', 'sm3']) {
    ({ bytes: bundle, draw } = bundles[rule]);
    const lines = untar(bundle).get(`roster-${draw}.txt`).toString('utf8').split('\n');
    const less = lines.filter((_, i) => i !== 1).join('\n');
    const hex = createHash(rule).update(less).digest('hex');
    const forged = rebundle(rebundle(bundle, `roster-${draw}.txt`, () => Buffer.from(less)),
      'draw.json', document((doc) => { doc.draws[0].roster_sha256 = hex; }));
    const expected = ['roster-*.txt', /^$/, /一同改过/];
    found((await verify(forged, 1)).findings, expected);
    assert.deepEqual(strangersCheck(forged), ['rosters and secret']);
    if (rule === 'sha256') found((await checkBundle(forged)).findings, expected);
  }
});

// As campaigns were committed before there were rosters, with all their draws or with one: sound, and said
// to be without.
for (const [what, without] of [['without rosters', [0, 1]], ['with one roster of two', [1]]])
  test(`${what}: sound, and marked; inspectors are drawn as they are`, async () => {
    const old = await world.campaign();
    const codes = without.map((i) => `'${old.draws[i].code}'`);
    for (const step of STEPS.slice(0, -1)) {
      await world.advanceBy(old, step);
      if (step === 'freeze')
        await stack.operate(`DELETE p FROM roster_part p JOIN draw w ON w.id = p.draw_id
            WHERE w.code IN (${codes});
          UPDATE draw SET roster_sha256 = NULL, roster_bytes = NULL, roster_lines = NULL
            WHERE code IN (${codes})`);
    }
    const page = await request(`${stack.base}/public/draws/${old.code}`);
    assert.match(page.text, /这个批次没有承诺执法检查人员名单/);
    await world.advanceBy(old, 'reveal');
    const home = await world.planner(HOME);
    await post(home, `/planner/v1/campaigns/${old.code}/visits`);
    await stack.operate("UPDATE inspector SET on_duty = 0 WHERE card_no = 'T-H410402-1'");
    assert.deepEqual(await get(home, `/planner/v1/campaigns/${old.code}/differences`),
      { rosters: false, count: 0, unexplained: 0, differences: [] });
    const made = await post(home, `/planner/v1/campaigns/${old.code}/inspectors`);
    await stack.operate("UPDATE inspector SET on_duty = 1 WHERE card_no = 'T-H410402-1'");
    const bytes = await world.bundle(old);
    const files = untar(bytes);
    const doc = JSON.parse(files.get('draw.json'));
    assert.deepEqual([doc.nonce, ...doc.draws.map((one) => one.roster_sha256)], [null, null, null]);
    assert.deepEqual([...files.keys()].filter((name) => /^roster-|^differences/.test(name)), []);
    const out = await verify(bytes, 0);
    assert.deepEqual([out.rosters, out.match.assignments, out.findings, strangersCheck(bytes)],
      [false, made.assignments, [], []]);
    assert.deepEqual(strangersTeams(files), rows(files, 'teams.txt'));
    const seen = await checkBundle(bytes);
    assert.deepEqual([seen.rosters, seen.match, seen.findings], [false, null, []]);
  });

describe('broken', () => {
  before(() => ({ bytes: bundle, draw } = bundles.sha256));

  test('a broken archive', async () => {
    const { findings } = await verify(bundle.subarray(0, 2000), 1);
    found(findings, ['', /^$/, /不是完整的 tar/]);
    found((await checkBundle(bundle.subarray(0, 2000))).findings, ['', /^$/, /不是完整的 tar/]);
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
      const { findingCount } = await checkBundle(forged);
      if (!MATCH_FILES.includes(fileAt(at)?.name)) // which the page leaves to lianchactl
        assert.equal(findingCount === 0, code === 0, `byte ${at}: the page and lianchactl disagree`);
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

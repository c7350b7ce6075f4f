// The public pages: search and pages of the list, escaping, caching, faults in Chinese, and nothing of
// a draw before its time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { request } from '../support/http.mjs';
import { DrawWorld, VALUE } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const ROWS = 120;
const FIRST = 900001; // the fixture's penalty ids
// The one script that there is; it comes from a file of ours.
const SCRIPT = /<script type="module" src="[^"]*\/static\/verify\.js"><\/script>/;
const NASTY = `<script>alert(1)</script> & "引号" '`;

let stack;
let world;

// Published rows cannot be made by the hundred through phones: the operator puts them there, and
// takes them away again.
async function publishRows() {
  const payload = JSON.stringify({ raninsTaskName: NASTY, insAuth: '测试机关', details: [
    { seqno: 1, raninsItemName: NASTY, raninsCheckResName: '未发现问题' }] });
  const text = (value) => `CONVERT(X'${Buffer.from(value).toString('hex')}' USING utf8mb4)`;
  const rows = Array.from({ length: ROWS }, (_, i) => `((SELECT MIN(id) FROM section), 'penalty',
    ${FIRST + i}, 1, '2026-01-01', '2026-01-20', 0, 'published', NOW(3), '91410402MA${String(i)
    .padStart(3, '0')}XXXX0', ${text(i === 7 ? NASTY : `公示样例${i}号`)},
    ${text(i % 3 ? '甲部门（测试）' : '乙部门（测试）')}, '${i % 2 ? '410402' : '410403'}',
    '2026-0${1 + (i % 6)}-15', '${['no_problem', 'corrected', 'penalty', 'unreachable'][i % 4]}',
    ${text(payload)}, REPEAT('x', 32))`);
  await stack.operate('INSERT INTO publication (section_id, kind, penalty_id, department_id, ' +
    'trigger_on, due_on, provisional, state, published_at, subject_code, subject_name, ' +
    'department_name, region_code, checked_on, result_class, payload, payload_hash) VALUES ' +
    rows.join());
}

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 800);
  await publishRows();
});
after(async () => {
  await stack.operate(`DELETE FROM publication WHERE penalty_id >= ${FIRST}`);
  await stack.stop();
});

const page = (path, options) => request(`${stack.base}/public${path}`, options);
const unescape = (text) => text.replaceAll('&#39;', "'").replaceAll('&quot;', '"')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const namesOf = ({ text }) => [...text.matchAll(/<th scope="row"><a href="[^"]*\/results\/\d+">(.*?)<\/a>/g)]
  .map(([, name]) => unescape(name));

// All names of a search, through its pages.
async function search(query) {
  const names = [];
  let path = `/?${query}`;
  for (let pages = 1; ; pages++) {
    const res = await page(path);
    assert.equal(res.status, 200, res.text);
    names.push(...namesOf(res));
    const next = res.text.match(/<a href="\/liancha\/public([^"]*)" rel="next">/);
    if (!next) return { names, pages };
    path = unescape(next[1]);
  }
}

describe('the list', () => {
  test('every row once, newest first, fifty a page', async () => {
    const { names, pages } = await search('department=' + encodeURIComponent('甲部门（测试）'));
    const wanted = Array.from({ length: ROWS }, (_, i) => i).filter((i) => i % 3).reverse()
      .map((i) => (i === 7 ? NASTY : `公示样例${i}号`));
    assert.deepEqual(names, wanted);
    assert.equal(pages, 2);
  });

  const ask = (fields) => search(new URLSearchParams(fields).toString());
  const cases = {
    'part of a name': [{ q: '公示样例11号' }, ['公示样例11号']],
    'a name with wildcards': [{ q: '公示样例1%' }, []],
    'a code, however it is typed': [{ q: ' 91410402ma011xxxx0 ' }, ['公示样例11号']],
    'region, result and dates': [{ region: '410402', result: 'corrected', from: '2026-02-01',
      to: '2026-02-28', q: '公示样例' }, [109, 97, 85, 73, 61, 49, 37, 25, 13, 1].map((i) =>
      `公示样例${i}号`)],
    'nothing': [{ q: '没有这样的企业' }, []],
  };
  for (const [what, [fields, wanted]] of Object.entries(cases))
    test(what, async () => assert.deepEqual((await ask(fields)).names, wanted));

  test('an empty field asks for nothing, a wrong one is a page that says so', async () => {
    assert.equal((await ask({ q: '', region: '', from: '' })).names.length >= ROWS, true);
    const res = await page('/?from=2026-13-01');
    assert.equal(res.status, 422);
    assert.match(res.headers['content-type'], /^text\/html/);
    assert.match(res.text, /日期/);
  });
});

test('what others wrote is text, never markup', async () => {
  const list = await page('/?q=alert');
  assert.ok(!list.text.includes('<script'));
  assert.ok(list.text.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;引号&quot; &#39;'));
  const [, id] = list.text.match(/\/results\/(\d+)"/);
  const res = await page(`/results/${id}`);
  assert.ok(!res.text.includes('<script'));
  assert.equal(res.text.split('&lt;script&gt;').length > 3, true, 'name, task and item');
});

test('no name turns the order of what it stands beside', async () => {
  const { text, status } = await page(`/?q=${encodeURIComponent('甲\u202E乙\u2066丙\u2069\u202C')}`);
  assert.equal(status, 200);
  assert.ok(text.includes('value="甲乙丙"'));
  assert.doesNotMatch(text, /[\u202A-\u202E\u2066-\u2069]/);
});

test('caching: a page that is known already is not sent again', async () => {
  const first = await page('/draws');
  const { etag } = first.headers;
  assert.match(etag, /^W\/"[0-9a-f]{32}"$/);
  assert.match(first.headers['cache-control'], /^public, max-age=\d+$/);
  const again = await page('/draws', { headers: { 'If-None-Match': etag } });
  assert.equal(again.status, 304);
  assert.equal(again.body.length, 0);
  const head = await page('/draws', { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers.etag, head.body.length], [200, etag, 0]);
});

test('faults are Chinese pages', async () => {
  for (const path of ['/nothing', '/results/0', '/results/x', '/results/99999999', '/draws/C0',
    '/draws/C0/bundle.tar', '/draws/C0/x?stratum=410402.medical']) {
    const res = await page(path);
    assert.equal(res.status, 404, path);
    assert.match(res.text, /<html lang="zh-CN">/);
    assert.match(res.text, /没有找到这个页面/);
    assert.match(res.text, /<p>[^<]+。?<\/p>/, path);
  }
  assert.equal((await page('/draws', { method: 'POST', json: {} })).status, 405);
});

test('every page: language, one heading, labels, scopes, no inline script or style', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'reveal');
  const [draw] = campaign.draws;
  for (const path of ['/', '/draws', `/draws/${campaign.code}`, '/nothing',
    `/draws/${campaign.code}/${draw.code}?stratum=410402.medical`]) {
    const res = await page(path);
    assert.match(res.headers['content-security-policy'], /default-src 'none'/);
    assert.match(res.text, /^<!DOCTYPE html>\n<html lang="zh-CN">/);
    assert.equal(res.text.split('<h1>').length, 2, path);
    assert.ok(!/<script|<style| style=| on\w+=/.test(res.text.replace(SCRIPT, '')), path);
    for (const [, id] of res.text.matchAll(/<(?:input|select)[^>]* id="(\w+)"/g))
      assert.ok(res.text.includes(`<label for="${id}">`), `${path}: ${id}`);
    for (const [th] of res.text.matchAll(/<th\b[^>]*>/g)) assert.match(th, /scope="(row|col)"/);
    for (const [table] of res.text.matchAll(/<table[^]*?<\/table>/g)) assert.match(table, /<caption/);
  }
  const css = await page('/static/style.css');
  assert.match(css.headers['content-type'], /^text\/css/);
});

describe('the proof', () => {
  const pathOf = ({ code }) => `/draws/${code}`;

  test('appears step by step', async () => {
    const campaign = await world.campaign([HOME]);
    const [draw] = campaign.draws;
    const picks = `${pathOf(campaign)}/${draw.code}?stratum=410402.medical`;
    assert.equal((await page(pathOf(campaign))).status, 404);
    await world.advance(campaign, 'freeze');
    assert.equal((await page(pathOf(campaign))).status, 404);
    await world.step(campaign, 'commit');
    const committed = await page(pathOf(campaign));
    assert.match(committed.text, /尚未录入/);
    assert.match(committed.text, /410402\.medical/);
    await world.step(campaign, 'public-value');
    await world.step(campaign, 'draw');
    const drawn = await page(pathOf(campaign));
    assert.match(drawn.text, /尚未公开/);
    assert.equal((await page(`${pathOf(campaign)}/bundle.tar`)).status, 404);
    assert.match((await page(picks)).text, /没有抽取结果，或结果尚未公开/);
    const [{ json: { secret } }] = await world.step(campaign, 'reveal');
    assert.ok((await page(pathOf(campaign))).text.includes(secret));
    assert.equal((await page(picks)).text.split('抽中</td>').length - 1, 4);
    const bundle = await page(`${pathOf(campaign)}/bundle.tar`);
    assert.equal(bundle.headers['content-type'], 'application/x-tar');
    const known = await page(`${pathOf(campaign)}/bundle.tar`,
      { headers: { 'If-None-Match': bundle.headers.etag } });
    assert.equal(known.status, 304);
  });

  test('an abandoned campaign stays, with its reason', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'commit');
    await world.step(campaign, 'abandon');
    assert.match((await page(pathOf(campaign))).text, /已作废[^]*测试作废/);
  });

  test('its commands give what it says', async () => {
    const campaign = await world.advance(await world.campaign(), 'reveal');
    const { text } = await page(pathOf(campaign));
    const commands = [...text.matchAll(/<pre[^>]*><code>(printf [^<]*)<\/code>/g)]
      .map(([, command]) => unescape(command));
    const run = (command) => execFileSync('sh', ['-c', command]).toString().split(' ')[0];
    const row = (name) => text.match(new RegExp(`${name}</th>\\s*<td><code>([0-9a-f]{64})`))[1];
    assert.equal(run(commands[0]), row('秘密值'));
    assert.equal(run(commands[1]), row('秘密值的摘要'));
    assert.equal(run(commands[2]), row('种子'), VALUE.value);
    assert.equal(createHash('sha256').update(row('秘密值')).digest('hex'), row('秘密值的摘要'));
  });
});

test('the public account reaches the published views only', async () => {
  const rows = await stack.sql('SELECT table_name, privilege_type FROM ' +
    "information_schema.table_privileges WHERE grantee LIKE '%liancha_public%'");
  assert.ok(rows.length > 5);
  for (const [table, privilege] of rows) {
    assert.equal(privilege, 'SELECT');
    assert.ok(table.startsWith('public_') || table === 'schema_migration', table);
  }
});

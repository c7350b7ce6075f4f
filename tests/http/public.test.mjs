// The public pages: search and pages of the list, escaping, caching, faults in Chinese, and nothing
// of a draw before its time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { findable } from '../support/findable.mjs';
import { expectJson, request } from '../support/http.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, seed } from './world.mjs';

const ROWS = 120;
const FIRST = 900001; // the fixture's penalty ids
// The one script that there is; it comes from a file of ours.
const SCRIPTS = /<script type="module" src="[^"]*\/static\/(verify|large)\.js"><\/script>/g;
const TELEPHONE = '138 1234 5678';
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
  await stack.operate(`UPDATE publication SET search_text = CONCAT(UPPER(subject_name), '|',
    subject_code) WHERE penalty_id >= ${FIRST}`);
  for (const sql of findable(`penalty_id >= ${FIRST}`)) await stack.operate(sql);
}

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 800);
  await publishRows();
});
after(async () => {
  await stack.operate('DELETE x FROM publication_suffix x JOIN publication p ON p.id = ' +
    `x.publication_id WHERE p.penalty_id >= ${FIRST}`);
  await stack.operate(`DELETE FROM publication WHERE penalty_id >= ${FIRST}`);
  await stack.stop();
});

const page = (path, options) => request(`${stack.base}/public${path}`, options);
const unescape = (text) => text.replaceAll('&#39;', "'").replaceAll('&quot;', '"')
  .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const namesOf = ({ text }) => [...text.matchAll(
  /<th scope="row"><a href="[^"]*\/results\/\d+">(.*?)<\/a>/g)]
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

test('open data has what the pages have, by the same search, page by page, with an ETag', async () => {
  const query = new URLSearchParams({ department: '甲部门（测试）' });
  const { names } = await search(query);
  const first = await page(`/results.json?${query}`);
  const { results, next } = expectJson(first);
  assert.deepEqual(results.map(({ subject_name: name }) => name), names);
  assert.equal(next, null);
  assert.deepEqual(Object.keys(results[0]), ['id', 'kind', 'published_at', 'due_on', 'subject_code',
    'subject_name', 'department_name', 'region_name', 'checked_on', 'result_class', 'version',
    'corrected_at'], 'the documented members and no other');
  const known = { headers: { 'If-None-Match': first.headers.etag } };
  assert.equal((await page(`/results.json?${query}`, known)).status, 304);
  const behind = expectJson(await page(`/results.json?${query}&after=${results[9].id}`));
  assert.deepEqual(behind.results, results.slice(10));

  const table = await page(`/results.csv?${query}`);
  assert.match(table.headers['content-type'], /^text\/csv/);
  const lines = table.text.replace(/^\uFEFF/, '').trim().split('\r\n');
  assert.match(lines[0], /^"编号","公示类别","公示时间",.*,"检查结果","版本","更正时间"$/);
  assert.equal(lines.length, names.length + 1);
  assert.deepEqual(lines.slice(1).map((line) => line.split(',')[0]
    .replaceAll(/[="]/g, '')), results.map(({ id }) => String(id)));
  assert.equal((await page(`/results.csv?${query}`,
    { headers: { 'If-None-Match': table.headers.etag } })).status, 304);
});

test('the feed has what became public last, escaped, at addresses that answer', async () => {
  const feed = await page('/feed.atom');
  assert.equal(feed.status, 200);
  assert.match(feed.headers['content-type'], /^application\/atom\+xml/);
  const entries = [...feed.text.matchAll(/<entry>(.*?)<\/entry>/gs)].map(([, entry]) => entry);
  assert.equal(entries.length, 50);
  const times = entries.map((entry) => entry.match(/<published>(.*?)<\/published>/)[1]);
  assert.deepEqual(times, [...times].sort().reverse());
  assert.ok(!feed.text.includes('<script'));
  const [, path] = entries[0].match(/<id>[a-z]+:\/\/[^/]+\/liancha\/public(\/results\/\d+)<\/id>/);
  assert.equal((await page(path)).status, 200);
  assert.equal((await page('/feed.atom',
    { headers: { 'If-None-Match': feed.headers.etag } })).status, 304);
});

test('a part for a page of the site\'s own: the last ten, escaped, no page by itself', async () => {
  const part = await page('/recent.html');
  assert.match(part.headers['content-type'], /^text\/html/);
  assert.match(part.text, /^<ul class="liancha-recent">[^]*<\/ul>\s*$/);
  const links = [...part.text.matchAll(/<li><a href="[a-z]+:\/\/[^"]*\/public(\/results\/\d+)">/g)];
  assert.equal(links.length, 10);
  assert.equal((await page(links[0][1])).status, 200);
  assert.ok(!/<html|<script/.test(part.text));
});

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
    'a blank behind': [{ q: '公示样例11号 ' }, ['公示样例11号']],
    'a blank of full width before': [{ q: '\u3000公示样例11号' }, ['公示样例11号']],
    'digits of full width': [{ q: '公示样例１１号' }, ['公示样例11号']],
    'brackets and blanks within': [{ q: '公示（样例） 11 号' }, ['公示样例11号']],
    'part of a code': [{ q: '2MA0 11x' }, ['公示样例11号']],
    'the end of a code': [{ q: 'A011XXXX0' }, ['公示样例11号']],
    'a name and nothing behind': [{ q: '公示样例11号9' }, []],
  };
  for (const [what, [fields, wanted]] of Object.entries(cases))
    test(what, async () => assert.deepEqual((await ask(fields)).names, wanted));

  test('an empty field asks for nothing, and so does a blank one', async () => {
    assert.equal((await ask({ q: '', region: '', from: '' })).names.length >= ROWS, true);
    assert.equal((await ask({ q: ' \u3000（）' })).names.length >= ROWS, true);
  });

  test('a link that was passed on shows what it showed', async () => {
    const q = encodeURIComponent('公示样例11号');
    for (const query of ['from=singlemessage&isappinstalled=0', 'nsukey=x&nsukey=y', 'utm_source',
      '=', 'from=2026-01-01&from=timeline', 'after=x', '%ff=1&&', 'to=%E5', 'after=%',
      Array(60).fill('a=b').join('&')]) {
      const res = await page(`/?q=${q}&${query}`);
      assert.deepEqual([res.status, namesOf(res)], [200, ['公示样例11号']], query);
    }
    const { text } = await page(`/?q=${q}`);
    const [, id] = text.match(/\/results\/(\d+)"/);
    for (const path of ['/?from=timeline', `/results/${id}?from=singlemessage&isappinstalled=0`,
      `/results/${id}?utm_source=x`, '/draws?scene=1'])
      assert.equal((await page(path)).status, 200, path);
    for (const cut of [q + '%E5', `${q}%E5%8`, `${q}%00`])
      assert.deepEqual(namesOf(await page(`/?q=${cut}`)), ['公示样例11号'], cut);
    for (const query of ['region=%E8%B1%AB', 'region=%F0%9F%98%80', 'region=-', 'result=xxx',
      'department=%E8%B1%AB', 'region=410402&result=-', 'q=100%xyz'])
      assert.deepEqual(namesOf(await page(`/?${query}`)), [], query);
    const wrong = await page(`/?region=${'4'.repeat(7)}`);
    assert.equal(wrong.status, 422);
    assert.match(wrong.headers['content-type'], /^text\/html/);
    assert.match(wrong.text, /区划/);
  });

  test('no name but the site\'s own stands in a redirect', async () => {
    for (const path of ['/liancha/public', '/']) {
      const res = await request(new URL(path, stack.base).href,
        { headers: { Host: 'evil.example' } });
      assert.ok([301, 302].includes(res.status));
      assert.match(res.headers.location, /^\/liancha\/public\/$/);
    }
  });
});

test('what others wrote is text, never markup', async () => {
  const list = await page('/?q=alert');
  assert.ok(!list.text.replace(SCRIPTS, '').includes('<script'));
  assert.ok(list.text.includes('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;引号&quot; &#39;'));
  const [, id] = list.text.match(/\/results\/(\d+)"/);
  const res = await page(`/results/${id}`);
  assert.ok(!res.text.replace(SCRIPTS, '').includes('<script'));
  assert.equal(res.text.split('&lt;script&gt;').length > 3, true, 'name, task and item');
});

test('what one enterprise was found in on one day is one entry, whatever the departments', async () => {
  const code = '91410402MA000XXXX0';
  await stack.operate(`UPDATE publication SET subject_code = '${code}', checked_on = '2026-03-15'
    WHERE penalty_id IN (${FIRST}, ${FIRST + 1}, ${FIRST + 3})`);
  await stack.operate(`UPDATE publication SET subject_code = '${code}', checked_on = '2026-01-15'
    WHERE penalty_id = ${FIRST + 2}`);
  const { text, status } = await page(`/subjects/${code}`);
  assert.equal(status, 200);
  const days = [...text.matchAll(/<caption>([^<]* 的检查[^<]*)<\/caption>/g)].map(([, day]) => day);
  assert.deepEqual(days, ['2026-03-15 的检查（2 个部门）', '2026-01-15 的检查']);
  assert.equal([...text.matchAll(/\/results\/\d+"/g)].length, 4);
});

test('plans that are not filed are not told; filed plans and items lead to their results', async () => {
  const items = await page('/items');
  const [, item] = items.text.match(/\/\?item=([^"]+)"/);
  assert.equal((await page(`/?item=${item}`)).status, 200);
  const listed = [...items.text.matchAll(/aria-label="查看“/g)].length;
  assert.ok(listed > 0 && listed <= 50);
  const plans = (await page('/plans')).text;
  const [, plan] = plans.match(/\/\?plan=([^"]+)"/);
  const [[state]] = await stack.sql(`SELECT state FROM plan WHERE code = '${plan}'`);
  assert.equal(state, 'filed');
  const search = await page(`/?plan=${plan}&q=x`);
  assert.match(search.text, new RegExp(`name="plan" value="${plan}"`));
  assert.match(search.text, /href="\/liancha\/public\/\?q=x">不限/);
});

test('how many there are is said on the first page', async () => {
  const { text } = await page(`/?${new URLSearchParams({ department: '甲部门（测试）' })}`);
  const [, total] = text.match(/（共 (\d+) 条）/);
  const [[n]] = await stack.sql("SELECT COUNT(*) FROM publication WHERE state = 'published' AND " +
    "department_name = '甲部门（测试）'");
  assert.equal(Number(total), Number(n));
});

test('search engines are told the lists and what is new, at addresses that answer', async () => {
  const map = await page('/sitemap.xml');
  assert.match(map.headers['content-type'], /^application\/xml/);
  const places = [...map.text.matchAll(/<loc>[a-z]+:\/\/[^/]+\/liancha\/public([^<]*)<\/loc>/g)];
  for (const [, path] of places.slice(0, 6)) assert.equal((await page(path)).status, 200, path);
  assert.ok(places.length > 50);
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
  for (const path of ['/nothing', '/subjects/NONE', '/subjects/%25', '/results/0', '/results/x',
    '/results/99999999', '/draws/C0',
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
  const campaign = await world.advance(await world.campaign([HOME]), 'value');
  const [draw] = campaign.draws;
  for (const path of ['/', '/draws', '/plans', '/items', `/draws/${campaign.code}`, '/nothing',
    `/draws/${campaign.code}/${draw.code}?stratum=410402.medical`]) {
    const res = await page(path);
    assert.match(res.headers['content-security-policy'], /default-src 'none'/);
    assert.match(res.text, /^<!DOCTYPE html>\n<html lang="zh-CN">/);
    assert.equal(res.text.split('<h1>').length, 2, path);
    assert.ok(!/<script|<style| style=| on\w+=/.test(res.text.replace(SCRIPTS, '')), path);
    for (const [, id] of res.text.matchAll(/<(?:input|select|textarea)[^>]* id="(\w+)"/g))
      assert.ok(res.text.includes(`<label for="${id}">`), `${path}: ${id}`);
    for (const [th] of res.text.matchAll(/<th\b[^>]*>/g)) assert.match(th, /scope="(row|col)"/);
    for (const [table] of res.text.matchAll(/<table[^]*?<\/table>/g))
      assert.match(table, /<caption/);
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
    const [{ json: { announcement } }] = await world.step(campaign, 'announce');
    const announced = await page(pathOf(campaign));
    for (const text of [/尚未取得/, /尚未公开/, /410402\.medical/, new RegExp(announcement)])
      assert.match(announced.text, text);
    assert.ok((await page('/draws')).text.includes(announcement), 'on the public list at once');
    const text = await page(`/announcements/${announcement}`);
    assert.equal(createHash('sha256').update(text.body).digest('hex'), announcement);
    assert.equal((await page(`/announcements/${'0'.repeat(64)}`)).status, 404);
    const drawing = `/announcements/${announcement}/qr.svg`;
    assert.ok(announced.text.includes(`src="/liancha/public${drawing}"`));
    const { headers, text: svg } = await page(drawing);
    assert.equal(headers['content-type'], 'image/svg+xml');
    assert.match(svg, /^<svg [^>]*viewBox="0 0 (\d+) \1"/);
    assert.equal((await page(`/announcements/${'0'.repeat(64)}/qr.svg`)).status, 404);
    assert.equal((await page(`${pathOf(campaign)}/bundle.tar`)).status, 404);
    assert.match((await page(picks)).text, /尚未公开/);
    const [{ json: { secret } }] = await world.step(campaign, 'value');
    assert.ok((await page(pathOf(campaign))).text.includes(secret));
    assert.equal((await page(picks)).text.split('抽中</td>').length - 1, 4);
    const bundle = await page(`${pathOf(campaign)}/bundle.tar`);
    assert.equal(bundle.headers['content-type'], 'application/x-tar');
    const path = `${pathOf(campaign)}/bundle.tar`;
    const both = await Promise.all([page(path), page(path, { headers: { Range: 'bytes=0-99' } })]);
    assert.deepEqual(both.map(({ status }) => status), [200, 206], 'nginx sends a file');
    assert.deepEqual(both.map(({ body }) => body), [bundle.body, bundle.body.subarray(0, 100)]);
    const kept = () => readdirSync(join(stack.var, 'bundles')).filter((name) =>
      name.startsWith(campaign.code));
    assert.equal(kept().length, 1, 'made once');
    assert.equal((await page(`/../-/bundle/${kept()[0]}`)).status, 404, 'no address of its own');
    const known = await page(`${pathOf(campaign)}/bundle.tar`,
      { headers: { 'If-None-Match': bundle.headers.etag } });
    assert.equal(known.status, 304);
  });

  test('an abandoned campaign stays, with its reason', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'freeze');
    const planner = await stack.office.role(HOME, 'planner');
    expectJson(await planner.post(`/planner/v1/campaigns/${campaign.code}/abandon`,
      { reason: `测试作废，请联系${TELEPHONE}` }));
    assert.match((await page(pathOf(campaign))).text,
      /公告之前已取消[^]*测试作废，请联系＊＊＊</);
  });

  test('its commands give what it says, and its names no telephone', async () => {
    const campaign = await world.campaign(undefined, `致电${TELEPHONE}`);
    await world.advance(campaign, 'value');
    const { text } = await page(pathOf(campaign));
    const files = untar(await world.bundle(campaign));
    for (const [name, said] of [['page', text], ['list', (await page('/draws')).text],
      ...[...files].map(([file, bytes]) => [file, bytes.toString('utf8')])])
      assert.ok(!said.replaceAll(' ', '').includes(TELEPHONE.replaceAll(' ', '')), name);
    // A link that was passed on, of every page that these name.
    const links = [...(text + (await page(pathOf(campaign))).text)
      .matchAll(/href="[^"]*\/public(\/[^"#]*)"/g)].map(([, path]) => unescape(path));
    assert.ok(links.some((path) => path.includes('/announcements/')), links.join(' '));
    for (const path of [pathOf(campaign), '/feed.atom', ...new Set(links)]) {
      const passed = `${path}${path.includes('?') ? '&' : '?'}nsukey=x&nsukey=%ff&from=a&=&%`;
      assert.equal((await page(passed)).status, 200, passed);
    }
    for (const said of [text, files.get('announcement.txt').toString('utf8')])
      assert.match(said, /致电＊＊＊/);
    const commands = [...text.matchAll(/<pre[^>]*><code>(printf [^<]*)<\/code>/g)]
      .map(([, command]) => unescape(command));
    const run = (command) => execFileSync('sh', ['-c', command]).toString().split(' ')[0];
    const row = (name) => text.match(new RegExp(`${name}</th>\\s*<td><code>([0-9a-f]{64})`))[1];
    assert.equal(run(commands[0]), row('秘密值的摘要'));
    assert.equal(run(commands[1]), row('种子'));
    assert.equal(createHash('sha256').update(row('秘密值')).digest('hex'), row('秘密值的摘要'));
  });
});

test('the public account reaches the published views only, and puts objections and ratings in', async () => {
  const rows = await stack.sql('SELECT table_name, privilege_type FROM ' +
    "information_schema.table_privileges WHERE grantee LIKE '%liancha_public%'");
  assert.ok(rows.length > 5);
  for (const [table, privilege] of rows) {
    assert.equal(privilege, table.endsWith('_entry') ? 'INSERT' : 'SELECT');
    assert.ok(table.startsWith('public_') ||
      ['schema_file', 'objection_entry', 'rating_entry'].includes(table), table);
  }
});

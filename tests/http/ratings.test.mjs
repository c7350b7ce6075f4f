// ratings.test.mjs - what an enterprise says of a visit: once, by the code of its notice, and whose
// it is nobody learns.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const V1 = '/planner/v1';
const TYPE = 'application/x-www-form-urlencoded';
const NASTY = '<script>alert(1)</script>"\'& 检查人员索要礼品';
const GOOD = { lawful: '5', burden: '4', conduct: '3', guidance: '2', content: NASTY };
const MARK = 'liancha-device=1'; // that the inspectors' app leaves in its browser

const run = promisify(execFile);
const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
let stack;
let home;
let visits;
let taken = 0;

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_NOTICE_RATE: '100000r/s' } });
  ({ visits } = await seed(stack));
  home = await stack.office.role(HOME, 'planner');
});
after(() => stack.stop());

const freshForm = () => randomBytes(32).toString('base64url');
const dated = (visit, day) =>
  stack.operate(`UPDATE visit SET planned_on = '${day}' WHERE code = '${visit.code}'`);
const sectionsOf = (visit) => visit.sections.map(({ section }) => section);
const stored = async (visit) => Number((await stack.sql('SELECT COUNT(*) FROM visit_rating WHERE ' +
  `section_id IN (${sectionsOf(visit)})`))[0][0]);

// A visit that nobody rated: there are few, so what an earlier test said of it is forgotten.
async function unrated() {
  const visit = visits[taken++ % visits.length];
  await stack.operate(`DELETE FROM visit_rating WHERE section_id IN (${sectionsOf(visit)})`);
  return visit;
}

// The page of a visit's notice, whose day is today.
async function noticed(visit) {
  visit ??= await unrated();
  // Made out again only before its day.
  await dated(visit, addDays(today(), 1));
  const { address } = expectJson(await home.post(`${V1}/visits/${visit.code}/notice`,
    { replace: true }), 201);
  await dated(visit, today());
  return { visit, address };
}

const send = (address, fields, headers = {}) => request(`${address}/rating`, { method: 'POST',
  headers: { 'Content-Type': TYPE, ...headers }, body: new URLSearchParams(fields).toString() });
const form = async (address) => {
  const shown = await request(`${address}/rating`);
  assert.equal(shown.status, 200, shown.text);
  return shown.text.match(/name="form" value="([\w-]{43})"/)[1];
};

test('an enterprise rates once: sent again it is the same, another one is refused', async () => {
  const { visit, address } = await noticed();
  const page = await request(address);
  assert.ok(page.text.includes(`href="${new URL(address).pathname}/rating"`));
  const first = { form: await form(address), ...GOOD };
  const other = await form(address);
  const sent = await send(address, first);
  assert.equal(sent.status, 303, sent.text);
  assert.equal(sent.headers.location, new URL(address).pathname);
  assert.equal(sent.headers['cache-control'], 'no-store');
  // The reply was lost: the browser sends it again, whatever was typed meanwhile.
  assert.equal((await send(address, { ...first, lawful: '1' })).status, 303);
  for (const again of [other, freshForm()]) {
    const refused = await send(address, { ...GOOD, form: again });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /只能评价一次/);
  }
  assert.equal((await request(`${address}/rating`)).status, 409);
  const thanks = await request(address);
  assert.match(thanks.text, /已经收到您的评价/);
  assert.ok(!thanks.text.includes('索要') && !thanks.text.includes('/rating'));
  // A notice that is made out again is no second ballot.
  const { address: anew } = await noticed(visit);
  assert.equal((await send(anew, { ...GOOD, form: freshForm() })).status, 409);
  assert.equal(await stored(visit), visit.sections.length);
  assert.deepEqual(await stack.sql('SELECT DISTINCT lawful, burden, conduct, guidance, rated_in' +
    ` FROM visit_rating WHERE section_id IN (${sectionsOf(visit)})`),
  [['5', '4', '3', '2', today().slice(0, 7)]]);
  assert.ok(visit.sections.length > 1);
  assert.deepEqual(await stack.sql('SELECT r.department_id = lead_department_id, content ' +
    'FROM visit_rating r JOIN section s ON s.id = r.section_id JOIN visit v ON v.id = ' +
    `s.visit_id WHERE v.code = '${visit.code}' AND (leads OR content <> '')`),
  [['1', NASTY]], 'one of them has the text');
});

test('of several at the very same moment one counts', async () => {
  const { visit, address } = await noticed();
  const scores = ['1', '2', '3', '4', '5'];
  const replies = await Promise.all(scores.map((lawful) =>
    send(address, { ...GOOD, lawful, form: freshForm() })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [303, 409, 409, 409, 409]);
  const won = scores[replies.findIndex(({ status }) => status === 303)];
  assert.deepEqual(await stack.sql('SELECT DISTINCT lawful FROM visit_rating WHERE section_id IN ' +
    `(${sectionsOf(visit)})`), [[won]]);
  assert.equal(await stored(visit), visit.sections.length);

  const twice = await noticed();
  const same = { ...GOOD, form: freshForm() };
  const all = await Promise.all(scores.map(() => send(twice.address, same)));
  assert.deepEqual(all.map(({ status }) => status), scores.map(() => 303));
  assert.equal(await stored(twice.visit), twice.visit.sections.length);
});

test('a guessed code, one that is over or void, and a phone of the inspectors rate nothing',
  async () => {
    const { visit, address } = await noticed();
    const refused = async (at, status, headers) => {
      for (const res of [await request(`${at}/rating`, { headers }),
        await send(at, { ...GOOD, form: freshForm() }, headers)])
        assert.equal(res.status, status, at);
    };
    const { door_code: door } = expectJson(await home.get(`${V1}/visits/${visit.code}`));
    for (const guess of ['A'.repeat(43), door, visit.code, 'x'])
      await refused(address.replace(/[^/]+$/, guess), 404);
    await refused(address, 403, { Cookie: `other=1; ${MARK}` });
    await dated(visit, addDays(today(), -8));
    await refused(address, 404);
    await dated(visit, addDays(today(), 1));
    await refused(address, 409); // not before the visit
    assert.match((await request(address)).text, /检查当天起/);
    const { address: anew } = expectJson(await home.post(`${V1}/visits/${visit.code}/notice`,
      { replace: true }), 201);
    await dated(visit, addDays(today(), -7));
    await refused(address, 404);
    assert.equal(await stored(visit), 0);
    const sent = await send(anew, { ...GOOD, form: freshForm() }, { Cookie: 'liancha-device=10' });
    assert.equal(sent.status, 303, 'the last day');
  });

test('what is wrong stands beside what was chosen, and nothing is kept of it', async () => {
  const { visit, address } = await noticed();
  const good = { ...GOOD, form: freshForm() };
  for (const [wrong, member] of [[{ lawful: '' }, 'lawful'], [{ burden: '0' }, 'burden'],
    [{ conduct: '6' }, 'conduct'], [{ guidance: '3.5' }, 'guidance'],
    [{ content: '长'.repeat(501) }, 'content']]) {
    const res = await send(address, { ...good, ...wrong });
    assert.equal(res.status, 422, member);
    assert.match(res.text, /<p id="fault"[^>]*role="alert"/);
    assert.match(res.text, new RegExp(`id="${member}"[^>]*aria-invalid="true"`));
    assert.ok(!/<script(?! type="module" src="[^"]*\/static\/)/.test(res.text) &&
      res.text.includes(`value="${good.form}"`));
    if (member !== 'content') assert.ok(res.text.includes('索要礼品'), 'what was typed stays');
  }
  const { burden, ...missing } = good;
  assert.equal((await send(address, missing)).status, 422);
  for (const fields of [{ ...good, form: 'short' }, { ...good, more: '1' }, { ...GOOD },
    { ...good, content: 'a\u0001b' }, { ...good, lawful: '5'.repeat(30) }])
    assert.equal((await send(address, fields)).status, 422, JSON.stringify(fields).slice(0, 80));
  const raw = (body, type = TYPE) => request(`${address}/rating`, { method: 'POST', body,
    headers: { 'Content-Type': type } });
  assert.equal((await raw('form=%00')).status, 400);
  assert.equal((await raw('{}', 'application/json')).status, 415);
  assert.equal((await raw(`content=${'x'.repeat(9000)}`)).status, 413);
  for (const headers of [{ Origin: 'https://evil.example' }, { 'Sec-Fetch-Site': 'cross-site' }])
    assert.equal((await send(address, good, headers)).status, 403);
  assert.equal(await stored(visit), 0);
  const silent = await send(address, { ...good, content: '' });
  assert.equal(silent.status, 303, 'a text may be left out');
});

const sums = async (department, role = 'planner') => expectJson(await (
  await stack.office.role(department, role)).get(`${V1}/campaigns/${CAMPAIGN}/ratings`)).ratings;

// As many ratings of a department's, as if other visits had been rated.
async function rate(department, n, score) {
  for (let i = 0; i < n; i++)
    await stack.operate('INSERT INTO visit_rating (section_id, campaign_id, department_id, ' +
      'form_hash, lawful, burden, conduct, guidance, leads, content, rated_in) SELECT (SELECT ' +
      'MAX(section_id) + 1000000 FROM visit_rating), c.id, d.id, UNHEX(SHA2(RAND(), 256)), ' +
      `${score}, ${score}, ${score}, ${score}, TRUE, '', '${today().slice(0, 7)}' FROM ` +
      `campaign c JOIN department d WHERE c.code = '${CAMPAIGN}' AND d.code = '${department}'`);
}

test('departments see averages of five or ten, never what one more rating said', async () => {
  const id = `(SELECT id FROM department WHERE code = '${DISTRICT}')`;
  await stack.operate(`DELETE FROM visit_rating WHERE department_id = ${id}`);
  const own = async () => (await sums(DISTRICT)).find((row) => row.department === DISTRICT);
  await rate(DISTRICT, 4, 5);
  assert.equal(await own(), undefined);
  await rate(DISTRICT, 1, 4);
  const five = await own();
  assert.deepEqual([five.ratings, five.lawful, five.guidance], [5, 4.8, 4.8]);
  await rate(DISTRICT, 4, 1);
  assert.deepEqual(await own(), five, 'nothing changes until five more have come');
  await rate(DISTRICT, 1, 1);
  const ten = await own();
  assert.deepEqual([ten.ratings, ten.burden], [10, 2.9]);

  // A department sees its own, the initiator and whoever is above it all of them.
  assert.deepEqual((await sums(DISTRICT)).map(({ department }) => department), [DISTRICT]);
  await rate(MARKET, 5, 3);
  assert.deepEqual((await sums(HOME)).map(({ department }) => department), [DISTRICT, MARKET]);
  assert.deepEqual((await sums(DISTRICT, 'reviewer')).map(({ department }) => department),
    [DISTRICT]);
  const outsider = await stack.office.role(OUTSIDER, 'planner');
  expectProblem(await outsider.get(`${V1}/campaigns/${CAMPAIGN}/ratings`), 403, 'forbidden');
  const csv = await home.get(`${V1}/campaigns/${CAMPAIGN}/ratings?format=csv`);
  assert.ok(csv.text.includes('评价数') && !csv.text.includes('意见') && !csv.text.includes('索要'));
});

test('texts are for auditors of the department above, without whose they are', async () => {
  await stack.operate('DELETE FROM visit_rating');
  const { visit, address } = await noticed();
  await led(visit, DISTRICT);
  assert.equal((await send(address, { ...GOOD, form: freshForm() })).status, 303);
  const ask = async (department, role, of = DISTRICT) =>
    (await stack.office.role(department, role)).get(`${V1}/departments/${of}/ratings`);
  for (const [department, role] of [[DISTRICT, 'auditor'], [MARKET, 'auditor'], [HOME, 'planner'],
    [HOME, 'reviewer'], [HOME, 'publisher'], [DISTRICT, 'planner'], [OUTSIDER, 'auditor']])
    expectProblem(await ask(department, role), 403, 'forbidden');
  expectProblem(await ask(HOME, 'auditor', HOME), 403, 'forbidden');
  expectProblem(await ask(HOME, 'auditor', MARKET), 403, 'forbidden');
  expectProblem(await ask(HOME, 'auditor', 'X410400'), 404, 'not-found');
  const { ratings: [row] } = expectJson(await ask(HOME, 'auditor'));
  assert.deepEqual([row.content, row.lawful, row.guidance, row.campaign, row.rated_in],
    [NASTY, 5, 2, CAMPAIGN, today().slice(0, 7)]);
  for (const secret of [visit.code, visit.subject_name, visit.subject_code])
    assert.ok(!JSON.stringify(row).includes(secret), secret);
  const auditor = await stack.office.role(HOME, 'auditor');
  const { events } = expectJson(await auditor.get(`${V1}/audit-events?sort=-seq&limit=20`));
  assert.ok(events.some(({ action }) => action === 'rating.list'), 'reading is on record');
});

const led = (visit, department) => stack.operate('UPDATE visit SET lead_department_id = (SELECT ' +
  `id FROM department WHERE code = '${department}') WHERE code = '${visit.code}'`);

test('what one enterprise says is one line of one list, and lines tell not which came first',
  async () => {
    await stack.operate('DELETE FROM visit_rating');
    const auditor = await stack.office.role(HOME, 'auditor');
    const at = `${V1}/departments/${DISTRICT}/ratings`;
    const lines = async (query = '') => expectJson(await auditor.get(`${at}?limit=1${query}`));
    const other = await noticed();
    await led(other.visit, MARKET);
    assert.ok(other.visit.sections.some(({ department }) => department === DISTRICT));
    assert.equal((await send(other.address, { ...GOOD, form: freshForm() })).status, 303);
    assert.deepEqual((await lines()).ratings, [], 'it is of the department that led');

    await rate(DISTRICT, 12, 3);
    const marks = await stack.sql('SELECT mark FROM visit_rating WHERE leads ORDER BY id');
    const ascending = marks.slice(1).every(([mark], i) => BigInt(mark) > BigInt(marks[i]));
    assert.ok(!ascending && new Set(marks.map(String)).size === marks.length);
    const found = [];
    for (let next = ''; next !== null;) {
      const page = await lines(next && `&after=${encodeURIComponent(next)}`);
      found.push(...page.ratings);
      next = page.next ?? null;
      const [, mark] = next?.match(/^\d{4}-\d{2}\|(\d+)$/) ?? [];
      assert.ok(!next || marks.some(([known]) => known === mark), 'pages follow by the mark');
    }
    assert.equal(found.length, 12);
    for (const row of found)
      assert.deepEqual(Object.keys(row).sort(), ['burden', 'campaign', 'campaign_name', 'conduct',
        'content', 'guidance', 'lawful', 'rated_in']);
    const csv = await auditor.get(`${at}?format=csv`);
    assert.ok(csv.text.includes('评价月份') && !csv.text.includes('编号'));
    for (const way of ['id', '-mark', 'rated_on'])
      expectProblem(await auditor.get(`${at}?sort=${way}`), 422, 'invalid');
  });

async function as(account, query) {
  const password = readFileSync(join(stack.var, `secret/${account}.password`), 'utf8').trim();
  return run('mariadb', ['--no-defaults', '--batch', '--skip-column-names',
    `--socket=${join(stack.var, 'run/mariadb.sock')}`, `--user=liancha_${account}`, '--execute',
    query, 'liancha'], { env: { ...process.env, MYSQL_PWD: password } });
}

test('the accounts of the programs add what is true once, and neither read nor change it',
  async () => {
    const { visit, address } = await noticed();
    const [[section, campaign, department]] = await stack.sql('SELECT s.id, v.campaign_id, ' +
      'MIN(s.department_id) FROM section s JOIN visit v ON v.id = s.visit_id WHERE v.code = ' +
      `'${visit.code}' GROUP BY s.id, v.campaign_id ORDER BY s.id LIMIT 1`);
    const bare = (await unrated()).sections.find((part) => part.department === DISTRICT);
    await stack.operate('DELETE FROM visit_notice WHERE entry = (SELECT visit_id FROM section ' +
      `WHERE id = ${bare.section})`);
    const [[health]] = await stack.sql(`SELECT id FROM department WHERE code = '${DISTRICT}'`);
    const insert = (of, { score = 5, month = today().slice(0, 7), text = 'x',
      leads = 1 } = {}) => as('public',
      'INSERT INTO rating_entry (section_id, campaign_id, department_id, form_hash, lawful, ' +
      `burden, conduct, guidance, leads, content, rated_in) VALUES (${of}, UNHEX(SHA2(RAND(), ` +
      `256)), 1, 1, 1, ${score}, ${leads}, '${text}', '${month}')`);
    const own = `${section}, ${campaign}, ${department}`;
    for (const wrong of [[`${section}, ${campaign}, ${Number(department) + 1}`],
      [`${bare.section}, ${campaign}, ${health}`], [own, { score: 6 }],
      [own, { month: addDays(`${today().slice(0, 7)}-01`, -1).slice(0, 7) }],
      [own, { text: 'x'.repeat(501) }], [own, { leads: 0 }]])
      await assert.rejects(insert(...wrong), /CHECK OPTION failed/, wrong[0]);
    for (const day of [addDays(today(), 1), addDays(today(), -8)]) {
      await dated(visit, day);
      await assert.rejects(insert(own), /CHECK OPTION failed/);
    }
    await dated(visit, today());
    assert.equal((await send(address, { ...GOOD, form: freshForm() })).status, 303);
    await assert.rejects(insert(own), /Duplicate entry/);
    for (const [account, query] of [['public', 'SELECT * FROM rating_entry'],
      ['public', 'SELECT content FROM visit_rating'], ['public', 'SELECT * FROM rating_line'],
      ['public', 'UPDATE rating_entry SET lawful = 1'], ['public', 'DELETE FROM rating_entry'],
      ['planner', 'SELECT section_id FROM visit_rating'],
      ['planner', 'SELECT * FROM public_rating'], ['planner', 'UPDATE rating_line SET lawful = 5'],
      ['planner', 'DELETE FROM rating_line'], ['mobile', 'SELECT * FROM rating_line'],
      ['admin', 'DELETE FROM visit_rating']])
      await assert.rejects(as(account, query), /denied/, `${account}: ${query}`);
    const { stdout } = await as('public', 'SELECT * FROM public_rating');
    assert.ok(stdout.length > 0 && !stdout.includes('索要'));
  });

test('no log tells who rated, nor by which code', async () => {
  const { address } = await noticed();
  const sent = { ...GOOD, form: freshForm(), content: 'rated-from-a-quiet-place' };
  assert.equal((await send(address, sent)).status, 303);
  // What a browser loads for the page names it at most by its site.
  const page = await request(address);
  assert.equal(page.headers['referrer-policy'], 'strict-origin');
  const missing = await request(`${address}x`);
  assert.equal(missing.headers['referrer-policy'], 'strict-origin');
  await request(`${stack.base}/public/static/style.css`, { headers: { Referer: address } });
  await request(`${stack.base}/public/draws`); // what the logs do tell
  await stack.services('stop', 'nginx');
  await stack.services('start', 'nginx');
  for (const name of ['public.log', 'nginx-access.log', 'nginx-error.log', 'planner.log']) {
    const text = readFileSync(join(stack.var, 'log', name), 'utf8');
    for (const secret of [address.split('/').at(-1), sent.form, 'quiet-place'])
      assert.ok(!text.includes(secret), `${name}: ${secret}`);
    for (const line of text.split('\n').filter((each) => each.includes('route=rating_add')))
      assert.ok(!line.includes('127.0.0.1') && line.includes('actor=-:0'), line);
  }
  const access = readFileSync(join(stack.var, 'log/nginx-access.log'), 'utf8');
  assert.ok(access.includes('/liancha/public/draws') && !access.includes('/public/notices/'));
  assert.ok(!access.includes('/public/static/'));
  const [[events]] = await stack.sql("SELECT COUNT(*) FROM audit_event WHERE action IN " +
    "('rating_form', 'rating_add') OR detail LIKE '%quiet-place%'");
  assert.equal(events, '0');
});

test('what nginx refuses by a secret code is told without it, and without who asked', async () => {
  const { address } = await noticed();
  const objection = `${stack.base}/public/objections/${'A'.repeat(43)}`;
  const edit = (name, from, to) => {
    const file = join(stack.var, 'nginx', name);
    const text = readFileSync(file, 'utf8');
    assert.match(text, from);
    writeFileSync(file, text.replace(from, to));
  };
  await stack.services('stop', 'nginx');
  edit('nginx.conf', /(error_log .*) warn;/, '$1 info;');
  edit('liancha-http.conf', /(zone=liancha_notice:.* rate=)[^;]*/, (_, zone) => `${zone}1r/m`);
  await stack.services('start', 'nginx');

  const log = (name) => readFileSync(join(stack.var, 'log', name), 'utf8');
  const earlier = log('liancha-faults.log').length;
  const post = async (url) => (await request(url, { method: 'POST', body: 'x'.repeat(9000),
    headers: { 'Content-Type': TYPE } })).status;
  for (const url of [objection, `${address}/rating`, `${stack.base}/public/results/1/objection`])
    assert.equal(await post(url), 413);
  await stack.services('stop', 'public');
  for (const url of [address, objection]) assert.equal((await request(url)).status, 503);
  await stack.services('start', 'public');
  for (const url of [address, objection]) {
    const replies = await Promise.all(Array.from({ length: 40 }, () => request(url)));
    assert.ok(replies.some(({ status }) => status === 429));
  }
  await stack.services('stop', 'nginx');
  for (const name of ['nginx-access.log', 'nginx-error.log', 'liancha-faults.log'])
    for (const secret of [address, objection].map((url) => url.split('/').at(-1)))
      assert.ok(!log(name).includes(secret), name);
  assert.match(log('nginx-error.log'), /too large body.*\/results\//, 'which tells of others');
  assert.ok(!log('liancha-faults.log').includes('127.0.0.1'));
  const told = log('liancha-faults.log').slice(earlier).trim().split('\n').map((line) => {
    const { route, status, request: id } = JSON.parse(line);
    assert.match(id, /^[0-9a-f]{32}$/);
    return `${route} ${status}`;
  });
  assert.deepEqual([...new Set(told)].sort(), ['- 413', 'notices 413', 'notices 429',
    'notices 503', 'objections 413', 'objections 429', 'objections 503']);
});

// What a citizen objects to in what is public: the form without a script, the receipt, the desk of
// the department, and an answer that is true; and what strangers and floods can do with it.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

const V1 = '/planner/v1';
const DAY_MAX = 10; // against one publication
const WHO = { name: '张三异议人', contact: '13800001234' };
const WRONG = '检查当日本店已经停业，公示的抽查事项与实际不符。';
const NASTY = '<script>alert(1)</script>"\'&';
const TYPE = 'application/x-www-form-urlencoded';

const run = promisify(execFile);
let stack;
let work;
let publisher;
let reviewer;
let shared; // a publication to which several tests object

before(async () => {
  stack = await startStack({ own: true, env: { LIANCHA_ENTRY_RATE: '100000r/s' } });
  work = new Fieldwork(stack, await seed(stack));
  publisher = await work.role(DISTRICT, 'publisher');
  reviewer = await work.role(DISTRICT, 'reviewer');
  shared = await published();
});
after(() => stack.stop());

const page = (path, options) => request(`${stack.base}/public${path}`, options);
const formOf = (id) => `/results/${id}/objection`;
const published = async () => (await work.publish(work.take(DISTRICT), { code: 'E' })).id;
const freshCode = () => randomBytes(32).toString('base64url');
const send = (id, fields, headers = {}) => page(formOf(id), { method: 'POST',
  headers: { 'Content-Type': TYPE, ...headers }, body: new URLSearchParams(fields).toString() });
const step = (client, id, name, body = {}) => client.post(`${V1}/objections/${id}/${name}`, body);

// Sends the form as a browser without a script does; the path of its receipt.
async function object(id, content = WRONG) {
  const form = await page(formOf(id));
  const [, code] = form.text.match(/name="code" value="([\w-]{43})"/);
  const sent = await send(id, { code, content, ...WHO });
  assert.equal(sent.status, 303, sent.text);
  assert.equal(sent.headers['cache-control'], 'no-store');
  return { code, path: sent.headers.location.replace(/^.*\/public/, '') };
}

// Those of a publication at the desk, newest last.
async function deskOf(publication, client = publisher) {
  const { objections } = expectJson(await client.get(`${V1}/objections?limit=200`));
  return objections.filter((row) => row.publication === publication);
}

const count = async (publication) => Number((await stack.sql(
  `SELECT COUNT(*) FROM objection WHERE publication_id = ${publication}`))[0][0]);

test('an objection is upheld once the publication was corrected, and its receipt says so', async () => {
  const id = await published();
  assert.ok((await page(`/results/${id}`)).text.includes(`href="/liancha/public${formOf(id)}"`));
  const { path } = await object(id);
  const receipt = await page(path);
  assert.equal(receipt.status, 200);
  assert.equal(receipt.headers['cache-control'], 'no-store');
  assert.equal(receipt.headers['x-robots-tag'], 'noindex');
  assert.match(receipt.text, /已收到/);

  const [row] = await deskOf(id);
  assert.deepEqual([row.state, row.overdue, row.answer], ['received', false, null]);
  // Who objects is sealed at rest; the desk reads it, and that is on the audit log.
  const [[name, contact]] = await stack.sql(
    `SELECT HEX(name), HEX(contact) FROM objection WHERE id = ${row.id}`);
  for (const bytes of [name, contact].map((hex) => Buffer.from(hex, 'hex')))
    for (const text of Object.values(WHO)) assert.ok(!bytes.includes(text));
  const shown = expectJson(await publisher.get(`${V1}/objections/${row.id}`));
  assert.deepEqual([shown.name, shown.contact], [WHO.name, WHO.contact]);
  assert.ok(!('name_sealed' in shown));
  assert.ok(row.due_on > row.received_at.slice(0, 10));
  assert.ok(!JSON.stringify(row).includes(WHO.contact) && !('name' in row) && !('content' in row));
  const { works } = expectJson(await publisher.get(`${V1}/workbench`));
  assert.ok(works.find(({ kind }) => kind === 'objection.examine').count > 0);

  expectProblem(await step(publisher, row.id, 'decide', { outcome: 'rejected', answer: '无' }), 409,
    'wrong-state');
  assert.equal(expectJson(await step(publisher, row.id, 'examine')).state, 'examining');
  expectProblem(await step(reviewer, row.id, 'examine'), 409, 'wrong-state');
  assert.match((await page(path)).text, /正在核查/);

  const upheld = { outcome: 'upheld', answer: '经核实已更正，联系人电话13900000000' };
  const early = expectProblem(await step(publisher, row.id, 'decide', upheld), 409, 'wrong-state');
  assert.match(early.detail, /须先更正或者撤下/);
  const own = (name, body) => publisher.post(`${V1}/publications/${id}/${name}`, body);
  expectJson(await own('masks', { text: '测试批次', reason: '异议成立' }));
  expectJson(await own('correct', { reason: '异议成立，予以更正' }));
  const decided = await Promise.all([1, 2, 3].map(() =>
    step(publisher, row.id, 'decide', upheld)));
  assert.deepEqual(decided.map(({ status }) => status).sort(), [200, 409, 409]);
  const said = (await page(path)).text;
  assert.match(said, /异议成立，公示信息已经更正/);
  assert.match(said, /经核实已更正，联系人电话＊＊＊/);
  assert.match((await page(`/results/${id}`)).text, /更正后的第 2 版/);
});

test('an objection to what was taken back since is upheld too', async () => {
  const id = await published();
  const { path } = await object(id);
  const [{ id: objection }] = await deskOf(id);
  expectJson(await step(reviewer, objection, 'examine'));
  expectJson(await publisher.post(`${V1}/publications/${id}/retract`,
    { cause: 'error', reason: '公示有误', since: new Date().toISOString().slice(0, 10) }));
  expectJson(await step(reviewer, objection, 'decide', { outcome: 'upheld', answer: '已撤下' }));
  assert.match((await page(path)).text, /异议成立/);
  assert.equal((await page(formOf(id))).status, 404, 'nothing to object to any more');
});

test('whoever made it public does not reject; the answer is text', async () => {
  const id = shared;
  const { path } = await object(id, NASTY);
  const { id: objection } = (await deskOf(id)).at(-1);
  expectJson(await step(publisher, objection, 'examine'));
  const no = { outcome: 'rejected', answer: `${NASTY} 与检查记录一致` };
  expectProblem(await step(publisher, objection, 'decide', no), 403, 'forbidden');
  for (const [body, pointer] of [[{ ...no, outcome: 'examining' }, '/outcome'],
    [{ ...no, answer: ' ' }, '/answer'], [{ outcome: 'rejected' }, '/answer'],
    [{ ...no, more: 1 }, '/more']])
    expectProblem(await step(reviewer, objection, 'decide', body), 422, 'invalid', { pointer });
  expectJson(await step(reviewer, objection, 'decide', no));
  const { text } = await page(path);
  assert.match(text, /异议不成立/);
  assert.ok(text.includes('&lt;script&gt;') && !text.includes('<script>'));
  assert.match((await page(`/results/${id}`)).text, /公示内容/, 'as it was');
});

test('who objects is for the department alone, and reading it is on record', async () => {
  const id = shared;
  const { path } = await object(id);
  const { id: objection } = (await deskOf(id)).at(-1);
  const market = await work.role(MARKET, 'publisher');
  assert.deepEqual(await deskOf(id, market), []);
  for (const ask of [market.get(`${V1}/objections/${objection}`),
    step(market, objection, 'examine'),
    step(market, objection, 'decide', { outcome: 'rejected', answer: '无' })])
    expectProblem(await ask, 403, 'forbidden');
  const auditor = await work.role(DISTRICT, 'auditor');
  assert.deepEqual(await deskOf(id, auditor), await deskOf(id));
  expectProblem(await auditor.get(`${V1}/objections/${objection}`), 403, 'forbidden');
  const full = expectJson(await reviewer.get(`${V1}/objections/${objection}`));
  assert.deepEqual([full.content, full.name, full.contact], [WRONG, WHO.name, WHO.contact]);
  const { events } = expectJson(await auditor.get(
    `${V1}/audit-events?target=objection:${objection}&limit=50`));
  assert.deepEqual(events.map(({ action }) => action), ['objection.show']);
  for (const at of [path, `/results/${id}`, '/results.json', '/results.csv', '/feed.atom'])
    for (const secret of [WHO.name, WHO.contact, WRONG])
      assert.ok(!(await page(at)).text.includes(secret), at);
  const csv = await publisher.get(`${V1}/objections?format=csv`);
  assert.ok(csv.text.includes('答复期限') && !csv.text.includes(WHO.contact));
});

test('who objected is forgotten when its time of keeping ends, and the objection stays', async () => {
  const id = await published();
  const retention = async (...args) => {
    const { kept } = (await stack.office.ctl(['retention', ...args])).out;
    return kept.find(({ name }) => name === 'objector');
  };
  const objected = [];
  for (const outcome of ['rejected', 'rejected', null]) {
    const { path } = await object(id);
    const { id: objection } = (await deskOf(id)).at(-1);
    objected.push({ objection, path });
    if (outcome === null) continue;
    expectJson(await step(publisher, objection, 'examine'));
    expectJson(await step(reviewer, objection, 'decide', { outcome, answer: '与检查记录一致' }));
  }
  const [old, young, open] = objected.map(({ objection }) => objection);
  const shown = async (objection) =>
    expectJson(await publisher.get(`${V1}/objections/${objection}`));
  const before = await retention();
  assert.equal(before.rule, 'retention.objector_days');
  const begin = `TIMESTAMP(DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)) - INTERVAL 8 HOUR
    - INTERVAL ${before.days} DAY`;
  await stack.operate(`UPDATE objection SET decided_at = ${begin} - INTERVAL 1 SECOND
    WHERE id = ${old}; UPDATE objection SET decided_at = ${begin} WHERE id = ${young};
    UPDATE objection SET received_at = '2020-01-01', received_on = '2020-01-01'
    WHERE id = ${open}`);
  const due = await retention();
  assert.equal(due.due, before.due + 1);
  assert.equal((await shown(old)).contact, WHO.contact, 'a report changes nothing');
  assert.equal((await retention('purge')).purged, due.due);
  const { name, contact, content, answer } = await shown(old);
  assert.deepEqual([name, contact, content, answer], ['', '', WRONG, '与检查记录一致']);
  for (const kept of [young, open]) assert.equal((await shown(kept)).contact, WHO.contact);
  assert.match((await page(objected[0].path)).text, /异议不成立/);
  assert.deepEqual([(await retention()).due, (await retention('purge')).purged], [0, 0]);
  const [[detail]] = await stack.sql(`SELECT detail FROM audit_event WHERE chain = 'admin' AND
    action = 'retention.purge' AND target = 'retention:objector' ORDER BY seq DESC LIMIT 1`);
  assert.equal(JSON.parse(detail).rows, due.due);
});

test('a form that is sent twice, or at once, is one objection with one receipt', async () => {
  const id = shared;
  const known = await count(id);
  const fields = { code: freshCode(), content: WRONG, ...WHO };
  const replies = [...await Promise.all([1, 2, 3, 4].map(() => send(id, fields))),
    await send(id, { ...fields, content: '另一段同样长的文字' })];
  for (const { status, headers } of replies)
    assert.deepEqual([status, headers.location],
      [303, `/liancha/public/objections/${fields.code}`]);
  assert.equal(await count(id), known + 1);
  assert.equal((await page(`/objections/${freshCode()}`)).status, 404);
  assert.equal((await page('/objections/x')).status, 404);
});

test('what is wrong stands beside what was typed, and nothing is kept of it', async () => {
  const id = shared;
  const known = await count(id);
  const good = { code: freshCode(), content: `${NASTY}${WRONG}`, ...WHO };
  for (const [wrong, about] of [[{ content: '短' }, /哪里有误/], [{ content: '\u3000 　      ' }, /哪里有误/],
    [{ content: '长'.repeat(501) }, /哪里有误/], [{ name: '' }, /姓名或者单位名称/],
    [{ name: '名'.repeat(41) }, /姓名或者单位名称/], [{ contact: '1' }, /联系到您/]]) {
    const res = await send(id, { ...good, ...wrong });
    assert.equal(res.status, 422, JSON.stringify(wrong));
    assert.match(res.text, new RegExp(`<p id="fault"[^>]*>[^<]*${about.source}`));
    assert.match(res.text, /aria-invalid="true" aria-describedby="fault"/);
    assert.ok(res.text.includes(`value="${good.code}"`) && !res.text.includes('<script>'));
    if (!('content' in wrong)) assert.ok(res.text.includes(WRONG), 'what was typed stays');
  }
  for (const fields of [{ ...good, code: 'short' }, { ...good, more: '1' }, { content: WRONG },
    { ...good, name: 'x'.repeat(2001) }, { ...good, name: 'a\u0001b' }])
    assert.equal((await send(id, fields)).status, 422, JSON.stringify(fields).slice(0, 80));
  const raw = (body, type = TYPE) => page(formOf(id), { method: 'POST', body,
    headers: { 'Content-Type': type } });
  assert.equal((await raw('code=%00')).status, 400);
  assert.equal((await raw('code=%zz')).status, 400);
  assert.equal((await raw('code')).status, 400);
  assert.equal((await raw('{}', 'application/json')).status, 415);
  assert.equal((await raw(`content=${'x'.repeat(9000)}`)).status, 413);
  assert.equal((await send(id, good, { Origin: 'https://evil.example' })).status, 403);
  assert.equal((await send(id, good, { 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  for (const none of [0, 99999999, 'x'])
    assert.equal((await send(none, good)).status, 404, none);
  assert.equal(await count(id), known);
});

// What the account of the public pages can do, whoever has it.
async function asPublic(query) {
  const password = readFileSync(join(stack.var, 'secret/public.password'), 'utf8').trim();
  return run('mariadb', ['--no-defaults', '--batch', '--skip-column-names',
    `--socket=${join(stack.var, 'run/mariadb.sock')}`, '--user=liancha_public', '--execute', query,
    'liancha'], { env: { ...process.env, MYSQL_PWD: password } });
}

test('a flood ends at what a day may have, for the database account too', async () => {
  const id = await published();
  const other = shared;
  const replies = [];
  for (let left = DAY_MAX + 2; left > 0; left--)
    replies.push((await send(id, { code: freshCode(), content: WRONG, ...WHO })).status);
  assert.deepEqual(replies, [...Array(DAY_MAX).fill(303), 429, 429]);
  const full = await send(id, { code: freshCode(), content: WRONG, ...WHO });
  assert.match(full.text, /已达上限/);
  assert.equal(await count(id), DAY_MAX);
  assert.equal((await send(other, { code: freshCode(), content: WRONG, ...WHO })).status, 303);

  const [[department, gone]] = await stack.sql(`SELECT department_id, (SELECT MIN(id) FROM
    publication WHERE state = 'retracted') FROM publication WHERE id = ${other}`);
  const insert = (values) => asPublic(`INSERT INTO objection_entry (publication_id, department_id,
    receipt_hash, content, name, contact, received_at, received_on, slot, department_slot)
    VALUES (${values})`);
  const rest = (days, slot) => `'x', 'x', 'x', UTC_TIMESTAMP(3) - INTERVAL ${days} DAY,
    DATE(UTC_TIMESTAMP(3) + INTERVAL 8 HOUR - INTERVAL ${days} DAY), ${slot}, 199`;
  const hash = () => `X'${randomBytes(32).toString('hex')}'`;
  for (const values of [`${other}, ${department}, ${hash()}, ${rest(0, DAY_MAX + 1)}`,
    `${other}, ${department}, ${hash()}, ${rest(1, 5)}`,
    `${other}, ${Number(department) + 1}, ${hash()}, ${rest(0, 5)}`,
    `${gone}, ${department}, ${hash()}, ${rest(0, 5)}`])
    await assert.rejects(insert(values), /CHECK OPTION failed/, values);
  await assert.rejects(insert(`${id}, ${department}, ${hash()}, ${rest(0, 5)}`), /Duplicate entry/);
  for (const query of ['SELECT * FROM objection_entry', 'SELECT content FROM objection',
    'UPDATE objection_entry SET slot = 1', 'DELETE FROM objection_entry'])
    await assert.rejects(asPublic(query), /denied/, query);
  const { stdout } = await asPublic('SELECT * FROM public_objection');
  for (const secret of [WHO.name, WHO.contact, WRONG]) assert.ok(!stdout.includes(secret));
});

test('nobody tries many codes, of objections or of notices', async () => {
  let tries = 0;
  for (let status = 404; status === 404; tries++) {
    ({ status } = await page(`/${tries % 2 ? 'notices' : 'objections'}/${freshCode()}`));
    assert.ok(tries < 100 && (status === 404 || status === 429), `${tries}: ${status}`);
  }
});

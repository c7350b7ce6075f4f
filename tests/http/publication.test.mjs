// One field on its way from the phone to the public page and the platform: signed, reviewed by
// another person of the same department, published in time and masked. And what stops it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCsv } from '../../conf/main-job/synthetic.mjs';
import { quickReference, today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { ROOT, startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, PLANS, seed } from './world.mjs';

const DELIVERY_MS = 30000;
const PRIVATE = { phone: '13900000000', id: '410402190001010018', card: '6222000000000000000' };

let stack;
let work;
let reviewer;
let publisher;
let corrected; // a section with a finding, all of it published

before(async () => {
  stack = await startStack({ own: true }); // what it dispatches to phones is its own
  work = new Fieldwork(stack, await seed(stack));
  reviewer = await work.role(DISTRICT, 'reviewer');
  publisher = await work.role(DISTRICT, 'publisher');
});
after(() => stack.stop());

const review = (client, section, body) =>
  client.post(`/planner/v1/sections/${section}/review`, body);
const publish = (client, id) => client.post(`/planner/v1/publications/${id}/publish`, {});

// Writes off what the section waits for.
async function writeOff(part) {
  const { evidence } = expectJson(
    await reviewer.get(`/planner/v1/sections/${part.section}/evidence`));
  const waiting = evidence.filter(({ verified }) => !verified);
  assert.equal(waiting.length, 1);
  expectJson(await reviewer.post(`/planner/v1/evidence/${waiting[0].id}/write-off`,
    { reason: '手机损毁，照片无法恢复' }));
}

// The n-th working day after a day, from the notices themselves.
function workingDayAfter(day, n) {
  const kinds = new Map(readCsv(`${ROOT}schema/reference/holidays.csv`)
    .map(({ date, kind }) => [date, kind]));
  const at = new Date(`${day}T00:00:00Z`);
  for (let left = n; left > 0;) {
    at.setUTCDate(at.getUTCDate() + 1);
    const date = at.toISOString().slice(0, 10);
    const weekend = [0, 6].includes(at.getUTCDay());
    if (kinds.has(date) ? kinds.get(date) === 'work' : !weekend) left--;
  }
  return at.toISOString().slice(0, 10);
}

// Each choice of the search finds it, alone and with others; another choice does not.
async function foundByEach(part, id, item) {
  const [[specialty]] = await stack.sql(`SELECT MIN(specialty) FROM task WHERE section_id = ${
    part.section}`);
  const [[region]] = await stack.sql(`SELECT region_code FROM publication WHERE id = ${id}`);
  const plan = PLANS[0].code;
  const found = async (query) => {
    const { text, status } = await stack.office.page(`/?${new URLSearchParams(query)}`);
    assert.equal(status, 200);
    return text.includes(`/results/${id}"`);
  };
  for (const query of [{ plan }, { item }, { specialty }, { specialty, region },
    { kind: 'inspection', plan, item, specialty, region, q: part.visit.subject_code }])
    assert.ok(await found(query), JSON.stringify(query));
  for (const query of [{ plan, kind: 'penalty' }, { plan: `${plan}X` }, { item: 'NONE' },
    { item, region: '410421' }, { specialty: specialty.slice(1) }, { kind: 'nothing' }])
    assert.ok(!await found(query), JSON.stringify(query));
  const subject = await stack.office.page(`/subjects/${part.visit.subject_code}`);
  assert.ok(subject.text.includes(`/results/${id}"`), 'on its page');
}

test('a field of a phone reaches the reviewer, the platform and the public page unchanged', async () => {
  const part = work.take(DISTRICT);
  const { checks } = await work.sign(part, { code: 'E' });
  corrected = part.section;
  const shown = expectJson(await reviewer.get(`/planner/v1/sections/${part.section}`));
  assert.equal(shown.state, 'signed');
  assert.equal(shown.result_class, 'corrected');
  assert.deepEqual([shown.evidence, shown.evidence_unverified,
    shown.evidence_written_off], [1, 0, 0]);
  assert.equal(shown.checks[0].result_name, '发现问题经责令已改正');

  const accepted = expectJson(await review(reviewer, part.section, { decision: 'accept' }));
  assert.deepEqual(accepted, { id: part.section, state: 'accepted', result_class: 'corrected',
    publish_by: workingDayAfter(today(), 20), provisional: accepted.provisional });
  const [due] = await work.publications(DISTRICT, 'due', part.section);
  assert.equal(due.due_on, accepted.publish_by);
  assert.equal(due.trigger_on, today());

  const published = expectJson(await publish(publisher, due.id));
  const [[payload, hash]] = await stack.sql('SELECT payload, LOWER(HEX(payload_hash)) ' +
    `FROM publication WHERE id = ${due.id}`);
  assert.equal(published.payload_sha256, hash);
  assert.equal(createHash('sha256').update(payload).digest('hex'), hash);
  const { subject_code: code, subject_name: name } = part.visit;
  const { insDate, ...result } = JSON.parse(payload);
  assert.equal(insDate, today(Date.parse(shown.arrived_at)));
  assert.deepEqual(result, { uscCode: code, entName: name,
    raninsPlanId: PLANS[0].code, raninsPlaneName: PLANS[0].name,
    raninsTaskId: CAMPAIGN.slice(1), raninsTaskName: '测试批次',
    raninsTypeName: part.visit.departments > 1 ? '部门联合“双随机”抽查' : '部门内部“双随机”抽查',
    insAuth: '平顶山市新华区卫生健康委员会',
    details: shown.checks.map(({ item_name, result_name }, i) =>
      ({ seqno: i + 1, raninsItemName: item_name, raninsCheckResName: result_name })) });
  assert.equal(checks.length, shown.checks.length);

  const { text, status } = await stack.office.page(`/results/${due.id}`);
  assert.equal(status, 200);
  for (const seen of [name, code, '发现问题经责令已改正']) assert.ok(text.includes(seen));

  await foundByEach(part, due.id, shown.checks[0].item);
  let delivered;
  for (const end = Date.now() + DELIVERY_MS; Date.now() < end; await sleep(100)) {
    [delivered] = await work.publications(DISTRICT, 'published', part.section);
    if (delivered.delivery === 'accepted') break;
  }
  assert.equal(delivered.delivery, 'accepted');
  assert.match(delivered.receipt, /^HN[0-9]{8}[0-9A-F]{16}$/);
  expectProblem(await publish(publisher, due.id), 409, 'wrong-state');
});

test('nobody reviews a section of another department, twice, or of his own', async () => {
  const part = work.take(DISTRICT);
  expectProblem(await review(reviewer, part.section, { decision: 'accept' }), 409, 'wrong-state');
  await work.sign(part);
  const card = part.inspectors[0].card_no;
  const login = 'both.hats';
  const { out } = await stack.office.ctl(['user', 'add', login, '--name', '测试兼职', '--department',
    DISTRICT, '--roles', 'reviewer,inspector', '--inspector', card]);
  stack.office.keep(login, out.password);
  for (const client of [await stack.office.as(login), await work.role(MARKET, 'reviewer'),
    await work.role(HOME, 'reviewer')])
    expectProblem(await review(client, part.section, { decision: 'accept' }), 403, 'forbidden');
  expectProblem(await review(reviewer, part.section, { decision: 'maybe' }), 422, 'invalid',
    { pointer: '/decision' });
  expectProblem(await review(reviewer, part.section, { decision: 'return' }), 422, 'invalid',
    { pointer: '/reason' });
  const replies = await Promise.all([1, 2, 3].map(() =>
    review(reviewer, part.section, { decision: 'accept' })));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409]);
  assert.equal((await work.publications(DISTRICT, 'due', part.section)).length, 1);
});

test('a returned section is open again on the phone, is signed anew and then accepted', async () => {
  const part = work.take(DISTRICT);
  const { phone, checks } = await work.sign(part);
  expectJson(await review(reviewer, part.section, { decision: 'return', reason: '请补充说明' }));
  await phone.pull();
  const { body } = phone.item('section', part.section);
  assert.deepEqual([body.state, body.review_reason, body.signed_by], ['returned', '请补充说明', null]);
  phone.record('check_result', checks[0].id, { result_code: 'E', problem: '补充' });
  phone.record('section_sign', part.section, {});
  await phone.sync();
  assert.equal(expectJson(await reviewer.get(`/planner/v1/sections/${part.section}`)).result_class,
    'corrected');

  // A class that only followed from the results follows them down again.
  expectJson(await review(reviewer, part.section, { decision: 'return', reason: '结果有误' }));
  await phone.pull();
  phone.record('check_result', checks[0].id, { result_code: '1', problem: null });
  phone.record('section_sign', part.section, {});
  await phone.sync();
  const accepted = await work.accept(part);
  assert.equal(accepted.result_class, 'no_problem');
  await phone.pull();
  assert.equal(phone.item('section', part.section).body.state, 'accepted');
});

test('unverified evidence, unless written off, and open conflicts hold a publication back', async () => {
  const part = work.take(DISTRICT);
  await work.sign(part, { missing: true });
  await work.accept(part);
  const [{ id }] = await work.publications(DISTRICT, 'due', part.section);
  const held = expectProblem(await publish(publisher, id), 409, 'wrong-state');
  assert.match(held.detail, /证据/);
  await writeOff(part);
  await stack.operate(`UPDATE section SET conflicts = 1 WHERE id = ${part.section}`);
  assert.match(expectProblem(await publish(publisher, id), 409, 'wrong-state').detail, /冲突/);
  await stack.operate(`UPDATE section SET conflicts = 0 WHERE id = ${part.section}`);
  const [[rows]] = await stack.sql(`SELECT COUNT(*) FROM outbox WHERE publication_id = ${id}`);
  assert.equal(rows, '0');
  const shown = expectJson(await reviewer.get(`/planner/v1/sections/${part.section}`));
  assert.deepEqual([shown.evidence, shown.evidence_unverified,
    shown.evidence_written_off], [1, 0, 1]);
  const replies = await Promise.all([1, 2, 3].map(() => publish(publisher, id)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409]);
  const [[once]] = await stack.sql(`SELECT COUNT(*) FROM outbox WHERE publication_id = ${id}`);
  assert.equal(once, '1');
});

test('only a publisher of the department that checked publishes', async () => {
  const part = work.take(MARKET);
  await work.sign(part);
  await work.accept(part);
  const [{ id }] = await work.publications(MARKET, 'due', part.section);
  assert.equal((await work.publications(DISTRICT, 'due', part.section)).length, 0);
  expectProblem(await publish(publisher, id), 403, 'forbidden');
  expectProblem(await publish(await work.role(MARKET, 'reviewer'), id), 403, 'forbidden');
  expectProblem(await publish(publisher, 999999), 404, 'not-found');
});

test('a penalty has its own clock, is masked, and its number counts once', async () => {
  const part = work.take(MARKET);
  const client = await work.role(MARKET, 'reviewer');
  const penalty = { decision_no: `测试罚〔${today().slice(0, 4)}〕1号`, act_type: '测试违法行为',
    content: `罚款；电话${PRIVATE.phone}，证件${PRIVATE.id}\n账户${PRIVATE.card}`, authority: '测试机关',
    decided_on: today() };
  const add = (body) => client.post(`/planner/v1/sections/${part.section}/penalties`, body);
  await work.sign(part, { code: 'A' });
  expectProblem(await add(penalty), 409, 'wrong-state'); // not reviewed yet
  await work.accept(part);
  expectProblem(await add({ ...penalty, content: ' \n' }), 422, 'invalid', { pointer: '/content' });
  expectProblem(await add({ ...penalty, act_type: 'a\tb' }), 422, 'invalid',
    { pointer: '/act_type' });
  expectProblem(await add({ ...penalty, decided_on: '2020-01-02' }), 422, 'invalid',
    { pointer: '/decided_on' });
  const made = expectJson(await add(penalty), 201);
  assert.equal(made.publish_by, workingDayAfter(today(), 7));
  for (const brackets of ['〔$1〕', '（$1）', '[ $1 ]'])
    expectProblem(await add({ ...penalty,
      decision_no: penalty.decision_no.replace(/〔(.*)〕/, brackets) }), 409, 'conflict',
    { pointer: '/decision_no' });

  const own = await work.role(MARKET, 'publisher');
  const due = await work.publications(MARKET, 'due', part.section);
  assert.deepEqual(due.map(({ kind }) => kind).sort(), ['inspection', 'penalty']);
  const { id } = due.find(({ kind }) => kind === 'penalty');
  expectJson(await publish(own, id));
  const [[payload]] = await stack.sql(`SELECT payload FROM publication WHERE id = ${id}`);
  // The operator's shell prints a backslash twice.
  const { penContent, ...rest } = JSON.parse(payload.replaceAll('\\\\', '\\'));
  for (const secret of Object.values(PRIVATE)) assert.ok(!penContent.includes(secret));
  assert.match(penContent, /^罚款；电话＊{3}，证件＊{3}\n账户＊{3}$/);
  assert.deepEqual(rest, { uscCode: part.visit.subject_code, entName: part.visit.subject_name,
    penDecNo: penalty.decision_no, illegActType: penalty.act_type, penAuth_CN: penalty.authority,
    penDecIssDate: today(), publicDate: today() });
  const listed = expectJson(await own.get(
    `/planner/v1/penalties?decision_no=${encodeURIComponent(penalty.decision_no)}`)).penalties;
  assert.deepEqual(listed.map((row) => [row.section, row.content, row.decided_on]),
    [[part.section, penalty.content, today()]]);
});

test('the indicators follow', async () => {
  const planner = await work.role(HOME, 'planner');
  const { departments, ...all } =
    expectJson(await planner.get(`/planner/v1/campaigns/${CAMPAIGN}/indicators`));
  const of = (code) => departments.find(({ department }) => department === code);
  assert.deepEqual([of(DISTRICT).completed, of(DISTRICT).closed], [4, 2]);
  assert.deepEqual([of(MARKET).completed, of(MARKET).closed], [2, 0]);
  assert.equal(all.completion_rate, 60);
  assert.equal(all.closing_rate, 20);
});

test('a finding is closed by its ends alone, and an order takes the place of no case', async () => {
  const closed = async () => {
    const planner = await work.role(HOME, 'planner');
    const { departments } =
      expectJson(await planner.get(`/planner/v1/campaigns/${CAMPAIGN}/indicators`));
    const { cells } = expectJson(await (await work.role(DISTRICT, 'planner'))
      .get(`/planner/v1/campaigns/${CAMPAIGN}/ledger`));
    const own = departments.find(({ department }) => department === DISTRICT);
    assert.equal(cells.reduce((sum, { closed: n }) => sum + n, 0), own.closed);
    return own.closed;
  };
  const before = await closed();
  const add = (values, client = reviewer, section = corrected) =>
    client.post(`/planner/v1/sections/${section}/disposals`, values);
  const end = (id, values, client = reviewer) =>
    client.post(`/planner/v1/disposals/${id}/end`, { ended_on: today(), note: '复查', ...values });
  const due = workingDayAfter(today(), 1);
  const order = { kind: 'order', number: '责改〔测试〕1号', content: '限期改正', issued_on: today(),
    due_on: due };
  expectProblem(await add({ ...order, kind: 'lenient', number: undefined, due_on: undefined }), 422,
    'invalid', { pointer: '/basis' });
  expectProblem(await add(order, await work.role(MARKET, 'reviewer')), 403, 'forbidden');
  const [[clean]] = await stack.sql('SELECT s.id FROM section s JOIN department d ' +
    "ON d.id = s.department_id WHERE s.result_class = 'no_problem' AND s.state = 'accepted' " +
    `AND d.code = '${DISTRICT}' LIMIT 1`);
  expectProblem(await add(order, reviewer, clean), 409, 'wrong-state');

  const made = expectJson(await add(order));
  assert.deepEqual([made.state, made.due_on, made.overdue, made.section], ['open', due, false,
    corrected]);
  expectProblem(await add(order), 409, 'conflict', { pointer: '/number' });
  expectProblem(await add({ ...order, number: ' 责改〔测试〕１ 号 ' }), 409, 'conflict',
    { pointer: '/number' });
  assert.ok(await closed() < before, 'what an order waits for is not closed');
  const { works } = expectJson(await reviewer.get('/planner/v1/workbench'));
  const reminder = works.find(({ kind }) => kind === 'disposal.end');
  assert.deepEqual([reminder.count, reminder.due], [1, due]);
  const listed = expectJson(await reviewer.get(`/planner/v1/disposals?${reminder.filter}`));
  assert.deepEqual(listed.disposals.map(({ id }) => id), [made.id]);

  const cards = (department) => stack.sql('SELECT i.card_no FROM inspector i JOIN department d ' +
    `ON d.id = i.department_id WHERE d.code = '${department}' AND i.on_duty ORDER BY 1 LIMIT 2`)
    .then((found) => found.flat());
  const team = await cards(DISTRICT);
  const [stranger] = await cards(MARKET);
  const failed = { outcome: 'not_corrected', method: 'visit', inspectors: team };
  expectProblem(await end(made.id, failed), 422, 'invalid', { pointer: '/outcome' });
  expectProblem(await end(made.id, failed, await work.role(MARKET, 'reviewer')), 403, 'forbidden');
  expectProblem(await end(999999, failed), 404, 'not-found');
  const punish = () => reviewer.post(`/planner/v1/sections/${corrected}/penalties`,
    { decision_no: '立案罚〔测试〕1号', act_type: '逾期不改正', content: '警告',
      authority: '平顶山市新华区卫生健康委员会', decided_on: today() });
  expectProblem(await punish(), 409, 'wrong-state');
  const filed = expectJson(await add({ ...order, kind: 'case', number: '立案〔测试〕1号' }));
  expectProblem(await end(made.id, failed), 422, 'invalid', { pointer: '/ended_on' });
  await stack.operate('UPDATE disposal SET issued_on = issued_on - INTERVAL 9 DAY, ' +
    `due_on = issued_on + INTERVAL 5 DAY WHERE id = ${made.id}`);
  // Who looked again on the spot: as many as at a check, of the department, in duty.
  for (const [inspectors, pointer] of [[null, '/inspectors'], [[team[0]], '/inspectors'],
    [[team[0], team[0]], '/inspectors/1'], [[team[0], stranger], '/inspectors/1'],
    [[...team, 'X-0'], '/inspectors/2']])
    expectProblem(await end(made.id, { ...failed, inspectors }), 422, 'invalid', { pointer });
  expectProblem(await end(made.id, { ...failed, method: 'document' }), 422, 'invalid',
    { pointer: '/inspectors' });
  const ended = expectJson(await end(made.id, failed));
  assert.equal(ended.inspectors.split('、').length, 2);
  assert.deepEqual([ended.state, ended.outcome, ended.method], ['ended', 'not_corrected', 'visit']);
  expectProblem(await end(made.id, failed), 409, 'wrong-state');
  assert.ok(await closed() < before, 'nor is what a case waits for');
  const penalized = { outcome: 'penalized', note: '作出警告' };
  expectProblem(await end(filed.id, penalized), 422, 'invalid', { pointer: '/outcome' });
  const { id: decided } = expectJson(await punish(), 201);
  expectJson(await end(filed.id, penalized));
  assert.ok(await closed() < before, 'nor is what a penalty waits for that is not public');
  await stack.operate(`DELETE FROM publication WHERE penalty_id = ${decided}`);
  const lenient = expectJson(await add({ ...order, kind: 'lenient', number: undefined,
    due_on: undefined, basis: '《行政处罚法》第三十三条' }));
  assert.deepEqual([lenient.state, lenient.outcome, lenient.ended_on], ['ended', 'no_penalty',
    today()]);
  expectProblem(await add({ ...order, kind: 'lenient', number: undefined, due_on: undefined,
    basis: '《行政处罚法》第三十三条' }), 409, 'conflict', { pointer: '/number' });
  assert.equal(await closed(), before);
});

// What a file of the reference says, loaded; which publications moved.
async function loaded(folder, file, text) {
  writeFileSync(file, text);
  const { out } = await stack.office.ctl(['load-reference', folder]);
  return out.due_moved ?? [];
}
async function dueStates() {
  const rows = await stack.sql("SELECT id, state, due_on, COALESCE(due_before, ''), " +
    'provisional FROM publication ORDER BY id');
  return { due: rows.filter(([, state]) => state === 'due'),
    published: rows.filter(([, state]) => state === 'published') };
}

test('what is due moves with a rule and back, what is published stays', async () => {
  const folder = quickReference(join(stack.var, 'rules'));
  const rules = join(folder, 'rules.csv');
  const printed = readFileSync(rules, 'utf8');
  const load = (text) => loaded(folder, rules, text);
  await load(printed);
  const before = await dueStates();
  assert.ok(before.due.length > 0 && before.published.length > 0);
  const moved = await load(printed.replace(/^(deadline\.(?:inspection|penalty),,)(\d+)/gm,
    (_, rule, days) => `${rule}${days - 1}`));
  const later = await dueStates();
  assert.deepEqual(later.published, before.published);
  assert.equal(moved.reduce((n, { count }) => n + count, 0), before.due.length);
  for (const [i, [id, , due, was]] of later.due.entries()) {
    assert.equal(was, before.due[i][2], id);
    assert.ok(due < was && moved.some(({ from, to }) => from === was && to === due), id);
  }
  await load(printed);
  assert.deepEqual((await dueStates()).due.map((row) => row[2]), before.due.map((row) => row[2]));
});

test('what is due moves with the calendar and back, what is published stays', async () => {
  const folder = quickReference(join(stack.var, 'calendar'));
  const holidays = join(folder, 'holidays.csv');
  const printed = readFileSync(holidays, 'utf8');
  const load = (text) => loaded(folder, holidays, text);
  const states = dueStates;
  await load(printed);
  const before = await states();
  const day = before.due[0][2];
  const year = day.slice(0, 4);
  assert.ok(before.due.length > 0 && before.published.length > 0);

  // Two notices that nobody gave: the day itself, and one that follows.
  const off = [day, workingDayAfter(day, 1)].filter((date) => date.startsWith(year));
  const moved = await load(printed + off.map((date) =>
    `${date},off,合成临时放假,${year},https://example.invalid/1\n`).join(''));
  const later = await states();
  assert.deepEqual(later.published, before.published);
  assert.ok(moved.some(({ from, to }) => from === day && to === workingDayAfter(day, off.length)));
  assert.equal(moved.reduce((n, { count }) => n + count, 0),
    later.due.filter((row, i) => row[2] !== before.due[i][2]).length);
  for (const [id, , due, was] of later.due)
    assert.ok(!off.includes(due) && (was === '' || off.includes(was) || was < due), id);

  // The file is the whole of the calendar: what it lacks is gone, and its year is open again.
  assert.ok((await load(printed)).length > 0);
  assert.deepEqual((await states()).due.map((row) => row[2]), before.due.map((row) => row[2]));
  await load(printed.split('\n').filter((line) => line.split(',')[3] !== year).join('\n'));
  assert.ok((await states()).due.every((row) => row[4] === '1'), 'provisional');
  await load(printed);
  const { due } = await states();
  assert.deepEqual(due.map((row) => [row[2], row[4]]), before.due.map((row) => [row[2], row[4]]));
  const own = await work.role(MARKET, 'publisher');
  const listed = await own.get('/planner/v1/publications?state=due');
  assert.ok(expectJson(listed).publications.some((row) => row.due_before));

  writeFileSync(holidays, `${printed.split('\n')[0]}\n`);
  const { err } = await stack.office.ctl(['load-reference', folder], { codes: [1] });
  assert.match(err, /节假日安排：文件没有数据行/);
});

// What an enterprise is called later, by a file of somebody's, is on no public page.
async function renamed(id, name) {
  const [[subject]] = await stack.sql(
    `SELECT subject_code FROM publication WHERE id = ${id}`);
  const call = (other) => stack.operate(`UPDATE subject SET name = CONVERT(X'${
    Buffer.from(other).toString('hex')}' USING utf8mb4) WHERE code = '${subject}'`);
  await call(`合成改名${PRIVATE.phone}`);
  for (const path of [`/results/${id}`, `/?q=${subject}`, `/draws/${CAMPAIGN}`,
    `/?q=${PRIVATE.phone}`]) {
    const { text } = await stack.office.page(path);
    assert.ok(!text.includes('合成改名'), path);
  }
  assert.ok((await stack.office.page(`/results/${id}`)).text.includes(name));
  await call(name);
}

test('a publisher withholds, goes on, and takes back: every page and platform follows', async () => {
  const own = await work.role(MARKET, 'publisher');
  const [{ id, section }] = (await expectJson(
    await own.get('/planner/v1/publications?state=due'))).publications;
  const step = (name, body = {}, client = own) =>
    client.post(`/planner/v1/publications/${id}/${name}`, body);
  const reason = `企业申诉，联系人电话${PRIVATE.phone}`;
  const back = { cause: 'revoked', reason: '处罚决定已撤销', since: today() };
  const hold = { cause: 'dispute', reason, look_on: workingDayAfter(today(), 5) };
  expectProblem(await step('withhold', hold, publisher), 403, 'forbidden');
  for (const [wrong, pointer] of [[{ ...hold, reason: ' ' }, '/reason'],
    [{ ...hold, cause: 'error' }, '/cause'], [{ ...hold, look_on: today() }, '/look_on'],
    [{ ...hold, look_on: workingDayAfter(today(), 60) }, '/look_on']])
    expectProblem(await step('withhold', wrong), 422, 'invalid', { pointer });
  expectProblem(await step('retract', back), 409, 'wrong-state');
  const withheld = expectJson(await step('withhold', hold));
  assert.deepEqual([withheld.state, withheld.stopped_cause, withheld.stopped_reason,
    withheld.look_on, withheld.overdue],
  ['withheld', 'dispute', '企业申诉，联系人电话＊＊＊', hold.look_on, false]);
  expectProblem(await publish(own, id), 409, 'wrong-state');
  expectProblem(await step('withhold', hold), 409, 'wrong-state');
  const released = expectJson(await step('release'));
  assert.deepEqual([released.state, released.stopped_reason, released.look_on],
    ['due', null, null]);

  const { messages: { henan: message } } = expectJson(await publish(own, id));
  const [{ subject_name: name }] = await work.publications(MARKET, 'published', section);
  const found = async () => (await stack.office.page(`/?q=${encodeURIComponent(name)}`)).text
    .includes(`/results/${id}"`);
  const delivered = async (state) => {
    for (const end = Date.now() + DELIVERY_MS; Date.now() < end; await sleep(100)) {
      const row = (await work.publications(MARKET, state, section)).find((one) => one.id === id);
      if (row.delivery === 'accepted') return row;
    }
    return assert.fail('not delivered');
  };
  await delivered('published');
  assert.equal(await found(), true);
  await renamed(id, name);

  expectProblem(await step('retract', { ...back, since: workingDayAfter(today(), 1) }), 422,
    'invalid', { pointer: '/since' });
  const gone = expectJson(await step('retract', back));
  assert.deepEqual([gone.state, gone.retract_by], ['retracted', workingDayAfter(today(), 5)]);
  const note = await stack.office.page(`/results/${id}`);
  assert.equal(note.status, 410);
  for (const said of ['已撤下', '所依据的决定被撤销或者变更', back.reason])
    assert.ok(note.text.includes(said), said);
  assert.ok(!note.text.includes(name));
  assert.equal((await stack.office.page('/results/999999')).status, 404);
  assert.equal(await found(), false);
  assert.deepEqual(await stack.sql('SELECT COUNT(*) FROM publication_suffix ' +
    `WHERE publication_id = ${id}`), [['0']]);
  const { receipt } = await delivered('retracted');
  const { accepted } = expectJson(await request(`${stack.platform}/_sim/accepted`,
    { ca: readFileSync(join(stack.var, 'platform/ca.pem')) }));
  const taken = accepted.filter((one) => one.kind === 'retraction' &&
    one.body.messageId === message);
  assert.deepEqual(taken.map(({ body, receipt: given }) => [body, given]),
    [[{ messageId: message, reason: back.reason, retractedOn: today() }, receipt]]);
  expectProblem(await step('retract', back), 409, 'wrong-state');
  expectProblem(await publish(own, id), 409, 'wrong-state');
});

// Every kind of what is personal, in the words of a penalty.
const PERSONAL = { name: '张建国', second: '李春梅', phone: '13900000001', id: '410402199001011234',
  card: '6222020000000000123', account: '410152301005', home: '新华区合成路5号院3号楼2单元501室',
  handle: 'wx_hecheng01', mail: 'zhang.jg@example.com', passport: 'E12345678', plate: '豫D12345',
  record: 'ZY0012345', finding: '活动性肺结核' };

test('an editor sees each mask beside the text, adds one alone, and takes one off only with another',
  async () => {
    const part = work.take(MARKET);
    await work.sign(part, { code: 'A' });
    await work.accept(part);
    const p = PERSONAL;
    const content = `当事人${p.name}（男，身份证号${p.id}，电话${p.phone}，微信号${p.handle}，` +
      `邮箱${p.mail}，护照${p.passport}），住${p.home}，驾驶${p.plate}；患者${p.second}，住院号` +
      `${p.record}，诊断为${p.finding}。卡号${p.card}，账号${p.account}。涉案商标绿源。罚款500元`;
    const penalty = { decision_no: `测试罚〔${today().slice(0, 4)}〕2号`, act_type: '测试违法行为',
      content, authority: '测试机关', decided_on: today() };
    const reviewing = await work.role(MARKET, 'reviewer');
    expectJson(await reviewing.post(`/planner/v1/sections/${part.section}/penalties`, penalty),
      201);
    const own = await work.role(MARKET, 'publisher');
    const { out } = await stack.office.ctl(['user', 'add', 'second.look', '--name', '测试复核',
      '--department', MARKET, '--roles', 'publisher']);
    stack.office.keep('second.look', out.password);
    const second = await stack.office.as('second.look');
    const { id } = (await work.publications(MARKET, 'due', part.section))
      .find(({ kind }) => kind === 'penalty');
    const at = `/planner/v1/publications/${id}`;
    const contentOf = ({ fields }) => fields.find(({ key }) => key === 'penContent');

    expectProblem(await publisher.get(`${at}/preview`), 403, 'forbidden');
    const shown = expectJson(await own.get(`${at}/preview`));
    const { original, masked, spans } = contentOf(shown);
    assert.equal(original, content);
    for (const [what, value] of Object.entries(p)) assert.ok(!masked.includes(value), what);
    const glyphs = [...original];
    assert.deepEqual(spans.slice(0, 2).map(({ from, to, kind, rule }) =>
      [glyphs.slice(from, to).join(''), kind, rule]),
    [[p.name, 'name', '自然人姓名'], [p.id, 'identity', '公民身份号码']]);
    assert.equal(spans.map(({ from, to }) => glyphs.slice(from, to).join('')).join(' '),
      [p.name, p.id, p.phone, p.handle, p.mail, p.passport, p.home, p.plate, p.second, p.record,
        p.finding, p.card, p.account].join(' '));

    const say = (client, what, body) => client.post(`${at}/masks${what}`, body);
    expectProblem(await say(own, '', { text: '没有的字', reason: '测试' }), 422, 'invalid',
      { pointer: '/text' });
    const covered = expectJson(await say(own, '', { text: '绿源', reason: '商业秘密' }));
    assert.ok(contentOf(covered).masked.includes('商标＊＊＊。'));
    const asked = expectJson(await say(own, '/lift', { text: '绿源', reason: '已公开' }));
    assert.ok(contentOf(asked).masked.includes('商标＊＊＊。'), 'nobody lifts a mask alone');
    const [wish] = asked.wishes;
    assert.deepEqual([wish.state, wish.mine, wish.agreed], ['asked', true, null]);
    const agree = (client) => client.post(`${at}/masks/${wish.id}/agree`, {});
    expectProblem(await agree(own), 409, 'wrong-state');
    const agreed = expectJson(await agree(second));
    assert.ok(contentOf(agreed).masked.includes('商标绿源。'));
    assert.equal(agreed.wishes[0].agreed, '测试复核');

    const { messages: { henan: first }, version } = expectJson(await publish(own, id));
    assert.equal(version, 1);
    const wrong = { reason: '罚款金额有误' };
    expectProblem(await own.post(`${at}/correct`, wrong), 409, 'wrong-state');
    const corrected = expectJson(await own.post(`${at}/correct`,
      { ...wrong, content: content.replace('500元', '600元') }));
    assert.equal(corrected.version, 2);
    const page = (await stack.office.page(`/results/${id}`)).text;
    for (const said of ['罚款600元', '更正后的第 2 版', wrong.reason]) assert.ok(page.includes(said));
    const { versions } = expectJson(await own.get(`${at}/preview`));
    assert.deepEqual(versions.map(({ version: n, reason, payload }) =>
      [n, reason, /罚款\d+元/.exec(payload.penContent)[0]]),
    [[1, null, '罚款500元'], [2, wrong.reason, '罚款600元']]);

    // The platform has the new one, and has taken the old one back; nobody was told a secret.
    let accepted = [];
    for (const end = Date.now() + DELIVERY_MS; Date.now() < end; await sleep(100)) {
      ({ accepted } = expectJson(await request(`${stack.platform}/_sim/accepted`,
        { ca: readFileSync(join(stack.var, 'platform/ca.pem')) })));
      if (accepted.some(({ messageId }) => messageId === corrected.messages.henan) &&
        (!accepted.some(({ messageId }) => messageId === first) ||
        accepted.some(({ body }) => body.messageId === first))) break;
    }
    const has = (wanted) => accepted.some(({ messageId }) => messageId === wanted);
    assert.ok(has(corrected.messages.henan));
    assert.equal(has(first), accepted.some(({ body }) => body.messageId === first));
    const said = [page, (await stack.office.page('/')).text, JSON.stringify(accepted),
      JSON.stringify(await stack.sql('SELECT body FROM outbox'))].join('\n');
    for (const [what, value] of Object.entries(p)) assert.ok(!said.includes(value), what);
  });

test('a phone tells what is public of the checks before, and no more what was taken back', async () => {
  const published = await work.publications(DISTRICT, 'published');
  const ids = published.filter(({ kind }) => kind === 'inspection').slice(0, 2).map(({ id }) => id);
  assert.equal(ids.length, 2);
  const later = work.parts.find(({ visit, department }) => department === MARKET &&
    published.every(({ subject_code: code }) => code !== visit.subject_code));
  const phone = await work.phoneOf(later);
  const earlier = async () => {
    await phone.pull();
    return phone.items('visit').find(({ body }) =>
      body.subject.code === later.visit.subject_code).body.earlier;
  };
  assert.deepEqual(await earlier(), []); // those are of other enterprises
  await stack.operate(`UPDATE publication SET subject_code = '${later.visit.subject_code}', ` +
    `checked_on = '2026-01-05' WHERE id IN (${ids})`);
  const [[payload, result]] = await stack.sql('SELECT payload, result_class FROM publication ' +
    `WHERE id = ${ids[1]}`);
  const back = async (id) => expectJson(await publisher.post(
    `/planner/v1/publications/${id}/retract`,
    { cause: 'error', reason: '检查对象有误', since: today() }));
  await back(ids[0]);
  assert.deepEqual(await earlier(), [{ on: '2026-01-05', department: '平顶山市新华区卫生健康委员会',
    result_class: result, items: JSON.parse(payload).details.map((one) =>
      ({ name: one.raninsItemName, result: one.raninsCheckResName })) }]);
  await back(ids[1]);
  assert.deepEqual(await earlier(), []);
});

test('a check of six hundred items is published, and found by each; one too long is refused as such',
  async () => {
    const part = work.take(DISTRICT);
    await work.sign(part);
    await work.accept(part);
    const check = async (first, last) => {
      await stack.operate('INSERT INTO inspection_item (code, version, specialty, name, category,' +
        " method, legal_basis, content, retired) SELECT CONCAT('MANY-OF-THE-LONGEST-CODES-', " +
        "seq), 1, specialty, CONCAT('事项', seq), category, method, legal_basis, content, TRUE " +
        `FROM seq_${first}_to_${last} JOIN (SELECT * FROM inspection_item LIMIT 1) item`);
      await stack.operate('INSERT INTO check_result (section_id, item_id, result_code) SELECT ' +
        `${part.section}, id, '1' FROM inspection_item WHERE code BETWEEN ` +
        `'MANY-OF-THE-LONGEST-CODES-${first}' AND 'MANY-OF-THE-LONGEST-CODES-${last}'`);
    };
    const [{ id }] = await work.publications(DISTRICT, 'due', part.section);
    await check(1000, 1599);
    await check(1600, 2099);
    const { detail } = expectProblem(await publish(publisher, id), 413, 'too-large');
    assert.match(detail, /1000 项/);
    await stack.operate(`DELETE FROM check_result WHERE section_id = ${part.section} AND item_id ` +
      "IN (SELECT id FROM inspection_item WHERE code > 'MANY-OF-THE-LONGEST-CODES-1599' AND " +
      "code LIKE 'MANY-%')");
    expectJson(await publish(publisher, id));
    for (const item of [1000, 1599])
      await foundByEach(part, id, `MANY-OF-THE-LONGEST-CODES-${item}`);
    assert.ok((await stack.office.page(`/results/${id}`)).text.includes('事项1599'));
  });

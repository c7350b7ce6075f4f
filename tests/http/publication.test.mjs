// One field on its way from the phone to the public page and the platform: signed, reviewed by another
// person of the same department, published in time and masked. And what stops it.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCsv } from '../../conf/main-job/synthetic.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, expectProblem } from '../support/http.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { ROOT, startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, PLANS, seed } from './world.mjs';

const DELIVERY_MS = 30000;
const PRIVATE = { phone: '13900000000', id: '410402190001010018', card: '6222000000000000000' };

let stack;
let work;
let reviewer;
let publisher;

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
  const { evidence } = expectJson(await reviewer.get(`/planner/v1/sections/${part.section}/evidence`));
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

test('a field of a phone reaches the reviewer, the platform and the public page unchanged', async () => {
  const part = work.take(DISTRICT);
  const { checks } = await work.sign(part, { code: 'E' });
  const shown = expectJson(await reviewer.get(`/planner/v1/sections/${part.section}`));
  assert.equal(shown.state, 'signed');
  assert.equal(shown.result_class, 'corrected');
  assert.deepEqual([shown.evidence, shown.evidence_unverified, shown.evidence_written_off], [1, 0, 0]);
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
  const { subject } = part.visit;
  assert.deepEqual(JSON.parse(payload), { uscCode: subject.code, entName: subject.name,
    raninsPlanId: PLANS[0].code, raninsPlaneName: PLANS[0].name,
    raninsTaskId: CAMPAIGN.slice(1), raninsTaskName: '测试批次',
    raninsTypeName: part.visit.sections > 1 ? '部门联合“双随机”抽查' : '部门内部“双随机”抽查',
    insAuth: '平顶山市新华区卫生健康委员会', insDate: today(),
    details: shown.checks.map(({ item_name, result_name }, i) =>
      ({ seqno: i + 1, raninsItemName: item_name, raninsCheckResName: result_name })) });
  assert.equal(checks.length, shown.checks.length);

  const { text, status } = await stack.office.page(`/results/${due.id}`);
  assert.equal(status, 200);
  for (const seen of [subject.name, subject.code, '发现问题经责令已改正']) assert.ok(text.includes(seen));

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
  assert.deepEqual([shown.evidence, shown.evidence_unverified, shown.evidence_written_off], [1, 0, 1]);
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
  expectProblem(await add({ ...penalty, act_type: 'a\tb' }), 422, 'invalid', { pointer: '/act_type' });
  expectProblem(await add({ ...penalty, decided_on: '2020-01-02' }), 422, 'invalid',
    { pointer: '/decided_on' });
  const made = expectJson(await add(penalty), 201);
  assert.equal(made.publish_by, workingDayAfter(today(), 7));
  expectProblem(await add(penalty), 409, 'conflict', { pointer: '/decision_no' });

  const own = await work.role(MARKET, 'publisher');
  const due = await work.publications(MARKET, 'due', part.section);
  assert.deepEqual(due.map(({ kind }) => kind).sort(), ['inspection', 'penalty']);
  const { id } = due.find(({ kind }) => kind === 'penalty');
  expectJson(await publish(own, id));
  const [[payload]] = await stack.sql(`SELECT payload FROM publication WHERE id = ${id}`);
  // The operator's shell prints a backslash twice.
  const { penContent, ...rest } = JSON.parse(payload.replaceAll('\\\\', '\\'));
  for (const secret of Object.values(PRIVATE)) assert.ok(!penContent.includes(secret));
  assert.match(penContent, /^罚款；电话＊{11}，证件＊{18}\n账户＊{19}$/);
  assert.deepEqual(rest, { uscCode: part.visit.subject.code, entName: part.visit.subject.name,
    penDecNo: penalty.decision_no, illegActType: penalty.act_type, penAuth_CN: penalty.authority,
    penDecIssDate: today(), publicDate: today() });
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

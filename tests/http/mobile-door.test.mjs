// At the door: attendance of both inspectors, the enterprise's signature or refusal, samples, the
// opinion letter; what the sign-off asks of them, who sees them, and that nobody else does.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { photo } from '../support/phone/photo.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, seed } from './world.mjs';

const INSTANT = '2026-03-02T01:30:00.000Z';
const PLACE = { lon: 113.3, lat: 33.7, accuracy: 12.5 };

let stack;
let world;
let work;
let part; // a section that nobody signs
let mine;
let colleague;

before(async () => {
  stack = await startStack({ own: true }); // signs most of its sections
  world = await seed(stack);
  work = new Fieldwork(stack, world);
  part = work.take(DISTRICT);
  mine = await world.newPhone(part.inspectors[0].card_no);
  colleague = await world.newPhone(part.inspectors[1].card_no);
  await mine.pull();
  await colleague.pull();
});
after(() => stack.stop());

const counters = new Map();
function operation(phone, entity, fields, more = {}) {
  const counter = (counters.get(phone) ?? 0) + 1;
  counters.set(phone, counter);
  return { id: uuidv7(), counter, entity,
    fields: { section_id: part.section, ...fields }, ...more };
}
const push = async (phone, ...operations) => expectJson(await request(
  `${stack.base}/mobile/v1/push`, { json: { operations }, token: phone.token })).outcomes;
const names = (outcomes) => outcomes.map(({ outcome }) => outcome);
const kind = ({ problem }) => problem?.type.split(':').at(-1);
const ofSection = async (phone, entity, section = part.section) => {
  await phone.pull();
  return phone.items(entity).map(({ body }) => body).filter((body) => body.section_id === section);
};
const doorCode = (phone) => phone.items('visit')
  .find(({ body }) => body.code === part.visit.code).body.door_code;
const arrival = (phone, card_no, more = {}) => operation(phone, 'attendance', { card_no,
  event: 'arrived', at: INSTANT, how: 'scanned', door_code: doorCode(phone), ...PLACE, ...more });
const signature = (more = {}) => operation(mine, 'signature', { outcome: 'refused', at: INSTANT,
  reason: '有异议', witness: '合成见证人', ...more });
const sample = (more = {}) => operation(mine, 'sample', { number: 'S-1', name: '合成水样',
  quantity: '2.5', unit: 'L', sealed: true, laboratory: '合成检测机构',
  handed_over_at: INSTANT, ...more });
const desk = async (section, department = DISTRICT) => expectJson(await request(
  `${stack.base}/planner/v1/sections/${section}`,
  { token: world.tokenOf('reviewer', department) }));
const signedBy = async (phone, section) => {
  const id = phone.record('section_sign', section, {});
  await phone.sync();
  return phone.outcomes.get(id);
};

test('each inspector checks in on a phone of their own, or both on one; nothing conflicts', async () => {
  const [one, two] = part.inspectors.map(({ card_no }) => card_no);
  const first = arrival(mine, one);
  assert.deepEqual(names(await push(mine, first, arrival(mine, two, { how: 'typed' }))),
    ['applied', 'applied']);
  assert.deepEqual(names(await push(colleague, arrival(colleague, two))), ['applied']);
  assert.deepEqual(names(await push(mine, first)), ['duplicate']);
  const left = operation(mine, 'attendance', { card_no: one, event: 'left', at: INSTANT });
  assert.deepEqual(names(await push(mine, left)), ['applied']);
  const seen = await ofSection(colleague, 'attendance');
  assert.deepEqual(seen.map(({ card_no, event }) => [card_no, event]).sort(),
    [[one, 'arrived'], [one, 'left'], [two, 'arrived'], [two, 'arrived']]);
  assert.deepEqual(seen.find(({ how }) => how === 'scanned' && seen), { section_id: part.section,
    card_no: one, event: 'arrived', at: INSTANT, ...PLACE, how: 'scanned', sha256: null });
  const [[attended]] = await stack.sql(`SELECT attended FROM section WHERE id = ${part.section}`);
  assert.equal(attended.split(',').length, 2, 'who came twice counts once');
});

test('each faulty record is rejected with the field at fault and leaves nothing', async () => {
  const [one] = part.inspectors.map(({ card_no }) => card_no);
  const stranger = world.cards.find((card) =>
    !part.inspectors.some(({ card_no }) => card_no === card));
  const cases = [
    [arrival(mine, one, { door_code: '00000000' }), 'invalid', '/fields/door_code'],
    [arrival(mine, one, { how: 'photo' }), 'invalid', '/fields/door_code'],
    [arrival(mine, one, { lon: 181 }), 'invalid', '/fields/lon'],
    [arrival(mine, one, { lat: null }), 'invalid', '/fields/lat'],
    [arrival(mine, one, { accuracy: -1 }), 'invalid', '/fields/accuracy'],
    [arrival(mine, one, { at: 'gestern' }), 'invalid', '/fields/at'],
    [arrival(mine, one, { event: 'came' }), 'invalid', '/fields/event'],
    [arrival(mine, one, { more: 1 }), 'invalid', '/fields/more'],
    [arrival(mine, stranger), 'not-assigned', '/fields/card_no'],
    [arrival(mine, 'nobody'), 'not-assigned', '/fields/card_no'],
    [arrival(mine, one, { section_id: 999999999 }), 'not-found', '/fields/section_id'],
    [{ ...arrival(mine, one), entity_id: part.section }, 'malformed', '/entity_id'],
    [signature({ reason: null }), 'invalid', '/fields/reason'],
    [signature({ witness: ' ' }), 'invalid', '/fields/witness'],
    [signature({ outcome: 'signed', reason: null, witness: null }), 'invalid', '/fields/name'],
    [signature({ name: '长'.repeat(61) }), 'invalid', '/fields/name'],
    [sample({ quantity: '0' }), 'invalid', '/fields/quantity'],
    [sample({ quantity: 2.5 }), 'invalid', '/fields/quantity'],
    [sample({ sealed: 'yes' }), 'invalid', '/fields/sealed'],
    [sample({ laboratory: undefined }), 'invalid', '/fields/laboratory'],
    [sample({ check_result_id: 999999999 }), 'not-found', '/fields/check_result_id'],
  ];
  const before = await stack.sql('SELECT * FROM door_record ORDER BY id');
  const outcomes = await push(mine, ...cases.map(([op]) => op));
  outcomes.forEach((outcome, i) => assert.deepEqual(
    [outcome.outcome, kind(outcome), outcome.problem?.pointer],
    ['rejected', cases[i][1], cases[i][2]], JSON.stringify(cases[i][0])));
  for (const { problem } of outcomes) assert.match(problem.detail, /\p{Script=Han}/u);
  assert.deepEqual(await stack.sql('SELECT * FROM door_record ORDER BY id'), before);
});

test('what is recorded again takes the place of what waits for a file that will never come', async () => {
  const [one, two] = part.inspectors.map(({ card_no }) => card_no);
  const lost = () => ({ sha256: uuidv7().replaceAll('-', '').repeat(2) });
  const byPhoto = (card) => arrival(mine, card, { how: 'photo', door_code: null, ...lost() });
  const signed = () => signature({ outcome: 'signed', reason: null, witness: null, name: '合成',
    ...lost() });
  const waiting = async (...operations) => {
    assert.deepEqual(names(await push(mine, ...operations)), operations.map(() => 'applied'));
    return (await desk(part.section)).evidence_unverified;
  };
  const before = await waiting(arrival(mine, one), arrival(mine, two));
  assert.equal(await waiting(byPhoto(one), signed()), before + 2);
  assert.equal(await waiting(arrival(mine, two), signed()), before + 2, 'not what others recorded');
  assert.equal(await waiting(operation(mine, 'attendance',
    { card_no: one, event: 'left', at: INSTANT })),
    before + 2, 'nor that they left');
  assert.equal(await waiting(arrival(mine, one)), before + 1);
  assert.equal(await waiting(signature()), before);
});

test('a group that fails takes the check-in of its inspectors back', async () => {
  const own = work.take(MARKET);
  const phone = await world.newPhone(own.inspectors[0].card_no);
  await phone.pull();
  const before = await stack.sql(`SELECT * FROM section WHERE id = ${own.section}`);
  const group = uuidv7();
  const [check] = phone.items('check_result').filter(({ body }) => body.section_id === own.section);
  const door_code = phone.items('visit')
    .find(({ body }) => body.code === own.visit.code).body.door_code;
  const outcomes = await push(phone, { ...operation(phone, 'attendance', { section_id: own.section,
    card_no: own.inspectors[0].card_no, event: 'arrived', at: INSTANT, how: 'typed', door_code }),
    group },
  { id: uuidv7(), counter: 99, entity: 'check_result', entity_id: check.id, base_version: 0,
    fields: { result_code: 'zz' }, group });
  assert.deepEqual(outcomes.map(kind), ['group-failed', 'invalid']);
  assert.deepEqual(await stack.sql(`SELECT * FROM section WHERE id = ${own.section}`), before);
  assert.deepEqual(await ofSection(phone, 'attendance', own.section), []);
});

test('the sign-off needs as many who attended as the rule says', async () => {
  const own = work.take(DISTRICT);
  const phone = await work.phoneOf(own);
  const checks = phone.items('check_result').filter(({ body }) => body.section_id === own.section);
  checks.forEach(({ id }) => phone.record('check_result', id, { result_code: '1' }));
  phone.record('section', own.section, { arrived_at: INSTANT });
  const nobody = await signedBy(phone, own.section);
  assert.deepEqual([nobody.outcome, kind(nobody)], ['rejected', 'incomplete']);
  assert.match(nobody.problem.detail, /不足 2 名/);
  const visit = phone.items('visit').find(({ body }) => body.code === own.visit.code);
  phone.record('attendance', undefined, { section_id: own.section, at: INSTANT, event: 'arrived',
    card_no: own.inspectors[0].card_no, how: 'scanned', door_code: visit.body.door_code });
  phone.record('attendance', undefined, { section_id: own.section, at: INSTANT, event: 'left',
    card_no: own.inspectors[1].card_no });
  assert.equal(kind(await signedBy(phone, own.section)), 'incomplete',
    'who only left did not come');
  phone.record('attendance', undefined, { section_id: own.section, at: INSTANT, event: 'arrived',
    card_no: own.inspectors[1].card_no, how: 'photo', sha256: 'cd'.repeat(32) });
  await stack.operate("UPDATE rule SET value = 3 WHERE name = 'inspectors.minimum'");
  try {
    assert.match((await signedBy(phone, own.section)).problem.detail, /不足 3 名/, 'as the rule says');
  } finally {
    await stack.operate("UPDATE rule SET value = 2 WHERE name = 'inspectors.minimum'");
  }
  assert.equal((await desk(own.section)).evidence_unverified, 1, 'its photo is not declared');
  assert.equal((await signedBy(phone, own.section)).outcome, 'applied');
});

test('or a reason why fewer did', async () => {
  const own = work.take(DISTRICT);
  const phone = await work.phoneOf(own);
  for (const { id, body } of phone.items('check_result'))
    if (body.section_id === own.section) phone.record('check_result', id, { result_code: '1' });
  phone.record('section', own.section, { arrived_at: INSTANT, attendance_reason: '书面检查' });
  assert.equal((await signedBy(phone, own.section)).outcome, 'applied');
  assert.equal((await desk(own.section)).attendance_reason, '书面检查');
  assert.ok((await alerts()).some(({ id }) => id === own.section), 'nobody had the code');
});

// Sections of a department at which nobody recorded the code of the door.
const alerts = async (state = 'missing', department = DISTRICT, role = 'reviewer') => expectJson(
  await request(`${stack.base}/planner/v1/code-alerts?state=${state}&limit=200`,
    { token: world.tokenOf(role, department) })).code_alerts;
const alerted = async (section = part.section) =>
  (await alerts()).find(({ id }) => id === section);
const waiting = async () => expectJson(await request(`${stack.base}/planner/v1/workbench`,
  { token: world.tokenOf('reviewer', DISTRICT) })).works
  .find((work) => work.kind === 'code-alert.explain').count;

test('an arrival without the code is an alert until it is explained, or the entry has the code',
  async () => {
    const [{ card_no: card }] = part.inspectors;
    const other = part.visit.sections.find(({ section }) => section !== part.section).section;
    const [[elsewhere, own]] = await stack.sql('SELECT MAX(o.id), v.id FROM visit v JOIN visit o ' +
      `ON o.id <> v.id WHERE v.code = '${part.visit.code}'`);
    const state = (to, id = part.section) =>
      stack.operate(`UPDATE section SET code_state = '${to}' WHERE id = ${id}`);
    const fresh = async () => {
      await state('none');
      const sent = arrival(mine, card, { how: 'photo', door_code: null, sha256: 'ef'.repeat(32) });
      assert.deepEqual(names(await push(mine, sent)), ['applied']);
      return sent;
    };
    const explain = (body, department = DISTRICT, role = 'reviewer', id = part.section) =>
      request(`${stack.base}/planner/v1/sections/${id}/code-alert`, { json: body,
        token: world.tokenOf(role, department) });
    await state('none', other);
    await state('none');
    assert.equal(await alerted(), undefined, 'nobody has come yet');
    const before = await waiting();
    const sent = await fresh();
    const row = await alerted();
    assert.deepEqual([row.visit, row.state, row.reason], [part.visit.code, 'missing', null]);
    assert.equal(await waiting(), before + 1);
    assert.ok(!(await alerts('missing', MARKET)).some(({ id }) => id === part.section));
    assert.ok((await alerts('missing', DISTRICT, 'auditor')).some(({ id }) => id === part.section));

    // Explained once, by the office of the department.
    expectProblem(await explain({ reason: ' ' }), 422, 'invalid', { pointer: '/reason' });
    expectProblem(await explain({ reason: '企业断电' }, MARKET), 403, 'forbidden');
    expectProblem(await explain({ reason: '企业断电' }, DISTRICT, 'planner'), 403, 'forbidden');
    expectProblem(await explain({ reason: '企业断电' }, MARKET, 'reviewer', other), 409,
      'wrong-state');
    const replies = await Promise.all([1, 2].map(() => explain({ reason: '企业断电' })));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [204, 409]);
    assert.equal(await alerted(), undefined);
    const [told] = (await alerts('explained')).filter(({ id }) => id === part.section);
    assert.equal(told.reason, '企业断电');
    assert.ok(told.explained_by && told.explained_at);
    assert.deepEqual(names(await push(mine, sent)), ['duplicate']);
    assert.equal(await alerted(), undefined, 'sent again it is no second alert');

    // Whoever has it later, or came by the same entry with it, ends the alert.
    await fresh();
    assert.ok(await alerted());
    assert.deepEqual(names(await push(mine, arrival(mine, card))), ['applied']);
    assert.equal(await alerted(), undefined);
    await fresh();
    await state('seen', other); // another department of the visit
    assert.equal(await alerted(), undefined);
    await state('none', other);
    assert.ok(await alerted());
    const [[there, code]] = await stack.sql('SELECT id, code_state FROM section WHERE visit_id = ' +
      `${elsewhere} ORDER BY id LIMIT 1`);
    await state('seen', there); // of another visit: in an entry of its own, then in this one
    assert.ok(await alerted());
    const joined = (id, to) => stack.operate(`UPDATE visit SET joint_id = ${to} WHERE id = ${id}`);
    for (const [id, to] of [[elsewhere, own], [own, elsewhere]]) {
      await joined(id, to);
      assert.equal(await alerted(), undefined, `${id} goes in with ${to}`);
      await joined(id, 'NULL');
      assert.ok(await alerted());
    }
    await state(code, there);
    await state('seen');
  });

test('无法联系 is told as 6 or as 7', async () => {
  const own = work.take(DISTRICT);
  const phone = await work.phoneOf(own);
  const checks = phone.items('check_result').filter(({ body }) => body.section_id === own.section);
  work.attend(phone, own.section);
  phone.record('section', own.section, { arrived_at: INSTANT, result_class: 'unreachable' });
  checks.forEach(({ id }) => phone.record('check_result', id, { result_code: 'F' }));
  const silent = await signedBy(phone, own.section);
  assert.deepEqual([silent.outcome, kind(silent)], ['rejected', 'incomplete']);
  assert.match(silent.problem.detail, /6.*7/s);
  phone.record('check_result', checks[0].id, { result_code: '7' });
  assert.equal((await signedBy(phone, own.section)).outcome, 'applied');
  await phone.pull();
  assert.equal(phone.item('section', own.section).body.result_class, 'unreachable');
});

test('the reviewer sees it all; what comes late is accepted or refused; nothing of it is published', async () => {
  const own = work.take(MARKET);
  const secret = '合成机密姓名';
  const phone = await work.phoneOf(own);
  const bytes = photo(`signature ${own.section}`);
  const sha256 = phone.attach(own.section, bytes,
    { type: 'image/png', kind: 'signature', taken_at: INSTANT });
  phone.record('signature', undefined, { section_id: own.section, at: INSTANT, outcome: 'signed',
    name: secret, position: '经理', sha256 });
  phone.record('sample', undefined, { section_id: own.section, number: 'S-9', name: `${secret}样品`,
    quantity: '1', unit: '份', sealed: false, laboratory: `${secret}机构`, handed_over_at: INSTANT });
  phone.record('section', own.section, { opinion: `${secret}意见`, statement: `${secret}陈述` });
  await work.sign(own);
  const late = phone.record('signature', undefined, { section_id: own.section, at: INSTANT,
    outcome: 'signed', name: `${secret}二`, sha256: 'ab'.repeat(32) });
  await phone.sync();
  assert.deepEqual([phone.outcomes.get(late).outcome, kind(phone.outcomes.get(late))],
    ['conflict', 'section-sealed']);

  const shown = await desk(own.section, MARKET);
  assert.deepEqual([shown.opinion, shown.statement], [`${secret}意见`, `${secret}陈述`]);
  assert.equal(shown.attendance.length, 2);
  assert.deepEqual(shown.signatures.map(({ record, recorded_by }) => [record.name, recorded_by]),
    [[secret, own.inspectors[0].card_no]]);
  assert.deepEqual(shown.samples.map(({ record }) => record.number), ['S-9']);

  const reviewer = world.tokenOf('reviewer', MARKET);
  const { corrections } = expectJson(await request(
    `${stack.base}/planner/v1/corrections?state=open&limit=200`, { token: reviewer }));
  const held = corrections.find(({ operation: op }) => op?.id === late);
  assert.equal(held.entity, 'signature');
  expectJson(await request(`${stack.base}/planner/v1/corrections/${held.id}/decision`,
    { json: { decision: 'accept' }, token: reviewer }));
  await phone.pull();
  assert.equal(phone.item('section', own.section).body.state, 'returned');
  assert.equal((await ofSection(phone, 'signature', own.section)).length, 2);
  assert.equal((await signedBy(phone, own.section)).outcome, 'applied');

  await work.accept(own);
  const [{ id }] = await work.publications(MARKET, 'due', own.section);
  const publisher = await work.role(MARKET, 'publisher');
  const publish = () => publisher.post(`/planner/v1/publications/${id}/publish`, {});
  assert.match(expectProblem(await publish(), 409, 'wrong-state').detail, /证据/,
    'a signature without its file holds the publication back');
  await stack.operate(`UPDATE door_record SET body = JSON_SET(body, '$.sha256', '${sha256}')
    WHERE section_id = ${own.section} AND kind = 'signature'`);
  expectJson(await publish());
  for (const path of ['/public/', '/public/results'])
    assert.ok(!(await request(stack.base + path)).text.includes(secret));
  const dump = await stack.sql(`SELECT * FROM public_publication`);
  assert.ok(dump.length > 0 && !JSON.stringify(dump).includes(secret));
  const outbox = await stack.sql('SELECT * FROM outbox');
  assert.ok(!JSON.stringify(outbox).includes(secret));
});

test('a record whose file nobody will declare is written off once, by another, with a reason', async () => {
  const own = work.take(MARKET);
  const phone = await work.phoneOf(own);
  phone.record('signature', undefined, { section_id: own.section, at: INSTANT, outcome: 'signed',
    name: '合成签名人', sha256: 'ef'.repeat(32) });
  await work.sign(own);
  await work.accept(own);
  const [{ id: publication }] = await work.publications(MARKET, 'due', own.section);
  const publisher = await work.role(MARKET, 'publisher');
  const publish = () => publisher.post(`/planner/v1/publications/${publication}/publish`, {});
  const writeOff = (record, reason, token = world.tokenOf('reviewer', MARKET),
    section = own.section) =>
    request(`${stack.base}/planner/v1/sections/${section}/door-records/${record}/write-off`,
      { json: { reason }, token });
  const REASON = '手机损毁，企业签名文件无法恢复';
  const before = await desk(own.section, MARKET);
  const [{ id, waits_for_file, written_off }] = before.signatures;
  assert.deepEqual([waits_for_file, written_off, before.evidence_unverified,
    before.evidence_written_off],
    [true, null, 1, 0]);
  expectProblem(await publish(), 409, 'wrong-state');

  for (const reason of ['手机损毁', ' ', '', undefined])
    expectProblem(await writeOff(id, reason), 422, 'invalid', { pointer: '/reason' });
  for (const token of [world.tokenOf('publisher', MARKET), world.tokenOf('reviewer', DISTRICT)])
    expectProblem(await writeOff(id, REASON, token), 403, 'forbidden');
  const { out } = await stack.office.ctl(['user', 'add', 'both.hats', '--name', '测试兼职',
    '--department',
    MARKET, '--roles', 'reviewer', '--inspector', own.inspectors[0].card_no]);
  stack.office.keep('both.hats', out.password);
  expectProblem(await writeOff(id, REASON, (await stack.office.as('both.hats')).token), 403,
    'forbidden');
  expectProblem(await writeOff(before.attendance[0].id, REASON), 409, 'wrong-state');
  expectProblem(await writeOff(id, REASON, world.tokenOf('reviewer', DISTRICT), part.section),
    404, 'not-found');
  expectProblem(await publish(), 409, 'wrong-state');

  const replies = await Promise.all([1, 2, 3].map(() => writeOff(id, REASON)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409]);
  const after = await desk(own.section, MARKET);
  assert.deepEqual([after.signatures[0].waits_for_file, after.signatures[0].written_off.reason,
    after.evidence_unverified, after.evidence_written_off], [false, REASON, 0, 1]);
  const [[detail]] = await stack.sql(
    "SELECT detail FROM audit_event WHERE action = 'door.write-off'" +
    ` AND target = 'door-record:${id}'`);
  assert.deepEqual(JSON.parse(detail), { section: own.section, kind: 'signature', reason: REASON });
  expectJson(await publish());
});

test('an arrival that comes after the sign-off counts when the desk accepts it', async () => {
  const own = work.take(DISTRICT);
  const { phone } = await work.sign(own);
  await stack.operate(`UPDATE section SET attended = '' WHERE id = ${own.section}`);
  const visit = phone.items('visit').find(({ body }) => body.code === own.visit.code);
  const late = phone.record('attendance', undefined, { section_id: own.section, at: INSTANT,
    event: 'arrived', card_no: own.inspectors[1].card_no, how: 'typed',
    door_code: visit.body.door_code });
  await phone.sync();
  const reviewer = world.tokenOf('reviewer', DISTRICT);
  const { corrections } = expectJson(await request(
    `${stack.base}/planner/v1/corrections?state=open&limit=200`, { token: reviewer }));
  const held = corrections.find(({ operation: op }) => op?.id === late);
  expectJson(await request(`${stack.base}/planner/v1/corrections/${held.id}/decision`,
    { json: { decision: 'accept' }, token: reviewer }));
  const [[attended]] = await stack.sql(`SELECT attended FROM section WHERE id = ${own.section}`);
  const [[inspector]] = await stack.sql(
    `SELECT id FROM inspector WHERE card_no = '${own.inspectors[1].card_no}'`);
  assert.equal(attended, inspector);
});

test('what comes late is held to the section too: its check results, inspectors of its department', async () => {
  const own = work.take(MARKET);
  const { phone } = await work.sign(own);
  const alien = phone.record('sample', undefined,
    { section_id: own.section, check_result_id: 999999999,
    number: 'S-2', name: '合成水样', quantity: '1', unit: 'L', sealed: true, laboratory: '合成检测机构',
    handed_over_at: INSTANT });
  const visit = phone.items('visit').find(({ body }) => body.code === own.visit.code);
  const [[card]] = await stack.sql(`SELECT i.card_no FROM inspector i JOIN section s
    ON s.department_id <> i.department_id WHERE s.id = ${own.section} LIMIT 1`);
  const guest = phone.record('attendance', undefined, { section_id: own.section, at: INSTANT,
    event: 'arrived', card_no: card, how: 'typed', door_code: visit.body.door_code });
  await phone.sync();
  assert.deepEqual([alien, guest].map((id) => phone.outcomes.get(id)).map((outcome) =>
    [outcome.outcome, kind(outcome)]), [['rejected', 'not-found'], ['conflict', 'section-sealed']]);
  const reviewer = world.tokenOf('reviewer', MARKET);
  const { corrections } = expectJson(await request(
    `${stack.base}/planner/v1/corrections?state=open&limit=200`, { token: reviewer }));
  const held = corrections.find(({ operation: op }) => op?.id === guest);
  const before = await stack.sql(`SELECT state, attended FROM section WHERE id = ${own.section}`);
  expectProblem(await request(`${stack.base}/planner/v1/corrections/${held.id}/decision`,
    { json: { decision: 'accept' }, token: reviewer }), 409, 'wrong-state');
  assert.deepEqual(await stack.sql(`SELECT state, attended FROM section WHERE id = ${own.section}`),
    before);
});

test('another department neither records at the section nor sees it at its desk', async () => {
  const stranger = world.phones[1];
  const [outcome] = await push(stranger,
    { ...arrival(mine, part.inspectors[0].card_no), counter: 900001 });
  assert.equal(outcome.outcome, 'rejected');
  assert.ok(['not-assigned', 'not-found'].includes(kind(outcome)),
    'as his phone follows the visit or not');
  expectProblem(await request(`${stack.base}/planner/v1/sections/${part.section}`,
    { token: world.tokenOf('reviewer', HOME) }), 403, 'forbidden');
});

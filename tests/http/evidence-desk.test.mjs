// Evidence as the office sees it: what counts as handed over and by whom, the photo's own time and
// place beside the manifest's, the file, which leaves the server through one authorised door, and
// what is written off for its file will not come.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { exifPhoto } from './exif.mjs';
import { Fieldwork } from './fieldwork.mjs';
import { startStack } from './harness.mjs';
import { digest, filesOf, pathOf, Tus } from './tus.mjs';
import { DISTRICT, HOME, MARKET, seed } from './world.mjs';

let stack;
let world;
let work;

before(async () => {
  stack = await startStack({ own: true }); // sections that nobody else signs
  world = await seed(stack);
  // Of so few inspectors whoever is left to join may have a full day, as the draw falls.
  await stack.operate('UPDATE inspector SET max_daily = 20');
  work = new Fieldwork(stack, world);
});
after(() => stack.stop());

const TAKEN = '2026-03-01T01:30:00.000Z'; // 09:30 in Beijing
const PLACE = { lon: 113.3, lat: 33.7 };
const office = (path, { role = 'reviewer', department = DISTRICT, ...options } = {}) =>
  request(`${stack.base}/planner/v1${path}`,
    { token: world.tokenOf(role, department), ...options });
const listed = async (part) => expectJson(
  await office(`/sections/${part.section}/evidence?limit=200`,
  { department: part.department })).evidence;
const recorded = (department) => work.parts.find((part) => part.department === department);
const differences = ({ minutes, metres, time_flagged, place_flagged }) =>
  ({ minutes, metres, time_flagged, place_flagged });
const exif = ({ exif_taken_at, exif_lon, exif_lat }) => [exif_taken_at, exif_lon, exif_lat];
const hex = (bytes) => digest(bytes).toString('hex');

// Declares a file; the server does not get its bytes by this.
async function declare(phone, part, bytes, fields = {}) {
  phone.record('evidence', undefined, { section_id: part.section, sha256: hex(bytes),
    size: bytes.length, type: 'image/jpeg', taken_at: TAKEN, ...fields });
  assert.deepEqual(await phone.push(), { applied: 1 });
}
const counts = async (part, bytes) =>
  (await listed(part)).find(({ sha256 }) => sha256 === hex(bytes)).verified;
async function shown(phone, part, bytes, fields) {
  await new Tus(stack, phone).upload(bytes);
  await declare(phone, part, bytes, fields);
  return (await listed(part)).find(({ sha256 }) => sha256 === hex(bytes));
}

// ---- what counts ----

test('who only knows a digest has nothing: it takes all bytes, from an inspector of the section', async () => {
  const part = work.take(DISTRICT);
  const bytes = randomBytes(2000);
  const [mine, colleague] = [await work.phoneOf(part, 0), await work.phoneOf(part, 1)];
  const stranger = await world.newPhone(world.cards.find((card) => card.includes(DISTRICT) &&
    !part.inspectors.some(({ card_no }) => card_no === card)));
  const other = world.phones[1]; // of another department
  await new Tus(stack, other).upload(bytes);
  await declare(mine, part, bytes);
  assert.equal(await counts(part, bytes), false, 'another department has it');
  const tus = new Tus(stack, mine);
  const url = await tus.created(bytes);
  assert.equal(await tus.offsetOf(url), 0, 'nothing tells that the server knows it');
  await new Tus(stack, stranger).upload(bytes);
  assert.equal(await counts(part, bytes), false, 'somebody else of the department has it');
  const feed = () => mine.items('evidence').find(({ body }) => body.sha256 === hex(bytes)).body;
  await mine.pull();
  assert.equal(feed().verified, false);
  await new Tus(stack, colleague).upload(bytes);
  assert.equal(await counts(part, bytes), true, 'a colleague at the section handed it over');
  await mine.pull();
  assert.equal(feed().verified, true);
  assert.equal(filesOf(join(stack.var, 'evidence')).contents.filter((name) =>
    name === hex(bytes)).length,
    1, 'stored once');
});

test('what an inspector handed over counts at once, from each phone, and is not sent again', async () => {
  const part = work.take(DISTRICT);
  const bytes = randomBytes(2000);
  const mine = await work.phoneOf(part);
  await new Tus(stack, mine).upload(bytes);
  const next = await world.newPhone(part.inspectors[0].card_no);
  await next.pull();
  await declare(next, part, bytes);
  assert.equal(await counts(part, bytes), true);
  const res = await new Tus(stack, next).create(bytes);
  assert.equal(res.headers['upload-offset'], String(bytes.length));
  expectProblem(await new Tus(stack, next).create(bytes, { headers: { 'Upload-Length': '5' } }),
    422, 'invalid');
});

// What the phones are told of it.
async function told(phone, bytes, { section } = {}) {
  await phone.pull();
  return phone.items('evidence').find(({ body }) => body.sha256 === hex(bytes) &&
    (!section || body.section_id === section)).body;
}
// Whoever of the department is not at the section.
const outsideOf = async (part) => world.newPhone(world.cards.find((card) =>
  card.includes(part.department) && !part.inspectors.some(({ card_no }) => card_no === card)));

test('what somebody handed over counts, and is told, once he joins the section', async () => {
  const part = work.take(MARKET);
  const bytes = randomBytes(2000);
  const [leaver, mine] = [part.inspectors[0], await work.phoneOf(part, 1)];
  const joiner = await outsideOf(part);
  await new Tus(stack, joiner).upload(bytes);
  await declare(mine, part, bytes);
  assert.equal((await told(mine, bytes)).verified, false);
  const { id } = expectJson(await office(`/sections/${part.section}/adjustments`, { role: 'planner',
    department: MARKET, json: { inspector: leaver.card_no, reason: '测试原因' } }), 201);
  expectJson(await office(`/adjustments/${id}/decision`, { department: MARKET,
    json: { decision: 'approve' } }));
  assert.equal(await counts(part, bytes), true);
  assert.equal((await told(mine, bytes)).verified, true);
  assert.equal((await told(joiner, bytes)).verified, true);
});

test('a manifest that counts because of another one is told too', async () => {
  const [part, other] = [work.take(MARKET), recorded(MARKET)];
  const bytes = randomBytes(2000);
  const [mine, joiner] = [await work.phoneOf(part), await outsideOf(part)];
  await new Tus(stack, joiner).upload(bytes);
  await declare(mine, part, bytes);
  assert.equal((await told(mine, bytes, part)).verified, false);
  await stack.operate('INSERT INTO assignment (section_id, inspector_id, source, reason, ticket)' +
    ` SELECT ${part.section}, inspector_id, 'direct', '测试', UNHEX(REPEAT('00', 32)) FROM device` +
    ` WHERE id = ${joiner.deviceId}`); // as if that had not let it count
  const elsewhere = await work.phoneOf(other);
  await declare(elsewhere, other, bytes);
  assert.equal((await told(mine, bytes, part)).verified, true);
});

test('a manifest and the last bytes at the same time: it counts, whichever is first', async () => {
  const part = work.take(DISTRICT);
  const [mine, colleague] = [await work.phoneOf(part, 0), await work.phoneOf(part, 1)];
  for (let i = 0; i < 15; i++) {
    const bytes = randomBytes(100 + i);
    const tus = new Tus(stack, i % 2 ? mine : colleague);
    const url = await tus.created(bytes);
    const [res] = await Promise.all([tus.patch(url, 0, bytes), declare(mine, part, bytes)]);
    assert.equal(res.status, 204, res.text);
    assert.equal(await counts(part, bytes), true, `round ${i}`);
  }
});

test('a manifest accepted by the desk counts when its file was handed over', async () => {
  const part = work.take(DISTRICT);
  const { phone } = await work.sign(part);
  const bytes = randomBytes(700);
  phone.record('evidence', undefined, { section_id: part.section, sha256: hex(bytes),
    size: bytes.length, type: 'image/jpeg', taken_at: TAKEN });
  assert.deepEqual(await phone.push(), { conflict: 1 });
  await new Tus(stack, phone).upload(bytes);
  const { corrections } = expectJson(await office('/corrections?state=open&limit=200'));
  const held = corrections.find(({ operation }) => operation?.fields?.sha256 === hex(bytes));
  expectJson(await office(`/corrections/${held.id}/decision`, { json: { decision: 'accept' } }));
  assert.equal(await counts(part, bytes), true);
});

// ---- what the photo says ----

test('time and place of the photo stand beside the manifest\'s', async () => {
  const part = recorded(DISTRICT);
  const phone = await work.phoneOf(part);
  const photo = exifPhoto({ time: '2026:03:01 09:35:00', lat: 33.701, lon: 113.3 });
  const row = await shown(phone, part, photo, PLACE);
  assert.equal(row.taken_at, TAKEN);
  assert.deepEqual([row.lon, row.lat], [113.3, 33.7]);
  assert.equal(row.exif_taken_at, '2026-03-01T01:35:00.000Z', 'Beijing time unless it says more');
  assert.ok(Math.abs(row.exif_lat - 33.701) < 1e-6 && Math.abs(row.exif_lon - 113.3) < 1e-6);
  assert.deepEqual(differences(row),
    { minutes: 5, metres: 111, time_flagged: false, place_flagged: false });
  assert.equal(row.inspector, part.inspectors[0].card_no);
});

test('a photo that differs by more than the rules allow is flagged', async () => {
  const part = recorded(DISTRICT);
  const phone = await work.phoneOf(part);
  const late = await shown(phone, part,
    exifPhoto({ time: '2026:03:01 10:41:00', offset: '+09:00', lat: 33.71, lon: 113.3 }), PLACE);
  assert.deepEqual(differences(late),
    { minutes: 11, metres: 1111, time_flagged: true, place_flagged: true });
  const south = await shown(phone, part, exifPhoto({ lat: -33.7, lon: -113.3 }), PLACE);
  assert.deepEqual([south.exif_lat < 0, south.exif_lon < 0, south.exif_taken_at],
    [true, true, null]);
  assert.deepEqual([south.time_flagged, south.place_flagged], [false, true]);
  const unplaced = await shown(phone, part,
    exifPhoto({ time: '2026:03:01 09:30:00', lat: 1, lon: 1 }));
  assert.deepEqual(differences(unplaced),
    { minutes: 0, metres: null, time_flagged: false, place_flagged: false });
});

test('what is no photo, says nothing, or is broken is kept all the same', async () => {
  const part = recorded(DISTRICT);
  const phone = await work.phoneOf(part);
  const whole = exifPhoto({ time: '2026:03:01 09:35:00', lat: 33.7, lon: 113.3 });
  const files = [Buffer.from([0xff, 0xd8, 0xff]), exifPhoto({}), randomBytes(500),
    exifPhoto({ time: 'yesterday at nine..' }), exifPhoto({ time: '0000:00:00 00:00:00' }),
    exifPhoto({ lat: 0, lon: 0 })];
  for (let i = 4; i < whole.length; i += 7)
    files.push(Buffer.concat([whole.subarray(0, i), randomBytes(40)]));
  for (const bytes of files) {
    const row = await shown(phone, part, bytes);
    assert.equal(row.verified, true);
  }
  const rows = await listed(part);
  for (const bytes of files.slice(0, 6))
    assert.deepEqual(exif(rows.find(({ sha256 }) => sha256 === hex(bytes))), [null, null, null]);
});

test('a section\'s list goes on behind its last line', async () => {
  const part = recorded(DISTRICT);
  const phone = await work.phoneOf(part);
  const before = await listed(part);
  for (let i = 0; i < 3; i++) await declare(phone, part, randomBytes(10 + i));
  const page = async (after) => expectJson(await office(
    `/sections/${part.section}/evidence?limit=2&after=${after}`));
  const first = await page(before.at(-1).id);
  const rest = await page(first.next);
  assert.deepEqual([first.evidence.length, rest.evidence.length, rest.next], [2, 1, null]);
  assert.ok(rest.evidence[0].id > Number(first.next));
});

// ---- the file ----

const file = (id, options) => office(`/evidence/${id}/file`, options);

test('the file reaches who may review the section, whole and in parts', async () => {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const bytes = exifPhoto({ time: '2026:03:01 09:30:00' });
  const { id } = await shown(phone, part, bytes);
  for (const role of ['reviewer', 'publisher', 'auditor']) {
    const res = await file(id, { role, department: MARKET });
    assert.equal(res.status, 200, res.text);
    assert.deepEqual(res.body, bytes);
    assert.equal(res.headers['content-type'], 'image/jpeg');
    assert.equal(res.headers['content-disposition'], `inline; filename="evidence-${id}.jpg"`);
    assert.equal(res.headers['x-content-type-options'], 'nosniff');
    assert.match(res.headers['content-security-policy'], /default-src 'none'; sandbox/);
    assert.equal(res.headers['cache-control'], 'private, no-store');
    assert.equal(res.headers['x-accel-redirect'], undefined);
  }
  const range = await file(id, { department: MARKET, headers: { Range: 'bytes=2-5' } });
  assert.equal(range.status, 206);
  assert.deepEqual(range.body, bytes.subarray(2, 6));
  assert.equal((await file(id, { department: MARKET, method: 'HEAD' })).headers['content-length'],
    String(bytes.length));
});

test('who reads evidence, or of people, stands on the log; who only tried does not', async () => {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const { id } = await shown(phone, part, randomBytes(100));
  const auditor = world.tokenOf('auditor', MARKET);
  const reads = async () => (await stack.sql(`SELECT CONCAT_WS(' ', action, target, actor, detail)
    FROM audit_event WHERE chain = 'dept:${MARKET}' AND action IN ('evidence.file',
    'section.show', 'visit.show', 'inspector.list') ORDER BY seq`)).flat();
  const before = (await reads()).length;
  const paths = [[`/evidence/${id}/file`, `evidence:${id} `],
    [`/sections/${part.section}`, `section:${part.section} `],
    [`/visits/${part.visit.code}`, part.visit.code], ['/inspectors?limit=2', 'limit=2']];
  for (const [path] of paths) assert.equal((await office(path, { role: 'auditor',
    department: MARKET })).status, 200, path);
  const { login } = expectJson(await request(`${stack.base}/planner/v1/session`,
    { token: auditor }));
  const told = (await reads()).slice(before);
  assert.equal(told.length, paths.length);
  for (const [i, [, target]] of paths.entries())
    assert.ok(told[i].includes(target) && told[i].includes(`account:${login}`), told[i]);
  expectProblem(await file(id, { department: DISTRICT }), 403, 'forbidden');
  expectProblem(await file('999999999', { department: MARKET }), 404, 'not-found');
  assert.equal((await reads()).length, before + paths.length);
});

test('the file reaches nobody else', async () => {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const bytes = randomBytes(100);
  const { id } = await shown(phone, part, bytes);
  for (const role of ['planner', 'inspector', 'administrator'])
    expectProblem(await file(id, { role, department: MARKET }), 403, 'forbidden');
  for (const department of [DISTRICT, HOME])
    expectProblem(await file(id, { department }), 403, 'forbidden');
  expectProblem(await request(`${stack.base}/planner/v1/evidence/${id}/file`), 401,
    'unauthenticated');
  expectProblem(await request(`${stack.base}/planner/v1/evidence/${id}/file`,
    { token: phone.token }),
    401, 'unauthenticated');
  for (const wrong of ['0', 'x', '999999999'])
    expectProblem(await file(wrong, { department: MARKET }), 404, 'not-found');
  const absent = randomBytes(60);
  await declare(phone, part, absent);
  const row = (await listed(part)).find(({ sha256 }) => sha256 === hex(absent));
  expectProblem(await file(row.id, { department: MARKET }), 409, 'wrong-state');
});

test('no URL of the outside names a file', async () => {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const bytes = randomBytes(100);
  await shown(phone, part, bytes);
  const name = hex(bytes);
  assert.ok(statSync(pathOf(join(stack.var, 'evidence'), bytes)).isFile());
  for (const path of [`/-/evidence/${name.slice(0, 2)}/${name}`, `/-/evidence/${name}`,
    `/-/evidence/partial/${name.slice(0, 32)}`, '/-/evidence/',
    `/evidence/${name.slice(0, 2)}/${name}`,
    `/public/static/../../-/evidence/${name.slice(0, 2)}/${name}`,
    `/public/static/..%2f..%2fevidence/${name.slice(0, 2)}/${name}`]) {
    const res = await request(`${stack.base}${path}`, { headers: {
      'X-Accel-Redirect': `/liancha/-/evidence/${name.slice(0, 2)}/${name}` } });
    assert.equal(res.status, 404, path);
    assert.ok(!res.body.includes(bytes), path);
  }
});

test('a type that a browser could run is handed over as bytes to be saved', async () => {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  for (const [type, sent, disposition] of [
    ['text/html', 'application/octet-stream', 'attachment'],
    ['image/svg+xml', 'application/octet-stream', 'attachment'],
    ['application/pdf', 'application/pdf', 'inline'], ['video/mp4', 'video/mp4', 'attachment']]) {
    const bytes = Buffer.concat([Buffer.from('<script>alert(1)</script>'), randomBytes(8)]);
    const { id } = await shown(phone, part, bytes, { type });
    const res = await file(id, { department: MARKET });
    assert.equal(res.headers['content-type'], sent, type);
    assert.ok(res.headers['content-disposition'].startsWith(`${disposition};`), type);
    assert.equal(res.headers['x-content-type-options'], 'nosniff');
  }
});

// ---- writing off ----

const REASON = '手机损毁，照片无法恢复';
const writeOff = (id, reason = REASON, options = {}) =>
  office(`/evidence/${id}/write-off`, { json: { reason }, department: MARKET, ...options });
const rowOf = async (part, bytes) =>
  (await listed(part)).find(({ sha256 }) => sha256 === hex(bytes));

// A manifest without its file: {part, phone, bytes, id}.
async function missing(fields) {
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const bytes = randomBytes(300);
  await declare(phone, part, bytes, fields);
  return { part, phone, bytes, id: (await rowOf(part, bytes)).id };
}
const waiting = async (part) => {
  const { evidence_unverified, evidence_written_off } = expectJson(
    await office(`/sections/${part.section}`, { department: part.department }));
  return [evidence_unverified, evidence_written_off];
};

test('what will not come is written off: on record, told to the phones, and waited for no more', async () => {
  const { part, phone, bytes, id } = await missing();
  assert.equal((await rowOf(part, bytes)).written_off_at, null);
  assert.equal((await told(phone, bytes)).written_off, null);
  const [unverified, writtenOff] = await waiting(part);
  const { written_off, ...rest } = expectJson(await writeOff(id));
  assert.deepEqual(rest, { id, verified: false });
  const { login } = expectJson(await office('/session', { department: MARKET }));
  assert.deepEqual([written_off.by, written_off.reason], [login, REASON]);
  const row = await rowOf(part, bytes);
  assert.deepEqual([row.verified, row.written_off_at, row.written_off_by, row.written_off_reason],
    [false, written_off.at, login, REASON]);
  const item = await told(phone, bytes);
  assert.deepEqual([item.verified, item.written_off],
    [false, { at: written_off.at, reason: REASON }], 'who it was stays in the office');
  assert.deepEqual(await waiting(part), [unverified - 1, writtenOff + 1]);
  const [[actor, detail]] = await stack.sql("SELECT actor, detail FROM audit_event WHERE " +
    `action = 'evidence.write-off' AND target = 'evidence:${id}'`);
  assert.ok(actor.includes(login), actor);
  assert.deepEqual(JSON.parse(detail), { section: part.section, kind: 'photo', reason: REASON });
});

test('a file that comes after all counts, and the write-off stays on record', async () => {
  const { part, phone, bytes, id } = await missing();
  expectJson(await writeOff(id));
  const [unverified, writtenOff] = await waiting(part);
  await new Tus(stack, phone).upload(bytes);
  const row = await rowOf(part, bytes);
  assert.deepEqual([row.verified, row.written_off_reason], [true, REASON]);
  const item = await told(phone, bytes);
  assert.deepEqual([item.verified, item.written_off.reason], [true, REASON]);
  assert.deepEqual(await waiting(part), [unverified, writtenOff - 1]);
  assert.deepEqual((await file(id, { department: MARKET })).body, bytes);
  expectProblem(await writeOff(id), 409, 'wrong-state');
});

test('written off once, and not what is verified', async () => {
  const { part, phone, bytes, id } = await missing();
  const replies = await Promise.all(['甲', '乙', '丙'].map((reason) => writeOff(id, reason)));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409, 409]);
  const { reason } = replies.find(({ status }) => status === 200).json.written_off;
  assert.equal((await rowOf(part, bytes)).written_off_reason, reason);
  const other = await shown(phone, part, randomBytes(50));
  expectProblem(await writeOff(other.id), 409, 'wrong-state');
  assert.equal((await listed(part)).find((row) => row.id === other.id).written_off_at, null);
});

test('a write-off and the last bytes at the same time: the file counts, and both are told alike', async () => {
  for (let i = 0; i < 10; i++) {
    const { part, phone, bytes, id } = await missing();
    const tus = new Tus(stack, phone);
    const url = await tus.created(bytes);
    const [written, patched] = await Promise.all([writeOff(id), tus.patch(url, 0, bytes)]);
    assert.equal(patched.status, 204, patched.text);
    assert.ok([200, 409].includes(written.status), written.text);
    const row = await rowOf(part, bytes);
    const item = await told(phone, bytes);
    assert.deepEqual([row.verified, row.written_off_at !== null], [true, written.status === 200]);
    assert.deepEqual([item.verified, item.written_off !== null], [true, written.status === 200]);
  }
});

test('a signature is written off by a reason that says so, and nothing without a reason', async () => {
  const { part, bytes, id } = await missing({ kind: 'signature', type: 'image/png' });
  for (const reason of [REASON, ' ', '\u3000'])
    expectProblem(await writeOff(id, reason), 422, 'invalid', { pointer: '/reason' });
  for (const json of [{}, { reason: '' }, { reason: null }, { reason: '长'.repeat(401) }])
    expectProblem(await writeOff(id, '', { json }), 422, 'invalid', { pointer: '/reason' });
  assert.equal((await rowOf(part, bytes)).written_off_at, null);
  expectJson(await writeOff(id, '手机损毁，企业签名文件无法恢复'));
});

test('only a reviewer of the department that checked writes off, and nobody his own', async () => {
  const { part, bytes, id } = await missing();
  for (const role of ['planner', 'publisher', 'auditor', 'inspector', 'administrator'])
    expectProblem(await writeOff(id, REASON, { role }), 403, 'forbidden');
  for (const department of [DISTRICT, HOME])
    expectProblem(await writeOff(id, REASON, { department }), 403, 'forbidden');
  const { out } = await stack.office.ctl(['user', 'add', 'both.hats', '--name', '测试兼职',
    '--department', MARKET, '--roles', 'reviewer,inspector', '--inspector',
    part.inspectors[0].card_no]);
  stack.office.keep('both.hats', out.password);
  const own = await stack.office.as('both.hats');
  expectProblem(await own.post(`/planner/v1/evidence/${id}/write-off`, { reason: REASON }),
    403, 'forbidden');
  expectProblem(await writeOff('999999999'), 404, 'not-found');
  assert.equal((await rowOf(part, bytes)).written_off_at, null);
});

test('a file that was changed or is gone is found, and one that is whole is not named', async () => {
  const scrub = async (code) => (await stack.office.ctl(['evidence', 'scrub'], { codes: [code] }));
  const part = recorded(MARKET);
  const phone = await work.phoneOf(part);
  const folder = join(stack.var, 'evidence');
  const [changed, gone, longer] = [1, 2, 3].map(() => randomBytes(1000));
  for (const bytes of [changed, gone, longer]) await shown(phone, part, bytes);
  const { out: whole } = await scrub(0);
  assert.deepEqual([whole.missing, whole.changed], [0, 0]);
  assert.ok(whole.files >= 3);
  writeFileSync(pathOf(folder, changed), Buffer.from(changed).fill(changed[500] ^ 1, 500, 501));
  writeFileSync(pathOf(folder, longer), Buffer.concat([longer, Buffer.from('x')]));
  rmSync(pathOf(folder, gone));
  const { out, err } = await scrub(1);
  assert.deepEqual(out, { ...whole, missing: 1, changed: 2 });
  assert.deepEqual(err.trim().split('\n').sort(),
    [`changed ${hex(changed)}`, `changed ${hex(longer)}`, `missing ${hex(gone)}`].sort());
});

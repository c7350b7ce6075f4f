// Evidence: resumable uploads (tus 1.0) in pieces, with checksums, over broken lines, to the end;
// and what a wrong, foreign or impossible upload gets.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { digest, known as stored, metadata, pathOf as fileOf, PIECE, Tus, TUS } from './tus.mjs';
import { seed } from './world.mjs';

let stack;
let world;
let phone;
let tus;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  phone = await world.newPhone(world.cards[0]);
  tus = new Tus(stack, phone);
});
after(() => stack.stop());

const create = (...args) => tus.create(...args);
const created = (...args) => tus.created(...args);
const patch = (...args) => tus.patch(...args);
const head = (...args) => tus.head(...args);
const offsetOf = (url) => tus.offsetOf(url);
const pathOf = (bytes) => fileOf(join(stack.var, 'evidence'), bytes);
const known = (bytes) => stored(stack, bytes);

test('the server says what it can do', async () => {
  const res = await request(tus.endpoint, { method: 'OPTIONS' });
  assert.equal(res.status, 204);
  assert.equal(res.headers['tus-version'], '1.0.0');
  assert.equal(res.headers['tus-extension'], 'creation,checksum,expiration');
  assert.equal(res.headers['tus-checksum-algorithm'], 'sha1,sha256');
  assert.ok(Number(res.headers['tus-max-size']) > 0);
  assert.equal(res.headers['tus-resumable'], '1.0.0');
});

test('every reply about an upload names the version, whoever it comes from', async () => {
  const url = await created(randomBytes(10));
  for (const res of [await head(url), await patch(url, 3, Buffer.alloc(1)),
    await patch(url, 0, Buffer.alloc(1), { headers: { 'Content-Type': 'image/png' } }),
    await patch(url, 0, Buffer.alloc(PIECE + 1)), await head(`${tus.endpoint}/x`),
    await create(Buffer.alloc(1), { token: 'x' }),
    await request(tus.endpoint, { method: 'DELETE' })])
    assert.equal(res.headers['tus-resumable'], '1.0.0', `${res.line}: ${res.status}`);
  assert.equal((await request(`${stack.base}/mobile/v1/health`)).headers['tus-resumable'],
    undefined);
});

test('HEAD repeats the metadata as they were given', async () => {
  const bytes = randomBytes(10);
  const given = `filename ${Buffer.from('照片 1.jpg').toString('base64')},is_photo,${
    metadata(digest(bytes).toString('hex'))}`;
  const url = await created(bytes, { headers: { 'Upload-Metadata': given } });
  assert.equal((await head(url)).headers['upload-metadata'], given);
});

test('a piece is checked by SHA-1 too, which tus asks of each server', async () => {
  const bytes = randomBytes(2000);
  const url = await created(bytes);
  const checksum = (of) => ({ headers:
    { 'Upload-Checksum': `sha1 ${digest(of, 'sha1').toString('base64')}` } });
  expectProblem(await patch(url, 0, bytes, checksum(randomBytes(5))), 460, 'checksum-mismatch');
  assert.equal(await offsetOf(url), 0);
  assert.equal((await patch(url, 0, bytes, checksum(bytes))).status, 204);
});

test('a client that cannot send PATCH posts it under that name', async () => {
  const bytes = randomBytes(3000);
  const url = await created(bytes);
  const post = (method, offset, body) => patch(url, offset, body, { method: 'POST',
    headers: { ...(method && { 'X-HTTP-Method-Override': method }) } });
  for (const method of ['DELETE', 'HEAD', 'patch', undefined])
    expectProblem(await post(method, 0, bytes), 405, 'method-not-allowed');
  assert.equal((await post('PATCH', 0, bytes.subarray(0, 1000))).headers['upload-offset'], '1000');
  assert.equal((await post('PATCH', 1000, bytes.subarray(1000))).status, 204);
  assert.equal(await known(bytes), true);
});

test('a file in three pieces, with a pause between them', async () => {
  const bytes = randomBytes(2 * PIECE + 12345);
  const url = await created(bytes);
  const piece = (i) => bytes.subarray(i * PIECE, (i + 1) * PIECE);
  const checksum = (i) => ({ 'Upload-Checksum': `sha256 ${digest(piece(i)).toString('base64')}` });
  const first = await patch(url, 0, piece(0), { headers: checksum(0) });
  assert.equal(first.status, 204, first.text);
  assert.equal(first.headers['upload-offset'], String(PIECE));
  assert.ok(Date.parse(first.headers['upload-expires']) > Date.now());
  const state = await head(url);
  assert.equal(state.status, 200);
  assert.equal(state.headers['upload-offset'], String(PIECE));
  assert.equal(state.headers['upload-length'], String(bytes.length));
  assert.equal(state.headers['cache-control'], 'no-store');
  expectProblem(await patch(url, 0, piece(0)), 409, 'conflict');
  expectProblem(await patch(url, PIECE, piece(1), { headers: checksum(0) }), 460,
    'checksum-mismatch');
  assert.equal(await offsetOf(url), PIECE, 'a piece with a wrong checksum is not kept');
  assert.equal((await patch(url, PIECE, piece(1), { headers: checksum(1) })).status, 204);
  assert.equal(await known(bytes), false);
  assert.equal((await patch(url, 2 * PIECE, piece(2), { headers: checksum(2) })).status, 204);
  assert.equal(await known(bytes), true);
  assert.equal(await offsetOf(url), bytes.length);
  assert.deepEqual(readFileSync(pathOf(bytes)), bytes);
});

test('what is known is not sent again', async () => {
  const bytes = randomBytes(1000);
  assert.equal((await patch(await created(bytes), 0, bytes)).status, 204);
  const res = await create(bytes);
  assert.equal(res.status, 201);
  assert.equal(res.headers['upload-offset'], '1000');
  const url = new URL(res.headers.location, stack.base).href;
  assert.equal(await offsetOf(url), 1000);
  expectProblem(await create(Buffer.alloc(5), { headers: {
    'Upload-Metadata': metadata(digest(bytes).toString('hex')) } }), 422, 'invalid');
});

test('a file that is not what was announced is dropped', async () => {
  const bytes = randomBytes(500);
  const url = await created(bytes);
  expectProblem(await patch(url, 0, randomBytes(500)), 460, 'checksum-mismatch');
  assert.equal((await head(url)).status, 410);
  assert.equal(await known(bytes), false);
  assert.equal(existsSync(pathOf(bytes)), false);
  const again = await created(bytes); // takes away what is left of the other
  const partial = (upload) => existsSync(join(stack.var, 'evidence/partial',
    upload.split('/').at(-1)));
  assert.equal((await head(url)).status, 404);
  assert.equal(partial(url), false);
  assert.equal((await patch(again, 0, bytes)).status, 204);
});

test('pieces at the same time: one is taken, the others are told the offset', async () => {
  const bytes = randomBytes(300000);
  const url = await created(bytes);
  const replies = await Promise.all([1, 2, 3, 4]
    .map(() => patch(url, 0, bytes.subarray(0, 200000))));
  assert.deepEqual(replies.map(({ status }) => status).sort(), [204, 409, 409, 409]);
  assert.equal((await patch(url, 200000, bytes.subarray(200000))).status, 204);
  assert.deepEqual(readFileSync(pathOf(bytes)), bytes);
});

test('bytes that were lost are asked for again; a file that got its name before a crash is taken', async () => {
  const bytes = randomBytes(4000);
  const url = await created(bytes);
  assert.equal((await patch(url, 0, bytes.subarray(0, 3000))).status, 204);
  const id = url.split('/').at(-1);
  rmSync(join(stack.var, 'evidence/partial', id));
  expectProblem(await patch(url, 3000, bytes.subarray(3000)), 409, 'conflict');
  assert.equal(await offsetOf(url), 0);
  assert.equal((await patch(url, 0, bytes)).status, 204);
  const sha256 = `sha256 = UNHEX('${digest(bytes).toString('hex')}')`;
  await stack.operate(`DELETE FROM evidence_possession WHERE ${sha256};
    DELETE FROM evidence_blob WHERE ${sha256};
    UPDATE evidence_upload SET received = 3000 WHERE id = UNHEX('${id}')`);
  assert.equal((await patch(url, 3000, bytes.subarray(3000))).status, 204);
  assert.equal(await known(bytes), true);
});

test('an expired upload is gone', async () => {
  const url = await created(randomBytes(100));
  const id = url.split('/').at(-1);
  await stack.operate(`UPDATE evidence_upload SET expires_at = '2020-01-01'
    WHERE id = UNHEX('${id}')`);
  assert.equal((await head(url)).status, 410);
  expectProblem(await patch(url, 0, Buffer.alloc(10)), 410, 'gone');
  await created(randomBytes(100)); // takes expired ones away
  assert.equal((await head(url)).status, 404);
});

test('impossible requests', async () => {
  const bytes = randomBytes(100);
  const url = await created(bytes);
  for (const headers of [{ 'Tus-Resumable': '0.2.2' }, { 'Tus-Resumable': '' }]) {
    const res = await create(bytes, { headers });
    expectProblem(res, 412, 'tus-version');
    assert.equal(res.headers['tus-version'], '1.0.0');
  }
  for (const method of ['HEAD', 'PATCH'])
    assert.equal((await request(url, { method, token: phone.token,
      headers: { 'Content-Type': 'application/offset+octet-stream' } })).status, 412, method);
  for (const headers of [{ 'Upload-Length': '-1' }, { 'Upload-Length': 'x' },
    { 'Upload-Length': '0' },
    { 'Upload-Metadata': 'sha256' }, { 'Upload-Metadata': 'sha256 eA==' },
    { 'Upload-Metadata': '' },
    { 'Upload-Metadata': `sha256 ${'A'.repeat(3000)}` },
    { 'Upload-Metadata': `${metadata(digest(bytes).toString('hex'))},filetype eA==` },
    { 'Upload-Metadata': `${metadata(digest(bytes).toString('hex'))},a b c` },
    { 'Upload-Metadata': `${metadata(digest(bytes).toString('hex'))},name %%` }])
    expectProblem(await create(bytes, { headers }), 422, 'invalid');
  expectProblem(await create(bytes, { headers: { 'Upload-Length': '99999999999' } }), 413,
    'too-large');
  for (const value of ['1', '2'])
    expectProblem(await create(bytes, { headers: { 'Upload-Defer-Length': value } }), 400,
      'malformed');
  expectProblem(await patch(url, 0, Buffer.alloc(101)), 413, 'too-large');
  expectProblem(await patch(url, 'x', Buffer.alloc(10)), 400, 'malformed');
  expectProblem(await patch(url, 5, Buffer.alloc(10)), 409, 'conflict');
  expectProblem(await patch(url, 0, Buffer.alloc(10),
    { headers: { 'Content-Type': 'image/png' } }), 415);
  expectProblem(await patch(url, 0, Buffer.alloc(10),
    { headers: { 'Upload-Checksum': 'md5 AAAA' } }),
    400, 'malformed');
  assert.equal((await patch(url, 0, Buffer.alloc(PIECE + 1))).status, 413);
  for (const id of ['x', '0'.repeat(32), '../../secret', '%2e%2e'])
    assert.equal((await patch(`${tus.endpoint}/${id}`, 0, Buffer.alloc(1))).status, 404);
  assert.equal(await offsetOf(url), 0);
});

test('an upload is its device\'s own', async () => {
  const bytes = randomBytes(100);
  const url = await created(bytes);
  const { token } = world.phones[1];
  assert.equal((await head(url, { token })).status, 404);
  expectProblem(await patch(url, 0, bytes, { token }), 404, 'not-found');
  expectProblem(await create(bytes, { token: 'x' }), 401, 'unauthenticated');
  assert.equal((await patch(url, 0, bytes)).status, 204);
});

test('a creation whose reply was lost is given again, whatever came with it, and costs nobody anything', async () => {
  const { token } = await world.newPhone(world.cards[0]);
  const bytes = randomBytes(3 * 1000);
  const again = [];
  for (let i = 0; i < 40; i++)
    again.push(await created(bytes, { token, headers: { 'Upload-Metadata': `filename ${
      Buffer.from(`${i}.jpg`).toString('base64')},${metadata(digest(bytes).toString('hex'))}` } }));
  assert.equal(new Set(again).size, 1);
  assert.equal((await patch(again[0], 0, bytes.subarray(0, 1000), { token })).status, 204);
  const later = await create(bytes, { token });
  assert.deepEqual([later.status, later.headers['upload-offset']], [201, '1000']);
  assert.equal(await created(bytes, { token }), again[0]);
  assert.notEqual(await created(randomBytes(3000), { token }), again[0]);
  assert.notEqual(await created(bytes,
    { token: (await world.newPhone(world.cards[0])).token }), again[0],
    'another device begins its own');
  assert.equal((await patch(again[0], 1000, bytes.subarray(1000), { token })).status, 204);
  assert.notEqual(await created(bytes, { token }), again[0], 'what ended, ended');
});

test('unfinished uploads have a number: the oldest makes room, an empty one before all others', async () => {
  const { token } = await world.newPhone(world.cards[0]);
  const urls = [];
  for (let i = 0; i < 34; i++) {
    const bytes = randomBytes(50);
    urls.push(await created(bytes, { token }));
    if (i === 0) assert.equal((await patch(urls[0], 0, bytes.subarray(0, 10), { token })).status,
      204);
  }
  const states = await Promise.all(urls.slice(0, 4)
    .map(async (url) => (await head(url, { token })).status));
  assert.deepEqual(states.map((status) => status >= 400), [false, true, true, false]);
});

test('what one phone uploads, and what it does not declare, is bounded by rule', async () => {
  const rule = (name, value) =>
    stack.operate(`UPDATE rule SET value = ${value} WHERE name = 'evidence.${name}'`);
  const phone = await world.newPhone(world.cards[0]);
  const { token } = phone;
  const refused = async (bytes) => {
    const res = await create(bytes, { token });
    expectProblem(res, 429, 'too-many-requests');
    assert.match(res.headers['retry-after'], /^[1-9][0-9]*$/);
  };
  await rule('undeclared_files', 2);
  try {
    const first = randomBytes(50);
    assert.equal((await create(first, { token })).status, 201);
    assert.equal((await create(randomBytes(50), { token })).status, 201);
    await refused(randomBytes(50));
    assert.equal((await create(first, { token })).status, 201, 'what is given again is no more');
    await phone.pull();
    const [section] = phone.items('section').filter(({ body }) =>
      body.state === 'open' &&
      body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
    phone.attach(section.id, first, { type: 'image/JPEG', taken_at: '2026-03-02T01:30:00.000Z' });
    await phone.push();
    assert.equal((await create(randomBytes(50), { token })).status, 201,
      'what is declared does not count');
    const [[type]] = await stack.sql(
      `SELECT media_type FROM evidence WHERE device_id = ${phone.deviceId}`);
    assert.equal(type, 'image/jpeg');
  } finally {
    await rule('undeclared_files', 300);
  }
  await rule('device_mib', 1);
  try {
    await refused(Buffer.alloc(1 << 20));
    assert.equal((await create(randomBytes(1000), { token })).status, 201);
  } finally {
    await rule('device_mib', 20480);
  }
});

test('a manifest counts only with the size that its file has', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const [section] = phone.items('section').filter(({ body }) =>
    body.state === 'open' &&
    body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
  const bytes = randomBytes(70);
  const sha256 = phone.attach(section.id, bytes,
    { type: 'image/png', taken_at: '2026-03-02T01:30:00.000Z' });
  phone.record('evidence', undefined, { section_id: section.id, sha256, size: 71, type: 'image/png',
    taken_at: '2026-03-02T01:30:00.000Z' });
  await phone.sync();
  const rows = await stack.sql(`SELECT size, verified_at IS NOT NULL FROM evidence
    WHERE sha256 = UNHEX('${sha256}') ORDER BY size`);
  assert.deepEqual(rows, [['70', '1'], ['71', '0']]);
});

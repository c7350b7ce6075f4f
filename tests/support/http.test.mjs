// The helpers of the HTTP tests: a check that cannot fail would hide every fault behind it.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { Client, expectJson, expectProblem, request } from './http.mjs';

const PROBLEM = { type: 'urn:liancha:problem:not-found', title: 'Not Found', status: 404,
  detail: '未找到', pointer: '/code', instance: 'abc' };

let server;
let base;
let answer;

before(async () => {
  server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    await answer(req, res, Buffer.concat(chunks));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

function answerWith(status, type, value) {
  answer = (req, res) => {
    res.writeHead(status, { 'Content-Type': type });
    res.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
}

test('a client sends its token, JSON and method', async () => {
  answer = (req, res, body) => {
    res.writeHead(201, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify({ method: req.method, url: req.url, body: body.toString(),
      type: req.headers['content-type'], token: req.headers.authorization }));
  };
  const client = new Client(`${base}/liancha`, { token: 't' });
  assert.deepEqual(expectJson(await client.post('/x?y=1', { a: '值' }), 201), {
    method: 'POST', url: '/liancha/x?y=1', body: '{"a":"值"}', type: 'application/json',
    token: 'Bearer t' });
  assert.equal(expectJson(await client.delete('/x'), [200, 201]).method, 'DELETE');
  assert.equal(expectJson(await request(base), 201).token, undefined);
  assert.equal(expectJson(await client.get('/x', { token: 'other' }), 201).token, 'Bearer other');
  assert.equal((await client.head('/x')).status, 201);
});

test('expectJson fails on another status, type or text', async () => {
  answerWith(200, 'application/json', '{"a":1}');
  const good = await request(base);
  assert.deepEqual(expectJson(good), { a: 1 });
  assert.throws(() => expectJson(good, 201), /200 instead of 201/);
  answerWith(200, 'text/html', '{}');
  const html = await request(base);
  assert.throws(() => expectJson(html));
  answerWith(200, 'application/json', '{');
  const broken = await request(base);
  assert.throws(() => expectJson(broken), /no JSON/);
});

test('expectProblem accepts the form of the project and nothing else', async () => {
  const type = 'application/problem+json';
  const check = async (status, contentType, value, ...expected) => {
    answerWith(status, contentType, value);
    return expectProblem(await request(base), ...expected);
  };
  assert.deepEqual(await check(404, type, PROBLEM, 404, 'not-found'), PROBLEM);
  await check(404, type, PROBLEM, 404, PROBLEM.type, { pointer: '/code' });
  const { pointer, ...whole } = PROBLEM;
  await check(404, `${type}; charset=utf-8`, whole, 404);
  const wrong = [
    [[403, type, PROBLEM, 404]],
    [[404, 'application/json', PROBLEM, 404]],
    [[404, type, { ...PROBLEM, status: 400 }, 404]],
    [[404, type, { ...PROBLEM, detail: 'not found' }, 404]],
    [[404, type, { ...PROBLEM, instance: '' }, 404]],
    [[404, type, { ...PROBLEM, stack: 'x' }, 404]],
    [[404, type, { ...PROBLEM, pointer: 'code' }, 404]],
    [[404, type, PROBLEM, 404, 'found']],
    [[404, type, whole, 404, 'not-found', { pointer: '/code' }]],
    [[404, type, [], 404]],
    [[404, type, '{', 404]],
    ...['type', 'title', 'status', 'detail', 'instance'].map((name) =>
      [[404, type, { ...PROBLEM, [name]: undefined }, 404]]),
  ];
  for (const [args] of wrong)
    await assert.rejects(check(...args), assert.AssertionError, JSON.stringify(args));
});

test('a server that is silent or cuts the line rejects, in time', async () => {
  answer = () => {};
  await assert.rejects(request(base, { timeoutMs: 50 }), { code: 'ETIMEDOUT' });
  answer = (req, res) => res.destroy();
  await assert.rejects(request(base), { code: 'ECONNRESET' });
  answer = (req, res) => {
    res.writeHead(200, { 'Content-Length': 10 });
    res.write('12345');
    setImmediate(() => res.destroy());
  };
  await assert.rejects(request(base), { code: 'ECONNRESET' });
});

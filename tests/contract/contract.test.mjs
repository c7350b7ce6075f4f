// The contract itself, and that its check bites: it is a valid OpenAPI 3.1 document, it names the
// routes of liancha-mobile and no others, and a reply that breaks it is reported with operation and
// place.

import { Validator } from '@seriousme/openapi-schema-validator';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { routesOf } from '../http/harness.mjs';
import { coverage } from './coverage.mjs';
import { CONTRACTS, ContractBreach, readContract } from './openapi.mjs';
import { unseen } from './unseen.mjs';

const contract = readContract('mobile');
const planner = readContract('planner');
const INSTANCE = '0123456789abcdef';

// An exchange as observe() tells it; the reply's body may be anything.
function exchange(method, path, { status = 200, headers = {}, reply, body, sent = {} } = {}) {
  const text = reply === undefined ? '' : JSON.stringify(reply);
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return { method, url: new URL(`http://127.0.0.1${contract.prefix}${path}`), body, headers: sent,
    reply: { status, body: Buffer.from(text), text, json: reply,
      headers: { ...(text && { 'content-type': type }), ...headers } } };
}

const page = (items) => ({ feeds: [{ feed: 'visit:7', items }], cursor: 'x', more: false });
const problem = { type: 'urn:liancha:problem:malformed', title: '标题', status: 400, detail: '说明',
  instance: INSTANCE };
const breach = (pattern) => (error) => {
  assert.ok(error instanceof ContractBreach, error.stack);
  assert.match(error.message, pattern);
  return true;
};

for (const [name, one] of Object.entries({ mobile: contract, planner })) {
  test(`${name}: the contract is a valid OpenAPI 3.1 document, and names each operation once`, async () => {
    const document = parse(readFileSync(CONTRACTS[name], 'utf8'));
    assert.match(document.openapi, /^3\.1\./);
    const { valid, errors } = await new Validator().validate(document);
    assert.ok(valid, JSON.stringify(errors, null, 1));
    const ids = one.operations.map(({ id }) => id);
    assert.deepEqual(ids, [...new Set(ids)]);
  });

  test(`${name}: the contract and the table of routes name the same operations`, async () => {
    const under = one.prefix.replace('/liancha', '');
    const routes = await routesOf(`liancha-${name}`);
    assert.deepEqual(
      one.operations.map(({ id, method, path }) => `${method} ${under}${path} ${id}`).sort(),
      routes.map(({ method, path, name: id }) => `${method} ${path} ${id}`).sort());
  });
}

test("the planner's contract is what its tables and replies.yaml make", () => {
  execFileSync(fileURLToPath(new URL('../planner-api', import.meta.url)), ['check'],
    { stdio: ['ignore', 'inherit', 'inherit'] });
});

test("the planner's contract bites", () => {
  const under = (path, reply, status = 200) => {
    const one = exchange('GET', path, { reply, status });
    return { ...one, url: new URL(`http://127.0.0.1${planner.prefix}${path}`) };
  };
  planner.check(under('/sections', { sections: [], next: null }));
  planner.check(under('/sections?state=open&sort=-id', { sections: [], next: null }));
  for (const [one, pattern] of [
    [under('/sections', { sections: [], next: 5 }), /section\.list 200[^]*next/],
    [under('/sections', { sections: [{ id: 1 }], next: null }), /section\.list 200[^]*sections\/0/],
    [under('/sections?status=open', { sections: [], next: null }), /query status/],
    [under('/sections?state=lost', { sections: [], next: null }), /request query state/],
    [under('/health', { status: 'ok', more: 1 }), /health 200[^]*more/],
  ]) assert.throws(() => planner.check(one), breach(pattern));
});

test('what the contract documents passes', () => {
  contract.check(exchange('GET', '/health', { reply: { status: 'ok' } }));
  contract.check(exchange('GET', '/pull?limit=5', { reply: page([]) }));
  contract.check(exchange('GET', '/pull', { status: 304 }));
  contract.check(exchange('GET', '/pull', { status: 400, reply: problem }));
  contract.check(exchange('HEAD', '/health', { headers: { 'content-type': 'application/json' } }));
  assert.equal(contract.check(exchange('GET', '/nothing', { status: 404, reply: problem })), null);
});

test('a reply that breaks the contract is named by operation and place', () => {
  const cases = [
    [exchange('GET', '/health', { reply: { status: 'fine' } }),
      /health\.read 200[^]*body \/status/],
    [exchange('GET', '/health', { status: 201, reply: {} }), /health\.read 201[^]*status is not/],
    [exchange('GET', '/health', { reply: { status: 'ok' }, headers: { 'x-more': '1' } }),
      /health\.read 200[^]*header x-more/],
    [exchange('GET', '/pull', { reply: page([{ entity: 'visit', id: 1, seq: 1, version: 0 }]) }),
      /sync\.pull 200[^]*body \/feeds\/0\/items\/0/],
    [exchange('GET', '/pull', { status: 304, reply: page([]) }), /sync\.pull 304[^]*body: none/],
    [exchange('GET', '/pull', { status: 400, reply: { ...problem, detail: undefined } }),
      /sync\.pull 400[^]*detail/],
    [exchange('GET', '/pull?since=1', { reply: page([]) }), /sync\.pull 200[^]*query since/],
    [exchange('OPTIONS', '/evidence', { status: 204, headers: { 'tus-version': '2.0.0' } }),
      /evidence\.options 204[^]*header Tus-Version/],
    [exchange('POST', '/evidence', { status: 201, headers: { 'upload-offset': '0' } }),
      /evidence\.create 201[^]*header Location: missing/],
    [exchange('DELETE', '/evidence', { status: 204 }), /DELETE [^]*no such operation/],
  ];
  for (const [one, pattern] of cases) assert.throws(() => contract.check(one), breach(pattern));
});

test('an operation that took effect has to be one of the contract, a refused one may be anything', () => {
  const id = '0196f0c0-0000-7000-8000-000000000000';
  const operation = { id, counter: 1, entity: 'section', entity_id: 3, base_version: 0,
    fields: { nota: '笔误' } };
  const push = (outcome) => exchange('POST', '/push',
    { sent: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ operations: [operation] }),
    reply: { outcomes: [{ id, ...outcome }], receipt: '0'.repeat(64) } });
  contract.check(push({ outcome: 'rejected' }));
  for (const outcome of [{ outcome: 'applied' },
    { outcome: 'duplicate', result: { id, outcome: 'applied' } }])
    assert.throws(() => contract.check(push(outcome)),
      breach(/sync\.push 200[^]*request body \/operations\/0\/fields/));
});

test('what is documented must be seen or excused, and nothing is excused in vain', () => {
  const all = contract.operations.flatMap(({ id, statuses }) => statuses.map((s) => `${id} ${s}`));
  const whole = coverage(contract, all, new Map());
  assert.deepEqual(whole, { missing: [], stale: [] });
  assert.deepEqual(coverage(contract, all.slice(1), new Map()).missing, [all[0]]);
  assert.deepEqual(coverage(contract, all, new Map([[all[0], ''], ['x 200', '']])).stale,
    [all[0], 'x 200']);
  for (const [one, reason] of unseen) {
    assert.ok(all.includes(one), one);
    assert.ok(reason.length > 20, one);
  }
});

// Every route of every program, asked by every role, by a device and by nobody: exactly those whom
// the route's own declaration names get past the door.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectProblem, request } from '../support/http.mjs';
import { routesOf, startStack } from './harness.mjs';
import { OUTSIDER, ROLES, seed } from './world.mjs';

const PROGRAMS = ['liancha-planner', 'liancha-mobile', 'liancha-public'];

let stack;
let world;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
});
after(() => stack.stop());

// Whether an asker of that kind may use the route.
function allowed({ who, program }, asker) {
  if (who === 'anyone') return true;
  if (who === 'device') return asker === 'device';
  if (program !== 'liancha-planner' || !ROLES.includes(asker)) return false;
  return who === 'session' || who.split(',').includes(asker);
}

// Asks for something that does not exist, with nothing in the body: who may, is told so.
async function ask(route, token) {
  const path = route.path.replace(/\{[^}]+\}/g, '0');
  return request(stack.base + path, { method: route.method, token,
    headers: { 'Tus-Resumable': '1.0.0' } });
}

function expectDenied(res, asker, line) {
  if (asker === null || res.status === 401) {
    if (res.headers['content-length'] !== '0' && res.body.length > 0)
      expectProblem(res, 401, 'unauthenticated');
    assert.equal(res.status, 401, line);
    assert.match(res.headers['www-authenticate'] ?? '', /^Bearer/, line);
  } else assert.equal(res.status, 403, line);
}

async function check(route, asker, token) {
  const line = `${route.method} ${route.path} as ${asker ?? 'nobody'}`;
  const res = await ask(route, token);
  assert.ok(res.status < 500, `${line}: ${res.status} ${res.text}`);
  if (allowed(route, asker)) {
    assert.notEqual(res.status, 401, `${line}: ${res.text}`);
    assert.notEqual(res.status, 403, `${line}: ${res.text}`);
    assert.notEqual(res.status, 405, `${line}: ${res.text}`);
  } else expectDenied(res, asker, `${line}: ${res.status} ${res.text}`);
}

for (const program of PROGRAMS)
  test(`${program}: every route with every role and none`, async () => {
    const routes = await routesOf(program);
    assert.ok(routes.length > 0);
    for (const route of routes) {
      await check(route, null, undefined);
      await check(route, 'garbage', 'x'.repeat(43));
      await check(route, 'device', world.phones[0].token);
      for (const role of ROLES) {
        // A session of its own where the request may end it, of another account where it ends all.
        const token = route.name === 'session.close' ? await world.newSession(role)
          : route.name === 'session.close-all' ? await world.newSession(role, OUTSIDER)
            : world.tokenOf(role);
        await check(route, role, token);
      }
    }
  });

test('the table names nobody but the known askers, and each route once', async () => {
  const known = new Set(['anyone', 'session', 'device', ...ROLES]);
  for (const program of PROGRAMS) {
    const seen = new Set();
    for (const { method, path, who, name } of await routesOf(program)) {
      for (const one of who.split(',')) assert.ok(known.has(one), `${path}: ${one}`);
      assert.ok(!seen.has(`${method} ${path}`), `${method} ${path} twice`);
      assert.match(name, /^[a-z][a-z._-]*$/);
      seen.add(`${method} ${path}`);
    }
  }
});

test('a session that ended opens nothing', async () => {
  const token = await world.newSession('planner');
  const ask = (method) => request(`${stack.base}/planner/v1/session`, { method, token });
  assert.equal((await ask('GET')).status, 200);
  assert.ok((await ask('DELETE')).status < 300);
  expectProblem(await ask('GET'), 401, 'unauthenticated');
});

test('an expired session is no session', async () => {
  const token = await world.newSession('planner');
  await stack.operate("UPDATE session SET ends_at = '2020-01-01' " +
    'ORDER BY created_at DESC LIMIT 1');
  const res = await request(`${stack.base}/planner/v1/session`, { token });
  expectProblem(res, 401, 'unauthenticated');
});

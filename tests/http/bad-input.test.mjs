// Bad input on every route that takes a body, and on doors in general: each answer is a clear 4xx
// problem, none is a 500 or a hang, and not one row changes.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { newKey, prove, publicKey } from '../support/phone/key.mjs';
import { uuidv7 } from '../support/phone.mjs';
import { routesOf, startStack } from './harness.mjs';
import { CAMPAIGN, DISTRICT, HOME, MARKET, OUTSIDER, PLANS, ROLES, seed } from './world.mjs';

const PATIENCE = { timeoutMs: 20000 };
const BODY_MAX = 1048576;
const TUS = { 'Tus-Resumable': '1.0.0' };

let stack;
let world;
let checksums;
const routes = [];

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  await world.phones[0].pull(); // its first use leaves a mark
  for (const program of ['liancha-planner', 'liancha-mobile', 'liancha-public'])
    routes.push(...await routesOf(program));
});
after(() => stack.stop());
beforeEach(async () => { checksums = await stack.checksums(); });
afterEach(async () => assert.deepEqual(await stack.checksums(), checksums, 'rows changed'));

const KEY = newKey();
const operation = () => ({ id: uuidv7(), counter: 1, entity: 'section',
  entity_id: world.visits[0].sections[0].section, base_version: 0, fields: { note: '测试' } });

// A sound body for every route that takes one, by the route's name; what each test spoils.
const BODIES = {
  'session.open': () => ({ login: 'nobody', password: 'x' }),
  'account.create': () => ({ login: 'new.one', name: '新', department: HOME, roles: ['planner'] }),
  'account.roles': () => ({ version: 1, roles: ['planner'] }),
  'account.move': () => ({ version: 1, department: MARKET, reason: 'x' }),
  ...Object.fromEntries(['disable', 'enable', 'retire'].map((step) =>
    [`account.${step}`, () => ({ version: 1, reason: 'x' })])),
  'account.reset': () => ({ version: 1 }),
  'session.totp': () => ({ current: 'x' }),
  'session.totp-confirm': () => ({ code: '000000' }),
  'session.password': () => ({ current: 'x', password: 'Stapel-47-Korn' }),
  'plan.create': () => ({ code: PLANS[0].code.replace(/.$/, '9'), directory: 'T-health',
    name: '新', ends_on: '2030-01-01',
    quotas: [{ region: '410402', specialty: 'medical', count: 1 }] }),
  'plan.ratio': () => ({ permille: 50, specialties: ['medical'] }),
  'campaign.create': () => ({ code: CAMPAIGN.replace(/.$/, '9'), name: '新', region: '410400',
    plans: [PLANS[0].code] }),
  'campaign.announce': () => ({ kind: 'lottery', source: 'x', issue: 'x', form: '5x0-9', place: 'x',
    at: '2030-01-01T00:00:00Z', latest: '2030-01-02T00:00:00Z', departments: [HOME, MARKET],
    teams_issue: 'y', teams_at: '2030-01-03T00:00:00Z' }),
  'campaign.value': () => ({ value: '1 2 3 4 5' }),
  'campaign.abandon': () => ({ reason: 'x' }),
  'visit.schedule': () => ({ from: '2030-01-01', to: '2030-01-02' }),
  'visit.move': () => ({ planned_on: '2030-01-02', reason: 'x', version: 1 }),
  'clue.create': () => ({ source: 'complaint', number: 'x', subject: '914104020000000000',
    content: 'x', found_on: '2026-01-01' }),
  'clue.triage': () => ({ plan: 'reject', reason: 'x', version: 1 }),
  'clue.decide': () => ({ decision: 'approve', reason: 'x', version: 1 }),
  'clue.end': () => ({ outcome: 'no_problem', note: 'x', version: 1 }),
  'visit.cancel': () => ({ kind: 'team', reason: 'x', version: 1 }),
  'visit.pin': () => ({ pinned: true, reason: 'x', version: 1 }),
  'inspector.draw': () => ({ value: '1 2 3 4 5' }),
  'difference.approve': () => ({ inspector: 'x' }),
  'difference.say': () => ({ inspector: 'x', cause: 'absent', reason: 'x' }),
  'subject.put': () => ({ name: '新', region: '410402', state: 'open', credit_class: 'B',
    specialties: ['none'], verified_on: '2026-01-01' }),
  'subject.leave': () => ({ reason: 'x' }),
  'inspector.put': () => ({ name: '新', card_expires_on: '2030-01-01', specialties: ['none'],
    areas: ['999999'], on_duty: true, max_daily: 4, max_total: 200 }),
  'item.put': () => ({ specialty: 'none', name: '新', category: 'general', method: 'onsite',
    legal_basis: 'x', content: 'x' }),
  'joint.offer': () => ({ notice: 'given' }),
  'visit.notice': () => ({ replace: true }),
  'joint.preview': () => ({ from: '2030-01-01', to: '2030-01-02' }),
  'joint.publish': () => ({ from: '2030-01-01', to: '2030-01-02', version: 'x' }),
  'recusal.create': () => ({ subject: 'x', reason: 'x' }),
  'proposal.decide': () => ({ decision: 'decline' }),
  'assignment.create': () => ({ inspector: 'x', reason: 'x' }),
  'adjustment.create': () => ({ inspector: 'x', replacement: 'y', reason: 'x' }),
  'adjustment.decide': () => ({ decision: 'refuse', reason: 'x' }),
  'correction.decide': () => ({ decision: 'refuse', reason: 'x' }),
  'device.revoke': () => ({ state: 'lost' }),
  'draw.withdraw': () => ({ reason: 'x' }),
  'substitute.decide': () => ({ decision: 'refuse', reason: 'x', exception: false }),
  'substitute.create': () => ({ subject: 'x', stratum: '410402.medical', reason: 'x' }),
  'checklist.publish': () => ({ checklists: [{ item: 'x', version: 1, title: '新',
    questions: [{ id: 'a', type: 'yes_no', text: '新' }] }] }),
  'code-alert.explain': () => ({ reason: 'x' }),
  'section.review': () => ({ decision: 'accept' }),
  'evidence.write-off': () => ({ reason: 'x' }),
  'publication.withhold': () => ({ cause: 'inquiry', reason: 'x', look_on: '2030-01-01' }),
  'publication.retract': () => ({ cause: 'error', reason: 'x', since: '2026-01-01' }),
  'objection.decide': () => ({ outcome: 'rejected', answer: 'x' }),
  'publication.cover': () => ({ text: 'x', reason: 'x' }),
  'publication.lift': () => ({ text: 'x', reason: 'x' }),
  'publication.correct': () => ({ reason: 'x' }),
  'door.write-off': () => ({ reason: 'x' }),
  'penalty.create': () => ({ decision_no: 'x', act_type: 'x', content: 'x', authority: 'x',
    decided_on: '2026-01-01' }),
  'disposal.create': () => ({ kind: 'order', content: 'x', issued_on: '2026-01-01' }),
  'bulletin.issue': () => ({ title: '新' }),
  'report.issue': () => ({ kind: 'weekly', from: '2026-11-23', to: '2026-11-29', title: '新' }),
  'delivery.retry': () => ({ reason: 'x' }),
  'disposal.end': () => ({ outcome: 'corrected', note: 'x', ended_on: '2026-01-01' }),
  'device.enrol': () => ({ code: 'x', device_name: 'x', public_key: publicKey(KEY),
    signature: prove(KEY, 'enrolment', 'x') }),
  'device.renew': () => ({ refresh_token: 'x', signature: prove(KEY, 'renewal', 'x') }),
  'sync.push': () => ({ operations: [operation()] }),
};
// Of a campaign's step.
const bodyOf = (step) => BODIES[step === 'inspectors' ? 'inspector.draw' : `campaign.${step}`]();

// Members that may as well be null.
const OPTIONAL = { 'campaign.announce': ['form', 'departments', 'latest'],
  'campaign.value': ['value'], 'substitute.decide': ['reason', 'exception'],
  'visit.notice': ['replace'], 'plan.create': ['quotas'], 'plan.ratio': ['specialties'],
  'adjustment.create': ['replacement'], 'adjustment.decide': ['reason'] };

// But the forms of pages, see objections.test.mjs and ratings.test.mjs.
const takesBody = ({ method, name }) => ['POST', 'PUT', 'PATCH'].includes(method) &&
  !['objection_add', 'rating_add'].includes(name);
// Files, see imports.test.mjs.
const imports = ({ name }) => /^(import\.(subjects|create|part)|plan\.table)$/.test(name);
const uploads = (route) => route.path.startsWith('/mobile/v1/evidence') || imports(route);

// The token of somebody who may use the route.
function tokenFor({ who }) {
  if (who === 'anyone') return undefined;
  if (who === 'device') return world.phones[0].token;
  return world.tokenOf(who === 'session' ? 'planner' : who.split(',')[0]);
}

// The route's path with its parameters filled: with what exists, or with what does not.
function pathOf(route, known) {
  const values = known ?? {};
  return route.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(values[name] ?? '0'));
}

// nginx lets one address knock at the entries so often only: a 429 is asked again.
async function ask(route, options, known) {
  for (;;) {
    const res = await request(stack.base + pathOf(route, known), { method: route.method,
      token: tokenFor(route), headers: uploads(route) ? TUS : {}, ...PATIENCE, ...options });
    if (res.status !== 429) return res;
    expectProblem(res, 429, 'too-many-requests');
    await sleep(250);
  }
}

// A problem with a status of the list.
function refused(res, statuses, what) {
  assert.ok(statuses.includes(res.status), `${what}: ${res.status} ${res.text.slice(0, 300)}`);
  new TextDecoder('utf-8', { fatal: true }).decode(res.body);
  return expectProblem(res, res.status);
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const deep = (n) => `${'['.repeat(n)}${']'.repeat(n)}`;

const BROKEN = {
  'an open brace': '{',
  'a trailing comma': '{"a":1,}',
  'two values': '{} {}',
  'a bare word': 'nonsense',
  'a leading zero': '{"a":01}',
  'a huge exponent': '{"a":1e999}',
  'NaN': '{"a":NaN}',
  'a raw line feed in a text': '{"a":"x\ny"}',
  'an escaped NUL': '{"a":"x\\u0000y"}',
  'half a surrogate pair': '{"a":"\\ud800"}',
  'a member twice': '{"a":1,"a":2}',
  'nesting of a thousand': deep(1000),
  'nesting of a hundred thousand': deep(100000),
  'nested objects': `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  'invalid UTF-8': Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
  'an overlong UTF-8 sequence': Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
  'a byte order mark': Buffer.from('\ufeff{}'),
  'a NUL byte': Buffer.from('{"a":"\0"}'),
};

describe('bodies', () => {
  test('every route that takes a body has a sound one here', async () => {
    for (const route of routes.filter((r) => takesBody(r) && !uploads(r))) {
      // Only a route that takes none finds nothing missing in an empty object.
      const res = await ask(route, { json: {} });
      if (res.status === 422) assert.ok(BODIES[route.name], `${route.name}: ${res.text}`);
    }
    for (const name of Object.keys(BODIES))
      assert.ok(routes.some((route) => route.name === name), `no route is called ${name}`);
  });

  for (const [what, body] of Object.entries(BROKEN))
    test(`${what}`, async () => {
      for (const route of routes.filter((r) => takesBody(r) && !uploads(r))) {
        const res = await ask(route, { body, headers: JSON_TYPE });
        refused(res, [400, 413, 422], `${route.name}`);
      }
    });

  test('another type than an object', async () => {
    for (const route of routes.filter((r) => takesBody(r) && !uploads(r)))
      for (const body of ['null', '[]', '1', '"x"', 'true'])
        refused(await ask(route, { body, headers: JSON_TYPE }), [400, 422],
          `${route.name} ${body}`);
  });

  test('an unknown member', async () => {
    for (const route of routes.filter((r) => takesBody(r) && !uploads(r))) {
      const body = { ...BODIES[route.name]?.(), zzz: 1 };
      const problem = refused(await ask(route, { json: body }), [422], route.name);
      assert.equal(problem.pointer ?? '/zzz', '/zzz', route.name);
    }
    const route = routes.find(({ name }) => name === 'session.open');
    for (const name of ['', '~', '/', 'a/b', '中'.repeat(100), `a${'中'.repeat(200)}`,
      'x'.repeat(500), '\u2028', '<b>'])
      refused(await ask(route, { json: { [name]: 1 } }), [422], JSON.stringify(name));
  });

  test('each member missing, of each wrong type, too long, too large', async () => {
    const wrong = [null, true, 7, 1e300, -1, 'x'.repeat(5000), '', '\u0007', [], [[]], {},
      { a: 1 }];
    for (const route of routes.filter((r) => takesBody(r) && BODIES[r.name] && !uploads(r)))
      for (const name of Object.keys(BODIES[route.name]())) {
        for (const value of wrong) {
          if (value === null && OPTIONAL[route.name]?.includes(name)) continue;
          const sound = BODIES[route.name]();
          if (typeof sound[name] === typeof value && value !== null && typeof value !== 'string' &&
            !Array.isArray(sound[name])) continue;
          const res = await ask(route, { json: { ...sound, [name]: value } });
          refused(res, [400, 401, 403, 404, 409, 422],
            `${route.name} ${name}=${JSON.stringify(value).slice(0, 40)}`);
        }
      }
  });

  test('another media type', async () => {
    for (const route of routes.filter((r) => takesBody(r) && !uploads(r)))
      for (const type of ['text/plain', 'multipart/form-data', 'application/jsonx', ''])
        refused(await ask(route, { body: '{}', headers: { 'Content-Type': type } }), [415],
          `${route.name} ${type}`);
  });

  test('one byte too many, and many', async () => {
    for (const route of routes.filter((r) => takesBody(r) && !imports(r)))
      for (const size of [BODY_MAX + 1, 4 * BODY_MAX]) {
        let res;
        try {
          res = await ask(route, { body: Buffer.alloc(size, 0x20), headers: JSON_TYPE });
        } catch (error) {
          // nginx may close while we still send: that is no answer, but no hang either.
          assert.ok(['EPIPE', 'ECONNRESET'].includes(error.code), String(error));
          continue;
        }
        refused(res, [413], `${route.name} ${size}`);
      }
  });

  test('a body of the largest size is read', async () => {
    const route = routes.find(({ name }) => name === 'session.open');
    const body = '{"login":1}'.padEnd(BODY_MAX, ' ');
    const problem = refused(await ask(route, { body, headers: JSON_TYPE }), [422], 'largest');
    assert.equal(problem.pointer, '/login');
  });
});

describe('addresses and methods', () => {
  test('a method that the address does not take', async () => {
    const byPath = new Map();
    for (const { path, method } of routes)
      byPath.set(path, [...(byPath.get(path) ?? []), method]);
    for (const [path, methods] of byPath)
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (methods.includes(method)) continue;
        const route = routes.find((r) => r.path === path);
        const res = await request(stack.base + pathOf(route), { method, ...PATIENCE });
        assert.equal(res.status, 405, `${method} ${path}: ${res.status} ${res.text.slice(0, 200)}`);
        const allow = res.headers.allow.split(', ');
        for (const one of methods) assert.ok(allow.includes(one), `${path}: Allow ${allow}`);
      }
    for (const method of ['TRACE', 'PROPFIND', 'FOO']) {
      const res = await request(`${stack.base}/planner/v1/session`, { method });
      assert.equal(res.status, 405, method);
    }
  });

  test('addresses that nobody serves', async () => {
    const paths = ['/planner/v1/', '/planner/v1/nothing', '/planner/v2/plans', '/mobile/v1/x',
      '/planner/v1/plans/%00', '/planner/v1/plans/%ff%fe', '/planner/v1/plans/%E4%B8%AD',
      '/planner/v1/plans/..%2f..%2fetc%2fpasswd', '/planner/v1/plans//', '/planner//v1/plans/x',
      `/planner/v1/plans/${'x'.repeat(3000)}`, '/planner/v1/plans/{code}', '/planner/v1/%2e%2e/x'];
    for (const path of paths) {
      const token = world.tokenOf('planner');
      const res = await request(stack.base + path, { token, ...PATIENCE });
      refused(res, [400, 404, 414, 422], path);
    }
  });

  test('identifiers that do not exist', async () => {
    const ids = ['0', '1', '-1', '99999999999999999999', 'x', '1e3', '%27%20OR%201=1',
      '9007199254740993', '%F0%9F%98%80', 'x'.repeat(200)];
    for (const route of routes.filter(({ method, path, program }) =>
      path.includes('{') && program !== 'liancha-public' && method !== 'OPTIONS'))
      for (const id of ids) {
        if (route.path.includes('{id}') && id === '1') continue; // may exist
        const path = route.path.replace(/\{[^}]+\}/g, id);
        const res = await request(stack.base + path, { method: route.method, token: tokenFor(route),
          json: takesBody(route) && !uploads(route) ? BODIES[route.name]?.() ?? {} : undefined,
          headers: uploads(route) ? { ...TUS, 'Upload-Offset': '0',
            'Content-Type': 'application/offset+octet-stream' } : {}, ...PATIENCE });
        assert.ok([400, 404, 409, 412, 415, 422].includes(res.status),
          `${route.name} ${id}: ${res.status} ${res.text.slice(0, 200)}`);
      }
  });

  test('query parameters that are unknown, double, broken, out of range', async () => {
    const queries = ['zzz=1', 'limit=0', 'limit=-1', 'limit=100000', 'limit=x', 'limit=1&limit=2',
      'limit', 'after=%ff', 'after=%zz', 'after=%00', `after=${'x'.repeat(5000)}`,
      Array.from({ length: 50 }, (_, i) => `p${i}=1`).join('&')];
    for (const route of routes.filter(({ method, path, program }) => method === 'GET' &&
      program === 'liancha-planner' && !path.includes('{')))
      for (const query of queries) {
        const res = await request(`${stack.base}${route.path}?${query}`,
          { token: tokenFor(route), ...PATIENCE });
        refused(res, [400, 413, 414, 422], `${route.name} ?${query.slice(0, 40)}`);
      }
  });
});

describe('tokens', () => {
  test('missing, malformed, unknown, of the other program', async () => {
    const phone = world.phones[0].token;
    const session = world.tokenOf('planner');
    const bad = [undefined, 'Bearer', 'Bearer ', 'Bearer x', `Bearer ${'x'.repeat(43)}`,
      `Bearer ${'x'.repeat(4000)}`, `bearer ${session}x`, `Basic ${session}`, `Bearer ${session} x`,
      `Bearer ${session.slice(0, -1)}`, `Bearer ${session}\t`];
    for (const route of routes.filter(({ who }) => who !== 'anyone')) {
      const foreign = route.program === 'liancha-mobile' ? session : phone;
      for (const value of [...bad, `Bearer ${foreign}`]) {
        // A header's surrounding blanks are not part of it.
        if (value === `Bearer ${session}\t` && route.program === 'liancha-planner') continue;
        const headers = { ...(value && { Authorization: value }), ...TUS };
        const res = await request(stack.base + pathOf(route),
          { method: route.method, headers, ...PATIENCE });
        assert.equal(res.status, 401, `${route.name} ${value?.slice(0, 30)}: ${res.status}`);
        if (route.method !== 'HEAD') expectProblem(res, 401, 'unauthenticated');
      }
    }
  });
});

describe("another department's things", () => {
  // A request on something that exists, by a department that has no part in it.
  const cases = () => {
    const visit = world.visits[0];
    const market = visit.sections.find(({ department }) => department === MARKET) ??
      world.visits.flatMap(({ sections }) => sections)
      .find(({ department }) => department === MARKET);
    const draw = `${PLANS[0].code}.1`;
    return [
      ['planner', 'GET', `/planner/v1/plans/${PLANS[0].code}`],
      ['planner', 'POST', `/planner/v1/plans/${PLANS[0].code}/file`, {}],
      ['planner', 'GET', `/planner/v1/campaigns/${CAMPAIGN}`],
      ['planner', 'POST', `/planner/v1/draws/${draw}/freeze`, {}],
      ...['visits', 'close', 'dispatch'].map((step) =>
        ['planner', 'POST', `/planner/v1/campaigns/${CAMPAIGN}/${step}`, {}]),
      ...['announce', 'value', 'inspectors'].map((step) => ['planner', 'POST',
        `/planner/v1/campaigns/${CAMPAIGN}/${step}`, bodyOf(step)]),
      ['planner', 'POST', `/planner/v1/campaigns/${CAMPAIGN}/abandon`, { reason: 'x' }],
      ['planner', 'POST', `/planner/v1/campaigns/${CAMPAIGN}/schedule`, BODIES['visit.schedule']()],
      ['planner', 'GET', `/planner/v1/campaigns/${CAMPAIGN}/visits`],
      ['planner', 'GET', `/planner/v1/campaigns/${CAMPAIGN}/indicators`],
      ['planner', 'GET', `/planner/v1/visits/${visit.code}`],
      ['planner', 'POST', `/planner/v1/visits/${visit.code}/move`, BODIES['visit.move']()],
      ['planner', 'POST', `/planner/v1/visits/${visit.code}/cancel`, BODIES['visit.cancel']()],
      ['planner', 'POST', `/planner/v1/visits/${visit.code}/pin`, BODIES['visit.pin']()],
      ['planner', 'POST', `/planner/v1/inspectors/${world.cards[0]}/enrolments`, {}],
      ['reviewer', 'POST', `/planner/v1/sections/${market.section}/review`, { decision: 'accept' }],
      ['reviewer', 'POST', `/planner/v1/sections/${market.section}/penalties`,
        BODIES['penalty.create']()],
      ['administrator', 'POST', `/planner/v1/accounts/${HOME.toLowerCase()}.planner/unlock`, {}],
      ['administrator', 'POST', '/planner/v1/accounts', BODIES['account.create']()],
      ...['roles', 'move', 'disable', 'enable', 'retire', 'reset'].map((step) =>
        ['administrator', 'POST', `/planner/v1/accounts/${HOME.toLowerCase()}.planner/${step}`,
          BODIES[`account.${step}`]()]),
    ];
  };

  test('is refused to the outsider', async () => {
    for (const [role, method, path, json] of cases()) {
      const res = await request(stack.base + path,
        { method, json, token: world.tokenOf(role, OUTSIDER), ...PATIENCE });
      refused(res, [403, 404], `${role} ${method} ${path}`);
    }
  });

  test('only the initiating department moves a campaign', async () => {
    for (const department of [MARKET, DISTRICT])
      for (const step of ['announce', 'visits', 'close', 'dispatch']) {
        const res = await request(`${stack.base}/planner/v1/campaigns/${CAMPAIGN}/${step}`,
          { method: 'POST', json: BODIES[`campaign.${step}`]?.() ?? {},
            token: world.tokenOf('planner', department), ...PATIENCE });
        refused(res, [403], `${department} ${step}`);
      }
  });

  test('steps that were taken are not taken again', async () => {
    const planner = world.tokenOf('planner');
    const again = [
      [`/planner/v1/plans/${PLANS[0].code}/file`, {}],
      [`/planner/v1/draws/${PLANS[0].code}.1/freeze`, {}],
      ['/planner/v1/campaigns', { code: CAMPAIGN, region: '410400', name: '重复',
        plans: [PLANS[0].code], reason: '测试' }],
      ...['visits', 'close', 'dispatch'].map((step) =>
        [`/planner/v1/campaigns/${CAMPAIGN}/${step}`, {}]),
      ...['announce', 'value', 'inspectors'].map((step) =>
        [`/planner/v1/campaigns/${CAMPAIGN}/${step}`, bodyOf(step)]),
      [`/planner/v1/campaigns/${CAMPAIGN}/abandon`, { reason: 'x' }],
    ];
    for (const [path, json] of again)
      refused(await request(stack.base + path, { json, token: planner, ...PATIENCE }), [409], path);
  });
});

describe('connections', () => {
  // Sends bytes as they are; resolves with what came until the end or until patience ends.
  function raw(bytes, { end = false, ms = 3000 } = {}) {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(stack.base).port), '127.0.0.1');
      let text = '';
      const timer = setTimeout(() => socket.destroy(), ms);
      socket.on('data', (chunk) => { text += chunk; });
      socket.on('error', reject);
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(text);
      });
      socket.write(bytes, () => { if (end) socket.end(); });
    });
  }
  const head = (lines) => `${['POST /liancha/planner/v1/sessions HTTP/1.1', 'Host: x',
    'Content-Type: application/json', ...lines, '', ''].join('\r\n')}`;

  test('lengths that do not hold, headers that are too large', async () => {
    for (const lines of [['Content-Length: -1'], ['Content-Length: x'],
      ['Content-Length: 5', 'Content-Length: 6'], ['Content-Length: 99999999999999999999'],
      [`X: ${'x'.repeat(100000)}`], ['Transfer-Encoding: nonsense', 'Content-Length: 2']])
      assert.match(await raw(`${head([...lines, 'Connection: close'])}{}`), /^HTTP\/1\.1 (4|501)/,
        lines[0].slice(0, 40));
  });

  test('half a body holds no worker', async () => {
    const slow = Array.from({ length: 20 }, () => raw(`${head(['Content-Length: 500'])}{"login"`));
    const res = await request(`${stack.base}/planner/v1/health`, { timeoutMs: 2000 });
    assert.equal(res.status, 200);
    await Promise.all(slow);
  });

  test('a chunked body is taken', async () => {
    const text = await raw(`${head(['Transfer-Encoding: chunked', 'Connection: close'])}` +
      '2\r\n{}\r\n0\r\n\r\n');
    assert.match(text, /^HTTP\/1\.1 422/);
  });
});

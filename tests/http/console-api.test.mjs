// What the office's pages need of the planner's API beyond lists: a session that no script holds.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { get } from '../../conf/main-job/office.mjs';
import { Client, expectJson, expectProblem } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { CAMPAIGN, HOME, PLANS, seed } from './world.mjs';

const V1 = '/planner/v1';
const PAGE = { 'X-Liancha-Console': '1' };

let stack;

before(async () => {
  stack = await startStack({ own: true });
  await seed(stack);
});
after(() => stack.stop());

const bare = () => new Client(stack.base);

// What an account of that role signs in with.
async function signs(role) {
  const { token } = await stack.office.role(HOME, role);
  const { login } = await get(new Client(stack.base, { token }), `${V1}/session`);
  return { login, password: stack.office.secrets.data.accounts[login], token };
}

const enter = ({ login, password }, headers) =>
  bare().post(`${V1}/sessions`, { login, password }, { headers });

// A page's session: {cookie, client, said}.
async function page(role = 'planner') {
  const res = await enter(await signs(role), PAGE);
  const said = expectJson(res, 201);
  const [cookie] = res.headers['set-cookie'][0].split(';');
  return { cookie, said, client: new Client(stack.base, { headers: { ...PAGE, Cookie: cookie } }) };
}

test('a page gets its token as a cookie that no script reads, a program in the body', async () => {
  const official = await signs('planner');
  const res = await enter(official, PAGE);
  const said = expectJson(res, 201);
  assert.equal(said.token, undefined);
  assert.equal(res.headers['set-cookie'].length, 1);
  assert.match(res.headers['set-cookie'][0],
    /^liancha=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/liancha\/planner$/);
  const program = await enter(official);
  assert.ok(expectJson(program, 201).token);
  assert.equal(program.headers['set-cookie'], undefined);
});

// [what of a request, what of it differs, the status, the problem's type]
const REFUSED = [
  ['no header of ours', { 'X-Liancha-Console': undefined }, 401, 'unauthenticated'],
  ['another value of it', { 'X-Liancha-Console': 'true' }, 401, 'unauthenticated'],
  ['a cookie under another name', (cookie) => ({ Cookie: `x${cookie}` }), 401, 'unauthenticated'],
  ['a cookie that is none', { Cookie: 'liancha=none' }, 401, 'unauthenticated'],
  ['an empty cookie', { Cookie: 'liancha=' }, 401, 'unauthenticated'],
  ['an oversized cookie', { Cookie: `liancha=${'x'.repeat(4000)}` }, 401, 'unauthenticated'],
  ['two cookies', (cookie) => ({ Cookie: `liancha=planted; ${cookie}` }), 400, 'malformed'],
  ['a cookie and a token', { Authorization: 'Bearer x' }, 400, 'malformed'],
  ['another origin', { Origin: 'https://elsewhere.example' }, 403, 'forbidden'],
  ['an origin that hides', { Origin: 'null' }, 403, 'forbidden'],
  ['another port', { Origin: 'http://127.0.0.1:1' }, 403, 'forbidden'],
  ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403, 'forbidden'],
  ['a neighbour of the site', { 'Sec-Fetch-Site': 'same-site' }, 403, 'forbidden'],
  ['an address that was typed', { 'Sec-Fetch-Site': 'none' }, 403, 'forbidden'],
];

test('a cookie counts beside the header of a page alone, and from no other site', async () => {
  const { cookie, client } = await page();
  const ask = (headers) => bare().get(`${V1}/plans`,
    { headers: { ...PAGE, Cookie: cookie, ...headers } });
  for (const headers of [{}, { Origin: stack.origin, 'Sec-Fetch-Site': 'same-origin' },
    { Cookie: `theirs="a;b"; ${cookie}; last` }])
    expectJson(await ask(headers));
  for (const [what, differs, status, type] of REFUSED) {
    const headers = { ...PAGE, Cookie: cookie,
      ...(typeof differs === 'function' ? differs(cookie) : differs) };
    for (const [name, value] of Object.entries(headers))
      if (value === undefined) delete headers[name];
    const options = { headers };
    expectProblem(await bare().get(`${V1}/plans`, options), status, type);
    assert.equal((await bare().delete(`${V1}/session`, options)).status, status, what);
    expectProblem(await bare().post(`${V1}/plans`, {}, options), status, type);
  }
  expectJson(await client.get(`${V1}/session`));
  expectProblem(await bare().get('/mobile/v1/pull', { headers: { ...PAGE, Cookie: cookie } }), 401);
});

test('another site signs nobody in', async () => {
  const official = await signs('planner');
  for (const sent of [{ Origin: 'https://elsewhere.example' },
    { 'Sec-Fetch-Site': 'cross-site' }]) {
    const res = await enter(official, { ...PAGE, ...sent });
    expectProblem(res, 403, 'forbidden');
    assert.equal(res.headers['set-cookie'], undefined);
  }
});

test('a session that is closed takes its cookie back, here and everywhere', async () => {
  for (const path of ['session', 'sessions']) {
    const { client } = await page('administrator');
    const res = await client.delete(`${V1}/${path}`);
    assert.equal(res.status, 204);
    assert.match(res.headers['set-cookie'][0], /^liancha=; Max-Age=0; HttpOnly; .*planner$/);
    expectProblem(await client.get(`${V1}/session`), 401, 'unauthenticated');
  }
});

test('a page can tell when its session ends, and to look does not move that on', async () => {
  const { client, said } = await page();
  const look = async () => get(client, `${V1}/session`);
  const first = await look();
  assert.equal(first.expires_at, said.expires_at);
  assert.equal(first.idle_until, said.idle_until);
  assert.equal(first.must_change, false);
  assert.ok(first.name && first.roles.includes('planner'));
  await stack.operate('UPDATE session SET ends_at = ends_at - INTERVAL 5 MINUTE');
  const looked = await look();
  assert.equal(Date.parse(first.idle_until) - Date.parse(looked.idle_until), 5 * 60000);
  expectJson(await client.get(`${V1}/plans`));
  assert.ok(Date.parse((await look()).idle_until) > Date.parse(looked.idle_until));
});

// Kinds whose list, as it is linked, has just what was counted.
const WHOLE = ['plan.file', 'proposal.decide', 'card.expires', 'directory.stale', 'section.review',
  'correction.decide', 'publication.publish', 'publication.look',
  'delivery.retry', 'delivery.missing', 'delivery.receipt'];

const workbench = async (role) => get(await stack.office.role(HOME, role), `${V1}/workbench`);
const waiting = ({ works }) => Object.fromEntries(
  works.map(({ kind, urgency, count }) => [urgency ? `${kind} ${urgency}` : kind, count]));

test('whoever asks is told what waits for its roles, each one link away', async () => {
  const told = {};
  for (const role of ['planner', 'reviewer', 'publisher', 'auditor']) {
    const client = await stack.office.role(HOME, role);
    const board = await workbench(role);
    told[role] = board.works.map(({ kind }) => kind);
    for (const { kind, text, count, list, filter } of board.works) {
      if (list === null) assert.equal(count, 0, text);
      else {
        const res = await client.get(`${V1}/${list}?${filter}${filter && '&count=1'}`);
        if (WHOLE.includes(kind)) assert.equal(expectJson(res).total, count, text);
        else assert.ok(res.status < 500, text);
      }
    }
  }
  assert.deepEqual(told.auditor, []);
  assert.ok(told.planner.includes('plan.file') && !told.planner.includes('section.review'));
  assert.equal(told.publisher.filter((kind) => kind === 'publication.publish').length, 3);
});

test('what changes by a day changes what waits', async () => {
  const days = async (change, role, kind) => {
    const before = waiting(await workbench(role))[kind];
    await stack.operate(change);
    return waiting(await workbench(role))[kind] - before;
  };
  const own = `department_id = (SELECT id FROM department WHERE code = '${HOME}')`;
  const [[inspectors]] = await stack.sql(`SELECT COUNT(*) FROM inspector WHERE ${own} AND on_duty`);
  const expire = (day) => 'UPDATE inspector SET card_expires_on = ' +
    `CURDATE() + INTERVAL ${day} DAY WHERE ${own}`;
  await stack.operate(expire(90));
  assert.equal(await days(expire(30), 'planner', 'card.expires'), Number(inspectors));
  await stack.operate(expire(400));
  const refresh = (day) => `UPDATE directory SET refreshed_on = CURDATE() - INTERVAL ${day} DAY ` +
    `WHERE ${own}`;
  await stack.operate(refresh(10));
  assert.ok(await days(refresh(400), 'planner', 'directory.stale') > 0);
  await stack.operate(refresh(10));
});

const actionsOf = ({ actions }) => Object.fromEntries(actions.map(({ name, ...said }) =>
  [name, said]));

test('what may be done comes with the object: as the act itself answers, and by role', async () => {
  const planner = await stack.office.role(HOME, 'planner');
  const auditor = await stack.office.role(HOME, 'auditor');
  const campaign = `${V1}/campaigns/${CAMPAIGN}`;
  const shown = await get(planner, campaign);
  const told = actionsOf(shown);
  const objects = [[campaign, told, { abandon: { reason: '测试' }, visits: {}, close: {} }],
    ...shown.draws.map((draw) => [`${V1}/draws/${draw.code}`, actionsOf(draw),
      { freeze: {}, withdraw: { reason: '测试' } }]),
    [`${V1}/plans/${PLANS[0].code}`, actionsOf(await get(planner, `${V1}/plans/${PLANS[0].code}`)),
      { ratio: { permille: 10 }, file: {} }]];
  const names = { visits: 'visit.create', close: 'campaign.close', abandon: 'campaign.abandon',
    freeze: 'draw.freeze', withdraw: 'draw.withdraw', ratio: 'plan.ratio', file: 'plan.file' };
  for (const [path, actions, acts] of objects)
    for (const [act, body] of Object.entries(acts)) {
      const { allowed, why } = actions[names[act]];
      assert.equal(allowed, false, `${path}/${act}`);
      const problem = (await planner.post(`${path}/${act}`, body)).json;
      assert.equal(problem.detail, why, `${path}/${act}`);
    }
  assert.deepEqual(told['campaign.announce'].allowed, false);
  assert.deepEqual((await get(auditor, campaign)).actions, []);
});

test('over TLS the cookie has the name that TLS alone can set, and no other counts', async () => {
  const official = await signs('planner');
  const secure = async (word) => {
    const text = readFileSync(stack.config, 'utf8');
    writeFileSync(stack.config, text.replace(/^cookie_secure=.*$/m, `cookie_secure=${word}`));
    await stack.services('start', 'planner');
    const end = Date.now() + 60000;
    while ((await bare().get(`${V1}/health`)).status !== 200) assert.ok(Date.now() < end);
  };
  await secure('yes');
  const res = await enter(official, PAGE);
  const [set] = res.headers['set-cookie'];
  assert.match(set, /^__Secure-liancha=[\w-]{43}; Secure; HttpOnly; SameSite=Strict; Path=/);
  const [cookie] = set.split(';');
  const ask = (sent) => bare().get(`${V1}/plans`, { headers: { ...PAGE, Cookie: sent } });
  expectJson(await ask(cookie));
  expectProblem(await ask(cookie.replace('__Secure-', '')), 401, 'unauthenticated');
  await secure('no');
});

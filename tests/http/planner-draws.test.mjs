// The draw, from the frozen directories to the reveal: steps that cannot be skipped, repeated or
// reordered, not by two at once either; departments that keep to their own; a secret that stays one.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get } from '../../conf/main-job/office.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { DrawWorld, STEPS, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const STATES = { freeze: 'open', commit: 'committed', 'public-value': 'valued', draw: 'drawn',
  reveal: 'revealed' };

let stack;
let world;

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 0);
});
after(() => stack.stop());

const show = async ({ code }) =>
  get(await world.planner(HOME), `/planner/v1/campaigns/${code}`);

test('every step but the next is refused in every state, and changes nothing', async () => {
  const campaign = await world.campaign();
  for (const [i, next] of [...STEPS, null].entries()) {
    const was = await show(campaign);
    for (const [j, step] of STEPS.entries()) {
      if (step === next || (step === 'freeze' && i === 0)) continue;
      for (const res of await world.step(campaign, step)) expectProblem(res, 409, 'wrong-state');
      assert.deepEqual(await show(campaign), was, `${STEPS[j]} after ${i} steps`);
    }
    if (next === null) break;
    for (const res of await world.step(campaign, next)) assert.equal(res.status, 200, res.text);
    assert.equal((await show(campaign)).state, STATES[next]);
  }
  for (const res of await world.step(campaign, 'abandon')) expectProblem(res, 409, 'wrong-state');
});

test('of several at once exactly one moves the campaign on', async () => {
  const campaign = await world.campaign([HOME]);
  for (const step of STEPS) {
    const replies = (await Promise.all(Array.from({ length: 4 }, () =>
      world.step(campaign, step)))).flat();
    assert.equal(replies.filter(({ status }) => status === 200).length, 1,
      `${step}: ${replies.map(({ status, text }) => `${status} ${text.slice(0, 200)}`)}`);
    for (const res of replies) if (res.status !== 200) expectProblem(res, 409, 'wrong-state');
  }
  const [{ selected, reserves, lines }] = (await show(campaign)).draws;
  assert.deepEqual({ selected, reserves, lines }, { selected: 4, reserves: 4, lines: 13 });
  const [[rows]] = await stack.sql('SELECT COUNT(*) FROM campaign_secret s JOIN campaign c ON ' +
    `c.id = s.campaign_id WHERE c.code = '${campaign.code}'`);
  assert.equal(rows, '1');
});

test('a draw against an abandonment: one of them happens', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'public-value');
  const replies = (await Promise.all(['draw', 'abandon'].map((step) =>
    world.step(campaign, step)))).flat();
  const [drawn, abandoned] = replies.map(({ status }) => status);
  // Abandoning is allowed after the draw too, so both may pass, in that order only.
  assert.equal(abandoned, 200);
  const { state, seed: seeded } = await show(campaign);
  assert.equal(state, 'abandoned');
  assert.equal(drawn === 200, seeded !== null);
});

test('the secret stands nowhere before the reveal', async () => {
  const campaign = await world.advance(await world.campaign(), 'draw');
  assert.equal((await show(campaign)).secret, null);
  const page = await request(`${stack.base}/public/draws/${campaign.code}`);
  const tables = ['campaign', 'audit_event', 'draw', 'session'];
  const before = (await Promise.all(tables.map((table) =>
    stack.sql(`SELECT * FROM ${table}`)))).flat(2).join('\n') + page.text;
  const [[sealed]] = await stack.sql('SELECT HEX(sealed) FROM campaign_secret s JOIN campaign c ' +
    `ON c.id = s.campaign_id WHERE c.code = '${campaign.code}'`);
  const [res] = await world.step(campaign, 'reveal');
  const { secret, secret_hash, nonce, draws } = res.json;
  assert.match(nonce, /^[0-9a-f]{64}$/);
  assert.equal(secret, createHash('sha256')
    .update([nonce, ...draws.map((draw) => draw.roster_sha256)].join('|')).digest('hex'));
  assert.equal(createHash('sha256').update(secret).digest('hex'), secret_hash);
  const bytes = Buffer.from(sealed, 'hex').toString('latin1');
  const logs = join(stack.var, 'log');
  for (const hidden of [secret, nonce]) {
    assert.ok(!before.includes(hidden));
    assert.ok(!bytes.includes(hidden) && !bytes.includes(Buffer.from(hidden, 'hex').toString('latin1')));
    for (const name of readdirSync(logs))
      assert.ok(!readFileSync(join(logs, name), 'latin1').includes(hidden), `log ${name}`);
  }
});

test('a quota above what is eligible is refused with the strata named, nothing frozen', async () => {
  const campaign = await world.campaignOf([await world.plan(HOME, { count: 14 })]);
  const [res] = await world.step(campaign, 'freeze');
  const { detail } = expectProblem(res, 409, 'wrong-state');
  assert.match(detail, /410402\.medical（任务 14，可抽 13）/);
  const { draws: [draw] } = await show(campaign);
  assert.deepEqual([draw.state, draw.snapshot_sha256, draw.lines], ['open', null, 0]);
  const [[parts]] = await stack.sql('SELECT COUNT(*) FROM snapshot_part s JOIN draw w ON ' +
    `w.id = s.draw_id WHERE w.code = '${draw.code}'`);
  assert.equal(parts, '0');
});

test('departments keep to their own', async () => {
  const campaign = await world.campaign();
  const market = await world.planner(MARKET);
  const outsider = await world.planner(OUTSIDER);
  const own = campaign.draws.find(({ department }) => department === HOME);
  expectProblem(await market.post(`/planner/v1/draws/${own.code}/freeze`, {}), 403, 'forbidden');
  for (const step of ['commit', 'public-value', 'draw', 'reveal', 'abandon'])
    for (const res of await world.step(campaign, step, market)) expectProblem(res, 403, 'forbidden');
  assert.equal((await market.get(`/planner/v1/campaigns/${campaign.code}`)).status, 200);
  expectProblem(await outsider.get(`/planner/v1/campaigns/${campaign.code}`), 403, 'forbidden');
  expectProblem(await market.get(`/planner/v1/plans/${own.plan}`), 403, 'forbidden');
  expectProblem(await market.post(`/planner/v1/plans/${own.plan}/file`, {}), 403, 'forbidden');
  expectProblem(await market.post('/planner/v1/plans', { code: '41040020308999', name: 'x',
    directory: 'T-health', ends_on: '2030-01-01' }), 403, 'forbidden');
  const district = await (await world.planner(DISTRICT)).get('/planner/v1/campaigns');
  assert.deepEqual(district.json.campaigns, []);
});

test('who starts a campaign brings a plan of its own', async () => {
  const plan = await world.plan(HOME);
  const outsider = await world.planner(OUTSIDER);
  expectProblem(await outsider.post('/planner/v1/campaigns', { code: 'C410400203001018777',
    name: '他人的计划', region: '410400', plans: [plan] }), 403, 'forbidden', { pointer: '/plans' });
  await world.campaignOf([plan]); // and nothing holds the plan
});

test('a snapshot that was changed behind the program is not drawn from', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'public-value');
  const where = `draw_id = (SELECT id FROM draw WHERE code = '${campaign.draws[0].code}')`;
  const [[hex]] = await stack.sql(`SELECT HEX(body) FROM snapshot_part WHERE ${where}`);
  await stack.operate("UPDATE snapshot_part SET body = REPLACE(body, '\\t2\\t', '\\t3\\t') " +
    `WHERE ${where}`);
  const [refused] = await world.step(campaign, 'draw');
  expectProblem(refused, 409, 'wrong-state');
  assert.equal((await show(campaign)).state, 'valued');
  await stack.operate(`UPDATE snapshot_part SET body = X'${hex}' WHERE ${where}`);
  const [drawn] = await world.step(campaign, 'draw');
  assert.equal(drawn.status, 200, drawn.text);
});

test('a roster that was changed behind the program after the commitment is not drawn with', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'public-value');
  const [{ code }] = campaign.draws;
  const [[hash]] = await stack.sql(`SELECT roster_sha256 FROM draw WHERE code = '${code}'`);
  for (const value of ["SHA2('x', 256)", 'NULL', `'${hash}'`]) {
    await stack.operate(`UPDATE draw SET roster_sha256 = ${value} WHERE code = '${code}'`);
    const [res] = await world.step(campaign, 'draw');
    assert.equal(res.status, value.includes(hash) ? 200 : 500, res.text);
  }
});

test('a plan is in one campaign at a time, and drawn again with a reason only', async () => {
  const plan = await world.plan(HOME);
  const planner = await world.planner(HOME);
  const first = await world.campaignOf([plan]);
  const again = (more) => planner.post('/planner/v1/campaigns', { code: `${first.code.slice(0, -3)}999`,
    name: '重抽', region: '410400', plans: [plan], ...more });
  expectProblem(await again({ reason: '测试' }), 409, 'wrong-state');
  await world.advance(first, 'draw');
  const [abandoned] = await world.step(first, 'abandon');
  assert.equal(abandoned.json.state, 'abandoned');
  assert.equal(abandoned.json.secret, null);
  assert.match(expectProblem(await again(), 422, 'invalid').pointer, /reason/);
  const second = await again({ reason: '首次抽取作废' });
  assert.equal(second.status, 201, second.text);
  assert.deepEqual(second.json.draws.map(({ code }) => code), [`${plan}.2`]);
  assert.equal((await show(first)).draws[0].selected, 4, 'the first draw stays');
});

test('who takes part may leave until the commitment, with a reason, and the rest goes on', async () => {
  const market = await world.planner(MARKET);
  const home = await world.planner(HOME);
  for (const froze of [false, true]) {
    const campaign = await world.campaign();
    const [own, other] = [HOME, MARKET].map((code) =>
      campaign.draws.find(({ department }) => department === code));
    if (froze) await world.step(campaign, 'freeze');
    const leave = (client, draw, body = { reason: '计划另行安排' }) =>
      client.post(`/planner/v1/draws/${draw.code}/withdraw`, body);
    expectProblem(await leave(market, own), 403, 'forbidden');
    expectProblem(await leave(home, own), 403, 'forbidden');
    expectProblem(await leave(market, other, {}), 422, 'invalid');
    const replies = await Promise.all([leave(market, other), leave(market, other)]);
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 404]);
    expectProblem(await market.post(`/planner/v1/draws/${other.code}/freeze`, {}), 404, 'not-found');
    expectProblem(await market.get(`/planner/v1/campaigns/${campaign.code}`), 403, 'forbidden');
    const [[why, left]] = await stack.sql('SELECT w.withdrawn_why, c.code FROM draw w JOIN campaign c ' +
      `ON c.id = w.withdrawn_from WHERE w.code = '${other.code}'`);
    assert.deepEqual([why, left], ['计划另行安排', campaign.code]);

    const alone = { ...campaign, draws: [own] };
    for (const step of froze ? STEPS.slice(1) : STEPS)
      for (const res of await world.step(alone, step)) assert.equal(res.status, 200, res.text);
    assert.deepEqual((await show(campaign)).draws.map(({ code }) => code), [own.code]);
    assert.deepEqual(strangersCheck(await world.bundle(campaign)), []);

    const again = await world.campaignOf([await world.plan(HOME), other.plan]);
    assert.deepEqual(again.draws.map(({ code }) => code).filter((code) => code.startsWith(other.plan)),
      [`${other.plan}.2`], 'the plan is free, and needs no reason');
    await world.advance(again, 'commit');
    expectProblem(await leave(market, { code: `${other.plan}.2` }), 409, 'wrong-state');
    await world.step(again, 'abandon');
  }
});

test('a plan that is not filed, unknown or named twice makes no campaign', async () => {
  const planner = await world.planner(HOME);
  const draft = await world.plan(HOME, { file: false });
  const ask = (plans) => planner.post('/planner/v1/campaigns',
    { code: 'C410400203001018001', name: 'x', region: '410400', plans });
  expectProblem(await ask([draft]), 409, 'wrong-state');
  expectProblem(await ask(['41040020301999']), 422, 'invalid');
  expectProblem(await ask([draft, draft]), 422, 'invalid');
  expectProblem(await planner.get('/planner/v1/campaigns/C410400203001018001'), 404, 'not-found');
});

test('five wrong passwords lock, an administrator unlocks', async () => {
  const { office } = stack;
  const administrator = await office.role(HOME, 'administrator');
  const account = { login: 'lock.test', name: '锁定测试', department: HOME, roles: ['auditor'] };
  const made = await administrator.post('/planner/v1/accounts', account);
  assert.equal(made.status, 201, made.text);
  const logIn = (password) => administrator.post('/planner/v1/sessions',
    { login: account.login, password });
  for (let i = 0; i < 5; i++) expectProblem(await logIn('wrong password'), 401, 'unauthenticated');
  const locked = expectProblem(await logIn(made.json.password), 401, 'unauthenticated');
  const unknown = expectProblem(await administrator.post('/planner/v1/sessions',
    { login: 'no.such.login', password: 'x' }), 401, 'unauthenticated');
  assert.equal(locked.detail, unknown.detail, 'the answer does not tell accounts from others');
  const res = await administrator.post('/planner/v1/accounts/lock.test/unlock', {});
  assert.equal(res.status, 204, res.text);
  assert.equal((await logIn(made.json.password)).status, 201);
  const outsider = await office.role(MARKET, 'administrator');
  expectProblem(await outsider.post('/planner/v1/accounts/lock.test/unlock', {}), 403, 'forbidden');
  expectProblem(await outsider.post('/planner/v1/accounts', { ...account, login: 'lock.two' }), 403,
    'forbidden');
});

test('the audit log names each step, and holds no password', async () => {
  const auditor = await stack.office.role(HOME, 'auditor');
  const campaign = await world.advance(await world.campaign([HOME]), 'reveal');
  let events = [];
  for (let after = 0; ;) {
    const page = await get(auditor, `/planner/v1/audit-events?after=${after}&limit=200`);
    events = events.concat(page.events);
    if (page.events.length < 200) break;
    after = page.events.at(-1).seq;
  }
  const actions = events.filter(({ target }) => target.endsWith(campaign.code) ||
    target.endsWith(campaign.draws[0].code)).map(({ action }) => action);
  assert.deepEqual(actions, ['campaign.create', 'draw.freeze', 'campaign.commit', 'campaign.value',
    'campaign.draw', 'campaign.reveal']);
  assert.ok(events.filter(({ action }) => action.startsWith('session.'))
    .every(({ detail }) => !('body_sha256' in detail)));
});

test('an auditor reads the log of the own department and its phones', async () => {
  const auditor = await stack.office.role(HOME, 'auditor');
  const read = (chain) => auditor.get(`/planner/v1/audit-events?chain=${chain}&limit=1`);
  for (const chain of [`dept:${HOME}`, 'system', 'pushd'])
    assert.equal((await read(chain)).status, 200, chain);
  const [[foreign]] = await stack.sql('SELECT v.id FROM device v JOIN inspector i ON ' +
    `i.id = v.inspector_id JOIN department d ON d.id = i.department_id WHERE d.code = '${MARKET}' LIMIT 1`);
  for (const chain of [`dept:${MARKET}`, `dept:${HOME}x`, `device:${foreign}`, 'device:0', 'device:x'])
    expectProblem(await read(chain), 403, 'forbidden');
  const market = await stack.office.role(MARKET, 'auditor');
  assert.equal((await market.get(`/planner/v1/audit-events?chain=device:${foreign}`)).status, 200);
});

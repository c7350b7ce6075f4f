// The draw, from the frozen directories to the opened secret: steps that cannot be skipped,
// repeated or reordered, not by two at once either; departments that keep to their own; a secret
// that stays one.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { get, post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { DrawWorld, STEPS, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const STATES = { freeze: 'open', announce: 'announced', value: 'drawn' };

let stack;
let world;

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 0);
});
after(() => stack.stop());

const show = (campaign) => world.shown(campaign);

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

// How each act is asked for: [its path behind the campaign, plan or draw, a body].
const ACTS = {
  'plan.ratio': ['ratio', { permille: 10 }],
  'plan.file': ['file', {}],
  'campaign.announce': ['announce', null],
  'campaign.value': ['value', { pulse: 'x' }],
  'campaign.abandon': ['abandon', { reason: '测试' }],
  'visit.create': ['visits', {}],
  'difference.say': ['differences', { inspector: 'T-1', cause: 'left', reason: '测试' }],
  'difference.approve': ['approvals', { inspector: 'T-1' }],
  'campaign.close': ['close', {}],
  'inspector.draw': ['inspectors', { pulse: 'x' }],
  'visit.schedule': ['schedule', { from: today(), to: today() }],
  'visit.dispatch': ['dispatch', {}],
  'draw.freeze': ['freeze', {}],
  'draw.withdraw': ['withdraw', { reason: '测试' }],
  'bulletin.issue': ['bulletins', { title: '测试' }],
  'substitute.create': ['substitutes', { subject: 'x', stratum: '410402.medical', reason: '测试' }],
};

// Every act that is shown as refused is refused in those words; the names of the others.
async function allowed(client, path, actions) {
  const names = [];
  for (const { name, allowed: may, why } of actions) {
    if (may) {
      assert.equal(why, null, name);
      names.push(name);
    } else if (ACTS[name]) {
      const [step, body] = ACTS[name];
      const res = await client.post(`/planner/v1/${path}/${step}`,
        body ?? await stack.beacon.announce(3600000));
      assert.ok([403, 409].includes(res.status), `${name}: ${res.status} ${res.text}`);
      assert.equal(res.json.detail, why, name);
    }
  }
  return names;
}

// What that official may do with the campaign, and with the own department's draw of it.
async function mayDo(client, campaign, department) {
  const { draws, actions } = await get(client, `/planner/v1/campaigns/${campaign.code}`);
  for (const draw of draws) {
    const names = await allowed(client, `draws/${draw.code}`, draw.actions);
    if (draw.department === department)
      actions.push(...names.map((name) => ({ name, allowed: true, why: null })));
    else assert.deepEqual(names, []);
  }
  return allowed(client, `campaigns/${campaign.code}`, actions);
}

test('what may be done is shown, and what may not in the words that refuse it', async () => {
  const home = await world.planner(HOME);
  const market = await world.planner(MARKET);
  const reviewer = await stack.office.role(HOME, 'reviewer');
  const draft = await world.plan(HOME, { file: false });
  const planned = async (code) => {
    const { actions } = await get(home, `/planner/v1/plans/${code}`);
    return allowed(home, `plans/${code}`, actions);
  };
  assert.deepEqual(await planned(draft), ['plan.table', 'plan.ratio', 'plan.file']);
  const campaign = await world.campaign();
  assert.deepEqual(await planned(campaign.draws[0].plan), []);
  const expectActs = async (home_, market_, reviewer_ = []) => {
    assert.deepEqual(await mayDo(home, campaign, HOME), home_);
    assert.deepEqual(await mayDo(market, campaign, MARKET), market_);
    assert.deepEqual(await mayDo(reviewer, campaign, HOME), reviewer_);
  };
  await expectActs(['campaign.abandon', 'draw.freeze'], ['draw.freeze', 'draw.withdraw']);
  await world.advanceBy(campaign, 'freeze');
  await expectActs(['campaign.announce', 'campaign.abandon'], ['draw.withdraw']);
  await post(home, `/planner/v1/campaigns/${campaign.code}/announce`,
    await stack.beacon.announce(3600000));
  await expectActs(['campaign.abandon'], []);
  await post(home, `/planner/v1/campaigns/${campaign.code}/abandon`, { reason: '测试' });
  await expectActs([], []);
  assert.deepEqual(await planned(campaign.draws[0].plan), ['campaign.create']);
});

test('when it is drawn, visits may be made and substitutes asked for', async () => {
  const home = await world.planner(HOME);
  const market = await world.planner(MARKET);
  const reviewer = await stack.office.role(HOME, 'reviewer');
  world.teamsMs = 3600000;
  const campaign = await world.advance(await world.campaign(), 'value');
  world.teamsMs = undefined;
  assert.deepEqual(await mayDo(home, campaign, HOME), ['visit.create', 'substitute.create']);
  assert.deepEqual(await mayDo(market, campaign, MARKET), ['substitute.create']);
  await post(home, `/planner/v1/campaigns/${campaign.code}/visits`, {});
  const made = await mayDo(home, campaign, HOME);
  assert.deepEqual(made.filter((name) => name !== 'campaign.close'),
    ['difference.say', 'bulletin.issue', 'substitute.create']);
  assert.deepEqual(await mayDo(reviewer, campaign, HOME), ['difference.approve']);
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
  const [{ selected, reserves, snapshot_lines: lines }] = (await show(campaign)).draws;
  assert.deepEqual({ selected, reserves, lines }, { selected: 4, reserves: 4, lines: 13 });
  const [[rows]] = await stack.sql('SELECT COUNT(*) FROM campaign_secret s JOIN campaign c ON ' +
    `c.id = s.campaign_id WHERE c.code = '${campaign.code}'`);
  assert.equal(rows, '1');
});

test('a draw against an abandonment: the value is due, so it is drawn', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'announce');
  const body = await world.body(campaign, 'value');
  const planner = await world.planner(HOME);
  const [drawn, abandoned] = await Promise.all(
    [planner.post(`/planner/v1/campaigns/${campaign.code}/value`,
    body), planner.post(`/planner/v1/campaigns/${campaign.code}/abandon`, { reason: '测试' })]);
  assert.equal(drawn.status, 200, drawn.text);
  expectProblem(abandoned, 409, 'wrong-state');
  assert.equal((await show(campaign)).state, 'drawn');
});

test('the secret stands nowhere before the draw', async () => {
  const campaign = await world.advance(await world.campaign(), 'announce');
  assert.equal((await show(campaign)).secret, null);
  const page = await request(`${stack.base}/public/draws/${campaign.code}`);
  const tables = ['campaign', 'campaign_text', 'audit_event', 'draw', 'session'];
  const before = (await Promise.all(tables.map((table) =>
    stack.sql(`SELECT * FROM ${table}`)))).flat(2).join('\n') + page.text;
  const [[sealed]] = await stack.sql('SELECT HEX(sealed) FROM campaign_secret s JOIN campaign c ' +
    `ON c.id = s.campaign_id WHERE c.code = '${campaign.code}'`);
  const [{ json: { secret } }] = await world.step(campaign, 'value');
  assert.match(secret, /^[0-9a-f]{64}$/);
  const hash = createHash('sha256').update(secret).digest('hex');
  assert.ok(before.includes(`secret\\t${hash}\\n`), 'its digest was announced');
  const bytes = Buffer.from(sealed, 'hex').toString('latin1');
  const logs = join(stack.var, 'log');
  assert.ok(!before.includes(secret));
  assert.ok(!bytes.includes(secret) &&
    !bytes.includes(Buffer.from(secret, 'hex').toString('latin1')));
  for (const name of readdirSync(logs))
    assert.ok(!readFileSync(join(logs, name), 'latin1').includes(secret), `log ${name}`);
});

test('a quota above what is eligible is refused with the strata named, nothing frozen', async () => {
  const campaign = await world.campaignOf([await world.plan(HOME, { count: 14 })]);
  const [res] = await world.step(campaign, 'freeze');
  const { detail } = expectProblem(res, 409, 'wrong-state');
  assert.match(detail, /410402\.medical（任务 14，可抽 13）/);
  const { draws: [draw] } = await show(campaign);
  assert.deepEqual([draw.state, draw.snapshot_sha256, draw.snapshot_lines], ['open', null, null]);
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
  for (const step of ['announce', 'abandon'])
    for (const res of await world.step(campaign, step, market))
      expectProblem(res, 403, 'forbidden');
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
  // Its code has the rule of all identifiers: which characters, and normalised how.
  const code = 'C410400203001028777';
  const wide = code.replace(/[0-9C]/g, (c) => String.fromCodePoint(c.codePointAt(0) + 0xfee0));
  const home = await world.planner(HOME);
  for (const wrong of [code.replace(/7$/, '/'), code.replace(/7$/, '\u0437'),
    wide.replace('Ｃ', 'Ｄ')])
    expectProblem(await home.post('/planner/v1/campaigns', { code: wrong, name: '编号',
      region: '410400', plans: [plan] }), 422, 'invalid', { pointer: '/code' });
  const made = await world.campaignOf([plan], { code: wide }); // and nothing holds the plan
  assert.equal(made.code, code);
});

// The operator of the database: no right holds him back, but what was announced does.
test('what was changed behind the program is not drawn from', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'announce');
  const draw = `(SELECT id FROM draw WHERE code = '${campaign.draws[0].code}')`;
  const own = `(SELECT id FROM campaign WHERE code = '${campaign.code}')`;
  const changes = {
    snapshot_part: ["body = REPLACE(body, '\\t2\\t', '\\t3\\t')", `draw_id = ${draw}`],
    campaign_text: ["body = REPLACE(body, 'medical\\t4', 'medical\\t3')", `campaign_id = ${own}`],
    campaign_secret: ['sealed = REVERSE(sealed)', `campaign_id = ${own}`],
  };
  for (const [table, [change, where]] of Object.entries(changes)) {
    const kept = await stack.sql(
      `SELECT ${table === 'campaign_secret' ? 'sealed' : 'HEX(body)'} FROM ${table}
      WHERE ${where}`);
    await stack.operate(`CREATE TABLE kept AS SELECT * FROM ${table} WHERE ${where};
      UPDATE ${table} SET ${change} WHERE ${where}`);
    const [refused] = await world.step(campaign, 'value');
    assert.ok([409, 500].includes(refused.status), `${table}: ${refused.text}`);
    assert.equal((await show(campaign)).state, 'announced', table);
    assert.ok(kept.length > 0);
    await stack.operate(`REPLACE INTO ${table} SELECT * FROM kept; DROP TABLE kept`);
  }
  const [drawn] = await world.step(campaign, 'value');
  assert.equal(drawn.status, 200, drawn.text);
});

test('a plan is in one campaign at a time, and drawn again with a reason only', async () => {
  const plan = await world.plan(HOME);
  const planner = await world.planner(HOME);
  const first = await world.campaignOf([plan]);
  const again = (more) => planner.post('/planner/v1/campaigns',
    { code: `${first.code.slice(0, -3)}999`,
    name: '重抽', region: '410400', plans: [plan], ...more });
  expectProblem(await again({ reason: '测试' }), 409, 'wrong-state');
  await world.advance(first, 'value');
  const [abandoned] = await world.step(first, 'abandon');
  expectProblem(abandoned, 409, 'wrong-state');
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
    expectProblem(await market.post(`/planner/v1/draws/${other.code}/freeze`, {}), 404,
      'not-found');
    expectProblem(await market.get(`/planner/v1/campaigns/${campaign.code}`), 403, 'forbidden');
    const [[why, left]] = await stack.sql(
      'SELECT w.withdrawn_reason, c.code FROM draw w JOIN campaign c ' +
      `ON c.id = w.entered_id WHERE w.code = '${other.code}'`);
    assert.deepEqual([why, left], ['计划另行安排', campaign.code]);

    const alone = { ...campaign, draws: [own] };
    for (const step of froze ? STEPS.slice(1) : STEPS)
      for (const res of await world.step(alone, step)) assert.equal(res.status, 200, res.text);
    assert.deepEqual((await show(campaign)).draws.map(({ code }) => code), [own.code]);
    assert.deepEqual(strangersCheck(await world.bundle(campaign)), []);

    const again = await world.campaignOf([await world.plan(HOME), other.plan]);
    assert.deepEqual(again.draws.map(({ code }) => code)
      .filter((code) => code.startsWith(other.plan)),
      [`${other.plan}.2`], 'the plan is free, and needs no reason');
    await world.advance(again, 'announce');
    expectProblem(await leave(market, { code: `${other.plan}.2` }), 409, 'wrong-state');
    await world.step(again, 'value');
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

test('the audit log names each step, and holds no password', async () => {
  const auditor = await stack.office.role(HOME, 'auditor');
  const campaign = await world.advance(await world.campaign([HOME]), 'value');
  let events = [];
  for (let after = 0; ;) {
    const page = await get(auditor, `/planner/v1/audit-events?after=${after}&limit=200`);
    events = events.concat(page.events);
    if (page.events.length < 200) break;
    after = page.events.at(-1).seq;
  }
  const actions = events.filter(({ target }) => target.endsWith(campaign.code) ||
    target.endsWith(campaign.draws[0].code)).map(({ action }) => action);
  assert.deepEqual(actions, ['campaign.create', 'draw.freeze', 'campaign.announce',
    'campaign.value']);
  const drawn = await get(auditor,
    `/planner/v1/audit-events?action=campaign.va&target=campaign:${campaign.code}&from=2020-01-01`);
  assert.deepEqual(drawn.events.map(({ action }) => action), ['campaign.value']);
  assert.ok(events.filter(({ action }) => action.startsWith('session.'))
    .every(({ detail }) => !('body_sha256' in detail)));
});

test('an auditor reads the log of the own department and its phones', async () => {
  const auditor = await stack.office.role(HOME, 'auditor');
  const read = (chain) => auditor.get(`/planner/v1/audit-events/${chain}?limit=1`);
  assert.equal((await read(`dept:${HOME}`)).status, 200);
  const [[foreign]] = await stack.sql('SELECT v.id FROM device v JOIN inspector i ON ' +
    `i.id = v.inspector_id JOIN department d ON d.id = i.department_id WHERE d.code = '${MARKET}'
      LIMIT 1`);
  for (const chain of [`dept:${MARKET}`, `dept:${HOME}x`, `device:${foreign}`, 'device:0',
    'device:x', 'planner', 'mobile', 'pushd', 'draw', 'admin'])
    expectProblem(await read(chain), 403, 'forbidden');
  const market = await stack.office.role(MARKET, 'auditor');
  assert.equal((await market.get(`/planner/v1/audit-events/device:${foreign}`)).status, 200);
});

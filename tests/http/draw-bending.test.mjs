// Who could bend a draw, and tries: the office that draws, one department, an administrator. Each
// of these was possible under rule liancha-draw/1. They are refused here, or stay in sight for
// ever.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, post } from '../../conf/main-job/office.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { rebundle } from '../support/bundle.mjs';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Beacon } from '../support/platform/beacon.mjs';
import { DrawWorld, LOTTERY, NUMBERS, strangersAnnouncement,
  strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { strangersTeams, strangersUse } from './match-world.mjs';
import { DISTRICT, HOME, MARKET, OUTSIDER, seed } from './world.mjs';

let stack;
let world;
let home;
let market;

before(async () => {
  stack = await startStack();
  await seed(stack);
  world = new DrawWorld(stack, 400);
  home = await world.planner(HOME);
  market = await world.planner(MARKET);
});
after(() => stack.stop());

const path = ({ code }, step) => `/planner/v1/campaigns/${code}/${step}`;
const show = (campaign) => world.shown(campaign);
const page = (name) => request(`${stack.base}/public${name}`);
const soon = (ms) => new Date(Date.now() + ms).toISOString();
// The lottery in so many milliseconds, and its next issue, of the teams, soon after.
const lotteryIn = (ms) => ({ ...LOTTERY, at: soon(ms), teams_at: soon(ms + 86400000) });
const frozen = async (departments = [HOME]) =>
  world.advance(await world.campaign(departments), 'freeze');
const announced = async (campaign) => strangersAnnouncement(
  (await page(`/announcements/${(await show(campaign)).announcement}`)).text);

// Until the clock has come there.
async function until(time) {
  for (let left; (left = Date.parse(time) - Date.now()) >= 0;) await sleep(left + 1);
}

describe('the office draws until it likes what it sees', () => {
  test('what is drawn stays: no abandoning, no second value', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'value');
    expectProblem(await home.post(path(campaign, 'abandon'), { reason: '测试' }), 409, 'wrong-state');
    expectProblem((await world.step(campaign, 'value'))[0], 409, 'wrong-state');
    expectProblem(await home.post(path(campaign, 'announce'), stack.beacon.announce()), 409,
      'wrong-state');
    await world.sound(campaign);
  });

  test('once the value is due nothing is abandoned; who does not enter it is found by the job', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'announce');
    await until((await show(campaign)).value_at);
    expectProblem(await home.post(path(campaign, 'abandon'), { reason: '测试' }), 409, 'wrong-state');
    await stack.office.ctl(['draw', 'run']);
    assert.equal((await show(campaign)).state, 'drawn');
    await world.sound(campaign);
  });

  test('given up in time: the secret is opened, and later shows what it would have drawn', async () => {
    const campaign = await frozen();
    await post(home, path(campaign, 'announce'), stack.beacon.announce(5000));
    const [given] = await world.step(campaign, 'abandon');
    assert.deepEqual([given.json.state, given.json.seed], ['void', null]);
    assert.match(given.json.secret, /^[0-9a-f]{64}$/);
    const { out } = await world.sound(campaign);
    assert.equal(out.void, true);
    await until(given.json.value_at);
    await stack.office.ctl(['draw', 'run']);
    const { files } = await world.sound(campaign);
    assert.equal(files.get(`result-${campaign.draws[0].code}.txt`).toString()
      .split('\n').length, 9);
    assert.equal((await show(campaign)).state, 'void');
    expectProblem(await home.post(path(campaign, 'visits'), {}), 409, 'wrong-state');
    const { text } = await page(`/draws/${campaign.code}`);
    assert.match(text, /已作废，秘密值已公开/);
    assert.match(text, /测试作废/);
    const again = await world.campaignOf([campaign.draws[0].plan], { reason: '首次作废' });
    await world.advance(again, 'value');
    const { earlier, draws: [draw] } = await announced(again);
    const named = earlier.find(([code]) => code === campaign.code);
    assert.deepEqual([named.slice(1, 3), named.at(-1), draw.nth], [['plan', 'void'], '测试作废', '2']);
    const { announcement } = await show(campaign);
    assert.equal(named[3], announcement);
    assert.ok((await page(`/draws/${campaign.code}`)).text.includes(again.code),
      'told on both pages');
    assert.ok((await page(`/draws/${again.code}`)).text.includes(campaign.code));
  });

  test('nobody enters the value: void at the latest time, by the job, and opened', async () => {
    const campaign = await frozen();
    const at = soon(2000);
    const latest = soon(3000);
    await post(home, path(campaign, 'announce'), { ...lotteryIn(2000), at, latest });
    await until(latest);
    await stack.office.ctl(['draw', 'run']);
    const { state, secret, abandoned_reason: why } = await show(campaign);
    assert.deepEqual([state, why], ['void', '至公告的最迟时间未抽取']);
    assert.match(secret, /^[0-9a-f]{64}$/);
    for (const client of [home, market])
      assert.equal((await client.post(path(campaign, 'value'), { value: NUMBERS })).status, 200);
    assert.equal((await show(campaign)).state, 'void', 'the value came too late to count');
    await world.sound(campaign);
  });

  test('two announcements over the same subjects side by side are refused', async () => {
    const one = await frozen();
    const other = await frozen();
    await post(home, path(one, 'announce'), stack.beacon.announce());
    const refused = await home.post(path(other, 'announce'), stack.beacon.announce());
    assert.match(expectProblem(refused, 409, 'wrong-state').detail, new RegExp(one.code));
    await world.step(one, 'value');
    await world.advanceBy(other, 'announce');
    const { earlier } = await announced(other);
    assert.deepEqual(earlier.find(([code]) => code === one.code).slice(1, 3), ['scope', 'drawn']);
    await world.advanceBy(other, 'value');
    for (const campaign of [one, other]) await world.sound(campaign);
  });

  test('of two at once over the same subjects one is announced', async () => {
    const both = [await frozen(), await frozen()];
    const replies = await Promise.all(both.map((campaign) =>
      home.post(path(campaign, 'announce'), stack.beacon.announce(1000))));
    assert.deepEqual(replies.map(({ status }) => status).sort(), [200, 409]);
    await world.advanceBy(both[replies.findIndex(({ status }) => status === 200)], 'value');
  });
});

describe('whoever types the value chooses it', () => {
  const lottery = async (more = {}) => {
    const campaign = await frozen();
    await post(home, path(campaign, 'announce'), { ...lotteryIn(1500), ...more });
    await until((await show(campaign)).value_at);
    return campaign;
  };

  test('two departments, each for itself, the announced form, or nothing happens', async () => {
    const campaign = await lottery();
    const enter = (client, value) => client.post(path(campaign, 'value'), { value });
    for (const value of ['7 7 7', '03 08 14 19 25 31', '03 08 14 19 25 34 07', `${NUMBERS} `,
      '08 03 14 19 25 31 07'])
      expectProblem(await enter(home, value), 422, 'invalid', { pointer: '/value' });
    expectProblem(await enter(await world.planner(OUTSIDER), NUMBERS), 403, 'forbidden');
    const first = await enter(home, NUMBERS);
    assert.deepEqual([first.status, first.json.state, first.json.entries.length],
      [200, 'announced', 1]);
    assert.ok(!first.text.includes(NUMBERS), 'the other department types for itself');
    assert.equal((await enter(home, NUMBERS)).json.state, 'announced',
      'one department twice is one');
    expectProblem(await enter(market, '03 08 14 19 25 31 08'), 409, 'wrong-state',
      { pointer: '/value' });
    assert.equal((await show(campaign)).state, 'announced');
    const drawn = await enter(market, NUMBERS);
    assert.deepEqual([drawn.status, drawn.json.state, drawn.json.public_value],
      [200, 'drawn', NUMBERS]);
    await world.sound(campaign);
  });

  test('before its time, or announced too soon, or with a source of little chance: refused', async () => {
    const campaign = await frozen();
    const ask = (more) => home.post(path(campaign, 'announce'),
      { ...lotteryIn(60000), ...more });
    expectProblem(await ask({ at: soon(-1000) }), 422, 'invalid', { pointer: '/at' });
    expectProblem(await ask({ form: '1x1-6' }), 422, 'invalid', { pointer: '/form' });
    expectProblem(await ask({ form: 'x' }), 422, 'invalid', { pointer: '/form' });
    expectProblem(await ask({ departments: [HOME] }), 422, 'invalid', { pointer: '/departments' });
    expectProblem(await ask({ departments: [HOME, 'X'] }), 422, 'invalid',
      { pointer: '/departments/1' });
    expectProblem(await ask({ kind: 'guess' }), 422, 'invalid', { pointer: '/kind' });
    expectProblem(await ask({ kind: 'dice', form: '3x1-6' }), 422, 'invalid',
      { pointer: '/departments' });
    expectProblem(await ask({ teams_at: soon(50000) }), 422, 'invalid', { pointer: '/teams_at' });
    expectProblem(await ask({ teams_issue: LOTTERY.issue }), 422, 'invalid',
      { pointer: '/teams_issue' });
    expectProblem(await ask({ latest: soon(1000) }), 422, 'invalid', { pointer: '/latest' });
    await stack.operate('INSERT INTO rule (name, region, effective_from, value, source) VALUES ' +
      "('draw.value.seconds', '410400', CURDATE(), 1800, 'test')");
    expectProblem(await ask({}), 422, 'invalid', { pointer: '/at' });
    await stack.operate("DELETE FROM rule WHERE name = 'draw.value.seconds' AND region = '410400'");
    assert.equal((await ask({ at: soon(2500) })).status, 200);
    expectProblem(await home.post(path(campaign, 'value'), { value: NUMBERS }), 409, 'wrong-state');
    await until((await show(campaign)).value_at);
    for (const client of [home, market])
      await client.post(path(campaign, 'value'), { value: NUMBERS });
    assert.equal((await show(campaign)).state, 'drawn');
  });

  test('dice: each number thrown by a department, typed by two', async () => {
    const departments = [HOME, MARKET, OUTSIDER];
    const campaign = await lottery({ kind: 'dice', form: '3x1-6', source: '监督现场', issue: '记录一',
      departments });
    expectProblem(await home.post(path(campaign, 'value'), { value: '7 7 7' }), 422, 'invalid');
    for (const code of [HOME, OUTSIDER])
      assert.equal((await (await world.planner(code)).post(path(campaign, 'value'),
        { value: '3 6 1' })).status, 200);
    assert.equal((await show(campaign)).state, 'drawn');
    await world.sound(campaign);
  });

  test('a pulse that another signed, of another round or beacon, is none', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'announce');
    const { pulse } = await world.body(campaign, 'value');
    const round = Number(pulse.match(/round\t(\d+)/)[1]);
    const other = pulse.replace(/value\t(.)/, (_, c) => `value\t${c === '0' ? '1' : '0'}`);
    for (const forged of [other, stack.beacon.forge(round + 1), stack.beacon.forge(round - 1),
      stack.beacon.forge(round, { source: '另一信标' }),
      stack.beacon.forge(round, { at: soon(0) }), 'x'])
      expectProblem(await home.post(path(campaign, 'value'), { pulse: forged }), 422, 'invalid');
    expectProblem(await home.post(path(campaign, 'value'), { value: NUMBERS }), 422, 'invalid');
    assert.equal((await home.post(path(campaign, 'value'), { pulse })).status, 200);
  });

  test('the beacon gets another key: what was announced keeps the old one, and goes on', async () => {
    const drawn = await world.advance(await world.campaign([HOME]), 'value');
    const waiting = await world.advance(await world.campaign([HOME]), 'announce');
    const { pulse } = await world.body(waiting, 'value');
    const file = join(stack.var, 'secret/beacon.pem');
    const certificate = readFileSync(file);
    const next = new Beacon(mkdtempSync(join(stack.var, 'next-beacon-')));
    const change = async (to) => {
      writeFileSync(file, to);
      await stack.services('start', 'planner');
      for (const end = Date.now() + 20000; (await home.get('/planner/v1/health')).status !== 200;
        await sleep(50)) assert.ok(Date.now() < end, 'the planner is back');
    };
    await change(readFileSync(next.certificateFile));
    try {
      expectProblem(await home.post(path(waiting, 'value'),
        { pulse: next.forge(Number(pulse.match(/round\t(\d+)/)[1])) }), 422, 'invalid');
      assert.equal((await home.post(path(waiting, 'value'), { pulse })).status, 200);
      const later = await frozen();
      await post(home, path(later, 'announce'), next.announce(1000));
      const { value_at: at } = await show(later);
      expectProblem(await home.post(path(later, 'value'),
        { pulse: await stack.beacon.pulseAt(at) }), 422, 'invalid');
      assert.equal((await home.post(path(later, 'value'),
        { pulse: await next.pulseAt(at) })).status, 200);
      for (const campaign of [drawn, waiting, later]) await world.sound(campaign);
    } finally {
      await change(certificate);
    }
  });

  test('the seed is made of every choice: whoever changes one has another seed', async () => {
    const campaign = await world.advance(await world.campaign([HOME]), 'value');
    const { seed: drawn, secret, public_value: value, announcement } = await show(campaign);
    const text = untar(await world.bundle(campaign)).get('announcement.txt').toString('utf8');
    const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');
    const seedOf = (changed) => hash([secret, value, hash(changed)].join('|'));
    assert.deepEqual([hash(text), seedOf(text)], [announcement, drawn]);
    for (const [from, to] of [['medical\t4', 'medical\t5'], ['演示信标', '演示信标二'],
      ['latest\t20', 'latest\t21'],
      ['weight.credit.A\t1', 'weight.credit.A\t2'],
      [`department\t${HOME}`, `department\t${MARKET}`]]) {
      assert.ok(text.includes(from), from);
      assert.notEqual(seedOf(text.replace(from, to)), drawn, from);
    }
  });
});

test('one planner replaces what was drawn: not alone, and not beyond the limit', async () => {
  const campaign = await world.advance(await world.campaign([HOME]), 'value');
  const [{ code }] = campaign.draws;
  const files = untar(await world.bundle(campaign));
  const drawn = files.get(`result-${code}.txt`).toString('utf8').split('\n')
    .map((line) => line.split('\t'))
    .filter(([, , , kind]) => kind === 'selected').map(([, , subject]) => subject);
  const reviewer = await stack.office.role(HOME, 'reviewer');
  for (const subject of drawn) {
    const { id, state } = await post(home, `/planner/v1/draws/${code}/substitutes`,
      { subject, stratum: '410402.medical', reason: '停业' });
    assert.equal(state, 'requested');
    const decide = (client) => client.post(`/planner/v1/substitutes/${id}/decision`,
      { decision: 'approve' });
    expectProblem(await decide(home), 403, 'forbidden');
    expectProblem(await decide(reviewer), 409, 'wrong-state', { pointer: '/exception' });
  }
  const { substitute_requests: waiting } = await get(reviewer,
    `/planner/v1/draws/${code}/substitute-requests?state=requested`);
  assert.deepEqual(waiting.map(({ subject, reason }) => [subject, reason]),
    drawn.map((subject) => [subject, '停业']));
  assert.equal(untar(await world.bundle(campaign)).get('substitutes.txt').toString('utf8')
    .split('\n').length, 2);
});

// ---- teams --------------------------------------------------------------------------------------

describe('one department chooses who visits', () => {
  const STAFF = Array.from({ length: 10 }, (_, i) => `T5-${i + 1}`);
  const SEVEN = STAFF.slice(0, 7);
  const WINDOW_MS = 20000; // for what is said of teams before their value, on a busy machine too
  const ALL = [...STAFF, ...[1, 2, 3].map((n) => `T-${DISTRICT}-${n}`)];
  let planner; // of DISTRICT, whose inspectors go
  let reviewer;

  before(async () => {
    planner = await world.planner(DISTRICT);
    reviewer = await stack.office.role(DISTRICT, 'reviewer');
    const file = join(stack.var, 'bending-staff.csv');
    writeCsv(file, ['card_no', 'name', 'department', 'card_expires_on', 'specialties', 'areas',
      'on_duty', 'max_daily', 'max_total', 'synthetic'], STAFF.map((card) => ({ card_no: card,
      name: `测试组员${card}`, department: DISTRICT, card_expires_on: '2031-12-31',
      specialties: 'medical', areas: DISTRICT.slice(1), on_duty: 1, max_daily: 4, max_total: 100,
      synthetic: 1 })));
    await stack.office.ctl(['import', 'inspectors', file]);
  });

  async function visited(teamsMs) {
    world.teamsMs = teamsMs;
    const campaign = await world.advance(await world.campaign([HOME]), 'value');
    world.teamsMs = undefined;
    await post(home, path(campaign, 'visits'));
    return campaign;
  }
  const duty = (cards, on) => stack.operate(`UPDATE inspector SET on_duty = ${on}
    WHERE card_no IN ('${cards.join("','")}')`);
  const cardsOf = (files, name) => files.get(name).toString('utf8').split('\n').slice(1, -1)
    .map((line) => line.split('\t')).map((row) => row[name === 'teams.txt' ? 2 : 0]);
  const say = (campaign, inspector) => planner.post(path(campaign, 'differences'),
    { inspector, cause: 'absent', reason: '测试' });

  // The teams are those of the closed roster, whatever the directory says by now.
  async function unbent(campaign, differences = 0) {
    const { files, out } = await world.sound(campaign);
    assert.deepEqual([out.match.differences, strangersUse(files)], [differences, []]);
    assert.deepEqual(strangersTeams(files).map((row) => row[2]), cardsOf(files, 'teams.txt'));
    return files;
  }

  test('seven of ten off duty and back, once the value is known: nothing is bent', async () => {
    const campaign = await visited(WINDOW_MS);
    await post(home, path(campaign, 'close'));
    const { closing, teams_at: at } = await show(campaign);
    assert.ok((await page('/draws')).text.includes(closing), 'published before the value');
    assert.equal((await page(`/closings/${closing}`)).status, 404, 'and not what is closed');
    expectProblem(await home.post(path(campaign, 'close'), {}), 409, 'wrong-state');
    await world.sound(campaign);
    await until(at);
    await duty(SEVEN, 0);
    expectProblem(await say(campaign, STAFF[0]), 409, 'wrong-state');
    expectProblem(await reviewer.post(path(campaign, 'approvals'), { inspector: STAFF[0] }), 409,
      'wrong-state');
    await world.teams(campaign);
    await duty(SEVEN, 1);
    const text = (await page(`/closings/${closing}`)).body;
    assert.equal(createHash('sha256').update(text).digest('hex'), closing);
    const files = await unbent(campaign);
    assert.deepEqual(cardsOf(files, 'inspectors.txt').sort(), ALL.sort());
  });

  test('what no second account approved is left out, whoever closes', async () => {
    const outsider = await stack.office.role(OUTSIDER, 'reviewer');
    const campaign = await visited(WINDOW_MS);
    await duty(SEVEN, 0);
    assert.match(expectProblem(await home.post(path(campaign, 'close'), {}), 409, 'wrong-state')
      .detail, /T5-1/);
    for (const card of SEVEN) expectJson(await say(campaign, card), 201);
    expectProblem(await home.post(path(campaign, 'close'), {}), 409, 'wrong-state');
    const approve = (client, inspector) => client.post(path(campaign, 'approvals'), { inspector });
    expectProblem(await approve(planner, STAFF[0]), 403, 'forbidden');
    expectProblem(await approve(outsider, STAFF[0]), 403, 'forbidden');
    expectJson(await approve(reviewer, STAFF[0]), 201);
    await stack.office.ctl(['draw', 'run']);
    await duty(SEVEN, 1);
    await world.teams(campaign);
    const files = await unbent(campaign, 1);
    assert.match(files.get('differences.txt').toString(), /^T5-1\tduty\t1\t0\tabsent\t20/m);
  });

  test('nobody closes: the rosters alone count, and nothing is said in hindsight', async () => {
    const campaign = await visited(500);
    await until((await show(campaign)).teams_at);
    await duty(SEVEN, 0);
    for (const [client, step, body] of [[home, 'close', {}], [planner, 'differences',
      { inspector: STAFF[0], cause: 'absent', reason: '测试' }],
    [reviewer, 'approvals', { inspector: STAFF[0] }]])
      expectProblem(await client.post(path(campaign, step), body), 409, 'wrong-state');
    await stack.office.ctl(['draw', 'run']);
    await duty(SEVEN, 1);
    await unbent(campaign);
    expectProblem(await home.post(path(campaign, 'inspectors'),
      await world.body(campaign, 'inspectors')), 409, 'wrong-state');
  });

  test('recusing all but the wanted pair counts, and is refused beyond the limit', async () => {
    const campaign = await visited(500);
    await world.teams(campaign);
    const files = await unbent(campaign);
    const teams = cardsOf(files, 'teams.txt');
    const [visit] = (await get(home, `${path(campaign, 'visits')}?limit=1`)).visits;
    const wanted = STAFF.filter((card) => !teams.slice(0, 2).includes(card)).slice(0, 2);
    for (const card of STAFF.filter((one) => !wanted.includes(one)))
      await planner.post(`/planner/v1/inspectors/${card}/recusals`,
        { subject: visit.subject_code, reason: '测试' });
    const { adjustments } = await get(planner, `${path(campaign, 'adjustments')}?state=requested`);
    assert.deepEqual(adjustments.map(({ kind, visit: at }) => [kind, at]),
      [['change', visit.code], ['change', visit.code]]);
    const replies = [];
    for (const { id } of adjustments)
      replies.push(await reviewer.post(`/planner/v1/adjustments/${id}/decision`,
        { decision: 'approve' }));
    assert.equal(replies[0].status, 200, replies[0].text);
    assert.match(expectProblem(replies[1], 409, 'wrong-state').detail, /15%/);
    assert.deepEqual(cardsOf((await world.sound(campaign)).files, 'teams.txt'), teams);

    // More changes put into the bundle: each verifier names them.
    const forged = rebundle(await world.bundle(campaign), 'adjustments.txt', (bytes) =>
      Buffer.concat([bytes, ...files.get('teams.txt').toString('utf8').split('\n').slice(3, -1)
        .map((line) => line.split('\t')).map(([at, department, card]) =>
        Buffer.from(`${at}\t${department}\tchange\t${card}\t-\t-\t-\n`))]));
    const file = join(stack.var, 'bent.tar');
    writeFileSync(file, forged);
    const { out } = await stack.office.ctl(['draw', 'verify', file], { codes: [1] });
    for (const findings of [out.findings, (await checkBundle(forged)).findings])
      assert.deepEqual(findings.map(({ file: name, problem }) => [name, /超过抽取/.test(problem)]),
        [['adjustments.txt', true]]);
    assert.deepEqual(strangersCheck(forged), ['more changes than announced']);
  });

  test('who does not type the second value in time gains no time: the first draws the teams', async () => {
    await stack.operate('INSERT INTO rule (name, region, effective_from, value, source) VALUES ' +
      "('draw.teams.seconds', '410400', CURDATE(), 1, 'test')");
    const campaign = await frozen();
    await post(home, path(campaign, 'announce'), { ...LOTTERY, at: soon(1000),
      teams_at: soon(1500) });
    await stack.operate("DELETE FROM rule WHERE name = 'draw.teams.seconds' AND region = '410400'");
    const { value_at: at, teams_at: second } = await show(campaign);
    await until(at);
    for (const client of [home, market])
      expectJson(await client.post(path(campaign, 'value'), { value: NUMBERS }));
    await post(home, path(campaign, 'visits'));
    await until(new Date(Date.parse(second) + 1001).toISOString());
    expectProblem(await home.post(path(campaign, 'inspectors'),
      { value: NUMBERS.replace('03', '01') }), 409, 'wrong-state');
    await stack.office.ctl(['draw', 'run']);
    const files = await unbent(campaign);
    const { teams_value: value } = JSON.parse(files.get('draw.json'));
    assert.equal(value, NUMBERS);
  });

  test('the second value is typed by two departments, and draws the teams', async () => {
    const campaign = await frozen();
    await post(home, path(campaign, 'announce'), { ...LOTTERY, at: soon(1000),
      teams_at: soon(1500) });
    await until((await show(campaign)).value_at);
    for (const client of [home, market])
      expectJson(await client.post(path(campaign, 'value'), { value: NUMBERS }));
    await post(home, path(campaign, 'visits'));
    await until((await show(campaign)).teams_at);
    const second = NUMBERS.replace('03', '01');
    const enter = (client, value) => client.post(path(campaign, 'inspectors'), { value });
    expectProblem(await enter(home, '7 7 7'), 422, 'invalid');
    const first = await enter(home, second);
    assert.deepEqual([first.status, first.json.waiting], [200, true]);
    assert.ok(!(await home.get(`/planner/v1/campaigns/${campaign.code}`)).text.includes(second));
    expectProblem(await enter(market, NUMBERS), 409, 'wrong-state', { pointer: '/value' });
    assert.equal((await enter(market, second)).json.waiting, false);
    await unbent(campaign);
  });

  test('visits stay as they were closed until the teams are drawn', async () => {
    const campaign = await visited(WINDOW_MS);
    const [{ code }] = campaign.draws;
    const [{ subject_code: subject }] = (await get(home, `${path(campaign, 'visits')}?limit=1`))
      .visits;
    await post(home, path(campaign, 'close'));
    const { id } = await post(home, `/planner/v1/draws/${code}/substitutes`,
      { subject, stratum: '410402.medical', reason: '停业' });
    const decide = async () => (await stack.office.role(HOME, 'reviewer'))
      .post(`/planner/v1/substitutes/${id}/decision`,
        { decision: 'approve', exception: true, reason: '测试' });
    assert.match(expectProblem(await decide(), 409, 'wrong-state').detail, /封存/);
    await world.teams(campaign);
    expectJson(await decide());
    await world.sound(campaign);
  });
});

describe('who is visited, and by whom, is not known beforehand', () => {
  let campaign; // held back until its visits are done
  let draw;
  let kept; // digests that were public at once
  let secrets; // what nobody may read
  let subjects;

  const row = async ({ code }) => (await stack.sql(`SELECT seed, secret, teams_seed, teams_secret
    FROM campaign WHERE code = '${code}'`))[0].filter((text) => text.length === 64);

  // Every public address, and all that the account behind them can read.
  async function everything({ code } = campaign, of = draw) {
    const { announcement, closing } = await show({ code });
    const addresses = ['/', '/draws', `/draws/${code}`, `/draws/${code}/bundle.tar`,
      `/draws/${code}/substitutes.txt`, `/draws/${code}/${of}/drawn.txt`,
      `/draws/${code}/${of}?stratum=410402.medical`,
      `/announcements/${announcement}`, `/closings/${closing ?? '0'.repeat(64)}`,
      ...subjects.map((code) => `/?code=${code}`)];
    const texts = [];
    for (const address of addresses) texts.push((await page(address)).text);
    for (const table of (await world.query('public', 'SHOW TABLES')).trim().split('\n')
      .filter((name) => !name.endsWith('_entry'))) // written, never read
      texts.push(await world.query('public', `SELECT * FROM ${table}`));
    return texts;
  }

  async function heldBack() {
    secrets = await row(campaign);
    const texts = await everything();
    for (const secret of secrets)
      assert.equal(texts.filter((text) => text.includes(secret)).length, 0, secret);
    const { id } = (await stack.sql(`SELECT id FROM campaign WHERE code = '${campaign.code}'`))
      .map(([one]) => ({ id: one }))[0];
    for (const [table, of] of [['draw_result', `draw_id IN (SELECT id FROM public_draw
      WHERE campaign_id = ${id})`], ['result_part', `draw_id IN (SELECT id FROM public_draw
      WHERE campaign_id = ${id})`], ['snapshot_part', `draw_id IN (SELECT id FROM public_draw
      WHERE campaign_id = ${id})`], ['match_part', `campaign_id = ${id}`],
    ['drawn_part', `draw_id IN (SELECT id FROM public_draw WHERE campaign_id = ${id})`],
    ['adjustment', `campaign_id = ${id}`], ['substitute', `campaign_id = ${id}`],
    ['campaign_text', `campaign_id = ${id} AND name = 'closing'`]])
      assert.equal((await world.query('public',
        `SELECT COUNT(*) FROM public_${table} WHERE ${of}`)).trim(),
        '0', table);
    assert.equal((await page(`/draws/${campaign.code}/bundle.tar`)).status, 404);
    assert.match((await page(`/draws/${campaign.code}/${draw}?stratum=410402.medical`)).text,
      /结果尚未公开/);
  }

  test('drawn, visited, closed, with teams, dispatched: nothing can be had, digests can', async () => {
    await world.publish(0);
    subjects = [];
    campaign = await world.advance(await world.campaign([HOME]), 'announce');
    draw = campaign.draws[0].code;
    assert.match((await page(`/announcements/${(await show(campaign)).announcement}`)).text,
      /^publish\tvisits$/m);
    await world.advanceBy(campaign, 'value');
    await heldBack();
    const step = (name, body) => post(home, path(campaign, name), body);
    await step('visits');
    const { visits } = await get(home, `${path(campaign, 'visits')}?limit=200`);
    subjects = visits.map(({ subject_code: code }) => code);
    await heldBack();
    await world.teams(campaign);
    await step('schedule', { from: today(),
      to: new Date(Date.now() + 60 * 86400000).toISOString().slice(0, 10) });
    await step('dispatch');
    await stack.office.ctl(['draw', 'run']);
    for (const program of ['planner', 'draw', 'mobile', 'public', 'pushd', 'admin'])
      for (const column of ['results_public_at', 'teams_public_at'])
        await assert.rejects(world.query(program, `SET timestamp = UNIX_TIMESTAMP('2037-01-01');
          UPDATE campaign SET ${column} = UTC_TIMESTAMP(3) WHERE code = '${campaign.code}'`),
        /denied/, `${program} publishes ${column}`);
    assert.equal(secrets.length, 2);
    await heldBack();
    assert.equal(secrets.length, 4);
    const { text } = await page(`/draws/${campaign.code}`);
    kept = { closing: (await show(campaign)).closing,
      result: (await stack.sql(`SELECT result_sha256 FROM draw WHERE code = '${draw}'`))[0][0] };
    for (const digest of Object.values(kept)) assert.ok(text.includes(digest), digest);
    assert.match(text, /检查之后公开/);
  });

  test('with the draw, who was drawn; a reserve is a digest, until it is used', async () => {
    await world.publish(1);
    const once = await world.advance(await world.campaign([HOME]), 'value');
    await world.publish(0);
    const [{ code }] = once.draws;
    const secretsOfIt = await row(once);
    const hash = (text) => createHash('sha256').update(text).digest('hex');
    const results = (await stack.sql(`SELECT r.position, r.selected, u.code FROM draw_result r
      JOIN draw w ON w.id = r.draw_id JOIN subject u ON u.id = r.subject_id
      WHERE w.code = '${code}' ORDER BY r.position`));
    const codes = (selected) => results.filter(([, one]) => one === selected)
      .map(([, , subject]) => subject);
    const address = `/draws/${once.code}`;
    const text = async (path) => (await page(address + path)).text;
    // Of its own pages and rows: another file's campaign may have drawn the same enterprises.
    const own = async () => [...await Promise.all(['', `/${code}?stratum=410402.medical`,
      `/${code}/drawn.txt`, '/substitutes.txt'].map(text)),
    await world.query('public', `SELECT * FROM public_draw_result WHERE draw_id = (SELECT id
      FROM public_draw WHERE code = '${code}')`)];
    const hidden = async (subjects) => {
      const texts = await own();
      for (const subject of subjects)
        assert.ok(!texts.some((one) => one.includes(subject)), `reserve ${subject}`);
      for (const secret of secretsOfIt) assert.ok(!texts.some((one) => one.includes(secret)));
      assert.equal((await page(`${address}/bundle.tar`)).status, 404);
    };
    const drawn = await text(`/${code}/drawn.txt`);
    assert.deepEqual(drawn.split('\n').filter((line) => line.endsWith('\tselected'))
      .map((line) => line.split('\t')[2]), codes('1'));
    assert.ok((await text('')).includes(hash(drawn)));
    for (const subject of codes('1'))
      assert.ok((await text(`/${code}?stratum=410402.medical`)).includes(subject));
    await stack.office.ctl(['draw', 'run']);
    for (const program of ['mobile', 'public', 'pushd', 'admin'])
      await assert.rejects(world.query(program, 'SELECT secret, seed FROM campaign'), /denied/);
    for (const program of ['planner', 'draw'])
      await world.query(program, `UPDATE campaign_publishable SET results_public_at =
        UTC_TIMESTAMP(3) WHERE id = (SELECT id FROM campaign WHERE code = '${once.code}')`);
    await hidden(codes('0'));
    const all = await everything(once, code);
    for (const secret of secretsOfIt) assert.ok(!all.some((one) => one.includes(secret)));

    const { id } = await post(home, `/planner/v1/draws/${code}/substitutes`,
      { subject: codes('1')[0], stratum: '410402.medical', reason: '停业' });
    expectJson(await (await stack.office.role(HOME, 'reviewer')).post(
      `/planner/v1/substitutes/${id}/decision`,
      { decision: 'approve', exception: true, reason: '测试' }));
    const [, stratum, , used, position, , , opening] =
      (await text('/substitutes.txt')).split('\n')[1].split('\t');
    assert.equal(used, codes('0')[0]);
    assert.ok(drawn.split('\n').includes([stratum, position,
      hash([opening, code, stratum, position, used].join('|')), 'reserve'].join('\t')));
    await hidden(codes('0').slice(1));

    const { files } = await world.sound(once);
    assert.equal(files.get(`drawn-${code}.txt`).toString('utf8'), drawn);
    assert.equal(files.get('substitutes.txt').toString('utf8'), await text('/substitutes.txt'));
  });

  test('no other department reads it, nor who recused whom', async () => {
    for (const role of ['planner', 'reviewer', 'auditor']) {
      const outsider = await stack.office.role(OUTSIDER, role);
      const [{ code }] = (await get(home, `${path(campaign, 'visits')}?limit=1`)).visits;
      for (const address of [`campaigns/${campaign.code}`, `campaigns/${campaign.code}/visits`,
        `campaigns/${campaign.code}/differences`, `campaigns/${campaign.code}/adjustments`,
        `campaigns/${campaign.code}/indicators`, `draws/${draw}/substitutes`, `visits/${code}`]) {
        const res = await outsider.get(`/planner/v1/${address}`);
        assert.ok([403, 404].includes(res.status), `${role} ${address}: ${res.status}`);
      }
    }
  });

  test('a later campaign whose snapshot tells of it is held back with it', async () => {
    await world.publish(null);
    const later = await world.campaignOf([campaign.draws[0].plan], { reason: '测试重抽' });
    await world.advance(later, 'value');
    assert.equal((await page(`/draws/${later.code}/bundle.tar`)).status, 404);
    await stack.office.ctl(['draw', 'run']);
    assert.equal((await page(`/draws/${later.code}/bundle.tar`)).status, 404);
    await stack.operate(`UPDATE section s JOIN visit v ON v.id = s.visit_id
      JOIN campaign c ON c.id = v.campaign_id SET s.state = 'accepted'
      WHERE c.code = '${campaign.code}'`);
    await stack.office.ctl(['draw', 'run']);
    assert.equal((await world.published(later)).length > 0, true);
  });

  test('when the visits are done the job opens it, and it is what the digests said', async () => {
    const files = untar(await world.published(campaign));
    const hash = (name) => createHash('sha256').update(files.get(name)).digest('hex');
    assert.deepEqual({ closing: hash('closing.txt'), result: hash(`result-${draw}.txt`) }, kept);
    await world.sound(campaign);
  });

  test('behind the last day of the plan it is public, whoever forgets', async () => {
    await world.publish(0);
    const forgotten = await world.advance(await world.campaign([HOME]), 'value');
    await world.publish(null);
    const [seed] = await row(forgotten);
    const read = (clock = '') => world.query('public', `${clock} SELECT seed FROM public_campaign
      WHERE code = '${forgotten.code}'`);
    assert.equal(await read(), 'NULL\n');
    assert.equal(await read("SET timestamp = UNIX_TIMESTAMP('2037-01-01'), time_zone = '+13:00';"),
      'NULL\n', 'who reads sets the clock');
    await stack.operate(`UPDATE campaign SET public_by = '2020-01-01'
      WHERE code = '${forgotten.code}'`);
    assert.equal(await read(), `${seed}\n`);
  });
});

// What one department says of the subjects of another: it bends nothing of the other's draws, both
// see it, and the other decides. And what it says of its own for one freeze alone stays in sight.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { untar } from '../../conf/main-job/bundle.mjs';
import { get, post } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { DrawWorld, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { HOME, MARKET, OUTSIDER, seed } from './world.mjs';

const frozen = async () => world.advance(await world.campaign([HOME]), 'freeze');

// The files of a campaign's bundle, of which all verifiers say that it is sound.
async function sound(campaign) {
  const bytes = await world.bundle(campaign);
  const file = join(stack.var, 'owners.tar');
  writeFileSync(file, bytes);
  const { out } = await stack.office.ctl(['draw', 'verify', file]);
  assert.deepEqual([out.findings, (await checkBundle(bytes)).findings, strangersCheck(bytes)],
    [[], [], []]);
  return untar(bytes);
}

const COLUMNS = ['code', 'name', 'type', 'address', 'region', 'lon', 'lat', 'state',
  'credit_class', 'key', 'complaints', 'specialties', 'verified_on', 'synthetic', 'former_code'];
const school = (n, more = {}) => ({ code: makeUscc('91', '410402', 960000 + n),
  name: `合成学校${n}`, type: '学校', address: `合成路${n}号`, region: '410402', lon: '113.3',
  lat: '33.7', state: 'open', credit_class: 'B', key: 0, complaints: 0,
  specialties: 'fire_safety', verified_on: today(), synthetic: 1, former_code: '', ...more });
const yesterday = new Date(Date.parse(today()) - 86400000).toISOString().slice(0, 10);
const send = async (client, to, columns, rows) => {
  const res = await request(`${stack.base}/planner/v1/${to}`, { method: 'POST',
    token: client.token, headers: { 'Content-Type': 'text/csv' },
    body: [columns, ...rows.map((row) => columns.map((name) => row[name]))]
      .map((line) => `${line.join()}\n`).join('') });
  assert.equal(res.status, 201, res.text);
  return res.json;
};
const say = (client, directory, ...rows) =>
  send(client, `directories/${directory}/imports`, COLUMNS, rows);
const line = async (subject) => {
  const campaign = await frozen();
  const [[hex]] = await stack.sql(`SELECT HEX(body) FROM snapshot_part p JOIN draw d
    ON d.id = p.draw_id WHERE d.code = '${campaign.draws[0].code}'`);
  return Buffer.from(hex, 'hex').toString().split('\n')
    .find((one) => one.startsWith(subject.code)).split('\t');
};
const told = async (client, subject, list = '') =>
  (await get(client, `/planner/v1/proposals${list}?subject=${subject.code}&state=open`))
    .proposals.map(({ fact, value }) => [fact, value]).sort();
let stack;
let world;
let home;
let market;
let fire;
let serial = 0;

before(async () => {
  stack = await startStack({ own: true }); // puts subjects into the directories of others
  await seed(stack);
  world = new DrawWorld(stack, 700);
  home = await world.planner(HOME);
  market = await world.planner(MARKET);
  fire = await world.planner(OUTSIDER);
  await send(fire, 'imports?kind=directories', ['code', 'department', 'name', 'refreshed_on'],
    [{ code: 'T-fire', department: OUTSIDER, name: '消防名录', refreshed_on: today() }]);
});
after(() => stack.stop());

const known = async (more = {}) => {
  const one = school(++serial, { specialties: 'medical', verified_on: yesterday, ...more });
  await say(home, 'T-health', one);
  return one;
};

test('closes, renames and moves one: nothing of it holds, both see it, its own repair does', async () => {
  const one = await known();
  const was = await line(one);
  const reply = await say(fire, 'T-fire', { ...one, name: '改名学校', region: '410403',
    state: 'closed', credit_class: 'D', complaints: 9, specialties: 'fire_safety',
    verified_on: today() });
  assert.deepEqual([reply.accepted, reply.flagged], [1, 1]);
  assert.deepEqual(await line(one), was);
  const { name, state, region } = await get(home, `/planner/v1/subjects/${one.code}`);
  assert.deepEqual([name, state, region], [one.name, 'open', '410402']);
  const differences = [['complaints', '9'], ['credit_class', 'D'], ['name', '改名学校'],
    ['region', '410403'], ['state', 'closed']];
  assert.deepEqual(await told(home, one), differences);
  assert.deepEqual(await told(fire, one, '/made'), differences);
  await say(home, 'T-health', { ...one, credit_class: 'C' });
  const repaired = await line(one);
  assert.notDeepEqual(repaired, was, 'an older date than the other one, and yet it holds');
  await say(fire, 'T-fire', { ...one, state: 'closed', specialties: 'fire_safety' });
  assert.deepEqual(await line(one), repaired);
  const own = await get(fire, `/planner/v1/subjects/${one.code}`);
  assert.equal(own.state, 'closed', "fire's own word holds in its own directories");
});

test('nothing is verified in the future', async () => {
  const one = await known();
  const reply = await say(fire, 'T-fire', { ...one, specialties: 'fire_safety',
    verified_on: '2099-12-31' });
  assert.deepEqual([reply.accepted, reply.refused], [0, 1]);
  const { lines: [why] } = await get(fire, `/planner/v1/imports/${reply.id}/lines`);
  assert.deepEqual([why.field, /晚于今天/.test(why.reason)], ['verified_on', true]);
});

test('merges one into its own: only when the other agrees', async () => {
  const one = await known();
  const other = school(++serial, { former_code: one.code });
  await say(fire, 'T-fire', other);
  assert.equal((await line(one))[0], one.code);
  const { proposals: [proposal] } = await get(home,
    `/planner/v1/proposals?subject=${one.code}&state=open`);
  assert.deepEqual([proposal.fact, proposal.value], ['former', other.code]);
  const decided = await post(home, `/planner/v1/proposals/${proposal.id}/decision`,
    { decision: 'accept' });
  assert.equal(decided.taken, true);
  assert.equal((await line(other))[0], other.code);
});

test('is taken over by its decision alone, and declined it stays so', async () => {
  const one = await known();
  const said = { ...one, name: '新名学校', credit_class: 'D', specialties: 'fire_safety' };
  await say(fire, 'T-fire', said);
  const { proposals } = await get(home, `/planner/v1/proposals?subject=${one.code}`);
  const decide = (client, fact, decision) => client.post(
    `/planner/v1/proposals/${proposals.find((p) => p.fact === fact).id}/decision`, { decision });
  expectProblem(await decide(fire, 'name', 'accept'), 403, 'forbidden');
  expectProblem(await decide(home, 'name', 'x'), 422, 'invalid', { pointer: '/decision' });
  assert.deepEqual((await decide(home, 'name', 'accept')).json,
    { state: 'accepted', taken: true });
  assert.deepEqual((await decide(home, 'credit_class', 'decline')).json,
    { state: 'declined', taken: false });
  expectProblem(await decide(home, 'credit_class', 'accept'), 409, 'wrong-state');
  const shown = await get(home, `/planner/v1/subjects/${one.code}`);
  assert.deepEqual([shown.name, shown.credit_class], ['新名学校', 'B']);
  await say(fire, 'T-fire', said);
  assert.deepEqual(await told(home, one), []);
});

test('puts one on a list: it counts for itself, unless it is the authority for lists', async () => {
  const one = await known();
  await say(fire, 'T-fire', { ...one, specialties: 'fire_safety' });
  const listed = (client) => send(client, 'imports?kind=listings',
    ['code', 'list', 'listed_on', 'removed_on', 'authority', 'reason'],
    [{ code: one.code, list: 'serious', listed_on: yesterday, removed_on: '', authority: '测试',
      reason: '测试' }]);
  const was = await line(one);
  await listed(fire);
  assert.deepEqual(await line(one), was);
  assert.deepEqual(await told(home, one), [['serious', `列入 ${yesterday}`]]);
  await listed(market);
  assert.notDeepEqual(await line(one), was);
});

test("what the named authority says holds in everybody's directories", async () => {
  const one = await known();
  await say(fire, 'T-fire', { ...one, specialties: 'fire_safety' });
  await stack.operate("INSERT INTO fact_authority (fact, kind, source)" +
    " VALUES ('credit_class', 'market', 'test')");
  await say(market, 'T-market', { ...one, credit_class: 'D', specialties: 'food_service' });
  await stack.operate("DELETE FROM fact_authority WHERE fact = 'credit_class'");
  for (const client of [home, fire, market])
    assert.equal((await get(client, `/planner/v1/subjects/${one.code}`)).credit_class, 'D');
  assert.deepEqual(await told(home, one), []);
});

test('an own one made heavy for a freeze, and light again: the next file of changes has both', async () => {
  const one = await known();
  await say(home, 'T-health', { ...one, credit_class: 'D', complaints: 5 });
  const heavy = await frozen();
  await say(home, 'T-health', one);
  const light = await world.advance(await world.campaign([HOME]), 'value');
  await world.step(heavy, 'abandon');
  const files = await sound(light);
  const [draw] = light.draws;
  const facts = files.get(`snapshot-${draw.code}.txt`).toString().split('\n')
    .find((text) => text.startsWith(one.code)).split('\t');
  assert.deepEqual(facts.slice(2), ['2', '', 'B,0,-,0,-,p']);
  const changes = files.get(`changes-${draw.code}.txt`).toString().split('\n')
    .map((text) => text.split('\t')).filter(([code]) => code === one.code);
  assert.deepEqual(changes.map(([, , by, ...rest]) => [by, ...rest]), [
    [HOME, 'entry', '-', 'medical', '0', '2'],
    [HOME, 'credit_class', 'B', 'D', '2', '10'],
    [HOME, 'complaints', '0', '5', '10', '20'],
    [HOME, 'credit_class', 'D', 'B', '20', '12'],
    [HOME, 'complaints', '5', '0', '12', '2']]);
});

// visit-world.mjs - three campaigns of one city whose visits are made and staffed, and what tests
// do with their days by hand. One world a process: begin() makes it, the exports are of it.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { loginOf, post } from '../../conf/main-job/office.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, request } from '../support/http.mjs';
import { brokenRules } from '../support/visit-rules.mjs';
import { DrawWorld } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, HOME, MARKET, seed } from './world.mjs';

const OTHER = 'H410404'; // the health office of a second district
const CITY = 'M410400'; // whose inspectors go to both
const SUBJECTS = 12; // of each district
const QUOTA = 6;
export const LAST = 30; // day of the plans
export const addDays = (day, n) =>
  new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
export const path = (step, { code }) => `/planner/v1/campaigns/${code}/${step}`;

export let stack;
export let world;
let draws;
export let home;
export const campaigns = [];
export const broken = (states) => brokenRules((query) => stack.sql(query), states);

function writeFiles(folder) {
  const day = today();
  mkdirSync(folder, { recursive: true });
  writeCsv(join(folder, 'directories.csv'), ['code', 'department', 'name', 'refreshed_on'],
    [['T-plan-h', HOME], ['T-plan-m', MARKET]].map(([code, department]) =>
      ({ code, department, name: `统筹测试名录 ${code}`, refreshed_on: day })));
  writeCsv(join(folder, 'subjects.csv'), ['directories', 'code', 'name', 'type', 'address',
    'region', 'lon', 'lat', 'state', 'credit_class', 'key', 'complaints', 'specialties',
    'verified_on', 'synthetic'], ['410402', '410404'].flatMap((region) =>
    Array.from({ length: SUBJECTS }, (_, i) => ({
      directories: 'T-plan-h:medical;T-plan-m:food_service',
      code: makeUscc('91', region, 870000 + i), name: `统筹样例${region}${i}号`, type: '专科医院',
      address: `合成样例路${i}号`, region, lon: '', lat: '', state: 'open', credit_class: 'B', key: 0,
      complaints: 0, specialties: 'medical;food_service', verified_on: day, synthetic: 1 }))));
  writeCsv(join(folder, 'inspectors.csv'), ['card_no', 'name', 'department', 'card_expires_on',
    'specialties', 'areas', 'on_duty', 'max_daily', 'max_total', 'synthetic'],
  [[DISTRICT, 'medical', '410402'], [OTHER, 'medical', '410404'],
    [CITY, 'food_service', '410402;410404']].flatMap(([department, specialties, areas]) =>
    [1, 2, 3, 4, 5].map((i) => ({ card_no: `P-${department}-${i}`, name: `统筹执法员${i}`, department,
      card_expires_on: addDays(day, 700), specialties, areas, on_duty: 1, max_daily: 4,
      max_total: 100, synthetic: 1 }))));
}

async function makeCampaign(serial) {
  const plans = [];
  for (const [department, directory, specialty] of [[HOME, 'T-plan-h', 'medical'],
    [MARKET, 'T-plan-m', 'food_service']]) {
    const code = `410400${today().slice(0, 4)}8${serial + plans.length}`;
    const planner = await stack.office.role(department, 'planner');
    await post(planner, '/planner/v1/plans', { code, directory, name: `统筹测试 ${code}`,
      ends_on: addDays(today(), LAST), quotas: ['410402', '410404'].map((region) =>
        ({ region, specialty, count: QUOTA })) });
    await post(planner, `/planner/v1/plans/${code}/file`);
    plans.push(code);
  }
  const campaign = await draws.advance(await draws.campaignOf(plans), 'value');
  await post(home, path('visits', campaign));
  await draws.teams(campaign);
  return campaign;
}

export async function begin() {
  stack = await startStack({ own: true });
  world = await seed(stack);
  const files = join(stack.var, 'plan-world');
  writeFiles(files);
  for (const kind of ['directories', 'subjects', 'inspectors'])
    await stack.office.ctl(['import', kind, join(files, `${kind}.csv`)]);
  for (const role of ['planner', 'reviewer']) {
    const login = loginOf(OTHER, role);
    const args = ['user', 'add', login, '--name', '测试', '--department', OTHER, '--roles', role];
    stack.office.keep(login, (await stack.office.ctl(args)).out.password);
  }
  // So few inspectors could hardly be changed within 15 %.
  await stack.operate("UPDATE rule SET value = 100 WHERE name = 'adjustment.percent'");
  draws = new DrawWorld(stack, 600);
  home = await stack.office.role(HOME, 'planner');
  for (const serial of [610, 620, 630]) campaigns.push(await makeCampaign(serial));
}

// ---- by hand ------------------------------------------------------------------------------------

export const visit = (code) => `/planner/v1/visits/${code}`;
export const show = async (code) => expectJson(await home.get(visit(code)));
export const move = (client, code, on, version, more = {}) => client.post(`${visit(code)}/move`,
  { planned_on: on, version, reason: '企业申请改期', ...more });
export const pin = (client, code, pinned, version) =>
  client.post(`${visit(code)}/pin`, { pinned, version, reason: '企业当日盘点' });
export const cancel = (client, code, version, more = {}) => client.post(`${visit(code)}/cancel`,
  { kind: 'subject', reason: '企业停产检修', version, ...more });
export const DAYS = Array.from({ length: LAST }, (_, n) => addDays(today(), n + 1));
export const codesOf = async (campaign, state = 'planned') => (await stack.sql('SELECT code FROM ' +
  `visit WHERE code LIKE '${campaign.code}-%' AND state = '${state}' AND planned_on IS NOT NULL ` +
  'ORDER BY code')).flat();

// Onto the first day that takes it; null: none does.
export async function tryMove(code) {
  for (const day of DAYS) {
    const { version } = await show(code);
    const res = await move(home, code, day, version);
    if (res.status === 200) return res.json;
    assert.ok(res.status === 409 || res.status === 422, res.text);
  }
  return null;
}
export async function moveSomewhere(code) {
  const moved = await tryMove(code);
  assert.ok(moved, `${code} fits no day`);
  return moved;
}

// Visits that are out, alone at their entries, and not begun; each with another of its enterprise.
export const alone = () => stack.sql('SELECT v.id, v.code, o.id, ' +
  "IFNULL(QUOTE(o.planned_on), 'NULL'), IFNULL(o.joint_id, 'NULL'), QUOTE(o.door_code) FROM " +
  "visit v JOIN visit o ON o.subject_id = v.subject_id AND o.state = 'planned' WHERE " +
  "v.state = 'dispatched' AND v.joint_id IS NULL AND v.code LIKE " +
  `'${campaigns[0].code}-%' AND NOT EXISTS (SELECT 1 FROM visit g WHERE g.joint_id = v.id) ` +
  'AND NOT EXISTS (SELECT 1 FROM visit g WHERE g.joint_id = o.id) ORDER BY v.id');
// The first that other days take, and that is alone there too.
export async function movable() {
  for (const [id, code] of await alone()) {
    const moved = await tryMove(code) && await tryMove(code);
    const row = (await alone()).find(([one]) => one === id);
    if (moved && row) return row;
  }
  return assert.fail('no visit can be moved');
}
export const issue = (code, body = {}) => home.post(`${visit(code)}/notice`, body);

// world.mjs - a small world for the HTTP tests: three departments, thirteen subjects, one campaign
// of two plans, dispatched; accounts of every role; phones. Made through lianchactl and the APIs,
// once per stack.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { all, get, loginOf, post } from '../../conf/main-job/office.mjs';
import { readCsv } from '../../conf/main-job/synthetic.mjs';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { quickReference, today } from '../../conf/main-job/world.mjs';
import { signIn } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { ROOT } from './harness.mjs';

export const ROLES = ['planner', 'reviewer', 'publisher', 'inspector', 'auditor', 'administrator',
  'reporter'];
export const HOME = 'H410400'; // initiates the campaign
export const DISTRICT = 'H410402'; // carries out its health tasks
export const MARKET = 'M410400';
export const OUTSIDER = 'F410400'; // takes no part
const DEPARTMENTS = [HOME, DISTRICT, MARKET, OUTSIDER];
const REGION = '410402';
export const SUBJECTS = 13;
const QUOTA = 5;

const addDays = (day, n) => new Date(Date.parse(day) + n * 86400000).toISOString().slice(0, 10);
const YEAR = today().slice(0, 4);

export const PLANS = [
  { code: `410400${YEAR}2901`, directory: 'T-health', department: HOME, name: '测试计划一',
    ends_on: addDays(today(), 60),
    quotas: [{ region: REGION, specialty: 'medical', count: QUOTA }] },
  { code: `410400${YEAR}2902`, directory: 'T-market', department: MARKET, name: '测试计划二',
    ends_on: addDays(today(), 60),
    quotas: [{ region: REGION, specialty: 'food_service', count: QUOTA }] },
];
export const CAMPAIGN = `C410400${today().replaceAll('-', '')}2901`;

function writeFiles(folder) {
  const day = today();
  mkdirSync(folder, { recursive: true });
  writeCsv(join(folder, 'directories.csv'), ['code', 'department', 'name', 'refreshed_on'],
    PLANS.map(({ directory, department }) =>
      ({ code: directory, department, name: `测试名录 ${directory}`, refreshed_on: day })));
  writeCsv(join(folder, 'subjects.csv'), ['directories', 'code', 'name', 'type', 'address',
    'region', 'lon', 'lat', 'state', 'credit_class', 'key', 'complaints', 'specialties',
    'verified_on', 'synthetic'], Array.from({ length: SUBJECTS }, (_, i) => ({
    directories: 'T-health:medical;T-market:food_service', code: makeUscc('91', REGION, 990000 + i),
    name: `测试样例第${i}号`, type: '专科医院', address: `河南省平顶山市新华区合成样例路${i}号`,
    region: REGION, lon: '113.300000', lat: '33.700000', state: 'open', credit_class: 'B', key: 0,
    complaints: 0, specialties: 'medical;food_service', verified_on: day, synthetic: 1 })));
  writeCsv(join(folder, 'inspectors.csv'), ['card_no', 'name', 'department', 'card_expires_on',
    'specialties', 'areas', 'on_duty', 'max_daily', 'max_total', 'synthetic', 'telephone'],
  [[DISTRICT, 'medical'], [MARKET, 'food_service']].flatMap(([department, specialties]) =>
    [1, 2, 3].map((i) => ({ card_no: `T-${department}-${i}`, name: `测试执法员${i}`, department,
      card_expires_on: addDays(day, 700), specialties, areas: REGION, on_duty: 1, max_daily: 4,
      max_total: 100, synthetic: 1, telephone: `0375-290029${i}` }))));
}

// Of the market regulators' items only: the other sections are signed without any.
function writeChecklists(folder) {
  const { checklists } = JSON.parse(readFileSync(join(ROOT,
    'schema/example/checklists.json'), 'utf8'));
  const path = join(folder, 'checklists.json');
  writeFileSync(path, JSON.stringify({ checklists: checklists.filter(({ item }) =>
    item.startsWith('food_service')) }));
  return path;
}

const accountsOf = () => DEPARTMENTS.flatMap((department) =>
  ROLES.map((role) => ({ login: loginOf(department, role), department, role })));

async function makeAccounts(office) {
  for (const { login, department, role } of accountsOf()) {
    if (office.knows(login)) continue;
    const args = ['user', 'add', login, '--name', `测试${role}`, '--department', department,
      '--roles', role];
    office.keep(login, (await office.ctl(args)).out.password);
  }
}

// Of so few inspectors none could be changed within 15 %.
const adjustable = (stack, percent) =>
  stack.operate(`UPDATE rule SET value = ${percent} WHERE name = 'adjustment.percent'`);

async function makeCampaign(stack) {
  const { office, beacon } = stack;
  for (const plan of PLANS) {
    const { department, ...body } = plan;
    const planner = await office.role(department, 'planner');
    await post(planner, '/planner/v1/plans', body);
    await post(planner, `/planner/v1/plans/${plan.code}/file`);
  }
  const planner = await office.role(HOME, 'planner');
  const { draws } = await post(planner, '/planner/v1/campaigns', { code: CAMPAIGN, region: '410400',
    name: '测试批次', plans: PLANS.map(({ code }) => code) });
  for (const { code, department } of draws)
    await post(await office.role(department, 'planner'), `/planner/v1/draws/${code}/freeze`);
  const step = (name, body) => post(planner, `/planner/v1/campaigns/${CAMPAIGN}/${name}`, body);
  await adjustable(stack, 100);
  const { value_at: at, teams_at: teams } = await step('announce', beacon.announce());
  await adjustable(stack, 15);
  await step('value', { pulse: await beacon.pulseAt(at) });
  await step('visits');
  await step('inspectors', { pulse: await beacon.pulseAt(teams) });
  await step('schedule', { from: today(), to: PLANS[0].ends_on });
  await step('dispatch');
}

async function makePhone(office, card, department) {
  const planner = await office.role(department, 'planner');
  const phone = new Phone({ base: office.base });
  const { code } = await post(planner, `/planner/v1/inspectors/${card}/enrolments`);
  await phone.enrol(code, `测试手机 ${card}`);
  return phone;
}

async function load({ office, var: folder }) {
  const files = join(folder, 'world');
  await office.ctl(['load-reference', quickReference(join(folder, 'world/reference'))]);
  writeFiles(files);
  for (const kind of ['directories', 'subjects', 'inspectors'])
    await office.ctl(['import', kind, join(files, `${kind}.csv`)]);
  await office.ctl(['import', 'items', join(ROOT, 'schema/example/items.csv')]);
  await office.ctl(['import', 'checklists', writeChecklists(files)]);
}

// What the world holds, to name in requests.
export async function seed(stack) {
  const { office } = stack;
  if (!office.secrets.data.seeded) {
    await load(stack);
    await makeAccounts(office);
    await makeCampaign(stack);
    office.secrets.data.seeded = true;
    office.secrets.save();
  }
  const sessions = {};
  for (const { login } of accountsOf()) sessions[login] = (await office.as(login)).token;
  const planner = await office.role(HOME, 'planner');
  const list = await all(planner, `/planner/v1/campaigns/${CAMPAIGN}/visits`, 'visits',
    ({ code }) => code);
  const visits = [];
  for (const { code } of list) visits.push(await get(planner, `/planner/v1/visits/${code}`));
  const cards = readCsv(join(stack.var, 'world/inspectors.csv')).map((row) => row.card_no);
  const phones = [await makePhone(office, cards[0], DISTRICT),
    await makePhone(office, cards[3], MARKET)];
  return {
    visits, cards, phones,
    tokenOf: (role, department = HOME) => sessions[loginOf(department, role)],
    newPhone: (card) => makePhone(office, card, card.split('-')[1]),
    async newSession(role, department = HOME) {
      const login = loginOf(department, role);
      const client = await office.as(login);
      return (await signIn(client, login, office.secrets.data.accounts[login])).token;
    },
  };
}

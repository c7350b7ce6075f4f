// synthetic.mjs - a synthetic directory for the 2023 task tables: subjects, inspectors, plans.
//
//   node synthetic.mjs --seed TEXT --out DIR [--as-of YYYY-MM-DD]
//
// writes into DIR departments.csv, directories.csv, subjects.csv, inspectors.csv, items.csv (the
// forms that `lianchactl import` takes), both task tables and plans.json:
//
//   [{"code","directory","department","name","ends_on", "table": file in DIR |
//     "quotas": [{"region","specialty","count"}]}, …]
//
// The same seed and day give the same bytes. Every row is marked synthetic, and no code, card
// or name in it can be a real one's (see synthetic/codes.mjs).
//
// Sizes: each cell (region, specialty) of a task table gets as many subjects in that table's
// directory as make its quota the notice's ratio (9.43 % national, 5.64 % municipal). A subject
// has one to four specialties, in both directories where it can, and many also stand in the
// directories of market regulation, education and fire, so that one visit serves several.

import { copyFileSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readCsv, writeCsv } from './synthetic/csv.mjs';
import { makeInspectors } from './synthetic/inspectors.mjs';
import { readTable, SMALL_PLANS, TABLE_PLANS } from './synthetic/plans.mjs';
import { makeSubjects, planCells } from './synthetic/subjects.mjs';

export { registrationValid, usccCheck, usccValid } from './synthetic/codes.mjs';
export { readCsv } from './synthetic/csv.mjs';

export const DEFAULT_AS_OF = '2026-11-02';
const PLAN_DAYS = 150;
const REFRESHED_DAYS = 10;
const VERIFIED_DAYS = 170;

const SCHEMA = new URL('../../schema/', import.meta.url);
const schemaFile = (name) => fileURLToPath(new URL(name, SCHEMA));

export const TABLES = {
  national: schemaFile('example/pingdingshan-national-2023.csv'),
  municipal: schemaFile('example/pingdingshan-municipal-2023.csv'),
};

const COLUMNS = {
  directories: ['code', 'department', 'name', 'refreshed_on'],
  subjects: ['directories', 'code', 'name', 'type', 'address', 'region', 'lon', 'lat', 'state',
    'credit_class', 'key', 'complaints', 'specialties', 'verified_on', 'synthetic'],
  inspectors: ['card_no', 'name', 'department', 'card_expires_on', 'specialties', 'areas',
    'on_duty', 'max_daily', 'max_total', 'synthetic', 'telephone'],
};

const DIRECTORY_NAMES = {
  'H410400-national': '国家随机监督抽查名录（合成）',
  'H410400-municipal': '市级随机监督抽查名录（合成）',
  'M410400-market': '市场监管抽查名录（合成）',
  'E410400-school': '校园安全抽查名录（合成）',
  'F410400-fire': '消防安全抽查名录（合成）',
};

function addDays(day, days) {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

// The quotas that each department will execute: its kind in the region, else the plan's own.
function tasksByDepartment(plans, departments) {
  const tasks = {};
  for (const plan of plans) {
    const own = departments.find((department) => department.code === plan.department);
    for (const { region, count } of plan.quotas) {
      const executing = departments.find((d) => d.kind === own.kind && d.region === region) ?? own;
      tasks[executing.code] = (tasks[executing.code] ?? 0) + count;
    }
  }
  return tasks;
}

function planRows(plans, tables, asOf) {
  return plans.map(({ serial, directory, department, name, table, quotas }) => ({
    code: `410400${asOf.slice(0, 4)}1${serial}`,
    directory, department, name,
    ends_on: addDays(asOf, PLAN_DAYS),
    ...(table ? { table: basename(tables[table]) } : { quotas }),
  }));
}

// Writes the files into outDir (made when absent) and returns what there is of everything.
// `tables` names the task tables, {national, municipal}; `asOf` is the day they are made for.
export function generate({ seed, tables = TABLES, outDir, asOf = DEFAULT_AS_OF }) {
  const regions = readCsv(schemaFile('reference/regions.csv'));
  const specialties = readCsv(schemaFile('reference/specialties.csv'));
  const departments = readCsv(schemaFile('reference/departments.csv'));
  const tablePlans = TABLE_PLANS.map((plan) =>
    ({ ...plan, quotas: readTable(tables[plan.table], regions, specialties) }));
  const plans = [...tablePlans, ...SMALL_PLANS];

  const refreshedOn = addDays(asOf, -REFRESHED_DAYS);
  const cells = planCells(tablePlans, SMALL_PLANS, specialties);
  const subjects = makeSubjects({
    seed, cells,
    regionNames: new Map(regions.map((row) => [row.code, row.name])),
    verifiedOn: (random) => addDays(refreshedOn, -random.below(VERIFIED_DAYS)),
  });
  const inspectors = makeInspectors({
    seed, departments,
    regions: regions.map((row) => row.code),
    tasks: tasksByDepartment(plans, departments),
  });
  const directories = plans.map(({ directory, department }) =>
    ({ code: directory, department, name: DIRECTORY_NAMES[directory], refreshed_on: refreshedOn }));

  mkdirSync(outDir, { recursive: true });
  const rows = { directories, subjects, inspectors };
  for (const [name, columns] of Object.entries(COLUMNS))
    writeCsv(join(outDir, `${name}.csv`), columns, rows[name]);
  copyFileSync(schemaFile('reference/departments.csv'), join(outDir, 'departments.csv'));
  copyFileSync(schemaFile('example/items.csv'), join(outDir, 'items.csv'));
  for (const { table } of tablePlans)
    copyFileSync(tables[table], join(outDir, basename(tables[table])));
  writeFileSync(join(outDir, 'plans.json'),
    `${JSON.stringify(planRows(plans, tables, asOf), null, 2)}\n`);
  return {
    seed, asOf,
    departments: departments.length,
    directories: directories.length,
    subjects: subjects.length,
    inspectors: inspectors.length,
    plans: plans.length,
    quota: plans.flatMap((plan) => plan.quotas).reduce((sum, { count }) => sum + count, 0),
  };
}

function main() {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, out: { type: 'string' },
    'as-of': { type: 'string', default: DEFAULT_AS_OF }, help: { type: 'boolean' } } });
  const asOf = values['as-of'];
  if (values.help || !values.seed || !values.out || !/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(asOf)) {
    console.error('usage: node synthetic.mjs --seed TEXT --out DIR [--as-of YYYY-MM-DD]');
    process.exit(values.help ? 0 : 2);
  }
  console.log(JSON.stringify(generate({ seed: values.seed, outDir: values.out, asOf })));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main();

// plans.mjs - steps 2 and 3: plans with their task tables as printed, then all that they draw from.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { get, post } from './office.mjs';
import { readCsv, registrationValid, usccValid } from './synthetic.mjs';

const TOTAL = '合计';
const CHECKLISTS = fileURLToPath(new URL('../../schema/example/checklists.json', import.meta.url));
// What the two printed tables get wrong, the grand totals aside.
const FAULTY_ROWS = 4;
const FAULTY_COLUMNS = 3;
// The notice's ratios of the two tables, in percent.
const RATIOS = { national: 9.43, municipal: 5.64 };

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const percent = (part, whole) => Number((100 * part / whole).toFixed(2));

// The sums of a printed table that do not hold, found without the product's help: rows, columns,
// grand total.
function wrongSums(path) {
  const rows = readCsv(path);
  const columns = Object.keys(rows[0]).slice(2);
  const totals = rows.find((row) => row.region === TOTAL);
  const body = rows.filter((row) => row !== totals);
  const across = (row) => sum(columns.map((name) => Number(row[name])));
  const down = (name) => sum(body.map((row) => Number(row[name])));
  const lines = [
    ...rows.map((row) => ['row', row.region, Number(row.total), across(row)]),
    ...columns.map((name) => ['column', name, Number(totals[name]), down(name)]),
    ['column', TOTAL, Number(totals.total), down('total')],
    ['grand', TOTAL, Number(totals.total), sum(body.map(across))],
  ];
  return lines.filter(([, , printed, cells]) => printed !== cells)
    .map(([line, name, printed, cells]) => ({ line, name, printed, sum: cells }));
}

async function makePlan(office, world, plan) {
  const { code, directory, department, name, ends_on, quotas, table } = plan;
  const planner = await office.role(department, 'planner');
  const path = `/planner/v1/plans/${code}`;
  if ((await planner.get(path)).status === 404)
    await post(planner, '/planner/v1/plans',
      { code, directory, name, ends_on, ...(quotas && { quotas }) });
  if (table && !(await get(planner, path)).has_table)
    await office.ctl(['import', 'task-table', code, world.file(table)]);
  return get(planner, path);
}

export async function importTables({ office, report, world }) {
  report.begin('任务表');
  await office.ctl(['import', 'directories', world.file('directories.csv')]);
  const found = [];
  let cells = 0;
  for (const plan of world.plans) {
    report.progress(plan.name);
    const { table, quota } = await makePlan(office, world, plan);
    if (!plan.table) {
      report.same(quota, sum(plan.quotas.map(({ count }) => count)), `${plan.name}的任务数`);
      continue;
    }
    const faults = table.faults.map(({ line, name, printed, sum: of }) =>
      ({ line, name, printed, sum: of }));
    report.same(faults, wrongSums(world.file(plan.table)), `${plan.name}中不相符的合计`);
    report.same(quota, table.cell_sum, `${plan.name}的任务数（以各格为准）`);
    for (const { text } of table.faults) report.note(`${plan.name}：${text}`);
    found.push(...faults);
    cells += quota;
  }
  const count = (kind) => found.filter(({ line }) => line === kind).length;
  report.same([count('row'), count('column')], [FAULTY_ROWS, FAULTY_COLUMNS],
    '两张任务表不相符的行数、列数');
  report.end(`按印刷原样导入 2 张，各格合计 ${cells} 项；合计不相符：${count('row')} 行、` +
    `${count('column')} 列、总计 ${count('grand')} 处，一处未改`);
}

// directory -> Map(stratum -> subjects): who stands where, as the generated file says.
export function standing(world) {
  const out = new Map();
  for (const subject of world.subjects)
    for (const entry of subject.directories.split(';')) {
      const [directory, only] = entry.split(':');
      if (!out.has(directory)) out.set(directory, new Map());
      const strata = out.get(directory);
      for (const specialty of (only?.split('+') ?? subject.specialties.split(';'))) {
        const stratum = `${subject.region}.${specialty}`;
        if (!strata.has(stratum)) strata.set(stratum, []);
        strata.get(stratum).push(subject);
      }
    }
  return out;
}

// Each table's tasks are the notice's share of the entries in its directory.
function checkRatios(report, world) {
  const directories = standing(world);
  for (const { table, directory, name } of world.plans.filter((plan) => plan.table)) {
    const entries = sum([...directories.get(directory).values()].map((list) => list.length));
    const body = readCsv(world.file(table)).filter(({ region }) => region !== TOTAL);
    const tasks = sum(body.flatMap(({ region, total, ...row }) => Object.values(row).map(Number)));
    const ratio = RATIOS[directory.split('-')[1]];
    report.check(Math.abs(percent(tasks, entries) - ratio) < 0.02,
      `${name}：抽查比例 ${percent(tasks, entries)} %，通知为 ${ratio} %`);
  }
}

function creditShares({ subjects }) {
  const count = (credit) => subjects.filter((s) => s.credit_class === credit).length;
  return ['A', 'B', 'C', 'D'].map((credit) =>
    `${credit} ${percent(count(credit), subjects.length)} %`);
}

const codeHolds = ({ code }) => (code.length === 18 ? usccValid(code) : registrationValid(code));

// All of the file's checklists are published, whether now or by an earlier start; returns how many.
async function importChecklists(office, report) {
  const { checklists } = JSON.parse(readFileSync(CHECKLISTS, 'utf8'));
  const { out } = await office.ctl(['import', 'checklists', CHECKLISTS]);
  report.same(out.created + out.unchanged, checklists.length, '检查表数');
  return checklists.length;
}

export async function importDirectory({ office, report, world }) {
  report.begin('名录与人员');
  const kinds = { subjects: world.subjects, inspectors: world.inspectors, items: world.items };
  for (const [kind, rows] of Object.entries(kinds)) {
    report.progress(`导入 ${kind} ${rows.length} 行`);
    const { out } = await office.ctl(['import', kind, world.file(`${kind}.csv`)]);
    const flagged = kind === 'subjects' ? rows.filter((row) => !codeHolds(row)).length : 0;
    report.same({ accepted: out.accepted, flagged: out.flagged, refused: out.refused },
      { accepted: rows.length, flagged, refused: 0 }, `导入 ${kind} 的行数`);
  }
  const lists = await importChecklists(office, report);
  checkRatios(report, world);
  const wrong = world.subjects.filter((row) => !codeHolds(row)).length;
  report.end(`合成数据（种子 ${world.seed}）：检查对象 ${world.subjects.length}，其中代码校验不符 ` +
    `${wrong}（只标记）；信用 ${creditShares(world).join('、')}；执法人员 ` +
    `${world.inspectors.length}，抽查事项 ${world.items.length}，检查表 ${lists}`);
}

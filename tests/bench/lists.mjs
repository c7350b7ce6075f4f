// lists.mjs - pages of the office's lists over many rows against the same SELECT alone, the
// workbench against a bare FastCGI program, a table of a hundred thousand rows against
// libxlsxwriter alone; and how all of it grows with a hundredfold data.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, request, signIn } from '../support/http.mjs';
import { CAMPAIGN, FOLDER, openCampaign, prepareRows, sql } from './draw.mjs';
import { median, printTable } from './figures.mjs';
import { forgetPeak, lianchactl, peakMib, processorTicks, processorTime } from './services.mjs';

const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_BASE_URL: ORIGIN } = process.env;
const BARE = `http://127.0.0.1:${process.env.BENCH_BARE_PORT}/liancha/planner/v1/health`;
const PAGES = 100;
const GROWTH = 100;
const VISIT_TO = 5; // so many subjects a visit
const BIG_MS = 300000;
const SUBJECTS = 'directories/BENCH-DRAW/subjects';
const VISITS = `campaigns/${CAMPAIGN}/visits`;

// Who asks for what; a word that only that list's statement has.
const LISTS = [
  ['subjects', 'planner', SUBJECTS, 'directory_entry e'],
  ['subjects of a region', 'planner', `${SUBJECTS}?region=410402`, 'directory_entry e'],
  ['subjects of a class', 'planner', `${SUBJECTS}?credit_class=D`, 'directory_entry e'],
  ['subjects by name', 'planner', `${SUBJECTS}?name=合成检查对象12`, 'directory_entry e'],
  ['visits', 'planner', VISITS, 'v.campaign_id'],
  ['visits of a month', 'planner', `${VISITS}?planned_from=2023-10-01&planned_to=2023-10-31`,
    'v.campaign_id'],
  ['sections signed', 'reviewer', 'sections?state=signed', 'FROM section'],
];

function prepareVisits(rows) {
  const days = "'2023-06-01' + INTERVAL (v.id % 200) DAY";
  sql(`SET FOREIGN_KEY_CHECKS = 0; TRUNCATE section; TRUNCATE visit;
    INSERT INTO visit (code, campaign_id, subject_id, lead_department_id, state, door_code)
    SELECT CONCAT('${CAMPAIGN}-', LPAD(seq, 6, '0')), c.id, seq, c.department_id, 'dispatched',
      '23456789' FROM seq_1_to_${rows / VISIT_TO} JOIN campaign c ON c.code = '${CAMPAIGN}';
    UPDATE visit v SET v.planned_on = ${days};
    INSERT INTO section (visit_id, department_id, state, signed_at)
    SELECT v.id, v.lead_department_id, IF(v.id % 3, 'open', 'signed'),
      IF(v.id % 3, NULL, '2023-10-09 08:00:00') FROM visit v;
    ANALYZE TABLE visit, section`);
}

async function signInAs(role) {
  const { login, password } = JSON.parse(lianchactl('user', 'add', `bench.${role}`, '--name', role,
    '--department', 'H410400', '--roles', role));
  const office = new Client(`${ORIGIN}/liancha`, { timeoutMs: BIG_MS });
  office.token = (await signIn(office, login, password)).token;
  return async (path) => {
    const res = await office.get(encodeURI(`/planner/v1/${path}`));
    if (res.status !== 200) throw new Error(`${path}: ${res.status} ${res.text}`);
    return res;
  };
}

async function perPage(services, ask) {
  const took = () => services.reduce((sum, name) => sum + processorTime(name), 0);
  await ask();
  const before = took();
  for (let n = 0; n < PAGES; n++) await ask();
  return (took() - before) / PAGES;
}

// The list's statement as the server got it: the longest with that word. Its values are told of
// what was prepared since the log is on, so this asks before anything else does.
async function statementOf(ask, word) {
  sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON");
  await ask();
  sql('SET GLOBAL general_log = OFF');
  const text = sql('SELECT TO_BASE64(argument) FROM mysql.general_log ' +
    `WHERE command_type = 'Execute' AND argument LIKE '%${word}%' ` +
    'ORDER BY LENGTH(argument) DESC LIMIT 1');
  return Buffer.from(text.replaceAll('\\n', ''), 'base64').toString();
}

function alone(statement) {
  const file = join(FOLDER, 'statement.sql');
  writeFileSync(file, statement);
  const before = processorTime('mariadb');
  const own = Number(execFileSync(join(BIN, 'liancha-bench-lists'), ['select',
    join(VAR, 'run/mariadb.sock'), file, String(PAGES)], { encoding: 'utf8' }));
  return (own * 1e6 + processorTime('mariadb') - before) / PAGES;
}

const medians = (taken) => ({ page: median(taken.map(({ page }) => page)),
  ratio: median(taken.map(({ ratio }) => ratio)) });

async function measureList(as, [name, role, path], statement, rounds) {
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const page = await perPage(['planner', 'mariadb'], () => as[role](path));
    taken.push({ page, ratio: page / alone(statement) });
  }
  return { name, ...medians(taken) };
}

async function measureAll(as, statements, rounds) {
  const lists = [];
  for (const [i, list] of LISTS.entries())
    lists.push(await measureList(as, list, statements[i], rounds));
  const workbench = [];
  for (let n = 0; n < rounds; n++) {
    const page = await perPage(['planner', 'mariadb'], () => as.planner('workbench'));
    workbench.push({ page, ratio: page / await perPage(['bench-bare'], () => request(BARE)) });
  }
  return [...lists, { name: 'workbench, of no-op', ...medians(workbench) }];
}

async function measureTable(as) {
  const csv = (await as.planner(`${SUBJECTS}?region=410402&format=csv`)).text;
  const rows = csv.trim().split('\n').map((line) => line.replaceAll(/[\t"\r]/g, ''));
  writeFileSync(join(FOLDER, 'cells.tsv'), rows.map((row) => row.replaceAll(',', '\t')).join('\n'));
  forgetPeak('planner');
  const before = processorTicks('planner');
  await as.planner(`${SUBJECTS}?region=410402&format=xlsx`);
  const own = processorTicks('planner') - before;
  const library = Number(execFileSync(join(BIN, 'liancha-bench-lists'), ['xlsx',
    join(FOLDER, 'cells.tsv'), join(FOLDER, 'cells.xlsx')], { encoding: 'utf8' }));
  return { rows: rows.length, own, library, ratio: own / library, mib: peakMib('planner') };
}

export async function measureLists({ rounds, rows }) {
  await openCampaign(prepareRows(rows / GROWTH));
  prepareVisits(rows / GROWTH);
  const as = { planner: await signInAs('planner'), reviewer: await signInAs('reviewer') };
  const statements = [];
  for (const [, role, path, word] of LISTS)
    statements.push(await statementOf(() => as[role](path), word));
  const small = await measureAll(as, statements, rounds);
  const smallTable = await measureTable(as);
  prepareRows(rows);
  prepareVisits(rows);
  const large = await measureAll(as, statements, rounds);
  const table = await measureTable(as);
  printTable(`lists: pages of 50 over ${rows} subjects and ${rows / VISIT_TO} visits, processor ` +
    `time of workers and MariaDB, medians of ${rounds}`,
  ['', 'us', 'of the same alone', 'of a hundredth of the rows'],
  large.map((f, i) => [f.name, f.page.toFixed(0), f.ratio.toFixed(2),
    (f.page / small[i].page).toFixed(2)]));
  printTable('lists: a table as XLSX, processor time of the worker',
    ['rows', 's', 'libxlsxwriter alone, s', 'ratio', 'peak MiB'],
    [smallTable, table].map((t) => [String(t.rows), t.own.toFixed(2), t.library.toFixed(2),
      t.ratio.toFixed(2), t.mib.toFixed(0)]));
  return { small, large, smallTable, table };
}

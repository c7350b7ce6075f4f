// draw.mjs - the draw of one in twenty: the domain's part against hashing alone (draw.c), and a
// whole campaign's, from the stored snapshot to the stored result, against MariaDB's own weighted
// sample of the same subjects, stored too; then what each step from the freeze to the check of the
// bundle takes, lianchactl's and the page's in Chromium. Strata are the specialties of the
// reference data in its regions and one more.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, statSync,
  writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { quickReference } from '../../conf/main-job/world.mjs';
import { Client, expectJson, signIn } from '../support/http.mjs';
import { Beacon } from '../support/platform/beacon.mjs';
import { checkInPage } from './page.mjs';
import { printTable, show, summary } from './figures.mjs';
import { forgetPeak, peakMib, processorTicks } from './services.mjs';

const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG, LIANCHA_BASE_URL: ORIGIN } =
  process.env;
export const FOLDER = join(VAR, 'rows');
const ROWS_MAX = 10000000;
const LOAD_ROWS = 1000000;
const PAGE_ROWS_MAX = 1000000; // a browser holds the whole bundle
const DOMAIN_STRATA = 132;
const ONE_IN = 20;
const CLASSES = ['A', 'B', 'C', 'D'];
const WEIGHTS = { A: 1, B: 2, C: 5, D: 10 };
const PLAN = '41040020232901';
export const CAMPAIGN = 'C410400202310012901';
const REQUEST_MS = 300000;

const client = (text) => ['mariadb', ['--no-defaults', '--local-infile=1', '--batch',
  '--skip-column-names', `--socket=${join(VAR, 'run/mariadb.sock')}`,
  `--user=${userInfo().username}`, '--execute', text, 'liancha'],
{ encoding: 'utf8', maxBuffer: 1 << 20 }];

export const sql = (text) => execFileSync(...client(text)).trim();
// Where it may take so long that nginx closes the connection meanwhile, which has to be noticed.
const longSql = (text) => promisify(execFile)(...client(text));

const lianchactl = (...args) => execFileSync(join(BIN, 'lianchactl'),
  ['--config', CONFIG, '--json', ...args], { encoding: 'utf8' });

async function timed(run) {
  const start = process.hrtime.bigint();
  await run();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

// ---- the domain ----

function measureDomain(subjects, rounds) {
  const taken = Array.from({ length: rounds }, () => JSON.parse(execFileSync(
    join(BIN, 'liancha-bench-draw'), [String(subjects), String(DOMAIN_STRATA)],
    { encoding: 'utf8' })));
  const of = (pick) => summary(taken.map(pick));
  return { subjects, strata: DOMAIN_STRATA, tickets: taken[0].tickets, bare: of((r) => r.bare),
    lanes: of((r) => r.lanes), draw: of((r) => r.draw), ratio: of((r) => r.draw / r.bare),
    second: of((r) => r.wall / r.wall2), snapshot_mib: taken[0].snapshot_kib / 1024,
    draw_mib: taken[0].draw_kib / 1024,
    draw2_mib: (taken[0].draw_kib + taken[0].more_kib2) / 1024 };
}

// ---- the whole, and MariaDB alone ----

function loadRows(table, rows, line, columns = '') {
  const path = join(FOLDER, `${table}.tsv`);
  for (let n = 0; n < rows;) {
    const lines = [];
    for (const end = Math.min(rows, n + LOAD_ROWS); n < end; n++) lines.push(line(n).join('\t'));
    writeFileSync(path, `${lines.join('\n')}\n`);
    sql(`SET FOREIGN_KEY_CHECKS = 0;
      LOAD DATA LOCAL INFILE '${path}' INTO TABLE ${table} CHARACTER SET utf8mb4 ${columns}`);
  }
  rmSync(path);
}

function prepareStrata() {
  lianchactl('load-reference', quickReference(join(FOLDER, 'reference')));
  writeFileSync(join(FOLDER, 'directories.csv'),
    'code,department,name,refreshed_on\nBENCH-DRAW,H410400,性能测量（合成数据）,2023-09-28\n');
  lianchactl('import', 'directories', join(FOLDER, 'directories.csv'));
  sql("INSERT IGNORE INTO region VALUES ('410499', '合成区', '410400', 'district')");
  const regions = sql('SELECT code FROM region ORDER BY code').split('\n');
  const specialties = sql('SELECT code FROM specialty ' +
    "WHERE department_kind = 'health' ORDER BY code")
    .split('\n');
  return { regions, specialties };
}

// Region after region, so that codes ascend and their index grows at its end.
export function prepareRows(rows) {
  mkdirSync(FOLDER, { recursive: true });
  const { regions, specialties } = prepareStrata();
  const strata = regions.length * specialties.length;
  const id = sql("SELECT id FROM directory WHERE code = 'BENCH-DRAW'");
  sql(`SET GLOBAL local_infile = ON; SET FOREIGN_KEY_CHECKS = 0; TRUNCATE directory_entry;
    TRUNCATE subject; DROP TABLE IF EXISTS bench_subject, bench_result;
    CREATE TABLE bench_subject (id BIGINT UNSIGNED PRIMARY KEY, stratum SMALLINT UNSIGNED NOT NULL,
      weight TINYINT UNSIGNED NOT NULL, KEY (stratum)) ENGINE=InnoDB;
    CREATE TABLE bench_result (stratum SMALLINT UNSIGNED NOT NULL, position INT UNSIGNED NOT NULL,
      subject_id BIGINT UNSIGNED NOT NULL, PRIMARY KEY (stratum, position)) ENGINE=InnoDB`);
  loadRows('subject', rows, (n) => {
    const region = regions[Math.floor(n * regions.length / rows)];
    const credit = CLASSES[Math.floor(n / specialties.length) % CLASSES.length];
    return [n + 1, makeUscc('91', region, n), 0, `合成检查对象${n}号`, '工业企业', '合成路', region,
      '113.3', '33.7', 'open', credit, 0, 0, '2023-09-28', 1];
  }, `(id, code, code_flagged, name, type, address, region_code, lon, lat, state, credit_class,
    is_key, complaints, verified_on, synthetic)`);
  loadRows('directory_entry', rows, (n) => [id, n + 1, specialties[n % specialties.length]]);
  loadRows('bench_subject', rows,
    (n) => [n + 1, n % strata, WEIGHTS[CLASSES[Math.floor(n / strata) % CLASSES.length]]]);
  sql('ANALYZE TABLE subject, directory_entry, bench_subject');
  const count = Math.max(1, Math.floor(rows / strata / ONE_IN));
  return regions.flatMap((region) =>
    specialties.map((specialty) => ({ region, specialty, count })));
}

export async function openCampaign(quotas) {
  const { login, password } = JSON.parse(lianchactl('user', 'add', 'bench.draw', '--name', 'bench',
    '--department', 'H410400', '--roles', 'planner'));
  const office = new Client(`${ORIGIN}/liancha`, { timeoutMs: REQUEST_MS });
  office.token = (await signIn(office, login, password)).token;
  const post = async (path, body, status = 200) =>
    expectJson(await office.post(`/planner/v1/${path}`, body), status);
  await post('plans', { code: PLAN, directory: 'BENCH-DRAW', name: '性能测量', ends_on: '2030-12-31',
    quotas }, 201);
  await post(`plans/${PLAN}/file`, {});
  const { draws } = await post('campaigns',
    { code: CAMPAIGN, name: '性能测量', region: '410400', plans: [PLAN] }, 201);
  return { post, draw: draws[0].code };
}

// One campaign is drawn once: between the rounds an operator's hand takes the result away again.
// The owner of the server takes back what no program can: only so is the same campaign drawn again.
const forget = () => sql(`
  DELETE r FROM draw_result r JOIN draw w ON w.id = r.draw_id WHERE w.code LIKE '${PLAN}.%';
  DELETE r FROM result_part r JOIN draw w ON w.id = r.draw_id WHERE w.code LIKE '${PLAN}.%';
  DELETE FROM campaign_text WHERE name = 'pulse'; UPDATE campaign
  SET state = 'announced', seed = NULL,
  drawn_at = NULL, public_value = NULL, secret = NULL, opened_at = NULL;
  SET GLOBAL innodb_max_purge_lag_wait = 0`); // it is gone before anything is timed

const SAMPLE = (count) => `TRUNCATE bench_result; INSERT INTO bench_result
  SELECT stratum, position, id FROM (SELECT id, stratum, ROW_NUMBER() OVER (PARTITION BY stratum
  ORDER BY -LOG(RAND()) / weight) AS position FROM bench_subject) s WHERE position <= ${count}`;

const busy = () => processorTicks('planner') + processorTicks('mariadb');

// What a stranger does: the bundle as the public pages give it, and lianchactl over it.
async function fetchBundle(file) {
  const reply = await fetch(`${ORIGIN}/liancha/public/draws/${CAMPAIGN}/bundle.tar`);
  assert.equal(reply.status, 200);
  await pipeline(Readable.fromWeb(reply.body), createWriteStream(file));
}

async function verify(file) {
  const child = spawn(join(BIN, 'lianchactl'), ['draw', 'verify', file], { stdio: 'ignore' });
  let peak = 0;
  const watch = setInterval(() => {
    const held = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
    peak = held ? Number(held[1]) / 1024 : peak;
  }, 50);
  const code = await new Promise((resolve) => child.on('exit', resolve));
  clearInterval(watch);
  assert.equal(code, 0);
  return peak;
}

// Runs a step and notes its seconds and the most memory that a worker of the pool held.
async function takeStep(steps, name, pool, run) {
  if (pool) forgetPeak(pool);
  let own;
  const seconds = await timed(async () => { own = await run(); });
  steps.push({ name, seconds, mib: pool ? peakMib(pool) : own });
}

async function measureRounds(post, pulse, quotas, rounds) {
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    forget();
    const idle = busy();
    const alone = await timed(() => longSql(SAMPLE(quotas[0].count)));
    const sampled = busy();
    let reply;
    const product = await timed(async () => {
      reply = await post(`campaigns/${CAMPAIGN}/value`, { pulse });
    });
    const drawn = busy();
    assert.equal(reply.draws[0].selected, quotas.length * quotas[0].count);
    taken.push({ alone, product, ratio: alone / product, cpu: drawn - sampled,
      cpuRatio: (sampled - idle) / (drawn - sampled) });
  }
  const of = (pick) => summary(taken.map(pick));
  return { alone: of((r) => r.alone), product: of((r) => r.product), ratio: of((r) => r.ratio),
    cpu: of((r) => r.cpu), cpu_ratio: of((r) => r.cpuRatio) };
}

async function measureWhole(rows, rounds) {
  const steps = [];
  let quotas;
  await takeStep(steps, 'rows by LOAD DATA', null, () => { quotas = prepareRows(rows); });
  const { post, draw } = await openCampaign(quotas);
  const step = (name, path, body) =>
    takeStep(steps, name, 'planner', () => post(path, body));
  await step('freeze', `draws/${draw}/freeze`, {});
  const beacon = new Beacon(join(VAR, 'platform'));
  const source = beacon.announce();
  await step('announce', `campaigns/${CAMPAIGN}/announce`, source);
  const pulse = await beacon.pulseAt(source.at);
  const figures = await measureRounds(post, pulse, quotas, rounds);
  forget();
  await step('value, draw and opening', `campaigns/${CAMPAIGN}/value`, { pulse });
  const bundle = join(FOLDER, 'bundle.tar');
  await takeStep(steps, 'bundle', 'public', () => fetchBundle(bundle));
  await takeStep(steps, 'lianchactl draw verify', null, () => verify(bundle));
  const page = rows <= PAGE_ROWS_MAX ? await checkInPage(CAMPAIGN) : null;
  if (page) steps.push({ name: 'check in Chromium', seconds: page.page });
  return { rows, page, strata: quotas.length, bundle_mib: statSync(bundle).size / 2 ** 20, steps,
    ...figures };
}

export async function measureDraw({ rounds, rows }) {
  const domain = [measureDomain(rows, rounds)];
  if (10 * rows <= ROWS_MAX) domain.push(measureDomain(10 * rows, Math.min(rounds, 2)));
  printTable(`draw: one in ${ONE_IN}, weights 1 to 10, processor seconds in one thread, medians ` +
    '(lowest-highest)', ['subjects', 'strata', 'tickets', 'OpenSSL alone', 'own hash alone', 'draw',
    'draw / OpenSSL', 'second thread', 'snapshot MiB', 'beside it MiB', 'two threads MiB'],
  domain.map((f) => [String(f.subjects), String(f.strata), String(f.tickets), show(f.bare, 2),
    show(f.lanes, 2), show(f.draw, 2), show(f.ratio, 2), show(f.second, 2),
    f.snapshot_mib.toFixed(0),
    f.draw_mib.toFixed(0), f.draw2_mib.toFixed(0)]));
  const whole = await measureWhole(rows, rounds);
  printTable('draw: stored snapshot to stored result through the API, against MariaDB alone ' +
    '(no reserves)',
    ['subjects', 'strata', 'MariaDB s', 'draw s', 'times as fast', 'draw cpu s',
      'by processor time'],
    [[String(whole.rows), String(whole.strata), show(whole.alone, 2), show(whole.product, 2),
      show(whole.ratio, 2), show(whole.cpu, 2), show(whole.cpu_ratio, 2)]]);
  printTable(`draw: a campaign of ${rows} subjects through the API, bundle of ` +
    `${whole.bundle_mib.toFixed(0)} MiB`, ['step', 's', 'peak MiB'],
  whole.steps.map((s) => [s.name, s.seconds.toFixed(2), s.mib ? s.mib.toFixed(0) : '']));
  if (whole.page)
    console.log(`processor time of the check in Chromium: ${whole.page.processor.toFixed(1)} s`);
  return { domain, whole };
}

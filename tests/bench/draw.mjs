// draw.mjs - the draw of one in twenty: the domain's part against hashing alone (draw.c), and a whole
// campaign's draw, from the stored snapshot to the stored result, against MariaDB's own weighted sample
// of the same subjects, stored too. Strata are the regions and specialties of the reference data.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { Client, expectJson } from '../support/http.mjs';
import { printTable, show, summary } from './figures.mjs';
import { peakMib, processorTicks } from './services.mjs';

const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG, LIANCHA_BASE_URL: ORIGIN } =
  process.env;
const FOLDER = join(VAR, 'rows');
const DOMAIN_STRATA = 132;
const ONE_IN = 20;
const CLASSES = ['A', 'B', 'C', 'D'];
const WEIGHTS = { A: 1, B: 2, C: 5, D: 10 };
const PLAN = '41040020232901';
const CAMPAIGN = 'C410400202310012901';
const REQUEST_MS = 300000;

function sql(text) {
  return execFileSync('mariadb', ['--no-defaults', '--local-infile=1', '--batch',
    '--skip-column-names', `--socket=${join(VAR, 'run/mariadb.sock')}`,
    `--user=${userInfo().username}`, '--execute', text, 'liancha'],
  { encoding: 'utf8', maxBuffer: 1 << 20 }).trim();
}

const lianchactl = (...args) => execFileSync(join(BIN, 'lianchactl'),
  ['--config', CONFIG, '--json', ...args], { encoding: 'utf8' });

function timed(run) {
  const start = process.hrtime.bigint();
  run();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

// ---- the domain ----

function measureDomain(subjects, rounds) {
  const taken = Array.from({ length: rounds }, () => JSON.parse(execFileSync(
    join(BIN, 'liancha-bench-draw'), [String(subjects), String(DOMAIN_STRATA)], { encoding: 'utf8' })));
  const of = (pick) => summary(taken.map(pick));
  return { subjects, strata: DOMAIN_STRATA, tickets: taken[0].tickets, bare: of((r) => r.bare),
    lanes: of((r) => r.lanes), draw: of((r) => r.draw), ratio: of((r) => r.draw / r.bare),
    second: of((r) => r.wall / r.wall2), snapshot_mib: taken[0].snapshot_kib / 1024,
    draw_mib: taken[0].draw_kib / 1024, draw2_mib: (taken[0].draw_kib + taken[0].more_kib2) / 1024 };
}

// ---- the whole, and MariaDB alone ----

function prepareRows(rows) {
  mkdirSync(FOLDER, { recursive: true });
  lianchactl('load-reference', join(new URL('../../', import.meta.url).pathname, 'schema/reference'));
  writeFileSync(join(FOLDER, 'directories.csv'),
    'code,department,name,refreshed_on\nBENCH-DRAW,H410400,性能测量（合成数据）,2023-09-28\n');
  lianchactl('import', 'directories', join(FOLDER, 'directories.csv'));
  const regions = sql('SELECT code FROM region ORDER BY code').split('\n');
  const specialties = sql("SELECT code FROM specialty WHERE department_kind = 'health' ORDER BY code")
    .split('\n');
  const strata = regions.flatMap((region) => specialties.map((specialty) => ({ region, specialty })));
  const id = sql("SELECT id FROM directory WHERE code = 'BENCH-DRAW'");
  const subjects = [];
  const entries = [];
  const sample = [];
  for (let n = 0; n < rows; n++) {
    const at = n % strata.length;
    const { region, specialty } = strata[at];
    const credit = CLASSES[Math.floor(n / strata.length) % CLASSES.length];
    subjects.push([n + 1, makeUscc('91', region, n), 0, `合成检查对象${n}号`, '工业企业', '合成路', region,
      '113.3', '33.7', 'open', credit, 0, 0, '2023-09-28', 1].join('\t'));
    entries.push([id, n + 1, specialty].join('\t'));
    sample.push([n + 1, at, WEIGHTS[credit]].join('\t'));
  }
  const files = { subject: subjects, directory_entry: entries, bench_subject: sample };
  sql(`SET GLOBAL local_infile = ON; SET FOREIGN_KEY_CHECKS = 0; TRUNCATE directory_entry;
    TRUNCATE subject; DROP TABLE IF EXISTS bench_subject, bench_result;
    CREATE TABLE bench_subject (id BIGINT UNSIGNED PRIMARY KEY, stratum SMALLINT UNSIGNED NOT NULL,
      weight TINYINT UNSIGNED NOT NULL, KEY (stratum)) ENGINE=InnoDB;
    CREATE TABLE bench_result (stratum SMALLINT UNSIGNED NOT NULL, position INT UNSIGNED NOT NULL,
      subject_id BIGINT UNSIGNED NOT NULL, PRIMARY KEY (stratum, position)) ENGINE=InnoDB`);
  for (const [table, lines] of Object.entries(files)) {
    writeFileSync(join(FOLDER, `${table}.tsv`), `${lines.join('\n')}\n`);
    sql(`LOAD DATA LOCAL INFILE '${FOLDER}/${table}.tsv' INTO TABLE ${table} CHARACTER SET utf8mb4
      ${table === 'subject' ? `(id, code, code_flagged, name, type, address, region_code, lon, lat,
        state, credit_class, is_key, complaints, verified_on, synthetic)` : ''}`);
  }
  sql('ANALYZE TABLE subject, directory_entry, bench_subject');
  return strata.map((stratum) =>
    ({ ...stratum, count: Math.floor(rows / strata.length / ONE_IN) }));
}

async function openCampaign(quotas) {
  const { login, password } = JSON.parse(lianchactl('user', 'add', 'bench.draw', '--name', 'bench',
    '--department', 'H410400', '--roles', 'planner'));
  const client = new Client(`${ORIGIN}/liancha`, { timeoutMs: REQUEST_MS });
  client.token = expectJson(await client.post('/planner/v1/sessions', { login, password }), 201).token;
  const post = async (path, body, status = 200) =>
    expectJson(await client.post(`/planner/v1/${path}`, body), status);
  await post('plans', { code: PLAN, directory: 'BENCH-DRAW', name: '性能测量', ends_on: '2030-12-31',
    quotas }, 201);
  await post(`plans/${PLAN}/file`, {});
  const { draws } = await post('campaigns',
    { code: CAMPAIGN, name: '性能测量', region: '410400', plans: [PLAN] }, 201);
  return { post, draw: draws[0].code };
}

// One campaign is drawn once: between the rounds an operator's hand takes the result away again.
const forget = () => sql(`DELETE r FROM result_part r JOIN draw w ON w.id = r.draw_id WHERE w.code
  LIKE '${PLAN}.%'; UPDATE campaign SET state = 'valued', seed = NULL, drawn_at = NULL`);

const SAMPLE = (count) => `TRUNCATE bench_result; INSERT INTO bench_result
  SELECT stratum, position, id FROM (SELECT id, stratum, ROW_NUMBER() OVER (PARTITION BY stratum
  ORDER BY -LOG(RAND()) / weight) AS position FROM bench_subject) s WHERE position <= ${count}`;

const busy = () => processorTicks('planner') + processorTicks('mariadb');

async function measureWhole(rows, rounds) {
  const quotas = prepareRows(rows);
  const { post, draw } = await openCampaign(quotas);
  const start = process.hrtime.bigint();
  await post(`draws/${draw}/freeze`, {});
  const freeze = Number(process.hrtime.bigint() - start) / 1e9;
  await post(`campaigns/${CAMPAIGN}/commit`, {});
  await post(`campaigns/${CAMPAIGN}/public-value`, { value: '1', source: '测量', witnesses: '测量' });
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    forget();
    const idle = busy();
    const alone = timed(() => sql(SAMPLE(quotas[0].count)));
    const sampled = busy();
    const begin = process.hrtime.bigint();
    const { draws } = await post(`campaigns/${CAMPAIGN}/draw`, {});
    const product = Number(process.hrtime.bigint() - begin) / 1e9;
    const drawn = busy();
    assert.equal(draws[0].selected, quotas.length * quotas[0].count);
    taken.push({ alone, product, ratio: alone / product, cpu: drawn - sampled,
      cpuRatio: (sampled - idle) / (drawn - sampled) });
  }
  const before = process.hrtime.bigint();
  await post(`campaigns/${CAMPAIGN}/reveal`, {});
  const reveal = Number(process.hrtime.bigint() - before) / 1e9;
  return { rows, strata: quotas.length, freeze, reveal, alone: summary(taken.map((r) => r.alone)),
    product: summary(taken.map((r) => r.product)), ratio: summary(taken.map((r) => r.ratio)),
    cpu: summary(taken.map((r) => r.cpu)), cpu_ratio: summary(taken.map((r) => r.cpuRatio)) };
}

export async function measureDraw({ rounds, rows }) {
  const domain = [measureDomain(rows, rounds), measureDomain(10 * rows, Math.min(rounds, 2))];
  printTable(`draw: one in ${ONE_IN}, weights 1 to 10, processor seconds in one thread, medians ` +
    '(lowest-highest)', ['subjects', 'strata', 'tickets', 'OpenSSL alone', 'own hash alone', 'draw',
    'draw / OpenSSL', 'second thread', 'snapshot MiB', 'beside it MiB', 'two threads MiB'],
  domain.map((f) => [String(f.subjects), String(f.strata), String(f.tickets), show(f.bare, 2),
    show(f.lanes, 2), show(f.draw, 2), show(f.ratio, 2), show(f.second, 2), f.snapshot_mib.toFixed(0),
    f.draw_mib.toFixed(0), f.draw2_mib.toFixed(0)]));
  const whole = await measureWhole(rows, rounds);
  printTable('draw: stored snapshot to stored result through the API, against MariaDB alone (no reserves)',
    ['subjects', 'strata', 'freeze s', 'MariaDB s', 'draw s', 'times as fast',
      'draw cpu s', 'by processor time', 'reveal s', 'workers MiB'],
    [[String(whole.rows), String(whole.strata), whole.freeze.toFixed(1), show(whole.alone, 2),
      show(whole.product, 2), show(whole.ratio, 2), show(whole.cpu, 2), show(whole.cpu_ratio, 2),
      whole.reveal.toFixed(1), peakMib('planner').toFixed(0)]]);
  return { domain, whole };
}

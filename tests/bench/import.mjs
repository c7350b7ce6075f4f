// import.mjs - rows of `lianchactl import subjects` against LOAD DATA LOCAL INFILE of the same rows
// into the same tables of the same server. Both are durable; LOAD DATA gets what the import has to
// find out: ids, specialties one by one, rows that need no check.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { DIRECTORIES, directoriesCsv, writeRows } from './directory.mjs';
import { each, printTable, show } from './figures.mjs';

const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG } = process.env;
const FOLDER = join(VAR, 'rows');
const MAX_OUTPUT = 1 << 20;

const DIGEST = `SELECT (SELECT COUNT(*) FROM subject), (SELECT COUNT(*) FROM directory_entry),
  (SELECT SUM(CRC32(CONCAT_WS('|', code, code_flagged, name, type, address, region_code, lon, lat,
    state, credit_class, is_key, complaints, verified_on, synthetic))) FROM subject),
  (SELECT SUM(CRC32(CONCAT_WS('|', directory_id, code, specialty)))
    FROM directory_entry JOIN subject ON subject.id = subject_id)`;
const EMPTY = 'SET FOREIGN_KEY_CHECKS = 0; TRUNCATE directory_entry; TRUNCATE subject; ' +
  'TRUNCATE import_line; TRUNCATE import';
const LOAD = `LOAD DATA LOCAL INFILE '${FOLDER}/subject.tsv' INTO TABLE subject
  CHARACTER SET utf8mb4 (id, code, code_flagged, name, type, address, region_code, lon, lat, state,
  credit_class, is_key, complaints, verified_on, synthetic);
  LOAD DATA LOCAL INFILE '${FOLDER}/directory_entry.tsv' INTO TABLE directory_entry
  CHARACTER SET utf8mb4 (directory_id, subject_id, specialty)`;

function sql(text) {
  return execFileSync('mariadb', ['--no-defaults', '--local-infile=1', '--batch',
    '--skip-column-names', `--socket=${join(VAR, 'run/mariadb.sock')}`,
    `--user=${userInfo().username}`, '--execute', text, 'liancha'],
  { encoding: 'utf8', maxBuffer: MAX_OUTPUT }).trim();
}

function lianchactl(...args) {
  return execFileSync(join(BIN, 'lianchactl'), ['--config', CONFIG, ...args],
    { encoding: 'utf8', maxBuffer: MAX_OUTPUT });
}

const importSubjects = () => lianchactl('import', 'subjects', `${FOLDER}/subjects.csv`);

const WAYS = [
  { name: 'LOAD DATA', run: () => sql(LOAD) },
  { name: 'lianchactl import', run: importSubjects },
  // What most of a refresh is: every row is there already.
  { name: 'the same once more', run: importSubjects, keep: true },
];

function measure({ run, keep }) {
  if (!keep) sql(EMPTY);
  const start = process.hrtime.bigint();
  run();
  return { seconds: Number(process.hrtime.bigint() - start) / 1e9, digest: sql(DIGEST) };
}

export async function measureImport({ rounds, rows }) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'directories.csv'), directoriesCsv());
  const root = new URL('../../', import.meta.url).pathname;
  lianchactl('load-reference', join(root, 'schema/reference'));
  lianchactl('import', 'directories', join(FOLDER, 'directories.csv'));
  sql('SET GLOBAL local_infile = ON');
  const ids = DIRECTORIES.map((code) => sql(`SELECT id FROM directory WHERE code = '${code}'`));
  const entries = writeRows(FOLDER, rows, ids);
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const round = WAYS.map(measure);
    for (const { digest } of round) assert.equal(digest, round[0].digest, 'not the same rows');
    taken.push(round);
  }
  assert.match(taken[0][0].digest, new RegExp(`^${rows}\t${entries}\t`));
  const figures = WAYS.map(({ name }, i) => ({ name, seconds: each(taken, i, (r) => r.seconds),
    rate: each(taken, i, (r) => rows / r.seconds),
    ratio: each(taken, i, (r, round) => round[0].seconds / r.seconds) }));
  printTable(`import: ${rows} subjects with ${entries} entries, ${rounds} rounds, medians ` +
    '(lowest-highest)', ['', 'seconds', 'rows/s', 'of LOAD DATA'],
  figures.map((f) => [f.name, show(f.seconds, 2), show(f.rate), show(f.ratio, 2)]));
  return { entries, figures };
}

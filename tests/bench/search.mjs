// search.mjs - the public search over many results: what a page costs workers and MariaDB, against
// the page that looks at no result, and the size of what the search is by.

import { findable } from '../support/findable.mjs';
import { request } from '../support/http.mjs';
import { each, printTable, show } from './figures.mjs';
import { sql } from './mobile-world.mjs';
import { processorTime } from './services.mjs';

const BASE = `${process.env.LIANCHA_BASE_URL}/liancha/public`;
const RESULTS = Number(process.env.BENCH_RESULTS ?? 300000);
const PAGES = 20;
const PART = 20000;

// Each a page that its number makes another one, so that nothing answers from what it knows.
const MEASURES = [
  ['no result is looked at', (n) => `/draws?scene=${n}`],
  ['a term that nothing has', (n) => `/?q=没有这家${n}`],
  ['half a code that nothing has', (n) => `/?q=9999${10000 + n}`],
  ['a term that one has', (n) => `/?q=合成第${1000 + n}号`],
  ['a term that all have', (n) => `/?q=餐饮有限公司&after=${RESULTS - n}`],
  ['a term that all have, where none is', (n) => `/?q=餐饮&region=410421&after=${RESULTS - n}`],
  ['no term', (n) => `/?after=${RESULTS - n}`],
  ['a region of half of them', (n) => `/?region=410402&after=${RESULTS - n}`],
  ['a region and a class, none', (n) => `/?region=410403&result=penalty&after=${RESULTS - n}`],
  ['a department that has none', (n) => `/?department=没有这个部门${n}`],
  ['days on which nothing was', (n) => `/?from=2001-01-01&to=2001-01-${10 + n}`],
];

// Results as publishing leaves them, without what they came from; names of 17 characters.
function seed() {
  for (let from = 1; from <= RESULTS; from += PART) {
    const to = Math.min(from + PART - 1, RESULTS);
    sql(`SET FOREIGN_KEY_CHECKS = 0;
      INSERT INTO publication (id, section_id, kind, penalty_id, department_id, trigger_on, due_on,
        provisional, state, published_at, subject_code, subject_name, department_name, region_code,
        checked_on, result_class, payload, payload_hash, search_text)
      SELECT seq, seq, 'inspection', 0, 1, '2026-01-01', '2026-02-01', 0, 'published',
        '2026-01-02 00:00:00', CONCAT('91410402', LPAD(seq, 10, '0')),
        CONCAT('合成第', seq, '号餐饮有限公司'), '合成卫生健康委员会',
        IF(seq & 1, '410402', '410403'), '2023-01-01' + INTERVAL seq DIV 300 DAY,
        IF(seq & 1, 'penalty', 'no_problem'), '{}', REPEAT('x', 32),
        CONCAT('合成第', seq, '号餐饮有限公司|91410402', LPAD(seq, 10, '0'))
      FROM seq_${from}_to_${to}`);
    for (const text of findable(`id BETWEEN ${from} AND ${to}`)) sql(text);
  }
  sql('ANALYZE TABLE publication, publication_suffix');
}

const sizes = () => sql(`SELECT TABLE_NAME, TABLE_ROWS, DATA_LENGTH + INDEX_LENGTH FROM
  information_schema.TABLES WHERE TABLE_NAME IN ('publication', 'publication_suffix')`);

async function measure([name, path], round) {
  const took = () => processorTime('public') + processorTime('mariadb');
  const before = took();
  for (let n = 0; n < PAGES; n++) {
    const res = await request(encodeURI(`${BASE}${path(n + PAGES * round)}`));
    if (res.status !== 200) throw new Error(`${name}: ${res.status} ${res.text}`);
  }
  return { time: (took() - before) / PAGES };
}

export async function measureSearch({ rounds }) {
  seed();
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const round = [];
    for (const one of MEASURES) round.push(await measure(one, n));
    taken.push(round);
  }
  const figures = MEASURES.map(([name], i) => ({ name, time: each(taken, i, (r) => r.time / 1000),
    ratio: each(taken, i, (r, round) => r.time / round[0].time) }));
  printTable(`search: ${RESULTS} results, ${PAGES} pages a round, ${rounds} rounds, ` +
    'processor time of workers and MariaDB, medians (lowest-highest)',
  ['', 'a page, ms', 'of no result'],
  figures.map((f) => [f.name, show(f.time, 1), show(f.ratio, 2)]));
  for (const [table, rows, bytes] of sizes())
    console.log(`${table}: ${rows} rows, ${Math.round(bytes / 2 ** 20)} MiB`);
  return { results: RESULTS, figures, sizes: sizes() };
}

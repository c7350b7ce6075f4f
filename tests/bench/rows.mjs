// rows.mjs - a list's page by its declaration against the same page by hand, as lists were before.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { each, printTable, show } from './figures.mjs';
import { processorTime } from './services.mjs';

const { LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG } = process.env;
const PAGES = 4000;
const WAYS = ['by-hand', 'declared'];

function measure(way) {
  const before = processorTime('mariadb');
  const own = Number(execFileSync(join(BIN, 'liancha-bench-rows'), [CONFIG, way, String(PAGES)],
    { encoding: 'utf8' })) * 1e6;
  return { own: own / PAGES, both: (own + processorTime('mariadb') - before) / PAGES };
}

export async function measureRows({ rounds }) {
  const taken = [];
  for (let n = 0; n < rounds; n++) taken.push(WAYS.map(measure));
  const figures = WAYS.map((name, i) => ({ name, own: each(taken, i, (r) => r.own),
    both: each(taken, i, (r) => r.both),
    ratio: each(taken, i, (r, round) => r.own / round[0].own),
    ratioBoth: each(taken, i, (r, round) => r.both / round[0].both) }));
  printTable(`rows: ${PAGES} pages of 50 rows with 12 columns, ${rounds} rounds, processor time, ` +
    'medians (lowest-highest)',
  ['', 'program, us', 'with MariaDB, us', 'of by hand', 'with MariaDB'],
  figures.map((f) => [f.name, show(f.own, 1), show(f.both, 1), show(f.ratio, 3),
    show(f.ratioBoth, 3)]));
  return { pages: PAGES, figures };
}

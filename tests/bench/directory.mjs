// directory.mjs - synthetic rows of any number for the import: the file that lianchactl reads, and
// the same rows as LOAD DATA wants them, ids included. The same rows at every run.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeUscc } from '../../conf/main-job/synthetic/codes.mjs';
import { Random } from '../../conf/main-job/synthetic/random.mjs';

const HEADER = 'directories,code,name,type,address,region,lon,lat,state,credit_class,key,' +
  'complaints,specialties,verified_on,synthetic';
const REGIONS = ['410402', '410403', '410404', '410411', '410421', '410422', '410423', '410425',
  '410481', '410482'];
const SPECIALTIES = ['medical', 'radiological', 'infectious', 'public_places', 'drinking_water',
  'school', 'occupational', 'disinfectants'];
const MOST_SPECIALTIES = 4;
const ONE_IN_BOTH = 3; // every third subject also stands in the second directory
export const DIRECTORIES = ['BENCH-1', 'BENCH-2'];
const CHUNK = 1000;

export const directoriesCsv = () => ['code,department,name,refreshed_on',
  ...DIRECTORIES.map((code) => `${code},H410400,性能测量（合成数据）,2023-09-28`), ''].join('\n');

function makeSubject(random, serial) {
  const region = random.pick(REGIONS);
  const specialties = random.shuffle(SPECIALTIES).slice(0, random.between(1, MOST_SPECIALTIES));
  return {
    directories: serial % ONE_IN_BOTH === 0 ? [0, 1] : [0], specialties, region,
    code: makeUscc('91', region, serial), name: `合成检查对象${serial}号有限公司`, type: '工业企业',
    address: `平顶山市合成路${random.between(1, 999)}号`,
    lon: (113 + random.below(1e6) / 1e6).toFixed(6), lat: (33 + random.below(1e6) / 1e6).toFixed(6),
    credit: random.percent(92) ? 'B' : random.pick(['A', 'C', 'D']), key: random.below(50) === 0,
    complaints: random.percent(5) ? 1 : 0,
  };
}

const csvLine = (s) => [s.directories.map((i) => DIRECTORIES[i]).join(';'), s.code, s.name, s.type,
  s.address, s.region, s.lon, s.lat, 'open', s.credit, s.key ? 1 : 0, s.complaints,
  s.specialties.join(';'), '2023-09-28', 1].join(',');
const subjectLine = (s, id) => [id, s.code, 0, s.name, s.type, s.address, s.region, s.lon, s.lat,
  'open', s.credit, s.key ? 1 : 0, s.complaints, '2023-09-28', 1].join('\t');
const entryLines = (s, id, ids) =>
  s.directories.flatMap((i) => s.specialties.map((name) => [ids[i], id, name].join('\t')));

// Writes subjects.csv, subject.tsv and directory_entry.tsv into folder; `ids` are those of
// DIRECTORIES. Returns the number of entries.
export function writeRows(folder, count, ids) {
  const random = new Random('liancha-bench', 'subjects');
  const files = ['subjects.csv', 'subject.tsv', 'directory_entry.tsv']
    .map((name) => openSync(join(folder, name), 'w', 0o644));
  writeSync(files[0], `${HEADER}\n`);
  let entries = 0;
  for (let first = 0; first < count; first += CHUNK) {
    const lines = [[], [], []];
    for (let n = first; n < Math.min(first + CHUNK, count); n++) {
      const subject = makeSubject(random, n);
      lines[0].push(csvLine(subject));
      lines[1].push(subjectLine(subject, n + 1));
      lines[2].push(...entryLines(subject, n + 1, ids));
    }
    entries += lines[2].length;
    files.forEach((file, i) => writeSync(file, `${lines[i].join('\n')}\n`));
  }
  files.forEach(closeSync);
  return entries;
}

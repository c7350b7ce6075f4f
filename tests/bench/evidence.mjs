// evidence.mjs - uploads by tus in pieces of a MiB, each checked, made durable and acknowledged,
// against nginx storing the same bodies by PUT, and against writing and syncing them without any
// server.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeFileSync,
  writeSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { Client, expectJson, request, signIn } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { each, printTable, show } from './figures.mjs';
import { lianchactl, processorTime } from './services.mjs';

const PHONES = 4; // at a time
const PIECE = 1048576;
const PIECES = 16; // of a file
const { LIANCHA_VAR: VAR, LIANCHA_BASE_URL: PRODUCT, BENCH_DAV_PORT: DAV_PORT } = process.env;
const ENDPOINT = `${PRODUCT}/liancha/mobile/v1/evidence`;
const TUS = { 'Tus-Resumable': '1.0.0' };
const agent = new http.Agent({ keepAlive: true });
const digest = (bytes) => createHash('sha256').update(bytes).digest();
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

async function enrolPhones() {
  lianchactl('load-reference', new URL('../../schema/reference', import.meta.url).pathname);
  const cards = Array.from({ length: PHONES }, (_, i) => `BENCH-E${i}`);
  const file = join(VAR, 'bench-inspectors.csv');
  writeFileSync(file, ['card_no,name,department,card_expires_on,specialties,areas,on_duty,' +
    'max_daily,' +
    'max_total,synthetic', ...cards.map((card) =>
    `${card},性能测量（合成数据）,H410400,2099-01-01,medical,410402,1,4,100,1`)].join('\n'));
  lianchactl('import', 'inspectors', file);
  const { login, password } = JSON.parse(lianchactl('user', 'add', 'bench-evidence',
    '--name', 'bench',
    '--department', 'H410400', '--roles', 'planner'));
  const office = new Client(`${PRODUCT}/liancha`);
  office.token = (await signIn(office, login, password)).token;
  return Promise.all(cards.map(async (card) => {
    const { code } = expectJson(await office.post(`/planner/v1/inspectors/${card}/enrolments`),
      201);
    const phone = new Phone({ base: `${PRODUCT}/liancha` });
    await phone.enrol(code, card);
    return phone;
  }));
}

// What is sent is made, and its digests are computed, before the clock runs.
function makeFile() {
  const bytes = randomBytes(PIECES * PIECE);
  const pieces = Array.from({ length: PIECES },
    (_, i) => bytes.subarray(i * PIECE, (i + 1) * PIECE));
  return { size: bytes.length, sha256: digest(bytes).toString('hex'),
    pieces: pieces.map((body) => ({ body, checksum: base64(digest(body)) })) };
}

async function upload({ size, sha256, pieces }, { token }) {
  const created = await request(ENDPOINT, { method: 'POST', token, agent, headers: { ...TUS,
    'Upload-Length': String(size), 'Upload-Metadata': `sha256 ${base64(sha256)}` } });
  assert.equal(created.status, 201, created.text);
  const url = new URL(created.headers.location, PRODUCT);
  for (const [i, { body, checksum }] of pieces.entries()) {
    const res = await request(url, { method: 'PATCH', token, agent, body, headers: { ...TUS,
      'Upload-Offset': String(i * PIECE), 'Upload-Checksum': `sha256 ${checksum}`,
      'Content-Type': 'application/offset+octet-stream' } });
    assert.equal(res.status, 204, res.text);
  }
}

async function put({ sha256, pieces }) {
  for (const [i, { body }] of pieces.entries()) {
    const res = await request(`http://127.0.0.1:${DAV_PORT}/${sha256}-${i}`,
      { method: 'PUT', agent, body });
    assert.equal(res.status, 201, res.text);
  }
}

// One after the other: what the disk alone takes to make a piece durable.
function writeAlone({ pieces }) {
  const folder = mkdtempSync(join(VAR, 'alone-'));
  const fd = openSync(join(folder, 'file'), 'w');
  for (const { body } of pieces) {
    writeSync(fd, body);
    fdatasyncSync(fd);
  }
  closeSync(fd);
  rmSync(folder, { recursive: true });
}

const TARGETS = [
  { name: 'nginx, PUT', says: 'stored', services: ['nginx'],
    run: (files) => Promise.all(files.map(put)) },
  { name: 'tus', says: 'checked, durable', services: ['nginx', 'evidence', 'mariadb'],
    run: (files, phones) => Promise.all(files.map((file, i) => upload(file, phones[i]))) },
  { name: 'no server', says: 'durable', services: [],
    run: async (files) => files.forEach(writeAlone) },
];

async function measure({ services, run }, phones) {
  const files = phones.map(makeFile);
  const before = services.map(processorTime);
  const start = process.hrtime.bigint();
  await run(files, phones);
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  const mib = PHONES * PIECES;
  const cpu = services.map((service, i) => (processorTime(service) - before[i]) / 1000 / mib);
  return { rate: mib / seconds, nginx: cpu[0] ?? 0, workers: cpu[1] ?? 0, database: cpu[2] ?? 0,
    cpu: cpu.reduce((a, b) => a + b, 0) };
}

export async function measureEvidence({ rounds }) {
  const phones = await enrolPhones();
  for (const target of TARGETS) await measure(target, phones);
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const round = [];
    for (const target of TARGETS) round.push(await measure(target, phones));
    taken.push(round);
  }
  agent.destroy();
  const figures = TARGETS.map(({ name, says }, i) => ({ name, says,
    ...Object.fromEntries(Object.keys(taken[0][i])
      .map((key) => [key, each(taken, i, (r) => r[key])])),
    ratio: each(taken, i, (r, round) => r.rate / round[0].rate),
    cpu_ratio: each(taken, i, (r, round) => (r.cpu ? round[0].cpu / r.cpu : 0)) }));
  printTable(`evidence: ${PHONES} at a time, files of ${PIECES} MiB in pieces of one, ` +
    `${rounds} rounds, ` +
    'medians (lowest-highest)',
  ['', '', 'MiB/s', 'of PUT', 'by processor time', 'ms of nginx a MiB', 'workers', 'MariaDB'],
  figures.map((f) => [f.name, f.says, show(f.rate), show(f.ratio, 2),
    f.cpu.median ? show(f.cpu_ratio, 2) : '-', f.nginx.median.toFixed(2),
    f.workers.median.toFixed(2),
    f.database.median.toFixed(2)]));
  return figures;
}

// runtime.mjs - the runtime's own cost: requests of two routes against a bare libfcgi program that
// returns the same bytes, through the same nginx, with as many workers under the same supervisor.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, request, signIn } from '../support/http.mjs';
import { each, printTable, show } from './figures.mjs';
import { lianchactl, processorTime } from './services.mjs';

const CONNECTIONS = 32;
const WARM_SECONDS = 1;
const { LIANCHA_BASE_URL: PRODUCT, LIANCHA_BENCH_BODIES: BODIES } = process.env;
const BARE = `http://127.0.0.1:${process.env.BENCH_BARE_PORT}`;
const PATH = '/liancha/planner/v1/';

// In this order: what is measured stands behind the bare program's answer of the same bytes.
const ROUTES = [
  { name: 'health', says: 'no look-up', origin: PRODUCT, service: 'planner' },
  { name: 'session', says: 'session looked up', origin: PRODUCT, service: 'planner' },
];
const TARGETS = ROUTES.flatMap((route) =>
  [{ ...route, says: 'bare', origin: BARE, service: 'bench-bare' }, route]);

async function openSession() {
  const root = new URL('../../', import.meta.url).pathname;
  lianchactl('load-reference', join(root, 'schema/reference'));
  const { login, password } = JSON.parse(lianchactl('user', 'add', 'bench', '--name', 'bench',
    '--department', 'H410400', '--roles', 'planner'));
  const client = new Client(`${PRODUCT}/liancha`);
  return (await signIn(client, login, password)).token;
}

const varying = ['date', 'x-request-id'];
function comparable({ status, headers, text }) {
  const kept = Object.entries(headers).filter(([name]) => !varying.includes(name)).sort();
  return { status, headers: kept, text };
}

// The bare program gets the product's bytes, and the two answers are compared.
async function prepareBare(token) {
  for (const { name, origin } of ROUTES) {
    const answer = await request(origin + PATH + name, { token });
    assert.equal(answer.status, 200, answer.text);
    writeFileSync(join(BODIES, name), answer.body);
    assert.deepEqual(comparable(await request(BARE + PATH + name, { token })), comparable(answer));
  }
}

const MS = { us: 0.001, ms: 1, s: 1000 };
function milliseconds(text, percentile) {
  const [, value, unit] = text.match(new RegExp(`^ +${percentile}% +([0-9.]+)(us|ms|s)`, 'm'));
  return value * MS[unit];
}

async function load({ origin, name }, token, seconds) {
  const { stdout } = await promisify(execFile)('wrk', ['-t', '2', '-c', String(CONNECTIONS), '-d',
    `${seconds}s`, '--latency', '-H', `Authorization: Bearer ${token}`, origin + PATH + name]);
  assert.doesNotMatch(stdout, /Socket errors|Non-2xx/, stdout);
  return {
    requests: Number(stdout.match(/([0-9]+) requests in/)[1]),
    rate: Number(stdout.match(/Requests\/sec: +([0-9.]+)/)[1]),
    p50: milliseconds(stdout, 50),
    p99: milliseconds(stdout, 99),
  };
}

async function measure(target, token, seconds) {
  const services = [target.service, 'nginx', 'mariadb'];
  const before = services.map(processorTime);
  const result = await load(target, token, seconds);
  const [workers_us, nginx_us, database_us] = services.map((service, i) =>
    (processorTime(service) - before[i]) / result.requests);
  return { ...result, workers_us, nginx_us, database_us };
}

// What a request costs the three servers, the load generator's share left out.
const processor = (r) => r.workers_us + r.nginx_us + r.database_us;

export async function measureRuntime({ rounds, seconds }) {
  const token = await openSession();
  await prepareBare(token);
  for (const target of TARGETS) await load(target, token, WARM_SECONDS);
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const round = [];
    for (const target of TARGETS) round.push(await measure(target, token, seconds));
    taken.push(round);
  }
  const figures = TARGETS.map(({ name, says }, i) => {
    const bare = i & ~1;
    return { route: name, says,
      ...Object.fromEntries(Object.keys(taken[0][i])
        .map((key) => [key, each(taken, i, (r) => r[key])])),
      ratio: each(taken, i, (r, round) => r.rate / round[bare].rate),
      processor_ratio: each(taken, i, (r, round) => processor(round[bare]) / processor(r)) };
  });
  printTable(`runtime: ${CONNECTIONS} connections, ${process.env.LIANCHA_WORKERS ?? 8} workers, ` +
    `${rounds} rounds of ${seconds} s, medians (lowest-highest)`,
  ['GET', '', 'requests/s', 'of bare', 'by processor time', 'p50 ms', 'p99 ms', 'us of workers',
    'nginx', 'MariaDB'],
  figures.map((f) => [f.route, f.says, show(f.rate), show(f.ratio, 2), show(f.processor_ratio, 2),
    show(f.p50, 1), show(f.p99, 1), show(f.workers_us, 1), f.nginx_us.median.toFixed(0),
    f.database_us.median.toFixed(0)]));
  return figures;
}

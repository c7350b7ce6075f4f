// mobile.mjs - the sync API against as little as C needs for the same (mobile_bare.c behind the
// same nginx, mobile_loop.c without HTTP) and against the same in PHP-FPM and Node (peers/).

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { uuidv7 } from '../support/phone.mjs';
import { expectJson, request } from '../support/http.mjs';
import { each, printTable, show } from './figures.mjs';
import * as world from './mobile-world.mjs';
import { lianchactl, processorTime } from './services.mjs';

const CONNECTIONS = 32;
const THREADS = '2'; // of wrk
const LOOP_CONNECTIONS = 10; // divides the devices that push
const WARM_SECONDS = 2;
const NODE_WARM_SECONDS = 10; // it compiles what runs often
const SMALL = 5; // pairs of inspectors at first
const PAIRS = 500; // in the end
const PULLING = 200; // of these only pull, the others push
const CHANGED = 2; // visits behind a pull's cursor, with ten results each
const { LIANCHA_VAR: VAR, LIANCHA_BIN: BIN, LIANCHA_CONFIG: CONFIG, LIANCHA_BENCH_BODIES: LISTS,
  LIANCHA_BASE_URL: PRODUCT, LIANCHA_WORKERS: WORKERS = '8' } = process.env;
const API = '/liancha/mobile/v1';
const LUA = new URL('mobile.lua', import.meta.url).pathname;
const run = promisify(execFile);

// In this order: `bare` is what each is divided by.
const TARGETS = [
  { name: 'bare C', service: 'bench-mobile' },
  { name: 'product', service: 'mobile' },
  { name: 'PHP-FPM', service: 'bench-php' },
  { name: 'Node', service: 'bench-node', warm: NODE_WARM_SECONDS },
];
const [BARE, LIANCHA, PHP, NODE] = TARGETS;
BARE.origin = `http://127.0.0.1:${process.env.BENCH_MOBILE_PORT}`;
LIANCHA.origin = PRODUCT;
PHP.origin = `http://127.0.0.1:${process.env.BENCH_PHP_PORT}`;
NODE.origin = `http://127.0.0.1:${process.env.BENCH_NODE_PORT}`;

const pairs = (from, to) => Array.from({ length: to - from },
  (_, i) => world.FIRST_PAIR + from + i);

// ---- requests -----------------------------------------------------------------------------------

const pullPath = (cursor) => `${API}/pull${cursor ? `?cursor=${cursor}` : ''}`;

// Follows the feeds to their end: the requests made, the items told, the last cursor.
async function walk({ origin }, device, cursor) {
  const asked = [];
  const pages = [];
  for (;;) {
    const path = pullPath(cursor);
    const res = await request(origin + path, { token: world.tokenOf(device) });
    if (res.status === 304) return { asked, pages, cursor };
    const page = expectJson(res);
    asked.push(path);
    pages.push(page.feeds);
    cursor = page.cursor;
    if (!page.more) return { asked, pages, cursor };
  }
}

async function pushResults(device, visit) {
  const first = world.firstResultOf(visit);
  const operations = Array.from({ length: world.RESULTS }, (_, i) => ({ id: uuidv7(),
    counter: (visit % 1000) * world.RESULTS + i + 1, entity: 'check_result', entity_id: first + i,
    base_version: 0, fields: { result_code: '1', problem: '合成的检查记录，用于性能测量' } }));
  const { outcomes } = expectJson(await request(`${PRODUCT}${API}/push`,
    { token: world.tokenOf(device), json: { operations } }));
  assert.deepEqual([...new Set(outcomes.map(({ outcome }) => outcome))], ['applied']);
}

// A phone that has everything, then misses what its colleague recorded at two visits.
async function preparePhone(pair) {
  const phone = world.deviceOf(pair);
  const { cursor: before } = await walk(LIANCHA, phone);
  for (let n = 1; n <= CHANGED; n++)
    await pushResults(world.deviceOf(pair, true), world.visitOf(pair, n));
  const { cursor: after, asked } = await walk(LIANCHA, phone, before);
  assert.equal(asked.length, 1);
  return { pair, before, after };
}

// The cursors of peers/: heads of dictionary, department and inspector, then the visits.
function peerCursors(pair, [dictionary, department], heads) {
  const visits = (seqs) => Array.from({ length: world.VISITS }, (_, i) => world.VISITS - i)
    .map((n) => `~${world.visitOf(pair, n)}.${seqs(n)}`).join('');
  const told = world.RESULTS + 2;
  return { before: `${dictionary}.${department}.${world.VISITS}${visits(() => told)}`,
    after: `${dictionary}.${department}.${heads.get(world.deviceOf(pair))}` +
      visits((n) => told + (n <= CHANGED ? world.RESULTS : 0)) };
}

const bareQuery = (first, last, seq, limit) =>
  `${API}/pull?first=${first}&last=${last}&seq=${seq}&limit=${limit}`;

// What a page of the product tells of visits, asked of the bare program.
function barePage(feeds) {
  const visits = feeds.filter(({ feed }) => feed.startsWith('visit:'));
  const id = ({ feed }) => Number(feed.slice('visit:'.length));
  return bareQuery(id(visits[0]), id(visits.at(-1)), 0,
    visits.flatMap(({ items }) => items).length);
}

async function prepareFirstSync(list) {
  const device = world.deviceOf(world.FIRST_SYNC.pair);
  const token = world.tokenOf(device);
  let told;
  for (const target of [LIANCHA, PHP, NODE]) {
    const { asked, pages } = await walk(target, device);
    const items = pages.flat().flatMap((feed) => feed.items);
    told ??= items.length;
    assert.equal(items.length, told, `${target.name} tells all of a first sync`);
    list('first sync', target, asked.map((path) => [path, token]));
    if (target === LIANCHA)
      list('first sync', BARE, pages.map((feeds) => [barePage(feeds), token]));
  }
}

// Lists of requests: name of the measure, target -> file and number of its lines.
class Lists {
  #files = new Map();

  add(measure, target, lines) {
    const path = join(LISTS, `${measure.replaceAll(' ', '-')}-${target.service}`);
    writeFileSync(path, lines.map((line) => `${line.join('\t')}\n`).join(''));
    this.#files.set(`${measure}:${target.service}`, { path, count: lines.length });
  }

  get(measure, target) { return this.#files.get(`${measure}:${target.service}`); }
}

async function prepare(lists, phones) {
  const [shared, heads] = headsNow();
  const add = (measure, target, lineOf) => lists.add(measure, target,
    phones.map((phone) => [lineOf(phone), world.tokenOf(world.deviceOf(phone.pair))]));
  const told = world.RESULTS + 2;
  add('poll', BARE, () => `${API}/poll`);
  add('no-op', BARE, () => `${API}/no-op`);
  add('poll', LIANCHA, ({ after }) => pullPath(after));
  add('pull', BARE, ({ pair }) => bareQuery(world.visitOf(pair, 1), world.visitOf(pair, CHANGED),
    told, CHANGED * world.RESULTS));
  add('pull', LIANCHA, ({ before }) => pullPath(before));
  for (const target of [PHP, NODE]) {
    const cursors = ({ pair }) => peerCursors(pair, shared, heads);
    add('poll', target, (phone) => pullPath(cursors(phone).after));
    add('pull', target, (phone) => pullPath(cursors(phone).before));
  }
  await prepareFirstSync((...args) => lists.add(...args));
  const pushing = pairs(PULLING, PAIRS).flatMap((pair) =>
    Array.from({ length: world.VISITS }, (_, i) => ({ pair, visit: world.visitOf(pair, i + 1) })));
  pushing.sort((a, b) => a.visit % 1000 - b.visit % 1000); // a device comes once in a while
  for (const target of TARGETS)
    lists.add('push', target, pushing.map(({ pair, visit }) => [`${API}/push` + (target === BARE
      ? `?device=${world.deviceOf(pair)}&section=${visit}` : ''),
    world.tokenOf(world.deviceOf(pair)), world.firstResultOf(visit)]));
}

// Everybody answers the same.
async function compare(lists, phone) {
  const token = world.tokenOf(world.deviceOf(phone.pair));
  const cursors = peerCursors(phone.pair, ...headsNow());
  const { feeds } = expectJson(await request(PRODUCT + pullPath(phone.before), { token }));
  const sorted = (list) => [...list].sort((a, b) => (a.feed < b.feed ? -1 : 1));
  assert.equal(feeds.flatMap(({ items }) => items).length, CHANGED * world.RESULTS);
  for (const target of [PHP, NODE]) {
    const poll = await request(target.origin + pullPath(cursors.after), { token });
    assert.equal(poll.status, 304, `${target.name}: ${poll.text}`);
    const page = expectJson(await request(target.origin + pullPath(cursors.before), { token }));
    assert.deepEqual(sorted(page.feeds), sorted(feeds), target.name);
  }
  const bare = await request(BARE.origin + bareQuery(world.visitOf(phone.pair, 1),
    world.visitOf(phone.pair, CHANGED), world.RESULTS + 2, CHANGED * world.RESULTS));
  assert.deepEqual(sorted(expectJson(bare).feeds), sorted(feeds));
}

// Heads of dictionary and departments, which nobody changes here, and those of the inspectors.
function headsNow() {
  const [shared] = world.sql('SELECT (SELECT seq FROM feed_head WHERE kind = 4 AND owner_id = 0),' +
    ' (SELECT COALESCE(MAX(seq), 0) FROM feed_head WHERE kind = 3)');
  return [shared, new Map(world.sql('SELECT owner_id, seq FROM feed_head WHERE kind = 1')
    .map((row) => row.map(Number)))];
}

// ---- measuring ----------------------------------------------------------------------------------

function figuresOf(stdout, pages) {
  const r = JSON.parse(stdout.trim().split('\n').at(-1));
  assert.equal(r.faults, 0, `${r.faults} of ${r.requests} requests failed: ${r.said}`);
  return { requests: r.requests, rate: r.requests / r.duration_us * 1e6 / pages,
    p50: r.p50_us / 1000, p99: r.p99_us / 1000, bytes: r.bytes / r.requests * pages, r };
}

async function load(measure, target, { path, count }, seconds) {
  const mode = measure === 'push' ? 'push' : 'pull';
  const { stdout } = await run('wrk',
    ['-t', THREADS, '-c', String(CONNECTIONS), '-d', `${seconds}s`,
    '--timeout', '20s', '-s', LUA, target.origin, '--', mode, path, THREADS],
    { maxBuffer: 1 << 24 });
  return figuresOf(stdout, measure === 'first sync' ? count : 1);
}

// Requests, or first syncs of several requests, each with what it cost the servers.
async function measure(name, target, list, seconds) {
  const services = [target.service, 'nginx', 'mariadb'];
  const before = services.map(processorTime);
  const { requests, r, ...result } = await load(name, target, list, seconds);
  const pages = name === 'first sync' ? list.count : 1;
  const [workers_us, nginx_us, database_us] = services.map((service, i) =>
    (processorTime(service) - before[i]) / requests * pages);
  return { ...result, workers_us, nginx_us, database_us };
}

async function loop(name, list, seconds) {
  const before = processorTime('mariadb');
  const { stdout } = await run(join(BIN, 'liancha-bench-loop'), [CONFIG,
    name === 'push' ? 'push' : 'pull', list.path, String(seconds), String(LOOP_CONNECTIONS)]);
  const pages = name === 'first sync' ? list.count : 1;
  const { requests, r, ...result } = figuresOf(stdout, pages);
  return { ...result, workers_us: r.processor_us / requests * pages, nginx_us: 0,
    database_us: (processorTime('mariadb') - before) / requests * pages };
}

const processor = (r) => r.workers_us + r.nginx_us + r.database_us;

async function takeRounds(rounds, columns) {
  for (const { take, warm = WARM_SECONDS } of columns) await take(warm);
  const taken = [];
  for (let n = 0; n < rounds; n++) {
    const round = [];
    for (const { take, seconds } of columns) round.push(await take(seconds));
    taken.push(round);
  }
  return taken;
}

const COLUMNS = ['', 'a second', 'of bare', 'by processor time', 'p50 ms', 'p99 ms', 'bytes',
  'us of workers', 'nginx', 'MariaDB'];
const rowOf = (f) => [f.by, show(f.rate), f.ratio ? show(f.ratio, 2) : '',
  f.processor_ratio ? show(f.processor_ratio, 2) : '', show(f.p50, 1), show(f.p99, 1),
  f.bytes.median.toFixed(0), show(f.workers_us), f.nginx_us.median.toFixed(0),
  f.database_us.median.toFixed(0)];
const summarise = (taken, place) => Object.fromEntries(Object.keys(taken[0][place])
  .map((key) => [key, each(taken, place, (r) => r[key])]));

// The table of one measure: all targets in turn, round after round.
async function measureOne(lists, name, title, { rounds, seconds }) {
  const columns = TARGETS.map((target) => ({ by: target.name, seconds, warm: target.warm,
    take: (s) => measure(name, target, lists.get(name, target), s) }));
  columns.push(name === 'poll'
    ? { by: 'bare C, 8 KiB', seconds,
      take: (s) => measure('no-op', BARE, lists.get('no-op', BARE), s) }
    : { by: 'C loop, no HTTP', seconds, take: (s) => loop(name, lists.get(name, BARE), s) });
  const taken = await takeRounds(rounds, columns);
  const figures = columns.map(({ by }, i) => ({ by, ...summarise(taken, i),
    ratio: each(taken, i, (r, round) => r.rate / round[0].rate),
    processor_ratio: each(taken, i, (r, round) => processor(round[0]) / processor(r)) }));
  const [product, ...peers] = [1, 2, 3];
  const of_peers = each(taken, product, (r, round) =>
    r.rate / Math.max(...peers.map((i) => round[i].rate)));
  const of_peers_by_processor = each(taken, product, (r, round) =>
    Math.min(...peers.map((i) => processor(round[i]))) / processor(r));
  printTable(title, COLUMNS, figures.map(rowOf));
  console.log('product against the better of PHP-FPM and Node: ' +
    `${show(of_peers, 2)}, by processor ` +
    `time ${show(of_peers_by_processor, 2)}`);
  if (name !== 'poll') return { figures, of_peers, of_peers_by_processor };
  const no_op = columns.length - 1;
  const of_no_op = each(taken, product, (r, round) => r.rate / round[no_op].rate);
  console.log(`product against the bare no-op of 8 KiB: ${show(of_no_op, 2)}`);
  return { figures, of_peers, of_peers_by_processor, of_no_op };
}

// The product's polls and pulls while the database holds what it holds.
async function measureSize(lists, { rounds, seconds }) {
  const names = ['poll', 'pull'];
  const taken = await takeRounds(rounds, names.map((name) => ({ seconds,
    take: (s) => measure(name, LIANCHA, lists.get(name, LIANCHA), s) })));
  return Object.fromEntries(names.map((name, i) => [name, { ...summarise(taken, i),
    processor_us: each(taken, i, processor) }]));
}

function printGrowth(small, large) {
  const ratio = (name, of) => (of(large[name]) / of(small[name])).toFixed(2);
  printTable(`from ${2 * SMALL} to ${2 * PAIRS} inspectors: ` +
    'processor time of workers and MariaDB ' +
    'for one request', ['', 'before', 'after', 'ratio'], Object.keys(small).map((name) => {
    const of = (f) => f.workers_us.median + f.database_us.median;
    return [name, of(small[name]).toFixed(0), of(large[name]).toFixed(0), ratio(name, of)];
  }));
}

async function phonesOf(list) {
  const phones = [];
  for (const pair of list) phones.push(await preparePhone(pair));
  return phones;
}

function listsOfProduct(phones) {
  const lists = new Lists();
  for (const [name, cursor] of [['poll', 'after'], ['pull', 'before']])
    lists.add(name, LIANCHA, phones.map((phone) =>
      [pullPath(phone[cursor]), world.tokenOf(world.deviceOf(phone.pair))]));
  return lists;
}

export async function measureMobile(settings) {
  lianchactl('load-reference', new URL('../../schema/reference', import.meta.url).pathname);
  world.makeCommon();
  world.makePairs(world.FIRST_PAIR, world.FIRST_PAIR + SMALL - 1);
  const phones = await phonesOf(pairs(0, SMALL));
  const small = await measureSize(listsOfProduct(phones), settings);
  world.makePairs(world.FIRST_PAIR + SMALL, world.FIRST_PAIR + PAIRS - 1);
  phones.push(...await phonesOf(pairs(SMALL, PULLING)));
  const lists = new Lists();
  await prepare(lists, phones);
  await compare(lists, phones[0]);
  const large = await measureSize(lists, settings);
  const about = `${CONNECTIONS} connections, ${WORKERS} workers, ${settings.rounds} rounds of ` +
    `${settings.seconds} s, medians (lowest-highest)`;
  console.log(`\nmobile: ${about}`);
  const pages = lists.get('first sync', LIANCHA).count;
  const result = { small, large,
    poll: await measureOne(lists, 'poll', 'poll with nothing new', settings),
    pull: await measureOne(lists, 'pull', 'pull of 20 changes', settings),
    first_sync: await measureOne(lists, 'first sync',
      `first sync of ${world.FIRST_SYNC.visits} visits, ${pages} pages`, settings),
    push: await measureOne(lists, 'push', 'push of 10 results, durable', settings) };
  printGrowth(small, large);
  return result;
}

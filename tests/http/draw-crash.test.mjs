// Crashes at every step of a draw and at the match: the workers, and apart from them the database,
// are killed by SIGKILL when all of the step is written but nothing committed, and again right
// after its reply. Two planners then ask for it at once. There is one announcement, one draw and
// one secret, and nobody reads that secret before the draw.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { userInfo } from 'node:os';
import { untar } from '../../conf/main-job/bundle.mjs';
import { checkBundle } from '../../fcgi/public/static/draw-check.mjs';
import { Client, request } from '../support/http.mjs';
import { DrawWorld, STEPS, strangersCheck } from './draw-world.mjs';
import { startStack } from './harness.mjs';
import { strangersUse } from './match-world.mjs';
import { DISTRICT, HOME, seed } from './world.mjs';

const run = promisify(execFile);
// A supervisor gives up on what dies young: workers live for more than a second.
const YOUNG_MS = 1100;
const PATIENCE_MS = 20000;
const ILL = 'T-H410402-1'; // one of three who may visit
const PICKS = 4; // selected of each draw, and as many reserves
const TEAMS_MS = 3600000; // the teams' value does not come between the crashes
const INTERRUPTED = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT']);

let stack;
let world;
let planners; // sessions of two
let reviewers; // of the department whose inspectors are drawn
const replies = []; // all that an official has read

before(async () => {
  stack = await startStack();
  const sessions = await seed(stack);
  world = new DrawWorld(stack, 600);
  const two = async (role, department) => [
    new Client(stack.base, { token: await sessions.newSession(role, department) }),
    new Client(stack.base, { token: await sessions.newSession(role, department) })];
  planners = await two('planner', HOME);
  reviewers = await two('reviewer', DISTRICT);
});
after(() => {
  for (const client of holders) client.kill('SIGKILL'); // of a test that failed meanwhile
  return stack.stop();
});

async function until(what, ask) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(20)) {
    const answer = await ask();
    if (answer) return answer;
  }
  return assert.fail(`${what}: not within ${PATIENCE_MS} ms`);
}

// ---- what is killed ----

function workers() {
  return readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name)).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`\0${stack.config}\0`) &&
        basename(readlinkSync(`/proc/${pid}/exe`)) === 'liancha-planner';
    } catch {
      return false; // It ended meanwhile.
    }
  }).map(Number);
}

let lastDeath = 0;
const TARGETS = {
  async worker() {
    await sleep(Math.max(0, lastDeath + YOUNG_MS - Date.now()));
    const pids = workers();
    assert.ok(pids.length, 'a worker runs');
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until('their end', () => pids.every((pid) => !existsSync(`/proc/${pid}/fd/0`)));
    lastDeath = Date.now();
    return async () => {};
  },
  async database() {
    const pid = Number(readFileSync(join(stack.var, 'pid/mariadb'), 'utf8').split(' ')[0]);
    assert.match(readlinkSync(`/proc/${pid}/exe`), /mariadbd/);
    process.kill(pid, 'SIGKILL');
    await until('its end', () => !existsSync(`/proc/${pid}/fd/0`));
    return () => stack.services('start', 'mariadb');
  },
};

// The end of a transaction is its audit event: holds all requests there. Returns what lets them go.
const holders = new Set();
async function holdCommits() {
  const client = spawn('mariadb', ['--no-defaults', '--batch', '--unbuffered',
    `--socket=${join(stack.var, 'run/mariadb.sock')}`, `--user=${userInfo().username}`, 'liancha'],
  { stdio: ['pipe', 'pipe', 'ignore'] });
  client.stdin.on('error', () => {}); // The database was killed.
  holders.add(client);
  client.stdin.write('BEGIN; SELECT COUNT(*) FROM audit_chain FOR UPDATE; SELECT "held";\n');
  for (let text = ''; !text.includes('held');) text += (await once(client.stdout, 'data'))[0];
  return async () => {
    client.stdin.end();
    if (client.exitCode === null) await once(client, 'close');
  };
}

// InnoDB shows what it showed before to whoever asks again within 100 ms.
async function waiting() {
  await sleep(120);
  const [[n]] = await stack.sql("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE " +
    "trx_state = 'LOCK WAIT' AND trx_tables_locked > 1");
  return Number(n) > 0;
}

// ---- steps ----

// Of the value the same body for each attempt: it is made when the services are well.
const bodies = new Map();
async function remember(campaign, step) {
  const body = await world.body(campaign, step);
  bodies.set(`${campaign.code} ${step}`, body);
  return body;
}
const bodyOf = async (campaign, step) => bodies.get(`${campaign.code} ${step}`) ??
  (step === 'announce' ? stack.beacon.announce(3000, world.teamsMs) : remember(campaign, step));

// The request of a step, remembering the reply; null when the connection broke.
async function ask(campaign, step, client) {
  const path = step === 'freeze' ? `draws/${campaign.draws[0].code}/freeze`
    : `campaigns/${campaign.code}/${step}`;
  const body = { differences: { inspector: ILL, cause: 'absent', reason: '测试' },
    approvals: { inspector: ILL } }[step] ?? await bodyOf(campaign, step);
  try {
    const res = await client.post(`/planner/v1/${path}`, body, { timeoutMs: PATIENCE_MS });
    replies.push(res.text);
    return res;
  } catch (error) {
    if (!INTERRUPTED.has(error.code)) throw error;
    return null;
  }
}

// Asks until workers and database are back.
const insist = (campaign, step, client) => until(step, async () => {
  const res = await ask(campaign, step, client);
  return res && res.status < 500 ? res : null;
});

// Everything that a step may leave behind.
async function traces(campaign) {
  const of = `FROM draw w JOIN campaign m ON m.id = w.campaign_id
    WHERE m.code = '${campaign.code}'`;
  const targets = [`campaign:${campaign.code}`,
    ...campaign.draws.map(({ code }) => `draw:${code}`)];
  const [row] = await stack.sql(`SELECT c.state, c.announcement, c.public_value, c.seed, c.secret,
    (SELECT COUNT(IF(w.state = 'frozen', 1, NULL)) ${of}),
    (SELECT COUNT(*) FROM snapshot_part WHERE draw_id IN (SELECT w.id ${of})),
    (SELECT COUNT(*) FROM roster_part WHERE draw_id IN (SELECT w.id ${of})),
    (SELECT COUNT(roster_sha256) ${of}),
    (SELECT COUNT(*) FROM campaign_text WHERE campaign_id = c.id),
    (SELECT COALESCE(SUM(selected + reserves), 0) FROM result_part WHERE draw_id IN
    (SELECT w.id ${of})),
    (SELECT COUNT(*) FROM draw_result WHERE draw_id IN (SELECT w.id ${of})),
    (SELECT CONCAT(COUNT(*), '+', COUNT(approved_by)) FROM roster_change
      WHERE campaign_id = c.id),
    CONCAT(c.closing IS NOT NULL, c.closed_at IS NOT NULL, c.teams_seed IS NOT NULL,
      c.teams_drawn_at IS NOT NULL),
    (SELECT COUNT(DISTINCT name) FROM match_part WHERE campaign_id = c.id),
    (SELECT COUNT(*) FROM assignment a JOIN section s ON s.id = a.section_id
      JOIN visit v ON v.id = s.visit_id WHERE v.campaign_id = c.id),
    (SELECT COUNT(*) FROM campaign_secret WHERE campaign_id = c.id),
    (SELECT COUNT(*) FROM audit_event WHERE target IN ('${targets.join("','")}'))
    FROM campaign c WHERE c.code = '${campaign.code}'`);
  return row;
}

// Killed with everything written and nothing committed: nothing has happened.
async function crashDuring(campaign, step, target, [client] = planners) {
  const earlier = await traces(campaign);
  const release = await holdCommits();
  const asked = ask(campaign, step, client);
  await until(`${step} at its commit`, waiting);
  const restart = await TARGETS[target]();
  await release();
  await restart();
  const res = await asked;
  assert.ok(!res || res.status >= 500, `${step}: ${res?.status} for a step that is undone`);
  await until('the roll back', async () => !await waiting());
  assert.deepEqual(await traces(campaign), earlier, `${step} is undone`);
}

// Two planners at once: it happens once. Killed right after the reply: it stays.
async function crashAfter(campaign, step, target, done = 200, clients = planners) {
  await until('a session', async () =>
    (await clients[0].get('/planner/v1/session')).status === 200);
  const both = await Promise.all(clients.map((client) => insist(campaign, step, client)));
  const restart = await TARGETS[target]();
  assert.deepEqual(both.map(({ status }) => status).sort(), [done, 409],
    `${step}: ${both.map(({ text }) => text).join()}`);
  await restart();
  const later = await traces(campaign);
  assert.equal((await insist(campaign, step, clients[0])).status, 409, `${step} once more`);
  assert.deepEqual(await traces(campaign), later, `${step} happens once`);
}

// ---- who may read the secret ----

// All that liancha_public can read, whatever it asks.
async function publicReach() {
  const password = readFileSync(join(stack.var, 'secret/public.password'), 'utf8').trim();
  const sql = async (query) => (await run('mariadb', ['--no-defaults', '--batch',
    '--skip-column-names', `--socket=${join(stack.var, 'run/mariadb.sock')}`,
    '--user=liancha_public',
    '--execute', query, 'liancha'], { env: { ...process.env, MYSQL_PWD: password },
    maxBuffer: 1 << 28 })).stdout;
  const tables = (await sql('SHOW TABLES')).trim().split('\n');
  assert.ok(tables.includes('public_campaign') && !tables.includes('campaign_secret'),
    tables.join());
  await assert.rejects(sql('SELECT * FROM campaign_secret'), /denied/);
  const texts = [];
  for (const table of tables.filter((name) => !name.endsWith('_entry'))) // written, never read
    texts.push(await sql(`SELECT * FROM ${table}`));
  return texts;
}

const logs = () => readdirSync(join(stack.var, 'log'))
  .map((name) => readFileSync(join(stack.var, 'log', name), 'latin1'));
const audit = async () => (await stack.sql('SELECT * FROM audit_event'))
  .map((row) => row.join('\t'));
const pages = async (code) => Promise.all(['', `/${code}`, `/${code}/bundle.tar`]
  .map(async (path) =>
  (await request(`${stack.base}/public/draws${path}`)).text));

// Everything that anybody can read by now.
const readable = async (campaign) =>
  [...replies, ...logs(), ...await audit(), ...await publicReach(),
  ...await pages(campaign.code)];

// ---- the test ----

for (const target of Object.keys(TARGETS))
  test(`${target} killed at every step: one draw, one secret, unseen before`, async () => {
    const campaign = await world.campaign();
    const [other] = await world.step({ draws: [campaign.draws[1]] }, 'freeze');
    assert.equal(other.status, 200, other.text);
    let seen;
    for (const step of STEPS) {
      await bodyOf(campaign, step);
      await crashDuring(campaign, step, target);
      if (step === 'value') seen = await readable(campaign);
      await crashAfter(campaign, step, target);
    }
    const [state, digest, , , secret, ...counts] = await traces(campaign);
    assert.deepEqual([state, ...counts], ['drawn', ...[2, 2, 2, 2, 3, 4 * PICKS, 4 * PICKS, '0+0',
      '0000', 0, 0, 1, STEPS.length + 2].map(String)]);
    assert.match(secret, /^[0-9a-f]{64}$/);
    assert.equal(seen.filter((text) => text.includes(secret)).length, 0, 'the secret was seen');
    assert.ok(seen.some((text) => text.includes(digest)));
    assert.deepEqual(strangersCheck(await world.bundle(campaign), digest), []);
  });

// Given up a minute before the value's time, so that it cannot be drawn meanwhile.
for (const target of Object.keys(TARGETS))
  test(`${target} killed at the abandonment: void, on record, and its secret open`, async () => {
    const campaign = await world.advance(await world.campaign(), 'freeze');
    bodies.set(`${campaign.code} announce`, stack.beacon.announce(60000));
    await insist(campaign, 'announce', planners[0]);
    await crashDuring(campaign, 'abandon', target);
    await crashAfter(campaign, 'abandon', target);
    const [state, , , , secret, ...counts] = await traces(campaign);
    assert.match(secret, /^[0-9a-f]{64}$/);
    assert.deepEqual([state, ...counts],
      ['void', ...[2, 2, 2, 2, 2, 0, 0, '0+0', '0000', 0, 0, 1, 5].map(String)]);
    assert.deepEqual(strangersCheck(await world.bundle(campaign)), []);
  });

async function visited(teamsMs) {
  world.teamsMs = teamsMs;
  const campaign = await world.advance(await world.campaign(), 'value');
  world.teamsMs = undefined;
  await insist(campaign, 'visits', planners[0]);
  return campaign;
}

for (const target of Object.keys(TARGETS))
  test(`${target} killed before the teams' value: what differs is said, approved, closed, or not`, async () => {
    const campaign = await visited(TEAMS_MS);
    await stack.operate(`UPDATE inspector SET on_duty = 0 WHERE card_no = '${ILL}'`);
    await crashDuring(campaign, 'differences', target);
    assert.equal((await insist(campaign, 'close', planners[0])).status, 409, 'nothing is said yet');
    assert.equal((await insist(campaign, 'differences', planners[0])).status, 201);
    await crashDuring(campaign, 'approvals', target, reviewers);
    assert.equal((await insist(campaign, 'close', planners[0])).status, 409, 'nor approved');
    await crashAfter(campaign, 'approvals', target, 201, reviewers);
    await crashDuring(campaign, 'close', target);
    await crashAfter(campaign, 'close', target);
    await stack.operate(`UPDATE inspector SET on_duty = 1 WHERE card_no = '${ILL}'`);
    const [, , , , , ...counts] = await traces(campaign);
    assert.deepEqual(counts.slice(7, 10), ['1+1', '1100', '3'], 'closed once, and not drawn');
    const bundle = await world.bundle(campaign);
    assert.deepEqual([strangersCheck(bundle), (await checkBundle(bundle)).findings], [[], []]);
  });

for (const target of Object.keys(TARGETS))
  test(`${target} killed as the teams are drawn: value, teams and what they are drawn from, or nothing`, async () => {
    const campaign = await visited();
    await bodyOf(campaign, 'inspectors');
    await crashDuring(campaign, 'inspectors', target);
    await crashAfter(campaign, 'inspectors', target, 201);
    const bundle = await world.bundle(campaign);
    assert.deepEqual([strangersUse(untar(bundle)), strangersCheck(bundle)], [[], []]);
    assert.deepEqual((await checkBundle(bundle)).findings, []);
  });

test('the audit log is whole after all that', async () => {
  assert.equal((await stack.office.ctl(['audit', 'verify'])).out.intact, true);
});

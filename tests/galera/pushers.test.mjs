// A pusher on each of two nodes, one outbox: each message goes to the platform once, for whoever
// takes it writes its row first, and one of two that write a row is rolled back.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { all, get, post } from '../../conf/main-job/office.mjs';
import { today } from '../../conf/main-job/world.mjs';
import { expectJson, request } from '../support/http.mjs';
import { DrawWorld } from '../http/draw-world.mjs';
import { Fieldwork } from '../http/fieldwork.mjs';
import { BIN } from '../http/harness.mjs';
import { DISTRICT, HOME, MARKET, PLANS, seed } from '../http/world.mjs';
import { startNodes, until } from './nodes.mjs';

const ROUNDS = 5;
const MESSAGES = 6;

let front;
let pushers = [];
let platform;
let messages;

// Visits that nothing else records: a campaign like that of the small world.
async function makeVisits() {
  const home = await front.office.role(HOME, 'planner');
  const draws = new DrawWorld(front, 800);
  const codes = [];
  for (const { code: theirs, department, ...plan } of PLANS) {
    const planner = await front.office.role(department, 'planner');
    const code = `${theirs.slice(0, -3)}80${codes.length}`;
    await post(planner, '/planner/v1/plans', { ...plan, code });
    await post(planner, `/planner/v1/plans/${code}/file`);
    codes.push(code);
  }
  const campaign = await draws.advance(await draws.campaignOf(codes), 'value');
  const path = (step) => `/planner/v1/campaigns/${campaign.code}/${step}`;
  await post(home, path('visits'));
  await draws.teams(campaign);
  await post(home, path('schedule'), { from: today(), to: PLANS[0].ends_on });
  await post(home, path('dispatch'));
  const visits = [];
  for (const { code } of await all(home, path('visits'), 'visits', ({ code: last }) => last))
    visits.push(await get(home, `/planner/v1/visits/${code}`));
  return visits;
}

// A pusher of a node, with settings of its own beside that node's.
function push(node) {
  const path = join(node.var, 'pusher.ini');
  writeFileSync(path, readFileSync(node.config, 'utf8').replace(/^idle_ms=.*$/m, 'idle_ms=10'),
    { mode: 0o600 });
  const child = spawn(`${BIN}/liancha-pushd`, ['--config', path], { stdio: 'ignore' });
  child.ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return child;
}

before(async () => {
  let nodes;
  ({ front, nodes } = await startNodes());
  const world = await seed(front);
  const work = new Fieldwork(front, { ...world, visits: await makeVisits() });
  for (const department of [DISTRICT, MARKET])
    for (let i = 0; i < MESSAGES / 2; i++) await work.publish(work.take(department));
  platform = { ca: readFileSync(join(front.var, 'platform/ca.pem')) };
  pushers = nodes.slice(0, 2).map(push);
});
after(async () => {
  for (const child of pushers) {
    child.kill('SIGTERM');
    assert.equal(await child.ended, 0);
  }
  await front.stop();
});

test('two pushers send each message once, and store its receipt', async (t) => {
  const waiting = async () => Number((await front.sql('SELECT COUNT(*) FROM outbox ' +
    "WHERE state <> 'accepted'"))[0][0]);
  for (let i = 0; i < ROUNDS; i++) {
    // New messages of the old ones, which nobody has sent yet: both pushers see them at once.
    if (i > 0) await front.operate(
      "UPDATE outbox SET state = 'ready', attempts = 0, receipt = NULL, " +
      'accepted_at = NULL, lease_until = NULL, next_at = UTC_TIMESTAMP(3), message_id = UUID()');
    messages = new Map(await front.sql('SELECT message_id, id FROM outbox'));
    assert.ok(messages.size >= MESSAGES);
    await until('an empty outbox', async () => await waiting() === 0);
    const { accepted } = expectJson(await request(`${front.platform}/_sim/accepted`, platform));
    const mine = accepted.filter(({ messageId }) => messages.has(messageId));
    assert.equal(mine.length, messages.size);
    const receipts = new Map(await front.sql('SELECT message_id, receipt FROM outbox'));
    for (const { messageId, posts, receipt } of mine) {
      assert.equal(posts, 1, messageId);
      assert.equal(receipts.get(messageId), receipt);
    }
  }
  const [[twice]] = await front.sql('SELECT COUNT(*) FROM outbox WHERE attempts <> 1');
  assert.equal(twice, '0', 'no message was taken twice');
  t.diagnostic(`${ROUNDS * messages.size} messages`);
});

test('the audit log has each receipt once', async () => {
  const [[events, targets]] = await front.sql('SELECT COUNT(*), COUNT(DISTINCT target) ' +
    "FROM audit_event WHERE action = 'outbox.accepted'");
  assert.equal(events, targets);
  assert.ok(Number(events) >= ROUNDS * messages.size);
  assert.equal((await front.office.ctl(['audit', 'verify'])).out.intact, true);
});

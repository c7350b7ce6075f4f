// The same thing asked of several nodes at once. Row locks end at the node: what keeps two
// transactions apart is a row that both write, of which one is rolled back when it commits, and run
// again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { post } from '../../conf/main-job/office.mjs';
import { expectProblem, request } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { DrawWorld } from '../http/draw-world.mjs';
import { DISTRICT, MARKET, seed } from '../http/world.mjs';
import { assertEqualNodes, startNodes } from './nodes.mjs';

const CAMPAIGNS = 6;
const ROUNDS = 20;
const TAKEN = ['applied', 'merged'];

let front;
let nodes;
let world;

before(async () => {
  ({ front, nodes } = await startNodes());
  world = await seed(front);
});
after(() => front.stop());

const ask = (node, path, options) => request(`${node.base}${path}`, options);
// The same request to each node at the same moment.
const everywhere = (path, options) => Promise.all(nodes.map((node) => ask(node, path, options)));

// One of the replies took the step, the others came too late.
function assertOnce(replies) {
  const taken = replies.filter(({ status }) => status < 300);
  assert.equal(taken.length, 1, replies.map(({ text }) => text).join('\n'));
  for (const res of replies.filter(({ status }) => status >= 300))
    expectProblem(res, 409, 'wrong-state');
}

// The subjects of a draw that are to be visited, by rows of a table that names them.
const codes = async (query) => (await front.sql(query)).flat().sort();

test('a step of a campaign is taken once, and a substitution that meets it is seen by it', async () => {
  const draws = new DrawWorld(front, 700);
  draws.teamsMs = 20000;
  const token = world.tokenOf('planner');
  for (let i = 0; i < CAMPAIGNS; i++) {
    const campaign = await draws.advance(await draws.campaign(), 'freeze');
    const path = (step) => `/planner/v1/campaigns/${campaign.code}/${step}`;
    for (const step of ['announce', 'value'])
      assertOnce(await everywhere(path(step), { json: await draws.body(campaign, step), token }));
    const { code } = campaign.draws.find(({ department }) => department === MARKET);
    const drawn = await codes('SELECT u.code FROM draw_result r JOIN draw w ON w.id = r.draw_id ' +
      `JOIN subject u ON u.id = r.subject_id WHERE w.code = '${code}' AND r.selected`);
    const asked = await ask(nodes[2], `/planner/v1/draws/${code}/substitutes`, {
      token: world.tokenOf('planner', MARKET),
      json: { stratum: '410402.food_service', subject: drawn[0], reason: '测试理由' } });
    assert.equal(asked.status, 201, asked.text);
    const [made, again, replaced] = await Promise.all([
      ask(nodes[0], path('visits'), { json: {}, token }),
      ask(nodes[1], path('visits'), { json: {}, token }),
      ask(nodes[2], `/planner/v1/substitutes/${asked.json.id}/decision`, {
        token: world.tokenOf('reviewer', MARKET),
        json: { decision: 'approve', exception: true, reason: '测试理由' } }),
    ]);
    assertOnce([made, again]);
    assert.equal(replaced.status, 200, replaced.text);
    assert.deepEqual(await codes('SELECT u.code FROM task t JOIN draw w ON w.id = t.draw_id ' +
      `JOIN subject u ON u.id = t.subject_id WHERE w.code = '${code}'`),
    [...drawn.slice(1), replaced.json.substitute].sort());
    assertOnce(await everywhere(path('close'), { json: {}, token }));
    assertOnce(await everywhere(path('inspectors'),
      { json: await draws.body(campaign, 'inspectors'), token }));
  }
});

test('an enrolment code works once', async () => {
  const planner = await front.office.role(DISTRICT, 'planner');
  const { code } = await post(planner, `/planner/v1/inspectors/${world.cards[0]}/enrolments`);
  const phones = nodes.map(({ base }) => new Phone({ base }));
  const results = await Promise.allSettled(phones.map((phone) => phone.enrol(code, '同时注册')));
  assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
  const [[used]] = await front.sql("SELECT COUNT(*) FROM device WHERE name = '同时注册'");
  assert.equal(used, '1');
});

test('tokens renewed on every node at once go on working, on every node', async () => {
  let { credentials } = await world.newPhone(world.cards[0]);
  const vault = { get: () => credentials, set: (all) => { credentials = all; } };
  for (let i = 0; i < ROUNDS; i++) {
    const copies = nodes.map(({ base }) => new Phone({ base, vault }));
    await Promise.all(copies.map((copy) => copy.refresh()));
    for (const copy of copies) await copy.pull();
  }
});

// The section of the small world that two inspectors share, and a phone of each.
async function pair() {
  const { section, inspectors } = world.visits.flatMap(({ sections }) => sections)
    .find(({ department }) => department === DISTRICT);
  const phones = [];
  for (const { card_no } of inspectors.slice(0, 2)) phones.push(await world.newPhone(card_no));
  for (const phone of phones) await phone.pull();
  return { section, phones };
}

test('a batch that reaches every node at once takes effect once', async () => {
  const { section, phones: [phone] } = await pair();
  const checks = phone.items('check_result').filter(({ body }) => body.section_id === section);
  for (let i = 0; i < ROUNDS; i++) {
    phone.record('section', section, { note: `同时 ${i}` });
    for (const { id } of checks.slice(0, 5))
      phone.record('check_result', id, { problem: `同时 ${i}` });
    const operations = phone.nextBatch();
    const replies = await everywhere('/mobile/v1/push',
      { token: phone.token, json: { operations } });
    for (const [n, { id }] of operations.entries()) {
      const outcomes = replies.map(({ json }) => json.outcomes[n].outcome);
      assert.equal(outcomes.filter((outcome) => outcome === 'duplicate').length, 2,
        outcomes.join());
      assert.ok(outcomes.some((outcome) => TAKEN.includes(outcome)), `${id}: ${outcomes}`);
    }
    await phone.pushBatch(operations); // notes the outcomes
    await phone.pull();
    assert.equal(phone.item('section', section).body.note, `同时 ${i}`);
  }
});

test('of two values for one field on two nodes at once, one is stored and one kept', async () => {
  const { section, phones } = await pair();
  const conflicts = async () => Number((await front.sql('SELECT COUNT(*) FROM sync_conflict ' +
    `WHERE section_id = ${section}`))[0][0]);
  const before = await conflicts();
  let kept = 0;
  for (let i = 0; i < ROUNDS; i++) {
    for (const phone of phones) await phone.pull();
    const outcomes = await Promise.all(phones.map(async (phone, n) => {
      phone.record('section', section, { note: `第 ${i} 次，来自 ${n}` });
      const operations = phone.nextBatch();
      const res = await ask(nodes[n], '/mobile/v1/push',
        { token: phone.token, json: { operations } });
      await phone.pushBatch(operations);
      return res.json.outcomes[0].outcome;
    }));
    assert.equal(outcomes.filter((outcome) => TAKEN.includes(outcome)).length, 1, outcomes.join());
    assert.equal(outcomes.filter((outcome) => outcome === 'conflict').length, 1, outcomes.join());
    kept++;
  }
  assert.equal(await conflicts(), before + kept);
  const [[doubled]] = await front.sql('SELECT COUNT(*) FROM (SELECT 1 FROM feed_item ' +
    'GROUP BY kind, owner_id, seq HAVING COUNT(*) > 1) AS twice');
  assert.equal(doubled, '0', 'no number of a feed was given twice');
});

test('the nodes did meet, hold the same rows, and the audit log is whole', async (t) => {
  let met = 0;
  for (const node of nodes) {
    const failures = Number(await node.status('local_cert_failures'));
    const aborts = Number(await node.status('local_bf_aborts'));
    t.diagnostic(`${node.name}: ${failures} lost at COMMIT, ${aborts} aborted under way`);
    met += failures + aborts;
  }
  assert.ok(met > 0, 'no two transactions met: nothing was tested');
  await assertEqualNodes(nodes);
  assert.equal((await front.office.ctl(['audit', 'verify'])).out.intact, true);
});

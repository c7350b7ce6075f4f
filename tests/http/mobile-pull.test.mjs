// Pull: pages, cursors, the poll that finds nothing, what other phones and the office changed,
// access that ended, a server that was restored.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { Phone } from '../support/phone.mjs';
import { startStack } from './harness.mjs';
import { DISTRICT, MARKET, seed } from './world.mjs';

let stack;
let world;
let health; // a phone of the district's health commission
let market; // one of the market department

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  [health, market] = world.phones;
});
after(() => stack.stop());

const pull = (phone, query = {}) => request(
  `${stack.base}/mobile/v1/pull?${new URLSearchParams(query)}`, { token: phone.token });

// All pages from a cursor on.
async function pages(phone, query) {
  const list = [];
  let cursor = query.cursor;
  for (;;) {
    const res = await pull(phone, { ...query, ...(cursor && { cursor }) });
    if (res.status === 304) return { list, cursor };
    const page = expectJson(res);
    list.push(page);
    cursor = page.cursor;
    if (!page.more) return { list, cursor };
  }
}

const itemsOf = (list) => list.flatMap(({ feeds }) => feeds.flatMap(({ feed, items }) =>
  items.map((item) => ({ feed, ...item }))));

const visitsOf = (card) => world.visits.filter(({ sections }) =>
  sections.some(({ inspectors }) => inspectors.some(({ card_no }) => card_no === card)));

test('the first sync tells all of an inspector\'s visits and nothing else', async () => {
  const { list } = await pages(health, {});
  const items = itemsOf(list);
  const mine = visitsOf(world.cards[0]);
  assert.deepEqual(items.filter(({ entity }) => entity === 'visit')
    .map(({ body }) => body.code).sort(),
    mine.map(({ code }) => code).sort());
  const visit = items.find(({ entity }) => entity === 'visit').body;
  const planned = mine.find(({ code }) => code === visit.code);
  assert.equal(visit.planned_on, planned.planned_on);
  for (const name of ['code', 'name', 'type', 'address', 'region', 'lon', 'lat'])
    assert.ok(visit.subject[name], name);
  assert.deepEqual(visit.departments.map(({ code }) => code),
    planned.sections.map(({ department }) => department).sort());
  const sections = items.filter(({ entity }) => entity === 'section');
  assert.equal(sections.length, mine.flatMap(({ sections }) => sections).length);
  const { sections: [part] } = planned;
  const section = sections.find(({ id }) => id === part.section).body;
  assert.equal(section.department.code, part.department);
  assert.deepEqual(section.inspectors.map(({ card_no }) => card_no),
    part.inspectors.map(({ card_no }) => card_no).sort());
  for (const { card_no, telephone } of section.inspectors)
    assert.equal(telephone, `0375-290029${card_no.at(-1)}`);
  const check = items.find(({ entity }) => entity === 'check_result').body;
  for (const name of ['code', 'name', 'version', 'content', 'legal_basis', 'method'])
    assert.ok(check.item[name], name);
  const [department] = items.filter(({ entity }) => entity === 'department');
  assert.deepEqual([department.feed, department.body.code], [`dept:${department.id}`, DISTRICT]);
  assert.ok(sections.some(({ body }) => body.department.code === department.body.code));
  const [{ body: { specialties } }] = items.filter(({ entity }) => entity === 'specialties');
  assert.ok(specialties.some(({ code }) => code === check.item.specialty));
  const [dictionary] = items.filter(({ entity }) => entity === 'result_codes');
  assert.equal(dictionary.body.codes.find(({ code }) => code === '6').result_class, 'unreachable');
});

test('pages of any size tell the same; with the last cursor there is nothing new', async () => {
  const whole = await pages(health, {});
  const plain = ({ list }) => itemsOf(list).filter(({ deleted }) => !deleted)
    .map((item) => JSON.stringify(item)).sort();
  for (const limit of ['1', '3', '7']) {
    const some = await pages(health, { limit });
    assert.ok(some.list.every(({ feeds }) => itemsOf([{ feeds }]).length <= Number(limit)));
    assert.deepEqual(plain(some), plain(whole), `pages of ${limit}`);
    assert.equal((await pull(health, { cursor: some.cursor })).status, 304);
  }
});

test('a page may be asked for again: only what it replied moves the cursor', async () => {
  const first = expectJson(await pull(health, { limit: '5' }));
  const query = { cursor: first.cursor, limit: '5' };
  assert.deepEqual(expectJson(await pull(health, query)), expectJson(await pull(health, query)));
});

test('what one phone records reaches every other inspector of the visit, and only that', async () => {
  const joint = world.visits.find(({ sections }) => sections.length > 1 && sections.every((part) =>
    part.inspectors.some(({ card_no }) => [world.cards[0], world.cards[3]].includes(card_no))));
  assert.ok(joint, 'the world has a visit that both phones share');
  await health.pull();
  await market.pull();
  const { cursor } = market;
  const mine = joint.sections.find(({ department }) => department === DISTRICT).section;
  const note = `合成记录 ${Date.now()}`;
  health.record('section', mine, { note });
  await health.push();
  const page = expectJson(await pull(market, { cursor }));
  const items = itemsOf([page]);
  assert.deepEqual(items.map(({ entity, id }) => [entity, id]), [['section', mine]]);
  assert.equal(items[0].body.note, note);
  assert.equal((await pull(market, { cursor: page.cursor })).status, 304);
  assert.equal(expectJson(await pull(health, { cursor: health.cursor })).feeds.length, 1,
    'the phone\'s own change comes back: a push never moves the cursor');
});

test('a poll with nothing new asks the database once', async () => {
  const POLLS = 100;
  await health.pull();
  await pull(health, { cursor: health.cursor });
  const asked = async () => Number((await stack.sql(
    "SHOW GLOBAL STATUS LIKE 'Com_stmt_execute'"))[0][1]);
  const before = await asked();
  for (let i = 0; i < POLLS; i++)
    assert.equal((await pull(health, { cursor: health.cursor })).status, 304);
  const statements = await asked() - before;
  // liancha-pushd looks for work meanwhile; of several nodes (tests/galera) this one had a share.
  assert.ok(statements >= POLLS / 4 && statements < 2 * POLLS, `${statements} statements`);
});

test('a change of the dictionary or of a department is told to who polls, each once', async () => {
  await health.pull();
  await market.pull();
  const [[department]] = await stack.sql(`SELECT id FROM department WHERE code = '${DISTRICT}'`);
  for (const [kind, owner, feed, told] of [[4, 0, 'dict', [health, market]],
    [3, department, `dept:${department}`, [health]]]) {
    await stack.operate(`BEGIN; UPDATE feed_head SET seq = seq + 1 WHERE kind = ${kind}
      AND owner_id = ${owner};
      UPDATE feed_item SET version = version + 1, seq = (SELECT seq FROM feed_head
      WHERE kind = ${kind} AND
        owner_id = ${owner}) WHERE kind = ${kind} AND owner_id = ${owner} LIMIT 1;
      UPDATE sync_epoch SET shared = shared + 1; COMMIT`);
    for (const phone of [health, market]) {
      const page = expectJson(await pull(phone, { cursor: phone.cursor }));
      assert.deepEqual(page.feeds.map((of) => of.feed), told.includes(phone) ? [feed] : []);
      assert.equal((await pull(phone, { cursor: page.cursor })).status, 304);
      await phone.pull();
    }
  }
});

test('foreign, garbled and cut cursors', async () => {
  const { cursor } = await pages(health, {});
  const other = await pages(market, {});
  const flipped = cursor.slice(0, 20) + (cursor[20] === 'A' ? 'B' : 'A') + cursor.slice(21);
  for (const bad of [other.cursor, flipped, cursor.slice(0, -1), `${cursor}A`, 'x', '%FF', '=',
    'A'.repeat(4000)])
    expectProblem(await pull(health, { cursor: bad }), 400, 'malformed', { pointer: '/cursor' });
  const bare = await request(`${stack.base}/mobile/v1/pull?cursor=%FF`, { token: health.token });
  assert.ok([400, 422].includes(bare.status));
  assert.ok([413, 422].includes((await pull(health, { cursor: 'A'.repeat(4001) })).status));
  for (const query of [{ limit: '0' }, { limit: '1001' }, { limit: '-1' }, { limit: 'x' },
    { since: '1' }])
    expectProblem(await pull(health, query), 422, 'invalid',
      { pointer: `/${Object.keys(query)[0]}` });
});

test('a cursor ahead of the node gets an empty page and stays', async () => {
  const { cursor } = await pages(health, {});
  const move = (by) => stack.operate(`BEGIN; UPDATE feed_head SET seq = seq + ${by} WHERE kind = 4;
    UPDATE sync_epoch SET shared = shared + ${by}; COMMIT`);
  await move(-1);
  try {
    const page = expectJson(await pull(health, { cursor }));
    assert.deepEqual(page, { feeds: [], cursor, more: false });
  } finally {
    await move(1);
  }
});

test('after a restore the phone pulls anew', async () => {
  const { cursor } = await pages(health, {});
  const [[epoch]] = await stack.sql('SELECT epoch FROM sync_epoch');
  await stack.operate('UPDATE sync_epoch SET epoch = UUID()');
  try {
    expectProblem(await pull(health, { cursor }), 409, 'epoch-changed', { pointer: '/cursor' });
    await health.pull();
    assert.notEqual(health.cursor, cursor);
  } finally {
    await stack.operate(`UPDATE sync_epoch SET epoch = '${epoch}'`);
  }
});

test('access that ended is told once, and comes back whole when it is granted again', async () => {
  const phone = await world.newPhone(world.cards[0]);
  await phone.pull();
  const feed = [...phone.feeds.keys()].find((name) => name.startsWith('visit:'));
  const [, visit] = feed.split(':');
  const before = [...phone.feeds.get(feed).keys()].sort();
  const [[inspector]] = await stack.sql(
    `SELECT inspector_id FROM device WHERE id = ${phone.deviceId}`);
  const tell = (deleted) => stack.operate(`BEGIN;
    UPDATE feed_head SET seq = seq + 1 WHERE kind = 1 AND owner_id = ${inspector};
    UPDATE feed_item SET deleted = ${deleted}, seq = (SELECT seq FROM feed_head WHERE kind = 1 AND
      owner_id = ${inspector}) WHERE kind = 1 AND owner_id = ${inspector} AND entity_id = ${visit};
    COMMIT`);
  await tell(1);
  const page = expectJson(await pull(phone, { cursor: phone.cursor }));
  assert.deepEqual(page.feeds, [{ feed, removed: true, items: [] }]);
  await phone.pull();
  assert.equal(phone.feeds.has(feed), false);
  const fresh = new Phone({ base: stack.base,
    vault: { get: () => ({ access_token: phone.token }) } });
  await fresh.pull();
  assert.equal(fresh.feeds.has(feed), false, 'a new phone never hears of it');
  await tell(0);
  const granted = expectJson(await pull(phone, { cursor: phone.cursor }));
  assert.deepEqual(granted.feeds.map(({ feed, reset }) => [feed, reset]), [[feed, true]]);
  await phone.pull();
  assert.deepEqual([...phone.feeds.get(feed).keys()].sort(), before);
});

test('without a token, with another one, with an office session', async () => {
  for (const token of [undefined, 'x', 'x'.repeat(300), world.tokenOf('planner', MARKET)])
    expectProblem(await request(`${stack.base}/mobile/v1/pull`, { token }), 401, 'unauthenticated');
});

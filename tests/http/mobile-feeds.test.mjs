// Feeds in depth: the self-check and the feed that is fetched again, the horizon of tombstones, a
// department that changes, and that pages of any size amid writes end in what the server holds.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expectJson, expectProblem, request } from '../support/http.mjs';
import { startStack } from './harness.mjs';
import { readCsv } from '../../conf/main-job/synthetic.mjs';
import { writeCsv } from '../../conf/main-job/synthetic/csv.mjs';
import { DISTRICT, OUTSIDER, seed } from './world.mjs';

let stack;
let world;
let phone; // of the district's health commission
let inspector;

before(async () => {
  stack = await startStack();
  world = await seed(stack);
  [phone] = world.phones;
  await phone.pull();
  [[inspector]] = await stack.sql(`SELECT inspector_id FROM device WHERE id = ${phone.deviceId}`);
});
after(() => stack.stop());

const get = (path, query) => request(
  `${stack.base}/mobile/v1${path}?${new URLSearchParams(query)}`, { token: phone.token });
const pull = (query) => get('/pull', { cursor: phone.cursor, ...query });

const plain = (feeds) => Object.fromEntries([...feeds].filter(([, items]) => items.size > 0)
  .map(([feed, items]) => [feed, Object.fromEntries([...items].sort())]).sort());

// What a phone that begins now is told.
async function present(card = world.cards[0]) {
  const fresh = await world.newPhone(card);
  await fresh.pull();
  return plain(fresh.feeds);
}

// As the office and other phones write, in one transaction: the next number of a visit's feed and
// of its inspector's, for one of its items.
const write = (visit, set, where) => stack.operate(`BEGIN;
  UPDATE feed_head SET seq = seq + 1 WHERE (kind = 1 AND owner_id = ${inspector}) OR
    (kind = 2 AND owner_id = ${visit});
  UPDATE feed_item SET ${set}, seq = (SELECT seq FROM feed_head WHERE kind = 2 AND
    owner_id = ${visit}) WHERE kind = 2 AND owner_id = ${visit} AND ${where};
  UPDATE feed_item SET seq = (SELECT seq FROM feed_head WHERE kind = 1 AND owner_id = ${inspector})
    WHERE kind = 1 AND owner_id = ${inspector} AND entity_id = ${visit};
  COMMIT`);
const assign = (visit, mine) => stack.operate(`BEGIN;
  UPDATE feed_head SET seq = seq + 1 WHERE kind = 1 AND owner_id = ${inspector};
  UPDATE feed_item SET deleted = ${mine ? 0 : 1}, seq = (SELECT seq FROM feed_head WHERE kind = 1
  AND
    owner_id = ${inspector}) WHERE kind = 1 AND owner_id = ${inspector} AND entity_id = ${visit};
  COMMIT`);

// As the office changes what it knows of one of the world's inspectors.
async function importInspector({ card_no, ...change }) {
  const path = join(stack.var, 'world', 'one-inspector.csv');
  const row = readCsv(join(stack.var, 'world/inspectors.csv'))
    .find((one) => one.card_no === card_no);
  writeCsv(path, Object.keys(row), [{ ...row, ...change }]);
  await stack.office.ctl(['import', 'inspectors', path]);
}

const visitFeeds = (of = phone) => [...of.feeds.keys()].filter((feed) => feed.startsWith('visit:'));
const idOf = (feed) => feed.split(':')[1];

// ---- self-check ---------------------------------------------------------------------------------

test('the checksum of a feed is the one that a stranger computes from the protocol page', async () => {
  await phone.pull();
  const { feeds, next } = expectJson(await get('/feeds', { cursor: phone.cursor }));
  assert.equal(next, null);
  assert.deepEqual(feeds.map(({ feed }) => feed).filter((feed) => phone.feeds.has(feed)).sort(),
    [...phone.feeds.keys()].sort());
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const sorted = (value) => (Array.isArray(value) ? value.map(sorted)
    : value !== null && typeof value === 'object' ? Object.fromEntries(Object.keys(value).sort()
      .map((name) => [name, sorted(value[name])])) : value);
  for (const { feed, items, checksum } of feeds) {
    const mine = [...phone.feeds.get(feed)?.values() ?? []].sort((a, b) => a.seq - b.seq);
    assert.equal(items, mine.length, feed);
    let text = '';
    for (const { entity, id, version, seq, body } of mine)
      text += `${entity}:${id}:${version}:${seq}:${sha256(JSON.stringify(sorted(body)))}\n`;
    assert.equal(checksum, sha256(text), feed);
  }
  assert.deepEqual(await phone.selfCheck(), []);
});

test('a phone finds the one feed in which it differs, and mends that feed alone', async () => {
  const [feed, other] = visitFeeds();
  const harm = {
    'a body that changed': (items) => {
      const [name, item] = [...items].find(([, { entity }]) => entity === 'check_result');
      items.set(name, { ...item, body: { ...item.body, problem: '改动' } });
    },
    'an item that went missing': (items) => items.delete([...items.keys()].at(-1)),
    'an older state': (items) => {
      const [name, item] = [...items].at(-1);
      items.set(name, { ...item, seq: item.seq - 1 });
    },
    'an item that was deleted': (items) => {
      const [, item] = [...items].at(-1);
      items.set('conflict:1', { ...item, entity: 'conflict', id: 1 });
    },
  };
  const expected = await present();
  for (const [what, spoil] of Object.entries(harm)) {
    const untouched = phone.feeds.get(other);
    spoil(phone.feeds.get(feed));
    assert.notDeepEqual(plain(phone.feeds), expected, what);
    assert.deepEqual(await phone.selfCheck(), [feed], what);
    assert.deepEqual(plain(phone.feeds), expected, what);
    assert.equal(phone.feeds.get(other), untouched, `${what}: other feeds were not told again`);
    assert.deepEqual(await phone.selfCheck(), []);
  }
  phone.feeds.set('visit:999999', new Map(phone.feeds.get(feed)));
  phone.feeds.delete('dict');
  assert.deepEqual(await phone.selfCheck(), ['dict', 'visit:999999']);
  assert.deepEqual(plain(phone.feeds), expected);
});

test('a feed that is fetched again comes alone, page by page, and the rest goes on', async () => {
  await phone.pull();
  const feed = visitFeeds()[0];
  const whole = expectJson(await pull({ again: feed }));
  assert.deepEqual(whole.feeds.map(({ feed, reset }) => [feed, reset]), [[feed, true]]);
  assert.deepEqual(whole.feeds[0].items.map(({ seq }) => seq),
    [...phone.feeds.get(feed).values()].map(({ seq }) => seq).sort((a, b) => a - b));
  assert.equal((await pull({ cursor: whole.cursor })).status, 304);
  const parts = [expectJson(await pull({ again: feed, limit: '2' }))];
  while (parts.at(-1).more)
    parts.push(expectJson(await pull({ cursor: parts.at(-1).cursor, limit: '2' })));
  assert.ok(parts.length > 1);
  assert.deepEqual(parts.map(({ feeds }) => feeds[0]?.reset), [true, ...parts.slice(1).map(() =>
    undefined)]);
  assert.deepEqual(parts.flatMap(({ feeds }) => feeds.flatMap(({ items }) => items)),
    whole.feeds[0].items);
  assert.equal((await pull({ cursor: parts.at(-1).cursor })).status, 304);
  const [, other] = visitFeeds();
  expectProblem(await pull({ cursor: parts[0].cursor, again: other }), 422, 'invalid',
    { pointer: '/again' });
});

test('a feed that is not the inspector\'s is forgotten, whatever it names', async () => {
  const foreign = (await stack.sql(`SELECT MAX(id) + 1 FROM visit`))[0][0];
  for (const feed of [`visit:${foreign}`, 'dept:999999'])
    assert.deepEqual(expectJson(await pull({ again: feed })).feeds,
      [{ feed, removed: true, items: [] }]);
  for (const again of ['visit:', 'visit:0', 'visit:x', 'inspector:1', 'dept:', 'x', 'visit:1 '])
    expectProblem(await pull({ again }), 422, 'invalid', { pointer: '/again' });
});

test('what changed behind the cursor is named without a checksum', async () => {
  await phone.pull();
  const [feed] = visitFeeds();
  await write(idOf(feed), 'version = version', "entity = 'visit'");
  const { feeds } = expectJson(await get('/feeds', { cursor: phone.cursor }));
  assert.deepEqual(feeds.find((one) => one.feed === feed), { feed });
  assert.ok(feeds.filter(({ checksum }) => checksum).length >= 2);
  assert.deepEqual(await phone.selfCheck(), [], 'news is no mismatch');
});

test('a check of many visits comes in parts, each visit once', async () => {
  const own = await world.newPhone(world.cards[1]);
  const [[id]] = await stack.sql(`SELECT inspector_id FROM device WHERE id = ${own.deviceId}`);
  const many = 1000000000;
  await stack.operate(`BEGIN;
    INSERT INTO feed_head SELECT 2, ${many} + seq, 3, 0 FROM seq_1_to_120;
    INSERT INTO feed_item SELECT 2, ${many} + seq, 3, 'visit', ${many} + seq, 0, 0, (SELECT body
      FROM feed_item WHERE kind = 2 AND entity = 'visit' LIMIT 1) FROM seq_1_to_120;
    UPDATE feed_head SET seq = seq + 120 WHERE kind = 1 AND owner_id = ${id};
    INSERT INTO feed_item SELECT 1, ${id}, (SELECT seq FROM feed_head WHERE kind = 1 AND
      owner_id = ${id}) - 120 + seq, 'visit', ${many} + seq, 0, 0, '{}' FROM seq_1_to_120;
    COMMIT`);
  try {
    await own.pull();
    const parts = [];
    for (let next; next !== null; next = parts.at(-1).next)
      parts.push(expectJson(await request(`${stack.base}/mobile/v1/feeds?${new URLSearchParams(
        { cursor: own.cursor, ...(next && { after: next }) })}`, { token: own.token })));
    assert.ok(parts.length >= 3);
    assert.deepEqual(parts.flatMap(({ feeds }) => feeds.map(({ feed }) => feed)).filter((feed) =>
      own.feeds.has(feed)).sort(), [...own.feeds.keys()].sort());
    assert.deepEqual(await own.selfCheck(), []);
    own.feeds.get(`visit:${many + 77}`).clear();
    assert.deepEqual(await own.selfCheck(), [`visit:${many + 77}`]);
    assert.equal(own.feeds.get(`visit:${many + 77}`).size, 1);
  } finally {
    await stack.operate(`DELETE FROM feed_item WHERE kind = 2 AND owner_id > ${many};
      DELETE FROM feed_head WHERE kind = 2 AND owner_id > ${many};
      DELETE FROM feed_item WHERE kind = 1 AND owner_id = ${id} AND entity_id > ${many}`);
  }
});

test('a check without a cursor, with a foreign or a broken one', async () => {
  expectProblem(await get('/feeds', {}), 422, 'invalid', { pointer: '/cursor' });
  for (const cursor of ['x', world.phones[1].cursor || 'y'])
    expectProblem(await get('/feeds', { cursor }), 400, 'malformed', { pointer: '/cursor' });
  for (const after of ['0', '-1', 'x'])
    expectProblem(await get('/feeds', { cursor: phone.cursor, after }), 422, 'invalid',
      { pointer: '/after' });
});

test('a check is refused as a pull is: without a token, when retired, after a restore', async () => {
  const own = await world.newPhone(world.cards[1]);
  await own.pull();
  const check = (token) => request(`${stack.base}/mobile/v1/feeds?${new URLSearchParams(
    { cursor: own.cursor })}`, { token });
  expectProblem(await check(undefined), 401, 'unauthenticated');
  await stack.operate(`UPDATE device SET state = 'retired' WHERE id = ${own.deviceId}`);
  expectProblem(await check(own.token), 403, 'device-retired');
  await stack.operate(`UPDATE device SET state = 'active' WHERE id = ${own.deviceId}`);
  const [[epoch]] = await stack.sql('SELECT epoch FROM sync_epoch');
  await stack.operate('UPDATE sync_epoch SET epoch = UUID()');
  try {
    expectProblem(await check(own.token), 409, 'epoch-changed', { pointer: '/cursor' });
  } finally {
    await stack.operate(`UPDATE sync_epoch SET epoch = '${epoch}'`);
  }
});

// ---- a node that lags ---------------------------------------------------------------------------

test('a node that lags neither checks a feed nor tells one again: both wait for the next', async () => {
  await phone.pull();
  const [feed] = visitFeeds();
  await stack.operate(`UPDATE feed_head SET seq = seq - 1 WHERE kind = 1
    AND owner_id = ${inspector}`);
  let later;
  try {
    expectProblem(await get('/feeds', { cursor: phone.cursor }), 503, 'unavailable');
    const page = expectJson(await pull({ again: feed }));
    assert.deepEqual([page.feeds, page.more], [[], false]);
    later = page.cursor;
    assert.deepEqual(expectJson(await pull({ cursor: later })).feeds, []);
  } finally {
    await stack.operate(`UPDATE feed_head SET seq = seq + 1 WHERE kind = 1 AND
      owner_id = ${inspector}`);
  }
  const page = expectJson(await pull({ cursor: later }));
  assert.deepEqual(page.feeds.map(({ feed, reset }) => [feed, reset]), [[feed, true]]);
});

// ---- the horizon --------------------------------------------------------------------------------

test('below the horizon of tombstones one feed begins anew, and no other', async () => {
  const away = await world.newPhone(world.cards[0]);
  const [feed, other] = visitFeeds();
  const visit = idOf(feed);
  await stack.operate(`UPDATE feed_head SET seq = seq + 1 WHERE kind = 2 AND owner_id = ${visit};
    INSERT INTO feed_item SELECT 2, ${visit}, seq, 'conflict', 900000001, 0, 0, JSON_OBJECT(
      'section_id', 1, 'entity', 'section', 'entity_id', 1, 'field', 'note', 'kept', 'x',
      'other', 'y', 'device_id', 1, 'at', '2026-01-01T00:00:00.000Z') FROM feed_head
      WHERE kind = 2 AND owner_id = ${visit}`);
  await write(visit, 'version = version', "entity = 'conflict'");
  await away.pull();
  assert.ok(away.item('conflict', 900000001), 'it was told');
  const [near, slow, edge] = [await world.newPhone(world.cards[0]),
    await world.newPhone(world.cards[0]), await world.newPhone(world.cards[0])];
  for (const one of [near, slow, edge]) await one.pull();
  // Deleted half a year ago, as feed_write notes it.
  await write(visit, 'deleted = 1', "entity = 'conflict' AND entity_id = 900000001");
  await stack.operate(`INSERT INTO feed_tombstone SELECT CURRENT_DATE - INTERVAL 182 DAY, kind,
    owner_id, seq FROM feed_item WHERE kind = 2 AND owner_id = ${visit} AND entity_id = 900000001`);
  await near.pull();
  assert.equal(near.item('conflict', 900000001), undefined, 'in time it is told as a deletion');
  const { out } = await stack.office.ctl(['feeds', 'purge']);
  assert.ok(out.purged >= 1);
  assert.deepEqual((await stack.office.ctl(['feeds', 'purge'])).out, { purged: 0 });
  const ask = (of, query) => request(`${stack.base}/mobile/v1/pull?${new URLSearchParams(
    { cursor: of.cursor, ...query })}`, { token: of.token });
  assert.equal((await ask(near)).status, 304);
  const page = expectJson(await ask(away));
  assert.deepEqual(page.feeds.map(({ feed, reset }) => [feed, reset]), [[feed, true]]);
  const untouched = away.feeds.get(other);
  await away.pull();
  assert.equal(away.item('conflict', 900000001), undefined);
  assert.equal(away.feeds.get(other), untouched);
  assert.deepEqual(plain(away.feeds), await present());
  let pages = 0;
  for (let more = true; more; pages++) ({ more } = await slow.pullPage({ limit: 1 }));
  assert.ok(pages > 2, 'page by page it begins anew once');
  assert.deepEqual(plain(slow.feeds), plain(away.feeds));
  assert.deepEqual([await away.selfCheck(), await near.selfCheck()], [[], []]);
  await write(visit, 'version = version', "entity = 'visit'");
  assert.deepEqual(expectJson(await ask(away)).feeds.map(({ feed, reset }) => [feed, reset]),
    [[feed, undefined]], 'once it has begun anew, it goes on');
  await write(idOf(other), 'version = version', "entity = 'visit'");
  await write(visit, 'version = version', "entity = 'visit'");
  const first = expectJson(await ask(edge, { limit: 1 }));
  assert.deepEqual(first.feeds.map((of) => of.feed), [other], 'it ends before what begins anew');
  await edge.pull({ limit: 1 });
  assert.deepEqual(plain(edge.feeds), await present());
});

// ---- access -------------------------------------------------------------------------------------

test('who goes to another department forgets the feed of the one before', async () => {
  const own = await world.newPhone(world.cards[2]);
  await own.pull();
  const [[department]] = await stack.sql(`SELECT i.department_id FROM device d
    JOIN inspector i ON i.id = d.inspector_id WHERE d.id = ${own.deviceId}`);
  const moveTo = (code) => importInspector({ card_no: world.cards[2], department: code });
  own.feeds.set(`dept:${department}`, new Map());
  await own.pull();
  assert.equal((await request(`${stack.base}/mobile/v1/pull?cursor=${own.cursor}`,
    { token: own.token })).status, 304);
  await moveTo(OUTSIDER);
  try {
    await own.pull();
    assert.equal(own.feeds.has(`dept:${department}`), false);
    assert.deepEqual(await own.selfCheck(), []);
  } finally {
    await moveTo(DISTRICT);
  }
});

// ---- pages of any size, amid writes -------------------------------------------------------------

// SplitMix64 in its 32-bit cousin: the same schedule in every run with one seed.
function dice(seed) {
  let state = seed >>> 0;
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ z >>> 16, 0x85ebca6b);
    z = Math.imul(z ^ z >>> 13, 0xc2b2ae35);
    return ((z ^ z >>> 16) >>> 0) % n;
  };
}

const ROUNDS = 25;

test('whatever the pages and the writes between them, the phone ends with what the server holds',
  async (t) => {
    const seed = Number(process.env.LIANCHA_TEST_SEED ?? 20261125);
    t.diagnostic(`LIANCHA_TEST_SEED=${seed}`);
    const below = dice(seed);
    const pick = (list) => list[below(list.length)];
    await phone.pull();
    const visits = visitFeeds().map(idOf);
    const away = new Set(); // visits that are withdrawn now
    const follower = await world.newPhone(world.cards[0]);
    const colleague = await world.newPhone(world.cards[0]);
    const gone = new Set(); // items that are deleted now: 'visit where'
    const acts = [
      () => write(pick(visits), 'version = version', "entity = 'section' ORDER BY seq LIMIT 1"),
      async () => {
        const visit = pick(visits);
        const [[entity, id] = []] = await stack.sql(`SELECT entity, entity_id FROM feed_item
          WHERE kind = 2 AND owner_id = ${visit} AND entity = 'check_result' AND deleted = 0
          ORDER BY seq DESC LIMIT 1`);
        if (!id) return;
        const where = `entity = '${entity}' AND entity_id = ${id}`;
        await write(visit, 'deleted = 1', where);
        gone.add(`${visit} ${where}`);
      },
      async () => {
        for (const one of [...gone].slice(0, 1)) {
          const at = one.indexOf(' ');
          await write(one.slice(0, at), 'deleted = 0', one.slice(at + 1));
          gone.delete(one);
        }
      },
      async () => {
        const visit = pick(visits);
        await assign(visit, away.has(visit));
        if (!away.delete(visit)) away.add(visit);
      },
      async () => {
        await colleague.pull();
        const open = colleague.items('section').filter(({ body }) => body.state === 'open' &&
          body.inspectors.some(({ card_no }) => card_no === world.cards[0]));
        if (open.length === 0) return;
        colleague.record('section', pick(open).id, { note: `合成 ${below(1000000)}` });
        await colleague.push();
      },
      () => {},
    ];
    try {
      for (let round = 0; round < ROUNDS; round++) {
        for (let more = true, pages = 0; more && pages < 400; pages++) {
          assert.ok(pages < 390, 'it ends');
          const again = round % 3 === 1 && pages === 0 ? `visit:${pick(visits)}` : undefined;
          ({ more } = await follower.pullPage({ limit: 1 + below(9), again }));
          if (pages < 12) await pick(acts)();
        }
        await follower.pull({ limit: 1 + below(5) });
        assert.deepEqual(plain(follower.feeds), await present(), `round ${round}`);
        assert.deepEqual(await follower.selfCheck(), [], `round ${round}`);
        if (round % 5 === 4) follower.forget();
      }
    } finally {
      for (const one of gone) {
        const at = one.indexOf(' ');
        await write(one.slice(0, at), 'deleted = 0', one.slice(at + 1));
      }
      for (const visit of away) await assign(visit, true);
    }
  });

// mobile.mjs - the sync API once more in Node (fastify, mysql2, a cluster of two), as a peer of the
// bench: what it does and leaves out stands in tests/bench/README.md. mobile.mjs
// SOCKET-TO-LISTEN-ON

import cluster from 'node:cluster';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import Fastify from 'fastify';
import mysql from 'mysql2/promise';

const PROCESSES = 2;
const PAGE_ITEMS = 1000;
const PAGE_VISITS = 80; // of one statement: their items fit about one page
const CURSOR_VISITS = 128;
const { BENCH_SOCKET, BENCH_PASSWORD, LIANCHA_WORKERS } = process.env;

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const binary = (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex');
const places = (count, one) => Array(count).fill(one).join();
const rows = async (db, sql, values) => (await db.execute({ sql, rowsAsArray: true }, values))[0];

// The device of the token and, in the same statement, the heads of the feeds it follows.
const head = (of) => `COALESCE(${of}.seq, CAST(0 AS UNSIGNED))`;
const authenticate = async (db, req) => (await rows(db, 'SELECT d.id, d.inspector_id, ' +
  `i.department_id, e.epoch, ${head('dict')}, ${head('dept')}, ${head('own')}` +
  ' FROM device d JOIN inspector i ON i.id = d.inspector_id JOIN sync_epoch e ON e.id = 1' +
  ' LEFT JOIN feed_head dict ON dict.kind = 4 AND dict.owner_id = 0' +
  ' LEFT JOIN feed_head dept ON dept.kind = 3 AND dept.owner_id = i.department_id' +
  ' LEFT JOIN feed_head own ON own.kind = 1 AND own.owner_id = i.id' +
  " WHERE d.access_hash = ? AND d.state = 'active' AND d.access_expires_at > UTC_TIMESTAMP()",
[sha256((req.headers.authorization ?? '').slice(7))]))[0];

// ---- pull ---------------------------------------------------------------------------------------

const item = (r) => `{"entity":"${r[2]}","id":${r[3]},"seq":${r[1]},"version":${r[4]},` +
  (r[5] ? '"deleted":true}' : `"body":${r[6]}}`);

const ITEM = 'SELECT owner_id, seq, entity, entity_id, version, deleted, body FROM feed_item';

async function pullPlain(db, kind, owner, seq) {
  const items = await rows(db, `${ITEM} WHERE kind = ? AND owner_id = ? AND seq > ? ` +
    `ORDER BY seq LIMIT ${PAGE_ITEMS}`, [kind, owner, seq]);
  return `{"feed":"${kind === 4 ? 'dict' : `dept:${owner}`}","items":[${items.map(item).join()}]}`;
}

// Items of several visits, by visit; the key gives them in order without a sort.
async function readVisits(db, visits, known) {
  const found = new Map();
  for (const r of await rows(db, `${ITEM} WHERE kind = 2 AND (` +
    visits.map(() => '(owner_id = ? AND seq > ?)').join(' OR ') + ') ORDER BY owner_id, seq',
  visits.flatMap((id) => [id, known.get(id) ?? 0])))
    found.set(r[0], [...found.get(r[0]) ?? [], r]);
  return found;
}

// Cursor: dict.dept.inspector~visit.seq~…, the visit that changed last in front.
async function pull(db, [, inspector, department, , dict, dept, head], req, res) {
  const [first, ...parts] = (req.query.cursor ?? '0.0.0').split('~')
    .map((part) => part.split('.').map(Number));
  const [dictSeen, deptSeen] = first;
  let seen = first[2];
  if (dictSeen === dict && deptSeen === dept && seen === head) return res.code(304).send();
  const known = new Map(parts);
  const feeds = [];
  if (dictSeen < dict) feeds.push(await pullPlain(db, 4, 0, dictSeen));
  if (deptSeen < dept) feeds.push(await pullPlain(db, 3, department, deptSeen));
  const changes = await rows(db, 'SELECT seq, entity_id, deleted FROM feed_item WHERE kind = 1' +
    ` AND owner_id = ? AND seq > ? ORDER BY seq LIMIT ${PAGE_VISITS}`, [inspector, seen]);
  const live = changes.filter((c) => !c[2]).map((c) => c[1]);
  const found = live.length ? await readVisits(db, live, known) : new Map();
  const moved = [];
  let left = PAGE_ITEMS;
  let full = changes.length === PAGE_VISITS;
  for (const [seq, visit, removed] of changes) {
    const all = found.get(visit) ?? [];
    const items = all.slice(0, left);
    if (removed) feeds.push(`{"feed":"visit:${visit}","removed":true,"items":[]}`);
    else if (items.length) {
      feeds.push(`{"feed":"visit:${visit}","items":[${items.map(item).join()}]}`);
      known.delete(visit);
      moved.unshift([visit, items.at(-1)[1]]);
    }
    if (items.length < all.length) {
      full = true;
      break;
    }
    left -= items.length;
    seen = seq;
  }
  const cursor = [`${dict}.${dept}.${full ? seen : head}`,
    ...[...moved, ...known].slice(0, CURSOR_VISITS).map((pair) => pair.join('.'))].join('~');
  return res.header('Content-Type', 'application/json')
    .send(`{"feeds":[${feeds.join()}],"cursor":"${cursor}","more":${full}}`);
}

// ---- push ---------------------------------------------------------------------------------------

// The records of the operations, locked by their section, with what a feed says of their items.
async function readRecords(db, ids) {
  const sections = new Map((await rows(db, 'SELECT s.id, s.visit_id, (SELECT ' +
    'GROUP_CONCAT(a.inspector_id) FROM assignment a WHERE a.section_id = s.id) FROM section s ' +
    `WHERE s.id IN (SELECT section_id FROM check_result WHERE id IN (${places(ids.length, '?')}))` +
    " AND s.state = 'open' ORDER BY s.id FOR UPDATE", ids)).map((r) => [r[0], r]));
  const records = new Map();
  for (const r of await rows(db, 'SELECT c.id, c.section_id, c.version, c.field_versions, ' +
    'c.result_code, c.problem, c.disposal, i.id, i.code, i.version, i.specialty, i.name, ' +
    'i.method, i.legal_basis, i.content FROM check_result c JOIN inspection_item i ' +
    `ON i.id = c.item_id WHERE c.id IN (${places(ids.length, '?')})`, ids)) {
    const [, visit, inspectors] = sections.get(r[1]) ?? [];
    if (visit) records.set(r[0], { r, visit, inspectors: inspectors.split(',').map(Number) });
  }
  return records;
}

// Three-way by field: what changed since the base by another device stays.
function merge({ r }, op, device) {
  const versions = r[3] === '' ? ['0:0', '0:0', '0:0'] : r[3].split(',');
  let outcome = 'applied';
  ['result_code', 'problem', 'disposal'].forEach((name, i) => {
    if (!(name in op.fields)) return;
    const [version, writer] = versions[i].split(':').map(Number);
    if (version > op.base_version && writer !== device && r[4 + i] !== op.fields[name]) {
      outcome = 'conflict';
      return;
    }
    r[4 + i] = op.fields[name];
    versions[i] = `${r[2] + 1}:${device}`;
  });
  r[2]++;
  r[3] = versions.join();
  return outcome;
}

const bodyOf = ([, section_id, , , result_code, problem, disposal, id, code, version, specialty,
  name, method, legal_basis, content]) => JSON.stringify({ section_id, result_code, problem,
  disposal, item: { id, code, version, specialty, name, method, legal_basis, content } });

// Raises the heads of the visits and of their inspectors, and writes the items.
async function publish(db, records) {
  const items = records.map(({ r, visit }) => [2, visit, 'check_result', r[0], r[2], bodyOf(r)]);
  const told = new Map(records.flatMap(({ visit, inspectors }) =>
    inspectors.map((inspector) =>
      [`${inspector}.${visit}`, [1, inspector, 'visit', visit, 0, '{}']])));
  items.push(...told.values());
  const counts = new Map();
  for (const [kind, owner] of items)
    counts.set(`${kind}.${owner}`, [kind, owner, (counts.get(`${kind}.${owner}`)?.[2] ?? 0) + 1]);
  const order = [...counts.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const heads = new Map((await rows(db, 'INSERT INTO feed_head (kind, owner_id, seq) VALUES ' +
    `${places(order.length, '(?, ?, ?)')} ON DUPLICATE KEY UPDATE seq = seq + VALUES(seq)` +
    ' RETURNING kind, owner_id, seq', order.flat()))
    .map(([kind, owner, seq]) => [`${kind}.${owner}`, seq - counts.get(`${kind}.${owner}`)[2]]));
  const next = (key) => heads.set(key, heads.get(key) + 1).get(key);
  await rows(db, 'INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, ' +
    'version, deleted, ' +
    `body) VALUES ${places(items.length, '(?, ?, ?, ?, ?, ?, 0, ?)')} ON DUPLICATE KEY UPDATE ` +
    'seq = VALUES(seq), version = VALUES(version), body = VALUES(body)',
  items.flatMap(([kind, owner, ...more]) => [kind, owner, next(`${kind}.${owner}`), ...more]));
}

async function store(db, records, ledger, device) {
  await rows(db, 'UPDATE check_result c JOIN (SELECT ? AS version, ? AS versions, ? AS code, ' +
    '? AS problem, ? AS disposal, ? AS id' +
    ' UNION ALL SELECT ?, ?, ?, ?, ?, ?'.repeat(records.length - 1) + ') n ON n.id = c.id SET ' +
    'c.version = n.version, c.field_versions = n.versions, c.result_code = n.code, ' +
    'c.problem = n.problem, c.disposal = n.disposal',
  records.flatMap(({ r }) => [r[2], r[3], r[4], r[5], r[6], r[0]]));
  await rows(db, 'INSERT INTO sync_op (op_id, device_id, counter, body_hash, ' +
    'outcome, result, at) ' +
    `VALUES ${places(ledger.length, '(?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3))')}`,
  ledger.flatMap(({ op, hash, result }) => [binary(op.id), device, op.counter, hash,
    result.outcome, JSON.stringify(result)]));
  await rows(db, 'UPDATE device SET counter = ? WHERE id = ?',
    [Math.max(...ledger.map(({ op }) => op.counter)), device]);
}

// The ledger first: what is there answers itself.
async function apply(db, [device, inspector], operations) {
  await rows(db, 'SELECT counter FROM device WHERE id = ? FOR UPDATE', [device]);
  const known = new Map((await rows(db,
    'SELECT op_id, body_hash, result FROM sync_op WHERE op_id ' +
    `IN (${places(operations.length, '?')})`, operations.map(({ id }) => binary(id))))
    .map((r) => [r[0].toString('hex'), r]));
  const records = await readRecords(db, operations.map(({ entity_id }) => entity_id));
  const ledger = [];
  const touched = new Set();
  const outcomes = operations.map((op) => {
    const hash = sha256(JSON.stringify(Object.fromEntries(Object.entries(op).sort())));
    const before = known.get(op.id.replaceAll('-', ''));
    if (before) return before[1].equals(hash)
      ? { id: op.id, outcome: 'duplicate', result: JSON.parse(before[2]) }
      : { id: op.id, outcome: 'rejected' };
    const result = { id: op.id, outcome: 'rejected' };
    const record = records.get(op.entity_id);
    if (record?.inspectors.includes(inspector)) {
      result.outcome = merge(record, op, device);
      result.version = record.r[2];
      touched.add(record);
    }
    ledger.push({ op, hash, result });
    return result;
  });
  if (touched.size) {
    await store(db, [...touched], ledger, device);
    await publish(db, [...touched]);
  }
  return { outcomes };
}

async function push(pool, me, req) {
  const db = await pool.getConnection();
  try {
    await db.beginTransaction();
    const reply = await apply(db, me, req.body.operations);
    await db.commit();
    return reply;
  } catch (error) {
    await db.rollback();
    throw error;
  } finally {
    db.release();
  }
}

function serve(path) {
  const pool = mysql.createPool({ socketPath: BENCH_SOCKET, user: 'liancha_mobile',
    password: BENCH_PASSWORD, database: 'liancha', charset: 'utf8mb4',
    connectionLimit: Math.ceil(LIANCHA_WORKERS / PROCESSES) });
  const app = Fastify({ bodyLimit: 1 << 20 });
  app.addHook('onRequest', async (req, res) => {
    req.me = await authenticate(pool, req);
    res.header('Cache-Control', 'no-store').header('X-Request-Id', req.headers['x-request-id']);
    if (!req.me) return res.code(401).send();
  });
  app.get('/liancha/mobile/v1/pull', (req, res) => pull(pool, req.me, req, res));
  app.post('/liancha/mobile/v1/push', (req) => push(pool, req.me, req));
  app.listen({ path });
}

const [path] = process.argv.slice(2);
if (cluster.isPrimary) {
  rmSync(path, { force: true });
  for (let i = 0; i < PROCESSES; i++) cluster.fork();
  process.on('SIGTERM', () => process.exit(0));
} else serve(path);

// oracle.mjs - what must hold when all is quiet: phones, server and model tell the same, and
// nothing that anybody recorded is unaccounted for.

import assert from 'node:assert/strict';
import { Broken, expect, problemOf } from './model.mjs';

const SECTION_FIELDS = ['arrived_at', 'left_at', 'note', 'result_class'];
const CHECK_FIELDS = ['result_code', 'problem', 'disposal'];
const dashed = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
const instant = (text) => (text === null ? null : `${text.replace(' ', 'T')}Z`);

function same(actual, expected, what) {
  try {
    assert.deepEqual(actual, expected);
  } catch (error) {
    throw new Broken(`${what}: ${error.message}`);
  }
}

// What the tables hold, read once: records is "entity:id" -> {version, fields…}.
async function read(lane) {
  const [sections, checks, ledger, devices, held, conflicts, evidence, items, assignments] =
    await Promise.all([
      `SELECT id, visit_id, version, DATE_FORMAT(arrived_at, '%Y-%m-%d %H:%i:%s.%f'),
        DATE_FORMAT(left_at, '%Y-%m-%d %H:%i:%s.%f'), note, result_class, state, conflicts
        FROM section ORDER BY id`,
      'SELECT id, section_id, version, result_code, problem, disposal FROM check_result ' +
        'ORDER BY id',
      'SELECT LOWER(HEX(op_id)), result FROM sync_op',
      'SELECT id, LOWER(HEX(receipt)) FROM device',
      'SELECT LOWER(HEX(op_id)), kind, fields FROM held_op',
      'SELECT id, LOWER(HEX(op_id)), section_id, field, other, resolved_at FROM sync_conflict',
      'SELECT id, LOWER(HEX(op_id)), section_id FROM evidence',
      `SELECT i.kind, i.owner_id, i.seq, i.entity, i.entity_id, i.version, i.deleted, i.body, h.seq
        FROM feed_item i JOIN feed_head h ON h.kind = i.kind AND h.owner_id = i.owner_id
        ORDER BY 1, 2, 3`,
      `SELECT DISTINCT a.inspector_id, s.visit_id FROM assignment a JOIN section s
        ON s.id = a.section_id JOIN visit v ON v.id = s.visit_id WHERE v.state = 'dispatched'`,
    ].map((query) => lane.sql(query)));
  const records = new Map();
  for (const [id, , version, arrived, left, note, result_class, state, open] of sections)
    records.set(`section:${id}`, { version: Number(version), state, conflicts: Number(open), note,
      result_class, arrived_at: instant(arrived?.slice(0, -3) ?? null),
      left_at: instant(left?.slice(0, -3) ?? null) });
  for (const [id, , version, result_code, problem, disposal] of checks)
    records.set(`check_result:${id}`, { version: Number(version), result_code, problem, disposal });
  return { sections, checks, ledger, devices, held, conflicts, evidence, items,
    assignments, records };
}

// Every value is the one that the model followed.
function judgeValues(model, rows) {
  for (const [name, row] of rows)
    for (const field of name.startsWith('section:') ? SECTION_FIELDS : CHECK_FIELDS)
      same(row[field], model.values.get(`${name}:${field}`)?.value ?? null, `${name}:${field}`);
}

// Ledger, receipts and counters are the model's.
function judgeLedger({ model, phones, counts: { 'backup restored': restored } }, tables) {
  const ledger = new Map(tables.ledger.map(([id, result]) => [dashed(id), JSON.parse(result)]));
  const receipts = new Map(tables.devices);
  same([...ledger.keys()].sort(), [...model.results.keys()].sort(), 'the operations of the ledger');
  for (const [id, result] of ledger) same(result, model.results.get(id), `the ledger's ${id}`);
  for (const { device, name, phone } of phones) {
    const receipt = receipts.get(String(device));
    expect(receipt === model.receipt(device), `the receipt of ${name} in the database`);
    expect(phone.receipt === null || phone.receipt === receipt, `the receipt that ${name} holds`);
    expect(!phone.differs || restored, `the receipt that ${name} worked out`);
  }
}

// A value that gave way is kept beside, what had no effect is at the desk.
function judgeKept({ model, users }, { held: desk, conflicts, evidence }) {
  const held = new Map(desk.map(([id, kind, fields]) =>
    [dashed(id), { kind, fields: fields && JSON.parse(fields) }]));
  const kept = new Map(conflicts.map(([, id, , field, other]) =>
    [`${dashed(id)} ${field}`, other]));
  const manifests = evidence.map(([, id]) => dashed(id));
  same(manifests.sort(), [...model.manifests.keys()].sort(), 'the manifests');
  for (const [id, { phone }] of users.edits) {
    const result = model.results.get(id);
    // It was lost with all that it had not handed over, or the restore of a backup undid that.
    if (!result && phone.phone.deviceId === null) continue;
    expect(result, `${id}: the server never decided it, ${phone.name} has ` +
      `${JSON.stringify(phone.phone.outcomes.get(id))}`);
    const operation = phone.phone.done.get(id) ?? phone.phone.queue.get(id);
    expect(operation || phone.phone.deviceId === null, `${id}: ${phone.name} forgot it`);
    if (!operation) continue;
    const waits = { rejected: true, deferred: true, conflict: Boolean(result.problem) };
    if (waits[result.outcome]) {
      const { kind, fields } = held.get(id) ?? {};
      expect(kind, `${id}: ${result.outcome} ${problemOf(result)}, and not at the desk`);
      if (result.outcome === 'conflict')
        same(fields, operation.fields, `${id}: what the desk keeps`);
    } else if (result.outcome === 'conflict')
      expect(Object.entries(operation.fields).some(([field, value]) =>
        kept.get(`${id} ${field}`) === value), `${id}: a conflict, and no value is kept`);
  }
}

// The operations of a phone: none is without an outcome but those that wait for another.
function judgeQueues({ model, phones }) {
  for (const { name, phone } of phones)
    for (const [id] of phone.queue)
      expect(model.results.get(id)?.outcome === 'deferred', `${name} still holds ${id}`);
  for (const { name, phone } of phones)
    for (const [id, outcome] of phone.outcomes) {
      const told = outcome.outcome === 'duplicate' ? outcome.result : outcome;
      if (!phone.queue.has(id))
        same(told, model.results.get(id), `what ${name} was told of ${id}`);
    }
}

function judgeConflicts({ conflicts, records }) {
  const open = new Map();
  for (const [, , section, , , resolved] of conflicts)
    if (resolved === null) open.set(`section:${section}`,
      (open.get(`section:${section}`) ?? 0) + 1);
  for (const [name, row] of records)
    if (name.startsWith('section:'))
      same(row.conflicts, open.get(name) ?? 0, `open conflicts of ${name}`);
}

// The feeds tell what the tables hold, each number once and none above its head.
function judgeFeeds({ items: rows, records }) {
  const items = rows.map(([kind, owner, seq, entity, id, version, deleted, body, head]) => ({
    kind: Number(kind), owner, seq: Number(seq), entity, id: Number(id), version: Number(version),
    deleted: deleted === '1', body: JSON.parse(body), head: Number(head) }));
  const visits = new Map();
  for (const item of items) {
    expect(item.seq <= item.head, `feed ${item.kind}:${item.owner}: ${item.seq} above its head`);
    if (item.kind !== 2) continue;
    if (!visits.has(item.owner)) visits.set(item.owner, new Map());
    if (item.deleted) continue;
    visits.get(item.owner).set(`${item.entity}:${item.id}`, item);
    const row = records.get(`${item.entity}:${item.id}`);
    if (!['section', 'check_result'].includes(item.entity)) continue;
    expect(row, `feed ${item.owner}: ${item.entity} ${item.id} is no more`);
    expect(row.version === item.version,
      `feed ${item.owner}: the version of ${item.entity} ${item.id}`);
    for (const [field, value] of Object.entries(row))
      if (field in item.body) same(item.body[field], value,
        `feed ${item.owner}: ${item.entity} ${field}`);
  }
  return visits;
}

// visit -> the names of all that its feed tells.
function itemsByVisit({ sections, checks, conflicts, evidence }) {
  const visitOf = new Map(sections.map(([id, visit]) => [id, visit]));
  const names = new Map(sections.map(([, visit]) => [visit, [`visit:${visit}`]]));
  const add = (entity, id, section) => names.get(visitOf.get(section)).push(`${entity}:${id}`);
  for (const [id] of sections) add('section', id, id);
  for (const [id, section] of checks) add('check_result', id, section);
  for (const [id, , section] of evidence) add('evidence', id, section);
  for (const [id, , section, , , resolved] of conflicts)
    if (resolved === null) add('conflict', id, section);
  return names;
}

// Each phone has the visits of its inspector, and of each exactly what the server has; one that was
// reported lost has nothing.
function judgePhones({ phones, model }, tables, visits) {
  const names = itemsByVisit(tables);
  for (const { name, device, phone, inspector } of phones) {
    const state = model.revoked.get(device);
    expect(state !== 'lost' || (phone.deviceId === null && phone.feeds.size === 0),
      `${name} is lost`);
    if (state || phone.deviceId === null) continue;
    const mine = tables.assignments.filter(([whose]) => whose === String(inspector))
      .map(([, visit]) => visit);
    const followed = [...phone.feeds.keys()].filter((feed) => feed.startsWith('visit:'));
    same(followed.sort(), mine.map((id) => `visit:${id}`).sort(), `the visits of ${name}`);
    for (const visit of mine) {
      const here = phone.feeds.get(`visit:${visit}`);
      same([...here.keys()].sort(), names.get(visit).sort(), `visit ${visit} on ${name}`);
      for (const [key, item] of here) {
        const { version, body, seq } = visits.get(visit).get(key) ?? {};
        same({ version: item.version, body: item.body, seq: item.seq }, { version, body, seq },
          `${key} on ${name}`);
      }
    }
  }
}

// Throws Broken, with what does not hold.
export async function judge(schedule) {
  const tables = await read(schedule.lane);
  judgeValues(schedule.model, tables.records);
  judgeLedger(schedule, tables);
  judgeQueues(schedule);
  judgeKept(schedule, tables);
  judgeConflicts(tables);
  judgePhones(schedule, tables, judgeFeeds(tables));
  for (const [name, row] of tables.records) {
    const { version, conflicts, ...fields } = row;
    schedule.note(`${name} ${version} ${conflicts} ${JSON.stringify(fields)}`);
  }
}

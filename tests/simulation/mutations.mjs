// mutations.mjs - what a faulty server would do or leave in the database, each to be found by the
// oracle.

// Before the phones come to rest.
const spoil = (statement) => ({ spoil: (lane) => lane.sql(statement) });
// From the beginning: statements without this text.
const without = (text) => ({ without: text });

export const mutations = {
  // The ledger: an operation that nobody remembers is applied once more when it comes again.
  'forget-operation': spoil('DELETE FROM sync_op ORDER BY op_id LIMIT 1'),
  'forget-value': spoil('UPDATE check_result SET problem = NULL WHERE problem IS NOT NULL LIMIT 1'),
  'forget-conflict': spoil('DELETE FROM sync_conflict ORDER BY id LIMIT 1'),
  'forget-held': spoil('DELETE FROM held_op ORDER BY id LIMIT 1'),
  'forget-manifest': spoil('DELETE FROM evidence ORDER BY id LIMIT 1'),
  'forget-feed-item': spoil(
    "DELETE FROM feed_item WHERE kind = 2 AND entity = 'section' ORDER BY seq DESC LIMIT 1"),
  // A number given out twice, or behind one that was read: what a cursor passes and never sees.
  'number-below': spoil(`UPDATE feed_item i JOIN feed_head h ON h.kind = i.kind AND
    h.owner_id = i.owner_id AND i.seq = h.seq SET h.seq = h.seq - 1 WHERE i.kind = 2`),
  'feed-says-other': spoil(`UPDATE feed_item SET body = JSON_SET(body, '$.note', 'x')
    WHERE kind = 2 AND entity = 'section' LIMIT 1`),
  'apply-twice': spoil('UPDATE section SET version = version + 1 WHERE version > 0 LIMIT 1'),
  'break-receipt': spoil('UPDATE device SET receipt = REVERSE(receipt) WHERE counter > 0 LIMIT 1'),
  'conflict-count': spoil('UPDATE section SET conflicts = conflicts + 1 LIMIT 1'),
  'keep-access': spoil(`DELETE a FROM assignment a JOIN section s ON s.id = a.section_id
    JOIN visit v ON v.id = s.visit_id WHERE v.state = 'dispatched'`),
  // What only two requests at once can tell.
  'lock-no-row': without(' FOR UPDATE'),
  'lock-no-team': without(' LOCK IN SHARE MODE'),
};

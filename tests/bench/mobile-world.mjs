// mobile-world.mjs - synthetic visits of any number of inspectors, as rows: pairs of inspectors
// with visits in common, each visit one section of ten results, everything told in the feeds.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { userInfo } from 'node:os';

export const VISITS = 20; // of a pair
export const RESULTS = 10; // of a visit
// Far from the ids that the other measures give.
export const FIRST_PAIR = 1000000;
export const FIRST_SYNC = { pair: 2000000, visits: 500 };
const CAMPAIGN = 4000000;
const FIRST_ITEM = 60000;

// A pair's inspectors and devices have the ids 2 * pair and 2 * pair + 1.
export const visitOf = (pair, n) => pair * 1000 + n;
export const firstResultOf = (visit) => visit * 100;
export const deviceOf = (pair, other = false) => 2 * pair + (other ? 1 : 0);
export const tokenOf = (device) => `bench-token-of-device-${device}`;

// Runs SQL as the database's operator: rows of columns.
export function sql(text) {
  const stdout = execFileSync('mariadb', ['--no-defaults', '--batch', '--skip-column-names',
    `--socket=${join(process.env.LIANCHA_VAR, 'run/mariadb.sock')}`,
    `--user=${userInfo().username}`, 'liancha'],
    { input: text, encoding: 'utf8', maxBuffer: 1 << 28 });
  return stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

const DEPARTMENT = "(SELECT id FROM department WHERE code = 'H410400')";
const NOTE = '性能测量（合成数据）';

const COMMON = `
INSERT INTO inspection_item
(id, code, version, specialty, name, category, method, legal_basis, content)
SELECT ${FIRST_ITEM} + seq, CONCAT('BENCH-', seq), 1, 'medical', CONCAT('${NOTE}', seq),
  'general', 'onsite',
  '合成的法律依据第一条第二款第三项', '合成的检查内容：核对登记事项与实际情况是否一致' FROM seq_1_to_${RESULTS};
INSERT INTO campaign (id, code, name, region_code, department_id, rule, state)
  VALUES (${CAMPAIGN}, 'BENCH', '${NOTE}', '410402', ${DEPARTMENT}, 'liancha-draw/2', 'drawn');
`;

// The pairs first … first + count - 1, each with that many visits.
const pairsOf = (first, count, visits) => `
SET @department = ${DEPARTMENT};
CREATE TEMPORARY TABLE bench_visit AS SELECT p.seq AS pair, v.seq AS n, p.seq * 1000 + v.seq AS id
  FROM seq_${first}_to_${first + count - 1} p, seq_1_to_${visits} v;
CREATE TEMPORARY TABLE bench_inspector AS SELECT p.seq AS pair, 2 * p.seq + w.seq AS id
  FROM seq_${first}_to_${first + count - 1} p, seq_0_to_1 w;
INSERT INTO inspector (id, card_no, name, department_id, card_expires_on, on_duty, max_daily,
  max_total, synthetic) SELECT id, CONCAT('BENCH-', id), '${NOTE}', @department, '2099-01-01', 1, 4,
  1000, 1 FROM bench_inspector;
INSERT INTO device (id, inspector_id, name, public_key, state, counter, receipt, token_salt,
  generation, settled, access_hash, access_expires_at, refresh_expires_at, enrolled_at)
  SELECT id, id, '${NOTE}', REPEAT('\\0', 65), 'active', 0, REPEAT('\\0', 32), REPEAT('\\0', 32),
  1, 1, UNHEX(SHA2(CONCAT('${tokenOf('')}', id), 256)), '2099-01-01', '2099-01-01', '2026-01-01'
  FROM bench_inspector;
INSERT INTO subject (id, code, code_flagged, name, type, address, region_code, lon, lat, state,
  credit_class, is_key, complaints, verified_on, synthetic)
  SELECT id, LPAD(id, 18, '9'), 1, CONCAT('${NOTE}', id), '专科医院', '合成路1号', '410402', 113.3, 33.7,
  'open', 'B', 0, 0, '2026-01-01', 1 FROM bench_visit;
INSERT INTO visit
(id, code, campaign_id, subject_id, lead_department_id, planned_on, state, door_code)
  SELECT id, CONCAT('BENCH-', id), ${CAMPAIGN}, id, @department, '2026-03-01',
    'dispatched', '00000000'
  FROM bench_visit;
INSERT INTO section (id, visit_id, department_id, state) SELECT id, id, @department, 'open'
  FROM bench_visit;
INSERT INTO assignment (section_id, inspector_id, source, reason, ticket)
  SELECT v.id, i.id, 'drawn', '', REPEAT('\\0', 32) FROM bench_visit v JOIN bench_inspector i
  ON i.pair = v.pair ORDER BY v.id;
INSERT INTO check_result (id, section_id, item_id)
SELECT v.id * 100 + c.seq, v.id, ${FIRST_ITEM + 1} + c.seq
  FROM bench_visit v, seq_0_to_${RESULTS - 1} c ORDER BY 1;
INSERT INTO feed_head (kind, owner_id, seq) SELECT 1, id, ${visits} FROM bench_inspector
  UNION ALL SELECT 2, id, ${RESULTS + 2} FROM bench_visit;
INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)
  SELECT 1, i.id, v.n, 'visit', v.id, 0, 0, '{}' FROM bench_inspector i JOIN bench_visit v
  ON v.pair = i.pair;
INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)
  SELECT 2, v.id, 1, 'visit', v.id, 0, 0, JSON_OBJECT('code', CONCAT('BENCH-', v.id), 'planned_on',
  '2026-03-01', 'door_code', '00000000',
  'campaign', JSON_OBJECT('code', 'BENCH', 'name', '${NOTE}'),
  'subject', JSON_OBJECT('code', LPAD(v.id, 18, '9'), 'name', CONCAT('${NOTE}', v.id), 'type',
  '专科医院', 'address', '合成路1号', 'lon', 113.3, 'lat', 33.7)) FROM bench_visit v
  UNION ALL SELECT 2, v.id, 2, 'section', v.id, 0, 0, JSON_OBJECT('department', JSON_OBJECT('code',
  'H410400', 'name', '${NOTE}'), 'state', 'open', 'arrived_at', NULL, 'left_at', NULL, 'note', NULL,
  'result_class', NULL, 'conflicts', 0, 'signed_by', NULL, 'signed_at', NULL, 'inspectors',
  JSON_ARRAY(JSON_OBJECT('card_no', CONCAT('BENCH-', 2 * v.pair), 'name', '${NOTE}'),
  JSON_OBJECT('card_no', CONCAT('BENCH-', 2 * v.pair + 1), 'name', '${NOTE}'))) FROM bench_visit v
  UNION ALL SELECT 2, v.id, i.id - ${FIRST_ITEM} + 2, 'check_result',
  v.id * 100 + i.id - ${FIRST_ITEM + 1}, 0, 0,
  JSON_OBJECT('section_id', v.id, 'result_code', NULL, 'problem', NULL, 'disposal', NULL, 'item',
  JSON_OBJECT('id', i.id, 'code', i.code, 'version', i.version, 'specialty', i.specialty, 'name',
  i.name, 'method', i.method, 'legal_basis', i.legal_basis, 'content', i.content))
  FROM bench_visit v JOIN inspection_item i ON i.code LIKE 'BENCH-%';
DROP TEMPORARY TABLE bench_visit, bench_inspector;
`;

export function makeCommon() {
  sql(`${COMMON}${pairsOf(FIRST_SYNC.pair, 1, FIRST_SYNC.visits)}`);
}

export function makePairs(first, last) {
  const MOST = 50; // of one round trip
  for (let at = first; at <= last; at += MOST)
    sql(pairsOf(at, Math.min(MOST, last - at + 1), VISITS));
}

// visit-checks.mjs - what a test of planning looks at behind its steps.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

// SHA-256 of a report as the server makes it: of all that was issued.
export function digestOf(report) {
  const days = ['starts_on', 'ends_on', 'as_of'].map((key) =>
    Date.parse(report[key] ?? '1970-01-01') / 86400000);
  const texts = [report.kind, report.title, report.note, report.issued_by,
    JSON.stringify(report.figures)].map((text) => ` ${Buffer.byteLength(text)}:${text}`);
  return createHash('sha256').update(
    `${[report.number, ...days, Date.parse(report.issued_at)].join(' ')}${texts.join('')}`)
    .digest('hex');
}

// Of all campaigns, dispatched or not: an inspector's days, and how often an enterprise is entered.
export async function nobodyIsBookedTwice(stack, states = "'planned', 'dispatched'") {
  const from = ' FROM visit v JOIN subject u ON u.id = v.subject_id JOIN section s ON ' +
    's.visit_id = v.id JOIN assignment a ON a.section_id = s.id WHERE v.planned_on IS NOT NULL ' +
    `AND v.state IN (${states})`;
  const entries = 'COUNT(DISTINCT COALESCE(v.joint_id, v.id))';
  const days = await stack.sql(`SELECT v.planned_on, a.inspector_id, ${entries}, ` +
    `COUNT(DISTINCT u.region_code)${from} GROUP BY 1, 2`);
  for (const [day, who, visits, regions] of days)
    assert.ok(Number(visits) <= 4 && regions === '1', `${who} on ${day}: ${visits} in ${regions}`);
  for (const [period, most] of [['v.planned_on', 1], ['YEARWEEK(v.planned_on, 3)', 2],
    ["DATE_FORMAT(v.planned_on, '%Y-%m')", 3]]) {
    const often = await stack.sql(`SELECT v.subject_id, ${period}, ${entries} AS n${from} ` +
      `GROUP BY 1, 2 HAVING n > ${most}`);
    assert.deepEqual(often, []);
  }
}

// door.mjs - what an inspector of the demo records at the door: who attended, the enterprise's
// side, samples. All names in it are made up and say so.

import { photo } from '../../tests/support/phone/photo.mjs';

const MINUTE = 60000;
const ATTENDING = 2;
const REFUSES = 9; // one section in so many
const SAMPLED = 5;
const instant = (ms) => new Date(ms).toISOString();

// The visit of a section as the phone knows it.
function visitOf(phone, section) {
  for (const known of phone.feeds.values())
    if (known.has(`section:${section.id}`))
      return [...known.values()].find(({ entity }) => entity === 'visit');
  throw new Error(`手机上没有检查单 ${section.id}`);
}

// Both inspectors check in on one phone: its owner scans the door code, the colleague types it.
export function recordAttendance(phone, section, { arrived, left, place = {} }) {
  const door_code = visitOf(phone, section).body.door_code;
  section.body.inspectors.slice(0, ATTENDING).forEach(({ card_no }, i) => {
    const about = { section_id: section.id, card_no };
    phone.record('attendance', undefined, { ...about, event: 'arrived', at: instant(arrived),
      how: i === 0 ? 'scanned' : 'typed', door_code, ...place });
    if (left !== undefined)
      phone.record('attendance', undefined, { ...about, event: 'left', at: instant(left) });
  });
}

// The enterprise signs, or refuses to before a witness.
function recordSignature(phone, section, at, contact) {
  const about = { section_id: section.id, at: instant(at) };
  if (section.id % REFUSES === 0) {
    phone.record('signature', undefined, { ...about, outcome: 'refused', name: '合成样例负责人',
      reason: '对检查意见有异议', witness: `合成样例见证人 ${contact}` });
    return;
  }
  const sha256 = phone.attach(section.id, photo(`signature ${section.id}`),
    { type: 'image/png', kind: 'signature', taken_at: instant(at) });
  phone.record('signature', undefined, { ...about, outcome: 'signed', sha256,
    name: '合成样例负责人', position: `经理，电话${contact}` });
}

function recordSample(phone, section, check, at) {
  phone.record('sample', undefined, { section_id: section.id, check_result_id: check.id,
    number: `S-${section.id}-1`, name: '合成样例样品', quantity: '2.5', unit: 'kg',
    batch: `批 ${section.id}`, sealed: true, laboratory: '合成样例检测机构',
    handed_over_at: instant(at) });
}

// Everything at the door of one section; nobody signs where nobody was met. contact: made-up data
// of a person, which must never be published.
export function recordDoor(phone, { section, checks, now, place, met, contact }) {
  recordAttendance(phone, section, { arrived: now - 95 * MINUTE, left: now - 10 * MINUTE,
    place: { ...place, accuracy: 12.5 } });
  const fields = section.body.inspectors.length < ATTENDING
    ? { attendance_reason: '合成演示：该部门只指派了一名检查人员' } : {};
  if (!met) return fields;
  recordSignature(phone, section, now - 12 * MINUTE, contact);
  if (section.id % SAMPLED === 0) recordSample(phone, section, checks[0], now - 11 * MINUTE);
  return { ...fields, opinion: `合成演示检查意见 ${section.id}：联系电话${contact}`,
    statement: '合成演示：无异议' };
}

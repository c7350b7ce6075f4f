// recording.mjs - what an inspector of the demo enters at a section: results, texts, a photo.
//
// Which result a section gets depends on the visit's code and its own id only, so that a second
// start expects the same. Some texts carry what must never be published (R34): made-up data of
// persons.

import { createHash } from 'node:crypto';
import { photo } from '../../tests/support/phone/photo.mjs';
import { answerFields, answersOf } from './answers.mjs';
import { recordDoor } from './door.mjs';

export const PRIVATE = { phone: '13900000000', id: '410402190001010018',
  card: '6222000000000000000' };

const MINUTE = 60000;
// One visit in so many finds nobody: no department of it can check anything.
const NOBODY_THERE = 12;
const CLASSES = ['no_problem', 'no_problem', 'corrected', 'no_problem', 'penalty', 'no_problem',
  'corrected', 'no_problem', 'no_problem', 'penalty'];
const CODES = { no_problem: '1', corrected: 'E', penalty: 'A', unreachable: '6' };

const TEXTS = {
  no_problem: [{}],
  corrected: [
    { problem: `现场制度不全，联系人合成样例人员，电话${PRIVATE.phone}`, disposal: '当场责令改正，已改正' },
    { problem: '记录不完整', disposal: '责令限期改正，复查合格' },
  ],
  penalty: [
    { problem: `未按规定执行，当事人身份证号${PRIVATE.id}`, disposal: '立案调查' },
    { problem: `收款账户 ${PRIVATE.card} 与登记不符`, disposal: '立案调查，另行处理' },
  ],
  unreachable: [{ problem: '通过登记的住所无法联系', disposal: '张贴通知，列入后续核查' }],
};

export function resultClass(visitCode, sectionId) {
  const nobody = createHash('sha256').update(visitCode).digest()[0] % NOBODY_THERE === 0;
  return nobody ? 'unreachable' : CLASSES[sectionId % CLASSES.length];
}

const instant = (ms) => new Date(ms).toISOString();

// The fields of each check: the first carries the result, the others show no problem. Where nobody
// is met, no checklist is answered.
function checkFields(result, i, sectionId, checklist, day) {
  const first = i === 0 || result === 'unreachable';
  const problem = i === 0 && result !== 'no_problem';
  const texts = TEXTS[result][sectionId % TEXTS[result].length];
  const answers = checklist && result !== 'unreachable'
    ? answerFields(answersOf(checklist, { seed: sectionId + i, day, problem })) : {};
  return { result_code: first ? CODES[result] : CODES.no_problem, ...(first && texts), ...answers };
}

// Records a section on a phone: all its checks, the door, times and note, one photo, the sign-off.
export function recordSection(phone, { visitCode, section, checks, now, place }) {
  const result = resultClass(visitCode, section.id);
  checks.forEach((check, i) =>
    phone.record('check_result', check.id, checkFields(result, i, section.id,
      phone.checklistOf(check), instant(now).slice(0, 10))));
  const door = recordDoor(phone, { section, checks, now, place, met: result !== 'unreachable',
    contact: PRIVATE.phone });
  phone.record('section', section.id, { ...door, arrived_at: instant(now - 95 * MINUTE),
    left_at: instant(now - 10 * MINUTE), note: `合成演示记录 ${section.id}`,
    ...(result === 'unreachable' && { result_class: result }) });
  phone.attach(section.id, photo(`section ${section.id}`),
    { type: 'image/png', taken_at: instant(now - 50 * MINUTE), ...place });
  phone.record('section_sign', section.id, {});
  return result;
}

// fieldwork.mjs - sections of the small world, recorded and signed on phones, reviewed in the
// office.

import { answerFields, answersOf } from '../../conf/main-job/answers.mjs';
import { recordAttendance } from '../../conf/main-job/door.mjs';
import { post } from '../../conf/main-job/office.mjs';
import { photo } from '../support/phone/photo.mjs';

const MINUTE = 60000;
const ago = (minutes) => new Date(Date.now() - minutes * MINUTE).toISOString();

export class Fieldwork {
  #phones = new Map();

  constructor(stack, world) {
    Object.assign(this, { stack, world });
    this.parts = world.visits.flatMap((visit) =>
      visit.sections.map((part) => ({ ...part, visit })));
  }

  // From now on takes open sections only, least recorded first: on the three nodes, which all files
  // share, others came before.
  async leaveWritten() {
    const open = (await this.stack.sql("SELECT id FROM section WHERE state = 'open' " +
      'ORDER BY version, id')).flat().map(Number);
    this.parts = this.parts.filter(({ section }) => open.includes(section))
      .sort((a, b) => open.indexOf(a.section) - open.indexOf(b.section));
  }

  // The next section of a department that nobody took yet: {section, department, inspectors,
  // visit}.
  take(department) {
    const i = this.parts.findIndex((part) => part.department === department);
    if (i < 0) throw new Error(`no section of ${department} is left`);
    return this.parts.splice(i, 1)[0];
  }

  role(department, role) { return this.stack.office.role(department, role); }

  // The phone of one inspector of the section, up to date.
  async phoneOf(part, n = 0) {
    const card = part.inspectors[n].card_no;
    if (!this.#phones.has(card)) this.#phones.set(card, await this.world.newPhone(card));
    const phone = this.#phones.get(card);
    await phone.pull();
    return phone;
  }

  // Both inspectors of the section check in.
  attend(phone, section) {
    recordAttendance(phone, phone.item('section', section), { arrived: Date.now() - 50 * MINUTE });
  }

  // The fields that answer the checklist of a check, if it has one.
  answers(phone, check, { problem = false } = {}) {
    const checklist = phone.checklistOf(check);
    return checklist === undefined ? {} : answerFields(answersOf(checklist,
      { seed: check.id, day: ago(0).slice(0, 10), problem }));
  }

  // Records and signs: the first check gets `code`, the others 1, all with their checklists; a
  // photo comes along, or, with `missing`, only its manifest. `times`: as a clock that stands wrong
  // has them.
  async sign(part, { code = '1', missing = false, times = {} } = {}) {
    const phone = await this.phoneOf(part);
    const checks = phone.items('check_result')
      .filter(({ body }) => body.section_id === part.section);
    checks.forEach((check, i) => phone.record('check_result', check.id,
      { result_code: i && code !== '6' ? '1' : code, ...this.answers(phone, check) }));
    this.attend(phone, part.section);
    phone.record('section', part.section, { arrived_at: ago(50), left_at: ago(5), note: '测试记录',
      ...times });
    const bytes = photo(`section ${part.section}`);
    const about = { type: 'image/png', taken_at: ago(30), lat: 33.7, lon: 113.3 };
    if (missing) phone.record('evidence', undefined, { section_id: part.section, ...about,
      sha256: 'ab'.repeat(32), size: bytes.length });
    else phone.attach(part.section, bytes, about);
    phone.record('section_sign', part.section, {});
    await phone.sync();
    return { phone, checks };
  }

  async accept(part) {
    const reviewer = await this.role(part.department, 'reviewer');
    return post(reviewer, `/planner/v1/sections/${part.section}/review`, { decision: 'accept' });
  }

  // The publications of a department in a state, of one section when given.
  async publications(department, state, section) {
    const publisher = await this.role(department, 'publisher');
    const res = await publisher.get(`/planner/v1/publications?state=${state}&limit=200`);
    return res.json.publications.filter((p) => section === undefined || p.section === section);
  }

  // Signs, accepts and publishes a section; the reply of the last step, with the publication's id.
  async publish(part, options) {
    await this.sign(part, options);
    await this.accept(part);
    const [{ id }] = await this.publications(part.department, 'due', part.section);
    const publisher = await this.role(part.department, 'publisher');
    return post(publisher, `/planner/v1/publications/${id}/publish`);
  }
}

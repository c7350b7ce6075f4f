// fieldwork.mjs - step 6: phones of inspectors work offline, push over bad lines, and in the end
// the server holds exactly what they recorded.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FileStore, MemoryStore, Phone } from '../../tests/support/phone.mjs';
import { pool, post, sectionsOf } from './office.mjs';
import { recordSection, resultClass } from './recording.mjs';

const DEVICES = 28;
const SECTIONS = 420;
const WIDTH = 6;
const CLASSES = ['corrected', 'no_problem', 'penalty', 'unreachable'];

// ---- who gets a phone, and what each one does ---------------------------------------------------

// Parts of visits that a choice of cards covers are taken off; what is left of a visit decides how
// much the next card is worth: most where a visit becomes whole.
function chooseCards(visits, { departments, inspectors }) {
  const open = new Map(visits.filter(({ sections }) => sections.length > 1)
    .map(({ code, sections }) => [code, new Set(sections)]));
  const partsOf = new Map();
  for (const visit of visits)
    for (const part of visit.sections)
      for (const { card_no } of part.inspectors) {
        if (!partsOf.has(card_no)) partsOf.set(card_no, []);
        partsOf.get(card_no).push({ visit: visit.code, part });
      }
  const worth = (card) => partsOf.get(card).reduce((sum, { visit, part }) =>
    sum + (open.get(visit)?.has(part) ? 1 / open.get(visit).size ** 2 : 0), 0);
  const chosen = [];
  const take = (cards) => {
    const best = cards.filter((card) => !chosen.includes(card)).sort()
      .reduce((a, b) => (a !== undefined && worth(a) >= worth(b) ? a : b), undefined);
    if (best === undefined) return;
    chosen.push(best);
    for (const { visit, part } of partsOf.get(best)) open.get(visit)?.delete(part);
  };
  for (const { code } of departments)
    take(inspectors.filter(({ department, card_no }) => department === code && partsOf.has(card_no))
      .map(({ card_no }) => card_no));
  while (chosen.length < DEVICES && chosen.length < partsOf.size) take([...partsOf.keys()]);
  return chosen;
}

// Section id -> {card, visit, part}: joint visits that the cards cover wholly come first, then
// single ones, by date; each section goes to that of its inspectors who has least to do.
function shareOut(visits, cards) {
  const load = new Map(cards.map((card) => [card, 0]));
  const covered = visits.filter(({ sections }) =>
    sections.every(({ inspectors }) => inspectors.some(({ card_no }) => load.has(card_no))));
  covered.sort((a, b) => (b.sections.length > 1) - (a.sections.length > 1) ||
    a.planned_on.localeCompare(b.planned_on) || a.code.localeCompare(b.code));
  const work = new Map();
  const chosen = [];
  for (const visit of covered) {
    if (work.size >= SECTIONS) break;
    chosen.push(visit);
    for (const part of visit.sections) {
      const [card] = part.inspectors.map(({ card_no }) => card_no).filter((no) => load.has(no))
        .sort((a, b) => load.get(a) - load.get(b) || a.localeCompare(b));
      load.set(card, load.get(card) + 1);
      work.set(part.section, { card, visit, part });
    }
  }
  return { work, chosen };
}

// ---- phones -------------------------------------------------------------------------------------

// The phone of a card over its journal; enrolled when it is new.
async function openPhone({ office, folder }, card, department) {
  const { devices } = office.secrets.data;
  const vault = { get: () => devices[card] ?? null, set: (credentials) => {
    devices[card] = credentials;
    office.secrets.save();
  } };
  const store = new FileStore(join(folder, `${card}.jsonl`));
  const phone = new Phone({ base: office.base, store, vault });
  if (phone.deviceId === null) {
    const planner = await office.role(department, 'planner');
    const { code } = await post(planner, `/planner/v1/inspectors/${card}/enrolments`);
    await phone.enrol(code, `演示手机 ${card}`);
  }
  return { card, phone, vault, close: () => store.close() };
}

const done = (phone, id) => phone.recorded.has(`section_sign:${id}`);

// Records a share of the sections that are left, without any network, as in a cellar.
function recordOffline({ card, phone }, work, share) {
  const mine = [...work].filter(([id, { card: who }]) => who === card && !done(phone, id));
  phone.offline = true;
  const now = Date.now();
  for (const [id, { visit }] of mine.slice(0, Math.ceil(mine.length * share))) {
    const section = phone.item('section', id);
    if (!section) throw new Error(`${card}：手机上没有检查单 ${id}（${visit.code}）`);
    const checks = phone.items('check_result').filter(({ body }) => body.section_id === id);
    recordSection(phone, { visitCode: visit.code, section, checks, now,
      place: { lat: 33.7, lon: 113.3 } });
  }
}

// Meets the trouble with the first batch that waits; returns the outcomes that came.
async function meetTrouble({ card, phone }, trouble, report) {
  const batch = phone.nextBatch();
  const duplicates = batch.map(() => 'duplicate');
  const names = (outcomes) => outcomes.map(({ outcome }) => outcome);
  if (trouble === 'twice') {
    const first = await phone.pushBatch(batch);
    const again = await phone.pushBatch(batch);
    report.same(names(again), duplicates, `${card}：同一批第二次推送的结果`);
    return [...first, ...again];
  }
  await phone.pushAndDrop(trouble);
  report.same(phone.nextBatch(), batch, `${card}：没有收到答复的操作`);
  const outcomes = await phone.pushBatch(batch);
  if (trouble === 'answered')
    report.same(names(outcomes), duplicates, `${card}：断线后重发的结果`);
  return outcomes;
}

// Pushes, uploads and pulls until nothing waits; returns how often each outcome came.
async function syncOverBadLine(device, trouble, report) {
  const { phone } = device;
  phone.offline = false;
  const counts = {};
  const add = (outcome, n) => { counts[outcome] = (counts[outcome] ?? 0) + n; };
  if (trouble !== undefined && phone.queue.size > 0)
    for (const { outcome } of await meetTrouble(device, trouble, report)) add(outcome, 1);
  for (const [outcome, n] of Object.entries(await phone.push())) add(outcome, n);
  await phone.upload();
  await phone.pull();
  return counts;
}

// ---- comparison ---------------------------------------------------------------------------------

const FIELDS_OF = { check_result: ['result_code', 'problem', 'disposal'],
  section: ['arrived_at', 'left_at', 'note', 'opinion', 'statement', 'attendance_reason'] };
const AT_THE_DOOR = ['attendance', 'signature', 'sample'];
const time = (text) => (text === undefined || text === null ? text : Date.parse(text));

function comparable(entity, body) {
  return Object.fromEntries(FIELDS_OF[entity].map((name) => [name,
    name.endsWith('_at') ? time(body[name]) ?? null : body[name] ?? null]));
}

// Answers as they were recorded, by their questions.
const answersIn = (fields) => Object.fromEntries(Object.entries(fields)
  .filter(([name]) => name.startsWith('answer.')).map(([name, value]) => [name.slice(7), value]));

// What was recorded at the door stands there once, as it was recorded; the door code is checked,
// not kept.
function compareDoor(report, fresh, entity, { door_code, ...fields }, who) {
  const same = ([name, value]) => (name === 'at' || name.endsWith('_at')
    ? (body) => time(body[name]) === time(value) : (body) => body[name] === value);
  const rules = Object.entries(fields).map(same);
  const found = fresh.items(entity).filter(({ body }) => rules.every((holds) => holds(body)));
  report.same(found.length, 1, `${who}：${entity} ${JSON.stringify(fields)} 在服务器上的份数`);
  return rules.length;
}

// Pulls everything anew into an empty phone and compares, field by field, with what was recorded.
async function compare({ office, report }, { card, phone, vault }, work) {
  const fresh = new Phone({ base: office.base, store: new MemoryStore(), vault });
  await fresh.pull();
  const counts = { fields: 0, answers: 0, photos: 0, sections: 0, attendance: 0, signature: 0,
    sample: 0 };
  for (const { entity, id, fields } of phone.recorded.values()) {
    if (entity === 'evidence') {
      const item = fresh.items('evidence').find(({ body }) => body.sha256 === fields.sha256);
      report.check(item !== undefined, `${card}：服务器没有照片 ${fields.sha256}`);
      const { section_id, size, type, kind, verified } = item.body;
      report.same({ section_id, size, type, kind, verified, taken_at: time(item.body.taken_at) },
        { section_id: fields.section_id, size: fields.size, type: fields.type,
          kind: fields.kind ?? 'photo', verified: true, taken_at: time(fields.taken_at) },
        `${card}：照片 ${fields.sha256}`);
      counts.photos++;
    } else if (AT_THE_DOOR.includes(entity)) {
      counts.fields += compareDoor(report, fresh, entity, fields, card);
      counts[entity]++;
    } else if (entity === 'section_sign') {
      const { body } = fresh.item('section', id);
      report.check(['signed', 'accepted'].includes(body.state), `${card}：检查单 ${id} 未签字`);
      report.same(body.result_class, resultClass(work.get(id).visit.code, id), `检查单 ${id} 的结果类别`);
      counts.sections++;
    } else {
      const { body } = fresh.item(entity, id);
      report.same(comparable(entity, body), comparable(entity, fields), `${card}：${entity} ${id}`);
      counts.fields += FIELDS_OF[entity].length;
      if (entity === 'check_result') {
        report.same(body.answers, answersIn(fields), `${card}：检查事项 ${id} 的回答`);
        counts.answers += Object.keys(body.answers).length;
      }
    }
  }
  const mine = [...work].filter(([, { card: who }]) => who === card);
  report.same(counts.sections, mine.length, `${card} 签字的检查单数`);
  return counts;
}

// The office sees the same: every signed section as its phone recorded it, and no other. Returns
// section id -> result class.
async function compareOffice({ office, report, world }, work, phones) {
  const phoneOf = new Map(phones.map(({ card, phone }) => [card, phone]));
  const classes = new Map();
  for (const { code } of world.departments) {
    const reviewer = await office.role(code, 'reviewer');
    const signed = await sectionsOf(reviewer, 'signed');
    const seen = [...signed, ...await sectionsOf(reviewer, 'accepted')];
    for (const { id, visit, department, result_class, signed_by, conflicts, ...times } of seen) {
      const { card, visit: expected } = work.get(id) ?? {};
      report.check(card !== undefined, `检查单 ${id} 不是这些手机签字的`);
      report.same({ visit, department, result_class, signed_by, conflicts,
        ...comparable('section', times) }, { visit: expected.code, department: code,
        result_class: resultClass(expected.code, id), signed_by: card, conflicts: 0,
        ...comparable('section', phoneOf.get(card).recorded.get(`section:${id}`).fields) },
      `检查单 ${id}`);
      classes.set(id, result_class);
    }
  }
  report.same(classes.size, work.size, '审核人员看到的检查单数');
  return classes;
}

// ---- the step -----------------------------------------------------------------------------------

// Which phone meets which trouble, in the first and in the second half of its work.
const TROUBLES = [{ 0: 'sent', 1: 'answered', 2: 'twice' }, { 3: 'sent', 4: 'answered' }];

export async function doFieldwork({ office, report, world, visits, folder }) {
  report.begin('现场检查');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const context = { office, report, world, folder };
  const cards = chooseCards(visits, world);
  const { work, chosen } = shareOut(visits, cards);
  const departmentOf = new Map(world.inspectors.map((row) => [row.card_no, row.department]));
  const phones = await pool(cards, WIDTH, (card, i) => {
    report.progress(`登记手机 ${i + 1}/${cards.length}`);
    return openPhone(context, card, departmentOf.get(card));
  });
  const counts = {};
  await pool(phones, WIDTH, ({ phone }) => phone.pull());
  for (const [half, troubles] of TROUBLES.entries())
    await pool(phones, WIDTH, async (device, i) => {
      recordOffline(device, work, half === 0 ? 0.5 : 1);
      const outcomes = await syncOverBadLine(device, troubles[i], report);
      for (const [name, n] of Object.entries(outcomes)) counts[name] = (counts[name] ?? 0) + n;
      report.progress(`同步：第 ${half + 1} 轮，${i + 1}/${phones.length} 台`);
    });
  for (const { card, phone } of phones) {
    report.same(phone.queue.size, 0, `${card} 未确认的操作数`);
    const refused = [...phone.outcomes.values()].find(({ outcome }) =>
      !['applied', 'merged', 'duplicate'].includes(outcome));
    report.same(refused, undefined, `${card} 未被接受的操作`);
  }
  report.progress('逐字段核对');
  const compared = await pool(phones, WIDTH, (device) => compare(context, device, work));
  const classes = await compareOffice(context, work, phones);
  report.same([...new Set(classes.values())].sort(), CLASSES, '出现的结果类别');
  for (const name of ['answers', ...AT_THE_DOOR])
    report.check(compared.some((row) => row[name] > 0), `没有一台手机记录了 ${name}`);
  phones.forEach(({ close }) => close());
  const total = (name) => compared.reduce((n, row) => n + row[name], 0);
  const operations = phones.reduce((n, { phone }) => n + phone.outcomes.size, 0);
  const joint = chosen.filter(({ sections }) => sections.length > 1).length;
  report.end(`手机 ${phones.length} 台，入企 ${chosen.length} 次（多部门 ${joint}），检查单 ` +
    `${total('sections')} 份，照片和签名 ${total('photos')} 张，签到签退 ${total('attendance')} 次，` +
    `企业签字 ${total('signature')} 次，送检样品 ${total('sample')} 份；操作 ${operations} 个全部确认` +
    `（重复送达 ${counts.duplicate ?? 0} 个，均只生效一次）；服务器与手机 ` +
    `${total('fields')} 个字段、${total('answers')} 个检查表回答逐一相同`);
  return [...work].map(([id, { visit, part }]) =>
    ({ id, result: classes.get(id), subject: visit.subject_code, department: part.department }));
}

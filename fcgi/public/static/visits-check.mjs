// visits-check.mjs - what follows the results of the draws: who stands in for whom, and that each
// line of visits.txt follows from the places that stood at the closing. README.md of fcgi/public
// has the rule; the findings are those of `lianchactl draw verify`. Browsers and node run it.

import { instantOf } from './announcement.mjs';
import { openingOf } from './draw-again.mjs';
import { Fault, readLines } from './match-text.mjs';

const SUBSTITUTES = 'substitutes.txt';
const VISITS = 'visits.txt';
const utf8 = new TextDecoder();
const regionOf = (stratum) => stratum.slice(0, 6);
const specialtyOf = (stratum) => stratum.slice(7);
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
const keyOf = (...parts) => parts.join('\t');

// The places of all draws, by draw, stratum and subject; null where a draw is not sound.
export function readPlaces(files, draws) {
  if (!draws.every(({ id, intact }) => intact && files.has(`result-${id}.txt`))) return null;
  const places = new Map();
  for (const { id } of draws)
    for (const line of utf8.decode(files.get(`result-${id}.txt`)).split('\n').slice(0, -1)) {
      const [stratum, position, subject, how] = line.split('\t');
      const selected = how === 'selected';
      places.set(keyOf(id, stratum, subject),
        { draw: id, stratum, subject, position, selected, replaced: false, visited: selected,
          later: false });
    }
  return places;
}

// ---- substitutes ----

// The reserves of each stratum, in their order.
function reservesOf(places) {
  const all = new Map();
  for (const place of places.values()) {
    const key = keyOf(place.draw, place.stratum);
    if (!all.has(key)) all.set(key, []);
    if (!place.selected) all.get(key).push(place);
  }
  return all;
}

function checkPlace(note, places, reserves, [draw, stratum, subject, substitute, position],
  inTime) {
  const from = places.get(keyOf(draw, stratum, subject));
  const to = places.get(keyOf(draw, stratum, substitute));
  const due = reserves.get(keyOf(draw, stratum))?.find(({ selected }) => !selected);
  if (!from || !from.selected || from.replaced)
    note(`${subject} 不是这个抽查层抽中的对象，或已被替换`);
  else from.replaced = true;
  if (from && inTime) from.visited = false;
  if (!due || due !== to)
    note(`替换须按备选次序：应为 ${due?.subject ?? '无'}，公示的是 ${substitute}`);
  else if (position !== due.position) note('备选位次与抽取结果不符');
  if (to) to.selected = true;
  if (to) to[inTime ? 'visited' : 'later'] = true;
}

// When it was approved, after the one before it: what is sound of that.
function approvedAt(note, [, , , , , time, kind], before) {
  if (!['limit', 'exception'].includes(kind)) note('须为 limit 或 exception');
  const at = instantOf(time);
  if (Number.isNaN(at)) note('不是时间');
  else if (at < before) note('早于前一次替换或抽取');
  else return at;
  return before;
}

// That it opens the digest of its place.
function checkOpening(report, note, [draw, stratum, , , position, , , opening], secret) {
  const right = report.hash.hex(new TextEncoder()
    .encode(openingOf(secret, [draw, stratum, position])));
  if (opening !== right) note(`备选的启封值应为 ${right}`);
}

// Marks in places, which may be null, who was replaced and who stands in. bound: of rule 2 drawnAt,
// closed (0: not yet), percent, the announced limit of each draw, and the secret; null of rule 1.
export function checkSubstitutes(report, files, campaign, places, draws, bound) {
  try {
    const lines = readLines(files, SUBSTITUTES, `liancha-substitutes/${bound ? 3 : 1}`, campaign,
      [2, bound ? 9 : 6]).slice(1);
    const reserves = places && reservesOf(places);
    const made = new Map(draws.map(({ id }) => [id, 0]));
    let before = bound?.drawnAt ?? 0;
    for (const [i, line] of lines.entries()) {
      const note = (what) => report.note(SUBSTITUTES, `line ${i + 2}`, what);
      if (bound) before = approvedAt(note, line, before);
      if (bound) checkOpening(report, note, line, bound.secret);
      if (line[6] === 'limit') made.set(line[0], (made.get(line[0]) ?? 0) + 1);
      if (places) checkPlace(note, places, reserves, line, bound && before <= bound.closed);
      if (line.at(-1) === '') note('没有理由');
    }
    for (const { id, selected } of bound && places ? draws : [])
      if (made.get(id) * 100 > selected * bound.percent)
        report.note(SUBSTITUTES, '', `抽取 ${id} 未作为例外的替换有 ${made.get(id)} 个，` +
          `超过抽中 ${selected} 个的 ${bound.percent}%`);
    return lines.length;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    report.note(error.file, error.where, error.message);
    return 0;
  }
}

// ---- departments ----

// Each department once, as a roster or the first line of the visits has it: its code by
// kind and region.
function readOffices(note, rosters, sections) {
  const offices = new Map();
  const places = new Map();
  const add = (code, kind, region, line) => {
    const had = offices.get(code);
    if (!had) {
      const other = places.get(keyOf(kind, region));
      if (other) note(line, `部门 ${code} 与 ${other} 的类别和区域相同`);
      offices.set(code, { kind, region });
      places.set(keyOf(kind, region), other ?? code);
    } else if (had.kind !== kind || had.region !== region)
      note(line, `部门 ${code} 的类别和区域应为 ${had.kind}、${had.region}`);
  };
  for (const { inspectors } of rosters)
    for (const { department, kind, region } of inspectors) add(department, kind, region, null);
  for (const [i, { department, kind, home }] of sections.entries()) add(department, kind, home, i);
  return places;
}

// Who inspects a stratum of a draw: the department of the draw's kind in its region, or else the
// draw's own. A draw whose roster is empty has a kind that no roster has.
function inspectsOf(places, rosters, draws) {
  const kinds = rosters.map(({ inspectors }) => inspectors[0]?.kind);
  const others = [...places].filter(([key]) => !kinds.includes(key.split('\t')[0]));
  const of = new Map(draws.map((draw, i) => [draw.id, { kind: kinds[i], own: draw.department }]));
  return (draw, stratum) => {
    const { kind, own } = of.get(draw);
    const region = regionOf(stratum);
    return (kind === undefined ? others.find(([key]) => key.split('\t')[1] === region)?.[1]
      : places.get(keyOf(kind, region))) ?? own;
  };
}

// ---- visits ----

// Whether all visits are called as they should be, of subjects that were drawn or stand in.
function checkSubjects(note, campaign, places, sections) {
  const drawn = new Set([...places.values()].filter(({ selected }) => selected)
    .map(({ subject }) => subject));
  const wrong = sections.map(({ visit, subject }, i) => [i, subject,
    visit !== `${campaign}-${subject}` || !drawn.has(subject)]).filter(([, , bad]) => bad);
  for (const [i, subject] of wrong) note(i, `${subject} 不是抽中的检查对象，也不是替换对象`);
  return wrong.length === 0;
}

function checkSection(note, i, { subject, department, region, specialties }, strata) {
  const wanted = new Set(strata.map(specialtyOf));
  if (region !== regionOf(strata[0]))
    note(i, `${subject} 的区划应为其抽查层的 ${regionOf(strata[0])}`);
  if (wanted.size !== specialties.size || ![...wanted].every((one) => specialties.has(one)))
    note(i, `${subject} 由 ${department} 检查的专业与其抽查层不同`);
}

// By rule 1: whoever was drawn is visited, if nobody stands in.
function checkComplete(note, places, sections) {
  const visited = new Set(sections.map(({ subject }) => subject));
  for (const { selected, replaced, subject } of places.values())
    if (selected && !replaced && !visited.has(subject)) note(null, `抽中的 ${subject} 没有入企检查`);
}

// The strata of the places that are `how` (visited, later), by subject and department.
function tasksOf(places, how, inspects) {
  const tasks = new Map();
  for (const place of places.values())
    if (place[how]) {
      const key = keyOf(place.subject, inspects(place.draw, place.stratum));
      if (!tasks.has(key)) tasks.set(key, []);
      tasks.get(key).push(place.stratum);
    }
  return tasks;
}

function checkSections(note, tasks, sections) {
  const left = new Map(tasks);
  for (const [i, section] of sections.entries()) {
    const key = keyOf(section.subject, section.department);
    if (left.has(key)) checkSection(note, i, section, left.get(key).sort(byText));
    else note(i, `${section.subject} 没有由 ${section.department} 检查的抽查层`);
    left.delete(key);
  }
  for (const key of left.keys()) {
    const [subject, department] = key.split('\t');
    note(null, `抽中的 ${subject} 没有由 ${department} 进行的检查`);
  }
}

// visits.txt against the places. rosters: of the draws, null of rule 1; substitutes: how many.
// Returns all sections, "VISIT<TAB>DEPARTMENT", of substitutes since the closing too; null where
// they are not known.
export function checkVisits(report, { campaign, places, substitutes }, draws, rosters,
  { sections }) {
  const note = (i, what) => report.note(VISITS, i === null ? '' : `line ${i + 2}`, what);
  const sound = checkSubjects(note, campaign, places, sections);
  if (!rosters && substitutes === 0) checkComplete(note, places, sections);
  if (!rosters || !sound) return null;
  const inspects = inspectsOf(readOffices(note, rosters, sections), rosters, draws);
  checkSections(note, tasksOf(places, 'visited', inspects), sections);
  return new Set([...sections.map(({ visit, department }) => keyOf(visit, department)),
    ...[...tasksOf(places, 'later', inspects).keys()].map((key) => `${campaign}-${key}`)]);
}

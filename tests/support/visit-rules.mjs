// visit-rules.mjs - what a plan of visits may not break, as a stranger reads it from the database
// alone: it shares no code with the product, whose solver, checks and lists have each been wrong
// in their own way. Rules by the ids of shared/domain/RULES.md.
//
//   await brokenRules(sql)   sql: a query -> rows of strings, NULL as 'NULL'
//   -> sorted lines "rule: what, where", empty when all visits that stand keep all rules
//   await brokenRules(sql, ['dispatched'])   what has not gone out is a draft, and left aside
//
// A visit stands when it has a day and is dispatched, or planned by a draw that is not drawn again.
// Teams are looked at once they are dispatched: until then the office knows that they are short.

const DAY = 86400000;
const number = (text) => Number(text);
const weekday = (day) => new Date(`${day}T00:00:00Z`).getUTCDay();
const monday = (day) =>
  new Date(Date.parse(day) - (weekday(day) + 6) % 7 * DAY).toISOString().slice(0, 10);

function groupBy(list, key) {
  const groups = new Map();
  for (const one of list) {
    const name = key(one);
    if (name === null) continue;
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(one);
  }
  return groups;
}

const distinct = (list, key) => [...new Set(list.map(key))];

// ---- what there is ------------------------------------------------------------------------------

async function readVisits(sql, states) {
  const again = await sql('SELECT w.id FROM draw w JOIN draw l ON l.plan_id = w.plan_id AND ' +
    'l.id > w.id JOIN campaign c ON c.id = l.campaign_id WHERE c.state NOT IN ' +
    "('abandoned', 'void')");
  const dead = new Set(again.flat());
  const draws = groupBy((await sql('SELECT s.visit_id, t.draw_id, t.section_id, t.specialty FROM ' +
    'task t JOIN section s ON s.id = t.section_id')).map(([visit, draw, section, specialty]) =>
    ({ visit, draw, section, specialty })), ({ visit }) => visit);
  const visits = (await sql('SELECT v.id, v.code, v.campaign_id, v.subject_id, v.planned_on, ' +
    'v.state, v.door_code, v.joint_id, u.region_code, ' +
    'IF(v.state = \'dispatched\', v.unannounced, ' +
    'COALESCE(j.unannounced, 0)), (SELECT MIN(p.ends_on) FROM ' +
    'draw d JOIN plan p ON p.id = d.plan_id WHERE d.campaign_id = v.campaign_id) FROM visit v ' +
    'JOIN subject u ON u.id = v.subject_id LEFT JOIN joint_campaign j ON j.campaign_id = ' +
    'v.campaign_id WHERE v.planned_on IS NOT NULL'))
    .map(([id, code, campaign, subject, day, state, door, joint, region, unannounced, ends]) =>
      ({ id, code, campaign, subject, day, state, door, entry: joint === 'NULL' ? id : joint,
        region, unannounced: unannounced === '1', ends, tasks: draws.get(id) ?? [] }));
  return visits.filter(({ state, tasks }) => states.includes(state) &&
    (state === 'dispatched' || !tasks.some(({ draw }) => dead.has(draw))));
}

async function readTeams(sql, visits) {
  const byId = new Map(visits.map((visit) => [visit.id, visit]));
  const sections = (await sql('SELECT id, visit_id, department_id, state FROM section'))
    .filter(([, visit]) => byId.has(visit))
    .map(([id, visit, department, state]) =>
      ({ id, visit: byId.get(visit), department, state, members: [] }));
  const bySection = new Map(sections.map((section) => [section.id, section]));
  const skills = groupBy((await sql('SELECT inspector_id, specialty FROM inspector_specialty'))
    .map(([who, specialty]) => ({ who, specialty })), ({ who }) => who);
  const rows = await sql('SELECT a.section_id, i.id, i.card_no, i.max_daily, i.on_duty, ' +
    'i.card_expires_on FROM assignment a JOIN inspector i ON i.id = a.inspector_id');
  for (const [section, id, card, most, duty, until] of rows)
    bySection.get(section)?.members.push({ id, card, most: number(most), duty: duty === '1', until,
      skills: (skills.get(id) ?? []).map(({ specialty }) => specialty) });
  return sections;
}

// name -> region -> value that holds today; of the region, of the one above it, or of all.
async function readRules(sql) {
  const parents = new Map(await sql('SELECT code, parent FROM region'));
  const rules = new Map();
  for (const [name, region, value] of await sql('SELECT name, region, value FROM rule WHERE ' +
    'effective_from <= DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR) ORDER BY effective_from'))
    rules.set(`${name} ${region}`, number(value));
  return (name, region) => rules.get(`${name} ${region}`) ??
    rules.get(`${name} ${parents.get(region)}`) ?? rules.get(`${name} `);
}

async function readPlan(sql, states) {
  const visits = await readVisits(sql, states);
  return { visits, sections: await readTeams(sql, visits), rule: await readRules(sql),
    calendar: new Map(await sql('SELECT day, kind FROM calendar_day')),
    recusals: new Set((await sql('SELECT inspector_id, subject_id FROM inspector_recusal'))
      .map((pair) => pair.join())),
    // Somebody's change that another account has to decide on, or has refused with a reason (R06).
    asked: new Set((await sql('SELECT section_id, leaver_id FROM adjustment WHERE state IN ' +
      "('requested', 'refused')")).map((pair) => pair.join())) };
}

// ---- the rules ----------------------------------------------------------------------------------

const codes = (visits) => visits.map(({ code }) => code).sort().join(' ');

// R35: holidays and make-up days of the notices, else Monday to Friday. R21: by the plans' end.
function days({ visits, calendar }) {
  const works = (day) => (calendar.has(day) ? calendar.get(day) === 'work'
    : weekday(day) >= 1 && weekday(day) <= 5);
  return visits.flatMap(({ code, day, ends }) => [
    ...(works(day) ? [] : [`workday: ${code} on ${day}`]),
    ...(ends !== 'NULL' && day > ends ? [`window: ${code} on ${day} after ${ends}`] : [])]);
}

// R17: visits of one entry are at one enterprise, on one day, by one code, all with notice or none.
function entries({ visits }) {
  const torn = [];
  for (const [entry, all] of groupBy(visits, (visit) => visit.entry)) {
    if (['subject', 'day', 'door', 'unannounced'].some((key) =>
      distinct(all, (visit) => visit[key]).length > 1) ||
      distinct(all, ({ campaign }) => campaign).length < all.length)
      torn.push(`entry: ${entry} of ${codes(all)}`);
  }
  for (const [door, all] of groupBy(visits, (visit) => visit.door))
    if (distinct(all, ({ entry }) => entry).length > 1)
      torn.push(`door: ${door} of ${codes(all)}`);
  return torn;
}

// R30
function caps({ visits, rule }) {
  const broken = [];
  const periods = [['daily', (day) => day], ['weekly', monday],
    ['monthly', (day) => day.slice(0, 7)]];
  for (const [name, period] of periods) {
    for (const [key, all] of groupBy(visits, ({ subject, day }) =>
      `${subject} in ${period(day)}`)) {
      const most = rule(`alert.subject.${name}`, all[0].region);
      const times = distinct(all, ({ entry }) => entry).length;
      if (times > most) broken.push(`${name}: ${times} of ${most}, ${key}, ${codes(all)}`);
    }
  }
  return broken;
}

// load.daily and the inspector's own limit; nobody in two districts on a day.
function loads({ sections, rule }) {
  const broken = [];
  const duties = sections.flatMap(({ visit, members }) =>
    members.map((member) => ({ visit, ...member })));
  for (const [key, all] of groupBy(duties, ({ card, visit }) => `${card} on ${visit.day}`)) {
    const visits = all.map(({ visit }) => visit);
    const times = distinct(visits, ({ entry }) => entry).length;
    const most = Math.min(all[0].most, ...visits.map(({ region }) => rule('load.daily', region)));
    const regions = distinct(visits, ({ region }) => region);
    if (times > most) broken.push(`load: ${times} of ${most}, ${key}, ${codes(visits)}`);
    if (regions.length > 1) broken.push(`district: ${key} in ${regions.sort()}`);
  }
  return broken;
}

// R33, and who may go at all; of what is dispatched and not signed.
function teams({ sections, rule, recusals, asked }) {
  const broken = [];
  for (const { id, visit, department, state, members } of sections) {
    if (visit.state !== 'dispatched' || (state !== 'open' && state !== 'returned')) continue;
    const recused = (who) => recusals.has(`${who.id},${visit.subject}`);
    const leaves = (who) => asked.has(`${id},${who.id}`);
    const where = `${visit.code} of ${department}`;
    const fit = members.filter((who) => !recused(who) || leaves(who));
    const least = rule('inspectors.minimum', visit.region);
    if (fit.length < least) broken.push(`team: ${fit.length} of ${least}, ${where}`);
    for (const { specialty } of visit.tasks.filter(({ section }) => section === id))
      if (!fit.some(({ skills }) => skills.includes(specialty)))
        broken.push(`specialty: ${specialty} at ${where}`);
    for (const who of members) {
      if (recused(who) && !leaves(who)) broken.push(`recusal: ${who.card} at ${where}`);
      if (who.until < visit.day) broken.push(`card: ${who.card} until ${who.until} at ${where}`);
    }
  }
  for (const [key, all] of groupBy(sections.flatMap(({ visit, members }) =>
    members.map(({ card }) => ({ visit, card }))), ({ visit, card }) => `${card} at ${visit.code}`))
    if (all.length > 1) broken.push(`twice: ${key}`);
  return broken;
}

export async function brokenRules(sql, states = ['planned', 'dispatched']) {
  const plan = await readPlan(sql, states);
  return [days, entries, caps, loads, teams].flatMap((rule) => rule(plan)).sort();
}

// match-check.mjs - the match of inspectors, drawn again by the rule in README.md of fcgi/public:
// teams against teams.txt, and what it drew from against the rosters. Browsers and node run it. The
// findings are those of `lianchactl draw verify`.

import { Fault, readInspectors, readVisits } from './match-text.mjs';
import { checkUse, covers } from './roster-check.mjs';
import { hexOfWords } from './hash.mjs';
import { checkVisits } from './visits-check.mjs';

const TEAMS = 'teams.txt';
const TEAM_MIN = 2;
const encoder = new TextEncoder();
const meets = (a, b) => [...a].some((one) => b.has(one));
const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

class Match {
  #tickets;
  #visits;
  #inspectors;
  #byDepartment = new Map();
  #loads = new Map();
  #taken = new Set(); // in a team of the visit in work
  #visit;
  lines = [];

  constructor(tickets, inspectors, visits) {
    this.#tickets = tickets;
    this.#visits = visits;
    this.#inspectors = inspectors;
    for (const one of inspectors) {
      if (!this.#byDepartment.has(one.department)) this.#byDepartment.set(one.department, []);
      this.#byDepartment.get(one.department).push(one);
    }
  }

  #free(who, section) {
    const load = this.#loads.get(who.id) ?? 0;
    return meets(who.specialties, section.specialties) && who.onDuty &&
      who.expires >= this.#visits.lastDay && !who.recusals.includes(section.subject) &&
      !this.#taken.has(who.id) && load < Math.min(Math.max(who.total - who.carried, 0),
      who.daily * this.#visits.days);
  }

  #join(team, who, source) {
    this.#taken.add(who.id);
    this.#loads.set(who.id, (this.#loads.get(who.id) ?? 0) + 1);
    who.specialties.forEach((one) => team.missing.delete(one));
    team.size++;
    this.lines.push([team.visit, team.department, who.id, source, who.ticket].join('\t'));
  }

  // Both walks over the free, by load, ticket and card.
  #walk(team, free, source) {
    const order = free.map((who) => ({ ...who, load: this.#loads.get(who.id) ?? 0,
      ticket: hexOfWords(this.#tickets.score(
        encoder.encode(`visit|${team.visit}|inspector|${who.id}`), 1)) }))
      .sort((a, b) => a.load - b.load || byText(a.ticket, b.ticket) || byText(a.id, b.id));
    for (const who of order) if (meets(who.specialties, team.missing)) this.#join(team,
      who, source);
    for (const who of order)
      if (team.size < TEAM_MIN && !this.#taken.has(who.id)) this.#join(team, who, source);
  }

  staff(section) {
    const team = { visit: section.visit, department: section.department, size: 0,
      missing: new Set(section.specialties) };
    if (section.visit !== this.#visit) this.#taken.clear();
    this.#visit = section.visit;
    const own = this.#byDepartment.get(section.department) ?? [];
    this.#walk(team, own.filter((who) => this.#free(who, section) &&
      who.areas.some((area) => covers(area, section.region))), 'drawn');
    if (team.size >= TEAM_MIN && team.missing.size === 0) return;
    this.#walk(team, this.#inspectors.filter((who) => who.kind === section.kind &&
      who.department !== section.department && who.region !== section.home &&
      who.region.slice(0, 4) === section.home.slice(0, 4) && this.#free(who, section)),
      'neighbour');
  }
}

function compareTeams(report, bytes, expected) {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const at = lines.findIndex((line, i) => line !== expected[i]);
  if (at >= 0 || lines.length !== expected.length)
    report.note(TEAMS, `line ${(at < 0 ? lines.length : at) + 1}`,
      `检查组不是按规则抽取的：这一行应为“${expected[at < 0 ? lines.length : at] || '（无）'}”`);
}

async function draw(hash, seed, inspectors, visits, tick) {
  const match = new Match(hash.tickets(seed), inspectors, visits);
  for (const section of visits.sections) {
    match.staff(section);
    await tick();
  }
  return match.lines;
}

// doc: campaign, seed, rosters (whether they are intact: then what was used is compared with them),
// teams (of rule 2: when it was closed, and before when it had to be), places of the draws (null
// where one is not sound) and how many substitutes.
// Resolves to {differences, displaced, cards, sections}: displaced being who would have been drawn
// but for the differences, cards a map by all cards of the rosters, sections as checkVisits has
// them.
export async function checkMatch(report, files, doc, draws, tick) {
  try {
    const inspectors = readInspectors(files, doc.campaign);
    const visits = readVisits(files, doc.campaign);
    if (!files.has(TEAMS)) throw new Fault(TEAMS, '', '公示包中没有这个文件');
    const used = doc.rosters ? checkUse(report, files, doc, draws,
      { inspectors, visits }) : null;
    const sections = doc.places && (used || doc.version === 1) ? checkVisits(report, doc, draws,
      doc.version === 1 ? null : used.rosters, visits) : null;
    const lines = await draw(report.hash, doc.seed, inspectors, visits, tick);
    compareTeams(report, files.get(TEAMS), [`liancha-teams/1\t${doc.campaign}`, ...lines, '']);
    if (!used) return null;
    const cards = (all) => new Set(all.map((line) => line.split('\t')[2]));
    const drawn = cards(lines);
    const would = used.changed.size
      ? cards(await draw(report.hash, doc.seed, used.unchanged, visits, tick)) : drawn;
    return { differences: used.differences,
      cards: used.committed, sections,
      displaced: [...used.changed].filter((card) => would.has(card) && !drawn.has(card)).length };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    report.note(error.file, error.where, error.message);
    return null;
  }
}

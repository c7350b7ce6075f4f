// match-world.mjs - the match of inspectors as a stranger computes it from the published bundle, by the
// words of fcgi/public/README.md.

import { createHash } from 'node:crypto';

export const rows = (files, name) => files.get(name).toString('utf8').split('\n').slice(1, -1)
  .map((line) => line.split('\t'));

// The rule, run by a stranger.
export function strangersTeams(files) {
  const { seed: text } = JSON.parse(files.get('draw.json').toString('utf8'));
  const sha256 = (value) => createHash('sha256').update(value).digest('hex');
  const [, , lastDay, days] = files.get('visits.txt').toString('utf8').split('\n')[0].split('\t');
  const loads = new Map();
  const people = rows(files, 'inspectors.txt').map(([id, department, kind, region, until, duty,
    daily, total, carried, specialties, areas, recusals]) => ({ id, department, kind, region, until,
    duty, room: Math.min(daily * days, total - carried), specialties: specialties.split(','),
    areas: areas ? areas.split(',') : [region], recusals: recusals.split(',') }));
  const out = [];
  for (const [visit, subject, region, department, kind, home_, wanted] of rows(files, 'visits.txt')) {
    const missing = new Set(wanted.split(','));
    const team = out.filter((row) => row[0] === visit).map((row) => row[2]);
    let size = 0;
    const walk = (list, source) => {
      const order = list.map((one) => ({ ...one, load: loads.get(one.id) ?? 0,
        ticket: sha256(`${text}|visit|${visit}|inspector|${one.id}|1`) }))
        .sort((a, b) => a.load - b.load || (a.ticket < b.ticket ? -1 : 1));
      const join_ = (one) => {
        out.push([visit, department, one.id, source, one.ticket]);
        team.push(one.id);
        loads.set(one.id, one.load + 1);
        one.specialties.forEach((word) => missing.delete(word));
        size++;
      };
      for (const one of order)
        if (one.specialties.some((word) => missing.has(word))) join_(one);
      for (const one of order) if (size < 2 && !team.includes(one.id)) join_(one);
    };
    const free = (one) => one.duty === '1' && one.until >= lastDay && !team.includes(one.id) &&
      !one.recusals.includes(subject) && (loads.get(one.id) ?? 0) < one.room &&
      one.specialties.some((word) => wanted.split(',').includes(word));
    const covers = (one) => one.areas.some((area) => area === region ||
      (area.endsWith('00') && area.slice(0, 4) === region.slice(0, 4)));
    walk(people.filter((one) => one.department === department && free(one) && covers(one)), 'drawn');
    if (missing.size || size < 2)
      walk(people.filter((one) => one.kind === kind && one.department !== department &&
        one.region !== home_ && one.region.slice(0, 4) === home_.slice(0, 4) && free(one)),
      'neighbour');
  }
  return out;
}

// Where a field of differences.txt stands in a line of inspectors.
const PLACES = { card: 4, duty: 5, daily: 6, total: 7, carried: 8, specialties: 9, areas: 10 };
const sorted = (text) => text.split(',').filter(Boolean).sort();
// A line without what says the same in other words.
const plain = (line) => line.map((field, i) => (i < 9 ? field
  : sorted(i === 10 && field === '' ? line[3] : field).join()));

// The rosters with the listed differences put in, against inspectors.txt: a line for each card that is
// not as it should be, and for what a difference may not do.
export function strangersUse(files) {
  const doc = JSON.parse(files.get('draw.json').toString('utf8'));
  const kinds = new Set(rows(files, 'visits.txt').map((row) => row[4]));
  const people = new Map();
  for (const line of doc.draws.flatMap(({ draw }) => rows(files, `roster-${draw}.txt`))) {
    if (!kinds.has(line[2])) continue;
    const first = people.get(line[0]);
    if (first) first[11] = [...new Set([...sorted(first[11]), ...sorted(line[11])])].sort().join();
    else people.set(line[0], plain(line));
  }
  const wrong = [];
  for (const [card, field, was, is] of rows(files, 'differences.txt')) {
    const line = people.get(card);
    if (!line) wrong.push(`${card} has no roster`);
    else if (field === 'recusal' && was === '-') line[11] = sorted(`${line[11]},${is}`).join();
    else if (line[PLACES[field]] !== was) wrong.push(`${card} ${field} was not ${was}`);
    else {
      const narrows = { card: is < was, duty: is === '0', carried: true,
        daily: Number(is) < Number(was), total: Number(is) < Number(was),
        specialties: sorted(is).every((one) => sorted(was).includes(one)),
        areas: sorted(is).every((one) => sorted(was).some((area) => area === one ||
          (area.endsWith('00') && area.slice(0, 4) === one.slice(0, 4)))) }[field];
      if (!narrows) wrong.push(`${card} ${field} does not narrow`);
      line[PLACES[field]] = is;
    }
  }
  const used = new Map(rows(files, 'inspectors.txt').map((line) => [line[0], plain(line)]));
  for (const card of new Set([...people.keys(), ...used.keys()]))
    if (people.get(card)?.join('\t') !== used.get(card)?.join('\t')) wrong.push(`${card} differs`);
  const last = doc.draws.map(({ draw }) => files.get(`roster-${draw}.txt`).toString('utf8')
    .split('\n')[0].split('\t')[2]).sort()[0];
  const [, , lastDay] = files.get('visits.txt').toString('utf8').split('\n')[0].split('\t');
  return lastDay === last ? wrong : [...wrong, 'last day'];
}

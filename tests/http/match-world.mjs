// match-world.mjs - the match of inspectors as a stranger computes it from the published bundle, by
// the words of fcgi/public/README.md.

import { createHash } from 'node:crypto';

export const TIME = /^(?:19|2[01])\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

export const rows = (files, name) => files.get(name).toString('utf8').split('\n').slice(1, -1)
  .map((line) => line.split('\t'));

// The rule, run by a stranger.
export function strangersTeams(files) {
  const { teams_seed: text } = JSON.parse(files.get('draw.json').toString('utf8'));
  const sha256 = (value) => createHash('sha256').update(value).digest('hex');
  const [, , lastDay, days] = files.get('visits.txt').toString('utf8').split('\n')[0].split('\t');
  const loads = new Map();
  const people = rows(files, 'inspectors.txt').map(([id, department, kind, region, until, duty,
    daily, total, carried, specialties, areas, recusals]) => ({ id, department, kind, region, until,
    duty, room: Math.min(daily * days, total - carried), specialties: specialties.split(','),
    areas: areas ? areas.split(',') : [region], recusals: recusals.split(',') }));
  const out = [];
  for (const [visit, subject, region, department, kind, home_, wanted] of rows(files,
    'visits.txt')) {
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
    walk(people.filter((one) => one.department === department && free(one) &&
      covers(one)), 'drawn');
    if (missing.size || size < 2)
      walk(people.filter((one) => one.kind === kind && one.department !== department &&
        one.region !== home_ && one.region.slice(0, 4) === home_.slice(0, 4) && free(one)),
      'neighbour');
  }
  return out;
}

// Where a field of differences.txt stands in a line of inspectors.
const PLACES = { card: 4, duty: 5, daily: 6, total: 7, carried: 8, specialties: 9, areas: 10 };
const sorted = (text) => (text === '' ? [] : text.split(',').sort());
// A line without what says the same in other words.
const plain = (line) => line.map((field, i) => (i < 9 ? field
  : sorted(i === 10 && field === '' ? line[3] : field).join()));

// The rosters with the listed differences put in, against inspectors.txt: a line for each card that
// is not as it should be, and for what a difference may not do.
export function strangersUse(files) {
  const draws = files.get('announcement.txt').toString('utf8').split('\n')
    .map((line) => line.split('\t')).filter(([key]) => key === 'draw').map(([, draw]) => draw);
  const kinds = new Set(rows(files, 'visits.txt').map((row) => row[4]));
  const people = new Map();
  for (const line of draws.flatMap((draw) => rows(files, `roster-${draw}.txt`))) {
    if (!kinds.has(line[2])) continue;
    const first = people.get(line[0]);
    if (first) first[11] = [...new Set([...sorted(first[11]), ...sorted(line[11])])].sort().join();
    else people.set(line[0], plain(line));
  }
  const wrong = [];
  for (const [card, field, was, is] of rows(files, 'differences.txt')) {
    const line = people.get(card);
    if (!line) wrong.push(`${card} has no roster`);
    else if (field === 'recusal' && was === '-')
      line[11] = sorted([line[11], is].filter(Boolean).join()).join();
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
  const last = draws.map((draw) => files.get(`roster-${draw}.txt`).toString('utf8')
    .split('\n')[0].split('\t')[2]).sort()[0];
  const [, , lastDay] = files.get('visits.txt').toString('utf8').split('\n')[0].split('\t');
  return lastDay === last ? wrong : [...wrong, 'last day'];
}

// By the words of fcgi/public/README.md: who stands in for whom, that visits.txt follows from the
// places that stood at the closing, and what changed after it. A line for what does not.
export function strangersVisits(files) {
  const { campaign, times } = JSON.parse(files.get('draw.json').toString('utf8'));
  const announced = files.get('announcement.txt').toString('utf8').split('\n')
    .map((line) => line.split('\t'));
  const percent = announced.find(([key, name]) => key === 'parameter' &&
    name === 'substitute.percent')?.[2] ?? 0;
  const draws = announced.filter(([key]) => key === 'draw').map(([, id, , , own]) => ({ id, own }));
  const places = new Map(draws.flatMap(({ id }) => files.get(`result-${id}.txt`).toString('utf8')
    .split('\n').slice(0, -1).map((line) => line.split('\t'))
    .map(([stratum, n, subject, how]) => [`${id} ${stratum} ${subject}`,
      { id, stratum, n, subject, in: how === 'selected', then: how === 'selected' }])));
  const wrong = [];
  let before = times.drawn;
  const made = {};
  for (const [id, stratum, subject, by, n, time, kind, why] of rows(files, 'substitutes.txt')) {
    const next = [...places.values()].find((one) => one.id === id && one.stratum === stratum &&
      !one.in && !one.out);
    const from = places.get(`${id} ${stratum} ${subject}`);
    if (!from?.in || next?.subject !== by || next.n !== n || !why ||
      !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time) || time < before ||
      !['limit', 'exception'].includes(kind)) return [...wrong, `substitute ${by}`];
    before = time;
    if (kind === 'limit') made[id] = (made[id] ?? 0) + 1;
    Object.assign(from, { in: false, out: true });
    next.in = true;
    if (time <= times.closed) [from.then, next.then] = [false, true];
    else next.later = true;
  }
  for (const [id, n] of Object.entries(made))
    if (n * 100 > percent * announced.filter(([key]) => key === 'draw' || key === 'quota')
      .reduce(([sum, here], [key, one, quota]) => (key === 'draw' ? [sum, one === id]
        : [here ? sum + Number(quota) : sum, here]), [0, false])[0])
      wrong.push(`substitutes of ${id}`);
  if (!files.has('visits.txt')) return wrong;
  const visits = rows(files, 'visits.txt');
  const offices = new Map();
  const rosters = draws.map(({ id }) => rows(files, `roster-${id}.txt`));
  for (const [code, kind, region] of [...rosters.flat().map((line) => line.slice(1, 4)),
    ...visits.map((line) => line.slice(3, 6))]) {
    const key = `${kind} ${region}`;
    if (!offices.has(key)) offices.set(key, code);
    if (offices.get(key) !== code || [...offices].some(([other, one]) =>
      one === code && other !== key)) wrong.push(`department ${code}`);
  }
  const inspects = ({ id, stratum }) => {
    const i = draws.findIndex((draw) => draw.id === id);
    return offices.get(`${rosters[i][0]?.[2]} ${stratum.slice(0, 6)}`) ?? draws[i].own;
  };
  const lines = new Map();
  for (const place of [...places.values()].filter(({ then }) => then)) {
    const key = [`${campaign}-${place.subject}`, place.subject, inspects(place)].join('\t');
    lines.set(key, [...lines.get(key) ?? [], place.stratum]);
  }
  const found = visits.map(([visit, subject, region, department, , , specialties]) =>
    [visit, subject, department, region, ...specialties.split(',').sort()].join('\t')).sort();
  const due = [...lines].map(([key, strata]) => [key, strata.sort()[0].slice(0, 6),
    ...[...new Set(strata.map((one) => one.slice(7)))].sort()].join('\t')).sort();
  for (const line of [...found.filter((one) => !due.includes(one)),
    ...due.filter((one) => !found.includes(one))]) wrong.push(`visit ${line}`);
  const known = new Set([...visits.map(([visit, , , department]) => `${visit} ${department}`),
    ...[...places.values()].filter(({ later }) => later)
      .map((place) => `${campaign}-${place.subject} ${inspects(place)}`)]);
  const seats = rows(files, 'teams.txt').map(([visit, department, card]) =>
    `${visit} ${department} ${card}`);
  const cards = new Set(rosters.flat().map(([card]) => card));
  for (const [visit, department, kind, leaver, joiner, source, ticket] of rows(files,
    'adjustments.txt')) {
    const at = seats.indexOf(`${visit} ${department} ${leaver}`);
    const alone = ['direct', 'substitute'].includes(kind);
    const joins = joiner !== '-';
    const sound = known.has(`${visit} ${department}`) && (leaver === '-' || at >= 0) &&
      ['change', 'recusal', 'direct', 'substitute'].includes(kind) &&
      (joins || leaver !== '-') && !(alone && leaver !== '-') &&
      !(alone && (kind === 'direct') !== (source === 'direct')) &&
      (joins ? ['drawn', 'neighbour', 'direct'].includes(source) &&
        (source === 'direct' || cards.has(joiner)) : source === '-' && ticket === '-');
    if (at >= 0) seats.splice(at, 1);
    if (!sound || seats.some((seat) => seat.startsWith(`${visit} `) && seat.endsWith(` ${joiner}`)))
      wrong.push(`adjustment of ${visit}`);
    if (joins) seats.push(`${visit} ${department} ${joiner}`);
  }
  return wrong;
}

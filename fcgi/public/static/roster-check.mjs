// roster-check.mjs - the rosters of a bundle: whom the matching may draw from, bound by the secret.
// The findings are those of `lianchactl draw verify`.

import { instantOf } from './announcement.mjs';
import { readLines, readRoster } from './match-text.mjs';

const DOCUMENT = 'draw.json';

async function makesSecret({ hash }, { nonce, secret }, digests) {
  return await hash.textHex([nonce, ...digests].join('|')) === secret;
}

// Each roster against its stated digest, and the stated digests against the secret.
async function checkDigests(report, files, doc, draws) {
  const names = draws.map(({ id }) => `roster-${id}.txt`);
  const stated = draws.map(({ rosterSha256 }) => rosterSha256);
  const found = [];
  for (const name of names) {
    if (!files.has(name)) report.note(name, '', '公示包中没有这个文件');
    found.push(files.has(name) ? await report.hash.digestHex(files.get(name)) : null);
  }
  const fromFound = !found.includes(null) && await makesSecret(report, doc, found);
  for (const [i, hex] of found.entries()) {
    if (hex === null || hex === stated[i]) continue;
    if (fromFound)
      report.note(DOCUMENT, `/draws/${i}/roster_sha256`,
        `秘密值由名单的摘要 ${hex} 合成：被改动的是公示的摘要`);
    else report.note(names[i], '', `人员名单不是承诺的那一份：摘要是 ${hex}，承诺的是 ${stated[i]}`);
  }
  // another secret is named elsewhere
  if (!doc.committed || await makesSecret(report, doc, stated)) return;
  if (found.some((hex, i) => hex !== stated[i]))
    report.note(DOCUMENT, '/nonce', '秘密值不是由随机数和公示的人员名单摘要合成的');
  else if (names.length === 1)
    report.note(names[0], '', '人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值');
  else report.note('roster-*.txt', '',
    '至少一份人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值');
}

// doc: nonce or null, the secret, whether that is the one committed to. Whether the campaign, of
// rule 1, commits to rosters; one that was committed before there were any does not.
export async function checkRosters(report, files, doc, draws) {
  const n = draws.filter(({ rosterSha256 }) => rosterSha256 !== null).length;
  const committed = n === draws.length && doc.nonce !== null;
  if (committed) await checkDigests(report, files, doc, draws);
  else if (n > 0 || doc.nonce !== null)
    report.note(DOCUMENT, '/nonce', '随机数和各次抽取的人员名单摘要须一同公示');
  return committed;
}

// ---- what the match used of them ----

const DIFFERENCES = 'differences.txt';
const SAID = ['left', 'absent', 'card', 'duty', 'correction']; // causes that a department says
const CAUSES = { recusal: ['declared', 'rule'], carried: ['elsewhere'] };

// Whether an area is the region, or its city.
export const covers = (area, region) => area === region ||
  (/^\d{4}00$/.test(area) && area.slice(0, 4) === region.slice(0, 4));

// One roster of all, of the kinds that have sections: the first line of a card counts, all recusals
// do.
function join(rosters, { sections }) {
  const kinds = new Set(sections.map(({ kind }) => kind));
  const all = new Map();
  for (const one of rosters.flatMap(({ inspectors }) => inspectors)) {
    if (!kinds.has(one.kind)) continue;
    const first = all.get(one.id);
    if (first) first.recusals = [...new Set([...first.recusals, ...one.recusals])].sort();
    else all.set(one.id, { ...one });
  }
  return all;
}

const words = (set) => [...set].sort().join(',');

// What differs of one card: [field, committed, used, whether it only narrows].
function* differencesOf(then, used) {
  if (!then || !used) return yield ['listed', then ? '1' : '0', used ? '1' : '0', false];
  const place = ({ department, kind, region }) => `${department},${kind},${region}`;
  if (place(then) !== place(used)) yield ['department', place(then), place(used), false];
  if (then.expires !== used.expires)
    yield ['card', then.expires, used.expires, used.expires < then.expires];
  if (then.onDuty !== used.onDuty)
    yield ['duty', `${+then.onDuty}`, `${+used.onDuty}`, then.onDuty];
  for (const field of ['daily', 'total', 'carried'])
    if (then[field] !== used[field])
      yield [field, `${then[field]}`, `${used[field]}`,
        field === 'carried' || used[field] < then[field]];
  if (words(then.specialties) !== words(used.specialties))
    yield ['specialties', words(then.specialties), words(used.specialties),
      [...used.specialties].every((one) => then.specialties.has(one))];
  if (then.areas.join() !== used.areas.join())
    yield ['areas', then.areas.join(), used.areas.join(),
      used.areas.every((area) => then.areas.some((one) => covers(one, area)))];
  for (const subject of [...new Set([...then.recusals, ...used.recusals])].sort()) {
    const [was, is] = [then.recusals.includes(subject), used.recusals.includes(subject)];
    if (was !== is) yield ['recusal', was ? subject : '-', is ? subject : '-', is];
  }
}

function noteUse(report, [card, field, committed, used, narrows], listed) {
  if (!listed)
    report.note('inspectors.txt', card, `${card} 的 ${field} 承诺时是“${committed}”，` +
      `匹配时用的是“${used}”，差异记录中没有这一处`);
  else if (!narrows)
    report.note('inspectors.txt', card, `${card} 的 ${field} 由“${committed}”改为“${used}”：` +
      '承诺之后只能收窄，不能放宽');
}

// Every difference narrows and is listed, in order, with a cause that fits. Returns how many there
// are, the cards whose own facts changed, the inspectors as they would be without that, the
// rosters of the draws, and as one.
export function checkUse(report, files, { campaign, teams }, draws, { inspectors, visits }) {
  const rosters = draws.map(({ id }) => readRoster(files, id));
  const committed = join(rosters, visits);
  const used = new Map(inspectors.map((one) => [one.id, one]));
  const last = rosters.map(({ lastDay }) => lastDay).sort()[0];
  if (visits.lastDay !== last)
    report.note('visits.txt', 'line 1', `检查的最后一天应为各计划截止日期中最早的 ${last}`);
  const found = [...new Set([...committed.keys(), ...used.keys()])].sort().flatMap((card) =>
    [...differencesOf(committed.get(card), used.get(card))].map((one) => [card, ...one]));
  const lines = readLines(files, DIFFERENCES, 'liancha-differences/1', campaign, [2, 7]).slice(1);
  let next = 0;
  for (const [i, [card, field, was, is, cause, time]] of lines.entries()) {
    const place = found.findIndex((one, k) => k >= next && one[0] === card && one[1] === field &&
      one[2] === was && one[3] === is);
    if (place < 0) {
      report.note(DIFFERENCES, `line ${i + 2}`, `${card} 没有这一处差异，或未按次序排列`);
      continue;
    }
    found.slice(next, place).forEach((one) => noteUse(report, one, false));
    noteUse(report, found[place], true);
    if (!(CAUSES[field] ?? SAID).includes(cause))
      report.note(DIFFERENCES, `line ${i + 2}`, '缘由与差异不符');
    const at = time === '-' ? null : instantOf(time);
    if (Number.isNaN(at)) report.note(DIFFERENCES, `line ${i + 2}`, '不是时间');
    else if ('closed' in teams &&
      (at === null || at > teams.closed || teams.closed >= teams.before))
      report.note(DIFFERENCES, `line ${i + 2}`,
        '批准须在封存之前，封存须在第二个公共随机值之前：否则差异不计');
    next = place + 1;
  }
  found.slice(next).forEach((one) => noteUse(report, one, false));
  const changed = new Set(found.filter(([, field]) => !(field in CAUSES)).map(([card]) => card));
  const unchanged = inspectors.map((one) => (changed.has(one.id) && committed.has(one.id)
    ? { ...committed.get(one.id), carried: one.carried, recusals: one.recusals } : one));
  return { differences: found.length, changed, unchanged, rosters, committed };
}

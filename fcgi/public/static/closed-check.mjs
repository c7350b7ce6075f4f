// closed-check.mjs - bundles of rule liancha-draw/2: what the teams were drawn from was closed
// before their value, their value and seed are as announced, and no more inspectors were changed
// than was announced. The findings are those of `lianchactl draw verify`. Browsers and node run it.

import { checkValue } from './announced-check.mjs';
import { instantOf, isHex64 } from './announcement.mjs';
import { hexOfWords } from './hash.mjs';
import { Fault, readLines } from './match-text.mjs';

const DOCUMENT = 'draw.json';
const CLOSING = 'closing.txt';
const DRAWN_FILES = ['visits.txt', 'inspectors.txt', 'differences.txt'];
const TEAM_FILES = [...DRAWN_FILES, 'teams.txt', 'adjustments.txt'];
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function checkMembers(report, { closing, value, seed, secret }, { closed, teams }, bound) {
  const note = (where, what) => report.note(DOCUMENT, where, what);
  if (!closed !== (closing === null)) note('/times/closed', '封存书和封存时间须一同公示');
  if (closed && closed < bound.drawnAt) note('/times/closed', '早于前一步的时间');
  if (!teams !== (value === null))
    note('/times/teams', '检查组的公共随机值和抽取时间须一同公示');
  if (teams && (teams < closed || teams < bound.announcement.teams.at))
    note('/times/teams', '早于封存，或早于公告的第二个公共随机值时间');
  if (value === null && seed !== null) note('/teams_value', '没有检查组的公共随机值，却有种子');
  if ((secret === null) !== (seed === null))
    note('/teams_secret', '检查组的秘密值和种子须一同公示');
  if (value !== null && closing === null) note('/closing', '没有封存书，却有检查组的公共随机值');
  if (bound.isVoid && (closing !== null || value !== null)) note('/closing', '作废的批次没有检查组');
}

// The lines of the one form: null, noted, when they are not that.
function readClosing(report, bytes) {
  let text = '';
  try {
    text = strict.decode(bytes);
  } catch {
    // Not a closing.
  }
  const lines = text.split('\n').map((line) => line.split('\t'));
  const results = lines.filter(([key]) => key === 'result');
  const keys = ['liancha-closing/1', 'announcement', 'closed', 'secret',
    ...results.map(([key]) => key), 'visits', 'inspectors', 'differences', ''];
  const sound = lines.length === keys.length && keys.every((key, i) => lines[i][0] === key) &&
    lines.slice(0, -1).every((line) => line.length === (line[0] === 'result' ? 3 : 2)) &&
    lines.at(-1).length === 1 && results.every(([, , hex]) => isHex64(hex)) &&
    lines.slice(-4, -1).every(([, hex]) => isHex64(hex)) && isHex64(lines[1][1]) &&
    isHex64(lines[3][1]) && !Number.isNaN(instantOf(lines[2][1]));
  if (!sound) {
    report.note(CLOSING, 'line 1', '不是封存书的唯一写法');
    return null;
  }
  return { campaign: lines[0][1], announcement: lines[1][1], closed: instantOf(lines[2][1]),
    secret: lines[3][1],
    results: results.map(([, ...rest]) => rest),
    digests: lines.slice(-4, -1).map(([, hex]) => hex) };
}

async function checkDigest(report, files, name, digest) {
  const hex = files.has(name) ? await report.hash.digestHex(files.get(name)) : digest;
  if (hex !== digest)
    report.note(name, '', `不是封存书写明的那一份：摘要是 ${hex}，封存的是 ${digest}`);
}

async function checkClosing(report, files, { closing, seed, secret }, closed, bound) {
  const bytes = files.get(CLOSING);
  if (!bytes !== (seed === null)) report.note(CLOSING, '', '封存书和检查组的种子须一同公示');
  if (!bytes || closing === null) return;
  const hex = await report.hash.digestHex(bytes);
  if (hex !== closing)
    report.note(CLOSING, '', `不是公布的那一份：摘要是 ${hex}，公布的是 ${closing}`);
  const read = readClosing(report, bytes);
  if (!read) return;
  if (read.campaign !== bound.announcement.campaign || read.announcement !== bound.digest ||
    read.closed !== closed) report.note(CLOSING, '', '封存书的批次、公告或时间与公示文件不符');
  if (secret !== null && read.secret !== secret)
    report.note(CLOSING, '', '封存书中的秘密值与公示文件不符');
  const ids = bound.announcement.draws.map(({ id }) => id);
  if (ids.join('\t') !== read.results.map(([id]) => id).join('\t'))
    report.note(CLOSING, '', '封存书中的抽取与公告不同');
  for (const [id, digest] of read.results)
    await checkDigest(report, files, `result-${id}.txt`, digest);
  for (const [i, name] of DRAWN_FILES.entries())
    await checkDigest(report, files, name, read.digests[i]);
}

// The second value is of its source; entered too late, it is the first one.
async function checkTeamsValue(report, files, value, at, { announcement, value: first }) {
  const file = 'teams-pulse.txt';
  const member = '/teams_value';
  const seconds = announcement.parameters.get('draw.teams.seconds') ?? 0;
  const late = seconds > 0 && at > announcement.teams.at + seconds * 1000;
  if (!late) {
    await checkValue(report, files, { ...announcement.value, ...announcement.teams },
      { file, member, value });
    return;
  }
  if (value === null || value !== first)
    report.note(DOCUMENT, member, '检查组的抽取晚于公告的录入期限，须用第一个公共随机值');
  if (files.has(file)) report.note(file, '', '检查组的抽取晚于公告的录入期限，不应有这个文件');
}

async function checkSecret(report, { secret }, { secretHash }) {
  const hash = secret === null ? secretHash : await report.hash.textHex(secret);
  if (hash !== secretHash || (secret !== null && !isHex64(secret)))
    report.note(DOCUMENT, '/teams_secret',
      `不是公告的秘密值：摘要是 ${hash}，公告的是 ${secretHash}`);
}

async function checkSeed(report, { closing, value, seed, secret }) {
  if ([closing, value, seed, secret].includes(null)) return null;
  const computed = await report.hash.textHex([secret, value, closing].join('|'));
  if (computed !== seed)
    report.note(DOCUMENT, '/teams_seed',
      `种子不是由秘密值、第二个公共随机值和封存书摘要合成的：算得 ${computed}，公示的是 ${seed}`);
  return computed;
}

// stated: closing, teams_value, teams_seed, teams_secret as draw.json has them; times: closed and
// teams, 0 for null; bound: announcement, its digest, drawnAt, isVoid, the first value. The teams'
// seed as the rule has it, or null.
export async function checkClosed(report, files, stated, times, bound) {
  const { announcement } = bound;
  checkMembers(report, stated, times, bound);
  await checkClosing(report, files, stated, times.closed, bound);
  await checkTeamsValue(report, files, stated.value, times.teams, bound);
  if (stated.seed === null)
    for (const name of TEAM_FILES.filter((one) => files.has(one)))
      report.note(name, '', '检查组尚未抽取，不应有这个文件');
  await checkSecret(report, stated, announcement.teams);
  return checkSeed(report, stated);
}

// ---- what changed after the teams were drawn ----

const KINDS = ['change', 'recusal', 'direct', 'substitute'];
const SOURCES = ['drawn', 'neighbour', 'direct'];

// What kind of change it is, and that its other fields are of that kind.
function checkKind(note, [, , kind, leaver, joiner, source, ticket]) {
  const [leaves, joins, byHand] = [leaver !== '-', joiner !== '-', source === 'direct'];
  if (!KINDS.includes(kind)) note('不认识的变动种类');
  else if ((!leaves && !joins) || (leaves && ['direct', 'substitute'].includes(kind)) ||
    (kind === 'direct' && !byHand) || (kind === 'substitute' && byHand))
    note('离开、加入或来源与变动种类不符');
  if (joins ? !SOURCES.includes(source) : source !== '-' || ticket !== '-') note('不认识的来源');
}

// A line of the changes: takes the leaver's seat away and gives the joiner one; who left, if that
// counts.
function changeSeats(note, seats, line, ticketOf, { cards, sections }) {
  const [visit, department, kind, leaver, joiner, source, ticket] = line;
  let counts = null;
  checkKind(note, line);
  if (sections && !sections.has([visit, department].join('\t')))
    note(`没有由 ${department} 进行的检查 ${visit}`);
  if (leaver !== '-') {
    const at = seats.findIndex((seat) => seat.visit === visit && seat.card === leaver &&
      seat.department === department);
    if (at < 0) note(`${leaver} 不在这个检查组中`);
    const [seat] = at < 0 ? [] : seats.splice(at, 1);
    if (seat?.source !== 'direct' && kind !== 'recusal') counts = leaver;
  }
  if (joiner === '-') return counts;
  if (seats.some((seat) => seat.visit === visit && seat.card === joiner))
    note(`${joiner} 已在这次检查中`);
  const right = ticketOf(visit, joiner);
  if (ticket !== right) note(`${joiner} 的抽签值应为 ${right}`);
  if (cards && !cards.has(joiner) && source !== 'direct')
    note(`${joiner} 不在承诺的人员名单中，只能直接委派`);
  seats.push({ visit, department, card: joiner, source });
  return counts;
}

// Who left and joined the teams, by which ticket of the teams' seed, and that no more left than the
// announced percentage of those drawn. known: cards of the rosters and all sections, as far as they
// are known.
export function checkAdjustments(report, files, campaign, { seed, percent }, known) {
  const encoder = new TextEncoder();
  const tickets = report.hash.tickets(seed);
  const ticketOf = (visit, card) =>
    hexOfWords(tickets.score(encoder.encode(`visit|${visit}|inspector|${card}`), 1));
  const name = 'adjustments.txt';
  try {
    const teams = readLines(files, 'teams.txt', 'liancha-teams/1', campaign, [2, 5]).slice(1);
    const lines = readLines(files, name, 'liancha-adjustments/1', campaign, [2, 7]).slice(1);
    const seats = teams.map(([visit, department, card, source]) =>
      ({ visit, department, card, source }));
    const changed = new Set(lines.map((line, i) => changeSeats(
      (what) => report.note(name, `line ${i + 2}`, what), seats, line, ticketOf, known)));
    changed.delete(null);
    const drawn = new Set(teams.map(([, , card]) => card)).size;
    if (changed.size * 100 > drawn * percent)
      report.note(name, '', `调整人员 ${changed.size} 名，超过抽取 ${drawn} 名的 ${percent}%`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    report.note(error.file, error.where, error.message);
  }
}

// draw-check.mjs - computes a published draw again from its bundle, by the rules liancha-draw/2 and
// /1, and names what differs. rule-2.md and README.md of fcgi/public describe the bundles; the
// findings are those of `lianchactl draw verify`. No page in here: browsers and node run it.

import { checkAnnounced, checkAnnouncedRosters } from './announced-check.mjs';
import { checkAdjustments } from './closed-check.mjs';
import { instantOf } from './announcement.mjs';
import { compareDrawn, compareResults, drawAgain } from './draw-again.mjs';
import { hashOfRule, SHA256 } from './hash.mjs';
import { checkMatch } from './match-check.mjs';
import { checkRosters } from './roster-check.mjs';
import { compareBytes, isHex64, isStratum, LINE_MAX, Malformed, readHead, readLines,
  utf8 } from './snapshot.mjs';
import { checkSubstitutes, readPlaces } from './visits-check.mjs';
import { checkChanges, dayInChina } from './weight-check.mjs';

const FORMATS = { 'liancha-draw/1': 'liancha-bundle/1', 'liancha-draw/1-sm3': 'liancha-bundle/1',
  'liancha-draw/2': 'liancha-bundle/2', 'liancha-draw/2-sm3': 'liancha-bundle/2' };
// The timestamp is for `openssl ts`: it binds the announcement, and nothing here depends on it.
const ANNOUNCED_FILES = ['announcement.txt', 'announcement.tsr', 'beacon.pem', 'pulse.txt',
  'closing.txt', 'teams-pulse.txt'];
const DOCUMENT = 'draw.json';
const KINDS = ['snapshot', 'blocks', 'result'];
// What follows the draw of the objects.
const MATCH_FILES = ['inspectors.txt', 'visits.txt', 'teams.txt', 'differences.txt',
  'adjustments.txt', 'substitutes.txt'];
const MATCH_SECTIONS_A_BREATH = 50;
const FINDINGS_MAX = 200;
const FILES_MAX = 10000;
const DRAWS_MAX = 1000;
const RANGES_MAX = 8;
const TAR_BLOCK = 512;
const BLOCK = 4096;
const QUOTA_MAX = 10000000;
const PUBLIC_VALUE_MAX = 1000;
const BLOCKS_A_BREATH = 256;
const LF = 0x0A;

const encoder = new TextEncoder();
const latin = new TextDecoder('latin1'); // for texts that are known to be ASCII

class Report {
  findings = [];
  findingCount = 0;

  constructor(hash = SHA256) { this.hash = hash; }

  note(file, where, problem) {
    if (this.findingCount++ < FINDINGS_MAX) this.findings.push({ file, where, problem });
  }
}

// ---- the archive ----

// The header of a file as a bundle has it: its name (bytes) and size, and nothing else that could
// differ.
function headerOf(name, size) {
  const block = new Uint8Array(TAR_BLOCK);
  const put = (at, text) => block.set(encoder.encode(text), at);
  const octal = (n, digits) => n.toString(8).padStart(digits, '0');
  block.set(name);
  for (const [at, text] of [[100, '0000644'], [108, '0000000'], [116, '0000000'],
    [124, octal(size, 11)], [136, octal(0, 11)], [148, '        '], [156, '0'],
    [257, 'ustar\x0000']]) put(at, text);
  put(148, `${octal(block.reduce((all, byte) => all + byte), 6)}\0 `);
  return block;
}

const isZero = (bytes) => bytes.every((byte) => byte === 0);

// One header at `at`: {name, size}, null for the end, undefined where the archive is not as it was
// written: so nothing hides in a header, in padding or behind the end.
function tarHeader(archive, at) {
  const left = archive.length - at;
  if (left === 2 * TAR_BLOCK && isZero(archive.subarray(at))) return null;
  if (left < TAR_BLOCK) return undefined;
  const block = archive.subarray(at, at + TAR_BLOCK);
  const name = block.subarray(0, Math.max(block.indexOf(0), 0));
  const size = parseInt(latin.decode(block.subarray(124, 135)), 8);
  if (name.length === 0 || name.length > 99 || Number.isNaN(size) ||
    compareBytes(block, headerOf(name, size)) !== 0) return undefined;
  const end = at + TAR_BLOCK + size;
  return isZero(archive.subarray(end, end + (TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK))
    ? { name: latin.decode(name), size } : undefined;
}

// File name -> bytes.
function readArchive(report, archive) {
  const files = new Map();
  for (let at = 0; ;) {
    const header = tarHeader(archive, at);
    if (header === null) return files;
    const from = at + TAR_BLOCK;
    const end = from + Math.ceil((header?.size ?? 0) / TAR_BLOCK) * TAR_BLOCK;
    if (!header || end > archive.length) {
      report.note('', '', `公示包不是完整的 tar 文件：在字节 ${at} 处中断`);
      return files;
    }
    if (!/^[!-~]*$/.test(header.name))
      report.note('', '', `公示包中第 ${files.size + 1} 个文件的名称有误`);
    else if (files.has(header.name)) report.note(header.name, '', '公示包中有两个同名文件');
    else if (files.size === FILES_MAX) report.note('', '', `公示包中的文件超过 ${FILES_MAX} 个`);
    else files.set(header.name, archive.subarray(from, from + header.size));
    at = end;
  }
}

// ---- draw.json ----

function countKeys(value) {
  if (value === null || typeof value !== 'object') return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((all, inner) => all + countKeys(inner), own);
}

// JSON.parse keeps the last of two equal keys; other readers keep the first.
function parseDocument(report, bytes) {
  if (!bytes) {
    report.note(DOCUMENT, '', '公示包中没有这个文件');
    return null;
  }
  const text = utf8(bytes);
  try {
    const root = JSON.parse(text);
    const keys = text.match(/"(?:[^"\\]|\\.)*"(?:\s*:)?/g)?.filter((part) => part.endsWith(':'));
    if (root !== null && typeof root === 'object' && keys?.length === countKeys(root)) return root;
    report.note(DOCUMENT, '', '有键重复出现，或不是对象');
  } catch {
    report.note(DOCUMENT, '', '不是有效的 JSON');
  }
  return null;
}

function textOf(report, object, base, name) {
  const value = object?.[name];
  if (typeof value === 'string') return value;
  report.note(DOCUMENT, `${base}/${name}`, '缺少，或不是文本');
  return null;
}

// A text that older bundles do not have.
const textOrNull = (report, object, base, name) =>
  (object?.[name] ?? null) === null ? null : textOf(report, object, base, name);

function readQuotas(report, node, base) {
  const quotas = new Map();
  if (node.quotas === null || typeof node.quotas !== 'object' || Array.isArray(node.quotas)) {
    report.note(DOCUMENT, `${base}/quotas`, '缺少，或不是对象');
    return quotas;
  }
  for (const [stratum, quota] of Object.entries(node.quotas)) {
    if (Number.isInteger(quota) && quota >= 0 && quota <= QUOTA_MAX) quotas.set(stratum, quota);
    else report.note(DOCUMENT, `${base}/quotas/${stratum}`, '不是任务数');
  }
  return quotas;
}

function readDraws(report, root) {
  const list = Array.isArray(root.draws) ? root.draws : [];
  if (list.length < 1 || list.length > DRAWS_MAX) {
    report.note(DOCUMENT, '/draws', `没有抽取，或超过 ${DRAWS_MAX} 项`);
    return null;
  }
  const draws = [];
  for (const [i, node] of list.entries()) {
    const base = `/draws/${i}`;
    const id = textOf(report, node, base, 'draw');
    const sha256 = textOf(report, node, base, 'snapshot_sha256');
    if (id === null || sha256 === null) return null;
    if (i > 0 && compareBytes(encoder.encode(draws[i - 1].id), encoder.encode(id)) >= 0)
      report.note(DOCUMENT, `${base}/draw`, '抽取未按编号排列，或重复：种子按这个顺序合成');
    draws.push({ id, sha256, rosterSha256: textOrNull(report, node, base, 'roster_sha256'),
      quotas: readQuotas(report, node, base), intact: false, lines: 0, selected: 0, reserves: 0 });
  }
  return draws;
}

function checkTimes(report, root) {
  let before = -Infinity;
  for (const name of ['committed', 'valued', 'drawn', 'revealed']) {
    const text = textOf(report, root.times, '/times', name);
    if (text === null) continue;
    const at = instantOf(text);
    if (Number.isNaN(at)) report.note(DOCUMENT, `/times/${name}`, '不是时间');
    else if (at < before) report.note(DOCUMENT, `/times/${name}`, '早于前一步的时间');
    else before = at;
  }
}

// Whether the secret is the one that was committed to.
async function checkCommitment(report, doc) {
  const hash = isHex64(doc.secret) ? await report.hash.digestHex(encoder.encode(doc.secret)) : null;
  if (hash === null) report.note(DOCUMENT, '/secret', '秘密值不是 64 位小写十六进制数');
  else if (hash !== doc.secret_hash)
    report.note(DOCUMENT, '/secret_hash',
      `承诺与秘密值不符：秘密值的摘要是 ${hash}，承诺的是 ${doc.secret_hash}`);
  return hash === doc.secret_hash;
}

function seedFault({ secret, public_value: value }, draws) {
  const size = encoder.encode(value).length;
  if (!isHex64(secret)) return ['/secret', '秘密值不是 64 位小写十六进制数'];
  if (size === 0 || size > PUBLIC_VALUE_MAX || /[\x00-\x1F\x7F|]|^[ \u3000]|[ \u3000]$/.test(value))
    return ['/value', '公共随机值为空、过长、含有控制字符或“|”，或首尾有空格'];
  if (!draws.every(({ sha256 }) => isHex64(sha256)))
    return ['/snapshots', '有快照摘要不是 64 位小写十六进制数'];
  return null;
}

// The seed as the rule has it, or null.
async function checkSeed(report, doc, draws) {
  const fault = seedFault(doc, draws);
  if (fault) {
    report.note(DOCUMENT, fault[0], `无法算出种子：${fault[1]}`);
    return null;
  }
  const seed = await report.hash.digestHex(encoder.encode(
    [doc.secret, doc.public_value, ...draws.map(({ sha256 }) => sha256)].join('|')));
  if (seed !== doc.seed)
    report.note(DOCUMENT, '/seed',
      `种子不是由秘密值、公共随机值和快照摘要合成的：算得 ${seed}，公示的是 ${doc.seed}`);
  return seed;
}

// ---- snapshots ----

function lineAt(bytes, offset) {
  let line = 1;
  for (let i = 0; i < offset && i < bytes.length; i++) line += bytes[i] === LF;
  return line;
}

// Notes where the snapshot differs from the digests of its blocks; false when it nowhere does.
async function noteBlocks(report, name, bytes, blocks, tick) {
  const lines = latin.decode(blocks).split('\n');
  const ranges = [];
  const count = Math.max(Math.ceil(bytes.length / BLOCK), lines.length - 1);
  for (let i = 0; i < count; i++) {
    const block = bytes.subarray(i * BLOCK, (i + 1) * BLOCK);
    const hex = report.hash.hex(block); // so small that a call of WebCrypto would take longer
    if (i % BLOCKS_A_BREATH === 0) await tick(0);
    const start = String(i * BLOCK).padStart(10, '0');
    const line = `${start}\t${String(block.length).padStart(4, '0')}\t${hex}`;
    if (block.length && lines[i] === line) continue;
    const end = Math.min((i + 1) * BLOCK, bytes.length);
    if (ranges.at(-1)?.last === i - 1) Object.assign(ranges.at(-1), { last: i, to: end });
    else ranges.push({ from: Math.min(i * BLOCK, bytes.length), to: end, last: i });
  }
  for (const { from, to } of ranges.slice(0, RANGES_MAX))
    report.note(name, `bytes ${from}-${to}`, `这一段（字节 ${from} 至 ${to}，第 ${lineAt(bytes, from)} ` +
      `至 ${lineAt(bytes, Math.max(to - 1, 0))} 行）与公示时的分段摘要不符`);
  return ranges.length > 0 || lines.at(-1) !== '';
}

// False when the snapshot is not the one that was committed to.
async function checkSnapshot(report, files, draw, tick) {
  const name = `snapshot-${draw.id}.txt`;
  const blocksName = `blocks-${draw.id}.txt`;
  const bytes = files.get(name);
  const blocks = files.get(blocksName);
  const hex = await report.hash.digestHex(bytes);
  const same = hex === draw.sha256;
  if (!same)
    report.note(name, '', `名录快照不是承诺的那一份：摘要是 ${hex}，承诺的是 ${draw.sha256}`);
  if (!blocks) report.note(blocksName, '', '公示包中没有这个文件');
  else if (same && await noteBlocks(new Report(report.hash), name, bytes, blocks, tick))
    report.note(blocksName, '', '名录快照的整份摘要相符，被改动的是这份分段摘要');
  else if (!same && !await noteBlocks(report, name, bytes, blocks, tick))
    report.note(name, '', '分段摘要与快照相符，因此无法指出改动在哪一段');
  return same;
}

// ---- results ----

function checkDrawn(report, files, { id }, strata, secret) {
  const name = `drawn-${id}.txt`;
  const hex = (text) => report.hash.hex(encoder.encode(text));
  const fault = files.has(name) ? compareDrawn(id, strata, files.get(name), secret, hex)
    : { where: '', problem: '公示包中没有这个文件' };
  if (fault) report.note(name, fault.where, fault.problem);
}

async function checkResults(report, files, draw, { rule, seeds, workers, drawn: secret }, tick) {
  const snapshotName = `snapshot-${draw.id}.txt`;
  const resultName = `result-${draw.id}.txt`;
  for (const stratum of draw.quotas.keys())
    if (!isStratum(stratum))
      return report.note(DOCUMENT, '/quotas', `${stratum}：抽查层不是“六位区划代码.专业”`);
  let fault;
  let drawn;
  // Where the seeds differ, that is said already: the results may follow from either.
  for (const seed of seeds) {
    drawn = await drawAgain({ rule, seed, quotas: draw.quotas }, files.get(snapshotName), tick,
      workers);
    const found = compareResults(draw, drawn.strata, files.get(resultName));
    fault ??= found;
    if (!found) {
      draw.follows = seed;
      fault = null;
      break;
    }
  }
  if (fault) return report.note(resultName, fault.where, fault.problem);
  draw.lines = drawn.lines;
  if (drawn.id !== draw.id)
    return report.note(snapshotName, 'line 1', `快照属于抽取 ${drawn.id}，不是 ${draw.id}`);
  if (secret !== null) checkDrawn(report, files, draw, drawn.strata, secret);
  for (const [name, { quota, eligible }] of drawn.strata)
    if (quota > eligible)
      report.note(DOCUMENT, '/draws', `抽取 ${draw.id} 的抽查层 ${name}：任务 ${quota}，可抽的只有 ${eligible}`);
}

// The first line of a snapshot against the rule and the announcement.
async function checkHead(report, files, draw, bytes) {
  const head = readHead(bytes);
  const name = `snapshot-${draw.id}.txt`;
  const version = draw.frozenAt === undefined ? 1 : 2;
  if (head.version !== version) report.note(name, 'line 1', '名录快照的格式不属于这条规则');
  if (version === 1 || head.version === 1) return;
  if (head.day !== dayInChina(draw.frozenAt)) report.note(name, 'line 1', '不是公告的冻结之日');
  await checkChanges(report, files, draw, head);
}

async function checkDraw(report, files, draw, how, tick) {
  const missing = ['snapshot', ...how.seeds.length ? ['result'] : []]
    .map((kind) => `${kind}-${draw.id}.txt`)
    .filter((name) => !files.has(name));
  for (const name of missing) report.note(name, '', '公示包中没有这个文件');
  if (missing.length) return;
  const before = report.findingCount;
  const bytes = files.get(`snapshot-${draw.id}.txt`);
  const committed = await checkSnapshot(report, files, draw, tick);
  draw.other = !committed;
  try {
    if (committed) await checkHead(report, files, draw, bytes);
    // What another snapshot would lead to says nothing about the results: only its format is read.
    if (committed && how.seeds.length) await checkResults(report, files, draw, how, tick);
    else for (const line of readLines(bytes, readHead(bytes), readHead(bytes).size)) void line;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    report.note(`snapshot-${draw.id}.txt`, error.where, error.message);
  }
  draw.intact = report.findingCount === before;
}

// The first line of each of these files names the same campaign.
function checkHeads(report, files, campaign, announced) {
  for (const name of MATCH_FILES.filter((one) => files.has(one))) {
    const [format, code] = new TextDecoder().decode(files.get(name).subarray(0, LINE_MAX))
      .split('\n')[0].split('\t');
    const version = announced && name === 'substitutes.txt' ? 3 : 1;
    if (format !== `liancha-${name.slice(0, -4)}/${version}` || code !== campaign)
      report.note(name, 'line 1', '首行的格式或批次编号与公示文件不符');
  }
}

function checkFiles(report, files, draws, { isVoid, announced, drawn }) {
  const known = new Set([DOCUMENT, ...isVoid ? [] : MATCH_FILES,
    ...announced ? ANNOUNCED_FILES : [],
    ...draws.flatMap(({ id, rosterSha256 }) =>
      [...KINDS, ...rosterSha256 === null ? [] : ['roster'], ...announced ? ['changes'] : [],
        ...drawn ? ['drawn'] : []]
      .map((kind) => `${kind}-${id}.txt`))]);
  for (const name of files.keys())
    if (!known.has(name)) report.note(name, '', '公示包中多出的文件，不属于任何一次抽取');
}

// Where secret, public value and seed do not fit: which one was changed.
function nameCause(report, committed, computed, stated, draws, announced) {
  const follow = (seed) => draws.some(({ follows }) => follows === seed);
  if (computed === null) return;
  if (computed === stated) {
    if (!committed) report.note(DOCUMENT, '/secret_hash', '种子与这个秘密值相符：被改动的是承诺，不是秘密值');
  } else if (follow(computed)) {
    report.note(DOCUMENT, '/seed', '结果由算得的种子得出：被改动的是公示的种子');
  } else if (follow(stated) && !committed) {
    report.note(DOCUMENT, '/secret',
      '结果由公示的种子得出，秘密值与承诺和种子都不符：被改动的是秘密值');
  } else if (follow(stated) && announced) {
    report.note(DOCUMENT, '/public_value',
      '结果由公示的种子得出，秘密值与公告相符：被改动的是公共随机值或公告');
  } else if (follow(stated) && draws.every(({ other }) => !other)) {
    report.note(DOCUMENT, '/public_value',
      '结果由公示的种子得出，秘密值和快照均与承诺相符：被改动的是公共随机值');
  }
}

// ---- all of it ----

function readDocument(report, files) {
  const root = parseDocument(report, files.get(DOCUMENT));
  if (!root) return null;
  const format = textOf(report, root, '', 'format');
  const rule = textOf(report, root, '', 'rule');
  if (format === null || rule === null) return null;
  if (!Object.values(FORMATS).includes(format))
    report.note(DOCUMENT, '/format', `不认识的格式“${format}”`);
  else if (FORMATS[rule] !== format) report.note(DOCUMENT, '/rule', `不认识的规则“${rule}”`);
  else return { root, rule, announced: format === 'liancha-bundle/2' };
  return null;
}

// The members of a bundle of rule 1: what it commits to, and the seed that follows.
async function checkCommitted(report, root, { published = {}, kept }) {
  const draws = readDraws(report, root);
  const texts = ['campaign', 'secret', 'public_value', 'seed', 'secret_hash'];
  if (!draws || texts.map((name) => textOf(report, root, '', name)).includes(null)) return null;
  for (const [name, value] of Object.entries(published))
    if (root[name] !== value) report.note(DOCUMENT, `/${name}`, `与网页上公示的不同：网页上是 ${value}`);
  if (kept) report.note(DOCUMENT, '/rule', '规则 liancha-draw/1 没有公告');
  const committed = await checkCommitment(report, root);
  const computed = await checkSeed(report, root, draws);
  checkTimes(report, root);
  return { draws, committed, computed, isVoid: false };
}

async function checkDraws(report, files, how, draws, progress) {
  let lines = 0;
  for (const draw of draws) {
    await progress({ draw: draw.id, lines });
    await checkDraw(report, files, draw, how, async (n) => {
      lines += n;
      await progress({ draw: draw.id, lines });
    });
  }
  return lines;
}

async function rostersOf(report, files, { root, announced }, { draws, committed }) {
  if (announced) return { rosters: true,
    intact: await checkAnnouncedRosters(report, files, draws) };
  const before = report.findingCount;
  const nonce = textOrNull(report, root, '', 'nonce');
  const rosters = await checkRosters(report, files,
    { nonce, secret: root.secret, committed }, draws);
  return { rosters, intact: rosters && committed && report.findingCount === before };
}

// By rule 1 the teams are there with their files, and drawn from the seed of the objects.
const committedTeams = (files, seeds) =>
  (seeds.length && MATCH_FILES.slice(0, -1).some((name) => files.has(name))
    ? { seed: seeds[0] } : null);

async function matchOf(report, files, doc, bound, progress) {
  const { draws, teams } = bound;
  let sections = 0;
  const places = readPlaces(files, draws);
  const substitutes = checkSubstitutes(report, files, doc.campaign, places, draws,
    bound.substitutes ?? null);
  if (!teams || teams.seed === null) return null;
  const match = await checkMatch(report, files,
    { ...doc, seed: teams.seed, teams, places, substitutes }, draws, async () => {
      if (++sections % MATCH_SECTIONS_A_BREATH === 0) await progress(sections);
    });
  if ('percent' in teams)
    checkAdjustments(report, files, doc.campaign, teams, match ?? {});
  return match && { differences: match.differences, displaced: match.displaced };
}

// What is bound, then the draws, then whom the inspectors were drawn from and who was.
async function checkAll(report, files, document, options) {
  const { root, announced } = document;
  const { progress = () => {}, workers = null } = options;
  const bound = announced ? await checkAnnounced(report, files, root, options)
    : await checkCommitted(report, root, options);
  if (!bound) return {};
  const { draws, committed, computed } = bound;
  const stated = root.seed ?? null;
  const seeds = [...new Set([computed, stated])].filter((seed) => seed !== null && isHex64(seed));
  if (!seeds.length && stated !== null) report.note(DOCUMENT, '/seed', '种子不是 64 位小写十六进制数');
  const how = { rule: document.rule, seeds, workers, drawn: bound.drawn ?? null };
  const lines = seeds.length || stated === null
    ? await checkDraws(report, files, how, draws, progress) : 0;
  if (stated !== null) nameCause(report, committed, computed, stated, draws, announced);
  const { rosters, intact } = await rostersOf(report, files, document, bound);
  const match = bound.isVoid ? null : await matchOf(report, files,
    { campaign: root.campaign, rosters: intact, version: announced ? 2 : 1 },
    announced ? bound : { ...bound, teams: committedTeams(files, seeds) },
    (n) => progress({ draw: null, lines, sections: n }));
  checkHeads(report, files, root.campaign, announced);
  checkFiles(report, files, draws,
    { isVoid: bound.isVoid, announced, drawn: Boolean(bound.drawn) });
  return { rosters, match, draws, isVoid: bound.isVoid };
}

// bytes: a bundle (Uint8Array). published: members of draw.json as they are known from elsewhere;
// kept: the digest of the announcement that somebody noted before the value existed, or the
// announcement itself. progress({draw, lines}), draw being null at the teams, is awaited every now
// and then, so that a page can breathe. workers: who draws beside it, as drawAgain has them.
// Resolves to {campaign, announced, isVoid, kept, rosters, match, draws, findings, findingCount}.
export async function checkBundle(bytes, options = {}) {
  const report = new Report();
  const files = readArchive(report, bytes);
  const document = readDocument(report, files);
  if (document) report.hash = hashOfRule(document.rule);
  const { rosters = false, match = null, draws = [], isVoid = false } =
    document ? await checkAll(report, files, document, options) : {};
  return { campaign: document?.root.campaign ?? null,
    announced: document?.announced ?? false, isVoid,
    kept: Boolean(options.kept), rosters, match,
    draws: draws.map(({ id, intact, lines, selected, reserves }) =>
      ({ draw: id, intact, lines, selected, reserves })), findings: report.findings,
    findingCount: report.findingCount };
}

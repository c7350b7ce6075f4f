// draw-check.mjs - computes a published draw again from its bundle, by the rule liancha-draw/1, and
// names what differs. README.md of fcgi/public describes the bundle; the findings are those of
// `lianchactl draw verify`. No page in here: browsers and node run it.

import { checkMatch } from './match-check.mjs';
import { checkRosters } from './roster-check.mjs';
import { compareWords, digestHex, hexOfWords, Tickets } from './sha256.mjs';

const RULE = 'liancha-draw/1';
const RULE_SM3 = 'liancha-draw/1-sm3';
const DOCUMENT = 'draw.json';
const KINDS = ['snapshot', 'blocks', 'result'];
// What follows the draw of the objects. The last two lianchactl replays, this page does not.
const MATCH_FILES = ['inspectors.txt', 'visits.txt', 'teams.txt', 'differences.txt',
  'adjustments.txt', 'substitutes.txt'];
const MATCH_SECTIONS_A_BREATH = 50;
const FINDINGS_MAX = 200;
const FILES_MAX = 10000;
const DRAWS_MAX = 1000;
const RANGES_MAX = 8;
const TAR_BLOCK = 512;
const BLOCK = 4096;
const SUBJECT_MAX = 64;
const STRATUM_MAX = 64;
const REASON_MAX = 200;
const LINE_MAX = SUBJECT_MAX + STRATUM_MAX + REASON_MAX + 7;
const QUOTA_MAX = 10000000;
const PUBLIC_VALUE_MAX = 1000;
const LINES_A_BREATH = 2000;
const LF = 0x0A;
const TAB = 0x09;

const encoder = new TextEncoder();
const latin = new TextDecoder('latin1'); // for texts that are known to be ASCII
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const isHex64 = (text) => /^[0-9a-f]{64}$/.test(text);
const isStratum = (text) => text.length <= STRATUM_MAX && /^[0-9]{6}\.[a-z0-9_]+$/.test(text);

function utf8(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

function compareBytes(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

class Report {
  findings = [];
  findingCount = 0;

  note(file, where, problem) {
    if (this.findingCount++ < FINDINGS_MAX) this.findings.push({ file, where, problem });
  }
}

// ---- the archive ----

function octal(bytes) {
  const text = latin.decode(bytes).replace(/[\0 ].*$/s, '');
  return /^[0-7]*$/.test(text) ? parseInt(text || '0', 8) : NaN;
}

// One header at `at`: {name, size}, null for the end mark, undefined when it is none.
function tarHeader(archive, at) {
  if (archive.length - at < TAR_BLOCK) return undefined;
  const block = archive.subarray(at, at + TAR_BLOCK);
  if (block.every((byte) => byte === 0)) return null;
  const sum = block.reduce((all, byte, i) => all + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  const name = latin.decode(block.subarray(0, 100));
  const size = octal(block.subarray(124, 136));
  if (latin.decode(block.subarray(257, 262)) !== 'ustar' || octal(block.subarray(148, 156)) !== sum ||
    block[156] !== 0x30 || Number.isNaN(size) || !name.includes('\0')) return undefined;
  return { name: name.slice(0, name.indexOf('\0')), size };
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
    const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(at)) report.note(DOCUMENT, `/times/${name}`, '不是时间');
    else if (at < before) report.note(DOCUMENT, `/times/${name}`, '早于前一步的时间');
    else before = at;
  }
}

// Whether the secret is the one that was committed to.
async function checkCommitment(report, doc) {
  const hash = isHex64(doc.secret) ? await digestHex(encoder.encode(doc.secret)) : null;
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
  const seed = await digestHex(encoder.encode(
    [doc.secret, doc.public_value, ...draws.map(({ sha256 }) => sha256)].join('|')));
  if (seed !== doc.seed)
    report.note(DOCUMENT, '/seed',
      `种子不是由秘密值、公共随机值和快照摘要合成的：算得 ${seed}，公示的是 ${doc.seed}`);
  return seed;
}

// ---- snapshots ----

const plain = (bytes) => {
  let all = 0;
  for (const byte of bytes) {
    if (byte < 0x20 || byte === 0x7F) return false;
    all |= byte;
  }
  return all < 0x80 || utf8(bytes) !== null;
};

function weightOf(text) {
  const weight = /^(?:0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : NaN;
  return weight <= 255 ? weight : NaN;
}

// What is wrong with a line that follows another (undefined for the first), or null.
function lineFault({ subject, stratum, reason, weight, name }, before) {
  if (subject.length === 0 || subject.length > SUBJECT_MAX) return '检查对象代码为空或过长';
  if (subject.includes(0x7C)) return '检查对象代码含有“|”';
  if (!plain(subject)) return '检查对象代码含有控制字符，或不是 UTF-8';
  if (!isStratum(name)) return '抽查层不是“六位区划代码.专业”';
  if (Number.isNaN(weight)) return '权重不是 0 到 255 的整数';
  if (reason.length > REASON_MAX) return '原因过长';
  if (!plain(reason)) return '原因含有控制字符，或不是 UTF-8';
  if (weight > 0 && reason.length > 0) return '权重大于 0，却写有排除原因';
  if (weight === 0 && reason.length === 0) return '权重为 0，却没有排除原因';
  if (!before) return null;
  const order = compareBytes(before.subject, subject) || compareBytes(before.stratum, stratum);
  if (order === 0) return '与上一行的检查对象和抽查层相同';
  return order > 0 ? '顺序不对：应排在上一行之前' : null;
}

function split(bytes) {
  const a = bytes.indexOf(TAB);
  const b = bytes.indexOf(TAB, a + 1);
  const c = bytes.indexOf(TAB, b + 1);
  if (a < 0 || b < 0 || c < 0) return null;
  const stratum = bytes.subarray(a + 1, b);
  return { subject: bytes.subarray(0, a), stratum, name: latin.decode(stratum),
    weight: weightOf(latin.decode(bytes.subarray(b + 1, c))), reason: bytes.subarray(c + 1) };
}

const MALFORMED = Symbol('malformed');

function malformed(number, from, to, what) {
  return Object.assign(new Error(`名录快照第 ${number} 行（字节 ${from} 至 ${to}）：${what}`),
    { [MALFORMED]: true, where: `line ${number}, bytes ${from}-${to}` });
}

// The lines of a snapshot, the first being {id}; throws where the format is broken.
function* readSnapshot(bytes) {
  let before;
  for (let from = 0, number = 1; number === 1 || from < bytes.length; number++) {
    const window = Math.min(bytes.length, from + LINE_MAX);
    const lf = bytes.subarray(from, window).indexOf(LF);
    const end = lf < 0 ? window : from + lf + 1;
    const text = bytes.subarray(from, end - 1);
    if (number === 1) {
      const header = lf < 0 ? null : utf8(text)?.match(/^liancha-snapshot\/1\t(.+)$/);
      if (!header || !plain(encoder.encode(header[1])))
        throw malformed(1, from, end, '首行不是“liancha-snapshot/1<TAB>抽取编号”');
      yield { id: header[1] };
    } else {
      if (lf < 0) throw malformed(number, from, end, '行过长，或末行没有换行符');
      const line = split(text);
      const fault = line ? lineFault(line, before) : '不是四个以制表符分隔的字段';
      if (fault) throw malformed(number, from, end, fault);
      yield line;
      before = line;
    }
    from = end;
  }
}

function lineAt(bytes, offset) {
  let line = 1;
  for (let i = 0; i < offset && i < bytes.length; i++) line += bytes[i] === LF;
  return line;
}

// Notes where the snapshot differs from the digests of its blocks; false when it nowhere does.
async function noteBlocks(report, name, bytes, blocks) {
  const lines = latin.decode(blocks).split('\n');
  const ranges = [];
  const count = Math.max(Math.ceil(bytes.length / BLOCK), lines.length - 1);
  for (let i = 0; i < count; i++) {
    const block = bytes.subarray(i * BLOCK, (i + 1) * BLOCK);
    const hex = await digestHex(block);
    const line = `${String(i * BLOCK).padStart(10, '0')}\t${String(block.length).padStart(4, '0')}\t${hex}`;
    if (block.length && lines[i] === line) continue;
    const end = Math.min((i + 1) * BLOCK, bytes.length);
    if (ranges.at(-1)?.last === i - 1) Object.assign(ranges.at(-1), { last: i, to: end });
    else ranges.push({ from: Math.min(i * BLOCK, bytes.length), to: end, last: i });
  }
  for (const { from, to } of ranges.slice(0, RANGES_MAX))
    report.note(name, `bytes ${from}-${to}`, `这一段（字节 ${from} 至 ${to}，第 ${lineAt(bytes, from)} ` +
      `至 ${lineAt(bytes, Math.max(to - 1, 0))} 行）与公示时的分段摘要不符`);
  return ranges.length > 0;
}

// False when the snapshot is not the one that was committed to.
async function checkSnapshot(report, files, draw) {
  const name = `snapshot-${draw.id}.txt`;
  const blocksName = `blocks-${draw.id}.txt`;
  const bytes = files.get(name);
  const blocks = files.get(blocksName);
  const hex = await digestHex(bytes);
  const same = hex === draw.sha256;
  if (!same)
    report.note(name, '', `名录快照不是承诺的那一份：摘要是 ${hex}，承诺的是 ${draw.sha256}`);
  if (!blocks) report.note(blocksName, '', '公示包中没有这个文件');
  else if (same && await noteBlocks(new Report(), name, bytes, blocks))
    report.note(blocksName, '', '名录快照的整份摘要相符，被改动的是这份分段摘要');
  else if (!same && !await noteBlocks(report, name, bytes, blocks))
    report.note(name, '', '分段摘要与快照相符，因此无法指出改动在哪一段');
  return same;
}

// ---- drawing again ----

const byScore = (a, b) => compareWords(a.score, b.score) || compareBytes(a.subject, b.subject);

// The smallest scores of a stratum, twice its quota; cut back whenever twice as many have gathered.
class Stratum {
  eligible = 0;
  #kept = [];

  constructor(quota) { this.quota = quota; }

  offer(subject, score) {
    this.#kept.push({ subject, score: score.slice() });
    if (this.#kept.length >= 4 * this.quota + 64) this.#cut();
  }

  #cut() {
    this.#kept.sort(byScore);
    this.#kept.length = Math.min(this.#kept.length, 2 * this.quota);
  }

  picks() {
    this.#cut();
    return this.#kept;
  }
}

async function drawAgain(draw, seed, bytes, tick) {
  const strata = new Map();
  const tickets = new Tickets(seed);
  let id;
  let lines = -1;
  for (const quota of draw.quotas) strata.set(quota[0], new Stratum(quota[1]));
  for (const line of readSnapshot(bytes)) {
    if (++lines === 0) { id = line.id; continue; }
    if (lines % LINES_A_BREATH === 0) await tick(LINES_A_BREATH);
    if (!strata.has(line.name)) strata.set(line.name, new Stratum(0));
    const stratum = strata.get(line.name);
    if (line.weight === 0) continue;
    stratum.eligible++;
    if (stratum.quota > 0) stratum.offer(line.subject, tickets.score(line.subject, line.weight));
  }
  return { id, lines, strata };
}

// The first line of the result file that is not as drawn: {where, problem}, or null. Counts.
function compareResults(draw, strata, bytes) {
  const names = [...strata.keys()].sort();
  let at = 0;
  let number = 0;
  Object.assign(draw, { selected: 0, reserves: 0 });
  const differs = (to, what) => ({ where: `line ${number}, bytes ${at}-${to}`,
    problem: `结果文件第 ${number} 行（字节 ${at} 至 ${to}）：${what}` });
  for (const name of names) {
    const { quota } = strata.get(name);
    for (const [i, { subject, score }] of strata.get(name).picks().entries()) {
      const reserve = i >= quota;
      const text = strict.decode(subject);
      const expected = encoder.encode(
        `${name}\t${i + 1}\t${text}\t${reserve ? 'reserve' : 'selected'}\t${hexOfWords(score)}\n`);
      const lf = bytes.indexOf(LF, at);
      const next = lf < 0 ? bytes.length : lf + 1;
      number++;
      if (compareBytes(bytes.subarray(at, next), expected) !== 0)
        return differs(next, `按规则应为抽查层 ${name} 第 ${i + 1} 位 ${text}（${reserve ? '备选' : '抽中'}）`);
      draw[reserve ? 'reserves' : 'selected']++;
      at = next;
    }
  }
  number++;
  return at < bytes.length ? differs(bytes.length, '按规则结果到此为止，其后多出内容') : null;
}

async function checkResults(report, files, draw, seeds, tick) {
  const snapshotName = `snapshot-${draw.id}.txt`;
  const resultName = `result-${draw.id}.txt`;
  for (const stratum of draw.quotas.keys())
    if (!isStratum(stratum))
      return report.note(DOCUMENT, '/quotas', `${stratum}：抽查层不是“六位区划代码.专业”`);
  let fault;
  let drawn;
  // Where the seeds differ, that is said already: the results may follow from either.
  for (const seed of seeds) {
    drawn = await drawAgain(draw, seed, files.get(snapshotName), tick);
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
  for (const [name, { quota, eligible }] of drawn.strata)
    if (quota > eligible)
      report.note(DOCUMENT, '/draws', `抽取 ${draw.id} 的抽查层 ${name}：任务 ${quota}，可抽的只有 ${eligible}`);
}

async function checkDraw(report, files, draw, seeds, tick) {
  const missing = ['snapshot', 'result'].map((kind) => `${kind}-${draw.id}.txt`)
    .filter((name) => !files.has(name));
  for (const name of missing) report.note(name, '', '公示包中没有这个文件');
  if (missing.length) return;
  const before = report.findingCount;
  const bytes = files.get(`snapshot-${draw.id}.txt`);
  const committed = await checkSnapshot(report, files, draw);
  draw.other = !committed;
  try {
    // What another snapshot would lead to says nothing about the results: only its format is read.
    if (committed) await checkResults(report, files, draw, seeds, tick);
    else for (const line of readSnapshot(bytes)) void line;
  } catch (error) {
    if (!error[MALFORMED]) throw error;
    report.note(`snapshot-${draw.id}.txt`, error.where, error.message);
  }
  draw.intact = report.findingCount === before;
}

// The first line of each of these files names the same campaign.
function checkHeads(report, files, campaign) {
  for (const name of MATCH_FILES.filter((one) => files.has(one))) {
    const [format, code] = new TextDecoder().decode(files.get(name).subarray(0, LINE_MAX))
      .split('\n')[0].split('\t');
    if (format !== `liancha-${name.slice(0, -4)}/1` || code !== campaign)
      report.note(name, 'line 1', '首行的格式或批次编号与公示文件不符');
  }
}

function checkFiles(report, files, draws) {
  const known = new Set([DOCUMENT, ...MATCH_FILES,
    ...draws.flatMap(({ id, rosterSha256 }) => [...KINDS, ...rosterSha256 === null ? [] : ['roster']]
      .map((kind) => `${kind}-${id}.txt`))]);
  for (const name of files.keys())
    if (!known.has(name)) report.note(name, '', '公示包中多出的文件，不属于任何一次抽取');
}

// Where secret, public value and seed do not fit: which one was changed.
function nameCause(report, committed, computed, stated, draws) {
  const follow = (seed) => draws.some(({ follows }) => follows === seed);
  if (computed === null) return;
  if (computed === stated) {
    if (!committed) report.note(DOCUMENT, '/secret_hash', '种子与这个秘密值相符：被改动的是承诺，不是秘密值');
  } else if (follow(computed)) {
    report.note(DOCUMENT, '/seed', '结果由算得的种子得出：被改动的是公示的种子');
  } else if (follow(stated) && !committed) {
    report.note(DOCUMENT, '/secret',
      '结果由公示的种子得出，秘密值与承诺和种子都不符：被改动的是秘密值');
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
  if (rule === RULE_SM3) return { root, rule };
  if (format !== 'liancha-bundle/1') report.note(DOCUMENT, '/format', `不认识的格式“${format}”`);
  else if (rule !== RULE) report.note(DOCUMENT, '/rule', `不认识的规则“${rule}”`);
  else return { root, rule, draws: readDraws(report, root) };
  return null;
}

// Whether the campaign commits to its inspectors, and what the match used of them.
async function checkAll(report, files, root, draws, { progress = () => {}, published = {} }) {
  const texts = ['campaign', 'secret', 'public_value', 'seed', 'secret_hash'];
  if (texts.map((name) => textOf(report, root, '', name)).includes(null)) return {};
  for (const [name, value] of Object.entries(published))
    if (root[name] !== value) report.note(DOCUMENT, `/${name}`, `与网页上公示的不同：网页上是 ${value}`);
  const committed = await checkCommitment(report, root);
  const computed = await checkSeed(report, root, draws);
  checkTimes(report, root);
  const seeds = [...new Set([computed, root.seed])].filter((seed) => seed !== null && isHex64(seed));
  if (!seeds.length) report.note(DOCUMENT, '/seed', '种子不是 64 位小写十六进制数');
  let lines = 0;
  for (const draw of draws) {
    await progress({ draw: draw.id, lines });
    if (seeds.length) await checkDraw(report, files, draw, seeds, async (n) => {
      lines += n;
      await progress({ draw: draw.id, lines });
    });
  }
  nameCause(report, committed, computed, root.seed, draws);
  const nonce = textOrNull(report, root, '', 'nonce');
  const before = report.findingCount;
  const rosters = await checkRosters(report, files, { nonce, secret: root.secret, committed }, draws);
  const intact = rosters && committed && report.findingCount === before;
  let sections = 0;
  let match = null;
  if (MATCH_FILES.slice(0, -1).some((name) => files.has(name)) && seeds.length)
    match = await checkMatch(report, files, { campaign: root.campaign, seed: seeds[0], rosters: intact }, draws,
      async () => {
        if (++sections % MATCH_SECTIONS_A_BREATH === 0) await progress({ draw: null, lines });
      });
  checkHeads(report, files, root.campaign);
  checkFiles(report, files, draws);
  return { rosters, match };
}

// bytes: a bundle (Uint8Array). published: members of draw.json as they are known from elsewhere.
// progress({draw, lines}), draw being null at the teams, is awaited every now and then, so that a page can
// breathe. Resolves
// to {unsupported, campaign, rosters, match, draws, findings, findingCount}; unsupported: the bundle's rule is
// the one with SM3, which no browser computes; nothing was checked then.
export async function checkBundle(bytes, options = {}) {
  const report = new Report();
  const files = readArchive(report, bytes);
  const document = readDocument(report, files);
  const unsupported = document?.rule === RULE_SM3;
  const draws = document?.draws ?? [];
  const { rosters = false, match = null } = draws.length > 0
    ? await checkAll(report, files, document.root, draws, options) : {};
  return { unsupported, campaign: document?.root.campaign ?? null, rosters, match,
    draws: draws.map(({ id, intact, lines, selected, reserves }) =>
      ({ draw: id, intact, lines, selected, reserves })), findings: report.findings,
    findingCount: report.findingCount };
}

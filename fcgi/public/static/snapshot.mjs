// snapshot.mjs - reads the frozen directory of a draw (README.md and rule-2.md of fcgi/public),
// line by line. Browsers, their workers and node run it.

import { readRules, weigher } from './weight-check.mjs';

const SUBJECT_MAX = 64;
const STRATUM_MAX = 64;
const REASON_MAX = 200;
const FACTS_MAX = 64;
export const LINE_MAX = SUBJECT_MAX + STRATUM_MAX + REASON_MAX + FACTS_MAX + 8;
const LF = 0x0A;
const TAB = 0x09;

const encoder = new TextEncoder();
const latin = new TextDecoder('latin1'); // for texts that are known to be ASCII
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
export const isHex64 = (text) => /^[0-9a-f]{64}$/.test(text);
export const isStratum = (text) =>
  text.length <= STRATUM_MAX && /^[0-9]{6}\.[a-z0-9_]+$/.test(text);

export function utf8(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    return null;
  }
}

export function compareBytes(a, b) {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

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
function lineFault({ subject, stratum, reason, weight, name, facts }, before) {
  if (subject.length === 0 || subject.length > SUBJECT_MAX) return '检查对象代码为空或过长';
  if (subject.includes(0x7C)) return '检查对象代码含有“|”';
  if (!plain(subject)) return '检查对象代码含有控制字符，或不是 UTF-8';
  if (!isStratum(name)) return '抽查层不是“六位区划代码.专业”';
  if (Number.isNaN(weight)) return '权重不是 0 到 255 的整数';
  if (reason.length > REASON_MAX) return '原因过长';
  if (!plain(reason)) return '原因含有控制字符，或不是 UTF-8';
  if (weight > 0 && reason.length > 0) return '权重大于 0，却写有排除原因';
  if (weight === 0 && reason.length === 0) return '权重为 0，却没有排除原因';
  if (facts && (facts.length === 0 || facts.length > FACTS_MAX || !plain(facts)))
    return '权重的依据为空、过长或含有控制字符';
  if (!before) return null;
  const order = compareBytes(before.subject, subject) || compareBytes(before.stratum, stratum);
  if (order === 0) return '与上一行的检查对象和抽查层相同';
  return order > 0 ? '顺序不对：应排在上一行之前' : null;
}

// The fields of a line of that version, or null.
function split(bytes, version) {
  const tabs = [];
  for (let at = bytes.indexOf(TAB); at >= 0 && tabs.length < 5; at = bytes.indexOf(TAB, at + 1))
    tabs.push(at);
  if (tabs.length !== (version === 1 ? 3 : 4)) return null;
  const [a, b, c, d = bytes.length] = tabs;
  const stratum = bytes.subarray(a + 1, b);
  return { subject: bytes.subarray(0, a), stratum, name: latin.decode(stratum),
    weight: weightOf(latin.decode(bytes.subarray(b + 1, c))), reason: bytes.subarray(c + 1, d),
    facts: version === 1 ? null : bytes.subarray(d + 1) };
}

export class Malformed extends Error {
  constructor(number, from, to, what) {
    super(`名录快照第 ${number} 行（字节 ${from} 至 ${to}）：${what}`);
    this.where = `line ${number}, bytes ${from}-${to}`;
  }
}

// {id, version, day, rules, changes} of a first line without its LF, or null.
function headOf(text) {
  const fields = utf8(text)?.split('\t') ?? [];
  const [format, id, day = null, rules = null, changes = null] = fields;
  const version = { 'liancha-snapshot/1': 1, 'liancha-snapshot/2': 2 }[format];
  if (!id || fields.length !== { 1: 2, 2: 5 }[version] || !fields.every((one) =>
    plain(encoder.encode(one)))) return null;
  if (version === 2 && !(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(day) && readRules(rules) &&
    isHex64(changes))) return null;
  return { id, version, day, rules, changes };
}

// What is wrong with weight and reason beside the facts, or null.
function weightFault({ weight, reason, facts }, of) {
  const right = of(latin.decode(facts));
  if (!right) return '权重的依据写法有误';
  if (right.weight !== weight) return '权重不是由其依据得出的';
  return reason.length === 0 || utf8(reason) === right.reason ? null : '排除原因不是由其依据得出的';
}

// The first line: as headOf has it, and its size with the LF; throws where it is none.
export function readHead(bytes) {
  const size = bytes.subarray(0, LINE_MAX).indexOf(LF) + 1;
  const head = size ? headOf(bytes.subarray(0, size - 1)) : null;
  if (!head) throw new Malformed(1, 0, size || Math.min(bytes.length, LINE_MAX), '首行不是名录快照的首行');
  return { ...head, size };
}

// The lines from that byte on; throws where the format is broken, or a weight does not follow from
// its facts, and counts lines from behind the first.
export function* readLines(bytes, head, at) {
  const of = head.version === 2 ? weigher(readRules(head.rules), head.day) : null;
  let before;
  for (let from = at, number = 2; from < bytes.length; number++) {
    const window = Math.min(bytes.length, from + LINE_MAX);
    const lf = bytes.subarray(from, window).indexOf(LF);
    const end = lf < 0 ? window : from + lf + 1;
    if (lf < 0) throw new Malformed(number, from, end, '行过长，或末行没有换行符');
    const line = split(bytes.subarray(from, end - 1), head.version);
    const fault = line ? lineFault(line, before) ?? (of ? weightFault(line, of) : null)
      : '以制表符分隔的字段数有误';
    if (fault) throw new Malformed(number, from, end, fault);
    line.at = from;
    yield line;
    before = line;
    from = end;
  }
}

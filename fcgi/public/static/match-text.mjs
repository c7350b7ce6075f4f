// match-text.mjs - the texts of the match of inspectors, read: README.md of fcgi/public describes
// them.

import { byBytes, isDate } from './announcement.mjs';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const NUMBER_MAX = 1000000;

// What is wrong with a file, and where; whoever reads it stops there.
export class Fault extends Error {
  constructor(file, where, problem) {
    super(problem);
    Object.assign(this, { file, where });
  }
}

const fail = (file, number, problem) => { throw new Fault(file, `line ${number}`, problem); };

// The lines of a file cut into fields, the first of which begins with `format` and `owner`.
export function readLines(files, file, format, owner, counts) {
  let text;
  if (!files.has(file)) throw new Fault(file, '', '公示包中没有这个文件');
  try {
    text = strict.decode(files.get(file));
  } catch {
    throw new Fault(file, '', '不是 UTF-8 文本');
  }
  if (!text.endsWith('\n')) throw new Fault(file, '', '末行没有换行符');
  const lines = text.slice(0, -1).split('\n').map((line) => line.split('\t'));
  lines.forEach((fields, i) => {
    if (fields.length !== counts[Math.min(i, 1)]) fail(file, i + 1, '字段数有误');
  });
  if (lines[0][0] !== format || lines[0][1] !== owner)
    fail(file, 1, '不认识的格式，或属于另一个批次或另一次抽取');
  return lines;
}

function dateOf(file, number, text) {
  if (!isDate(text)) fail(file, number, '不是日期');
  return text;
}

function numberOf(file, number, text) {
  if (!/^(0|[1-9]\d{0,6})$/.test(text) || Number(text) > NUMBER_MAX) fail(file, number, '不是数字');
  return Number(text);
}

function listOf(file, number, text) {
  const list = text === '' ? [] : text.split(',');
  if (list.includes('')) fail(file, number, '清单中有空项');
  return list;
}

function setOf(file, number, text) {
  if (text === '') fail(file, number, '没有专业');
  return new Set(listOf(file, number, text));
}

function inspectorOf(file, number, [id, department, kind, region, expires, duty, daily, total,
  carried, specialties, areas, recusals]) {
  if (duty !== '0' && duty !== '1') fail(file, number, '是否在岗须为 0 或 1');
  return { id, department, kind, region, expires: dateOf(file, number, expires),
    onDuty: duty === '1',
    daily: numberOf(file, number, daily), total: numberOf(file, number, total),
    carried: numberOf(file, number, carried), specialties: setOf(file, number, specialties),
    areas: areas === '' ? [region] : listOf(file, number, areas),
    recusals: listOf(file, number, recusals) };
}

function inspectorsOf(file, lines) {
  const list = lines.map((fields, i) => inspectorOf(file, i + 2, fields));
  list.forEach(({ id }, i) => {
    if (i > 0 && byBytes(list[i - 1].id, id) >= 0) fail(file, i + 2, '未按执法证号排列，或重复');
  });
  return list;
}

export function readRoster(files, draw) {
  const file = `roster-${draw}.txt`;
  const [head, ...lines] = readLines(files, file, 'liancha-roster/1', draw, [3, 12]);
  return { lastDay: dateOf(file, 1, head[2]), inspectors: inspectorsOf(file, lines) };
}

export function readInspectors(files, campaign) {
  const file = 'inspectors.txt';
  return inspectorsOf(file, readLines(files, file, 'liancha-inspectors/1', campaign,
    [2, 12]).slice(1));
}

export function readVisits(files, campaign) {
  const file = 'visits.txt';
  const [head, ...lines] = readLines(files, file, 'liancha-visits/1', campaign, [4, 7]);
  const sections = lines.map(([visit, subject, region, department, kind, home, specialties], i) => {
    const [before, other] = i > 0 ? [lines[i - 1][0], lines[i - 1][3]] : ['', ''];
    if (i > 0 && (byBytes(before, visit) || byBytes(other, department)) >= 0)
      fail(file, i + 2, '未按入企检查和部门排列，或重复');
    return { visit, subject, region, department, kind, home,
      specialties: setOf(file, i + 2, specialties) };
  });
  return { lastDay: dateOf(file, 1, head[2]), days: numberOf(file, 1, head[3]), sections };
}

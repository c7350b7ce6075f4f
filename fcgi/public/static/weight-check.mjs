// weight-check.mjs - weight and reason of a line of a snapshot of rule 2, from the facts beside
// them, and the file of what changed lately: rule-2.md of fcgi/public describes all three.

import { isDate } from './announcement.mjs';

const KEYS = ['A', 'B', 'C', 'D', 'unrated', 'complaint', 'complaints_max', 'abnormal', 'serious',
  'yearly', 'quiet_days'];
const CLOSED = '已注销、停业或迁出';
const DRAWN = '本计划先前已抽中并派发';
const CAP = '本年度检查次数已达上限';
const QUIET = '近期检查未发现问题，非请勿扰';
const FACTS = new RegExp('^([A-D-]),(0|[1-9][0-9]{0,6}),(-|a|s|as),(0|[1-9][0-9]{0,6}),' +
  '(-|[0-9]{4}-[0-9]{2}-[0-9]{2}),(-|(?=[cdkp])c?d?k?p?)$');
const NUMBER_MAX = 1000000;
const DAY_MS = 86400000;

const dayOf = (text) => {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text) ? at / DAY_MS : NaN;
};

// The numbers of a header, or null.
export function readRules(text) {
  const fields = text.split(',').map((one) => one.split('='));
  const good = fields.length === KEYS.length && fields.every(([key, value, more], i) =>
    key === KEYS[i] && more === undefined && /^(?:0|[1-9][0-9]{0,6})$/.test(value) &&
    Number(value) <= NUMBER_MAX);
  return good ? Object.fromEntries(fields.map(([key, value]) => [key, Number(value)])) : null;
}

function weigh(rules, day, [, credit, complaints, lists, checks, clean, marks]) {
  const has = (mark) => marks.includes(mark);
  const quiet = credit === 'A' && lists === '-' && complaints === '0' && clean !== '-' &&
    !has('k') && !has('p') && day - dayOf(clean) < rules.quiet_days;
  const reason = has('c') ? CLOSED : has('d') ? DRAWN
    : rules.yearly && Number(checks) >= rules.yearly && !has('k') ? CAP : quiet ? QUIET : '';
  if (reason) return { weight: 0, reason };
  const sum = rules[credit === '-' ? 'unrated' : credit] +
    rules.complaint * Math.min(Number(complaints), rules.complaints_max) +
    (lists.includes('a') ? rules.abnormal : 0) + (lists.includes('s') ? rules.serious : 0);
  return { weight: Math.min(Math.max(sum, 1), 255), reason };
}

// By the rules and the day (its text) of a snapshot: facts -> {weight, reason}, or null for a text
// that is none. Most lines of a snapshot have the facts of others.
export function weigher(rules, dayText) {
  const known = new Map();
  const day = dayOf(dayText);
  return (text) => {
    if (!known.has(text)) {
      const fields = text.match(FACTS);
      const sound = fields && [fields[2], fields[4]].every((n) => Number(n) <= NUMBER_MAX) &&
        (fields[5] === '-' || isDate(fields[5]));
      if (known.size > 100000) known.clear();
      known.set(text, sound ? weigh(rules, day, fields) : null);
    }
    return known.get(text);
  };
}

const CHANGES_DAYS = 30;
export const dayInChina = (at) => new Date(at + 8 * 3600000).toISOString().slice(0, 10);

// What changed in the directory lately is what was frozen with the snapshot.
export async function checkChanges(report, files, { id, frozenAt }, { changes }) {
  const name = `changes-${id}.txt`;
  const bytes = files.get(name);
  if (!bytes) {
    report.note(name, '', '公示包中没有这个文件');
    return;
  }
  const hex = await report.hash.digestHex(bytes);
  if (hex !== changes) {
    report.note(name, '', `不是与名录一同冻结的那一份：摘要是 ${hex}，快照中写的是 ${changes}`);
    return;
  }
  const times = [frozenAt - CHANGES_DAYS * DAY_MS, frozenAt]
    .map((at) => new Date(at).toISOString());
  const lines = new TextDecoder().decode(bytes).split('\n').map((line) => line.split('\t'));
  if (lines[0].join('\t') !== ['liancha-changes/1', id, ...times].join('\t'))
    report.note(name, 'line 1', '不认识的格式，或不属于这次抽取的冻结');
  const bad = lines.slice(1, -1).findIndex((line) => line.length !== 8);
  if (bad >= 0 || lines.at(-1).join() !== '')
    report.note(name, `line ${bad < 0 ? lines.length : bad + 2}`, '字段数有误');
}

// What codes of the protocol are called on the screen.

import { weekdayOf, type Missing } from './core';

export const STATES: Record<string, string> = { open: '未签字', signed: '已签字', returned: '已退回',
  accepted: '已审核' };
export const METHODS: Record<string, string> = { onsite: '现场检查', written: '书面检查',
  network: '网络核查', entrusted: '委托检查' };
export const CLASSES: Record<string, string> = { no_problem: '未发现问题', corrected: '发现问题已责令改正',
  penalty: '行政处罚', unreachable: '无法联系' };
export const OUTCOMES: Record<string, string> = { applied: '已生效', merged: '已合并',
  conflict: '有冲突', deferred: '等待其他记录', rejected: '未被接受' };
export const ENTITIES: Record<string, string> = { section: '检查单', check_result: '检查事项',
  section_sign: '签字', evidence: '照片', attendance: '签到', signature: '企业签字', sample: '样品' };
export const FIELDS: Record<string, string> = { arrived_at: '到达时间', left_at: '离开时间',
  note: '备注', result_class: '结果类别', opinion: '检查意见', statement: '当事人陈述',
  attendance_reason: '人数不足的原因', result_code: '检查结果', problem: '发现的问题',
  disposal: '处理情况' };
export const FAULTS: Record<string, string> = { form: '格式不对', option: '不在选项内',
  range: '超出允许范围', length: '太长' };

export const fieldName = (field: string) =>
  (field.startsWith('answer.') ? `检查表 ${field.slice(7)}` : FIELDS[field] ?? field);

export function missingText(one: Missing): string {
  switch (one.what) {
    case 'conflict': return '有冲突还没有处理';
    case 'arrived_at': return '没有填写到达时间';
    case 'inspectors': return `还差 ${one.lacking} 名检查人员签到，或填写原因`;
    case 'result_code': return '没有填写检查结果';
    case 'result_class': return '没有填写结果类别';
    case 'which_unreachable': return '无法联系须说明是 6（住所无法联系）还是 7（已关闭停业）';
    case 'answer': return '必答题没有回答';
    case 'code_contradicts': return '回答中有问题，检查结果却是“未发现问题”';
  }
}

// The first number of a text that may hold two, or an extension.
export const dial = (text: string) =>
  `tel:${(/[+\d][-() \d]*/.exec(text)?.[0] ?? '').replace(/[^+\d]/g, '')}`;

const two = (n: number) => String(n).padStart(2, '0');

// Of an instant, as a clock on the wall shows it.
export function clock(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  const date = new Date(value);
  return `${date.getMonth() + 1}月${date.getDate()}日 ` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}

// Of a day "2026-12-07": 2026年12月7日 周一.
export const dayOf = (day: string) => `${day.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$1年$2月$3日')} ` +
  `周${'一二三四五六日'[weekdayOf(day)]}`;

// For <input type="datetime-local">, and back.
export function localOf(value: string | null): string {
  if (value === null) return '';
  const date = new Date(value);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T` +
    `${two(date.getHours())}:${two(date.getMinutes())}`;
}
export const instantOf = (local: string) => (local === '' ? null : new Date(local).toISOString());

export const metres = (far: number) => (far < 1000 ? `${Math.round(far / 10) * 10} 米`
  : `${(far / 1000).toFixed(far < 10000 ? 1 : 0)} 公里`);

const TOWARD = ['北', '东北', '东', '东南', '南', '西南', '西', '西北'];

// Of degrees from north over east.
export const toward = (way: number) => TOWARD[Math.round(way / 45) % 8] ?? '';

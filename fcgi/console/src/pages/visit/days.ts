// The days of a calendar, and what stands on them. Days are texts, YYYY-MM-DD.

import type { Reply } from '../../api/client';
import { addDays, dayAt } from '../../dates';

export type Visit = Reply<'visit.days'>['visits'][number];

export const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
export const DAYS_OF_PAGE = 42; // of one reply

export const monthOf = (day: string) => `${day.slice(0, 7)}-01`;

export function addMonths(day: string, n: number) {
  const date = new Date(monthOf(day));
  date.setUTCMonth(date.getUTCMonth() + n);
  return dayAt(date.getTime());
}

export const daysFrom = (first: string, n: number) =>
  Array.from({ length: n }, (_, i) => addDays(first, i));

export const wordsOf = (day: string) =>
  `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日`;

// Done by all its departments, or where it stands: by word and colour.
export function standing({ state, sections, completed }: Visit) {
  if (sections > 0 && completed === sections) return { text: '已检', tone: 'visit-done' };
  if (completed > 0) return { text: `已检 ${completed} / ${sections}`, tone: 'visit-part' };
  return state === 'dispatched' ? { text: '已派发', tone: 'visit-sent' }
    : { text: '未派发', tone: 'visit-planned' };
}

export type By = 'department' | 'team' | 'inspector';
export interface Group { key: string; name: string; visits: Visit[] }

function keysOf(visit: Visit, by: By, nameOf: (department: string) => string) {
  if (by === 'department')
    return visit.departments.split(',').map((code) => ({ key: code, name: nameOf(code) }));
  if (!visit.cards) return [{ key: '', name: '尚未抽取检查人员' }];
  if (by === 'team') return [{ key: visit.cards, name: visit.inspectors }];
  const names = visit.inspectors.split('、');
  return visit.cards.split(',').map((card, i) => ({ key: card, name: `${names[i]}（${card}）` }));
}

// A joint visit stands in the row of each of its departments and inspectors.
export function grouped(visits: Visit[], by: By, nameOf: (department: string) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const visit of visits)
    for (const { key, name } of keysOf(visit, by, nameOf)) {
      const group = groups.get(key) ?? { key, name, visits: [] };
      if (!group.visits.includes(visit)) group.visits.push(visit);
      groups.set(key, group);
    }
  return [...groups.values()].sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'));
}

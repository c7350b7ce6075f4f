// A record as its form has it, and as words; how one that others changed meanwhile differs.

import { fieldsOf, type BodyName, type Field, type FieldMore, type Value, type Values }
  from '../../form/form';
import { useWords } from '../../words';

export const FIELDS: Record<'subject.put' | 'inspector.put' | 'item.put',
  Record<string, FieldMore>> = {
  'subject.put': {
    name: { kind: 'text' },
    specialties: { kind: 'many', vocabulary: 'specialties' },
    lon: { kind: 'text', hint: '十进制度数，如 113.3' }, lat: { kind: 'text' },
    verified_on: { hint: '资料经核实的日期，不得早于上次' },
  },
  'inspector.put': {
    specialties: { kind: 'many', vocabulary: 'specialties' },
    areas: { kind: 'many', vocabulary: 'regions' },
    on_duty: { hint: '离岗、退休、调离的人员取消勾选，不再参加抽取' },
  },
  'item.put': { name: { kind: 'text' },
    retired: { title: '停用：此后的检查不再检查此项' } },
};

export const fieldsOfRecord = (body: BodyName) =>
  fieldsOf(body, FIELDS[body as keyof typeof FIELDS]);

// What a row says, as the form has it: lists apart, numbers of places as texts.
export function valuesOf(fields: Field[], row: Record<string, unknown>): Values {
  return Object.fromEntries(fields.map(({ key, kind }) => {
    const value = row[key];
    if (kind === 'many') return [key, String(value ?? '').split(',').filter(Boolean)];
    if (kind === 'text' && typeof value === 'number') return [key, String(value)];
    return [key, value as Value];
  }));
}

// A value, or the text that a history has of it, for people.
export function wordOf(field: Field | undefined, value: Value): string {
  const words = useWords();
  const { labels, vocabulary, kind } = field ?? {};
  if (value === null || value === undefined || value === '') return '';
  if (kind === 'yes') return value === true || value === '1' ? '是' : '否';
  const parts = Array.isArray(value) ? value : kind === 'many' ? String(value).split(/[,;]/)
    : [String(value)];
  return parts.map((one) => labels?.[one] ?? (vocabulary ? words.name(vocabulary, one) : one))
    .join('、');
}

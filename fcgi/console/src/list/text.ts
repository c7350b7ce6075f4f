// A value of a row in words: as a cell, and as a fact of a page of its own.

import { timeOf } from '../dates';
import type { Vocabulary } from '../words';
import type { Column } from './list';

export function textOf({ kind, labels, vocabulary }: Column, value: unknown,
  nameOf: (kind: Vocabulary, code: string) => string): string {
  if (value === null || value === undefined || value === '') return '';
  if (kind === 'yes') return value ? '是' : '否';
  if (labels) return labels[String(value)] ?? String(value);
  if (vocabulary) return nameOf(vocabulary, String(value));
  if (kind === 'date-time') return timeOf(String(value));
  if (Array.isArray(value)) return value.join('、');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

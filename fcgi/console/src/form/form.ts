// The fields of a form, from the body of its operation in the contract and what the page adds.

import { bodies } from '../made/bodies';
import type { Vocabulary } from '../words';

export type BodyName = keyof typeof bodies;
export type Value = string | number | boolean | string[] | null | undefined;
export type Values = Record<string, Value>;
export type Kind =
  'text' | 'lines' | 'password' | 'number' | 'date' | 'yes' | 'select' | 'many' | 'slot';

export interface FieldMore {
  title?: string;
  hint?: string;
  kind?: Kind;
  labels?: Record<string, string>; // of a select: code to word
  vocabulary?: Vocabulary; // or where its words are
  autocomplete?: AutoFill;
  required?: boolean;
  hidden?: boolean; // the page gives its value by `initial`
}

export interface Field extends FieldMore {
  key: string;
  title: string;
  kind: Kind;
  required: boolean;
  min?: number;
  max?: number;
}

interface Schema {
  title?: string;
  type?: string | readonly string[];
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  'x-labels'?: Record<string, string>;
}

const LONG = 100; // characters from which a text gets several lines
const VOCABULARY: Record<string, Vocabulary> = { region: 'regions', department: 'departments',
  specialty: 'specialties' };

function kindOf(schema: Schema, more: FieldMore, key: string): Kind {
  const types = [schema.type ?? 'string'].flat();
  if (more.kind) return more.kind;
  if (types.includes('array')) return 'many';
  if (more.labels || more.vocabulary || schema['x-labels'] || VOCABULARY[key]) return 'select';
  if (types.includes('boolean')) return 'yes';
  if (types.includes('integer') || types.includes('number')) return 'number';
  if (schema.format === 'date') return 'date';
  return (schema.maxLength ?? 0) >= LONG && !/password/.test(key) ? 'lines' : 'text';
}

function field(key: string, schema: Schema, required: boolean, more: FieldMore): Field {
  const kind = kindOf(schema, more, key);
  return { ...more, key, kind, title: more.title ?? schema.title ?? key,
    required: more.required ?? required, labels: more.labels ?? schema['x-labels'],
    vocabulary: more.vocabulary ?? VOCABULARY[key],
    min: schema.minLength ?? schema.minimum, max: schema.maxLength ?? schema.maximum };
}

// In the order of the contract; fields of the page's own come last.
export function fieldsOf(body: BodyName, more: Record<string, FieldMore>): Field[] {
  const { properties = {}, required = [] } = bodies[body] as unknown as
    { properties?: Record<string, Schema>; required?: readonly string[] };
  const said = Object.entries(properties).map(([key, schema]) =>
    field(key, schema, required.includes(key), more[key] ?? {}));
  const own = Object.entries(more).filter(([key]) => !(key in properties)).map(([key, of]) =>
    field(key, {}, false, of));
  return [...said, ...own].filter(({ hidden }) => !hidden);
}

const isEmpty = (value: Value) => value === null || value === undefined || value === '' ||
  (Array.isArray(value) && value.length === 0);

// What is wrong with a value, or ''. The server has the last word.
export function faultOf({ title, kind, required, min, max }: Field, value: Value): string {
  const choose = ['select', 'many', 'date', 'slot'].includes(kind);
  if (isEmpty(value)) return required ? `请${choose ? '选择' : '填写'}${title}` : '';
  if (typeof value === 'string' && max !== undefined && [...value].length > max)
    return `${title}最多 ${max} 个字，现有 ${[...value].length} 个`;
  if (typeof value === 'string' && min !== undefined && [...value.trim()].length < min)
    return min > 1 ? `${title}至少 ${min} 个字` : `请填写${title}`;
  if (typeof value === 'number' && ((min !== undefined && value < min) ||
      (max !== undefined && value > max)))
    return `${title}应为 ${min ?? ''} 至 ${max ?? ''} 之间的数`;
  return '';
}

// What is sent: texts without blanks around them, nothing that was left empty.
export function filled(values: Values): Values {
  return Object.fromEntries(Object.entries(values)
    .map(([key, value]) => [key, typeof value === 'string' && !/password|current/.test(key)
      ? value.trim() : value] as const)
    .filter(([, value]) => !isEmpty(value)));
}

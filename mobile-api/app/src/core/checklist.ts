// The rules of mobile-api/README.md for answers; tests/support/checklist-vectors.json holds
// examples.

import type { Checklist, Question } from './types';

export type Fault = 'fits' | 'form' | 'option' | 'range' | 'length';
export type Standing = 'hidden' | 'open' | 'missing' | 'fine' | 'problem';

const NUMBER = /^-?(0|[1-9][0-9]{0,8})(\.[0-9]*[1-9])?$/;
const YES_NO = ['yes', 'no', 'na'];
const TEXT_MAX = 500;
const BLANK = '\t\r\n';

const optionsOf = (question: Question): string[] =>
  (question.type === 'yes_no' ? YES_NO : (question.options ?? []).map(({ id }) => id));

const printable = (value: string) => [...value]
  .every((c) => (c >= ' ' || BLANK.includes(c)) && c !== '\u007f');

// In millionths, exactly.
function millionths(value: string): bigint {
  const [whole = '', part = ''] = value.replace('-', '').split('.');
  const n = BigInt(whole + part.padEnd(6, '0'));
  return value.startsWith('-') ? -n : n;
}

const between = (value: string, min?: string, max?: string) =>
  (min === undefined || millionths(value) >= millionths(min)) &&
  (max === undefined || millionths(value) <= millionths(max));

function numberFault(question: Question, value: string): Fault {
  const decimals = value.split('.')[1]?.length ?? 0;
  if (!NUMBER.test(value) || value === '-0' || decimals > (question.decimals ?? 0)) return 'form';
  return between(value, question.min, question.max) ? 'fits' : 'range';
}

function severalFault(question: Question, value: string): Fault {
  const places = value.split(',').map((id) => optionsOf(question).indexOf(id));
  const fit = places.every((place, i) => place >= 0 && (i === 0 || place > (places[i - 1] ?? -1)));
  return fit ? 'fits' : 'option';
}

function textFault({ max_length: most = TEXT_MAX }: Question, value: string): Fault {
  if (value === '' || !printable(value)) return 'form';
  return [...value].length <= most ? 'fits' : 'length';
}

function dateFault(value: string): Fault {
  if (!/^(19|2[01])\d\d-\d\d-\d\d$/.test(value)) return 'form';
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value) ? 'fits' : 'form';
}

// "fits", or what is wrong with a value.
export function answerFault(question: Question, value: string): Fault {
  switch (question.type) {
    case 'yes_no':
    case 'choice': return optionsOf(question).includes(value) ? 'fits' : 'option';
    case 'multi': return severalFault(question, value);
    case 'integer':
    case 'decimal': return numberFault(question, value);
    case 'text': return textFault(question, value);
    case 'date': return dateFault(value);
    case 'photo': return /^[0-9a-f]{64}$/.test(value) ? 'fits' : 'form';
    default: return 'fits'; // of a newer server: kept as it came
  }
}

function marksProblem(question: Question, value: string): boolean {
  if (question.type === 'integer' || question.type === 'decimal')
    return !between(value, question.normal_min, question.normal_max);
  return value.split(',').some((one) => question.problem?.includes(one));
}

// How each question stands.
export function review({ questions }: Pick<Checklist, 'questions'>,
  answers: Record<string, string | null | undefined>): Record<string, Standing> {
  const states: Record<string, Standing> = {};
  const given: Record<string, string> = {};
  for (const question of questions) {
    const { id, required, when } = question;
    const value = answers[id];
    if (typeof value === 'string' && answerFault(question, value) === 'fits') given[id] = value;
    const asked = when === undefined || (states[when.question] !== 'hidden' &&
      given[when.question]?.split(',').some((one) => when.in.includes(one)) === true);
    const answer = given[id];
    if (!asked) states[id] = 'hidden';
    else if (answer === undefined) states[id] = required ? 'missing' : 'open';
    else states[id] = marksProblem(question, answer) ? 'problem' : 'fine';
  }
  return states;
}

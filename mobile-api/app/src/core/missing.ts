// What a section lacks before it can be signed, as the server will ask for it (README.md,
// Sign-off), with where it is entered: named and one tap away.

import { review } from './checklist';
import { attending, checksNothing, checksOf, conflicts, resultCodes, section, type ShownCheck }
  from './shown';
import type { State } from './state';
import type { Checklist } from './types';

export type Missing =
  | { what: 'arrived_at' | 'result_class' | 'which_unreachable' | 'conflict' }
  | { what: 'inspectors'; lacking: number }
  | { what: 'result_code'; check: number }
  | { what: 'answer'; check: number; question: string }
  | { what: 'code_contradicts'; check: number; question: string };

const INSPECTORS = 2; // a region's rule may ask for another number: the server has the last word

export function checklistOf(state: State, { checklist }: Pick<ShownCheck, 'checklist'>):
  Checklist | undefined {
  const item = checklist ? state.item('checklist', checklist.id) : undefined;
  return (item?.body as { checklist: Checklist } | undefined)?.checklist;
}

function ofAnswers(state: State, check: ShownCheck, classOf: Map<string, string | null>):
  Missing[] {
  const checklist = checklistOf(state, check);
  if (!checklist || check.result_code === null || checksNothing(check.result_code)) return [];
  const standing = review(checklist, check.answers);
  const clean = classOf.get(check.result_code) === 'no_problem';
  return checklist.questions.flatMap(({ id: question }): Missing[] => {
    if (standing[question] === 'missing') return [{ what: 'answer', check: check.id, question }];
    if (standing[question] === 'problem' && clean)
      return [{ what: 'code_contradicts', check: check.id, question }];
    return [];
  });
}

function ofClass(declared: string | null, checks: ShownCheck[],
  classOf: Map<string, string | null>): Missing[] {
  const codes = checks.map(({ result_code }) => result_code);
  if (codes.includes(null)) return []; // named already
  const classes = codes.map((code) => classOf.get(code ?? '') ?? null);
  if (declared === null && (classes.includes(null) || classes.length === 0))
    return [{ what: 'result_class' }];
  return declared === 'unreachable' && !classes.includes('unreachable')
    ? [{ what: 'which_unreachable' }] : [];
}

export function missing(state: State, id: number): Missing[] {
  const shown = section(state, id);
  if (!shown) return [];
  const checks = checksOf(state, id);
  const classOf = new Map(resultCodes(state).map(({ code, result_class }) => [code, result_class]));
  const lacking = INSPECTORS - attending(state, id).size;
  const all: Missing[] = [];
  if (conflicts(state, id).some(({ deciding }) => !deciding)) all.push({ what: 'conflict' });
  if (shown.arrived_at === null) all.push({ what: 'arrived_at' });
  if (lacking > 0 && shown.attendance_reason === null) all.push({ what: 'inspectors', lacking });
  for (const check of checks)
    if (check.result_code === null) all.push({ what: 'result_code', check: check.id });
  return [...all, ...ofClass(shown.result_class, checks, classOf),
    ...checks.flatMap((check) => ofAnswers(state, check, classOf))];
}

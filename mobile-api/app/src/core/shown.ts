// What the user sees: what the server told, with his own operations that are not yet among it. In
// this one place, so that no two screens differ.

import { whyOf } from './receipt';
import type { State } from './state';
import type { Appended, Attendance, Body, CheckResult, Conflict, Edited, Entry, Fields, Item,
  ResultCodes, Section } from './types';

const ANSWER = 'answer.';

// Took effect, or may yet. What was refused, or waits at the desk, is shown as such and changes no
// value; what gave way is beside the value as a conflict of the feed.
function counts({ aside, result }: Entry): boolean {
  return aside === undefined && result?.outcome !== 'rejected' && result?.problem === undefined;
}

// Whether a pull has told of it: by the version that it made.
const told = ({ done, result }: Entry, item: Item | undefined) =>
  done !== undefined && (item?.version ?? 0) >= (result?.version ?? 0);

function own(state: State, entity: Edited, id: number, item: Item | undefined): Entry[] {
  return state.targeting(entity, id).filter((entry) => counts(entry) && !told(entry, item));
}

function lay(body: Body, fields: Fields): void {
  for (const [name, value] of Object.entries(fields)) {
    if (!name.startsWith(ANSWER)) {
      body[name] = value;
      continue;
    }
    const question = name.slice(ANSWER.length);
    const others = Object.entries(body.answers ?? {}).filter(([id]) => id !== question);
    body.answers = Object.fromEntries(value === null ? others : [...others, [question, value]]);
  }
}

function edited(state: State, entity: Edited, id: number): Body | undefined {
  const item = state.item(entity, id);
  if (!item?.body) return undefined;
  const body = { ...item.body };
  for (const { operation } of own(state, entity, id, item)) lay(body, operation.fields);
  return body;
}

export type ShownSection = Section & { id: number; signing: boolean };
export type ShownCheck = CheckResult & { id: number };

export function section(state: State, id: number): ShownSection | undefined {
  const body = edited(state, 'section', id) as Section | undefined;
  if (!body) return undefined;
  const signing = state.targeting('section_sign', id).some((entry) =>
    counts(entry) && !told(entry, state.item('section', id)));
  return { ...body, id, signing };
}

export function check(state: State, id: number): ShownCheck | undefined {
  const body = edited(state, 'check_result', id) as CheckResult | undefined;
  return body && { ...body, id };
}

export function checksOf(state: State, section_id: number): ShownCheck[] {
  return state.items('check_result').filter(({ body }) => body?.section_id === section_id)
    .map(({ id }) => check(state, id)).filter((one): one is ShownCheck => one !== undefined);
}

// ---- what is appended ---------------------------------------------------------------------------

const moment = (value: unknown) => Date.parse(String(value));

// By what an own record is found among those that the server tells: they have its numbers.
const marks: Record<Appended, (fields: Body) => string> = {
  evidence: (f) => `${f.section_id} ${f.sha256} ${f.check_result_id ?? ''}`,
  attendance: (f) => `${f.section_id} ${f.card_no} ${f.event} ${moment(f.at)}`,
  signature: (f) => `${f.section_id} ${f.outcome} ${moment(f.at)}`,
  sample: (f) => `${f.section_id} ${f.number} ${moment(f.handed_over_at)}`,
};

// Those of a section, the server's in their order and then what only this phone has.
export function appended<T extends Body>(state: State, entity: Appended, section_id: number):
  (T & { waiting: boolean })[] {
  const mark = marks[entity];
  const items = state.items(entity).filter(({ body }) => body?.section_id === section_id)
    .sort((a, b) => a.id - b.id);
  const known = new Set(items.map(({ body }) => mark(body ?? {})));
  const mine = state.targeting(entity, section_id).filter((entry) => counts(entry) &&
    !known.has(mark(entry.operation.fields)));
  return [...items.map(({ body }) => ({ ...body as T, waiting: false })),
    ...mine.map(({ operation }) => ({ ...operation.fields as unknown as T, waiting: true }))];
}

// The inspectors of a section who arrived.
export function attending(state: State, section_id: number): Set<string> {
  return new Set(appended<Attendance>(state, 'attendance', section_id)
    .filter(({ event }) => event === 'arrived').map(({ card_no }) => card_no));
}

// ---- conflicts ----------------------------------------------------------------------------------

export type OpenConflict = Conflict & { id: number; deciding: boolean };

// A conflict is being decided when an edit of its field that saw it is on its way.
export function conflicts(state: State, section_id?: number): OpenConflict[] {
  return state.items('conflict').filter(({ body }) =>
    section_id === undefined || body?.section_id === section_id).map(({ id, body }) => {
    const conflict = body as Conflict;
    const record = state.item(conflict.entity, conflict.entity_id);
    const deciding = own(state, conflict.entity, conflict.entity_id, record).some((entry) =>
      conflict.field in entry.operation.fields &&
      (entry.operation.base_version ?? 0) >= (record?.version ?? 0));
    return { ...conflict, id, deciding };
  });
}

// What the user recorded and has to look at: refused, kept for the desk, or set aside.
export function troubled(state: State): Entry[] {
  return [...state.entries.values()].filter(({ aside, result, done }) => aside !== undefined ||
    (done !== undefined && (result?.outcome === 'rejected' || result?.problem !== undefined)) ||
    whyOf(result) === 'device-forked');
}

// ---- vocabularies -------------------------------------------------------------------------------

export function resultCodes(state: State): ResultCodes['codes'] {
  return state.items('result_codes')
    .flatMap(({ body }) => (body as ResultCodes | undefined)?.codes ?? []);
}

// The codes that say that nothing could be checked: the checklist is not asked for then.
const NOTHING_CHECKED = ['6', '7', '8', '9', '10', '11', '12', 'F'];

export const checksNothing = (code: string | null) =>
  code !== null && NOTHING_CHECKED.includes(code);

// Names for codes. What a row says in codes has its words in the contract (made/),
// what the site has in tables is asked for once, when a page first needs it.

import { defineStore } from 'pinia';
import { reactive } from 'vue';
import { call, type Operation, type Scalar } from './api/client';
import { lists } from './made/lists';

export const VOCABULARIES = {
  regions: ['region.list', 'regions'],
  departments: ['department.list', 'departments'],
  specialties: ['specialty.list', 'specialties'],
  results: ['result-code.list', 'result_codes'],
} as const;
export type Vocabulary = keyof typeof VOCABULARIES;

const [OF_ROLES] = lists['account.list'].filters.filter(({ key }) => key === 'role') as unknown as
  [{ labels: Record<string, string> }];
export const ROLES = OF_ROLES.labels;

export const roleNames = (roles: readonly string[]) =>
  roles.map((role) => ROLES[role] ?? role).join('、');

export interface Word { code: string; name: string }

const MOST = 50; // pages of a vocabulary

async function wordsOf(kind: Vocabulary): Promise<Word[]> {
  const [operation] = VOCABULARIES[kind];
  const { rows } = lists[operation];
  const words: Word[] = [];
  let after: Scalar = '';
  for (let i = 0; i < MOST && after !== null; i++) {
    const page = await call(operation as Operation,
      { query: { limit: 200, after } }) as unknown as Record<string, unknown>;
    words.push(...page[rows] as Word[]);
    after = page.next as string | null;
  }
  return words;
}

export const useWords = defineStore('words', () => {
  const tables = reactive<Partial<Record<Vocabulary, Word[]>>>({});
  const names = reactive<Partial<Record<Vocabulary, Record<string, string>>>>({});
  const asked = new Map<Vocabulary, Promise<void>>();

  function load(kind: Vocabulary): Promise<void> {
    let asking = asked.get(kind);
    if (!asking) {
      asking = wordsOf(kind).then((words) => {
        tables[kind] = words;
        names[kind] = Object.fromEntries(words.map(({ code, name }) => [code, name]));
      }).catch((fault: unknown) => {
        asked.delete(kind);
        throw fault;
      });
      asked.set(kind, asking);
    }
    return asking;
  }

  // The code itself until its name is known.
  function name(kind: Vocabulary, code: Scalar): string {
    if (code === null || code === undefined || code === '') return '';
    if (!names[kind]) load(kind).catch(() => {});
    return names[kind]?.[String(code)] ?? String(code);
  }

  return { tables, load, name };
});

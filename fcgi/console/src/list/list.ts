// What a list of the contract shows and asks, with what a page adds; and its state, which is all in
// the address: filters by their names, sort, limit, after (where this page begins), cols.

import { computed, onBeforeUnmount, ref, shallowRef, watch } from 'vue';
import { useRoute, useRouter, type RouteLocationRaw } from 'vue-router';
import { call, download, type Operation, type Scalar } from '../api/client';
import { asProblem, type Problem } from '../api/problem';
import { lists } from '../made/lists';
import type { Vocabulary } from '../words';

export type ListName = keyof typeof lists;
export type Row = Record<string, unknown>;
export type Kind = 'text' | 'number' | 'date' | 'date-time' | 'label' | 'yes';

export interface ColumnMore {
  title?: string;
  vocabulary?: Vocabulary;
  wide?: boolean; // several lines are better than a wide one
  link?: (row: Row) => RouteLocationRaw | null;
}
export interface Column extends ColumnMore {
  key: string;
  title: string;
  kind: Kind;
  labels?: Record<string, string>;
  width?: number;
  note?: string; // what the figure means
}
export interface FilterMore {
  title?: string;
  kind?: Kind;
  vocabulary?: Vocabulary;
  hidden?: boolean;
}
export interface Filter extends FilterMore {
  key: string;
  title: string;
  kind: Kind;
  labels?: Record<string, string>;
  initial?: Scalar;
}

interface Made {
  rows: string;
  title: string;
  columns: readonly Column[];
  filters: readonly Filter[];
  sorts: readonly string[];
}

const VOCABULARY: Record<string, Vocabulary> = { region: 'regions', department: 'departments',
  lead: 'departments', specialty: 'specialties' };
const SIZES = [20, 50, 100, 200];
export const PAGE_SIZES = SIZES;

export const madeOf = (list: ListName) => lists[list] as unknown as Made;

export function columnsOf(list: ListName, more: Record<string, ColumnMore>): Column[] {
  return madeOf(list).columns.filter(({ key, title }) => title || more[key]?.title)
    .map((column) => ({ ...column, vocabulary: VOCABULARY[column.key], ...more[column.key] }));
}

export function filtersOf(list: ListName, more: Record<string, FilterMore>): Filter[] {
  return madeOf(list).filters.map((filter) => ({ ...filter, vocabulary: filter.labels ? undefined
    : VOCABULARY[filter.key], ...more[filter.key] })).filter(({ hidden }) => !hidden);
}

export interface Options {
  list: ListName;
  path?: Record<string, Scalar>; // the places of the address
  fixed?: Record<string, Scalar>; // filters that the page sets itself
  sort?: string; // unless somebody orders otherwise
  prefix?: string; // of the names in the address, for a second list on a page
}

export function useList(options: Options) {
  const route = useRoute();
  const router = useRouter();
  const made = madeOf(options.list);
  const operation = options.list as Operation;
  const prefix = options.prefix ?? '';
  const page = route.path;

  const rows = shallowRef<Row[]>([]);
  const next = ref<string | null>(null);
  const total = ref<{ n: number; more: boolean } | null>(null);
  const loading = ref(false);
  const loaded = ref(false);
  const exporting = ref('');
  const problem = ref<Problem | null>(null);
  let counted: string | null = null; // the filters of `total`
  let asking: AbortController | null = null;

  const said = (key: string) => {
    const value = route.query[prefix + key];
    return typeof value === 'string' ? value : '';
  };
  const filters = computed(() => Object.fromEntries(made.filters
    .map(({ key }) => [key, said(key)]).filter(([, value]) => value !== '')) as
    Record<string, string>);
  const sort = computed(() => said('sort') || options.sort || '');
  const limit = computed(() => Number(said('limit')) || SIZES[1]);
  const after = computed(() => said('after'));
  const shown = computed(() => said('cols').split(',').filter(Boolean));
  // Where the pages before this one began; an address from elsewhere does not know.
  const before = ref<string[]>([]);

  async function load() {
    asking?.abort();
    const mine = asking = new AbortController();
    const asked = { ...filters.value, ...options.fixed };
    const key = JSON.stringify(asked);
    loading.value = true;
    problem.value = null;
    before.value = (history.state?.[`${prefix}before`] as string[] | undefined) ?? [];
    try {
      const reply = await call(operation, { path: options.path as never, signal: mine.signal,
        query: { ...asked, sort: sort.value, limit: limit.value, after: after.value,
          count: counted === key ? undefined : 1 } }) as unknown as Row;
      rows.value = reply[made.rows] as Row[];
      next.value = reply.next as string | null;
      if (reply.total !== undefined)
        total.value = { n: reply.total as number, more: Boolean(reply.total_is_more) };
      counted = key;
      loaded.value = true;
    } catch (fault) {
      if (!mine.signal.aborted) problem.value = asProblem(fault);
    } finally {
      if (asking === mine) loading.value = false;
    }
  }

  // What an act of the page changed is asked for anew, with its total.
  function refresh() {
    counted = null;
    return load();
  }

  function go(change: Record<string, Scalar>, state: string[] = []) {
    const query = { ...route.query };
    for (const [key, value] of Object.entries({ after: '', ...change }))
      if (value === '' || value === undefined || value === null) delete query[prefix + key];
      else query[prefix + key] = String(value);
    return router.push({ query, state: { [`${prefix}before`]: state } });
  }

  const forward = () => go({ after: next.value }, [...before.value, after.value]);
  const back = () => go({ after: before.value[before.value.length - 1] ?? '' },
    before.value.slice(0, -1));
  const clear = () => go(Object.fromEntries(made.filters.map(({ key }) => [key, ''])));

  async function save(format: 'xlsx' | 'csv') {
    if (exporting.value) return;
    exporting.value = format;
    problem.value = null;
    try {
      await download(operation, { path: options.path as never,
        query: { ...filters.value, ...options.fixed, sort: sort.value, format } });
    } catch (fault) {
      problem.value = asProblem(fault);
    } finally {
      exporting.value = '';
    }
  }

  const asks = () => JSON.stringify([filters.value, sort.value, limit.value, after.value,
    options.fixed, options.path]);
  watch(asks, () => {
    if (route.path === page) load();
  });
  onBeforeUnmount(() => asking?.abort());
  load();

  return { rows, next, total, loading, loaded, exporting, problem, filters, sort, limit, after,
    before, shown, sorts: made.sorts, load, refresh, go, forward, back, clear, save };
}

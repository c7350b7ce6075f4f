// Sums and rates of tasks, and every row of a list that is shown as one table.

import { call, type Operation, type Scalar } from '../../api/client';
import { madeOf, type ListName } from '../../list/list';

const PAGES_MOST = 25; // of 200 rows

export interface Sum { tasks: number; completed: number; closed: number; late: number }

export async function everyRow<R>(list: ListName, path?: Record<string, Scalar>): Promise<R[]> {
  const { rows } = madeOf(list);
  const read: R[] = [];
  let after: Scalar = '';
  for (let i = 0; i < PAGES_MOST && after !== null; i++) {
    const page = await call(list as Operation, { path: path as never,
      query: { limit: 200, after } }) as unknown as Record<string, unknown>;
    read.push(...page[rows] as R[]);
    after = page.next as string | null;
  }
  return read;
}

export function sumOf(of: readonly Sum[]): Sum {
  const sum = { tasks: 0, completed: 0, closed: 0, late: 0 };
  for (const { tasks, completed, closed, late } of of) {
    sum.tasks += tasks;
    sum.completed += completed;
    sum.closed += closed;
    sum.late += late;
  }
  return sum;
}

// Rounded down as the server does it: 100 means all.
export const rate = (part: number, whole: number) =>
  (whole ? `${(Math.floor(part * 10000 / whole) / 100).toFixed(2)}%` : '—');

export const definitionsOf = (list: ListName) => madeOf(list).columns
  .filter(({ note }) => note).map(({ title, note }) => ({ title, text: note! }));

// How an official counts them: 202648 is the 48th week of 2026.
export function numberOf({ kind, number }: { kind: string; number: number }): string {
  const year = (part: number) => `${Math.floor(number / part)}年`;
  if (kind === 'weekly') return `${year(100)}第 ${number % 100} 周`;
  if (kind === 'monthly') return `${year(100)}${number % 100}月`;
  if (kind === 'special') return `${year(1000)}第 ${number % 1000} 期`;
  return kind === 'bulletin' ? `第 ${number} 期` : `${number}年`;
}

// A plan's quotas as the notice prints them: a row a region, a column a specialty.

import type { Reply } from '../../api/client';

export type Plan = Reply<'plan.show'>;
export type Quota = Plan['quotas'][number];
type Fault = NonNullable<Plan['table']>['faults'][number];

export interface Line {
  code: string;
  printed: string; // its name in the printed table, or ''
  counts: Map<string, number>;
  sum: number;
}

const add = (counts: Map<string, number>, key: string, n: number) =>
  counts.set(key, (counts.get(key) ?? 0) + n);

// Of a printed cell the source is "row/column" in the table's own words.
const printedOf = ({ source }: Quota, at: number) => source.split('/')[at] ?? '';

// Columns in the order of the vocabulary, which is that of the notices.
export function layOut(plan: Plan, order: { code: string; position?: number }[]) {
  const lines = new Map<string, Line>();
  const columns = new Map<string, { code: string; printed: string; sum: number }>();
  for (const quota of plan.quotas) {
    const { region, specialty, count } = quota;
    const line = lines.get(region) ?? { code: region, counts: new Map(), sum: 0,
      printed: plan.has_table ? printedOf(quota, 0) : '' };
    const column = columns.get(specialty) ?? { code: specialty, sum: 0,
      printed: plan.has_table ? printedOf(quota, 1) : '' };
    add(line.counts, specialty, count);
    line.sum += count;
    column.sum += count;
    lines.set(region, line);
    columns.set(specialty, column);
  }
  const places = new Map(order.map(({ code, position }, i) => [code, position ?? i]));
  const place = ({ code }: { code: string }) => places.get(code) ?? 0;
  return { lines: [...lines.values()],
    columns: [...columns.values()].sort((a, b) => place(a) - place(b)) };
}

// The sum of that line as printed, where it is another than that of its cells.
export const faultOf = (plan: Plan, line: string, name: string): Fault | undefined =>
  plan.table?.faults.find((fault) =>
    fault.line === line && (line === 'grand' || fault.name === name));

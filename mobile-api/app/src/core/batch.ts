// Which operations go out together: in the order of their counters, groups whole, not above the
// server's limits.

import { utf8 } from './canonical';
import type { State } from './state';
import type { Entry, Operation } from './types';

export const BATCH_MAX = 200;
export const BYTES_MAX = 1000000; // a MiB with brackets and clock

export const sizeOf = (operation: Operation) => utf8(JSON.stringify(operation)).length + 1;

// Operations of one group side by side are one; each else is one alone.
function units(entries: Entry[]): Entry[][] {
  const all: Entry[][] = [];
  for (const entry of entries) {
    const last = all.at(-1);
    const { group } = entry.operation;
    if (group !== undefined && last?.[0]?.operation.group === group) last.push(entry);
    else all.push([entry]);
  }
  return all;
}

// The next batch. What was sent and not answered goes out again as it was, so that the server links
// its receipt in an order that the phone knows. `held`: ids that wait for another to take effect.
export function nextBatch(state: State, most: number, bytes: number, held: Set<string>):
  Operation[] {
  const waiting = state.waiting();
  const again = state.meta.batch.map((id) => state.entries.get(id))
    .filter((entry): entry is Entry => entry !== undefined && waiting.includes(entry));
  if (again.length > 0) return again.map(({ operation }) => operation);
  const batch: Operation[] = [];
  let size = 0;
  for (const unit of units(waiting.filter(({ operation }) => !held.has(operation.id)))) {
    const more = unit.reduce((sum, { operation }) => sum + sizeOf(operation), 0);
    if (batch.length > 0 && (batch.length + unit.length > most || size + more > bytes)) break;
    batch.push(...unit.map(({ operation }) => operation));
    size += more;
  }
  return batch;
}

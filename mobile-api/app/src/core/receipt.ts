// The receipt as this phone works it out from what it was told, to hold against the server's.

import { link, NO_RECEIPT } from './canonical';
import type { Receipt } from './state';
import type { Digest, Entry, Result } from './types';

// Of what the server keeps nothing there is no link: the id or counter is another operation's.
const UNKEPT = ['id-reused', 'device-forked'];

export const whyOf = (result?: Result): string => result?.problem?.type.split(':').at(-1) ?? '';

export interface Decision {
  entry: Entry; // as it is after this reply
  duplicate: boolean;
}

export const counts = ({ result }: Entry): boolean => result !== undefined &&
  result.outcome !== 'deferred' && !UNKEPT.includes(whyOf(result));

// What was there before this batch was linked before it; then what it brought, in its order.
async function chain(digest: Digest, own: string, decisions: Decision[]): Promise<string> {
  let receipt = own;
  for (const { entry: { operation, result } } of [...decisions.filter((one) => one.duplicate),
    ...decisions.filter((one) => !one.duplicate)])
    if (result) receipt = await link(digest, receipt, operation, result.outcome);
  return receipt;
}

// The receipt after a reply; marks what was linked. Of an operation that a former device sent too,
// nobody can say whose duplicate it is: either will do.
export async function follow(digest: Digest, receipt: Receipt, decisions: Decision[],
  server: string, device: number, now: number): Promise<Receipt> {
  const due = decisions.filter(({ entry }) => counts(entry) && entry.linked !== true);
  const certain = due.filter(({ duplicate, entry }) =>
    !duplicate || entry.sentBy.every((id) => id === device));
  for (const { entry } of certain) entry.linked = true;
  if (receipt.follow === true) return { own: server, before: receipt.before };
  if (await chain(digest, receipt.own, certain) === server ||
    await chain(digest, receipt.own, due) === server) {
    return { ...receipt, own: server };
  }
  return { ...receipt, own: server, differs: receipt.differs ??
    { at: now, own: await chain(digest, receipt.own, certain), server } };
}

export const isReceipt = (text: unknown): text is string =>
  typeof text === 'string' && text.length === NO_RECEIPT.length && /^[0-9a-f]*$/.test(text);

// The sums that phone and server come to alike (mobile-api/README.md: Receipt, Self-check).
// tests/support/sync-vectors.json holds examples.

import type { Digest, Item, Operation } from './types';

export const NO_RECEIPT = '0'.repeat(64);

const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(text.replaceAll('-', '').match(/../g) ?? [], (two) => parseInt(two, 16));

// RFC 8785: members sorted, no blanks; numbers and escapes are those of JSON.stringify.
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = value as Record<string, unknown>;
  return `{${Object.keys(members).sort().map((name) =>
    `${JSON.stringify(name)}:${canonical(members[name])}`).join()}}`;
}

export const digestOf = async (digest: Digest, value: unknown): Promise<string> =>
  hex(await digest(utf8(canonical(value))));

// The receipt after one more operation had its final outcome.
export async function link(digest: Digest, receipt: string, operation: Operation,
  outcome: string): Promise<string> {
  const parts = [bytesOf(receipt), bytesOf(operation.id),
    bytesOf(await digestOf(digest, operation)), utf8(outcome)];
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => {
    whole.set(part, at);
    return at + part.length;
  }, 0);
  return hex(await digest(whole));
}

export async function checksum(digest: Digest, items: Iterable<Item>): Promise<string> {
  const lines: string[] = [];
  for (const { entity, id, version, seq, body } of [...items].sort((a, b) => a.seq - b.seq))
    lines.push(`${entity}:${id}:${version}:${seq}:${await digestOf(digest, body)}\n`);
  return hex(await digest(utf8(lines.join(''))));
}

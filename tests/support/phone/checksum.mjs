// checksum.mjs - the sums that phone and server come to alike, as mobile-api/README.md says: of an
// operation, of all that was handed over (Receipt), of a feed's items (Self-check).
// ../sync-vectors.json holds examples.

import { createHash } from 'node:crypto';

const sha256 = (...parts) => parts.reduce((hash, part) => hash.update(part), createHash('sha256'))
  .digest('hex');
const bytes = (hex) => Buffer.from(hex.replaceAll('-', ''), 'hex');

export const NO_RECEIPT = '0'.repeat(64);

// RFC 8785: members sorted, no blanks; numbers and escapes are those of JSON.stringify, half an
// emoji and NUL among them.
export function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return `{${Object.keys(value).sort().map((name) =>
    `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

export function operationDigest(operation) { return sha256(canonical(operation)); }

// The receipt after one more operation had its final outcome.
export function link(receipt, operation, outcome) {
  return sha256(bytes(receipt), bytes(operation.id), bytes(operationDigest(operation)), outcome);
}

export function checksum(items) {
  return sha256([...items].sort((a, b) => a.seq - b.seq).map(({ entity, id, version, seq, body }) =>
    `${entity}:${id}:${version}:${seq}:${sha256(canonical(body))}\n`).join(''));
}

// checksum.mjs - what a feed's items come to, as mobile-api/README.md says (section 2, Self-check).

import { createHash } from 'node:crypto';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

// RFC 8785: members sorted, no blanks; numbers and escapes are those of JSON.stringify.
export function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  return `{${Object.keys(value).sort().map((name) =>
    `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

export function checksum(items) {
  return sha256([...items].sort((a, b) => a.seq - b.seq).map(({ entity, id, version, seq, body }) =>
    `${entity}:${id}:${version}:${seq}:${sha256(canonical(body))}\n`).join(''));
}

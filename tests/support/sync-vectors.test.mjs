// The sums that phone and server come to alike agree with the vectors that the server is held to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { canonical, checksum, link, operationDigest } from './phone/checksum.mjs';

const vectors = JSON.parse(readFileSync(new URL('sync-vectors.json', import.meta.url), 'utf8'));

test('a JSON text has one canonical form', () => {
  for (const [text, form] of vectors.canonical)
    assert.equal(canonical(JSON.parse(text)), form, text);
});

test('an operation has one digest, in whatever order its members came', () => {
  for (const [text, digest] of vectors.operations)
    assert.equal(operationDigest(JSON.parse(text)), digest, text);
});

test('each final outcome is one more link of the receipt', () => {
  for (const { before, operation, outcome, after } of vectors.receipts)
    assert.equal(link(before, JSON.parse(operation), outcome), after, operation);
});

test('a feed has one checksum, in whatever order its items came', () => {
  for (const feed of vectors.feeds) {
    assert.equal(checksum(feed.items), feed.checksum);
    assert.equal(checksum([...feed.items].reverse()), feed.checksum);
  }
});

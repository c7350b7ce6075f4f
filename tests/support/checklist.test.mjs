// The phone's rules for checklists agree with the vectors that the server is held to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { answerFault, review } from './phone/checklist.mjs';

const vectors = JSON.parse(readFileSync(new URL('checklist-vectors.json',
  import.meta.url), 'utf8'));

test('a value is an answer in one form only', () => {
  for (const { question, cases } of vectors.answers)
    for (const [value, expected] of cases)
      assert.equal(answerFault(question, value), expected,
        `${question.type} ${JSON.stringify(value)}`);
});

test('a review says how each question stands', () => {
  for (const { checklist, cases } of vectors.reviews)
    for (const { why, answers, states } of cases)
      assert.deepEqual(review(checklist, answers), states, why);
});

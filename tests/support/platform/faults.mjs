// faults.mjs - which request fails how: a pure function of the plan, the message and the attempt.

import { createHash } from 'node:crypto';

export const FAULTS = ['error500-before', 'error500-after', 'drop-before', 'drop-after', 'late',
  'wrong-json', '429', 'slow-drip', 'bad-receipt', 'mark'];

const DEFAULTS = {
  seed: '', probabilities: {}, list: [], maxAttempt: 3,
  lateMs: 3000, dripMs: 20, retryAfter: 1, receipts: false,
};

function check(condition, what) {
  if (!condition) throw new TypeError(`faults: ${what}`);
}

// The plan with its defaults; a TypeError says what is wrong with it.
export function faultPlan(given) {
  check(given !== null && typeof given === 'object' && !Array.isArray(given), 'not an object');
  for (const name of Object.keys(given))
    check(Object.hasOwn(DEFAULTS, name), `unknown setting ${name}`);
  const plan = { ...DEFAULTS, ...given };
  check(typeof plan.seed === 'string', 'seed is not a text');
  check(typeof plan.receipts === 'boolean', 'receipts is not true or false');
  for (const name of ['maxAttempt', 'lateMs', 'dripMs', 'retryAfter'])
    check(Number.isInteger(plan[name]) && plan[name] >= 0 && plan[name] <= 600000,
      `${name} is not a whole number in range`);
  check(plan.probabilities !== null && typeof plan.probabilities === 'object',
    'probabilities is not an object');
  let sum = 0;
  for (const [fault, p] of Object.entries(plan.probabilities)) {
    check(FAULTS.includes(fault), `unknown fault ${fault}`);
    check(typeof p === 'number' && p >= 0, `probability of ${fault}`);
    sum += p;
  }
  check(sum <= 1 + 1e-9, 'the probabilities exceed 1');
  check(Array.isArray(plan.list), 'list is not a list');
  for (const entry of plan.list) {
    check(FAULTS.includes(entry?.fault), `unknown fault ${entry?.fault}`);
    check(Number.isInteger(entry.nth) ||
      (typeof entry.messageId === 'string' && Number.isInteger(entry.attempt)),
    'an entry needs nth, or messageId and attempt');
  }
  return plan;
}

// A number in [0, 1) that depends on the three texts only.
function uniform(seed, key, attempt) {
  const digest = createHash('sha256').update(`${seed}|${key}|${attempt}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

// By the probabilities alone.
export function drawFault(plan, key, attempt) {
  if (attempt > plan.maxAttempt) return null;
  let left = uniform(plan.seed, key, attempt);
  for (const fault of FAULTS) {
    left -= plan.probabilities[fault] ?? 0;
    if (left < 0) return fault;
  }
  return null;
}

// nth: the how-manieth signed POST since the plan was put.
export function chooseFault(plan, { messageId, attempt, nth }) {
  const entry = plan.list.find((e) =>
    e.nth === nth || (e.messageId === messageId && e.attempt === attempt));
  return entry ? entry.fault : drawFault(plan, messageId, attempt);
}

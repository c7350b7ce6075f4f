// random.mjs - a small deterministic generator: sfc32 seeded by SHA-256. Only whole-number
// arithmetic, so that a seed gives the same bytes on every machine. Not for the draw.

import { createHash } from 'node:crypto';

// A stream of its own for each `name`, so that a change to one leaves the others as they were.
export class Random {
  #a; #b; #c; #counter = 1;

  constructor(seed, name) {
    const digest = createHash('sha256').update(`${seed}|${name}`).digest();
    [this.#a, this.#b, this.#c] = [0, 4, 8].map((at) => digest.readUInt32LE(at));
    for (let i = 0; i < 12; i++) this.uint32();
  }

  uint32() {
    const sum = (this.#a + this.#b + this.#counter) >>> 0;
    this.#counter = (this.#counter + 1) >>> 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) >>> 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) >>> 0;
    return sum;
  }

  // A whole number in 0 … n - 1; n at most 2^32.
  below(n) {
    const limit = 2 ** 32 - (2 ** 32 % n);
    let value;
    do value = this.uint32(); while (value >= limit);
    return value % n;
  }

  between(low, high) { return low + this.below(high - low + 1); }
  percent(share) { return this.below(100) < share; }
  pick(list) { return list[this.below(list.length)]; }

  // A shuffled copy.
  shuffle(list) {
    const out = [...list];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}

// sha256.mjs - SHA-256 for tickets. A draw hashes hundreds of thousands of short texts, and one call of
// WebCrypto costs far more than one block here; whole files go through WebCrypto all the same (digestHex).
// Runs in browsers and in node.

const K = new Int32Array(64);
const START = new Int32Array(8);

// The constants are the fraction bits of the first primes' cube and square roots.
function fillConstants() {
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
}
fillConstants();

const W = new Int32Array(64);

// The state in `from` and the 64 bytes of block at `at` -> the state in `to`; may be the same.
function compress(to, from, block, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    W[i] = (x >>> 7 ^ x << 25 ^ x >>> 18 ^ x << 14 ^ x >>> 3) + W[i - 7] + W[i - 16] +
      (y >>> 17 ^ y << 15 ^ y >>> 19 ^ y << 13 ^ y >>> 10) | 0;
  }
  let [a, b, c, d, e, f, g, h] = from;
  for (let i = 0; i < 64; i++) {
    const s = (e >>> 6 ^ e << 26 ^ e >>> 11 ^ e << 21 ^ e >>> 25 ^ e << 7) + (e & f ^ ~e & g) +
      h + K[i] + W[i] | 0;
    const t = (a >>> 2 ^ a << 30 ^ a >>> 13 ^ a << 19 ^ a >>> 22 ^ a << 10) +
      (a & b ^ a & c ^ b & c) | 0;
    h = g; g = f; f = e; e = d + s | 0; d = c; c = b; b = a; a = s + t | 0;
  }
  to[0] = from[0] + a; to[1] = from[1] + b; to[2] = from[2] + c; to[3] = from[3] + d;
  to[4] = from[4] + e; to[5] = from[5] + f; to[6] = from[6] + g; to[7] = from[7] + h;
}

export const hexOfWords = (words) =>
  Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

// The state after `bytes` and the padding, begun in `from` with `before` bytes (whole blocks) done.
function finish(from, before, bytes) {
  const state = Int32Array.from(from);
  const whole = bytes.length - bytes.length % 64;
  for (let at = 0; at < whole; at += 64) compress(state, state, bytes, at);
  const rest = bytes.subarray(whole);
  const last = new Uint8Array(rest.length < 56 ? 64 : 128);
  last.set(rest);
  last[rest.length] = 0x80;
  const view = new DataView(last.buffer);
  const size = before + bytes.length;
  view.setUint32(last.length - 8, Math.floor(size / 2 ** 29));
  view.setUint32(last.length - 4, (size * 8) >>> 0);
  for (let at = 0; at < last.length; at += 64) compress(state, state, last, at);
  return state;
}

export const sha256Hex = (bytes) => hexOfWords(finish(START, 0, bytes));

// WebCrypto where the page has it: over plain HTTP from another machine it has not.
export async function digestHex(bytes) {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) return sha256Hex(bytes);
  const digest = new DataView(await subtle.digest('SHA-256', bytes));
  return hexOfWords(Array.from({ length: 8 }, (_, i) => digest.getUint32(4 * i)));
}

// The scores of one seed. Its 64 characters fill the first block exactly, so that is hashed once, and
// a ticket of an ordinary subject costs one more.
export class Tickets {
  #seeded = new Int32Array(8);
  #block = new Uint8Array(64);
  #now = new Int32Array(8);
  #best = new Int32Array(8);

  constructor(seed) {
    compress(this.#seeded, START, new TextEncoder().encode(seed), 0);
  }

  // The smallest of the first `weight` tickets of a subject (bytes); eight words, until the next call.
  score(subject, weight) {
    const used = subject.length + 2;
    const best = this.#best;
    const block = this.#block;
    if (used + 3 > 55) return this.#longScore(subject, weight);
    block.fill(0);
    block[0] = 0x7C;
    block.set(subject, 1);
    block[used - 1] = 0x7C;
    for (let j = 1; j <= weight; j++) {
      let end = used;
      if (j >= 100) block[end++] = 0x30 + Math.floor(j / 100);
      if (j >= 10) block[end++] = 0x30 + Math.floor(j / 10) % 10;
      block[end++] = 0x30 + j % 10;
      block[end] = 0x80;
      const bits = (64 + end) * 8;
      block[62] = bits >> 8;
      block[63] = bits & 0xFF;
      compress(this.#now, this.#seeded, block, 0);
      this.#keepSmaller(j);
    }
    return best;
  }

  #longScore(subject, weight) {
    const text = new Uint8Array(subject.length + 5);
    text[0] = 0x7C;
    text.set(subject, 1);
    text[subject.length + 1] = 0x7C;
    for (let j = 1; j <= weight; j++) {
      const digits = new TextEncoder().encode(String(j));
      text.set(digits, subject.length + 2);
      const size = subject.length + 2 + digits.length;
      this.#now.set(finish(this.#seeded, 64, text.subarray(0, size)));
      this.#keepSmaller(j);
    }
    return this.#best;
  }

  #keepSmaller(j) {
    if (j === 1 || compareWords(this.#now, this.#best) < 0) this.#best.set(this.#now);
  }
}

export function compareWords(a, b) {
  for (let i = 0; i < 8; i++) if (a[i] !== b[i]) return (a[i] >>> 0) - (b[i] >>> 0);
  return 0;
}

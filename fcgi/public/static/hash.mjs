// hash.mjs - SHA-256 and SM3 for tickets. A draw hashes hundreds of thousands of short texts, and
// one call of WebCrypto costs far more than one block here; whole files go through WebCrypto all
// the same where it knows the digest (digestHex). Runs in browsers and in node.

import { sha256Block, SHA256_START } from './sha256.mjs';
import { sm3Block, SM3_START } from './sm3.mjs';

const encoder = new TextEncoder();

export const hexOfWords = (words) =>
  Array.from(words, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');

export function compareWords(a, b) {
  for (let i = 0; i < 8; i++) if (a[i] !== b[i]) return (a[i] >>> 0) - (b[i] >>> 0);
  return 0;
}

// The state after `bytes` and the padding, begun in `from` with `before` bytes (whole blocks) done.
function finish(compress, from, before, bytes) {
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

// The scores of one seed. Its 64 characters fill the first block exactly, so that is hashed once,
// and a ticket of an ordinary subject costs one more.
class Tickets {
  #compress;
  #seeded = new Int32Array(8);
  #block = new Uint8Array(64);
  #now = new Int32Array(8);
  #best = new Int32Array(8);

  constructor(compress, start, seed) {
    this.#compress = compress;
    compress(this.#seeded, start, encoder.encode(seed), 0);
  }

  // The smallest of the first `weight` tickets of a subject (bytes); eight words, until the next
  // call.
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
      this.#compress(this.#now, this.#seeded, block, 0);
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
      const digits = encoder.encode(String(j));
      text.set(digits, subject.length + 2);
      const size = subject.length + 2 + digits.length;
      this.#now.set(finish(this.#compress, this.#seeded, 64, text.subarray(0, size)));
      this.#keepSmaller(j);
    }
    return this.#best;
  }

  #keepSmaller(j) {
    if (j === 1 || compareWords(this.#now, this.#best) < 0) this.#best.set(this.#now);
  }
}

const hash = (compress, start, subtleName) => ({
  hex: (bytes) => hexOfWords(finish(compress, start, 0, bytes)),

  // WebCrypto where the page has it: over plain HTTP from another machine it has not.
  async digestHex(bytes) {
    const subtle = subtleName && globalThis.crypto?.subtle;
    if (!subtle) return this.hex(bytes);
    const digest = new DataView(await subtle.digest(subtleName, bytes));
    return hexOfWords(Array.from({ length: 8 }, (_, i) => digest.getUint32(4 * i)));
  },

  textHex(text) { return this.digestHex(encoder.encode(text)); },

  tickets: (seed) => new Tickets(compress, start, seed),
});

export const SHA256 = hash(sha256Block, SHA256_START, 'SHA-256');
export const SM3 = hash(sm3Block, SM3_START, null);
export const hashOfRule = (rule) => (rule.endsWith('-sm3') ? SM3 : SHA256);

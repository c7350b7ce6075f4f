// sha256.mjs - one block of SHA-256 (FIPS 180-4); hash.mjs makes digests of it.

const K = new Int32Array(64);
export const SHA256_START = new Int32Array(8);

// The constants are the fraction bits of the first primes' cube and square roots.
function fillConstants() {
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  for (let n = 2, found = 0; found < 64; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    if (found < 8) SHA256_START[found] = fraction(Math.sqrt(n));
    K[found++] = fraction(Math.cbrt(n));
  }
}
fillConstants();

const W = new Int32Array(64);

// The state in `from` and the 64 bytes of block at `at` -> the state in `to`; may be the same. Each
// sum is cut to 32 bits at once: so the browser keeps to integers, in a third of the time.
export function sha256Block(to, from, block, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15];
    const y = W[i - 2];
    const p = x >>> 7 ^ x << 25 ^ x >>> 18 ^ x << 14 ^ x >>> 3;
    const q = y >>> 17 ^ y << 15 ^ y >>> 19 ^ y << 13 ^ y >>> 10;
    W[i] = (p + W[i - 7] | 0) + (q + W[i - 16] | 0) | 0;
  }
  let a = from[0]; let b = from[1]; let c = from[2]; let d = from[3];
  let e = from[4]; let f = from[5]; let g = from[6]; let h = from[7];
  for (let i = 0; i < 64; i++) {
    const p = e >>> 6 ^ e << 26 ^ e >>> 11 ^ e << 21 ^ e >>> 25 ^ e << 7;
    const q = a >>> 2 ^ a << 30 ^ a >>> 13 ^ a << 19 ^ a >>> 22 ^ a << 10;
    const s = ((p + (g ^ e & (f ^ g)) | 0) + (h + K[i] | 0) | 0) + W[i] | 0;
    const t = q + (a & b | c & (a | b)) | 0;
    h = g; g = f; f = e; e = d + s | 0; d = c; c = b; b = a; a = s + t | 0;
  }
  to[0] = from[0] + a; to[1] = from[1] + b; to[2] = from[2] + c; to[3] = from[3] + d;
  to[4] = from[4] + e; to[5] = from[5] + f; to[6] = from[6] + g; to[7] = from[7] + h;
}

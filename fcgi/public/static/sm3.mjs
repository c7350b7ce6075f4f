// sm3.mjs - one block of SM3 (GB/T 32905-2016); hash.mjs makes digests of it.

export const SM3_START = Int32Array.of(0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc,
  0x163138aa, 0xe38dee4d, 0xb0fb0e4e);

const turn = (x, n) => x << n | x >>> (32 - n);
const K = Int32Array.from({ length: 64 }, (_, j) => turn(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));
const W = new Int32Array(68);

// The state in `from` and the 64 bytes of block at `at` -> the state in `to`; may be the same. Sums
// are cut as in sha256.mjs.
export function sm3Block(to, from, block, at) {
  for (let i = 0; i < 16; i++, at += 4)
    W[i] = block[at] << 24 | block[at + 1] << 16 | block[at + 2] << 8 | block[at + 3];
  for (let i = 16; i < 68; i++) {
    const v = W[i - 3];
    const x = W[i - 16] ^ W[i - 9] ^ (v << 15 | v >>> 17);
    const y = W[i - 13];
    W[i] = x ^ (x << 15 | x >>> 17) ^ (x << 23 | x >>> 9) ^ (y << 7 | y >>> 25) ^ W[i - 6];
  }
  let a = from[0]; let b = from[1]; let c = from[2]; let d = from[3];
  let e = from[4]; let f = from[5]; let g = from[6]; let h = from[7];
  for (let i = 0; i < 64; i++) {
    const turned = a << 12 | a >>> 20;
    const s = (turned + e | 0) + K[i] | 0;
    const s1 = s << 7 | s >>> 25;
    const early = i < 16;
    const t1 = ((early ? a ^ b ^ c : a & b | a & c | b & c) + d | 0) +
      ((s1 ^ turned) + (W[i] ^ W[i + 4]) | 0) | 0;
    const t2 = ((early ? e ^ f ^ g : e & f | ~e & g) + h | 0) + (s1 + W[i] | 0) | 0;
    d = c; c = b << 9 | b >>> 23; b = a; a = t1;
    h = g; g = f << 19 | f >>> 13; f = e; e = t2 ^ (t2 << 9 | t2 >>> 23) ^ (t2 << 17 | t2 >>> 15);
  }
  to[0] = from[0] ^ a; to[1] = from[1] ^ b; to[2] = from[2] ^ c; to[3] = from[3] ^ d;
  to[4] = from[4] ^ e; to[5] = from[5] ^ f; to[6] = from[6] ^ g; to[7] = from[7] ^ h;
}

/*
 * One block of SHA-256 for sixteen messages at once: each operation of FIPS 180-4 on sixteen numbers
 * side by side. With AVX-512 a ticket takes about half of what it takes through OpenSSL on a processor
 * with SHA instructions, and without it nobody gains: narrower vectors are slower than OpenSSL there.
 */
#include <string.h>

#include "domain/draw_internal.h"

/* GNU C, as gcc and clang have it: operators work on each element. */
typedef uint32_t lanes __attribute__((vector_size(sizeof(uint32_t) * DRAW_LANES)));

enum { ROUNDS = 64, BLOCK_WORDS = 16, STATE_WORDS = 8 };

static const uint32_t constants[ROUNDS] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
};

#define ROTATE(x, n) ((x) >> (n) | (x) << (32 - (n)))

/* Inlined into each of its callers, and so built for the instructions that the caller names. */
static inline __attribute__((always_inline)) void compress(const uint32_t state[STATE_WORDS],
                                                           struct draw_lanes *block)
{
    lanes w[BLOCK_WORDS];
    lanes s[STATE_WORDS]; /* a … h of round i are s[-i], s[1 - i] … modulo eight */
    memcpy(w, block->words, sizeof w);
    for (int i = 0; i < STATE_WORDS; i++)
        s[i] = state[i] - (lanes){ 0 };
    for (int t = 0; t < ROUNDS; t += BLOCK_WORDS) {
#pragma GCC unroll 16
        for (int i = 0; i < BLOCK_WORDS; i++) {
            if (t) {
                lanes x = w[(i + 1) & 15];
                lanes y = w[(i + 14) & 15];
                w[i] += (ROTATE(x, 7) ^ ROTATE(x, 18) ^ x >> 3) + w[(i + 9) & 15] +
                        (ROTATE(y, 17) ^ ROTATE(y, 19) ^ y >> 10);
            }
            lanes a = s[-i & 7];
            lanes b = s[(1 - i) & 7];
            lanes c = s[(2 - i) & 7];
            lanes e = s[(4 - i) & 7];
            lanes t1 = s[(7 - i) & 7] + (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) +
                       ((e & s[(5 - i) & 7]) | (~e & s[(6 - i) & 7])) + w[i] + constants[t + i];
            s[(3 - i) & 7] += t1;
            s[(7 - i) & 7] =
                t1 + (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + (((a ^ b) & (b ^ c)) ^ b);
        }
    }
    for (int i = 0; i < STATE_WORDS; i++)
        s[i] += state[i];
    memcpy(block->digests, s, sizeof block->digests);
}

void draw_lanes_plain(const uint32_t state[STATE_WORDS], struct draw_lanes *block)
{
    compress(state, block);
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void wide(const uint32_t state[STATE_WORDS],
                                                    struct draw_lanes *block)
{
    compress(state, block);
}

draw_lanes_fn *draw_lanes_fast(void)
{
    return __builtin_cpu_supports("avx512f") ? wide : NULL;
}
#else
draw_lanes_fn *draw_lanes_fast(void)
{
    return NULL;
}
#endif

/*
 * SHA-256 of sixteen messages at once: each operation of FIPS 180-4 on sixteen numbers side by
 * side. With AVX-512 a ticket takes about half of what it takes through OpenSSL on a processor with
 * SHA instructions, and without it nobody gains: narrower vectors are slower than OpenSSL there.
 */
#include <string.h>

#include "domain/draw/draw_internal.h"

/* GNU C, as gcc and clang have it: operators work on each element. */
typedef uint32_t lanes __attribute__((vector_size(sizeof(uint32_t) * DRAW_LANES)));

/* "|", a subject's code of eighteen characters and "|" fill whole words, and the number the next
   one. */
enum { ROUNDS = 64, BLOCK_WORDS = 16, STATE_WORDS = 8, CODE_SIZE = 18, CODE_WORDS = 5 };

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

/* Inlined into their callers, and so built for the instructions that the outermost one names. */
#define INLINE static inline __attribute__((always_inline))

/* Rounds from … to of 64; s holds a … h of round i as s[-i], s[1 - i] … modulo eight. */
INLINE void do_rounds(lanes s[STATE_WORDS], lanes w[BLOCK_WORDS], int from, int to)
{
#pragma GCC unroll 64
    for (int i = from; i < to; i++) {
        if (i >= BLOCK_WORDS) {
            lanes x = w[(i + 1) & 15];
            lanes y = w[(i + 14) & 15];
            w[i & 15] += (ROTATE(x, 7) ^ ROTATE(x, 18) ^ x >> 3) + w[(i + 9) & 15] +
                         (ROTATE(y, 17) ^ ROTATE(y, 19) ^ y >> 10);
        }
        lanes a = s[-i & 7];
        lanes b = s[(1 - i) & 7];
        lanes c = s[(2 - i) & 7];
        lanes e = s[(4 - i) & 7];
        lanes t1 = s[(7 - i) & 7] + (ROTATE(e, 6) ^ ROTATE(e, 11) ^ ROTATE(e, 25)) +
                   ((e & s[(5 - i) & 7]) | (~e & s[(6 - i) & 7])) + w[i & 15] + constants[i];
        s[(3 - i) & 7] += t1;
        s[(7 - i) & 7] =
            t1 + (ROTATE(a, 2) ^ ROTATE(a, 13) ^ ROTATE(a, 22)) + (((a ^ b) & (b ^ c)) ^ b);
    }
}

/* Keeps what is smaller, word after word as bytes are compared. */
INLINE void keep_smallest(lanes best[STATE_WORDS], lanes *found, const lanes digest[STATE_WORDS])
{
    lanes below = (lanes)(digest[0] <= best[0]);
    uint32_t one = 0;
    for (int i = 0; i < DRAW_LANES; i++)
        one |= below[i];
    if (!one)
        return;
    below = (lanes)(digest[STATE_WORDS - 1] < best[STATE_WORDS - 1]);
    for (int i = STATE_WORDS - 2; i >= 0; i--)
        below = (lanes)(digest[i] < best[i]) | ((lanes)(digest[i] == best[i]) & below);
    for (int i = 0; i < STATE_WORDS; i++)
        best[i] = (digest[i] & below) | (best[i] & ~below);
    *found |= below;
}

/* The words of the ticket with that number; shared as below. */
INLINE void put_words(lanes w[BLOCK_WORDS], const lanes text[BLOCK_WORDS], size_t text_size,
                      unsigned number, int shared)
{
    unsigned char tail[DRAW_BLOCK] = { 0 };
    (void)draw_block_end(tail, text_size + 2, number);
#pragma GCC unroll 16
    for (int t = 0; t < BLOCK_WORDS; t++)
        if (t < shared)
            w[t] = text[t];
        else if (!shared)
            w[t] = text[t] | draw_block_word(tail, (size_t)t);
        else if (t == shared || t == BLOCK_WORDS - 1)
            w[t] = draw_block_word(tail, (size_t)t) - (lanes){ 0 };
        else
            w[t] = (lanes){ 0 };
}

/* shared: so many words are those of the text alone, and all tickets share the first rounds; the
   next word is the number's alone, and all further ones up to the length are zero. 0: nothing is
   known. */
INLINE void run(const uint32_t seeded[STATE_WORDS], struct draw_lanes *group, size_t text_size,
                unsigned weight, int shared)
{
    lanes state[STATE_WORDS];
    lanes text[BLOCK_WORDS];
    lanes begun[STATE_WORDS];
    lanes best[STATE_WORDS];
    lanes found = { 0 };
    for (int i = 0; i < STATE_WORDS; i++)
        state[i] = seeded[i] - (lanes){ 0 };
    memcpy(text, group->words, sizeof text);
    memcpy(best, group->best, sizeof best);
    memcpy(begun, state, sizeof begun);
    do_rounds(begun, text, 0, shared);
    for (unsigned j = 1; j <= weight; j++) {
        lanes w[BLOCK_WORDS];
        lanes s[STATE_WORDS];
        put_words(w, text, text_size, j, shared);
        memcpy(s, begun, sizeof s);
        do_rounds(s, w, shared, ROUNDS);
        for (int i = 0; i < STATE_WORDS; i++)
            s[i] += state[i];
        keep_smallest(best, &found, s);
    }
    memcpy(group->best, best, sizeof best);
    memcpy(group->found, &found, sizeof found);
}

INLINE void run_any(const uint32_t state[STATE_WORDS], struct draw_lanes *group, size_t text_size,
                    unsigned weight)
{
    if (text_size == CODE_SIZE)
        run(state, group, CODE_SIZE, weight, CODE_WORDS);
    else
        run(state, group, text_size, weight, 0);
}

void draw_lanes_plain(const uint32_t state[STATE_WORDS], struct draw_lanes *group, size_t text_size,
                      unsigned weight)
{
    run_any(state, group, text_size, weight);
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) static void
wide(const uint32_t state[STATE_WORDS], struct draw_lanes *group, size_t text_size, unsigned weight)
{
    run_any(state, group, text_size, weight);
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

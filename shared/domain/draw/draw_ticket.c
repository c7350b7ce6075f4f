/*
 * Tickets. The 64 characters of the seed fill the first block of SHA-256 exactly, so its state is
 * computed once; what follows, "|subject|j", fits one more block, so a ticket costs one call of the
 * compression function. OpenSSL offers that only in its older interface; through EVP, which has to
 * copy a whole context, the same ticket takes about 1.7 times as long. SM3 goes through EVP.
 */
#define OPENSSL_API_COMPAT 0x10100000L

#include "domain/draw/draw_internal.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEED_SIZE = 2 * DIGEST_SIZE,
    LENGTH_AT = DRAW_BLOCK - 8, /* of the message's length in bits, in the last block */
    DIGITS_MAX = 10
};

struct draw_tickets {
    enum draw_rule rule;
    SHA256_CTX seeded; /* SHA-256: the state behind the seed */
    EVP_MD_CTX *seeded_sm3;
    EVP_MD_CTX *work_sm3;
};

static void must(int ok)
{
    if (ok)
        return;
    (void)fprintf(stderr, "draw: OpenSSL refused, aborting\n");
    abort();
}

static void release(void *data)
{
    struct draw_tickets *tickets = data;
    EVP_MD_CTX_free(tickets->seeded_sm3);
    EVP_MD_CTX_free(tickets->work_sm3);
}

struct draw_tickets *draw_tickets(struct arena *a, enum draw_rule rule, const char *seed)
{
    struct draw_tickets *tickets = arena_alloc(a, sizeof *tickets);
    tickets->rule = rule;
    if (draw_digest(rule) == DIGEST_SHA256) {
        must(SHA256_Init(&tickets->seeded) && SHA256_Update(&tickets->seeded, seed, SEED_SIZE));
        return tickets;
    }
    arena_defer(a, release, tickets);
    tickets->seeded_sm3 = EVP_MD_CTX_new();
    tickets->work_sm3 = EVP_MD_CTX_new();
    must(tickets->seeded_sm3 && tickets->work_sm3 &&
         EVP_DigestInit_ex(tickets->seeded_sm3, EVP_sm3(), NULL) &&
         EVP_DigestUpdate(tickets->seeded_sm3, seed, SEED_SIZE));
    return tickets;
}

/* Writes number in decimal without a NUL; returns the digits. */
static size_t put_number(unsigned char *out, unsigned number)
{
    unsigned char digits[DIGITS_MAX];
    size_t n = 0;
    do {
        digits[n++] = (unsigned char)('0' + number % 10);
        number /= 10;
    } while (number);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

const uint32_t *draw_tickets_state(const struct draw_tickets *tickets)
{
    return draw_digest(tickets->rule) == DIGEST_SHA256 ? tickets->seeded.h : NULL;
}

size_t draw_block_text(unsigned char block[DRAW_BLOCK], const char *text, size_t n)
{
    memset(block, 0, DRAW_BLOCK);
    block[0] = '|';
    memcpy(block + 1, text, n);
    block[n + 1] = '|';
    return n + 2;
}

size_t draw_block_end(unsigned char block[DRAW_BLOCK], size_t used, unsigned number)
{
    size_t end = used + put_number(block + used, number);
    block[end] = 0x80;
    memset(block + end + 1, 0, (size_t)LENGTH_AT - end - 1);
    unsigned bits = (unsigned)(SEED_SIZE + end) * 8; /* below 65,536 */
    block[DRAW_BLOCK - 2] = (unsigned char)(bits >> 8);
    block[DRAW_BLOCK - 1] = (unsigned char)bits;
    return end;
}

/* The state's words hold the digest, most significant byte first. */
static void one_block(const struct draw_tickets *tickets, const unsigned char block[DRAW_BLOCK],
                      SHA256_CTX *state)
{
    memcpy(state->h, tickets->seeded.h, sizeof state->h);
    SHA256_Transform(state, block);
}

static void put_words(uint8_t out[DIGEST_SIZE], const SHA256_CTX *state)
{
    for (size_t i = 0; i < 8; i++) {
        out[4 * i] = (uint8_t)(state->h[i] >> 24);
        out[4 * i + 1] = (uint8_t)(state->h[i] >> 16);
        out[4 * i + 2] = (uint8_t)(state->h[i] >> 8);
        out[4 * i + 3] = (uint8_t)state->h[i];
    }
}

static void long_sha256(const struct draw_tickets *tickets, const char *text, size_t n,
                        const unsigned char *digits, size_t digit_count, uint8_t *out)
{
    SHA256_CTX state = tickets->seeded;
    must(SHA256_Update(&state, "|", 1) && SHA256_Update(&state, text, n) &&
         SHA256_Update(&state, "|", 1) && SHA256_Update(&state, digits, digit_count) &&
         SHA256_Final(out, &state));
}

static void through_sm3(struct draw_tickets *tickets, const char *text, size_t n,
                        const unsigned char *digits, size_t digit_count, uint8_t *out)
{
    EVP_MD_CTX *work = tickets->work_sm3;
    must(EVP_MD_CTX_copy_ex(work, tickets->seeded_sm3) && EVP_DigestUpdate(work, "|", 1) &&
         EVP_DigestUpdate(work, text, n) && EVP_DigestUpdate(work, "|", 1) &&
         EVP_DigestUpdate(work, digits, digit_count) && EVP_DigestFinal_ex(work, out, NULL));
}

void draw_ticket(struct draw_tickets *tickets, const char *text, size_t n, unsigned number,
                 uint8_t out[DIGEST_SIZE])
{
    unsigned char digits[DIGITS_MAX];
    size_t digit_count = put_number(digits, number);
    if (draw_digest(tickets->rule) == DIGEST_SM3) {
        through_sm3(tickets, text, n, digits, digit_count, out);
    } else if (n > DRAW_BLOCK_TEXT_MAX) {
        long_sha256(tickets, text, n, digits, digit_count, out);
    } else {
        unsigned char block[DRAW_BLOCK];
        SHA256_CTX state;
        (void)draw_block_end(block, draw_block_text(block, text, n), number);
        one_block(tickets, block, &state);
        put_words(out, &state);
    }
}

/* True when a's words are below b's. */
static bool below(const SHA256_CTX *a, const SHA256_CTX *b)
{
    for (size_t i = 0; i < 8; i++)
        if (a->h[i] != b->h[i])
            return a->h[i] < b->h[i];
    return false;
}

void draw_score(struct draw_tickets *tickets, const char *subject, size_t n, unsigned weight,
                uint8_t out[DIGEST_SIZE])
{
    if (draw_digest(tickets->rule) == DIGEST_SHA256 && n <= DRAW_BLOCK_TEXT_MAX) {
        unsigned char block[DRAW_BLOCK];
        size_t used = draw_block_text(block, subject, n);
        SHA256_CTX best;
        size_t end = draw_block_end(block, used, 1);
        one_block(tickets, block, &best);
        for (unsigned j = 2; j <= weight; j++) {
            SHA256_CTX state;
            if (j % 10)
                block[end - 1]++; /* the last digit; the rest of the block stands */
            else
                end = draw_block_end(block, used, j);
            one_block(tickets, block, &state);
            if (below(&state, &best))
                memcpy(best.h, state.h, sizeof best.h);
        }
        put_words(out, &best);
        return;
    }
    draw_ticket(tickets, subject, n, 1, out);
    for (unsigned j = 2; j <= weight; j++) {
        uint8_t ticket[DIGEST_SIZE];
        draw_ticket(tickets, subject, n, j, ticket);
        if (memcmp(ticket, out, DIGEST_SIZE) < 0)
            memcpy(out, ticket, DIGEST_SIZE);
    }
}

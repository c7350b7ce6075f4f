/*
 * Masking (R34) from inside; publication_mask is the way in.
 *
 * The text becomes an array of characters, half-width where there is a full-width form, each with a
 * mark. Rules mark characters, and marked ones come out as ＊.
 */
#ifndef LIANCHA_DOMAIN_MASK_H
#define LIANCHA_DOMAIN_MASK_H

#include "domain/publication.h"

#define MASK_STAR "\xEF\xBC\x8A" /* ＊ */

enum { MASK_PROTECTED = 1, MASK_COVERED = 2 };

struct mask {
    uint32_t *code; /* ended by a 0 */
    size_t *offset; /* in the text; one more for its end */
    unsigned char *mark;
    size_t n;
    struct publication_masked found;
};

bool mask_is_digit(uint32_t c);
bool mask_is_alnum(uint32_t c);
bool mask_is_hyphen(uint32_t c);
uint32_t mask_upper(uint32_t c);
/* Between two groups of one number: a blank, a hyphen, a bracket, a point; never a line's end. */
bool mask_is_gap(uint32_t c);
/* The end of a phrase: the text's or a line's end, a comma, a semicolon, a full stop. */
bool mask_ends_phrase(uint32_t c);

/* Length in characters of the first of the words (UTF-8, NULL-terminated) that stands at i, or 0. */
size_t mask_word(const struct mask *m, size_t i, const char *const *words);
/* Marks [from, to), what is protected excepted. */
void mask_cover(struct mask *m, size_t from, size_t to);

/* Takes the valid UTF-8 text apart; the arrays live in the arena. */
void mask_load(struct mask *m, struct arena *a, const char *text, size_t size);
/* Exempts the texts from every rule, wherever one stands as a whole. */
void mask_protect(struct mask *m, const char *const *exceptions, size_t count);
/* Runs of digits by length and form, alone or joined over gaps ("138-1234-5678"). */
void mask_numbers(struct mask *m);
void mask_mails(struct mask *m);
/* What follows 电话, 微信 … */
void mask_accounts(struct mask *m);
/* Home addresses behind a label, and the numbers of addresses that go down to a unit or room. */
void mask_addresses(struct mask *m);
/* The text with ＊ for every marked character. */
char *mask_text(const struct mask *m, struct arena *a, const char *text);

#endif

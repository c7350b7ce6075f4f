/*
 * Masking (R34) from inside; personal.h is the way in.
 *
 * The text becomes an array of characters: half-width and in capitals, digits of every script as
 * plain ones, and without what nobody sees, so that a rule never meets what hides a number. Each
 * character has a mark; rules mark what they find, and a run of one mark comes out as a span.
 */
#ifndef LIANCHA_DOMAIN_MASK_H
#define LIANCHA_DOMAIN_MASK_H

#include <stdbool.h>
#include <stdint.h>

#include "domain/publish/personal.h"

/* Marks: nothing, what stays whatever it looks like, or MASK_OF a kind. */
enum { MASK_FREE = 0, MASK_KEPT = 1, MASK_FIRST = 2 };

/* What a word says. */
enum mask_class {
    MASK_PHONE,     /* a telephone's number follows */
    MASK_HANDLE,    /* the name of an account of a messenger */
    MASK_BANK,      /* the number of an account of a bank, not always at once */
    MASK_DOCUMENT,  /* the number of a person's document */
    MASK_PUBLIC,    /* a number that is no person's */
    MASK_HOME,      /* a home address */
    MASK_RECORD,    /* the number of a patient's record */
    MASK_DIAGNOSIS, /* a finding about a person's health */
    MASK_DISEASE,   /* is one itself … */
    MASK_GENERAL,   /* … unless this follows: 肺结核病例 */
    MASK_PERSON,    /* a natural person, whose name may follow */
    MASK_TITLE,     /* goes behind a name: 先生 */
    MASK_FOLLOW,    /* goes on behind a name */
    MASK_NEVER,     /* hardly a part of a name, unless it is its end */
    MASK_ORG,       /* of the name of an enterprise */
    MASK_PLACE,     /* of the name of a region, a street */
    MASK_SPOT,      /* of an address */
    MASK_SURNAME,
    MASK_WEAK,     /* a surname, but far oftener a word: 于 */
    MASK_COMMON,   /* begins like a surname, but is a word: 陈述 */
    MASK_SOUND,    /* a character by which names without a surname are written: 古 */
    MASK_LINK,     /* between a label and what it is of */
    MASK_MODIFIER, /* between a name and the number of its owner */
    MASK_PLATE,    /* the plate of a vehicle */
    MASK_CLASSES
};

struct mask_list {
    const char *const *words;
    size_t n;
};
extern const struct mask_list mask_lists[MASK_CLASSES];

struct mask {
    struct arena *arena;
    uint32_t *code;   /* ended by a 0 */
    uint32_t *offset; /* in the text */
    uint32_t *end;    /* in the text */
    uint32_t *at;     /* in plain */
    char *plain;      /* the characters as UTF-8, for words */
    unsigned char *mark;
    size_t n;
};

bool mask_is_digit(uint32_t c);
/* The digit that the character is, in words too, or NUL. */
char mask_spelled_digit(uint32_t c);
/* Half-width, in capitals, digits of every script as plain ones. */
uint32_t mask_plain(uint32_t c);
bool mask_is_alnum(uint32_t c);
bool mask_is_han(uint32_t c);
bool mask_is_hyphen(uint32_t c);
/* Between two groups of one number: a blank, a hyphen, a bracket, a point; never a line's end. */
bool mask_is_gap(uint32_t c);
/* The end of a phrase: the text's or a line's end, a comma, a semicolon, a full stop. */
bool mask_ends_phrase(uint32_t c);
/* The end of a sentence: the text's or a line's end, a full stop. */
bool mask_ends_sentence(uint32_t c);

/* Characters of the text at i that the UTF-8 text is (half-width, in capitals), or 0. */
size_t mask_stands(const struct mask *m, size_t i, const char *text);
/* Length in characters of the longest word of the class that stands at i, or 0. */
size_t mask_word(const struct mask *m, size_t i, enum mask_class class);
/* Likewise of the first of the words that stands at i; NULL ends them. */
size_t mask_any(const struct mask *m, size_t i, const char *const *words);
/* Behind what stands between a label and its value: at most a handful of links and gaps. *told:
   there was one that says that a value follows. */
size_t mask_links(const struct mask *m, size_t i, bool *told);
/* Behind the extension that follows a telephone's number: 转801. */
size_t mask_extension(const struct mask *m, size_t to);
/* Marks the free characters of [from, to). */
void mask_cover(struct mask *m, size_t from, size_t to, enum personal_kind kind);
bool mask_is(const struct mask *m, size_t i, enum personal_kind kind);

/* Takes the valid UTF-8 text apart; the arrays live in the arena. */
void mask_load(struct mask *m, struct arena *a, const char *text, size_t size);
/* Marks each text as kept wherever it stands as a whole, whatever the rules say of it. */
void mask_keep(struct mask *m, const struct personal_texts *texts);
/* Covers each text wherever it stands. */
void mask_wished(struct mask *m, const struct personal_texts *texts);

/* In this order: what has a label is judged by it before anything is judged by its form. */
void mask_documents_labelled(struct mask *m);
void mask_accounts(struct mask *m);
void mask_records(struct mask *m);
void mask_public_numbers(struct mask *m);
void mask_documents_formed(struct mask *m);
void mask_numbers(struct mask *m);
void mask_mails(struct mask *m);
void mask_plates(struct mask *m);
void mask_addresses(struct mask *m);
void mask_persons(struct mask *m);
/* The whole text is a person's name. */
bool mask_is_name(const struct mask *m);
void mask_health(struct mask *m); /* behind the persons: it is personal where one is named */

#endif

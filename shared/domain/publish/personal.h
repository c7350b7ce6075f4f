/*
 * Personal data in a text that is made public, and its masking (R34).
 *
 * Found are, with full-width and other forms of digits, grouped, and with what nobody sees in
 * between:
 *  - mobile numbers, fixed numbers with an area code, what stands behind 电话, 手机, 传真;
 *  - names of accounts behind 微信, QQ and the like; e-mail addresses;
 *  - identity cards of 18 or 15 characters, and any other run of 15 digits or more that no label
 *    says to be another number; passports, permits, cards of Hong Kong, Macau, Taiwan and of
 *    foreigners by their label or by a form that nothing else has;
 *  - accounts of banks, 9 to 30 digits behind their label, and cards by their form;
 *  - home addresses behind a label or 住, and the numbers of an address that goes down to a unit or
 *    room. "501室" alone is a place of the check and stays;
 *  - names of natural persons: behind 当事人, 法定代表人, 患者 …, before 先生, （男 …, a number of
 *    their own, or what only a person does (未取得医师资格) or is taken for (由 … 签收); then wherever
 *    the name stands. An enterprise's name stays, 张某 and 张先生 too;
 *  - plates of vehicles; numbers of patients' records, and findings about the health of one who is
 *    named.
 */
#ifndef LIANCHA_DOMAIN_PERSONAL_H
#define LIANCHA_DOMAIN_PERSONAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

enum personal_kind {
    PERSONAL_PHONE,
    PERSONAL_HANDLE,
    PERSONAL_MAIL,
    PERSONAL_IDENTITY,
    PERSONAL_DOCUMENT,
    PERSONAL_BANK,
    PERSONAL_ADDRESS,
    PERSONAL_NAME,
    PERSONAL_PLATE,
    PERSONAL_HEALTH,
    PERSONAL_EDITOR, /* by an editor's wish, not by a rule */
    PERSONAL_KINDS
};

#define PERSONAL_TEXT_MAX 20000 /* bytes of a text */
#define PERSONAL_WISHES_MAX 64  /* texts to keep, or to cover */

/* ＊＊＊, whatever the length of what it stands for. */
#define PERSONAL_MASK "\xEF\xBC\x8A\xEF\xBC\x8A\xEF\xBC\x8A"

struct personal_texts {
    const char *const *v;
    size_t n; /* behind PERSONAL_WISHES_MAX none counts */
};

struct personal_wishes {
    struct personal_texts keep;  /* stay where they stand as a whole: the enterprise's own data */
    struct personal_texts cover; /* are covered wherever they stand */
};

struct personal_span {
    size_t from; /* bytes of the text */
    size_t to;
    enum personal_kind kind;
};

/* "phone" …, and 联系电话 … */
const char *personal_kind_name(enum personal_kind kind);
const char *personal_kind_text(enum personal_kind kind);

/* Ascending, not overlapping; returns their number. wishes may be NULL. A text above the cap, or
   not UTF-8, is one span as a whole. */
size_t personal_spans(struct arena *a, const char *text, const struct personal_wishes *wishes,
                      struct personal_span **spans);

/* The text with PERSONAL_MASK for each span, or for several that touch. */
char *personal_cover(struct arena *a, const char *text, const struct personal_span *spans,
                     size_t n);

/* Both at once. */
char *personal_mask(struct arena *a, const char *text, const struct personal_wishes *wishes);

/* What is inspected is a natural person: by the head of its code, which stands for an identity
   number, or by a name that is a person's and no more, as of a business without one of its own. */
#define PERSONAL_CODE "ZRR" /* 自然人 */
bool personal_subject(struct arena *a, const char *code, const char *name);
/* Its name as it is made public. */
const char *personal_subject_name(struct arena *a, const char *code, const char *name);

/* A digit of any script, circled, or in words (一, 壹), as the rules read it. */
bool personal_digit(uint32_t c);

#endif

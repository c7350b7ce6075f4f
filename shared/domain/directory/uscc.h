/*
 * Enterprise codes: the unified social credit code (GB 32100-2015, 18 characters with a check
 * character) and the 15-digit registration number of before 2015 (GS 15-2006, ISO 7064 MOD 11,10).
 *
 * Some live codes fail their check, so nothing here refuses a code: it is normalised and flagged.
 */
#ifndef LIANCHA_DOMAIN_USCC_H
#define LIANCHA_DOMAIN_USCC_H

#include <stdbool.h>
#include <stddef.h>

#define USCC_TEXT 65 /* the longest code kept, with its NUL */

enum uscc_kind {
    USCC_SOCIAL_CREDIT, /* 18 characters of the standard's alphabet */
    USCC_REGISTRATION,  /* 15 digits */
    USCC_OTHER          /* anything else */
};

struct uscc {
    char text[USCC_TEXT];
    enum uscc_kind kind;
    bool check_ok; /* the check character holds; false for USCC_OTHER */
    bool cut;      /* the code was longer than USCC_TEXT - 1 bytes; text holds whole characters */
};

/* Normalises (blanks and control characters removed everywhere, full-width letters, digits and
   signs to half-width, letters to upper case; hyphens, and any text before and behind, of a code
   that is right without them), then classifies and checks. text is UTF-8. */
void uscc_read(const char *text, struct uscc *code);

/* What is written where there is none: fewer than six characters, no digit, one character again and
   again, or a part that was made unreadable (XXXX). */
bool uscc_is_placeholder(const struct uscc *code);

/*
 * A code that becomes right where letters that no code has are the digits (one of them: the letter)
 * which they look like: O is 0, I is 1, Z is 2, S is 5, V is U, those of other scripts are Latin,
 * accents nothing; and where digits must stand, L is 1, B is 8, D and Q are 0, G is 6, T is 7.
 * False where nothing of that sort helps; out is undefined then.
 */
bool uscc_correct(const struct uscc *code, char out[USCC_TEXT]);

/* The check character of the first 17 characters, or '\0' when one of them is not of the
   alphabet. */
char uscc_check_character(const char *first17);

#endif

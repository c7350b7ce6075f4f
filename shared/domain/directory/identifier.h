/*
 * Identifiers that officials give: card numbers, codes of directories, items, enterprises.
 *
 * One stands in addresses, in files separated by TABs and lists by commas, in tickets separated by
 * '|', and in columns of ASCII. So it is of letters, digits, and - _ . ( ) alone, with a letter or
 * a digit at its start; full-width forms count as half-width ones, dashes of any length as '-', and
 * nothing that cannot be seen counts at all: blanks of any width, marks of direction, joiners, soft
 * hyphens. A line end, a TAB or another control character between two of its characters is refused:
 * two identifiers may have come together there. Cards and directories are compared ignoring case
 * (by their columns).
 */
#ifndef LIANCHA_DOMAIN_IDENTIFIER_H
#define LIANCHA_DOMAIN_IDENTIFIER_H

#include <stdbool.h>
#include <stddef.h>

#define IDENTIFIER_MAX 64 /* bytes */

struct identifier {
    char text[IDENTIFIER_MAX + 1];
    bool changed;      /* text is not how it was written */
    const char *fault; /* in Chinese; NULL: none. text is then of no use */
};

/* text is UTF-8; max is at most IDENTIFIER_MAX bytes. */
void identifier_read(const char *text, size_t max, struct identifier *out);
/* NULL when text, as it stands, is one; else what is wrong with it. */
const char *identifier_fault(const char *text, size_t max);

#endif

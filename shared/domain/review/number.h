/*
 * The numbers of documents (文书号, 案号): the same number is typed with brackets of every kind, in full
 * width, with blanks. One decision must not be on record twice for it, as it would be public twice.
 */
#ifndef LIANCHA_DOMAIN_NUMBER_H
#define LIANCHA_DOMAIN_NUMBER_H

#include "base/arena.h"

/* As GB/T 9704 writes it: 平卫罚〔2023〕1号. Half-width, without blanks, the year in 〔 〕; all else as
   it is. */
const char *document_number(struct arena *a, const char *text);

#endif

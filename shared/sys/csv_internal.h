/* What reading CSV needs of encodings: the bytes of a stream as the parser takes them. */
#ifndef LIANCHA_SYS_CSV_INTERNAL_H
#define LIANCHA_SYS_CSV_INTERNAL_H

#include <iconv.h>

#include "sys/csv.h"

enum {
    CSV_CHUNK = 65536,
    CSV_KEPT_MAX = 3,
    CSV_TEXT_MAX = 2 * CSV_CHUNK /* UTF-16 grows by half at most */
};

/* A stream whose bytes a parser of UTF-8 can split: UTF-16 is UTF-8 here already. */
struct csv_input {
    FILE *in;
    iconv_t wide;        /* of UTF-16, or NULL */
    bool first;          /* nothing was read yet: a mark may come */
    bool formulas;       /* ="…" outside of quotes is read as "…" */
    const char *mark;    /* of files in this encoding, in bytes of the text below */
    char separator;      /* found in the first chunk, where formulas are read */
    char before;         /* the last character that was given out */
    char raw[CSV_CHUNK]; /* of UTF-16: behind half a character that the chunk before ended with */
    size_t raw_count;
    char kept[CSV_KEPT_MAX]; /* of the text before */
    size_t kept_count;
    char text[CSV_TEXT_MAX];
};

enum rc csv_input_open(struct csv_input *input, FILE *in, enum csv_encoding encoding, bool lenient,
                       struct err *err) RC_CHECKED;
/* The next bytes of text; 0 at the end, or where reading failed. */
size_t csv_input_next(struct csv_input *input);
void csv_input_close(struct csv_input *input);

enum rc csv_iconv(const char *from, iconv_t *out, struct err *err) RC_CHECKED;

#endif

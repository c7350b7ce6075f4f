/*
 * The note beside a file of an exchange, by which whoever takes the file knows that it is whole and
 * whose it is: lines what=, file=, bytes=, digest= (hex, of its bytes) and, over these four as they
 * stand, signature= (hex). A file without its note is not there yet. Both sides sign with one
 * secret: what= tells ours, messages, from theirs, receipts, or ours would come back as theirs.
 */
#ifndef LIANCHA_TARGET_MANIFEST_H
#define LIANCHA_TARGET_MANIFEST_H

#include <stddef.h>

#include "base/arena.h"
#include "sys/target.h"

enum manifest_what { MANIFEST_MESSAGE, MANIFEST_RECEIPTS };

struct manifest {
    enum manifest_what what;
    const char *file; /* a plain name without folders */
    int64_t bytes;
    const char *digest;
};

enum manifest_state {
    MANIFEST_GOOD,
    MANIFEST_HALF,   /* not yet, or not, such a text */
    MANIFEST_FORGED, /* whole, and not signed by whom it should be */
};

char *manifest_write(struct arena *a, const struct target *t, enum manifest_what what,
                     const char *file, const char *bytes, size_t n);
enum manifest_state manifest_read(struct arena *a, const struct target *t, const char *text,
                                  struct manifest *out);
/* Whether these are the bytes that it speaks of. */
bool manifest_fits(const struct target *t, const struct manifest *m, const char *bytes, size_t n);

#endif

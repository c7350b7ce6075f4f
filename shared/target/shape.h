/* What a message says, in the fields and words of its target. */
#ifndef LIANCHA_TARGET_SHAPE_H
#define LIANCHA_TARGET_SHAPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/target.h"

struct target_message {
    const char *message_id;
    const char *body; /* masked JSON, with the national names of the fields */
    bool retracts;
};

/*
 * As JSON: the fields that the target's section lists, in that order and by its names, at every
 * depth; without a section as it is. RC_INVALID for a word that the target has none for.
 */
enum rc shape_json(struct arena *a, const struct target *t, const struct target_message *m,
                   const char **out, struct err *err) RC_CHECKED;
/* As a table in UTF-8 (RFC 4180), a header line and a row an element of the list in the body, one
   when it has none; *rows counts them. */
enum rc shape_csv(struct arena *a, const struct target *t, const struct target_message *m,
                  const char **out, size_t *rows, struct err *err) RC_CHECKED;

/* Text in another encoding; NULL when it does not fit. *n is its size, before and after. */
char *shape_converted(struct arena *a, const char *from, const char *to, const char *text,
                      size_t *n);

#endif

/* The rating of an entry, as the public pages take it in: views only, and nothing of what was said
   comes back. */
#ifndef LIANCHA_STORE_DISCLOSURE_RATING_H
#define LIANCHA_STORE_DISCLOSURE_RATING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/rc.h"
#include "domain/visit/rating.h"
#include "sys/db.h"

/* Whether all parts of the entry of a notice are rated, and whether any is by this form. */
enum rc disclosure_rated(struct db *db, const uint8_t code[DIGEST_SIZE],
                         const uint8_t form[DIGEST_SIZE], bool *rated, bool *same) RC_CHECKED;
/* Of the parts that have none: one that was rated before its visit joined the entry keeps what was
   said then. RC_NOT_FOUND: none is left; RC_CONFLICT: one came meanwhile. */
enum rc disclosure_rating_add(struct db *db, const uint8_t code[DIGEST_SIZE],
                              const uint8_t form[DIGEST_SIZE],
                              const struct rating *rating) RC_CHECKED;

#endif

/* The rating of an entry, as the public pages take it in: views only, and nothing of what was said
   comes back. */
#ifndef LIANCHA_STORE_DISCLOSURE_RATING_H
#define LIANCHA_STORE_DISCLOSURE_RATING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/visit/rating.h"
#include "sys/db.h"

/* By which form the entry of a notice was rated; RC_NOT_FOUND: by none. */
enum rc disclosure_rated(struct db *db, struct arena *a, const uint8_t code[DIGEST_SIZE],
                         uint8_t form[DIGEST_SIZE]) RC_CHECKED;
/* RC_NOT_FOUND without such a notice; RC_CONFLICT: one came meanwhile. today: in China. */
enum rc disclosure_rating_add(struct db *db, const uint8_t code[DIGEST_SIZE],
                              const uint8_t form[DIGEST_SIZE], const struct rating *rating,
                              int32_t today) RC_CHECKED;

#endif

/* The sums that phone and server come to alike; tests/support/sync-vectors.json holds examples. */
#ifndef LIANCHA_MOBILE_SUMS_H
#define LIANCHA_MOBILE_SUMS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "store/field/feed.h"
#include "store/field/syncop.h"

/* The next link of a device's receipt: each covers the one before it. body: digest of the
   operation. */
void sums_receipt(uint8_t receipt[DIGEST_SIZE], const uint8_t id[SYNCOP_ID],
                  const uint8_t body[DIGEST_SIZE], const char *outcome);

/* Adds an item's line to the checksum of its feed; false when its body is no JSON. */
bool sums_item(struct digest *sum, struct arena *a, const struct feed_item *item);

#endif

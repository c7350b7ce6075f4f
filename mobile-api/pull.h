/* What the pull and the self-check share: the cursor of a request, and how it stands to the
   feeds. */
#ifndef LIANCHA_MOBILE_PULL_H
#define LIANCHA_MOBILE_PULL_H

#include "cursor.h"
#include "routes.h"

/* The cursor of this inspector, of this epoch (a fresh one for NULL), and where the feeds stand.
   Not for a device that was retired, but that the epoch is another. The heads are those that came
   with the token's look-up, if any did. */
enum rc pull_cursor(struct web_ctx *c, const char *text, struct cursor *cursor,
                    struct feed_heads *heads) RC_CHECKED;

/* Whether this node has not seen all that the cursor has. */
bool pull_lags(const struct cursor *cursor, const struct feed_heads *heads);

/* "visit:7", "dept:3" or "dict". */
const char *pull_feed_name(struct arena *a, enum feed_kind kind, int64_t owner_id);

#endif

/* What is known of the differences between a campaign's rosters and its inspectors as they are
   now. */
#ifndef LIANCHA_STORE_ROSTER_CHANGE_H
#define LIANCHA_STORE_ROSTER_CHANGE_H

#include "domain/draw/roster.h"
#include "sys/db.h"

/* A department says why; cause is one of those that it may say. */
enum rc roster_change_say(struct db *db, int64_t campaign_id, const struct roster_difference *what,
                          const char *cause, const char *reason, int64_t account_id,
                          int64_t now) RC_CHECKED;

/* Another account than the one that said it, or declared the recusal, approves. *done is false when
   there is nothing that this account may approve. */
enum rc roster_change_approve(struct db *db, int64_t campaign_id,
                              const struct roster_difference *what, int64_t account_id, int64_t now,
                              bool *done) RC_CHECKED;

/* A note for each difference; one without cause is that of facts of which nobody said anything yet.
   now: when what the system itself counts was counted, which nobody has to approve. */
enum rc roster_change_notes(struct db *db, struct arena *a, int64_t campaign_id,
                            const struct roster_difference *differences, size_t count, int64_t now,
                            struct roster_note **notes) RC_CHECKED;

#endif

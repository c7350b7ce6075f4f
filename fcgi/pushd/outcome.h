/* What came of a message, stored. */
#ifndef LIANCHA_PUSHD_OUTCOME_H
#define LIANCHA_PUSHD_OUTCOME_H

#include <stdint.h>

#include "base/rc.h"
#include "pushd/lane.h"
#include "sys/db.h"

/* Accepted with its receipt, rejected with its reason, or, with neither, withdrawn; one transaction
   with its audit event. Not stored, it stays uncertain: it is asked about when its lease has
   ended. */
enum rc outcome_final(struct db *db, struct slot *s, const uint8_t *audit_key,
                      const struct answer *answer) RC_CHECKED;
/* Tried again later, at the soonest when the target said. uncertain: it is asked first. */
enum rc outcome_later(struct db *db, struct slot *s, bool uncertain,
                      const struct answer *answer) RC_CHECKED;
/* What a target that was asked has of what it accepted; without its answer nothing is stored. */
enum rc outcome_compared(struct db *db, struct slot *s, const uint8_t *audit_key,
                         const struct answer *answer) RC_CHECKED;

#endif

/*
 * The ledger of the phones' operations, and the values that a merge did not take.
 *
 * A ledger row commits with the effect of its operation; when the operation comes again, the row
 * answers. Two keys keep it honest: the operation's id, and the device's counter.
 */
#ifndef LIANCHA_STORE_SYNCOP_H
#define LIANCHA_STORE_SYNCOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

enum { SYNCOP_ID = 16 }; /* bytes of a UUID */

struct syncop {
    uint8_t id[SYNCOP_ID];
    int64_t device_id;
    int64_t inspector_id; /* of that device; read, not written */
    int64_t counter;
    uint8_t body_hash[DIGEST_SIZE];
    const char *outcome; /* "applied", "merged", "conflict", "deferred", "rejected" */
    const char *result;  /* the outcome object as it was sent */
    const char *body;    /* kept unless simply applied at once; NULL. Not read back */
    bool again;          /* to be stored over the row of an earlier, deferred attempt */
};

/* Rows with one of these ids, and rows of this device with one of these counters; some may come
   twice. At most 1,000 of each. */
enum rc syncop_find(struct db *db, struct arena *a, int64_t device_id,
                    const uint8_t (*ids)[SYNCOP_ID], size_t id_count, const int64_t *counters,
                    size_t counter_count, struct syncop **ops, size_t *n) RC_CHECKED;

/* RC_RETRY when an id was taken by another device meanwhile: a second run sees it. */
enum rc syncop_store(struct db *db, struct arena *a, const struct syncop *ops, size_t n,
                     int64_t now) RC_CHECKED;

struct syncop_conflict {
    int64_t id; /* set when read */
    int64_t section_id;
    const char *entity; /* "section", "check_result" */
    int64_t entity_id;
    const char *field;
    const char *kept;
    const char *other;
    const uint8_t *op_id;
    int64_t device_id; /* whose value was not taken … */
    int64_t counter;   /* … and by which of its operations */
    int64_t
        version; /* of the record, which it got by the conflict: from there on it was to be seen */
    bool resolved; /* to be marked so */
};

/* The unresolved conflicts of sections, without values and op_id. */
enum rc syncop_open_conflicts(struct db *db, struct arena *a, const int64_t *section_ids,
                              size_t section_count, struct syncop_conflict **conflicts,
                              size_t *n) RC_CHECKED;
/* Inserts new conflicts; ids: of those not resolved, in no order. */
enum rc syncop_add_conflicts(struct db *db, struct arena *a, int64_t now,
                             const struct syncop_conflict *conflicts, size_t n, int64_t **ids,
                             size_t *id_count) RC_CHECKED;
enum rc syncop_resolve_conflicts(struct db *db, struct arena *a, int64_t now, const int64_t *ids,
                                 size_t n) RC_CHECKED;

#endif

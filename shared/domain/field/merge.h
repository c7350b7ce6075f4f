/*
 * Three-way merge by field, on the version that an offline edit was based on.
 *
 * An entity has a version that grows with each accepted change; each field carries the entity's
 * version at its last change. For every incoming field:
 *     stored value equals the incoming one            -> same
 *     set by a later operation of the same device     -> overtaken: its user has changed his mind
 *     field not changed since base (version <= base),
 *     or by an earlier operation of the same device   -> applied
 *     otherwise                                       -> conflict: the stored value stays, the
 *                                                        incoming one is kept beside it
 * The entity: any field in conflict -> conflict (its other fields are applied all the same); the
 * entity changed since base -> merged; otherwise applied.
 *
 * A base above the entity's version has seen something else than this entity: it counts as 0.
 *
 * A conflict is a change of the entity too, and has the version that the entity gets by it: an edit
 * of its field decides it when its base is not below that, unless it is in conflict itself.
 */
#ifndef LIANCHA_DOMAIN_MERGE_H
#define LIANCHA_DOMAIN_MERGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"

#define MERGE_FIELDS_MAX 512

/* Who set a field, as the device of the incoming operation sees it. */
enum merge_author { MERGE_OTHER, MERGE_OWN_EARLIER, MERGE_OWN_LATER };

struct merge_field {
    const char *name;
    const char *value; /* canonical text, compared bytewise; NULL = not set */
    int64_t version;   /* the entity's version when it last changed; 0 = never */
    enum merge_author author;
};

struct merge_change {
    const char *name;
    const char *value;
};

enum merge_verdict {
    MERGE_FIELD_SAME,
    MERGE_FIELD_APPLIED,
    MERGE_FIELD_OVERTAKEN,
    MERGE_FIELD_CONFLICT
};
enum merge_outcome { MERGE_APPLIED, MERGE_MERGED, MERGE_CONFLICT };

struct merge_result {
    enum merge_outcome outcome;
    int64_t version;            /* version + 1 when any field was applied or in conflict */
    struct merge_field *fields; /* the entity after it: stored fields, then new ones */
    size_t field_count;
    enum merge_verdict *verdicts; /* by change */
    size_t applied;
    size_t conflicts;
};

/* What an edit on base has seen of an entity at version. */
int64_t merge_seen(int64_t version, int64_t base);

/* RC_INVALID for a double or nameless change, RC_TOO_LARGE above MERGE_FIELDS_MAX. */
enum rc merge_fields(struct arena *a, const struct merge_field *stored, size_t stored_count,
                     int64_t version, int64_t base, const struct merge_change *changes,
                     size_t change_count, struct merge_result *result, struct err *err) RC_CHECKED;

/* "applied", "merged", "conflict": the sync protocol's outcomes. */
const char *merge_outcome_name(enum merge_outcome outcome);

#endif

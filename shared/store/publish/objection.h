/* Objections to what is public, as the department that made it public has them. */
#ifndef LIANCHA_STORE_OBJECTION_H
#define LIANCHA_STORE_OBJECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/keyring.h"
#include "sys/list.h"

struct objection {
    int64_t id;
    int64_t publication;
    int64_t department_id;
    const char *subject_name; /* as it is public; NULL: it no longer is */
    const char *kind;         /* of the publication */
    int64_t received_at;
    int32_t received_on;
    int32_t due_on; /* with overdue the caller's to compute, who knows rules and calendar */
    bool overdue;
    const char *state; /* "received", "examining", "upheld", "rejected" */
    int64_t decided_at;
    const char *answer; /* masked */
};

/* One, with what is said and who says it. */
struct objection_full {
    struct objection in_list;
    const char *content;
    const char *name;        /* who objects */
    const char *contact;     /* and where to find them */
    const char *name_sealed; /* as it is kept, as hex */
    const char *contact_sealed;
    const char *publication_state;
    int64_t corrected_at; /* of the publication; 0: never */
    int64_t stopped_at;
    int64_t published_by; /* the version that is public, or was; 0: unknown */
};

extern const struct row_label objection_outcomes[];
/* In lists; in full, with who objects, where one is looked at, which is on the audit log. */
extern const struct row_set objection_rows;
extern const struct row_set objection_full_rows;
/* Those of one department (scope: its id). */
extern const struct list objection_list;

/* Who objects is opened by one of the keys. */
enum rc objection_find(struct db *db, struct arena *a, const struct keyring *keys, int64_t id,
                       struct objection_full *out) RC_CHECKED;
/* RC_STATE unless it has just come. */
enum rc objection_examine(struct db *db, int64_t id, int64_t account_id) RC_CHECKED;

struct objection_decision {
    const char *outcome; /* "upheld", "rejected" */
    const char *answer;  /* masked */
    int64_t account_id;
    int64_t now;
};
/* RC_STATE unless it is being examined. */
enum rc objection_decide(struct db *db, int64_t id,
                         const struct objection_decision *decision) RC_CHECKED;

#endif

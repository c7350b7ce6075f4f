/*
 * Publications: what must be made public, by when, and, once published, exactly as it was.
 *
 *   due -> published
 *
 * A row falls due when a section is accepted or a penalty is recorded. Publishing freezes the masked
 * payload and the columns that the public list shows; nothing reads the live rows from then on.
 */
#ifndef LIANCHA_STORE_PUBLICATION_H
#define LIANCHA_STORE_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/publication.h"
#include "domain/workday.h"
#include "sys/db.h"

extern const char *const publication_state_names[]; /* ends with NULL */

struct penalty {
    int64_t id;
    int64_t section_id;
    const char *decision_no;
    const char *act_type;
    const char *content;
    const char *authority;
    int32_t decided_on;
};

/* RC_CONFLICT when the decision's number is recorded already. */
enum rc publication_penalty_add(struct db *db, const struct penalty *penalty, int64_t account_id,
                                int64_t *id) RC_CHECKED;
/* penalty_id is 0 for the result of an inspection. RC_CONFLICT when it is there already. */
enum rc publication_add(struct db *db, int64_t section_id, enum publication_kind kind,
                        int64_t penalty_id, int64_t department_id, int32_t trigger_on,
                        struct workday_due due) RC_CHECKED;

/* A publication with the live facts that it is made from. */
struct publication {
    int64_t id;
    int64_t section_id;
    enum publication_kind kind;
    int64_t penalty_id;
    int64_t department_id;
    const char *department_name;
    int32_t trigger_on;
    int32_t due_on;
    bool provisional;
    const char *state;
    int64_t published_at; /* 0: not yet */
    const char *visit;
    const char *subject_code;
    const char *subject_name;
    const char *region;
    const char *campaign;
    const char *campaign_name;
    int64_t departments; /* at the visit */
    int64_t checked_at;  /* arrival, else signature; an instant */
    const char *result_class;
    const char *section_state;
    int64_t conflicts;
    const char *delivery; /* state of the outbox; NULL before publication */
    const char *receipt;
    const char *delivery_error;
};

enum rc publication_list(struct db *db, struct arena *a, int64_t department_id, const char *state,
                         int64_t after, int64_t limit, struct publication **rows,
                         size_t *n) RC_CHECKED;
/* Its row, and its section's, stay locked to the end of the transaction. */
enum rc publication_lock(struct db *db, struct arena *a, int64_t id,
                         struct publication *out) RC_CHECKED;

/* The plan most of the section's tasks belong to, by number of tasks, then code. */
struct publication_plan {
    const char *code;
    const char *name;
};
enum rc publication_plan(struct db *db, struct arena *a, int64_t section_id,
                         struct publication_plan *out) RC_CHECKED;

/* An item that was checked, by its names. */
struct publication_detail {
    const char *item;
    const char *result;
};
enum { PUBLICATION_DETAILS_MAX = 200 };
enum rc publication_details(struct db *db, struct arena *a, int64_t section_id,
                            struct publication_detail **details, size_t *n) RC_CHECKED;
enum rc publication_penalty(struct db *db, struct arena *a, int64_t penalty_id,
                            struct penalty *out) RC_CHECKED;

/* What is frozen. */
struct publication_frozen {
    const char *subject_code;
    const char *subject_name;
    const char *department_name;
    const char *region;
    int32_t checked_on;
    const char *result_class;
    const char *payload;
    uint8_t payload_hash[DIGEST_SIZE]; /* SHA-256 of the payload's bytes */
};

/* RC_STATE unless it is due. */
enum rc publication_publish(struct db *db, int64_t id, const struct publication_frozen *frozen,
                            int64_t now) RC_CHECKED;

#endif

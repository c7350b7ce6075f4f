/*
 * Operations of the phones that wait at the desk.
 *
 *   sealed, reassigned, deleted   an edit on what was signed, given to others or withdrawn
 *   meanwhile:
 *                                 its fields are kept until a reviewer accepts or refuses them
 *   rejected, deferred            an operation without effect, to be known of
 *
 * What was handed over stands in the ledger (store/field/syncop).
 */
#ifndef LIANCHA_STORE_HELD_H
#define LIANCHA_STORE_HELD_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/field/syncop.h"
#include "sys/db.h"
#include "sys/list.h"

/* What is handed over to the desk. */
struct held {
    uint8_t op_id[SYNCOP_ID];
    const char *kind;
    const char *state;
    int64_t department_id;
    int64_t device_id;
    int64_t section_id; /* 0: none; so entity_id */
    const char *entity; /* as the phone named it; NULL unless an edit */
    int64_t entity_id;
    const char *fields; /* JSON object in canonical form; NULL unless an edit */
};

/* The same as the desk reads it. */
struct correction {
    int64_t id;
    char op_id[2 * SYNCOP_ID + 1];
    const char *kind;
    const char *state;
    int64_t department_id;
    int64_t section; /* 0: none; so entity_id */
    const char *entity;
    int64_t entity_id;
    const char *inspector; /* card number */
    int64_t inspector_id;
    int64_t device;  /* its id */
    int64_t counter; /* of the device, at that operation */
    int64_t at;
    const char *reason; /* of the decision; NULL */
    const char *fields;
    const char *operation; /* as it was handed over; NULL: it was not kept */
    const char *result;    /* the outcome object that answered it */
};

extern const struct row_set correction_rows;
/* A department's desk (scope: its id). */
extern const struct list correction_list;

/* Inserts, or overwrites what stands there of the same operation. */
enum rc held_store(struct db *db, struct arena *a, const struct held *held, size_t n,
                   int64_t now) RC_CHECKED;

/* One, locked to the end of the transaction; RC_NOT_FOUND. */
enum rc held_lock(struct db *db, struct arena *a, int64_t id, struct correction *out) RC_CHECKED;
/* RC_STATE unless it is open. reason may be NULL. */
enum rc held_decide(struct db *db, int64_t id, const char *state, int64_t account_id, int64_t now,
                    const char *reason) RC_CHECKED;
/* How many edits of a section wait for a decision. */
enum rc held_waiting(struct db *db, int64_t section_id, int64_t *n) RC_CHECKED;

#endif

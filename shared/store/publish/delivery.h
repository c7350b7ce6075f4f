/* The outbox as publishers see it: what each target has of their results, and what to do. */
#ifndef LIANCHA_STORE_DELIVERY_H
#define LIANCHA_STORE_DELIVERY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct delivery {
    int64_t id;
    int64_t publication;
    int64_t department_id;
    const char *subject_name; /* as it was published; NULL: by a message of before a restore */
    const char *target;
    const char *action;
    int64_t version;
    const char *state;
    int64_t attempts;
    int64_t next_at;     /* when it is, or was, due */
    int64_t accepted_at; /* 0: it was not */
    const char *receipt;
    const char *error;
    int64_t compared_at;    /* 0: never */
    const char *difference; /* NULL: none */
    int64_t difference_at;
    const char *shown;  /* the receipt that the target has */
    const char *advice; /* what to do; NULL: nothing */
};

extern const struct row_label delivery_states[];
extern const struct row_label delivery_actions[];
extern const struct row_set delivery_rows;
/* Those of one publication (scope: its id), all versions and targets. */
extern const struct list delivery_list;
/* Those of a department (scope: its id). */
extern const struct list delivery_all_list;

enum rc delivery_find(struct db *db, struct arena *a, int64_t id, struct delivery *out) RC_CHECKED;
/*
 * Sends again what was refused, or is missing at its target, under the same number: a target that
 * has it after all is not told twice. RC_STATE when it is neither.
 */
enum rc delivery_retry(struct db *db, int64_t id, int64_t now) RC_CHECKED;

#endif

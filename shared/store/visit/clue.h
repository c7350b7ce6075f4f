/*
 * Clues (线索): complaints, transfers and findings of monitoring, which are checked at once and
 * outside of any draw (R26). A planner says what becomes of one, another account decides; the check
 * has its own day and team, and no task: no draw knows of it, and no table of a draw has a row
 * more.
 */
#ifndef LIANCHA_STORE_CLUE_H
#define LIANCHA_STORE_CLUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct clue {
    int64_t id;
    const char *source;
    const char *number; /* by its sender */
    int64_t department_id;
    const char *department;
    int64_t subject_id;
    const char *subject_code;
    const char *subject_name;
    const char *region; /* of the subject */
    const char *content;
    int32_t found_on;
    int64_t received_at;
    int64_t sender_id;
    const char *sender; /* login */
    const char *state;  /* "received", "proposed", "rejected", "joined", "planned", "checked" */
    /* What the planner says, and who decides about it; NULL, 0: nobody has. */
    const char *plan; /* "reject", "join", "visit" */
    const char *plan_reason;
    int64_t visit_id; /* of the visit that it is joined to; so visit */
    const char *visit;
    int32_t planned_on;
    const char *inspectors; /* names */
    int64_t proposed_by_id;
    const char *proposed_by;
    const char *decided_by;
    const char *decision_reason;
    const char *outcome; /* of the check */
    const char *note;
    int64_t version;
};

extern const struct row_label clue_sources[];
extern const struct row_label clue_plans[];
extern const struct row_set clue_rows;
/* Those of one department (scope: its id). */
extern const struct list clue_list;

/* Of clue number, source, department_id, subject_id, content, found_on, received_at, sender_id.
   RC_CONFLICT: its sender has another one of that number, which is *id. */
enum rc clue_add(struct db *db, const struct clue *clue, int64_t *id) RC_CHECKED;
enum rc clue_find(struct db *db, struct arena *a, int64_t id, struct clue *out) RC_CHECKED;
/* Locked to the end of the transaction, and the newest. */
enum rc clue_lock(struct db *db, int64_t id) RC_CHECKED;

/* A visit that a clue may be joined to: of the subject, with a section of the department, of a plan
   that is not drawn again. RC_NOT_FOUND: there is no such visit. */
enum rc clue_visit(struct db *db, struct arena *a, const struct clue *clue, const char *code,
                   int64_t *id, int32_t *planned_on) RC_CHECKED;
/* Of clue plan, plan_reason, visit_id, planned_on, proposed_by_id, by its id and version; its team
   is empty then. RC_STALE: it has another version. */
enum rc clue_propose(struct db *db, const struct clue *clue, int64_t now) RC_CHECKED;
/* RC_STATE unless the card is that of an inspector of its department, on duty, with a card that
   holds on the day, not recused; RC_CONFLICT when he is of the team. */
enum rc clue_add_inspector(struct db *db, const struct clue *clue, const char *card_no) RC_CHECKED;
/* How many of its team can come on its day, by the same conditions. */
enum rc clue_fit(struct db *db, const struct clue *clue, int64_t *n) RC_CHECKED;

struct clue_step {
    int64_t account_id;
    int64_t now;
    const char *reason;
};
/* What was proposed holds, or it waits anew. RC_STALE: it is not proposed any more. */
enum rc clue_decide(struct db *db, const struct clue *clue, bool approved,
                    const struct clue_step *step) RC_CHECKED;
/* Whether the department's section at the visit is signed. */
enum rc clue_visit_done(struct db *db, const struct clue *clue, bool *done) RC_CHECKED;
/* With clue outcome and note; RC_STALE. */
enum rc clue_end(struct db *db, const struct clue *clue, const struct clue_step *step) RC_CHECKED;

#endif

/*
 * Changes of teams after the draw of inspectors (R06, R15, R33): requested with a reason, approved
 * by another account, counted against the inspectors drawn. Table adjustment tells what the kinds
 * are.
 *
 * R06 counts inspectors, not places: the different drawn inspectors (source drawn or neighbour) who
 * were taken out of a team by an approved change, against the different inspectors drawn in the
 * campaign. One who falls ill and leaves ten teams counts once. A recusal that a planner declares
 * for somebody counts; one that the inspector declares does not.
 */
#ifndef LIANCHA_STORE_ADJUSTMENT_H
#define LIANCHA_STORE_ADJUSTMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/draw/match.h"
#include "sys/db.h"
#include "sys/list.h"

/* A section with what its team depends on, locked. */
struct adjustment_section {
    int64_t id;
    bool open; /* or returned: not signed */
    int64_t department_id;
    int64_t visit_id;
    const char *visit;
    bool dispatched;
    const char *subject;
    int64_t campaign_id;
    const char *campaign;
    int64_t campaign_department_id;
    const char *region; /* of the campaign */
    bool abandoned;
};

/* Locks section, visit and campaign to the end of the transaction; comes before any other read. */
enum rc adjustment_lock(struct db *db, struct arena *a, int64_t section_id,
                        struct adjustment_section *out) RC_CHECKED;

struct adjustment {
    int64_t id;
    int64_t section; /* its id */
    const char *visit;
    const char *department;
    const char *kind;
    const char *state;
    const char *inspector;   /* card of who leaves; NULL: nobody */
    const char *replacement; /* … of who joined, else of who shall; NULL: the next by the rule */
    const char *source;
    const char *reason;
    const char *requested_by; /* login */
    int64_t requested_by_id;
    int64_t requested_at;
    const char *decided_by; /* NULL: not decided, or nobody had to */
    const char *decision_reason;
    int64_t leaver_id; /* 0: none */
    int64_t wanted_id;
};

extern const struct row_set adjustment_rows;
/* Those of a campaign; scope: its id, and twice the department whose they are, 0 for any. */
extern const struct list adjustment_list;

/* The section of an adjustment whose row it locks: before adjustment_lock. */
enum rc adjustment_lock_row(struct db *db, int64_t id, int64_t *section_id) RC_CHECKED;
enum rc adjustment_by_id(struct db *db, struct arena *a, int64_t id,
                         struct adjustment *out) RC_CHECKED;

/* A team member as the assignment has it. RC_NOT_FOUND: not in that team. */
enum rc adjustment_member(struct db *db, int64_t section_id, int64_t inspector_id, bool *drawn,
                          int64_t *team_size) RC_CHECKED;

struct adjustment_request {
    int64_t leaver_id;
    int64_t wanted_id; /* 0: the next by the rule */
    const char *reason;
    int64_t account_id;
    int64_t now;
};

/* RC_CONFLICT when a request for this member is open. */
enum rc adjustment_request(struct db *db, const struct adjustment_section *section,
                           const struct adjustment_request *request, int64_t *id) RC_CHECKED;
enum rc adjustment_refuse(struct db *db, int64_t id, int64_t account_id, int64_t now,
                          const char *reason) RC_CHECKED;

/* Somebody who joins a team, as a record of its own or into a request. */
struct adjustment_joiner {
    int64_t inspector_id;
    enum match_source source;
    const uint8_t *ticket;
};

enum rc adjustment_approve(struct db *db, int64_t id, const struct adjustment_joiner *joiner,
                           int64_t account_id, int64_t now, const char *reason) RC_CHECKED;
/* kind: "change" for a further joiner of an approved one, "direct" or "substitute". */
enum rc adjustment_record(struct db *db, const struct adjustment_section *section, const char *kind,
                          const struct adjustment_joiner *joiner, const char *reason,
                          int64_t account_id, int64_t now) RC_CHECKED;

/* The different drawn inspectors whom approved changes took out; with the open requests and with
   this one (0: nobody) when asked. */
enum rc adjustment_changed(struct db *db, int64_t campaign_id, bool requested_too,
                           int64_t inspector_id, int64_t *n) RC_CHECKED;

/* Whether the department initiated the campaign, drew in it, or carries out a section of it. */
enum rc adjustment_takes_part(struct db *db, int64_t campaign_id, int64_t department_id,
                              bool *takes_part) RC_CHECKED;

/* ---- recusal ---- */

/* RC_CONFLICT when it is declared already. */
enum rc adjustment_recuse(struct db *db, int64_t inspector_id, int64_t subject_id,
                          const char *reason, int64_t account_id, int64_t now) RC_CHECKED;
/* Requests the change of an inspector at every section of that subject that is not signed and has
   no open request for it; the number of requests. own: the inspector's own declaration, which
   counts against no limit. */
enum rc adjustment_request_recused(struct db *db, int64_t inspector_id, int64_t subject_id,
                                   bool own, const char *reason, int64_t account_id, int64_t now,
                                   int64_t *n) RC_CHECKED;
enum rc adjustment_subject(struct db *db, const char *code, int64_t *id) RC_CHECKED;

#endif

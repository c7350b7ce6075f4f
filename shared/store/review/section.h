/*
 * Sections under review: what one department recorded at one visit, once its inspectors signed it.
 *
 *   signed -> accepted (publications fall due) or returned (open again for the phones)
 *
 * The phones' side of a section is the sync's (store/field/syncop).
 */
#ifndef LIANCHA_STORE_SECTION_H
#define LIANCHA_STORE_SECTION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

struct section {
    int64_t id;
    int64_t visit_id;
    const char *visit;
    const char *subject_code;
    const char *subject_name;
    const char *region; /* of the subject */
    int64_t department_id;
    const char *department;
    const char *department_region;
    const char *state;
    int64_t version;
    int64_t conflicts;        /* unresolved */
    const char *result_class; /* NULL before the sign-off */
    bool arrived;             /* that is recorded: 0 may be, by a clock that began in 1970 */
    bool left;
    int64_t arrived_at; /* instants; 0: not recorded */
    int64_t left_at;
    int64_t dispatched_at; /* of the visit; 0: not known */
    int32_t checked_on;    /* as a reviewer decided; 0: as the times say */
    const char *note;
    const char *opinion;           /* NULL: not recorded; so the next two */
    const char *statement;         /* of the enterprise */
    const char *attendance_reason; /* why fewer inspectors attended */
    const char *signed_by;         /* card of the inspector; NULL: not signed */
    int64_t signed_by_id;
    int64_t signed_at;
    const char *review_reason;
};

extern const struct row_set section_rows;
/* Those of one department (scope: its id). */
extern const struct list section_list;

enum rc section_by_id(struct db *db, struct arena *a, int64_t id, struct section *out) RC_CHECKED;
/* The same; its row stays locked to the end of the transaction. */
enum rc section_lock(struct db *db, struct arena *a, int64_t id, struct section *out) RC_CHECKED;
/* What was recorded of an item. */
struct section_check {
    int64_t id;
    const char *item;
    const char *item_name;
    const char *result_code; /* NULL: not recorded; so the next three */
    const char *result_name;
    const char *problem;
    const char *disposal;
    int64_t checklist_id; /* 0: none */
    const char *answers;  /* column, see store/field/record; NULL: none */
};

extern const struct row_set section_check_rows;
enum rc section_checks(struct db *db, struct arena *a, int64_t id, struct section_check **checks,
                       size_t *n) RC_CHECKED;
enum rc section_evidence(struct db *db, int64_t id, int64_t *n) RC_CHECKED;
/* What a publication waits for: evidence declared for the section whose bytes have not arrived, or
   were not verified, unless it was written off, and signatures and photos at the door whose file
   was not declared. */
enum rc section_unverified(struct db *db, int64_t id, int64_t *n) RC_CHECKED;
/* Evidence that was written off and has not arrived since. */
enum rc section_written_off(struct db *db, int64_t id, int64_t *n) RC_CHECKED;

/* RC_STATE unless it is signed. */
/* checked_on: the day of the check where the reviewer decided it, why with the reason; 0 and NULL
   otherwise. */
enum rc section_accept(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       int32_t checked_on, const char *why) RC_CHECKED;
/* RC_STATE unless it is signed. Takes the signature away and raises the version. */
enum rc section_return(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       const char *reason) RC_CHECKED;

/* Tasks of a campaign that one department carries out (R27). */
/*
 * Whether a section s is closed (完结), the one definition: it was accepted, all that must be public
 * of it is, and what follows from its findings has ended.
 */
#define SECTION_CLOSED                                                                             \
    "s.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM publication p WHERE p.section_id = s.id"   \
    " AND p.state = 'due') AND NOT EXISTS (SELECT 1 FROM disposal d WHERE d.section_id = s.id"     \
    " AND d.state = 'open')"

struct section_indicator {
    const char *department;
    const char *name;
    int64_t tasks;
    int64_t completed;      /* their section is signed or accepted */
    int64_t closed;         /* … SECTION_CLOSED */
    double completion_rate; /* percent, the caller's to compute; so is the next */
    double closing_rate;
};
extern const struct row_set section_indicator_rows;

enum rc section_indicators(struct db *db, struct arena *a, int64_t campaign_id,
                           struct section_indicator **rows, size_t *n) RC_CHECKED;

#endif

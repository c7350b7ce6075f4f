/*
 * What one department says of a subject otherwise than another that has it too: told to both, taken
 * over by the other's decision. The word of who proposes holds in his own directories meanwhile.
 */
#ifndef LIANCHA_STORE_PROPOSAL_H
#define LIANCHA_STORE_PROPOSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

#define PROPOSAL_FORMER "former" /* merging the subject into the code that is the value */

struct proposal {
    int64_t id;
    int64_t subject_id;
    const char *subject; /* its code */
    const char *subject_name;
    int64_t by_id;
    const char *made_by;
    const char *made_by_name;
    int64_t to_id;
    const char *asked;
    const char *asked_name;
    const char *fact;   /* of domain/directory/word, or "abnormal", "serious", "former" */
    const char *value;  /* "key": "0", "1"; "location": "lon,lat" */
    const char *stands; /* what holds for the asked now; NULL: where that is no single value */
    int32_t verified_on;
    const char *state; /* "open", "accepted", "declined", "withdrawn" */
    int64_t made_at;
    const char *decided_by; /* login; NULL: nobody, or by what the department itself said later */
    int64_t decided_at;     /* 0: not yet */
};

extern const struct row_set proposal_rows;
/* Those to one department, and those by one (scope: its id). */
extern const struct list proposal_received_list;
extern const struct list proposal_made_list;

/* Those that by_id makes of these subjects now, in place of what it proposed before; and what
   others proposed to it and it now says itself is accepted. */
enum rc proposal_renew(struct db *db, struct arena *a, int64_t by_id, const int64_t *subjects,
                       size_t subject_count, const struct proposal *made, size_t count,
                       int64_t now) RC_CHECKED;
/* Adds some; one that was decided stays so while its value is the same. */
enum rc proposal_put(struct db *db, struct arena *a, const struct proposal *made, size_t count,
                     int64_t now) RC_CHECKED;
/* A listing that counts for its own department alone, to all others who have the enterprise. */
enum rc proposal_listing(struct db *db, const char *code, const char *list, const char *value,
                         int64_t by_id, int64_t now) RC_CHECKED;

/* Locked to the end of the transaction. */
enum rc proposal_lock(struct db *db, struct arena *a, int64_t id, struct proposal *out) RC_CHECKED;
/* Of one that is open. *taken: it holds from now on; a fact that is one for all waits for each
   department that has the subject. */
enum rc proposal_decide(struct db *db, const struct proposal *p, bool accept, int64_t account_id,
                        int64_t now, bool *taken) RC_CHECKED;

#endif

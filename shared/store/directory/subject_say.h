/*
 * What a department says of subjects, taken over as far as its word holds (domain/directory/word):
 * for its own directories, for all where it is the authority, else as a proposal to the others who
 * have the subject. What changes of what bears on a draw is noted in subject_change.
 */
#ifndef LIANCHA_STORE_SUBJECT_SAY_H
#define LIANCHA_STORE_SUBJECT_SAY_H

#include "store/directory/subject.h"

/* Who speaks, and when. */
struct subject_speaker {
    int64_t department_id; /* 0: lianchactl, for all who have no word of their own */
    int64_t now;
    int64_t import_id; /* under which the history has it (record_change) */
};

struct subject_said {
    const struct subject *line;
    const struct subject_stored *stored; /* of that code, merged into no other; NULL: new */
    bool again;                          /* the file had the subject before: a later date counts */
    unsigned absent;                     /* facts that bear on a draw and that it does not say */

    enum store_change change; /* for the department itself */
    bool older;               /* not taken over: it is before what is stored */
    bool apart;               /* some of it is a proposal */
};

/* Within the caller's transaction. Codes are distinct. */
enum rc subject_say(struct db *db, struct arena *a, const struct subject_speaker *by,
                    struct subject_said *said, size_t count) RC_CHECKED;

/* Merges codes; those whose former subject others have too are proposals to them, and *apart says
   so of each. */
enum rc subject_say_merged(struct db *db, struct arena *a, const struct subject_speaker *by,
                           const struct subject_merger *mergers, size_t count,
                           bool *apart) RC_CHECKED;

#endif

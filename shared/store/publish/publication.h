/*
 * Publications: what must be made public, by when, and, once published, exactly as it was.
 *
 *   withheld <-> due -> published -> retracted
 *
 * A row falls due when a section is accepted or a penalty is recorded. Publishing freezes the
 * masked payload and the columns that the public list shows; nothing reads the live rows from then
 * on. A correction freezes them anew as the next version; each version is kept as it was.
 */
#ifndef LIANCHA_STORE_PUBLICATION_H
#define LIANCHA_STORE_PUBLICATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/publish/publication.h"
#include "domain/workday.h"
#include "sys/db.h"
#include "sys/list.h"

struct penalty {
    int64_t id;
    int64_t section;   /* its id */
    const char *visit; /* these three are read, never given */
    const char *subject_code;
    const char *subject_name;
    const char *decision_no;
    const char *act_type;
    const char *content;
    const char *authority;
    int32_t decided_on;
};

extern const struct row_set penalty_rows;
/* Those of one department's sections (scope: its id), the newest first. */
extern const struct list penalty_list;

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
    const char *kind; /* as publication_kind_name says */
    int64_t section;
    int64_t penalty_id; /* 0: none */
    int64_t department_id;
    const char *department; /* code */
    const char *department_name;
    int32_t trigger_on;
    int32_t due_on;
    bool provisional;
    int32_t due_before; /* 0, or due_on before the calendar or a rule changed it last */
    bool overdue;       /* the caller's to compute, who knows the day */
    const char *state;
    int64_t published_at; /* 0: not yet */
    int64_t version;      /* that is public, or will be; from 1 */
    int64_t corrected_at; /* 0: never */
    const char *corrected_reason;
    int64_t stopped_at; /* withheld or retracted; 0: neither */
    const char *stopped_cause;
    const char *stopped_reason;
    int32_t look_on;    /* withheld: when to look again */
    int32_t retract_by; /* retracted: until when every platform has to know */
    const char *visit;
    const char *subject_code;
    const char *subject_name;
    const char *subject_address;
    const char *region;
    const char *campaign;
    const char *campaign_name;
    int64_t departments; /* at the visit */
    int64_t checked_at;  /* arrival, else signature; an instant */
    int32_t checked_on;  /* as a reviewer decided; 0: as that says */
    int64_t dispatched_at;
    int64_t signed_at;
    bool left; /* that is known */
    int64_t left_at;
    const char *result_class;
    const char *section_state;
    int64_t conflicts;
    const char
        *delivery; /* how far the target is that is furthest behind; NULL: it was told none */
    const char *target;
    const char *receipt;
    const char *delivery_error;
};

extern const struct row_label publication_kinds[];
extern const struct row_set publication_rows;
/* Those of one department (scope: its id). */
extern const struct list publication_list;

enum rc publication_find(struct db *db, struct arena *a, int64_t id,
                         struct publication *out) RC_CHECKED;
/* Its row, its section's and its enterprise's stay locked to the end of the transaction. */
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
    const char *item_name;
    const char *result_name;
};
/* As many as the office shows of a section; more says that there are others. */
enum { PUBLICATION_DETAILS_MAX = 1000 }; /* as VISIT_CHECKS_MAX */
enum rc publication_details(struct db *db, struct arena *a, int64_t section_id,
                            struct row_page *details) RC_CHECKED;
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
    const char *kind; /* as it is */
    const char *payload;
    uint8_t payload_hash[DIGEST_SIZE]; /* SHA-256 of the payload's bytes */
    const char *search_text;           /* as search_entry makes it */
    const char *tags;                  /* as publication_tags makes them */
};

/* What a publisher does: who, when and why. */
struct publication_step {
    int64_t account_id;
    int64_t now;
    const char *reason; /* of all but the first publication */
    const char *cause;  /* one of the labels below */
    int32_t day;        /* withheld: look_on; retracted: retract_by */
};
extern const struct row_label publication_withhold_causes[];
extern const struct row_label publication_retract_causes[];
extern const struct row_label publication_causes[]; /* both */

/* The first version. RC_STATE unless it is due. */
enum rc publication_publish(struct db *db, int64_t id, const struct publication_frozen *frozen,
                            const struct publication_step *step) RC_CHECKED;
/* The version behind `version`, which is public now: RC_STATE unless it is. */
enum rc publication_correct(struct db *db, struct arena *a, int64_t id, int64_t version,
                            const struct publication_frozen *frozen,
                            const struct publication_step *step) RC_CHECKED;
/* These are RC_STATE unless it is in the state before. */
enum rc publication_withhold(struct db *db, int64_t id,
                             const struct publication_step *step) RC_CHECKED;
enum rc publication_release(struct db *db, int64_t id) RC_CHECKED;
/* What was frozen stays on record; nobody finds it any more. */
enum rc publication_retract(struct db *db, struct arena *a, int64_t id,
                            const struct publication_step *step) RC_CHECKED;

/* Visits to the enterprise of an inspection's publication that phones still write to: a page of
   int64_t, their ids. */
enum { PUBLICATION_VISITS_MAX = 50 };
enum rc publication_visits(struct db *db, struct arena *a, int64_t id,
                           struct row_page *visits) RC_CHECKED;

/* The texts of a penalty as they were to be; its decision and day stay. NULL: as it is. */
enum rc publication_penalty_correct(struct db *db, int64_t penalty_id, const char *act_type,
                                    const char *content, const char *authority) RC_CHECKED;

/* A version as it was made public, or its hash alone. */
struct publication_version {
    int64_t version;
    int64_t published_at;
    const char *reason; /* of the correction */
    const char *payload;
    char payload_sha256[DIGEST_HEX];
};
enum { PUBLICATION_VERSIONS_MAX = 100 };
/* Ascending: a page of struct publication_version. */
enum rc publication_versions(struct db *db, struct arena *a, int64_t id,
                             struct row_page *versions) RC_CHECKED;

/* ---- what an editor says of the masks ---- */

/* covered: beyond what the rules find. asked: shall be shown although a rule covers it; shown: so a
   second person agreed. */
struct publication_wish {
    int64_t id;
    const char *text;
    const char *state;
    const char *reason;
    int64_t made_by;
    const char *maker;
    int64_t made_at;
    const char *agreed; /* name; NULL: nobody yet */
};
extern const struct row_set publication_wish_rows;
enum { PUBLICATION_WISHES_MAX = 50 };

/* A page of struct publication_wish, by id. */
enum rc publication_wishes(struct db *db, struct arena *a, int64_t id,
                           struct row_page *wishes) RC_CHECKED;
/* state is "covered" or "asked"; whatever was said of the text before counts no more. */
enum rc publication_wish_set(struct db *db, int64_t id, const char *text, const char *state,
                             const struct publication_step *step) RC_CHECKED;
/* Shows it. RC_STATE unless it is asked, and by somebody else. */
enum rc publication_wish_agree(struct db *db, int64_t id, int64_t wish_id,
                               const struct publication_step *step) RC_CHECKED;

/* ---- the search ---- */

/* What a section's publications are found by besides: specialties, plans and items, as search_tag
   makes them. */
enum rc publication_tags(struct db *db, struct arena *a, int64_t section_id,
                         const char **out) RC_CHECKED;
/* By every part of its search_text, and by what else a search asks for; in the transaction that
   publishes. */
enum rc publication_make_findable(struct db *db, struct arena *a, int64_t id,
                                  const struct publication_frozen *frozen) RC_CHECKED;
/* By nothing any more. */
enum rc publication_hide(struct db *db, struct arena *a, int64_t id) RC_CHECKED;

#endif

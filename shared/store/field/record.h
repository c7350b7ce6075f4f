/*
 * Records: the sections and check results of a visit as the phones edit them, and what the feeds
 * say of a visit.
 *
 * A field carries the version of its record at which it was last set, the device that set it, and
 * the counter of that device's operation (column field_versions: "version:device:counter" per
 * field, in the order of the enums below). The answers to a check result's checklist are fields
 * too, one a question; they are known as "answer." and its id.
 */
#ifndef LIANCHA_STORE_RECORD_H
#define LIANCHA_STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/review/result.h"
#include "store/field/feed.h"
#include "sys/db.h"

enum record_section_field {
    SECTION_ARRIVED_AT,
    SECTION_LEFT_AT,
    SECTION_NOTE,
    SECTION_RESULT_CLASS,
    SECTION_OPINION,          /* 检查意见书 */
    SECTION_STATEMENT,        /* what the enterprise says to it */
    SECTION_ATTENDANCE_REASON /* why fewer inspectors attended than have to */
};
enum record_check_field { CHECK_RESULT_CODE, CHECK_PROBLEM, CHECK_DISPOSAL };
enum { RECORD_SECTION_FIELDS = 7, RECORD_CHECK_FIELDS = 3, RECORD_FIELDS_MAX = 7 };

#define RECORD_ANSWER "answer."
enum {
    RECORD_ANSWERS_MAX = 200,   /* of a check result, answers to unknown questions among them */
    RECORD_ANSWERS_KEPT = 2000, /* with those that were taken back, for who has not seen it */
    RECORD_ANSWER_BYTES = 16 * 1024, /* of their ids and values together */
    RECORD_CONFLICTS_MAX = 500       /* open ones of a section and its check results */
};

/* The names by which the fields are known to the phones. */
extern const char *const record_section_names[RECORD_SECTION_FIELDS];
extern const char *const record_check_names[RECORD_CHECK_FIELDS];

struct record_field {
    const char *value; /* NULL: not set; an instant in the form of instant_format */
    int64_t version;   /* 0: never set */
    int64_t device_id; /* 0: none, or worked out by the sign-off */
    int64_t counter;   /* 0: of none */
};

struct record_answer {
    const char *question;
    struct record_field field;
};

struct record {
    int64_t id;
    int64_t section_id;
    bool check; /* a check result; otherwise a section */
    int64_t version;
    struct record_field fields[RECORD_FIELDS_MAX];
    int64_t checklist_id; /* of a check result; 0: it has none */
    struct record_answer *answers;
    size_t answer_count;
    size_t answer_room;
    bool changed; /* to be written back */
};

/* The question of a field's name; NULL when that is no answer. */
const char *record_answer_question(const char *name);
/* A field by its name, NULL when the record has none such. An answer that was never given gets a
   place at the end, which may move the others. */
struct record_field *record_place(struct arena *a, struct record *r, const char *name);
/* Whether there is room for what the answers hold. */
bool record_answers_fit(const struct record *r);
/* The column of the answers; NULL: none. */
enum rc record_answers_read(struct arena *a, const char *column, struct record *r) RC_CHECKED;
const char *record_answers_write(struct arena *a, const struct record *r);

struct record_section {
    struct record record; /* section_id is its own id */
    int64_t visit_id;
    int64_t department_id;
    bool sealed;   /* signed or accepted: nothing more is written into it */
    bool assigned; /* to the inspector who asks, and the visit was dispatched */
    bool followed; /* by that inspector: the visit is among those that his feed tells */
    int64_t conflicts;
    const char *door_code;        /* of the visit */
    const char *former_door_code; /* before it was moved; NULL: none */
    const char *region;           /* of the department */
    const char *attended;         /* ids of the inspectors who checked in: "12,15" */
    const char *code_state; /* "none", "seen", "missing", "explained": of the code of the door */
    int64_t minimum;        /* set by whoever signs: inspectors who have to attend */
    int64_t signed_by;      /* not 0: to be sealed by this inspector at signed_at */
    int64_t signed_at;
    struct record *checks; /* all of the section, by id */
    size_t check_count;
};

/*
 * Locks the sections of these ids and of these check results, ascending, and reads them and all
 * their check results. Ids that do not exist are left out.
 */
enum rc record_lock(struct db *db, struct arena *a, int64_t inspector_id,
                    const int64_t *section_ids, size_t section_count, const int64_t *check_ids,
                    size_t check_count, struct record_section **sections, size_t *n) RC_CHECKED;

/* A result code and the class that the reference data gives it; RESULT_NONE: the code alone does
   not say. */
struct record_code {
    const char *code;
    enum result_class class;
};

/* The inspector checked in; again changes nothing. Who was there counts, though replaced later. */
void record_attend(struct arena *a, struct record_section *s, int64_t inspector_id);
/* Somebody arrived with the code of the door, or without: that is an alert, until it is seen or the
   office explains it. */
void record_arrive(struct record_section *s, bool code);
/* How many inspectors checked in. */
size_t record_attending(const struct record_section *s);

enum rc record_codes(struct db *db, struct arena *a, struct record_code **codes,
                     size_t *n) RC_CHECKED;

/* Writes back what is marked changed; a section with its conflict count and sign-off. */
enum rc record_store(struct db *db, struct arena *a, const struct record_section *sections,
                     size_t n) RC_CHECKED;

/* Ids of what changed, for the feeds of its visits. */
struct record_changes {
    const int64_t *sections;
    size_t section_count;
    const int64_t *checks;
    size_t check_count;
    const int64_t *evidence;
    size_t evidence_count;
    const int64_t *doors;
    size_t door_count;
    const int64_t *conflicts;
    size_t conflict_count;
    const int64_t *visits; /* whole ones; their sections and checks must not stand above too */
    size_t visit_count;
    const int64_t *heads; /* visits without their sections and checks */
    size_t head_count;
    const struct feed_item *items; /* ready, e.g. that something was deleted */
    size_t item_count;
};

/* Puts their present state into the feeds. The last step of a transaction, as feed_write. */
enum rc record_publish(struct db *db, struct arena *a,
                       const struct record_changes *changes) RC_CHECKED;
/* The same for one section, e.g. after a review. */
enum rc record_publish_section(struct db *db, struct arena *a, int64_t section_id) RC_CHECKED;
/* Puts whole visits into the feeds, with all their sections and check results: at the dispatch. */
enum rc record_publish_visits(struct db *db, struct arena *a, const int64_t *visit_ids,
                              size_t n) RC_CHECKED;

#endif

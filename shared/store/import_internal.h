/* What the parts of the import share; others include import.h. */
#ifndef LIANCHA_STORE_IMPORT_INTERNAL_H
#define LIANCHA_STORE_IMPORT_INTERNAL_H

#include "store/import.h"
#include "store/inspector.h"
#include "store/listing.h"
#include "store/reference.h"
#include "store/subject.h"

enum { IMPORT_BATCH = 1000, IMPORT_COLUMNS_MAX = 20, IMPORT_ENTRIES_MAX = 64 };

struct import_directory {
    const char *code;
    int64_t department_id;
    const char *name;
    int32_t refreshed_on;
};

struct import_history {
    const char *code;
    int64_t department_id;
    int32_t checked_on;
    const char *result_class;
};

struct import_entry {
    struct directory_entry entry;
    size_t row;
};

/* A line of the batch; its row stands at the same index of the kind's array. */
struct import_row {
    long line;
    const char *code;  /* for the report */
    const char *field; /* of the first flag */
    struct buf *flags; /* NULL: none */
    long before;       /* the line before this one with the same subject, or 0 */
    bool refused;      /* while it was stored */
};

/* The rows of one batch, of the one kind that is being imported; all in the batch arena. */
struct import_batch {
    size_t count;
    struct import_row *rows;
    struct import_directory *directories;
    struct subject *subjects;
    const char **formers; /* of the subjects; NULL: none */
    struct import_entry *entries;
    size_t entry_count;
    size_t entry_room;
    struct inspector *inspectors;
    struct item *items;
    struct listing *listings;
    struct import_history *histories;
    struct import_line *refusals; /* of rows that could not be read */
    size_t refusal_count;
    struct import_counts counts; /* of this batch, known when it is stored */
    struct import_line *lines;   /* as stored: refusals and flags, ascending */
    size_t line_count;
    long last_line;
};

struct import_seen; /* the subjects that the file had so far */

struct import {
    const struct import_request *request;
    const struct import_kind *kind;
    struct db *db;
    struct arena *keep; /* as long as the import */
    struct import_record *record;
    int64_t base; /* lines of earlier parts */
    int64_t skip; /* lines stored before the file broke off */
    int positions[IMPORT_COLUMNS_MAX];
    size_t columns;      /* of the header */
    bool staged;         /* a whole directory: nothing but compared */
    struct arena *arena; /* of the batch */
    struct import_batch batch;
    struct reference_codes regions;
    struct reference_codes specialties;
    struct reference_codes departments;
    struct reference_codes directories;
    const struct reference_code *directory; /* the only one, or NULL */
    struct import_seen *seen;
};

struct import_kind {
    const char *name;
    const char *title;
    const char *columns[IMPORT_COLUMNS_MAX + 1];
    unsigned optional; /* columns that may be absent, by bit */
    /* Reads a row to the place [count] of the batch; RC_INVALID refuses this row alone. */
    enum rc (*read)(struct import *im, const struct csv_row *row, struct err *err);
    /* Stores the batch within a transaction; may run again. */
    enum rc (*put)(struct db *db, struct import *im, struct err *err);
    /* A row that was stored before the file broke off; may be NULL. */
    void (*skip)(struct import *im, const struct csv_row *row);
};

/* import.c */
void import_outcome(struct import *im, enum store_change change);
/* A row that turned out wrong while it was stored. */
void import_refuse(struct import *im, size_t row, const char *column, const char *why);
/* A row that is accepted, with a remark. */
void import_flag(struct import *im, size_t row, const char *column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct import_row *import_here(struct import *im); /* the row being read */

/* import_field.c: fields of a row, trimmed, by the kind's column number; "" for an absent column. */
char *import_field(const struct import *im, const struct csv_row *row, int column);
enum rc import_invalid(const struct import *im, const struct csv_row *row, int column,
                       const char *why, struct err *err);
enum rc import_text(struct import *im, const struct csv_row *row, int column, size_t min,
                    size_t max, const char **out, struct err *err) RC_CHECKED;
enum rc import_int(struct import *im, const struct csv_row *row, int column, int64_t max,
                   int64_t *out, struct err *err) RC_CHECKED;
enum rc import_bool(struct import *im, const struct csv_row *row, int column, bool *out,
                    struct err *err) RC_CHECKED;
enum rc import_date(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err) RC_CHECKED;
/* One of the words of a NULL-terminated list, which outlives the batch. */
enum rc import_word(struct import *im, const struct csv_row *row, int column,
                    const char *const *words, const char **out, struct err *err) RC_CHECKED;
enum rc import_code(struct import *im, const struct csv_row *row, int column,
                    const struct reference_codes *codes, const struct reference_code **out,
                    struct err *err) RC_CHECKED;
/* A list "a;b;c" of known codes; the pointers are the reference's own. */
enum rc import_codes(struct import *im, const struct csv_row *row, int column,
                     const struct reference_codes *codes, const char ***out, size_t *count,
                     struct err *err) RC_CHECKED;
/* The department of a row, which must be the importing one's. */
enum rc import_department(struct import *im, const struct csv_row *row, int column,
                          const struct reference_code **out, struct err *err) RC_CHECKED;
/* An enterprise code, normalised and flagged; an optional one that is empty gives NULL. */
enum rc import_enterprise(struct import *im, const struct csv_row *row, int column, bool optional,
                          const char **out, bool *check_ok, struct err *err) RC_CHECKED;

/* import_row.c, import_subject.c */
extern const struct import_kind import_kinds[]; /* ends with a NULL name */
enum rc import_read_subject(struct import *im, const struct csv_row *row, struct err *err);
enum rc import_put_subjects(struct db *db, struct import *im, struct err *err);
void import_skip_subject(struct import *im, const struct csv_row *row);
void import_subjects_end(struct import *im);
/* import_refresh.c: the batch as part of a whole directory. */
enum rc import_stage(struct db *db, struct import *im, const struct subject_stored *stored,
                     size_t found) RC_CHECKED;
const struct subject_stored *import_find(const struct subject_stored *stored, size_t found,
                                         const char *code);

#endif

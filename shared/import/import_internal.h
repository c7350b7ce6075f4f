/* What the parts of the import share; others include import.h. */
#ifndef LIANCHA_IMPORT_INTERNAL_H
#define LIANCHA_IMPORT_INTERNAL_H

#include "import/cell.h"
#include "import/import.h"
#include "store/directory/inspector.h"
#include "store/directory/inspector_line.h"
#include "store/directory/listing.h"
#include "store/directory/reference.h"
#include "store/directory/subject.h"
#include "store/directory/vocabulary.h"

enum {
    IMPORT_BATCH = 1000,
    IMPORT_COLUMNS_MAX = 20,
    IMPORT_ENTRIES_MAX = 64,
    IMPORT_MAPPINGS_MAX = 40
};

/* A header of the file whose column the caller names. */
struct import_mapping {
    char name[CELL_NAME]; /* as headers are compared */
    const char *header;
    const char *column; /* of the kind, or WORDS_IGNORED */
    bool used;
};

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
    const char *code;   /* for the report */
    const char *field;  /* of the first flag */
    struct buf *flags;  /* NULL: none */
    long before;        /* the line before this one with the same subject, or 0 */
    const char *person; /* its code is this identity number; NULL: it is none */
    const char *former; /* so the former code */
    bool refused;       /* while it was stored */
    unsigned absent;    /* optional columns that say nothing, by bit */
    bool by_licence;    /* its former code is what its licence would stand for */
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
    struct import_line *unread; /* rows that could not be read, and notes */
    size_t unread_count;
    size_t note_count;           /* of those */
    struct import_counts counts; /* of this batch, known when it is stored */
    struct import_line *lines;   /* as stored: refusals and flags, ascending */
    size_t line_count;
    long last_line;
    bool told; /* as of the import, once it is stored */
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
    struct import_mapping mappings[IMPORT_MAPPINGS_MAX];
    size_t mapping_count;
    int titles_above;      /* rows before the header */
    size_t best;           /* columns that one of them named */
    struct err best_fault; /* and why it is no header */
    const char **upper;    /* the row above, if it named some */
    size_t upper_count;
    int positions[IMPORT_COLUMNS_MAX];
    const char *titles[IMPORT_COLUMNS_MAX]; /* as the file has them */
    bool spare[CSV_COLUMNS_MAX];            /* columns without a title */
    bool spares;                            /* there are some */
    const struct workbook_hidden *hidden;   /* of a workbook; else NULL */
    bool told;                              /* what is hidden but rows, at an accepted line */
    unsigned absent;                        /* columns that the file does not have, by bit */
    size_t columns;                         /* of the header; 0: it has not come yet */
    bool staged;                            /* a whole directory: nothing but compared */
    struct arena *arena;                    /* of the batch */
    struct import_batch batch;
    struct reference_codes regions;
    struct reference_codes specialties;
    struct reference_codes departments;
    struct reference_codes directories;
    const struct reference_code *directory; /* the only one, or NULL */
    const struct reference_code *own;       /* the importing department, or NULL */
    const struct reference_code *region;    /* found last, and by which name */
    char region_name[CELL_NAME];
    struct import_seen *seen;
    struct import_first *firsts; /* ascending by line */
    size_t first_count;
    size_t first_room;
};

struct import_kind {
    const char *name;
    const char *title;
    const char *columns[IMPORT_COLUMNS_MAX + 1];
    unsigned optional; /* columns that may be absent, by bit */
    unsigned codes;    /* identifiers, which a spreadsheet may have destroyed */
    unsigned blanks;   /* columns in which / and 无 say nothing */
    unsigned names;    /* names of people and places, in which some things are odd */
    /* The column that a header stands for, as words_column, which it is by default. */
    const char *(*column)(const struct import *im, const char *name);
    /* Whether this file may lack a column that others must have; may be NULL. */
    bool (*lacks)(const struct import *im, int column);
    /* Reads a row to the place [count] of the batch; RC_INVALID refuses this row alone. */
    enum rc (*read)(struct import *im, const struct csv_row *row, struct err *err);
    /* Stores the batch within a transaction; may run again. */
    enum rc (*put)(struct db *db, struct import *im, struct err *err);
    /* A row that was stored before the file broke off; may be NULL. */
    void (*skip)(struct import *im, const struct csv_row *row);
};

/* import_header.c */
enum rc import_mappings(struct import *im, struct err *err) RC_CHECKED;
/* After the header: a mapping of what is not there is a slip of the pen. */
enum rc import_mappings_used(const struct import *im, struct err *err) RC_CHECKED;
/* The column that a header of the file stands for; WORDS_IGNORED; NULL for an unknown one. */
const char *import_column_of(struct import *im, const char *cell);
/* A row before those of data: the header, when it names enough columns; im->columns then. */
enum rc import_header_row(struct import *im, const struct csv_row *row, struct err *err) RC_CHECKED;
/* A row that is the header once more, as at the top of each printed page. */
bool import_header_again(struct import *im, const struct csv_row *row);
/* A row that is a note below the table. */
bool import_note(const struct import *im, const struct csv_row *row);
enum rc import_header_missing(const struct import *im, struct err *err) RC_CHECKED;
/* What the file calls a column of the kind. */
const char *import_title_of(const struct import *im, const char *column);

/* import.c */
void import_outcome(struct import *im, enum store_change change);
/* A row that turned out wrong while it was stored. */
void import_refuse(struct import *im, size_t row, const char *column, const char *why);
/* A row that is accepted, with a remark. */
void import_flag(struct import *im, size_t row, const char *column, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
struct import_row *import_here(struct import *im); /* the row being read */

/* import_field.c: fields of a row, which are clean already, by the kind's column number; "" for an
   absent column. */
char *import_field(const struct import *im, const struct csv_row *row, int column);
enum rc import_invalid(const struct import *im, const struct csv_row *row, int column,
                       const char *why, struct err *err);
/* Whether an optional column says nothing here; then what is stored stays. */
bool import_absent(struct import *im, const struct csv_row *row, int column);
enum rc import_text(struct import *im, const struct csv_row *row, int column, size_t min,
                    size_t max, const char **out, struct err *err) RC_CHECKED;
enum rc import_int(struct import *im, const struct csv_row *row, int column, int64_t max,
                   int64_t *out, struct err *err) RC_CHECKED;
enum rc import_bool(struct import *im, const struct csv_row *row, int column, bool *out,
                    struct err *err) RC_CHECKED;
enum rc import_date(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err) RC_CHECKED;
/* A date, or the last day of a period. */
enum rc import_until(struct import *im, const struct csv_row *row, int column, int32_t *out,
                     struct err *err) RC_CHECKED;
/* A date that is not behind today. */
enum rc import_past(struct import *im, const struct csv_row *row, int column, int32_t *out,
                    struct err *err) RC_CHECKED;
/* One of the words of a NULL-terminated list, which outlives the batch. */
enum rc import_word(struct import *im, const struct csv_row *row, int column,
                    const char *const *words, const char **out, struct err *err) RC_CHECKED;
/* A code, or the name of one. */
enum rc import_code(struct import *im, const struct csv_row *row, int column,
                    const struct reference_codes *codes, const struct reference_code **out,
                    struct err *err) RC_CHECKED;
/* The code that a list means by a text: a code, a name, or how the field shortens it; or NULL. */
const struct reference_code *import_find_in_list(const struct reference_codes *codes,
                                                 const char *text);
/* What codes there are, for a person whose value is none of them. */
const char *import_known(struct import *im, const struct reference_codes *codes);
/* The items of a list in whatever marks between them, at most IMPORT_ENTRIES_MAX; one more when
   there are more. */
size_t import_split(struct import *im, const char *text, char **parts);
/* A list "a;b;c" of known codes or names; the pointers are the reference's own. */
enum rc import_codes(struct import *im, const struct csv_row *row, int column,
                     const struct reference_codes *codes, const char ***out, size_t *count,
                     struct err *err) RC_CHECKED;
/* The department of a row, which must be the importing one's. */
enum rc import_department(struct import *im, const struct csv_row *row, int column,
                          const struct reference_code **out, struct err *err) RC_CHECKED;
/* An identifier of at most max bytes (domain/directory/identifier), remarked where it was written
   otherwise. */
enum rc import_identifier(struct import *im, const struct csv_row *row, int column, size_t max,
                          const char **out, struct err *err) RC_CHECKED;
/* An enterprise code, normalised and checked; an optional one that is empty gives NULL. */
enum rc import_enterprise(struct import *im, const struct csv_row *row, int column, bool optional,
                          const char **out, bool *check_ok, struct err *err) RC_CHECKED;
/* Remarks that the row's code is the identity number of a person, which passes for checked. */
void import_note_person(struct import *im, int column, const char *code, bool *check_ok);
/* Whether a code, which may be NULL, is an identifier. */
enum rc import_allowed(struct import *im, const struct csv_row *row, int column, const char *code,
                       struct err *err) RC_CHECKED;
/* The row's code, with what is to be remarked of it. */
enum rc import_subject_code(struct import *im, const struct csv_row *row, int column,
                            const char **out, bool *check_ok, struct err *err) RC_CHECKED;

/* import_region.c: a region by its code, by its name within the city, or by both. */
enum rc import_region(struct import *im, const struct csv_row *row, int column,
                      const struct reference_code **out, struct err *err) RC_CHECKED;
/* The region that a text means, or NULL. */
const struct reference_code *import_find_region(struct import *im, const char *text);

/* import_licence.c: whether a text is a licence or a registration by its look; and the code of the
   subject that has it. region: of the subject, or "". */
bool import_is_licence(const char *text);
enum rc import_licence(struct import *im, const struct csv_row *row, int column, const char *region,
                       const char **out, struct err *err) RC_CHECKED;

/* import_history.c: what the row changed, for the record's history; was: NULL for a new one. */
enum rc import_note_inspector(struct db *db, struct import *im, const struct inspector_line *was,
                              const char *card_no) RC_CHECKED;
enum rc import_note_item(struct db *db, struct import *im, const struct item_line *was,
                         const struct item *is) RC_CHECKED;

/* import_row.c, import_subject.c */
extern const struct import_kind *const import_kinds[]; /* ends with NULL */
extern const struct import_kind import_subject_kind;
/* The line of the file before this one with that identifier, or 0; from now on it is this one. */
long import_seen_before(struct import *im, const char *code, long line);
/* What the row's file does not say of a subject stays as it is stored. */
void import_keep_absent(struct import *im, size_t row, const struct subject *stored);
/* Of those the facts that bear on a draw, by the bits of domain/directory/word. */
unsigned import_absent_facts(const struct import *im, size_t row);
/* "；与现有资料不同：…" with each field and what is stored, or "". */
const char *import_differences_text(struct import *im, const struct subject *s,
                                    const struct subject *stored);
enum rc import_put_subjects(struct db *db, struct import *im, struct err *err);
void import_subjects_end(struct import *im);

#endif

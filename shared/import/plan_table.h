/* Printed task tables: read, checked, and given to a draft with its quotas. */
#ifndef LIANCHA_IMPORT_PLAN_TABLE_H
#define LIANCHA_IMPORT_PLAN_TABLE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/plan/tasktable.h"
#include "store/directory/reference.h"
#include "sys/db.h"

#define PLAN_TABLE_FAULTS_MAX 100

struct plan_table_file {
    FILE *in;            /* CSV or a workbook; can be read twice, and stays the caller's */
    const char *sheet;   /* of a workbook: its name; NULL: the first that is not hidden */
    const char *columns; /* "header=column;…": region, total, a specialty or -; may be NULL */
};

/* What a table may name. */
struct plan_table_codes {
    struct reference_codes regions; /* all that there are */
    struct reference_codes specialties;
    const char *home; /* the region of the plan; its rows are of it and of those in it */
};

struct plan_table_fault {
    long line;          /* as a spreadsheet counts; 0: of the file */
    const char *column; /* the file's own header, or "" */
    const char *value;
    const char *text; /* all of it for a person, with what is allowed */
};

struct plan_table {
    struct tasktable table;         /* with the names as printed */
    struct tasktable_report report; /* the sums that do not hold */
    const char *const *regions;     /* codes of the rows; NULL in what was stored */
    const char *const *specialties; /* codes of the columns; NULL in what was stored */
    const char *const *ignored;     /* headers of the file that are no part of the table */
    size_t ignored_count;
    const char *const *hidden; /* what the workbook hides of the table, for a person */
    size_t hidden_count;
    const struct plan_table_fault *faults; /* the first PLAN_TABLE_FAULTS_MAX of them */
    size_t fault_count;
};

/*
 * Reads and checks a table as an official has it: titles, then a header with region (区划, 县（市）区
 * …), total (合计 …) and specialties in any order, then rows, the last of which is 合计. An empty cell
 * is 0. A column that is none of these is ignored unless numbers stand in it, which may be tasks.
 * RC_INVALID: out has all faults. RC_MALFORMED, RC_TOO_LARGE: it is no table at all.
 */
enum rc plan_table_read(struct arena *a, const struct plan_table_file *file,
                        const struct plan_table_codes *codes, struct plan_table *out,
                        struct err *err) RC_CHECKED;
/* The text that a plan keeps of its table, and the table of it. */
const char *plan_table_text(struct arena *a, const struct plan_table *table);
enum rc plan_table_of_text(struct arena *a, const char *csv, struct plan_table *out,
                           struct err *err) RC_CHECKED;
/*
 * Gives a draft its table, and a quota for every cell above zero; regions are those of the plan's
 * department and below it (市本级 is its own), specialties those it inspects. RC_STATE when the plan
 * is filed or has quotas already.
 */
enum rc plan_table_import(struct db *db, struct arena *a, const char *code,
                          const struct plan_table_file *file, struct plan_table *out,
                          struct err *err) RC_CHECKED;

#endif

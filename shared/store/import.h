/*
 * Directories, subjects, inspectors and items from CSV rows: a row is read and checked by itself, rows
 * are stored by the batch. Who calls decides where the rows come from, and on the transactions.
 */
#ifndef LIANCHA_STORE_IMPORT_H
#define LIANCHA_STORE_IMPORT_H

#include "store/inspector.h"
#include "store/reference.h"
#include "store/subject.h"
#include "sys/csv.h"

enum { IMPORT_BATCH = 1000, IMPORT_COLUMNS_MAX = 20, IMPORT_ENTRIES_MAX = 64 };

struct import_directory {
    const char *code;
    int64_t department_id;
    const char *name;
    int32_t refreshed_on;
};

/* The rows of one batch, of the one kind that is being imported; all in the batch arena. */
struct import_batch {
    size_t count;
    struct import_directory *directories;
    struct subject *subjects;
    struct directory_entry *entries;
    size_t entry_count;
    size_t entry_room;
    struct inspector *inspectors;
    struct item *items;
    long first_line;
    long last_line;
};

struct import {
    const struct import_kind *kind;
    int positions[IMPORT_COLUMNS_MAX];
    struct arena *arena; /* of the batch */
    struct import_batch batch;
    struct reference_codes regions;
    struct reference_codes specialties;
    struct reference_codes departments;
    struct reference_codes directories;
    int64_t accepted;
    int64_t flagged;
    int64_t refused;
};

struct import_kind {
    const char *name;
    const char *title;
    const char *columns[IMPORT_COLUMNS_MAX + 1];
    /* Reads a row into the batch; RC_INVALID refuses this row alone. */
    enum rc (*read)(struct import *im, const struct csv_row *row, struct err *err);
    /* Stores the batch within a transaction. */
    enum rc (*put)(struct db *db, struct import *im, struct err *err);
};

extern const struct import_kind import_kinds[]; /* ends with a NULL name */

/* The code lists that rows are checked against. */
enum rc import_load_codes(struct db *db, struct arena *a, struct import *im) RC_CHECKED;

#endif

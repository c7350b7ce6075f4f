/*
 * Directories, subjects, inspectors, items, lists and earlier checks from CSV files and workbooks
 * (XLSX), as officials have them (README.md).
 *
 * A row is read and checked by itself, rows are stored by the batch, and what happened stands in
 * the tables import and import_line. A row that is as it is stored already changes nothing. A file
 * of subjects may also be taken as the whole of one directory: then nothing is changed before
 * import_apply, only compared (R07).
 *
 * Subjects. What a department says of one that others have in their directories too holds in its
 * own (domain/directory/word), and is remarked. An identity number gives way to a code that says
 * nothing of it (store/directory/person). The code is normalised; a code that was merged into
 * another stands for that one. A line whose verified_on is before the stored one, a second line of
 * one subject with no later date, and a line under a merged code add their directories and change
 * nothing else; each is flagged. Who has no code stands under one made of the licence
 * (import_licence.c) until a line has both. A line with former_code (a registration number of
 * before, say) merges that code into its own: directories and recusals move, earlier draws and
 * checks stay with the old row and count for the subject.
 */
#ifndef LIANCHA_IMPORT_IMPORT_H
#define LIANCHA_IMPORT_IMPORT_H

#include <stdio.h>

#include "base/buf.h"
#include "store/directory/import_record.h"
#include "sys/keyring.h"
#include "sys/table.h"

/* Who imports; rows of other departments are refused. */
struct import_by {
    int64_t department_id;
    int64_t account_id;
};

struct import_request {
    const char *kind;
    const char *name;      /* of the file, or what else tells where it came from */
    const char *directory; /* subjects: the only directory that may change, or NULL */
    bool whole;            /* the file is that directory: compare only */
    int64_t continued;     /* id of the compared import that this file is a further part of, or 0 */
    enum csv_encoding encoding;
    const char *sheet;   /* of a workbook: its name; NULL: the first that is not hidden */
    const char *columns; /* "header=column;…" for headers that are not known; may be NULL */
    const struct import_by *by; /* NULL: any department */
    const struct keyring *person_keys;
    int64_t now;
    /* Each batch is a transaction of its own, and a file that broke off is taken up behind the last
       batch; else all is within the caller's. */
    bool transactions;
    void *data;
    /* Within each transaction that stores a batch; may be NULL. */
    enum rc (*stored)(void *data, const struct import_record *record, struct err *err);
    void (*progress)(void *data, const struct import_record *record); /* may be NULL */
};

/* The kinds, their Chinese names and their columns, separated by commas. */
const char *import_title(const char *kind); /* NULL when there is no such kind */

/*
 * Imports a stream that can be read twice. RC_INVALID or RC_MALFORMED when it cannot be read as
 * this kind at all; a row that breaks a rule is refused alone.
 */
enum rc import_file(struct db *db, struct arena *a, const struct import_request *request, FILE *in,
                    struct import_record *record, struct err *err) RC_CHECKED;

#endif

/* The report of an import as JSON members and as CSV that an official opens in a spreadsheet. */
#ifndef LIANCHA_STORE_IMPORT_REPORT_H
#define LIANCHA_STORE_IMPORT_REPORT_H

#include "base/buf.h"
#include "store/import_record.h"
#include "store/import_refresh.h"
#include "sys/jsonw.h"

/* Members of an object that the caller has opened; differences may be NULL. */
void import_report_json(struct jsonw *w, const struct import_record *record,
                        const struct import_differences *differences);
/* All lines that the import names, with a BOM: line, outcome, column, code, reason. */
enum rc import_report_csv(struct db *db, struct arena *a, int64_t id, struct buf *out) RC_CHECKED;
/* The differences of a refresh: code, name, what, columns. */
enum rc import_changes_csv(struct db *db, struct arena *a, int64_t id, struct buf *out) RC_CHECKED;

#endif

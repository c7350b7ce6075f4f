/* The report of an import as JSON members, and as CSV that an official opens in a spreadsheet. */
#ifndef LIANCHA_IMPORT_REPORT_H
#define LIANCHA_IMPORT_REPORT_H

#include <stdio.h>

#include "store/directory/import_record.h"
#include "store/directory/import_refresh.h"
#include "sys/jsonw.h"

/* Members of an object that the caller has opened; differences may be NULL. */
void import_report_json(struct jsonw *w, const struct import_record *record,
                        const struct import_differences *differences);
/* import_line_list or import_change_list of an import as CSV; the caller closes the file. */
enum rc import_report_csv(struct db *db, struct arena *a, const struct list *list, int64_t id,
                          FILE **out, struct err *err) RC_CHECKED;

#endif

#include "import/import_report.h"

#include "sys/sheet.h"

void import_report_json(struct jsonw *w, const struct import_record *r,
                        const struct import_differences *d)
{
    row_put(w, &import_rows, r);
    if (!d)
        return;
    jw_object(w, "differences");
    jw_int(w, "new", d->created);
    jw_int(w, "changed", d->changed);
    jw_int(w, "merged", d->merged);
    jw_int(w, "vanished", d->vanished);
    jw_object(w, "fields");
    for (size_t i = 0; import_field_names[i]; i++)
        if (d->fields[i])
            jw_int(w, import_field_names[i], d->fields[i]);
    jw_end(w);
    jw_end(w);
}

static enum rc put_row(void *data, struct arena *a, void *row)
{
    return sheet_row(data, a, row);
}

enum rc import_report_csv(struct db *db, struct arena *a, const struct list *list, int64_t id,
                          FILE **out, struct err *err)
{
    struct sheet *sheet;
    const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(id) } };
    enum rc rc = sheet_open(a, SHEET_CSV, list->title, list->rows, &sheet);
    if (rc != RC_OK)
        return rc;
    rc = list_each(db, list, &ask, put_row, sheet, err);
    if (rc == RC_OK)
        return sheet_close(sheet, NULL, 0, out);
    sheet_drop(sheet);
    return rc;
}

#include "store/import_report.h"

#include <string.h>

enum { CHANGES_MAX = 100000 }; /* rows of a CSV of differences; the counts are of all */

void import_report_json(struct jsonw *w, const struct import_record *r,
                        const struct import_differences *d)
{
    jw_int(w, "id", r->id);
    jw_text(w, "kind", r->kind);
    jw_text(w, "directory", r->directory);
    jw_text(w, "name", r->name);
    jw_text(w, "encoding", r->encoding);
    jw_text(w, "state", r->state);
    jw_int(w, "last_line", r->last_line);
    jw_int(w, "accepted", r->counts.accepted);
    jw_int(w, "created", r->counts.created);
    jw_int(w, "changed", r->counts.changed);
    jw_int(w, "unchanged", r->counts.unchanged);
    jw_int(w, "flagged", r->counts.flagged);
    jw_int(w, "refused", r->counts.refused);
    if (!d)
        return;
    jw_object(w, "differences");
    jw_int(w, "new", d->created);
    jw_int(w, "changed", d->changed);
    jw_int(w, "merged", d->merged);
    jw_int(w, "vanished", d->vanished);
    jw_object(w, "fields");
    for (size_t i = 0; i < IMPORT_FIELDS; i++)
        if (d->fields[i])
            jw_int(w, import_field_names[i], d->fields[i]);
    jw_end(w);
    jw_end(w);
}

/* A spreadsheet must not take a cell for a formula. */
static void put_cell(struct buf *out, const char *text, const char *end)
{
    buf_putc(out, '"');
    if (*text && strchr("=+-@\t", *text))
        buf_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buf_putc(out, '"');
        buf_putc(out, *text);
    }
    buf_printf(out, "\"%s", end);
}

enum rc import_report_csv(struct db *db, struct arena *a, int64_t id, struct buf *out)
{
    const struct import_line *lines;
    size_t n = IMPORT_PAGE_MAX;
    int64_t after = 0;
    buf_puts(out, "\xEF\xBB\xBF行号,结果,列,代码,说明\r\n");
    while (n == IMPORT_PAGE_MAX) {
        enum rc rc = import_lines(db, a, id, after, IMPORT_PAGE_MAX, &lines, &n);
        if (rc != RC_OK)
            return rc;
        for (size_t i = 0; i < n; i++) {
            const struct import_line *l = &lines[i];
            buf_printf(out, "%lld,%s,", (long long)l->line, l->refused ? "拒绝" : "接受并标记");
            put_cell(out, l->field, ",");
            put_cell(out, l->code, ",");
            put_cell(out, l->reason, "\r\n");
            after = l->line;
        }
    }
    return RC_OK;
}

static const char *kind_title(const char *kind)
{
    static const char *const kinds[] = { "new", "changed", "merged", "vanished" };
    static const char *const titles[] = { "新增", "变更", "代码合并", "不再列入" };
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i], kind) == 0)
            return titles[i];
    return kind;
}

enum rc import_changes_csv(struct db *db, struct arena *a, int64_t id, struct buf *out)
{
    const struct import_change *changes;
    size_t n = IMPORT_PAGE_MAX;
    const char *after = "";
    buf_puts(out, "\xEF\xBB\xBF代码,名称,差异,列\r\n");
    for (int pages = 0; n == IMPORT_PAGE_MAX && pages < CHANGES_MAX / IMPORT_PAGE_MAX; pages++) {
        enum rc rc = import_changes(db, a, id, "", after, IMPORT_PAGE_MAX, &changes, &n);
        if (rc != RC_OK)
            return rc;
        for (size_t i = 0; i < n; i++) {
            put_cell(out, changes[i].code, ",");
            put_cell(out, changes[i].name, ",");
            buf_printf(out, "%s,", kind_title(changes[i].kind));
            put_cell(out, changes[i].fields, "\r\n");
            after = changes[i].code;
        }
    }
    return RC_OK;
}

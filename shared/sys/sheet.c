#include "sys/sheet_internal.h"

#include <string.h>

#include "base/date.h"
#include "sys/log.h"

enum { OFFICIAL_MS = 8 * 3600 * 1000 };

struct sheet {
    const struct sheet_form *form;
    void *self;
};

static const struct sheet_form *const forms[] = {
    [SHEET_CSV] = &sheet_csv, [SHEET_XLSX] = &sheet_xlsx
};

/* "2023-11-10 08:00" */
static const char *official_time(struct arena *a, const struct row_col *c, const void *row)
{
    char text[INSTANT_TEXT];
    instant_format(text,
                   *(const int64_t *)(const void *)((const char *)row + c->offset) + OFFICIAL_MS);
    text[10] = ' ';
    return arena_slice(a, text, 16);
}

const char *sheet_text(const struct row_col *c, const void *row, struct arena *a)
{
    const char *text = row_text(c, row, a);
    if (!text)
        return NULL;
    if (c->type == ROW_BOOL)
        return *text == '1' ? "是" : "否";
    if (c->instant)
        return official_time(a, c, row);
    return row_label(c->labels, text);
}

enum rc sheet_open(struct arena *a, enum sheet_kind kind, const char *title,
                   const struct row_set *rows, struct sheet **out)
{
    struct sheet *s = arena_alloc(a, sizeof *s);
    s->form = forms[kind];
    s->self = s->form->open(a, title, rows);
    *out = s->self ? s : NULL;
    return s->self ? RC_OK : log_file_fault("make", "a table");
}

enum rc sheet_row(struct sheet *s, struct arena *a, const void *row)
{
    return s->form->row(s->self, a, row);
}

enum rc sheet_close(struct sheet *s, const struct sheet_note *notes, size_t n, FILE **out)
{
    *out = NULL;
    return s->form->close(s->self, notes, n, out);
}

void sheet_drop(struct sheet *s)
{
    if (s)
        s->form->drop(s->self);
}

const char *sheet_media_type(enum sheet_kind kind)
{
    return forms[kind]->media_type;
}

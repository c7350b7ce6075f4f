#include "domain/draw/roster.h"

#include "base/date.h"
#include "domain/draw/match_internal.h"

static const char roster_head[] = "liancha-roster/1";

void roster_text(struct buf *out, const char *draw, const struct roster *roster,
                 const char *const *specialties)
{
    char last[DATE_TEXT];
    date_format(last, roster->last_day);
    buf_printf(out, "%s\t%s\t%s\n", roster_head, draw, last);
    match_put_inspectors(out, roster->inspectors, roster->count, specialties);
}

enum rc roster_read(struct arena *a, const char *draw, const char *text, size_t size,
                    struct match_words *words, struct roster *out, struct err *err)
{
    struct match_reader r = { .arena = a, .words = words, .err = err };
    struct match_inspector *list = NULL;
    char *f[3];
    enum rc rc = match_open(&r, text, size);
    if (rc == RC_OK)
        rc = match_line(&r, f, 3);
    if (rc == RC_OK)
        rc = match_head(&r, f, roster_head, draw);
    if (rc == RC_OK && !date_parse(f[2], &out->last_day))
        rc = match_bad(&r, "不是日期");
    if (rc == RC_OK)
        rc = match_inspector_lines(&r, &list, &out->count);
    out->inspectors = list;
    return rc;
}

/* Lists: what a request asks of one, a page of it as JSON, all of it as a table. */
#include "web/internal.h"

#include <inttypes.h>
#include <string.h>

#include "base/date.h"
#include "sys/list.h"
#include "sys/sheet.h"

enum { PAGE = 50, PAGE_MAX = 200, SCOPE_MAX = 8, AFTER_MAX = 300, FIXED = 5 };

struct asked {
    const char *filter[LIST_FILTERS_MAX];
    const char *sort;
    const char *after;
    const char *format;
    int64_t limit;
    int64_t count;
};

static const struct web_field fixed[FIXED] = {
    WEB_FIELD(struct asked, sort, "排序", .max = 40),
    WEB_FIELD(struct asked, after, "上一页的 next", .max = AFTER_MAX),
    WEB_FIELD(
        struct asked, format, "格式",
        .labels =
            (const struct row_label[]){ { "csv", "CSV" }, { "xlsx", "Excel" }, { NULL, NULL } }),
    WEB_FIELD(struct asked, limit, "每页条数", .min = 1, .max = PAGE_MAX),
    WEB_FIELD(struct asked, count, "要总数", .min = 0, .max = 1),
};

enum rc list_parse(struct web_ctx *c, const char *query)
{
    const struct list_filter *f = c->route->list->filters;
    struct web_field *fields = arena_array(c->arena, FIXED + LIST_FILTERS_MAX + 1, sizeof *fields);
    struct asked *asked = arena_alloc(c->arena, sizeof *asked);
    const struct web_input input = { .fields = fields, .size = sizeof *asked };
    memcpy(fields, fixed, sizeof fixed);
    for (size_t i = 0; f && f[i].name && i < LIST_FILTERS_MAX; i++)
        fields[FIXED + i] = (struct web_field){
            .title = f[i].title,
            .max = LIST_TEXT_MAX,
            .name = f[i].name,
            .type = WEB_TEXT,
            .offset = offsetof(struct asked, filter) + i * sizeof asked->filter[0],
        };
    c->query = asked;
    return web_input_query(c->arena, &input, query, false, asked, &c->err);
}

/* ---- a page ---------------------------------------------------------------------------------- */

static enum rc put_count(struct web_ctx *c, struct jsonw *w, const struct list_ask *ask)
{
    int64_t n = 0;
    enum rc rc = list_count(c->db, c->arena, c->route->list, ask, &n, &c->err);
    if (rc != RC_OK)
        return rc;
    jw_int(w, "total", n > LIST_COUNT_MAX ? LIST_COUNT_MAX : n);
    jw_bool(w, "total_is_more", n > LIST_COUNT_MAX);
    return RC_OK;
}

static enum rc reply_page(struct web_ctx *c, const struct list_ask *ask, const struct asked *asked)
{
    const struct web_route *r = c->route;
    struct row_page page;
    enum rc rc = list_page(c->db, c->arena, r->list, ask, asked->limit ? asked->limit : PAGE, &page,
                           &c->err);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, r->list->name);
    for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
        void *row = (char *)page.v + i * r->list->rows->size;
        if (r->fill)
            rc = r->fill(c, c->arena, row);
        if (rc == RC_OK)
            row_put_object(w, r->list->rows, row);
    }
    jw_end(w);
    jw_text(w, "next", list_next(c->arena, r->list, ask, &page));
    if (rc == RC_OK && asked->count)
        rc = put_count(c, w, ask);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* ---- a table --------------------------------------------------------------------------------- */

struct table {
    struct web_ctx *c;
    struct sheet *sheet;
    int64_t rows;
};

static enum rc put_row(void *data, struct arena *a, void *row)
{
    struct table *t = data;
    enum rc rc = t->c->route->fill ? t->c->route->fill(t->c, a, row) : RC_OK;
    t->rows++;
    return rc == RC_OK ? sheet_row(t->sheet, a, row) : rc;
}

/* The filters that hold, in words: "状态：待审核；区划：410402". */
static const char *filters_in_words(struct web_ctx *c, const struct asked *asked)
{
    struct buf out;
    buf_init(&out, c->arena, 4096);
    const struct list_filter *f = c->route->list->filters;
    for (size_t i = 0; f && f[i].name; i++) {
        const char *value = asked->filter[i] ? asked->filter[i] : f[i].initial;
        if (value)
            buf_printf(&out, "%s%s：%s", out.n ? "；" : "", f[i].title,
                       f[i].yes ? (*value == '1' ? "是" : "否") : row_label(f[i].labels, value));
    }
    return out.n ? out.p : "无";
}

static void close_file(void *file)
{
    (void)fclose(file);
}

static const char *audit_detail(struct web_ctx *c, const char *format, int64_t rows,
                                const char *filters)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, c->arena, 8192);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "format", format);
    jw_int(&w, "rows", rows);
    jw_text(&w, "filters", filters);
    jw_end(&w);
    return out.p;
}

static enum rc finish_table(struct web_ctx *c, struct table *t, const struct asked *asked,
                            enum sheet_kind kind)
{
    char now[INSTANT_TEXT];
    const char *filters = filters_in_words(c, asked);
    instant_format(now, c->now);
    const struct sheet_note notes[] = {
        { "名称", c->route->list->title },
        { "筛选条件", filters },
        { "条数", arena_printf(c->arena, "%" PRId64, t->rows) },
        { "导出时间", now },
        { "导出账号", c->actor.name ? c->actor.name : "" },
    };
    enum rc rc = sheet_close(t->sheet, notes, sizeof notes / sizeof notes[0], &c->reply.file);
    if (rc != RC_OK)
        return rc;
    arena_defer(c->arena, close_file, c->reply.file);
    (void)web_body(c, 200, sheet_media_type(kind));
    web_header(c, "Content-Disposition",
               arena_printf(c->arena, "attachment; filename=\"%s.%s\"", c->route->list->name,
                            asked->format));
    c->audit.detail = audit_detail(c, asked->format, t->rows, filters);
    return RC_OK;
}

static enum rc reply_table(struct web_ctx *c, const struct list_ask *ask, const struct asked *asked)
{
    const struct list *l = c->route->list;
    enum sheet_kind kind = strcmp(asked->format, "csv") == 0 ? SHEET_CSV : SHEET_XLSX;
    struct table t = { .c = c };
    enum rc rc = sheet_open(c->arena, kind, l->title, l->rows, &t.sheet);
    if (rc != RC_OK)
        return rc;
    rc = list_each(c->db, l, ask, put_row, &t, &c->err);
    if (rc == RC_OK)
        return finish_table(c, &t, asked, kind);
    sheet_drop(t.sheet);
    return rc;
}

enum rc web_list(struct web_ctx *c)
{
    const struct asked *asked = c->query;
    struct db_val scope[SCOPE_MAX];
    struct list_ask ask = { .scope = scope, .sort = asked->sort, .after = asked->after };
    memcpy(ask.filter, asked->filter, sizeof ask.filter);
    enum rc rc = c->route->scope ? c->route->scope(c, scope) : RC_OK;
    if (rc != RC_OK)
        return rc;
    return asked->format ? reply_table(c, &ask, asked) : reply_page(c, &ask, asked);
}

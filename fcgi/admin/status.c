#include <stdio.h>

#include "admin/admin.h"
#include "base/buf.h"
#include "base/date.h"
#include "store/report/watch.h"
#include "store/schema.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

/* Exit codes as monitoring has them: 0 all is well, 1 warning, 2 critical, 3 not known. */

enum { STATEMENT_SECONDS = 30, OUTPUT_MAX = 1 << 20 };

static const char *const level_names[] = { "ok", "warning", "critical" };
static const char *const level_titles[] = { "正常", "警告", "严重" };

struct status {
    enum watch_level level;
    struct buf summary; /* what is not well, in the first line */
    struct buf lines;
    struct jsonw json;
    int64_t now;
};

/* A count, or an instant as day and minute in China. */
static const char *value_text(struct admin *a, const struct watch_figure *f,
                              const struct watch_value *v)
{
    enum { CHINA_MS = 8 * 3600 * 1000 };
    char text[INSTANT_TEXT];
    if (f->kind == WATCH_COUNT)
        return arena_printf(a->arena, "%lld", (long long)v->value);
    if (v->none)
        return f->expected ? "从未" : "无";
    instant_format(text, v->value + CHINA_MS);
    return arena_printf(a->arena, "%.10s %.5s", text, text + 11);
}

static const char *title(struct admin *a, const struct watch_figure *f, const struct watch_value *v)
{
    if (!f->labels[0])
        return f->title;
    return arena_printf(a->arena, "%s（%s%s%s）", f->title, v->first, f->labels[1] ? " " : "",
                        v->second);
}

static void put_json(struct status *s, const struct watch_figure *f, const struct watch_value *v,
                     enum watch_level level)
{
    struct jsonw *w = &s->json;
    jw_object(w, NULL);
    jw_text(w, "name", f->name);
    jw_text(w, "title", f->title);
    if (f->labels[0])
        jw_text(w, f->labels[0], v->first);
    if (f->labels[1])
        jw_text(w, f->labels[1], v->second);
    jw_text(w, "level", level_names[level]);
    if (f->warning)
        jw_int(w, "warning", f->warning);
    if (f->critical)
        jw_int(w, "critical", f->critical);
    if (f->kind == WATCH_COUNT)
        jw_int(w, "count", v->value);
    else if (v->none)
        jw_null(w, "at");
    else
        jw_instant(w, "at", v->value);
    jw_end(w);
}

static void put(struct admin *a, struct status *s, const struct watch_figure *f,
                const struct watch_value *v)
{
    enum watch_level level = watch_level(f, v, s->now);
    const char *name = title(a, f, v);
    const char *value = value_text(a, f, v);
    buf_printf(&s->lines, "%s  %s：%s\n", level_titles[level], name, value);
    if (level != WATCH_OK)
        buf_printf(&s->summary, "；%s %s", name, value);
    if (level > s->level)
        s->level = level;
    put_json(s, f, v, level);
}

static enum rc read_all(struct admin *a, struct status *s)
{
    enum rc rc = RC_OK;
    for (const struct watch_figure *f = watch_figures; rc == RC_OK && f->name; f++) {
        struct row_page page = { .n = 0 };
        rc = watch_read(a->db, a->arena, f, s->now, &page);
        const struct watch_value *values = page.v;
        for (size_t i = 0; rc == RC_OK && i < page.n; i++)
            put(a, s, f, &values[i]);
    }
    return rc;
}

static enum rc read_certificates(struct admin *a, struct status *s)
{
    struct watch_value *values;
    size_t n;
    enum rc rc = watch_certificates(a->arena, a->config, &values, &n, &a->err);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        put(a, s, &watch_certificate, &values[i]);
    return rc;
}

static int no_database(struct admin *a, enum rc rc)
{
    const char *why = a->err.detail[0] ? a->err.detail : rc_name(rc);
    if (a->json) {
        struct buf out;
        struct jsonw w;
        buf_init(&out, a->arena, OUTPUT_MAX);
        jw_init(&w, &out);
        jw_object(&w, NULL);
        jw_text(&w, "level", level_names[WATCH_CRITICAL]);
        jw_text(&w, "problem", why);
        jw_end(&w);
        (void)printf("%s\n", out.p);
    } else {
        (void)printf("%s：数据库不可用：%s\n", level_titles[WATCH_CRITICAL], why);
    }
    return WATCH_CRITICAL;
}

int admin_status(struct admin *a, int argc, char **argv)
{
    struct status s = { .now = clock_now() };
    struct buf json;
    (void)argv;
    if (argc)
        return admin_usage("status 不需要参数");
    buf_init(&s.summary, a->arena, OUTPUT_MAX);
    buf_init(&s.lines, a->arena, OUTPUT_MAX);
    buf_init(&json, a->arena, OUTPUT_MAX);
    jw_init(&s.json, &json);
    jw_object(&s.json, NULL);
    jw_array(&s.json, "figures");
    enum rc rc = schema_open(a->settings, STATEMENT_SECONDS, &a->db, &a->err);
    if (rc == RC_OK)
        rc = read_all(a, &s);
    if (rc == RC_OK)
        rc = read_certificates(a, &s);
    if (rc != RC_OK)
        return no_database(a, rc);
    jw_end(&s.json);
    jw_text(&s.json, "level", level_names[s.level]);
    jw_end(&s.json);
    if (a->json)
        (void)printf("%s\n", json.p);
    else
        (void)printf("%s%s\n%s", level_titles[s.level], s.summary.p, s.lines.p);
    return (int)s.level;
}

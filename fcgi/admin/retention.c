/* What is kept for a time by rule: a report of what is due, and its end. */
#include "admin/admin.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/date.h"
#include "store/report/retention.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

enum { OUTPUT_MAX = 1 << 16 };

struct purging {
    struct admin *admin;
    const struct retention *of;
    int64_t before;
    int64_t rows; /* of the last piece */
};

static enum rc purge_piece(struct db *db, void *data, struct err *err)
{
    struct purging *p = data;
    struct arena *a = p->admin->arena;
    char before[INSTANT_TEXT];
    (void)err;
    enum rc rc = retention_purge(db, p->of, p->before, &p->rows);
    if (rc != RC_OK || p->rows == 0)
        return rc;
    instant_format(before, p->before);
    return admin_audit(
        p->admin, "retention.purge", arena_printf(a, "retention:%s", p->of->name),
        arena_printf(a, "{\"rows\":%" PRId64 ",\"before\":\"%s\"}", p->rows, before));
}

/* Piece by piece, so that nobody waits long for one; *rows: all of it. */
static enum rc purge_all(struct purging *p, int64_t *rows)
{
    enum rc rc;
    *rows = 0;
    do {
        rc = db_transaction(p->admin->db, purge_piece, p, &p->admin->err);
        *rows += rc == RC_OK ? p->rows : 0;
    } while (rc == RC_OK && p->rows == RETENTION_PIECE);
    return rc;
}

struct report {
    struct buf text;
    struct buf out;
    struct jsonw json;
};

static void put(struct report *t, const struct retention *r, int64_t days,
                const struct retention_due *due, const int64_t *purged)
{
    char oldest[DATE_TEXT] = "";
    if (due->rows)
        date_format(oldest, date_at(due->oldest));
    jw_object(&t->json, NULL);
    jw_text(&t->json, "name", r->name);
    jw_text(&t->json, "rule", rule_names[r->rule]);
    jw_int(&t->json, "days", days);
    jw_int(&t->json, "due", due->rows);
    jw_text(&t->json, "oldest", *oldest ? oldest : NULL);
    if (purged)
        jw_int(&t->json, "purged", *purged);
    jw_end(&t->json);
    buf_printf(&t->text, "%s：保存 %" PRId64 " 天（%s），到期 %" PRId64 " 条", r->title, days,
               rule_names[r->rule], due->rows);
    if (*oldest)
        buf_printf(&t->text, "，最早 %s", oldest);
    if (purged)
        buf_printf(&t->text, "，已清除 %" PRId64 " 条", *purged);
    buf_putc(&t->text, '\n');
}

static enum rc one(struct admin *a, const struct rule_set *rules, const struct retention *r,
                   bool purge, struct report *t)
{
    struct purging p = { .admin = a, .of = r };
    struct retention_due due = { .rows = 0 };
    int64_t days = 0;
    int64_t purged = 0;
    int32_t today = date_at(clock_now());
    enum rc rc = rule_value(rules, r->rule, &days, &a->err);
    p.before = days < today ? date_start(today - (int32_t)days) : 0;
    if (rc == RC_OK)
        rc = retention_due(a->db, r, p.before, &due);
    if (rc == RC_OK && purge)
        rc = purge_all(&p, &purged);
    if (rc == RC_OK)
        put(t, r, days, &due, purge ? &purged : NULL);
    return rc;
}

static int report(struct admin *a, bool purge)
{
    struct rule_set rules;
    struct report t;
    buf_init(&t.text, a->arena, OUTPUT_MAX);
    buf_init(&t.out, a->arena, OUTPUT_MAX);
    jw_init(&t.json, &t.out);
    jw_object(&t.json, NULL);
    jw_array(&t.json, "kept");
    enum rc rc = rule_load(a->db, a->arena, "", date_at(clock_now()), &rules);
    for (const struct retention *r = retentions; rc == RC_OK && r->name; r++)
        rc = one(a, &rules, r, purge, &t);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    jw_end(&t.json);
    jw_end(&t.json);
    (void)printf(a->json ? "%s\n" : "%s", a->json ? t.out.p : t.text.p);
    return EXIT_OK;
}

int admin_retention(struct admin *a, int argc, char **argv)
{
    (void)argv;
    return argc ? admin_usage("retention 不需要参数") : report(a, false);
}

int admin_retention_purge(struct admin *a, int argc, char **argv)
{
    (void)argv;
    return argc ? admin_usage("retention purge 不需要参数") : report(a, true);
}

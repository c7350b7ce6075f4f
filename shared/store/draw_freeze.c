#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/weight.h"
#include "store/draw.h"
#include "store/plan.h"
#include "store/rule.h"

/* Checks of this year and the last clean one, by departments of the same kind, of every subject. */
#define FREEZE_CHECKS                                                                              \
    "SELECT v.subject_id, COUNT(IF(s.left_at >= ?, 1, NULL)) AS checks, MAX(s.left_at) AS "        \
    "last_at,"                                                                                     \
    " MAX(IF(s.result_class = 'no_problem', s.left_at, NULL)) AS clean_at"                         \
    " FROM section s JOIN visit v ON v.id = s.visit_id"                                            \
    " JOIN department d ON d.id = s.department_id"                                                 \
    " WHERE d.kind = ? AND s.state IN ('signed', 'accepted') AND s.left_at >= ?"                   \
    " AND s.result_class <> 'unreachable' GROUP BY v.subject_id"

/* region_code and specialty are parts of the stratum: so ordered, strata are ordered bytewise. */
DB_STMT(draw_scope_select, "iTtTi", "tttitiiiiT",
        "SELECT b.code, b.region_code, e.specialty, b.state = 'closed', b.credit_class,"
        " b.complaints, b.is_key, y.protected, COALESCE(h.checks, 0),"
        " IF(h.clean_at = h.last_at, h.clean_at, NULL)"
        " FROM directory_entry e JOIN subject b ON b.id = e.subject_id"
        " JOIN plan_quota q ON q.plan_id = ? AND q.region_code = b.region_code"
        " AND q.specialty = e.specialty"
        " JOIN specialty y ON y.code = e.specialty"
        " LEFT JOIN (" FREEZE_CHECKS ") h ON h.subject_id = b.id"
        " WHERE e.directory_id = ? ORDER BY b.code, b.region_code, e.specialty");

DB_STMT(draw_part_insert, "iib", "",
        "INSERT INTO snapshot_part (draw_id, part, body) VALUES (?, ?, ?)");

DB_STMT(draw_quota_insert, "itii", "",
        "INSERT INTO draw_quota (draw_id, stratum, quota, eligible) VALUES (?, ?, ?, ?)");

DB_STMT(draw_update_frozen, "Ttiii", "",
        "UPDATE draw SET state = 'frozen', frozen_at = ?, snapshot_sha256 = ?, snapshot_bytes = ?,"
        " snapshot_lines = ? WHERE id = ? AND state = 'open'");

/* A piece of the text that is full. */
struct part {
    struct part *next;
    size_t n;
    char bytes[];
};

struct freeze {
    const struct draw *draw;
    struct weight_rules rules;
    int32_t today;
    struct arena *arena; /* of the text */
    struct buf now;      /* the piece being filled */
    struct draw_writer writer;
    struct draw_strata *strata;
    struct digest *digest;
    struct part *first;
    struct part *last;
    size_t bytes;
};

static void release(void *data)
{
    arena_free(data);
}

/* ---- rules ---- */

static void set_rule(const struct rule_set *set, const char *name, unsigned *value)
{
    int64_t v;
    if (rule_find(set, name, &v) && v >= 0 && v <= INT32_MAX)
        *value = (unsigned)v;
}

static enum rc load_rules(struct db *db, struct arena *a, const struct draw *draw, int32_t today,
                          struct weight_rules *out)
{
    struct rule_set set;
    *out = weight_rules_default;
    enum rc rc = rule_load(db, a, draw->region, today, &set);
    if (rc != RC_OK)
        return rc;
    set_rule(&set, "weight.credit.A", &out->credit[WEIGHT_A]);
    set_rule(&set, "weight.credit.B", &out->credit[WEIGHT_B]);
    set_rule(&set, "weight.credit.C", &out->credit[WEIGHT_C]);
    set_rule(&set, "weight.credit.D", &out->credit[WEIGHT_D]);
    set_rule(&set, "weight.complaint", &out->complaint);
    set_rule(&set, "weight.complaints_max", &out->complaints_max);
    set_rule(&set, "frequency.yearly", &out->yearly_cap);
    set_rule(&set, "frequency.quiet_days", &out->quiet_days);
    return RC_OK;
}

/* ---- the text ---- */

static enum rc put_part(struct freeze *f, struct err *err)
{
    if (f->bytes + f->now.n > DRAW_SNAPSHOT_MAX)
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过 %zu 字节", DRAW_SNAPSHOT_MAX);
    struct part *part = arena_alloc(f->arena, sizeof *part + f->now.n);
    part->n = f->now.n;
    memcpy(part->bytes, f->now.p, f->now.n);
    digest_update(f->digest, f->now.p, f->now.n);
    f->bytes += f->now.n;
    if (f->last)
        f->last->next = part;
    else
        f->first = part;
    f->last = part;
    buf_clear(&f->now);
    return RC_OK;
}

static enum rc put_entry(struct freeze *f, const struct db_query *q, struct err *err)
{
    char stratum[DRAW_STRATUM_MAX + 1];
    const char *region = db_col_text(q, 1);
    const char *specialty = db_col_text(q, 2);
    size_t n = (size_t)snprintf(stratum, sizeof stratum, "%s.%s", region, specialty);
    const struct weight_facts facts = {
        .credit = weight_credit_parse(db_col_text(q, 4)),
        .complaints = (unsigned)db_col_int(q, 5),
        .closed = db_col_int(q, 3) != 0,
        .key = db_col_int(q, 6) != 0,
        .protected_field = db_col_int(q, 7) != 0,
        .checks = (unsigned)db_col_int(q, 8),
        .checked_clean = !db_is_null(q, 9),
        .clean_on = db_is_null(q, 9) ? 0 : date_at(db_col_int(q, 9)),
        .today = f->today,
    };
    struct weight weight = weight_of(&f->rules, &facts);
    if (f->now.n + DRAW_LINE_MAX > DRAW_PART_SIZE) {
        enum rc rc = put_part(f, err);
        if (rc != RC_OK)
            return rc;
    }
    enum rc rc = draw_write(&f->writer, db_col_text(q, 0), stratum, weight.value,
                            weight_reason(weight.exclusion), err);
    return rc == RC_OK ? draw_strata_count(f->strata, stratum, n, weight.value, err) : rc;
}

static enum rc put_scope(struct db *db, struct freeze *f, struct err *err)
{
    enum { DAY_MS = 86400000, ZONE_MS = 8 * 3600000 };
    int64_t year = (int64_t)date_of(date_year(f->today), 1, 1) * DAY_MS - ZONE_MS;
    int64_t quiet = ((int64_t)f->today - f->rules.quiet_days) * DAY_MS - ZONE_MS;
    struct db_query *q;
    enum rc rc = db_query_stream(
        db, &draw_scope_select,
        DB_ARGS(db_int(f->draw->plan_id), db_instant(year), db_text(f->draw->kind),
                db_instant(quiet < year ? quiet : year), db_int(f->draw->directory_id)),
        &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        rc = put_entry(f, q, err);
        if (rc != RC_OK) {
            db_done(&q);
            return rc;
        }
    }
    return rc == RC_DONE ? put_part(f, err) : rc;
}

/* ---- quotas ---- */

static enum rc load_quotas(struct db *db, struct arena *a, struct freeze *f, struct err *err)
{
    const struct plan_quota *quotas;
    size_t n;
    enum rc rc = plan_quotas(db, a, f->draw->plan_id, &quotas, &n);
    if (rc != RC_OK)
        return rc;
    struct draw_quota *list = arena_array(a, n, sizeof *list);
    for (size_t i = 0; i < n; i++) {
        list[i].stratum = arena_printf(a, "%s.%s", quotas[i].region, quotas[i].specialty);
        list[i].quota = (uint32_t)quotas[i].count;
    }
    return draw_strata(a, list, n, &f->strata, err);
}

/* Every stratum that cannot fill its quota, named before anything is frozen. */
static enum rc check_quotas(struct arena *a, const struct draw_frozen *frozen, struct err *err)
{
    struct buf text;
    uint64_t quota = 0;
    size_t short_of = 0;
    buf_init(&text, a, 300);
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        quota += s->quota;
        if (s->quota <= s->eligible)
            continue;
        char one[DRAW_STRATUM_MAX + 60];
        (void)snprintf(one, sizeof one, "%s%s（任务 %u，可抽 %zu）", short_of ? "、" : "", s->name,
                       (unsigned)s->quota, s->eligible);
        if (text.n + strlen(one) <= text.cap)
            buf_puts(&text, one);
        short_of++;
    }
    if (quota > DRAW_SELECTED_MAX)
        return err_set(err, RC_TOO_LARGE, "/quotas", "一次抽取超过 %d 个对象", DRAW_SELECTED_MAX);
    if (short_of == 0)
        return RC_OK;
    return err_set(err, RC_STATE, "/quotas", "%zu 个抽查层的任务数超过可抽对象数：%s", short_of,
                   text.p);
}

static enum rc store_quotas(struct db *db, struct arena *a, int64_t draw_id,
                            const struct draw_frozen *frozen)
{
    enum { COLUMNS = 4 };
    struct db_val *values = arena_array(a, frozen->stratum_count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(draw_id);
        row[1] = db_text(s->name);
        row[2] = db_int(s->quota);
        row[3] = db_int((int64_t)s->eligible);
    }
    return db_bulk(db, &draw_quota_insert, values, frozen->stratum_count);
}

static enum rc store_parts(struct db *db, int64_t draw_id, const struct part *part)
{
    enum rc rc = RC_OK;
    for (int64_t n = 0; rc == RC_OK && part; part = part->next, n++)
        rc = db_exec(db, &draw_part_insert,
                     DB_ARGS(db_int(draw_id), db_int(n), db_bytes(part->bytes, part->n)));
    return rc;
}

static enum rc compose(struct db *db, struct arena *a, struct freeze *f, struct draw_frozen *out,
                       struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    enum rc rc = load_rules(db, a, f->draw, f->today, &f->rules);
    if (rc == RC_OK)
        rc = load_quotas(db, a, f, err);
    if (rc == RC_OK)
        rc = draw_write_start(&f->writer, &f->now, f->draw->code, err);
    if (rc == RC_OK)
        rc = put_scope(db, f, err);
    if (rc != RC_OK)
        return rc;
    digest_final(f->digest, hash);
    hex_encode(out->sha256, hash, sizeof hash);
    out->bytes = f->bytes;
    out->lines = f->writer.lines;
    out->eligible = f->writer.eligible;
    out->strata = draw_strata_list(f->strata, &out->stratum_count);
    return check_quotas(a, out, err);
}

enum rc draw_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                    int64_t now, struct draw_frozen *out, struct err *err)
{
    /* The text has memory of its own: the request's ceiling is for requests, not for directories. */
    struct freeze f = { .draw = draw,
                        .today = date_at(now),
                        .arena = arena_new(DRAW_SNAPSHOT_MAX + 4 * DRAW_PART_SIZE),
                        .digest = digest_new(draw_digest(rule)) };
    arena_defer(a, release, f.arena);
    buf_init(&f.now, f.arena, DRAW_PART_SIZE);
    enum rc rc = compose(db, a, &f, out, err);
    digest_free(f.digest);
    if (rc == RC_OK)
        rc = store_parts(db, draw->id, f.first);
    if (rc == RC_OK)
        rc = store_quotas(db, a, draw->id, out);
    if (rc == RC_OK)
        rc = db_exec(db, &draw_update_frozen,
                     DB_ARGS(db_instant(now), db_text(out->sha256), db_int((int64_t)out->bytes),
                             db_int((int64_t)out->lines), db_int(draw->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "抽取 %s 已冻结", draw->code);
    return rc;
}

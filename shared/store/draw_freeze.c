#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/snapshot_sort.h"
#include "domain/weight.h"
#include "store/draw.h"
#include "store/plan.h"
#include "store/rule.h"

enum { CODE_SIZE = 18, ROOM_MIN = 1 << 16, DAY_MS = 86400000, ZONE_MS = 8 * 3600000 };

/* From the directory on, row by row, for the optimizer would start with the quotas. Unordered: a million
   rows are sorted here in half a second, and in no temporary table there. */
DB_STMT(
    draw_scope_select, "ii", "tttitiii",
    "SELECT STRAIGHT_JOIN b.code, q.region_code, q.specialty, b.state = 'closed', b.credit_class,"
    " b.complaints, b.is_key OR p.items = 'key', y.protected FROM directory_entry e"
    " JOIN subject b ON b.id = e.subject_id"
    " JOIN plan p ON p.id = ? JOIN plan_quota q ON q.plan_id = p.id"
    " AND q.region_code = b.region_code"
    " AND q.specialty = e.specialty"
    " JOIN specialty y ON y.code = e.specialty WHERE e.directory_id = ?");

/* Under a code that was merged, the subject that it stands for now. */
#define FREEZE_PRESENT " LEFT JOIN subject m ON m.id = b.merged_into"

/*
 * What is known of subjects: checks of this year and whether the last one was clean, by departments of
 * the same kind, our own sections and what was imported, the same day once; who stands on a list today.
 */
DB_STMT(
    draw_facts_select, "DtTtDDD", "tiDii",
    "SELECT x.code, COUNT(DISTINCT IF(x.on_day >= ?, x.on_day, NULL)),"
    " IF(MAX(IF(x.clean, NULL, x.on_day)) <=> MAX(x.on_day), NULL, MAX(x.on_day)),"
    " MAX(x.abnormal), MAX(x.serious) FROM ("
    "SELECT COALESCE(m.code, b.code) AS code, DATE(s.left_at + INTERVAL 8 HOUR) AS on_day,"
    " s.result_class = 'no_problem' AS clean, 0 AS abnormal, 0 AS serious"
    " FROM section s JOIN visit v ON v.id = s.visit_id JOIN subject b ON b.id = v.subject_id"
    " JOIN department d ON d.id = s.department_id" FREEZE_PRESENT
    " WHERE d.kind = ? AND s.state IN ('signed', 'accepted') AND s.left_at >= ?"
    " AND s.result_class <> 'unreachable'"
    " UNION ALL SELECT COALESCE(m.code, h.code), h.checked_on, h.result_class = 'no_problem', 0, 0"
    " FROM check_history h JOIN department d ON d.id = h.department_id"
    " LEFT JOIN subject b ON b.code = h.code" FREEZE_PRESENT
    " WHERE d.kind = ? AND h.checked_on >= ? AND h.result_class <> 'unreachable'"
    " UNION ALL SELECT COALESCE(m.code, l.code), NULL, NULL, l.list = 'abnormal',"
    " l.list = 'serious' FROM listing l LEFT JOIN subject b ON b.code = l.code" FREEZE_PRESENT
    " WHERE l.listed_on <= ? AND (l.removed_on IS NULL OR l.removed_on > ?)"
    ") x GROUP BY x.code ORDER BY x.code");

/* What stays with an earlier draw of the plan, by code and specialty. */
DB_STMT(draw_staying_select, "ii", "tt",
        "SELECT COALESCE(m.code, b.code) AS code, r.stratum FROM draw w"
        " STRAIGHT_JOIN task t ON t.draw_id = w.id STRAIGHT_JOIN section s ON s.id = t.section_id"
        " STRAIGHT_JOIN visit v ON v.id = s.visit_id AND v.state = 'dispatched'"
        " STRAIGHT_JOIN draw_result r ON r.subject_id = t.subject_id AND r.draw_id = t.draw_id"
        " AND SUBSTRING(r.stratum, 8) = t.specialty"
        " STRAIGHT_JOIN subject b ON b.id = t.subject_id" FREEZE_PRESENT
        " WHERE w.plan_id = ? AND w.id < ? ORDER BY code, t.specialty");

DB_STMT(draw_part_insert, "iib", "",
        "INSERT INTO snapshot_part (draw_id, part, body) VALUES (?, ?, ?)");

DB_STMT(draw_quota_insert, "itii", "",
        "INSERT INTO draw_quota (draw_id, stratum, quota, eligible) VALUES (?, ?, ?, ?)");

DB_STMT(draw_update_frozen, "Ttiii", "",
        "UPDATE draw SET state = 'frozen', frozen_at = ?, snapshot_sha256 = ?, snapshot_bytes = ?,"
        " snapshot_lines = ? WHERE id = ? AND state = 'open'");

/* What is known of a subject beside its own row. */
struct facts {
    char code[CODE_SIZE + 1];
    bool clean;
    bool abnormal;
    bool serious;
    unsigned checks;
    int32_t clean_on;
};

/* An entry that stays with an earlier draw. */
struct stay {
    char code[CODE_SIZE + 1];
    char stratum[DRAW_STRATUM_MAX + 1];
};

/* An array that grows in the arena. */
struct rows {
    void *v;
    size_t n;
    size_t room;
};

struct freeze {
    struct db *db;
    struct arena *arena; /* of this freeze: the request's ceiling is for requests */
    const struct draw *draw;
    struct weight_rules rules;
    int32_t today;
    const struct plan_quota *quotas;
    const char **strata; /* the names of the quotas' strata */
    size_t quota_count;
    struct draw_strata *counts;
    struct snapshot_sort
        *lines;        /* their strata are places among the quotas, which are in bytewise order */
    struct rows facts; /* struct facts, by code */
    struct rows stays; /* struct stay, by code and specialty */
    struct buf now;    /* the piece of the text being filled */
    struct digest *digest;
    int64_t parts;
    size_t bytes;
};

static void release(void *data)
{
    arena_free(data);
}

static void *add_row(struct arena *a, struct rows *rows, size_t size)
{
    if (rows->n == rows->room) {
        size_t room = rows->room ? rows->room * 2 : ROOM_MIN;
        void *wider = arena_array(a, room, size);
        if (rows->n)
            memcpy(wider, rows->v, rows->n * size);
        rows->v = wider;
        rows->room = room;
    }
    return (char *)rows->v + rows->n++ * size;
}

/* ---- rules and quotas ---- */

static void set_rule(const struct rule_set *set, const char *name, unsigned *value)
{
    int64_t v;
    if (rule_find(set, name, &v) && v >= 0 && v <= INT32_MAX)
        *value = (unsigned)v;
}

static enum rc load_rules(struct freeze *f)
{
    struct rule_set set;
    struct weight_rules *out = &f->rules;
    *out = weight_rules_default;
    enum rc rc = rule_load(f->db, f->arena, f->draw->region, f->today, &set);
    if (rc != RC_OK)
        return rc;
    set_rule(&set, "weight.credit.A", &out->credit[WEIGHT_A]);
    set_rule(&set, "weight.credit.B", &out->credit[WEIGHT_B]);
    set_rule(&set, "weight.credit.C", &out->credit[WEIGHT_C]);
    set_rule(&set, "weight.credit.D", &out->credit[WEIGHT_D]);
    set_rule(&set, "weight.complaint", &out->complaint);
    set_rule(&set, "weight.complaints_max", &out->complaints_max);
    set_rule(&set, "weight.abnormal", &out->abnormal);
    set_rule(&set, "weight.serious", &out->serious);
    set_rule(&set, "frequency.yearly", &out->yearly_cap);
    set_rule(&set, "frequency.quiet_days", &out->quiet_days);
    return RC_OK;
}

static enum rc load_stays(struct freeze *f)
{
    struct db_query *q;
    enum rc rc = db_query_stream(f->db, &draw_staying_select,
                                 DB_ARGS(db_int(f->draw->plan_id), db_int(f->draw->id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct stay *stay = add_row(f->arena, &f->stays, sizeof *stay);
        (void)snprintf(stay->code, sizeof stay->code, "%s", db_col_text(q, 0));
        (void)snprintf(stay->stratum, sizeof stay->stratum, "%s", db_col_text(q, 1));
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static int by_stratum(const void *stratum, const void *name)
{
    return strcmp(stratum, *(const char *const *)name);
}

/* What the plan asks for beyond what stays with earlier draws. */
static void lower_quotas(struct freeze *f, struct draw_quota *list)
{
    const struct stay *stays = f->stays.v;
    for (size_t i = 0; i < f->stays.n; i++) {
        const char **name =
            bsearch(stays[i].stratum, f->strata, f->quota_count, sizeof *f->strata, by_stratum);
        if (name && list[name - f->strata].quota)
            list[name - f->strata].quota--;
    }
}

static enum rc load_quotas(struct freeze *f, struct err *err)
{
    enum rc rc = plan_quotas(f->db, f->arena, f->draw->plan_id, &f->quotas, &f->quota_count);
    if (rc != RC_OK)
        return rc;
    struct draw_quota *list = arena_array(f->arena, f->quota_count, sizeof *list);
    f->strata = arena_array(f->arena, f->quota_count, sizeof *f->strata);
    for (size_t i = 0; i < f->quota_count; i++) {
        f->strata[i] = arena_printf(f->arena, "%s.%s", f->quotas[i].region, f->quotas[i].specialty);
        list[i] = (struct draw_quota){ f->strata[i], (uint32_t)f->quotas[i].count };
    }
    lower_quotas(f, list);
    return draw_strata(f->arena, list, f->quota_count, &f->counts, err);
}

static int64_t midnight(int64_t date)
{
    return date * DAY_MS - ZONE_MS;
}

static enum rc load_facts(struct freeze *f)
{
    int32_t year = date_of(date_year(f->today), 1, 1);
    int64_t quiet = (int64_t)f->today - f->rules.quiet_days;
    int32_t since = quiet < year ? (int32_t)quiet : year;
    struct db_query *q;
    enum rc rc = db_query_stream(f->db, &draw_facts_select,
                                 DB_ARGS(db_date(year), db_text(f->draw->kind),
                                         db_instant(midnight(since)), db_text(f->draw->kind),
                                         db_date(since), db_date(f->today), db_date(f->today)),
                                 &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct facts *k = add_row(f->arena, &f->facts, sizeof *k);
        (void)snprintf(k->code, sizeof k->code, "%s", db_col_text(q, 0));
        k->checks = (unsigned)db_col_int(q, 1);
        k->clean = !db_is_null(q, 2);
        k->clean_on = k->clean ? db_col_date(q, 2) : 0;
        k->abnormal = db_col_int(q, 3) != 0;
        k->serious = db_col_int(q, 4) != 0;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- the scope ---- */

static int by_known_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct facts *)row)->code);
}

static int by_place(const void *place, const void *row)
{
    const struct plan_quota *wanted = place;
    const struct plan_quota *quota = row;
    int order = strcmp(wanted->region, quota->region);
    return order ? order : strcmp(wanted->specialty, quota->specialty);
}

static int by_stay(const void *place, const void *row)
{
    const struct stay *wanted = place;
    const struct stay *stay = row;
    int order = strcmp(wanted->code, stay->code);
    return order ? order : strcmp(wanted->stratum, strchr(stay->stratum, '.') + 1);
}

static bool stays(const struct freeze *f, const char *code, const char *specialty)
{
    struct stay wanted;
    if (!f->stays.n)
        return false;
    (void)snprintf(wanted.code, sizeof wanted.code, "%s", code);
    (void)snprintf(wanted.stratum, sizeof wanted.stratum, "%s", specialty);
    return bsearch(&wanted, f->stays.v, f->stays.n, sizeof wanted, by_stay) != NULL;
}

static struct weight weigh(const struct freeze *f, const struct db_query *q)
{
    const struct facts *known = f->facts.n ? bsearch(db_col_text(q, 0), f->facts.v, f->facts.n,
                                                     sizeof *known, by_known_code)
                                           : NULL;
    const struct weight_facts facts = {
        .credit = weight_credit_parse(db_col_text(q, 4)),
        .complaints = (unsigned)db_col_int(q, 5),
        .closed = db_col_int(q, 3) != 0,
        .key = db_col_int(q, 6) != 0,
        .protected_field = db_col_int(q, 7) != 0,
        .drawn = stays(f, db_col_text(q, 0), db_col_text(q, 2)),
        .checks = known ? known->checks : 0,
        .checked_clean = known && known->clean,
        .clean_on = known ? known->clean_on : 0,
        .abnormal = known && known->abnormal,
        .serious = known && known->serious,
        .today = f->today,
    };
    return weight_of(&f->rules, &facts);
}

static enum rc add_entry(struct freeze *f, const struct db_query *q, struct err *err)
{
    const struct plan_quota place = { .region = db_col_text(q, 1), .specialty = db_col_text(q, 2) };
    const struct plan_quota *quota =
        bsearch(&place, f->quotas, f->quota_count, sizeof place, by_place);
    const char *code = db_col_text(q, 0);
    size_t n = strlen(code);
    if (!quota || n > CODE_SIZE)
        return err_set(err, RC_INTERNAL, "", "an entry of the scope does not fit: %.30s", code);
    if (snapshot_sort_count(f->lines) == DRAW_LINES_MAX)
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过 %d 行", DRAW_LINES_MAX);
    struct weight weight = weigh(f, q);
    struct snapshot_row *e = snapshot_sort_add(f->lines);
    memcpy(e->code, code, n);
    e->stratum = (uint16_t)(quota - f->quotas);
    e->weight = (uint8_t)weight.value;
    e->exclusion = (uint8_t)weight.exclusion;
    const char *stratum = f->strata[e->stratum];
    return draw_strata_count(f->counts, stratum, strlen(stratum), weight.value, err);
}

static enum rc load_scope(struct freeze *f, struct err *err)
{
    struct db_query *q;
    enum rc rc =
        db_query_stream(f->db, &draw_scope_select,
                        DB_ARGS(db_int(f->draw->plan_id), db_int(f->draw->directory_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        rc = add_entry(f, q, err);
        if (rc != RC_OK) {
            db_done(&q);
            return rc;
        }
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* Every stratum that cannot fill its quota, named before anything is written. */
static enum rc check_quotas(struct freeze *f, const struct draw_frozen *frozen, struct err *err)
{
    struct buf text;
    uint64_t quota = 0;
    size_t short_of = 0;
    buf_init(&text, f->arena, 300);
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

/* ---- writing ---- */

static enum rc put_part(struct freeze *f, struct err *err)
{
    f->bytes += f->now.n;
    if (f->bytes > DRAW_SNAPSHOT_MAX)
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过 %zu 字节", DRAW_SNAPSHOT_MAX);
    digest_update(f->digest, f->now.p, f->now.n);
    enum rc rc =
        db_exec(f->db, &draw_part_insert,
                DB_ARGS(db_int(f->draw->id), db_int(f->parts), db_bytes(f->now.p, f->now.n)));
    f->parts++;
    buf_clear(&f->now);
    return rc;
}

static enum rc put_text(struct freeze *f, struct draw_frozen *out, struct err *err)
{
    struct draw_writer writer;
    const struct snapshot_row *e;
    buf_init(&f->now, f->arena, DRAW_PART_SIZE);
    enum rc rc = draw_write_start(&writer, &f->now, f->draw->code, err);
    while (rc == RC_OK && (e = snapshot_sort_take(f->lines))) {
        char code[CODE_SIZE + 1] = "";
        memcpy(code, e->code, CODE_SIZE);
        if (f->now.n + DRAW_LINE_MAX > DRAW_PART_SIZE)
            rc = put_part(f, err);
        if (rc == RC_OK)
            rc = draw_write(&writer, code, f->strata[e->stratum], e->weight,
                            weight_reason((enum weight_exclusion)e->exclusion), err);
    }
    if (rc == RC_OK)
        rc = put_part(f, err);
    if (rc != RC_OK)
        return rc;
    uint8_t hash[DIGEST_SIZE];
    digest_final(f->digest, hash);
    hex_encode(out->sha256, hash, sizeof hash);
    out->bytes = f->bytes;
    out->lines = writer.lines;
    out->eligible = writer.eligible;
    return RC_OK;
}

static enum rc put_quotas(struct freeze *f, const struct draw_frozen *frozen)
{
    enum { COLUMNS = 4 };
    struct db_val *values = arena_array(f->arena, frozen->stratum_count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(f->draw->id);
        row[1] = db_text(s->name);
        row[2] = db_int(s->quota);
        row[3] = db_int((int64_t)s->eligible);
    }
    return db_bulk(f->db, &draw_quota_insert, values, frozen->stratum_count);
}

static enum rc freeze(struct freeze *f, struct draw_frozen *out, struct err *err)
{
    enum rc rc = load_rules(f);
    if (rc == RC_OK)
        rc = load_stays(f);
    if (rc == RC_OK)
        rc = load_quotas(f, err);
    if (rc == RC_OK)
        rc = load_facts(f);
    if (rc == RC_OK)
        rc = load_scope(f, err);
    if (rc != RC_OK)
        return rc;
    out->staying = f->stays.n;
    out->strata = draw_strata_list(f->counts, &out->stratum_count);
    rc = check_quotas(f, out, err);
    if (rc == RC_OK)
        rc = put_text(f, out, err);
    return rc == RC_OK ? put_quotas(f, out) : rc;
}

enum rc draw_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                    int64_t now, struct draw_frozen *out, struct err *err)
{
    struct freeze f = { .db = db,
                        .arena = arena_new(DRAW_MEMORY_MAX),
                        .draw = draw,
                        .today = date_at(now),
                        .digest = digest_new(draw_digest(rule)) };
    f.lines = snapshot_sort(f.arena);
    arena_defer(a, release, f.arena);
    enum rc rc = freeze(&f, out, err);
    digest_free(f.digest);
    if (rc == RC_OK)
        rc = db_exec(db, &draw_update_frozen,
                     DB_ARGS(db_instant(now), db_text(out->sha256), db_int((int64_t)out->bytes),
                             db_int((int64_t)out->lines), db_int(draw->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "抽取 %s 已冻结", draw->code);
    return rc;
}

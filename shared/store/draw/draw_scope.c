#include "store/draw/draw_scope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/sorted.h"
#include "store/directory/rule.h"

enum { CODE_SIZE = 18, ROOM_MIN = 1 << 16, DAY_MS = 86400000, ZONE_MS = 8 * 3600000 };

/* From the directory on, row by row, for the optimizer would start with the quotas. Unordered: a
   million rows are sorted here in half a second, and in no temporary table there. */
DB_STMT(
    draw_scope_select, "ii", "tttitiiii",
    "SELECT STRAIGHT_JOIN b.code, q.region_code, q.specialty, b.state = 'closed', b.credit_class,"
    " b.complaints, b.is_key, y.protected, p.items = 'key' FROM directory_entry e"
    " JOIN subject b ON b.id = e.subject_id"
    " JOIN plan p ON p.id = ? JOIN plan_quota q ON q.plan_id = p.id"
    " AND q.region_code = b.region_code"
    " AND q.specialty = e.specialty"
    " JOIN specialty y ON y.code = e.specialty WHERE e.directory_id = ?");

/* Under a code that was merged, the subject that it stands for now. */
#define FREEZE_PRESENT " LEFT JOIN subject m ON m.id = b.merged_into"

/*
 * What is known of subjects: checks of this year and whether the last one was clean, by departments
 * of the same kind, our own sections and what was imported, the same day once; who stands on a list
 * today, by the department's own word or one that holds for all.
 */
DB_STMT(
    draw_facts_select, "DtTtDDDii", "tiDii",
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
    " LEFT JOIN department t ON t.id = l.department_id"
    " WHERE l.listed_on <= ? AND (l.removed_on IS NULL OR l.removed_on > ?)"
    " AND (l.department_id IN (0, ?)"
    " OR t.kind IN (SELECT a.kind FROM fact_authority a WHERE a.fact = 'listing'))"
    " AND (l.department_id <> 0 OR NOT EXISTS (SELECT 1 FROM listing o WHERE o.code = l.code"
    " AND o.list = l.list AND o.listed_on = l.listed_on AND o.department_id = ?))"
    ") x GROUP BY x.code ORDER BY x.code");

/* What the department says otherwise than the subject's own row. */
DB_STMT(draw_words_select, "i", "titii",
        "SELECT b.code, w.state = 'closed', w.credit_class, w.complaints, w.is_key"
        " FROM subject_word w JOIN subject b ON b.id = w.subject_id WHERE w.department_id = ?"
        " ORDER BY b.code");

/* What stays with an earlier draw of the plan, by code and specialty. */
DB_STMT(draw_staying_select, "ii", "tt",
        "SELECT COALESCE(m.code, b.code) AS code, r.stratum FROM draw w"
        " STRAIGHT_JOIN task t ON t.draw_id = w.id STRAIGHT_JOIN section s ON s.id = t.section_id"
        " STRAIGHT_JOIN visit v ON v.id = s.visit_id AND v.state = 'dispatched'"
        " STRAIGHT_JOIN draw_result r ON r.subject_id = t.subject_id AND r.draw_id = t.draw_id"
        " AND SUBSTRING(r.stratum, 8) = t.specialty"
        " STRAIGHT_JOIN subject b ON b.id = t.subject_id" FREEZE_PRESENT
        " WHERE w.plan_id = ? AND w.id < ? ORDER BY code, t.specialty");

/* What is known of a subject beside its own row. */
struct facts {
    char code[CODE_SIZE + 1];
    bool clean;
    bool abnormal;
    bool serious;
    unsigned checks;
    int32_t clean_on;
};

/* The department's word. */
struct said {
    char code[CODE_SIZE + 1];
    bool closed;
    bool key;
    enum weight_credit credit;
    unsigned complaints;
};

/* An entry that stays with an earlier draw. */
struct stay {
    char code[CODE_SIZE + 1];
    char stratum[DRAW_STRATUM_MAX + 1];
};

static void *add_row(struct arena *a, struct draw_scope_rows *rows, size_t size)
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

static void set_rule(const struct rule_set *set, enum rule_key key, unsigned *value)
{
    int64_t v;
    if (rule_find(set, key, &v) && v >= 0 && v <= INT32_MAX)
        *value = (unsigned)v;
}

static enum rc load_rules(struct draw_scope *s)
{
    struct rule_set set;
    struct weight_rules *out = &s->rules;
    *out = weight_rules_default;
    enum rc rc = rule_load(s->db, s->arena, s->draw->region, s->today, &set);
    if (rc != RC_OK)
        return rc;
    set_rule(&set, RULE_WEIGHT_CREDIT_A, &out->credit[WEIGHT_A]);
    set_rule(&set, RULE_WEIGHT_CREDIT_B, &out->credit[WEIGHT_B]);
    set_rule(&set, RULE_WEIGHT_CREDIT_C, &out->credit[WEIGHT_C]);
    set_rule(&set, RULE_WEIGHT_CREDIT_D, &out->credit[WEIGHT_D]);
    set_rule(&set, RULE_WEIGHT_COMPLAINT, &out->complaint);
    set_rule(&set, RULE_WEIGHT_COMPLAINTS_MAX, &out->complaints_max);
    set_rule(&set, RULE_WEIGHT_ABNORMAL, &out->abnormal);
    set_rule(&set, RULE_WEIGHT_SERIOUS, &out->serious);
    set_rule(&set, RULE_FREQUENCY_YEARLY, &out->yearly_cap);
    set_rule(&set, RULE_FREQUENCY_QUIET_DAYS, &out->quiet_days);
    return RC_OK;
}

static enum rc load_stays(struct draw_scope *s)
{
    struct db_query *q;
    enum rc rc = db_query_stream(s->db, &draw_staying_select,
                                 DB_ARGS(db_int(s->draw->plan_id), db_int(s->draw->id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct stay *stay = add_row(s->arena, &s->stays, sizeof *stay);
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
static void lower_quotas(struct draw_scope *s, struct draw_quota *list)
{
    const struct stay *stays = s->stays.v;
    for (size_t i = 0; i < s->stays.n; i++) {
        const char **name =
            sorted_find(stays[i].stratum, s->strata, s->quota_count, sizeof *s->strata, by_stratum);
        if (name && list[name - s->strata].quota)
            list[name - s->strata].quota--;
    }
}

static enum rc load_quotas(struct draw_scope *s, struct err *err)
{
    enum rc rc = plan_quotas(s->db, s->arena, s->draw->plan_id, &s->quotas, &s->quota_count);
    if (rc != RC_OK)
        return rc;
    struct draw_quota *list = arena_array(s->arena, s->quota_count, sizeof *list);
    s->strata = arena_array(s->arena, s->quota_count, sizeof *s->strata);
    for (size_t i = 0; i < s->quota_count; i++) {
        s->strata[i] = arena_printf(s->arena, "%s.%s", s->quotas[i].region, s->quotas[i].specialty);
        list[i] = (struct draw_quota){ s->strata[i], (uint32_t)s->quotas[i].count };
    }
    lower_quotas(s, list);
    s->lowered = list;
    s->weights = arena_array(s->arena, s->quota_count, sizeof *s->weights);
    return draw_strata(s->arena, list, s->quota_count, &s->counts, err);
}

static int64_t midnight(int64_t date)
{
    return date * DAY_MS - ZONE_MS;
}

static enum rc load_facts(struct draw_scope *s)
{
    int32_t year = date_of(date_year(s->today), 1, 1);
    int64_t quiet = (int64_t)s->today - s->rules.quiet_days;
    int32_t since = quiet < year ? (int32_t)quiet : year;
    struct db_query *q;
    enum rc rc = db_query_stream(
        s->db, &draw_facts_select,
        DB_ARGS(db_date(year), db_text(s->draw->kind), db_instant(midnight(since)),
                db_text(s->draw->kind), db_date(since), db_date(s->today), db_date(s->today),
                db_int(s->draw->department_id), db_int(s->draw->department_id)),
        &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct facts *k = add_row(s->arena, &s->facts, sizeof *k);
        (void)snprintf(k->code, sizeof k->code, "%s", db_col_text(q, 0));
        k->checks = (unsigned)db_col_int(q, 1);
        k->clean = !db_is_null(q, 2);
        k->clean_on = k->clean ? db_col_date(q, 2) : 0;
        k->abnormal = db_col_int(q, 3) != 0;
        k->serious = db_col_int(q, 4) != 0;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc load_words(struct draw_scope *s)
{
    struct db_query *q;
    enum rc rc =
        db_query_stream(s->db, &draw_words_select, DB_ARGS(db_int(s->draw->department_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct said *w = add_row(s->arena, &s->words, sizeof *w);
        (void)snprintf(w->code, sizeof w->code, "%s", db_col_text(q, 0));
        w->closed = db_col_int(q, 1) != 0;
        w->credit = weight_credit_parse(db_col_text(q, 2));
        w->complaints = (unsigned)db_col_int(q, 3);
        w->key = db_col_int(q, 4) != 0;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- the scope ---- */

static int by_known_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct facts *)row)->code);
}

static int by_said_code(const void *code, const void *row)
{
    return strcmp(code, ((const struct said *)row)->code);
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

static bool stays(const struct draw_scope *s, const char *code, const char *specialty)
{
    struct stay wanted;
    (void)snprintf(wanted.code, sizeof wanted.code, "%s", code);
    (void)snprintf(wanted.stratum, sizeof wanted.stratum, "%s", specialty);
    return sorted_find(&wanted, s->stays.v, s->stays.n, sizeof wanted, by_stay) != NULL;
}

static const struct facts *known_of(const struct draw_scope *s, const char *code)
{
    return sorted_find(code, s->facts.v, s->facts.n, sizeof(struct facts), by_known_code);
}

static void take_word(const struct draw_scope *s, const char *code, struct weight_facts *facts)
{
    const struct said *said = sorted_find(code, s->words.v, s->words.n, sizeof *said, by_said_code);
    if (!said)
        return;
    facts->closed = said->closed;
    facts->credit = said->credit;
    facts->complaints = said->complaints;
    facts->key = said->key;
}

/* The entry at hand, by all that is known of it. */
static struct weight_facts facts_of(const struct draw_scope *s, const struct db_query *q)
{
    const struct facts *known = known_of(s, db_col_text(q, 0));
    struct weight_facts facts = {
        .credit = weight_credit_parse(db_col_text(q, 4)),
        .complaints = (unsigned)db_col_int(q, 5),
        .closed = db_col_int(q, 3) != 0,
        .key = db_col_int(q, 6) != 0,
        .protected_field = db_col_int(q, 7) != 0,
        .drawn = stays(s, db_col_text(q, 0), db_col_text(q, 2)),
        .checks = known ? known->checks : 0,
        .checked_clean = known && known->clean,
        .clean_on = known ? known->clean_on : 0,
        .abnormal = known && known->abnormal,
        .serious = known && known->serious,
        .today = s->today,
    };
    take_word(s, db_col_text(q, 0), &facts);
    facts.key = facts.key || db_col_int(q, 8) != 0;
    return facts;
}

enum { ABNORMAL = 1, SERIOUS = 2, CLOSED = 4, DRAWN = 8, KEY = 16, PROTECTED = 32, CLEAN = 64 };

static void pack(struct snapshot_row *row, const struct weight_facts *facts)
{
    row->credit = (uint8_t)facts->credit;
    row->complaints = (uint16_t)(facts->complaints < UINT16_MAX ? facts->complaints : UINT16_MAX);
    row->checks = (uint16_t)(facts->checks < UINT16_MAX ? facts->checks : UINT16_MAX);
    row->clean_on = facts->clean_on;
    row->marks = (uint8_t)((facts->abnormal ? ABNORMAL : 0) | (facts->serious ? SERIOUS : 0) |
                           (facts->closed ? CLOSED : 0) | (facts->drawn ? DRAWN : 0) |
                           (facts->key ? KEY : 0) | (facts->protected_field ? PROTECTED : 0) |
                           (facts->checked_clean ? CLEAN : 0));
}

struct weight_facts draw_scope_facts(const struct snapshot_row *row, int32_t today)
{
    return (struct weight_facts){
        .credit = (enum weight_credit)row->credit,
        .complaints = row->complaints,
        .checks = row->checks,
        .clean_on = row->clean_on,
        .abnormal = row->marks & ABNORMAL,
        .serious = row->marks & SERIOUS,
        .closed = row->marks & CLOSED,
        .drawn = row->marks & DRAWN,
        .key = row->marks & KEY,
        .protected_field = row->marks & PROTECTED,
        .checked_clean = row->marks & CLEAN,
        .today = today,
    };
}

static enum rc add_entry(struct draw_scope *s, const struct db_query *q, struct err *err)
{
    const struct plan_quota place = { .region = db_col_text(q, 1), .specialty = db_col_text(q, 2) };
    const struct plan_quota *quota =
        sorted_find(&place, s->quotas, s->quota_count, sizeof place, by_place);
    const char *code = db_col_text(q, 0);
    size_t n = strlen(code);
    if (!quota || n > CODE_SIZE)
        return err_set(err, RC_INTERNAL, "", "an entry of the scope does not fit: %.30s", code);
    if (snapshot_sort_count(s->lines) == DRAW_LINES_MAX)
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过 %d 行", DRAW_LINES_MAX);
    const struct weight_facts facts = facts_of(s, q);
    struct weight weight = weight_of(&s->rules, &facts);
    struct snapshot_row *e = snapshot_sort_add(s->lines);
    memcpy(e->code, code, n);
    e->stratum = (uint16_t)(quota - s->quotas);
    pack(e, &facts);
    s->weights[e->stratum][weight.value]++;
    const char *stratum = s->strata[e->stratum];
    return draw_strata_count(s->counts, stratum, strlen(stratum), weight.value, err);
}

static enum rc load_scope(struct draw_scope *s, struct err *err)
{
    struct db_query *q;
    enum rc rc =
        db_query_stream(s->db, &draw_scope_select,
                        DB_ARGS(db_int(s->draw->plan_id), db_int(s->draw->directory_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        rc = add_entry(s, q, err);
        if (rc != RC_OK) {
            db_done(&q);
            return rc;
        }
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc draw_scope_load(struct draw_scope *s, struct err *err)
{
    s->lines = snapshot_sort(s->arena);
    enum rc rc = load_rules(s);
    if (rc == RC_OK)
        rc = load_stays(s);
    if (rc == RC_OK)
        rc = load_quotas(s, err);
    if (rc == RC_OK)
        rc = load_facts(s);
    if (rc == RC_OK)
        rc = load_words(s);
    return rc == RC_OK ? load_scope(s, err) : rc;
}

/* ---- for the freeze ---- */

void draw_scope_lists(const void *data, const char *code, struct weight_facts *facts)
{
    const struct facts *known = known_of(data, code);
    facts->abnormal = known && known->abnormal;
    facts->serious = known && known->serious;
}

size_t draw_scope_chances(const struct draw_scope *s, size_t stratum, struct chance *list)
{
    size_t n = 0;
    for (unsigned w = 1; w <= DRAW_WEIGHT_MAX; w++)
        if (s->weights[stratum][w])
            list[n++] = (struct chance){ .weight = w, .subjects = s->weights[stratum][w] };
    chance_of(list, n, s->lowered[stratum].quota);
    return n;
}

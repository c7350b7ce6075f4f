/* Every declared list on large tables: no filter, no order, no page may read a table from end to
   end. */
#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "store/report/workbench.h"
#include "sys/list.h"

enum {
    PAGE = 50,
    READS_MAX =
        1500, /* rows that a page may touch: its own, what it joins to them, and some in vain */
    WORKBENCH_READS = 200, /* what a count of none may touch */
    LARGE = 10000,
    FILTERS_MAX = 16,
    VALUES_MAX = 12,
    ORDERS_MAX = 8
};

/* 100,000 rows of all that is large: nearly all alike, and a few that are rare in each respect. The
   second of two directories holds a few of many subjects. */
static const char *const seed[] = {
    "SET FOREIGN_KEY_CHECKS = 0",
    "INSERT INTO directory (id, code, department_id, name, refreshed_on) VALUES"
    " (1, 'L-1', 1, '大名录', '2026-01-01'), (2, 'L-2', 1, '小名录', '2026-01-01')",
    "INSERT INTO subject (id, code, code_flagged, name, type, address, region_code, state,"
    " credit_class, is_key, complaints, verified_on, synthetic) SELECT seq,"
    " CONCAT('9', LPAD(seq, 17, '0')), seq % 9973 = 0, CONCAT('合成', seq), '企业', '地址',"
    " IF(seq % 9967 = 0, '410403', '410402'), IF(seq % 9949 = 0, 'closed', 'open'),"
    " IF(seq % 9941 = 0, 'D', 'A'), seq % 9931 = 0, 0,"
    " IF(seq % 9929 = 0, '2020-01-01', '2026-01-01'), 1 FROM seq_1_to_100000",
    "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
    " SELECT 1, seq, 'medical' FROM seq_1_to_100000",
    "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
    " SELECT 1, seq * 9923, 'blood' FROM seq_1_to_10",
    "INSERT INTO directory_entry (directory_id, subject_id, specialty)"
    " SELECT 2, seq * 1999, 'medical' FROM seq_1_to_50",
    "INSERT INTO subject_proposal (subject_id, by_id, to_id, fact, value, verified_on, state,"
    " made_at) SELECT seq, 1, 1, 'state', 'closed', '2026-01-01', IF(seq % 9929 = 0, 'open',"
    " 'accepted'), '2026-01-01' FROM seq_1_to_100000",
    "INSERT INTO import (kind, department_id, account_id, name, encoding, sha256, state,"
    " started_at) SELECT IF(seq % 9923 = 0, 'items', 'subjects'), 1, IF(seq % 9907 = 0, 2, 1), 'x',"
    " 'UTF-8', SHA2(seq, 256), IF(seq % 9901 = 0, 'review', 'done'),"
    " '2026-01-01' + INTERVAL seq SECOND FROM seq_1_to_100000",
    "INSERT INTO import_line (import_id, line, refused, skipped, field, code, reason)"
    " SELECT 1, seq, seq % 9887 = 0, 0, 'code', 'x', 'x' FROM seq_1_to_100000",
    "INSERT INTO import_change (import_id, code, kind, name, fields) SELECT 1,"
    " CONCAT('9', LPAD(seq, 17, '0')), IF(seq % 9883 = 0, 'vanished', 'new'), 'x', ''"
    " FROM seq_1_to_100000",
    "INSERT INTO record_change (import_id, kind, code, act, changes) SELECT seq,"
    " IF(seq % 9881 = 0, 'inspector', 'subject'), IF(seq % 9881 = 0, 'medical', '410402'),"
    " 'changed', '[]' FROM seq_1_to_100000",
    "INSERT INTO visit (id, code, campaign_id, subject_id, lead_department_id, planned_on, state,"
    " door_code) SELECT seq, CONCAT('V', LPAD(seq, 9, '0')), 1, seq, 1,"
    " '2000-01-01' + INTERVAL seq % 20000 DAY, IF(seq % 9839 = 0, 'dispatched', 'planned'),"
    " '00000000' FROM seq_1_to_100000",
    "INSERT INTO section (id, visit_id, department_id, state, code_state) SELECT seq, seq, 1,"
    " IF(seq % 9871 = 0, 'signed', 'accepted'), CASE WHEN seq % 9767 = 0 THEN 'missing'"
    " WHEN seq % 9749 = 0 THEN 'explained' ELSE 'seen' END FROM seq_1_to_100000",
    "INSERT INTO publication (id, section_id, kind, penalty_id, department_id, trigger_on, due_on,"
    " provisional, state) SELECT seq, seq, 'inspection', 0, 1, '2026-01-01', '2026-02-01', 0,"
    " IF(seq % 9859 = 0, 'due', 'published') FROM seq_1_to_100000",
    "INSERT INTO disposal (section_id, department_id, kind, number, content, issued_on, due_on,"
    " state, entered_by, entered_at) SELECT seq, 1, 'order', seq, 'x', '2026-01-01', '2026-02-01',"
    " IF(seq % 9811 = 0, 'open', 'ended'), 1, '2026-01-01' FROM seq_1_to_100000",
    "INSERT INTO clue (sender_id, number, source, department_id, subject_id, content, found_on,"
    " received_at, state) SELECT 1, seq, IF(seq % 9733 = 0, 'transfer', 'monitoring'), 1, seq, 'x',"
    " '2026-01-01', '2026-01-01', IF(seq % 9739 = 0, 'received', 'checked')"
    " FROM seq_1_to_100000",
    "INSERT INTO objection (publication_id, department_id, receipt_hash, content, name, contact,"
    " received_at, received_on, slot, department_slot, state) SELECT seq, 1, UNHEX(SHA2(seq, 256)),"
    " 'x', 'x', 'x', '2026-01-01', '2000-01-01' + INTERVAL seq % 9000 DAY, 1, seq % 60000,"
    " IF(seq % 9791 = 0, 'examining', 'rejected') FROM seq_1_to_100000",
    "INSERT INTO visit_rating (section_id, campaign_id, department_id, form_hash, lawful, burden,"
    " conduct, guidance, leads, content, rated_in) SELECT seq, 1, IF(seq % 9769 = 0, 2, 1),"
    " UNHEX(SHA2(seq, 256)), 5, 5, 5, 5, 1, '', '2026-01' FROM seq_1_to_100000",
    "INSERT INTO outbox (publication_id, department_id, target, message_id, body, state, next_at,"
    " difference) SELECT seq, 1, 'x', seq, '{}', IF(seq % 9857 = 0, 'rejected', 'accepted'),"
    " '2026-01-01', IF(seq % 9803 = 0, 'missing', NULL) FROM seq_1_to_100000",
    "INSERT INTO delivery_difference (outbox_id, department_id, kind, found_at, found_on, ending) "
    "SELECT seq,"
    " 1, IF(seq % 9787 = 0, 'receipt', 'missing'), '2026-01-01', '2000-01-01' + INTERVAL seq % 9000"
    " DAY, IF(seq % 9781 = 0, 'agreed', 'resent') FROM seq_1_to_100000",
    "INSERT INTO audit_event (chain, seq, at, actor, remote, request_id, action, target, detail,"
    " prev_hash, hash) SELECT '1', seq, IF(seq % 9851 = 0, '2020-01-01', '2026-01-01'),"
    " IF(seq % 9839 = 0, '9', '410402'), 'x', 'x', IF(seq % 9833 = 0, '9', 'medical'),"
    " IF(seq % 9829 = 0, '9', 'medical'), '{}', REPEAT('0', 32), REPEAT('0', 32)"
    " FROM seq_1_to_100000",
    "SET FOREIGN_KEY_CHECKS = 1",
};

#define TABLES                                                                                     \
    "subject, subject_proposal, directory, directory_entry, import, import_line, import_change, "  \
    "record_change, visit, section, visit_rating,"                                                 \
    " publication, objection, disposal, clue, outbox, delivery_difference, audit_event"

static const char *const clear[] = {
    "SET FOREIGN_KEY_CHECKS = 0",
    "TRUNCATE subject",
    "TRUNCATE directory",
    "TRUNCATE directory_entry",
    "TRUNCATE import",
    "TRUNCATE import_line",
    "TRUNCATE import_change",
    "TRUNCATE record_change",
    "TRUNCATE visit",
    "TRUNCATE section",
    "TRUNCATE visit_rating",
    "TRUNCATE publication",
    "TRUNCATE outbox",
    "TRUNCATE audit_event",
    "TRUNCATE subject_proposal",
    "TRUNCATE disposal",
    "DELETE FROM clue",
    "TRUNCATE objection",
    "TRUNCATE delivery_difference",
    "SET FOREIGN_KEY_CHECKS = 1",
};

static void script(struct harness *h, const char *const *sql, size_t n)
{
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < n; i++)
        if (db_script(h->db, sql[i], &err) != RC_OK)
            fail_msg("%s: %s", sql[i], err.detail);
}

static void analyze(struct harness *h)
{
    static const struct db_stmt all = {
        .name = "analyze", .in = "", .out = "tttt", .sql = "ANALYZE TABLE " TABLES, .alone = true
    };
    struct db_query *q;
    enum rc rc;
    assert_rc(RC_OK, db_query(h->db, &all, DB_NONE, &q));
    while ((rc = db_next(&q)) == RC_OK)
        assert_string_equal(db_col_text(q, 2), "status");
    assert_rc(RC_DONE, rc);
}

static int begin(void **state)
{
    struct harness *h = harness_open("migrate");
    harness_reference(h);
    script(h, clear, sizeof clear / sizeof clear[0]);
    script(h, seed, sizeof seed / sizeof seed[0]);
    analyze(h);
    *state = h;
    return 0;
}

static int end(void **state)
{
    struct harness *h = *state;
    script(h, clear, sizeof clear / sizeof clear[0]);
    harness_close(h);
    return 0;
}

static size_t filter_count(const struct list *l)
{
    size_t n = 0;
    while (l->filters && l->filters[n].name)
        n++;
    return n;
}

/* What a filter is tried with: what nearly all rows have, what few have, and what none has. */
static size_t values_of(const struct list_filter *f, const char *values[VALUES_MAX])
{
    static const char *const texts[] = {
        "medical", "410402", "410403", "blood", "9", "合成", "zz"
    };
    static const char *const dates[] = { "1990-01-01", "2020-06-01", "2026-01-01", "2050-01-01" };
    static const char *const numbers[] = { "0", "1", "999999999" };
    const char *const *from = texts;
    size_t n = sizeof texts / sizeof texts[0];
    if (f->type == 'i') {
        from = numbers;
        n = f->yes ? 2 : 3;
    } else if (f->type == 'D' || f->type == 'T') {
        from = dates;
        n = sizeof dates / sizeof dates[0];
    }
    if (!f->labels) {
        memcpy(values, from, n * sizeof *values);
        return n;
    }
    for (n = 0; f->labels[n].value; n++)
        values[n] = f->labels[n].value;
    return n;
}

/* ---- which index ----------------------------------------------------------------------------- */

static struct db_val of_type(char type)
{
    switch (type) {
    case 'i':
        return db_int(1);
    case 'D':
        return db_date(date_of(2026, 1, 1));
    case 'T':
        return db_instant((int64_t)date_of(2026, 1, 1) * 86400000);
    default:
        return db_text("9");
    }
}

/* An id, the first of some days, or a chain of the audit log. */
static struct db_val of_scope(char type, int64_t which)
{
    if (type == 'D')
        return db_date(date_of(2026, 1, (int)which));
    return type == 't' ? db_text(which == 1 ? "1" : "2") : db_int(which);
}

static struct db_val of_filter(const struct list_filter *f)
{
    if (f->labels)
        return db_text(f->labels[0].value);
    return f->yes ? db_int(0) : of_type(f->type ? f->type : 't');
}

/* The values of a text of list_sql: the scope's, each filter's as often as it asks, the key's. */
static size_t fill(const struct list *l, unsigned filters, const char *types, struct db_val *v)
{
    size_t n = 0;
    for (; l->in[n]; n++)
        v[n] = of_scope(l->in[n], 1);
    for (size_t i = 0; i < filter_count(l); i++)
        for (const char *p = l->filters[i].sql; filters >> i & 1U && *p; p++)
            if (*p == '?')
                v[n++] = of_filter(&l->filters[i]);
    for (; types[n]; n++)
        v[n] = of_type(types[n]);
    return n;
}

static void explain(struct harness *h, const struct list *l, unsigned filters, const char *sort,
                    bool behind)
{
    char types[64];
    struct db_val v[64];
    struct db_query *q;
    enum rc rc;
    const char *sql = list_sql(h->arena, l, filters, sort, behind, types, sizeof types);
    size_t n = fill(l, filters, types, v);
    const struct db_stmt *s = db_compose(h->db, "explain", types, "itttttttit", NULL,
                                         arena_printf(h->arena, "EXPLAIN %s", sql));
    assert_rc(RC_OK, db_query(h->db, s, v, n, &q));
    while ((rc = db_next(&q)) == RC_OK) {
        const char *type = db_col_text(q, 3);
        if (type && strcmp(type, "ALL") == 0 && db_col_int(q, 8) > LARGE / 10)
            fail_msg("list %s reads all of %s by sort=%s%s: %s", l->name, db_col_text(q, 2),
                     sort ? sort : "", behind ? ", behind a key" : "", sql);
    }
    assert_rc(RC_DONE, rc);
}

static size_t sorts_of(const struct list *l, struct arena *a, const char *sorts[ORDERS_MAX])
{
    size_t n = 0;
    for (const struct list_order *o = l->orders; o->member && n + 2 <= ORDERS_MAX; o++) {
        sorts[n++] = o->member;
        sorts[n++] = arena_printf(a, "-%s", o->member);
    }
    return n;
}

static void no_list_reads_all_of_a_large_table(void **state)
{
    struct harness *h = *state;
    size_t count;
    const struct list *const *lists = list_all(&count);
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE)); /* sys/db asks it of all but SELECT */
    for (size_t k = 0; k < count; k++) {
        const char *sorts[ORDERS_MAX];
        const struct list *l = lists[k];
        if (l->small)
            continue;
        size_t n = filter_count(l);
        size_t m = sorts_of(l, h->arena, sorts);
        for (size_t o = 0; o < 2 * m; o++) {
            explain(h, l, 0, sorts[o / 2], o % 2);
            for (size_t i = 0; i < n; i++)
                for (size_t j = i; j < n; j++)
                    explain(h, l, 1U << i | 1U << j, sorts[o / 2], o % 2);
        }
    }
    db_rollback(h->db);
}

/* ---- how much of it -------------------------------------------------------------------------- */

static int64_t reads(struct harness *h)
{
    int64_t n;
    const struct db_stmt *s =
        db_compose(h->db, "reads", "", "i", NULL,
                   "SELECT CAST(SUM(VARIABLE_VALUE) AS SIGNED) FROM"
                   " information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'HANDLER_READ%'");
    assert_rc(RC_OK, db_one_int(h->db, s, DB_NONE, &n));
    return n;
}

/* What telling it costs itself. */
static int64_t idle;

static const char *page(struct harness *h, const struct list *l, const struct list_ask *ask,
                        const char *what)
{
    struct row_page rows;
    struct err err = { .rc = RC_OK };
    int64_t before = reads(h);
    enum rc rc = list_page(h->db, h->arena, l, ask, PAGE, &rows, &err);
    if (rc == RC_INVALID && !err.pointer[0])
        return NULL; /* a character that no code has */
    if (rc != RC_OK)
        fail_msg("list %s, %s: %s %s", l->name, what, err.pointer, err.detail);
    int64_t n = reads(h) - before - idle;
    if (n > READS_MAX)
        fail_msg("list %s, %s, sort=%s, scope=%lld%s: %lld rows read for %zu", l->name, what,
                 ask->sort ? ask->sort : "", (long long)(*l->in ? ask->scope->i : 0),
                 ask->after ? ", behind a key" : "", (long long)n, rows.n);
    return list_next(h->arena, l, ask, &rows);
}

static void pages(struct harness *h, const struct list *l, size_t filter, const char *value)
{
    const char *sorts[ORDERS_MAX];
    size_t m = sorts_of(l, h->arena, sorts);
    const char *what =
        value ? arena_printf(h->arena, "%s=%s", l->filters[filter].name, value) : "no filter";
    for (size_t i = 0; i < 2 * m; i++) {
        struct db_val scope[8];
        for (size_t j = 0; l->in[j]; j++)
            scope[j] = of_scope(l->in[j], (int64_t)(1 + i % 2));
        struct list_ask ask = { .scope = scope, .sort = sorts[i / 2] };
        if (value)
            ask.filter[filter] = value;
        ask.after = page(h, l, &ask, what);
        if (ask.after)
            (void)page(h, l, &ask, what);
    }
}

static void no_page_reads_more_than_some_hundred_rows(void **state)
{
    struct harness *h = *state;
    size_t count;
    const struct list *const *lists = list_all(&count);
    int64_t before = reads(h);
    idle = reads(h) - before;
    for (size_t k = 0; k < count; k++) {
        const struct list *l = lists[k];
        if (l->small)
            continue;
        pages(h, l, 0, NULL);
        for (size_t i = 0; i < filter_count(l); i++) {
            const char *values[VALUES_MAX];
            size_t n = values_of(&l->filters[i], values);
            for (size_t j = 0; j < n; j++)
                pages(h, l, i, values[j]);
        }
    }
}

/* Each row that it counts by an index, and of some what the row belongs to, however many others
   there are. */
static void no_count_of_the_workbench_reads_more_than_it_tells(void **state)
{
    struct harness *h = *state;
    bool counted = false;
    int64_t before = reads(h);
    idle = reads(h) - before;
    for (int64_t department = 1; department <= 2; department++)
        for (const struct workbench_kind *k = workbench_kinds; k->name; k++) {
            const struct workbench_ask ask = { .department_id = department,
                                               .account_id = INT32_MAX,
                                               .now = INT64_C(4000000000000),
                                               .today = 20000,
                                               .soon = 20003,
                                               .cards = 40000,
                                               .refresh = 20000,
                                               .midyear = 20000,
                                               .annual = 20000,
                                               .midyear_of = 2024,
                                               .annual_of = 2024 };
            struct workbench_count count;
            before = reads(h);
            assert_rc(RC_OK, workbench_count(h->db, h->arena, k, &ask, &count));
            int64_t n = reads(h) - before - idle;
            if (count.n > WORKBENCH_MAX + 1 || n > 4 * count.n + WORKBENCH_READS)
                fail_msg("%s (%s): %lld rows read to count %lld", k->name, k->text, (long long)n,
                         (long long)count.n);
            counted = counted || count.n > 0;
        }
    assert_true(counted);
}

static int64_t owed(struct harness *h, int year)
{
    const struct workbench_kind *k = workbench_kinds;
    const struct workbench_ask ask = { .department_id = 1,
                                       .annual = date_of(year, 11, 15),
                                       .annual_of = year };
    struct workbench_count count = { .n = -1 };
    while (strcmp(k->name, "report.annual") != 0)
        k++;
    assert_rc(RC_OK, workbench_count(h->db, h->arena, k, &ask, &count));
    return count.n;
}

/* Drawn within the last hours of a year by UTC, which is the next year in China. */
static void a_summary_is_owed_of_the_years_since_the_first_task_alone(void **state)
{
    static const char *const drawn[] = {
        "SET FOREIGN_KEY_CHECKS = 0, CHECK_CONSTRAINT_CHECKS = 0",
        ("INSERT INTO campaign (id, code, name, region_code, department_id, rule, state, drawn_at)"
         " VALUES (1, 'C-1', 'x', '410402', 1, 'x', 'drawn', '2025-12-31 16:30')"),
        "SET FOREIGN_KEY_CHECKS = 1, CHECK_CONSTRAINT_CHECKS = 1",
    };
    static const char *const gone[] = {
        "SET FOREIGN_KEY_CHECKS = 0",
        "DELETE FROM campaign WHERE id = 1",
        "SET FOREIGN_KEY_CHECKS = 1",
    };
    struct harness *h = *state;
    script(h, drawn, sizeof drawn / sizeof drawn[0]);
    assert_int_equal(owed(h, 2025), 0);
    assert_int_equal(owed(h, 2026), 1);
    assert_int_equal(owed(h, 2027), 1);
    script(h, gone, sizeof gone / sizeof gone[0]);
}

/* A list that is tried on an empty table would pass whatever it does. */
static void every_list_that_is_not_small_is_tried_on_a_large_table(void **state)
{
    struct harness *h = *state;
    size_t count;
    const struct list *const *lists = list_all(&count);
    for (size_t k = 0; k < count; k++) {
        const struct list *l = lists[k];
        char table[40];
        int64_t n = 0;
        if (l->small)
            continue;
        assert_int_equal(sscanf(l->from, " FROM %39[a-z_]", table), 1);
        const struct db_stmt *s = db_compose(
            h->db, "rows", "", "i", NULL, arena_printf(h->arena, "SELECT COUNT(*) FROM %s", table));
        assert_rc(RC_OK, db_one_int(h->db, s, DB_NONE, &n));
        if (n < LARGE)
            fail_msg("list %s: this test fills no table %s", l->name, table);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_list_that_is_not_small_is_tried_on_a_large_table),
        cmocka_unit_test(no_list_reads_all_of_a_large_table),
        cmocka_unit_test(no_page_reads_more_than_some_hundred_rows),
        cmocka_unit_test(no_count_of_the_workbench_reads_more_than_it_tells),
        cmocka_unit_test(a_summary_is_owed_of_the_years_since_the_first_task_alone),
    };
    return cmocka_run_group_tests_name("lists", tests, begin, end);
}

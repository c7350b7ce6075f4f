/* The search of the published results on a large table: what it finds, and how little it reads. */
#include "harness.h"

#include <string.h>

#include "base/date.h"
#include "domain/publish/search.h"
#include "store/publish/disclosure.h"
#include "store/publish/publication.h"

enum {
    MISS_READS = 20,     /* a search that finds nothing, its count and its page */
    RARE_READS = 300,    /* one that finds few */
    FOUND_READS = 20500, /* one that finds many, looks twice how many and once how far */
    COMMON_READS = 25000,
    COUNT_READS = 3 * (DISCLOSURE_COUNTED + 1), /* beside a page that others follow */
    PAGE = 50
};

static const char *const seed[] = {
    "SET FOREIGN_KEY_CHECKS = 0",
    "TRUNCATE publication",
    "TRUNCATE publication_suffix",
    "INSERT INTO publication (id, section_id, kind, penalty_id, department_id, trigger_on, due_on,"
    " provisional, state, published_at, subject_code, subject_name, department_name, region_code,"
    " checked_on, result_class, payload, payload_hash, search_text, tags) SELECT seq, seq, "
    "'inspection', "
    "0,"
    " 1, '2026-01-01', '2026-02-01', 0, IF(seq = 77, 'retracted', 'published'),"
    " '2026-01-02 00:00:00', CONCAT('C', seq), CONCAT('合成', seq), '部门',"
    " IF(seq < 7000, '410403', '410402'), '2026-01-01' + INTERVAL seq DIV 1000 DAY,"
    " IF(seq < 9, 'penalty', 'no_problem'), '{}', REPEAT('x', 32), CONCAT('合成', seq, '|C', seq),"
    " CONCAT(IF(seq < 9, ',i:I1', ''), ',p:P', seq DIV 10000, ',s:medical,')"
    " FROM seq_1_to_24000",
    "INSERT INTO publication_suffix SELECT DISTINCT SUBSTR(search_text, seq, 16), id FROM "
    "publication"
    " JOIN seq_1_to_20 ON seq <= CHAR_LENGTH(search_text)",
    "INSERT INTO publication_suffix SELECT CONCAT('\td', checked_on), id FROM publication",
    "INSERT INTO publication_suffix SELECT CONCAT('\t', IF(seq & 1, region_code, '-'), IF(seq & 2,"
    " LEFT(result_class, 1), '-'), IF(seq & 4, LEFT(kind, 1), '-'),"
    " IF(seq & 8, LEFT(SHA2(department_name, 256), 7), '-')), id FROM"
    " publication JOIN seq_1_to_15",
    "INSERT INTO publication_suffix SELECT CONCAT('\t#', LEFT(SHA2(',i:I1,', 256), 14)), id FROM"
    " publication WHERE id < 9",
    "INSERT INTO publication_suffix SELECT CONCAT('\t#', LEFT(SHA2(CONCAT(',p:P', id DIV 10000,"
    " ','), 256), 14)), id FROM publication",
    "INSERT INTO publication_suffix SELECT CONCAT('\t#', LEFT(SHA2(CONCAT(',s:medical,',"
    " IF(seq = 1, '', region_code)), 256), 14)), id FROM publication JOIN seq_1_to_2",
    "SET FOREIGN_KEY_CHECKS = 1",
};
static const char *const clear[] = { "SET FOREIGN_KEY_CHECKS = 0", "TRUNCATE publication",
                                     "TRUNCATE publication_suffix", "SET FOREIGN_KEY_CHECKS = 1" };

static void script(const char *const *sql, size_t n, struct harness *h)
{
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < n; i++)
        if (db_script(h->db, sql[i], &err) != RC_OK)
            fail_msg("%s: %s", sql[i], err.detail);
}

static int begin(void **state)
{
    struct harness *h = harness_open("migrate");
    harness_reference(h);
    script(seed, sizeof seed / sizeof seed[0], h);
    *state = h;
    return 0;
}

static int end(void **state)
{
    struct harness *h = *state;
    script(clear, sizeof clear / sizeof clear[0], h);
    harness_close(h);
    return 0;
}

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

/* A page of the search; *cost is how many rows were touched for it. */
static struct row_page page_of(struct harness *h, struct disclosure_search search, int64_t *cost)
{
    struct disclosure_found found;
    int64_t idle = reads(h);
    idle = reads(h) - idle;
    search.limit = PAGE;
    int64_t n = reads(h);
    assert_rc(RC_OK, disclosure_results(h->db, h->arena, &search, &found));
    *cost = reads(h) - n - idle;
    return found.rows;
}

static struct row_page page(struct harness *h, const char *typed, int64_t before, int64_t *cost)
{
    const struct disclosure_search search = { .sought = search_text(h->arena, typed),
                                              .before = before };
    return page_of(h, search, cost);
}

static void a_search_touches_what_it_finds_and_little_more(void **state)
{
    static const struct {
        const char *typed;
        size_t found;
        int64_t reads;
    } cases[] = {
        { "没有这样的企业", 0, MISS_READS }, { "合成99999", 0, MISS_READS },
        { "成77C", 0, MISS_READS },          { "合成（１２３４５）", 1, RARE_READS },
        { "c12345", 1, RARE_READS },         { "2345", 13, RARE_READS },
        { "合成", PAGE, COMMON_READS },      { "合成77", PAGE, COMMON_READS },
        { "0", PAGE, COMMON_READS },
    };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cost;
        struct row_page found = page(h, cases[i].typed, 0, &cost);
        assert_int_equal(found.n, cases[i].found);
        if (cost > cases[i].reads)
            fail_msg("%s touches %lld rows", cases[i].typed, (long long)cost);
    }
}

static void a_search_without_a_term_touches_no_more(void **state)
{
#define DAYS(first, last)                                                                          \
    .has_from = true, .from = date_of(2026, 1, first), .has_to = true, .to = date_of(2026, 1, last)
    const struct {
        struct disclosure_search search;
        size_t found;
        int64_t reads;
    } cases[] = {
        { { .region = "410421" }, 0, MISS_READS },
        { { .department = "别的部门" }, 0, MISS_READS },
        { { .result_class = "unreachable" }, 0, MISS_READS },
        { { .region = "410402", .result_class = "penalty" }, 0, MISS_READS },
        { { .region = "410402", .result_class = "penalty", .department = "部门" }, 0, MISS_READS },
        { { .sought = "合成", .region = "410421" }, 0, FOUND_READS },
        { { .region = "410403", .result_class = "penalty" }, 8, RARE_READS },
        { { .result_class = "penalty", .department = "部门" }, 8, RARE_READS },
        { { .region = "410403" }, PAGE, RARE_READS },
        { { .department = "部门" }, PAGE, RARE_READS },
        { { .region = "410402", .before = 7001 }, 1, RARE_READS },
        { { .has_to = true, .to = date_of(2025, 12, 31) }, 0, MISS_READS },
        { { .has_from = true, .from = date_of(2027, 1, 1) }, 0, MISS_READS },
        { { DAYS(1, 2), .region = "410402" }, 0, COMMON_READS },
        { { DAYS(1, 2), .result_class = "penalty" }, 8, COMMON_READS },
        { { DAYS(1, 25) }, PAGE, FOUND_READS },
        { { .sought = "合成", DAYS(24, 25) }, PAGE, FOUND_READS },
        { { 0 }, PAGE, RARE_READS },
        { { .kind = "inspection" }, PAGE, RARE_READS },
        { { .item = "I1" }, 8, RARE_READS },
        { { .item = "I2" }, 0, MISS_READS },
        { { .item = "I1", .plan = "P1" }, 0, RARE_READS },
        { { .item = "I1", .region = "410403" }, 8, RARE_READS },
        { { .plan = "P1" }, PAGE, RARE_READS },
        { { .plan = "P3" }, 0, MISS_READS },
        { { .specialty = "medical" }, PAGE, RARE_READS },
        { { .specialty = "med" }, 0, MISS_READS },
        { { .specialty = "medical", .region = "410421" }, 0, MISS_READS },
        { { .specialty = "medical", .region = "410403" }, PAGE, RARE_READS },
        { { .sought = "12345", .plan = "P1" }, 1, RARE_READS },
        { { .sought = "12345", .plan = "P2" }, 0, RARE_READS },
    };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t cost;
        struct row_page found = page_of(h, cases[i].search, &cost);
        if (found.n != cases[i].found ||
            cost > cases[i].reads + (found.n == PAGE ? COUNT_READS : 0))
            fail_msg("case %zu: %zu found, %lld rows touched", i, found.n, (long long)cost);
    }
}

static void pages_of_a_search_follow_each_other_and_leave_out_what_was_retracted(void **state)
{
    struct harness *h = *state;
    int64_t before = 0;
    size_t n = 0;
    for (bool more = true; more;) {
        int64_t cost;
        struct row_page found = page(h, "合成7", before, &cost);
        const struct disclosure_result *v = found.v;
        for (size_t i = 0; i < found.n; i++) {
            assert_true(!before || v[i].id < before);
            assert_true(strstr(v[i].subject_name, "合成7"));
            assert_int_not_equal(v[i].id, 77);
            before = v[i].id;
        }
        n += found.n;
        more = found.more;
    }
    assert_int_equal(n, 1 + 9 + 100 + 1000);
}

static void how_many_there_are_is_told_up_to_a_bound(void **state)
{
    const struct {
        struct disclosure_search search;
        int64_t total;
    } cases[] = {
        { { .sought = "没有这样的企业" }, 0 },
        { { .item = "I1" }, 8 },
        { { .sought = "合成77" }, 110 }, /* 77 itself is retracted */
        { { .plan = "P0", .result_class = "penalty" }, 8 },
        { { .specialty = "medical" }, DISCLOSURE_COUNTED + 1 },
        { { 0 }, DISCLOSURE_COUNTED + 1 },
    };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct disclosure_found found;
        struct disclosure_search search = cases[i].search;
        search.limit = PAGE;
        search.sought = search.sought ? search_text(h->arena, search.sought) : NULL;
        assert_rc(RC_OK, disclosure_results(h->db, h->arena, &search, &found));
        assert_int_equal(found.total, cases[i].total);
    }
}

/* Whatever is asked for that hardly anything has: one walk is bounded, and the next goes on. */
static void no_search_walks_on_and_on_and_those_that_follow_miss_nothing(void **state)
{
    const struct disclosure_search searches[] = {
        { .specialty = "medical", .department = "别的部门" },
        { .specialty = "medical", .result_class = "penalty" },
        { .sought = "合成", .result_class = "penalty", .specialty = "medical" },
        { .kind = "penalty" },
    };
    static const size_t all[] = { 0, 8, 8, 0 };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof searches / sizeof searches[0]; i++) {
        struct disclosure_search search = searches[i];
        struct disclosure_found found;
        size_t n = 0;
        search.limit = PAGE;
        do {
            int64_t before = reads(h);
            assert_rc(RC_OK, disclosure_results(h->db, h->arena, &search, &found));
            int64_t cost = reads(h) - before;
            if (cost > 4 * DISCLOSURE_WALK)
                fail_msg("search %zu touches %lld rows", i, (long long)cost);
            assert_true(!found.next || !search.before || found.next < search.before);
            n += found.rows.n;
            search.before = found.next;
        } while (found.next);
        assert_int_equal(n, all[i]);
    }
}

static void what_is_made_findable_is_found_by_every_part(void **state)
{
    static const char *const parts[] = { "测试（楼）", "楼测", "C900" };
    struct harness *h = *state;
    const char *name = "测试楼测试楼测试楼 测试楼测试楼测试楼 测试楼测试楼测试楼";
    const struct publication_frozen frozen = { .search_text = search_entry(h->arena, name, "c900"),
                                               .region = "410403",
                                               .result_class = "no_problem",
                                               .kind = "inspection",
                                               .department_name = "部门",
                                               .tags = ",p:P9,",
                                               .checked_on = date_of(2026, 1, 1) };
    const struct disclosure_search facet = { .region = "410403",
                                             .department = "部门",
                                             .before = 901 };
    const struct disclosure_search plan = { .plan = "P9" };
    int64_t cost;
    harness_sql("DELETE FROM publication_suffix WHERE publication_id = 900");
    harness_sql(
        "UPDATE publication SET search_text = CONCAT(REPEAT('测试楼', 9), '|C900'), tags = ',p:P9,'"
        " WHERE id = 900");
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, publication_make_findable(h->db, h->arena, 900, &frozen));
    assert_rc(RC_OK, db_commit(h->db));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct row_page found = page(h, parts[i], 901, &cost);
        assert_true(found.n >= 1);
        assert_int_equal(((const struct disclosure_result *)found.v)->id, 900);
    }
    assert_int_equal(((const struct disclosure_result *)page_of(h, facet, &cost).v)->id, 900);
    assert_int_equal(((const struct disclosure_result *)page_of(h, plan, &cost).v)->id, 900);
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, publication_hide(h->db, h->arena, 900));
    assert_rc(RC_OK, db_commit(h->db));
    assert_int_equal(((const struct disclosure_result *)page_of(h, facet, &cost).v)->id, 899);
    assert_int_equal(page(h, "楼测", 901, &cost).n, 0);
    assert_int_equal(page_of(h, plan, &cost).n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_search_touches_what_it_finds_and_little_more),
        cmocka_unit_test(a_search_without_a_term_touches_no_more),
        cmocka_unit_test(pages_of_a_search_follow_each_other_and_leave_out_what_was_retracted),
        cmocka_unit_test(how_many_there_are_is_told_up_to_a_bound),
        cmocka_unit_test(no_search_walks_on_and_on_and_those_that_follow_miss_nothing),
        cmocka_unit_test(what_is_made_findable_is_found_by_every_part),
    };
    return cmocka_run_group_tests_name("search", tests, begin, end);
}

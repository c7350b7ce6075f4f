#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "store/import.h"
#include "store/import_refresh.h"
#include "store/subject.h"

#define HEADER                                                                                     \
    "directories,code,name,type,address,region,lon,lat,state,credit_class,key,complaints,"         \
    "specialties,verified_on,synthetic\n"

enum { NOW = 1000000 };

static int begin(void **state)
{
    static const char *const clear[] = {
        "SET FOREIGN_KEY_CHECKS = 0", "DELETE FROM directory_departure",
        "DELETE FROM import_change",  "DELETE FROM import_line",
        "DELETE FROM import",         "DELETE FROM directory_entry",
        "DELETE FROM subject",        "DELETE FROM directory",
    };
    struct harness *h = harness_open("migrate");
    struct err err = { .rc = RC_OK };
    for (size_t i = 0; i < sizeof clear / sizeof clear[0]; i++)
        assert_rc(RC_OK, db_script(h->db, clear[i], &err));
    harness_close(h);
    h = harness_open("admin");
    harness_reference(h);
    *state = h;
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    return begin(state) == 0 ? (harness_close(*state), 0) : 1;
}

static FILE *stream(struct harness *h, const char *csv)
{
    FILE *in = fmemopen(arena_strdup(h->arena, csv), strlen(csv), "r");
    assert_non_null(in);
    return in;
}

static enum rc import(struct harness *h, const struct import_request *request, const char *csv,
                      struct import_record *record)
{
    struct err err = { .rc = RC_OK };
    FILE *in = stream(h, csv);
    enum rc rc = import_file(h->db, h->arena, request, in, record, &err);
    (void)fclose(in);
    return rc;
}

static void make_directory(struct harness *h)
{
    const struct import_request request = {
        .kind = "directories", .name = "test", .transactions = true, .now = NOW
    };
    struct import_record r;
    assert_rc(RC_OK, import(h, &request,
                            "code,department,name,refreshed_on\n"
                            "D-test,H410400,测试（合成）,2026-01-01\n",
                            &r));
}

static const struct import_request subjects = {
    .kind = "subjects", .name = "test", .transactions = true, .now = NOW
};

static void add_row(struct buf *csv, int i, const char *name, const char *verified_on)
{
    buf_printf(csv, "D-test,S%08d,%s,样例,合成样例路,410402,,,open,B,0,0,medical,%s,1\n", i, name,
               verified_on);
}

static const char *rows(struct harness *h, int count)
{
    struct buf csv;
    buf_init(&csv, h->arena, 1 << 24);
    buf_puts(&csv, HEADER);
    for (int i = 0; i < count; i++)
        add_row(&csv, i, "合成样例", "2026-01-01");
    return csv.p;
}

/* ---- breaking off ---- */

static enum rc fail_second(void *data, const struct import_record *record, struct err *err)
{
    (void)data;
    return record->last_line > 1001 ? err_set(err, RC_INTERNAL, "", "gone") : RC_OK;
}

static void a_file_that_broke_off_goes_on_behind_its_last_batch(void **state)
{
    struct harness *h = *state;
    struct import_request request = subjects;
    struct import_record r;
    const char *csv = rows(h, 2500);
    make_directory(h);
    request.stored = fail_second;
    assert_rc(RC_INTERNAL, import(h, &request, csv, &r));
    struct import_record there;
    assert_rc(RC_OK, import_by_id(h->db, h->arena, r.id, &there));
    assert_string_equal(there.state, "running");
    assert_int_equal(there.last_line, 1001);
    assert_int_equal(there.counts.created, 1000);

    int64_t id = r.id;
    assert_rc(RC_OK, import(h, &subjects, csv, &r));
    assert_int_equal(r.id, id);
    assert_string_equal(r.state, "done");
    assert_int_equal(r.counts.created, 2500);
    assert_int_equal(r.last_line, 2501);

    assert_rc(RC_OK, import(h, &subjects, csv, &r));
    assert_int_not_equal(r.id, id);
    assert_int_equal(r.counts.unchanged, 2500);
    assert_int_equal(r.counts.flagged, 2500); /* no such code passes a check */
}

struct rival {
    const char *csv;
    int runs;
};

static void run_rival(void *data, const struct import_record *record)
{
    struct rival *rival = data;
    (void)record;
    if (rival->runs++)
        return;
    struct harness *h = harness_open("admin");
    struct import_record r;
    assert_rc(RC_OK, import(h, &subjects, rival->csv, &r));
    assert_int_equal(r.counts.created, 2500);
    harness_close(h);
}

static void two_at_once_do_not_count_twice(void **state)
{
    struct harness *h = *state;
    struct rival rival = { .csv = rows(h, 2500) };
    struct import_request request = subjects;
    struct import_record r;
    make_directory(h);
    request.progress = run_rival;
    request.data = &rival;
    assert_rc(RC_STATE, import(h, &request, rival.csv, &r));
    assert_rc(RC_OK, import_by_id(h->db, h->arena, r.id, &r));
    assert_string_equal(r.state, "done");
    assert_int_equal(r.counts.created, 2500);
}

/* ---- lines ---- */

static void one_subject_twice_is_merged_whatever_the_distance(void **state)
{
    struct harness *h = *state;
    struct import_record r;
    struct buf csv;
    make_directory(h);
    buf_init(&csv, h->arena, 1 << 24);
    buf_puts(&csv, HEADER);
    add_row(&csv, 0, "先", "2026-01-01");
    add_row(&csv, 0, "同日", "2026-01-01");
    for (int i = 1; i < 1500; i++)
        add_row(&csv, i, "合成样例", "2026-01-01");
    add_row(&csv, 0, "后", "2026-02-01");
    for (int n = 0; n < 2; n++) {
        const struct subject_stored *stored;
        const struct import_line *lines;
        const char *code = "S00000000";
        size_t count;
        assert_rc(RC_OK, import(h, &subjects, csv.p, &r));
        assert_int_equal(r.counts.accepted, 1502);
        assert_int_equal(r.counts.created, n ? 0 : 1500);
        assert_int_equal(r.counts.changed, n ? 0 : 1);
        assert_rc(RC_OK, subject_load(h->db, h->arena, &code, 1, &stored, &count));
        assert_int_equal(count, 1);
        assert_string_equal(stored[0].subject.name, "后");
        assert_rc(RC_OK, import_lines(h->db, h->arena, r.id, 2, 1, &lines, &count));
        assert_int_equal(lines[0].line, 3);
        assert_non_null(strstr(lines[0].reason, "第 2 行"));
    }
}

static void a_report_names_no_more_lines_than_it_may(void **state)
{
    struct harness *h = *state;
    struct import_record r;
    struct buf csv;
    make_directory(h);
    buf_init(&csv, h->arena, 1 << 24);
    buf_puts(&csv, HEADER);
    for (int i = 0; i < IMPORT_LINES_MAX + 2500; i++)
        add_row(&csv, i, "", "2026-01-01");
    assert_rc(RC_OK, import(h, &subjects, csv.p, &r));
    assert_int_equal(r.counts.refused, IMPORT_LINES_MAX + 2500);
    int64_t named = 0;
    const struct import_line *lines;
    size_t count = IMPORT_PAGE_MAX;
    for (int64_t after = 0; count == IMPORT_PAGE_MAX; after = count ? lines[count - 1].line : 0) {
        assert_rc(RC_OK,
                  import_lines(h->db, h->arena, r.id, after, IMPORT_PAGE_MAX, &lines, &count));
        named += (int64_t)count;
    }
    assert_int_equal(named, IMPORT_LINES_MAX);
}

/* ---- a whole directory ---- */

static enum rc apply(struct db *db, void *data, struct err *err)
{
    struct arena *a = arena_new(1 << 20);
    enum rc rc = import_apply(db, a, data, (int64_t)date_of(2026, 7, 1) * 86400000, err);
    arena_free(a);
    return rc;
}

static void a_refresh_is_all_or_nothing(void **state)
{
    struct harness *h = *state;
    struct import_record r;
    struct err err = { .rc = RC_OK };
    struct import_differences d;
    struct import_request request = subjects;
    make_directory(h);
    assert_rc(RC_OK, import(h, &subjects, rows(h, 3000), &r));
    request.directory = "D-test";
    request.whole = true;
    assert_rc(RC_OK, import(h, &request, rows(h, 2000), &r));
    assert_string_equal(r.state, "review");
    assert_rc(RC_OK, import_differences(h->db, r.id, &d));
    assert_int_equal(d.vanished, 1000);
    assert_int_equal(d.created + d.changed + d.merged, 0);
    assert_rc(RC_OK, db_transaction(h->db, apply, &r, &err));
    assert_rc(RC_STATE, db_transaction(h->db, apply, &r, &err));
    assert_rc(RC_OK, import(h, &request, rows(h, 2000), &r));
    assert_rc(RC_OK, import_differences(h->db, r.id, &d));
    assert_int_equal(d.vanished, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_that_broke_off_goes_on_behind_its_last_batch, begin,
                                        end),
        cmocka_unit_test_setup_teardown(two_at_once_do_not_count_twice, begin, end),
        cmocka_unit_test_setup_teardown(one_subject_twice_is_merged_whatever_the_distance, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_report_names_no_more_lines_than_it_may, begin, end),
        cmocka_unit_test_setup_teardown(a_refresh_is_all_or_nothing, begin, end),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

#include "harness.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "import/import.h"
#include "store/directory/import_refresh.h"
#include "store/directory/person.h"
#include "store/directory/reference.h"
#include "store/directory/subject.h"

#define HEADER                                                                                     \
    "directories,code,name,type,address,region,lon,lat,state,credit_class,key,complaints,"         \
    "specialties,verified_on,synthetic\n"

#define NOW INT64_C(1790000000000) /* 2026-09-21 */

static int begin(void **state)
{
    *state = harness_imports();
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    harness_close(harness_imports());
    return 0;
}

static enum rc import(struct harness *h, const struct import_request *request, const char *csv,
                      struct import_record *record)
{
    struct err err = { .rc = RC_OK };
    return harness_import(h, request, csv, strlen(csv), record, &err);
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

/* ---- two at once ---- */

static struct import_by speaker(struct harness *h, const char *department)
{
    struct reference_codes codes;
    assert_rc(RC_OK, reference_codes(h->db, h->arena, CODES_DEPARTMENT, &codes));
    return (struct import_by){ reference_find(&codes, department)->id, 0 };
}

/* A department's file of its own directory, with one subject. */
static enum rc say_one(struct harness *h, const char *department, const char *directory,
                       const char *class, bool transactions)
{
    const struct import_by by = speaker(h, department);
    const struct import_request request = {
        .kind = "subjects", .name = "test", .by = &by, .transactions = transactions, .now = NOW
    };
    struct import_record r;
    return import(h, &request,
                  arena_printf(h->arena,
                               HEADER "%s,S00000001,合成样例,样例,合成样例路,410402,,,open,%s,0,0,"
                                      "medical,2026-01-01,1\n",
                               directory, class),
                  &r);
}

static int64_t count(struct harness *h, const struct db_stmt *stmt)
{
    int64_t n = -1;
    assert_rc(RC_OK, db_one_int(h->db, stmt, NULL, 0, &n));
    return n;
}

DB_STMT(test_class_select, "", "i", "SELECT COUNT(*) FROM subject WHERE credit_class = 'B'");
DB_STMT(test_word_select, "", "i", "SELECT COUNT(*) FROM subject_word WHERE credit_class = 'C'");

static void of_two_departments_with_one_new_subject_the_later_has_a_word_of_its_own(void **state)
{
    struct harness *h = *state;
    struct harness *rival = harness_open("admin");
    const char *code = "S00000001";
    const struct subject_stored *stored;
    size_t found;
    struct import_record r;
    const struct import_request directories = {
        .kind = "directories", .name = "test", .transactions = true, .now = NOW
    };
    make_directory(h);
    assert_rc(RC_OK, import(h, &directories,
                            "code,department,name,refreshed_on\n"
                            "D-two,H410402,测试（合成）,2026-01-01\n",
                            &r));
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, subject_load(h->db, h->arena, &code, 1, &stored, &found));
    assert_rc(RC_OK, say_one(rival, "H410400", "D-test", "B", true));
    assert_rc(RC_RETRY, say_one(h, "H410402", "D-two", "C", false));
    db_rollback(h->db);
    assert_rc(RC_OK, say_one(h, "H410402", "D-two", "C", true));
    assert_int_equal(count(h, &test_class_select), 1);
    assert_int_equal(count(h, &test_word_select), 1);
    harness_close(rival);
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
        struct row_page page;
        struct err err = { .rc = RC_OK };
        const char *code = "S00000000";
        size_t count;
        assert_rc(RC_OK, import(h, &subjects, csv.p, &r));
        assert_int_equal(r.counts.accepted, 1502);
        assert_int_equal(r.counts.created, n ? 0 : 1500);
        assert_int_equal(r.counts.changed, n ? 0 : 1);
        assert_rc(RC_OK, subject_load(h->db, h->arena, &code, 1, &stored, &count));
        assert_int_equal(count, 1);
        assert_string_equal(stored[0].subject.name, "后");
        const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r.id) },
                                      .after = "2" };
        assert_rc(RC_OK, list_page(h->db, h->arena, &import_line_list, &ask, 1, &page, &err));
        const struct import_line *line = page.v;
        assert_int_equal(line->line, 3);
        assert_non_null(strstr(line->reason, "第 2 行"));
    }
}

static enum rc count_line(void *data, struct arena *a, void *row)
{
    int64_t *n = data;
    (void)a;
    (void)row;
    ++*n;
    return RC_OK;
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
    struct err err = { .rc = RC_OK };
    const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r.id) } };
    assert_rc(RC_OK, list_each(h->db, &import_line_list, &ask, count_line, &named, &err));
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

static void a_line_of_a_refresh_says_how_it_differs_from_the_one_before(void **state)
{
    struct harness *h = *state;
    struct import_request request = subjects;
    struct import_record r;
    struct row_page page;
    struct err err = { .rc = RC_OK };
    struct buf csv;
    make_directory(h);
    buf_init(&csv, h->arena, 1 << 16);
    buf_puts(&csv, HEADER);
    add_row(&csv, 0, "先", "2026-01-01");
    add_row(&csv, 0, "后", "2026-02-01");
    request.directory = "D-test";
    request.whole = true;
    assert_rc(RC_OK, import(h, &request, csv.p, &r));
    const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r.id) }, .after = "2" };
    assert_rc(RC_OK, list_page(h->db, h->arena, &import_line_list, &ask, 1, &page, &err));
    assert_non_null(strstr(((const struct import_line *)page.v)->reason, "name（“后”，此前“先”）"));
}

static const char *code_of(struct harness *h, const struct keyring *keys, const char *number)
{
    const char *code = number;
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, person_hide(h->db, h->arena, keys, &code));
    assert_rc(RC_OK, db_commit(h->db));
    return code;
}

static void a_person_is_known_by_each_key_and_by_none_of_another(void **state)
{
    struct harness *h = *state;
    struct keyring old = { .n = 1 };
    struct keyring both = { .n = 2 };
    struct keyring foreign = { .n = 1 };
    const char *code;
    memset(old.key[0], 1, SEAL_KEY_SIZE);
    memset(both.key[0], 2, SEAL_KEY_SIZE);
    memset(both.key[1], 1, SEAL_KEY_SIZE);
    memset(foreign.key[0], 3, SEAL_KEY_SIZE);
    const char *known = code_of(h, &old, "11010519491231002X");
    assert_int_equal(strncmp(known, "ZRR", 3), 0);
    assert_string_equal(code_of(h, &both, "11010519491231002X"), known);
    assert_string_equal(code_of(h, &both, "11010519491231002X"), known);
    assert_string_not_equal(code_of(h, &both, "430407199312020025"), known);
    assert_rc(RC_OK, person_code(h->db, h->arena, &both, "11010519491231002X", &code));
    assert_string_equal(code, known);
    assert_rc(RC_NOT_FOUND, person_code(h->db, h->arena, &foreign, "11010519491231002X", &code));
    assert_rc(RC_NOT_FOUND, person_code(h->db, h->arena, &both, "91410402MAFLD0004Q", &code));
}

static int64_t department(struct harness *h, const char *code)
{
    struct reference_codes departments;
    assert_rc(RC_OK, reference_codes(h->db, h->arena, CODES_DEPARTMENT, &departments));
    return reference_find(&departments, code)->id;
}

static void a_card_that_comes_again_says_what_differs(void **state)
{
#define CARD(name, until, daily) name ",HN-W-2," until ",公共场所,是," daily ",300\n"
    static const struct {
        const char *rows;
        const char *said;
    } cases[] = {
        { CARD("甲", "2029-08-28", "4") CARD("甲", "2029-08-28", "4"), "内容也相同" },
        { CARD("甲", "2029-08-28", "4") CARD("乙", "2029-08-28", "4"),
          "；不同之处：姓名（“乙”，此前“甲”）" },
        { CARD("甲", "2029-08-28", "4") CARD("甲", "2030-08-28", "6"),
          "；不同之处：有效期至（“2030-08-28”，此前“2029-08-28”）、"
          "每日上限（“6”，此前“4”）" },
        { CARD("甲", "2029-08-28",
               "4") "乙,HN-W-3,2029-08-28,公共场所,是,4,300\n" CARD("丙", "2029-08-28", "4"),
          "与第 2 行的“执法证号”相同，以后一行为准；不同之处：姓名（“丙”，此前“甲”）" },
    };
    struct harness *h = *state;
    const struct import_by by = { .department_id = department(h, "H410402") };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct import_request request = subjects;
        struct import_record r;
        struct row_page page;
        struct err err = { .rc = RC_OK };
        request.kind = "inspectors";
        request.by = &by;
        assert_rc(RC_OK, import(h, &request,
                                arena_printf(h->arena,
                                             "姓名,执法证号,有效期至,专业,是否在岗,每日上限,"
                                             "年度上限\n%s",
                                             cases[i].rows),
                                &r));
        const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r.id) } };
        assert_rc(RC_OK, list_page(h->db, h->arena, &import_line_list, &ask, 9, &page, &err));
        assert_int_equal(page.n, 1);
        const struct import_line *line = page.v;
        if (!strstr(line->reason, cases[i].said))
            fail_msg("%s", line->reason);
    }
}

#define AT(region) "甲,路," region ",营业,B,公共场所,2026-01-01\n"
#define IS(state) "甲,路,新华区," state ",B,公共场所,2026-01-01\n"
#define OF(class) "甲,路,新华区,营业," class ",公共场所,2026-01-01\n"
#define FOR(what) "甲,路,新华区,营业,B," what ",2026-01-01\n"
#define DUTY(on) "合成甲,HN-W-1,2029-08-28,公共场所," on ",4,300\n"
#define UNTIL(day) "合成甲,HN-W-1," day ",公共场所,是,4,300\n"

static void values_are_known_by_the_words_of_lists(void **state)
{
    static const char subject[] =
        "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期\n"
        "91410402MAFLD0004Q,";
    static const char inspector[] = "姓名,执法证号,有效期至,专业,是否在岗,每日上限,年度上限\n";
    static const struct {
        const char *kind;
        const char *row;
        bool taken;
    } cases[] = {
        { subject, AT("410402001"), true },
        { subject, AT("410402001002"), true },
        { subject, AT("新华区本级"), true },
        { subject, AT("平顶山市本级"), true },
        { subject, AT("410499001002"), false },
        { subject, AT("4104020010"), false },
        { subject, IS("运营中"), true },
        { subject, IS("在营（开业）企业"), true },
        { subject, IS("停业中"), true },
        { subject, IS("吊销，已注销"), true },
        { subject, IS("筹建"), false },
        { subject, OF("B档"), true },
        { subject, OF("信用风险低"), true },
        { subject, OF("AAA"), false },
        { subject, FOR("1.公共场所 2.学校卫生"), true },
        { subject, FOR("公共场所&学校卫生"), true },
        { subject, FOR("公共场所·学校卫生"), true },
        { subject, FOR("1.天文"), false },
        { inspector, DUTY("在编"), true },
        { inspector, DUTY("长期病假"), true },
        { inspector, DUTY("待岗"), true },
        { inspector, DUTY("也许"), false },
        { inspector, UNTIL("2024.8.29-2029.8.28"), true },
        { inspector, UNTIL("2029年8月28日止"), true },
        { inspector, UNTIL("长期"), false },
    };
    struct harness *h = *state;
    make_directory(h);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct import_by by = { .department_id = department(h, "H410402") };
        struct import_request request = subjects;
        struct import_record r;
        request.kind = cases[i].kind == subject ? "subjects" : "inspectors";
        request.directory = cases[i].kind == subject ? "D-test" : NULL;
        request.by = cases[i].kind == subject ? NULL : &by;
        assert_rc(RC_OK, import(h, &request,
                                arena_printf(h->arena, "%s%s", cases[i].kind, cases[i].row), &r));
        if (r.counts.accepted != cases[i].taken || r.counts.refused == cases[i].taken)
            fail_msg("%s: %lld", cases[i].row, (long long)r.counts.accepted);
    }
}

static void no_remark_keeps_the_number_of_a_person(void **state)
{
    static const char *const numbers[] = { "11010519491231002X", "1101051949123100",
                                           "110105-19491231",    "EA1234567",
                                           "13800138000",        "0375-1234567" };
    static const char *const files[][2] = {
        { "subjects", HEADER "D-test,身份证11010519491231002X,甲,餐馆,路,410402,,,open,B,0,0,"
                             "public_places,2026-01-01,1\n"
                             "D-test,EA1234567,甲,餐馆,路,410402,,,open,B,0,0,天文,2026-01-01,1\n"
                             "D-test,1,１１０１０５１９４９１２３１００２Ｘ,餐馆,路,410402,,,"
                             "open,B,0,0,天文 110105-19491231-002X,2026-01-01,1\n"
                             "填表人：合成甲，身份证号11010519491231002X，13800138000,联系电话："
                             "0375-1234567\n" },
        { "inspectors", "card_no,name,department,card_expires_on,specialties,areas,on_duty,"
                        "max_daily,max_total,synthetic\n"
                        "11010519491231002X,合成甲,H410402,2029-08-28,public_places,,1,4,300,1\n" },
    };
    struct harness *h = *state;
    make_directory(h);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct import_request request = subjects;
        struct import_record r;
        struct row_page page;
        struct err err = { .rc = RC_OK };
        request.kind = files[i][0];
        assert_rc(RC_OK, import(h, &request, files[i][1], &r));
        assert_int_equal(r.counts.accepted, 0);
        const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r.id) } };
        assert_rc(RC_OK, list_page(h->db, h->arena, &import_line_list, &ask, 9, &page, &err));
        assert_int_equal(page.n, r.counts.refused + r.counts.skipped);
        for (size_t j = 0; j < page.n; j++)
            for (size_t k = 0; k < sizeof numbers / sizeof numbers[0]; k++) {
                const struct import_line *line = (const struct import_line *)page.v + j;
                if (strstr(line->reason, numbers[k]) || strstr(line->code, numbers[k]))
                    fail_msg("line %lld: %s %s", (long long)line->line, line->code, line->reason);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_that_broke_off_goes_on_behind_its_last_batch, begin,
                                        end),
        cmocka_unit_test_setup_teardown(two_at_once_do_not_count_twice, begin, end),
        cmocka_unit_test_setup_teardown(
            of_two_departments_with_one_new_subject_the_later_has_a_word_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(one_subject_twice_is_merged_whatever_the_distance, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_report_names_no_more_lines_than_it_may, begin, end),
        cmocka_unit_test_setup_teardown(a_refresh_is_all_or_nothing, begin, end),
        cmocka_unit_test_setup_teardown(a_line_of_a_refresh_says_how_it_differs_from_the_one_before,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_card_that_comes_again_says_what_differs, begin, end),
        cmocka_unit_test_setup_teardown(values_are_known_by_the_words_of_lists, begin, end),
        cmocka_unit_test_setup_teardown(no_remark_keeps_the_number_of_a_person, begin, end),
        cmocka_unit_test_setup_teardown(a_person_is_known_by_each_key_and_by_none_of_another, begin,
                                        end),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

#include "harness.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The tables of these tests are made and dropped here; the account that owns the schema may. */
DB_STMT_ALONE(t_insert, "itbdDT", "",
              "INSERT INTO liancha_test_row (id, t, b, d, day, at) VALUES (?, ?, ?, ?, ?, ?)");
DB_STMT(t_select, "i", "itbdDT",
        "SELECT id, t, b, d, day, at FROM liancha_test_row WHERE id >= ? ORDER BY id");
DB_STMT(t_count, "", "i", "SELECT COUNT(*) FROM liancha_test_row");
DB_STMT_ALONE(t_touch, "i", "", "UPDATE liancha_test_row SET d = d + 1 WHERE id = ?");
DB_STMT_ALONE(t_returning, "i", "id",
              "INSERT INTO liancha_test_row (id, d) VALUES (?, 1) ON DUPLICATE KEY UPDATE d = d + 1"
              " RETURNING id, d");
DB_STMT_ALONE(t_json, "ij", "", "INSERT INTO liancha_test_row (id, t) VALUES (?, ?)");
DB_STMT(t_within, "i", "", "UPDATE liancha_test_row SET d = 0 WHERE id = ?");
DB_STMT(t_within_returning, "i", "i", "DELETE FROM liancha_test_row WHERE id = ? RETURNING id");
DB_STMT(t_lock, "i", "i", "SELECT id FROM liancha_test_row WHERE id = ? FOR UPDATE");
DB_STMT(t_connection, "", "i", "SELECT CONNECTION_ID()");

static int begin(void **state)
{
    harness_sql("DROP TABLE IF EXISTS liancha_test_row");
    harness_sql("CREATE TABLE liancha_test_row (id BIGINT PRIMARY KEY, t VARCHAR(2000) NULL,"
                " b MEDIUMBLOB NULL, d DOUBLE NULL, day DATE NULL, at DATETIME(3) NULL)"
                " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin");
    *state = harness_open("migrate");
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    harness_sql("DROP TABLE liancha_test_row");
    return 0;
}

static void values_come_back_as_they_went_in(void **state)
{
    struct harness *h = *state;
    static char long_text[1801];
    static uint8_t bytes[300000];
    memset(long_text, 'x', 1800);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    assert_rc(RC_OK, db_exec(h->db, &t_insert,
                             DB_ARGS(db_int(-5), db_text("联查 \" ' \\"), db_bytes("\0\xff", 2),
                                     db_real(113.25), db_date(19675), db_instant(1700000000123))));
    assert_rc(RC_OK,
              db_exec(h->db, &t_insert,
                      DB_ARGS(db_int(INT64_MAX), db_text(long_text), db_bytes(bytes, sizeof bytes),
                              db_real(0), db_date(0), db_instant(0))));
    assert_rc(RC_OK, db_exec(h->db, &t_insert,
                             DB_ARGS(db_int(1), db_null('t'), db_null('b'), db_null('d'),
                                     db_null('D'), db_null('T'))));
    struct db_query *q;
    size_t n;
    assert_rc(RC_OK, db_query(h->db, &t_select, DB_ARGS(db_int(-10)), &q));
    assert_rc(RC_OK, db_next(&q));
    assert_int_equal(db_col_int(q, 0), -5);
    assert_string_equal(db_col_text(q, 1), "联查 \" ' \\");
    assert_memory_equal(db_col_bytes(q, 2, &n), "\0\xff", 2);
    assert_int_equal(n, 2);
    assert_true(db_col_real(q, 3) == 113.25);
    assert_int_equal(db_col_date(q, 4), 19675);
    assert_int_equal(db_col_int(q, 5), 1700000000123);
    assert_rc(RC_OK, db_next(&q));
    for (unsigned i = 1; i < 6; i++)
        assert_true(db_is_null(q, i));
    assert_null(db_col_text(q, 1));
    assert_rc(RC_OK, db_next(&q));
    assert_int_equal(db_col_int(q, 0), INT64_MAX);
    assert_string_equal(db_col_text(q, 1), long_text);
    assert_memory_equal(db_col_bytes(q, 2, &n), bytes, sizeof bytes);
    assert_rc(RC_DONE, db_next(&q));
    assert_null(q);
}

static void bulk_rows_equal_single_rows(void **state)
{
    enum { ROWS = 2500 };
    struct harness *h = *state;
    struct db_val *values = arena_array(h->arena, (size_t)ROWS * 6, sizeof *values);
    for (int i = 0; i < ROWS; i++) {
        const struct db_val row[] = {
            db_int(i),
            i % 3 ? db_text(arena_printf(h->arena, "行%d", i)) : db_null('t'),
            db_bytes(arena_memdup(h->arena, &i, sizeof i), i % 4 ? sizeof i : 0),
            i % 5 ? db_real(i) : db_null('d'),
            i % 7 ? db_date(i) : db_null('D'),
            db_instant((int64_t)i * 1001)
        };
        memcpy(values + (size_t)i * 6, row, sizeof row);
    }
    assert_rc(RC_OK, db_bulk(h->db, &t_insert, values, ROWS));
    assert_int_equal(db_affected(h->db), ROWS);
    struct db_query *q;
    assert_rc(RC_OK, db_query_stream(h->db, &t_select, DB_ARGS(db_int(0)), &q));
    for (int i = 0; i < ROWS; i++) {
        assert_rc(RC_OK, db_next(&q));
        assert_int_equal(db_col_int(q, 0), i);
        assert_true(db_is_null(q, 1) == (i % 3 == 0));
        if (i % 3)
            assert_string_equal(db_col_text(q, 1), arena_printf(h->arena, "行%d", i));
        assert_true(db_is_null(q, 3) == (i % 5 == 0));
        assert_int_equal(db_col_date(q, 4), i % 7 ? i : 0);
        assert_int_equal(db_col_int(q, 5), (int64_t)i * 1001);
    }
    assert_rc(RC_DONE, db_next(&q));
    /* The same statement still works for one row. */
    assert_rc(RC_OK, db_exec(h->db, &t_insert,
                             DB_ARGS(db_int(ROWS), db_text("x"), db_null('b'), db_null('d'),
                                     db_null('D'), db_null('T'))));
}

static void a_duplicate_key_is_a_conflict_and_a_wrong_argument_an_internal_fault(void **state)
{
    struct harness *h = *state;
    const struct db_val row[] = { db_int(1),    db_text("x"), db_null('b'),
                                  db_null('d'), db_null('D'), db_null('T') };
    assert_rc(RC_OK, db_exec(h->db, &t_insert, row, 6));
    assert_int_equal(db_affected(h->db), 1);
    assert_rc(RC_CONFLICT, db_exec(h->db, &t_insert, row, 6));
    assert_int_equal(db_affected(h->db), 0);
    assert_int_equal(db_insert_id(h->db), 0);
    assert_rc(RC_INTERNAL, db_exec(h->db, &t_insert, row, 5));
    assert_rc(RC_INTERNAL, db_exec(h->db, &t_touch, DB_ARGS(db_text("1"))));
}

struct crossing {
    int attempts;
};

/* The first attempt ends as a deadlock's victim would. */
static enum rc cross(struct db *db, void *data, struct err *err)
{
    (void)err;
    struct crossing *x = data;
    if (++x->attempts == 1)
        return RC_RETRY;
    return db_exec(db, &t_touch, DB_ARGS(db_int(1)));
}

static void a_transaction_that_must_be_retried_is_run_again_whole(void **state)
{
    struct harness *h = *state;
    struct crossing x = { .attempts = 0 };
    assert_rc(RC_OK, db_transaction(h->db, cross, &x, NULL));
    assert_int_equal(x.attempts, 2);
}

static void kill_connection(struct harness *h)
{
    int64_t id = 0;
    assert_rc(RC_OK, db_one_int(h->db, &t_connection, DB_NONE, &id));
    harness_sql(arena_printf(h->arena, "KILL %lld", (long long)id));
}

static void a_lost_connection_is_opened_anew_outside_a_transaction_only(void **state)
{
    struct harness *h = *state;
    int64_t n = -1;
    kill_connection(h);
    assert_rc(RC_OK, db_one_int(h->db, &t_count, DB_NONE, &n));
    assert_int_equal(n, 0);

    kill_connection(h);
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, db_exec(h->db, &t_insert,
                             DB_ARGS(db_int(1), db_text("x"), db_null('b'), db_null('d'),
                                     db_null('D'), db_null('T'))));
    kill_connection(h);
    assert_rc(RC_UNAVAILABLE, db_one_int(h->db, &t_count, DB_NONE, &n));
    assert_rc(RC_UNAVAILABLE, db_exec(h->db, &t_touch, DB_ARGS(db_int(1))));
    db_rollback(h->db);
    assert_rc(RC_OK, db_one_int(h->db, &t_count, DB_NONE, &n));
    assert_int_equal(n, 0);
}

static void a_connection_lost_at_commit_is_uncertain(void **state)
{
    struct harness *h = *state;
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, db_exec(h->db, &t_insert,
                             DB_ARGS(db_int(1), db_text("x"), db_null('b'), db_null('d'),
                                     db_null('D'), db_null('T'))));
    kill_connection(h);
    assert_rc(RC_UNCERTAIN, db_commit(h->db));
    db_rollback(h->db);
}

static void an_open_result_survives_the_loss_of_its_connection(void **state)
{
    struct harness *h = *state;
    struct db_query *q;
    int64_t n;
    for (int i = 1; i <= 3; i++)
        assert_rc(RC_OK, db_exec(h->db, &t_insert,
                                 DB_ARGS(db_int(i), db_text("x"), db_null('b'), db_null('d'),
                                         db_null('D'), db_null('T'))));
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, db_query(h->db, &t_select, DB_ARGS(db_int(0)), &q));
    assert_rc(RC_OK, db_next(&q));
    kill_connection(h);
    assert_rc(RC_UNAVAILABLE, db_one_int(h->db, &t_count, DB_NONE, &n));
    assert_rc(RC_UNAVAILABLE, db_next(&q));
    db_done(&q);
    db_rollback(h->db);
}

static void a_write_returns_the_rows_that_it_wrote(void **state)
{
    struct harness *h = *state;
    for (int i = 1; i <= 3; i++) {
        struct db_query *q;
        assert_rc(RC_OK, db_query(h->db, &t_returning, DB_ARGS(db_int(7)), &q));
        assert_rc(RC_OK, db_next(&q));
        assert_int_equal(db_col_int(q, 0), 7);
        assert_true(db_col_real(q, 1) == i);
        assert_rc(RC_DONE, db_next(&q));
    }
}

/* Whether the statement with that text ends the process, as it does where tests are built. */
static bool dies(struct harness *h, const char *text, bool bulk)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) { /* prepared already, so nothing is sent on the parent's connection */
        const struct db_val row[] = { db_int(9), db_json(text) };
        enum rc rc = bulk ? db_bulk(h->db, &t_json, row, 1) : db_exec(h->db, &t_json, row, 2);
        _exit((int)rc);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

static void json_that_is_not_whole_is_never_stored(void **state)
{
    struct harness *h = *state;
    int64_t n;
    assert_rc(RC_OK, db_exec(h->db, &t_json, DB_ARGS(db_int(1), db_json("{\"a\":[1]}"))));
    assert_rc(RC_OK, db_exec(h->db, &t_json, DB_ARGS(db_int(2), db_json(NULL))));
    assert_true(dies(h, "{\"a\":[1}", false));
    assert_true(dies(h, "{\"a\":[1]}}", true));
    assert_rc(RC_OK, db_one_int(h->db, &t_count, DB_NONE, &n));
    assert_int_equal(n, 2);
}

/* As of a handler whose route names no transaction, or one that reads. */
static void a_write_outside_of_a_transaction_is_refused(void **state)
{
    struct harness *h = *state;
    struct db_query *q;
    int64_t n;
    const struct db_val id = db_int(1);
    assert_rc(RC_INTERNAL, db_exec(h->db, &t_within, &id, 1));
    assert_rc(RC_INTERNAL, db_bulk(h->db, &t_within, &id, 1));
    assert_rc(RC_INTERNAL, db_query(h->db, &t_within_returning, &id, 1, &q));
    assert_rc(RC_INTERNAL, db_one_int(h->db, &t_lock, &id, 1, &n));
    assert_rc(RC_OK, db_begin(h->db, DB_READ));
    assert_rc(RC_INTERNAL, db_exec(h->db, &t_within, &id, 1));
    db_rollback(h->db);
    assert_rc(RC_OK, db_begin(h->db, DB_WRITE));
    assert_rc(RC_OK, db_exec(h->db, &t_within, &id, 1));
    assert_rc(RC_OK, db_bulk(h->db, &t_within, &id, 1));
    assert_rc(RC_OK, db_commit(h->db));
    assert_rc(RC_INTERNAL, db_exec(h->db, &t_within, &id, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values_come_back_as_they_went_in, begin, end),
        cmocka_unit_test_setup_teardown(bulk_rows_equal_single_rows, begin, end),
        cmocka_unit_test_setup_teardown(
            a_duplicate_key_is_a_conflict_and_a_wrong_argument_an_internal_fault, begin, end),
        cmocka_unit_test_setup_teardown(a_transaction_that_must_be_retried_is_run_again_whole,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_lost_connection_is_opened_anew_outside_a_transaction_only,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_connection_lost_at_commit_is_uncertain, begin, end),
        cmocka_unit_test_setup_teardown(a_write_returns_the_rows_that_it_wrote, begin, end),
        cmocka_unit_test_setup_teardown(a_write_outside_of_a_transaction_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(json_that_is_not_whole_is_never_stored, begin, end),
        cmocka_unit_test_setup_teardown(an_open_result_survives_the_loss_of_its_connection, begin,
                                        end),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}

/*
 * Pages of a list as JSON, read by a declaration or by hand, as every list was before: prints the
 * processor time of its own, in seconds.
 * Usage: liancha-bench-rows CONFIG declared|by-hand PAGES
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"
#include "sys/jsonw.h"
#include "sys/list.h"
#include "sys/settings.h"

enum { PAGE = 50, PAGES_MAX = 1000000 };

struct record {
    int64_t id;
    const char *code;
    const char *name;
    const char *address;
    const char *state;
    const char *remark;
    int64_t version;
    int64_t conflicts;
    int64_t arrived_at;
    int64_t left_at;
    int32_t due_on;
    bool overdue;
};

#define FROM_RECORD                                                                                \
    " FROM (SELECT CAST(seq AS SIGNED) AS id, CONCAT('410400-', seq) AS code,"                     \
    " CONCAT('synthetic enterprise ', seq) AS name, 'a street of nowhere' AS address,"             \
    " 'signed' AS state, CAST(NULL AS CHAR(20)) AS remark, CAST(3 AS SIGNED) AS version,"          \
    " CAST(0 AS SIGNED) AS conflicts,"                                                             \
    " CAST('2023-10-10 08:00:00.123' AS DATETIME(3)) AS arrived_at,"                               \
    " CAST(NULL AS DATETIME(3)) AS left_at, CAST('2023-11-10' AS DATE) AS due_on,"                 \
    " CAST(1 AS SIGNED) AS overdue FROM seq_1_to_50) r"

#define COL(member, ...) ROW_COL(struct record, member, __VA_ARGS__)
static const struct row_set records = ROW_SET(
    struct record, COL(id, "r.id"), COL(code, "r.code"), COL(name, "r.name"),
    COL(address, "r.address"), COL(state, "r.state"), COL(remark, "r.remark", .nullable = true),
    COL(version, "r.version"), COL(conflicts, "r.conflicts"),
    COL(arrived_at, "r.arrived_at", .instant = true, .nullable = true),
    COL(left_at, "r.left_at", .instant = true, .nullable = true),
    COL(due_on, "r.due_on", .nullable = true), COL(overdue, "r.overdue", .nullable = true));

static const struct list record_list = {
    .name = "records",
    .title = "记录",
    .rows = &records,
    .from = FROM_RECORD,
    .in = "",
    .key = "id",
    .filters =
        LIST_FILTERS({ .name = "one", .title = "一", .sql = "1 = ?", .type = 'i', .initial = "1" }),
    .orders = LIST_ORDERS({ .member = "id" })
};

DB_STMT(by_hand_select, "ii", "itttttiiTTDi",
        "SELECT r.id, r.code, r.name, r.address, r.state, r.remark, r.version, r.conflicts,"
        " r.arrived_at, r.left_at, r.due_on, r.overdue" FROM_RECORD
        " WHERE 1 = ? ORDER BY r.id LIMIT ?");

static void check(enum rc rc)
{
    if (rc != RC_OK) {
        (void)fprintf(stderr, "liancha-bench-rows: %s\n", rc_name(rc));
        exit(EXIT_FAILURE);
    }
}

static void declared(struct db *db, struct arena *a, struct jsonw *w)
{
    struct row_page page;
    struct err err;
    const struct list_ask ask = { .scope = NULL };
    check(list_page(db, a, &record_list, &ask, PAGE, &page, &err));
    for (size_t i = 0; i < page.n; i++)
        row_put_object(w, &records, (const struct record *)page.v + i);
}

static void read_by_hand(const struct db_query *q, struct arena *a, struct record *r)
{
    *r = (struct record){ .id = db_col_int(q, 0),
                          .code = db_col_dup(q, 1, a),
                          .name = db_col_dup(q, 2, a),
                          .address = db_col_dup(q, 3, a),
                          .state = db_col_dup(q, 4, a),
                          .remark = db_col_dup(q, 5, a),
                          .version = db_col_int(q, 6),
                          .conflicts = db_col_int(q, 7),
                          .arrived_at = db_col_int(q, 8),
                          .left_at = db_col_int(q, 9),
                          .due_on = db_col_date(q, 10),
                          .overdue = db_col_int(q, 11) != 0 };
}

static void instant_or_null(struct jsonw *w, const char *key, int64_t at)
{
    if (at)
        jw_instant(w, key, at);
    else
        jw_null(w, key);
}

static void put_by_hand(struct jsonw *w, const struct record *r)
{
    jw_object(w, NULL);
    jw_int(w, "id", r->id);
    jw_text(w, "code", r->code);
    jw_text(w, "name", r->name);
    jw_text(w, "address", r->address);
    jw_text(w, "state", r->state);
    jw_text(w, "remark", r->remark);
    jw_int(w, "version", r->version);
    jw_int(w, "conflicts", r->conflicts);
    instant_or_null(w, "arrived_at", r->arrived_at);
    instant_or_null(w, "left_at", r->left_at);
    jw_date(w, "due_on", r->due_on);
    jw_bool(w, "overdue", r->overdue);
    jw_end(w);
}

static void by_hand(struct db *db, struct arena *a, struct jsonw *w)
{
    struct db_query *q;
    struct record *rows = arena_array(a, PAGE + 1, sizeof *rows);
    size_t n = 0;
    enum rc rc;
    check(db_query(db, &by_hand_select, DB_ARGS(db_int(1), db_int(PAGE + 1)), &q));
    while ((rc = db_next(&q)) == RC_OK)
        read_by_hand(q, a, &rows[n++]);
    check(rc == RC_DONE ? RC_OK : rc);
    for (size_t i = 0; i < n; i++)
        put_by_hand(w, &rows[i]);
}

typedef void page_fn(struct db *db, struct arena *a, struct jsonw *w);

static size_t page_of(page_fn *fn, struct db *db, struct arena *a)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a, 1 << 20);
    jw_init(&w, &out);
    jw_array(&w, NULL);
    fn(db, a, &w);
    jw_end(&w);
    size_t n = out.n;
    arena_reset(a);
    return n;
}

int main(int argc, char **argv)
{
    struct settings settings;
    struct err err;
    struct db *db;
    int64_t pages;
    if (argc != 4 || !int_parse(argv[3], 1, PAGES_MAX, &pages))
        return 2;
    page_fn *fn = strcmp(argv[2], "declared") == 0 ? declared : by_hand;
    struct arena *process = arena_new(1 << 24);
    struct arena *a = arena_new(1 << 24);
    check(settings_load(process, argv[1], "migrate", &settings, &err));
    check(db_open(&settings, 30, &db, &err));
    if (page_of(declared, db, a) != page_of(by_hand, db, a)) {
        (void)fputs("liancha-bench-rows: the two pages differ\n", stderr);
        return EXIT_FAILURE;
    }
    clock_t start = clock();
    for (int64_t i = 0; i < pages; i++)
        (void)page_of(fn, db, a);
    (void)printf("%.6f\n", (double)(clock() - start) / CLOCKS_PER_SEC);
    db_close(db);
    arena_free(a);
    arena_free(process);
    return EXIT_SUCCESS;
}

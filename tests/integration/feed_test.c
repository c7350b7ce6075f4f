#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/field/feed.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { VISIT = 12, WRITERS = 4, ROUNDS = 50, PATIENCE_MS = 30000 };

static int begin(void **state)
{
    harness_sql("DELETE FROM feed_tombstone");
    harness_sql("DELETE FROM feed_item");
    harness_sql("DELETE FROM feed_head");
    *state = harness_open("mobile");
    return 0;
}

static int end(void **state)
{
    harness_sql("DELETE FROM inspector");
    harness_close(*state);
    return 0;
}

struct batch {
    const struct feed_item *items;
    size_t n;
    int64_t pause_ms; /* between the writing and the commit */
};

static enum rc write_batch(struct db *db, void *data, struct err *err)
{
    const struct batch *batch = data;
    struct arena *a = arena_new(1 << 24);
    (void)err;
    enum rc rc = feed_write(db, a, batch->items, batch->n);
    arena_free(a);
    if (batch->pause_ms)
        clock_sleep(batch->pause_ms);
    return rc;
}

/* With an account that may write every feed. */
static void write_items(const struct feed_item *items, size_t n)
{
    struct harness *h = harness_open("planner");
    struct batch batch = { .items = items, .n = n };
    assert_rc(RC_OK, db_transaction(h->db, write_batch, &batch, NULL));
    harness_close(h);
}

/* An inspector of a department, neither of which needs anything else here. */
static void employ(int64_t inspector_id, int64_t department_id)
{
    char sql[400];
    (void)snprintf(
        sql, sizeof sql,
        "SET STATEMENT foreign_key_checks = 0 FOR REPLACE INTO inspector"
        " (id, card_no, name, department_id, card_expires_on, on_duty, max_daily,"
        " max_total, synthetic) SELECT %lld, 'TEST-%lld', '', %lld, '2099-01-01', 1, 1, 1, 1",
        (long long)inspector_id, (long long)inspector_id, (long long)department_id);
    harness_sql(sql);
}

static struct feed_item item(enum feed_kind kind, int64_t owner, const char *entity, int64_t id,
                             const char *body)
{
    return (struct feed_item){ .kind = kind,
                               .owner_id = owner,
                               .entity = entity,
                               .entity_id = id,
                               .version = 1,
                               .body = body };
}

/* "entity id=body@seq " of what was read, "owner is as before " and "owner is anew and empty ". */
static bool collect(const struct feed_item *i, void *data)
{
    char *text = data;
    size_t n = strlen(text);
    if (!i->entity) {
        (void)snprintf(text + n, 400 - n, "%d is %s ", (int)i->owner_id,
                       i->from ? "as before" : "anew and empty");
        return true;
    }
    (void)snprintf(text + n, 400 - n, "%s %d=%s@%d ", i->entity, (int)i->entity_id,
                   i->deleted ? "gone" : i->body, (int)i->seq);
    return true;
}

static void a_feed_keeps_the_latest_state_in_the_order_of_writing(void **state)
{
    struct harness *h = *state;
    char text[400] = "";
    const struct feed_item first[] = { item(FEED_VISIT, VISIT, "visit", 12, "{}"),
                                       item(FEED_DICTIONARY, 0, "result_codes", 1, "{}"),
                                       item(FEED_VISIT, VISIT, "section", 7, "[1]") };
    struct feed_item second[] = { item(FEED_VISIT, VISIT, "section", 7, "[2]"),
                                  item(FEED_VISIT, VISIT, "conflict", 3, "{}") };
    write_items(first, 3);
    write_items(second, 2);
    second[1].deleted = true;
    write_items(&second[1], 1);
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 0, 0, 10, collect, text));
    assert_string_equal(text, "visit 12={}@1 section 7=[2]@3 ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 1, 0, 10, collect, text));
    assert_string_equal(text, "section 7=[2]@3 conflict 3=gone@5 ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 1, 0, 1, collect, text));
    assert_string_equal(text, "section 7=[2]@3 ");
}

static void several_visits_come_by_visit_and_number(void **state)
{
    struct harness *h = *state;
    char text[400] = "";
    struct feed_item items[] = { item(FEED_VISIT, 1, "visit", 1, "{}"),
                                 item(FEED_VISIT, 2, "visit", 2, "{}"),
                                 item(FEED_VISIT, 2, "section", 4, "{}"),
                                 item(FEED_VISIT, 3, "visit", 3, "{}") };
    const struct feed_position wanted[] = { { 3, 0 }, { 99, 0 }, { 2, 1 }, { 1, 0 } };
    struct feed_position many[FEED_VISITS_MAX];
    size_t rows;
    items[3].deleted = true;
    write_items(items, 4);
    assert_rc(RC_OK, feed_read_visits(h->db, wanted, 4, 10, collect, text, &rows));
    assert_string_equal(text, "visit 1={}@1 section 4={}@2 visit 3=gone@1 ");
    assert_int_equal(rows, 3);
    text[0] = '\0';
    assert_rc(RC_OK, feed_read_visits(h->db, wanted, 4, 2, collect, text, &rows));
    assert_string_equal(text, "visit 1={}@1 section 4={}@2 ");
    assert_int_equal(rows, 2);
    for (size_t i = 0; i < FEED_VISITS_MAX; i++)
        many[i] = (struct feed_position){ .owner_id = (int64_t)(FEED_VISITS_MAX - i), .seq = 1 };
    text[0] = '\0';
    assert_rc(RC_OK, feed_read_visits(h->db, many, FEED_VISITS_MAX, 10, collect, text, &rows));
    assert_string_equal(text, "section 4={}@2 ");
    assert_rc(RC_OK, feed_read_visits(h->db, many, 0, 10, collect, text, &rows));
    assert_int_equal(rows, 0);
}

/* "visit@seq of head: items" of each change, "removed" for one that is, "anew" for one from 0. */
static bool collect_news(const struct feed_change *change, const struct feed_item *i, void *data)
{
    char *text = data;
    size_t n = strlen(text);
    (void)snprintf(text + n, 400 - n, "%d@%d of %d%s%s: ", (int)change->visit_id, (int)change->seq,
                   (int)change->head, change->removed ? " removed" : "", i->from ? "" : " anew");
    if (i->entity)
        (void)collect(i, text);
    return true;
}

static const char *news(struct harness *h, const struct feed_reader *reader, int64_t limit,
                        size_t expected)
{
    static char text[400];
    size_t rows;
    text[0] = '\0';
    assert_rc(RC_OK, feed_read_news(h->db, reader, limit, collect_news, text, &rows));
    assert_int_equal(rows, expected);
    return text;
}

static void news_come_by_change_and_number_behind_what_is_known(void **state)
{
    struct harness *h = *state;
    struct feed_item items[] = {
        item(FEED_INSPECTOR, 5, "visit", 14, "{}"), item(FEED_INSPECTOR, 5, "visit", 13, "{}"),
        item(FEED_INSPECTOR, 5, "visit", 12, "{}"), item(FEED_INSPECTOR, 5, "visit", 15, "{}"),
        item(FEED_VISIT, 12, "visit", 12, "{}"),    item(FEED_VISIT, 12, "section", 4, "{}"),
        item(FEED_VISIT, 13, "visit", 13, "{}"),    item(FEED_VISIT, 14, "visit", 14, "{}"),
        item(FEED_VISIT, 14, "section", 6, "{}")
    };
    const struct feed_known known[] = { { 12, 1, 0 }, { 14, 2, 0 } };
    struct feed_known many[FEED_KNOWN_MAX] = { { 0, 0, 0 } };
    items[1].deleted = true;
    items[8].deleted = true;
    write_items(items, 9);
    struct feed_reader reader = { .inspector_id = 5 };
    assert_string_equal(news(h, &reader, 10, 5),
                        "14@1 of 2 anew: visit 14={}@1 14@1 of 2 anew: section 6=gone@2 "
                        "12@3 of 2 anew: visit 12={}@1 12@3 of 2 anew: section 4={}@2 "
                        "15@4 of 0 anew: ");
    reader = (struct feed_reader){ .inspector_id = 5, .removed_too = true, .known = known };
    reader.count = 2;
    assert_string_equal(news(h, &reader, 10, 4),
                        "14@1 of 2: 13@2 of 1 removed anew: 12@3 of 2: section 4={}@2 "
                        "15@4 of 0 anew: ");
    assert_string_equal(news(h, &reader, 1, 1), "14@1 of 2: ");
    many[FEED_KNOWN_MAX - 1] = known[0];
    reader.known = many;
    reader.count = FEED_KNOWN_MAX;
    reader.seq = 2;
    assert_string_equal(news(h, &reader, 10, 2), "12@3 of 2: section 4={}@2 15@4 of 0 anew: ");
}

static void a_deletion_is_told_to_who_knew_and_to_nobody_else(void **state)
{
    struct harness *h = *state;
    char text[400] = "";
    struct feed_item items[] = { item(FEED_VISIT, VISIT, "section", 7, "{}"),
                                 item(FEED_VISIT, VISIT, "conflict", 3, "{}") };
    write_items(items, 2);
    items[1].deleted = true;
    write_items(&items[1], 1);
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 0, 0, 10, collect, text));
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 2, 0, 10, collect, text));
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 3, 0, 10, collect, text));
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, 99, 3, 0, 10, collect, text));
    assert_string_equal(text, "section 7={}@1 conflict 3=gone@3 12 is as before ");
}

struct purge {
    int32_t before;
    size_t n;
};

static enum rc purge_once(struct db *db, void *data, struct err *err)
{
    struct purge *p = data;
    struct arena *a = arena_new(1 << 24);
    (void)err;
    enum rc rc = feed_purge(db, a, p->before, &p->n);
    arena_free(a);
    return rc;
}

/* All that is older than a day of 1970, with the account that may. */
static size_t purge(int32_t before)
{
    struct harness *h = harness_open("admin");
    struct purge p = { .before = before };
    assert_rc(RC_OK, db_transaction(h->db, purge_once, &p, NULL));
    harness_close(h);
    return p.n;
}

static void below_a_purged_tombstone_the_feed_is_read_from_0(void **state)
{
    struct harness *h = *state;
    struct feed_item items[] = { item(FEED_VISIT, VISIT, "section", 7, "{}"),
                                 item(FEED_VISIT, VISIT, "conflict", 3, "{}"),
                                 item(FEED_VISIT, 13, "conflict", 4, "{}") };
    char text[400] = "";
    write_items(items, 3);
    items[1].deleted = items[2].deleted = true;
    write_items(&items[1], 2); /* 3 of the first visit, 2 of the other */
    harness_sql("UPDATE feed_tombstone SET gone_on = '1970-02-01'");
    assert_int_equal(purge(31), 0);
    assert_int_equal(purge(32), 2);
    assert_int_equal(purge(32), 0);
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 2, 0, 10, collect, text));
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 3, 0, 10, collect, text));
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, 13, 1, 0, 10, collect, text));
    assert_string_equal(text, "section 7={}@1 12 is as before 13 is anew and empty ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 1, 3, 10, collect, text));
    assert_string_equal(text, "12 is as before "); /* it goes on with what began at head 3 */
}

static void below_a_purged_tombstone_news_of_a_visit_begin_at_0(void **state)
{
    struct harness *h = *state;
    struct feed_item items[] = { item(FEED_INSPECTOR, 5, "visit", VISIT, "{}"),
                                 item(FEED_VISIT, VISIT, "section", 7, "{}"),
                                 item(FEED_VISIT, VISIT, "conflict", 3, "{}") };
    struct feed_known known = { VISIT, 2, 0 };
    const struct feed_reader reader = { .inspector_id = 5, .known = &known, .count = 1 };
    write_items(items, 3);
    items[2].deleted = true;
    write_items(&items[2], 1);
    assert_string_equal(news(h, &reader, 10, 1), "12@1 of 3: conflict 3=gone@3 ");
    harness_sql("UPDATE feed_tombstone SET gone_on = '1970-02-01'");
    assert_int_equal(purge(32), 1);
    assert_string_equal(news(h, &reader, 10, 1), "12@1 of 3 anew: section 7={}@1 ");
    known.floor = 3; /* it goes on with what began at head 3 */
    assert_string_equal(news(h, &reader, 10, 1), "12@1 of 3: ");
    known = (struct feed_known){ VISIT, 3, 0 };
    assert_string_equal(news(h, &reader, 10, 1), "12@1 of 3: ");
}

static void what_was_written_again_survives_the_purge_of_its_tombstone(void **state)
{
    struct harness *h = *state;
    struct feed_item one = item(FEED_VISIT, VISIT, "conflict", 3, "{}");
    char text[400] = "";
    one.deleted = true;
    write_items(&one, 1);
    one.deleted = false;
    write_items(&one, 1);
    harness_sql("UPDATE feed_tombstone SET gone_on = '1970-02-01'");
    assert_int_equal(purge(32), 1);
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 0, 0, 10, collect, text));
    assert_string_equal(text, "conflict 3={}@2 ");
}

static void what_an_inspector_lost_is_known_beyond_the_horizon(void **state)
{
    struct harness *h = *state;
    enum { INSPECTOR = 77 };
    struct feed_item items[] = { item(FEED_INSPECTOR, INSPECTOR, "visit", VISIT, "{}"),
                                 item(FEED_INSPECTOR, INSPECTOR, "visit", 13, "{}"),
                                 item(FEED_VISIT, 13, "check_result", 5, "{}"),
                                 item(FEED_VISIT, 13, "section", 8, "{}") };
    struct feed_lost lost[] = {
        { "visit", VISIT }, { "visit", 13 }, { "check_result", 5 }, { "section", 8 }
    };
    size_t n = 4;
    items[0].deleted = items[2].deleted = true;
    write_items(items, 4);
    harness_sql("UPDATE feed_tombstone SET gone_on = '1970-02-01'");
    assert_int_equal(purge(32), 0);
    assert_rc(RC_OK, feed_lost(h->db, h->arena, INSPECTOR, lost, &n));
    assert_int_equal(n, 2);
    assert_string_equal(lost[0].entity, "visit");
    assert_string_equal(lost[1].entity, "check_result");
}

/* ---- Cost ------------------------------------------------------------------------------------ */

DB_STMT(test_stmt_reads, "", "i",
        "SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS"
        " WHERE VARIABLE_NAME LIKE 'HANDLER_READ%'");

DB_STMT(test_stmt_sorts, "", "i",
        "SELECT SUM(VARIABLE_VALUE) FROM information_schema.SESSION_STATUS"
        " WHERE VARIABLE_NAME LIKE 'SORT%'");

/* What this connection has sorted so far. */
static int64_t sorts(struct harness *h)
{
    int64_t n = 0;
    assert_rc(RC_OK, db_one_int(h->db, &test_stmt_sorts, DB_NONE, &n));
    return n;
}

/* Rows and keys that this connection has read so far. */
static int64_t reads(struct harness *h)
{
    int64_t n = 0;
    assert_rc(RC_OK, db_one_int(h->db, &test_stmt_reads, DB_NONE, &n));
    return n;
}

static bool count(const struct feed_change *change, const struct feed_item *i, void *data)
{
    (void)change;
    *(int *)data += i->entity != NULL;
    return true;
}

struct cost {
    int64_t poll;
    int64_t pull;
    int64_t first;
};

/* What inspector 5 costs; the asking itself costs the same each time. */
static struct cost cost_of(struct harness *h)
{
    const struct feed_known known[] = { { 58, 2, 0 }, { 59, 20, 0 } };
    struct feed_reader reader = { .inspector_id = 5, .seq = 8, .known = known, .count = 2 };
    struct feed_heads heads;
    size_t rows;
    int items = 0;
    int64_t start = reads(h);
    assert_rc(RC_OK, feed_read_heads(h->db, 5, &heads));
    int64_t polled = reads(h);
    assert_rc(RC_OK, feed_read_news(h->db, &reader, 1000, count, &items, &rows));
    assert_int_equal(items, 18);
    int64_t pulled = reads(h);
    reader = (struct feed_reader){ .inspector_id = 5 };
    assert_rc(RC_OK, feed_read_news(h->db, &reader, 1000, count, &items, &rows));
    assert_int_equal(items, 18 + 200);
    return (struct cost){ polled - start, pulled - polled, reads(h) - pulled };
}

/* Inspectors 1 to n with ten visits of twenty items each. */
static void populate(int n)
{
    char sql[400];
    (void)snprintf(sql, sizeof sql,
                   "INSERT IGNORE INTO feed_item SELECT 1, i.seq, v.seq + 1, 'visit',"
                   " i.seq * 10 + v.seq, 0, 0, '{}' FROM seq_1_to_%d i JOIN seq_0_to_9 v",
                   n);
    harness_sql(sql);
    (void)snprintf(sql, sizeof sql,
                   "INSERT IGNORE INTO feed_item SELECT 2, v.seq, i.seq, 'check_result',"
                   " v.seq * 20 + i.seq, 0, 0, '{}' FROM seq_10_to_%d v JOIN seq_1_to_20 i",
                   n * 10 + 9);
    harness_sql(sql);
    harness_sql("INSERT IGNORE INTO feed_head SELECT kind, owner_id, MAX(seq), 0 FROM feed_item"
                " GROUP BY kind, owner_id");
    harness_sql("INSERT IGNORE INTO feed_head VALUES (3, 1, 4, 0), (4, 0, 4, 0)");
    harness_sql("ANALYZE TABLE feed_head, feed_item");
}

static void a_poll_and_a_pull_read_as_much_of_a_hundred_times_the_data(void **state)
{
    struct harness *h = *state;
    employ(5, 1);
    populate(10);
    (void)cost_of(h); /* what the first time prepares */
    struct cost small = cost_of(h);
    populate(1000);
    int64_t sorted = sorts(h);
    struct cost large = cost_of(h);
    assert_int_equal(sorts(h), sorted);
    assert_int_equal(large.poll, small.poll);
    assert_int_equal(large.pull, small.pull);
    assert_int_equal(large.first, small.first);
    print_message("rows and keys read: poll %d, pull of 18 %d, of all 200 %d\n", (int)small.poll,
                  (int)small.pull, (int)small.first);
}

/* Three hundred visits of twenty items, in each of which one changed. */
static void of_visits_that_are_known_a_pull_tells_what_changed_and_no_more(void **state)
{
    enum { VISITS = 300, ITEMS = 20 };
    struct harness *h = *state;
    struct feed_known known[VISITS];
    size_t rows;
    int items = 0;
    employ(5, 1);
    harness_sql("INSERT INTO feed_item SELECT 1, 5, 300 + v.seq, 'visit', v.seq, 0, 0, '{}'"
                " FROM seq_1_to_300 v");
    harness_sql("INSERT INTO feed_item SELECT 2, v.seq, IF(i.seq = 7, 21, i.seq), 'check_result',"
                " v.seq * 20 + i.seq, 0, 0, '{}' FROM seq_1_to_300 v JOIN seq_1_to_20 i");
    harness_sql("INSERT INTO feed_head SELECT kind, owner_id, MAX(seq), 0 FROM feed_item"
                " GROUP BY kind, owner_id");
    for (int i = 0; i < VISITS; i++)
        known[i] = (struct feed_known){ .visit_id = 1 + i, .seq = ITEMS };
    struct feed_reader reader = {
        .inspector_id = 5, .seq = VISITS, .removed_too = true, .known = known, .count = VISITS
    };
    assert_rc(RC_OK, feed_read_news(h->db, &reader, 1000, count, &items, &rows));
    assert_int_equal(rows, VISITS);
    assert_int_equal(items, VISITS);
    reader.count = 0; /* who knows none is told all of each */
    items = 0;
    assert_rc(RC_OK, feed_read_news(h->db, &reader, 10000, count, &items, &rows));
    assert_int_equal(items, VISITS * ITEMS);
}

static void heads_of_feeds_that_nobody_wrote_stand_at_0(void **state)
{
    struct harness *h = *state;
    struct feed_heads heads;
    const struct feed_item one = item(FEED_DEPARTMENT, 6, "notice", 1, "{}");
    employ(5, 6);
    write_items(&one, 1);
    assert_rc(RC_OK, feed_read_heads(h->db, 5, &heads));
    assert_int_equal(heads.inspector, 0);
    assert_int_equal(heads.department_id, 6);
    assert_int_equal(heads.department, 1);
    assert_int_equal(heads.dictionary, 0);
    assert_int_equal(strlen(heads.epoch), 36);
}

static int64_t shared_now(struct harness *h)
{
    struct feed_heads heads;
    assert_rc(RC_OK, feed_read_heads(h->db, 5, &heads));
    return heads.shared;
}

static void what_all_share_is_counted_and_what_one_visit_tells_is_not(void **state)
{
    struct harness *h = *state;
    const struct feed_item department = item(FEED_DEPARTMENT, 6, "notice", 1, "{}");
    const struct feed_item both[] = { item(FEED_VISIT, VISIT, "section", 7, "{}"),
                                      item(FEED_DICTIONARY, 0, "result_codes", 1, "{}") };
    employ(5, 6);
    int64_t before = shared_now(h);
    write_items(&department, 1);
    assert_int_equal(shared_now(h), before + 1);
    write_items(both, 2);
    assert_int_equal(shared_now(h), before + 2);
    write_items(both, 1);
    assert_int_equal(shared_now(h), before + 2);
}

/* A process of its own: writes items with numbers of its own, slowly and at random moments. */
static void be_writer(int writer)
{
    struct harness *h = harness_open("planner");
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < ROUNDS; i++) {
        struct feed_item one = item(FEED_DICTIONARY, 0, "test", writer * ROUNDS + i + 1, "{}");
        struct batch batch = { .items = &one, .n = 1, .pause_ms = (int64_t)random_below(4) };
        rc = db_transaction(h->db, write_batch, &batch, NULL);
        clock_sleep((int64_t)random_below(4));
    }
    harness_close(h);
    _exit(rc == RC_OK ? 0 : 1);
}

struct reader {
    int64_t seq;
    bool seen[WRITERS * ROUNDS + 1];
    int count;
};

static bool see(const struct feed_item *i, void *data)
{
    struct reader *r = data;
    if (!i->entity)
        return true;
    assert_true(i->seq > r->seq);
    assert_false(r->seen[i->entity_id]);
    r->seen[i->entity_id] = true;
    r->count++;
    r->seq = i->seq;
    return true;
}

static void a_reader_misses_nothing_of_concurrent_writers(void **state)
{
    struct harness *h = *state;
    struct reader reader = { .seq = 0 };
    int64_t end_at = clock_monotonic() + PATIENCE_MS;
    for (int w = 0; w < WRITERS; w++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            be_writer(w);
    }
    while (reader.count < WRITERS * ROUNDS && clock_monotonic() < end_at)
        assert_rc(RC_OK, feed_read(h->db, FEED_DICTIONARY, 0, reader.seq, 0, 1000, see, &reader));
    for (int w = 0; w < WRITERS; w++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    assert_int_equal(reader.count, WRITERS * ROUNDS);
    assert_int_equal(reader.seq, WRITERS * ROUNDS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_feed_keeps_the_latest_state_in_the_order_of_writing),
        TEST(a_deletion_is_told_to_who_knew_and_to_nobody_else),
        TEST(below_a_purged_tombstone_the_feed_is_read_from_0),
        TEST(below_a_purged_tombstone_news_of_a_visit_begin_at_0),
        TEST(what_was_written_again_survives_the_purge_of_its_tombstone),
        TEST(what_an_inspector_lost_is_known_beyond_the_horizon),
        TEST(a_poll_and_a_pull_read_as_much_of_a_hundred_times_the_data),
        TEST(news_come_by_change_and_number_behind_what_is_known),
        TEST(several_visits_come_by_visit_and_number),
        TEST(of_visits_that_are_known_a_pull_tells_what_changed_and_no_more),
        TEST(heads_of_feeds_that_nobody_wrote_stand_at_0),
        TEST(what_all_share_is_counted_and_what_one_visit_tells_is_not),
        TEST(a_reader_misses_nothing_of_concurrent_writers),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}

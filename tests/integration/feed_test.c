#include "harness.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/feed.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { VISIT = 12, WRITERS = 4, ROUNDS = 50, PATIENCE_MS = 30000 };

static int begin(void **state)
{
    harness_sql("DELETE FROM feed_item");
    harness_sql("DELETE FROM feed_head");
    *state = harness_open("mobile");
    return 0;
}

static int end(void **state)
{
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

static void write_items(struct harness *h, const struct feed_item *items, size_t n)
{
    struct batch batch = { .items = items, .n = n };
    assert_rc(RC_OK, db_transaction(h->db, write_batch, &batch, NULL));
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

/* "entity id=body@seq " of what was read. */
static bool collect(const struct feed_item *i, void *data)
{
    char *text = data;
    size_t n = strlen(text);
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
    write_items(h, first, 3);
    write_items(h, second, 2);
    second[1].deleted = true;
    write_items(h, &second[1], 1);
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 0, 10, collect, text));
    assert_string_equal(text, "visit 12={}@1 section 7=[2]@3 ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 1, 10, collect, text));
    assert_string_equal(text, "section 7=[2]@3 conflict 3=gone@5 ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read(h->db, FEED_VISIT, VISIT, 1, 1, collect, text));
    assert_string_equal(text, "section 7=[2]@3 ");
}

static void several_visits_come_in_the_order_asked_for(void **state)
{
    struct harness *h = *state;
    char text[400] = "";
    struct feed_item items[] = { item(FEED_VISIT, 1, "visit", 1, "{}"),
                                 item(FEED_VISIT, 2, "visit", 2, "{}"),
                                 item(FEED_VISIT, 2, "section", 4, "{}"),
                                 item(FEED_VISIT, 3, "visit", 3, "{}") };
    const struct feed_position wanted[] = { { 3, 0 }, { 99, 0 }, { 2, 1 }, { 1, 0 } };
    items[3].deleted = true;
    write_items(h, items, 4);
    assert_rc(RC_OK, feed_read_visits(h->db, h->arena, wanted, 4, true, 10, collect, text));
    assert_string_equal(text, "visit 3=gone@1 section 4={}@2 visit 1={}@1 ");
    text[0] = '\0';
    assert_rc(RC_OK, feed_read_visits(h->db, h->arena, wanted, 4, false, 1, collect, text));
    assert_string_equal(text, "section 4={}@2 ");
}

static void heads_of_feeds_that_nobody_wrote_stand_at_0(void **state)
{
    struct harness *h = *state;
    struct feed_heads heads;
    const struct feed_item one = item(FEED_DEPARTMENT, 6, "notice", 1, "{}");
    write_items(h, &one, 1);
    assert_rc(RC_OK, feed_read_heads(h->db, 5, 6, &heads));
    assert_int_equal(heads.inspector, 0);
    assert_int_equal(heads.department, 1);
    assert_int_equal(heads.dictionary, 0);
    assert_int_equal(strlen(heads.epoch), 36);
}

/* A process of its own: writes items with numbers of its own, slowly and at random moments. */
static void be_writer(int writer)
{
    struct harness *h = harness_open("mobile");
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
        assert_rc(RC_OK, feed_read(h->db, FEED_DICTIONARY, 0, reader.seq, 1000, see, &reader));
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
        TEST(several_visits_come_in_the_order_asked_for),
        TEST(heads_of_feeds_that_nobody_wrote_stand_at_0),
        TEST(a_reader_misses_nothing_of_concurrent_writers),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}

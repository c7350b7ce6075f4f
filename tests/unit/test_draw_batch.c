/* The draw's own hashing and its threads, against OpenSSL's hash of the whole message in one
   thread. */
#include "unit.h"

#include "base/text.h"
#include "domain/draw/draw_internal.h"

enum { TEXT_SIZE_MAX = 43 }; /* "|text|4294967295" in one block */

static const char seed[] = "3c6e0b8a9c15224a8228b9a98ca1531d5f1a7d0c0b1e2f3a4b5c6d7e8f901234";
static const unsigned numbers[] = { 1, 2, 9, 10, 11, 99, 100, 101, 199, 255, 1000, 4294967295 };

/* The definition: the hash of the message. */
static void plainly(enum draw_rule rule, const char *text, size_t n, unsigned number,
                    uint8_t out[DIGEST_SIZE])
{
    char tail[16];
    struct digest *digest = digest_new(draw_digest(rule));
    digest_update(digest, seed, strlen(seed));
    digest_update(digest, "|", 1);
    digest_update(digest, text, n);
    digest_update(digest, tail, (size_t)snprintf(tail, sizeof tail, "|%u", number));
    digest_final(digest, out);
    digest_free(digest);
}

/* Characters that differ from one position and one text to the next. */
static void some_text(char *out, size_t n, size_t salt)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (char)('!' + (salt * 31 + i * 7 + salt / 90) % 90);
    for (size_t i = 0; i < n; i++)
        out[i] = (char)(out[i] == '|' ? '~' : out[i]);
}

/* Lanes of texts of n bytes, and after each number the smallest ticket up to there. */
static void check_lanes(struct arena *a, draw_lanes_fn *lanes, size_t n)
{
    const uint32_t *state = draw_tickets_state(draw_tickets(a, DRAW_SHA256, seed));
    struct draw_lanes group = { .found = { 0 } };
    char texts[DRAW_LANES][TEXT_SIZE_MAX];
    uint8_t best[DRAW_LANES][DIGEST_SIZE];
    memset(best, 0xFF, sizeof best);
    for (size_t lane = 0; lane < DRAW_LANES; lane++) {
        unsigned char bytes[DRAW_BLOCK];
        some_text(texts[lane], n, lane + n);
        (void)draw_block_text(bytes, texts[lane], n);
        for (size_t t = 0; t < DRAW_BLOCK / 4; t++)
            group.words[t][lane] = draw_block_word(bytes, t);
    }
    for (unsigned j = 1; j <= DRAW_WEIGHT_MAX; j++) {
        for (size_t lane = 0; lane < DRAW_LANES; lane++) {
            uint8_t ticket[DIGEST_SIZE];
            plainly(DRAW_SHA256, texts[lane], n, j, ticket);
            if (memcmp(ticket, best[lane], DIGEST_SIZE) < 0)
                memcpy(best[lane], ticket, DIGEST_SIZE);
        }
        if (j > 11 && j % 50 && j != DRAW_WEIGHT_MAX)
            continue;
        memset(group.best, 0xFF, sizeof group.best);
        lanes(state, &group, n, j);
        for (size_t i = 0; i < DRAW_LANES * DIGEST_SIZE; i++) {
            size_t lane = i / DIGEST_SIZE;
            size_t byte = i % DIGEST_SIZE;
            assert_int_equal(group.best[byte / 4][lane] >> (24 - byte % 4 * 8) & 0xFF,
                             best[lane][byte]);
        }
    }
}

static void each_lane_keeps_the_smallest_of_openssls_hashes_at_every_length(void **state)
{
    draw_lanes_fn *const variants[] = { draw_lanes_plain, draw_lanes_fast() };
    for (size_t v = 0; v < 2; v++)
        for (size_t n = 0; variants[v] && n <= TEXT_SIZE_MAX; n++) {
            check_lanes(*state, variants[v], n);
            arena_reset(*state);
        }
}

/* What a lane may keep: word i of the bytes as the number that lanes compare. */
static uint32_t number_at(const uint8_t *digest, size_t i)
{
    uint32_t n = 0;
    for (size_t k = 0; k < 4; k++)
        n = n << 8 | digest[4 * i + k];
    return n;
}

/* The digest itself is not below it, the digest plus one in any word is. */
static void lanes_compare_all_words_of_a_ticket(void **state)
{
    draw_lanes_fn *const variants[] = { draw_lanes_plain, draw_lanes_fast() };
    const uint32_t *seeded = draw_tickets_state(draw_tickets(*state, DRAW_SHA256, seed));
    uint8_t ticket[DIGEST_SIZE];
    plainly(DRAW_SHA256, "", 0, 1, ticket);
    for (size_t v = 0; v < 2 && variants[v]; v++) {
        struct draw_lanes group = { .found = { 0 } };
        for (size_t lane = 0; lane < DRAW_LANES; lane++) {
            group.words[0][lane] = (uint32_t)'|' << 24 | (uint32_t)'|' << 16;
            for (size_t i = 0; i < DIGEST_SIZE / 4; i++)
                group.best[i][lane] = number_at(ticket, i) + (lane == i) - (lane == i + 8);
        }
        variants[v](seeded, &group, 0, 1);
        for (size_t lane = 0; lane < DRAW_LANES; lane++) {
            assert_int_equal(group.found[lane] != 0, lane < 8);
            for (size_t i = 0; i < DIGEST_SIZE / 4; i++)
                assert_int_equal(group.best[i][lane], number_at(ticket, i) - (lane == i + 8));
        }
    }
}

static void a_ticket_is_the_hash_of_its_message_on_both_sides_of_the_block(void **state)
{
    for (enum draw_rule rule = DRAW_SHA256; rule <= DRAW_SM3; rule++) {
        struct draw_tickets *tickets = draw_tickets(*state, rule, seed);
        for (size_t n = 0; n <= 200; n++)
            for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
                char text[200];
                uint8_t ticket[DIGEST_SIZE];
                uint8_t expected[DIGEST_SIZE];
                some_text(text, n, n);
                draw_ticket(tickets, text, n, numbers[i], ticket);
                plainly(rule, text, n, numbers[i], expected);
                assert_memory_equal(ticket, expected, DIGEST_SIZE);
            }
    }
}

/* Subjects of every size and weight through a batch: each entry holds the smallest of its
   tickets. */
static void check_scores(struct arena *a, enum draw_rule rule, draw_lanes_fn *lanes)
{
    enum { SUBJECTS = 1020 };
    struct draw_batch *batch = draw_batch(a, draw_tickets(a, rule, seed), lanes);
    struct draw_slot slot = { .stratum = { .quota = SUBJECTS } };
    char(*texts)[DRAW_SUBJECT_MAX] = arena_array(a, SUBJECTS, sizeof *texts);
    for (size_t i = 0; i < SUBJECTS; i++) {
        struct draw_line line = { .subject = texts[i],
                                  .subject_size = 1 + i % DRAW_SUBJECT_MAX,
                                  .weight = (unsigned)(i % DRAW_WEIGHT_MAX) + 1 };
        some_text(texts[i], line.subject_size, i);
        draw_batch_add(batch, &slot, &line);
    }
    draw_batch_flush(batch);
    assert_int_equal(slot.heap.count, SUBJECTS);
    for (size_t i = 0; i < SUBJECTS; i++) {
        size_t n = 1 + i % DRAW_SUBJECT_MAX;
        uint8_t best[DIGEST_SIZE];
        size_t found = 0;
        memset(best, 0xFF, sizeof best);
        for (unsigned j = 1; j <= i % DRAW_WEIGHT_MAX + 1; j++) {
            uint8_t ticket[DIGEST_SIZE];
            plainly(rule, texts[i], n, j, ticket);
            if (memcmp(ticket, best, sizeof best) < 0)
                memcpy(best, ticket, sizeof best);
        }
        for (size_t k = 0; k < slot.heap.count; k++) {
            const struct draw_entry *entry = slot.heap.items[k].entry;
            found += memcmp(entry->score, best, sizeof best) == 0 && entry->subject_size == n &&
                     memcmp(entry->subject, texts[i], n) == 0;
        }
        assert_int_equal(found, 1);
    }
}

static void a_score_is_the_smallest_ticket_at_every_size_and_weight(void **state)
{
    draw_lanes_fn *const variants[] = { NULL, draw_lanes_plain, draw_lanes_fast() };
    for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++)
        check_scores(*state, DRAW_SHA256, variants[v]);
    check_scores(*state, DRAW_SM3, draw_lanes_plain);
}

/* ---- threads ---- */

enum { LINES = 80000, STRATA = 7 };

static const struct draw_quota quotas[STRATA] = { { "410400.s0", 0 },    { "410400.s1", 1 },
                                                  { "410400.s2", 500 },  { "410400.s3", 3000 },
                                                  { "410400.s4", 9000 }, { "410400.s5", 20000 },
                                                  { "410400.s6", 17 } };

/* Some megabytes; one line in eleven is excluded, and one stratum has no quota. */
static char *large_snapshot(struct arena *a, size_t *size)
{
    struct draw_writer writer;
    struct buf *out = arena_alloc(a, sizeof *out);
    buf_init(out, a, (size_t)LINES * DRAW_LINE_MAX);
    assert_int_equal(draw_write_start(&writer, out,
                                      &(struct draw_snapshot_head){ .draw_id = "41040020232001.1",
                                                                    .version = 1 },
                                      NULL),
                     RC_OK);
    for (int i = 0; i < LINES; i++) {
        char subject[DRAW_SUBJECT_MAX + 1];
        char stratum[16];
        (void)snprintf(subject, sizeof subject, "9141%08d%.*s", i, i % 53,
                       "ABCDEFGHJKLMNPQRTUWXYABCDEFGHJKLMNPQRTUWXYABCDEFGHJKL");
        (void)snprintf(stratum, sizeof stratum, "410400.s%d", i % (STRATA + 1));
        assert_int_equal(draw_write(&writer, subject, stratum, i % 11 ? (unsigned)i % 12 + 1 : 0,
                                    i % 11 ? "" : "已注销、停业或迁出", NULL, NULL),
                         RC_OK);
    }
    *size = out->n;
    return out->p;
}

static const char *file_of(struct arena *a, const struct draw_result *result, size_t *size)
{
    struct buf *out = arena_alloc(a, sizeof *out);
    buf_init(out, a, result->count * 256);
    for (size_t i = 0; i < result->count; i++)
        draw_result_line(out, &result->picks[i]);
    assert_false(out->full);
    *size = out->n;
    return out->p;
}

static void the_result_is_the_same_bytes_for_any_number_of_threads(void **state)
{
    struct arena *a = *state;
    size_t size;
    const char *snapshot = large_snapshot(a, &size);
    assert_true(size > (size_t)3 << 20);
    for (enum draw_rule rule = DRAW_SHA256; rule <= DRAW_SM3; rule++) {
        struct draw_result one;
        size_t one_size;
        assert_int_equal(draw_select(a, rule, seed, snapshot, size, quotas, STRATA, 1, &one, NULL),
                         RC_OK);
        const char *file = file_of(a, &one, &one_size);
        for (unsigned threads = 2; threads <= 9; threads += threads < 3 ? 1 : 3) {
            struct draw_result other;
            size_t other_size;
            assert_int_equal(
                draw_select(a, rule, seed, snapshot, size, quotas, STRATA, threads, &other, NULL),
                RC_OK);
            assert_int_equal(other.lines, one.lines);
            assert_int_equal(other.eligible, one.eligible);
            assert_string_equal(other.draw_id, one.draw_id);
            assert_int_equal(other.stratum_count, one.stratum_count);
            const char *text = file_of(a, &other, &other_size);
            assert_int_equal(other_size, one_size);
            assert_memory_equal(text, file, one_size);
        }
    }
}

static void pieces_of_any_size_give_the_same_result(void **state)
{
    struct arena *a = *state;
    struct draw_result whole;
    size_t size;
    size_t whole_size;
    const char *snapshot = large_snapshot(a, &size);
    assert_int_equal(
        draw_select(a, DRAW_SHA256, seed, snapshot, size, quotas, STRATA, 1, &whole, NULL), RC_OK);
    const char *file = file_of(a, &whole, &whole_size);
    for (unsigned threads = 1; threads <= 2; threads++) {
        struct draw_run *run;
        struct draw_result result;
        size_t result_size;
        size_t lines = 1;
        assert_int_equal(draw_run_start(a, DRAW_SHA256, seed, quotas, STRATA, threads, &run, NULL),
                         RC_OK);
        for (size_t at = 0; at < size; lines = lines * 3 % 2003) {
            size_t end = at;
            for (size_t i = 0; i < lines && end < size; i++)
                end =
                    (size_t)((const char *)memchr(snapshot + end, '\n', size - end) - snapshot) + 1;
            char *piece = arena_memdup(a, snapshot + at, end - at);
            assert_int_equal(draw_run_piece(run, piece, end - at, NULL), RC_OK);
            memset(piece, 'x', end - at); /* nobody looks at it any more */
            at = end;
        }
        assert_int_equal(draw_run_end(run, &result, NULL), RC_OK);
        const char *text = file_of(a, &result, &result_size);
        assert_int_equal(result_size, whole_size);
        assert_memory_equal(text, file, whole_size);
    }
}

static void several_threads_name_the_first_faulty_line_as_one_does(void **state)
{
    struct arena *a = *state;
    size_t size;
    char *snapshot = large_snapshot(a, &size);
    /* Around the ends of the threads' pieces, and far apart; the last one alone, then all before
       it. */
    static const size_t places[] = { 3500000, 2097152, 2097100, 1048577, 1048500, 500, 60 };
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct draw_result result;
        struct err one = { .rc = RC_OK };
        struct err many = { .rc = RC_OK };
        char *line = (char *)memchr(snapshot + places[i], '\n', 1000) + 1;
        line[0] = i % 2 ? '0' : '|'; /* out of order, or no subject */
        assert_int_equal(
            draw_select(a, DRAW_SHA256, seed, snapshot, size, quotas, STRATA, 1, &result, &one),
            RC_MALFORMED);
        assert_int_equal(
            draw_select(a, DRAW_SHA256, seed, snapshot, size, quotas, STRATA, 3, &result, &many),
            RC_MALFORMED);
        assert_string_equal(many.pointer, one.pointer);
        assert_string_equal(many.detail, one.detail);
        char offset[32];
        (void)snprintf(offset, sizeof offset, "bytes %zu-", (size_t)(line - snapshot));
        assert_non_null(strstr(one.pointer, offset));
    }
}

static void threads_end_with_the_arena_of_an_unfinished_draw(void **state)
{
    (void)state;
    struct arena *a = arena_new((size_t)1 << 28);
    struct draw_run *run;
    size_t size;
    const char *snapshot = large_snapshot(a, &size);
    assert_int_equal(draw_run_start(a, DRAW_SHA256, seed, quotas, STRATA, 3, &run, NULL), RC_OK);
    assert_int_equal(draw_run_piece(run, snapshot, size, NULL), RC_OK);
    arena_free(a); /* the sanitizer sees what is left */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(each_lane_keeps_the_smallest_of_openssls_hashes_at_every_length),
        WITH_ARENA(lanes_compare_all_words_of_a_ticket),
        WITH_ARENA(a_ticket_is_the_hash_of_its_message_on_both_sides_of_the_block),
        WITH_ARENA(a_score_is_the_smallest_ticket_at_every_size_and_weight),
        WITH_ARENA(the_result_is_the_same_bytes_for_any_number_of_threads),
        WITH_ARENA(pieces_of_any_size_give_the_same_result),
        WITH_ARENA(several_threads_name_the_first_faulty_line_as_one_does),
        cmocka_unit_test(threads_end_with_the_arena_of_an_unfinished_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "unit.h"

#include <stdlib.h>

#include "domain/draw/draw_internal.h"

static const char head[] = "liancha-snapshot/1\tD.1\n";

/* Reads everything from a copy of exactly these bytes, so that a sanitizer sees a read behind. */
static enum rc read_all(const char *bytes, size_t size, struct draw_reader *reader, struct err *err)
{
    struct draw_line line;
    char *copy = malloc(size ? size : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    enum rc rc = draw_read_start(reader, copy, size, err);
    while (rc == RC_OK)
        rc = draw_read(reader, &line, err);
    free(copy);
    return rc;
}

static void what_is_written_is_read(void **state)
{
    struct buf out;
    struct draw_writer writer;
    struct draw_reader reader;
    struct draw_line line;
    buf_init(&out, *state, 100000);
    assert_int_equal(draw_write_start(&writer, &out,
                                      &(struct draw_snapshot_head){ .draw_id = "41040020231001.1",
                                                                    .version = 1 },
                                      NULL),
                     RC_OK);
    assert_int_equal(draw_write(&writer, "A1", "410402.medical", 255, "", NULL, NULL), RC_OK);
    assert_int_equal(
        draw_write(&writer, "A1", "410402.school", 0, "本计划先前已抽中并派发", NULL, NULL), RC_OK);
    assert_int_equal(draw_write(&writer, "A10", "410402.medical", 1, "", NULL, NULL), RC_OK);
    assert_int_equal(draw_write(&writer, "无证照-1", "410402.medical", 1, "", NULL, NULL), RC_OK);
    assert_int_equal(writer.lines, 4);
    assert_int_equal(writer.eligible, 3);
    assert_int_equal(draw_read_start(&reader, out.p, out.n, NULL), RC_OK);
    assert_string_equal(reader.head.draw_id, "41040020231001.1");
    assert_int_equal(draw_read(&reader, &line, NULL), RC_OK);
    assert_int_equal(line.weight, 255);
    assert_int_equal(line.subject_size, 2);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_OK);
    assert_int_equal(line.weight, 0);
    assert_memory_equal(line.reason, "本计划先前已抽中并派发", line.reason_size);
    assert_memory_equal(line.stratum, "410402.school", line.stratum_size);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_OK);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_OK);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_DONE);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_DONE);
}

/* A snapshot's body and the line that is faulty, the header being line 1; 0 = none. */
static const struct fault {
    const char *body;
    size_t line;
} faults[] = {
    { "", 0 },
    { "A\t410402.medical\t1\t\n", 0 },
    { "A\t410402.medical\t0\t已注销\n", 0 },
    { "A\t410402.medical\t1\t\nA\t410402.school\t1\t\nB\t410402.medical\t1\t\n", 0 },
    { "A\t410402.medical\t1\t", 2 },       /* no LF at the end */
    { "A\t410402.medical\t1\t\r\n", 2 },   /* CR */
    { "A\t410402.medical\t1\t\n\n", 3 },   /* an empty line */
    { "A\t410402.medical\t1\n", 2 },       /* three fields */
    { "A\t410402.medical\t0\tx\ty\n", 2 }, /* five */
    { "\t410402.medical\t1\t\n", 2 },      /* no subject */
    { "A|B\t410402.medical\t1\t\n", 2 },
    { "A\xFF\t410402.medical\t1\t\n", 2 },
    { "A\t41040.medical\t1\t\n", 2 },
    { "A\t410402.Medical\t1\t\n", 2 },
    { "A\t410402.\t1\t\n", 2 },
    { "A\t410402medical\t1\t\n", 2 },
    { "A\t410402.medical\t256\t\n", 2 },
    { "A\t410402.medical\t01\t\n", 2 },
    { "A\t410402.medical\t+1\t\n", 2 },
    { "A\t410402.medical\t-1\t\n", 2 },
    { "A\t410402.medical\t\t\n", 2 },
    { "A\t410402.medical\t1000\t\n", 2 },
    { "A\t410402.medical\t1\t已注销\n", 2 },                    /* weight and reason */
    { "A\t410402.medical\t0\t\n", 2 },                          /* neither */
    { "B\t410402.medical\t1\t\nA\t410402.medical\t1\t\n", 3 },  /* order of subjects */
    { "A\t410402.school\t1\t\nA\t410402.medical\t1\t\n", 3 },   /* order of strata */
    { "A\t410402.medical\t1\t\nA\t410402.medical\t2\t\n", 3 },  /* double */
    { "AB\t410402.medical\t1\t\nA\t410402.medical\t1\t\n", 3 }, /* a prefix goes first */
};

static const struct draw_snapshot_head head_2 = {
    .draw_id = "D.1",
    .version = 2,
    .day = 20000,
    .rules = "A=1",
    .changes = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
};

static void by_version_2_each_line_has_its_facts(void **state)
{
    struct buf out;
    struct draw_writer writer;
    struct draw_reader reader;
    struct draw_reader behind;
    struct draw_line line;
    buf_init(&out, *state, 100000);
    assert_int_equal(draw_write_start(&writer, &out, &head_2, NULL), RC_OK);
    assert_int_equal(draw_write(&writer, "A", "410402.medical", 2, "", "B,0,-,0,-,-", NULL), RC_OK);
    assert_int_equal(draw_write(&writer, "B", "410402.medical", 0, "x", "B,0,-,0,-,c", NULL),
                     RC_OK);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 2, "", "", NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 2, "", "a\tb", NULL), RC_INVALID);
    assert_int_equal(draw_read_start(&reader, out.p, out.n, NULL), RC_OK);
    assert_int_equal(reader.head.version, 2);
    assert_int_equal(reader.head.day, 20000);
    assert_string_equal(reader.head.rules, "A=1");
    assert_string_equal(reader.head.changes, head_2.changes);
    assert_int_equal(draw_read(&reader, &line, NULL), RC_OK);
    assert_memory_equal(line.facts, "B,0,-,0,-,-", line.facts_size);
    assert_int_equal(line.reason_size, 0);
    size_t first = reader.line_offset;
    size_t next = reader.next;
    draw_read_behind(&behind, out.p + first, next - first, out.p + next, out.n - next);
    assert_int_equal(draw_read(&behind, &line, NULL), RC_OK);
    assert_memory_equal(line.facts, "B,0,-,0,-,c", line.facts_size);
    draw_read_behind(&behind, out.p, first, out.p + first, out.n - first);
    assert_int_equal(draw_read(&behind, &line, NULL), RC_OK);
    assert_int_equal(draw_read(&behind, &line, NULL), RC_OK);
    assert_int_equal(draw_read(&behind, &line, NULL), RC_DONE);
}

static void a_header_of_version_2_is_whole(void **state)
{
    static const char *const bad[] = {
        "liancha-snapshot/2\tD.1\n",
        "liancha-snapshot/2\tD.1\t2026-01-01\tA=1\n",
        "liancha-snapshot/2\tD.1\t2026-13-01\tA=1\t%s\n",
        "liancha-snapshot/2\tD.1\t2026-01-01\t\t%s\n",
        "liancha-snapshot/2\tD.1\t2026-01-01\tA=1\t0%s\n",
        "liancha-snapshot/2\tD.1\t2026-01-01\tA=1\t%s\tx\n",
        "liancha-snapshot/3\tD.1\t2026-01-01\tA=1\t%s\n",
        "liancha-snapshot/1\tD.1\t2026-01-01\tA=1\t%s\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct draw_reader reader;
        struct err err;
        char text[300];
        const char *hole = strstr(bad[i], "%s");
        (void)snprintf(text, sizeof text, "%.*s%s%s", hole ? (int)(hole - bad[i]) : 300, bad[i],
                       hole ? head_2.changes : "", hole ? hole + 2 : "");
        assert_int_equal(read_all(text, strlen(text), &reader, &err), RC_MALFORMED);
    }
    (void)state;
}

static void every_fault_is_named_by_line_and_bytes(void **state)
{
    for (size_t i = 0; i < COUNT(faults); i++) {
        struct draw_reader reader;
        struct err err;
        const char *text = arena_printf(*state, "%s%s", head, faults[i].body);
        enum rc rc = read_all(text, strlen(text), &reader, &err);
        assert_int_equal(rc, faults[i].line ? RC_MALFORMED : RC_DONE);
        if (!faults[i].line)
            continue;
        assert_int_equal(reader.line_number, faults[i].line);
        assert_string_equal(err.pointer,
                            arena_printf(*state, "line %zu, bytes %zu-%zu", faults[i].line,
                                         reader.line_offset, reader.line_end));
        assert_true(reader.line_offset < reader.line_end || reader.line_end == strlen(text));
        assert_true(reader.line_end <= strlen(text));
        assert_true(reader.line_offset == 0 || text[reader.line_offset - 1] == '\n');
    }
}

static void a_header_must_be_exact(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "liancha-snapshot/1",
        "liancha-snapshot/1\n",
        "liancha-snapshot/1\t\n",
        "liancha-snapshot/1 D.1\n",
        "liancha-snapshot/2\tD.1\n",
        "liancha-snapshot/1\tD.1",
        "liancha-snapshot/1\tD\t1\n",
        "\xEF\xBB\xBFliancha-snapshot/1\tD.1\n",
        "liancha-snapshot/1\tD.1\r\n",
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct draw_reader reader;
        struct err err;
        assert_int_equal(read_all(bad[i], strlen(bad[i]), &reader, &err), RC_MALFORMED);
        assert_memory_equal(err.pointer, "line 1, bytes 0-", 16);
    }
    struct draw_reader reader;
    char *longer = arena_alloc(*state, 100);
    (void)snprintf(longer, 100, "liancha-snapshot/1\t%070d\n", 1);
    assert_int_equal(read_all(longer, strlen(longer), &reader, NULL), RC_MALFORMED);
}

static void an_endless_line_is_found_at_once(void **state)
{
    struct draw_reader reader;
    char *text = arena_alloc(*state, 1 << 20);
    memset(text, 'A', (1 << 20) - 1);
    memcpy(text, head, sizeof head - 1);
    assert_int_equal(read_all(text, 1 << 20, &reader, NULL), RC_MALFORMED);
    assert_true(reader.line_end - reader.line_offset <= DRAW_LINE_MAX);
}

static void the_writer_refuses_what_the_reader_would(void **state)
{
    struct buf out;
    struct draw_writer writer;
    struct err err;
    char longer[DRAW_SUBJECT_MAX + 2];
    memset(longer, 'A', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    buf_init(&out, *state, 1000);
    assert_int_equal(draw_write_start(&writer, &out,
                                      &(struct draw_snapshot_head){ .draw_id = "", .version = 1 },
                                      NULL),
                     RC_INVALID);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "a\tb", .version = 1 }, NULL),
        RC_INVALID);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    assert_int_equal(draw_write(&writer, "B", "410402.medical", 1, "", NULL, NULL), RC_OK);
    size_t n = out.n;
    assert_int_equal(draw_write(&writer, "A", "410402.medical", 1, "", NULL, &err), RC_INVALID);
    assert_non_null(strstr(err.detail, "顺序"));
    assert_int_equal(draw_write(&writer, "B", "410402.medical", 1, "", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 256, "", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 0, "", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 1, "x", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C\n", "410402.medical", 1, "", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, longer, "410402.medical", 1, "", NULL, NULL), RC_INVALID);
    assert_int_equal(out.n, n);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 1, "", NULL, NULL), RC_OK);
}

static void a_full_buffer_leaves_no_half_line(void **state)
{
    struct buf out;
    struct draw_writer writer;
    buf_init(&out, *state, 60);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    assert_int_equal(draw_write(&writer, "A", "410402.medical", 1, "", NULL, NULL), RC_OK);
    size_t n = out.n;
    assert_int_equal(draw_write(&writer, "B", "410402.medical", 1, "", NULL, NULL), RC_TOO_LARGE);
    assert_int_equal(out.n, n);
    assert_int_equal(writer.lines, 1);
}

static void a_writer_goes_on_in_an_emptied_buffer(void **state)
{
    struct buf out;
    struct draw_writer writer;
    buf_init(&out, *state, 1000);
    assert_int_equal(
        draw_write_start(&writer, &out,
                         &(struct draw_snapshot_head){ .draw_id = "D.1", .version = 1 }, NULL),
        RC_OK);
    buf_clear(&out);
    assert_int_equal(draw_write(&writer, "B", "410402.medical", 1, "", NULL, NULL), RC_OK);
    buf_clear(&out);
    assert_int_equal(draw_write(&writer, "A", "410402.medical", 1, "", NULL, NULL), RC_INVALID);
    assert_int_equal(draw_write(&writer, "C", "410402.medical", 1, "", NULL, NULL), RC_OK);
    assert_string_equal(out.p, "C\t410402.medical\t1\t\n");
}

static void any_spoilt_byte_is_a_fault_or_another_sound_snapshot(void **state)
{
    (void)state;
    static const char text[] = "liancha-snapshot/1\tD.1\nA\t410402.medical\t1\t\n"
                               "B\t410402.medical\t0\t已注销\nC\t410402.school\t12\t\n";
    uint64_t seed = 7;
    for (int round = 0; round < 20000; round++) {
        char spoilt[sizeof text];
        struct draw_reader reader;
        struct err err;
        memcpy(spoilt, text, sizeof text);
        size_t changes = 1 + unit_below(&seed, 3);
        for (size_t i = 0; i < changes; i++)
            spoilt[unit_below(&seed, sizeof text - 1)] = (char)unit_random(&seed);
        enum rc rc = read_all(spoilt, sizeof text - 1, &reader, &err);
        assert_true(rc == RC_DONE || rc == RC_MALFORMED);
    }
}

static void strata_are_counted_with_and_without_quota(void **state)
{
    static const struct draw_quota quotas[] = { { "410403.school", 2 }, { "410402.medical", 5 } };
    struct draw_strata *strata;
    size_t count;
    assert_int_equal(draw_strata(*state, quotas, COUNT(quotas), &strata, NULL), RC_OK);
    for (int i = 0; i < 3; i++)
        assert_int_equal(draw_strata_count(strata, "410402.medical", 14, i > 0, NULL), RC_OK);
    assert_int_equal(draw_strata_count(strata, "410401.blood", 12, 1, NULL), RC_OK);
    const struct draw_stratum *list = draw_strata_list(strata, &count);
    assert_int_equal(count, 3);
    assert_string_equal(list[0].name, "410401.blood");
    assert_false(list[0].listed);
    assert_string_equal(list[1].name, "410402.medical");
    assert_int_equal(list[1].lines, 3);
    assert_int_equal(list[1].eligible, 2); /* below its quota of 5: to be reported */
    assert_int_equal(list[1].quota, 5);
    assert_int_equal(list[2].lines, 0);
}

static void strata_beyond_the_cap_are_refused(void **state)
{
    struct draw_strata *strata;
    char name[32];
    assert_int_equal(draw_strata(*state, NULL, 0, &strata, NULL), RC_OK);
    for (unsigned i = 0; i <= DRAW_STRATA_MAX; i++) {
        int n = snprintf(name, sizeof name, "%06u.s", i);
        enum rc rc = draw_strata_count(strata, name, (size_t)n, 1, NULL);
        assert_int_equal(rc, i < DRAW_STRATA_MAX ? RC_OK : RC_TOO_LARGE);
    }
    assert_int_equal(draw_strata_count(strata, "000000.s", 8, 1, NULL), RC_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(what_is_written_is_read),
        WITH_ARENA(by_version_2_each_line_has_its_facts),
        WITH_ARENA(a_header_of_version_2_is_whole),
        WITH_ARENA(every_fault_is_named_by_line_and_bytes),
        WITH_ARENA(a_header_must_be_exact),
        WITH_ARENA(an_endless_line_is_found_at_once),
        WITH_ARENA(the_writer_refuses_what_the_reader_would),
        WITH_ARENA(a_full_buffer_leaves_no_half_line),
        WITH_ARENA(a_writer_goes_on_in_an_emptied_buffer),
        cmocka_unit_test(any_spoilt_byte_is_a_fault_or_another_sound_snapshot),
        WITH_ARENA(strata_are_counted_with_and_without_quota),
        WITH_ARENA(strata_beyond_the_cap_are_refused),
    };
    return cmocka_run_group_tests_name("draw_snapshot", tests, NULL, NULL);
}

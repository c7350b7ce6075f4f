#include "unit.h"

#include "domain/field/merge.h"

enum { FIELDS = 5, VALUES = 3 };

static const char *const names[FIELDS] = { "result_code", "problem", "disposal", "note",
                                           "left_at" };
static const char *const values[VALUES] = { "\"a\"", "\"b\"", NULL };

struct entity {
    struct merge_field *fields;
    size_t count;
    int64_t version;
};

static struct merge_result apply(struct arena *a, const struct entity *e, int64_t base,
                                 const struct merge_change *changes, size_t count)
{
    struct merge_result result;
    assert_int_equal(
        merge_fields(a, e->fields, e->count, e->version, base, changes, count, &result, NULL),
        RC_OK);
    return result;
}

static struct entity after(const struct merge_result *result)
{
    return (struct entity){ result->fields, result->field_count, result->version };
}

static const char *value_of(const struct entity *e, const char *name)
{
    for (size_t i = 0; i < e->count; i++)
        if (strcmp(e->fields[i].name, name) == 0)
            return e->fields[i].value;
    return NULL;
}

static bool same_value(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_entity(const struct entity *a, const struct entity *b)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (!same_value(value_of(a, names[i]), value_of(b, names[i])))
            return false;
    return true;
}

static const struct entity empty = { NULL, 0, 0 };

static void an_edit_on_the_newest_version_is_applied(void **state)
{
    const struct merge_change change = { "note", "\"a\"" };
    struct merge_result result = apply(*state, &empty, 0, &change, 1);
    assert_int_equal(result.outcome, MERGE_APPLIED);
    assert_int_equal(result.version, 1);
    assert_int_equal(result.verdicts[0], MERGE_FIELD_APPLIED);
    assert_string_equal(result.fields[0].value, "\"a\"");
    assert_int_equal(result.fields[0].version, 1);
}

static void disjoint_edits_are_merged(void **state)
{
    const struct merge_change mine = { "note", "\"a\"" };
    const struct merge_change yours = { "problem", "\"b\"" };
    struct merge_result first = apply(*state, &empty, 0, &mine, 1);
    struct entity e = after(&first);
    struct merge_result second = apply(*state, &e, 0, &yours, 1);
    assert_int_equal(second.outcome, MERGE_MERGED);
    e = after(&second);
    assert_string_equal(value_of(&e, "note"), "\"a\"");
    assert_string_equal(value_of(&e, "problem"), "\"b\"");
    assert_int_equal(e.version, 2);
}

static void the_same_field_with_another_value_is_a_conflict_and_stays(void **state)
{
    const struct merge_change mine = { "note", "\"a\"" };
    const struct merge_change yours[] = { { "note", "\"b\"" }, { "problem", "\"b\"" } };
    struct merge_result first = apply(*state, &empty, 0, &mine, 1);
    struct entity e = after(&first);
    struct merge_result second = apply(*state, &e, 0, yours, 2);
    assert_int_equal(second.outcome, MERGE_CONFLICT);
    assert_int_equal(second.conflicts, 1);
    assert_int_equal(second.verdicts[0], MERGE_FIELD_CONFLICT);
    assert_int_equal(second.verdicts[1], MERGE_FIELD_APPLIED); /* its other fields all the same */
    e = after(&second);
    assert_string_equal(value_of(&e, "note"), "\"a\"");
    assert_string_equal(value_of(&e, "problem"), "\"b\"");
}

static void the_same_value_is_no_conflict_and_no_new_version(void **state)
{
    const struct merge_change change = { "note", "\"a\"" };
    struct merge_result first = apply(*state, &empty, 0, &change, 1);
    struct entity e = after(&first);
    struct merge_result second = apply(*state, &e, 0, &change, 1);
    assert_int_equal(second.verdicts[0], MERGE_FIELD_SAME);
    assert_int_equal(second.outcome, MERGE_MERGED);
    assert_int_equal(second.version, 1);
    assert_int_equal(second.applied, 0);
}

static void a_base_above_the_version_has_seen_nothing(void **state)
{
    const struct merge_change change = { "note", "\"b\"" };
    const struct merge_change other = { "problem", "\"b\"" };
    struct merge_field field = { .name = "note", .value = "\"a\"", .version = 3 };
    const struct entity e = { &field, 1, 3 };
    for (int64_t base = 4; base < INT64_MAX / 4; base *= 3) {
        assert_int_equal(merge_seen(3, base), 0);
        assert_int_equal(apply(*state, &e, base, &change, 1).outcome, MERGE_CONFLICT);
        assert_int_equal(apply(*state, &e, base, &other, 1).outcome, MERGE_MERGED);
    }
    assert_int_equal(merge_seen(3, 3), 3);
}

static void a_device_is_in_no_conflict_with_itself(void **state)
{
    const struct merge_change change = { "note", "\"b\"" };
    static const struct {
        enum merge_author author;
        int64_t base;
        enum merge_verdict verdict;
    } cases[] = {
        { MERGE_OTHER, 3, MERGE_FIELD_APPLIED },
        { MERGE_OTHER, 2, MERGE_FIELD_CONFLICT },
        { MERGE_OWN_EARLIER, 3, MERGE_FIELD_APPLIED },
        { MERGE_OWN_EARLIER, 0, MERGE_FIELD_APPLIED },
        { MERGE_OWN_LATER, 3, MERGE_FIELD_OVERTAKEN },
        { MERGE_OWN_LATER, 0, MERGE_FIELD_OVERTAKEN },
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct merge_field field = { "note", "\"a\"", 3, cases[i].author };
        const struct entity e = { &field, 1, 3 };
        struct merge_result r = apply(*state, &e, cases[i].base, &change, 1);
        assert_int_equal(r.verdicts[0], cases[i].verdict);
        assert_int_equal(r.version, cases[i].verdict == MERGE_FIELD_OVERTAKEN ? 3 : 4);
        assert_string_equal(r.fields[0].value,
                            cases[i].verdict == MERGE_FIELD_APPLIED ? "\"b\"" : "\"a\"");
    }
}

static void bad_changes_are_refused(void **state)
{
    struct merge_result result;
    const struct merge_change doubled[] = { { "note", "1" }, { "note", "2" } };
    const struct merge_change nameless = { "", "1" };
    struct merge_change many[MERGE_FIELDS_MAX + 1];
    for (size_t i = 0; i < COUNT(many); i++)
        many[i] = (struct merge_change){ arena_printf(*state, "f%zu", i), "1" };
    assert_int_equal(merge_fields(*state, NULL, 0, 0, 0, doubled, 2, &result, NULL), RC_INVALID);
    assert_int_equal(merge_fields(*state, NULL, 0, 0, 0, &nameless, 1, &result, NULL), RC_INVALID);
    assert_int_equal(merge_fields(*state, NULL, 0, 0, 0, many, COUNT(many), &result, NULL),
                     RC_TOO_LARGE);
    assert_int_equal(merge_fields(*state, NULL, 0, 0, 0, many, COUNT(many) - 1, &result, NULL),
                     RC_OK);
}

/* ---- properties over random edits ---- */

/* Changes of the fields in set, with random values. */
static size_t random_edit(uint64_t *seed, unsigned set, struct merge_change *changes)
{
    size_t count = 0;
    for (unsigned i = 0; i < FIELDS; i++)
        if (set >> i & 1)
            changes[count++] = (struct merge_change){ names[i], values[unit_below(seed, VALUES)] };
    return count;
}

static struct entity random_entity(struct arena *a, uint64_t *seed)
{
    struct entity e = empty;
    for (int i = 0; i < 3; i++) {
        struct merge_change changes[FIELDS];
        size_t count = random_edit(seed, (unsigned)unit_below(seed, 1 << FIELDS), changes);
        struct merge_result result = apply(a, &e, e.version, changes, count);
        e = after(&result);
    }
    return e;
}

static void disjoint_edits_commute(void **state)
{
    uint64_t seed = 11;
    for (int round = 0; round < 5000; round++) {
        struct merge_change mine[FIELDS];
        struct merge_change yours[FIELDS];
        unsigned set = (unsigned)unit_below(&seed, 1 << FIELDS);
        struct entity e = random_entity(*state, &seed);
        size_t n = random_edit(&seed, set, mine);
        size_t m = random_edit(&seed, ~set & ((1 << FIELDS) - 1), yours);
        struct merge_result a1 = apply(*state, &e, e.version, mine, n);
        struct entity a = after(&a1);
        struct merge_result a2 = apply(*state, &a, e.version, yours, m);
        struct merge_result b1 = apply(*state, &e, e.version, yours, m);
        struct entity b = after(&b1);
        struct merge_result b2 = apply(*state, &b, e.version, mine, n);
        a = after(&a2);
        b = after(&b2);
        assert_true(a2.outcome != MERGE_CONFLICT && b2.outcome != MERGE_CONFLICT);
        assert_true(same_entity(&a, &b));
    }
}

static void an_edit_twice_is_an_edit_once(void **state)
{
    uint64_t seed = 12;
    for (int round = 0; round < 5000; round++) {
        struct merge_change changes[FIELDS];
        struct entity e = random_entity(*state, &seed);
        size_t n = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), changes);
        struct merge_result once = apply(*state, &e, e.version, changes, n);
        struct entity a = after(&once);
        struct merge_result twice = apply(*state, &a, e.version, changes, n);
        struct entity b = after(&twice);
        assert_int_equal(twice.version, once.version);
        assert_int_equal(twice.conflicts, 0);
        assert_true(same_entity(&a, &b));
    }
}

/* Each incoming value ends in the entity or is reported as a conflict; each stored value that an
   edit did not name, or that changed since its base, is still there. */
static void nothing_is_lost(void **state)
{
    uint64_t seed = 13;
    for (int round = 0; round < 5000; round++) {
        struct merge_change mine[FIELDS];
        struct merge_change yours[FIELDS];
        struct entity e = random_entity(*state, &seed);
        size_t n = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), mine);
        size_t m = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), yours);
        struct merge_result first = apply(*state, &e, e.version, mine, n);
        struct entity a = after(&first);
        struct merge_result second = apply(*state, &a, e.version, yours, m);
        struct entity b = after(&second);
        for (size_t i = 0; i < m; i++) {
            bool there = same_value(value_of(&b, yours[i].name), yours[i].value);
            assert_int_equal(there, second.verdicts[i] != MERGE_FIELD_CONFLICT);
        }
        for (size_t i = 0; i < n; i++)
            if (first.verdicts[i] == MERGE_FIELD_APPLIED)
                assert_true(same_value(value_of(&b, mine[i].name), mine[i].value));
        assert_int_equal(second.outcome == MERGE_CONFLICT, second.conflicts > 0);
        assert_string_equal(merge_outcome_name(MERGE_CONFLICT), "conflict");
    }
}

/* What is decided about a field depends on that field alone: an edit of several is the edits of
   each. */
static void fields_are_decided_apart(void **state)
{
    uint64_t seed = 14;
    for (int round = 0; round < 5000; round++) {
        struct merge_change changes[FIELDS];
        struct entity e = random_entity(*state, &seed);
        int64_t base = (int64_t)unit_below(&seed, (size_t)e.version + 2);
        size_t n = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), changes);
        struct merge_result whole = apply(*state, &e, base, changes, n);
        for (size_t i = 0; i < n; i++) {
            struct merge_result one = apply(*state, &e, base, &changes[i], 1);
            assert_int_equal(one.verdicts[0], whole.verdicts[i]);
        }
        assert_int_equal(whole.version, e.version + (whole.applied + whole.conflicts > 0));
    }
}

/* A newer base sees more: what it conflicts with, an older one does; what an older one may, it
   may. */
static void a_newer_base_conflicts_with_less(void **state)
{
    uint64_t seed = 15;
    for (int round = 0; round < 5000; round++) {
        struct merge_change changes[FIELDS];
        struct entity e = random_entity(*state, &seed);
        size_t n = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), changes);
        struct merge_result older = apply(*state, &e, 0, changes, n);
        for (int64_t base = 1; base <= e.version; base++) {
            struct merge_result newer = apply(*state, &e, base, changes, n);
            assert_true(newer.conflicts <= older.conflicts);
            for (size_t i = 0; i < n; i++)
                if (older.verdicts[i] != MERGE_FIELD_CONFLICT)
                    assert_int_equal(newer.verdicts[i], older.verdicts[i]);
            older = newer;
        }
        assert_int_equal(older.conflicts, 0); /* on the newest version nothing conflicts */
    }
}

/* A history of edits on any bases: a field's value changes only by an edit that had seen it, and
   its version says when; versions never fall. */
static void a_history_overwrites_nothing_unseen(void **state)
{
    uint64_t seed = 16;
    for (int round = 0; round < 500; round++) {
        struct entity e = empty;
        for (int step = 0; step < 30; step++) {
            struct merge_change changes[FIELDS];
            int64_t base = (int64_t)unit_below(&seed, (size_t)e.version + 1);
            size_t n = random_edit(&seed, (unsigned)unit_below(&seed, 1 << FIELDS), changes);
            struct merge_result result = apply(*state, &e, base, changes, n);
            for (size_t i = 0; i < e.count; i++) {
                const struct merge_field *was = &e.fields[i];
                const struct merge_field *is = &result.fields[i];
                assert_string_equal(was->name, is->name);
                if (same_value(was->value, is->value)) {
                    assert_int_equal(was->version, is->version);
                } else {
                    assert_true(was->version <= base);
                    assert_int_equal(is->version, result.version);
                }
            }
            assert_true(result.version >= e.version);
            e = after(&result);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(an_edit_on_the_newest_version_is_applied),
        WITH_ARENA(disjoint_edits_are_merged),
        WITH_ARENA(the_same_field_with_another_value_is_a_conflict_and_stays),
        WITH_ARENA(the_same_value_is_no_conflict_and_no_new_version),
        WITH_ARENA(a_base_above_the_version_has_seen_nothing),
        WITH_ARENA(a_device_is_in_no_conflict_with_itself),
        WITH_ARENA(bad_changes_are_refused),
        WITH_ARENA(disjoint_edits_commute),
        WITH_ARENA(an_edit_twice_is_an_edit_once),
        WITH_ARENA(nothing_is_lost),
        WITH_ARENA(fields_are_decided_apart),
        WITH_ARENA(a_newer_base_conflicts_with_less),
        WITH_ARENA(a_history_overwrites_nothing_unseen),
    };
    return cmocka_run_group_tests_name("merge", tests, NULL, NULL);
}

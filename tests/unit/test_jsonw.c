/* What the writer takes for a mistake in the code, and what json_whole takes for a whole text. */
#include "sys/jsonw.h"

#include "sys/json.h"
#include "unit_dies.h"

struct text {
    struct buf buf;
    struct jsonw w;
};

static struct jsonw *begin(struct text *t, struct arena *a)
{
    buf_init(&t->buf, a, 4096);
    jw_init(&t->w, &t->buf);
    jw_object(&t->w, NULL);
    return &t->w;
}

static void an_end_too_many_at_the_top(struct arena *a)
{
    struct text t;
    jw_end(begin(&t, a));
    jw_end(&t.w);
}

static void a_key_in_an_array(struct arena *a)
{
    struct text t;
    jw_array(begin(&t, a), "list");
    jw_int(&t.w, "key", 1);
}

static void a_member_without_a_key(struct arena *a)
{
    struct text t;
    jw_int(begin(&t, a), NULL, 1);
}

static void a_key_at_the_top(struct arena *a)
{
    struct text t;
    jw_end(begin(&t, a));
    jw_object(&t.w, "key");
}

static void a_text_written_out_of_order_ends_the_process(void **state)
{
    assert_true(unit_dies(an_end_too_many_at_the_top, *state));
    assert_true(unit_dies(a_key_in_an_array, *state));
    assert_true(unit_dies(a_member_without_a_key, *state));
    assert_true(unit_dies(a_key_at_the_top, *state));
}

static bool is_whole(const struct text *t)
{
    return json_whole(t->buf.p, t->buf.n);
}

static void a_text_is_whole_when_all_of_it_is_closed(void **state)
{
    struct text t;
    struct jsonw *w = begin(&t, *state);
    jw_array(w, "list");
    jw_real(w, NULL, 1e300);
    jw_text(w, NULL, "]}\"\\\n");
    jw_end(w);
    assert_false(is_whole(&t));
    jw_end(w);
    assert_true(is_whole(&t));
    jw_object(w, NULL);
    jw_end(w);
    assert_false(is_whole(&t));
    assert_false(json_whole("", 0));
}

static void a_text_that_was_cut_is_not_whole(void **state)
{
    struct buf b;
    struct jsonw w;
    buf_init(&b, *state, 20);
    jw_init(&w, &b);
    jw_object(&w, NULL);
    jw_text(&w, "key", "longer than there is room");
    jw_end(&w);
    assert_true(b.full);
    assert_false(json_whole(b.p, b.n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_text_written_out_of_order_ends_the_process),
        WITH_ARENA(a_text_is_whole_when_all_of_it_is_closed),
        WITH_ARENA(a_text_that_was_cut_is_not_whole),
    };
    return cmocka_run_group_tests_name("jsonw", tests, NULL, NULL);
}

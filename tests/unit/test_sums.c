/* The sums that phone and server come to alike, by the vectors that the phone simulator keeps to as
   well. */
#include "sums.h"

#include <stdlib.h>

#include "base/text.h"
#include "canonical.h"
#include "push.h"
#include "unit.h"

enum { FILE_MAX = 1 << 20 };

static const cJSON *vectors(struct arena *a, const char *name)
{
    cJSON *root;
    struct err err = { .rc = RC_OK };
    FILE *in = fopen(SOURCE_FOLDER "/tests/support/sync-vectors.json", "re");
    assert_non_null(in);
    char *text = arena_alloc(a, FILE_MAX);
    size_t n = fread(text, 1, FILE_MAX, in);
    (void)fclose(in);
    if (json_parse(a, text, n, &root, &err) != RC_OK)
        fail_msg("%s", err.detail);
    const cJSON *list = json_member(root, name);
    assert_non_null(list);
    assert_true(cJSON_GetArraySize(list) > 0);
    return list;
}

static const char *text_of(const cJSON *object, const char *name)
{
    return json_member(object, name)->valuestring;
}

static void a_json_text_has_one_canonical_form(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "canonical")->child; v; v = v->next) {
        const char *text = v->child->valuestring;
        struct buf out;
        struct err err;
        cJSON *tree;
        bool odd;
        assert_int_equal(RC_OK, json_parse_wide(a, text, strlen(text), &tree, &odd, &err));
        buf_init(&out, a, 4096);
        canonical_put(&out, a, tree);
        assert_string_equal(out.p, v->child->next->valuestring);
    }
}

/* By the reader of a push. */
static struct push_op read_operation(struct arena *a, const char *text)
{
    const char *body = arena_printf(a, "{\"operations\":[%s]}", text);
    struct web_ctx c = { .arena = a, .body = body, .body_size = strlen(body) };
    struct push_batch b = { .c = &c };
    assert_int_equal(RC_OK, push_read(&b));
    return b.ops[0];
}

static void an_operation_has_one_digest(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "operations")->child; v; v = v->next) {
        struct push_op op = read_operation(a, v->child->valuestring);
        assert_string_equal(hex_dup(a, op.body_hash, DIGEST_SIZE), v->child->next->valuestring);
    }
}

static void each_final_outcome_is_one_more_link(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "receipts")->child; v; v = v->next) {
        struct push_op op = read_operation(a, text_of(v, "operation"));
        uint8_t receipt[DIGEST_SIZE];
        assert_true(hex_decode(receipt, DIGEST_SIZE, text_of(v, "before")));
        sums_receipt(receipt, op.id, op.body_hash, text_of(v, "outcome"));
        assert_string_equal(hex_dup(a, receipt, DIGEST_SIZE), text_of(v, "after"));
    }
}

static int by_seq(const void *x, const void *y)
{
    const struct feed_item *p = x;
    const struct feed_item *q = y;
    return (p->seq > q->seq) - (p->seq < q->seq);
}

static void a_feed_has_one_checksum(void **state)
{
    struct arena *a = *state;
    for (const cJSON *v = vectors(a, "feeds")->child; v; v = v->next) {
        const cJSON *list = json_member(v, "items");
        struct feed_item items[8];
        size_t n = 0;
        uint8_t sum[DIGEST_SIZE];
        for (const cJSON *i = list->child; i; i = i->next, n++) {
            items[n] = (struct feed_item){ .entity = text_of(i, "entity"),
                                           .body = json_print(a, json_member(i, "body")) };
            assert_true(json_int(json_member(i, "id"), &items[n].entity_id));
            assert_true(json_int(json_member(i, "version"), &items[n].version));
            assert_true(json_int(json_member(i, "seq"), &items[n].seq));
        }
        qsort(items, n, sizeof *items, by_seq);
        struct digest *d = digest_new(DIGEST_SHA256);
        for (size_t i = 0; i < n; i++)
            assert_true(sums_item(d, a, &items[i]));
        digest_final(d, sum);
        digest_free(d);
        assert_string_equal(hex_dup(a, sum, DIGEST_SIZE), text_of(v, "checksum"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(a_json_text_has_one_canonical_form),
        WITH_ARENA(an_operation_has_one_digest),
        WITH_ARENA(each_final_outcome_is_one_more_link),
        WITH_ARENA(a_feed_has_one_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

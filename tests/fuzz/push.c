/*
 * A push: a body is refused with a place, or cut into operations; each has a canonical body, or one
 * that says that it cannot be read; what its members make of it is either sound or a rejection that
 * says where and why, and its result is JSON.
 */
#include "base/text.h"
#include "fuzz.h"
#include "push.h"

static struct record_code codes[] = { { "1", RESULT_NO_PROBLEM }, { "E", RESULT_CORRECTED } };

static void check_problem(const struct push_op *op)
{
    FUZZ_EXPECT(op->problem == PUSH_P_MALFORMED || op->problem == PUSH_P_INVALID);
    FUZZ_EXPECT(op->err.detail[0] && utf8_valid(op->err.detail, strlen(op->err.detail)));
    FUZZ_EXPECT(!op->err.pointer[0] || op->err.pointer[0] == '/');
}

static void check_result(struct web_ctx *c, const struct push_op *op)
{
    cJSON *tree;
    const char *result = push_op_result(c, op);
    FUZZ_EXPECT(json_parse(c->arena, result, strlen(result), &tree, &c->err) == RC_OK);
}

static void check_body(struct web_ctx *c, const struct push_op *op)
{
    cJSON *tree;
    bool odd;
    struct push_op again = { .tree = NULL };
    struct web_ctx other = { .arena = c->arena, .body_size = strlen(op->body) };
    FUZZ_EXPECT(utf8_valid(op->body, strlen(op->body)));
    if (json_parse_wide(c->arena, op->body, strlen(op->body), &tree, &odd, &c->err) != RC_OK) {
        FUZZ_EXPECT(fuzz_large_integer(op->body));
        return;
    }
    FUZZ_EXPECT(!odd || op->outcome == PUSH_REJECTED);
    if (json_member(tree, "unreadable")) {
        FUZZ_EXPECT(op->outcome == PUSH_REJECTED);
        return;
    }
    FUZZ_EXPECT(push_op_identify(&other, tree, 0, &again) == RC_OK);
    FUZZ_EXPECT(strcmp(again.body, op->body) == 0);
    FUZZ_EXPECT(memcmp(again.body_hash, op->body_hash, DIGEST_SIZE) == 0);
    FUZZ_EXPECT(memcmp(again.id, op->id, SYNCOP_ID) == 0 && again.counter == op->counter);
}

static void read_fields(struct push_batch *b, struct push_op *op)
{
    if (op->entity == PUSH_SECTION || op->entity == PUSH_CHECK_RESULT) {
        const struct record record = { .id = 1 };
        struct merge_change *changes;
        size_t n;
        if (!push_fields_read(b, op, &record, &changes, &n))
            return;
        FUZZ_EXPECT(n > 0 && n <= PUSH_FIELDS_MAX);
        for (size_t i = 0; i < n; i++) {
            const char *value = changes[i].value;
            FUZZ_EXPECT(changes[i].name && *changes[i].name);
            FUZZ_EXPECT(!value ||
                        (utf8_valid(value, strlen(value)) && utf8_length(value) <= PUSH_TEXT_MAX));
        }
    } else if (op->entity == PUSH_EVIDENCE) {
        struct evidence m;
        if (!push_fields_manifest(b, op, &m))
            return;
        FUZZ_EXPECT(m.section_id > 0 && m.size > 0 && m.size <= b->c->settings->evidence_max);
        FUZZ_EXPECT(!m.placed || (m.lon >= -180 && m.lon <= 180 && m.lat >= -90 && m.lat <= 90));
    }
}

static void check_operation(struct push_batch *b, struct push_op *op)
{
    struct web_ctx *c = b->c;
    FUZZ_EXPECT(op->counter >= 1 && op->counter <= JSON_INT_MAX);
    check_body(c, op);
    FUZZ_EXPECT(op->outcome == PUSH_OPEN || op->outcome == PUSH_REJECTED);
    if (op->outcome == PUSH_OPEN) {
        FUZZ_EXPECT(op->entity != PUSH_UNKNOWN && op->base_version >= 0);
        FUZZ_EXPECT(op->fields ? cJSON_IsObject(op->fields) : op->entity == PUSH_SIGN);
        read_fields(b, op);
    }
    if (op->outcome == PUSH_REJECTED)
        check_problem(op);
    check_result(c, op);
}

/* What the whole of it is worth as JSON, the parts are, and nothing else refuses the batch. */
static void check_refusal(struct web_ctx *c, enum rc rc)
{
    FUZZ_EXPECT((rc == RC_MALFORMED || rc == RC_INVALID) && c->err.detail[0]);
    FUZZ_EXPECT(!c->err.pointer[0] || strncmp(c->err.pointer, "/operations", 11) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct settings settings = { .evidence_max = 1 << 20 };
    char *text = fuzz_bytes(data, size);
    struct web_ctx c = { .arena = a, .settings = &settings, .body = text, .body_size = size };
    struct push_batch b = { .c = &c, .codes = codes, .code_count = 2 };
    enum rc rc = push_read(&b);
    if (rc != RC_OK)
        check_refusal(&c, rc);
    for (size_t i = 0; rc == RC_OK && i < b.n; i++)
        check_operation(&b, &b.ops[i]);
    free(text);
    arena_free(a);
    return 0;
}

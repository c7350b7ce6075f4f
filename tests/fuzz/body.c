/* A request's body by a declaration of every type: what is taken over lies within its bounds. */
#include "base/text.h"
#include "fuzz.h"
#include "web/web.h"

struct part {
    const char *code;
    int64_t count;
};

struct body {
    const char *name;
    int64_t number;
    double share;
    bool yes;
    int32_t day;
    bool day_given;
    int64_t at;
    struct web_texts roles;
    struct web_objects parts;
    const cJSON *fields;
};

static const struct web_input part =
    WEB_INPUT(struct part, WEB_FIELD(struct part, code, "编号", .required = true, .max = 14),
              WEB_FIELD(struct part, count, "数量", .required = true, .max = 1000));
static const struct web_input input =
    WEB_INPUT(struct body, WEB_FIELD(struct body, name, "名称", .required = true, .max = 10),
              WEB_FIELD(struct body, number, "样品编号", .min = -5),
              WEB_FIELD(struct body, share, "share", .min = -180, .max = 180),
              WEB_FIELD(struct body, yes, "yes"),
              WEB_FIELD(struct body, day, "day", .given = offsetof(struct body, day_given)),
              WEB_FIELD(struct body, at, "时间", .instant = true),
              WEB_FIELD(struct body, roles, "角色", .min = 1, .max = 3),
              WEB_FIELD(struct body, parts, "parts", .max = 4, .of = &part),
              WEB_FIELD(struct body, fields, "fields"));

static void check_text(const char *text, size_t max)
{
    FUZZ_EXPECT(text && *text && utf8_valid(text, strlen(text)) && utf8_length(text) <= max);
}

static void check(const struct body *b)
{
    check_text(b->name, 10);
    FUZZ_EXPECT(b->number >= -5 && b->number <= JSON_INT_MAX);
    FUZZ_EXPECT(b->share >= -180 && b->share <= 180);
    FUZZ_EXPECT(b->day_given || b->day == 0);
    FUZZ_EXPECT(b->roles.n <= 3 && b->parts.n <= 4);
    for (size_t i = 0; i < b->roles.n; i++)
        check_text(b->roles.v[i], 100);
    const struct part *p = b->parts.v;
    for (size_t i = 0; i < b->parts.n; i++) {
        check_text(p[i].code, 14);
        FUZZ_EXPECT(p[i].count >= 0 && p[i].count <= 1000);
    }
    FUZZ_EXPECT(!b->fields || cJSON_IsObject(b->fields));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct body body = { .name = NULL };
    cJSON *tree;
    char *text = fuzz_bytes(data, size);
    if (json_parse(a, text, size, &tree, &err) == RC_OK) {
        enum rc rc = web_input_json(a, &input, tree, "", &body, &err);
        FUZZ_EXPECT(rc == RC_OK || (rc == RC_INVALID && err.detail[0]));
        if (rc == RC_OK)
            check(&body);
    }
    free(text);
    arena_free(a);
    return 0;
}

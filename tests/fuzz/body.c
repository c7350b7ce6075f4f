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

static const struct web_field part_fields[] = {
    { "code", WEB_TEXT, offsetof(struct part, code), true, 1, 14, 0, NULL },
    { "count", WEB_INT, offsetof(struct part, count), true, 0, 1000, 0, NULL },
    { .name = NULL },
};
static const struct web_input part = { part_fields, sizeof(struct part) };
static const struct web_field fields[] = {
    { "name", WEB_TEXT, offsetof(struct body, name), true, 1, 10, 0, NULL },
    { "number", WEB_INT, offsetof(struct body, number), false, -5, JSON_INT_MAX, 0, NULL },
    { "share", WEB_REAL, offsetof(struct body, share), false, -180, 180, 0, NULL },
    { "yes", WEB_BOOL, offsetof(struct body, yes), false, 0, 0, 0, NULL },
    { "day", WEB_DATE, offsetof(struct body, day), false, 0, 0, offsetof(struct body, day_given),
      NULL },
    { "at", WEB_INSTANT, offsetof(struct body, at), false, 0, 0, 0, NULL },
    { "roles", WEB_TEXTS, offsetof(struct body, roles), false, 1, 3, 0, NULL },
    { "parts", WEB_OBJECTS, offsetof(struct body, parts), false, 0, 4, 0, &part },
    { "fields", WEB_OBJECT, offsetof(struct body, fields), false, 0, 0, 0, NULL },
    { .name = NULL },
};
static const struct web_input input = { fields, sizeof(struct body) };

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

/* A query string by a declaration: what is taken over lies within its bounds. */
#include "base/date.h"
#include "base/text.h"
#include "fuzz.h"
#include "web/web.h"

struct query {
    const char *name;
    int64_t limit;
    int32_t day;
    bool day_given;
};

static const struct web_field fields[] = {
    { "q", WEB_TEXT, offsetof(struct query, name), false, 1, 40, 0, NULL },
    { "limit", WEB_INT, offsetof(struct query, limit), false, 1, 200, 0, NULL },
    { "day", WEB_DATE, offsetof(struct query, day), false, 0, 0, offsetof(struct query, day_given),
      NULL },
    { .name = NULL },
};
static const struct web_input input = { fields, sizeof(struct query) };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct query q = { .name = NULL };
    char *text = fuzz_text(data, size);
    enum rc rc = web_input_query(a, &input, text, &q, &err);
    free(text);
    FUZZ_EXPECT(rc == RC_OK || (err.rc == rc && err.detail[0]));
    if (rc == RC_OK) {
        char day[DATE_TEXT];
        FUZZ_EXPECT(!q.name ||
                    (*q.name && utf8_valid(q.name, strlen(q.name)) && utf8_length(q.name) <= 40));
        FUZZ_EXPECT(q.limit >= 0 && q.limit <= 200);
        date_format(day, q.day);
        FUZZ_EXPECT(!q.day_given || date_parse(day, &q.day));
    }
    arena_free(a);
    return 0;
}

/* A query string by a declaration: what is taken over lies within its bounds. */
#include "base/date.h"
#include "base/text.h"
#include "fuzz.h"
#include "web/web.h"

struct query {
    const char *q;
    int64_t limit;
    int32_t day;
    bool day_given;
};

static const struct web_input input =
    WEB_INPUT(struct query, WEB_FIELD(struct query, q, "企业", .max = 40),
              WEB_FIELD(struct query, limit, "每页条数", .min = 1, .max = 200),
              WEB_FIELD(struct query, day, "day", .given = offsetof(struct query, day_given)));

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    struct err err = { .rc = RC_OK };
    struct query q = { .q = NULL };
    char *text = fuzz_text(data, size);
    enum rc rc = web_input_query(a, &input, text, size & 1, &q, &err);
    free(text);
    FUZZ_EXPECT(rc == RC_OK || (err.rc == rc && err.detail[0]));
    if (rc == RC_OK) {
        char day[DATE_TEXT];
        FUZZ_EXPECT(!q.q || (*q.q && utf8_valid(q.q, strlen(q.q)) && utf8_length(q.q) <= 40));
        FUZZ_EXPECT(q.limit >= 0 && q.limit <= 200);
        date_format(day, q.day);
        FUZZ_EXPECT(!q.day_given || date_parse(day, &q.day));
    }
    arena_free(a);
    return 0;
}

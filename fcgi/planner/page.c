/* Lists in pages, each behind the last id of the one before. */
#include "planner/routes.h"

static const struct web_field page_fields[] = {
    PLANNER_PAGE_FIELDS(struct planner_page_query),
    { .name = NULL },
};
const struct web_input planner_page_query = { page_fields, sizeof(struct planner_page_query) };

static const struct web_field state_fields[] = {
    { "state", WEB_TEXT, offsetof(struct planner_state_query, state), false, 1, 16, 0, NULL },
    PLANNER_PAGE_FIELDS(struct planner_state_query),
    { .name = NULL },
};
const struct web_input planner_state_query = { state_fields, sizeof(struct planner_state_query) };

int64_t planner_limit(int64_t given)
{
    return given ? given : PLANNER_LIMIT;
}

enum rc planner_page_end(struct web_ctx *c, struct jsonw *w, int64_t limit, size_t n, int64_t last)
{
    jw_end(w);
    if (n && (int64_t)n == limit)
        jw_int(w, "next", last);
    else
        jw_null(w, "next");
    return web_json_end(c);
}

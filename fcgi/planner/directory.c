#include "planner/directory.h"

#include "base/date.h"
#include "planner/routes.h"
#include "store/directory.h"
#include "store/rule.h"

/* Half a year, unless a rule row of the region says otherwise. */
enum { AGE_DAYS = 183 };

enum rc planner_directory_age(struct web_ctx *c, const char *region, int64_t *days)
{
    struct rule_set set;
    *days = AGE_DAYS;
    enum rc rc = rule_load(c->db, c->arena, region, date_at(c->now), &set);
    if (rc == RC_OK)
        (void)rule_find(&set, "directory.max_age_days", days);
    return rc;
}

void planner_put_age(struct web_ctx *c, struct jsonw *w, int32_t refreshed_on, int64_t days,
                     const char *more)
{
    int64_t age = (int64_t)date_at(c->now) - refreshed_on;
    jw_date(w, "refreshed_on", refreshed_on);
    jw_bool(w, "stale", age > days);
    jw_array(w, "warnings");
    if (age > days)
        jw_text(w, NULL,
                arena_printf(c->arena, "名录已 %lld 天未更新，超过 %lld 天的上限，请先更新名录",
                             (long long)age, (long long)days));
    if (more)
        jw_text(w, NULL, more);
    jw_end(w);
}

struct query {
    const char *after;
    int64_t limit;
};

static const struct web_field query_fields[] = {
    { "after", WEB_TEXT, offsetof(struct query, after), false, 1, 40, 0, NULL },
    { "limit", WEB_INT, offsetof(struct query, limit), false, 1, PLANNER_LIMIT_MAX, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_directory_query = { query_fields, sizeof(struct query) };

enum rc planner_directory_list(struct web_ctx *c)
{
    const struct query *in = c->query;
    const struct directory *list = NULL;
    size_t n = 0;
    int64_t days = 0;
    int64_t limit = planner_limit(in->limit);
    enum rc rc = directory_list(c->db, c->arena, c->actor.department_id, in->after ? in->after : "",
                                limit, &list, &n);
    if (rc == RC_OK && n)
        rc = planner_directory_age(c, list[0].region, &days);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "directories");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "code", list[i].code);
        jw_text(w, "name", list[i].name);
        jw_int(w, "entries", list[i].entries);
        planner_put_age(c, w, list[i].refreshed_on, days, NULL);
        jw_end(w);
    }
    jw_end(w);
    jw_text(w, "next", n == (size_t)limit ? list[n - 1].code : NULL);
    return web_json_end(c);
}

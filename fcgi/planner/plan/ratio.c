#include "base/date.h"
#include "domain/plan/ratio.h"
#include "planner/plan/plan.h"
#include "planner/routes.h"
#include "store/directory/rule.h"

struct body {
    int64_t permille;
    struct web_texts specialties;
};

const struct web_input planner_ratio_body =
    WEB_INPUT(struct body,
              WEB_FIELD(struct body, permille, "比例（千分之）", .required = true, .min = 1,
                        .max = RATIO_MAX),
              WEB_FIELD(struct body, specialties, "专业", .min = 1, .max = 100));

/* General items have an upper ratio, key items none (R10). */
static enum rc check_cap(struct web_ctx *c, const struct plan *plan, int64_t permille)
{
    struct rule_set rules;
    int64_t cap = 0;
    enum rc rc = rule_load(c->db, c->arena, plan->region, date_at(c->now), &rules);
    if (rc != RC_OK || plan->key_items || !rule_find(&rules, RULE_RATIO_GENERAL_PERMILLE, &cap) ||
        permille <= cap)
        return rc;
    return web_fail(c, RC_INVALID, "/permille", "一般检查事项的抽查比例不得超过 %lld‰",
                    (long long)cap);
}

enum rc planner_plan_ratio(struct web_ctx *c)
{
    const struct body *in = c->input;
    struct plan plan = { .id = 0 };
    size_t added = 0;
    enum rc rc = plan_lock(c->db, web_param(c, "code"));
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = planner_own_plan(c, &plan);
    if (rc == RC_OK)
        rc = planner_plan_check(c, &plan);
    if (rc == RC_OK)
        rc = check_cap(c, &plan, in->permille);
    if (rc == RC_OK)
        rc = plan_add_ratio(c->db, c->arena, &plan, in->permille, in->specialties.v,
                            in->specialties.n, &added, &c->err);
    if (rc == RC_OK)
        rc = plan_by_code(c->db, c->arena, plan.code, &plan);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "plan:%s", plan.code);
    c->audit.detail = arena_printf(c->arena, "{\"permille\":%lld,\"strata\":%zu}",
                                   (long long)in->permille, added);
    struct jsonw *w = web_json(c, 200);
    row_put(w, &plan_rows, &plan);
    jw_int(w, "added", (int64_t)added);
    return web_json_end(c);
}

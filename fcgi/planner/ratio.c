#include "base/date.h"
#include "domain/ratio.h"
#include "planner/plan.h"
#include "planner/routes.h"
#include "store/rule.h"

struct body {
    int64_t permille;
    struct web_texts specialties;
};

static const struct web_field body_fields[] = {
    { "permille", WEB_INT, offsetof(struct body, permille), true, 1, RATIO_MAX, 0, NULL },
    { "specialties", WEB_TEXTS, offsetof(struct body, specialties), false, 1, 100, 0, NULL },
    { .name = NULL },
};
const struct web_input planner_ratio_body = { body_fields, sizeof(struct body) };

/* General items have an upper ratio, key items none (R10). */
static enum rc check_cap(struct web_ctx *c, const struct plan *plan, int64_t permille)
{
    struct rule_set rules;
    int64_t cap = 0;
    enum rc rc = rule_load(c->db, c->arena, plan->region, date_at(c->now), &rules);
    if (rc != RC_OK || plan->key_items || !rule_find(&rules, "ratio.general.permille", &cap) ||
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
    if (rc == RC_OK && plan.filed)
        return web_fail(c, RC_STATE, "", "计划 %s 已报备", plan.code);
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
    planner_put_plan(w, &plan);
    jw_int(w, "added", (int64_t)added);
    return web_json_end(c);
}

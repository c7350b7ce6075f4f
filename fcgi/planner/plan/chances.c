#include "planner/plan/plan.h"
#include "planner/routes.h"
#include "store/directory/department.h"
#include "store/draw/draw.h"

/* GET plans/{code}/chances: what each weight would mean, were the plan's draw frozen now. */
enum rc planner_plan_chances(struct web_ctx *c)
{
    struct plan plan = { .id = 0 };
    const struct draw_chances *list = NULL;
    size_t n = 0;
    enum rc rc = planner_own_plan(c, &plan);
    const struct draw draw = { .id = INT64_MAX,
                               .plan_id = plan.id,
                               .directory_id = plan.directory_id,
                               .department_id = plan.department_id,
                               .kind = plan.kind,
                               .region = plan.region };
    if (rc == RC_OK)
        rc = draw_preview(c->db, c->arena, &draw, c->now, &list, &n, &c->err);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "method",
            "权重 w 的对象被抽中的概率为 1-(1-t)^w，t "
            "使本层全部概率之和等于名额（Efraimidis–Spirakis 抽样）");
    jw_array(w, "strata");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "stratum", list[i].stratum);
        jw_int(w, "quota", list[i].quota);
        jw_array(w, "weights");
        for (size_t k = 0; k < list[i].count; k++) {
            jw_object(w, NULL);
            jw_int(w, "weight", list[i].chances[k].weight);
            jw_int(w, "subjects", list[i].chances[k].subjects);
            jw_real(w, "chance", list[i].chances[k].chance);
            jw_end(w);
        }
        jw_end(w);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}

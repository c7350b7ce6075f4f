/* Checklists of inspection items: published as JSON, never changed. */
#include "planner/routes.h"

#include "base/text.h"
#include "store/field/checklist.h"

/* GET checklists/{item}/{version} */
enum rc planner_checklist_show(struct web_ctx *c)
{
    struct checklist_row row = { .id = 0 };
    int64_t version;
    if (!int_parse(web_param(c, "version"), 1, CHECKLIST_VERSION_MAX, &version))
        return web_fail(c, RC_NOT_FOUND, "", "没有这一版检查表");
    enum rc rc = checklist_show(c->db, c->arena, web_param(c, "item"), version, &row);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这一版检查表");
    if (rc != RC_OK)
        return rc;
    return web_row(c, 200, &checklist_rows, &row);
}

/* POST checklists: all of the file or none, for items of the department's specialties */
enum rc planner_checklist_publish(struct web_ctx *c)
{
    struct checklist_counts counts;
    enum rc rc = checklist_publish(c->db, c->arena, c->body, c->body_size, c->actor.department_id,
                                   c->now, &counts, &c->err);
    if (rc != RC_OK)
        return rc;
    c->audit.target = "checklists";
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "created", counts.created);
    jw_int(w, "unchanged", counts.unchanged);
    return web_json_end(c);
}

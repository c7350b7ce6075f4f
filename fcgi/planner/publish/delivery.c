/* What each target has of a department's results, and sending again what it has not. */
#include "store/publish/delivery.h"

#include "planner/routes.h"
#include "store/publish/delivery_difference.h"
#include "store/publish/publication.h"
#include "sys/jsonw.h"

enum { DETAIL_MAX = 2048 };

struct retry_body {
    const char *reason;
};

const struct web_input planner_retry_body = WEB_INPUT(
    struct retry_body, WEB_FIELD(struct retry_body, reason, "理由", .required = true, .max = 400));

enum rc planner_delivery_scope(struct web_ctx *c, struct db_val *scope)
{
    struct publication p;
    enum rc rc = planner_own_publication(c, false, &p);
    if (rc == RC_OK)
        scope[0] = db_int(p.id);
    return rc;
}

static enum rc own_delivery(struct web_ctx *c, struct delivery *d)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = delivery_find(c->db, c->arena, id, d);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此报送");
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "delivery:%lld", (long long)id);
    return d->department_id == c->actor.department_id
               ? RC_OK
               : web_fail(c, RC_FORBIDDEN, "", "谁检查、谁公开：该报送属于其他部门");
}

/* POST deliveries/{id}/retry */
enum rc planner_delivery_retry(struct web_ctx *c)
{
    const struct retry_body *body = c->input;
    struct delivery d = { .id = 0 };
    struct buf detail;
    struct jsonw w;
    enum rc rc = own_delivery(c, &d);
    if (rc == RC_OK)
        rc = delivery_retry(c->db, d.id, c->now);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "只有被平台拒绝或平台查无的报送可以重新报送");
    const struct delivery_ending resent = {
        .ending = "resent", .reason = body->reason, .account_id = c->actor.id, .now = c->now
    };
    if (rc == RC_OK)
        rc = delivery_difference_end(c->db, d.id, &resent);
    if (rc == RC_OK)
        rc = delivery_find(c->db, c->arena, d.id, &d);
    if (rc != RC_OK)
        return rc;
    buf_init(&detail, c->arena, DETAIL_MAX);
    jw_init(&w, &detail);
    jw_object(&w, NULL);
    jw_text(&w, "reason", body->reason);
    jw_end(&w);
    c->audit.detail = detail.p;
    return web_row(c, 200, &delivery_rows, &d);
}

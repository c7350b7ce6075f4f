/* The notice that an enterprise gets of a check. */
#include "planner/routes.h"
#include "planner/visit/visit.h"

#include <string.h>

#include "base/date.h"
#include "store/visit/notice.h"
#include "sys/random.h"
#include "web/qr.h"

/* It is out on the phones, the time of its page is not over, and the enterprise may know by now. */
static enum rc check_time(struct web_ctx *c, const struct visit *v)
{
    bool unannounced = false;
    if (strcmp(v->state, "dispatched") != 0)
        return web_fail(c, RC_STATE, "", "检查尚未派发，不能出具检查通知书");
    if (date_at(c->now) > v->planned_on + NOTICE_DAYS)
        return web_fail(c, RC_STATE, "", "检查日期已过 %d 天", NOTICE_DAYS);
    enum rc rc = notice_unannounced(c->db, v->id, &unannounced);
    if (rc == RC_OK && unannounced && date_at(c->now) < v->planned_on)
        return web_fail(c, RC_STATE, "", "不事先通知的检查，当天才能出具检查通知书");
    return rc;
}

static enum rc write_notice(struct web_ctx *c, const char *code)
{
    const char *address = arena_printf(c->arena, "%s%s/public/notices/%s", c->settings->base_url,
                                       c->settings->prefix, code);
    const char *svg = qr_svg(c->arena, address);
    if (!svg)
        return web_fail(c, RC_INTERNAL, "", "no QR code of %s", c->settings->base_url);
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "address", address);
    jw_text(w, "qr_svg", svg);
    jw_instant(w, "issued_at", c->now);
    return web_json_end(c);
}

/* POST visits/{code}/notice: the code is told once and stored hashed; one told before is void. */
enum rc planner_visit_notice(struct web_ctx *c)
{
    struct visit v;
    uint8_t hash[DIGEST_SIZE];
    enum rc rc = visit_by_code(c->db, c->arena, web_param(c, "code"), &v);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查");
    if (rc == RC_OK && v.campaign_department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅发起部门可以出具检查通知书");
    if (rc == RC_OK)
        rc = check_time(c, &v);
    if (rc != RC_OK)
        return rc;
    const char *code = random_token(c->arena, hash);
    c->audit.target = arena_printf(c->arena, "visit:%s", v.code);
    c->audit.detail = "{}";
    rc = notice_issue(c->db, v.id, hash, c->actor.id, c->now);
    return rc == RC_OK ? write_notice(c, code) : rc;
}

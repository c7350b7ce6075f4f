/* The notice that an enterprise gets of an entry, whoever comes by it. */
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
    if (!v->planned_on)
        return web_fail(c, RC_STATE, "", "检查已取消，另行安排日期后才能出具检查通知书");
    if (date_at(c->now) > v->planned_on + NOTICE_DAYS)
        return web_fail(c, RC_STATE, "", "检查日期已过 %d 天", NOTICE_DAYS);
    enum rc rc = notice_unannounced(c->db, v->id, &unannounced);
    if (rc == RC_OK && unannounced && date_at(c->now) < v->planned_on)
        return web_fail(c, RC_STATE, "", "不事先通知的检查，当天才能出具检查通知书");
    return rc;
}

struct notice_body {
    bool replace;
};

const struct web_input planner_notice_body =
    WEB_INPUT(struct notice_body, WEB_FIELD(struct notice_body, replace, "重新出具"));

static enum rc write_notice(struct web_ctx *c, int64_t visit, const char *code)
{
    struct row_page parts = { .n = 0 };
    const char *address = arena_printf(c->arena, "%s%s/public/notices/%s", c->settings->base_url,
                                       c->settings->prefix, code);
    const char *svg = qr_svg(c->arena, address);
    if (!svg)
        return web_fail(c, RC_INTERNAL, "", "no QR code of %s", c->settings->base_url);
    enum rc rc = notice_parts(c->db, c->arena, visit, &parts);
    if (rc != RC_OK)
        return rc;
    const struct notice_part *part = parts.v;
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "address", address);
    jw_text(w, "qr_svg", svg);
    jw_instant(w, "issued_at", c->now);
    jw_array(w, "parts");
    for (size_t i = 0; i < parts.n; i++)
        row_put_object(w, &notice_part_rows, &part[i]);
    jw_end(w);
    return web_json_end(c);
}

/*
 * Those that the entry has: another department's paper is not ended unseen, and from the day on
 * none is, since by it the enterprise says how the visit was. Then whoever made it out may have one
 * more, as the code may never have reached him; nobody else learns one that he could rate by.
 */
static enum rc check_earlier(struct web_ctx *c, const struct visit *v, bool replace)
{
    char day[DATE_TEXT];
    struct notice n;
    enum rc rc = notice_of_visit(c->db, c->arena, v->id, c->actor.id, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    bool late = n.kept || date_at(c->now) >= v->planned_on;
    if (replace && late && n.own)
        return RC_OK;
    if (replace && !late)
        return notice_end(c->db, v->id);
    date_format(day, date_at(n.issued_at));
    return web_fail(
        c, RC_CONFLICT, "", "%s已于 %s 出具这次入企的检查通知书；%s", n.department_name, day,
        late ? "从检查当天起不再更换，以免企业失去评价的二维码，仅出具人本人可以再出具一份"
             : "重新出具的，原二维码随即失效");
}

/* POST visits/{code}/notice: the code is told once and stored hashed; one told before is void, but
   from the day on. */
enum rc planner_visit_notice(struct web_ctx *c)
{
    const struct notice_body *body = c->input;
    struct visit v;
    uint8_t hash[DIGEST_SIZE];
    enum rc rc = visit_take_turn(c->db); /* nobody moves it meanwhile */
    if (rc == RC_OK)
        rc = visit_by_code(c->db, c->arena, web_param(c, "code"), &v);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查");
    if (rc == RC_OK && v.campaign_department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "仅发起部门可以出具检查通知书");
    if (rc == RC_OK)
        rc = check_time(c, &v);
    if (rc == RC_OK)
        rc = check_earlier(c, &v, body->replace);
    if (rc != RC_OK)
        return rc;
    const char *code = random_token(c->arena, hash);
    c->audit.target = arena_printf(c->arena, "visit:%s", v.code);
    c->audit.detail = body->replace ? "{\"replace\":true}" : "{}";
    rc = notice_issue(c->db, v.id, hash, c->actor.id, c->now);
    return rc == RC_OK ? write_notice(c, v.id, code) : rc;
}

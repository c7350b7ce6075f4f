/* One-time codes by which an inspector's phone is enrolled. */
#include "planner/routes.h"

#include <string.h>

#include "web/qr.h"
#include "store/directory/inspector.h"
#include "store/field/device.h"
#include "sys/random.h"

/*
 * What the phone scans: where the server is, and the code. No https address, so that no other
 * scanner opens it, and hands the code to whoever looks at addresses on the way.
 */
static const char *scanned(struct web_ctx *c, const char *code)
{
    return arena_printf(c->arena, "liancha:enrol?code=%s&server=%s%s", code, c->settings->base_url,
                        c->settings->prefix);
}

/* POST inspectors/{card_no}/enrolments: the code is shown once and stored hashed. */
enum rc planner_enrolment_create(struct web_ctx *c)
{
    const char *card_no = web_param(c, "card_no");
    int64_t inspector;
    int64_t department;
    uint8_t hash[DIGEST_SIZE];
    int64_t expires_at = c->now + DEVICE_INVITE_MS;
    enum rc rc = inspector_id(c->db, card_no, &inspector, &department);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此执法检查人员");
    if (rc != RC_OK)
        return rc;
    if (department != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该执法检查人员属于其他部门");
    const char *code = random_token(c->arena, hash);
    const char *uri = scanned(c, code);
    const char *svg = qr_svg(c->arena, uri);
    if (!svg)
        return web_fail(c, RC_INTERNAL, "", "no QR code of %zu characters", strlen(uri));
    rc = device_invite(c->db, hash, inspector, expires_at);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "inspector:%s", card_no);
    c->audit.detail = "{}";
    struct jsonw *w = web_json(c, 201);
    jw_text(w, "code", code);
    jw_text(w, "uri", uri);
    jw_text(w, "qr_svg", svg);
    jw_instant(w, "expires_at", expires_at);
    return web_json_end(c);
}

/* Taking a phone out of use. */
#include "planner/routes.h"

#include <string.h>

#include "store/field/device.h"

struct revocation_body {
    const char *state;
};

const struct web_input planner_revocation_body =
    WEB_INPUT(struct revocation_body,
              WEB_FIELD(struct revocation_body, state, "状态", .required = true, .max = 16));

/* POST devices/{id}/revocation: holds from the device's next request on */
enum rc planner_device_revoke(struct web_ctx *c)
{
    const struct revocation_body *body = c->input;
    struct device device = { .id = 0 };
    int64_t id;
    if (strcmp(body->state, "retired") != 0 && strcmp(body->state, "lost") != 0)
        return web_fail(c, RC_INVALID, "/state", "应为 retired（停用）或 lost（挂失）");
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = device_by_id(c->db, c->arena, id, &device);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此设备");
    if (rc != RC_OK)
        return rc;
    if (device.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该设备属于其他部门的人员");
    rc = device_revoke(c->db, id, body->state);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该设备已停用或已挂失");
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "device:%lld", (long long)id);
    c->audit.detail = arena_printf(c->arena, "{\"state\":\"%s\"}", body->state);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", id);
    jw_text(w, "state", body->state);
    return web_json_end(c);
}

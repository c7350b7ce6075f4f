/* Phones as the office sees them: which an inspector has, and taking one out of use. */
#include "planner/routes.h"

#include <stdlib.h>
#include <string.h>

#include "store/device.h"
#include "store/inspector.h"

struct revocation_body {
    const char *state;
};

const struct web_input planner_revocation_body = {
    .size = sizeof(struct revocation_body),
    .fields =
        (const struct web_field[]){
            { .name = "state",
              .type = WEB_TEXT,
              .offset = offsetof(struct revocation_body, state),
              .required = true,
              .min = 1,
              .max = 16 },
            { .name = NULL },
        },
};

static void instant_or_null(struct jsonw *w, const char *key, bool given, int64_t at)
{
    if (given)
        jw_instant(w, key, at);
    else
        jw_null(w, key);
}

/* What its clocks said at its last push, and whether they are so far off that somebody should look. */
static void put_clock(struct jsonw *w, const struct device_clock *clock)
{
    if (!clock->at) {
        jw_null(w, "clock");
        return;
    }
    jw_object(w, "clock");
    jw_instant(w, "at", clock->at);
    jw_instant(w, "device_at", clock->device_at);
    jw_int(w, "monotonic_ms", clock->monotonic_ms);
    instant_or_null(w, "gps_at", clock->has_gps, clock->gps_at);
    jw_int(w, "offset_ms", clock->offset_ms);
    jw_bool(w, "off", llabs(clock->offset_ms) > DEVICE_CLOCK_OFF_MS);
    jw_end(w);
}

/* GET inspectors/{card_no}/devices: the newest first */
enum rc planner_device_list(struct web_ctx *c)
{
    int64_t inspector;
    int64_t department;
    struct device *devices;
    size_t n;
    enum rc rc = inspector_id(c->db, web_param(c, "card_no"), &inspector, &department);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此执法检查人员");
    if (rc != RC_OK)
        return rc;
    if (department != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该执法检查人员属于其他部门");
    rc = device_list(c->db, c->arena, inspector, &devices, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "devices");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_int(w, "id", devices[i].id);
        jw_text(w, "name", devices[i].name);
        jw_text(w, "state", devices[i].state);
        jw_int(w, "counter", devices[i].counter);
        jw_instant(w, "enrolled_at", devices[i].enrolled_at);
        instant_or_null(w, "forked_at", devices[i].forked_at != 0, devices[i].forked_at);
        put_clock(w, &devices[i].clock);
        jw_end(w);
    }
    jw_end(w);
    return web_json_end(c);
}

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

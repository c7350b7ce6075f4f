#include "planner/routes.h"

#include <string.h>

#include "base/text.h"
#include "store/audit.h"
#include "store/device.h"

struct query {
    const char *chain;
    int64_t after;
    int64_t limit;
};

static const struct web_field query_fields[] = {
    { "chain", WEB_TEXT, offsetof(struct query, chain), false, 1, 40, 0, NULL },
    PLANNER_PAGE_FIELDS(struct query),
    { .name = NULL },
};
const struct web_input planner_audit_query = { query_fields, sizeof(struct query) };

static void put_event(struct jsonw *w, const struct audit_event *e)
{
    jw_object(w, NULL);
    jw_int(w, "seq", e->seq);
    jw_instant(w, "at", e->at);
    jw_text(w, "actor", e->actor);
    jw_text(w, "remote", e->remote);
    jw_text(w, "request_id", e->request_id);
    jw_text(w, "action", e->action);
    jw_text(w, "target", e->target);
    jw_raw(w, "detail", e->detail);
    jw_end(w);
}

/* The chain of the auditor's own department, one of its phones, or of no department at all. */
static enum rc may_read(struct web_ctx *c, const char *chain, const char *own)
{
    int64_t device;
    int64_t department = 0;
    enum rc rc = RC_NOT_FOUND;
    if (strcmp(chain, own) == 0 || strcmp(chain, "system") == 0 || strcmp(chain, "pushd") == 0)
        return RC_OK;
    if (strncmp(chain, "device:", 7) == 0 && int_parse(chain + 7, 1, JSON_INT_MAX, &device))
        rc = device_department(c->db, device, &department);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (department != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "/chain", "只能查阅本部门及其设备的日志");
    return RC_OK;
}

/* Without ?chain, that of the auditor's own department. */
enum rc planner_audit_events(struct web_ctx *c)
{
    const struct query *in = c->query;
    const char *own = arena_printf(c->arena, "dept:%s", c->actor.department);
    const char *chain = in->chain ? in->chain : own;
    struct audit_event *events;
    size_t n;
    enum rc rc = may_read(c, chain, own);
    if (rc == RC_OK)
        rc = audit_list(c->db, c->arena, chain, in->after, planner_limit(in->limit), &events, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "chain", chain);
    jw_array(w, "events");
    for (size_t i = 0; i < n; i++)
        put_event(w, &events[i]);
    jw_end(w);
    return web_json_end(c);
}

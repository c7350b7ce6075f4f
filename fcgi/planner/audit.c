#include "planner/routes.h"

#include "store/audit.h"

struct query {
    const char *chain;
    int64_t after;
    int64_t limit;
};

static const struct web_field query_fields[] = {
    { "chain", WEB_TEXT, offsetof(struct query, chain), false, 1, 40, 0, NULL },
    { "after", WEB_INT, offsetof(struct query, after), false, 0, JSON_INT_MAX, 0, NULL },
    { "limit", WEB_INT, offsetof(struct query, limit), false, 1, PLANNER_LIMIT_MAX, 0, NULL },
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

/* Without ?chain, that of the auditor's own department. */
enum rc planner_audit_events(struct web_ctx *c)
{
    const struct query *in = c->query;
    const char *chain =
        in->chain ? in->chain : arena_printf(c->arena, "dept:%s", c->actor.department);
    struct audit_event *events;
    size_t n;
    enum rc rc = audit_list(c->db, c->arena, chain, in->after,
                            in->limit ? in->limit : PLANNER_LIMIT, &events, &n);
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

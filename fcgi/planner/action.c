#include "planner/action.h"

#include <string.h>

#include "planner/routes.h"

static bool of_roles(const struct web_ctx *c, const char *name)
{
    for (const struct web_route *r = planner_routes; r->path; r++)
        if (strcmp(r->name, name) == 0)
            return (r->who & c->actor.roles) != 0;
    return false;
}

enum rc planner_put_actions(struct web_ctx *c, struct jsonw *w, const struct planner_act *acts,
                            const void *object)
{
    jw_array(w, "actions");
    for (; acts->name; acts++) {
        if (!of_roles(c, acts->name))
            continue;
        enum rc rc = acts->check(c, object);
        if (rc != RC_OK && rc != RC_STATE && rc != RC_FORBIDDEN && rc != RC_INVALID)
            return rc;
        jw_object(w, NULL);
        jw_text(w, "name", acts->name);
        jw_bool(w, "allowed", rc == RC_OK);
        jw_text(w, "why", rc == RC_OK ? NULL : c->err.detail);
        jw_end(w);
        c->err = (struct err){ .rc = RC_OK };
    }
    jw_end(w);
    return RC_OK;
}

#include "web/internal.h"

#include "store/schema.h"

static enum rc put(struct web_ctx *c)
{
    struct jsonw *w = web_json(c, 200);
    jw_text(w, "status", "ok");
    jw_text(w, "version", LIANCHA_VERSION);
    return web_json_end(c);
}

enum rc web_live(struct web_ctx *c)
{
    return put(c);
}

enum rc web_ready(struct web_ctx *c)
{
    enum rc rc = schema_check(c->db, &c->err);
    if (rc == RC_OK && !c->program->reads_only)
        rc = schema_writable(c->db, &c->err);
    if (rc == RC_OK)
        return put(c);
    return rc == RC_STATE ? RC_UNAVAILABLE : rc;
}

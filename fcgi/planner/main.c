/* liancha-planner: the planning API of the departments. */
#include "planner/routes.h"

#include "store/account/session.h"
#include "sys/random.h"

static enum rc authenticate(struct web_ctx *c, const char *token)
{
    uint8_t hash[DIGEST_SIZE];
    /* A page that looks when its session ends does not move that end on. */
    bool looks = c->route->handler == planner_session_show;
    token_hash(token, hash);
    return session_actor(c->db, c->arena, hash, c->now, looks ? 0 : c->settings->idle_ms,
                         &c->actor);
}

static const struct web_program program = {
    .name = "liancha-planner",
    .section = "planner",
    .summary = "各部门计划、抽取、派发、审核与公示的接口（FastCGI）。",
    .statement_seconds = 240, /* a province is frozen and drawn in one request; nginx waits 300 s */
    .routes = planner_routes,
    .authenticate = authenticate,
    .cookie = true,
};

int main(int argc, char **argv)
{
    return web_main(argc, argv, &program);
}

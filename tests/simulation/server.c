#include "server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "planner/routes.h"
#include "routes.h"
#include "store/account/session.h"
#include "sys/random.h"
#include "web/internal.h"

enum { ENVIRONMENT_MAX = 64, REPLY_STEP = 64 * 1024, HEAD = 1 + 8 + 1 + 4 + 4 };

/* ---- Programs -------------------------------------------------------------------------------- */

static enum rc session_authenticate(struct web_ctx *c, const char *token)
{
    uint8_t hash[DIGEST_SIZE];
    token_hash(token, hash);
    return session_actor(c->db, c->arena, hash, c->now, c->settings->idle_ms, &c->actor);
}

static const struct served {
    const char *prefix; /* of its paths */
    struct web_program program;
} programs[] = {
    { "/liancha/mobile/",
      { .name = "mobile",
        .section = "mobile",
        .routes = mobile_routes,
        .authenticate = enrol_authenticate } },
    { "/liancha/planner/",
      { .name = "planner",
        .section = "planner",
        .routes = planner_routes,
        .authenticate = session_authenticate } },
    { "/liancha/office/", { .name = "office", .section = "office", .routes = office_routes } },
};

static const struct web_program *program_of(const char *uri)
{
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (strncmp(uri, programs[i].prefix, strlen(programs[i].prefix)) == 0)
            return &programs[i].program;
    return &programs[0].program;
}

/* ---- Streams as libfcgi has them, over memory ------------------------------------------------ */

static void no_more(FCGX_Stream *in)
{
    in->isClosed = 1;
}

struct reply {
    unsigned char *bytes;
    size_t room;
};

static void grow(FCGX_Stream *out, int closing)
{
    struct reply *reply = out->data;
    size_t used = reply->bytes ? (size_t)(out->wrNext - reply->bytes) : 0;
    if (closing)
        return;
    unsigned char *wider = realloc(reply->bytes, reply->room + REPLY_STEP);
    if (!wider)
        abort();
    reply->bytes = wider;
    reply->room += REPLY_STEP;
    out->wrNext = wider + used;
    out->stop = wider + reply->room;
}

/* ---- A request ------------------------------------------------------------------------------- */

static int64_t read_i64(const unsigned char *p)
{
    return (int64_t)((uint64_t)frame_u32(p + 4) << 32 | frame_u32(p));
}

/* Splits the NUL-terminated strings; false when they are too many or not terminated. */
static bool read_environment(char *text, size_t n, char **envp)
{
    size_t count = 0;
    if (n && text[n - 1])
        return false;
    for (char *end = text + n; text < end; text += strlen(text) + 1) {
        if (count == ENVIRONMENT_MAX)
            return false;
        envp[count++] = text;
    }
    envp[count] = NULL;
    return true;
}

static void serve_frame(const struct web_ctx *base, struct frame *frame)
{
    char *envp[ENVIRONMENT_MAX + 1];
    size_t env = frame->n < HEAD ? SIZE_MAX : frame_u32(frame->bytes + HEAD - 4);
    if (env > frame->n - HEAD || !read_environment((char *)frame->bytes + HEAD, env, envp)) {
        (void)fprintf(stderr, "simserver: malformed request\n");
        exit(EXIT_FAILURE);
    }
    struct reply reply = { .bytes = NULL };
    FCGX_Stream in = { .rdNext = frame->bytes + HEAD + env,
                       .stop = frame->bytes + frame->n,
                       .stopUnget = frame->bytes + HEAD + env,
                       .isReader = 1,
                       .fillBuffProc = no_more };
    FCGX_Stream out = { .emptyBuffProc = grow, .data = &reply };
    FCGX_Request fcgi = { .in = &in, .out = &out, .envp = envp };
    grow(&out, 0);
    struct web_ctx c = *base;
    const char *uri = FCGX_GetParam("DOCUMENT_URI", envp);
    c.program = program_of(uri ? uri : "");
    c.now = read_i64(frame->bytes + 1);
    commit_plan((enum commit_fault)frame->bytes[9]);
    turn_take(frame_u32(frame->bytes + 10));
    serve_request(&c, &fcgi);
    turn_take(TURN_WHOLE);
    commit_plan(COMMIT_WELL);
    frame_write('R', reply.bytes, (size_t)(out.wrNext - reply.bytes));
    free(reply.bytes);
    arena_reset(base->arena);
}

int main(int argc, char **argv)
{
    struct arena *process = arena_new(16 << 20);
    struct settings settings;
    struct err err = { .rc = RC_OK };
    struct web_ctx base = { .settings = &settings };
    struct frame frame;
    if (argc != 2) {
        (void)fprintf(stderr, "usage: liancha-simserver CONFIG\n");
        return 2;
    }
    log_init("simserver", LOG_ERROR);
    enum rc rc = settings_load(process, argv[1], "mobile", &settings, &err);
    if (rc == RC_OK)
        rc = db_open(&settings, 30, &base.db, &err);
    if (rc != RC_OK) {
        (void)fprintf(stderr, "simserver: %s %s\n", err.pointer, err.detail);
        return 1;
    }
    base.arena = arena_new(settings.arena_max);
    while (frame_read(&frame)) {
        if (frame.bytes[0] == 'R') {
            serve_frame(&base, &frame);
        } else if (frame.bytes[0] == 'W') {
            turn_without((const char *)frame.bytes + 1);
            db_drop(base.db);
            frame_write('S', "", 0);
        } else
            sql_run(&settings, (const char *)frame.bytes + 1, frame.n - 1);
        free(frame.bytes);
    }
    arena_free(base.arena);
    db_close(base.db);
    arena_free(process);
    return 0;
}

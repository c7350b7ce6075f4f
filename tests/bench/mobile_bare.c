/*
 * liancha-bench-mobile: the sync API as bare as libfcgi allows. No token, no cursor, no checks, no
 * audit: what is asked for stands in the query.
 *
 *   GET  …/poll                                   304
 *   GET  …/no-op                                  200 with 8 KiB of nothing
 *   GET  …/pull?first=…&last=…&seq=…&limit=…     a page of these visits' feeds
 *   POST …/push?device=…&section=…               operations on that section's results
 */
#include <cJSON.h>
#include <fcgi_config.h>
#include <fcgiapp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "mobile_work.h"
#include "sys/log.h"
#include "sys/settings.h"

enum { ARENA_MAX = 64 << 20, NO_OP_SIZE = 8 << 10 };

struct bare {
    FCGX_Request fcgi;
    struct db *db;
    struct arena *arena;
};

static int64_t query_int(const struct bare *b, const char *name)
{
    const char *query = FCGX_GetParam("QUERY_STRING", b->fcgi.envp);
    const char *at = query ? strstr(query, name) : NULL;
    return at ? strtoll(at + strlen(name), NULL, 10) : 0;
}

static void reply(struct bare *b, int status, const struct buf *body)
{
    const char *id = FCGX_GetParam("REQUEST_ID", b->fcgi.envp);
    (void)FCGX_FPrintF(b->fcgi.out, "Status: %d\r\n", status);
    if (body)
        (void)FCGX_FPrintF(b->fcgi.out, "Content-Type: application/json\r\nContent-Length: %d\r\n",
                           (int)body->n);
    (void)FCGX_FPrintF(b->fcgi.out, "Cache-Control: no-store\r\nX-Request-Id: %s\r\n\r\n",
                       id ? id : "-");
    if (body)
        (void)FCGX_PutStr(body->p, (int)body->n, b->fcgi.out);
}

static bool read_op(const cJSON *tree, struct work_op *op)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(tree, "id");
    const cJSON *counter = cJSON_GetObjectItemCaseSensitive(tree, "counter");
    const cJSON *check = cJSON_GetObjectItemCaseSensitive(tree, "entity_id");
    const cJSON *fields = cJSON_GetObjectItemCaseSensitive(tree, "fields");
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(fields, "result_code");
    const cJSON *problem = cJSON_GetObjectItemCaseSensitive(fields, "problem");
    if (!cJSON_IsString(id) || !cJSON_IsNumber(counter) || !cJSON_IsNumber(check) ||
        !cJSON_IsString(code) || !cJSON_IsString(problem) || !work_id(id->valuestring, op->id))
        return false;
    (void)snprintf(op->id_text, sizeof op->id_text, "%s", id->valuestring);
    op->counter = (int64_t)counter->valuedouble;
    op->check_id = (int64_t)check->valuedouble;
    op->code = code->valuestring;
    op->problem = problem->valuestring;
    char *text = cJSON_PrintUnformatted(tree);
    digest_bytes(DIGEST_SHA256, text, strlen(text), op->hash);
    cJSON_free(text);
    return true;
}

static enum rc push(struct bare *b, struct buf *out)
{
    const char *length = FCGX_GetParam("CONTENT_LENGTH", b->fcgi.envp);
    size_t size = length ? strtoul(length, NULL, 10) : 0;
    char *body = arena_alloc(b->arena, size + 1);
    struct work_op *ops = arena_array(b->arena, WORK_OPS_MAX, sizeof *ops);
    size_t n = 0;
    (void)FCGX_GetStr(body, (int)size, b->fcgi.in);
    cJSON *root = cJSON_Parse(body);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "operations");
    enum rc rc = cJSON_IsArray(list) ? RC_OK : RC_MALFORMED;
    for (const cJSON *op = list ? list->child : NULL; op && rc == RC_OK; op = op->next)
        rc = n < WORK_OPS_MAX && read_op(op, &ops[n++]) ? RC_OK : RC_MALFORMED;
    if (rc == RC_OK)
        rc = work_push(b->db, b->arena, query_int(b, "device="), query_int(b, "section="), ops, n,
                       out);
    cJSON_Delete(root);
    return rc;
}

static void serve(struct bare *b)
{
    const char *uri = FCGX_GetParam("DOCUMENT_URI", b->fcgi.envp);
    struct buf out;
    enum rc rc = RC_NOT_FOUND;
    if (uri && strstr(uri, "/poll")) {
        reply(b, 304, NULL);
        return;
    }
    if (uri && strstr(uri, "/no-op")) {
        buf_init(&out, b->arena, NO_OP_SIZE);
        buf_printf(&out, "%*s", NO_OP_SIZE, "");
        rc = RC_OK;
    } else if (uri && strstr(uri, "/pull")) {
        const struct work_pull p = { .first = query_int(b, "first="),
                                     .last = query_int(b, "last="),
                                     .seq = query_int(b, "seq="),
                                     .limit = query_int(b, "limit=") };
        rc = work_pull(b->db, b->arena, &p, &out);
    } else if (uri && strstr(uri, "/push")) {
        rc = push(b, &out);
    }
    reply(b, rc == RC_OK ? 200 : rc == RC_NOT_FOUND ? 404 : 500, rc == RC_OK ? &out : NULL);
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    _Exit(EXIT_SUCCESS);
}

int main(int argc, char **argv)
{
    struct bare b = { .arena = arena_new(ARENA_MAX) };
    struct settings settings;
    struct err err;
    (void)signal(SIGUSR1, on_signal); /* what multiwatch sends when it is told to end */
    log_init("liancha-bench-mobile", LOG_WARN);
    if (argc != 3 || strcmp(argv[1], "--config") != 0 ||
        settings_load(arena_new(ARENA_MAX), argv[2], "mobile", &settings, &err) != RC_OK ||
        db_open(&settings, 30, &b.db, &err) != RC_OK || FCGX_Init() != 0 ||
        FCGX_InitRequest(&b.fcgi, 0, 0) != 0)
        return EXIT_FAILURE;
    while (FCGX_Accept_r(&b.fcgi) == 0) {
        serve(&b);
        FCGX_Finish_r(&b.fcgi);
        arena_reset(b.arena);
    }
    return EXIT_FAILURE;
}

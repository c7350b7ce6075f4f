#include "web/internal.h"

#include <fastcgi.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "store/schema.h"
#include "sys/clock.h"
#include "sys/log.h"

enum { STATEMENT_SECONDS = 30 };

static volatile sig_atomic_t stopping;

/* The listening socket is this process's copy: an accept() that waits is restarted and fails on it,
   and so does one that is called just after. The request in hand has its own connection. */
static void on_term(int signal_number)
{
    (void)signal_number;
    stopping = 1;
    (void)close(FCGI_LISTENSOCK_FILENO);
}

static void install_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_term;
    action.sa_flags = SA_RESTART; /* reading and writing the request in hand go on undisturbed */
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGUSR1, &action, NULL); /* what multiwatch sends when it is told to end */
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL); /* nothing to read anew: the log is standard error */
}

/* A schema that changed under a worker is noticed within so long, or by the first fault. */
enum { SCHEMA_LOOK_MS = 10000 };

/*
 * The database may start after this program, be a node that lost its cluster, or be migrated under
 * it: each request asks again, and is told 503 until there is one that this program was built for,
 * so that whoever spreads requests goes to another node. looked_at: when the schema was.
 */
static void open_database(struct web_ctx *base, int64_t *looked_at)
{
    int seconds = base->program->statement_seconds;
    int64_t now = clock_monotonic();
    enum rc rc = RC_OK;
    if (base->db && now - *looked_at < SCHEMA_LOOK_MS)
        return;
    struct err was = base->refuse;
    base->refuse = (struct err){ .rc = RC_OK };
    if (!base->db)
        rc = schema_open(base->settings, seconds ? seconds : STATEMENT_SECONDS, &base->db,
                         &base->refuse);
    else
        rc = schema_check(base->db, &base->refuse);
    *looked_at = now;
    base->refuse.rc = rc;
    if (rc == RC_OK)
        return;
    if (was.rc != rc)
        log_error("no database to serve from: %s %s", rc_name(rc), base->refuse.detail);
    db_close(base->db);
    base->db = NULL;
}

/*
 * Left to itself, libfcgi waits until nginx has closed its side too, which takes a quarter of the
 * processor time of a request that asks little, and holds the worker. It is for a sender that is
 * not done, who would lose the answer; a connection whose request was read to its end is closed
 * here, and at once, whether nginx asked to keep it or not.
 */
static void finish(FCGX_Request *fcgi)
{
    bool whole = FCGX_GetChar(fcgi->in) == EOF && FCGX_GetError(fcgi->in) == 0;
    fcgi->keepConnection = whole;
    FCGX_Finish_r(fcgi);
    if (fcgi->ipcFd >= 0) {
        (void)close(fcgi->ipcFd);
        fcgi->ipcFd = -1;
    }
}

/* Returns the exit code: 0 after SIGTERM, 1 when the socket fails (the supervisor restarts). */
static int loop(struct web_ctx *base)
{
    FCGX_Request fcgi;
    int64_t looked_at = 0;
    open_database(base, &looked_at); /* so that the log tells at the start what is wrong */
    if (FCGX_Init() != 0 ||
        FCGX_InitRequest(&fcgi, FCGI_LISTENSOCK_FILENO, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
        log_error("FastCGI cannot be initialised");
        return EXIT_FAILURE;
    }
    while (!stopping) {
        if (FCGX_Accept_r(&fcgi) != 0) {
            if (stopping)
                break;
            log_error("accept failed");
            return EXIT_FAILURE;
        }
        open_database(base, &looked_at);
        struct web_ctx c = *base;
        c.now = clock_now();
        serve_request(&c, &fcgi);
        finish(&fcgi);
        if (c.reply.status >= 500)
            looked_at -= SCHEMA_LOOK_MS;
        arena_reset(base->arena);
    }
    log_info("stopped");
    return EXIT_SUCCESS;
}

/* METHOD PATH WHO NAME TRANSACTION, one route a line: what the authorisation tests walk, and what
   tests/unit/routes.txt is compared with. */
static void print_routes(const struct web_program *p, struct arena *a)
{
    static const char *const transactions[] = {
        [WEB_TXN_NONE] = "none",
        [WEB_TXN_READ] = "read",
        [WEB_TXN_WRITE] = "write",
    };
    for (const struct web_route *r = p->routes; r->path; r++) {
        const char *who = r->who & WEB_ANYONE    ? "anyone"
                          : r->who & WEB_SESSION ? "session"
                          : r->who & WEB_DEVICE  ? "device"
                                                 : roles_format(a, r->who);
        (void)printf("%s %s %s %s %s\n", method_names[r->method], r->path, who, r->name,
                     transactions[r->txn]);
    }
}

static void print_help(const struct web_program *p)
{
    (void)printf("用法：%s [--config 文件]\n%s\n\n"
                 "由 spawn-fcgi、multiwatch 或 systemd 启动，标准输入为 FastCGI 监听套接字。\n\n"
                 "  -c, --config 文件  设置文件，默认 " SETTINGS_PATH "\n"
                 "      --routes       列出全部路由及可用角色\n"
                 "  -h, --help         显示本说明\n"
                 "  -V, --version      显示版本\n\n"
                 "收到 SIGTERM 后处理完手中的请求即退出，退出码 0；忽略 SIGHUP。\n",
                 p->name, p->summary);
}

/* Returns -1 to go on, or the exit code. */
static int parse_options(int argc, char **argv, const struct web_program *p, struct arena *a,
                         const char **config)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' },
        { "routes", no_argument, NULL, 'R' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int option;
    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            *config = optarg;
            break;
        case 'R':
            print_routes(p, a);
            return EXIT_SUCCESS;
        case 'h':
            print_help(p);
            return EXIT_SUCCESS;
        case 'V':
            (void)printf("%s %s\n", p->name, LIANCHA_VERSION);
            return EXIT_SUCCESS;
        default:
            return 2;
        }
    }
    if (optind == argc)
        return -1;
    (void)fprintf(stderr, "%s: 多余的参数：%s\n", p->name, argv[optind]);
    return 2;
}

int web_main(int argc, char **argv, const struct web_program *program)
{
    const char *config = SETTINGS_PATH;
    struct arena *process = arena_new(16 << 20);
    struct settings settings;
    struct err err = { .rc = RC_OK };
    struct web_ctx base = { .program = program, .settings = &settings };
    enum rc rc = RC_OK;
    int code = parse_options(argc, argv, program, process, &config);
    if (code >= 0)
        goto out;
    code = 3;
    install_signals();
    log_init(program->name, LOG_INFO);
    rc = settings_load(process, config, program->section, &settings, &err);
    if (rc != RC_OK)
        goto out;
    log_init(program->name, settings.log_level);
    log_as_json(settings.log_json);
    rc = route_table_sound(program->routes) ? RC_OK : RC_INTERNAL;
    if (rc != RC_OK)
        goto out;
    base.counters = count_open(program, &settings, process);
    base.arena = arena_new(settings.arena_max);
    code = loop(&base);
out:
    if (rc != RC_OK)
        log_error("cannot start: %s %s %s", rc_name(rc), err.pointer, err.detail);
    db_close(base.db);
    arena_free(base.arena);
    arena_free(process);
    return code;
}

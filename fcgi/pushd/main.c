/* liancha-pushd: delivers publications from the outbox to the credit platform. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "pushd/push.h"
#include "store/schema.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "target/files.h"

enum { STATEMENT_SECONDS = 30, DB_WAIT_FIRST_MS = 500, DB_WAIT_MAX_MS = 30000 };
enum { CODE_OK = 0, CODE_FAULT = 1, CODE_USAGE = 2, CODE_ENVIRONMENT = 3 };

static const char program[] = "liancha-pushd";

static volatile sig_atomic_t stop;

static void on_term(int signal_number)
{
    (void)signal_number;
    stop = 1;
}

static void install_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_term;
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL);
    (void)sigaction(SIGHUP, &action, NULL); /* nothing to read anew: the log is standard error */
}

static void print_help(void)
{
    (void)printf("用法：%s [--config 文件] [--once]\n"
                 "将待发送的公示信息推送至信用监管平台，并保存平台回执。\n\n"
                 "  -c, --config 文件  设置文件，默认 " SETTINGS_PATH "\n"
                 "      --once         发送当前到期的信息后退出\n"
                 "  -h, --help         显示本说明\n"
                 "  -V, --version      显示版本\n\n"
                 "收到 SIGTERM 后处理完手中的请求即退出，退出码 0；忽略 SIGHUP。\n",
                 program);
}

struct options {
    const char *config;
    bool once;
};

/* Returns -1 to go on, or the exit code. */
static int parse_options(int argc, char **argv, struct options *out)
{
    static const struct option options[] = {
        { "config", required_argument, NULL, 'c' },
        { "once", no_argument, NULL, '1' },
        { "help", no_argument, NULL, 'h' },
        { "version", no_argument, NULL, 'V' },
        { NULL, 0, NULL, 0 },
    };
    int option;
    while ((option = getopt_long(argc, argv, "c:hV", options, NULL)) != -1) {
        switch (option) {
        case 'c':
            out->config = optarg;
            break;
        case '1':
            out->once = true;
            break;
        case 'h':
            print_help();
            return CODE_OK;
        case 'V':
            (void)printf("%s %s\n", program, LIANCHA_VERSION);
            return CODE_OK;
        default:
            return CODE_USAGE;
        }
    }
    if (optind == argc)
        return -1;
    (void)fprintf(stderr, "%s: 多余的参数：%s\n", program, argv[optind]);
    return CODE_USAGE;
}

/* The database may start, and be migrated, after this program; with once it has to be there. */
static enum rc open_database(const struct settings *s, bool once, struct db **db, struct err *err)
{
    enum rc rc = schema_open(s, STATEMENT_SECONDS, db, err);
    for (int64_t ms = DB_WAIT_FIRST_MS;
         (rc == RC_UNAVAILABLE || rc == RC_STATE) && !once && !stop;) {
        log_warn("waiting for the database: %s %s", rc_name(rc), err->detail);
        clock_sleep(ms);
        ms = ms * 2 < DB_WAIT_MAX_MS ? ms * 2 : DB_WAIT_MAX_MS;
        rc = schema_open(s, STATEMENT_SECONDS, db, err);
    }
    return rc;
}

static enum rc open_target(struct arena *a, struct target *t, struct err *err)
{
    enum rc rc = target_credential(a, t, err);
    return rc == RC_OK && t->transport == TARGET_FILES ? files_open(t, err) : rc;
}

static enum rc run(struct arena *a, const struct options *o, struct err *err)
{
    struct settings settings;
    struct db *db = NULL;
    enum rc rc = settings_load(a, o->config, "pushd", &settings, err);
    if (rc != RC_OK)
        return rc;
    log_init(program, settings.log_level);
    log_as_json(settings.log_json);
    for (size_t i = 0; rc == RC_OK && i < settings.targets.n; i++)
        rc = open_target(a, &settings.targets.v[i], err);
    if (rc != RC_OK)
        return rc;
    bool outdated = true;
    while (outdated) {
        rc = open_database(&settings, o->once, &db, err);
        if (rc == RC_OK)
            rc = push_run(db, &settings, o->once, &stop);
        /* What looks like a fault of ours may be another schema, which came meanwhile. */
        outdated =
            rc == RC_INTERNAL && db && schema_check(db, err) == RC_STATE && !o->once && !stop;
        db_close(db);
        db = NULL;
    }
    return rc;
}

int main(int argc, char **argv)
{
    struct options options = { .config = SETTINGS_PATH };
    struct err err = { .rc = RC_OK };
    int code = parse_options(argc, argv, &options);
    if (code >= 0)
        return code;
    install_signals();
    log_init(program, LOG_INFO);
    struct arena *process = arena_new(16 << 20);
    enum rc rc = run(process, &options, &err);
    if (rc == RC_OK || ((rc == RC_UNAVAILABLE || rc == RC_STATE) && stop)) {
        log_info("stopped");
        code = CODE_OK;
    } else {
        log_error("%s %s %s", rc_name(rc), err.pointer, err.detail);
        code = rc == RC_INTERNAL ? CODE_FAULT : CODE_ENVIRONMENT;
    }
    arena_free(process);
    return code;
}

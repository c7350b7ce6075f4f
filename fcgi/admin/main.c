#include "admin/admin.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/audit.h"
#include "store/schema.h"
#include "sys/clock.h"

enum needs { NEEDS_NOTHING, NEEDS_SETTINGS, NEEDS_DATABASE, NEEDS_SCHEMA };

static const struct command {
    const char *words; /* one or two */
    const char *arguments;
    const char *summary;
    admin_command *run;
    const char *section; /* of the settings: whose database account */
    enum needs needs;
} commands[] = {
    { "status", "",
      "显示有多少事项在等待、自何时起，以及定期工作上次完成的时间；"
      "退出码供监控使用：0 正常，1 警告，2 严重，3 未知",
      admin_status, "watch", NEEDS_SETTINGS },
    { "backup", "目录 --to 公钥文件 [--incremental]",
      "将数据库、证据、设置和密钥备份到该目录中的新目录，以公钥加密（age），写后核对；"
      "--incremental：只备份上一个备份之后的变化",
      admin_backup, "admin", NEEDS_SCHEMA },
    { "backup verify", "备份 [--identity 私钥文件]",
      "核对一个备份的每个文件；--identity：并以私钥逐一打开", admin_backup_verify, NULL,
      NEEDS_NOTHING },
    { "restore", "备份 --identity 私钥文件 [--datadir 目录]",
      "恢复到空的机器：核对备份，恢复数据库、设置、密钥和证据，更换同步纪元，核对审计日志；"
      "--datadir：数据库的空目录，默认 /var/lib/mysql",
      admin_restore, NULL, NEEDS_NOTHING },
    { "migrate", "[--schema 目录]",
      "执行尚未执行的数据库结构文件，更新视图，使各程序账号恰好持有所列的最小权限", admin_migrate,
      "migrate", NEEDS_DATABASE },
    { "load-reference", "目录", "载入行政区划、专业、结果代码、节假日、规则参数和部门",
      admin_load_reference, "admin", NEEDS_SCHEMA },
    { "import",
      "directories|subjects|inspectors|items|listings|history 文件 "
      "[--encoding auto|utf-8|gb18030] [--refresh 名录编号]",
      "从 CSV 文件导入，逐行报告；重复导入不会产生变化。--refresh：文件即整个名录，先比对，不生效",
      admin_import, "admin", NEEDS_SCHEMA },
    { "import apply", "导入编号", "使一次整个名录的比对生效；不在文件中的对象退出该名录",
      admin_import_apply, "admin", NEEDS_SCHEMA },
    { "import report", "导入编号 [--changes]", "以 CSV 输出逐行报告，或与原名录的差异",
      admin_import_report, "admin", NEEDS_SCHEMA },
    { "import task-table", "计划编号 文件", "按原样导入任务分配表，并报告不相符的合计",
      admin_import_task_table, "admin", NEEDS_SCHEMA },
    { "import checklists", "文件", "公布 JSON 文件中的检查表，全部或全不；已公布的版本不得更改",
      admin_import_checklists, "admin", NEEDS_SCHEMA },
    { "user add",
      "登录名 --name 姓名 --department 部门编号 --roles 角色,… [--inspector 证号] "
      "[--password-stdin]",
      "新建账号；随机密码只显示一次", admin_user_add, "admin", NEEDS_SCHEMA },
    { "user unlock", "登录名", "解除锁定", admin_user_unlock, "admin", NEEDS_SCHEMA },
    { "user disable", "登录名", "停用账号并结束其会话", admin_user_disable, "admin", NEEDS_SCHEMA },
    { "user password", "登录名 [--password-stdin]", "更换密码；随机密码只显示一次",
      admin_user_password, "admin", NEEDS_SCHEMA },
    { "user except", "部门编号 --roles 角色,… --document 批准文件 --reason 理由 --until 日期",
      "登记经批准的兼任：该部门的账号可兼有这些角色（计划、审核、公示），至该日为止",
      admin_user_except, "admin", NEEDS_SCHEMA },
    { "draw verify", "公示包.tar… [--announcement 摘要] [--authority 文件]",
      "仅凭公示包重算抽取，指出任何不一致之处，每个公示包一份结果；"
      "--announcement：事先记下的公告摘要；"
      "--authority：信任的时间戳机构证书（PEM）",
      admin_draw_verify, NULL, NEEDS_NOTHING },
    { "draw run", "",
      "抽取已到公告时间的批次（信标的脉冲由此取得），公开逾期批次的秘密值；由定时器每分钟运行",
      admin_draw_run, "draw", NEEDS_SCHEMA },
    { "draw stamp", "",
      "请时间戳机构为尚未加盖时间戳的公告加盖（设置了 [timestamp] 时）；由定时器每分钟运行",
      admin_draw_stamp, "draw", NEEDS_SCHEMA },
    { "feeds purge", "", "清除超过保留期的同步删除标记；每天运行一次", admin_feeds_purge, "admin",
      NEEDS_SCHEMA },
    { "feeds restored", "",
      "数据库从备份恢复之后、各程序启动之前运行：更换同步纪元，使移动端重新提交备份中缺少的内容",
      admin_feeds_restored, "admin", NEEDS_SCHEMA },
    { "retention", "", "显示按规则只保存一段时间的内容：保存天数、已到期的数量和最早的日期",
      admin_retention, "admin", NEEDS_SCHEMA },
    { "retention purge", "", "清除保存期限已到的内容，并报告；每天运行一次", admin_retention_purge,
      "admin", NEEDS_SCHEMA },
    { "audit verify", "[--heads 文件]",
      "以各程序的密钥逐条核对审计日志；--heads：并与以前导出的链尾核对，指出被改写、截短或删去的链",
      admin_audit_verify, "admin", NEEDS_SCHEMA },
    { "audit export-heads", "目录", "将各链的链尾导出到该目录的新文件；每天运行一次，存放到别处",
      admin_audit_export_heads, "admin", NEEDS_SCHEMA },
    { "audit list", "链", "以 CSV 输出一条链的全部记录", admin_audit_list, "admin", NEEDS_SCHEMA },
    { "key rotate", "draw|token|cursor|account|person|objection|audit.程序",
      "更换一种用途的密钥：先加入，重启各程序后再运行一次使其启用；旧密钥仍被接受",
      admin_key_rotate, "admin", NEEDS_SCHEMA },
    { "outbox status", "", "显示向信用公示平台推送的情况", admin_outbox_status, "admin",
      NEEDS_SCHEMA },
    { "target test", "平台",
      "显示向一个平台报送的确切字节（合成数据），并以查询接口或交换目录试其可用；须能读取其凭据",
      admin_target_test, "admin", NEEDS_SETTINGS },
    { "evidence tidy", "", "清除过期的上传，以及崩溃遗留、满七天而从未计入的证据文件",
      admin_evidence_tidy, "admin", NEEDS_SCHEMA },
    { "evidence scrub", "", "逐一读取证据文件并与登记的摘要核对，指出缺失或已被改动的",
      admin_evidence_scrub, "admin", NEEDS_SCHEMA },
};
enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

struct request {
    const char *config;
    bool json;
    bool help;
    bool version;
    int count;
    char **words; /* what is not a global option */
};

static void print_help(FILE *out)
{
    (void)fprintf(out, "用法：lianchactl [--config 文件] [--json] 命令 …\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        (void)fprintf(out, "  %s%s%s\n      %s\n", commands[i].words,
                      *commands[i].arguments ? " " : "", commands[i].arguments,
                      commands[i].summary);
    (void)fprintf(
        out,
        "\n  --config 文件  设置文件，默认 " SETTINGS_PATH "\n"
        "  --json         以 JSON 输出结果\n"
        "  --help         显示本说明\n"
        "  --version      显示版本\n\n"
        "退出码：0 成功；1 数据被拒绝或核对不符；2 用法有误；3 环境有误（设置、文件、数据库）\n");
}

static int usage(const char *why, const char *what)
{
    (void)fprintf(stderr, "lianchactl: %s%s\n运行 lianchactl --help 查看用法\n", why, what);
    return EXIT_USAGE;
}

int admin_usage(const char *why)
{
    return usage(why, "");
}

/* Takes the global options out of the arguments, wherever they stand; "--" ends them. */
static int read_options(int argc, char **argv, struct request *r)
{
    bool literal = false;
    for (int i = 1; i < argc; i++) {
        if (!literal && strcmp(argv[i], "--config") == 0) {
            if (++i == argc)
                return usage("缺少设置文件：", "--config");
            r->config = argv[i];
        } else if (!literal && strcmp(argv[i], "--json") == 0) {
            r->json = true;
        } else if (!literal && strcmp(argv[i], "--help") == 0) {
            r->help = true;
        } else if (!literal && strcmp(argv[i], "--version") == 0) {
            r->version = true;
        } else if (!literal && strcmp(argv[i], "--") == 0) {
            literal = true;
        } else {
            r->words[r->count++] = argv[i];
        }
    }
    return EXIT_OK;
}

/* The command whose words the arguments start with, the longest first; *used counts the words. */
static const struct command *find_command(const struct request *r, int *used)
{
    for (*used = 2; *used >= 1; --*used) {
        char words[80];
        if (r->count < *used)
            continue;
        (void)snprintf(words, sizeof words, "%s%s%s", r->words[0], *used == 2 ? " " : "",
                       *used == 2 ? r->words[1] : "");
        for (size_t i = 0; i < COMMAND_COUNT; i++)
            if (strcmp(commands[i].words, words) == 0)
                return &commands[i];
    }
    return NULL;
}

char *admin_read_file(struct admin *a, const char *path, size_t max)
{
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    char *text = arena_alloc(a->arena, max + 1);
    size_t n = fread(text, 1, max + 1, in);
    bool good = !ferror(in) && n <= max;
    (void)fclose(in);
    if (good)
        text[n] = '\0';
    return good ? text : NULL;
}

int admin_fault(struct admin *a, enum rc rc)
{
    (void)fprintf(stderr, "lianchactl: %s%s%s\n", a->err.detail[0] ? a->err.detail : rc_name(rc),
                  a->err.pointer[0] ? "：" : "", a->err.pointer);
    if (rc == RC_UNAVAILABLE || rc == RC_UNCERTAIN || rc == RC_INTERNAL || rc == RC_RETRY)
        return EXIT_ENVIRONMENT;
    return EXIT_REFUSED;
}

int admin_options(int argc, char **argv, const struct admin_option *options)
{
    int kept = 0;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "--", 2) != 0) {
            argv[kept++] = argv[i];
            continue;
        }
        const struct admin_option *o = options;
        while (o->name && strcmp(o->name, argv[i]) != 0)
            o++;
        if (!o->name) {
            (void)usage("未知的选项：", argv[i]);
            return -1;
        }
        if (o->flag) {
            *o->flag = true;
        } else if (i + 1 < argc) {
            *o->value = argv[++i];
        } else {
            (void)usage("选项缺少值：", argv[i]);
            return -1;
        }
    }
    return kept;
}

const char *admin_path(struct arena *a, const char *path)
{
    enum { SHOWN = 120 }; /* characters of the column's 160 */
    size_t length = utf8_length(path);
    if (length <= SHOWN)
        return path;
    for (size_t over = length - SHOWN; over > 0; over--)
        do
            path++;
        while (((unsigned char)*path & 0xC0) == 0x80);
    return arena_printf(a, "…%s", path);
}

enum rc admin_audit(struct admin *a, const char *action, const char *target, const char *detail)
{
    const char *login = getenv("SUDO_USER");
    if (!login)
        login = getenv("USER");
    struct audit_event event = {
        .chain = a->section,
        .at = clock_now(),
        .actor = arena_printf(a->arena, "lianchactl:%.40s", login ? login : "-"),
        .remote = "local",
        .request_id = "",
        .action = action,
        .target = target,
        .detail = detail,
    };
    return audit_append(a->db, a->arena, a->settings->audit_keys.key[0], &event);
}

static int run(struct admin *a, const struct command *c, const struct request *r, int used)
{
    a->config = r->config;
    if (c->needs != NEEDS_NOTHING) {
        struct settings *settings = arena_alloc(a->arena, sizeof *settings);
        enum rc rc = settings_load(a->arena, r->config, c->section, settings, &a->err);
        a->settings = settings;
        a->section = c->section;
        if (rc == RC_OK && c->needs != NEEDS_SETTINGS)
            rc = db_open(settings, 0, &a->db, &a->err);
        if (rc == RC_OK && c->needs == NEEDS_SCHEMA)
            rc = schema_check(a->db, &a->err);
        if (rc != RC_OK) {
            (void)admin_fault(a, rc);
            return EXIT_ENVIRONMENT;
        }
    }
    return c->run(a, r->count - used, r->words + used);
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN);
    log_init("lianchactl", LOG_WARN);
    struct admin a = { .arena = arena_new(ADMIN_ARENA_MAX) };
    struct request r = { .config = SETTINGS_PATH,
                         .words = arena_array(a.arena, (size_t)argc, sizeof *r.words) };
    int used = 0;
    int code = read_options(argc, argv, &r);
    const struct command *c = find_command(&r, &used);
    a.json = r.json;
    if (code != EXIT_OK)
        goto out;
    if (r.version)
        (void)printf("lianchactl %s\n", LIANCHA_VERSION);
    else if (r.help)
        print_help(stdout);
    else if (r.count == 0)
        code = usage("请给出命令", "");
    else if (!c)
        code = usage("未知的命令：", r.count > 1
                                         ? arena_printf(a.arena, "%s %s", r.words[0], r.words[1])
                                         : r.words[0]);
    else
        code = run(&a, c, &r, used);
    if (fflush(stdout) != 0 && code == EXIT_OK)
        code = EXIT_ENVIRONMENT;
out:
    db_close(a.db);
    arena_free(a.arena);
    return code;
}

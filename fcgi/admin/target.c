/* A target tried: what it would be sent, byte by byte, and whether it answers a question. */
#include "admin/admin.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/httpc.h"
#include "target/files.h"
#include "target/https.h"
#include "target/manifest.h"

enum { REPLY_MAX = 65536, WAIT_MS = 500 };

/* Synthetic, and masked as what is published. */
static const struct example {
    const char *title;
    bool takes_kind;
    enum target_kind kind;
    struct target_message message;
} examples[] = {
    { "抽查检查结果",
      true,
      TARGET_INSPECTION,
      { "00000000-0000-8000-8000-000000000001",
        "{\"uscCode\":\"91410400MA00000000\",\"entName\":\"测试企业（合成数据）\","
        "\"raninsPlanId\":\"41040020260001\",\"raninsPlaneName\":\"测试抽查计划\","
        "\"raninsTaskId\":\"410400202603020001\",\"raninsTaskName\":\"测试抽查任务\","
        "\"raninsTypeName\":\"部门联合“双随机”抽查\",\"insAuth\":\"测试机关\","
        "\"insDate\":\"2026-03-02\",\"details\":[{\"seqno\":1,"
        "\"raninsItemName\":\"从业人员张**的健康证明\",\"raninsCheckResName\":\"未发现问题\"}]}",
        false } },
    { "行政处罚",
      true,
      TARGET_PENALTY,
      { "00000000-0000-8000-8000-000000000002",
        "{\"uscCode\":\"91410400MA00000000\",\"entName\":\"测试企业（合成数据）\","
        "\"penDecNo\":\"测罚〔2026〕1号\",\"illegActType\":\"测试\","
        "\"penContent\":\"对当事人张**（电话***）处以警告\",\"penAuth_CN\":\"测试机关\","
        "\"penDecIssDate\":\"2026-03-02\",\"publicDate\":\"2026-03-03\"}",
        false } },
    { "撤回",
      false,
      TARGET_RETRACTION,
      { "00000000-0000-8000-8000-000000000003",
        "{\"messageId\":\"00000000-0000-8000-8000-000000000001\",\"reason\":\"测试撤回\","
        "\"retractedOn\":\"2026-03-04\"}",
        true } },
};

static enum rc show_request(struct admin *a, const struct target *t, const struct example *e)
{
    struct httpc_request r;
    enum rc rc = https_send(a->arena, t, &e->message, clock_now(), &r, &a->err);
    if (rc != RC_OK)
        return rc;
    (void)printf("POST %s\n", r.url);
    for (size_t i = 0; i < HTTPC_HEADERS_MAX && r.headers[i]; i++)
        (void)printf("%s\n", r.headers[i]);
    (void)printf("\n%s\n\n", r.body);
    return RC_OK;
}

static enum rc show_file(struct admin *a, const struct target *t, const struct example *e)
{
    const char *bytes;
    size_t n;
    enum rc rc = files_table(a->arena, t, &e->message, &bytes, &n, &a->err);
    if (rc != RC_OK)
        return rc;
    const char *file = arena_printf(a->arena, "%s.csv", e->message.message_id);
    (void)printf("%s\n", file);
    (void)fwrite(bytes, 1, n, stdout);
    (void)printf("\n%s.manifest\n%s\n", e->message.message_id,
                 manifest_write(a->arena, t, MANIFEST_MESSAGE, file, bytes, n));
    return RC_OK;
}

static enum rc ask_platform(struct admin *a, const struct target *t, struct answer *out)
{
    struct httpc *client;
    struct httpc_request request;
    struct httpc_reply reply;
    unsigned slot;
    const struct httpc_options side = { .ca_file = t->ca_file,
                                        .client_cert = t->client_cert,
                                        .client_key = t->client_key,
                                        .timeout_ms = t->timeout_ms,
                                        .reply_max = REPLY_MAX,
                                        .slots = 1 };
    enum rc rc = httpc_open(&side, 1, &client);
    if (rc != RC_OK)
        return rc;
    https_ask(a->arena, t, &examples[0].message, clock_now(), &request);
    rc = httpc_start(client, 0, &request);
    while (rc == RC_OK && (rc = httpc_wait(client, WAIT_MS, &slot, &reply)) == RC_DONE)
        rc = RC_OK;
    if (rc == RC_OK)
        https_read_ask(a->arena, t, &examples[0].message, &reply, out);
    if (out->reason)
        out->reason = arena_strdup(a->arena, out->reason);
    httpc_close(client);
    return rc;
}

/* What the directory lacks; NULL: nothing. */
static const char *directory_fault(struct admin *a, const struct target *t)
{
    static const char *const folders[] = { "out", "in", "own" };
    for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
        const char *path = files_path(a->arena, t, folders[i], "", "");
        if (access(path, R_OK | W_OK | X_OK) != 0)
            return arena_printf(a->arena, "不可读写：%s", path);
    }
    return NULL;
}

static int conclude(const struct target *t, const char *fault)
{
    if (fault)
        (void)fprintf(stderr, "lianchactl: %s：%s\n", t->name, fault);
    else if (t->transport == TARGET_FILES)
        (void)printf("交换目录可用\n");
    else
        (void)printf("查询接口可用：平台没有测试报文，签名被接受\n");
    return fault ? EXIT_REFUSED : EXIT_OK;
}

int admin_target_test(struct admin *a, int argc, char **argv)
{
    struct targets targets = a->settings->targets;
    struct answer answer = { .verdict = ANSWER_UNKNOWN };
    struct target *t = argc == 1 ? target_find(&targets, argv[0]) : NULL;
    if (argc != 1)
        return admin_usage("请给出平台名称");
    if (!t)
        return admin_usage("设置中没有这个平台");
    enum rc rc = target_credential(a->arena, t, &a->err);
    for (size_t i = 0; rc == RC_OK && i < sizeof examples / sizeof examples[0]; i++) {
        if (examples[i].takes_kind && !t->takes[examples[i].kind])
            continue;
        (void)printf("# %s\n", examples[i].title);
        rc = t->transport == TARGET_FILES ? show_file(a, t, &examples[i])
                                          : show_request(a, t, &examples[i]);
    }
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (t->transport == TARGET_FILES)
        return conclude(t, directory_fault(a, t));
    rc = ask_platform(a, t, &answer);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    return conclude(t, answer.verdict == ANSWER_ABSENT ? NULL
                       : answer.reason                 ? answer.reason
                                                       : "平台称已接收测试报文");
}

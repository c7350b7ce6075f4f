#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/date.h"
#include "store/publish/outbox.h"
#include "sys/jsonw.h"

enum { FAULTS_SHOWN = 20, OUTPUT_MAX = 65536 };

static const struct {
    const char *name;
    const char *text;
    bool waiting;
} states[] = {
    { "ready", "待发送", true },         { "uncertain", "发送中或结果未知", true },
    { "accepted", "平台已接收", false }, { "rejected", "平台已拒绝", false },
    { "withdrawn", "不再报送", false },
};

enum { STATES = sizeof states / sizeof states[0] };

struct status {
    int64_t count[STATES];
    int64_t oldest;         /* instant of publication of the oldest that waits; 0: none waits */
    struct row_page faults; /* struct outbox_fault */
};

static enum rc read_status(struct admin *a, struct status *out)
{
    struct row_page page;
    enum rc rc = outbox_counts(a->db, a->arena, &page);
    if (rc == RC_OK)
        rc = outbox_faults(a->db, a->arena, FAULTS_SHOWN, &out->faults);
    if (rc != RC_OK)
        return rc;
    const struct outbox_count *counts = page.v;
    for (size_t i = 0; i < page.n; i++) {
        for (size_t s = 0; s < STATES; s++) {
            if (strcmp(states[s].name, counts[i].state) != 0)
                continue;
            out->count[s] = counts[i].count;
            if (states[s].waiting && (!out->oldest || counts[i].oldest < out->oldest))
                out->oldest = counts[i].oldest;
        }
    }
    return RC_OK;
}

static void print_json(struct admin *a, const struct status *st)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a->arena, OUTPUT_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    for (size_t s = 0; s < STATES; s++)
        jw_int(&w, states[s].name, st->count[s]);
    if (st->oldest)
        jw_instant(&w, "oldest_waiting", st->oldest);
    else
        jw_null(&w, "oldest_waiting");
    jw_array(&w, "faults");
    const struct outbox_fault *faults = st->faults.v;
    for (size_t i = 0; i < st->faults.n; i++)
        row_put_object(&w, &outbox_fault_rows, &faults[i]);
    jw_end(&w);
    jw_end(&w);
    (void)printf("%s\n", out.p);
}

static void print_text(const struct status *st)
{
    for (size_t s = 0; s < STATES; s++)
        (void)printf("%s：%lld\n", states[s].text, (long long)st->count[s]);
    if (st->oldest) {
        char text[INSTANT_TEXT];
        instant_format(text, st->oldest);
        (void)printf("最早一条待发送信息公示于 %s\n", text);
    } else {
        (void)printf("没有待发送的信息\n");
    }
    const struct outbox_fault *faults = st->faults.v;
    for (size_t i = 0; i < st->faults.n; i++)
        (void)printf("%s  %s  第 %lld 次  %s\n", faults[i].message_id, faults[i].state,
                     (long long)faults[i].attempts, faults[i].error);
}

int admin_outbox_status(struct admin *a, int argc, char **argv)
{
    struct status status = { .oldest = 0 };
    (void)argv;
    if (argc)
        return admin_usage("outbox status 不需要参数");
    enum rc rc = read_status(a, &status);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    if (a->json)
        print_json(a, &status);
    else
        print_text(&status);
    return EXIT_OK;
}

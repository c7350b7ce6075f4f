/* lianchactl draw stamp: has announcements stamped by an authority for timestamps (RFC 3161), so
   that whoever owns this machine cannot say afterwards that one was there before its value. */
#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "base/timestamp.h"
#include "store/draw/campaign.h"
#include "sys/httpc.h"
#include "sys/log.h"
#include "sys/random.h"

enum { TIMEOUT_MS = 10000, WAIT_MS = 1000 };

struct stamping {
    struct admin *admin;
    struct httpc *client;
    struct campaign campaign;
    const char *reply; /* what is to be kept */
    size_t reply_size;
    int64_t stamped;
};

static enum rc ask(struct stamping *s, const char *query, size_t size, struct httpc_reply *reply)
{
    struct admin *a = s->admin;
    unsigned slot;
    const struct httpc_request request = { .url = a->settings->timestamp_url,
                                           .body = query,
                                           .body_size = size,
                                           .headers = {
                                               "Content-Type: application/timestamp-query" } };
    enum rc rc = httpc_start(s->client, 0, &request);
    while (rc == RC_OK && (rc = httpc_wait(s->client, WAIT_MS, &slot, reply)) == RC_DONE)
        rc = RC_OK;
    if (rc == RC_OK && (reply->end != HTTPC_REPLY || reply->status != 200))
        rc = err_set(&a->err, RC_UNAVAILABLE, "[timestamp] url", "时间戳服务没有答复：%s",
                     reply->end == HTTPC_REPLY ? "状态不是 200" : reply->fault);
    return rc;
}

static enum rc keep(struct db *db, void *data, struct err *err)
{
    struct stamping *s = data;
    struct admin *a = s->admin;
    (void)err;
    enum rc rc = campaign_store_text(db, s->campaign.id, "timestamp", s->reply, s->reply_size);
    if (rc != RC_OK)
        return rc;
    return admin_audit(
        a, "campaign.stamp", arena_printf(a->arena, "campaign:%s", s->campaign.code),
        arena_printf(a->arena, "{\"announcement\":\"%s\"}", s->campaign.announcement));
}

/* No transaction is open while the authority is asked. */
static enum rc stamp(struct stamping *s, const char *code)
{
    struct admin *a = s->admin;
    struct httpc_reply reply = { .end = HTTPC_UNSENT };
    struct timestamp_wanted wanted = { .authorities = a->settings->timestamp_authorities };
    const char *text;
    const char *query = NULL;
    size_t size = 0;
    uint64_t nonce;
    int64_t at;
    random_bytes(&nonce, sizeof nonce);
    wanted.nonce = &nonce;
    enum rc rc = campaign_by_code(a->db, a->arena, code, &s->campaign);
    if (rc == RC_OK)
        rc = campaign_text(a->db, a->arena, s->campaign.id, "announcement", &text, &wanted.n);
    if (rc != RC_OK)
        return rc;
    wanted.bytes = text;
    rc = timestamp_query(a->arena, text, wanted.n, nonce, &query, &size);
    if (rc == RC_OK)
        rc = ask(s, query, size, &reply);
    if (rc == RC_OK)
        rc = timestamp_read(reply.body, reply.size, &wanted, &at, &a->err);
    if (rc != RC_OK)
        return rc;
    s->reply = reply.body;
    s->reply_size = reply.size;
    rc = db_transaction(a->db, keep, s, &a->err);
    return rc == RC_CONFLICT ? RC_OK : rc; /* another was faster */
}

static enum rc open_client(struct stamping *s)
{
    const struct settings *set = s->admin->settings;
    const struct httpc_options options = { .ca_file = set->timestamp_ca_file,
                                           .timeout_ms = TIMEOUT_MS,
                                           .reply_max = TIMESTAMP_REPLY_MAX,
                                           .slots = 1 };
    return httpc_open(&options, 1, &s->client);
}

static int stamp_all(struct stamping *s)
{
    struct admin *a = s->admin;
    const char **codes = NULL;
    size_t n = 0;
    int faults = 0;
    enum rc rc = open_client(s);
    if (rc == RC_OK)
        rc = campaign_unstamped(a->db, a->arena, &codes, &n);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    for (size_t i = 0; i < n; i++) {
        rc = stamp(s, codes[i]);
        if (rc == RC_OK) {
            s->stamped++;
            continue;
        }
        (void)fprintf(stderr, "%s：", codes[i]);
        (void)admin_fault(a, rc);
        faults++;
    }
    (void)printf(a->json ? "{\"stamped\":%lld,\"failed\":%d}\n" : "加盖 %lld 份公告，失败 %d 份\n",
                 (long long)s->stamped, faults);
    return faults ? EXIT_REFUSED : EXIT_OK;
}

int admin_draw_stamp(struct admin *a, int argc, char **argv)
{
    (void)argv;
    struct stamping s = { .admin = a };
    if (argc != 0)
        return admin_usage("draw stamp 不接受参数");
    if (!*a->settings->timestamp_url)
        return EXIT_OK; /* no authority is set */
    int code = stamp_all(&s);
    httpc_close(s.client);
    return code;
}

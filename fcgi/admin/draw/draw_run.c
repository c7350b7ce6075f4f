/* lianchactl draw run: draws what was announced, objects and then teams, whoever forgets; closes in
   time what the teams are drawn from; opens as void what is late; publishes what was held back. */
#include "admin/admin.h"

#include <stdio.h>
#include <string.h>

#include "store/draw/campaign_draw.h"
#include "store/draw/teams.h"
#include "sys/clock.h"
#include "sys/httpc.h"
#include "sys/log.h"
#include "sys/processors.h"

enum { TIMEOUT_MS = 10000, WAIT_MS = 1000, CLOSE_AHEAD_MS = 600000 };

struct run {
    struct admin *admin;
    struct httpc *client; /* NULL: no beacon is set */
    const char *code;
    const char *pulse; /* of the campaign at hand; NULL: none was to be had */
    size_t pulse_size;
    bool teams;         /* of the campaign at hand: its objects are drawn */
    bool late;          /* … and its second value is not waited for any more */
    const char *detail; /* of its audit event; NULL: nothing was done */
    int64_t drawn;
    int64_t opened;
    int64_t closed;
    int64_t teams_drawn;
    int64_t published;
    int64_t waiting;
};

/* ---- the beacon ---- */

/* The pulse of a round. No transaction is open: nothing waits for a far side but this. */
static void fetch(struct run *r, const char *round)
{
    struct admin *a = r->admin;
    struct httpc_reply reply = { .end = HTTPC_UNSENT };
    unsigned slot;
    const struct httpc_request request = { .url = arena_printf(a->arena, "%s%s",
                                                               a->settings->beacon_url, round) };
    r->pulse = NULL;
    enum rc rc = httpc_start(r->client, 0, &request);
    while (rc == RC_OK && (rc = httpc_wait(r->client, WAIT_MS, &slot, &reply)) == RC_DONE)
        rc = RC_OK;
    if (rc != RC_OK || reply.end != HTTPC_REPLY || reply.status != 200) {
        log_warn("campaign=%s beacon round=%s status=%ld", r->code, round,
                 reply.end == HTTPC_REPLY ? reply.status : 0L);
        return;
    }
    r->pulse = arena_slice(a->arena, reply.body, reply.size);
    r->pulse_size = reply.size;
}

static enum rc open_client(struct run *r)
{
    const struct settings *s = r->admin->settings;
    const struct httpc_options options = {
        .ca_file = s->beacon_ca_file, .timeout_ms = TIMEOUT_MS, .reply_max = PULSE_MAX, .slots = 1
    };
    return *s->beacon_url ? httpc_open(&options, 1, &r->client) : RC_OK;
}

/* ---- one campaign ---- */

static enum rc look(struct run *r, struct campaign *m, struct announcement *announced)
{
    struct admin *a = r->admin;
    enum rc rc = campaign_by_code(a->db, a->arena, r->code, m);
    return rc == RC_OK ? announcement_load(a->db, a->arena, m, announced, &a->err) : rc;
}

static const char *digest_detail(struct run *r, const struct campaign *m)
{
    return arena_printf(r->admin->arena, "{\"announcement\":\"%s\"}", m->announcement);
}

/* Teams of a drawn campaign: from the second value, or, while there is none, closed; from the first
   when it is too late for the second. */
static enum rc act_teams(struct run *r, const struct campaign *m,
                         const struct announcement *announced, const struct campaign_act *as,
                         const char **action)
{
    struct admin *a = r->admin;
    struct teams_drawn drawn;
    struct teams_closed closed;
    if (m->teams_seed || (m->closing && !r->pulse && !r->late))
        return RC_OK;
    *action = r->pulse || r->late ? "campaign.teams" : "campaign.close";
    if (r->late)
        return teams_draw_late(a->db, a->arena, m, announced, as, &drawn, &a->err);
    return r->pulse ? teams_draw_pulse(a->db, a->arena, m, announced, r->pulse, r->pulse_size, as,
                                       &drawn, &a->err)
                    : teams_close(a->db, a->arena, m, announced, as, &closed, &a->err);
}

static enum rc act(struct db *db, void *data, struct err *err)
{
    struct run *r = data;
    struct admin *a = r->admin;
    struct campaign m = { .id = 0 };
    struct announcement announced;
    const struct campaign_act as = { .keys = &a->settings->draw_keys,
                                     .threads = processors(),
                                     .now = clock_now() };
    const char *action = NULL;
    r->detail = NULL;
    enum rc rc = campaign_lock(db, a->arena, r->code, &m);
    if (rc == RC_OK)
        rc = announcement_load(db, a->arena, &m, &announced, err);
    if (rc != RC_OK || (m.seed && !campaign_is(&m, CAMPAIGN_DRAWN)))
        return rc; /* another was faster */
    if (r->teams != campaign_is(&m, CAMPAIGN_DRAWN))
        return rc;
    if (r->teams) {
        rc = act_teams(r, &m, &announced, &as, &action);
    } else if (r->pulse) {
        action = "campaign.draw";
        rc = campaign_draw_pulse(db, a->arena, &m, &announced, r->pulse, r->pulse_size, &as, err);
    } else if (campaign_is(&m, CAMPAIGN_ANNOUNCED) && as.now > announced.latest) {
        action = "campaign.void";
        rc = campaign_give_up(db, a->arena, &m, &announced, campaign_late, &as, err);
    }
    if (rc != RC_OK || !action)
        return rc;
    r->detail = digest_detail(r, &m);
    return admin_audit(a, action, arena_printf(a->arena, "campaign:%s", m.code), r->detail);
}

static enum rc run_one(struct run *r)
{
    struct admin *a = r->admin;
    struct campaign m = { .id = 0 };
    struct announcement announced;
    enum rc rc = look(r, &m, &announced);
    if (rc != RC_OK)
        return rc;
    r->pulse = NULL;
    r->teams = campaign_is(&m, CAMPAIGN_DRAWN);
    r->late = r->teams && clock_now() > announcement_teams_latest(&announced);
    if (announced.value.kind == VALUE_BEACON && r->client && !r->late &&
        (!r->teams || clock_now() >= announced.teams_at))
        fetch(r, r->teams ? announced.teams_issue : announced.value.issue);
    rc = db_transaction(a->db, act, r, &a->err);
    /* A pulse that is refused is no reason to wait for ever. */
    if (r->pulse && (rc == RC_INVALID || rc == RC_STATE)) {
        log_error("campaign=%s pulse refused: %s", r->code, a->err.detail);
        r->pulse = NULL;
        rc = db_transaction(a->db, act, r, &a->err);
    }
    if (rc == RC_OK && !r->detail)
        r->waiting++;
    else if (rc == RC_OK && (r->pulse || r->late))
        *(r->teams ? &r->teams_drawn : &r->drawn) += 1;
    else if (rc == RC_OK)
        *(r->teams ? &r->closed : &r->opened) += 1;
    return rc;
}

/* ---- what was held back ---- */

static enum rc act_publish(struct db *db, void *data, struct err *err)
{
    struct run *r = data;
    struct admin *a = r->admin;
    struct campaign m = { .id = 0 };
    struct announcement announced;
    bool changed = false;
    r->detail = NULL;
    enum rc rc = campaign_lock(db, a->arena, r->code, &m);
    if (rc == RC_OK)
        rc = announcement_load(db, a->arena, &m, &announced, err);
    if (rc == RC_OK)
        rc = campaign_open_due(db, a->arena, &m, &announced, clock_now(), &changed);
    if (rc != RC_OK || !changed)
        return rc;
    r->detail = digest_detail(r, &m);
    return admin_audit(a, "campaign.publish", arena_printf(a->arena, "campaign:%s", m.code),
                       r->detail);
}

static enum rc publish_one(struct run *r)
{
    struct admin *a = r->admin;
    enum rc rc = db_transaction(a->db, act_publish, r, &a->err);
    r->published += rc == RC_OK && r->detail;
    return rc;
}

/* Each code in turn; how many failed. */
static int each(struct run *r, const char *const *codes, size_t n, enum rc (*one)(struct run *))
{
    int faults = 0;
    for (size_t i = 0; i < n; i++) {
        r->code = codes[i];
        enum rc rc = one(r);
        if (rc != RC_OK) {
            (void)fprintf(stderr, "%s：", r->code);
            (void)admin_fault(r->admin, rc);
            faults++;
        }
    }
    return faults;
}

static void print_run(const struct admin *a, const struct run *r, int faults)
{
    if (a->json)
        (void)printf("{\"drawn\":%lld,\"opened\":%lld,\"closed\":%lld,\"teams\":%lld,"
                     "\"published\":%lld,\"waiting\":%lld,\"failed\":%d}\n",
                     (long long)r->drawn, (long long)r->opened, (long long)r->closed,
                     (long long)r->teams_drawn, (long long)r->published, (long long)r->waiting,
                     faults);
    else
        (void)printf(
            "抽取 %lld 个批次，逾期公开 %lld 个，封存 %lld 个，抽取检查组 %lld 个，公开 %lld "
            "个，等待 %lld 个，失败 %d 个\n",
            (long long)r->drawn, (long long)r->opened, (long long)r->closed,
            (long long)r->teams_drawn, (long long)r->published, (long long)r->waiting, faults);
}

int admin_draw_run(struct admin *a, int argc, char **argv)
{
    (void)argv;
    struct run r = { .admin = a };
    const char **codes = NULL;
    size_t n = 0;
    int faults = 0;
    if (argc != 0)
        return admin_usage("draw run 不接受参数");
    enum rc rc = open_client(&r);
    if (rc == RC_OK)
        rc = campaign_due(a->db, a->arena, clock_now(), CLOSE_AHEAD_MS, &codes, &n);
    if (rc != RC_OK) {
        httpc_close(r.client);
        return admin_fault(a, rc);
    }
    faults = each(&r, codes, n, run_one);
    httpc_close(r.client);
    rc = campaign_held_back(a->db, a->arena, &codes, &n);
    if (rc != RC_OK)
        return admin_fault(a, rc);
    faults += each(&r, codes, n, publish_one);
    print_run(a, &r, faults);
    return faults ? EXIT_REFUSED : EXIT_OK;
}

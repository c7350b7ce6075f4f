/* Publications: what is due, and the steps that make it public, hold it back, correct it, take it
   back; each puts what the platforms have to know into the outbox. */
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "domain/publish/search.h"
#include "domain/review/times.h"
#include "planner/publish/draft.h"
#include "store/directory/rule.h"
#include "store/field/record.h"
#include "store/publish/outbox.h"
#include "store/review/section.h"

enum { DETAIL_MAX = 4096 };

enum rc planner_publication_fill(struct web_ctx *c, struct arena *a, void *row)
{
    struct publication *p = row;
    (void)a;
    int32_t today = date_at(c->now);
    bool told = p->delivery &&
                (strcmp(p->delivery, "accepted") == 0 || strcmp(p->delivery, "withdrawn") == 0);
    if (strcmp(p->state, "due") == 0)
        p->overdue = p->due_on < today;
    else if (strcmp(p->state, "withheld") == 0)
        p->overdue = p->look_on && p->look_on < today;
    else
        p->overdue = p->retract_by && p->retract_by < today && !told;
    return RC_OK;
}

/* ---- publishing ---- */

enum rc planner_own_publication(struct web_ctx *c, bool lock, struct publication *p)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc != RC_OK)
        return rc;
    rc = lock ? publication_lock(c->db, c->arena, id, p) : publication_find(c->db, c->arena, id, p);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此公示事项");
    if (rc != RC_OK)
        return rc;
    if (p->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "谁检查、谁公开：该公示事项属于其他部门");
    c->audit.target = arena_printf(c->arena, "publication:%lld", (long long)p->id);
    return RC_OK;
}

/* What the facts must be before they are made public. */
static enum rc settled(struct web_ctx *c, const struct publication *p)
{
    int64_t unverified;
    unsigned faults;
    const struct times times = { .dispatched_at = p->dispatched_at,
                                 .signed_at = p->signed_at,
                                 .arrived = true,
                                 .left = p->left,
                                 .arrived_at = p->checked_at,
                                 .left_at = p->left_at };
    if (strcmp(p->section_state, "accepted") != 0)
        return web_fail(c, RC_STATE, "", "检查单尚未审核通过");
    if (p->conflicts)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 处冲突尚未处理", (long long)p->conflicts);
    if (!p->checked_on && (faults = times_faults(&times)))
        return web_fail(c, RC_STATE, "", "检查时间存疑（%s），须由审核人员认定检查日期",
                        times_text(c->arena, faults));
    enum rc rc = section_unverified(c->db, p->section, &unverified);
    if (rc == RC_OK && unverified)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 份证据尚未核验", (long long)unverified);
    return rc;
}

static enum rc publishable(struct web_ctx *c, const struct publication *p)
{
    if (strcmp(p->state, "withheld") == 0)
        return web_fail(c, RC_STATE, "", "该事项暂缓公示，须先恢复");
    if (strcmp(p->state, "due") != 0)
        return web_fail(c, RC_STATE, "", "该事项已经公示");
    return settled(c, p);
}

static enum rc freeze(struct web_ctx *c, const struct publication *p, const struct draft *d,
                      struct publication_frozen *frozen)
{
    *frozen = (struct publication_frozen){
        .subject_code = p->subject_code,
        .subject_name = draft_masked(d, "entName"),
        .department_name = p->department_name,
        .region = p->region,
        .checked_on = draft_checked_on(p),
        .result_class = p->result_class,
        .kind = p->kind,
        .payload = d->payload.p,
    };
    digest_bytes(DIGEST_SHA256, d->payload.p, d->payload.n, frozen->payload_hash);
    frozen->search_text = search_entry(c->arena, frozen->subject_name, frozen->subject_code);
    return publication_tags(c->db, c->arena, p->section, &frozen->tags);
}

/* How each target knows a version. */
struct messages {
    struct message {
        const char *target;
        char id[OUTBOX_MESSAGE_ID];
    } v[TARGETS_MAX];
    size_t n;
};

/* The last write: phones know what is public of the enterprises that they go to. */
static enum rc tell_phones(struct web_ctx *c, const struct publication *p)
{
    struct row_page visits;
    enum rc rc = publication_visits(c->db, c->arena, p->id, &visits);
    if (rc != RC_OK || !visits.n)
        return rc;
    const struct record_changes changes = { .heads = visits.v, .head_count = visits.n };
    return record_publish(c->db, c->arena, &changes);
}

/* Findable, and on its way to each target of its kind. */
static enum rc release_version(struct web_ctx *c, const struct publication *p,
                               const struct draft *d, const struct publication_frozen *frozen,
                               int64_t version, struct messages *messages)
{
    const struct outbox_subject subject = { "publish", p->visit,    p->department,
                                            p->kind,   d->decision, version };
    enum rc rc = publication_make_findable(c->db, c->arena, p->id, frozen);
    const struct targets *targets = &c->settings->targets;
    messages->n = 0;
    for (size_t i = 0; rc == RC_OK && i < targets->n; i++) {
        const struct target *t = &targets->v[i];
        struct message *m = &messages->v[messages->n];
        if (!target_takes(t, p->kind))
            continue;
        m->target = t->name;
        outbox_message_id(t->name, &subject, m->id);
        rc = outbox_add(c->db, p->id, version, t->name, m->id, d->payload.p, c->now);
        messages->n++;
    }
    return rc;
}

static void put_messages(struct jsonw *w, const struct messages *messages)
{
    jw_object(w, "messages");
    for (size_t i = 0; i < messages->n; i++)
        jw_text(w, messages->v[i].target, messages->v[i].id);
    jw_end(w);
}

static enum rc published(struct web_ctx *c, const struct publication *p, const struct draft *d,
                         int64_t version, const struct messages *messages)
{
    char hex[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, d->payload.p, d->payload.n, hex);
    struct buf detail;
    struct jsonw audit;
    buf_init(&detail, c->arena, DETAIL_MAX);
    jw_init(&audit, &detail);
    jw_object(&audit, NULL);
    jw_int(&audit, "version", version);
    jw_text(&audit, "payload_sha256", hex);
    put_messages(&audit, messages);
    jw_end(&audit);
    c->audit.detail = detail.p;
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", p->id);
    jw_text(w, "kind", p->kind);
    jw_text(w, "state", "published");
    jw_int(w, "version", version);
    jw_instant(w, "published_at", c->now);
    jw_date(w, "due_on", p->due_on);
    jw_bool(w, "late", version == 1 && date_at(c->now) > p->due_on);
    jw_text(w, "payload_sha256", hex);
    put_messages(w, messages);
    return web_json_end(c);
}

/* POST publications/{id}/publish */
enum rc planner_publication_publish(struct web_ctx *c)
{
    struct publication p;
    struct draft d;
    struct publication_frozen frozen;
    const struct publication_step step = { .account_id = c->actor.id, .now = c->now };
    struct messages messages;
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK)
        rc = publishable(c, &p);
    if (rc == RC_OK)
        rc = draft_make(c, &p, &d);
    if (rc != RC_OK)
        return rc;
    rc = freeze(c, &p, &d, &frozen);
    if (rc == RC_OK)
        rc = publication_publish(c->db, p.id, &frozen, &step);
    if (rc == RC_OK)
        rc = release_version(c, &p, &d, &frozen, 1, &messages);
    if (rc == RC_OK)
        rc = tell_phones(c, &p);
    return rc == RC_OK ? published(c, &p, &d, 1, &messages) : rc;
}

/* ---- correcting what is public ---- */

struct correct_body {
    const char *reason;
    const char *act_type;
    const char *content;
    const char *authority;
};

const struct web_input planner_correct_body =
    WEB_INPUT(struct correct_body,
              WEB_FIELD(struct correct_body, reason, "更正理由", .required = true, .max = 400,
                        .published = true),
              WEB_FIELD(struct correct_body, act_type, "违法行为类型"),
              WEB_FIELD(struct correct_body, content, "处罚内容", .max = 1000),
              WEB_FIELD(struct correct_body, authority, "处罚机关", .max = 80));

/* The texts of the penalty as they should have been. */
static enum rc correct_penalty(struct web_ctx *c, const struct publication *p,
                               const struct correct_body *body)
{
    if (!body->act_type && !body->content && !body->authority)
        return RC_OK;
    if (!p->penalty_id)
        return web_fail(c, RC_INVALID, "", "抽查结果按检查单更正，不能在此修改文字");
    return publication_penalty_correct(c->db, p->penalty_id, body->act_type, body->content,
                                       body->authority);
}

/* What is public would stay as it is. */
static enum rc unchanged(struct web_ctx *c, const struct publication *p, const struct draft *d,
                         bool *same)
{
    char hex[DIGEST_HEX];
    struct row_page page;
    enum rc rc = publication_versions(c->db, c->arena, p->id, &page);
    if (rc != RC_OK)
        return rc;
    const struct publication_version *versions = page.v;
    digest_hex(DIGEST_SHA256, d->payload.p, d->payload.n, hex);
    *same = page.n > 0 && strcmp(versions[page.n - 1].payload_sha256, hex) == 0;
    if (page.n >= PUBLICATION_VERSIONS_MAX)
        return web_fail(c, RC_TOO_MANY, "", "更正次数已达上限");
    return RC_OK;
}

/* POST publications/{id}/correct: the facts as they are now, as the next version; every platform
   is told to take back the one before. */
enum rc planner_publication_correct(struct web_ctx *c)
{
    const struct correct_body *body = c->input;
    struct publication p;
    struct draft d;
    struct publication_frozen frozen;
    const struct publication_step step = { .account_id = c->actor.id,
                                           .now = c->now,
                                           .reason = body->reason };
    struct messages messages;
    bool same = false;
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK && strcmp(p.state, "published") != 0)
        rc = web_fail(c, RC_STATE, "", "只有已经公示的事项可以更正");
    if (rc == RC_OK)
        rc = settled(c, &p);
    if (rc == RC_OK)
        rc = correct_penalty(c, &p, body);
    if (rc == RC_OK)
        rc = draft_make(c, &p, &d);
    if (rc == RC_OK)
        rc = unchanged(c, &p, &d, &same);
    if (rc == RC_OK && same)
        rc = web_fail(c, RC_STATE, "", "公示内容与现版本相同，无需更正");
    if (rc != RC_OK)
        return rc;
    const struct outbox_subject before = { "retract", p.visit,    p.department,
                                           p.kind,    d.decision, p.version };
    rc = freeze(c, &p, &d, &frozen);
    if (rc == RC_OK)
        rc = publication_correct(c->db, c->arena, p.id, p.version, &frozen, &step);
    if (rc == RC_OK)
        rc = outbox_retract(c->db, c->arena, p.id, &before, body->reason, c->now);
    if (rc == RC_OK)
        rc = release_version(c, &p, &d, &frozen, p.version + 1, &messages);
    if (rc == RC_OK)
        rc = tell_phones(c, &p);
    return rc == RC_OK ? published(c, &p, &d, p.version + 1, &messages) : rc;
}

/* ---- not yet, or no longer ---- */

struct withhold_body {
    const char *cause;
    const char *reason;
    int32_t look_on;
};

const struct web_input planner_withhold_body =
    WEB_INPUT(struct withhold_body,
              WEB_FIELD(struct withhold_body, cause, "暂缓事由", .required = true,
                        .labels = publication_withhold_causes),
              WEB_FIELD(struct withhold_body, reason, "理由", .required = true, .max = 400,
                        .published = true),
              WEB_FIELD(struct withhold_body, look_on, "复核日期", .required = true));

struct retract_body {
    const char *cause;
    const char *reason;
    int32_t since;
};

const struct web_input planner_retract_body = WEB_INPUT(
    struct retract_body,
    WEB_FIELD(struct retract_body, cause, "撤下事由", .required = true,
              .labels = publication_retract_causes),
    WEB_FIELD(struct retract_body, reason, "理由", .required = true, .max = 400, .published = true),
    WEB_FIELD(struct retract_body, since, "事由发生日期", .required = true));

/* The row as it is now. */
static enum rc reply(struct web_ctx *c, int64_t id)
{
    struct publication p;
    enum rc rc = publication_find(c->db, c->arena, id, &p);
    if (rc == RC_OK)
        rc = planner_publication_fill(c, c->arena, &p);
    return rc == RC_OK ? web_row(c, 200, &publication_rows, &p) : rc;
}

static enum rc rule_now(struct web_ctx *c, const struct publication *p, enum rule_key key,
                        int64_t *value)
{
    struct rule_set rules;
    enum rc rc = rule_load(c->db, c->arena, p->region, date_at(c->now), &rules);
    return rc == RC_OK ? rule_value(&rules, key, value, &c->err) : rc;
}

/* POST publications/{id}/withhold: openness is the default (R24), so it says why, and until when
   somebody looks again. */
enum rc planner_publication_withhold(struct web_ctx *c)
{
    const struct withhold_body *body = c->input;
    struct publication p;
    int64_t days;
    const struct publication_step step = { .account_id = c->actor.id,
                                           .now = c->now,
                                           .cause = body->cause,
                                           .reason = body->reason,
                                           .day = body->look_on };
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK)
        rc = rule_now(c, &p, RULE_WITHHOLD_DAYS, &days);
    if (rc == RC_OK && (body->look_on <= date_at(c->now) || body->look_on > date_at(c->now) + days))
        rc = web_fail(c, RC_INVALID, "/look_on", "复核日期须在明天至 %lld 天之内", (long long)days);
    if (rc == RC_OK)
        rc = publication_withhold(c->db, p.id, &step);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "只有待公示的事项可以暂缓公示");
    return rc == RC_OK ? reply(c, p.id) : rc;
}

/* POST publications/{id}/release: due again, by the day that it was due by. */
enum rc planner_publication_release(struct web_ctx *c)
{
    struct publication p;
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK)
        rc = publication_release(c->db, p.id);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "该事项没有暂缓公示");
    return rc == RC_OK ? reply(c, p.id) : rc;
}

/* The day until which every platform has to know of what happened on that day (R34). */
static enum rc retract_by(struct web_ctx *c, const struct publication *p, int32_t since,
                          int32_t *day)
{
    int64_t days;
    struct workday_calendar calendar;
    enum rc rc = rule_now(c, p, RULE_DEADLINE_RETRACTION, &days);
    if (rc == RC_OK && since > date_at(c->now))
        rc = web_fail(c, RC_INVALID, "/since", "事由发生日期不得晚于今天");
    if (rc == RC_OK)
        rc = rule_calendar(c->db, c->arena, &calendar);
    if (rc == RC_OK)
        *day = workday_add(&calendar, since, (unsigned)days).date;
    return rc;
}

/* POST publications/{id}/retract: off the public pages at once but for a note that stays, and every
   platform is told. */
enum rc planner_publication_retract(struct web_ctx *c)
{
    const struct retract_body *body = c->input;
    struct publication p;
    struct penalty penalty = { .decision_no = "" };
    struct publication_step step = {
        .account_id = c->actor.id, .now = c->now, .cause = body->cause, .reason = body->reason
    };
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK)
        rc = retract_by(c, &p, body->since, &step.day);
    if (rc == RC_OK && p.penalty_id)
        rc = publication_penalty(c->db, c->arena, p.penalty_id, &penalty);
    if (rc == RC_OK)
        rc = publication_retract(c->db, c->arena, p.id, &step);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "只有已经公示的事项可以撤下");
    const struct outbox_subject subject = { "retract",           p.visit,  p.department, p.kind,
                                            penalty.decision_no, p.version };
    if (rc == RC_OK)
        rc = outbox_retract(c->db, c->arena, p.id, &subject, body->reason, c->now);
    if (rc == RC_OK)
        rc = tell_phones(c, &p);
    return rc == RC_OK ? reply(c, p.id) : rc;
}

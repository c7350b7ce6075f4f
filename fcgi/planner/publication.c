/* Publications: what is due, and the step that makes it public and puts it into the outbox. */
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/outbox.h"
#include "store/publication.h"
#include "store/section.h"
#include "sys/random.h"

enum { PAYLOAD_MAX = 65536 }; /* what the platform takes */

static void write_publication(struct jsonw *w, const struct publication *p, int32_t today)
{
    bool due = strcmp(p->state, "due") == 0;
    jw_object(w, NULL);
    jw_int(w, "id", p->id);
    jw_text(w, "kind", publication_kind_name(p->kind));
    jw_int(w, "section", p->section_id);
    jw_text(w, "visit", p->visit);
    jw_text(w, "subject_code", p->subject_code);
    jw_text(w, "subject_name", p->subject_name);
    jw_text(w, "result_class", p->result_class);
    jw_date(w, "trigger_on", p->trigger_on);
    jw_date(w, "due_on", p->due_on);
    jw_bool(w, "provisional", p->provisional);
    jw_bool(w, "overdue", due && p->due_on < today);
    jw_text(w, "state", p->state);
    if (p->published_at)
        jw_instant(w, "published_at", p->published_at);
    else
        jw_null(w, "published_at");
    jw_text(w, "delivery", p->delivery);
    jw_text(w, "receipt", p->receipt);
    jw_text(w, "delivery_error", p->delivery_error);
    jw_end(w);
}

/* GET publications?state= */
enum rc planner_publication_list(struct web_ctx *c)
{
    const struct planner_state_query *query = c->query;
    struct publication *rows;
    size_t n;
    const char *state = query->state ? query->state : "due";
    int64_t limit = planner_limit(query->limit);
    if (text_index(publication_state_names, state) < 0)
        return web_fail(c, RC_INVALID, "state", "未知的公示状态");
    enum rc rc = publication_list(c->db, c->arena, c->actor.department_id, state, query->after,
                                  limit, &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "publications");
    for (size_t i = 0; i < n; i++)
        write_publication(w, &rows[i], date_at(c->now));
    return planner_page_end(c, w, limit, n, n ? rows[n - 1].id : 0);
}

/* ---- the payload, by the field names of the national publicity system ---- */

/* A masked copy on one line (or on lines) without blanks at its ends, as the platforms take it. */
static char *clean(struct web_ctx *c, const char *text, const char *code, bool lines)
{
    const char *exceptions[] = { code };
    char *masked = publication_mask(c->arena, text, exceptions, 1, NULL);
    for (char *p = masked; *p; p++)
        if (((unsigned char)*p < 0x20 && !(lines && *p == '\n')) || *p == 0x7F)
            *p = ' ';
    return text_trim(masked);
}

/* Task ids of the national system are the 18 digits of a campaign code without its letter. */
static const char *task_id(const char *campaign)
{
    return *campaign == 'C' ? campaign + 1 : campaign;
}

static enum rc inspection_payload(struct web_ctx *c, const struct publication *p, struct buf *out)
{
    struct publication_plan plan;
    struct publication_detail *details;
    size_t n;
    struct jsonw w;
    enum rc rc = publication_plan(c->db, c->arena, p->section_id, &plan);
    if (rc == RC_OK)
        rc = publication_details(c->db, c->arena, p->section_id, &details, &n);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_INTERNAL : rc;
    if (n == 0)
        return web_fail(c, RC_STATE, "", "检查单没有可公示的检查结果");
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "uscCode", p->subject_code);
    jw_text(&w, "entName", clean(c, p->subject_name, p->subject_code, false));
    jw_text(&w, "raninsPlanId", plan.code);
    jw_text(&w, "raninsPlaneName", clean(c, plan.name, p->subject_code, false));
    jw_text(&w, "raninsTaskId", task_id(p->campaign));
    jw_text(&w, "raninsTaskName", clean(c, p->campaign_name, p->subject_code, false));
    jw_text(&w, "raninsTypeName",
            p->departments > 1 ? "部门联合“双随机”抽查" : "部门内部“双随机”抽查");
    jw_text(&w, "insAuth", p->department_name);
    jw_date(&w, "insDate", date_at(p->checked_at));
    jw_array(&w, "details");
    for (size_t i = 0; i < n; i++) {
        jw_object(&w, NULL);
        jw_int(&w, "seqno", (int64_t)i + 1);
        jw_text(&w, "raninsItemName", clean(c, details[i].item, p->subject_code, false));
        jw_text(&w, "raninsCheckResName", details[i].result);
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    return RC_OK;
}

static enum rc penalty_payload(struct web_ctx *c, const struct publication *p, struct buf *out)
{
    struct penalty penalty;
    struct jsonw w;
    enum rc rc = publication_penalty(c->db, c->arena, p->penalty_id, &penalty);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_INTERNAL : rc;
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "uscCode", p->subject_code);
    jw_text(&w, "entName", clean(c, p->subject_name, p->subject_code, false));
    jw_text(&w, "penDecNo", clean(c, penalty.decision_no, penalty.decision_no, false));
    jw_text(&w, "illegActType", clean(c, penalty.act_type, p->subject_code, false));
    jw_text(&w, "penContent", clean(c, penalty.content, p->subject_code, true));
    jw_text(&w, "penAuth_CN", clean(c, penalty.authority, p->subject_code, false));
    jw_date(&w, "penDecIssDate", penalty.decided_on);
    jw_date(&w, "publicDate", date_at(c->now));
    jw_end(&w);
    return RC_OK;
}

/* ---- publishing ---- */

/* The publication of the path, locked, and what must hold before it is made public. */
static enum rc own_publication(struct web_ctx *c, struct publication *p)
{
    int64_t id;
    int64_t unverified;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc != RC_OK)
        return rc;
    rc = publication_lock(c->db, c->arena, id, p);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此公示事项");
    if (rc != RC_OK)
        return rc;
    if (p->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "谁检查、谁公开：该公示事项属于其他部门");
    if (strcmp(p->state, "due") != 0)
        return web_fail(c, RC_STATE, "", "该事项已经公示");
    if (strcmp(p->section_state, "accepted") != 0)
        return web_fail(c, RC_STATE, "", "检查单尚未审核通过");
    if (p->conflicts)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 处冲突尚未处理", (long long)p->conflicts);
    rc = section_unverified(c->db, p->section_id, &unverified);
    if (rc == RC_OK && unverified)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 份证据尚未核验", (long long)unverified);
    return rc;
}

/* A random UUID (version 4, RFC 9562). */
static void make_message_id(char out[OUTBOX_MESSAGE_ID])
{
    static const int dash_before[] = { 4, 6, 8, 10 };
    uint8_t b[16];
    random_bytes(b, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0F) | 0x40);
    b[8] = (uint8_t)((b[8] & 0x3F) | 0x80);
    size_t n = 0;
    size_t dash = 0;
    for (int i = 0; i < 16; i++) {
        if (dash < sizeof dash_before / sizeof dash_before[0] && i == dash_before[dash]) {
            out[n++] = '-';
            dash++;
        }
        hex_encode(out + n, &b[i], 1);
        n += 2;
    }
}

static enum rc freeze(struct web_ctx *c, const struct publication *p, const struct buf *payload,
                      char message_id[OUTBOX_MESSAGE_ID])
{
    struct publication_frozen frozen = {
        .subject_code = p->subject_code,
        .subject_name = clean(c, p->subject_name, p->subject_code, false),
        .department_name = p->department_name,
        .region = p->region,
        .checked_on = date_at(p->checked_at),
        .result_class = p->result_class,
        .payload = payload->p,
    };
    digest_bytes(DIGEST_SHA256, payload->p, payload->n, frozen.payload_hash);
    enum rc rc = publication_publish(c->db, p->id, &frozen, c->now);
    if (rc != RC_OK)
        return rc;
    make_message_id(message_id);
    return outbox_add(c->db, p->id, c->settings->credit_target, message_id, payload->p, c->now);
}

/* POST publications/{id}/publish */
enum rc planner_publication_publish(struct web_ctx *c)
{
    struct publication p;
    struct buf payload;
    char message_id[OUTBOX_MESSAGE_ID];
    char hex[DIGEST_HEX];
    buf_init(&payload, c->arena, PAYLOAD_MAX);
    enum rc rc = own_publication(c, &p);
    if (rc != RC_OK)
        return rc;
    rc = p.kind == PUBLICATION_PENALTY ? penalty_payload(c, &p, &payload)
                                       : inspection_payload(c, &p, &payload);
    if (rc == RC_OK && payload.full)
        rc = web_fail(c, RC_TOO_LARGE, "", "公示内容超过 %d 字节", PAYLOAD_MAX);
    if (rc == RC_OK)
        rc = freeze(c, &p, &payload, message_id);
    if (rc != RC_OK)
        return rc;
    digest_hex(DIGEST_SHA256, payload.p, payload.n, hex);
    c->audit.target = arena_printf(c->arena, "publication:%lld", (long long)p.id);
    c->audit.detail =
        arena_printf(c->arena, "{\"payload_sha256\":\"%s\",\"message\":\"%s\"}", hex, message_id);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", p.id);
    jw_text(w, "kind", publication_kind_name(p.kind));
    jw_text(w, "state", "published");
    jw_instant(w, "published_at", c->now);
    jw_date(w, "due_on", p.due_on);
    jw_bool(w, "late", date_at(c->now) > p.due_on);
    jw_text(w, "payload_sha256", hex);
    jw_text(w, "message_id", message_id);
    return web_json_end(c);
}

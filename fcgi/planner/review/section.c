/* Review of signed sections, and penalties that follow from them. */
#include "planner/review/answer.h"
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/review/number.h"
#include "domain/review/result.h"
#include "domain/review/times.h"
#include "store/field/door.h"
#include "store/field/held.h"
#include "store/field/record.h"
#include "store/publish/publication.h"
#include "store/publish/publication_due.h"
#include "store/review/disposal.h"
#include "store/review/section.h"

struct review_body {
    const char *decision;
    const char *reason;
    int32_t checked_on; /* decided, where the times cannot be true */
    bool decides;
};

const struct web_input planner_review_body =
    WEB_INPUT(struct review_body,
              WEB_FIELD(struct review_body, decision, "决定", .required = true, .max = 16),
              WEB_FIELD(struct review_body, reason, "理由", .max = 400),
              WEB_FIELD(struct review_body, checked_on, "检查日期",
                        .given = offsetof(struct review_body, decides)));

struct penalty_body {
    const char *decision_no;
    const char *act_type;
    const char *content;
    const char *authority;
    int32_t decided_on;
};

const struct web_input planner_penalty_body = WEB_INPUT(
    struct penalty_body,
    WEB_FIELD(struct penalty_body, decision_no, "决定书文号", .required = true, .max = 60),
    WEB_FIELD(struct penalty_body, act_type, "违法行为类型", .required = true),
    WEB_FIELD(struct penalty_body, content, "处罚内容", .required = true, .max = 1000),
    WEB_FIELD(struct penalty_body, authority, "处罚机关", .required = true, .max = 80),
    WEB_FIELD(struct penalty_body, decided_on, "决定日期", .required = true));

enum rc planner_own_section(struct web_ctx *c, bool lock, struct section *s)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc != RC_OK)
        return rc;
    rc = lock ? section_lock(c->db, c->arena, id, s) : section_by_id(c->db, c->arena, id, s);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此检查单");
    if (rc != RC_OK)
        return rc;
    if (s->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该检查单属于其他部门");
    c->audit.target = arena_printf(c->arena, "section:%lld", (long long)id);
    return RC_OK;
}

/* What was recorded at the door, of one kind. */
static void write_door(struct jsonw *w, const char *key, const char *kind,
                       const struct door_record *records, size_t n)
{
    jw_array(w, key);
    for (size_t i = 0; i < n; i++) {
        if (strcmp(records[i].kind, kind) != 0)
            continue;
        jw_object(w, NULL);
        jw_int(w, "id", records[i].id);
        jw_text(w, "recorded_by", records[i].card_no);
        jw_instant(w, "recorded_at", records[i].at);
        jw_bool(w, "waits_for_file", records[i].waits);
        planner_written_off(w, &records[i].written_off);
        jw_raw(w, "record", records[i].body);
        jw_end(w);
    }
    jw_end(w);
}

static unsigned section_faults(const struct section *s)
{
    return times_faults(&(struct times){ .dispatched_at = s->dispatched_at,
                                         .signed_at = s->signed_at,
                                         .arrived = s->arrived,
                                         .left = s->left,
                                         .arrived_at = s->arrived_at,
                                         .left_at = s->left_at });
}

/* GET sections/{id}: what a reviewer decides on. */
enum rc planner_section_show(struct web_ctx *c)
{
    struct section s;
    struct section_check *checks;
    struct answer_lists lists;
    struct door_record *door;
    size_t door_count;
    size_t n;
    int64_t evidence;
    int64_t unverified;
    int64_t written_off;
    const char *faults[3];
    enum rc rc = planner_own_section(c, false, &s);
    if (rc == RC_OK)
        rc = section_checks(c->db, c->arena, s.id, &checks, &n);
    if (rc == RC_OK)
        rc = answer_load(c, checks, n, &lists);
    if (rc == RC_OK)
        rc = door_list(c->db, c->arena, s.id, &door, &door_count);
    if (rc == RC_OK)
        rc = section_evidence(c->db, s.id, &evidence);
    if (rc == RC_OK)
        rc = section_unverified(c->db, s.id, &unverified);
    if (rc == RC_OK)
        rc = section_written_off(c->db, s.id, &written_off);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    row_put(w, &section_rows, &s);
    jw_array(w, "time_faults");
    for (size_t i = 0, count = times_names(section_faults(&s), faults); i < count; i++)
        jw_text(w, NULL, faults[i]);
    jw_end(w);
    jw_int(w, "evidence", evidence);
    jw_int(w, "evidence_unverified", unverified);
    jw_int(w, "evidence_written_off", written_off);
    write_door(w, "attendance", "attendance", door, door_count);
    write_door(w, "signatures", "signature", door, door_count);
    write_door(w, "samples", "sample", door, door_count);
    jw_array(w, "checks");
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w, NULL);
        row_put(w, &section_check_rows, &checks[i]);
        rc = answer_write(c, w, &lists, &checks[i]);
        jw_end(w);
    }
    jw_end(w);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* Times that cannot be true are not published: a reviewer says on which day the check was, and
   why. */
static enum rc decide_day(struct web_ctx *c, const struct section *s)
{
    const struct review_body *body = c->input;
    unsigned faults = section_faults(s);
    if (!body->decides)
        return faults
                   ? web_fail(c, RC_STATE, "/checked_on",
                              "检查时间存疑（%s），请退回，或以 checked_on 认定检查日期并说明理由",
                              times_text(c->arena, faults))
                   : RC_OK;
    if (!faults)
        return web_fail(c, RC_INVALID, "/checked_on", "检查时间没有疑问，不须认定检查日期");
    if (!body->reason)
        return web_fail(c, RC_INVALID, "/reason", "认定检查日期必须说明理由");
    if (body->checked_on > date_at(s->signed_at) ||
        (s->dispatched_at && body->checked_on < date_at(s->dispatched_at)))
        return web_fail(c, RC_INVALID, "/checked_on", "检查日期须在派发之日与签字之日之间");
    return RC_OK;
}

static enum rc accept_section(struct web_ctx *c, const struct section *s, struct workday_due *due)
{
    const struct review_body *body = c->input;
    if (s->conflicts)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 处冲突尚未处理，请退回",
                        (long long)s->conflicts);
    if (!s->result_class)
        return web_fail(c, RC_STATE, "", "检查单没有结果类别，请退回");
    int64_t waiting;
    enum rc rc = decide_day(c, s);
    if (rc == RC_OK)
        rc = held_waiting(c->db, s->id, &waiting);
    if (rc != RC_OK)
        return rc;
    if (waiting)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 项更正申请尚未处理", (long long)waiting);
    int32_t completed_on = date_at(s->signed_at);
    rc = publication_due_on(c->db, c->arena, s->department_region, PUBLICATION_INSPECTION,
                            completed_on, due, &c->err);
    if (rc == RC_OK)
        rc = section_accept(c->db, s->id, c->actor.id, c->now, body->checked_on,
                            body->checked_on ? body->reason : NULL);
    if (rc == RC_OK)
        rc = publication_add(c->db, s->id, PUBLICATION_INSPECTION, 0, s->department_id,
                             completed_on, *due);
    return rc;
}

static enum rc write_review(struct web_ctx *c, const struct section *s, const char *state,
                            const struct workday_due *due)
{
    c->audit.detail = arena_printf(c->arena, "{\"state\":\"%s\"}", state);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", s->id);
    jw_text(w, "state", state);
    jw_text(w, "result_class", s->result_class);
    if (due) {
        jw_date(w, "publish_by", due->date);
        jw_bool(w, "provisional", due->provisional);
    }
    return web_json_end(c);
}

/* POST sections/{id}/review */
enum rc planner_section_review(struct web_ctx *c)
{
    const struct review_body *body = c->input;
    struct section s;
    struct workday_due due = { .date = 0 };
    bool accept = strcmp(body->decision, "accept") == 0;
    if (!accept && strcmp(body->decision, "return") != 0)
        return web_fail(c, RC_INVALID, "/decision", "应为 accept（通过）或 return（退回）");
    if (!accept && !body->reason)
        return web_fail(c, RC_INVALID, "/reason", "退回必须说明原因");
    enum rc rc = planner_own_section(c, true, &s);
    if (rc != RC_OK)
        return rc;
    if (strcmp(s.state, "signed") != 0)
        return web_fail(c, RC_STATE, "", "检查单尚未签字或已经审核");
    if (c->actor.inspector_id && c->actor.inspector_id == s.signed_by_id)
        return web_fail(c, RC_FORBIDDEN, "", "不得审核本人签字的检查单");
    rc = accept ? accept_section(c, &s, &due)
                : section_return(c->db, s.id, c->actor.id, c->now, body->reason);
    if (rc == RC_OK)
        rc = record_publish_section(c->db, c->arena, s.id);
    if (rc != RC_OK)
        return rc;
    return write_review(c, &s, accept ? "accepted" : "returned", accept ? &due : NULL);
}

/* Neither blank nor holding control characters, line feeds aside where lines are allowed. */
static enum rc check_text(struct web_ctx *c, const char *pointer, const char *text, bool lines)
{
    bool blank = true;
    for (const char *p = text; *p; p++) {
        unsigned char ch = (unsigned char)*p;
        if ((ch < 0x20 && !(lines && ch == '\n')) || ch == 0x7F)
            return web_fail(c, RC_INVALID, pointer, "不得含有控制字符");
        blank = blank && (ch == ' ' || ch == '\n');
    }
    return blank ? web_fail(c, RC_INVALID, pointer, "不得为空白") : RC_OK;
}

static enum rc check_penalty(struct web_ctx *c, const struct penalty_body *body)
{
    enum rc rc = check_text(c, "/decision_no", body->decision_no, false);
    if (rc == RC_OK)
        rc = check_text(c, "/act_type", body->act_type, false);
    if (rc == RC_OK)
        rc = check_text(c, "/content", body->content, true);
    if (rc == RC_OK)
        rc = check_text(c, "/authority", body->authority, false);
    if (rc == RC_OK && body->decided_on > date_at(c->now))
        rc = web_fail(c, RC_INVALID, "/decided_on", "处罚决定日期不得晚于今天");
    return rc;
}

static enum rc add_penalty(struct web_ctx *c, const struct section *s,
                           const struct penalty_body *body, int64_t *id, struct workday_due *due)
{
    struct penalty penalty = { .section = s->id,
                               .decision_no = document_number(c->arena, body->decision_no),
                               .act_type = body->act_type,
                               .content = body->content,
                               .authority = body->authority,
                               .decided_on = body->decided_on };
    enum rc rc = publication_due_on(c->db, c->arena, s->department_region, PUBLICATION_PENALTY,
                                    body->decided_on, due, &c->err);
    if (rc == RC_OK)
        rc = publication_penalty_add(c->db, &penalty, c->actor.id, id);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/decision_no", "该处罚决定书文号已经登记");
    if (rc == RC_OK)
        rc = publication_add(c->db, s->id, PUBLICATION_PENALTY, *id, s->department_id,
                             body->decided_on, *due);
    return rc;
}

/* What was found may turn out to be worse than it looked: there is a case then. */
static enum rc punishable(struct web_ctx *c, const struct section *s)
{
    bool has_case = false;
    if (strcmp(s->state, "accepted") != 0)
        return web_fail(c, RC_STATE, "", "检查单审核通过后方可登记处罚");
    if (s->result_class && result_class_parse(s->result_class) == RESULT_PENALTY)
        return RC_OK;
    enum rc rc = disposal_has_case(c->db, s->id, &has_case);
    if (rc == RC_OK && !has_case)
        return web_fail(c, RC_STATE, "", "检查结果不是行政处罚类，也没有立案");
    return rc;
}

/* POST sections/{id}/penalties: a decision with a clock of its own (R02). */
enum rc planner_penalty_create(struct web_ctx *c)
{
    const struct penalty_body *body = c->input;
    struct section s;
    struct workday_due due = { .date = 0 };
    int64_t id = 0;
    enum rc rc = check_penalty(c, body);
    if (rc == RC_OK)
        rc = planner_own_section(c, true, &s);
    if (rc == RC_OK)
        rc = punishable(c, &s);
    if (rc != RC_OK)
        return rc;
    if (body->decided_on <
        (s.checked_on ? s.checked_on : date_at(s.arrived_at ? s.arrived_at : s.signed_at)))
        return web_fail(c, RC_INVALID, "/decided_on", "处罚决定日期不得早于检查日期");
    rc = add_penalty(c, &s, body, &id, &due);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"penalty\":%lld}", (long long)id);
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "id", id);
    jw_int(w, "section", s.id);
    jw_text(w, "decision_no", document_number(c->arena, body->decision_no));
    jw_date(w, "publish_by", due.date);
    jw_bool(w, "provisional", due.provisional);
    return web_json_end(c);
}

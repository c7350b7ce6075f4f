/* Review of signed sections, and penalties that follow from them. */
#include "planner/answer.h"
#include "planner/routes.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/result.h"
#include "store/door.h"
#include "store/held.h"
#include "store/publication.h"
#include "store/record.h"
#include "store/rule.h"
#include "store/section.h"

struct review_body {
    const char *decision;
    const char *reason;
};

const struct web_input planner_review_body = {
    .size = sizeof(struct review_body),
    .fields =
        (const struct web_field[]){
            { .name = "decision",
              .type = WEB_TEXT,
              .offset = offsetof(struct review_body, decision),
              .required = true,
              .min = 1,
              .max = 16 },
            { .name = "reason",
              .type = WEB_TEXT,
              .offset = offsetof(struct review_body, reason),
              .min = 1,
              .max = 400 },
            { .name = NULL },
        },
};

struct penalty_body {
    const char *decision_no;
    const char *act_type;
    const char *content;
    const char *authority;
    int32_t decided_on;
};

const struct web_input planner_penalty_body = {
    .size = sizeof(struct penalty_body),
    .fields =
        (const struct web_field[]){
            { .name = "decision_no",
              .type = WEB_TEXT,
              .offset = offsetof(struct penalty_body, decision_no),
              .required = true,
              .min = 1,
              .max = 60 },
            { .name = "act_type",
              .type = WEB_TEXT,
              .offset = offsetof(struct penalty_body, act_type),
              .required = true,
              .min = 1,
              .max = 200 },
            { .name = "content",
              .type = WEB_TEXT,
              .offset = offsetof(struct penalty_body, content),
              .required = true,
              .min = 1,
              .max = 1000 },
            { .name = "authority",
              .type = WEB_TEXT,
              .offset = offsetof(struct penalty_body, authority),
              .required = true,
              .min = 1,
              .max = 80 },
            { .name = "decided_on",
              .type = WEB_DATE,
              .offset = offsetof(struct penalty_body, decided_on),
              .required = true },
            { .name = NULL },
        },
};

static void write_instant(struct jsonw *w, const char *key, int64_t instant)
{
    if (instant)
        jw_instant(w, key, instant);
    else
        jw_null(w, key);
}

/* The members of a section, into an open object. */
static void write_section(struct jsonw *w, const struct section *s)
{
    jw_int(w, "id", s->id);
    jw_text(w, "visit", s->visit);
    jw_text(w, "subject_code", s->subject_code);
    jw_text(w, "subject_name", s->subject_name);
    jw_text(w, "department", s->department);
    jw_text(w, "state", s->state);
    jw_int(w, "version", s->version);
    jw_int(w, "conflicts", s->conflicts);
    jw_text(w, "result_class", s->result_class);
    write_instant(w, "arrived_at", s->arrived_at);
    write_instant(w, "left_at", s->left_at);
    jw_text(w, "note", s->note);
    jw_text(w, "signed_by", s->signed_card);
    write_instant(w, "signed_at", s->signed_at);
    jw_text(w, "review_reason", s->review_reason);
    jw_text(w, "opinion", s->opinion);
    jw_text(w, "statement", s->statement);
    jw_text(w, "attendance_reason", s->attendance_reason);
}

/* GET sections?state= */
enum rc planner_section_list(struct web_ctx *c)
{
    const struct planner_state_query *query = c->query;
    struct section *sections;
    size_t n;
    const char *state = query->state ? query->state : "signed";
    int64_t limit = planner_limit(query->limit);
    if (text_index(section_state_names, state) < 0)
        return web_fail(c, RC_INVALID, "state", "未知的检查单状态");
    enum rc rc = section_list(c->db, c->arena, c->actor.department_id, state, query->after, limit,
                              &sections, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "sections");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        write_section(w, &sections[i]);
        jw_end(w);
    }
    return planner_page_end(c, w, limit, n, n ? sections[n - 1].id : 0);
}

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
    write_section(w, &s);
    jw_int(w, "evidence", evidence);
    jw_int(w, "evidence_unverified", unverified);
    jw_int(w, "evidence_written_off", written_off);
    write_door(w, "attendance", "attendance", door, door_count);
    write_door(w, "signatures", "signature", door, door_count);
    write_door(w, "samples", "sample", door, door_count);
    jw_array(w, "checks");
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w, NULL);
        jw_int(w, "id", checks[i].id);
        jw_text(w, "item", checks[i].item);
        jw_text(w, "item_name", checks[i].item_name);
        jw_text(w, "result_code", checks[i].result_code);
        jw_text(w, "result_name", checks[i].result_name);
        jw_text(w, "problem", checks[i].problem);
        jw_text(w, "disposal", checks[i].disposal);
        rc = answer_write(c, w, &lists, &checks[i]);
        jw_end(w);
    }
    jw_end(w);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* The day until which to publish, by the rules of the department's region. */
static enum rc due_of(struct web_ctx *c, const struct section *s, enum publication_kind kind,
                      int32_t trigger_on, struct workday_due *due)
{
    struct workday_calendar calendar;
    struct publication_rules deadlines;
    struct rule_set rules;
    enum rc rc = rule_load(c->db, c->arena, s->department_region, trigger_on, &rules);
    if (rc == RC_OK)
        rc = rule_deadlines(&rules, &deadlines, &c->err);
    if (rc == RC_OK)
        rc = rule_calendar(c->db, c->arena, &calendar);
    if (rc != RC_OK)
        return rc;
    *due = publication_due(&calendar, &deadlines, kind, trigger_on);
    return RC_OK;
}

static enum rc accept_section(struct web_ctx *c, const struct section *s, struct workday_due *due)
{
    if (s->conflicts)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 处冲突尚未处理，请退回",
                        (long long)s->conflicts);
    if (!s->result_class)
        return web_fail(c, RC_STATE, "", "检查单没有结果类别，请退回");
    int64_t waiting;
    enum rc rc = held_waiting(c->db, s->id, &waiting);
    if (rc != RC_OK)
        return rc;
    if (waiting)
        return web_fail(c, RC_STATE, "", "检查单有 %lld 项更正申请尚未处理", (long long)waiting);
    int32_t completed_on = date_at(s->signed_at);
    rc = due_of(c, s, PUBLICATION_INSPECTION, completed_on, due);
    if (rc == RC_OK)
        rc = section_accept(c->db, s->id, c->actor.id, c->now);
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
    if (c->actor.inspector_id && c->actor.inspector_id == s.signed_by)
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
    struct penalty penalty = { .section_id = s->id,
                               .decision_no = body->decision_no,
                               .act_type = body->act_type,
                               .content = body->content,
                               .authority = body->authority,
                               .decided_on = body->decided_on };
    enum rc rc = due_of(c, s, PUBLICATION_PENALTY, body->decided_on, due);
    if (rc == RC_OK)
        rc = publication_penalty_add(c->db, &penalty, c->actor.id, id);
    if (rc == RC_CONFLICT)
        return web_fail(c, rc, "/decision_no", "该处罚决定书文号已经登记");
    if (rc == RC_OK)
        rc = publication_add(c->db, s->id, PUBLICATION_PENALTY, *id, s->department_id,
                             body->decided_on, *due);
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
    if (rc != RC_OK)
        return rc;
    if (strcmp(s.state, "accepted") != 0)
        return web_fail(c, RC_STATE, "", "检查单审核通过后方可登记处罚");
    if (!s.result_class || result_class_parse(s.result_class) != RESULT_PENALTY)
        return web_fail(c, RC_STATE, "", "检查结果不是行政处罚类");
    if (body->decided_on < date_at(s.arrived_at ? s.arrived_at : s.signed_at))
        return web_fail(c, RC_INVALID, "/decided_on", "处罚决定日期不得早于检查日期");
    rc = add_penalty(c, &s, body, &id, &due);
    if (rc != RC_OK)
        return rc;
    c->audit.detail = arena_printf(c->arena, "{\"penalty\":%lld}", (long long)id);
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "id", id);
    jw_int(w, "section", s.id);
    jw_text(w, "decision_no", body->decision_no);
    jw_date(w, "publish_by", due.date);
    jw_bool(w, "provisional", due.provisional);
    return web_json_end(c);
}

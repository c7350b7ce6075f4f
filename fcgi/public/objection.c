/* Objections (异议) to what is public: the form, and by the code of its receipt how far one is. */
#include <string.h>

#include "base/text.h"
#include "domain/publish/objection.h"
#include "public/page.h"
#include "public/routes.h"
#include "store/publish/disclosure.h"
#include "store/publish/disclosure_objection.h"
#include "sys/random.h"

/* code: of the receipt, made with the form, so that a form that is sent twice is one objection. */
struct sent {
    struct objection_form form;
    const char *code;
};

enum { CODE_BYTES = 32, SENT_MAX = 2000 };

static const struct web_input sent_input = WEB_INPUT(
    struct sent, WEB_FIELD(struct sent, code, "凭证", .required = true),
    WEB_FIELD_IN(struct sent, form, content, "异议内容", .empty = true, .max = SENT_MAX),
    WEB_FIELD_IN(struct sent, form, name, "姓名或者单位名称", .empty = true, .max = SENT_MAX),
    WEB_FIELD_IN(struct sent, form, contact, "联系方式", .empty = true, .max = SENT_MAX));

/* ---- the form ---- */

/* What is wrong with which member; of a fresh form nothing. */
struct fault {
    const char *text;
    const char *member;
};

static void put_field(struct html *h, const char *name, const char *label, const char *value,
                      const char *most, const struct fault *fault)
{
    bool wrong = fault->text && strcmp(fault->member, name) == 0;
    const char *invalid = wrong ? "true" : NULL;
    const char *about = wrong ? "fault" : NULL;
    html_open(h, "div", "class", "field", NULL);
    html_element(h, "label", label, "for", name, NULL);
    if (strcmp(name, "content") == 0)
        html_element(h, "textarea", value ? value : "", "id", name, "name", name, "rows", "6",
                     "maxlength", most, "required", "", "aria-invalid", invalid, "aria-describedby",
                     about, NULL);
    else
        html_void(h, "input", "id", name, "name", name, "maxlength", most, "required", "", "value",
                  value, "aria-invalid", invalid, "aria-describedby", about, NULL);
    html_close(h, "div");
}

static enum rc write_form(struct web_ctx *c, int64_t id, const struct disclosure_result *r,
                          const struct sent *sent, const struct fault *fault)
{
    struct html *h = page_open(c, fault->text ? web_status(RC_INVALID) : 200, "对公示信息提出异议",
                               PAGE_RESULTS);
    page_facts_open(h, "有异议的公示信息");
    page_row(h, "企业名称", r->subject_name);
    page_row(h, "检查部门", r->department_name);
    page_row(h, "检查日期", page_date(c->arena, r->checked_on));
    page_table_close(h);
    if (fault->text)
        html_element(h, "p", fault->text, "id", "fault", "class", "empty", "role", "alert", NULL);
    html_open(h, "form", "class", "letter", "method", "post", "action",
              page_url(c, "/results/%lld/objection", (long long)id), NULL);
    html_void(h, "input", "type", "hidden", "name", "code", "value", sent->code, NULL);
    put_field(h, "content", "公示信息哪里有误、应当是什么（5 至 500 个字）", sent->form.content,
              "500", fault);
    put_field(h, "name", "您的姓名或者单位名称", sent->form.name, "40", fault);
    put_field(h, "contact", "联系方式：电话或者电子邮箱", sent->form.contact, "60", fault);
    html_element(h, "p",
                 "姓名和联系方式只用于核查和答复，只有实施检查的部门能够看到，不会公开。"
                 "提交后请保存凭证页面的地址，凭它查看办理情况。",
                 "class", "quiet", NULL);
    html_element(h, "button", "提交异议", "type", "submit", NULL);
    html_close(h, "form");
    return page_close_private(c, h);
}

static enum rc objected(struct web_ctx *c, int64_t *id, struct disclosure_result *r)
{
    enum rc rc = web_param_id(c, "id", id);
    if (rc == RC_OK)
        rc = disclosure_result(c->db, c->arena, *id, r);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有这条公示信息，或者它已经撤下。") : rc;
}

/* GET results/{id}/objection */
enum rc public_objection_form(struct web_ctx *c)
{
    int64_t id = 0;
    uint8_t hash[DIGEST_SIZE];
    struct disclosure_result r = { .id = 0 };
    enum rc rc = objected(c, &id, &r);
    const struct sent fresh = { .code = random_token(c->arena, hash) };
    return rc == RC_OK ? write_form(c, id, &r, &fresh, &(struct fault){ NULL, NULL }) : rc;
}

/* ---- what was sent ---- */

static bool is_code(const char *code)
{
    uint8_t bytes[CODE_BYTES];
    return base64url_decode(bytes, sizeof bytes, code) == CODE_BYTES;
}

/* To the receipt's page: loading that one again sends nothing. */
static enum rc go_to_receipt(struct web_ctx *c, const char *code)
{
    web_header(c, "Location", page_url(c, "/objections/%s", code));
    web_header(c, "Cache-Control", "no-store");
    return web_empty(c, 303);
}

static enum rc take_in(struct web_ctx *c, int64_t id, const struct sent *sent)
{
    uint8_t hash[DIGEST_SIZE];
    struct disclosure_objection known;
    token_hash(sent->code, hash);
    enum rc rc = disclosure_objection(c->db, c->arena, hash, &known);
    if (rc == RC_NOT_FOUND)
        rc = disclosure_objection_add(c->db, c->arena, c->settings->objection_keys.key[0], id, hash,
                                      &sent->form, c->now);
    if (rc == RC_CONFLICT)
        return RC_RETRY; /* once more, after the one that came meanwhile */
    if (rc == RC_TOO_MANY)
        return web_fail(c, rc, "", "今天收到的异议已达上限。请明天再提交，或者直接联系检查部门。");
    return rc == RC_OK ? go_to_receipt(c, sent->code) : rc;
}

/* POST results/{id}/objection */
enum rc public_objection_add(struct web_ctx *c)
{
    int64_t id = 0;
    struct disclosure_result r = { .id = 0 };
    struct sent sent = { .code = NULL };
    struct fault fault;
    c->audit.counted = true; /* the objection is the record; its account reads no audit log */
    enum rc rc = web_same_origin(c);
    if (rc == RC_OK)
        rc = objected(c, &id, &r);
    if (rc == RC_OK)
        rc = web_input_form(c, &sent_input, &sent);
    if (rc == RC_OK && !is_code(sent.code))
        rc = web_fail(c, RC_INVALID, "/code", "表单已失效，请重新打开后填写。");
    if (rc != RC_OK)
        return rc;
    fault.text = objection_form_fault(&sent.form, &fault.member);
    return fault.text ? write_form(c, id, &r, &sent, &fault) : take_in(c, id, &sent);
}

/* ---- the receipt ---- */

static const char *state_text(const char *state)
{
    static const char *const texts[][2] = {
        { "received", "已收到，等待检查部门核查" },
        { "examining", "检查部门正在核查" },
        { "upheld", "异议成立，公示信息已经更正或者撤下" },
        { "rejected", "异议不成立，公示信息不变" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i][0], state) == 0)
            return texts[i][1];
    return state;
}

/* GET objections/{code} */
enum rc public_objection(struct web_ctx *c)
{
    uint8_t hash[DIGEST_SIZE];
    struct disclosure_objection o;
    token_hash(web_param(c, "code"), hash);
    enum rc rc = disclosure_objection(c->db, c->arena, hash, &o);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这份异议，请核对凭证的地址。");
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(c, 200, "异议的办理情况", PAGE_RESULTS);
    page_facts_open(h, "办理情况");
    page_row(h, "状态", state_text(o.state));
    page_row(h, "检查部门", o.department_name);
    page_row_time(h, "收到时间", o.received_at);
    page_row_time(h, "答复时间", o.decided_at);
    page_row(h, "答复", o.answer);
    page_row_code(h, "凭证", web_param(c, "code"));
    page_table_close(h);
    html_open(h, "p", NULL);
    html_element(h, "a", "查看该公示信息", "href",
                 page_url(c, "/results/%lld", (long long)o.publication), NULL);
    html_close(h, "p");
    html_element(h, "p", "请保存本页的地址（可以加入收藏），凭它随时查看；遗失后无法找回。",
                 "class", "quiet", NULL);
    return page_close_private(c, h);
}

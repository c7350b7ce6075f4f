/* The rating of a visit (评价) by the enterprise, once, by the code of its notice. */
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "public/page.h"
#include "public/routes.h"
#include "store/publish/disclosure_notice.h"
#include "store/publish/disclosure_rating.h"
#include "sys/random.h"

/* form: made with the page, so that a form that is sent twice is one rating. The answers are texts
   to be shown again as they were given. */
struct sent {
    const char *form;
    const char *lawful;
    const char *burden;
    const char *conduct;
    const char *guidance;
    const char *content;
};

enum { FORM_BYTES = 32, ANSWER_MAX = 20, SENT_MAX = 2000 };

#define ANSWER(member, title)                                                                      \
    WEB_FIELD(struct sent, member, title, .empty = true, .max = ANSWER_MAX)
static const struct web_input sent_input = WEB_INPUT(
    struct sent, WEB_FIELD(struct sent, form, "表单", .required = true), ANSWER(lawful, "依法依规"),
    ANSWER(burden, "少打扰"), ANSWER(conduct, "文明公正廉洁"), ANSWER(guidance, "讲解指导"),
    WEB_FIELD(struct sent, content, "意见", .empty = true, .max = SENT_MAX));

/* ---- who may ---- */

/*
 * The app of the inspectors marks its browser (mobile-api/app/src/device/mark.ts): nobody rates the
 * visits of his own phone by it. Another browser, or another phone, is nobody's.
 */
static bool inspectors_phone(const struct web_ctx *c)
{
    static const char mark[] = "liancha-device=1";
    const char *at = web_request_header(c, "HTTP_COOKIE");
    while (at && *at) {
        at += strspn(at, "; ");
        size_t n = strcspn(at, ";");
        if (n == sizeof mark - 1 && strncmp(at, mark, n) == 0)
            return true;
        at += n;
    }
    return false;
}

/* The notice of the path; its first visit, as all of them are on one day. */
static enum rc rated_notice(struct web_ctx *c, uint8_t code[DIGEST_SIZE],
                            struct disclosure_notice *n)
{
    struct row_page visits = { .n = 0 };
    token_hash(web_param(c, "code"), code);
    enum rc rc = disclosure_notice(c->db, c->arena, code, &visits);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这份检查通知，或者它已经失效。请核对通知书上的二维码。");
    if (rc != RC_OK)
        return rc;
    *n = *(const struct disclosure_notice *)visits.v;
    if (inspectors_phone(c))
        return web_fail(c, RC_FORBIDDEN, "", "本机用于执法检查，不能评价检查。");
    if (!n->planned_on)
        return web_fail(c, RC_STATE, "", "这次检查已经取消，不能评价。");
    if (!n->begun)
        return web_fail(c, RC_STATE, "", "检查当天起才能评价。");
    return RC_OK;
}

/* ---- the form ---- */

static const char *const answers[] = { "很不满意", "不满意", "一般", "满意", "很满意" };

static void put_question(struct html *h, const char *name, const char *label, const char *given,
                         const char *wrong)
{
    bool fault = wrong && strcmp(wrong, name) == 0;
    html_open(h, "div", "class", "field", NULL);
    html_element(h, "label", label, "for", name, NULL);
    html_open(h, "select", "id", name, "name", name, "required", "", "aria-invalid",
              fault ? "true" : NULL, "aria-describedby", fault ? "fault" : NULL, NULL);
    html_element(h, "option", "请选择", "value", "", NULL);
    for (int score = RATING_HIGHEST; score >= RATING_LOWEST; score--) {
        const char value[] = { (char)('0' + score), '\0' };
        html_open(h, "option", "value", value, "selected",
                  given && strcmp(given, value) == 0 ? "" : NULL, NULL);
        html_textf(h, "%d 分，%s", score, answers[score - RATING_LOWEST]);
        html_close(h, "option");
    }
    html_close(h, "select");
    html_close(h, "div");
}

static void put_content(struct html *h, const char *given, const char *wrong)
{
    bool fault = wrong && strcmp(wrong, "content") == 0;
    html_open(h, "div", "class", "field", NULL);
    html_element(h, "label", "意见和建议（可以不填，不超过 500 个字）", "for", "content", NULL);
    html_element(h, "textarea", given ? given : "", "id", "content", "name", "content", "rows", "5",
                 "maxlength", "500", "aria-invalid", fault ? "true" : NULL, "aria-describedby",
                 fault ? "fault" : NULL, NULL);
    html_close(h, "div");
}

static enum rc write_form(struct web_ctx *c, const struct disclosure_notice *n,
                          const struct sent *sent, const char *fault, const char *wrong)
{
    struct html *h = page_open(c, fault ? web_status(RC_INVALID) : 200, "评价这次检查", PAGE_NONE);
    page_facts_open(h, "评价的检查");
    page_row(h, "检查对象", n->subject_name);
    page_row(h, "检查日期", page_date(c->arena, n->planned_on));
    page_table_close(h);
    if (fault)
        html_element(h, "p", fault, "id", "fault", "class", "empty", "role", "alert", NULL);
    html_open(h, "form", "class", "letter", "method", "post", "action",
              page_url(c, "/notices/%s/rating", web_param(c, "code")), NULL);
    html_void(h, "input", "type", "hidden", "name", "form", "value", sent->form, NULL);
    put_question(h, "lawful", "依法依规：出示执法证，说明依据和事项，不超出事项", sent->lawful,
                 wrong);
    put_question(h, "burden", "少打扰：时间安排合理，少影响生产经营", sent->burden, wrong);
    put_question(h, "conduct", "文明、公正、廉洁", sent->conduct, wrong);
    put_question(h, "guidance", "讲解指导：问题和整改要求讲得清楚", sent->guidance, wrong);
    put_content(h, sent->content, wrong);
    html_element(
        h, "p",
        "只能评价一次，提交后不能更改。检查部门看不到是谁的评价，只能看到满五份以后的平均分；"
        "意见只有上一级主管部门的审计人员能看到，也不显示是哪家企业。",
        "class", "quiet", NULL);
    html_element(h, "button", "提交评价", "type", "submit", NULL);
    html_close(h, "form");
    return page_close_private(c, h);
}

/* RC_CONFLICT where all of it was rated, by other forms; *same: by this one. */
static enum rc check_once(struct web_ctx *c, const uint8_t code[DIGEST_SIZE],
                          const uint8_t form[DIGEST_SIZE], bool *same)
{
    bool rated = false;
    enum rc rc = disclosure_rated(c->db, code, form, &rated, same);
    if (rc == RC_OK && rated && !*same)
        return web_fail(c, RC_CONFLICT, "", "这次检查已经评价过，只能评价一次。");
    return rc;
}

/* GET notices/{code}/rating */
enum rc public_rating_form(struct web_ctx *c)
{
    uint8_t code[DIGEST_SIZE];
    uint8_t form[DIGEST_SIZE];
    struct disclosure_notice n = { .subject_name = "" };
    const struct sent fresh = { .form = random_token(c->arena, form) };
    bool same = false;
    enum rc rc = rated_notice(c, code, &n);
    if (rc == RC_OK)
        rc = check_once(c, code, form, &same);
    return rc == RC_OK ? write_form(c, &n, &fresh, NULL, NULL) : rc;
}

/* ---- what was sent ---- */

/* 0 for what is none. */
static int64_t score(const char *answer)
{
    return answer && answer[0] >= '0' + RATING_LOWEST && answer[0] <= '0' + RATING_HIGHEST &&
                   !answer[1]
               ? answer[0] - '0'
               : 0;
}

static bool is_form(const char *form)
{
    uint8_t bytes[FORM_BYTES];
    return base64url_decode(bytes, sizeof bytes, form) == FORM_BYTES;
}

static enum rc take_in(struct web_ctx *c, const uint8_t code[DIGEST_SIZE], const char *form,
                       const struct rating *rating)
{
    uint8_t hash[DIGEST_SIZE];
    bool same = false;
    token_hash(form, hash);
    enum rc rc = check_once(c, code, hash, &same);
    if (rc == RC_OK && !same) {
        rc = disclosure_rating_add(c->db, code, hash, rating);
        if (rc == RC_CONFLICT)
            return RC_RETRY; /* once more, after the one that came meanwhile */
    }
    if (rc != RC_OK)
        return rc;
    web_header(c, "Location", page_url(c, "/notices/%s", web_param(c, "code")));
    web_header(c, "Cache-Control", "no-store");
    return web_empty(c, 303);
}

/* POST notices/{code}/rating */
enum rc public_rating_add(struct web_ctx *c)
{
    uint8_t code[DIGEST_SIZE];
    struct disclosure_notice n = { .subject_name = "" };
    struct sent sent = { .form = NULL };
    const char *wrong = NULL;
    c->audit.counted = true; /* the rating is the record, and says not whose it is */
    enum rc rc = web_same_origin(c);
    if (rc == RC_OK)
        rc = rated_notice(c, code, &n);
    if (rc == RC_OK)
        rc = web_input_form(c, &sent_input, &sent);
    if (rc == RC_OK && !is_form(sent.form))
        rc = web_fail(c, RC_INVALID, "/form", "表单已失效，请重新打开后填写。");
    if (rc != RC_OK)
        return rc;
    const struct rating rating = { .lawful = score(sent.lawful),
                                   .burden = score(sent.burden),
                                   .conduct = score(sent.conduct),
                                   .guidance = score(sent.guidance),
                                   .content = sent.content };
    const char *fault = rating_fault(&rating, &wrong);
    return fault ? write_form(c, &n, &sent, fault, wrong) : take_in(c, code, sent.form, &rating);
}

/* The enterprise's page of one entry, by the code that its notice alone bears. */
#include <string.h>

#include "public/page.h"
#include "public/routes.h"
#include "store/publish/disclosure_notice.h"
#include "store/publish/disclosure_rating.h"
#include "store/visit/visit.h"
#include "sys/random.h"

static void put_team(struct html *h, const struct row_page *page)
{
    static const char *const headings[] = { "检查部门", "姓名", "执法证号", NULL };
    const struct disclosure_notice_inspector *team = page->v;
    page_list_open(h, "来检查的人员（请核对执法证，每个部门不得少于两人）", headings);
    for (size_t i = 0; i < page->n; i++) {
        html_open(h, "tr", NULL);
        page_cell(h, headings[0], team[i].department_name);
        page_cell(h, headings[1], team[i].name);
        page_cell_code(h, headings[2], team[i].card_no);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_items(struct html *h, const struct row_page *page)
{
    static const char *const headings[] = { "检查部门", "检查事项", "依据", NULL };
    const struct disclosure_notice_item *items = page->v;
    page_list_open(h, "检查的事项", headings);
    for (size_t i = 0; i < page->n; i++) {
        html_open(h, "tr", NULL);
        page_cell(h, headings[0], items[i].department_name);
        page_cell(h, headings[1], items[i].name);
        page_cell(h, headings[2], items[i].legal_basis);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_rights(struct html *h)
{
    static const char *const rights[] = {
        "检查人员应当主动出示执法证件；不出示的，企业有权拒绝检查。",
        "检查只限于本页所列的事项；企业有权陈述和申辩，并在检查记录上写明意见。",
        "检查不收取任何费用，检查结果按期向社会公示，公示前可以向检查部门提出异议。",
    };
    html_element(h, "h2", "您可以期待", NULL);
    html_open(h, "ul", NULL);
    for (size_t i = 0; i < sizeof rights / sizeof *rights; i++)
        html_element(h, "li", rights[i], NULL);
    html_close(h, "ul");
}

static void put_plans(struct html *h, const struct row_page *visits)
{
    static const char *const headings[] = { "检查计划", "计划编号", "牵头部门", NULL };
    const struct disclosure_notice *v = visits->v;
    page_list_open(h, visits->n > 1 ? "依据的检查计划（合并为一次入企）" : "依据的检查计划",
                   headings);
    for (size_t i = 0; i < visits->n; i++) {
        html_open(h, "tr", NULL);
        page_cell(h, headings[0], v[i].campaign_name);
        page_cell_code(h, headings[1], v[i].campaign_code);
        page_cell(h, headings[2], v[i].lead_name);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_rating(struct web_ctx *c, struct html *h, bool begun, bool rated)
{
    html_element(h, "h2", "评价这次检查", NULL);
    if (rated) {
        html_element(h, "p", "已经收到您的评价，谢谢。", NULL);
    } else if (!begun) {
        html_element(h, "p", "检查当天起可以在这里评价，检查之后七天内有效。", NULL);
    } else {
        html_open(h, "p", NULL);
        html_element(h, "a", "评价这次检查", "class", "button", "href",
                     page_url(c, "/notices/%s/rating", web_param(c, "code")), NULL);
        html_close(h, "p");
    }
}

static enum rc write_notice(struct web_ctx *c, const struct row_page *visits,
                            const struct row_page *team, const struct row_page *items, bool rated)
{
    const struct disclosure_notice *n = visits->v;
    struct html *h = page_open(c, 200, "检查通知", PAGE_NONE);
    page_facts_open(h, "这次检查");
    page_row(h, "检查对象", n->subject_name);
    page_row(h, "检查日期", page_date(c->arena, n->planned_on));
    page_table_close(h);
    put_plans(h, visits);
    put_team(h, team);
    put_items(h, items);
    put_rights(h);
    put_rating(c, h, n->begun, rated);
    return page_close_private(c, h);
}

/* What was to be, and that nobody comes. */
static enum rc write_cancelled(struct web_ctx *c, const struct row_page *visits)
{
    const struct disclosure_notice *n = visits->v;
    struct html *h = page_open(c, 200, "检查通知", PAGE_NONE);
    html_element(h, "p",
                 "这次检查已经取消，不在原定的日期进行。另行安排日期后，本页显示新的日期；"
                 "在此之前有人以这次检查的名义上门的，您有权拒绝检查，并向牵头部门核实。",
                 "class", "empty", "role", "alert", NULL);
    page_facts_open(h, "取消的检查");
    page_row(h, "检查对象", n->subject_name);
    page_row(h, "原定日期", page_date(c->arena, n->cancelled_from));
    page_row(h, "取消原因", row_label(visit_cancel_kinds, n->cancelled_kind));
    page_table_close(h);
    put_plans(h, visits);
    return page_close_private(c, h);
}

/* GET notices/{code} */
enum rc public_notice(struct web_ctx *c)
{
    static const uint8_t none[DIGEST_SIZE];
    uint8_t hash[DIGEST_SIZE];
    bool rated = false;
    bool same = false;
    struct row_page visits = { .n = 0 };
    struct row_page team = { .n = 0 };
    struct row_page items = { .n = 0 };
    token_hash(web_param(c, "code"), hash);
    enum rc rc = disclosure_notice(c->db, c->arena, hash, &visits);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这份检查通知，或者它已经失效。请核对通知书上的二维码。");
    if (rc == RC_OK && !((const struct disclosure_notice *)visits.v)->planned_on)
        return write_cancelled(c, &visits);
    if (rc == RC_OK)
        rc = disclosure_notice_team(c->db, c->arena, hash, &team);
    if (rc == RC_OK)
        rc = disclosure_notice_items(c->db, c->arena, hash, &items);
    if (rc != RC_OK)
        return rc;
    rc = disclosure_rated(c->db, hash, none, &rated, &same);
    return rc == RC_OK ? write_notice(c, &visits, &team, &items, rated) : rc;
}

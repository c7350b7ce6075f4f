/* All that is published of one enterprise: one entry a day, however many departments went in. */
#include <string.h>

#include "base/date.h"
#include "public/page.h"
#include "public/routes.h"
#include "store/publish/disclosure.h"
#include "store/publish/publication.h"
#include "store/directory/vocabulary.h"

enum { SUBJECT_ROWS = 500 };

static void put_part(struct web_ctx *c, struct html *h, const struct disclosure_result *r)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_element(h, "a", r->department_name, "href", page_url(c, "/results/%lld", (long long)r->id),
                 NULL);
    html_close(h, "th");
    page_cell(h, "公示类别", row_label(publication_kinds, r->kind));
    page_cell(h, "检查结果", row_label(result_classes, r->result_class));
    page_cell(h, "公示日期", page_date(c->arena, date_at(r->published_at)));
    html_close(h, "tr");
}

/* Those of one day, which follow one another; returns how many. */
static size_t put_day(struct web_ctx *c, struct html *h, const struct disclosure_result *list,
                      size_t n)
{
    static const char *const headings[] = { "检查部门", "公示类别", "检查结果", "公示日期", NULL };
    size_t same = 1;
    size_t departments = 1;
    for (; same < n && list[same].checked_on == list[0].checked_on; same++)
        departments += strcmp(list[same].department_name, list[same - 1].department_name) != 0;
    const char *day = page_date(c->arena, list->checked_on);
    page_list_open(h,
                   departments > 1
                       ? arena_printf(c->arena, "%s 的检查（%zu 个部门）", day, departments)
                       : arena_printf(c->arena, "%s 的检查", day),
                   headings);
    for (size_t i = 0; i < same; i++)
        put_part(c, h, &list[i]);
    page_table_close(h);
    return same;
}

/* GET subjects/{code} */
enum rc public_subject(struct web_ctx *c)
{
    const char *code = web_param(c, "code");
    struct row_page page;
    enum rc rc = disclosure_subject(c->db, c->arena, code, SUBJECT_ROWS, &page);
    if (rc == RC_OK && page.n == 0)
        return web_fail(c, RC_NOT_FOUND, "", "没有这家企业的公示信息。");
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = page.v;
    struct html *h = page_open(c, 200, list->subject_name, PAGE_RESULTS);
    page_facts_open(h, "企业信息");
    page_row_code(h, "统一社会信用代码或注册号", list->subject_code);
    page_row(h, "区划", list->region_name);
    page_row(h, "已公示", arena_printf(c->arena, page.more ? "最近 %zu 条" : "%zu 条", page.n));
    page_table_close(h);
    for (size_t i = 0; i < page.n;)
        i += put_day(c, h, list + i, page.n - i);
    return page_close(c, h, 60);
}

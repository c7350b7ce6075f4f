/* What is checked and by which plan: the list of items (抽查事项清单) and the plans that were filed. */
#include <string.h>

#include "public/page.h"
#include "public/routes.h"
#include "store/directory/vocabulary.h"
#include "store/publish/disclosure.h"
#include "store/publish/disclosure_list.h"

enum { LIST_SECONDS = 300 };

struct items_query {
    const char *specialty;
    const char *after;
};

const struct web_input public_items_query =
    WEB_INPUT(struct items_query, WEB_FIELD(struct items_query, specialty, "专业", .max = 32),
              WEB_FIELD(struct items_query, after, "上一页的最后一项", .max = 32));

struct plans_query {
    const char *after;
};

const struct web_input public_plans_query = WEB_INPUT(
    struct plans_query, WEB_FIELD(struct plans_query, after, "上一页的最后一项", .max = 32));

static const char *url(struct web_ctx *c, const char *path, const char *specialty,
                       const char *after)
{
    struct buf *out = arena_alloc(c->arena, sizeof *out);
    buf_init(out, c->arena, 1024);
    buf_puts(out, page_url(c, "%s", path));
    buf_putc(out, '?');
    html_query(out, "specialty", specialty);
    html_query(out, "after", after);
    out->p[out->n - 1] = '\0';
    return out->p;
}

/* ---- items ---- */

static void put_specialties(struct web_ctx *c, struct html *h, const struct disclosure_names *names,
                            const char *chosen)
{
    html_open(h, "nav", "class", "choices", "aria-label", "按专业查看", NULL);
    html_element(h, "a", "全部", "href", url(c, "/items", NULL, NULL), "aria-current",
                 chosen ? NULL : "true", NULL);
    for (size_t i = 0; i < names->n; i++) {
        bool current = chosen && strcmp(chosen, names->v[i].code) == 0;
        html_element(h, "a", names->v[i].name, "href", url(c, "/items", names->v[i].code, NULL),
                     "aria-current", current ? "true" : NULL, NULL);
    }
    html_close(h, "nav");
}

static void put_item(struct web_ctx *c, struct html *h, const struct disclosure_item *item)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_text(h, item->name);
    html_element(h, "p", item->content, "class", "quiet", NULL);
    html_close(h, "th");
    page_cell(h, "专业", item->specialty_name);
    page_cell(h, "类别", row_label(item_categories, item->category));
    page_cell(h, "检查方式", row_label(item_methods, item->method));
    page_cell(h, "检查依据", item->legal_basis);
    html_open(h, "td", "data-label", "公示结果", NULL);
    html_element(h, "a", "查看", "href", page_url(c, "/?item=%s", item->code), "aria-label",
                 arena_printf(c->arena, "查看“%s”的公示结果", item->name), NULL);
    html_close(h, "td");
    html_close(h, "tr");
}

/* GET items */
enum rc public_items(struct web_ctx *c)
{
    static const char *const headings[] = { "事项名称", "专业",     "类别", "检查方式",
                                            "检查依据", "公示结果", NULL };
    const struct items_query *in = c->query;
    struct disclosure_names specialties;
    struct row_page page;
    enum rc rc = disclosure_names(c->db, c->arena, DISCLOSURE_SPECIALTIES, &specialties);
    if (rc == RC_OK)
        rc = disclosure_items(c->db, c->arena, in->specialty ? in->specialty : "",
                              in->after ? in->after : "", PAGE_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_item *items = page.v;
    struct html *h = page_open(c, 200, "抽查事项清单", PAGE_ITEMS);
    html_element(h, "p", "未列入清单的事项，不得检查。每项的依据和方式如下。", "class", "lead",
                 NULL);
    put_specialties(c, h, &specialties, in->specialty);
    if (page.n) {
        page_list_open(h, "现行抽查事项", headings);
        for (size_t i = 0; i < page.n; i++)
            put_item(c, h, &items[i]);
        page_table_close(h);
    } else {
        html_element(h, "p", "该专业没有抽查事项。", "class", "empty", "role", "status", NULL);
    }
    page_pager(h, in->after ? url(c, "/items", in->specialty, NULL) : NULL,
               page.more ? url(c, "/items", in->specialty, items[page.n - 1].code) : NULL);
    return page_close(c, h, LIST_SECONDS);
}

/* ---- plans ---- */

static void put_plan(struct web_ctx *c, struct html *h, const struct disclosure_plan *plan)
{
    html_open(h, "tr", NULL);
    html_element(h, "th", plan->name, "scope", "row", NULL);
    page_cell_code(h, "计划编号", plan->code);
    page_cell(h, "部门", plan->department_name);
    page_cell(h, "事项类别", row_label(item_categories, plan->items));
    page_cell(h, "截止日期", page_date(c->arena, plan->ends_on));
    page_cell_number(h, "抽查数量", plan->quota);
    html_open(h, "td", "data-label", "公示结果", NULL);
    html_element(h, "a", "查看", "href", page_url(c, "/?plan=%s", plan->code), "aria-label",
                 arena_printf(c->arena, "查看“%s”的公示结果", plan->name), NULL);
    html_close(h, "td");
    html_close(h, "tr");
}

/* GET plans */
enum rc public_plans(struct web_ctx *c)
{
    static const char *const headings[] = { "计划名称", "计划编号", "部门",     "事项类别",
                                            "截止日期", "抽查数量", "公示结果", NULL };
    const struct plans_query *in = c->query;
    struct row_page page;
    enum rc rc = disclosure_plans(c->db, c->arena, in->after, PAGE_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_plan *plans = page.v;
    struct html *h = page_open(c, 200, "抽查计划", PAGE_PLANS);
    html_element(h, "p", "各部门已备案的抽查计划。抽查数量是计划抽取的对象数。", "class", "lead",
                 NULL);
    if (page.n) {
        page_list_open(h, "已备案的抽查计划，按计划编号倒序", headings);
        for (size_t i = 0; i < page.n; i++)
            put_plan(c, h, &plans[i]);
        page_table_close(h);
    } else {
        html_element(h, "p", "还没有备案的抽查计划。", "class", "empty", "role", "status", NULL);
    }
    page_pager(h, in->after ? url(c, "/plans", NULL, NULL) : NULL,
               page.more ? url(c, "/plans", NULL, plans[page.n - 1].code) : NULL);
    return page_close(c, h, LIST_SECONDS);
}

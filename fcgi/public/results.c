#include <string.h>

#include "base/date.h"
#include "domain/publish/search.h"
#include "public/results.h"
#include "public/routes.h"
#include "store/publish/publication.h"
#include "store/directory/vocabulary.h"

struct query {
    const char *q;
    const char *department;
    const char *region;
    const char *result;
    const char *kind;
    const char *specialty;
    const char *plan;
    const char *item;
    int32_t from;
    int32_t to;
    bool has_from;
    bool has_to;
    int64_t after;
};

const struct web_input public_results_query =
    WEB_INPUT(struct query, WEB_FIELD(struct query, q, "企业", .empty = true, .max = 200),
              WEB_FIELD(struct query, department, "部门", .max = 80),
              WEB_FIELD(struct query, region, "区划", .max = 6),
              WEB_FIELD(struct query, result, "结果", .max = 20),
              WEB_FIELD(struct query, kind, "公示类别", .max = 20),
              WEB_FIELD(struct query, specialty, "专业", .max = 32),
              WEB_FIELD(struct query, plan, "抽查计划编号", .max = 32),
              WEB_FIELD(struct query, item, "抽查事项编码", .max = 32),
              WEB_FIELD(struct query, from, "起始日期", .given = offsetof(struct query, has_from)),
              WEB_FIELD(struct query, to, "截止日期", .given = offsetof(struct query, has_to)),
              WEB_FIELD(struct query, after, "上一页的 next", .min = 1));

/* ---- addresses ---- */

static const char *url_of(struct web_ctx *c, const char *path, const struct query *in,
                          int64_t after)
{
    struct buf *url = arena_alloc(c->arena, sizeof *url);
    buf_init(url, c->arena, 4096);
    buf_puts(url, page_url(c, "%s", path));
    buf_putc(url, '?');
    html_query(url, "q", in->q);
    html_query(url, "department", in->department);
    html_query(url, "region", in->region);
    html_query(url, "specialty", in->specialty);
    html_query(url, "kind", in->kind);
    html_query(url, "result", in->result);
    html_query(url, "plan", in->plan);
    html_query(url, "item", in->item);
    html_query(url, "from", in->has_from ? page_date(c->arena, in->from) : NULL);
    html_query(url, "to", in->has_to ? page_date(c->arena, in->to) : NULL);
    html_query(url, "after", after ? arena_printf(c->arena, "%lld", (long long)after) : NULL);
    url->p[url->n - 1] = '\0'; /* the last '&', or the '?' of no condition */
    return url->p;
}

const char *results_url(struct web_ctx *c, const char *path, int64_t after)
{
    return url_of(c, path, c->query, after);
}

/* Without a plan, or without an item. */
static const char *url_without(struct web_ctx *c, const char *name)
{
    struct query in = *(const struct query *)c->query;
    if (strcmp(name, "plan") == 0)
        in.plan = NULL;
    else
        in.item = NULL;
    return url_of(c, "/", &in, 0);
}

/* ---- the search form ---- */

struct names {
    struct disclosure_names departments;
    struct disclosure_names regions;
    struct disclosure_names specialties;
};

static void put_option(struct html *h, const char *value, const char *text, const char *chosen)
{
    html_element(h, "option", text, "value", value, "selected",
                 chosen && strcmp(chosen, value) == 0 ? "" : NULL, NULL);
}

static void open_select(struct html *h, const char *name, const char *label)
{
    html_open(h, "div", "class", "field", NULL);
    html_element(h, "label", label, "for", name, NULL);
    html_open(h, "select", "id", name, "name", name, NULL);
    html_element(h, "option", "全部", "value", "", NULL);
}

static void close_select(struct html *h)
{
    html_close(h, "select");
    html_close(h, "div");
}

static void put_date(struct html *h, const char *name, const char *label, bool given, int32_t date)
{
    html_open(h, "div", "class", "field", NULL);
    html_element(h, "label", label, "for", name, NULL);
    html_void(h, "input", "type", "date", "id", name, "name", name, "value",
              given ? page_date(h->out->arena, date) : NULL, NULL);
    html_close(h, "div");
}

/* What is asked that no field of the form says: it stays asked, and can be let go. */
static void put_asked(struct web_ctx *c, struct html *h, const char *name, const char *label,
                      const char *value)
{
    if (!value)
        return;
    html_open(h, "p", "class", "asked", NULL);
    html_void(h, "input", "type", "hidden", "name", name, "value", value, NULL);
    html_textf(h, "%s：", label);
    html_element(h, "code", value, NULL);
    html_element(h, "a", "不限", "href", url_without(c, name), NULL);
    html_close(h, "p");
}

static void put_labels(struct html *h, const struct row_label *labels, const char *name,
                       const char *label, const char *chosen)
{
    open_select(h, name, label);
    for (const struct row_label *l = labels; l->value; l++)
        put_option(h, l->value, l->text, chosen);
    close_select(h);
}

static void put_names(struct html *h, const struct disclosure_names *names, const char *name,
                      const char *label, const char *chosen)
{
    open_select(h, name, label);
    for (size_t i = 0; i < names->n; i++)
        put_option(h, names->v[i].code, names->v[i].name, chosen);
    close_select(h);
}

static void put_form(struct web_ctx *c, struct html *h, const struct names *names)
{
    const struct query *in = c->query;
    html_open(h, "form", "class", "search", "method", "get", "action", page_url(c, "/"), "role",
              "search", NULL);
    html_open(h, "div", "class", "field wide", NULL);
    html_element(h, "label", "企业名称或统一社会信用代码（可只填一部分）", "for", "q", NULL);
    html_void(h, "input", "type", "search", "id", "q", "name", "q", "maxlength", "200", "value",
              in->q, NULL);
    html_close(h, "div");
    open_select(h, "department", "检查部门");
    for (size_t i = 0; i < names->departments.n; i++)
        put_option(h, names->departments.v[i].name, names->departments.v[i].name, in->department);
    close_select(h);
    put_names(h, &names->regions, "region", "区划", in->region);
    put_names(h, &names->specialties, "specialty", "专业", in->specialty);
    put_labels(h, publication_kinds, "kind", "公示类别", in->kind);
    put_labels(h, result_classes, "result", "检查结果", in->result);
    put_date(h, "from", "检查日期自", in->has_from, in->from);
    put_date(h, "to", "检查日期至", in->has_to, in->to);
    html_open(h, "div", "class", "actions", NULL);
    html_element(h, "button", "查询", "type", "submit", NULL);
    html_element(h, "a", "清空条件", "href", page_url(c, "/"), NULL);
    html_close(h, "div");
    put_asked(c, h, "plan", "抽查计划", in->plan);
    put_asked(c, h, "item", "抽查事项", in->item);
    html_close(h, "form");
}

/* ---- the list ---- */

static void put_result(struct web_ctx *c, struct html *h, const struct disclosure_result *r)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_element(h, "a", r->subject_name, "href", page_url(c, "/results/%lld", (long long)r->id),
                 NULL);
    html_close(h, "th");
    page_cell_code(h, "代码", r->subject_code);
    page_cell(h, "检查部门", r->department_name);
    page_cell(h, "区划", r->region_name);
    page_cell(h, "检查日期", page_date(c->arena, r->checked_on));
    page_cell(h, "公示类别", row_label(publication_kinds, r->kind));
    page_cell(h, "检查结果", row_label(result_classes, r->result_class));
    page_cell(h, "公示日期", page_date(c->arena, date_at(r->published_at)));
    html_close(h, "tr");
}

/* How many there are, as far as one walk sees. */
static const char *caption(struct web_ctx *c, const struct disclosure_found *found)
{
    static const char list[] = "已公示的抽查结果，新公示的在前";
    const struct query *in = c->query;
    if (in->after)
        return list;
    if (found->total > DISCLOSURE_COUNTED)
        return arena_printf(c->arena, "%s（%d 条以上）", list, DISCLOSURE_COUNTED);
    return arena_printf(c->arena, found->whole ? "%s（共 %lld 条）" : "%s（已找到 %lld 条）", list,
                        (long long)found->total);
}

static void put_results(struct web_ctx *c, struct html *h, const struct disclosure_found *found)
{
    const struct disclosure_result *list = found->rows.v;
    static const char *const headings[] = { "企业名称", "代码",     "检查部门", "区划", "检查日期",
                                            "公示类别", "检查结果", "公示日期", NULL };
    if (found->rows.n == 0) {
        html_element(h, "p",
                     found->next ? "较新的公示信息中没有符合条件的，可以继续查找更早的。"
                                 : "没有符合条件的公示信息。",
                     "class", "empty", "role", "status", NULL);
        return;
    }
    page_list_open(h, caption(c, found), headings);
    for (size_t i = 0; i < found->rows.n; i++)
        put_result(c, h, &list[i]);
    page_table_close(h);
}

static struct disclosure_search search_of(struct web_ctx *c, int64_t limit)
{
    const struct query *in = c->query;
    return (struct disclosure_search){ .sought = in->q ? search_text(c->arena, in->q) : NULL,
                                       .department = in->department,
                                       .region = in->region,
                                       .result_class = in->result,
                                       .kind = in->kind,
                                       .specialty = in->specialty,
                                       .plan = in->plan,
                                       .item = in->item,
                                       .from = in->from,
                                       .to = in->to,
                                       .has_from = in->has_from,
                                       .has_to = in->has_to,
                                       .before = in->after,
                                       .limit = limit };
}

static bool is_name(const struct disclosure_names *names, const char *code)
{
    bool known = !code;
    for (size_t i = 0; !known && i < names->n; i++)
        known = strcmp(names->v[i].code, code) == 0;
    return known;
}

/* What is no region, no class and no kind is none that a result could have. */
static bool possible(const struct query *in, const struct disclosure_names *regions)
{
    return is_name(regions, in->region) &&
           (!in->result || row_labelled(result_classes, in->result)) &&
           (!in->kind || row_labelled(publication_kinds, in->kind));
}

enum rc results_find(struct web_ctx *c, int64_t limit, const struct disclosure_names *regions,
                     struct disclosure_found *found)
{
    struct disclosure_search search = search_of(c, limit);
    *found = (struct disclosure_found){ .whole = true };
    return possible(c->query, regions) ? disclosure_results(c->db, c->arena, &search, found)
                                       : RC_OK;
}

/* The same for machines. */
static void put_open(struct web_ctx *c, struct html *h)
{
    html_open(h, "p", "class", "quiet", NULL);
    html_text(h, "开放数据（按以上条件）：");
    html_element(h, "a", "CSV", "href", results_url(c, "/results.csv", 0), NULL);
    html_text(h, "、");
    html_element(h, "a", "JSON", "href", results_url(c, "/results.json", 0), NULL);
    html_text(h, "；");
    html_element(h, "a", "订阅最新公示（Atom）", "href", page_url(c, "/feed.atom"), NULL);
    html_close(h, "p");
}

enum rc public_results(struct web_ctx *c)
{
    const struct query *in = c->query;
    struct names names;
    struct disclosure_found found;
    enum rc rc = disclosure_names(c->db, c->arena, DISCLOSURE_DEPARTMENTS, &names.departments);
    if (rc == RC_OK)
        rc = disclosure_names(c->db, c->arena, DISCLOSURE_REGIONS, &names.regions);
    if (rc == RC_OK)
        rc = disclosure_names(c->db, c->arena, DISCLOSURE_SPECIALTIES, &names.specialties);
    if (rc == RC_OK)
        rc = results_find(c, PAGE_ROWS, &names.regions, &found);
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(c, 200, "抽查结果公示", PAGE_RESULTS);
    html_element(h, "p", "各部门在“双随机、一公开”联合抽查中作出的检查结果。", "class", "lead",
                 NULL);
    put_form(c, h, &names);
    put_results(c, h, &found);
    page_pager(h, in->after ? results_url(c, "/", 0) : NULL,
               found.next ? results_url(c, "/", found.next) : NULL);
    put_open(c, h);
    return page_close(c, h, 60);
}

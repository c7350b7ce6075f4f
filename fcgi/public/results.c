#include <string.h>

#include "domain/publish/search.h"
#include "domain/review/result.h"
#include "public/page.h"
#include "public/results.h"
#include "public/routes.h"
#include "store/publish/disclosure.h"
#include "store/publish/publication.h"

struct query {
    const char *q;
    const char *department;
    const char *region;
    const char *result;
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
              WEB_FIELD(struct query, from, "起始日期", .given = offsetof(struct query, has_from)),
              WEB_FIELD(struct query, to, "截止日期", .given = offsetof(struct query, has_to)),
              WEB_FIELD(struct query, after, "上一页的 next", .min = 1));

static const char *result_text(const char *name)
{
    return result_class_text(result_class_parse(name ? name : ""));
}

/* ---- the search form ---- */

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

static void put_form(struct web_ctx *c, struct html *h, const struct query *in,
                     const struct disclosure_names *departments,
                     const struct disclosure_names *regions)
{
    html_open(h, "form", "class", "search", "method", "get", "action", page_url(c, "/"), "role",
              "search", NULL);
    html_open(h, "div", "class", "field wide", NULL);
    html_element(h, "label", "企业名称或统一社会信用代码（可只填一部分）", "for", "q", NULL);
    html_void(h, "input", "type", "search", "id", "q", "name", "q", "maxlength", "200", "value",
              in->q, NULL);
    html_close(h, "div");
    open_select(h, "department", "检查部门");
    for (size_t i = 0; i < departments->n; i++)
        put_option(h, departments->v[i].name, departments->v[i].name, in->department);
    close_select(h);
    open_select(h, "region", "区划");
    for (size_t i = 0; i < regions->n; i++)
        put_option(h, regions->v[i].code, regions->v[i].name, in->region);
    close_select(h);
    open_select(h, "result", "检查结果");
    for (enum result_class k = RESULT_NO_PROBLEM; k <= RESULT_UNREACHABLE; k++)
        put_option(h, result_class_name(k), result_class_text(k), in->result);
    close_select(h);
    put_date(h, "from", "检查日期自", in->has_from, in->from);
    put_date(h, "to", "检查日期至", in->has_to, in->to);
    html_open(h, "div", "class", "actions", NULL);
    html_element(h, "button", "查询", "type", "submit", NULL);
    html_element(h, "a", "清空条件", "href", page_url(c, "/"), NULL);
    html_close(h, "div");
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
    page_cell(h, "检查结果", result_text(r->result_class));
    html_close(h, "tr");
}

static void put_results(struct web_ctx *c, struct html *h, const struct row_page *page)
{
    const struct disclosure_result *list = page->v;
    static const char *const headings[] = { "企业名称", "代码",     "检查部门", "区划",
                                            "检查日期", "检查结果", NULL };
    if (page->n == 0) {
        html_element(h, "p", "没有符合条件的公示信息。", "class", "empty", "role", "status", NULL);
        return;
    }
    page_list_open(h, "已公示的抽查结果，新公示的在前", headings);
    for (size_t i = 0; i < page->n; i++)
        put_result(c, h, &list[i]);
    page_table_close(h);
}

const char *results_url(struct web_ctx *c, const char *path, int64_t after)
{
    const struct query *in = c->query;
    struct buf *url = arena_alloc(c->arena, sizeof *url);
    buf_init(url, c->arena, 4096);
    buf_puts(url, page_url(c, "%s", path));
    buf_putc(url, '?');
    html_query(url, "q", in->q);
    html_query(url, "department", in->department);
    html_query(url, "region", in->region);
    html_query(url, "result", in->result);
    html_query(url, "from", in->has_from ? page_date(c->arena, in->from) : NULL);
    html_query(url, "to", in->has_to ? page_date(c->arena, in->to) : NULL);
    html_query(url, "after", after ? arena_printf(c->arena, "%lld", (long long)after) : NULL);
    url->p[url->n - 1] = '\0'; /* the last '&', or the '?' of no condition */
    return url->p;
}

static struct disclosure_search search_of(struct web_ctx *c, int64_t limit)
{
    const struct query *in = c->query;
    return (struct disclosure_search){ .sought = in->q ? search_text(c->arena, in->q) : NULL,
                                       .department = in->department,
                                       .region = in->region,
                                       .result_class = in->result,
                                       .from = in->from,
                                       .to = in->to,
                                       .has_from = in->has_from,
                                       .has_to = in->has_to,
                                       .before = in->after,
                                       .limit = limit };
}

/* What is no region and no class is none that a result could have. */
static bool possible(const struct query *in, const struct disclosure_names *regions)
{
    bool known = !in->region;
    for (size_t i = 0; !known && i < regions->n; i++)
        known = strcmp(regions->v[i].code, in->region) == 0;
    return known && (!in->result || result_class_parse(in->result) != RESULT_NONE);
}

enum rc results_find(struct web_ctx *c, int64_t limit, const struct disclosure_names *regions,
                     struct row_page *page)
{
    struct disclosure_search search = search_of(c, limit);
    *page = (struct row_page){ .n = 0 };
    return possible(c->query, regions) ? disclosure_results(c->db, c->arena, &search, page) : RC_OK;
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
    struct disclosure_names departments;
    struct disclosure_names regions;
    struct row_page page = { .n = 0 };
    enum rc rc = disclosure_names(c->db, c->arena, DISCLOSURE_DEPARTMENTS, &departments);
    if (rc == RC_OK)
        rc = disclosure_names(c->db, c->arena, DISCLOSURE_REGIONS, &regions);
    if (rc == RC_OK)
        rc = results_find(c, PAGE_ROWS, &regions, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = page.v;
    struct html *h = page_open(c, 200, "抽查结果公示", PAGE_RESULTS);
    html_element(h, "p", "各部门在“双随机、一公开”联合抽查中作出的检查结果。", "class", "lead",
                 NULL);
    put_form(c, h, in, &departments, &regions);
    put_results(c, h, &page);
    page_pager(h, in->after ? results_url(c, "/", 0) : NULL,
               page.more ? results_url(c, "/", list[page.n - 1].id) : NULL);
    put_open(c, h);
    return page_close(c, h, 60);
}

/* ---- one result: everything that was frozen at its publication ---- */

static const char *label_of(const char *key)
{
    static const char *const labels[][2] = {
        { "raninsPlanId", "抽查计划编号" },
        { "raninsPlaneName", "抽查计划名称" },
        { "raninsTaskId", "抽查任务编号" },
        { "raninsTaskName", "抽查任务名称" },
        { "raninsTypeName", "抽查类型" },
        { "insAuth", "抽查机关" },
        { "insDate", "抽查完成日期" },
        { "details", "抽查事项" },
        { "seqno", "序号" },
        { "raninsItemName", "抽查事项" },
        { "raninsCheckResName", "抽查结果" },
        { "penDecNo", "处罚决定书文号" },
        { "illegActType", "违法行为类型" },
        { "penContent", "处罚内容" },
        { "penAuth_CN", "处罚决定机关" },
        { "penDecIssDate", "处罚决定日期" },
        { "publicDate", "公示日期" },
        { "entName", "企业名称" },
        { "uniscId", "统一社会信用代码" },
        { "regNo", "注册号" },
    };
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i][0], key) == 0)
            return labels[i][1];
    return key;
}

/* A text as it stands, anything else as JSON. */
static const char *value_of(struct arena *a, const cJSON *node)
{
    if (cJSON_IsNull(node))
        return "—";
    return cJSON_IsString(node) ? node->valuestring : json_print(a, node);
}

static void put_list(struct web_ctx *c, struct html *h, const char *caption, const cJSON *array)
{
    html_open(h, "table", "class", "list", NULL);
    html_element(h, "caption", caption, NULL);
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (const cJSON *m = array->child->child; m; m = m->next)
        html_element(h, "th", label_of(m->string), "scope", "col", NULL);
    html_close(h, "tr");
    html_close(h, "thead");
    html_open(h, "tbody", NULL);
    for (const cJSON *row = array->child; row; row = row->next) {
        html_open(h, "tr", NULL);
        for (const cJSON *m = row->child; m; m = m->next)
            page_cell(h, label_of(m->string), value_of(c->arena, m));
        html_close(h, "tr");
    }
    page_table_close(h);
}

static bool is_list(const cJSON *node)
{
    return cJSON_IsArray(node) && node->child && cJSON_IsObject(node->child) && node->child->child;
}

static void put_payload(struct web_ctx *c, struct html *h, const cJSON *payload)
{
    page_facts_open(h, "公示内容");
    for (const cJSON *m = payload->child; m; m = m->next)
        if (!is_list(m))
            page_row(h, label_of(m->string), value_of(c->arena, m));
    page_table_close(h);
    for (const cJSON *m = payload->child; m; m = m->next)
        if (is_list(m))
            put_list(c, h, label_of(m->string), m);
}

static const char *kind_text(const char *kind)
{
    return strcmp(kind, "penalty") == 0 ? "行政处罚" : "抽查检查结果";
}

static void put_facts(struct web_ctx *c, struct html *h, const struct disclosure_result *r)
{
    page_facts_open(h, "基本信息");
    page_row(h, "企业名称", r->subject_name);
    page_row_code(h, "统一社会信用代码或注册号", r->subject_code);
    page_row(h, "检查部门", r->department_name);
    page_row(h, "区划", r->region_name);
    page_row(h, "检查日期", page_date(c->arena, r->checked_on));
    page_row(h, "检查结果", result_text(r->result_class));
    page_row(h, "公示类别", kind_text(r->kind));
    page_row_time(h, "公示时间", r->published_at);
    page_row(h, "公示期限", page_date(c->arena, r->due_on));
    if (r->corrected_at) {
        page_row(h, "更正",
                 arena_printf(c->arena, "本页为更正后的第 %lld 版", (long long)r->version));
        page_row_time(h, "更正时间", r->corrected_at);
        page_row(h, "更正理由", r->corrected_reason);
    }
    page_table_close(h);
}

/* What was taken back: that it was, when and why; nothing of what it said. */
static enum rc retracted(struct web_ctx *c, int64_t id)
{
    struct disclosure_retraction r;
    enum rc rc = disclosure_retraction(c->db, c->arena, id, &r);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这条公示信息。");
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(c, web_status(RC_GONE), "该公示信息已撤下", PAGE_RESULTS);
    page_facts_open(h, "撤下说明");
    page_row(h, "公示类别", kind_text(r.kind));
    page_row(h, "检查部门", r.department_name);
    page_row_time(h, "公示时间", r.published_at);
    page_row_time(h, "撤下时间", r.stopped_at);
    page_row(h, "撤下事由", row_label(publication_retract_causes, r.stopped_cause));
    page_row(h, "说明", r.stopped_reason);
    page_table_close(h);
    return page_close(c, h, 60);
}

enum rc public_result(struct web_ctx *c)
{
    int64_t id = 0;
    struct disclosure_result r = { .id = 0 };
    cJSON *payload = NULL;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = disclosure_result(c->db, c->arena, id, &r);
    if (rc == RC_NOT_FOUND && id > 0)
        return retracted(c, id);
    if (rc == RC_OK)
        rc = json_parse(c->arena, r.payload, strlen(r.payload), &payload, &c->err);
    if (rc != RC_OK)
        return rc == RC_MALFORMED ? RC_INTERNAL : rc;
    struct html *h = page_open(c, 200, r.subject_name, PAGE_RESULTS);
    put_facts(c, h, &r);
    put_payload(c, h, payload);
    html_open(h, "p", "class", "quiet", NULL);
    html_text(h, "公示内容的 SHA-256 摘要：");
    html_element(h, "code", r.payload_hash, NULL);
    html_close(h, "p");
    html_open(h, "p", NULL);
    html_text(h, "认为公示内容有误的，可以");
    html_element(h, "a", "提出异议", "href",
                 page_url(c, "/results/%lld/objection", (long long)r.id), "rel", "nofollow", NULL);
    html_text(h, "。");
    html_close(h, "p");
    html_element(h, "p",
                 "依照规定，自然人姓名、家庭住址、联系方式、证件号码、银行账号等个人信息已作遮盖。",
                 "class", "quiet", NULL);
    return page_close(c, h, 300);
}

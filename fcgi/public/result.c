/* One result: everything that was frozen at its publication. */
#include <string.h>

#include "domain/publish/publication.h"
#include "public/page.h"
#include "public/routes.h"
#include "store/publish/disclosure.h"
#include "store/publish/publication.h"
#include "store/directory/vocabulary.h"

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
        html_element(h, "th", publication_field_title(m->string), "scope", "col", NULL);
    html_close(h, "tr");
    html_close(h, "thead");
    html_open(h, "tbody", NULL);
    for (const cJSON *row = array->child; row; row = row->next) {
        html_open(h, "tr", NULL);
        for (const cJSON *m = row->child; m; m = m->next)
            page_cell(h, publication_field_title(m->string), value_of(c->arena, m));
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
        if (strcmp(m->string, "raninsPlanId") == 0 && cJSON_IsString(m))
            page_row_link(h, publication_field_title(m->string), m->valuestring,
                          page_url(c, "/?plan=%s", m->valuestring));
        else if (!is_list(m))
            page_row(h, publication_field_title(m->string), value_of(c->arena, m));
    page_table_close(h);
    for (const cJSON *m = payload->child; m; m = m->next)
        if (is_list(m))
            put_list(c, h, publication_field_title(m->string), m);
}

static void put_facts(struct web_ctx *c, struct html *h, const struct disclosure_result *r)
{
    page_facts_open(h, "基本信息");
    page_row_link(h, "企业名称", r->subject_name, page_url(c, "/subjects/%s", r->subject_code));
    page_row_code(h, "统一社会信用代码或注册号", r->subject_code);
    page_row(h, "检查部门", r->department_name);
    page_row(h, "区划", r->region_name);
    page_row(h, "检查日期", page_date(c->arena, r->checked_on));
    page_row(h, "检查结果", row_label(result_classes, r->result_class));
    page_row(h, "公示类别", row_label(publication_kinds, r->kind));
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
    page_row(h, "公示类别", row_label(publication_kinds, r.kind));
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
    if (*r.telephone)
        html_textf(h, "，或拨打%s监督电话 %s", r.department_name, r.telephone);
    html_text(h, "。");
    html_close(h, "p");
    html_element(h, "p",
                 "依照规定，自然人姓名、家庭住址、联系方式、证件号码、银行账号等个人信息已作遮盖。",
                 "class", "quiet", NULL);
    return page_close(c, h, 300);
}

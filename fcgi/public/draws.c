#include "public/draws.h"

#include <string.h>

#include "public/routes.h"

struct list_query {
    int64_t after;
};

static const struct web_field list_fields[] = {
    { "after", WEB_INT, offsetof(struct list_query, after), false, 1, INT32_MAX, 0, NULL },
    { .name = NULL },
};
const struct web_input public_draws_query = { list_fields, sizeof(struct list_query) };

struct picks_query {
    const char *stratum;
    int64_t after;
};

static const struct web_field picks_fields[] = {
    { "stratum", WEB_TEXT, offsetof(struct picks_query, stratum), true, 1, 40, 0, NULL },
    { "after", WEB_INT, offsetof(struct picks_query, after), false, 1, INT32_MAX, 0, NULL },
    { .name = NULL },
};
const struct web_input public_picks_query = { picks_fields, sizeof(struct picks_query) };

/* ---- shared ---- */

const char *draws_state(const char *state)
{
    static const char *const texts[][2] = {
        { "committed", "已作承诺，待录公共随机值" },
        { "valued", "已录公共随机值，待抽取" },
        { "drawn", "已抽取，待公开秘密值" },
        { "revealed", "已公开，可以验算" },
        { "abandoned", "已作废" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i][0], state) == 0)
            return texts[i][1];
    return state;
}

enum rc draws_campaign(struct web_ctx *c, struct disclosure_campaign *out)
{
    enum rc rc = disclosure_campaign(c->db, c->arena, web_param(c, "campaign"), out);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有这个抽取批次，或尚未作出承诺。") : rc;
}

bool draws_rosters(const struct disclosure_draw *draws, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!draws[i].roster_sha256)
            return false;
    return n > 0;
}

enum rc draws_names(struct web_ctx *c, struct draws_names *out)
{
    enum rc rc = disclosure_names(c->db, c->arena, DISCLOSURE_REGIONS, &out->regions);
    if (rc == RC_OK)
        rc = disclosure_names(c->db, c->arena, DISCLOSURE_SPECIALTIES, &out->specialties);
    return rc;
}

const char *draws_stratum(struct web_ctx *c, const struct draws_names *names, const char *stratum)
{
    const char *dot = strchr(stratum, '.');
    if (!dot)
        return stratum;
    const char *region = arena_strndup(c->arena, stratum, (size_t)(dot - stratum));
    return arena_printf(c->arena, "%s %s", disclosure_name(&names->regions, region),
                        disclosure_name(&names->specialties, dot + 1));
}

/* ---- the list of campaigns ---- */

static void put_campaign(struct web_ctx *c, struct html *h, const struct disclosure_campaign *m)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_element(h, "a", m->name, "href", page_url(c, "/draws/%s", m->code), NULL);
    html_close(h, "th");
    page_cell_code(h, "批次编号", m->code);
    page_cell(h, "发起部门", m->department);
    page_cell(h, "承诺时间", m->committed_at ? page_time(c->arena, m->committed_at) : "—");
    page_cell(h, "状态", draws_state(m->state));
    html_close(h, "tr");
}

enum rc public_draws(struct web_ctx *c)
{
    static const char *const headings[] = {
        "批次", "批次编号", "发起部门", "承诺时间", "状态", NULL
    };
    const struct list_query *in = c->query;
    const struct disclosure_campaign *list;
    size_t n;
    enum rc rc = disclosure_campaigns(c->db, c->arena, in->after, PAGE_ROWS, &list, &n);
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(c, 200, "抽取过程公示", PAGE_DRAWS);
    html_element(
        h, "p",
        "检查对象怎样抽出，全程公示：先公布名录摘要和秘密值的摘要作为承诺，再取任何一方都不能"
        "左右的公共随机值，二者合成种子，按公开的规则算出结果。",
        "class", "lead", NULL);
    if (n == 0)
        html_element(h, "p", "还没有已作承诺的抽取批次。", "class", "empty", NULL);
    if (n) {
        page_list_open(h, "抽取批次，新的在前", headings);
        for (size_t i = 0; i < n; i++)
            put_campaign(c, h, &list[i]);
        page_table_close(h);
    }
    page_pager(h, in->after ? page_url(c, "/draws") : NULL,
               n == PAGE_ROWS ? page_url(c, "/draws?after=%lld", (long long)list[n - 1].id) : NULL);
    return page_close(c, h, 60);
}

/* ---- what was drawn from one stratum ---- */

static void put_picks(struct html *h, const struct disclosure_pick *picks, size_t n)
{
    static const char *const headings[] = { "位次", "企业名称", "代码", "结果", "得分", NULL };
    page_list_open(h, "按得分由小到大排列；抽中之后为备选，依次递补", headings);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "tr", NULL);
        page_cell_number(h, "位次", picks[i].position);
        html_element(h, "th", picks[i].subject_name, "scope", "row", NULL);
        page_cell_code(h, "代码", picks[i].subject_code);
        page_cell(h, "结果", picks[i].selected ? "抽中" : "备选");
        page_cell_code(h, "得分", picks[i].score);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static const struct disclosure_draw *find_draw(const struct disclosure_draw *draws, size_t n,
                                               const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(draws[i].code, code) == 0)
            return &draws[i];
    return NULL;
}

static void put_page(struct web_ctx *c, struct html *h, const struct disclosure_campaign *m,
                     const struct disclosure_draw *draw, const struct disclosure_pick *picks,
                     size_t n)
{
    const struct picks_query *in = c->query;
    html_open(h, "p", NULL);
    html_textf(h, "%s，抽取 ", draw->department);
    html_element(h, "code", draw->code, NULL);
    html_text(h, "，抽查层 ");
    html_element(h, "code", in->stratum, NULL);
    html_text(h, "。");
    html_element(h, "a", "返回本批次", "href", page_url(c, "/draws/%s", m->code), NULL);
    html_close(h, "p");
    if (n)
        put_picks(h, picks, n);
    else
        html_element(h, "p", "这一层没有抽取结果，或结果尚未公开。", "class", "empty", NULL);
    const char *here = page_url(c, "/draws/%s/%s?stratum=%s", m->code, draw->code, in->stratum);
    page_pager(h, in->after ? here : NULL,
               n == PAGE_PICKS
                   ? arena_printf(c->arena, "%s&after=%lld", here, (long long)picks[n - 1].position)
                   : NULL);
}

enum rc public_picks(struct web_ctx *c)
{
    const struct picks_query *in = c->query;
    struct disclosure_campaign m = { .id = 0 };
    const struct disclosure_draw *draws;
    size_t draw_count;
    struct draws_names names;
    const struct disclosure_pick *picks;
    size_t n;
    if (strspn(in->stratum, "0123456789.abcdefghijklmnopqrstuvwxyz_") != strlen(in->stratum))
        return web_fail(c, RC_NOT_FOUND, "", "没有这个抽查层。");
    enum rc rc = draws_campaign(c, &m);
    if (rc == RC_OK)
        rc = disclosure_draws(c->db, c->arena, m.id, &draws, &draw_count);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_draw *draw = find_draw(draws, draw_count, web_param(c, "draw"));
    if (!draw)
        return web_fail(c, RC_NOT_FOUND, "", "这个批次中没有这项抽取。");
    rc = draws_names(c, &names);
    if (rc == RC_OK)
        rc = disclosure_picks(c->db, c->arena, draw->id, in->stratum, in->after, PAGE_PICKS, &picks,
                              &n);
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(
        c, 200, arena_printf(c->arena, "抽取结果：%s", draws_stratum(c, &names, in->stratum)),
        PAGE_DRAWS);
    put_page(c, h, &m, draw, picks, n);
    return page_close(c, h, 300);
}

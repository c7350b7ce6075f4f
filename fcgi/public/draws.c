#include "public/draws.h"

#include <string.h>

#include "public/routes.h"
#include "web/qr.h"

struct list_query {
    int64_t after;
};

const struct web_input public_draws_query =
    WEB_INPUT(struct list_query,
              WEB_FIELD(struct list_query, after, "上一页的 next", .min = 1, .max = INT32_MAX));

struct picks_query {
    const char *stratum;
    int64_t after;
};

const struct web_input public_picks_query = WEB_INPUT(
    struct picks_query, WEB_FIELD(struct picks_query, stratum, "层", .required = true, .max = 40),
    WEB_FIELD(struct picks_query, after, "上一页的 next", .min = 1, .max = INT32_MAX));

/* ---- shared ---- */

const char *draws_state(const char *state)
{
    static const char *const texts[][2] = {
        { "announced", "已公告，待取公共随机值" },
        { "drawn", "已抽取，可以验算" },
        { "void", "已作废，秘密值已公开" },
        { "abandoned", "公告之前已取消" },
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(texts[i][0], state) == 0)
            return texts[i][1];
    return state;
}

const char *draws_state_of(const struct disclosure_campaign *m)
{
    if (strcmp(m->state, "drawn") != 0 || m->results_open)
        return draws_state(m->state);
    return m->drawn_open ? "已抽取，名单已公开，其余检查之后公开" : "已抽取，检查之后公开";
}

enum rc draws_campaign(struct web_ctx *c, struct disclosure_campaign *out)
{
    enum rc rc = disclosure_campaign(c->db, c->arena, web_param(c, "campaign"), out);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有这个抽取批次，或尚未公告。") : rc;
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
    const char *region = arena_slice(c->arena, stratum, (size_t)(dot - stratum));
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
    page_cell(h, "发起部门", m->department_name);
    page_cell(h, "公告时间", m->announced_at ? page_time(c->arena, m->announced_at) : "—");
    page_cell_code(h, "公告摘要", m->announcement ? m->announcement : "—");
    page_cell_code(h, "封存书摘要", m->closing ? m->closing : "—");
    page_cell(h, "状态", draws_state_of(m));
    html_close(h, "tr");
}

/* A text that a campaign is bound to, byte by byte, for whoever kept its digest. */
static enum rc send_text(struct web_ctx *c, const struct disclosure_campaign *m, const char *name)
{
    const char *text = NULL;
    size_t n = 0;
    enum rc rc = disclosure_text(c->db, c->arena, m->id, name, &text, &n);
    if (rc != RC_OK || !text)
        return rc == RC_OK ? RC_INTERNAL : rc;
    buf_put(web_body(c, 200, "text/plain; charset=utf-8"), text, n);
    return RC_OK;
}

static enum rc find_announced(struct web_ctx *c, struct disclosure_campaign *m)
{
    enum rc rc = disclosure_announced(c->db, c->arena, web_param(c, "digest"), m);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有这个摘要的公告。") : rc;
}

/* GET announcements/{digest} */
enum rc public_announcement(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    enum rc rc = find_announced(c, &m);
    return rc == RC_OK ? send_text(c, &m, "announcement") : rc;
}

/* GET announcements/{digest}/qr.svg: its address, for the minutes and the witnesses' phones. */
enum rc public_announcement_qr(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    enum rc rc = find_announced(c, &m);
    if (rc != RC_OK)
        return rc;
    const char *svg =
        qr_svg(c->arena, arena_printf(c->arena, "%s%s", c->settings->base_url,
                                      page_url(c, "/announcements/%s", m.announcement)));
    if (!svg)
        return RC_INTERNAL;
    buf_puts(web_body(c, 200, "image/svg+xml"), svg);
    return RC_OK;
}

/* GET closings/{digest} */
enum rc public_closing(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    enum rc rc = disclosure_closed(c->db, c->arena, web_param(c, "digest"), &m);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && !m.teams_seed))
        return web_fail(c, RC_NOT_FOUND, "", "没有这个摘要的封存书，或检查组尚未公开。");
    return rc == RC_OK ? send_text(c, &m, "closing") : rc;
}

enum rc public_draws(struct web_ctx *c)
{
    static const char *const headings[] = { "批次",     "批次编号",   "发起部门", "公告时间",
                                            "公告摘要", "封存书摘要", "状态",     NULL };
    const struct list_query *in = c->query;
    struct row_page page;
    enum rc rc = disclosure_campaigns(c->db, c->arena, in->after, PAGE_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_campaign *list = page.v;
    size_t n = page.n;
    struct html *h = page_open(c, 200, "抽取过程公示", PAGE_DRAWS);
    html_element(
        h, "p",
        "检查对象怎样抽出，全程公示：先公告一切可以选择的内容，连同公共随机值将取自何处、何时；"
        "到时取任何一方都不能左右的公共随机值，与公告合成种子，按公开的规则算出结果。"
        "请记下公告摘要：公告此后改动一个字符，摘要就会不同。检查组另取一个公共随机值抽取："
        "在它产生之前，先公布抽取依据（人员、差异、检查）的封存书摘要。",
        "class", "lead", NULL);
    if (n == 0)
        html_element(h, "p", "还没有已公告的抽取批次。", "class", "empty", NULL);
    if (n) {
        page_list_open(h, "抽取批次，新的在前", headings);
        for (size_t i = 0; i < n; i++)
            put_campaign(c, h, &list[i]);
        page_table_close(h);
    }
    page_pager(h, in->after ? page_url(c, "/draws") : NULL,
               page.more ? page_url(c, "/draws?after=%lld", (long long)list[n - 1].id) : NULL);
    return page_close(c, h, 60);
}

/* ---- who was drawn, as files ---- */

static const struct disclosure_draw *find_draw(const struct disclosure_draw *draws, size_t n,
                                               const char *code)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(draws[i].code, code) == 0)
            return &draws[i];
    return NULL;
}

static enum rc piece(void *data, const char *bytes, size_t n)
{
    struct buf *out = data;
    buf_put(out, bytes, n);
    return out->full ? RC_TOO_LARGE : RC_OK;
}

/* The campaign and the draw that the path names. */
static enum rc load_draw(struct web_ctx *c, struct disclosure_campaign *m,
                         const struct disclosure_draw **draw)
{
    const struct disclosure_draw *draws;
    size_t n;
    enum rc rc = draws_campaign(c, m);
    if (rc == RC_OK)
        rc = disclosure_draws(c->db, c->arena, m->id, &draws, &n);
    if (rc != RC_OK)
        return rc;
    *draw = find_draw(draws, n, web_param(c, "draw"));
    return *draw ? RC_OK : web_fail(c, RC_NOT_FOUND, "", "这个批次中没有这项抽取。");
}

/* GET draws/{campaign}/{draw}/drawn.txt */
enum rc public_drawn(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    const struct disclosure_draw *draw = NULL;
    enum rc rc = load_draw(c, &m, &draw);
    if (rc == RC_OK && !draw->drawn_sha256)
        return web_fail(c, RC_NOT_FOUND, "", "这项抽取没有先行公开的名单。");
    return rc == RC_OK ? disclosure_drawn_file(c->db, draw->id, piece,
                                               web_body(c, 200, "text/plain; charset=utf-8"))
                       : rc;
}

/* GET draws/{campaign}/substitutes.txt */
enum rc public_substitutes(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    struct buf text = { .arena = c->arena };
    enum rc rc = draws_campaign(c, &m);
    if (rc == RC_OK && !m.drawn_open)
        return web_fail(c, RC_NOT_FOUND, "", "这个批次尚未抽取，或抽取结果尚未公开。");
    if (rc == RC_OK)
        rc = disclosure_substitutes(c->db, m.code, m.id, &text);
    if (rc == RC_OK && text.full)
        rc = RC_TOO_LARGE;
    if (rc == RC_OK)
        buf_put(web_body(c, 200, "text/plain; charset=utf-8"), text.p, text.n);
    return rc;
}

/* ---- what was drawn from one stratum ---- */

static void put_picks(struct html *h, const struct disclosure_campaign *m,
                      const struct disclosure_pick *picks, size_t n)
{
    static const char *const headings[] = { "位次", "企业名称", "代码", "结果", "得分", NULL };
    page_list_open(
        h,
        m->results_open
            ? "按得分由小到大排列；抽中之后为备选，依次递补"
            : "抽中的企业，按得分由小到大排列；备选只公布摘要，用到时公开，得分在检查之后公开",
        headings);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "tr", NULL);
        page_cell_number(h, "位次", picks[i].position);
        html_element(h, "th", picks[i].subject_name, "scope", "row", NULL);
        page_cell_code(h, "代码", picks[i].subject_code);
        page_cell(h, "结果", picks[i].selected ? "抽中" : "备选");
        page_cell_code(h, "得分", *picks[i].score ? picks[i].score : "—");
        html_close(h, "tr");
    }
    page_table_close(h);
}

/* What a weight meant here. */
static void put_chances(struct web_ctx *c, struct html *h, const struct chance *list, size_t n)
{
    static const char *const headings[] = { "权重", "可抽对象", "抽中概率", NULL };
    if (!n)
        return;
    html_element(h, "p",
                 "权重是抽签的次数，取最小的一签，不等于概率的倍数：抽取比例越高，差别越小。下表的"
                 "概率由名额和各权重"
                 "的对象数算出（权重 w 的概率为 1-(1-t)^w，t 使全部概率之和等于名额）。",
                 NULL);
    page_list_open(h, "本层各权重的抽中概率", headings);
    for (size_t i = 0; i < n; i++) {
        html_open(h, "tr", NULL);
        page_cell_number(h, "权重", list[i].weight);
        page_cell_number(h, "可抽对象", list[i].subjects);
        page_cell(h, "抽中概率", arena_printf(c->arena, "%.2f%%", list[i].chance * 100));
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_page(struct web_ctx *c, struct html *h, const struct disclosure_campaign *m,
                     const struct disclosure_draw *draw, const struct row_page *page,
                     const struct chance *chances, size_t chance_count)
{
    const struct disclosure_pick *picks = page->v;
    size_t n = page->n;
    const struct picks_query *in = c->query;
    html_open(h, "p", NULL);
    html_textf(h, "%s，抽取 ", draw->department_name);
    html_element(h, "code", draw->code, NULL);
    html_text(h, "，抽查层 ");
    html_element(h, "code", in->stratum, NULL);
    html_text(h, "。");
    html_element(h, "a", "返回本批次", "href", page_url(c, "/draws/%s", m->code), NULL);
    html_close(h, "p");
    put_chances(c, h, chances, chance_count);
    if (n)
        put_picks(h, m, picks, n);
    else
        html_element(h, "p", "这一层没有抽取结果，或结果尚未公开。", "class", "empty", NULL);
    const char *here = page_url(c, "/draws/%s/%s?stratum=%s", m->code, draw->code, in->stratum);
    page_pager(h, in->after ? here : NULL,
               page->more
                   ? arena_printf(c->arena, "%s&after=%lld", here, (long long)picks[n - 1].position)
                   : NULL);
}

enum rc public_picks(struct web_ctx *c)
{
    const struct picks_query *in = c->query;
    struct disclosure_campaign m = { .id = 0 };
    const struct disclosure_draw *draw = NULL;
    struct draws_names names;
    struct row_page picks;
    const struct chance *chances = NULL;
    size_t chance_count = 0;
    if (strspn(in->stratum, "0123456789.abcdefghijklmnopqrstuvwxyz_") != strlen(in->stratum))
        return web_fail(c, RC_NOT_FOUND, "", "没有这个抽查层。");
    enum rc rc = load_draw(c, &m, &draw);
    if (rc == RC_OK)
        rc = draws_names(c, &names);
    if (rc == RC_OK)
        rc =
            disclosure_picks(c->db, c->arena, draw->id, in->stratum, in->after, PAGE_PICKS, &picks);
    if (rc == RC_OK)
        rc = disclosure_chances(c->db, c->arena, draw->id, in->stratum, &chances, &chance_count);
    if (rc != RC_OK)
        return rc;
    struct html *h = page_open(
        c, 200, arena_printf(c->arena, "抽取结果：%s", draws_stratum(c, &names, in->stratum)),
        PAGE_DRAWS);
    put_page(c, h, &m, draw, &picks, chances, chance_count);
    return page_close(c, h, 300);
}

#include "public/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"

static const char site_name[] = "双随机、一公开 抽查信息公示";

const char *page_url(struct web_ctx *c, const char *format, ...)
{
    struct buf *url = arena_alloc(c->arena, sizeof *url);
    char path[1024];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(path, sizeof path, format, arguments);
    va_end(arguments);
    buf_init(url, c->arena, 4096);
    buf_puts(url, c->settings->prefix);
    buf_puts(url, "/public");
    buf_puts(url, path);
    return url->p;
}

/* ---- head and foot ---- */

static void put_head(struct web_ctx *c, struct html *h, const char *title)
{
    html_open(h, "head", NULL);
    html_void(h, "meta", "charset", "utf-8", NULL);
    html_void(h, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1",
              NULL);
    html_open(h, "title", NULL);
    html_textf(h, "%s · %s", title, site_name);
    html_close(h, "title");
    html_void(h, "link", "rel", "stylesheet", "href", page_url(c, "/static/style.css"), NULL);
    html_void(h, "link", "rel", "icon", "href", page_url(c, "/static/icon.svg"), NULL);
    html_element(h, "script", "", "type", "module", "src", page_url(c, "/static/large.js"), NULL);
    html_close(h, "head");
}

static void put_link(struct web_ctx *c, struct html *h, const char *path, const char *text,
                     bool current)
{
    html_open(h, "li", NULL);
    html_element(h, "a", text, "href", page_url(c, "%s", path), "aria-current",
                 current ? "page" : NULL, NULL);
    html_close(h, "li");
}

static void put_banner(struct web_ctx *c, struct html *h, enum page_section section)
{
    html_element(h, "a", "跳到正文", "class", "skip", "href", "#main", NULL);
    html_open(h, "header", "class", "banner", NULL);
    html_open(h, "div", "class", "wrap", NULL);
    html_element(h, "a", site_name, "class", "site", "href", page_url(c, "/"), NULL);
    html_open(h, "nav", "aria-label", "主导航", NULL);
    html_open(h, "ul", NULL);
    put_link(c, h, "/", "抽查结果", section == PAGE_RESULTS);
    put_link(c, h, "/draws", "抽取过程", section == PAGE_DRAWS);
    put_link(c, h, "/plans", "抽查计划", section == PAGE_PLANS);
    put_link(c, h, "/items", "抽查事项", section == PAGE_ITEMS);
    html_close(h, "ul");
    html_close(h, "nav");
    html_close(h, "div");
    html_close(h, "header");
}

struct html *page_open(struct web_ctx *c, int status, const char *title, enum page_section section)
{
    struct html *h = arena_alloc(c->arena, sizeof *h);
    h->out = web_body(c, status, "text/html; charset=utf-8");
    html_doctype(h);
    html_open(h, "html", "lang", "zh-CN", NULL);
    put_head(c, h, title);
    html_open(h, "body", NULL);
    put_banner(c, h, section);
    html_open(h, "main", "id", "main", "class", "wrap", "tabindex", "-1", NULL);
    html_element(h, "h1", title, NULL);
    return h;
}

static void put_foot(struct html *h)
{
    html_close(h, "main");
    html_open(h, "footer", "class", "foot", NULL);
    html_open(h, "div", "class", "wrap", NULL);
    html_element(h, "p",
                 "抽查结果由实施检查的部门录入、审核并公示，谁检查、谁录入、谁公开。"
                 "抽取过程按公开的规则进行，任何人都可以下载公示包自行验算。",
                 NULL);
    html_close(h, "div");
    html_close(h, "footer");
    html_close(h, "body");
    html_close(h, "html");
}

bool page_unchanged(struct web_ctx *c, const char *etag, int seconds)
{
    const char *known = web_request_header(c, "HTTP_IF_NONE_MATCH");
    bool same = known && strstr(known, etag);
    if (same) {
        memset(&c->reply, 0, sizeof c->reply);
        (void)web_empty(c, 304);
    }
    web_header(c, "ETag", etag);
    web_header(c, "Cache-Control", arena_printf(c->arena, "public, max-age=%d", seconds));
    return same;
}

enum rc page_close(struct web_ctx *c, struct html *h, int seconds)
{
    char hex[DIGEST_HEX];
    put_foot(h);
    digest_hex(DIGEST_SHA256, h->out->p, h->out->n, hex);
    /* Weak, for a proxy may compress the page on its way. */
    (void)page_unchanged(c, arena_printf(c->arena, "W/\"%.32s\"", hex), seconds);
    return RC_OK;
}

enum rc page_close_private(struct web_ctx *c, struct html *h)
{
    put_foot(h);
    web_header(c, "Cache-Control", "no-store");
    web_header(c, "X-Robots-Tag", "noindex");
    return RC_OK;
}

void page_problem(struct web_ctx *c, int status, const char *title)
{
    struct html *h = page_open(c, status, status == 404 ? "没有找到这个页面" : title, PAGE_NONE);
    html_element(h, "p", c->err.detail, NULL);
    html_open(h, "p", NULL);
    html_text(h, "您可以");
    html_element(h, "a", "返回抽查结果首页", "href", page_url(c, "/"), NULL);
    html_text(h, "，或");
    html_element(h, "a", "查看抽取过程", "href", page_url(c, "/draws"), NULL);
    html_text(h, "。");
    html_close(h, "p");
    html_open(h, "p", "class", "quiet", NULL);
    html_textf(h, "请求编号：%s", c->request_id);
    html_close(h, "p");
    put_foot(h);
}

/* ---- pieces ---- */

void page_row(struct html *h, const char *heading, const char *value)
{
    if (!value)
        return;
    html_open(h, "tr", NULL);
    html_element(h, "th", heading, "scope", "row", NULL);
    html_element(h, "td", value, NULL);
    html_close(h, "tr");
}

void page_row_code(struct html *h, const char *heading, const char *value)
{
    if (!value)
        return;
    html_open(h, "tr", NULL);
    html_element(h, "th", heading, "scope", "row", NULL);
    html_open(h, "td", NULL);
    html_element(h, "code", value, NULL);
    html_close(h, "td");
    html_close(h, "tr");
}

void page_row_link(struct html *h, const char *heading, const char *value, const char *url)
{
    html_open(h, "tr", NULL);
    html_element(h, "th", heading, "scope", "row", NULL);
    html_open(h, "td", NULL);
    html_element(h, "a", value, "href", url, NULL);
    html_close(h, "td");
    html_close(h, "tr");
}

void page_row_time(struct html *h, const char *heading, int64_t instant)
{
    if (instant)
        page_row(h, heading, page_time(h->out->arena, instant));
}

void page_facts_open(struct html *h, const char *caption)
{
    html_open(h, "table", "class", "facts", NULL);
    html_element(h, "caption", caption, NULL);
    html_open(h, "tbody", NULL);
}

void page_list_body(struct html *h, const char *const *headings, size_t first_number)
{
    html_open(h, "thead", NULL);
    html_open(h, "tr", NULL);
    for (size_t i = 0; headings[i]; i++)
        html_element(h, "th", headings[i], "scope", "col", "class",
                     i >= first_number ? "number" : NULL, NULL);
    html_close(h, "tr");
    html_close(h, "thead");
    html_open(h, "tbody", NULL);
}

void page_list_open(struct html *h, const char *caption, const char *const *headings)
{
    html_open(h, "table", "class", "list", NULL);
    html_element(h, "caption", caption, NULL);
    page_list_body(h, headings, SIZE_MAX);
}

void page_table_close(struct html *h)
{
    html_close(h, "tbody");
    html_close(h, "table");
}

void page_cell(struct html *h, const char *heading, const char *value)
{
    html_element(h, "td", value, "data-label", heading, NULL);
}

void page_cell_code(struct html *h, const char *heading, const char *value)
{
    html_open(h, "td", "data-label", heading, NULL);
    html_element(h, "code", value, NULL);
    html_close(h, "td");
}

void page_cell_number(struct html *h, const char *heading, int64_t value)
{
    char text[32];
    (void)snprintf(text, sizeof text, "%lld", (long long)value);
    html_element(h, "td", text, "data-label", heading, "class", "number", NULL);
}

const char *page_time(struct arena *a, int64_t instant)
{
    enum { ZONE_MS = 8 * 3600000 };
    char text[INSTANT_TEXT];
    instant_format(text, instant + ZONE_MS);
    return arena_printf(a, "%.10s %.8s（北京时间）", text, text + 11);
}

const char *page_date(struct arena *a, int32_t date)
{
    char text[DATE_TEXT];
    date_format(text, date);
    return arena_strdup(a, text);
}

void page_pager(struct html *h, const char *first, const char *next)
{
    if (!first && !next)
        return;
    html_open(h, "nav", "class", "pager", "aria-label", "翻页", NULL);
    if (first)
        html_element(h, "a", "回到第一页", "href", first, NULL);
    if (next)
        html_element(h, "a", "下一页", "href", next, "rel", "next", NULL);
    html_close(h, "nav");
}

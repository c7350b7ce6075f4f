/* Published results for machines: open data as CSV and JSON, page by page, and a feed of the newest
   for readers and for a site's own column (公示专栏). */
#include <stdio.h>

#include "base/date.h"
#include "base/digest.h"
#include "public/page.h"
#include "public/results.h"
#include "public/routes.h"
#include "store/publish/publication.h"
#include "store/directory/vocabulary.h"
#include "sys/jsonw.h"
#include "sys/sheet.h"

enum { OPEN_ROWS = 500, FEED_ROWS = 50, RECENT_ROWS = 10, MAP_ROWS = 1000, OPEN_SECONDS = 60 };

/* With its ETag, or as 304. */
static enum rc finish(struct web_ctx *c)
{
    char hex[DIGEST_HEX];
    digest_hex(DIGEST_SHA256, c->reply.body.p, c->reply.body.n, hex);
    (void)page_unchanged(c, arena_printf(c->arena, "W/\"%.32s\"", hex), OPEN_SECONDS);
    return RC_OK;
}

static enum rc find(struct web_ctx *c, struct disclosure_found *found)
{
    struct disclosure_names regions;
    enum rc rc = disclosure_names(c->db, c->arena, DISCLOSURE_REGIONS, &regions);
    return rc == RC_OK ? results_find(c, OPEN_ROWS, &regions, found) : rc;
}

/* The address of what comes behind; NULL: nothing does. */
static const char *next_of(struct web_ctx *c, const char *path,
                           const struct disclosure_found *found)
{
    return found->next ? results_url(c, path, found->next) : NULL;
}

/* GET results.json */
enum rc public_results_json(struct web_ctx *c)
{
    struct disclosure_found found;
    enum rc rc = find(c, &found);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = found.rows.v;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "results");
    for (size_t i = 0; i < found.rows.n; i++)
        row_put_object(w, &disclosure_result_rows, &list[i]);
    jw_end(w);
    jw_text(w, "next", next_of(c, "/results.json", &found));
    rc = web_json_end(c);
    return rc == RC_OK ? finish(c) : rc;
}

static enum rc write_table(struct web_ctx *c, const struct row_page *page, FILE **out)
{
    const struct disclosure_result *list = page->v;
    struct sheet *sheet;
    enum rc rc = sheet_open(c->arena, SHEET_CSV, "抽查结果公示", &disclosure_result_rows, &sheet);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; rc == RC_OK && i < page->n; i++)
        rc = sheet_row(sheet, c->arena, &list[i]);
    if (rc == RC_OK)
        return sheet_close(sheet, NULL, 0, out);
    sheet_drop(sheet);
    return rc;
}

/* GET results.csv */
enum rc public_results_csv(struct web_ctx *c)
{
    struct disclosure_found found;
    FILE *table;
    char bytes[4096];
    enum rc rc = find(c, &found);
    if (rc == RC_OK)
        rc = write_table(c, &found.rows, &table);
    if (rc != RC_OK)
        return rc;
    struct buf *body = web_body(c, 200, sheet_media_type(SHEET_CSV));
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, table)) > 0;)
        buf_put(body, bytes, n);
    bool whole = !ferror(table) && !body->full;
    (void)fclose(table);
    if (!whole)
        return RC_INTERNAL;
    const char *next = next_of(c, "/results.csv", &found);
    if (next)
        web_header(c, "Link", arena_printf(c->arena, "<%s>; rel=\"next\"", next));
    return finish(c);
}

/* ---- the feed ---- */

static const char *absolute(struct web_ctx *c, const char *path)
{
    return arena_printf(c->arena, "%s%s", c->settings->base_url, path);
}

static const char *instant(struct web_ctx *c, int64_t at)
{
    char text[INSTANT_TEXT];
    instant_format(text, at);
    return arena_strdup(c->arena, text);
}

static int64_t changed_at(const struct disclosure_result *r)
{
    return r->corrected_at ? r->corrected_at : r->published_at;
}

static void put_entry(struct web_ctx *c, struct html *h, const struct disclosure_result *r)
{
    const char *url = absolute(c, page_url(c, "/results/%lld", (long long)r->id));
    html_open(h, "entry", NULL);
    html_element(h, "id", url, NULL);
    html_element(h, "title", r->subject_name, NULL);
    html_element(h, "link", NULL, "href", url, NULL);
    html_element(h, "published", instant(c, r->published_at), NULL);
    html_element(h, "updated", instant(c, changed_at(r)), NULL);
    html_open(h, "author", NULL);
    html_element(h, "name", r->department_name, NULL);
    html_close(h, "author");
    html_element(h, "summary",
                 arena_printf(c->arena, "%s，%s，%s", row_label(publication_kinds, r->kind),
                              page_date(c->arena, r->checked_on),
                              row_label(result_classes, r->result_class)),
                 NULL);
    html_close(h, "entry");
}

/* GET feed.atom (RFC 4287) */
enum rc public_feed(struct web_ctx *c)
{
    struct row_page page;
    enum rc rc = disclosure_recent(c->db, c->arena, FEED_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = page.v;
    int64_t updated = 0;
    for (size_t i = 0; i < page.n; i++)
        updated = changed_at(&list[i]) > updated ? changed_at(&list[i]) : updated;
    const char *url = absolute(c, page_url(c, "/feed.atom"));
    struct html h = { web_body(c, 200, "application/atom+xml; charset=utf-8") };
    buf_puts(h.out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    html_open(&h, "feed", "xmlns", "http://www.w3.org/2005/Atom", "xml:lang", "zh-CN", NULL);
    html_element(&h, "id", url, NULL);
    html_element(&h, "title", "双随机、一公开：最新公示的抽查结果", NULL);
    html_element(&h, "link", NULL, "rel", "self", "href", url, NULL);
    html_element(&h, "updated", instant(c, updated), NULL);
    for (size_t i = 0; i < page.n; i++)
        put_entry(c, &h, &list[i]);
    html_close(&h, "feed");
    return finish(c);
}

/* GET recent.html: a part of a page, for the site's own column (公示专栏) to include. */
enum rc public_recent(struct web_ctx *c)
{
    struct row_page page;
    enum rc rc = disclosure_recent(c->db, c->arena, RECENT_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = page.v;
    struct html h = { web_body(c, 200, "text/html; charset=utf-8") };
    html_open(&h, "ul", "class", "liancha-recent", NULL);
    for (size_t i = 0; i < page.n; i++) {
        const struct disclosure_result *r = &list[i];
        html_open(&h, "li", NULL);
        html_element(&h, "a", r->subject_name, "href",
                     absolute(c, page_url(c, "/results/%lld", (long long)r->id)), NULL);
        html_textf(&h, "，%s，%s", r->department_name, page_date(c->arena, r->checked_on));
        html_close(&h, "li");
    }
    html_close(&h, "ul");
    return finish(c);
}

static void put_place(struct web_ctx *c, struct html *h, const char *path, const char *changed)
{
    html_open(h, "url", NULL);
    html_element(h, "loc", absolute(c, page_url(c, "%s", path)), NULL);
    if (changed)
        html_element(h, "lastmod", changed, NULL);
    html_close(h, "url");
}

/* GET sitemap.xml (sitemaps.org 0.9): the lists, which lead to everything, and what is new. */
enum rc public_sitemap(struct web_ctx *c)
{
    static const char *const lists[] = { "/", "/draws", "/plans", "/items" };
    struct row_page page;
    enum rc rc = disclosure_recent(c->db, c->arena, MAP_ROWS, &page);
    if (rc != RC_OK)
        return rc;
    const struct disclosure_result *list = page.v;
    struct html h = { web_body(c, 200, "application/xml; charset=utf-8") };
    buf_puts(h.out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    html_open(&h, "urlset", "xmlns", "http://www.sitemaps.org/schemas/sitemap/0.9", NULL);
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        put_place(c, &h, lists[i], NULL);
    for (size_t i = 0; i < page.n; i++)
        put_place(c, &h, arena_printf(c->arena, "/results/%lld", (long long)list[i].id),
                  instant(c, changed_at(&list[i])));
    html_close(&h, "urlset");
    return finish(c);
}

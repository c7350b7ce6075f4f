/* What all pages share: head, navigation, foot, caching, and the pieces that officials would call a
   form. */
#ifndef LIANCHA_PUBLIC_PAGE_H
#define LIANCHA_PUBLIC_PAGE_H

#include "public/html.h"
#include "web/web.h"

enum { PAGE_ROWS = 50, PAGE_PICKS = 200 };

enum page_section { PAGE_NONE, PAGE_RESULTS, PAGE_DRAWS, PAGE_PLANS, PAGE_ITEMS };

/* Starts a page; the head's h1 is the title. Returns the writer for what stands in <main>. */
struct html *page_open(struct web_ctx *c, int status, const char *title, enum page_section section);
/* Ends it: with its ETag, or as 304 when the reader has the same bytes. seconds: how long a cache
   may keep it without asking. */
enum rc page_close(struct web_ctx *c, struct html *h, int seconds);
/* Ends one that is for whoever has its address, and that no cache and no index keeps. */
enum rc page_close_private(struct web_ctx *c, struct html *h) RC_CHECKED;
/* A fault as a page; struct web_program's .problem. */
void page_problem(struct web_ctx *c, int status, const char *title);

/* An address below the prefix: page_url(c, "/draws/%s", code). */
const char *page_url(struct web_ctx *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A row of two cells, the first its heading; nothing for a NULL value. code: in a fixed-width
   face. */
void page_row(struct html *h, const char *heading, const char *value);
void page_row_code(struct html *h, const char *heading, const char *value);
/* The same with a value that leads somewhere. */
void page_row_link(struct html *h, const char *heading, const char *value, const char *url);
/* The same with a date and time of the official zone; nothing for 0. */
void page_row_time(struct html *h, const char *heading, int64_t instant);
/* Starts a table of such rows. */
void page_facts_open(struct html *h, const char *caption);

/* Starts a table with a row of headings, which end with NULL. */
void page_list_open(struct html *h, const char *caption, const char *const *headings);
/* The same in an open table that has its caption; from first_number on the headings are of
   numbers. */
void page_list_body(struct html *h, const char *const *headings, size_t first_number);
void page_table_close(struct html *h);
/* A cell that says its column's heading on a narrow screen. */
void page_cell(struct html *h, const char *heading, const char *value);
void page_cell_code(struct html *h, const char *heading, const char *value);
void page_cell_number(struct html *h, const char *heading, int64_t value);

/* "2023-11-10 16:00:00", UTC+8. */
const char *page_time(struct arena *a, int64_t instant);
const char *page_date(struct arena *a, int32_t date);

/* The links under a list; each URL may be NULL. */
void page_pager(struct html *h, const char *first, const char *next);

/* The reply's ETag when the reader has it already: then the reply is a 304 and this is true. */
bool page_unchanged(struct web_ctx *c, const char *etag, int seconds);

#endif

#include <string.h>

#include "base/date.h"
#include "domain/publish/search.h"
#include "store/publish/disclosure.h"
#include "store/publish/publication.h"
#include "store/directory/vocabulary.h"

#define COL(member, ...) ROW_COL(struct disclosure_result, member, __VA_ARGS__)
/* What the view leaves out may be NULL in its columns, as the server sees them. */
#define COLUMNS                                                                                    \
    COL(id, "id", .title = "编号"),                                                                \
        COL(kind, "kind", .title = "公示类别", .labels = publication_kinds),                       \
        COL(published_at, "published_at", .title = "公示时间", .instant = true, .nullable = true), \
        COL(due_on, "due_on", .title = "公示期限"),                                                \
        COL(subject_code, "subject_code", .title = "统一社会信用代码或注册号", .nullable = true),  \
        COL(subject_name, "subject_name", .title = "企业名称", .nullable = true),                  \
        COL(department_name, "department_name", .title = "检查部门", .nullable = true),            \
        COL(region_name, "region_name", .title = "区划"),                                          \
        COL(checked_on, "checked_on", .title = "检查日期", .nullable = true),                      \
        COL(result_class, "result_class", .title = "检查结果", .labels = result_classes,           \
            .nullable = true),                                                                     \
        COL(version, "version", .title = "版本"),                                                  \
        COL(corrected_at, "corrected_at", .title = "更正时间", .instant = true, .nullable = true)
const struct row_set disclosure_result_rows = ROW_SET(struct disclosure_result, COLUMNS);
static const struct row_set result_rows = ROW_SET(
    struct disclosure_result, COLUMNS, COL(payload, "payload", .nullable = true),
    COL(payload_hash, "payload_hash", .nullable = true),
    COL(corrected_reason, "corrected_reason", .nullable = true), COL(telephone, "telephone"));
#undef COLUMNS
#undef COL

#define COL(member, ...) ROW_COL(struct disclosure_retraction, member, __VA_ARGS__)
static const struct row_set retraction_rows =
    ROW_SET(struct disclosure_retraction, COL(id, "id"), COL(kind, "kind"),
            COL(department_name, "department_name", .nullable = true),
            COL(published_at, "published_at", .instant = true, .nullable = true),
            COL(stopped_at, "stopped_at", .instant = true, .nullable = true),
            COL(stopped_cause, "stopped_cause", .nullable = true),
            COL(stopped_reason, "stopped_reason", .nullable = true));
#undef COL

/* An empty text asks for nothing. Rows are walked backwards by id until the page is full. */
#define CONDITIONS                                                                                 \
    " id < ? AND id >= ? AND (? = '' OR LOCATE(?, search_text) > 0)"                               \
    " AND (? = '' OR department_name = ?)"                                                         \
    " AND (? = '' OR region_code = ?)"                                                             \
    " AND (? = '' OR result_class = ?)"                                                            \
    " AND (? = '' OR kind = ?)"                                                                    \
    " AND (? = '' OR LOCATE(?, tags) > 0)"                                                         \
    " AND (? = '' OR LOCATE(?, tags) > 0)"                                                         \
    " AND (? = '' OR LOCATE(?, tags) > 0)"                                                         \
    " AND checked_on BETWEEN ? AND ?"
#define CONDITION_TYPES "iittttttttttttttttDD"

/* The page of what FROM names, and how many that is, up to a bound. */
#define WAY(name, types, from, order)                                                              \
    DB_ROWS(disclosure_result_##name, types CONDITION_TYPES "i", &disclosure_result_rows,          \
            from CONDITIONS " ORDER BY " order " DESC LIMIT ?");                                   \
    DB_STMT(disclosure_count_##name, types CONDITION_TYPES "i", "i",                               \
            "SELECT COUNT(*) FROM (SELECT 1" from CONDITIONS " LIMIT ?) counted")

WAY(list, "", " FROM public_publication WHERE", "id");

/*
 * Where at most FOUND_MAX entries of the index lie in what is sought (a term, or days), the rows
 * are those of the index. What more have in common fills a page soon on the way backwards, and the
 * index would only cost.
 */
enum { FOUND_MAX = 5000 };
DB_STMT(disclosure_found_more, "tti", "i",
        "SELECT publication_id FROM public_publication_suffix WHERE suffix BETWEEN ? AND ?"
        " LIMIT 1 OFFSET ?");
WAY(found, "tt",
    " FROM (SELECT DISTINCT publication_id FROM public_publication_suffix"
    " WHERE suffix BETWEEN ? AND ?) found"
    " STRAIGHT_JOIN public_publication ON id = found.publication_id WHERE",
    "id");

/* Of an item, a plan, a specialty; or of a region, a class, a department, or of two or all of
   these; by the index in the order of ids. */
WAY(within, "tii",
    " FROM public_publication_suffix within"
    " STRAIGHT_JOIN public_publication ON id = within.publication_id"
    " WHERE within.suffix = ? AND within.publication_id < ? AND within.publication_id >= ? AND",
    "within.publication_id");
#undef WAY

/* Where the walk of one search ends: the entry after so many. */
DB_STMT(disclosure_list_end, "ii", "i",
        "SELECT id FROM public_publication WHERE id < ? ORDER BY id DESC LIMIT 1 OFFSET ?");
DB_STMT(disclosure_within_end, "tii", "i",
        "SELECT publication_id FROM public_publication_suffix WHERE suffix = ?"
        " AND publication_id < ? ORDER BY publication_id DESC LIMIT 1 OFFSET ?");

DB_ROWS(disclosure_subject_select, "ti", &disclosure_result_rows,
        " FROM public_publication WHERE subject_code = ?"
        " ORDER BY checked_on DESC, department_name, id DESC LIMIT ?");

DB_ROWS(disclosure_recent_select, "i", &disclosure_result_rows,
        " FROM public_publication ORDER BY published_at DESC, id DESC LIMIT ?");

DB_ROWS(disclosure_result_select, "i", &result_rows, " FROM public_publication WHERE id = ?");

DB_ROWS(disclosure_retraction_select, "i", &retraction_rows,
        " FROM public_retraction WHERE id = ?");

static struct db_val asked(const char *text)
{
    return db_text(text ? text : "");
}

/* The least text above all that begin with the prefix: U+10FFFF is no character. */
#define ABOVE "\xF4\x8F\xBF\xBF"

/* How the index serves a search: entries from first to last, or one, or not. exact: every entry is
   one of what is asked for. */
struct way {
    const char *first;
    const char *last;
    bool exact;
};

/* The one that fewest have, of what is asked; NULL: none is. */
static const char *tag_of(struct arena *a, const struct disclosure_search *s)
{
    if (s->item)
        return search_tag(a, SEARCH_ITEM, s->item);
    if (s->plan)
        return search_tag(a, SEARCH_PLAN, s->plan);
    return s->specialty ? search_tag(a, SEARCH_SPECIALTY, s->specialty) : NULL;
}

static struct db_val tagged(struct arena *a, enum search_tag kind, const char *code)
{
    return db_text(code ? search_tag(a, kind, code) : "");
}

static enum rc choose(struct db *db, struct arena *a, const struct disclosure_search *s,
                      int32_t from, int32_t to, struct way *way)
{
    const char *term = search_prefix(a, s->sought ? s->sought : "");
    const struct way ways[] = {
        { term, arena_printf(a, "%s" ABOVE, term), false },
        { search_day(a, from), search_day(a, to), false },
    };
    const bool asked[] = { *term, s->has_from || s->has_to };
    int64_t one;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (!asked[i])
            continue;
        enum rc rc = db_one_int(
            db, &disclosure_found_more,
            DB_ARGS(db_text(ways[i].first), db_text(ways[i].last), db_int(FOUND_MAX)), &one);
        if (rc == RC_NOT_FOUND)
            *way = ways[i];
        if (rc != RC_OK)
            return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    const char *tag = tag_of(a, s);
    const bool narrow = s->result_class || s->kind || s->department;
    way->exact = !asked[0] && !asked[1];
    if (tag) {
        const bool special = tag[1] == SEARCH_SPECIALTY;
        way->first = search_tag_entry(a, tag, special ? s->region : NULL);
        way->exact = way->exact && !narrow && (special || !s->region) &&
                     !!s->item + !!s->plan + !!s->specialty == 1;
    } else if (narrow || s->region) {
        way->first = search_facet(
            a, &(struct search_facet){ s->region, s->result_class, s->kind, s->department });
    }
    return RC_OK;
}

struct asked {
    const struct db_stmt *rows;
    const struct db_stmt *count;
    const struct db_val *args;
    size_t n;
};

static enum rc answer(struct db *db, struct arena *a, const struct asked *q,
                      const struct disclosure_search *s, int64_t end, struct disclosure_found *out)
{
    *out = (struct disclosure_found){ .whole = !end };
    enum rc rc = db_page(db, a, q->rows, q->args, q->n, s->limit, &out->rows);
    const struct disclosure_result *rows = out->rows.v;
    if (rc != RC_OK)
        return rc;
    out->next = out->rows.more ? rows[out->rows.n - 1].id : end;
    out->total = (int64_t)out->rows.n;
    if (!out->rows.more || s->before)
        return RC_OK;
    struct db_val *args = arena_array(a, q->n + 1, sizeof *args);
    memcpy(args, q->args, q->n * sizeof *args);
    args[q->n] = db_int(DISCLOSURE_COUNTED + 1);
    return db_one_int(db, q->count, args, q->n + 1, &out->total);
}

/* Before which id the walk ends; 0: it goes to the end. What the index finds alone is little. */
static enum rc walk_end(struct db *db, const struct way *way, int64_t before, int64_t *end)
{
    enum rc rc = RC_OK;
    *end = 0;
    if (way->exact)
        return RC_OK;
    if (!way->first)
        rc = db_one_int(db, &disclosure_list_end, DB_ARGS(db_int(before), db_int(DISCLOSURE_WALK)),
                        end);
    else if (!way->last)
        rc = db_one_int(db, &disclosure_within_end,
                        DB_ARGS(db_text(way->first), db_int(before), db_int(DISCLOSURE_WALK)), end);
    if (rc == RC_OK && *end)
        (*end)++; /* this one is the next walk's first */
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc disclosure_results(struct db *db, struct arena *a, const struct disclosure_search *s,
                           struct disclosure_found *found)
{
    const int32_t from = s->has_from ? s->from : date_of(1900, 1, 1);
    const int32_t to = s->has_to ? s->to : date_of(2199, 12, 31);
    const int64_t before = s->before ? s->before : INT64_MAX;
    struct way way = { NULL, NULL, false };
    int64_t end = 0;
    enum rc rc = choose(db, a, s, from, to, &way);
    if (rc == RC_OK)
        rc = walk_end(db, &way, before, &end);
    if (rc != RC_OK)
        return rc;
    const struct db_val specialty = tagged(a, SEARCH_SPECIALTY, s->specialty);
    const struct db_val plan = tagged(a, SEARCH_PLAN, s->plan);
    const struct db_val item = tagged(a, SEARCH_ITEM, s->item);
    const struct db_val args[] = {
        asked(way.first), /* of those within; or the range; or neither */
        way.last ? asked(way.first) : db_int(before),
        way.last ? asked(way.last) : db_int(end),
        db_int(before),
        db_int(end),
        asked(s->sought),
        asked(s->sought),
        asked(s->department),
        asked(s->department),
        asked(s->region),
        asked(s->region),
        asked(s->result_class),
        asked(s->result_class),
        asked(s->kind),
        asked(s->kind),
        specialty,
        specialty,
        plan,
        plan,
        item,
        item,
        db_date(from),
        db_date(to),
    };
    const size_t n = sizeof args / sizeof args[0];
    const struct asked ways[] = {
        { &disclosure_result_within, &disclosure_count_within, args, n },
        { &disclosure_result_found, &disclosure_count_found, args + 1, n - 1 },
        { &disclosure_result_list, &disclosure_count_list, args + 3, n - 3 },
    };
    return answer(db, a, &ways[!way.first ? 2 : way.last ? 1 : 0], s, end, found);
}

enum rc disclosure_subject(struct db *db, struct arena *a, const char *code, int64_t limit,
                           struct row_page *results)
{
    return db_page(db, a, &disclosure_subject_select, DB_ARGS(db_text(code)), limit, results);
}

enum rc disclosure_recent(struct db *db, struct arena *a, int64_t limit, struct row_page *results)
{
    return db_page(db, a, &disclosure_recent_select, DB_NONE, limit, results);
}

enum rc disclosure_result(struct db *db, struct arena *a, int64_t id, struct disclosure_result *out)
{
    return db_row(db, a, &disclosure_result_select, DB_ARGS(db_int(id)), out);
}

enum rc disclosure_retraction(struct db *db, struct arena *a, int64_t id,
                              struct disclosure_retraction *out)
{
    return db_row(db, a, &disclosure_retraction_select, DB_ARGS(db_int(id)), out);
}

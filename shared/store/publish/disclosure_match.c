/* The match of inspectors and what changed after it, for the bundle; declared in disclosure.h. */
#include "store/publish/disclosure.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/digest.h"

struct adjustment_line {
    const char *visit;
    const char *department;
    const char *kind;
    const char *leaver; /* cards; NULL: none */
    const char *joiner;
    const char *source;
    char ticket[DIGEST_HEX]; /* "": none */
};

struct substitute_line {
    const char *draw;
    const char *stratum;
    const char *subject;
    const char *substitute;
    int64_t position;
    int64_t made_at;
    bool exception;
    const char *opening;
    const char *reason;
};

enum { CHANGE_LINE_MAX = 400, SUBSTITUTE_LINE_MAX = 1200 };

DB_STMT(disclosure_match_size, "it", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_match_part"
        " WHERE campaign_id = ? AND name = ?");
DB_STMT(disclosure_match_select, "it", "b",
        "SELECT body FROM public_match_part WHERE campaign_id = ? AND name = ? ORDER BY part");
#define COL(member, ...) ROW_COL(struct adjustment_line, member, __VA_ARGS__)
static const struct row_set adjustment_lines = ROW_SET(
    struct adjustment_line, COL(visit, "visit"), COL(department, "department"), COL(kind, "kind"),
    COL(leaver, "leaver", .nullable = true), COL(joiner, "joiner", .nullable = true),
    COL(source, "source", .nullable = true), COL(ticket, "ticket", .nullable = true));
#undef COL

#define COL(member, ...) ROW_COL(struct substitute_line, member, __VA_ARGS__)
static const struct row_set substitute_lines =
    ROW_SET(struct substitute_line, COL(draw, "draw"), COL(stratum, "stratum"),
            COL(subject, "subject"), COL(substitute, "substitute"), COL(position, "position"),
            COL(made_at, "made_at", .instant = true), COL(exception, "exception"),
            COL(opening, "opening"), COL(reason, "reason"));
#undef COL

DB_ROWS(disclosure_adjustment_select, "ii", &adjustment_lines,
        " FROM public_adjustment WHERE campaign_id = ? ORDER BY made_at, id LIMIT ?");
DB_ROWS(disclosure_substitute_select, "ii", &substitute_lines,
        " FROM public_substitute WHERE campaign_id = ? ORDER BY id LIMIT ?");

enum rc disclosure_match_bytes(struct db *db, int64_t campaign_id, const char *name, int64_t *bytes)
{
    return db_one_int(db, &disclosure_match_size, DB_ARGS(db_int(campaign_id), db_text(name)),
                      bytes);
}

enum rc disclosure_match_file(struct db *db, int64_t campaign_id, const char *name,
                              disclosure_bytes *fn, void *data)
{
    struct db_query *q;
    enum rc rc = db_query_stream(db, &disclosure_match_select,
                                 DB_ARGS(db_int(campaign_id), db_text(name)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *bytes = db_col_bytes(q, 0, &n);
        rc = fn(data, bytes, n);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static const char *or_dash(const char *text)
{
    return text && *text ? text : "-";
}

enum rc disclosure_adjustments(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out)
{
    struct row_page page;
    buf_init(out, out->arena, (size_t)DISCLOSURE_CHANGES_MAX * CHANGE_LINE_MAX);
    buf_printf(out, "liancha-adjustments/1\t%s\n", campaign);
    enum rc rc = db_rows(db, out->arena, &disclosure_adjustment_select,
                         DB_ARGS(db_int(campaign_id)), DISCLOSURE_CHANGES_MAX, &page);
    const struct adjustment_line *v = page.v;
    for (size_t i = 0; rc == RC_OK && i < page.n; i++)
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", v[i].visit, v[i].department, v[i].kind,
                   or_dash(v[i].leaver), or_dash(v[i].joiner), or_dash(v[i].source),
                   or_dash(v[i].ticket));
    return rc;
}

enum rc disclosure_substitutes(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out)
{
    struct row_page page;
    buf_init(out, out->arena, (size_t)DISCLOSURE_CHANGES_MAX * SUBSTITUTE_LINE_MAX);
    buf_printf(out, "liancha-substitutes/3\t%s\n", campaign);
    enum rc rc = db_rows(db, out->arena, &disclosure_substitute_select,
                         DB_ARGS(db_int(campaign_id)), DISCLOSURE_CHANGES_MAX, &page);
    const struct substitute_line *v = page.v;
    for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
        char at[INSTANT_TEXT];
        instant_format(at, v[i].made_at);
        buf_printf(out, "%s\t%s\t%s\t%s\t%lld\t%s\t%s\t%s\t%s\n", v[i].draw, v[i].stratum,
                   v[i].subject, v[i].substitute, (long long)v[i].position, at,
                   v[i].exception ? "exception" : "limit", v[i].opening, v[i].reason);
    }
    return rc;
}

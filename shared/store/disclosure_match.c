/* The match of inspectors and what changed after it, for the bundle; declared in store/disclosure.h. */
#include "store/disclosure.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { CHANGE_LINE_MAX = 400, SUBSTITUTE_LINE_MAX = 1200 };

DB_STMT(disclosure_match_size, "it", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_match_part"
        " WHERE campaign_id = ? AND name = ?");
DB_STMT(disclosure_match_select, "it", "b",
        "SELECT body FROM public_match_part WHERE campaign_id = ? AND name = ? ORDER BY part");
DB_STMT(disclosure_adjustment_select, "ii", "ttttttb",
        "SELECT visit, department, kind, leaver, joiner, source, ticket FROM public_adjustment"
        " WHERE campaign_id = ? ORDER BY id LIMIT ?");
DB_STMT(disclosure_substitute_select, "ii", "ttttit",
        "SELECT draw, stratum, subject, substitute, position, reason FROM public_substitute"
        " WHERE campaign_id = ? ORDER BY id LIMIT ?");
DB_STMT(disclosure_adjustment_count, "i", "i",
        "SELECT COUNT(*) FROM public_adjustment WHERE campaign_id = ?");
DB_STMT(disclosure_substitute_count, "i", "i",
        "SELECT COUNT(*) FROM public_substitute WHERE campaign_id = ?");

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
    return text ? text : "-";
}

enum rc disclosure_adjustments(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out)
{
    struct db_query *q;
    buf_init(out, out->arena, (size_t)DISCLOSURE_CHANGES_MAX * CHANGE_LINE_MAX);
    buf_printf(out, "liancha-adjustments/1\t%s\n", campaign);
    enum rc rc = db_query(db, &disclosure_adjustment_select,
                          DB_ARGS(db_int(campaign_id), db_int(DISCLOSURE_CHANGES_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        char ticket[DIGEST_HEX] = "-";
        size_t n;
        const void *bytes = db_col_bytes(q, 6, &n);
        if (bytes && n == DIGEST_SIZE)
            hex_encode(ticket, bytes, n);
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", db_col_text(q, 0), db_col_text(q, 1),
                   db_col_text(q, 2), or_dash(db_col_text(q, 3)), or_dash(db_col_text(q, 4)),
                   or_dash(db_col_text(q, 5)), ticket);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_substitutes(struct db *db, const char *campaign, int64_t campaign_id,
                               struct buf *out)
{
    struct db_query *q;
    buf_init(out, out->arena, (size_t)DISCLOSURE_CHANGES_MAX * SUBSTITUTE_LINE_MAX);
    buf_printf(out, "liancha-substitutes/1\t%s\n", campaign);
    enum rc rc = db_query(db, &disclosure_substitute_select,
                          DB_ARGS(db_int(campaign_id), db_int(DISCLOSURE_CHANGES_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        buf_printf(out, "%s\t%s\t%s\t%s\t%lld\t%s\n", db_col_text(q, 0), db_col_text(q, 1),
                   db_col_text(q, 2), db_col_text(q, 3), (long long)db_col_int(q, 4),
                   db_col_text(q, 5));
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_changes(struct db *db, int64_t campaign_id, int64_t changes[2])
{
    enum rc rc =
        db_one_int(db, &disclosure_adjustment_count, DB_ARGS(db_int(campaign_id)), changes);
    return rc == RC_OK ? db_one_int(db, &disclosure_substitute_count, DB_ARGS(db_int(campaign_id)),
                                    changes + 1)
                       : rc;
}

/* The end of tombstones: what feed.h says of the horizon. */
#include "store/field/feed.h"

/* Ascending by feed, as heads are locked. */
DB_STMT(feed_purge_stmt_due, "Di", "Diii",
        "SELECT t.gone_on, t.kind, t.owner_id, t.seq FROM (SELECT gone_on, kind, owner_id, seq"
        " FROM feed_tombstone WHERE gone_on < ? ORDER BY gone_on, kind, owner_id, seq LIMIT ?) AS t"
        " ORDER BY t.kind, t.owner_id, t.seq");

DB_STMT(feed_purge_stmt_head, "iii", "",
        "UPDATE feed_head SET purged = GREATEST(purged, ?) WHERE kind = ? AND owner_id = ?");

DB_STMT(feed_purge_stmt_item, "iii", "",
        "DELETE FROM feed_item WHERE kind = ? AND owner_id = ? AND seq = ? AND deleted = 1");

DB_STMT(feed_purge_stmt_done, "Diii", "",
        "DELETE FROM feed_tombstone WHERE gone_on = ? AND kind = ? AND owner_id = ? AND seq = ?");

struct due {
    struct db_val *heads; /* the parameters of the three statements, row after row */
    struct db_val *items;
    struct db_val *done;
    size_t n;
};

static enum rc read_due(struct db *db, int32_t before, struct due *due)
{
    struct db_query *q;
    enum rc rc =
        db_query(db, &feed_purge_stmt_due, DB_ARGS(db_date(before), db_int(FEED_PURGE_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        const struct db_val kind = db_int(db_col_int(q, 1));
        const struct db_val owner = db_int(db_col_int(q, 2));
        const struct db_val seq = db_int(db_col_int(q, 3));
        struct db_val *head = &due->heads[due->n * 3];
        struct db_val *item = &due->items[due->n * 3];
        struct db_val *done = &due->done[due->n * 4];
        head[0] = seq;
        head[1] = item[0] = done[1] = kind;
        head[2] = item[1] = done[2] = owner;
        item[2] = done[3] = seq;
        done[0] = db_date(db_col_date(q, 0));
        due->n++;
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc feed_purge(struct db *db, struct arena *a, int32_t before, size_t *n)
{
    struct due due = {
        .heads = arena_array(a, FEED_PURGE_MAX, 3 * sizeof *due.heads),
        .items = arena_array(a, FEED_PURGE_MAX, 3 * sizeof *due.items),
        .done = arena_array(a, FEED_PURGE_MAX, 4 * sizeof *due.done),
    };
    enum rc rc = read_due(db, before, &due);
    *n = due.n;
    if (rc != RC_OK || due.n == 0)
        return rc;
    rc = db_bulk(db, &feed_purge_stmt_head, due.heads, due.n);
    if (rc == RC_OK)
        rc = db_bulk(db, &feed_purge_stmt_item, due.items, due.n);
    return rc == RC_OK ? db_bulk(db, &feed_purge_stmt_done, due.done, due.n) : rc;
}

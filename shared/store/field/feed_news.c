/* What is new to one inspector's phone: what feed.h says of feed_read_news. */
#include "store/field/feed.h"

#include <string.h>

#include "base/text.h"
#include "sys/log.h"

/*
 * The changes in the order of the inspector's feed, each with its visit's items in the order of
 * theirs: nested loops along two keys, without a sort, which would take a temporary table that
 * MariaDB keeps on disk for the sake of the bodies. For that order only c.seq is asked for: the
 * items of a change come by the key through which they are found. The server passes over a visit's
 * items that are known; there are some dozens. Below a tombstone that was purged a visit is read
 * from 0.
 *
 * Few positions are a text, "0~visit.seq~visit.seq", in which the server looks each item's visit
 * up, by bytes: as parameters they would cost it more than the items do, for it walks through all
 * it could compare with each time. From 0, hence with everything, comes a visit of which a
 * tombstone above its position was purged. Many (or none, or one with a floor) are a list, which
 * costs more to begin, and less at each of the many items of a first sync: its LIMIT makes the
 * server keep it with a key, where a bare JSON_TABLE would be joined by way of a sort.
 */
#define NEWS(list, wanted)                                                                         \
    "SELECT c.entity_id, c.seq, c.deleted, h.seq, h.purged,"                                       \
    " i.seq, i.entity, i.entity_id, i.version, i.deleted, i.body"                                  \
    " FROM feed_item AS c FORCE INDEX (PRIMARY)" list                                              \
    " LEFT JOIN feed_head AS h ON h.kind = 2 AND h.owner_id = c.entity_id"                         \
    " LEFT JOIN feed_item AS i FORCE INDEX (PRIMARY) ON i.kind = 2 AND i.owner_id = c.entity_id"   \
    " AND c.deleted = 0 AND " wanted                                                               \
    " WHERE c.kind = 1 AND c.owner_id = ? AND c.seq > ? AND (c.deleted = 0 OR ? > 0)"              \
    " ORDER BY c.seq LIMIT ?"
enum { FEW = 32, LISTED_BYTES = 64 };

DB_STMT(feed_news_stmt_few, "biiii", "iiiiiitiiit",
        NEWS("", "GREATEST(i.seq, h.purged) > CAST(SUBSTRING_INDEX(SUBSTRING_INDEX(?,"
                 " CONCAT('~', c.entity_id, '.'), -1), '~', 1) AS UNSIGNED)"));

DB_STMT(feed_news_stmt_listed, "tiiii", "iiiiiitiiit",
        NEWS(" LEFT JOIN (SELECT id, seq, floor FROM JSON_TABLE(?, '$[*]' COLUMNS ("
             "id BIGINT UNSIGNED PATH '$[0]', seq BIGINT UNSIGNED PATH '$[1]',"
             " floor BIGINT UNSIGNED PATH '$[2]')) AS listed LIMIT 512) AS k"
             " ON k.id = c.entity_id",
             "i.seq > IF(h.purged > k.floor, 0, IFNULL(k.seq, 0))"));

static int64_t floor_of(const struct feed_known *known)
{
    return known->floor > known->seq ? known->floor : known->seq;
}

/* Behind which number the statement read the visit. */
static int64_t start_of(const struct feed_change *change, const struct feed_known *known,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (known[i].visit_id == change->visit_id)
            return change->purged > floor_of(&known[i]) ? 0 : known[i].seq;
    return 0;
}

static enum rc each(struct db_query *q, const struct feed_known *known, size_t count,
                    feed_news_fn *fn, void *data, size_t *rows)
{
    struct feed_change change = { .visit_id = 0 };
    int64_t from = 0;
    int64_t last = 0; /* number of the item before */
    bool wanted = true;
    enum rc rc = RC_OK;
    for (*rows = 0; wanted && (rc = db_next(&q)) == RC_OK; ++*rows) {
        struct feed_change of = { .visit_id = db_col_int(q, 0),
                                  .seq = db_col_int(q, 1),
                                  .removed = db_col_int(q, 2) != 0,
                                  .head = db_col_int(q, 3),
                                  .purged = db_col_int(q, 4) };
        int64_t seq = db_col_int(q, 5);
        if (of.seq < change.seq || (of.seq == change.seq && seq <= last)) {
            log_error("news of feeds came out of order");
            rc = RC_INTERNAL;
            break;
        }
        if (of.seq > change.seq)
            from = start_of(&of, known, count);
        change = of;
        last = seq;
        wanted = fn(&change,
                    &(struct feed_item){ .kind = FEED_VISIT,
                                         .owner_id = change.visit_id,
                                         .seq = seq,
                                         .entity = db_col_text(q, 6),
                                         .entity_id = db_col_int(q, 7),
                                         .version = db_col_int(q, 8),
                                         .deleted = db_col_int(q, 9) != 0,
                                         .body = db_col_text(q, 10),
                                         .from = from,
                                         .head = change.head },
                    data);
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* Whether the text says all: a reading from 0 that a page cut off goes on above what was purged
   meanwhile. */
static bool are_few(const struct feed_reader *reader)
{
    bool few = reader->count > 0 && reader->count <= FEW;
    for (size_t i = 0; few && i < reader->count; i++)
        few = floor_of(&reader->known[i]) == reader->known[i].seq;
    return few;
}

/* Writes mark and number; returns the place behind them. */
static char *put(char *end, char mark, int64_t number)
{
    *end = mark;
    return int_format(end + 1, number);
}

/* text: LISTED_BYTES for each and one more. */
static void put_few(char *text, const struct feed_reader *reader)
{
    char *end = int_format(text, 0);
    for (size_t i = 0; i < reader->count; i++) {
        end = put(end, '~', reader->known[i].visit_id);
        end = put(end, '.', reader->known[i].seq);
    }
}

/* text: LISTED_BYTES for each, enough for three numbers of 19 digits, and two more. */
static void put_list(char *text, const struct feed_reader *reader)
{
    char *end = text;
    *end++ = '[';
    for (size_t i = 0; i < reader->count; i++) {
        const struct feed_known *known = &reader->known[i];
        if (i)
            *end++ = ',';
        end = put(end, '[', known->visit_id);
        end = put(end, ',', known->seq);
        end = put(end, ',', floor_of(known));
        *end++ = ']';
    }
    end[0] = ']';
    end[1] = '\0';
}

enum rc feed_read_news(struct db *db, const struct feed_reader *reader, int64_t limit,
                       feed_news_fn *fn, void *data, size_t *rows)
{
    char list[FEED_KNOWN_MAX * LISTED_BYTES + sizeof "[]"];
    bool few = are_few(reader);
    struct db_query *q;
    *rows = 0;
    if (few)
        put_few(list, reader);
    else
        put_list(list, reader);
    enum rc rc = db_query(db, few ? &feed_news_stmt_few : &feed_news_stmt_listed,
                          DB_ARGS(few ? db_bytes(list, strlen(list)) : db_text(list),
                                  db_int(reader->inspector_id), db_int(reader->seq),
                                  db_int(reader->removed_too), db_int(limit)),
                          &q);
    return rc == RC_OK ? each(q, reader->known, reader->count, fn, data, rows) : rc;
}

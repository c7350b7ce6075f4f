#include "store/feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "sys/log.h"

/*
 * Keys go to the server as one JSON parameter: a statement's text and the number of round trips do
 * not depend on how many there are.
 */
enum { KEYS_MAX = 16 * 1024 * 1024, ITEM_COLUMNS = 8, ITEM_ROWS = 1000 };

/* The newest assignments, not those of the snapshot: one made meanwhile must not miss this change. */
DB_STMT(feed_stmt_assigned, "t", "ii",
        "SELECT DISTINCT s.visit_id, a.inspector_id"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted"
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department)"
        " ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN assignment AS a FORCE INDEX (PRIMARY) ON a.section_id = s.id"
        " LOCK IN SHARE MODE");

/* Makes missing heads, locks and bumps all of them, in the order given. */
DB_STMT(feed_stmt_bump, "t", "",
        "INSERT INTO feed_head (kind, owner_id, seq)"
        " SELECT bumped.kind, bumped.owner_id, bumped.n"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (kind INT PATH '$[0]', owner_id BIGINT UNSIGNED PATH "
        "'$[1]',"
        " n INT PATH '$[2]')) AS bumped"
        " ON DUPLICATE KEY UPDATE seq = feed_head.seq + VALUES(seq)");

DB_STMT(feed_stmt_bumped, "t", "iii",
        "SELECT h.kind, h.owner_id, h.seq"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, kind INT PATH '$[0]',"
        " owner_id BIGINT UNSIGNED PATH '$[1]')) AS bumped"
        " STRAIGHT_JOIN feed_head AS h FORCE INDEX (PRIMARY)"
        " ON h.kind = bumped.kind AND h.owner_id = bumped.owner_id"
        " ORDER BY bumped.n");

DB_STMT(feed_stmt_item, "iiitiiit", "",
        "INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE seq = VALUES(seq), version = VALUES(version),"
        " deleted = VALUES(deleted), body = VALUES(body)");

DB_STMT(feed_stmt_heads, "ii", "tiii",
        "SELECT epoch, (SELECT seq FROM feed_head WHERE kind = 1 AND owner_id = ?),"
        " (SELECT seq FROM feed_head WHERE kind = 3 AND owner_id = ?),"
        " (SELECT seq FROM feed_head WHERE kind = 4 AND owner_id = 0)"
        " FROM sync_epoch WHERE id = 1");

DB_STMT(feed_stmt_read, "iiiii", "iiitiiit",
        "SELECT kind, owner_id, seq, entity, entity_id, version, deleted, body FROM feed_item"
        " WHERE kind = ? AND owner_id = ? AND seq > ? AND (deleted = 0 OR ? > 0)"
        " ORDER BY seq LIMIT ?");

DB_STMT(feed_stmt_read_visits, "tii", "iiitiiit",
        "SELECT i.kind, i.owner_id, i.seq, i.entity, i.entity_id, i.version, i.deleted, i.body"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT UNSIGNED PATH '$[0]',"
        " seq BIGINT UNSIGNED PATH '$[1]')) AS wanted"
        " STRAIGHT_JOIN feed_item AS i FORCE INDEX (PRIMARY)"
        " ON i.kind = 2 AND i.owner_id = wanted.id"
        " WHERE i.seq > wanted.seq AND (i.deleted = 0 OR ? > 0)"
        " ORDER BY wanted.n, i.seq LIMIT ?");

/* First what the inspector's feed says of visits, then what the feeds of its visits say. */
DB_STMT(feed_stmt_lost, "titi", "ti",
        "SELECT wanted.entity, wanted.id"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (entity VARCHAR(16) CHARACTER SET ascii PATH '$[0]',"
        " id BIGINT UNSIGNED PATH '$[1]')) AS wanted"
        " STRAIGHT_JOIN feed_item AS i FORCE INDEX (entity) ON i.kind = 1 AND i.owner_id = ?"
        " AND i.entity = wanted.entity COLLATE ascii_bin AND i.entity_id = wanted.id"
        " WHERE i.deleted = 1"
        " UNION"
        " SELECT wanted.entity, wanted.id"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (entity VARCHAR(16) CHARACTER SET ascii PATH '$[0]',"
        " id BIGINT UNSIGNED PATH '$[1]')) AS wanted"
        " STRAIGHT_JOIN feed_item AS v FORCE INDEX (entity) ON v.kind = 1 AND v.owner_id = ?"
        " AND v.entity = 'visit'"
        " STRAIGHT_JOIN feed_item AS i FORCE INDEX (entity) ON i.kind = 2"
        " AND i.owner_id = v.entity_id AND i.entity = wanted.entity COLLATE ascii_bin"
        " AND i.entity_id = wanted.id"
        " WHERE i.deleted = 1");

/* ---- Writing ----------------------------------------------------------------------------------- */

/* A growing list of items; the ones of inspectors come behind the caller's. */
struct items {
    struct feed_item *v;
    size_t n;
    size_t room;
};

static void items_add(struct items *list, struct arena *a, const struct feed_item *item)
{
    if (list->n == list->room) {
        struct feed_item *wider = arena_array(a, list->room * 2, sizeof *wider);
        memcpy(wider, list->v, list->n * sizeof *wider);
        list->v = wider;
        list->room *= 2;
    }
    list->v[list->n] = *item;
    list->v[list->n].seq = (int64_t)list->n; /* keeps the given order through the sort */
    list->n++;
}

static int compare_numbers(int64_t x, int64_t y)
{
    return (x > y) - (x < y);
}

static int by_feed(const void *x, const void *y)
{
    const struct feed_item *p = x;
    const struct feed_item *q = y;
    int order = compare_numbers(p->kind, q->kind);
    if (order == 0)
        order = compare_numbers(p->owner_id, q->owner_id);
    return order ? order : compare_numbers(p->seq, q->seq);
}

static bool same_feed(const struct feed_item *p, const struct feed_item *q)
{
    return p->kind == q->kind && p->owner_id == q->owner_id;
}

/* Adds the items by which the inspectors of the visits in list learn of them; list is sorted. */
static enum rc add_inspectors(struct db *db, struct arena *a, struct items *list)
{
    struct buf visits;
    buf_init(&visits, a, KEYS_MAX);
    for (size_t i = 0; i < list->n; i++)
        if (list->v[i].kind == FEED_VISIT && (i == 0 || !same_feed(&list->v[i - 1], &list->v[i])))
            buf_printf(&visits, "%c%" PRId64, visits.n ? ',' : '[', list->v[i].owner_id);
    if (visits.n == 0)
        return RC_OK;
    buf_putc(&visits, ']');
    if (visits.full)
        return RC_TOO_LARGE;
    struct db_query *q;
    enum rc rc = db_query(db, &feed_stmt_assigned, DB_ARGS(db_text(visits.p)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        items_add(list, a,
                  &(struct feed_item){ .kind = FEED_INSPECTOR,
                                       .owner_id = db_col_int(q, 1),
                                       .entity = "visit",
                                       .entity_id = db_col_int(q, 0),
                                       .body = "{}" });
    return rc == RC_DONE ? RC_OK : rc;
}

/* Bumps the heads of the sorted items and gives each item its number. */
static enum rc number_items(struct db *db, struct arena *a, struct items *list)
{
    struct buf heads;
    buf_init(&heads, a, KEYS_MAX);
    for (size_t i = 0, end; i < list->n; i = end) {
        for (end = i + 1; end < list->n && same_feed(&list->v[i], &list->v[end]);)
            end++;
        buf_printf(&heads, "%c[%d,%" PRId64 ",%zu]", heads.n ? ',' : '[', (int)list->v[i].kind,
                   list->v[i].owner_id, end - i);
    }
    buf_putc(&heads, ']');
    if (heads.full)
        return RC_TOO_LARGE;
    struct db_query *q;
    enum rc rc = db_exec(db, &feed_stmt_bump, DB_ARGS(db_text(heads.p)));
    if (rc == RC_OK)
        rc = db_query(db, &feed_stmt_bumped, DB_ARGS(db_text(heads.p)), &q);
    if (rc != RC_OK)
        return rc;
    size_t i = 0;
    while ((rc = db_next(&q)) == RC_OK) {
        struct feed_item head = { .kind = (enum feed_kind)db_col_int(q, 0),
                                  .owner_id = db_col_int(q, 1) };
        size_t end = i;
        while (end < list->n && same_feed(&head, &list->v[end]))
            end++;
        int64_t seq = db_col_int(q, 2) - (int64_t)(end - i);
        while (i < end)
            list->v[i++].seq = ++seq;
    }
    if (rc != RC_DONE)
        return rc;
    if (i == list->n)
        return RC_OK;
    log_error("not every feed head came back");
    return RC_INTERNAL;
}

static enum rc insert_items(struct db *db, struct arena *a, const struct items *list)
{
    size_t room = list->n < ITEM_ROWS ? list->n : ITEM_ROWS;
    struct db_val *values = arena_array(a, room, ITEM_COLUMNS * sizeof *values);
    enum rc rc = RC_OK;
    for (size_t done = 0, rows; rc == RC_OK && done < list->n; done += rows) {
        rows = list->n - done < room ? list->n - done : room;
        for (size_t r = 0; r < rows; r++) {
            const struct feed_item *item = &list->v[done + r];
            struct db_val *v = &values[r * ITEM_COLUMNS];
            v[0] = db_int(item->kind);
            v[1] = db_int(item->owner_id);
            v[2] = db_int(item->seq);
            v[3] = db_text(item->entity);
            v[4] = db_int(item->entity_id);
            v[5] = db_int(item->version);
            v[6] = db_int(item->deleted);
            v[7] = db_text(item->body);
        }
        rc = db_bulk(db, &feed_stmt_item, values, rows);
    }
    return rc;
}

enum rc feed_write(struct db *db, struct arena *a, const struct feed_item *items, size_t n)
{
    if (n == 0)
        return RC_OK;
    struct items list = { .v = arena_array(a, n * 2, sizeof *list.v), .room = n * 2 };
    for (size_t i = 0; i < n; i++)
        items_add(&list, a, &items[i]);
    qsort(list.v, list.n, sizeof *list.v, by_feed);
    for (size_t i = 0; i < list.n; i++)
        list.v[i].seq = (int64_t)i;
    enum rc rc = add_inspectors(db, a, &list);
    if (rc != RC_OK)
        return rc;
    qsort(list.v, list.n, sizeof *list.v, by_feed);
    rc = number_items(db, a, &list);
    return rc == RC_OK ? insert_items(db, a, &list) : rc;
}

/* ---- Reading ----------------------------------------------------------------------------------- */

static void read_heads_row(const struct db_query *q, void *data)
{
    struct feed_heads *heads = data;
    const char *epoch = db_col_text(q, 0);
    size_t n = strnlen(epoch, sizeof heads->epoch - 1);
    memcpy(heads->epoch, epoch, n);
    heads->epoch[n] = '\0';
    heads->inspector = db_col_int(q, 1);
    heads->department = db_col_int(q, 2);
    heads->dictionary = db_col_int(q, 3);
}

enum rc feed_read_heads(struct db *db, int64_t inspector_id, int64_t department_id,
                        struct feed_heads *out)
{
    enum rc rc = db_one(db, &feed_stmt_heads, DB_ARGS(db_int(inspector_id), db_int(department_id)),
                        read_heads_row, out);
    if (rc != RC_NOT_FOUND)
        return rc;
    log_error("the table sync_epoch is empty");
    return RC_INTERNAL;
}

static enum rc each(struct db_query *q, feed_fn *fn, void *data)
{
    enum rc rc = RC_OK;
    bool wanted = true;
    while (wanted && (rc = db_next(&q)) == RC_OK)
        wanted = fn(&(struct feed_item){ .kind = (enum feed_kind)db_col_int(q, 0),
                                         .owner_id = db_col_int(q, 1),
                                         .seq = db_col_int(q, 2),
                                         .entity = db_col_text(q, 3),
                                         .entity_id = db_col_int(q, 4),
                                         .version = db_col_int(q, 5),
                                         .deleted = db_col_int(q, 6) != 0,
                                         .body = db_col_text(q, 7) },
                    data);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc read_one(struct db *db, enum feed_kind kind, const struct feed_position *position,
                        bool deleted_too, int64_t limit, feed_fn *fn, void *data)
{
    struct db_query *q;
    enum rc rc = db_query(db, &feed_stmt_read,
                          DB_ARGS(db_int(kind), db_int(position->owner_id), db_int(position->seq),
                                  db_int(deleted_too), db_int(limit)),
                          &q);
    return rc == RC_OK ? each(q, fn, data) : rc;
}

enum rc feed_read(struct db *db, enum feed_kind kind, int64_t owner_id, int64_t seq, int64_t limit,
                  feed_fn *fn, void *data)
{
    const struct feed_position position = { .owner_id = owner_id, .seq = seq };
    return read_one(db, kind, &position, seq > 0, limit, fn, data);
}

enum rc feed_read_visits(struct db *db, struct arena *a, const struct feed_position *positions,
                         size_t count, bool deleted_too, int64_t limit, feed_fn *fn, void *data)
{
    if (count == 0)
        return RC_OK;
    if (count == 1) /* the common case, without a sort */
        return read_one(db, FEED_VISIT, positions, deleted_too, limit, fn, data);
    struct buf wanted;
    buf_init(&wanted, a, KEYS_MAX);
    for (size_t i = 0; i < count; i++)
        buf_printf(&wanted, "%c[%" PRId64 ",%" PRId64 "]", i ? ',' : '[', positions[i].owner_id,
                   positions[i].seq);
    buf_putc(&wanted, ']');
    if (wanted.full)
        return RC_TOO_LARGE;
    struct db_query *q;
    enum rc rc = db_query(db, &feed_stmt_read_visits,
                          DB_ARGS(db_text(wanted.p), db_int(deleted_too), db_int(limit)), &q);
    return rc == RC_OK ? each(q, fn, data) : rc;
}

enum rc feed_lost(struct db *db, struct arena *a, int64_t inspector_id, struct feed_lost *list,
                  size_t *n)
{
    struct buf wanted;
    buf_init(&wanted, a, KEYS_MAX);
    for (size_t i = 0; i < *n; i++)
        buf_printf(&wanted, "%c[\"%s\",%" PRId64 "]", i ? ',' : '[', list[i].entity, list[i].id);
    buf_puts(&wanted, *n ? "]" : "[]");
    if (wanted.full)
        return RC_TOO_LARGE;
    struct db_query *q;
    enum rc rc = db_query(
        db, &feed_stmt_lost,
        DB_ARGS(db_text(wanted.p), db_int(inspector_id), db_text(wanted.p), db_int(inspector_id)),
        &q);
    if (rc != RC_OK)
        return rc;
    size_t room = *n;
    for (*n = 0; (rc = db_next(&q)) == RC_OK && *n < room; ++*n)
        list[*n] = (struct feed_lost){ .entity = db_col_dup(q, 0, a), .id = db_col_int(q, 1) };
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

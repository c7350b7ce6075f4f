#include "store/field/feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "sys/log.h"

/*
 * Keys go to the server as one JSON parameter: a statement's text and the number of round trips do
 * not depend on how many there are.
 */
enum { KEYS_MAX = 16 * 1024 * 1024, ITEM_COLUMNS = 8, ITEM_ROWS = 1000, TOMBSTONE_COLUMNS = 3 };

/* The newest assignments, not those of the snapshot: one made meanwhile must not miss this
   change. */
DB_STMT(feed_stmt_assigned, "t", "ii",
        "SELECT DISTINCT s.visit_id, a.inspector_id"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) AS wanted"
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department)"
        " ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN assignment AS a FORCE INDEX (PRIMARY) ON a.section_id = s.id"
        " LOCK IN SHARE MODE");

/* Makes missing heads, locks and bumps all of them, in the order given. */
DB_STMT(feed_stmt_bump, "t", "iii",
        "INSERT INTO feed_head (kind, owner_id, seq)"
        " SELECT bumped.kind, bumped.owner_id, bumped.n"
        " FROM JSON_TABLE(?, '$[*]' COLUMNS (kind INT PATH '$[0]', owner_id BIGINT UNSIGNED PATH "
        "'$[1]',"
        " n INT PATH '$[2]')) AS bumped"
        " ON DUPLICATE KEY UPDATE seq = feed_head.seq + VALUES(seq)"
        " RETURNING kind, owner_id, seq");

DB_STMT(feed_stmt_item, "iiitiiij", "",
        "INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE seq = VALUES(seq), version = VALUES(version),"
        " deleted = VALUES(deleted), body = VALUES(body)");

DB_STMT(
    feed_stmt_heads, "i", "tiiiii",
    "SELECT " FEED_HEADS_COLUMNS
    ", i.department_id, dept.seq, dict.seq FROM inspector AS i" FEED_HEADS_JOINS(
        "i.id") " LEFT JOIN feed_head AS dept ON dept.kind = 3 AND dept.owner_id = i.department_id"
                " LEFT JOIN feed_head AS dict ON dict.kind = 4 AND dict.owner_id = 0 WHERE i.id = "
                "?");

DB_STMT(feed_stmt_shared, "", "", "UPDATE sync_epoch SET shared = shared + 1 WHERE id = 1");

/* The day is the server's: a purge asks how long ago. */
DB_STMT(feed_stmt_tombstone, "iii", "",
        "INSERT INTO feed_tombstone (gone_on, kind, owner_id, seq) VALUES (CURRENT_DATE, ?, ?, ?)");

/*
 * Below a tombstone that was purged the reading starts at 0, and from 0 no tombstone is of use. An
 * inner join, which is read in the order of the key; with an outer one the server sorts.
 */
#define START_ONE "IF(h.purged > ?, 0, ?)"
DB_STMT(feed_stmt_read, "iiiiiiiii", "iiitiiitii",
        "SELECT h.kind, h.owner_id, i.seq, i.entity, i.entity_id, i.version, i.deleted, i.body,"
        " " START_ONE
        ", h.seq FROM feed_head AS h STRAIGHT_JOIN feed_item AS i FORCE INDEX (PRIMARY)"
        " ON i.kind = h.kind AND i.owner_id = h.owner_id AND i.seq > " START_ONE
        " AND (i.deleted = 0 OR " START_ONE " > 0)"
        " WHERE h.kind = ? AND h.owner_id = ? ORDER BY i.seq LIMIT ?");

DB_STMT(feed_stmt_start, "iiii", "ii",
        "SELECT " START_ONE ", h.seq FROM feed_head AS h WHERE h.kind = ? AND h.owner_id = ?");

/*
 * Of several visits, as ranges of the key: a join with a list of visits has to be sorted, in a
 * temporary table that MariaDB keeps on disk for the sake of the bodies. Unused places name visit
 * 0.
 */
#define PLACE "(owner_id = ? AND seq > ?)"
#define OR_PLACE " OR " PLACE
#define OR_PLACES_7 OR_PLACE OR_PLACE OR_PLACE OR_PLACE OR_PLACE OR_PLACE OR_PLACE
#define OR_PLACES_8 OR_PLACES_7 OR_PLACE
#define PLACES_OF(places)                                                                          \
    "SELECT kind, owner_id, seq, entity, entity_id, version, deleted, body, 0, 0 FROM feed_item"   \
    " FORCE INDEX (PRIMARY) WHERE kind = 2 AND (" places ") ORDER BY owner_id, seq LIMIT ?"
#define TYPES_8 "iiiiiiiiiiiiiiii"
enum { PLACES_FEW = 8, PLACES_MANY = FEED_VISITS_MAX };

DB_STMT(feed_stmt_visits_few, TYPES_8 "i", "iiitiiitii", PLACES_OF(PLACE OR_PLACES_7));
DB_STMT(feed_stmt_visits_many, TYPES_8 TYPES_8 TYPES_8 TYPES_8 TYPES_8 TYPES_8 TYPES_8 TYPES_8 "i",
        "iiitiiitii",
        PLACES_OF(PLACE OR_PLACES_7 OR_PLACES_8 OR_PLACES_8 OR_PLACES_8 OR_PLACES_8 OR_PLACES_8
                      OR_PLACES_8 OR_PLACES_8));

DB_STMT(feed_stmt_item_of, "iiti", "iiitiiitii",
        "SELECT kind, owner_id, seq, entity, entity_id, version, deleted, body, 0, 0 FROM feed_item"
        " WHERE kind = ? AND owner_id = ? AND entity = ? AND entity_id = ? AND deleted = 0");

DB_STMT(feed_stmt_visits, "iii", "iiitiiitii",
        "SELECT kind, owner_id, seq, entity, entity_id, version, deleted, body, 0, 0 FROM feed_item"
        " FORCE INDEX (entity)"
        " WHERE kind = 1 AND owner_id = ? AND entity = 'visit' AND entity_id > ? AND deleted = 0"
        " ORDER BY entity_id LIMIT ?");

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

/* ---- Writing --------------------------------------------------------------------------------- */

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
    enum rc rc = db_query(db, &feed_stmt_bump, DB_ARGS(db_text(heads.p)), &q);
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
            v[7] = db_json(item->body);
        }
        rc = db_bulk(db, &feed_stmt_item, values, rows);
    }
    return rc;
}

/* feed_lost asks for these as long as a phone may push: no horizon ends them, and they are few. */
static bool remembered(const struct feed_item *item)
{
    static const char *const targets[] = { "visit", "section", "check_result", NULL };
    return text_index(targets, item->entity) >= 0;
}

/* Notes the tombstones among the items for the purge. */
static enum rc note_tombstones(struct db *db, struct arena *a, const struct items *list)
{
    struct db_val *values = arena_array(a, list->n, TOMBSTONE_COLUMNS * sizeof *values);
    size_t rows = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct feed_item *item = &list->v[i];
        if (!item->deleted || item->kind != FEED_VISIT || remembered(item))
            continue;
        struct db_val *v = &values[rows++ * TOMBSTONE_COLUMNS];
        v[0] = db_int(item->kind);
        v[1] = db_int(item->owner_id);
        v[2] = db_int(item->seq);
    }
    return rows ? db_bulk(db, &feed_stmt_tombstone, values, rows) : RC_OK;
}

enum rc feed_raise_shared(struct db *db)
{
    return db_exec(db, &feed_stmt_shared, DB_NONE);
}

static bool any_shared(const struct feed_item *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (items[i].kind == FEED_DEPARTMENT || items[i].kind == FEED_DICTIONARY)
            return true;
    return false;
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
    if (rc == RC_OK)
        rc = insert_items(db, a, &list);
    if (rc == RC_OK && any_shared(items, n))
        rc = feed_raise_shared(db);
    return rc == RC_OK ? note_tombstones(db, a, &list) : rc;
}

/* ---- Reading --------------------------------------------------------------------------------- */

void feed_heads_row(const struct db_query *q, unsigned column, struct feed_heads *heads)
{
    const char *epoch = db_col_text(q, column);
    size_t n = epoch ? strnlen(epoch, sizeof heads->epoch - 1) : 0;
    memcpy(heads->epoch, epoch ? epoch : "", n);
    heads->epoch[n] = '\0';
    heads->shared = db_col_int(q, column + 1);
    heads->inspector = db_col_int(q, column + 2);
}

static void read_heads(const struct db_query *q, void *data)
{
    struct feed_heads *heads = data;
    feed_heads_row(q, 0, heads);
    heads->department_id = db_col_int(q, 3);
    heads->department = db_col_int(q, 4);
    heads->dictionary = db_col_int(q, 5);
}

enum rc feed_read_heads(struct db *db, int64_t inspector_id, struct feed_heads *out)
{
    return db_one(db, &feed_stmt_heads, DB_ARGS(db_int(inspector_id)), read_heads, out);
}

static enum rc each(struct db_query *q, feed_fn *fn, void *data, size_t *rows)
{
    enum rc rc = RC_OK;
    bool wanted = true;
    for (*rows = 0; wanted && (rc = db_next(&q)) == RC_OK; ++*rows)
        wanted = fn(&(struct feed_item){ .kind = (enum feed_kind)db_col_int(q, 0),
                                         .owner_id = db_col_int(q, 1),
                                         .seq = db_col_int(q, 2),
                                         .entity = db_col_text(q, 3),
                                         .entity_id = db_col_int(q, 4),
                                         .version = db_col_int(q, 5),
                                         .deleted = db_col_int(q, 6) != 0,
                                         .body = db_col_text(q, 7),
                                         .from = db_col_int(q, 8),
                                         .head = db_col_int(q, 9) },
                    data);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static void read_start(const struct db_query *q, void *data)
{
    struct feed_item *item = data;
    item->from = db_col_int(q, 0);
    item->head = db_col_int(q, 1);
}

/* What there is to say of a feed without an item behind seq. */
static enum rc tell_start(struct db *db, enum feed_kind kind, int64_t owner_id, int64_t seq,
                          int64_t floor, feed_fn *fn, void *data)
{
    struct feed_item item = { .kind = kind, .owner_id = owner_id };
    enum rc rc = db_one(db, &feed_stmt_start,
                        DB_ARGS(db_int(floor), db_int(seq), db_int(kind), db_int(owner_id)),
                        read_start, &item);
    if (rc == RC_OK)
        (void)fn(&item, data);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc feed_read(struct db *db, enum feed_kind kind, int64_t owner_id, int64_t seq, int64_t floor,
                  int64_t limit, feed_fn *fn, void *data)
{
    struct db_query *q;
    size_t rows;
    if (floor < seq)
        floor = seq;
    enum rc rc =
        db_query(db, &feed_stmt_read,
                 DB_ARGS(db_int(floor), db_int(seq), db_int(floor), db_int(seq), db_int(floor),
                         db_int(seq), db_int(kind), db_int(owner_id), db_int(limit)),
                 &q);
    if (rc == RC_OK)
        rc = each(q, fn, data, &rows);
    return rc == RC_OK && rows == 0 ? tell_start(db, kind, owner_id, seq, floor, fn, data) : rc;
}

enum rc feed_read_visits(struct db *db, const struct feed_position *positions, size_t count,
                         int64_t limit, feed_fn *fn, void *data, size_t *rows)
{
    struct db_val values[2 * PLACES_MANY + 1];
    bool few = count <= PLACES_FEW;
    size_t places = few ? PLACES_FEW : PLACES_MANY;
    struct db_query *q;
    *rows = 0;
    if (count == 0)
        return RC_OK;
    for (size_t i = 0; i < places; i++) {
        values[2 * i] = db_int(i < count ? positions[i].owner_id : 0);
        values[2 * i + 1] = db_int(i < count ? positions[i].seq : 0);
    }
    values[2 * places] = db_int(limit);
    enum rc rc = db_query(db, few ? &feed_stmt_visits_few : &feed_stmt_visits_many, values,
                          2 * places + 1, &q);
    return rc == RC_OK ? each(q, fn, data, rows) : rc;
}

enum rc feed_find(struct db *db, enum feed_kind kind, int64_t owner_id, const char *entity,
                  int64_t entity_id, feed_fn *fn, void *data)
{
    struct db_query *q;
    size_t rows;
    enum rc rc =
        db_query(db, &feed_stmt_item_of,
                 DB_ARGS(db_int(kind), db_int(owner_id), db_text(entity), db_int(entity_id)), &q);
    return rc == RC_OK ? each(q, fn, data, &rows) : rc;
}

enum rc feed_visits(struct db *db, int64_t inspector_id, int64_t after, int64_t limit, feed_fn *fn,
                    void *data)
{
    struct db_query *q;
    size_t rows;
    enum rc rc = db_query(db, &feed_stmt_visits,
                          DB_ARGS(db_int(inspector_id), db_int(after), db_int(limit)), &q);
    return rc == RC_OK ? each(q, fn, data, &rows) : rc;
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

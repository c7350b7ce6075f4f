/*
 * Pull: what the phone's feeds hold behind its cursor, one page.
 *
 * A feed that is told anew comes first, then dictionary and department, then the visits in the
 * order in which they changed last, each delivered whole before the position in the inspector's
 * feed passes it. A poll that finds nothing new reads what came with the token and no more; a pull
 * reads the heads of what all share only where the number beside the epoch has risen since its
 * cursor was made.
 *
 * What is new of dictionary, department and visits takes one statement each, without a transaction:
 * a position moves to what the statement that read its feed delivered, or to a head read before it.
 * Sequence order is commit order, so that statement saw all up to that head, or its replacement
 * behind it. What is written between two statements stands behind both positions, and comes by the
 * next pull.
 */
#include "pull.h"

#include <inttypes.h>
#include <string.h>

#include "base/text.h"

enum {
    PAGE_BYTES = 1024 * 1024,
    ENVELOPE_BYTES = 48 * 1024, /* cursor, names and what else stands around the bodies */
    CHANGES_MAX = 256,          /* visits of a page, for what stands around their items */
    ROWS_SPARE = 64             /* for what is deleted, and for visits of which nothing is new */
};

struct page {
    struct web_ctx *c;
    struct jsonw *w;
    struct cursor *cursor;
    int64_t left; /* items that still fit */
    bool full;    /* something did not fit */
    enum feed_kind kind;
    int64_t owner_id;
    bool open;                  /* the object of that feed is being written */
    struct feed_change current; /* whose items are being read; visit 0: none */
    int64_t current_floor;      /* as a cursor has it */
    int change_count;
    int64_t again_head; /* of the feed of cursor->again */
};

/* ---- Writing --------------------------------------------------------------------------------- */

const char *pull_feed_name(struct arena *a, enum feed_kind kind, int64_t owner_id)
{
    if (kind == FEED_DICTIONARY)
        return "dict";
    return arena_printf(a, "%s:%" PRId64, kind == FEED_VISIT ? "visit" : "dept", owner_id);
}

static void close_feed(struct page *p)
{
    if (!p->open)
        return;
    jw_end(p->w);
    jw_end(p->w);
    p->open = false;
}

/* mark: a member that is true, or NULL. */
static void open_feed(struct page *p, enum feed_kind kind, int64_t owner_id, const char *mark)
{
    if (p->open && p->kind == kind && p->owner_id == owner_id)
        return;
    close_feed(p);
    jw_object(p->w, NULL);
    jw_text(p->w, "feed", pull_feed_name(p->c->arena, kind, owner_id));
    if (mark)
        jw_bool(p->w, mark, true);
    jw_array(p->w, "items");
    p->kind = kind;
    p->owner_id = owner_id;
    p->open = true;
}

static void put_removed(struct page *p, enum feed_kind kind, int64_t owner_id)
{
    close_feed(p);
    open_feed(p, kind, owner_id, "removed");
    close_feed(p);
    if (kind == FEED_VISIT)
        cursor_drop_visit(p->cursor, owner_id);
}

/* Writes one item unless the page is full. A feed that is read from 0 begins by a reset, also when
   there is nothing in it. */
static bool put_item(struct page *p, const struct feed_item *item)
{
    size_t room = PAGE_BYTES - ENVELOPE_BYTES;
    if (item->entity && (p->left == 0 || p->c->reply.body.n + strlen(item->body) > room)) {
        p->full = true;
        return false;
    }
    if (item->entity || item->from == 0)
        open_feed(p, item->kind, item->owner_id, item->from == 0 ? "reset" : NULL);
    if (!item->entity)
        return true;
    jw_object(p->w, NULL);
    jw_text(p->w, "entity", item->entity);
    jw_int(p->w, "id", item->entity_id);
    jw_int(p->w, "seq", item->seq);
    jw_int(p->w, "version", item->version);
    if (item->deleted)
        jw_bool(p->w, "deleted", true);
    else
        jw_raw(p->w, "body", item->body);
    jw_end(p->w);
    p->left--;
    return true;
}

/* ---- Dictionary and department --------------------------------------------------------------- */

struct plain {
    struct page *page;
    int64_t *position;
};

static bool take_plain(const struct feed_item *item, void *data)
{
    struct plain *plain = data;
    if (!put_item(plain->page, item))
        return false;
    if (item->entity)
        *plain->position = item->seq;
    return true;
}

/* A feed that the whole organisation or department shares. */
static enum rc pull_plain(struct page *p, enum feed_kind kind, int64_t owner_id, int64_t head,
                          int64_t *position)
{
    struct plain plain = { .page = p, .position = position };
    if (p->full || *position >= head)
        return RC_OK;
    enum rc rc = feed_read(p->c->db, kind, owner_id, *position, 0, p->left + 1, take_plain, &plain);
    if (rc == RC_OK && !p->full && *position < head)
        *position = head; /* numbers without an item: what they told was replaced */
    return rc;
}

/* ---- Visits ---------------------------------------------------------------------------------- */

/* All up to the head was delivered: the numbers of what is gone too. */
static void finish_visit(struct page *p, int64_t visit_id, int64_t head)
{
    if (head)
        cursor_set_visit(p->cursor, visit_id, head);
}

static bool take_of_visit(const struct feed_item *item, void *data)
{
    struct page *p = data;
    if (!put_item(p, item))
        return false;
    if (item->entity)
        cursor_set_visit(p->cursor, item->owner_id, item->seq);
    return true;
}

/* All of the current change was delivered: the inspector's position passes it. */
static void finish_change(struct page *p)
{
    const struct feed_change *change = &p->current;
    if (!change->visit_id)
        return;
    if (change->removed)
        put_removed(p, FEED_VISIT, change->visit_id);
    else
        finish_visit(p, change->visit_id, change->head);
    if (p->cursor->partial == change->visit_id)
        p->cursor->partial = p->cursor->partial_floor = 0;
    p->cursor->inspector = change->seq;
    p->current.visit_id = 0;
}

static int64_t floor_of(const struct cursor *cursor, int64_t visit_id)
{
    return cursor->partial == visit_id ? cursor->partial_floor : 0;
}

static bool begin_change(struct page *p, const struct feed_change *change, int64_t from)
{
    finish_change(p);
    p->full = p->change_count == CHANGES_MAX;
    if (p->full)
        return false;
    p->change_count++;
    p->current = *change;
    p->current_floor = from ? floor_of(p->cursor, change->visit_id) : change->head;
    if (from == 0) /* also where the page ends before its first item */
        cursor_drop_visit(p->cursor, change->visit_id);
    return true;
}

/* Change by change. What is deleted is no news to who is told the visit anew, but counts as
   told. */
static bool take_news(const struct feed_change *change, const struct feed_item *item, void *data)
{
    struct page *p = data;
    if (p->current.visit_id != change->visit_id && !begin_change(p, change, item->from))
        return false;
    if (change->removed) {
        finish_change(p);
        return true;
    }
    struct feed_item told = *item;
    if (item->deleted && item->from == 0)
        told.entity = NULL;
    if (!put_item(p, &told))
        return false;
    if (item->entity)
        cursor_set_visit(p->cursor, change->visit_id, item->seq);
    return true;
}

/* The visits that changed. What a page cuts off, the cursor knows by the visits' positions. */
static enum rc pull_visits(struct page *p, int64_t inspector_id, int64_t head)
{
    struct feed_known known[CURSOR_VISITS_MAX];
    struct cursor *cursor = p->cursor;
    if (p->full || cursor->inspector >= head)
        return RC_OK;
    for (size_t i = 0; i < cursor->visit_count; i++)
        known[i] = (struct feed_known){ .visit_id = cursor->visits[i].owner_id,
                                        .seq = cursor->visits[i].seq,
                                        .floor = floor_of(cursor, cursor->visits[i].owner_id) };
    const struct feed_reader reader = { .inspector_id = inspector_id,
                                        .seq = cursor->inspector,
                                        .removed_too =
                                            cursor->inspector > 0 || cursor->visit_count > 0,
                                        .known = known,
                                        .count = cursor->visit_count };
    int64_t limit = p->left + ROWS_SPARE;
    size_t rows;
    enum rc rc = feed_read_news(p->c->db, &reader, limit, take_news, p, &rows);
    if (rc != RC_OK)
        return rc;
    p->full = p->full || rows == (size_t)limit;
    if (!p->full) {
        finish_change(p);
        if (cursor->inspector < head)
            cursor->inspector = head; /* numbers without an item */
    } else if (p->current.visit_id) {
        cursor->partial = p->current.visit_id;
        cursor->partial_floor = p->current_floor;
    }
    return RC_OK;
}

/* ---- One visit anew -------------------------------------------------------------------------- */

static bool see(const struct feed_item *item, void *data)
{
    (void)item;
    *(bool *)data = true;
    return false;
}

static bool take_again(const struct feed_item *item, void *data)
{
    struct page *p = data;
    p->again_head = item->head;
    if (item->from == 0)
        p->cursor->again_floor = item->head;
    return take_of_visit(item, p);
}

/* From 0, or from where the page before ended. */
static enum rc pull_again(struct page *p, int64_t inspector_id)
{
    int64_t visit_id = p->cursor->again;
    bool mine = false;
    if (!visit_id)
        return RC_OK;
    enum rc rc = feed_find(p->c->db, FEED_INSPECTOR, inspector_id, "visit", visit_id, see, &mine);
    if (rc == RC_OK && mine)
        rc = feed_read(p->c->db, FEED_VISIT, visit_id, cursor_visit(p->cursor, visit_id),
                       p->cursor->again_floor, p->left + 1, take_again, p);
    else if (rc == RC_OK)
        put_removed(p, FEED_VISIT, visit_id);
    if (rc == RC_OK && !p->full) {
        finish_visit(p, visit_id, p->again_head);
        p->cursor->again = p->cursor->again_floor = 0;
    }
    return rc;
}

/* Sets back the position in a feed that the phone names. */
static enum rc start_again(struct web_ctx *c, const char *feed, struct cursor *cursor)
{
    int64_t id;
    if (strcmp(feed, "dict") == 0) {
        cursor->dictionary = 0;
    } else if (strncmp(feed, "dept:", 5) == 0 && int_parse(feed + 5, 1, JSON_INT_MAX, &id)) {
        if (id == cursor->department_id)
            cursor->department = 0;
        else
            cursor->former = id;
    } else if (strncmp(feed, "visit:", 6) == 0 && int_parse(feed + 6, 1, JSON_INT_MAX, &id)) {
        if (cursor->again && cursor->again != id)
            return web_fail(c, RC_INVALID, "/again", "上一个重新拉取的同步流尚未取完");
        cursor_drop_visit(cursor, id);
        cursor->again = id;
        cursor->again_floor = 0;
    } else {
        return web_fail(c, RC_INVALID, "/again", "没有名为“%s”的同步流", feed);
    }
    return RC_OK;
}

/* ---- The request ----------------------------------------------------------------------------- */

static enum rc read_cursor(struct web_ctx *c, const char *text, struct cursor *cursor)
{
    const struct actor *actor = &c->actor;
    *cursor = (struct cursor){ .inspector_id = actor->inspector_id };
    if (!text)
        return RC_OK;
    const struct keyring *keys = &c->settings->cursor_keys;
    enum rc rc = RC_MALFORMED;
    for (size_t i = 0; i < keys->n && rc == RC_MALFORMED; i++)
        rc = cursor_decode(text, keys->key[i], cursor);
    if (rc == RC_OK && cursor->inspector_id != actor->inspector_id)
        rc = RC_MALFORMED;
    if (rc == RC_MALFORMED)
        return web_fail(c, rc, "/cursor", "游标无效：须原样送回本人上次同步收到的游标");
    return rc;
}

/* The cursor stands where the heads do in what came with the token: the rest is as the cursor knows
   it. */
static bool fill_heads(const struct cursor *cursor, struct feed_heads *heads)
{
    heads->department_id = cursor->department_id;
    heads->department = cursor->department;
    heads->dictionary = cursor->dictionary;
    return heads->shared && heads->shared == cursor->shared;
}

static enum rc read_heads(struct web_ctx *c, const struct cursor *cursor, struct feed_heads *heads)
{
    if (c->own) {
        *heads = *(const struct feed_heads *)c->own;
        if (fill_heads(cursor, heads))
            return RC_OK;
    }
    return feed_read_heads(c->db, cursor->inspector_id, heads);
}

/* Whose inspector was transferred, or who pulls for the first time, follows another feed, from
   0. */
static void follow_department(struct cursor *cursor, int64_t department_id)
{
    if (cursor->department_id == department_id)
        return;
    cursor->former = cursor->department_id;
    cursor->department_id = department_id;
    cursor->department = 0;
}

static enum rc check_epoch(struct web_ctx *c, const struct cursor *cursor, const char *epoch)
{
    uint8_t now[CURSOR_EPOCH];
    cursor_epoch(epoch, now);
    if (memcmp(now, cursor->epoch, sizeof now) == 0)
        return RC_OK;
    return web_fail(c, RC_EPOCH, "/cursor",
                    "服务器数据曾经恢复，请不带游标重新拉取，并重新提交此前已确认的操作");
}

enum rc pull_cursor(struct web_ctx *c, const char *text, struct cursor *cursor,
                    struct feed_heads *heads)
{
    enum rc rc = read_cursor(c, text, cursor);
    if (rc == RC_OK)
        rc = read_heads(c, cursor, heads);
    if (rc != RC_OK)
        return rc;
    follow_department(cursor, heads->department_id);
    if (!heads->epoch[0])
        return web_fail(c, RC_INTERNAL, "", "the table sync_epoch is empty");
    if (!text)
        cursor_epoch(heads->epoch, cursor->epoch);
    rc = check_epoch(c, cursor, heads->epoch);
    /* A restore is told to it all the same: what it handed over may be there no more. */
    if (rc == RC_OK && c->actor.retired)
        return RC_RETIRED;
    return rc == RC_OK && c->actor.off_duty ? RC_OFF_DUTY : rc;
}

static bool behind(const struct cursor *cursor, const struct feed_heads *heads)
{
    return cursor->inspector < heads->inspector || cursor->department < heads->department ||
           cursor->dictionary < heads->dictionary || cursor->shared < heads->shared ||
           cursor->former;
}

bool pull_lags(const struct cursor *cursor, const struct feed_heads *heads)
{
    return cursor->inspector > heads->inspector || cursor->department > heads->department ||
           cursor->dictionary > heads->dictionary || cursor->shared > heads->shared;
}

/* What all share is told up to there, when all that these heads count is. */
static void note_shared(struct cursor *cursor, const struct feed_heads *heads)
{
    bool told = cursor->department >= heads->department && cursor->dictionary >= heads->dictionary;
    cursor->shared = told ? heads->shared : 0;
}

static enum rc reply_end(struct page *p)
{
    close_feed(p);
    jw_end(p->w);
    jw_text(p->w, "cursor",
            cursor_encode(p->c->arena, p->cursor, p->c->settings->cursor_keys.key[0]));
    jw_bool(p->w, "more", p->full);
    return web_json_end(p->c);
}

/* What it reads is not older than heads. */
static enum rc write_page(struct web_ctx *c, struct cursor *cursor, const struct feed_heads *heads,
                          int64_t limit)
{
    struct page p = { .c = c, .cursor = cursor, .left = limit };
    enum rc rc = RC_OK;
    p.w = web_json(c, 200);
    jw_array(p.w, "feeds");
    if (cursor->former)
        put_removed(&p, FEED_DEPARTMENT, cursor->former);
    if (!pull_lags(cursor, heads)) /* else it might be told older than it is, and never newer */
        rc = pull_again(&p, cursor->inspector_id);
    if (rc == RC_OK)
        rc = pull_plain(&p, FEED_DICTIONARY, 0, heads->dictionary, &cursor->dictionary);
    if (rc == RC_OK)
        rc = pull_plain(&p, FEED_DEPARTMENT, cursor->department_id, heads->department,
                        &cursor->department);
    if (rc == RC_OK)
        rc = pull_visits(&p, cursor->inspector_id, heads->inspector);
    note_shared(cursor, heads);
    return rc == RC_OK ? reply_end(&p) : rc;
}

enum rc pull_get(struct web_ctx *c)
{
    const struct pull_query *query = c->query;
    struct cursor cursor;
    struct feed_heads heads;
    enum rc rc = pull_cursor(c, query->cursor, &cursor, &heads);
    if (rc == RC_OK && query->again)
        rc = start_again(c, query->again, &cursor);
    if (rc != RC_OK)
        return rc;
    bool lags = pull_lags(&cursor, &heads);
    if (query->cursor && !behind(&cursor, &heads) && (lags || !cursor.again)) {
        if (!lags)
            return web_empty(c, 304);
        struct page p = { .c = c, .w = web_json(c, 200), .cursor = &cursor };
        jw_array(p.w, "feeds");
        return reply_end(&p);
    }
    int64_t limit = query->limit ? query->limit : PULL_ITEMS_MAX;
    if (!cursor.again)
        return write_page(c, &cursor, &heads, limit);
    rc = db_begin(c->db, DB_READ); /* whose visit it is and its items are several statements */
    if (rc != RC_OK)
        return rc;
    rc = write_page(c, &cursor, &heads, limit);
    db_rollback(c->db); /* it only read */
    return rc;
}

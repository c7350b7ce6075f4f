/*
 * Pull: what the phone's feeds hold behind its cursor, one page.
 *
 * Dictionary and department first, then the visits in the order in which they changed last, each
 * delivered whole before the position in the inspector's feed passes it. All of it is read in one
 * snapshot; a poll that finds nothing new reads the heads and no more.
 */
#include "cursor.h"
#include "routes.h"

#include <inttypes.h>
#include <string.h>

enum {
    PAGE_BYTES = 1024 * 1024,
    ENVELOPE_BYTES = 8 * 1024,
    VISITS_MAX = 200 /* of a page */
};

/* A visit that changed behind the cursor, in the order of the inspector's feed. */
struct change {
    int64_t visit_id;
    int64_t seq; /* in the inspector's feed */
    bool removed;
};

struct page {
    struct web_ctx *c;
    struct jsonw *w;
    struct cursor *cursor;
    int64_t left; /* items that still fit */
    bool full;    /* something did not fit */
    enum feed_kind kind;
    int64_t owner_id;
    bool open; /* the object of that feed is being written */
    struct change *changes;
    size_t change_count;
    size_t change_done;
};

static void close_feed(struct page *p)
{
    if (!p->open)
        return;
    jw_end(p->w);
    jw_end(p->w);
    p->open = false;
}

static void open_feed(struct page *p, enum feed_kind kind, int64_t owner_id)
{
    static const char *const names[] = { [FEED_INSPECTOR] = "inspector",
                                         [FEED_VISIT] = "visit",
                                         [FEED_DEPARTMENT] = "dept",
                                         [FEED_DICTIONARY] = "dict" };
    if (p->open && p->kind == kind && p->owner_id == owner_id)
        return;
    close_feed(p);
    jw_object(p->w, NULL);
    jw_text(p->w, "feed",
            kind == FEED_DICTIONARY
                ? names[kind]
                : arena_printf(p->c->arena, "%s:%" PRId64, names[kind], owner_id));
    jw_array(p->w, "items");
    p->kind = kind;
    p->owner_id = owner_id;
    p->open = true;
}

/* Writes one item unless the page is full. */
static bool put_item(struct page *p, const struct feed_item *item)
{
    size_t room = PAGE_BYTES - ENVELOPE_BYTES;
    if (p->left == 0 || p->c->reply.body.n + strlen(item->body) > room) {
        p->full = true;
        return false;
    }
    open_feed(p, item->kind, item->owner_id);
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

/* ---- Dictionary and department ----------------------------------------------------------------- */

struct plain {
    struct page *page;
    int64_t *position;
};

static bool take_plain(const struct feed_item *item, void *data)
{
    struct plain *plain = data;
    if (!put_item(plain->page, item))
        return false;
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
    enum rc rc = feed_read(p->c->db, kind, owner_id, *position, p->left + 1, take_plain, &plain);
    if (rc == RC_OK && !p->full && *position < head)
        *position = head; /* numbers without an item: what they told was replaced */
    return rc;
}

/* ---- Visits ------------------------------------------------------------------------------------ */

static bool take_change(const struct feed_item *item, void *data)
{
    struct page *p = data;
    p->changes[p->change_count++] =
        (struct change){ .visit_id = item->entity_id, .seq = item->seq, .removed = item->deleted };
    return true;
}

/* The next changed visit was delivered whole. */
static void finish_change(struct page *p)
{
    const struct change *change = &p->changes[p->change_done++];
    if (change->removed) {
        close_feed(p);
        jw_object(p->w, NULL);
        jw_text(p->w, "feed", arena_printf(p->c->arena, "visit:%" PRId64, change->visit_id));
        jw_bool(p->w, "removed", true);
        jw_array(p->w, "items");
        jw_end(p->w);
        jw_end(p->w);
        cursor_drop_visit(p->cursor, change->visit_id);
    }
    p->cursor->inspector = change->seq;
}

static bool take_visit_item(const struct feed_item *item, void *data)
{
    struct page *p = data;
    while (p->changes[p->change_done].visit_id != item->owner_id)
        finish_change(p);
    if (!put_item(p, item))
        return false;
    cursor_set_visit(p->cursor, item->owner_id, item->seq);
    return true;
}

static enum rc pull_visits(struct page *p, int64_t inspector_id, int64_t head)
{
    bool first_sync = p->cursor->inspector == 0;
    if (p->full || p->cursor->inspector >= head)
        return RC_OK;
    size_t room = p->left < VISITS_MAX ? (size_t)p->left + 1 : VISITS_MAX;
    p->changes = arena_array(p->c->arena, room, sizeof *p->changes);
    enum rc rc = feed_read(p->c->db, FEED_INSPECTOR, inspector_id, p->cursor->inspector,
                           (int64_t)room, take_change, p);
    if (rc != RC_OK)
        return rc;
    struct feed_position *wanted = arena_array(p->c->arena, room, sizeof *wanted);
    size_t count = 0;
    for (size_t i = 0; i < p->change_count; i++)
        if (!p->changes[i].removed)
            wanted[count++] = (struct feed_position){
                .owner_id = p->changes[i].visit_id,
                .seq = cursor_visit(p->cursor, p->changes[i].visit_id),
            };
    rc = feed_read_visits(p->c->db, p->c->arena, wanted, count, !first_sync, p->left + 1,
                          take_visit_item, p);
    if (rc != RC_OK || p->full)
        return rc;
    while (p->change_done < p->change_count)
        finish_change(p);
    if (p->change_count == room)
        p->full = true;
    else if (p->cursor->inspector < head)
        p->cursor->inspector = head;
    return RC_OK;
}

/* ---- The request ------------------------------------------------------------------------------- */

static enum rc read_cursor(struct web_ctx *c, const char *text, struct cursor *cursor)
{
    const struct actor *actor = &c->actor;
    if (!text) {
        *cursor = (struct cursor){ .inspector_id = actor->inspector_id,
                                   .department_id = actor->department_id };
        return RC_OK;
    }
    enum rc rc = cursor_decode(text, c->settings->key, cursor);
    if (rc == RC_OK && cursor->inspector_id != actor->inspector_id)
        rc = RC_MALFORMED;
    if (rc == RC_MALFORMED)
        return web_fail(c, rc, "/cursor", "游标无效：须原样送回本人上次同步收到的游标");
    if (rc != RC_OK)
        return rc;
    if (cursor->department_id != actor->department_id) { /* transferred: another feed, from 0 */
        cursor->department_id = actor->department_id;
        cursor->department = 0;
    }
    return RC_OK;
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

static bool behind(const struct cursor *cursor, const struct feed_heads *heads)
{
    return cursor->inspector < heads->inspector || cursor->department < heads->department ||
           cursor->dictionary < heads->dictionary;
}

static bool level(const struct cursor *cursor, const struct feed_heads *heads)
{
    return cursor->inspector == heads->inspector && cursor->department == heads->department &&
           cursor->dictionary == heads->dictionary;
}

static enum rc reply_end(struct page *p)
{
    close_feed(p);
    jw_end(p->w);
    jw_text(p->w, "cursor", cursor_encode(p->c->arena, p->cursor, p->c->settings->key));
    jw_bool(p->w, "more", p->full);
    return web_json_end(p->c);
}

/* In a snapshot that is not older than heads. */
static enum rc write_page(struct web_ctx *c, struct cursor *cursor, const struct feed_heads *heads,
                          int64_t limit)
{
    const struct actor *actor = &c->actor;
    struct page p = { .c = c, .cursor = cursor, .left = limit };
    p.w = web_json(c, 200);
    jw_array(p.w, "feeds");
    enum rc rc = pull_plain(&p, FEED_DICTIONARY, 0, heads->dictionary, &cursor->dictionary);
    if (rc == RC_OK)
        rc = pull_plain(&p, FEED_DEPARTMENT, actor->department_id, heads->department,
                        &cursor->department);
    if (rc == RC_OK)
        rc = pull_visits(&p, actor->inspector_id, heads->inspector);
    return rc == RC_OK ? reply_end(&p) : rc;
}

enum rc pull_get(struct web_ctx *c)
{
    const struct pull_query *query = c->query;
    struct cursor cursor;
    struct feed_heads heads;
    if (c->actor.retired)
        return RC_RETIRED;
    enum rc rc = read_cursor(c, query->cursor, &cursor);
    if (rc == RC_OK)
        rc = feed_read_heads(c->db, c->actor.inspector_id, c->actor.department_id, &heads);
    if (rc != RC_OK)
        return rc;
    if (!query->cursor)
        cursor_epoch(heads.epoch, cursor.epoch);
    rc = check_epoch(c, &cursor, heads.epoch);
    if (rc != RC_OK)
        return rc;
    if (query->cursor && level(&cursor, &heads))
        return web_empty(c, 304);
    if (query->cursor && !behind(&cursor, &heads)) { /* this node lags behind the one before */
        struct page p = { .c = c, .w = web_json(c, 200), .cursor = &cursor };
        jw_array(p.w, "feeds");
        return reply_end(&p);
    }
    rc = db_begin(c->db, DB_READ);
    if (rc != RC_OK)
        return rc;
    rc = write_page(c, &cursor, &heads, query->limit ? query->limit : PULL_ITEMS_MAX);
    db_rollback(c->db); /* it only read */
    return rc;
}

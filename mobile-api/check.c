/*
 * Self-check: a checksum of each feed, for the phone to compare with what it holds.
 *
 * Only of what the phone must hold: a feed that changed behind its cursor is named without one. The
 * work is done when a phone asks, some fifty visits at a time, so that neither push nor poll pays.
 */
#include <string.h>

#include "base/digest.h"
#include "pull.h"
#include "sums.h"

enum {
    CHECK_VISITS = 50,
    CHECK_ROWS = 5000, /* a reply that would read more ends with the visit before */
    ROW_ARENA_MB = 16  /* the tree of one body */
};

/* A feed and what its items come to. */
struct sum {
    enum feed_kind kind;
    int64_t owner_id;
    bool known; /* the phone has told by its cursor that it holds just these */
    int64_t items;
    char checksum[DIGEST_HEX];
};

struct check {
    struct arena *row;
    struct digest *digest;
    struct sum sums[CHECK_VISITS + 2];
    size_t count;
    size_t at; /* the sum that items are being added to */
    int64_t rows;
    bool sound; /* every body was JSON */
};

static void free_digest(void *digest)
{
    digest_free(digest);
}

static void free_row(void *row)
{
    arena_free(row);
}

static void finish_sum(struct check *k)
{
    static const char hex[] = "0123456789abcdef";
    struct sum *sum = &k->sums[k->at++];
    uint8_t bytes[DIGEST_SIZE];
    digest_final(k->digest, bytes);
    for (size_t i = 0; i < DIGEST_SIZE; i++) {
        sum->checksum[2 * i] = hex[bytes[i] >> 4];
        sum->checksum[2 * i + 1] = hex[bytes[i] & 15];
    }
}

static bool take(const struct feed_item *item, void *data)
{
    struct check *k = data;
    while (k->sums[k->at].kind != item->kind || k->sums[k->at].owner_id != item->owner_id)
        finish_sum(k);
    k->rows++;
    if (!item->entity || item->deleted)
        return true;
    arena_reset(k->row);
    k->sums[k->at].items++;
    k->sound = sums_item(k->digest, k->row, item);
    return k->sound;
}

static struct sum *add_sum(struct check *k, enum feed_kind kind, int64_t owner_id, bool known)
{
    struct sum *sum = &k->sums[k->count++];
    *sum = (struct sum){ .kind = kind, .owner_id = owner_id, .known = known };
    return sum;
}

static enum rc add_plain(struct web_ctx *c, struct check *k, enum feed_kind kind, int64_t owner_id,
                         bool known)
{
    struct sum *sum = add_sum(k, kind, owner_id, known);
    k->rows = 0;
    enum rc rc = feed_read(c->db, kind, owner_id, 0, 0, CHECK_ROWS, take, k);
    if (rc == RC_OK)
        finish_sum(k);
    sum->known = known && k->rows < CHECK_ROWS;
    return rc;
}

struct visits {
    struct check *check;
    const struct cursor *cursor;
    struct feed_position wanted[CHECK_VISITS];
    size_t n;
    bool more;
};

static bool take_visit(const struct feed_item *item, void *data)
{
    struct visits *v = data;
    v->more = v->n == CHECK_VISITS;
    if (v->more)
        return false;
    v->wanted[v->n++] = (struct feed_position){ .owner_id = item->entity_id };
    (void)add_sum(v->check, FEED_VISIT, item->entity_id,
                  item->seq <= v->cursor->inspector && item->entity_id != v->cursor->again);
    return true;
}

/* *next: the last visit of the reply when there are more, else 0. */
static enum rc add_visits(struct web_ctx *c, struct check *k, const struct cursor *cursor,
                          int64_t after, int64_t *next)
{
    struct visits v = { .check = k, .cursor = cursor };
    enum rc rc = feed_visits(c->db, c->actor.inspector_id, after, CHECK_VISITS + 1, take_visit, &v);
    if (rc != RC_OK || v.n == 0)
        return rc;
    size_t rows;
    rc = feed_read_visits(c->db, v.wanted, v.n, CHECK_ROWS, take, k, &rows);
    bool cut = rows == CHECK_ROWS;
    while (rc == RC_OK && k->at < k->count && !cut)
        finish_sum(k);
    if (cut) { /* a visit that fills a reply alone is named without a checksum */
        size_t first = k->count - v.n;
        k->count = k->at > first ? k->at : first + 1;
        k->sums[k->count - 1].known = k->sums[k->count - 1].known && k->at > first;
    }
    *next = v.more || cut ? k->sums[k->count - 1].owner_id : 0;
    return rc;
}

static enum rc reply(struct web_ctx *c, const struct check *k, int64_t next)
{
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "feeds");
    for (size_t i = 0; i < k->count; i++) {
        const struct sum *sum = &k->sums[i];
        jw_object(w, NULL);
        jw_text(w, "feed", pull_feed_name(c->arena, sum->kind, sum->owner_id));
        if (sum->known) {
            jw_int(w, "items", sum->items);
            jw_text(w, "checksum", sum->checksum);
        }
        jw_end(w);
    }
    jw_end(w);
    if (next)
        jw_int(w, "next", next);
    else
        jw_null(w, "next");
    return web_json_end(c);
}

enum rc check_get(struct web_ctx *c)
{
    const struct check_query *query = c->query;
    struct check *k = arena_alloc(c->arena, sizeof *k);
    struct cursor cursor;
    struct feed_heads heads;
    int64_t next = 0;
    enum rc rc = pull_cursor(c, query->cursor, &cursor, &heads);
    if (rc != RC_OK)
        return rc;
    if (pull_lags(&cursor, &heads))
        return web_fail(c, RC_UNAVAILABLE, "", "该节点的数据尚未跟上，请稍后再试");
    k->row = arena_new((size_t)ROW_ARENA_MB << 20);
    arena_defer(c->arena, free_row, k->row);
    k->digest = digest_new(DIGEST_SHA256);
    arena_defer(c->arena, free_digest, k->digest);
    k->sound = true;
    if (!query->after)
        rc = add_plain(c, k, FEED_DICTIONARY, 0, cursor.dictionary == heads.dictionary);
    if (rc == RC_OK && !query->after)
        rc = add_plain(c, k, FEED_DEPARTMENT, heads.department_id,
                       cursor.department == heads.department);
    if (rc == RC_OK)
        rc = add_visits(c, k, &cursor, query->after, &next);
    if (rc == RC_OK && !k->sound)
        return web_fail(c, RC_INTERNAL, "", "the body of a feed item is not JSON");
    return rc == RC_OK ? reply(c, k, next) : rc;
}

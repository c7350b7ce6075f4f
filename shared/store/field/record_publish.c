#include "store/field/record_publish.h"

#include <string.h>

enum { BODY_MAX = 65535 };

static void publisher_init(struct publisher *p, struct db *db, struct arena *a)
{
    *p = (struct publisher){ .db = db, .arena = a, .room = 64 };
    p->items = arena_array(a, p->room, sizeof *p->items);
    buf_init(&p->body, a, BODY_MAX);
}

struct jsonw *publish_begin(struct publisher *p)
{
    buf_clear(&p->body);
    jw_init(&p->json, &p->body);
    jw_object(&p->json, NULL);
    return &p->json;
}

void publish_item(struct publisher *p, struct feed_item item)
{
    if (p->n == p->room) {
        struct feed_item *wider = arena_array(p->arena, p->room * 2, sizeof *wider);
        memcpy(wider, p->items, p->room * sizeof *wider);
        p->items = wider;
        p->room *= 2;
    }
    item.kind = FEED_VISIT;
    p->items[p->n++] = item;
}

void publish_end(struct publisher *p, struct feed_item item)
{
    jw_end(&p->json);
    p->full = p->full || p->body.full;
    item.body = item.deleted ? "{}" : arena_slice(p->arena, p->body.p, p->body.n);
    publish_item(p, item);
}

enum rc publish_query(struct publisher *p, const struct db_stmt *s, const int64_t *ids, size_t n,
                      struct db_query **q)
{
    const char *list = jw_ids(p->arena, ids, n);
    return list ? db_query(p->db, s, DB_ARGS(db_text(list)), q) : RC_TOO_LARGE;
}

void publish_instant(struct jsonw *w, const char *key, const struct db_query *q, unsigned column)
{
    if (db_is_null(q, column))
        jw_null(w, key);
    else
        jw_instant(w, key, db_col_int(q, column));
}

void publish_place(struct jsonw *w, const struct db_query *q, unsigned lon, unsigned lat)
{
    if (db_is_null(q, lon) || db_is_null(q, lat)) {
        jw_null(w, "lon");
        jw_null(w, "lat");
        return;
    }
    jw_real(w, "lon", db_col_real(q, lon));
    jw_real(w, "lat", db_col_real(q, lat));
}

static void add_ready(struct publisher *p, const struct feed_item *items, size_t n)
{
    struct feed_item *all = arena_array(p->arena, p->n + n, sizeof *all);
    memcpy(all, p->items, p->n * sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[p->n + i] = items[i];
    p->items = all;
    p->n += n;
    p->room = p->n;
}

enum rc record_publish(struct db *db, struct arena *a, const struct record_changes *changes)
{
    struct publisher p;
    publisher_init(&p, db, a);
    enum rc rc = RC_OK;
    if (changes->section_count)
        rc = publish_sections(&p, changes->sections, changes->section_count);
    if (rc == RC_OK && changes->check_count)
        rc = publish_checks(&p, changes->checks, changes->check_count);
    if (rc == RC_OK && changes->evidence_count)
        rc = publish_evidence(&p, changes->evidence, changes->evidence_count);
    if (rc == RC_OK && changes->door_count)
        rc = publish_doors(&p, changes->doors, changes->door_count);
    if (rc == RC_OK && changes->conflict_count)
        rc = publish_conflicts(&p, changes->conflicts, changes->conflict_count);
    if (rc == RC_OK && changes->visit_count)
        rc = publish_whole_visits(&p, changes->visits, changes->visit_count);
    if (rc == RC_OK && changes->head_count)
        rc = publish_visits(&p, changes->heads, changes->head_count);
    if (changes->item_count)
        add_ready(&p, changes->items, changes->item_count);
    if (rc == RC_OK && p.full)
        rc = RC_TOO_LARGE;
    return rc == RC_OK ? feed_write(db, a, p.items, p.n) : rc;
}

enum rc record_publish_section(struct db *db, struct arena *a, int64_t section_id)
{
    return record_publish(db, a,
                          &(struct record_changes){ .sections = &section_id, .section_count = 1 });
}

enum rc record_publish_visits(struct db *db, struct arena *a, const int64_t *visit_ids, size_t n)
{
    return record_publish(db, a, &(struct record_changes){ .visits = visit_ids, .visit_count = n });
}

#include "store/directory/dictionary.h"

#include <string.h>

#include "store/field/feed.h"
#include "sys/jsonw.h"

enum { BODY_MAX = 65535, ITEM_ID = 1 };

/* By length, so that 10 stands behind 9. */
DB_STMT(dictionary_stmt_codes, "", "ttt",
        "SELECT code, name, result_class FROM result_code ORDER BY LENGTH(code), code");

DB_STMT(dictionary_stmt_specialties, "", "tt",
        "SELECT code, name FROM specialty ORDER BY position");

DB_STMT(dictionary_stmt_departments, "", "itttt",
        "SELECT d.id, d.code, d.name, r.code, r.name FROM department AS d"
        " JOIN region AS r ON r.code = d.region_code ORDER BY d.id");

/* What the feeds shall hold; what they hold already falls out. */
struct items {
    struct db *db;
    struct arena *arena;
    struct feed_item *v;
    size_t n;
    size_t room;
};

struct present {
    const char *body;
    bool same;
    int64_t version;
};

static bool compare(const struct feed_item *item, void *data)
{
    struct present *present = data;
    present->version = item->version;
    present->same = strcmp(item->body, present->body) == 0;
    return false;
}

/* Adds an item whose body is text, unless the feed has just this. */
static enum rc add(struct items *list, struct feed_item item, const struct buf *text)
{
    struct present present = { .body = text->p };
    if (text->full)
        return RC_TOO_LARGE;
    enum rc rc = feed_find(list->db, item.kind, item.owner_id, item.entity, item.entity_id, compare,
                           &present);
    if (rc != RC_OK || present.same)
        return rc;
    if (list->n == list->room) {
        struct feed_item *wider = arena_array(list->arena, list->room * 2 + 16, sizeof *wider);
        for (size_t i = 0; i < list->n; i++)
            wider[i] = list->v[i];
        list->v = wider;
        list->room = list->room * 2 + 16;
    }
    item.body = arena_slice(list->arena, text->p, text->n);
    item.version = present.version + 1;
    list->v[list->n++] = item;
    return RC_OK;
}

/* One item of the dictionary: an array of objects, whose texts have the names of the columns. */
static enum rc add_vocabulary(struct items *list, const struct db_stmt *stmt, const char *entity,
                              const char *array, const char *const *names)
{
    struct buf body;
    struct jsonw w;
    struct db_query *q;
    enum rc rc = db_query(list->db, stmt, DB_NONE, &q);
    if (rc != RC_OK)
        return rc;
    buf_init(&body, list->arena, BODY_MAX);
    jw_init(&w, &body);
    jw_object(&w, NULL);
    jw_array(&w, array);
    while ((rc = db_next(&q)) == RC_OK) {
        jw_object(&w, NULL);
        for (unsigned i = 0; names[i]; i++)
            jw_text(&w, names[i], db_col_text(q, i));
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    if (rc != RC_DONE)
        return rc;
    return add(
        list, (struct feed_item){ .kind = FEED_DICTIONARY, .entity = entity, .entity_id = ITEM_ID },
        &body);
}

/* Each department's own feed: who it is. By its code a phone knows its own section of a visit. */
static enum rc add_departments(struct items *list)
{
    struct buf body;
    struct jsonw w;
    struct db_query *q;
    enum rc rc = db_query(list->db, &dictionary_stmt_departments, DB_NONE, &q);
    if (rc != RC_OK)
        return rc;
    buf_init(&body, list->arena, BODY_MAX);
    while ((rc = db_next(&q)) == RC_OK) {
        buf_clear(&body);
        jw_init(&w, &body);
        jw_object(&w, NULL);
        jw_text(&w, "code", db_col_text(q, 1));
        jw_text(&w, "name", db_col_text(q, 2));
        jw_object(&w, "region");
        jw_text(&w, "code", db_col_text(q, 3));
        jw_text(&w, "name", db_col_text(q, 4));
        jw_end(&w);
        jw_end(&w);
        rc = add(list,
                 (struct feed_item){ .kind = FEED_DEPARTMENT,
                                     .owner_id = db_col_int(q, 0),
                                     .entity = "department",
                                     .entity_id = db_col_int(q, 0) },
                 &body);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc dictionary_publish(struct db *db, struct arena *a)
{
    static const char *const code[] = { "code", "name", "result_class", NULL };
    static const char *const specialty[] = { "code", "name", NULL };
    struct items list = { .db = db, .arena = a };
    enum rc rc = add_vocabulary(&list, &dictionary_stmt_codes, "result_codes", "codes", code);
    if (rc == RC_OK)
        rc = add_vocabulary(&list, &dictionary_stmt_specialties, "specialties", "specialties",
                            specialty);
    if (rc == RC_OK)
        rc = add_departments(&list);
    return rc == RC_OK ? feed_write(db, a, list.v, list.n) : rc;
}

#include "store/dictionary.h"

#include <string.h>

#include "store/feed.h"
#include "sys/jsonw.h"

enum { BODY_MAX = 65535, ITEM_ID = 1 };

/* By length, so that 10 stands behind 9. */
DB_STMT(dictionary_stmt_codes, "", "ttt",
        "SELECT code, name, result_class FROM result_code ORDER BY LENGTH(code), code");

DB_STMT(dictionary_stmt_present, "iti", "ti",
        "SELECT body, version FROM feed_item WHERE kind = ? AND owner_id = 0 AND entity = ?"
        " AND entity_id = ?");

static const char entity[] = "result_codes";

static enum rc write_codes(struct db *db, struct buf *body)
{
    struct jsonw w;
    struct db_query *q;
    enum rc rc = db_query(db, &dictionary_stmt_codes, DB_NONE, &q);
    if (rc != RC_OK)
        return rc;
    jw_init(&w, body);
    jw_object(&w, NULL);
    jw_array(&w, "codes");
    while ((rc = db_next(&q)) == RC_OK) {
        jw_object(&w, NULL);
        jw_text(&w, "code", db_col_text(q, 0));
        jw_text(&w, "name", db_col_text(q, 1));
        jw_text(&w, "result_class", db_col_text(q, 2));
        jw_end(&w);
    }
    jw_end(&w);
    jw_end(&w);
    if (rc != RC_DONE)
        return rc;
    return body->full ? RC_TOO_LARGE : RC_OK;
}

struct present {
    const char *body;
    bool same;
    int64_t version;
};

static void compare(const struct db_query *q, void *data)
{
    struct present *present = data;
    present->same = strcmp(db_col_text(q, 0), present->body) == 0;
    present->version = db_col_int(q, 1);
}

enum rc dictionary_publish(struct db *db, struct arena *a)
{
    struct buf body;
    buf_init(&body, a, BODY_MAX);
    enum rc rc = write_codes(db, &body);
    struct present present = { .body = body.p };
    if (rc == RC_OK)
        rc = db_one(db, &dictionary_stmt_present,
                    DB_ARGS(db_int(FEED_DICTIONARY), db_text(entity), db_int(ITEM_ID)), compare,
                    &present);
    if ((rc != RC_OK && rc != RC_NOT_FOUND) || present.same)
        return rc;
    struct feed_item item = { .kind = FEED_DICTIONARY,
                              .entity = entity,
                              .entity_id = ITEM_ID,
                              .version = present.version + 1,
                              .body = body.p };
    return feed_write(db, a, &item, 1);
}

/* What was recorded: evidence, what happened at the door, conflicts. */
#include "store/field/record_publish.h"

DB_STMT(publish_stmt_evidence, "t", "iiiititTddTtTt",
        "SELECT e.id, s.visit_id, e.section_id, e.check_result_id, LOWER(HEX(e.sha256)), e.size,"
        " e.media_type, e.taken_at, e.lon, e.lat, e.verified_at, e.kind,"
        " e.written_off_at, e.written_off_reason" PUBLISH_WANTED
        " STRAIGHT_JOIN evidence AS e FORCE INDEX (PRIMARY) ON e.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = e.section_id ORDER BY wanted.n");

DB_STMT(publish_stmt_doors, "t", "iitt",
        "SELECT r.id, s.visit_id, r.kind, r.body" PUBLISH_WANTED
        " STRAIGHT_JOIN door_record AS r FORCE INDEX (PRIMARY) ON r.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = r.section_id ORDER BY wanted.n");

DB_STMT(publish_stmt_conflicts, "t", "iiititttiTT",
        "SELECT k.id, s.visit_id, k.section_id, k.entity, k.entity_id, k.field, k.kept, k.other,"
        " k.device_id, k.at, k.resolved_at" PUBLISH_WANTED
        " STRAIGHT_JOIN sync_conflict AS k FORCE INDEX (PRIMARY) ON k.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = k.section_id ORDER BY wanted.n");

/* By whom is the office's own business. */
static void put_written_off(struct jsonw *w, const struct db_query *q, unsigned at, unsigned reason)
{
    if (db_is_null(q, at)) {
        jw_null(w, "written_off");
        return;
    }
    jw_object(w, "written_off");
    jw_instant(w, "at", db_col_int(q, at));
    jw_text(w, "reason", db_col_text(q, reason));
    jw_end(w);
}

enum rc publish_evidence(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = publish_query(p, &publish_stmt_evidence, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = publish_begin(p);
        jw_int(w, "section_id", db_col_int(q, 2));
        if (db_is_null(q, 3))
            jw_null(w, "check_result_id");
        else
            jw_int(w, "check_result_id", db_col_int(q, 3));
        jw_text(w, "sha256", db_col_text(q, 4));
        jw_int(w, "size", db_col_int(q, 5));
        jw_text(w, "type", db_col_text(q, 6));
        jw_text(w, "kind", db_col_text(q, 11));
        publish_instant(w, "taken_at", q, 7);
        publish_place(w, q, 8, 9);
        jw_bool(w, "verified", !db_is_null(q, 10));
        put_written_off(w, q, 12, 13);
        publish_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                           .entity = "evidence",
                                           .entity_id = db_col_int(q, 0) });
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* Their bodies are as they were recorded. */
enum rc publish_doors(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = publish_query(p, &publish_stmt_doors, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        publish_item(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                            .entity = db_col_dup(q, 2, p->arena),
                                            .entity_id = db_col_int(q, 0),
                                            .body = db_col_dup(q, 3, p->arena) });
    return rc == RC_DONE ? RC_OK : rc;
}

/* A conflict that was decided leaves the feed. */
enum rc publish_conflicts(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = publish_query(p, &publish_stmt_conflicts, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = publish_begin(p);
        jw_int(w, "section_id", db_col_int(q, 2));
        jw_text(w, "entity", db_col_text(q, 3));
        jw_int(w, "entity_id", db_col_int(q, 4));
        jw_text(w, "field", db_col_text(q, 5));
        jw_text(w, "kept", db_col_text(q, 6));
        jw_text(w, "other", db_col_text(q, 7));
        jw_int(w, "device_id", db_col_int(q, 8));
        publish_instant(w, "at", q, 9);
        publish_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                           .entity = "conflict",
                                           .entity_id = db_col_int(q, 0),
                                           .deleted = !db_is_null(q, 10) });
    }
    return rc == RC_DONE ? RC_OK : rc;
}

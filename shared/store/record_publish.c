#include "store/record.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "store/feed.h"
#include "sys/jsonw.h"

/*
 * The bodies that the feeds carry, read back from the rows after they were written: one path for the
 * dispatch, a review and a push.
 */
enum { BODY_MAX = 65535 };

#define WANTED                                                                                     \
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT UNSIGNED PATH '$')) AS "      \
    "wanted"

DB_STMT(publish_stmt_visits, "t", "itDtttttttttttdd",
        "SELECT v.id, v.code, v.planned_on, v.door_code, c.code, c.name, l.code, l.name, s.code,"
        " s.name, s.type, s.address, s.region_code, r.name, s.lon, s.lat" WANTED
        " STRAIGHT_JOIN visit AS v FORCE INDEX (PRIMARY) ON v.id = wanted.id"
        " STRAIGHT_JOIN campaign AS c ON c.id = v.campaign_id"
        " STRAIGHT_JOIN department AS l ON l.id = v.lead_department_id"
        " STRAIGHT_JOIN subject AS s ON s.id = v.subject_id"
        " STRAIGHT_JOIN region AS r ON r.code = s.region_code ORDER BY wanted.n");

DB_STMT(publish_stmt_departments, "t", "itt",
        "SELECT s.visit_id, d.code, d.name" WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN department AS d ON d.id = s.department_id ORDER BY wanted.n, d.code");

DB_STMT(publish_stmt_sections, "t", "iittitTTttitTtttt",
        "SELECT s.id, s.visit_id, d.code, d.name, s.version, s.state, s.arrived_at, s.left_at,"
        " s.note, s.result_class, s.conflicts, i.card_no, s.signed_at, s.review_reason, s.opinion,"
        " s.statement, s.attendance_reason" WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (PRIMARY) ON s.id = wanted.id"
        " STRAIGHT_JOIN department AS d ON d.id = s.department_id"
        " LEFT JOIN inspector AS i ON i.id = s.signed_by ORDER BY wanted.n");

/* The newest, as in feed_write: a change of inspectors waits for the lock of the section. */
DB_STMT(publish_stmt_inspectors, "t", "itt",
        "SELECT a.section_id, i.card_no, i.name" WANTED
        " STRAIGHT_JOIN assignment AS a FORCE INDEX (PRIMARY) ON a.section_id = wanted.id"
        " STRAIGHT_JOIN inspector AS i ON i.id = a.inspector_id"
        " ORDER BY wanted.n, i.card_no LOCK IN SHARE MODE");

DB_STMT(publish_stmt_checks, "t", "iiiitttitittttttii",
        "SELECT c.id, s.visit_id, c.section_id, c.version, c.result_code, c.problem, c.disposal,"
        " i.id, i.code, i.version, i.specialty, i.name, i.method, i.legal_basis, i.content,"
        " c.answers, l.id, l.version" WANTED
        " STRAIGHT_JOIN check_result AS c FORCE INDEX (PRIMARY) ON c.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = c.section_id"
        " STRAIGHT_JOIN inspection_item AS i ON i.id = c.item_id"
        " LEFT JOIN checklist AS l ON l.id = c.checklist_id ORDER BY wanted.n");

DB_STMT(publish_stmt_evidence, "t", "iiiititTddTtTt",
        "SELECT e.id, s.visit_id, e.section_id, e.check_result_id, LOWER(HEX(e.sha256)), e.size,"
        " e.media_type, e.taken_at, e.lon, e.lat, e.verified_at, e.kind,"
        " e.written_off_at, e.written_off_why" WANTED
        " STRAIGHT_JOIN evidence AS e FORCE INDEX (PRIMARY) ON e.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = e.section_id ORDER BY wanted.n");

DB_STMT(publish_stmt_doors, "t", "iitt",
        "SELECT r.id, s.visit_id, r.kind, r.body" WANTED
        " STRAIGHT_JOIN door_record AS r FORCE INDEX (PRIMARY) ON r.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = r.section_id ORDER BY wanted.n");

DB_STMT(publish_stmt_conflicts, "t", "iiititttiTT",
        "SELECT k.id, s.visit_id, k.section_id, k.entity, k.entity_id, k.field, k.kept, k.other,"
        " k.device_id, k.at, k.resolved_at" WANTED
        " STRAIGHT_JOIN sync_conflict AS k FORCE INDEX (PRIMARY) ON k.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = k.section_id ORDER BY wanted.n");

DB_STMT(publish_stmt_sections_of, "t", "i",
        "SELECT s.id" WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " ORDER BY wanted.n, s.id");

DB_STMT(publish_stmt_checks_of, "t", "i",
        "SELECT c.id" WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN check_result AS c FORCE INDEX (section_item) ON c.section_id = s.id"
        " ORDER BY wanted.n, s.id, c.id");

struct publisher {
    struct db *db;
    struct arena *arena;
    struct feed_item *items;
    size_t n;
    size_t room;
    struct buf body;
    bool full; /* a body did not fit */
    struct jsonw json;
};

static void publisher_init(struct publisher *p, struct db *db, struct arena *a)
{
    *p = (struct publisher){ .db = db, .arena = a, .room = 64 };
    p->items = arena_array(a, p->room, sizeof *p->items);
    buf_init(&p->body, a, BODY_MAX);
}

static struct jsonw *body_begin(struct publisher *p)
{
    buf_clear(&p->body);
    jw_init(&p->json, &p->body);
    jw_object(&p->json, NULL);
    return &p->json;
}

static void add_item(struct publisher *p, struct feed_item item)
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

static void body_end(struct publisher *p, struct feed_item item)
{
    jw_end(&p->json);
    p->full = p->full || p->body.full;
    item.body = item.deleted ? "{}" : arena_strndup(p->arena, p->body.p, p->body.n);
    add_item(p, item);
}

static enum rc query_ids(struct publisher *p, const struct db_stmt *s, const int64_t *ids, size_t n,
                         struct db_query **q)
{
    const char *list = jw_ids(p->arena, ids, n);
    return list ? db_query(p->db, s, DB_ARGS(db_text(list)), q) : RC_TOO_LARGE;
}

static void put_instant(struct jsonw *w, const char *key, const struct db_query *q, unsigned column)
{
    if (db_is_null(q, column))
        jw_null(w, key);
    else
        jw_instant(w, key, db_col_int(q, column));
}

static void put_place(struct jsonw *w, const struct db_query *q, unsigned lon, unsigned lat)
{
    if (db_is_null(q, lon) || db_is_null(q, lat)) {
        jw_null(w, "lon");
        jw_null(w, "lat");
        return;
    }
    jw_real(w, "lon", db_col_real(q, lon));
    jw_real(w, "lat", db_col_real(q, lat));
}

static void put_named(struct jsonw *w, const char *key, const struct db_query *q, unsigned code,
                      unsigned name)
{
    jw_object(w, key);
    jw_text(w, "code", db_col_text(q, code));
    jw_text(w, "name", db_col_text(q, name));
    jw_end(w);
}

/* Writes pairs of texts of a second result, as long as its first column is id, into an open array.
   *row tells whether q has a row. */
static enum rc put_pairs(struct jsonw *w, struct db_query **q, enum rc *row, int64_t id,
                         const char *code)
{
    while (*row == RC_OK && db_col_int(*q, 0) == id) {
        jw_object(w, NULL);
        jw_text(w, code, db_col_text(*q, 1));
        jw_text(w, "name", db_col_text(*q, 2));
        jw_end(w);
        *row = db_next(q);
    }
    return *row == RC_DONE ? RC_OK : *row;
}

static enum rc add_visits(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q = NULL;
    struct db_query *departments = NULL;
    enum rc rc = query_ids(p, &publish_stmt_visits, ids, n, &q);
    if (rc == RC_OK)
        rc = query_ids(p, &publish_stmt_departments, ids, n, &departments);
    if (rc != RC_OK)
        goto out;
    enum rc row = db_next(&departments);
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = body_begin(p);
        jw_text(w, "code", db_col_text(q, 1));
        if (db_is_null(q, 2))
            jw_null(w, "planned_on");
        else
            jw_date(w, "planned_on", db_col_date(q, 2));
        jw_text(w, "door_code", db_col_text(q, 3));
        put_named(w, "campaign", q, 4, 5);
        put_named(w, "lead_department", q, 6, 7);
        jw_array(w, "departments");
        rc = put_pairs(w, &departments, &row, db_col_int(q, 0), "code");
        if (rc != RC_OK)
            goto out;
        jw_end(w);
        jw_object(w, "subject");
        jw_text(w, "code", db_col_text(q, 8));
        jw_text(w, "name", db_col_text(q, 9));
        jw_text(w, "type", db_col_text(q, 10));
        jw_text(w, "address", db_col_text(q, 11));
        put_named(w, "region", q, 12, 13);
        put_place(w, q, 14, 15);
        jw_end(w);
        body_end(p, (struct feed_item){ .owner_id = db_col_int(q, 0),
                                        .entity = "visit",
                                        .entity_id = db_col_int(q, 0) });
    }
out:
    db_done(&departments);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static void put_section(struct jsonw *w, const struct db_query *q)
{
    put_named(w, "department", q, 2, 3);
    jw_text(w, "state", db_col_text(q, 5));
    put_instant(w, "arrived_at", q, 6);
    put_instant(w, "left_at", q, 7);
    jw_text(w, "note", db_col_text(q, 8));
    jw_text(w, "result_class", db_col_text(q, 9));
    jw_int(w, "conflicts", db_col_int(q, 10));
    jw_text(w, "signed_by", db_col_text(q, 11));
    put_instant(w, "signed_at", q, 12);
    jw_text(w, "review_reason", db_col_text(q, 13));
    jw_text(w, "opinion", db_col_text(q, 14));
    jw_text(w, "statement", db_col_text(q, 15));
    jw_text(w, "attendance_reason", db_col_text(q, 16));
}

static enum rc add_sections(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q = NULL;
    struct db_query *inspectors = NULL;
    enum rc rc = query_ids(p, &publish_stmt_sections, ids, n, &q);
    if (rc == RC_OK)
        rc = query_ids(p, &publish_stmt_inspectors, ids, n, &inspectors);
    if (rc != RC_OK)
        goto out;
    enum rc row = db_next(&inspectors);
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = body_begin(p);
        put_section(w, q);
        jw_array(w, "inspectors");
        rc = put_pairs(w, &inspectors, &row, db_col_int(q, 0), "card_no");
        if (rc != RC_OK)
            goto out;
        jw_end(w);
        body_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                        .entity = "section",
                                        .entity_id = db_col_int(q, 0),
                                        .version = db_col_int(q, 4) });
    }
out:
    db_done(&inspectors);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* Answers that were taken back are not told. */
static enum rc put_answers(struct publisher *p, const struct db_query *q, unsigned column)
{
    struct record r = { .check = true };
    struct jsonw *w = &p->json;
    enum rc rc = record_answers_read(p->arena, db_col_text(q, column), &r);
    jw_object(w, "answers");
    for (size_t i = 0; i < r.answer_count; i++)
        if (r.answers[i].field.value)
            jw_text(w, r.answers[i].question, r.answers[i].field.value);
    jw_end(w);
    return rc;
}

static void put_checklist(struct jsonw *w, const struct db_query *q, unsigned id, unsigned version)
{
    if (db_is_null(q, id)) {
        jw_null(w, "checklist");
        return;
    }
    jw_object(w, "checklist");
    jw_int(w, "id", db_col_int(q, id));
    jw_int(w, "version", db_col_int(q, version));
    jw_end(w);
}

static enum rc add_checks(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = query_ids(p, &publish_stmt_checks, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = body_begin(p);
        jw_int(w, "section_id", db_col_int(q, 2));
        jw_text(w, "result_code", db_col_text(q, 4));
        jw_text(w, "problem", db_col_text(q, 5));
        jw_text(w, "disposal", db_col_text(q, 6));
        jw_object(w, "item");
        jw_int(w, "id", db_col_int(q, 7));
        jw_text(w, "code", db_col_text(q, 8));
        jw_int(w, "version", db_col_int(q, 9));
        jw_text(w, "specialty", db_col_text(q, 10));
        jw_text(w, "name", db_col_text(q, 11));
        jw_text(w, "method", db_col_text(q, 12));
        jw_text(w, "legal_basis", db_col_text(q, 13));
        jw_text(w, "content", db_col_text(q, 14));
        jw_end(w);
        put_checklist(w, q, 16, 17);
        rc = put_answers(p, q, 15);
        if (rc != RC_OK)
            break;
        body_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                        .entity = "check_result",
                                        .entity_id = db_col_int(q, 0),
                                        .version = db_col_int(q, 3) });
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* By whom is the office's own business. */
static void put_written_off(struct jsonw *w, const struct db_query *q, unsigned at, unsigned why)
{
    if (db_is_null(q, at)) {
        jw_null(w, "written_off");
        return;
    }
    jw_object(w, "written_off");
    jw_instant(w, "at", db_col_int(q, at));
    jw_text(w, "reason", db_col_text(q, why));
    jw_end(w);
}

static enum rc add_evidence(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = query_ids(p, &publish_stmt_evidence, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = body_begin(p);
        jw_int(w, "section_id", db_col_int(q, 2));
        if (db_is_null(q, 3))
            jw_null(w, "check_result_id");
        else
            jw_int(w, "check_result_id", db_col_int(q, 3));
        jw_text(w, "sha256", db_col_text(q, 4));
        jw_int(w, "size", db_col_int(q, 5));
        jw_text(w, "type", db_col_text(q, 6));
        jw_text(w, "kind", db_col_text(q, 11));
        put_instant(w, "taken_at", q, 7);
        put_place(w, q, 8, 9);
        jw_bool(w, "verified", !db_is_null(q, 10));
        put_written_off(w, q, 12, 13);
        body_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                        .entity = "evidence",
                                        .entity_id = db_col_int(q, 0) });
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* Their bodies are as they were recorded. */
static enum rc add_doors(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = query_ids(p, &publish_stmt_doors, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        add_item(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                        .entity = db_col_dup(q, 2, p->arena),
                                        .entity_id = db_col_int(q, 0),
                                        .body = db_col_dup(q, 3, p->arena) });
    return rc == RC_DONE ? RC_OK : rc;
}

/* A conflict that was decided leaves the feed. */
static enum rc add_conflicts(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = query_ids(p, &publish_stmt_conflicts, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = body_begin(p);
        jw_int(w, "section_id", db_col_int(q, 2));
        jw_text(w, "entity", db_col_text(q, 3));
        jw_int(w, "entity_id", db_col_int(q, 4));
        jw_text(w, "field", db_col_text(q, 5));
        jw_text(w, "kept", db_col_text(q, 6));
        jw_text(w, "other", db_col_text(q, 7));
        jw_int(w, "device_id", db_col_int(q, 8));
        put_instant(w, "at", q, 9);
        body_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                        .entity = "conflict",
                                        .entity_id = db_col_int(q, 0),
                                        .deleted = !db_is_null(q, 10) });
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc add_whole_visits(struct publisher *p, const int64_t *visit_ids, size_t n);

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
        rc = add_sections(&p, changes->sections, changes->section_count);
    if (rc == RC_OK && changes->check_count)
        rc = add_checks(&p, changes->checks, changes->check_count);
    if (rc == RC_OK && changes->evidence_count)
        rc = add_evidence(&p, changes->evidence, changes->evidence_count);
    if (rc == RC_OK && changes->door_count)
        rc = add_doors(&p, changes->doors, changes->door_count);
    if (rc == RC_OK && changes->conflict_count)
        rc = add_conflicts(&p, changes->conflicts, changes->conflict_count);
    if (rc == RC_OK && changes->visit_count)
        rc = add_whole_visits(&p, changes->visits, changes->visit_count);
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

/* The ids that a statement finds for visits. */
static enum rc ids_of(struct publisher *p, const struct db_stmt *s, const int64_t *visit_ids,
                      size_t n, int64_t **ids, size_t *count)
{
    size_t room = 256;
    *ids = arena_array(p->arena, room, sizeof **ids);
    *count = 0;
    struct db_query *q;
    enum rc rc = query_ids(p, s, visit_ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (*count == room) {
            int64_t *wider = arena_array(p->arena, room * 2, sizeof *wider);
            memcpy(wider, *ids, room * sizeof *wider);
            *ids = wider;
            room *= 2;
        }
        (*ids)[(*count)++] = db_col_int(q, 0);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc add_whole_visits(struct publisher *p, const int64_t *visit_ids, size_t n)
{
    int64_t *sections;
    int64_t *checks;
    size_t section_count;
    size_t check_count;
    enum rc rc = ids_of(p, &publish_stmt_sections_of, visit_ids, n, &sections, &section_count);
    if (rc == RC_OK)
        rc = ids_of(p, &publish_stmt_checks_of, visit_ids, n, &checks, &check_count);
    if (rc == RC_OK)
        rc = add_visits(p, visit_ids, n);
    if (rc == RC_OK)
        rc = add_sections(p, sections, section_count);
    if (rc == RC_OK)
        rc = add_checks(p, checks, check_count);
    return rc;
}

enum rc record_publish_visits(struct db *db, struct arena *a, const int64_t *visit_ids, size_t n)
{
    return record_publish(db, a, &(struct record_changes){ .visits = visit_ids, .visit_count = n });
}

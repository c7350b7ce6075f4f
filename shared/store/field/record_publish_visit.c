/* What was planned: visits, their sections, what is checked there. */
#include "store/field/record_publish.h"

#include <string.h>

DB_STMT(publish_stmt_visits, "t", "itDtttttttttttdd",
        "SELECT v.id, v.code, v.planned_on, v.door_code, c.code, c.name, l.code, l.name, s.code,"
        " s.name, s.type, s.address, s.region_code, r.name, s.lon, s.lat" PUBLISH_WANTED
        " STRAIGHT_JOIN visit AS v FORCE INDEX (PRIMARY) ON v.id = wanted.id"
        " STRAIGHT_JOIN campaign AS c ON c.id = v.campaign_id"
        " STRAIGHT_JOIN department AS l ON l.id = v.lead_department_id"
        " STRAIGHT_JOIN subject AS s ON s.id = v.subject_id"
        " STRAIGHT_JOIN region AS r ON r.code = s.region_code ORDER BY wanted.n");

DB_STMT(publish_stmt_departments, "t", "itt",
        "SELECT s.visit_id, d.code, d.name" PUBLISH_WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN department AS d ON d.id = s.department_id ORDER BY wanted.n, d.code");

/* What anybody may read of checks of the enterprise, the newest first: the view names it, and no
   account needs more. */
DB_STMT(publish_stmt_earlier, "t", "iiDtttt",
        "SELECT v.id, p.id, p.checked_on, p.department_name, p.result_class, d.item,"
        " d.result" PUBLISH_WANTED
        " STRAIGHT_JOIN visit AS v FORCE INDEX (PRIMARY) ON v.id = wanted.id"
        " STRAIGHT_JOIN subject AS s ON s.id = v.subject_id"
        " STRAIGHT_JOIN public_publication AS p ON p.subject_code = s.code"
        " AND p.kind = 'inspection'"
        " STRAIGHT_JOIN JSON_TABLE(p.payload, '$.details[*]' COLUMNS (n FOR ORDINALITY,"
        " item VARCHAR(300) PATH '$.raninsItemName',"
        " result VARCHAR(80) PATH '$.raninsCheckResName')) AS d"
        " ORDER BY wanted.n, p.checked_on DESC, p.id DESC, d.n");

DB_STMT(publish_stmt_sections, "t", "iittitTTttitTtttt",
        "SELECT s.id, s.visit_id, d.code, d.name, s.version, s.state, s.arrived_at, s.left_at,"
        " s.note, s.result_class, s.conflicts, i.card_no, s.signed_at, s.review_reason, s.opinion,"
        " s.statement, s.attendance_reason" PUBLISH_WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (PRIMARY) ON s.id = wanted.id"
        " STRAIGHT_JOIN department AS d ON d.id = s.department_id"
        " LEFT JOIN inspector AS i ON i.id = s.signed_by ORDER BY wanted.n");

/* The newest, as in feed_write: a change of inspectors waits for the lock of the section. */
DB_STMT(publish_stmt_inspectors, "t", "ittt",
        "SELECT a.section_id, i.card_no, i.name, i.telephone" PUBLISH_WANTED
        " STRAIGHT_JOIN assignment AS a FORCE INDEX (PRIMARY) ON a.section_id = wanted.id"
        " STRAIGHT_JOIN inspector AS i ON i.id = a.inspector_id"
        " ORDER BY wanted.n, i.card_no LOCK IN SHARE MODE");

DB_STMT(publish_stmt_checks, "t", "iiiitttitittttttii",
        "SELECT c.id, s.visit_id, c.section_id, c.version, c.result_code, c.problem, c.disposal,"
        " i.id, i.code, i.version, i.specialty, i.name, i.method, i.legal_basis, i.content,"
        " c.answers, l.id, l.version" PUBLISH_WANTED
        " STRAIGHT_JOIN check_result AS c FORCE INDEX (PRIMARY) ON c.id = wanted.id"
        " STRAIGHT_JOIN section AS s ON s.id = c.section_id"
        " STRAIGHT_JOIN inspection_item AS i ON i.id = c.item_id"
        " LEFT JOIN checklist AS l ON l.id = c.checklist_id ORDER BY wanted.n");

DB_STMT(publish_stmt_sections_of, "t", "i",
        "SELECT s.id" PUBLISH_WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " ORDER BY wanted.n, s.id");

DB_STMT(publish_stmt_checks_of, "t", "i",
        "SELECT c.id" PUBLISH_WANTED
        " STRAIGHT_JOIN section AS s FORCE INDEX (visit_department) ON s.visit_id = wanted.id"
        " STRAIGHT_JOIN check_result AS c FORCE INDEX (section_item) ON c.section_id = s.id"
        " ORDER BY wanted.n, s.id, c.id");

static void put_named(struct jsonw *w, const char *key, const struct db_query *q, unsigned code,
                      unsigned name)
{
    jw_object(w, key);
    jw_text(w, "code", db_col_text(q, code));
    jw_text(w, "name", db_col_text(q, name));
    jw_end(w);
}

/* Rows of a second result, which follow those of the first; row tells whether there is one. */
struct beside {
    struct db_query *q;
    enum rc row;
};

static enum rc beside_open(struct publisher *p, const struct db_stmt *s, const int64_t *ids,
                           size_t n, struct beside *b)
{
    enum rc rc = publish_query(p, s, ids, n, &b->q);
    b->row = rc == RC_OK ? db_next(&b->q) : rc;
    return b->row == RC_DONE ? RC_OK : b->row;
}

/* Whether the row is one of id. */
static bool beside_has(const struct beside *b, int64_t id)
{
    return b->row == RC_OK && db_col_int(b->q, 0) == id;
}

static enum rc beside_ended(const struct beside *b)
{
    return b->row == RC_DONE ? RC_OK : b->row;
}

static enum rc put_departments(struct jsonw *w, struct beside *b, int64_t id)
{
    jw_array(w, "departments");
    for (; beside_has(b, id); b->row = db_next(&b->q))
        put_named(w, NULL, b->q, 1, 2);
    jw_end(w);
    return beside_ended(b);
}

static enum rc put_inspectors(struct jsonw *w, struct beside *b, int64_t id)
{
    jw_array(w, "inspectors");
    for (; beside_has(b, id); b->row = db_next(&b->q)) {
        const char *telephone = db_col_text(b->q, 3);
        jw_object(w, NULL);
        jw_text(w, "card_no", db_col_text(b->q, 1));
        jw_text(w, "name", db_col_text(b->q, 2));
        jw_text(w, "telephone", *telephone ? telephone : NULL);
        jw_end(w);
    }
    jw_end(w);
    return beside_ended(b);
}

/* A department comes every few years: ten checks are what is remembered of an enterprise, and forty
   items with their results are some 25 KB at most of the 64 that a body has. */
enum { EARLIER_MAX = 10, EARLIER_DETAILS_MAX = 40 };

/* Passes over the rows of what is not told. */
static enum rc put_earlier(struct jsonw *w, struct beside *b, int64_t id)
{
    size_t checks = 0;
    size_t details = 0;
    jw_array(w, "earlier");
    while (beside_has(b, id)) {
        int64_t publication = db_col_int(b->q, 1);
        bool told = checks++ < EARLIER_MAX;
        if (told) {
            jw_object(w, NULL);
            jw_date(w, "on", db_col_date(b->q, 2));
            jw_text(w, "department", db_col_text(b->q, 3));
            jw_text(w, "result_class", db_col_text(b->q, 4));
            jw_array(w, "items");
        }
        for (; beside_has(b, id) && db_col_int(b->q, 1) == publication; b->row = db_next(&b->q)) {
            if (!told || details++ >= EARLIER_DETAILS_MAX)
                continue;
            jw_object(w, NULL);
            jw_text(w, "name", db_col_text(b->q, 5));
            jw_text(w, "result", db_col_text(b->q, 6));
            jw_end(w);
        }
        if (told) {
            jw_end(w);
            jw_end(w);
        }
    }
    jw_end(w);
    return beside_ended(b);
}

static void put_subject(struct jsonw *w, const struct db_query *q)
{
    jw_object(w, "subject");
    jw_text(w, "code", db_col_text(q, 8));
    jw_text(w, "name", db_col_text(q, 9));
    jw_text(w, "type", db_col_text(q, 10));
    jw_text(w, "address", db_col_text(q, 11));
    put_named(w, "region", q, 12, 13);
    publish_place(w, q, 14, 15);
    jw_end(w);
}

enum rc publish_visits(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q = NULL;
    struct beside departments = { .q = NULL };
    struct beside earlier = { .q = NULL };
    enum rc rc = publish_query(p, &publish_stmt_visits, ids, n, &q);
    if (rc == RC_OK)
        rc = beside_open(p, &publish_stmt_departments, ids, n, &departments);
    if (rc == RC_OK)
        rc = beside_open(p, &publish_stmt_earlier, ids, n, &earlier);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = publish_begin(p);
        jw_text(w, "code", db_col_text(q, 1));
        if (db_is_null(q, 2))
            jw_null(w, "planned_on");
        else
            jw_date(w, "planned_on", db_col_date(q, 2));
        jw_text(w, "door_code", db_col_text(q, 3));
        put_named(w, "campaign", q, 4, 5);
        put_named(w, "lead_department", q, 6, 7);
        put_subject(w, q);
        rc = put_departments(w, &departments, db_col_int(q, 0));
        if (rc == RC_OK)
            rc = put_earlier(w, &earlier, db_col_int(q, 0));
        publish_end(p, (struct feed_item){ .owner_id = db_col_int(q, 0),
                                           .entity = "visit",
                                           .entity_id = db_col_int(q, 0) });
    }
    db_done(&earlier.q);
    db_done(&departments.q);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static void put_section(struct jsonw *w, const struct db_query *q)
{
    put_named(w, "department", q, 2, 3);
    jw_text(w, "state", db_col_text(q, 5));
    publish_instant(w, "arrived_at", q, 6);
    publish_instant(w, "left_at", q, 7);
    jw_text(w, "note", db_col_text(q, 8));
    jw_text(w, "result_class", db_col_text(q, 9));
    jw_int(w, "conflicts", db_col_int(q, 10));
    jw_text(w, "signed_by", db_col_text(q, 11));
    publish_instant(w, "signed_at", q, 12);
    jw_text(w, "review_reason", db_col_text(q, 13));
    jw_text(w, "opinion", db_col_text(q, 14));
    jw_text(w, "statement", db_col_text(q, 15));
    jw_text(w, "attendance_reason", db_col_text(q, 16));
}

enum rc publish_sections(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q = NULL;
    struct beside inspectors = { .q = NULL };
    enum rc rc = publish_query(p, &publish_stmt_sections, ids, n, &q);
    if (rc == RC_OK)
        rc = beside_open(p, &publish_stmt_inspectors, ids, n, &inspectors);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = publish_begin(p);
        put_section(w, q);
        rc = put_inspectors(w, &inspectors, db_col_int(q, 0));
        publish_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                           .entity = "section",
                                           .entity_id = db_col_int(q, 0),
                                           .version = db_col_int(q, 4) });
    }
    db_done(&inspectors.q);
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

enum rc publish_checks(struct publisher *p, const int64_t *ids, size_t n)
{
    struct db_query *q;
    enum rc rc = publish_query(p, &publish_stmt_checks, ids, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct jsonw *w = publish_begin(p);
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
        publish_end(p, (struct feed_item){ .owner_id = db_col_int(q, 1),
                                           .entity = "check_result",
                                           .entity_id = db_col_int(q, 0),
                                           .version = db_col_int(q, 3) });
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* The ids that a statement finds for visits. */
static enum rc ids_of(struct publisher *p, const struct db_stmt *s, const int64_t *visit_ids,
                      size_t n, int64_t **ids, size_t *count)
{
    size_t room = 256;
    *ids = arena_array(p->arena, room, sizeof **ids);
    *count = 0;
    struct db_query *q;
    enum rc rc = publish_query(p, s, visit_ids, n, &q);
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

enum rc publish_whole_visits(struct publisher *p, const int64_t *visit_ids, size_t n)
{
    int64_t *sections;
    int64_t *checks;
    size_t section_count;
    size_t check_count;
    enum rc rc = ids_of(p, &publish_stmt_sections_of, visit_ids, n, &sections, &section_count);
    if (rc == RC_OK)
        rc = ids_of(p, &publish_stmt_checks_of, visit_ids, n, &checks, &check_count);
    if (rc == RC_OK)
        rc = publish_visits(p, visit_ids, n);
    if (rc == RC_OK)
        rc = publish_sections(p, sections, section_count);
    if (rc == RC_OK)
        rc = publish_checks(p, checks, check_count);
    return rc;
}

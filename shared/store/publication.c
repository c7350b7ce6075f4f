#include "store/publication.h"

#include <string.h>

const char *const publication_state_names[] = { "due", "published", "withheld", "retracted", NULL };

DB_STMT(publication_penalty_insert, "ittttDi", "",
        "INSERT INTO penalty (section_id, decision_no, act_type, content, authority, decided_on,"
        " entered_by) VALUES (?, ?, ?, ?, ?, ?, ?)");

DB_STMT(publication_insert, "itiiDDi", "",
        "INSERT INTO publication (section_id, kind, penalty_id, department_id, trigger_on, due_on,"
        " provisional, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'due')");

#define PUBLICATION_COLUMNS                                                                        \
    "p.id, p.section_id, p.kind, p.penalty_id, p.department_id, d.name, p.trigger_on, p.due_on,"   \
    " p.provisional, p.state, p.published_at, v.code, u.code, u.name, u.region_code, c.code,"      \
    " c.name, (SELECT COUNT(*) FROM section x WHERE x.visit_id = v.id),"                           \
    " COALESCE(s.arrived_at, s.signed_at), s.result_class, s.state, s.conflicts,"                  \
    " o.state, o.receipt, o.last_error"
#define PUBLICATION_TABLES                                                                         \
    " FROM publication p JOIN section s ON s.id = p.section_id JOIN visit v ON v.id = s.visit_id"  \
    " JOIN subject u ON u.id = v.subject_id JOIN campaign c ON c.id = v.campaign_id"               \
    " JOIN department d ON d.id = p.department_id LEFT JOIN outbox o ON o.publication_id = p.id"
#define PUBLICATION_TYPES                                                                          \
    "iitiitDDi"                                                                                    \
    "tTtttttt"                                                                                     \
    "iTtti"                                                                                        \
    "ttt"

DB_STMT(publication_list_select, "itii", PUBLICATION_TYPES,
        "SELECT " PUBLICATION_COLUMNS PUBLICATION_TABLES
        " WHERE p.department_id = ? AND p.state = ? AND p.id > ? ORDER BY p.id LIMIT ?");

DB_STMT(publication_lock_select, "i", "i",
        "SELECT p.id FROM publication p JOIN section s ON s.id = p.section_id WHERE p.id = ?"
        " FOR UPDATE");

DB_STMT(publication_select, "i", PUBLICATION_TYPES,
        "SELECT " PUBLICATION_COLUMNS PUBLICATION_TABLES " WHERE p.id = ?");

DB_STMT(publication_plan_select, "i", "tt",
        "SELECT p.code, p.name FROM task t JOIN draw w ON w.id = t.draw_id"
        " JOIN plan p ON p.id = w.plan_id WHERE t.section_id = ?"
        " GROUP BY p.id, p.code, p.name ORDER BY COUNT(*) DESC, p.code LIMIT 1");

DB_STMT(publication_detail_select, "ii", "tt",
        "SELECT i.name, r.name FROM check_result k JOIN inspection_item i ON i.id = k.item_id"
        " JOIN result_code r ON r.code = k.result_code WHERE k.section_id = ?"
        " ORDER BY i.code, i.version LIMIT ?");

DB_STMT(publication_penalty_select, "i", "iittttD",
        "SELECT id, section_id, decision_no, act_type, content, authority, decided_on FROM penalty"
        " WHERE id = ?");

DB_STMT(publication_publish_update, "TttttDttbi", "",
        "UPDATE publication SET state = 'published', published_at = ?, subject_code = ?,"
        " subject_name = ?, department_name = ?, region_code = ?, checked_on = ?, result_class = ?,"
        " payload = ?, payload_hash = ? WHERE id = ? AND state = 'due'");

enum rc publication_penalty_add(struct db *db, const struct penalty *penalty, int64_t account_id,
                                int64_t *id)
{
    enum rc rc = db_exec(db, &publication_penalty_insert,
                         DB_ARGS(db_int(penalty->section_id), db_text(penalty->decision_no),
                                 db_text(penalty->act_type), db_text(penalty->content),
                                 db_text(penalty->authority), db_date(penalty->decided_on),
                                 db_int(account_id)));
    *id = db_insert_id(db);
    return rc;
}

enum rc publication_add(struct db *db, int64_t section_id, enum publication_kind kind,
                        int64_t penalty_id, int64_t department_id, int32_t trigger_on,
                        struct workday_due due)
{
    return db_exec(db, &publication_insert,
                   DB_ARGS(db_int(section_id), db_text(publication_kind_name(kind)),
                           db_int(penalty_id), db_int(department_id), db_date(trigger_on),
                           db_date(due.date), db_int(due.provisional)));
}

static void read_publication(const struct db_query *q, struct arena *a, struct publication *p)
{
    *p = (struct publication){
        .id = db_col_int(q, 0),
        .section_id = db_col_int(q, 1),
        .kind = strcmp(db_col_text(q, 2), "penalty") == 0 ? PUBLICATION_PENALTY
                                                          : PUBLICATION_INSPECTION,
        .penalty_id = db_col_int(q, 3),
        .department_id = db_col_int(q, 4),
        .department_name = db_col_dup(q, 5, a),
        .trigger_on = db_col_date(q, 6),
        .due_on = db_col_date(q, 7),
        .provisional = db_col_int(q, 8) != 0,
        .state = db_col_dup(q, 9, a),
        .published_at = db_col_int(q, 10),
        .visit = db_col_dup(q, 11, a),
        .subject_code = db_col_dup(q, 12, a),
        .subject_name = db_col_dup(q, 13, a),
        .region = db_col_dup(q, 14, a),
        .campaign = db_col_dup(q, 15, a),
        .campaign_name = db_col_dup(q, 16, a),
        .departments = db_col_int(q, 17),
        .checked_at = db_col_int(q, 18),
        .result_class = db_col_dup(q, 19, a),
        .section_state = db_col_dup(q, 20, a),
        .conflicts = db_col_int(q, 21),
        .delivery = db_col_dup(q, 22, a),
        .receipt = db_col_dup(q, 23, a),
        .delivery_error = db_col_dup(q, 24, a),
    };
}

enum rc publication_list(struct db *db, struct arena *a, int64_t department_id, const char *state,
                         int64_t after, int64_t limit, struct publication **rows, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *rows = arena_array(a, (size_t)limit, sizeof **rows);
    enum rc rc =
        db_query(db, &publication_list_select,
                 DB_ARGS(db_int(department_id), db_text(state), db_int(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)limit)
        read_publication(q, a, &(*rows)[(*n)++]);
    db_done(&q);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

struct publication_row {
    struct arena *arena;
    void *out;
};

static void read_row(const struct db_query *q, void *data)
{
    struct publication_row *row = data;
    read_publication(q, row->arena, row->out);
}

enum rc publication_lock(struct db *db, struct arena *a, int64_t id, struct publication *out)
{
    int64_t locked;
    struct publication_row row = { .arena = a, .out = out };
    enum rc rc = db_one_int(db, &publication_lock_select, DB_ARGS(db_int(id)), &locked);
    if (rc != RC_OK)
        return rc;
    return db_one(db, &publication_select, DB_ARGS(db_int(id)), read_row, &row);
}

static void read_plan(const struct db_query *q, void *data)
{
    struct publication_row *row = data;
    struct publication_plan *plan = row->out;
    plan->code = db_col_dup(q, 0, row->arena);
    plan->name = db_col_dup(q, 1, row->arena);
}

enum rc publication_plan(struct db *db, struct arena *a, int64_t section_id,
                         struct publication_plan *out)
{
    struct publication_row row = { .arena = a, .out = out };
    return db_one(db, &publication_plan_select, DB_ARGS(db_int(section_id)), read_plan, &row);
}

enum rc publication_details(struct db *db, struct arena *a, int64_t section_id,
                            struct publication_detail **details, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *details = arena_array(a, PUBLICATION_DETAILS_MAX, sizeof **details);
    enum rc rc = db_query(db, &publication_detail_select,
                          DB_ARGS(db_int(section_id), db_int(PUBLICATION_DETAILS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct publication_detail *d = &(*details)[(*n)++];
        d->item = db_col_dup(q, 0, a);
        d->result = db_col_dup(q, 1, a);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static void read_penalty(const struct db_query *q, void *data)
{
    struct publication_row *row = data;
    struct penalty *p = row->out;
    *p = (struct penalty){
        .id = db_col_int(q, 0),
        .section_id = db_col_int(q, 1),
        .decision_no = db_col_dup(q, 2, row->arena),
        .act_type = db_col_dup(q, 3, row->arena),
        .content = db_col_dup(q, 4, row->arena),
        .authority = db_col_dup(q, 5, row->arena),
        .decided_on = db_col_date(q, 6),
    };
}

enum rc publication_penalty(struct db *db, struct arena *a, int64_t penalty_id, struct penalty *out)
{
    struct publication_row row = { .arena = a, .out = out };
    return db_one(db, &publication_penalty_select, DB_ARGS(db_int(penalty_id)), read_penalty, &row);
}

enum rc publication_publish(struct db *db, int64_t id, const struct publication_frozen *f,
                            int64_t now)
{
    enum rc rc =
        db_exec(db, &publication_publish_update,
                DB_ARGS(db_instant(now), db_text(f->subject_code), db_text(f->subject_name),
                        db_text(f->department_name), db_text(f->region), db_date(f->checked_on),
                        db_text(f->result_class), db_text(f->payload),
                        db_bytes(f->payload_hash, sizeof f->payload_hash), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

#include "store/section.h"

#include <string.h>

#include "store/door.h"

enum { INDICATOR_ROWS = 1000, CHECKS_MAX = 1000 };

const char *const section_state_names[] = { "open", "signed", "returned", "accepted", NULL };

#define SECTION_COLUMNS                                                                            \
    "s.id, s.visit_id, v.code, u.code, u.name, u.region_code, s.department_id, d.code,"            \
    " d.region_code, s.state, s.version, s.conflicts, s.result_class, s.arrived_at, s.left_at,"    \
    " s.note, s.signed_by, i.card_no, s.signed_at, s.review_reason, s.opinion, s.statement,"       \
    " s.attendance_reason"
#define SECTION_TABLES                                                                             \
    " FROM section s JOIN visit v ON v.id = s.visit_id JOIN subject u ON u.id = v.subject_id"      \
    " JOIN department d ON d.id = s.department_id LEFT JOIN inspector i ON i.id = s.signed_by"
#define SECTION_TYPES                                                                              \
    "iitttti"                                                                                      \
    "ttti"                                                                                         \
    "itTTti"                                                                                       \
    "tTt"                                                                                          \
    "ttt"

DB_STMT(section_list_select, "itii", SECTION_TYPES,
        "SELECT " SECTION_COLUMNS SECTION_TABLES
        " WHERE s.department_id = ? AND s.state = ? AND s.id > ? ORDER BY s.id LIMIT ?");

DB_STMT(section_lock_select, "i", "i", "SELECT id FROM section WHERE id = ? FOR UPDATE");

DB_STMT(section_select, "i", SECTION_TYPES,
        "SELECT " SECTION_COLUMNS SECTION_TABLES " WHERE s.id = ?");

DB_STMT(section_check_select, "ii", "ittttttit",
        "SELECT k.id, i.code, i.name, k.result_code, r.name, k.problem, k.disposal,"
        " k.checklist_id, k.answers"
        " FROM check_result k JOIN inspection_item i ON i.id = k.item_id"
        " LEFT JOIN result_code r ON r.code = k.result_code WHERE k.section_id = ?"
        " ORDER BY i.code, i.version LIMIT ?");

DB_STMT(section_evidence_select, "i", "i", "SELECT COUNT(*) FROM evidence WHERE section_id = ?");

DB_STMT(section_unverified_select, "i", "i",
        "SELECT COUNT(*) FROM evidence WHERE section_id = ? AND verified_at IS NULL"
        " AND written_off_at IS NULL");

DB_STMT(section_written_off_select, "i", "i",
        "SELECT COUNT(*) FROM evidence WHERE section_id = ? AND verified_at IS NULL"
        " AND written_off_at IS NOT NULL");

DB_STMT(section_accept_update, "iTi", "",
        "UPDATE section SET state = 'accepted', reviewed_by = ?, reviewed_at = ?,"
        " review_reason = NULL, version = version + 1 WHERE id = ? AND state = 'signed'");

DB_STMT(section_return_update, "iTti", "",
        "UPDATE section SET state = 'returned', reviewed_by = ?, reviewed_at = ?,"
        " review_reason = ?, signed_by = NULL, signed_at = NULL, version = version + 1"
        " WHERE id = ? AND state = 'signed'");

DB_STMT(section_indicator_select, "ii", "ttiii",
        "SELECT d.code, d.name, COUNT(*),"
        " CAST(SUM(s.state IN ('signed', 'accepted')) AS SIGNED),"
        " CAST(SUM(s.state = 'accepted' AND NOT EXISTS (SELECT 1 FROM publication p"
        "  WHERE p.section_id = s.id AND p.state = 'due')) AS SIGNED)"
        " FROM visit v JOIN section s ON s.visit_id = v.id JOIN task t ON t.section_id = s.id"
        " JOIN department d ON d.id = s.department_id WHERE v.campaign_id = ?"
        " GROUP BY d.id, d.code, d.name ORDER BY d.code LIMIT ?");

static void read_section(const struct db_query *q, struct arena *a, struct section *s)
{
    *s = (struct section){
        .id = db_col_int(q, 0),
        .visit_id = db_col_int(q, 1),
        .visit = db_col_dup(q, 2, a),
        .subject_code = db_col_dup(q, 3, a),
        .subject_name = db_col_dup(q, 4, a),
        .region = db_col_dup(q, 5, a),
        .department_id = db_col_int(q, 6),
        .department = db_col_dup(q, 7, a),
        .department_region = db_col_dup(q, 8, a),
        .state = db_col_dup(q, 9, a),
        .version = db_col_int(q, 10),
        .conflicts = db_col_int(q, 11),
        .result_class = db_col_dup(q, 12, a),
        .arrived_at = db_col_int(q, 13),
        .left_at = db_col_int(q, 14),
        .note = db_col_dup(q, 15, a),
        .signed_by = db_col_int(q, 16),
        .signed_card = db_col_dup(q, 17, a),
        .signed_at = db_col_int(q, 18),
        .review_reason = db_col_dup(q, 19, a),
        .opinion = db_col_dup(q, 20, a),
        .statement = db_col_dup(q, 21, a),
        .attendance_reason = db_col_dup(q, 22, a),
    };
}

enum rc section_list(struct db *db, struct arena *a, int64_t department_id, const char *state,
                     int64_t after, int64_t limit, struct section **sections, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *sections = arena_array(a, (size_t)limit, sizeof **sections);
    enum rc rc =
        db_query(db, &section_list_select,
                 DB_ARGS(db_int(department_id), db_text(state), db_int(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        read_section(q, a, &(*sections)[(*n)++]);
    return rc == RC_DONE ? RC_OK : rc;
}

struct section_row {
    struct arena *arena;
    struct section *out;
};

static void read_row(const struct db_query *q, void *data)
{
    struct section_row *row = data;
    read_section(q, row->arena, row->out);
}

enum rc section_by_id(struct db *db, struct arena *a, int64_t id, struct section *out)
{
    struct section_row row = { .arena = a, .out = out };
    return db_one(db, &section_select, DB_ARGS(db_int(id)), read_row, &row);
}

enum rc section_lock(struct db *db, struct arena *a, int64_t id, struct section *out)
{
    int64_t locked;
    enum rc rc = db_one_int(db, &section_lock_select, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? section_by_id(db, a, id, out) : rc;
}

enum rc section_checks(struct db *db, struct arena *a, int64_t id, struct section_check **checks,
                       size_t *n)
{
    struct db_query *q;
    *n = 0;
    *checks = arena_array(a, CHECKS_MAX, sizeof **checks);
    enum rc rc = db_query(db, &section_check_select, DB_ARGS(db_int(id), db_int(CHECKS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        (*checks)[(*n)++] = (struct section_check){ .id = db_col_int(q, 0),
                                                    .item = db_col_dup(q, 1, a),
                                                    .item_name = db_col_dup(q, 2, a),
                                                    .result_code = db_col_dup(q, 3, a),
                                                    .result_name = db_col_dup(q, 4, a),
                                                    .problem = db_col_dup(q, 5, a),
                                                    .disposal = db_col_dup(q, 6, a),
                                                    .checklist_id = db_col_int(q, 7),
                                                    .answers = db_col_dup(q, 8, a) };
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc section_evidence(struct db *db, int64_t id, int64_t *n)
{
    return db_one_int(db, &section_evidence_select, DB_ARGS(db_int(id)), n);
}

enum rc section_unverified(struct db *db, int64_t id, int64_t *n)
{
    int64_t undeclared = 0;
    enum rc rc = db_one_int(db, &section_unverified_select, DB_ARGS(db_int(id)), n);
    if (rc == RC_OK)
        rc = door_undeclared(db, id, false, &undeclared);
    *n += undeclared;
    return rc;
}

enum rc section_written_off(struct db *db, int64_t id, int64_t *n)
{
    int64_t undeclared = 0;
    enum rc rc = db_one_int(db, &section_written_off_select, DB_ARGS(db_int(id)), n);
    if (rc == RC_OK)
        rc = door_undeclared(db, id, true, &undeclared);
    *n += undeclared;
    return rc;
}

static enum rc changed_one(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc section_accept(struct db *db, int64_t id, int64_t account_id, int64_t now)
{
    enum rc rc = db_exec(db, &section_accept_update,
                         DB_ARGS(db_int(account_id), db_instant(now), db_int(id)));
    return changed_one(db, rc);
}

enum rc section_return(struct db *db, int64_t id, int64_t account_id, int64_t now,
                       const char *reason)
{
    enum rc rc = db_exec(db, &section_return_update,
                         DB_ARGS(db_int(account_id), db_instant(now), db_text(reason), db_int(id)));
    return changed_one(db, rc);
}

enum rc section_indicators(struct db *db, struct arena *a, int64_t campaign_id,
                           struct section_indicator **rows, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *rows = arena_array(a, INDICATOR_ROWS, sizeof **rows);
    enum rc rc = db_query(db, &section_indicator_select,
                          DB_ARGS(db_int(campaign_id), db_int(INDICATOR_ROWS)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        (*rows)[(*n)++] = (struct section_indicator){ .department = db_col_dup(q, 0, a),
                                                      .department_name = db_col_dup(q, 1, a),
                                                      .tasks = db_col_int(q, 2),
                                                      .completed = db_col_int(q, 3),
                                                      .closed = db_col_int(q, 4) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

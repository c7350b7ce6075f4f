#include "store/adjustment.h"

#include <string.h>

#include "store/campaign.h"

DB_STMT(adjustment_lock_select, "i", "itiitttititttt",
        "SELECT s.id, s.state, s.department_id, v.id, v.code, v.state, u.code, c.id, c.code,"
        " c.department_id, c.region_code, c.rule, c.seed, c.state"
        " FROM section s STRAIGHT_JOIN visit v ON v.id = s.visit_id"
        " STRAIGHT_JOIN campaign c ON c.id = v.campaign_id"
        " STRAIGHT_JOIN subject u ON u.id = v.subject_id WHERE s.id = ? FOR UPDATE");

DB_STMT(adjustment_row_lock, "i", "i", "SELECT section_id FROM adjustment WHERE id = ? FOR UPDATE");

#define COLUMNS                                                                                    \
    "SELECT a.id, a.section_id, a.visit, a.department_id, d.code, a.kind, a.state, l.card_no,"     \
    " w.card_no, j.card_no, a.source, a.reason, a.requested_by, p.login, a.requested_at, q.login," \
    " a.decision_reason, a.leaver_id, a.wanted_id FROM adjustment a"                               \
    " JOIN department d ON d.id = a.department_id LEFT JOIN inspector l ON l.id = a.leaver_id"     \
    " LEFT JOIN inspector w ON w.id = a.wanted_id LEFT JOIN inspector j ON j.id = a.joiner_id"     \
    " JOIN account p ON p.id = a.requested_by LEFT JOIN account q ON q.id = a.decided_by"
#define TYPES                                                                                      \
    "iititttt"                                                                                     \
    "ttttitTttii"

DB_STMT(adjustment_select, "i", TYPES, COLUMNS " WHERE a.id = ?");

DB_STMT(adjustment_list_select, "iiiii", TYPES,
        COLUMNS " WHERE a.campaign_id = ? AND (? = 0 OR a.department_id = ?) AND a.id > ?"
                " ORDER BY a.id LIMIT ?");

DB_STMT(adjustment_member_select, "ii", "ii",
        "SELECT a.source <> 'direct', (SELECT COUNT(*) FROM assignment t"
        " WHERE t.section_id = a.section_id) FROM assignment a"
        " WHERE a.section_id = ? AND a.inspector_id = ?");

DB_STMT(adjustment_open_select, "ii", "i",
        "SELECT COUNT(*) FROM adjustment WHERE section_id = ? AND state = 'requested'"
        " AND leaver_id = ?");

DB_STMT(adjustment_request_insert, "iitiitiTii", "",
        "INSERT INTO adjustment (campaign_id, section_id, visit, department_id, kind, state,"
        " leaver_id, leaver_drawn, wanted_id, reason, requested_by, requested_at)"
        " SELECT ?, ?, ?, ?, 'change', 'requested', a.inspector_id, a.source <> 'direct', ?, ?, ?,"
        " ? FROM assignment a WHERE a.inspector_id = ? AND a.section_id = ?");

DB_STMT(adjustment_refuse_update, "iTti", "",
        "UPDATE adjustment SET state = 'refused', decided_by = ?, decided_at = ?,"
        " decision_reason = ? WHERE id = ? AND state = 'requested'");

DB_STMT(adjustment_approve_update, "iTtitbi", "",
        "UPDATE adjustment SET state = 'approved', decided_by = ?, decided_at = ?,"
        " decision_reason = ?, joiner_id = ?, source = ?, ticket = ?"
        " WHERE id = ? AND state = 'requested'");

DB_STMT(adjustment_record_insert, "iitititbtiT", "",
        "INSERT INTO adjustment (campaign_id, section_id, visit, department_id, kind, state,"
        " joiner_id, source, ticket, reason, requested_by, requested_at)"
        " VALUES (?, ?, ?, ?, ?, 'approved', ?, ?, ?, ?, ?, ?)");

DB_STMT(adjustment_changed_select, "iiii", "i",
        "SELECT COUNT(DISTINCT who) FROM (SELECT leaver_id AS who FROM adjustment"
        " WHERE campaign_id = ? AND leaver_drawn"
        " AND (state = 'approved' OR (? > 0 AND state = 'requested'))"
        " UNION SELECT id FROM inspector WHERE ? > 0 AND id = ?) x");

DB_STMT(adjustment_part_select, "iiiiii", "i",
        "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND department_id = ?)"
        " OR EXISTS (SELECT 1 FROM draw WHERE campaign_id = ? AND department_id = ?)"
        " OR EXISTS (SELECT 1 FROM visit v JOIN section s ON s.visit_id = v.id"
        "  WHERE v.campaign_id = ? AND s.department_id = ?)");

DB_STMT(adjustment_recuse_insert, "iitiT", "",
        "INSERT INTO inspector_recusal (inspector_id, subject_id, reason, declared_by, declared_at)"
        " VALUES (?, ?, ?, ?, ?)");

DB_STMT(adjustment_recused_insert, "tiTii", "",
        "INSERT INTO adjustment (campaign_id, section_id, visit, department_id, kind, state,"
        " leaver_id, leaver_drawn, reason, requested_by, requested_at)"
        " SELECT v.campaign_id, s.id, v.code, s.department_id, 'change', 'requested',"
        " a.inspector_id, a.source <> 'direct', ?, ?, ?"
        " FROM visit v JOIN campaign c ON c.id = v.campaign_id AND c.state <> 'abandoned'"
        " JOIN section s ON s.visit_id = v.id AND s.state IN ('open', 'returned')"
        " JOIN assignment a ON a.section_id = s.id"
        " WHERE v.subject_id = ? AND a.inspector_id = ? AND NOT EXISTS (SELECT 1 FROM adjustment x"
        " WHERE x.section_id = s.id AND x.leaver_id = a.inspector_id AND x.state = 'requested')");

DB_STMT(adjustment_subject_select, "t", "i", "SELECT id FROM subject WHERE code = ?");

struct target {
    struct arena *arena;
    void *out;
};

static void read_section(const struct db_query *q, void *data)
{
    struct target *t = data;
    struct adjustment_section *s = t->out;
    const char *state = db_col_text(q, 1);
    const char *campaign = db_col_text(q, 13);
    *s = (struct adjustment_section){
        .id = db_col_int(q, 0),
        .open = strcmp(state, "open") == 0 || strcmp(state, "returned") == 0,
        .department_id = db_col_int(q, 2),
        .visit_id = db_col_int(q, 3),
        .visit = db_col_dup(q, 4, t->arena),
        .dispatched = strcmp(db_col_text(q, 5), "dispatched") == 0,
        .subject = db_col_dup(q, 6, t->arena),
        .campaign_id = db_col_int(q, 7),
        .campaign = db_col_dup(q, 8, t->arena),
        .campaign_department_id = db_col_int(q, 9),
        .region = db_col_dup(q, 10, t->arena),
        .rule = db_col_dup(q, 11, t->arena),
        .seed = db_col_dup(q, 12, t->arena),
        .abandoned = strcmp(campaign, "abandoned") == 0,
    };
}

enum rc adjustment_lock(struct db *db, struct arena *a, int64_t section_id,
                        struct adjustment_section *out)
{
    struct target target = { a, out };
    enum rc rc =
        db_one(db, &adjustment_lock_select, DB_ARGS(db_int(section_id)), read_section, &target);
    return rc == RC_OK ? campaign_guard(db, out->campaign_id) : rc;
}

enum rc adjustment_lock_row(struct db *db, int64_t id, int64_t *section_id)
{
    return db_one_int(db, &adjustment_row_lock, DB_ARGS(db_int(id)), section_id);
}

static void fill(const struct db_query *q, struct arena *a, struct adjustment *out)
{
    *out = (struct adjustment){
        .id = db_col_int(q, 0),
        .section_id = db_col_int(q, 1),
        .visit = db_col_dup(q, 2, a),
        .department_id = db_col_int(q, 3),
        .department = db_col_dup(q, 4, a),
        .kind = db_col_dup(q, 5, a),
        .state = db_col_dup(q, 6, a),
        .leaver = db_col_dup(q, 7, a),
        .wanted = db_col_dup(q, 8, a),
        .joiner = db_col_dup(q, 9, a),
        .source = db_col_dup(q, 10, a),
        .reason = db_col_dup(q, 11, a),
        .requested_by = db_col_int(q, 12),
        .requested_login = db_col_dup(q, 13, a),
        .requested_at = db_col_int(q, 14),
        .decided_login = db_col_dup(q, 15, a),
        .decision_reason = db_col_dup(q, 16, a),
        .leaver_id = db_col_int(q, 17),
        .wanted_id = db_col_int(q, 18),
    };
}

static void read_adjustment(const struct db_query *q, void *data)
{
    struct target *t = data;
    fill(q, t->arena, t->out);
}

enum rc adjustment_by_id(struct db *db, struct arena *a, int64_t id, struct adjustment *out)
{
    struct target target = { a, out };
    return db_one(db, &adjustment_select, DB_ARGS(db_int(id)), read_adjustment, &target);
}

enum rc adjustment_list(struct db *db, struct arena *a, int64_t campaign_id, int64_t department_id,
                        int64_t after, int64_t limit, struct adjustment **list, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *list = arena_array(a, (size_t)limit, sizeof **list);
    enum rc rc = db_query(db, &adjustment_list_select,
                          DB_ARGS(db_int(campaign_id), db_int(department_id), db_int(department_id),
                                  db_int(after), db_int(limit)),
                          &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        fill(q, a, &(*list)[(*n)++]);
    return rc == RC_DONE ? RC_OK : rc;
}

struct member {
    bool drawn;
    int64_t size;
};

static void read_member(const struct db_query *q, void *data)
{
    struct member *m = data;
    m->drawn = db_col_int(q, 0) != 0;
    m->size = db_col_int(q, 1);
}

enum rc adjustment_member(struct db *db, int64_t section_id, int64_t inspector_id, bool *drawn,
                          int64_t *team_size)
{
    struct member m = { .drawn = false };
    enum rc rc = db_one(db, &adjustment_member_select,
                        DB_ARGS(db_int(section_id), db_int(inspector_id)), read_member, &m);
    *drawn = m.drawn;
    *team_size = m.size;
    return rc;
}

static struct db_val id_or_null(int64_t id)
{
    return id ? db_int(id) : db_null('i');
}

enum rc adjustment_request(struct db *db, const struct adjustment_section *section,
                           const struct adjustment_request *request, int64_t *id)
{
    int64_t open;
    enum rc rc = db_one_int(db, &adjustment_open_select,
                            DB_ARGS(db_int(section->id), db_int(request->leaver_id)), &open);
    if (rc == RC_OK && open)
        return RC_CONFLICT;
    if (rc == RC_OK)
        rc = db_exec(db, &adjustment_request_insert,
                     DB_ARGS(db_int(section->campaign_id), db_int(section->id),
                             db_text(section->visit), db_int(section->department_id),
                             id_or_null(request->wanted_id), db_text(request->reason),
                             db_int(request->account_id), db_instant(request->now),
                             db_int(request->leaver_id), db_int(section->id)));
    *id = db_insert_id(db);
    return rc;
}

enum rc adjustment_refuse(struct db *db, int64_t id, int64_t account_id, int64_t now,
                          const char *reason)
{
    enum rc rc = db_exec(db, &adjustment_refuse_update,
                         DB_ARGS(db_int(account_id), db_instant(now), db_text(reason), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc adjustment_approve(struct db *db, int64_t id, const struct adjustment_joiner *joiner,
                           int64_t account_id, int64_t now, const char *reason)
{
    enum rc rc =
        db_exec(db, &adjustment_approve_update,
                DB_ARGS(db_int(account_id), db_instant(now), db_text(reason),
                        db_int(joiner->inspector_id), db_text(match_source_name(joiner->source)),
                        db_bytes(joiner->ticket, DIGEST_SIZE), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc adjustment_record(struct db *db, const struct adjustment_section *section, const char *kind,
                          const struct adjustment_joiner *joiner, const char *reason,
                          int64_t account_id, int64_t now)
{
    return db_exec(db, &adjustment_record_insert,
                   DB_ARGS(db_int(section->campaign_id), db_int(section->id),
                           db_text(section->visit), db_int(section->department_id), db_text(kind),
                           db_int(joiner->inspector_id), db_text(match_source_name(joiner->source)),
                           db_bytes(joiner->ticket, DIGEST_SIZE), db_text(reason),
                           db_int(account_id), db_instant(now)));
}

enum rc adjustment_changed(struct db *db, int64_t campaign_id, bool requested_too,
                           int64_t inspector_id, int64_t *n)
{
    return db_one_int(db, &adjustment_changed_select,
                      DB_ARGS(db_int(campaign_id), db_int(requested_too), db_int(inspector_id),
                              db_int(inspector_id)),
                      n);
}

enum rc adjustment_takes_part(struct db *db, int64_t campaign_id, int64_t department_id,
                              bool *takes_part)
{
    int64_t found = 0;
    struct db_val c = db_int(campaign_id);
    struct db_val d = db_int(department_id);
    enum rc rc = db_one_int(db, &adjustment_part_select, DB_ARGS(c, d, c, d, c, d), &found);
    *takes_part = found != 0;
    return rc;
}

enum rc adjustment_recuse(struct db *db, int64_t inspector_id, int64_t subject_id,
                          const char *reason, int64_t account_id, int64_t now)
{
    return db_exec(db, &adjustment_recuse_insert,
                   DB_ARGS(db_int(inspector_id), db_int(subject_id), db_text(reason),
                           db_int(account_id), db_instant(now)));
}

enum rc adjustment_request_recused(struct db *db, int64_t inspector_id, int64_t subject_id,
                                   const char *reason, int64_t account_id, int64_t now, int64_t *n)
{
    enum rc rc = db_exec(db, &adjustment_recused_insert,
                         DB_ARGS(db_text(reason), db_int(account_id), db_instant(now),
                                 db_int(subject_id), db_int(inspector_id)));
    *n = db_affected(db);
    return rc;
}

enum rc adjustment_subject(struct db *db, const char *code, int64_t *id)
{
    return db_one_int(db, &adjustment_subject_select, DB_ARGS(db_text(code)), id);
}

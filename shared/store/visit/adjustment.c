#include "store/visit/adjustment.h"

#include <string.h>

#include "store/draw/campaign.h"

DB_STMT(adjustment_lock_select, "i", "itiitttititt",
        "SELECT s.id, s.state, s.department_id, v.id, v.code, v.state, u.code, c.id, c.code,"
        " c.department_id, c.region_code, c.state"
        " FROM section s STRAIGHT_JOIN visit v ON v.id = s.visit_id"
        " STRAIGHT_JOIN campaign c ON c.id = v.campaign_id"
        " STRAIGHT_JOIN subject u ON u.id = v.subject_id WHERE s.id = ? FOR UPDATE");

DB_STMT(adjustment_row_lock, "i", "i", "SELECT section_id FROM adjustment WHERE id = ? FOR UPDATE");

static const struct row_label kinds[] = { { "change", "调整" },
                                          { "recusal", "本人申报回避" },
                                          { "direct", "直接指派" },
                                          { "substitute", "替换检查对象" },
                                          { NULL, NULL } };

static const struct row_label states[] = {
    { "requested", "待批准" }, { "approved", "已批准" }, { "refused", "不予批准" }, { NULL, NULL }
};

static const struct row_label sources[] = {
    { "drawn", "抽取" }, { "neighbour", "邻近区域" }, { "direct", "指派" }, { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct adjustment, member, __VA_ARGS__)
const struct row_set adjustment_rows = ROW_SET(
    struct adjustment, COL(id, "a.id", .title = "编号"),
    COL(section, "a.section_id AS section", .title = "部门检查单"),
    COL(visit, "a.visit", .title = "入企检查", .width = 40),
    COL(department, "department.code", .title = "部门"),
    COL(kind, "a.kind", .title = "类别", .labels = kinds),
    COL(state, "a.state", .title = "状态", .labels = states),
    COL(inspector, "inspector.card_no", .title = "退出人员", .width = 16, .nullable = true),
    COL(replacement, "COALESCE(joiner.card_no, wanted.card_no) AS replacement", .title = "接替人员",
        .width = 16, .nullable = true),
    COL(source, "a.source", .title = "产生方式", .labels = sources, .nullable = true),
    COL(reason, "a.reason", .title = "理由", .width = 40),
    COL(requested_by, "requested_by.login", .title = "申请人"),
    COL(requested_by_id, "requested_by.id", .hidden = true),
    COL(requested_at, "a.requested_at", .title = "申请", .instant = true),
    COL(decided_by, "decided_by.login", .title = "批准人", .nullable = true),
    COL(decision_reason, "a.decision_reason", .title = "批准意见", .width = 40, .nullable = true),
    COL(leaver_id, "a.leaver_id", .hidden = true, .nullable = true),
    COL(wanted_id, "a.wanted_id", .hidden = true, .nullable = true));
#undef COL

#define FROM_ADJUSTMENT                                                                            \
    " FROM adjustment a JOIN department ON department.id = a.department_id"                        \
    " LEFT JOIN inspector ON inspector.id = a.leaver_id"                                           \
    " LEFT JOIN inspector wanted ON wanted.id = a.wanted_id"                                       \
    " LEFT JOIN inspector joiner ON joiner.id = a.joiner_id"                                       \
    " JOIN account requested_by ON requested_by.id = a.requested_by"                               \
    " LEFT JOIN account decided_by ON decided_by.id = a.decided_by"

LIST(adjustment_list, .name = "adjustments", .title = "检查人员调整", .rows = &adjustment_rows,
     .from = FROM_ADJUSTMENT, .where = "a.campaign_id = ? AND (? = 0 OR a.department_id = ?)",
     .in = "iii", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "state", .title = "状态", .sql = "a.state = ?", .labels = states },
                      { .name = "kind", .title = "类别", .sql = "a.kind = ?", .labels = kinds },
                      { .name = "department", .title = "部门", .sql = "department.code = ?" },
                      { .name = "visit", .title = "入企检查", .sql = "a.visit = ?" },
                      { .name = "inspector", .title = "退出人员", .sql = "inspector.card_no = ?" }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "a campaign has some dozens of them, read by its key");

DB_ROWS(adjustment_select, "i", &adjustment_rows, FROM_ADJUSTMENT " WHERE a.id = ?");

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
        " WHERE campaign_id = ? AND leaver_drawn AND kind = 'change'"
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

DB_STMT(adjustment_recused_insert, "ttiTii", "",
        "INSERT INTO adjustment (campaign_id, section_id, visit, department_id, kind, state,"
        " leaver_id, leaver_drawn, reason, requested_by, requested_at)"
        " SELECT v.campaign_id, s.id, v.code, s.department_id, ?, 'requested',"
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
    const char *campaign = db_col_text(q, 11);
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

enum rc adjustment_by_id(struct db *db, struct arena *a, int64_t id, struct adjustment *out)
{
    return db_row(db, a, &adjustment_select, DB_ARGS(db_int(id)), out);
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
                                   bool own, const char *reason, int64_t account_id, int64_t now,
                                   int64_t *n)
{
    enum rc rc =
        db_exec(db, &adjustment_recused_insert,
                DB_ARGS(db_text(own ? "recusal" : "change"), db_text(reason), db_int(account_id),
                        db_instant(now), db_int(subject_id), db_int(inspector_id)));
    *n = db_affected(db);
    return rc;
}

enum rc adjustment_subject(struct db *db, const char *code, int64_t *id)
{
    return db_one_int(db, &adjustment_subject_select, DB_ARGS(db_text(code)), id);
}

#include "store/visit/substitute.h"

#include <string.h>

#include "domain/draw/draw.h"
#include "store/draw/campaign.h"

enum { STRATUM_SPECIALTY = 7 /* "410402." */, GONE_MAX = 4096 };

DB_STMT(substitute_lock_select, "t", "iiittttt",
        "SELECT w.id, w.department_id, c.id, c.code, c.state, w.code, c.rule,"
        " COALESCE(c.secret, '') FROM draw w"
        " STRAIGHT_JOIN campaign c ON c.id = w.campaign_id WHERE w.code = ? FOR UPDATE");

DB_STMT(substitute_task_select, "itt", "iiti",
        "SELECT s.id, v.id, v.state, s.state = 'open' AND s.field_versions = ''"
        " FROM subject u STRAIGHT_JOIN task t ON t.subject_id = u.id"
        " STRAIGHT_JOIN section s ON s.id = t.section_id STRAIGHT_JOIN visit v ON v.id = s.visit_id"
        " WHERE t.draw_id = ? AND u.code = ? AND t.specialty = ? FOR UPDATE");

DB_STMT(substitute_touched_select, "iiii", "i",
        "SELECT (SELECT COUNT(*) FROM section s WHERE s.visit_id = ?"
        "  AND (s.field_versions <> '' OR s.state <> 'open'))"
        " + (SELECT COUNT(*) FROM section s JOIN check_result k ON k.section_id = s.id"
        "  WHERE s.visit_id = ? AND k.field_versions <> '')"
        " + (SELECT COUNT(*) FROM section s JOIN evidence e ON e.section_id = s.id"
        "  WHERE s.visit_id = ?)"
        " + (SELECT COUNT(*) FROM section s JOIN door_record r ON r.section_id = s.id"
        "  WHERE s.visit_id = ?)");

DB_STMT(substitute_place_select, "itt", "ii",
        "SELECT r.subject_id, (r.selected OR EXISTS (SELECT 1 FROM substitute x"
        "  WHERE x.draw_id = r.draw_id AND x.stratum = r.stratum"
        "  AND x.substitute_id = r.subject_id))"
        " AND NOT EXISTS (SELECT 1 FROM substitute y WHERE y.draw_id = r.draw_id"
        "  AND y.stratum = r.stratum AND y.subject_id = r.subject_id)"
        " FROM draw_result r JOIN subject u ON u.id = r.subject_id"
        " WHERE r.draw_id = ? AND r.stratum = ? AND u.code = ?");

DB_STMT(substitute_next_select, "it", "iit",
        "SELECT r.position, r.subject_id, u.code FROM draw_result r"
        " JOIN subject u ON u.id = r.subject_id"
        " WHERE r.draw_id = ? AND r.stratum = ? AND NOT r.selected"
        " AND NOT EXISTS (SELECT 1 FROM substitute x WHERE x.draw_id = r.draw_id"
        "  AND x.stratum = r.stratum AND x.substitute_id = r.subject_id)"
        " ORDER BY r.position LIMIT 1");

DB_STMT(substitute_insert, "itiiititiiT", "",
        "INSERT INTO substitute (draw_id, stratum, subject_id, substitute_id, position, opening,"
        " exception, reason, made_by, approved_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(substitute_open_select, "iti", "i",
        "SELECT COUNT(*) FROM substitute_request WHERE draw_id = ? AND state = 'requested'"
        " AND stratum = ? AND subject_id = ?");

DB_STMT(substitute_request_insert, "ititiT", "",
        "INSERT INTO substitute_request (draw_id, stratum, subject_id, reason, state, requested_by,"
        " requested_at) VALUES (?, ?, ?, ?, 'requested', ?, ?)");

#define COL(member, ...) ROW_COL(struct substitute_request, member, __VA_ARGS__)
static const struct row_set request_rows =
    ROW_SET(struct substitute_request, COL(id, "r.id"), COL(draw_id, "r.draw_id"),
            COL(draw, "w.code AS draw"), COL(stratum, "r.stratum"),
            COL(subject, "u.code AS subject"), COL(subject_id, "r.subject_id"),
            COL(reason, "r.reason"), COL(state, "r.state"), COL(requested_by, "r.requested_by"));
#undef COL

DB_ROWS(substitute_request_select, "i", &request_rows,
        " FROM substitute_request r JOIN draw w ON w.id = r.draw_id"
        " JOIN subject u ON u.id = r.subject_id WHERE r.id = ?");

DB_STMT(substitute_request_update, "tiTti", "",
        "UPDATE substitute_request SET state = ?, decided_by = ?, decided_at = ?,"
        " decision_reason = ? WHERE id = ? AND state = 'requested'");

DB_STMT(substitute_made_count, "i", "i",
        "SELECT COUNT(*) FROM substitute WHERE draw_id = ? AND NOT exception");

DB_STMT(substitute_drawn_count, "i", "i",
        "SELECT CAST(COALESCE(SUM(quota), 0) AS SIGNED) FROM draw_quota WHERE draw_id = ?");

/* ---- taking back ---- */

DB_STMT(substitute_task_delete, "iit", "",
        "DELETE FROM task WHERE draw_id = ? AND subject_id = ? AND specialty = ?");

#define IDLE_CHECKS                                                                                \
    " FROM check_result k JOIN inspection_item i ON i.id = k.item_id WHERE k.section_id = ?"       \
    " AND NOT EXISTS (SELECT 1 FROM task t WHERE t.section_id = k.section_id"                      \
    " AND t.specialty = i.specialty)"

DB_STMT(substitute_check_select, "ii", "i", "SELECT k.id" IDLE_CHECKS " LIMIT ?");
DB_STMT(substitute_check_delete, "i", "", "DELETE k" IDLE_CHECKS);
DB_STMT(substitute_task_count, "i", "i", "SELECT COUNT(*) FROM task WHERE section_id = ?");
DB_STMT(substitute_team_select, "ii", "i",
        "SELECT inspector_id FROM assignment WHERE section_id = ? LIMIT ?");
DB_STMT(substitute_team_delete, "i", "", "DELETE FROM assignment WHERE section_id = ?");
DB_STMT(substitute_section_delete, "i", "", "DELETE FROM section WHERE id = ?");
DB_STMT(substitute_section_count, "i", "i", "SELECT COUNT(*) FROM section WHERE visit_id = ?");
DB_STMT(substitute_visit_delete, "i", "", "DELETE FROM visit WHERE id = ?");

/* As visitplan has it: most tasks, the smaller code among equals. */
DB_STMT(substitute_lead_update, "i", "",
        "UPDATE visit SET lead_department_id = (SELECT s.department_id FROM section s"
        " JOIN task t ON t.section_id = s.id JOIN department d ON d.id = s.department_id"
        " WHERE s.visit_id = visit.id GROUP BY s.id, s.department_id, d.code"
        " ORDER BY COUNT(*) DESC, d.code LIMIT 1) WHERE id = ?");

/* ---- the new task ---- */

DB_STMT(substitute_department_select, "ti", "i",
        "SELECT COALESCE(e.id, o.id) FROM draw w JOIN department o ON o.id = w.department_id"
        " LEFT JOIN department e ON e.kind = o.kind AND e.region_code = LEFT(?, 6)"
        " WHERE w.id = ?");

DB_STMT(substitute_visit_select, "ii", "it",
        "SELECT id, state FROM visit WHERE campaign_id = ? AND subject_id = ? FOR UPDATE");
DB_STMT(substitute_visit_insert, "tiiit", "",
        "INSERT INTO visit (code, campaign_id, subject_id, lead_department_id, state, door_code)"
        " VALUES (?, ?, ?, ?, 'planned', ?)");
DB_STMT(substitute_section_select, "ii", "it",
        "SELECT id, state FROM section WHERE visit_id = ? AND department_id = ? FOR UPDATE");
DB_STMT(substitute_section_insert, "ii", "",
        "INSERT INTO section (visit_id, department_id, state) VALUES (?, ?, 'open')");
DB_STMT(substitute_task_insert, "iiti", "",
        "INSERT INTO task (draw_id, subject_id, specialty, section_id) VALUES (?, ?, ?, ?)");
DB_STMT(substitute_check_insert, "iti", "",
        "INSERT INTO check_result (section_id, item_id, checklist_id)"
        " SELECT ?, i.id, (SELECT l.id FROM checklist l WHERE l.item_code = i.code"
        "  ORDER BY l.version DESC LIMIT 1) FROM inspection_item i"
        " WHERE i.specialty = ? AND NOT i.retired AND NOT EXISTS (SELECT 1 FROM inspection_item n"
        "  WHERE n.code = i.code AND n.version > i.version)"
        " AND NOT EXISTS (SELECT 1 FROM check_result k WHERE k.section_id = ? AND k.item_id = i.id)"
        " ORDER BY i.code");

#define COL(member, ...) ROW_COL(struct substitute, member, __VA_ARGS__)
const struct row_set substitute_rows =
    ROW_SET(struct substitute, COL(id, "x.id", .title = "编号"),
            COL(stratum, "x.stratum", .title = "抽查层"),
            COL(subject, "subject.code", .title = "检查对象", .width = 22),
            COL(substitute, "substitute.code", .title = "替换为", .width = 22),
            COL(position, "x.position", .title = "位次"),
            COL(reason, "x.reason", .title = "理由", .width = 40),
            COL(made_by, "made_by.login", .title = "经办人"),
            COL(made_at, "x.made_at", .title = "时间", .instant = true));
#undef COL

LIST(substitute_list, .name = "substitutes", .title = "替换的检查对象", .rows = &substitute_rows,
     .from = " FROM substitute x JOIN subject ON subject.id = x.subject_id"
             " JOIN subject substitute ON substitute.id = x.substitute_id"
             " JOIN account made_by ON made_by.id = x.made_by",
     .where = "x.draw_id = ?", .in = "i", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "stratum", .title = "抽查层", .sql = "x.stratum = ?" },
                      { .name = "subject", .title = "检查对象", .sql = "subject.code = ?" },
                      { .name = "substitute", .title = "替换为", .sql = "substitute.code = ?" }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "a draw has some dozens of them, read by its key");

struct target {
    struct arena *arena;
    void *out;
};

static void read_draw(const struct db_query *q, void *data)
{
    struct target *t = data;
    *(struct substitute_draw *)t->out = (struct substitute_draw){
        .id = db_col_int(q, 0),
        .department_id = db_col_int(q, 1),
        .campaign_id = db_col_int(q, 2),
        .campaign = db_col_dup(q, 3, t->arena),
        .drawn = strcmp(db_col_text(q, 4), "drawn") == 0,
        .code = db_col_dup(q, 5, t->arena),
        .rule = db_col_dup(q, 6, t->arena),
        .secret = db_col_dup(q, 7, t->arena),
    };
}

enum rc substitute_lock(struct db *db, struct arena *a, const char *draw,
                        struct substitute_draw *out)
{
    struct target t = { a, out };
    enum rc rc = db_one(db, &substitute_lock_select, DB_ARGS(db_text(draw)), read_draw, &t);
    return rc == RC_OK ? campaign_guard(db, out->campaign_id) : rc;
}

static void read_task(const struct db_query *q, void *data)
{
    *(struct substitute_task *)data = (struct substitute_task){
        .made = true,
        .section_id = db_col_int(q, 0),
        .visit_id = db_col_int(q, 1),
        .dispatched = strcmp(db_col_text(q, 2), "dispatched") == 0,
        .untouched = db_col_int(q, 3) != 0,
    };
}

enum rc substitute_task_lock(struct db *db, int64_t draw_id, const char *subject,
                             const char *specialty, struct substitute_task *out)
{
    int64_t touched = 0;
    *out = (struct substitute_task){ .made = false };
    enum rc rc =
        db_one(db, &substitute_task_select,
               DB_ARGS(db_int(draw_id), db_text(subject), db_text(specialty)), read_task, out);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc == RC_OK)
        rc = db_one_int(db, &substitute_touched_select,
                        DB_ARGS(db_int(out->visit_id), db_int(out->visit_id), db_int(out->visit_id),
                                db_int(out->visit_id)),
                        &touched);
    out->untouched = out->untouched && touched == 0;
    return rc;
}

static void read_place(const struct db_query *q, void *data)
{
    *(struct substitute_place *)data =
        (struct substitute_place){ .subject_id = db_col_int(q, 0),
                                   .standing = db_col_int(q, 1) != 0 };
}

enum rc substitute_place(struct db *db, int64_t draw_id, const char *stratum, const char *subject,
                         struct substitute_place *out)
{
    return db_one(db, &substitute_place_select,
                  DB_ARGS(db_int(draw_id), db_text(stratum), db_text(subject)), read_place, out);
}

static void read_reserve(const struct db_query *q, void *data)
{
    struct target *t = data;
    *(struct substitute_reserve *)t->out =
        (struct substitute_reserve){ .position = db_col_int(q, 0),
                                     .subject_id = db_col_int(q, 1),
                                     .subject = db_col_dup(q, 2, t->arena) };
}

enum rc substitute_next(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                        struct substitute_reserve *out)
{
    struct target t = { a, out };
    return db_one(db, &substitute_next_select, DB_ARGS(db_int(draw_id), db_text(stratum)),
                  read_reserve, &t);
}

/* ---- asked for, and decided ---- */

enum rc substitute_ask(struct db *db, const struct substitute_request *request, int64_t now,
                       int64_t *id)
{
    int64_t open = 0;
    enum rc rc = db_one_int(
        db, &substitute_open_select,
        DB_ARGS(db_int(request->draw_id), db_text(request->stratum), db_int(request->subject_id)),
        &open);
    if (rc == RC_OK && open)
        return RC_STATE;
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_request_insert,
                     DB_ARGS(db_int(request->draw_id), db_text(request->stratum),
                             db_int(request->subject_id), db_text(request->reason),
                             db_int(request->requested_by), db_instant(now)));
    if (rc == RC_OK)
        *id = db_insert_id(db);
    return rc;
}

enum rc substitute_request_by_id(struct db *db, struct arena *a, int64_t id,
                                 struct substitute_request *out)
{
    return db_row(db, a, &substitute_request_select, DB_ARGS(db_int(id)), out);
}

enum rc substitute_decide(struct db *db, int64_t id, bool approved, int64_t account_id,
                          const char *reason, int64_t now)
{
    enum rc rc = db_exec(db, &substitute_request_update,
                         DB_ARGS(db_text(approved ? "approved" : "refused"), db_int(account_id),
                                 db_instant(now), db_text(reason), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc substitute_share(struct db *db, int64_t draw_id, int64_t *made, int64_t *drawn)
{
    enum rc rc = db_one_int(db, &substitute_made_count, DB_ARGS(db_int(draw_id)), made);
    return rc == RC_OK ? db_one_int(db, &substitute_drawn_count, DB_ARGS(db_int(draw_id)), drawn)
                       : rc;
}

enum rc substitute_record(struct db *db, const struct substitute_draw *draw,
                          const struct substitute_request *request,
                          const struct substitute_reserve *reserve, bool exception,
                          int64_t approved_by, int64_t now)
{
    enum draw_rule rule;
    char opening[DIGEST_HEX];
    if (!draw_rule_parse(draw->rule, &rule))
        return RC_INTERNAL;
    draw_opening(rule, draw->secret, draw->code, request->stratum, (uint32_t)reserve->position,
                 opening);
    return db_exec(db, &substitute_insert,
                   DB_ARGS(db_int(request->draw_id), db_text(request->stratum),
                           db_int(request->subject_id), db_int(reserve->subject_id),
                           db_int(reserve->position), db_text(opening), db_int(exception),
                           db_text(request->reason), db_int(request->requested_by),
                           db_int(approved_by), db_instant(now)));
}

/* ---- taking back ---- */

static void add_gone(struct substitute_gone *gone, enum feed_kind kind, int64_t owner,
                     const char *entity, int64_t id)
{
    gone->items[gone->n++] = (struct feed_item){ .kind = kind,
                                                 .owner_id = owner,
                                                 .entity = entity,
                                                 .entity_id = id,
                                                 .deleted = true,
                                                 .body = "{}" };
}

/* Ids that a statement finds for a section, as deleted items. */
static enum rc note_gone(struct db *db, const struct db_stmt *s, const struct substitute_task *task,
                         bool team, struct substitute_gone *gone)
{
    struct db_query *q;
    int64_t room = GONE_MAX - (int64_t)gone->n;
    enum rc rc = db_query(db, s, DB_ARGS(db_int(task->section_id), db_int(room)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (team)
            add_gone(gone, FEED_INSPECTOR, db_col_int(q, 0), "visit", task->visit_id);
        else
            add_gone(gone, FEED_VISIT, task->visit_id, "check_result", db_col_int(q, 0));
    }
    if (rc != RC_DONE)
        return rc;
    return gone->n == GONE_MAX ? RC_TOO_LARGE : RC_OK;
}

static enum rc remove_section(struct db *db, const struct substitute_task *task,
                              struct substitute_gone *gone)
{
    int64_t left = 0;
    enum rc rc = note_gone(db, &substitute_team_select, task, true, gone);
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_team_delete, DB_ARGS(db_int(task->section_id)));
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_section_delete, DB_ARGS(db_int(task->section_id)));
    if (rc == RC_OK)
        rc = db_one_int(db, &substitute_section_count, DB_ARGS(db_int(task->visit_id)), &left);
    if (rc != RC_OK)
        return rc;
    add_gone(gone, FEED_VISIT, task->visit_id, "section", task->section_id);
    gone->visit = left == 0;
    if (left)
        return RC_OK;
    add_gone(gone, FEED_VISIT, task->visit_id, "visit", task->visit_id);
    return db_exec(db, &substitute_visit_delete, DB_ARGS(db_int(task->visit_id)));
}

enum rc substitute_withdraw(struct db *db, struct arena *a, int64_t draw_id, int64_t subject_id,
                            const char *specialty, const struct substitute_task *task,
                            struct substitute_gone *gone)
{
    int64_t left = 0;
    *gone = (struct substitute_gone){ .items = arena_array(a, GONE_MAX + 2, sizeof *gone->items) };
    enum rc rc = db_exec(db, &substitute_task_delete,
                         DB_ARGS(db_int(draw_id), db_int(subject_id), db_text(specialty)));
    if (rc == RC_OK)
        rc = note_gone(db, &substitute_check_select, task, false, gone);
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_check_delete, DB_ARGS(db_int(task->section_id)));
    if (rc == RC_OK)
        rc = db_one_int(db, &substitute_task_count, DB_ARGS(db_int(task->section_id)), &left);
    if (rc == RC_OK && left == 0)
        rc = remove_section(db, task, gone);
    if (rc == RC_OK && !gone->visit)
        rc = db_exec(db, &substitute_lead_update, DB_ARGS(db_int(task->visit_id)));
    return rc;
}

/* ---- the new task ---- */

struct row {
    int64_t id;
    bool dispatched;
    bool sealed;
};

static void read_row(const struct db_query *q, void *data)
{
    const char *state = db_col_text(q, 1);
    *(struct row *)data =
        (struct row){ .id = db_col_int(q, 0),
                      .dispatched = strcmp(state, "dispatched") == 0,
                      .sealed = strcmp(state, "signed") == 0 || strcmp(state, "accepted") == 0 };
}

static enum rc need_visit(struct db *db, struct arena *a, const struct substitute_draw *draw,
                          const struct substitute_reserve *reserve, int64_t department,
                          const char *door_code, struct substitute_made *out)
{
    struct row row = { .id = 0 };
    enum rc rc =
        db_one(db, &substitute_visit_select,
               DB_ARGS(db_int(draw->campaign_id), db_int(reserve->subject_id)), read_row, &row);
    if (rc == RC_NOT_FOUND) {
        rc = db_exec(db, &substitute_visit_insert,
                     DB_ARGS(db_text(arena_printf(a, "%s-%s", draw->campaign, reserve->subject)),
                             db_int(draw->campaign_id), db_int(reserve->subject_id),
                             db_int(department), db_text(door_code)));
        row.id = db_insert_id(db);
    }
    out->visit_id = row.id;
    out->dispatched = row.dispatched;
    return rc;
}

static enum rc need_section(struct db *db, int64_t department, struct substitute_made *out)
{
    struct row row = { .id = 0 };
    enum rc rc = db_one(db, &substitute_section_select,
                        DB_ARGS(db_int(out->visit_id), db_int(department)), read_row, &row);
    if (rc == RC_NOT_FOUND) {
        rc = db_exec(db, &substitute_section_insert,
                     DB_ARGS(db_int(out->visit_id), db_int(department)));
        row.id = db_insert_id(db);
    }
    out->section_id = row.id;
    return rc == RC_OK && row.sealed ? RC_STATE : rc;
}

enum rc substitute_make(struct db *db, struct arena *a, const struct substitute_draw *draw,
                        const char *stratum, const struct substitute_reserve *reserve,
                        const char *door_code, struct substitute_made *out)
{
    int64_t department = 0;
    const char *specialty = stratum + STRATUM_SPECIALTY;
    *out = (struct substitute_made){ .visit_id = 0 };
    enum rc rc = db_one_int(db, &substitute_department_select,
                            DB_ARGS(db_text(stratum), db_int(draw->id)), &department);
    if (rc == RC_OK)
        rc = need_visit(db, a, draw, reserve, department, door_code, out);
    if (rc == RC_OK)
        rc = need_section(db, department, out);
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_task_insert,
                     DB_ARGS(db_int(draw->id), db_int(reserve->subject_id), db_text(specialty),
                             db_int(out->section_id)));
    if (rc == RC_OK)
        rc = db_exec(db, &substitute_check_insert,
                     DB_ARGS(db_int(out->section_id), db_text(specialty), db_int(out->section_id)));
    return rc == RC_OK ? db_exec(db, &substitute_lead_update, DB_ARGS(db_int(out->visit_id))) : rc;
}

#include "store/visit/visit.h"

#include <string.h>

#include "store/draw/draw.h"

enum { VISIT_SECTIONS_MAX = 64 };

DB_STMT(visit_ends_on_select, "i", "D",
        "SELECT MIN(p.ends_on) FROM draw w JOIN plan p ON p.id = w.plan_id"
        " WHERE w.campaign_id = ?");

/* The places of a draw that are to be inspected: the selected ones and their substitutes, without
   those who were substituted; none when the plan is drawn again. */
#define STANDING                                                                                   \
    " JOIN draw_result r ON r.draw_id = w.id AND (r.selected OR EXISTS (SELECT 1 FROM substitute " \
    "x"                                                                                            \
    " WHERE x.draw_id = r.draw_id AND x.stratum = r.stratum AND x.substitute_id = r.subject_id))"  \
    " AND NOT EXISTS (SELECT 1 FROM substitute y WHERE y.draw_id = r.draw_id"                      \
    " AND y.stratum = r.stratum AND y.subject_id = r.subject_id) AND NOT " DRAW_SUPERSEDED

DB_STMT(visit_task_count, "i", "i",
        "SELECT COUNT(*) FROM draw w" STANDING " WHERE w.campaign_id = ?");

DB_STMT(visit_task_select, "i", "itittit",
        "SELECT w.id, w.code, r.subject_id, s.code, SUBSTRING(r.stratum, 8),"
        " COALESCE(e.id, o.id), COALESCE(e.code, o.code)"
        " FROM draw w" STANDING
        " JOIN subject s ON s.id = r.subject_id JOIN department o ON o.id = w.department_id"
        " LEFT JOIN department e ON e.kind = o.kind AND e.region_code = LEFT(r.stratum, 6)"
        " WHERE w.campaign_id = ?");

DB_STMT(visit_uncovered_select, "i", "t",
        "SELECT p.name FROM (SELECT DISTINCT SUBSTRING(r.stratum, 8) AS code"
        "  FROM draw w" STANDING "  WHERE w.campaign_id = ?) t JOIN specialty p ON p.code = t.code"
        " WHERE NOT EXISTS (SELECT 1 FROM inspection_item i WHERE i.specialty = p.code"
        "  AND NOT i.retired AND NOT EXISTS (SELECT 1 FROM inspection_item n"
        "   WHERE n.code = i.code AND n.version > i.version))"
        " ORDER BY p.position LIMIT 1");

#define OVERLONG(what)                                                                             \
    "SELECT d.name FROM visit v JOIN section s ON s.visit_id = v.id"                               \
    " JOIN department d ON d.id = s.department_id JOIN check_result k ON k.section_id = s.id"      \
    " WHERE " what " = ? GROUP BY s.id, d.name HAVING COUNT(*) > ? LIMIT 1"
DB_STMT(visit_overlong_select, "ii", "t", OVERLONG("v.campaign_id"));
DB_STMT(visit_overlong_one_select, "ii", "t", OVERLONG("s.id"));

DB_STMT(visit_insert, "tiiit", "",
        "INSERT INTO visit (code, campaign_id, subject_id, lead_department_id, state, door_code)"
        " VALUES (?, ?, ?, ?, 'planned', ?)");

/* In the order of visitplan: subjects, and so visit codes, bytewise. */
DB_STMT(visit_ids_select, "i", "it",
        "SELECT id, code FROM visit WHERE campaign_id = ? ORDER BY code");

DB_STMT(visit_section_insert, "ii", "",
        "INSERT INTO section (visit_id, department_id, state) VALUES (?, ?, 'open')");

DB_STMT(visit_section_ids_select, "i", "i",
        "SELECT s.id FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN department d ON d.id = s.department_id"
        " WHERE v.campaign_id = ? ORDER BY v.code, d.code");

DB_STMT(visit_task_insert, "iiti", "",
        "INSERT INTO task (draw_id, subject_id, specialty, section_id) VALUES (?, ?, ?, ?)");

DB_STMT(visit_check_insert, "i", "",
        "INSERT INTO check_result (section_id, item_id, checklist_id)"
        " SELECT DISTINCT t.section_id, i.id, (SELECT l.id FROM checklist l"
        "  WHERE l.item_code = i.code ORDER BY l.version DESC LIMIT 1) FROM visit v JOIN section s "
        "ON s.visit_id = v.id"
        " JOIN task t ON t.section_id = s.id"
        " JOIN inspection_item i ON i.specialty = t.specialty AND NOT i.retired"
        " WHERE v.campaign_id = ? AND NOT EXISTS (SELECT 1 FROM inspection_item n"
        "  WHERE n.code = i.code AND n.version > i.version)"
        " ORDER BY t.section_id, i.code");

DB_STMT(visit_count_select, "i", "i", "SELECT COUNT(*) FROM visit WHERE campaign_id = ?");

const struct row_label visit_states[] = { { "planned", "未派发" },
                                          { "dispatched", "已派发" },
                                          { NULL, NULL } };

const struct row_label visit_cancel_kinds[] = { { "subject", "企业方面的原因" },
                                                { "team", "检查组方面的原因" },
                                                { "force", "天气等不可抗力" },
                                                { "other", "其他原因" },
                                                { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct visit, member, __VA_ARGS__)
const struct row_set visit_rows = ROW_SET(
    struct visit, COL(id, "v.id", .hidden = true),
    COL(code, "v.code", .title = "编号", .width = 40),
    COL(campaign_department_id, "campaign.department_id AS campaign_department_id", .hidden = true),
    COL(subject_code, "subject.code", .title = "统一社会信用代码", .width = 22),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(address, "subject.address", .title = "地址", .width = 40),
    COL(region, "subject.region_code AS region", .title = "区划"),
    COL(lead, "lead.code", .title = "牵头部门"),
    COL(departments,
        "COALESCE((SELECT COUNT(*) FROM section x WHERE x.visit_id = v.id), 0) AS departments",
        .title = "参加部门数"),
    COL(planned_on, "v.planned_on", .title = "计划日期", .nullable = true),
    COL(state, "v.state", .title = "状态", .labels = visit_states),
    COL(door_code, "v.door_code", .hidden = true),
    COL(campaign, "campaign.code AS campaign", .hidden = true),
    COL(pinned, "v.pinned", .title = "日期已锁定"),
    COL(cancelled_from, "v.cancelled_from", .title = "取消的日期", .nullable = true),
    COL(cancelled_kind, "v.cancelled_kind", .title = "取消原因", .labels = visit_cancel_kinds,
        .nullable = true),
    COL(cancelled_reason, "v.cancelled_reason", .title = "取消理由", .width = 30, .nullable = true),
    COL(version, "v.version"));
#undef COL

#define FROM_VISIT                                                                                 \
    " FROM visit v JOIN campaign ON campaign.id = v.campaign_id"                                   \
    " JOIN subject ON subject.id = v.subject_id JOIN department lead"                              \
    " ON lead.id = v.lead_department_id"

LIST(visit_list, .name = "visits", .title = "入企检查", .rows = &visit_rows, .from = FROM_VISIT,
     .where = "v.campaign_id = ? AND (? = 0 OR EXISTS (SELECT 1 FROM section m"
              " WHERE m.visit_id = v.id AND m.department_id = ?))",
     .in = "iii", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "v.state = ?", .labels = visit_states },
         { .name = "region", .title = "区划", .sql = "subject.region_code = ?" },
         { .name = "subject", .title = "统一社会信用代码", .sql = "subject.code = ?" },
         { .name = "lead", .title = "牵头部门", .sql = "lead.code = ?" },
         { .name = "department",
           .title = "参加部门",
           .sql = "EXISTS (SELECT 1 FROM section y JOIN department z ON z.id = y.department_id"
                  " WHERE y.visit_id = v.id AND z.code = ?)" },
         { .name = "specialty",
           .title = "专业",
           .sql = "EXISTS (SELECT 1 FROM section y JOIN task t ON t.section_id = y.id"
                  " WHERE y.visit_id = v.id AND t.specialty = ?)" },
         { .name = "inspector",
           .title = "执法检查人员",
           .sql = "EXISTS (SELECT 1 FROM section y JOIN assignment a ON a.section_id = y.id"
                  " JOIN inspector i ON i.id = a.inspector_id"
                  " WHERE y.visit_id = v.id AND i.card_no = ?)" },
         { .name = "planned_from",
           .title = "计划日期不早于",
           .sql = "v.planned_on >= ?",
           .type = 'D' },
         { .name = "planned_to",
           .title = "计划日期不晚于",
           .sql = "v.planned_on <= ?",
           .type = 'D' },
         { .name = "undated",
           .title = "未排日期",
           .sql = "(v.planned_on IS NULL) = ?",
           .type = 'i',
           .yes = true },
         { .name = "cancelled",
           .title = "取消后未另排日期",
           .sql = "(v.cancelled_from IS NOT NULL) = ?",
           .type = 'i',
           .yes = true }),
     .orders = LIST_ORDERS({ .member = "code" }),
     .small = "a campaign has some thousand visits, read by its key");

DB_ROWS(visit_by_code_select, "t", &visit_rows, FROM_VISIT " WHERE v.code = ?");

#define COL(member, ...) ROW_COL(struct visit_section, member, __VA_ARGS__)
const struct row_set visit_section_rows = ROW_SET(
    struct visit_section, COL(section, "s.id AS section"),
    COL(department_id, "department.id", .hidden = true), COL(department, "department.code"),
    COL(department_name, "department.name"), COL(state, "s.state"),
    COL(result_class, "s.result_class", .nullable = true),
    COL(specialties,
        "(SELECT GROUP_CONCAT(DISTINCT t.specialty ORDER BY t.specialty) FROM task t"
        " WHERE t.section_id = s.id) AS specialties",
        .nullable = true),
    COL(checks, "COALESCE((SELECT COUNT(*) FROM check_result k WHERE k.section_id = s.id), 0)"
                " AS checks"));
#undef COL

DB_ROWS(visit_sections_select, "ii", &visit_section_rows,
        " FROM section s JOIN department ON department.id = s.department_id WHERE s.visit_id = ?"
        " ORDER BY department.code LIMIT ?");

static void read_date(const struct db_query *q, void *data)
{
    *(int32_t *)data = db_col_date(q, 0);
}

enum rc visit_ends_on(struct db *db, int64_t campaign_id, int32_t *date)
{
    return db_one(db, &visit_ends_on_select, DB_ARGS(db_int(campaign_id)), read_date, date);
}

enum rc visit_tasks(struct db *db, struct arena *a, int64_t campaign_id, struct visit_task **tasks,
                    size_t *n)
{
    int64_t count;
    struct db_query *q;
    *n = 0;
    enum rc rc = db_one_int(db, &visit_task_count, DB_ARGS(db_int(campaign_id)), &count);
    if (rc != RC_OK)
        return rc;
    *tasks = arena_array(a, (size_t)count, sizeof **tasks);
    rc = db_query(db, &visit_task_select, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)count) {
        struct visit_task *t = &(*tasks)[(*n)++];
        t->draw_id = db_col_int(q, 0);
        t->plan.draw = db_col_dup(q, 1, a);
        t->subject_id = db_col_int(q, 2);
        t->plan.subject = db_col_dup(q, 3, a);
        t->plan.specialty = db_col_dup(q, 4, a);
        t->department_id = db_col_int(q, 5);
        t->plan.department = db_col_dup(q, 6, a);
    }
    db_done(&q);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

struct text_row {
    struct arena *arena;
    const char *text;
};

static void read_text(const struct db_query *q, void *data)
{
    struct text_row *out = data;
    out->text = db_col_dup(q, 0, out->arena);
}

enum rc visit_uncovered_specialty(struct db *db, struct arena *a, int64_t campaign_id,
                                  const char **name)
{
    struct text_row out = { .arena = a };
    enum rc rc = db_one(db, &visit_uncovered_select, DB_ARGS(db_int(campaign_id)), read_text, &out);
    *name = out.text;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc visit_overlong_section(struct db *db, struct arena *a, int64_t campaign_id,
                               int64_t section_id, const char **department)
{
    struct text_row out = { .arena = a };
    enum rc rc =
        db_one(db, section_id ? &visit_overlong_one_select : &visit_overlong_select,
               DB_ARGS(db_int(section_id ? section_id : campaign_id), db_int(VISIT_CHECKS_MAX)),
               read_text, &out);
    *department = out.text;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc visit_count(struct db *db, int64_t campaign_id, int64_t *n)
{
    return db_one_int(db, &visit_count_select, DB_ARGS(db_int(campaign_id)), n);
}

/* The ids that a statement yields, exactly n of them. */
static enum rc read_ids(struct db *db, const struct db_stmt *s, int64_t campaign_id, int64_t *ids,
                        size_t n)
{
    struct db_query *q;
    size_t i = 0;
    enum rc rc = db_query(db, s, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && i < n)
        ids[i++] = db_col_int(q, 0);
    db_done(&q);
    if (rc != RC_DONE && rc != RC_OK)
        return rc;
    return rc == RC_DONE && i == n ? RC_OK : RC_INTERNAL;
}

static enum rc insert_visits(struct db *db, struct arena *a, const struct campaign *campaign,
                             const struct visit_task *tasks, const struct visitplan *plan,
                             const char (*door_codes)[VISIT_DOOR_CODE], int64_t *visit_ids)
{
    enum { COLUMNS = 5 };
    struct db_val *values = arena_array(a, plan->visit_count, COLUMNS * sizeof *values);
    for (size_t i = 0; i < plan->visit_count; i++) {
        const struct visitplan_visit *v = &plan->visits[i];
        struct db_val *row = &values[i * COLUMNS];
        row[0] = db_text(arena_printf(a, "%s-%s", campaign->code, v->subject));
        row[1] = db_int(campaign->id);
        row[2] = db_int(tasks[v->sections[0].tasks[0]].subject_id);
        row[3] = db_int(tasks[v->sections[v->lead].tasks[0]].department_id);
        row[4] = db_text(door_codes[i]);
    }
    enum rc rc = db_bulk(db, &visit_insert, values, plan->visit_count);
    if (rc != RC_OK)
        return rc;
    return read_ids(db, &visit_ids_select, campaign->id, visit_ids, plan->visit_count);
}

static enum rc insert_sections(struct db *db, struct arena *a, int64_t campaign_id,
                               const struct visit_task *tasks, const struct visitplan *plan,
                               const int64_t *visit_ids, int64_t *section_ids)
{
    struct db_val *values = arena_array(a, plan->section_count, 2 * sizeof *values);
    size_t n = 0;
    for (size_t i = 0; i < plan->visit_count; i++) {
        for (size_t k = 0; k < plan->visits[i].section_count; k++, n++) {
            const struct visitplan_section *s = &plan->visits[i].sections[k];
            values[2 * n] = db_int(visit_ids[i]);
            values[2 * n + 1] = db_int(tasks[s->tasks[0]].department_id);
        }
    }
    enum rc rc = db_bulk(db, &visit_section_insert, values, n);
    return rc == RC_OK ? read_ids(db, &visit_section_ids_select, campaign_id, section_ids, n) : rc;
}

static enum rc insert_tasks(struct db *db, struct arena *a, const struct visit_task *tasks,
                            const struct visitplan *plan, const int64_t *section_ids)
{
    enum { COLUMNS = 4 };
    struct db_val *values = arena_array(a, plan->task_count, COLUMNS * sizeof *values);
    struct db_val *row = values;
    size_t section = 0;
    for (size_t i = 0; i < plan->visit_count; i++) {
        for (size_t k = 0; k < plan->visits[i].section_count; k++, section++) {
            const struct visitplan_section *s = &plan->visits[i].sections[k];
            for (size_t t = 0; t < s->task_count; t++, row += COLUMNS) {
                const struct visit_task *task = &tasks[s->tasks[t]];
                row[0] = db_int(task->draw_id);
                row[1] = db_int(task->subject_id);
                row[2] = db_text(task->plan.specialty);
                row[3] = db_int(section_ids[section]);
            }
        }
    }
    return db_bulk(db, &visit_task_insert, values, plan->task_count);
}

enum rc visit_create(struct db *db, struct arena *a, const struct campaign *campaign,
                     const struct visit_task *tasks, const struct visitplan *plan,
                     const char (*door_codes)[VISIT_DOOR_CODE], int64_t *checks)
{
    int64_t *visit_ids = arena_array(a, plan->visit_count, sizeof *visit_ids);
    int64_t *section_ids = arena_array(a, plan->section_count, sizeof *section_ids);
    enum rc rc = insert_visits(db, a, campaign, tasks, plan, door_codes, visit_ids);
    if (rc == RC_OK)
        rc = insert_sections(db, a, campaign->id, tasks, plan, visit_ids, section_ids);
    if (rc == RC_OK)
        rc = insert_tasks(db, a, tasks, plan, section_ids);
    if (rc == RC_OK)
        rc = db_exec(db, &visit_check_insert, DB_ARGS(db_int(campaign->id)));
    *checks = db_affected(db);
    return rc;
}

enum rc visit_by_code(struct db *db, struct arena *a, const char *code, struct visit *out)
{
    return db_row(db, a, &visit_by_code_select, DB_ARGS(db_text(code)), out);
}

enum rc visit_sections(struct db *db, struct arena *a, int64_t visit_id, struct row_page *sections)
{
    return db_rows(db, a, &visit_sections_select, DB_ARGS(db_int(visit_id)), VISIT_SECTIONS_MAX,
                   sections);
}

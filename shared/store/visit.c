#include "store/visit.h"

#include <string.h>

#include "store/draw.h"

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
        " WHERE NOT EXISTS (SELECT 1 FROM inspection_item i WHERE i.specialty = p.code)"
        " ORDER BY p.position LIMIT 1");

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
        " JOIN inspection_item i ON i.specialty = t.specialty"
        " WHERE v.campaign_id = ? AND NOT EXISTS (SELECT 1 FROM inspection_item n"
        "  WHERE n.code = i.code AND n.version > i.version)"
        " ORDER BY t.section_id, i.code");

DB_STMT(visit_count_select, "i", "i", "SELECT COUNT(*) FROM visit WHERE campaign_id = ?");

#define VISIT_COLUMNS                                                                              \
    "v.id, v.code, c.department_id, s.code, s.name, s.address, s.region_code, l.code,"             \
    " v.planned_on, v.state, v.door_code,"                                                         \
    " (SELECT COUNT(*) FROM section x WHERE x.visit_id = v.id)"
#define VISIT_TABLES                                                                               \
    " FROM visit v JOIN campaign c ON c.id = v.campaign_id JOIN subject s ON s.id = v.subject_id"  \
    " JOIN department l ON l.id = v.lead_department_id"

DB_STMT(visit_list_select, "itiii", "ititttttDtti",
        "SELECT " VISIT_COLUMNS VISIT_TABLES
        " WHERE v.campaign_id = ? AND v.code > ? AND (? = 0 OR EXISTS"
        "  (SELECT 1 FROM section m WHERE m.visit_id = v.id AND m.department_id = ?))"
        " ORDER BY v.code LIMIT ?");

DB_STMT(visit_by_code_select, "t", "ititttttDtti",
        "SELECT " VISIT_COLUMNS VISIT_TABLES " WHERE v.code = ?");

DB_STMT(visit_sections_select, "ii", "iittttti",
        "SELECT s.id, s.department_id, d.code, d.name, s.state, s.result_class,"
        " (SELECT GROUP_CONCAT(DISTINCT t.specialty ORDER BY t.specialty) FROM task t"
        "  WHERE t.section_id = s.id),"
        " (SELECT COUNT(*) FROM check_result k WHERE k.section_id = s.id)"
        " FROM section s JOIN department d ON d.id = s.department_id WHERE s.visit_id = ?"
        " ORDER BY d.code LIMIT ?");

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

struct visit_row {
    struct arena *arena;
    struct visit *out;
};

static void read_visit(const struct db_query *q, void *data)
{
    struct visit_row *row = data;
    struct visit *v = row->out;
    v->id = db_col_int(q, 0);
    v->code = db_col_dup(q, 1, row->arena);
    v->campaign_department_id = db_col_int(q, 2);
    v->subject_code = db_col_dup(q, 3, row->arena);
    v->subject_name = db_col_dup(q, 4, row->arena);
    v->address = db_col_dup(q, 5, row->arena);
    v->region = db_col_dup(q, 6, row->arena);
    v->lead = db_col_dup(q, 7, row->arena);
    v->dated = !db_is_null(q, 8);
    v->planned_on = db_col_date(q, 8);
    v->state = db_col_dup(q, 9, row->arena);
    v->door_code = db_col_dup(q, 10, row->arena);
    v->sections = db_col_int(q, 11);
}

enum rc visit_list(struct db *db, struct arena *a, int64_t campaign_id, int64_t department_id,
                   const char *after, int64_t limit, struct visit **visits, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *visits = arena_array(a, (size_t)limit, sizeof **visits);
    enum rc rc = db_query(db, &visit_list_select,
                          DB_ARGS(db_int(campaign_id), db_text(after), db_int(department_id),
                                  db_int(department_id), db_int(limit)),
                          &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        read_visit(q, &(struct visit_row){ .arena = a, .out = &(*visits)[(*n)++] });
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc visit_by_code(struct db *db, struct arena *a, const char *code, struct visit *out)
{
    struct visit_row row = { .arena = a, .out = out };
    return db_one(db, &visit_by_code_select, DB_ARGS(db_text(code)), read_visit, &row);
}

enum rc visit_sections(struct db *db, struct arena *a, int64_t visit_id,
                       struct visit_section **sections, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *sections = arena_array(a, VISIT_SECTIONS_MAX, sizeof **sections);
    enum rc rc = db_query(db, &visit_sections_select,
                          DB_ARGS(db_int(visit_id), db_int(VISIT_SECTIONS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct visit_section *s = &(*sections)[(*n)++];
        s->id = db_col_int(q, 0);
        s->department_id = db_col_int(q, 1);
        s->department = db_col_dup(q, 2, a);
        s->department_name = db_col_dup(q, 3, a);
        s->state = db_col_dup(q, 4, a);
        s->result_class = db_col_dup(q, 5, a);
        s->specialties = db_col_dup(q, 6, a);
        s->checks = db_col_int(q, 7);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

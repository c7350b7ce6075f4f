#include "store/visit/assignment.h"

#include <string.h>

enum { TEAM_MAX = 256, REASON_MAX = 200 /* code points of the column */ };

/* The region is that of the strata: where the subject was when it was drawn, whatever anybody says
   of it since. */
DB_STMT(assignment_section_select, "i", "itttttt",
        "SELECT s.id, v.code, u.code, COALESCE((SELECT MIN(LEFT(r.stratum, 6)) FROM task t"
        "  JOIN draw_result r ON r.draw_id = t.draw_id AND r.subject_id = t.subject_id"
        "  AND SUBSTRING(r.stratum, 8) = t.specialty WHERE t.section_id = s.id), u.region_code),"
        " d.code, d.kind, d.region_code"
        " FROM visit v JOIN subject u ON u.id = v.subject_id JOIN section s ON s.visit_id = v.id"
        " JOIN department d ON d.id = s.department_id WHERE v.campaign_id = ? ORDER BY s.id");

DB_STMT(assignment_section_specialty_select, "i", "it",
        "SELECT DISTINCT s.id, t.specialty FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN task t ON t.section_id = s.id WHERE v.campaign_id = ? ORDER BY s.id");

#define OF_KINDS                                                                                   \
    "d.kind IN (SELECT k.kind FROM visit v JOIN section s ON s.visit_id = v.id"                    \
    " JOIN department k ON k.id = s.department_id WHERE v.campaign_id = ?)"

DB_STMT(assignment_inspector_select, "Tii", POOL_INSPECTORS_TYPES,
        POOL_INSPECTORS OF_KINDS POOL_ORDER);
DB_STMT(assignment_inspector_specialty_select, "i", "it", POOL_SPECIALTIES OF_KINDS POOL_ORDER);
DB_STMT(assignment_area_select, "i", "it", POOL_AREAS OF_KINDS POOL_AREAS_ORDER);

DB_STMT(assignment_recusal_select, "iTii", "it",
        "SELECT r.inspector_id AS who, u.code AS subject FROM visit v JOIN inspector_recusal r"
        " ON r.subject_id = v.subject_id JOIN subject u ON u.id = v.subject_id"
        " WHERE v.campaign_id = ?"
        " UNION SELECT a.inspector_id, u.code FROM visit v"
        " JOIN visit w ON w.subject_id = v.subject_id AND w.id <> v.id"
        " JOIN section s ON s.visit_id = w.id AND s.state IN ('signed', 'accepted')"
        " AND s.result_class = 'no_problem' AND s.signed_at >= ?"
        " JOIN assignment a ON a.section_id = s.id JOIN subject u ON u.id = v.subject_id"
        " WHERE v.campaign_id = ? GROUP BY a.inspector_id, u.code"
        " HAVING COUNT(DISTINCT w.id) >= ? ORDER BY who, subject");

DB_STMT(assignment_section_sorted, "i", "itt",
        "SELECT s.id, v.code, d.code FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN department d ON d.id = s.department_id WHERE v.campaign_id = ?"
        " ORDER BY v.code, d.code");

DB_STMT(assignment_card_select, "t", "i", "SELECT id FROM inspector WHERE card_no = ?");

DB_STMT(assignment_insert, "iittb", "",
        "INSERT INTO assignment (section_id, inspector_id, source, reason, ticket)"
        " VALUES (?, ?, ?, ?, ?)");

DB_STMT(assignment_delete, "ii", "",
        "DELETE FROM assignment WHERE section_id = ? AND inspector_id = ?");

DB_STMT(assignment_member_select, "i", "ii",
        "SELECT a.section_id, a.inspector_id FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN assignment a ON a.section_id = s.id WHERE v.campaign_id = ?");

DB_STMT(assignment_count_select, "i", "i",
        "SELECT COUNT(*) FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN assignment a ON a.section_id = s.id WHERE v.campaign_id = ?");

#define COL(member, ...) ROW_COL(struct assignment, member, __VA_ARGS__)
const struct row_set assignment_rows =
    ROW_SET(struct assignment, COL(section_id, "a.section_id", .hidden = true),
            COL(card_no, "inspector.card_no"), COL(name, "inspector.name"),
            COL(department, "department.code"), COL(source, "a.source"), COL(reason, "a.reason"));
#undef COL

DB_ROWS(assignment_of_visit_select, "ii", &assignment_rows,
        " FROM section s JOIN assignment a ON a.section_id = s.id"
        " JOIN inspector ON inspector.id = a.inspector_id"
        " JOIN department ON department.id = inspector.department_id"
        " WHERE s.visit_id = ? ORDER BY a.section_id, inspector.card_no LIMIT ?");

#define SAME_DAY                                                                                   \
    " FROM assignment b JOIN section y ON y.id = b.section_id JOIN visit w ON w.id = y.visit_id"   \
    " JOIN subject x ON x.id = w.subject_id WHERE b.inspector_id = i.id"                           \
    " AND w.state = 'dispatched' AND w.planned_on = v.planned_on"
DB_STMT(assignment_load_select, "Tii", "Diiiii",
        "SELECT v.planned_on, (SELECT COUNT(DISTINCT COALESCE(w.joint_id, w.id))" SAME_DAY "),"
        " EXISTS (SELECT 1" SAME_DAY " AND x.region_code <> u.region_code), i.max_daily,"
        " (SELECT COUNT(*) FROM assignment b JOIN section y ON y.id = b.section_id"
        " JOIN visit w ON w.id = y.visit_id JOIN campaign c ON c.id = w.campaign_id"
        " WHERE b.inspector_id = i.id AND c.drawn_at >= ? AND c.state <> 'abandoned'), i.max_total"
        " FROM visit v JOIN subject u ON u.id = v.subject_id JOIN inspector i"
        " WHERE v.id = ? AND i.id = ?");

static void read_load(const struct db_query *q, void *data)
{
    *(struct assignment_load *)data = (struct assignment_load){
        .planned_on = db_col_date(q, 0),
        .same_day = db_col_int(q, 1),
        .elsewhere = db_col_int(q, 2) != 0,
        .max_daily = db_col_int(q, 3),
        .this_year = db_col_int(q, 4),
        .max_total = db_col_int(q, 5),
    };
}

enum rc assignment_load(struct db *db, int64_t visit_id, int64_t inspector_id, int64_t year_start,
                        struct assignment_load *out)
{
    return db_one(db, &assignment_load_select,
                  DB_ARGS(db_instant(year_start), db_int(visit_id), db_int(inspector_id)),
                  read_load, out);
}

static enum rc read_sections(struct db *db, struct arena *a, int64_t campaign_id,
                             const struct match_words *words, struct assignment_problem *out,
                             struct err *err)
{
    struct pool_pairs specialties;
    struct db_query *q;
    const struct pool_source source = { &assignment_section_specialty_select,
                                        DB_ARGS(db_int(campaign_id)) };
    enum rc rc = pool_read_pairs(db, a, &source, &specialties);
    if (rc == RC_OK)
        rc = db_query(db, &assignment_section_select, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    /* Every section has a task, so there are no more sections than pairs. */
    struct match_section *sections = arena_array(a, specialties.n, sizeof *sections);
    out->section_ids = arena_array(a, specialties.n, sizeof *out->section_ids);
    size_t n = 0;
    while ((rc = db_next(&q)) == RC_OK && n < specialties.n) {
        out->section_ids[n] = db_col_int(q, 0);
        sections[n] = (struct match_section){
            .visit = db_col_dup(q, 1, a),
            .subject = db_col_dup(q, 2, a),
            .region = db_col_dup(q, 3, a),
            .department = db_col_dup(q, 4, a),
            .kind = db_col_dup(q, 5, a),
            .department_region = db_col_dup(q, 6, a),
            .specialties = pool_set(words, &specialties, out->section_ids[n]),
        };
        n++;
    }
    db_done(&q);
    out->match.sections = sections;
    out->match.section_count = n;
    if (n > MATCH_SECTIONS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "检查单多于 %d 份", MATCH_SECTIONS_MAX);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

static enum rc read_inspectors(struct db *db, struct arena *a, int64_t campaign_id,
                               const struct pool_terms *terms, const struct match_words *words,
                               struct assignment_problem *out, struct err *err)
{
    struct db_val id = db_int(campaign_id);
    struct pool pool = { .n = 0 };
    const struct pool_sources from = {
        .inspectors = { &assignment_inspector_select,
                        DB_ARGS(db_instant(terms->year_start), id, id) },
        .specialties = { &assignment_inspector_specialty_select, DB_ARGS(id) },
        .areas = { &assignment_area_select, DB_ARGS(id) },
        .recusals = { &assignment_recusal_select,
                      DB_ARGS(id, db_instant(terms->clean_since), id, db_int(terms->clean_limit)) },
    };
    enum rc rc = pool_read(db, a, words, &from, &pool, err);
    out->inspector_ids = pool.ids;
    out->match.inspectors = pool.inspectors;
    out->match.inspector_count = out->inspector_count = pool.n;
    return rc;
}

enum rc assignment_problem(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct pool_terms *terms, struct assignment_problem *out,
                           struct err *err)
{
    struct match_words *words = arena_alloc(a, sizeof *words);
    *out = (struct assignment_problem){ .words = words };
    enum rc rc = pool_read_words(db, a, words, err);
    if (rc == RC_OK)
        rc = read_sections(db, a, campaign_id, words, out, err);
    if (rc == RC_OK)
        rc = read_inspectors(db, a, campaign_id, terms, words, out, err);
    return rc;
}

size_t assignment_index(const int64_t *ids, size_t n, int64_t id)
{
    size_t low = 0;
    for (size_t high = n; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && ids[low] == id ? low : MATCH_NOBODY;
}

enum rc assignment_members(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct assignment_problem *problem, int64_t but_section,
                           int64_t but_inspector, struct match_member **members, size_t *n)
{
    int64_t count;
    struct db_query *q;
    *n = 0;
    enum rc rc = assignment_count(db, campaign_id, &count);
    if (rc == RC_OK)
        rc = db_query(db, &assignment_member_select, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    *members = arena_array(a, (size_t)count, sizeof **members);
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)count) {
        int64_t section = db_col_int(q, 0);
        int64_t inspector = db_col_int(q, 1);
        struct match_member *m = &(*members)[*n];
        m->section = assignment_index(problem->section_ids, problem->match.section_count, section);
        m->inspector =
            assignment_index(problem->inspector_ids, problem->inspector_count, inspector);
        if ((section != but_section || inspector != but_inspector) && m->section != MATCH_NOBODY &&
            m->inspector != MATCH_NOBODY)
            (*n)++;
    }
    db_done(&q);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

enum rc assignment_remove(struct db *db, int64_t section_id, int64_t inspector_id)
{
    return db_exec(db, &assignment_delete, DB_ARGS(db_int(section_id), db_int(inspector_id)));
}

enum rc assignment_add(struct db *db, int64_t section_id, int64_t inspector_id,
                       enum match_source source, const char *reason, const uint8_t *ticket)
{
    return db_exec(db, &assignment_insert,
                   DB_ARGS(db_int(section_id), db_int(inspector_id),
                           db_text(match_source_name(source)), db_text(reason),
                           db_bytes(ticket, DIGEST_SIZE)));
}

/* At most REASON_MAX code points of a text. */
static const char *cut(struct arena *a, const char *text)
{
    size_t n = 0;
    const char *p = text;
    for (; *p; p++)
        if (((unsigned char)*p & 0xC0) != 0x80 && n++ == REASON_MAX)
            break;
    return *p ? arena_slice(a, text, (size_t)(p - text)) : text;
}

/* The rows that the match's sections stand for. */
static enum rc section_ids(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct match_problem *match, int64_t **ids, struct err *err)
{
    struct db_query *q;
    size_t n = 0;
    bool same = true;
    *ids = arena_array(a, match->section_count, sizeof **ids);
    enum rc rc = db_query(db, &assignment_section_sorted, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        const struct match_section *s = &match->sections[n];
        same = same && n < match->section_count && strcmp(db_col_text(q, 1), s->visit) == 0 &&
               strcmp(db_col_text(q, 2), s->department) == 0;
        if (same)
            (*ids)[n++] = db_col_int(q, 0);
    }
    if (rc != RC_DONE)
        return rc;
    return same && n == match->section_count
               ? RC_OK
               : err_set(err, RC_STATE, "", "该活动的检查单不是封存时的检查单");
}

/* … and those who were drawn. */
static enum rc inspector_ids(struct db *db, struct arena *a, const struct match_problem *match,
                             const struct match_plan *plan, int64_t **ids)
{
    enum rc rc = RC_OK;
    *ids = arena_array(a, match->inspector_count, sizeof **ids);
    for (size_t i = 0; rc == RC_OK && i < match->inspector_count; i++)
        if (plan->loads[i])
            rc = db_one_int(db, &assignment_card_select, DB_ARGS(db_text(match->inspectors[i].id)),
                            &(*ids)[i]);
    return rc == RC_NOT_FOUND ? RC_INTERNAL : rc;
}

enum rc assignment_store(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct match_problem *match, const struct match_plan *plan,
                         const char *const *reasons, struct err *err)
{
    enum { COLUMNS = 5 };
    struct db_val *values = arena_array(a, plan->assignment_count, COLUMNS * sizeof *values);
    int64_t *sections = NULL;
    int64_t *inspectors = NULL;
    enum rc rc = section_ids(db, a, campaign_id, match, &sections, err);
    if (rc == RC_OK)
        rc = inspector_ids(db, a, match, plan, &inspectors);
    for (size_t i = 0; rc == RC_OK && i < plan->assignment_count; i++) {
        const struct match_assignment *m = &plan->assignments[i];
        const char *reason = m->source == MATCH_DRAWN ? NULL : reasons[m->section];
        struct db_val *row = &values[i * COLUMNS];
        row[0] = db_int(sections[m->section]);
        row[1] = db_int(inspectors[m->inspector]);
        row[2] = db_text(match_source_name(m->source));
        row[3] = db_text(reason ? cut(a, reason) : "");
        row[4] = db_bytes(m->ticket, sizeof m->ticket);
    }
    return rc == RC_OK ? db_bulk(db, &assignment_insert, values, plan->assignment_count) : rc;
}

enum rc assignment_count(struct db *db, int64_t campaign_id, int64_t *n)
{
    return db_one_int(db, &assignment_count_select, DB_ARGS(db_int(campaign_id)), n);
}

enum rc assignment_of_visit(struct db *db, struct arena *a, int64_t visit_id, struct row_page *team)
{
    return db_rows(db, a, &assignment_of_visit_select, DB_ARGS(db_int(visit_id)), TEAM_MAX, team);
}

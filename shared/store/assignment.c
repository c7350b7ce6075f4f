#include "store/assignment.h"

#include <string.h>

enum { TEAM_MAX = 256, REASON_MAX = 200 /* code points of the column */ };

DB_STMT(assignment_section_select, "i", "itttttt",
        "SELECT s.id, v.code, u.code, u.region_code, d.code, d.kind, d.region_code"
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

DB_STMT(assignment_of_visit_select, "ii",
        "itttt"
        "t",
        "SELECT a.section_id, i.card_no, i.name, d.code, a.source, a.reason"
        " FROM section s JOIN assignment a ON a.section_id = s.id"
        " JOIN inspector i ON i.id = a.inspector_id JOIN department d ON d.id = i.department_id"
        " WHERE s.visit_id = ? ORDER BY a.section_id, i.card_no LIMIT ?");

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
    return *p ? arena_strndup(a, text, (size_t)(p - text)) : text;
}

enum rc assignment_store(struct db *db, struct arena *a, const struct assignment_problem *problem,
                         const struct match_plan *plan, const char *const *reasons)
{
    enum { COLUMNS = 5 };
    struct db_val *values = arena_array(a, plan->assignment_count, COLUMNS * sizeof *values);
    for (size_t i = 0; i < plan->assignment_count; i++) {
        const struct match_assignment *m = &plan->assignments[i];
        const char *reason = m->source == MATCH_DRAWN ? NULL : reasons[m->section];
        struct db_val *row = &values[i * COLUMNS];
        row[0] = db_int(problem->section_ids[m->section]);
        row[1] = db_int(problem->inspector_ids[m->inspector]);
        row[2] = db_text(match_source_name(m->source));
        row[3] = db_text(reason ? cut(a, reason) : "");
        row[4] = db_bytes(m->ticket, sizeof m->ticket);
    }
    return db_bulk(db, &assignment_insert, values, plan->assignment_count);
}

enum rc assignment_count(struct db *db, int64_t campaign_id, int64_t *n)
{
    return db_one_int(db, &assignment_count_select, DB_ARGS(db_int(campaign_id)), n);
}

enum rc assignment_of_visit(struct db *db, struct arena *a, int64_t visit_id,
                            struct assignment **assignments, size_t *n)
{
    struct db_query *q;
    *n = 0;
    *assignments = arena_array(a, TEAM_MAX, sizeof **assignments);
    enum rc rc =
        db_query(db, &assignment_of_visit_select, DB_ARGS(db_int(visit_id), db_int(TEAM_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct assignment *t = &(*assignments)[(*n)++];
        t->section_id = db_col_int(q, 0);
        t->card_no = db_col_dup(q, 1, a);
        t->name = db_col_dup(q, 2, a);
        t->department = db_col_dup(q, 3, a);
        t->source = db_col_dup(q, 4, a);
        t->reason = db_col_dup(q, 5, a);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

#include "store/assignment.h"

#include <string.h>

enum { TEAM_MAX = 256, REASON_MAX = 200 /* code points of the column */ };

DB_STMT(assignment_specialty_select, "i", "tt",
        "SELECT code, name FROM specialty ORDER BY position, code LIMIT ?");

DB_STMT(assignment_section_select, "i", "itttttt",
        "SELECT s.id, v.code, u.code, u.region_code, d.code, d.kind, d.region_code"
        " FROM visit v JOIN subject u ON u.id = v.subject_id JOIN section s ON s.visit_id = v.id"
        " JOIN department d ON d.id = s.department_id WHERE v.campaign_id = ? ORDER BY s.id");

DB_STMT(assignment_section_specialty_select, "i", "it",
        "SELECT DISTINCT s.id, t.specialty FROM visit v JOIN section s ON s.visit_id = v.id"
        " JOIN task t ON t.section_id = s.id WHERE v.campaign_id = ? ORDER BY s.id");

#define KINDS                                                                                      \
    "(SELECT k.kind FROM visit v JOIN section s ON s.visit_id = v.id"                              \
    " JOIN department k ON k.id = s.department_id WHERE v.campaign_id = ?)"

DB_STMT(assignment_inspector_select, "Tii",
        "itttt"
        "Diiii",
        "SELECT i.id, i.card_no, d.code, d.kind, d.region_code, i.card_expires_on, i.on_duty,"
        " i.max_daily, i.max_total,"
        " (SELECT COUNT(*) FROM assignment a JOIN section x ON x.id = a.section_id"
        "  JOIN visit w ON w.id = x.visit_id JOIN campaign c ON c.id = w.campaign_id"
        "  WHERE a.inspector_id = i.id AND c.drawn_at >= ? AND c.id <> ?"
        "  AND c.state <> 'abandoned')"
        " FROM inspector i JOIN department d ON d.id = i.department_id"
        " WHERE d.kind IN " KINDS " ORDER BY i.id");

DB_STMT(assignment_inspector_specialty_select, "i", "it",
        "SELECT q.inspector_id, q.specialty FROM inspector_specialty q"
        " JOIN inspector i ON i.id = q.inspector_id JOIN department d ON d.id = i.department_id"
        " WHERE d.kind IN " KINDS " ORDER BY q.inspector_id");

DB_STMT(assignment_area_select, "i", "it",
        "SELECT r.inspector_id, r.region_code FROM inspector_area r"
        " JOIN inspector i ON i.id = r.inspector_id JOIN department d ON d.id = i.department_id"
        " WHERE d.kind IN " KINDS " ORDER BY r.inspector_id, r.region_code");

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

/* A row of pairs (id, text), grouped by ascending id. */
struct pair {
    int64_t id;
    const char *text;
};

struct pairs {
    struct pair *v;
    size_t n;
    size_t next; /* the merge with an ascending list of ids has come to here */
};

static enum rc read_pairs(struct db *db, struct arena *a, const struct db_stmt *s,
                          const struct db_val *args, size_t arg_count, struct pairs *out)
{
    size_t room = 256;
    struct db_query *q;
    *out = (struct pairs){ .v = arena_array(a, room, sizeof *out->v) };
    enum rc rc = db_query(db, s, args, arg_count, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (out->n == room) {
            struct pair *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, out->v, room * sizeof *wider);
            out->v = wider;
            room *= 2;
        }
        out->v[out->n++] = (struct pair){ .id = db_col_int(q, 0), .text = db_col_dup(q, 1, a) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

/* The pairs of this id; ids are asked in ascending order. */
static const struct pair *pairs_of(struct pairs *pairs, int64_t id, size_t *n)
{
    while (pairs->next < pairs->n && pairs->v[pairs->next].id < id)
        pairs->next++;
    const struct pair *first = &pairs->v[pairs->next];
    *n = 0;
    while (pairs->next < pairs->n && pairs->v[pairs->next].id == id) {
        pairs->next++;
        (*n)++;
    }
    return first;
}

static const char *const *texts_of(struct arena *a, struct pairs *pairs, int64_t id, size_t *n)
{
    const struct pair *first = pairs_of(pairs, id, n);
    const char **texts = arena_array(a, *n, sizeof *texts);
    for (size_t i = 0; i < *n; i++)
        texts[i] = first[i].text;
    return texts;
}

struct vocabulary {
    const char *codes[MATCH_SPECIALTIES_MAX];
    const char *names[MATCH_SPECIALTIES_MAX];
    size_t n;
};

static enum rc read_vocabulary(struct db *db, struct arena *a, struct vocabulary *out,
                               struct err *err)
{
    struct db_query *q;
    enum rc rc =
        db_query(db, &assignment_specialty_select, DB_ARGS(db_int(MATCH_SPECIALTIES_MAX + 1)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && out->n < MATCH_SPECIALTIES_MAX) {
        out->codes[out->n] = db_col_dup(q, 0, a);
        out->names[out->n++] = db_col_dup(q, 1, a);
    }
    if (rc == RC_OK)
        rc = err_set(err, RC_TOO_LARGE, "", "专业多于 %d 个", MATCH_SPECIALTIES_MAX);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

static uint64_t set_of(const struct vocabulary *words, struct pairs *pairs, int64_t id)
{
    uint64_t set = 0;
    size_t n;
    const struct pair *first = pairs_of(pairs, id, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t w = 0; w < words->n; w++)
            if (strcmp(words->codes[w], first[i].text) == 0)
                set |= UINT64_C(1) << w;
    return set;
}

static enum rc read_sections(struct db *db, struct arena *a, int64_t campaign_id,
                             const struct vocabulary *words, struct assignment_problem *out,
                             struct err *err)
{
    struct pairs specialties;
    struct db_query *q;
    enum rc rc = read_pairs(db, a, &assignment_section_specialty_select,
                            DB_ARGS(db_int(campaign_id)), &specialties);
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
            .specialties = set_of(words, &specialties, out->section_ids[n]),
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

static void read_inspector(const struct db_query *q, struct arena *a, struct match_inspector *i)
{
    *i = (struct match_inspector){
        .id = db_col_dup(q, 1, a),
        .department = db_col_dup(q, 2, a),
        .kind = db_col_dup(q, 3, a),
        .region = db_col_dup(q, 4, a),
        .card_expires_on = db_col_date(q, 5),
        .on_duty = db_col_int(q, 6) != 0,
        .max_daily = (unsigned)db_col_int(q, 7),
        .max_total = (unsigned)db_col_int(q, 8),
        .carried = (unsigned)db_col_int(q, 9),
    };
}

static enum rc read_inspectors(struct db *db, struct arena *a, int64_t campaign_id,
                               const struct assignment_terms *terms, const struct vocabulary *words,
                               struct assignment_problem *out, struct err *err)
{
    struct pairs specialties;
    struct pairs areas;
    struct pairs recusals;
    struct db_query *q;
    struct db_val id = db_int(campaign_id);
    enum rc rc =
        read_pairs(db, a, &assignment_inspector_specialty_select, DB_ARGS(id), &specialties);
    if (rc == RC_OK)
        rc = read_pairs(db, a, &assignment_area_select, DB_ARGS(id), &areas);
    if (rc == RC_OK)
        rc = read_pairs(db, a, &assignment_recusal_select,
                        DB_ARGS(id, db_instant(terms->clean_since), id, db_int(terms->clean_limit)),
                        &recusals);
    if (rc == RC_OK)
        rc = db_query(db, &assignment_inspector_select,
                      DB_ARGS(db_instant(terms->year_start), id, id), &q);
    if (rc != RC_OK)
        return rc;
    /* One without any specialty can never be drawn: those with some bound the number. */
    struct match_inspector *inspectors = arena_array(a, specialties.n, sizeof *inspectors);
    out->inspector_ids = arena_array(a, specialties.n, sizeof *out->inspector_ids);
    size_t n = 0;
    while ((rc = db_next(&q)) == RC_OK && n < specialties.n) {
        int64_t row = db_col_int(q, 0);
        struct match_inspector *i = &inspectors[n];
        read_inspector(q, a, i);
        i->specialties = set_of(words, &specialties, row);
        i->areas = texts_of(a, &areas, row, &i->area_count);
        i->recusals = texts_of(a, &recusals, row, &i->recusal_count);
        if (i->specialties)
            out->inspector_ids[n++] = row;
    }
    db_done(&q);
    out->match.inspectors = inspectors;
    out->match.inspector_count = n;
    if (n > MATCH_INSPECTORS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "执法检查人员多于 %d 名", MATCH_INSPECTORS_MAX);
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

enum rc assignment_problem(struct db *db, struct arena *a, int64_t campaign_id,
                           const struct assignment_terms *terms, struct assignment_problem *out,
                           struct err *err)
{
    struct vocabulary *words = arena_alloc(a, sizeof *words);
    *out =
        (struct assignment_problem){ .specialties = words->names, .specialty_codes = words->codes };
    enum rc rc = read_vocabulary(db, a, words, err);
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
            assignment_index(problem->inspector_ids, problem->match.inspector_count, inspector);
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

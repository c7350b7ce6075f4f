/* Dates and dispatch of visits; declared in store/visit.h. */
#include "store/visit.h"

#include <stdlib.h>
#include <string.h>

#include "store/draw.h"

DB_STMT(
    visit_stop_select, "i", "ittiii",
    "SELECT v.id, v.code, u.region_code, s.department_id, a.inspector_id, i.max_daily"
    " FROM visit v JOIN subject u ON u.id = v.subject_id JOIN section s ON s.visit_id = v.id"
    " LEFT JOIN assignment a ON a.section_id = s.id LEFT JOIN inspector i ON i.id = a.inspector_id"
    " WHERE v.campaign_id = ? AND v.state = 'planned'"
    " ORDER BY v.code, s.department_id, a.inspector_id");

DB_STMT(visit_date_update, "Di", "",
        "UPDATE visit SET planned_on = ? WHERE id = ? AND state = 'planned'");

/* Fewer inspectors than the minimum, or a specialty that none of the section's team holds; who is
   recused from the enterprise does not count. */
#define FIT                                                                                        \
    " AND NOT EXISTS (SELECT 1 FROM inspector_recusal r WHERE r.inspector_id = a.inspector_id"     \
    " AND r.subject_id = v.subject_id)"
#define UNDERSTAFFED                                                                               \
    "EXISTS (SELECT 1 FROM section s WHERE s.visit_id = v.id AND ("                                \
    "(SELECT COUNT(*) FROM assignment a WHERE a.section_id = s.id" FIT ") < ?"                     \
    " OR EXISTS (SELECT 1 FROM task t WHERE t.section_id = s.id AND NOT EXISTS ("                  \
    "SELECT 1 FROM assignment a JOIN inspector_specialty q ON q.inspector_id = a.inspector_id"     \
    " WHERE a.section_id = s.id AND q.specialty = t.specialty" FIT "))))"

/* A task of it belongs to a draw whose plan is drawn again. */
#define REDRAWN                                                                                    \
    "EXISTS (SELECT 1 FROM section s JOIN task t ON t.section_id = s.id"                           \
    " JOIN draw w ON w.id = t.draw_id WHERE s.visit_id = v.id AND " DRAW_SUPERSEDED ")"

DB_STMT(visit_held_select, "iii", "tiiii",
        "SELECT h.code, h.undated, h.understaffed, h.redrawn, COUNT(*) OVER () FROM ("
        "SELECT v.code, v.planned_on IS NULL AS undated, " UNDERSTAFFED " AS understaffed, " REDRAWN
        " AS redrawn FROM visit v WHERE v.campaign_id = ? AND v.state = 'planned') h"
        " WHERE h.undated OR h.understaffed OR h.redrawn ORDER BY h.code LIMIT ?");

DB_STMT(visit_ready_select, "ii", "i",
        "SELECT v.id FROM visit v WHERE v.campaign_id = ? AND v.state = 'planned'"
        " AND v.planned_on IS NOT NULL AND NOT " UNDERSTAFFED " AND NOT " REDRAWN " ORDER BY v.id");

DB_STMT(visit_dispatch_update, "i", "",
        "UPDATE visit SET state = 'dispatched' WHERE id = ? AND state = 'planned'");

struct stop_row {
    int64_t visit_id;
    const char *visit;
    const char *region;
    int64_t department_id;
    int64_t inspector_id; /* 0: none */
    unsigned max_daily;
};

/* A growing array of rows in the arena. */
static enum rc read_rows(struct db *db, struct arena *a, int64_t campaign_id, struct stop_row **out,
                         size_t *n)
{
    size_t room = 1024;
    struct stop_row *rows = arena_array(a, room, sizeof *rows);
    struct db_query *q;
    *n = 0;
    enum rc rc = db_query(db, &visit_stop_select, DB_ARGS(db_int(campaign_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (*n == room) {
            struct stop_row *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, rows, room * sizeof *rows);
            rows = wider;
            room *= 2;
        }
        struct stop_row *r = &rows[*n];
        bool same = *n && r[-1].visit_id == db_col_int(q, 0);
        r->visit_id = db_col_int(q, 0);
        r->visit = same ? r[-1].visit : db_col_dup(q, 1, a);
        r->region = same ? r[-1].region : db_col_dup(q, 2, a);
        r->department_id = db_col_int(q, 3);
        r->inspector_id = db_col_int(q, 4);
        r->max_daily = (unsigned)db_col_int(q, 5);
        (*n)++;
    }
    *out = rows;
    return rc == RC_DONE ? RC_OK : rc;
}

static int compare_ids(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x;
    int64_t b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Sorts ids and drops doubles and zeros; returns how many are left. */
static size_t unique_ids(int64_t *ids, size_t n)
{
    size_t kept = 0;
    qsort(ids, n, sizeof *ids, compare_ids);
    for (size_t i = 0; i < n; i++)
        if (ids[i] && (kept == 0 || ids[kept - 1] != ids[i]))
            ids[kept++] = ids[i];
    return kept;
}

static size_t index_of(const int64_t *ids, size_t n, int64_t id)
{
    const int64_t *found = bsearch(&id, ids, n, sizeof *ids, compare_ids);
    return (size_t)(found - ids);
}

/* Appends index unless it is there: a visit has a handful. */
static void append_index(size_t *list, size_t *n, size_t index)
{
    for (size_t i = 0; i < *n; i++)
        if (list[i] == index)
            return;
    list[(*n)++] = index;
}

static void make_stop(struct arena *a, struct visit_stops *out, const int64_t *departments,
                      const struct stop_row *rows, size_t n)
{
    size_t *inspectors = arena_array(a, n, sizeof *inspectors);
    size_t *department_indexes = arena_array(a, n, sizeof *department_indexes);
    struct visitplan_stop *stop = &out->stops[out->count];
    *stop = (struct visitplan_stop){ .visit = rows->visit,
                                     .region = rows->region,
                                     .inspectors = inspectors,
                                     .departments = department_indexes };
    for (size_t i = 0; i < n; i++) {
        append_index(department_indexes, &stop->department_count,
                     index_of(departments, out->department_count, rows[i].department_id));
        if (!rows[i].inspector_id)
            continue;
        size_t index = index_of(out->inspector_ids, out->inspector_count, rows[i].inspector_id);
        out->inspector_daily[index] = rows[i].max_daily;
        append_index(inspectors, &stop->inspector_count, index);
    }
    out->visit_ids[out->count++] = rows->visit_id;
}

enum rc visit_stops(struct db *db, struct arena *a, int64_t campaign_id, struct visit_stops *out)
{
    struct stop_row *rows;
    size_t n;
    enum rc rc = read_rows(db, a, campaign_id, &rows, &n);
    if (rc != RC_OK)
        return rc;
    int64_t *departments = arena_array(a, n, sizeof *departments);
    *out = (struct visit_stops){ .inspector_ids = arena_array(a, n, sizeof *out->inspector_ids),
                                 .visit_ids = arena_array(a, n, sizeof *out->visit_ids),
                                 .stops = arena_array(a, n, sizeof *out->stops) };
    for (size_t i = 0; i < n; i++) {
        out->inspector_ids[i] = rows[i].inspector_id;
        departments[i] = rows[i].department_id;
    }
    out->inspector_count = unique_ids(out->inspector_ids, n);
    out->department_count = unique_ids(departments, n);
    out->inspector_daily = arena_array(a, out->inspector_count, sizeof *out->inspector_daily);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && rows[end].visit_id == rows[i].visit_id;)
            end++;
        make_stop(a, out, departments, &rows[i], end - i);
    }
    return RC_OK;
}

enum rc visit_set_dates(struct db *db, struct arena *a, const struct visit_stops *stops,
                        const int32_t *dates)
{
    struct db_val *values = arena_array(a, stops->count, 2 * sizeof *values);
    for (size_t i = 0; i < stops->count; i++) {
        values[2 * i] = dates[i] == VISITPLAN_NO_DATE ? db_null('D') : db_date(dates[i]);
        values[2 * i + 1] = db_int(stops->visit_ids[i]);
    }
    return db_bulk(db, &visit_date_update, values, stops->count);
}

enum rc visit_held(struct db *db, struct arena *a, int64_t campaign_id, int64_t minimum,
                   int64_t limit, struct visit_held **held, size_t *n, int64_t *count)
{
    struct db_query *q;
    *n = 0;
    *count = 0;
    *held = arena_array(a, (size_t)limit, sizeof **held);
    enum rc rc = db_query(db, &visit_held_select,
                          DB_ARGS(db_int(minimum), db_int(campaign_id), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        (*held)[(*n)++] = (struct visit_held){ .code = db_col_dup(q, 0, a),
                                               .undated = db_col_int(q, 1) != 0,
                                               .understaffed = db_col_int(q, 2) != 0,
                                               .redrawn = db_col_int(q, 3) != 0 };
        *count = db_col_int(q, 4);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc visit_dispatch(struct db *db, struct arena *a, int64_t campaign_id, int64_t minimum,
                       int64_t **ids, size_t *n)
{
    int64_t count;
    struct db_query *q;
    *n = 0;
    enum rc rc = visit_count(db, campaign_id, &count);
    if (rc != RC_OK)
        return rc;
    *ids = arena_array(a, (size_t)count, sizeof **ids);
    struct db_val *values = arena_array(a, (size_t)count, sizeof *values);
    rc = db_query(db, &visit_ready_select, DB_ARGS(db_int(campaign_id), db_int(minimum)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < (size_t)count) {
        (*ids)[*n] = db_col_int(q, 0);
        values[*n] = db_int((*ids)[*n]);
        (*n)++;
    }
    db_done(&q);
    if (rc != RC_DONE && rc != RC_OK)
        return rc;
    return db_bulk(db, &visit_dispatch_update, values, *n);
}

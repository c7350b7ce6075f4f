/* Visits that get their dates, and what stands beside them; declared in store/visit/visit.h. */
#include "store/visit/visit.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"
#include "store/visit/redrawn.h"

#define STOPS_OF(campaigns, condition)                                                             \
    "SELECT v.id, v.code, u.region_code, a.inspector_id, i.max_daily, v.subject_id, v.planned_on," \
    " COALESCE(v.joint_id, v.id), " UNANNOUNCED ", v.door_code, i.card_no,"                        \
    " (SELECT MIN(p.ends_on) FROM draw w JOIN plan p ON p.id = w.plan_id"                          \
    "  WHERE w.campaign_id = v.campaign_id),"                                                      \
    " EXISTS (SELECT 1 FROM visit o WHERE o.subject_id = v.subject_id AND o.id <> v.id"            \
    "  AND COALESCE(o.joint_id, o.id) = COALESCE(v.joint_id, v.id))"                               \
    " FROM " campaigns " JOIN subject u ON u.id = v.subject_id JOIN section s ON s.visit_id ="     \
    " v.id LEFT JOIN assignment a ON a.section_id = s.id LEFT JOIN inspector i ON i.id ="          \
    " a.inspector_id WHERE " condition " ORDER BY v.code, a.inspector_id"

#define ONE_CAMPAIGN                                                                               \
    "campaign c JOIN visit v ON c.id = ? AND v.campaign_id = c.id"                                 \
    " LEFT JOIN joint_campaign j ON j.campaign_id = c.id"
/* Whose teams are drawn. */
#define OFFERED                                                                                    \
    "joint_campaign j JOIN campaign c ON j.city = ? AND c.id = j.campaign_id"                      \
    " AND c.state = 'drawn' AND c.teams_drawn_at IS NOT NULL"                                      \
    " JOIN visit v ON v.campaign_id = c.id"

#define STOP_TYPES "ittiiiDiittDi"
DB_STMT(visit_stop_select, "i", STOP_TYPES,
        STOPS_OF(ONE_CAMPAIGN, "v.state = 'planned' AND NOT v.pinned"));
DB_STMT(visit_stop_select_planned, "i", STOP_TYPES, STOPS_OF(ONE_CAMPAIGN, "v.state = 'planned'"));
DB_STMT(visit_stop_select_offered, "t", STOP_TYPES,
        STOPS_OF(OFFERED, "v.state = 'planned' AND NOT v.pinned"));
DB_STMT(visit_stop_select_one, "i", STOP_TYPES,
        STOPS_OF("visit v JOIN campaign c ON v.id = ? AND c.id = v.campaign_id"
                 " LEFT JOIN joint_campaign j ON j.campaign_id = c.id",
                 "1"));

DB_STMT(visit_standing_select, "DDii", "iiDtiiiit",
        "SELECT v.id, COALESCE(v.joint_id, v.id) AS entry, v.planned_on, u.region_code,"
        " v.subject_id, a.inspector_id, " UNANNOUNCED ", NOT EXISTS "
        "(SELECT 1 FROM section x WHERE x.visit_id = v.id AND " SECTION_BEGUN(
            "x") "),"
                 " v.door_code FROM visit v"
                 " JOIN subject u ON u.id = v.subject_id JOIN section s ON s.visit_id = v.id"
                 " LEFT JOIN joint_campaign j ON j.campaign_id = v.campaign_id"
                 " LEFT JOIN assignment a ON a.section_id = s.id"
                 " WHERE v.planned_on BETWEEN ? AND ? AND v.state IN ('dispatched', 'planned')"
                 " AND (v.state = 'dispatched' OR (? AND NOT " REDRAWN "))"
                 " ORDER BY entry, v.id LIMIT ?");

/* Checks of clues: they are nobody's to go along with, and count in the enterprise's caps and their
   inspectors' days. Their entries have numbers of their own, below 0. */
DB_STMT(visit_standing_clues, "DDi", "iiDtiiiit",
        "SELECT 0, -CAST(k.id AS SIGNED) AS entry, k.planned_on, u.region_code, k.subject_id,"
        " x.inspector_id, 1, 0, '' FROM clue k JOIN subject u ON u.id = k.subject_id"
        " JOIN clue_inspector x ON x.clue_id = k.id WHERE k.planned_on BETWEEN ? AND ?"
        " AND k.state IN ('planned', 'checked') ORDER BY k.id LIMIT ?");

struct stop_row {
    int64_t visit_id;
    const char *visit;
    const char *region;
    int64_t inspector_id; /* 0: none */
    unsigned max_daily;
    int64_t subject_id;
    int32_t planned_on; /* VISITPLAN_NO_DATE: none */
    int64_t entry;
    bool unannounced;
    const char *door_code;
    const char *card_no;
    int32_t ends_on;
    bool shared;
};

static void read_row(const struct db_query *q, struct arena *a, const struct stop_row *former,
                     struct stop_row *r)
{
    bool same = former && former->visit_id == db_col_int(q, 0);
    *r = (struct stop_row){
        .visit_id = db_col_int(q, 0),
        .visit = same ? former->visit : db_col_dup(q, 1, a),
        .region = same ? former->region : db_col_dup(q, 2, a),
        .inspector_id = db_col_int(q, 3),
        .max_daily = (unsigned)db_col_int(q, 4),
        .subject_id = db_col_int(q, 5),
        .planned_on = db_is_null(q, 6) ? VISITPLAN_NO_DATE : db_col_date(q, 6),
        .entry = db_col_int(q, 7),
        .unannounced = db_col_int(q, 8) != 0,
        .door_code = same ? former->door_code : db_col_dup(q, 9, a),
        .card_no = db_is_null(q, 10) ? NULL : db_col_dup(q, 10, a),
        .ends_on = db_col_date(q, 11),
        .shared = db_col_int(q, 12) != 0,
    };
}

/* A growing array of rows in the arena. */
static enum rc read_rows(struct db *db, struct arena *a, const struct db_stmt *select,
                         struct db_val scope, struct stop_row **out, size_t *n)
{
    size_t room = 1024;
    struct stop_row *rows = arena_array(a, room, sizeof *rows);
    struct db_query *q;
    *n = 0;
    enum rc rc = db_query(db, select, DB_ARGS(scope), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (*n == room) {
            struct stop_row *wider = arena_array(a, room * 2, sizeof *wider);
            memcpy(wider, rows, room * sizeof *rows);
            rows = wider;
            room *= 2;
        }
        read_row(q, a, *n ? &rows[*n - 1] : NULL, &rows[*n]);
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

/* n when it is none of them. */
static size_t index_of(const int64_t *ids, size_t n, int64_t id)
{
    const int64_t *found = sorted_find(&id, ids, n, sizeof *ids, compare_ids);
    return found ? (size_t)(found - ids) : n;
}

/* Appends index unless it is there: a visit has a handful. */
static void append_index(size_t *list, size_t *n, size_t index)
{
    for (size_t i = 0; i < *n; i++)
        if (list[i] == index)
            return;
    list[(*n)++] = index;
}

static void make_stop(struct arena *a, struct visit_stops *out, const struct stop_row *rows,
                      size_t n)
{
    size_t *inspectors = arena_array(a, n, sizeof *inspectors);
    struct visitplan_stop *stop = &out->stops[out->count];
    *stop = (struct visitplan_stop){ .visit = rows->visit,
                                     .region = rows->region,
                                     .subject = index_of(out->subject_ids, out->subject_count,
                                                         rows->subject_id),
                                     .first = INT32_MIN,
                                     .last = rows->ends_on,
                                     .stands = rows->planned_on,
                                     .entry = rows->entry,
                                     .unannounced = rows->unannounced,
                                     .inspectors = inspectors };
    for (size_t i = 0; i < n; i++) {
        if (!rows[i].inspector_id)
            continue;
        size_t index = index_of(out->inspector_ids, out->inspector_count, rows[i].inspector_id);
        out->inspector_daily[index] = rows[i].max_daily;
        out->cards[index] = rows[i].card_no;
        append_index(inspectors, &stop->inspector_count, index);
    }
    out->door_codes[out->count] = rows->door_code;
    out->shared[out->count] = rows->shared;
    out->visit_ids[out->count++] = rows->visit_id;
}

static enum rc read_stops(struct db *db, struct arena *a, const struct db_stmt *select,
                          struct db_val scope, struct visit_stops *out)
{
    struct stop_row *rows;
    size_t n;
    enum rc rc = read_rows(db, a, select, scope, &rows, &n);
    if (rc != RC_OK)
        return rc;
    *out = (struct visit_stops){ .inspector_ids = arena_array(a, n, sizeof *out->inspector_ids),
                                 .visit_ids = arena_array(a, n, sizeof *out->visit_ids),
                                 .subject_ids = arena_array(a, n, sizeof *out->subject_ids),
                                 .door_codes = arena_array(a, n, sizeof(const char *)),
                                 .shared = arena_array(a, n, sizeof *out->shared),
                                 .stops = arena_array(a, n, sizeof *out->stops) };
    for (size_t i = 0; i < n; i++) {
        out->inspector_ids[i] = rows[i].inspector_id;
        out->subject_ids[i] = rows[i].subject_id;
    }
    out->inspector_count = unique_ids(out->inspector_ids, n);
    out->subject_count = unique_ids(out->subject_ids, n);
    out->inspector_daily = arena_array(a, out->inspector_count, sizeof *out->inspector_daily);
    out->cards = arena_array(a, out->inspector_count, sizeof(const char *));
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && rows[end].visit_id == rows[i].visit_id;)
            end++;
        make_stop(a, out, &rows[i], end - i);
    }
    return RC_OK;
}

enum rc visit_stops(struct db *db, struct arena *a, int64_t campaign_id, struct visit_stops *out)
{
    return read_stops(db, a, &visit_stop_select, db_int(campaign_id), out);
}

enum rc visit_stops_planned(struct db *db, struct arena *a, int64_t campaign_id,
                            struct visit_stops *out)
{
    return read_stops(db, a, &visit_stop_select_planned, db_int(campaign_id), out);
}

enum rc visit_stop_one(struct db *db, struct arena *a, int64_t visit_id, struct visit_stops *out)
{
    return read_stops(db, a, &visit_stop_select_one, db_int(visit_id), out);
}

enum rc visit_stops_offered(struct db *db, struct arena *a, const char *city,
                            struct visit_stops *out)
{
    return read_stops(db, a, &visit_stop_select_offered, db_text(city), out);
}

/* ---- what stands ---- */

/* Entries, each of which several rows tell; their inspectors lie in one array, by offsets until it
   does not grow any more. */
struct standing {
    struct visitplan_entry *entries;
    const char **door_codes;
    size_t *from;
    size_t count;
    size_t *inspectors;
    size_t inspector_count;
    size_t room; /* of each of them */
};

/* Room for one more of each. */
static void make_room(struct standing *s, struct arena *a)
{
    enum { FIRST = 1024 };
    if (s->count < s->room && s->inspector_count < s->room)
        return;
    size_t room = s->room ? s->room * 2 : FIRST;
    struct standing wider = { .entries = arena_array(a, room, sizeof *wider.entries),
                              .door_codes = arena_array(a, room, sizeof(const char *)),
                              .from = arena_array(a, room, sizeof *wider.from),
                              .count = s->count,
                              .inspectors = arena_array(a, room, sizeof *wider.inspectors),
                              .inspector_count = s->inspector_count,
                              .room = room };
    if (s->room) {
        memcpy(wider.entries, s->entries, s->count * sizeof *wider.entries);
        memcpy(wider.door_codes, s->door_codes, s->count * sizeof(const char *));
        memcpy(wider.from, s->from, s->count * sizeof *wider.from);
        memcpy(wider.inspectors, s->inspectors, s->inspector_count * sizeof *wider.inspectors);
    }
    *s = wider;
}

static void add_standing(struct standing *s, struct arena *a, const struct visit_stops *stops,
                         const struct db_query *q)
{
    size_t subject = index_of(stops->subject_ids, stops->subject_count, db_col_int(q, 4));
    size_t inspector = index_of(stops->inspector_ids, stops->inspector_count, db_col_int(q, 5));
    bool open = db_col_int(q, 7) != 0;
    make_room(s, a);
    if (!s->count || s->entries[s->count - 1].entry != db_col_int(q, 1)) {
        s->from[s->count] = s->inspector_count;
        s->door_codes[s->count] = db_col_dup(q, 8, a);
        s->entries[s->count++] = (struct visitplan_entry){
            .entry = db_col_int(q, 1),
            .subject = subject < stops->subject_count ? subject : VISITPLAN_NO_SUBJECT,
            .date = db_col_date(q, 2),
            .region = db_col_dup(q, 3, a),
            .unannounced = db_col_int(q, 6) != 0,
            .open = open,
        };
    }
    struct visitplan_entry *entry = &s->entries[s->count - 1];
    entry->open = entry->open && open;
    if (inspector == stops->inspector_count)
        return;
    size_t before = entry->inspector_count;
    append_index(s->inspectors + s->from[s->count - 1], &entry->inspector_count, inspector);
    s->inspector_count += entry->inspector_count - before;
}

/* What a province has under way within weeks. */
enum { STANDING_MAX = 1000000 };

enum rc visit_standing(struct db *db, struct arena *a, struct visit_stops *stops, int32_t first,
                       int32_t last, bool planned, struct visitplan_window *window)
{
    struct standing s = { .count = 0 };
    int64_t *moving = arena_memdup(a, stops->visit_ids, stops->count * sizeof *moving);
    size_t moving_count = unique_ids(moving, stops->count);
    struct db_query *q;
    enum rc rc =
        db_query(db, &visit_standing_select,
                 DB_ARGS(db_date(first), db_date(last), db_int(planned), db_int(STANDING_MAX)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK)
        if (index_of(moving, moving_count, db_col_int(q, 0)) == moving_count)
            add_standing(&s, a, stops, q);
    if (rc == RC_DONE)
        rc = db_query(db, &visit_standing_clues,
                      DB_ARGS(db_date(first), db_date(last), db_int(STANDING_MAX)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK)
        add_standing(&s, a, stops, q);
    if (rc != RC_DONE)
        return rc;
    for (size_t i = 0; i < s.count; i++)
        s.entries[i].inspectors = s.inspectors + s.from[i];
    window->entries = s.entries;
    window->entry_count = s.count;
    window->subject_count = stops->subject_count;
    stops->standing_codes = s.door_codes;
    return RC_OK;
}

/* ---- what comes of it ---- */

struct dated {
    size_t subject;
    int32_t date;
    bool unannounced;
    int64_t id; /* of the visit, or, as it comes first, of an entry that stands */
    bool stands;
    size_t index; /* of the stop or the entry */
};

static int by_day(const void *x, const void *y)
{
    const struct dated *a = x;
    const struct dated *b = y;
    int order = (a->subject > b->subject) - (a->subject < b->subject);
    if (!order)
        order = (a->date > b->date) - (a->date < b->date);
    if (!order)
        order = a->unannounced - b->unannounced;
    if (!order)
        order = b->stands - a->stands;
    return order ? order : (a->id > b->id) - (a->id < b->id);
}

static bool one_entry(const struct dated *a, const struct dated *b)
{
    return a->subject == b->subject && a->date == b->date && a->unannounced == b->unannounced;
}

static size_t list_dated(const struct visit_stops *stops, const struct visitplan_window *window,
                         const int32_t *dates, struct dated *list)
{
    size_t n = 0;
    for (size_t i = 0; i < stops->count; i++) {
        const struct visitplan_stop *s = &stops->stops[i];
        if (dates[i] != VISITPLAN_NO_DATE)
            list[n++] = (struct dated){ s->subject,          dates[i], s->unannounced,
                                        stops->visit_ids[i], false,    i };
    }
    for (size_t i = 0; i < window->entry_count; i++) {
        const struct visitplan_entry *e = &window->entries[i];
        if (e->open && e->subject != VISITPLAN_NO_SUBJECT)
            list[n++] = (struct dated){ e->subject, e->date, e->unannounced, e->entry, true, i };
    }
    if (n)
        qsort(list, n, sizeof *list, by_day);
    return n;
}

void visit_outcome(struct arena *a, const struct visit_stops *stops,
                   const struct visitplan_window *window, const int32_t *dates,
                   const char (*fresh)[VISIT_DOOR_CODE], struct visit_outcome *out)
{
    struct dated *list = arena_array(a, stops->count + window->entry_count, sizeof *list);
    int64_t *entries = arena_array(a, stops->count, sizeof *entries);
    const char **codes = arena_array(a, stops->count, sizeof(const char *));
    *out = (struct visit_outcome){ .dates = dates, .entries = entries, .door_codes = codes };
    for (size_t i = 0; i < stops->count; i++) {
        bool stays =
            stops->stops[i].entry == stops->visit_ids[i] && stops->stops[i].stands == dates[i];
        entries[i] = stops->visit_ids[i];
        codes[i] = stays || !stops->shared[i] ? stops->door_codes[i] : fresh[i];
    }
    size_t n = list_dated(stops, window, dates, list);
    for (size_t from = 0, to; from < n; from = to) {
        const struct dated *head = &list[from];
        const char *code = head->stands ? stops->standing_codes[head->index] : codes[head->index];
        size_t moving = 0;
        for (to = from; to < n && one_entry(head, &list[to]); to++) {
            if (list[to].stands)
                continue;
            entries[list[to].index] = head->id;
            codes[list[to].index] = code;
            moving++;
        }
        out->entry_count += moving && !head->stands;
        out->joined += head->stands ? moving : 0;
        out->shared += moving > 1 || (moving && head->stands);
    }
}

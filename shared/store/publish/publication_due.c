#include "store/publish/publication_due.h"

/* Every state but what is public, or was: each is one range of the index department_state. */
#define OPEN "p.state IN ('due', 'withheld')"

#define COL(member, ...) ROW_COL(struct publication_moved, member, __VA_ARGS__)
static const struct row_set moved_rows =
    ROW_SET(struct publication_moved, COL(department_id, "p.department_id"),
            COL(department, "d.code AS department"), COL(region, "d.region_code AS region"),
            COL(kind, "p.kind"), COL(trigger_on, "p.trigger_on"), COL(due_on, "p.due_on"),
            COL(provisional, "p.provisional"), COL(count, "COUNT(*) AS count"));
#undef COL

DB_ROWS(publication_open_select, "i", &moved_rows,
        " FROM publication p JOIN department d ON d.id = p.department_id WHERE " OPEN
        " GROUP BY p.department_id, p.kind, p.trigger_on, p.due_on, p.provisional, d.code,"
        " d.region_code ORDER BY d.region_code, p.trigger_on, p.kind, d.code, p.due_on LIMIT ?");

DB_STMT(publication_due_update, "DiDitDDi", "",
        "UPDATE publication p SET p.due_before = IF(p.due_on = ?, p.due_before, p.due_on),"
        " p.provisional = ?, p.due_on = ? WHERE p.department_id = ? AND " OPEN
        " AND p.kind = ? AND p.trigger_on = ? AND p.due_on = ? AND p.provisional = ?");

static enum rc due_by(struct db *db, struct arena *a, const struct workday_calendar *calendar,
                      const char *region, enum publication_kind kind, int32_t trigger_on,
                      struct workday_due *due, struct err *err)
{
    struct publication_rules deadlines;
    struct rule_set rules;
    enum rc rc = rule_load(db, a, region, trigger_on, &rules);
    if (rc == RC_OK)
        rc = rule_deadlines(&rules, &deadlines, err);
    if (rc == RC_OK)
        *due = publication_due(calendar, &deadlines, kind, trigger_on);
    return rc;
}

enum rc publication_due_on(struct db *db, struct arena *a, const char *region,
                           enum publication_kind kind, int32_t trigger_on, struct workday_due *due,
                           struct err *err)
{
    struct workday_calendar calendar;
    enum rc rc = rule_calendar(db, a, &calendar);
    return rc == RC_OK ? due_by(db, a, &calendar, region, kind, trigger_on, due, err) : rc;
}

static enum rc move(struct db *db, const struct publication_moved *m)
{
    return db_exec(db, &publication_due_update,
                   DB_ARGS(db_date(m->now.date), db_int(m->now.provisional), db_date(m->now.date),
                           db_int(m->department_id), db_text(m->kind), db_date(m->trigger_on),
                           db_date(m->due_on), db_int(m->provisional)));
}

enum rc publication_recompute(struct db *db, struct arena *a, struct publication_moved **moved,
                              size_t *n, struct err *err)
{
    struct workday_calendar calendar;
    struct row_page page = { .n = 0 };
    *n = 0;
    enum rc rc = rule_calendar(db, a, &calendar);
    if (rc == RC_OK)
        rc = db_rows(db, a, &publication_open_select, DB_NONE, PUBLICATION_MOVED_MAX, &page);
    struct publication_moved *v = page.v;
    for (size_t i = 0; rc == RC_OK && i < page.n; i++) {
        struct publication_moved m = v[i];
        enum publication_kind kind;
        if (!publication_kind_parse(m.kind, &kind))
            return RC_INTERNAL;
        rc = due_by(db, a, &calendar, m.region, kind, m.trigger_on, &m.now, err);
        if (rc != RC_OK || (m.now.date == m.due_on && m.now.provisional == m.provisional))
            continue;
        rc = move(db, &m);
        v[(*n)++] = m; /* never behind what is still to be read */
    }
    *moved = v;
    return rc;
}

#include "store/draw/campaign.h"

#include <string.h>

#include "domain/draw/value.h"
#include "store/directory/department.h"

const struct row_label campaign_states[] = {
    [CAMPAIGN_OPEN] = { "open", "筹备中" },
    [CAMPAIGN_ANNOUNCED] = { "announced", "已公告" },
    [CAMPAIGN_DRAWN] = { "drawn", "已抽取" },
    [CAMPAIGN_VOID] = { "void", "已作废（秘密值已公开）" },
    [CAMPAIGN_ABANDONED] = { "abandoned", "已作废" },
    { NULL, NULL },
};

DB_STMT(campaign_region_select, "t", "i", "SELECT COUNT(*) FROM region WHERE code = ?");

DB_STMT(campaign_insert, "tttitt", "",
        "INSERT INTO campaign (code, name, region_code, department_id, rule, redraw_reason, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open')");

#define COL(member, ...) ROW_COL(struct campaign, member, __VA_ARGS__)
const struct row_set campaign_rows = ROW_SET(
    struct campaign, COL(id, "c.id", .hidden = true),
    COL(code, "c.code", .title = "编号", .width = 22),
    COL(name, "c.name", .title = "名称", .width = 40), COL(region, "region.code", .title = "区划"),
    COL(department_id, "c.department_id", .hidden = true),
    COL(department, "department.code", .title = "发起部门"),
    COL(rule, "c.rule", .title = "抽取规则"),
    COL(state, "c.state", .title = "状态", .labels = campaign_states),
    COL(redraw_reason, "c.redraw_reason", .title = "重抽理由", .width = 40, .nullable = true),
    COL(announcement, "c.announcement", .title = "公告摘要", .nullable = true),
    COL(announced_at, "c.announced_at", .title = "公告", .instant = true, .nullable = true),
    COL(value_at, "c.value_at", .title = "公共随机值的时间", .instant = true, .nullable = true),
    COL(latest_at, "c.latest_at", .title = "最迟抽取", .instant = true, .nullable = true),
    COL(public_value, "c.public_value", .title = "公共随机值", .nullable = true),
    COL(seed, "c.seed", .title = "种子", .nullable = true),
    COL(drawn_at, "c.drawn_at", .title = "抽取", .instant = true, .nullable = true),
    COL(secret, "c.secret", .title = "秘密值", .nullable = true),
    COL(opened_at, "c.opened_at", .title = "秘密值公开", .instant = true, .nullable = true),
    COL(abandoned_at, "c.abandoned_at", .title = "作废", .instant = true, .nullable = true),
    COL(abandoned_reason, "c.abandoned_reason", .title = "作废理由", .width = 40, .nullable = true),
    COL(teams_at, "c.teams_at", .title = "检查组的公共随机值的时间", .instant = true,
        .nullable = true),
    COL(closing, "c.closing", .title = "封存书摘要", .nullable = true),
    COL(closed_at, "c.closed_at", .title = "封存", .instant = true, .nullable = true),
    COL(teams_value, "c.teams_value", .title = "检查组的公共随机值", .nullable = true),
    COL(teams_seed, "c.teams_seed", .title = "检查组的种子", .nullable = true),
    COL(teams_secret, "c.teams_secret", .title = "检查组的秘密值", .nullable = true),
    COL(teams_drawn_at, "c.teams_drawn_at", .title = "检查组抽取", .instant = true,
        .nullable = true),
    COL(public_by, "c.public_by", .title = "最迟公开", .nullable = true),
    COL(results_public_at, "c.results_public_at", .title = "抽取结果公开", .instant = true,
        .nullable = true),
    COL(teams_public_at, "c.teams_public_at", .title = "检查组公开", .instant = true,
        .nullable = true));
#undef COL

#define FROM_CAMPAIGN                                                                              \
    " FROM campaign c JOIN region ON region.code = c.region_code JOIN department"                  \
    " ON department.id = c.department_id"

LIST(campaign_list, .name = "campaigns", .title = "抽查活动", .rows = &campaign_rows,
     .from = FROM_CAMPAIGN,
     .where =
         "(" DEPARTMENT_OWN_OR_BELOW("c.department_id") " OR c.id IN (SELECT w.campaign_id"
                                                        " FROM draw w WHERE w.department_id = ?))",
     .in = "ii", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "c.state = ?", .labels = campaign_states },
         { .name = "region", .title = "区划", .sql = "c.region_code = ?" },
         { .name = "department", .title = "发起部门", .sql = "department.code = ?" },
         { .name = "code", .title = "编号", .sql = "c.code LIKE ?", .prefix = true },
         { .name = "name", .title = "名称", .sql = "c.name LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "id", .descending = true }, { .member = "code" }),
     .small = "a department takes part in some dozens of campaigns a year");

DB_ROWS(campaign_select, "t", &campaign_rows, FROM_CAMPAIGN " WHERE c.code = ?");

DB_STMT(campaign_lock_update, "t", "", "UPDATE campaign SET guard = guard + 1 WHERE code = ?");

DB_STMT(campaign_guard_update, "i", "", "UPDATE campaign SET guard = guard + 1 WHERE id = ?");

DB_STMT(campaign_hold_select, "i", "t",
        "SELECT state FROM campaign WHERE id = ? LOCK IN SHARE MODE");

DB_STMT(campaign_part_select, "iiii", "i",
        "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND department_id = ?) OR"
        " EXISTS (SELECT 1 FROM draw WHERE campaign_id = ? AND department_id = ?)");

DB_STMT(campaign_department_select, "t", "i", "SELECT COUNT(*) FROM department WHERE code = ?");

DB_STMT(campaign_secret_insert, "ibb", "",
        "INSERT INTO campaign_secret (campaign_id, sealed, teams) VALUES (?, ?, ?)");

DB_STMT(campaign_secret_select, "i", "bb",
        "SELECT sealed, teams FROM campaign_secret WHERE campaign_id = ?");

/* A void one, and teams, are asked for their value for a month. */
DB_STMT(campaign_due_select, "TTTT", "t",
        "SELECT code FROM campaign c WHERE (state IN ('announced', 'void') AND seed IS NULL"
        " AND value_at <= ? AND (state = 'announced' OR latest_at >= ?)) OR (state = 'drawn'"
        " AND teams_seed IS NULL AND teams_at BETWEEN ? AND ?"
        " AND EXISTS (SELECT 1 FROM visit v WHERE v.campaign_id = c.id)) ORDER BY id LIMIT 1000");

/* Those whose value is still to come first, if there are more than can be asked for at a time. */
DB_STMT(campaign_unstamped_select, "", "t",
        "SELECT c.code FROM campaign c LEFT JOIN campaign_text t ON t.campaign_id = c.id"
        " AND t.name = 'timestamp' WHERE c.state = 'announced' AND t.campaign_id IS NULL"
        " ORDER BY c.id DESC LIMIT 1000");

DB_STMT(campaign_update_announced, "tTTTTtDi", "",
        "UPDATE campaign_open SET state = 'announced', announcement = ?, announced_at = ?,"
        " value_at = ?, latest_at = ?, teams_at = ?, publish = ?, public_by = ?"
        " WHERE id = ?");

DB_STMT(campaign_held_select, "", "t",
        "SELECT code FROM campaign WHERE (state IN ('drawn', 'void') AND results_public_at IS NULL)"
        " OR (state = 'drawn' AND teams_public_at IS NULL) ORDER BY id LIMIT 1000");

DB_STMT(campaign_visited_select, "iii", "i",
        "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND teams_seed IS NOT NULL)"
        " AND EXISTS (SELECT 1 FROM visit WHERE campaign_id = ?) AND NOT EXISTS (SELECT 1"
        " FROM visit v JOIN section s ON s.visit_id = v.id WHERE v.campaign_id = ?"
        " AND s.state <> 'accepted')");

DB_STMT(campaign_results_update_public, "Ti", "",
        "UPDATE campaign_publishable SET results_public_at = ? WHERE id = ?");

DB_STMT(campaign_teams_update_public, "Ti", "",
        "UPDATE campaign_visited SET teams_public_at = ? WHERE id = ?");

DB_STMT(campaign_update_closed, "tTi", "",
        "UPDATE campaign_drawn SET closing = ?, closed_at = ? WHERE id = ?");

DB_STMT(campaign_update_teams, "tttTi", "",
        "UPDATE campaign_closed SET teams_value = ?, teams_seed = ?, teams_secret = ?,"
        " teams_drawn_at = ? WHERE id = ?");

DB_STMT(campaign_update_drawn, "ttTtTi", "",
        "UPDATE campaign_announced SET state = 'drawn', public_value = ?, seed = ?, drawn_at = ?,"
        " secret = ?, opened_at = ? WHERE id = ?");

DB_STMT(campaign_update_void, "tTtTi", "",
        "UPDATE campaign_announced SET state = 'void', secret = ?, opened_at = ?,"
        " abandoned_reason = ?, abandoned_at = ? WHERE id = ?");

DB_STMT(campaign_update_valued, "ttTi", "",
        "UPDATE campaign_void SET public_value = ?, seed = ?, drawn_at = ? WHERE id = ?");

DB_STMT(campaign_update_abandoned, "tTi", "",
        "UPDATE campaign_open SET state = 'abandoned', abandoned_reason = ?, abandoned_at = ?"
        " WHERE id = ?");

DB_STMT(campaign_text_insert, "itb", "",
        "INSERT INTO campaign_text (campaign_id, name, body) VALUES (?, ?, ?)");

DB_STMT(campaign_text_select, "it", "b",
        "SELECT body FROM campaign_text WHERE campaign_id = ? AND name = ?");

DB_STMT(campaign_entry_insert, "iiiitT", "",
        "INSERT INTO campaign_entry (campaign_id, department_id, account_id, teams, value,"
        " entered_at) VALUES (?, ?, ?, ?, ?, ?)");

DB_STMT(campaign_entry_select, "ii", "titT",
        "SELECT d.code, e.account_id, e.value, e.entered_at FROM campaign_entry e"
        " JOIN department d ON d.id = e.department_id WHERE e.id IN (SELECT MAX(x.id)"
        " FROM campaign_entry x WHERE x.campaign_id = ? AND x.teams = ? GROUP BY x.department_id)"
        " ORDER BY d.code");

enum rc campaign_create(struct db *db, const struct campaign *campaign, int64_t *id,
                        struct err *err)
{
    int64_t regions = 0;
    enum rc rc =
        db_one_int(db, &campaign_region_select, DB_ARGS(db_text(campaign->region)), &regions);
    if (rc != RC_OK)
        return rc;
    if (regions == 0)
        return err_set(err, RC_INVALID, "/region", "没有区划“%s”", campaign->region);
    rc = db_exec(db, &campaign_insert,
                 DB_ARGS(db_text(campaign->code), db_text(campaign->name),
                         db_text(campaign->region), db_int(campaign->department_id),
                         db_text(campaign->rule), db_text(campaign->redraw_reason)));
    *id = db_insert_id(db);
    return rc;
}

/* ---- reading ---- */

bool campaign_is(const struct campaign *campaign, enum campaign_state state)
{
    return strcmp(campaign->state, campaign_states[state].value) == 0;
}

enum rc campaign_by_code(struct db *db, struct arena *a, const char *code, struct campaign *out)
{
    return db_row(db, a, &campaign_select, DB_ARGS(db_text(code)), out);
}

enum rc campaign_lock(struct db *db, struct arena *a, const char *code, struct campaign *out)
{
    enum rc rc = db_exec(db, &campaign_lock_update, DB_ARGS(db_text(code)));
    if (rc == RC_OK && db_affected(db) != 1)
        return RC_NOT_FOUND;
    return rc == RC_OK ? campaign_by_code(db, a, code, out) : rc;
}

enum rc campaign_guard(struct db *db, int64_t id)
{
    return db_exec(db, &campaign_guard_update, DB_ARGS(db_int(id)));
}

static void read_state(const struct db_query *q, void *data)
{
    enum campaign_state *state = data;
    for (*state = CAMPAIGN_OPEN; *state < CAMPAIGN_ABANDONED; ++*state)
        if (strcmp(campaign_states[*state].value, db_col_text(q, 0)) == 0)
            break;
}

enum rc campaign_hold(struct db *db, int64_t id, enum campaign_state *state)
{
    return db_one(db, &campaign_hold_select, DB_ARGS(db_int(id)), read_state, state);
}

enum rc campaign_takes_part(struct db *db, int64_t id, int64_t department_id, bool *takes_part)
{
    int64_t found = 0;
    enum rc rc = db_one_int(
        db, &campaign_part_select,
        DB_ARGS(db_int(id), db_int(department_id), db_int(id), db_int(department_id)), &found);
    *takes_part = found != 0;
    return rc;
}

enum rc campaign_department(struct db *db, const char *code, bool *exists)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &campaign_department_select, DB_ARGS(db_text(code)), &n);
    *exists = n != 0;
    return rc;
}

static enum rc read_codes(struct db *db, struct arena *a, const struct db_stmt *s,
                          const struct db_val *args, size_t n, const char ***codes, size_t *count)
{
    enum { CODES_MAX = 1000 };
    struct db_query *q;
    *codes = arena_array(a, CODES_MAX, sizeof **codes);
    *count = 0;
    enum rc rc = db_query(db, s, args, n, &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        (*codes)[(*count)++] = db_col_dup(q, 0, a);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc campaign_due(struct db *db, struct arena *a, int64_t now, int64_t ahead,
                     const char ***codes, size_t *count)
{
    const int64_t month = INT64_C(31) * 86400000;
    return read_codes(db, a, &campaign_due_select,
                      DB_ARGS(db_instant(now), db_instant(now - month), db_instant(now - month),
                              db_instant(now + ahead)),
                      codes, count);
}

enum rc campaign_unstamped(struct db *db, struct arena *a, const char ***codes, size_t *count)
{
    return read_codes(db, a, &campaign_unstamped_select, NULL, 0, codes, count);
}

/* ---- steps ---- */

/* A step that found no row in the state that it starts from. */
static enum rc once(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc campaign_announce(struct db *db, const struct campaign *as,
                          const struct campaign_sealed *sealed, const struct campaign_sealed *teams)
{
    enum rc rc = once(db, db_exec(db, &campaign_update_announced,
                                  DB_ARGS(db_text(as->announcement), db_instant(as->announced_at),
                                          db_instant(as->value_at), db_instant(as->latest_at),
                                          db_instant(as->teams_at),
                                          db_text(announcement_publish_names[as->publish]),
                                          db_date(as->public_by), db_int(as->id))));
    if (rc != RC_OK)
        return rc;
    return db_exec(db, &campaign_secret_insert,
                   DB_ARGS(db_int(as->id), db_bytes(sealed->bytes, sealed->size),
                           db_bytes(teams->bytes, teams->size)));
}

enum rc campaign_drawn(struct db *db, const struct campaign *as)
{
    return once(
        db, db_exec(db, &campaign_update_drawn,
                    DB_ARGS(db_text(as->public_value), db_text(as->seed), db_instant(as->drawn_at),
                            db_text(as->secret), db_instant(as->drawn_at), db_int(as->id))));
}

enum rc campaign_void_valued(struct db *db, const struct campaign *as)
{
    return once(db, db_exec(db, &campaign_update_valued,
                            DB_ARGS(db_text(as->public_value), db_text(as->seed),
                                    db_instant(as->drawn_at), db_int(as->id))));
}

enum rc campaign_void(struct db *db, int64_t id, const char *secret, const char *why, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_void,
                            DB_ARGS(db_text(secret), db_instant(now), db_text(why), db_instant(now),
                                    db_int(id))));
}

enum rc campaign_abandon(struct db *db, int64_t id, const char *why, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_abandoned,
                            DB_ARGS(db_text(why), db_instant(now), db_int(id))));
}

enum rc campaign_held_back(struct db *db, struct arena *a, const char ***codes, size_t *count)
{
    return read_codes(db, a, &campaign_held_select, NULL, 0, codes, count);
}

enum rc campaign_visited(struct db *db, int64_t id, bool *visited)
{
    int64_t done = 0;
    enum rc rc = db_one_int(db, &campaign_visited_select,
                            DB_ARGS(db_int(id), db_int(id), db_int(id)), &done);
    *visited = done != 0;
    return rc;
}

enum rc campaign_publish(struct db *db, int64_t id, bool results, bool teams, int64_t now)
{
    enum rc rc = RC_OK;
    if (results)
        rc = once(
            db, db_exec(db, &campaign_results_update_public, DB_ARGS(db_instant(now), db_int(id))));
    if (rc == RC_OK && teams)
        rc = once(db,
                  db_exec(db, &campaign_teams_update_public, DB_ARGS(db_instant(now), db_int(id))));
    return rc;
}

enum rc campaign_close(struct db *db, int64_t id, const char *closing, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_closed,
                            DB_ARGS(db_text(closing), db_instant(now), db_int(id))));
}

enum rc campaign_teams_drawn(struct db *db, const struct campaign *as)
{
    return once(db, db_exec(db, &campaign_update_teams,
                            DB_ARGS(db_text(as->teams_value), db_text(as->teams_seed),
                                    db_text(as->teams_secret), db_instant(as->teams_drawn_at),
                                    db_int(as->id))));
}

struct sealed {
    struct arena *arena;
    struct campaign_sealed *v[2];
};

static void read_sealed(const struct db_query *q, void *data)
{
    struct sealed *s = data;
    for (unsigned i = 0; i < 2; i++) {
        const void *bytes = db_col_bytes(q, i, &s->v[i]->size);
        s->v[i]->bytes = arena_memdup(s->arena, bytes, s->v[i]->size);
    }
}

enum rc campaign_secret(struct db *db, struct arena *a, int64_t id, struct campaign_sealed *sealed,
                        struct campaign_sealed *teams)
{
    struct sealed s = { .arena = a, .v = { sealed, teams } };
    return db_one(db, &campaign_secret_select, DB_ARGS(db_int(id)), read_sealed, &s);
}

/* ---- texts ---- */

enum rc campaign_store_text(struct db *db, int64_t id, const char *name, const char *text,
                            size_t size)
{
    return db_exec(db, &campaign_text_insert,
                   DB_ARGS(db_int(id), db_text(name), db_bytes(text, size)));
}

struct text {
    struct arena *arena;
    const char *bytes;
    size_t size;
};

static void read_text(const struct db_query *q, void *data)
{
    struct text *t = data;
    const char *bytes = db_col_bytes(q, 0, &t->size);
    t->bytes = arena_slice(t->arena, bytes, t->size);
}

enum rc campaign_text(struct db *db, struct arena *a, int64_t id, const char *name,
                      const char **text, size_t *size)
{
    struct text t = { .arena = a };
    enum rc rc =
        db_one(db, &campaign_text_select, DB_ARGS(db_int(id), db_text(name)), read_text, &t);
    *text = t.bytes;
    *size = t.size;
    return rc;
}

/* ---- typed values ---- */

enum rc campaign_enter(struct db *db, int64_t id, bool teams, const struct campaign_entry *entry,
                       int64_t department_id)
{
    return db_exec(db, &campaign_entry_insert,
                   DB_ARGS(db_int(id), db_int(department_id), db_int(entry->account_id),
                           db_int(teams), db_text(entry->value), db_instant(entry->at)));
}

enum rc campaign_entries(struct db *db, struct arena *a, int64_t id, bool teams,
                         const struct campaign_entry **entries, size_t *count)
{
    struct campaign_entry *list = arena_array(a, VALUE_DEPARTMENTS_MAX, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &campaign_entry_select, DB_ARGS(db_int(id), db_int(teams)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && n < VALUE_DEPARTMENTS_MAX)
        list[n++] = (struct campaign_entry){ .department = db_col_dup(q, 0, a),
                                             .account_id = db_col_int(q, 1),
                                             .value = db_col_dup(q, 2, a),
                                             .at = db_col_int(q, 3) };
    db_done(&q);
    *entries = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

#include "store/visit/joint.h"

#include <string.h>

DB_STMT(joint_offer_insert, "itiiT", "",
        "INSERT INTO joint_campaign (campaign_id, city, unannounced, offered_by, offered_at)"
        " VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE unannounced = VALUES(unannounced),"
        " offered_by = VALUES(offered_by), offered_at = VALUES(offered_at)");

DB_STMT(joint_offer_delete, "i", "", "DELETE FROM joint_campaign WHERE campaign_id = ?");

DB_STMT(joint_kind_select, "ii", "ii",
        "SELECT COALESCE((SELECT unannounced FROM joint_campaign WHERE campaign_id = ?), 0),"
        " EXISTS (SELECT 1 FROM visit v JOIN visit o ON o.subject_id = v.subject_id"
        "  AND o.id <> v.id AND o.planned_on IS NOT NULL"
        "  AND COALESCE(o.joint_id, o.id) = COALESCE(v.joint_id, v.id)"
        "  WHERE v.campaign_id = ? AND v.planned_on IS NOT NULL)");

DB_STMT(joint_part_select, "ti", "i",
        "SELECT EXISTS (SELECT 1 FROM joint_campaign j JOIN campaign c ON c.id = j.campaign_id"
        " WHERE j.city = ? AND c.department_id = ?)");

DB_STMT(joint_figures_select, "t", "iii",
        "SELECT COUNT(DISTINCT x.campaign_id), COALESCE(SUM(x.tasks), 0),"
        " COALESCE(SUM(x.alone), 0) FROM (SELECT v.campaign_id, COUNT(*) AS tasks,"
        "  COUNT(DISTINCT s.department_id, t.draw_id) AS alone FROM joint_campaign j"
        "  JOIN campaign c ON c.id = j.campaign_id AND c.state = 'drawn'"
        "  AND c.teams_drawn_at IS NOT NULL"
        "  JOIN visit v ON v.campaign_id = j.campaign_id AND v.state = 'planned' AND NOT v.pinned"
        "  JOIN section s ON s.visit_id = v.id JOIN task t ON t.section_id = s.id"
        "  WHERE j.city = ? GROUP BY v.id, v.campaign_id) x");

DB_STMT(joint_schedule_insert, "tDDtiiiiiiiiT", "",
        "INSERT INTO joint_schedule (city, first_on, last_on, version, tasks, separate, visits,"
        " entries, joined, undated, moved, published_by, published_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

#define VISITS(condition)                                                                          \
    "COALESCE((SELECT COUNT(*) FROM visit v WHERE v.campaign_id = j.campaign_id AND " condition    \
    "), 0)"

#define COL(member, ...) ROW_COL(struct joint_campaign, member, __VA_ARGS__)
static const struct row_set campaign_rows =
    ROW_SET(struct joint_campaign, COL(id, "c.id", .hidden = true),
            COL(code, "c.code", .title = "编号", .width = 24),
            COL(name, "c.name", .title = "名称", .width = 40),
            COL(department, "d.code AS department", .title = "发起部门"),
            COL(department_name, "d.name AS department_name", .title = "发起部门名称", .width = 30),
            COL(unannounced, "j.unannounced", .title = "不事先通知"),
            COL(planned, VISITS("v.state = 'planned'") " AS planned", .title = "待派发检查数"),
            COL(undated, VISITS("v.state = 'planned' AND v.planned_on IS NULL") " AS undated",
                .title = "未排期检查数"),
            COL(offered_by, "account.login AS offered_by", .title = "同意人"),
            COL(offered_at, "j.offered_at", .title = "同意时间", .instant = true));
#undef COL

LIST(joint_campaign_list, .name = "campaigns", .title = "参加统筹排期的活动",
     .rows = &campaign_rows,
     .from = " FROM joint_campaign j JOIN campaign c ON c.id = j.campaign_id"
             " JOIN department d ON d.id = c.department_id"
             " JOIN account ON account.id = j.offered_by",
     .where = "j.city = ?", .in = "t", .key = "id",
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "a city has some dozen campaigns a year");

#define COL(member, ...) ROW_COL(struct joint_schedule, member, __VA_ARGS__)
static const struct row_set schedule_rows = ROW_SET(
    struct joint_schedule, COL(id, "x.id", .title = "编号"),
    COL(first_on, "x.first_on", .title = "起始日期"),
    COL(last_on, "x.last_on", .title = "截止日期"),
    COL(version, "x.version", .title = "版本", .width = 64),
    COL(tasks, "x.tasks", .title = "任务数"), COL(separate, "x.separate", .title = "各自上门次数"),
    COL(visits, "x.visits", .title = "检查数"), COL(entries, "x.entries", .title = "进门次数"),
    COL(joined, "x.joined", .title = "并入已有检查数"),
    COL(undated, "x.undated", .title = "未排期数"), COL(moved, "x.moved", .title = "改期数"),
    COL(published_by, "account.login AS published_by", .title = "发布人"),
    COL(published_at, "x.published_at", .title = "发布时间", .instant = true));
#undef COL

#define FROM_SCHEDULE " FROM joint_schedule x JOIN account ON account.id = x.published_by"

DB_ROWS(joint_newest_select, "t", &schedule_rows,
        FROM_SCHEDULE " WHERE x.city = ? ORDER BY x.id DESC LIMIT 1");

LIST(joint_schedule_list, .name = "schedules", .title = "统筹排期", .rows = &schedule_rows,
     .from = FROM_SCHEDULE, .where = "x.city = ?", .in = "t", .key = "id",
     .orders = LIST_ORDERS({ .member = "id", .descending = true }),
     .small = "a city plans some dozen times a year");

void joint_city(const char *region, char city[JOINT_CITY])
{
    memcpy(city, region, 4);
    memcpy(city + 4, "00", 3);
}

static void read_kind(const struct db_query *q, void *data)
{
    *(struct joint_kind *)data =
        (struct joint_kind){ db_col_int(q, 0) != 0, db_col_int(q, 1) != 0 };
}

enum rc joint_kind(struct db *db, int64_t campaign_id, struct joint_kind *out)
{
    return db_one(db, &joint_kind_select, DB_ARGS(db_int(campaign_id), db_int(campaign_id)),
                  read_kind, out);
}

enum rc joint_offer(struct db *db, int64_t campaign_id, const char *city, bool unannounced,
                    int64_t account_id, int64_t now)
{
    return db_exec(db, &joint_offer_insert,
                   DB_ARGS(db_int(campaign_id), db_text(city), db_int(unannounced),
                           db_int(account_id), db_instant(now)));
}

enum rc joint_withdraw(struct db *db, int64_t campaign_id)
{
    enum rc rc = db_exec(db, &joint_offer_delete, DB_ARGS(db_int(campaign_id)));
    return rc == RC_OK && db_affected(db) == 0 ? RC_STATE : rc;
}

enum rc joint_takes_part(struct db *db, const char *city, int64_t department_id, bool *out)
{
    int64_t part = 0;
    enum rc rc =
        db_one_int(db, &joint_part_select, DB_ARGS(db_text(city), db_int(department_id)), &part);
    *out = part != 0;
    return rc;
}

static void read_figures(const struct db_query *q, void *data)
{
    *(struct joint_figures *)data =
        (struct joint_figures){ db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2) };
}

enum rc joint_figures(struct db *db, const char *city, struct joint_figures *out)
{
    return db_one(db, &joint_figures_select, DB_ARGS(db_text(city)), read_figures, out);
}

enum rc joint_newest(struct db *db, struct arena *a, const char *city, struct joint_schedule *out)
{
    return db_row(db, a, &joint_newest_select, DB_ARGS(db_text(city)), out);
}

enum rc joint_record(struct db *db, const char *city, const struct joint_schedule *s,
                     int64_t account_id)
{
    return db_exec(db, &joint_schedule_insert,
                   DB_ARGS(db_text(city), db_date(s->first_on), db_date(s->last_on),
                           db_text(s->version), db_int(s->tasks), db_int(s->separate),
                           db_int(s->visits), db_int(s->entries), db_int(s->joined),
                           db_int(s->undated), db_int(s->moved), db_int(account_id),
                           db_instant(s->published_at)));
}

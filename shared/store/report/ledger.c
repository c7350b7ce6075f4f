#include "store/report/ledger.h"

#include "base/date.h"
#include "store/review/section.h"

/* Of the tasks of a group; the '?' is today. */
#define SUMS                                                                                       \
    "COUNT(*) AS tasks, COUNT(DISTINCT v.id) AS visits,"                                           \
    " CAST(SUM(s.state IN ('signed', 'accepted')) AS SIGNED) AS completed,"                        \
    " CAST(SUM(" SECTION_CLOSED ") AS SIGNED) AS closed,"                                          \
    " CAST(SUM(s.state NOT IN ('signed', 'accepted') AND plan.ends_on < ?) AS SIGNED) AS late,"    \
    " CAST(SUM(s.state IN ('signed', 'accepted') AND COALESCE(s.result_class, '') IN"              \
    " ('corrected', 'penalty')) AS SIGNED) AS problems"
#define TASKS                                                                                      \
    " JOIN task t ON t.section_id = s.id JOIN draw w ON w.id = t.draw_id"                          \
    " JOIN plan ON plan.id = w.plan_id"
#define RATE(part) "CAST(FLOOR(10000 * l." #part " / l.tasks) / 100 AS DOUBLE)"

#define FIGURES(T)                                                                                 \
    ROW_COL(T, tasks, "l.tasks", .title = "应检", .note = "抽中的任务数"),                         \
        ROW_COL(T, visits, "l.visits", .title = "入企检查",                                        \
                .note = "含该行任务的检查次数；联合检查在各行中都计一次"),                         \
        ROW_COL(T, completed, "l.completed", .title = "已检",                                      \
                .note = "检查单已签字或已审核的任务"),                                             \
        ROW_COL(T, closed, "l.closed", .title = "已完结",                                          \
                .note = "已审核，没有待公示的，后续处置均已办结的任务"),                           \
        ROW_COL(T, late, "l.late", .title = "逾期", .note = "未检，且已过抽查计划截止日期的任务"), \
        ROW_COL(T, problems, "l.problems", .title = "发现问题",                                    \
                .note = "已检的任务中责令改正或行政处罚的"),                                       \
        ROW_COL(T, completion_rate, RATE(completed) " AS completion_rate", .title = "完成率",      \
                .note = "已检 ÷ 应检，百分比"),                                                    \
        ROW_COL(T, closing_rate, RATE(closed) " AS closing_rate", .title = "完结率",               \
                .note = "已完结 ÷ 应检，百分比")

/* ---- of a campaign --------------------------------------------------------------------------- */

/* Grouped by the campaign first, so that the scope is asked of each row before it is counted. */
#define FROM_CELLS                                                                                 \
    " FROM (SELECT v.campaign_id, CONCAT_WS('.', b.region_code, t.specialty, s.department_id)"     \
    " AS cell, b.region_code AS region, t.specialty, s.department_id, " SUMS                       \
    " FROM visit v JOIN subject b ON b.id = v.subject_id JOIN section s ON s.visit_id = "          \
    "v.id" TASKS " GROUP BY v.campaign_id, s.department_id, b.region_code, t.specialty) l"         \
    " JOIN region ON region.code = l.region JOIN specialty ON specialty.code = l.specialty"        \
    " JOIN department ON department.id = l.department_id"

#define COL(member, ...) ROW_COL(struct ledger_line, member, __VA_ARGS__)
static const struct row_set ledger_rows = ROW_SET(
    struct ledger_line, COL(cell, "l.cell"), COL(region, "l.region"),
    COL(region_name, "region.name AS region_name", .title = "区划", .width = 14),
    COL(specialty, "l.specialty"),
    COL(specialty_name, "specialty.name AS specialty_name", .title = "专业", .width = 20),
    COL(department, "department.code"),
    COL(department_name, "department.name AS department_name", .title = "检查部门", .width = 30),
    FIGURES(struct ledger_line));
#undef COL

LIST(ledger_list, .name = "cells", .title = "台账", .rows = &ledger_rows, .from = FROM_CELLS,
     .where = "l.campaign_id = ? AND (? = 0 OR l.department_id = ?)", .in = "Diii", .key = "cell",
     .filters =
         LIST_FILTERS({ .name = "region", .title = "区划", .sql = "l.region = ?" },
                      { .name = "specialty", .title = "专业", .sql = "l.specialty = ?" },
                      { .name = "department", .title = "检查部门", .sql = "department.code = ?" }),
     .orders = LIST_ORDERS({ .member = "cell" }),
     .small = "the regions of a city by the specialties of a campaign");

enum rc ledger_cells(struct db *db, struct arena *a, int64_t campaign_id, int32_t today,
                     struct row_page *cells, struct err *err)
{
    const struct db_val scope[] = { db_date(today), db_int(campaign_id), db_int(0), db_int(0) };
    const struct list_ask ask = { .scope = scope };
    return list_page(db, a, &ledger_list, &ask, LEDGER_CELLS_MAX, cells, err);
}

/* ---- of a department and those below it ------------------------------------------------------ */

#define OWN_AND_BELOW                                                                              \
    " FROM department own JOIN department e ON e.kind = own.kind"                                  \
    " JOIN region r ON r.code = e.region_code"                                                     \
    " AND (e.id = own.id OR r.parent = own.region_code)"                                           \
    " JOIN section s ON s.department_id = e.id JOIN visit v ON v.id = s.visit_id" TASKS

#define COL(member, ...) ROW_COL(struct progress_line, member, __VA_ARGS__)
static const struct row_set progress_rows = ROW_SET(
    struct progress_line, COL(line, "l.line"),
    COL(campaign, "campaign.code", .title = "联合抽查", .width = 22),
    COL(campaign_name, "campaign.name AS campaign_name", .title = "名称", .width = 36),
    COL(initiator, "initiator.code", .title = "发起部门"), COL(department, "department.code"),
    COL(department_name, "department.name AS department_name", .title = "检查部门", .width = 30),
    COL(ends_on, "l.ends_on", .title = "截止日期"), FIGURES(struct progress_line));
#undef COL

LIST(progress_list, .name = "lines", .title = "任务落实", .rows = &progress_rows,
     .from = " FROM (SELECT CONCAT_WS('.', LPAD(v.campaign_id, 10, '0'), s.department_id) AS line,"
             " v.campaign_id, s.department_id, MIN(plan.ends_on) AS ends_on, " SUMS OWN_AND_BELOW
             " WHERE own.id = ? GROUP BY v.campaign_id, s.department_id) l"
             " JOIN campaign ON campaign.id = l.campaign_id"
             " JOIN department initiator ON initiator.id = campaign.department_id"
             " JOIN department ON department.id = l.department_id",
     .in = "Di", .key = "line",
     .filters =
         LIST_FILTERS({ .name = "department", .title = "检查部门", .sql = "department.code = ?" },
                      { .name = "initiator", .title = "发起部门", .sql = "initiator.code = ?" },
                      { .name = "campaign", .title = "联合抽查编号", .sql = "campaign.code = ?" },
                      { .name = "unfinished",
                        .title = "未检完",
                        .sql = "(l.completed < l.tasks) = ?",
                        .type = 'i',
                        .yes = true }),
     .orders = LIST_ORDERS({ .member = "line", .descending = true }),
     .small = "a line a department and campaign; its sections by the index of departments");

/* ---- of a department's report about a period ------------------------------------------------- */

#define COL(member, ...) ROW_COL(struct report_line, member, __VA_ARGS__)
static const struct row_set report_line_rows =
    ROW_SET(struct report_line, COL(line, "l.line"),
            COL(campaign, "l.campaign", .title = "联合抽查", .width = 22),
            COL(campaign_name, "l.campaign_name", .title = "名称", .width = 36),
            COL(department, "l.department"),
            COL(department_name, "l.department_name", .title = "检查部门", .width = 30),
            COL(ends_on, "l.ends_on", .title = "截止日期"), FIGURES(struct report_line),
            COL(period_completed, "l.period_completed", .title = "本期已检",
                .note = "已检的任务中，检查单在报告期内签字的"),
            COL(period_problems, "l.period_problems", .title = "本期发现问题",
                .note = "本期已检的任务中责令改正或行政处罚的"));
#undef COL

#define DONE "s.state IN ('signed', 'accepted')"
#define WITHIN DONE " AND COALESCE(s.signed_at >= ? AND s.signed_at < ?, FALSE)"

/* As they are now. */
LIST(report_now_list, .name = "lines", .title = "工作报告", .rows = &report_line_rows,
     .from = " FROM (SELECT CONCAT_WS('.', LPAD(v.campaign_id, 10, '0'), s.department_id) AS line,"
             " MIN(campaign.code) AS campaign, MIN(campaign.name) AS campaign_name,"
             " MIN(e.code) AS department, MIN(e.name) AS department_name,"
             " MIN(plan.ends_on) AS ends_on, " SUMS ", CAST(SUM(" WITHIN ") AS SIGNED)"
             " AS period_completed, CAST(SUM(" WITHIN " AND COALESCE(s.result_class, '') IN"
             " ('corrected', 'penalty')) AS SIGNED) AS period_problems" OWN_AND_BELOW
             " JOIN campaign ON campaign.id = v.campaign_id WHERE own.id = ?"
             " AND (plan.ends_on >= ? OR NOT (" DONE ") OR s.signed_at >= ?)"
             " GROUP BY v.campaign_id, s.department_id) l",
     .in = "DTTTTiDT", .key = "line", .orders = LIST_ORDERS({ .member = "line" }),
     .small = "as progress_list");

enum rc report_lines(struct db *db, struct arena *a, int64_t department_id, int32_t starts_on,
                     int32_t ends_on, int32_t today, struct row_page *lines, struct err *err)
{
    struct db_val from = db_instant(date_start(starts_on));
    struct db_val behind = db_instant(date_start(ends_on + 1));
    const struct db_val scope[] = {
        db_date(today), from, behind, from, behind, db_int(department_id), db_date(starts_on), from,
    };
    const struct list_ask ask = { .scope = scope };
    return list_page(db, a, &report_now_list, &ask, REPORT_LINES_MAX, lines, err);
}

LIST(report_line_list, .name = "lines", .title = "工作报告", .rows = &report_line_rows,
     .from = " FROM report JOIN JSON_TABLE(report.figures, '$.lines[*]' COLUMNS ("
             " line VARCHAR(40) PATH '$.line', campaign VARCHAR(40) PATH '$.campaign',"
             " campaign_name VARCHAR(120) PATH '$.campaign_name',"
             " department VARCHAR(16) PATH '$.department',"
             " department_name VARCHAR(120) PATH '$.department_name',"
             " ends_on DATE PATH '$.ends_on', tasks BIGINT PATH '$.tasks',"
             " visits BIGINT PATH '$.visits', completed BIGINT PATH '$.completed',"
             " closed BIGINT PATH '$.closed', late BIGINT PATH '$.late',"
             " problems BIGINT PATH '$.problems',"
             " period_completed BIGINT PATH '$.period_completed',"
             " period_problems BIGINT PATH '$.period_problems')) l",
     .where = "report.id = ?", .in = "i", .key = "line",
     .orders = LIST_ORDERS({ .member = "line" }), .small = "the lines of one report");

/* The visits of six weeks, read by the index of their days. */
#include "store/visit/visit.h"

#define OF_VISIT(what)                                                                             \
    "COALESCE((SELECT " what " FROM section y JOIN assignment a ON a.section_id = y.id"            \
    " JOIN inspector i ON i.id = a.inspector_id WHERE y.visit_id = v.id), '')"

#define COL(member, ...) ROW_COL(struct visit_day, member, __VA_ARGS__)
static const struct row_set visit_day_rows = ROW_SET(
    struct visit_day, COL(planned_on, "v.planned_on", .title = "日期"),
    COL(code, "v.code", .title = "编号", .width = 40),
    COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
    COL(region, "subject.region_code AS region", .title = "区划"),
    COL(address, "subject.address", .title = "地址", .width = 40),
    COL(departments,
        "COALESCE((SELECT GROUP_CONCAT(d.code ORDER BY d.code) FROM section x JOIN department d"
        " ON d.id = x.department_id WHERE x.visit_id = v.id), '') AS departments",
        .title = "参加部门", .width = 30),
    COL(cards, OF_VISIT("GROUP_CONCAT(i.card_no ORDER BY i.card_no)") " AS cards",
        .title = "执法证号", .width = 30),
    COL(inspectors,
        OF_VISIT("GROUP_CONCAT(i.name ORDER BY i.card_no SEPARATOR '、')") " AS inspectors",
        .title = "检查组", .width = 30),
    COL(state, "v.state", .title = "状态", .labels = visit_states),
    COL(sections,
        "COALESCE((SELECT COUNT(*) FROM section x WHERE x.visit_id = v.id), 0)"
        " AS sections",
        .title = "检查单"),
    COL(completed,
        "COALESCE((SELECT COUNT(*) FROM section x WHERE x.visit_id = v.id"
        " AND x.state IN ('signed', 'accepted')), 0) AS completed",
        .title = "已检", .note = "已签字或已审核的检查单"),
    COL(lon, "subject.lon", .nullable = true), COL(lat, "subject.lat", .nullable = true));
#undef COL

/* The days bound what is read, whoever asks. */
LIST(visit_day_list, .name = "visits", .title = "检查日历", .rows = &visit_day_rows,
     .from = " FROM visit v FORCE INDEX (planned) JOIN campaign ON campaign.id = v.campaign_id"
             " JOIN subject ON subject.id = v.subject_id",
     .where = "v.planned_on >= ? AND v.planned_on < ? + INTERVAL 42 DAY AND (campaign.department_id"
              " = ? OR EXISTS (SELECT 1 FROM section m WHERE m.visit_id = v.id"
              " AND m.department_id = ?))",
     .in = "DDii", .key = "code",
     .filters = LIST_FILTERS(
         { .name = "state", .title = "状态", .sql = "v.state = ?", .labels = visit_states },
         { .name = "region", .title = "区划", .sql = "subject.region_code = ?" },
         { .name = "department",
           .title = "参加部门",
           .sql = "EXISTS (SELECT 1 FROM section y JOIN department z ON z.id = y.department_id"
                  " WHERE y.visit_id = v.id AND z.code = ?)" },
         { .name = "inspector",
           .title = "执法证号",
           .sql = "EXISTS (SELECT 1 FROM section y JOIN assignment a ON a.section_id = y.id"
                  " JOIN inspector i ON i.id = a.inspector_id"
                  " WHERE y.visit_id = v.id AND i.card_no = ?)" },
         { .name = "planned_to", .title = "日期不晚于", .sql = "v.planned_on <= ?", .type = 'D' }),
     .orders = LIST_ORDERS({ .member = "planned_on" }));
_Static_assert(VISIT_DAYS == 42, "as the condition says");

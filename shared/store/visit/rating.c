#include "store/visit/rating.h"

#include "domain/visit/rating.h"

#define AVERAGE(of) "CAST(FLOOR(100 * AVG(r." #of ")) / 100 AS DOUBLE) AS " #of
#define SCORES(T, table)                                                                           \
    ROW_COL(T, lawful, table ".lawful", .title = "依法依规",                                       \
            .note = "出示证件，说明依据和事项，不超出事项"),                                       \
        ROW_COL(T, burden, table ".burden", .title = "少打扰",                                     \
                .note = "时间安排合理，少影响生产经营"),                                           \
        ROW_COL(T, conduct, table ".conduct", .title = "文明公正廉洁"),                            \
        ROW_COL(T, guidance, table ".guidance", .title = "讲解指导",                               \
                .note = "问题和整改要求讲得清楚")

/* The newest that make no whole step wait for others. */
#define STEPS                                                                                      \
    "SELECT x.*, ROW_NUMBER() OVER (PARTITION BY x.department_id ORDER BY x.id) AS place,"         \
    " COUNT(*) OVER (PARTITION BY x.department_id) AS n FROM rating_line x"                        \
    " WHERE x.campaign_id = ?"
_Static_assert(RATING_STEP == 5, "as below");

#define COL(member, ...) ROW_COL(struct rating_sum, member, __VA_ARGS__)
static const struct row_set sum_rows = ROW_SET(
    struct rating_sum, COL(department, "department.code"),
    COL(department_name, "department.name AS department_name", .title = "检查部门", .width = 30),
    COL(ratings, "l.ratings", .title = "评价数",
        .note = "每满五份计入一次，不足五份的不计，以免看出是哪家企业"),
    SCORES(struct rating_sum, "l"));
#undef COL

LIST(rating_sum_list, .name = "ratings", .title = "企业评价", .rows = &sum_rows,
     .from = " FROM (SELECT r.department_id, COUNT(*) AS ratings, " AVERAGE(lawful) ", " AVERAGE(
         burden) ", " AVERAGE(conduct) ", " AVERAGE(guidance) " FROM (" STEPS
                                                              ") r WHERE r.place <= r.n - r.n % 5"
                                                              " GROUP BY r.department_id) l"
                                                              " JOIN department"
                                                              " ON department.id = l.department_id",
     .where = "(? = 0 OR l.department_id = ?)", .in = "iii", .key = "department",
     .orders = LIST_ORDERS({ .member = "department" }),
     .small = "the departments of a campaign; its ratings by its key");

#define COL(member, ...) ROW_COL(struct rating_line, member, __VA_ARGS__)
static const struct row_set line_rows = ROW_SET(
    struct rating_line, COL(rated_in, "r.rated_in", .title = "评价月份", .width = 10),
    COL(campaign, "campaign.code", .title = "联合抽查", .width = 22),
    COL(campaign_name, "campaign.name AS campaign_name", .title = "名称", .width = 36),
    SCORES(struct rating_line, "r"), COL(content, "r.content", .title = "意见", .width = 60),
    COL(mark, "r.mark", .hidden = true));
#undef COL

LIST(rating_list, .name = "ratings", .title = "企业评价", .rows = &line_rows,
     .from = " FROM rating_line r JOIN campaign ON campaign.id = r.campaign_id",
     .where = "r.department_id = ? AND r.leads = 1", .in = "i", .key = "mark",
     .orders = LIST_ORDERS({ .member = "rated_in", .descending = true }));

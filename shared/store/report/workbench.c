#include "store/report/workbench.h"

#include "domain/account/role.h"
#include "store/review/code_alert.h"

/* The rest of a statement gives due and target of what waits, the most urgent first where there may
   be many. */
#define COUNT(ident, in, text)                                                                     \
    DB_STMT(ident, in, "iDt",                                                                      \
            "SELECT COUNT(*), MIN(w.due), MIN(w.target) FROM (SELECT " text " LIMIT 1001) w")
_Static_assert(WORKBENCH_MAX == 1000, "the LIMIT above is one more");

#define NO_DUE "CAST(NULL AS DATE) AS due, "
#define NO_TARGET "CAST(NULL AS CHAR) AS target"
#define DAY(instant) "DATE(" instant " + INTERVAL 8 HOUR) AS due, "

COUNT(workbench_plans, "i",
      "p.ends_on AS due, " NO_TARGET
      " FROM plan p WHERE p.department_id = ? AND p.state = 'draft'");
COUNT(workbench_freezes, "i",
      "p.ends_on AS due, c.code AS target FROM draw d JOIN campaign c ON c.id = d.campaign_id"
      " JOIN plan p ON p.id = d.plan_id"
      " WHERE d.department_id = ? AND d.state = 'open' AND c.state = 'open'");
COUNT(workbench_announcements, "i",
      NO_DUE "c.code AS target FROM campaign c WHERE c.department_id = ? AND c.state = 'open'"
             " AND NOT EXISTS (SELECT 1 FROM draw d WHERE d.campaign_id = c.id"
             " AND d.state = 'open')");
COUNT(workbench_values, "iT",
      DAY("c.latest_at") "c.code AS target FROM campaign c WHERE c.state = 'announced'"
                         " AND EXISTS (SELECT 1 FROM draw d WHERE d.campaign_id = c.id"
                         " AND d.department_id = ?) AND c.value_at <= ?");
COUNT(workbench_visits, "i",
      DAY("c.teams_at") "c.code AS target FROM campaign c WHERE c.department_id = ?"
                        " AND c.state = 'drawn' AND NOT EXISTS (SELECT 1 FROM visit v"
                        " WHERE v.campaign_id = c.id)");
COUNT(workbench_cancelled, "i",
      "MIN(p.ends_on) AS due, MIN(c.code) AS target FROM visit v FORCE INDEX (cancelled)"
      " JOIN campaign c ON c.id = v.campaign_id JOIN draw w ON w.campaign_id = c.id"
      " JOIN plan p ON p.id = w.plan_id WHERE v.cancelled_from IS NOT NULL"
      " AND c.department_id = ? AND c.state = 'drawn' AND NOT EXISTS (SELECT 1"
      " FROM section s WHERE s.visit_id = v.id AND s.state IN ('signed', 'accepted'))"
      " GROUP BY v.id");
COUNT(workbench_closings, "iT",
      DAY("c.teams_at") "c.code AS target FROM campaign c WHERE c.department_id = ?"
                        " AND c.state = 'drawn' AND c.closing IS NULL AND c.teams_at > ?"
                        " AND EXISTS (SELECT 1 FROM visit v WHERE v.campaign_id = c.id)");
COUNT(workbench_teams, "iT",
      DAY("c.teams_at") "c.code AS target FROM campaign c WHERE c.department_id = ?"
                        " AND c.state = 'drawn' AND c.teams_seed IS NULL AND c.teams_at <= ?");
/* The teams' value is at most 31 days behind the draw's: earlier campaigns are not looked at. */
COUNT(
    workbench_differences, "TTii",
    DAY("c.teams_at") "c.code AS target FROM campaign c JOIN roster_change r"
                      " ON r.campaign_id = c.id JOIN inspector i ON i.card_no = r.card_no"
                      " WHERE c.state = 'drawn' AND c.value_at > ? - INTERVAL 31 DAY"
                      " AND c.teams_at > ? AND c.closing IS NULL AND i.department_id = ?"
                      " AND r.approved_by IS NULL AND NOT r.said_by <=> ? AND NOT EXISTS (SELECT 1"
                      " FROM roster_change n WHERE n.campaign_id = r.campaign_id AND n.id > r.id"
                      " AND n.card_no = r.card_no AND n.field = r.field)");
COUNT(workbench_adjustments, "ii",
      "v.planned_on AS due, c.code AS target FROM adjustment a"
      " JOIN campaign c ON c.id = a.campaign_id LEFT JOIN visit v ON v.code = a.visit"
      " WHERE a.department_id = ? AND a.state = 'requested' AND a.requested_by <> ?");
#define CLUE(condition)                                                                            \
    DAY("k.received_at") NO_TARGET " FROM clue k WHERE k.department_id = ? AND " condition
COUNT(workbench_clues, "i", CLUE("k.state = 'received'"));
COUNT(workbench_plans_of_clues, "ii", CLUE("k.state = 'proposed' AND k.proposed_by <> ?"));
COUNT(workbench_checks_of_clues, "i",
      "k.planned_on AS due, " NO_TARGET " FROM clue k WHERE k.department_id = ?"
      " AND k.state = 'planned'");
COUNT(workbench_joined_clues, "i",
      NO_DUE NO_TARGET " FROM clue k WHERE k.department_id = ? AND k.state = 'joined'");
COUNT(workbench_substitutes, "ii",
      "p.ends_on AS due, d.code AS target FROM draw d JOIN substitute_request r"
      " ON r.draw_id = d.id AND r.state = 'requested' JOIN plan p ON p.id = d.plan_id"
      " WHERE d.department_id = ? AND r.requested_by <> ?");
COUNT(workbench_reviews, "i",
      NO_DUE NO_TARGET " FROM section s WHERE s.department_id = ? AND s.state = 'signed'");
COUNT(workbench_codes, "i",
      NO_DUE NO_TARGET " FROM section s WHERE s.department_id = ? AND s.code_state = 'missing'"
                       " AND" CODE_NOT_SEEN);
COUNT(workbench_corrections, "i",
      NO_DUE NO_TARGET " FROM held_op h WHERE h.department_id = ? AND h.state = 'open'");
#define PUBLICATION                                                                                \
    "p.due_on AS due, " NO_TARGET " FROM publication p FORCE INDEX (department_due)"               \
    " WHERE p.department_id = ? AND p.state = 'due' AND "
COUNT(workbench_late, "iD", PUBLICATION "p.due_on < ? ORDER BY p.due_on");
COUNT(workbench_soon, "iDD", PUBLICATION "p.due_on BETWEEN ? AND ? ORDER BY p.due_on");
COUNT(workbench_in_time, "iD", PUBLICATION "p.due_on > ? ORDER BY p.due_on");
COUNT(workbench_looks, "iD",
      "p.look_on AS due, " NO_TARGET " FROM publication p FORCE INDEX (department_state)"
      " WHERE p.department_id = ? AND p.state = 'withheld' AND p.look_on <= ?"
      " ORDER BY p.look_on");
COUNT(workbench_deliveries, "i",
      NO_DUE NO_TARGET " FROM outbox o WHERE o.department_id = ? AND o.state = 'rejected'");
COUNT(workbench_missing, "i",
      NO_DUE NO_TARGET " FROM outbox o WHERE o.department_id = ? AND o.difference = 'missing'");
COUNT(workbench_receipts, "i",
      NO_DUE NO_TARGET " FROM outbox o WHERE o.department_id = ? AND o.difference = 'receipt'");
COUNT(workbench_objections, "i",
      NO_DUE NO_TARGET " FROM objection o WHERE o.department_id = ? AND o.state = 'received'");
COUNT(workbench_answers, "iD",
      NO_DUE NO_TARGET " FROM objection o FORCE INDEX (department_received)"
                       " WHERE o.department_id = ? AND o.state = 'examining'"
                       " AND o.received_on <= ?");
COUNT(workbench_disposals, "iD",
      "d.due_on AS due, " NO_TARGET " FROM disposal d FORCE INDEX (department_due)"
      " WHERE d.department_id = ? AND d.state = 'open' AND d.due_on <= ? ORDER BY d.due_on");
COUNT(workbench_proposals, "i",
      NO_DUE NO_TARGET " FROM subject_proposal p WHERE p.to_id = ? AND p.state = 'open'");
COUNT(workbench_cards, "iD",
      "i.card_expires_on AS due, " NO_TARGET " FROM inspector i WHERE i.department_id = ?"
      " AND i.on_duty AND i.card_expires_on < ? ORDER BY i.card_expires_on");
COUNT(workbench_directories, "iD",
      NO_DUE NO_TARGET " FROM directory d WHERE d.department_id = ? AND d.refreshed_on < ?");
/* Until it is issued. Whose first task was drawn behind that year owes none: its first section is
   the first of the firsts of each state, one row of the index each. */
#define FIRST(state)                                                                               \
    "(SELECT MIN(id) AS id FROM section WHERE department_id = ? AND state = '" state "')"
#define FIRSTS                                                                                     \
    FIRST("open")                                                                                  \
    " UNION ALL " FIRST("signed") " UNION ALL " FIRST("returned") " UNION ALL " FIRST("accepted")
#define SUMMARY(kind)                                                                              \
    "due.day AS due, " NO_TARGET " FROM (SELECT CAST(? AS DATE) AS day, ? AS year) due"            \
    " JOIN section s ON s.id = (SELECT MIN(id) FROM (" FIRSTS ") firsts)"                          \
    " JOIN visit v ON v.id = s.visit_id"                                                           \
    " JOIN campaign c ON c.id = v.campaign_id LEFT JOIN report r"                                  \
    " ON r.department_id = s.department_id AND r.kind = '" kind "' AND r.number = due.year"        \
    " WHERE due.day IS NOT NULL AND r.id IS NULL"                                                  \
    " AND YEAR(c.drawn_at + INTERVAL 8 HOUR) <= due.year"
COUNT(workbench_midyear, "Diiiii", SUMMARY("midyear"));
COUNT(workbench_annual, "Diiiii", SUMMARY("annual"));

const struct workbench_kind workbench_kinds[] = {
    { "plan.file", "待报备的计划", ROLE_PLANNER, NULL, "plans", "state=draft&department={own}",
      &workbench_plans, "d" },
    { "draw.freeze", "待冻结的名录", ROLE_PLANNER, NULL, "campaigns", "state=open",
      &workbench_freezes, "d" },
    { "campaign.announce", "可公告的批次", ROLE_PLANNER, NULL, "campaigns",
      "state=open&department={own}", &workbench_announcements, "d" },
    { "campaign.value", "待录入的公共随机值", ROLE_PLANNER, NULL, "campaigns", "state=announced",
      &workbench_values, "dn" },
    { "visit.create", "待生成检查的批次", ROLE_PLANNER, NULL, "campaigns",
      "state=drawn&department={own}", &workbench_visits, "d" },
    { "clue.triage", "待研判的线索", ROLE_PLANNER, NULL, "clues", "state=received",
      &workbench_clues, "d" },
    { "visit.cancel", "取消后待另排日期的检查", ROLE_PLANNER, NULL, "campaigns/{target}/visits",
      "cancelled=1", &workbench_cancelled, "d" },
    { "campaign.close", "待封存检查组抽取依据的批次", ROLE_PLANNER, NULL, "campaigns",
      "state=drawn&department={own}", &workbench_closings, "dn" },
    { "inspector.draw", "待抽取检查组的批次", ROLE_PLANNER, NULL, "campaigns",
      "state=drawn&department={own}", &workbench_teams, "dn" },
    { "proposal.decide", "其他部门的资料建议", ROLE_PLANNER, NULL, "proposals", "state=open",
      &workbench_proposals, "d" },
    { "card.expires", "即将到期的执法证", ROLE_PLANNER, NULL, "inspectors",
      "department={own}&on_duty=1&card_expires_before={cards}", &workbench_cards, "dc" },
    { "directory.stale", "逾期未更新的名录", ROLE_PLANNER, NULL, "directories",
      "refreshed_before={refresh}", &workbench_directories, "dr" },
    { "report.midyear", "待印发的半年总结", ROLE_PLANNER, NULL, "reports", "", &workbench_midyear,
      "mMdddd" },
    { "report.annual", "待印发的年度总结", ROLE_PLANNER, NULL, "reports", "", &workbench_annual,
      "eEdddd" },
    { "difference.approve", "待批准的人员差异", ROLE_REVIEWER, NULL,
      "campaigns/{target}/differences", "", &workbench_differences, "nnda" },
    { "adjustment.decide", "待决定的人员调整", ROLE_REVIEWER, NULL,
      "campaigns/{target}/adjustments", "state=requested", &workbench_adjustments, "da" },
    { "clue.decide", "待审批的线索", ROLE_REVIEWER, NULL, "clues", "state=proposed",
      &workbench_plans_of_clues, "da" },
    { "clue.end", "待登记结果的线索检查", ROLE_REVIEWER, NULL, "clues", "state=planned",
      &workbench_checks_of_clues, "d" },
    { "clue.joined", "并入检查、待登记结果的线索", ROLE_REVIEWER, NULL, "clues", "state=joined",
      &workbench_joined_clues, "d" },
    { "substitute.decide", "待决定的对象替换", ROLE_REVIEWER, NULL,
      "draws/{target}/substitute-requests", "state=requested", &workbench_substitutes, "da" },
    { "section.review", "待审核的检查单", ROLE_REVIEWER, NULL, "sections", "state=signed",
      &workbench_reviews, "d" },
    { "code-alert.explain", "未见检查码、待说明的检查", ROLE_REVIEWER, NULL, "code-alerts",
      "state=missing", &workbench_codes, "d" },
    { "correction.decide", "待处理的更正", ROLE_REVIEWER, NULL, "corrections", "state=open",
      &workbench_corrections, "d" },
    { "disposal.end", "逾期或三个工作日内到期的后续处置", ROLE_REVIEWER, NULL, "disposals",
      "state=open&due_by={soon}&sort=due_on", &workbench_disposals, "ds" },
    { "publication.publish", "逾期未公示", ROLE_PUBLISHER, "late", "publications",
      "state=due&due_by={yesterday}&sort=due_on", &workbench_late, "dt" },
    { "publication.publish", "三个工作日内到期的公示", ROLE_PUBLISHER, "soon", "publications",
      "state=due&due_from={today}&due_by={soon}&sort=due_on", &workbench_soon, "dts" },
    { "publication.publish", "期限内的公示", ROLE_PUBLISHER, "in-time", "publications",
      "state=due&due_from={later}&sort=due_on", &workbench_in_time, "ds" },
    { "publication.look", "到复核日期的暂缓公示", ROLE_PUBLISHER, NULL, "publications",
      "state=withheld&look_by={today}", &workbench_looks, "dt" },
    { "delivery.retry", "被平台退回的报送", ROLE_PUBLISHER, NULL, "deliveries", "state=rejected",
      &workbench_deliveries, "d" },
    { "delivery.missing", "平台查无的报送", ROLE_PUBLISHER, NULL, "deliveries",
      "difference=missing", &workbench_missing, "d" },
    { "delivery.receipt", "回执不同的报送", ROLE_PUBLISHER, NULL, "deliveries",
      "difference=receipt", &workbench_receipts, "d" },
    { "objection.examine", "新收到的异议", ROLE_REVIEWER | ROLE_PUBLISHER, NULL, "objections",
      "state=received", &workbench_objections, "d" },
    { "objection.decide", "逾期或三个工作日内须答复的异议", ROLE_REVIEWER | ROLE_PUBLISHER, NULL,
      "objections", "state=examining&received_by={objections}", &workbench_answers, "do" },
    { NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL },
};

static struct db_val argument(char what, const struct workbench_ask *ask)
{
    switch (what) {
    case 'd':
        return db_int(ask->department_id);
    case 'a':
        return db_int(ask->account_id);
    case 'n':
        return db_instant(ask->now);
    case 't':
        return db_date(ask->today);
    case 's':
        return db_date(ask->soon);
    case 'm':
        return ask->midyear ? db_date(ask->midyear) : db_null('D');
    case 'M':
        return db_int(ask->midyear_of);
    case 'E':
        return db_int(ask->annual_of);
    case 'e':
        return ask->annual ? db_date(ask->annual) : db_null('D');
    case 'c':
        return db_date(ask->cards);
    case 'o':
        return db_date(ask->objections);
    default:
        return db_date(ask->refresh);
    }
}

struct reading {
    struct arena *arena;
    struct workbench_count *out;
};

static void read_count(const struct db_query *q, void *data)
{
    const struct reading *r = data;
    *r->out = (struct workbench_count){ .n = db_col_int(q, 0),
                                        .due = db_is_null(q, 1) ? 0 : db_col_date(q, 1),
                                        .target = db_col_dup(q, 2, r->arena) };
}

enum rc workbench_count(struct db *db, struct arena *a, const struct workbench_kind *kind,
                        const struct workbench_ask *ask, struct workbench_count *out)
{
    struct db_val values[6];
    struct reading reading = { .arena = a, .out = out };
    size_t n = 0;
    for (const char *p = kind->args; *p; p++)
        values[n++] = argument(*p, ask);
    return db_one(db, kind->stmt, values, n, read_count, &reading);
}

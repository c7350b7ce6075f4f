#include "store/directory/rule.h"

#include <string.h>

enum { CALENDAR_DAYS_MAX = 4000, CALENDAR_YEARS_MAX = 100 };

const char *const rule_names[RULE_KEYS] = {
    [RULE_DEADLINE_INSPECTION] = "deadline.inspection",
    [RULE_DEADLINE_PENALTY] = "deadline.penalty",
    [RULE_DEADLINE_COLLECTION] = "deadline.collection",
    [RULE_DEADLINE_RETRACTION] = "deadline.retraction",
    [RULE_DEADLINE_OBJECTION] = "deadline.objection",
    [RULE_WITHHOLD_DAYS] = "withhold.days",
    [RULE_ADJUSTMENT_PERCENT] = "adjustment.percent",
    [RULE_DIRECTORY_MAX_AGE_DAYS] = "directory.max_age_days",
    [RULE_FREQUENCY_YEARLY] = "frequency.yearly",
    [RULE_WEIGHT_CREDIT_A] = "weight.credit.A",
    [RULE_WEIGHT_CREDIT_B] = "weight.credit.B",
    [RULE_WEIGHT_CREDIT_C] = "weight.credit.C",
    [RULE_WEIGHT_CREDIT_D] = "weight.credit.D",
    [RULE_WEIGHT_COMPLAINT] = "weight.complaint",
    [RULE_WEIGHT_COMPLAINTS_MAX] = "weight.complaints_max",
    [RULE_WEIGHT_ABNORMAL] = "weight.abnormal",
    [RULE_WEIGHT_SERIOUS] = "weight.serious",
    [RULE_FREQUENCY_QUIET_DAYS] = "frequency.quiet_days",
    [RULE_RATIO_GENERAL_PERMILLE] = "ratio.general.permille",
    [RULE_ALERT_SUBJECT_DAILY] = "alert.subject.daily",
    [RULE_ALERT_SUBJECT_WEEKLY] = "alert.subject.weekly",
    [RULE_ALERT_SUBJECT_MONTHLY] = "alert.subject.monthly",
    [RULE_ALERT_PAIR_CLEAN_YEARLY] = "alert.pair.clean_yearly",
    [RULE_INSPECTORS_MINIMUM] = "inspectors.minimum",
    [RULE_LOAD_DAILY] = "load.daily",
    [RULE_REPORT_MIDYEAR_DAY] = "report.midyear.day",
    [RULE_REPORT_ANNUAL_DAY] = "report.annual.day",
    [RULE_DRAW_PUBLISH_ONCE] = "draw.publish.once",
    [RULE_DRAW_TEAMS_SECONDS] = "draw.teams.seconds",
    [RULE_DRAW_VALUE_SECONDS] = "draw.value.seconds",
    [RULE_EVIDENCE_DEVICE_MIB] = "evidence.device_mib",
    [RULE_EVIDENCE_UNDECLARED_FILES] = "evidence.undeclared_files",
    [RULE_EVIDENCE_TIME_MINUTES] = "evidence.time_minutes",
    [RULE_EVIDENCE_DISTANCE_M] = "evidence.distance_m",
    [RULE_SUBSTITUTE_PERCENT] = "substitute.percent",
    [RULE_SYNC_TOMBSTONE_DAYS] = "sync.tombstone_days",
    [RULE_RETENTION_OBJECTOR_DAYS] = "retention.objector_days",
    [RULE_RETENTION_ENROLMENT_DAYS] = "retention.enrolment_days",
    [RULE_PASSWORD_LENGTH] = "password.length",
    [RULE_PASSWORD_CLASSES] = "password.classes",
    [RULE_PASSWORD_HISTORY] = "password.history",
};

/* Rows of one name follow each other, the one that holds first. */
DB_STMT(rule_select, "Dttt", "ti",
        "SELECT name, value FROM rule WHERE effective_from <= ?"
        " AND region IN ('', ?, COALESCE((SELECT parent FROM region WHERE code = ?), ''))"
        " ORDER BY name,"
        " CASE region WHEN '' THEN 0 WHEN ? THEN 2 ELSE 1 END DESC,"
        " effective_from DESC LIMIT 2000");

DB_STMT(rule_calendar_select, "i", "Dti",
        "SELECT day, kind, notice_year FROM calendar_day ORDER BY day DESC LIMIT ?");

enum rc rule_load(struct db *db, struct arena *a, const char *region, int32_t on,
                  struct rule_set *out)
{
    struct rule *rules = arena_array(a, RULE_MAX, sizeof *rules);
    size_t n = 0;
    struct db_query *q;
    enum rc rc =
        db_query(db, &rule_select,
                 DB_ARGS(db_date(on), db_text(region), db_text(region), db_text(region)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && n < RULE_MAX) {
        const char *name = db_col_text(q, 0);
        if (n && strcmp(rules[n - 1].name, name) == 0)
            continue;
        rules[n++] = (struct rule){ .name = db_col_dup(q, 0, a), .value = db_col_int(q, 1) };
    }
    db_done(&q);
    *out = (struct rule_set){ .rules = rules, .count = n };
    return rc == RC_DONE || rc == RC_OK ? RC_OK : rc;
}

bool rule_find(const struct rule_set *set, enum rule_key key, int64_t *value)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->rules[i].name, rule_names[key]) == 0) {
            *value = set->rules[i].value;
            return true;
        }
    }
    return false;
}

enum rc rule_value(const struct rule_set *set, enum rule_key key, int64_t *value, struct err *err)
{
    if (rule_find(set, key, value))
        return RC_OK;
    return err_set(err, RC_STATE, "", "规则“%s”尚未设定，请先载入规则表", rule_names[key]);
}

static enum rc days_of(const struct rule_set *set, enum rule_key key, unsigned *days,
                       struct err *err)
{
    int64_t value = 0;
    int64_t collection;
    enum rc rc = rule_value(set, key, &value, err);
    if (rc != RC_OK)
        return rc;
    if (rule_find(set, RULE_DEADLINE_COLLECTION, &collection) && collection < value)
        value = collection;
    if (value < 0 || value > WORKDAY_MAX)
        return err_set(err, RC_STATE, "", "规则“%s”的值 %lld 超出范围", rule_names[key],
                       (long long)value);
    *days = (unsigned)value;
    return RC_OK;
}

enum rc rule_deadlines(const struct rule_set *set, struct publication_rules *out, struct err *err)
{
    enum rc rc = days_of(set, RULE_DEADLINE_INSPECTION, &out->inspection_days, err);
    if (rc != RC_OK)
        return rc;
    return days_of(set, RULE_DEADLINE_PENALTY, &out->penalty_days, err);
}

static void add_year(int *years, size_t *count, int year)
{
    for (size_t i = 0; i < *count; i++)
        if (years[i] == year)
            return;
    if (*count < CALENDAR_YEARS_MAX)
        years[(*count)++] = year;
}

enum rc rule_calendar(struct db *db, struct arena *a, struct workday_calendar *out)
{
    struct workday_day *days = arena_array(a, CALENDAR_DAYS_MAX, sizeof *days);
    int *years = arena_array(a, CALENDAR_YEARS_MAX, sizeof *years);
    size_t n = 0;
    size_t year_count = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &rule_calendar_select, DB_ARGS(db_int(CALENDAR_DAYS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        days[n++] = (struct workday_day){ .date = db_col_date(q, 0),
                                          .work = strcmp(db_col_text(q, 1), "work") == 0 };
        add_year(years, &year_count, (int)db_col_int(q, 2));
    }
    if (rc != RC_DONE)
        return rc;
    workday_calendar(out, a, days, n, years, year_count);
    return RC_OK;
}

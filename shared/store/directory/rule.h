/*
 * The numbers of the regime (table rule) and the working calendar (table calendar_day).
 *
 * A value is the one of the most specific region: the region itself, then the region above it, then
 * everywhere (''); of that region's rows the latest that is in force. Where two named rules speak
 * of the same thing, the strictest holds: rule_deadlines does so for R01, R02 and R03.
 */
#ifndef LIANCHA_STORE_RULE_H
#define LIANCHA_STORE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/publish/publication.h"
#include "domain/workday.h"
#include "sys/db.h"

enum { RULE_MAX = 500 }; /* names in force at a time */

/* Every rule that code reads; schema/reference/rules.csv has its value and its source. */
enum rule_key {
    RULE_DEADLINE_INSPECTION,
    RULE_DEADLINE_PENALTY,
    RULE_DEADLINE_COLLECTION,
    RULE_DEADLINE_RETRACTION,
    RULE_DEADLINE_OBJECTION,
    RULE_WITHHOLD_DAYS,
    RULE_ADJUSTMENT_PERCENT,
    RULE_DIRECTORY_MAX_AGE_DAYS,
    RULE_FREQUENCY_YEARLY,
    RULE_WEIGHT_CREDIT_A,
    RULE_WEIGHT_CREDIT_B,
    RULE_WEIGHT_CREDIT_C,
    RULE_WEIGHT_CREDIT_D,
    RULE_WEIGHT_COMPLAINT,
    RULE_WEIGHT_COMPLAINTS_MAX,
    RULE_WEIGHT_ABNORMAL,
    RULE_WEIGHT_SERIOUS,
    RULE_FREQUENCY_QUIET_DAYS,
    RULE_RATIO_GENERAL_PERMILLE,
    RULE_ALERT_SUBJECT_DAILY,
    RULE_ALERT_SUBJECT_WEEKLY,
    RULE_ALERT_SUBJECT_MONTHLY,
    RULE_ALERT_PAIR_CLEAN_YEARLY,
    RULE_INSPECTORS_MINIMUM,
    RULE_LOAD_DAILY,
    RULE_REPORT_MIDYEAR_DAY,
    RULE_REPORT_ANNUAL_DAY,
    RULE_DRAW_PUBLISH_ONCE,
    RULE_DRAW_TEAMS_SECONDS, /* announced with the others, and read from there */
    RULE_DRAW_VALUE_SECONDS,
    RULE_EVIDENCE_DEVICE_MIB,
    RULE_EVIDENCE_UNDECLARED_FILES,
    RULE_EVIDENCE_TIME_MINUTES,
    RULE_EVIDENCE_DISTANCE_M,
    RULE_SUBSTITUTE_PERCENT,
    RULE_SYNC_TOMBSTONE_DAYS,
    RULE_RETENTION_OBJECTOR_DAYS,
    RULE_RETENTION_ENROLMENT_DAYS,
    RULE_PASSWORD_LENGTH,
    RULE_PASSWORD_CLASSES,
    RULE_PASSWORD_HISTORY,
    RULE_KEYS,
};
/* The names in the table. */
extern const char *const rule_names[RULE_KEYS];

struct rule {
    const char *name;
    int64_t value;
};

/* All rules in force in one region on one day. */
struct rule_set {
    const struct rule *rules; /* ascending by name */
    size_t count;
};

enum rc rule_load(struct db *db, struct arena *a, const char *region, int32_t on,
                  struct rule_set *out) RC_CHECKED;
/* False when it has no value. */
bool rule_find(const struct rule_set *set, enum rule_key key, int64_t *value);
/* The value, or RC_STATE with a detail that names the missing rule. */
enum rc rule_value(const struct rule_set *set, enum rule_key key, int64_t *value,
                   struct err *err) RC_CHECKED;

/* Days of deadline.inspection and deadline.penalty, neither above deadline.collection. */
enum rc rule_deadlines(const struct rule_set *set, struct publication_rules *out,
                       struct err *err) RC_CHECKED;

/* Every day of every notice that is loaded. */
enum rc rule_calendar(struct db *db, struct arena *a, struct workday_calendar *out) RC_CHECKED;

#endif

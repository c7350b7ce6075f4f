/*
 * The numbers of the regime (table rule) and the working calendar (table calendar_day).
 *
 * A value is the one of the most specific region: the region itself, then the region above it, then
 * everywhere (''); of that region's rows the latest that is in force. Where two named rules speak of
 * the same thing, the strictest holds: rule_deadlines does so for R01, R02 and R03.
 */
#ifndef LIANCHA_STORE_RULE_H
#define LIANCHA_STORE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/publication.h"
#include "domain/workday.h"
#include "sys/db.h"

enum { RULE_MAX = 500 }; /* names in force at a time */

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
/* False when there is no rule of that name. */
bool rule_find(const struct rule_set *set, const char *name, int64_t *value);
/* The value, or RC_STATE with a detail that names the missing rule. */
enum rc rule_value(const struct rule_set *set, const char *name, int64_t *value,
                   struct err *err) RC_CHECKED;

/* Days of deadline.inspection and deadline.penalty, neither above deadline.collection. */
enum rc rule_deadlines(const struct rule_set *set, struct publication_rules *out,
                       struct err *err) RC_CHECKED;

/* Every day of every notice that is loaded. */
enum rc rule_calendar(struct db *db, struct arena *a, struct workday_calendar *out) RC_CHECKED;

#endif

/* What bulletins and reports share: figures, issuing, reading. */
#ifndef LIANCHA_PLANNER_REPORT_H
#define LIANCHA_PLANNER_REPORT_H

#include "domain/report/indicator.h"
#include "store/report/report.h"
#include "sys/list.h"
#include "web/web.h"

/* A line of figures, by who inspects. */
struct report_part {
    const char *department;
    const char *name;
    struct indicator n;
};
/* That of a line of a ledger or of a report, which have these members by the same names. */
#define REPORT_PART(line)                                                                          \
    ((struct report_part){ .department = (line).department,                                        \
                           .name = (line).department_name,                                         \
                           .n = { .tasks = (line).tasks,                                           \
                                  .completed = (line).completed,                                   \
                                  .closed = (line).closed,                                         \
                                  .late = (line).late } })

/* Writes figures, JSON: the sums of parts, each department's with whether it lags, the rows that
   parts are of under this key, and what the figures of such rows mean. RC_INVALID: too much. */
enum rc report_figures(struct web_ctx *c, const struct report_part *parts, const char *key,
                       const struct row_set *set, const struct row_page *rows,
                       struct report *report) RC_CHECKED;
/* RC_CONFLICT: the account issued the same within a day, as a request that is sent again does. */
enum rc report_sent_once(struct web_ctx *c, int64_t campaign_id,
                         const struct report *report) RC_CHECKED;
/* Adds it and replies; the audit event has its digest. */
enum rc report_add(struct web_ctx *c, int64_t campaign_id, int64_t department_id,
                   struct report *report) RC_CHECKED;
/* Writes state: whether it still is what an event of this name issued. */
enum rc report_checked(struct web_ctx *c, const char *action, struct report *report) RC_CHECKED;

#endif

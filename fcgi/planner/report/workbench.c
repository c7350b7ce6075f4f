/* What waits for whoever asks, each one link away. */
#include "store/report/workbench.h"

#include <string.h>

#include "base/date.h"
#include "domain/report/period.h"
#include "planner/directory/directory.h"
#include "planner/routes.h"
#include "store/directory/department.h"
#include "store/directory/rule.h"

enum { SOON_WORKDAYS = 3, CARD_DAYS = 60 };

static int32_t due(const struct rule_set *rules, enum rule_key key, int32_t today)
{
    int64_t value = 0;
    return rule_find(rules, key, &value) ? report_due(value, today) : 0;
}

/* The last day whose objections are to be answered by then. */
static int32_t received_by(const struct objection_clock *clock, int32_t today, int32_t soon)
{
    int32_t day = today;
    while (workday_add(&clock->calendar, day, clock->days).date > soon)
        day--; /* at most as many days as an answer may take */
    return day;
}

static enum rc ask_of(struct web_ctx *c, struct workbench_ask *ask)
{
    struct objection_clock clock;
    const char *region = NULL;
    int64_t days = 0;
    int32_t today = date_at(c->now);
    struct rule_set rules;
    enum rc rc = planner_objection_clock(c, &clock);
    if (rc == RC_OK)
        rc = department_region(c->db, c->arena, c->actor.department_id, &region);
    if (rc == RC_OK)
        rc = planner_directory_age(c, region, &days);
    if (rc == RC_OK)
        rc = rule_load(c->db, c->arena, region, today, &rules);
    if (rc != RC_OK)
        return rc;
    *ask = (struct workbench_ask){ .department_id = c->actor.department_id,
                                   .account_id = c->actor.id,
                                   .now = c->now,
                                   .today = today,
                                   .soon = workday_add(&clock.calendar, today, SOON_WORKDAYS).date,
                                   .cards = today + CARD_DAYS + 1,
                                   .refresh = today - (int32_t)days,
                                   .midyear = due(&rules, RULE_REPORT_MIDYEAR_DAY, today),
                                   .annual = due(&rules, RULE_REPORT_ANNUAL_DAY, today) };
    ask->midyear_of = report_due_year(REPORT_MIDYEAR, ask->midyear);
    ask->annual_of = report_due_year(REPORT_ANNUAL, ask->annual);
    ask->objections = received_by(&clock, today, ask->soon);
    return RC_OK;
}

/* What a name in braces stands for; of n bytes. */
static const char *meant(struct web_ctx *c, const struct workbench_ask *ask, const char *target,
                         const char *name, size_t n)
{
    const struct {
        const char *name;
        int32_t day;
    } days[] = {
        { "yesterday", ask->today - 1 },  { "today", ask->today }, { "soon", ask->soon },
        { "later", ask->soon + 1 },       { "cards", ask->cards }, { "refresh", ask->refresh },
        { "objections", ask->objections }
    };
    char *text = arena_alloc(c->arena, DATE_TEXT);
    for (size_t i = 0; i < sizeof days / sizeof *days; i++)
        if (strlen(days[i].name) == n && strncmp(days[i].name, name, n) == 0) {
            date_format(text, days[i].day);
            return text;
        }
    return strncmp(name, "own", n) == 0 ? c->actor.department : target;
}

static const char *filled(struct web_ctx *c, const struct workbench_ask *ask, const char *target,
                          const char *text)
{
    struct buf out;
    buf_init(&out, c->arena, 1024);
    buf_puts(&out, "");
    while (*text) {
        size_t n = strcspn(text, "{");
        buf_printf(&out, "%.*s", (int)n, text);
        text += n;
        if (!*text)
            break;
        size_t name = strcspn(text, "}") - 1;
        buf_puts(&out, meant(c, ask, target, text + 1, name));
        text += name + 2;
    }
    return out.p;
}

static enum rc put(struct web_ctx *c, struct jsonw *w, const struct workbench_kind *kind,
                   const struct workbench_ask *ask)
{
    struct workbench_count count;
    enum rc rc = workbench_count(c->db, c->arena, kind, ask, &count);
    if (rc != RC_OK)
        return rc;
    bool nowhere = !count.target && strchr(kind->list, '{');
    jw_object(w, NULL);
    jw_text(w, "kind", kind->name);
    jw_text(w, "text", kind->text);
    jw_text(w, "urgency", kind->urgency);
    jw_int(w, "count", count.n < WORKBENCH_MAX ? count.n : WORKBENCH_MAX);
    jw_bool(w, "more", count.n > WORKBENCH_MAX);
    if (count.due)
        jw_date(w, "due", count.due);
    else
        jw_null(w, "due");
    jw_text(w, "list", nowhere ? NULL : filled(c, ask, count.target, kind->list));
    jw_text(w, "filter", filled(c, ask, count.target, kind->filter));
    jw_end(w);
    return RC_OK;
}

/* GET workbench */
enum rc planner_workbench_show(struct web_ctx *c)
{
    struct workbench_ask ask;
    enum rc rc = ask_of(c, &ask);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_date(w, "today", ask.today);
    jw_array(w, "works");
    for (const struct workbench_kind *kind = workbench_kinds; rc == RC_OK && kind->name; kind++)
        if (kind->roles & c->actor.roles)
            rc = put(c, w, kind, &ask);
    jw_end(w);
    return rc == RC_OK ? web_json_end(c) : rc;
}

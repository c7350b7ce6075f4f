#include "store/draw/announcement.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/publish/personal.h"
#include "store/plan/plan.h"
#include "sys/log.h"

DB_STMT(announcement_scope_insert, "t", "",
        "INSERT INTO draw_scope (kind, guard) VALUES (?, 1)"
        " ON DUPLICATE KEY UPDATE guard = guard + 1");

#define SAME_STRATUM                                                                               \
    "EXISTS (SELECT 1 FROM draw_quota oq JOIN draw_quota nq ON nq.draw_id = n.id"                  \
    " AND nq.stratum = oq.stratum WHERE oq.draw_id = o.id)"
#define SAME_KIND                                                                                  \
    " FROM draw n JOIN department nd ON nd.id = n.department_id"                                   \
    " JOIN department od ON od.kind = nd.kind JOIN draw o ON o.department_id = od.id"              \
    " JOIN campaign c ON c.id = o.campaign_id AND c.id <> n.campaign_id"

#define OVERLAP                                                                                    \
    "SELECT c.code" SAME_KIND " AND c.state = 'announced' WHERE n.campaign_id = ?"                 \
    " AND " SAME_STRATUM " ORDER BY c.id LIMIT 1"
DB_STMT(announcement_overlap_select, "i", "t", OVERLAP);
/* A locking read: it sees what was announced while this transaction waited for the scope. */
DB_STMT(announcement_overlap_lock, "i", "t", OVERLAP " LOCK IN SHARE MODE");

/* Flat: with SAME_STRATUM below a derived table, MariaDB 10.11 died of SIGSEGV in optimize_keyuse
 * when the prepared statement ran again */
DB_STMT(announcement_earlier_select, "iTi", "tittit",
        "SELECT c.code, MAX(o.plan_id = n.plan_id), c.state, c.announcement, (SELECT COUNT(*)"
        " FROM visit v WHERE v.campaign_id = c.id AND v.state <> 'planned'), "
        "c.abandoned_reason" SAME_KIND " AND c.state <> 'open' AND o.id < n.id"
        " LEFT JOIN draw_quota oq ON oq.draw_id = o.id"
        " LEFT JOIN draw_quota nq ON nq.draw_id = n.id AND nq.stratum = oq.stratum"
        " WHERE n.campaign_id = ? AND (o.plan_id = n.plan_id OR (c.announced_at >= ?"
        " AND c.state IN ('drawn', 'void') AND nq.draw_id IS NOT NULL))"
        " GROUP BY c.id, c.code, c.state, c.announcement, c.abandoned_reason"
        " ORDER BY c.code LIMIT ?");

static enum rc lock_scopes(struct db *db, struct arena *a, const struct draw *draws, size_t count)
{
    enum rc rc = RC_OK;
    const char **kinds = arena_array(a, count, sizeof *kinds);
    size_t n = 0;
    /* Ascending, each once: so no two wait for each other. */
    for (size_t i = 0; i < count; i++) {
        size_t at = 0;
        while (at < n && strcmp(kinds[at], draws[i].kind) < 0)
            at++;
        if (at < n && strcmp(kinds[at], draws[i].kind) == 0)
            continue;
        memmove(kinds + at + 1, kinds + at, (n - at) * sizeof *kinds);
        kinds[at] = draws[i].kind;
        n++;
    }
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = db_exec(db, &announcement_scope_insert, DB_ARGS(db_text(kinds[i])));
    return rc;
}

struct code {
    struct arena *arena;
    const char *text;
};

static void read_code(const struct db_query *q, void *data)
{
    struct code *code = data;
    code->text = db_col_dup(q, 0, code->arena);
}

static enum rc overlap(struct db *db, struct arena *a, const struct db_stmt *stmt,
                       int64_t campaign_id, const char **other)
{
    struct code code = { .arena = a };
    enum rc rc = db_one(db, stmt, DB_ARGS(db_int(campaign_id)), read_code, &code);
    *other = code.text;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc announcement_overlap(struct db *db, struct arena *a, const struct draw *draws, size_t count,
                             int64_t campaign_id, const char **other)
{
    enum rc rc = lock_scopes(db, a, draws, count);
    return rc == RC_OK ? overlap(db, a, &announcement_overlap_lock, campaign_id, other) : rc;
}

enum rc announcement_overlap_now(struct db *db, struct arena *a, int64_t campaign_id,
                                 const char **other)
{
    return overlap(db, a, &announcement_overlap_select, campaign_id, other);
}

/* ---- putting it together ---- */

/* Numbers by which weights, frequency, limits and teams are made. */
static bool is_parameter(const char *name)
{
    static const char *const groups[] = { "adjustment.", "alert.pair.", "draw.",       "frequency.",
                                          "inspectors.", "load.",       "substitute.", "weight." };
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strncmp(name, groups[i], strlen(groups[i])) == 0)
            return true;
    return false;
}

static void put_parameters(struct arena *a, const struct rule_set *rules, struct announcement *out)
{
    struct announcement_parameter *list = arena_array(a, rules->count, sizeof *list);
    out->parameters = list;
    for (size_t i = 0; i < rules->count; i++)
        if (is_parameter(rules->rules[i].name))
            list[out->parameter_count++] =
                (struct announcement_parameter){ rules->rules[i].name, rules->rules[i].value };
}

static enum rc put_earlier(struct db *db, struct arena *a, const struct campaign *campaign,
                           int64_t since, struct announcement *out)
{
    struct announcement_earlier *list = arena_array(a, ANNOUNCEMENT_LIST_MAX + 1, sizeof *list);
    struct db_query *q;
    enum rc rc = db_query(
        db, &announcement_earlier_select,
        DB_ARGS(db_int(campaign->id), db_instant(since), db_int(ANNOUNCEMENT_LIST_MAX + 1)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        bool plan = db_col_int(q, 1) != 0;
        struct announcement_earlier *e = &list[out->earlier_count++];
        *e = (struct announcement_earlier){ .campaign = db_col_dup(q, 0, a),
                                            .relation = plan ? "plan" : "scope",
                                            .state = db_col_dup(q, 2, a),
                                            .announcement = db_col_dup(q, 3, a),
                                            .dispatched = db_col_int(q, 4) };
        if (plan)
            e->why = db_is_null(q, 5) ? campaign->redraw_reason : db_col_dup(q, 5, a);
    }
    out->earlier = list;
    return rc == RC_DONE ? RC_OK : rc;
}

/* The number behind the last '.' of a draw's code. */
static int64_t nth_of(const char *code)
{
    const char *dot = strrchr(code, '.');
    return dot ? strtoll(dot + 1, NULL, 10) : 0;
}

static enum rc put_draw(struct db *db, struct arena *a, const struct draw *draw,
                        struct announcement_draw *out)
{
    struct draw_quota *quotas = NULL;
    *out = (struct announcement_draw){ .id = draw->code,
                                       .plan = draw->plan,
                                       .plan_name = personal_mask(a, draw->plan_name, NULL),
                                       .department = draw->department,
                                       .ends_on = draw->ends_on,
                                       .nth = nth_of(draw->code),
                                       .frozen_at = draw->frozen_at,
                                       .snapshot = draw->snapshot_sha256,
                                       .roster = draw->roster_sha256 };
    enum rc rc = draw_quotas(db, a, draw->id, &quotas, NULL, &out->quota_count);
    out->quotas = quotas;
    return rc;
}

enum rc announcement_make(struct db *db, struct arena *a, const struct campaign *campaign,
                          const struct draw *draws, size_t count,
                          const struct announcement_terms *terms, struct buf *out, struct err *err)
{
    struct announcement_draw *list = arena_array(a, count, sizeof *list);
    struct announcement made = { .rule = terms->rule,
                                 .campaign = campaign->code,
                                 .name = campaign->name,
                                 .department = campaign->department,
                                 .region = campaign->region,
                                 .announced_at = terms->now,
                                 .secret_hash = terms->secret_hash,
                                 .value = *terms->value,
                                 .latest = terms->latest,
                                 .teams_issue = terms->teams_issue,
                                 .teams_at = terms->teams_at,
                                 .teams_secret_hash = terms->teams_secret_hash,
                                 .publish = terms->publish,
                                 .draws = list,
                                 .draw_count = count };
    put_parameters(a, terms->rules, &made);
    enum rc rc = put_earlier(db, a, campaign, terms->year_start, &made);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = put_draw(db, a, &draws[i], &list[i]);
    return rc == RC_OK ? announcement_write(out, &made, err) : rc;
}

/* ---- reading it again ---- */

enum rc announcement_load(struct db *db, struct arena *a, const struct campaign *campaign,
                          struct announcement *out, struct err *err)
{
    const char *text;
    size_t size;
    char hex[DIGEST_HEX];
    struct err why = { .rc = RC_OK };
    enum draw_rule rule;
    enum rc rc = campaign_text(db, a, campaign->id, "announcement", &text, &size);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && draw_rule_parse(campaign->rule, &rule)) {
        digest_hex(draw_digest(rule), text, size, hex);
        if (strcmp(hex, campaign->announcement) == 0 &&
            announcement_read(a, text, size, out, &why) == RC_OK &&
            strcmp(out->campaign, campaign->code) == 0 && out->rule == rule)
            return RC_OK;
    }
    log_error("campaign=%s the announcement is not the announced one", campaign->code);
    return err_set(err, RC_STATE, "", "批次 %s 的公告与公布的摘要不符", campaign->code);
}

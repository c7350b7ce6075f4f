#include "store/report/watch.h"

#include <stdio.h>
#include <string.h>

#include "base/certificate.h"
#include "base/date.h"
#include "sys/settings.h"

enum { DAY_MS = 24 * 3600 * 1000, CERTIFICATE_MAX = 1 << 16 };

#define COL(member, ...) ROW_COL(struct watch_value, member, __VA_ARGS__)
#define SET(name, ...) static const struct row_set name = ROW_SET(struct watch_value, __VA_ARGS__)
#define INSTANT(sql)                                                                               \
    COL(value, sql " AS value", .instant = true, .nullable = true),                                \
        COL(none, sql " IS NULL AS none")

SET(counts, COL(value, "COUNT(*) AS value"));

/* By department first, as the indexes of what waits are. */
DB_ROWS(watch_held, "i", &counts,
        " FROM department d JOIN held_op h FORCE INDEX (desk) ON h.department_id = d.id"
        " AND h.state = 'open' LIMIT ?");
SET(held_since, INSTANT("MIN(h.at)"));
DB_ROWS(watch_held_since, "i", &held_since,
        " FROM department d JOIN held_op h FORCE INDEX (desk) ON h.department_id = d.id"
        " AND h.state = 'open' LIMIT ?");

#define DUE                                                                                        \
    " FROM department d JOIN publication p FORCE INDEX (department_due)"                           \
    " ON p.department_id = d.id AND p.state = 'due' AND p.due_on "
DB_ROWS(watch_overdue, "Di", &counts, DUE "< ? LIMIT ?");
/* A day far away is as good as three weeks. */
SET(due_days,
    COL(first, "CAST(LEAST(DATEDIFF(p.due_on, ?), 21) AS CHAR) AS first", .nullable = true),
    COL(value, "COUNT(*) AS value"));
DB_ROWS(watch_due, "DDi", &due_days, DUE ">= ? GROUP BY first ORDER BY first LIMIT ?");

SET(deliveries, COL(first, "o.target AS first"), COL(second, "o.state AS second"),
    COL(value, "COUNT(*) AS value"));
DB_ROWS(watch_deliveries, "i", &deliveries,
        " FROM outbox o FORCE INDEX (state) WHERE o.state IN ('ready', 'uncertain', 'rejected')"
        " GROUP BY o.target, o.state ORDER BY o.target, o.state LIMIT ?");
SET(delivery_since, COL(first, "o.target AS first"), INSTANT("MIN(p.published_at)"));
DB_ROWS(watch_delivery_since, "i", &delivery_since,
        " FROM outbox o FORCE INDEX (state) JOIN publication p ON p.id = o.publication_id"
        " WHERE o.state IN ('ready', 'uncertain') GROUP BY o.target ORDER BY o.target LIMIT ?");
SET(differences, COL(first, "o.target AS first"),
    COL(second, "o.difference AS second", .nullable = true), COL(value, "COUNT(*) AS value"));
DB_ROWS(watch_differences, "i", &differences,
        " FROM department d JOIN outbox o FORCE INDEX (department_difference)"
        " ON o.department_id = d.id AND o.difference IN ('missing', 'receipt')"
        " GROUP BY o.target, o.difference ORDER BY o.target, o.difference LIMIT ?");

/* Of what was signed, and waits for its photos to be reviewed. */
DB_ROWS(watch_evidence, "i", &counts,
        " FROM department d JOIN section s FORCE INDEX (department_state)"
        " ON s.department_id = d.id AND s.state = 'signed'"
        " JOIN evidence e FORCE INDEX (section) ON e.section_id = s.id"
        " AND e.verified_at IS NULL AND e.written_off_at IS NULL LIMIT ?");

DB_ROWS(watch_draws_late, "Ti", &counts,
        " FROM campaign c WHERE c.state = 'announced' AND c.latest_at < ? LIMIT ?");

DB_ROWS(watch_cards_expired, "Di", &counts,
        " FROM inspector i WHERE i.on_duty = 1 AND i.card_expires_on < ? LIMIT ?");
DB_ROWS(
    watch_cards, "DDi", &counts,
    " FROM inspector i WHERE i.on_duty = 1 AND i.card_expires_on BETWEEN ? AND ? + INTERVAL 30 DAY"
    " LIMIT ?");

/* Notices are of whole years, which end in China 8 hours before they do in UTC. */
SET(calendar_end, INSTANT("TIMESTAMP(MAKEDATE(MAX(c.notice_year) + 1, 1)) - INTERVAL 8 HOUR"));
DB_ROWS(watch_calendar, "i", &calendar_end, " FROM calendar_day c LIMIT ?");

/* The last event of its action: an entry of the index, and its row. */
SET(done_at, INSTANT("MAX(e.at)"));
#define DONE(action)                                                                               \
    " FROM audit_event e WHERE e.chain = 'admin' AND e.seq = (SELECT MAX(l.seq)"                   \
    " FROM audit_event l FORCE INDEX (action) WHERE l.chain = 'admin' AND l.action = '" action     \
    "') LIMIT ?"
DB_ROWS(watch_verified, "i", &done_at, DONE("audit.verify"));
DB_ROWS(watch_exported, "i", &done_at, DONE("audit.export-heads"));
DB_ROWS(watch_backup, "i", &done_at, DONE("backup.make"));

/*
 * Of an inspector's phones the one that was heard last, by its token of 12 hours, if that is before
 * a day of the last four weeks began on which a section was to be checked that is open still: what
 * was recorded then is on the phone. Few are silent, so only their sections are looked at. The day
 * ended in China 8 hours before it did in UTC.
 */
SET(unsynced,
    COL(value, "TIMESTAMP(MIN(v.planned_on)) + INTERVAL 16 HOUR AS value", .instant = true,
        .nullable = true),
    COL(none, "MIN(v.planned_on) IS NULL AS none"));
DB_ROWS(watch_unsynced, "DDTi", &unsynced,
        " FROM device d LEFT JOIN device l ON l.inspector_id = d.inspector_id"
        " AND l.state = 'active' AND l.access_expires_at > d.access_expires_at"
        " JOIN assignment a ON a.inspector_id = d.inspector_id"
        " JOIN section s ON s.id = a.section_id AND s.state = 'open'"
        " JOIN visit v ON v.id = s.visit_id AND v.state = 'dispatched' AND v.planned_on < ?"
        " AND v.planned_on >= ? - INTERVAL 28 DAY"
        " AND d.access_expires_at < TIMESTAMP(v.planned_on) + INTERVAL 4 HOUR"
        " WHERE d.state = 'active' AND d.access_expires_at < ? AND l.id IS NULL LIMIT ?");
#undef SET
#undef COL

/* clang-format off */
const struct watch_figure watch_figures[] = {
    { "held_operations", "待处理的更正", "Operations of phones that wait for a decision.",
      .stmt = &watch_held },
    { "held_operation_oldest_timestamp_seconds", "最早一件待处理的更正",
      "Since when the oldest operation waits for a decision.",
      .kind = WATCH_SINCE, .warning = 3, .critical = 10, .stmt = &watch_held_since },
    { "publications_overdue", "逾期未公示", "Results that are not public after their deadline.",
      .critical = 1, .args = "d", .stmt = &watch_overdue },
    { "publications_due", "距公示期限的天数",
      "Results to be published, by days to their deadline; 21 is that or more.",
      .labels = { "days" }, .args = "dd", .stmt = &watch_due },
    { "deliveries", "未完成的报送", "Messages that no platform has accepted yet.",
      .labels = { "target", "state" }, .stmt = &watch_deliveries },
    { "delivery_oldest_timestamp_seconds", "最早一条待报送信息",
      "When the oldest message that waits for a platform was published.",
      .labels = { "target" }, .kind = WATCH_SINCE, .warning = 1, .critical = 3,
      .stmt = &watch_delivery_since },
    { "delivery_differences", "与平台不符的报送",
      "Messages that a platform has lost or shows otherwise.",
      .labels = { "target", "difference" }, .warning = 1, .stmt = &watch_differences },
    { "evidence_missing", "待审核检查单缺少的证据文件",
      "Files of signed sections that did not come yet.", .stmt = &watch_evidence },
    { "draws_late", "逾期未抽取的批次", "Campaigns that were to be drawn, and are not.",
      .critical = 1, .args = "n", .stmt = &watch_draws_late },
    { "cards_expired", "在岗而执法证已过期的人员", "Inspectors on duty whose card has expired.",
      .warning = 1, .args = "d", .stmt = &watch_cards_expired },
    { "cards_expiring", "执法证三十日内到期的人员",
      "Inspectors on duty whose card expires within 30 days.",
      .args = "dd", .stmt = &watch_cards },
    { "calendar_end_timestamp_seconds", "节假日安排的截止",
      "The end of the last year with a holiday notice; deadlines behind it are provisional.",
      .kind = WATCH_UNTIL, .warning = 30, .critical = 1, .expected = true,
      .stmt = &watch_calendar },
    { "audit_verified_timestamp_seconds", "上次核对审计日志",
      "When all chains of the audit log were last found to be whole.",
      .kind = WATCH_SINCE, .critical = 2, .expected = true, .stmt = &watch_verified },
    { "audit_exported_timestamp_seconds", "上次导出审计日志链尾",
      "When the heads of the audit log were last written to a file.",
      .kind = WATCH_SINCE, .warning = 2, .critical = 8, .expected = true,
      .stmt = &watch_exported },
    { "backup_timestamp_seconds", "上次备份", "When the last backup was made and read again.",
      .kind = WATCH_SINCE, .warning = 2, .critical = 8, .expected = true,
      .stmt = &watch_backup },
    { "sync_unheard_timestamp_seconds", "检查日之后移动端再无消息，最早的检查日",
      "The end of the earliest day of an open check since which its phones were silent.",
      .kind = WATCH_SINCE, .warning = 4, .args = "ddn", .stmt = &watch_unsynced },
    { .name = NULL },
};
const struct watch_figure watch_certificate = {
      "certificate_end_timestamp_seconds", "证书的有效期截止",
      "The end of a certificate that the settings name.",
      .labels = { "setting" }, .kind = WATCH_UNTIL, .warning = 30, .critical = 7 };
/* clang-format on */

enum rc watch_read(struct db *db, struct arena *a, const struct watch_figure *figure, int64_t now,
                   struct row_page *values)
{
    struct db_val args[3];
    size_t n = 0;
    for (const char *p = figure->args; p && *p; p++)
        args[n++] = *p == 'd' ? db_date(date_at(now)) : db_instant(now);
    return db_rows(db, a, figure->stmt, args, n, WATCH_VALUES_MAX, values);
}

static bool is_certificate(const struct settings_file *f)
{
    return strcmp(f->name, "certificate_file") == 0 || strcmp(f->name, "authority_file") == 0 ||
           strcmp(f->name, "client_cert") == 0;
}

static bool read_end(struct arena *a, const char *path, int64_t *end)
{
    char *text = arena_alloc(a, CERTIFICATE_MAX + 1);
    FILE *f = fopen(path, "re");
    if (!f)
        return false;
    text[fread(text, 1, CERTIFICATE_MAX, f)] = '\0';
    (void)fclose(f);
    return certificate_end(text, end);
}

enum rc watch_certificates(struct arena *a, const char *settings, struct watch_value **values,
                           size_t *n, struct err *err)
{
    const struct settings_file *files;
    size_t count = 0;
    enum rc rc = settings_files(a, settings, &files, &count, err);
    *values = arena_array(a, count + 1, sizeof **values);
    *n = 0;
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        if (is_certificate(&files[i]) && read_end(a, files[i].path, &(*values)[*n].value))
            (*values)[(*n)++].first = arena_printf(a, "%s.%s", files[i].section, files[i].name);
    return rc;
}

/* Whether the limit is reached. */
static bool reached(const struct watch_figure *figure, int64_t value, int64_t now, int limit)
{
    if (!limit)
        return false;
    if (figure->kind == WATCH_COUNT)
        return value >= limit;
    if (figure->kind == WATCH_SINCE)
        return now - value >= limit * (int64_t)DAY_MS;
    return value - now <= limit * (int64_t)DAY_MS;
}

enum watch_level watch_level(const struct watch_figure *figure, const struct watch_value *value,
                             int64_t now)
{
    if (value->none)
        return figure->expected ? WATCH_WARNING : WATCH_OK;
    if (reached(figure, value->value, now, figure->critical))
        return WATCH_CRITICAL;
    return reached(figure, value->value, now, figure->warning) ? WATCH_WARNING : WATCH_OK;
}

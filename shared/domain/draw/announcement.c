#include "domain/draw/announcement.h"

#include <stdbool.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "domain/draw/draw_internal.h"

static const char head[] = "liancha-announcement/1";

const char *const announcement_publish_names[] = { "visits", "once", "open", NULL };

/* ---- what each field has to be ---- */

/* Plain text of one line: no control character, no blank at its ends. */
static bool is_text(const char *text, size_t max)
{
    size_t n = text ? strlen(text) : 0;
    if (n == 0 || n > max || !utf8_valid(text, n) || text[0] == ' ' || text[n - 1] == ' ')
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
            return false;
    return true;
}

static bool is_code(const char *text)
{
    return is_text(text, ANNOUNCEMENT_CODE_MAX) && !strpbrk(text, "| ");
}

static bool is_digest(const char *text)
{
    return text && draw_is_hex(text);
}

static enum rc fault(struct err *err, const char *pointer, const char *what)
{
    return err_set(err, RC_INVALID, pointer, "公告的%s有误", what);
}

/* Both ascend, and none is there twice. */
static bool ordered(const char *before, const char *text)
{
    return !before || strcmp(before, text) < 0;
}

static enum rc check_parameters(const struct announcement *from, struct err *err)
{
    if (from->parameter_count > ANNOUNCEMENT_LIST_MAX)
        return fault(err, "/parameters", "参数数量");
    for (size_t i = 0; i < from->parameter_count; i++)
        if (!is_code(from->parameters[i].name) ||
            !ordered(i ? from->parameters[i - 1].name : NULL, from->parameters[i].name))
            return fault(err, "/parameters", "参数名称或次序");
    return RC_OK;
}

static enum rc check_earlier(const struct announcement *from, struct err *err)
{
    static const char *const states[] = { "drawn", "void", "abandoned", NULL };
    if (from->earlier_count > ANNOUNCEMENT_LIST_MAX)
        return fault(err, "/earlier", "先前批次数量");
    for (size_t i = 0; i < from->earlier_count; i++) {
        const struct announcement_earlier *e = &from->earlier[i];
        bool plan = strcmp(e->relation, "plan") == 0;
        if (!is_code(e->campaign) ||
            !ordered(i ? from->earlier[i - 1].campaign : NULL, e->campaign) ||
            (!plan && strcmp(e->relation, "scope") != 0) || text_index(states, e->state) < 0 ||
            (e->announcement && !is_digest(e->announcement)) || e->dispatched < 0 ||
            (plan ? !is_text(e->why, ANNOUNCEMENT_TEXT_MAX) || strcmp(e->why, "-") == 0
                  : e->why != NULL))
            return fault(err, "/earlier", "先前批次或其次序");
    }
    return RC_OK;
}

static enum rc check_draw(const struct announcement_draw *d, const char *before, struct err *err)
{
    if (!is_code(d->id) || !ordered(before, d->id))
        return fault(err, "/draws", "抽取编号或次序");
    if (!is_code(d->plan) || !is_text(d->plan_name, ANNOUNCEMENT_TEXT_MAX) ||
        !is_code(d->department) || d->nth < 1 || !is_digest(d->snapshot) || !is_digest(d->roster))
        return fault(err, "/draws", "抽取");
    if (d->quota_count == 0 || d->quota_count > DRAW_STRATA_MAX)
        return fault(err, "/draws/quotas", "任务数");
    for (size_t i = 0; i < d->quota_count; i++)
        if (draw_stratum_fault(d->quotas[i].stratum, strlen(d->quotas[i].stratum)) ||
            d->quotas[i].quota > DRAW_QUOTA_MAX ||
            !ordered(i ? d->quotas[i - 1].stratum : NULL, d->quotas[i].stratum))
            return fault(err, "/draws/quotas", "任务数或抽查层的次序");
    return RC_OK;
}

struct value_source announcement_teams(const struct announcement *announcement)
{
    struct value_source source = announcement->value;
    source.issue = announcement->teams_issue;
    source.at = announcement->teams_at;
    return source;
}

int32_t announcement_ends_on(const struct announcement *announcement)
{
    int32_t last = announcement->draws[0].ends_on;
    for (size_t i = 1; i < announcement->draw_count; i++)
        if (announcement->draws[i].ends_on > last)
            last = announcement->draws[i].ends_on;
    return last;
}

int64_t announcement_parameter(const struct announcement *announcement, const char *name)
{
    for (size_t i = 0; i < announcement->parameter_count; i++)
        if (strcmp(announcement->parameters[i].name, name) == 0)
            return announcement->parameters[i].value;
    return 0;
}

int64_t announcement_teams_latest(const struct announcement *announcement)
{
    enum { SECOND_MS = 1000 };
    int64_t seconds = announcement_parameter(announcement, "draw.teams.seconds");
    bool limited = seconds > 0 && seconds <= (INT64_MAX - announcement->teams_at) / SECOND_MS;
    return limited ? announcement->teams_at + seconds * SECOND_MS : INT64_MAX;
}

/* The same source another time. */
static enum rc check_teams(const struct announcement *from, struct err *err)
{
    struct value_source source = announcement_teams(from);
    if (!source.issue || strcmp(source.issue, from->value.issue) == 0)
        return fault(err, "/teams_issue", "检查组抽取用的期号或轮次");
    if (!is_digest(from->teams_secret_hash))
        return fault(err, "/teams_secret_hash", "检查组秘密值摘要");
    if (source.at <= from->value.at)
        return fault(err, "/teams_at", "检查组抽取用的公共随机值时间");
    return value_source_check(&source, err);
}

static enum rc check(const struct announcement *from, struct err *err)
{
    if (draw_rule_version(from->rule) != 2)
        return fault(err, "/rule", "规则");
    if (!is_code(from->campaign) || !is_text(from->name, ANNOUNCEMENT_TEXT_MAX) ||
        !is_code(from->department) || !is_code(from->region))
        return fault(err, "/campaign", "批次、名称、部门或区划");
    if (!is_digest(from->secret_hash))
        return fault(err, "/secret_hash", "秘密值摘要");
    if (from->announced_at >= from->value.at || from->value.at >= from->latest)
        return fault(err, "/latest", "时间次序：公告、公共随机值、最迟抽取须依次在后");
    enum rc rc = value_source_check(&from->value, err);
    if (rc == RC_OK)
        rc = check_teams(from, err);
    if (rc == RC_OK)
        rc = check_parameters(from, err);
    if (rc == RC_OK)
        rc = check_earlier(from, err);
    if (rc == RC_OK && (from->draw_count == 0 || from->draw_count > DRAW_SNAPSHOTS_MAX))
        rc = fault(err, "/draws", "抽取数量");
    for (size_t i = 0; rc == RC_OK && i < from->draw_count; i++)
        rc = check_draw(&from->draws[i], i ? from->draws[i - 1].id : NULL, err);
    return rc;
}

/* ---- writing ---- */

static const char *instant(char out[INSTANT_TEXT], int64_t at)
{
    instant_format(out, at);
    return out;
}

static void put_value(struct buf *out, const struct value_source *v)
{
    char at[INSTANT_TEXT];
    buf_printf(out, "value\t%s\t%s\t%s\t%s\t%s\t%s\n", value_kind_names[v->kind], v->source,
               v->issue, v->form, instant(at, v->at), v->place);
    if (v->key)
        buf_printf(out, "key\t%s\n", v->key);
    for (size_t i = 0; i < v->department_count; i++)
        buf_printf(out, "witness\t%s\n", v->departments[i]);
}

static void put_draw(struct buf *out, const struct announcement_draw *d)
{
    char frozen[INSTANT_TEXT];
    char last[DATE_TEXT];
    date_format(last, d->ends_on);
    buf_printf(out, "draw\t%s\t%s\t%s\t%s\t%s\t%lld\t%s\t%s\t%s\n", d->id, d->plan, d->plan_name,
               d->department, last, (long long)d->nth, instant(frozen, d->frozen_at), d->snapshot,
               d->roster);
    for (size_t i = 0; i < d->quota_count; i++)
        buf_printf(out, "quota\t%s\t%lu\n", d->quotas[i].stratum,
                   (unsigned long)d->quotas[i].quota);
}

enum rc announcement_write(struct buf *out, const struct announcement *from, struct err *err)
{
    char at[INSTANT_TEXT];
    enum rc rc = check(from, err);
    if (rc != RC_OK)
        return rc;
    buf_printf(out, "%s\t%s\nrule\t%s\nname\t%s\ndepartment\t%s\nregion\t%s\n", head,
               from->campaign, draw_rule_name(from->rule), from->name, from->department,
               from->region);
    buf_printf(out, "announced\t%s\nsecret\t%s\n", instant(at, from->announced_at),
               from->secret_hash);
    put_value(out, &from->value);
    buf_printf(out, "latest\t%s\n", instant(at, from->latest));
    buf_printf(out, "teams\t%s\t%s\t%s\n", from->teams_issue, instant(at, from->teams_at),
               from->teams_secret_hash);
    buf_printf(out, "publish\t%s\n", announcement_publish_names[from->publish]);
    for (size_t i = 0; i < from->parameter_count; i++)
        buf_printf(out, "parameter\t%s\t%lld\n", from->parameters[i].name,
                   (long long)from->parameters[i].value);
    for (size_t i = 0; i < from->earlier_count; i++) {
        const struct announcement_earlier *e = &from->earlier[i];
        buf_printf(out, "earlier\t%s\t%s\t%s\t%s\t%lld\t%s\n", e->campaign, e->relation, e->state,
                   e->announcement ? e->announcement : "-", (long long)e->dispatched,
                   e->why ? e->why : "-");
    }
    for (size_t i = 0; i < from->draw_count; i++)
        put_draw(out, &from->draws[i]);
    return out->full ? err_set(err, RC_TOO_LARGE, "", "公告超过 %zu 字节", ANNOUNCEMENT_MAX)
                     : RC_OK;
}

/* ---- reading ---- */

enum { FIELDS_MAX = 10 };

/* Reads what it can; whether that is an announcement is asked of the writer. */
struct reader {
    struct arena *arena;
    char *next;
    char *f[FIELDS_MAX]; /* of the line at hand … */
    size_t count;        /* … and how many; 0 behind the last line */
    size_t number;       /* of the line at hand */
    size_t lines;        /* in all */
};

static void advance(struct reader *r)
{
    char *line = r->next;
    char *end = line ? strchr(line, '\n') : NULL;
    r->count = 0;
    r->number++;
    if (!end)
        return;
    *end = '\0';
    r->next = end + 1;
    r->count = text_split(line, '\t', r->f, FIELDS_MAX);
}

/* Whether the line at hand is one of these. */
static bool at_line(const struct reader *r, const char *key, size_t count)
{
    return r->count == count && strcmp(r->f[0], key) == 0;
}

static bool take(struct reader *r, const char *key, const char **value)
{
    if (!at_line(r, key, 2))
        return false;
    *value = r->f[1];
    advance(r);
    return true;
}

static bool take_instant(struct reader *r, const char *key, int64_t *at)
{
    const char *text;
    return take(r, key, &text) && instant_parse(text, at);
}

static const char *or_null(const char *text)
{
    return strcmp(text, "-") == 0 ? NULL : text;
}

static bool read_value(struct reader *r, struct value_source *v)
{
    enum { COUNT = 7 };
    const char **departments = arena_array(r->arena, VALUE_DEPARTMENTS_MAX, sizeof(const char *));
    int kind = at_line(r, "value", COUNT) ? text_index(value_kind_names, r->f[1]) : -1;
    if (kind < 0 || !instant_parse(r->f[5], &v->at))
        return false;
    v->kind = (enum value_kind)kind;
    v->source = r->f[2];
    v->issue = r->f[3];
    v->form = r->f[4];
    v->place = r->f[6];
    v->departments = departments;
    advance(r);
    (void)take(r, "key", &v->key);
    while (v->department_count < VALUE_DEPARTMENTS_MAX &&
           take(r, "witness", &departments[v->department_count]))
        v->department_count++;
    return true;
}

static bool read_teams(struct reader *r, struct announcement *out)
{
    if (!at_line(r, "teams", 4) || !instant_parse(r->f[2], &out->teams_at))
        return false;
    out->teams_issue = r->f[1];
    out->teams_secret_hash = r->f[3];
    advance(r);
    int publish = at_line(r, "publish", 2) ? text_index(announcement_publish_names, r->f[1]) : -1;
    if (publish < 0)
        return false;
    out->publish = (enum announcement_publish)publish;
    advance(r);
    return true;
}

static bool read_parameters(struct reader *r, struct announcement *out)
{
    struct announcement_parameter *list = arena_array(r->arena, r->lines, sizeof *list);
    out->parameters = list;
    for (; at_line(r, "parameter", 3); advance(r)) {
        struct announcement_parameter *p = &list[out->parameter_count++];
        p->name = r->f[1];
        if (!int_parse(r->f[2], INT64_MIN, INT64_MAX, &p->value))
            return false;
    }
    return true;
}

static bool read_earlier(struct reader *r, struct announcement *out)
{
    enum { COUNT = 7 };
    struct announcement_earlier *list = arena_array(r->arena, r->lines, sizeof *list);
    out->earlier = list;
    for (; at_line(r, "earlier", COUNT); advance(r)) {
        struct announcement_earlier *e = &list[out->earlier_count++];
        *e = (struct announcement_earlier){ .campaign = r->f[1],
                                            .relation = r->f[2],
                                            .state = r->f[3],
                                            .announcement = or_null(r->f[4]),
                                            .why = or_null(r->f[6]) };
        if (!int_parse(r->f[5], 0, INT64_MAX, &e->dispatched))
            return false;
    }
    return true;
}

static bool read_quotas(struct reader *r, struct announcement_draw *d, struct draw_quota *list)
{
    d->quotas = list;
    for (; at_line(r, "quota", 3); advance(r)) {
        int64_t n;
        if (!int_parse(r->f[2], 0, DRAW_QUOTA_MAX, &n))
            return false;
        list[d->quota_count++] = (struct draw_quota){ r->f[1], (uint32_t)n };
    }
    return true;
}

static bool read_draws(struct reader *r, struct announcement *out)
{
    struct announcement_draw *list = arena_array(r->arena, r->lines, sizeof *list);
    struct draw_quota *quotas = arena_array(r->arena, r->lines, sizeof *quotas);
    out->draws = list;
    while (at_line(r, "draw", FIELDS_MAX)) {
        struct announcement_draw *d = &list[out->draw_count++];
        *d = (struct announcement_draw){ .id = r->f[1],
                                         .plan = r->f[2],
                                         .plan_name = r->f[3],
                                         .department = r->f[4],
                                         .snapshot = r->f[8],
                                         .roster = r->f[9] };
        if (!date_parse(r->f[5], &d->ends_on) || !int_parse(r->f[6], 1, INT64_MAX, &d->nth) ||
            !instant_parse(r->f[7], &d->frozen_at))
            return false;
        advance(r);
        if (!read_quotas(r, d, quotas))
            return false;
        quotas += d->quota_count;
    }
    return true;
}

static bool read_all(struct reader *r, struct announcement *out)
{
    const char *rule;
    advance(r);
    return take(r, head, &out->campaign) && take(r, "rule", &rule) &&
           draw_rule_parse(rule, &out->rule) && take(r, "name", &out->name) &&
           take(r, "department", &out->department) && take(r, "region", &out->region) &&
           take_instant(r, "announced", &out->announced_at) &&
           take(r, "secret", &out->secret_hash) && read_value(r, &out->value) &&
           take_instant(r, "latest", &out->latest) && read_teams(r, out) &&
           read_parameters(r, out) && read_earlier(r, out) && read_draws(r, out) && r->count == 0;
}

static size_t count_lines(const char *bytes, size_t n)
{
    size_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += bytes[i] == '\n';
    return lines;
}

static enum rc malformed(struct err *err, size_t line, const char *what)
{
    char pointer[32];
    char *end = pointer + 5;
    memcpy(pointer, "line ", 5);
    (void)int_format(end, (int64_t)line);
    return err_set(err, RC_MALFORMED, pointer, "公告第 %zu 行：%s", line, what);
}

enum rc announcement_read(struct arena *a, const char *bytes, size_t size, struct announcement *out,
                          struct err *err)
{
    struct err why = { .rc = RC_OK };
    struct buf again;
    struct reader r = { .arena = a };
    *out = (struct announcement){ .campaign = NULL };
    if (size > ANNOUNCEMENT_MAX || memchr(bytes, '\0', size))
        return malformed(err, 1, "过长，或含有空字符");
    r.next = arena_slice(a, bytes, size);
    r.lines = count_lines(bytes, size);
    if (!read_all(&r, out))
        return malformed(err, r.number, "不是公告在此处应有的内容");
    buf_init(&again, a, ANNOUNCEMENT_MAX);
    if (announcement_write(&again, out, &why) != RC_OK)
        return malformed(err, 1, why.detail);
    size_t n = 0;
    while (n < size && n < again.n && bytes[n] == again.p[n])
        n++;
    return n == size && n == again.n
               ? RC_OK
               : malformed(err, count_lines(bytes, n) + 1, "写法与公告的唯一写法不同");
}

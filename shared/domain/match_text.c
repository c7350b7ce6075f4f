#include "domain/match_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"

static const char inspectors_head[] = "liancha-inspectors/1";
static const char visits_head[] = "liancha-visits/1";
static const char teams_head[] = "liancha-teams/1";

enum { INSPECTOR_FIELDS = 12, VISIT_FIELDS = 7, NUMBER_MAX = 1000000 };

/* ---- writing ---- */

static void put_set(struct buf *out, uint64_t set, const char *const *words)
{
    const char *before = "";
    for (int bit = 0; bit < MATCH_SPECIALTIES_MAX; bit++) {
        if (!(set >> bit & 1))
            continue;
        buf_printf(out, "%s%s", before, words[bit]);
        before = ",";
    }
}

static void put_list(struct buf *out, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%s", i ? "," : "", list[i]);
}

static int by_card(const void *a, const void *b)
{
    return strcmp((*(const struct match_inspector *const *)a)->id,
                  (*(const struct match_inspector *const *)b)->id);
}

void match_inspectors_text(struct buf *out, const char *campaign,
                           const struct match_problem *problem, const char *const *specialties)
{
    size_t n = problem->inspector_count;
    const struct match_inspector **sorted =
        arena_array(out->arena, n, sizeof(const struct match_inspector *));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &problem->inspectors[i];
    if (n)
        qsort(sorted, n, sizeof(const struct match_inspector *), by_card);
    buf_printf(out, "%s\t%s\n", inspectors_head, campaign);
    for (size_t i = 0; i < n; i++) {
        const struct match_inspector *who = sorted[i];
        char expires[DATE_TEXT];
        date_format(expires, who->card_expires_on);
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%d\t%u\t%u\t%u\t", who->id, who->department, who->kind,
                   who->region, expires, who->on_duty, who->max_daily, who->max_total,
                   who->carried);
        put_set(out, who->specialties, specialties);
        buf_putc(out, '\t');
        put_list(out, who->areas, who->area_count);
        buf_putc(out, '\t');
        put_list(out, who->recusals, who->recusal_count);
        buf_putc(out, '\n');
    }
}

static int by_visit(const void *a, const void *b)
{
    const struct match_section *x = *(const struct match_section *const *)a;
    const struct match_section *y = *(const struct match_section *const *)b;
    int order = strcmp(x->visit, y->visit);
    return order ? order : strcmp(x->department, y->department);
}

void match_visits_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                       const char *const *specialties)
{
    size_t n = problem->section_count;
    char last[DATE_TEXT];
    const struct match_section **sorted =
        arena_array(out->arena, n, sizeof(const struct match_section *));
    for (size_t i = 0; i < n; i++)
        sorted[i] = &problem->sections[i];
    if (n)
        qsort(sorted, n, sizeof(const struct match_section *), by_visit);
    date_format(last, problem->window_last);
    buf_printf(out, "%s\t%s\t%s\t%u\n", visits_head, campaign, last, problem->working_days);
    for (size_t i = 0; i < n; i++) {
        const struct match_section *s = sorted[i];
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t", s->visit, s->subject, s->region, s->department,
                   s->kind, s->department_region);
        put_set(out, s->specialties, specialties);
        buf_putc(out, '\n');
    }
}

void match_teams_text(struct buf *out, const char *campaign, const struct match_problem *problem,
                      const struct match_plan *plan)
{
    buf_printf(out, "%s\t%s\n", teams_head, campaign);
    for (size_t i = 0; i < plan->assignment_count; i++) {
        const struct match_assignment *m = &plan->assignments[i];
        char ticket[DIGEST_HEX];
        hex_encode(ticket, m->ticket, sizeof m->ticket);
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\n", problem->sections[m->section].visit,
                   problem->sections[m->section].department, problem->inspectors[m->inspector].id,
                   match_source_name(m->source), ticket);
    }
}

/* ---- reading ---- */

struct reader {
    struct arena *arena;
    char *next; /* a NUL-terminated copy, cut up line by line */
    size_t line;
    struct err *err;
    const char *words[MATCH_SPECIALTIES_MAX];
    size_t word_count;
};

static enum rc bad(const struct reader *r, const char *what)
{
    return err_set(r->err, RC_MALFORMED, arena_printf(r->arena, "line %zu", r->line), "%s", what);
}

static enum rc reader_open(struct reader *r, const char *bytes, size_t size)
{
    r->line = 1;
    if (!utf8_valid(bytes, size) || memchr(bytes, '\0', size))
        return bad(r, "不是 UTF-8 文本");
    if (size == 0 || bytes[size - 1] != '\n')
        return bad(r, "末行没有换行符");
    r->next = arena_strndup(r->arena, bytes, size);
    r->line = 0;
    return RC_OK;
}

/* The lines that are left. */
static size_t lines_left(const struct reader *r)
{
    size_t n = 0;
    for (const char *p = r->next; *p; p++)
        n += *p == '\n';
    return n;
}

/* RC_OK with exactly count fields, RC_DONE behind the last line. */
static enum rc read_line(struct reader *r, char **fields, size_t count)
{
    if (!*r->next)
        return RC_DONE;
    char *text = r->next;
    char *end = strchr(text, '\n');
    *end = '\0';
    r->next = end + 1;
    r->line++;
    if (text_split(text, '\t', fields, count) != count)
        return bad(r, "字段数有误");
    return RC_OK;
}

static enum rc read_number(const struct reader *r, const char *text, unsigned *out)
{
    int64_t value;
    if (!int_parse(text, 0, NUMBER_MAX, &value))
        return bad(r, "不是数字");
    *out = (unsigned)value;
    return RC_OK;
}

static enum rc read_set(struct reader *r, char *text, uint64_t *set)
{
    *set = 0;
    for (char *word = text; word && *word;) {
        char *comma = strchr(word, ',');
        if (comma)
            *comma++ = '\0';
        size_t bit = 0;
        while (bit < r->word_count && strcmp(r->words[bit], word) != 0)
            bit++;
        if (bit == MATCH_SPECIALTIES_MAX)
            return bad(r, "专业过多");
        if (bit == r->word_count)
            r->words[r->word_count++] = word;
        *set |= UINT64_C(1) << bit;
        word = comma;
    }
    return *set ? RC_OK : bad(r, "没有专业");
}

static const char *const *read_list(struct reader *r, char *text, size_t *n)
{
    size_t room = *text ? 1 : 0;
    for (const char *p = text; *p; p++)
        room += *p == ',';
    const char **list = arena_array(r->arena, room, sizeof *list);
    *n = 0;
    for (char *word = text; word && *n < room;) {
        char *comma = strchr(word, ',');
        if (comma)
            *comma++ = '\0';
        list[(*n)++] = word;
        word = comma;
    }
    return list;
}

static enum rc read_inspector(struct reader *r, char **f, struct match_inspector *out)
{
    *out = (struct match_inspector){
        .id = f[0], .department = f[1], .kind = f[2], .region = f[3], .on_duty = *f[5] == '1'
    };
    if (!date_parse(f[4], &out->card_expires_on))
        return bad(r, "不是日期");
    if (strcmp(f[5], "0") != 0 && strcmp(f[5], "1") != 0)
        return bad(r, "是否在岗须为 0 或 1");
    enum rc rc = read_number(r, f[6], &out->max_daily);
    if (rc == RC_OK)
        rc = read_number(r, f[7], &out->max_total);
    if (rc == RC_OK)
        rc = read_number(r, f[8], &out->carried);
    if (rc == RC_OK)
        rc = read_set(r, f[9], &out->specialties);
    out->areas = read_list(r, f[10], &out->area_count);
    out->recusals = read_list(r, f[11], &out->recusal_count);
    return rc;
}

static enum rc check_head(const struct reader *r, char **f, const char *head, const char *campaign)
{
    if (strcmp(f[0], head) != 0)
        return bad(r, "不认识的格式");
    return strcmp(f[1], campaign) == 0 ? RC_OK : bad(r, "属于另一个批次");
}

static enum rc read_inspectors(struct reader *r, const char *campaign, struct match_problem *out)
{
    char *f[INSPECTOR_FIELDS];
    enum rc rc = read_line(r, f, 2);
    if (rc == RC_OK)
        rc = check_head(r, f, inspectors_head, campaign);
    if (rc != RC_OK)
        return rc;
    struct match_inspector *list = arena_array(r->arena, lines_left(r), sizeof *list);
    size_t n = 0;
    while ((rc = read_line(r, f, INSPECTOR_FIELDS)) == RC_OK) {
        rc = read_inspector(r, f, &list[n]);
        if (rc == RC_OK && n && strcmp(list[n - 1].id, list[n].id) >= 0)
            rc = bad(r, "未按执法证号排列，或重复");
        if (rc != RC_OK)
            return rc;
        n++;
    }
    out->inspectors = list;
    out->inspector_count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc read_sections(struct reader *r, const char *campaign, struct match_problem *out)
{
    char *f[VISIT_FIELDS];
    enum rc rc = read_line(r, f, 4);
    if (rc == RC_OK)
        rc = check_head(r, f, visits_head, campaign);
    if (rc == RC_OK && !date_parse(f[2], &out->window_last))
        rc = bad(r, "不是日期");
    if (rc == RC_OK)
        rc = read_number(r, f[3], &out->working_days);
    if (rc != RC_OK)
        return rc;
    struct match_section *list = arena_array(r->arena, lines_left(r), sizeof *list);
    size_t n = 0;
    while ((rc = read_line(r, f, VISIT_FIELDS)) == RC_OK) {
        struct match_section *s = &list[n];
        *s = (struct match_section){ .visit = f[0],
                                     .subject = f[1],
                                     .region = f[2],
                                     .department = f[3],
                                     .kind = f[4],
                                     .department_region = f[5] };
        rc = read_set(r, f[6], &s->specialties);
        if (rc == RC_OK && n) {
            int order = strcmp(list[n - 1].visit, s->visit);
            if (order > 0 || (order == 0 && strcmp(list[n - 1].department, s->department) >= 0))
                rc = bad(r, "未按入企检查和部门排列，或重复");
        }
        if (rc != RC_OK)
            return rc;
        n++;
    }
    out->sections = list;
    out->section_count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc match_read(struct arena *a, const char *campaign, const struct match_texts *texts,
                   struct match_problem *problem, const char **file, struct err *err)
{
    struct reader *r = arena_alloc(a, sizeof *r);
    r->arena = a;
    r->err = err;
    *problem = (struct match_problem){ .seed = NULL };
    *file = "inspectors.txt";
    enum rc rc = reader_open(r, texts->inspectors, texts->inspectors_size);
    if (rc == RC_OK)
        rc = read_inspectors(r, campaign, problem);
    if (rc == RC_OK) {
        *file = "visits.txt";
        rc = reader_open(r, texts->visits, texts->visits_size);
    }
    if (rc == RC_OK)
        rc = read_sections(r, campaign, problem);
    return rc;
}

#include "domain/draw/match_text.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/draw/match_internal.h"

const char match_inspectors_head[] = "liancha-inspectors/1";
const char match_visits_head[] = "liancha-visits/1";

enum { INSPECTOR_FIELDS = 12, VISIT_FIELDS = 7, NUMBER_MAX = 1000000 };

static const char empty_word[] = "清单中有空项";

enum rc match_bad(const struct match_reader *r, const char *what)
{
    return err_set(r->err, RC_MALFORMED, arena_printf(r->arena, "line %zu", r->line), "%s", what);
}

enum rc match_open(struct match_reader *r, const char *bytes, size_t size)
{
    r->line = 1;
    r->next = arena_slice(r->arena, bytes, size);
    if (!utf8_valid(bytes, size) || memchr(bytes, '\0', size))
        return match_bad(r, "不是 UTF-8 文本");
    if (size == 0 || bytes[size - 1] != '\n')
        return match_bad(r, "末行没有换行符");
    r->line = 0;
    return RC_OK;
}

/* The lines that are left. */
static size_t lines_left(const struct match_reader *r)
{
    size_t n = 0;
    for (const char *p = r->next; *p; p++)
        n += *p == '\n';
    return n;
}

/* RC_OK with exactly count fields, RC_DONE behind the last line. */
enum rc match_line(struct match_reader *r, char **fields, size_t count)
{
    if (!*r->next)
        return RC_DONE;
    char *text = r->next;
    char *end = strchr(text, '\n');
    *end = '\0';
    r->next = end + 1;
    r->line++;
    if (text_split(text, '\t', fields, count) != count)
        return match_bad(r, "字段数有误");
    return RC_OK;
}

static enum rc read_number(const struct match_reader *r, const char *text, unsigned *out)
{
    int64_t value;
    if (!int_parse(text, 0, NUMBER_MAX, &value))
        return match_bad(r, "不是数字");
    *out = (unsigned)value;
    return RC_OK;
}

static enum rc read_set(struct match_reader *r, char *text, uint64_t *set)
{
    *set = 0;
    if (!*text)
        return match_bad(r, "没有专业");
    for (char *word = text; word;) {
        char *comma = strchr(word, ',');
        if (comma)
            *comma++ = '\0';
        if (!*word)
            return match_bad(r, empty_word);
        size_t bit = 0;
        while (bit < r->words->n && strcmp(r->words->v[bit], word) != 0)
            bit++;
        if (bit == MATCH_SPECIALTIES_MAX)
            return match_bad(r, "专业过多");
        if (bit == r->words->n)
            r->words->v[r->words->n++] = word;
        *set |= UINT64_C(1) << bit;
        word = comma;
    }
    return RC_OK;
}

static enum rc read_list(struct match_reader *r, char *text, const char *const **out, size_t *n)
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
        if (!*word)
            return match_bad(r, empty_word);
        list[(*n)++] = word;
        word = comma;
    }
    *out = list;
    return RC_OK;
}

static enum rc read_inspector(struct match_reader *r, char **f, struct match_inspector *out)
{
    *out = (struct match_inspector){
        .id = f[0], .department = f[1], .kind = f[2], .region = f[3], .on_duty = *f[5] == '1'
    };
    if (!date_parse(f[4], &out->card_expires_on))
        return match_bad(r, "不是日期");
    if (strcmp(f[5], "0") != 0 && strcmp(f[5], "1") != 0)
        return match_bad(r, "是否在岗须为 0 或 1");
    enum rc rc = read_number(r, f[6], &out->max_daily);
    if (rc == RC_OK)
        rc = read_number(r, f[7], &out->max_total);
    if (rc == RC_OK)
        rc = read_number(r, f[8], &out->carried);
    if (rc == RC_OK)
        rc = read_set(r, f[9], &out->specialties);
    if (rc == RC_OK)
        rc = read_list(r, f[10], &out->areas, &out->area_count);
    if (rc == RC_OK)
        rc = read_list(r, f[11], &out->recusals, &out->recusal_count);
    return rc;
}

enum rc match_head(const struct match_reader *r, char **f, const char *head, const char *campaign)
{
    if (strcmp(f[0], head) != 0)
        return match_bad(r, "不认识的格式");
    return strcmp(f[1], campaign) == 0 ? RC_OK : match_bad(r, "属于另一个批次或另一次抽取");
}

enum rc match_inspector_lines(struct match_reader *r, struct match_inspector **out, size_t *count)
{
    enum rc rc;
    char *f[INSPECTOR_FIELDS];
    struct match_inspector *list = arena_array(r->arena, lines_left(r), sizeof *list);
    size_t n = 0;
    while ((rc = match_line(r, f, INSPECTOR_FIELDS)) == RC_OK) {
        rc = read_inspector(r, f, &list[n]);
        if (rc == RC_OK && n && strcmp(list[n - 1].id, list[n].id) >= 0)
            rc = match_bad(r, "未按执法证号排列，或重复");
        if (rc != RC_OK)
            return rc;
        n++;
    }
    *out = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

static enum rc read_inspectors(struct match_reader *r, const char *campaign,
                               struct match_problem *out)
{
    char *f[2];
    struct match_inspector *list = NULL;
    enum rc rc = match_line(r, f, 2);
    if (rc == RC_OK)
        rc = match_head(r, f, match_inspectors_head, campaign);
    if (rc == RC_OK)
        rc = match_inspector_lines(r, &list, &out->inspector_count);
    out->inspectors = list;
    return rc;
}

static enum rc read_sections(struct match_reader *r, const char *campaign,
                             struct match_problem *out)
{
    char *f[VISIT_FIELDS];
    enum rc rc = match_line(r, f, 4);
    if (rc == RC_OK)
        rc = match_head(r, f, match_visits_head, campaign);
    if (rc == RC_OK && !date_parse(f[2], &out->window_last))
        rc = match_bad(r, "不是日期");
    if (rc == RC_OK)
        rc = read_number(r, f[3], &out->working_days);
    if (rc != RC_OK)
        return rc;
    struct match_section *list = arena_array(r->arena, lines_left(r), sizeof *list);
    size_t n = 0;
    while ((rc = match_line(r, f, VISIT_FIELDS)) == RC_OK) {
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
                rc = match_bad(r, "未按入企检查和部门排列，或重复");
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
                   struct match_words *words, struct match_problem *problem, const char **file,
                   struct err *err)
{
    struct match_reader reader = { .arena = a, .words = words, .err = err };
    struct match_reader *r = &reader;
    *problem = (struct match_problem){ .seed = NULL };
    *file = "inspectors.txt";
    enum rc rc = match_open(r, texts->inspectors, texts->inspectors_size);
    if (rc == RC_OK)
        rc = read_inspectors(r, campaign, problem);
    if (rc == RC_OK) {
        *file = "visits.txt";
        rc = match_open(r, texts->visits, texts->visits_size);
    }
    if (rc == RC_OK)
        rc = read_sections(r, campaign, problem);
    return rc;
}

/* What is said of a patient: the number of his record, and, where he is named, what he has. */
#include "domain/publish/mask.h"

enum { RECORD_MIN = 4, RECORD_MAX = 24, FINDING_MAX = 60 };

static size_t record_to(const struct mask *m, size_t i)
{
    size_t to = i;
    while (to < m->n && to - i < RECORD_MAX &&
           (mask_is_alnum(m->code[to]) || mask_is_hyphen(m->code[to])))
        to++;
    return to;
}

void mask_records(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        bool told;
        n = mask_word(m, i, MASK_RECORD);
        if (n == 0)
            continue;
        size_t from = mask_links(m, i + n, &told);
        size_t to = record_to(m, from);
        if (to - from >= RECORD_MIN)
            mask_cover(m, from, to, PERSONAL_HEALTH);
    }
}

/* "张某", or a name that is covered already. */
static bool is_somebody(const struct mask *m, size_t i)
{
    return mask_is(m, i, PERSONAL_NAME) || m->code[i] == '*' || m->code[i] == 0x67D0 /* 某 */;
}

/* A person is meant between from and to. 某 alone, as in 某医院, is behind a surname. */
static bool has_person(const struct mask *m, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (is_somebody(m, i) &&
            (m->code[i] != 0x67D0 || (i > from && mask_word(m, i - 1, MASK_SURNAME))))
            return true;
    return false;
}

static size_t finding_to(const struct mask *m, size_t i)
{
    size_t to = i;
    while (to < m->n && to - i < FINDING_MAX && !mask_ends_phrase(m->code[to]) &&
           m->code[to] != ')' && m->code[to] != 0x7684 /* 的 */ && !mask_word(m, to, MASK_FOLLOW))
        to++;
    return to;
}

/* 性病 and 戒毒 within other words: 高致病性病原微生物, 慢性病, 感染性病例, 《戒毒条例》, 戒毒医院. */
static bool is_part(const struct mask *m, size_t i, size_t n)
{
    static const char *const before[] = { "患", "的", "系", "为", "是", "有", "因",
                                          "等", "得", "出", "上", "染", NULL };
    static const char *const on[] = { "例", "原", "毒", "变", "菌", "人", "房", "区", "床", NULL };
    static const char *const places[] = { "条例", "医院", "所",   "治疗", "药物",
                                          "机构", "场所", "中心", NULL };
    if (mask_stands(m, i, "性病"))
        return i > 0 && mask_is_han(m->code[i - 1]) &&
               (!mask_any(m, i - 1, before) || mask_any(m, i + n, on));
    return mask_stands(m, i, "戒毒") && mask_any(m, i + n, places);
}

/* "肺结核病例" is nobody's; "系精神分裂症患者" is somebody's. */
static bool is_general(const struct mask *m, size_t i, size_t n)
{
    uint32_t before = i > 0 ? m->code[i - 1] : 0;
    bool said = before == 0x7CFB || before == 0x662F || before == 0x4E3A || before == 0x60A3;
    return !said && mask_word(m, i + n, MASK_GENERAL);
}

/* The disease and what is said of it: 乙肝表面抗原阳性, 怀孕12周. */
static size_t disease_to(const struct mask *m, size_t i, size_t n)
{
    static const char *const tails[] = { "表面抗原", "抗体", "病毒", "携带者", "携带",
                                         "阳性",     "阴性", "感染", "晚期",   "早期",
                                         "个月",     "周",   "期",   "术后",   NULL };
    size_t to = i + n;
    for (bool on = true; on;) {
        size_t tail = mask_any(m, to, tails);
        on = tail || mask_is_digit(m->code[to]);
        to += tail ? tail : on;
    }
    return to;
}

static void mask_sentence(struct mask *m, size_t from, size_t to)
{
    for (size_t i = from, n; i < to; i++) {
        bool told;
        if ((n = mask_word(m, i, MASK_DIAGNOSIS)) > 0) {
            size_t start = mask_links(m, i + n, &told);
            mask_cover(m, start, finding_to(m, start), PERSONAL_HEALTH);
        } else if ((n = mask_word(m, i, MASK_DISEASE)) > 0 && !is_part(m, i, n) &&
                   !is_general(m, i, n)) {
            mask_cover(m, i, disease_to(m, i, n), PERSONAL_HEALTH);
        }
        i += n ? n - 1 : 0;
    }
}

/* Where one sentence names a person, the findings of the next may be hers. */
void mask_health(struct mask *m)
{
    bool before = false;
    for (size_t from = 0, to; from < m->n; from = to + 1) {
        for (to = from; to < m->n && !mask_ends_sentence(m->code[to]);)
            to++;
        bool here = has_person(m, from, to);
        if (here || before)
            mask_sentence(m, from, to);
        before = here;
    }
}

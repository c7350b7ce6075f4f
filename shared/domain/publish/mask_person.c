/*
 * Names of natural persons. Nothing in a Chinese text says where a name ends, so it is found by
 * what stands around it: a label before, a title or attribute behind, a number of its owner; and it
 * is read as a surname and one or two characters up to a word that goes on.
 */
#include "domain/publish/mask.h"

enum {
    GIVEN_MAX = 2,
    PART_MAX = 12,   /* characters of a part of a name with a point: 买买提·吐尔逊 */
    NAMES_MAX = 64,  /* different names of a text that are looked for everywhere */
    OWNER_MAX = 14,  /* characters between a name and the number of its owner */
    CLAUSE_MAX = 40, /* characters that are looked at for an enterprise's name */
};

struct names {
    size_t from[NAMES_MAX];
    size_t size[NAMES_MAX];
    size_t n;
};

static bool is_free_han(const struct mask *m, size_t i)
{
    return i < m->n && mask_is_han(m->code[i]) && m->mark[i] == MASK_FREE;
}

/* ---- where a name ends ---- */

static bool ends_text(const struct mask *m, size_t i)
{
    return !is_free_han(m, i);
}

static bool goes_on(const struct mask *m, size_t i)
{
    return i < m->n &&
           (mask_is_han(m->code[i]) || mask_is_alnum(m->code[i]) || m->code[i] == 0x300A);
}

/* What no name ends with, whatever follows: 张建国称：…. */
static bool is_said(const struct mask *m, size_t i)
{
    static const char *const words[] = { "称", "说", "等", "的", NULL };
    return mask_any(m, i, words) > 0;
}

static bool ends_firmly(const struct mask *m, size_t i)
{
    return ends_text(m, i) || is_said(m, i) || (mask_word(m, i, MASK_NEVER) && goes_on(m, i + 1));
}

static bool ends(const struct mask *m, size_t i)
{
    return ends_firmly(m, i) || mask_word(m, i, MASK_FOLLOW) || mask_word(m, i, MASK_TITLE);
}

/* Up to the end of the clause there is a word of an enterprise's or a place's name. */
static bool is_organisation(const struct mask *m, size_t i)
{
    for (size_t end = i + CLAUSE_MAX; i < end && is_free_han(m, i); i++) {
        if (mask_word(m, i, MASK_FOLLOW))
            return false;
        if (mask_word(m, i, MASK_ORG) || mask_word(m, i, MASK_PLACE))
            return true;
    }
    return false;
}

/* ---- names ---- */

/* The length of the surname that a name may begin with at i, or 0. "张某" and "张先生" name nobody. */
static size_t surname(const struct mask *m, size_t i)
{
    size_t n = is_free_han(m, i) ? mask_word(m, i, MASK_SURNAME) : 0;
    n = n ? n : is_free_han(m, i) ? mask_word(m, i, MASK_WEAK) : 0;
    if (n == 0 || mask_word(m, i, MASK_COMMON) || m->code[i + n] == 0x67D0 /* 某 */ ||
        mask_word(m, i + n, MASK_TITLE))
        return 0;
    return n;
}

/* The length of the Chinese name at i, or 0. sure: there is a name here, if it is no enterprise. */
static size_t chinese(const struct mask *m, size_t i, bool sure)
{
    size_t n = surname(m, i);
    size_t one = i + n + 1;
    if (n == 0 || !is_free_han(m, one - 1))
        return 0;
    if (ends_firmly(m, one))
        return n + 1;
    if (ends(m, one + 1))
        return n + GIVEN_MAX;
    if (ends(m, one))
        return n + 1;
    if (sure && n == 1 && is_free_han(m, one + 1) && ends_text(m, one + 2) &&
        !mask_word(m, one + 1, MASK_NEVER) && !is_organisation(m, i) && !mask_word(m, i, MASK_WEAK))
        return 4; /* 易烊千玺 */
    return sure && !mask_word(m, i, MASK_WEAK) && !is_organisation(m, i) ? n + GIVEN_MAX : 0;
}

/* "李　四", as in tables. */
static size_t spaced(const struct mask *m, size_t i)
{
    bool blank = m->code[i + 1] == ' ' || m->code[i + 1] == 0x3000;
    return mask_word(m, i, MASK_SURNAME) == 1 && is_free_han(m, i) && blank &&
                   is_free_han(m, i + 2) && ends_text(m, i + 3)
               ? 3
               : 0;
}

static bool is_point(uint32_t c)
{
    return c == 0xB7 || c == 0x2022 || c == 0x30FB || c == 0x2027;
}

/* "买买提·吐尔逊". */
static size_t pointed(const struct mask *m, size_t i)
{
    size_t to = i;
    size_t part = 0;
    size_t points = 0;
    for (;; to++) {
        bool point = is_point(m->code[to]) && part >= 2;
        if (!point && !(is_free_han(m, to) && part < PART_MAX))
            break;
        if (points && part >= 2 && ends(m, to))
            break;
        points += point;
        part = point ? 0 : part + 1;
    }
    return points && part >= 2 ? to - i : 0;
}

static bool is_latin(const struct mask *m, size_t i)
{
    return i < m->n && m->code[i] >= 'A' && m->code[i] <= 'Z' && m->mark[i] == MASK_FREE;
}

/* "John Smith": two words or more. */
static size_t latin(const struct mask *m, size_t i)
{
    size_t to = i;
    size_t words = 0;
    while (is_latin(m, to)) {
        size_t from = to;
        while (is_latin(m, to) || m->code[to] == '\'' || (m->code[to] == '-' && to > from))
            to++;
        words += to - from >= 2;
        if (!((m->code[to] == ' ' || m->code[to] == '.' || is_point(m->code[to])) &&
              is_latin(m, to + 1)))
            break;
        to++;
    }
    return words >= 2 ? to - i : 0;
}

/* "阿依古丽", "阿依古丽 买买提": no surname, but nothing else up to the end of the name. */
static size_t by_sound(const struct mask *m, size_t i)
{
    enum { SOUNDS_MIN = 3 };
    size_t to = i;
    size_t sounds = 0;
    for (size_t part = 0; sounds < 2 * PART_MAX; to++) {
        bool sound = is_free_han(m, to) && mask_word(m, to, MASK_SOUND);
        bool between = part >= 2 && m->code[to] != 0 && mask_is_gap(m->code[to]) &&
                       is_free_han(m, to + 1) && mask_word(m, to + 1, MASK_SOUND);
        if (!sound && !between)
            break;
        sounds += sound;
        part = sound ? part + 1 : 0;
    }
    return sounds >= SOUNDS_MIN && ends(m, to) && !is_organisation(m, i) ? to - i : 0;
}

static size_t name_at(const struct mask *m, size_t i, bool sure)
{
    size_t n = pointed(m, i);
    n = n ? n : latin(m, i);
    n = n ? n : spaced(m, i);
    return n ? n : chinese(m, i, sure);
}

static void found(struct mask *m, struct names *names, size_t i, size_t n)
{
    mask_cover(m, i, i + n, PERSONAL_NAME);
    if (names->n < NAMES_MAX) {
        names->from[names->n] = i;
        names->size[names->n++] = n;
    }
}

/* ---- behind a label ---- */

/* Labels may follow each other: 法定代表人（负责人）：. */
static size_t behind_labels(const struct mask *m, size_t i, bool *told)
{
    bool more;
    for (size_t n = 1; n > 0; i += n) {
        i = mask_links(m, i, &more);
        i += m->code[i] == 0x7531; /* 由 */
        *told = *told || more;
        n = mask_word(m, i, MASK_PERSON);
    }
    return i;
}

static size_t separator(const struct mask *m, size_t i)
{
    static const char *const words[] = { "以及", "、", "和", "与", "及", ",", "/", NULL };
    size_t n = mask_any(m, i, words);
    return n ? n : m->code[i] == ' ';
}

/* The name of that length, and those that follow it in a list. */
static void found_list(struct mask *m, struct names *names, size_t at, size_t size)
{
    for (; size > 0; size = name_at(m, at, false)) {
        found(m, names, at, size);
        at += size;
        size_t between = separator(m, at);
        if (!between)
            return;
        at += between;
    }
}

static void mask_labelled(struct mask *m, struct names *names)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        bool told = false;
        n = mask_word(m, i, MASK_PERSON);
        if (n == 0)
            continue;
        size_t at = behind_labels(m, i + n, &told);
        size_t sound = told ? by_sound(m, at) : 0;
        size_t size = name_at(m, at, true);
        found_list(m, names, at, sound > size ? sound : size);
    }
}

/* ---- before a title, an attribute, a number ---- */

static bool is_preposition(uint32_t c)
{
    static const uint32_t words[] = { 0x5411, 0x5BF9, 0x548C, 0x4E0E, 0x7531, 0x7ED9, 0x4E3A,
                                      0x8BF7, 0x5C06, 0x628A, 0x88AB, 0x53CA, 0x662F, 0x7CFB,
                                      0x7684, 0x5728, 0x4ECE, 0x627E, 0x53EB };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i] == c)
            return true;
    return false;
}

/* A word that is no name has a part in [from, to). */
static bool is_part_of_word(const struct mask *m, size_t from, size_t to)
{
    static const enum mask_class words[] = { MASK_DOCUMENT, MASK_BANK,   MASK_PHONE,
                                             MASK_HANDLE,   MASK_PERSON, MASK_TITLE };
    for (size_t i = from > 3 ? from - 3 : 0; i < to; i++)
        for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
            size_t n = mask_word(m, i, words[k]);
            if (n > 0 && i + n > from)
                return true;
        }
    return false;
}

/* Where the name begins that ends before i, or i. */
static size_t name_before(const struct mask *m, size_t i)
{
    for (size_t n = 4; n >= 2; n--) {
        size_t from = i < n ? i : i - n;
        size_t s = from < i ? surname(m, from) : 0;
        bool whole = s && s < n && n - s <= GIVEN_MAX && !mask_word(m, from, MASK_WEAK) &&
                     !is_part_of_word(m, from, i) && !(s == 1 && is_preposition(m->code[from]));
        for (size_t k = from; whole && k < i; k++)
            whole = is_free_han(m, k) && m->code[k] != 0x67D0 /* 某 */;
        if (whole)
            return from;
    }
    return i;
}

/* 三人, and such. */
static bool is_count(const struct mask *m, size_t i)
{
    static const char *const words[] = { "二人", "两人", "三人", "四人", "五人", "六人", "七人",
                                         "八人", "九人", "十人", "2人",  "3人",  "4人",  "5人",
                                         "6人",  "7人",  "8人",  "9人",  NULL };
    return mask_any(m, i, words) > 0;
}

/* 等5人, 等三名 */
static bool is_others(const struct mask *m, size_t i)
{
    static const char *const ends[] = { "人", "名", NULL };
    size_t n = mask_stands(m, i, "等");
    return n && (is_count(m, i + 1) || (mask_is_digit(m->code[i + 1]) &&
                                        mask_any(m, i + 2 + mask_is_digit(m->code[i + 2]), ends)));
}

/* 患乙肝, 确诊为梅毒, 系乙肝携带者 */
static bool is_finding(const struct mask *m, size_t i)
{
    static const char *const before[] = { "患有", "患", "系", "的", "因", "感染", "死于", NULL };
    size_t n = mask_any(m, i, before);
    n = n ? n : mask_word(m, i, MASK_DIAGNOSIS);
    return n && mask_word(m, i + n, MASK_DISEASE);
}

/* The names before i, the last of which ends there: 张三、李四等人. */
static void found_before(struct mask *m, struct names *names, size_t i)
{
    for (size_t from; (from = name_before(m, i)) < i; i = from - 1) {
        found(m, names, from, i - from);
        if (from == 0 || separator(m, from - 1) != 1)
            return;
    }
}

static void mask_titled(struct mask *m, struct names *names)
{
    for (size_t i = 0; i < m->n; i++) {
        bool count = is_count(m, i);
        if (!count && !mask_word(m, i, MASK_TITLE) && !is_finding(m, i) && !is_others(m, i))
            continue;
        size_t from = name_before(m, i);
        bool listed = from > 1 && from < i && separator(m, from - 1) == 1 &&
                      name_before(m, from - 1) < from - 1;
        if (!count || listed)
            found_before(m, names, i);
    }
}

/* The length of the name of two or three characters at i, if one of the words follows it, or 0. */
static size_t name_with(const struct mask *m, size_t i, const char *const *words)
{
    size_t n = surname(m, i);
    if (n == 0 || mask_word(m, i, MASK_WEAK) || is_organisation(m, i))
        return 0;
    for (size_t given = GIVEN_MAX; given > 0; given--) {
        bool whole = is_free_han(m, i + n) && is_free_han(m, i + n + given - 1);
        if (whole && mask_any(m, i + n + given, words))
            return n + given;
    }
    return 0;
}

/* What only a person is said to do: 经查，张建军未取得医师资格; what is done with one: 由张建军签收. */
static void mask_acting(struct mask *m, struct names *names)
{
    static const char *const acts[] = { "未取得医师", "未取得护士", "未取得《医师", "未取得《护士",
                                        "未取得健康", "未取得执业", "未取得有效",   "未持有健康",
                                        "未持健康",   "无健康证",   "无医师",       "无护士",
                                        "持有医师",   "自述",       "系该",         "系本院",
                                        "系本店",     "系本公司",   "签字确认",     "当场承认",
                                        NULL };
    static const char *const takers[] = { "使用", "聘用", "雇用", "雇佣", "聘请",
                                          "安排", "允许", "由",   NULL };
    static const char *const taken[] = { "从事", "上岗", "坐诊", "接诊", "担任",     "签收",
                                         "签字", "陪同", "独立", "为其", "开展诊疗", NULL };
    for (size_t i = 0; i < m->n; i++) {
        size_t taker = mask_any(m, i, takers);
        size_t n = taker ? name_with(m, i + taker, taken) : 0;
        size_t from = i + taker;
        if (!n && (i == 0 || !goes_on(m, i - 1))) {
            n = name_with(m, i, acts);
            from = i;
        }
        if (n)
            found(m, names, from, n);
    }
}

/* At i, behind a comma or a bracket, is said what only a person has: 男, 女. */
static bool is_attribute(const struct mask *m, size_t i)
{
    bool told = m->code[i] == ',' || m->code[i] == '(' || m->code[i] == 0x3001;
    while (m->code[i] == ',' || m->code[i] == '(' || m->code[i] == 0x3001 || m->code[i] == ' ')
        i++;
    bool sex = m->code[i] == 0x7537 /* 男 */ || m->code[i] == 0x5973 /* 女 */;
    return sex && (told || !mask_is_han(m->code[i + 1]));
}

/* From i on a number of a person's own follows, and nothing but what says so stands between. */
static bool is_owner(const struct mask *m, size_t i)
{
    static const enum mask_class between[] = { MASK_DOCUMENT, MASK_PHONE, MASK_BANK, MASK_LINK,
                                               MASK_MODIFIER };
    for (size_t end = i + OWNER_MAX; i < end && i < m->n && !mask_ends_sentence(m->code[i]);) {
        if (mask_is(m, i, PERSONAL_PHONE) || mask_is(m, i, PERSONAL_IDENTITY) ||
            mask_is(m, i, PERSONAL_DOCUMENT) || mask_is(m, i, PERSONAL_BANK))
            return true;
        size_t n = mask_stands(m, i, "联系");
        for (size_t k = 0; !n && k < sizeof between / sizeof between[0]; k++)
            n = mask_word(m, i, between[k]);
        if (n == 0 && mask_is_han(m->code[i]))
            return false;
        i += n ? n : 1;
    }
    return false;
}

/* Where a name may end: at the end of a phrase, or before the word for a number. */
static bool may_end(const struct mask *m, size_t i)
{
    return !mask_is_han(m->code[i]) || mask_word(m, i, MASK_DOCUMENT) ||
           mask_word(m, i, MASK_PHONE) || mask_word(m, i, MASK_BANK) || mask_stands(m, i, "联系");
}

static void mask_attributed(struct mask *m, struct names *names)
{
    for (size_t i = 2; i < m->n; i++) {
        if (!is_free_han(m, i - 1) || !may_end(m, i))
            continue;
        if (!is_owner(m, i) && !(!mask_is_han(m->code[i]) && is_attribute(m, i)))
            continue;
        size_t from = name_before(m, i);
        if (from < i)
            found(m, names, from, i - from);
    }
}

/* ---- behind what a person is called ---- */

/* The last character of 护理员, 工作人员, 女儿, 房主 … */
static bool calls(uint32_t c)
{
    static const uint32_t words[] = { 0x4EBA, 0x5458, 0x8005, 0x5E08, 0x957F, 0x5DE5,
                                      0x4EB2, 0x5973, 0x513F, 0x59BB, 0x592B, 0x5BA2,
                                      0x751F, 0x58EB, 0x6C11, 0x53CB, 0x533B };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (words[i] == c)
            return true;
    return false;
}

static void mask_called(struct mask *m, struct names *names)
{
    for (size_t i = 2; i < m->n; i++) {
        size_t colon = m->code[i - 1] == ':'; /* 被询问人：… */
        bool called = i >= 2 + colon && calls(m->code[i - 1 - colon]) &&
                      mask_is_han(m->code[i - 2 - colon]) && !mask_word(m, i, MASK_WEAK) &&
                      !is_part_of_word(m, i, i + 1) && !is_organisation(m, i);
        found_list(m, names, i, called ? chinese(m, i, false) : 0);
    }
}

/* ---- everywhere ---- */

static bool same(const struct mask *m, size_t a, size_t b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (b + k >= m->n || m->code[a + k] != m->code[b + k])
            return false;
    return true;
}

static void mask_again(struct mask *m, const struct names *names)
{
    for (size_t k = 0; k < names->n; k++)
        for (size_t i = 0; i < m->n; i++)
            if (m->mark[i] == MASK_FREE && same(m, names->from[k], i, names->size[k]))
                mask_cover(m, i, i + names->size[k], PERSONAL_NAME);
}

bool mask_is_name(const struct mask *m)
{
    size_t n = pointed(m, 0);
    n = n ? n : chinese(m, 0, false);
    return n > 0 && n == m->n;
}

void mask_persons(struct mask *m)
{
    struct names names = { .n = 0 };
    mask_labelled(m, &names);
    mask_titled(m, &names);
    mask_attributed(m, &names);
    mask_acting(m, &names);
    mask_called(m, &names);
    mask_again(m, &names);
}

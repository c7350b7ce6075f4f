#include "unit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/glyph.h"
#include "base/text.h"
#include "domain/publish/mask.h"
#include "domain/publish/personal.h"

static const char *mask(struct arena *a, const char *text)
{
    const char *masked = personal_mask(a, text, NULL);
    assert_true(utf8_valid(masked, strlen(masked)));
    return masked;
}

/* ---- the corpus ---- */

enum { LINE_MAX_BYTES = 4096 };
enum { RECALL = 1000, PRECISION = 980, BY_RULE = 980 }; /* permille */

/* A line without its marks, and which bytes are to be masked. */
struct sample {
    char text[LINE_MAX_BYTES];
    bool personal[LINE_MAX_BYTES];
    size_t n;
    const char *kind[LINE_MAX_BYTES]; /* NULL: nothing begins here */
};

static void put_unseen(struct sample *s, const char *hex, bool personal)
{
    unsigned long c = strtoul(hex, NULL, 16);
    char bytes[] = { (char)(0xE0 | c >> 12), (char)(0x80 | (c >> 6 & 0x3F)),
                     (char)(0x80 | (c & 0x3F)) };
    for (size_t i = 0; i < sizeof bytes; i++) {
        s->personal[s->n] = personal;
        s->text[s->n++] = bytes[i];
    }
}

static void read_sample(struct sample *s, char *line)
{
    bool personal = false;
    memset(s, 0, sizeof *s);
    for (char *p = line; *p && *p != '\n';) {
        if (strncmp(p, "[[", 2) == 0) {
            s->kind[s->n] = p + 2;
            p = strchr(p, ':');
            *p++ = '\0';
            personal = true;
        } else if (strncmp(p, "]]", 2) == 0) {
            personal = false;
            p += 2;
        } else if (strncmp(p, "<U+", 3) == 0) {
            put_unseen(s, p + 3, personal);
            p = strchr(p, '>') + 1;
        } else {
            s->personal[s->n] = personal;
            s->text[s->n++] = *p++;
        }
    }
    s->text[s->n] = '\0';
}

struct score {
    size_t texts;
    size_t clean;    /* texts with nothing to mask */
    size_t expected; /* characters */
    size_t covered;
    size_t masked;
    size_t right;
    size_t spans; /* to be found */
    size_t kinds; /* of those, by the rule that they are of */
};

static void judge(struct arena *a, const struct sample *s, struct score *score)
{
    struct personal_span *spans;
    size_t n = personal_spans(a, s->text, NULL, &spans);
    size_t wrong = 0;
    size_t at = 0;
    bool clean = true;
    for (size_t i = 0, step; i < s->n; i += step) {
        uint32_t c;
        step = glyph_read(s->text + i, s->n - i, &c);
        while (at < n && spans[at].to <= i)
            at++;
        bool masked = at < n && spans[at].from <= i;
        score->expected += s->personal[i];
        score->masked += masked;
        score->covered += s->personal[i] && masked;
        score->right += s->personal[i] && masked;
        wrong += s->personal[i] != masked;
        clean = clean && !s->personal[i];
        if (s->kind[i]) {
            score->spans++;
            score->kinds += masked && strcmp(personal_kind_name(spans[at].kind), s->kind[i]) == 0;
        }
    }
    score->texts++;
    score->clean += clean;
    if (wrong)
        print_message("%s\n  -> %s\n", s->text, personal_cover(a, s->text, spans, n));
}

static void the_corpus_is_masked_whole_and_little_else(void **state)
{
    struct score score = { .texts = 0 };
    static struct sample sample;
    char line[LINE_MAX_BYTES];
    FILE *file = fopen(SOURCE_FOLDER "/tests/unit/mask-corpus.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        read_sample(&sample, line);
        judge(*state, &sample, &score);
    }
    (void)fclose(file);
    print_message("%zu texts, %zu of them with nothing to mask; of %zu characters %zu are masked, "
                  "and %zu are that should not be; %zu of %zu spans by their own rule\n",
                  score.texts, score.clean, score.expected, score.covered,
                  score.masked - score.right, score.kinds, score.spans);
    assert_true(score.texts >= 400);
    assert_true(score.clean >= 150);
    assert_true(score.covered * 1000 >= score.expected * RECALL);
    assert_true(score.right * 1000 >= score.masked * PRECISION);
    assert_true(score.kinds * 1000 >= score.spans * BY_RULE);
}

static void a_document_s_number_behind_one_of_the_public_service_stays(void **state)
{
    static const char *const texts[] = { "拨打12320，20240012号投诉单", "热线12345，20240115受理" };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_string_equal(mask(*state, texts[i]), texts[i]);
    assert_string_equal(mask(*state, "拨打12345、20240012号码"), "拨打12345、＊＊＊号码");
}

/* ---- words ---- */

static void lists_of_words_ascend_as_texts_are_read(void **state)
{
    (void)state;
    for (size_t c = 0; c < MASK_CLASSES; c++) {
        const struct mask_list *list = &mask_lists[c];
        assert_true(list->n > 0);
        for (size_t i = 0; i < list->n; i++) {
            struct arena *a = arena_new(1 << 16);
            struct mask m;
            mask_load(&m, a, list->words[i], strlen(list->words[i]));
            assert_string_equal(m.plain, list->words[i]);
            assert_int_equal(mask_word(&m, 0, (enum mask_class)c), m.n);
            if (i > 0)
                assert_true(strcmp(list->words[i - 1], list->words[i]) < 0);
            arena_free(a);
        }
    }
}

/* ---- wishes ---- */

static void the_enterprise_s_own_data_stays(void **state)
{
    static const char *const own[] = { "914104001234567890", "PDY00000041040217A1001",
                                       "0375-7654321", "张建国诊所", "" };
    static const struct personal_wishes wishes = { .keep = { own, COUNT(own) } };
    static const char text[] =
        "信用代码９１４１０４００１２３４５６７８９０，许可证PDY00000041040217a1001，"
        "单位电话0375-7654321，负责人张建国诊所，经办人13812345678";
    static const char expected[] =
        "信用代码９１４１０４００１２３４５６７８９０，许可证PDY00000041040217a1001，"
        "单位电话0375-7654321，负责人张建国诊所，经办人＊＊＊";
    assert_string_equal(personal_mask(*state, text, &wishes), expected);
    /* Only where it stands as a whole. */
    static const char *const part[] = { "13812345678" };
    static const struct personal_wishes in_part = { .keep = { part, 1 } };
    assert_string_equal(personal_mask(*state, "4104021381234567890", &in_part), "＊＊＊");
}

static void an_editor_s_wish_is_covered_wherever_it_stands(void **state)
{
    static const char *const texts[] = { "绿源牌", "ＡＢ12" };
    static const struct personal_wishes wishes = { .cover = { texts, COUNT(texts) } };
    struct personal_span *spans;
    assert_string_equal(personal_mask(*state, "绿源牌、ab12号，绿<U+200B>源牌", &wishes),
                        "＊＊＊、＊＊＊号，绿<U+200B>源牌");
    assert_int_equal(personal_spans(*state, "涉及绿源牌", &wishes, &spans), 1);
    assert_int_equal(spans[0].kind, PERSONAL_EDITOR);
    assert_int_equal(spans[0].from, strlen("涉及"));
}

static void what_cannot_be_read_is_masked_as_a_whole(void **state)
{
    char *longer = arena_alloc(*state, PERSONAL_TEXT_MAX + 2);
    memset(longer, 'a', PERSONAL_TEXT_MAX + 1);
    longer[PERSONAL_TEXT_MAX + 1] = '\0';
    assert_string_equal(personal_mask(*state, longer, NULL), "＊＊＊");
    assert_string_equal(personal_mask(*state, "\xFF 13812345678", NULL), "＊＊＊");
    assert_string_not_equal(personal_mask(*state, longer + 1, NULL), "＊＊＊");
}

static void a_person_who_is_inspected_is_not_named(void **state)
{
    assert_string_equal(personal_subject_name(*state, "ZRR8K2M5P7Q9R3T4W6", "合成花店"), "＊＊＊");
    assert_string_equal(personal_subject_name(*state, "92410402MA40000001", "欧阳春梅"), "＊＊＊");
    assert_string_equal(personal_subject_name(*state, "92410402MA40000001", "李明"), "＊＊＊");
    assert_string_equal(personal_subject_name(*state, "92410402MA40000001", "李明口腔诊所"),
                        "李明口腔诊所");
    assert_string_equal(personal_subject_name(*state, "92410402MA40000001", "平顶山市合成小学"),
                        "平顶山市合成小学");
}

static void a_mask_does_not_tell_a_length(void **state)
{
    assert_string_equal(mask(*state, "当事人张伟，电话13812345678"), "当事人＊＊＊，电话＊＊＊");
    assert_string_equal(mask(*state, "当事人欧阳建国，电话0375-1234567转8001"),
                        "当事人＊＊＊，电话＊＊＊");
    assert_string_equal(mask(*state, "138 1234 5678"), mask(*state, "13812345678"));
}

/* ---- property: whatever stands around it, a value does not survive ---- */

static const char *const around[] = {
    "",
    " ",
    "，",
    "电话",
    "a",
    "X",
    "号",
    "室",
    "3号楼",
    "2023年",
    "（",
    "）",
    "@",
    "-",
    "元",
    "：",
    "12",
    "0",
    "\n",
    "、",
    "。",
    "平顶山",
    "\xF0\x9F\x8F\xA5",
    "QQ",
    "住址",
    "单元",
    "当事人",
    "诊断为",
};

static const char *const unseen[] = { "\xE2\x80\x8B", "\xE2\x80\x8D", "\xEF\xBB\xBF",
                                      "\xEF\xB8\x8F", "\xE2\x81\xA0", "\xC2\xAD" };

static void put_random(struct buf *out, uint64_t *seed)
{
    for (size_t n = unit_below(seed, 4); n > 0; n--)
        buf_puts(out, around[unit_below(seed, COUNT(around))]);
}

/* In half or full width, and now and then something that nobody sees behind a digit. */
static void put_digits(struct buf *out, uint64_t *seed, const char *digits)
{
    bool full = unit_below(seed, 4) == 0;
    bool hidden = unit_below(seed, 3) == 0;
    for (; *digits; digits++) {
        const char wide[] = { '\xEF', '\xBC', (char)(0x90 + *digits - '0'), '\0' };
        if (full && *digits != 'X')
            buf_puts(out, wide);
        else
            buf_putc(out, *digits);
        if (hidden && unit_below(seed, 3) == 0)
            buf_puts(out, unseen[unit_below(seed, COUNT(unseen))]);
    }
}

/* A mobile number (kind 0) or an identity number (kind 1). */
static void put_number(struct buf *out, uint64_t *seed, unsigned kind, char digits[19])
{
    size_t n = kind ? 18 : 11;
    for (size_t i = 0; i < n; i++)
        digits[i] = (char)('0' + unit_below(seed, 10));
    if (!kind) {
        digits[0] = '1';
        digits[1] = (char)('3' + unit_below(seed, 7));
    } else if (unit_below(seed, 3) == 0) {
        digits[17] = 'X';
    }
    digits[n] = '\0';
    put_digits(out, seed, digits);
}

static bool has_mobile(const char *text)
{
    for (const char *p = text; *p;) {
        size_t n = strspn(p, "0123456789");
        if (n == 11 && p[0] == '1' && p[1] >= '3')
            return true;
        p += n ? n : 1;
    }
    return false;
}

static void no_number_survives_whatever_stands_around_it(void **state)
{
    uint64_t seed = 2023;
    (void)state;
    for (int round = 0; round < 10000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct buf text;
        struct mask m;
        char numbers[3][19];
        size_t count = 1 + unit_below(&seed, 3);
        buf_init(&text, a, 4000);
        put_random(&text, &seed);
        for (size_t i = 0; i < count; i++) {
            put_number(&text, &seed, (unsigned)unit_below(&seed, 2), numbers[i]);
            put_random(&text, &seed);
        }
        const char *masked = mask(a, text.p);
        mask_load(&m, a, masked, strlen(masked));
        for (size_t i = 0; i < count; i++)
            if (strstr(m.plain, numbers[i]))
                fail_msg("%s survives in %s", numbers[i], text.p);
        if (has_mobile(m.plain))
            fail_msg("%s -> %s", text.p, masked);
        arena_free(a);
    }
}

/* Each of the kinds that public pages and platforms must never show, in the frames of officials. */
static void no_value_survives_in_the_words_of_officials(void **state)
{
    static const char *const frames[][2] = {
        { "经查，当事人%s在店内注射", "name" },
        { "法定代表人（负责人）：%s，", "name" },
        { "患者%s、", "name" },
        { "%s，女，1985年生", "name" },
        { "联系人：%s。", "name" },
        { "向%s女士退款", "name" },
        { "银行账号%s，", "bank" },
        { "开户行合成银行，账号：%s；", "bank" },
        { "微信号：%s，", "handle" },
        { "护照（%s）", "document" },
        { "家庭住址：%s；", "address" },
        { "，住%s。", "address" },
        { "驾驶%s运输", "plate" },
        { "住院号：%s，", "health" },
    };
    static const char *const surnames[] = { "王", "李", "张", "刘", "陈", "欧阳", "赵", "周" };
    static const char *const given[] = { "伟", "建国", "秀英", "敏", "子涵", "文博", "静", "丽华" };
    static const char *const addresses[] = { "叶县合成乡合成村三组12号", "合成路5号院3号楼2单元501",
                                             "鲁山县合成镇西街8号" };
    uint64_t seed = 34;
    (void)state;
    for (int round = 0; round < 3000; round++) {
        struct arena *a = arena_new(1 << 20);
        const char *const *frame = frames[unit_below(&seed, COUNT(frames))];
        struct buf value;
        struct buf text;
        buf_init(&value, a, 100);
        buf_init(&text, a, 4000);
        if (strcmp(frame[1], "name") == 0) {
            buf_puts(&value, surnames[unit_below(&seed, COUNT(surnames))]);
            buf_puts(&value, given[unit_below(&seed, COUNT(given))]);
        } else if (strcmp(frame[1], "address") == 0) {
            buf_puts(&value, addresses[unit_below(&seed, COUNT(addresses))]);
        } else if (strcmp(frame[1], "plate") == 0) {
            buf_printf(&value, "豫D%05zu", unit_below(&seed, 100000));
        } else {
            buf_puts(&value, strcmp(frame[1], "bank") == 0 ? "" : "E");
            for (size_t n = strcmp(frame[1], "bank") == 0 ? 9 + unit_below(&seed, 22) : 8; n > 0;
                 n--)
                buf_putc(&value, (char)('0' + unit_below(&seed, 10)));
        }
        const char *mark = strstr(frame[0], "%s");
        buf_put(&text, frame[0], (size_t)(mark - frame[0]));
        buf_puts(&text, value.p);
        buf_puts(&text, mark + 2);
        const char *masked = mask(a, text.p);
        if (strstr(masked, value.p))
            fail_msg("%s survives in %s", value.p, masked);
        assert_string_equal(mask(a, masked), masked);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(the_corpus_is_masked_whole_and_little_else),
        WITH_ARENA(a_document_s_number_behind_one_of_the_public_service_stays),
        WITH_ARENA(lists_of_words_ascend_as_texts_are_read),
        WITH_ARENA(the_enterprise_s_own_data_stays),
        WITH_ARENA(an_editor_s_wish_is_covered_wherever_it_stands),
        WITH_ARENA(what_cannot_be_read_is_masked_as_a_whole),
        WITH_ARENA(a_person_who_is_inspected_is_not_named),
        WITH_ARENA(a_mask_does_not_tell_a_length),
        WITH_ARENA(no_number_survives_whatever_stands_around_it),
        WITH_ARENA(no_value_survives_in_the_words_of_officials),
    };
    return cmocka_run_group_tests_name("mask", tests, NULL, NULL);
}

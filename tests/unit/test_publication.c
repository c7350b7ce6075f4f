#include "unit.h"

#include "base/buf.h"
#include "base/text.h"
#include "domain/publication.h"

static const char *mask(struct arena *a, const char *text)
{
    const char *masked = publication_mask(a, text, NULL, 0, NULL);
    assert_true(utf8_valid(masked, strlen(masked)));
    assert_int_equal(utf8_length(masked), utf8_length(text));
    return masked;
}

static void personal_data_is_masked(void **state)
{
    static const char *const cases[][2] = {
        { "联系人电话13812345678。", "联系人电话＊＊＊＊＊＊＊＊＊＊＊。" },
        { "138 1234 5678", "＊＊＊ ＊＊＊＊ ＊＊＊＊" },
        { "138-1234-5678", "＊＊＊-＊＊＊＊-＊＊＊＊" },
        { "+86 13812345678", "+86 ＊＊＊＊＊＊＊＊＊＊＊" },
        { "8613812345678", "＊＊＊＊＊＊＊＊＊＊＊＊＊" },
        { "１３８１２３４５６７８", "＊＊＊＊＊＊＊＊＊＊＊" },
        { "0375-1234567", "＊＊＊＊-＊＊＊＊＊＊＊" },
        { "（0375）1234567", "（＊＊＊＊）＊＊＊＊＊＊＊" },
        { "01012345678", "＊＊＊＊＊＊＊＊＊＊＊" },
        { "身份证41040219900101123X", "身份证＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊" },
        { "410402 19900101 1234", "＊＊＊＊＊＊ ＊＊＊＊＊＊＊＊ ＊＊＊＊" },
        { "410402900101123", "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊" },
        { "卡号6222021234567890123", "卡号＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊" },
        { "6222 0212 3456 7890 123", "＊＊＊＊ ＊＊＊＊ ＊＊＊＊ ＊＊＊＊ ＊＊＊" },
        { "邮箱 zhang.san@example.com，", "邮箱 ＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊，" },
        { "微信号：wx_12345", "微信号：＊＊＊＊＊＊＊＊" },
        { "联系电话为 1234567", "联系电话为 ＊＊＊＊＊＊＊" },
        { "家庭住址：建设路5号院，其称", "家庭住址：＊＊＊＊＊＊，其称" },
        { "现住址为新华区某村。", "现住址为＊＊＊＊＊。" },
        { "建设路12号锦绣小区3号楼2单元501室", "建设路＊＊号锦绣小区＊号楼＊单元＊＊＊室" },
        { "光明路8号院三号楼二单元501", "光明路＊号院＊号楼＊单元＊＊＊" },
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(mask(*state, cases[i][0]), cases[i][1]);
}

static void what_is_no_personal_data_stays(void **state)
{
    static const char *const texts[] = {
        "",
        "2023年11月10日检查，在501室发现问题3处，罚款20000元。",
        "平卫医罚〔2023〕12号",
        "豫卫消证字（2020）第0123号",
        "批号20230115，有效期至2025-01-14，数量1200.50千克",
        "条形码6901234567892",
        "检查时间2023-11-10 09:30至11:45",
        "通过登记的住所（经营场所）无法联系",
        "国家住建部门，发现住宿场所2处",
        "举报电话12320、12345",
        "水温12.5 13.5 14.5度",
        "按第3号文件检查了2号楼3层检验室",
        "20231110-20231115",
    };
    for (size_t i = 0; i < COUNT(texts); i++)
        assert_string_equal(mask(*state, texts[i]), texts[i]);
}

static void the_enterprise_s_own_numbers_stay(void **state)
{
    static const char *const own[] = { "914104001234567890", "PDY00000041040217A1001",
                                       "0375-7654321", "" };
    static const char text[] =
        "信用代码９１４１０４００１２３４５６７８９０，许可证PDY00000041040217a1001，"
        "单位电话0375-7654321，经办人13812345678";
    static const char expected[] =
        "信用代码９１４１０４００１２３４５６７８９０，许可证PDY00000041040217a1001，"
        "单位电话0375-7654321，经办人＊＊＊＊＊＊＊＊＊＊＊";
    assert_string_equal(publication_mask(*state, text, own, COUNT(own), NULL), expected);
    /* Only where it stands as a whole. */
    static const char *const part[] = { "13812345678" };
    assert_string_equal(publication_mask(*state, "4104021381234567890", part, 1, NULL),
                        "＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊＊");
}

static void what_was_masked_is_counted(void **state)
{
    struct publication_masked masked;
    (void)publication_mask(*state,
                           "13812345678、0375-1234567，41040219900101123X，6222021234567890，"
                           "a@b.cn，家庭住址：某村，8号院3号楼2单元501室",
                           NULL, 0, &masked);
    assert_int_equal(masked.phones, 2);
    assert_int_equal(masked.ids, 1);
    assert_int_equal(masked.cards, 1);
    assert_int_equal(masked.emails, 1);
    assert_int_equal(masked.addresses, 2);
}

static void what_cannot_be_read_is_masked_as_a_whole(void **state)
{
    char *longer = arena_alloc(*state, PUBLICATION_TEXT_MAX + 2);
    memset(longer, 'a', PUBLICATION_TEXT_MAX + 1);
    assert_string_equal(publication_mask(*state, longer, NULL, 0, NULL), "＊");
    assert_string_equal(publication_mask(*state, "\xFF 13812345678", NULL, 0, NULL), "＊");
    assert_string_not_equal(publication_mask(*state, longer + 1, NULL, 0, NULL), "＊");
}

/* ---- property: whatever stands around it, a number does not survive ---- */

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
};

static void put_random(struct buf *out, uint64_t *seed)
{
    for (size_t n = unit_below(seed, 4); n > 0; n--)
        buf_puts(out, around[unit_below(seed, COUNT(around))]);
}

/* A mobile number (kind 0) or an identity number (kind 1), in half or full width. */
static void put_number(struct buf *out, uint64_t *seed, unsigned kind, char digits[19])
{
    size_t n = kind ? 18 : 11;
    bool full = unit_below(seed, 4) == 0;
    for (size_t i = 0; i < n; i++)
        digits[i] = (char)('0' + unit_below(seed, 10));
    if (!kind) {
        digits[0] = '1';
        digits[1] = (char)('3' + unit_below(seed, 7));
    } else if (unit_below(seed, 3) == 0) {
        digits[17] = 'X';
    }
    digits[n] = '\0';
    for (size_t i = 0; i < n; i++) {
        const char wide[] = { '\xEF', '\xBC', (char)(0x90 + digits[i] - '0'), '\0' };
        if (full && digits[i] != 'X')
            buf_puts(out, wide);
        else
            buf_putc(out, digits[i]);
    }
}

/* The text with full-width digits made half-width. */
static const char *half(struct arena *a, const char *text)
{
    char *out = arena_strdup(a, text);
    char *to = out;
    for (const char *p = text; *p; p++) {
        bool wide = p[0] == '\xEF' && p[1] == '\xBC' && (unsigned char)p[2] >= 0x90 &&
                    (unsigned char)p[2] <= 0x99;
        *to++ = wide ? (char)('0' + (unsigned char)p[2] - 0x90) : *p;
        p += wide ? 2 : 0;
    }
    *to = '\0';
    return out;
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

static void no_mobile_and_no_identity_number_survives(void **state)
{
    uint64_t seed = 2023;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct arena *a = arena_new(1 << 20);
        struct buf text;
        char numbers[3][19];
        size_t count = 1 + unit_below(&seed, 3);
        buf_init(&text, a, 4000);
        put_random(&text, &seed);
        for (size_t i = 0; i < count; i++) {
            put_number(&text, &seed, (unsigned)unit_below(&seed, 2), numbers[i]);
            put_random(&text, &seed);
        }
        const char *masked = half(a, mask(a, text.p));
        for (size_t i = 0; i < count; i++)
            if (strstr(masked, numbers[i]))
                fail_msg("%s survives in %s", numbers[i], text.p);
        assert_false(has_mobile(masked));
        assert_string_equal(mask(a, mask(a, text.p)), mask(a, text.p));
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ARENA(personal_data_is_masked),
        WITH_ARENA(what_is_no_personal_data_stays),
        WITH_ARENA(the_enterprise_s_own_numbers_stay),
        WITH_ARENA(what_was_masked_is_counted),
        WITH_ARENA(what_cannot_be_read_is_masked_as_a_whole),
        WITH_ARENA(no_mobile_and_no_identity_number_survives),
    };
    return cmocka_run_group_tests_name("publication", tests, NULL, NULL);
}

/* Forms in which people and spreadsheets write values: what is read, and what is not. */
#include "unit.h"

#include <string.h>

#include "base/date.h"
#include "import/cell.h"
#include "import/note.h"
#include "import/words.h"

static void dates_are_read_in_each_form_that_begins_with_the_year(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *date; /* NULL: not read */
    } cases[] = {
        { "2023-05-01", "2023-05-01" },
        { "2023-5-1", "2023-05-01" },
        { "2023-5-1日", "2023-05-01" },
        { "2023—5—1", "2023-05-01" },
        { "2023、5、1", "2023-05-01" },
        { "2023\\5\\1", "2023-05-01" },
        { "2023-05-01 08:00:00 +08:00", "2023-05-01" },
        { "2023-04-30 16:00:00 +00:00", "2023-05-01" },
        { "2023/5/1", "2023-05-01" },
        { "2023/05/01", "2023-05-01" },
        { "2023.5.1", "2023-05-01" },
        { "2023年5月1日", "2023-05-01" },
        { "2023年05月01号", "2023-05-01" },
        { "2023 年 5 月 1 日", "2023-05-01" },
        { "２０２３／５／１", "2023-05-01" },
        { "２０２３年１２月３１日", "2023-12-31" },
        { "20230501", "2023-05-01" },
        { "45047", "2023-05-01" },
        { "45047.0", "2023-05-01" },
        { "45047.75", "2023-05-01" },
        { "2023/5/1 0:00", "2023-05-01" },
        { "2023-05-01 13:45:59", "2023-05-01" },
        { "2023-05-01T00:00:00", "2023-05-01" },
        { "2023年5月1日 8:30", "2023-05-01" },
        { "2023-05-01 00:00:00.000", "2023-05-01" },
        { "2023/5/1 上午 12:00:00", "2023-05-01" },
        { "2023/5/1 12:00:00 AM", "2023-05-01" },
        { "2023年5月1日 8时30分", "2023-05-01" },
        { "2023年5月1日星期一", "2023-05-01" },
        { "2023年5月7日 星期日", "2023-05-07" },
        { "2023-05-01 (周一)", "2023-05-01" },
        { "二〇二三年五月一日", "2023-05-01" },
        { "二○二三年十二月三十一日", "2023-12-31" },
        { "二零二三年十月二十日", "2023-10-20" },
        { "二〇二三年十一月十五日", "2023-11-15" },
        { "二〇二三年五月二十五日星期四", "2023-05-25" },
        { "2023–05–01", "2023-05-01" },
        { "2023—5—1", "2023-05-01" },
        { "2023．5．1", "2023-05-01" },
        { "2023·5·1", "2023-05-01" },
        { "2023-05-01T08:00:00+08:00", "2023-05-01" },
        { "2023-04-30T16:00:00.000Z", "2023-05-01" },
        { "2023-04-30T15:59:59Z", "2023-04-30" },
        { "2023-04-30 23:00:00+00:00", "2023-05-01" },
        { "2024/2/29", "2024-02-29" },
        { "2023 5 1", "2023-05-01" },
        { "2023 05 01 8:00", "2023-05-01" },
        { "2023_5_1", "2023-05-01" },
        { "2023~5~1", "2023-05-01" },
        { "2023，5，1", "2023-05-01" },
        { "2023,5,1", "2023-05-01" },
        { "2023⁄5⁄1", "2023-05-01" },
        { "2023∕05∕01", "2023-05-01" },
        { "2023/5/1/", "2023-05-01" },
        { "2023-05-01-", "2023-05-01" },
        { "20230501.0", "2023-05-01" },
        { "20230501.5", NULL },
        { "2023-05-01T00:00:00.000+0800", "2023-05-01" },
        { "2023-04-30T16:00:00+0000", "2023-05-01" },
        { "2023-05-01T08:00:00+08", "2023-05-01" },
        { "2023-05-01 23:00:00 -0100", "2023-05-02" },
        { "20230501083000", "2023-05-01" },
        { "202305010830", "2023-05-01" },
        { "20230501993000", NULL },
        { "2023050108", NULL },
        { "20230501083000123", NULL },
        { "2023/5/1-", NULL },
        { "2023 5", NULL },
        { "2023-5-1,2024-5-1", NULL },
        { "2023-5-1~3", NULL },
        { "2023-05-01-15", NULL },
        { "2023.5.1.3", NULL },
        { "2023/5/1/3", NULL },
        { "2023/5/1/ 3", NULL },
        { "2023-5-1、3", NULL },
        { "2023年5月1日、3日", NULL },
        { "2023.5.1.", "2023-05-01" },
        { "2023-5-1 至 2024-5-1", NULL },
        { "2023/2/29", NULL },
        { "2023-13-1", NULL },
        { "5/1/2023", NULL },
        { "1/5/23", NULL },
        { "23/5/1", NULL },
        { "2023-5/1", NULL },
        { "2023年5-1", NULL },
        { "2023年5月", NULL },
        { "2023", NULL },
        { "1234", NULL },
        { "99999", NULL },
        { "450470", NULL },
        { "2023-05-01abc", NULL },
        { "2023-05-01 星期", NULL },
        { "2023-05-01 星期八", NULL },
        { "2023-04-30T16:00:00Zx", NULL },
        { "二〇二三年五月三十二日", NULL },
        { "五月一日", NULL },
        { "一二三", NULL },
        { "长期", NULL },
        { "", NULL },
        { "########", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t date = 0;
        char text[DATE_TEXT] = "";
        bool read = cell_date(cases[i].text, &date);
        if (read)
            date_format(text, date);
        if (read != (cases[i].date != NULL) || (read && strcmp(text, cases[i].date) != 0))
            fail_msg("%s: %s", cases[i].text, read ? text : "not read");
    }
}

static void the_last_day_of_a_period_is_its_end(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { "2029-08-28", "2029-08-28" },
        { "2024.8.29-2029.8.28", "2029-08-28" },
        { "2024-08-29至2029-08-28", "2029-08-28" },
        { "2024年8月29日—2029年8月28日", "2029-08-28" },
        { "自2024年8月29日起至2029年8月28日止", NULL },
        { "自2024年8月29日至2029年8月28日止", "2029-08-28" },
        { "2024/8/29 ～ 2029/8/28", "2029-08-28" },
        { "20240829-20290828", "2029-08-28" },
        { "至2029-08-28", "2029-08-28" },
        { "有效期至：2029年8月28日", "2029-08-28" },
        { "2029年8月28日止", "2029-08-28" },
        { "截至 2029.8.28", "2029-08-28" },
        { "2029-08-28至2024-08-29", NULL },
        { "2029年8月28日前", NULL },
        { "2029年8月28日截止", "2029-08-28" },
        { "有效期至2029年8月28日为止", "2029-08-28" },
        { "2024.8.29——2029.8.28", "2029-08-28" },
        { "2024-08-29--2029-08-28", "2029-08-28" },
        { "自2024年8月29日", NULL },
        { "从2024-08-29", NULL },
        { "2024.8.29 2029.8.28", NULL },
        { "2024年8月29日至", NULL },
        { "长期", NULL },
        { "至", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t date = 0;
        char text[DATE_TEXT] = "";
        bool read = cell_until(cases[i][0], &date);
        if (read)
            date_format(text, date);
        if (read != (cases[i][1] != NULL) || (read && strcmp(text, cases[i][1]) != 0))
            fail_msg("%s: %s", cases[i][0], read ? text : "not read");
    }
}

static void numbers_are_read_with_their_ornaments(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value; /* -1: not read */
    } cases[] = {
        { "0", 0 },         { "1234", 1234 },
        { "1,234", 1234 },  { "12,345", 12345 },
        { "１２", 12 },     { "１，２３４", 1234 },
        { "3.0", 3 },       { "1,234.00", 1234 },
        { "03", 3 },        { "00", 0 },
        { "0003.0", 3 },    { "1,23", -1 },
        { "1234,567", -1 }, { ",123", -1 },
        { "1,2345", -1 },   { "1.5", -1 },
        { "-1", -1 },       { "", -1 },
        { "一", -1 },       { "1,234,5", -1 },
        { "65536", -1 },    { "12345678901", -1 },
        { "12家", 12 },     { "1,234 户", 1234 },
        { "１２个", 12 },   { "家", -1 },
        { "12家户", -1 },   { "12万", -1 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = -1;
        if (!cell_int(cases[i].text, 65535, &value))
            value = -1;
        if (value != cases[i].value)
            fail_msg("%s: %lld", cases[i].text, (long long)value);
    }
    double degrees;
    assert_true(cell_decimal("１１３．２９", -180, 180, &degrees) && degrees > 113.28);
    assert_false(cell_decimal("113.29°", -180, 180, &degrees));
}

static void yes_and_no_are_read_in_words(void **state)
{
    (void)state;
    static const char *const yes[] = { "1",       "是",      "TRUE",    "True",   "true", "Y",
                                       "yes",     "√",       "１",      "ＹＥＳ", "1.00", "☑",
                                       "T",       "V",       "√是",     "是√",    "☑ 是", "☑是 □否",
                                       "□否 ■是", "☑是/□否", "是☑ 否□", "■有□无" };
    static const char *const no[] = { "0", "否",   "FALSE", "False",   "false",   "N",     "no",
                                      "×", "０",   "0.00",  "☐",       "✕",       "✘",     "错",
                                      "□", "没有", "√否",   "□是 ☑否", "是□ 否√", "□有■无" };
    static const char *const neither[] = { "",      "2",         "也许",    "是否",
                                           "10",    "□是",       "□是 □否", "☑是 ☑否",
                                           "是/否", "☑也许 □否", "是√否" };
    bool value;
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
        assert_true(cell_bool(yes[i], &value) && value);
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
        assert_true(cell_bool(no[i], &value) && !value);
    for (size_t i = 0; i < sizeof neither / sizeof neither[0]; i++)
        assert_false(cell_bool(neither[i], &value));
}

static void what_stands_around_a_text_is_taken_away(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        { " a ", "a" },
        { "　a\xC2\xA0", "a" },
        { "\xE2\x80\x8B"
          "a\xEF\xBB\xBF",
          "a" },
        { "'001", "001" },
        { "=\"001\"", "001" },
        { "'=\"001\"", "001" },
        { "\t=\"0 1\" ", "0 1" },
        { "=\"\"", "" },
        { "=1+1", "=1+1" },
        { "‘001", "001" },
        { "＇001", "001" },
        { "`001", "001" },
        { "\"001\"", "001" },
        { "\"合\"成\"", "\"合\"成\"" },
        { "‘合成’店", "‘合成’店" },
        { "=\"", "=\"" },
        { "a'", "a'" },
        { "中文", "中文" },
        { "", "" },
        { " ", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        (void)snprintf(text, sizeof text, "%s", cases[i][0]);
        assert_string_equal(cell_clean(text), cases[i][1]);
    }
}

static void strokes_and_words_for_nothing_say_nothing(void **state)
{
    (void)state;
    static const char *const nothing[] = { "/",      "－",     "——", "无",     " 暂 无",
                                           "N/A",    "NULL",   "*",  "未办理", "无信用代码",
                                           "待补充", "？？？", "……", "nil" };
    static const char *const something[] = {
        "", "0", "无锡路1号", "否", "A", "无证行医", "未知堂"
    };
    for (size_t i = 0; i < sizeof nothing / sizeof nothing[0]; i++)
        assert_true(cell_says_nothing(nothing[i]));
    for (size_t i = 0; i < sizeof something / sizeof something[0]; i++)
        assert_false(cell_says_nothing(something[i]));
}

static void what_another_line_says_is_no_value(void **state)
{
    (void)state;
    static const char *const ditto[] = { "同上", "同 上", "〃", "″", "同前", "同左", "”", "\"" };
    static const char *const values[] = {
        "同上堂药店", "同济医院", "上", "”合成“", "第 5″ 段", ""
    };
    for (size_t i = 0; i < sizeof ditto / sizeof ditto[0]; i++)
        if (!cell_lost(ditto[i]) || !cell_code_lost(ditto[i]))
            fail_msg("%s: taken for a value", ditto[i]);
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (cell_lost(values[i]))
            fail_msg("%s: taken for lost", values[i]);
}

static void a_code_that_a_spreadsheet_destroyed_is_known(void **state)
{
    (void)state;
    static const char *const lost[] = {
        "9.14104E+17",
        "4.10402E+14",
        "9.1410402E+17",
        "9E+17",
        "9.14104e+17",
        "９．１４１０４Ｅ＋１７",
        "9.14104E17",
        "914104020000123000",
        "410402199001010000",
        "########",
        "#REF!",
        "#N/A",
        "4.10402E+014",
        "914.104E+15",
        "410402000097041.0",
        "#SPILL!",
        "#BUSY!",
        "#GETTING_DATA",
        "Err:502",
        "#FORMULA!",
    };
    static const char *const kept[] = {
        "91410402MAFLD0004Q",
        "410402000097041",
        "430407199312020025",
        "E17",
        "1E5",
        "HN-0001",
        "3E10",
        "豫卫证字第0001号",
        "9.1",
        "914104020000123456",
        "1604020000000000",
        "#1",
        "#A-1",
        "Err:A1",
        "12.5",
        "1E-05",
        "",
        "12E",
    };
    for (size_t i = 0; i < sizeof lost / sizeof lost[0]; i++)
        if (!cell_code_lost(lost[i]))
            fail_msg("%s: taken for a code", lost[i]);
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (cell_code_lost(kept[i]))
            fail_msg("%s: taken for lost", kept[i]);
}

static void names_are_odd_with_telephones_markup_and_what_cannot_be_seen(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *oddity; /* a part of it; NULL: none */
    } cases[] = {
        { "合成甲店", NULL },
        { "合成甲店（新华路店）", NULL },
        { "合成甲店 13800138000", "电话" },
        { "合成甲店１３８００１３８０００", "电话" },
        { "合成甲店138-0013-8000", "电话" },
        { "合成0375-1234567", "电话" },
        { "合成 010 12345678", "电话" },
        { "合成4008001234", "电话" },
        { "合成7天2023店", NULL },
        { "合成12345678901", NULL },
        { "合成138001380001234", "证件" },
        { "合成+8613800138000", "电话" },
        { "合成0086 138 0013 8000", "电话" },
        { "合成（0375）1234567", "电话" },
        { "合成0375—1234567", "电话" },
        { "合成138.0013.8000", "电话" },
        { "合成 电话：2345678", "电话" },
        { "合成微信号hecheng2023", "电话" },
        { "合成11010519491231002X", "证件" },
        { "合成护照E12345678", "证件" },
        { "合成a@example.invalid", "邮箱" },
        { "合成WWW.example.invalid", "网址" },
        { "JavaScript:合成", "网址" },
        { "合成\xEF\xBF\xBD店", "乱码" },
        { "合成\xEE\x80\x80店", "乱码" },
        { "合成12315便民店", NULL },
        { "合成℃店", NULL },
        { "一三八零零一三八零零零", "电话" },
        { "合成店 壹叁捌零零壹叁捌零零零零", "电话" },
        { "合成①③⑧⓪⓪①③⑧⓪⓪⓪", "电话" },
        { "合成𝟭𝟯𝟴𝟬𝟬𝟭𝟯𝟴𝟬𝟬𝟬", "电话" },
        { "合成13八〇〇138零零0", "电话" },
        { "合成١٣٨٠٠١٣٨٠٠٠", "电话" },
        { "合成☎2345678", "电话" },
        { "合成📞：23456789", "电话" },
        { "合成二〇〇八饭店", NULL },
        { "三五一四一二三四厂招待所", NULL },
        { "nan", "名称" },
        { "无", "名称" },
        { "——", "名称" },
        { "N/A", "名称" },
        { "合成??店", "乱码" },
        { "合成?店", "乱码" },
        { "锟斤拷店", "乱码" },
        { "烫烫烫店", "乱码" },
        { "ÆÕÍ¨店", "乱码" },
        { "å¹³é¡¶", "乱码" },
        { "合成Café", NULL },
        { "合成？店", NULL },
        { "<b>合成</b>", "标记" },
        { "合成<script>", "标记" },
        { "合成&lt;店", "标记" },
        { "合成&#60;店", "标记" },
        { "A&B 合成店", NULL },
        { "3<5 合成", NULL },
        { "合成https://example.invalid", "网址" },
        { "合成\n甲店", "字符" },
        { "合\xE2\x80\xAE成", "字符" },
        { "合\xE2\x80\x8B成", "字符" },
        { "合\xC2\xAD成", "字符" },
        { "合成 甲店", NULL },
        { "合成　甲店", NULL },
    };
    struct arena *a = arena_new((size_t)1 << 20);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *oddity = cell_name_oddity(a, cases[i].name);
        const char *wanted = cases[i].oddity;
        if (!oddity != !wanted || (oddity && !strstr(oddity, wanted)))
            fail_msg("%s: %s", cases[i].name, oddity ? oddity : "nothing");
    }
    arena_free(a);
}

static void headers_are_known_by_the_words_of_the_field(void **state)
{
    (void)state;
    static const char *const columns[] = { "code", "name", "region", "synthetic", NULL };
    static const char *const cases[][2] = {
        { "code", "code" },
        { "CODE", "code" },
        { "统一社会信用代码", "code" },
        { " 统一社会 信用代码：", "code" },
        { "*统一社会信用代码", "code" },
        { "单位名称", "name" },
        { "单位\n名称", "name" },
        { "县（市）区", "region" },
        { "县(市)区", "region" },
        { "是否合成", "synthetic" },
        { "序号", WORDS_IGNORED },
        { "天气", "" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char name[CELL_NAME];
        cell_name(cases[i][0], name);
        const char *column = words_column("subjects", columns, name);
        assert_string_equal(column ? column : "", cases[i][1]);
    }
    char bracketed[CELL_NAME];
    cell_name("核实日期（年/月/日）", bracketed);
    cell_name_outside_brackets(bracketed);
    assert_string_equal(bracketed, "核实日期");
}

static void a_header_is_known_whatever_is_written_around_it(void **state)
{
    (void)state;
    static const char *const columns[] = { "code", "name", "address", "region", "state", NULL };
    static const char *const same[] = {
        "单位名称",           "1.单位名称",           "1、单位名称",
        "(1)单位名称",        "【必填】单位名称",     "（必填）单位名称",
        "单位名称（全称）",   "单位名称[必填]",       "单位名称【必填】",
        "单位名称*必填",      "单位名称(文本)(必填)", "“单位名称”",
        "单位<br/>名称",      "*单位名称（全称）*：", "12.【必填】 单位 名称（文本）",
        "单位名称（必填项）", "\"单位名称\"",         "〔单位名称〕",
        "(二)单位名称"
    };
    static const char *const none[] = { "(名称)旧",     "天气(单位名称)", "1.",
                                        "（）",         "2023.1",         "",
                                        "(原)单位名称", "【负责人】名称" };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        char name[CELL_NAME];
        cell_name(same[i], name);
        const char *column = words_column("subjects", columns, name);
        while (!column && cell_name_peel(name))
            column = words_column("subjects", columns, name);
        if (!column || strcmp(column, "name") != 0)
            fail_msg("%s: %s", same[i], column ? column : name);
    }
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        char name[CELL_NAME];
        cell_name(none[i], name);
        while (cell_name_peel(name))
            assert_null(words_column("subjects", columns, name));
    }
}

static void synonyms_of_real_directories_are_known(void **state)
{
    (void)state;
    static const char *const kinds[] = { "subjects", "inspectors", "listings", "history", "items" };
    static const char *const columns[][14] = {
        { "code", "name", "address", "region", "state", "credit_class", "specialties",
          "verified_on", "key", "complaints", "licence", "type", NULL },
        { "card_no", "name", "department", "card_expires_on", "specialties", "on_duty", "max_daily",
          "max_total", "telephone", NULL },
        { "code", "list", "listed_on", "removed_on", "authority", "reason", NULL },
        { "code", "department", "checked_on", "result_class", NULL },
        { "code", "specialty", "name", "category", "method", "legal_basis", "content", "version",
          NULL },
    };
    static const struct {
        int of; /* the kinds above */
        const char *column;
        const char *words;
    } cases[] = {
        { 0, "code",
          "企业统一社会信用代码|社会统一信用代码|统一社会信用代码/身份证号|机构代码|USCC" },
        { 0, "name",
          "场所名称|经营单位|监督对象|行政相对人名称|抽查对象|店名|医疗机构名称|学校名称" },
        { 0, "address", "经营地点|实际经营地址|注册住所|营业场所|所在地|场所地址" },
        { 0, "region", "区|县|区/县|属地|区县名称|所在县（市、区）|行政区域|市（区）|行政区" },
        { 0, "state", "运营状态|当前状态|营业情况|企业登记状态|生产经营状态" },
        { 0, "credit_class", "信用风险|风险分类|信用风险分类结果|信用评价等级" },
        { 0, "specialties", "检查领域|专业名称|监督类别|业务类别|领域" },
        { 0, "verified_on", "最近更新时间|核查时间|数据时间|采集日期|最后核实日期" },
        { 0, "licence", "卫生许可证号码|诊所备案编号" },
        { 0, WORDS_IGNORED,
          "经济类型|联系人电话|成立时间|统计年度|NO.|社区（村）|经营者姓名|省|市|"
          "法定代表人身份证号|固定电话|建筑面积|录入时间" },
        { 1, "card_no", "行政执法证件编号|证书编号|执法证|执法人员编号" },
        { 1, "name", "检查员|持证人姓名|行政执法人员" },
        { 1, "card_expires_on", "到期时间|有效期限至|证书有效期|证件到期日期" },
        { 1, "on_duty", "人员状态|是否在编在岗|岗位状态" },
        { 1, "department", "单位名称|所在部门|执法机关" },
        { 1, "max_daily", "每日最大检查数|日上限" },
        { 1, "telephone", "办公电话" },
        { 2, "list", "异常类型|所属名单|名录名称" },
        { 2, "listed_on", "作出决定日期（列入）|列入决定日期" },
        { 2, "removed_on", "作出决定日期（移出）|移出名录日期" },
        { 2, "reason", "列入经营异常名录原因|列入理由" },
        { 2, WORDS_IGNORED, "企业名称" },
        { 3, "checked_on", "抽查完成日期|现场检查日期" },
        { 3, "result_class", "抽查结论|公示结果" },
        { 3, "department", "检查机构|实施单位" },
        { 4, "name", "随机抽查事项|检查项目" },
        { 4, "method", "方式方法|抽查形式" },
        { 4, "content", "抽查要点|检查标准" },
        { 4, "specialty", "监管领域|抽查领域" },
        { 1, WORDS_IGNORED, "工号|固定电话|身份证号|联系电话" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *kind = kinds[cases[i].of];
        for (const char *at = cases[i].words; *at; at += strcspn(at, "|"), at += *at == '|') {
            char word[CELL_NAME];
            char name[CELL_NAME];
            (void)snprintf(word, sizeof word, "%.*s", (int)strcspn(at, "|"), at);
            cell_name(word, name);
            const char *column = words_column(kind, columns[cases[i].of], name);
            if (!column || strcmp(column, cases[i].column) != 0)
                fail_msg("%s: %s", word, column ? column : "not known");
        }
    }
}

static void results_and_categories_are_known_by_their_words(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        { "result_class", "未发现开展本次抽查涉及的经营活动", "no_problem" },
        { "result_class", "未发现违法违规行为", "no_problem" },
        { "result_class", "责令限期改正", "corrected" },
        { "result_class", "立案调查", "penalty" },
        { "category", "重点检查", "key" },
        { "category", "一般抽查", "general" },
        { "method", "线上检查", "network" },
        { "method", "委托专业机构检查", "entrusted" },
        { "list", "列入经营异常", "abnormal" },
        { "result_class", "不合格", NULL },
        { "method", "双随机", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *value = words_value(cases[i][0], cases[i][1]);
        if (!value != !cases[i][2] || (value && strcmp(value, cases[i][2]) != 0))
            fail_msg("%s: %s", cases[i][1], value ? value : "not known");
    }
}

static void what_helps_to_fill_in_and_what_ends_a_table_is_no_row(void **state)
{
    (void)state;
    static const struct {
        const char *cells[6];
        bool note;
    } cases[] = {
        { { "1", "2", "3", "4", "5", "6" }, true },
        { { "甲", "乙", "1", "2", "3", "4" }, true },
        { { "栏次", "1", "2", "3", "", "4" }, true },
        { { "A", "B", "C", "D" }, true },
        { { "（18位）", "（全称）", "", "（年月日）" }, true },
        { { "共 12 家" }, true },
        { { "", "", "以上共计12户" }, true },
        { { "以下空白" }, true },
        { { "——（以下空白）——" }, true },
        { { "", "", "", "2026年10月1日" }, true },
        { { "平顶山市新华区卫生健康委员会（盖章）" }, true },
        { { "数据截止日期：2026年10月1日" }, true },
        { { "1", "91410402MAFLD0004Q", "甲" }, false },
        { { "1", "2", "4" }, false },
        { { "1", "2" }, false },
        { { "A", "C", "B" }, false },
        { { "甲", "乙", "某路1号" }, false },
        { { "（甲）", "（乙）", "某路1号" }, false },
        { { "合作社12家" }, false },
        { { "共享单车店" }, false },
        { { "20261001" }, false },
        { { "91410402MAFLD0004Q" }, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *fields[6];
        struct csv_row row = { .line = 2, .fields = fields };
        for (; row.count < 6 && cases[i].cells[row.count]; row.count++)
            fields[row.count] = (char *)(uintptr_t)cases[i].cells[row.count];
        if (note_row(&row, 3) != cases[i].note)
            fail_msg("%s …: %d", cases[i].cells[0], !cases[i].note);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_read_in_each_form_that_begins_with_the_year),
        cmocka_unit_test(the_last_day_of_a_period_is_its_end),
        cmocka_unit_test(numbers_are_read_with_their_ornaments),
        cmocka_unit_test(yes_and_no_are_read_in_words),
        cmocka_unit_test(what_stands_around_a_text_is_taken_away),
        cmocka_unit_test(strokes_and_words_for_nothing_say_nothing),
        cmocka_unit_test(what_another_line_says_is_no_value),
        cmocka_unit_test(a_code_that_a_spreadsheet_destroyed_is_known),
        cmocka_unit_test(names_are_odd_with_telephones_markup_and_what_cannot_be_seen),
        cmocka_unit_test(headers_are_known_by_the_words_of_the_field),
        cmocka_unit_test(a_header_is_known_whatever_is_written_around_it),
        cmocka_unit_test(synonyms_of_real_directories_are_known),
        cmocka_unit_test(results_and_categories_are_known_by_their_words),
        cmocka_unit_test(what_helps_to_fill_in_and_what_ends_a_table_is_no_row),
    };
    return cmocka_run_group_tests_name("cell", tests, NULL, NULL);
}

/* Files as officials have them: each class of what was refused or misread, by a table of inputs. */
#include "harness.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "import/import.h"
#include "import/plan_table.h"
#include "store/directory/reference.h"

#define NOW INT64_C(1796000000000) /* 2026-11-30 */

#define ENGLISH                                                                                    \
    "code,name,type,address,region,lon,lat,state,credit_class,key,complaints,specialties,"         \
    "verified_on,synthetic\n"
#define CHINESE "统一社会信用代码,单位名称,地址,县（市）区,经营状态,信用等级,监督专业,核实日期\n"
#define ROW(code, name) code "," name ",合成路1号,新华区,营业,B,公共场所,2026/10/1\n"
#define A "91410402MAFLD0004Q"
#define B "91410402MAFLD0006Y"

static int begin(void **state)
{
    *state = harness_imports();
    return 0;
}

static int end(void **state)
{
    harness_close(*state);
    return 0;
}

static int64_t department(struct harness *h, const char *code)
{
    struct reference_codes departments;
    assert_rc(RC_OK, reference_codes(h->db, h->arena, CODES_DEPARTMENT, &departments));
    return reference_find(&departments, code)->id;
}

struct file {
    const char *what;
    const char *kind;
    const char *columns; /* the caller's mapping */
    const char *text;
    int accepted;
    int refused;
    int flagged;
    long line; /* of the first remark; 0: none */
    const char *field;
    const char *reason; /* a part of it */
};

static void check_line(struct harness *h, const struct import_record *r, const struct file *f)
{
    struct row_page page;
    struct err err = { .rc = RC_OK };
    const struct list_ask ask = { .scope = (const struct db_val[]){ db_int(r->id) } };
    assert_rc(RC_OK, list_page(h->db, h->arena, &import_line_list, &ask, 1, &page, &err));
    const struct import_line *line = page.v;
    if (!f->line || !f->field || !f->reason) {
        assert_int_equal(page.n, 0);
        return;
    }
    if (page.n == 0 || line->line != f->line || strcmp(line->field, f->field) != 0 ||
        !strstr(line->reason, f->reason))
        fail_msg("%s: line %lld, %s: %s", f->what, page.n ? (long long)line->line : 0,
                 page.n ? line->field : "", page.n ? line->reason : "no remark");
}

static void check_file(struct harness *h, const struct import_by *by, const struct file *f)
{
    struct import_record r = { .id = 0 };
    struct err err = { .rc = RC_OK };
    const struct import_request request = {
        .kind = f->kind,
        .name = f->what,
        .directory = strcmp(f->kind, "subjects") == 0 ? "D-test" : NULL,
        .columns = f->columns,
        .by = by,
        .transactions = true,
        .now = NOW,
    };
    enum rc rc = harness_import(h, &request, f->text, strlen(f->text), &r, &err);
    if (f->accepted < 0) {
        if (rc != RC_INVALID || !strstr(err.detail, f->reason))
            fail_msg("%s: %s: %s", f->what, rc_name(rc), err.detail);
        return;
    }
    if (rc != RC_OK)
        fail_msg("%s: %s: %s", f->what, rc_name(rc), err.detail);
    if (r.counts.accepted != f->accepted || r.counts.refused != f->refused ||
        r.counts.flagged != f->flagged)
        fail_msg("%s: %lld accepted, %lld refused, %lld flagged", f->what,
                 (long long)r.counts.accepted, (long long)r.counts.refused,
                 (long long)r.counts.flagged);
    check_line(h, &r, f);
}

static const struct file directory = {
    .what = "directory",
    .kind = "directories",
    .text = "名录编号,部门,名录名称,更新日期\nD-test,H410402,测试（合成）,2026.1.1\n",
    .accepted = 1,
};

static void check_files(struct harness *h, const struct file *files, size_t n)
{
    const struct import_by by = { department(h, "H410402"), 0 };
    check_file(h, NULL, &directory);
    for (size_t i = 0; i < n; i++)
        check_file(h, &by, &files[i]);
}

/* A file that is refused as a whole. */
#define WHOLE .accepted = -1
#define SUBJECTS .kind = "subjects"

static void tables_are_found_among_titles_blanks_and_padding(void **state)
{
    static const struct file files[] = {
        { "english", SUBJECTS, .accepted = 1,
          .text = ENGLISH A
          ",甲,餐馆,路1号,410402,113.29,33.74,open,B,0,0,public_places,2026-10-01,1\n" },
        { "chinese", SUBJECTS, .accepted = 2, .text = CHINESE ROW(A, "甲") ROW(B, "乙") },
        { "titles", SUBJECTS, .accepted = 1,
          .text = "新华区检查对象名录（合成）,,,,,,,\n填报单位：新华区卫健委,,,,填报日期：2026/10/"
                  "1,,,\n"
                  "\n" CHINESE ROW(A, "甲") },
        { "semicolons", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码;单位名称;地址;区划;状态;信用等级;专业;核实日期\n" A
                  ";甲;路;新华区;营业;B;公共场所,学校卫生;2026/10/1\n" },
        { "files put together, with marks", SUBJECTS, .accepted = 2,
          .text =
              "\xEF\xBB\xBF" CHINESE ROW(A, "甲") "\xEF\xBB\xBF" CHINESE ROW("\"" B "\"", "乙") },
        { "other words, and forms in brackets", SUBJECTS, .accepted = 1,
          .text =
              "企业（机构）名称,统一社会信用代码/组织机构代码（必填）,*注册地址（经营场所）,"
              "所在区（县）,经营状况,企业信用风险分类等级,抽查专业类别,"
              "数据更新时间（如 2023-01-01）\n甲," A ",路1号,新华区,营业,B,公共场所,2026/10/1\n" },
        { "blank lines before and between", SUBJECTS, .accepted = 2,
          .text =
              "\n\n" CHINESE "\n" ROW(A, "甲") "\n,,,,,,,\n　, ,,,,,,\n" ROW(B, "乙") ",,,,,,,\n" },
        { "padding columns", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期,,,\n" A
                  ",甲,路,新华区,营业,B,公共场所,2026-10-1,,,\n" },
        { "many padding columns", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期"
                  ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n" A
                  ",甲,路,新华区,营业,B,公共场所,2026-10-1"
                  ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n" },
        { "a column in front without a title", SUBJECTS, .accepted = 1,
          .text = "," CHINESE "," ROW(A, "甲") },
        { "what stands beside the table is told", SUBJECTS, .accepted = 1, .flagged = 1, .line = 2,
          .field = "", .reason = "第 9 列没有表头",
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期,\n" A
                  ",甲,路,新华区,营业,B,公共场所,2026-10-1,待核\n" },
        { "rows without their last commas", SUBJECTS, .accepted = 1,
          .text =
              "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期,备注,联系电话\n" A
              ",甲,路,新华区,营业,B,公共场所,2026-10-1\n" },
        { "a cell too many", SUBJECTS, .refused = 1, .line = 2, .field = "",
          .reason = "表头只有 8 列",
          .text = CHINESE A ",甲,乙,合成路1号,新华区,营业,B,公共场所,2026/10/1\n" },
        { "line numbers count blank lines", SUBJECTS, .accepted = 1, .refused = 1, .line = 6,
          .field = "县（市）区", .reason = "（外星区）没有这个区划",
          .text = "录\n" CHINESE ROW(A, "甲") "\n\n" B ",乙,路,外星区,营业,B,公共场所,\n" },
        { "the header on each page", SUBJECTS, .accepted = 2,
          .text = CHINESE ROW(A, "甲") CHINESE ROW(B, "乙") },
        { "notes below the table", SUBJECTS, .accepted = 1, .line = 4, .field = "",
          .reason = "表外文字，未导入：制表人：张三 审核人：李四",
          .text = CHINESE ROW(A, "甲") "\n制表人：张三,,审核人：李四,,填表日期：2026年10月1日,,,\n"
                                       "填 表 人：,王五,,,,,,\n注：1.本表为合成数据,,,,,,,\n"
                                       "合计,,1,,,,,\n第 1 页,,,,,,,\n" },
        { "no note that names somebody", SUBJECTS, .accepted = 1, .refused = 1, .line = 3,
          .field = "县（市）区", .reason = "没有这个区划",
          .text = CHINESE ROW(A, "甲") B ",制表人：乙,注：路,合计,营业,B,公共场所,2026/10/1\n" },
        { "a header of two rows", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码,单位名称,地点,,状态,信用等级,专业,核实日期\n"
                  "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期\n" A
                  ",甲,路,新华区,营业,B,公共场所,2026-10-1\n" },
        { "a header whose lower row says the parts", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码,单位名称,地址,区划,坐标,,状态,信用等级,专业,核实日期\n"
                  ",,,,经度,纬度\n" A ",甲,路,新华区,113.29,33.74,营业,B,公共场所,2026-10-1\n" },
        { "headings, and numbered rows", SUBJECTS, .accepted = 2, .line = 2, .field = "",
          .reason = "一、甲",
          .text = "序号," CHINESE "一、甲\n1," ROW(A, "甲") "(二) 乙\n2," ROW(B, "乙") "3\n4\n" },
        { "columns that carry nothing", SUBJECTS, .accepted = 1,
          .text =
              "序号,法定代表人,发证机关,统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,"
              "核实日期,备注\n1,合成人,某局," A ",甲,路,新华区,营业,B,公共场所,2026-10-1,无\n" },
        { "tabs", SUBJECTS, .accepted = 1,
          .text = "统一社会信用代码\t单位名称\t地址\t区划\t状态\t信用等级\t专业\t核实日期\n" A
                  "\t甲\t路,1号\t新华区\t营业\tB\t公共场所\t2026-10-1\n" },
        { "no header", SUBJECTS, WHOLE, .text = A ",甲,路\n", .reason = "没有表头" },
        { "only blank lines", SUBJECTS, WHOLE, .text = "\n,,,\n", .reason = "没有表头" },
        { "a column is missing", SUBJECTS, WHOLE,
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业\n",
          .reason = "缺少列“verified_on”（核实日期）" },
        { "unknown columns are named", SUBJECTS, WHOLE, .text = "天气," CHINESE "晴," ROW(A, "甲"),
          .reason = "“天气”" },
        { "one column twice", SUBJECTS, WHOLE, .text = "代码," CHINESE "1," ROW(A, "甲"),
          .reason = "“代码”和“统一社会信用代码”" },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

static void the_caller_names_the_columns_that_are_not_known(void **state)
{
    static const char text[] = "社会码,招牌,地址,哪里,状态,信用等级,专业,核实日期,天气\n" A
                               ",甲,路,新华区,营业,B,公共场所,2026-10-1,晴\n";
    static const struct file files[] = {
        { "by names of the field", SUBJECTS,
          .columns = "社会码=code；招牌＝单位名称;哪里=region;天气=-", .text = text,
          .accepted = 1 },
        { "against the table", SUBJECTS,
          .columns = "社会码=code; 招牌 = name ;哪里=region;天气=-;地址=-;天 气=address", WHOLE,
          .text = text, .reason = "" },
        { "without one", SUBJECTS, .columns = "社会码=code;招牌=name;哪里=region", .text = text,
          WHOLE, .reason = "“天气”" },
        { "to no column", SUBJECTS, .columns = "社会码=colour", .text = text, WHOLE,
          .reason = "没有这个列名" },
        { "of no column", SUBJECTS, .columns = "社会码=code;招牌=name;哪里=region;天气=-;阴晴=-",
          .text = text, WHOLE, .reason = "表头没有列“阴晴”" },
        { "no form", SUBJECTS, .columns = "社会码", .text = text, WHOLE, .reason = "须写作" },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

static void values_are_read_as_they_are_written(void **state)
{
    static const struct file files[] = {
        { "forms of spreadsheets", SUBJECTS, .accepted = 2,
          .text = ENGLISH A
          ",甲,,路,410402,113.29,33.74,open,B,FALSE,0,public_places,2026/10/1,TRUE\n" B
          ",乙,,路,410402,113.29,33.74,open,B,0,\"1,234\",public_places,46296,1\n" },
        { "words", SUBJECTS, .accepted = 5,
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期,是否重点\n" A
                  ",甲,路,平顶山市新华区,开业,b,公共场所卫生、生活饮用水,2026年10月1日,是\n" A
                  ",甲,路,河南省平顶山市新华区,存续,Ｂ,\"公共场所,生活饮用水\",2026.10.1,重点\n" A
                  ",甲,路,新华,正常,B级,公共场所；饮用水,20261001,√\n" A
                  ",甲,路,４１０４０２,在业,Ｂ类,public_places;drinking_water,2026-10-1 0:00,１\n" A
                  ",甲,路,410402,营业,低风险,生活饮用水卫生,2026-10-01,否\n",
          .flagged = 4, .line = 3, .field = "统一社会信用代码",
          .reason = "与第 2 行为同一检查对象" },
        { "shells", SUBJECTS, .accepted = 2,
          .text = CHINESE ROW("=\"" A "\"", "甲") ROW("'" B, "乙") },
        { "shells in quotes", SUBJECTS, .accepted = 2,
          .text = CHINESE ROW("\"=\"\"" A "\"\"\"", "甲") ROW("\"'" B "\"", "乙"), .flagged = 0,
          .refused = 0 },
        { "what is allowed is said", SUBJECTS, .refused = 4, .line = 2, .field = "经营状态",
          .reason = "“经营状态”（半开半关）须为营业（open）或停业（closed）",
          .text = CHINESE A ",甲,路,新华区,半开半关,B,公共场所,2026/10/1\n" A
                            ",甲,路,新华区,营业,E,公共场所,2026/10/1\n" A
                            ",甲,路,新华区,营业,B,天文,2026/10/1\n" A
                            ",甲,路,新华区,营业,B,公共场所,10/1/2026\n" },
        { "errors of a spreadsheet", SUBJECTS, .refused = 2, .line = 2, .field = "单位名称",
          .reason = "错误值",
          .text = CHINESE ROW(A, "#REF!") A ",甲,路,新华区,营业,B,公共场所,########\n" },
        { "odd names", SUBJECTS, .accepted = 2, .flagged = 2, .line = 2, .field = "单位名称",
          .reason = "电话", .text = CHINESE ROW(A, "甲13800138000") ROW(B, "<b>乙</b>") },
        { "a duplicate says what differs", SUBJECTS, .accepted = 2, .flagged = 1, .line = 3,
          .field = "统一社会信用代码", .reason = "单位名称（“乙”，此前“甲”）",
          .text = CHINESE ROW("91410402MAFLD0013N", "甲") ROW("91410402MAFLD0013N", "乙") },
        { "inspectors", .kind = "inspectors", .accepted = 2,
          .text =
              "执法人员名单,,,,,,\n序号,姓名,执法证号,有效期至,专业,是否在岗,每日上限,年度上限\n"
              "1,合成甲,HN-F-1,2029年8月28日,公共场所、学校卫生,是,4,300\n"
              "2,合成乙,HN-F-2,2029/8/28,医疗,在岗,４,\"1,000\"\n" },
        { "telephones of inspectors", .kind = "inspectors", .accepted = 3, .refused = 1, .line = 4,
          .field = "办公电话", .reason = "须为电话号码",
          .text = "姓名,执法证号,有效期至,专业,是否在岗,每日上限,年度上限,联系电话,办公电话\n"
                  "合成甲,HN-F-9,2029-08-28,公共场所,1,4,300,甲的,0375-1234567 转 801\n"
                  "合成乙,HN-F-10,2029-08-28,公共场所,1,4,300,,（0375）1234567、119\n"
                  "合成丙,HN-F-11,2029-08-28,公共场所,1,4,300,,问办公室\n"
                  "合成丁,HN-F-12,2029-08-28,公共场所,1,4,300,,无\n" },
        { "inspectors of a department by its name", .kind = "inspectors", .accepted = 2,
          .refused = 1, .line = 4, .field = "单位", .reason = "属于其他部门",
          .text = "姓名,执法证号,单位,有效期至,专业,是否在岗,每日上限,年度上限,区划\n"
                  "合成甲,HN-F-3,平顶山市新华区卫生健康委员会,2029-08-28,公共场所,1,4,300,新华区\n"
                  "合成乙,HN-F-4,卫健委,2029-08-28,公共场所,1,4,300,新华区；卫东区\n"
                  "合成丙,HN-F-5,平顶山市消防救援支队,2029-08-28,公共场所,1,4,300,新华区\n" },
        { "items", .kind = "items", .accepted = 2,
          .text = "事项编号,专业,事项名称,事项类别,检查方式,检查依据,检查内容,版本\n"
                  "f-1,公共场所,甲,一般检查事项,现场检查,某法,某内容,1\n"
                  "f-2,医疗卫生,乙,重点,书面检查,某法,\"某\n内容\",1.0\n" },
        { "one card in two cases", .kind = "inspectors", .accepted = 2, .flagged = 1, .line = 3,
          .field = "证号", .reason = "与第 2 行的“证号”相同",
          .text = "姓名,证号,有效期至,专业,是否在岗,每日上限,年度上限\n"
                  "合成甲,HN-F-8,二〇二九年八月二十八日,公共场所,是,04,300\n"
                  "合成甲,hn-f-8,2029-08-28,公共场所,在岗,4,300\n" },
        { "one card twice", .kind = "inspectors", .accepted = 2, .flagged = 1, .line = 3,
          .field = "证号", .reason = "不同之处：姓名（“合成乙”，此前“合成甲”）",
          .text = "姓名,证号,有效期至,专业,是否在岗,每日上限,年度上限\n"
                  "合成甲,HN-F-7,2029-08-28,公共场所,1,4,300\n"
                  "合成乙,HN-F-7,2029-08-28,公共场所,1,4,300\n" },
        { "an item's version with other content", .kind = "items", .refused = 1, .line = 2,
          .field = "版本", .reason = "不同之处：事项名称、检查方式",
          .text = "事项编号,专业,事项名称,事项类别,检查方式,检查依据,检查内容,版本\n"
                  "f-1,公共场所,改,一般,书面,某法,某内容,1\n" },
        { "regions of statistics", SUBJECTS, .accepted = 1,
          .text = CHINESE B ",乙,路,410402000000,营业,B,公共场所,2026-10-1\n" },
        { "listings", .kind = "listings", .accepted = 2,
          .text = "统一社会信用代码,名单类型,列入日期,移出日期,列入机关,列入原因\n" A
                  ",经营异常名录,2026/1/1,,某局,某因\n" B
                  ",严重违法失信名单,2026年1月1日,2026.2.1,某局,\n" },
        { "history", .kind = "history", .accepted = 2,
          .text = "统一社会信用代码,检查部门,检查日期,检查结果\n" A
                  ",平顶山市新华区卫生健康委员会,2025/1/1,未发现问题\n" B
                  ",H410402,2025/1/2,责令改正\n" },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

/* A row of A in that region, with that state and class, with those specialties. */
#define AT(region) A ",甲,路," region ",营业,B,公共场所,2026-10-01\n"
#define BEING(state, credit) A ",甲,路,新华区," state "," credit ",公共场所,2026-10-01\n"
#define IN(specialties) A ",甲,路,新华区,营业,B," specialties ",2026-10-01\n"

static void a_region_a_specialty_and_a_state_have_many_words(void **state)
{
    static const struct file files[] = {
        { "regions", SUBJECTS, .accepted = 14, .flagged = 13, .line = 3,
          .field = "统一社会信用代码", .reason = "与第 2 行为同一检查对象，已合并",
          .text = CHINESE AT("新华区") AT("新华") AT("新 华 区") AT("平顶山市新华区合成街道")
              AT("平顶山市新华区") AT("平顶山新华区") AT("河南平顶山新华")
                  AT("河南省/平顶山市/新华区") AT("新华区（410402）") AT("410402 新华区")
                      AT("410402-新华区") AT("410402.0") AT("４１０４０２") AT("新华区合成街道") },
        { "other regions", SUBJECTS, .refused = 6, .line = 2, .field = "县（市）区",
          .reason = "（410402 卫东区）没有这个区划",
          .text = CHINESE AT("410402 卫东区") AT("石家庄市新华区") AT("东新华区合成镇")
              AT("平顶山市合成街道") AT("410499") AT("4104021") },
        { "specialties", SUBJECTS, .accepted = 13, .flagged = 12, .line = 3,
          .field = "统一社会信用代码", .reason = "与第 2 行",
          .text = CHINESE IN("放射诊疗") IN("职业病防治") IN("职业卫生监督") IN("饮水") IN("学校")
              IN("血液") IN("消毒") IN("传染病") IN("餐饮具") IN("计生") IN("公共场所\\学校卫生")
                  IN("\"公共场所（住宿）\r\n学校卫生\"") IN("学校  血液 和消毒产品及供水") },
        { "none, or more than one", SUBJECTS, .refused = 3, .line = 2, .field = "监督专业",
          .reason = "中没有“餐饮”", .text = CHINESE IN("餐饮") IN("卫生") IN("天文") },
        { "states", SUBJECTS, .accepted = 5, .flagged = 4, .line = 3, .field = "统一社会信用代码",
          .reason = "“closed”，此前“open”",
          .text =
              CHINESE BEING("营业（开业）", "B") BEING("暂停营业", "B") BEING("吊销，未注销", "b级")
                  BEING("存续（在营、开业、在册）", "A级（低风险）") BEING("OPEN", "Ｂ") },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

static void a_destroyed_code_is_refused_and_a_likely_one_offered(void **state)
{
    static const struct file files[] = {
        { "scientific notation", SUBJECTS, .refused = 3, .line = 2, .field = "统一社会信用代码",
          .reason = "（4.10402E+14）已被电子表格改成科学记数",
          .text =
              CHINESE ROW("4.10402E+14", "甲") ROW("4.10402E+14", "乙") ROW("9.14104E+17", "丙") },
        { "zeros", SUBJECTS, .refused = 1, .line = 2, .field = "统一社会信用代码",
          .reason = "第 15 位以后", .text = CHINESE ROW("914104020000123000", "甲") },
        { "a former code", SUBJECTS, .refused = 1, .line = 2, .field = "原注册号",
          .reason = "科学记数",
          .text = "统一社会信用代码,单位名称,地址,区划,状态,信用等级,专业,核实日期,原注册号\n" A
                  ",甲,路,新华区,营业,B,公共场所,2026-10-1,4.10402E+14\n" },
        { "a card", .kind = "inspectors", .refused = 1, .line = 2, .field = "证号",
          .reason = "科学记数",
          .text = "姓名,证号,有效期至,专业,是否在岗,每日上限,年度上限\n"
                  "合成甲,1.60402E+15,2029-08-28,公共场所,1,4,300\n" },
        { "letters for digits", SUBJECTS, .refused = 3, .line = 2, .field = "统一社会信用代码",
          .reason = "改为 91410402MAFLD0004Q",
          .text = CHINESE ROW("914IO402MAFLDOO04Q", "甲") ROW("914i0402MAFLD0004Q", "乙")
              ROW("91410402MAFLD0O06Y", "丙"),
          .accepted = 0 },
        { "a word for none, or what stands for any", SUBJECTS, .refused = 11, .line = 2,
          .field = "统一社会信用代码", .reason = "（无）不是代码",
          .text = CHINESE ROW("无", "甲") ROW("/", "乙") ROW("—", "丙") ROW("0", "丁")
              ROW("000000000000000000", "戊") ROW("XXXXXXXXXXXXXXXXXX", "己") ROW("N/A", "庚")
                  ROW("12345", "辛") ROW("111111111111111", "壬") ROW("914104XXXXXXXXXXXX", "癸")
                      ROW("TEST", "子") },
        { "ornaments of a code", SUBJECTS, .accepted = 4, .flagged = 3, .line = 3,
          .field = "统一社会信用代码", .reason = "与第 2 行为同一检查对象，已合并",
          .text = CHINESE ROW(A, "甲") ROW("91410402-MAFLD0004-Q", "甲") ROW("`" A, "甲")
              ROW("\"\"\"" A "\"\"\"", "甲") },
        { "what helps nothing is only flagged", SUBJECTS, .accepted = 1, .flagged = 1, .line = 2,
          .field = "统一社会信用代码", .reason = "代码校验不符",
          .text = CHINESE ROW("91410402MAFLDOO05Q", "甲") },
        { "invisible characters", SUBJECTS, .accepted = 3,
          .text = CHINESE ROW("\xE2\x80\xAA" A "\xE2\x80\xAC", "甲")
              ROW("\xE2\x81\xA8" B "\xE2\x81\xA9", "乙") ROW("9141\xC2\xAD"
                                                             "0402MAFLD0032M",
                                                             "丙") },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

static void who_has_no_code_enters_by_licence_and_stays_one(void **state)
{
#define CLINICS "统一社会信用代码,医疗机构登记号,单位名称,地址,区划,状态,信用等级,专业,核实日期\n"
#define CLINIC(code, licence, name) code "," licence "," name ",路,新华区,营业,B,医疗,2026-10-1\n"
    static const struct file files[] = {
        { "by registration", SUBJECTS, .accepted = 3, .flagged = 3, .line = 2,
          .field = "医疗机构登记号",
          .reason = "没有统一社会信用代码，按“PDY10001X41040217D2112”登记为 LC",
          .text = CLINICS CLINIC("", "PDY10001X41040217D2112", "甲诊所")
              CLINIC("", "PDY10002X41040217D2112", "乙诊所")
                  CLINIC("", "pdy10001x-410402-17-d2112", "甲诊所") },
        { "by a printed licence", SUBJECTS, .accepted = 2, .flagged = 2, .line = 2,
          .field = "卫生许可证号", .reason = "登记为 LC",
          .text = "卫生许可证号,单位名称,地址,区划,状态,信用等级,专业,核实日期\n"
                  "豫卫公证字〔2023〕第0402001号,丙店,路,新华区,营业,B,公共场所,2026-10-1\n"
                  "豫卫公证字〖2023〗 第0402—001号,丙店,路,新华区,营业,B,公共场所,2026-10-1\n" },
        { "in the column of codes", SUBJECTS, .accepted = 2, .flagged = 1, .line = 3,
          .field = "代码", .reason = "与第 2 行",
          .text = "代码,单位名称,地址,区划,状态,信用等级,专业,核实日期\n"
                  "豫卫公证字(2023)第0402001号,丙店,路,新华区,营业,B,公共场所,2026-10-1\n"
                  "豫卫公证字(2023)第0402001号,丙店,路,新华区,营业,B,公共场所,2026-10-1\n" },
        { "with its code later", SUBJECTS, .accepted = 1, .flagged = 1, .line = 2,
          .field = "医疗机构登记号", .reason = "已并入",
          .text = CLINICS CLINIC("91410402MAFLD0032M", "PDY10001X41040217D2112", "甲诊所") },
        { "a code beside a licence that nobody had", SUBJECTS, .accepted = 1,
          .text = CLINICS CLINIC("91410402MAFLD0013N", "PDY10009X41040217D2112", "丁诊所") },
        { "neither", SUBJECTS, .refused = 2, .line = 2, .field = "统一社会信用代码",
          .reason = "不得为空",
          .text = CLINICS CLINIC("", "", "戊诊所") CLINIC("", "无", "戊诊所") },
        { "a stroke for the code", SUBJECTS, .accepted = 2, .flagged = 2, .line = 2,
          .field = "医疗机构登记号", .reason = "没有统一社会信用代码",
          .text = CLINICS CLINIC("/", "PDY10001X41040217D2113", "甲诊所")
              CLINIC("无", "ＰＤＹ10001X41040217D2113", "甲诊所") },
        { "numbers that many have", SUBJECTS, .refused = 5, .line = 2, .field = "医疗机构登记号",
          .reason = "（0）不是许可证号或登记号",
          .text = CLINICS CLINIC("", "0", "甲") CLINIC("", "1", "乙") CLINIC("", "00000", "丙")
              CLINIC("", "2023", "丁") CLINIC("", "办理中2023", "戊") },
        { "a person's number", SUBJECTS, .accepted = 1, .flagged = 1, .line = 2,
          .field = "统一社会信用代码", .reason = "按自然人处理",
          .text = CLINICS CLINIC("", "11010519491231002X", "合成甲") },
        { "destroyed", SUBJECTS, .refused = 1, .line = 2, .field = "医疗机构登记号",
          .reason = "科学记数", .text = CLINICS CLINIC("", "4.10402E+21", "己诊所") },
        { "too long a code is none", SUBJECTS, .refused = 1, .line = 2, .field = "统一社会信用代码",
          .reason = "超过 18 位", .text = CHINESE ROW(A "1", "甲") },
    };
    check_files(*state, files, sizeof files / sizeof files[0]);
}

/* The text in an encoding; with a mark before it, or without. */
static size_t encoded(const char *text, const char *encoding, bool marked, char *out, size_t size)
{
    char copy[4096];
    char *from = copy;
    char *to = out;
    size_t room = size;
    (void)snprintf(copy, sizeof copy, "%s%s", marked ? "\xEF\xBB\xBF" : "", text);
    size_t left = strlen(copy);
    iconv_t convert = iconv_open(encoding, "UTF-8");
    assert_int_not_equal(iconv(convert, &from, &left, &to, &room), (size_t)-1);
    (void)iconv_close(convert);
    return size - room;
}

static void every_encoding_says_the_same(void **state)
{
    static const struct {
        const char *encoding;
        const char *name;
        enum csv_encoding told;
    } encodings[] = {
        { "UTF-8", "UTF-8", CSV_UTF8 },
        { "GB18030", "GB18030", CSV_GB18030 },
        { "UTF-16LE", "UTF-16", CSV_UTF16LE },
        { "UTF-16BE", "UTF-16", CSV_UTF16BE },
    };
    static const char text[] = "㐂名录\r\n" CHINESE ROW(A, "㐂𠮷饭店") "\r\n" ROW(
        B, "乙") "1234567,丙,路,新华区,营业,B,公共场所,无\n";
    struct harness *h = *state;
    check_file(h, NULL, &directory);
    for (size_t i = 0; i < 4 * sizeof encodings / sizeof encodings[0]; i++) {
        char bytes[8192];
        struct import_record r = { .id = 0 };
        struct err err = { .rc = RC_OK };
        const struct import_request request = {
            .kind = "subjects",
            .name = encodings[i / 4].encoding,
            .directory = "D-test",
            .encoding = i & 1 ? encodings[i / 4].told : CSV_DETECT,
            .transactions = true,
            .now = NOW,
        };
        size_t n = encoded(text, encodings[i / 4].encoding, i & 2, bytes, sizeof bytes);
        assert_rc(RC_OK, harness_import(h, &request, bytes, n, &r, &err));
        assert_string_equal(r.encoding, encodings[i / 4].name);
        assert_int_equal(r.counts.accepted, 2);
        assert_int_equal(r.counts.created, i ? 0 : 2);
        assert_int_equal(r.counts.unchanged, i ? 2 : 0);
        assert_int_equal(r.counts.refused, 1);
        const struct file f = {
            .what = "line", .line = 6, .field = "核实日期", .reason = "（无）须为日期"
        };
        check_line(h, &r, &f);
    }
}

/* ---- task tables ---- */

static struct plan_table_codes codes_of_health(struct harness *h)
{
    struct plan_table_codes codes = { .home = "410400" };
    assert_rc(RC_OK, reference_codes(h->db, h->arena, CODES_REGION, &codes.regions));
    assert_rc(RC_OK, reference_own_specialties(h->db, h->arena, department(h, "H410402"),
                                               &codes.specialties));
    return codes;
}

static enum rc read_bytes(struct harness *h, const char *bytes, size_t n, const char *columns,
                          struct plan_table *table, struct err *err)
{
    const struct plan_table_codes codes = codes_of_health(h);
    FILE *in = fmemopen((void *)(uintptr_t)bytes, n, "r");
    assert_non_null(in);
    const struct plan_table_file file = { .in = in, .columns = columns };
    enum rc rc = plan_table_read(h->arena, &file, &codes, table, err);
    (void)fclose(in);
    return rc;
}

static enum rc read_table(struct harness *h, const char *text, const char *columns,
                          struct plan_table *table, struct err *err)
{
    return read_bytes(h, text, strlen(text), columns, table, err);
}

/* Two rows that sum up to 30, in whatever way they are written. */
static void a_task_table_is_read_as_officials_write_it(void **state)
{
    static const struct {
        const char *text;
        const char *columns;
        const char *ignored; /* the first header that is told, or NULL */
    } cases[] = {
        { "region,total,医疗卫生,公共场所\n新华区,10,1,9\n卫东区,20,2,18\n合计,30,3,27\n", NULL,
          NULL },
        { "2023年任务表（合成）,,,,,\n\n序号,县（市）区,医疗卫生,公共场所,合 计,\n"
          "1,新 华 区,1,9,10,\n2,卫东区,２,18,20,\n,,,,,\n,合　计,3,27,30,\n",
          NULL, NULL },
        { "区划,小计,医疗卫生,公共场所\n新华区,10,1,9\n卫东区,20,—,20\n总计,30,1,29\n", NULL,
          NULL },
        { "区划,合计,医疗卫生,公共场所\n新华区,10,1,9\n卫东区,20,2,18\n合计,30,3,27\n"
          "制表人：张三,,审核人：李四\n注：合成\n",
          NULL, NULL },
        /* regions by code, by the city's name, and as lists shorten them */
        { "行政区划代码,合计,医疗,公共场所卫生\n410402,10,1,9\n410403000000,20,2,18\n合计,30,3,"
          "27\n",
          NULL, NULL },
        { "辖区,总数,医疗卫生（家）,公共场所\n平顶山市新华区,\"10\",1,9\n410403 卫东,20,2,18\n"
          "共计,30,3,27\n",
          NULL, NULL },
        { "区划,合计,medical,PUBLIC_PLACES\n'410402,10,1,9\n\"=\"\"410403\"\"\",20,2,18\n合计,30,3,"
          "27\n",
          NULL, NULL },
        /* the word of the totals stands across two columns */
        { "序号,县区,医疗卫生,公共场所,合计\n1,新华区,1,9,10\n2,卫东区,2,18,20\n合计,,3,27,30\n",
          NULL, NULL },
        /* the header again, as at the top of each page */
        { "区划,合计,医疗卫生\n新华区,10,10\n区划,合计,医疗卫生\n卫东区,20,20\n合计,30,30\n", NULL,
          NULL },
        /* columns that are no part of it */
        { "区划,合计,医疗卫生,备注\n新华区,10,10,已核\n卫东区,20,20,\n合计,30,30,\n", NULL,
          "备注" },
        { "区划,监管户数,合计,医疗卫生\n新华区,510,10,10\n卫东区,20,20,20\n合计,530,30,30\n", NULL,
          "监管户数" },
        { "区划,合计,医疗卫生,牵头人\n新华区,10,10,某某\n卫东区,20,20,某某\n合计,30,30,\n", NULL,
          "牵头人" },
        /* what the caller says */
        { "属地,本年任务,看病的,去年\n新华区,10,10,7\n卫东区,20,20,7\n合计,30,30,14\n",
          "属地=区划;本年任务=total；看病的＝医疗卫生;去年=-", "去年" },
    };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plan_table table;
        struct plan_table again;
        struct err err = { .rc = RC_OK };
        enum rc rc = read_table(h, cases[i].text, cases[i].columns, &table, &err);
        if (rc != RC_OK)
            fail_msg("%zu: %s: %s", i, rc_name(rc), err.detail);
        if (table.report.cell_sum != 30 || table.table.row_count != 2 ||
            table.report.row_faults + table.report.column_faults != 0)
            fail_msg("%zu: %zu rows, %lld in all", i, table.table.row_count,
                     (long long)table.report.cell_sum);
        assert_string_equal(table.regions[0], "410402");
        assert_string_equal(table.regions[1], "410403");
        assert_string_equal(table.specialties[0], "medical");
        if (table.ignored_count != (cases[i].ignored ? 1U : 0U) ||
            (cases[i].ignored && strcmp(table.ignored[0], cases[i].ignored) != 0))
            fail_msg("%zu: ignored %zu", i, table.ignored_count);
        assert_rc(RC_OK,
                  plan_table_of_text(h->arena, plan_table_text(h->arena, &table), &again, &err));
        assert_string_equal(again.table.rows[1], table.table.rows[1]);
        assert_int_equal(again.table.grand_total, 30);
        assert_int_equal(again.report.cell_sum, 30);
        assert_int_equal(again.ignored_count, table.ignored_count);
    }
}

static void a_fault_of_a_task_table_names_line_header_and_value(void **state)
{
    static const struct {
        const char *text;
        const char *columns;
        const char *fault; /* a part of it */
    } cases[] = {
        { "区划,合计,医疗卫生,医疗\n新华区,2,1,1\n合计,2,1,1\n", NULL,
          "第 1 行“医疗”与“医疗卫生”是同一列" },
        { "区划,地区,合计,医疗\n新华区,新华区,1,1\n合计,,1,1\n", NULL, "“地区”与“区划”是同一列" },
        { "区划,合计,医疗卫生\n新华区,1,1\n410402,1,1\n合计,2,2\n", NULL,
          "第 3 行“区划”（410402）与第 2 行的“新华区”重复" },
        { "区划,合计,医疗卫生\n新华区,1,1,1\n合计,1,1\n", NULL, "该行有 4 列，表头有 3 列" },
        { "区划,合计,医疗卫生\n新华区,1,1\n", NULL, "缺少末行“合计”" },
        { "区划,合计,医疗卫生\n新华区,1,1\n合计,1,1\n注,1,1\n", NULL, "之后还有内容" },
        { "区划,合计,医疗卫生\n新华区,1,一\n合计,1,1\n", NULL,
          "第 2 行“医疗卫生”（一）不是任务数，须为 0 至 10000000 的整数" },
        { "区划,合计,医疗卫生\n新华区,1,#REF!\n合计,1,1\n", NULL, "第 2 行“医疗卫生”（#REF!）" },
        { "区划,合计,医疗卫生\n新乡,1,1\n合计,1,1\n", NULL, "第 2 行“区划”（新乡）不是" },
        { "区划,合计,医疗卫生\n新乡,1,1\n合计,1,1\n", NULL, "须为 平顶山市（410400）" },
        { "区划,合计,医疗卫生,消防\n新华区,3,1,2\n合计,3,1,2\n", NULL, "第 2 行“消防”（2）有数" },
        { "区划,合计,消防\n新华区,2,2\n合计,2,2\n", NULL, "第 1 行的表头没有该计划部门的专业" },
        { "区划,医疗卫生\n新华区,2\n合计,2\n", NULL, "缺少列“合计”" },
        { "区划,合计,医疗卫生\n新华区,1,1\n合计,1,1\n", "去年=-", "表头没有列“去年”" },
        { "区划,合计,医疗卫生\n新华区,1,1\n合计,1,1\n", "合计=天气", "没有这个列名" },
        { "甲,乙\n", NULL, "没有表头" },
    };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct plan_table table;
        struct err err = { .rc = RC_OK };
        enum rc rc = read_table(h, cases[i].text, cases[i].columns, &table, &err);
        if (rc != RC_INVALID || !strstr(err.detail, cases[i].fault))
            fail_msg("%zu: %s: %s", i, rc_name(rc), err.detail);
    }
}

static void all_faults_of_a_task_table_are_told_at_once(void **state)
{
    static const char text[] = "区划,合计,医疗卫生\n新华区,x,1\n火星,1,1\n卫东区,1,-1\n新华,1,1\n";
    static const long lines[] = { 2, 3, 4, 5, 0 };
    struct harness *h = *state;
    struct plan_table table;
    struct err err = { .rc = RC_OK };
    assert_rc(RC_INVALID, read_table(h, text, NULL, &table, &err));
    assert_non_null(strstr(err.detail, "（共 5 处）"));
    assert_int_equal(table.fault_count, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < table.fault_count; i++)
        assert_int_equal(table.faults[i].line, lines[i]);
    assert_string_equal(table.faults[1].column, "区划");
    assert_string_equal(table.faults[1].value, "火星");

    struct buf many;
    buf_init(&many, h->arena, 1 << 20);
    buf_puts(&many, "区划,合计,医疗卫生\n");
    for (int i = 0; i < TASKTABLE_ROWS_MAX; i++)
        buf_printf(&many, "第%d号,x,x\n", i);
    assert_rc(RC_INVALID, read_table(h, many.p, NULL, &table, &err));
    assert_int_equal(table.fault_count, 3 * TASKTABLE_ROWS_MAX + 1);
    assert_string_equal(table.faults[PLAN_TABLE_FAULTS_MAX - 1].column, "区划");
}

static void a_task_table_says_the_same_in_every_encoding(void **state)
{
    static const char text[] = "区划,合计,\"医疗\n卫生\"\n新华区,1,1\n合计,1,1\n";
    static const char *const encodings[] = { "UTF-8", "GB18030", "UTF-16LE" };
    struct harness *h = *state;
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
        char bytes[4096];
        struct plan_table table;
        struct err err = { .rc = RC_OK };
        size_t n = encoded(text, encodings[i], false, bytes, sizeof bytes);
        assert_rc(RC_OK, read_bytes(h, bytes, n, NULL, &table, &err));
        assert_string_equal(plan_table_text(h->arena, &table),
                            "区划,合计,医疗卫生\n新华区,1,1\n合计,1,1\n");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tables_are_found_among_titles_blanks_and_padding, begin,
                                        end),
        cmocka_unit_test_setup_teardown(the_caller_names_the_columns_that_are_not_known, begin,
                                        end),
        cmocka_unit_test_setup_teardown(values_are_read_as_they_are_written, begin, end),
        cmocka_unit_test_setup_teardown(a_region_a_specialty_and_a_state_have_many_words, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_destroyed_code_is_refused_and_a_likely_one_offered, begin,
                                        end),
        cmocka_unit_test_setup_teardown(who_has_no_code_enters_by_licence_and_stays_one, begin,
                                        end),
        cmocka_unit_test_setup_teardown(every_encoding_says_the_same, begin, end),
        cmocka_unit_test_setup_teardown(a_task_table_is_read_as_officials_write_it, begin, end),
        cmocka_unit_test_setup_teardown(a_fault_of_a_task_table_names_line_header_and_value, begin,
                                        end),
        cmocka_unit_test_setup_teardown(all_faults_of_a_task_table_are_told_at_once, begin, end),
        cmocka_unit_test_setup_teardown(a_task_table_says_the_same_in_every_encoding, begin, end),
    };
    return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}

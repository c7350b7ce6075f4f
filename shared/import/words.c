#include "import/words.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* ---- headers --------------------------------------------------------------------------------- */

/* Words are as cell_name has them: half-width, without blanks. */
static const struct {
    const char *kind; /* "": any that has the column */
    const char *column;
    const char *words; /* separated by | */
} headers[] = {
    { "subjects", "code",
      "统一社会信用代码|社会信用代码|统一信用代码|信用代码|统一社会信用代码/注册号|"
      "统一社会信用代码(注册号)|社会信用代码(注册号)|统一代码|统一社会信用代码/"
      "组织机构代码|组织机构代码|"
      "统一社会信用代码(纳税人识别号)|纳税人识别号|注册号|工商注册号|营业执照号|"
      "营业执照注册号|营业执照编号|企业代码|单位代码|代码" },
    { "subjects", "licence",
      "许可证号|许可证编号|许可证号码|卫生许可证号|卫生许可证编号|卫生许可证|登记号|"
      "医疗机构登记号|医疗机构执业许可证登记号|医疗机构执业许可证号|执业许可证登记号|"
      "执业许可证号|执业许可证|备案号|备案编号|备案凭证编号|诊所备案号|登记证号" },
    { "subjects", "former_code", "原代码|原注册号|原统一社会信用代码|曾用代码|旧代码" },
    { "subjects", "name",
      "名称|单位名称|企业(机构)名称|单位(机构)名称|企业(单位)名称|企业名称|对象名称|检查对象|"
      "检查对象名称|监管对象|监管对象名称|被监督单位|"
      "被监督单位名称|被检查单位|被检查单位名称|机构名称|市场主体名称|经营者名称|主体名称|"
      "单位|字号名称" },
    { "subjects", "type",
      "类型|类别|单位类型|单位类别|机构类型|机构类别|经营类型|经营类别|行业|行业类别|"
      "所属行业|对象类型|检查对象类型|主体类型" },
    { "subjects", "address",
      "地址|单位地址|企业地址|注册地址|经营地址|经营场所|住所|详细地址|机构地址|通讯地址|"
      "住所(经营场所)|地址(住所)|生产经营地址" },
    { "subjects", "region",
      "区划|行政区划|所属区划|所在区(县)|区(县)|县(区)|市县区|所属区(县)|区域|所属区域|所属地区|"
      "地区|县(市)区|县(市、区)|县市区|区县|县区|"
      "所在区县|所属区县|所在县区|所属县区|辖区|所属辖区|行政区划代码|区划代码|所在区域" },
    { "subjects", "lon", "经度|东经|地理经度" },
    { "subjects", "lat", "纬度|北纬|地理纬度" },
    { "subjects", "state",
      "状态|经营状态|营业状态|经营状况|营业状况|登记状态|企业状态|单位状态|存续状态|主体状态|"
      "市场主体状态" },
    { "subjects", "credit_class",
      "信用等级|信用分类|企业信用风险分类|企业信用风险分类等级|企业信用风险等级|信用风险分类等级|"
      "信用类别|信用级别|信用评级|信用风险等级|信用风险分类|风险等级|"
      "信用分级|企业信用等级|信用" },
    { "subjects", "key",
      "重点|是否重点|重点对象|是否重点对象|重点监管|是否重点监管|重点单位|是否重点单位|"
      "重点监管对象|是否重点监管对象" },
    { "subjects", "complaints", "投诉|投诉数|投诉次数|投诉举报|投诉举报数|投诉举报次数|举报次数" },
    { "subjects", "specialties",
      "专业|监督专业|检查专业|专业类别|所属专业|监管专业|卫生监督专业|抽查专业|专业领域|"
      "抽查专业类别|监督专业类别|检查类别" },
    { "subjects", "verified_on",
      "核实日期|核查日期|更新日期|核对日期|资料日期|信息更新日期|信息更新时间|数据更新日期|"
      "数据更新时间|最近核实日期|"
      "更新时间|核实时间" },
    { "subjects", "directories", "名录|所属名录|名录编号|名录代码" },
    { "", "synthetic", "合成|合成数据|是否合成|是否合成数据|测试数据|是否测试数据" },

    { "inspectors", "card_no",
      "证号|执法证号|执法证件号|执法证编号|执法证件编号|执法证件号码|执法证号码|证件号|证件号码|"
      "证件编号|行政执法证号|行政执法证编号|行政执法证件号|监督员证号|检查员证号" },
    { "inspectors", "name",
      "姓名|人员姓名|执法人员|执法人员姓名|检查人员|检查人员姓名|监督员|监督员姓名" },
    { "inspectors", "card_expires_on",
      "有效期|证件有效期|有效期至|有效期截止|证件有效期至|执法证有效期|执法证有效期至|"
      "截止日期|到期日期|有效期限|证件到期日|有效截止日期" },
    { "inspectors", "specialties",
      "专业|监督专业|检查专业|执法专业|专业类别|业务专长|专业领域|执法领域|专长" },
    { "inspectors", "areas", "执法区域|区域|检查区域|负责区域|区划|行政区划|辖区|县(市)区|县市区" },
    { "inspectors", "on_duty", "在岗|是否在岗|在岗状态|在职|是否在职|状态|在岗情况" },
    { "inspectors", "max_daily", "每日上限|日检查上限|每日检查上限|单日上限|每日最多检查次数" },
    { "inspectors", "max_total", "全年上限|年度上限|年检查上限|全年检查上限|年度检查上限|总上限" },
    { "inspectors", "telephone", "办公电话|工作电话|执法电话" },

    { "items", "code", "编号|事项编号|事项编码|事项代码|抽查事项编号|抽查事项编码|代码|编码" },
    { "items", "specialty", "专业|监督专业|检查专业|所属专业|专业类别" },
    { "items", "name", "事项|名称|事项名称|抽查事项|抽查事项名称|检查事项|检查事项名称" },
    { "items", "category", "类别|事项类别|抽查类别|抽查类型|事项类型|检查类别" },
    { "items", "method", "方式|检查方式|抽查方式|检查方法|抽查方法" },
    { "items", "legal_basis", "依据|检查依据|法律依据|法定依据|抽查依据|设定依据" },
    { "items", "content", "内容|检查内容|抽查内容|事项内容" },
    { "items", "version", "版本|版本号" },
    { "items", "retired", "停用|是否停用" },

    { "listings", "code",
      "统一社会信用代码|社会信用代码|统一信用代码|信用代码|统一社会信用代码/注册号|"
      "统一社会信用代码(注册号)|注册号|代码|企业代码" },
    { "listings", "list", "名单|名录|名单类型|名单类别|列入名单|名录类型|列入类型" },
    { "listings", "listed_on", "列入日期|列入时间|列入名单日期" },
    { "listings", "removed_on", "移出日期|移出时间|移除日期|移出名单日期" },
    { "listings", "authority",
      "机关|列入机关|作出决定机关|作出决定机关(列入)|列入决定机关|决定机关|列入单位" },
    { "listings", "reason", "原因|列入原因|列入事由|事由|列入事项" },

    { "history", "code",
      "统一社会信用代码|社会信用代码|统一信用代码|信用代码|统一社会信用代码/注册号|"
      "统一社会信用代码(注册号)|注册号|代码|企业代码" },
    { "history", "checked_on", "检查日期|检查时间|抽查日期|抽查时间|日期" },
    { "history", "result_class", "结果|检查结果|抽查结果|抽查检查结果|结果类别|检查结论|处理结果" },

    { "directories", "code", "编号|名录编号|名录代码|代码" },
    { "directories", "name", "名称|名录|名录名称" },
    { "directories", "refreshed_on", "更新日期|更新时间|最近更新日期|名录更新日期" },

    { "tables", "region",
      "区划|行政区划|所属区划|市县区|县(市)区|县(市、区)|县市区|区县|县区|市县|区(县)|县(区)|地区|"
      "区域|单位|辖区|任务单位|责任单位|承担单位|监督机构|行政区划代码|区划代码" },
    { "tables", "total",
      "合计|总计|小计|共计|总数|任务总数|任务数|任务量|抽查任务数|抽查总数|总任务数|任务合计|"
      "合计任务数|全市合计|全区合计|全县合计" },
    { "tables", WORDS_IGNORED,
      "户数|总户数|监管户数|监管对象数|对象总数|单位总数|应检户数|基数|抽查比例|比例|占比|"
      "完成时限|完成时间|责任人|责任科室|牵头科室|区划名称" },

    { "", "department",
      "部门|单位|所属部门|所属单位|执法单位|执法部门|检查部门|检查机关|检查单位|所在单位|"
      "执法主体|所属机构|部门代码|实施部门|执法机构|工作单位" },
    { "", WORDS_IGNORED,
      "序号|行号|备注|说明|联系人|联系电话|电话|手机|手机号|手机号码|联系方式|法定代表人|法人|"
      "法人代表|负责人|主要负责人|性别|年龄|职务|职称|学历|成立日期|注册资本|注册资金|经营范围|"
      "登记机关|发证机关|发证日期|许可证有效期|有效期|有效期至|邮编|邮政编码|邮箱|电子邮箱|传真|"
      "街道|乡镇|所属街道|乡镇街道|所属乡镇|网格|网格员|监督员|面积|经营面积|从业人数|职工人数|"
      "床位数|诊疗科目|法定代表人(负责人)|身份证号|身份证号码|民族|政治面貌|籍贯|出生日期|出生年月|"
      "参加工作时间|所在科室|科室|职级" },
};

static bool listed(const char *words, const char *name)
{
    size_t n = strlen(name);
    if (!n || strchr(name, '|'))
        return false;
    for (const char *at = strstr(words, name); at; at = strstr(at + n, name))
        if ((at == words || at[-1] == '|') && (!at[n] || at[n] == '|'))
            return true;
    return false;
}

const char *words_column(const char *kind, const char *const *columns, const char *name)
{
    int own = text_index(columns, name);
    if (own >= 0)
        return columns[own];
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        const char *column = headers[i].column;
        if (*headers[i].kind && strcmp(headers[i].kind, kind) != 0)
            continue;
        if ((strcmp(column, WORDS_IGNORED) == 0 || text_index(columns, column) >= 0) &&
            listed(headers[i].words, name))
            return column;
    }
    return NULL;
}

void words_title(const char *kind, const char *column, char *out, size_t size)
{
    *out = '\0';
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (strcmp(headers[i].column, column) == 0 &&
            (!*headers[i].kind || strcmp(headers[i].kind, kind) == 0)) {
            (void)snprintf(out, size, "%.*s", (int)strcspn(headers[i].words, "|"),
                           headers[i].words);
            return;
        }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const struct {
    const char *column;
    const char *value;
    const char *words; /* the first is what is shown */
} values[] = {
    { "state", "open",
      "营业|开业|在业|在营|存续|正常|正常营业|营业中|经营|经营中|正常经营|在营(开业)|"
      "存续(在营、开业、在册)|在册|启用|有效|运营|正常运行" },
    { "state", "closed",
      "停业|关闭|注销|已注销|吊销|已吊销|撤销|歇业|停产|迁出|已迁出|停用|无效|关停|倒闭|已关闭|"
      "停业整顿|已停业|拆除|吊销,未注销|吊销未注销|暂停营业|暂停经营|临时停业|休业|未营业|未开业" },
    { "credit_class", "A", "a类|a级|优|优秀|信用良好|守信|低风险|绿" },
    { "credit_class", "B", "b类|b级|良|良好|信用一般|一般|一般风险|中低风险|蓝" },
    { "credit_class", "C", "c类|c级|中|警示|较差|较高风险|中高风险|黄" },
    { "credit_class", "D", "d类|d级|差|失信|高风险|严重失信|红" },
    { "key", "1", "重点|重点对象|重点监管|重点单位" },
    { "key", "0", "一般|非重点|普通|一般对象" },
    { "on_duty", "1", "在岗|在职|在编在岗|正常" },
    { "on_duty", "0", "离岗|不在岗|离职|退休|调离|休假|停职|病假|产假|借调|外借|已调离" },
    { "specialties", "radiological", "放射|放射诊疗|放射防护|放射卫生防护" },
    { "specialties", "occupational", "职业病|职业病防治|职业健康" },
    { "specialties", "drinking_water", "饮水|供水|二次供水|水质|集中式供水|饮用水" },
    { "specialties", "public_places", "住宿|住宿场所|美容美发|理发|沐浴|游泳|游泳场所|游泳馆" },
    { "specialties", "tableware", "餐具消毒|餐饮具消毒|餐具集中消毒" },
    { "specialties", "blood", "采供血|采供血机构|血站" },
    { "specialties", "family_planning", "计生|妇幼|妇幼健康|计划生育与妇幼健康" },
    { "specialties", "medical", "医政|诊所|医疗机构|医疗服务" },
    { "category", "general", "一般检查事项|一般|一般事项|一般抽查事项" },
    { "category", "key", "重点检查事项|重点|重点事项|重点抽查事项" },
    { "method", "onsite", "现场检查|现场|实地检查|实地核查|现场核查" },
    { "method", "written", "书面检查|书面|书面核查|书式检查" },
    { "method", "network", "网络监测|网络|网络检查|网络核查|在线监测" },
    { "method", "entrusted", "委托专业机构|委托|专业机构核查|委托检查|第三方检查|抽样检测" },
    { "list", "abnormal", "经营异常名录|经营异常|异常名录|异常|企业经营异常名录|列入经营异常名录" },
    { "list", "serious",
      "严重违法失信名单|严重违法失信|严重违法|严重失信|严重违法失信企业名单|失信名单|黑名单" },
    { "result_class", "no_problem",
      "未发现问题|无问题|合格|正常|符合|未见异常|符合要求|未发现违法行为|未发现违法" },
    { "result_class", "corrected",
      "责令改正|已责令改正|发现问题已责令改正|已改正|整改|责令整改|限期整改|限期改正" },
    { "result_class", "penalty",
      "行政处罚|处罚|立案|立案处罚|立案查处|后续处理|发现问题待后续处理|待后续处理|罚款|警告" },
    { "result_class", "unreachable",
      "无法联系|查无下落|通过登记的住所(经营场所)无法联系|失联|无法取得联系|已关闭停业" },
};

const char *words_value(const char *column, const char *name)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        if (strcmp(values[i].column, column) == 0 && listed(values[i].words, name))
            return values[i].value;
    return NULL;
}

const char *words_allowed(const char *column)
{
    static const struct {
        const char *column;
        const char *allowed;
    } shown[] = {
        { "state", "营业（open）或停业（closed）" },
        { "credit_class", "A、B、C 或 D" },
        { "category", "一般检查事项（general）或重点检查事项（key）" },
        { "method", "现场检查（onsite）、书面检查（written）、网络监测（network）或委托专业机构"
                    "（entrusted）" },
        { "list", "经营异常名录（abnormal）或严重违法失信名单（serious）" },
        { "result_class", "未发现问题（no_problem）、责令改正（corrected）、行政处罚（penalty）或"
                          "无法联系（unreachable）" },
    };
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        if (strcmp(shown[i].column, column) == 0)
            return shown[i].allowed;
    return "";
}

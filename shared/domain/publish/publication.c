#include "domain/publish/publication.h"

#include <string.h>

static const char *const kinds[] = {
    [PUBLICATION_INSPECTION] = "inspection", [PUBLICATION_PENALTY] = "penalty"
};

const char *publication_kind_name(enum publication_kind kind)
{
    return kinds[kind];
}

bool publication_kind_parse(const char *name, enum publication_kind *kind)
{
    for (int i = PUBLICATION_INSPECTION; i <= PUBLICATION_PENALTY; i++) {
        if (strcmp(kinds[i], name) == 0) {
            *kind = (enum publication_kind)i;
            return true;
        }
    }
    return false;
}

struct workday_due publication_due(const struct workday_calendar *calendar,
                                   const struct publication_rules *rules,
                                   enum publication_kind kind, int32_t triggered_on)
{
    return workday_add(calendar, triggered_on,
                       kind == PUBLICATION_PENALTY ? rules->penalty_days : rules->inspection_days);
}

const char *publication_field_title(const char *name)
{
    static const char *const titles[][2] = {
        { "uscCode", "统一社会信用代码或注册号" },
        { "entName", "企业名称" },
        { "raninsPlanId", "抽查计划编号" },
        { "raninsPlaneName", "抽查计划名称" },
        { "raninsTaskId", "抽查任务编号" },
        { "raninsTaskName", "抽查任务名称" },
        { "raninsTypeName", "抽查类型" },
        { "insAuth", "抽查机关" },
        { "insDate", "抽查完成日期" },
        { "details", "抽查事项" },
        { "seqno", "序号" },
        { "raninsItemName", "抽查事项" },
        { "raninsCheckResName", "抽查结果" },
        { "penDecNo", "处罚决定书文号" },
        { "illegActType", "违法行为类型" },
        { "penContent", "处罚内容" },
        { "penAuth_CN", "处罚决定机关" },
        { "penDecIssDate", "处罚决定日期" },
        { "publicDate", "公示日期" },
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (strcmp(titles[i][0], name) == 0)
            return titles[i][1];
    return name;
}

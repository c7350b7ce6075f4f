/* Apart from the statements, which not every program may prepare. */
#include "store/publish/publication.h"

/* Openness is the default (R24): what is withheld is so for one of these. */
#define WITHHELD                                                                                   \
    { "inquiry", "事实仍在核实" }, { "dispute", "行政复议或者诉讼期间停止执行" },                  \
        { "secret", "涉及国家秘密或者商业秘密" },                                                  \
        { "safety", "公开可能危及国家安全、公共安全或者社会稳定" },                                \
    {                                                                                              \
        "minor", "涉及未成年人"                                                              \
    }
#define RETRACTED                                                                                  \
    { "revoked", "所依据的决定被撤销或者变更" }, { "error", "公示内容有误" },                      \
        { "repaired", "信用修复或者公示期满" },                                                    \
    {                                                                                              \
        "privacy", "含有不应公开的信息"                                                   \
    }
const struct row_label publication_withhold_causes[] = { WITHHELD, { NULL, NULL } };
const struct row_label publication_retract_causes[] = { RETRACTED, { NULL, NULL } };
const struct row_label publication_causes[] = { WITHHELD, RETRACTED, { NULL, NULL } };

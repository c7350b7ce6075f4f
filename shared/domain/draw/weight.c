#include "domain/draw/weight.h"

#include <string.h>

const struct weight_rules weight_rules_default = {
    .credit = { [WEIGHT_A] = 1,
                [WEIGHT_B] = 2,
                [WEIGHT_C] = 5,
                [WEIGHT_D] = 10,
                [WEIGHT_UNRATED] = 2 },
    .complaint = 1,
    .complaints_max = 5,
    .abnormal = 5,
    .serious = 10,
    .yearly_cap = 2,
    .quiet_days = 365,
};

enum { VALUE_MAX = 255 }; /* the snapshot's WEIGHT */

enum weight_credit weight_credit_parse(const char *text)
{
    if (strlen(text) == 1 && *text >= 'A' && *text <= 'D')
        return (enum weight_credit)(*text - 'A');
    return WEIGHT_UNRATED;
}

static bool quiet(const struct weight_rules *rules, const struct weight_facts *facts)
{
    bool honest =
        facts->credit == WEIGHT_A && !facts->abnormal && !facts->serious && facts->complaints == 0;
    if (!honest || !facts->checked_clean || facts->key || facts->protected_field)
        return false;
    return (int64_t)facts->today - facts->clean_on < (int64_t)rules->quiet_days;
}

static enum weight_exclusion excluded(const struct weight_rules *rules,
                                      const struct weight_facts *facts)
{
    if (facts->closed)
        return WEIGHT_CLOSED;
    if (facts->drawn)
        return WEIGHT_DRAWN;
    if (rules->yearly_cap && facts->checks >= rules->yearly_cap && !facts->key)
        return WEIGHT_CAP;
    return quiet(rules, facts) ? WEIGHT_QUIET : WEIGHT_ELIGIBLE;
}

static unsigned clamp(uint64_t value)
{
    return value > VALUE_MAX ? VALUE_MAX : value < 1 ? 1 : (unsigned)value;
}

struct weight weight_of(const struct weight_rules *rules, const struct weight_facts *facts)
{
    struct weight weight = { .exclusion = excluded(rules, facts) };
    if (weight.exclusion != WEIGHT_ELIGIBLE)
        return weight;
    unsigned complaints =
        facts->complaints < rules->complaints_max ? facts->complaints : rules->complaints_max;
    uint64_t value = rules->credit[facts->credit];
    value += (uint64_t)rules->complaint * complaints;
    value += facts->abnormal ? rules->abnormal : 0;
    value += facts->serious ? rules->serious : 0;
    weight.value = clamp(value);
    return weight;
}

const char *weight_reason(enum weight_exclusion exclusion)
{
    static const char *const reasons[] = {
        [WEIGHT_ELIGIBLE] = "",
        [WEIGHT_CLOSED] = "已注销、停业或迁出",
        [WEIGHT_DRAWN] = "本计划先前已抽中并派发",
        [WEIGHT_CAP] = "本年度检查次数已达上限",
        [WEIGHT_QUIET] = "近期检查未发现问题，非请勿扰",
    };
    return reasons[exclusion];
}

#include "domain/review/disposal.h"

#include <string.h>

#include "base/text.h"

static bool is(const char *text, const char *word)
{
    return strcmp(text, word) == 0;
}

static const char *fault(const char **pointer, const char *where, const char *why)
{
    *pointer = where;
    return why;
}

const char *disposal_made_fault(const struct disposal_made *made, const char **pointer)
{
    bool lenient = is(made->kind, "lenient");
    if (!lenient && !made->number)
        return fault(pointer, "/number", "责令改正与立案须有文书号或案号");
    if (lenient && !made->basis)
        return fault(pointer, "/basis", "首违不罚、轻微不罚须写明依据");
    if (made->issued_on < made->checked_on)
        return fault(pointer, "/issued_on", "不得早于检查日期");
    if (made->issued_on > made->today)
        return fault(pointer, "/issued_on", "不得晚于今天");
    if (lenient && made->due_on)
        return fault(pointer, "/due_on", "首违不罚、轻微不罚没有期限");
    if (!lenient && made->due_on <= made->issued_on)
        return fault(pointer, "/due_on", "责令改正与立案须有晚于文书日期的期限");
    return NULL;
}

static bool fits(const char *kind, const char *outcome)
{
    static const char *const of_orders[] = { "corrected", "not_corrected", NULL };
    static const char *const of_cases[] = { "penalized", "no_penalty", "transferred", NULL };
    return text_index(is(kind, "order") ? of_orders : of_cases, outcome) >= 0;
}

const char *disposal_end_fault(const struct disposal_ending *end, const char **pointer)
{
    bool order = is(end->kind, "order");
    if (!fits(end->kind, end->outcome))
        return fault(pointer, "/outcome", "这一类处置没有这种结果");
    if (order && !end->method)
        return fault(pointer, "/method", "责令改正须经复查（书面或现场）");
    if (!order && end->method)
        return fault(pointer, "/method", "只有责令改正需要复查");
    if (order && is(end->method, "document") && end->inspectors)
        return fault(pointer, "/inspectors", "书面复查没有到场的人员");
    if (order && is(end->method, "visit") && end->inspectors < end->inspectors_minimum)
        return fault(pointer, "/inspectors", "现场复查须写明复查人员，人数不得少于检查时的规定");
    if (end->ended_on < end->issued_on || end->ended_on > end->today)
        return fault(pointer, "/ended_on", "须在文书日期与今天之间");
    if (is(end->outcome, "not_corrected") && !end->has_case)
        return fault(pointer, "/outcome", "责令改正不替代立案：逾期未改正的，须先登记立案");
    if (is(end->outcome, "not_corrected") && end->ended_on <= end->due_on)
        return fault(pointer, "/ended_on", "期限届满后才能认定逾期未改正");
    if (is(end->outcome, "penalized") && !end->has_penalty)
        return fault(pointer, "/outcome", "作出行政处罚的，须先登记处罚决定，以便按期公示");
    return NULL;
}

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

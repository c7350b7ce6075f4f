#include "domain/publication.h"

#include <string.h>

#include "base/text.h"
#include "domain/mask.h"

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

char *publication_mask(struct arena *a, const char *text, const char *const *exceptions,
                       size_t exception_count, struct publication_masked *masked)
{
    size_t size = strlen(text);
    if (masked)
        *masked = (struct publication_masked){ 0 };
    if (size > PUBLICATION_TEXT_MAX || !utf8_valid(text, size))
        return arena_strdup(a, MASK_STAR);
    struct mask m;
    mask_load(&m, a, text, size);
    mask_protect(&m, exceptions,
                 exception_count < PUBLICATION_EXCEPTIONS_MAX ? exception_count
                                                              : PUBLICATION_EXCEPTIONS_MAX);
    mask_numbers(&m);
    mask_mails(&m);
    mask_accounts(&m);
    mask_addresses(&m);
    if (masked)
        *masked = m.found;
    return mask_text(&m, a, text);
}

#include "domain/visit/rating.h"

#include <stddef.h>

#include "base/text.h"

const char *rating_fault(const struct rating *r, const char **member)
{
    const struct {
        const char *member;
        int64_t score;
    } scores[] = { { "lawful", r->lawful },
                   { "burden", r->burden },
                   { "conduct", r->conduct },
                   { "guidance", r->guidance } };
    for (size_t i = 0; i < sizeof scores / sizeof *scores; i++) {
        *member = scores[i].member;
        if (scores[i].score < RATING_LOWEST || scores[i].score > RATING_HIGHEST)
            return "请对每一项作出评价（1 分至 5 分）。";
    }
    *member = "content";
    if (r->content && utf8_length(r->content) > RATING_CONTENT_MAX)
        return "意见不超过 500 个字。";
    return NULL;
}

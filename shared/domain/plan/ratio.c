#include "domain/plan/ratio.h"

int64_t ratio_quota(int64_t objects, int64_t permille)
{
    if (objects <= 0 || permille <= 0)
        return 0;
    int64_t quota = (objects * permille + RATIO_MAX / 2) / RATIO_MAX;
    return quota < 1 ? 1 : quota > objects ? objects : quota;
}

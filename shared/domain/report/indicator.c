#include "domain/report/indicator.h"

double indicator_percent(int64_t part, int64_t whole)
{
    int64_t hundredths = whole ? part * 10000 / whole : 0;
    return (double)hundredths / 100.0;
}

bool indicator_lags(const struct indicator *own, const struct indicator *all)
{
    return own->late > 0 || own->completed * all->tasks < all->completed * own->tasks;
}

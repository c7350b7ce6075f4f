#include "domain/draw/chance.h"

enum { STEPS = 60 }; /* a bisection down to the last bit of a double */

static double power(double base, unsigned n)
{
    double result = 1;
    for (; n; n >>= 1, base *= base)
        result *= n & 1 ? base : 1;
    return result;
}

static double drawn_below(const struct chance *list, size_t count, double t)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += (double)list[i].subjects * (1 - power(1 - t, list[i].weight));
    return sum;
}

void chance_of(struct chance *list, size_t count, int64_t quota)
{
    double low = 0;
    double high = 1;
    int64_t all = 0;
    for (size_t i = 0; i < count; i++)
        all += list[i].subjects;
    for (int step = 0; step < STEPS && quota < all; step++) {
        double t = (low + high) / 2;
        if (drawn_below(list, count, t) < (double)quota)
            low = t;
        else
            high = t;
    }
    for (size_t i = 0; i < count; i++)
        list[i].chance = quota <= 0 ? 0 : quota >= all ? 1 : 1 - power(1 - high, list[i].weight);
}

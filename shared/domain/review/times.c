#include "domain/review/times.h"

#include "base/date.h"

/* As for the clocks of devices. */
#define CLOCK_MS (INT64_C(2) * 60 * 1000)
/* Whoever is sent by telephone may be there before the dispatch is entered, across midnight too. */
#define AHEAD_MS (INT64_C(2) * 3600 * 1000)

static const struct {
    unsigned fault;
    const char *name;
    const char *text;
} faults_known[] = {
    { TIMES_FUTURE, "future", "晚于提交时间" },
    { TIMES_BEFORE_DISPATCH, "before_dispatch", "早于派发日期" },
    { TIMES_LEFT_FIRST, "left_before_arrived", "离开早于到达" },
};
enum { FAULTS = sizeof faults_known / sizeof *faults_known };

static bool before_dispatch(int64_t at, int64_t dispatched_at)
{
    return dispatched_at && date_at(at) < date_at(dispatched_at) && dispatched_at - at > AHEAD_MS;
}

static bool in_future(int64_t at, int64_t signed_at)
{
    return signed_at && at > signed_at + CLOCK_MS;
}

unsigned times_faults(const struct times *t)
{
    unsigned faults = 0;
    if ((t->arrived && in_future(t->arrived_at, t->signed_at)) ||
        (t->left && in_future(t->left_at, t->signed_at)))
        faults |= TIMES_FUTURE;
    if ((t->arrived && before_dispatch(t->arrived_at, t->dispatched_at)) ||
        (t->left && before_dispatch(t->left_at, t->dispatched_at)))
        faults |= TIMES_BEFORE_DISPATCH;
    if (t->arrived && t->left && t->left_at < t->arrived_at)
        faults |= TIMES_LEFT_FIRST;
    return faults;
}

size_t times_names(unsigned faults, const char *names[3])
{
    size_t n = 0;
    for (size_t i = 0; i < FAULTS; i++)
        if (faults & faults_known[i].fault)
            names[n++] = faults_known[i].name;
    return n;
}

const char *times_text(struct arena *a, unsigned faults)
{
    const char *text = "";
    for (size_t i = 0; i < FAULTS; i++)
        if (faults & faults_known[i].fault)
            text = arena_printf(a, "%s%s%s", text, *text ? "、" : "", faults_known[i].text);
    return text;
}

#include "sys/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    (void)clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int64_t clock_now(void)
{
    return read_clock(CLOCK_REALTIME) / 1000;
}

int64_t clock_monotonic(void)
{
    return clock_micros() / 1000;
}

int64_t clock_micros(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_sleep(int64_t ms)
{
    struct timespec t = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000 };
    (void)nanosleep(&t, NULL);
}

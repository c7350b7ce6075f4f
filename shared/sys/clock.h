/* The only place where the time of day is read. */
#ifndef LIANCHA_SYS_CLOCK_H
#define LIANCHA_SYS_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_now(void);
/* Milliseconds that only grow; for durations. */
int64_t clock_monotonic(void);
/* The same in microseconds. */
int64_t clock_micros(void);
/* Waits, or less when a signal arrives. */
void clock_sleep(int64_t ms);

#endif

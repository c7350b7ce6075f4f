/* Mistakes that end the process are made in a child. */
#ifndef LIANCHA_TESTS_UNIT_DIES_H
#define LIANCHA_TESTS_UNIT_DIES_H

#include <sys/wait.h>
#include <unistd.h>

#include "unit.h"

/* Whether fn(a), in a child, is the end of the process. */
static inline bool unit_dies(void (*fn)(struct arena *), struct arena *a)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr)) /* the report is expected */
            fn(a);
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return !WIFEXITED(status) || WEXITSTATUS(status) != 0;
}

#endif

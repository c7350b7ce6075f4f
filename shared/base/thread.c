#include "base/thread.h"

#include <signal.h>

bool thread_start(pthread_t *thread, void *(*fn)(void *), void *data)
{
    sigset_t all;
    sigset_t before;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before);
    bool made = pthread_create(thread, NULL, fn, data) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return made;
}

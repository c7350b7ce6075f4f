/* A thread of a program that is told by signals what to do. */
#ifndef LIANCHA_BASE_THREAD_H
#define LIANCHA_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Runs fn(data) beside the caller, with whom signals stay, up to pthread_join. False when the
   system gives no more threads. */
bool thread_start(pthread_t *thread, void *(*fn)(void *), void *data);

#endif

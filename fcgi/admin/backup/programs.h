/*
 * Programs of the system that a backup is made with: mariadb-backup, tar, age, mariadbd. Each is
 * told where it reads and writes; what it says goes to a log of nobody's unless one of them fails.
 *
 * None outlives lianchactl, however that ends: the kernel ends them, or their pipes do.
 */
#ifndef LIANCHA_ADMIN_BACKUP_PROGRAMS_H
#define LIANCHA_ADMIN_BACKUP_PROGRAMS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/rc.h"

enum { PROGRAMS_MAX = 4, ARGUMENTS_MAX = 160 };

struct programs {
    uid_t uid; /* as whom they run, by programs_as */
    bool other;
    int log;
    size_t n;
    struct {
        pid_t pid;
        const char *name;
        int most; /* the highest exit code that is no fault */
    } of[PROGRAMS_MAX];
};

/* For one pipeline after the other. */
enum rc programs_init(struct programs *p, struct err *err) RC_CHECKED;
/* Those started from now on run as this account, if it is another one. */
void programs_as(struct programs *p, uid_t uid);
/* in, out: descriptors, which this closes; -1: nothing to read, and the log to write. */
enum rc programs_start(struct programs *p, const char *const argv[], int in, int out,
                       struct err *err) RC_CHECKED;
/* Waits for all that were started; names the first that failed, with the last it said. Keeps an
   earlier fault, rc, which is why they ended. */
enum rc programs_end(struct programs *p, enum rc rc, struct err *err) RC_CHECKED;
/* Start and end of one alone. */
enum rc programs_run(struct programs *p, const char *const argv[], struct err *err) RC_CHECKED;
/* Whether that one has not ended. */
bool programs_alive(struct programs *p, size_t i);
/* Both ends, neither for programs that are started unless they are handed over. */
enum rc programs_pipe(int ends[2], struct err *err) RC_CHECKED;

#endif

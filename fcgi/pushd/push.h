/* The pusher's loop. */
#ifndef LIANCHA_PUSHD_PUSH_H
#define LIANCHA_PUSHD_PUSH_H

#include <signal.h>
#include <stdbool.h>

#include "base/rc.h"
#include "sys/db.h"
#include "sys/settings.h"

/*
 * Delivers until *stop is set, or, with once, until nothing is due; requests in hand are finished
 * and their outcomes stored first. Without once a lost database is waited for.
 */
enum rc push_run(struct db *db, const struct settings *s, bool once,
                 const volatile sig_atomic_t *stop) RC_CHECKED;

#endif

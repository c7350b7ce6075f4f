/*
 * The settings file: every program reads the same one, and of it the section with its own name for
 * its database account. conf/liancha.ini.example documents each key; the defaults stand in
 * settings.c. Unknown, repeated, malformed and over-long lines are refused.
 */
#ifndef LIANCHA_SYS_SETTINGS_H
#define LIANCHA_SYS_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/log.h"
#include "sys/seal.h"

#define SETTINGS_PATH "/etc/liancha/liancha.ini"

/* All pointers live in the arena given to settings_load. */
struct settings {
    const char *db_socket;
    const char *db_name;
    const char *db_user;
    const char *db_password;

    const char *prefix;   /* of every URL path, e.g. "/liancha" */
    const char *base_url; /* scheme and authority under which citizens reach the site */
    size_t body_max;      /* bytes of a request body */
    size_t arena_max;     /* bytes of memory a request may take */

    uint8_t key[SEAL_KEY_SIZE]; /* seals campaign secrets, authenticates cursors */
    int64_t session_ms;
    int64_t login_max_failures;
    int64_t lock_ms;

    const char *evidence_dir;
    int64_t evidence_max;

    const char *credit_target; /* name of the credit platform in the outbox */
    const char *credit_url;
    const char *credit_ca_file;
    const char *credit_app_id;
    const char *credit_secret;
    int64_t credit_timeout_ms;
    int64_t credit_idle_ms; /* pause of the pusher when the outbox is empty */

    enum log_level log_level;
};

/*
 * section: "planner", "mobile", "public", "pushd", "admin" or "migrate". RC_INVALID with the key as
 * pointer for a fault in the file; files that keys name (passwords, key, credential) are read here.
 */
enum rc settings_load(struct arena *a, const char *path, const char *section, struct settings *out,
                      struct err *err) RC_CHECKED;

#endif

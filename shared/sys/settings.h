/*
 * The settings file: every program reads the same one, and of it the section with its own name for
 * its database account. conf/liancha.ini.example documents each key; the defaults stand in
 * settings.c. Unknown, repeated, malformed and over-long lines are refused.
 */
#ifndef LIANCHA_SYS_SETTINGS_H
#define LIANCHA_SYS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/keyring.h"
#include "sys/log.h"
#include "sys/target.h"

#define SETTINGS_PATH "/etc/liancha/liancha.ini"

/* All pointers live in the arena given to settings_load. */
struct settings {
    const char *path; /* of the file itself */

    const char *db_socket;
    const char *db_name;
    const char *db_user;
    const char *db_password;

    const char *prefix;   /* of every URL path, e.g. "/liancha" */
    const char *base_url; /* scheme and authority under which citizens reach the site */
    bool cookie_secure;   /* cookies of the office's pages go over TLS alone */
    size_t body_max;      /* bytes of a request body */
    size_t arena_max;     /* bytes of memory a request may take */

    /* Empty in a program that does not need them. */
    struct keyring audit_keys;     /* of the program's own chains of the audit log */
    struct keyring draw_keys;      /* seal the secrets of campaigns */
    struct keyring token_keys;     /* make the phones' tokens */
    struct keyring account_keys;   /* seal the secrets of accounts' authenticators */
    struct keyring person_keys;    /* by which natural persons are known again */
    struct keyring objection_keys; /* seal who objects to what is public */
    struct keyring cursor_keys;    /* authenticate the phones' cursors */
    int64_t session_ms;
    int64_t idle_ms;
    int64_t sessions_max; /* of one account */
    int64_t passwords_at_once;
    int64_t login_max_failures;
    int64_t lock_ms;

    const char *bundle_dir; /* liancha-public makes the bundles, nginx sends them */

    const char *counters_dir; /* where requests are counted: sys/counters */

    const char *evidence_dir;
    int64_t evidence_max;

    struct targets targets; /* without their credentials */

    const char *beacon_name;        /* "" without one */
    const char *beacon_certificate; /* PEM; "" for all but planner and draw */
    const char *beacon_url;         /* of a round, up to its number */
    const char *beacon_ca_file;
    const char *timestamp_url;         /* of an RFC 3161 authority; "" without one */
    const char *timestamp_ca_file;     /* whom to trust as its server */
    const char *timestamp_authorities; /* PEM, whom to trust as signer; as beacon_certificate */

    enum log_level log_level;
    bool log_json;
};

/*
 * section: "planner", "mobile", "public", "pushd", "draw", "watch", "admin" or "migrate".
 * RC_INVALID with the key as pointer for a fault in the file; files that keys name (passwords,
 * keys) are read here, by the programs that need them.
 */
enum rc settings_load(struct arena *a, const char *path, const char *section, struct settings *out,
                      struct err *err) RC_CHECKED;
/* The text of one key as the file has it, e.g. of a file's name; RC_INVALID when it has none. */
enum rc settings_text(struct arena *a, const char *path, const char *section, const char *name,
                      const char **out, struct err *err) RC_CHECKED;
struct settings_file {
    const char *section;
    const char *name;
    const char *path;
};

/*
 * The files that the settings name, each once: passwords, keys, certificates, and whom to trust
 * (ca_file), which may be the system's.
 */
enum rc settings_files(struct arena *a, const char *path, const struct settings_file **out,
                       size_t *count, struct err *err) RC_CHECKED;

#endif

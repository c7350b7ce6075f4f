/*
 * Accounts, their roles in one department, and sessions.
 *
 * Passwords are stored as argon2id strings, session tokens as SHA-256. A login is locked for
 * settings.lock_ms after settings.login_max_failures failures in a row.
 */
#ifndef LIANCHA_STORE_ACCOUNT_H
#define LIANCHA_STORE_ACCOUNT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

enum {
    ROLE_PLANNER = 1,       /* plans, campaigns, draws, visits */
    ROLE_REVIEWER = 2,      /* reviews signed sections, records penalties */
    ROLE_PUBLISHER = 4,     /* publishes and withholds */
    ROLE_INSPECTOR = 8,     /* inspects; works through an enrolled device */
    ROLE_AUDITOR = 16,      /* reads everything of the audit log, changes nothing */
    ROLE_ADMINISTRATOR = 32 /* accounts, devices */
};

/* Who acts: an account in a session, a device, or neither. */
struct actor {
    enum { ACTOR_NOBODY, ACTOR_ACCOUNT, ACTOR_DEVICE } kind;
    int64_t id; /* of the account or the device */
    const char *name;
    int64_t department_id;
    const char *department; /* its code */
    unsigned roles;
    int64_t inspector_id;            /* of a device, and of an inspector's account */
    bool retired;                    /* of a device: it only hands over what it has */
    uint8_t token_hash[DIGEST_SIZE]; /* of the session in use */
};

struct account {
    int64_t id;
    const char *login;
    const char *name;
    int64_t department_id;
    const char *department;
    unsigned roles;
    int64_t inspector_id;
    const char *password_hash;
    int64_t failures;
    int64_t locked_until; /* instant; 0: not locked */
    bool disabled;
};

/* The names of role bits, in the order of the bits. */
extern const char *const role_names[];
/* A comma-separated list such as "planner,reviewer"; RC_INVALID names the unknown one. */
enum rc roles_parse(struct arena *a, const char *text, unsigned *roles, struct err *err) RC_CHECKED;
char *roles_format(struct arena *a, unsigned roles);

/* RC_CONFLICT when the login exists. inspector_id 0: none. */
enum rc account_create(struct db *db, const struct account *account, int64_t *id) RC_CHECKED;
enum rc account_by_login(struct db *db, struct arena *a, const char *login,
                         struct account *out) RC_CHECKED;
/* Counts a failure; locks from max_failures on, until locked_until. */
enum rc account_failed(struct db *db, int64_t id, int64_t max_failures,
                       int64_t locked_until) RC_CHECKED;
enum rc account_succeeded(struct db *db, int64_t id) RC_CHECKED;
/* RC_NOT_FOUND when no such login. Unlocking clears the failures; disabling ends the sessions. */
enum rc account_unlock(struct db *db, const char *login) RC_CHECKED;
enum rc account_disable(struct db *db, const char *login) RC_CHECKED;
enum rc account_set_password(struct db *db, const char *login,
                             const char *password_hash) RC_CHECKED;

enum rc session_create(struct db *db, const uint8_t hash[DIGEST_SIZE], int64_t account_id,
                       int64_t now, int64_t expires_at, const char *remote) RC_CHECKED;
/* RC_UNAUTHENTICATED when there is no session of that hash, or it expired, or the account is
   disabled. One read by primary keys. */
enum rc session_actor(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE], int64_t now,
                      struct actor *out) RC_CHECKED;
enum rc session_delete(struct db *db, const uint8_t hash[DIGEST_SIZE]) RC_CHECKED;
/* Removes up to 1,000 sessions that expired; returns through db_affected. */
enum rc session_expire(struct db *db, int64_t now) RC_CHECKED;

#endif

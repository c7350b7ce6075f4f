/* Accounts and their roles in one department. */
#ifndef LIANCHA_STORE_ACCOUNT_H
#define LIANCHA_STORE_ACCOUNT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/account/role.h"
#include "sys/db.h"
#include "sys/list.h"
#include "sys/row.h"

/* Who acts: an account in a session, a device, or neither. */
struct actor {
    enum { ACTOR_NOBODY, ACTOR_ACCOUNT, ACTOR_DEVICE } kind;
    int64_t id; /* of the account or the device */
    const char *name;
    int64_t department_id;
    const char *department; /* its code */
    unsigned roles;
    int64_t inspector_id; /* of a device, and of an inspector's account */
    bool retired;         /* of a device: it only hands over what it has */
    bool off_duty;        /* so does that of an inspector off duty, or whose card expired */
    bool must_change;     /* of an account: until then it may do nothing else */
    uint8_t token_hash[DIGEST_SIZE]; /* of the session in use */
    int64_t expires_at;              /* its end at the latest */
    int64_t idle_until;              /* and where nobody uses it */
};

enum account_state { ACCOUNT_ACTIVE, ACCOUNT_DISABLED, ACCOUNT_RETIRED };
extern const struct row_label account_states[];

struct account {
    int64_t id;
    const char *login;
    const char *name;
    int64_t department_id;
    const char *department;
    const char *region; /* of the department */
    unsigned roles;
    int64_t inspector_id;
    const char *password_hash; /* argon2id; "" when nobody may sign in before a reset */
    bool must_change;          /* somebody else knows the password */
    const uint8_t *totp;       /* secret of an authenticator, sealed; NULL: none */
    size_t totp_size;
    bool totp_active; /* its owner showed that it works: signing in asks for its digits */
    int64_t totp_step;
    enum account_state state;
    int64_t version;
    int64_t failures;     /* since the last sign-in, from anywhere */
    int64_t signed_in_at; /* instant; 0: never */
    const char *signed_in_from;
};

/* The names of role bits, in the order of the bits. */
extern const char *const role_names[];
/* A comma-separated list such as "planner,reviewer"; RC_INVALID names the unknown one. */
enum rc roles_parse(struct arena *a, const char *text, unsigned *roles, struct err *err) RC_CHECKED;
char *roles_format(struct arena *a, unsigned roles);

/* An account as those see it who look after it: never its password. */
struct account_line {
    const char *login;
    const char *name;
    const char *roles;      /* comma-separated; "" for none */
    const char *role_names; /* the same for people */
    const char *inspector;  /* card; NULL: none */
    const char *state;
    bool must_change;
    bool totp_active;
    int64_t failures;     /* since the last sign-in */
    int64_t locked_until; /* the longest lock of an address; 0: none */
    int64_t signed_in_at; /* 0: never */
    int64_t version;      /* what a change names, so that it meets what its author saw */
};
/* Those of one department (scope: its id). */
extern const struct list account_list;

/* 2 to 40 small letters, digits, dots, hyphens and underscores. */
bool account_login_good(const char *login);
/* RC_CONFLICT when the login exists. inspector_id 0: none. */
enum rc account_create(struct db *db, const struct account *account, int64_t *id) RC_CHECKED;
/* Without a lock, for what is compared later; and with one. RC_NOT_FOUND. */
enum rc account_find(struct db *db, struct arena *a, const char *login,
                     struct account *out) RC_CHECKED;
enum rc account_by_login(struct db *db, struct arena *a, const char *login,
                         struct account *out) RC_CHECKED;

/*
 * Changes of an account that was read with its lock. Each raises the version; all but account_roles
 * and account_enable end the sessions. A retired account stays, for the log names it, and changes
 * no more: RC_STATE.
 */
enum rc account_roles(struct db *db, const struct account *account, unsigned roles,
                      int64_t inspector_id) RC_CHECKED;
enum rc account_disable(struct db *db, const struct account *account) RC_CHECKED;
enum rc account_enable(struct db *db, const struct account *account) RC_CHECKED;
enum rc account_retire(struct db *db, const struct account *account) RC_CHECKED;
/* To another department: disabled, without roles, inspector and password, for that department's
   administrator to decide about. */
enum rc account_move(struct db *db, const struct account *account,
                     int64_t department_id) RC_CHECKED;
/* A password that somebody else chose; clears what failures did. */
enum rc account_reset(struct db *db, const struct account *account,
                      const char *password_hash) RC_CHECKED;
/* One's own, keeping the session of that token. */
enum rc account_password(struct db *db, const struct account *account, const char *password_hash,
                         const uint8_t token_hash[DIGEST_SIZE]) RC_CHECKED;

/* An authenticator: its sealed secret, that its owner showed digits of it, that others were used. A
   reset and a move to another department take it away. */
enum rc account_totp_begin(struct db *db, const struct account *account, const uint8_t *sealed,
                           size_t size) RC_CHECKED;
enum rc account_totp_used(struct db *db, const struct account *account, int64_t step) RC_CHECKED;

/* Ends the locks of all addresses. */
enum rc account_unlock(struct db *db, const struct account *account) RC_CHECKED;

/* An exception on record: duties that may meet in one account of a department. */
struct duty_line {
    int64_t id;
    const char *roles;
    const char *role_names;
    const char *document; /* that approves it */
    const char *reason;
    int32_t ends_on; /* its last day */
    int64_t recorded_at;
};
/* Those of one department (scope: its id). */
extern const struct list duty_list;

/* Roles that may meet in one account of that department on that day, by exceptions on record. */
enum rc duty_excepted(struct db *db, int64_t department_id, int32_t on, unsigned *roles) RC_CHECKED;
enum rc duty_except(struct db *db, int64_t department_id, unsigned roles, const char *document,
                    const char *reason, int32_t ends_on, int64_t now) RC_CHECKED;
/* RC_INVALID with the reason when these roles may not meet in an account of the department. */
enum rc duty_check(struct db *db, int64_t department_id, int32_t on, unsigned roles,
                   struct err *err) RC_CHECKED;

#endif

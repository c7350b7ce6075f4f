/*
 * Devices of inspectors: enrolled by a one-time code, then known by two tokens.
 *
 * The access token is short-lived and sent with each request; the refresh token, signed by the
 * device's key, gets the next generation of both. A reply with new tokens may be lost, so the
 * refresh token before is honoured until one of the new tokens is used. Codes and access tokens are
 * stored as SHA-256, refresh tokens not at all: mobile-api/token.h says what they are made of.
 */
#ifndef LIANCHA_STORE_DEVICE_H
#define LIANCHA_STORE_DEVICE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/ecdsa.h"
#include "base/rc.h"
#include "store/account/account.h"
#include "sys/db.h"
#include "sys/list.h"

struct feed_heads; /* of store/field/feed.h */

#define DEVICE_ACCESS_MS (INT64_C(12) * 3600 * 1000)
#define DEVICE_REFRESH_MS (INT64_C(90) * 24 * 3600 * 1000)
#define DEVICE_INVITE_MS (INT64_C(24) * 3600 * 1000)

/* Stores a one-time code for an inspector, valid to expires_at. */
enum rc device_invite(struct db *db, const uint8_t code_hash[DIGEST_SIZE], int64_t inspector_id,
                      int64_t expires_at) RC_CHECKED;

/* ---- Enrolment; all within one transaction ---- */

struct device_code {
    int64_t inspector_id;
    int64_t expires_at;
    int64_t device_id; /* that used it; 0: none yet */
};

/* RC_NOT_FOUND for an unknown code. */
enum rc device_lock_code(struct db *db, const uint8_t code_hash[DIGEST_SIZE],
                         struct device_code *out) RC_CHECKED;

#define DEVICE_SALT 32

struct device_enrolment {
    int64_t inspector_id;
    const char *name;
    uint8_t public_key[ECDSA_KEY_SIZE];
    uint8_t salt[DEVICE_SALT];
    uint8_t access_hash[DIGEST_SIZE]; /* of generation 1 */
};

/* Makes the device, and uses the code. */
enum rc device_enrol(struct db *db, const uint8_t code_hash[DIGEST_SIZE],
                     const struct device_enrolment *e, int64_t now, int64_t *device_id) RC_CHECKED;

/* ---- Tokens ---- */

/* What the tokens of a device are made of and checked against. */
struct device_holder {
    int64_t id;
    bool lost;
    uint8_t public_key[ECDSA_KEY_SIZE];
    uint8_t salt[DEVICE_SALT];
    int64_t generation; /* the newest that was issued */
    bool settled;       /* one of its tokens was used */
    int64_t access_expires_at;
    int64_t refresh_expires_at;
};

/* RC_NOT_FOUND. Renewals of one device run one after the other. */
enum rc device_lock_holder(struct db *db, int64_t device_id, struct device_holder *out) RC_CHECKED;
/* Another generation of tokens; holder follows. */
enum rc device_renew(struct db *db, struct device_holder *holder, int64_t generation,
                     const uint8_t access_hash[DIGEST_SIZE], int64_t now) RC_CHECKED;

/* The device's data was copied or restored: for the desk, and kept from the first time on. */
enum rc device_forked(struct db *db, int64_t device_id, int64_t now) RC_CHECKED;
/* The same, with its tokens: somebody else may hold them, so it is retired beside that. */
enum rc device_copied(struct db *db, int64_t device_id, int64_t now) RC_CHECKED;

/* Sets the fault of a device that was reported lost; returns RC_LOST. */
enum rc device_reported_lost(struct err *err);

/*
 * Who holds an access token: one read by primary and unique keys. The first use of a new access
 * token also ends the refresh token before. A retired device is one still, marked so.
 * RC_UNAUTHENTICATED for an unknown or expired token, RC_LOST when the device was reported lost.
 * Unless heads is NULL, what an idle poll needs of them comes along, in place of the department,
 * which out then lacks.
 */
enum rc device_actor(struct db *db, const uint8_t access_hash[DIGEST_SIZE], int64_t now,
                     struct actor *out, struct feed_heads *heads, struct err *err) RC_CHECKED;

/* The department of a device's inspector, or RC_NOT_FOUND. */
enum rc device_department(struct db *db, int64_t device_id, int64_t *department_id) RC_CHECKED;

/* What a device's clocks said at a push. */
struct device_clock {
    int64_t at; /* of the server; 0: it never said */
    int64_t device_at;
    int64_t monotonic_ms;
    int64_t gps_at; /* where has_gps */
    bool has_gps;
    int64_t offset_ms; /* by which the device is estimated to be ahead of the server */
};

enum rc device_add_clock(struct db *db, int64_t device_id,
                         const struct device_clock *clock) RC_CHECKED;

/*
 * A device as the office sees it. active -> retired (replaced, or its inspector left: it hands over
 * what it has, and gets nothing more) -> lost (refused, and told to erase itself); active -> lost.
 */
struct device {
    int64_t id;
    int64_t department_id; /* of its inspector */
    const char *inspector; /* card number */
    const char *inspector_name;
    const char *name;
    const char *state; /* "active", "retired", "lost" */
    int64_t counter;
    int64_t enrolled_at;
    int64_t forked_at; /* 0: not as far as is known */
    int64_t clock_at;  /* the last that is known, as in device_clock; 0: none */
    int64_t clock_device_at;
    int64_t clock_monotonic_ms;
    int64_t clock_gps_at; /* 0: none */
    int64_t clock_offset_ms;
    bool clock_off; /* so far that somebody should look */
};

extern const struct row_set device_rows;
/* Those of a department's inspectors (scope: its id), the newest first. */
extern const struct list device_list;
/* RC_NOT_FOUND. */
enum rc device_by_id(struct db *db, struct arena *a, int64_t id, struct device *out) RC_CHECKED;
/* Effective at the device's next request. RC_STATE when it is so already, or was lost. */
enum rc device_revoke(struct db *db, int64_t id, const char *state) RC_CHECKED;

/* What a push goes on from, locked: pushes of one device run one after the other. */
struct device_journal {
    int64_t counter; /* of its operations acknowledged so far, the highest */
    uint8_t receipt[DIGEST_SIZE];
};

enum rc device_lock_journal(struct db *db, int64_t device_id,
                            struct device_journal *out) RC_CHECKED;
enum rc device_set_journal(struct db *db, int64_t device_id,
                           const struct device_journal *journal) RC_CHECKED;

#endif

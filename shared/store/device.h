/*
 * Devices of inspectors: enrolled by a one-time code, then known by two tokens.
 *
 * The access token is short-lived and sent with each request; the refresh token gets the next pair.
 * A reply with new tokens may be lost, so the refresh token before is honoured until one of the new
 * tokens is used. Codes and tokens are stored as SHA-256.
 */
#ifndef LIANCHA_STORE_DEVICE_H
#define LIANCHA_STORE_DEVICE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "store/account.h"
#include "sys/db.h"

#define DEVICE_ACCESS_MS (INT64_C(12) * 3600 * 1000)
#define DEVICE_REFRESH_MS (INT64_C(90) * 24 * 3600 * 1000)
#define DEVICE_INVITE_MS (INT64_C(24) * 3600 * 1000)

/* Stores a one-time code for an inspector, valid to expires_at. */
enum rc device_invite(struct db *db, const uint8_t code_hash[DIGEST_SIZE], int64_t inspector_id,
                      int64_t expires_at) RC_CHECKED;

struct device_tokens {
    uint8_t access_hash[DIGEST_SIZE];
    uint8_t refresh_hash[DIGEST_SIZE];
    int64_t access_expires_at;
    int64_t refresh_expires_at;
};

/*
 * Uses a code, within a transaction: makes the device. RC_NOT_FOUND for an unknown code, RC_STATE for
 * a used one, RC_GONE for an expired one.
 */
enum rc device_enrol(struct db *db, const uint8_t code_hash[DIGEST_SIZE], const char *name,
                     const struct device_tokens *tokens, int64_t now, int64_t *device_id,
                     struct err *err) RC_CHECKED;

/*
 * Replaces a device's tokens, within a transaction, for its refresh token or the one before.
 * RC_UNAUTHENTICATED for an unknown or expired token, RC_LOST when the device was reported lost.
 */
enum rc device_renew(struct db *db, const uint8_t refresh_hash[DIGEST_SIZE],
                     const struct device_tokens *tokens, int64_t now, int64_t *device_id,
                     struct err *err) RC_CHECKED;

/*
 * Who holds an access token: one read by primary and unique keys. The first use of a new access token
 * also ends the refresh token before. A retired device is one still, marked so. Errors as device_renew.
 */
enum rc device_actor(struct db *db, struct arena *a, const uint8_t access_hash[DIGEST_SIZE],
                     int64_t now, struct actor *out, struct err *err) RC_CHECKED;

/* The department of a device's inspector, or RC_NOT_FOUND. */
enum rc device_department(struct db *db, int64_t device_id, int64_t *department_id) RC_CHECKED;

/*
 * A device as the office sees it. active -> retired (replaced, or its inspector left: it hands over
 * what it has, and gets nothing more) -> lost (refused, and told to erase itself); active -> lost.
 */
struct device {
    int64_t id;
    int64_t department_id; /* of its inspector */
    const char *name;
    const char *state; /* "active", "retired", "lost" */
    int64_t counter;
    int64_t enrolled_at;
};

enum { DEVICE_LIST_MAX = 200 };

/* The newest of an inspector. */
enum rc device_list(struct db *db, struct arena *a, int64_t inspector_id, struct device **devices,
                    size_t *n) RC_CHECKED;
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

/*
 * The canonical bytes of one audit event, the hash that chains it to the one before, and whose keys
 * a chain has: who does not hold them can neither write an event nor change one, be it the owner of
 * the database.
 *
 * Bytes: "liancha-audit/1" LF, then each field in the order of struct audit_event: a text as
 * "<number of bytes>:<bytes>" LF, an integer as its decimal text and LF.
 * Hash = HMAC-SHA256(key, hash before as 64 hex characters, LF, bytes); the first has 64 zeros
 * before it.
 */
#ifndef LIANCHA_DOMAIN_AUDIT_H
#define LIANCHA_DOMAIN_AUDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/rc.h"

enum { AUDIT_EVENT_MAX = 131072 /* bytes of one event */, AUDIT_KEY = 32 };

struct audit_event {
    const char *chain;      /* "dept:H410400", "device:17", or a program's own, "pushd" */
    int64_t seq;            /* in its chain, from 1 */
    int64_t at;             /* instant, ms */
    const char *actor;      /* who: "account:zhang", "device:17", "lianchactl" */
    const char *remote;     /* from where: an address, or "local" */
    const char *request_id; /* "" outside a request */
    const char *action;     /* what: "draw.freeze" */
    const char *target;     /* on what: "draw:41040020231001.1" */
    const char *detail;     /* a JSON object */
};

/* The programs that write chains, each with keys of its own, by their sections in the settings. */
enum audit_writer {
    AUDIT_PLANNER, /* departments' chains */
    AUDIT_MOBILE,  /* devices' chains */
    AUDIT_PUSHD,
    AUDIT_DRAW,
    AUDIT_ADMIN,
    AUDIT_WRITERS, /* none of them */
};
extern const char *const audit_writers[AUDIT_WRITERS];
/* Beside departments' and devices' chains, each has one that is called like itself. */
enum audit_writer audit_writer_of(const char *chain);

/* Appends the canonical bytes to out; out.full tells when they did not fit. */
void audit_canonical(struct buf *out, const struct audit_event *event);
/* before is the previous event's hash, 32 zero bytes for the first. RC_TOO_LARGE above the cap. */
enum rc audit_hash(struct arena *a, const uint8_t key[AUDIT_KEY], const uint8_t before[DIGEST_SIZE],
                   const struct audit_event *event, uint8_t out[DIGEST_SIZE]) RC_CHECKED;

#endif

/* Objections to what is public, as the public pages take them in: views only, and nothing of who
   objects or what is said comes back. */
#ifndef LIANCHA_STORE_DISCLOSURE_OBJECTION_H
#define LIANCHA_STORE_DISCLOSURE_OBJECTION_H

#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/publish/objection.h"
#include "sys/db.h"
#include "sys/seal.h"

/* How far it is. */
struct disclosure_objection {
    int64_t publication;
    const char *department_name;
    int64_t received_at;
    const char *state;
    int64_t decided_at; /* 0: not yet */
    const char *answer; /* masked; NULL: not yet */
};

/* By the digest of the receipt's code; RC_NOT_FOUND. */
enum rc disclosure_objection(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                             struct disclosure_objection *out) RC_CHECKED;
/*
 * Takes one in under that digest. RC_NOT_FOUND: the publication is not public; RC_TOO_MANY: those
 * of the day are as many as there may be; RC_CONFLICT: another one came meanwhile, or the same.
 * Who objects is sealed by the key.
 */
enum rc disclosure_objection_add(struct db *db, struct arena *a, const uint8_t key[SEAL_KEY_SIZE],
                                 int64_t publication, const uint8_t hash[DIGEST_SIZE],
                                 const struct objection_form *form, int64_t now) RC_CHECKED;

#endif

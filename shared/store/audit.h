/*
 * The append-only audit log: keyed chains, one per department, device and program (domain/audit has
 * the canonical bytes). A changed, removed or inserted event breaks its chain; that a chain was cut
 * or removed whole tells a comparison with heads that were exported before. The chain's head row
 * is written last in a transaction, so that its lock is held for the commit only.
 */
#ifndef LIANCHA_STORE_AUDIT_H
#define LIANCHA_STORE_AUDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/audit.h"
#include "sys/db.h"
#include "sys/keyring.h"
#include "sys/list.h"

/* Within the caller's transaction, as its last statements; sets event->seq. */
enum rc audit_append(struct db *db, struct arena *a, const uint8_t key[AUDIT_KEY],
                     struct audit_event *event) RC_CHECKED;

extern const struct row_label audit_actions[];
extern const struct row_set audit_rows;
/* Events of a chain (scope: its name). */
extern const struct list audit_list;

/* Where a chain ends. */
struct audit_head {
    const char *chain;
    int64_t seq;
    uint8_t hash[DIGEST_SIZE];
};
struct audit_heads {
    struct audit_head *v; /* ascending by chain */
    size_t n;
};
enum rc audit_heads_read(struct db *db, struct arena *a, struct audit_heads *out) RC_CHECKED;

struct audit_count {
    int64_t chains;
    int64_t events;
};
/*
 * Walks every chain in one snapshot, each with the keys of the program that writes it, and compares
 * with the heads that were exported earlier (NULL: none). RC_OK with the counts; RC_CHECKSUM with
 * the first broken link as err->pointer ("chain#seq") and the reason as detail.
 */
enum rc audit_verify(struct db *db, struct arena *a, const struct keyring keys[AUDIT_WRITERS],
                     const struct audit_heads *known, struct audit_count *count,
                     struct err *err) RC_CHECKED;

#endif

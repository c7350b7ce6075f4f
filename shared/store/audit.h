/*
 * The append-only audit log: hash chains, one per department, device and program (domain/audit has
 * the canonical bytes). A changed, removed or inserted event breaks its chain. The chain's head row
 * is written last in a transaction, so that its lock is held for the commit only.
 */
#ifndef LIANCHA_STORE_AUDIT_H
#define LIANCHA_STORE_AUDIT_H

#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "domain/audit.h"
#include "sys/db.h"

/* Within the caller's transaction, as its last statements; sets event->seq. */
enum rc audit_append(struct db *db, struct arena *a, struct audit_event *event) RC_CHECKED;

/* Up to limit events of a chain behind seq after; *events is an array in a. */
enum rc audit_list(struct db *db, struct arena *a, const char *chain, int64_t after, int64_t limit,
                   struct audit_event **events, size_t *count) RC_CHECKED;

/*
 * Walks every chain in one snapshot. RC_OK with the counts; RC_CHECKSUM with the first broken link
 * as err->pointer ("chain#seq") and the reason as detail.
 */
enum rc audit_verify(struct db *db, int64_t *chains, int64_t *events, struct err *err) RC_CHECKED;

#endif

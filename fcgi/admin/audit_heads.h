/*
 * The heads of all chains of the audit log in a file, to be kept where the owner of the database
 * cannot reach it: what was in the log then cannot be cut, rewritten or removed unseen.
 *
 *   "liancha-audit-heads/1" LF, a line a chain, ascending: chain TAB seq TAB hash LF, and at last
 *   "end" TAB number of chains LF
 */
#ifndef LIANCHA_ADMIN_AUDIT_HEADS_H
#define LIANCHA_ADMIN_AUDIT_HEADS_H

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "store/audit.h"

/* To a new file of the folder that is named by the instant; *path and its SHA-256. */
enum rc audit_heads_save(struct arena *a, const char *folder, const struct audit_heads *heads,
                         const char **path, char digest[DIGEST_HEX], struct err *err) RC_CHECKED;
/* RC_INVALID for a file that is no such file. */
enum rc audit_heads_load(struct arena *a, const char *path, struct audit_heads *out,
                         struct err *err) RC_CHECKED;

#endif

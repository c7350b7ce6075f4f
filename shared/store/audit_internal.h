/* What the two files of the audit log share. */
#ifndef LIANCHA_STORE_AUDIT_INTERNAL_H
#define LIANCHA_STORE_AUDIT_INTERNAL_H

#include "store/audit.h"

/* A column of a hash; zeros where it is none. */
void audit_copy_hash(const struct db_query *q, unsigned column, uint8_t out[DIGEST_SIZE]);

#endif

/*
 * The notice of a check (检查通知书): a code that only its paper bears opens the enterprise's page. It
 * is stored as a digest, so that nobody reads it here; a notice that is made out again ends the one
 * before.
 */
#ifndef LIANCHA_STORE_NOTICE_H
#define LIANCHA_STORE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

/* Days behind the visit's during which the page answers; so in schema/views/public_notice.sql. */
enum { NOTICE_DAYS = 7 };

/* Whether the visit's campaign goes without telling the enterprise before. */
enum rc notice_unannounced(struct db *db, int64_t visit_id, bool *out) RC_CHECKED;
enum rc notice_issue(struct db *db, int64_t visit_id, const uint8_t hash[DIGEST_SIZE],
                     int64_t account_id, int64_t now) RC_CHECKED;

#endif

/*
 * The notice of an entry (检查通知书), of all visits that go in by it: a code that only its paper
 * bears opens the enterprise's page. It is stored as a digest, so that nobody reads it here: who
 * lost it needs another one. Before the day that ends those before; from then on, when the
 * enterprise rates by it, a code holds as long as the page answers.
 */
#ifndef LIANCHA_STORE_NOTICE_H
#define LIANCHA_STORE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/row.h"

/* Days behind the visit's during which the page answers; so in schema/views/public_notice.sql. */
enum { NOTICE_DAYS = 7 };

/* Whether a visit of the entry goes without telling the enterprise before. */
enum rc notice_unannounced(struct db *db, int64_t visit_id, bool *out) RC_CHECKED;

/* Who made out those that hold, and when the last; kept: their day had come before the visit was
   moved; own: one of them is of this account. */
struct notice {
    const char *department_name;
    int64_t issued_at;
    bool kept;
    bool own;
};
extern const struct row_set notice_rows;
/* RC_NOT_FOUND: the visit's entry has none. */
enum rc notice_of_visit(struct db *db, struct arena *a, int64_t visit_id, int64_t account_id,
                        struct notice *out) RC_CHECKED;
/* Of the visit's entry, which leaves a day that has come. */
enum rc notice_keep(struct db *db, int64_t visit_id) RC_CHECKED;
/* One for the visit's entry, beside those that it has. */
enum rc notice_issue(struct db *db, int64_t visit_id, const uint8_t hash[DIGEST_SIZE],
                     int64_t account_id, int64_t now) RC_CHECKED;
/* Those of the visit's entry hold no more. */
enum rc notice_end(struct db *db, int64_t visit_id) RC_CHECKED;

/* The notices of an entry that has another number now, beside those that this one has. */
enum rc notice_carry(struct db *db, int64_t from, int64_t to) RC_CHECKED;

/* The same of an entry in which nothing is that is out: whoever the paper was made out for has left
   it for the other one. */
enum rc notice_follow(struct db *db, int64_t from, int64_t to) RC_CHECKED;

/* What one department of the entry comes for; one that comes for two campaigns has two. */
struct notice_part {
    const char *campaign_name;
    const char *department_name;
    int64_t items;
    const char *inspectors; /* each with the card's number */
};
extern const struct row_set notice_part_rows;
/* Of the dispatched visits of the entry. */
enum rc notice_parts(struct db *db, struct arena *a, int64_t visit_id,
                     struct row_page *parts) RC_CHECKED;

#endif

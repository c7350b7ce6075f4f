/* What an enterprise sees of a check by the code of its notice; views only. */
#ifndef LIANCHA_STORE_DISCLOSURE_NOTICE_H
#define LIANCHA_STORE_DISCLOSURE_NOTICE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

/* One visit of the entry. */
struct disclosure_notice {
    const char *subject_name;
    const char *campaign_code;
    const char *campaign_name;
    const char *lead_name;      /* of the department that leads */
    int32_t planned_on;         /* 0: it was cancelled … */
    bool begun;                 /* its day has come */
    int32_t cancelled_from;     /* … on that day */
    const char *cancelled_kind; /* of visit_cancel_kinds */
};

struct disclosure_notice_item {
    const char *department_name;
    const char *name;
    const char *legal_basis;
};

struct disclosure_notice_inspector {
    const char *department_name;
    const char *name;
    const char *card_no;
};

/* The visits of the entry, at least one, by the digest of the code; RC_NOT_FOUND also before the
   dispatch, and from seven days after the visit on. */
enum rc disclosure_notice(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                          struct row_page *visits) RC_CHECKED;
/* Pages of the structs above, by department. */
enum rc disclosure_notice_items(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                                struct row_page *items) RC_CHECKED;
enum rc disclosure_notice_team(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                               struct row_page *team) RC_CHECKED;

#endif

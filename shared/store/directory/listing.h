/* The abnormal list and the serious list, and checks of before Liancha or by other systems. */
#ifndef LIANCHA_STORE_LISTING_H
#define LIANCHA_STORE_LISTING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"
#include "store/change.h"
#include "sys/db.h"

struct listing {
    const char *code;      /* normalised */
    int64_t department_id; /* who says so; 0: lianchactl */
    const char *list;      /* "abnormal" or "serious" */
    int32_t listed_on;
    bool removed;
    int32_t removed_on;
    const char *authority;
    const char *reason;
};

/* By code, list, day and department; a later file takes an enterprise off the list. What counts for
   the department alone is proposed to all who have the enterprise in their directories. */
enum rc listing_put(struct db *db, const struct listing *listing, int64_t now,
                    enum store_change *change) RC_CHECKED;

/* By code, department and day. */
enum rc check_history_put(struct db *db, const char *code, int64_t department_id,
                          int32_t checked_on, const char *result_class,
                          enum store_change *change) RC_CHECKED;

#endif

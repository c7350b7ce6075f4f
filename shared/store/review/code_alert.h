/*
 * Checks at which nobody recorded the code of the door (无码不检查): an alert, which the office of
 * the department explains. Another section of the entry that has it is enough for all of them.
 */
#ifndef LIANCHA_STORE_CODE_ALERT_H
#define LIANCHA_STORE_CODE_ALERT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rc.h"
#include "sys/list.h"

/* Of a section s, none of whose entry has it. */
#define CODE_NOT_SEEN                                                                              \
    " NOT EXISTS (SELECT 1 FROM visit own JOIN visit e ON e.id = COALESCE(own.joint_id, own.id)"   \
    " AND COALESCE(e.joint_id, e.id) = e.id JOIN section x ON x.visit_id = e.id"                   \
    " WHERE own.id = s.visit_id AND x.code_state = 'seen')"                                        \
    " AND NOT EXISTS (SELECT 1 FROM visit own JOIN visit e ON e.joint_id = COALESCE(own.joint_id," \
    " own.id) JOIN section x ON x.visit_id = e.id WHERE own.id = s.visit_id"                       \
    " AND x.code_state = 'seen')"

struct code_alert {
    int64_t id; /* of the section */
    int64_t department_id;
    const char *visit;
    const char *subject_name;
    const char *inspectors; /* who were sent */
    int64_t arrived_at;
    int64_t signed_at;
    const char *state;        /* "missing", "explained" */
    const char *reason;       /* NULL: not yet */
    const char *explained_by; /* login */
    int64_t explained_at;
};

/* Those of a department; scope: its id. */
extern const struct list code_alert_list;

/* Whether the inspector is assigned to the section. */
enum rc code_alert_assigned(struct db *db, int64_t section_id, int64_t inspector_id,
                            bool *out) RC_CHECKED;
/* RC_STATE unless it is missing. */
enum rc code_alert_explain(struct db *db, int64_t section_id, const char *reason,
                           int64_t account_id, int64_t now) RC_CHECKED;

#endif

#include <string.h>

#include "domain/plan/ratio.h"
#include "store/plan/plan.h"

/* Strata of the plan's directory, in its department's regions and specialties, that have no
   quota. */
DB_STMT(plan_ratio_select, "ii", "tti",
        "SELECT b.region_code, e.specialty, COUNT(*) FROM plan p"
        " JOIN department d ON d.id = p.department_id"
        " JOIN directory_entry e ON e.directory_id = p.directory_id"
        " JOIN subject b IGNORE INDEX (state) ON b.id = e.subject_id"
        " LEFT JOIN subject_word w ON w.department_id = d.id AND w.subject_id = b.id"
        " JOIN region r ON r.code = b.region_code"
        " AND (r.code = d.region_code OR r.parent = d.region_code)"
        " JOIN department_specialty y ON y.department_id = d.id AND y.specialty = e.specialty"
        " LEFT JOIN plan_quota q ON q.plan_id = p.id AND q.region_code = b.region_code"
        " AND q.specialty = e.specialty"
        " WHERE p.id = ? AND q.plan_id IS NULL AND COALESCE(w.state, b.state) = 'open' GROUP BY "
        "b.region_code, e.specialty"
        " ORDER BY b.region_code, e.specialty LIMIT ?");

static bool wanted(const char *const *specialties, size_t count, const char *specialty)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(specialties[i], specialty) == 0)
            return true;
    return count == 0;
}

enum rc plan_add_ratio(struct db *db, struct arena *a, const struct plan *plan, int64_t permille,
                       const char *const *specialties, size_t specialty_count, size_t *added,
                       struct err *err)
{
    struct plan_quota *list = arena_array(a, PLAN_QUOTAS_MAX, sizeof *list);
    struct db_query *q;
    size_t n = 0;
    enum rc rc =
        db_query(db, &plan_ratio_select, DB_ARGS(db_int(plan->id), db_int(PLAN_QUOTAS_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        int64_t objects = db_col_int(q, 2);
        if (!wanted(specialties, specialty_count, db_col_text(q, 1)))
            continue;
        list[n++] = (struct plan_quota){
            .region = db_col_dup(q, 0, a),
            .specialty = db_col_dup(q, 1, a),
            .count = ratio_quota(objects, permille),
            .source = arena_printf(a, "比例 %lld‰ × %lld", (long long)permille, (long long)objects),
        };
    }
    if (rc != RC_DONE)
        return rc;
    *added = n;
    if (!n)
        return err_set(err, RC_STATE, "", "名录中没有尚缺任务数的抽查层");
    return plan_add_quotas(db, a, plan, list, n, err);
}

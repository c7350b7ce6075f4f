#include "planner/directory/directory.h"

#include "base/date.h"
#include "planner/routes.h"
#include "store/directory/department.h"
#include "store/directory/directory.h"
#include "store/directory/person.h"
#include "store/directory/rule.h"

/* Half a year, unless a rule row of the region says otherwise. */
enum { AGE_DAYS = 183 };

enum rc planner_directory_age(struct web_ctx *c, const char *region, int64_t *days)
{
    struct rule_set set;
    *days = AGE_DAYS;
    enum rc rc = rule_load(c->db, c->arena, region, date_at(c->now), &set);
    if (rc == RC_OK)
        (void)rule_find(&set, RULE_DIRECTORY_MAX_AGE_DAYS, days);
    return rc;
}

void planner_put_age(struct web_ctx *c, struct jsonw *w, int32_t refreshed_on, int64_t days,
                     const char *more)
{
    int64_t age = (int64_t)date_at(c->now) - refreshed_on;
    jw_date(w, "refreshed_on", refreshed_on);
    jw_bool(w, "stale", age > days);
    jw_array(w, "warnings");
    if (age > days)
        jw_text(w, NULL,
                arena_printf(c->arena, "名录已 %lld 天未更新，超过 %lld 天的上限，请先更新名录",
                             (long long)age, (long long)days));
    if (more)
        jw_text(w, NULL, more);
    jw_end(w);
}

/* ---- lists --------------------------------------------------------------------------------- */

/* The own department; how old its directories may get stays for planner_directory_fill. */
enum rc planner_directory_scope(struct web_ctx *c, struct db_val *scope)
{
    int64_t *days = arena_alloc(c->arena, sizeof *days);
    const char *region = NULL;
    enum rc rc = department_region(c->db, c->arena, c->actor.department_id, &region);
    if (rc == RC_OK)
        rc = planner_directory_age(c, region, days);
    c->own = days;
    return rc == RC_OK ? planner_own_department(c, scope) : rc;
}

enum rc planner_directory_fill(struct web_ctx *c, struct arena *a, void *row)
{
    struct directory *directory = row;
    const int64_t *days = c->own;
    (void)a;
    directory->stale = (int64_t)date_at(c->now) - directory->refreshed_on > *days;
    return RC_OK;
}

enum rc planner_own_directory(struct web_ctx *c, struct directory *directory)
{
    const char *code = web_param(c, "code");
    enum rc rc = directory_by_code(c->db, c->arena, code, directory);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的名录", code);
    if (rc == RC_OK && directory->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "名录 %s 属于其他部门", directory->code);
    return rc;
}

enum rc planner_subject_scope(struct web_ctx *c, struct db_val *scope)
{
    struct directory directory;
    enum rc rc = planner_own_directory(c, &directory);
    if (rc == RC_OK)
        scope[0] = db_int(directory.id);
    return rc;
}

/* ---- one subject --------------------------------------------------------------------------- */

enum rc planner_path_subject(struct web_ctx *c, struct subject_line *subject)
{
    const char *code = web_param(c, "code");
    enum rc rc = person_code(c->db, c->arena, &c->settings->person_keys, code, &code);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = subject_line_by_code(c->db, c->arena, c->actor.department_id, code, subject);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有代码为“%.40s”的检查对象", code) : rc;
}

/* GET subjects/{code}: any, as departments share them, by the own one's word. */
enum rc planner_subject_show(struct web_ctx *c)
{
    struct subject_line subject;
    enum rc rc = planner_path_subject(c, &subject);
    return rc == RC_OK ? web_row(c, 200, &subject_line_rows, &subject) : rc;
}

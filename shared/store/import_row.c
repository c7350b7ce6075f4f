#include <string.h>

#include "base/text.h"
#include "store/feed.h"
#include "store/import_internal.h"

/* ---- directories ------------------------------------------------------------------------------ */

enum { D_CODE, D_DEPARTMENT, D_NAME, D_REFRESHED };

static enum rc read_directory(struct import *im, const struct csv_row *row, struct err *err)
{
    import_here(im)->code = arena_strdup(im->arena, import_field(im, row, D_CODE));
    struct import_batch *b = &im->batch;
    if (!b->directories)
        b->directories = arena_array(im->arena, IMPORT_BATCH, sizeof *b->directories);
    struct import_directory *d = &b->directories[b->count];
    const struct reference_code *department;
    enum rc rc = import_text(im, row, D_CODE, 1, 40, &d->code, err);
    if (rc == RC_OK)
        rc = import_department(im, row, D_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_text(im, row, D_NAME, 1, 120, &d->name, err);
    if (rc == RC_OK)
        rc = import_date(im, row, D_REFRESHED, &d->refreshed_on, err);
    if (rc == RC_OK)
        d->department_id = department->id;
    return rc;
}

static enum rc put_directories(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        const struct import_directory *d = &im->batch.directories[i];
        enum store_change change;
        rc = directory_put(db, d->code, d->department_id, d->name, d->refreshed_on, &change);
        if (rc == RC_CONFLICT) {
            import_refuse(im, i, "code", "该名录属于另一个部门");
            rc = RC_OK;
        } else if (rc == RC_OK) {
            import_outcome(im, change);
        }
    }
    return rc;
}

/* ---- inspectors ------------------------------------------------------------------------------- */

enum {
    I_CARD,
    I_NAME,
    I_DEPARTMENT,
    I_EXPIRES,
    I_SPECIALTIES,
    I_AREAS,
    I_ON_DUTY,
    I_DAILY,
    I_TOTAL,
    I_SYNTHETIC
};

/* An inspector without areas may be drawn in the department's region; the department's code ends
   with it. */
static enum rc read_areas(struct import *im, const struct csv_row *row, struct inspector *i,
                          const char *department, struct err *err)
{
    const char **areas;
    enum rc rc = import_codes(im, row, I_AREAS, &im->regions, &areas, &i->area_count, err);
    i->areas = areas;
    if (rc != RC_OK || i->area_count)
        return rc;
    size_t n = strlen(department);
    const struct reference_code *own =
        n > 6 ? reference_find(&im->regions, department + n - 6) : NULL;
    if (!own)
        return import_invalid(im, row, I_AREAS, "须填写执法区域", err);
    areas[0] = own->code;
    i->area_count = 1;
    return RC_OK;
}

static enum rc read_inspector(struct import *im, const struct csv_row *row, struct err *err)
{
    import_here(im)->code = arena_strdup(im->arena, import_field(im, row, I_CARD));
    struct import_batch *b = &im->batch;
    if (!b->inspectors)
        b->inspectors = arena_array(im->arena, IMPORT_BATCH, sizeof *b->inspectors);
    struct inspector *i = &b->inspectors[b->count];
    const struct reference_code *department = NULL;
    const char **specialties = NULL;
    enum rc rc = import_text(im, row, I_CARD, 1, 32, &i->card_no, err);
    if (rc == RC_OK)
        rc = import_text(im, row, I_NAME, 1, 60, &i->name, err);
    if (rc == RC_OK)
        rc = import_department(im, row, I_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_date(im, row, I_EXPIRES, &i->card_expires_on, err);
    if (rc == RC_OK)
        rc = import_codes(im, row, I_SPECIALTIES, &im->specialties, &specialties,
                          &i->specialty_count, err);
    if (rc == RC_OK)
        rc = read_areas(im, row, i, department->code, err);
    if (rc == RC_OK)
        rc = import_bool(im, row, I_ON_DUTY, &i->on_duty, err);
    if (rc == RC_OK)
        rc = import_int(im, row, I_DAILY, 100, &i->max_daily, err);
    if (rc == RC_OK)
        rc = import_int(im, row, I_TOTAL, 10000, &i->max_total, err);
    if (rc == RC_OK)
        rc = import_bool(im, row, I_SYNTHETIC, &i->synthetic, err);
    if (rc == RC_OK) {
        i->department_id = department->id;
        i->specialties = specialties;
    }
    return rc;
}

static enum rc put_inspectors(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    bool changed = false;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        const struct inspector *in = &im->batch.inspectors[i];
        const struct import_by *by = im->request->by;
        enum store_change change;
        int64_t id;
        int64_t owner;
        rc = by ? inspector_id(db, in->card_no, &id, &owner) : RC_NOT_FOUND;
        if (rc == RC_OK && by && owner != by->department_id) {
            import_refuse(im, i, "card_no", "该证号属于另一个部门的人员");
            continue;
        }
        if (rc != RC_OK && rc != RC_NOT_FOUND)
            return rc;
        rc = inspector_put(db, in, &change);
        if (rc == RC_OK)
            import_outcome(im, change);
        changed = changed || (rc == RC_OK && change == STORE_CHANGED);
    }
    return rc == RC_OK && changed ? feed_raise_shared(db) : rc; /* it may be the department */
}

/* ---- items ------------------------------------------------------------------------------------ */

enum { T_CODE, T_SPECIALTY, T_NAME, T_CATEGORY, T_METHOD, T_BASIS, T_CONTENT, T_VERSION };

static enum rc read_item(struct import *im, const struct csv_row *row, struct err *err)
{
    import_here(im)->code = arena_strdup(im->arena, import_field(im, row, T_CODE));
    static const char *const categories[] = { "general", "key", NULL };
    static const char *const methods[] = { "onsite", "written", "network", "entrusted", NULL };
    struct import_batch *b = &im->batch;
    if (!b->items)
        b->items = arena_array(im->arena, IMPORT_BATCH, sizeof *b->items);
    struct item *t = &b->items[b->count];
    const struct reference_code *specialty = NULL;
    enum rc rc = import_text(im, row, T_CODE, 1, 32, &t->code, err);
    if (rc == RC_OK)
        rc = import_code(im, row, T_SPECIALTY, &im->specialties, &specialty, err);
    if (rc == RC_OK)
        rc = import_text(im, row, T_NAME, 1, 120, &t->name, err);
    if (rc == RC_OK)
        rc = import_word(im, row, T_CATEGORY, categories, &t->category, err);
    if (rc == RC_OK)
        rc = import_word(im, row, T_METHOD, methods, &t->method, err);
    if (rc == RC_OK)
        rc = import_text(im, row, T_BASIS, 1, 300, &t->legal_basis, err);
    if (rc == RC_OK)
        rc = import_text(im, row, T_CONTENT, 1, 1000, &t->content, err);
    if (rc == RC_OK)
        rc = import_int(im, row, T_VERSION, 65535, &t->version, err);
    if (rc == RC_OK)
        t->specialty = specialty->code;
    return rc;
}

static enum rc put_items(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        enum store_change change;
        rc = item_put(db, &im->batch.items[i], &change);
        if (rc == RC_CONFLICT) {
            import_refuse(im, i, "version",
                          "该版本的抽查事项已存在且内容不同：修改内容须使用新的版本号");
            rc = RC_OK;
        } else if (rc == RC_OK) {
            import_outcome(im, change);
        }
    }
    return rc;
}

/* ---- lists ------------------------------------------------------------------------------------- */

enum { L_CODE, L_LIST, L_LISTED, L_REMOVED, L_AUTHORITY, L_REASON };

static enum rc read_listing(struct import *im, const struct csv_row *row, struct err *err)
{
    static const char *const lists[] = { "abnormal", "serious", NULL };
    struct import_batch *b = &im->batch;
    if (!b->listings)
        b->listings = arena_array(im->arena, IMPORT_BATCH, sizeof *b->listings);
    struct listing *l = &b->listings[b->count];
    bool good = true;
    l->removed = *import_field(im, row, L_REMOVED);
    enum rc rc = import_enterprise(im, row, L_CODE, false, &l->code, &good, err);
    if (rc == RC_OK)
        rc = import_word(im, row, L_LIST, lists, &l->list, err);
    if (rc == RC_OK)
        rc = import_date(im, row, L_LISTED, &l->listed_on, err);
    if (rc == RC_OK && l->removed)
        rc = import_date(im, row, L_REMOVED, &l->removed_on, err);
    if (rc == RC_OK && l->removed && l->removed_on < l->listed_on)
        rc = import_invalid(im, row, L_REMOVED, "早于列入日期", err);
    if (rc == RC_OK)
        rc = import_text(im, row, L_AUTHORITY, 1, 120, &l->authority, err);
    if (rc == RC_OK)
        rc = import_text(im, row, L_REASON, 0, 400, &l->reason, err);
    if (rc != RC_OK)
        return rc;
    import_here(im)->code = l->code;
    if (!good)
        import_flag(im, b->count, "code", "代码校验不符");
    return RC_OK;
}

static enum rc put_listings(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        enum store_change change;
        rc = listing_put(db, &im->batch.listings[i], &change);
        if (rc == RC_OK)
            import_outcome(im, change);
    }
    return rc;
}

/* ---- earlier checks ---------------------------------------------------------------------------- */

enum { H_CODE, H_DEPARTMENT, H_CHECKED, H_RESULT };

static enum rc read_history(struct import *im, const struct csv_row *row, struct err *err)
{
    static const char *const classes[] = { "no_problem", "corrected", "penalty", "unreachable",
                                           NULL };
    struct import_batch *b = &im->batch;
    if (!b->histories)
        b->histories = arena_array(im->arena, IMPORT_BATCH, sizeof *b->histories);
    struct import_history *h = &b->histories[b->count];
    const struct reference_code *department = NULL;
    bool good = true;
    enum rc rc = import_enterprise(im, row, H_CODE, false, &h->code, &good, err);
    if (rc == RC_OK)
        rc = import_department(im, row, H_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_date(im, row, H_CHECKED, &h->checked_on, err);
    if (rc == RC_OK)
        rc = import_word(im, row, H_RESULT, classes, &h->result_class, err);
    if (rc != RC_OK)
        return rc;
    h->department_id = department->id;
    import_here(im)->code = h->code;
    if (!good)
        import_flag(im, b->count, "code", "代码校验不符");
    return RC_OK;
}

static enum rc put_histories(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        const struct import_history *h = &im->batch.histories[i];
        enum store_change change;
        rc = check_history_put(db, h->code, h->department_id, h->checked_on, h->result_class,
                               &change);
        if (rc == RC_OK)
            import_outcome(im, change);
    }
    return rc;
}

const struct import_kind import_kinds[] = {
    { .name = "directories",
      .title = "名录",
      .columns = { "code", "department", "name", "refreshed_on" },
      .read = read_directory,
      .put = put_directories },
    { .name = "subjects",
      .title = "检查对象",
      .columns = { "directories", "code", "name", "type", "address", "region", "lon", "lat",
                   "state", "credit_class", "key", "complaints", "specialties", "verified_on",
                   "synthetic", "former_code" },
      .optional = 1U << 0 | 1U << 15,
      .read = import_read_subject,
      .put = import_put_subjects,
      .skip = import_skip_subject },
    { .name = "inspectors",
      .title = "执法检查人员",
      .columns = { "card_no", "name", "department", "card_expires_on", "specialties", "areas",
                   "on_duty", "max_daily", "max_total", "synthetic" },
      .read = read_inspector,
      .put = put_inspectors },
    { .name = "items",
      .title = "抽查事项",
      .columns = { "code", "specialty", "name", "category", "method", "legal_basis", "content",
                   "version" },
      .read = read_item,
      .put = put_items },
    { .name = "listings",
      .title = "经营异常名录和严重违法失信名单",
      .columns = { "code", "list", "listed_on", "removed_on", "authority", "reason" },
      .read = read_listing,
      .put = put_listings },
    { .name = "history",
      .title = "以往检查",
      .columns = { "code", "department", "checked_on", "result_class" },
      .read = read_history,
      .put = put_histories },
    { .name = NULL },
};

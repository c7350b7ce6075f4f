#include <string.h>

#include "base/text.h"
#include "domain/directory/citizen.h"
#include "import/import_internal.h"
#include "store/field/feed.h"

/* ---- rows of one identifier ------------------------------------------------------------------ */

enum {
    FIRSTS_MAX = 5000, /* later rows are only told of each other */
    FIRST_FIELD = 200,
    DIFFERENCES = 320
};

/* A row as the file has it, for those that come with its identifier again. */
struct import_first {
    long line;
    char **fields; /* of the kind's columns */
};

static struct import_first *first_of(const struct import *im, long line)
{
    size_t from = 0;
    size_t to = im->first_count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (im->firsts[middle].line < line)
            from = middle + 1;
        else
            to = middle;
    }
    return from < im->first_count && im->firsts[from].line == line ? &im->firsts[from] : NULL;
}

static void keep_first(struct import *im, const struct csv_row *row)
{
    enum { FIRST_ROOM = 64 };
    if (im->first_count == FIRSTS_MAX || first_of(im, row->line)) /* read again behind a flush */
        return;
    if (im->first_count == im->first_room) {
        size_t room = im->first_room ? 2 * im->first_room : FIRST_ROOM;
        struct import_first *more = arena_array(im->keep, room, sizeof *more);
        if (im->first_count)
            memcpy(more, im->firsts, im->first_count * sizeof *more);
        im->firsts = more;
        im->first_room = room;
    }
    struct import_first *f = &im->firsts[im->first_count++];
    f->line = row->line;
    f->fields = arena_array(im->keep, IMPORT_COLUMNS_MAX, sizeof *f->fields);
    for (int i = 0; im->kind->columns[i]; i++)
        f->fields[i] = arena_strndup(im->keep, import_field(im, row, i), FIRST_FIELD);
}

/* In what a row differs from the earlier one, but for the identifier: as many columns as a remark
   holds, of telephones not what they were. */
static const char *differences(const struct import *im, const struct csv_row *row, int column,
                               long before)
{
    const struct import_first *f = first_of(im, before);
    struct buf b;
    bool more = false;
    buf_init(&b, im->arena, DIFFERENCES);
    for (int i = 0; f && im->kind->columns[i]; i++) {
        const char *now = import_field(im, row, i);
        bool quiet = strcmp(im->kind->columns[i], "telephone") == 0;
        if (i == column || strncmp(now, f->fields[i], FIRST_FIELD) == 0)
            continue;
        const char *mark = b.n ? "、" : "；不同之处：";
        char *one = quiet ? arena_printf(im->arena, "%s%s", mark, im->titles[i])
                          : arena_printf(im->arena, "%s%s（“%.60s”，此前“%.60s”）", mark,
                                         im->titles[i], now, f->fields[i]);
        utf8_drop_broken(one);
        more = more || b.n + strlen(one) > DIFFERENCES - sizeof "等";
        if (!more)
            buf_puts(&b, one);
    }
    if (more)
        buf_puts(&b, "等");
    return b.n ? b.p : f ? "，内容也相同" : "";
}

/* A second row of one identifier: the later one holds, and somebody should know. */
static void flag_twice(struct import *im, const struct csv_row *row, int column, const char *code)
{
    long before = import_seen_before(im, code, row->line);
    if (!before) {
        keep_first(im, row);
        return;
    }
    import_flag(im, im->batch.count, im->kind->columns[column],
                "与第 %ld 行的“%s”相同，以后一行为准%s", before, im->titles[column],
                differences(im, row, column, before));
}

/* ---- directories ----------------------------------------------------------------------------- */

enum { D_CODE, D_DEPARTMENT, D_NAME, D_REFRESHED };

static enum rc read_directory(struct import *im, const struct csv_row *row, struct err *err)
{
    import_here(im)->code = arena_strdup(im->arena, import_field(im, row, D_CODE));
    struct import_batch *b = &im->batch;
    if (!b->directories)
        b->directories = arena_array(im->arena, IMPORT_BATCH, sizeof *b->directories);
    struct import_directory *d = &b->directories[b->count];
    const struct reference_code *department;
    enum rc rc = import_identifier(im, row, D_CODE, 40, &d->code, err);
    if (rc == RC_OK)
        rc = import_department(im, row, D_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_text(im, row, D_NAME, 1, 120, &d->name, err);
    if (rc == RC_OK)
        rc = import_past(im, row, D_REFRESHED, &d->refreshed_on, err);
    if (rc != RC_OK)
        return rc;
    d->department_id = department->id;
    flag_twice(im, row, D_CODE, d->code);
    return RC_OK;
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

/* ---- inspectors ------------------------------------------------------------------------------ */

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
    I_SYNTHETIC,
    I_TELEPHONE
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

/* One or two numbers: three digits at least (119), and what stands between them on paper. */
static bool is_telephone(const char *text)
{
    static const char *const words[] = { "转", "、", "（", "）", "，", "；" };
    size_t digits = 0;
    while (*text) {
        size_t n = strspn(text, "+-() /,;");
        if (*text >= '0' && *text <= '9')
            digits += n = 1;
        for (size_t i = 0; i < sizeof words / sizeof words[0] && !n; i++)
            n = strncmp(text, words[i], strlen(words[i])) == 0 ? strlen(words[i]) : 0;
        if (!n)
            return false;
        text += n;
    }
    return digits >= 3;
}

static enum rc read_telephone(struct import *im, const struct csv_row *row, const char **out,
                              struct err *err)
{
    enum rc rc = import_text(im, row, I_TELEPHONE, 0, 40, out, err);
    if (rc == RC_OK && **out && !is_telephone(*out))
        return import_invalid(im, row, I_TELEPHONE, "须为电话号码，如 0375-1234567 转 801", err);
    return rc;
}

/* 证件号码 may be those of identity cards: they would stand in every address and on every page. */
static enum rc read_card(struct import *im, const struct csv_row *row, const char **out,
                         struct err *err)
{
    enum { IDENTITY = 18 };
    bool both;
    enum rc rc = import_identifier(im, row, I_CARD, 32, out, err);
    if (rc == RC_OK && strlen(*out) == IDENTITY && citizen_number(*out, &both))
        return import_invalid(im, row, I_CARD, "是公民身份号码，须为执法证号", err);
    return rc;
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
    enum rc rc = read_card(im, row, &i->card_no, err);
    if (rc == RC_OK)
        rc = import_text(im, row, I_NAME, 1, 60, &i->name, err);
    if (rc == RC_OK)
        rc = import_department(im, row, I_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_until(im, row, I_EXPIRES, &i->card_expires_on, err);
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
    if (rc == RC_OK)
        rc = read_telephone(im, row, &i->telephone, err);
    if (rc != RC_OK)
        return rc;
    i->department_id = department->id;
    i->specialties = specialties;
    flag_twice(im, row, I_CARD, i->card_no);
    return RC_OK;
}

static enum rc put_inspector(struct db *db, struct import *im, size_t row, bool *changed)
{
    struct inspector *in = &im->batch.inspectors[row];
    const struct import_by *by = im->request->by;
    struct inspector_line was;
    enum store_change change;
    enum rc rc = inspector_line_by_card(db, im->arena, in->card_no, &was);
    bool known = rc == RC_OK;
    if (known && by && was.department_id != by->department_id) {
        import_refuse(im, row, "card_no", "该证号属于另一个部门的人员");
        return RC_OK;
    }
    if (known && (im->absent | im->batch.rows[row].absent) >> I_SYNTHETIC & 1)
        in->synthetic = was.synthetic;
    if (known && im->absent >> I_TELEPHONE & 1) /* an empty cell takes it away */
        in->telephone = was.telephone;
    if (known || rc == RC_NOT_FOUND)
        rc = inspector_put(db, in, &change);
    if (rc == RC_OK)
        import_outcome(im, change);
    if (rc == RC_OK && change != STORE_UNCHANGED && by)
        rc = import_note_inspector(db, im, known ? &was : NULL, in->card_no);
    *changed = *changed || (rc == RC_OK && change == STORE_CHANGED);
    return rc;
}

static enum rc put_inspectors(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    bool changed = false;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++)
        rc = put_inspector(db, im, i, &changed);
    return rc == RC_OK && changed ? feed_raise_shared(db) : rc; /* it may be the department */
}

/* ---- items ----------------------------------------------------------------------------------- */

enum {
    T_CODE,
    T_SPECIALTY,
    T_NAME,
    T_CATEGORY,
    T_METHOD,
    T_BASIS,
    T_CONTENT,
    T_VERSION,
    T_RETIRED
};

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
    enum rc rc = import_identifier(im, row, T_CODE, 32, &t->code, err);
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
        rc = import_bool(im, row, T_RETIRED, &t->retired, err);
    if (rc == RC_OK)
        t->specialty = specialty->code;
    return rc;
}

/* The columns that an item has by its content stand from T_SPECIALTY to T_CONTENT, then comes
   whether it is retired. */
static void refuse_other_version(struct import *im, size_t row, unsigned differing)
{
    struct buf b;
    buf_init(&b, im->arena, 1000);
    for (int i = T_SPECIALTY; i <= T_CONTENT; i++)
        if (differing >> (i - T_SPECIALTY) & 1)
            buf_printf(&b, "%s%s", b.n ? "、" : "", im->titles[i]);
    if (differing >> (T_VERSION - T_SPECIALTY) & 1)
        buf_printf(&b, "%s停用", b.n ? "、" : "");
    import_refuse(im, row, "version",
                  arena_printf(im->arena,
                               "该版本的抽查事项已存在，不同之处：%s；修改内容须使用新的版本号",
                               b.p));
}

static enum rc put_item(struct db *db, struct import *im, size_t row)
{
    const struct item *item = &im->batch.items[row];
    struct item_line was;
    enum store_change change = STORE_UNCHANGED;
    unsigned differing = 0;
    enum rc rc = item_line_by_code(db, im->arena, item->code, &was);
    bool known = rc == RC_OK;
    if (known && im->request->by && !reference_find(&im->specialties, was.specialty)) {
        import_refuse(im, row, "code", "该事项属于其他部门的专业");
        return RC_OK;
    }
    if (known || rc == RC_NOT_FOUND)
        rc = item_put(db, item, &change, &differing);
    if (rc == RC_CONFLICT) {
        refuse_other_version(im, row, differing);
        return RC_OK;
    }
    if (rc == RC_OK)
        import_outcome(im, change);
    return rc == RC_OK && change == STORE_CREATED && im->request->by
               ? import_note_item(db, im, known ? &was : NULL, item)
               : rc;
}

static enum rc put_items(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++)
        rc = put_item(db, im, i);
    return rc;
}

/* ---- lists ----------------------------------------------------------------------------------- */

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
    l->department_id = im->request->by ? im->request->by->department_id : 0;
    enum rc rc = import_subject_code(im, row, L_CODE, &l->code, &good, err);
    if (rc == RC_OK)
        rc = import_allowed(im, row, L_CODE, l->code, err);
    if (rc == RC_OK)
        rc = import_word(im, row, L_LIST, lists, &l->list, err);
    if (rc == RC_OK)
        rc = import_past(im, row, L_LISTED, &l->listed_on, err);
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
        rc = listing_put(db, &im->batch.listings[i], im->request->now, &change);
        if (rc == RC_OK)
            import_outcome(im, change);
    }
    return rc;
}

/* ---- earlier checks -------------------------------------------------------------------------- */

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
    enum rc rc = import_subject_code(im, row, H_CODE, &h->code, &good, err);
    if (rc == RC_OK)
        rc = import_allowed(im, row, H_CODE, h->code, err);
    if (rc == RC_OK)
        rc = import_department(im, row, H_DEPARTMENT, &department, err);
    if (rc == RC_OK)
        rc = import_past(im, row, H_CHECKED, &h->checked_on, err);
    if (rc == RC_OK)
        rc = import_word(im, row, H_RESULT, classes, &h->result_class, err);
    if (rc != RC_OK)
        return rc;
    h->department_id = department->id;
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

/* A department's own file need not name it. */
static bool lacks_department(const struct import *im, int column)
{
    return im->own && strcmp(im->kind->columns[column], "department") == 0;
}

static const struct import_kind directories = {
    .name = "directories",
    .title = "名录",
    .columns = { "code", "department", "name", "refreshed_on" },
    .codes = 1U << D_CODE,
    .names = 1U << D_NAME,
    .lacks = lacks_department,
    .read = read_directory,
    .put = put_directories,
};

static const struct import_kind inspectors = {
    .name = "inspectors",
    .title = "执法检查人员",
    .columns = { "card_no", "name", "department", "card_expires_on", "specialties", "areas",
                 "on_duty", "max_daily", "max_total", "synthetic", "telephone" },
    .optional = 1U << I_AREAS | 1U << I_SYNTHETIC | 1U << I_TELEPHONE,
    .codes = 1U << I_CARD,
    .blanks = 1U << I_AREAS | 1U << I_TELEPHONE,
    .names = 1U << I_NAME,
    .lacks = lacks_department,
    .read = read_inspector,
    .put = put_inspectors,
};

static const struct import_kind items = {
    .name = "items",
    .title = "抽查事项",
    .columns = { "code", "specialty", "name", "category", "method", "legal_basis", "content",
                 "version", "retired" },
    .optional = 1U << T_RETIRED,
    .codes = 1U << T_CODE,
    .names = 1U << T_NAME,
    .read = read_item,
    .put = put_items,
};

static const struct import_kind listings = {
    .name = "listings",
    .title = "经营异常名录和严重违法失信名单",
    .columns = { "code", "list", "listed_on", "removed_on", "authority", "reason" },
    .codes = 1U << L_CODE,
    .blanks = 1U << L_REMOVED | 1U << L_REASON,
    .read = read_listing,
    .put = put_listings,
};

static const struct import_kind history = {
    .name = "history",
    .title = "以往检查",
    .columns = { "code", "department", "checked_on", "result_class" },
    .codes = 1U << H_CODE,
    .lacks = lacks_department,
    .read = read_history,
    .put = put_histories,
};

const struct import_kind *const import_kinds[] = {
    &directories, &import_subject_kind, &inspectors, &items, &listings, &history, NULL
};

#include "store/import.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/uscc.h"

/* Fields of a row, trimmed, by the kind's column number. */
static char *field(const struct import *im, const struct csv_row *row, int column)
{
    return text_trim(row->fields[im->positions[column]]);
}

static enum rc invalid(const struct import *im, const struct csv_row *row, int column,
                       const char *why, struct err *err)
{
    return err_set(err, RC_INVALID, im->kind->columns[column], "第 %ld 行“%s”：%s（%.60s）",
                   row->line, im->kind->columns[column], why, field(im, row, column));
}

static enum rc read_text(struct import *im, const struct csv_row *row, int column, size_t min,
                         size_t max, const char **out, struct err *err)
{
    const char *text = field(im, row, column);
    size_t n = utf8_length(text);
    if (n < min || n > max)
        return invalid(im, row, column, n < min ? "不得为空" : "过长", err);
    *out = arena_strdup(im->arena, text);
    return RC_OK;
}

static enum rc read_int(struct import *im, const struct csv_row *row, int column, int64_t max,
                        int64_t *out, struct err *err)
{
    if (int_parse(field(im, row, column), 0, max, out))
        return RC_OK;
    return invalid(im, row, column, "须为允许范围内的整数", err);
}

static enum rc read_flag(struct import *im, const struct csv_row *row, int column, bool *out,
                         struct err *err)
{
    int64_t value = 0;
    enum rc rc = read_int(im, row, column, 1, &value, err);
    *out = value == 1;
    return rc;
}

static enum rc read_date(struct import *im, const struct csv_row *row, int column, int32_t *out,
                         struct err *err)
{
    if (date_parse(field(im, row, column), out))
        return RC_OK;
    return invalid(im, row, column, "须为日期", err);
}

/* One of the words of a NULL-terminated list, which outlives the batch. */
static enum rc read_word(struct import *im, const struct csv_row *row, int column,
                         const char *const *words, const char **out, struct err *err)
{
    int i = text_index(words, field(im, row, column));
    if (i < 0)
        return invalid(im, row, column, "不是允许的取值", err);
    *out = words[i];
    return RC_OK;
}

static enum rc read_code(struct import *im, const struct csv_row *row, int column,
                         const struct reference_codes *codes, const struct reference_code **out,
                         struct err *err)
{
    *out = reference_find(codes, field(im, row, column));
    return *out ? RC_OK : invalid(im, row, column, "没有这个代码", err);
}

/* A list "a;b;c" of known codes; the pointers are the reference's own. */
static enum rc read_codes(struct import *im, const struct csv_row *row, int column,
                          const struct reference_codes *codes, const char ***out, size_t *count,
                          struct err *err)
{
    char *parts[IMPORT_ENTRIES_MAX];
    size_t n =
        text_split(arena_strdup(im->arena, field(im, row, column)), ';', parts, IMPORT_ENTRIES_MAX);
    if (n > IMPORT_ENTRIES_MAX)
        return invalid(im, row, column, "项数过多", err);
    *out = arena_array(im->arena, n ? n : 1, sizeof **out);
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct reference_code *c = reference_find(codes, text_trim(parts[i]));
        if (!c)
            return invalid(im, row, column, "含有未知的代码", err);
        for (size_t j = 0; j < *count; j++)
            if ((*out)[j] == c->code)
                return invalid(im, row, column, "代码重复", err);
        (*out)[(*count)++] = c->code;
    }
    return RC_OK;
}

/* ---- directories ------------------------------------------------------------------------------ */

enum { D_CODE, D_DEPARTMENT, D_NAME, D_REFRESHED };

static enum rc read_directory(struct import *im, const struct csv_row *row, struct err *err)
{
    struct import_batch *b = &im->batch;
    if (!b->directories)
        b->directories = arena_array(im->arena, IMPORT_BATCH, sizeof *b->directories);
    struct import_directory *d = &b->directories[b->count];
    const struct reference_code *department;
    enum rc rc = read_text(im, row, D_CODE, 1, 40, &d->code, err);
    if (rc == RC_OK)
        rc = read_code(im, row, D_DEPARTMENT, &im->departments, &department, err);
    if (rc == RC_OK)
        rc = read_text(im, row, D_NAME, 1, 120, &d->name, err);
    if (rc == RC_OK)
        rc = read_date(im, row, D_REFRESHED, &d->refreshed_on, err);
    if (rc == RC_OK)
        d->department_id = department->id;
    return rc;
}

static enum rc put_directories(struct db *db, struct import *im, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        const struct import_directory *d = &im->batch.directories[i];
        rc = directory_put(db, d->code, d->department_id, d->name, d->refreshed_on);
        if (rc == RC_CONFLICT)
            return err_set(err, RC_INVALID, d->code, "该名录属于另一个部门");
    }
    return rc;
}

/* ---- subjects --------------------------------------------------------------------------------- */

enum {
    S_DIRECTORIES,
    S_CODE,
    S_NAME,
    S_TYPE,
    S_ADDRESS,
    S_REGION,
    S_LON,
    S_LAT,
    S_STATE,
    S_CREDIT,
    S_KEY,
    S_COMPLAINTS,
    S_SPECIALTIES,
    S_VERIFIED,
    S_SYNTHETIC
};

static enum rc add_entries(struct import *im, const char *code, int64_t directory_id,
                           const char *const *specialties, size_t count)
{
    struct import_batch *b = &im->batch;
    if (b->entry_count + count > b->entry_room) {
        size_t room = b->entry_room ? 2 * b->entry_room : (size_t)4 * IMPORT_BATCH;
        struct directory_entry *more = arena_array(im->arena, room, sizeof *more);
        if (b->entry_count)
            memcpy(more, b->entries, b->entry_count * sizeof *more);
        b->entries = more;
        b->entry_room = room;
    }
    for (size_t i = 0; i < count; i++)
        b->entries[b->entry_count++] =
            (struct directory_entry){ directory_id, code, specialties[i] };
    return RC_OK;
}

/* One item of the directories column: CODE, or CODE:specialty+specialty. */
static enum rc read_membership(struct import *im, const struct csv_row *row, char *text,
                               const char *code, const char **all, size_t all_count,
                               struct err *err)
{
    const char *some[IMPORT_ENTRIES_MAX];
    char *names[IMPORT_ENTRIES_MAX];
    size_t n = 0;
    char *list = strchr(text, ':');
    if (list) {
        *list++ = '\0';
        n = text_split(list, '+', names, IMPORT_ENTRIES_MAX);
        for (size_t i = 0; i < n && n <= IMPORT_ENTRIES_MAX; i++) {
            some[i] = NULL;
            for (size_t j = 0; j < all_count; j++)
                if (strcmp(all[j], names[i]) == 0)
                    some[i] = all[j];
            if (!some[i])
                return invalid(im, row, S_DIRECTORIES, "专业不在“specialties”列中", err);
        }
        if (n == 0 || n > IMPORT_ENTRIES_MAX)
            return invalid(im, row, S_DIRECTORIES, "专业项数有误", err);
    }
    const struct reference_code *directory = reference_find(&im->directories, text_trim(text));
    if (!directory)
        return invalid(im, row, S_DIRECTORIES, "没有这个名录", err);
    return add_entries(im, code, directory->id, list ? some : all, list ? n : all_count);
}

static enum rc read_memberships(struct import *im, const struct csv_row *row, const char *code,
                                struct err *err)
{
    const char **specialties;
    size_t count;
    char *parts[IMPORT_ENTRIES_MAX];
    enum rc rc = read_codes(im, row, S_SPECIALTIES, &im->specialties, &specialties, &count, err);
    size_t n = text_split(arena_strdup(im->arena, field(im, row, S_DIRECTORIES)), ';', parts,
                          IMPORT_ENTRIES_MAX);
    if (rc == RC_OK && n > IMPORT_ENTRIES_MAX)
        rc = invalid(im, row, S_DIRECTORIES, "项数过多", err);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = read_membership(im, row, parts[i], code, specialties, count, err);
    return rc;
}

static enum rc read_location(struct import *im, const struct csv_row *row, struct subject *s,
                             struct err *err)
{
    const char *lon = field(im, row, S_LON);
    const char *lat = field(im, row, S_LAT);
    s->located = *lon || *lat;
    if (!s->located)
        return RC_OK;
    if (!decimal_parse(lon, -180, 180, &s->lon))
        return invalid(im, row, S_LON, "不是经度", err);
    if (!decimal_parse(lat, -90, 90, &s->lat))
        return invalid(im, row, S_LAT, "不是纬度", err);
    return RC_OK;
}

static enum rc read_subject_code(struct import *im, const struct csv_row *row, struct subject *s,
                                 struct err *err)
{
    struct uscc code;
    uscc_read(field(im, row, S_CODE), &code);
    if (!*code.text || strlen(code.text) > 18 || code.cut)
        return invalid(im, row, S_CODE, "代码为空或超过 18 位", err);
    for (const char *p = code.text; *p; p++)
        if ((unsigned char)*p < 0x21 || (unsigned char)*p > 0x7E)
            return invalid(im, row, S_CODE, "代码含有不能使用的字符", err);
    s->code = arena_strdup(im->arena, code.text);
    s->code_flagged = !code.check_ok;
    return RC_OK;
}

static enum rc read_subject(struct import *im, const struct csv_row *row, struct err *err)
{
    static const char *const states[] = { "open", "closed", NULL };
    static const char *const classes[] = { "A", "B", "C", "D", NULL };
    struct import_batch *b = &im->batch;
    if (!b->subjects)
        b->subjects = arena_array(im->arena, IMPORT_BATCH, sizeof *b->subjects);
    struct subject *s = &b->subjects[b->count];
    const struct reference_code *region;
    size_t entries = b->entry_count;
    enum rc rc = read_subject_code(im, row, s, err);
    if (rc == RC_OK)
        rc = read_text(im, row, S_NAME, 1, 120, &s->name, err);
    if (rc == RC_OK)
        rc = read_text(im, row, S_TYPE, 0, 40, &s->type, err);
    if (rc == RC_OK)
        rc = read_text(im, row, S_ADDRESS, 0, 200, &s->address, err);
    if (rc == RC_OK)
        rc = read_code(im, row, S_REGION, &im->regions, &region, err);
    if (rc == RC_OK)
        rc = read_location(im, row, s, err);
    if (rc == RC_OK)
        rc = read_word(im, row, S_STATE, states, &s->state, err);
    if (rc == RC_OK)
        rc = read_word(im, row, S_CREDIT, classes, &s->credit_class, err);
    if (rc == RC_OK)
        rc = read_flag(im, row, S_KEY, &s->is_key, err);
    if (rc == RC_OK)
        rc = read_int(im, row, S_COMPLAINTS, 65535, &s->complaints, err);
    if (rc == RC_OK)
        rc = read_date(im, row, S_VERIFIED, &s->verified_on, err);
    if (rc == RC_OK)
        rc = read_flag(im, row, S_SYNTHETIC, &s->synthetic, err);
    if (rc == RC_OK)
        rc = read_memberships(im, row, s->code, err);
    if (rc != RC_OK) {
        b->entry_count = entries;
        return rc;
    }
    s->region_code = region->code;
    im->flagged += s->code_flagged;
    return RC_OK;
}

static enum rc put_subjects(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    enum rc rc = subject_put(db, im->batch.subjects, im->batch.count);
    return rc == RC_OK ? directory_entry_put(db, im->batch.entries, im->batch.entry_count) : rc;
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
    enum rc rc = read_codes(im, row, I_AREAS, &im->regions, &areas, &i->area_count, err);
    i->areas = areas;
    if (rc != RC_OK || i->area_count)
        return rc;
    size_t n = strlen(department);
    const struct reference_code *own =
        n > 6 ? reference_find(&im->regions, department + n - 6) : NULL;
    if (!own)
        return invalid(im, row, I_AREAS, "须填写执法区域", err);
    areas[0] = own->code;
    i->area_count = 1;
    return RC_OK;
}

static enum rc read_inspector(struct import *im, const struct csv_row *row, struct err *err)
{
    struct import_batch *b = &im->batch;
    if (!b->inspectors)
        b->inspectors = arena_array(im->arena, IMPORT_BATCH, sizeof *b->inspectors);
    struct inspector *i = &b->inspectors[b->count];
    const struct reference_code *department = NULL;
    const char **specialties = NULL;
    enum rc rc = read_text(im, row, I_CARD, 1, 32, &i->card_no, err);
    if (rc == RC_OK)
        rc = read_text(im, row, I_NAME, 1, 60, &i->name, err);
    if (rc == RC_OK)
        rc = read_code(im, row, I_DEPARTMENT, &im->departments, &department, err);
    if (rc == RC_OK)
        rc = read_date(im, row, I_EXPIRES, &i->card_expires_on, err);
    if (rc == RC_OK)
        rc = read_codes(im, row, I_SPECIALTIES, &im->specialties, &specialties, &i->specialty_count,
                        err);
    if (rc == RC_OK)
        rc = read_areas(im, row, i, department->code, err);
    if (rc == RC_OK)
        rc = read_flag(im, row, I_ON_DUTY, &i->on_duty, err);
    if (rc == RC_OK)
        rc = read_int(im, row, I_DAILY, 100, &i->max_daily, err);
    if (rc == RC_OK)
        rc = read_int(im, row, I_TOTAL, 10000, &i->max_total, err);
    if (rc == RC_OK)
        rc = read_flag(im, row, I_SYNTHETIC, &i->synthetic, err);
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
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++)
        rc = inspector_put(db, &im->batch.inspectors[i]);
    return rc;
}

/* ---- items ------------------------------------------------------------------------------------ */

enum { T_CODE, T_SPECIALTY, T_NAME, T_CATEGORY, T_METHOD, T_BASIS, T_CONTENT, T_VERSION };

static enum rc read_item(struct import *im, const struct csv_row *row, struct err *err)
{
    static const char *const categories[] = { "general", "key", NULL };
    static const char *const methods[] = { "onsite", "written", "network", "entrusted", NULL };
    struct import_batch *b = &im->batch;
    if (!b->items)
        b->items = arena_array(im->arena, IMPORT_BATCH, sizeof *b->items);
    struct item *t = &b->items[b->count];
    const struct reference_code *specialty = NULL;
    enum rc rc = read_text(im, row, T_CODE, 1, 32, &t->code, err);
    if (rc == RC_OK)
        rc = read_code(im, row, T_SPECIALTY, &im->specialties, &specialty, err);
    if (rc == RC_OK)
        rc = read_text(im, row, T_NAME, 1, 120, &t->name, err);
    if (rc == RC_OK)
        rc = read_word(im, row, T_CATEGORY, categories, &t->category, err);
    if (rc == RC_OK)
        rc = read_word(im, row, T_METHOD, methods, &t->method, err);
    if (rc == RC_OK)
        rc = read_text(im, row, T_BASIS, 1, 300, &t->legal_basis, err);
    if (rc == RC_OK)
        rc = read_text(im, row, T_CONTENT, 1, 1000, &t->content, err);
    if (rc == RC_OK)
        rc = read_int(im, row, T_VERSION, 65535, &t->version, err);
    if (rc == RC_OK)
        t->specialty = specialty->code;
    return rc;
}

static enum rc put_items(struct db *db, struct import *im, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < im->batch.count; i++) {
        const struct item *t = &im->batch.items[i];
        rc = item_put(db, t);
        if (rc == RC_CONFLICT)
            return err_set(err, RC_INVALID, t->code,
                           "该版本的抽查事项已存在且内容不同：修改内容须使用新的版本号");
    }
    return rc;
}

const struct import_kind import_kinds[] = {
    { "directories",
      "名录",
      { "code", "department", "name", "refreshed_on" },
      read_directory,
      put_directories },
    { "subjects",
      "检查对象",
      { "directories", "code", "name", "type", "address", "region", "lon", "lat", "state",
        "credit_class", "key", "complaints", "specialties", "verified_on", "synthetic" },
      read_subject,
      put_subjects },
    { "inspectors",
      "执法检查人员",
      { "card_no", "name", "department", "card_expires_on", "specialties", "areas", "on_duty",
        "max_daily", "max_total", "synthetic" },
      read_inspector,
      put_inspectors },
    { "items",
      "抽查事项",
      { "code", "specialty", "name", "category", "method", "legal_basis", "content", "version" },
      read_item,
      put_items },
    { NULL, NULL, { NULL }, NULL, NULL },
};

enum rc import_load_codes(struct db *db, struct arena *a, struct import *im)
{
    enum rc rc = reference_codes(db, a, CODES_REGION, &im->regions);
    if (rc == RC_OK)
        rc = reference_codes(db, a, CODES_SPECIALTY, &im->specialties);
    if (rc == RC_OK)
        rc = reference_codes(db, a, CODES_DEPARTMENT, &im->departments);
    if (rc == RC_OK)
        rc = reference_codes(db, a, CODES_DIRECTORY, &im->directories);
    return rc;
}

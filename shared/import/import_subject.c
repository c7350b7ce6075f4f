#include <string.h>

#include "base/text.h"
#include "domain/directory/citizen.h"
#include "domain/directory/uscc.h"
#include "domain/directory/word.h"
#include "import/import_internal.h"

/* ---- subjects -------------------------------------------------------------------------------- */

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
    S_SYNTHETIC,
    S_FORMER,
    S_LICENCE
};

/* ---- the subjects of the file so far --------------------------------------------------------- */

/* By the hash of the code: two codes that share one are practically impossible, and would cost a
   remark and a flush. */
struct import_seen {
    struct arena *arena;
    size_t room; /* a power of two */
    size_t count;
    uint64_t *hashes; /* 0: free */
    uint32_t *lines;
};

static uint64_t hash_of(const char *code)
{
    uint64_t h = 14695981039346656037U; /* FNV-1a; identifiers ignore case */
    for (; *code; code++) {
        unsigned c = (unsigned char)*code;
        h = (h ^ (c >= 'a' && c <= 'z' ? c & 0xDFU : c)) * 1099511628211U;
    }
    return h ? h : 1;
}

static size_t place(const struct import_seen *seen, uint64_t hash)
{
    size_t i = (size_t)hash & (seen->room - 1);
    while (seen->hashes[i] && seen->hashes[i] != hash)
        i = (i + 1) & (seen->room - 1);
    return i;
}

static struct import_seen *grown(const struct import_seen *old)
{
    enum { FIRST = 4096 };
    struct arena *a = arena_new(SIZE_MAX);
    struct import_seen *seen = arena_alloc(a, sizeof *seen);
    seen->arena = a;
    seen->room = old ? 2 * old->room : FIRST;
    seen->hashes = arena_array(a, seen->room, sizeof *seen->hashes);
    seen->lines = arena_array(a, seen->room, sizeof *seen->lines);
    for (size_t i = 0; old && i < old->room; i++) {
        if (!old->hashes[i])
            continue;
        size_t at = place(seen, old->hashes[i]);
        seen->hashes[at] = old->hashes[i];
        seen->lines[at] = old->lines[i];
        seen->count++;
    }
    return seen;
}

long import_seen_before(struct import *im, const char *code, long line)
{
    if (!im->seen || 2 * im->seen->count >= im->seen->room) {
        struct import_seen *old = im->seen;
        im->seen = grown(old);
        if (old)
            arena_free(old->arena);
    }
    struct import_seen *seen = im->seen;
    size_t at = place(seen, hash_of(code));
    long before = seen->hashes[at] ? (long)seen->lines[at] : 0;
    if (before == line) /* read again behind a flush */
        return 0;
    seen->count += !seen->hashes[at];
    seen->hashes[at] = hash_of(code);
    if (!before)
        seen->lines[at] = (uint32_t)line;
    return before;
}

void import_subjects_end(struct import *im)
{
    if (im->seen)
        arena_free(im->seen->arena);
    im->seen = NULL;
}

/* ---- reading --------------------------------------------------------------------------------- */

static void add_entries(struct import *im, const char *code, int64_t directory_id,
                        const char *const *specialties, size_t count)
{
    struct import_batch *b = &im->batch;
    if (b->entry_count + count > b->entry_room) {
        size_t room = b->entry_room ? 2 * b->entry_room : (size_t)4 * IMPORT_BATCH;
        struct import_entry *more = arena_array(im->arena, room, sizeof *more);
        if (b->entry_count)
            memcpy(more, b->entries, b->entry_count * sizeof *more);
        b->entries = more;
        b->entry_room = room;
    }
    for (size_t i = 0; i < count; i++)
        b->entries[b->entry_count++] =
            (struct import_entry){ { directory_id, code, specialties[i] }, b->count };
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
                return import_invalid(im, row, S_DIRECTORIES, "专业不在“specialties”列中", err);
        }
        if (n == 0 || n > IMPORT_ENTRIES_MAX)
            return import_invalid(im, row, S_DIRECTORIES, "专业项数有误", err);
    }
    const struct reference_code *directory = reference_find(&im->directories, text_trim(text));
    if (!directory)
        return import_invalid(
            im, row, S_DIRECTORIES,
            arena_printf(im->arena, "没有这个名录，须为 %s", import_known(im, &im->directories)),
            err);
    if (!im->directory || directory == im->directory)
        add_entries(im, code, directory->id, list ? some : all, list ? n : all_count);
    return RC_OK;
}

static enum rc read_memberships(struct import *im, const struct csv_row *row, const char *code,
                                struct err *err)
{
    const char **specialties;
    size_t count;
    char *parts[IMPORT_ENTRIES_MAX];
    size_t before = im->batch.entry_count;
    enum rc rc = import_codes(im, row, S_SPECIALTIES, &im->specialties, &specialties, &count, err);
    if (rc == RC_OK && im->positions[S_DIRECTORIES] < 0) {
        add_entries(im, code, im->directory->id, specialties, count);
        return count ? RC_OK : import_invalid(im, row, S_SPECIALTIES, "不得为空", err);
    }
    size_t n = import_split(im, import_field(im, row, S_DIRECTORIES), parts);
    if (rc == RC_OK && n > IMPORT_ENTRIES_MAX)
        rc = import_invalid(im, row, S_DIRECTORIES, "项数过多", err);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = read_membership(im, row, parts[i], code, specialties, count, err);
    if (rc == RC_OK && im->directory && im->batch.entry_count == before)
        rc = import_invalid(im, row, S_DIRECTORIES, "未列入本名录", err);
    return rc;
}

static enum rc read_location(struct import *im, const struct csv_row *row, struct subject *s,
                             struct err *err)
{
    const char *lon = import_field(im, row, S_LON);
    const char *lat = import_field(im, row, S_LAT);
    s->located = *lon || *lat;
    if (!s->located)
        return RC_OK;
    if (!cell_decimal(lon, -180, 180, &s->lon))
        return import_invalid(im, row, S_LON, "不是经度：须为 -180 至 180 的小数", err);
    if (!cell_decimal(lat, -90, 90, &s->lat))
        return import_invalid(im, row, S_LAT, "不是纬度：须为 -90 至 90 的小数", err);
    return RC_OK;
}

static enum rc read_former(struct import *im, const struct csv_row *row, const char *code,
                           struct err *err)
{
    struct import_batch *b = &im->batch;
    bool good;
    bool both;
    if (im->positions[S_FORMER] < 0)
        return RC_OK;
    enum rc rc = import_enterprise(im, row, S_FORMER, true, &b->formers[b->count], &good, err);
    if (rc == RC_OK && b->formers[b->count] && strcmp(b->formers[b->count], code) == 0)
        rc = import_invalid(im, row, S_FORMER, "与代码相同", err);
    if (rc == RC_OK && b->formers[b->count] && citizen_number(b->formers[b->count], &both))
        import_here(im)->former = b->formers[b->count];
    return rc;
}

/* The code of a subject that has no other than its licence. */
static enum rc read_licence(struct import *im, const struct csv_row *row, const char **code,
                            struct err *err)
{
    const struct reference_code *region = import_find_region(im, import_field(im, row, S_REGION));
    return import_licence(im, row, S_LICENCE, region ? region->code : "", code, err);
}

/* Whether the number of a person stands where that of a licence should. */
static bool licence_is_person(const struct import *im, const struct csv_row *row)
{
    struct uscc code;
    bool both;
    uscc_read(import_field(im, row, S_LICENCE), &code);
    return citizen_number(code.text, &both);
}

/* A subject that was known by its licence before it had a code is the same one. */
static enum rc read_former_licence(struct import *im, const struct csv_row *row, struct err *err)
{
    const char **former = &im->batch.formers[im->batch.count];
    if (*former || !*import_field(im, row, S_LICENCE) || licence_is_person(im, row))
        return RC_OK;
    enum rc rc = read_licence(im, row, former, err);
    import_here(im)->by_licence = rc == RC_OK;
    return rc;
}

static enum rc read_code(struct import *im, const struct csv_row *row, const char **code,
                         bool *good, struct err *err)
{
    *good = true;
    if (*import_field(im, row, S_LICENCE) && cell_says_nothing(import_field(im, row, S_CODE)))
        *import_field(im, row, S_CODE) = '\0'; /* a stroke beside a licence */
    int column = S_CODE;
    if (!*import_field(im, row, S_CODE) && *import_field(im, row, S_LICENCE)) {
        if (!licence_is_person(im, row))
            return read_licence(im, row, code, err);
        column = S_LICENCE;
    }
    return import_enterprise(im, row, column, false, code, good, err);
}

static enum rc read_identity(struct import *im, const struct csv_row *row, struct subject *s,
                             struct err *err)
{
    bool good = false;
    im->batch.formers[im->batch.count] = NULL;
    enum rc rc = read_code(im, row, &s->code, &good, err);
    bool coded = *import_field(im, row, S_CODE);
    if (rc != RC_OK) {
        import_here(im)->code =
            arena_strdup(im->arena, import_field(im, row, coded ? S_CODE : S_LICENCE));
        return rc;
    }
    import_note_person(im, S_CODE, s->code, &good);
    s->code_flagged = !good;
    rc = read_former(im, row, s->code, err);
    return rc == RC_OK && coded ? read_former_licence(im, row, err) : rc;
}

static void skip_subject(struct import *im, const struct csv_row *row)
{
    struct err why;
    const char *code;
    bool good;
    if (read_code(im, row, &code, &good, &why) == RC_OK)
        (void)import_seen_before(im, code, row->line);
}

/* A licence as it is printed, from its own column or in the place of the code. */
static enum rc read_printed(struct import *im, const struct csv_row *row, struct subject *s,
                            struct err *err)
{
    bool own =
        *import_field(im, row, S_LICENCE) || !import_is_licence(import_field(im, row, S_CODE));
    s->licence = "";
    return own && licence_is_person(im, row)
               ? RC_OK
               : import_text(im, row, own ? S_LICENCE : S_CODE, 0, 60, &s->licence, err);
}

static enum rc read_fields(struct import *im, const struct csv_row *row, struct subject *s,
                           struct err *err)
{
    static const char *const states[] = { "open", "closed", NULL };
    static const char *const classes[] = { "A", "B", "C", "D", NULL };
    const struct reference_code *region = NULL;
    enum rc rc = import_text(im, row, S_NAME, 1, 120, &s->name, err);
    if (rc == RC_OK)
        rc = import_text(im, row, S_TYPE, 0, 40, &s->type, err);
    if (rc == RC_OK)
        rc = import_text(im, row, S_ADDRESS, 0, 200, &s->address, err);
    if (rc == RC_OK)
        rc = read_printed(im, row, s, err);
    if (rc == RC_OK)
        rc = import_region(im, row, S_REGION, &region, err);
    if (rc == RC_OK)
        rc = read_location(im, row, s, err);
    if (rc == RC_OK)
        rc = import_word(im, row, S_STATE, states, &s->state, err);
    if (rc == RC_OK)
        rc = import_word(im, row, S_CREDIT, classes, &s->credit_class, err);
    if (rc == RC_OK)
        rc = import_bool(im, row, S_KEY, &s->is_key, err);
    if (rc == RC_OK)
        rc = import_int(im, row, S_COMPLAINTS, 65535, &s->complaints, err);
    if (rc == RC_OK)
        rc = import_past(im, row, S_VERIFIED, &s->verified_on, err);
    if (rc == RC_OK)
        rc = import_bool(im, row, S_SYNTHETIC, &s->synthetic, err);
    s->region_code = rc == RC_OK ? region->code : NULL;
    return rc;
}

static enum rc read_subject(struct import *im, const struct csv_row *row, struct err *err)
{
    struct import_batch *b = &im->batch;
    if (!b->subjects) {
        b->subjects = arena_array(im->arena, IMPORT_BATCH, sizeof *b->subjects);
        b->formers = arena_array(im->arena, IMPORT_BATCH, sizeof *b->formers);
    }
    struct subject *s = &b->subjects[b->count];
    size_t entries = b->entry_count;
    enum rc rc = read_identity(im, row, s, err);
    if (rc == RC_OK)
        rc = read_fields(im, row, s, err);
    if (rc == RC_OK)
        rc = read_memberships(im, row, s->code, err);
    if (rc == RC_OK)
        rc = import_allowed(im, row, S_CODE, s->code, err);
    if (rc == RC_OK)
        rc = import_allowed(im, row, S_FORMER, b->formers[b->count], err);
    if (rc != RC_OK) {
        b->entry_count = entries;
        return rc;
    }
    if (s->code_flagged)
        import_flag(im, b->count, "code", "代码校验不符");
    if (!*import_field(im, row, S_CODE) && !licence_is_person(im, row))
        import_flag(im, b->count, "licence", "没有统一社会信用代码，按“%s”登记为 %s",
                    import_field(im, row, S_LICENCE), s->code);
    import_here(im)->before = import_seen_before(im, s->code, row->line);
    return RC_OK;
}

/* ---- what is stored -------------------------------------------------------------------------- */

void import_keep_absent(struct import *im, size_t row, const struct subject *stored)
{
    struct subject *s = &im->batch.subjects[row];
    unsigned absent = im->absent | im->batch.rows[row].absent;
    if (absent >> S_TYPE & 1)
        s->type = stored->type;
    if (absent >> S_LON & absent >> S_LAT & 1) {
        s->located = stored->located;
        s->lon = stored->lon;
        s->lat = stored->lat;
    }
    if (absent >> S_KEY & 1)
        s->is_key = stored->is_key;
    if (absent >> S_COMPLAINTS & 1)
        s->complaints = stored->complaints;
    if (absent >> S_SYNTHETIC & 1)
        s->synthetic = stored->synthetic;
    if (!*s->licence)
        s->licence = stored->licence;
}

unsigned import_absent_facts(const struct import *im, size_t row)
{
    unsigned absent = im->absent | im->batch.rows[row].absent;
    return (absent >> S_KEY & 1U) << WORD_KEY | (absent >> S_COMPLAINTS & 1U) << WORD_COMPLAINTS;
}

const char *import_differences_text(struct import *im, const struct subject *s,
                                    const struct subject *stored)
{
    enum { SHOWN = 300 };
    const struct {
        int column;
        const char *here;
        const char *there;
    } fields[] = {
        { S_NAME, s->name, stored->name },
        { S_TYPE, s->type, stored->type },
        { S_ADDRESS, s->address, stored->address },
        { S_REGION, s->region_code, stored->region_code },
        { S_STATE, s->state, stored->state },
        { S_CREDIT, s->credit_class, stored->credit_class },
        { S_KEY, s->is_key ? "1" : "0", stored->is_key ? "1" : "0" },
    };
    struct buf b;
    buf_init(&b, im->arena, 4096);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && b.n < SHOWN; i++)
        if (strcmp(fields[i].here, fields[i].there) != 0)
            buf_printf(&b, "%s%s（“%.60s”，此前“%.60s”）", b.n ? "、" : "；不同之处：",
                       im->titles[fields[i].column], fields[i].here, fields[i].there);
    return b.n ? b.p : "";
}

/* ---- the kind -------------------------------------------------------------------------------- */

/* The directories of a file that goes into one need not be named, nor codes beside licences. */
static bool lacks(const struct import *im, int column)
{
    return (column == S_DIRECTORIES && im->directory) ||
           (column == S_CODE && im->positions[S_LICENCE] >= 0);
}

const struct import_kind import_subject_kind = {
    .name = "subjects",
    .title = "检查对象",
    .columns = { [S_DIRECTORIES] = "directories",
                 [S_CODE] = "code",
                 [S_NAME] = "name",
                 [S_TYPE] = "type",
                 [S_ADDRESS] = "address",
                 [S_REGION] = "region",
                 [S_LON] = "lon",
                 [S_LAT] = "lat",
                 [S_STATE] = "state",
                 [S_CREDIT] = "credit_class",
                 [S_KEY] = "key",
                 [S_COMPLAINTS] = "complaints",
                 [S_SPECIALTIES] = "specialties",
                 [S_VERIFIED] = "verified_on",
                 [S_SYNTHETIC] = "synthetic",
                 [S_FORMER] = "former_code",
                 [S_LICENCE] = "licence" },
    .optional = 1U << S_TYPE | 1U << S_LON | 1U << S_LAT | 1U << S_KEY | 1U << S_COMPLAINTS |
                1U << S_SYNTHETIC | 1U << S_FORMER | 1U << S_LICENCE,
    .codes = 1U << S_CODE | 1U << S_FORMER | 1U << S_LICENCE,
    .blanks = 1U << S_TYPE | 1U << S_ADDRESS | 1U << S_LON | 1U << S_LAT | 1U << S_COMPLAINTS |
              1U << S_FORMER | 1U << S_LICENCE,
    .names = 1U << S_NAME,
    .lacks = lacks,
    .read = read_subject,
    .put = import_put_subjects,
    .skip = skip_subject,
};

#include <string.h>

#include "base/text.h"
#include "domain/uscc.h"
#include "store/import_internal.h"

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
    S_SYNTHETIC,
    S_FORMER
};

/* ---- the subjects of the file so far ----------------------------------------------------------- */

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
    uint64_t h = 14695981039346656037U; /* FNV-1a */
    for (; *code; code++)
        h = (h ^ (unsigned char)*code) * 1099511628211U;
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

/* The line before this one with the code, or 0; from now on it is this one. */
static long seen_before(struct import *im, const char *code, long line)
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

void import_skip_subject(struct import *im, const struct csv_row *row)
{
    struct uscc code;
    uscc_read(import_field(im, row, S_CODE), &code);
    (void)seen_before(im, code.text, row->line);
}

/* ---- reading ----------------------------------------------------------------------------------- */

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
        return import_invalid(im, row, S_DIRECTORIES, "没有这个名录", err);
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
    size_t n = text_split(arena_strdup(im->arena, import_field(im, row, S_DIRECTORIES)), ';', parts,
                          IMPORT_ENTRIES_MAX);
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
    if (!decimal_parse(lon, -180, 180, &s->lon))
        return import_invalid(im, row, S_LON, "不是经度", err);
    if (!decimal_parse(lat, -90, 90, &s->lat))
        return import_invalid(im, row, S_LAT, "不是纬度", err);
    return RC_OK;
}

static enum rc read_former(struct import *im, const struct csv_row *row, const char *code,
                           struct err *err)
{
    struct import_batch *b = &im->batch;
    bool good;
    if (im->positions[S_FORMER] < 0)
        return RC_OK;
    enum rc rc = import_enterprise(im, row, S_FORMER, true, &b->formers[b->count], &good, err);
    if (rc == RC_OK && b->formers[b->count] && strcmp(b->formers[b->count], code) == 0)
        rc = import_invalid(im, row, S_FORMER, "与代码相同", err);
    return rc;
}

static enum rc read_identity(struct import *im, const struct csv_row *row, struct subject *s,
                             struct err *err)
{
    bool good = false;
    enum rc rc = import_enterprise(im, row, S_CODE, false, &s->code, &good, err);
    if (rc != RC_OK) {
        import_here(im)->code = arena_strdup(im->arena, import_field(im, row, S_CODE));
        return rc;
    }
    s->code_flagged = !good;
    import_here(im)->code = s->code;
    return read_former(im, row, s->code, err);
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
        rc = import_code(im, row, S_REGION, &im->regions, &region, err);
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
        rc = import_date(im, row, S_VERIFIED, &s->verified_on, err);
    if (rc == RC_OK)
        rc = import_bool(im, row, S_SYNTHETIC, &s->synthetic, err);
    s->region_code = rc == RC_OK ? region->code : NULL;
    return rc;
}

enum rc import_read_subject(struct import *im, const struct csv_row *row, struct err *err)
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
    if (rc != RC_OK) {
        b->entry_count = entries;
        return rc;
    }
    if (s->code_flagged)
        import_flag(im, b->count, "code", "代码校验不符");
    import_here(im)->before = seen_before(im, s->code, row->line);
    return RC_OK;
}

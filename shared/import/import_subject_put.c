#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"
#include "import/import_internal.h"
#include "store/directory/import_refresh.h"
#include "store/directory/record_change.h"
#include "store/directory/subject_say.h"

/* What storing the batch comes to, row by row. */
struct putting {
    struct import *im;
    const struct subject_stored *stored;
    size_t found;
    const char **codes; /* under which each row is stored */
    enum store_change *changes;
    struct subject_said *said;
    size_t *said_rows; /* whose row each is */
    size_t said_count;
    struct subject_merger *mergers;
    size_t *merger_rows;
    size_t merger_count;
};

static int by_code(const void *key, const void *x)
{
    return strcmp(key, ((const struct subject_stored *)x)->subject.code);
}

static const struct subject_stored *find(const struct subject_stored *stored, size_t found,
                                         const char *code)
{
    return sorted_find(code, stored, found, sizeof *stored, by_code);
}

/* What the row says, unless it only adds directories. */
static void say(struct putting *p, size_t i)
{
    struct import_batch *b = &p->im->batch;
    struct subject *s = &b->subjects[i];
    const struct subject_stored *e = find(p->stored, p->found, s->code);
    long before = b->rows[i].before;
    p->codes[i] = s->code;
    p->changes[i] = STORE_UNCHANGED;
    if (e && e->present) {
        import_flag(p->im, i, "code", "该代码已并入 %s，按其归入名录", e->present);
        p->codes[i] = e->present;
        return;
    }
    if (e)
        import_keep_absent(p->im, i, &e->subject);
    if (e && before)
        import_flag(p->im, i, "code", "与第 %ld 行为同一检查对象，已合并%s", before,
                    import_differences_text(p->im, s, &e->subject));
    p->said_rows[p->said_count] = i;
    p->said[p->said_count++] = (struct subject_said){
        .line = s, .stored = e, .again = before != 0, .absent = import_absent_facts(p->im, i)
    };
}

static void tell(struct putting *p)
{
    for (size_t k = 0; k < p->said_count; k++) {
        const struct subject_said *said = &p->said[k];
        size_t i = p->said_rows[k];
        p->changes[i] = said->change;
        if (said->older)
            import_flag(p->im, i, "verified_on", "核实日期早于现有资料，未覆盖");
        if (said->apart)
            import_flag(p->im, i, "code",
                        "其他部门的名录中也有该对象，与其资料不一致之处已向其提出建议");
    }
}

static void note_former(struct putting *p, size_t i)
{
    const char *former = p->im->batch.formers[i];
    if (!former)
        return;
    const struct subject_stored *f = find(p->stored, p->found, former);
    if (p->im->batch.rows[i].by_licence && (!f || strcmp(former, p->codes[i]) == 0))
        return; /* nobody knew it by its licence alone */
    if (strcmp(former, p->codes[i]) == 0) {
        import_flag(p->im, i, "former_code", "合并方向与现有记录相反，未合并");
        return;
    }
    if (f && f->present && strcmp(f->present, p->codes[i]) == 0)
        return;
    p->merger_rows[p->merger_count] = i;
    p->mergers[p->merger_count++] = (struct subject_merger){ former, p->codes[i] };
}

static enum rc merge(struct db *db, struct putting *p, const struct subject_speaker *by)
{
    bool *apart = arena_array(p->im->arena, p->merger_count + 1, sizeof *apart);
    enum rc rc = subject_say_merged(db, p->im->arena, by, p->mergers, p->merger_count, apart);
    for (size_t k = 0; rc == RC_OK && k < p->merger_count; k++) {
        size_t i = p->merger_rows[k];
        const char *former = p->mergers[k].former;
        if (apart[k]) {
            import_flag(p->im, i, "former_code", "原代码 %s 在其他部门的名录中，已向其提出合并建议",
                        former);
            continue;
        }
        import_flag(p->im, i, p->im->batch.rows[i].by_licence ? "licence" : "former_code",
                    "原代码 %s 已并入", former);
        if (p->changes[i] == STORE_UNCHANGED)
            p->changes[i] = STORE_CHANGED;
    }
    return rc;
}

static int by_entry(const void *x, const void *y)
{
    const struct directory_entry *a = x;
    const struct directory_entry *b = y;
    int d = strcmp(a->subject_code, b->subject_code);
    if (d == 0)
        d = a->directory_id < b->directory_id ? -1 : a->directory_id > b->directory_id;
    return d ? d : strcmp(a->specialty, b->specialty);
}

/* Entries of one subject follow one another. */
static enum rc note_entries(struct db *db, struct import *im, const struct directory_entry *list,
                            size_t n)
{
    struct record_note *notes = arena_array(im->arena, n, sizeof *notes);
    size_t count = 0;
    for (size_t i = 0; i < n;) {
        const char *code = list[i].subject_code;
        struct buf b;
        buf_init(&b, im->arena, 65536);
        for (; i < n && strcmp(list[i].subject_code, code) == 0; i++)
            buf_printf(&b, "%s%s", b.n ? ";" : "", list[i].specialty);
        const struct record_field fields[] = { { "specialties", "", b.p }, { .name = NULL } };
        notes[count++] =
            (struct record_note){ code, "joined", record_differences(im->arena, fields) };
    }
    return record_note(db, im->arena, im->record->id, "subject", notes, count);
}

/* The entries that are not there yet. */
static enum rc put_entries(struct db *db, struct putting *p)
{
    struct import *im = p->im;
    struct import_batch *b = &im->batch;
    const char **known = arena_array(im->arena, b->count + 1, sizeof *known);
    struct directory_entry *list = arena_array(im->arena, b->entry_count + 1, sizeof *list);
    const struct directory_entry *there = NULL;
    size_t known_count = 0;
    size_t there_count = 0;
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        if (p->changes[i] != STORE_CREATED)
            known[known_count++] = p->codes[i];
    if (known_count) {
        enum rc rc = directory_entry_load(db, im->arena, known, known_count, &there, &there_count);
        if (rc != RC_OK)
            return rc;
    }
    struct directory_entry *sorted = arena_memdup(im->arena, there_count ? (const void *)there : "",
                                                  there_count * sizeof *there);
    qsort(sorted, there_count, sizeof *sorted, by_entry);
    for (size_t i = 0; i < b->entry_count; i++) {
        size_t row = b->entries[i].row;
        struct directory_entry e = b->entries[i].entry;
        if (row >= b->count)
            continue;
        e.subject_code = p->codes[row];
        if (sorted_find(&e, sorted, there_count, sizeof e, by_entry))
            continue;
        list[n++] = e;
        if (p->changes[row] == STORE_UNCHANGED)
            p->changes[row] = STORE_CHANGED;
    }
    if (!n)
        return RC_OK;
    const struct import_request *r = im->request;
    enum rc rc = directory_entry_put(db, list, n);
    if (rc == RC_OK && r->by)
        rc = directory_entry_note(db, list, n, r->by->department_id, r->now);
    return rc == RC_OK && r->by ? note_entries(db, im, list, n) : rc;
}

static enum rc load(struct db *db, struct putting *p)
{
    struct import *im = p->im;
    struct import_batch *b = &im->batch;
    const char **codes = arena_array(im->arena, 2 * b->count, sizeof *codes);
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++) {
        codes[n++] = b->subjects[i].code;
        if (b->formers[i])
            codes[n++] = b->formers[i];
    }
    return subject_load(db, im->arena, codes, n, &p->stored, &p->found);
}

static enum rc stage_entries(struct db *db, struct import *im, const struct import_staged *rows)
{
    struct import_batch *b = &im->batch;
    struct directory_entry *entries = arena_array(im->arena, b->entry_count + 1, sizeof *entries);
    size_t n = 0;
    for (size_t i = 0; i < b->entry_count; i++) {
        const struct import_entry *e = &b->entries[i];
        if (e->row >= b->count)
            continue;
        entries[n] = e->entry;
        entries[n++].subject_code = rows[e->row].code;
    }
    return import_stage_entries(db, im->arena, im->record->id, entries, n);
}

/* A line with the subject of an earlier one, which is staged by now. */
static enum rc flag_twice(struct db *db, struct import *im, size_t i, const char *code)
{
    struct subject earlier;
    enum rc rc = import_staged_before(db, im->arena, im->record->id, code, &earlier);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    import_flag(im, i, "code", "与第 %ld 行为同一检查对象，已合并%s", im->batch.rows[i].before,
                rc == RC_OK ? import_differences_text(im, &im->batch.subjects[i], &earlier) : "");
    return RC_OK;
}

/* The batch as part of a whole directory. */
static enum rc stage(struct db *db, const struct putting *p)
{
    struct import *im = p->im;
    struct import_batch *b = &im->batch;
    struct import_staged *rows = arena_array(im->arena, b->count, sizeof *rows);
    for (size_t i = 0; i < b->count; i++) {
        const struct subject *s = &b->subjects[i];
        const struct subject_stored *e = find(p->stored, p->found, s->code);
        if (e)
            import_keep_absent(im, i, &e->subject);
        const char *code = e && e->present ? e->present : s->code;
        const char *former = b->formers[i];
        if (former && b->rows[i].by_licence && !find(p->stored, p->found, former))
            former = NULL;
        rows[i] = (struct import_staged){ .code = code, .former = former, .subject = s };
        im->batch.counts.accepted++;
        enum rc rc = b->rows[i].before ? flag_twice(db, im, i, code) : RC_OK;
        if (rc != RC_OK)
            return rc;
        if (code != s->code)
            import_flag(im, i, "code", "该代码已并入 %s", code);
    }
    enum rc rc = import_stage_subjects(db, im->arena, im->record->id, rows, b->count);
    return rc == RC_OK ? stage_entries(db, im, rows) : rc;
}

enum rc import_put_subjects(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    struct import_batch *b = &im->batch;
    const struct import_request *r = im->request;
    const struct subject_speaker by = { r->by ? r->by->department_id : 0, r->now, im->record->id };
    struct putting p = {
        .im = im,
        .codes = arena_array(im->arena, b->count, sizeof *p.codes),
        .changes = arena_array(im->arena, b->count, sizeof *p.changes),
        .said = arena_array(im->arena, b->count, sizeof *p.said),
        .said_rows = arena_array(im->arena, b->count, sizeof *p.said_rows),
        .mergers = arena_array(im->arena, b->count, sizeof *p.mergers),
        .merger_rows = arena_array(im->arena, b->count, sizeof *p.merger_rows),
    };
    enum rc rc = load(db, &p);
    if (rc == RC_OK && im->staged)
        return stage(db, &p);
    for (size_t i = 0; rc == RC_OK && i < b->count; i++) {
        say(&p, i);
        note_former(&p, i);
    }
    if (rc == RC_OK)
        rc = subject_say(db, im->arena, &by, p.said, p.said_count);
    if (rc == RC_OK)
        tell(&p);
    if (rc == RC_OK)
        rc = put_entries(db, &p);
    if (rc == RC_OK)
        rc = merge(db, &p, &by);
    for (size_t i = 0; rc == RC_OK && i < b->count; i++)
        import_outcome(im, p.changes[i]);
    return rc;
}

#include <stdlib.h>
#include <string.h>

#include "store/import_internal.h"

/* What storing the batch comes to, row by row. */
struct putting {
    struct import *im;
    const struct subject_stored *stored;
    size_t found;
    const char **codes; /* under which each row is stored */
    enum store_change *changes;
    struct subject *written;
    size_t written_count;
    struct subject_merger *mergers;
    size_t merger_count;
};

static int by_code(const void *key, const void *x)
{
    return strcmp(key, ((const struct subject_stored *)x)->subject.code);
}

const struct subject_stored *import_find(const struct subject_stored *stored, size_t found,
                                         const char *code)
{
    return found ? bsearch(code, stored, found, sizeof *stored, by_code) : NULL;
}

static bool same(const struct subject *x, const struct subject *y)
{
    return x->code_flagged == y->code_flagged && strcmp(x->name, y->name) == 0 &&
           strcmp(x->type, y->type) == 0 && strcmp(x->address, y->address) == 0 &&
           strcmp(x->region_code, y->region_code) == 0 && x->located == y->located &&
           (!x->located || (x->lon == y->lon && x->lat == y->lat)) &&
           strcmp(x->state, y->state) == 0 && strcmp(x->credit_class, y->credit_class) == 0 &&
           x->is_key == y->is_key && x->complaints == y->complaints &&
           x->verified_on == y->verified_on && x->synthetic == y->synthetic;
}

/* Whether the row's fields are to be stored; a row that only adds directories says why. */
static bool decide(struct putting *p, size_t i)
{
    struct import_batch *b = &p->im->batch;
    const struct subject *s = &b->subjects[i];
    const struct subject_stored *e = import_find(p->stored, p->found, s->code);
    p->codes[i] = s->code;
    p->changes[i] = STORE_UNCHANGED;
    if (!e) {
        p->changes[i] = STORE_CREATED;
        return true;
    }
    if (e->present) {
        import_flag(p->im, i, "code", "该代码已并入 %s，按其归入名录", e->present);
        p->codes[i] = e->present;
        return false;
    }
    long before = b->rows[i].before;
    if (before)
        import_flag(p->im, i, "code", "与第 %ld 行为同一检查对象，已合并", before);
    if (same(s, &e->subject) || (before && s->verified_on <= e->subject.verified_on))
        return false;
    if (s->verified_on < e->subject.verified_on) {
        import_flag(p->im, i, "verified_on", "核实日期早于现有资料，未覆盖");
        return false;
    }
    p->changes[i] = STORE_CHANGED;
    return true;
}

static void merge(struct putting *p, size_t i)
{
    const char *former = p->im->batch.formers[i];
    if (!former)
        return;
    const struct subject_stored *f = import_find(p->stored, p->found, former);
    if (strcmp(former, p->codes[i]) == 0) {
        import_flag(p->im, i, "former_code", "合并方向与现有记录相反，未合并");
        return;
    }
    if (f && f->present && strcmp(f->present, p->codes[i]) == 0)
        return;
    import_flag(p->im, i, "former_code", "原代码 %s 已并入", former);
    p->mergers[p->merger_count++] = (struct subject_merger){ former, p->codes[i] };
    if (p->changes[i] == STORE_UNCHANGED)
        p->changes[i] = STORE_CHANGED;
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
        if (there_count && bsearch(&e, sorted, there_count, sizeof e, by_entry))
            continue;
        list[n++] = e;
        if (p->changes[row] == STORE_UNCHANGED)
            p->changes[row] = STORE_CHANGED;
    }
    return n ? directory_entry_put(db, list, n) : RC_OK;
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

enum rc import_put_subjects(struct db *db, struct import *im, struct err *err)
{
    (void)err;
    struct import_batch *b = &im->batch;
    struct putting p = {
        .im = im,
        .codes = arena_array(im->arena, b->count, sizeof *p.codes),
        .changes = arena_array(im->arena, b->count, sizeof *p.changes),
        .written = arena_array(im->arena, b->count, sizeof *p.written),
        .mergers = arena_array(im->arena, b->count, sizeof *p.mergers),
    };
    enum rc rc = load(db, &p);
    if (rc == RC_OK && im->staged)
        return import_stage(db, im, p.stored, p.found);
    for (size_t i = 0; rc == RC_OK && i < b->count; i++) {
        if (decide(&p, i))
            p.written[p.written_count++] = b->subjects[i];
        merge(&p, i);
    }
    if (rc == RC_OK && p.written_count)
        rc = subject_put(db, p.written, p.written_count);
    if (rc == RC_OK)
        rc = put_entries(db, &p);
    if (rc == RC_OK)
        rc = subject_merge(db, p.mergers, p.merger_count);
    for (size_t i = 0; rc == RC_OK && i < b->count; i++)
        import_outcome(im, p.changes[i]);
    return rc;
}

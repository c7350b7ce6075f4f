#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "domain/directory/citizen.h"
#include "domain/publish/personal.h"
#include "import/import_internal.h"
#include "store/directory/import_refresh.h"
#include "store/directory/person.h"

enum { BATCH_ARENA = 64 << 20, FLAGS_MAX = 1000, REASON_MAX = 390, CODE_SHOWN = 60 };

static const struct import_kind *kind_of(const char *name)
{
    for (const struct import_kind *const *k = import_kinds; *k; k++)
        if (strcmp((*k)->name, name) == 0)
            return *k;
    return NULL;
}

const char *import_title(const char *kind)
{
    const struct import_kind *k = kind_of(kind);
    return k ? k->title : NULL;
}

/* ---- what rows say --------------------------------------------------------------------------- */

struct import_row *import_here(struct import *im)
{
    return &im->batch.rows[im->batch.count];
}

void import_outcome(struct import *im, enum store_change change)
{
    struct import_counts *c = &im->batch.counts;
    c->accepted++;
    c->created += change == STORE_CREATED;
    c->changed += change == STORE_CHANGED;
    c->unchanged += change == STORE_UNCHANGED;
}

/* At most n bytes of valid text. */
static const char *shortened(struct arena *a, const char *text, size_t n)
{
    if (strlen(text) <= n)
        return text;
    char *cut = arena_strndup(a, text, n);
    utf8_drop_broken(cut);
    return cut;
}

/* What is kept of a file beside its data: no number of a person, unless as it may be shown. */
static const char *kept(struct arena *a, const char *text, size_t n)
{
    return arena_strdup(a, shortened(a, citizen_cover(a, text), n));
}

/* column: what the file calls it */
static void add_line(struct import *im, long line, bool refused, const char *column,
                     const char *code, const char *reason)
{
    struct import_batch *b = &im->batch;
    b->lines[b->line_count++] = (struct import_line){
        .line = im->base + line,
        .refused = refused,
        .field = column,
        .code = kept(im->arena, code, CODE_SHOWN),
        .reason = kept(im->arena, reason, REASON_MAX),
    };
}

void import_refuse(struct import *im, size_t row, const char *column, const char *why)
{
    struct import_row *r = &im->batch.rows[row];
    r->refused = true;
    im->batch.counts.refused++;
    add_line(im, r->line, true, import_title_of(im, column), r->code, why);
}

void import_flag(struct import *im, size_t row, const char *column, const char *format, ...)
{
    struct import_row *r = &im->batch.rows[row];
    char text[FLAGS_MAX];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    utf8_drop_broken(text);
    if (!r->flags) {
        r->flags = arena_alloc(im->arena, sizeof *r->flags);
        buf_init(r->flags, im->arena, FLAGS_MAX);
        r->field = import_title_of(im, column);
    }
    buf_printf(r->flags, "%s%s", r->flags->n ? "；" : "", text);
}

/* ---- batches --------------------------------------------------------------------------------- */

static int by_line(const void *x, const void *y)
{
    const struct import_line *a = x;
    const struct import_line *b = y;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* Each person's number gives way to the code that stands for it. */
static enum rc hide_persons(struct db *db, struct import *im)
{
    struct import_batch *b = &im->batch;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < b->count; i++) {
        const char *codes[] = { b->rows[i].person, b->rows[i].former };
        if (codes[0])
            rc = person_hide(db, im->arena, im->request->person_keys, &codes[0]);
        if (rc == RC_OK && codes[1])
            rc = person_hide(db, im->arena, im->request->person_keys, &codes[1]);
        if (codes[0] && b->subjects)
            b->subjects[i].code = codes[0];
        else if (codes[0] && b->listings)
            b->listings[i].code = codes[0];
        else if (codes[0] && b->histories)
            b->histories[i].code = codes[0];
        if (codes[1])
            b->formers[i] = codes[1];
    }
    return rc;
}

/* What the workbook does not show may not have been meant; of its sheet and its columns the first
   line that is accepted tells. */
static void flag_hidden(struct import *im, size_t row)
{
    const struct workbook_hidden *hidden = im->hidden;
    long line = im->batch.rows[row].line;
    if (line <= WORKBOOK_ROWS_MAX && hidden->rows[line])
        import_flag(im, row, "", "该行在工作簿中是隐藏的，已导入，请核对");
    if (im->told || im->batch.told)
        return;
    im->batch.told = true;
    if (hidden->sheet)
        import_flag(im, row, "", "工作表是隐藏的，已导入，请核对");
    for (int i = 0; im->kind->columns[i]; i++)
        if (im->positions[i] >= 0 && hidden->columns[im->positions[i]])
            import_flag(im, row, im->kind->columns[i], "列“%s”在工作簿中是隐藏的，已导入，请核对",
                        im->titles[i]);
}

static enum rc put_batch(struct db *db, void *data, struct err *err)
{
    struct import *im = data;
    struct import_batch *b = &im->batch;
    struct import_record after = *im->record;
    /* A row's flags of an attempt that was rolled back are said again. */
    struct import_row *rows = b->rows;
    b->rows = arena_memdup(im->arena, rows, (IMPORT_BATCH + 1) * sizeof *rows);
    for (size_t i = 0; i < b->count; i++) {
        if (!rows[i].flags)
            continue;
        b->rows[i].flags = arena_alloc(im->arena, sizeof *b->rows[i].flags);
        buf_init(b->rows[i].flags, im->arena, FLAGS_MAX);
        buf_puts(b->rows[i].flags, rows[i].flags->p);
    }
    b->counts = (struct import_counts){ .refused = (int64_t)(b->unread_count - b->note_count),
                                        .skipped = (int64_t)b->note_count };
    b->lines = arena_array(im->arena, b->count + b->unread_count + 1, sizeof *b->lines);
    b->line_count = b->unread_count;
    b->told = false;
    if (b->unread_count)
        memcpy(b->lines, b->unread, b->unread_count * sizeof *b->lines);
    enum rc rc = hide_persons(db, im);
    if (rc == RC_OK && b->count)
        rc = im->kind->put(db, im, err);
    for (size_t i = 0; rc == RC_OK && i < b->count; i++) {
        const struct import_row *r = &b->rows[i];
        if (im->hidden && !r->refused)
            flag_hidden(im, i);
        if (r->refused || !r->flags)
            continue;
        b->counts.flagged++;
        add_line(im, r->line, false, r->field, r->code, r->flags->p);
    }
    b->rows = rows;
    if (rc != RC_OK)
        return rc;
    qsort(b->lines, b->line_count, sizeof *b->lines, by_line);
    after.last_line = im->base + b->last_line;
    rc = import_record_add(db, im->arena, im->record, &b->counts, after.last_line, b->lines,
                           b->line_count, err);
    return rc == RC_OK && im->request->stored ? im->request->stored(im->request->data, &after, err)
                                              : rc;
}

static enum rc flush(struct import *im, struct err *err)
{
    struct import_batch *b = &im->batch;
    if (!b->last_line)
        return RC_OK;
    enum rc rc = im->request->transactions ? db_transaction(im->db, put_batch, im, err)
                                           : put_batch(im->db, im, err);
    if (rc == RC_OK) {
        struct import_counts *c = &im->record->counts;
        im->told = im->told || b->told;
        c->accepted += b->counts.accepted;
        c->created += b->counts.created;
        c->changed += b->counts.changed;
        c->unchanged += b->counts.unchanged;
        c->flagged += b->counts.flagged;
        c->refused += b->counts.refused;
        c->skipped += b->counts.skipped;
        im->record->last_line = im->base + b->last_line;
        if (im->request->progress)
            im->request->progress(im->request->data, im->record);
    }
    arena_reset(im->arena);
    memset(b, 0, sizeof *b);
    return rc;
}

static void start_batch(struct import *im)
{
    struct import_batch *b = &im->batch;
    b->rows = arena_array(im->arena, IMPORT_BATCH + 1, sizeof *b->rows);
    b->unread = arena_array(im->arena, IMPORT_BATCH, sizeof *b->unread);
}

/* What stands in columns without a title was not imported, and somebody should know. */
static void flag_spares(struct import *im, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count && i < im->columns; i++)
        if (im->spare[i] && *row->fields[i]) {
            import_flag(im, im->batch.count, "", "第 %zu 列没有表头，其中的“%.60s”未导入", i + 1,
                        row->fields[i]);
            return;
        }
}

static void flag_names(struct import *im, const struct csv_row *row)
{
    for (int i = 0; im->kind->names >> i; i++) {
        if (!(im->kind->names >> i & 1))
            continue;
        const char *odd = cell_name_oddity(im->arena, import_field(im, row, i));
        if (odd)
            import_flag(im, im->batch.count, im->kind->columns[i], "“%s”%s，请核对", im->titles[i],
                        odd);
    }
}

/* Values that no program can know any more. */
static enum rc refuse_lost(const struct import *im, const struct csv_row *row, struct err *why)
{
    for (int i = 0; im->kind->columns[i]; i++) {
        const char *text = import_field(im, row, i);
        bool code = im->kind->codes >> i & 1;
        const char *lost = code ? cell_code_lost(text) : cell_lost(text);
        if (lost)
            return import_invalid(im, row, i, lost, why);
    }
    return RC_OK;
}

/* What people write into a cell that has to say something. */
static void drop_placeholders(const struct import *im, const struct csv_row *row)
{
    for (int i = 0; im->kind->blanks >> i; i++)
        if (im->kind->blanks >> i & 1 && cell_says_nothing(import_field(im, row, i)))
            *import_field(im, row, i) = '\0';
}

static enum rc check_count(const struct import *im, const struct csv_row *row, struct err *why)
{
    for (size_t i = im->columns; i < row->count; i++)
        if (*row->fields[i])
            return err_set(why, RC_INVALID, "", "表头只有 %zu 列，该行有 %zu 列（%.60s）",
                           im->columns, row->count, row->fields[i]);
    return RC_OK;
}

static enum rc read_row(struct import *im, const struct csv_row *row, struct err *why)
{
    struct import_row *here = import_here(im);
    *here = (struct import_row){ .line = row->line, .code = "", .field = "" };
    if (row->fault)
        return err_set(why, RC_INVALID, "", "%s", row->fault);
    drop_placeholders(im, row);
    enum rc rc = check_count(im, row, why);
    if (rc == RC_OK)
        rc = refuse_lost(im, row, why);
    if (rc == RC_OK)
        rc = im->kind->read(im, row, why);
    if (rc != RC_OK)
        return rc;
    flag_names(im, row);
    if (im->spares)
        flag_spares(im, row);
    return RC_OK;
}

/* Cleans the fields of a row; false when all are empty. */
static bool clean(const struct csv_row *row)
{
    bool any = row->fault != NULL;
    for (size_t i = 0; i < row->count; i++) {
        row->fields[i] = cell_clean(row->fields[i]);
        any = any || *row->fields[i];
    }
    return any;
}

/* Without the numbers by which the people that a note names are called or known. */
static char *without_numbers(struct arena *a, const char *text)
{
    struct personal_span *spans;
    size_t n = personal_spans(a, text, NULL, &spans);
    size_t numbers = 0;
    for (size_t i = 0; i < n; i++)
        if (spans[i].kind <= PERSONAL_DOCUMENT)
            spans[numbers++] = spans[i];
    return personal_cover(a, text, spans, numbers);
}

/* What is no row of data, by its first words. */
static void add_note(struct import *im, const struct csv_row *row)
{
    struct import_batch *b = &im->batch;
    struct buf text;
    buf_init(&text, im->arena, REASON_MAX);
    buf_puts(&text, "表外文字，未导入：");
    for (size_t i = 0; i < row->count; i++)
        if (*row->fields[i])
            buf_printf(&text, "%.120s ", row->fields[i]);
    utf8_drop_broken(text.p);
    b->note_count++;
    b->unread[b->unread_count++] =
        (struct import_line){ .line = im->base + row->line,
                              .skipped = true,
                              .field = "",
                              .code = "",
                              .reason = without_numbers(im->arena, text_trim(text.p)) };
}

/* Rows that were numbered in advance and never filled in. */
static bool is_number_alone(const struct import *im, const struct csv_row *row)
{
    int64_t number;
    bool any = false;
    for (int i = 0; im->kind->columns[i]; i++)
        if (im->positions[i] >= 0 && *import_field(im, row, i))
            return false;
    for (size_t i = 0; i < row->count; i++)
        if (*row->fields[i]) {
            if (any || !cell_int(row->fields[i], UINT32_MAX, &number))
                return false;
            any = true;
        }
    return any;
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    struct import *im = data;
    struct import_batch *b = &im->batch;
    if (!clean(row))
        return RC_OK;
    if (!im->columns)
        return import_header_row(im, row, err);
    if (import_header_again(im, row) || (!row->fault && is_number_alone(im, row)))
        return RC_OK;
    if (row->line <= im->skip) {
        if (im->kind->skip && !row->fault)
            im->kind->skip(im, row);
        return RC_OK;
    }
    if (!b->rows)
        start_batch(im);
    struct err why = { .rc = RC_OK };
    if (import_note(im, row)) {
        add_note(im, row);
        b->last_line = row->line;
        return b->unread_count == IMPORT_BATCH ? flush(im, err) : RC_OK;
    }
    enum rc rc = read_row(im, row, &why);
    if (import_here(im)->before && b->count && import_here(im)->before >= b->rows[0].line) {
        /* The subject's other line is stored first: then both are compared with what is stored. */
        rc = flush(im, err);
        if (rc != RC_OK)
            return rc;
        start_batch(im);
        why.rc = RC_OK;
        rc = read_row(im, row, &why);
    }
    if (rc != RC_OK && rc != RC_INVALID)
        return err_set(err, rc, why.pointer, "%s", why.detail);
    b->last_line = row->line;
    if (rc == RC_INVALID)
        b->unread[b->unread_count++] = (struct import_line){
            .line = im->base + row->line,
            .refused = true,
            .field = arena_strdup(im->arena, why.pointer),
            .code = kept(im->arena, import_here(im)->code, CODE_SHOWN),
            .reason = kept(im->arena, why.detail, REASON_MAX),
        };
    else
        b->count++;
    return b->count == IMPORT_BATCH || b->unread_count == IMPORT_BATCH ? flush(im, err) : RC_OK;
}

/* ---- a file ---------------------------------------------------------------------------------- */

/* Whose file it is: its department, and the region by which names of places are understood. */
static void find_own(struct import *im)
{
    const struct import_by *by = im->request->by;
    for (size_t i = 0; by && i < im->departments.count; i++)
        if (im->departments.rows[i].id == by->department_id)
            im->own = &im->departments.rows[i];
}

static enum rc load_codes(struct import *im, struct err *err)
{
    enum rc rc = reference_codes(im->db, im->keep, CODES_REGION, &im->regions);
    if (rc == RC_OK)
        rc = reference_codes(im->db, im->keep, CODES_SPECIALTY, &im->specialties);
    if (rc == RC_OK)
        rc = reference_codes(im->db, im->keep, CODES_DEPARTMENT, &im->departments);
    if (rc == RC_OK)
        rc = reference_codes(im->db, im->keep, CODES_DIRECTORY, &im->directories);
    if (rc == RC_OK)
        find_own(im);
    /* Items are a department's for its own specialties. */
    if (rc == RC_OK && im->request->by && strcmp(im->kind->name, "items") == 0)
        rc = reference_own_specialties(im->db, im->keep, im->request->by->department_id,
                                       &im->specialties);
    if (rc != RC_OK || !im->request->directory)
        return rc;
    im->directory = reference_find(&im->directories, im->request->directory);
    return im->directory
               ? RC_OK
               : err_set(err, RC_NOT_FOUND, "", "没有名录“%.40s”", im->request->directory);
}

static enum rc digest_file(FILE *in, char hex[DIGEST_HEX], struct err *err)
{
    uint8_t hash[DIGEST_SIZE];
    char chunk[65536];
    size_t n;
    struct digest *d = digest_new(DIGEST_SHA256);
    while ((n = fread(chunk, 1, sizeof chunk, in)) > 0)
        digest_update(d, chunk, n);
    digest_final(d, hash);
    digest_free(d);
    hex_encode(hex, hash, sizeof hash);
    return !ferror(in) && fseek(in, 0, SEEK_SET) == 0
               ? RC_OK
               : err_set(err, RC_UNAVAILABLE, "", "文件读取失败，或不能重复读取");
}

struct opening {
    struct import *im;
    char sha256[DIGEST_HEX];
};

static enum rc open_record(struct db *db, void *data, struct err *err)
{
    struct opening *o = data;
    struct import *im = o->im;
    const struct import_request *r = im->request;
    if (r->continued) {
        enum rc rc = import_by_id(db, im->keep, r->continued, im->record);
        if (rc == RC_OK && strcmp(im->record->state, "review") != 0)
            return err_set(err, RC_STATE, "", "该导入不在待确认状态");
        im->base = rc == RC_OK ? im->record->last_line - 1 : 0;
        return rc;
    }
    *im->record = (struct import_record){
        .kind = im->kind->name,
        .department_id = r->by ? r->by->department_id : 0,
        .account_id = r->by ? r->by->account_id : 0,
        .directory_id = im->directory ? im->directory->id : 0,
        .name = shortened(im->keep, r->name, 190),
        .encoding = im->record->encoding,
    };
    enum rc rc = import_record_open(db, im->keep, r->transactions && !im->staged, im->record,
                                    o->sha256, r->now);
    im->skip = rc == RC_OK ? im->record->last_line : 0;
    return rc;
}

static enum rc end_record(struct db *db, void *data, struct err *err)
{
    (void)err;
    struct import *im = data;
    enum rc rc = im->staged ? import_compare(db, im->record) : RC_OK;
    if (rc == RC_OK)
        rc =
            import_record_end(db, im->record->id, im->staged ? "review" : "done", im->request->now);
    return rc == RC_OK ? import_by_id(db, im->keep, im->record->id, im->record) : rc;
}

static enum rc in_transaction(struct import *im, db_txn_fn *fn, void *data, struct err *err)
{
    return im->request->transactions ? db_transaction(im->db, fn, data, err)
                                     : fn(im->db, data, err);
}

static enum rc read_table(struct import *im, const struct table *table, struct err *err)
{
    im->arena = arena_new(BATCH_ARENA);
    enum rc rc = table_read(table, on_row, im, err);
    if (rc == RC_OK && !im->columns)
        rc = import_header_missing(im, err);
    if (rc == RC_OK)
        rc = flush(im, err);
    if (rc == RC_OK)
        rc = in_transaction(im, end_record, im, err);
    import_subjects_end(im);
    arena_free(im->arena);
    return rc;
}

enum rc import_file(struct db *db, struct arena *a, const struct import_request *request, FILE *in,
                    struct import_record *record, struct err *err)
{
    struct import im = {
        .request = request, .kind = kind_of(request->kind), .db = db, .keep = a, .record = record
    };
    struct opening opening = { .im = &im };
    struct table table = { .in = NULL };
    im.staged = request->whole || request->continued;
    if (!im.kind)
        return err_set(err, RC_INVALID, "", "没有这种导入：%.20s", request->kind);
    if (im.staged && (!request->directory || !im.kind->skip))
        return err_set(err, RC_INVALID, "", "只有检查对象可按整个名录更新，并须指明名录");
    enum rc rc = import_mappings(&im, err);
    if (rc == RC_OK)
        rc = table_open(in, request->encoding, request->sheet, &table, err);
    record->encoding = table.form;
    im.hidden = table.hidden;
    if (rc == RC_OK)
        rc = digest_file(in, opening.sha256, err);
    if (rc == RC_OK)
        rc = load_codes(&im, err);
    if (rc == RC_OK)
        rc = in_transaction(&im, open_record, &opening, err);
    if (rc == RC_OK)
        rc = read_table(&im, &table, err);
    table_close(&table);
    return rc;
}

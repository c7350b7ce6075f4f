/* Receipts that a front-end machine brought. */
#include "target/files.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "sys/csv.h"
#include "sys/log.h"
#include "target/manifest.h"

enum { MESSAGE_ID = 36, AT_ONCE = 200 };

static const char suffix[] = ".manifest";

struct taking {
    struct arena *arena;
    const struct target *target;
    const char *file;
};

static bool is_message(const char *id)
{
    return strlen(id) == MESSAGE_ID && strspn(id, "0123456789abcdef-") == MESSAGE_ID;
}

/* One that would be believed, or a refusal. */
static bool is_sound(const struct target *t, const char *code, const char *receipt)
{
    bool accepted =
        answer_is_code(t->code_accepted, code) || answer_is_code(t->code_duplicate, code);
    return *code && (!accepted || (strlen(receipt) <= TARGET_RECEIPT_MAX &&
                                   answer_is_receipt(t->receipt_form, receipt)));
}

static enum rc take_row(void *data, const struct csv_row *row, struct err *err)
{
    const struct taking *x = data;
    const char *text = row->count > 3 ? row->fields[3] : "";
    (void)err;
    if (row->line == 1)
        return RC_OK;
    if (row->fault || row->count < 3 || !is_message(row->fields[0]) ||
        !is_sound(x->target, row->fields[1], row->fields[2]) || strpbrk(row->fields[1], "\r\n")) {
        log_error("target=%s file=%s line=%ld is no receipt", x->target->name, x->file, row->line);
        return RC_OK;
    }
    char *known = files_path(x->arena, x->target, "own/known", row->fields[0], "");
    const char *receipt = row->fields[2]; /* of a refusal it may be anything */
    char *bytes =
        arena_printf(x->arena, "%s\n%.*s\n%.*s", row->fields[1], (int)strcspn(receipt, "\r\n"),
                     receipt, (int)strcspn(text, "\r\n"), text);
    return files_write(x->arena, x->target, known, bytes, strlen(bytes), false) ? RC_OK
                                                                                : RC_UNAVAILABLE;
}

static bool take_table(const struct taking *x, char *bytes, size_t n)
{
    struct err err = { .rc = RC_OK };
    FILE *in = n ? fmemopen(bytes, n, "r") : NULL;
    if (!in)
        return n == 0;
    enum rc rc =
        csv_read_as(in, x->target->gb18030 ? CSV_GB18030 : CSV_UTF8, take_row, (void *)x, &err);
    (void)fclose(in);
    if (rc == RC_MALFORMED) /* signed so: nobody will send it better */
        log_error("target=%s file=%s %s", x->target->name, x->file, err.detail);
    return rc == RC_OK || rc == RC_MALFORMED;
}

static void move(const struct taking *x, const char *name, const char *end)
{
    (void)rename(files_path(x->arena, x->target, "in", name, ""),
                 files_path(x->arena, x->target, "own/taken", name, end));
}

/* Whether it was moved out of the way. */
static bool take_file(const struct taking *x, const char *name)
{
    struct manifest m;
    size_t n;
    char *text = files_read(x->arena, files_path(x->arena, x->target, "in", name, ""),
                            FILES_MANIFEST_MAX, &n);
    enum manifest_state state = text ? manifest_read(x->arena, x->target, text, &m) : MANIFEST_HALF;
    if (state == MANIFEST_HALF)
        return false;
    if (state == MANIFEST_FORGED || m.what != MANIFEST_RECEIPTS) {
        log_error("target=%s file=%s is not signed by the target: set aside", x->target->name,
                  name);
        move(x, name, ".forged");
        return true;
    }
    char *bytes =
        files_read(x->arena, files_path(x->arena, x->target, "in", m.file, ""), FILES_MAX, &n);
    if (!bytes || !manifest_fits(x->target, &m, bytes, n) || !take_table(x, bytes, n) ||
        !files_keep(files_path(x->arena, x->target, "own/known", "", "")))
        return false;
    move(x, m.file, "");
    move(x, name, "");
    return true;
}

/* Half files, however many, hold up no whole one. */
static void take_all(struct arena *a, const struct target *t)
{
    const struct dirent *entry;
    DIR *folder = opendir(arena_printf(a, "%s/in", t->directory));
    for (int taken = 0; folder && taken < AT_ONCE && (entry = readdir(folder));) {
        size_t n = strlen(entry->d_name);
        if (n <= strlen(suffix) || strcmp(entry->d_name + n - strlen(suffix), suffix) != 0)
            continue;
        const struct taking x = { .arena = arena_new((size_t)64 << 20),
                                  .target = t,
                                  .file = entry->d_name };
        taken += take_file(&x, entry->d_name);
        arena_free(x.arena);
    }
    if (folder)
        (void)closedir(folder);
}

void files_take(struct arena *a, const struct target *t)
{
    int lock = files_lock(a, t);
    if (lock >= 0)
        take_all(a, t);
    files_unlock(lock);
}

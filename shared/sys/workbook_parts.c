/* Where the sheet of a workbook is, its texts, and which of its numbers are days. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sys/workbook_internal.h"

enum { RELATIONS_MAX = 512, TEXTS_BYTES_MAX = 128 << 20, FORMATS_MAX = 4096 };

/* ---- relations: which part is which ---------------------------------------------------------- */

struct relations {
    struct workbook *book;
    struct {
        const char *id;
        const char *type;
        const char *target;
    } v[RELATIONS_MAX];
    size_t n;
};

static void on_relation(void *data, const char *name, const char **attributes)
{
    struct relations *r = data;
    const char *id = workbook_attribute(attributes, "Id");
    const char *type = workbook_attribute(attributes, "Type");
    const char *target = workbook_attribute(attributes, "Target");
    if (strcmp(name, "Relationship") != 0 || !id || !type || !target ||
        strlen(target) >= WORKBOOK_PATH_MAX / 2)
        return;
    if (r->n == RELATIONS_MAX) {
        workbook_stop(r->book, WORKBOOK_LARGE);
        return;
    }
    const char *tail = strrchr(type, '/');
    r->v[r->n].id = arena_strdup(r->book->arena, id);
    r->v[r->n].type = arena_strdup(r->book->arena, tail ? tail + 1 : type);
    r->v[r->n++].target = arena_strdup(r->book->arena, target);
}

/* The path of a target that the part at path names. */
static void resolve(const char *path, const char *target, char out[WORKBOOK_PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash - path) : 0;
    if (*target == '/') {
        (void)snprintf(out, WORKBOOK_PATH_MAX, "%s", target + 1);
        return;
    }
    while (strncmp(target, "../", 3) == 0) {
        target += 3;
        while (folder && path[folder - 1] != '/')
            folder--;
        folder -= folder > 0;
    }
    (void)snprintf(out, WORKBOOK_PATH_MAX, "%.*s%s%s", (int)folder, path, folder ? "/" : "",
                   target);
}

static void read_relations(struct workbook *book, const char *path, struct relations *out)
{
    char rels[2 * WORKBOOK_PATH_MAX];
    const char *slash = strrchr(path, '/');
    int folder = slash ? (int)(slash + 1 - path) : 0;
    (void)snprintf(rels, sizeof rels, "%.*s_rels/%s.rels", folder, path, path + folder);
    out->book = book;
    out->n = 0;
    struct workbook_part part = { .start = on_relation, .data = out };
    workbook_read_part(book, rels, false, &part);
}

static const char *target_by_id(const struct relations *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->v[i].id, id) == 0)
            return r->v[i].target;
    return NULL;
}

/* The first of a type. */
static const char *target_of(const struct relations *r, const char *type)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->v[i].type, type) == 0)
            return r->v[i].target;
    return NULL;
}

/* ---- the sheet ------------------------------------------------------------------------------- */

struct sheets {
    struct workbook *book;
    const char *wanted; /* NULL: the first that is not hidden */
    const char *id;     /* of the relation; NULL: not found yet */
    size_t n;
};

static void on_book(void *data, const char *name, const char **attributes)
{
    struct sheets *s = data;
    if (strcmp(name, "workbookPr") == 0)
        s->book->days_of_1904 = workbook_says(attributes, "date1904");
    if (strcmp(name, "sheet") != 0)
        return;
    const char *title = workbook_attribute(attributes, "name");
    const char *state = workbook_attribute(attributes, "state");
    const char *id = workbook_attribute(attributes, "id");
    bool hidden = state && strcmp(state, "visible") != 0;
    if (++s->n > WORKBOOK_SHEETS_MAX)
        workbook_stop(s->book, WORKBOOK_LARGE);
    else if (!s->id && id && title && (s->wanted ? strcmp(title, s->wanted) == 0 : !hidden)) {
        s->id = arena_strdup(s->book->arena, id);
        s->book->hidden->sheet = hidden;
    }
}

void workbook_find_sheet(struct workbook *book, const char *name)
{
    struct relations *r = arena_alloc(book->arena, sizeof *r);
    struct sheets s = { .book = book, .wanted = name };
    struct workbook_part part = { .start = on_book, .data = &s };
    char path[WORKBOOK_PATH_MAX];
    read_relations(book, "", r);
    const char *target = target_of(r, "officeDocument");
    if (!target) {
        workbook_stop(book, WORKBOOK_BROKEN);
        return;
    }
    resolve("", target, path);
    workbook_read_part(book, path, false, &part);
    read_relations(book, path, r);
    if (book->fault != WORKBOOK_OK)
        return;
    if ((target = target_of(r, "sharedStrings")) != NULL)
        resolve(path, target, book->strings);
    if ((target = target_of(r, "styles")) != NULL)
        resolve(path, target, book->styles);
    target = s.id ? target_by_id(r, s.id) : NULL;
    if (target)
        resolve(path, target, book->sheet);
    else
        workbook_stop(book, s.id ? WORKBOOK_BROKEN : WORKBOOK_NO_SHEET);
}

/* ---- texts ----------------------------------------------------------------------------------- */

struct texts {
    struct workbook *book;
    struct buf text;
    bool wanted;  /* within a t */
    int phonetic; /* within readings of the text, which are none of it */
};

static void on_text_start(void *data, const char *name, const char **attributes)
{
    struct texts *t = data;
    (void)attributes;
    if (strcmp(name, "si") == 0)
        buf_clear(&t->text);
    else if (strcmp(name, "rPh") == 0)
        t->phonetic++;
    t->wanted = strcmp(name, "t") == 0 && !t->phonetic;
}

static void keep_text(struct texts *t)
{
    struct workbook *book = t->book;
    book->text_bytes += t->text.n + 1;
    if (book->text_count == WORKBOOK_STRINGS_MAX || book->text_bytes > TEXTS_BYTES_MAX) {
        workbook_stop(book, WORKBOOK_LARGE);
        return;
    }
    if (book->text_count == book->text_room) {
        size_t room = book->text_room ? 2 * book->text_room : 1024;
        const char **more = arena_array(book->arena, room, sizeof *more);
        if (book->text_count)
            memcpy(more, book->texts, book->text_count * sizeof *more);
        book->texts = more;
        book->text_room = room;
    }
    book->texts[book->text_count++] = arena_slice(book->arena, t->text.p, t->text.n);
}

static void on_text_end(void *data, const char *name)
{
    struct texts *t = data;
    t->wanted = false;
    if (strcmp(name, "rPh") == 0)
        t->phonetic--;
    else if (strcmp(name, "si") == 0)
        keep_text(t);
}

static void on_text(void *data, const char *text, int n)
{
    struct texts *t = data;
    if (t->wanted)
        buf_put(&t->text, text, (size_t)n);
}

void workbook_read_texts(struct workbook *book)
{
    struct texts *t = arena_alloc(book->arena, sizeof *t);
    struct workbook_part part = {
        .start = on_text_start, .end = on_text_end, .text = on_text, .data = t
    };
    t->book = book;
    buf_init(&t->text, book->arena, WORKBOOK_CELL_MAX);
    if (*book->strings)
        workbook_read_part(book, book->strings, true, &part);
}

/* ---- styles ---------------------------------------------------------------------------------- */

struct styles {
    struct workbook *book;
    int formats[FORMATS_MAX]; /* of this file that show days */
    size_t format_count;
    bool cells; /* within cellXfs */
};

/* Formats that every workbook has: days, and times of a day. */
static bool is_day_format(int id)
{
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) ||
           (id >= 50 && id <= 58);
}

/* A format with year, month, day or hour outside of quotes and brackets: yyyy"年"m"月"d"日". */
static bool shows_days(const char *code)
{
    char end = '\0';
    for (; *code; code++) {
        if (end) {
            end = *code == end ? '\0' : end;
        } else if (*code == '"' || *code == '[') {
            end = *code == '"' ? '"' : ']';
        } else if (*code == '\\' || *code == '_' || *code == '*') {
            code += code[1] != '\0';
        } else if (strchr("yYmMdDhHsS", *code)) {
            return true;
        } else if (*code == ';' || strncasecmp(code, "general", strlen("general")) == 0) {
            return false; /* what follows is of negative numbers */
        }
    }
    return false;
}

static void on_style(void *data, const char *name, const char **attributes)
{
    struct styles *s = data;
    struct workbook *book = s->book;
    const char *id = workbook_attribute(attributes, "numFmtId");
    int number = id ? (int)strtol(id, NULL, 10) : 0;
    if (strcmp(name, "cellXfs") == 0)
        s->cells = true;
    if (strcmp(name, "numFmt") == 0) {
        const char *code = workbook_attribute(attributes, "formatCode");
        if (code && shows_days(code) && s->format_count < FORMATS_MAX)
            s->formats[s->format_count++] = number;
        return;
    }
    if (!s->cells || strcmp(name, "xf") != 0)
        return;
    if (book->style_count == WORKBOOK_STYLES_MAX) {
        workbook_stop(book, WORKBOOK_LARGE);
        return;
    }
    bool day = is_day_format(number);
    for (size_t i = 0; !day && i < s->format_count; i++)
        day = s->formats[i] == number;
    book->dates[book->style_count++] = day;
}

static void on_style_end(void *data, const char *name)
{
    struct styles *s = data;
    if (strcmp(name, "cellXfs") == 0)
        s->cells = false;
}

void workbook_read_styles(struct workbook *book)
{
    struct styles *s = arena_alloc(book->arena, sizeof *s);
    struct workbook_part part = { .start = on_style, .end = on_style_end, .data = s };
    s->book = book;
    book->dates = arena_array(book->arena, WORKBOOK_STYLES_MAX, sizeof *book->dates);
    if (*book->styles)
        workbook_read_part(book, book->styles, true, &part);
}

#include "admin/draw/draw_verify.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

bool verify_instant(const char *text, int64_t *at)
{
    char again[INSTANT_TEXT];
    if (!instant_parse(text, at))
        return false;
    instant_format(again, *at);
    return strcmp(again, text) == 0;
}

void verify_note_line(const struct verify_lines *l, const char *what)
{
    verify_note(l->v, l->file, arena_printf(l->v->arena, "line %zu", l->number), "%s", what);
}

bool verify_line(struct verify_lines *l, size_t count)
{
    if (!*l->next)
        return false;
    char *text = l->next;
    char *end = strchr(text, '\n');
    l->number++;
    if (!end) {
        verify_note_line(l, "末行没有换行符");
        return false;
    }
    *end = '\0';
    l->next = end + 1;
    if (text_split(text, '\t', l->f, count) == count)
        return true;
    verify_note_line(l, "字段数有误");
    return false;
}

bool verify_open(struct verify *v, const char *name, const char *head, struct verify_lines *l)
{
    const struct tar_file *file = verify_file(v, name);
    *l = (struct verify_lines){ .v = v, .file = name };
    if (!file) {
        verify_note(v, name, "", "公示包中没有这个文件");
        return false;
    }
    if (!utf8_valid(file->data, file->size) || memchr(file->data, '\0', file->size)) {
        verify_note(v, name, "", "不是 UTF-8 文本");
        return false;
    }
    l->next = arena_slice(v->arena, file->data, file->size);
    if (!verify_line(l, 2))
        return false;
    if (strcmp(l->f[0], head) == 0 && strcmp(l->f[1], v->campaign) == 0)
        return true;
    verify_note_line(l, "不认识的格式，或属于另一个批次");
    return false;
}

size_t verify_count_lines(const struct tar_file *file)
{
    size_t n = 0;
    for (size_t i = 0; file && i < file->size; i++)
        n += file->data[i] == '\n';
    return n;
}

#include "admin/draw_verify.h"

#include <string.h>

#include "base/text.h"

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
    l->next = arena_strndup(v->arena, file->data, file->size);
    if (!verify_line(l, 2))
        return false;
    if (strcmp(l->f[0], head) == 0 && strcmp(l->f[1], v->campaign) == 0)
        return true;
    verify_note_line(l, "不认识的格式，或属于另一个批次");
    return false;
}

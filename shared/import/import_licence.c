/*
 * Who has no credit code, as many clinics: known by a licence, or by the number of registration of
 * a medical institution. Such numbers are longer than codes and not of their characters, so the
 * subject's code is LC and the beginning of the number's digest: the same number, however it is
 * spaced and bracketed, is the same subject.
 */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "domain/directory/uscc.h"
#include "import/import_internal.h"

enum { DIGEST_DIGITS = 16, REGISTRATION = 22, REGION_AT = 9, REGION_SIZE = 6 };

/* As it is compared: cell_name's form, without brackets and dashes of any kind. */
static void plain(const char *text, char out[CELL_NAME])
{
    static const char *const brackets[] = { "〔", "〕", "【", "】", "〖", "〗", "〈", "〉", "《",
                                            "》", "“",  "”",  "‘",  "’",  "[",  "]",  "(",  ")",
                                            "{",  "}",  "<",  ">",  "-",  "—",  "–",  "‐",  "−" };
    cell_name(text, out);
    for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
        size_t n = strlen(brackets[i]);
        for (char *at = strstr(out, brackets[i]); at; at = strstr(at, brackets[i]))
            memmove(at, at + n, strlen(at + n) + 1);
    }
}

/* 22 letters and digits: the organisation's code, its region, its kind. */
static bool is_registration(const char *name)
{
    return strlen(name) == REGISTRATION &&
           strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz") == REGISTRATION &&
           strspn(name + REGION_AT, "0123456789") >= REGION_SIZE;
}

/* 豫卫公证字〔2023〕第0402001号 */
static bool is_printed(const char *name)
{
    return (strstr(name, "字") || strstr(name, "证")) && strstr(name, "号");
}

/* 1, 0000, 待办2023: two subjects that have nothing better are two. */
static bool is_placeholder(const char *name)
{
    enum { LETTERS_MIN = 5 };
    static const char *const words[] = { "无", "暂无", "未", "待", "办理", "正在", "申请", NULL };
    for (size_t i = 0; words[i]; i++)
        if (strncmp(name, words[i], strlen(words[i])) == 0)
            return true;
    return utf8_length(name) < LETTERS_MIN ||
           strspn(name, (const char[]){ *name, '\0' }) == strlen(name);
}

bool import_is_licence(const char *text)
{
    char name[CELL_NAME];
    size_t n = strlen(text);
    if (n < REGISTRATION || n >= CELL_NAME) /* nearly all codes */
        return false;
    plain(text, name);
    return is_registration(name) || is_printed(name);
}

enum rc import_licence(struct import *im, const struct csv_row *row, int column, const char *region,
                       const char **out, struct err *err)
{
    char name[CELL_NAME];
    char text[CELL_NAME + 16];
    char hex[DIGEST_HEX];
    const char *cell = import_field(im, row, column);
    if (strlen(cell) >= CELL_NAME)
        return import_invalid(im, row, column, "过长，不是许可证号或登记号", err);
    plain(cell, name);
    if (!name[strcspn(name, "0123456789")] || is_placeholder(name))
        return import_invalid(im, row, column, "不是许可证号或登记号", err);
    /* Short numbers are those of one place. */
    bool whole = is_registration(name) || is_printed(name);
    (void)snprintf(text, sizeof text, "%s\n%s", name, whole ? "" : region);
    digest_hex(DIGEST_SHA256, text, strlen(text), hex);
    for (char *p = hex; *p; p++)
        if (*p >= 'a' && *p <= 'f')
            *p = (char)(*p - ('a' - 'A'));
    *out = arena_printf(im->arena, "LC%.*s", DIGEST_DIGITS, hex);
    return RC_OK;
}

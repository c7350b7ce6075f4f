#include "domain/mask.h"

enum {
    HOME_MAX = 60,   /* characters of a home address behind its label */
    ADDRESS_MAX = 40 /* characters between two numbers of one address */
};

/* ---- behind a label ---- */

/* Not "家住" or "现住" alone: 国家住建部门 and 发现住宿场所 hold them. */
static const char *const home_labels[] = { "家住在",     "家住于",   "家住:",  "家庭住址",
                                           "家庭地址",   "现住址",   "住址",   "居住地",
                                           "户籍所在地", "户籍地址", "户籍地", NULL };

static void mask_home(struct mask *m, size_t i)
{
    static const char *const links[] = { "址", ":", "为", "是", "在", "于", " ", NULL };
    while (mask_word(m, i, links))
        i++;
    size_t to = i;
    while (to < m->n && to - i < HOME_MAX && !mask_ends_phrase(m->code[to]) && m->code[to] != ')')
        to++;
    if (to == i)
        return;
    mask_cover(m, i, to);
    m->found.addresses++;
}

static void mask_homes(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        n = mask_word(m, i, home_labels);
        if (n)
            mask_home(m, i + n);
    }
}

/* ---- by its own form: "12号 … 3号楼2单元501室" ---- */

static bool is_numeral(uint32_t c)
{
    static const uint32_t chinese[] = { 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
                                        0x516B, 0x4E5D, 0x5341, 0x767E, 0x3007, 0x96F6 };
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        if (c == chinese[i])
            return true;
    return mask_is_alnum(c) || mask_is_hyphen(c);
}

enum unit { NO_UNIT, HOUSE, FLOOR, ROOM };

struct address_number {
    enum unit unit;
    size_t from; /* the number */
    size_t to;   /* its end, where the unit starts */
    size_t end;  /* behind the unit */
};

/* Reads the unit at i when a number stands before it; "第12号" counts documents, not houses. */
static bool read_number(const struct mask *m, size_t i, struct address_number *number)
{
    static const char *const houses[] = { "号楼", "号院", "号", "栋", "幢", NULL };
    static const char *const floors[] = { "层", "楼", "座", NULL };
    static const char *const rooms[] = { "单元", "室", NULL };
    size_t n;
    *number = (struct address_number){ .unit = HOUSE, .from = i, .to = i };
    if ((n = mask_word(m, i, houses)) == 0) {
        number->unit = FLOOR;
        if ((n = mask_word(m, i, floors)) == 0) {
            number->unit = ROOM;
            n = mask_word(m, i, rooms);
        }
    }
    if (n == 0)
        return false;
    number->end = i + n;
    while (number->from > 0 && is_numeral(m->code[number->from - 1]))
        number->from--;
    return number->from < i && (number->from == 0 || m->code[number->from - 1] != 0x7B2C /* 第 */);
}

/* Covers the numbers before all units from i to end, and the room's number that may follow 单元
   without a unit of its own, as in "2单元501". */
static void cover_numbers(struct mask *m, size_t i, size_t end)
{
    struct address_number number;
    for (; i < end; i++)
        if (read_number(m, i, &number))
            mask_cover(m, number.from, number.to);
    bool block = m->code[end - 1] == 0x5143; /* 元 */
    for (; block && i < m->n && mask_is_digit(m->code[i]); i++)
        mask_cover(m, i, i + 1);
}

/* A house's number and then, in the same phrase, a unit's or room's: the numbers from the house on
   are covered. A room alone ("501室") is a place of the check and stays. */
static void mask_rooms(struct mask *m)
{
    bool open = false; /* a house's number stands before, in this phrase */
    bool deep = false; /* and a room's too */
    size_t from = 0;   /* unit where the covering starts */
    size_t last = 0;
    for (size_t i = 0; i < m->n; i++) {
        struct address_number number;
        if (mask_ends_phrase(m->code[i]) || (open && i - last > ADDRESS_MAX))
            open = deep = false;
        if (!read_number(m, i, &number) || (!open && number.unit != HOUSE))
            continue;
        if (!open)
            from = i;
        open = true;
        last = i;
        if (number.unit != ROOM && !deep)
            continue;
        m->found.addresses += !deep;
        deep = true;
        cover_numbers(m, from, number.end);
        from = number.end;
    }
}

void mask_addresses(struct mask *m)
{
    mask_homes(m);
    mask_rooms(m);
}

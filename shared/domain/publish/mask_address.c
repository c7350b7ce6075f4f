/* Home addresses: behind their label, and by the numbers that only a home's address has. */
#include "domain/publish/mask.h"

enum {
    HOME_MAX = 60,   /* characters of a home address behind its label */
    ADDRESS_MAX = 40 /* characters between two numbers of one address */
};

/* ---- behind a label ---- */

/* Behind the phrase that begins at i, and whether it reads like an address. */
static size_t home_to(const struct mask *m, size_t i, bool *address)
{
    size_t to = i;
    *address = false;
    for (; to < m->n && to - i < HOME_MAX && !mask_ends_phrase(m->code[to]) && m->code[to] != ')' &&
           m->code[to] != 0x7684 /* 的 */;
         to++)
        *address = *address || mask_word(m, to, MASK_SPOT) > 0;
    return to;
}

/* "3-2-501", the last with three digits or more. */
static size_t dashed_room(const struct mask *m, size_t i)
{
    size_t dashes = 0;
    size_t run = 0;
    size_t to = i;
    for (; mask_is_digit(m->code[to]) || (run && mask_is_hyphen(m->code[to])); to++) {
        bool dash = mask_is_hyphen(m->code[to]);
        dashes += dash;
        run = dash ? 0 : run + 1;
    }
    return dashes >= 1 && dashes <= 3 && run >= 3 && run <= 4 ? to : 0;
}

static void behind_label(struct mask *m, size_t i)
{
    bool told;
    bool address;
    i = mask_links(m, i, &told);
    i += m->code[i] == 0x5728 /* 在 */ || m->code[i] == 0x4E8E /* 于 */;
    size_t to = home_to(m, i, &address);
    if (to > i && (address || m->code[i - 1] == ':' || dashed_room(m, i)))
        mask_cover(m, i, to, PERSONAL_ADDRESS);
}

/* "，住某县某村", "现住": at the beginning of a phrase, and not 住宿, 住院, 住房. */
static bool begins_home(const struct mask *m, size_t i)
{
    static const uint32_t others[] = { 0x5BBF, 0x9662, 0x623F, 0x5EFA, 0x6240, 0x6237,
                                       0x5B85, 0x5904, 0x5BA2, 0x6301, 0x5740 };
    static const uint32_t before[] = { 0x73B0, 0x5BB6, 0x6682, 0x79DF, 0x539F };
    if (m->code[i] != 0x4F4F)
        return false;
    for (size_t k = 0; i > 0 && k < sizeof before / sizeof before[0]; k++)
        if (m->code[i - 1] == before[k]) {
            i--;
            break;
        }
    if (i > 0 && mask_is_han(m->code[i - 1]))
        return false;
    i += m->code[i] != 0x4F4F;
    for (size_t k = 0; k < sizeof others / sizeof others[0]; k++)
        if (m->code[i + 1] == others[k])
            return false;
    return true;
}

static void mask_homes(struct mask *m)
{
    for (size_t i = 0, n; i < m->n; i += n ? n : 1) {
        n = mask_word(m, i, MASK_HOME);
        n = !n && begins_home(m, i) ? 1 : n;
        if (n)
            behind_label(m, i + n);
    }
}

/* ---- by its own form: "12号 … 3号楼2单元501室" ---- */

static bool is_numeral(uint32_t c)
{
    static const uint32_t chinese[] = { 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03,
                                        0x516B, 0x4E5D, 0x5341, 0x767E, 0x3007, 0x96F6, 0x7532,
                                        0x4E59, 0x4E19, 0x58F9, 0x8D30, 0x53C1, 0x8086, 0x4F0D,
                                        0x9646, 0x67D2, 0x634C, 0x7396, 0x62FE };
    for (size_t i = 0; i < sizeof chinese / sizeof *chinese; i++)
        if (c == chinese[i])
            return true;
    return mask_is_alnum(c) || mask_is_hyphen(c);
}

enum unit { NO_UNIT, HOUSE, FLOOR, ROOM };

struct address_number {
    enum unit unit;
    size_t from; /* the number */
    size_t end;  /* behind the unit */
};

static const char *const houses[] = {
    "号楼", "号院", "号", "#楼", "#", "栋", "幢", "弄", "座", NULL
};
static const char *const floors[] = { "层", "楼", "排", NULL };
static const char *const rooms[] = { "单元", "室", "户", "门", NULL };

/* "东户": the side of a floor. */
static bool is_side(uint32_t c)
{
    return c == 0x4E1C || c == 0x897F || c == 0x5357 || c == 0x5317 || c == 0x4E2D;
}

/* Reads the unit at i when a number stands before it; "第12号" counts documents, not houses. */
static bool read_number(const struct mask *m, size_t i, struct address_number *number)
{
    size_t n;
    *number = (struct address_number){ .unit = HOUSE, .from = i };
    if ((n = mask_any(m, i, houses)) == 0) {
        number->unit = FLOOR;
        if ((n = mask_any(m, i, floors)) == 0) {
            number->unit = ROOM;
            n = mask_any(m, i, rooms);
        }
    }
    if (n == 0)
        return false;
    number->end = i + n;
    if (m->code[i] == 0x95E8 /* 门 */ && !mask_is_digit(m->code[number->end]))
        return false; /* 2门301, but not 2门诊 */
    while (number->from > 0 && is_numeral(m->code[number->from - 1]))
        number->from--;
    if (m->code[i] == 0x6237 /* 户 */) /* "5户" counts households */
        number->from = i > 0 && is_side(m->code[i - 1]) ? i - 1 : i;
    if (m->code[i] == 0x5355 /* 单元 */ && number->from == i && i > 0 && is_side(m->code[i - 1]))
        number->from = i - 1;
    return number->from < i && (number->from == 0 || m->code[number->from - 1] != 0x7B2C /* 第 */);
}

/* The room's number that may follow without a unit of its own, as in "2单元501". */
static size_t bare_room(const struct mask *m, size_t i)
{
    while (mask_is_digit(m->code[i]) ||
           (mask_is_hyphen(m->code[i]) && mask_is_digit(m->code[i + 1])))
        i++;
    return i + (mask_is_digit(m->code[i - 1]) && mask_is_alnum(m->code[i])); /* 3A */
}

/* Behind the floor, the number and the side that may follow a unit: 3单元八楼东, 二单元五〇二. */
static size_t tail(const struct mask *m, size_t i)
{
    static const char *const units[] = { "层", "楼", "室", "号", "房", NULL };
    for (;;) {
        size_t from = i + (m->code[i] == ' ');
        size_t to = from;
        while (is_numeral(m->code[to]))
            to++;
        size_t unit = to > from ? mask_any(m, to, units) : 0;
        if (!unit && (to < from + 3 || mask_is_han(m->code[to])))
            break;
        i = to + unit;
    }
    bool side = is_side(m->code[i]) || m->code[i] == 0x5DE6 || m->code[i] == 0x53F3;
    return side && !mask_is_han(m->code[i + 1]) ? i + 1 : i;
}

/* The 号 at i is of a house in a row or of a door on a floor, 3排5号, and not of a ward or a seat:
   三楼5号、6号病房, 5排12号座位. */
static bool is_row(const struct mask *m, uint32_t before, size_t i)
{
    static const char *const seats[] = { "座", "货", "席", "床", "柜", "机", "工位", "车位", NULL };
    size_t end = i + 1;
    for (size_t to; m->code[end] == 0x3001 /* 、 */ || m->code[end] == 0x548C /* 和 */;) {
        for (to = end + 1; is_numeral(m->code[to]);)
            to++;
        if (to == end + 1 || m->code[to] != 0x53F7)
            break;
        end = to + 1;
    }
    if (m->code[i] != 0x53F7 /* 号 */)
        return false;
    if (before == 0x6392 /* 排 */)
        return !mask_any(m, end, seats);
    return before == 0x697C /* 楼 */ &&
           (!mask_is_han(m->code[end]) || mask_word(m, end, MASK_FOLLOW));
}

/* A house's number and then, in the same phrase, a unit's or room's: all from the house on is
   covered. A room alone ("501室") is a place of the check and stays. */
static void mask_rooms(struct mask *m)
{
    bool open = false; /* a house's number came before, in this phrase */
    size_t from = 0;   /* of the house */
    size_t last = 0;   /* behind the last number of the address */
    for (size_t i = 0; i < m->n; i++) {
        struct address_number number;
        if (mask_ends_phrase(m->code[i]) || (open && i > last + ADDRESS_MAX))
            open = false;
        if (!read_number(m, i, &number) || (!open && number.unit != HOUSE))
            continue;
        bool was_open = open;
        if (!open)
            from = number.from;
        open = true;
        last = number.end;
        size_t room = bare_room(m, number.end);
        bool named = m->code[room] == 0x5BA4 /* 室 */ ||
                     (m->code[room] == 0x623F /* 房 */ && m->code[room + 1] != 0x95F4 /* 间 */);
        size_t end = room + named;
        bool bare = room >= number.end + 3 && !mask_is_han(m->code[end]);
        uint32_t before = number.from > 0 ? m->code[number.from - 1] : 0;
        bool row = was_open && number.end == i + 1 && is_row(m, before, i);
        if (number.unit != ROOM && !bare &&
            !row) /* "5号楼3层301" is a home, 5号楼301检验室 is not */
            continue;
        size_t behind = number.unit == ROOM ? tail(m, number.end) : 0;
        last = behind > end ? behind : end;
        mask_cover(m, from, last, PERSONAL_ADDRESS);
        i = last - 1;
    }
}

/* ---- by what stands before: 小区3-2-501, 村二组12号 ---- */

static size_t village_house(const struct mask *m, size_t i)
{
    static const char *const groups[] = { "组", "队", "排", NULL };
    size_t to = i;
    size_t n;
    while (is_numeral(m->code[to]) || m->code[to] == 0x7B2C)
        to++;
    if (to == i || (n = mask_any(m, to, groups)) == 0)
        return 0;
    size_t number = to + n;
    size_t end = number;
    while (is_numeral(m->code[end]))
        end++;
    return end > number && m->code[end] == 0x53F7 /* 号 */ ? end + 1 : 0;
}

static void mask_blocks(struct mask *m)
{
    static const char *const blocks[] = { "小区", "花园", "公寓", "家属院", "社区", "苑",
                                          "湾",   "城",   "里",   "庄园",   "名都", NULL };
    static const char *const villages[] = { "村", "庄", "屯", "寨", "家属院", "大院", NULL };
    for (size_t i = 0, n; i < m->n; i++) {
        size_t to = 0;
        if ((n = mask_any(m, i, blocks)) > 0)
            to = dashed_room(m, i + n);
        if (!to && (n = mask_any(m, i, villages)) > 0)
            to = village_house(m, i + n);
        if (to)
            mask_cover(m, i + n, to, PERSONAL_ADDRESS);
    }
}

void mask_addresses(struct mask *m)
{
    mask_homes(m);
    mask_rooms(m);
    mask_blocks(m);
}

/* Regions by code or by name, as lists write them. */
#include <string.h>

#include "base/text.h"
#include "import/import_internal.h"

/* A street or a town, which may stand behind its region: 新华区合成街道. */
static bool is_town(const char *text)
{
    static const char *const kinds[] = { "街道", "街道办事处", "办事处", "镇", "乡" };
    size_t n = strlen(text);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(kinds[i]);
        if (n > size && strcmp(text + n - size, kinds[i]) == 0)
            return true;
    }
    return false;
}

/* Lists leave out what kind of region it is: 汝州 is 汝州市. */
static bool named(const char *name, const struct reference_code *region)
{
    static const char *const kinds[] = { "", "市", "县", "区" };
    const char *full = region->name;
    size_t n = strlen(name);
    size_t size = strlen(full);
    /* Behind a city's name stands a district's, not a town's. */
    if (*region->region && size > strlen("区") && strncmp(name, full, size) == 0 &&
        is_town(name + size))
        return true;
    if (!n || strncmp(name, full, n) != 0)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(full + n, kinds[i]) == 0)
            return true;
    return false;
}

/* What stands behind the city's name in the text, with 市 or without; NULL where it does not. */
static const char *behind(const char *text, const char *city)
{
    static const char kind[] = "市";
    size_t n = strlen(city);
    const char *at = strstr(text, city);
    if (at || n <= 2 * strlen(kind) || strcmp(city + n - strlen(kind), kind) != 0)
        return at ? at + n : NULL;
    for (n -= strlen(kind), at = text; *at; at++)
        if (strncmp(at, city, n) == 0)
            return at + n;
    return NULL;
}

/* Whether the text means the region, with the city and the province before it or without. */
static bool means(const struct import *im, const char *text, const struct reference_code *region)
{
    const struct reference_code *city =
        *region->region ? reference_find(&im->regions, region->region) : NULL;
    const char *rest = behind(text, city ? city->name : region->name);
    if (rest && (city ? named(rest, region) : !*rest))
        return true;
    return named(text, region);
}

static const char *city_of(const struct reference_code *region)
{
    return *region->region ? region->region : region->code;
}

static const struct reference_code *by_name(const struct import *im, const char *name)
{
    static const char *const city_names[] = { "市本级", "市级", "市直", "市辖区", "全市", NULL };
    static const char *const own_names[] = { "本级", "区本级", "县本级", "区级",
                                             "县级", "全区",   "全县",   NULL };
    const struct reference_code *home =
        im->own ? reference_find(&im->regions, im->own->region) : NULL;
    const struct reference_code *found = NULL;
    size_t count = 0;
    if (home && text_index(own_names, name) >= 0)
        return home;
    if (home && text_index(city_names, name) >= 0)
        return reference_find(&im->regions, city_of(home));
    for (size_t i = 0; i < im->regions.count; i++) {
        const struct reference_code *r = &im->regions.rows[i];
        if (!means(im, name, r))
            continue;
        if (home && strcmp(city_of(r), city_of(home)) == 0)
            return r;
        found = r;
        count++;
    }
    return count == 1 ? found : NULL;
}

/* Takes the code out of a name that has one: 410402, 410402.0, and those of statistics, which go on
   to the street and the village: 410402001, 410402001002. */
static void take_code(char *name, char code[7])
{
    enum { DISTRICT = 6, STREET = 9, VILLAGE = 12 };
    char *at = strpbrk(name, "0123456789");
    size_t n = at ? strspn(at, "0123456789") : 0;
    code[0] = '\0';
    if (n != DISTRICT && n != STREET && n != VILLAGE)
        return;
    memcpy(code, at, DISTRICT);
    code[DISTRICT] = '\0';
    if (strcmp(at + n, ".0") == 0) /* of a number */
        n += 2;
    memmove(at, at + n, strlen(at + n) + 1);
}

static void drop_marks(char *name)
{
    char *out = name;
    for (; *name; name++)
        if (!strchr("/-_>|,:()[]", *name))
            *out++ = *name;
    *out = '\0';
}

/* 新华区本级 is 新华区; 本级 alone is what the file's department is of. */
static void drop_own(char *name)
{
    static const char own[] = "本级";
    size_t n = strlen(name);
    size_t size = strlen(own);
    if (n > size + strlen("区") && strcmp(name + n - size, own) == 0)
        name[n - size] = '\0';
}

const struct reference_code *import_find_region(struct import *im, const char *text)
{
    char name[CELL_NAME];
    char code[7];
    const struct reference_code *r = reference_find(&im->regions, text);
    if (r || !*text)
        return r;
    cell_name(text, name);
    if (strcmp(name, im->region_name) == 0) /* rows of a place stand together */
        return im->region;
    memcpy(im->region_name, name, sizeof im->region_name);
    take_code(name, code);
    drop_marks(name);
    drop_own(name);
    r = *name || !*code ? by_name(im, name) : reference_find(&im->regions, code);
    if (r && *code && strcmp(r->code, code) != 0)
        r = NULL; /* 410402 卫东区 */
    im->region = r;
    return r;
}

enum rc import_region(struct import *im, const struct csv_row *row, int column,
                      const struct reference_code **out, struct err *err)
{
    *out = import_find_region(im, import_field(im, row, column));
    if (*out)
        return RC_OK;
    return import_invalid(
        im, row, column,
        arena_printf(im->arena, "没有这个区划，须为 %s", import_known(im, &im->regions)), err);
}

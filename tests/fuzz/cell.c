/* A cell of an official's file: what is read of it is what is read of its plain form. */
#include "import/cell.h"

#include "base/buf.h"
#include "base/date.h"
#include "base/text.h"
#include "domain/directory/citizen.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char plain[DATE_TEXT];
    char name[CELL_NAME];
    char again[CELL_NAME];
    char number[INT_TEXT];
    int32_t date;
    int32_t same;
    int64_t value;
    bool yes;
    utf8_drop_broken(text);
    char *clean = cell_clean(text);
    if (cell_date(clean, &date)) {
        date_format(plain, date);
        FUZZ_EXPECT(cell_date(plain, &same) && same == date);
        FUZZ_EXPECT(cell_until(clean, &same) && same == date);
    } else if (cell_until(clean, &date)) {
        date_format(plain, date);
        FUZZ_EXPECT(cell_until(plain, &same) && same == date);
    }
    if (cell_int(clean, INT32_MAX, &value)) {
        (void)int_format(number, value);
        int64_t back;
        FUZZ_EXPECT(cell_int(number, INT32_MAX, &back) && back == value);
    }
    cell_name(clean, name);
    FUZZ_EXPECT(strlen(name) < CELL_NAME && utf8_valid(name, strlen(name)));
    cell_name(name, again);
    FUZZ_EXPECT(strcmp(name, again) == 0);
    cell_name_outside_brackets(name);
    FUZZ_EXPECT(strncmp(name, again, strlen(name)) == 0);
    while (cell_name_peel(again))
        FUZZ_EXPECT(*again && utf8_valid(again, strlen(again)));
    (void)cell_bool(clean, &yes);
    (void)cell_code_lost(clean);
    struct arena *a = arena_new(SIZE_MAX);
    (void)cell_name_oddity(a, clean);
    const char *covered = citizen_cover(a, clean);
    FUZZ_EXPECT(utf8_valid(covered, strlen(covered)));
    FUZZ_EXPECT(strcmp(citizen_cover(a, covered), covered) == 0);
    arena_free(a);
    free(text);
    return 0;
}

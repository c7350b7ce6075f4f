/* The small parsers of base and the enterprise codes over one text: what is accepted is written
   again to the same text, or read again to the same value. */
#include "base/text.h"

#include <inttypes.h>

#include "base/date.h"
#include "domain/directory/uscc.h"
#include "fuzz.h"

static void check_numbers(const char *text)
{
    int64_t value;
    double real;
    char again[32];
    if (int_parse(text, INT64_MIN, INT64_MAX, &value)) {
        (void)snprintf(again, sizeof again, "%" PRId64, value);
        FUZZ_EXPECT(strcmp(text, again) == 0);
    }
    if (int_parse(text, -7, 12, &value))
        FUZZ_EXPECT(value >= -7 && value <= 12);
    if (decimal_parse(text, -180, 180, &real))
        FUZZ_EXPECT(real >= -180 && real <= 180);
}

static void check_dates(const char *text)
{
    int32_t date;
    int64_t instant;
    int64_t same;
    char day[DATE_TEXT];
    char moment[INSTANT_TEXT];
    if (date_parse(text, &date)) {
        date_format(day, date);
        FUZZ_EXPECT(strcmp(text, day) == 0);
    }
    if (instant_parse(text, &instant)) {
        instant_format(moment, instant);
        /* An offset may carry a moment over the first or the last year. */
        if (strncmp(moment, "1899", 4) != 0 && strncmp(moment, "2200", 4) != 0)
            FUZZ_EXPECT(instant_parse(moment, &same) && same == instant);
    }
}

static void check_bytes(struct arena *a, const char *text)
{
    size_t n = strlen(text);
    unsigned char *out = (unsigned char *)fuzz_bytes(text, n);
    long size = base64url_decode(out, n, text);
    if (size >= 0)
        FUZZ_EXPECT(strcmp(base64url_encode(a, out, (size_t)size), text) == 0);
    FUZZ_EXPECT(base64url_decode(out, n / 2, text) <= (long)(n / 2));
    size = base64_decode(out, n, text);
    FUZZ_EXPECT(size >= -1 && size <= (long)n);
    if (n % 2 == 0 && hex_decode(out, n / 2, text))
        FUZZ_EXPECT(strcmp(hex_dup(a, out, n / 2), text) == 0);
    FUZZ_EXPECT(n < 64 || !hex_decode(out, 31, text));
    free(out);
}

static void check_words(struct arena *a, const char *text)
{
    char *parts[4];
    size_t n = text_split(arena_strdup(a, text), ',', parts, 4);
    FUZZ_EXPECT(n <= 5 && (n > 0) == (*text != '\0'));
    const char *trimmed = text_trim(arena_strdup(a, text));
    FUZZ_EXPECT(strcmp(text_trim(arena_strdup(a, trimmed)), trimmed) == 0);
    if (!utf8_valid(text, strlen(text)))
        return;
    struct uscc code;
    struct uscc again;
    uscc_read(text, &code);
    uscc_read(code.text, &again);
    FUZZ_EXPECT(utf8_valid(code.text, strlen(code.text)));
    /* Where only a beginning was kept, the cut may have made a code of a longer word. */
    FUZZ_EXPECT(code.cut ? code.kind == USCC_OTHER && !code.check_ok
                         : strcmp(code.text, again.text) == 0 && code.kind == again.kind);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(FUZZ_ARENA);
    char *text = fuzz_text(data, size);
    check_numbers(text);
    check_dates(text);
    check_bytes(a, text);
    check_words(a, text);
    free(text);
    arena_free(a);
    return 0;
}

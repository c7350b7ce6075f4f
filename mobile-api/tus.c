#include "tus.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/text.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)

/* ---- Upload-Metadata ------------------------------------------------------------------------- */

struct pair {
    const char *key;
    const char *value; /* base64; may be empty */
};

/* Visible ASCII; a comma or a blank would have ended it. */
static bool key_valid(const char *key)
{
    for (const char *p = key; *p; p++)
        if (*p <= 0x20 || *p >= 0x7F)
            return false;
    return *key != '\0';
}

static bool value_valid(const char *value)
{
    uint8_t decoded[TUS_METADATA_MAX];
    return base64_decode(decoded, sizeof decoded, value) >= 0;
}

/* One pair out of its text, in place. Blanks around it come with lists that were joined. */
static bool read_pair(char *text, struct pair *pair)
{
    static const char no_value[] = "";
    pair->key = text + strspn(text, " ");
    char *blank = strchr(pair->key, ' ');
    pair->value = no_value;
    if (blank) {
        *blank = '\0';
        char *value = blank + 1;
        char *end = value + strcspn(value, " ");
        if (end[strspn(end, " ")])
            return false;
        *end = '\0';
        pair->value = value;
    }
    return key_valid(pair->key) && value_valid(pair->value);
}

static bool seen(const struct pair *pairs, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].key, key) == 0)
            return true;
    return false;
}

static bool read_digest(const char *value, uint8_t sha256[DIGEST_SIZE])
{
    char hex[DIGEST_HEX];
    long n = base64_decode(hex, sizeof hex - 1, value);
    if (n != DIGEST_HEX - 1)
        return false;
    hex[n] = '\0';
    return hex_decode(sha256, DIGEST_SIZE, hex);
}

enum tus_metadata tus_metadata_read(const char *text, uint8_t sha256[DIGEST_SIZE])
{
    char copy[TUS_METADATA_MAX + 1];
    char *parts[TUS_PAIRS_MAX];
    struct pair pairs[TUS_PAIRS_MAX];
    size_t length = strlen(text);
    if (length > TUS_METADATA_MAX)
        return TUS_METADATA_MALFORMED;
    memcpy(copy, text, length + 1);
    size_t n = text_split(copy, ',', parts, TUS_PAIRS_MAX);
    if (n > TUS_PAIRS_MAX)
        return TUS_METADATA_MALFORMED;
    for (size_t i = 0; i < n; i++)
        if (!read_pair(parts[i], &pairs[i]) || seen(pairs, i, pairs[i].key))
            return TUS_METADATA_MALFORMED;
    for (size_t i = 0; i < n; i++)
        if (strcmp(pairs[i].key, "sha256") == 0 && read_digest(pairs[i].value, sha256))
            return TUS_METADATA_OK;
    return TUS_METADATA_NO_DIGEST;
}

/* ---- Upload-Checksum ------------------------------------------------------------------------- */

enum tus_checksum tus_checksum_compare(const char *text, const void *bytes, size_t n)
{
    uint8_t announced[DIGEST_SIZE];
    uint8_t actual[DIGEST_SIZE];
    size_t size = DIGEST_SIZE;
    const char *value = text + strcspn(text, " ");
    bool sha1 = strncasecmp(text, "sha1 ", 5) == 0;
    if (!sha1 && strncasecmp(text, "sha256 ", 7) != 0)
        return TUS_CHECKSUM_MALFORMED;
    if (sha1) {
        size = SHA1_SIZE;
        sha1_bytes(bytes, n, actual);
    } else {
        digest_bytes(DIGEST_SHA256, bytes, n, actual);
    }
    if (base64_decode(announced, sizeof announced, value + 1) != (long)size)
        return TUS_CHECKSUM_MALFORMED;
    return memcmp(announced, actual, size) == 0 ? TUS_CHECKSUM_SAME : TUS_CHECKSUM_DIFFERS;
}

/* ---- Upload-Expires -------------------------------------------------------------------------- */

void tus_date(char out[TUS_DATE], int64_t instant)
{
    static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char text[INSTANT_TEXT]; /* YYYY-MM-DDThh:mm:ss… */
    instant_format(text, instant);
    int month = (text[5] - '0') * 10 + text[6] - '0';
    (void)snprintf(out, TUS_DATE, "%s, %.2s %s %.4s %.8s GMT",
                   days[date_weekday((int32_t)(instant / DAY_MS))], text + 8, months[month - 1],
                   text, text + 11);
}

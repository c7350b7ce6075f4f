#include "sys/keyring.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

static bool read_key(char *line, struct keyring *out)
{
    enum { HEX = 2 * SEAL_KEY_SIZE };
    static const char until[] = KEYRING_UNTIL;
    bool marked = strlen(line) > HEX;
    out->next = marked && strcmp(line + HEX, KEYRING_NEXT) == 0;
    out->until[out->n] = INT64_MAX;
    if (marked && !out->next &&
        (strncmp(line + HEX, until, sizeof until - 1) != 0 ||
         !instant_parse(line + HEX + sizeof until - 1, &out->until[out->n])))
        return false;
    if (marked)
        line[HEX] = '\0';
    return hex_decode(out->key[out->n++], SEAL_KEY_SIZE, line);
}

bool keyring_parse(char *text, struct keyring *out)
{
    char *lines[KEYRING_MAX];
    memset(out, 0, sizeof *out);
    size_t n = text_split(text_trim(text), '\n', lines, KEYRING_MAX);
    if (n > KEYRING_MAX)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!read_key(lines[i], out) || (out->next && (i == 0 || i + 1 < n)))
            return false;
    return out->n > 0 && out->until[0] == INT64_MAX;
}

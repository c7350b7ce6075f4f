#include "target/manifest.h"

#include <string.h>
#include <strings.h>

#include "base/digest.h"
#include "base/text.h"

static const char *const whats[] = { "message", "receipts", NULL };

static enum digest_kind digest_of(const struct target *t)
{
    return t->signature == TARGET_HMAC_SM3 ? DIGEST_SM3 : DIGEST_SHA256;
}

static char *signature(struct arena *a, const struct target *t, const char *text, size_t n)
{
    uint8_t mac[DIGEST_SIZE];
    hmac_bytes(digest_of(t), t->secret, strlen(t->secret), text, n, mac);
    return hex_dup(a, mac, sizeof mac);
}

char *manifest_write(struct arena *a, const struct target *t, enum manifest_what what,
                     const char *file, const char *bytes, size_t n)
{
    char hex[DIGEST_HEX];
    digest_hex(digest_of(t), bytes, n, hex);
    char *text =
        arena_printf(a, "what=%s\nfile=%s\nbytes=%zu\ndigest=%s\n", whats[what], file, n, hex);
    return arena_printf(a, "%ssignature=%s\n", text, signature(a, t, text, strlen(text)));
}

/* A name that leads to no other folder, and to no file that is hidden. */
static bool plain(const char *name)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t n = strlen(name);
    return n && n < 200 && name[0] != '.' && strspn(name, letters) == n;
}

enum manifest_state manifest_read(struct arena *a, const struct target *t, const char *text,
                                  struct manifest *out)
{
    static const char *const names[] = { "what=", "file=", "bytes=", "digest=", "signature=" };
    enum { LINES = sizeof names / sizeof names[0] };
    char *lines[LINES + 1];
    const char *values[LINES];
    const char *end = strstr(text, names[LINES - 1]);
    if (!end || text_split(arena_strdup(a, text), '\n', lines, LINES + 1) != LINES + 1 ||
        *text_trim(lines[LINES]))
        return MANIFEST_HALF;
    for (size_t i = 0; i < LINES; i++) {
        if (strncmp(lines[i], names[i], strlen(names[i])) != 0)
            return MANIFEST_HALF;
        values[i] = text_trim(lines[i] + strlen(names[i]));
    }
    int what = text_index(whats, values[0]);
    *out =
        (struct manifest){ .what = what == MANIFEST_MESSAGE ? MANIFEST_MESSAGE : MANIFEST_RECEIPTS,
                           .file = values[1],
                           .digest = values[3] };
    if (what < 0 || !plain(values[1]) || !int_parse(values[2], 0, INT32_MAX, &out->bytes))
        return MANIFEST_HALF;
    return strcasecmp(signature(a, t, text, (size_t)(end - text)), values[4]) == 0
               ? MANIFEST_GOOD
               : MANIFEST_FORGED;
}

bool manifest_fits(const struct target *t, const struct manifest *m, const char *bytes, size_t n)
{
    char hex[DIGEST_HEX];
    digest_hex(digest_of(t), bytes, n, hex);
    return (size_t)m->bytes == n && strcasecmp(hex, m->digest) == 0;
}

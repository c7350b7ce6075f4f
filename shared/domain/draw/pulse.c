#include "domain/draw/pulse.h"

#include <string.h>

#include "base/date.h"
#include "base/rsa.h"
#include "base/text.h"
#include "domain/draw/draw_internal.h"

enum { LINES = 6 };

static const char *const keys[LINES] = { "liancha-pulse/1", "round", "time",
                                         "previous",        "value", "signature" };

/* The n-th line's value, cut off in place; NULL when it is another line. */
static char *take(char **next, int n)
{
    size_t key = strlen(keys[n]);
    char *line = *next;
    char *end = strchr(line, '\n');
    if (!end || strncmp(line, keys[n], key) != 0 || line[key] != '\t')
        return NULL;
    *end = '\0';
    *next = end + 1;
    return line + key + 1;
}

enum rc pulse_read(struct arena *a, const char *bytes, size_t size, const char *key,
                   struct pulse *out, struct err *err)
{
    char *f[LINES];
    int64_t round;
    uint8_t signature[RSA_SIGNATURE_MAX];
    char written[INSTANT_TEXT];
    if (size == 0 || size > PULSE_MAX || memchr(bytes, '\0', size))
        return err_set(err, RC_MALFORMED, "", "信标脉冲为空、过长，或含有空字符");
    char *copy = arena_slice(a, bytes, size);
    char *next = copy;
    for (int i = 0; i < LINES; i++) {
        f[i] = take(&next, i);
        if (!f[i])
            return err_set(err, RC_MALFORMED, "", "信标脉冲第 %d 行不是 %s", i + 1, keys[i]);
    }
    size_t signed_size = (size_t)(f[LINES - 1] - copy) - strlen(keys[LINES - 1]) - 1;
    size_t n = strlen(f[LINES - 1]) / 2;
    if (*next || !int_parse(f[1], 0, INT64_MAX, &round) || !instant_parse(f[2], &out->at) ||
        !draw_is_hex(f[3]) || !draw_is_hex(f[4]))
        return err_set(err, RC_MALFORMED, "", "信标脉冲的内容有误");
    instant_format(written, out->at);
    if (strcmp(written, f[2]) != 0)
        return err_set(err, RC_MALFORMED, "", "信标脉冲的时间写法有误");
    if (n > sizeof signature || !hex_decode(signature, n, f[LINES - 1]) ||
        !rsa_verify(key, bytes, signed_size, signature, n))
        return err_set(err, RC_MALFORMED, "", "信标脉冲的签名不是公告的密钥所签");
    out->beacon = f[0];
    out->round = f[1];
    out->previous = f[3];
    out->value = f[4];
    return RC_OK;
}

enum rc pulse_check(const struct pulse *pulse, const struct value_source *source, struct err *err)
{
    if (source->kind != VALUE_BEACON || strcmp(pulse->beacon, source->source) != 0)
        return err_set(err, RC_INVALID, "/pulse", "信标不是公告的 %.60s", source->source);
    if (strcmp(pulse->round, source->issue) != 0)
        return err_set(err, RC_INVALID, "/pulse", "轮次是 %.40s，公告的是 %.40s", pulse->round,
                       source->issue);
    if (pulse->at != source->at)
        return err_set(err, RC_INVALID, "/pulse", "这一轮的时间不是公告的时间");
    return RC_OK;
}

#include "cursor.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"

enum {
    FORMAT = 2, /* grows when the feeds' bodies change so much that phones must pull anew */
    MAC = 16,
    VARINT_MAX = 10,
    RAW_MAX = 2992 /* bytes of a text of CURSOR_TEXT_MAX characters, all in all */
};

void cursor_epoch(const char *epoch, uint8_t out[CURSOR_EPOCH])
{
    uint8_t hash[DIGEST_SIZE];
    digest_bytes(DIGEST_SHA256, epoch, strlen(epoch), hash);
    memcpy(out, hash, CURSOR_EPOCH);
}

/* ---- Visits ---------------------------------------------------------------------------------- */

/* Its place, or visit_count. */
static size_t find(const struct cursor *c, int64_t visit_id)
{
    size_t i = 0;
    while (i < c->visit_count && c->visits[i].owner_id != visit_id)
        i++;
    return i;
}

int64_t cursor_visit(const struct cursor *c, int64_t visit_id)
{
    size_t i = find(c, visit_id);
    return i < c->visit_count ? c->visits[i].seq : 0;
}

void cursor_set_visit(struct cursor *c, int64_t visit_id, int64_t seq)
{
    size_t i = find(c, visit_id);
    if (i == c->visit_count) {
        if (c->visit_count < CURSOR_VISITS_MAX)
            c->visit_count++;
        i = c->visit_count - 1;
    }
    memmove(&c->visits[1], &c->visits[0], i * sizeof c->visits[0]);
    c->visits[0] = (struct feed_position){ .owner_id = visit_id, .seq = seq };
}

void cursor_drop_visit(struct cursor *c, int64_t visit_id)
{
    size_t i = find(c, visit_id);
    if (i == c->visit_count)
        return;
    c->visit_count--;
    memmove(&c->visits[i], &c->visits[i + 1], (c->visit_count - i) * sizeof c->visits[0]);
}

/* ---- Text ------------------------------------------------------------------------------------ */

/* Seven bits a byte, the low ones first. */
static uint8_t *put_varint(uint8_t *p, int64_t value)
{
    uint64_t v = (uint64_t)value;
    for (; v >= 0x80; v >>= 7)
        *p++ = (uint8_t)(v | 0x80);
    *p++ = (uint8_t)v;
    return p;
}

/* The byte behind the number, or NULL when it runs over end or out of range. */
static const uint8_t *get_varint(const uint8_t *p, const uint8_t *end, int64_t *value)
{
    uint64_t v = 0;
    for (unsigned shift = 0; p && p < end && shift < 63; shift += 7) {
        v |= (uint64_t)(*p & 0x7F) << shift;
        if (!(*p++ & 0x80)) {
            *value = (int64_t)v;
            return p;
        }
    }
    return NULL;
}

static size_t varint_size(int64_t value)
{
    uint8_t bytes[VARINT_MAX];
    return (size_t)(put_varint(bytes, value) - bytes);
}

/* How many visits, from the first on, take no more than so many bytes: some four or five each. */
static size_t fitting(const struct cursor *c, size_t room)
{
    size_t n = 0;
    for (size_t used = 0; n < c->visit_count; n++) {
        used += varint_size(c->visits[n].owner_id) + varint_size(c->visits[n].seq);
        if (used > room)
            break;
    }
    return n;
}

static void mac(const uint8_t key[SEAL_KEY_SIZE], const uint8_t *raw, size_t n, uint8_t out[MAC])
{
    /* The key serves other ends too: the label keeps them apart. */
    static const char label[] = "liancha cursor";
    uint8_t derived[DIGEST_SIZE];
    uint8_t full[DIGEST_SIZE];
    hmac_sha256(key, SEAL_KEY_SIZE, label, sizeof label, derived);
    hmac_sha256(derived, sizeof derived, raw, n, full);
    memcpy(out, full, MAC);
}

char *cursor_encode(struct arena *a, const struct cursor *c, const uint8_t key[SEAL_KEY_SIZE])
{
    uint8_t raw[RAW_MAX];
    uint8_t *p = raw;
    *p++ = FORMAT;
    memcpy(p, c->epoch, CURSOR_EPOCH);
    p = put_varint(p + CURSOR_EPOCH, c->inspector_id);
    p = put_varint(p, c->department_id);
    p = put_varint(p, c->inspector);
    p = put_varint(p, c->department);
    p = put_varint(p, c->dictionary);
    p = put_varint(p, c->again);
    p = put_varint(p, c->again_floor);
    p = put_varint(p, c->partial);
    p = put_varint(p, c->partial_floor);
    size_t count = fitting(c, (size_t)(raw + RAW_MAX - p) - 2 * VARINT_MAX - MAC);
    p = put_varint(p, (int64_t)count);
    for (size_t i = 0; i < count; i++) {
        p = put_varint(p, c->visits[i].owner_id);
        p = put_varint(p, c->visits[i].seq);
    }
    p = put_varint(p, c->shared);
    mac(key, raw, (size_t)(p - raw), p);
    return base64url_encode(a, raw, (size_t)(p - raw) + MAC);
}

enum rc cursor_decode(const char *text, const uint8_t key[SEAL_KEY_SIZE], struct cursor *out)
{
    uint8_t raw[RAW_MAX];
    uint8_t expected[MAC];
    long n = base64url_decode(raw, sizeof raw, text);
    if (n < 1 + CURSOR_EPOCH + MAC)
        return RC_MALFORMED;
    const uint8_t *end = raw + n - MAC;
    mac(key, raw, (size_t)(end - raw), expected);
    if (!seal_equal(expected, end, MAC))
        return RC_MALFORMED;
    if (raw[0] != FORMAT)
        return RC_EPOCH;
    memset(out, 0, sizeof *out);
    memcpy(out->epoch, raw + 1, CURSOR_EPOCH);
    int64_t count = 0;
    const uint8_t *p = get_varint(raw + 1 + CURSOR_EPOCH, end, &out->inspector_id);
    p = get_varint(p, end, &out->department_id);
    p = get_varint(p, end, &out->inspector);
    p = get_varint(p, end, &out->department);
    p = get_varint(p, end, &out->dictionary);
    p = get_varint(p, end, &out->again);
    p = get_varint(p, end, &out->again_floor);
    p = get_varint(p, end, &out->partial);
    p = get_varint(p, end, &out->partial_floor);
    p = get_varint(p, end, &count);
    if (!p || count > CURSOR_VISITS_MAX)
        return RC_MALFORMED;
    out->visit_count = (size_t)count;
    for (size_t i = 0; i < out->visit_count; i++) {
        p = get_varint(p, end, &out->visits[i].owner_id);
        p = get_varint(p, end, &out->visits[i].seq);
    }
    if (p && p != end) /* the cursors of earlier versions end here */
        p = get_varint(p, end, &out->shared);
    return p == end ? RC_OK : RC_MALFORMED;
}

#include <string.h>

#include "base/text.h"
#include "domain/draw/draw_internal.h"

static const char *const rule_names[] = {
    [DRAW_SHA256] = "liancha-draw/1",
    [DRAW_SM3] = "liancha-draw/1-sm3",
    [DRAW_2_SHA256] = "liancha-draw/2",
    [DRAW_2_SM3] = "liancha-draw/2-sm3",
};

const char *draw_rule_name(enum draw_rule rule)
{
    return rule_names[rule];
}

bool draw_rule_parse(const char *name, enum draw_rule *rule)
{
    for (int i = DRAW_SHA256; i <= DRAW_2_SM3; i++) {
        if (strcmp(rule_names[i], name) == 0) {
            *rule = (enum draw_rule)i;
            return true;
        }
    }
    return false;
}

enum digest_kind draw_digest(enum draw_rule rule)
{
    return rule == DRAW_SM3 || rule == DRAW_2_SM3 ? DIGEST_SM3 : DIGEST_SHA256;
}

int draw_rule_version(enum draw_rule rule)
{
    return rule < DRAW_2_SHA256 ? 1 : 2;
}

/* ---- commitment and seed ---- */

bool draw_is_hex(const char *text)
{
    uint8_t bytes[DIGEST_SIZE];
    return hex_decode(bytes, sizeof bytes, text);
}

enum rc draw_secret_hash(enum draw_rule rule, const char *secret, char out[DIGEST_HEX],
                         struct err *err)
{
    if (!draw_is_hex(secret))
        return err_set(err, RC_INVALID, "/secret", "秘密值不是 64 位小写十六进制数");
    digest_hex(draw_digest(rule), secret, strlen(secret), out);
    return RC_OK;
}

/* hex H(first|second|list-1|list-2|…); second may be NULL. */
static void hash_joined(enum draw_rule rule, const char *first, const char *second,
                        const char *const *list, size_t count, char out[DIGEST_HEX])
{
    uint8_t hash[DIGEST_SIZE];
    struct digest *digest = digest_new(draw_digest(rule));
    digest_update(digest, first, strlen(first));
    if (second) {
        digest_update(digest, "|", 1);
        digest_update(digest, second, strlen(second));
    }
    for (size_t i = 0; i < count; i++) {
        digest_update(digest, "|", 1);
        digest_update(digest, list[i], strlen(list[i]));
    }
    digest_final(digest, hash);
    digest_free(digest);
    hex_encode(out, hash, sizeof hash);
}

static enum rc check_hashes(const char *const *list, size_t count, const char *pointer,
                            const char *what, struct err *err)
{
    if (count == 0 || count > DRAW_SNAPSHOTS_MAX)
        return err_set(err, RC_INVALID, pointer, "%s为 0 个或超过 %d 个", what, DRAW_SNAPSHOTS_MAX);
    for (size_t i = 0; i < count; i++)
        if (!draw_is_hex(list[i]))
            return err_set(err, RC_INVALID, pointer, "第 %zu 个%s摘要不是 64 位小写十六进制数",
                           i + 1, what);
    return RC_OK;
}

enum rc draw_secret(enum draw_rule rule, const char *nonce, const char *const *rosters,
                    size_t count, char out[DIGEST_HEX], struct err *err)
{
    if (!draw_is_hex(nonce))
        return err_set(err, RC_INVALID, "/nonce", "随机数不是 64 位小写十六进制数");
    enum rc rc = check_hashes(rosters, count, "/rosters", "人员名单", err);
    if (rc == RC_OK)
        hash_joined(rule, nonce, NULL, rosters, count, out);
    return rc;
}

enum rc draw_public_value(const char *value, struct err *err)
{
    size_t n = strlen(value);
    if (n == 0 || n > DRAW_PUBLIC_VALUE_MAX)
        return err_set(err, RC_INVALID, "/value", "公共随机值为空，或超过 %d 字节",
                       DRAW_PUBLIC_VALUE_MAX);
    if (!utf8_valid(value, n))
        return err_set(err, RC_INVALID, "/value", "公共随机值不是 UTF-8");
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)value[i] < 0x20 || value[i] == 0x7F || value[i] == '|')
            return err_set(err, RC_INVALID, "/value", "公共随机值含有控制字符或“|”");
    static const char wide_blank[] = "\xE3\x80\x80";
    if (value[0] == ' ' || value[n - 1] == ' ' || strncmp(value, wide_blank, 3) == 0 ||
        (n >= 3 && strcmp(value + n - 3, wide_blank) == 0))
        return err_set(err, RC_INVALID, "/value", "公共随机值的首尾有空格");
    return RC_OK;
}

enum rc draw_seed(enum draw_rule rule, const char *secret, const char *public_value,
                  const char *const *snapshots, size_t count, char out[DIGEST_HEX], struct err *err)
{
    if (!draw_is_hex(secret))
        return err_set(err, RC_INVALID, "/secret", "秘密值不是 64 位小写十六进制数");
    enum rc rc = draw_public_value(public_value, err);
    if (rc)
        return rc;
    rc = check_hashes(snapshots, count, "/snapshots", "名录快照", err);
    if (rc == RC_OK)
        hash_joined(rule, secret, public_value, snapshots, count, out);
    return rc;
}

enum rc draw_seed_2(enum draw_rule rule, const char *secret, const char *public_value,
                    const char *announcement, char out[DIGEST_HEX], struct err *err)
{
    if (!draw_is_hex(announcement))
        return err_set(err, RC_INVALID, "/announcement", "公告的摘要不是 64 位小写十六进制数");
    return draw_seed(rule, secret, public_value, &announcement, 1, out, err);
}

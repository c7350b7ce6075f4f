/* Rosters of a bundle: whom the matching may draw from, bound by the secret. */
#include "admin/draw_verify.h"

#include <string.h>

static const char document[] = "draw.json";

static const char *roster_name(const struct verify *v, const struct verify_draw *d)
{
    return arena_printf(v->arena, "roster-%s.txt", d->id);
}

/* Whether nonce and digests make the secret. */
static bool makes_secret(const struct verify *v, const char *const *digests)
{
    char secret[DIGEST_HEX];
    struct err err = { .rc = RC_OK };
    return draw_secret(v->rule, v->nonce, digests, v->draw_count, secret, &err) == RC_OK &&
           strcmp(secret, v->secret) == 0;
}

/* The digest of a roster as it lies here; NULL, noted, when it is missing. */
static const char *digest_of(struct verify *v, const struct verify_draw *d)
{
    const char *name = roster_name(v, d);
    const struct tar_file *file = verify_file(v, name);
    char *hex = arena_alloc(v->arena, DIGEST_HEX);
    if (!file) {
        verify_note(v, name, "", "公示包中没有这个文件");
        return NULL;
    }
    digest_hex(draw_digest(v->rule), file->data, file->size, hex);
    return hex;
}

/* Each roster against its stated digest, and the stated digests against the secret. */
static void check_digests(struct verify *v)
{
    const char **stated = arena_array(v->arena, v->draw_count, sizeof *stated);
    const char **found = arena_array(v->arena, v->draw_count, sizeof *found);
    bool complete = true;
    bool same = true;
    for (size_t i = 0; i < v->draw_count; i++) {
        stated[i] = v->draws[i].roster_sha256;
        found[i] = digest_of(v, &v->draws[i]);
        complete = complete && found[i];
        same = same && found[i] && strcmp(found[i], stated[i]) == 0;
    }
    bool bound = makes_secret(v, stated);
    for (size_t i = 0; i < v->draw_count; i++)
        if (found[i] && strcmp(found[i], stated[i]) != 0 && !(complete && makes_secret(v, found)))
            verify_note(v, roster_name(v, &v->draws[i]), "",
                        "人员名单不是承诺的那一份：摘要是 %s，承诺的是 %s", found[i], stated[i]);
        else if (found[i] && strcmp(found[i], stated[i]) != 0)
            verify_note(v, document, arena_printf(v->arena, "/draws/%zu/roster_sha256", i),
                        "秘密值由名单的摘要 %s 合成：被改动的是公示的摘要", found[i]);
    if (bound || !v->committed)
        return; /* another secret is named elsewhere */
    if (!same)
        verify_note(v, document, "/nonce", "秘密值不是由随机数和公示的人员名单摘要合成的");
    else if (v->draw_count == 1)
        verify_note(v, roster_name(v, &v->draws[0]), "",
                    "人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值");
    else
        verify_note(v, "roster-*.txt", "",
                    "至少一份人员名单与公示的摘要一同改过，或随机数改过：合成不了秘密值");
}

void verify_rosters(struct verify *v)
{
    size_t n = 0;
    for (size_t i = 0; i < v->draw_count; i++)
        n += v->draws[i].roster_sha256 != NULL;
    v->rosters = n == v->draw_count && v->nonce;
    if (v->rosters)
        check_digests(v);
    else if (n || v->nonce)
        verify_note(v, document, "/nonce", "随机数和各次抽取的人员名单摘要须一同公示");
}

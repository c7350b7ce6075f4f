#include <stdio.h>
#include <string.h>

#include "base/tar.h"
#include "base/text.h"
#include "domain/draw.h"
#include "public/draws.h"
#include "public/routes.h"
#include "sys/jsonw.h"

/* README.md beside this file describes the format for strangers. */
enum { BLOCK = 4096 };

/* "OFFSET<TAB>SIZE<TAB>DIGEST" LF with ten and four digits: its length is known beforehand. */
enum { BLOCK_LINE = 10 + 1 + 4 + 1 + 64 + 1 };

/* ---- draw.json ---- */

static void put_times(struct jsonw *w, const struct disclosure_campaign *m)
{
    jw_object(w, "times");
    jw_instant(w, "committed", m->committed_at);
    jw_instant(w, "valued", m->valued_at);
    jw_instant(w, "drawn", m->drawn_at);
    jw_instant(w, "revealed", m->revealed_at);
    jw_end(w);
}

static enum rc put_draw(struct web_ctx *c, struct jsonw *w, const struct disclosure_draw *d,
                        bool rosters)
{
    const struct disclosure_quota *quotas;
    size_t n;
    enum rc rc = disclosure_quotas(c->db, c->arena, d->id, &quotas, &n);
    if (rc != RC_OK)
        return rc;
    jw_object(w, NULL);
    jw_text(w, "draw", d->code);
    jw_text(w, "plan", d->plan);
    jw_text(w, "plan_name", d->plan_name);
    jw_text(w, "department", d->department);
    jw_instant(w, "frozen_at", d->frozen_at);
    jw_text(w, "snapshot_sha256", d->sha256);
    jw_text(w, "roster_sha256", rosters ? d->roster_sha256 : NULL);
    jw_object(w, "quotas");
    for (size_t i = 0; i < n; i++)
        jw_int(w, quotas[i].stratum, quotas[i].quota);
    jw_end(w);
    jw_end(w);
    return RC_OK;
}

static enum rc put_json(struct web_ctx *c, const struct disclosure_campaign *m,
                        const struct disclosure_draw *draws, size_t n, struct buf *out)
{
    struct jsonw w;
    enum rc rc = RC_OK;
    buf_init(out, c->arena, (size_t)16 << 20);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "format", "liancha-bundle/1");
    jw_text(&w, "rule", m->rule);
    jw_text(&w, "campaign", m->code);
    jw_text(&w, "name", m->name);
    jw_text(&w, "department", m->department);
    jw_text(&w, "region", m->region);
    jw_text(&w, "redraw_why", m->redraw_why);
    jw_text(&w, "secret_hash", m->secret_hash);
    jw_text(&w, "secret", m->secret);
    jw_text(&w, "nonce", m->nonce);
    jw_text(&w, "public_value", m->public_value);
    jw_text(&w, "source", m->public_source);
    jw_text(&w, "witnesses", m->witnesses);
    jw_text(&w, "seed", m->seed);
    put_times(&w, m);
    jw_array(&w, "draws");
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = put_draw(c, &w, &draws[i], draws_rosters(draws, n));
    jw_end(&w);
    jw_end(&w);
    buf_putc(out, '\n');
    if (rc == RC_OK && out->full)
        rc = web_fail(c, RC_TOO_LARGE, "", "draw.json 过大");
    return rc;
}

/* ---- files ---- */

/* A file being sent, whose size was announced. */
struct file {
    struct web_ctx *c;
    size_t left;
    struct digest *digest; /* of the block so far; NULL: no blocks are noted */
    size_t block;          /* bytes in it */
    size_t offset;
    struct buf *blocks;
};

static enum rc start(struct file *f, struct web_ctx *c, const char *name, size_t size)
{
    char header[TAR_BLOCK];
    *f = (struct file){ .c = c, .left = size };
    tar_header(header, name, size);
    return web_send(c, header, sizeof header);
}

static void note_block(struct file *f)
{
    uint8_t hash[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    digest_final(f->digest, hash);
    hex_encode(hex, hash, sizeof hash);
    buf_printf(f->blocks, "%010zu\t%04zu\t%s\n", f->offset, f->block, hex);
    f->offset += f->block;
    f->block = 0;
}

static enum rc piece(void *data, const char *bytes, size_t n)
{
    struct file *f = data;
    if (n > f->left)
        return RC_CHECKSUM;
    f->left -= n;
    for (size_t at = 0; f->digest && at < n;) {
        size_t take = BLOCK - f->block < n - at ? BLOCK - f->block : n - at;
        digest_update(f->digest, bytes + at, take);
        f->block += take;
        at += take;
        if (f->block == BLOCK)
            note_block(f);
    }
    return web_send(f->c, bytes, n);
}

/* A file that came out at another size would shift all that follows: the archive is broken off. */
static enum rc finish(struct file *f, size_t size)
{
    static const char zeros[TAR_BLOCK];
    if (f->left)
        return RC_CHECKSUM;
    if (f->digest && f->block)
        note_block(f);
    return web_send(f->c, zeros, tar_padding(size));
}

static enum rc send_text(struct web_ctx *c, const char *name, const struct buf *text)
{
    struct file f = { .c = c };
    enum rc rc = start(&f, c, name, text->n);
    if (rc == RC_OK)
        rc = piece(&f, text->p, text->n);
    return rc == RC_OK ? finish(&f, text->n) : rc;
}

static enum rc send_snapshot(struct web_ctx *c, const struct disclosure_draw *d,
                             enum draw_rule rule, struct buf *blocks)
{
    struct file f = { .c = c };
    size_t size = (size_t)d->bytes;
    enum rc rc = start(&f, c, arena_printf(c->arena, "snapshot-%s.txt", d->code), size);
    if (rc != RC_OK)
        return rc;
    buf_init(blocks, c->arena, (size / BLOCK + 1) * BLOCK_LINE);
    f.blocks = blocks;
    f.digest = digest_new(draw_digest(rule));
    rc = disclosure_snapshot(c->db, d->id, piece, &f);
    if (rc == RC_OK)
        rc = finish(&f, size);
    digest_free(f.digest);
    return rc;
}

static enum rc send_roster(struct web_ctx *c, const struct disclosure_draw *d)
{
    struct file f = { .c = c };
    size_t size = (size_t)d->roster_bytes;
    enum rc rc = start(&f, c, arena_printf(c->arena, "roster-%s.txt", d->code), size);
    if (rc == RC_OK)
        rc = disclosure_roster(c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, size) : rc;
}

static enum rc send_results(struct web_ctx *c, const struct disclosure_draw *d)
{
    struct file f = { .c = c };
    int64_t size = 0;
    enum rc rc = disclosure_result_size(c->db, d->id, &size);
    if (rc == RC_OK)
        rc = start(&f, c, arena_printf(c->arena, "result-%s.txt", d->code), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_result_file(c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

static enum rc send_draw(struct web_ctx *c, const struct disclosure_draw *d, enum draw_rule rule,
                         bool rosters)
{
    struct buf blocks;
    enum rc rc = send_snapshot(c, d, rule, &blocks);
    if (rc == RC_OK)
        rc = send_text(c, arena_printf(c->arena, "blocks-%s.txt", d->code), &blocks);
    if (rc == RC_OK && rosters)
        rc = send_roster(c, d);
    return rc == RC_OK ? send_results(c, d) : rc;
}

/* ---- what follows the draws ---- */

static enum rc send_match_file(struct web_ctx *c, const struct disclosure_campaign *m,
                               const char *name, int64_t size)
{
    struct file f = { .c = c };
    enum rc rc = start(&f, c, arena_printf(c->arena, "%s.txt", name), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_match_file(c->db, m->id, name, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

/* Inspectors' teams as they were drawn, and every change after that; nothing before that draw. */
static enum rc send_match(struct web_ctx *c, const struct disclosure_campaign *m)
{
    static const char *const names[] = { "differences", "inspectors", "visits", "teams" };
    struct buf changes = { .arena = c->arena };
    int64_t size = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof names / sizeof names[0]; i++) {
        rc = disclosure_match_bytes(c->db, m->id, names[i], &size);
        if (rc == RC_OK && size)
            rc = send_match_file(c, m, names[i], size);
    }
    if (rc != RC_OK || size == 0)
        return rc;
    rc = disclosure_adjustments(c->db, m->code, m->id, &changes);
    if (rc == RC_OK && changes.full)
        rc = RC_TOO_LARGE;
    return rc == RC_OK ? send_text(c, "adjustments.txt", &changes) : rc;
}

static enum rc send_substitutes(struct web_ctx *c, const struct disclosure_campaign *m)
{
    struct buf text = { .arena = c->arena };
    enum rc rc = disclosure_substitutes(c->db, m->code, m->id, &text);
    if (rc == RC_OK && text.full)
        rc = RC_TOO_LARGE;
    return rc == RC_OK ? send_text(c, "substitutes.txt", &text) : rc;
}

static enum rc stream(struct web_ctx *c)
{
    static const char end[TAR_END_SIZE];
    struct disclosure_campaign m = { .id = 0 };
    const struct disclosure_draw *draws = NULL;
    size_t n = 0;
    enum draw_rule rule = DRAW_SHA256;
    struct buf json;
    enum rc rc = draws_campaign(c, &m);
    if (rc == RC_OK && !draw_rule_parse(m.rule, &rule))
        rc = RC_INTERNAL;
    if (rc == RC_OK)
        rc = disclosure_draws(c->db, c->arena, m.id, &draws, &n);
    if (rc == RC_OK)
        rc = put_json(c, &m, draws, n, &json);
    if (rc == RC_OK)
        rc = send_text(c, "draw.json", &json);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = send_draw(c, &draws[i], rule, draws_rosters(draws, n));
    if (rc == RC_OK)
        rc = send_substitutes(c, &m);
    if (rc == RC_OK)
        rc = send_match(c, &m);
    return rc == RC_OK ? web_send(c, end, sizeof end) : rc;
}

enum rc public_bundle(struct web_ctx *c)
{
    struct disclosure_campaign m = { .id = 0 };
    enum rc rc = draws_campaign(c, &m);
    if (rc != RC_OK)
        return rc;
    if (strcmp(m.state, "revealed") != 0)
        return web_fail(c, RC_NOT_FOUND, "", "这个批次尚未公开秘密值，公示包随秘密值一同公开。");
    /* The draws of a revealed campaign do not change any more, but inspectors follow, and changes. */
    int64_t changes[2] = { 0, 0 };
    int64_t match = 0;
    rc = disclosure_changes(c->db, m.id, changes);
    if (rc == RC_OK)
        rc = disclosure_match_bytes(c->db, m.id, "teams", &match);
    if (rc != RC_OK)
        return rc;
    const char *tag = arena_printf(c->arena, "\"%s-%.16s-%lld-%lld-%lld\"", m.code, m.seed,
                                   (long long)match, (long long)changes[0], (long long)changes[1]);
    if (page_unchanged(c, tag, 0))
        return RC_OK;
    c->reply.status = 200;
    c->reply.content_type = "application/x-tar";
    c->reply.stream = stream;
    web_header(c, "Content-Disposition",
               arena_printf(c->arena, "attachment; filename=\"liancha-%s.tar\"", m.code));
    return RC_OK;
}

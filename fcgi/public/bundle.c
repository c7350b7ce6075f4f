#include <stdio.h>
#include <string.h>

#include "base/tar.h"
#include "base/text.h"
#include "domain/draw/draw.h"
#include "public/bundle.h"
#include "sys/jsonw.h"

/* An archive that is being written. */
struct archive {
    struct web_ctx *c;
    FILE *to;
};

/* README.md beside this file describes the format for strangers. */
enum { BLOCK = 4096 };

/* "OFFSET<TAB>SIZE<TAB>DIGEST" LF with ten and four digits: its length is known beforehand. */
enum { BLOCK_LINE = 10 + 1 + 4 + 1 + 64 + 1 };

/* ---- draw.json ---- */

static void put_instant(struct jsonw *w, const char *key, int64_t at)
{
    if (at)
        jw_instant(w, key, at);
    else
        jw_null(w, key);
}

/* What came of the announcement; all else stands in it. */
static void put_json(struct web_ctx *c, const struct disclosure_campaign *m, struct buf *out)
{
    enum { CAP = 16384 };
    struct jsonw w;
    buf_init(out, c->arena, CAP);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_text(&w, "format", "liancha-bundle/2");
    jw_text(&w, "rule", m->rule);
    jw_text(&w, "campaign", m->code);
    jw_text(&w, "state", m->state);
    jw_text(&w, "announcement", m->announcement);
    jw_text(&w, "secret", m->secret);
    jw_text(&w, "public_value", m->public_value);
    jw_text(&w, "seed", m->seed);
    jw_text(&w, "void_why", m->abandoned_reason);
    jw_text(&w, "closing", m->closing);
    jw_text(&w, "teams_value", m->teams_value);
    jw_text(&w, "teams_seed", m->teams_seed);
    jw_text(&w, "teams_secret", m->teams_secret);
    jw_object(&w, "times");
    jw_instant(&w, "announced", m->announced_at);
    jw_instant(&w, "opened", m->opened_at);
    put_instant(&w, "drawn", m->drawn_at);
    put_instant(&w, "closed", m->closed_at);
    put_instant(&w, "teams", m->teams_drawn_at);
    jw_end(&w);
    jw_end(&w);
    buf_putc(out, '\n');
}

/* ---- files ---- */

static enum rc put(struct archive *r, const void *bytes, size_t n)
{
    return fwrite(bytes, 1, n, r->to) == n ? RC_OK : RC_NO_SPACE;
}

/* A file being sent, whose size was announced. */
struct file {
    struct archive *r;
    size_t left;
    struct digest *digest; /* of the block so far; NULL: no blocks are noted */
    size_t block;          /* bytes in it */
    size_t offset;
    struct buf *blocks;
};

static enum rc start(struct file *f, struct archive *r, const char *name, size_t size)
{
    char header[TAR_BLOCK];
    *f = (struct file){ .r = r, .left = size };
    tar_header(header, name, size);
    return put(r, header, sizeof header);
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
    return put(f->r, bytes, n);
}

/* A file that came out at another size would shift all that follows: the archive is broken off. */
static enum rc finish(struct file *f, size_t size)
{
    static const char zeros[TAR_BLOCK];
    if (f->left)
        return RC_CHECKSUM;
    if (f->digest && f->block)
        note_block(f);
    return put(f->r, zeros, tar_padding(size));
}

static enum rc send_bytes(struct archive *r, const char *name, const char *bytes, size_t n)
{
    struct file f = { .r = r };
    enum rc rc = start(&f, r, name, n);
    if (rc == RC_OK)
        rc = piece(&f, bytes, n);
    return rc == RC_OK ? finish(&f, n) : rc;
}

static enum rc send_text(struct archive *r, const char *name, const struct buf *text)
{
    return send_bytes(r, name, text->p, text->n);
}

static enum rc send_snapshot(struct archive *r, const struct disclosure_draw *d,
                             enum draw_rule rule, struct buf *blocks)
{
    struct file f = { .r = r };
    size_t size = (size_t)d->snapshot_bytes;
    enum rc rc = start(&f, r, arena_printf(r->c->arena, "snapshot-%s.txt", d->code), size);
    if (rc != RC_OK)
        return rc;
    buf_init(blocks, r->c->arena, (size / BLOCK + 1) * BLOCK_LINE);
    f.blocks = blocks;
    f.digest = digest_new(draw_digest(rule));
    rc = disclosure_snapshot(r->c->db, d->id, piece, &f);
    if (rc == RC_OK)
        rc = finish(&f, size);
    digest_free(f.digest);
    return rc;
}

static enum rc send_roster(struct archive *r, const struct disclosure_draw *d)
{
    struct file f = { .r = r };
    size_t size = (size_t)d->roster_bytes;
    enum rc rc = start(&f, r, arena_printf(r->c->arena, "roster-%s.txt", d->code), size);
    if (rc == RC_OK)
        rc = disclosure_roster(r->c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, size) : rc;
}

static enum rc send_changes(struct archive *r, const struct disclosure_draw *d)
{
    struct file f = { .r = r };
    int64_t size = 0;
    enum rc rc = disclosure_change_size(r->c->db, d->id, &size);
    if (rc != RC_OK)
        return rc;
    rc = start(&f, r, arena_printf(r->c->arena, "changes-%s.txt", d->code), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_change_file(r->c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

static enum rc send_results(struct archive *r, const struct disclosure_draw *d)
{
    struct file f = { .r = r };
    int64_t size = 0;
    enum rc rc = disclosure_result_size(r->c->db, d->id, &size);
    if (rc == RC_OK)
        rc = start(&f, r, arena_printf(r->c->arena, "result-%s.txt", d->code), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_result_file(r->c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

/* What was public with the draw, where anything was. */
static enum rc send_drawn(struct archive *r, const struct disclosure_draw *d)
{
    struct file f = { .r = r };
    int64_t size = 0;
    enum rc rc = disclosure_drawn_size(r->c->db, d->id, &size);
    if (rc != RC_OK || size == 0)
        return rc;
    rc = start(&f, r, arena_printf(r->c->arena, "drawn-%s.txt", d->code), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_drawn_file(r->c->db, d->id, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

static enum rc send_draw(struct archive *r, const struct disclosure_draw *d, enum draw_rule rule,
                         bool drawn)
{
    struct buf blocks;
    enum rc rc = send_snapshot(r, d, rule, &blocks);
    if (rc == RC_OK)
        rc = send_text(r, arena_printf(r->c->arena, "blocks-%s.txt", d->code), &blocks);
    if (rc == RC_OK)
        rc = send_roster(r, d);
    if (rc == RC_OK)
        rc = send_changes(r, d);
    if (rc == RC_OK && drawn)
        rc = send_results(r, d);
    return rc == RC_OK && drawn ? send_drawn(r, d) : rc;
}

/* ---- what follows the draws ---- */

static enum rc send_match_file(struct archive *r, const struct disclosure_campaign *m,
                               const char *name, int64_t size)
{
    struct file f = { .r = r };
    enum rc rc = start(&f, r, arena_printf(r->c->arena, "%s.txt", name), (size_t)size);
    if (rc == RC_OK)
        rc = disclosure_match_file(r->c->db, m->id, name, piece, &f);
    return rc == RC_OK ? finish(&f, (size_t)size) : rc;
}

static const char *const match_names[] = { "differences", "inspectors", "visits", "teams" };
enum { MATCH_NAMES = sizeof match_names / sizeof match_names[0] };

/* What the teams were drawn from, the teams, and every change after that; nothing before that
   draw. */
static enum rc send_match(struct archive *r, const struct disclosure_campaign *m)
{
    struct buf changes = { .arena = r->c->arena };
    int64_t size = 0;
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < MATCH_NAMES; i++) {
        rc = disclosure_match_bytes(r->c->db, m->id, match_names[i], &size);
        if (rc == RC_OK && size)
            rc = send_match_file(r, m, match_names[i], size);
    }
    if (rc != RC_OK || size == 0)
        return rc;
    rc = disclosure_adjustments(r->c->db, m->code, m->id, &changes);
    if (rc == RC_OK && changes.full)
        rc = RC_TOO_LARGE;
    return rc == RC_OK ? send_text(r, "adjustments.txt", &changes) : rc;
}

static enum rc send_substitutes(struct archive *r, const struct disclosure_campaign *m)
{
    struct buf text = { .arena = r->c->arena };
    enum rc rc = disclosure_substitutes(r->c->db, m->code, m->id, &text);
    if (rc == RC_OK && text.full)
        rc = RC_TOO_LARGE;
    return rc == RC_OK ? send_text(r, "substitutes.txt", &text) : rc;
}

/* The texts that the campaign is bound to, as far as it has them. */
static enum rc send_texts(struct archive *r, const struct disclosure_campaign *m)
{
    static const char *const names[][2] = { { "announcement", "announcement.txt" },
                                            { "timestamp", "announcement.tsr" },
                                            { "key", "beacon.pem" },
                                            { "pulse", "pulse.txt" },
                                            { "closing", "closing.txt" },
                                            { "teams-pulse", "teams-pulse.txt" } };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof names / sizeof names[0]; i++) {
        const char *text;
        size_t n;
        rc = disclosure_text(r->c->db, r->c->arena, m->id, names[i][0], &text, &n);
        if (rc == RC_OK && text)
            rc = send_bytes(r, names[i][1], text, n);
    }
    return rc;
}

enum rc bundle_write(struct web_ctx *c, const struct disclosure_campaign *m, FILE *to)
{
    static const char end[TAR_END_SIZE];
    struct archive archive = { .c = c, .to = to };
    struct archive *r = &archive;
    const struct disclosure_draw *draws = NULL;
    size_t n = 0;
    enum draw_rule rule;
    struct buf json;
    enum rc rc = draw_rule_parse(m->rule, &rule) ? RC_OK : RC_INTERNAL;
    if (rc == RC_OK)
        rc = disclosure_draws(c->db, c->arena, m->id, &draws, &n);
    if (rc != RC_OK)
        return rc;
    put_json(c, m, &json);
    rc = send_text(r, "draw.json", &json);
    if (rc == RC_OK)
        rc = send_texts(r, m);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = send_draw(r, &draws[i], rule, m->seed != NULL);
    if (rc == RC_OK && strcmp(m->state, "drawn") == 0)
        rc = send_substitutes(r, m);
    if (rc == RC_OK)
        rc = send_match(r, m);
    return rc == RC_OK ? put(r, end, sizeof end) : rc;
}

/* Sizes of what may come, or be hidden until a day, after the bundle was made first. */
static enum rc put_sizes(struct web_ctx *c, const struct disclosure_campaign *m, struct buf *out)
{
    static const char *const texts[] = { "timestamp", "closing", "teams-pulse" };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof texts / sizeof texts[0]; i++) {
        const char *text;
        size_t n = 0;
        rc = disclosure_text(c->db, c->arena, m->id, texts[i], &text, &n);
        buf_printf(out, "%zu\n", n);
    }
    for (size_t i = 0; rc == RC_OK && i < MATCH_NAMES; i++) {
        int64_t n = 0;
        rc = disclosure_match_bytes(c->db, m->id, match_names[i], &n);
        buf_printf(out, "%lld\n", (long long)n);
    }
    return rc;
}

/* What was drawn does not change any more, but inspectors follow, and changes. */
enum rc bundle_key(struct web_ctx *c, const struct disclosure_campaign *m, char key[DIGEST_HEX])
{
    struct buf text;
    struct buf adjustments = { .arena = c->arena };
    struct buf substitutes = { .arena = c->arena };
    put_json(c, m, &text);
    enum rc rc = put_sizes(c, m, &text);
    if (rc == RC_OK)
        rc = disclosure_adjustments(c->db, m->code, m->id, &adjustments);
    if (rc == RC_OK)
        rc = disclosure_substitutes(c->db, m->code, m->id, &substitutes);
    if (rc != RC_OK)
        return rc;
    const char *all = arena_printf(c->arena, "%s%s%s", text.p, adjustments.p, substitutes.p);
    digest_hex(DIGEST_SHA256, all, strlen(all), key);
    return RC_OK;
}

#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/draw/changes.h"
#include "store/draw/draw_scope.h"

enum { CODE_SIZE = SNAPSHOT_CODE };

DB_STMT(draw_part_insert, "iib", "",
        "INSERT INTO snapshot_part (draw_id, part, body) VALUES (?, ?, ?)");

DB_STMT(draw_quota_insert, "itii", "",
        "INSERT INTO draw_quota (draw_id, stratum, quota, eligible) VALUES (?, ?, ?, ?)");

DB_STMT(draw_weight_insert, "itii", "",
        "INSERT INTO draw_weight (draw_id, stratum, weight, subjects) VALUES (?, ?, ?, ?)");

DB_STMT(draw_update_frozen, "Ttiii", "",
        "UPDATE draw_open SET state = 'frozen', frozen_at = ?, snapshot_sha256 = ?,"
        " snapshot_bytes = ?, snapshot_lines = ? WHERE id = ?");

struct freeze {
    struct draw_scope scope;
    struct buf now;           /* the piece of the text being filled */
    char changes[DIGEST_HEX]; /* of the file of what changed lately */
    struct digest *digest;
    int64_t parts;
    size_t bytes;
};

static void release(void *data)
{
    arena_free(data);
}

/* Every stratum that cannot fill its quota, named before anything is written. */
static enum rc check_quotas(struct freeze *f, const struct draw_frozen *frozen, struct err *err)
{
    struct buf text;
    uint64_t quota = 0;
    size_t short_of = 0;
    buf_init(&text, f->scope.arena, 300);
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        quota += s->quota;
        if (s->quota <= s->eligible)
            continue;
        char one[DRAW_STRATUM_MAX + 60];
        (void)snprintf(one, sizeof one, "%s%s（任务 %u，可抽 %zu）", short_of ? "、" : "", s->name,
                       (unsigned)s->quota, s->eligible);
        if (text.n + strlen(one) <= text.cap)
            buf_puts(&text, one);
        short_of++;
    }
    if (quota > DRAW_SELECTED_MAX)
        return err_set(err, RC_TOO_LARGE, "/quotas", "一次抽取超过 %d 个对象", DRAW_SELECTED_MAX);
    if (short_of == 0)
        return RC_OK;
    return err_set(err, RC_STATE, "/quotas", "%zu 个抽查层的任务数超过可抽对象数：%s", short_of,
                   text.p);
}

/* ---- writing ---- */

static enum rc put_part(struct freeze *f, struct err *err)
{
    f->bytes += f->now.n;
    if (f->bytes > DRAW_SNAPSHOT_MAX)
        return err_set(err, RC_TOO_LARGE, "", "名录快照超过 %zu 字节", DRAW_SNAPSHOT_MAX);
    digest_update(f->digest, f->now.p, f->now.n);
    enum rc rc =
        db_exec(f->scope.db, &draw_part_insert,
                DB_ARGS(db_int(f->scope.draw->id), db_int(f->parts), db_bytes(f->now.p, f->now.n)));
    f->parts++;
    buf_clear(&f->now);
    return rc;
}

static enum rc put_line(struct freeze *f, struct draw_writer *writer, const struct snapshot_row *e,
                        struct err *err)
{
    char code[CODE_SIZE + 1] = "";
    char text[WEIGHT_FACTS_TEXT];
    const struct weight_facts facts = draw_scope_facts(e, f->scope.today);
    const struct weight weight = weight_of(&f->scope.rules, &facts);
    memcpy(code, e->code, CODE_SIZE);
    weight_facts_format(text, &facts);
    enum rc rc = f->now.n + DRAW_LINE_MAX > DRAW_PART_SIZE ? put_part(f, err) : RC_OK;
    return rc == RC_OK ? draw_write(writer, code, f->scope.strata[e->stratum], weight.value,
                                    weight_reason(weight.exclusion), text, err)
                       : rc;
}

static enum rc put_text(struct freeze *f, struct draw_frozen *out, struct err *err)
{
    struct draw_writer writer;
    struct draw_snapshot_head head = { .version = 2, .day = f->scope.today };
    const struct snapshot_row *e;
    (void)snprintf(head.draw_id, sizeof head.draw_id, "%s", f->scope.draw->code);
    weight_rules_format(head.rules, &f->scope.rules);
    memcpy(head.changes, f->changes, sizeof head.changes);
    buf_init(&f->now, f->scope.arena, DRAW_PART_SIZE);
    enum rc rc = draw_write_start(&writer, &f->now, &head, err);
    while (rc == RC_OK && (e = snapshot_sort_take(f->scope.lines)))
        rc = put_line(f, &writer, e, err);
    if (rc == RC_OK)
        rc = put_part(f, err);
    if (rc != RC_OK)
        return rc;
    uint8_t hash[DIGEST_SIZE];
    digest_final(f->digest, hash);
    hex_encode(out->sha256, hash, sizeof hash);
    out->bytes = f->bytes;
    out->lines = writer.lines;
    out->eligible = writer.eligible;
    return RC_OK;
}

static enum rc put_quotas(struct freeze *f, const struct draw_frozen *frozen)
{
    enum { COLUMNS = 4 };
    struct db_val *values =
        arena_array(f->scope.arena, frozen->stratum_count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < frozen->stratum_count; i++) {
        const struct draw_stratum *s = &frozen->strata[i];
        struct db_val *row = values + i * COLUMNS;
        row[0] = db_int(f->scope.draw->id);
        row[1] = db_text(s->name);
        row[2] = db_int(s->quota);
        row[3] = db_int((int64_t)s->eligible);
    }
    return db_bulk(f->scope.db, &draw_quota_insert, values, frozen->stratum_count);
}

static enum rc put_weights(struct freeze *f)
{
    enum { COLUMNS = 4 };
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < f->scope.quota_count; i++) {
        struct chance list[DRAW_WEIGHT_MAX];
        struct db_val values[DRAW_WEIGHT_MAX * COLUMNS];
        size_t n = draw_scope_chances(&f->scope, i, list);
        for (size_t k = 0; k < n; k++) {
            struct db_val *row = values + k * COLUMNS;
            row[0] = db_int(f->scope.draw->id);
            row[1] = db_text(f->scope.strata[i]);
            row[2] = db_int(list[k].weight);
            row[3] = db_int(list[k].subjects);
        }
        if (n)
            rc = db_bulk(f->scope.db, &draw_weight_insert, values, n);
    }
    return rc;
}

static enum rc put_changes(struct freeze *f, enum draw_rule rule, int64_t now, struct err *err)
{
    const struct changes_terms terms = { .draw = f->scope.draw,
                                         .rule = rule,
                                         .rules = &f->scope.rules,
                                         .now = now,
                                         .lists = draw_scope_lists,
                                         .data = &f->scope };
    return changes_freeze(f->scope.db, f->scope.arena, &terms, f->changes, err);
}

static enum rc freeze(struct freeze *f, enum draw_rule rule, int64_t now, struct draw_frozen *out,
                      struct err *err)
{
    enum rc rc = draw_scope_load(&f->scope, err);
    if (rc != RC_OK)
        return rc;
    out->staying = f->scope.stays.n;
    out->strata = draw_strata_list(f->scope.counts, &out->stratum_count);
    rc = check_quotas(f, out, err);
    if (rc == RC_OK)
        rc = put_changes(f, rule, now, err);
    if (rc == RC_OK)
        rc = put_text(f, out, err);
    if (rc == RC_OK)
        rc = put_quotas(f, out);
    return rc == RC_OK ? put_weights(f) : rc;
}

enum rc draw_freeze(struct db *db, struct arena *a, const struct draw *draw, enum draw_rule rule,
                    int64_t now, struct draw_frozen *out, struct err *err)
{
    struct freeze f = { .scope = { .db = db,
                                   .arena = arena_new(DRAW_MEMORY_MAX),
                                   .draw = draw,
                                   .today = date_at(now) },
                        .digest = digest_new(draw_digest(rule)) };
    arena_defer(a, release, f.scope.arena);
    enum rc rc = freeze(&f, rule, now, out, err);
    digest_free(f.digest);
    if (rc == RC_OK)
        rc = db_exec(db, &draw_update_frozen,
                     DB_ARGS(db_instant(now), db_text(out->sha256), db_int((int64_t)out->bytes),
                             db_int((int64_t)out->lines), db_int(draw->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return err_set(err, RC_STATE, "", "抽取 %s 已冻结", draw->code);
    return rc;
}

enum rc draw_preview(struct db *db, struct arena *a, const struct draw *draw, int64_t now,
                     const struct draw_chances **out, size_t *count, struct err *err)
{
    struct draw_scope s = {
        .db = db, .arena = arena_new(DRAW_MEMORY_MAX), .draw = draw, .today = date_at(now)
    };
    arena_defer(a, release, s.arena);
    enum rc rc = draw_scope_load(&s, err);
    if (rc != RC_OK)
        return rc;
    struct draw_chances *list = arena_array(a, s.quota_count, sizeof *list);
    for (size_t i = 0; i < s.quota_count; i++) {
        struct chance *chances = arena_array(s.arena, DRAW_WEIGHT_MAX, sizeof *chances);
        list[i] = (struct draw_chances){ .stratum = s.strata[i],
                                         .quota = s.lowered[i].quota,
                                         .chances = chances,
                                         .count = draw_scope_chances(&s, i, chances) };
    }
    *out = list;
    *count = s.quota_count;
    return RC_OK;
}

#include "store/draw/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"

enum { DAY_MS = 86400000, ROWS_FIRST = 64 };

/* Of what holds for the department: its own word, or the one for all where it has none. */
#define WORD_OF(column) "COALESCE(w." column ", s." column ") AS " column
/* clang-format off */
#define WORDS                                                                                      \
    WORD_OF("state") ", " WORD_OF("credit_class") ", " WORD_OF("complaints") ", "                  \
    WORD_OF("is_key")
/* clang-format on */
#define JOIN_WORD                                                                                  \
    " LEFT JOIN subject_word w ON w.department_id = r.department_id AND w.subject_id = s.id"

/* clang-format off */
DB_STMT(changes_select, "iiTTiDD", "tTttttttii",
        "SELECT x.code, x.at, x.who, x.fact, x.before_it, x.after_it, x.state, x.credit_class,"
        " x.complaints, x.is_key FROM ("
        "SELECT s.code, c.changed_at AS at, c.id AS n, COALESCE(d.code, '-') AS who,"
        " CAST(c.fact AS CHAR) AS fact, c.before_it, c.after_it, " WORDS
        " FROM directory r JOIN subject_change c ON c.for_id IN (0, r.department_id)"
        " JOIN subject s ON s.id = c.subject_id LEFT JOIN department d ON d.id = c.by_id" JOIN_WORD
        " WHERE r.id = ? AND EXISTS (SELECT 1 FROM directory_entry e WHERE e.directory_id = ?"
        " AND e.subject_id = s.id) AND c.changed_at >= ? AND c.changed_at <= ?"
        " AND (c.for_id <> 0 OR w.subject_id IS NULL OR c.fact NOT IN"
        " ('state', 'credit_class', 'key', 'complaints'))"
        " UNION ALL SELECT s.code, CAST(l.left_on AS DATETIME(3)), l.import_id, d.code, 'left',"
        " l.specialty, '-', " WORDS " FROM directory r JOIN directory_departure l"
        " ON l.directory_id = r.id JOIN subject s ON s.id = l.subject_id"
        " JOIN department d ON d.id = r.department_id" JOIN_WORD
        " WHERE r.id = ? AND l.left_on >= ? AND l.left_on <= ?"
        ") x ORDER BY x.code, x.at, x.n, x.fact, x.before_it");
/* clang-format on */

DB_STMT(change_part_insert, "iib", "",
        "INSERT INTO change_part (draw_id, part, body) VALUES (?, ?, ?)");

struct change {
    int64_t at;
    const char *who;
    const char *fact;
    const char *before;
    const char *after;
    unsigned weight_before;
    unsigned weight_after;
};

struct file {
    const struct changes_terms *terms;
    struct arena *arena;
    struct buf out;
    char code[20];
    struct weight_facts facts; /* of the subject at hand, as they are now */
    struct change *list;       /* its changes, oldest first */
    size_t count;
    size_t room;
};

/* By class, complaints and lists: what its checks make of it is another matter. */
static unsigned weight_now(const struct file *f)
{
    return weight_of(f->terms->rules, &f->facts).value;
}

static void take_back(struct weight_facts *facts, const struct change *c)
{
    if (strcmp(c->fact, "state") == 0)
        facts->closed = strcmp(c->before, "closed") == 0;
    else if (strcmp(c->fact, "credit_class") == 0)
        facts->credit = weight_credit_parse(c->before);
    else if (strcmp(c->fact, "key") == 0)
        facts->key = strcmp(c->before, "1") == 0;
    else if (strcmp(c->fact, "complaints") == 0)
        facts->complaints = (unsigned)strtoul(c->before, NULL, 10);
    else if (strcmp(c->fact, "abnormal") == 0)
        facts->abnormal = strcmp(c->before, "1") == 0;
    else if (strcmp(c->fact, "serious") == 0)
        facts->serious = strcmp(c->before, "1") == 0;
}

/* The subject's lines: its weights are found backwards from what it is now. */
static void end_subject(struct file *f)
{
    for (size_t i = f->count; i-- > 0;) {
        struct change *c = &f->list[i];
        bool left = strcmp(c->fact, "left") == 0;
        bool entered = strcmp(c->fact, "entry") == 0;
        c->weight_after = left ? 0 : weight_now(f);
        take_back(&f->facts, c);
        c->weight_before = entered ? 0 : weight_now(f);
    }
    for (size_t i = 0; i < f->count; i++) {
        const struct change *c = &f->list[i];
        char at[INSTANT_TEXT];
        instant_format(at, c->at);
        buf_printf(&f->out, "%s\t%s\t%s\t%s\t%s\t%s\t%u\t%u\n", f->code, at, c->who, c->fact,
                   c->before, c->after, c->weight_before, c->weight_after);
    }
    f->count = 0;
    arena_reset(f->arena);
    f->list = NULL;
    f->room = 0;
}

static void begin_subject(struct file *f, const struct db_query *q)
{
    (void)snprintf(f->code, sizeof f->code, "%s", db_col_text(q, 0));
    f->facts = (struct weight_facts){ .closed = strcmp(db_col_text(q, 6), "closed") == 0,
                                      .credit = weight_credit_parse(db_col_text(q, 7)),
                                      .complaints = (unsigned)db_col_int(q, 8),
                                      .key = db_col_int(q, 9) != 0 };
    f->terms->lists(f->terms->data, f->code, &f->facts);
}

static void add_change(struct file *f, const struct db_query *q)
{
    if (f->count == f->room) {
        struct change *old = f->list;
        f->room = f->room ? 2 * f->room : ROWS_FIRST;
        f->list = arena_array(f->arena, f->room, sizeof *f->list);
        if (f->count)
            memcpy(f->list, old, f->count * sizeof *old);
    }
    f->list[f->count++] = (struct change){ .at = db_col_int(q, 1),
                                           .who = db_col_dup(q, 2, f->arena),
                                           .fact = db_col_dup(q, 3, f->arena),
                                           .before = db_col_dup(q, 4, f->arena),
                                           .after = db_col_dup(q, 5, f->arena) };
}

static enum rc write_all(struct db *db, struct file *f)
{
    const struct changes_terms *t = f->terms;
    int64_t since = t->now - (int64_t)CHANGES_DAYS * DAY_MS;
    struct db_val directory = db_int(t->draw->directory_id);
    char from[INSTANT_TEXT];
    char to[INSTANT_TEXT];
    struct db_query *q;
    instant_format(from, since);
    instant_format(to, t->now);
    buf_printf(&f->out, "liancha-changes/1\t%s\t%s\t%s\n", t->draw->code, from, to);
    enum rc rc =
        db_query_stream(db, &changes_select,
                        DB_ARGS(directory, directory, db_instant(since), db_instant(t->now),
                                directory, db_date(date_at(since)), db_date(date_at(t->now))),
                        &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (strcmp(f->code, db_col_text(q, 0)) != 0) {
            end_subject(f);
            begin_subject(f, q);
        }
        add_change(f, q);
    }
    end_subject(f);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc changes_freeze(struct db *db, struct arena *a, const struct changes_terms *terms,
                       char sha256[DIGEST_HEX], struct err *err)
{
    struct file f = { .terms = terms, .arena = arena_new(DRAW_PART_SIZE) };
    buf_init(&f.out, a, DRAW_SNAPSHOT_MAX / 4);
    enum rc rc = write_all(db, &f);
    arena_free(f.arena);
    if (rc == RC_OK && f.out.full)
        return err_set(err, RC_TOO_LARGE, "", "名录变动超过 %zu 字节", f.out.cap);
    if (rc != RC_OK)
        return rc;
    digest_hex(draw_digest(terms->rule), f.out.p, f.out.n, sha256);
    for (size_t at = 0, part = 0; rc == RC_OK && at < f.out.n; part++) {
        size_t n = f.out.n - at < DRAW_PART_SIZE ? f.out.n - at : DRAW_PART_SIZE;
        rc = db_exec(
            db, &change_part_insert,
            DB_ARGS(db_int(terms->draw->id), db_int((int64_t)part), db_bytes(f.out.p + at, n)));
        at += n;
    }
    return rc;
}

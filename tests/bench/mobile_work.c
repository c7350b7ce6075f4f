#include "mobile_work.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/jsonw.h"

enum { RECORDS_MAX = 200, INSPECTORS_MAX = 2, OUT_MAX = 4 << 20 };

DB_STMT(work_stmt_items, "iiii", "iitiiit",
        "SELECT owner_id, seq, entity, entity_id, version, deleted, body FROM feed_item"
        " WHERE kind = 2 AND owner_id BETWEEN ? AND ? AND seq > ? ORDER BY owner_id, seq LIMIT ?");

DB_STMT(work_stmt_section, "i", "it",
        "SELECT visit_id, (SELECT GROUP_CONCAT(a.inspector_id ORDER BY a.inspector_id)"
        " FROM assignment a WHERE a.section_id = s.id) FROM section s WHERE id = ? FOR UPDATE");

DB_STMT(work_stmt_records, "i", "iiititttttt",
        "SELECT c.id, c.version, i.id, i.code, i.version, i.specialty, i.name, i.method,"
        " i.legal_basis, i.content, c.disposal FROM check_result c"
        " JOIN inspection_item i ON i.id = c.item_id WHERE c.section_id = ?");

DB_STMT(work_stmt_ledger, "biibtT", "",
        "INSERT INTO sync_op (op_id, device_id, counter, body_hash, outcome, result, at)"
        " VALUES (?, ?, ?, ?, 'applied', ?, ?)");

DB_STMT(work_stmt_result, "itti", "",
        "UPDATE check_result SET version = ?, result_code = ?, problem = ? WHERE id = ?");

DB_STMT(work_stmt_heads, "iiii", "ii",
        "INSERT INTO feed_head (kind, owner_id, seq) VALUES (1, ?, 1), (1, ?, 1), (2, ?, ?)"
        " ON DUPLICATE KEY UPDATE seq = seq + VALUES(seq) RETURNING owner_id, seq");

DB_STMT(work_stmt_item, "iiitiit", "",
        "INSERT INTO feed_item (kind, owner_id, seq, entity, entity_id, version, deleted, body)"
        " VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON DUPLICATE KEY UPDATE seq = VALUES(seq),"
        " version = VALUES(version), body = VALUES(body)");

/* ---- Pull ------------------------------------------------------------------------------------ */

static void put_item(struct jsonw *w, const struct db_query *q)
{
    jw_object(w, NULL);
    jw_text(w, "entity", db_col_text(q, 2));
    jw_int(w, "id", db_col_int(q, 3));
    jw_int(w, "seq", db_col_int(q, 1));
    jw_int(w, "version", db_col_int(q, 4));
    jw_raw(w, "body", db_col_text(q, 6));
    jw_end(w);
}

enum rc work_pull(struct db *db, struct arena *a, const struct work_pull *p, struct buf *out)
{
    struct db_query *q;
    struct jsonw w;
    int64_t visit = 0;
    buf_init(out, a, OUT_MAX);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_array(&w, "feeds");
    enum rc rc =
        db_query(db, &work_stmt_items,
                 DB_ARGS(db_int(p->first), db_int(p->last), db_int(p->seq), db_int(p->limit)), &q);
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK) {
        if (db_col_int(q, 0) != visit) {
            if (visit) {
                jw_end(&w);
                jw_end(&w);
            }
            visit = db_col_int(q, 0);
            jw_object(&w, NULL);
            jw_text(&w, "feed", arena_printf(a, "visit:%" PRId64, visit));
            jw_array(&w, "items");
        }
        put_item(&w, q);
    }
    while (w.depth > 0)
        jw_end(&w);
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- Push ------------------------------------------------------------------------------------ */

struct record {
    int64_t id;
    int64_t version;
    const char *body;
};

struct section {
    int64_t visit_id;
    int64_t inspectors[INSPECTORS_MAX];
    struct record records[RECORDS_MAX];
    size_t n;
};

static void read_section(const struct db_query *q, void *data)
{
    struct section *s = data;
    char *rest;
    s->visit_id = db_col_int(q, 0);
    s->inspectors[0] = strtoll(db_col_text(q, 1), &rest, 10);
    s->inspectors[1] = *rest ? strtoll(rest + 1, NULL, 10) : 0;
}

static const struct work_op *find(const struct work_op *ops, size_t n, int64_t check_id)
{
    for (size_t i = 0; i < n; i++)
        if (ops[i].check_id == check_id)
            return &ops[i];
    return NULL;
}

static const char *make_body(struct arena *a, const struct db_query *q, int64_t section_id,
                             const struct work_op *op)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a, 65535);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_int(&w, "section_id", section_id);
    jw_text(&w, "result_code", op->code);
    jw_text(&w, "problem", op->problem);
    jw_text(&w, "disposal", db_col_text(q, 10));
    jw_object(&w, "item");
    jw_int(&w, "id", db_col_int(q, 2));
    jw_text(&w, "code", db_col_text(q, 3));
    jw_int(&w, "version", db_col_int(q, 4));
    jw_text(&w, "specialty", db_col_text(q, 5));
    jw_text(&w, "name", db_col_text(q, 6));
    jw_text(&w, "method", db_col_text(q, 7));
    jw_text(&w, "legal_basis", db_col_text(q, 8));
    jw_text(&w, "content", db_col_text(q, 9));
    jw_end(&w);
    jw_end(&w);
    return out.p;
}

static enum rc read_records(struct db *db, struct arena *a, int64_t section_id,
                            const struct work_op *ops, size_t n, struct section *s)
{
    struct db_query *q;
    enum rc rc = db_one(db, &work_stmt_section, DB_ARGS(db_int(section_id)), read_section, s);
    if (rc == RC_OK)
        rc = db_query(db, &work_stmt_records, DB_ARGS(db_int(section_id)), &q);
    while (rc == RC_OK && s->n < RECORDS_MAX && (rc = db_next(&q)) == RC_OK) {
        const struct work_op *op = find(ops, n, db_col_int(q, 0));
        if (op)
            s->records[s->n++] = (struct record){ .id = op->check_id,
                                                  .version = db_col_int(q, 1) + 1,
                                                  .body = make_body(a, q, section_id, op) };
    }
    return rc == RC_DONE ? RC_OK : rc;
}

static const char *result_of(struct arena *a, const struct work_op *op, int64_t version)
{
    return arena_printf(a, "{\"id\":\"%s\",\"outcome\":\"applied\",\"version\":%" PRId64 "}",
                        op->id_text, version);
}

static enum rc store(struct db *db, struct arena *a, int64_t device_id, const struct section *s,
                     const struct work_op *ops, size_t n, struct buf *out)
{
    int64_t now = clock_now();
    struct db_val *ledger = arena_array(a, s->n, 6 * sizeof *ledger);
    struct db_val *results = arena_array(a, s->n, 4 * sizeof *results);
    buf_puts(out, "{\"outcomes\":[");
    for (size_t i = 0; i < s->n; i++) {
        const struct record *r = &s->records[i];
        const struct work_op *op = find(ops, n, r->id);
        const char *result = result_of(a, op, r->version);
        buf_printf(out, "%s%s", i ? "," : "", result);
        const struct db_val row[] = {
            db_bytes(op->id, sizeof op->id),     db_int(device_id), db_int(op->counter),
            db_bytes(op->hash, sizeof op->hash), db_text(result),   db_instant(now)
        };
        const struct db_val fields[] = { db_int(r->version), db_text(op->code),
                                         db_text(op->problem), db_int(r->id) };
        memcpy(&ledger[6 * i], row, sizeof row);
        memcpy(&results[4 * i], fields, sizeof fields);
    }
    buf_puts(out, "]}");
    enum rc rc = db_bulk(db, &work_stmt_ledger, ledger, s->n);
    return rc == RC_OK ? db_bulk(db, &work_stmt_result, results, s->n) : rc;
}

static enum rc publish(struct db *db, struct arena *a, const struct section *s)
{
    struct db_query *q;
    int64_t seq = 0;
    size_t rows = s->n + INSPECTORS_MAX;
    struct db_val *items = arena_array(a, rows, 7 * sizeof *items);
    struct db_val *v = items;
    enum rc rc = db_query(db, &work_stmt_heads,
                          DB_ARGS(db_int(s->inspectors[0]), db_int(s->inspectors[1]),
                                  db_int(s->visit_id), db_int((int64_t)s->n)),
                          &q);
    for (size_t i = 0; rc == RC_OK && i < INSPECTORS_MAX && (rc = db_next(&q)) == RC_OK; i++) {
        const struct db_val row[] = {
            db_int(1),        db_int(db_col_int(q, 0)), db_int(db_col_int(q, 1)),
            db_text("visit"), db_int(s->visit_id),      db_int(0),
            db_text("{}")
        };
        memcpy(v, row, sizeof row);
        v += 7;
    }
    if (rc == RC_OK && (rc = db_next(&q)) == RC_OK)
        seq = db_col_int(q, 1) - (int64_t)s->n;
    if (rc != RC_OK)
        return rc;
    db_done(&q);
    for (size_t i = 0; i < s->n; i++, v += 7) {
        const struct record *r = &s->records[i];
        const struct db_val row[] = { db_int(2),       db_int(s->visit_id),
                                      db_int(++seq),   db_text("check_result"),
                                      db_int(r->id),   db_int(r->version),
                                      db_text(r->body) };
        memcpy(v, row, sizeof row);
    }
    return db_bulk(db, &work_stmt_item, items, rows);
}

enum rc work_push(struct db *db, struct arena *a, int64_t device_id, int64_t section_id,
                  const struct work_op *ops, size_t n, struct buf *out)
{
    struct section *s = arena_alloc(a, sizeof *s);
    buf_init(out, a, OUT_MAX);
    enum rc rc = db_begin(db, DB_WRITE);
    if (rc == RC_OK)
        rc = read_records(db, a, section_id, ops, n, s);
    if (rc == RC_OK)
        rc = store(db, a, device_id, s, ops, n, out);
    if (rc == RC_OK)
        rc = publish(db, a, s);
    if (rc == RC_OK)
        return db_commit(db);
    db_rollback(db);
    return rc;
}

bool work_id(const char *text, uint8_t id[16])
{
    char digits[33];
    size_t n = 0;
    for (; *text && n < sizeof digits - 1; text++)
        if (*text != '-')
            digits[n++] = *text;
    digits[n] = '\0';
    return hex_decode(id, 16, digits);
}

#include "store/directory/inspector.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

DB_STMT(inspector_upsert, "ttiDiiiit", "",
        "INSERT INTO inspector (card_no, name, department_id, card_expires_on, on_duty, max_daily,"
        " max_total, synthetic, telephone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE"
        " name = VALUES(name), department_id = VALUES(department_id),"
        " card_expires_on = VALUES(card_expires_on), on_duty = VALUES(on_duty),"
        " max_daily = VALUES(max_daily), max_total = VALUES(max_total),"
        " synthetic = VALUES(synthetic), telephone = VALUES(telephone)");
/* 1 when the row differs, 2 when it is the same; the lists ascend. */
DB_STMT(inspector_compare, "tiDiiiitttt", "i",
        "SELECT 1 + (i.name = ? AND i.department_id = ? AND i.card_expires_on = ? AND i.on_duty = ?"
        " AND i.max_daily = ? AND i.max_total = ? AND i.synthetic = ?"
        " AND i.telephone = ?"
        " AND COALESCE((SELECT GROUP_CONCAT(s.specialty ORDER BY s.specialty SEPARATOR ';')"
        " FROM inspector_specialty s WHERE s.inspector_id = i.id), '') = ?"
        " AND COALESCE((SELECT GROUP_CONCAT(a.region_code ORDER BY a.region_code SEPARATOR ';')"
        " FROM inspector_area a WHERE a.inspector_id = i.id), '') = ?)"
        " FROM inspector i WHERE i.card_no = ?");
DB_STMT(inspector_by_card, "t", "ii", "SELECT id, department_id FROM inspector WHERE card_no = ?");
DB_STMT(inspector_specialty_clear, "i", "",
        "DELETE FROM inspector_specialty WHERE inspector_id = ?");
DB_STMT(inspector_specialty_add, "it", "",
        "INSERT INTO inspector_specialty (inspector_id, specialty) VALUES (?, ?)");
DB_STMT(inspector_area_clear, "i", "", "DELETE FROM inspector_area WHERE inspector_id = ?");
DB_STMT(inspector_area_add, "it", "",
        "INSERT INTO inspector_area (inspector_id, region_code) VALUES (?, ?)");
DB_STMT(item_select, "ti", "ttttttt",
        "SELECT specialty, name, category, method, legal_basis, content, IF(retired, '1', '0')"
        " FROM inspection_item"
        " WHERE code = ? AND version = ?");
DB_STMT(
    item_insert, "titttttti", "",
    "INSERT INTO inspection_item (code, version, specialty, name, category, method, legal_basis,"
    " content, retired) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");

static enum rc replace(struct db *db, int64_t id, const struct db_stmt *clear,
                       const struct db_stmt *add, const char *const *codes, size_t count)
{
    enum rc rc = db_exec(db, clear, DB_ARGS(db_int(id)));
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = db_exec(db, add, DB_ARGS(db_int(id), db_text(codes[i])));
    return rc;
}

struct ids {
    int64_t id;
    int64_t department_id;
};

static void read_ids(const struct db_query *q, void *data)
{
    struct ids *ids = data;
    ids->id = db_col_int(q, 0);
    ids->department_id = db_col_int(q, 1);
}

enum rc inspector_id(struct db *db, const char *card_no, int64_t *id, int64_t *department_id)
{
    struct ids ids = { 0, 0 };
    enum rc rc = db_one(db, &inspector_by_card, DB_ARGS(db_text(card_no)), read_ids, &ids);
    *id = ids.id;
    *department_id = ids.department_id;
    return rc;
}

static int by_text(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* The codes in ascending order as "a;b;c". */
static const char *joined(struct arena *a, const char *const *codes, size_t count)
{
    const char **sorted = arena_memdup(a, codes, count * sizeof *codes);
    struct buf text;
    buf_init(&text, a, 4096);
    qsort(sorted, count, sizeof *sorted, by_text);
    for (size_t i = 0; i < count; i++)
        buf_printf(&text, "%s%s", i ? ";" : "", sorted[i]);
    return text.p;
}

static enum rc compare_inspector(struct db *db, const struct inspector *i,
                                 enum store_change *change)
{
    int64_t found = 0;
    struct arena *scratch = arena_new(1 << 20);
    enum rc rc =
        db_one_int(db, &inspector_compare,
                   DB_ARGS(db_text(i->name), db_int(i->department_id), db_date(i->card_expires_on),
                           db_int(i->on_duty), db_int(i->max_daily), db_int(i->max_total),
                           db_int(i->synthetic), db_text(i->telephone),
                           db_text(joined(scratch, i->specialties, i->specialty_count)),
                           db_text(joined(scratch, i->areas, i->area_count)), db_text(i->card_no)),
                   &found);
    arena_free(scratch);
    *change = rc == RC_NOT_FOUND ? STORE_CREATED : found == 2 ? STORE_UNCHANGED : STORE_CHANGED;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc inspector_put(struct db *db, const struct inspector *i, enum store_change *change)
{
    int64_t id;
    int64_t department_id;
    enum rc rc = compare_inspector(db, i, change);
    if (rc != RC_OK || *change == STORE_UNCHANGED)
        return rc;
    rc = db_exec(db, &inspector_upsert,
                 DB_ARGS(db_text(i->card_no), db_text(i->name), db_int(i->department_id),
                         db_date(i->card_expires_on), db_int(i->on_duty), db_int(i->max_daily),
                         db_int(i->max_total), db_int(i->synthetic), db_text(i->telephone)));
    if (rc == RC_OK)
        rc = inspector_id(db, i->card_no, &id, &department_id);
    if (rc == RC_OK)
        rc = replace(db, id, &inspector_specialty_clear, &inspector_specialty_add, i->specialties,
                     i->specialty_count);
    if (rc == RC_OK)
        rc = replace(db, id, &inspector_area_clear, &inspector_area_add, i->areas, i->area_count);
    return rc;
}

struct comparison {
    const struct item *item;
    unsigned differing;
};

static void compare_item(const struct db_query *q, void *data)
{
    struct comparison *c = data;
    const char *const wanted[] = { c->item->specialty,          c->item->name,
                                   c->item->category,           c->item->method,
                                   c->item->legal_basis,        c->item->content,
                                   c->item->retired ? "1" : "0" };
    for (unsigned i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
        c->differing |= strcmp(db_col_text(q, i), wanted[i]) != 0 ? 1U << i : 0;
}

enum rc item_put(struct db *db, const struct item *item, enum store_change *change,
                 unsigned *differing)
{
    struct comparison c = { .item = item };
    enum rc rc = db_one(db, &item_select, DB_ARGS(db_text(item->code), db_int(item->version)),
                        compare_item, &c);
    *change = rc == RC_OK ? STORE_UNCHANGED : STORE_CREATED;
    *differing = c.differing;
    if (rc == RC_OK)
        return c.differing ? RC_CONFLICT : RC_OK;
    if (rc != RC_NOT_FOUND)
        return rc;
    return db_exec(db, &item_insert,
                   DB_ARGS(db_text(item->code), db_int(item->version), db_text(item->specialty),
                           db_text(item->name), db_text(item->category), db_text(item->method),
                           db_text(item->legal_basis), db_text(item->content),
                           db_int(item->retired)));
}

#include "store/publish/disclosure_objection.h"

#include <string.h>

#include "base/date.h"

/* As views/objection_entry.sql has them. */
enum { SLOTS_MAX = 10, DEPARTMENT_SLOTS_MAX = 200 };

#define COL(member, ...) ROW_COL(struct disclosure_objection, member, __VA_ARGS__)
static const struct row_set objection_rows = ROW_SET(
    struct disclosure_objection, COL(publication, "publication_id AS publication"),
    COL(department_name, "department_name"), COL(received_at, "received_at", .instant = true),
    COL(state, "state"), COL(decided_at, "decided_at", .instant = true, .nullable = true),
    COL(answer, "answer", .nullable = true));
#undef COL

/* Where the next one of the day stands. */
struct place {
    int64_t department_id;
    int64_t slot;
    int64_t department_slot;
};

#define COL(member, ...) ROW_COL(struct place, member, __VA_ARGS__)
static const struct row_set place_rows =
    ROW_SET(struct place, COL(department_id, "p.department_id"),
            COL(slot, "COALESCE((SELECT o.slot FROM public_objection o"
                      " WHERE o.publication_id = p.id AND o.received_on = ?"
                      " ORDER BY o.slot DESC LIMIT 1), 0) + 1 AS slot"),
            COL(department_slot, "COALESCE((SELECT o.department_slot FROM public_objection o"
                                 " WHERE o.department_id = p.department_id AND o.received_on = ?"
                                 " ORDER BY o.department_slot DESC LIMIT 1), 0) + 1"
                                 " AS department_slot"));
#undef COL

DB_ROWS(disclosure_objection_select, "b", &objection_rows,
        " FROM public_objection WHERE receipt_hash = ?");
DB_ROWS(disclosure_objection_place, "DDi", &place_rows,
        " FROM public_publication p WHERE p.id = ?");
DB_STMT(disclosure_objection_insert, "iibtbbTDii", "",
        "INSERT INTO objection_entry (publication_id, department_id, receipt_hash, content, name,"
        " contact, received_at, received_on, slot, department_slot)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

enum rc disclosure_objection(struct db *db, struct arena *a, const uint8_t hash[DIGEST_SIZE],
                             struct disclosure_objection *out)
{
    return db_row(db, a, &disclosure_objection_select, DB_ARGS(db_bytes(hash, DIGEST_SIZE)), out);
}

static struct db_val sealed(struct arena *a, const uint8_t key[SEAL_KEY_SIZE], const char *text)
{
    size_t n = 0;
    const uint8_t *bytes = seal_close(a, key, text, strlen(text), &n);
    return db_bytes(bytes, n);
}

enum rc disclosure_objection_add(struct db *db, struct arena *a, const uint8_t key[SEAL_KEY_SIZE],
                                 int64_t publication, const uint8_t hash[DIGEST_SIZE],
                                 const struct objection_form *form, int64_t now)
{
    struct place place;
    int32_t today = date_at(now);
    enum rc rc = db_row(db, a, &disclosure_objection_place,
                        DB_ARGS(db_date(today), db_date(today), db_int(publication)), &place);
    if (rc != RC_OK)
        return rc;
    if (place.slot > SLOTS_MAX || place.department_slot > DEPARTMENT_SLOTS_MAX)
        return RC_TOO_MANY;
    return db_exec(db, &disclosure_objection_insert,
                   DB_ARGS(db_int(publication), db_int(place.department_id),
                           db_bytes(hash, DIGEST_SIZE), db_text(form->content),
                           sealed(a, key, form->name), sealed(a, key, form->contact),
                           db_instant(now), db_date(today), db_int(place.slot),
                           db_int(place.department_slot)));
}

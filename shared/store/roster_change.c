#include "store/roster_change.h"

#include <string.h>

DB_STMT(roster_change_insert, "itttttiT", "",
        "INSERT INTO roster_change (campaign_id, card_no, field, used, cause, reason, said_by,"
        " said_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(roster_change_select, "ittt", "tTt",
        "SELECT x.cause, x.said_at, d.code FROM roster_change x JOIN account a ON a.id = x.said_by"
        " JOIN department d ON d.id = a.department_id WHERE x.campaign_id = ? AND x.card_no = ?"
        " AND x.field = ? AND x.used = ? ORDER BY x.id DESC LIMIT 1");

DB_STMT(roster_recusal_declared, "tt", "Tt",
        "SELECT r.declared_at, d.code FROM inspector i JOIN inspector_recusal r"
        " ON r.inspector_id = i.id JOIN subject u ON u.id = r.subject_id"
        " LEFT JOIN account a ON a.id = r.declared_by LEFT JOIN department d"
        " ON d.id = a.department_id WHERE i.card_no = ? AND u.code = ?");

enum rc roster_change_say(struct db *db, int64_t campaign_id, const struct roster_difference *what,
                          const char *cause, const char *reason, int64_t account_id, int64_t now)
{
    return db_exec(db, &roster_change_insert,
                   DB_ARGS(db_int(campaign_id), db_text(what->card),
                           db_text(roster_field_name(what->field)), db_text(what->used),
                           db_text(cause), db_text(reason), db_int(account_id), db_instant(now)));
}

struct target {
    struct arena *arena;
    struct roster_note *note;
};

static void read_said(const struct db_query *q, void *data)
{
    struct target *t = data;
    *t->note = (struct roster_note){ .cause = db_col_dup(q, 0, t->arena),
                                     .at = db_col_int(q, 1),
                                     .by = db_col_dup(q, 2, t->arena) };
}

static void read_declared(const struct db_query *q, void *data)
{
    struct target *t = data;
    *t->note = (struct roster_note){ .cause = "declared",
                                     .at = db_col_int(q, 0),
                                     .by = db_col_dup(q, 1, t->arena) };
}

static enum rc note_of(struct db *db, struct arena *a, int64_t campaign_id,
                       const struct roster_difference *d, int64_t now, struct roster_note *out)
{
    struct target target = { a, out };
    enum rc rc;
    if (d->field == ROSTER_CARRIED) {
        *out = (struct roster_note){ .cause = "elsewhere", .at = now };
        return RC_OK;
    }
    if (d->field == ROSTER_RECUSAL) {
        *out = (struct roster_note){ .cause = "rule", .at = now };
        rc = db_one(db, &roster_recusal_declared, DB_ARGS(db_text(d->card), db_text(d->used)),
                    read_declared, &target);
    } else {
        rc = db_one(db, &roster_change_select,
                    DB_ARGS(db_int(campaign_id), db_text(d->card),
                            db_text(roster_field_name(d->field)), db_text(d->used)),
                    read_said, &target);
    }
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc roster_change_notes(struct db *db, struct arena *a, int64_t campaign_id,
                            const struct roster_difference *differences, size_t count, int64_t now,
                            struct roster_note **notes)
{
    enum rc rc = RC_OK;
    *notes = arena_array(a, count, sizeof **notes);
    for (size_t i = 0; rc == RC_OK && i < count; i++)
        rc = note_of(db, a, campaign_id, &differences[i], now, &(*notes)[i]);
    return rc;
}

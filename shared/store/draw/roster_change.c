#include "store/draw/roster_change.h"

DB_STMT(roster_change_insert, "itttttiT", "",
        "INSERT INTO roster_change (campaign_id, card_no, field, used, cause, reason, said_by,"
        " said_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(roster_change_update_approved, "iTittti", "",
        "UPDATE roster_change_timely SET approved_by = ?, approved_at = ? WHERE campaign_id = ?"
        " AND card_no = ? AND field = ? AND used = ? AND said_by <> ?"
        " ORDER BY id DESC LIMIT 1");

DB_STMT(
    roster_change_recusal_insert, "iTiTttii", "",
    "INSERT INTO roster_change (campaign_id, card_no, field, used, cause, reason, said_by,"
    " said_at, approved_by, approved_at) SELECT ?, i.card_no, 'recusal', u.code, 'declared', '',"
    " r.declared_by, COALESCE(r.declared_at, ?), ?, ? FROM inspector i JOIN inspector_recusal r"
    " ON r.inspector_id = i.id JOIN subject u ON u.id = r.subject_id WHERE i.card_no = ?"
    " AND u.code = ? AND NOT r.declared_by <=> ? AND NOT EXISTS (SELECT 1 FROM roster_change x"
    " WHERE x.campaign_id = ? AND x.card_no = i.card_no AND x.field = 'recusal'"
    " AND x.used = u.code)");

#define COL(member, ...) ROW_COL(struct roster_note, member, __VA_ARGS__)
static const struct row_set said_rows =
    ROW_SET(struct roster_note, COL(cause, "x.cause"),
            COL(at, "x.approved_at AS at", .instant = true, .nullable = true),
            COL(department, "department.code", .nullable = true));
static const struct row_set declared_rows =
    ROW_SET(struct roster_note, COL(cause, "'declared' AS cause"),
            COL(department, "department.code", .nullable = true));
#undef COL

DB_ROWS(roster_change_select, "ittt", &said_rows,
        " FROM roster_change x LEFT JOIN account a ON a.id = x.said_by"
        " LEFT JOIN department ON department.id = a.department_id WHERE x.campaign_id = ?"
        " AND x.card_no = ? AND x.field = ? AND x.used = ? ORDER BY x.id DESC LIMIT 1");

DB_ROWS(roster_recusal_declared, "tt", &declared_rows,
        " FROM inspector i JOIN inspector_recusal r"
        " ON r.inspector_id = i.id JOIN subject u ON u.id = r.subject_id"
        " LEFT JOIN account a ON a.id = r.declared_by LEFT JOIN department"
        " ON department.id = a.department_id WHERE i.card_no = ? AND u.code = ?");

enum rc roster_change_say(struct db *db, int64_t campaign_id, const struct roster_difference *what,
                          const char *cause, const char *reason, int64_t account_id, int64_t now)
{
    return db_exec(db, &roster_change_insert,
                   DB_ARGS(db_int(campaign_id), db_text(what->card),
                           db_text(roster_field_name(what->field)), db_text(what->used),
                           db_text(cause), db_text(reason), db_int(account_id), db_instant(now)));
}

enum rc roster_change_approve(struct db *db, int64_t campaign_id,
                              const struct roster_difference *what, int64_t account_id, int64_t now,
                              bool *done)
{
    struct db_val campaign = db_int(campaign_id);
    struct db_val account = db_int(account_id);
    struct db_val at = db_instant(now);
    struct db_val card = db_text(what->card);
    struct db_val used = db_text(what->used);
    enum rc rc;
    if (what->field == ROSTER_RECUSAL)
        rc = db_exec(db, &roster_change_recusal_insert,
                     DB_ARGS(campaign, at, account, at, card, used, account, campaign));
    else
        rc = db_exec(db, &roster_change_update_approved,
                     DB_ARGS(account, at, campaign, card, db_text(roster_field_name(what->field)),
                             used, account));
    *done = rc == RC_OK && db_affected(db) == 1;
    return rc;
}

static enum rc note_of(struct db *db, struct arena *a, int64_t campaign_id,
                       const struct roster_difference *d, int64_t now, struct roster_note *out)
{
    if (d->field == ROSTER_CARRIED) {
        *out = (struct roster_note){ .cause = "elsewhere", .at = now };
        return RC_OK;
    }
    enum rc rc = db_row(db, a, &roster_change_select,
                        DB_ARGS(db_int(campaign_id), db_text(d->card),
                                db_text(roster_field_name(d->field)), db_text(d->used)),
                        out);
    if (rc == RC_NOT_FOUND && d->field == ROSTER_RECUSAL) {
        *out = (struct roster_note){ .cause = "rule", .at = now };
        rc = db_row(db, a, &roster_recusal_declared, DB_ARGS(db_text(d->card), db_text(d->used)),
                    out);
        if (rc == RC_OK)
            out->at = 0;
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

/* What an editor says of the masks of a publication. */
#include "store/publish/publication.h"

static const struct row_label states[] = { { "covered", "增加遮盖" },
                                           { "asked", "申请不遮盖" },
                                           { "shown", "经复核不遮盖" },
                                           { NULL, NULL } };

#define COL(member, ...) ROW_COL(struct publication_wish, member, __VA_ARGS__)
const struct row_set publication_wish_rows = ROW_SET(
    struct publication_wish, COL(id, "w.id", .title = "编号"), COL(text, "w.text", .title = "文字"),
    COL(state, "w.state", .title = "状态", .labels = states),
    COL(reason, "w.reason", .title = "理由"), COL(made_by, "w.made_by", .hidden = true),
    COL(maker, "m.name AS maker", .title = "提出"),
    COL(made_at, "w.made_at", .title = "时间", .instant = true),
    COL(agreed, "g.name AS agreed", .title = "复核", .nullable = true));
#undef COL

DB_ROWS(publication_wish_select, "ii", &publication_wish_rows,
        " FROM publication_wish w JOIN account m ON m.id = w.made_by"
        " LEFT JOIN account g ON g.id = w.agreed_by WHERE w.publication_id = ? ORDER BY w.id"
        " LIMIT ?");

DB_STMT(publication_wish_insert, "itttiT", "",
        "INSERT INTO publication_wish (publication_id, text, state, reason, made_by, made_at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE state = VALUES(state),"
        " reason = VALUES(reason), made_by = VALUES(made_by), made_at = VALUES(made_at),"
        " agreed_by = NULL, agreed_at = NULL");

DB_STMT(publication_wish_agree_update, "iTiii", "",
        "UPDATE publication_wish SET state = 'shown', agreed_by = ?, agreed_at = ? WHERE id = ?"
        " AND publication_id = ? AND state = 'asked' AND made_by <> ?");

enum rc publication_wishes(struct db *db, struct arena *a, int64_t id, struct row_page *wishes)
{
    return db_rows(db, a, &publication_wish_select, DB_ARGS(db_int(id)), PUBLICATION_WISHES_MAX,
                   wishes);
}

enum rc publication_wish_set(struct db *db, int64_t id, const char *text, const char *state,
                             const struct publication_step *s)
{
    return db_exec(db, &publication_wish_insert,
                   DB_ARGS(db_int(id), db_text(text), db_text(state), db_text(s->reason),
                           db_int(s->account_id), db_instant(s->now)));
}

enum rc publication_wish_agree(struct db *db, int64_t id, int64_t wish_id,
                               const struct publication_step *s)
{
    enum rc rc = db_exec(db, &publication_wish_agree_update,
                         DB_ARGS(db_int(s->account_id), db_instant(s->now), db_int(wish_id),
                                 db_int(id), db_int(s->account_id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

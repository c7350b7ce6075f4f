#include "store/directory/proposal.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/directory/subject.h"
#include "sys/jsonw.h"

static const struct row_label facts[] = { { "name", "名称" },
                                          { "type", "类型" },
                                          { "address", "地址" },
                                          { "region", "区划" },
                                          { "location", "位置" },
                                          { "state", "状态" },
                                          { "credit_class", "信用风险分类" },
                                          { "key", "重点对象" },
                                          { "complaints", "投诉数" },
                                          { "abnormal", "经营异常名录" },
                                          { "serious", "严重违法失信名单" },
                                          { "former", "代码合并" },
                                          { NULL, NULL } };

static const struct row_label states[] = { { "open", "待答复" },
                                           { "accepted", "已采纳" },
                                           { "declined", "未采纳" },
                                           { "withdrawn", "已撤回" },
                                           { NULL, NULL } };

#define STANDS                                                                                     \
    "CASE p.fact WHEN 'name' THEN subject.name WHEN 'type' THEN subject.type"                      \
    " WHEN 'address' THEN subject.address WHEN 'region' THEN subject.region_code"                  \
    " WHEN 'state' THEN COALESCE(w.state, subject.state)"                                          \
    " WHEN 'credit_class' THEN COALESCE(w.credit_class, subject.credit_class)"                     \
    " WHEN 'key' THEN CAST(COALESCE(w.is_key, subject.is_key) AS CHAR)"                            \
    " WHEN 'complaints' THEN CAST(COALESCE(w.complaints, subject.complaints) AS CHAR) END"         \
    " AS stands"

#define COL(member, ...) ROW_COL(struct proposal, member, __VA_ARGS__)
const struct row_set proposal_rows =
    ROW_SET(struct proposal, COL(id, "p.id", .title = "编号"),
            COL(subject_id, "p.subject_id", .hidden = true),
            COL(subject, "subject.code", .title = "统一社会信用代码", .width = 22),
            COL(subject_name, "subject.name", .title = "检查对象", .width = 36),
            COL(by_id, "p.by_id", .hidden = true), COL(made_by, "made.code AS made_by"),
            COL(made_by_name, "made.name AS made_by_name", .title = "提出部门", .width = 30),
            COL(to_id, "p.to_id", .hidden = true), COL(asked, "asked.code"),
            COL(asked_name, "asked.name", .title = "被建议部门", .width = 30),
            COL(fact, "p.fact", .title = "事项", .width = 14, .labels = facts),
            COL(stands, STANDS, .title = "现有资料", .width = 30, .nullable = true),
            COL(value, "p.value", .title = "建议改为", .width = 30),
            COL(verified_on, "p.verified_on", .title = "核实日期", .width = 12),
            COL(state, "p.state", .title = "状态", .labels = states),
            COL(made_at, "p.made_at", .title = "提出时间", .width = 18, .instant = true),
            COL(decided_by, "account.login AS decided_by", .title = "答复账号", .width = 14,
                .nullable = true),
            COL(decided_at, "p.decided_at", .title = "答复时间", .width = 18, .instant = true,
                .nullable = true));
#undef COL

#define FROM_PROPOSAL(hint)                                                                        \
    " FROM subject_proposal p" hint " STRAIGHT_JOIN subject ON subject.id = p.subject_id"          \
    " STRAIGHT_JOIN department made ON made.id = p.by_id"                                          \
    " STRAIGHT_JOIN department asked ON asked.id = p.to_id"                                        \
    " LEFT JOIN subject_word w ON w.department_id = p.to_id AND w.subject_id = p.subject_id"       \
    " LEFT JOIN account ON account.id = p.decided_by"

#define FILTERS                                                                                    \
    LIST_FILTERS({ .name = "state", .title = "状态", .sql = "p.state = ?", .labels = states },     \
                 { .name = "subject",                                                              \
                   .title = "检查对象代码",                                                        \
                   .sql = "p.subject_id = (SELECT x.id FROM subject x WHERE x.code = ?)" })

LIST(proposal_received_list, .name = "proposals", .title = "其他部门的资料建议",
     .rows = &proposal_rows, .from = FROM_PROPOSAL(" FORCE INDEX (said, received, received_all)"),
     .where = "p.to_id = ?", .in = "i", .key = "id", .filters = FILTERS,
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

LIST(proposal_made_list, .name = "proposals", .title = "向其他部门提出的资料建议",
     .rows = &proposal_rows, .from = FROM_PROPOSAL(" FORCE INDEX (said, made, made_all)"),
     .where = "p.by_id = ?", .in = "i", .key = "id", .filters = FILTERS,
     .orders = LIST_ORDERS({ .member = "id", .descending = true }));

DB_ROWS(proposal_select, "i", &proposal_rows, FROM_PROPOSAL("") " WHERE p.id = ? FOR UPDATE");

/* ---- making ---- */

#define OF_SUBJECTS " JSON_TABLE(?, '$[*]' COLUMNS(id BIGINT UNSIGNED PATH '$')) j STRAIGHT_JOIN"

DB_STMT(proposal_withdraw, "ti", "",
        "UPDATE" OF_SUBJECTS " subject_proposal p ON p.subject_id = j.id AND p.by_id = ?"
        " AND p.state = 'open' AND p.fact <> '" PROPOSAL_FORMER "' SET p.state = 'withdrawn'");

DB_STMT(proposal_agree, "tiT", "",
        "UPDATE" OF_SUBJECTS " subject_word w ON w.subject_id = j.id AND w.department_id = ?"
        " STRAIGHT_JOIN subject_proposal p ON p.subject_id = w.subject_id"
        " AND p.to_id = w.department_id AND p.state IN ('open', 'declined')"
        " AND p.value = CASE p.fact WHEN 'state' THEN w.state WHEN 'credit_class' THEN"
        " w.credit_class WHEN 'key' THEN CAST(w.is_key AS CHAR)"
        " WHEN 'complaints' THEN CAST(w.complaints AS CHAR) END"
        " SET p.state = 'accepted', p.decided_at = ?");

#define AGAIN                                                                                      \
    " ON DUPLICATE KEY UPDATE state = IF(subject_proposal.value = VALUES(value)"                   \
    " AND subject_proposal.state <> 'withdrawn', subject_proposal.state, 'open'),"                 \
    " made_at = IF(subject_proposal.value = VALUES(value), subject_proposal.made_at,"              \
    " VALUES(made_at)), value = VALUES(value), verified_on = VALUES(verified_on)"

DB_STMT(proposal_insert, "iiittDT", "",
        "INSERT INTO subject_proposal (subject_id, by_id, to_id, fact, value, verified_on, state,"
        " made_at) VALUES (?, ?, ?, ?, ?, ?, 'open', ?)" AGAIN);

DB_STMT(proposal_listing_insert, "ittDTti", "",
        "INSERT INTO subject_proposal (subject_id, by_id, to_id, fact, value, verified_on, state,"
        " made_at) SELECT DISTINCT s.id, ?, d.department_id, ?, ?, ?, 'open', ? FROM subject b"
        " JOIN subject s ON s.id = COALESCE(b.merged_into, b.id)"
        " JOIN directory_entry e ON e.subject_id = s.id JOIN directory d ON d.id = e.directory_id"
        " WHERE b.code = ? AND d.department_id <> ?" AGAIN);

enum rc proposal_put(struct db *db, struct arena *a, const struct proposal *made, size_t count,
                     int64_t now)
{
    enum { COLUMNS = 7 };
    if (!count)
        return RC_OK;
    struct db_val *values = arena_array(a, count * COLUMNS, sizeof *values);
    for (size_t i = 0; i < count; i++) {
        const struct proposal *p = &made[i];
        const struct db_val row[COLUMNS] = {
            db_int(p->subject_id), db_int(p->by_id),        db_int(p->to_id), db_text(p->fact),
            db_text(p->value),     db_date(p->verified_on), db_instant(now),
        };
        memcpy(values + i * COLUMNS, row, sizeof row);
    }
    return db_bulk(db, &proposal_insert, values, count);
}

enum rc proposal_renew(struct db *db, struct arena *a, int64_t by_id, const int64_t *subjects,
                       size_t subject_count, const struct proposal *made, size_t count, int64_t now)
{
    const char *ids = jw_ids(a, subjects, subject_count);
    enum rc rc = db_exec(db, &proposal_withdraw, DB_ARGS(db_text(ids), db_int(by_id)));
    if (rc == RC_OK)
        rc = db_exec(db, &proposal_agree, DB_ARGS(db_text(ids), db_int(by_id), db_instant(now)));
    return rc == RC_OK ? proposal_put(db, a, made, count, now) : rc;
}

enum rc proposal_listing(struct db *db, const char *code, const char *list, const char *value,
                         int64_t by_id, int64_t now)
{
    return db_exec(db, &proposal_listing_insert,
                   DB_ARGS(db_int(by_id), db_text(list), db_text(value), db_date(date_at(now)),
                           db_instant(now), db_text(code), db_int(by_id)));
}

/* ---- deciding ---- */

DB_STMT(proposal_update, "tTii", "",
        "UPDATE subject_proposal SET state = ?, decided_at = ?, decided_by = ? WHERE id = ?"
        " AND state = 'open'");

/* Who has the subject, did not propose this, and has not accepted it. */
DB_STMT(proposal_waiting_count, "iiitt", "i",
        "SELECT COUNT(DISTINCT d.department_id) FROM directory_entry e"
        " JOIN directory d ON d.id = e.directory_id WHERE e.subject_id = ? AND d.department_id <> ?"
        " AND NOT EXISTS (SELECT 1 FROM subject_proposal x WHERE x.subject_id = e.subject_id"
        " AND x.by_id = ? AND x.to_id = d.department_id AND x.fact = ? AND x.value = ?"
        " AND x.state = 'accepted')");

DB_STMT(proposal_region_note, "itTit", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) SELECT s.id, 0, ?, 'region', s.region_code, ?, ? FROM subject s"
        " WHERE s.id = ? AND s.region_code <> ?");

DB_STMT(proposal_name, "ti", "", "UPDATE subject SET name = ? WHERE id = ?");
DB_STMT(proposal_type, "ti", "", "UPDATE subject SET type = ? WHERE id = ?");
DB_STMT(proposal_address, "ti", "", "UPDATE subject SET address = ? WHERE id = ?");
DB_STMT(proposal_region, "ti", "", "UPDATE subject SET region_code = ? WHERE id = ?");
DB_STMT(proposal_location, "tti", "",
        "UPDATE subject SET lon = NULLIF(SUBSTRING_INDEX(?, ',', 1), ''),"
        " lat = NULLIF(SUBSTRING_INDEX(?, ',', -1), '') WHERE id = ?");

DB_STMT(proposal_word_note, "iiittTi", "",
        "INSERT INTO subject_change (subject_id, for_id, by_id, fact, before_it, after_it,"
        " changed_at) SELECT s.id, ?, ?, ?, ?, ?, ? FROM subject s WHERE s.id = ?");

/* A word that says what holds already … */
DB_STMT(proposal_word_insert, "ii", "",
        "INSERT INTO subject_word (department_id, subject_id, state, credit_class, is_key,"
        " complaints, verified_on) SELECT ?, s.id, s.state, s.credit_class, s.is_key, s.complaints,"
        " s.verified_on FROM subject s WHERE s.id = ?"
        " ON DUPLICATE KEY UPDATE state = subject_word.state");

/* … and the accepted fact in it. */
#define OF_WORD " WHERE department_id = ? AND subject_id = ?"
DB_STMT(proposal_state, "tii", "", "UPDATE subject_word SET state = ?" OF_WORD);
DB_STMT(proposal_credit, "tii", "", "UPDATE subject_word SET credit_class = ?" OF_WORD);
DB_STMT(proposal_key, "tii", "", "UPDATE subject_word SET is_key = ?" OF_WORD);
DB_STMT(proposal_complaints, "tii", "", "UPDATE subject_word SET complaints = ?" OF_WORD);

DB_STMT(proposal_listing_copy, "iiti", "",
        "INSERT INTO listing (code, list, listed_on, removed_on, authority, reason, department_id)"
        " SELECT l.code, l.list, l.listed_on, l.removed_on, l.authority, l.reason, ? FROM subject b"
        " JOIN listing l ON l.code = b.code WHERE (b.id = ?) AND l.list = ? AND l.department_id = ?"
        " ON DUPLICATE KEY UPDATE removed_on = VALUES(removed_on), authority = VALUES(authority),"
        " reason = VALUES(reason)");

enum rc proposal_lock(struct db *db, struct arena *a, int64_t id, struct proposal *out)
{
    return db_row(db, a, &proposal_select, DB_ARGS(db_int(id)), out);
}

/* What a department's own word has; NULL for other facts. */
static const struct db_stmt *word_update(const char *fact)
{
    static const char *const names[] = { "state", "credit_class", "key", "complaints", NULL };
    static const struct db_stmt *const updates[] = { &proposal_state, &proposal_credit,
                                                     &proposal_key, &proposal_complaints };
    int i = text_index(names, fact);
    return i < 0 ? NULL : updates[i];
}

static enum rc take_word(struct db *db, const struct proposal *p, int64_t now)
{
    enum rc rc = db_exec(db, &proposal_word_note,
                         DB_ARGS(db_int(p->to_id), db_int(p->to_id), db_text(p->fact),
                                 db_text(p->stands ? p->stands : ""), db_text(p->value),
                                 db_instant(now), db_int(p->subject_id)));
    if (rc == RC_OK)
        rc = db_exec(db, &proposal_word_insert, DB_ARGS(db_int(p->to_id), db_int(p->subject_id)));
    return rc == RC_OK
               ? db_exec(db, word_update(p->fact),
                         DB_ARGS(db_text(p->value), db_int(p->to_id), db_int(p->subject_id)))
               : rc;
}

static enum rc put_shared(struct db *db, const struct proposal *p)
{
    static const char *const names[] = { "name", "type", "address", "region", NULL };
    static const struct db_stmt *const updates[] = { &proposal_name, &proposal_type,
                                                     &proposal_address, &proposal_region };
    int i = text_index(names, p->fact);
    return i < 0 ? db_exec(db, &proposal_location,
                           DB_ARGS(db_text(p->value), db_text(p->value), db_int(p->subject_id)))
                 : db_exec(db, updates[i], DB_ARGS(db_text(p->value), db_int(p->subject_id)));
}

/* A fact that is one for all, once nobody is left who has not agreed. */
static enum rc take_shared(struct db *db, const struct proposal *p, int64_t now, bool *taken)
{
    const struct subject_merger merger = { p->subject, p->value };
    int64_t waiting = 0;
    enum rc rc = db_one_int(db, &proposal_waiting_count,
                            DB_ARGS(db_int(p->subject_id), db_int(p->by_id), db_int(p->by_id),
                                    db_text(p->fact), db_text(p->value)),
                            &waiting);
    *taken = rc == RC_OK && waiting == 0;
    if (!*taken)
        return rc;
    if (strcmp(p->fact, PROPOSAL_FORMER) == 0)
        return subject_merge_codes(db, &merger, 1);
    if (strcmp(p->fact, "region") == 0)
        rc = db_exec(db, &proposal_region_note,
                     DB_ARGS(db_int(p->by_id), db_text(p->value), db_instant(now),
                             db_int(p->subject_id), db_text(p->value)));
    return rc == RC_OK ? put_shared(db, p) : rc;
}

enum rc proposal_decide(struct db *db, const struct proposal *p, bool accept, int64_t account_id,
                        int64_t now, bool *taken)
{
    *taken = false;
    enum rc rc = db_exec(db, &proposal_update,
                         DB_ARGS(db_text(accept ? "accepted" : "declined"), db_instant(now),
                                 db_int(account_id), db_int(p->id)));
    if (rc == RC_OK && db_affected(db) != 1)
        return RC_STATE;
    if (rc != RC_OK || !accept)
        return rc;
    *taken = true;
    if (word_update(p->fact))
        return take_word(db, p, now);
    if (strcmp(p->fact, "abnormal") == 0 || strcmp(p->fact, "serious") == 0)
        return db_exec(
            db, &proposal_listing_copy,
            DB_ARGS(db_int(p->to_id), db_int(p->subject_id), db_text(p->fact), db_int(p->by_id)));
    return take_shared(db, p, now, taken);
}

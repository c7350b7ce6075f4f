#include "store/device.h"

#include <string.h>

DB_STMT(device_stmt_invite, "biT", "",
        "INSERT INTO enrolment (code_hash, inspector_id, expires_at) VALUES (?, ?, ?)");

DB_STMT(device_stmt_code, "b", "iTi",
        "SELECT inspector_id, expires_at, device_id FROM enrolment WHERE code_hash = ? FOR UPDATE");

DB_STMT(device_stmt_insert, "itbbTbTT", "",
        "INSERT INTO device (inspector_id, name, state, counter, receipt, access_hash,"
        " access_expires_at, refresh_hash, refresh_expires_at, enrolled_at)"
        " VALUES (?, ?, 'active', 0, ?, ?, ?, ?, ?, ?)");

DB_STMT(device_stmt_use_code, "ib", "", "UPDATE enrolment SET device_id = ? WHERE code_hash = ?");

DB_STMT(device_stmt_by_refresh, "b", "itTb",
        "SELECT id, state, refresh_expires_at, refresh_hash FROM device WHERE refresh_hash = ?"
        " FOR UPDATE");

DB_STMT(device_stmt_by_previous, "b", "itTb",
        "SELECT id, state, refresh_expires_at, refresh_previous_hash FROM device"
        " WHERE refresh_previous_hash = ? FOR UPDATE");

DB_STMT(device_stmt_renew, "bTbbTi", "",
        "UPDATE device SET access_hash = ?, access_expires_at = ?, refresh_previous_hash = ?,"
        " refresh_hash = ?, refresh_expires_at = ? WHERE id = ?");

DB_STMT(
    device_stmt_actor, "b", "iittTiti",
    "SELECT d.id, d.inspector_id, i.name, d.state, d.access_expires_at, i.department_id, p.code,"
    " d.refresh_previous_hash IS NOT NULL"
    " FROM device AS d JOIN inspector AS i ON i.id = d.inspector_id"
    " JOIN department AS p ON p.id = i.department_id WHERE d.access_hash = ?");

DB_STMT(device_stmt_department, "i", "i",
        "SELECT i.department_id FROM device d JOIN inspector i ON i.id = d.inspector_id"
        " WHERE d.id = ?");

DB_STMT(device_stmt_settled, "ib", "",
        "UPDATE device SET refresh_previous_hash = NULL WHERE id = ? AND access_hash = ?");

#define DEVICE_COLUMNS "SELECT d.id, i.department_id, d.name, d.state, d.counter, d.enrolled_at"
DB_STMT(device_stmt_list, "ii", "iittiT",
        DEVICE_COLUMNS " FROM device AS d FORCE INDEX (inspector)"
                       " STRAIGHT_JOIN inspector AS i ON i.id = d.inspector_id"
                       " WHERE d.inspector_id = ? ORDER BY d.id DESC LIMIT ?");

DB_STMT(device_stmt_one, "i", "iittiT",
        DEVICE_COLUMNS " FROM device AS d STRAIGHT_JOIN inspector AS i ON i.id = d.inspector_id"
                       " WHERE d.id = ?");

DB_STMT(device_stmt_revoke, "tit", "",
        "UPDATE device SET state = ? WHERE id = ? AND state <> ? AND state <> 'lost'");

DB_STMT(device_stmt_journal, "i", "ib",
        "SELECT counter, receipt FROM device WHERE id = ? FOR UPDATE");

DB_STMT(device_stmt_set_journal, "ibi", "",
        "UPDATE device SET counter = ?, receipt = ? WHERE id = ?");

enum rc device_invite(struct db *db, const uint8_t code_hash[DIGEST_SIZE], int64_t inspector_id,
                      int64_t expires_at)
{
    return db_exec(
        db, &device_stmt_invite,
        DB_ARGS(db_bytes(code_hash, DIGEST_SIZE), db_int(inspector_id), db_instant(expires_at)));
}

/* ---- Enrolment --------------------------------------------------------------------------------- */

struct code {
    int64_t inspector_id;
    int64_t expires_at;
    int64_t device_id; /* 0: not used yet */
};

static void read_code(const struct db_query *q, void *data)
{
    *(struct code *)data = (struct code){ .inspector_id = db_col_int(q, 0),
                                          .expires_at = db_col_int(q, 1),
                                          .device_id = db_col_int(q, 2) };
}

enum rc device_enrol(struct db *db, const uint8_t code_hash[DIGEST_SIZE], const char *name,
                     const struct device_tokens *tokens, int64_t now, int64_t *device_id,
                     struct err *err)
{
    static const uint8_t no_receipt[DIGEST_SIZE];
    struct code code;
    enum rc rc =
        db_one(db, &device_stmt_code, DB_ARGS(db_bytes(code_hash, DIGEST_SIZE)), read_code, &code);
    if (rc == RC_NOT_FOUND)
        return err_set(err, rc, "/code", "没有这个注册码，请核对，或请管理部门重新发放");
    if (rc != RC_OK)
        return rc;
    if (code.device_id)
        return err_set(err, RC_STATE, "/code", "注册码只能使用一次，这个注册码已使用，请重新申领");
    if (code.expires_at <= now)
        return err_set(err, RC_GONE, "/code", "注册码已过期，请重新申领");
    rc = db_exec(
        db, &device_stmt_insert,
        DB_ARGS(db_int(code.inspector_id), db_text(name), db_bytes(no_receipt, sizeof no_receipt),
                db_bytes(tokens->access_hash, DIGEST_SIZE), db_instant(tokens->access_expires_at),
                db_bytes(tokens->refresh_hash, DIGEST_SIZE), db_instant(tokens->refresh_expires_at),
                db_instant(now)));
    if (rc != RC_OK)
        return rc;
    *device_id = db_insert_id(db);
    return db_exec(db, &device_stmt_use_code,
                   DB_ARGS(db_int(*device_id), db_bytes(code_hash, DIGEST_SIZE)));
}

/* ---- Tokens ------------------------------------------------------------------------------------ */

struct holder {
    int64_t id;
    bool lost;
    int64_t expires_at;
    uint8_t previous[DIGEST_SIZE]; /* the refresh token that stays valid beside the new one */
};

static void read_holder(const struct db_query *q, void *data)
{
    struct holder *holder = data;
    size_t n;
    const void *hash = db_col_bytes(q, 3, &n);
    holder->id = db_col_int(q, 0);
    holder->lost = strcmp(db_col_text(q, 1), "lost") == 0;
    holder->expires_at = db_col_int(q, 2);
    if (n == DIGEST_SIZE)
        memcpy(holder->previous, hash, n);
}

static enum rc reported_lost(struct err *err)
{
    return err_set(err, RC_LOST, "", "该设备已挂失，请清除其中的全部数据");
}

enum rc device_renew(struct db *db, const uint8_t refresh_hash[DIGEST_SIZE],
                     const struct device_tokens *tokens, int64_t now, int64_t *device_id,
                     struct err *err)
{
    struct holder holder = { .id = 0 };
    const struct db_val hash = db_bytes(refresh_hash, DIGEST_SIZE);
    enum rc rc = db_one(db, &device_stmt_by_refresh, &hash, 1, read_holder, &holder);
    if (rc == RC_NOT_FOUND)
        rc = db_one(db, &device_stmt_by_previous, &hash, 1, read_holder, &holder);
    if (rc == RC_OK && holder.lost)
        return reported_lost(err);
    if (rc == RC_NOT_FOUND || (rc == RC_OK && holder.expires_at <= now))
        return err_set(err, RC_UNAUTHENTICATED, "/refresh_token",
                       "刷新令牌无效或已过期，请重新注册设备");
    if (rc != RC_OK)
        return rc;
    *device_id = holder.id;
    return db_exec(
        db, &device_stmt_renew,
        DB_ARGS(db_bytes(tokens->access_hash, DIGEST_SIZE), db_instant(tokens->access_expires_at),
                db_bytes(holder.previous, DIGEST_SIZE), db_bytes(tokens->refresh_hash, DIGEST_SIZE),
                db_instant(tokens->refresh_expires_at), db_int(holder.id)));
}

struct bearer {
    struct arena *arena;
    struct actor *actor;
    bool lost;
    int64_t expires_at;
    bool unsettled;
};

static void read_bearer(const struct db_query *q, void *data)
{
    struct bearer *bearer = data;
    bearer->actor->kind = ACTOR_DEVICE;
    bearer->actor->id = db_col_int(q, 0);
    bearer->actor->inspector_id = db_col_int(q, 1);
    bearer->actor->name = db_col_dup(q, 2, bearer->arena);
    bearer->lost = strcmp(db_col_text(q, 3), "lost") == 0;
    bearer->actor->retired = strcmp(db_col_text(q, 3), "retired") == 0;
    bearer->expires_at = db_col_int(q, 4);
    bearer->actor->department_id = db_col_int(q, 5);
    bearer->actor->department = db_col_dup(q, 6, bearer->arena);
    bearer->unsettled = db_col_int(q, 7) != 0;
}

enum rc device_actor(struct db *db, struct arena *a, const uint8_t access_hash[DIGEST_SIZE],
                     int64_t now, struct actor *out, struct err *err)
{
    struct bearer bearer = { .arena = a, .actor = out };
    *out = (struct actor){ .kind = ACTOR_NOBODY };
    enum rc rc = db_one(db, &device_stmt_actor, DB_ARGS(db_bytes(access_hash, DIGEST_SIZE)),
                        read_bearer, &bearer);
    if (rc == RC_OK && bearer.lost)
        rc = reported_lost(err);
    else if (rc == RC_NOT_FOUND || (rc == RC_OK && bearer.expires_at <= now))
        rc = err_set(err, RC_UNAUTHENTICATED, "", "访问令牌无效或已过期，请用刷新令牌换取新令牌");
    if (rc == RC_OK && bearer.unsettled)
        rc = db_exec(db, &device_stmt_settled,
                     DB_ARGS(db_int(out->id), db_bytes(access_hash, DIGEST_SIZE)));
    if (rc == RC_OK)
        memcpy(out->token_hash, access_hash, DIGEST_SIZE);
    else
        out->kind = ACTOR_NOBODY;
    return rc;
}

enum rc device_department(struct db *db, int64_t device_id, int64_t *department_id)
{
    return db_one_int(db, &device_stmt_department, DB_ARGS(db_int(device_id)), department_id);
}

/* ---- The office -------------------------------------------------------------------------------- */

static void read_device(struct arena *a, const struct db_query *q, struct device *d)
{
    *d = (struct device){ .id = db_col_int(q, 0),
                          .department_id = db_col_int(q, 1),
                          .name = db_col_dup(q, 2, a),
                          .state = db_col_dup(q, 3, a),
                          .counter = db_col_int(q, 4),
                          .enrolled_at = db_col_int(q, 5) };
}

enum rc device_list(struct db *db, struct arena *a, int64_t inspector_id, struct device **devices,
                    size_t *n)
{
    struct db_query *q;
    *devices = arena_array(a, DEVICE_LIST_MAX, sizeof **devices);
    *n = 0;
    enum rc rc =
        db_query(db, &device_stmt_list, DB_ARGS(db_int(inspector_id), db_int(DEVICE_LIST_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < DEVICE_LIST_MAX)
        read_device(a, q, &(*devices)[(*n)++]);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

struct device_row {
    struct arena *arena;
    struct device *out;
};

static void read_one(const struct db_query *q, void *data)
{
    struct device_row *row = data;
    read_device(row->arena, q, row->out);
}

enum rc device_by_id(struct db *db, struct arena *a, int64_t id, struct device *out)
{
    struct device_row row = { a, out };
    return db_one(db, &device_stmt_one, DB_ARGS(db_int(id)), read_one, &row);
}

enum rc device_revoke(struct db *db, int64_t id, const char *state)
{
    enum rc rc =
        db_exec(db, &device_stmt_revoke, DB_ARGS(db_text(state), db_int(id), db_text(state)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

/* ---- Journal ----------------------------------------------------------------------------------- */

static void read_journal(const struct db_query *q, void *data)
{
    struct device_journal *journal = data;
    size_t n;
    const void *receipt = db_col_bytes(q, 1, &n);
    journal->counter = db_col_int(q, 0);
    memset(journal->receipt, 0, DIGEST_SIZE);
    if (n == DIGEST_SIZE)
        memcpy(journal->receipt, receipt, n);
}

enum rc device_lock_journal(struct db *db, int64_t device_id, struct device_journal *out)
{
    return db_one(db, &device_stmt_journal, DB_ARGS(db_int(device_id)), read_journal, out);
}

enum rc device_set_journal(struct db *db, int64_t device_id, const struct device_journal *journal)
{
    return db_exec(db, &device_stmt_set_journal,
                   DB_ARGS(db_int(journal->counter), db_bytes(journal->receipt, DIGEST_SIZE),
                           db_int(device_id)));
}

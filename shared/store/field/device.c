#include "store/field/device.h"

#include <string.h>

#include "base/date.h"
#include "store/field/feed.h"

DB_STMT(device_stmt_invite, "biT", "",
        "INSERT INTO enrolment (code_hash, inspector_id, expires_at) VALUES (?, ?, ?)");

DB_STMT(device_stmt_code, "b", "iTi",
        "SELECT inspector_id, expires_at, device_id FROM enrolment WHERE code_hash = ? FOR UPDATE");

DB_STMT(device_stmt_insert, "itbbbbTTT", "",
        "INSERT INTO device (inspector_id, name, public_key, state, counter, receipt, token_salt,"
        " generation, settled, access_hash, access_expires_at, refresh_expires_at, enrolled_at)"
        " VALUES (?, ?, ?, 'active', 0, ?, ?, 1, 0, ?, ?, ?, ?)");

DB_STMT(device_stmt_use_code, "ib", "", "UPDATE enrolment SET device_id = ? WHERE code_hash = ?");

DB_STMT(device_stmt_holder, "i", "itbbiiTT",
        "SELECT id, state, public_key, token_salt, generation, settled, access_expires_at,"
        " refresh_expires_at FROM device WHERE id = ? FOR UPDATE");

DB_STMT(device_stmt_renew, "ibTTi", "",
        "UPDATE device SET generation = ?, settled = 0, access_hash = ?, access_expires_at = ?,"
        " refresh_expires_at = ? WHERE id = ?");

DB_STMT(device_stmt_forked, "Ti", "",
        "UPDATE device SET forked_at = COALESCE(forked_at, ?) WHERE id = ?");

DB_STMT(device_stmt_copied, "i", "",
        "UPDATE device SET state = 'retired' WHERE id = ? AND state = 'active'");

#define ACTOR_COLUMNS                                                                              \
    "SELECT d.id, d.inspector_id, d.state, d.access_expires_at, i.department_id, NOT d.settled,"   \
    " i.on_duty, i.card_expires_on"
#define ACTOR_TABLES " FROM device AS d JOIN inspector AS i ON i.id = d.inspector_id"
#define ACTOR_WANTED " WHERE d.access_hash = ?"

DB_STMT(device_stmt_actor, "b", "iitTiiiD", ACTOR_COLUMNS ACTOR_TABLES ACTOR_WANTED);
DB_STMT(device_stmt_actor_heads, "b", "iitTiiiDtii",
        ACTOR_COLUMNS ", " FEED_HEADS_COLUMNS ACTOR_TABLES FEED_HEADS_JOINS("d.inspector_id")
            ACTOR_WANTED);

DB_STMT(device_stmt_department, "i", "i",
        "SELECT i.department_id FROM device d JOIN inspector i ON i.id = d.inspector_id"
        " WHERE d.id = ?");

DB_STMT_ALONE(device_stmt_settled, "ib", "",
              "UPDATE device SET settled = 1 WHERE id = ? AND access_hash = ?");

DB_STMT(device_stmt_journal, "i", "ib",
        "SELECT counter, receipt FROM device WHERE id = ? FOR UPDATE");

/* Pushes of a device run one after the other: two within a millisecond leave what the last one
   said. */
DB_STMT(device_stmt_add_clock, "iTTiTi", "",
        "INSERT INTO device_clock (device_id, at, device_at, monotonic_ms, gps_at, offset_ms)"
        " VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE device_at = VALUES(device_at),"
        " monotonic_ms = VALUES(monotonic_ms), gps_at = VALUES(gps_at),"
        " offset_ms = VALUES(offset_ms)");

DB_STMT(device_stmt_set_journal, "ibi", "",
        "UPDATE device SET counter = ?, receipt = ? WHERE id = ?");

enum rc device_invite(struct db *db, const uint8_t code_hash[DIGEST_SIZE], int64_t inspector_id,
                      int64_t expires_at)
{
    return db_exec(
        db, &device_stmt_invite,
        DB_ARGS(db_bytes(code_hash, DIGEST_SIZE), db_int(inspector_id), db_instant(expires_at)));
}

/* ---- Enrolment ------------------------------------------------------------------------------- */

static void read_code(const struct db_query *q, void *data)
{
    *(struct device_code *)data = (struct device_code){ .inspector_id = db_col_int(q, 0),
                                                        .expires_at = db_col_int(q, 1),
                                                        .device_id = db_col_int(q, 2) };
}

enum rc device_lock_code(struct db *db, const uint8_t code_hash[DIGEST_SIZE],
                         struct device_code *out)
{
    return db_one(db, &device_stmt_code, DB_ARGS(db_bytes(code_hash, DIGEST_SIZE)), read_code, out);
}

enum rc device_enrol(struct db *db, const uint8_t code_hash[DIGEST_SIZE],
                     const struct device_enrolment *e, int64_t now, int64_t *device_id)
{
    static const uint8_t no_receipt[DIGEST_SIZE];
    enum rc rc = db_exec(
        db, &device_stmt_insert,
        DB_ARGS(db_int(e->inspector_id), db_text(e->name), db_bytes(e->public_key, ECDSA_KEY_SIZE),
                db_bytes(no_receipt, sizeof no_receipt), db_bytes(e->salt, DEVICE_SALT),
                db_bytes(e->access_hash, DIGEST_SIZE), db_instant(now + DEVICE_ACCESS_MS),
                db_instant(now + DEVICE_REFRESH_MS), db_instant(now)));
    if (rc != RC_OK)
        return rc;
    *device_id = db_insert_id(db);
    return db_exec(db, &device_stmt_use_code,
                   DB_ARGS(db_int(*device_id), db_bytes(code_hash, DIGEST_SIZE)));
}

/* ---- Tokens ---------------------------------------------------------------------------------- */

/* Bytes of another number are left out: out is zero then. */
static void copy_bytes(const struct db_query *q, unsigned column, uint8_t *out, size_t size)
{
    size_t n;
    const void *bytes = db_col_bytes(q, column, &n);
    if (n == size)
        memcpy(out, bytes, n);
}

static void read_holder(const struct db_query *q, void *data)
{
    struct device_holder *holder = data;
    *holder = (struct device_holder){ .id = db_col_int(q, 0),
                                      .lost = strcmp(db_col_text(q, 1), "lost") == 0,
                                      .generation = db_col_int(q, 4),
                                      .settled = db_col_int(q, 5) != 0,
                                      .access_expires_at = db_col_int(q, 6),
                                      .refresh_expires_at = db_col_int(q, 7) };
    copy_bytes(q, 2, holder->public_key, sizeof holder->public_key);
    copy_bytes(q, 3, holder->salt, sizeof holder->salt);
}

enum rc device_lock_holder(struct db *db, int64_t device_id, struct device_holder *out)
{
    return db_one(db, &device_stmt_holder, DB_ARGS(db_int(device_id)), read_holder, out);
}

enum rc device_renew(struct db *db, struct device_holder *holder, int64_t generation,
                     const uint8_t access_hash[DIGEST_SIZE], int64_t now)
{
    holder->generation = generation;
    holder->settled = false;
    holder->access_expires_at = now + DEVICE_ACCESS_MS;
    holder->refresh_expires_at = now + DEVICE_REFRESH_MS;
    return db_exec(db, &device_stmt_renew,
                   DB_ARGS(db_int(generation), db_bytes(access_hash, DIGEST_SIZE),
                           db_instant(holder->access_expires_at),
                           db_instant(holder->refresh_expires_at), db_int(holder->id)));
}

enum rc device_forked(struct db *db, int64_t device_id, int64_t now)
{
    return db_exec(db, &device_stmt_forked, DB_ARGS(db_instant(now), db_int(device_id)));
}

enum rc device_copied(struct db *db, int64_t device_id, int64_t now)
{
    enum rc rc = device_forked(db, device_id, now);
    return rc == RC_OK ? db_exec(db, &device_stmt_copied, DB_ARGS(db_int(device_id))) : rc;
}

enum rc device_reported_lost(struct err *err)
{
    return err_set(err, RC_LOST, "", "该设备已挂失，请清除其中的全部数据");
}

struct bearer {
    struct actor *actor;
    bool lost;
    int64_t expires_at;
    bool unsettled;
    bool on_duty;
    int32_t card_expires_on;
    struct feed_heads *heads; /* NULL: not asked */
};

static void read_bearer(const struct db_query *q, void *data)
{
    struct bearer *bearer = data;
    bearer->actor->kind = ACTOR_DEVICE;
    bearer->actor->id = db_col_int(q, 0);
    bearer->actor->inspector_id = db_col_int(q, 1);
    bearer->lost = strcmp(db_col_text(q, 2), "lost") == 0;
    bearer->actor->retired = strcmp(db_col_text(q, 2), "retired") == 0;
    bearer->expires_at = db_col_int(q, 3);
    bearer->actor->department_id = db_col_int(q, 4);
    bearer->unsettled = db_col_int(q, 5) != 0;
    bearer->on_duty = db_col_int(q, 6) != 0;
    bearer->card_expires_on = db_col_date(q, 7);
    if (bearer->heads)
        feed_heads_row(q, 8, bearer->heads);
}

enum rc device_actor(struct db *db, const uint8_t access_hash[DIGEST_SIZE], int64_t now,
                     struct actor *out, struct feed_heads *heads, struct err *err)
{
    struct bearer bearer = { .actor = out, .heads = heads };
    *out = (struct actor){ .kind = ACTOR_NOBODY };
    enum rc rc = db_one(db, heads ? &device_stmt_actor_heads : &device_stmt_actor,
                        DB_ARGS(db_bytes(access_hash, DIGEST_SIZE)), read_bearer, &bearer);
    if (rc == RC_OK && bearer.lost)
        rc = device_reported_lost(err);
    else if (rc == RC_NOT_FOUND || (rc == RC_OK && bearer.expires_at <= now))
        rc = err_set(err, RC_UNAUTHENTICATED, "", "访问令牌无效或已过期，请用刷新令牌换取新令牌");
    if (rc == RC_OK && bearer.unsettled)
        rc = db_exec(db, &device_stmt_settled,
                     DB_ARGS(db_int(out->id), db_bytes(access_hash, DIGEST_SIZE)));
    out->off_duty = !bearer.on_duty || bearer.card_expires_on < date_at(now);
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

/* ---- Journal --------------------------------------------------------------------------------- */

static void read_journal(const struct db_query *q, void *data)
{
    struct device_journal *journal = data;
    journal->counter = db_col_int(q, 0);
    memset(journal->receipt, 0, DIGEST_SIZE);
    copy_bytes(q, 1, journal->receipt, DIGEST_SIZE);
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

enum rc device_add_clock(struct db *db, int64_t device_id, const struct device_clock *clock)
{
    return db_exec(db, &device_stmt_add_clock,
                   DB_ARGS(db_int(device_id), db_instant(clock->at), db_instant(clock->device_at),
                           db_int(clock->monotonic_ms),
                           clock->has_gps ? db_instant(clock->gps_at) : db_null('T'),
                           db_int(clock->offset_ms)));
}

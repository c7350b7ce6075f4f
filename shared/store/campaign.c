#include "store/campaign.h"

#include <string.h>

#include "base/text.h"

const char *const campaign_state_names[] = { "open",     "committed", "valued", "drawn",
                                             "revealed", "abandoned", NULL };

DB_STMT(campaign_region_select, "t", "i", "SELECT COUNT(*) FROM region WHERE code = ?");

DB_STMT(campaign_insert, "tttitt", "",
        "INSERT INTO campaign (code, name, region_code, department_id, rule, redraw_why, state)"
        " VALUES (?, ?, ?, ?, ?, ?, 'open')");

#define CAMPAIGN_COLUMNS                                                                           \
    "SELECT c.id, c.code, c.name, c.region_code, c.department_id, d.code, c.rule, c.state,"        \
    " c.redraw_why, c.secret_hash, c.committed_at, c.public_value, c.public_source, c.witnesses,"  \
    " c.valued_at, c.seed, c.drawn_at, c.secret, c.nonce, c.revealed_at, c.abandoned_at,"          \
    " c.abandoned_why"                                                                             \
    " FROM campaign c JOIN department d ON d.id = c.department_id"
#define CAMPAIGN_TYPES                                                                             \
    "itttittt"                                                                                     \
    "ttTttt"                                                                                       \
    "TtTttTTt"

DB_STMT(campaign_select, "t", CAMPAIGN_TYPES, CAMPAIGN_COLUMNS " WHERE c.code = ?");

DB_STMT(campaign_lock_update, "t", "", "UPDATE campaign SET guard = guard + 1 WHERE code = ?");

DB_STMT(campaign_guard_update, "i", "", "UPDATE campaign SET guard = guard + 1 WHERE id = ?");

DB_STMT(campaign_select_list, "iiii", CAMPAIGN_TYPES,
        CAMPAIGN_COLUMNS " WHERE c.id < ? AND (c.department_id = ? OR"
                         " c.id IN (SELECT w.campaign_id FROM draw w WHERE w.department_id = ?))"
                         " ORDER BY c.id DESC LIMIT ?");

DB_STMT(campaign_hold_select, "i", "t",
        "SELECT state FROM campaign WHERE id = ? LOCK IN SHARE MODE");

DB_STMT(campaign_part_select, "iiii", "i",
        "SELECT EXISTS (SELECT 1 FROM campaign WHERE id = ? AND department_id = ?) OR"
        " EXISTS (SELECT 1 FROM draw WHERE campaign_id = ? AND department_id = ?)");

DB_STMT(campaign_secret_insert, "ib", "",
        "INSERT INTO campaign_secret (campaign_id, sealed) VALUES (?, ?)");

DB_STMT(campaign_secret_select, "i", "b",
        "SELECT sealed FROM campaign_secret WHERE campaign_id = ?");

DB_STMT(campaign_update_committed, "tTi", "",
        "UPDATE campaign SET state = 'committed', secret_hash = ?, committed_at = ?"
        " WHERE id = ? AND state = 'open'");

DB_STMT(campaign_update_valued, "tttTi", "",
        "UPDATE campaign SET state = 'valued', public_value = ?, public_source = ?, witnesses = ?,"
        " valued_at = ? WHERE id = ? AND state = 'committed'");

DB_STMT(campaign_update_drawn, "tTi", "",
        "UPDATE campaign SET state = 'drawn', seed = ?, drawn_at = ?"
        " WHERE id = ? AND state = 'valued'");

DB_STMT(campaign_update_revealed, "ttTi", "",
        "UPDATE campaign SET state = 'revealed', secret = ?, nonce = ?, revealed_at = ?"
        " WHERE id = ? AND state = 'drawn'");

DB_STMT(campaign_update_abandoned, "tTi", "",
        "UPDATE campaign SET state = 'abandoned', abandoned_why = ?, abandoned_at = ?"
        " WHERE id = ? AND state NOT IN ('revealed', 'abandoned')");

enum rc campaign_create(struct db *db, const struct campaign *campaign, int64_t *id,
                        struct err *err)
{
    int64_t regions = 0;
    enum rc rc =
        db_one_int(db, &campaign_region_select, DB_ARGS(db_text(campaign->region)), &regions);
    if (rc != RC_OK)
        return rc;
    if (regions == 0)
        return err_set(err, RC_INVALID, "/region", "没有区划“%s”", campaign->region);
    rc = db_exec(db, &campaign_insert,
                 DB_ARGS(db_text(campaign->code), db_text(campaign->name),
                         db_text(campaign->region), db_int(campaign->department_id),
                         db_text(campaign->rule), db_text(campaign->redraw_why)));
    *id = db_insert_id(db);
    return rc;
}

/* ---- reading ---- */

static enum campaign_state state_of(const char *name)
{
    int i = text_index(campaign_state_names, name);
    return i < 0 ? CAMPAIGN_ABANDONED : (enum campaign_state)i;
}

static void fill(const struct db_query *q, struct arena *a, struct campaign *c)
{
    *c = (struct campaign){
        .id = db_col_int(q, 0),
        .code = db_col_dup(q, 1, a),
        .name = db_col_dup(q, 2, a),
        .region = db_col_dup(q, 3, a),
        .department_id = db_col_int(q, 4),
        .department = db_col_dup(q, 5, a),
        .rule = db_col_dup(q, 6, a),
        .state = state_of(db_col_text(q, 7)),
        .redraw_why = db_col_dup(q, 8, a),
        .secret_hash = db_col_dup(q, 9, a),
        .committed_at = db_col_int(q, 10),
        .public_value = db_col_dup(q, 11, a),
        .public_source = db_col_dup(q, 12, a),
        .witnesses = db_col_dup(q, 13, a),
        .valued_at = db_col_int(q, 14),
        .seed = db_col_dup(q, 15, a),
        .drawn_at = db_col_int(q, 16),
        .secret = db_col_dup(q, 17, a),
        .nonce = db_col_dup(q, 18, a),
        .revealed_at = db_col_int(q, 19),
        .abandoned_at = db_col_int(q, 20),
        .abandoned_why = db_col_dup(q, 21, a),
    };
}

struct one {
    struct arena *arena;
    struct campaign *campaign;
};

static void read_one(const struct db_query *q, void *data)
{
    struct one *one = data;
    fill(q, one->arena, one->campaign);
}

enum rc campaign_by_code(struct db *db, struct arena *a, const char *code, struct campaign *out)
{
    struct one one = { a, out };
    return db_one(db, &campaign_select, DB_ARGS(db_text(code)), read_one, &one);
}

enum rc campaign_lock(struct db *db, struct arena *a, const char *code, struct campaign *out)
{
    enum rc rc = db_exec(db, &campaign_lock_update, DB_ARGS(db_text(code)));
    if (rc == RC_OK && db_affected(db) != 1)
        return RC_NOT_FOUND;
    return rc == RC_OK ? campaign_by_code(db, a, code, out) : rc;
}

enum rc campaign_guard(struct db *db, int64_t id)
{
    return db_exec(db, &campaign_guard_update, DB_ARGS(db_int(id)));
}

static void read_state(const struct db_query *q, void *data)
{
    *(enum campaign_state *)data = state_of(db_col_text(q, 0));
}

enum rc campaign_hold(struct db *db, int64_t id, enum campaign_state *state)
{
    return db_one(db, &campaign_hold_select, DB_ARGS(db_int(id)), read_state, state);
}

enum rc campaign_takes_part(struct db *db, int64_t id, int64_t department_id, bool *takes_part)
{
    int64_t found = 0;
    enum rc rc = db_one_int(
        db, &campaign_part_select,
        DB_ARGS(db_int(id), db_int(department_id), db_int(id), db_int(department_id)), &found);
    *takes_part = found != 0;
    return rc;
}

enum rc campaign_list(struct db *db, struct arena *a, int64_t department_id, int64_t before,
                      int64_t limit, const struct campaign **campaigns, size_t *count)
{
    struct campaign *list = arena_array(a, (size_t)limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &campaign_select_list,
                          DB_ARGS(db_int(before ? before : INT32_MAX), db_int(department_id),
                                  db_int(department_id), db_int(limit)),
                          &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        fill(q, a, &list[n++]);
    *campaigns = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- steps ---- */

/* A step that found no row in the state that it starts from. */
static enum rc once(struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

enum rc campaign_commit(struct db *db, int64_t id, const char *secret_hash, const uint8_t *sealed,
                        size_t sealed_size, int64_t now)
{
    enum rc rc = once(db, db_exec(db, &campaign_update_committed,
                                  DB_ARGS(db_text(secret_hash), db_instant(now), db_int(id))));
    if (rc != RC_OK)
        return rc;
    return db_exec(db, &campaign_secret_insert, DB_ARGS(db_int(id), db_bytes(sealed, sealed_size)));
}

enum rc campaign_value(struct db *db, int64_t id, const char *value, const char *source,
                       const char *witnesses, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_valued,
                            DB_ARGS(db_text(value), db_text(source), db_text(witnesses),
                                    db_instant(now), db_int(id))));
}

enum rc campaign_drawn(struct db *db, int64_t id, const char *seed, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_drawn,
                            DB_ARGS(db_text(seed), db_instant(now), db_int(id))));
}

enum rc campaign_reveal(struct db *db, int64_t id, const char *secret, const char *nonce,
                        int64_t now)
{
    return once(db, db_exec(db, &campaign_update_revealed,
                            DB_ARGS(db_text(secret), db_text(nonce), db_instant(now), db_int(id))));
}

enum rc campaign_abandon(struct db *db, int64_t id, const char *why, int64_t now)
{
    return once(db, db_exec(db, &campaign_update_abandoned,
                            DB_ARGS(db_text(why), db_instant(now), db_int(id))));
}

struct sealed {
    struct arena *arena;
    const uint8_t *bytes;
    size_t size;
};

static void read_sealed(const struct db_query *q, void *data)
{
    struct sealed *s = data;
    const void *bytes = db_col_bytes(q, 0, &s->size);
    s->bytes = arena_memdup(s->arena, bytes, s->size);
}

enum rc campaign_secret(struct db *db, struct arena *a, int64_t id, const uint8_t **sealed,
                        size_t *size)
{
    struct sealed s = { .arena = a };
    enum rc rc = db_one(db, &campaign_secret_select, DB_ARGS(db_int(id)), read_sealed, &s);
    *sealed = s.bytes;
    *size = s.size;
    return rc;
}

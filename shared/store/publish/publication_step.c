/* What a publisher does with a publication, and the versions that come of it. */
#include "store/publish/publication.h"

#define FROZEN                                                                                     \
    " subject_code = ?, subject_name = ?, department_name = ?, region_code = ?, checked_on = ?,"   \
    " result_class = ?, payload = ?, payload_hash = ?, search_text = ?, tags = ?"

DB_STMT(publication_publish_update, "ttttDtjbttTi", "",
        "UPDATE publication SET" FROZEN ", state = 'published', published_at = ?"
        " WHERE id = ? AND state = 'due'");

DB_STMT(publication_correct_update, "ttttDtjbttTtii", "",
        "UPDATE publication SET" FROZEN ", version = version + 1, corrected_at = ?,"
        " corrected_reason = ? WHERE id = ? AND state = 'published' AND version = ?");

DB_STMT(publication_version_insert, "iiTitjb", "",
        "INSERT INTO publication_version (publication_id, version, published_at, published_by,"
        " reason, payload, payload_hash) VALUES (?, ?, ?, ?, ?, ?, ?)");

DB_STMT(publication_withhold_update, "TittDi", "",
        "UPDATE publication SET state = 'withheld', stopped_at = ?, stopped_by = ?,"
        " stopped_cause = ?, stopped_reason = ?, look_on = ? WHERE id = ? AND state = 'due'");

DB_STMT(publication_release_update, "i", "",
        "UPDATE publication SET state = 'due', stopped_at = NULL, stopped_by = NULL,"
        " stopped_cause = NULL, stopped_reason = NULL, look_on = NULL"
        " WHERE id = ? AND state = 'withheld'");

DB_STMT(publication_retract_update, "TittDi", "",
        "UPDATE publication SET state = 'retracted', stopped_at = ?, stopped_by = ?,"
        " stopped_cause = ?, stopped_reason = ?, retract_by = ? WHERE id = ?"
        " AND state = 'published'");

DB_STMT(publication_penalty_update, "ttti", "",
        "UPDATE penalty SET act_type = COALESCE(?, act_type), content = COALESCE(?, content),"
        " authority = COALESCE(?, authority) WHERE id = ?");

#define COL(member, ...) ROW_COL(struct publication_version, member, __VA_ARGS__)
static const struct row_set version_rows = ROW_SET(
    struct publication_version, COL(version, "version"),
    COL(published_at, "published_at", .instant = true), COL(reason, "reason", .nullable = true),
    COL(payload, "payload", .json = true), COL(payload_sha256, "payload_hash AS payload_sha256"));
#undef COL

DB_ROWS(publication_version_select, "ii", &version_rows,
        " FROM publication_version WHERE publication_id = ? ORDER BY version LIMIT ?");

struct visit_row {
    int64_t id;
};
static const struct row_set visit_rows =
    ROW_SET(struct visit_row, ROW_COL(struct visit_row, id, "v.id"));

DB_ROWS(publication_visits_select, "ii", &visit_rows,
        " FROM publication p STRAIGHT_JOIN subject s FORCE INDEX (code) ON s.code = p.subject_code"
        " STRAIGHT_JOIN visit v FORCE INDEX (visit_subject) ON v.subject_id = s.id"
        " AND v.state = 'dispatched'"
        " STRAIGHT_JOIN section x FORCE INDEX (visit_department) ON x.visit_id = v.id"
        " AND x.state IN ('open', 'returned') WHERE p.id = ? AND p.kind = 'inspection'"
        " GROUP BY v.id ORDER BY v.id LIMIT ?");

static enum rc changed(const struct db *db, enum rc rc)
{
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

static enum rc keep_version(struct db *db, int64_t id, int64_t version,
                            const struct publication_frozen *f, const struct publication_step *s)
{
    return db_exec(db, &publication_version_insert,
                   DB_ARGS(db_int(id), db_int(version), db_instant(s->now), db_int(s->account_id),
                           db_text(s->reason), db_json(f->payload),
                           db_bytes(f->payload_hash, sizeof f->payload_hash)));
}

#define FROZEN_ARGS(f)                                                                             \
    db_text((f)->subject_code), db_text((f)->subject_name), db_text((f)->department_name),         \
        db_text((f)->region), db_date((f)->checked_on), db_text((f)->result_class),                \
        db_json((f)->payload), db_bytes((f)->payload_hash, sizeof(f)->payload_hash),               \
        db_text((f)->search_text), db_text((f)->tags)

enum rc publication_publish(struct db *db, int64_t id, const struct publication_frozen *f,
                            const struct publication_step *s)
{
    enum rc rc = changed(db, db_exec(db, &publication_publish_update,
                                     DB_ARGS(FROZEN_ARGS(f), db_instant(s->now), db_int(id))));
    return rc == RC_OK ? keep_version(db, id, 1, f, s) : rc;
}

enum rc publication_correct(struct db *db, struct arena *a, int64_t id, int64_t version,
                            const struct publication_frozen *f, const struct publication_step *s)
{
    enum rc rc = publication_hide(db, a, id); /* by the words of before */
    if (rc == RC_OK)
        rc = changed(db, db_exec(db, &publication_correct_update,
                                 DB_ARGS(FROZEN_ARGS(f), db_instant(s->now), db_text(s->reason),
                                         db_int(id), db_int(version))));
    return rc == RC_OK ? keep_version(db, id, version + 1, f, s) : rc;
}

static enum rc stop(struct db *db, const struct db_stmt *update, int64_t id,
                    const struct publication_step *s)
{
    return changed(db, db_exec(db, update,
                               DB_ARGS(db_instant(s->now), db_int(s->account_id), db_text(s->cause),
                                       db_text(s->reason), db_date(s->day), db_int(id))));
}

enum rc publication_withhold(struct db *db, int64_t id, const struct publication_step *s)
{
    return stop(db, &publication_withhold_update, id, s);
}

enum rc publication_release(struct db *db, int64_t id)
{
    return changed(db, db_exec(db, &publication_release_update, DB_ARGS(db_int(id))));
}

enum rc publication_retract(struct db *db, struct arena *a, int64_t id,
                            const struct publication_step *s)
{
    enum rc rc = stop(db, &publication_retract_update, id, s);
    return rc == RC_OK ? publication_hide(db, a, id) : rc;
}

enum rc publication_penalty_correct(struct db *db, int64_t penalty_id, const char *act_type,
                                    const char *content, const char *authority)
{
    return db_exec(
        db, &publication_penalty_update,
        DB_ARGS(db_text(act_type), db_text(content), db_text(authority), db_int(penalty_id)));
}

enum rc publication_versions(struct db *db, struct arena *a, int64_t id, struct row_page *versions)
{
    return db_rows(db, a, &publication_version_select, DB_ARGS(db_int(id)),
                   PUBLICATION_VERSIONS_MAX, versions);
}

enum rc publication_visits(struct db *db, struct arena *a, int64_t id, struct row_page *visits)
{
    return db_rows(db, a, &publication_visits_select, DB_ARGS(db_int(id)), PUBLICATION_VISITS_MAX,
                   visits);
}

#include "store/evidence/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

enum { LIST_MAX = 64 * 1024, OP_ID = 16, COLUMNS = 11, MANIFESTS_MAX = 1000, MEDIA_TYPE_MAX = 60 };

const char *const evidence_kind_names[] = { "photo", "signature", "document", NULL };

DB_STMT(evidence_stmt_add, "biibitTddit", "",
        "INSERT INTO evidence (op_id, section_id, check_result_id, sha256, size, media_type,"
        " taken_at, lon, lat, device_id, kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

DB_STMT(evidence_stmt_ids, "t", "i",
        "SELECT e.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(32) PATH '$')) AS wanted"
        " STRAIGHT_JOIN evidence AS e FORCE INDEX (op_id) ON e.op_id = UNHEX(wanted.id)");

/* Array binding takes no subquery; the row of a content that nobody stored says what was
   declared. */
DB_STMT(evidence_stmt_claim, "bi", "",
        "INSERT INTO evidence_blob (sha256, size, claims) VALUES (?, ?, 1)"
        " ON DUPLICATE KEY UPDATE claims = claims + 1");

DB_STMT(evidence_stmt_stored, "b", "i",
        "SELECT stored_at IS NOT NULL FROM evidence_blob WHERE sha256 = ? FOR UPDATE");

DB_STMT(evidence_stmt_known, "b", "i",
        "SELECT COUNT(stored_at) FROM evidence_blob WHERE sha256 = ?");
DB_STMT(evidence_stored_before_select, "T", "i",
        "SELECT COUNT(*) FROM evidence_blob WHERE stored_at < ?");

/* An origin that was read once stays, should it not be read again. */
DB_STMT(evidence_stmt_store, "iTTddb", "",
        "UPDATE evidence_blob SET size = ?, stored_at = COALESCE(stored_at, ?),"
        " exif_taken_at = COALESCE(?, exif_taken_at), exif_lon = COALESCE(?, exif_lon),"
        " exif_lat = COALESCE(?, exif_lat) WHERE sha256 = ?");

DB_STMT(evidence_stmt_possess, "biiT", "",
        "INSERT INTO evidence_possession (sha256, inspector_id, device_id, at) VALUES (?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE at = at");

DB_STMT(evidence_stmt_held, "bi", "i",
        "SELECT b.size FROM evidence_possession AS p"
        " JOIN evidence_blob AS b ON b.sha256 = p.sha256"
        " WHERE p.sha256 = ? AND p.inspector_id = ? AND b.stored_at IS NOT NULL");

/* Joins and no subqueries: a locking read sees what others committed meanwhile, a subquery of it
   does not. */
#define COUNTABLE                                                                                  \
    " STRAIGHT_JOIN evidence_blob AS b FORCE INDEX (PRIMARY) ON b.sha256 = e.sha256"               \
    " STRAIGHT_JOIN evidence_possession AS p FORCE INDEX (PRIMARY) ON p.sha256 = b.sha256"         \
    " STRAIGHT_JOIN device AS d FORCE INDEX (PRIMARY) ON d.id = e.device_id"                       \
    " LEFT JOIN assignment AS a FORCE INDEX (PRIMARY)"                                             \
    " ON a.section_id = e.section_id AND a.inspector_id = p.inspector_id"                          \
    " WHERE e.verified_at IS NULL AND b.stored_at IS NOT NULL AND e.size = b.size"                 \
    " AND (d.inspector_id = p.inspector_id OR a.inspector_id IS NOT NULL)"

DB_STMT(evidence_stmt_countable, "ti", "i",
        "SELECT DISTINCT e.id FROM JSON_TABLE(?, '$[*]' COLUMNS (id CHAR(64) PATH '$')) AS wanted"
        " STRAIGHT_JOIN evidence AS e FORCE INDEX (sha256)"
        " ON e.sha256 = UNHEX(wanted.id)" COUNTABLE " LIMIT ? LOCK IN SHARE MODE");

DB_STMT(evidence_stmt_countable_of, "ii", "i",
        "SELECT DISTINCT e.id FROM evidence AS e FORCE INDEX (section)" COUNTABLE
        " AND e.section_id = ? LIMIT ? LOCK IN SHARE MODE");

DB_STMT(evidence_stmt_count, "Ti", "", "UPDATE evidence SET verified_at = ? WHERE id = ?");

DB_STMT(evidence_stmt_lock_one, "i", "i", "SELECT id FROM evidence WHERE id = ? FOR UPDATE");

DB_STMT(evidence_stmt_write_off, "Titi", "",
        "UPDATE evidence SET written_off_at = ?, written_off_by = ?, written_off_reason = ?"
        " WHERE id = ? AND verified_at IS NULL AND written_off_at IS NULL");

static const struct row_label kinds[] = {
    { "photo", "照片" }, { "signature", "签名" }, { "document", "文书" }, { NULL, NULL }
};

#define COL(member, ...) ROW_COL(struct evidence_shown, member, __VA_ARGS__)
const struct row_set evidence_rows = ROW_SET(
    struct evidence_shown, COL(id, "e.id", .title = "编号"),
    COL(section_id, "e.section_id", .hidden = true),
    COL(department_id, "section.department_id", .hidden = true),
    COL(check_result_id, "e.check_result_id", .title = "检查事项", .nullable = true),
    COL(inspector, "inspector.card_no", .title = "执法检查人员", .width = 16),
    COL(inspector_id, "inspector.id", .hidden = true),
    COL(sha256, "e.sha256", .title = "摘要（SHA-256）", .width = 66),
    COL(size, "e.size", .title = "字节"), COL(type, "e.media_type AS type", .title = "类型"),
    COL(kind, "e.kind", .title = "类别", .labels = kinds),
    COL(taken_at, "e.taken_at", .title = "拍摄", .instant = true),
    COL(lon, "e.lon", .title = "经度", .nullable = true),
    COL(lat, "e.lat", .title = "纬度", .nullable = true),
    COL(verified, "e.verified_at IS NOT NULL AS verified", .title = "已核验"),
    COL(written_off_at, "e.written_off_at", .title = "核销", .instant = true, .nullable = true),
    COL(written_off_by, "written_off_by.login", .title = "核销人", .nullable = true),
    COL(written_off_reason, "e.written_off_reason", .title = "核销理由", .width = 40,
        .nullable = true),
    COL(exif_taken_at, "b.exif_taken_at", .title = "文件所记拍摄时间", .instant = true,
        .nullable = true),
    COL(exif_lon, "b.exif_lon", .title = "文件所记经度", .nullable = true),
    COL(exif_lat, "b.exif_lat", .title = "文件所记纬度", .nullable = true),
    COL(minutes, NULL, .title = "相差分钟", .nullable = true),
    COL(metres, NULL, .title = "相差米", .nullable = true),
    COL(time_flagged, NULL, .title = "时间存疑"), COL(place_flagged, NULL, .title = "地点存疑"));
#undef COL

#define FROM_SHOWN                                                                                 \
    " FROM evidence AS e JOIN section ON section.id = e.section_id"                                \
    " JOIN device ON device.id = e.device_id JOIN inspector ON inspector.id = device.inspector_id" \
    " LEFT JOIN account AS written_off_by ON written_off_by.id = e.written_off_by"                 \
    " LEFT JOIN evidence_blob AS b ON b.sha256 = e.sha256 AND e.verified_at IS NOT NULL"

LIST(evidence_list, .name = "evidence", .title = "证据", .rows = &evidence_rows, .from = FROM_SHOWN,
     .where = "e.section_id = ?", .in = "i", .key = "id",
     .filters = LIST_FILTERS(
         { .name = "kind", .title = "类别", .sql = "e.kind = ?", .labels = kinds },
         { .name = "verified",
           .title = "已核验",
           .sql = "(e.verified_at IS NOT NULL) = ?",
           .type = 'i',
           .yes = true },
         { .name = "written_off",
           .title = "已核销",
           .sql = "(e.written_off_at IS NOT NULL) = ?",
           .type = 'i',
           .yes = true },
         { .name = "inspector", .title = "执法检查人员", .sql = "inspector.card_no = ?" },
         { .name = "check", .title = "检查事项", .sql = "e.check_result_id = ?", .type = 'i' }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "a section has some dozens of files, read by its key");

DB_ROWS(evidence_stmt_shown, "i", &evidence_rows, FROM_SHOWN " WHERE e.id = ?");

static int by_content(const void *x, const void *y)
{
    const struct evidence *const *p = x;
    const struct evidence *const *q = y;
    return memcmp((*p)->sha256, (*q)->sha256, DIGEST_SIZE);
}

const char *evidence_media_type(struct arena *a, const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789.+-";
    char *plain = arena_strdup(a, text);
    plain[strcspn(plain, ";")] = '\0';
    plain = text_trim(plain);
    for (char *p = plain; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    size_t type = strspn(plain, allowed);
    if (type == 0 || plain[type] != '/' || strlen(plain) > MEDIA_TYPE_MAX)
        return NULL;
    size_t subtype = strspn(plain + type + 1, allowed);
    return subtype > 0 && !plain[type + 1 + subtype] ? plain : NULL;
}

/* ---- Manifests ------------------------------------------------------------------------------- */

static enum rc read_ids(struct db_query *q, int64_t *ids, size_t room, size_t *n)
{
    enum rc rc = RC_OK;
    *n = 0;
    while (*n < room && (rc = db_next(&q)) == RC_OK)
        ids[(*n)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

/* What may count, counts: of the contents, all locked, or of the section that `of` names. */
static enum rc count_manifests(struct db *db, struct arena *a, const struct db_stmt *countable,
                               struct db_val of, int64_t now, int64_t **ids, size_t *n)
{
    struct db_query *q;
    *ids = arena_array(a, MANIFESTS_MAX, sizeof **ids);
    *n = 0;
    enum rc rc = db_query(db, countable, DB_ARGS(of, db_int(MANIFESTS_MAX)), &q);
    if (rc == RC_OK)
        rc = read_ids(q, *ids, MANIFESTS_MAX, n);
    if (rc != RC_OK || *n == 0)
        return rc;
    struct db_val *values = arena_array(a, *n, 2 * sizeof *values);
    for (size_t i = 0; i < *n; i++) {
        values[2 * i] = db_instant(now);
        values[2 * i + 1] = db_int((*ids)[i]);
    }
    return db_bulk(db, &evidence_stmt_count, values, *n);
}

/* Locks the contents of manifests, in ascending order, and lets them count; ids: what counts
   now. */
static enum rc count_added(struct db *db, struct arena *a, const struct evidence *manifests,
                           size_t n, int64_t now, int64_t **ids, size_t *id_count)
{
    struct buf list;
    const struct evidence **sorted = arena_array(a, n, sizeof *sorted);
    struct db_val *values = arena_array(a, n, 2 * sizeof *values);
    for (size_t i = 0; i < n; i++)
        sorted[i] = &manifests[i];
    qsort(sorted, n, sizeof *sorted, by_content);
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        char hex[DIGEST_HEX];
        hex_encode(hex, sorted[i]->sha256, DIGEST_SIZE);
        buf_printf(&list, "%c\"%s\"", i ? ',' : '[', hex);
        values[2 * i] = db_bytes(sorted[i]->sha256, DIGEST_SIZE);
        values[2 * i + 1] = db_int(sorted[i]->size);
    }
    buf_putc(&list, ']');
    enum rc rc = db_bulk(db, &evidence_stmt_claim, values, n);
    if (rc != RC_OK)
        return rc;
    return count_manifests(db, a, &evidence_stmt_countable, db_text(list.p), now, ids, id_count);
}

/* Puts the ids behind those that are there, each once. */
static void add_ids(int64_t *all, size_t *n, const int64_t *ids, size_t count)
{
    size_t before = *n;
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < before && all[k] != ids[i])
            k++;
        if (k == before)
            all[(*n)++] = ids[i];
    }
}

enum rc evidence_add(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                     const struct evidence *manifests, size_t n, int64_t **ids, size_t *id_count)
{
    struct buf list;
    struct db_val *values = arena_array(a, n, COLUMNS * sizeof *values);
    buf_init(&list, a, LIST_MAX);
    for (size_t i = 0; i < n; i++) {
        const struct evidence *m = &manifests[i];
        struct db_val *v = &values[i * COLUMNS];
        char hex[2 * OP_ID + 1];
        hex_encode(hex, m->op_id, OP_ID);
        buf_printf(&list, "%c\"%s\"", i ? ',' : '[', hex);
        v[0] = db_bytes(m->op_id, OP_ID);
        v[1] = db_int(m->section_id);
        v[2] = m->check_result_id ? db_int(m->check_result_id) : db_null('i');
        v[3] = db_bytes(m->sha256, DIGEST_SIZE);
        v[4] = db_int(m->size);
        v[5] = db_text(m->media_type);
        v[6] = db_instant(m->taken_at);
        v[7] = m->placed ? db_real(m->lon) : db_null('d');
        v[8] = m->placed ? db_real(m->lat) : db_null('d');
        v[9] = db_int(device_id);
        v[10] = db_text(m->kind);
    }
    buf_putc(&list, ']');
    *ids = arena_array(a, n + MANIFESTS_MAX, sizeof **ids);
    *id_count = 0;
    struct db_query *q;
    int64_t *counted;
    size_t counted_count;
    enum rc rc = db_bulk(db, &evidence_stmt_add, values, n);
    if (rc == RC_OK)
        rc = count_added(db, a, manifests, n, now, &counted, &counted_count);
    if (rc == RC_OK)
        rc = db_query(db, &evidence_stmt_ids, DB_ARGS(db_text(list.p)), &q);
    if (rc == RC_OK)
        rc = read_ids(q, *ids, n, id_count);
    if (rc == RC_OK)
        add_ids(*ids, id_count, counted, counted_count);
    return rc;
}

enum rc evidence_by_id(struct db *db, struct arena *a, int64_t id, struct evidence_shown *out)
{
    return db_row(db, a, &evidence_stmt_shown, DB_ARGS(db_int(id)), out);
}

enum rc evidence_lock(struct db *db, struct arena *a, int64_t id, struct evidence_shown *out)
{
    int64_t locked;
    enum rc rc = db_one_int(db, &evidence_stmt_lock_one, DB_ARGS(db_int(id)), &locked);
    return rc == RC_OK ? evidence_by_id(db, a, id, out) : rc;
}

enum rc evidence_write_off(struct db *db, int64_t id, int64_t account_id, int64_t now,
                           const char *reason)
{
    enum rc rc = db_exec(db, &evidence_stmt_write_off,
                         DB_ARGS(db_instant(now), db_int(account_id), db_text(reason), db_int(id)));
    return rc == RC_OK && db_affected(db) != 1 ? RC_STATE : rc;
}

/* ---- Contents -------------------------------------------------------------------------------- */

enum rc evidence_content_lock(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                              bool *stored)
{
    int64_t here = 0;
    enum rc rc =
        db_exec(db, &evidence_stmt_claim, DB_ARGS(db_bytes(sha256, DIGEST_SIZE), db_int(size)));
    if (rc == RC_OK)
        rc = db_one_int(db, &evidence_stmt_stored, DB_ARGS(db_bytes(sha256, DIGEST_SIZE)), &here);
    *stored = here != 0;
    return rc;
}

enum rc evidence_stored_before(struct db *db, int64_t at, int64_t *n)
{
    return db_one_int(db, &evidence_stored_before_select, DB_ARGS(db_instant(at)), n);
}

enum rc evidence_content_stored(struct db *db, const uint8_t sha256[DIGEST_SIZE], bool *stored)
{
    int64_t n = 0;
    enum rc rc = db_one_int(db, &evidence_stmt_known, DB_ARGS(db_bytes(sha256, DIGEST_SIZE)), &n);
    *stored = n != 0;
    return rc;
}

DB_STMT(evidence_stmt_contents, "bi", "bi",
        "SELECT sha256, size FROM evidence_blob WHERE sha256 > ? AND stored_at IS NOT NULL"
        " ORDER BY sha256 LIMIT ?");

enum rc evidence_contents(struct db *db, const uint8_t behind[DIGEST_SIZE],
                          struct evidence_content *out, size_t max, size_t *n)
{
    struct db_query *q;
    enum rc rc = db_query(db, &evidence_stmt_contents,
                          DB_ARGS(db_bytes(behind, DIGEST_SIZE), db_int((int64_t)max)), &q);
    for (*n = 0; rc == RC_OK && (rc = db_next(&q)) == RC_OK; ++*n) {
        size_t size;
        const void *sha256 = db_col_bytes(q, 0, &size);
        memcpy(out[*n].sha256, sha256, DIGEST_SIZE);
        out[*n].size = db_col_int(q, 1);
    }
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc evidence_content_store(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                               const struct evidence_origin *origin, int64_t device_id,
                               int64_t inspector_id, int64_t now)
{
    enum rc rc = db_exec(db, &evidence_stmt_store,
                         DB_ARGS(db_int(size), db_instant(now),
                                 origin->timed ? db_instant(origin->taken_at) : db_null('T'),
                                 origin->placed ? db_real(origin->lon) : db_null('d'),
                                 origin->placed ? db_real(origin->lat) : db_null('d'),
                                 db_bytes(sha256, DIGEST_SIZE)));
    if (rc != RC_OK)
        return rc;
    return db_exec(db, &evidence_stmt_possess,
                   DB_ARGS(db_bytes(sha256, DIGEST_SIZE), db_int(inspector_id), db_int(device_id),
                           db_instant(now)));
}

enum rc evidence_content_held(struct db *db, const uint8_t sha256[DIGEST_SIZE],
                              int64_t inspector_id, int64_t *size)
{
    return db_one_int(db, &evidence_stmt_held,
                      DB_ARGS(db_bytes(sha256, DIGEST_SIZE), db_int(inspector_id)), size);
}

enum rc evidence_content_count(struct db *db, struct arena *a, const uint8_t sha256[DIGEST_SIZE],
                               int64_t now, int64_t **ids, size_t *n)
{
    const char *list = arena_printf(a, "[\"%s\"]", hex_dup(a, sha256, DIGEST_SIZE));
    return count_manifests(db, a, &evidence_stmt_countable, db_text(list), now, ids, n);
}

enum rc evidence_section_count(struct db *db, struct arena *a, int64_t section_id, int64_t now,
                               int64_t **ids, size_t *n)
{
    return count_manifests(db, a, &evidence_stmt_countable_of, db_int(section_id), now, ids, n);
}

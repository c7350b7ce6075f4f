#include "store/publish/disclosure_rating.h"

DB_STMT(disclosure_rated_select, "bb", "ii",
        "SELECT COALESCE(SUM(form_hash IS NULL), 0), COALESCE(SUM(form_hash = ?), 0)"
        " FROM public_rating WHERE code_hash = ?");
DB_STMT(disclosure_unrated_select, "b", "i",
        "SELECT section_id FROM public_rating WHERE code_hash = ? AND form_hash IS NULL"
        " ORDER BY visit_id, led DESC, section_id");
/* The month by the clock that views/rating_entry.sql asks. */
DB_STMT(disclosure_rating_insert, "biiiiitbi", "",
        "INSERT INTO rating_entry (section_id, campaign_id, department_id, form_hash, lawful,"
        " burden, conduct, guidance, leads, content, rated_in) SELECT section_id, campaign_id,"
        " department_id, ?, ?, ?, ?, ?, ?, ?,"
        " DATE_FORMAT('1970-01-01' + INTERVAL UNIX_TIMESTAMP(SYSDATE()) + 28800 SECOND, '%Y-%m')"
        " FROM public_notice_section WHERE code_hash = ? AND section_id = ?");

enum rc disclosure_rated(struct db *db, const uint8_t code[DIGEST_SIZE],
                         const uint8_t form[DIGEST_SIZE], bool *rated, bool *same)
{
    struct db_query *q;
    enum rc rc = db_query(db, &disclosure_rated_select,
                          DB_ARGS(db_bytes(form, DIGEST_SIZE), db_bytes(code, DIGEST_SIZE)), &q);
    if (rc == RC_OK)
        rc = db_next(&q);
    if (rc != RC_OK)
        return rc;
    *same = db_col_int(q, 1) != 0;
    *rated = db_col_int(q, 0) == 0;
    db_done(&q);
    return RC_OK;
}

/* Departments that have a part of an entry, for each of its visits. */
enum { PARTS_MAX = 500 };

static enum rc unrated(struct db *db, const uint8_t code[DIGEST_SIZE], int64_t *ids, size_t *n)
{
    struct db_query *q;
    *n = 0;
    enum rc rc = db_query(db, &disclosure_unrated_select, DB_ARGS(db_bytes(code, DIGEST_SIZE)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK && *n < PARTS_MAX)
        ids[(*n)++] = db_col_int(q, 0);
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_rating_add(struct db *db, const uint8_t code[DIGEST_SIZE],
                              const uint8_t form[DIGEST_SIZE], const struct rating *r)
{
    int64_t ids[PARTS_MAX];
    size_t n = 0;
    enum rc rc = unrated(db, code, ids, &n);
    if (rc == RC_OK && n == 0)
        return RC_NOT_FOUND;
    for (size_t i = 0; rc == RC_OK && i < n; i++) /* the first leads */
        rc = db_exec(db, &disclosure_rating_insert,
                     DB_ARGS(db_bytes(form, DIGEST_SIZE), db_int(r->lawful), db_int(r->burden),
                             db_int(r->conduct), db_int(r->guidance), db_int(i == 0),
                             db_text(i == 0 && r->content ? r->content : ""),
                             db_bytes(code, DIGEST_SIZE), db_int(ids[i])));
    return rc == RC_OK && db_affected(db) == 0 ? RC_NOT_FOUND : rc;
}

#include "store/publish/disclosure_rating.h"

#include "base/text.h"

struct rated {
    char form_hash[DIGEST_HEX];
};
#define COL(member, ...) ROW_COL(struct rated, member, __VA_ARGS__)
static const struct row_set rated_rows = ROW_SET(struct rated, COL(form_hash, "form_hash"));
#undef COL

DB_ROWS(disclosure_rated_select, "b", &rated_rows,
        " FROM public_rating WHERE code_hash = ? LIMIT 1");
/* Of all parts of the entry, or of none. */
DB_STMT(disclosure_rating_insert, "biiiitDb", "",
        "INSERT INTO rating_entry (section_id, campaign_id, department_id, form_hash, lawful,"
        " burden, conduct, guidance, content, rated_on) SELECT section_id, campaign_id,"
        " department_id, ?, ?, ?, ?, ?, ?, ? FROM public_notice_section WHERE code_hash = ?"
        " ORDER BY section_id");

enum rc disclosure_rated(struct db *db, struct arena *a, const uint8_t code[DIGEST_SIZE],
                         uint8_t form[DIGEST_SIZE])
{
    struct rated rated;
    enum rc rc =
        db_row(db, a, &disclosure_rated_select, DB_ARGS(db_bytes(code, DIGEST_SIZE)), &rated);
    if (rc == RC_OK && !hex_decode(form, DIGEST_SIZE, rated.form_hash))
        return RC_INTERNAL;
    return rc;
}

enum rc disclosure_rating_add(struct db *db, const uint8_t code[DIGEST_SIZE],
                              const uint8_t form[DIGEST_SIZE], const struct rating *r,
                              int32_t today)
{
    enum rc rc = db_exec(db, &disclosure_rating_insert,
                         DB_ARGS(db_bytes(form, DIGEST_SIZE), db_int(r->lawful), db_int(r->burden),
                                 db_int(r->conduct), db_int(r->guidance),
                                 db_text(r->content ? r->content : ""), db_date(today),
                                 db_bytes(code, DIGEST_SIZE)));
    return rc == RC_OK && db_affected(db) == 0 ? RC_NOT_FOUND : rc;
}

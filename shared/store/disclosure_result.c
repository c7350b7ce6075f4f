#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/disclosure.h"

#define RESULT_COLUMNS                                                                             \
    "SELECT id, kind, published_at, due_on, subject_code, subject_name, department_name,"          \
    " region_name, checked_on, result_class"
#define RESULT_TYPES "itTDttttDt"

/* An empty text asks for nothing. The published rows are walked backwards by id, so the name, which no
   index serves, is compared only until the page is full. */
DB_STMT(disclosure_result_list,
        "itttttttttt"
        "DDi",
        RESULT_TYPES,
        RESULT_COLUMNS " FROM public_publication WHERE id < ?"
                       " AND (? = '' OR subject_code = ?)"
                       " AND (? = '' OR LOCATE(?, subject_name) > 0)"
                       " AND (? = '' OR department_name = ?)"
                       " AND (? = '' OR region_code = ?)"
                       " AND (? = '' OR result_class = ?)"
                       " AND checked_on BETWEEN ? AND ? ORDER BY id DESC LIMIT ?");

DB_STMT(disclosure_result_select, "i", RESULT_TYPES "tb",
        RESULT_COLUMNS ", payload, payload_hash FROM public_publication WHERE id = ?");

static void fill(const struct db_query *q, struct arena *a, struct disclosure_result *r)
{
    *r = (struct disclosure_result){
        .id = db_col_int(q, 0),
        .kind = db_col_dup(q, 1, a),
        .published_at = db_col_int(q, 2),
        .due_on = db_col_date(q, 3),
        .subject_code = db_col_dup(q, 4, a),
        .subject_name = db_col_dup(q, 5, a),
        .department = db_col_dup(q, 6, a),
        .region = db_col_dup(q, 7, a),
        .checked_on = db_col_date(q, 8),
        .result_class = db_col_dup(q, 9, a),
    };
}

static struct db_val asked(const char *text)
{
    return db_text(text ? text : "");
}

enum rc disclosure_results(struct db *db, struct arena *a, const struct disclosure_search *s,
                           const struct disclosure_result **results, size_t *count)
{
    struct disclosure_result *list = arena_array(a, (size_t)s->limit, sizeof *list);
    size_t n = 0;
    struct db_query *q;
    int32_t from = s->has_from ? s->from : date_of(1900, 1, 1);
    int32_t to = s->has_to ? s->to : date_of(2199, 12, 31);
    enum rc rc =
        db_query(db, &disclosure_result_list,
                 DB_ARGS(db_int(s->before ? s->before : INT64_MAX), asked(s->code), asked(s->code),
                         asked(s->name), asked(s->name), asked(s->department), asked(s->department),
                         asked(s->region), asked(s->region), asked(s->result_class),
                         asked(s->result_class), db_date(from), db_date(to), db_int(s->limit)),
                 &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK)
        fill(q, a, &list[n++]);
    *results = list;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

struct one {
    struct arena *arena;
    struct disclosure_result *result;
};

static void read_one(const struct db_query *q, void *data)
{
    struct one *one = data;
    size_t n;
    fill(q, one->arena, one->result);
    one->result->payload = db_col_dup(q, 10, one->arena);
    const void *hash = db_col_bytes(q, 11, &n);
    if (n == DIGEST_SIZE)
        hex_encode(one->result->payload_hash, hash, n);
}

enum rc disclosure_result(struct db *db, struct arena *a, int64_t id, struct disclosure_result *out)
{
    struct one one = { a, out };
    return db_one(db, &disclosure_result_select, DB_ARGS(db_int(id)), read_one, &one);
}

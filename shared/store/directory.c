#include "store/directory.h"

#define DIRECTORY_COLUMNS                                                                          \
    "SELECT r.id, r.code, r.department_id, d.region_code, r.name, r.refreshed_on,"                 \
    " (SELECT COUNT(*) FROM directory_entry e WHERE e.directory_id = r.id) FROM directory r"       \
    " JOIN department d ON d.id = r.department_id"

DB_STMT(directory_select, "t", "itittDi", DIRECTORY_COLUMNS " WHERE r.code = ?");

DB_STMT(directory_select_list, "iti", "itittDi",
        DIRECTORY_COLUMNS " WHERE r.department_id = ? AND r.code > ? ORDER BY r.code LIMIT ?");

struct one {
    struct arena *arena;
    struct directory *directory;
};

static void fill(const struct db_query *q, void *data)
{
    struct one *one = data;
    *one->directory = (struct directory){ .id = db_col_int(q, 0),
                                          .code = db_col_dup(q, 1, one->arena),
                                          .department_id = db_col_int(q, 2),
                                          .region = db_col_dup(q, 3, one->arena),
                                          .name = db_col_dup(q, 4, one->arena),
                                          .refreshed_on = db_col_date(q, 5),
                                          .entries = db_col_int(q, 6) };
}

enum rc directory_by_code(struct db *db, struct arena *a, const char *code, struct directory *out)
{
    struct one one = { a, out };
    return db_one(db, &directory_select, DB_ARGS(db_text(code)), fill, &one);
}

enum rc directory_list(struct db *db, struct arena *a, int64_t department_id, const char *after,
                       int64_t limit, const struct directory **list, size_t *count)
{
    struct directory *rows = arena_array(a, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &directory_select_list,
                          DB_ARGS(db_int(department_id), db_text(after), db_int(limit)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        struct one one = { a, &rows[n++] };
        fill(q, &one);
    }
    *list = rows;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

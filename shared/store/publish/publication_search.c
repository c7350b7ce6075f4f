#include <string.h>

#include "domain/publish/search.h"
#include "store/publish/publication.h"

DB_STMT(publication_suffix_insert, "ti", "",
        "INSERT INTO publication_suffix (suffix, publication_id) VALUES (?, ?)");

DB_STMT(publication_suffix_delete, "ti", "",
        "DELETE FROM publication_suffix WHERE suffix = ? AND publication_id = ?");
DB_STMT(publication_search_text, "i", "ttttD",
        "SELECT COALESCE(search_text, ''), COALESCE(region_code, ''), COALESCE(result_class, ''),"
        " COALESCE(department_name, ''), CAST(COALESCE(checked_on, '1970-01-01') AS DATE) FROM "
        "publication"
        " WHERE id = ?");

struct suffixes {
    struct db_val values[(SEARCH_ENTRY_MAX + SEARCH_FACETS) * 2];
    size_t n;
    int64_t publication_id;
};

static enum rc add(void *data, const char *suffix)
{
    struct suffixes *s = data;
    for (size_t i = 0; i < s->n; i += 2)
        if (strcmp(s->values[i].p, suffix) == 0)
            return RC_OK; /* a name that repeats itself */
    if (s->n == sizeof s->values / sizeof s->values[0])
        return RC_TOO_LARGE;
    s->values[s->n++] = db_text(suffix);
    s->values[s->n++] = db_int(s->publication_id);
    return RC_OK;
}

static enum rc with_each(struct db *db, struct arena *a, int64_t id,
                         const struct publication_frozen *f, const struct db_stmt *stmt)
{
    struct suffixes s = { .publication_id = id };
    const struct search_facet facet = { f->region, f->result_class, f->department_name };
    enum rc rc = search_suffixes(a, f->search_text, add, &s);
    if (rc == RC_OK && s.n)
        rc = search_facets(a, &facet, f->checked_on, add, &s);
    return rc == RC_OK && s.n ? db_bulk(db, stmt, s.values, s.n / 2) : rc;
}

enum rc publication_make_findable(struct db *db, struct arena *a, int64_t id,
                                  const struct publication_frozen *frozen)
{
    return with_each(db, a, id, frozen, &publication_suffix_insert);
}

struct found {
    struct arena *arena;
    struct publication_frozen by;
};

static void read_found(const struct db_query *q, void *data)
{
    struct found *f = data;
    f->by = (struct publication_frozen){ .search_text = db_col_dup(q, 0, f->arena),
                                         .region = db_col_dup(q, 1, f->arena),
                                         .result_class = db_col_dup(q, 2, f->arena),
                                         .department_name = db_col_dup(q, 3, f->arena),
                                         .checked_on = db_col_date(q, 4) };
}

enum rc publication_hide(struct db *db, struct arena *a, int64_t id)
{
    struct found found = { .arena = a };
    enum rc rc = db_one(db, &publication_search_text, DB_ARGS(db_int(id)), read_found, &found);
    return rc == RC_OK ? with_each(db, a, id, &found.by, &publication_suffix_delete) : rc;
}

#include <string.h>

#include "base/buf.h"
#include "domain/publish/search.h"
#include "store/publish/publication.h"

enum { TAGS_BYTES = 65535 }; /* of the column */

DB_STMT(publication_suffix_insert, "ti", "",
        "INSERT INTO publication_suffix (suffix, publication_id) VALUES (?, ?)");

DB_STMT(publication_suffix_delete, "ti", "",
        "DELETE FROM publication_suffix WHERE suffix = ? AND publication_id = ?");
DB_STMT(publication_search_text, "i", "ttttDtt",
        "SELECT COALESCE(search_text, ''), COALESCE(region_code, ''), COALESCE(result_class, ''),"
        " COALESCE(department_name, ''), CAST(COALESCE(checked_on, '1970-01-01') AS DATE),"
        " COALESCE(tags, ''), kind FROM publication WHERE id = ?");

struct tag_row {
    const char *kind;
    const char *code;
};
#define COL(member, ...) ROW_COL(struct tag_row, member, __VA_ARGS__)
static const struct row_set tag_rows =
    ROW_SET(struct tag_row, COL(kind, "tag.kind"), COL(code, "tag.code"));
#undef COL

DB_ROWS(publication_tag_select, "iiii", &tag_rows,
        " FROM (SELECT 's' AS kind, t.specialty AS code FROM task t WHERE t.section_id = ?"
        " UNION SELECT 'p', p.code FROM task t JOIN draw w ON w.id = t.draw_id"
        " JOIN plan p ON p.id = w.plan_id WHERE t.section_id = ?"
        " UNION SELECT 'i', item.code FROM check_result k"
        " JOIN inspection_item item ON item.id = k.item_id WHERE k.section_id = ?) tag"
        " ORDER BY tag.kind, tag.code LIMIT ?");

enum rc publication_tags(struct db *db, struct arena *a, int64_t section_id, const char **out)
{
    struct row_page page;
    struct buf text;
    const struct db_val section = db_int(section_id);
    enum rc rc = db_rows(db, a, &publication_tag_select, DB_ARGS(section, section, section),
                         SEARCH_TAGS, &page);
    if (rc != RC_OK)
        return rc;
    const struct tag_row *tags = page.v;
    buf_init(&text, a, TAGS_BYTES);
    buf_putc(&text, ',');
    for (size_t i = 0; i < page.n; i++)
        buf_puts(&text, search_tag(a, (enum search_tag)tags[i].kind[0], tags[i].code) + 1);
    *out = text.p;
    return text.full ? RC_TOO_LARGE : RC_OK;
}

enum { SUFFIXES = (SEARCH_ENTRY_MAX + SEARCH_FACETS) * 2 };
struct suffixes {
    struct db_val *values;
    size_t n;
    int64_t publication_id;
};

static enum rc add(void *data, const char *suffix)
{
    struct suffixes *s = data;
    for (size_t i = 0; i < s->n; i += 2)
        if (strcmp(s->values[i].p, suffix) == 0)
            return RC_OK; /* a name that repeats itself */
    if (s->n == SUFFIXES)
        return RC_TOO_LARGE;
    s->values[s->n++] = db_text(suffix);
    s->values[s->n++] = db_int(s->publication_id);
    return RC_OK;
}

static enum rc with_each(struct db *db, struct arena *a, int64_t id,
                         const struct publication_frozen *f, const struct db_stmt *stmt)
{
    struct suffixes s = { .values = arena_array(a, SUFFIXES, sizeof *s.values),
                          .publication_id = id };
    const struct search_found found = {
        .facet = { f->region, f->result_class, f->kind, f->department_name },
        .tags = f->tags,
        .day = f->checked_on,
    };
    enum rc rc = search_suffixes(a, f->search_text, add, &s);
    if (rc == RC_OK && s.n)
        rc = search_facets(a, &found, add, &s);
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
                                         .checked_on = db_col_date(q, 4),
                                         .tags = db_col_dup(q, 5, f->arena),
                                         .kind = db_col_dup(q, 6, f->arena) };
}

enum rc publication_hide(struct db *db, struct arena *a, int64_t id)
{
    struct found found = { .arena = a };
    enum rc rc = db_one(db, &publication_search_text, DB_ARGS(db_int(id)), read_found, &found);
    return rc == RC_OK ? with_each(db, a, id, &found.by, &publication_suffix_delete) : rc;
}

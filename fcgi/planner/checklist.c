/* Checklists of inspection items: published as JSON, never changed. */
#include "planner/routes.h"

#include "base/text.h"
#include "store/checklist.h"

struct checklist_query {
    const char *item;
    int64_t after;
    int64_t limit;
};

static const struct web_field query_fields[] = {
    { "item", WEB_TEXT, offsetof(struct checklist_query, item), false, 1, CHECKLIST_ITEM_MAX, 0,
      NULL },
    PLANNER_PAGE_FIELDS(struct checklist_query),
    { .name = NULL },
};
const struct web_input planner_checklist_query = { query_fields, sizeof(struct checklist_query) };

static void write_row(struct jsonw *w, const struct checklist_row *row)
{
    jw_int(w, "id", row->id);
    jw_text(w, "item", row->item);
    jw_int(w, "version", row->version);
    jw_text(w, "title", row->title);
    jw_text(w, "sha256", row->sha256);
    jw_instant(w, "published_at", row->published_at);
}

/* GET checklists?item= */
enum rc planner_checklist_list(struct web_ctx *c)
{
    const struct checklist_query *query = c->query;
    int64_t limit = planner_limit(query->limit);
    struct checklist_row *rows;
    size_t n;
    enum rc rc = checklist_list(c->db, c->arena, query->item, query->after, limit, &rows, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "checklists");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        write_row(w, &rows[i]);
        jw_end(w);
    }
    return planner_page_end(c, w, limit, n, n ? rows[n - 1].id : 0);
}

/* GET checklists/{item}/{version} */
enum rc planner_checklist_show(struct web_ctx *c)
{
    struct checklist_row row = { .id = 0 };
    int64_t version;
    if (!int_parse(web_param(c, "version"), 1, CHECKLIST_VERSION_MAX, &version))
        return web_fail(c, RC_NOT_FOUND, "", "没有这一版检查表");
    enum rc rc = checklist_show(c->db, c->arena, web_param(c, "item"), version, &row);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这一版检查表");
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    write_row(w, &row);
    jw_raw(w, "checklist", row.body);
    return web_json_end(c);
}

/* POST checklists: all of the file or none, for items of the department's specialties */
enum rc planner_checklist_publish(struct web_ctx *c)
{
    struct checklist_counts counts;
    enum rc rc = checklist_publish(c->db, c->arena, c->body, c->body_size, c->actor.department_id,
                                   c->now, &counts, &c->err);
    if (rc != RC_OK)
        return rc;
    c->audit.target = "checklists";
    struct jsonw *w = web_json(c, 201);
    jw_int(w, "created", counts.created);
    jw_int(w, "unchanged", counts.unchanged);
    return web_json_end(c);
}

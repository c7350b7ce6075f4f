#include "store/import.h"

#include <stdio.h>
#include <string.h>

#include "planner/routes.h"
#include "store/directory.h"
#include "store/import_report.h"

/*
 * A file comes as the body, at most WEB_LARGE_MAX bytes; a larger one comes as several files, each with
 * the header line, and each call is one transaction. What is the whole of a directory is continued by
 * further parts, and changes nothing before it is applied.
 */

struct query {
    const char *kind;
    const char *mode;
    const char *encoding;
    const char *name;
    const char *change;
    const char *after;
    int64_t after_line;
    int64_t limit;
};

#define ENCODING                                                                                   \
    {                                                                                              \
        "encoding", WEB_TEXT, offsetof(struct query, encoding), false, 1, 10, 0, NULL              \
    }
#define NAME                                                                                       \
    {                                                                                              \
        "name", WEB_TEXT, offsetof(struct query, name), false, 1, 120, 0, NULL                     \
    }
#define LIMIT                                                                                      \
    {                                                                                              \
        "limit", WEB_INT, offsetof(struct query, limit), false, 1, IMPORT_PAGE_MAX, 0, NULL        \
    }

static const struct web_field directory_fields[] = {
    { "mode", WEB_TEXT, offsetof(struct query, mode), false, 1, 10, 0, NULL },
    ENCODING,
    NAME,
    { .name = NULL },
};
const struct web_input planner_import_directory_query = { directory_fields, sizeof(struct query) };

static const struct web_field kind_fields[] = {
    { "kind", WEB_TEXT, offsetof(struct query, kind), true, 1, 20, 0, NULL },
    ENCODING,
    NAME,
    { .name = NULL },
};
const struct web_input planner_import_kind_query = { kind_fields, sizeof(struct query) };

static const struct web_field part_fields[] = { ENCODING, { .name = NULL } };
const struct web_input planner_import_part_query = { part_fields, sizeof(struct query) };

static const struct web_field line_fields[] = {
    { "after", WEB_INT, offsetof(struct query, after_line), false, 0, INT32_MAX, 0, NULL },
    LIMIT,
    { .name = NULL },
};
const struct web_input planner_import_line_query = { line_fields, sizeof(struct query) };

static const struct web_field change_fields[] = {
    { "kind", WEB_TEXT, offsetof(struct query, change), false, 1, 10, 0, NULL },
    { "after", WEB_TEXT, offsetof(struct query, after), false, 1, 18, 0, NULL },
    LIMIT,
    { .name = NULL },
};
const struct web_input planner_import_change_query = { change_fields, sizeof(struct query) };

/* ---- what is there ----------------------------------------------------------------------------- */

static enum rc reply(struct web_ctx *c, int status, const struct import_record *r)
{
    struct import_differences d = { .created = 0 };
    enum rc rc = r->whole ? import_differences(c->db, r->id, &d) : RC_OK;
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "import:%lld", (long long)r->id);
    import_report_json(web_json(c, status), r, r->whole ? &d : NULL);
    return web_json_end(c);
}

/* The import that the path names; it must be one of the actor's department. */
static enum rc own_import(struct web_ctx *c, struct import_record *r)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc == RC_OK)
        rc = import_by_id(c->db, c->arena, id, r);
    if (rc == RC_NOT_FOUND && !c->err.detail[0])
        return web_fail(c, rc, "", "没有编号为“%.40s”的导入", web_param(c, "id"));
    if (rc == RC_OK && r->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该导入属于其他部门");
    return rc;
}

enum rc planner_import_show(struct web_ctx *c)
{
    struct import_record r = { .id = 0 };
    enum rc rc = own_import(c, &r);
    return rc == RC_OK ? reply(c, 200, &r) : rc;
}

enum rc planner_import_lines(struct web_ctx *c)
{
    const struct query *in = c->query;
    const struct import_line *lines = NULL;
    struct import_record r = { .id = 0 };
    size_t n = 0;
    int64_t limit = planner_limit(in->limit);
    enum rc rc = own_import(c, &r);
    if (rc == RC_OK)
        rc = import_lines(c->db, c->arena, r.id, in->after_line, limit, &lines, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "lines");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_int(w, "line", lines[i].line);
        jw_text(w, "outcome", lines[i].refused ? "refused" : "flagged");
        jw_text(w, "field", lines[i].field);
        jw_text(w, "code", lines[i].code);
        jw_text(w, "reason", lines[i].reason);
        jw_end(w);
    }
    jw_end(w);
    if (n == (size_t)limit)
        jw_int(w, "next", lines[n - 1].line);
    else
        jw_null(w, "next");
    return web_json_end(c);
}

enum rc planner_import_changes(struct web_ctx *c)
{
    const struct query *in = c->query;
    const struct import_change *changes = NULL;
    struct import_record r = { .id = 0 };
    size_t n = 0;
    int64_t limit = planner_limit(in->limit);
    enum rc rc = own_import(c, &r);
    if (rc == RC_OK)
        rc = import_changes(c->db, c->arena, r.id, in->change ? in->change : "",
                            in->after ? in->after : "", limit, &changes, &n);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_array(w, "changes");
    for (size_t i = 0; i < n; i++) {
        jw_object(w, NULL);
        jw_text(w, "code", changes[i].code);
        jw_text(w, "kind", changes[i].kind);
        jw_text(w, "name", changes[i].name);
        jw_text(w, "fields", changes[i].fields);
        jw_end(w);
    }
    jw_end(w);
    jw_text(w, "next", n == (size_t)limit ? changes[n - 1].code : NULL);
    return web_json_end(c);
}

typedef enum rc csv_writer(struct db *db, struct arena *a, int64_t id, struct buf *out);

static enum rc reply_csv(struct web_ctx *c, csv_writer *writer)
{
    struct import_record r = { .id = 0 };
    enum rc rc = own_import(c, &r);
    if (rc != RC_OK)
        return rc;
    web_header(c, "Content-Disposition",
               arena_printf(c->arena, "attachment; filename=\"import-%lld.csv\"", (long long)r.id));
    return writer(c->db, c->arena, r.id, web_body(c, 200, "text/csv; charset=utf-8"));
}

enum rc planner_import_report(struct web_ctx *c)
{
    return reply_csv(c, import_report_csv);
}

enum rc planner_import_differences(struct web_ctx *c)
{
    return reply_csv(c, import_changes_csv);
}

/* ---- a file ------------------------------------------------------------------------------------ */

static enum rc take_file(struct web_ctx *c, const struct import_request *wanted)
{
    struct import_request request = *wanted;
    const struct query *in = c->query;
    const struct import_by by = { c->actor.department_id };
    struct import_record record = { .id = 0 };
    request.by = &by;
    request.now = c->now;
    request.name = in->name ? in->name : arena_printf(c->arena, "请求 %s", c->request_id);
    if (!csv_encoding_parse(in->encoding ? in->encoding : "auto", &request.encoding))
        return web_fail(c, RC_INVALID, "/encoding", "编码须为 auto、utf-8 或 gb18030");
    if (!c->body_size)
        return web_fail(c, RC_INVALID, "", "请求正文为空");
    FILE *body = fmemopen((void *)(uintptr_t)c->body, c->body_size, "r");
    if (!body)
        return web_fail(c, RC_INTERNAL, "", "fmemopen");
    enum rc rc = import_file(c->db, c->arena, &request, body, &record, &c->err);
    (void)fclose(body);
    if (rc != RC_OK)
        c->err.pointer[0] = '\0'; /* a column's name is no place in a JSON body */
    return rc == RC_OK ? reply(c, 201, &record) : rc;
}

enum rc planner_import_subjects(struct web_ctx *c)
{
    const struct query *in = c->query;
    struct import_request request = { .kind = "subjects" };
    struct directory directory = { .id = 0 };
    const char *code = web_param(c, "code");
    if (in->mode && strcmp(in->mode, "add") != 0 && strcmp(in->mode, "refresh") != 0)
        return web_fail(c, RC_INVALID, "/mode", "方式须为 add 或 refresh");
    enum rc rc = directory_by_code(c->db, c->arena, code, &directory);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有编号为“%.40s”的名录", code);
    if (rc == RC_OK && directory.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "名录 %s 属于其他部门", directory.code);
    if (rc != RC_OK)
        return rc;
    request.directory = directory.code;
    request.whole = in->mode && strcmp(in->mode, "refresh") == 0;
    return take_file(c, &request);
}

enum rc planner_import_create(struct web_ctx *c)
{
    const struct query *in = c->query;
    struct import_request request = { .kind = in->kind };
    if (!import_title(in->kind) || strcmp(in->kind, "subjects") == 0)
        return web_fail(c, RC_INVALID, "/kind",
                        "种类须为 directories、inspectors、items、listings 或 history；"
                        "检查对象导入到名录");
    return take_file(c, &request);
}

enum rc planner_import_part(struct web_ctx *c)
{
    struct import_record r = { .id = 0 };
    struct import_request request = { .kind = "subjects" };
    enum rc rc = own_import(c, &r);
    if (rc != RC_OK)
        return rc;
    request.directory = r.directory;
    request.continued = r.id;
    return take_file(c, &request);
}

enum rc planner_import_apply(struct web_ctx *c)
{
    struct import_record r = { .id = 0 };
    enum rc rc = own_import(c, &r);
    if (rc == RC_OK)
        rc = import_apply(c->db, c->arena, &r, c->now, &c->err);
    if (rc == RC_OK)
        rc = import_by_id(c->db, c->arena, r.id, &r);
    return rc == RC_OK ? reply(c, 200, &r) : rc;
}

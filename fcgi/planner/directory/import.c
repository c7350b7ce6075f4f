#include "import/import.h"

#include <stdio.h>
#include <string.h>

#include "import/import_report.h"
#include "planner/directory/directory.h"
#include "planner/routes.h"

/*
 * A file comes as the body, at most WEB_LARGE_MAX bytes; a larger one comes as several files, each
 * with the header line, and each call is one transaction. What is the whole of a directory is
 * continued by further parts, and changes nothing before it is applied.
 */

struct query {
    const char *kind;
    const char *mode;
    const char *encoding;
    const char *name;
    const char *sheet;
    const char *columns;
};

#define TABLE                                                                                      \
    ENCODING, WEB_FIELD(struct query, sheet, "工作表（默认为第一个可见的）", .max = 31),           \
        WEB_FIELD(struct query, columns, "列的对应（文件中的列=列名;…）", .max = 2000)
#define ENCODING                                                                                   \
    WEB_FIELD(struct query, encoding, "CSV 的编码（auto、utf-8、gb18030、utf-16le 或 utf-16be）",  \
              .max = 10)
#define NAME WEB_FIELD(struct query, name, "文件名", .max = 120)

const struct web_input planner_import_directory_query =
    WEB_INPUT(struct query, WEB_FIELD(struct query, mode, "方式", .max = 10), TABLE, NAME);

const struct web_input planner_import_kind_query = WEB_INPUT(
    struct query, WEB_FIELD(struct query, kind, "种类", .required = true, .max = 20), TABLE, NAME);

const struct web_input planner_import_part_query = WEB_INPUT(struct query, TABLE);

/* ---- what is there --------------------------------------------------------------------------- */

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

enum rc planner_import_scope(struct web_ctx *c, struct db_val *scope)
{
    struct import_record r = { .id = 0 };
    enum rc rc = own_import(c, &r);
    if (rc == RC_OK)
        scope[0] = db_int(r.id);
    return rc;
}

/* ---- a file ---------------------------------------------------------------------------------- */

static enum rc take_file(struct web_ctx *c, const struct import_request *wanted)
{
    struct import_request request = *wanted;
    const struct query *in = c->query;
    const struct import_by by = { c->actor.department_id, c->actor.id };
    struct import_record record = { .id = 0 };
    request.by = &by;
    request.person_keys = &c->settings->person_keys;
    request.now = c->now;
    request.name = in->name ? in->name : arena_printf(c->arena, "请求 %s", c->request_id);
    request.sheet = in->sheet;
    request.columns = in->columns;
    if (!csv_encoding_parse(in->encoding ? in->encoding : "auto", &request.encoding))
        return web_fail(c, RC_INVALID, "/encoding",
                        "编码须为 auto、utf-8、gb18030、utf-16le 或 utf-16be");
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
    if (in->mode && strcmp(in->mode, "add") != 0 && strcmp(in->mode, "refresh") != 0)
        return web_fail(c, RC_INVALID, "/mode", "方式须为 add 或 refresh");
    enum rc rc = planner_own_directory(c, &directory);
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

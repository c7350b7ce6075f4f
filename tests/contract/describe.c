/*
 * Writes fcgi/planner/openapi.yaml on standard output: the planner's API, from its table of routes,
 * its inputs, lists and rows. What a handler writes by hand is described by hand, under the name of
 * the action, in the file that is the argument (fcgi/planner/replies.yaml).
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "planner/routes.h"

#define PREFIX "/planner/v1"

/* How deep a line stands: the document is YAML of mappings and sequences, two blanks a level. */
static void line(int depth, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(int depth, const char *format, ...)
{
    va_list args;
    (void)printf("%*s", 2 * depth, "");
    va_start(args, format);
    (void)vprintf(format, args);
    va_end(args);
    (void)putchar('\n');
}

/* A text as YAML takes it anywhere. */
static const char *quoted(struct arena *a, const char *text)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, a, 65536);
    jw_init(&w, &out);
    jw_text(&w, NULL, text);
    return out.p;
}

static void labels(struct arena *a, int depth, const struct row_label *all, bool nullable)
{
    line(depth, "enum:");
    for (const struct row_label *l = all; l->value; l++)
        line(depth, "- %s", quoted(a, l->value));
    if (nullable)
        line(depth, "- null");
    line(depth, "x-labels:");
    for (const struct row_label *l = all; l->value; l++)
        line(depth + 1, "%s: %s", quoted(a, l->value), quoted(a, l->text));
}

/* ---- rows ------------------------------------------------------------------------------------ */

static const char *column_type(const struct row_col *c)
{
    switch (c->type) {
    case ROW_INT:
        return c->instant ? "string" : "integer";
    case ROW_REAL:
        return "number";
    case ROW_BOOL:
        return "boolean";
    default:
        return "string";
    }
}

static void column(struct arena *a, int depth, const struct row_col *c)
{
    if (c->json) { /* whatever the text holds */
        line(depth, "%s: { title: %s }", c->member, quoted(a, c->title ? c->title : c->member));
        return;
    }
    line(depth, "%s:", c->member);
    if (c->title)
        line(depth + 1, "title: %s", quoted(a, c->title));
    if (c->nullable)
        line(depth + 1, "type: [%s, 'null']", column_type(c));
    else
        line(depth + 1, "type: %s", column_type(c));
    if (c->instant)
        line(depth + 1, "format: date-time");
    if (c->type == ROW_DATE)
        line(depth + 1, "format: date");
    if (c->type == ROW_HEX)
        line(depth + 1, "pattern: '^[0-9a-f]{%zu}$'", c->size - 1);
    if (c->width)
        line(depth + 1, "x-width: %d", c->width);
    if (c->note)
        line(depth + 1, "description: %s", quoted(a, c->note));
    if (c->labels)
        labels(a, depth + 1, c->labels, c->nullable);
}

/* "struct section" is section. */
static const char *set_name(const struct row_set *set)
{
    const char *blank = strrchr(set->name, ' ');
    return blank ? blank + 1 : set->name;
}

static void describe_set(struct arena *a, const struct row_set *set)
{
    line(2, "%s:", set_name(set));
    line(3, "type: object");
    line(3, "additionalProperties: false");
    line(3, "required:");
    for (const struct row_col *c = set->columns; c->member; c++)
        if (!c->hidden)
            line(3, "- %s", c->member);
    line(3, "properties:");
    for (const struct row_col *c = set->columns; c->member; c++)
        if (!c->hidden)
            column(a, 4, c);
}

static const struct row_set *set_of(const struct web_route *r)
{
    return r->list ? r->list->rows : r->row;
}

static void describe_sets(struct arena *a)
{
    for (const struct web_route *r = planner_routes; r->path; r++) {
        bool told = false;
        for (const struct web_route *before = planner_routes; before < r; before++)
            told = told || set_of(before) == set_of(r);
        if (set_of(r) && !told)
            describe_set(a, set_of(r));
    }
}

/* ---- inputs ---------------------------------------------------------------------------------- */

static void describe_input(struct arena *a, int depth, const struct web_input *in);

static void text_field(struct arena *a, int depth, const struct web_field *f)
{
    line(depth, "type: string");
    if (f->labels) {
        labels(a, depth, f->labels, false);
        return;
    }
    line(depth, "minLength: %" PRId64, f->min || f->empty ? f->min : 1);
    line(depth, "maxLength: %" PRId64, f->max ? f->max : (int64_t)WEB_TEXT_MAX);
}

static void number_field(int depth, const struct web_field *f, const char *type)
{
    line(depth, "type: %s", type);
    line(depth, "minimum: %" PRId64, f->min);
    if (f->max)
        line(depth, "maximum: %" PRId64, f->max);
}

static void array_field(struct arena *a, int depth, const struct web_field *f)
{
    line(depth, "type: array");
    line(depth, "minItems: %" PRId64, f->min);
    if (f->max)
        line(depth, "maxItems: %" PRId64, f->max);
    line(depth, "items:");
    if (f->of)
        describe_input(a, depth + 1, f->of);
    else
        line(depth + 1, "type: string");
}

static void field_type(struct arena *a, int depth, const struct web_field *f)
{
    switch (f->type) {
    case WEB_TEXT:
        text_field(a, depth, f);
        break;
    case WEB_INT:
        if (!f->instant) {
            number_field(depth, f, "integer");
            break;
        }
        line(depth, "type: string");
        line(depth, "format: date-time");
        break;
    case WEB_REAL:
        number_field(depth, f, "number");
        break;
    case WEB_BOOL:
        line(depth, "type: boolean");
        break;
    case WEB_DATE:
        line(depth, "type: string");
        line(depth, "format: date");
        break;
    case WEB_TEXTS:
    case WEB_OBJECTS:
        array_field(a, depth, f);
        break;
    case WEB_OBJECT:
        line(depth, "type: object");
        break;
    }
}

static bool any_required(const struct web_input *in)
{
    for (const struct web_field *f = in->fields; f->name; f++)
        if (f->required)
            return true;
    return false;
}

static void describe_input(struct arena *a, int depth, const struct web_input *in)
{
    line(depth, "type: object");
    line(depth, "additionalProperties: false");
    if (any_required(in))
        line(depth, "required:");
    for (const struct web_field *f = in->fields; f->name; f++)
        if (f->required)
            line(depth, "- %s", f->name);
    line(depth, "properties:");
    for (const struct web_field *f = in->fields; f->name; f++) {
        line(depth + 1, "%s:", f->name);
        line(depth + 2, "title: %s", quoted(a, f->title));
        field_type(a, depth + 2, f);
    }
}

/* ---- operations ------------------------------------------------------------------------------ */

static void query_parameter(struct arena *a, const char *name, const char *title, bool required)
{
    line(4, "- name: %s", name);
    line(5, "in: query");
    if (required)
        line(5, "required: true");
    line(5, "description: %s", quoted(a, title));
    line(5, "schema:");
}

static void filter_type(struct arena *a, const struct list_filter *f)
{
    if (f->type == 'i') {
        line(6, "type: integer");
        if (f->yes)
            line(6, "enum: [0, 1]");
        return;
    }
    line(6, "type: string");
    if (f->type == 'D')
        line(6, "format: date");
    if (f->labels)
        labels(a, 6, f->labels, false);
    if (f->initial)
        line(6, "default: %s", quoted(a, f->initial));
}

static void list_parameters(struct arena *a, const struct list *l)
{
    for (const struct list_filter *f = l->filters; f && f->name; f++) {
        query_parameter(a, f->name, f->title, false);
        filter_type(a, f);
    }
    query_parameter(a, "sort", "排序的栏；前加“-”则倒序", false);
    line(6, "enum:");
    for (const struct list_order *o = l->orders; o->member; o++) {
        line(6, "- %s", o->member);
        line(6, "- -%s", o->member);
    }
    line(4, "- $ref: '#/components/parameters/After'");
    line(4, "- $ref: '#/components/parameters/Limit'");
    line(4, "- $ref: '#/components/parameters/Count'");
    line(4, "- $ref: '#/components/parameters/Format'");
}

static void path_parameters(const char *path)
{
    for (const char *p = strchr(path, '{'); p; p = strchr(p + 1, '{')) {
        line(4, "- name: %.*s", (int)strcspn(p + 1, "}"), p + 1);
        line(5, "in: path");
        line(5, "required: true");
        line(5, "schema: { type: string }");
    }
}

static void parameters(struct arena *a, const struct web_route *r)
{
    bool changes = r->versioned && r->method != WEB_GET;
    if (!r->list && !r->query && !changes && !strchr(r->path, '{'))
        return;
    line(3, "parameters:");
    path_parameters(r->path);
    if (changes)
        line(4, "- $ref: '#/components/parameters/IfMatch'");
    if (r->list)
        list_parameters(a, r->list);
    for (const struct web_field *f = r->query ? r->query->fields : NULL; f && f->name; f++) {
        query_parameter(a, f->name, f->title, f->required);
        field_type(a, 6, f);
    }
}

static void request_body(struct arena *a, const struct web_route *r)
{
    if (!r->body && !r->raw)
        return;
    line(3, "requestBody:");
    line(4, "required: true");
    line(4, "content:");
    for (const char *const *type = r->raw; type && *type; type++)
        line(5, "%s: {}", *type);
    if (!r->body)
        return;
    line(5, "application/json:");
    line(6, "schema:");
    describe_input(a, 7, r->body);
}

static void list_reply(const struct list *l)
{
    line(4, "'200':");
    line(5, "description: %s", l->title);
    line(5, "headers: { Content-Disposition: { schema: { type: string } } }");
    line(5, "content:");
    line(6, "application/json:");
    line(7, "schema:");
    line(8, "type: object");
    line(8, "additionalProperties: false");
    line(8, "required: [%s, next]", l->name);
    line(8, "properties:");
    line(9, "%s:", l->name);
    line(10, "type: array");
    line(10, "items: { $ref: '#/components/schemas/%s' }", set_name(l->rows));
    line(9, "next: { type: [string, 'null'] }");
    line(9, "total: { type: integer, maximum: %d }", LIST_COUNT_MAX);
    line(9, "total_is_more: { type: boolean }");
    line(6, "text/csv: {}");
    line(6, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet: {}");
}

static void responses(const struct web_route *r)
{
    line(3, "responses:");
    if (r->list)
        list_reply(r->list);
    else if (r->row)
        line(4,
             "'%s': { description: ok,%s content: { application/json: { schema:"
             " { $ref: '#/components/schemas/%s' } } } }",
             r->method == WEB_POST ? "2XX" : "200",
             r->versioned ? " headers: { ETag: { schema: { type: string } } }," : "",
             set_name(r->row));
    else
        line(4, "2XX: { $ref: '#/components/responses/%s' }", r->name);
    line(4, "4XX: { $ref: '#/components/responses/Problem' }");
    line(4, "5XX: { $ref: '#/components/responses/Problem' }");
}

static void operation(struct arena *a, const struct web_route *r)
{
    static const char *const verbs[WEB_METHODS] = { "get",   "head",   "post",   "put",
                                                    "patch", "delete", "options" };
    line(2, "%s:", verbs[r->method]);
    line(3, "operationId: %s", r->name);
    if (r->who & WEB_ANYONE)
        line(3, "security: []");
    line(3, "x-roles: %s",
         quoted(a, r->who & WEB_ANYONE    ? "anyone"
                   : r->who & WEB_SESSION ? "session"
                                          : roles_format(a, r->who)));
    parameters(a, r);
    request_body(a, r);
    responses(r);
}

static void paths(struct arena *a)
{
    (void)puts("\npaths:");
    for (const struct web_route *r = planner_routes; r->path; r++) {
        bool told = false;
        for (const struct web_route *before = planner_routes; before < r; before++)
            told = told || strcmp(before->path, r->path) == 0;
        if (told)
            continue;
        line(1, "%s:", r->path + strlen(PREFIX));
        for (const struct web_route *same = r; same->path; same++)
            if (strcmp(same->path, r->path) == 0)
                operation(a, same);
    }
}

static const char head[] =
    "# Made by tests/contract/describe from the planner's routes, inputs, lists and rows, and "
    "from\n"
    "# replies.yaml beside it. Not for editing: `tests/one --planner-api` makes it anew.\n"
    "openapi: 3.1.0\n"
    "info:\n"
    "  title: Liancha planner\n"
    "  version: '1'\n"
    "  description: |\n"
    "    The API of the departments' officials, served by liancha-planner. All times are RFC 3339 "
    "in\n"
    "    UTC with milliseconds; dates are those of UTC+8. All faults are problems (RFC 9457) "
    "whose\n"
    "    `type` is stable and whose `detail` is Chinese, for a person.\n"
    "\n"
    "    Imports and task tables take a table as an official has it: a workbook (XLSX), or CSV in\n"
    "    UTF-8, GB18030 or UTF-16. Titles may stand above the header, headers and values may be\n"
    "    Chinese words of the field, dates begin with the year. `columns` says what other headers\n"
    "    are, as `header=column;header=-` (`-`: not imported), where a column is one of these:\n"
    "    directories have code, department, name, refreshed_on; subjects code (or licence), name,\n"
    "    type, address, region, lon, lat, state, credit_class, key, complaints, specialties,\n"
    "    verified_on, synthetic, former_code; inspectors card_no, name, department,\n"
    "    card_expires_on, specialties, areas, on_duty, max_daily, max_total, synthetic,\n"
    "    telephone; items code, specialty, name, category, method, legal_basis, content, version;\n"
    "    listings code, list, listed_on, removed_on, authority, reason; history code,\n"
    "    department, checked_on, result_class.\n"
    "servers:\n"
    "  - url: /liancha/planner/v1\n"
    "security:\n"
    "  - session: []\n"
    "  - page: []\n";

static const char shared[] =
    "\ncomponents:\n"
    "  securitySchemes:\n"
    "    session: { type: http, scheme: bearer }\n"
    "    page:\n"
    "      type: apiKey\n"
    "      in: cookie\n"
    "      name: __Secure-liancha\n"
    "      description: |\n"
    "        Of the office's pages, which send `X-Liancha-Console: 1` with each request, also to\n"
    "        sign in. Without TLS (`cookie_secure=no`) its name is `liancha`.\n"
    "  parameters:\n"
    "    After:\n"
    "      { name: after, in: query, description: \"上一页的 next\", schema: { type: string } }\n"
    "    Limit:\n"
    "      { name: limit, in: query, description: \"每页条数\",\n"
    "        schema: { type: integer, minimum: 1, maximum: 200, default: 50 } }\n"
    "    Count:\n"
    "      { name: count, in: query, description: \"1：同时给出总数，至多 10000\",\n"
    "        schema: { type: integer, enum: [0, 1] } }\n"
    "    IfMatch:\n"
    "      { name: If-Match, in: header, schema: { type: string },\n"
    "        description: \"所见版本的 ETag；新建时不给出\" }\n"
    "    Format:\n"
    "      { name: format, in: query, description: \"以表格给出全部记录，并记入日志\",\n"
    "        schema: { type: string, enum: [csv, xlsx] } }\n";

static int copy(const char *path)
{
    char piece[4096];
    size_t n;
    FILE *in = fopen(path, "r");
    if (!in) {
        perror(path);
        return EXIT_FAILURE;
    }
    while ((n = fread(piece, 1, sizeof piece, in)) > 0)
        (void)fwrite(piece, 1, n, stdout);
    (void)fclose(in);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new((size_t)64 << 20);
    if (argc != 2)
        return 2;
    (void)fputs(head, stdout);
    paths(a);
    (void)fputs(shared, stdout);
    (void)puts("  schemas:");
    describe_sets(a);
    arena_free(a);
    return copy(argv[1]);
}

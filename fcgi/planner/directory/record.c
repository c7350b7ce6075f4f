/*
 * One subject in a directory, one inspector, one item, changed by a page. It goes the way of a file
 * (import/import.h), as a table of one line: by the same rules, with the same owners, told in the
 * same places. Whoever changes what is there names the version that he saw (If-Match).
 */
#include "planner/directory/directory.h"

#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/digest.h"
#include "base/text.h"
#include "domain/directory/citizen.h"
#include "import/import.h"
#include "planner/routes.h"
#include "store/directory/department.h"
#include "store/directory/inspector_line.h"
#include "store/directory/reference.h"
#include "store/directory/subject_record.h"
#include "store/directory/vocabulary.h"

enum { ETAG_HEX = 16, REMARKS_MAX = 20 };

/* ---- versions -------------------------------------------------------------------------------- */

struct present {
    const char *json; /* NULL: there is no such object yet */
    const char *etag;
};

/* An object as it is, and the version that stands for that. */
static struct present present_of(struct web_ctx *c, const struct row_set *set, const void *row)
{
    struct buf out;
    struct jsonw w;
    char hex[DIGEST_HEX];
    buf_init(&out, c->arena, 65536);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    row_put(&w, set, row);
    jw_end(&w);
    digest_hex(DIGEST_SHA256, out.p, out.n, hex);
    return (struct present){ out.p, arena_printf(c->arena, "\"%.*s\"", ETAG_HEX, hex) };
}

/* Proxies that compress a reply mark its version as a weak one (RFC 9110 8.8.1). */
static bool same_version(const char *given, const char *etag)
{
    return strcmp(strncmp(given, "W/", 2) == 0 ? given + 2 : given, etag) == 0;
}

/* Whether the author of a change saw the object as it is, or that there is none. */
static enum rc check_version(struct web_ctx *c, const struct present *now)
{
    const char *given = web_request_header(c, "HTTP_IF_MATCH");
    if (!now->json)
        return given ? web_fail(c, RC_NOT_FOUND, "", "该记录已不存在") : RC_OK;
    if (given && same_version(given, now->etag))
        return RC_OK;
    c->present = now->json;
    return given ? web_fail(c, RC_STALE, "", "该记录在您查看之后已被更改，请核对后再保存")
                 : web_fail(c, RC_STALE, "", "该记录已经存在，请核对后再保存");
}

static enum rc show(struct web_ctx *c, const struct row_set *set, const void *row)
{
    const struct present now = present_of(c, set, row);
    web_header(c, "ETag", now.etag);
    return web_row(c, 200, set, row);
}

/* ---- a table of one line --------------------------------------------------------------------- */

struct line {
    struct buf head;
    struct buf values;
};

static void line_init(struct web_ctx *c, struct line *l)
{
    buf_init(&l->head, c->arena, 4096);
    buf_init(&l->values, c->arena, 65536);
}

static void put(struct line *l, const char *column, const char *value)
{
    buf_printf(&l->head, "%s%s", l->head.n ? "," : "", column);
    buf_puts(&l->values, l->values.n ? ",\"" : "\"");
    for (const char *p = value ? value : ""; *p; p++) {
        if (*p == '"')
            buf_puts(&l->values, "\"");
        buf_printf(&l->values, "%c", *p);
    }
    buf_puts(&l->values, "\"");
}

static void put_int(struct web_ctx *c, struct line *l, const char *column, int64_t value)
{
    put(l, column, arena_printf(c->arena, "%lld", (long long)value));
}

static void put_date(struct line *l, const char *column, int32_t value)
{
    char text[DATE_TEXT];
    date_format(text, value);
    put(l, column, text);
}

static void put_texts(struct web_ctx *c, struct line *l, const char *column,
                      const struct web_texts *texts)
{
    struct buf b;
    buf_init(&b, c->arena, 65536);
    for (size_t i = 0; i < texts->n; i++)
        buf_printf(&b, "%s%s", i ? ";" : "", texts->v[i]);
    put(l, column, b.n ? b.p : "");
}

/* What the import says of the line: a refusal, beside the field where that is one. */
static enum rc verdict(struct web_ctx *c, const struct import_record *record,
                       struct row_page *remarks)
{
    const struct db_val scope[] = { db_int(record->id) };
    const struct list_ask ask = { .scope = scope };
    enum rc rc = list_page(c->db, c->arena, &import_line_list, &ask, REMARKS_MAX, remarks, &c->err);
    if (rc != RC_OK || record->counts.accepted == 1)
        return rc;
    const struct import_line *line = remarks->n ? remarks->v : NULL;
    return web_fail(c, RC_INVALID, line ? arena_printf(c->arena, "/%s", line->field) : "", "%s",
                    line ? line->reason : "没有可保存的内容");
}

static enum rc take(struct web_ctx *c, const char *kind, const char *directory, struct line *l,
                    struct import_record *record)
{
    const struct import_by by = { c->actor.department_id, c->actor.id };
    const struct import_request request = { .kind = kind,
                                            .name = "网页逐条录入",
                                            .directory = directory,
                                            .encoding = CSV_PLAIN,
                                            .by = &by,
                                            .person_keys = &c->settings->person_keys,
                                            .now = c->now };
    char *text = arena_printf(c->arena, "%s\n%s\n", l->head.p, l->values.p);
    struct row_page remarks = { .n = 0 };
    FILE *in = fmemopen(text, strlen(text), "r");
    if (!in)
        return web_fail(c, RC_INTERNAL, "", "fmemopen");
    enum rc rc = import_file(c->db, c->arena, &request, in, record, &c->err);
    (void)fclose(in);
    if (rc == RC_OK)
        rc = verdict(c, record, &remarks);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, record->counts.created ? 201 : 200);
    jw_text(w, "change",
            record->counts.created   ? "created"
            : record->counts.changed ? "changed"
                                     : "unchanged");
    jw_array(w, "remarks");
    for (size_t i = 0; i < remarks.n; i++)
        jw_text(w, NULL, ((const struct import_line *)remarks.v)[i].reason);
    jw_end(w);
    return web_json_end(c);
}

/* ---- subjects -------------------------------------------------------------------------------- */

struct subject_body {
    const char *name;
    const char *type;
    const char *address;
    const char *region;
    const char *lon;
    const char *lat;
    const char *state;
    const char *credit_class;
    bool is_key;
    int64_t complaints;
    struct web_texts specialties;
    int32_t verified_on;
    const char *licence;
};

const struct web_input planner_subject_body = WEB_INPUT(
    struct subject_body, WEB_FIELD(struct subject_body, name, "名称", .required = true, .max = 120),
    WEB_FIELD(struct subject_body, type, "类型", .max = 40),
    WEB_FIELD(struct subject_body, address, "地址", .max = 200),
    WEB_FIELD(struct subject_body, region, "区划", .required = true, .max = 20),
    WEB_FIELD(struct subject_body, lon, "经度", .max = 20),
    WEB_FIELD(struct subject_body, lat, "纬度", .max = 20),
    WEB_FIELD(struct subject_body, state, "状态", .required = true, .labels = subject_states),
    WEB_FIELD(struct subject_body, credit_class, "信用风险分类", .required = true,
              .labels = credit_classes),
    WEB_FIELD(struct subject_body, is_key, "重点对象"),
    WEB_FIELD(struct subject_body, complaints, "投诉数", .max = 65535),
    WEB_FIELD(struct subject_body, specialties, "专业", .required = true, .min = 1, .max = 32),
    WEB_FIELD(struct subject_body, verified_on, "核实日期", .required = true),
    WEB_FIELD(struct subject_body, licence, "许可证号或登记号", .max = 60));

/* The subject of the path as it stands in the directory of the path, which is the department's own;
   out->code is NULL where it does not stand there. */
static enum rc own_subject(struct web_ctx *c, struct directory *directory,
                           struct subject_record *out)
{
    out->code = NULL;
    enum rc rc = planner_own_directory(c, directory);
    if (rc == RC_OK)
        rc = subject_record_by_code(c->db, c->arena, directory->id, web_param(c, "subject"), out);
    return rc == RC_NOT_FOUND && !c->err.detail[0] ? RC_OK : rc;
}

static enum rc not_there(struct web_ctx *c)
{
    return web_fail(c, RC_NOT_FOUND, "", "名录中没有代码为“%.40s”的检查对象",
                    web_param(c, "subject"));
}

enum rc planner_subject_record(struct web_ctx *c)
{
    struct directory directory = { .code = NULL };
    struct subject_record subject = { .code = NULL };
    enum rc rc = own_subject(c, &directory, &subject);
    if (rc == RC_OK && !subject.code)
        return not_there(c);
    return rc == RC_OK ? show(c, &subject_record_rows, &subject) : rc;
}

/* The same, to be changed. */
static enum rc hold_subject(struct web_ctx *c, struct directory *directory,
                            struct subject_record *out)
{
    const char *code = web_param(c, "subject");
    bool both;
    struct present now = { .json = NULL };
    if (citizen_number(code, &both))
        return web_fail(c, RC_INVALID, "", "自然人的身份证件号码不得出现在地址中，请用文件导入");
    enum rc rc = subject_lock(c->db, code);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = own_subject(c, directory, out);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "subject:%s", code);
    if (out->code)
        now = present_of(c, &subject_record_rows, out);
    return check_version(c, &now);
}

static void put_subject(struct web_ctx *c, struct line *l, const struct subject_body *in)
{
    line_init(c, l);
    put(l, "code", web_param(c, "subject"));
    put(l, "name", in->name);
    put(l, "type", in->type);
    put(l, "address", in->address);
    put(l, "region", in->region);
    put(l, "lon", in->lon);
    put(l, "lat", in->lat);
    put(l, "state", in->state);
    put(l, "credit_class", in->credit_class);
    put(l, "key", in->is_key ? "1" : "0");
    put_int(c, l, "complaints", in->complaints);
    put_texts(c, l, "specialties", &in->specialties);
    put_date(l, "verified_on", in->verified_on);
    put(l, "licence", in->licence);
}

enum rc planner_subject_put(struct web_ctx *c)
{
    const struct subject_body *in = c->input;
    struct directory directory = { .code = NULL };
    struct subject_record subject = { .code = NULL };
    struct import_record record = { .id = 0 };
    struct line l;
    enum rc rc = hold_subject(c, &directory, &subject);
    if (rc == RC_OK && subject.code && in->verified_on < subject.verified_on)
        return web_fail(c, RC_INVALID, "/verified_on", "核实日期不得早于现有资料的核实日期");
    if (rc != RC_OK)
        return rc;
    put_subject(c, &l, in);
    rc = take(c, "subjects", directory.code, &l, &record);
    return rc == RC_OK && subject.code
               ? subject_record_leave(c->db, c->arena, directory.id, record.id, &subject,
                                      in->specialties.v, in->specialties.n, date_at(c->now))
               : rc;
}

struct reason_body {
    const char *reason;
};
const struct web_input planner_subject_leave_body = WEB_INPUT(
    struct reason_body, WEB_FIELD(struct reason_body, reason, "理由", .required = true, .max = 60));

/* Out of one directory; what was drawn before stays. */
enum rc planner_subject_leave(struct web_ctx *c)
{
    const struct reason_body *in = c->input;
    struct directory directory = { .code = NULL };
    struct subject_record subject = { .code = NULL };
    char hex[DIGEST_HEX];
    enum rc rc = hold_subject(c, &directory, &subject);
    if (rc == RC_OK && !subject.code)
        return not_there(c);
    if (rc != RC_OK)
        return rc;
    struct import_record record = {
        .kind = "subjects",
        .department_id = c->actor.department_id,
        .account_id = c->actor.id,
        .directory_id = directory.id,
        .name = arena_printf(c->arena, "移出名录：%s", in->reason),
        .encoding = "UTF-8",
    };
    digest_hex(DIGEST_SHA256, c->body, c->body_size, hex);
    rc = import_record_open(c->db, c->arena, false, &record, hex, c->now);
    if (rc == RC_OK)
        rc = subject_record_leave(c->db, c->arena, directory.id, record.id, &subject, NULL, 0,
                                  date_at(c->now));
    if (rc == RC_OK)
        rc = import_record_end(c->db, record.id, "done", c->now);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* The history of what the path names (scope: kind, code). */
enum rc planner_subject_history(struct web_ctx *c, struct db_val *scope)
{
    struct subject_line subject;
    enum rc rc = planner_path_subject(c, &subject);
    scope[0] = db_text("subject");
    scope[1] = db_text(rc == RC_OK ? subject.code : "");
    return rc;
}

/* ---- inspectors ------------------------------------------------------------------------------ */

struct inspector_body {
    const char *name;
    int32_t card_expires_on;
    struct web_texts specialties;
    struct web_texts areas;
    bool on_duty;
    int64_t max_daily;
    int64_t max_total;
    const char *telephone;
};

const struct web_input planner_inspector_body = WEB_INPUT(
    struct inspector_body,
    WEB_FIELD(struct inspector_body, name, "姓名", .required = true, .max = 60),
    WEB_FIELD(struct inspector_body, card_expires_on, "证件有效期至", .required = true),
    WEB_FIELD(struct inspector_body, specialties, "专业", .required = true, .max = 32),
    WEB_FIELD(struct inspector_body, areas, "执法区域", .required = true, .min = 1, .max = 64),
    WEB_FIELD(struct inspector_body, on_duty, "在岗", .required = true),
    WEB_FIELD(struct inspector_body, max_daily, "每日上限", .required = true, .max = 100),
    WEB_FIELD(struct inspector_body, max_total, "全年上限", .required = true, .max = 10000),
    WEB_FIELD(struct inspector_body, telephone, "电话", .max = 40));

/* Of the department, or of its kind below it. */
static enum rc overseen(struct web_ctx *c, const struct inspector_line *inspector)
{
    bool oversees = false;
    enum rc rc =
        department_oversees(c->db, c->actor.department_id, inspector->department_id, &oversees);
    return rc == RC_OK && !oversees ? web_fail(c, RC_FORBIDDEN, "", "该执法检查人员属于其他部门")
                                    : rc;
}

static enum rc find_inspector(struct web_ctx *c, struct inspector_line *inspector)
{
    enum rc rc = inspector_line_by_card(c->db, c->arena, web_param(c, "card_no"), inspector);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此执法检查人员");
    return rc == RC_OK ? overseen(c, inspector) : rc;
}

/* GET inspectors/{card_no} */
enum rc planner_inspector_show(struct web_ctx *c)
{
    struct inspector_line inspector;
    enum rc rc = find_inspector(c, &inspector);
    return rc == RC_OK ? show(c, &inspector_line_rows, &inspector) : rc;
}

enum rc planner_inspector_history(struct web_ctx *c, struct db_val *scope)
{
    struct inspector_line inspector;
    enum rc rc = find_inspector(c, &inspector);
    scope[0] = db_text("inspector");
    scope[1] = db_text(rc == RC_OK ? inspector.card_no : "");
    return rc;
}

static enum rc hold_inspector(struct web_ctx *c, const char *card)
{
    struct inspector_line inspector;
    struct present now = { .json = NULL };
    enum rc rc = inspector_lock(c->db, card);
    if (rc == RC_OK)
        rc = inspector_line_by_card(c->db, c->arena, card, &inspector);
    if (rc == RC_OK && inspector.department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该证号属于另一个部门的人员");
    if (rc == RC_OK)
        now = present_of(c, &inspector_line_rows, &inspector);
    return rc == RC_OK || rc == RC_NOT_FOUND ? check_version(c, &now) : rc;
}

enum rc planner_inspector_put(struct web_ctx *c)
{
    const struct inspector_body *in = c->input;
    const char *card = web_param(c, "card_no");
    struct import_record record = { .id = 0 };
    struct line l;
    enum rc rc = hold_inspector(c, card);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "inspector:%s", card);
    line_init(c, &l);
    put(&l, "card_no", card);
    put(&l, "name", in->name);
    put_date(&l, "card_expires_on", in->card_expires_on);
    put_texts(c, &l, "specialties", &in->specialties);
    put_texts(c, &l, "areas", &in->areas);
    put(&l, "on_duty", in->on_duty ? "1" : "0");
    put_int(c, &l, "max_daily", in->max_daily);
    put_int(c, &l, "max_total", in->max_total);
    put(&l, "telephone", in->telephone);
    return take(c, "inspectors", NULL, &l, &record);
}

/* ---- items ----------------------------------------------------------------------------------- */

struct item_body {
    const char *specialty;
    const char *name;
    const char *category;
    const char *method;
    const char *legal_basis;
    const char *content;
    bool retired;
};

const struct web_input planner_item_body = WEB_INPUT(
    struct item_body, WEB_FIELD(struct item_body, specialty, "专业", .required = true, .max = 32),
    WEB_FIELD(struct item_body, name, "检查事项", .required = true, .max = 120),
    WEB_FIELD(struct item_body, category, "类别", .required = true, .labels = item_categories),
    WEB_FIELD(struct item_body, method, "方式", .required = true, .labels = item_methods),
    WEB_FIELD(struct item_body, legal_basis, "法律依据", .required = true, .max = 300),
    WEB_FIELD(struct item_body, content, "检查内容", .required = true, .max = 1000),
    WEB_FIELD(struct item_body, retired, "停用"));

static enum rc find_item(struct web_ctx *c, struct item_line *item)
{
    const char *code = web_param(c, "code");
    enum rc rc = item_line_by_code(c->db, c->arena, code, item);
    return rc == RC_NOT_FOUND ? web_fail(c, rc, "", "没有编号为“%.40s”的抽查事项", code) : rc;
}

/* GET items/{code}: its newest version. */
enum rc planner_item_show(struct web_ctx *c)
{
    struct item_line item;
    enum rc rc = find_item(c, &item);
    return rc == RC_OK ? show(c, &item_line_rows, &item) : rc;
}

enum rc planner_item_history(struct web_ctx *c, struct db_val *scope)
{
    struct item_line item;
    scope[0] = db_text("item");
    scope[1] = db_text(web_param(c, "code"));
    return find_item(c, &item);
}

/* What changes of an item is a version of its own: visits keep theirs. */
enum rc planner_item_put(struct web_ctx *c)
{
    const struct item_body *in = c->input;
    const char *code = web_param(c, "code");
    struct import_record record = { .id = 0 };
    struct item_line item = { .version = 0 };
    struct present now = { .json = NULL };
    struct line l;
    enum rc rc = item_lock(c->db, code);
    if (rc == RC_OK)
        rc = item_line_by_code(c->db, c->arena, code, &item);
    if (rc == RC_OK)
        now = present_of(c, &item_line_rows, &item);
    if (rc == RC_OK || rc == RC_NOT_FOUND)
        rc = check_version(c, &now);
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "item:%s", code);
    line_init(c, &l);
    put(&l, "code", code);
    put(&l, "specialty", in->specialty);
    put(&l, "name", in->name);
    put(&l, "category", in->category);
    put(&l, "method", in->method);
    put(&l, "legal_basis", in->legal_basis);
    put(&l, "content", in->content);
    put_int(c, &l, "version", item.version + 1);
    put(&l, "retired", in->retired ? "1" : "0");
    return take(c, "items", NULL, &l, &record);
}

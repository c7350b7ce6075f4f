#include "store/field/checklist.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/text.h"
#include "store/field/checklist_json.h"
#include "store/field/feed.h"
#include "sys/jsonw.h"

enum { BODY_MAX = 65535, LOAD_MAX = 1000, POINTER = 160 };

/* Which departments' specialties the item is of does not depend on its version. */
DB_STMT(checklist_stmt_item, "iit", "i",
        "SELECT IF(? = 0 OR EXISTS (SELECT 1 FROM department_specialty AS d"
        " WHERE d.department_id = ? AND d.specialty = i.specialty), 1, 0)"
        " FROM inspection_item AS i FORCE INDEX (code_version) WHERE i.code = ?"
        " ORDER BY i.version DESC LIMIT 1");

DB_STMT(checklist_stmt_insert, "titbjT", "",
        "INSERT INTO checklist (item_code, version, title, sha256, body, published_at)"
        " VALUES (?, ?, ?, ?, ?, ?)");

#define COL(member, ...) ROW_COL(struct checklist_row, member, __VA_ARGS__)
#define COLUMNS                                                                                    \
    COL(id, "id", .title = "编号"),                                                                \
        COL(item, "item_code AS item", .title = "检查事项", .width = 20),                          \
        COL(version, "version", .title = "版本"),                                                  \
        COL(title, "title", .title = "标题", .width = 40),                                         \
        COL(sha256, "sha256", .title = "摘要（SHA-256）", .width = 66),                            \
        COL(published_at, "published_at", .title = "公布", .instant = true)
static const struct row_set listed_rows = ROW_SET(struct checklist_row, COLUMNS);
const struct row_set checklist_rows = ROW_SET(
    struct checklist_row, COLUMNS, COL(checklist, "checklist.body AS checklist", .json = true));
#undef COLUMNS
#undef COL

LIST(checklist_list, .name = "checklists", .title = "检查表", .rows = &listed_rows,
     .from = " FROM checklist", .in = "", .key = "id",
     .filters =
         LIST_FILTERS({ .name = "item", .title = "检查事项", .sql = "item_code = ?" },
                      { .name = "title", .title = "标题", .sql = "title LIKE ?", .prefix = true }),
     .orders = LIST_ORDERS({ .member = "id" }),
     .small = "some hundred items have a version or two a year");

DB_ROWS(checklist_stmt_show, "ti", &checklist_rows,
        " FROM checklist WHERE item_code = ? AND version = ?");

DB_STMT(checklist_stmt_load, "ti", "it",
        "SELECT c.id, c.body FROM (SELECT DISTINCT id FROM"
        " JSON_TABLE(?, '$[*]' COLUMNS (id INT UNSIGNED PATH '$')) AS given) AS wanted"
        " STRAIGHT_JOIN checklist AS c FORCE INDEX (PRIMARY) ON c.id = wanted.id LIMIT ?");

/* ---- Publishing ------------------------------------------------------------------------------ */

struct publishing {
    struct db *db;
    struct arena *arena;
    int64_t department_id;
    int64_t now;
    size_t index; /* of the checklist in hand */
    struct feed_item *items;
    size_t item_count;
    struct checklist_counts *counts;
    struct err *err;
};

/* Of the checklist in hand; what was found below it keeps its pointer. */
static enum rc fault(struct publishing *p, enum rc rc, const char *pointer, const char *detail)
{
    return err_set(p->err, rc, arena_printf(p->arena, "/checklists/%zu%s", p->index, pointer),
                   "第 %zu 份：%s", p->index + 1, detail);
}

static enum rc check_item(struct publishing *p, const struct checklist *c)
{
    int64_t own;
    enum rc rc = db_one_int(
        p->db, &checklist_stmt_item,
        DB_ARGS(db_int(p->department_id), db_int(p->department_id), db_text(c->item)), &own);
    if (rc == RC_NOT_FOUND)
        return fault(p, rc, "/item", arena_printf(p->arena, "没有编号为“%s”的抽查事项", c->item));
    if (rc == RC_OK && !own)
        return fault(p, RC_FORBIDDEN, "/item",
                     arena_printf(p->arena, "抽查事项 %s 不属于本部门的专业", c->item));
    return rc;
}

static void add_item(struct publishing *p, const struct checklist *c, int64_t id, const char *body,
                     const char *sha256)
{
    struct buf out;
    struct jsonw w;
    buf_init(&out, p->arena, BODY_MAX);
    jw_init(&w, &out);
    jw_object(&w, NULL);
    jw_text(&w, "sha256", sha256);
    jw_raw(&w, "checklist", body);
    jw_end(&w);
    p->items[p->item_count++] = (struct feed_item){ .kind = FEED_DICTIONARY,
                                                    .entity = "checklist",
                                                    .entity_id = id,
                                                    .version = c->version,
                                                    .body = out.p };
}

/* The key decides who publishes a version; whoever comes second compares. */
static enum rc put(struct publishing *p, const struct checklist *c, const char *body)
{
    uint8_t sha256[DIGEST_SIZE];
    struct checklist_row row = { .id = 0 };
    digest_bytes(DIGEST_SHA256, body, strlen(body), sha256);
    enum rc rc = db_exec(p->db, &checklist_stmt_insert,
                         DB_ARGS(db_text(c->item), db_int(c->version), db_text(c->title),
                                 db_bytes(sha256, DIGEST_SIZE), db_json(body), db_instant(p->now)));
    const char *hex = hex_dup(p->arena, sha256, DIGEST_SIZE);
    if (rc == RC_OK) {
        add_item(p, c, db_insert_id(p->db), body, hex);
        p->counts->created++;
        return RC_OK;
    }
    if (rc == RC_CONFLICT)
        rc = checklist_show(p->db, p->arena, c->item, c->version, &row);
    if (rc == RC_NOT_FOUND) /* published meanwhile, behind this transaction's snapshot */
        return RC_RETRY;
    if (rc == RC_OK && strcmp(row.sha256, hex) != 0)
        return fault(p, RC_CONFLICT, "/version",
                     arena_printf(p->arena,
                                  "%s 的第 %" PRId64 " 版已经公布，内容不得更改；请用新的版本号",
                                  c->item, c->version));
    p->counts->unchanged += rc == RC_OK;
    return rc;
}

static enum rc publish_one(struct publishing *p, const cJSON *tree)
{
    struct checklist c;
    struct err err = { .rc = RC_OK };
    enum rc rc = checklist_read(p->arena, tree, &c, &err);
    if (rc != RC_OK)
        return fault(p, rc, err.pointer, err.detail);
    const char *body = checklist_write(p->arena, &c);
    if (!body)
        return fault(p, RC_INVALID, "", "检查表超过 48 KiB");
    rc = check_item(p, &c);
    return rc == RC_OK ? put(p, &c, body) : rc;
}

/* The array of the document, which holds nothing else; *n: its length. */
static enum rc read_document(struct arena *a, const char *text, size_t size, const cJSON **list,
                             int *n, struct err *err)
{
    cJSON *root;
    enum rc rc = json_parse(a, text, size, &root, err);
    if (rc != RC_OK)
        return rc;
    if (!cJSON_IsObject(root))
        return err_set(err, RC_INVALID, "", "须为对象");
    for (const cJSON *m = root->child; m; m = m->next)
        if (strcmp(m->string, "checklists") != 0)
            return err_set(err, RC_INVALID, arena_printf(a, "/%.40s", m->string), "未知成员");
    *list = json_member(root, "checklists");
    *n = *list && cJSON_IsArray(*list) ? cJSON_GetArraySize(*list) : 0;
    if (*n < 1 || *n > CHECKLIST_FILE_MAX)
        return err_set(err, RC_INVALID, "/checklists", "须为 1 至 %d 份检查表的数组",
                       CHECKLIST_FILE_MAX);
    return RC_OK;
}

enum rc checklist_publish(struct db *db, struct arena *a, const char *text, size_t size,
                          int64_t department_id, int64_t now, struct checklist_counts *counts,
                          struct err *err)
{
    const cJSON *list = NULL;
    int n = 0;
    *counts = (struct checklist_counts){ .created = 0 };
    enum rc rc = read_document(a, text, size, &list, &n, err);
    if (rc != RC_OK || !list)
        return rc;
    struct publishing p = { .db = db,
                            .arena = a,
                            .department_id = department_id,
                            .now = now,
                            .items = arena_array(a, (size_t)n, sizeof *p.items),
                            .counts = counts,
                            .err = err };
    for (const cJSON *tree = list->child; rc == RC_OK && tree; tree = tree->next, p.index++)
        rc = publish_one(&p, tree);
    if (rc != RC_OK || p.item_count == 0)
        return rc;
    return feed_write(db, a, p.items, p.item_count);
}

/* ---- Reading --------------------------------------------------------------------------------- */

enum rc checklist_show(struct db *db, struct arena *a, const char *item, int64_t version,
                       struct checklist_row *out)
{
    return db_row(db, a, &checklist_stmt_show, DB_ARGS(db_text(item), db_int(version)), out);
}

enum rc checklist_load(struct db *db, struct arena *a, const int64_t *ids, size_t count,
                       struct checklist_pinned **lists, size_t *n)
{
    struct err err;
    struct db_query *q;
    const char *list = jw_ids(a, ids, count);
    *lists = arena_array(a, LOAD_MAX, sizeof **lists);
    *n = 0;
    if (!list)
        return RC_TOO_LARGE;
    enum rc rc =
        db_query(db, &checklist_stmt_load, DB_ARGS(db_text(list), db_int(LOAD_MAX + 1)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        if (*n == LOAD_MAX) {
            rc = RC_TOO_LARGE;
            break;
        }
        struct checklist_pinned *pinned = &(*lists)[*n];
        cJSON *tree;
        const char *body = db_col_dup(q, 1, a);
        pinned->id = db_col_int(q, 0);
        rc = json_parse(a, body, strlen(body), &tree, &err);
        if (rc == RC_OK)
            rc = checklist_read(a, tree, &pinned->list, &err);
        if (rc != RC_OK)
            break;
        ++*n;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

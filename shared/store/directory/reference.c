#include "store/directory/reference.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/date.h"
#include "base/sorted.h"
#include "base/text.h"
#include "sys/csv.h"
#include "sys/jsonw.h"

enum { COLUMNS_MAX = 8, ROWS_MAX = 20000, CODES_MAX = 20000 };

DB_STMT(region_put, "ttttttt", "",
        "INSERT INTO region (code, name, parent, level) VALUES (?, ?, NULLIF(?, ''), ?)"
        " ON DUPLICATE KEY UPDATE name = ?, parent = NULLIF(?, ''), level = ?");
DB_STMT(specialty_put, "tttiittii", "",
        "INSERT INTO specialty (code, name, department_kind, protected, position)"
        " VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE name = ?, department_kind = ?,"
        " protected = ?, position = ?");
DB_STMT(result_code_put, "ttttt", "",
        "INSERT INTO result_code (code, name, result_class) VALUES (?, ?, NULLIF(?, ''))"
        " ON DUPLICATE KEY UPDATE name = ?, result_class = NULLIF(?, '')");
DB_STMT(calendar_day_put, "Dttitttit", "",
        "INSERT INTO calendar_day (day, kind, name, notice_year, notice_url) VALUES (?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE kind = ?, name = ?, notice_year = ?, notice_url = ?");
DB_STMT(rule_put, "ttiDtit", "",
        "INSERT INTO rule (name, region, value, effective_from, source) VALUES (?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE value = ?, source = ?");
DB_STMT(department_put, "tttttttttt", "",
        "INSERT INTO department (code, name, kind, region_code, level, telephone)"
        " VALUES (?, ?, ?, ?, ?, ?)"
        " ON DUPLICATE KEY UPDATE name = ?, kind = ?, level = ?, telephone = ?");
DB_STMT(password_word_put, "t", "",
        "INSERT INTO password_word (word) VALUES (LOWER(?)) ON DUPLICATE KEY UPDATE word = word");
DB_STMT(department_specialty_put, "tt", "",
        "INSERT INTO department_specialty (department_id, specialty)"
        " SELECT d.id, ? FROM department d WHERE d.code = ?"
        " ON DUPLICATE KEY UPDATE specialty = VALUES(specialty)");
DB_STMT(fact_authority_put, "tttt", "",
        "INSERT INTO fact_authority (fact, kind, source) VALUES (?, ?, ?)"
        " ON DUPLICATE KEY UPDATE source = ?");

/* A calendar and a set of rules are what their files say, no more: keys that a file lacks go. */
DB_STMT(calendar_day_sweep, "j", "",
        "DELETE FROM calendar_day WHERE CAST(day AS CHAR) NOT IN"
        " (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(10) PATH '$')) t)");
DB_STMT(rule_sweep, "j", "",
        "DELETE FROM rule WHERE CONCAT_WS(' ', name, region, effective_from) NOT IN"
        " (SELECT k FROM JSON_TABLE(?, '$[*]' COLUMNS (k VARCHAR(80) PATH '$')) t)");

DB_STMT(region_codes, "", "tiitt", "SELECT code, 0, 0, name, COALESCE(parent, '') FROM region");
DB_STMT(specialty_codes, "", "tiitt", "SELECT code, 0, 0, name, '' FROM specialty");
DB_STMT(department_codes, "", "tiitt", "SELECT code, id, 0, name, region_code FROM department");
DB_STMT(directory_codes, "", "tiitt", "SELECT code, id, department_id, name, '' FROM directory");
DB_STMT(department_specialties, "ii", "tiitt",
        "SELECT s.code, 0, 0, s.name, '' FROM specialty s JOIN department_specialty d"
        " ON d.specialty = s.code WHERE d.department_id = ? ORDER BY s.code LIMIT ?");

/*
 * One file: its columns with their types, and which columns, by position, the statement takes. A
 * column list of type ';' names several codes and goes to the second statement with the first
 * column. A file that is the whole of its table names the columns of its key.
 */
static const struct file {
    const char *name;
    const char *title;
    const char *columns[COLUMNS_MAX + 1];
    const char *types; /* t text, i integer, D date, ';' list */
    const struct db_stmt *put;
    const char *order;
    const struct db_stmt *put_list;
    const struct db_stmt *sweep;
    const char *key;
} files[REFERENCE_COUNT] = {
    [REFERENCE_REGION] = { "regions.csv",
                           "行政区划",
                           { "code", "name", "parent", "level" },
                           "tttt",
                           &region_put,
                           "0123123",
                           .put_list = NULL },
    [REFERENCE_SPECIALTY] = { "specialties.csv",
                              "专业",
                              { "code", "name", "department_kind", "protected", "position" },
                              "tttii",
                              &specialty_put,
                              "012341234",
                              .put_list = NULL },
    [REFERENCE_RESULT_CODE] = { "result-codes.csv",
                                "检查结果代码",
                                { "code", "name", "result_class" },
                                "ttt",
                                &result_code_put,
                                "01212",
                                .put_list = NULL },
    [REFERENCE_CALENDAR_DAY] = { "holidays.csv",
                                 "节假日安排",
                                 { "date", "kind", "name", "notice_year", "notice_url" },
                                 "Dttit",
                                 &calendar_day_put,
                                 "012341234",
                                 NULL,
                                 &calendar_day_sweep,
                                 "0" },
    [REFERENCE_RULE] = { "rules.csv",
                         "规则参数",
                         { "name", "region", "value", "effective_from", "source" },
                         "ttiDt",
                         &rule_put,
                         "0123424",
                         NULL,
                         &rule_sweep,
                         "013" },
    [REFERENCE_DEPARTMENT] = { "departments.csv",
                               "部门",
                               { "code", "name", "kind", "region", "level", "telephone",
                                 "specialties" },
                               "tttttt;",
                               &department_put,
                               "0123451245",
                               .put_list = &department_specialty_put },
    [REFERENCE_PASSWORD_WORD] = { "password-words.csv",
                                  "常见密码用词",
                                  { "word" },
                                  "t",
                                  &password_word_put,
                                  "0",
                                  .put_list = NULL },
    [REFERENCE_AUTHORITY] = { "authorities.csv",
                              "资料主管部门",
                              { "fact", "kind", "source" },
                              "ttt",
                              &fact_authority_put,
                              "0122",
                              .put_list = NULL },
};

const char *reference_file(enum reference_kind kind)
{
    return files[kind].name;
}

const char *reference_title(enum reference_kind kind)
{
    return files[kind].title;
}

struct load {
    struct db *db;
    struct arena *arena;
    const struct file *file;
    int positions[COLUMNS_MAX];
    bool begun; /* the header was read */
    int64_t rows;
    struct buf keys_text; /* a JSON array of the keys of a file that is the whole of its table */
    struct jsonw keys;
};

static enum rc read_value(struct load *l, const struct csv_row *row, int column, struct db_val *out,
                          struct err *err)
{
    const char *name = l->file->columns[column];
    char *text = text_trim(row->fields[l->positions[column]]);
    int64_t integer;
    int32_t date;
    switch (l->file->types[column]) {
    case 'i':
        if (!int_parse(text, 0, INT32_MAX, &integer))
            return err_set(err, RC_INVALID, name, "第 %ld 行：“%s”须为整数", row->line, name);
        *out = db_int(integer);
        return RC_OK;
    case 'D':
        if (!date_parse(text, &date))
            return err_set(err, RC_INVALID, name, "第 %ld 行：“%s”须为日期", row->line, name);
        *out = db_date(date);
        return RC_OK;
    default:
        *out = db_text(text);
        return RC_OK;
    }
}

static enum rc refused(enum rc rc, const struct csv_row *row, struct err *err)
{
    if (rc == RC_CONFLICT)
        return err_set(err, RC_INVALID, "", "第 %ld 行：与已有数据冲突，或引用了不存在的代码",
                       row->line);
    if (rc == RC_INTERNAL)
        return err_set(err, RC_INVALID, "", "第 %ld 行：值不被接受", row->line);
    return rc;
}

static enum rc put_list(struct load *l, const struct csv_row *row, struct err *err)
{
    const struct file *f = l->file;
    char *codes[64];
    size_t last = strlen(f->types) - 1;
    char *list = row->fields[l->positions[last]];
    const char *owner = row->fields[l->positions[0]];
    size_t n = text_split(list, ';', codes, 64);
    enum rc rc = n <= 64 ? RC_OK : RC_INVALID;
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        rc = db_exec(l->db, f->put_list, DB_ARGS(db_text(text_trim(codes[i])), db_text(owner)));
    return refused(rc, row, err);
}

/* The key's columns as they stand in the row, blanks between them. */
static void note_key(struct load *l, const struct csv_row *row)
{
    struct buf key;
    buf_init(&key, l->arena, 200);
    for (const char *column = l->file->key; *column; column++) {
        if (key.n)
            buf_putc(&key, ' ');
        buf_puts(&key, text_trim(row->fields[l->positions[*column - '0']]));
    }
    jw_text(&l->keys, NULL, key.p);
}

static enum rc sweep(struct load *l, struct err *err)
{
    if (l->rows == 0)
        return err_set(err, RC_INVALID, "", "文件没有数据行");
    jw_end(&l->keys);
    return db_exec(l->db, l->file->sweep, DB_ARGS(db_json(l->keys_text.p)));
}

static enum rc on_row(void *data, const struct csv_row *row, struct err *err)
{
    struct load *l = data;
    const struct file *f = l->file;
    if (!l->begun) {
        l->begun = true;
        return csv_header(row, f->columns, 0, l->positions, err);
    }
    size_t columns = strlen(f->types);
    if (row->count != columns)
        return err_set(err, RC_INVALID, "", "第 %ld 行：应有 %zu 列", row->line, columns);
    if (++l->rows > ROWS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "超过 %d 行", ROWS_MAX);
    struct db_val args[2 * COLUMNS_MAX];
    size_t n = strlen(f->order);
    for (size_t i = 0; i < n; i++) {
        enum rc rc = read_value(l, row, f->order[i] - '0', &args[i], err);
        if (rc != RC_OK)
            return rc;
    }
    if (f->sweep)
        note_key(l, row);
    enum rc rc = refused(db_exec(l->db, f->put, args, n), row, err);
    return rc == RC_OK && f->put_list ? put_list(l, row, err) : rc;
}

enum rc reference_load(struct db *db, struct arena *a, enum reference_kind kind, FILE *in,
                       int64_t *rows, struct err *err)
{
    struct load l = { .db = db, .arena = a, .file = &files[kind] };
    enum { KEYS_BYTES = ROWS_MAX * 100 };
    buf_init(&l.keys_text, a, KEYS_BYTES);
    jw_init(&l.keys, &l.keys_text);
    jw_array(&l.keys, NULL);
    enum rc rc = csv_read(in, on_row, &l, err);
    if (rc == RC_OK && l.file->sweep)
        rc = sweep(&l, err);
    *rows = l.rows;
    return rc;
}

/* Ignoring case, as directories are compared; of the other lists no two differ in it alone. */
static int by_code(const void *x, const void *y)
{
    return strcasecmp(((const struct reference_code *)x)->code,
                      ((const struct reference_code *)y)->code);
}

static struct reference_code read_code(struct db_query *q, struct arena *a)
{
    return (struct reference_code){ .code = db_col_dup(q, 0, a),
                                    .id = db_col_int(q, 1),
                                    .owner = db_col_int(q, 2),
                                    .name = db_col_dup(q, 3, a),
                                    .region = db_col_dup(q, 4, a) };
}

enum rc reference_codes(struct db *db, struct arena *a, enum reference_list which,
                        struct reference_codes *out)
{
    static const struct db_stmt *const lists[] = {
        [CODES_REGION] = &region_codes,
        [CODES_SPECIALTY] = &specialty_codes,
        [CODES_DEPARTMENT] = &department_codes,
        [CODES_DIRECTORY] = &directory_codes,
    };
    struct db_query *q;
    out->rows = arena_array(a, CODES_MAX, sizeof *out->rows);
    out->count = 0;
    enum rc rc = db_query(db, lists[which], DB_NONE, &q);
    while (rc == RC_OK && out->count < CODES_MAX && (rc = db_next(&q)) == RC_OK)
        out->rows[out->count++] = read_code(q, a);
    db_done(&q);
    qsort(out->rows, out->count, sizeof *out->rows, by_code);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc reference_own_specialties(struct db *db, struct arena *a, int64_t department_id,
                                  struct reference_codes *out)
{
    enum { SPECIALTIES_MAX = 200 };
    struct db_query *q;
    enum rc rc = db_query(db, &department_specialties,
                          DB_ARGS(db_int(department_id), db_int(SPECIALTIES_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    out->rows = arena_array(a, SPECIALTIES_MAX, sizeof *out->rows);
    out->count = 0;
    while ((rc = db_next(&q)) == RC_OK)
        out->rows[out->count++] = read_code(q, a);
    return rc == RC_DONE ? RC_OK : rc;
}

const struct reference_code *reference_find(const struct reference_codes *codes, const char *code)
{
    const struct reference_code key = { .code = code };
    return sorted_find(&key, codes->rows, codes->count, sizeof key, by_code);
}

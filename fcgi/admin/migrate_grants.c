#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/migrate.h"
#include "base/sorted.h"
#include "base/text.h"

/*
 * Rights are compared one by one as text: an account, a table, and "SELECT" or "UPDATE (`column`)".
 * MariaDB takes a right to a column away with the same right to its table: what is left is
 * therefore looked at again after a change.
 */

enum { RIGHTS_MAX = 9999, ITEMS_MAX = 64, ROUNDS_MAX = 3 };

struct right {
    const char *account; /* 'liancha_planner'@'localhost' */
    const char *object;  /* `visit`, or * for the whole database */
    const char *item;
};

struct rights {
    struct right *all;
    size_t count;
};

/* What is given in this database, whatever gave it: to its tables, to their columns, to all of
   it. */
DB_STMT(grant_list, "", "tttt",
        "SELECT CONCAT('''', User, '''@''', Host, ''''),"
        " CONCAT('`', REPLACE(Table_name, '`', '``'), '`'), CONCAT(Table_priv), ''"
        " FROM mysql.tables_priv WHERE Db = DATABASE()"
        " UNION ALL SELECT CONCAT('''', User, '''@''', Host, ''''),"
        " CONCAT('`', REPLACE(Table_name, '`', '``'), '`'), CONCAT(Column_priv),"
        " CONCAT('`', REPLACE(Column_name, '`', '``'), '`')"
        " FROM mysql.columns_priv WHERE Db = DATABASE()"
        " UNION ALL SELECT CONCAT('''', User, '''@''', Host, ''''), '*',"
        " 'All privileges', ''"
        " FROM mysql.db WHERE Db = DATABASE() AND 'Y' IN (Select_priv, Insert_priv, Update_priv,"
        " Delete_priv, Create_priv, Drop_priv, References_priv, Index_priv, Alter_priv,"
        " Create_tmp_table_priv, Lock_tables_priv, Create_view_priv, Show_view_priv,"
        " Create_routine_priv, Alter_routine_priv, Execute_priv, Event_priv, Trigger_priv,"
        " Delete_history_priv)");

static int by_text(const void *x, const void *y)
{
    const struct right *p = x;
    const struct right *q = y;
    int order = strcmp(p->account, q->account);
    if (order == 0)
        order = strcmp(p->object, q->object);
    return order ? order : strcmp(p->item, q->item);
}

static enum rc add(struct admin *a, struct rights *to, struct right right)
{
    if (to->count == RIGHTS_MAX)
        return err_set(&a->err, RC_TOO_LARGE, "grants.sql", "权限过多");
    to->all[to->count++] = right;
    return RC_OK;
}

static void sort(struct rights *rights)
{
    qsort(rights->all, rights->count, sizeof *rights->all, by_text);
    size_t kept = 0;
    for (size_t i = 0; i < rights->count; i++)
        if (kept == 0 || by_text(&rights->all[kept - 1], &rights->all[i]) != 0)
            rights->all[kept++] = rights->all[i];
    rights->count = kept;
}

/* ---- what grants.sql says -------------------------------------------------------------------- */

static bool is_name(const char *text)
{
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

static bool is_account(const char *text)
{
    const char *host = strstr(text, "'@'localhost'");
    return *text == '\'' && host && host[strlen("'@'localhost'")] == '\0' &&
           text + 1 + strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789_") == host;
}

/* Programs read and write rows, and do nothing else. */
static bool is_privilege(const char *text)
{
    static const char *const known[] = { "SELECT", "INSERT", "UPDATE", "DELETE", NULL };
    return text_index(known, text) >= 0;
}

/* One blank for each run of them. */
static void squeeze(char *text)
{
    char *out = text;
    for (const char *s = text; *s; s++) {
        char c = isspace((unsigned char)*s) ? ' ' : *s;
        if (c != ' ' || (out > text && out[-1] != ' '))
            *out++ = c;
    }
    *out = '\0';
}

static char *cut(char *text, const char *at)
{
    char *found = strstr(text, at);
    if (!found)
        return NULL;
    *found = '\0';
    return found + strlen(at);
}

/* "a, b" of "UPDATE (a, b)" */
static enum rc read_columns(struct admin *a, struct rights *to, struct right right,
                            const char *privilege, char *text)
{
    char *parts[ITEMS_MAX];
    size_t count = text_split(text, ',', parts, ITEMS_MAX);
    enum rc rc = count > 0 && count <= ITEMS_MAX ? RC_OK : RC_INVALID;
    for (size_t i = 0; rc == RC_OK && i < count; i++) {
        const char *column = text_trim(parts[i]);
        right.item = arena_printf(a->arena, "%s (`%s`)", privilege, column);
        rc = is_name(column) ? add(a, to, right) : RC_INVALID;
    }
    return rc;
}

/* "SELECT, UPDATE (a, b)" */
static enum rc read_items(struct admin *a, struct rights *to, struct right right, char *text)
{
    enum rc rc = RC_OK;
    while (rc == RC_OK && text) {
        size_t n = strcspn(text, ",(");
        char *columns = text[n] == '(' ? text + n + 1 : NULL;
        char *rest = columns ? cut(columns, ")") : text + n;
        if (!rest || (*(rest += strspn(rest, " ")) && *rest != ','))
            return RC_INVALID;
        char *next = *rest ? rest + 1 : NULL;
        text[n] = '\0';
        right.item = text_trim(text);
        if (!is_privilege(right.item))
            return RC_INVALID;
        rc = columns ? read_columns(a, to, right, right.item, columns) : add(a, to, right);
        text = next;
    }
    return rc;
}

/* GRANT items ON database.table TO 'account'@'localhost' */
static enum rc read_statement(struct admin *a, const char *statement, struct rights *to)
{
    char *text = arena_strdup(a->arena, statement);
    squeeze(text);
    char *items = cut(text, "GRANT ");
    char *database = items && items == text + strlen("GRANT ") ? cut(items, " ON ") : NULL;
    char *table = database ? cut(database, ".") : NULL;
    char *account = table ? cut(table, " TO ") : NULL;
    if (account && is_name(table) && is_account(text_trim(account)) &&
        strcmp(database, a->settings->db_name) == 0) {
        struct right right = { .account = text_trim(account),
                               .object = arena_printf(a->arena, "`%s`", table) };
        enum rc rc = read_items(a, to, right, items);
        if (rc != RC_INVALID)
            return rc;
    }
    return err_set(&a->err, RC_INVALID, "grants.sql",
                   "授权语句应为 GRANT SELECT|INSERT|UPDATE|DELETE,… ON %s.表 "
                   "TO '账号'@'localhost'：%.150s",
                   a->settings->db_name, statement);
}

static enum rc read_wanted(struct admin *a, const struct schema_file *grants, struct rights *to)
{
    enum rc rc = RC_OK;
    to->all = arena_array(a->arena, RIGHTS_MAX, sizeof *to->all);
    for (size_t i = 0; rc == RC_OK && i < grants->count; i++)
        rc = read_statement(a, grants->statements[i], to);
    sort(to);
    return rc;
}

/* ---- what the accounts hold ------------------------------------------------------------------ */

static bool has_account(const struct rights *rights, const char *account)
{
    for (size_t i = 0; i < rights->count; i++)
        if (strcmp(rights->all[i].account, account) == 0)
            return true;
    return false;
}

/* The server's tables name some privileges otherwise than its GRANT does. */
static const char *privilege_name(struct admin *a, const char *name)
{
    if (strcmp(name, "Grant") == 0)
        return "GRANT OPTION";
    if (strcmp(name, "Delete versioning rows") == 0)
        return "DELETE HISTORY";
    char *upper = arena_strdup(a->arena, name);
    for (char *s = upper; *s; s++)
        *s = (char)toupper((unsigned char)*s);
    return upper;
}

static enum rc add_row(struct admin *a, const struct db_query *q, struct rights *to)
{
    struct right right = { .account = db_col_dup(q, 0, a->arena),
                           .object = db_col_dup(q, 1, a->arena) };
    const char *column = db_col_dup(q, 3, a->arena);
    char *names[ITEMS_MAX];
    size_t count = text_split(db_col_dup(q, 2, a->arena), ',', names, ITEMS_MAX);
    enum rc rc = RC_OK;
    for (size_t i = 0; rc == RC_OK && i < count && *names[i]; i++) {
        right.item = privilege_name(a, names[i]);
        if (*column)
            right.item = arena_printf(a->arena, "%s (%s)", right.item, column);
        rc = add(a, to, right);
    }
    return rc;
}

static enum rc read_held(struct admin *a, const struct rights *wanted, struct rights *to)
{
    struct db_query *q = NULL;
    to->count = 0;
    enum rc rc = db_query(a->db, &grant_list, DB_NONE, &q);
    if (rc == RC_INTERNAL)
        return err_set(&a->err, rc, "",
                       "无法核对各程序账号的权限。请管理员执行：GRANT SELECT ON mysql.tables_priv、"
                       "mysql.columns_priv、mysql.db TO migrate 的账号（conf/README.md）");
    while (rc == RC_OK && (rc = db_next(&q)) == RC_OK)
        if (has_account(wanted, db_col_text(q, 0)))
            rc = add_row(a, q, to);
    db_done(&q);
    sort(to);
    return rc == RC_DONE ? RC_OK : rc;
}

/* ---- the difference -------------------------------------------------------------------------- */

static bool same_table(const struct right *p, const struct right *q)
{
    return strcmp(p->account, q->account) == 0 && strcmp(p->object, q->object) == 0;
}

static bool among(const struct rights *rights, const struct right *right)
{
    return sorted_find(right, rights->all, rights->count, sizeof *right, by_text) != NULL;
}

/* Runs "GRANT … TO" or "REVOKE … FROM" for what is in one and not in the other: one statement for
   an account and a table. */
static enum rc change(struct admin *a, const char *verb, const char *preposition,
                      const struct rights *in, const struct rights *not_in, size_t *changed)
{
    enum rc rc = RC_OK;
    for (size_t i = 0, next; rc == RC_OK && i < in->count; i = next) {
        const struct right *r = &in->all[i];
        const char *items = NULL;
        size_t count = 0;
        for (next = i; next < in->count && same_table(r, &in->all[next]); next++) {
            if (among(not_in, &in->all[next]))
                continue;
            items = items ? arena_printf(a->arena, "%s, %s", items, in->all[next].item)
                          : in->all[next].item;
            count++;
        }
        if (count == 0)
            continue;
        const char *sql = arena_printf(a->arena, "%s %s ON `%s`.%s %s %s", verb, items,
                                       a->settings->db_name, r->object, preposition, r->account);
        rc = db_script(a->db, sql, &a->err);
        if (rc != RC_OK)
            return err_set(&a->err, rc, "grants.sql", "%s：%.140s",
                           arena_printf(a->arena, "%.250s", a->err.detail), sql);
        *changed += count;
    }
    return rc;
}

enum rc grants_apply(struct admin *a, const struct schema_file *grants, size_t *given,
                     size_t *taken)
{
    struct rights wanted = { .count = 0 };
    struct rights held = { .all = arena_array(a->arena, RIGHTS_MAX, sizeof *held.all) };
    enum rc rc = read_wanted(a, grants, &wanted);
    for (int round = 0; rc == RC_OK && round < ROUNDS_MAX; round++) {
        size_t before = *given + *taken;
        rc = read_held(a, &wanted, &held);
        if (rc == RC_OK)
            rc = change(a, "GRANT", "TO", &wanted, &held, given);
        if (rc == RC_OK)
            rc = change(a, "REVOKE", "FROM", &held, &wanted, taken);
        if (rc == RC_OK && *given + *taken == before)
            return RC_OK;
    }
    return rc == RC_OK
               ? err_set(&a->err, RC_STATE, "grants.sql", "各程序账号的权限改不成文件所写的")
               : rc;
}

/*
 * What a list and its table are measured against; prints the processor time of its own, in seconds.
 * Usage: liancha-bench-lists select SOCKET FILE TIMES
 *          the statement of FILE, its rows fetched and let go, TIMES times
 *        liancha-bench-lists xlsx FILE OUT
 *          the cells of FILE (a row a line, split by TAB) written by libxlsxwriter alone
 */
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#include "base/text.h"

enum { TIMES_MAX = 1000000, SQL_MAX = 1 << 16, LINE_MAX_SIZE = 1 << 16 };

static void fail(const char *what)
{
    (void)fprintf(stderr, "liancha-bench-lists: %s\n", what);
    exit(EXIT_FAILURE);
}

static void fetch(MYSQL *db, const char *sql, size_t size)
{
    MYSQL_RES *rows = NULL;
    if (mysql_real_query(db, sql, size) != 0 || !(rows = mysql_use_result(db)))
        fail(mysql_error(db));
    while (mysql_fetch_row(rows))
        continue;
    mysql_free_result(rows);
}

static void select_rows(const char *socket, const char *path, int64_t times)
{
    static char sql[SQL_MAX];
    FILE *file = fopen(path, "r");
    MYSQL *db = mysql_init(NULL);
    if (!file || !db)
        fail("no statement");
    size_t size = fread(sql, 1, sizeof sql, file);
    (void)fclose(file);
    (void)mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (!mysql_real_connect(db, NULL, NULL, NULL, "liancha", 0, socket, 0))
        fail(mysql_error(db));
    for (int64_t i = 0; i < times; i++)
        fetch(db, sql, size);
    mysql_close(db);
}

static void write_cells(const char *path, const char *out)
{
    static char line[LINE_MAX_SIZE];
    lxw_workbook_options options = { .constant_memory = LXW_TRUE };
    FILE *file = fopen(path, "r");
    lxw_workbook *book = workbook_new_opt(out, &options);
    lxw_worksheet *sheet = book ? workbook_add_worksheet(book, NULL) : NULL;
    if (!file || !sheet)
        fail("no cells");
    for (lxw_row_t row = 0; fgets(line, sizeof line, file); row++) {
        char *cell = line;
        line[strcspn(line, "\n")] = '\0';
        for (lxw_col_t column = 0; cell; column++) {
            char *next = strchr(cell, '\t');
            if (next)
                *next++ = '\0';
            (void)worksheet_write_string(sheet, row, column, cell, NULL);
            cell = next;
        }
    }
    (void)fclose(file);
    if (workbook_close(book) != LXW_NO_ERROR)
        fail("the workbook was not written");
}

int main(int argc, char **argv)
{
    int64_t times = 0;
    clock_t start = clock();
    if (argc == 5 && strcmp(argv[1], "select") == 0 && int_parse(argv[4], 1, TIMES_MAX, &times))
        select_rows(argv[2], argv[3], times);
    else if (argc == 4 && strcmp(argv[1], "xlsx") == 0)
        write_cells(argv[2], argv[3]);
    else
        return 2;
    (void)printf("%.6f\n", (double)(clock() - start) / CLOCKS_PER_SEC);
    return EXIT_SUCCESS;
}

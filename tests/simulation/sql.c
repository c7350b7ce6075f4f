#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "server.h"

enum { ARENA = 256 << 20 };

static MYSQL *connection(const struct settings *s)
{
    static MYSQL *mysql;
    if (mysql)
        return mysql;
    mysql = mysql_init(NULL);
    if (!mysql || !mysql_real_connect(mysql, NULL, s->db_user, s->db_password, s->db_name, 0,
                                      s->db_socket, CLIENT_MULTI_STATEMENTS)) {
        (void)fprintf(stderr, "simserver: %s\n", mysql ? mysql_error(mysql) : "no memory");
        exit(EXIT_FAILURE);
    }
    (void)mysql_set_character_set(mysql, "utf8mb4");
    return mysql;
}

static void put_u32(struct buf *out, uint32_t n)
{
    for (unsigned i = 0; i < 4; i++)
        buf_putc(out, (char)(unsigned char)(n >> (8 * i)));
}

static void put_rows(struct buf *out, MYSQL_RES *result)
{
    unsigned columns = mysql_num_fields(result);
    for (MYSQL_ROW row; (row = mysql_fetch_row(result));) {
        const unsigned long *lengths = mysql_fetch_lengths(result);
        put_u32(out, columns);
        for (unsigned i = 0; i < columns; i++) {
            put_u32(out, row[i] ? (uint32_t)lengths[i] : UINT32_MAX);
            if (row[i])
                buf_put(out, row[i], lengths[i]);
        }
    }
}

/* Every result of the statements behind one another. */
static bool put_results(MYSQL *mysql, struct buf *out)
{
    int more = 0;
    while (more == 0) {
        MYSQL_RES *result = mysql_store_result(mysql);
        if (result)
            put_rows(out, result);
        mysql_free_result(result);
        if (mysql_errno(mysql))
            return false;
        more = mysql_next_result(mysql);
    }
    return more < 0;
}

void sql_run(const struct settings *s, const char *text, size_t n)
{
    MYSQL *mysql = connection(s);
    struct arena *a = arena_new(ARENA);
    struct buf out;
    buf_init(&out, a, ARENA / 4);
    if (mysql_real_query(mysql, text, n) == 0 && put_results(mysql, &out))
        frame_write('S', out.n ? out.p : "", out.n);
    else
        frame_write('E', mysql_error(mysql), strlen(mysql_error(mysql)));
    arena_free(a);
}

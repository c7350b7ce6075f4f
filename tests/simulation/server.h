/*
 * liancha-simserver: a worker that is asked through its standard input, one request after the
 * other, at the time and with the fault that each request names.
 *
 * A frame is a length (32 bits, little-endian) and so many bytes, the first of which says what it
 * is:
 *   in   R  now (64 bits, ms), fault (a byte), a turn (statements, 32 bits), length of the
 *   environment
 *           (32 bits), the environment ("NAME=value" each with its NUL, as FastCGI hands it over),
 *           the body
 *        C  a turn: goes on behind an H
 *        P  stands still behind the statement it is at
 *        W  text: from now on each statement of a request is prepared without it
 *        S  SQL text, as the database's operator
 *   out  R  what the worker wrote, as FastCGI takes it
 *        H  stands still: why (a byte, enum turn_stop), the number of its connection (32 bits)
 *        S  rows: for each its number of columns (32 bits), for each column its length (32 bits,
 *        all
 *           ones for NULL) and bytes; none for a W
 *        E  the text of a fault of the SQL
 */
#ifndef LIANCHA_TESTS_SIMULATION_SERVER_H
#define LIANCHA_TESTS_SIMULATION_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sys/settings.h"
#include "web/web.h"

/* ---- frame.c ---- */

struct frame {
    unsigned char *bytes; /* of malloc */
    size_t n;
};

/* False at the end of the input. */
bool frame_read(struct frame *out);
void frame_write(char kind, const void *bytes, size_t n);
uint32_t frame_u32(const unsigned char *p);

/* ---- commit.c: what happens at the COMMIT of a request ---- */

enum commit_fault {
    COMMIT_WELL,
    COMMIT_CRASH,         /* the worker dies before it */
    COMMIT_DEADLOCK,      /* the first attempt is a deadlock's victim */
    COMMIT_UNCERTAIN,     /* the connection breaks, and it was committed */
    COMMIT_UNCERTAIN_LOST /* the connection breaks, and it was not */
};

void commit_plan(enum commit_fault fault);

/* ---- turn.c: a request among others, statement by statement ---- */

#define TURN_WHOLE UINT32_MAX /* until the reply */

enum turn_stop {
    TURN_OVER,      /* in front of a statement */
    TURN_COMMITTED, /* behind a COMMIT */
    TURN_RELEASED   /* behind what may have let go of locks, or was asked to */
};

void turn_take(uint32_t statements);
/* From now on statements are prepared without this text. */
void turn_without(const char *text);

/* ---- office.c: what the office does to visits, by the stores ---- */

extern const struct web_route office_routes[];

/* ---- sql.c ---- */

/* Answers with a frame S or E. */
void sql_run(const struct settings *s, const char *text, size_t n);

#endif

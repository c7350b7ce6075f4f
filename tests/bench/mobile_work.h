/* The rows of the sync API's requests and nothing around them: what the bare program
   (mobile_bare.c) and the loop without HTTP (mobile_loop.c) do. */
#ifndef LIANCHA_BENCH_MOBILE_WORK_H
#define LIANCHA_BENCH_MOBILE_WORK_H

#include "base/buf.h"
#include "sys/db.h"

enum { WORK_OPS_MAX = 200 };

/* Items of adjacent visits behind seq. */
struct work_pull {
    int64_t first;
    int64_t last;
    int64_t seq;
    int64_t limit;
};

struct work_op {
    char id_text[37];
    uint8_t id[16];
    uint8_t hash[32]; /* of its text */
    int64_t counter;
    int64_t check_id;
    const char *code;
    const char *problem;
};

/* Writes the page as the product does, without a cursor. */
enum rc work_pull(struct db *db, struct arena *a, const struct work_pull *p,
                  struct buf *out) RC_CHECKED;
/* One transaction: ledger, results, feeds; all operations are of that section. */
enum rc work_push(struct db *db, struct arena *a, int64_t device_id, int64_t section_id,
                  const struct work_op *ops, size_t n, struct buf *out) RC_CHECKED;
/* The place of one operation's 32 hexadecimal digits, hyphens left out. */
bool work_id(const char *text, uint8_t id[16]);

#endif

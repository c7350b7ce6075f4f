/*
 * The bodies that the feeds carry, read back from the rows after they were written: one path for
 * the dispatch, a review and a push. For the files of record_publish alone.
 */
#ifndef LIANCHA_STORE_RECORD_PUBLISH_H
#define LIANCHA_STORE_RECORD_PUBLISH_H

#include "base/buf.h"
#include "store/field/feed.h"
#include "store/field/record.h"
#include "sys/jsonw.h"

/* The rows of a JSON list of ids, in its order: wanted.n. */
#define PUBLISH_WANTED                                                                             \
    " FROM JSON_TABLE(?, '$[*]' COLUMNS (n FOR ORDINALITY, id BIGINT UNSIGNED PATH '$')) AS "      \
    "wanted"

struct publisher {
    struct db *db;
    struct arena *arena;
    struct feed_item *items;
    size_t n;
    size_t room;
    struct buf body;
    bool full; /* a body did not fit */
    struct jsonw json;
};

/* The body of an item: begin, members, end. */
struct jsonw *publish_begin(struct publisher *p);
void publish_end(struct publisher *p, struct feed_item item);
/* An item that has its body. */
void publish_item(struct publisher *p, struct feed_item item);

enum rc publish_query(struct publisher *p, const struct db_stmt *s, const int64_t *ids, size_t n,
                      struct db_query **q) RC_CHECKED;
void publish_instant(struct jsonw *w, const char *key, const struct db_query *q, unsigned column);
void publish_place(struct jsonw *w, const struct db_query *q, unsigned lon, unsigned lat);

enum rc publish_whole_visits(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
/* Without their sections. */
enum rc publish_visits(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
enum rc publish_sections(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
enum rc publish_checks(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
enum rc publish_evidence(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
enum rc publish_doors(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;
enum rc publish_conflicts(struct publisher *p, const int64_t *ids, size_t n) RC_CHECKED;

#endif

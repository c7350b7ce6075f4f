/*
 * Feeds: what the phones follow. A feed has a head (its newest sequence number) and the latest
 * state of each entity as ready JSON, clustered on (feed, sequence).
 *
 * Writing is the last step of a transaction (only the audit event comes behind it): the locks of
 * the heads are held to the commit, so the order of sequence numbers is the order of commits, and a
 * reader who has seen number n has seen every number below it. Heads are locked in ascending order.
 *
 * kind 1 inspector: one item per assigned visit, renewed whenever that visit's feed changes; it
 * tells
 *        which visits to look at, so an idle poll reads heads only
 * kind 2 visit: header, sections, check results, evidence manifests, open conflicts
 * kind 3 department: its own name and region
 * kind 4 dictionary (owner 0): result codes, specialties, checklists
 */
#ifndef LIANCHA_STORE_FEED_H
#define LIANCHA_STORE_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"

enum feed_kind { FEED_INSPECTOR = 1, FEED_VISIT, FEED_DEPARTMENT, FEED_DICTIONARY };

struct feed_item {
    enum feed_kind kind;
    int64_t owner_id;   /* of the inspector, visit or department; 0 for the dictionary */
    const char *entity; /* as mobile-api/openapi.yaml has it, e.g. "check_result" */
    int64_t entity_id;
    int64_t version;
    bool deleted;
    const char *body; /* a JSON object of at most 65,535 bytes; "{}" when deleted */
    /* Set by the reads, ignored by feed_write: */
    int64_t seq;
    int64_t from; /* by feed_read: behind which number the reading started */
    int64_t head; /* by feed_read: of the feed, whose last numbers may be gone */
};

/*
 * Writes the items and bumps their heads: four statements, however many items there are. For every
 * visit feed among them the item of that visit in the feed of each inspector assigned to one of its
 * sections is renewed too, so the assignment rows must be written before. That an assignment was
 * withdrawn is told by an item of the inspector's feed: entity "visit", the visit's id, deleted.
 * No entity may occur twice. Items of one feed get their numbers in the order given.
 */
enum rc feed_write(struct db *db, struct arena *a, const struct feed_item *items,
                   size_t n) RC_CHECKED;

/* Where the feeds of one inspector stand; a feed that nobody wrote stands at 0. */
struct feed_heads {
    char
        epoch[37]; /* another one after the database was restored from a backup; "": none was set */
    int64_t shared; /* rises with any change of the dictionary, a department, or its inspectors */
    int64_t inspector;
    int64_t department_id; /* of the inspector */
    int64_t department;
    int64_t dictionary;
};

/* The first three, which an idle poll needs, for a statement that knows the inspector: columns of
   types "tii", and the joins for them. Each table costs the server as much as the rest of a
   statement, so what seldom changes, for all at once, is one number beside the epoch. */
#define FEED_HEADS_COLUMNS "epoch.epoch, epoch.shared, own.seq"
#define FEED_HEADS_JOINS(inspector)                                                                \
    " LEFT JOIN sync_epoch AS epoch ON epoch.id = 1"                                               \
    " LEFT JOIN feed_head AS own ON own.kind = 1 AND own.owner_id = " inspector
void feed_heads_row(const struct db_query *q, unsigned column, struct feed_heads *heads);

/* All of them, by one statement; RC_NOT_FOUND. */
enum rc feed_read_heads(struct db *db, int64_t inspector_id, struct feed_heads *out) RC_CHECKED;

/* Raises heads.shared: for who changes the department of inspectors. feed_write does it for its
   own. */
enum rc feed_raise_shared(struct db *db) RC_CHECKED;

/* Takes one item, whose pointers live until it returns; false ends the reading. */
typedef bool feed_fn(const struct feed_item *item, void *data);

/*
 * The items of one feed behind seq, ascending, at most limit rows. When seq is 0, or a tombstone
 * above both seq and floor was purged, the feed is read from 0, without tombstones, and .from is 0:
 * the reader's phone forgets what it has of the feed. floor matters when a feed is read from 0 page
 * by page, seq being the last item of the page before: it is the head that the feed had at the
 * first page, for what was purged below it that phone never had. Else it is 0. A feed without any
 * such item gives one row whose entity is NULL, so that .from is told; one that was never written
 * gives none.
 */
enum rc feed_read(struct db *db, enum feed_kind kind, int64_t owner_id, int64_t seq, int64_t floor,
                  int64_t limit, feed_fn *fn, void *data) RC_CHECKED;

/* A visit of which an inspector's feed tells something, and how the visit's own feed stands. */
struct feed_change {
    int64_t visit_id;
    int64_t seq; /* in the inspector's feed */
    bool removed;
    int64_t head;
    int64_t purged; /* who stands below begins at 0 */
};

/* A visit of which a phone holds what its feed told up to seq. floor: as feed_read has it. */
struct feed_known {
    int64_t visit_id;
    int64_t seq;
    int64_t floor;
};

/* How far a phone has followed the feed of its inspector, and at most FEED_KNOWN_MAX feeds of
   visits. */
enum { FEED_KNOWN_MAX = 512 };
struct feed_reader {
    int64_t inspector_id;
    int64_t seq;
    bool removed_too; /* whether it is to learn which visits are no longer its inspector's */
    const struct feed_known *known;
    size_t count;
};

/*
 * The visits that changed behind reader->seq, in the order in which they changed last, each with
 * the items of its feed behind where it is known, deleted ones too, at most limit rows; *rows: how
 * many came, which is limit when there may be more. item->from: 0 where the visit is not known, or
 * a tombstone above both its seq and its floor was purged. A change without any such item comes
 * once, with an item whose entity is NULL. One statement, hence one snapshot: the numbers of a
 * change, its items and what was purged agree, within a transaction or without. Takes one row, as a
 * feed_fn.
 */
typedef bool feed_news_fn(const struct feed_change *change, const struct feed_item *item,
                          void *data);
enum rc feed_read_news(struct db *db, const struct feed_reader *reader, int64_t limit,
                       feed_news_fn *fn, void *data, size_t *rows) RC_CHECKED;

/* A feed and the number behind which its items are wanted. */
struct feed_position {
    int64_t owner_id;
    int64_t seq;
};

/* The items of at most FEED_VISITS_MAX visits, deleted ones too, by visit and number whatever the
   order of the positions; *rows: how many came, which is limit when there may be more. */
enum { FEED_VISITS_MAX = 64 };
enum rc feed_read_visits(struct db *db, const struct feed_position *positions, size_t count,
                         int64_t limit, feed_fn *fn, void *data, size_t *rows) RC_CHECKED;

/* One entity of a feed, unless it is not there or deleted. */
enum rc feed_find(struct db *db, enum feed_kind kind, int64_t owner_id, const char *entity,
                  int64_t entity_id, feed_fn *fn, void *data) RC_CHECKED;

/* The visits of an inspector behind an id, ascending: the items of the inspector's feed. */
enum rc feed_visits(struct db *db, int64_t inspector_id, int64_t after, int64_t limit, feed_fn *fn,
                    void *data) RC_CHECKED;

/* Something that an inspector's phone was told of, and then that it is gone. */
struct feed_lost {
    const char *entity; /* "visit", "section", "check_result" */
    int64_t id;
};

/*
 * Removes at most FEED_PURGE_MAX tombstones that were written before a day (Date) and sets *n to
 * how many; the rest of a transaction is the caller's. Only visits' feeds lose any, and those of
 * sections and check results stay for ever, for feed_lost. A reader below what was removed begins
 * at 0.
 */
enum { FEED_PURGE_MAX = 500 };
enum rc feed_purge(struct db *db, struct arena *a, int32_t before, size_t *n) RC_CHECKED;

/* Leaves those of list that the inspector lost; *n: how many there are, before and after. At most
   1,000. */
enum rc feed_lost(struct db *db, struct arena *a, int64_t inspector_id, struct feed_lost *list,
                  size_t *n) RC_CHECKED;

#endif

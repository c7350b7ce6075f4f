/*
 * The draw: rules liancha-draw/2 (SHA-256) and liancha-draw/2-sm3 (SM3 in every place of SHA-256),
 * and liancha-draw/1 and /1-sm3, by which nobody draws any more, but whose bundles are verified.
 *
 *   secret      = 64 lowercase hex characters; by rule 1, where rosters are committed to
 *                 (roster.h beside this): hex H(nonce|roster-1 hash|roster-2 hash|…), in the order
 *                 of draw id
 *   secret hash = H(secret)
 *   seed        = rule 2: hex H(secret-hex|public value|announcement hash), see announcement.h
 *                 rule 1: hex H(secret-hex|public value|snapshot-1 hash|snapshot-2 hash|…)
 *                 snapshots in the order of draw id, hashes as lowercase hex
 *   ticket      = H(seed|SUBJECT-ID|j), j decimal from 1
 *   score       = the smallest, compared as bytes, of the subject's first WEIGHT tickets
 *
 * In each stratum the QUOTA smallest scores are selected, in that order; the next ones, as many as
 * the quota or as are left, are the reserves, in that order.
 */
#ifndef LIANCHA_DOMAIN_DRAW_H
#define LIANCHA_DOMAIN_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/rc.h"

/* All in bytes, without a NUL. */
#define DRAW_ID_MAX 64
#define DRAW_SUBJECT_MAX 64
#define DRAW_STRATUM_MAX 64
#define DRAW_REASON_MAX 200
#define DRAW_FACTS_MAX 64
#define DRAW_RULES_MAX 160
#define DRAW_LINE_MAX (DRAW_SUBJECT_MAX + DRAW_STRATUM_MAX + DRAW_REASON_MAX + DRAW_FACTS_MAX + 8)
#define DRAW_PUBLIC_VALUE_MAX 1000
#define DRAW_WEIGHT_MAX 255
#define DRAW_QUOTA_MAX 10000000
#define DRAW_STRATA_MAX 100000
#define DRAW_SNAPSHOTS_MAX 1000 /* draws of one campaign */

enum draw_rule { DRAW_SHA256, DRAW_SM3, DRAW_2_SHA256, DRAW_2_SM3 };

/* "liancha-draw/1", "liancha-draw/1-sm3", "liancha-draw/2", "liancha-draw/2-sm3". */
const char *draw_rule_name(enum draw_rule rule);
bool draw_rule_parse(const char *name, enum draw_rule *rule);
enum digest_kind draw_digest(enum draw_rule rule);
int draw_rule_version(enum draw_rule rule); /* 1 or 2 */

/* ---- commitment and seed ---- */

/* RC_INVALID unless secret is 64 lowercase hex characters. */
enum rc draw_secret_hash(enum draw_rule rule, const char *secret, char out[DIGEST_HEX],
                         struct err *err) RC_CHECKED;
/* The secret that binds rosters: they stand in its hash before the public value is known, and
   whoever changes one afterwards needs another secret. nonce: 64 lowercase hex characters, as
   unforeseen as a secret without rosters. */
enum rc draw_secret(enum draw_rule rule, const char *nonce, const char *const *rosters,
                    size_t count, char out[DIGEST_HEX], struct err *err) RC_CHECKED;
/* A public value is UTF-8, 1 … DRAW_PUBLIC_VALUE_MAX bytes, without control characters, without
   '|' and without blanks at its ends, so that it is retyped without doubt. */
enum rc draw_public_value(const char *value, struct err *err) RC_CHECKED;
/* snapshots: their hashes as lowercase hex, in the order of draw id. */
enum rc draw_seed(enum draw_rule rule, const char *secret, const char *public_value,
                  const char *const *snapshots, size_t count, char out[DIGEST_HEX],
                  struct err *err) RC_CHECKED;

/* announcement: its digest; of the teams the digest of the closing, with their secret. */
enum rc draw_seed_2(enum draw_rule rule, const char *secret, const char *public_value,
                    const char *announcement, char out[DIGEST_HEX], struct err *err) RC_CHECKED;

/* ---- tickets ---- */

struct draw_tickets; /* a seed, hashed once for all its tickets */

/* seed is 64 lowercase hex characters. Released by the arena. Not shared between threads. */
struct draw_tickets *draw_tickets(struct arena *a, enum draw_rule rule, const char *seed);
/* H(seed|text|number), text of n bytes: a subject, or visit|VISIT-ID|inspector|INSPECTOR-ID. */
void draw_ticket(struct draw_tickets *tickets, const char *text, size_t n, unsigned number,
                 uint8_t out[DIGEST_SIZE]);
/* The smallest of the first weight tickets; weight 1 … DRAW_WEIGHT_MAX. */
void draw_score(struct draw_tickets *tickets, const char *subject, size_t n, unsigned weight,
                uint8_t out[DIGEST_SIZE]);

/* ---- snapshot ---- */

/*
 * UTF-8, LF; first line "liancha-snapshot/2<TAB>DRAW-ID<TAB>DAY<TAB>RULES<TAB>CHANGES", then,
 * ascending bytewise by subject and then stratum and without doubles,
 * "SUBJECT-ID<TAB>STRATUM<TAB>WEIGHT<TAB>REASON<TAB>FACTS". The reason is empty if and only if the
 * weight is above 0. No field holds a control character, no subject '|'. A stratum is six digits,
 * '.', and a specialty of a-z, 0-9 and '_'. DAY, RULES and FACTS are what weight and reason follow
 * from (weight.h beside this), CHANGES the digest of the file of what changed lately. By rule 1
 * "liancha-snapshot/1", without the last three and without FACTS.
 */
struct draw_snapshot_head {
    char draw_id[DRAW_ID_MAX + 1];
    int version; /* 1 or 2; by 1 the rest is empty */
    int32_t day;
    char rules[DRAW_RULES_MAX + 1];
    char changes[DIGEST_HEX];
};

struct draw_writer {
    struct buf *out; /* the caller may empty it between two lines */
    int version;
    size_t lines; /* written so far, without the header */
    size_t eligible;
    char subject[DRAW_SUBJECT_MAX + 1]; /* of the line before */
    char stratum[DRAW_STRATUM_MAX + 1];
};

/* Writes the header. RC_INVALID when it breaks its rule. */
enum rc draw_write_start(struct draw_writer *writer, struct buf *out,
                         const struct draw_snapshot_head *head, struct err *err) RC_CHECKED;
/* Writes a line; facts is NULL by version 1. RC_INVALID when a field or the order breaks the
   format, RC_TOO_LARGE when out is full; then nothing of it counts. */
enum rc draw_write(struct draw_writer *writer, const char *subject, const char *stratum,
                   unsigned weight, const char *reason, const char *facts,
                   struct err *err) RC_CHECKED;

/* Fields point into the snapshot's bytes; none is NUL-terminated. */
struct draw_line {
    const char *subject;
    const char *stratum;
    const char *reason;
    const char *facts; /* NULL by version 1 */
    size_t subject_size;
    size_t stratum_size;
    size_t reason_size;
    size_t facts_size;
    unsigned weight;
};

struct draw_reader {
    const char *bytes;
    size_t size;
    size_t next;        /* offset of the next line */
    size_t line_number; /* of the line read last, the header being 1 */
    size_t line_offset; /* its first byte, and after a fault the faulty line's */
    size_t line_end;    /* behind its last byte, its LF included */
    struct draw_snapshot_head head;
    struct draw_line line; /* the line read last */
};

/* Reads the header of size bytes, which stay the caller's and must outlive the reader. */
enum rc draw_read_start(struct draw_reader *reader, const char *bytes, size_t size,
                        struct err *err) RC_CHECKED;
/* RC_OK with the next line, RC_DONE behind the last, or RC_MALFORMED: err->pointer is
   "line N, bytes A-B" (B exclusive) and the reader's line_… fields say the same. */
enum rc draw_read(struct draw_reader *reader, struct draw_line *line, struct err *err) RC_CHECKED;

/* ---- strata and selection ---- */

struct draw_quota {
    const char *stratum;
    uint32_t quota; /* 0 … DRAW_QUOTA_MAX */
};

struct draw_stratum {
    const char *name;
    uint32_t quota;
    bool listed; /* false: stands in the snapshot, has no quota, nothing is drawn from it */
    size_t lines;
    size_t eligible; /* lines of weight above 0; below quota: the stratum cannot fill it */
};

struct draw_strata; /* the strata of one draw, by name */

/* RC_INVALID for a bad or doubled stratum or a quota out of bounds. Names are copied. */
enum rc draw_strata(struct arena *a, const struct draw_quota *quotas, size_t count,
                    struct draw_strata **strata, struct err *err) RC_CHECKED;
/* Counts a line; RC_TOO_LARGE beyond DRAW_STRATA_MAX strata. */
enum rc draw_strata_count(struct draw_strata *strata, const char *stratum, size_t stratum_size,
                          unsigned weight, struct err *err) RC_CHECKED;
/* All strata ascending by name, in the arena. */
const struct draw_stratum *draw_strata_list(struct draw_strata *strata, size_t *count);

struct draw_pick {
    const char *stratum;  /* NUL-terminated, in the arena as the rest */
    const char *subject;  /* NUL-terminated */
    const uint8_t *score; /* DIGEST_SIZE bytes */
    uint32_t position;    /* rank in its stratum from 1; the reserves go on counting */
    bool reserve;
};

struct draw_result {
    const struct draw_pick *picks; /* by stratum bytewise, then position */
    size_t count;
    size_t selected;
    size_t reserves;
    const struct draw_stratum *strata;
    size_t stratum_count;
    size_t lines;
    size_t eligible;
    char draw_id[DRAW_ID_MAX + 1];
};

/*
 * Draws from a whole snapshot, in that many threads (0 and 1: in the caller's own); the result is
 * the same for any number. Memory grows with twice the quotas, not with the snapshot, whose bytes
 * must stay in place during the call only. Two equal scores (practically impossible) go by subject
 * id. RC_MALFORMED as draw_read, RC_INVALID for the quotas.
 */
enum rc draw_select(struct arena *a, enum draw_rule rule, const char *seed, const char *snapshot,
                    size_t size, const struct draw_quota *quotas, size_t quota_count,
                    unsigned threads, struct draw_result *result, struct err *err) RC_CHECKED;

/*
 * The same from a snapshot that comes in pieces, in their order, each of whole lines; the caller
 * may forget a piece after the call. A faulty line is reported by any later call, at the latest by
 * the last, and its number and bytes are those of the piece. Threads end with draw_run_end, or with
 * the arena.
 */
struct draw_run;

#define DRAW_THREADS_MAX 8

enum rc draw_run_start(struct arena *a, enum draw_rule rule, const char *seed,
                       const struct draw_quota *quotas, size_t quota_count, unsigned threads,
                       struct draw_run **run, struct err *err) RC_CHECKED;
enum rc draw_run_piece(struct draw_run *run, const char *bytes, size_t size,
                       struct err *err) RC_CHECKED;
enum rc draw_run_end(struct draw_run *run, struct draw_result *result, struct err *err) RC_CHECKED;

/* ---- result file ---- */

/* Stratum, position, subject, kind, score, their TABs and the LF. */
#define DRAW_RESULT_LINE_MAX (DRAW_STRATUM_MAX + 10 + DRAW_SUBJECT_MAX + 8 + 2 * DIGEST_SIZE + 5)

/* "STRATUM<TAB>POSITION<TAB>SUBJECT<TAB>selected|reserve<TAB>SCORE-HEX" LF. */
void draw_result_line(struct buf *out, const struct draw_pick *pick);
/* RC_OK when the published result file equals the picks, else RC_CHECKSUM: err->pointer is
   "line N, bytes A-B" of the file, the detail names the stratum, position and subject expected. */
enum rc draw_result_compare(struct arena *a, const char *text, size_t size,
                            const struct draw_result *result, struct err *err) RC_CHECKED;

/* ---- what is public of a result while its reserves may still be used ---- */

/* hex H(secret|reserve|draw|stratum|position): what opens one reserve, and tells nothing of the
   secret, nor of another. position is a decimal number. */
void draw_opening(enum draw_rule rule, const char *secret, const char *draw, const char *stratum,
                  uint32_t position, char out[DIGEST_HEX]);

/* "liancha-drawn/1<TAB>DRAW" LF. */
void draw_drawn_head(struct buf *out, const char *draw);
/*
 * "STRATUM<TAB>POSITION<TAB>SUBJECT<TAB>selected" LF, of a reserve
 * "STRATUM<TAB>POSITION<TAB>HEX<TAB>reserve" LF, where HEX is
 * H(opening|draw|stratum|position|subject). At most DRAW_RESULT_LINE_MAX bytes.
 */
void draw_drawn_line(struct buf *out, enum draw_rule rule, const char *secret, const char *draw,
                     const struct draw_pick *pick);
/* RC_OK when the published file is the head and the lines of these picks, else RC_CHECKSUM with
   "line N" as err->pointer. */
enum rc draw_drawn_compare(struct arena *a, const char *text, size_t size, enum draw_rule rule,
                           const char *secret, const struct draw_result *result,
                           struct err *err) RC_CHECKED;

#endif

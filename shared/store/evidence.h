/*
 * Evidence: manifests (what was taken, append-only), uploads in progress, and contents, which are
 * files whose bytes were verified against their SHA-256, each stored once.
 *
 * A manifest counts as verified once all bytes of its content were handed over by the inspector who
 * declared it, or by one assigned to its section: to know a digest is not to have the file. One whose
 * file will not come may be written off. It is not verified by that, and is when the file comes after all.
 */
#ifndef LIANCHA_STORE_EVIDENCE_H
#define LIANCHA_STORE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "sys/db.h"

enum { EVIDENCE_UPLOAD_ID = 16 }; /* bytes */

extern const char *const evidence_kind_names[]; /* "photo" first, the default; ends with NULL */

struct evidence {
    const uint8_t *op_id; /* 16 bytes, of the operation that declares it */
    int64_t section_id;
    int64_t check_result_id; /* 0: of the whole section */
    uint8_t sha256[DIGEST_SIZE];
    int64_t size; /* bytes */
    const char *media_type;
    const char *kind; /* one of evidence_kind_names */
    int64_t taken_at;
    bool placed; /* lon and lat are given */
    double lon;
    double lat;
};

/* Inserts manifests, of which those whose content was handed over count at once; ids: theirs, and of
   others that count since, in no order. */
enum rc evidence_add(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                     const struct evidence *manifests, size_t n, int64_t **ids,
                     size_t *id_count) RC_CHECKED;

/* What a photo says itself of where and when it was taken. */
struct evidence_origin {
    bool timed;
    int64_t taken_at;
    bool placed;
    double lon;
    double lat;
};

/*
 * Locks a content to the end of the transaction, known or not: whoever stores its file, declares it or
 * clears it away waits for the others. *stored: whether its bytes are here.
 */
enum rc evidence_content_lock(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                              bool *stored) RC_CHECKED;
/* Whether its bytes are here, without a lock. */
enum rc evidence_content_stored(struct db *db, const uint8_t sha256[DIGEST_SIZE],
                                bool *stored) RC_CHECKED;
/* Its verified bytes are here, which is what this device handed over. The content is locked. */
enum rc evidence_content_store(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                               const struct evidence_origin *origin, int64_t device_id,
                               int64_t inspector_id, int64_t now) RC_CHECKED;
/* Bytes of a content that this inspector handed over; RC_NOT_FOUND otherwise. */
enum rc evidence_content_held(struct db *db, const uint8_t sha256[DIGEST_SIZE],
                              int64_t inspector_id, int64_t *size) RC_CHECKED;
/* Lets the manifests of a locked content count that may; ids: which, at most 1,000. */
enum rc evidence_content_count(struct db *db, struct arena *a, const uint8_t sha256[DIGEST_SIZE],
                               int64_t now, int64_t **ids, size_t *n) RC_CHECKED;

/* The same for the manifests of a section whose inspectors changed. */
enum rc evidence_section_count(struct db *db, struct arena *a, int64_t section_id, int64_t now,
                               int64_t **ids, size_t *n) RC_CHECKED;

/* That a file will not come. */
struct evidence_write_off {
    int64_t at;     /* 0: was not written off */
    const char *by; /* login */
    const char *why;
};

/* A manifest as the desk sees it, beside what its file says. */
struct evidence_shown {
    int64_t id;
    int64_t section_id;
    int64_t department_id;
    struct evidence manifest; /* without op_id */
    int64_t inspector_id;     /* who declared it */
    const char *card_no;
    bool verified;
    struct evidence_origin origin;
    struct evidence_write_off written_off;
};

/* Manifests of a section behind an id. */
enum rc evidence_list(struct db *db, struct arena *a, int64_t section_id, int64_t after,
                      int64_t limit, struct evidence_shown **list, size_t *n) RC_CHECKED;
enum rc evidence_by_id(struct db *db, struct arena *a, int64_t id,
                       struct evidence_shown *out) RC_CHECKED;
/* The same, locked to the end of the transaction: a file that arrives waits. */
enum rc evidence_lock(struct db *db, struct arena *a, int64_t id,
                      struct evidence_shown *out) RC_CHECKED;
/* RC_STATE when it is verified or was written off. */
enum rc evidence_write_off(struct db *db, int64_t id, int64_t account_id, int64_t now,
                           const char *why) RC_CHECKED;

struct evidence_upload {
    uint8_t id[EVIDENCE_UPLOAD_ID];
    int64_t device_id;
    uint8_t sha256[DIGEST_SIZE];
    int64_t size;
    int64_t received;
    int64_t expires_at;
    const char *metadata; /* Upload-Metadata as the client gave it */
};

/* How many uploads of the device are not complete. */
enum rc evidence_upload_open(struct db *db, int64_t device_id, int64_t now,
                             int64_t *count) RC_CHECKED;
enum rc evidence_upload_create(struct db *db, const struct evidence_upload *upload) RC_CHECKED;
/* RC_NOT_FOUND unless it is the device's own. for_write locks it to the end of the transaction. */
enum rc evidence_upload_read(struct db *db, struct arena *a, const uint8_t id[EVIDENCE_UPLOAD_ID],
                             int64_t device_id, bool for_write,
                             struct evidence_upload *out) RC_CHECKED;
enum rc evidence_upload_received(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                                 int64_t received) RC_CHECKED;
/* It has come to its end; evidence_upload_expired finds it. */
enum rc evidence_upload_expire(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                               int64_t now) RC_CHECKED;
enum rc evidence_upload_delete(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID]) RC_CHECKED;
/* Whether there is such an upload, whoever's. */
enum rc evidence_upload_exists(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                               bool *exists) RC_CHECKED;
/* Some uploads that expired, at most limit; one that another request holds is passed over. */
enum rc evidence_upload_expired(struct db *db, struct arena *a, int64_t now, int64_t limit,
                                struct evidence_upload **uploads, size_t *n) RC_CHECKED;

#endif

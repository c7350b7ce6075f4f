/*
 * Evidence: manifests (what was taken, append-only), uploads in progress, and blobs, which are files
 * whose bytes were verified against their SHA-256. A manifest is verified when its blob is there.
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

struct evidence {
    const uint8_t *op_id; /* 16 bytes, of the operation that declares it */
    int64_t section_id;
    int64_t check_result_id; /* 0: of the whole section */
    uint8_t sha256[DIGEST_SIZE];
    int64_t size; /* bytes */
    const char *media_type;
    int64_t taken_at;
    bool placed; /* lon and lat are given */
    double lon;
    double lat;
};

/* Inserts manifests; ids: their ids, in no order. */
enum rc evidence_add(struct db *db, struct arena *a, int64_t device_id,
                     const struct evidence *manifests, size_t n, int64_t **ids,
                     size_t *id_count) RC_CHECKED;
/* Ids of the manifests of a content, at most 1,000. */
enum rc evidence_by_content(struct db *db, struct arena *a, const uint8_t sha256[DIGEST_SIZE],
                            int64_t **ids, size_t *n) RC_CHECKED;

/* RC_NOT_FOUND when there is none. */
enum rc evidence_blob_size(struct db *db, const uint8_t sha256[DIGEST_SIZE],
                           int64_t *size) RC_CHECKED;
/* Adding one that is there already is no error. */
enum rc evidence_blob_add(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                          int64_t now) RC_CHECKED;

struct evidence_upload {
    uint8_t id[EVIDENCE_UPLOAD_ID];
    int64_t device_id;
    uint8_t sha256[DIGEST_SIZE];
    int64_t size;
    int64_t received;
    int64_t expires_at;
};

/* How many uploads of the device are not complete. */
enum rc evidence_upload_open(struct db *db, int64_t device_id, int64_t now,
                             int64_t *count) RC_CHECKED;
enum rc evidence_upload_create(struct db *db, const struct evidence_upload *upload) RC_CHECKED;
/* RC_NOT_FOUND unless it is the device's own. for_write locks it to the end of the transaction. */
enum rc evidence_upload_read(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID], int64_t device_id,
                             bool for_write, struct evidence_upload *out) RC_CHECKED;
enum rc evidence_upload_received(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID],
                                 int64_t received) RC_CHECKED;
enum rc evidence_upload_delete(struct db *db, const uint8_t id[EVIDENCE_UPLOAD_ID]) RC_CHECKED;
/* Some uploads that expired, at most limit; one that another request holds is passed over. */
enum rc evidence_upload_expired(struct db *db, struct arena *a, int64_t now, int64_t limit,
                                struct evidence_upload **uploads, size_t *n) RC_CHECKED;

#endif

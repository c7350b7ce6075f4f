/*
 * Evidence: manifests (what was taken, append-only), uploads in progress, and contents, which are
 * files whose bytes were verified against their SHA-256, each stored once.
 *
 * A manifest counts as verified once all bytes of its content were handed over by the inspector who
 * declared it, or by one assigned to its section: to know a digest is not to have the file. One
 * whose file will not come may be written off. It is not verified by that, and is when the file
 * comes after all.
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
#include "sys/list.h"

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

/* A media type as it is kept and compared: small (RFC 9110 8.3.1), without parameters and blanks
   around it; NULL when it is none. */
const char *evidence_media_type(struct arena *a, const char *text);

/* Inserts manifests, of which those whose content was handed over count at once; ids: theirs, and
   of others that count since, in no order. */
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
 * Locks a content to the end of the transaction, known or not: whoever stores its file, declares it
 * or clears it away waits for the others. *stored: whether its bytes are here.
 */
enum rc evidence_content_lock(struct db *db, const uint8_t sha256[DIGEST_SIZE], int64_t size,
                              bool *stored) RC_CHECKED;
/* Whether its bytes are here, without a lock. */
enum rc evidence_content_stored(struct db *db, const uint8_t sha256[DIGEST_SIZE],
                                bool *stored) RC_CHECKED;
/* How many files were stored before that instant, as the clock said. */
enum rc evidence_stored_before(struct db *db, int64_t at, int64_t *n) RC_CHECKED;
/* The contents whose bytes are here, ascending behind one (32 zero bytes: from the start), at most
   max. */
struct evidence_content {
    uint8_t sha256[DIGEST_SIZE];
    int64_t size;
};
enum rc evidence_contents(struct db *db, const uint8_t behind[DIGEST_SIZE],
                          struct evidence_content *out, size_t max, size_t *n) RC_CHECKED;
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

/* That a file will not come, of a record at the door. */
struct evidence_write_off {
    int64_t at;     /* 0: was not written off */
    const char *by; /* login */
    const char *reason;
};

/* A manifest as the desk sees it, beside what its file says. */
struct evidence_shown {
    int64_t id;
    int64_t section_id;
    int64_t department_id;
    int64_t check_result_id; /* 0: of the whole section */
    const char *inspector;   /* card of who declared it */
    int64_t inspector_id;
    char sha256[DIGEST_HEX];
    int64_t size; /* bytes */
    const char *type;
    const char *kind;
    int64_t taken_at;
    double lon; /* NAN: not known; so below */
    double lat;
    bool verified;
    int64_t written_off_at;     /* 0: was not written off */
    const char *written_off_by; /* login */
    const char *written_off_reason;
    int64_t exif_taken_at; /* what the file itself says; 0: nothing */
    double exif_lon;
    double exif_lat;
    double minutes; /* differences where both say something, the caller's to compute; NAN: none */
    double metres;
    bool time_flagged; /* above the limit */
    bool place_flagged;
};

extern const struct row_set evidence_rows;
/* Those of a section (scope: its id). */
extern const struct list evidence_list;
enum rc evidence_by_id(struct db *db, struct arena *a, int64_t id,
                       struct evidence_shown *out) RC_CHECKED;
/* The same, locked to the end of the transaction: a file that arrives waits. */
enum rc evidence_lock(struct db *db, struct arena *a, int64_t id,
                      struct evidence_shown *out) RC_CHECKED;
/* RC_STATE when it is verified or was written off. */
enum rc evidence_write_off(struct db *db, int64_t id, int64_t account_id, int64_t now,
                           const char *reason) RC_CHECKED;

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
/* An upload of the device and of that content that is not complete, the furthest; RC_NOT_FOUND. */
enum rc evidence_upload_begun(struct db *db, struct arena *a, int64_t device_id,
                              const uint8_t sha256[DIGEST_SIZE], int64_t size, int64_t now,
                              struct evidence_upload *out) RC_CHECKED;
/* Its expiry and metadata anew. */
enum rc evidence_upload_renew(struct db *db, const struct evidence_upload *upload) RC_CHECKED;
/* Of the device's uploads that are not complete the oldest, an empty one if there is any; locked.
   RC_NOT_FOUND: none, or all at work. */
enum rc evidence_upload_oldest(struct db *db, struct arena *a, int64_t device_id, int64_t now,
                               struct evidence_upload *out) RC_CHECKED;

/* What a device has announced by uploads that have not expired. */
struct evidence_load {
    int64_t bytes;
    int64_t undeclared; /* uploads of contents of which there is no manifest */
};
enum rc evidence_upload_load(struct db *db, int64_t device_id, int64_t now,
                             struct evidence_load *out) RC_CHECKED;
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

/*
 * The files of evidence below settings.evidence_dir:
 *   partial/<upload id>   bytes received so far
 *   <ab>/<sha256>         verified files by content; ab: the first two digits
 *
 * A file counts only by its row in evidence_blob: one that a crash left behind is harmless, for it
 * was verified before it got that name.
 */
#ifndef LIANCHA_STORE_EVIDENCE_FILE_H
#define LIANCHA_STORE_EVIDENCE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "store/evidence/evidence.h"

/* "ab/<sha256>", relative to the folder. */
const char *evidence_file_name(struct arena *a, const uint8_t sha256[DIGEST_SIZE]);

/*
 * Writes at offset and makes it durable. RC_NOT_FOUND when there is no file although offset is
 * above 0, RC_GONE when it is shorter than that, RC_NO_SPACE when the disk is full; what was there
 * before is kept.
 */
enum rc evidence_file_append(struct arena *a, const char *dir, const struct evidence_upload *upload,
                             int64_t offset, const void *bytes, size_t n) RC_CHECKED;
/* RC_CHECKSUM when the whole file differs from upload->sha256. */
enum rc evidence_file_verify(struct arena *a, const char *dir,
                             const struct evidence_upload *upload) RC_CHECKED;
/* Whether a content lies there whole: RC_NOT_FOUND when it does not, RC_CHECKSUM when it is another
   by now. */
enum rc evidence_file_check(struct arena *a, const char *dir, const uint8_t sha256[DIGEST_SIZE],
                            int64_t size) RC_CHECKED;
/* Moves the verified file to the name of its content, durably. */
enum rc evidence_file_keep(struct arena *a, const char *dir,
                           const struct evidence_upload *upload) RC_CHECKED;
/* Whether the content lies there already. */
bool evidence_file_kept(struct arena *a, const char *dir, const struct evidence_upload *upload);
/* The first bytes of a content, at most size; returns how many, 0 also when it cannot be read. */
size_t evidence_file_begin(struct arena *a, const char *dir, const uint8_t sha256[DIGEST_SIZE],
                           void *bytes, size_t size);
/* Gives the bytes received so far back, and leaves the file: one that is gone got its name. */
void evidence_file_clear(struct arena *a, const char *dir, const struct evidence_upload *upload);
/* Removes the bytes received so far, if there are any. */
void evidence_file_drop(struct arena *a, const char *dir, const struct evidence_upload *upload);

/* What a crash may leave behind; nothing younger than before is touched, nor anything with another
   name. */
struct evidence_file_found {
    bool partial;
    uint8_t id[EVIDENCE_UPLOAD_ID]; /* of a partial one */
    uint8_t sha256[DIGEST_SIZE];    /* of a content */
    int64_t size;
};

/* Called for each; RC_DONE ends the walk early, as does a fault. */
typedef enum rc evidence_file_fn(const struct evidence_file_found *found, void *data);
/* Walks all files last written before an instant. RC_UNAVAILABLE when a folder cannot be read. */
enum rc evidence_file_walk(const char *dir, int64_t before, evidence_file_fn *fn,
                           void *data) RC_CHECKED;
/* Removes one that was found. */
enum rc evidence_file_remove(struct arena *a, const char *dir,
                             const struct evidence_file_found *found) RC_CHECKED;

#endif

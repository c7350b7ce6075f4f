/*
 * The files of evidence below settings.evidence_dir:
 *   partial/<upload id>   bytes received so far
 *   <ab>/<sha256>         verified files by content; ab: the first two digits
 *
 * A file counts only by its row in evidence_blob: one that a crash left behind is harmless, for it
 * was verified before it got that name.
 */
#ifndef LIANCHA_MOBILE_UPLOAD_FILE_H
#define LIANCHA_MOBILE_UPLOAD_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "store/evidence.h"

/*
 * Writes at offset and makes it durable. RC_NOT_FOUND when the bytes before offset are not there,
 * RC_NO_SPACE when the disk is full; what was there before is kept.
 */
enum rc upload_file_append(struct arena *a, const char *dir, const struct evidence_upload *upload,
                           int64_t offset, const void *bytes, size_t n) RC_CHECKED;
/* RC_CHECKSUM when the whole file differs from upload->sha256. */
enum rc upload_file_verify(struct arena *a, const char *dir,
                           const struct evidence_upload *upload) RC_CHECKED;
/* Moves the verified file to the name of its content, durably. */
enum rc upload_file_keep(struct arena *a, const char *dir,
                         const struct evidence_upload *upload) RC_CHECKED;
/* Whether the content lies there already. */
bool upload_file_kept(struct arena *a, const char *dir, const struct evidence_upload *upload);
/* Removes the bytes received so far, if there are any. */
void upload_file_drop(struct arena *a, const char *dir, const struct evidence_upload *upload);

#endif

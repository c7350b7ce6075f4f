/*
 * Where and when a photo says itself that it was taken: the EXIF of a JPEG, by libexif.
 *
 * The bytes are a stranger's. They are read by a child process that can open, write and start
 * nothing: what breaks there costs the photo its origin, never the upload.
 */
#ifndef LIANCHA_MOBILE_PHOTO_H
#define LIANCHA_MOBILE_PHOTO_H

#include <stddef.h>

#include "store/evidence/evidence.h"

/* So much of a file's beginning is looked at: EXIF has at most 64 KiB, behind other such
   segments. */
enum { PHOTO_BEGIN = 256 * 1024 };

/* Reads the beginning of a file in this process. Whatever it is, out is set. */
void photo_read(const void *bytes, size_t n, struct evidence_origin *out);
/* The same in a child process. */
void photo_read_apart(const void *bytes, size_t n, struct evidence_origin *out);

#endif

#include "base/rc.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"

static const char *const names[RC_COUNT] = {
    [RC_OK] = "ok",
    [RC_DONE] = "done",
    [RC_MALFORMED] = "malformed",
    [RC_INVALID] = "invalid",
    [RC_UNAUTHENTICATED] = "unauthenticated",
    [RC_PROOF] = "invalid-proof",
    [RC_FORBIDDEN] = "forbidden",
    [RC_PASSWORD] = "password-change-required",
    [RC_RETIRED] = "device-retired",
    [RC_OFF_DUTY] = "off-duty",
    [RC_FORKED] = "device-forked",
    [RC_LOST] = "device-lost",
    [RC_NOT_FOUND] = "not-found",
    [RC_METHOD] = "method-not-allowed",
    [RC_CONFLICT] = "conflict",
    [RC_STATE] = "wrong-state",
    [RC_STALE] = "stale",
    [RC_EPOCH] = "epoch-changed",
    [RC_GONE] = "gone",
    [RC_TOO_LARGE] = "too-large",
    [RC_MEDIA_TYPE] = "unsupported-media-type",
    [RC_CHECKSUM] = "checksum-mismatch",
    [RC_TOO_MANY] = "too-many-requests",
    [RC_NO_SPACE] = "no-space",
    [RC_RETRY] = "retry",
    [RC_UNCERTAIN] = "uncertain",
    [RC_UNAVAILABLE] = "unavailable",
    [RC_INTERNAL] = "internal",
};

enum rc err_set(struct err *err, enum rc rc, const char *pointer, const char *format, ...)
{
    if (!err)
        return rc;
    va_list args;
    va_start(args, format);
    err->rc = rc;
    (void)snprintf(err->pointer, sizeof err->pointer, "%s", pointer ? pointer : "");
    (void)vsnprintf(err->detail, sizeof err->detail, format, args);
    va_end(args);
    /* "%.60s" and the ends of the buffers cut bytes, not characters. */
    utf8_drop_broken(err->pointer);
    utf8_drop_broken(err->detail);
    return rc;
}

const char *rc_name(enum rc rc)
{
    return (unsigned)rc < RC_COUNT ? names[rc] : "unknown";
}

/* The bundle of a draw's proof: everything that a stranger needs to draw again. */
#ifndef LIANCHA_PUBLIC_BUNDLE_H
#define LIANCHA_PUBLIC_BUNDLE_H

#include <stdio.h>

#include "base/digest.h"
#include "public/draws.h"

/* The digest of all that may still change in a campaign's bundle. */
enum rc bundle_key(struct web_ctx *c, const struct disclosure_campaign *m,
                   char key[DIGEST_HEX]) RC_CHECKED;
/* Within the transaction of the key. RC_NO_SPACE when it cannot be written. */
enum rc bundle_write(struct web_ctx *c, const struct disclosure_campaign *m, FILE *to) RC_CHECKED;

#endif

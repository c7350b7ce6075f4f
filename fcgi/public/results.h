/* What a search of the published results finds, for the page and for machines. */
#ifndef LIANCHA_PUBLIC_RESULTS_H
#define LIANCHA_PUBLIC_RESULTS_H

#include "public/page.h"
#include "store/publish/disclosure.h"

/* What the request's query finds, as disclosure_results says. */
enum rc results_find(struct web_ctx *c, int64_t limit, const struct disclosure_names *regions,
                     struct disclosure_found *found) RC_CHECKED;
/* An address below the prefix with the conditions of the query; after 0: its first page. */
const char *results_url(struct web_ctx *c, const char *path, int64_t after);

#endif

/* What the pages of the draws share. */
#ifndef LIANCHA_PUBLIC_DRAWS_H
#define LIANCHA_PUBLIC_DRAWS_H

#include "public/page.h"
#include "store/publish/disclosure.h"

/* "已公告，待取公共随机值" … */
const char *draws_state(const char *state);
/* … of a campaign, and whether what it drew is held back. */
const char *draws_state_of(const struct disclosure_campaign *m);
/* The campaign that the path names; RC_NOT_FOUND with a detail for citizens. */
enum rc draws_campaign(struct web_ctx *c, struct disclosure_campaign *out) RC_CHECKED;

struct draws_names {
    struct disclosure_names regions;
    struct disclosure_names specialties;
};

enum rc draws_names(struct web_ctx *c, struct draws_names *out) RC_CHECKED;
/* "新华区 医疗卫生" of "410402.medical". */
const char *draws_stratum(struct web_ctx *c, const struct draws_names *names, const char *stratum);

#endif

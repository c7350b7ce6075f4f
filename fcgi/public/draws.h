/* What the pages of the draws share. */
#ifndef LIANCHA_PUBLIC_DRAWS_H
#define LIANCHA_PUBLIC_DRAWS_H

#include "public/page.h"
#include "store/disclosure.h"

/* "已承诺，待录公共随机值" … */
const char *draws_state(const char *state);
/* The campaign that the path names; RC_NOT_FOUND with a detail for citizens. */
enum rc draws_campaign(struct web_ctx *c, struct disclosure_campaign *out) RC_CHECKED;

/* Whether the campaign commits to rosters: all its draws have one. */
bool draws_rosters(const struct disclosure_draw *draws, size_t n);

struct draws_names {
    struct disclosure_names regions;
    struct disclosure_names specialties;
};

enum rc draws_names(struct web_ctx *c, struct draws_names *out) RC_CHECKED;
/* "新华区 医疗卫生" of "410402.medical". */
const char *draws_stratum(struct web_ctx *c, const struct draws_names *names, const char *stratum);

#endif

/* The proof of a draw: proof.c has its facts, proof_check.c how to check it. */
#ifndef LIANCHA_PUBLIC_PROOF_H
#define LIANCHA_PUBLIC_PROOF_H

#include "domain/draw/announcement.h"
#include "public/draws.h"

/* Everything that the page shows of a campaign. */
struct proof {
    struct disclosure_campaign m;
    struct announcement announced; /* unless it was abandoned before */
    const struct disclosure_later *later;
    size_t later_count;
    struct draws_names names;
    const struct disclosure_draw *draws;
    size_t draw_count;
    int64_t lines; /* of all snapshots */
    bool open;     /* the secret is, so the bundle can be had */
    bool is_drawn;
    bool drawn; /* and what was drawn is public */
    enum draw_rule rule;
    const char *tool; /* the command that computes the rule's digest */
};

/* In the browser, and by hand; of a bundle that can be had. */
void proof_check(struct web_ctx *c, struct html *h, const struct proof *p);

#endif

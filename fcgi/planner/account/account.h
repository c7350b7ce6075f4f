/* What the handlers of accounts share. */
#ifndef LIANCHA_PLANNER_ACCOUNT_H
#define LIANCHA_PLANNER_ACCOUNT_H

#include "domain/account/sign_in.h"
#include "planner/routes.h"

/* What planner_password_make left in c->own. */
struct planner_password {
    const char *password; /* random: shown once */
    const char *hash;
};

/* What is known of the own account before a change that asks for its password again. */
struct planner_current {
    char source[SIGN_IN_SOURCE];
    struct account account; /* as it was then */
    bool matches;           /* the current password */
    const char *hash;       /* of a new one; NULL: there is none */
};
/* Compares the current password, runs then when it matches (NULL: nothing), and leaves all in
   c->own. */
enum rc planner_current_prepare(struct web_ctx *c, const char *current,
                                enum rc (*then)(struct web_ctx *,
                                                struct planner_current *)) RC_CHECKED;
/* Locks the account, unless it changed meanwhile. Where the password did not match, that is counted
   and replied: *refused. */
enum rc planner_current_lock(struct web_ctx *c, struct account *account, bool *refused) RC_CHECKED;

/* Roles and inspector of a body, as an account of the actor's department may have them. */
enum rc planner_account_duties(struct web_ctx *c, const struct web_texts *names,
                               const char *card_no, unsigned *roles, int64_t *inspector) RC_CHECKED;
/* The member "roles" of an open object. */
void planner_put_roles(struct jsonw *w, unsigned roles);

#endif

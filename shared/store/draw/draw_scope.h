/*
 * What a freeze would put into a draw's snapshot: each entry of the plan's directory within its
 * quotas' strata, with all that its weight follows from.
 */
#ifndef LIANCHA_STORE_DRAW_SCOPE_H
#define LIANCHA_STORE_DRAW_SCOPE_H

#include "domain/draw/snapshot_sort.h"
#include "domain/draw/weight.h"
#include "store/draw/draw.h"
#include "store/plan/plan.h"

/* An array that grows in the arena. */
struct draw_scope_rows {
    void *v;
    size_t n;
    size_t room;
};

struct draw_scope {
    struct db *db;
    struct arena *arena; /* of its own: the request's ceiling is for requests */
    const struct draw *draw;
    int32_t today;

    /* by draw_scope_load */
    struct weight_rules rules;
    const struct plan_quota *quotas;
    const char **strata;              /* the names of the quotas' strata, in bytewise order */
    const struct draw_quota *lowered; /* by what stays with earlier draws */
    size_t quota_count;
    struct draw_strata *counts;
    struct snapshot_sort *lines;              /* their strata are places among the quotas */
    uint32_t (*weights)[DRAW_WEIGHT_MAX + 1]; /* of each stratum, how many have which */
    struct draw_scope_rows facts;             /* by code; the next two too */
    struct draw_scope_rows words;
    struct draw_scope_rows stays; /* and by specialty */
};

/* db, arena, draw and today are set. */
enum rc draw_scope_load(struct draw_scope *s, struct err *err) RC_CHECKED;
/* What a line's weight follows from. */
struct weight_facts draw_scope_facts(const struct snapshot_row *row, int32_t today);
/* Sets on which lists a subject stands; data is the scope. */
void draw_scope_lists(const void *data, const char *code, struct weight_facts *facts);
/* Who has which weight in a stratum, ascending, with the chances at its quota; list has room for
   DRAW_WEIGHT_MAX. */
size_t draw_scope_chances(const struct draw_scope *s, size_t stratum, struct chance *list);

#endif

/*
 * What changed in the directory of a draw within the days before its freeze, by whose word, and
 * what it made of weights: a file that is frozen with the snapshot, whose header has its digest
 * (fcgi/public/rule-2.md has the format).
 */
#ifndef LIANCHA_STORE_CHANGES_H
#define LIANCHA_STORE_CHANGES_H

#include "domain/draw/weight.h"
#include "store/draw/draw.h"

enum { CHANGES_DAYS = 30 };

struct changes_terms {
    const struct draw *draw;
    enum draw_rule rule;
    const struct weight_rules *rules;
    int64_t now;
    /* Sets what is known of a subject beside its own row: on which lists it stands. */
    void (*lists)(const void *data, const char *code, struct weight_facts *facts);
    const void *data;
};

/* Writes the file, and its digest. */
enum rc changes_freeze(struct db *db, struct arena *a, const struct changes_terms *terms,
                       char sha256[DIGEST_HEX], struct err *err) RC_CHECKED;

#endif

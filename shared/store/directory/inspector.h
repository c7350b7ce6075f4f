/* Inspectors with their specialties and areas; inspection items. */
#ifndef LIANCHA_STORE_INSPECTOR_H
#define LIANCHA_STORE_INSPECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "store/change.h"
#include "sys/db.h"

struct inspector {
    const char *card_no;
    const char *name;
    int64_t department_id;
    int32_t card_expires_on;
    bool on_duty;
    int64_t max_daily; /* visits */
    int64_t max_total; /* visits of one calendar year */
    bool synthetic;
    const char *telephone; /* for the teams of his visits; "": none is known */
    const char *const *specialties;
    size_t specialty_count;
    const char *const *areas; /* region codes */
    size_t area_count;
};

/* Inserts or updates by card number, and replaces specialties and areas, within the caller's
   transaction; nothing is written when all is so already. */
enum rc inspector_put(struct db *db, const struct inspector *inspector,
                      enum store_change *change) RC_CHECKED;
/* RC_NOT_FOUND when there is no such card. */
enum rc inspector_id(struct db *db, const char *card_no, int64_t *id,
                     int64_t *department_id) RC_CHECKED;

struct item {
    const char *code;
    int64_t version;
    const char *specialty;
    const char *name;
    const char *category; /* "general" or "key" */
    const char *method;   /* "onsite", "written", "network", "entrusted" */
    const char *legal_basis;
    const char *content;
    bool retired; /* from this version on */
};

/* A version once stored never changes: RC_CONFLICT when it is there with other content, and which
   of specialty, name, category, method, legal_basis, content and retired differ, by bit from 1. */
enum rc item_put(struct db *db, const struct item *item, enum store_change *change,
                 unsigned *differing) RC_CHECKED;

#endif

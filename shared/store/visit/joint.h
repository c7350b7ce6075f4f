/*
 * Joint planning (统筹排期): which campaigns let their visits be dated together with those of others
 * of their city, and each time that this was done.
 */
#ifndef LIANCHA_STORE_JOINT_H
#define LIANCHA_STORE_JOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/rc.h"
#include "sys/db.h"
#include "sys/list.h"

/* The code of a region's city: …00. */
#define JOINT_CITY 7
void joint_city(const char *region, char city[JOINT_CITY]);

/* What makes entries of a campaign's visits: with notice or not, and whether others go with them.
   Not offered: with notice. */
struct joint_kind {
    bool unannounced;
    bool shared;
};
enum rc joint_kind(struct db *db, int64_t campaign_id, struct joint_kind *out) RC_CHECKED;
/* Again: with another notice. */
enum rc joint_offer(struct db *db, int64_t campaign_id, const char *city, bool unannounced,
                    int64_t account_id, int64_t now) RC_CHECKED;
/* RC_STATE when it is not offered. */
enum rc joint_withdraw(struct db *db, int64_t campaign_id) RC_CHECKED;
/* Whether the department began one of the city's offered campaigns. */
enum rc joint_takes_part(struct db *db, const char *city, int64_t department_id,
                         bool *out) RC_CHECKED;

struct joint_campaign {
    int64_t id;
    const char *code;
    const char *name;
    const char *department; /* that began it */
    const char *department_name;
    bool unannounced;
    int64_t planned; /* visits not dispatched yet; of them … */
    int64_t undated;
    const char *offered_by;
    int64_t offered_at;
};

/* Those that take part in a city, newest first; scope: its code. */
extern const struct list joint_campaign_list;

/* Before and after: what the offered visits that are not dispatched are made of. */
struct joint_figures {
    int64_t campaigns;
    int64_t tasks;
    int64_t separate; /* visits, if each department went for each draw */
};

enum rc joint_figures(struct db *db, const char *city, struct joint_figures *out) RC_CHECKED;

struct joint_schedule {
    int64_t id;
    int32_t first_on;
    int32_t last_on;
    const char *version; /* digest of all dates */
    int64_t tasks;
    int64_t separate;
    int64_t visits;
    int64_t entries;
    int64_t joined;
    int64_t undated;
    int64_t moved;
    const char *published_by;
    int64_t published_at;
};

/* Those of a city, newest first; scope: its code. */
extern const struct list joint_schedule_list;
/* The newest of a city; RC_NOT_FOUND where it has none. */
enum rc joint_newest(struct db *db, struct arena *a, const char *city,
                     struct joint_schedule *out) RC_CHECKED;
/* schedule without id and published_by. */
enum rc joint_record(struct db *db, const char *city, const struct joint_schedule *schedule,
                     int64_t account_id) RC_CHECKED;

#endif

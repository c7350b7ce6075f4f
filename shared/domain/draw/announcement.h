/*
 * The announcement of a draw by rule liancha-draw/2: all that is chosen, in one text whose digest
 * the seed is made of, published before the public value exists. fcgi/public/rule-2.md has the
 * format.
 *
 * There is one way to write an announcement: the reader accepts nothing that the writer would not
 * have written, byte by byte, so equal announcements have equal digests and no two readings exist.
 */
#ifndef LIANCHA_DOMAIN_DRAW_ANNOUNCEMENT_H
#define LIANCHA_DOMAIN_DRAW_ANNOUNCEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "domain/draw/draw.h"
#include "domain/draw/value.h"

#define ANNOUNCEMENT_MAX ((size_t)1 << 24) /* bytes */
#define ANNOUNCEMENT_TEXT_MAX 1200         /* bytes of a name or a reason */
#define ANNOUNCEMENT_CODE_MAX 64           /* bytes of an identifier */
#define ANNOUNCEMENT_LIST_MAX 1000         /* parameters, and earlier campaigns */

/* A number of the regime that the draw goes by. */
struct announcement_parameter {
    const char *name;
    int64_t value;
};

/* A campaign that drew, or was to draw, from the same plans or from the same subjects before. */
struct announcement_earlier {
    const char *campaign;
    const char *relation; /* "plan": of the same plan, "scope": of another plan over these strata */
    const char *state;    /* "drawn", "void", "abandoned" */
    const char *announcement; /* its digest; NULL: it was abandoned before it was announced */
    int64_t dispatched;       /* visits of it that went out */
    const char *why;          /* why the plan is drawn again; NULL for "scope" */
};

struct announcement_draw {
    const char *id;
    const char *plan;
    const char *plan_name;
    const char *department;
    int32_t ends_on; /* the plan's last day */
    int64_t nth;     /* this is the plan's nth draw */
    int64_t frozen_at;
    const char *snapshot; /* digests, as lowercase hex */
    const char *roster;
    const struct draw_quota *quotas; /* ascending bytewise by stratum */
    size_t quota_count;
};

/* When it is public who was drawn; announcement_publish_names has the words, and the numbers are
   those of the rule draw.publish.once. */
enum announcement_publish {
    PUBLISH_VISITS, /* after the visits */
    PUBLISH_ONCE,   /* with the draw; a reserve is a digest until it is used */
    PUBLISH_OPEN,   /* an exercise: all of it with the draw */
};
extern const char *const announcement_publish_names[]; /* ends with NULL */

struct announcement {
    enum draw_rule rule;
    const char *campaign;
    const char *name;
    const char *department; /* the initiating one */
    const char *region;
    int64_t announced_at;
    const char *secret_hash;
    struct value_source value;
    int64_t latest; /* whoever has not drawn by then does not draw */
    /* The second value, of which the teams are drawn: another issue of the same source, later; and
       the digest of the secret that is spent with it. */
    const char *teams_issue;
    int64_t teams_at;
    const char *teams_secret_hash;
    enum announcement_publish publish;
    const struct announcement_parameter *parameters; /* ascending bytewise by name */
    size_t parameter_count;
    const struct announcement_earlier *earlier; /* ascending bytewise by campaign */
    size_t earlier_count;
    const struct announcement_draw *draws; /* ascending bytewise by id, at least one */
    size_t draw_count;
};

/* Where the second value comes from. */
struct value_source announcement_teams(const struct announcement *announcement);
/* Until when the second value is entered, as the announced number draw.teams.seconds has it; later
   the teams are drawn from the first value, so that nobody gains by waiting. INT64_MAX: no limit
   was announced. */
int64_t announcement_teams_latest(const struct announcement *announcement);
/* The last day of all plans: behind it nothing is held back any more. */
int32_t announcement_ends_on(const struct announcement *announcement);
/* A number that was announced, or 0. */
int64_t announcement_parameter(const struct announcement *announcement, const char *name);

/* RC_INVALID with a JSON pointer to what breaks the format, RC_TOO_LARGE beyond ANNOUNCEMENT_MAX.
   out is empty. */
enum rc announcement_write(struct buf *out, const struct announcement *from,
                           struct err *err) RC_CHECKED;
/* RC_MALFORMED with "line N" as err->pointer. Texts are in the arena. */
enum rc announcement_read(struct arena *a, const char *bytes, size_t size, struct announcement *out,
                          struct err *err) RC_CHECKED;

#endif

/*
 * Inspectors of a campaign's sections, drawn from the campaign's seed (R14, R15, R33).
 *
 * Ticket of an inspector at a visit = H(seed|visit|VISIT-ID|inspector|INSPECTOR-ID|1), H being the
 * campaign's rule. The rule, so that anybody can replay it:
 *
 *  1. Sections are taken by visit id, then department code, both bytewise ascending. Every
 *     inspector has a load, 0 at first, that grows by one with each assignment in this run.
 *  2. An inspector is *free* for a section when all of these hold: committed to, in a campaign that
 *     has rosters (roster.h, which also says what of an inspector counts there); on duty; card not
 *     expired before the window's last day; not recused from the subject; not yet in a team of this
 *     visit; holds at least one of the section's specialties; goes to the region (one of the
 *     inspector's areas is the visit's region, or a city code ….00 with the region's first four
 *     digits); and load < min(max_total - carried, max_daily * working days of the window).
 *  3. The free inspectors of the section's department are ordered by load, then ticket, bytewise,
 *     then inspector id. *Walk one:* along this order, whoever holds a specialty of the section
 *     that nobody in the team holds yet joins the team. *Walk two:* along the same order, whoever
 *     is not in the team joins it until the team has two. Source: drawn.
 *  4. When a specialty is still missing or the team is below two, the same two walks go over the
 *     free inspectors of the neighbours: departments of the same kind in another region of the same
 *     city (first four digits), where the area of rule 2 is not asked. Source: neighbour.
 *  5. What is short even then stays open: people assign somebody by hand, with a reason on record
 *     (直接委派, source: direct). No rule chooses there.
 *  6. A section that needed step 4, or is short even then, is reported with its reason.
 *  7. *Completion*, after the run, of one team: when a member leaves (任务调整) or a substitute's
 *     section is new. The loads are those of all assignments that stand at that moment; whoever
 *     leaves is not taken again at this visit; rules 2 to 4 run for this one section over the team
 *     that is left, until it has as many members as before, at least two. So the one who joins is
 *     the next by load and ticket who covers what is missing.
 */
#ifndef LIANCHA_DOMAIN_MATCH_H
#define LIANCHA_DOMAIN_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/digest.h"
#include "base/rc.h"
#include "domain/draw/draw.h"

#define MATCH_TEAM_MIN 2
#define MATCH_SPECIALTIES_MAX 64 /* bits of a set */
#define MATCH_ID_MAX 64          /* bytes of a visit id or inspector id */
#define MATCH_INSPECTORS_MAX 100000
#define MATCH_SECTIONS_MAX 1000000

struct match_inspector {
    const char *id; /* card number */
    const char *department;
    const char *kind;         /* of the department: health, market … */
    const char *region;       /* of the department */
    uint64_t specialties;     /* bit i = the caller's specialty i */
    const char *const *areas; /* region codes; none = the department's region */
    size_t area_count;
    const char *const *recusals; /* subject codes */
    size_t recusal_count;
    int32_t card_expires_on;
    bool on_duty;
    bool uncommitted; /* in none of the campaign's rosters: not drawn, and in no text */
    unsigned max_daily;
    unsigned max_total;
    unsigned carried; /* visits already counted against max_total before this run */
};

struct match_section {
    const char *visit; /* VISIT-ID */
    const char *subject;
    const char *region; /* of the visit */
    const char *department;
    const char *kind;
    const char *department_region;
    uint64_t specialties; /* not empty */
};

struct match_problem {
    enum draw_rule rule;
    const char *seed;
    int32_t window_last;   /* last day on which the visits take place */
    unsigned working_days; /* of the window */
    const struct match_inspector *inspectors;
    size_t inspector_count;
    const struct match_section *sections;
    size_t section_count;
};

enum match_source { MATCH_DRAWN, MATCH_NEIGHBOUR, MATCH_DIRECT };

struct match_assignment {
    size_t section;   /* index into the problem */
    size_t inspector; /* index into the problem */
    enum match_source source;
    uint8_t ticket[DIGEST_SIZE];
};

/* Why an inspector of the department was not free; the first that holds. */
enum match_refusal {
    MATCH_UNQUALIFIED,
    MATCH_UNCOMMITTED,
    MATCH_OFF_DUTY,
    MATCH_CARD_EXPIRED,
    MATCH_RECUSED,
    MATCH_TAKEN, /* in another team of the visit */
    MATCH_AREA,
    MATCH_LOAD,
    MATCH_REFUSAL_COUNT
};

struct match_shortage {
    size_t section;
    uint64_t missing_drawn; /* specialties that the drawn did not cover */
    uint64_t missing;       /* that nobody covers after the neighbours */
    unsigned drawn;         /* who joined, by source */
    unsigned neighbours;
    unsigned refused[MATCH_REFUSAL_COUNT]; /* inspectors of the department, by reason */
    bool open; /* still short: below two, or specialties missing; people must decide */
};

struct match_plan {
    const struct match_assignment *assignments; /* by section in order of rule 1, then as joined */
    size_t assignment_count;
    const struct match_shortage *shortages;
    size_t shortage_count;
    size_t open_count;
    const unsigned *loads; /* by inspector, after the run */
};

/* RC_INVALID for a bad seed, an id out of bounds, a double (inspector, or department at a visit), a
   section without specialties. */
enum rc match_run(struct arena *a, const struct match_problem *problem, struct match_plan *plan,
                  struct err *err) RC_CHECKED;

#define MATCH_NOBODY SIZE_MAX

/* An assignment that stands, of whatever source: indexes into the problem. */
struct match_member {
    size_t section;
    size_t inspector;
};

/*
 * Rule 7 for one section: members are all assignments of the campaign that stand, without the
 * leaver's at this section; leaver is an inspector or MATCH_NOBODY; size is what the team had.
 * The plan holds only who joins, and one shortage at most. Faults as match_run.
 */
enum rc match_complete(struct arena *a, const struct match_problem *problem,
                       const struct match_member *members, size_t member_count, size_t section,
                       size_t leaver, unsigned size, struct match_plan *plan,
                       struct err *err) RC_CHECKED;

/* The ticket of one inspector at one visit. */
void match_ticket(struct draw_tickets *tickets, const char *visit, const char *inspector,
                  uint8_t out[DIGEST_SIZE]);

/* Whether an area is the region, or its city. */
bool match_covers(const char *area, const char *region);
/* "drawn", "neighbour", "direct". */
const char *match_source_name(enum match_source source);
/* The shortage's reason as officials read it, e.g. "本部门可抽取人员 1 名，不足 2 名；…". */
const char *match_shortage_text(struct arena *a, const struct match_shortage *shortage);

#endif

#include "domain/draw/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/sorted.h"

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Sorts a list and takes its doubles out; how many are left. */
static size_t sort_out(const char **list, size_t count)
{
    size_t n = 0;
    if (count)
        qsort(list, count, sizeof *list, by_text);
    for (size_t i = 0; i < count; i++)
        if (n == 0 || strcmp(list[n - 1], list[i]) != 0)
            list[n++] = list[i];
    return n;
}

/* The recusals of both. */
static const char *const *both(struct arena *a, const struct match_inspector *x,
                               const struct match_inspector *y, size_t *count)
{
    const char **list = arena_array(a, x->recusal_count + y->recusal_count, sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < x->recusal_count; i++)
        list[n++] = x->recusals[i];
    for (size_t i = 0; i < y->recusal_count; i++)
        list[n++] = y->recusals[i];
    *count = sort_out(list, n);
    return list;
}

/* ---- rosters as one ---- */

static bool has_sections(const struct match_problem *problem, const char *kind)
{
    for (size_t i = 0; i < problem->section_count; i++)
        if (strcmp(problem->sections[i].kind, kind) == 0)
            return true;
    return false;
}

/* By card; of one card in the order of the rosters, which is that of the addresses before. */
struct line {
    const struct match_inspector *who;
    size_t order;
};

static int by_card(const void *a, const void *b)
{
    const struct line *x = a;
    const struct line *y = b;
    int order = strcmp(x->who->id, y->who->id);
    if (order)
        return order;
    return x->order < y->order ? -1 : x->order > y->order;
}

static size_t sorted_lines(struct arena *a, const struct roster *rosters, size_t count,
                           const struct match_problem *problem, struct line **out)
{
    size_t n = 0;
    size_t room = 0;
    const char *known = NULL; /* a kind that has sections: most lines are of the same */
    for (size_t i = 0; i < count; i++)
        room += rosters[i].count;
    *out = arena_array(a, room, sizeof **out);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < rosters[i].count; k++) {
            const struct match_inspector *who = &rosters[i].inspectors[k];
            if (!known || strcmp(known, who->kind) != 0)
                known = has_sections(problem, who->kind) ? who->kind : NULL;
            if (known) {
                (*out)[n] = (struct line){ who, n };
                n++;
            }
        }
    if (n)
        qsort(*out, n, sizeof **out, by_card);
    return n;
}

void roster_join(struct arena *a, const struct roster *rosters, size_t count,
                 const struct match_problem *problem, struct roster *out)
{
    struct line *lines;
    size_t n = sorted_lines(a, rosters, count, problem, &lines);
    struct match_inspector *list = arena_array(a, n, sizeof *list);
    *out = (struct roster){ .last_day = count ? rosters[0].last_day : 0, .inspectors = list };
    for (size_t i = 1; i < count; i++)
        if (rosters[i].last_day < out->last_day)
            out->last_day = rosters[i].last_day;
    struct match_inspector *last = NULL;
    for (size_t i = 0; i < n; i++) {
        const struct match_inspector *who = lines[i].who;
        if (!last || strcmp(last->id, who->id) != 0) {
            last = &list[out->count++];
            *last = *who;
        } else {
            last->recusals = both(a, last, who, &last->recusal_count);
        }
    }
}

/* ---- narrowing ---- */

static bool within(const char *const *areas, size_t count, const char *area)
{
    for (size_t i = 0; i < count; i++)
        if (match_covers(areas[i], area))
            return true;
    return false;
}

/* Areas of both: what one of them has and the other covers. */
static void narrow_areas(struct arena *a, const struct match_inspector *then,
                         const struct match_inspector *now, struct match_inspector *out)
{
    const char *const *x = then->area_count ? then->areas : &then->region;
    const char *const *y = now->area_count ? now->areas : &now->region;
    size_t x_count = then->area_count ? then->area_count : 1;
    size_t y_count = now->area_count ? now->area_count : 1;
    const char **kept = arena_array(a, x_count + y_count, sizeof *kept);
    size_t same = 0; /* areas of the roster that are left */
    size_t n = 0;
    for (size_t i = 0; i < x_count; i++)
        if (within(y, y_count, x[i]))
            kept[n++] = x[i];
    same = n;
    for (size_t i = 0; i < y_count; i++)
        if (within(x, x_count, y[i]))
            kept[n++] = y[i];
    if (same == x_count)
        return;
    if (n == 0) {
        out->on_duty = false;
        return;
    }
    out->area_count = sort_out(kept, n);
    out->areas = kept;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static struct match_inspector narrowed(struct arena *a, const struct match_inspector *then,
                                       const struct match_inspector *now)
{
    struct match_inspector out = *then;
    out.on_duty = then->on_duty && now->on_duty && (then->specialties & now->specialties) &&
                  strcmp(then->department, now->department) == 0;
    if (then->specialties & now->specialties)
        out.specialties = then->specialties & now->specialties;
    if (now->card_expires_on < then->card_expires_on)
        out.card_expires_on = now->card_expires_on;
    out.max_daily = least(then->max_daily, now->max_daily);
    out.max_total = least(then->max_total, now->max_total);
    out.carried = now->carried;
    narrow_areas(a, then, now, &out);
    out.recusals = both(a, then, now, &out.recusal_count);
    return out;
}

static int card_of(const void *key, const void *element)
{
    return strcmp(key, ((const struct match_inspector *)element)->id);
}

static const struct match_inspector *find(const struct roster *roster, const char *card)
{
    return sorted_find(card, roster->inspectors, roster->count, sizeof *roster->inspectors,
                       card_of);
}

void roster_narrow(struct arena *a, const struct roster *roster, struct match_problem *problem)
{
    size_t n = problem->inspector_count;
    struct match_inspector *list = arena_array(a, n + roster->count, sizeof *list);
    bool *found = arena_array(a, roster->count, sizeof *found);
    for (size_t i = 0; i < n; i++) {
        const struct match_inspector *now = &problem->inspectors[i];
        const struct match_inspector *then = find(roster, now->id);
        list[i] = then ? narrowed(a, then, now) : *now;
        list[i].uncommitted = !then;
        if (then)
            found[then - roster->inspectors] = true;
    }
    for (size_t i = 0; i < roster->count; i++)
        if (!found[i]) {
            list[n] = roster->inspectors[i];
            list[n++].on_duty = false;
        }
    problem->inspectors = list;
    problem->inspector_count = n;
}

/* ---- who would have been drawn ---- */

static bool same_facts(const struct match_inspector *x, const struct match_inspector *y)
{
    bool same = x->on_duty == y->on_duty && x->card_expires_on == y->card_expires_on &&
                x->max_daily == y->max_daily && x->max_total == y->max_total &&
                x->specialties == y->specialties && x->area_count == y->area_count;
    for (size_t i = 0; same && i < x->area_count; i++)
        same = strcmp(x->areas[i], y->areas[i]) == 0;
    return same;
}

enum rc roster_displaced(struct arena *a, const struct roster *roster,
                         const struct match_problem *problem, const struct match_plan *plan,
                         size_t *count, struct err *err)
{
    size_t n = problem->inspector_count;
    struct match_inspector *list = arena_array(a, n, sizeof *list);
    bool *differs = arena_array(a, n, sizeof *differs);
    bool any = false;
    *count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct match_inspector *used = &problem->inspectors[i];
        const struct match_inspector *then = used->uncommitted ? NULL : find(roster, used->id);
        list[i] = *used;
        differs[i] = then && !same_facts(then, used);
        any = any || differs[i];
        if (!differs[i])
            continue;
        list[i] = *then;
        list[i].carried = used->carried;
        list[i].recusals = used->recusals;
        list[i].recusal_count = used->recusal_count;
    }
    if (!any)
        return RC_OK;
    struct match_problem then = *problem;
    struct match_plan would;
    then.inspectors = list;
    enum rc rc = match_run(a, &then, &would, err);
    for (size_t i = 0; rc == RC_OK && i < n; i++)
        *count += differs[i] && would.loads[i] && !plan->loads[i];
    return rc;
}

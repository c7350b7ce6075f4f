#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "domain/visit/visitplan.h"
#include "domain/visit/visitplan_group.h"

struct dating {
    struct arena *arena;
    const struct visitplan_stop *stops;
    size_t count;
    const struct visitplan_window *window;
    struct diary diary;
    struct visitplan_group *groups;
    size_t group_count;
    bool packed;          /* each on the first day that there is */
    unsigned *means;      /* entries a day, by inspector, were they even */
    size_t *of_inspector; /* groups, inspector by inspector … */
    size_t *from;         /* … where each one's begin; one more than inspectors */
    int32_t *dates;
    unsigned *rules;
};

/* ---- the input ---- */

static bool below(const size_t *indexes, size_t count, size_t limit)
{
    for (size_t i = 0; i < count; i++)
        if (indexes[i] >= limit)
            return false;
    return true;
}

static enum rc check_input(const struct visitplan_stop *stops, size_t count,
                           const struct visitplan_window *window, struct err *err)
{
    if (count > VISITPLAN_TASKS_MAX)
        return err_set(err, RC_TOO_LARGE, "", "入企检查超过 %d 次", VISITPLAN_TASKS_MAX);
    if (window->day_count > VISITPLAN_DAYS_MAX)
        return err_set(err, RC_INVALID, "/to", "检查期间超过 %d 个工作日", VISITPLAN_DAYS_MAX);
    for (size_t i = 1; i < window->day_count; i++)
        if (window->days[i] <= window->days[i - 1])
            return err_set(err, RC_INVALID, "", "工作日没有按先后排列");
    for (size_t i = 0; i < count; i++)
        if (stops[i].subject >= window->subject_count ||
            !below(stops[i].inspectors, stops[i].inspector_count, window->inspector_count))
            return err_set(err, RC_INVALID, "", "入企检查 %.80s 引用了未列出的人员或企业",
                           stops[i].visit);
    for (size_t i = 0; i < window->entry_count; i++) {
        const struct visitplan_entry *e = &window->entries[i];
        if ((e->subject != VISITPLAN_NO_SUBJECT && e->subject >= window->subject_count) ||
            !below(e->inspectors, e->inspector_count, window->inspector_count))
            return err_set(err, RC_INVALID, "", "已有的检查引用了未列出的人员或企业");
    }
    return RC_OK;
}

/* ---- their days ---- */

/* Which groups each inspector is in, and how many entries a day he has where they are even. */
static void count_loads(struct dating *d)
{
    const struct visitplan_window *w = d->window;
    size_t *from = arena_array(d->arena, w->inspector_count + 2, sizeof *from);
    size_t *entries = arena_array(d->arena, w->inspector_count, sizeof *entries);
    size_t all = 0;
    for (size_t g = 0; g < d->group_count; g++)
        for (size_t i = 0; i < d->groups[g].place.inspector_count; i++, all++)
            from[d->groups[g].place.inspectors[i] + 2]++;
    for (size_t i = 0; i < w->inspector_count; i++) {
        entries[i] = from[i + 2];
        from[i + 2] += from[i + 1];
    }
    d->of_inspector = arena_array(d->arena, all, sizeof *d->of_inspector);
    for (size_t g = 0; g < d->group_count; g++)
        for (size_t i = 0; i < d->groups[g].place.inspector_count; i++)
            d->of_inspector[from[d->groups[g].place.inspectors[i] + 1]++] = g;
    d->from = from;
    d->means = arena_array(d->arena, w->inspector_count, sizeof *d->means);
    for (size_t i = 0; i < w->inspector_count; i++) {
        for (size_t day = 0; day < w->day_count; day++)
            entries[i] += d->diary.duties[i * w->day_count + day].visits;
        d->means[i] = w->day_count ? (unsigned)((entries[i] + w->day_count - 1) / w->day_count) : 0;
    }
}

static size_t first_day(const struct visitplan_window *w, int32_t date)
{
    size_t day = 0;
    while (day < w->day_count && w->days[day] < date)
        day++;
    return day;
}

static bool better(const struct diary_score *a, const struct diary_score *b)
{
    if (a->fresh != b->fresh)
        return !a->fresh;
    if (a->over != b->over)
        return a->over < b->over;
    if (a->opened != b->opened)
        return a->opened < b->opened;
    return a->total < b->total;
}

static size_t best_day(const struct dating *d, const struct visitplan_group *g)
{
    const struct visitplan_window *w = d->window;
    struct diary_score least = { 0 };
    size_t best = VISITPLAN_NO_DAY;
    for (size_t day = first_day(w, g->first); day < w->day_count && w->days[day] <= g->last;
         day++) {
        if (diary_rules(&d->diary, &g->place, day))
            continue;
        struct diary_score score = diary_score(&d->diary, &g->place, day, d->means);
        bool wins = d->packed ? !score.fresh && least.fresh : better(&score, &least);
        if (best == VISITPLAN_NO_DAY || wins) {
            best = day;
            least = score;
        }
    }
    return best;
}

static void go(struct dating *d, struct visitplan_group *g, size_t day)
{
    g->day = day;
    if (day != VISITPLAN_NO_DAY)
        diary_enter(&d->diary, &g->place, day);
}

/* Where it stands, unless it could join an entry elsewhere. */
static void keep(struct dating *d, struct visitplan_group *g)
{
    const struct visitplan_window *w = d->window;
    size_t day = diary_day(w, g->stands);
    if (day == w->day_count || g->stands < g->first || g->stands > g->last ||
        diary_rules(&d->diary, &g->place, day))
        return;
    if (!diary_joins(&d->diary, &g->place, g->stands)) {
        size_t best = best_day(d, g);
        if (diary_joins(&d->diary, &g->place, w->days[best]))
            return;
    }
    go(d, g, day);
}

/* Moves one other group from a day that becomes free by it. */
static bool swap_in(struct dating *d, struct visitplan_group *g, size_t day,
                    struct visitplan_group *other)
{
    if (other->day != day || !diary_leave(&d->diary, &other->place, day))
        return false;
    if (diary_rules(&d->diary, &g->place, day) == 0) {
        diary_enter(&d->diary, &g->place, day);
        size_t to = best_day(d, other);
        if (to != VISITPLAN_NO_DAY) {
            g->day = day;
            go(d, other, to);
            return true;
        }
        diary_leave(&d->diary, &g->place, day);
    }
    diary_enter(&d->diary, &other->place, day);
    return false;
}

static bool make_way(struct dating *d, struct visitplan_group *g)
{
    const struct visitplan_window *w = d->window;
    const unsigned people = VISITPLAN_LOAD | VISITPLAN_REGION;
    for (size_t day = first_day(w, g->first); day < w->day_count && w->days[day] <= g->last;
         day++) {
        if (diary_rules(&d->diary, &g->place, day) & ~people)
            continue;
        for (size_t i = 0; i < g->place.inspector_count; i++) {
            size_t who = g->place.inspectors[i];
            for (size_t k = d->from[who]; k < d->from[who + 1]; k++)
                if (swap_in(d, g, day, &d->groups[d->of_inspector[k]]))
                    return true;
        }
    }
    return false;
}

/* A group that fits no day: its stops one by one. */
static void go_apart(struct dating *d, const struct visitplan_group *g)
{
    for (size_t i = 0; i < g->member_count; i++) {
        struct visitplan_group *alone = &d->groups[d->group_count++];
        const struct visitplan_stop *stop = &d->stops[g->members[i]];
        visitplan_group_begin(alone, stop);
        alone->members = &g->members[i];
        alone->member_count = 1;
        visitplan_group_add(d->arena, alone, stop);
        go(d, alone, best_day(d, alone));
        if (alone->day == VISITPLAN_NO_DAY)
            make_way(d, alone);
    }
}

static void give_days(struct dating *d)
{
    size_t together = d->group_count;
    for (size_t i = 0; i < together; i++)
        keep(d, &d->groups[i]);
    for (size_t i = 0; i < together; i++)
        if (d->groups[i].day == VISITPLAN_NO_DAY)
            go(d, &d->groups[i], best_day(d, &d->groups[i]));
    for (size_t i = 0; i < together; i++)
        if (d->groups[i].day == VISITPLAN_NO_DAY && !make_way(d, &d->groups[i]) &&
            d->groups[i].member_count > 1)
            go_apart(d, &d->groups[i]);
}

/* ---- what is left ---- */

static unsigned members(unsigned set)
{
    unsigned n = 0;
    for (; set; set &= set - 1)
        n++;
    return n;
}

/* A smallest set of rules of which each day breaks one. */
static unsigned smallest(const bool broken[VISITPLAN_RULES])
{
    unsigned least = VISITPLAN_RULES - 1;
    for (unsigned set = 0; set < VISITPLAN_RULES; set++) {
        bool shuts = true;
        for (unsigned rules = 0; shuts && rules < VISITPLAN_RULES; rules++)
            shuts = !broken[rules] || (rules & set);
        if (shuts && members(set) < members(least))
            least = set;
    }
    return least;
}

static unsigned explain(const struct dating *d, const struct visitplan_group *g)
{
    const struct visitplan_window *w = d->window;
    bool broken[VISITPLAN_RULES] = { false };
    size_t day = first_day(w, g->first);
    if (day == w->day_count || w->days[day] > g->last)
        return VISITPLAN_WORKDAYS;
    for (; day < w->day_count && w->days[day] <= g->last; day++)
        broken[diary_rules(&d->diary, &g->place, day)] = true;
    return smallest(broken);
}

static struct visitplan_load *loads_of(const struct dating *d)
{
    const struct visitplan_window *w = d->window;
    struct visitplan_load *loads = arena_array(d->arena, w->inspector_count, sizeof *loads);
    for (size_t i = 0; i < w->inspector_count; i++) {
        for (size_t day = 0; day < w->day_count; day++) {
            unsigned visits = d->diary.duties[i * w->day_count + day].visits;
            loads[i].entries += visits;
            loads[i].most = visits > loads[i].most ? visits : loads[i].most;
        }
    }
    return loads;
}

static void write_dates(struct dating *d, struct visitplan_dates *out)
{
    for (size_t i = 0; i < d->count; i++)
        d->dates[i] = VISITPLAN_NO_DATE;
    for (size_t i = 0; i < d->group_count; i++) {
        const struct visitplan_group *g = &d->groups[i];
        for (size_t k = 0; k < g->member_count; k++) {
            if (g->day != VISITPLAN_NO_DAY)
                d->dates[g->members[k]] = d->window->days[g->day];
            else if (g->member_count == 1)
                d->rules[g->members[k]] = explain(d, g);
        }
    }
    *out = (struct visitplan_dates){ .dates = d->dates, .rules = d->rules, .loads = loads_of(d) };
    for (size_t i = 0; i < d->count; i++)
        out->missed += d->dates[i] == VISITPLAN_NO_DATE;
}

static void try_days(struct dating *d)
{
    d->diary = diary_open(d->arena, d->window, false);
    count_loads(d);
    give_days(d);
}

/* Groups and stops that stay without a day: of a group that went apart those that it became. */
static size_t left_over(const struct dating *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->group_count; i++)
        n += d->groups[i].day == VISITPLAN_NO_DAY && d->groups[i].member_count == 1;
    return n;
}

/* Even days leave room nowhere for who comes last from another region: where that leaves something
   out, the days are filled one after the other instead, if that leaves out less. */
static void choose_days(struct dating *d)
{
    struct dating packed = *d;
    size_t room = d->group_count + d->count;
    packed.packed = true;
    packed.groups = arena_memdup(d->arena, d->groups, room * sizeof *d->groups);
    try_days(d);
    if (left_over(d) == 0)
        return;
    try_days(&packed);
    if (left_over(&packed) < left_over(d))
        *d = packed;
}

enum rc visitplan_date(struct arena *a, const struct visitplan_stop *stops, size_t count,
                       const struct visitplan_window *window, struct visitplan_dates *out,
                       struct err *err)
{
    struct dating d = { .arena = a, .stops = stops, .count = count, .window = window };
    enum rc rc = check_input(stops, count, window, err);
    if (rc != RC_OK)
        return rc;
    d.dates = arena_array(a, count, sizeof *d.dates);
    d.rules = arena_array(a, count, sizeof *d.rules);
    rc = visitplan_groups(a, stops, count, window, &d.groups, &d.group_count, d.rules, err);
    if (rc != RC_OK)
        return rc;
    choose_days(&d);
    write_dates(&d, out);
    return RC_OK;
}

enum rc visitplan_breaks(struct arena *a, const struct visitplan_stop *stop,
                         const struct visitplan_window *window, int32_t date, unsigned *rules,
                         struct err *err)
{
    enum rc rc = check_input(stop, 1, window, err);
    if (rc != RC_OK)
        return rc;
    size_t day = diary_day(window, date);
    if (day == window->day_count || date < stop->first || date > stop->last) {
        *rules = VISITPLAN_WORKDAYS;
        return RC_OK;
    }
    struct diary diary = diary_open(a, window, false);
    const struct diary_place place = { .subject = stop->subject,
                                       .region = stop->region,
                                       .unannounced = stop->unannounced,
                                       .open = true,
                                       .inspectors = stop->inspectors,
                                       .inspector_count = stop->inspector_count };
    *rules = diary_rules(&diary, &place, day);
    return RC_OK;
}

enum rc visitplan_recheck(struct arena *a, const struct visitplan_stop *stops, size_t count,
                          const struct visitplan_window *window, bool *booked, size_t *n,
                          struct err *err)
{
    enum rc rc = check_input(stops, count, window, err);
    if (rc != RC_OK)
        return rc;
    struct diary diary = diary_open(a, window, true);
    const struct visitplan_stop **sorted = visitplan_sorted(a, stops, count);
    struct diary_place *places = arena_array(a, count, sizeof *places);
    *n = 0;
    for (size_t i = 0; i < count; i++) {
        const struct visitplan_stop *s = sorted[i];
        size_t day = diary_day(window, s->stands);
        booked[s - stops] = false;
        if (day == window->day_count)
            continue;
        places[i] =
            (struct diary_place){ s->entry, s->subject,    s->region,         s->unannounced,
                                  true,     s->inspectors, s->inspector_count };
        booked[s - stops] = diary_rules(&diary, &places[i], day) != 0;
        *n += booked[s - stops];
        if (!booked[s - stops])
            diary_enter(&diary, &places[i], day);
    }
    return RC_OK;
}

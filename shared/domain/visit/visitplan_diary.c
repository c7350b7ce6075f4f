#include "domain/visit/visitplan_diary.h"

#include <string.h>

#include "base/date.h"
#include "base/sorted.h"

struct diary_mark {
    const struct diary_place *place;
    int32_t date;
    bool joined; /* an entry that an older mark counts */
    struct diary_mark *next;
};

/* Where an inspector is on a day that older plans gave to two regions: nowhere that a stop is. */
static const char two_regions[] = "";

static int by_date(const void *key, const void *element)
{
    int32_t date = *(const int32_t *)key;
    int32_t day = *(const int32_t *)element;
    return (date > day) - (date < day);
}

size_t diary_day(const struct visitplan_window *window, int32_t date)
{
    const int32_t *day = sorted_find(&date, window->days, window->day_count, sizeof date, by_date);
    return day ? (size_t)(day - window->days) : window->day_count;
}

static struct diary_duty *duty_of(const struct diary *d, size_t inspector, size_t day)
{
    return &d->duties[inspector * d->window->day_count + day];
}

static const struct diary_mark *first_mark(const struct diary *d, const struct diary_place *place)
{
    return place->subject == VISITPLAN_NO_SUBJECT ? NULL : d->marks[place->subject];
}

static bool one_entry(const struct diary *d, const struct diary_mark *mark,
                      const struct diary_place *place, int32_t date)
{
    if (mark->date != date || mark->place == place)
        return false;
    if (d->by_entry)
        return mark->place->entry == place->entry;
    return mark->place->open && mark->place->unannounced == place->unannounced;
}

bool diary_joins(const struct diary *d, const struct diary_place *place, int32_t date)
{
    for (const struct diary_mark *m = first_mark(d, place); m; m = m->next)
        if (one_entry(d, m, place, date))
            return true;
    return false;
}

/* With another team of the same entry. */
static bool is_there(const struct diary *d, const struct diary_place *place, int32_t date,
                     size_t inspector)
{
    for (const struct diary_mark *m = first_mark(d, place); m; m = m->next) {
        if (!one_entry(d, m, place, date))
            continue;
        for (size_t i = 0; i < m->place->inspector_count; i++)
            if (m->place->inspectors[i] == inspector)
                return true;
    }
    return false;
}

static int32_t monday(int32_t date)
{
    return date - date_weekday(date);
}

static unsigned caps_broken(const struct diary *d, const struct diary_place *place, int32_t date)
{
    const struct visitplan_caps *caps = &d->window->caps;
    struct visitplan_caps n = { 0, 0, 0 };
    for (const struct diary_mark *m = first_mark(d, place); m; m = m->next) {
        if (m->joined)
            continue;
        n.daily += m->date == date;
        n.weekly += monday(m->date) == monday(date);
        n.monthly += date_month(m->date) == date_month(date);
    }
    return (n.daily >= caps->daily ? VISITPLAN_DAILY : 0U) |
           (n.weekly >= caps->weekly ? VISITPLAN_WEEKLY : 0U) |
           (n.monthly >= caps->monthly ? VISITPLAN_MONTHLY : 0U);
}

unsigned diary_rules(const struct diary *d, const struct diary_place *place, size_t day)
{
    int32_t date = d->window->days[day];
    bool joins = diary_joins(d, place, date);
    unsigned rules = joins ? 0 : caps_broken(d, place, date);
    for (size_t i = 0; i < place->inspector_count; i++) {
        size_t who = place->inspectors[i];
        const struct diary_duty *duty = duty_of(d, who, day);
        if (joins && is_there(d, place, date, who))
            continue;
        if (duty->visits >= d->window->inspector_max[who])
            rules |= VISITPLAN_LOAD;
        if (duty->region && strcmp(duty->region, place->region) != 0)
            rules |= VISITPLAN_REGION;
    }
    return rules;
}

struct diary_score diary_score(const struct diary *d, const struct diary_place *place, size_t day,
                               const unsigned *means)
{
    struct diary_score score = { .fresh = !diary_joins(d, place, d->window->days[day]),
                                 .total = d->totals[day] };
    for (size_t i = 0; i < place->inspector_count; i++) {
        size_t who = place->inspectors[i];
        score.over += duty_of(d, who, day)->visits >= means[who];
        score.opened += duty_of(d, who, day)->visits == 0;
    }
    return score;
}

static void add_mark(struct diary *d, const struct diary_place *place, int32_t date)
{
    if (place->subject == VISITPLAN_NO_SUBJECT)
        return;
    bool joined = diary_joins(d, place, date);
    struct diary_mark *mark = arena_alloc(d->arena, sizeof *mark);
    *mark = (struct diary_mark){ place, date, joined, d->marks[place->subject] };
    d->marks[place->subject] = mark;
}

static void put(struct diary *d, const struct diary_place *place, int32_t date, size_t day)
{
    bool joins = diary_joins(d, place, date);
    if (day < d->window->day_count) {
        for (size_t i = 0; i < place->inspector_count; i++) {
            struct diary_duty *duty = duty_of(d, place->inspectors[i], day);
            if (joins && is_there(d, place, date, place->inspectors[i]))
                continue;
            bool elsewhere = duty->region && strcmp(duty->region, place->region) != 0;
            duty->visits++;
            duty->region = elsewhere ? two_regions : place->region;
        }
        d->totals[day] += !joins;
    }
    add_mark(d, place, date);
}

void diary_enter(struct diary *d, const struct diary_place *place, size_t day)
{
    put(d, place, d->window->days[day], day);
}

bool diary_leave(struct diary *d, const struct diary_place *place, size_t day)
{
    int32_t date = d->window->days[day];
    struct diary_mark **at = &d->marks[place->subject];
    if (diary_joins(d, place, date))
        return false;
    while ((*at)->place != place)
        at = &(*at)->next;
    *at = (*at)->next;
    for (size_t i = 0; i < place->inspector_count; i++) {
        struct diary_duty *duty = duty_of(d, place->inspectors[i], day);
        if (--duty->visits == 0)
            duty->region = NULL;
    }
    d->totals[day]--;
    return true;
}

struct diary diary_open(struct arena *a, const struct visitplan_window *window, bool by_entry)
{
    size_t days = window->day_count;
    struct diary d = { .arena = a, .window = window, .by_entry = by_entry };
    d.duties = arena_array(a, window->inspector_count * days, sizeof *d.duties);
    d.totals = arena_array(a, days, sizeof *d.totals);
    d.marks = arena_array(a, window->subject_count, sizeof(struct diary_mark *));
    struct diary_place *places = arena_array(a, window->entry_count, sizeof *places);
    for (size_t i = 0; i < window->entry_count; i++) {
        const struct visitplan_entry *e = &window->entries[i];
        places[i] =
            (struct diary_place){ e->entry, e->subject,    e->region,         e->unannounced,
                                  e->open,  e->inspectors, e->inspector_count };
        put(&d, &places[i], e->date, diary_day(window, e->date));
    }
    return d;
}

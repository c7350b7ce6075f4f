#include "domain/draw/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "domain/draw/match_internal.h"

enum { TEXT_MAX = 1 << 20 };

static const char *const field_names[] = {
    [ROSTER_LISTED] = "listed",   [ROSTER_DEPARTMENT] = "department",
    [ROSTER_CARD] = "card",       [ROSTER_DUTY] = "duty",
    [ROSTER_DAILY] = "daily",     [ROSTER_TOTAL] = "total",
    [ROSTER_CARRIED] = "carried", [ROSTER_SPECIALTIES] = "specialties",
    [ROSTER_AREAS] = "areas",     [ROSTER_RECUSAL] = "recusal",
};

const char *const roster_causes[] = { "declared", "rule", "elsewhere",  "left", "absent",
                                      "card",     "duty", "correction", NULL };

const char *roster_field_name(enum roster_field field)
{
    return field_names[field];
}

struct comparison {
    struct arena *arena;
    const char *const *specialties;
    struct roster_difference *v;
    size_t n;
    size_t room;
    const struct match_inspector *then; /* in work */
    const struct match_inspector *used;
};

static void add(struct comparison *c, const char *card, enum roster_field field,
                const char *committed, const char *used, bool counts)
{
    if (c->n == c->room) {
        size_t room = c->room ? c->room * 2 : 16;
        struct roster_difference *wider = arena_array(c->arena, room, sizeof *wider);
        if (c->n)
            memcpy(wider, c->v, c->n * sizeof *wider);
        c->v = wider;
        c->room = room;
    }
    c->v[c->n++] = (struct roster_difference){
        .card = card, .field = field, .committed = committed, .used = used, .counts = counts
    };
}

static void add_number(struct comparison *c, enum roster_field field, unsigned then, unsigned used)
{
    if (then != used)
        add(c, c->then->id, field, arena_printf(c->arena, "%u", then),
            arena_printf(c->arena, "%u", used), used < then || field == ROSTER_CARRIED);
}

static void compare_department(struct comparison *c)
{
    const struct match_inspector *x = c->then;
    const struct match_inspector *y = c->used;
    if (strcmp(x->department, y->department) != 0 || strcmp(x->kind, y->kind) != 0 ||
        strcmp(x->region, y->region) != 0)
        add(c, c->then->id, ROSTER_DEPARTMENT,
            arena_printf(c->arena, "%s,%s,%s", x->department, x->kind, x->region),
            arena_printf(c->arena, "%s,%s,%s", y->department, y->kind, y->region), false);
}

static void compare_card(struct comparison *c)
{
    char then[DATE_TEXT];
    char used[DATE_TEXT];
    date_format(then, c->then->card_expires_on);
    date_format(used, c->used->card_expires_on);
    if (c->then->card_expires_on != c->used->card_expires_on)
        add(c, c->then->id, ROSTER_CARD, arena_strdup(c->arena, then), arena_strdup(c->arena, used),
            c->used->card_expires_on < c->then->card_expires_on);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Bytewise, for readers number their words each in another order. */
static const char *set_text(struct comparison *c, uint64_t set)
{
    const char *list[MATCH_SPECIALTIES_MAX];
    size_t n = 0;
    struct buf text;
    for (size_t bit = 0; bit < MATCH_SPECIALTIES_MAX; bit++)
        if (set >> bit & 1)
            list[n++] = c->specialties[bit];
    if (n)
        qsort(list, n, sizeof *list, by_text);
    buf_init(&text, c->arena, TEXT_MAX);
    match_put_list(&text, list, n);
    return text.p;
}

static const char *areas_text(struct comparison *c, const struct match_inspector *who)
{
    struct buf text;
    buf_init(&text, c->arena, TEXT_MAX);
    match_put_list(&text, who->areas, who->area_count);
    return who->area_count ? text.p : who->region;
}

/* The used areas are each covered by one of the roster's. */
static bool narrower(const struct match_inspector *then, const struct match_inspector *used)
{
    const char *const *x = then->area_count ? then->areas : &then->region;
    const char *const *y = used->area_count ? used->areas : &used->region;
    size_t x_count = then->area_count ? then->area_count : 1;
    size_t y_count = used->area_count ? used->area_count : 1;
    for (size_t i = 0; i < y_count; i++) {
        bool found = false;
        for (size_t k = 0; k < x_count; k++)
            found = found || match_covers(x[k], y[i]);
        if (!found)
            return false;
    }
    return true;
}

static void compare_areas(struct comparison *c)
{
    const char *then = areas_text(c, c->then);
    const char *used = areas_text(c, c->used);
    if (strcmp(then, used) != 0)
        add(c, c->then->id, ROSTER_AREAS, then, used, narrower(c->then, c->used));
}

/* Both lists ascend. */
static void compare_recusals(struct comparison *c)
{
    const struct match_inspector *x = c->then;
    const struct match_inspector *y = c->used;
    for (size_t i = 0, k = 0; i < x->recusal_count || k < y->recusal_count;) {
        int order = i == x->recusal_count   ? 1
                    : k == y->recusal_count ? -1
                                            : strcmp(x->recusals[i], y->recusals[k]);
        if (order < 0)
            add(c, c->then->id, ROSTER_RECUSAL, x->recusals[i], "-", false);
        if (order > 0)
            add(c, c->then->id, ROSTER_RECUSAL, "-", y->recusals[k], true);
        i += order <= 0;
        k += order >= 0;
    }
}

static void compare_one(struct comparison *c)
{
    const struct match_inspector *x = c->then;
    const struct match_inspector *y = c->used;
    compare_department(c);
    compare_card(c);
    if (x->on_duty != y->on_duty)
        add(c, c->then->id, ROSTER_DUTY, x->on_duty ? "1" : "0", y->on_duty ? "1" : "0",
            x->on_duty);
    add_number(c, ROSTER_DAILY, x->max_daily, y->max_daily);
    add_number(c, ROSTER_TOTAL, x->max_total, y->max_total);
    add_number(c, ROSTER_CARRIED, x->carried, y->carried);
    if (x->specialties != y->specialties)
        add(c, c->then->id, ROSTER_SPECIALTIES, set_text(c, x->specialties),
            set_text(c, y->specialties), (y->specialties & ~x->specialties) == 0);
    compare_areas(c);
    compare_recusals(c);
}

static int by_card(const void *a, const void *b)
{
    return strcmp((*(const struct match_inspector *const *)a)->id,
                  (*(const struct match_inspector *const *)b)->id);
}

void roster_compare(struct arena *a, const struct roster *roster,
                    const struct match_problem *problem, const char *const *specialties,
                    struct roster_difference **out, size_t *count)
{
    struct comparison c = { .arena = a, .specialties = specialties };
    const struct match_inspector **used =
        arena_array(a, problem->inspector_count, sizeof(const struct match_inspector *));
    size_t n = 0;
    for (size_t i = 0; i < problem->inspector_count; i++)
        if (!problem->inspectors[i].uncommitted)
            used[n++] = &problem->inspectors[i];
    if (n)
        qsort(used, n, sizeof(const struct match_inspector *), by_card);
    for (size_t i = 0, k = 0; i < roster->count || k < n;) {
        int order = i == roster->count ? 1
                    : k == n           ? -1
                                       : strcmp(roster->inspectors[i].id, used[k]->id);
        if (order < 0) {
            add(&c, roster->inspectors[i].id, ROSTER_LISTED, "1", "0", false);
        } else if (order > 0) {
            add(&c, used[k]->id, ROSTER_LISTED, "0", "1", false);
        } else {
            c.then = &roster->inspectors[i];
            c.used = used[k];
            compare_one(&c);
        }
        i += order <= 0;
        k += order >= 0;
    }
    *out = c.v;
    *count = c.n;
}

void roster_differences_text(struct buf *out, const char *campaign,
                             const struct roster_difference *differences, size_t count,
                             const struct roster_note *notes)
{
    buf_printf(out, "liancha-differences/1\t%s\n", campaign);
    for (size_t i = 0; i < count; i++) {
        const struct roster_difference *d = &differences[i];
        char at[INSTANT_TEXT] = "-";
        if (notes[i].at)
            instant_format(at, notes[i].at);
        buf_printf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d->card, roster_field_name(d->field),
                   d->committed, d->used, notes[i].cause, at,
                   notes[i].department ? notes[i].department : "-");
    }
}

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "domain/visitplan.h"

/* What an inspector has on one day. */
struct duty {
    unsigned visits;
    const char *region;
};

struct diary {
    const struct visitplan_window *window;
    struct duty *duties;   /* inspector by inspector, day by day */
    unsigned *departments; /* visits, department by department, day by day */
};

static int by_region(const void *a, const void *b)
{
    const struct visitplan_stop *x = *(const struct visitplan_stop *const *)a;
    const struct visitplan_stop *y = *(const struct visitplan_stop *const *)b;
    int order = strcmp(x->region, y->region);
    if (!order)
        order = strcmp(x->visit, y->visit);
    return order ? order : (x > y) - (x < y); /* both stand in the caller's array */
}

static bool fits(const struct diary *diary, const struct visitplan_stop *stop, size_t day)
{
    const struct visitplan_window *window = diary->window;
    for (size_t i = 0; i < stop->inspector_count; i++) {
        size_t who = stop->inspectors[i];
        const struct duty *duty = &diary->duties[who * window->day_count + day];
        if (duty->visits >= window->inspector_max[who] ||
            (duty->region && strcmp(duty->region, stop->region) != 0))
            return false;
    }
    for (size_t i = 0; i < stop->department_count; i++) {
        size_t who = stop->departments[i];
        if (diary->departments[who * window->day_count + day] >= window->department_max[who])
            return false;
    }
    return true;
}

static void enter(struct diary *diary, const struct visitplan_stop *stop, size_t day)
{
    size_t days = diary->window->day_count;
    for (size_t i = 0; i < stop->inspector_count; i++) {
        struct duty *duty = &diary->duties[stop->inspectors[i] * days + day];
        duty->visits++;
        duty->region = stop->region;
    }
    for (size_t i = 0; i < stop->department_count; i++)
        diary->departments[stop->departments[i] * days + day]++;
}

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
        if (!below(stops[i].inspectors, stops[i].inspector_count, window->inspector_count) ||
            !below(stops[i].departments, stops[i].department_count, window->department_count))
            return err_set(err, RC_INVALID, "", "入企检查 %.80s 引用了未列出的人员或部门",
                           stops[i].visit);
    return RC_OK;
}

enum rc visitplan_date(struct arena *a, const struct visitplan_stop *stops, size_t count,
                       const struct visitplan_window *window, int32_t *dates, size_t *missed,
                       struct err *err)
{
    enum rc rc = check_input(stops, count, window, err);
    if (rc)
        return rc;
    struct diary diary = { .window = window };
    diary.duties = arena_array(a, window->inspector_count * window->day_count, sizeof(struct duty));
    diary.departments =
        arena_array(a, window->department_count * window->day_count, sizeof(unsigned));
    const struct visitplan_stop **sorted =
        arena_array(a, count, sizeof(const struct visitplan_stop *));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &stops[i];
    if (count)
        qsort(sorted, count, sizeof(const struct visitplan_stop *), by_region);
    *missed = 0;
    for (size_t i = 0; i < count; i++) {
        size_t day = 0;
        while (day < window->day_count && !fits(&diary, sorted[i], day))
            day++;
        bool found = day < window->day_count;
        if (found)
            enter(&diary, sorted[i], day);
        dates[sorted[i] - stops] = found ? window->days[day] : VISITPLAN_NO_DATE;
        *missed += !found;
    }
    return RC_OK;
}

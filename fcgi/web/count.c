#include "sys/counters.h"
#include "web/internal.h"

/* The first row is for what came to no route: an unknown address, a method that none has. */
static const char no_route[] = "none";

struct counters *count_open(const struct web_program *program, const struct settings *settings,
                            struct arena *a)
{
    size_t n = 0;
    while (program->routes[n].path)
        n++;
    const char **names = arena_array(a, n + 1, sizeof *names);
    names[0] = no_route;
    for (size_t i = 0; i < n; i++)
        names[i + 1] = program->routes[i].name;
    return counters_open(a, settings->counters_dir, program->section, names, n + 1);
}

void count_request(const struct web_ctx *c, int64_t micros, int64_t waited)
{
    size_t row = c->route ? (size_t)(c->route - c->program->routes) + 1 : 0;
    counters_request(c->counters, row, c->reply.status, micros, waited);
}

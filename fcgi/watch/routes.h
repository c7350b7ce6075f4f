#ifndef LIANCHA_WATCH_ROUTES_H
#define LIANCHA_WATCH_ROUTES_H

#include "web/web.h"

extern const struct web_route watch_routes[];

/* metrics.c: the text format 0.0.4 of Prometheus. Without a database: what was counted. */
web_handler watch_metrics;

#endif

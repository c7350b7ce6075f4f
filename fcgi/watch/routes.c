#include "watch/routes.h"

/* Only the site's monitoring gets here: see conf/nginx/liancha-watch.conf. */
const struct web_route watch_routes[] = {
    { .method = WEB_GET,
      .path = "/-/metrics",
      .handler = watch_metrics,
      .name = "metrics",
      .who = WEB_ANYONE | WEB_ALWAYS },
    { .path = NULL },
};

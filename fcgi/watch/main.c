/* liancha-watch: metrics for the site's monitoring. */
#include "watch/routes.h"

static const struct web_program program = {
    .name = "liancha-watch",
    .section = "watch",
    .summary = "供监控系统（Prometheus）读取的指标（FastCGI）；只读数量与时间。",
    .statement_seconds = 5,
    .routes = watch_routes,
    .reads_only = true,
};

int main(int argc, char **argv)
{
    return web_main(argc, argv, &program);
}

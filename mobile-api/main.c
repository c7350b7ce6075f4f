/* liancha-mobile: the sync API of the inspectors' phones. */
#include "routes.h"

static const struct web_program program = {
    .name = "liancha-mobile",
    .section = "mobile",
    .summary = "执法人员移动端的同步接口（FastCGI）。",
    .routes = mobile_routes,
    .authenticate = enrol_authenticate,
};

int main(int argc, char **argv)
{
    return web_main(argc, argv, &program);
}

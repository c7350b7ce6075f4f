/* liancha-public: the disclosure pages and the proof of the draws. */
#include "public/page.h"
#include "public/routes.h"

static const struct web_program program = {
    .name = "liancha-public",
    .section = "public",
    .summary = "向社会公示抽查结果和抽取过程的网页（FastCGI）；只读公示视图，只收异议。",
    .routes = public_routes,
    .passed_on = true,
    .reads_only = true,
    .problem = page_problem,
};

int main(int argc, char **argv)
{
    return web_main(argc, argv, &program);
}

/* What the parts of liancha-mobile offer to its table of routes. */
#ifndef LIANCHA_MOBILE_ROUTES_H
#define LIANCHA_MOBILE_ROUTES_H

#include "web/web.h"

extern const struct web_route mobile_routes[];

/* Finds the device that holds an access token. */
enum rc enrol_authenticate(struct web_ctx *c, const char *token) RC_CHECKED;

enum { ENROL_NAME_MAX = 60, PULL_CURSOR_MAX = 4000, PULL_ITEMS_MAX = 1000, PULL_FEED_MAX = 30 };

struct enrol_body {
    const char *code;
    const char *device_name;
    const char *public_key;
    const char *signature;
};
struct enrol_renewal {
    const char *refresh_token;
    const char *signature;
};
struct pull_query {
    const char *cursor;
    int64_t limit;
    const char *again;
};
struct check_query {
    const char *cursor;
    int64_t after;
};

web_handler enrol_post;
web_handler enrol_tokens_post;
web_handler pull_get;
web_handler check_get;
web_handler push_post;
web_handler upload_options;
web_handler upload_post;
web_handler upload_head;
web_handler upload_patch;
web_handler upload_override;

#endif

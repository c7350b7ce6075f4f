/* What the parts of the runtime share; programs include web.h. */
#ifndef LIANCHA_WEB_INTERNAL_H
#define LIANCHA_WEB_INTERNAL_H

#include <fcgiapp.h>

#include "web/web.h"

enum { TOKEN_MAX = 200 };

/* request.c: fills c from the FastCGI parameters. */
enum rc request_read(struct web_ctx *c, FCGX_Request *fcgi) RC_CHECKED;
/* request.c: how long it waited for this worker, in microseconds, as far as nginx tells when it
   came. */
int64_t request_waited(FCGX_Request *fcgi);
/* request.c: the body, as large as the route that was found allows. */
enum rc request_read_body(struct web_ctx *c, FCGX_Request *fcgi) RC_CHECKED;
/* request.c: body and query by the route's declarations. */
enum rc request_parse(struct web_ctx *c) RC_CHECKED;

/* route.c: sets c->route and the path parameters; RC_METHOD sets Allow. */
enum rc route_find(struct web_ctx *c) RC_CHECKED;
/* route.c: a parameter of the path with a character that no identifier has names nothing. */
enum rc route_check_params(struct web_ctx *c) RC_CHECKED;
/* route.c: true when every route of the table is whole. */
bool route_table_sound(const struct web_route *routes);

/* count.c: counters of the program's routes. */
struct counters *count_open(const struct web_program *program, const struct settings *settings,
                            struct arena *a);
/* count.c: the request as it was answered. */
void count_request(const struct web_ctx *c, int64_t micros, int64_t waited);

/* authorise.c: who acts, and whether the route lets them. */
enum rc authorise(struct web_ctx *c) RC_CHECKED;

/* cookie.c: the token of a page's request into *token, where there is one; a request that has one
   already is refused. */
enum rc cookie_token(struct web_ctx *c, const char **token) RC_CHECKED;

/* list.c: what is asked of a list, into c->query. */
enum rc list_parse(struct web_ctx *c, const char *query) RC_CHECKED;

/* serve.c: one request, from its parameters to the bytes of its reply and its line in the log. */
void serve_request(struct web_ctx *c, FCGX_Request *fcgi);

/* problem.c: turns rc and c->err into the reply. */
void problem_reply(struct web_ctx *c, enum rc rc);

/* reply.c */
void reply_reset(struct web_ctx *c);
bool reply_has_header(const struct web_ctx *c, const char *name);
void reply_send(struct web_ctx *c);
enum rc reply_send_head(struct web_ctx *c) RC_CHECKED;

extern const char *const method_names[];

#endif

/*
 * The FastCGI runtime: one process, one request at a time, one database connection.
 *
 * A program is a table of routes. For each request the runtime finds the route, authenticates and
 * authorises by the route's fields, parses query and body by the route's declarations, opens the
 * transaction that the route names, calls the handler, appends the audit event of a write, commits,
 * and sends the reply. A handler's only effect is rows: after a deadlock it is simply run again.
 */
#ifndef LIANCHA_WEB_WEB_H
#define LIANCHA_WEB_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "store/account.h"
#include "sys/db.h"
#include "sys/json.h"
#include "sys/jsonw.h"
#include "sys/settings.h"

struct web_ctx;

/* ---- Routes ---------------------------------------------------------------------------------- */

enum web_method {
    WEB_GET,
    WEB_HEAD,
    WEB_POST,
    WEB_PUT,
    WEB_PATCH,
    WEB_DELETE,
    WEB_OPTIONS,
    WEB_METHODS
};

enum web_txn {
    WEB_TXN_NONE,  /* no transaction; single SELECTs at most */
    WEB_TXN_READ,  /* one consistent snapshot */
    WEB_TXN_WRITE, /* committed with an audit event; rerun on a deadlock */
};

/* .who of a route: one of these, or ROLE_ bits of store/account.h, any of which is enough. A route
   without .who is refused at start. */
#define WEB_ANYONE 0x10000U  /* no session asked */
#define WEB_SESSION 0x20000U /* any valid session */
#define WEB_DEVICE 0x40000U  /* an enrolled device */
/* Beside those: the body may have up to WEB_LARGE_MAX bytes, as nginx/liancha.conf lets pass. */
#define WEB_LARGE 0x80000U
#define WEB_LARGE_MAX ((size_t)8 << 20)
/* Beside those: the body may come as Content-Encoding: gzip. Limits, digests and handlers see what it
   inflates to. */
#define WEB_GZIP 0x100000U

enum web_type {
    WEB_TEXT,    /* const char *; min … max code points */
    WEB_INT,     /* int64_t; min … max */
    WEB_REAL,    /* double; min … max */
    WEB_BOOL,    /* bool */
    WEB_DATE,    /* int32_t days; "YYYY-MM-DD" */
    WEB_INSTANT, /* int64_t ms; RFC 3339 */
    WEB_TEXTS,   /* struct web_texts; min … max elements of 1 … 100 code points */
    WEB_OBJECTS, /* struct web_objects; min … max elements, each as .of declares */
    WEB_OBJECT,  /* const cJSON *, an object that the handler reads itself */
};

struct web_texts {
    const char **v;
    size_t n;
};

struct web_objects {
    void *v; /* array of .of->size bytes each */
    size_t n;
};

/*
 * One member of a body, or one query parameter (TEXT, INT and DATE only). An optional member that is
 * absent or null leaves its place zero; .given, when not 0, is the offset of a bool that tells.
 */
struct web_field {
    const char *name;
    enum web_type type;
    size_t offset;
    bool required;
    int64_t min;
    int64_t max;
    size_t given;
    const struct web_input *of;
};

/* A body or a query string: unknown members are refused, the rest lands in a struct of this size. */
struct web_input {
    const struct web_field *fields; /* ends with a NULL name */
    size_t size;
};

typedef enum rc web_handler(struct web_ctx *c);

struct web_route {
    enum web_method method;
    const char *path; /* below the prefix; "{name}" is one non-empty segment */
    web_handler *handler;
    const char *name; /* of the action, e.g. "draw.freeze": audit and access log carry it */
    unsigned who;
    enum web_txn txn;
    const struct web_input *body;  /* JSON; NULL: no body is accepted … */
    const char *raw;               /* … unless this names its media type */
    const struct web_input *query; /* NULL: no parameter is accepted */
};

/* ---- A request ------------------------------------------------------------------------------- */

enum { WEB_PARAMS_MAX = 4, WEB_HEADERS_MAX = 16 };

struct web_param {
    const char *name;
    const char *value; /* percent-decoded */
};

struct web_reply {
    int status;
    const char *content_type;
    struct buf body;
    struct {
        const char *name;
        const char *value;
    } headers[WEB_HEADERS_MAX];
    size_t header_count;
    struct jsonw json;
    /* Set for a reply too large to buffer (read routes only): called after the head was sent. */
    enum rc (*stream)(struct web_ctx *c);
};

/* What the audit event of a write says beyond actor, action and request. */
struct web_audit {
    const char *target; /* e.g. "draw:41040020231001.1" */
    const char *detail; /* a JSON object; NULL: the digest of the body */
};

struct web_ctx {
    const struct web_program *program;
    const struct web_route *route;
    const struct settings *settings;
    struct arena *arena; /* of this request */
    struct db *db;
    enum rc refuse; /* not RC_OK: what every request is told while there is no database */
    int64_t now;    /* of this request; handlers never read the clock */
    int attempt;    /* from 1; above it the transaction before gave way to another one */
    const char *request_id;
    const char *remote;
    enum web_method method;
    const char *path; /* below the prefix */
    struct web_param params[WEB_PARAMS_MAX];
    size_t param_count;
    const char *body; /* NUL-terminated */
    size_t body_size;
    const void *input; /* as route->body declares */
    const void *query; /* as route->query declares */
    struct actor actor;
    struct err err;
    struct web_reply reply;
    struct web_audit audit;
    void *own; /* what the program's authenticate found beside the actor, for the handler */
    void *fcgi;
};

/* The value of a path parameter that the route's path names. */
const char *web_param(const struct web_ctx *c, const char *name);
/* The same as a positive integer; RC_NOT_FOUND with detail when it is none. */
enum rc web_param_id(struct web_ctx *c, const char *name, int64_t *id) RC_CHECKED;
/* A request header by its CGI name, e.g. "HTTP_IF_NONE_MATCH"; NULL when absent. */
const char *web_request_header(const struct web_ctx *c, const char *cgi_name);

/* ---- A reply --------------------------------------------------------------------------------- */

/* Starts a JSON reply and opens its top object: write members, then web_json_end. */
struct jsonw *web_json(struct web_ctx *c, int status);
enum rc web_json_end(struct web_ctx *c);
/* Starts a reply of another type; fill c->reply.body. */
struct buf *web_body(struct web_ctx *c, int status, const char *content_type);
/* A reply without a body. */
enum rc web_empty(struct web_ctx *c, int status);
/* name and value live as long as the request. CR and LF in a value are a fault of ours. */
void web_header(struct web_ctx *c, const char *name, const char *value);
/*
 * A problem that shall be committed (a failed login counts): sets the reply and returns RC_OK. A
 * handler that wants its writes undone returns the code instead, with c->err set.
 */
enum rc web_problem(struct web_ctx *c, enum rc rc, const char *pointer, const char *detail);
/* Sends bytes of a streamed reply. */
enum rc web_send(struct web_ctx *c, const void *bytes, size_t n) RC_CHECKED;

/* Sets c->err and returns rc. */
#define web_fail(c, rc, pointer, ...) err_set(&(c)->err, rc, pointer, __VA_ARGS__)

/* ---- A program ------------------------------------------------------------------------------- */

struct web_program {
    const char *name;               /* "liancha-planner" */
    const char *section;            /* its section in the settings */
    const char *summary;            /* one line for --help */
    int statement_seconds;          /* how long a statement may run; 0: 30 */
    const struct web_route *routes; /* ends with a NULL path */
    /* Finds the actor of a bearer token; RC_UNAUTHENTICATED for none. NULL: no route asks. */
    enum rc (*authenticate)(struct web_ctx *c, const char *token);
    /* Writes a problem in place of JSON, e.g. a page; NULL: application/problem+json. */
    void (*problem)(struct web_ctx *c, int status, const char *title);
};

/* main() of a FastCGI worker. */
int web_main(int argc, char **argv, const struct web_program *program);

/* Parses a JSON tree by a declaration; base is the pointer of tree, "" at the top. */
enum rc web_input_json(struct arena *a, const struct web_input *in, const cJSON *tree,
                       const char *base, void *out, struct err *err) RC_CHECKED;
/* Parses a query string by a declaration. */
enum rc web_input_query(struct arena *a, const struct web_input *in, const char *query, void *out,
                        struct err *err) RC_CHECKED;

/* Status and title of a code; used for problems and in tests. */
int web_status(enum rc rc);
const char *web_title(enum rc rc);

#endif

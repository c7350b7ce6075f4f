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
#include <stdio.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/rc.h"
#include "store/account/account.h"
#include "sys/db.h"
#include "sys/json.h"
#include "sys/jsonw.h"
#include "sys/list.h"
#include "sys/row.h"
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

/* .who of a route: one of these, or ROLE_ bits of domain/account/role.h, any of which is enough. A
   route without .who is refused at start. */
#define WEB_ANYONE 0x10000U  /* no session asked */
#define WEB_SESSION 0x20000U /* any valid session */
#define WEB_DEVICE 0x40000U  /* an enrolled device */
/* Beside those: the body may have up to WEB_LARGE_MAX bytes, as nginx/liancha.conf lets pass. */
#define WEB_LARGE 0x80000U
#define WEB_LARGE_MAX ((size_t)8 << 20)
/* Beside those: the body may come as Content-Encoding: gzip. Limits, digests and handlers see what
   it inflates to. */
#define WEB_GZIP 0x100000U
/* Beside WEB_SESSION: also for an account whose password is still one that somebody else chose. */
#define WEB_FIRST 0x200000U
/* Beside those: answered while there is no database too, which the handler does not ask. */
#define WEB_ALWAYS 0x400000U

enum web_type {
    WEB_TEXT,    /* const char *; min … max code points */
    WEB_INT,     /* int64_t; min … max, or with .instant ms of a text in RFC 3339 */
    WEB_REAL,    /* double; min … max */
    WEB_BOOL,    /* bool */
    WEB_DATE,    /* int32_t days; "YYYY-MM-DD" */
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
 * One member of a body, or one query parameter (TEXT, INT and DATE only). An optional member that
 * is absent or null leaves its place zero; .given, when not 0, is the offset of a bool that tells.
 * A text that may not be empty must hold something that can be seen.
 */
struct web_field {
    const char *title; /* what messages call it; in pages and forms too */
    bool required;
    int64_t min;     /* of a text 1 unless .empty */
    int64_t max;     /* 0: JSON_INT_MAX of a number, WEB_TEXT_MAX of a text */
    bool empty;      /* a text may be empty */
    bool instant;    /* an int64_t is a time */
    bool published;  /* a text that anybody will read as it is stored: it is taken over masked */
    bool identifier; /* a text that is one (domain/directory/identifier), taken over normalised */
    size_t given;
    const struct web_input *of;
    const struct row_label *labels; /* the values that a text may have; NULL: any */

    /* by WEB_FIELD */
    const char *name;
    enum web_type type;
    size_t offset;
};
enum { WEB_TEXT_MAX = 200 };

/* A body or a query string: unknown members are refused, the rest lands in a struct of this
   size. */
struct web_input {
    const struct web_field *fields; /* ends with a NULL name */
    size_t size;
};

#define WEB_TYPE_OF(T, m)                                                                          \
    _Generic(((T *)0)->m,                                                                    \
        const char *: WEB_TEXT,                                                                    \
        int64_t: WEB_INT,                                                                          \
        double: WEB_REAL,                                                                          \
        bool: WEB_BOOL,                                                                            \
        int32_t: WEB_DATE,                                                                         \
        struct web_texts: WEB_TEXTS,                                                               \
        struct web_objects: WEB_OBJECTS,                                                           \
        const cJSON *: WEB_OBJECT)
/* WEB_FIELD(struct penalty_body, content, "处罚内容", .required = true, .max = 1000) */
#define WEB_FIELD(T, m, ...)                                                                       \
    {                                                                                              \
        .name = #m, .type = WEB_TYPE_OF(T, m), .offset = offsetof(T, m), .title = __VA_ARGS__      \
    }
/* The same, of a member of the member in. */
#define WEB_FIELD_IN(T, in, m, ...)                                                                \
    {                                                                                              \
        .name = #m, .type = WEB_TYPE_OF(T, in.m), .offset = offsetof(T, in.m),                     \
        .title = __VA_ARGS__                                                                       \
    }
#define WEB_INPUT(T, ...)                                                                          \
    {                                                                                              \
        .fields = (const struct web_field[]){ __VA_ARGS__, { .name = NULL } }, .size = sizeof(T)   \
    }

typedef enum rc web_handler(struct web_ctx *c);

/* The media types of a body that is not JSON for the runtime. */
#define WEB_RAW(...)                                                                               \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

struct web_route {
    enum web_method method;
    const char *path; /* below the prefix; "{name}" is one non-empty segment */
    web_handler *handler;
    const char *name; /* of the action, e.g. "draw.freeze": audit and access log carry it */
    unsigned who;
    enum web_txn txn;
    const struct web_input *body;  /* JSON; NULL: no body is accepted … */
    const char *const *raw;        /* … unless this names its media types, as WEB_RAW says them */
    const struct web_input *query; /* NULL: no parameter is accepted, but those of .list */
    /* Before the transaction, holding no lock, once: what takes long and changes nothing, e.g. the
       digest of a password. What it finds is c->own. NULL: there is no such thing. */
    web_handler *prepare;

    /*
     * A list: handler is web_list, .txn WEB_TXN_READ. GET with the list's filters, sort, after,
     * limit and count; format=csv or xlsx gives all rows as a table, which is on the audit log.
     */
    const struct list *list;
    /* Writes the scope's values, as many as list->in has characters, or refuses; NULL: it has
       none. */
    enum rc (*scope)(struct web_ctx *c, struct db_val *values);
    /* Computes the members of a row that are no columns; NULL: there are none. */
    enum rc (*fill)(struct web_ctx *c, struct arena *a, void *row);
    /* Tells of people, or hands evidence over: who read it when is on the audit log. For reads. */
    bool personal;
    /* An object that pages change: its reply has an ETag, which whoever changes it sends as
       If-Match; without it there must be none yet. Handlers see to both. */
    bool versioned;
    /* The row of an object reply, for the API's description; NULL: that describes it by hand. */
    const struct row_set *row;
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
    FILE *file; /* instead of body: sent to its end; whoever sets it defers its closing */
    /* Set for a reply too large to buffer (read routes only): called after the head was sent. */
    enum rc (*stream)(struct web_ctx *c);
};

/* What the audit event of a write says beyond actor, action and request. A read whose handler sets
   detail is on record too. */
struct web_audit {
    const char *chain;  /* NULL: the actor's */
    const char *target; /* e.g. "draw:41040020231001.1" */
    const char *detail; /* a JSON object; NULL: the digest of the body */
    bool counted;       /* a write that is summed up elsewhere, without an event of its own */
};

struct web_ctx {
    const struct web_program *program;
    const struct web_route *route;
    const struct settings *settings;
    struct counters *counters;
    struct arena *arena; /* of this request */
    struct db *db;
    struct err refuse; /* .rc not RC_OK: what every request is told while no database serves it */
    int64_t now;       /* of this request; handlers never read the clock */
    int attempt;       /* from 1; above it the transaction before gave way to another one */
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
    const char *present; /* of RC_STALE: the object as it is now, in JSON */
    const char *faults;  /* of RC_INVALID: an array of all that is wrong with a file, in JSON */
    struct web_reply reply;
    struct web_audit audit;
    void *own; /* what authenticate or prepare found, or a list's scope, for the rest */
    void *fcgi;
};

/* The value of a path parameter that the route's path names. */
const char *web_param(const struct web_ctx *c, const char *name);
/* The same as a positive integer; RC_NOT_FOUND with detail when it is none. */
enum rc web_param_id(struct web_ctx *c, const char *name, int64_t *id) RC_CHECKED;
/* A request header by its CGI name, e.g. "HTTP_IF_NONE_MATCH"; NULL when absent. */
const char *web_request_header(const struct web_ctx *c, const char *cgi_name);

/* ---- The office's pages ---------------------------------------------------------------------- */

/*
 * A page sends X-Liancha-Console: 1 with every request, which neither a form nor a link can, and a
 * script of another site only if we allowed it. Its token is a cookie that no script reads.
 */
bool web_from_page(const struct web_ctx *c);
/* RC_FORBIDDEN where the browser says that another site made the request. */
enum rc web_same_origin(struct web_ctx *c) RC_CHECKED;
/* Has the browser keep the token for this program's addresses; NULL: forget it. */
void web_cookie(struct web_ctx *c, const char *token);

/* ---- Health ---------------------------------------------------------------------------------- */

/* GET health/live: that a worker answers; WEB_ALWAYS. */
web_handler web_live;
/* GET health: that this worker can serve, which takes a database of its own schema, and one that is
   writable where the program writes. */
web_handler web_ready;

/* ---- A reply --------------------------------------------------------------------------------- */

/* Starts a JSON reply and opens its top object: write members, then web_json_end. */
struct jsonw *web_json(struct web_ctx *c, int status);
enum rc web_json_end(struct web_ctx *c);
/* One row as the whole reply. */
enum rc web_row(struct web_ctx *c, int status, const struct row_set *set, const void *row);
/* The handler of every list. */
web_handler web_list;
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
    /* Finds the actor of a token; RC_UNAUTHENTICATED for none. NULL: no route asks. */
    enum rc (*authenticate)(struct web_ctx *c, const char *token);
    /* Its addresses are passed on by apps that add parameters of their own (?from=timeline): one
       that is unknown, repeated or cannot be what it is declared to be counts as absent. */
    bool passed_on;
    bool cookie; /* the token may come in a cookie of the office's pages too */
    /* What it is for needs no write: ready on a database that is read-only too. */
    bool reads_only;
    /* Writes a problem in place of JSON, e.g. a page; NULL: application/problem+json. */
    void (*problem)(struct web_ctx *c, int status, const char *title);
};

/* main() of a FastCGI worker. */
int web_main(int argc, char **argv, const struct web_program *program);

/* Parses a JSON tree by a declaration; base is the pointer of tree, "" at the top. */
enum rc web_input_json(struct arena *a, const struct web_input *in, const cJSON *tree,
                       const char *base, void *out, struct err *err) RC_CHECKED;
/* Parses a query string by a declaration; passed_on as in web_program. */
enum rc web_input_query(struct arena *a, const struct web_input *in, const char *query,
                        bool passed_on, void *out, struct err *err) RC_CHECKED;

/* Parses the request's raw body, a form of a page (application/x-www-form-urlencoded), the same. */
enum rc web_input_form(struct web_ctx *c, const struct web_input *in, void *out) RC_CHECKED;

/* Status and title of a code; used for problems and in tests. */
int web_status(enum rc rc);
const char *web_title(enum rc rc);

#endif

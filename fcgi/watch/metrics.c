#include "watch/routes.h"

#include <stdio.h>

#include "store/report/watch.h"
#include "sys/counters.h"
#include "sys/log.h"

static void head(struct buf *b, const char *name, const char *type, const char *help)
{
    buf_printf(b, "# HELP liancha_%s %s\n# TYPE liancha_%s %s\n", name, help, name, type);
}

/* Milliseconds as seconds. */
static void put_seconds(struct buf *b, int64_t ms)
{
    buf_printf(b, "%lld.%03lld", (long long)(ms / 1000), (long long)(ms % 1000));
}

/* ---- What was counted ------------------------------------------------------------------------ */

static void put_outcomes(struct buf *b, const struct counters_program *p, size_t n)
{
    head(b, "requests_total", "counter",
         "Requests answered, by program, route and class of status.");
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < p[i].n; r++)
            for (size_t k = 0; k < COUNTERS_CLASSES; k++)
                if (p[i].rows[r].outcomes[k])
                    buf_printf(b,
                               "liancha_requests_total{program=\"%s\",route=\"%s\","
                               "status=\"%zuxx\"} %llu\n",
                               p[i].name, p[i].rows[r].name, k + 1,
                               (unsigned long long)p[i].rows[r].outcomes[k]);
}

static void put_histogram(struct buf *b, const char *program, const struct counters_row *r)
{
    uint64_t sum = 0;
    for (size_t k = 0; k <= COUNTERS_BUCKETS; k++) {
        sum += r->within[k];
        buf_printf(b,
                   "liancha_request_seconds_bucket{program=\"%s\",route=\"%s\",le=\"%s\"} %llu\n",
                   program, r->name, k < COUNTERS_BUCKETS ? counters_buckets[k].seconds : "+Inf",
                   (unsigned long long)sum);
    }
    buf_printf(b, "liancha_request_seconds_sum{program=\"%s\",route=\"%s\"} %llu.%06llu\n", program,
               r->name, (unsigned long long)(r->micros / 1000000),
               (unsigned long long)(r->micros % 1000000));
    buf_printf(b, "liancha_request_seconds_count{program=\"%s\",route=\"%s\"} %llu\n", program,
               r->name, (unsigned long long)sum);
}

static void put_latencies(struct buf *b, const struct counters_program *p, size_t n)
{
    head(b, "request_seconds", "histogram",
         "How long a worker was at a request, until its reply was sent.");
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < p[i].n; r++)
            put_histogram(b, p[i].name, &p[i].rows[r]);
}

static void put_waits(struct buf *b, const struct counters_program *p, size_t n)
{
    head(b, "request_wait_seconds_total", "counter",
         "How long requests waited for a worker of their pool, all together.");
    for (size_t i = 0; i < n; i++)
        for (size_t r = 0; r < p[i].n; r++)
            buf_printf(b,
                       "liancha_request_wait_seconds_total{program=\"%s\",route=\"%s\"} "
                       "%llu.%06llu\n",
                       p[i].name, p[i].rows[r].name,
                       (unsigned long long)(p[i].rows[r].waited / 1000000),
                       (unsigned long long)(p[i].rows[r].waited % 1000000));
}

static void put_counted(struct buf *b, const struct counters_program *p, size_t n)
{
    put_outcomes(b, p, n);
    put_latencies(b, p, n);
    put_waits(b, p, n);
    head(b, "transaction_reruns_total", "counter",
         "Transactions that gave way to another one and were run again.");
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "liancha_transaction_reruns_total{program=\"%s\"} %llu\n", p[i].name,
                   (unsigned long long)p[i].reruns);
    head(b, "worker_starts_total", "counter", "Workers that were started.");
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "liancha_worker_starts_total{program=\"%s\"} %llu\n", p[i].name,
                   (unsigned long long)p[i].starts);
}

/* ---- What waits ------------------------------------------------------------------------------ */

static void put_label(struct buf *b, const char *name, const char *value, char before)
{
    buf_printf(b, "%c%s=\"", before, name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            buf_putc(b, '\\');
        buf_putc(b, *value == '\n' ? ' ' : *value);
    }
    buf_putc(b, '"');
}

static void put_value(struct buf *b, const struct watch_figure *f, const struct watch_value *v)
{
    if (v->none)
        return; /* nothing waits, or was ever done: there is no such time */
    buf_printf(b, "liancha_%s", f->name);
    if (f->labels[0])
        put_label(b, f->labels[0], v->first, '{');
    if (f->labels[1])
        put_label(b, f->labels[1], v->second, ',');
    buf_puts(b, f->labels[0] ? "} " : " ");
    if (f->kind == WATCH_COUNT)
        buf_int(b, v->value);
    else
        put_seconds(b, v->value);
    buf_putc(b, '\n');
}

/* All figures, or none of them: half of the truth looks like a calm day. */
static enum rc put_figures(struct web_ctx *c, struct buf *b)
{
    size_t before = b->n;
    enum rc rc = c->db ? RC_OK : RC_UNAVAILABLE;
    for (const struct watch_figure *f = watch_figures; rc == RC_OK && f->name; f++) {
        struct row_page page = { .n = 0 };
        rc = watch_read(c->db, c->arena, f, c->now, &page);
        const struct watch_value *values = page.v;
        head(b, f->name, "gauge", f->help);
        for (size_t i = 0; rc == RC_OK && i < page.n; i++)
            put_value(b, f, &values[i]);
    }
    if (rc != RC_OK) {
        b->n = before;
        b->p[before] = '\0';
    }
    return rc;
}

static void put_certificates(struct web_ctx *c, struct buf *b)
{
    struct watch_value *values;
    size_t n;
    if (watch_certificates(c->arena, c->settings->path, &values, &n, &c->err) != RC_OK)
        log_warn("the settings cannot be read any more: %s", c->err.detail);
    head(b, watch_certificate.name, "gauge", watch_certificate.help);
    for (size_t i = 0; i < n; i++)
        put_value(b, &watch_certificate, &values[i]);
}

enum rc watch_metrics(struct web_ctx *c)
{
    struct counters_program *programs;
    size_t n;
    struct buf *b = web_body(c, 200, "text/plain; version=0.0.4; charset=utf-8");
    enum rc rc = counters_read(c->arena, c->settings->counters_dir, &programs, &n);
    put_counted(b, programs, rc == RC_OK ? n : 0);
    put_certificates(c, b);
    rc = put_figures(c, b);
    head(b, "database_up", "gauge", "Whether the database answered, and is of this version.");
    buf_printf(b, "liancha_database_up %d\n", rc == RC_OK);
    return RC_OK;
}

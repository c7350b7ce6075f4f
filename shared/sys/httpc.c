#include "sys/httpc.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sys/log.h"

enum { CONNECT_MS_MAX = 5000, IDLE_SECONDS = 4, CONNECTION_SECONDS = 60 };

struct slot {
    CURL *easy;
    struct curl_slist *headers;
    const char *body;
    size_t body_size;
    size_t body_sent;
    char *reply;
    size_t reply_size;
    size_t reply_max;
    char fault[CURL_ERROR_SIZE];
};

struct httpc {
    CURLM *multi;
    unsigned slot_count;
    struct slot slots[HTTPC_SLOTS_MAX];
};

static size_t take_reply(char *bytes, size_t size, size_t count, void *data)
{
    struct slot *s = data;
    size_t n = size * count;
    if (n > s->reply_max - s->reply_size)
        return 0; /* ends the request with CURLE_WRITE_ERROR */
    memcpy(s->reply + s->reply_size, bytes, n);
    s->reply_size += n;
    return n;
}

/*
 * A body goes out once. libcurl would quietly repeat a request when a kept connection breaks
 * without an answer; without a way to rewind this body it cannot, and reports the request as
 * failed.
 */
static size_t give_body(char *out, size_t size, size_t count, void *data)
{
    struct slot *s = data;
    size_t n = s->body_size - s->body_sent;
    if (n > size * count)
        n = size * count;
    memcpy(out, s->body + s->body_sent, n);
    s->body_sent += n;
    return n;
}

static int refuse_rewind(void *data, curl_off_t offset, int origin)
{
    (void)data;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static const struct {
    CURLoption option;
    long value;
} fixed_options[] = {
    { CURLOPT_SSL_VERIFYPEER, 1 },
    { CURLOPT_SSL_VERIFYHOST, 2 },
    { CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2 }, /* or later */
    { CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1 },
    { CURLOPT_FOLLOWLOCATION, 0 },
    { CURLOPT_NOSIGNAL, 1 },
    { CURLOPT_MAXAGE_CONN, IDLE_SECONDS },
    /* Certificates that are replaced count: no connection is old, none is made by what another
       one found out. */
    { CURLOPT_MAXLIFETIME_CONN, CONNECTION_SECONDS },
    { CURLOPT_CA_CACHE_TIMEOUT, 0 },
    { CURLOPT_SSL_SESSIONID_CACHE, 0 },
};

static const char *or_none(const char *path)
{
    return path && *path ? path : NULL;
}

static CURLcode set_options(struct slot *s, const struct httpc_options *o)
{
    CURL *e = s->easy;
    long timeout = (long)o->timeout_ms;
    long connect_timeout = timeout < CONNECT_MS_MAX ? timeout : (long)CONNECT_MS_MAX;
    for (size_t i = 0; i < sizeof fixed_options / sizeof fixed_options[0]; i++) {
        CURLcode rc = curl_easy_setopt(e, fixed_options[i].option, fixed_options[i].value);
        if (rc != CURLE_OK)
            return rc;
    }
    const CURLcode results[] = {
        curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https"),
        curl_easy_setopt(e, CURLOPT_CAINFO, o->ca_file),
        curl_easy_setopt(e, CURLOPT_CAPATH, NULL),
        curl_easy_setopt(e, CURLOPT_SSLCERT, or_none(o->client_cert)),
        curl_easy_setopt(e, CURLOPT_SSLKEY, or_none(o->client_key)),
        curl_easy_setopt(e, CURLOPT_PROXY, ""), /* not the environment's either */
        curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, timeout),
        curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, connect_timeout),
        curl_easy_setopt(e, CURLOPT_USERAGENT, "liancha/" LIANCHA_VERSION),
        curl_easy_setopt(e, CURLOPT_ERRORBUFFER, s->fault),
        curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, take_reply),
        curl_easy_setopt(e, CURLOPT_WRITEDATA, s),
        curl_easy_setopt(e, CURLOPT_READFUNCTION, give_body),
        curl_easy_setopt(e, CURLOPT_READDATA, s),
        curl_easy_setopt(e, CURLOPT_SEEKFUNCTION, refuse_rewind),
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++)
        if (results[i] != CURLE_OK)
            return results[i];
    return CURLE_OK;
}

static enum rc open_slot(struct slot *s, const struct httpc_options *o)
{
    s->reply_max = o->reply_max;
    s->reply = malloc(o->reply_max + 1);
    s->easy = curl_easy_init();
    if (!s->reply || !s->easy)
        abort();
    CURLcode rc = set_options(s, o);
    if (rc == CURLE_OK)
        return RC_OK;
    log_error("libcurl refuses an option: %s", curl_easy_strerror(rc));
    return RC_INTERNAL;
}

enum rc httpc_open(const struct httpc_options *options, size_t n, struct httpc **out)
{
    enum rc rc = RC_OK;
    *out = NULL;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return RC_INTERNAL;
    struct httpc *h = calloc(1, sizeof *h);
    if (!h)
        abort();
    h->multi = curl_multi_init();
    if (!h->multi)
        abort();
    for (size_t side = 0; rc == RC_OK && side < n; side++)
        for (unsigned i = 0; rc == RC_OK && i < options[side].slots; i++)
            rc = h->slot_count < HTTPC_SLOTS_MAX
                     ? open_slot(&h->slots[h->slot_count++], &options[side])
                     : RC_INTERNAL;
    if (rc != RC_OK) {
        httpc_close(h);
        return rc;
    }
    *out = h;
    return RC_OK;
}

void httpc_close(struct httpc *h)
{
    if (!h)
        return;
    for (unsigned i = 0; i < h->slot_count; i++) {
        struct slot *s = &h->slots[i];
        if (s->easy) {
            (void)curl_multi_remove_handle(h->multi, s->easy);
            curl_easy_cleanup(s->easy);
        }
        curl_slist_free_all(s->headers);
        free(s->reply);
    }
    (void)curl_multi_cleanup(h->multi);
    curl_global_cleanup();
    free(h);
}

static struct curl_slist *list_add(struct curl_slist *list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(list, line);
    if (!longer)
        abort();
    return longer;
}

enum rc httpc_start(struct httpc *h, unsigned slot, const struct httpc_request *request)
{
    struct slot *s = &h->slots[slot];
    s->body = request->body;
    s->body_size = request->body ? request->body_size : 0;
    s->body_sent = 0;
    s->reply_size = 0;
    s->fault[0] = '\0';
    curl_slist_free_all(s->headers);
    s->headers = list_add(NULL, "Expect:");
    for (size_t i = 0; i < HTTPC_HEADERS_MAX && request->headers[i]; i++)
        s->headers = list_add(s->headers, request->headers[i]);

    CURLcode rc = curl_easy_setopt(s->easy, CURLOPT_URL, request->url);
    if (rc == CURLE_OK)
        rc = curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
    if (rc == CURLE_OK && request->body)
        rc = curl_easy_setopt(s->easy, CURLOPT_POST, 1L);
    else if (rc == CURLE_OK)
        rc = curl_easy_setopt(s->easy, CURLOPT_HTTPGET, 1L);
    if (rc == CURLE_OK && request->body)
        rc = curl_easy_setopt(s->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)s->body_size);
    if (rc == CURLE_OK && curl_multi_add_handle(h->multi, s->easy) == CURLM_OK)
        return RC_OK;
    log_error("libcurl refuses a request: %s", curl_easy_strerror(rc));
    return RC_INTERNAL;
}

/* No byte of a request left us when these end it; nor when time was over before, in a handshake. */
static bool unsent(CURL *easy, CURLcode rc)
{
    long bytes = 1;
    switch (rc) {
    case CURLE_OPERATION_TIMEDOUT:
        (void)curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &bytes);
        return bytes == 0;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_PEER_FAILED_VERIFICATION:
        return true;
    default:
        return false;
    }
}

static void describe(struct slot *s, CURLcode rc, struct httpc_reply *reply)
{
    curl_off_t retry_after = 0;
    s->reply[s->reply_size] = '\0';
    *reply = (struct httpc_reply){
        .end = HTTPC_REPLY, .body = s->reply, .size = s->reply_size, .retry_after_s = -1
    };
    if (rc != CURLE_OK) {
        reply->end = unsent(s->easy, rc) ? HTTPC_UNSENT : HTTPC_UNKNOWN;
        reply->fault = s->fault[0] ? s->fault : curl_easy_strerror(rc);
        return;
    }
    (void)curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &reply->status);
    (void)curl_easy_getinfo(s->easy, CURLINFO_RETRY_AFTER, &retry_after);
    if (retry_after > 0)
        reply->retry_after_s = (int64_t)retry_after;
}

/* RC_OK with a request that has ended. */
static enum rc collect(struct httpc *h, unsigned *slot, struct httpc_reply *reply)
{
    int left;
    for (CURLMsg *m; (m = curl_multi_info_read(h->multi, &left));) {
        if (m->msg != CURLMSG_DONE)
            continue;
        CURLcode rc = m->data.result;
        for (unsigned i = 0; i < h->slot_count; i++) {
            if (h->slots[i].easy != m->easy_handle)
                continue;
            (void)curl_multi_remove_handle(h->multi, h->slots[i].easy);
            *slot = i;
            describe(&h->slots[i], rc, reply);
            return RC_OK;
        }
    }
    return RC_DONE;
}

enum rc httpc_wait(struct httpc *h, int64_t ms, unsigned *slot, struct httpc_reply *reply)
{
    int running = 0;
    if (curl_multi_perform(h->multi, &running) != CURLM_OK)
        return RC_INTERNAL;
    enum rc rc = collect(h, slot, reply);
    if (rc != RC_DONE)
        return rc;
    if (curl_multi_poll(h->multi, NULL, 0, (int)ms, NULL) != CURLM_OK ||
        curl_multi_perform(h->multi, &running) != CURLM_OK)
        return RC_INTERNAL;
    return collect(h, slot, reply);
}

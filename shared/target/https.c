#include "target/https.h"

#include <string.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/text.h"
#include "sys/random.h"

enum { NONCE_BYTES = 18, TEXT_MAX = 1 << 20, VALUES = 8 };

/* What stands for a name in braces. */
struct value {
    const char *name;
    const char *text;
};

/* The template with its names replaced, and \n by a line's end; other braces stay. */
static char *expand(struct arena *a, const char *template, const struct value *values, size_t n)
{
    struct buf out;
    buf_init(&out, a, TEXT_MAX);
    while (*template) {
        const struct value *v = NULL;
        if (template[0] == '\\' && template[1] == 'n') {
            buf_putc(&out, '\n');
            template += 2;
            continue;
        }
        for (size_t i = 0; *template == '{' && !v && i < n; i++) {
            size_t size = strlen(values[i].name);
            if (strncmp(template + 1, values[i].name, size) == 0 && template[size + 1] == '}')
                v = &values[i];
        }
        if (v)
            buf_puts(&out, v->text);
        else
            buf_putc(&out, *template);
        template += v ? strlen(v->name) + 2 : 1;
    }
    return out.p;
}

/* Where the path of an address begins, or its end. */
static const char *path_of(const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    return path ? path : url + strlen(url);
}

static char *mac(struct arena *a, const struct target *t, const char *text)
{
    uint8_t bytes[DIGEST_SIZE];
    hmac_bytes(t->signature == TARGET_HMAC_SM3 ? DIGEST_SM3 : DIGEST_SHA256, t->secret,
               strlen(t->secret), text, strlen(text), bytes);
    return hex_dup(a, bytes, sizeof bytes);
}

/* Address, body and headers of a request; body: NULL asks. */
static void request(struct arena *a, const struct target *t, const struct target_message *m,
                    const char *path, const char *body, int64_t now, struct httpc_request *out)
{
    enum { METHOD, PATH, TIMESTAMP, NONCE, DIGEST, MESSAGE, APP, SIGNATURE };
    uint8_t raw[NONCE_BYTES];
    char body_hash[DIGEST_HEX];
    struct value values[VALUES] = {
        [METHOD] = { "method", body ? "POST" : "GET" },
        [PATH] = { "path", "" },
        [TIMESTAMP] = { "timestamp", arena_printf(a, "%lld", (long long)(now / 1000)) },
        [NONCE] = { "nonce", "" },
        [DIGEST] = { "digest", body_hash },
        [MESSAGE] = { "message", m->message_id },
        [APP] = { "app_id", t->app_id },
        [SIGNATURE] = { "signature", "" },
    };
    const char *base = path_of(t->url);
    size_t base_size = strlen(base);
    while (base_size && base[base_size - 1] == '/')
        base_size--;
    random_bytes(raw, sizeof raw);
    values[NONCE].text = base64url_encode(a, raw, sizeof raw);
    values[PATH].text =
        arena_printf(a, "%.*s%s", (int)base_size, base, expand(a, path, values, VALUES));
    digest_hex(t->signature == TARGET_HMAC_SM3 ? DIGEST_SM3 : DIGEST_SHA256, body ? body : "",
               body ? strlen(body) : 0, body_hash);
    values[SIGNATURE].text = mac(a, t, expand(a, t->sign_text, values, VALUES));
    *out = (struct httpc_request){ .body = body, .body_size = body ? strlen(body) : 0 };
    out->url = arena_printf(a, "%.*s%s", (int)(base - t->url), t->url, values[PATH].text);
    size_t n = 0;
    out->headers[n++] = "Accept: application/json";
    if (body)
        out->headers[n++] = "Content-Type: application/json";
    for (const struct target_pair *p = t->headers.first; p && n < HTTPC_HEADERS_MAX; p = p->next)
        out->headers[n++] = arena_printf(a, "%s: %s", p->name, expand(a, p->value, values, VALUES));
}

enum rc https_send(struct arena *a, const struct target *t, const struct target_message *m,
                   int64_t now, struct httpc_request *out, struct err *err)
{
    const char *json;
    enum rc rc = shape_json(a, t, m, &json, err);
    if (rc != RC_OK)
        return rc;
    const struct value values[] = { { "body", json },
                                    { "message", m->message_id },
                                    { "app_id", t->app_id } };
    const char *body = strcmp(t->envelope, "{body}") == 0
                           ? json
                           : expand(a, t->envelope, values, sizeof values / sizeof values[0]);
    request(a, t, m, m->retracts ? t->retract_path : t->publish_path, body, now, out);
    return RC_OK;
}

void https_ask(struct arena *a, const struct target *t, const struct target_message *m, int64_t now,
               struct httpc_request *out)
{
    request(a, t, m, t->receipt_path, NULL, now, out);
}

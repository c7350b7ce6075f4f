#include "pushd/henan.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "sys/json.h"
#include "sys/random.h"

enum { NONCE_BYTES = 18, RECEIPT_DIGITS = 8, RECEIPT_HEX = 16 };

/* ---- requests ---- */

/* The path of the base URL, without a final slash: what precedes /api on the request line. */
static char *base_path(struct arena *a, const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    char *copy = arena_strdup(a, path ? path : "");
    size_t n = strlen(copy);
    while (n && copy[n - 1] == '/')
        copy[--n] = '\0';
    return copy;
}

static char *origin(struct arena *a, const char *url)
{
    const char *host = strstr(url, "://");
    const char *path = host ? strchr(host + 3, '/') : NULL;
    return arena_strndup(a, url, path ? (size_t)(path - url) : strlen(url));
}

static void sign(struct arena *a, const struct settings *s, const char *method, const char *path,
                 int64_t now, struct httpc_request *out)
{
    uint8_t raw[NONCE_BYTES];
    uint8_t mac[DIGEST_SIZE];
    char body_hash[DIGEST_HEX];
    char signature[DIGEST_HEX];
    random_bytes(raw, sizeof raw);
    const char *nonce = base64url_encode(a, raw, sizeof raw);
    digest_hex(DIGEST_SHA256, out->body ? out->body : "", out->body_size, body_hash);
    const char *text = arena_printf(a, "%s\n%s\n%lld\n%s\n%s", method, path,
                                    (long long)(now / 1000), nonce, body_hash);
    hmac_sha256(s->credit_secret, strlen(s->credit_secret), text, strlen(text), mac);
    hex_encode(signature, mac, sizeof mac);
    out->headers[0] = arena_printf(a, "X-App-Id: %s", s->credit_app_id);
    out->headers[1] = arena_printf(a, "X-Timestamp: %lld", (long long)(now / 1000));
    out->headers[2] = arena_printf(a, "X-Nonce: %s", nonce);
    out->headers[3] = arena_printf(a, "X-Signature: %s", signature);
    out->headers[4] = "Accept: application/json";
}

void henan_send(struct arena *a, const struct settings *s, const struct outbox_message *m,
                int64_t now, struct httpc_request *out)
{
    const char *path = arena_printf(a, "%s/api/v1/publications", base_path(a, s->credit_url));
    *out = (struct httpc_request){ .body = m->body, .body_size = strlen(m->body) };
    out->url = arena_printf(a, "%s%s", origin(a, s->credit_url), path);
    sign(a, s, "POST", path, now, out);
    out->headers[5] = "Content-Type: application/json";
    out->headers[6] = arena_printf(a, "X-Message-Id: %s", m->message_id);
}

void henan_ask(struct arena *a, const struct settings *s, const struct outbox_message *m,
               int64_t now, struct httpc_request *out)
{
    const char *path =
        arena_printf(a, "%s/api/v1/receipts/%s", base_path(a, s->credit_url), m->message_id);
    *out = (struct httpc_request){ .body = NULL };
    out->url = arena_printf(a, "%s%s", origin(a, s->credit_url), path);
    sign(a, s, "GET", path, now, out);
}

/* ---- answers ---- */

/* What a reply's JSON says; NULL where it does not, or not as a text. */
struct said {
    const char *code;
    const char *message;
    const char *field;
    const char *receipt;
    const char *message_id;
};

static const char *text_member(const cJSON *root, const char *name)
{
    const cJSON *member = json_member(root, name);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

static void read_json(struct arena *a, const struct httpc_reply *reply, struct said *out)
{
    cJSON *root;
    *out = (struct said){ .code = NULL };
    if (json_parse(a, reply->body, reply->size, &root, NULL) != RC_OK || !cJSON_IsObject(root))
        return;
    out->code = text_member(root, "code");
    out->message = text_member(root, "message");
    out->field = text_member(root, "field");
    out->receipt = text_member(root, "receipt");
    out->message_id = text_member(root, "messageId");
}

/* HN, eight digits, sixteen capital hexadecimal digits. */
static bool is_receipt(const char *text)
{
    if (!text || strlen(text) != 2 + RECEIPT_DIGITS + RECEIPT_HEX || strncmp(text, "HN", 2) != 0)
        return false;
    return strspn(text + 2, "0123456789") >= RECEIPT_DIGITS &&
           strspn(text + 2 + RECEIPT_DIGITS, "0123456789ABCDEF") == RECEIPT_HEX;
}

/* The receipt of this very message. */
static bool is_ours(const struct said *said, const struct outbox_message *m)
{
    return is_receipt(said->receipt) && said->message_id &&
           strcmp(said->message_id, m->message_id) == 0;
}

static bool is_code(const struct said *said, const char *code)
{
    return said->code && strcmp(said->code, code) == 0;
}

static const char *reason_of(struct arena *a, const struct httpc_reply *reply,
                             const struct said *said)
{
    if (reply->end == HTTPC_UNSENT)
        return arena_printf(a, "无法连接平台：%s", reply->fault);
    if (reply->end == HTTPC_UNKNOWN)
        return arena_printf(a, "没有得到完整答复：%s", reply->fault);
    if (!said->code)
        return arena_printf(a, "HTTP %ld，答复无法识别", reply->status);
    if (is_code(said, "0"))
        return arena_printf(a, "HTTP %ld，回执不是本报文的或格式不符", reply->status);
    return arena_printf(a, "HTTP %ld %s %s%s%s", reply->status, said->code,
                        said->message ? said->message : "", said->field ? " " : "",
                        said->field ? said->field : "");
}

static enum henan_verdict verdict_4xx(const struct httpc_reply *reply, const struct said *said,
                                      const struct outbox_message *m)
{
    switch (reply->status) {
    case 409:
        if (is_code(said, "DUPLICATE"))
            return is_ours(said, m) ? HENAN_ACCEPTED : HENAN_UNKNOWN;
        return is_code(said, "MESSAGE_ID_REUSED") ? HENAN_REFUSED : HENAN_UNKNOWN;
    case 401:
        /* A nonce is taken by whichever copy of the request arrived first: that one may count. */
        return is_code(said, "NONCE_USED") ? HENAN_UNKNOWN : HENAN_UNTOUCHED;
    case 403: /* like 401: our credential or address, which no message is to blame for */
    case 404:
    case 405:
    case 407:
    case 429:
        return HENAN_UNTOUCHED;
    case 408:
    case 425:
        return HENAN_UNKNOWN;
    default: /* only the platform itself can refuse: a proxy's page does not */
        return said->code ? HENAN_REFUSED : HENAN_UNKNOWN;
    }
}

static enum henan_verdict verdict_send(const struct httpc_reply *reply, const struct said *said,
                                       const struct outbox_message *m)
{
    if (reply->end == HTTPC_UNSENT)
        return HENAN_UNTOUCHED;
    if (reply->end == HTTPC_UNKNOWN)
        return HENAN_UNKNOWN;
    if (reply->status == 200)
        return is_code(said, "0") && is_ours(said, m) ? HENAN_ACCEPTED : HENAN_UNKNOWN;
    if (reply->status >= 400 && reply->status < 500)
        return verdict_4xx(reply, said, m);
    return HENAN_UNKNOWN;
}

static enum henan_verdict verdict_ask(const struct httpc_reply *reply, const struct said *said,
                                      const struct outbox_message *m)
{
    if (reply->end != HTTPC_REPLY)
        return HENAN_UNKNOWN;
    if (reply->status == 200 && is_code(said, "0") && is_ours(said, m))
        return HENAN_ACCEPTED;
    return reply->status == 404 && is_code(said, "NOT_FOUND") ? HENAN_ABSENT : HENAN_UNKNOWN;
}

static void answer(struct arena *a, const struct httpc_reply *reply, const struct said *said,
                   enum henan_verdict verdict, struct henan_answer *out)
{
    *out = (struct henan_answer){ .verdict = verdict, .retry_after_ms = -1 };
    if (verdict == HENAN_ACCEPTED)
        out->receipt = said->receipt;
    else if (verdict != HENAN_ABSENT)
        out->reason = reason_of(a, reply, said);
    if (reply->end == HTTPC_REPLY && reply->retry_after_s >= 0)
        out->retry_after_ms = reply->retry_after_s * 1000;
}

void henan_read_send(struct arena *a, const struct outbox_message *m,
                     const struct httpc_reply *reply, struct henan_answer *out)
{
    struct said said = { .code = NULL };
    if (reply->end == HTTPC_REPLY)
        read_json(a, reply, &said);
    answer(a, reply, &said, verdict_send(reply, &said, m), out);
}

void henan_read_ask(struct arena *a, const struct outbox_message *m,
                    const struct httpc_reply *reply, struct henan_answer *out)
{
    struct said said = { .code = NULL };
    if (reply->end == HTTPC_REPLY)
        read_json(a, reply, &said);
    answer(a, reply, &said, verdict_ask(reply, &said, m), out);
}

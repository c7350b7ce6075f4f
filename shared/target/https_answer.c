#include "target/https.h"

#include <string.h>

#include "base/text.h"
#include "sys/json.h"

/* What a reply's JSON says; NULL where it does not, or not as a text. */
struct said {
    const char *code;
    const char *message;
    const char *field;
    const char *receipt;
    const char *message_id;
};

/* The member of that path of names with dots; NULL when there is none. */
static const cJSON *member_at(const cJSON *root, const char *path)
{
    char name[64];
    while (root && *path) {
        size_t n = strcspn(path, ".");
        if (n >= sizeof name)
            return NULL;
        memcpy(name, path, n);
        name[n] = '\0';
        root = cJSON_IsObject(root) ? json_member(root, name) : NULL;
        path += n + (path[n] == '.');
    }
    return root;
}

static const char *text_member(const cJSON *root, const char *path)
{
    const cJSON *member = member_at(root, path);
    return cJSON_IsString(member) ? member->valuestring : NULL;
}

/* "0" of a platform that writes 0. */
static const char *code_member(struct arena *a, const cJSON *root, const char *path)
{
    int64_t number;
    if (json_int(member_at(root, path), &number))
        return arena_printf(a, "%lld", (long long)number);
    return text_member(root, path);
}

/* UTF-8, or NULL. */
static char *converted(struct arena *a, const char *from, const char *body, size_t n)
{
    return shape_converted(a, from, "UTF-8", body, &n);
}

/* The text of an answer whose encoding nobody names: a mark says which, or that it is no valid
   UTF-8; for people a message with gaps is better than none. */
static char *text_of(struct arena *a, const struct httpc_reply *reply)
{
    static const char mark[] = "\xEF\xBB\xBF";
    const char *body = reply->body;
    char *text = NULL;
    if (reply->size >= 2 && memcmp(body, "\xFF\xFE", 2) == 0)
        text = converted(a, "UTF-16LE", body, reply->size);
    else if (reply->size >= 2 && memcmp(body, "\xFE\xFF", 2) == 0)
        text = converted(a, "UTF-16BE", body, reply->size);
    else if (!utf8_valid(body, reply->size))
        text = converted(a, "GB18030", body, reply->size);
    if (!text)
        text = arena_slice(a, body, reply->size);
    for (text += strspn(text, " \t\r\n"); strncmp(text, mark, strlen(mark)) == 0;)
        text += strlen(mark);
    utf8_drop_broken(text);
    return text;
}

/* Read leniently - byte order marks (RFC 8259, 8.1), another encoding - for what follows from it is
   judged to the letter. */
static void read_json(struct arena *a, const struct target *t, const struct httpc_reply *reply,
                      struct said *out)
{
    cJSON *root;
    *out = (struct said){ .code = NULL };
    const char *text = text_of(a, reply);
    if (json_parse(a, text, strlen(text), &root, NULL) != RC_OK || !cJSON_IsObject(root))
        return;
    out->code = code_member(a, root, t->answer_code);
    out->message = text_member(root, t->answer_message);
    out->field = text_member(root, t->answer_field);
    out->receipt = text_member(root, t->answer_receipt);
    out->message_id = text_member(root, t->answer_message_id);
}

bool answer_is_receipt(const char *form, const char *text)
{
    if (!text)
        return false;
    for (; *form && *text; form++, text++) {
        bool digit = *text >= '0' && *text <= '9';
        if (*form == '#'   ? !digit
            : *form == '@' ? !digit && !(*text >= 'A' && *text <= 'F')
                           : *form != *text)
            return false;
    }
    return !*form && !*text;
}

bool answer_is_code(const char *wanted, const char *code)
{
    return *wanted && code && strcmp(wanted, code) == 0;
}

/* The receipt of this very message. */
static bool is_ours(const struct target *t, const struct said *said, const struct target_message *m)
{
    return answer_is_receipt(t->receipt_form, said->receipt) && said->message_id &&
           strcmp(said->message_id, m->message_id) == 0;
}

static const char *reason_of(struct arena *a, const struct target *t,
                             const struct httpc_reply *reply, const struct said *said)
{
    if (reply->end == HTTPC_UNSENT)
        return arena_printf(a, "无法连接平台：%s", reply->fault);
    if (reply->end == HTTPC_UNKNOWN)
        return arena_printf(a, "没有得到完整答复：%s", reply->fault);
    if (!said->code)
        return arena_printf(a, "HTTP %ld，答复无法识别", reply->status);
    if (answer_is_code(t->code_accepted, said->code))
        return arena_printf(a, "HTTP %ld，回执不是本报文的或格式不符", reply->status);
    return arena_printf(a, "HTTP %ld %s %s%s%s", reply->status, said->code,
                        said->message ? said->message : "", said->field ? " " : "",
                        said->field ? said->field : "");
}

static enum answer_verdict verdict_4xx(const struct target *t, const struct target_message *m,
                                       const struct httpc_reply *reply, const struct said *said)
{
    switch (reply->status) {
    case 409:
        if (answer_is_code(t->code_duplicate, said->code))
            return is_ours(t, said, m) ? ANSWER_ACCEPTED : ANSWER_UNKNOWN;
        /* Another body under this name: an earlier life of this database delivered it. */
        return ANSWER_UNKNOWN;
    case 401:
        /* A nonce is taken by whichever copy of the request arrived first: that one may count. */
        return answer_is_code(t->code_again, said->code) ? ANSWER_UNKNOWN : ANSWER_UNTOUCHED;
    case 404:
        return answer_is_code(t->code_nothing, said->code) && m->retracts ? ANSWER_NOTHING
                                                                          : ANSWER_UNTOUCHED;
    case 403: /* like 401: our credential or address, which no message is to blame for */
    case 405:
    case 407:
    case 429:
        return ANSWER_UNTOUCHED;
    case 408:
    case 425:
        return ANSWER_UNKNOWN;
    default: /* only the platform itself can refuse: a proxy's page does not */
        return said->code ? ANSWER_REFUSED : ANSWER_UNKNOWN;
    }
}

/* Many a platform answers so whatever it has to say: its codes mean the same. */
static enum answer_verdict verdict_200(const struct target *t, const struct target_message *m,
                                       const struct said *said)
{
    if (m->retracts && answer_is_code(t->code_nothing, said->code))
        return ANSWER_NOTHING;
    bool accepted = answer_is_code(t->code_accepted, said->code) ||
                    answer_is_code(t->code_duplicate, said->code);
    return accepted && is_ours(t, said, m) ? ANSWER_ACCEPTED : ANSWER_UNKNOWN;
}

static enum answer_verdict verdict_send(const struct target *t, const struct target_message *m,
                                        const struct httpc_reply *reply, const struct said *said)
{
    if (reply->end == HTTPC_UNSENT)
        return ANSWER_UNTOUCHED;
    if (reply->end == HTTPC_UNKNOWN)
        return ANSWER_UNKNOWN;
    if (reply->status == 200)
        return verdict_200(t, m, said);
    if (reply->status >= 400 && reply->status < 500)
        return verdict_4xx(t, m, reply, said);
    return ANSWER_UNKNOWN;
}

static enum answer_verdict verdict_ask(const struct target *t, const struct target_message *m,
                                       const struct httpc_reply *reply, const struct said *said)
{
    if (reply->end != HTTPC_REPLY)
        return ANSWER_UNKNOWN;
    if (reply->status == 200 && answer_is_code(t->code_accepted, said->code) && is_ours(t, said, m))
        return ANSWER_ACCEPTED;
    bool whole = reply->status == 200 || reply->status == 404;
    return whole && answer_is_code(t->code_absent, said->code) ? ANSWER_ABSENT : ANSWER_UNKNOWN;
}

static void conclude(struct arena *a, const struct target *t, const struct httpc_reply *reply,
                     const struct said *said, enum answer_verdict verdict, struct answer *out)
{
    *out = (struct answer){ .verdict = verdict, .retry_after_ms = -1 };
    if (verdict == ANSWER_ACCEPTED)
        out->receipt = said->receipt;
    else if (verdict != ANSWER_ABSENT && verdict != ANSWER_NOTHING)
        out->reason = reason_of(a, t, reply, said);
    if (reply->end == HTTPC_REPLY && reply->retry_after_s >= 0)
        out->retry_after_ms = reply->retry_after_s * 1000;
}

void https_read_send(struct arena *a, const struct target *t, const struct target_message *m,
                     const struct httpc_reply *reply, struct answer *out)
{
    struct said said = { .code = NULL };
    if (reply->end == HTTPC_REPLY)
        read_json(a, t, reply, &said);
    conclude(a, t, reply, &said, verdict_send(t, m, reply, &said), out);
}

void https_read_ask(struct arena *a, const struct target *t, const struct target_message *m,
                    const struct httpc_reply *reply, struct answer *out)
{
    struct said said = { .code = NULL };
    if (reply->end == HTTPC_REPLY)
        read_json(a, t, reply, &said);
    conclude(a, t, reply, &said, verdict_ask(t, m, reply, &said), out);
}

/*
 * Evidence files by tus 1.0.0 (core, creation, checksum, expiration): https://tus.io/protocols/resumable-upload
 *
 * The row of an upload is locked while bytes are written, and says how many of them count: what a
 * crash leaves behind that number is overwritten. A file is moved to its place before its row in
 * evidence_blob commits; a second attempt finds it there.
 */
#include "routes.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "store/record.h"
#include "sys/random.h"
#include "upload_file.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define UPLOAD_LIFE_MS (7 * DAY_MS)

enum { OPEN_MAX = 32, EXPIRED_AT_ONCE = 4, METADATA_MAX = 2048, METADATA_PARTS = 16 };

/* ---- Headers ----------------------------------------------------------------------------------- */

static void put_number_header(struct web_ctx *c, const char *name, int64_t value)
{
    web_header(c, name, arena_printf(c->arena, "%lld", (long long)value));
}

/* RFC 9110 date. */
static void put_expires(struct web_ctx *c, int64_t instant)
{
    static const char days[][4] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
    static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
    char text[INSTANT_TEXT]; /* YYYY-MM-DDThh:mm:ss… */
    instant_format(text, instant);
    int month = (text[5] - '0') * 10 + text[6] - '0';
    web_header(c, "Upload-Expires",
               arena_printf(c->arena, "%s, %.2s %s %.4s %.8s GMT",
                            days[date_weekday((int32_t)(instant / DAY_MS))], text + 8,
                            months[month - 1], text, text + 11));
}

static void put_state(struct web_ctx *c, const struct evidence_upload *u)
{
    put_number_header(c, "Upload-Offset", u->received);
    put_expires(c, u->expires_at);
}

/* Whether the client speaks this version; sets the header that every reply carries. */
static bool speaks_tus(struct web_ctx *c)
{
    const char *version = web_request_header(c, "HTTP_TUS_RESUMABLE");
    web_header(c, "Tus-Resumable", "1.0.0");
    return version && strcmp(version, "1.0.0") == 0;
}

/* 412 is tus' own answer to another version; no other request of ours has it. */
static enum rc wrong_version(struct web_ctx *c)
{
    web_header(c, "Tus-Version", "1.0.0");
    struct jsonw *w = web_json(c, 412);
    c->reply.content_type = "application/problem+json";
    jw_text(w, "type", "urn:liancha:problem:tus-version");
    jw_text(w, "title", "上传协议版本不符");
    jw_int(w, "status", 412);
    jw_text(w, "detail", "请求须带 Tus-Resumable: 1.0.0");
    jw_text(w, "instance", c->request_id);
    return web_json_end(c);
}

static bool number_header(const struct web_ctx *c, const char *cgi_name, int64_t *value)
{
    const char *text = web_request_header(c, cgi_name);
    return text && int_parse(text, 0, JSON_INT_MAX, value);
}

/* The value of "sha256" in Upload-Metadata: base64 of 64 hexadecimal digits. */
static bool read_metadata(struct web_ctx *c, uint8_t sha256[DIGEST_SIZE])
{
    const char *given = web_request_header(c, "HTTP_UPLOAD_METADATA");
    char *parts[METADATA_PARTS];
    if (!given || strlen(given) > METADATA_MAX)
        return false;
    size_t n = text_split(arena_strdup(c->arena, given), ',', parts, METADATA_PARTS);
    for (size_t i = 0; i < n && i < METADATA_PARTS; i++) {
        char hex[DIGEST_HEX];
        char *pair = text_trim(parts[i]);
        if (strncmp(pair, "sha256 ", 7) != 0)
            continue;
        long size = base64_decode(hex, sizeof hex - 1, text_trim(pair + 7));
        if (size != DIGEST_HEX - 1)
            return false;
        hex[size] = '\0';
        return hex_decode(sha256, DIGEST_SIZE, hex);
    }
    return false;
}

/* ---- OPTIONS, POST, HEAD ----------------------------------------------------------------------- */

enum rc upload_options(struct web_ctx *c)
{
    web_header(c, "Tus-Resumable", "1.0.0");
    web_header(c, "Tus-Version", "1.0.0");
    web_header(c, "Tus-Extension", "creation,checksum,expiration");
    web_header(c, "Tus-Checksum-Algorithm", "sha256");
    put_number_header(c, "Tus-Max-Size", c->settings->evidence_max);
    return web_empty(c, 204);
}

/* Each creation takes some expired uploads away. */
static enum rc remove_expired(struct web_ctx *c)
{
    struct evidence_upload *expired;
    size_t n;
    enum rc rc = evidence_upload_expired(c->db, c->arena, c->now, EXPIRED_AT_ONCE, &expired, &n);
    for (size_t i = 0; rc == RC_OK && i < n; i++) {
        upload_file_drop(c->arena, c->settings->evidence_dir, &expired[i]);
        rc = evidence_upload_delete(c->db, expired[i].id);
    }
    return rc;
}

static enum rc read_creation(struct web_ctx *c, struct evidence_upload *u)
{
    if (!number_header(c, "HTTP_UPLOAD_LENGTH", &u->size) || u->size < 1)
        return web_fail(c, RC_INVALID, "", "须以 Upload-Length 给出文件字节数");
    if (u->size > c->settings->evidence_max)
        return web_fail(c, RC_TOO_LARGE, "", "文件超过 %lld 字节",
                        (long long)c->settings->evidence_max);
    if (!read_metadata(c, u->sha256))
        return web_fail(c, RC_INVALID, "",
                        "须以 Upload-Metadata 给出 sha256（64 位小写十六进制数的 base64）");
    return RC_OK;
}

enum rc upload_post(struct web_ctx *c)
{
    struct evidence_upload u = { .device_id = c->actor.id, .expires_at = c->now + UPLOAD_LIFE_MS };
    int64_t known;
    int64_t open;
    if (!speaks_tus(c))
        return wrong_version(c);
    enum rc rc = read_creation(c, &u);
    if (rc == RC_OK)
        rc = remove_expired(c);
    if (rc == RC_OK)
        rc = evidence_upload_open(c->db, u.device_id, c->now, &open);
    if (rc != RC_OK)
        return rc;
    if (open >= OPEN_MAX)
        return web_fail(c, RC_TOO_MANY, "", "未完成的上传已有 %d 个，请先完成", OPEN_MAX);
    rc = evidence_blob_size(c->db, u.sha256, &known);
    if (rc == RC_OK && known != u.size)
        return web_fail(c, RC_INVALID, "", "与该内容的字节数不符");
    if (rc == RC_OK)
        u.received = u.size; /* the content is here: nothing to send */
    else if (rc != RC_NOT_FOUND)
        return rc;
    random_bytes(u.id, sizeof u.id);
    rc = evidence_upload_create(c->db, &u);
    if (rc != RC_OK)
        return rc;
    const char *id = hex_dup(c->arena, u.id, sizeof u.id);
    c->audit.target = arena_printf(c->arena, "upload:%s", id);
    c->audit.detail = arena_printf(c->arena, "{\"sha256\":\"%s\",\"size\":%lld}",
                                   hex_dup(c->arena, u.sha256, DIGEST_SIZE), (long long)u.size);
    web_header(c, "Location",
               arena_printf(c->arena, "%s/mobile/v1/evidence/%s", c->settings->prefix, id));
    put_state(c, &u);
    return web_empty(c, 201);
}

/* The upload that the path names, the device's own and not expired. */
static enum rc find_upload(struct web_ctx *c, bool for_write, struct evidence_upload *u)
{
    uint8_t id[EVIDENCE_UPLOAD_ID];
    enum rc rc = RC_NOT_FOUND;
    if (hex_decode(id, sizeof id, web_param(c, "id")))
        rc = evidence_upload_read(c->db, id, c->actor.id, for_write, u);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有这个上传");
    if (rc == RC_OK && u->expires_at <= c->now)
        return web_fail(c, RC_GONE, "", "上传已过期，请重新开始");
    return rc;
}

enum rc upload_head(struct web_ctx *c)
{
    struct evidence_upload u = { .size = 0 };
    if (!speaks_tus(c))
        return wrong_version(c);
    enum rc rc = find_upload(c, false, &u);
    if (rc != RC_OK)
        return rc;
    put_number_header(c, "Upload-Length", u.size);
    put_state(c, &u);
    return web_empty(c, 200);
}

/* ---- PATCH ------------------------------------------------------------------------------------- */

/* The piece's own checksum, when it has one. */
static enum rc check_piece(struct web_ctx *c)
{
    uint8_t announced[DIGEST_SIZE];
    uint8_t actual[DIGEST_SIZE];
    const char *given = web_request_header(c, "HTTP_UPLOAD_CHECKSUM");
    if (!given)
        return RC_OK;
    if (strncmp(given, "sha256 ", 7) != 0 ||
        base64_decode(announced, sizeof announced, given + 7) != DIGEST_SIZE)
        return web_fail(c, RC_MALFORMED, "", "Upload-Checksum 须为 sha256 加 base64");
    digest_bytes(DIGEST_SHA256, c->body, c->body_size, actual);
    if (memcmp(announced, actual, DIGEST_SIZE) != 0)
        return web_fail(c, RC_CHECKSUM, "", "这一段内容与校验值不符，未保存");
    return RC_OK;
}

static enum rc check_offset(struct web_ctx *c, const struct evidence_upload *u)
{
    int64_t offset = 0;
    if (!number_header(c, "HTTP_UPLOAD_OFFSET", &offset))
        return web_fail(c, RC_MALFORMED, "", "须以 Upload-Offset 给出起始位置");
    if (offset != u->received)
        return web_fail(c, RC_CONFLICT, "", "已收到 %lld 字节，须由此继续", (long long)u->received);
    if ((int64_t)c->body_size > u->size - u->received)
        return web_fail(c, RC_TOO_LARGE, "", "内容超过所声明的文件大小");
    return RC_OK;
}

/* The bytes were lost, or an attempt before this one moved them to their place. */
static enum rc recover(struct web_ctx *c, struct evidence_upload *u)
{
    if (upload_file_kept(c->arena, c->settings->evidence_dir, u)) {
        u->received = u->size;
        return RC_OK;
    }
    enum rc rc = evidence_upload_received(c->db, u->id, 0);
    if (rc != RC_OK)
        return rc;
    return web_problem(c, RC_CONFLICT, "", "此前的内容已丢失，请从头上传");
}

/* The whole file is there and verified: it counts from the commit on, and the phones learn of it. */
static enum rc finish(struct web_ctx *c, const struct evidence_upload *u)
{
    int64_t *manifests = NULL;
    size_t n = 0;
    enum rc rc = evidence_blob_add(c->db, u->sha256, u->size, c->now);
    if (rc == RC_OK)
        rc = evidence_by_content(c->db, c->arena, u->sha256, &manifests, &n);
    if (rc != RC_OK || n == 0)
        return rc;
    return record_publish(c->db, c->arena,
                          &(struct record_changes){ .evidence = manifests, .evidence_count = n });
}

/* Takes the piece in; sets the reply itself when the upload cannot go on. */
static enum rc take_piece(struct web_ctx *c, struct evidence_upload *u)
{
    const char *dir = c->settings->evidence_dir;
    enum rc rc = upload_file_append(c->arena, dir, u, u->received, c->body, c->body_size);
    if (rc == RC_NOT_FOUND)
        return recover(c, u);
    if (rc != RC_OK)
        return rc;
    u->received += (int64_t)c->body_size;
    if (u->received < u->size)
        return RC_OK;
    rc = upload_file_verify(c->arena, dir, u);
    if (rc == RC_OK)
        return upload_file_keep(c->arena, dir, u);
    if (rc != RC_CHECKSUM)
        return rc;
    upload_file_drop(c->arena, dir, u);
    rc = evidence_upload_delete(c->db, u->id);
    if (rc != RC_OK)
        return rc;
    return web_problem(c, RC_CHECKSUM, "", "文件与所声明的 sha256 不符，已丢弃，请重新上传");
}

enum rc upload_patch(struct web_ctx *c)
{
    struct evidence_upload u = { .size = 0 };
    if (!speaks_tus(c))
        return wrong_version(c);
    enum rc rc = find_upload(c, true, &u);
    if (rc == RC_OK)
        rc = check_offset(c, &u);
    if (rc == RC_OK)
        rc = check_piece(c);
    if (rc == RC_OK && u.received < u.size) {
        rc = take_piece(c, &u);
        if (rc != RC_OK || c->reply.status)
            return rc;
        rc = evidence_upload_received(c->db, u.id, u.received);
        if (rc == RC_OK && u.received == u.size)
            rc = finish(c, &u);
    }
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "upload:%s", web_param(c, "id"));
    put_state(c, &u);
    return web_empty(c, 204);
}

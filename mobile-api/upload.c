/*
 * Evidence files by tus 1.0.0 (core, creation, checksum, expiration):
 * https://tus.io/protocols/resumable-upload
 *
 * The row of an upload is locked while bytes are written, and says how many of them count: what a
 * crash leaves behind that number is overwritten. A file is moved to its place before its row in
 * evidence_blob says that it is there; a second attempt finds it there.
 */
#include "routes.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "photo.h"
#include "store/directory/rule.h"
#include "store/evidence/evidence_file.h"
#include "store/field/record.h"
#include "sys/random.h"
#include "tus.h"

#define UPLOAD_LIFE_MS (INT64_C(7) * 24 * 3600 * 1000)
#define QUOTA_SECONDS "3600" /* some of what counts will have expired, perhaps */

enum { OPEN_MAX = 32, EXPIRED_AT_ONCE = 4 };

/* ---- Headers --------------------------------------------------------------------------------- */

static void put_number_header(struct web_ctx *c, const char *name, int64_t value)
{
    web_header(c, name, arena_printf(c->arena, "%lld", (long long)value));
}

static void put_state(struct web_ctx *c, const struct evidence_upload *u)
{
    char expires[TUS_DATE];
    tus_date(expires, u->expires_at);
    put_number_header(c, "Upload-Offset", u->received);
    web_header(c, "Upload-Expires", arena_strdup(c->arena, expires));
}

/* Whether the client speaks this version. Tus-Resumable itself is put by nginx, which has answers
   of its own that need it too. */
static bool speaks_tus(const struct web_ctx *c)
{
    const char *version = web_request_header(c, "HTTP_TUS_RESUMABLE");
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

/* ---- OPTIONS, POST, HEAD --------------------------------------------------------------------- */

enum rc upload_options(struct web_ctx *c)
{
    web_header(c, "Tus-Version", "1.0.0");
    web_header(c, "Tus-Extension", "creation,checksum,expiration");
    web_header(c, "Tus-Checksum-Algorithm", TUS_ALGORITHMS);
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
        evidence_file_drop(c->arena, c->settings->evidence_dir, &expired[i]);
        rc = evidence_upload_delete(c->db, expired[i].id);
    }
    return rc;
}

static enum rc read_metadata(struct web_ctx *c, struct evidence_upload *u)
{
    const char *given = web_request_header(c, "HTTP_UPLOAD_METADATA");
    u->metadata = given ? given : "";
    switch (tus_metadata_read(u->metadata, u->sha256)) {
    case TUS_METADATA_OK:
        return RC_OK;
    case TUS_METADATA_NO_DIGEST:
        return web_fail(c, RC_INVALID, "",
                        "须以 Upload-Metadata 给出 sha256（64 位小写十六进制数的 base64）");
    case TUS_METADATA_MALFORMED:
        break;
    }
    return web_fail(c, RC_INVALID, "",
                    "Upload-Metadata 须为逗号分隔的“键 值”，键不重复，值为 base64，"
                    "至多 %d 项、%d 字节",
                    TUS_PAIRS_MAX, TUS_METADATA_MAX);
}

static enum rc read_creation(struct web_ctx *c, struct evidence_upload *u)
{
    if (web_request_header(c, "HTTP_UPLOAD_DEFER_LENGTH"))
        return web_fail(c, RC_MALFORMED, "", "不支持 Upload-Defer-Length：须先知道文件大小");
    if (!number_header(c, "HTTP_UPLOAD_LENGTH", &u->size) || u->size < 1)
        return web_fail(c, RC_INVALID, "", "须以 Upload-Length 给出文件字节数，且不能为空文件");
    if (u->size > c->settings->evidence_max)
        return web_fail(c, RC_TOO_LARGE, "", "文件超过 %lld 字节",
                        (long long)c->settings->evidence_max);
    return read_metadata(c, u);
}

/* So many are open at once; the oldest makes room, and an empty one before all others. */
static enum rc make_room(struct web_ctx *c)
{
    int64_t open;
    struct evidence_upload oldest;
    enum rc rc = evidence_upload_open(c->db, c->actor.id, c->now, &open);
    if (rc != RC_OK || open < OPEN_MAX)
        return rc;
    rc = evidence_upload_oldest(c->db, c->arena, c->actor.id, c->now, &oldest);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, RC_TOO_MANY, "", "未完成的上传已有 %d 个，请先完成", OPEN_MAX);
    return rc == RC_OK ? evidence_upload_expire(c->db, oldest.id, c->now) : rc;
}

/* What one device may announce within the life of an upload, by rule. */
static enum rc check_quota(struct web_ctx *c, const struct evidence_upload *u)
{
    struct rule_set rules;
    struct evidence_load load;
    int64_t mib = 0;
    int64_t undeclared = 0;
    enum rc rc = rule_load(c->db, c->arena, "", date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = evidence_upload_load(c->db, c->actor.id, c->now, &load);
    if (rc != RC_OK)
        return rc;
    if (rule_find(&rules, RULE_EVIDENCE_DEVICE_MIB, &mib) && load.bytes + u->size > mib << 20)
        rc = web_fail(c, RC_TOO_MANY, "", "该设备七日内上传的内容已达 %lld MiB，请稍后再试",
                      (long long)mib);
    else if (rule_find(&rules, RULE_EVIDENCE_UNDECLARED_FILES, &undeclared) &&
             load.undeclared >= undeclared)
        rc = web_fail(c, RC_TOO_MANY, "", "该设备上传后未登记的文件已达 %lld 个，请先登记",
                      (long long)undeclared);
    if (rc != RC_OK)
        web_header(c, "Retry-After", QUOTA_SECONDS);
    return rc;
}

/* A locked content: manifests that it lets count become so, and the phones learn of it. */
static enum rc count_manifests(struct web_ctx *c, const struct evidence_upload *u)
{
    int64_t *manifests;
    size_t n;
    enum rc rc = evidence_content_count(c->db, c->arena, u->sha256, c->now, &manifests, &n);
    if (rc != RC_OK || n == 0)
        return rc;
    return record_publish(c->db, c->arena,
                          &(struct record_changes){ .evidence = manifests, .evidence_count = n });
}

/* What this inspector handed over before is complete at once; of what others did, nothing is
   told. */
static enum rc skip_held(struct web_ctx *c, struct evidence_upload *u)
{
    int64_t held;
    bool stored;
    enum rc rc = evidence_content_held(c->db, u->sha256, c->actor.inspector_id, &held);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    if (rc == RC_OK && held != u->size)
        return web_fail(c, RC_INVALID, "", "与该内容的字节数不符");
    if (rc == RC_OK)
        rc = evidence_content_lock(c->db, u->sha256, u->size, &stored);
    if (rc != RC_OK)
        return rc;
    u->received = u->size;
    return count_manifests(c, u);
}

static void put_created(struct web_ctx *c, const struct evidence_upload *u)
{
    const char *id = hex_dup(c->arena, u->id, sizeof u->id);
    c->audit.target = arena_printf(c->arena, "upload:%s", id);
    c->audit.detail = arena_printf(c->arena, "{\"sha256\":\"%s\",\"size\":%lld}",
                                   hex_dup(c->arena, u->sha256, DIGEST_SIZE), (long long)u->size);
    web_header(c, "Location",
               arena_printf(c->arena, "%s/mobile/v1/evidence/%s", c->settings->prefix, id));
    put_state(c, u);
}

/* A new one. */
static enum rc begin(struct web_ctx *c, struct evidence_upload *u)
{
    random_bytes(u->id, sizeof u->id);
    enum rc rc = check_quota(c, u);
    if (rc == RC_OK)
        rc = make_room(c);
    if (rc == RC_OK)
        rc = evidence_upload_create(c->db, u);
    if (rc == RC_OK)
        rc = skip_held(c, u);
    if (rc == RC_OK && u->received)
        rc = evidence_upload_received(c->db, u->id, u->received);
    return rc;
}

/* Who asks again, as the reply was lost, gets what was begun: the same content of the same
   device. */
enum rc upload_post(struct web_ctx *c)
{
    struct evidence_upload u = { .device_id = c->actor.id };
    struct evidence_upload begun;
    if (!speaks_tus(c))
        return wrong_version(c);
    enum rc rc = read_creation(c, &u);
    if (rc == RC_OK)
        rc = remove_expired(c);
    if (rc == RC_OK)
        rc = evidence_upload_begun(c->db, c->arena, u.device_id, u.sha256, u.size, c->now, &begun);
    u.expires_at = c->now + UPLOAD_LIFE_MS;
    if (rc == RC_OK) {
        memcpy(u.id, begun.id, sizeof u.id);
        u.received = begun.received;
        rc = evidence_upload_renew(c->db, &u);
    } else if (rc == RC_NOT_FOUND) {
        rc = begin(c, &u);
    }
    if (rc != RC_OK)
        return rc;
    put_created(c, &u);
    return web_empty(c, 201);
}

/* The upload that the path names, the device's own and not expired. */
static enum rc find_upload(struct web_ctx *c, bool for_write, struct evidence_upload *u)
{
    uint8_t id[EVIDENCE_UPLOAD_ID];
    enum rc rc = RC_NOT_FOUND;
    if (hex_decode(id, sizeof id, web_param(c, "id")))
        rc = evidence_upload_read(c->db, c->arena, id, c->actor.id, for_write, u);
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
    web_header(c, "Upload-Metadata", u.metadata);
    put_state(c, &u);
    return web_empty(c, 200);
}

/* ---- PATCH ----------------------------------------------------------------------------------- */

/* The piece's own checksum, when it has one. */
static enum rc check_piece(struct web_ctx *c)
{
    const char *given = web_request_header(c, "HTTP_UPLOAD_CHECKSUM");
    if (!given)
        return RC_OK;
    switch (tus_checksum_compare(given, c->body, c->body_size)) {
    case TUS_CHECKSUM_SAME:
        return RC_OK;
    case TUS_CHECKSUM_DIFFERS:
        return web_fail(c, RC_CHECKSUM, "", "这一段内容与校验值不符，未保存");
    case TUS_CHECKSUM_MALFORMED:
        break;
    }
    return web_fail(c, RC_MALFORMED, "", "Upload-Checksum 须为 sha1 或 sha256 加 base64");
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

/* The whole file has its name: it counts from the commit on. The content is locked. */
static enum rc store_content(struct web_ctx *c, const struct evidence_upload *u)
{
    struct evidence_origin origin;
    char *begin = arena_alloc(c->arena, PHOTO_BEGIN);
    size_t n =
        evidence_file_begin(c->arena, c->settings->evidence_dir, u->sha256, begin, PHOTO_BEGIN);
    photo_read_apart(begin, n, &origin);
    enum rc rc = evidence_content_store(c->db, u->sha256, u->size, &origin, c->actor.id,
                                        c->actor.inspector_id, c->now);
    return rc == RC_OK ? count_manifests(c, u) : rc;
}

/* The bytes were lost. */
static enum rc begin_anew(struct web_ctx *c, const struct evidence_upload *u)
{
    enum rc rc = evidence_upload_received(c->db, u->id, 0);
    if (rc != RC_OK)
        return rc;
    return web_problem(c, RC_CONFLICT, "", "此前的内容已丢失，请从头上传");
}

/* The file was lost, or an attempt before this one moved it to its place. */
static enum rc recover(struct web_ctx *c, struct evidence_upload *u)
{
    bool stored;
    enum rc rc = evidence_content_lock(c->db, u->sha256, u->size, &stored);
    if (rc != RC_OK)
        return rc;
    if (evidence_file_kept(c->arena, c->settings->evidence_dir, u)) {
        u->received = u->size;
        return store_content(c, u);
    }
    return begin_anew(c, u);
}

/* All bytes are there. The content is locked before its file gets its name, so that nobody clears
   it away between the two. */
static enum rc finish(struct web_ctx *c, const struct evidence_upload *u)
{
    const char *dir = c->settings->evidence_dir;
    bool stored;
    enum rc rc = evidence_file_verify(c->arena, dir, u);
    if (rc == RC_CHECKSUM) {
        /* Should this not be committed, an upload without its file would seem to have been kept.
           The empty file goes with those of other uploads that ended. */
        evidence_file_clear(c->arena, dir, u);
        rc = evidence_upload_expire(c->db, u->id, c->now);
        if (rc != RC_OK)
            return rc;
        return web_problem(c, RC_CHECKSUM, "", "文件与所声明的 sha256 不符，已丢弃，请重新上传");
    }
    if (rc == RC_OK)
        rc = evidence_content_lock(c->db, u->sha256, u->size, &stored);
    if (rc == RC_OK)
        rc = evidence_file_keep(c->arena, dir, u);
    return rc == RC_OK ? store_content(c, u) : rc;
}

/* Takes the piece in; sets the reply itself when the upload cannot go on. */
static enum rc take_piece(struct web_ctx *c, struct evidence_upload *u)
{
    enum rc rc = evidence_file_append(c->arena, c->settings->evidence_dir, u, u->received, c->body,
                                      c->body_size);
    if (rc == RC_NOT_FOUND)
        return recover(c, u);
    if (rc == RC_GONE)
        return begin_anew(c, u);
    if (rc != RC_OK)
        return rc;
    u->received += (int64_t)c->body_size;
    return u->received < u->size ? RC_OK : finish(c, u);
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
    }
    if (rc != RC_OK)
        return rc;
    c->audit.target = arena_printf(c->arena, "upload:%s", web_param(c, "id"));
    put_state(c, &u);
    return web_empty(c, 204);
}

/* For clients that cannot send PATCH: tus asks servers to take the method from this header. */
enum rc upload_override(struct web_ctx *c)
{
    struct evidence_upload u = { .size = 0 };
    const char *method = web_request_header(c, "HTTP_X_HTTP_METHOD_OVERRIDE");
    if (method && strcmp(method, "PATCH") == 0)
        return upload_patch(c);
    enum rc rc = find_upload(c, false, &u);
    if (rc != RC_OK)
        return rc;
    web_header(c, "Allow", "HEAD, PATCH, OPTIONS");
    return web_fail(c, RC_METHOD, "", "该地址只以 X-HTTP-Method-Override: PATCH 接受 POST");
}

/* Evidence at the desk: the manifests of a section beside what their files say, the files, and what
   is written off for its file will not come. */
#include "planner/routes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/field/place.h"
#include "store/directory/rule.h"
#include "store/evidence/evidence.h"
#include "store/evidence/evidence_file.h"
#include "store/field/door.h"
#include "store/field/record.h"
#include "store/review/section.h"

#define MINUTE_MS INT64_C(60000)

struct write_off_body {
    const char *reason;
};

const struct web_input planner_write_off_body =
    WEB_INPUT(struct write_off_body,
              WEB_FIELD(struct write_off_body, reason, "理由", .required = true, .max = 400));

/* ---- The list -------------------------------------------------------------------------------- */

/* How far a photo may be from its manifest before the desk is told; the scope leaves it in
   c->own. */
struct limits {
    int64_t minutes;
    int64_t metres;
};

static enum rc load_limits(struct web_ctx *c, const char *region, struct limits *out)
{
    struct rule_set rules;
    enum rc rc = rule_load(c->db, c->arena, region, date_at(c->now), &rules);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_EVIDENCE_TIME_MINUTES, &out->minutes, &c->err);
    if (rc == RC_OK)
        rc = rule_value(&rules, RULE_EVIDENCE_DISTANCE_M, &out->metres, &c->err);
    return rc;
}

/* Differences where both say something, and whether they are above the limit. */
enum rc planner_evidence_fill(struct web_ctx *c, struct arena *a, void *row)
{
    const struct limits *limits = c->own;
    struct evidence_shown *e = row;
    (void)a;
    e->minutes = e->metres = (double)NAN;
    if (e->exif_taken_at) {
        int64_t ms = llabs(e->exif_taken_at - e->taken_at);
        int64_t minutes = ms / MINUTE_MS;
        e->minutes = (double)minutes;
        e->time_flagged = ms > limits->minutes * MINUTE_MS;
    }
    if (!isnan(e->lon) && !isnan(e->exif_lon)) {
        double metres = place_distance((struct place){ e->lon, e->lat },
                                       (struct place){ e->exif_lon, e->exif_lat });
        e->metres = floor(metres);
        e->place_flagged = metres > (double)limits->metres;
    }
    return RC_OK;
}

void planner_written_off(struct jsonw *w, const struct evidence_write_off *off)
{
    if (!off->at) {
        jw_null(w, "written_off");
        return;
    }
    jw_object(w, "written_off");
    jw_instant(w, "at", off->at);
    jw_text(w, "by", off->by);
    jw_text(w, "reason", off->reason);
    jw_end(w);
}

enum rc planner_evidence_scope(struct web_ctx *c, struct db_val *scope)
{
    struct section s;
    struct limits *limits = arena_alloc(c->arena, sizeof *limits);
    enum rc rc = planner_own_section(c, false, &s);
    if (rc == RC_OK)
        rc = load_limits(c, s.department_region, limits);
    if (rc != RC_OK)
        return rc;
    c->own = limits;
    scope[0] = db_int(s.id);
    return RC_OK;
}

/* ---- A file ---------------------------------------------------------------------------------- */

/* Types that a browser shows or plays without running anything. Whatever else a phone names is
   handed over as bytes to be saved. */
static const struct kind {
    const char *type;
    const char *suffix;
    bool inline_;
} kinds[] = {
    { "image/jpeg", "jpg", true },
    { "image/png", "png", true },
    { "image/webp", "webp", true },
    { "image/heic", "heic", true },
    { "application/pdf", "pdf", true },
    { "audio/mpeg", "mp3", false },
    { "audio/mp4", "m4a", false },
    { "video/mp4", "mp4", false },
    { NULL, NULL, false },
};

static void put_file(struct web_ctx *c, const struct evidence_shown *e)
{
    uint8_t sha256[DIGEST_SIZE];
    static const struct kind other = { "application/octet-stream", "bin", false };
    const struct kind *kind = kinds;
    while (kind->type && strcmp(kind->type, e->type) != 0)
        kind++;
    if (!kind->type)
        kind = &other;
    (void)hex_decode(sha256, sizeof sha256, e->sha256);
    (void)web_body(c, 200, kind->type);
    web_header(c, "Content-Disposition",
               arena_printf(c->arena, "%s; filename=\"evidence-%lld.%s\"",
                            kind->inline_ ? "inline" : "attachment", (long long)e->id,
                            kind->suffix));
    web_header(c, "Cache-Control", "private, no-store");
    web_header(c, "X-Accel-Redirect",
               arena_printf(c->arena, "%s/-/evidence/%s", c->settings->prefix,
                            evidence_file_name(c->arena, sha256)));
}

/* The evidence of the path, of a section of the actor's department; or the code with c->err set. */
static enum rc own_evidence(struct web_ctx *c, bool lock, struct evidence_shown *e)
{
    int64_t id;
    enum rc rc = web_param_id(c, "id", &id);
    if (rc != RC_OK)
        return rc;
    rc = lock ? evidence_lock(c->db, c->arena, id, e) : evidence_by_id(c->db, c->arena, id, e);
    if (rc == RC_NOT_FOUND)
        return web_fail(c, rc, "", "没有此证据");
    if (rc == RC_OK && e->department_id != c->actor.department_id)
        return web_fail(c, RC_FORBIDDEN, "", "该证据属于其他部门的检查单");
    return rc;
}

/* GET evidence/{id}/file: nginx sends it, from a place that no URL of the outside reaches. */
enum rc planner_evidence_file(struct web_ctx *c)
{
    struct evidence_shown e;
    enum rc rc = own_evidence(c, false, &e);
    if (rc != RC_OK)
        return rc;
    if (!e.verified)
        return web_fail(c, RC_STATE, "", "该证据的文件尚未上传或未经核对");
    c->audit.target = arena_printf(c->arena, "evidence:%lld", (long long)e.id);
    put_file(c, &e);
    return RC_OK;
}

/* ---- Writing off ----------------------------------------------------------------------------- */

/* A signature is the enterprise's own word: that it is one which is lost has to stand in the
   reason. */
static enum rc check_reason(struct web_ctx *c, const char *kind, const char *reason)
{
    if (*text_trim(arena_strdup(c->arena, reason)) == '\0')
        return web_fail(c, RC_INVALID, "/reason", "不得为空白");
    if (strcmp(kind, "signature") == 0 && !strstr(reason, "签名") && !strstr(reason, "签字"))
        return web_fail(c, RC_INVALID, "/reason", "缺失的是签名文件，原因中须写明“签名”或“签字”");
    return RC_OK;
}

/* Nobody writes off his own. */
static enum rc check_owner(struct web_ctx *c, int64_t inspector_id)
{
    if (c->actor.inspector_id && c->actor.inspector_id == inspector_id)
        return web_fail(c, RC_FORBIDDEN, "", "不得核销本人登记的证据");
    return RC_OK;
}

static enum rc may_write_off(struct web_ctx *c, const struct evidence_shown *e)
{
    if (e->verified)
        return web_fail(c, RC_STATE, "", "该证据的文件已经核验，无需核销");
    if (e->written_off_at)
        return web_fail(c, RC_STATE, "", "该证据已经核销");
    return RC_OK;
}

static void put_audit(struct web_ctx *c, const char *target, int64_t id, int64_t section_id,
                      const char *kind)
{
    const struct write_off_body *body = c->input;
    struct buf *out = arena_alloc(c->arena, sizeof *out);
    struct jsonw w;
    buf_init(out, c->arena, 8192);
    jw_init(&w, out);
    jw_object(&w, NULL);
    jw_int(&w, "section", section_id);
    jw_text(&w, "kind", kind);
    jw_text(&w, "reason", body->reason);
    jw_end(&w);
    c->audit.target = arena_printf(c->arena, "%s:%lld", target, (long long)id);
    c->audit.detail = out->p;
}

/* POST evidence/{id}/write-off: its file will not come, and nothing waits for it any more. */
enum rc planner_evidence_write_off(struct web_ctx *c)
{
    const struct write_off_body *body = c->input;
    struct evidence_shown e;
    enum rc rc = own_evidence(c, true, &e);
    if (rc == RC_OK)
        rc = check_owner(c, e.inspector_id);
    if (rc == RC_OK)
        rc = may_write_off(c, &e);
    if (rc == RC_OK)
        rc = check_reason(c, e.kind, body->reason);
    if (rc == RC_OK)
        rc = evidence_write_off(c->db, e.id, c->actor.id, c->now, body->reason);
    if (rc == RC_OK)
        rc = record_publish(c->db, c->arena,
                            &(struct record_changes){ .evidence = &e.id, .evidence_count = 1 });
    if (rc == RC_OK)
        rc = evidence_by_id(c->db, c->arena, e.id, &e);
    if (rc != RC_OK)
        return rc;
    put_audit(c, "evidence", e.id, e.section_id, e.kind);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", e.id);
    jw_bool(w, "verified", e.verified);
    planner_written_off(w, &(struct evidence_write_off){ e.written_off_at, e.written_off_by,
                                                         e.written_off_reason });
    return web_json_end(c);
}

/* The record of the path that waits for a file which nobody declared, its section locked. */
static enum rc waiting_record(struct web_ctx *c, int64_t *section_id, struct door_record *r)
{
    struct section s;
    int64_t id;
    enum rc rc = planner_own_section(c, true, &s);
    if (rc == RC_OK)
        rc = web_param_id(c, "record", &id);
    if (rc == RC_OK) {
        rc = door_by_id(c->db, c->arena, s.id, id, r);
        if (rc == RC_NOT_FOUND)
            rc = web_fail(c, rc, "", "检查单没有此记录");
    }
    if (rc == RC_OK)
        rc = check_owner(c, r->inspector_id);
    if (rc == RC_OK && r->written_off.at)
        rc = web_fail(c, RC_STATE, "", "该记录的文件已经核销");
    if (rc == RC_OK && !r->waits)
        rc = web_fail(c, RC_STATE, "", "该记录不等待文件，无需核销");
    if (rc == RC_OK)
        *section_id = s.id;
    return rc;
}

/* POST sections/{id}/door-records/{record}/write-off: nobody will declare its file, for the phone
   that would does not come back. */
enum rc planner_door_write_off(struct web_ctx *c)
{
    const struct write_off_body *body = c->input;
    struct door_record r;
    int64_t section_id;
    enum rc rc = waiting_record(c, &section_id, &r);
    if (rc == RC_OK)
        rc = check_reason(c, r.kind, body->reason);
    if (rc == RC_OK)
        rc = door_write_off(c->db, r.id, c->actor.id, c->now, body->reason);
    if (rc == RC_OK)
        rc = door_by_id(c->db, c->arena, section_id, r.id, &r);
    if (rc != RC_OK)
        return rc;
    put_audit(c, "door-record", r.id, section_id, r.kind);
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", r.id);
    jw_bool(w, "waits_for_file", r.waits);
    planner_written_off(w, &r.written_off);
    return web_json_end(c);
}

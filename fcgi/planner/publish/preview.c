/* The masked text beside the original, and what editors say of the masks. */
#include "planner/routes.h"

#include <string.h>

#include "base/glyph.h"
#include "planner/publish/draft.h"

/* Positions count characters, as whoever shows the text does. */
static size_t characters(const char *text, size_t bytes)
{
    size_t n = 0;
    uint32_t code;
    for (size_t at = 0; at < bytes; n++)
        at += glyph_read(text + at, bytes - at, &code);
    return n;
}

static void write_field(struct jsonw *w, const struct draft_field *f)
{
    jw_object(w, NULL);
    jw_text(w, "key", f->key);
    jw_text(w, "title", f->title);
    jw_text(w, "original", f->text);
    jw_text(w, "masked", f->masked);
    jw_text(w, "result", f->result);
    jw_array(w, "spans");
    for (size_t i = 0; i < f->n; i++) {
        jw_object(w, NULL);
        jw_int(w, "from", (int64_t)characters(f->text, f->spans[i].from));
        jw_int(w, "to", (int64_t)characters(f->text, f->spans[i].to));
        jw_text(w, "kind", personal_kind_name(f->spans[i].kind));
        jw_text(w, "rule", personal_kind_text(f->spans[i].kind));
        jw_end(w);
    }
    jw_end(w);
    jw_end(w);
}

static enum rc write_wishes(struct web_ctx *c, struct jsonw *w, int64_t id)
{
    struct row_page page;
    enum rc rc = publication_wishes(c->db, c->arena, id, &page);
    if (rc != RC_OK)
        return rc;
    const struct publication_wish *wishes = page.v;
    jw_array(w, "wishes");
    for (size_t i = 0; i < page.n; i++) {
        jw_object(w, NULL);
        row_put(w, &publication_wish_rows, &wishes[i]);
        jw_bool(w, "mine", wishes[i].made_by == c->actor.id);
        jw_end(w);
    }
    jw_end(w);
    return RC_OK;
}

static enum rc write_versions(struct web_ctx *c, struct jsonw *w, int64_t id)
{
    struct row_page page;
    enum rc rc = publication_versions(c->db, c->arena, id, &page);
    if (rc != RC_OK)
        return rc;
    const struct publication_version *versions = page.v;
    jw_array(w, "versions");
    for (size_t i = 0; i < page.n; i++) {
        jw_object(w, NULL);
        jw_int(w, "version", versions[i].version);
        jw_instant(w, "published_at", versions[i].published_at);
        jw_text(w, "reason", versions[i].reason);
        jw_text(w, "payload_sha256", versions[i].payload_sha256);
        jw_raw(w, "payload", versions[i].payload);
        jw_end(w);
    }
    jw_end(w);
    return RC_OK;
}

/* GET publications/{id}/preview: as it would be made public now. */
enum rc planner_publication_preview(struct web_ctx *c)
{
    struct publication p;
    struct draft d;
    enum rc rc = planner_own_publication(c, false, &p);
    if (rc == RC_OK)
        rc = draft_make(c, &p, &d);
    if (rc != RC_OK)
        return rc;
    struct jsonw *w = web_json(c, 200);
    jw_int(w, "id", p.id);
    jw_text(w, "kind", p.kind);
    jw_text(w, "state", p.state);
    jw_int(w, "version", p.version);
    jw_date(w, "due_on", p.due_on);
    jw_text(w, "subject_name", p.subject_name);
    jw_array(w, "fields");
    for (size_t i = 0; i < d.n; i++)
        write_field(w, &d.fields[i]);
    jw_end(w);
    rc = write_wishes(c, w, p.id);
    if (rc == RC_OK)
        rc = write_versions(c, w, p.id);
    return rc == RC_OK ? web_json_end(c) : rc;
}

/* ---- wishes ---- */

struct wish_body {
    const char *text;
    const char *reason;
};

const struct web_input planner_wish_body =
    WEB_INPUT(struct wish_body, WEB_FIELD(struct wish_body, text, "文字", .required = true),
              WEB_FIELD(struct wish_body, reason, "理由", .required = true, .max = 400));

static struct publication_step step_of(const struct web_ctx *c, const char *reason)
{
    return (struct publication_step){ .account_id = c->actor.id, .now = c->now, .reason = reason };
}

/* The text stands in a field that masks may cover. */
static bool stands(const struct draft *d, const char *text)
{
    for (size_t i = 0; i < d->n; i++)
        if (!d->fields[i].fixed && strstr(d->fields[i].text, text))
            return true;
    return false;
}

static enum rc set_wish(struct web_ctx *c, const char *state)
{
    const struct wish_body *body = c->input;
    const struct publication_step step = step_of(c, body->reason);
    struct publication p;
    struct draft d;
    struct row_page page = { .n = 0 };
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK && strcmp(p.state, "retracted") == 0)
        rc = web_fail(c, RC_STATE, "", "该事项已经撤下");
    if (rc == RC_OK)
        rc = draft_make(c, &p, &d);
    if (rc == RC_OK && !stands(&d, body->text))
        rc = web_fail(c, RC_INVALID, "/text", "公示内容中没有这段文字");
    if (rc == RC_OK)
        rc = publication_wishes(c->db, c->arena, p.id, &page);
    if (rc == RC_OK && page.n >= PUBLICATION_WISHES_MAX - 1)
        rc = web_fail(c, RC_TOO_MANY, "", "遮盖意见已达上限");
    if (rc == RC_OK)
        rc = publication_wish_set(c->db, p.id, body->text, state, &step);
    return rc == RC_OK ? planner_publication_preview(c) : rc;
}

/* POST publications/{id}/masks: covers a text beyond what the rules find, from now on. */
enum rc planner_publication_cover(struct web_ctx *c)
{
    return set_wish(c, "covered");
}

/* POST publications/{id}/masks/lift: asks to show what is covered. */
enum rc planner_publication_lift(struct web_ctx *c)
{
    return set_wish(c, "asked");
}

/* POST publications/{id}/masks/{mask}/agree: by a second person. */
enum rc planner_publication_agree(struct web_ctx *c)
{
    struct publication p;
    int64_t wish;
    const struct publication_step step = step_of(c, NULL);
    enum rc rc = planner_own_publication(c, true, &p);
    if (rc == RC_OK)
        rc = web_param_id(c, "mask", &wish);
    if (rc == RC_OK)
        rc = publication_wish_agree(c->db, p.id, wish, &step);
    if (rc == RC_STATE)
        return web_fail(c, rc, "", "没有待复核的申请，或者申请人不能复核自己的申请");
    return rc == RC_OK ? planner_publication_preview(c) : rc;
}

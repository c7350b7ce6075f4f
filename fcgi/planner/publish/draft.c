#include "planner/publish/draft.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "domain/publish/publication.h"

enum { PAYLOAD_MAX = 65536 }; /* what the platform takes */

int32_t draft_checked_on(const struct publication *p)
{
    return p->checked_on ? p->checked_on : date_at(p->checked_at);
}

/* ---- the facts ---- */

static struct draft_field *put(struct draft *d, const char *key, const char *text)
{
    struct draft_field *f = &d->fields[d->n++];
    *f = (struct draft_field){ .key = key, .title = publication_field_title(key), .text = text };
    return f;
}

static void put_fixed(struct draft *d, const char *key, const char *text)
{
    put(d, key, text)->fixed = true;
}

static const char *day(struct web_ctx *c, int32_t date)
{
    char text[DATE_TEXT];
    date_format(text, date);
    return arena_strdup(c->arena, text);
}

/* Task ids of the national system are the 18 digits of a campaign code without its letter. */
static const char *task_id(const char *campaign)
{
    return *campaign == 'C' ? campaign + 1 : campaign;
}

static enum rc inspection(struct web_ctx *c, const struct publication *p, struct draft *d)
{
    struct publication_plan plan;
    struct row_page page = { .n = 0 };
    enum rc rc = publication_plan(c->db, c->arena, p->section, &plan);
    if (rc == RC_OK)
        rc = publication_details(c->db, c->arena, p->section, &page);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_INTERNAL : rc;
    if (page.n == 0)
        return web_fail(c, RC_STATE, "", "检查单没有可公示的检查结果");
    if (page.more)
        return web_fail(c, RC_TOO_LARGE, "", "检查结果超过 %d 项，不能公示",
                        PUBLICATION_DETAILS_MAX);
    const struct publication_detail *details = page.v;
    put_fixed(d, "raninsPlanId", plan.code);
    put(d, "raninsPlaneName", plan.name);
    put_fixed(d, "raninsTaskId", task_id(p->campaign));
    put(d, "raninsTaskName", p->campaign_name);
    put_fixed(d, "raninsTypeName",
              p->departments > 1 ? "部门联合“双随机”抽查" : "部门内部“双随机”抽查");
    put_fixed(d, "insAuth", p->department_name);
    put_fixed(d, "insDate", day(c, draft_checked_on(p)));
    for (size_t i = 0; i < page.n; i++)
        put(d, "raninsItemName", details[i].item_name)->result = details[i].result_name;
    return RC_OK;
}

static enum rc penalty(struct web_ctx *c, const struct publication *p, struct draft *d)
{
    struct penalty penalty;
    enum rc rc = publication_penalty(c->db, c->arena, p->penalty_id, &penalty);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_INTERNAL : rc;
    d->decision = penalty.decision_no;
    put(d, "penDecNo", penalty.decision_no);
    put(d, "illegActType", penalty.act_type);
    put(d, "penContent", penalty.content)->lines = true;
    put(d, "penAuth_CN", penalty.authority);
    put_fixed(d, "penDecIssDate", day(c, penalty.decided_on));
    put_fixed(d, "publicDate", day(c, date_at(p->published_at ? p->published_at : c->now)));
    return RC_OK;
}

/* ---- masks ---- */

static const char *clean(struct arena *a, const char *masked, bool lines)
{
    char *text = arena_strdup(a, masked);
    for (char *p = text; *p; p++)
        if (((unsigned char)*p < 0x20 && !(lines && *p == '\n')) || *p == 0x7F)
            *p = ' ';
    return text_trim(text);
}

/* What stays: the enterprise's own data, and what two editors agree on. What is covered beside what
   the rules find: what one of them wants. */
static enum rc wishes_of(struct web_ctx *c, const struct publication *p, const char *decision,
                         struct personal_wishes *out)
{
    enum { OWN = 4 };
    struct row_page page;
    enum rc rc = publication_wishes(c->db, c->arena, p->id, &page);
    if (rc != RC_OK)
        return rc;
    const struct publication_wish *wishes = page.v;
    const char **keep = arena_array(c->arena, page.n + OWN, sizeof *keep);
    const char **cover = arena_array(c->arena, page.n + 1, sizeof *cover);
    size_t kept = 0;
    size_t covered = 0;
    keep[kept++] = p->subject_code;
    keep[kept++] = decision;
    if (!personal_subject(c->arena, p->subject_code, p->subject_name)) {
        keep[kept++] = p->subject_name;
        keep[kept++] = p->subject_address;
    }
    for (size_t i = 0; i < page.n; i++) {
        if (strcmp(wishes[i].state, "shown") == 0)
            keep[kept++] = wishes[i].text;
        else /* what is asked to be shown is covered until somebody else agrees */
            cover[covered++] = wishes[i].text;
    }
    *out = (struct personal_wishes){ .keep = { keep, kept }, .cover = { cover, covered } };
    return RC_OK;
}

/* A natural person is not named as what was inspected either. */
static void mask_subject(struct web_ctx *c, const struct publication *p, struct draft_field *f)
{
    struct personal_span *whole = arena_array(c->arena, 1, sizeof *whole);
    *whole = (struct personal_span){ .to = strlen(f->text), .kind = PERSONAL_NAME };
    if (!personal_subject(c->arena, p->subject_code, p->subject_name))
        return;
    f->spans = whole;
    f->n = 1;
}

static enum rc mask(struct web_ctx *c, const struct publication *p, struct draft *d)
{
    struct personal_wishes wishes;
    enum rc rc = wishes_of(c, p, d->decision, &wishes);
    for (size_t i = 0; rc == RC_OK && i < d->n; i++) {
        struct draft_field *f = &d->fields[i];
        struct personal_span *spans = NULL;
        f->n = f->fixed ? 0 : personal_spans(c->arena, f->text, &wishes, &spans);
        f->spans = spans;
        if (strcmp(f->key, "entName") == 0)
            mask_subject(c, p, f);
        f->masked = clean(c->arena, personal_cover(c->arena, f->text, f->spans, f->n), f->lines);
    }
    return rc;
}

const char *draft_masked(const struct draft *d, const char *key)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->fields[i].key, key) == 0)
            return d->fields[i].masked;
    return "";
}

/* ---- the payload ---- */

static void write_details(struct jsonw *w, const struct draft *d)
{
    int64_t seqno = 0;
    jw_array(w, "details");
    for (size_t i = 0; i < d->n; i++) {
        const struct draft_field *f = &d->fields[i];
        if (!f->result)
            continue;
        jw_object(w, NULL);
        jw_int(w, "seqno", ++seqno);
        jw_text(w, f->key, f->masked);
        jw_text(w, "raninsCheckResName", f->result);
        jw_end(w);
    }
    jw_end(w);
}

static void write_payload(struct draft *d, bool details)
{
    struct jsonw w;
    jw_init(&w, &d->payload);
    jw_object(&w, NULL);
    for (size_t i = 0; i < d->n; i++)
        if (!d->fields[i].result)
            jw_text(&w, d->fields[i].key, d->fields[i].masked);
    if (details)
        write_details(&w, d);
    jw_end(&w);
}

enum rc draft_make(struct web_ctx *c, const struct publication *p, struct draft *d)
{
    *d = (struct draft){ .decision = "" };
    d->fields = arena_array(c->arena, DRAFT_FIELDS_MAX, sizeof *d->fields);
    buf_init(&d->payload, c->arena, PAYLOAD_MAX);
    put_fixed(d, "uscCode", p->subject_code);
    put(d, "entName", p->subject_name);
    enum rc rc = p->penalty_id ? penalty(c, p, d) : inspection(c, p, d);
    if (rc == RC_OK)
        rc = mask(c, p, d);
    if (rc != RC_OK)
        return rc;
    write_payload(d, !p->penalty_id);
    if (d->payload.full)
        return web_fail(c, RC_TOO_LARGE, "", "公示内容超过 %d 字节", PAYLOAD_MAX);
    return RC_OK;
}

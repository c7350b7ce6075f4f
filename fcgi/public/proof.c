#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "public/proof.h"
#include "public/routes.h"

/* ---- facts ---- */

static const char *date_text(struct arena *a, int32_t day)
{
    char *text = arena_alloc(a, DATE_TEXT);
    date_format(text, day);
    return text;
}

static void put_campaign(struct html *h, const struct proof *p)
{
    const struct disclosure_campaign *m = &p->m;
    page_facts_open(h, "批次");
    page_row_code(h, "批次编号", m->code);
    page_row(h, "名称", m->name);
    page_row(h, "发起部门", m->department_name);
    page_row(h, "区划", disclosure_name(&p->names.regions, m->region_code));
    page_row(h, "状态", draws_state_of(m));
    page_row_code(h, "抽取规则", m->rule);
    page_row(h, "重抽理由", m->redraw_reason);
    page_row_time(h, "作废时间", m->abandoned_at);
    page_row(h, "作废理由", m->abandoned_reason);
    page_table_close(h);
}

/* Who looks at an earlier draw learns that there is a later one. */
static void put_later(struct web_ctx *c, struct html *h, const struct proof *p)
{
    static const char *const headings[] = { "批次", "公告时间", "状态", "重抽理由", NULL };
    if (!p->later_count)
        return;
    page_list_open(h, "本批次的计划此后又抽取的批次", headings);
    for (size_t i = 0; i < p->later_count; i++) {
        const struct disclosure_later *l = &p->later[i];
        html_open(h, "tr", NULL);
        html_open(h, "th", "scope", "row", NULL);
        html_element(h, "a", l->code, "href", page_url(c, "/draws/%s", l->code), NULL);
        html_close(h, "th");
        page_cell(h, "公告时间", page_time(c->arena, l->announced_at));
        page_cell(h, "状态", draws_state(l->state));
        page_cell(h, "重抽理由", l->redraw_reason ? l->redraw_reason : "—");
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_earlier(struct web_ctx *c, struct html *h, const struct announcement *a)
{
    static const char *const headings[] = {
        "先前批次", "关系", "状态", "已派发检查", "缘由", NULL
    };
    if (!a->earlier_count)
        return;
    page_list_open(h, "公告列明的先前批次", headings);
    for (size_t i = 0; i < a->earlier_count; i++) {
        const struct announcement_earlier *e = &a->earlier[i];
        html_open(h, "tr", NULL);
        html_open(h, "th", "scope", "row", NULL);
        html_element(h, "a", e->campaign, "href", page_url(c, "/draws/%s", e->campaign), NULL);
        html_close(h, "th");
        page_cell(h, "关系", strcmp(e->relation, "plan") == 0 ? "同一计划" : "相同的抽查层");
        page_cell(h, "状态", draws_state(e->state));
        page_cell_number(h, "已派发检查", e->dispatched);
        page_cell(h, "缘由", e->why ? e->why : "—");
        html_close(h, "tr");
    }
    page_table_close(h);
}

static const char *witnesses(struct arena *a, const struct value_source *v)
{
    struct buf *out = arena_alloc(a, sizeof *out);
    buf_init(out, a, VALUE_DEPARTMENTS_MAX * (VALUE_TEXT_MAX + 4));
    for (size_t i = 0; i < v->department_count; i++)
        buf_printf(out, "%s%s", i ? "、" : "", v->departments[i]);
    return v->department_count ? out->p : NULL;
}

static void put_announcement(struct web_ctx *c, struct html *h, const struct proof *p)
{
    static const char *const kinds[] = {
        [VALUE_LOTTERY] = "公开彩票", [VALUE_DICE] = "见证人在场掷骰", [VALUE_BEACON] = "签名信标"
    };
    static const char *const publish_texts[] = {
        [PUBLISH_VISITS] = "检查之后",
        [PUBLISH_ONCE] = "抽中的随抽取公开；备选只公布摘要，用到时公开；其余检查之后",
        [PUBLISH_OPEN] = "演练：连同备选随抽取公开"
    };
    const struct announcement *a = &p->announced;
    html_element(h, "h2", "一、公告", NULL);
    html_element(
        h, "p",
        "抽取之前，一切可以选择的内容都写进一份公告：计划、部门、任务数、各部门名录快照和人员"
        "名单的摘要、秘密值的摘要，以及公共随机值将取自何处、何时。种子由公告的摘要合成，"
        "公告改动一个字符，种子就会不同。请在抽取之前记下公告摘要或保存公告。",
        NULL);
    page_facts_open(h, "公告");
    page_row_time(h, "公告时间", a->announced_at);
    page_row_code(h, "公告摘要", p->m.announcement);
    page_row_code(h, "秘密值的摘要", a->secret_hash);
    page_row(h, "公共随机值的来源",
             arena_printf(c->arena, "%s：%s", kinds[a->value.kind], a->value.source));
    page_row(h, "期号或轮次", a->value.issue);
    page_row_code(h, "形式", a->value.form);
    page_row_time(h, "公共随机值的时间", a->value.at);
    page_row(h, "公布处", a->value.place);
    page_row(h, "录入部门", witnesses(c->arena, &a->value));
    page_row_code(h, "信标公钥的摘要", a->value.key);
    page_row_time(h, "最迟抽取时间", a->latest);
    page_row(h, "检查组的期号或轮次", a->teams_issue);
    page_row_time(h, "检查组的公共随机值的时间", a->teams_at);
    if (announcement_teams_latest(a) != INT64_MAX)
        page_row_time(h, "其录入期限（逾期改按第一个公共随机值抽取）",
                      announcement_teams_latest(a));
    page_row(h, "抽取结果的公开", publish_texts[a->publish]);
    page_row(h, "检查组的公开", "检查之后");
    page_row(h, "最迟公开", date_text(c->arena, announcement_ends_on(a)));
    page_table_close(h);
    html_open(h, "p", NULL);
    html_element(h, "a", "公告全文", "href", page_url(c, "/announcements/%s", p->m.announcement),
                 NULL);
    html_close(h, "p");
    html_void(h, "img", "class", "qr", "alt", "公告地址的二维码，含公告摘要", "src",
              page_url(c, "/announcements/%s/qr.svg", p->m.announcement), NULL);
    put_earlier(c, h, a);
}

static const char held[] = "按公告在检查之后公开，最迟在计划截止之后";

static void put_steps(struct html *h, const struct proof *p)
{
    const struct disclosure_campaign *m = &p->m;
    html_element(h, "h2", "二、公共随机值、种子与秘密值", NULL);
    html_element(
        h, "p",
        "公共随机值在公告之后产生，任何参与部门都不能左右。录入、抽取和公开秘密值是同一个动作，"
        "没有先看种子再决定是否抽取的余地；逾期未抽取的，秘密值照样公开。",
        NULL);
    page_facts_open(h, "公共随机值、种子与秘密值");
    page_row_code(h, "公共随机值", m->public_value ? m->public_value : "尚未取得");
    page_row_code(h, "种子", m->seed ? m->seed : m->drawn_at ? held : "尚未抽取");
    page_row_time(h, "抽取时间", m->drawn_at);
    page_row_code(h, "秘密值", m->secret ? m->secret : "尚未公开");
    page_row_time(h, "秘密值启用时间", m->opened_at);
    page_table_close(h);
}

/* What the teams are drawn from, and their value. */
static void put_teams(struct web_ctx *c, struct html *h, const struct proof *p)
{
    const struct disclosure_campaign *m = &p->m;
    html_element(h, "h3", "检查组", NULL);
    html_element(
        h, "p",
        "检查组从公告的人员名单中抽取。名单此后的差异（回避、不在岗等）逐项由另一账号批准，"
        "连同检查和抽取结果写进封存书；其摘要先于第二个公共随机值公布。到时仍未封存的，"
        "只按公告的人员名单抽取。",
        NULL);
    page_facts_open(h, "检查组");
    page_row_code(h, "封存书摘要", m->closing ? m->closing : "尚未封存");
    page_row_time(h, "封存时间", m->closed_at);
    page_row_code(h, "检查组的公共随机值", m->teams_value ? m->teams_value : "尚未取得");
    page_row_code(h, "检查组的种子",
                  m->teams_seed       ? m->teams_seed
                  : m->teams_drawn_at ? held
                                      : "尚未抽取");
    page_row_code(h, "检查组的秘密值", m->teams_secret ? m->teams_secret : "尚未公开");
    page_row_time(h, "检查组抽取时间", m->teams_drawn_at);
    page_table_close(h);
    if (!m->teams_seed)
        return;
    html_open(h, "p", NULL);
    html_element(h, "a", "封存书全文", "href", page_url(c, "/closings/%s", m->closing), NULL);
    html_close(h, "p");
}

/* ---- snapshots, rosters and strata ---- */

/* A row that begins with a code. */
static void open_row(struct html *h, const char *code)
{
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    html_element(h, "code", code, NULL);
    html_close(h, "th");
}

/* Public at once, whatever is held back. */
static void put_results(struct web_ctx *c, struct html *h, const struct proof *p, const char *draw)
{
    const struct disclosure_draw *d = NULL;
    for (size_t i = 0; i < p->draw_count; i++)
        if (strcmp(p->draws[i].code, draw) == 0)
            d = &p->draws[i];
    page_cell_code(h, "结果摘要", d && d->result_sha256 ? d->result_sha256 : "—");
    html_open(h, "td", "data-label", "名单摘要", NULL);
    if (d && d->drawn_sha256)
        html_element(h, "a", d->drawn_sha256, "href",
                     page_url(c, "/draws/%s/%s/drawn.txt", p->m.code, draw), NULL);
    else
        html_text(h, "—");
    html_close(h, "td");
}

static void put_frozen(struct web_ctx *c, struct html *h, const struct proof *p)
{
    static const char *const headings[] = { "抽取编号", "部门",     "计划",         "抽取次数",
                                            "冻结时间", "快照摘要", "人员名单摘要", "结果摘要",
                                            "名单摘要", NULL };
    html_element(h, "h2", "三、名录快照与人员名单", NULL);
    page_list_open(h,
                   "各部门冻结的名录和执法检查人员名单。检查组只从名单中抽取，此后的变动只能收窄，"
                   "逐项公示",
                   headings);
    for (size_t i = 0; i < p->announced.draw_count; i++) {
        const struct announcement_draw *d = &p->announced.draws[i];
        open_row(h, d->id);
        page_cell(h, "部门", d->department);
        page_cell(h, "计划", d->plan_name);
        page_cell(h, "抽取次数", arena_printf(h->out->arena, "第 %lld 次", (long long)d->nth));
        page_cell(h, "冻结时间", page_time(h->out->arena, d->frozen_at));
        page_cell_code(h, "快照摘要", d->snapshot);
        page_cell_code(h, "人员名单摘要", d->roster);
        put_results(c, h, p, d->id);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_stratum(struct web_ctx *c, struct html *h, const struct proof *p,
                        const struct announcement_draw *d, const struct draw_quota *q)
{
    const char *name = draws_stratum(c, &p->names, q->stratum);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    if (p->drawn)
        html_element(h, "a", name, "href",
                     page_url(c, "/draws/%s/%s?stratum=%s", p->m.code, d->id, q->stratum), NULL);
    else
        html_text(h, name);
    html_close(h, "th");
    page_cell_code(h, "抽查层", q->stratum);
    page_cell_number(h, "任务数", q->quota);
    html_close(h, "tr");
}

static void put_strata(struct web_ctx *c, struct html *h, const struct proof *p,
                       const struct announcement_draw *d)
{
    static const char *const headings[] = { "区划与专业", "抽查层", "任务数", NULL };
    enum { FIRST_NUMBER = 2 };
    int64_t total = 0;
    for (size_t i = 0; i < d->quota_count; i++)
        total += d->quotas[i].quota;
    html_open(h, "table", "class", "list", NULL);
    html_open(h, "caption", NULL);
    html_textf(h, "%s，%s（", d->department, d->plan_name);
    html_element(h, "code", d->id, NULL);
    html_textf(h, "）：%zu 层，共抽 %lld 个", d->quota_count, (long long)total);
    html_close(h, "caption");
    page_list_body(h, headings, FIRST_NUMBER);
    for (size_t i = 0; i < d->quota_count; i++)
        put_stratum(c, h, p, d, &d->quotas[i]);
    page_table_close(h);
}

/* ---- the page ---- */

static enum rc load_announcement(struct web_ctx *c, struct proof *p)
{
    const char *text = NULL;
    size_t n = 0;
    enum rc rc = disclosure_text(c->db, c->arena, p->m.id, "announcement", &text, &n);
    if (rc != RC_OK || !text)
        return rc == RC_OK ? RC_INTERNAL : rc;
    if (announcement_read(c->arena, text, n, &p->announced, &c->err) != RC_OK)
        return RC_INTERNAL;
    return RC_OK;
}

static enum rc count_lines(struct web_ctx *c, struct proof *p)
{
    enum rc rc = disclosure_draws(c->db, c->arena, p->m.id, &p->draws, &p->draw_count);
    for (size_t i = 0; rc == RC_OK && i < p->draw_count; i++)
        p->lines += p->draws[i].snapshot_lines;
    return rc;
}

static enum rc load(struct web_ctx *c, struct proof *p)
{
    enum rc rc = draws_campaign(c, &p->m);
    if (rc == RC_OK)
        rc = disclosure_later(c->db, c->arena, p->m.id, &p->later, &p->later_count);
    if (rc == RC_OK && p->m.announcement)
        rc = load_announcement(c, p);
    if (rc == RC_OK)
        rc = count_lines(c, p);
    if (rc == RC_OK)
        rc = draws_names(c, &p->names);
    if (rc != RC_OK)
        return rc;
    if (!draw_rule_parse(p->m.rule, &p->rule))
        return web_fail(c, RC_INTERNAL, "", "campaign %s has rule %s", p->m.code, p->m.rule);
    p->open = p->m.secret != NULL;
    p->is_drawn = strcmp(p->m.state, "drawn") == 0;
    p->drawn = p->is_drawn && p->m.drawn_open;
    p->tool = draw_digest(p->rule) == DIGEST_SM3 ? "openssl dgst -sm3 -r" : "sha256sum";
    return RC_OK;
}

static void put_announced(struct web_ctx *c, struct html *h, const struct proof *p)
{
    put_announcement(c, h, p);
    put_steps(h, p);
    if (p->is_drawn)
        put_teams(c, h, p);
    put_frozen(c, h, p);
    html_element(h, "h2", "四、各层任务数与抽取结果", NULL);
    html_element(h, "p",
                 !p->drawn ? "一层是一个区划的一个专业。"
                 : p->m.results_open
                     ? "一层是一个区划的一个专业。点开可看抽中和备选的企业。"
                     : "一层是一个区划的一个专业。点开可看抽中的企业。备选只公布摘要，"
                       "用到时公开：",
                 NULL);
    if (p->drawn && !p->m.results_open) {
        html_open(h, "p", NULL);
        html_element(h, "a", "替换的检查对象 substitutes.txt", "href",
                     page_url(c, "/draws/%s/substitutes.txt", p->m.code), NULL);
        html_close(h, "p");
    }
    for (size_t i = 0; i < p->announced.draw_count; i++)
        put_strata(c, h, p, &p->announced.draws[i]);
    if (p->open)
        proof_check(c, h, p);
}

enum rc public_proof(struct web_ctx *c)
{
    struct proof p = { .later_count = 0 };
    enum rc rc = load(c, &p);
    if (rc != RC_OK)
        return rc;
    struct html *h =
        page_open(c, 200, arena_printf(c->arena, "抽取过程：%s", p.m.name), PAGE_DRAWS);
    put_campaign(h, &p);
    put_later(c, h, &p);
    if (p.m.announcement)
        put_announced(c, h, &p);
    return page_close(c, h, p.drawn ? 600 : 60);
}

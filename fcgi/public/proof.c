#include <stdio.h>
#include <string.h>

#include "domain/draw.h"
#include "public/draws.h"
#include "public/routes.h"

/* Everything that the page shows of a campaign. */
struct proof {
    struct disclosure_campaign m;
    const struct disclosure_draw *draws;
    size_t n;
    struct draws_names names;
    bool revealed;
    enum draw_rule rule;
    const char *tool; /* the command that computes the rule's digest */
};

/* ---- facts ---- */

static void put_campaign(struct html *h, const struct proof *p)
{
    const struct disclosure_campaign *m = &p->m;
    page_facts_open(h, "批次");
    page_row_code(h, "批次编号", m->code);
    page_row(h, "名称", m->name);
    page_row(h, "发起部门", m->department);
    page_row(h, "区划", disclosure_name(&p->names.regions, m->region));
    page_row(h, "状态", draws_state(m->state));
    page_row_code(h, "抽取规则", m->rule);
    page_row(h, "重抽理由", m->redraw_why);
    page_row_time(h, "作废时间", m->abandoned_at);
    page_row(h, "作废理由", m->abandoned_why);
    page_table_close(h);
}

static void put_steps(struct html *h, const struct proof *p)
{
    const struct disclosure_campaign *m = &p->m;
    html_element(h, "h2", "一、承诺", NULL);
    html_element(
        h, "p",
        "抽取之前，各部门的名录已冻结为快照，执法检查人员已冻结为人员名单，系统取一个 32 "
        "字节的秘密值。下列摘要公布之后，名录、人员名单、任务数和秘密值都不能再改，改动一个字符，"
        "摘要就会不同。",
        NULL);
    page_facts_open(h, "承诺");
    page_row_time(h, "承诺时间", m->committed_at);
    page_row_code(h, "秘密值的摘要", m->secret_hash);
    page_table_close(h);
    html_element(h, "h2", "二、公共随机值", NULL);
    html_element(h, "p", "承诺之后取得，任何参与部门都不能左右。", NULL);
    page_facts_open(h, "公共随机值");
    page_row_code(h, "公共随机值", m->public_value ? m->public_value : "尚未录入");
    page_row(h, "来源", m->public_source);
    page_row(h, "见证人", m->witnesses);
    page_row_time(h, "录入时间", m->valued_at);
    page_table_close(h);
    html_element(h, "h2", "三、种子与秘密值", NULL);
    page_facts_open(h, "种子与秘密值");
    page_row_code(h, "种子", m->seed ? m->seed : "尚未抽取");
    page_row_time(h, "抽取时间", m->drawn_at);
    page_row_code(h, "秘密值", m->secret ? m->secret : "尚未公开");
    page_row_code(h, "随机数", m->nonce);
    page_row_time(h, "公开时间", m->revealed_at);
    page_table_close(h);
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

static void put_snapshots(struct html *h, const struct proof *p)
{
    static const char *const headings[] = { "抽取编号", "部门",     "计划", "冻结时间",
                                            "行数",     "快照摘要", NULL };
    html_element(h, "h2", "四、名录快照与人员名单", NULL);
    page_list_open(h, "各部门冻结的名录，按抽取编号排列，种子按这个顺序合成", headings);
    for (size_t i = 0; i < p->n; i++) {
        const struct disclosure_draw *d = &p->draws[i];
        open_row(h, d->code);
        page_cell(h, "部门", d->department);
        page_cell(h, "计划", d->plan_name);
        page_cell(h, "冻结时间", page_time(h->out->arena, d->frozen_at));
        page_cell_number(h, "行数", d->lines);
        page_cell_code(h, "快照摘要", d->sha256);
        html_close(h, "tr");
    }
    page_table_close(h);
}

/* A campaign with a draw that was frozen before there were rosters says so: nothing tells who was there to
   be drawn. */
static void put_rosters(struct html *h, const struct proof *p)
{
    static const char *const headings[] = { "抽取编号", "人数", "人员名单摘要", NULL };
    if (!draws_rosters(p->draws, p->n)) {
        html_element(
            h, "p",
            "这个批次没有承诺执法检查人员名单：有抽取在系统提供人员名单之前冻结。检查组按公示的"
            "检查人员抽取，可以验算，但不能验证检查人员在抽取之后有无变动。",
            NULL);
        return;
    }
    page_list_open(
        h, "各部门冻结的执法检查人员名单，检查组只从名单中抽取，此后的变动只能收窄，逐项公示",
        headings);
    for (size_t i = 0; i < p->n; i++) {
        const struct disclosure_draw *d = &p->draws[i];
        open_row(h, d->code);
        page_cell_number(h, "人数", d->inspectors);
        page_cell_code(h, "人员名单摘要", d->roster_sha256);
        html_close(h, "tr");
    }
    page_table_close(h);
}

static void put_stratum(struct web_ctx *c, struct html *h, const struct proof *p,
                        const struct disclosure_draw *d, const struct disclosure_quota *q)
{
    const char *name = draws_stratum(c, &p->names, q->stratum);
    html_open(h, "tr", NULL);
    html_open(h, "th", "scope", "row", NULL);
    if (p->revealed)
        html_element(h, "a", name, "href",
                     page_url(c, "/draws/%s/%s?stratum=%s", p->m.code, d->code, q->stratum), NULL);
    else
        html_text(h, name);
    html_close(h, "th");
    page_cell_code(h, "抽查层", q->stratum);
    page_cell_number(h, "任务数", q->quota);
    page_cell_number(h, "可抽数", q->eligible);
    html_close(h, "tr");
}

static enum rc put_strata(struct web_ctx *c, struct html *h, const struct proof *p,
                          const struct disclosure_draw *d)
{
    static const char *const headings[] = { "区划与专业", "抽查层", "任务数", "可抽数", NULL };
    enum { FIRST_NUMBER = 2 };
    const struct disclosure_quota *quotas;
    size_t n;
    int64_t total = 0;
    enum rc rc = disclosure_quotas(c->db, c->arena, d->id, &quotas, &n);
    if (rc != RC_OK)
        return rc;
    for (size_t i = 0; i < n; i++)
        total += quotas[i].quota;
    html_open(h, "table", "class", "list", NULL);
    html_open(h, "caption", NULL);
    html_textf(h, "%s，%s（", d->department, d->plan_name);
    html_element(h, "code", d->code, NULL);
    html_textf(h, "）：%zu 层，共抽 %lld 个", n, (long long)total);
    html_close(h, "caption");
    page_list_body(h, headings, FIRST_NUMBER);
    for (size_t i = 0; i < n; i++)
        put_stratum(c, h, p, d, &quotas[i]);
    page_table_close(h);
    return RC_OK;
}

/* ---- checking in the browser ---- */

/* The script puts its button in; until then, and without it, the section says what else there is. */
static void put_browser(struct web_ctx *c, struct html *h, const struct proof *p)
{
    html_element(h, "h2", "六、在浏览器中验算", "id", "verify-title", NULL);
    if (p->rule == DRAW_SM3) {
        html_element(h, "p",
                     "这个批次按规则 liancha-draw/1-sm3 用国密算法 SM3 计算，浏览器不提供 SM3，"
                     "因此不能在网页中验算。请用 lianchactl draw verify 验算公示包，"
                     "或按下一节用通用工具自己验算。",
                     NULL);
        return;
    }
    int64_t lines = 0;
    for (size_t i = 0; i < p->n; i++)
        lines += p->draws[i].lines;
    html_open(h, "section", "id", "verify", "class", "verify", "aria-labelledby", "verify-title",
              "data-bundle", page_url(c, "/draws/%s/bundle.tar", p->m.code), "data-lines",
              arena_printf(c->arena, "%lld", (long long)lines), "data-commitment", p->m.secret_hash,
              "data-seed", p->m.seed, NULL);
    html_element(h, "p",
                 "由您自己的浏览器下载公示包，把承诺、种子、每家企业的得分和全部结果重新计算一遍，"
                 "与公示的逐一比对；不一致时指出在哪个文件、哪一行。计算不经过我们的服务器。",
                 NULL);
    html_element(
        h, "p",
        "这项功能需要启用脚本（JavaScript）。如果这里没有出现“开始验算”按钮，请用 lianchactl "
        "draw verify 验算公示包，或按下一节用通用工具自己验算。",
        "class", "without", NULL);
    html_close(h, "section");
    html_element(h, "script", "", "type", "module", "src", page_url(c, "/static/verify.js"), NULL);
}

/* ---- how to check by hand ---- */

/* A text as one word of a shell. */
static const char *shell_word(struct arena *a, const char *text)
{
    struct buf *out = arena_alloc(a, sizeof *out);
    buf_init(out, a, 8192);
    buf_putc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            buf_puts(out, "'\\''");
        else
            buf_putc(out, *text);
    }
    buf_putc(out, '\'');
    return out->p;
}

static void put_command(struct html *h, const char *text)
{
    html_open(h, "pre", "tabindex", "0", NULL);
    html_element(h, "code", text, NULL);
    html_close(h, "pre");
}

/* What the seed is the digest of. */
static const char *seed_text(struct arena *a, const struct proof *p)
{
    struct buf *text = arena_alloc(a, sizeof *text);
    buf_init(text, a, 8192);
    buf_printf(text, "%s|%s", p->m.secret, p->m.public_value);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(text, "|%s", p->draws[i].sha256);
    return text->p;
}

/* What the secret is the digest of, where there are rosters. */
static const char *secret_text(struct arena *a, const struct proof *p)
{
    struct buf *text = arena_alloc(a, sizeof *text);
    buf_init(text, a, 8192);
    buf_puts(text, p->m.nonce);
    for (size_t i = 0; i < p->n; i++)
        buf_printf(text, "|%s", p->draws[i].roster_sha256);
    return text->p;
}

static void open_step(struct html *h, const char *text)
{
    html_open(h, "li", NULL);
    html_element(h, "p", text, NULL);
}

static void put_digest_step(struct web_ctx *c, struct html *h, const struct proof *p,
                            const char *what, const char *text)
{
    open_step(h, what);
    put_command(h,
                arena_printf(c->arena, "printf %%s %s | %s", shell_word(c->arena, text), p->tool));
    html_close(h, "li");
}

/* From the files to the seed. */
static void put_digest_steps(struct web_ctx *c, struct html *h, const struct proof *p)
{
    bool rosters = p->m.nonce != NULL;
    open_step(h, rosters ? "解开公示包，计算每个名录快照和人员名单的摘要，应与上表的摘要相同："
                         : "解开公示包，计算每个名录快照的摘要，应与上表“快照摘要”相同：");
    put_command(h, arena_printf(c->arena, "tar -xf liancha-%s.tar\n%s snapshot-*.txt%s", p->m.code,
                                p->tool, rosters ? " roster-*.txt" : ""));
    html_close(h, "li");
    if (rosters)
        put_digest_step(c, h, p, "把随机数和各人员名单摘要用“|”连接起来计算摘要，就是秘密值：",
                        secret_text(c->arena, p));
    put_digest_step(c, h, p, "计算秘密值的摘要，应与“承诺”一节公布的相同：", p->m.secret);
    put_digest_step(c, h, p, "把秘密值、公共随机值和各快照摘要用“|”连接起来计算摘要，就是种子：",
                    seed_text(c->arena, p));
}

static void put_check(struct web_ctx *c, struct html *h, const struct proof *p)
{
    const char *bundle = page_url(c, "/draws/%s/bundle.tar", p->m.code);
    html_element(h, "h2", "七、怎样自己验算", NULL);
    html_open(h, "p", NULL);
    html_element(h, "a", "下载公示包 bundle.tar", "href", bundle, "class", "button", "download",
                 arena_printf(c->arena, "liancha-%s.tar", p->m.code), NULL);
    html_close(h, "p");
    html_element(h, "p",
                 "公示包里有全部名录快照、规则参数和结果。用任何一台装有通用工具的电脑即可验算，不"
                 "需要本系统：",
                 NULL);
    html_open(h, "ol", "class", "steps", NULL);
    put_digest_steps(c, h, p);
    open_step(h, "在快照里任选一行，前三列是企业代码、抽查层和权重 "
                 "w。计算“种子|企业代码|1”到“种子|企业代码|w”"
                 "的摘要，取最小的一个，就是这家企业的得分：");
    put_command(h, arena_printf(c->arena, "printf %%s '%s|企业代码|1' | %s", p->m.seed, p->tool));
    html_close(h, "li");
    open_step(h, "同一抽查层内，得分最小的若干家（个数为任务数）就是抽中的，其后是备选。"
                 "与 result-*.txt 逐行比对即可；权重为 0 的是排除的，第四列写有原因。");
    html_close(h, "li");
    html_close(h, "ol");
}

/* ---- the page ---- */

static enum rc load(struct web_ctx *c, struct proof *p)
{
    enum rc rc = draws_campaign(c, &p->m);
    if (rc == RC_OK)
        rc = disclosure_draws(c->db, c->arena, p->m.id, &p->draws, &p->n);
    if (rc == RC_OK)
        rc = draws_names(c, &p->names);
    if (rc != RC_OK)
        return rc;
    if (!draw_rule_parse(p->m.rule, &p->rule))
        return web_fail(c, RC_INTERNAL, "", "campaign %s has rule %s", p->m.code, p->m.rule);
    p->revealed = strcmp(p->m.state, "revealed") == 0;
    p->tool = p->rule == DRAW_SM3 ? "openssl dgst -sm3 -r" : "sha256sum";
    return RC_OK;
}

enum rc public_proof(struct web_ctx *c)
{
    struct proof p = { .n = 0 };
    enum rc rc = load(c, &p);
    if (rc != RC_OK)
        return rc;
    struct html *h =
        page_open(c, 200, arena_printf(c->arena, "抽取过程：%s", p.m.name), PAGE_DRAWS);
    put_campaign(h, &p);
    put_steps(h, &p);
    put_snapshots(h, &p);
    put_rosters(h, &p);
    html_element(h, "h2", "五、各层任务数与抽取结果", NULL);
    html_element(h, "p",
                 p.revealed ? "一层是一个区划的一个专业。点开可看抽中和备选的企业。"
                            : "一层是一个区划的一个专业。结果随秘密值一同公开。",
                 NULL);
    for (size_t i = 0; rc == RC_OK && i < p.n; i++)
        rc = put_strata(c, h, &p, &p.draws[i]);
    if (rc != RC_OK)
        return rc;
    if (p.revealed) {
        put_browser(c, h, &p);
        put_check(c, h, &p);
    }
    return page_close(c, h, p.revealed ? 3600 : 60);
}

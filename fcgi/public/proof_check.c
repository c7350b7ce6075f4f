/* How anybody checks a draw; see proof.h. */
#include <string.h>

#include "public/proof.h"
#include "public/routes.h"

/* ---- checking in the browser ---- */

/* The script puts its button in; until then, and without it, the section says what else there
   is. */
static void put_browser(struct web_ctx *c, struct html *h, const struct proof *p)
{
    html_element(h, "h2", "五、在浏览器中验算", "id", "verify-title", NULL);
    html_open(h, "section", "id", "verify", "class", "verify", "aria-labelledby", "verify-title",
              "data-bundle", page_url(c, "/draws/%s/bundle.tar", p->m.code), "data-announcement",
              p->m.announcement, "data-seed", p->m.seed ? p->m.seed : "", "data-lines",
              arena_printf(c->arena, "%lld", (long long)p->lines), NULL);
    html_element(h, "p",
                 "由您自己的浏览器下载公示包，把公告、种子、每家企业的得分和全部结果重新计算一遍，"
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
    open_step(h, "解开公示包，计算公告的摘要，应与上面的“公告摘要”、与您在抽取之前记下的相同；"
                 "再计算每个名录快照和人员名单的摘要，应与公告中写的相同：");
    put_command(h, arena_printf(c->arena,
                                "tar -xf liancha-%s.tar\n%s announcement.txt snapshot-*.txt "
                                "roster-*.txt",
                                p->m.code, p->tool));
    html_close(h, "li");
    put_digest_step(c, h, p, "计算秘密值的摘要，应与公告中 secret 一行的相同：", p->m.secret);
    if (p->m.seed)
        put_digest_step(
            c, h, p, "把秘密值、公共随机值和公告摘要用“|”连接起来计算摘要，就是种子：",
            arena_printf(c->arena, "%s|%s|%s", p->m.secret, p->m.public_value, p->m.announcement));
}

static void put_check(struct web_ctx *c, struct html *h, const struct proof *p)
{
    const char *bundle = page_url(c, "/draws/%s/bundle.tar", p->m.code);
    html_element(h, "h2", "六、怎样自己验算", NULL);
    html_open(h, "p", NULL);
    html_element(h, "a", "下载公示包 bundle.tar", "href", bundle, "class", "button", "download",
                 arena_printf(c->arena, "liancha-%s.tar", p->m.code), NULL);
    html_close(h, "p");
    html_element(h, "p",
                 "公示包里有公告、全部名录快照和结果。用任何一台装有通用工具的电脑即可验算，不"
                 "需要本系统：",
                 NULL);
    html_open(h, "ol", "class", "steps", NULL);
    put_digest_steps(c, h, p);
    if (!p->m.seed) {
        html_close(h, "ol");
        return;
    }
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

void proof_check(struct web_ctx *c, struct html *h, const struct proof *p)
{
    put_browser(c, h, p);
    put_check(c, h, p);
}

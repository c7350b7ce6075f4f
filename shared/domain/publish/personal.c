#include "domain/publish/personal.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "domain/publish/mask.h"

static const char *const kinds[PERSONAL_KINDS][2] = {
    [PERSONAL_PHONE] = { "phone", "联系电话" },
    [PERSONAL_HANDLE] = { "handle", "即时通信账号" },
    [PERSONAL_MAIL] = { "mail", "电子邮箱" },
    [PERSONAL_IDENTITY] = { "identity", "公民身份号码" },
    [PERSONAL_DOCUMENT] = { "document", "其他身份证件号码" },
    [PERSONAL_BANK] = { "bank", "银行账号" },
    [PERSONAL_ADDRESS] = { "address", "家庭住址或门牌" },
    [PERSONAL_NAME] = { "name", "自然人姓名" },
    [PERSONAL_PLATE] = { "plate", "车辆号牌" },
    [PERSONAL_HEALTH] = { "health", "健康信息" },
    [PERSONAL_EDITOR] = { "editor", "编辑人员增加" },
};

const char *personal_kind_name(enum personal_kind kind)
{
    return kinds[kind][0];
}

const char *personal_kind_text(enum personal_kind kind)
{
    return kinds[kind][1];
}

static void mark(struct mask *m, const struct personal_wishes *wishes)
{
    if (wishes) {
        mask_keep(m, &wishes->keep);
        mask_wished(m, &wishes->cover);
    }
    mask_documents_labelled(m);
    mask_accounts(m);
    mask_records(m);
    mask_public_numbers(m);
    mask_documents_formed(m);
    mask_numbers(m);
    mask_mails(m);
    mask_plates(m);
    mask_addresses(m);
    mask_persons(m);
    mask_health(m);
}

static bool begins(const struct mask *m, size_t i)
{
    return m->mark[i] >= MASK_FIRST && (i == 0 || m->mark[i - 1] != m->mark[i]);
}

/* Runs of one mark; what nobody sees between two characters of a run lies within it. */
static size_t collect(const struct mask *m, struct personal_span **out)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += begins(m, i);
    struct personal_span *spans = arena_array(m->arena, n, sizeof *spans);
    *out = spans;
    n = 0;
    for (size_t i = 0; i < m->n; i++) {
        if (begins(m, i))
            spans[n++] =
                (struct personal_span){ .from = m->offset[i],
                                        .kind = (enum personal_kind)(m->mark[i] - MASK_FIRST) };
        if (m->mark[i] >= MASK_FIRST)
            spans[n - 1].to = m->end[i];
    }
    return n;
}

size_t personal_spans(struct arena *a, const char *text, const struct personal_wishes *wishes,
                      struct personal_span **spans)
{
    struct mask m;
    size_t size = strlen(text);
    if (size > PERSONAL_TEXT_MAX || !utf8_valid(text, size)) {
        *spans = arena_array(a, 1, sizeof **spans);
        **spans = (struct personal_span){ .to = size, .kind = PERSONAL_EDITOR };
        return 1;
    }
    mask_load(&m, a, text, size);
    mark(&m, wishes);
    return collect(&m, spans);
}

char *personal_cover(struct arena *a, const char *text, const struct personal_span *spans, size_t n)
{
    struct buf out;
    size_t size = strlen(text);
    size_t at = 0;
    buf_init(&out, a, size + n * strlen(PERSONAL_MASK));
    for (size_t i = 0; i < n; i++) {
        buf_put(&out, text + at, spans[i].from - at);
        if (i == 0 || spans[i].from > at)
            buf_puts(&out, PERSONAL_MASK);
        at = spans[i].to;
    }
    buf_put(&out, text + at, size - at);
    return out.p;
}

char *personal_mask(struct arena *a, const char *text, const struct personal_wishes *wishes)
{
    struct personal_span *spans;
    size_t n = personal_spans(a, text, wishes, &spans);
    return personal_cover(a, text, spans, n);
}

bool personal_digit(uint32_t c)
{
    return mask_spelled_digit(mask_plain(c)) != '\0';
}

bool personal_subject(struct arena *a, const char *code, const char *name)
{
    struct mask m;
    size_t size = strlen(name);
    if (strncmp(code, PERSONAL_CODE, strlen(PERSONAL_CODE)) == 0)
        return true;
    if (size > PERSONAL_TEXT_MAX || !utf8_valid(name, size))
        return false;
    mask_load(&m, a, name, size);
    return mask_is_name(&m);
}

const char *personal_subject_name(struct arena *a, const char *code, const char *name)
{
    return personal_subject(a, code, name) ? PERSONAL_MASK : personal_mask(a, name, NULL);
}

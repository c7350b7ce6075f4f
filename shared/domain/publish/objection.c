#include "domain/publish/objection.h"

#include <stddef.h>

#include "base/glyph.h"
#include "base/text.h"

static bool fits(const char *text, size_t min, size_t max)
{
    if (!text || text_blank(text))
        return false;
    size_t n = utf8_length(text);
    return n >= min && n <= max;
}

const char *objection_form_fault(const struct objection_form *form, const char **member)
{
    *member = "content";
    if (!fits(form->content, OBJECTION_CONTENT_MIN, OBJECTION_CONTENT_MAX))
        return "请写明公示信息哪里有误、应当是什么（5 至 500 个字）。";
    *member = "name";
    if (!fits(form->name, 1, OBJECTION_NAME_MAX))
        return "请填写您的姓名或者单位名称（不超过 40 个字）。";
    *member = "contact";
    if (!fits(form->contact, OBJECTION_CONTACT_MIN, OBJECTION_CONTACT_MAX))
        return "请填写能联系到您的电话或者电子邮箱（5 至 60 个字符）。";
    return NULL;
}

const char *objection_end_fault(const struct objection_ending *end)
{
    if (end->upheld && !end->changed)
        return "异议成立的，须先更正或者撤下该公示，再作出答复";
    if (!end->upheld && end->own)
        return "驳回对本人所公示内容的异议，须由本部门另一位人员决定";
    return NULL;
}

#include "web/internal.h"

#include <stdio.h>

#include "sys/log.h"
#include "sys/random.h"

enum { RETRY_SECONDS = 8 };

/* Status, title and, where the fault was not described, a detail for each code. */
static const struct mapping {
    int status;
    const char *title;
    const char *detail;
} map[RC_COUNT] = {
    [RC_MALFORMED] = { 400, "请求格式有误", "请求内容无法解析" },
    [RC_INVALID] = { 422, "内容不符合要求", "请求中有内容不符合要求" },
    [RC_UNAUTHENTICATED] = { 401, "未登录", "请先登录" },
    [RC_PROOF] = { 401, "签名无效", "签名与设备的密钥不符" },
    [RC_FORBIDDEN] = { 403, "无权操作", "您无权进行此操作" },
    [RC_PASSWORD] = { 403, "须更改密码", "请先更改密码，再进行其他操作" },
    [RC_RETIRED] = { 403, "设备已停用", "该设备已停用，只能上传尚未提交的内容" },
    [RC_OFF_DUTY] = { 403, "执法人员不在岗",
                      "您已不在岗，或执法证已过期：只能提交已记录的内容，不能获取新内容" },
    [RC_FORKED] = { 403, "设备数据重复", "该设备的数据可能被复制或恢复，请重新注册设备" },
    [RC_LOST] = { 403, "设备已挂失", "该设备已挂失，请清除其中的全部数据" },
    [RC_NOT_FOUND] = { 404, "未找到", "没有这条记录" },
    [RC_METHOD] = { 405, "方法不支持", "该地址不支持这种方法" },
    [RC_CONFLICT] = { 409, "冲突", "与已有的记录冲突" },
    [RC_STATE] = { 409, "当前状态不允许", "当前状态不允许此操作" },
    [RC_STALE] = { 412, "已被更改", "该记录在您查看之后已被更改，请核对后再办理" },
    [RC_EPOCH] = { 409, "数据已恢复", "服务器数据曾经恢复，请重新同步" },
    [RC_GONE] = { 410, "已失效", "请求的内容已不再保留" },
    [RC_TOO_LARGE] = { 413, "内容过大", "请求超出允许的大小" },
    [RC_MEDIA_TYPE] = { 415, "媒体类型不支持", "不支持这种内容类型" },
    [RC_CHECKSUM] = { 460, "校验不符", "收到的内容与校验值不符" },
    [RC_TOO_MANY] = { 429, "请求过多", "请求过于频繁，请稍后再试" },
    [RC_NO_SPACE] = { 507, "存储空间不足", "服务器存储空间不足，已确认的内容不受影响" },
    [RC_RETRY] = { 503, "暂时繁忙", "系统繁忙，本次操作未生效，请重试" },
    [RC_UNCERTAIN] = { 503, "结果未知",
                       "连接在提交时中断，操作可能已生效，请查询后再决定是否重试" },
    [RC_UNAVAILABLE] = { 503, "暂时不可用", "系统暂时不可用，请稍后再试" },
    [RC_INTERNAL] = { 500, "系统内部错误", "系统出错，已记录；请提供请求编号联系管理员" },
};

int web_status(enum rc rc)
{
    return (unsigned)rc < RC_COUNT && map[rc].status ? map[rc].status : 500;
}

const char *web_title(enum rc rc)
{
    return (unsigned)rc < RC_COUNT && map[rc].title ? map[rc].title : map[RC_INTERNAL].title;
}

void problem_reply(struct web_ctx *c, enum rc rc)
{
    int status = web_status(rc);
    const char *detail = c->err.detail[0] ? c->err.detail : map[rc].detail;
    if (status == 500) {
        log_error("internal fault in %s: %s", c->route ? c->route->name : "-", detail);
        detail = map[RC_INTERNAL].detail;
    }
    /* Not the same second for all who meet the same trouble; nginx does as much. */
    if ((status == 503 || status == 429) && !reply_has_header(c, "Retry-After"))
        web_header(c, "Retry-After",
                   arena_printf(c->arena, "%u", 1 + (unsigned)random_below(RETRY_SECONDS)));
    if (c->program->problem) {
        if (detail != c->err.detail)
            (void)err_set(&c->err, rc, "", "%s", detail);
        c->program->problem(c, status, web_title(rc));
        return;
    }
    struct jsonw *w = web_json(c, status);
    c->reply.content_type = "application/problem+json";
    char type[64];
    (void)snprintf(type, sizeof type, "urn:liancha:problem:%s", rc_name(rc));
    jw_text(w, "type", type);
    jw_text(w, "title", web_title(rc));
    jw_int(w, "status", status);
    jw_text(w, "detail", detail);
    if (c->err.pointer[0])
        jw_text(w, "pointer", c->err.pointer);
    if (rc == RC_STALE && c->present)
        jw_raw(w, "present", c->present);
    if (rc == RC_INVALID && c->faults)
        jw_raw(w, "faults", c->faults);
    jw_text(w, "instance", c->request_id);
    (void)web_json_end(c);
}

enum rc web_problem(struct web_ctx *c, enum rc rc, const char *pointer, const char *detail)
{
    (void)err_set(&c->err, rc, pointer, "%s", detail);
    problem_reply(c, rc);
    return RC_OK;
}

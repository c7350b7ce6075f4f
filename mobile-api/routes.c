#include "routes.h"

#include <stddef.h>

static const struct web_input enrol_input = WEB_INPUT(
    struct enrol_body, WEB_FIELD(struct enrol_body, code, "编号", .required = true, .max = 100),
    WEB_FIELD(struct enrol_body, device_name, "设备名称", .required = true, .max = ENROL_NAME_MAX),
    WEB_FIELD(struct enrol_body, public_key, "公钥", .required = true, .max = 100),
    WEB_FIELD(struct enrol_body, signature, "签名", .required = true, .max = 100));

static const struct web_input renewal_input = WEB_INPUT(
    struct enrol_renewal,
    WEB_FIELD(struct enrol_renewal, refresh_token, "续期令牌", .required = true, .max = 100),
    WEB_FIELD(struct enrol_renewal, signature, "签名", .required = true, .max = 100));

static const struct web_input pull_input = WEB_INPUT(
    struct pull_query, WEB_FIELD(struct pull_query, cursor, "同步位置", .max = PULL_CURSOR_MAX),
    WEB_FIELD(struct pull_query, limit, "每页条数", .min = 1, .max = PULL_ITEMS_MAX),
    WEB_FIELD(struct pull_query, again, "重取", .max = PULL_FEED_MAX));

static const struct web_input check_input = WEB_INPUT(
    struct check_query,
    WEB_FIELD(struct check_query, cursor, "同步位置", .required = true, .max = PULL_CURSOR_MAX),
    WEB_FIELD(struct check_query, after, "上一页的 next", .min = 1));

/* clang-format off */
const struct web_route mobile_routes[] = {
    { .method = WEB_GET, .path = "/mobile/v1/health", .handler = web_ready,
      .name = "health.read", .who = WEB_ANYONE },
    { .method = WEB_GET, .path = "/mobile/v1/health/live", .handler = web_live,
      .name = "health.live", .who = WEB_ANYONE | WEB_ALWAYS },
    { .method = WEB_POST, .path = "/mobile/v1/enrolments", .handler = enrol_post,
      .name = "device.enrol", .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &enrol_input },
    { .method = WEB_POST, .path = "/mobile/v1/tokens", .handler = enrol_tokens_post,
      .name = "device.renew", .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &renewal_input },
    { .method = WEB_GET, .path = "/mobile/v1/pull", .handler = pull_get,
      .name = "sync.pull", .who = WEB_DEVICE, .query = &pull_input },
    { .method = WEB_GET, .path = "/mobile/v1/feeds", .handler = check_get,
      .name = "sync.check", .who = WEB_DEVICE, .txn = WEB_TXN_READ, .query = &check_input },
    { .method = WEB_POST, .path = "/mobile/v1/push", .handler = push_post,
      .name = "sync.push", .who = WEB_DEVICE | WEB_GZIP, .txn = WEB_TXN_WRITE,
      .raw = WEB_RAW("application/json") },
    { .method = WEB_OPTIONS, .path = "/mobile/v1/evidence", .handler = upload_options,
      .name = "evidence.options", .who = WEB_ANYONE },
    { .method = WEB_POST, .path = "/mobile/v1/evidence", .handler = upload_post,
      .name = "evidence.create", .who = WEB_DEVICE, .txn = WEB_TXN_WRITE },
    { .method = WEB_OPTIONS, .path = "/mobile/v1/evidence/{id}", .handler = upload_options,
      .name = "evidence.upload-options", .who = WEB_ANYONE },
    { .method = WEB_HEAD, .path = "/mobile/v1/evidence/{id}", .handler = upload_head,
      .name = "evidence.offset", .who = WEB_DEVICE },
    { .method = WEB_PATCH, .path = "/mobile/v1/evidence/{id}", .handler = upload_patch,
      .name = "evidence.append", .who = WEB_DEVICE, .txn = WEB_TXN_WRITE,
      .raw = WEB_RAW("application/offset+octet-stream") },
    { .method = WEB_POST, .path = "/mobile/v1/evidence/{id}", .handler = upload_override,
      .name = "evidence.append-by-post", .who = WEB_DEVICE, .txn = WEB_TXN_WRITE,
      .raw = WEB_RAW("application/offset+octet-stream") },
    { .path = NULL },
};
/* clang-format on */

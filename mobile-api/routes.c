#include "routes.h"

#include <stddef.h>

static const struct web_field enrol_fields[] = {
    { "code", WEB_TEXT, offsetof(struct enrol_body, code), true, 1, 100, 0, NULL },
    { "device_name", WEB_TEXT, offsetof(struct enrol_body, device_name), true, 1, ENROL_NAME_MAX, 0,
      NULL },
    { "public_key", WEB_TEXT, offsetof(struct enrol_body, public_key), true, 1, 100, 0, NULL },
    { "signature", WEB_TEXT, offsetof(struct enrol_body, signature), true, 1, 100, 0, NULL },
    { .name = NULL },
};
static const struct web_input enrol_input = { enrol_fields, sizeof(struct enrol_body) };

static const struct web_field renewal_fields[] = {
    { "refresh_token", WEB_TEXT, offsetof(struct enrol_renewal, refresh_token), true, 1, 100, 0,
      NULL },
    { "signature", WEB_TEXT, offsetof(struct enrol_renewal, signature), true, 1, 100, 0, NULL },
    { .name = NULL },
};
static const struct web_input renewal_input = { renewal_fields, sizeof(struct enrol_renewal) };

static const struct web_field pull_fields[] = {
    { "cursor", WEB_TEXT, offsetof(struct pull_query, cursor), false, 1, PULL_CURSOR_MAX, 0, NULL },
    { "limit", WEB_INT, offsetof(struct pull_query, limit), false, 1, PULL_ITEMS_MAX, 0, NULL },
    { "again", WEB_TEXT, offsetof(struct pull_query, again), false, 1, PULL_FEED_MAX, 0, NULL },
    { .name = NULL },
};
static const struct web_input pull_input = { pull_fields, sizeof(struct pull_query) };

static const struct web_field check_fields[] = {
    { "cursor", WEB_TEXT, offsetof(struct check_query, cursor), true, 1, PULL_CURSOR_MAX, 0, NULL },
    { "after", WEB_INT, offsetof(struct check_query, after), false, 1, JSON_INT_MAX, 0, NULL },
    { .name = NULL },
};
static const struct web_input check_input = { check_fields, sizeof(struct check_query) };

/* clang-format off */
const struct web_route mobile_routes[] = {
    { .method = WEB_GET, .path = "/mobile/v1/health", .handler = health_get,
      .name = "health.read", .who = WEB_ANYONE },
    { .method = WEB_POST, .path = "/mobile/v1/enrolments", .handler = enrol_post,
      .name = "device.enrol", .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &enrol_input },
    { .method = WEB_POST, .path = "/mobile/v1/tokens", .handler = enrol_tokens_post,
      .name = "device.renew", .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &renewal_input },
    { .method = WEB_GET, .path = "/mobile/v1/pull", .handler = pull_get,
      .name = "sync.pull", .who = WEB_DEVICE, .query = &pull_input },
    { .method = WEB_GET, .path = "/mobile/v1/feeds", .handler = check_get,
      .name = "sync.check", .who = WEB_DEVICE, .txn = WEB_TXN_READ, .query = &check_input },
    { .method = WEB_POST, .path = "/mobile/v1/push", .handler = push_post,
      .name = "sync.push", .who = WEB_DEVICE | WEB_GZIP, .txn = WEB_TXN_WRITE, .raw = "application/json" },
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
      .raw = "application/offset+octet-stream" },
    { .method = WEB_POST, .path = "/mobile/v1/evidence/{id}", .handler = upload_override,
      .name = "evidence.append-by-post", .who = WEB_DEVICE, .txn = WEB_TXN_WRITE,
      .raw = "application/offset+octet-stream" },
    { .path = NULL },
};
/* clang-format on */

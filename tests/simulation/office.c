/*
 * What the office does to visits, straight by the stores: dispatch, and changes of teams without
 * the rules that limit them (planner/visit/adjustment.c), which would end the simulation's moves
 * too soon.
 */
#include "server.h"

#include "store/field/epoch.h"
#include "store/field/feed.h"
#include "store/field/record.h"
#include "store/visit/adjustment.h"
#include "store/visit/assignment.h"

DB_STMT(office_stmt_dispatch, "i", "",
        "UPDATE visit SET state = 'dispatched' WHERE id = ? AND state = 'planned'");

struct visit_body {
    int64_t visit;
};
static const struct web_input visit_input = WEB_INPUT(
    struct visit_body, WEB_FIELD(struct visit_body, visit, "入企检查", .required = true, .min = 1));

struct team_body {
    int64_t section;
    int64_t inspector;
};
static const struct web_input team_input =
    WEB_INPUT(struct team_body,
              WEB_FIELD(struct team_body, section, "部门检查单", .required = true, .min = 1),
              WEB_FIELD(struct team_body, inspector, "执法检查人员", .required = true, .min = 1));

static enum rc dispatch(struct web_ctx *c)
{
    const struct visit_body *body = c->input;
    enum rc rc = db_exec(c->db, &office_stmt_dispatch, DB_ARGS(db_int(body->visit)));
    if (rc == RC_OK && db_affected(c->db) != 1)
        rc = RC_STATE;
    if (rc == RC_OK)
        rc = record_publish_visits(c->db, c->arena, &body->visit, 1);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

static enum rc join(struct web_ctx *c)
{
    static const uint8_t ticket[DIGEST_SIZE];
    const struct team_body *body = c->input;
    struct adjustment_section section;
    enum rc rc = adjustment_lock(c->db, c->arena, body->section, &section);
    if (rc == RC_OK)
        rc = assignment_add(c->db, body->section, body->inspector, MATCH_DIRECT, "模拟", ticket);
    if (rc == RC_OK && section.dispatched)
        rc = record_publish_section(c->db, c->arena, body->section);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* As fcgi/planner/visit/adjustment.c tells it to the one who leaves. */
static enum rc leave(struct web_ctx *c)
{
    const struct team_body *body = c->input;
    struct adjustment_section section;
    enum rc rc = adjustment_lock(c->db, c->arena, body->section, &section);
    if (rc == RC_OK)
        rc = assignment_remove(c->db, body->section, body->inspector);
    if (rc != RC_OK)
        return rc;
    const struct feed_item gone = { .kind = FEED_INSPECTOR,
                                    .owner_id = body->inspector,
                                    .entity = "visit",
                                    .entity_id = section.visit_id,
                                    .deleted = true,
                                    .body = "{}" };
    const struct record_changes changes = {
        .sections = &body->section, .section_count = 1, .items = &gone, .item_count = 1
    };
    if (section.dispatched)
        rc = record_publish(c->db, c->arena, &changes);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* What lianchactl feeds restored does. */
static enum rc restored(struct web_ctx *c)
{
    enum rc rc = epoch_renew(c->db);
    return rc == RC_OK ? web_empty(c, 204) : rc;
}

/* clang-format off */
const struct web_route office_routes[] = {
    { .method = WEB_POST, .path = "/office/dispatch", .handler = dispatch,
      .name = "office.dispatch",
      .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &visit_input },
    { .method = WEB_POST, .path = "/office/join", .handler = join, .name = "office.join",
      .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &team_input },
    { .method = WEB_POST, .path = "/office/leave", .handler = leave, .name = "office.leave",
      .who = WEB_ANYONE, .txn = WEB_TXN_WRITE, .body = &team_input },
    { .method = WEB_POST, .path = "/office/restored", .handler = restored,
      .name = "office.restored",
      .who = WEB_ANYONE, .txn = WEB_TXN_WRITE },
    { .path = NULL },
};
/* clang-format on */

#include "store/publish/disclosure.h"

#include <string.h>

#include "store/draw/campaign.h"

static const struct row_set name_rows =
    ROW_SET(struct disclosure_name, ROW_COL(struct disclosure_name, code, "code"),
            ROW_COL(struct disclosure_name, name, "name"));

DB_ROWS(disclosure_region_select, "i", &name_rows, " FROM public_region ORDER BY code LIMIT ?");
DB_ROWS(disclosure_department_select, "i", &name_rows,
        " FROM public_department ORDER BY code LIMIT ?");
DB_ROWS(disclosure_specialty_select, "i", &name_rows,
        " FROM public_specialty ORDER BY code LIMIT ?");

#define COL(member, ...) ROW_COL(struct disclosure_campaign, member, __VA_ARGS__)
static const struct row_set public_campaign_rows = ROW_SET(
    struct disclosure_campaign, COL(id, "id"), COL(code, "code"), COL(name, "name"),
    COL(region_code, "region_code"), COL(department_name, "department_name"), COL(rule, "rule"),
    COL(state, "state"), COL(redraw_reason, "redraw_reason", .nullable = true),
    COL(announcement, "announcement", .nullable = true),
    COL(announced_at, "announced_at", .instant = true, .nullable = true),
    COL(value_at, "value_at", .instant = true, .nullable = true),
    COL(latest_at, "latest_at", .instant = true, .nullable = true),
    COL(public_value, "public_value", .nullable = true), COL(seed, "seed", .nullable = true),
    COL(drawn_at, "drawn_at", .instant = true, .nullable = true),
    COL(secret, "secret", .nullable = true),
    COL(opened_at, "opened_at", .instant = true, .nullable = true),
    COL(abandoned_at, "abandoned_at", .instant = true, .nullable = true),
    COL(abandoned_reason, "abandoned_reason", .nullable = true),
    COL(teams_at, "teams_at", .instant = true, .nullable = true),
    COL(closing, "closing", .nullable = true),
    COL(closed_at, "closed_at", .instant = true, .nullable = true),
    COL(teams_value, "teams_value", .nullable = true),
    COL(teams_seed, "teams_seed", .nullable = true),
    COL(teams_secret, "teams_secret", .nullable = true),
    COL(teams_drawn_at, "teams_drawn_at", .instant = true, .nullable = true),
    COL(results_open, "results_open"), COL(drawn_open, "drawn_open"));
#undef COL

DB_ROWS(disclosure_campaign_list, "ii", &public_campaign_rows,
        " FROM public_campaign WHERE id < ? ORDER BY id DESC LIMIT ?");
DB_ROWS(disclosure_campaign_select, "t", &public_campaign_rows,
        " FROM public_campaign WHERE code = ?");

DB_ROWS(disclosure_announced_select, "t", &public_campaign_rows,
        " FROM public_campaign WHERE announcement = ?");

DB_ROWS(disclosure_closed_select, "t", &public_campaign_rows,
        " FROM public_campaign WHERE closing = ?");

DB_STMT(disclosure_text_select, "it", "b",
        "SELECT body FROM public_campaign_text WHERE campaign_id = ? AND name = ?");

static const struct row_set later_rows =
    ROW_SET(struct disclosure_later, ROW_COL(struct disclosure_later, code, "code"),
            ROW_COL(struct disclosure_later, state, "state"),
            ROW_COL(struct disclosure_later, redraw_reason, "redraw_reason", .nullable = true),
            ROW_COL(struct disclosure_later, announced_at, "announced_at", .instant = true,
                    .nullable = true));

DB_ROWS(disclosure_later_select, "ii", &later_rows,
        " FROM public_later WHERE campaign_id = ? ORDER BY later_id LIMIT ?");

#define COL(member, ...) ROW_COL(struct disclosure_draw, member, __VA_ARGS__)
static const struct row_set public_draw_rows =
    ROW_SET(struct disclosure_draw, COL(id, "id"), COL(code, "code"), COL(plan_code, "plan_code"),
            COL(department_name, "department_name"),
            COL(frozen_at, "frozen_at", .instant = true, .nullable = true),
            COL(snapshot_sha256, "snapshot_sha256", .nullable = true),
            COL(snapshot_bytes, "snapshot_bytes", .nullable = true),
            COL(snapshot_lines, "snapshot_lines", .nullable = true),
            COL(roster_sha256, "roster_sha256", .nullable = true),
            COL(roster_bytes, "roster_bytes", .nullable = true),
            COL(roster_lines, "roster_lines", .nullable = true),
            COL(result_sha256, "result_sha256", .nullable = true),
            COL(drawn_sha256, "drawn_sha256", .nullable = true));
#undef COL

DB_ROWS(disclosure_draw_select, "ii", &public_draw_rows,
        " FROM public_draw WHERE campaign_id = ? ORDER BY code LIMIT ?");

#define COL(member, ...) ROW_COL(struct disclosure_pick, member, __VA_ARGS__)
static const struct row_set pick_rows =
    ROW_SET(struct disclosure_pick, COL(stratum, "stratum"), COL(position, "position"),
            COL(subject_code, "subject_code"), COL(subject_name, "subject_name"),
            COL(selected, "selected"), COL(score, "score", .nullable = true));
#undef COL

DB_ROWS(disclosure_pick_select, "itii", &pick_rows,
        " FROM public_draw_result WHERE draw_id = ? AND stratum = ? AND position > ?"
        " ORDER BY position LIMIT ?");

DB_STMT(disclosure_weight_select, "iti", "iii",
        "SELECT weight, subjects, quota FROM public_draw_weight WHERE draw_id = ? AND stratum = ?"
        " ORDER BY weight LIMIT ?");

DB_STMT(disclosure_part_select, "i", "b",
        "SELECT body FROM public_snapshot_part WHERE draw_id = ? ORDER BY part");

DB_STMT(disclosure_roster_part_select, "i", "b",
        "SELECT body FROM public_roster_part WHERE draw_id = ? ORDER BY part");

DB_STMT(disclosure_change_part_select, "i", "b",
        "SELECT body FROM public_change_part WHERE draw_id = ? ORDER BY part");
DB_STMT(disclosure_change_part_size, "i", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_change_part"
        " WHERE draw_id = ?");

DB_STMT(disclosure_result_part_select, "i", "b",
        "SELECT body FROM public_result_part WHERE draw_id = ? ORDER BY part");
DB_STMT(disclosure_result_part_size, "i", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_result_part"
        " WHERE draw_id = ?");

DB_STMT(disclosure_drawn_part_select, "i", "b",
        "SELECT body FROM public_drawn_part WHERE draw_id = ? ORDER BY part");
DB_STMT(disclosure_drawn_part_size, "i", "i",
        "SELECT CAST(COALESCE(SUM(LENGTH(body)), 0) AS SIGNED) FROM public_drawn_part"
        " WHERE draw_id = ?");

/* ---- names ---- */

enum rc disclosure_names(struct db *db, struct arena *a, enum disclosure_list which,
                         struct disclosure_names *out)
{
    static const struct db_stmt *const statements[] = {
        [DISCLOSURE_REGIONS] = &disclosure_region_select,
        [DISCLOSURE_DEPARTMENTS] = &disclosure_department_select,
        [DISCLOSURE_SPECIALTIES] = &disclosure_specialty_select,
    };
    struct row_page page;
    enum rc rc = db_rows(db, a, statements[which], DB_NONE, DISCLOSURE_NAMES_MAX, &page);
    if (rc == RC_OK)
        *out = (struct disclosure_names){ .v = page.v, .n = page.n };
    return rc;
}

const char *disclosure_name(const struct disclosure_names *names, const char *code)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->v[i].code, code) == 0)
            return names->v[i].name;
    return code;
}

/* ---- draws ---- */

enum rc disclosure_campaigns(struct db *db, struct arena *a, int64_t before, int64_t limit,
                             struct row_page *campaigns)
{
    return db_page(db, a, &disclosure_campaign_list, DB_ARGS(db_int(before ? before : INT32_MAX)),
                   limit, campaigns);
}

enum rc disclosure_campaign(struct db *db, struct arena *a, const char *code,
                            struct disclosure_campaign *out)
{
    return db_row(db, a, &disclosure_campaign_select, DB_ARGS(db_text(code)), out);
}

enum rc disclosure_announced(struct db *db, struct arena *a, const char *digest,
                             struct disclosure_campaign *out)
{
    return db_row(db, a, &disclosure_announced_select, DB_ARGS(db_text(digest)), out);
}

struct text {
    struct arena *arena;
    const char *bytes;
    size_t size;
};

static void read_text(const struct db_query *q, void *data)
{
    struct text *t = data;
    const char *bytes = db_col_bytes(q, 0, &t->size);
    t->bytes = arena_slice(t->arena, bytes, t->size);
}

enum rc disclosure_closed(struct db *db, struct arena *a, const char *digest,
                          struct disclosure_campaign *out)
{
    return db_row(db, a, &disclosure_closed_select, DB_ARGS(db_text(digest)), out);
}

enum rc disclosure_text(struct db *db, struct arena *a, int64_t campaign_id, const char *name,
                        const char **text, size_t *size)
{
    struct text t = { .arena = a };
    enum rc rc = db_one(db, &disclosure_text_select, DB_ARGS(db_int(campaign_id), db_text(name)),
                        read_text, &t);
    *text = t.bytes;
    *size = t.size;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc disclosure_later(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_later **list, size_t *count)
{
    struct row_page page;
    enum rc rc = db_rows(db, a, &disclosure_later_select, DB_ARGS(db_int(campaign_id)),
                         DISCLOSURE_LATER_MAX, &page);
    if (rc == RC_OK) {
        *list = page.v;
        *count = page.n;
    }
    return rc;
}

enum rc disclosure_draws(struct db *db, struct arena *a, int64_t campaign_id,
                         const struct disclosure_draw **draws, size_t *count)
{
    struct row_page page;
    enum rc rc = db_rows(db, a, &disclosure_draw_select, DB_ARGS(db_int(campaign_id)),
                         CAMPAIGN_DRAWS_MAX, &page);
    if (rc == RC_OK) {
        *draws = page.v;
        *count = page.n;
    }
    return rc;
}

enum rc disclosure_picks(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                         int64_t after, int64_t limit, struct row_page *picks)
{
    return db_page(db, a, &disclosure_pick_select,
                   DB_ARGS(db_int(draw_id), db_text(stratum), db_int(after)), limit, picks);
}

/* ---- files of a bundle ---- */

static enum rc send_parts(struct db *db, const struct db_stmt *stmt, int64_t draw_id,
                          disclosure_bytes *fn, void *data)
{
    struct db_query *q;
    enum rc rc = db_query_stream(db, stmt, DB_ARGS(db_int(draw_id)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        size_t n;
        const char *bytes = db_col_bytes(q, 0, &n);
        rc = fn(data, bytes, n);
        if (rc != RC_OK)
            break;
    }
    db_done(&q);
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_snapshot(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_part_select, draw_id, fn, data);
}

enum rc disclosure_chances(struct db *db, struct arena *a, int64_t draw_id, const char *stratum,
                           const struct chance **list, size_t *count)
{
    struct chance *chances = arena_array(a, DRAW_WEIGHT_MAX, sizeof *chances);
    int64_t quota = 0;
    size_t n = 0;
    struct db_query *q;
    enum rc rc = db_query(db, &disclosure_weight_select,
                          DB_ARGS(db_int(draw_id), db_text(stratum), db_int(DRAW_WEIGHT_MAX)), &q);
    if (rc != RC_OK)
        return rc;
    while ((rc = db_next(&q)) == RC_OK) {
        chances[n++] =
            (struct chance){ .weight = (unsigned)db_col_int(q, 0), .subjects = db_col_int(q, 1) };
        quota = db_col_int(q, 2);
    }
    chance_of(chances, n, quota);
    *list = chances;
    *count = n;
    return rc == RC_DONE ? RC_OK : rc;
}

enum rc disclosure_change_file(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_change_part_select, draw_id, fn, data);
}

enum rc disclosure_change_size(struct db *db, int64_t draw_id, int64_t *bytes)
{
    return db_one_int(db, &disclosure_change_part_size, DB_ARGS(db_int(draw_id)), bytes);
}

enum rc disclosure_roster(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_roster_part_select, draw_id, fn, data);
}

enum rc disclosure_result_file(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_result_part_select, draw_id, fn, data);
}

enum rc disclosure_result_size(struct db *db, int64_t draw_id, int64_t *bytes)
{
    return db_one_int(db, &disclosure_result_part_size, DB_ARGS(db_int(draw_id)), bytes);
}

enum rc disclosure_drawn_file(struct db *db, int64_t draw_id, disclosure_bytes *fn, void *data)
{
    return send_parts(db, &disclosure_drawn_part_select, draw_id, fn, data);
}

enum rc disclosure_drawn_size(struct db *db, int64_t draw_id, int64_t *bytes)
{
    return db_one_int(db, &disclosure_drawn_part_size, DB_ARGS(db_int(draw_id)), bytes);
}

#include "push.h"

#include <stdlib.h>
#include <string.h>

/* A record as it was before an operation of the group in hand. */
struct push_undo {
    struct push_undo *next;
    void *place;
    void *copy;
    size_t size;
};

void push_remember(struct push_batch *b, void *place, size_t size)
{
    struct push_undo *undo = arena_alloc(b->c->arena, sizeof *undo);
    *undo = (struct push_undo){ .next = b->undo,
                                .place = place,
                                .copy = arena_memdup(b->c->arena, place, size),
                                .size = size };
    b->undo = undo;
}

/* ---- Targets --------------------------------------------------------------------------------- */

struct record_section *push_find_section(const struct push_batch *b, int64_t id)
{
    for (size_t i = 0; i < b->section_count; i++)
        if (b->sections[i].record.id == id)
            return &b->sections[i];
    return NULL;
}

struct record *push_find_check_of(struct record_section *section, int64_t id)
{
    for (size_t i = 0; i < section->check_count; i++)
        if (section->checks[i].id == id)
            return &section->checks[i];
    return NULL;
}

struct record *push_find_check(const struct push_batch *b, int64_t id,
                               struct record_section **section)
{
    for (size_t i = 0; i < b->section_count; i++) {
        struct record *record = push_find_check_of(&b->sections[i], id);
        if (record) {
            *section = &b->sections[i];
            return record;
        }
    }
    return NULL;
}

bool push_admitted(const struct push_batch *b, struct push_op *op,
                   const struct record_section *section, const char *pointer,
                   enum push_problem *why)
{
    *why = push_held_obstacle(b, op, section);
    if (*why == PUSH_P_NOT_FOUND) /* or of a visit of others, which is the same to this inspector */
        push_op_refuse(op, PUSH_REJECTED, *why, pointer, "没有这个对象");
    else if (*why == PUSH_P_NOT_ASSIGNED)
        push_op_refuse(op, PUSH_REJECTED, *why, pointer, "您未被指派到该检查单，不能填写");
    return op->outcome == PUSH_OPEN;
}

/* ---- Merge ----------------------------------------------------------------------------------- */

struct merge_work {
    struct push_op *op;
    struct record *record;
    struct record_section *section;
    const char *entity;
    struct merge_change *changes;
    struct record_field **places; /* of each change's field in the record */
    size_t change_count;
    bool foreign; /* somebody else changed a field since the base */
};

/* What the operation has seen of its record. */
static int64_t seen(const struct merge_work *w)
{
    return merge_seen(w->record->version, w->op->base_version);
}

/*
 * An offline phone edits a field twice on the same base, and what had to wait comes behind what did
 * not: the device's own order is that of its counters.
 */
static enum merge_author author(const struct push_batch *b, const struct merge_work *w,
                                const struct record_field *f)
{
    if (f->device_id != b->c->actor.id)
        return MERGE_OTHER;
    return f->counter > w->op->counter ? MERGE_OWN_LATER : MERGE_OWN_EARLIER;
}

static void look_at(const struct push_batch *b, struct merge_work *w, const struct record_field *f)
{
    w->foreign = w->foreign || (f->version > seen(w) && author(b, w, f) == MERGE_OTHER);
}

/* The stored fields that the operation changes; of the others only whether somebody else did. */
static struct merge_field *stored_fields(const struct push_batch *b, struct merge_work *w)
{
    struct merge_field *stored = arena_array(b->c->arena, w->change_count, sizeof *stored);
    size_t fixed = w->record->check ? RECORD_CHECK_FIELDS : RECORD_SECTION_FIELDS;
    for (size_t i = 0; i < w->change_count; i++)
        stored[i] = (struct merge_field){ .name = w->changes[i].name,
                                          .value = w->places[i]->value,
                                          .version = w->places[i]->version,
                                          .author = author(b, w, w->places[i]) };
    for (size_t i = 0; i < fixed; i++)
        look_at(b, w, &w->record->fields[i]);
    for (size_t i = 0; i < w->record->answer_count; i++)
        look_at(b, w, &w->record->answers[i].field);
    return stored;
}

/* ---- Conflicts ------------------------------------------------------------------------------- */

static bool about(const struct syncop_conflict *k, const struct merge_work *w, const char *field)
{
    return !k->resolved && k->entity_id == w->record->id && strcmp(k->entity, w->entity) == 0 &&
           strcmp(k->field, field) == 0;
}

static void resolve(struct push_batch *b, const struct merge_work *w, struct syncop_conflict *k)
{
    push_remember(b, k, sizeof *k);
    k->resolved = true;
    w->section->conflicts--;
    w->section->record.changed = true;
}

/*
 * What is not open any more: with `decides`, all that the edit had seen; and what this device said
 * before, which it says otherwise now. Whether the device has said something later, which stays
 * open.
 */
static bool settle(struct push_batch *b, const struct merge_work *w, const char *field,
                   bool decides)
{
    bool later = false;
    for (size_t i = 0; i < b->open_count + b->new_count; i++) {
        struct syncop_conflict *k =
            i < b->open_count ? &b->open_conflicts[i] : &b->new_conflicts[i - b->open_count];
        if (!about(k, w, field))
            continue;
        bool own = k->device_id == b->c->actor.id;
        if ((own && k->counter < w->op->counter) || (decides && k->version <= seen(w)))
            resolve(b, w, k);
        else
            later = later || own;
    }
    return later;
}

/* Of one field and one device the last word is open, whatever the order in which they came. */
static void keep_conflict(struct push_batch *b, const struct merge_work *w, const char *field,
                          const char *kept, const char *other, int64_t version)
{
    bool overtaken = settle(b, w, field, false);
    struct syncop_conflict *conflict = &b->new_conflicts[b->new_count++];
    *conflict = (struct syncop_conflict){ .section_id = w->section->record.id,
                                          .entity = w->entity,
                                          .entity_id = w->record->id,
                                          .field = field,
                                          .kept = kept,
                                          .other = other,
                                          .op_id = w->op->id,
                                          .device_id = b->c->actor.id,
                                          .counter = w->op->counter,
                                          .version = version,
                                          .resolved = overtaken };
    if (overtaken)
        return;
    w->section->conflicts++;
    w->section->record.changed = true;
}

static void take_result(struct push_batch *b, struct merge_work *w, const struct merge_result *r)
{
    for (size_t c = 0; c < w->change_count; c++) {
        const struct merge_change *change = &w->changes[c];
        struct record_field *f = w->places[c];
        if (r->verdicts[c] == MERGE_FIELD_CONFLICT)
            keep_conflict(b, w, change->name, f->value, change->value, r->version);
        else if (r->verdicts[c] != MERGE_FIELD_OVERTAKEN)
            (void)settle(b, w, change->name, true);
        if (r->verdicts[c] == MERGE_FIELD_APPLIED)
            *f = (struct record_field){ .value = change->value,
                                        .version = r->version,
                                        .device_id = b->c->actor.id,
                                        .counter = w->op->counter };
    }
    w->record->version = r->version;
    if (r->applied || r->conflicts)
        w->record->changed = true;
}

/* ---- Merge, carried out ---------------------------------------------------------------------- */

/* Finds the places of the changed fields, once all of them have one; what may be written is
   remembered. */
static void find_places(struct push_batch *b, struct merge_work *w)
{
    struct arena *a = b->c->arena;
    push_remember(b, w->section, sizeof *w->section);
    if (w->record != &w->section->record)
        push_remember(b, w->record, sizeof *w->record);
    for (size_t i = 0; i < w->change_count; i++)
        (void)record_place(a, w->record, w->changes[i].name);
    w->places = arena_array(a, w->change_count, sizeof *w->places);
    for (size_t i = 0; i < w->change_count; i++) {
        w->places[i] = record_place(a, w->record, w->changes[i].name);
        push_remember(b, w->places[i], sizeof *w->places[i]);
    }
}

/* Whether the record has room for the answers of the operation. */
static bool fits(struct push_batch *b, const struct merge_work *w)
{
    struct record after = *w->record;
    if (!after.check || after.answer_count == 0)
        return true;
    after.answers =
        arena_memdup(b->c->arena, after.answers, after.answer_count * sizeof *after.answers);
    after.answer_room = after.answer_count;
    for (size_t i = 0; i < w->change_count; i++)
        record_place(b->c->arena, &after, w->changes[i].name)->value = w->changes[i].value;
    return record_answers_fit(&after);
}

static void merge(struct push_batch *b, struct merge_work *w)
{
    struct merge_result result = { .version = 0 };
    struct push_op *op = w->op;
    size_t answers = w->record->answer_count;
    find_places(b, w);
    if (!fits(b, w))
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, "/fields",
                       "一个检查事项的回答不能超过 %d 个、共 %d 字节，连同撤回的不能超过 %d 个",
                       RECORD_ANSWERS_MAX, RECORD_ANSWER_BYTES, RECORD_ANSWERS_KEPT);
    else if (merge_fields(b->c->arena, stored_fields(b, w), w->change_count, w->record->version,
                          op->base_version, w->changes, w->change_count, &result,
                          &op->err) != RC_OK)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_INVALID, "/fields", "%s",
                       arena_strdup(b->c->arena, op->err.detail));
    else if (w->section->conflicts + (int64_t)result.conflicts > RECORD_CONFLICTS_MAX)
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_CONFLICTS_FULL, "/fields",
                       "检查单未处理的冲突已达 %d 处，请先处理冲突", RECORD_CONFLICTS_MAX);
    if (op->outcome != PUSH_OPEN || !result.verdicts) {
        w->record->answer_count = answers; /* its places would count for the operations behind it */
        return;
    }
    take_result(b, w, &result);
    op->version = w->record->version;
    op->outcome = result.conflicts ? PUSH_CONFLICT : w->foreign ? PUSH_MERGED : PUSH_APPLIED;
}

static const char *changes_json(struct push_batch *b, const struct merge_work *w)
{
    struct buf out;
    struct jsonw json;
    buf_init(&out, b->c->arena, 64 * 1024);
    jw_init(&json, &out);
    jw_object(&json, NULL);
    for (size_t i = 0; i < w->change_count; i++)
        jw_text(&json, w->changes[i].name, w->changes[i].value);
    jw_end(&json);
    return out.p;
}

static void apply_edit(struct push_batch *b, struct push_op *op)
{
    bool section = op->entity == PUSH_SECTION;
    struct merge_work w = { .op = op, .entity = section ? "section" : "check_result" };
    if (section)
        w.section = push_find_section(b, op->entity_id);
    else
        w.record = push_find_check(b, op->entity_id, &w.section);
    enum push_problem why;
    if (!push_admitted(b, op, w.section, "/entity_id", &why) ||
        !push_fields_read(b, op, w.record, &w.changes, &w.change_count))
        return;
    if (section && w.section)
        w.record = &w.section->record;
    if (why != PUSH_NO_PROBLEM)
        push_held_keep(b, op, w.section, why, w.entity, changes_json(b, &w));
    else if (w.record && w.section)
        merge(b, &w);
}

/* ---- Evidence -------------------------------------------------------------------------------- */

static void apply_manifest(struct push_batch *b, struct push_op *op)
{
    struct evidence manifest;
    enum push_problem why;
    if (!push_fields_manifest(b, op, &manifest))
        return;
    struct record_section *s = push_find_section(b, manifest.section_id);
    if (!push_admitted(b, op, s, "/fields/section_id", &why))
        return;
    if (s && manifest.check_result_id && !push_find_check_of(s, manifest.check_result_id)) {
        push_op_refuse(op, PUSH_REJECTED, PUSH_P_NOT_FOUND, "/fields/check_result_id",
                       "该检查单没有这个检查事项");
        return;
    }
    if (why != PUSH_NO_PROBLEM) {
        push_held_keep(b, op, s, why, "evidence", json_print(b->c->arena, op->fields));
        return;
    }
    b->manifests[b->manifest_count++] = manifest;
    op->outcome = PUSH_APPLIED;
}

/* ---- The batch ------------------------------------------------------------------------------- */

static void apply_one(struct push_batch *b, size_t index)
{
    struct push_op *op = &b->ops[index];
    push_op_recall(b, index);
    if (op->outcome == PUSH_OPEN && push_op_ready(b, index)) {
        switch (op->entity) {
        case PUSH_SECTION:
        case PUSH_CHECK_RESULT:
            apply_edit(b, op);
            break;
        case PUSH_SIGN:
            push_sign(b, op);
            break;
        case PUSH_ATTENDANCE:
        case PUSH_SIGNATURE:
        case PUSH_SAMPLE:
            push_door_apply(b, op);
            break;
        case PUSH_EVIDENCE:
        case PUSH_UNKNOWN: /* was rejected when it was parsed */
            apply_manifest(b, op);
            break;
        }
    }
    if (op->counter > b->counter && !op->unrecorded)
        b->counter = op->counter;
}

static bool failed(const struct push_op *op)
{
    return op->outcome == PUSH_REJECTED || op->outcome == PUSH_DEFERRED;
}

/* How long the lists of a batch were before a group. */
struct push_mark {
    size_t conflicts;
    size_t manifests;
    size_t doors;
    size_t held;
};

/* Takes back what the operations of a group did, and refuses them as the failed one was. */
static void undo_group(struct push_batch *b, size_t first, size_t end, const struct push_op *cause,
                       const struct push_mark *mark)
{
    for (struct push_undo *u = b->undo; u; u = u->next)
        memcpy(u->place, u->copy, u->size);
    b->new_count = mark->conflicts;
    b->manifest_count = mark->manifests;
    b->door_count = mark->doors;
    b->held_count = mark->held;
    for (size_t i = first; i < end; i++) {
        struct push_op *op = &b->ops[i];
        if (op->outcome == PUSH_DUPLICATE || failed(op))
            continue;
        op->outcome = PUSH_OPEN;
        op->version = 0;
        push_op_refuse(op, cause->outcome, PUSH_P_GROUP_FAILED, "/group",
                       "同组操作 %s 未生效，整组均未生效", cause->id_text);
        push_op_repeat(b, i, end);
    }
}

/* A group whose operations do not stand side by side cannot be decided as one. */
static bool seen_before(const struct push_batch *b, size_t first)
{
    const char *group = b->ops[first].group;
    for (size_t i = 0; group && i < first; i++)
        if (b->ops[i].group && strcmp(b->ops[i].group, group) == 0)
            return true;
    return false;
}

static size_t group_end(const struct push_batch *b, size_t first)
{
    size_t end = first + 1;
    const char *group = b->ops[first].group;
    while (group && end < b->n && b->ops[end].group && strcmp(b->ops[end].group, group) == 0)
        end++;
    return end;
}

void push_apply(struct push_batch *b)
{
    for (size_t first = 0, end; first < b->n; first = end) {
        const struct push_op *cause = NULL;
        const struct push_mark mark = { b->new_count, b->manifest_count, b->door_count,
                                        b->held_count };
        bool split = seen_before(b, first);
        end = group_end(b, first);
        b->undo = NULL;
        for (size_t i = first; i < end; i++) {
            if (split)
                push_op_refuse(&b->ops[i], PUSH_REJECTED, PUSH_P_GROUP_SPLIT, "/group",
                               "同组操作须在同一批次中相邻排列");
            apply_one(b, i);
            if (!cause && failed(&b->ops[i]))
                cause = &b->ops[i];
        }
        if (cause && b->ops[first].group)
            undo_group(b, first, end, cause, &mark);
    }
}

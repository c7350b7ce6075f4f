#include "domain/field/merge.h"

#include <stdbool.h>
#include <string.h>

static struct merge_field *find(struct merge_result *result, const char *name)
{
    for (size_t i = 0; i < result->field_count; i++)
        if (strcmp(result->fields[i].name, name) == 0)
            return &result->fields[i];
    return NULL;
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static enum rc check_changes(const struct merge_change *changes, size_t count, struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!changes[i].name || !*changes[i].name)
            return err_set(err, RC_INVALID, "/fields", "字段没有名称");
        for (size_t j = 0; j < i; j++)
            if (strcmp(changes[i].name, changes[j].name) == 0)
                return err_set(err, RC_INVALID, "/fields", "字段“%s”重复", changes[i].name);
    }
    return RC_OK;
}

/* Decides one change and carries it out; *next is the version an applied field gets. */
static enum merge_verdict merge_one(struct merge_result *result, const struct merge_change *change,
                                    int64_t base, int64_t next)
{
    struct merge_field *field = find(result, change->name);
    if (!field) {
        field = &result->fields[result->field_count++];
        *field = (struct merge_field){ .name = change->name };
    }
    if (same(field->value, change->value))
        return MERGE_FIELD_SAME;
    if (field->author == MERGE_OWN_LATER)
        return MERGE_FIELD_OVERTAKEN;
    if (field->version > base && field->author == MERGE_OTHER)
        return MERGE_FIELD_CONFLICT;
    field->value = change->value;
    field->version = next;
    return MERGE_FIELD_APPLIED;
}

int64_t merge_seen(int64_t version, int64_t base)
{
    return base <= version ? base : 0;
}

enum rc merge_fields(struct arena *a, const struct merge_field *stored, size_t stored_count,
                     int64_t version, int64_t base, const struct merge_change *changes,
                     size_t change_count, struct merge_result *result, struct err *err)
{
    if (stored_count > MERGE_FIELDS_MAX || change_count > MERGE_FIELDS_MAX - stored_count)
        return err_set(err, RC_TOO_LARGE, "/fields", "字段超过 %d 个", MERGE_FIELDS_MAX);
    enum rc rc = check_changes(changes, change_count, err);
    if (rc)
        return rc;
    *result = (struct merge_result){ .version = version, .field_count = stored_count };
    result->fields = arena_array(a, stored_count + change_count, sizeof *stored);
    if (stored_count)
        memcpy(result->fields, stored, stored_count * sizeof *stored);
    result->verdicts = arena_array(a, change_count, sizeof *result->verdicts);
    for (size_t i = 0; i < change_count; i++) {
        result->verdicts[i] =
            merge_one(result, &changes[i], merge_seen(version, base), version + 1);
        result->applied += result->verdicts[i] == MERGE_FIELD_APPLIED;
        result->conflicts += result->verdicts[i] == MERGE_FIELD_CONFLICT;
    }
    if (result->applied || result->conflicts)
        result->version = version + 1;
    if (result->conflicts)
        result->outcome = MERGE_CONFLICT;
    else
        result->outcome = version == base ? MERGE_APPLIED : MERGE_MERGED;
    return RC_OK;
}

const char *merge_outcome_name(enum merge_outcome outcome)
{
    static const char *const names[] = {
        [MERGE_APPLIED] = "applied", [MERGE_MERGED] = "merged", [MERGE_CONFLICT] = "conflict"
    };
    return names[outcome];
}
